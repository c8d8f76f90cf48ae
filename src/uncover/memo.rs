//! What was found of a word before: posts repeat their words, and reading one takes long. What is kept changes no result:
//! only what the word and its [`Place`] alone decide is kept.

use super::{
    decode::{self, Bench, Reading, Tools},
    known::Known,
    place::Place,
    tables::Tables,
    typing,
};
use crate::{
    normalise::{Folds, Token},
    words::{KeyTable, Words},
};
use std::cell::RefCell;

/// Words kept: of plain words, few of which are read as anything, and of those whose readings are known. Hostile text
/// cannot fill the memory.
const MOST_FACES: usize = 1 << 13;
const MOST: usize = 1 << 10;
/// Bytes of the longest word kept.
const LONGEST: usize = 72;

/// Words with what is kept of them, in two generations of half the room each: when the young one is full the old one is
/// forgotten, but for what was asked for since.
#[derive(Debug)]
struct Kept<T> {
    young: Generation<T>,
    old: Generation<T>,
    most: usize,
}

#[derive(Debug)]
struct Generation<T> {
    keys: KeyTable,
    /// One a key, from id 1.
    values: Vec<T>,
}

impl<T> Default for Generation<T> {
    fn default() -> Self {
        Self { keys: KeyTable::default(), values: Vec::new() }
    }
}

impl<T> Generation<T> {
    #[inline]
    fn at(&self, key: &str) -> Option<usize> {
        (self.keys.get(key) as usize).checked_sub(1)
    }
}

impl<T: Default> Kept<T> {
    fn new(most: usize) -> Self {
        Self { young: Generation::default(), old: Generation::default(), most }
    }

    /// What is kept of a word.
    #[inline]
    fn find(&mut self, key: &str) -> Option<&mut T> {
        let at = self.young.at(key).or_else(|| {
            let old = self.old.at(key)?;
            let value = std::mem::take(&mut self.old.values[old]);
            self.add(key, value)
        })?;
        Some(&mut self.young.values[at])
    }

    /// Keeps a word that is not among the young; gives back where.
    fn add(&mut self, key: &str, value: T) -> Option<usize> {
        if key.len() > LONGEST {
            return None;
        }
        if self.young.values.len() == self.most / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.keys.add(key);
        self.young.values.push(value);
        Some(self.young.values.len() - 1)
    }
}

/// What a word was seen not to do.
#[derive(Clone, Copy)]
pub(super) enum Vain {
    /// It is no row of words.
    Split(Place),
    /// As a hashtag it hides nothing.
    Tag(Place),
    /// It spells no syllable by [`typing::typing`].
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

/// Bits of a face for whether a word hides something by itself: that it is known of a place, and that it does there.
fn hides_bits(place: Place) -> (u32, u32) {
    (1 << (9 + number(place)), 1 << (13 + number(place)))
}

/// The memory of one worker.
#[derive(Debug)]
pub(super) struct Memo {
    /// Bits for each [`Vain`], and [`hides_bits`].
    faces: RefCell<Kept<u32>>,
    /// By [`number`] of the place: [`decode::word`].
    words: [RefCell<Kept<Vec<Reading>>>; 4],
    bench: RefCell<Bench>,
    tools: RefCell<Tools>,
}

impl Default for Memo {
    fn default() -> Self {
        let words = std::array::from_fn(|_| RefCell::new(Kept::new(MOST)));
        Self { faces: RefCell::new(Kept::new(MOST_FACES)), words, bench: RefCell::default(), tools: RefCell::default() }
    }
}

impl Memo {
    /// All that is kept of a plain word.
    #[inline]
    fn face(&self, key: &str) -> u32 {
        self.faces.borrow_mut().find(key).map_or(0, |bits| *bits)
    }

    fn keep_face(&self, key: &str, bits: u32) {
        let mut faces = self.faces.borrow_mut();
        match faces.find(key) {
            Some(all) => *all |= bits,
            None => drop(faces.add(key, bits)),
        }
    }

    /// Whether a word was seen not to do this.
    pub(super) fn is_vain(&self, key: &str, vain: Vain) -> bool {
        self.face(key) & vain.bit() != 0
    }

    /// Keeps that a word does not do this.
    pub(super) fn keep_vain(&self, key: &str, vain: Vain) {
        self.keep_face(key, vain.bit());
    }

    /// Whether a word hides something by itself; `find` says so of one that was not met in this place before.
    #[inline]
    pub(super) fn hides(&self, key: &str, place: Place, find: impl FnOnce() -> bool) -> bool {
        let (met, does) = hides_bits(place);
        let known = self.face(key);
        if known & met != 0 {
            return known & does != 0;
        }
        let hides = find();
        self.keep_face(key, if hides { met | does } else { met });
        hides
    }

    /// [`typing::typing`].
    pub(super) fn typing(&self, tables: &Tables, key: &str, way: &mut String) -> Option<u32> {
        if self.is_vain(key, Vain::Type) {
            return None;
        }
        let keys = typing::typing(tables, key, way);
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
        let answers = &self.words[number(place)];
        if let Some(before) = answers.borrow_mut().find(letters) {
            return of(before);
        }
        if !self.may_hide(tables, known, words, letters, place) {
            return of(&[]);
        }
        let readings = decode::word(tables, known, words, letters, place, &mut self.bench.borrow_mut());
        let said = of(&readings);
        answers.borrow_mut().add(letters, readings);
        said
    }

    /// [`Known::is_typed`].
    pub(super) fn is_typed(&self, known: &Known, tables: &Tables, words: &Words, token: &Token, key: &str) -> bool {
        known.is_typed(tables, words, token, key, &mut self.tools.borrow_mut().way)
    }

    /// Whether [`typing::typed`] reads a word.
    pub(super) fn is_typed_out(&self, tables: &Tables, key: &str, place: Place) -> bool {
        !place.english && typing::typed(tables, key, place, &mut self.tools.borrow_mut().way).is_some()
    }

    /// [`decode::plainer`].
    pub(super) fn plainer(&self, tables: &Tables, key: &str, out: &mut impl FnMut(&str, Folds)) {
        decode::plainer(tables, key, &mut self.tools.borrow_mut(), out);
    }
}

fn number(place: Place) -> usize {
    usize::from(place.english) * 2 + usize::from(place.typed)
}
