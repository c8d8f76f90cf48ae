//! Values to files: the records of a run, its totals, tables and page, and the folder that holds them.
//!
//! [`Records`] appends lines to a worker's buffer, [`Summary`] and [`ExampleKeeper`] add up beside it, [`RunFolder`]
//! takes the buffers in input order and becomes the finished folder in one step.

mod creator_line;
mod csv;
mod examples;
mod excerpt;
mod folder;
mod html;
mod json;
mod manifest;
mod page;
mod place;
mod plain;
mod points;
mod record;
mod run;
mod summary;
mod terminal;

pub use creator_line::CreatorLines;
pub use csv::{CreatorRows, columns, inert, is_named, review_columns};
pub use examples::{Example, ExampleKeeper, PER_RULE};
pub use excerpt::{Around, Excerpt, Mark, Piece, excerpts, quotes, visible, visible_line};
pub use folder::{Before, Output, Plan, RunFolder, Started};
pub use html::{PAGE_CREATORS, Page, shown_excerpts, shown_provision, shown_score};
pub use manifest::{
    Counts, DossierRecord, FileRecord, HashingWriter, Manifest, PackRecord, Prefix, ProgramRecord, checksum_line, hex,
    run_key, sha256_hex,
};
pub use page::{PageError, Templates, two};
pub use place::{FolderError, free_for, outside};
pub use plain::write_input;
pub use record::{FindingId, Records, Reject, write_reject};
pub use run::RunFacts;
pub use summary::{RuleTotal, Slice, Summary};
pub use terminal::{Languages, Style, summary_text};

/// The program's name in every file that it writes.
pub const PROGRAM: &str = "minhbach";
