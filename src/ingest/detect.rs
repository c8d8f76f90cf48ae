//! Which format a file is of. Looks at its first records, once; nothing is guessed in silence: two formats that fit alike,
//! and a format that fits but for a place, are errors that say so.

use super::{
    error::IngestError,
    map::{FieldMap, FormatChoice, Formats, MapShape, Place},
    mapped::{Page, Source, mapped_fields},
    names::{self, Key},
    table::{self, Header},
};
use crate::diagnostic::{self, Fault};
use csv::ByteRecord;
use serde_json::Value;
use std::sync::Arc;

/// Records that are looked at.
const SAMPLE: usize = 50;
/// Levels of nesting that the reader of JSON follows.
const LEVELS: usize = 128;

/// How a file is to be read.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// `None` is the plain shape.
    pub(super) map: Option<Arc<FieldMap>>,
    /// What a person should know of it, in both languages.
    pub(super) notices: Vec<String>,
    /// Keys that lead to the records of the top object, where it is no record itself.
    pub(super) route: Option<Vec<String>>,
}

impl Told {
    pub(super) fn plain() -> Self {
        Self { map: None, notices: Vec::new(), route: None }
    }
}

/// The first records of a JSON file.
#[derive(Default)]
pub(super) struct Sample {
    pages: Vec<Value>,
    /// The one top object, with what was cut off at its end left out.
    is_object: bool,
    /// Whether something was: what tells the page of a format may follow its records.
    pub(super) is_open: bool,
}

impl Sample {
    /// Of JSON Lines. A last line without an end counts only where the file ends.
    pub(super) fn of_lines(head: &[u8], whole: bool) -> Self {
        let lines = head.split_inclusive(|b| *b == b'\n').filter(|line| whole || line.ends_with(b"\n"));
        let pages = lines.filter_map(|line| serde_json::from_slice(line).ok()).take(SAMPLE).collect();
        Self { pages, ..Self::default() }
    }

    /// Of a document, however much of its end is missing.
    pub(super) fn of_document(head: &[u8]) -> Self {
        let first = serde_json::Deserializer::from_slice(head).into_iter::<Value>().next();
        let (top, is_open) = match first {
            Some(Ok(value)) => (Some(value), false),
            _ => (serde_json::from_slice(&closed(head)).ok(), true),
        };
        match top {
            Some(Value::Array(items)) => Self { pages: items.into_iter().take(SAMPLE).collect(), ..Self::default() },
            Some(top) => Self { pages: vec![top], is_object: true, is_open },
            None => Self::default(),
        }
    }

    /// Records with their pages, as a map sees them.
    fn records<'v>(&'v self, map: &FieldMap) -> Vec<(&'v Value, &'v Value)> {
        let all = self.pages.iter().flat_map(|page| expand(map, page).into_iter().map(move |record| (record, page)));
        all.filter(|(record, _)| record.is_object()).take(SAMPLE).collect()
    }

    /// Records of the plain shape: those of a wrapper, or the pages themselves.
    fn plain(&self) -> Vec<&serde_json::Map<String, Value>> {
        let objects = self.pages.iter().filter_map(Value::as_object);
        let wrapped = |top: &&serde_json::Map<String, Value>| !top.keys().any(|k| names::is_text(k));
        match objects.clone().next().filter(|top| self.is_object && wrapped(top)) {
            Some(top) => {
                let lists = super::document::WRAPPERS.iter().filter_map(|w| top.get(std::str::from_utf8(w).ok()?));
                lists.filter_map(Value::as_array).flatten().filter_map(Value::as_object).take(SAMPLE).collect()
            }
            None => objects.collect(),
        }
    }
}

/// Whether a place stands in any of the records, each with its page.
fn stands(records: &[(&Value, &Value)], place: &Place) -> bool {
    records.iter().any(|(record, page)| Source::Json { record, page: &Page::new(page) }.stands(place))
}

/// The records of a page: those that the first fitting path leads to, else the page itself.
pub(super) fn expand<'v>(map: &FieldMap, page: &'v Value) -> Vec<&'v Value> {
    let mut records = map.records.iter().find_map(|path| path.elements(page)).unwrap_or_else(|| vec![page]);
    if let Some(payload) = &map.payload {
        for record in &mut records {
            *record = payload.first(record).unwrap_or(record);
        }
    }
    records
}

