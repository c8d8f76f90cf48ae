//! The serial part of reading: a stream cut into chunks of whole records. Costs a pass of `memchr` a byte.

mod start;

use super::{
    decode::Stream,
    document::Document,
    error::IngestError,
    feed::Feed,
    format::{Format, KNOWN, Packing},
    map::{FieldMap, Formats},
    names::TEXTS,
    options::ReadOptions,
    reject::{self, Reason, Reject},
    split::{Cut, Lines, Pending, Rows},
    stop::Stop,
    table::{Header, MappedTable},
};
use std::{io::Read, ops::Range, sync::Arc};

/// Decoded bytes a chunk aims at: large enough for one UTF-8 check to pay, small enough that the chunks at work and their
/// lines (some ten at two workers) stay far below the memory that a run may take.
const CHUNK: usize = 1 << 17;
/// How often in one table the line after a quote that is never closed is taken for a new row. Each time costs up to a cap
/// of re-reading; a file with more such lines is no table.
const RECOVERIES: u32 = 64;

/// How the records of a chunk are written.
#[derive(Clone, Debug, Default)]
pub(super) enum Shape {
    #[default]
    Json,
    Table(Arc<Header>),
    /// JSON of a known format.
    Mapped(Arc<FieldMap>),
    /// A table of a known format.
    MappedTable(Arc<MappedTable>),
}

/// Whole records as bytes, with their places in the file. Reuse it: its memory is kept from chunk to chunk.
#[derive(Debug, Default)]
pub struct RawChunk {
    pub(super) file: Arc<str>,
    pub(super) bytes: Vec<u8>,
    pub(super) shape: Shape,
    pub(super) cap: usize,
    /// What comes before the records: one that was too long to be held.
    pub(super) before: Option<Reject>,
    /// What comes after them: the end of a damaged file.
    pub(super) after: Option<Reject>,
    base: u64,
    first: u64,
    cuts: Vec<Cut>,
}

impl RawChunk {
    /// An empty chunk to be filled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Display path of the file.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// How many records and rejects [`parse_chunk`](super::parse_chunk) will hand out, a page of several counted as one.
    pub fn records(&self) -> usize {
        self.cuts.len() + usize::from(self.before.is_some()) + usize::from(self.after.is_some())
    }

    /// Decoded bytes held.
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn numbered(&self) -> impl Iterator<Item = (u64, Cut)> {
        (self.first..).zip(self.cuts.iter().copied())
    }

    pub(super) fn range(&self, cut: Cut) -> Range<usize> {
        (cut.start - self.base) as usize..(cut.end - self.base) as usize
    }

    pub(super) fn slice(&self, cut: Cut) -> &[u8] {
        self.bytes.get(self.range(cut)).unwrap_or_default()
    }
}

enum Splitter {
    Lines(Lines),
    Document(Document),
    Rows(Rows),
}

impl Splitter {
    /// How far it came: short of the end it stands in quotes that are suspect, and wants a decision.
    fn push(&mut self, held: &[u8], base: u64, from: usize, cuts: &mut Vec<Cut>) -> usize {
        match self {
            Splitter::Lines(lines) => lines.push(held, base, from, cuts),
            Splitter::Document(document) => document.push(held, base, from, cuts),
            Splitter::Rows(rows) => return rows.push(held, base, from, cuts),
        }
        held.len()
    }

    fn pending(&self, end: u64) -> Option<Pending> {
        match self {
            Splitter::Lines(lines) => lines.pending(end),
            Splitter::Document(document) => document.pending(),
            Splitter::Rows(rows) => rows.pending(),
        }
    }

    fn line(&self) -> u64 {
        match self {
            Splitter::Lines(lines) => lines.line(),
            Splitter::Document(document) => document.line(),
            Splitter::Rows(rows) => rows.line(),
        }
    }
}

/// A record that was too long to be held: what is kept of it until its end is seen.
struct Dropped {
    start: u64,
    head: String,
}

/// Reads one input as chunks of whole records, in order.
pub struct ChunkReader {
    file: Arc<str>,
    feed: Feed,
    splitter: Splitter,
    shape: Shape,
    /// Bytes after the last record handed out, the first of them at `base` in the stream.
    carry: Vec<u8>,
    base: u64,
    /// How many of them the splitter has seen.
    scanned: usize,
    records: u64,
    dropped: Option<Dropped>,
    recoveries: u32,
    chunk_bytes: usize,
    cap: usize,
    formats: Arc<Formats>,
    format: Option<Arc<FieldMap>>,
    notices: Vec<String>,
    /// A fault that leaves nothing to read.
    hopeless: Option<Reject>,
    sha256: Option<[u8; 32]>,
}

