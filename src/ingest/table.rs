//! Tables: a header row with the flat names, then one post a row.

use super::{
    draft::{Draft, Value},
    map::FieldMap,
    names::{self, Key},
};
use csv::ByteRecord;
use std::{borrow::Cow, io::Read, sync::Arc};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The cells of one row.
pub(super) fn cells(row: &[u8], delimiter: u8) -> ByteRecord {
    let mut cells = ByteRecord::new();
    // Reading from memory cannot fail.
    let _ = reader(row, delimiter).read_byte_record(&mut cells);
    cells
}

/// What the columns of a table mean.
#[derive(Debug)]
pub(super) struct Header {
    delimiter: u8,
    keys: Vec<Option<Key>>,
}

impl Header {
    /// What the cells of the header row mean; the column names as seen when none of them is the caption's.
    pub(super) fn of(cells: &ByteRecord, delimiter: u8) -> Result<Self, Vec<String>> {
        let seen: Vec<String> = cells.iter().map(|c| String::from_utf8_lossy(c).trim().to_lowercase()).collect();
        let keys: Vec<_> = seen.iter().map(|name| names::key(name)).collect();
        if keys.iter().any(|key| matches!(key, Some(Key::Text(_)))) { Ok(Self { delimiter, keys }) } else { Err(seen) }
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub(super) fn columns(&self) -> usize {
        self.keys.len()
    }

    /// Fills `draft` from a row; `false` when a cell that means something is not UTF-8.
    pub(super) fn fill<'a>(&self, row: &'a ByteRecord, draft: &mut Draft<'a>) -> bool {
        for (key, cell) in self.keys.iter().zip(row) {
            if let Some(key) = *key
                && !cell.is_empty()
            {
                let Ok(text) = simdutf8::basic::from_utf8(cell) else { return false };
                draft.put(key, Value::Text(Cow::Borrowed(text)));
            }
        }
        draft.allow_no_text();
        true
    }
}

/// The names of a header's columns, as they are meant.
pub(super) fn columns(cells: &ByteRecord) -> Vec<String> {
    let name = |cell: &[u8]| {
        let text = String::from_utf8_lossy(cell);
        // Names are shown in messages: no terminal is to obey one.
        text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').replace(char::is_control, "\u{FFFD}")
    };
    cells.iter().map(name).collect()
}

/// A table of a known format: which column each place of its map is.
#[derive(Debug)]
pub(super) struct MappedTable {
    pub(super) map: Arc<FieldMap>,
    pub(super) delimiter: u8,
    /// Cells of a row.
    pub(super) columns: usize,
    /// Columns by the number of the place.
    slots: Vec<Option<usize>>,
}

impl MappedTable {
    pub(super) fn new(map: Arc<FieldMap>, header: &ByteRecord, delimiter: u8) -> Self {
        let names = columns(header);
        let mut slots = vec![None; map.slots];
        for place in map.places() {
            slots[place.slot] = names.iter().position(|name| name == place.path.as_str());
        }
        Self { map, delimiter, columns: names.len(), slots }
    }

    /// The cell of a place; `None` where the table has no such column.
    pub(super) fn cell<'a>(&self, row: &'a ByteRecord, slot: usize) -> Option<&'a str> {
        let cell = row.get(self.slots.get(slot).copied().flatten()?)?;
        simdutf8::basic::from_utf8(cell).ok()
    }

    /// Whether every cell that means something is UTF-8.
    pub(super) fn is_utf8(&self, row: &ByteRecord) -> bool {
        let used = self.slots.iter().flatten().filter_map(|column| row.get(*column));
        used.into_iter().all(|cell| simdutf8::basic::from_utf8(cell).is_ok())
    }
}

/// A reader of rows that have been cut out of a table. The newline in front keeps it from taking a byte order mark at the
/// start of `rows` for one at the start of the file: where rows are cut must change nothing.
pub(super) fn reader(rows: &[u8], delimiter: u8) -> csv::Reader<impl Read> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(b"\n".chain(rows))
}

/// The delimiter that a header line uses most, outside of quotes; a comma when it has one column.
pub(super) fn sniff_delimiter(header: &[u8]) -> u8 {
    let mut counts = [0u32; DELIMITERS.len()];
    let mut quoted = false;
    for byte in header {
        quoted ^= *byte == b'"';
        if let Some(i) = DELIMITERS.iter().position(|d| d == byte)
            && !quoted
        {
            counts[i] += 1;
        }
    }
    let mut best = 0;
    for i in 1..counts.len() {
        if counts[i] > counts[best] {
            best = i;
        }
    }
    DELIMITERS[best]
}
