//! Reads `formats/maps/` and the maps that users write: one file is one format.

use super::{
    Bilingual,
    reader::{Doc, Item, Table, bilingual},
};
use crate::{
    diagnostic::{self, Fault},
    ingest::{DateOrder, FieldMap, FieldSource, LabelSource, MAP_FIELDS, MapShape, Path, Pick, Place, UrlPart},
    post::PlatformLabel,
};
use std::{cell::RefCell, sync::Arc};

const KEYS: [&str; 17] = [
    "title",
    "note",
    "platform",
    "shape",
    "fallback",
    "whole",
    "records",
    "payload",
    "need",
    "missing",
    "missing_fields",
    "zone",
    "zones",
    "mojibake",
    "detect",
    "fields",
    "label",
];
const SOURCE_KEYS: [&str; 15] = [
    "from", "split", "json", "where", "same_as", "prefer", "take", "unless", "date", "prefix", "part", "unwrap",
    "present", "cut_at", "words",
];

/// A format of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatRow {
    /// How it is read.
    pub map: Arc<FieldMap>,
    /// What it is called.
    pub title: Bilingual,
    /// What its user should know.
    pub note: Option<Bilingual>,
}

/// A map that does not load.
#[derive(Debug, thiserror::Error)]
#[error("bản đồ {file} có {count} lỗi · {count} faults in the map {file}\n{report}")]
pub struct MapError {
    /// The file.
    pub file: String,
    /// How many faults.
    pub count: usize,
    /// All of them, with line and caret.
    pub report: String,
    /// The same as values.
    pub faults: Vec<Fault>,
}

/// Reads a map that a user wrote; `file` is its path, for messages.
///
/// # Errors
/// All faults at once, with file, line and caret.
pub fn read_map(file: &str, text: &str) -> Result<FormatRow, MapError> {
    let faults = RefCell::new(Vec::new());
    let doc = Doc { file, faults: &faults };
    let row = doc.parse(text).map(|root| row(Table::root(&doc, &root, &KEYS), name_of(file), file, text));
    match (row, faults.into_inner()) {
        (Some(row), faults) if faults.is_empty() => Ok(row),
        (_, faults) => {
            let report = diagnostic::render(&faults, |_| Some(text));
            Err(MapError { file: file.to_owned(), count: faults.len(), report, faults })
        }
    }
}

/// The file's name without folder and extension.
fn name_of(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

impl super::Pack {
    /// A file of `formats/maps/`.
    pub(super) fn read_format(&mut self, root: Table<'_>, file: &str, text: &str) {
        self.formats.push(row(root, name_of(file), file, text));
    }
}

/// The keys of a map, for whoever reads its file as part of a pack.
pub(super) fn keys() -> &'static [&'static str] {
    &KEYS
}

