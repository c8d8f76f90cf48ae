//! The statement of reasons: for each creator a notice of what was found where, under which article in force that day, how
//! to mend it and by when, and how to answer; as text (Markdown) and as a page, from templates that a body can replace.
//! Drafts only: somebody reads, signs and sends them.

mod gather;
mod page;

pub use gather::{Choice, Item, Letter, Quote, letters};
pub use page::{Notice, Templates, Written};

use crate::finished::FinishedError;
use minijinja::Error;

/// Why notices cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// A template is at fault.
    #[error("mẫu thông báo có lỗi: {0:#} / the template of the notice is at fault: {0:#}")]
    Template(#[from] Error),
    /// The days of the policy lead past the calendar.
    #[error("hạn vượt quá lịch: ngày {0} / a deadline lies past the calendar: counted from {0}")]
    Calendar(crate::day::Day),
}
