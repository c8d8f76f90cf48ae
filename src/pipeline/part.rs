//! What judged posts add up to, in any order.

use crate::{
    day::Day,
    report::{ExampleKeeper, FileRecord, Records, Summary},
    score::Creators,
};

/// What adds up in any order.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Records and rejects that its chunks were found to hold.
    pub(super) records: u64,
    pub(super) summary: Summary,
    pub(super) examples: ExampleKeeper,
    pub(super) creators: Creators,
    /// Files that hold the creators that are no longer in memory.
    pub(super) segments: Vec<FileRecord>,
    pub(super) newest: Option<Day>,
}

impl Part {
    /// Nothing yet.
    pub(super) fn new(records: &Records<'_>) -> Self {
        Self { summary: Summary::new(records.pack()), ..Self::default() }
    }

    /// Adds another one, but for creators in memory.
    pub(super) fn merge(&mut self, other: Part) {
        self.records += other.records;
        self.summary.merge(&other.summary);
        self.examples.merge(other.examples);
        self.segments.extend(other.segments);
        self.newest = self.newest.max(other.newest);
    }
}
