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
        "không rõ loại tệp của {path}; đọc được: {known}; tệp .zip, .bz2 hãy giải nén trước · \
         unknown type of file: {path}; readable are: {known}; unpack .zip or .bz2 first"
    )]
    UnknownType {
        /// As given.
        path: String,
        /// Extensions that are read.
        known: &'static str,
    },
    /// A named table without a caption column.
    #[error(
        "{path}: dòng tiêu đề không có cột lời bài đăng; các cột: {seen}; tên được nhận: {accepted}; tên khác thì dùng --map · \
         {path}: the header has no text column; columns: {seen}; accepted names: {accepted}; for others use --map"
    )]
    NoTextColumn {
        /// Display path.
        path: String,
        /// The header as read.
        seen: String,
        /// Names of a text column.
        accepted: String,
    },
    /// A file that became shorter while it was read.
    #[error(
        "{path} bị ngắn đi trong khi đọc: còn {read} trên {expected} byte; tệp bị cắt hoặc ổ đĩa bị ngắt; chạy lại sẽ làm tiếp · \
         {path} became shorter while it was read: {read} of {expected} bytes; it was cut or its disk went away; the same \
         command goes on from here"
    )]
    Shrunk {
        /// Display path.
        path: String,
        /// Bytes when it was found.
        expected: u64,
        /// Bytes that came.
        read: u64,
    },
    /// Two formats fit a file equally well.
    #[error(
        "{path}: vừa khớp nhiều định dạng: {formats}; chọn một bằng --from TÊN · \
         {path}: several formats fit alike: {formats}; choose one with --from NAME"
    )]
    Ambiguous {
        /// Display path.
        path: String,
        /// Their names.
        formats: String,
    },
    /// A file that is not, or not quite, of the format it was taken for.
    #[error(
        "{path}: gần giống định dạng {format} nhưng thiếu {missing}; nếu tên đã đổi, hãy sửa bản đồ (minhbach formats show \
         {format} --toml > map.toml) rồi dùng --map, hoặc chọn --from (--from plain: dạng chung) · \
         {path}: looks like {format} but has no {missing}; if names have moved, mend the map (minhbach formats show {format} \
         --toml > map.toml) and use --map, or choose with --from (--from plain: the plain shape)"
    )]
    DoesNotFit {
        /// Display path.
        path: String,
        /// The format's name.
        format: String,
        /// What is not there.
        missing: String,
    },
    /// The user's own map names what the file does not have.
    #[error("{path}: bản đồ {map} không khớp tệp · the map {map} does not fit the file\n{report}")]
    MapDoesNotFit {
        /// Display path.
        path: String,
        /// The map's file.
        map: String,
        /// Line and caret for every place.
        report: String,
    },
    /// Stdin is not what the interrupted run read of it.
    #[error(
        "dữ liệu vào từ stdin khác lần quét dở dang, và đã đọc thì không đọc lại được; hãy chạy lại lệnh này, \
         nó sẽ bắt đầu lại · \
         stdin differs from what the interrupted scan read of it, and cannot be read twice; run the command again, it \
         will begin anew"
    )]
    OtherStdin,
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
