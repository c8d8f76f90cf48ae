//! Records of the small files that people fill in or bring: tables with header, JSON Lines, one JSON array, and what
//! Label Studio says of a person. What a record means is for the rooms above to say.

use csv::Position;
use serde_json::{Map, Value};
use std::fmt::Display;

/// A record with its line or number in the file, from 1; or why there is none.
pub type Record = (u64, Result<Map<String, Value>, String>);

/// The rows of a table with header: cells by column, as texts; empty ones are left out.
pub fn table(text: &str, delimiter: u8) -> Vec<Record> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let line = |position: Option<&Position>| position.map_or(0, |at| line_of(text, at));
    let row = |row: csv::Result<csv::StringRecord>| match row {
        Ok(row) => {
            let cells = headers.iter().zip(row.iter()).filter(|(_, cell)| !cell.trim().is_empty());
            let record = cells.map(|(name, cell)| (name.trim().to_owned(), Value::from(cell))).collect();
            (line(row.position()), Ok(record))
        }
        Err(e) => (line(e.position()), Err(e.to_string())),
    };
    reader.into_records().map(row).collect()
}

/// What stands between the cells of a `.csv`: a comma, or a semicolon as spreadsheets save it where the comma is the
/// decimal sign.
pub fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' }
}

/// The line, from 1, on which the row of a table begins. The reader takes a row to begin behind the carriage return of the
/// row before: the rest of that line break, and empty lines, are still in front of it.
pub fn line_of(text: &str, at: &Position) -> u64 {
    let rest = text.as_bytes().get(at.byte() as usize..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + breaks.filter(|byte| **byte == b'\n').count() as u64
}

/// The objects of one JSON array, or those that stand one a line.
pub fn json(text: &str) -> Vec<Record> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('[') {
        return match serde_json::from_str::<Vec<Value>>(text) {
            Ok(items) => (1..).zip(items.into_iter().map(object)).collect(),
            Err(e) => vec![(e.line() as u64, Err(e.to_string()))],
        };
    }
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| (n, serde_json::from_str(line).map_err(|e| e.to_string()).and_then(object))).collect()
}

/// The same records, but each task of Label Studio as what `annotations` makes of it.
pub fn opened(
    records: Vec<Record>,
    annotations: impl Fn(&Map<String, Value>) -> Vec<Map<String, Value>>,
) -> impl Iterator<Item = Record> {
    records.into_iter().flat_map(move |(line, record)| match record {
        Ok(task) if task.contains_key("annotations") => {
            annotations(&task).into_iter().map(|record| (line, Ok(record))).collect()
        }
        record => vec![(line, record)],
    })
}

fn object(value: Value) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(record) => Ok(record),
        _ => Err("not an object".to_owned()),
    }
}

/// A value as a word: trimmed; none where nothing is said.
pub fn word(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned),
        other => Some(other.to_string()),
    }
}

/// Who made an annotation of a Label Studio export: an address where there is one, else a number.
pub fn annotator(annotation: &Value) -> Value {
    match &annotation["completed_by"] {
        Value::Object(person) => person.get("email").or_else(|| person.get("id")).cloned().unwrap_or_default(),
        other => other.clone(),
    }
}

/// Faults that are shown; the rest is counted.
const SHOWN: usize = 20;

/// Faults of a file for people, a line each, the first few.
pub fn shown<F: Display>(faults: impl ExactSizeIterator<Item = (u64, F)>) -> String {
    let more = faults.len().saturating_sub(SHOWN);
    let lines = faults.take(SHOWN).map(|(line, fault)| format!("  dòng/line {line}: {fault}"));
    lines.chain((more > 0).then(|| format!("  … {more} lỗi nữa / more"))).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_by_the_line_on_which_they_begin() {
        for (text, lines) in [
            ("a,b\n1,2\n3,4\n", vec![2, 3]),
            ("a,b\r\n1,2\r\n3,4\r\n", vec![2, 3]),
            ("\u{feff}a,b\r\n\"1\r\n1\",2\r\n\r\n3,4", vec![2, 5]),
            ("a,b\n\n\n1,2\n", vec![4]),
        ] {
            let found: Vec<u64> = table(text, b',').into_iter().map(|(line, _)| line).collect();
            assert_eq!(found, lines, "{text:?}");
        }
    }
}
