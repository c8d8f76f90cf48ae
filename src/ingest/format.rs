//! How an input is written and packed, by its name or by its look.

use super::table;
use std::path::Path;

/// Extensions that are read, for messages.
#[cfg(not(feature = "tables"))]
pub(super) const KNOWN: &str = ".jsonl .ndjson .json .csv .tsv (+ .gz .zst)";
#[cfg(feature = "tables")]
pub(super) const KNOWN: &str = ".jsonl .ndjson .json .csv .tsv (+ .gz .zst) .parquet";

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON Lines.
    Lines,
    /// A JSON document: an array of records, an object that holds one, or a record. JSON Lines under the extension of a
    /// document are told by their look.
    Json,
    /// A table with a header; comma, semicolon or tab.
    Table,
    /// Parquet. Its rows are read as JSON Lines: a line is a row, a byte offset counts in those lines.
    #[cfg(feature = "tables")]
    Parquet,
}

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Packing {
    /// Not.
    #[default]
    None,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard, one frame or several.
    Zstd,
}

/// What the extensions of a file say.
pub(super) fn kind(path: &Path) -> (Option<Format>, Packing) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let (stem, packing) = if let Some(stem) = name.strip_suffix(".gz") {
        (stem, Packing::Gzip)
    } else if let Some(stem) = name.strip_suffix(".zst") {
        (stem, Packing::Zstd)
    } else {
        (name.as_str(), Packing::None)
    };
    let format = match stem.rsplit_once('.').map(|(_, extension)| extension) {
        Some("jsonl" | "ndjson") => Some(Format::Lines),
        Some("json") => Some(Format::Json),
        Some("csv" | "tsv") => Some(Format::Table),
        // Found from its end: it cannot be read through a packing.
        #[cfg(feature = "tables")]
        Some("parquet") if packing == Packing::None => Some(Format::Parquet),
        _ => None,
    };
    (format, packing)
}

/// Packed in a way that is not read: its content must not be taken for text.
pub(super) fn has_foreign_packing(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    ["xz", "zip", "bz2", "7z", "rar", "tar", "parquet"].iter().any(|e| extension == *e)
}

/// What the first bytes of a stream look like.
pub(super) fn sniff(head: &[u8]) -> Option<Format> {
    let head = head.trim_ascii_start();
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let first = lines.next()?;
    match first[0] {
        b'[' => Some(Format::Json),
        b'{' => {
            // A second line that opens an object, unless the first one opened the array that it stands in.
            let next = lines.next().is_some_and(|line| line[0] == b'{');
            Some(if next && !first.ends_with(b"[") && !first.ends_with(b",") { Format::Lines } else { Format::Json })
        }
        _ => {
            let header = table::Header::read(first, table::sniff_delimiter(first));
            header.is_ok().then_some(Format::Table)
        }
    }
}