fn row(root: Table<'_>, name: &str, file: &str, text: &str) -> FormatRow {
    let shape = match root.need("shape").map(|i| (i, i.str())) {
        Some((_, Some("table"))) => MapShape::Table,
        Some((_, Some("json"))) | None | Some((_, None)) => MapShape::Json,
        Some((item, Some(_))) => {
            item.fault("P005", "hình dạng là \"json\" hoặc \"table\" / a shape is \"json\" or \"table\"");
            MapShape::Json
        }
    };
    let mut map = FieldMap::new(name, file, text, shape);
    let flag = |key: &str| root.get(key).and_then(Item::bool).unwrap_or(false);
    (map.fallback, map.whole, map.mojibake) = (flag("fallback"), flag("whole"), flag("mojibake"));
    map.platform = root.get("platform").and_then(Item::str).unwrap_or_default().to_lowercase();
    map.records = root.get("records").map(|i| list(i, path)).unwrap_or_default();
    map.payload = root.get("payload").and_then(path);
    map.missing = root.get("missing").map(words).unwrap_or_default();
    map.missing_fields = root.get("missing_fields").and_then(|i| place(&mut map, i));
    map.zone = root.get("zone").and_then(offset);
    if let Some(zones) = root.get("zones").and_then(|i| i.table(&[])) {
        map.zones = zones.entries().into_iter().filter_map(|(n, i)| Some((n.to_owned(), offset(i)?))).collect();
    }
    if let Some(detect) = root.get("detect").and_then(|i| i.table(&["all", "any", "none", "equals", "delimiter"])) {
        read_detect(&mut map, detect);
    }
    if let Some(fields) = root.need("fields").and_then(|i| i.table(&[])) {
        for (name, item) in fields.entries() {
            let sources = match item.is_array() {
                true => item.array().into_iter().filter_map(|i| source(&mut map, i)).collect(),
                false => source(&mut map, item).into_iter().collect(),
            };
            if !map.add_field(name, sources) {
                let known = MAP_FIELDS.join(", ");
                item.fault("P002", format!("không có phần `{name}` / no part `{name}`; known: {known}"));
            }
        }
    }
    read_need(&mut map, root);
    for label in root.get("label").map(Item::array).unwrap_or_default() {
        let read = label.table(&["from", "yes", "no", "weak_no", "present", "empty", "unless"]);
        let read = read.and_then(|t| read_label(&mut map, t));
        map.labels.extend(read);
    }
    FormatRow {
        title: root.get("title").and_then(bilingual).unwrap_or_else(|| Bilingual { vi: name.into(), en: name.into() }),
        note: root.get("note").and_then(bilingual),
        map: Arc::new(map),
    }
}

fn read_detect(map: &mut FieldMap, table: Table<'_>) {
    let mut places = |key: &str| -> Vec<Place> {
        let items = table.get(key).map(Item::array).unwrap_or_default();
        items.into_iter().filter_map(|i| place(map, i)).collect()
    };
    let (all, any, none) = (places("all"), places("any"), places("none"));
    if let Some(equals) = table.get("equals").and_then(|i| i.table(&[])) {
        for (path, item) in equals.entries() {
            let words = words(item).into_iter().map(|w| w.to_lowercase()).collect();
            match map.place(path, item.span()) {
                Ok(place) => map.detect.equals.push((place, words)),
                Err([vi, en]) => item.fault("P007", format!("{vi} / {en}")),
            }
        }
    }
    (map.detect.all, map.detect.any, map.detect.none) = (all, any, none);
    map.detect.delimiter = table.get("delimiter").and_then(character).and_then(|c| u8::try_from(c).ok());
}

fn read_need(map: &mut FieldMap, root: Table<'_>) {
    for item in root.get("need").map(Item::array).unwrap_or_default() {
        let Some(name) = item.str() else { continue };
        match map.field(name).map(|f| f.name) {
            Some(name) => map.need.push(name),
            None => item.fault("P005", format!("[fields] không có `{name}` / [fields] has no `{name}`")),
        }
    }
}

fn read_label(map: &mut FieldMap, table: Table<'_>) -> Option<LabelSource> {
    let mut said = Vec::new();
    for label in [PlatformLabel::Yes, PlatformLabel::No, PlatformLabel::WeakNo] {
        let words = table.get(label.name()).map(words).unwrap_or_default();
        said.extend(words.into_iter().map(|w| (w.to_lowercase(), label)));
    }
    let state = |key: &str| {
        let item = table.get(key)?;
        let label = PlatformLabel::from_name(item.str()?);
        if label == PlatformLabel::Unknown {
            item.fault("P005", "yes, no hoặc / or weak_no");
        }
        Some(label)
    };
    let (present, empty) = (state("present").unwrap_or_default(), state("empty").unwrap_or_default());
    let unless = table.get("unless").and_then(|i| place(map, i));
    Some(LabelSource { place: place(map, table.need("from")?)?, words: said, present, empty, unless })
}