impl ChunkReader {
    /// A reader of `inner` under the display path `file`. Without a format, the content is looked at.
    ///
    /// # Errors
    /// When it cannot be read, its format cannot be told, or it is a table without a caption column.
    pub fn new(
        file: &str,
        inner: Box<dyn Read + Send>,
        format: Option<Format>,
        packing: Packing,
        options: &ReadOptions,
    ) -> Result<Self, IngestError> {
        let stream = Stream::new(inner, packing).map_err(|e| io_error(file, e))?;
        let (reader, started) = Self::begin(file, stream, format, options);
        match started {
            Ok(()) => Ok(reader),
            Err(Fault::Stop(stop)) => Err(stopped(&reader.file, stop)),
            Err(Fault::Format(error)) => Err(*error),
            Err(Fault::Unknown) => Err(IngestError::UnknownType { path: file.to_owned(), known: KNOWN }),
            Err(Fault::NoTextColumn(seen)) => Err(IngestError::NoTextColumn {
                path: file.to_owned(),
                seen: seen.join(", "),
                accepted: TEXTS.join(", "),
            }),
        }
    }

    /// As [`new`](Self::new), for a file that nobody named: a table without a caption column is one reject.
    pub(super) fn new_in_folder(
        file: &str,
        inner: Box<dyn Read + Send>,
        format: Format,
        packing: Packing,
        options: &ReadOptions,
    ) -> Result<Self, IngestError> {
        let stream = Stream::new(inner, packing).map_err(|e| io_error(file, e))?;
        let (mut reader, started) = Self::begin(file, stream, Some(format), options);
        match started {
            Ok(()) => {}
            Err(Fault::Stop(stop)) => return Err(stopped(&reader.file, stop)),
            Err(Fault::Format(error)) => reader.give_up(Reason::UnknownFormat, error.to_string()),
            Err(Fault::Unknown) => reader.give_up(Reason::BadJson, String::new()),
            Err(Fault::NoTextColumn(seen)) => {
                reader.give_up(Reason::NoTextColumn, format!("{} ∌ {}", seen.join(", "), TEXTS.join(", ")));
            }
        }
        Ok(reader)
    }

    /// A reader of the rows of a Parquet file, or of one reject; `inner` is the same file.
    #[cfg(feature = "tables")]
    pub(super) fn of_rows(
        file: &str,
        inner: Box<dyn Read + Send>,
        rows: Result<super::parquet::Rows, (Reason, String)>,
        options: &ReadOptions,
    ) -> Result<Self, IngestError> {
        let (stream, fault) = match rows {
            Ok(rows) => (Stream::of_rows(inner, rows), None),
            Err(fault) => (Stream::new(inner, Packing::None).map_err(|e| io_error(file, e))?, Some(fault)),
        };
        let (mut reader, started) = Self::begin(file, stream, Some(Format::Lines), options);
        match (started, fault) {
            (_, Some((reason, said))) => reader.give_up(reason, said),
            (Err(Fault::Stop(stop)), None) => return Err(stopped(&reader.file, stop)),
            _ => {}
        }
        Ok(reader)
    }

    /// A reader, and how looking at its first bytes went.
    fn begin(file: &str, stream: Stream, format: Option<Format>, options: &ReadOptions) -> (Self, Result<(), Fault>) {
        let mut reader = Self {
            file: file.into(),
            feed: Feed::new(stream),
            splitter: Splitter::Lines(Lines::new(0)),
            shape: Shape::Json,
            carry: Vec::new(),
            base: 0,
            scanned: 0,
            records: 0,
            dropped: None,
            recoveries: RECOVERIES,
            chunk_bytes: CHUNK,
            cap: options.caps.record,
            formats: options.formats.clone(),
            format: None,
            notices: Vec::new(),
            hopeless: None,
            sha256: None,
        };
        let started = reader.start(format);
        (reader, started)
    }

    /// Aims at chunks of that many decoded bytes. What is read does not depend on it.
    #[must_use]
    pub fn with_chunk_bytes(mut self, bytes: usize) -> Self {
        self.chunk_bytes = bytes.max(1);
        self
    }

    /// The format that the input is read as; `None` is the plain shape.
    pub fn format(&self) -> Option<&Arc<FieldMap>> {
        self.format.as_ref()
    }

