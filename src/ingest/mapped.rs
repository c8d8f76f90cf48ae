//! A record of a known format → [`Draft`], by the format's map.

use super::{
    date::Clock,
    draft::{Draft, Value as Part},
    found::{self, Found},
    map::{FieldMap, FieldSource, LabelSource, MapField, Pick, Place, UrlPart},
    names::Key,
    path::Path,
};
use crate::post::{Flags, PlatformLabel};
use serde_json::Value;
use std::{borrow::Cow, cell::RefCell, collections::HashMap};

/// Code points that X counts as one character; all others, most Vietnamese letters with two marks among them, are two.
const X_LIGHT: [std::ops::RangeInclusive<u32>; 4] = [0..=4_351, 8_192..=8_205, 8_208..=8_223, 8_242..=8_247];

/// One record to be read.
#[derive(Clone, Copy)]
pub(super) enum Source<'r, 'a> {
    /// A JSON record, and the page it stands in.
    Json { record: &'a Value, page: &'r Page<'a> },
    /// A row: the cell of a place, by its number. Empty cells are none.
    Row(&'r dyn Fn(usize) -> Option<&'a str>),
}

/// A page of records, and the lists of it that records were looked up in: many posts of one page ask for one of many
/// authors.
#[derive(Debug)]
pub(super) struct Page<'a> {
    value: &'a Value,
    lists: RefCell<HashMap<*const Pick, Elements<'a>>>,
}

/// Elements of a list by what is asked of them; of several the preferred one, else the first.
type Elements<'a> = HashMap<String, (bool, &'a Value)>;

impl<'a> Page<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        Self { value, lists: RefCell::default() }
    }
}

impl<'a> Source<'_, 'a> {
    fn page(self, place: &Place) -> Option<&'a Value> {
        match self {
            Source::Json { record, page } => Some(if place.path.is_from_page() { page.value } else { record }),
            Source::Row(_) => None,
        }
    }

    /// Every value at a place; nulls and empty cells are none.
    fn each(self, place: &Place, each: &mut dyn FnMut(Found<'a>)) {
        match self {
            Source::Row(cell) => {
                if let Some(text) = cell(place.slot).map(|t| t.trim_start_matches('\u{FEFF}')).filter(|t| !t.is_empty())
                {
                    each(Found::Text(Cow::Borrowed(text)));
                }
            }
            Source::Json { .. } => {
                if let Some(value) = self.page(place) {
                    place.path.walk(value, &mut |v| each(Found::Json(v)));
                }
            }
        }
    }

    fn first(self, place: &Place) -> Option<Found<'a>> {
        let mut found = None;
        self.each(place, &mut |value| {
            found.get_or_insert(value);
        });
        found
    }

    /// Whether a place stands in the record, an empty value included.
    pub(super) fn stands(self, place: &Place) -> bool {
        match self {
            Source::Row(cell) => cell(place.slot).is_some(),
            Source::Json { .. } => self.first(place).is_some(),
        }
    }

    fn is_set(self, place: &Place) -> bool {
        self.first(place).is_some_and(|value| found::is_set(&value))
    }

    /// Whether the value at a place is one of these words.
    pub(super) fn is_one_of(self, place: &Place, words: &[String]) -> bool {
        self.first(place).and_then(found::scalar).is_some_and(|said| words.contains(&said))
    }
}

/// Fills `draft`. The name of the part without which the record is no post, where it is missing.
pub(super) fn fill<'a>(map: &FieldMap, source: Source<'_, 'a>, draft: &mut Draft<'a>) -> Result<(), &'static str> {
    draft.put(Key::Platform, Part::Text(Cow::Owned(map.platform.clone())));
    draft.allow_no_text();
    for (place, words) in &map.detect.equals {
        if source.stands(place) && !source.is_one_of(place, words) {
            return Err("detect.equals");
        }
    }
    let reader = Reader { map, source, unknown: unknown_columns(map, source) };
    let mut given = 0_u32;
    for (i, field) in map.fields.iter().enumerate() {
        if let Some(part) = reader.field(field, draft) {
            draft.put(field.key, part);
            given |= 1 << (i % 32);
        }
    }
    for name in &map.need {
        let at = map.fields.iter().position(|f| f.name == *name);
        if at.is_none_or(|i| given & 1 << (i % 32) == 0) {
            return Err(name);
        }
    }
    draft.put(Key::PlatformLabel, Part::Text(Cow::Borrowed(label(map, source).name())));
    Ok(())
}

