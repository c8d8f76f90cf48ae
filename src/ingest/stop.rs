//! Why an input gives no more before its end.

use super::reject::Reason;
use std::io;

/// Why a stream gives no more.
#[derive(Debug)]
pub(super) enum Stop {
    /// The system failed to read.
    Io(io::Error),
    /// The packed data is cut or damaged.
    Damaged(Reason, String),
}
