//! What was found of a word before: posts repeat their words, and reading one takes long. What is kept changes no result.

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
const MOST: usize = 1 << 13;
/// Words of which is kept that they hide nothing; then they are forgotten too.
const MOST_FACES: usize = 1 << 15;
/// Bytes of the longest word kept.
const LONGEST: usize = 40;

/// What is known of a word.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    /// [`decode::word`].
    pub(super) readings: Vec<Reading>,
    /// Whether it was found to be no row of words.
    pub(super) whole: bool,
}

impl Answer {
    /// Whether the word is nothing but one with its accents typed out.
    pub(super) fn is_typed(&self) -> bool {
        self.readings.iter().all(|r| r.folds.contains(Folds::TELEX))
    }
}

/// Answers by word.
#[derive(Debug, Default)]
struct Answers {
    keys: KeyTable,
    /// One a key, from id 1.
    values: Vec<Answer>,
}

impl Answers {
    fn find(&self, key: &str) -> usize {
        (self.keys.get(key) as usize).wrapping_sub(1)
    }

    fn keep(&mut self, key: &str, value: Answer) {
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

/// Words that were looked at in vain before.
#[derive(Debug, Default)]
struct Faces {
    keys: KeyTable,
    /// One a key, from id 1: a bit for each [`Place`] where it hides nothing by itself, and [`UNTYPED`].
    bits: Vec<u8>,
}

/// Spells no syllable by [`decode::typing`].
const UNTYPED: u8 = 1 << 7;

/// As a hashtag hides nothing.
const PLAIN_TAG: u8 = 1 << 6;

impl Faces {
    fn has(&self, key: &str, bit: u8) -> bool {
        (self.keys.get(key) as usize).checked_sub(1).is_some_and(|at| self.bits[at] & bit != 0)
    }

    fn keep(&mut self, key: &str, bit: u8) {
        if key.len() > LONGEST {
            return;
        }
        if self.bits.len() == MOST_FACES {
            *self = Self::default();
        }
        let at = self.keys.add(key) as usize - 1;
        self.bits.resize(self.bits.len().max(at + 1), 0);
        self.bits[at] |= bit;
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

    /// Whether a word was seen to hide nothing by itself.
    pub(super) fn hides_nothing(&self, key: &str, place: Place) -> bool {
        self.faces.borrow().has(key, 1 << number(place))
    }

    /// Keeps that a word hides nothing by itself.
    pub(super) fn keep_nothing(&self, key: &str, place: Place) {
        self.faces.borrow_mut().keep(key, 1 << number(place));
    }

    /// Whether a hashtag was seen to hide nothing.
    pub(super) fn is_plain_tag(&self, key: &str) -> bool {
        self.faces.borrow().has(key, PLAIN_TAG)
    }

    /// Keeps that a hashtag hides nothing.
    pub(super) fn keep_plain_tag(&self, key: &str) {
        self.faces.borrow_mut().keep(key, PLAIN_TAG);
    }

    /// [`decode::typing`].
    pub(super) fn typing(&self, tables: &Tables, key: &str, way: &mut String) -> Option<u32> {
        if self.faces.borrow().has(key, UNTYPED) {
            return None;
        }
        let keys = decode::typing(tables, key, way);
        if keys.is_none() {
            self.faces.borrow_mut().keep(key, UNTYPED);
        }
        keys
    }

    /// [`decode::may_hide`].
    pub(super) fn may_hide(&self, tables: &Tables, known: &Known, words: &Words, key: &str, place: Place) -> bool {
        decode::may_hide(tables, known, words, key, place, &mut self.tools.borrow_mut().way)
    }

    /// What is known of a word, its readings at least.
    pub(super) fn word(&self, tables: &Tables, known: &Known, words: &Words, letters: &str, place: Place) -> Answer {
        self.with(tables, known, words, letters, place, Answer::clone)
    }

    /// What `of` says of the readings of a word.
    pub(super) fn readings<T>(
        &self,
        tables: &Tables,
        known: &Known,
        words: &Words,
        letters: &str,
        place: Place,
        of: impl FnOnce(&[Reading]) -> T,
    ) -> T {
        self.with(tables, known, words, letters, place, |answer| of(&answer.readings))
    }

    fn with<T>(
        &self,
        tables: &Tables,
        known: &Known,
        words: &Words,
        letters: &str,
        place: Place,
        of: impl FnOnce(&Answer) -> T,
    ) -> T {
        let answers = self.answers(place);
        {
            let answers = answers.borrow();
            if let Some(before) = answers.values.get(answers.find(letters)) {
                return of(before);
            }
        }
        if !self.may_hide(tables, known, words, letters, place) {
            return of(&Answer::default());
        }
        let readings = decode::word(tables, known, words, letters, place, &mut self.bench.borrow_mut());
        let answer = Answer { readings, whole: false };
        let said = of(&answer);
        answers.borrow_mut().keep(letters, answer);
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

    /// Keeps that a word is no row of words.
    pub(super) fn keep_whole(&self, key: &str, place: Place) {
        let mut answers = self.answers(place).borrow_mut();
        let at = answers.find(key);
        match answers.values.get_mut(at) {
            Some(answer) => answer.whole = true,
            None => answers.keep(key, Answer { readings: Vec::new(), whole: true }),
        }
    }
}

fn number(place: Place) -> usize {
    usize::from(place.english) * 2 + usize::from(place.typed)
}
