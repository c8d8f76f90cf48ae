//! What was found of a word before: posts repeat their words, and reading one takes long. What is kept changes no result:
//! only what the word and its [`Place`] alone decide is kept.

use super::{
    decode::{self, Bench, Place, Reading, Tools},
    known::Known,
    tables::Tables,
};
use crate::{
    normalise::{Folds, Token},
    words::{KeyTable, Words},
};
use std::cell::RefCell;

/// Words kept; then all are forgotten, so that hostile text cannot fill the memory: plain words are not among them.
const MOST: usize = 1 << 11;
/// Words of which is kept what they do not do; then they are forgotten too.
const MOST_FACES: usize = 1 << 14;
/// Bytes of the longest word kept.
const LONGEST: usize = 40;

/// The readings of words, by word.
#[derive(Debug, Default)]
struct Answers {
    keys: KeyTable,
    /// One a key, from id 1: [`decode::word`].
    values: Vec<Vec<Reading>>,
}

impl Answers {
    fn find(&self, key: &str) -> Option<&[Reading]> {
        Some(self.values.get((self.keys.get(key) as usize).checked_sub(1)?)?)
    }

    fn keep(&mut self, key: &str, value: Vec<Reading>) {
        if key.len() > LONGEST {
            return;
        }
        if self.values.len() == MOST {
            *self = Self::default();
        }
        self.keys.add(key);
        self.values.push(value);
    }
}

/// Words that were looked at before, mostly in vain.
#[derive(Debug, Default)]
struct Faces {
    keys: KeyTable,
    /// One a key, from id 1: a bit for each [`Vain`], and [`hides_bits`].
    bits: Vec<u32>,
}

/// What a word was seen not to do.
#[derive(Clone, Copy)]
pub(super) enum Vain {
    /// It is no row of words.
    Split(Place),
    /// As a hashtag it hides nothing.
    Tag(Place),
    /// It spells no syllable by [`decode::typing`].
    Type,
}

impl Vain {
    fn bit(self) -> u32 {
        match self {
            Vain::Split(place) => 1 << number(place),
            Vain::Tag(place) => 1 << (4 + number(place)),
            Vain::Type => 1 << 8,
        }
    }
}

/// Bits of [`Faces`] for whether a word hides something by itself: that it is known of a place, and that it does there.
fn hides_bits(place: Place) -> (u32, u32) {
    (1 << (9 + number(place)), 1 << (13 + number(place)))
}

impl Faces {
    /// All that is known of a word.
    #[inline]
    fn of(&self, key: &str) -> u32 {
        (self.keys.get(key) as usize).checked_sub(1).map_or(0, |at| self.bits[at])
    }

    fn keep(&mut self, key: &str, bits: u32) {
        if key.len() > LONGEST {
            return;
        }
        if self.bits.len() == MOST_FACES {
            *self = Self::default();
        }
        let at = self.keys.add(key) as usize - 1;
        self.bits.resize(self.bits.len().max(at + 1), 0);
        self.bits[at] |= bits;
    }
}

/// The memory of one worker.
#[derive(Debug, Default)]
pub(super) struct Memo {
    faces: RefCell<Faces>,
    /// By [`number`] of the place.
    words: [RefCell<Answers>; 4],
    bench: RefCell<Bench>,
    tools: RefCell<Tools>,
}

impl Memo {
    fn answers(&self, place: Place) -> &RefCell<Answers> {
        &self.words[number(place)]
    }

    /// Whether a word was seen not to do this.
    pub(super) fn is_vain(&self, key: &str, vain: Vain) -> bool {
        self.faces.borrow().of(key) & vain.bit() != 0
    }

    /// Keeps that a word does not do this.
    pub(super) fn keep_vain(&self, key: &str, vain: Vain) {
        self.faces.borrow_mut().keep(key, vain.bit());
    }

    /// Whether a word hides something by itself; `find` says so of one that was not met in this place before.
    #[inline]
    pub(super) fn hides(&self, key: &str, place: Place, find: impl FnOnce() -> bool) -> bool {
        let (met, does) = hides_bits(place);
        let known = self.faces.borrow().of(key);
        if known & met != 0 {
            return known & does != 0;
        }
        let hides = find();
        self.faces.borrow_mut().keep(key, if hides { met | does } else { met });
        hides
    }

    /// [`decode::typing`].
    pub(super) fn typing(&self, tables: &Tables, key: &str, way: &mut String) -> Option<u32> {
        if self.is_vain(key, Vain::Type) {
            return None;
        }
        let keys = decode::typing(tables, key, way);
        if keys.is_none() {
            self.keep_vain(key, Vain::Type);
        }
        keys
    }

    /// [`decode::may_hide`].
    pub(super) fn may_hide(&self, tables: &Tables, known: &Known, words: &Words, key: &str, place: Place) -> bool {
        decode::may_hide(tables, known, words, key, place, &mut self.tools.borrow_mut().way)
    }

    /// What `of` says of the readings of a word.
    pub(super) fn word<T>(
        &self,
        tables: &Tables,
        known: &Known,
        words: &Words,
        letters: &str,
        place: Place,
        of: impl FnOnce(&[Reading]) -> T,
    ) -> T {
        let answers = self.answers(place);
        {
            let answers = answers.borrow();
            if let Some(before) = answers.find(letters) {
                return of(before);
            }
        }
        if !self.may_hide(tables, known, words, letters, place) {
            return of(&[]);
        }
        let readings = decode::word(tables, known, words, letters, place, &mut self.bench.borrow_mut());
        let said = of(&readings);
        answers.borrow_mut().keep(letters, readings);
        said
    }

    /// [`Known::is_typed`].
    pub(super) fn is_typed(&self, known: &Known, tables: &Tables, words: &Words, token: &Token, key: &str) -> bool {
        known.is_typed(tables, words, token, key, &mut self.tools.borrow_mut().way)
    }

    /// [`decode::plainer`].
    pub(super) fn plainer(&self, tables: &Tables, key: &str, out: &mut impl FnMut(&str, Folds)) {
        decode::plainer(tables, key, &mut self.tools.borrow_mut(), out);
    }
}

fn number(place: Place) -> usize {
    usize::from(place.english) * 2 + usize::from(place.typed)
}
