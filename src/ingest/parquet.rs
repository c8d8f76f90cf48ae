//! A Parquet file as JSON Lines: row group after row group, only the columns that say something of a post.

use super::{
    arrow::{ArrowColumns, ColumnFault},
    error::IngestError,
    reject::Reason,
    stop::Stop,
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};
use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Bytes of rows held at a time, by the mean size of a row as the file tells it.
const BATCH_BYTES: u64 = 1 << 20;
/// Rows held at a time at most.
const BATCH_ROWS: u64 = 1024;

/// The rows of a file.
pub(super) struct Rows {
    reader: ParquetRecordBatchReader,
    columns: ArrowColumns,
    lines: Vec<u8>,
    at: usize,
}

/// Why a file cannot be read as rows of posts.
#[derive(Debug)]
pub(super) enum RowsFault {
    /// It is no Parquet file, or its end, where all else is described, is damaged.
    Damaged(String),
    /// Its columns are not those of posts.
    Columns(ColumnFault),
}

impl RowsFault {
    /// For a file that somebody named.
    pub(super) fn named(self, path: &str) -> IngestError {
        let path = path.to_owned();
        match self {
            RowsFault::Damaged(said) => IngestError::BadParquet { path, said },
            RowsFault::Columns(fault) => IngestError::Columns { path, fault },
        }
    }

    /// For a file in a folder: a reject's reason and detail.
    pub(super) fn reject(self) -> (Reason, String) {
        match self {
            RowsFault::Damaged(said) => (Reason::CorruptParquet, said),
            RowsFault::Columns(fault @ ColumnFault::NoText { .. }) => (Reason::NoTextColumn, fault.to_string()),
            RowsFault::Columns(fault) => (Reason::WrongColumnType, fault.to_string()),
        }
    }
}

impl Rows {
    pub(super) fn open(file: File) -> Result<Self, RowsFault> {
        guarded(|| {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(&e))?;
            let columns = ArrowColumns::of(builder.schema()).map_err(RowsFault::Columns)?;
            let groups = builder.metadata().row_groups();
            let rows: u64 = groups.iter().map(|group| group.num_rows().unsigned_abs()).sum();
            let bytes: u64 = groups.iter().map(|group| group.total_byte_size().unsigned_abs()).sum();
            let rows_at_once = (BATCH_BYTES * rows / bytes.max(1)).clamp(1, BATCH_ROWS);
            let mask = ProjectionMask::roots(builder.parquet_schema(), columns.indices().iter().copied());
            let reader = builder.with_projection(mask).with_batch_size(rows_at_once as usize).build();
            Ok(Self { reader: reader.map_err(|e| damaged(&e))?, columns, lines: Vec::new(), at: 0 })
        })
        .unwrap_or_else(|said| Err(RowsFault::Damaged(said)))
    }

    /// Fills the front of `out`, which must not be empty, with lines; 0 is the end.
    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize, Stop> {
        while self.at == self.lines.len() {
            (self.lines, self.at) = (std::mem::take(&mut self.lines), 0);
            self.lines.clear();
            let (reader, columns, lines) = (&mut self.reader, &self.columns, &mut self.lines);
            let more = guarded(|| match reader.next() {
                Some(batch) => batch.and_then(|batch| columns.write_lines(&batch, lines)).map(|()| true),
                None => Ok(false),
            });
            match more {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Ok(0),
                Ok(Err(error)) => return Err(Stop::Damaged(Reason::CorruptParquet, error.to_string())),
                Err(said) => return Err(Stop::Damaged(Reason::CorruptParquet, said)),
            }
        }
        let ready = out.len().min(self.lines.len() - self.at);
        out[..ready].copy_from_slice(&self.lines[self.at..self.at + ready]);
        self.at += ready;
        Ok(ready)
    }
}

fn damaged(error: &dyn std::error::Error) -> RowsFault {
    RowsFault::Damaged(error.to_string())
}

/// Damaged files make the Parquet reader panic in places; that is one more way of being damaged.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref().cloned());
        said.unwrap_or_else(|| "panic".to_owned())
    })
}
