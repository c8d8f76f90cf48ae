//! What counts as a word: every reading must end in one.

use super::{
    seams::Seams,
    shape::{Edge, Lengths, Parts, Shapes},
    skeleton::Skeletons,
    tables::Tables,
    typing,
};
use crate::{
    bits::Spread,
    normalise::{self, Kind, Token},
    pack::{Pack, Position},
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
    /// Shapes of the words that have a rank.
    shapes: Shapes,
    parts: Parts,
    pub(super) skeletons: Skeletons,
    /// Letters of the longest word with diacritics, and of any.
    longest_marked: usize,
    longest: usize,
    /// By word id: whether another word follows it in a term.
    first: Vec<bool>,
    /// Lengths of those words and of the ones that follow them; and their shapes.
    firsts: Lengths,
    seconds: Lengths,
    first_shapes: Shapes,
    /// Hashes of the keys with diacritics.
    marked: HashSet<u32, Spread>,
    /// Words that follow one another in a term, the first in the upper half.
    pairs: HashSet<u64, Spread>,
    /// Words that follow one another in a compound.
    seams: Seams,
    /// Hashes of keys with diacritics that are a term by themselves, or a part of a compound.
    alone: HashSet<u32, Spread>,
    /// Hashes of what hashtags are looked for as.
    tags: HashSet<u32, Spread>,
}

impl Known {
    pub(super) fn new(pack: &Pack, words: &Words, tables: &Tables) -> Self {
        let mut in_terms = vec![false; words.len()];
        let mut known = Self {
            ranks: Vec::new(),
            shapes: Shapes::default(),
            parts: Parts::default(),
            skeletons: Skeletons::new(tables, words),
            longest_marked: normalise::MAX_SYLLABLE,
            longest: 0,
            firsts: Lengths::default(),
            seconds: Lengths::default(),
            first_shapes: Shapes::default(),
            first: vec![false; words.len()],
            marked: HashSet::default(),
            pairs: HashSet::default(),
            seams: Seams::new(pack, words),
            alone: HashSet::default(),
            tags: HashSet::default(),
        };
        for term in &pack.terms {
            if term.position == Position::Hashtag || pack.lists[term.list.0 as usize].hashtags {
                let marked: String = term.words.iter().map(|w| w.marked.as_str()).collect();
                known.tags.extend([mark_hash(&normalise::bare(&marked)), mark_hash(&marked)]);
            }
        }
        for term in pack.terms.iter().filter(|t| t.position != Position::Hashtag) {
            for word in &term.words {
                in_terms[words.id(&word.bare) as usize] = true;
                if word.marked != word.bare {
                    known.marked.insert(mark_hash(&word.marked));
                    known.longest_marked = known.longest_marked.max(word.marked.chars().count());
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
                        known.firsts.add(words.key(first));
                        known.first_shapes.add(Edge::of(words.key(first)));
                        known.seconds.add(words.key(second));
                    }
                }
            }
        }
        for id in known.seams.words(true) {
            known.firsts.add(words.key(id));
            known.first_shapes.add(Edge::of(words.key(id)));
        }
        known.seams.words(false).for_each(|id| known.seconds.add(words.key(id)));
        let rank = |(id, in_term): (WordId, &bool)| bare_rank(words.key(id), words.traits(id), *in_term && id != 0);
        known.ranks = (0..).zip(&in_terms).map(rank).collect();
        for (id, _) in (0..).zip(&known.ranks).filter(|r| r.1.is_some()) {
            known.longest = known.longest.max(words.key(id).len());
            known.shapes.add(Edge::of(words.key(id)));
            known.parts.add(words.key(id));
        }
        known.longest = known.longest.max(known.longest_marked);
        known
    }

    /// Letters of the longest word.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// What a key is; `None` when it is no word.
    #[inline]
    pub(super) fn rank(&self, words: &Words, key: &str) -> Option<Rank> {
        if !key.is_ascii() {
            return self.marked_rank(key, mark_hash(key));
        }
        if self.may_be_word(Edge::of(key.as_bytes())) { self.ranks[words.id(key) as usize] } else { None }
    }

    /// Whether a key of ASCII with these edges may be a word.
    #[inline]
    pub(super) fn may_be_word(&self, edge: Edge) -> bool {
        self.shapes.may_have(edge)
    }

    /// Whether bare letters may be a part of a word.
    #[inline]
    pub(super) fn may_be_part(&self, letters: &[u8]) -> bool {
        self.parts.may_have(letters)
    }

    /// Whether a key of so many letters, with diacritics, may be a word.
    #[inline]
    pub(super) fn may_be_marked(&self, letters: usize) -> bool {
        letters <= self.longest_marked
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
        self.firsts.of(letters, longest).any(|end| {
            if !self.first_shapes.may_have(Edge::of(&letters.as_bytes()[..end])) {
                return false;
            }
            let first = words.id(&letters[..end]);
            let next = &letters[end..];
            let goes_on = |second: WordId| self.pair(first, second) || self.meet(first, second);
            first != 0 && self.seconds.of(next, longest).any(|end| goes_on(words.id(&next[..end])))
        })
    }

    /// Whether a token types out a word of a term; `way` is overwritten.
    pub(super) fn is_typed(&self, tables: &Tables, words: &Words, token: &Token, key: &str, way: &mut String) -> bool {
        let plain = token.kind == Kind::Word && !token.accented;
        plain
            && typing::typing(tables, key, way).is_some()
            && !way.is_ascii()
            && self.rank(words, way) == Some(Rank::Lexicon)
    }

    /// Whether a word follows this one in a term or a compound.
    pub(super) fn begins(&self, id: WordId) -> bool {
        id != 0 && (self.first[id as usize] || self.seams.ends(id))
    }

    /// Whether the two words follow one another in a term.
    #[inline]
    pub(super) fn pair(&self, first: WordId, second: WordId) -> bool {
        first != 0 && second != 0 && self.first[first as usize] && self.pairs.contains(&pair_of(first, second))
    }

    /// Whether they do where two parts of a compound meet. Many words do: it says less than [`Known::pair`].
    #[inline]
    pub(super) fn meet(&self, first: WordId, second: WordId) -> bool {
        self.seams.meet(first, second)
    }

    /// Whether hashtags are looked for under this key.
    pub(super) fn is_tag(&self, key: &str) -> bool {
        self.tags.contains(&mark_hash(key))
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
