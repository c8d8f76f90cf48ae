//! What keeps an input from being read at all. What spoils one record is a [`Reject`](super::Reject).

use std::{io, path::PathBuf};

/// An input that cannot be read: what failed, where, what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// A named file or folder does not exist.
    #[error("không có tệp hay thư mục {path:?}; kiểm tra lại đường dẫn · no file or folder {path:?}; check the path")]
    NotFound {
        /// As given.
        path: PathBuf,
    },
    /// A pattern that no file fits.
    #[error("không tệp nào khớp mẫu {pattern:?} · no file fits the pattern {pattern:?}")]
    NoMatch {
        /// As given.
        pattern: String,
    },
    /// A pattern that is none.
    #[error("mẫu {pattern:?} sai cú pháp · the pattern {pattern:?} is malformed")]
    BadPattern {
        /// As given.
        pattern: String,
        /// Where and why.
        source: glob::PatternError,
    },
    /// A folder or pattern with files, none of a known type.
    #[error(
        "{path:?} không có tệp nào đọc được, đã bỏ qua {skipped} tệp; đọc được: {known} · \
         {path:?} holds no readable file, {skipped} skipped; readable are: {known}"
    )]
    NothingReadable {
        /// As given.
        path: PathBuf,
        /// How many files were passed over.
        skipped: usize,
        /// Extensions that are read.
        known: &'static str,
    },
    /// A named file of a type that is not read.
    #[error(
        "không rõ loại tệp của {path}; đọc được: {known}; tệp .xz, .zip hãy giải nén trước · \
         unknown type of file: {path}; readable are: {known}; unpack .xz or .zip first"
    )]
    UnknownType {
        /// As given.
        path: String,
        /// Extensions that are read.
        known: &'static str,
    },
    /// A named table without a caption column.
    #[error(
        "{path}: dòng tiêu đề không có cột lời bài đăng; các cột: {seen}; tên được nhận: {accepted} · \
         {path}: the header has no text column; columns: {seen}; accepted names: {accepted}"
    )]
    NoTextColumn {
        /// Display path.
        path: String,
        /// The header as read.
        seen: String,
        /// Names of a text column.
        accepted: String,
    },
    /// A named file that is no Parquet file, or a damaged one.
    #[cfg(feature = "tables")]
    #[error("{path}: không phải tệp Parquet nguyên vẹn ({said}) · {path}: no whole Parquet file ({said})")]
    BadParquet {
        /// Display path.
        path: String,
        /// What its reader said.
        said: String,
    },
    /// A named file whose columns are not those of posts.
    #[cfg(feature = "tables")]
    #[error("{path}: {fault}")]
    Columns {
        /// Display path.
        path: String,
        /// Which column, and why.
        fault: super::arrow::ColumnFault,
    },
    /// The system refused.
    #[error("không đọc được {path} · cannot read {path}")]
    Io {
        /// As given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}