/// Yes from any place; else what the first place that speaks says.
fn label(map: &FieldMap, source: Source<'_, '_>) -> PlatformLabel {
    let said = map.labels.iter().map(|l| one_label(map, l, source));
    let mut first = PlatformLabel::Unknown;
    for label in said {
        match label {
            PlatformLabel::Yes => return label,
            other if first == PlatformLabel::Unknown => first = other,
            _ => {}
        }
    }
    first
}

fn one_label(map: &FieldMap, label: &LabelSource, source: Source<'_, '_>) -> PlatformLabel {
    if label.unless.as_ref().is_some_and(|place| source.is_set(place)) {
        return PlatformLabel::Unknown;
    }
    let Some(value) = source.first(&label.place) else {
        // Of a row, an empty cell is there and empty; of JSON, null tells nothing.
        let empty = matches!(source, Source::Row(_)) && source.stands(&label.place);
        return if empty { label.empty } else { PlatformLabel::Unknown };
    };
    if matches!(value, Found::Json(Value::Array(items)) if items.is_empty()) {
        return label.empty;
    }
    match found::scalar(value) {
        Some(word) if word.is_empty() => label.empty,
        Some(word) if map.missing.iter().any(|m| m.to_lowercase() == word) => PlatformLabel::Unknown,
        Some(word) => label.words.iter().find(|(w, _)| *w == word).map_or(label.present, |(_, label)| *label),
        None => label.present,
    }
}

/// Columns whose value the exporter could not tell, although the cell shows one.
fn unknown_columns(map: &FieldMap, source: Source<'_, '_>) -> Vec<String> {
    let listed = map.missing_fields.as_ref().and_then(|place| source.first(place)).and_then(found::scalar);
    listed.map(|l| l.split([',', ' ', '|']).map(str::to_owned).collect()).unwrap_or_default()
}

struct Reader<'m, 'r, 'a> {
    map: &'m FieldMap,
    source: Source<'r, 'a>,
    unknown: Vec<String>,
}

