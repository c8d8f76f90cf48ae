//! Pieces of a row, and what holds of several that follow one another: whether they may be one word at all.

use super::{decode::LONGEST, known::Known, shape::Edge};

/// One token of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) token: usize,
    /// Where what stands between the piece before it and itself begins, in [`Text::marked`].
    pub(super) gap: usize,
    /// What it lets hold of a part that it ends; see [`all`].
    pub(super) all: u8,
    /// Whether no white space is in the gap, and whether nothing but spaces is.
    pub(super) stuck: bool,
    pub(super) spaced: bool,
    pub(super) letters: usize,
    pub(super) known: bool,
    /// Whether it may be a part of a word: one letter, the rest of a broken word, or a short one that is none.
    pub(super) fragment: bool,
    /// Of its key.
    pub(super) edge: Edge,
}

/// What holds of all pieces of a part of the row, as bits.
pub(super) mod all {
    /// Nothing but signs between them.
    pub(in super::super) const STUCK: u8 = 1;
    /// Nothing but signs or nothing but spaces between two of them.
    pub(in super::super) const BLANK: u8 = 1 << 1;
    /// Single letters.
    pub(in super::super) const SINGLE: u8 = 1 << 2;
    /// Words.
    pub(in super::super) const KNOWN: u8 = 1 << 3;
    /// Keys of ASCII.
    pub(in super::super) const ASCII: u8 = 1 << 4;
}

/// Some pieces that follow one another.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// See [`all`].
    pub(super) all: u8,
    /// Whether one of them may be a part of a word.
    pub(super) fragment: bool,
    pub(super) letters: usize,
    pub(super) edge: Edge,
    /// Whether it begins or ends a row of single letters.
    pub(super) outer: bool,
}

impl Part {
    pub(super) fn of(piece: &Piece) -> Self {
        let Piece { letters, edge, fragment, .. } = *piece;
        Self { all: piece.all | all::STUCK | all::BLANK, fragment, letters, edge, outer: true }
    }

    #[inline]
    pub(super) fn with(self, piece: &Piece) -> Self {
        Self {
            all: self.all & piece.all,
            fragment: self.fragment | piece.fragment,
            letters: self.letters + piece.letters,
            edge: self.edge.then(piece.edge),
            ..self
        }
    }

    #[inline]
    pub(super) fn has(self, bit: u8) -> bool {
        self.all & bit != 0
    }

    /// Whether the letters alone may spell a word: all that counts over a space, but for single letters.
    pub(super) fn may_be_word(self, known: &Known, letters_in_row: usize) -> bool {
        if self.has(all::STUCK) || self.has(all::SINGLE) && letters_in_row >= 3 {
            return true;
        }
        if !self.fragment || !self.has(all::BLANK) {
            return false;
        }
        match self.all & (all::SINGLE | all::ASCII) {
            0 => known.may_be_marked(self.letters),
            all::ASCII => known.may_be_word(self.edge),
            _ => true,
        }
    }

    /// Whether `count` pieces, or more, may be one word: over a space all single letters in a longer row, or a fragment
    /// and nothing but the space.
    pub(super) fn may_join(self, count: usize, letters_in_row: usize) -> bool {
        let row = self.has(all::SINGLE) && letters_in_row >= 3;
        self.letters <= LONGEST && (self.has(all::STUCK) || row || self.has(all::BLANK) && count <= 3)
    }
}

/// Whether a piece is a letter that is stuck to another one.
pub(super) fn is_letter_after(piece: &Piece, before: Option<&Piece>) -> bool {
    piece.stuck && piece.letters == 1 && before.is_some_and(|before| before.letters == 1)
}
