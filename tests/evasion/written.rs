//! A phrase as it is written down, glyph by glyph, and the few ways to rewrite it that the attacks are made of.

use crate::seed::Rng;
use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What a glyph is of the phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It stands for a letter, digit or sign of the phrase.
    Sign,
    /// It repeats the sign beside it, and is read with it: nothing comes between the two.
    Copy,
    /// It stands for the space between two words.
    Gap,
    /// It stands for nothing: a separator, an invisible mark, a bracket, a tag.
    Extra,
}

/// One glyph.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    pub(crate) shown: String,
    pub(crate) kind: Kind,
}

/// A phrase in writing.
#[derive(Clone, Debug)]
pub(crate) struct Written(pub(crate) Vec<Glyph>);

impl Glyph {
    pub(crate) fn sign(shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), kind: Kind::Sign }
    }

    pub(crate) fn gap(shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), kind: Kind::Gap }
    }

    pub(crate) fn extra(shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), kind: Kind::Extra }
    }

    pub(crate) fn copy(shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), kind: Kind::Copy }
    }

    /// Whether it is read as part of the phrase's words.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.kind, Kind::Sign | Kind::Copy)
    }

    /// The Latin letter and its marks, decomposed; nothing once another attack has made something else of it.
    pub(crate) fn letter(&self) -> Option<(char, String)> {
        let mut parts = self.shown.nfd();
        let base = parts.next().filter(|c| c.is_ascii_alphabetic() || matches!(c, 'đ' | 'Đ'))?;
        let marks: String = parts.collect();
        (self.is_read() && marks.chars().all(is_combining_mark)).then_some((base, marks))
    }

    /// Whether it is a letter, in whatever alphabet, and no digit or sign.
    fn is_letter(&self) -> bool {
        self.is_read() && !self.shown.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation())
    }

    /// Whether a separator may stand between it and the glyph before: never in a number, never before a copy.
    fn parts_from(&self, before: &Glyph) -> bool {
        before.is_letter() && self.is_letter() && self.kind == Kind::Sign
    }
}

impl Written {
    pub(crate) fn new(phrase: &str) -> Self {
        let glyph = |c: char| if c == ' ' { Glyph::gap(' ') } else { Glyph::sign(c) };
        Self(phrase.nfc().map(glyph).collect())
    }

    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|g| g.shown.as_str()).collect()
    }

    /// From the first sign to the last: what a span must cover. Extras before and after may be left out.
    pub(crate) fn core(&self) -> Range<usize> {
        let is_read = Glyph::is_read;
        let bytes = |glyphs: &[Glyph]| glyphs.iter().map(|g| g.shown.len()).sum();
        let first = self.0.iter().position(is_read).unwrap_or(0);
        let last = self.0.iter().rposition(is_read).map_or(0, |at| at + 1);
        bytes(&self.0[..first])..bytes(&self.0[..last])
    }

    /// Glyph ranges between the gaps.
    pub(crate) fn words(&self) -> Vec<Range<usize>> {
        let mut words = Vec::new();
        let mut from = 0;
        for (at, glyph) in self.0.iter().enumerate() {
            if glyph.kind == Kind::Gap {
                words.push(from..at);
                from = at + 1;
            }
        }
        words.push(from..self.0.len());
        words.retain(|w| !w.is_empty());
        words
    }

    /// Rewrites glyphs; nothing if none changes.
    pub(crate) fn each(&self, mut rewrite: impl FnMut(&Glyph) -> Option<String>) -> Option<Self> {
        let mut changed = false;
        let mut out = self.clone();
        for glyph in &mut out.0 {
            if let Some(shown) = rewrite(glyph).filter(|s| *s != glyph.shown) {
                (glyph.shown, changed) = (shown, true);
            }
        }
        changed.then_some(out)
    }

    /// Rewrites base letters and keeps their marks after them.
    pub(crate) fn letters(&self, mut rewrite: impl FnMut(char) -> Option<String>) -> Option<Self> {
        self.each(|g| {
            let (base, marks) = g.letter()?;
            Some(rewrite(base)? + &marks)
        })
    }

    /// Rewrites the gaps between words; nothing if the phrase is one word.
    pub(crate) fn gaps(&self, mut rewrite: impl FnMut() -> String) -> Option<Self> {
        self.each(|g| (g.kind == Kind::Gap).then(&mut rewrite))
    }

    /// Puts something between the letters of each word; nothing if no two letters stand together.
    pub(crate) fn between(&self, mut extra: impl FnMut() -> String) -> Option<Self> {
        self.interleave(|pair| pair[1].parts_from(&pair[0]).then(&mut extra))
    }

    /// Puts something after each letter, the last one included.
    pub(crate) fn after(&self, mut extra: impl FnMut() -> String) -> Option<Self> {
        let mut out = Vec::new();
        for glyph in &self.0 {
            out.push(glyph.clone());
            if glyph.is_letter() {
                out.push(Glyph::extra(extra()));
            }
        }
        (out.len() > self.0.len()).then_some(Self(out))
    }

    /// Puts something into one place of each word that has at least `least` letters.
    pub(crate) fn inside(&self, rng: &mut Rng, least: usize, mut extra: impl FnMut() -> String) -> Option<Self> {
        let mut places = Vec::new();
        for word in self.words() {
            let inner: Vec<usize> =
                (word.start + 1..word.end).filter(|&i| self.0[i].parts_from(&self.0[i - 1])).collect();
            if inner.len() + 1 >= least {
                places.push(*rng.pick(&inner));
            }
        }
        self.insert(&places, |_| extra())
    }

    /// Puts something before each of these glyphs; nothing if there are none.
    pub(crate) fn insert(&self, places: &[usize], mut extra: impl FnMut(usize) -> String) -> Option<Self> {
        let mut out = Vec::new();
        for (at, glyph) in self.0.iter().enumerate() {
            if places.contains(&at) {
                out.push(Glyph::extra(extra(at)));
            }
            out.push(glyph.clone());
        }
        (!places.is_empty()).then_some(Self(out))
    }

    /// Replaces one glyph.
    pub(crate) fn replace(&self, at: usize, by: impl IntoIterator<Item = Glyph>) -> Self {
        let mut out = self.clone();
        out.0.splice(at..=at, by);
        out
    }

    /// Writes it between two wrappers.
    pub(crate) fn wrap(&self, open: &str, close: &str) -> Self {
        let inner = self.0.iter().cloned();
        Self([Glyph::extra(open)].into_iter().chain(inner).chain([Glyph::extra(close)]).collect())
    }

    /// Without its gaps; nothing if it has none.
    pub(crate) fn glued(&self) -> Option<Self> {
        let glued: Vec<Glyph> = self.0.iter().filter(|g| g.kind != Kind::Gap).cloned().collect();
        (glued.len() < self.0.len()).then_some(Self(glued))
    }

    fn interleave(&self, mut extra: impl FnMut(&[Glyph]) -> Option<String>) -> Option<Self> {
        let mut out: Vec<Glyph> = self.0[..1].to_vec();
        for pair in self.0.windows(2) {
            out.extend(extra(pair).map(Glyph::extra));
            out.push(pair[1].clone());
        }
        (out.len() > self.0.len()).then_some(Self(out))
    }
}
