//! A record that could not be read: named, placed and shown, never dropped in silence.

use std::sync::Arc;

/// Bytes of the record that a reject shows.
pub(super) const HEAD: usize = 200;

/// Why a record or a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Not valid JSON.
    BadJson,
    /// Not valid UTF-8.
    BadUtf8,
    /// Valid JSON, but no object.
    NotAnObject,
    /// No caption under any accepted name.
    NoText,
    /// Longer than the cap on records.
    RecordTooLong,
    /// A row with another number of cells than the header, or a quote that is never closed.
    BadCsv,
    /// A table in a folder without a caption column.
    NoTextColumn,
    /// A JSON document that ends inside a record or an array.
    TruncatedJson,
    /// A gzip file that ends early.
    TruncatedGzip,
    /// A gzip file with damaged data.
    CorruptGzip,
    /// A zstd file that ends early.
    TruncatedZstd,
    /// A zstd file with damaged data.
    CorruptZstd,
    /// A Parquet file with damaged data.
    CorruptParquet,
    /// A Parquet file in a folder with a column of a type that its part cannot have.
    WrongColumnType,
    /// A file of another encoding.
    NotUtf8,
    /// A file without a byte.
    EmptyFile,
}

impl Reason {
    /// All, in a fixed order.
    pub const ALL: [Reason; 16] = [
        Reason::BadJson,
        Reason::BadUtf8,
        Reason::NotAnObject,
        Reason::NoText,
        Reason::RecordTooLong,
        Reason::BadCsv,
        Reason::NoTextColumn,
        Reason::TruncatedJson,
        Reason::TruncatedGzip,
        Reason::CorruptGzip,
        Reason::TruncatedZstd,
        Reason::CorruptZstd,
        Reason::CorruptParquet,
        Reason::WrongColumnType,
        Reason::NotUtf8,
        Reason::EmptyFile,
    ];

    /// The code in files.
    pub fn code(self) -> &'static str {
        match self {
            Reason::BadJson => "bad_json",
            Reason::BadUtf8 => "bad_utf8",
            Reason::NotAnObject => "not_an_object",
            Reason::NoText => "no_text",
            Reason::RecordTooLong => "record_too_long",
            Reason::BadCsv => "bad_csv",
            Reason::NoTextColumn => "no_text_column",
            Reason::TruncatedJson => "truncated_json",
            Reason::TruncatedGzip => "truncated_gzip",
            Reason::CorruptGzip => "corrupt_gzip",
            Reason::TruncatedZstd => "truncated_zstd",
            Reason::CorruptZstd => "corrupt_zstd",
            Reason::CorruptParquet => "corrupt_parquet",
            Reason::WrongColumnType => "wrong_column_type",
            Reason::NotUtf8 => "not_utf8",
            Reason::EmptyFile => "empty_file",
        }
    }

    /// What it means, in Vietnamese and in English.
    pub fn message(self) -> (&'static str, &'static str) {
        match self {
            Reason::BadJson => ("không phải JSON hợp lệ", "not valid JSON"),
            Reason::BadUtf8 => ("không phải UTF-8 hợp lệ", "not valid UTF-8"),
            Reason::NotAnObject => ("bản ghi không phải là đối tượng JSON", "the record is no JSON object"),
            Reason::NoText => ("bản ghi không có phần lời", "the record has no text"),
            Reason::RecordTooLong => ("bản ghi dài hơn giới hạn", "the record is longer than the cap"),
            Reason::BadCsv => ("dòng CSV không khớp tiêu đề", "the CSV row does not fit its header"),
            Reason::NoTextColumn => ("bảng không có cột lời bài đăng", "the table has no text column"),
            Reason::TruncatedJson => ("tệp JSON bị cụt", "the JSON file ends early"),
            Reason::TruncatedGzip => ("tệp gzip bị cụt", "the gzip file ends early"),
            Reason::CorruptGzip => ("tệp gzip bị hỏng", "the gzip file is damaged"),
            Reason::TruncatedZstd => ("tệp zstd bị cụt", "the zstd file ends early"),
            Reason::CorruptZstd => ("tệp zstd bị hỏng", "the zstd file is damaged"),
            Reason::CorruptParquet => ("tệp Parquet bị hỏng", "the Parquet file is damaged"),
            Reason::WrongColumnType => ("cột Parquet sai kiểu", "a Parquet column has the wrong type"),
            Reason::NotUtf8 => {
                ("tệp không dùng UTF-8; hãy lưu lại bằng UTF-8", "the file is not UTF-8; save it as UTF-8")
            }
            Reason::EmptyFile => ("tệp rỗng", "the file is empty"),
        }
    }

    /// Whether it speaks of the rest of a file and not of one record.
    pub fn is_of_file(self) -> bool {
        use Reason::*;
        match self {
            BadJson | BadUtf8 | NotAnObject | NoText | RecordTooLong | BadCsv => false,
            NoTextColumn | TruncatedJson | TruncatedGzip | CorruptGzip | TruncatedZstd | CorruptZstd
            | CorruptParquet | WrongColumnType | NotUtf8 | EmptyFile => true,
        }
    }
}

/// One unreadable record, or one unreadable rest of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Display path of the file.
    pub file: Arc<str>,
    /// Where it begins in the decoded stream.
    pub byte_offset: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    /// Its number among the file's records, from 1.
    pub record: u64,
    /// Why.
    pub reason: Reason,
    /// What the parser said, when it said more than the reason.
    pub detail: String,
    /// Its first 200 bytes, bad UTF-8 replaced.
    pub head: String,
}

/// The first 200 bytes as text; a character that the cut splits is left out.
pub(super) fn head(bytes: &[u8]) -> String {
    let Some(cut) = bytes.get(..HEAD) else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let whole = match std::str::from_utf8(cut) {
        Err(e) if e.error_len().is_none() => &cut[..e.valid_up_to()],
        _ => cut,
    };
    String::from_utf8_lossy(whole).into_owned()
}
