//! The serial part: files one after the other, cut into numbered chunks, a unit of work at a time.

use super::{
    PipelineError,
    unit::{Mark, Unit},
};
use crate::{
    ingest::{ChunkReader, IngestError, Inputs, RawChunk, ReadOptions, Source},
    report::{FileRecord, RunFolder},
};

/// All inputs, and how far they have been read.
pub(super) struct Feed<'s> {
    sources: &'s [Source],
    options: &'s ReadOptions,
    /// The file after the one at hand.
    next_file: usize,
    open: Option<Open<'s>>,
    /// The number of the next chunk.
    next: u64,
    bytes_before: u64,
    /// Decoded bytes that the unit at hand may still take.
    left: u64,
    /// Records and rejects that the chunks of all units were found to hold.
    pub(super) records: u64,
    /// Inputs read to their end, all and those of the unit at hand.
    pub(super) read: Vec<FileRecord>,
    unit_from: usize,
    /// Whether there is nothing left.
    pub(super) ended: bool,
    pub(super) failed: Option<IngestError>,
}

struct Open<'s> {
    index: usize,
    source: &'s Source,
    reader: ChunkReader,
    chunks: u64,
}

/// A chunk's place in the whole input.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) seq: u64,
    pub(super) file: u64,
    pub(super) bytes: u64,
}

impl<'s> Feed<'s> {
    /// Stands at the beginning.
    pub(super) fn new(inputs: &'s Inputs, options: &'s ReadOptions) -> Self {
        Self {
            sources: &inputs.sources,
            options,
            next_file: 0,
            open: None,
            next: 0,
            bytes_before: 0,
            left: 0,
            records: 0,
            read: Vec::new(),
            unit_from: 0,
            ended: false,
            failed: None,
        }
    }

    /// Stands behind those of `units` that the inputs still bear out, and drops the others. What is passed over is read,
    /// since its hash must be known, but not parsed. Gives the name of the input that has changed.
    pub(super) fn after(
        inputs: &'s Inputs,
        options: &'s ReadOptions,
        folder: &RunFolder,
        units: &mut Vec<Unit>,
    ) -> Result<(Self, Option<String>), PipelineError> {
        let mut changed = None;
        loop {
            let mut feed = Self::new(inputs, options);
            let good = units.iter().map_while(|unit| feed.pass(unit).transpose()).collect::<Result<Vec<()>, _>>()?;
            feed.records = units.last().map_or(0, |unit| unit.counts.records);
            feed.unit_from = feed.read.len();
            if good.len() == units.len() {
                return Ok((feed, changed));
            }
            let at = feed.open.as_ref().map_or(feed.next_file, |open| open.index);
            units.truncate(good.len());
            if feed.sources.iter().take(at + 1).any(Source::is_stdin) {
                // It has been read and cannot be read again; the next run begins where this one would have.
                Unit::forget(folder, units.len())?;
                return Err(IngestError::OtherStdin.into());
            }
            changed = inputs.sources.get(at).or(inputs.sources.last()).map(|source| source.display().to_owned());
        }
    }

    /// Passes over what a unit took; `None` when the inputs are not those that it took.
    fn pass(&mut self, unit: &Unit) -> Result<Option<()>, IngestError> {
        for record in &unit.inputs {
            if !self.open_next()? {
                return Ok(None);
            }
            let Some(Open { source, reader, .. }) = &mut self.open else { return Ok(None) };
            reader.skip_rest()?;
            if input_record(source, reader) != *record {
                return Ok(None);
            }
            self.bytes_before += reader.disk_bytes();
            self.read.push(record.clone());
            self.open = None;
        }
        let Some(mark) = &unit.open else { return Ok(Some(())) };
        if !self.open_next()? {
            return Ok(None);
        }
        let Some(open) = &mut self.open else { return Ok(None) };
        let mut chunk = RawChunk::new();
        while open.source.display() == mark.path && open.chunks < mark.chunks && open.reader.next_chunk(&mut chunk)? {
            open.chunks += 1;
        }
        Ok((open.mark() == *mark).then_some(()))
    }

    /// Opens the next file, unless one is open; false at the end.
    fn open_next(&mut self) -> Result<bool, IngestError> {
        if self.open.is_none() {
            let Some(source) = self.sources.get(self.next_file) else { return Ok(false) };
            let reader = source.open(self.options)?;
            self.open = Some(Open { index: self.next_file, source, reader, chunks: 0 });
            self.next_file += 1;
        }
        Ok(true)
    }

    /// Lets the next unit take about `bytes` decoded bytes, at least one chunk.
    pub(super) fn begin_unit(&mut self, bytes: u64) {
        self.left = bytes.max(1);
        self.unit_from = self.read.len();
    }

    /// Inputs that the unit read to their end, and the one that it stands in.
    pub(super) fn unit(&self) -> (Vec<FileRecord>, Option<Mark>) {
        (self.read[self.unit_from..].to_vec(), self.open.as_ref().map(Open::mark))
    }

    /// Fills `chunk`; `None` at the end of the unit, and after a failure.
    pub(super) fn next(&mut self, chunk: &mut RawChunk) -> Option<Place> {
        if self.left == 0 || self.failed.is_some() {
            return None;
        }
        match self.try_next(chunk) {
            Ok(place) => place,
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }

    fn try_next(&mut self, chunk: &mut RawChunk) -> Result<Option<Place>, IngestError> {
        while self.open_next()? {
            let Some(Open { index, source, reader, chunks }) = &mut self.open else { break };
            if reader.next_chunk(chunk)? {
                *chunks += 1;
                let place =
                    Place { seq: self.next, file: *index as u64, bytes: self.bytes_before + reader.disk_bytes() };
                self.next += 1;
                self.left = self.left.saturating_sub(chunk.byte_len().max(1) as u64);
                return Ok(Some(place));
            }
            source.expect_whole(reader.disk_bytes())?;
            self.bytes_before += reader.disk_bytes();
            self.read.push(input_record(source, reader));
            self.open = None;
        }
        self.ended = true;
        Ok(None)
    }
}

impl Open<'_> {
    fn mark(&self) -> Mark {
        let (bytes, sha256) = self.reader.so_far();
        Mark { path: self.source.display().to_owned(), chunks: self.chunks, bytes, sha256: hex(&sha256) }
    }
}

/// The record of an input that has been read to its end.
pub(crate) fn input_record(source: &Source, reader: &ChunkReader) -> FileRecord {
    let sha256 = hex(&reader.sha256().unwrap_or_default());
    FileRecord { path: source.display().to_owned(), bytes: reader.disk_bytes(), sha256 }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
