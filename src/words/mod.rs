//! Every token's word id: one look-up a token, shared by language and matcher.

mod table;
mod traits;

pub use table::{Filed, KeyTable, mark_hash};
pub use traits::Traits;

use crate::{
    normalise::{self, Break, Folds, Kind, Text, Token},
    pack::{Pack, Position, UnitPlace, ValueKind},
};
use table::{Slot, hash_of, print_in};

/// Id of a word; 0 is "not known".
pub type WordId = u32;

/// What a sentence's words say of its spelling and language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// Words.
    pub words: u32,
    /// Vietnamese syllables, with or without diacritics.
    pub syllables: u32,
    /// Words with Vietnamese diacritics.
    pub accented: u32,
    /// English function words.
    pub english: u32,
}

impl Spelling {
    #[inline]
    fn add(&mut self, token: &Token, traits: Traits) {
        self.words += 1;
        if token.accented {
            // Diacritics that a reading put there say nothing of how the sentence is written.
            let own = !token.damaged && !token.folds.intersects(Folds::SOCIAL.with(Folds::TELEX));
            self.accented += u32::from(own);
            self.syllables += 1;
        } else {
            self.syllables += u32::from(traits.has(Traits::SYLLABLE));
            self.english += u32::from(traits.has(Traits::ENGLISH));
        }
    }

    /// Whether a bare word may stand for one with diacritics: at most one syllable in twenty carries any.
    pub fn is_bare(self) -> bool {
        self.accented * 20 <= self.syllables
    }
}

/// Ids and traits of one field's tokens.
#[derive(Clone, Debug, Default)]
pub struct Tagged {
    /// One id a token.
    pub ids: Vec<WordId>,
    /// The traits of each token's word.
    pub traits: Vec<Traits>,
    /// All traits of any token.
    pub seen: Traits,
    /// Tokens that may be more than their word, rising: numbers, links, tags, names, and what may be a code.
    pub special: Vec<u32>,
    /// Of each token with diacritics, the [`mark_hash`] of its key; 0 for the others.
    pub marks: Vec<u32>,
    /// One a sentence.
    pub spelling: Vec<Spelling>,
    /// Whether any token has diacritics.
    pub accented: bool,
}

/// All words that some stage knows.
#[derive(Debug)]
pub struct Words {
    ids: KeyTable,
    traits: Vec<Traits>,
    /// What stands for any hashtag and any mention: gates of patterns, part of no term.
    hashtag: Slot,
    mention: Slot,
}

impl Words {
    /// The words of a pack's terms, gates, syllables and language lists.
    pub fn new(pack: &Pack) -> Self {
        let (ids, none) = (KeyTable::default(), Slot::EMPTY);
        let mut words = Self { ids, traits: vec![Traits::default()], hashtag: none, mention: none };
        for syllable in normalise::bare_syllables() {
            words.add(syllable, Traits::SYLLABLE);
        }
        for (list, traits) in [
            (&pack.language.english_function, Traits::ENGLISH),
            (&pack.language.vietnamese_frequent, Traits::FREQUENT),
            (&pack.language.teencode, Traits::TEENCODE),
            (&pack.language.other_function, Traits::OTHER),
        ] {
            for word in list {
                words.add(word, traits);
            }
        }
        for term in &pack.terms {
            for word in &term.words {
                words.add(&word.bare, Traits::default());
            }
        }
        for short in pack.folds.chat.keys() {
            words.add(&normalise::bare(short), Traits::SHORT);
        }
        for syllable in normalise::bare_syllables().filter(|s| s.len() > 1 && s.starts_with(['a', 'e', 'i', 'o', 'u']))
        {
            let id = words.ids.get(syllable) as usize;
            if words.traits[id] == Traits::SYLLABLE
                && !pack.terms.iter().any(|t| t.words.iter().any(|w| w.bare == syllable))
            {
                words.traits[id].insert(Traits::REST);
            }
        }
        let prices = pack.units.iter().filter(|unit| unit.kind == ValueKind::Price).flat_map(|unit| &unit.words);
        let of_sums = prices.filter(|word| !matches!(word.1, UnitPlace::Stuck | UnitPlace::Before)).map(|word| &word.0);
        let scales = pack.scales.iter().map(|scale| &scale.0);
        let times = pack.numerals.iter().filter(|numeral| numeral.times).map(|numeral| &numeral.word);
        for word in of_sums.chain(scales).chain(times) {
            words.add(&normalise::bare(word), Traits::OF_SUM);
        }
        for gate in pack.patterns.iter().flat_map(|p| &p.gate) {
            words.add(gate, Traits::GATE);
        }
        for term in pack.terms.iter().filter(|t| t.position != Position::Hashtag) {
            if let Some(first) = term.words.first() {
                words.add(&first.bare, Traits::beginning(&pack.lists[term.list.0 as usize]));
            }
        }
        for (id, traits) in (0..).zip(&mut words.traits).skip(1) {
            let letters = words.ids.key(id).len();
            let part = traits.has(Traits::SHORT) || traits.has(Traits::REST);
            let short = letters <= 3 && !traits.has(Traits::SYLLABLE) && !traits.has(Traits::ENGLISH);
            if letters > 1 && !part && !short {
                traits.insert(Traits::WHOLE);
            }
        }
        words.ids.give_traits(&words.traits);
        (words.hashtag, words.mention) = (words.slot("#"), words.slot("@"));
        words
    }

