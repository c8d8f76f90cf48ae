//! Decisions from outside, as entries: JSON Lines as the dossier's page saves them, tables (CSV, TSV) with the same columns,
//! and the table of findings of `export --to csv` with its columns for decisions filled in. A line that is none is kept as
//! it came.

use super::entry::{Action, Attachment, Content, Entry, Unread, is_finding_id, is_sha256};
use crate::{day::Day, records};
use serde_json::{Map, Value};

/// What a line may leave out.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The day, where a line has none.
    pub at: Option<Day>,
    /// The reviewer, where a line has none.
    pub reviewer: Option<String>,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries and unreadable lines, in the order of the file.
    pub contents: Vec<Content>,
    /// Lines without a day although none was given for them, from 1.
    pub undated: Vec<u64>,
    /// Lines without a reviewer although none was given for them, from 1.
    pub unsigned: Vec<u64>,
}

/// What is wrong with a line.
enum Fault {
    NoDay,
    NoReviewer,
    Other(String),
}

/// The names of the columns.
const COLUMNS: [&str; 9] =
    ["finding_id", "decision", "action", "reason_code", "note", "reviewer", "at", "text_sha256", "attachments"];

/// A column that only the table of an export has: there all but [`FILLED`] tells of the finding, and a row without a
/// decision says nothing yet.
const EXPORTED: &str = "rule";
/// What people fill in there.
const FILLED: [&str; 6] = ["finding_id", "decision", "reason_code", "note", "reviewer", "at"];

/// Reads a file of that name: `.csv` and `.tsv` as a table with header (a comma or a semicolon between the cells of `.csv`,
/// as spreadsheets save it), anything else as JSON Lines. Bytes that are no UTF-8 are replaced.
pub fn read(file: &str, bytes: &[u8], defaults: &Defaults) -> Imported {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut imported = Imported::default();
    let mut take = |line: u64, raw: &str, read: Result<Entry, Fault>| match read {
        Ok(entry) => imported.contents.push(Content::Entry(entry)),
        Err(Fault::NoDay) => imported.undated.push(line),
        Err(Fault::NoReviewer) => imported.unsigned.push(line),
        Err(Fault::Other(why)) => imported.contents.push(Content::Unread(Unread::new(file, line, why, raw))),
    };
    match file.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => table(text, records::delimiter(text), defaults, &mut take),
        Some("tsv") => table(text, b'\t', defaults, &mut take),
        _ => {
            for (line, raw) in (1..).zip(text.lines()).filter(|(_, raw)| !raw.trim().is_empty()) {
                take(line, raw, json(raw).and_then(|record| entry(&record, defaults)));
            }
        }
    }
    imported
}

fn json(raw: &str) -> Result<Map<String, Value>, Fault> {
    match serde_json::from_str(raw) {
        Ok(Value::Object(record)) => Ok(record),
        Ok(_) => Err(Fault::Other("không phải đối tượng JSON / no JSON object".to_owned())),
        Err(e) => Err(Fault::Other(format!("không phải JSON / no JSON: {e}"))),
    }
}

fn table(text: &str, delimiter: u8, defaults: &Defaults, take: &mut impl FnMut(u64, &str, Result<Entry, Fault>)) {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    // Reading from memory as UTF-8 cannot fail; an empty file has no header and no rows.
    let headers = reader.headers().cloned().unwrap_or_default();
    let separator = char::from(delimiter).to_string();
    let exported = headers.iter().any(|name| name.trim() == EXPORTED);
    for record in reader.records().map_while(Result::ok) {
        let line = record.position().map_or(0, |at| records::line_of(text, at));
        let raw = record.iter().collect::<Vec<_>>().join(&separator);
        let too_many = record.len() > headers.len();
        let cells = headers.iter().zip(record.iter()).filter(|(_, cell)| !cell.trim().is_empty());
        let mut row: Map<String, Value> = cells.map(|(name, cell)| (name.trim().to_owned(), cell.into())).collect();
        if exported {
            row.retain(|name, _| FILLED.contains(&name.as_str()));
            if !row.contains_key("decision") {
                continue;
            }
        }
        let read = match too_many {
            true => Err(Fault::Other("nhiều ô hơn số cột / more cells than columns".to_owned())),
            false => entry(&row, defaults),
        };
        take(line, &raw, read);
    }
}

/// The entry that a record says. `decision` and `action` are one column: the page writes the one, a ledger the other.
fn entry(record: &Map<String, Value>, defaults: &Defaults) -> Result<Entry, Fault> {
    let other = |why: String| Err(Fault::Other(why));
    if let Some(name) = record.keys().find(|name| !COLUMNS.contains(&name.as_str())) {
        return other(format!("cột lạ / unknown field `{name}`; {}", COLUMNS.join(", ")));
    }
    let mut words = [const { None }; COLUMNS.len() - 1];
    for (word, name) in words.iter_mut().zip(COLUMNS) {
        *word = match record.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Some(_) => return other(format!("`{name}` phải là chuỗi / must be a text")),
        };
    }
    let [finding_id, decision, action, reason_code, note, reviewer, at, text_sha256] = words;
    let Some(finding_id) = finding_id.filter(|id| is_finding_id(id)) else {
        return other("`finding_id` phải là mã của một phát hiện / must be the id of a finding: f_…".to_owned());
    };
    let known = Action::ALL.map(Action::name).join(", ");
    let action = match (decision, action) {
        (Some(_), Some(_)) => return other("chỉ dùng `decision` hoặc `action` / only one of them".to_owned()),
        (Some(word), None) | (None, Some(word)) => match Action::from_name(&word) {
            Some(action) => action,
            None => return other(format!("không biết quyết định / unknown decision `{word}`; {known}")),
        },
        (None, None) => return other(format!("thiếu `decision` / `decision` is missing: {known}")),
    };
    let at = match at {
        None => defaults.at.ok_or(Fault::NoDay)?,
        Some(text) => match Day::parse(&text) {
            Some(day) => day,
            None => return other(format!("`at` phải là ngày / must be a day, YYYY-MM-DD: `{text}`")),
        },
    };
    if let Some(hash) = text_sha256.as_deref().filter(|hash| !is_sha256(hash)) {
        return other(format!("`text_sha256` không phải SHA-256 / is no SHA-256: `{hash}`"));
    }
    let reviewer = reviewer.or_else(|| defaults.reviewer.clone()).ok_or(Fault::NoReviewer)?;
    let attachments = attachments(record.get("attachments"))?;
    let note = note.unwrap_or_default();
    Ok(Entry { finding_id, action, reason_code, note, reviewer, at, text_sha256, attachments })
}

/// A list of `{"name", "sha256"}`, or in a table the same as JSON.
fn attachments(value: Option<&Value>) -> Result<Vec<Attachment>, Fault> {
    let read: Result<Vec<Attachment>, _> = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(Vec::new()),
        Some(Value::String(text)) => serde_json::from_str(text),
        Some(list) => serde_json::from_value(list.clone()),
    };
    match read {
        Ok(list) if list.iter().all(|one| is_sha256(&one.sha256)) => Ok(list),
        Ok(_) => Err(Fault::Other("`attachments`: `sha256` không phải SHA-256 / is no SHA-256".to_owned())),
        Err(e) => Err(Fault::Other(format!("`attachments`: [{{\"name\", \"sha256\"}}, …]: {e}"))),
    }
}
