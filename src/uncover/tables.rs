//! The folds of a pack, and what spares most words a look into them.

use crate::pack::FoldTables;
use std::ops::Deref;

/// A pack's folds with the bytes that their entries begin with.
#[derive(Debug)]
pub(super) struct Tables {
    folds: FoldTables,
    /// By byte: whether a sign or digit that stands for a letter begins with it.
    signs: [bool; 256],
    /// Letters of the longest word that a respelling can make a syllable of.
    longest_respelt: usize,
}

impl Tables {
    pub(super) fn new(folds: FoldTables) -> Self {
        let lead = |c: &char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
        let mut signs = [false; 256];
        for sign in folds.leet.keys().filter(|c| !c.is_ascii_lowercase()) {
            signs[lead(sign) as usize] = true;
        }
        let loss = |from: &str, to: &str| from.chars().count().saturating_sub(to.chars().count());
        let losses = folds.respellings.iter().flat_map(|r| r.to.iter().map(move |to| loss(&r.from, to)));
        let longest_respelt = super::decode::LONGEST_SYLLABLE + losses.max().unwrap_or(0);
        Self { folds, signs, longest_respelt }
    }

    /// Whether a byte may begin a sign or digit that stands for a letter.
    #[inline]
    pub(super) fn may_be_sign(&self, byte: u8) -> bool {
        self.signs[byte as usize]
    }

    /// Whether a key of so many letters may be respelt as a syllable.
    #[inline]
    pub(super) fn may_be_respelt(&self, letters: usize) -> bool {
        letters <= self.longest_respelt
    }
}

impl Deref for Tables {
    type Target = FoldTables;

    fn deref(&self) -> &FoldTables {
        &self.folds
    }
}
