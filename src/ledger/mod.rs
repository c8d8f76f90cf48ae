//! The review and contest ledger: what people did about findings, line by line, each sealed with the hash of the line
//! before, so that nothing is changed or lost unseen; and what follows from it.
//!
//! ```text
//! decisions ─ read ─▶ entries ─ Ledger::append ─▶ file ─ Ledger::read ─▶ Review::of(runs, policy) ─▶ states, statuses
//! ```
//!
//! The file only grows. Entries without effect (another reviewer says otherwise, nobody knows the finding, the step is out
//! of turn) stay in it and are told with their line.

mod allow;
mod baseline;
mod entry;
mod file;
mod findings;
mod import;
mod replay;
mod state;

pub use allow::{Allow, AllowError, Allows};
pub use baseline::{Baseline, BaselineError};
pub use entry::{Action, Attachment, Break, Content, Entry, MOST_RAW, START, Unread, is_finding_id};
pub use file::{Appended, Ledger, LedgerError, Line, beside};
pub use findings::{FindingHead, Found, each, look_up};
pub use import::{Defaults, Imported, read};
pub use replay::{Overturned, Review, Status};
pub use state::{Refusal, Standing, State, Subject};
