//! A cue: a term, pattern, compound, link or value found in a field.

use crate::{
    normalise::Folds,
    pack::{ListId, TermId},
    post::Field,
    span::RawSpan,
    vocabulary::Status,
};

/// Something found. Small and `Copy`; the words are looked up by id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cue {
    /// Which list it belongs to.
    pub list: ListId,
    /// Which term it is.
    pub term: TermId,
    /// Where.
    pub field: Field,
    /// Its first token.
    pub first: u32,
    /// One past its last token.
    pub end: u32,
    /// Which bytes of the field.
    pub span: RawSpan,
    /// The folds that the match needed.
    pub folds: Folds,
    /// What the words around it do to it.
    pub status: Status,
    /// Whether it means something else here and is no cue at all (kept for `explain`).
    pub dropped: bool,
    /// Its value, for values; 0 otherwise.
    pub value: f64,
}

impl Cue {
    /// Orders cues by place, then list and term.
    #[inline]
    pub fn place(&self) -> u128 {
        // One number compares quicker than four.
        u128::from(self.first) << 96
            | u128::from(self.end) << 64
            | u128::from(self.list.0) << 32
            | u128::from(self.term.0)
    }

    /// Whether it stands as the author's own statement.
    #[inline]
    pub fn affirmed(&self) -> bool {
        !self.dropped && self.status == Status::Affirmed
    }
}
