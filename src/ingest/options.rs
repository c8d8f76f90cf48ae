//! What a reader of posts must be told from outside.

use super::map::Formats;
use crate::day::{Day, Moment};
use std::{ops::Range, sync::Arc};

/// The longest things that are read, in bytes of UTF-8. A user may raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// A whole record; a longer one is a reject and is never held in memory.
    pub record: usize,
    /// Every text but the transcript; a longer one is cut at a character boundary.
    pub text: usize,
    /// The transcript.
    pub transcript: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { record: 4 << 20, text: 64 << 10, transcript: 1 << 20 }
    }
}

/// How posts are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The longest things that are read.
    pub caps: Caps,
    /// The formats of exports, and which the user chose. None are known at first: files are of the plain shape.
    pub formats: Arc<Formats>,
    plausible: Range<i64>,
}

impl ReadOptions {
    /// Dates are plausible from 2005 to one year after `law_as_of`.
    pub fn new(law_as_of: Day, caps: Caps) -> Self {
        // A leap day's anniversary is the first of March.
        let last = Day::new(law_as_of.year().saturating_add(1), law_as_of.month(), law_as_of.day())
            .or_else(|| Day::new(law_as_of.year().saturating_add(1), 3, 1))
            .unwrap_or(law_as_of);
        let first = Day::new(2005, 1, 1).map_or(i64::MIN, |day| Moment::Day(day).seconds());
        Self { caps, formats: Arc::default(), plausible: first..Moment::Day(last).seconds() + 86_400 }
    }

    /// The same, with formats to tell files by.
    #[must_use]
    pub fn with_formats(mut self, formats: Formats) -> Self {
        self.formats = Arc::new(formats);
        self
    }

    /// Whether a post can have been made then: not before the platforms, not after the pack.
    pub(super) fn is_plausible(&self, moment: Moment) -> bool {
        self.plausible.contains(&moment.seconds())
    }
}
