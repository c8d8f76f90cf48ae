//! The folds of a pack, and what spares most words a look into them.

use super::shape::{Edge, Shapes};
use crate::{
    normalise,
    pack::{ChatReading, FoldTables, TypingKey},
    words::Filed,
};
use std::ops::Deref;
use unicode_normalization::char::is_combining_mark;

/// A pack's folds with the bytes that their entries begin with.
#[derive(Debug)]
pub(super) struct Tables {
    folds: FoldTables,
    /// By byte: whether a sign or digit that stands for a letter begins with it.
    signs: [bool; 256],
    /// Whether a mark, or đ, is an upside-down letter.
    flips_marks: bool,
    /// Chat spellings with their readings.
    chat: Filed<Chat>,
    /// Shapes of the English chat spellings.
    english: Shapes,
    /// By letter of ASCII: what it does as a key of a typing method.
    keys: [Option<TypingKey>; 128],
    /// Letters of the longest word that a respelling can make a syllable of.
    longest_respelt: usize,
}

/// A reading of a chat spelling, its neighbours also without diacritics.
#[derive(Clone, Debug)]
pub(super) struct Chat {
    pub(super) reading: ChatReading,
    after: Vec<String>,
    before: Vec<String>,
}

impl Chat {
    /// Its neighbours on one side, each with its bare key.
    pub(super) fn neighbours(&self, after: bool) -> impl Iterator<Item = (&str, &str)> {
        let (marked, bare) =
            if after { (&self.reading.after, &self.after) } else { (&self.reading.before, &self.before) };
        marked.iter().map(String::as_str).zip(bare.iter().map(String::as_str))
    }
}

impl Tables {
    pub(super) fn new(folds: FoldTables) -> Self {
        let lead = |c: &char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
        let mut signs = [false; 256];
        folds.leet.keys().for_each(|sign| signs[lead(sign) as usize] = true);
        let flips_marks = folds.flipped.keys().any(|&c| is_combining_mark(c) || normalise::base(c) != c);
        let loss = |from: &str, to: &str| from.chars().count().saturating_sub(to.chars().count());
        let losses = folds.respellings.iter().flat_map(|r| r.to.iter().map(move |to| loss(&r.from, to)));
        let longest_respelt = normalise::MAX_SYLLABLE + losses.max().unwrap_or(0);
        let mut chat = Filed::default();
        for (key, readings) in &folds.chat {
            for reading in readings {
                let bare = |words: &[String]| words.iter().map(|w| normalise::bare(w)).collect();
                let (after, before) = (bare(&reading.after), bare(&reading.before));
                chat.push(key, Chat { reading: reading.clone(), after, before });
            }
        }
        let mut english = Shapes::default();
        folds.english.keys().for_each(|key| english.add(Edge::of(key.as_bytes())));
        let keys = std::array::from_fn(|key| folds.typing.get(&char::from(key as u8)).copied());
        Self { folds, signs, flips_marks, chat, english, keys, longest_respelt }
    }

    /// What a key of a typing method does.
    #[inline]
    pub(super) fn typing_key(&self, key: char) -> Option<TypingKey> {
        *self.keys.get(key as usize)?
    }

    /// Whether a word may have accents typed out: a key of a typing method, or one of the letters written twice that one
    /// more of them marks.
    pub(super) fn may_be_typed(&self, word: &str) -> bool {
        let mut twins = 0_u32;
        word.bytes().any(|b| {
            let twin = match b {
                b'a' | b'd' | b'e' | b'o' => 1 << (b & 31),
                _ => 0,
            };
            let again = twins & twin != 0;
            twins |= twin;
            again || self.keys.get(usize::from(b)).is_some_and(Option::is_some)
        })
    }

    /// Whether a key may be an English chat spelling: nearly none is.
    #[inline]
    pub(super) fn may_be_english(&self, key: &str) -> bool {
        self.english.may_have(Edge::of(key.as_bytes()))
    }

    /// What a chat spelling may stand for; nothing when the key is none.
    #[inline]
    pub(super) fn chat(&self, key: &str) -> &[Chat] {
        self.chat.get(key)
    }

    /// Whether a mark, or a letter that is ours, is an upside-down one: else Vietnamese words can only be reversed.
    #[inline]
    pub(super) fn flips_marks(&self) -> bool {
        self.flips_marks
    }

    /// How many letters a word has at the least, whatever two decoders make of it: repeated ones count once, signs not at
    /// all, and what respelling takes and three letters that were swapped (i, l) may take is taken off.
    pub(super) fn least_letters(&self, key: &str) -> usize {
        let (mut letters, mut last) = (0_usize, None);
        for c in key.chars().map(normalise::base).filter(char::is_ascii_lowercase) {
            if last != Some(c) {
                (letters, last) = (letters + 1, Some(c));
            }
        }
        let respelt = self.longest_respelt - normalise::MAX_SYLLABLE;
        letters.saturating_sub(2 * respelt + 3)
    }

    /// Whether a byte may begin a sign or digit that stands for a letter.
    #[inline]
    pub(super) fn may_be_sign(&self, byte: u8) -> bool {
        self.signs[byte as usize]
    }

    /// Whether a sign or digit stands for a letter.
    #[inline]
    pub(super) fn is_sign(&self, c: char) -> bool {
        (!c.is_ascii() || self.signs[c as usize]) && self.folds.leet.contains_key(&c)
    }

    /// Whether a character is a letter of no word, and no decoder makes one of it.
    pub(super) fn is_foreign(&self, c: char) -> bool {
        !c.is_ascii()
            && !normalise::base(c).is_ascii()
            && c != '’'
            && !is_combining_mark(c)
            && !self.is_sign(c)
            && !self.folds.flipped.contains_key(&c)
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
