//! What was found of a word before: posts repeat their words, and reading one takes long. What is kept changes no result.

use super::{
    decode::{self, Place, Reading},
    known::Known,
};
use crate::{
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
    typed: RefCell<Answers<Option<(String, u32)>>>,
    whole: RefCell<Answers<()>>,
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
            let readings = decode::word(tables, known, words, letters, place);
            answers.borrow_mut().keep(letters, readings.clone());
            readings
        })
    }

    /// [`decode::typing`].
    pub(super) fn typing(&self, tables: &FoldTables, key: &str) -> Option<(String, u32)> {
        let before = self.typed.borrow().get(key);
        before.unwrap_or_else(|| {
            let typed = decode::typing(tables, key);
            self.typed.borrow_mut().keep(key, typed.clone());
            typed
        })
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
