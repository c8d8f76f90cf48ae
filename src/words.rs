//! Every token's word id: one look-up a token, shared by language and matcher.

use crate::{
    normalise::{self, Break, Kind, Text},
    pack::Pack,
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// A fast hash for short keys of our own making; input chooses which keys are looked up, never which are stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut eight = [0; 8];
            eight.copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(eight));
        }
        let last = chunks.remainder().iter().fold(bytes.len() as u64, |n, &b| n << 8 | u64::from(b));
        self.write_u64(last);
    }

    fn write_u8(&mut self, _: u8) {}

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(23) ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A map with [`KeyHasher`].
pub type KeyMap<K, V> = HashMap<K, V, BuildHasherDefault<KeyHasher>>;

/// Id of a word; 0 is "not known".
pub type WordId = u32;

/// What a known word is, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u8);

impl Traits {
    /// Spells a legal Vietnamese syllable without diacritics.
    pub const SYLLABLE: Traits = Traits(1);
    /// A frequent one.
    pub const FREQUENT: Traits = Traits(1 << 1);
    /// An English function word.
    pub const ENGLISH: Traits = Traits(1 << 2);
    /// Vietnamese chat spelling.
    pub const TEENCODE: Traits = Traits(1 << 3);
    /// Opens the gate of a pattern.
    pub const GATE: Traits = Traits(1 << 4);

    /// Whether all of `other` hold.
    #[inline]
    pub fn has(self, other: Traits) -> bool {
        self.0 & other.0 == other.0
    }
}

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
    /// One a sentence.
    pub spelling: Vec<Spelling>,
}

/// All words that some stage knows.
#[derive(Debug)]
pub struct Words {
    ids: KeyMap<Box<str>, WordId>,
    traits: Vec<Traits>,
    /// Ids that stand for any hashtag and any mention: gates of patterns, part of no term.
    hashtag: WordId,
    mention: WordId,
}

impl Words {
    /// The words of a pack's terms, gates, syllables and language lists.
    pub fn new(pack: &Pack) -> Self {
        let mut words = Self { ids: KeyMap::default(), traits: vec![Traits::default()], hashtag: 0, mention: 0 };
        for syllable in normalise::bare_syllables() {
            words.add(syllable, Traits::SYLLABLE);
        }
        for (list, traits) in [
            (&pack.language.english_function, Traits::ENGLISH),
            (&pack.language.vietnamese_frequent, Traits::FREQUENT),
            (&pack.language.teencode, Traits::TEENCODE),
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
        for gate in pack.patterns.iter().flat_map(|p| &p.gate) {
            words.add(gate, Traits::GATE);
        }
        (words.hashtag, words.mention) = (words.id("#"), words.id("@"));
        words
    }

    fn add(&mut self, word: &str, traits: Traits) {
        let next = self.traits.len() as WordId;
        let id = *self.ids.entry(word.into()).or_insert(next);
        if id == next {
            self.traits.push(Traits::default());
        }
        self.traits[id as usize].0 |= traits.0;
    }

    /// Id of a bare key; 0 when no stage knows it.
    #[inline]
    pub fn id(&self, bare: &str) -> WordId {
        self.ids.get(bare).copied().unwrap_or(0)
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
        out.ids.clear();
        out.spelling.clear();
        out.spelling.resize(text.sentences.len(), Spelling::default());
        for token in &text.tokens {
            let id = match token.kind {
                Kind::Word | Kind::Number | Kind::Emoji => self.id(text.bare_key(token)),
                Kind::Hashtag => self.hashtag,
                Kind::Mention => self.mention,
                Kind::Url | Kind::Email => 0,
            };
            out.ids.push(id);
            if token.kind == Kind::Word {
                let spelling = &mut out.spelling[token.sentence as usize];
                let traits = self.traits(id);
                spelling.words += 1;
                spelling.accented += u32::from(token.accented && !token.damaged);
                spelling.syllables += u32::from(traits.has(Traits::SYLLABLE) || token.accented);
                spelling.english += u32::from(traits.has(Traits::ENGLISH) && !token.accented);
            }
        }
        debug_assert!(text.tokens.first().is_none_or(|t| t.before >= Break::Sentence));
    }
}
