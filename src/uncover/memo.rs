//! What was found of a word before: posts repeat their words, and reading one takes long. What is kept changes no result.

use super::{
    decode::{self, Bench, Place, Reading, Tools},
    known::Known,
    plain,
    tables::Tables,
};
use crate::{
    normalise::{Folds, Token},
    words::{KeyTable, Words},
};
use std::cell::RefCell;

/// Words kept; then all are forgotten, so that hostile text cannot fill the memory: plain words are not among them.
const MOST: usize = 1 << 13;
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

/// The memory of one worker.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// By [`Place`], as a number.
    words: [RefCell<Answers>; 4],
    bench: RefCell<Bench>,
    tools: RefCell<Tools>,
}

impl Memo {
    fn answers(&self, place: Place) -> &RefCell<Answers> {
        &self.words[usize::from(place.english) * 2 + usize::from(place.typed)]
    }

    /// What is known of a word, its readings at least.
    pub(super) fn word(&self, tables: &Tables, known: &Known, words: &Words, letters: &str, place: Place) -> Answer {
        let nothing = plain::hides_nothing(tables, known, words, letters, place, true);
        // Nearly all words: neither this nor their parts are worth a place.
        if nothing && letters.as_bytes().windows(2).all(|w| w[0] != w[1]) {
            return Answer::default();
        }
        let answers = self.answers(place);
        {
            let answers = answers.borrow();
            if let Some(before) = answers.values.get(answers.find(letters)) {
                return before.clone();
            }
        }
        let read = || decode::word(tables, known, words, letters, place, &mut self.bench.borrow_mut());
        let answer = Answer { readings: if nothing { Vec::new() } else { read() }, whole: false };
        answers.borrow_mut().keep(letters, answer.clone());
        answer
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
        if let Some(answer) = answers.values.get_mut(at) {
            answer.whole = true;
        }
    }
}
