//! Bytes → [`Post`](crate::post::Post). Three steps, each usable alone:
//!
//! 1. [`Inputs::resolve`] turns arguments into [`Source`]s: which files, in which order, of which type.
//! 2. [`Source::open`] gives a [`ChunkReader`]: the serial part. It decodes, hashes and cuts the stream at record
//!    boundaries into [`RawChunk`]s of about a megabyte. It looks at no record's meaning.
//! 3. [`parse_chunk`] turns a chunk into posts and rejects: the part that workers do in parallel. Plain records borrow
//!    their texts from the chunk.
//!
//! Exports of platforms and tools come through a [`FieldMap`], which is data: [`ChunkReader`] tells the format of each file
//! once, from its first records. [`inspect`] shows what it told.
//!
//! Where the chunks are cut changes nothing: number, line and byte offset of every record belong to the file. A record
//! that cannot be read becomes a [`Reject`], never an end: nothing is dropped in silence.

#[cfg(feature = "tables")]
mod arrow;
mod chunk;
mod count;
mod date;
mod decode;
mod detect;
mod document;
mod draft;
mod error;
mod feed;
mod format;
mod found;
mod input;
mod inspect;
mod json;
mod map;
mod mapped;
mod names;
mod options;
#[cfg(feature = "tables")]
mod parquet;
mod parse;
mod path;
mod reject;
mod repair;
mod split;
mod stop;
mod table;

#[cfg(feature = "tables")]
pub use arrow::{ArrowColumns, ColumnFault};
pub use chunk::{ChunkReader, RawChunk};
pub use date::Order as DateOrder;
pub use error::IngestError;
pub use format::{Format, Packing};
pub use input::{Inputs, Source, UNFINISHED};
pub use inspect::{Inspection, LABEL, inspect, parts};
pub use map::{
    Detect, FieldMap, FieldSource, FormatChoice, Formats, LabelSource, MAP_FIELDS, MapField, MapShape, Pick, Place,
    UrlPart,
};
pub use options::{Caps, ReadOptions};
pub use parse::{Record, parse_chunk};
pub use path::Path;
pub use reject::{Reason, Reject};