/// A document cut off after its last whole member, with what is open closed.
fn closed(head: &[u8]) -> Vec<u8> {
    let (mut open, mut inside, mut escaped) = (Vec::new(), false, false);
    let mut last: Option<(usize, Vec<u8>)> = None;
    for (at, byte) in head.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ if inside => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => drop(open.pop()),
            b',' => last = Some((at, open.clone())),
            _ => {}
        }
        if open.len() > LEVELS {
            break;
        }
    }
    let Some((at, open)) = last else { return Vec::new() };
    let mut text = head[..at].to_vec();
    text.extend(open.iter().rev());
    text
}

/// How a JSON file is read; `None` when more of it should be seen first.
pub(super) fn json(file: &str, sample: &Sample, formats: &Formats, last: bool) -> Result<Option<Told>, IngestError> {
    let fits = |map: &FieldMap| {
        let records = sample.records(map);
        let fitting =
            records.iter().filter(|(r, p)| fits(map, Source::Json { record: r, page: &Page::new(p) })).count();
        (fitting, records.len())
    };
    let map = match &formats.choice {
        FormatChoice::Plain => return Ok(Some(Told::plain())),
        FormatChoice::Named(map) | FormatChoice::Own(map) => {
            if sample.pages.is_empty() {
                let told = Told { map: Some(map.clone()), notices: Vec::new(), route: None };
                return Ok(last.then_some(told));
            }
            match check_chosen_json(file, sample, map, formats) {
                Err(_) if !last => return Ok(None),
                checked => checked?,
            }
            map.clone()
        }
        FormatChoice::Detect => {
            let plain = sample.plain();
            let plain = plain.iter().any(|r| r.keys().any(|k| names::is_text(k)));
            // Rows that became JSON are still rows.
            let known: Vec<_> = formats.known.iter().filter(|m| m.detect.delimiter.is_none()).collect();
            let scored = known.iter().map(|map| {
                let (fitting, all) = fits(map);
                let most = fitting > 0 && (fitting * 2 >= all || !plain);
                (if most && !(plain && map.fallback) { fitting } else { 0 }, *map)
            });
            match best(file, scored)? {
                Some(map) => map,
                None if !last => return Ok(None),
                None => {
                    let stands = |map: &FieldMap, place: &Place| stands(&sample.records(map), place);
                    let differs = |map: &FieldMap| {
                        map.detect.equals.iter().any(|(place, words)| {
                            sample.records(map).iter().any(|(r, p)| {
                                let page = Page::new(p);
                                let source = Source::Json { record: r, page: &page };
                                source.stands(place) && !source.is_one_of(place, words)
                            })
                        })
                    };
                    let nearest = nearest(&known, stands, differs);
                    return match nearest {
                        Some((map, missing)) => Err(does_not_fit(file, map, missing)),
                        None => Ok(Some(told_plain(sample))),
                    };
                }
            }
        }
    };
    let records = sample.records(&map);
    let notices = notices(&map, records.len(), |place| stands(&records, place));
    let top = sample.pages.first().filter(|_| sample.is_object && !map.whole);
    let route = top.and_then(|top| {
        let path = map.records.iter().find(|path| path.elements(top).is_some())?;
        Some(path.keys_to_array()?.into_iter().map(str::to_owned).collect())
    });
    Ok(Some(Told { map: Some(map), notices, route }))
}

/// What the user chose must fit at least one record.
fn check_chosen_json(file: &str, sample: &Sample, map: &Arc<FieldMap>, formats: &Formats) -> Result<(), IngestError> {
    let records = sample.records(map);
    if records.is_empty() {
        // A page without posts says nothing against the choice.
        return Ok(());
    }
    let needed = |name: &str| name == "text" || map.need.contains(&name);
    let absent = absent(map, |place| stands(&records, place));
    let wanting: Vec<_> = absent.into_iter().filter(|(name, _)| needed(name)).collect();
    match (wanting.is_empty(), &formats.choice) {
        (true, _) => Ok(()),
        (false, FormatChoice::Own(_)) => Err(absent_places(file, map, &wanting, "")),
        (false, _) => Err(does_not_fit(file, map, wanting.into_iter().map(|(name, p)| shown(name, &p)).collect())),
    }
}

