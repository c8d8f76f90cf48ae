//! What counts as a word: every reading must end in one.

use super::decode;
use crate::{
    bits::Spread,
    normalise::{self, Kind, Token},
    pack::{FoldTables, Pack, Position},
    words::{Traits, WordId, Words, mark_hash},
};
use std::collections::HashSet;

/// How surely a key is a word, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A word of a term, with its own diacritics.
    Lexicon,
    /// A legal syllable with diacritics, or an English function word.
    Plain,
    /// A legal syllable without diacritics.
    Bare,
}

/// The words of terms, and which of them stand together.
#[derive(Debug)]
pub(super) struct Known {
    /// By word id: what a word without diacritics is.
    ranks: Vec<Option<Rank>>,
    /// By word id: whether another word follows it in a term.
    first: Vec<bool>,
    /// Hashes of the keys with diacritics.
    marked: HashSet<u32, Spread>,
    /// Words that follow one another in a term, the first in the upper half.
    pairs: HashSet<u64, Spread>,
    /// Hashes of keys with diacritics that are a term by themselves, or a part of a compound.
    alone: HashSet<u32, Spread>,
}

impl Known {
    pub(super) fn new(pack: &Pack, words: &Words) -> Self {
        let mut in_terms = vec![false; words.len()];
        let mut known = Self {
            ranks: Vec::new(),
            first: vec![false; words.len()],
            marked: HashSet::default(),
            pairs: HashSet::default(),
            alone: HashSet::default(),
        };
        for term in pack.terms.iter().filter(|t| t.position != Position::Hashtag) {
            for word in &term.words {
                in_terms[words.id(&word.bare) as usize] = true;
                if word.marked != word.bare {
                    known.marked.insert(mark_hash(&word.marked));
                }
            }
            // Words of context are everywhere: they vouch for nothing.
            if pack.lists[term.list.0 as usize].context {
                continue;
            }
            match &term.words[..] {
                [one] if one.marked != one.bare => {
                    known.alone.insert(mark_hash(&one.marked));
                }
                many => {
                    let ids = many.windows(2).map(|w| (words.id(&w[0].bare), words.id(&w[1].bare)));
                    for (first, second) in ids.filter(|p| p.0 != 0 && p.1 != 0) {
                        known.pairs.insert(pair_of(first, second));
                        known.first[first as usize] = true;
                    }
                }
            }
        }
        let rank = |(id, in_term): (WordId, &bool)| bare_rank(words.key(id), words.traits(id), *in_term && id != 0);
        known.ranks = (0..).zip(&in_terms).map(rank).collect();
        known
    }

    /// What a key is; `None` when it is no word.
    #[inline]
    pub(super) fn rank(&self, words: &Words, key: &str) -> Option<Rank> {
        if key.is_ascii() { self.ranks[words.id(key) as usize] } else { self.marked_rank(key, mark_hash(key)) }
    }

    /// The same of a key of ASCII by its id.
    #[inline]
    pub(super) fn id_rank(&self, id: WordId) -> Option<Rank> {
        self.ranks[id as usize]
    }

    /// The same of a key that is not ASCII, by its [`mark_hash`] too.
    pub(super) fn marked_rank(&self, key: &str, hash: u32) -> Option<Rank> {
        if self.marked.contains(&hash) {
            return Some(Rank::Lexicon);
        }
        normalise::is_syllable(key).then_some(Rank::Plain)
    }

    /// Whether a row of words that are all of one term, two and two, may begin `letters` (ASCII).
    pub(super) fn may_begin(&self, words: &Words, letters: &str, longest: usize) -> bool {
        (1..=letters.len().min(longest)).any(|end| {
            let first = words.id(&letters[..end]);
            let next = &letters[end..];
            self.first[first as usize]
                && (1..=next.len().min(longest)).any(|end| self.pair(first, words.id(&next[..end])))
        })
    }

    /// Whether a token types out a word of a term; `way` is overwritten.
    pub(super) fn is_typed(
        &self,
        tables: &FoldTables,
        words: &Words,
        token: &Token,
        key: &str,
        way: &mut String,
    ) -> bool {
        let plain = token.kind == Kind::Word && !token.accented;
        plain
            && decode::typing(tables, key, way).is_some()
            && !way.is_ascii()
            && self.rank(words, way) == Some(Rank::Lexicon)
    }

    /// Whether the two words follow one another in a term.
    pub(super) fn pair(&self, first: WordId, second: WordId) -> bool {
        first != 0 && second != 0 && self.first[first as usize] && self.pairs.contains(&pair_of(first, second))
    }

    /// Whether a key with diacritics means something by itself.
    pub(super) fn is_alone(&self, key: &str) -> bool {
        !key.is_ascii() && self.alone.contains(&mark_hash(key))
    }
}

fn pair_of(first: WordId, second: WordId) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// What a word without diacritics is.
fn bare_rank(key: &[u8], traits: Traits, in_term: bool) -> Option<Rank> {
    match key.len() {
        0 | 1 => None,
        // Initials: only those that a term has.
        _ if !key.iter().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')) => {
            in_term.then_some(Rank::Plain)
        }
        // Two letters are too often chance: "ad", "qc", "sp".
        2 if traits.has(Traits::ENGLISH) => Some(Rank::Plain),
        2 if traits.has(Traits::SYLLABLE) => Some(Rank::Bare),
        2 => in_term.then_some(Rank::Plain),
        _ if in_term => Some(Rank::Lexicon),
        _ if traits.has(Traits::ENGLISH) => Some(Rank::Plain),
        _ => traits.has(Traits::SYLLABLE).then_some(Rank::Bare),
    }
}
