//! Every token's word id: one look-up a token, shared by language and matcher.

use crate::{
    normalise::{self, Break, Folds, Kind, Text, Token},
    pack::{List, Pack, Position},
};
use std::ops::Range;

/// Id of a word; 0 is "not known".
pub type WordId = u32;

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
/// The top byte of a long key's print; a short key has its length there.
const LONG: u64 = 0xFF << 56;

/// A key in eight bytes: keys of up to seven bytes entire, so that equal prints are equal keys; of longer ones a hash.
#[inline]
fn print(key: &[u8]) -> u64 {
    let len = key.len();
    let bytes = match (key.first_chunk::<4>(), key.last_chunk::<4>()) {
        (Some(&first), Some(&last)) if len < 8 => {
            u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << (8 * (len - 4))
        }
        (Some(_), _) => return long_print(key),
        // First, middle and last are all that there is; where two are one byte, they agree.
        _ if len > 0 => {
            let (middle, last) = (len / 2, len - 1);
            u64::from(key[0]) | u64::from(key[middle]) << (8 * middle) | u64::from(key[last]) << (8 * last)
        }
        _ => 0,
    };
    bytes | (len as u64) << 56
}

/// The [`print`] of `bytes[range]`: where more bytes stand behind a short key, it takes one load.
#[inline(always)]
fn print_in(bytes: &[u8], range: Range<usize>) -> u64 {
    let len = range.len();
    match bytes[range.start..].first_chunk::<8>() {
        Some(&eight) if len < 8 => u64::from_le_bytes(eight) & !(u64::MAX << (8 * len)) | (len as u64) << 56,
        _ => print(&bytes[range]),
    }
}

fn long_print(key: &[u8]) -> u64 {
    let mix = |hash: u64, eight: [u8; 8]| (hash.rotate_left(23) ^ u64::from_le_bytes(eight)).wrapping_mul(ODD);
    let mut rest = key;
    let mut hash = key.len() as u64;
    while let Some((&eight, more)) = rest.split_first_chunk::<8>() {
        (hash, rest) = (mix(hash, eight), more);
    }
    // The last eight bytes cover what is left, in part once more.
    hash = key.last_chunk::<8>().map_or(hash, |&last| mix(hash, last));
    hash ^ hash >> 29 | LONG
}

#[inline(always)]
fn spread(print: u64) -> u64 {
    let hash = print.wrapping_mul(ODD);
    hash ^ hash >> 32
}

/// The hash that stands for a key with diacritics; never 0.
#[inline]
pub fn mark_hash(key: &str) -> u32 {
    hash_of(print(key.as_bytes()))
}

#[inline]
fn hash_of(print: u64) -> u32 {
    spread(print) as u32 | 1
}

/// A place in a [`KeyTable`]; id 0 is empty.
#[derive(Clone, Copy, Debug)]
struct Slot {
    print: u64,
    id: u32,
    /// What [`Words`] knows of the word; elsewhere nothing. It stands where there is room, and is read for nothing.
    traits: Traits,
}

impl Slot {
    const EMPTY: Slot = Slot { print: 0, id: 0, traits: Traits(0) };
}

/// Strings to numbers from 1, in one block of memory: a look-up of a short string touches one slot and nothing else.
#[derive(Clone, Debug)]
pub struct KeyTable {
    /// A power of two, at most half full.
    slots: Vec<Slot>,
    /// Where the string of each id ends in `bytes`; the first is id 0's.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self { slots: vec![Slot::EMPTY; 16], ends: vec![0], bytes: Vec::new() }
    }
}

impl KeyTable {
    /// The id of a string; 0 when it is not there.
    #[inline]
    pub fn get(&self, key: &str) -> u32 {
        self.slots[self.place_of(key.as_bytes(), 0..key.len())].id
    }

