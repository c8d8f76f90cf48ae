//! Bytes → [`Post`](crate::post::Post). Three steps, each usable alone:
//!
//! 1. [`Inputs::resolve`] turns arguments into [`Source`]s: which files, in which order, of which type.
//! 2. [`Source::open`] gives a [`ChunkReader`]: the serial part. It decodes, hashes and cuts the stream at record
//!    boundaries into [`RawChunk`]s of about a megabyte. It looks at no record's meaning.
//! 3. [`parse_chunk`] turns a chunk into posts and rejects: the part that workers do in parallel. Plain records borrow
//!    their texts from the chunk.
//!
//! Where the chunks are cut changes nothing: number, line and byte offset of every record belong to the file. A record
//! that cannot be read becomes a [`Reject`], never an end: nothing is dropped in silence.

#[cfg(feature = "tables")]
mod arrow;
mod chunk;
mod date;
mod decode;
mod document;
mod draft;
mod error;
mod feed;
mod format;
mod input;
mod json;
mod names;
mod options;
#[cfg(feature = "tables")]
mod parquet;
mod parse;
mod reject;
mod repair;
mod split;
mod table;

#[cfg(feature = "tables")]
pub use arrow::{ArrowColumns, ColumnFault};
pub use chunk::{ChunkReader, RawChunk};
pub use error::IngestError;
pub use format::{Format, Packing};
pub use input::{Inputs, Source};
pub use options::{Caps, ReadOptions};
pub use parse::{Record, parse_chunk};
pub use reject::{Reason, Reject};
