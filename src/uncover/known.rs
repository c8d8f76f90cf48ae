//! What counts as a word: every reading must end in one.

use super::decode;
use crate::{
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
    /// By word id: whether it is a word of a term.
    in_terms: Vec<bool>,
    /// Hashes of the keys with diacritics.
    marked: HashSet<u32>,
    /// Words that follow one another in a term.
    pairs: HashSet<(WordId, WordId)>,
    /// Hashes of keys with diacritics that are a term by themselves, or a part of a compound.
    alone: HashSet<u32>,
}

impl Known {
    pub(super) fn new(pack: &Pack, words: &Words) -> Self {
        let mut known = Self {
            in_terms: vec![false; words.len()],
            marked: HashSet::new(),
            pairs: HashSet::new(),
            alone: HashSet::new(),
        };
        for term in pack.terms.iter().filter(|t| t.position != Position::Hashtag) {
            for word in &term.words {
                known.in_terms[words.id(&word.bare) as usize] = true;
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
                    known.pairs.extend(ids);
                }
            }
        }
        known.in_terms[0] = false;
        known
    }

    /// What a key is; `None` when it is no word.
    pub(super) fn rank(&self, words: &Words, key: &str) -> Option<Rank> {
        if !key.is_ascii() {
            return match normalise::is_syllable(key) {
                _ if self.marked.contains(&mark_hash(key)) => Some(Rank::Lexicon),
                true => Some(Rank::Plain),
                false => None,
            };
        }
        let id = words.id(key);
        let traits = words.traits(id);
        match key.len() {
            0 | 1 => None,
            // Initials: only those that a term has.
            _ if !key.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')) => {
                self.in_terms[id as usize].then_some(Rank::Plain)
            }
            // Two letters are too often chance: "ad", "qc", "sp".
            2 if traits.has(Traits::ENGLISH) => Some(Rank::Plain),
            2 if traits.has(Traits::SYLLABLE) => Some(Rank::Bare),
            2 => self.in_terms[id as usize].then_some(Rank::Plain),
            _ if self.in_terms[id as usize] => Some(Rank::Lexicon),
            _ if traits.has(Traits::ENGLISH) => Some(Rank::Plain),
            _ => traits.has(Traits::SYLLABLE).then_some(Rank::Bare),
        }
    }

    /// Whether a token types out a word of a term.
    pub(super) fn is_typed(&self, tables: &FoldTables, words: &Words, token: &Token, key: &str) -> bool {
        let plain = token.kind == Kind::Word && !token.accented;
        let typed = if plain { decode::typing(tables, key) } else { None };
        typed.is_some_and(|(typed, _)| !typed.is_ascii() && self.rank(words, &typed) == Some(Rank::Lexicon))
    }

    /// Whether the two words follow one another in a term.
    pub(super) fn pair(&self, first: WordId, second: WordId) -> bool {
        first != 0 && second != 0 && self.pairs.contains(&(first, second))
    }

    /// Whether a key with diacritics means something by itself.
    pub(super) fn is_alone(&self, key: &str) -> bool {
        !key.is_ascii() && self.alone.contains(&mark_hash(key))
    }
}