    /// Where `bytes[range]` stands, or would.
    #[inline(always)]
    fn place_of(&self, bytes: &[u8], range: Range<usize>) -> usize {
        let print = print_in(bytes, range.clone());
        let mask = self.slots.len() - 1;
        let mut at = spread(print) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.id == 0 || slot.print == print && (print < LONG || *self.key(slot.id) == bytes[range.clone()]) {
                return at;
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
            self.slots = vec![Slot::EMPTY; self.slots.len() * 2];
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

    /// The string of an id, as bytes; id 0 has none.
    pub fn key(&self, id: u32) -> &[u8] {
        let Some(before) = (id as usize).checked_sub(1) else { return &[] };
        &self.bytes[self.ends[before] as usize..self.ends[id as usize] as usize]
    }

    fn place(&mut self, id: u32) {
        let print = print(self.key(id));
        let mask = self.slots.len() - 1;
        let mut at = spread(print) as usize & mask;
        while self.slots[at].id != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot { print, id, traits: Traits::default() };
    }
}

/// Strings to what was filed under each, in order.
#[derive(Clone, Debug)]
pub struct Filed<T> {
    keys: KeyTable,
    /// One a key; the first, of no key, stays empty.
    values: Vec<Vec<T>>,
}

impl<T> Default for Filed<T> {
    fn default() -> Self {
        Self { keys: KeyTable::default(), values: vec![Vec::new()] }
    }
}

impl<T> Filed<T> {
    /// Files one more value under a key.
    pub fn push(&mut self, key: &str, value: T) {
        let id = self.keys.add(key) as usize;
        if id == self.values.len() {
            self.values.push(Vec::new());
        }
        self.values[id].push(value);
    }

    /// What is filed under a key; nothing when it is not known.
    #[inline]
    pub fn get(&self, key: &str) -> &[T] {
        &self.values[self.keys.get(key) as usize]
    }
}

/// What a known word is, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u16);

impl Traits {
    /// Spells a legal Vietnamese syllable without diacritics.
    pub const SYLLABLE: Traits = Traits(1);
    /// A frequent one.
    pub const FREQUENT: Traits = Traits(1 << 1);
    /// An English function word.
    pub const ENGLISH: Traits = Traits(1 << 2);
    /// Vietnamese chat spelling.
    pub const TEENCODE: Traits = Traits(1 << 3);
    /// A function word of a language that the tool does not read.
    pub const OTHER: Traits = Traits(1 << 4);
    /// Opens the gate of a pattern.
    pub const GATE: Traits = Traits(1 << 5);

    /// A chat spelling that stands for other words.
    pub const SHORT: Traits = Traits(1 << 6);

    /// A syllable that begins with a vowel and is a word of no term: the rest of a broken word more often than one.
    pub const REST: Traits = Traits(1 << 7);

    /// Begins a term, one of a hidden list, one of context.
    pub const TERM: Traits = Traits(1 << 8);
    /// See [`Traits::TERM`].
    pub const HIDDEN: Traits = Traits(1 << 9);
    /// See [`Traits::TERM`].
    pub const CONTEXT: Traits = Traits(1 << 10);

    /// Neither a single letter nor a chat spelling nor the rest of a broken word: nothing to look at in honest text.
    pub const WHOLE: Traits = Traits(1 << 11);

    /// The trait of words that begin a term of a list.
    pub fn beginning(list: &List) -> Self {
        match () {
            () if list.context => Self::CONTEXT,
            () if list.hidden() => Self::HIDDEN,
            () => Self::TERM,
        }
    }

    /// Traits that speak of language, as a number below [`Traits::OF_LANGUAGE`].
    #[inline]
    pub fn of_language(self) -> usize {
        self.0 as usize % Self::OF_LANGUAGE
    }

    /// How many combinations [`Traits::of_language`] tells apart.
    pub const OF_LANGUAGE: usize = 1 << 5;

    /// The traits that [`Traits::of_language`] gives this number.
    pub const fn numbered(number: usize) -> Self {
        Self((number % Self::OF_LANGUAGE) as u16)
    }

    /// Whether all of `other` hold.
    #[inline]
    pub const fn has(self, other: Traits) -> bool {
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
                words.traits[id].0 |= Traits::REST.0;
            }
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
            traits.0 |= if letters == 1 || part || short { 0 } else { Traits::WHOLE.0 };
        }
        for slot in &mut words.ids.slots {
            slot.traits = words.traits[slot.id as usize];
        }
        (words.hashtag, words.mention) = (words.slot("#"), words.slot("@"));
        words
    }

    fn add(&mut self, word: &str, traits: Traits) {
        let id = self.ids.add(word) as usize;
        if id == self.traits.len() {
            self.traits.push(Traits::default());
        }
        self.traits[id].0 |= traits.0;
    }

    fn slot(&self, word: &str) -> Slot {
        self.ids.slots[self.ids.place_of(word.as_bytes(), 0..word.len())]
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
                    &self.ids.slots[self.ids.place_of(keys, key.range())]
                }
                Kind::Hashtag => &self.hashtag,
                Kind::Mention => &self.mention,
                Kind::Url | Kind::Email => &Slot::EMPTY,
            };
            (*id, *traits) = (slot.id, slot.traits);
            seen.0 |= slot.traits.0;
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
                if may_be_special(token, marked) {
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
fn may_be_special(token: &Token, marked: &[u8]) -> bool {
    match token.kind {
        // A telephone number may be spelt out: không, zero.
        Kind::Word => {
            token.folds.contains(Folds::LOWER)
                || matches!(
                    marked[token.marked.range().start..],
                    [b'0'..=b'9' | b'z', ..]
                        | [b'o', b'0'..=b'9', ..]
                        | [b'k', b'h', ..]
                        | [0xE2, 0x93, 0xBF, ..]
                        | [b'n', 0xE1, 0xBB, 0xAD, ..] // nửa (triệu)
                        // What follows a sum in words: hai trăm, ba chục, một nghìn, ngàn, triệu, tỷ, tỉ, củ, two hundred, hai mươi đô.
                        | [b't', b'r', 0xC4, 0x83, b'm', ..]
                        | [b'c', b'h', 0xE1, 0xBB, 0xA5, ..]
                        | [b'n', b'g', b'h', 0xC3, 0xAC, ..]
                        | [b'n', b'g', 0xC3, 0xA0, b'n', ..]
                        | [b't', b'r', b'i', 0xE1, 0xBB, 0x87, ..]
                        | [b't' | b'c', 0xE1, 0xBB, 0xB7 | 0x89 | 0xA7, ..]
                        | [0xC4, 0x91, 0xC3, 0xB4, ..]
                        | [b't', b'r', b'i', b'e', b'u', ..]
                        | [b't', b'r', b'a', b'm', ..]
                        | [b'c', b'h', b'u', b'c', ..]
                        | [b'n', b'g', b'h', b'i', b'n', ..]
                        | [b'h', b'u', b'n', b'd', b'r', ..]
                        | [b't', b'h', b'o', b'u', b's', ..]
                        | [b'm' | b'b', b'i', b'l', b'l', b'i', ..]
                        | [b'd', b'o', b'l', b'l', b'a', ..]
                        | [b'b', b'u', b'c', b'k', b's', ..]
                )
        }
        Kind::Number | Kind::Hashtag | Kind::Mention | Kind::Url => true,
        Kind::Email | Kind::Emoji => false,
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
