//! A second [`Text`] in which some tokens stand under other keys and everything else is copied: how a disguise that was
//! read comes back into the one token stream.

use super::{Folds, Kind, Text, Token};
use crate::span::RawSpan;

/// Writes the second text, from left to right.
#[derive(Debug)]
pub struct Rewrite<'a> {
    from: &'a Text,
    out: &'a mut Text,
    /// The next token of `from`.
    at: usize,
    /// Up to where `from.marked` is written or replaced.
    settled: usize,
    /// Bytes of the signs behind the last words that were read as a part of them.
    signs: usize,
}

impl<'a> Rewrite<'a> {
    /// Begins an empty text in `out`, whose buffers are reused.
    pub fn new(from: &'a Text, out: &'a mut Text) -> Self {
        out.clear();
        Self { from, out, at: 0, settled: 0, signs: 0 }
    }

    /// Copies the tokens up to `to`.
    pub fn copy(&mut self, to: usize) {
        let tokens = &self.from.tokens[self.at..to];
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let mut before = Some(self.before(0));
        // Keys stand one behind the other in either text: they are copied at once, and what moves is where they begin.
        let (marked, bare) = (self.settled..last.marked.range().end, first.bare.range().start..last.bare.range().end);
        let (marked_at, bare_at) = (self.out.marked.len(), self.out.bare.len());
        self.out.marked.push_str(&self.from.marked[marked.clone()]);
        self.out.bare.push_str(&self.from.bare[bare.clone()]);
        for token in tokens {
            let keys = (token.marked.moved(marked.start, marked_at), token.bare.moved(bare.start, bare_at));
            let before = before.take().unwrap_or(token.before);
            self.out.add(Token { marked: keys.0, bare: keys.1, before, ..*token });
            self.asks(token);
        }
        (self.at, self.settled) = (to, marked.end);
    }

    /// Puts words (key, raw span, folds) in the place of the next `count` tokens, at least one of each. The first stands
    /// where the first of the tokens stood; between the others is a space. What takes the place of one hashtag is one.
    pub fn replace<'w>(&mut self, count: usize, words: impl Iterator<Item = (&'w str, RawSpan, Folds)>) {
        let mut words = words.peekable();
        let start = self.from.tokens[self.at].raw.start();
        let mut before = self.before(words.peek().map_or(0, |w| start.saturating_sub(w.1.start())));
        let mut end = 0;
        self.gap();
        for (i, (key, raw, folds)) in words.enumerate() {
            if i > 0 {
                self.out.marked.push(' ');
            }
            self.out.word(key, raw, folds, before);
            before = super::Break::None;
            end = end.max(raw.end());
        }
        let first = &self.from.tokens[self.at];
        if first.kind == Kind::Hashtag
            && count == 1
            && let Some(tag) = self.out.tokens.last_mut()
        {
            tag.kind = Kind::Hashtag;
        }
        self.took(count);
        self.signs = end.saturating_sub(self.from.tokens[self.at - 1].raw.end()) as usize;
    }

    /// Copies the rest.
    pub fn finish(mut self) {
        self.copy(self.from.tokens.len());
        self.out.marked.push_str(&self.from.marked[self.settled..]);
        self.out.end_sentence();
    }

    /// What parts the next token, to which `own` bytes of signs before it belong, from the last one; nothing where all signs
    /// were read as letters (khỏ! bệnh, the !mage).
    fn before(&mut self, own: u32) -> super::Break {
        let token = self.from.tokens[self.at];
        let gap = &self.from.marked[self.settled..token.marked.range().start];
        let read = std::mem::take(&mut self.signs) + own as usize;
        let signs = gap.bytes().filter(|&b| b != b' ').count();
        if read > 0 && signs <= read && !self.out.tokens.is_empty() { super::Break::None } else { token.before }
    }

    /// What stands before the next token.
    fn gap(&mut self) {
        let start = self.from.tokens[self.at].marked.range().start;
        self.out.marked.push_str(&self.from.marked[self.settled..start]);
    }

    /// Passes over tokens that were replaced.
    fn took(&mut self, count: usize) {
        self.at += count;
        let last = self.from.tokens[self.at - 1];
        self.settled = last.marked.range().end;
        self.asks(&last);
    }

    /// The last sentence asks if that of the last token does: a question mark inside a word is none.
    fn asks(&mut self, last: &Token) {
        if let Some(sentence) = self.out.sentences.last_mut() {
            sentence.question |= self.from.sentences[last.sentence as usize].question;
        }
    }
}