    fn add(&mut self, word: &str, traits: Traits) {
        let id = self.ids.add(word) as usize;
        if id == self.traits.len() {
            self.traits.push(Traits::default());
        }
        self.traits[id].insert(traits);
    }

    fn slot(&self, word: &str) -> Slot {
        *self.ids.slot_of(word.as_bytes(), 0..word.len())
    }

    /// Id of a bare key; 0 when no stage knows it.
    #[inline]
    pub fn id(&self, bare: &str) -> WordId {
        self.ids.get(bare)
    }

    /// The word of an id, as bytes; id 0 has none.
    pub fn key(&self, id: WordId) -> &[u8] {
        self.ids.key(id)
    }

    /// Traits of a word.
    #[inline]
    pub fn traits(&self, id: WordId) -> Traits {
        self.traits[id as usize]
    }

    /// How many words are known.
    pub fn len(&self) -> usize {
        self.traits.len()
    }

    /// Whether no word is known.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Looks every token of a field up, once.
    pub fn tag(&self, text: &Text, out: &mut Tagged) {
        let Tagged { ids, traits, seen, special, marks, spelling, accented } = out;
        (*accented, *seen) = (false, Traits::default());
        special.clear();
        spelling.clear();
        ids.clear();
        traits.clear();
        marks.clear();
        if text.tokens.is_empty() {
            return; // most fields of most posts
        }
        // Every place is written below.
        ids.resize(text.tokens.len(), 0);
        traits.resize(text.tokens.len(), Traits::default());
        marks.resize(text.tokens.len(), 0);
        let (marked, bare) = (text.marked.as_bytes(), text.bare.as_bytes());
        for (((token, id), traits), mark) in text.tokens.iter().zip(ids).zip(&mut *traits).zip(marks) {
            let slot = match token.kind {
                Kind::Word | Kind::Number | Kind::Emoji => {
                    let (keys, key) = if token.accented { (bare, token.bare) } else { (marked, token.marked) };
                    self.ids.slot_of(keys, key.range())
                }
                Kind::Hashtag => &self.hashtag,
                Kind::Mention => &self.mention,
                Kind::Url | Kind::Email => &Slot::EMPTY,
            };
            (*id, *traits) = (slot.id, slot.traits);
            seen.insert(slot.traits);
            if token.accented {
                *accented = true;
                *mark = hash_of(print_in(marked, token.marked.range()));
            }
        }
        for sentence in &text.sentences {
            let range = sentence.first as usize..sentence.end as usize;
            let tokens = text.tokens[range.clone()].iter().zip(&traits[range]);
            let mut own = Spelling::default();
            for ((token, traits), i) in tokens.zip(sentence.first..) {
                if token.kind == Kind::Word {
                    own.add(token, *traits);
                }
                if may_be_special(token, *traits, marked) {
                    special.push(i);
                }
            }
            spelling.push(own);
        }
        debug_assert!(text.tokens.first().is_none_or(|t| t.before >= Break::Sentence));
        debug_assert_eq!(text.sentences.iter().map(|s| (s.end - s.first) as usize).sum::<usize>(), text.tokens.len());
    }
}

/// Whether a token may be more than its word, see [`Tagged::special`].
#[inline]
fn may_be_special(token: &Token, traits: Traits, marked: &[u8]) -> bool {
    match token.kind {
        // A telephone number may be spelt out: không, zero.
        Kind::Word => {
            token.folds.contains(Folds::LOWER)
                || traits.has(Traits::OF_SUM)
                || matches!(
                    marked[token.marked.range().start..],
                    [b'0'..=b'9' | b'z', ..]
                        | [b'o', b'0'..=b'9', ..]
                        | [b'k', b'h', ..]
                        | [0xE2, 0x93, 0xBF, ..]
                        | [b'n', 0xE1, 0xBB, 0xAD, ..] // nửa (triệu)
                )
        }
        Kind::Number | Kind::Hashtag | Kind::Mention | Kind::Url => true,
        Kind::Email | Kind::Emoji => false,
    }
}