impl<'a> Reader<'_, '_, 'a> {
    /// What the first place that holds something says.
    fn field(&self, field: &MapField, draft: &mut Draft<'a>) -> Option<Part<'a>> {
        field.sources.iter().find_map(|from| self.part(field.key, from, draft))
    }

    fn part(&self, key: Key, from: &FieldSource, draft: &mut Draft<'a>) -> Option<Part<'a>> {
        let hidden = from.unless.as_ref().is_some_and(|place| self.source.is_set(place));
        if hidden || self.unknown.iter().any(|c| *c == from.place.path.as_str().to_lowercase()) {
            return None;
        }
        let values = self.values(from, draft);
        let first = values.first()?;
        if from.present {
            return found::is_present(first).then_some(Part::Bool(true));
        }
        match key {
            Key::Created(_) | Key::Captured => {
                let clock = Clock { order: from.order, zone: self.map.zone, names: &self.map.zones };
                found::stamp(first, clock).map(Part::Stamp)
            }
            Key::Followers(_) | Key::Likes(_) => found::number(first).map(Part::Natural),
            Key::CommerceFlag | Key::AiLabel => found::flag(first).map(Part::Bool),
            Key::Links | Key::Hashtags | Key::Coauthors => {
                let items = items(values, from);
                (!items.is_empty()).then_some(Part::List(items))
            }
            Key::Sponsor => joined(values, ", "),
            Key::AuthorHandle(_) => {
                let handle = values.into_iter().find_map(found::text)?;
                // Some exports write the sign, some do not; one account must not become two.
                let bare = match handle {
                    Cow::Borrowed(h) => Cow::Borrowed(h.trim_start_matches('@')),
                    Cow::Owned(h) => Cow::Owned(h.trim_start_matches('@').to_owned()),
                };
                self.word(bare, from).map(Part::Text)
            }
            Key::Id(_) | Key::AuthorId(_) | Key::AuthorName(_) | Key::Platform | Key::Url(_) => {
                let value = values.into_iter().find_map(found::text)?;
                self.word(value, from).map(Part::Text)
            }
            _ => {
                let part = joined(values, "\n")?;
                if let (Some(most), Part::Text(text)) = (from.cut_at, &part)
                    && is_cut(text, most)
                {
                    draft.flag(Flags::TRUNCATED);
                }
                Some(part)
            }
        }
    }

    /// The values that a place means, those that say nothing left out.
    fn values(&self, from: &FieldSource, draft: &mut Draft<'a>) -> Vec<Found<'a>> {
        let mut values = Vec::new();
        match &from.pick {
            Some(pick) => values.extend(self.picked(&from.place, pick).map(Found::Json)),
            None => self.source.each(&from.place, &mut |value| match (&from.json, value) {
                (Some(path), value) => {
                    let json = found::text(value).and_then(|text| serde_json::from_str::<Value>(&text).ok());
                    if let Some(json) = json {
                        path.walk(&json, &mut |v| values.extend(found::word(v).map(|w| Found::Text(Cow::Owned(w)))));
                    }
                }
                (_, Found::Json(Value::Array(items))) => values.extend(items.iter().map(Found::Json)),
                (_, value) => values.push(value),
            }),
        }
        values.retain(|v| match v {
            Found::Json(Value::String(text)) => !self.says_nothing(text),
            Found::Text(text) => !self.says_nothing(text),
            Found::Json(value) => !value.is_null(),
        });
        if self.map.mojibake {
            for value in &mut values {
                if let Found::Json(Value::String(text)) = value
                    && let Some(mended) = mend(text)
                {
                    draft.flag(Flags::REPAIRED);
                    *value = Found::Text(Cow::Owned(mended));
                }
            }
        }
        values
    }

    fn says_nothing(&self, text: &str) -> bool {
        text.is_empty() || self.map.missing.iter().any(|m| m == text)
    }

    /// The element that is meant: of those that fit, a preferred one, else the first.
    fn picked(&self, list: &Place, pick: &Pick) -> Option<&'a Value> {
        let Source::Json { page, .. } = self.source else { return None };
        let said = match &pick.same_as {
            Some(place) => self.source.first(place).and_then(found::scalar)?,
            None => String::new(),
        };
        let items = self.source.page(list)?;
        let (_, element) = match list.path.is_from_page() {
            true => *page.lists.borrow_mut().entry(pick).or_insert_with(|| elements(list, pick, items)).get(&said)?,
            false => *elements(list, pick, items).get(&said)?,
        };
        pick.take.first(element)
    }

    /// An id, name or address, cut and renamed as the map says; an empty one is none.
    fn word(&self, value: Cow<'a, str>, from: &FieldSource) -> Option<Cow<'a, str>> {
        let value = match from.part {
            Some(UrlPart::LastSegment) => {
                let path = value.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
                Cow::Owned(path.rsplit('/').next().unwrap_or_default().to_owned())
            }
            Some(UrlPart::Site) => Cow::Owned(site(&value)?),
            None => value,
        };
        let renamed = from.words.iter().find(|(word, _)| *word == value.to_lowercase());
        let value = renamed.map_or(value, |(_, name)| Cow::Owned(name.clone()));
        let value = address(value, from);
        (!value.is_empty()).then_some(value)
    }
}

/// The elements of a list that may be picked: by the value that must be the same, or under no name where a flag is asked.
fn elements<'a>(list: &Place, pick: &Pick, items: &'a Value) -> Elements<'a> {
    let mut elements = Elements::new();
    let set = |path: &Path, item| path.first(item).is_some_and(|v| found::is_set(&Found::Json(v)));
    list.path.walk(items, &mut |item| {
        let name = match pick.same_as {
            Some(_) => pick.r#where.first(item).map(Found::Json).and_then(found::scalar),
            None => set(&pick.r#where, item).then(String::new),
        };
        let Some(name) = name else { return };
        let preferred = pick.prefer.as_ref().is_some_and(|path| set(path, item));
        let here = elements.entry(name).or_insert((preferred, item));
        if preferred && !here.0 {
            *here = (preferred, item);
        }
    });
    elements
}

/// A place of its own that `https://www.tiktok.com/@a` names: `tiktok`.
fn site(url: &str) -> Option<String> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next()?;
    let mut labels = host.rsplit('.').skip(1);
    labels.next().map(str::to_lowercase)
}

/// An address as the map says: the real one out of a redirection, a whole one of a bare path.
fn address<'a>(value: Cow<'a, str>, from: &FieldSource) -> Cow<'a, str> {
    if let Some(parameter) = &from.unwrap
        && let Some(query) = value.split_once('?').map(|(_, q)| q)
        && let Some((_, inner)) = query.split('&').filter_map(|p| p.split_once('=')).find(|(name, _)| name == parameter)
    {
        return Cow::Owned(percent_decoded(inner));
    }
    match &from.prefix {
        Some(prefix) if value.starts_with('/') => Cow::Owned(format!("{prefix}{value}")),
        _ => value,
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (byte, hex) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn items<'a>(values: Vec<Found<'a>>, from: &FieldSource) -> Vec<Cow<'a, str>> {
    let mut items = Vec::new();
    for value in values.into_iter().filter_map(found::text) {
        match from.split {
            Some(mark) => items.extend(
                value
                    .split(mark)
                    .map(str::trim)
                    .filter(|t| !t.is_empty())
                    .map(|t| address(Cow::Owned(t.to_owned()), from)),
            ),
            None => items.push(address(value, from)),
        }
    }
    items
}

