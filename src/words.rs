//! Every token's word id: one look-up a token, shared by language and matcher.

use crate::{
    normalise::{self, Break, Kind, Text},
    pack::Pack,
};

/// Id of a word; 0 is "not known".
pub type WordId = u32;

/// A fast hash for short keys. It only finds candidates: whatever it finds is compared byte by byte.
#[inline]
pub fn key_hash(key: &[u8]) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut chunks = key.chunks_exact(8);
    let mut hash = key.len() as u64;
    for chunk in &mut chunks {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(eight)).wrapping_mul(ODD);
    }
    let last = chunks.remainder().iter().fold(0, |n, &b| n << 8 | u64::from(b));
    hash = (hash.rotate_left(23) ^ last).wrapping_mul(ODD);
    hash ^ hash >> 29
}

/// The hash that stands for a key with diacritics; never 0.
#[inline]
pub fn mark_hash(key: &str) -> u32 {
    (key_hash(key.as_bytes()) >> 32) as u32 | 1
}

/// Strings to numbers from 1, in one block of memory: a look-up touches a slot, and the bytes only of the string it finds.
#[derive(Clone, Debug)]
pub struct KeyTable {
    /// (upper half of the hash, id); id 0 is empty. A power of two, at most half full.
    slots: Vec<(u32, u32)>,
    /// Where the string of each id ends in `bytes`; the first is id 0's.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 16], ends: vec![0], bytes: Vec::new() }
    }
}

impl KeyTable {
    /// The id of a string; 0 when it is not there.
    #[inline]
    pub fn get(&self, key: &str) -> u32 {
        let hash = key_hash(key.as_bytes());
        let (mask, tag) = (self.slots.len() - 1, (hash >> 32) as u32);
        let mut at = hash as usize & mask;
        loop {
            let (slot_tag, id) = self.slots[at];
            if id == 0 || slot_tag == tag && self.key(id) == key.as_bytes() {
                return id;
            }
            at = (at + 1) & mask;
        }
    }

    /// The id of a string, which is added when it is not there.
    pub fn add(&mut self, key: &str) -> u32 {
        let known = self.get(key);
        if known != 0 {
            return known;
        }
        let id = self.ends.len() as u32;
        self.bytes.extend_from_slice(key.as_bytes());
        self.ends.push(self.bytes.len() as u32);
        if self.ends.len() * 2 > self.slots.len() {
            self.slots = vec![(0, 0); self.slots.len() * 2];
            (1..=id).for_each(|id| self.place(id));
        } else {
            self.place(id);
        }
        id
    }

    /// How many strings there are, the empty place of id 0 included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    fn key(&self, id: u32) -> &[u8] {
        &self.bytes[self.ends[id as usize - 1] as usize..self.ends[id as usize] as usize]
    }

    fn place(&mut self, id: u32) {
        let hash = key_hash(self.key(id));
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = ((hash >> 32) as u32, id);
    }
}

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
    /// Of each token with diacritics, the [`mark_hash`] of its key; 0 for the others.
    pub marks: Vec<u32>,
    /// One a sentence.
    pub spelling: Vec<Spelling>,
    /// Whether a gate word is among them.
    pub gated: bool,
}

/// All words that some stage knows.
#[derive(Debug)]
pub struct Words {
    ids: KeyTable,
    traits: Vec<Traits>,
    /// Ids that stand for any hashtag and any mention: gates of patterns, part of no term.
    hashtag: WordId,
    mention: WordId,
}

impl Words {
    /// The words of a pack's terms, gates, syllables and language lists.
    pub fn new(pack: &Pack) -> Self {
        let mut words = Self { ids: KeyTable::default(), traits: vec![Traits::default()], hashtag: 0, mention: 0 };
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
        let id = self.ids.add(word) as usize;
        if id == self.traits.len() {
            self.traits.push(Traits::default());
        }
        self.traits[id].0 |= traits.0;
    }

    /// Id of a bare key; 0 when no stage knows it.
    #[inline]
    pub fn id(&self, bare: &str) -> WordId {
        self.ids.get(bare)
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
        out.marks.clear();
        out.spelling.clear();
        out.spelling.resize(text.sentences.len(), Spelling::default());
        let mut all = Traits::default();
        for token in &text.tokens {
            let id = match token.kind {
                Kind::Word | Kind::Number | Kind::Emoji => self.id(text.bare_key(token)),
                Kind::Hashtag => self.hashtag,
                Kind::Mention => self.mention,
                Kind::Url | Kind::Email => 0,
            };
            let traits = self.traits(id);
            all.0 |= traits.0;
            out.ids.push(id);
            out.marks.push(if token.accented { mark_hash(text.key(token)) } else { 0 });
            if token.kind == Kind::Word {
                let spelling = &mut out.spelling[token.sentence as usize];
                spelling.words += 1;
                spelling.accented += u32::from(token.accented && !token.damaged);
                spelling.syllables += u32::from(traits.has(Traits::SYLLABLE) || token.accented);
                spelling.english += u32::from(traits.has(Traits::ENGLISH) && !token.accented);
            }
        }
        out.gated = all.has(Traits::GATE);
        debug_assert!(text.tokens.first().is_none_or(|t| t.before >= Break::Sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_gives_every_string_its_own_number() {
        let mut table = KeyTable::default();
        let words: Vec<String> = (0..5_000).map(|n| format!("từ{n}")).collect();
        let ids: Vec<u32> = words.iter().map(|w| table.add(w)).collect();
        assert_eq!(ids, (1..=5_000).collect::<Vec<_>>());
        assert!(words.iter().zip(&ids).all(|(w, id)| table.get(w) == *id && table.add(w) == *id));
        assert_eq!(table.get("không có"), 0);
    }
}
