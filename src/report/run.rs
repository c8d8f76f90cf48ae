//! What summary, page and terminal say of the run as a whole.

use crate::day::Day;

/// Facts of a run that no single post tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// Whether the input is the embedded demonstration.
    pub demo: bool,
    /// The day that scores are reckoned to; `None` when no post has a plausible date.
    pub as_of: Option<Day>,
    /// Creators met.
    pub creators: u64,
    /// Creators with a score in at least one criterion.
    pub creators_rated: u64,
}

impl RunFacts {
    /// Name and version of this program.
    pub fn program(&self) -> String {
        format!("{} {}", super::PROGRAM, env!("CARGO_PKG_VERSION"))
    }
}