/// How a table is read.
pub(super) fn table(file: &str, cells: &ByteRecord, delimiter: u8, formats: &Formats) -> Result<Told, IngestError> {
    let columns = table::columns(cells);
    let has = |place: &Place| columns.iter().any(|c| c == place.path.as_str());
    let told = |map: &Arc<FieldMap>| {
        let notices = notices(map, 0, has);
        Told { map: Some(map.clone()), notices, route: None }
    };
    match &formats.choice {
        FormatChoice::Plain => Ok(Told::plain()),
        FormatChoice::Named(map) | FormatChoice::Own(map) if map.shape != MapShape::Table => {
            Err(does_not_fit(file, map, vec!["shape = \"table\"".to_owned()]))
        }
        FormatChoice::Own(map) => match absent(map, has) {
            wanting if wanting.is_empty() => Ok(told(map)),
            wanting => Err(absent_places(file, map, &wanting, &columns.join(", "))),
        },
        FormatChoice::Named(map) => {
            let needed = |name: &str| name == "text" || map.need.contains(&name);
            let wanting: Vec<_> = absent(map, has).into_iter().filter(|(name, _)| needed(name)).collect();
            match wanting.is_empty() {
                true => Ok(told(map)),
                false => Err(does_not_fit(file, map, wanting.into_iter().map(|(name, p)| shown(name, &p)).collect())),
            }
        }
        FormatChoice::Detect => {
            let plain = Header::of(cells, delimiter).is_ok();
            let known: Vec<_> = formats.known.iter().filter(|m| m.shape == MapShape::Table).collect();
            let scored = known.iter().map(|map| {
                let d = &map.detect;
                let fits = d.delimiter.is_none_or(|wanted| wanted == delimiter)
                    && d.all.iter().all(has)
                    && (d.any.is_empty() || d.any.iter().any(has))
                    && !d.none.iter().any(has)
                    && !(plain && map.fallback);
                (usize::from(fits), *map)
            });
            if let Some(map) = best(file, scored)? {
                return Ok(told(&map));
            }
            match nearest(&known, |_, place| has(place), |_| false) {
                Some((map, missing)) => Err(does_not_fit(file, map, missing)),
                None => Ok(Told { notices: plain_notices(&columns), ..Told::plain() }),
            }
        }
    }
}

/// Whether a record is one of the format.
fn fits(map: &FieldMap, record: Source<'_, '_>) -> bool {
    let d = &map.detect;
    d.all.iter().all(|p| record.stands(p))
        && (d.any.is_empty() || d.any.iter().any(|p| record.stands(p)))
        && !d.none.iter().any(|p| record.stands(p))
        && d.equals.iter().all(|(p, words)| record.is_one_of(p, words))
}

/// The format that fits most records, and of those the one that says most about itself.
fn best<'m>(
    file: &str,
    scored: impl Iterator<Item = (usize, &'m Arc<FieldMap>)>,
) -> Result<Option<Arc<FieldMap>>, IngestError> {
    let mut scored: Vec<_> =
        scored.filter(|(n, _)| *n > 0).map(|(n, map)| (!map.fallback, n, map.specificity(), map)).collect();
    scored.sort_by(|a, b| (b.0, b.1, b.2, &a.3.name).cmp(&(a.0, a.1, a.2, &b.3.name)));
    match scored.as_slice() {
        [] => Ok(None),
        [a, b, ..] if (a.0, a.1, a.2) == (b.0, b.1, b.2) => {
            let names: Vec<_> =
                scored.iter().filter(|c| (c.0, c.1, c.2) == (a.0, a.1, a.2)).map(|c| c.3.name.as_str()).collect();
            Err(IngestError::Ambiguous { path: file.to_owned(), formats: names.join(", ") })
        }
        [a, ..] => Ok(Some(a.3.clone())),
    }
}

/// A format that fits but for one telling place, or a quarter of them, with what is missing: something has moved. A name
/// that the plain shape knows tells nothing, and a place with another value than the format's tells against it.
fn nearest<'m>(
    known: &[&'m Arc<FieldMap>],
    stands: impl Fn(&FieldMap, &Place) -> bool,
    differs: impl Fn(&FieldMap) -> bool,
) -> Option<(&'m Arc<FieldMap>, Vec<String>)> {
    let mut near = Vec::new();
    for map in known.iter().filter(|m| !m.fallback) {
        let telling = |place: &&Place| {
            let key = place.path.first_key().unwrap_or_default();
            names::key(key).is_none() && key != names::AUTHOR
        };
        let places: Vec<_> = map.detect.all.iter().filter(telling).collect();
        let missing: Vec<_> =
            places.iter().filter(|p| !stands(map, p)).map(|p| format!("`{}`", p.path.as_str())).collect();
        let there = places.len() - missing.len();
        if !missing.is_empty() && there >= 2 && missing.len() <= (places.len() / 4).max(1) && !differs(map) {
            near.push((there, *map, missing));
        }
    }
    near.sort_by(|a, b| (b.0, &a.1.name).cmp(&(a.0, &b.1.name)));
    near.into_iter().next().map(|(_, map, missing)| (map, missing))
}

/// Parts that the map names and none of whose places stands.
fn absent(map: &FieldMap, stands: impl Fn(&Place) -> bool) -> Vec<(&'static str, Vec<&Place>)> {
    let parts = mapped_fields(map).into_iter();
    parts.filter(|(_, places)| !places.iter().any(|p| stands(p))).collect()
}