/// A place, or a table that says more of it.
fn source(map: &mut FieldMap, item: Item<'_>) -> Option<FieldSource> {
    if item.is_str() {
        return Some(plain_source(place(map, item)?));
    }
    let t = item.table(&SOURCE_KEYS)?;
    let mut source = plain_source(place(map, t.need("from")?)?);
    source.split = t.get("split").and_then(character);
    source.json = t.get("json").and_then(path);
    source.unless = t.get("unless").and_then(|i| place(map, i));
    let text = |key: &str| t.get(key).and_then(Item::str).map(str::to_owned);
    (source.prefix, source.unwrap) = (text("prefix"), text("unwrap"));
    source.present = t.get("present").and_then(Item::bool).unwrap_or(false);
    source.cut_at = t.get("cut_at").and_then(Item::whole);
    let one_of = |key: &str, known: &[&str]| {
        let item = t.get(key)?;
        let at = known.iter().position(|k| item.str() == Some(k));
        if at.is_none() {
            item.fault("P005", format!("một trong / one of: {}", known.join(", ")));
        }
        at
    };
    source.order = match one_of("date", &["ymd", "dmy", "mdy", "digits"]) {
        Some(1) => DateOrder::DayFirst,
        Some(2) => DateOrder::MonthFirst,
        Some(3) => DateOrder::Digits,
        _ => DateOrder::YearFirst,
    };
    source.part = match one_of("part", &["last_segment", "site"]) {
        Some(0) => Some(UrlPart::LastSegment),
        Some(_) => Some(UrlPart::Site),
        None => None,
    };
    if let Some(words) = t.get("words").and_then(|i| i.table(&[])) {
        source.words =
            words.entries().into_iter().filter_map(|(w, i)| Some((w.to_lowercase(), i.str()?.to_owned()))).collect();
    }
    if let Some(chosen) = t.get("where") {
        source.pick = Some(Pick {
            r#where: path(chosen)?,
            same_as: t.get("same_as").and_then(|i| place(map, i)),
            prefer: t.get("prefer").and_then(path),
            take: t.need("take").and_then(path)?,
        });
    } else if let Some(stray) = ["same_as", "prefer", "take"].iter().find_map(|key| t.get(key)) {
        stray.fault("P003", "chỉ dùng cùng `where` / only together with `where`");
    }
    Some(source)
}

fn plain_source(place: Place) -> FieldSource {
    FieldSource {
        place,
        split: None,
        json: None,
        pick: None,
        unless: None,
        order: DateOrder::YearFirst,
        prefix: None,
        part: None,
        unwrap: None,
        present: false,
        cut_at: None,
        words: Vec::new(),
    }
}

fn place(map: &mut FieldMap, item: Item<'_>) -> Option<Place> {
    let text = item.str()?;
    map.place(text, item.span()).map_err(|[vi, en]| item.fault("P007", format!("{vi} / {en}"))).ok()
}

fn path(item: Item<'_>) -> Option<Path> {
    Path::parse(item.str()?).map_err(|[vi, en]| item.fault("P007", format!("{vi} / {en}"))).ok()
}

fn list<T>(item: Item<'_>, read: impl Fn(Item<'_>) -> Option<T>) -> Vec<T> {
    item.array().into_iter().filter_map(read).collect()
}

fn words(item: Item<'_>) -> Vec<String> {
    list(item, |i| i.str().map(str::to_owned))
}

fn character(item: Item<'_>) -> Option<char> {
    let mut chars = item.str()?.chars();
    let one = chars.next().filter(|_| chars.next().is_none());
    if one.is_none() {
        item.fault("P007", "cần đúng một ký tự / exactly one character");
    }
    one
}

/// `UTC`, `+07:00`, `-04:00` → seconds east of Greenwich.
fn offset(item: Item<'_>) -> Option<i64> {
    let text = item.str()?;
    let seconds = || {
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return (text == "UTC").then_some(0),
        };
        let (hours, minutes) = rest.split_once(':')?;
        let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
        (hours <= 14 && minutes < 60 && rest.len() == 5).then_some(sign * (hours * 3_600 + minutes * 60))
    };
    let seconds = seconds();
    if seconds.is_none() {
        item.fault("P007", "một múi giờ như \"UTC\" hay \"+07:00\" / a zone such as \"UTC\" or \"+07:00\"");
    }
    seconds
}
