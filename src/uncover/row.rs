//! What is known while a row of tokens is read, and what every reader asks of it.

use super::{
    decode::{self, Reading},
    known::Known,
    memo::Memo,
    part::Piece,
    place::Place,
    tables::Tables,
};
use crate::{
    normalise::{Break, Folds, Kind, Text},
    span::RawSpan,
    words::{Tagged, Traits, WordId, Words},
};

/// Pieces of the longest row that is read at once: keeps hostile text linear.
pub(super) const LONGEST_ROW: usize = 64;

/// What is known while a row is read.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) tables: &'a Tables,
    pub(super) known: &'a Known,
    pub(super) memo: &'a Memo,
    pub(super) words: &'a Words,
    pub(super) text: &'a Text,
    pub(super) raw: &'a str,
    pub(super) tagged: &'a Tagged,
    pub(super) place: Place,
}

/// Words that replace tokens `first..=last`.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) words: Vec<(String, RawSpan, Folds)>,
}

impl Row<'_> {
    pub(super) fn key(&self, piece: &Piece) -> &str {
        self.text.key(&self.text.tokens[piece.token])
    }

    /// What stands between a piece and the one before it.
    pub(super) fn gap(&self, piece: &Piece) -> &str {
        &self.text.marked[piece.gap..self.text.tokens[piece.token].marked.range().start]
    }

    pub(super) fn has(&self, token: usize, traits: Traits) -> bool {
        self.words.traits(self.tagged.ids[token]).has(traits)
    }

    /// Whether a token is a word as it stands.
    pub(super) fn is_known(&self, token: usize) -> bool {
        let t = &self.text.tokens[token];
        let key = self.text.key(t);
        if t.kind == Kind::Hashtag {
            return !t.damaged && self.known.rank(self.words, key).is_some();
        }
        if t.kind != Kind::Word {
            return t.kind != Kind::Number || key.bytes().all(|b| !b.is_ascii_alphabetic());
        }
        if self.place.typed && self.memo.is_typed(self.known, self.tables, self.words, t, key) {
            return false;
        }
        match self.tagged.ids[token] {
            0 => false,
            _ if t.accented => {
                let rank = || self.known.marked_rank(key, self.tagged.marks[token]);
                !t.damaged && !self.is_capital_i(token) && rank().is_some()
            }
            id => {
                let rank = if key.is_ascii() { self.known.id_rank(id) } else { self.known.rank(self.words, key) };
                if self.place.english && decode::is_long_letter(key) {
                    return false;
                }
                rank.is_some() && key.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
                    || self.words.traits(id).has(Traits::ENGLISH)
            }
        }
    }

    /// Whether a capital I begins a word inside a sentence: Iá, Iý.
    pub(super) fn is_capital_i(&self, token: usize) -> bool {
        let t = &self.text.tokens[token];
        let mut letters = t.raw.slice(self.raw).chars();
        t.before == Break::None && letters.next() == Some('I') && letters.all(char::is_lowercase)
    }

    pub(super) fn readings(&self, letters: &str) -> Vec<Reading> {
        self.memo.word(self.tables, self.known, self.words, letters, self.place, <[_]>::to_vec)
    }

    pub(super) fn word(&self, letters: &str) -> Option<Reading> {
        self.memo.word(self.tables, self.known, self.words, letters, self.place, |readings| readings.first().cloned())
    }

    pub(super) fn id(&self, key: &str) -> WordId {
        if key.is_ascii() { self.words.id(key) } else { self.words.id(&crate::normalise::bare(key)) }
    }
}