fn shown(name: &str, places: &[&Place]) -> String {
    let places: Vec<_> = places.iter().map(|p| format!("`{}`", p.path.as_str())).collect();
    format!("{name} ({})", places.join(" | "))
}

/// What one would miss: the text, the day, the id and who posted.
fn notices(map: &FieldMap, records: usize, stands: impl Fn(&Place) -> bool) -> Vec<String> {
    let absent = absent(map, stands);
    let is_author = |name: &str| matches!(name, "author_id" | "author_handle");
    let authors = map.fields.iter().filter(|f| is_author(f.name)).count();
    let no_author = absent.iter().filter(|(name, _)| is_author(name)).count() == authors;
    let worth = |name: &str| matches!(name, "text" | "created_at" | "id") || is_author(name) && no_author;
    let of = |name: &str, places: &[&Place]| {
        let shown = shown(name, places);
        match records {
            0 => format!(
                "{}: không có cột nào cho {shown}; phần này để trống · no column for {shown}; it stays empty",
                map.name
            ),
            n => format!(
                "{}: {n} bản ghi đầu không có {shown}; phần này có thể đã đổi chỗ · the first {n} records \
                 have no {shown}; it may have moved",
                map.name
            ),
        }
    };
    absent.iter().filter(|(name, _)| worth(name)).map(|(name, places)| of(name, places)).collect()
}

fn told_plain(sample: &Sample) -> Told {
    let names: Vec<String> = sample.plain().iter().flat_map(|r| r.keys().cloned()).collect();
    Told { notices: plain_notices(&names), ..Told::plain() }
}

/// A plain file without days or authors is read all the same; its posts can never be scored.
fn plain_notices(names: &[String]) -> Vec<String> {
    let any = |means: fn(&Key) -> bool| names.iter().any(|n| names::key(&n.to_lowercase()).as_ref().is_some_and(means));
    let mut notices = Vec::new();
    if !names.is_empty() && !any(|k| matches!(k, Key::Created(_))) {
        notices.push(
            "không thấy ngày đăng (created_at, date, …): bài sẽ không vào điểm; dùng --map nếu ngày nằm ở tên khác · no day of \
             posting (created_at, date, …): posts will not be scored; use --map if it has another name"
                .to_owned(),
        );
    }
    let author =
        any(|k| matches!(k, Key::AuthorId(_) | Key::AuthorHandle(_))) || names.iter().any(|n| n == names::AUTHOR);
    if !names.is_empty() && !author {
        notices.push(
            "không thấy người đăng (author, author_id, username, …): bài sẽ không vào điểm; dùng --map nếu có tên khác · \
             no author (author, author_id, username, …): posts will not be scored; use --map if it has another name"
                .to_owned(),
        );
    }
    notices
}

fn does_not_fit(file: &str, map: &FieldMap, missing: Vec<String>) -> IngestError {
    IngestError::DoesNotFit { path: file.to_owned(), format: map.name.clone(), missing: missing.join(", ") }
}

/// The user's own map names what the file does not have: shown where the map says it.
fn absent_places(file: &str, map: &FieldMap, wanting: &[(&'static str, Vec<&Place>)], columns: &str) -> IngestError {
    let faults: Vec<Fault> = wanting
        .iter()
        .flat_map(|(name, places)| places.iter().map(move |place| (name, place)))
        .map(|(name, place)| {
            let path = place.path.as_str();
            Fault {
                code: "F001",
                file: map.file.clone(),
                span: place.span.clone(),
                message: format!("{file} không có `{path}` cho {name} / {file} has no `{path}` for {name}"),
                help: (!columns.is_empty()).then(|| format!("các cột / columns: {columns}")),
            }
        })
        .collect();
    let report = diagnostic::render(&faults, |_| Some(&map.source));
    IngestError::MapDoesNotFit { path: file.to_owned(), map: map.file.clone(), report }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_document_is_closed_after_its_last_whole_member() {
        let table = [
            (r#"{"a":[{"t":"x, y"},{"t":"z"#, r#"{"a":[{"t":"x, y"}]}"#),
            (r#"[{"a":1,"b":"\",","c"#, r#"[{"a":1,"b":"\","}]"#),
            (r#"{"a":"#, ""),
            ("", ""),
        ];
        for (head, whole) in table {
            assert_eq!(String::from_utf8_lossy(&closed(head.as_bytes())), whole, "{head}");
        }
        assert!(closed("[1,".repeat(100_000).as_bytes()).len() < 1_000);
    }
}
