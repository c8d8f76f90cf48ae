//! Lines of a run → a Parquet file. Memory is one row group, whatever the run.

use super::Table;
use arrow_schema::ArrowError;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
};

/// Rows of a group: enough for dictionaries to pay, few enough for readers to share the work.
const GROUP_ROWS: usize = 1 << 16;
/// Bytes of a group at most, as encoded.
const GROUP_BYTES: usize = 64 << 20;
/// Rows between two looks.
const BATCH_ROWS: usize = 1024;

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The lines cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no record of the table.
    #[error(
        "{}: không phải bản ghi của bảng {}: {source} / no record of the table {}: {source}",
        path.display(), table.name(), table.name()
    )]
    Record {
        /// Which file.
        path: PathBuf,
        /// Which table.
        table: Table,
        /// What is wrong, and where.
        source: ArrowError,
    },
    /// The table cannot be written.
    #[error(
        "không ghi được {}.parquet: {source}; kiểm tra dung lượng đĩa / cannot write {}.parquet: {source}; check free space",
        table.name(), table.name()
    )]
    Write {
        /// Which table.
        table: Table,
        /// Why.
        source: ParquetError,
    },
}

/// Writes the lines of `path` to `out` as Parquet: zstd, dictionaries, rows in the order of lines; the same lines give the
/// same bytes. Gives the writer back.
///
/// # Errors
/// When the lines cannot be read, one is no record of the table, or the system refuses to write.
pub fn write_parquet<W: Write + Send>(table: Table, path: PathBuf, out: W) -> Result<W, TableError> {
    let write = |source| TableError::Write { table, source };
    let zstd = ZstdLevel::try_new(3).map_err(write)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(zstd))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_max_row_group_bytes(Some(GROUP_BYTES))
        .set_created_by(concat!("minhbach ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(out, table.schema(), Some(properties)).map_err(write)?;
    let file = std::fs::File::open(&path).map_err(|source| TableError::Read { path: path.clone(), source })?;
    let mut lines = io::BufReader::with_capacity(1 << 18, file);
    let bad = |source| TableError::Record { path: path.clone(), table, source };
    let mut rows = table.decoder(BATCH_ROWS).map_err(bad)?;
    loop {
        let bytes = lines.fill_buf().map_err(|source| TableError::Read { path: path.clone(), source })?;
        let (end, taken) = (bytes.is_empty(), rows.push(bytes).map_err(bad)?);
        let full = taken < bytes.len();
        lines.consume(taken);
        if (end || full)
            && let Some(batch) = rows.take().map_err(bad)?
        {
            writer.write(&batch).map_err(write)?;
        }
        if end {
            return writer.into_inner().map_err(write);
        }
    }
}