    /// What a person should know of the input before it is read, in both languages: a part that every post should have
    /// and that is not where the format has it.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Bytes of the input as it lies on disk that have been read: for progress.
    pub fn disk_bytes(&self) -> u64 {
        self.feed.raw_bytes()
    }

    /// SHA-256 of the input as it lies on disk; known once [`next_chunk`](Self::next_chunk) has returned `false`.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        self.sha256
    }

    /// How many bytes of the input as it lies on disk have been read, and their SHA-256.
    pub fn so_far(&self) -> (u64, [u8; 32]) {
        (self.disk_bytes(), self.sha256.unwrap_or_else(|| self.feed.so_far()))
    }

    /// Reads to the end without a look at it: for [`sha256`](Self::sha256).
    ///
    /// # Errors
    /// When the system fails to read.
    pub fn skip_rest(&mut self) -> Result<(), IngestError> {
        if self.sha256.is_none() { self.hash() } else { Ok(()) }
    }

    /// Fills `chunk` with the next whole records; `false` when there are none left.
    ///
    /// # Errors
    /// When the system fails to read. Damaged data is a reject in the chunk.
    pub fn next_chunk(&mut self, chunk: &mut RawChunk) -> Result<bool, IngestError> {
        chunk.file = self.file.clone();
        chunk.shape = self.shape.clone();
        chunk.cap = self.cap;
        (chunk.before, chunk.after) = (None, None);
        chunk.bytes.clear();
        chunk.cuts.clear();
        if self.sha256.is_some() {
            return Ok(false);
        }
        if self.hopeless.is_some() {
            self.hash()?;
            chunk.after = self.hopeless.take();
            return Ok(true);
        }
        std::mem::swap(&mut chunk.bytes, &mut self.carry);
        let keep = self.gather(chunk)?;
        self.carry.clear();
        self.carry.extend_from_slice(&chunk.bytes[keep..]);
        chunk.bytes.truncate(keep);
        chunk.base = self.base;
        self.base += keep as u64;
        chunk.first = self.records + 1;
        self.records += chunk.cuts.len() as u64;
        if let Some(after) = &mut chunk.after {
            self.records += 1;
            after.record = self.records;
        }
        Ok(chunk.records() > 0)
    }

    /// Reads until there is a record or a reject to hand out, or the end. How many bytes of the chunk are done with.
    fn gather(&mut self, chunk: &mut RawChunk) -> Result<usize, IngestError> {
        loop {
            if !self.feed.is_dry() {
                self.feed.fill(&mut chunk.bytes, self.chunk_bytes).map_err(|stop| stopped(&self.file, stop))?;
            }
            self.scanned = self.splitter.push(&chunk.bytes, self.base, self.scanned, &mut chunk.cuts);
            let end = self.base + chunk.bytes.len() as u64;
            self.settle(chunk, end);
            if self.scanned < chunk.bytes.len() {
                if let Some(keep) = self.recover(chunk) {
                    return Ok(keep);
                }
                continue;
            }
            if self.feed.is_dry() {
                return self.close(chunk, end);
            }
            let pending = self.splitter.pending(end);
            if !chunk.cuts.is_empty() || chunk.before.is_some() {
                let keep = pending.map_or(end, |p| p.start.max(self.base));
                let keep = (keep - self.base) as usize;
                self.scanned -= keep;
                return Ok(keep);
            }
            let held = pending.map_or(0, |p| end - p.start.max(self.base));
            if self.dropped.is_some() || held > self.cap.max(reject::HEAD) as u64 {
                self.let_go(chunk, pending);
            } else if held == 0 {
                chunk.bytes.clear();
                (self.base, self.scanned) = (end, 0);
            }
        }
    }

    /// The record at hand is longer than may be held: only its head is kept.
    fn let_go(&mut self, chunk: &mut RawChunk, pending: Option<Pending>) {
        if let Some(pending) = pending
            && self.dropped.is_none()
        {
            let held = &chunk.bytes[(pending.start - self.base) as usize..];
            self.dropped = Some(Dropped { start: pending.start, head: reject::head(held) });
        }
        self.base += chunk.bytes.len() as u64;
        self.scanned = 0;
        chunk.bytes.clear();
    }

    /// When the end of a record that was let go has come, it becomes the chunk's first reject.
    fn settle(&mut self, chunk: &mut RawChunk, end: u64) {
        let Some(dropped) = &mut self.dropped else { return };
        if let Some(first) = chunk.cuts.first()
            && first.start == dropped.start
        {
            self.records += 1;
            chunk.before = Some(Reject {
                file: self.file.clone(),
                byte_offset: first.start,
                line: first.line,
                record: self.records,
                reason: Reason::RecordTooLong,
                detail: format!("> {} B", self.cap),
                head: std::mem::take(&mut dropped.head),
            });
            chunk.cuts.remove(0);
            self.dropped = None;
        } else if self.splitter.pending(end).is_none_or(|p| p.start != dropped.start) {
            // It was no record but held an array of them.
            self.dropped = None;
        }
    }

    /// The stream is at its end.
    fn close(&mut self, chunk: &mut RawChunk, end: u64) -> Result<usize, IngestError> {
        let fault = match (&mut self.splitter, self.feed.damage()) {
            (_, Some(damage)) => Some(damage),
            (Splitter::Lines(lines), None) => {
                lines.finish(&chunk.bytes, self.base, &mut chunk.cuts);
                let none = self.records == 0 && chunk.cuts.is_empty() && !self.feed.may_be_empty();
                none.then(|| (Reason::EmptyFile, String::new()))
            }
            (Splitter::Document(document), None) => {
                let whole = document.finish(end, &mut chunk.cuts);
                (!whole).then(|| (Reason::TruncatedJson, String::new()))
            }
            (Splitter::Rows(rows), None) => {
                if rows.is_quoted()
                    && rows.is_short(end)
                    && let Some(keep) = self.recover(chunk)
                {
                    return Ok(keep);
                }
                let Splitter::Rows(rows) = &mut self.splitter else { return Ok(chunk.bytes.len()) };
                rows.finish(end, &mut chunk.cuts);
                rows.is_quoted().then(|| (Reason::BadCsv, UNCLOSED.to_owned()))
            }
        };
        self.settle(chunk, end);
        if let Some((reason, detail)) = fault {
            chunk.after = Some(self.fault(chunk, end, reason, detail));
        }
        self.hash()?;
        Ok(chunk.bytes.len())
    }

    /// A reject of what stands at the end of the chunk: the record that has begun there, or nothing.
    fn fault(&self, chunk: &RawChunk, end: u64, reason: Reason, detail: String) -> Reject {
        let pending = self.splitter.pending(end);
        let (byte_offset, line) = pending.map_or((end, self.splitter.line()), |p| (p.start, p.line));
        let head = match &self.dropped {
            Some(dropped) => dropped.head.clone(),
            None => {
                let from = byte_offset.saturating_sub(self.base) as usize;
                reject::head(chunk.bytes.get(from..).unwrap_or_default())
            }
        };
        Reject { file: self.file.clone(), byte_offset, line, record: 0, reason, detail, head }
    }

    /// A quote that is never closed has swallowed rows. Its first line is given up and the next one taken for a new row.
    fn recover(&mut self, chunk: &mut RawChunk) -> Option<usize> {
        let Splitter::Rows(rows) = &mut self.splitter else { return None };
        rows.go_on();
        let row = rows.pending()?;
        let from = row.start.checked_sub(self.base)? as usize;
        // Within the cap only: what lies further may or may not have been read.
        let line = chunk.bytes.get(from..)?;
        let newline = memchr::memchr(b'\n', &line[..line.len().min(self.cap)])?;
        self.recoveries = self.recoveries.checked_sub(1)?;
        *rows = rows.again(row.line + 1);
        let keep = from + newline + 1;
        chunk.after = Some(Reject {
            file: self.file.clone(),
            byte_offset: row.start,
            line: row.line,
            record: 0,
            reason: Reason::BadCsv,
            detail: UNCLOSED.to_owned(),
            head: reject::head(&chunk.bytes[from..from + newline]),
        });
        self.scanned = 0;
        Some(keep)
    }

    fn hash(&mut self) -> Result<(), IngestError> {
        let hash = self.feed.hash().map_err(|stop| stopped(&self.file, stop))?;
        self.sha256 = Some(hash);
        Ok(())
    }
}

const UNCLOSED: &str = "\"…";

enum Fault {
    Stop(Stop),
    Format(Box<IngestError>),
    Unknown,
    NoTextColumn(Vec<String>),
}

impl From<Stop> for Fault {
    fn from(stop: Stop) -> Self {
        Fault::Stop(stop)
    }
}

fn io_error(file: &str, source: std::io::Error) -> IngestError {
    IngestError::Io { path: file.to_owned(), source }
}

fn stopped(file: &str, stop: Stop) -> IngestError {
    match stop {
        Stop::Io(source) => io_error(file, source),
        Stop::Damaged(reason, said) => io_error(file, std::io::Error::other(format!("{}: {said}", reason.code()))),
    }
}
