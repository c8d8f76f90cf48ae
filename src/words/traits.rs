//! What is known of a word without its context, as bits.

use crate::pack::List;

/// What a known word is, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u16);

impl Traits {
    /// Nothing.
    pub const NONE: Traits = Traits(0);

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

    /// May end a sum in words: a currency, a power of thousand, what multiplies (hundred).
    pub const OF_SUM: Traits = Traits(1 << 12);

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

    /// Adds what holds too.
    #[inline]
    pub(super) fn insert(&mut self, other: Traits) {
        self.0 |= other.0;
    }

    /// Whether all of `other` hold.
    #[inline]
    pub const fn has(self, other: Traits) -> bool {
        self.0 & other.0 == other.0
    }
}
