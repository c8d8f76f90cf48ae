//! How reading begins: byte order mark, the format by the first records, the header of a table.

use super::{
    super::{
        detect::{self, Sample, Told},
        document::{Document, Route},
        format::{Format, sniff},
        map::{FormatChoice, Formats},
        reject::{self, Reason, Reject},
        split::{Lines, Rows},
        table::{self, Header, MappedTable},
    },
    ChunkReader, Fault, Shape, Splitter, UNCLOSED,
};
use csv::ByteRecord;
use std::sync::Arc;

/// What is looked at to tell the format of a stream.
const AHEAD: usize = 64 << 10;
/// A page that holds many records may be so many times as long as one record.
const PAGE: usize = 4;
const BOM: &[u8] = b"\xEF\xBB\xBF";
const UTF16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

impl ChunkReader {
    /// Looks at the first bytes: byte order mark, format, header of a table.
    pub(super) fn start(&mut self, format: Option<Format>) -> Result<(), Fault> {
        let first = self.feed.peek(4)?;
        let (empty, bom) = (first.is_empty(), first.starts_with(BOM));
        // Without a mark: the first two characters of any table or JSON are ASCII.
        let zeros = first.get(..4).map(|first| [0, 1, 2, 3].map(|i| first[i] == 0));
        let utf16 = UTF16.iter().any(|mark| first.starts_with(mark))
            || matches!(zeros, Some([true, false, true, false] | [false, true, false, true]));
        if utf16 || empty && !self.feed.may_be_empty() && self.feed.is_dry() && self.feed.damage().is_none() {
            self.give_up(if utf16 { Reason::NotUtf8 } else { Reason::EmptyFile }, String::new());
            return Ok(());
        }
        if bom {
            self.feed.take(BOM.len());
            self.base = BOM.len() as u64;
        }
        let known = match format {
            Some(Format::Json) | None => {
                let formats = self.formats.clone();
                let ahead = self.feed.peek(AHEAD)?;
                match sniff(ahead, |line| is_header(line, &formats)) {
                    Some(Format::Table) | None if format.is_some() => Some(Format::Json),
                    told => told,
                }
            }
            told => told,
        };
        self.splitter = match known {
            Some(Format::Lines) => {
                self.tell(true)?;
                Splitter::Lines(Lines::new(self.base))
            }
            Some(Format::Json) => {
                let route = self.tell(false)?;
                Splitter::Document(Document::new(route))
            }
            Some(Format::Table) => return self.start_table(),
            // Its rows come as lines; bytes under that name in memory are none.
            #[cfg(feature = "tables")]
            Some(Format::Parquet) => return Err(Fault::Unknown),
            None => {
                let (reason, said) = self.feed.damage().ok_or(Fault::Unknown)?;
                self.give_up(reason, said);
                return Ok(());
            }
        };
        Ok(())
    }

    /// Tells the format of JSON by its first records: the look ahead grows until one of them is whole, or the one object
    /// that holds them.
    fn tell(&mut self, lines: bool) -> Result<Route, Fault> {
        if self.formats.known.is_empty() && self.formats.choice == FormatChoice::Detect {
            return Ok(Route::Known);
        }
        let mut want = AHEAD;
        let told = loop {
            let ahead = self.feed.peek(want)?;
            let dry = ahead.len() < want;
            let sample = if lines { Sample::of_lines(ahead, dry) } else { Sample::of_document(ahead) };
            let last = dry || want > self.cap || !sample.is_open && holds_a_record(ahead, lines);
            let told =
                detect::json(&self.file, &sample, &self.formats, last).map_err(|e| Fault::Format(Box::new(e)))?;
            match told {
                Some(told) => break told,
                None => want *= 2,
            }
        };
        let Some(map) = &told.map else {
            self.notices = told.notices;
            return Ok(Route::Known);
        };
        if map.whole {
            self.cap = self.cap.saturating_mul(PAGE);
        }
        self.shape = Shape::Mapped(map.clone());
        let route = Route::Keys(told.route.clone().unwrap_or_default());
        self.adopt(told);
        Ok(route)
    }

    fn adopt(&mut self, told: Told) {
        self.format = told.map;
        self.notices = told.notices;
    }

    /// Reads the header row, however long.
    fn start_table(&mut self) -> Result<(), Fault> {
        let mut want = AHEAD;
        loop {
            let base = self.base;
            let ahead = self.feed.peek(want)?;
            let first = ahead.trim_ascii_start();
            let line = first.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
            let mut rows = Rows::new(table::sniff_delimiter(line), 1, self.cap);
            let mut cuts = Vec::new();
            rows.push(ahead, base, 0, &mut cuts);
            let (len, dry) = (ahead.len(), ahead.len() < want);
            if cuts.is_empty() && dry {
                rows.finish(base + len as u64, &mut cuts);
            }
            if let Some(cut) = cuts.first() {
                let row = &ahead[(cut.start - base) as usize..(cut.end - base) as usize];
                let cells = table::cells(row, rows.delimiter());
                let told = detect::table(&self.file, &cells, rows.delimiter(), &self.formats)
                    .map_err(|e| Fault::Format(Box::new(e)))?;
                self.shape = match &told.map {
                    Some(map) => Shape::MappedTable(Arc::new(MappedTable::new(map.clone(), &cells, rows.delimiter()))),
                    None => Shape::Table(Arc::new(Header::of(&cells, rows.delimiter()).map_err(Fault::NoTextColumn)?)),
                };
                self.splitter = Splitter::Rows(rows.after(&ahead[..(cut.end - base) as usize]));
                self.adopt(told);
                self.feed.take((cut.end - base) as usize);
                self.base = cut.end;
                return Ok(());
            }
            if dry || want > self.cap {
                let (reason, said) = self.feed.damage().unwrap_or_else(|| match rows.is_quoted() {
                    true => (Reason::BadCsv, UNCLOSED.to_owned()),
                    false => (Reason::EmptyFile, String::new()),
                });
                self.give_up(reason, said);
                return Ok(());
            }
            want *= 2;
        }
    }

    /// Makes the whole file one reject.
    pub(super) fn give_up(&mut self, reason: Reason, detail: String) {
        let head = reject::head(self.feed.ahead());
        self.hopeless =
            Some(Reject { file: self.file.clone(), byte_offset: 0, line: 1, record: 1, reason, detail, head });
    }
}

/// Whether a line can be the header of a table.
fn is_header(line: &[u8], formats: &Formats) -> bool {
    let delimiter = table::sniff_delimiter(line);
    let cells: ByteRecord = table::cells(line, delimiter);
    let plain = Header::of(&cells, delimiter).is_ok();
    // What nearly fits is a table too: reading its header says what is missing.
    plain || cells.len() > 1 && detect::table("", &cells, delimiter, formats).map_or(true, |told| told.map.is_some())
}

/// Whether a record of the plain shape stands whole in the first bytes of a file.
fn holds_a_record(head: &[u8], lines: bool) -> bool {
    let mut cuts = Vec::new();
    match lines {
        true => Lines::new(0).push(head, 0, 0, &mut cuts),
        false => Document::new(Route::Known).push(head, 0, 0, &mut cuts),
    }
    !cuts.is_empty()
}
