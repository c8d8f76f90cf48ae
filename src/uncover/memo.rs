//! What was found of a word before: posts repeat their words, and reading one takes long. What is kept changes no result.

use super::{
    decode::{self, Bench, Place, Reading, Tools},
    known::Known,
};
use crate::{
    normalise::{Folds, Token},
    pack::FoldTables,
    words::{KeyTable, Words},
};
use std::cell::RefCell;

/// Words kept of each question; then all are forgotten, so that hostile text cannot fill the memory.
const MOST: usize = 1 << 16;
/// Bytes of the longest word kept.
const LONGEST: usize = 40;

/// Answers by word.
#[derive(Debug)]
struct Answers<T> {
    keys: KeyTable,
    /// One a key, from id 1.
    values: Vec<T>,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { keys: KeyTable::default(), values: Vec::new() }
    }
}

impl<T: Clone> Answers<T> {
    fn get(&self, key: &str) -> Option<T> {
        self.values.get((self.keys.get(key) as usize).wrapping_sub(1)).cloned()
    }

    fn keep(&mut self, key: &str, value: T) {
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
    words: [RefCell<Answers<Vec<Reading>>>; 4],
    whole: RefCell<Answers<()>>,
    bench: RefCell<Bench>,
    tools: RefCell<Tools>,
}

impl Memo {
    /// [`decode::word`].
    pub(super) fn word(
        &self,
        tables: &FoldTables,
        known: &Known,
        words: &Words,
        letters: &str,
        place: Place,
    ) -> Vec<Reading> {
        let answers = &self.words[usize::from(place.english) * 2 + usize::from(place.typed)];
        let before = answers.borrow().get(letters);
        before.unwrap_or_else(|| {
            let readings = decode::word(tables, known, words, letters, place, &mut self.bench.borrow_mut());
            answers.borrow_mut().keep(letters, readings.clone());
            readings
        })
    }

    /// [`Known::is_typed`].
    pub(super) fn is_typed(&self, known: &Known, tables: &FoldTables, words: &Words, token: &Token, key: &str) -> bool {
        known.is_typed(tables, words, token, key, &mut self.tools.borrow_mut().way)
    }

    /// [`decode::plainer`].
    pub(super) fn plainer(&self, tables: &FoldTables, key: &str, out: &mut impl FnMut(&str, Folds)) {
        decode::plainer(tables, key, &mut self.tools.borrow_mut(), out);
    }

    /// Whether a key is known to be no row of words.
    pub(super) fn is_whole(&self, key: &str) -> bool {
        self.whole.borrow().get(key).is_some()
    }

    /// Keeps that a key is no row of words.
    pub(super) fn keep_whole(&self, key: &str) {
        self.whole.borrow_mut().keep(key, ());
    }
}