fn joined<'a>(values: Vec<Found<'a>>, between: &str) -> Option<Part<'a>> {
    let mut texts = values.into_iter().filter_map(found::text);
    let first = texts.next()?;
    let rest: Vec<Cow<'_, str>> = texts.collect();
    Some(Part::Text(match rest.is_empty() {
        true => first,
        false => Cow::Owned([&[first], rest.as_slice()].concat().join(between)),
    }))
}

/// Whether a text is as long as the platform lets it be, or ends in the platform's own dots.
fn is_cut(text: &str, most: u32) -> bool {
    let text = match text.rsplit_once(char::is_whitespace) {
        Some((before, link)) if link.starts_with("https://t.co/") => before,
        _ => text,
    };
    let weight = |c: char| if X_LIGHT.iter().any(|light| light.contains(&u32::from(c))) { 1 } else { 2 };
    let length: u32 = text.chars().map(weight).fold(0, u32::saturating_add);
    // A last character of two that did not fit leaves one place free.
    text.trim_end().ends_with(['…']) || length + 1 >= most
}

/// UTF-8 that was taken for Latin-1, read as what it is; `None` for any other text.
fn mend(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    String::from_utf8(bytes?).ok()
}

/// The parts of a map with all their places, the platform's label among them.
pub(super) fn mapped_fields(map: &FieldMap) -> Vec<(&'static str, Vec<&Place>)> {
    let parts = map.fields.iter().map(|f| (f.name, f.sources.iter().map(|s| &s.place).collect()));
    let label = (!map.labels.is_empty()).then(|| ("platform_label", map.labels.iter().map(|l| &l.place).collect()));
    parts.chain(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_letters_are_mended_only_where_they_are_broken() {
        let table = [
            ("m\u{e1}\u{ba}\u{ab}u", Some("mẫu")),
            ("\u{f0}\u{9f}\u{8d}\u{b2}", Some("🍲")),
            ("plain", None),
            ("mẫu", None),
            ("café", None),
            ("", None),
        ];
        for (text, mended) in table {
            assert_eq!(mend(text).as_deref(), mended, "{text:?}");
        }
    }

    #[test]
    fn where_x_cuts() {
        let table = [
            ("a".repeat(279), true),
            ("a".repeat(278), false),
            // Two characters a letter: X cuts Vietnamese far earlier than its number says.
            ("ế".repeat(140), true),
            ("ế".repeat(138), false),
            ("Kem mẫu dùng …".into(), true),
            ("Kem mẫu dùng… https://t.co/abc".into(), true),
            (format!("{} https://t.co/abcdefghij", "a".repeat(260)), false),
        ];
        for (text, cut) in table {
            assert_eq!(is_cut(&text, 280), cut, "{text}");
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(percent_decoded("https%3A%2F%2Fa.vn%2F%E1%BB%81%"), "https://a.vn/ề%");
        assert_eq!(site("https://www.tiktok.com/@a?b").as_deref(), Some("tiktok"));
        assert_eq!(site("https://threads.net/search").as_deref(), Some("threads"));
        assert_eq!(site("localhost"), None);
    }
}
