//! The folded view of one field: tokens with their keys and exact source spans. Buffers are reused from post to post.

use super::{Folds, slow};
use crate::span::RawSpan;
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A word.
    Word,
    /// Digits, with the letters and signs stuck to them: `199k`, `100%`, `1.200.000đ`.
    Number,
    /// `#` and what follows; its key is the space-free body.
    Hashtag,
    /// `@` and a name.
    Mention,
    /// A link, with or without scheme.
    Url,
    /// An e-mail address.
    Email,
    /// One picture, joined parts included.
    Emoji,
}

impl Kind {
    /// The name in `explain`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Word => "word",
            Kind::Number => "number",
            Kind::Hashtag => "hashtag",
            Kind::Mention => "mention",
            Kind::Url => "url",
            Kind::Email => "email",
            Kind::Emoji => "emoji",
        }
    }
}

/// What stands before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Break {
    /// Nothing, a space, or punctuation inside a sentence.
    #[default]
    None,
    /// A comma, colon, dash, bracket or slash.
    Clause,
    /// The end of a sentence.
    Sentence,
    /// The end of a line.
    Line,
}

/// A byte range in [`Text::marked`] or [`Text::bare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct KeySpan {
    start: u32,
    end: u32,
}

impl KeySpan {
    #[inline]
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The same span in a copy of the stretch that began at `from` and now begins at `to`.
    #[inline]
    pub(super) fn moved(self, from: usize, to: usize) -> Self {
        let moved = |at: u32| at - from as u32 + to as u32;
        Self { start: moved(self.start), end: moved(self.end) }
    }

    /// As slice index.
    #[inline]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// First byte.
    #[inline]
    pub fn start(self) -> u32 {
        self.start
    }

    /// One past the last byte.
    #[inline]
    pub fn end(self) -> u32 {
        self.end
    }
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// What stands before it.
    pub before: Break,
    /// Whether its key differs from its bare key.
    pub accented: bool,
    /// Whether it carries marks that Vietnamese does not have: only its bare key may match.
    pub damaged: bool,
    /// The folds that its key took.
    pub folds: Folds,
    /// Where it stands in the field as received.
    pub raw: RawSpan,
    /// Its key (canonical, lower case) in [`Text::marked`].
    pub marked: KeySpan,
    /// Its key without diacritics in [`Text::bare`]; only an accented token has one of its own.
    pub bare: KeySpan,
    /// Index of its sentence in [`Text::sentences`].
    pub sentence: u32,
}

/// One sentence: tokens `first..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Its first token.
    pub first: u32,
    /// One past its last token.
    pub end: u32,
    /// Whether it ends with a question mark.
    pub question: bool,
}

/// The folded view of one field.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The tokens, in order of place; their raw spans never overlap.
    pub tokens: Vec<Token>,
    /// The sentences, in order; together they hold every token.
    pub sentences: Vec<Sentence>,
    /// All keys and what stands between them: the text that patterns run on.
    pub marked: String,
    /// Bare keys of the accented tokens, one after the other.
    pub bare: String,
}

impl Text {
    /// The canonical key of a token.
    #[inline]
    pub fn key(&self, token: &Token) -> &str {
        &self.marked[token.marked.range()]
    }

    /// The bytes of [`Text::key`].
    #[inline]
    pub fn key_bytes(&self, token: &Token) -> &[u8] {
        &self.marked.as_bytes()[token.marked.range()]
    }

    /// The bare key of a token.
    #[inline]
    pub fn bare_key(&self, token: &Token) -> &str {
        if token.accented { &self.bare[token.bare.range()] } else { self.key(token) }
    }

    /// The bytes of [`Text::bare_key`]: what a look-up takes, without a question whether they are whole characters.
    #[inline]
    pub fn bare_bytes(&self, token: &Token) -> &[u8] {
        if token.accented {
            &self.bare.as_bytes()[token.bare.range()]
        } else {
            &self.marked.as_bytes()[token.marked.range()]
        }
    }

    /// Tokens whose canonical keys lie in `range` of [`Text::marked`], widened to whole tokens.
    pub fn tokens_in_marked(&self, range: Range<usize>) -> Range<usize> {
        let first = self.tokens.partition_point(|t| t.marked.end as usize <= range.start);
        let end = self.tokens.partition_point(|t| (t.marked.start as usize) < range.end);
        first..end.max(first)
    }

    /// Adds a word under its key; the first of a sentence opens one. [`Text::end_sentence`] closes the last.
    pub fn add_word(&mut self, key: &str, raw: RawSpan, folds: Folds, first: bool) {
        if !self.marked.is_empty() {
            self.marked.push(' ');
        }
        self.word(key, raw, folds, if first { Break::Line } else { Break::None });
    }

    /// A word under a key that something read.
    pub(super) fn word(&mut self, key: &str, raw: RawSpan, folds: Folds, before: Break) {
        let (marked_start, bare_start) = (self.marked.len(), self.bare.len());
        self.marked.push_str(key);
        if !key.is_ascii() {
            slow::push_bare(key, &mut self.bare);
            if self.bare.len() - bare_start == key.len() {
                self.bare.truncate(bare_start);
            }
        }
        let marked = KeySpan::new(marked_start, self.marked.len());
        let damaged = slow::is_foreign(key);
        self.push(Keyed { kind: Kind::Word, raw, folds, damaged, marked, bare_start }, before);
    }

    /// Empties it, for tokens to be read or words to be added.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.sentences.clear();
        self.marked.clear();
        self.bare.clear();
    }

    /// A token whose key is what was written to `marked` since `made.marked_start`; the bare key is made of it here.
    pub(super) fn close(&mut self, made: Made, before: Break) {
        let bare_start = self.bare.len();
        let marked = KeySpan { start: made.marked_start as u32, end: self.marked.len() as u32 };
        if !made.ascii {
            slow::push_bare(&self.marked[made.marked_start..], &mut self.bare);
            // Every letter with diacritics takes more bytes than its base.
            if marked.range().len() == self.bare.len() - bare_start {
                self.bare.truncate(bare_start);
            }
        }
        let Made { kind, raw, folds, damaged, .. } = made;
        self.push(Keyed { kind, raw, folds, damaged, marked, bare_start }, before);
    }

    /// The one door through which every token comes, whatever made its keys: the bare key is what was written to `bare`
    /// since `bare_start`, if anything.
    #[inline]
    pub(super) fn push(&mut self, made: Keyed, before: Break) {
        let bare = KeySpan { start: made.bare_start as u32, end: self.bare.len() as u32 };
        self.add(Token {
            kind: made.kind,
            before,
            accented: bare.start != bare.end,
            damaged: made.damaged,
            folds: made.folds,
            raw: made.raw,
            marked: made.marked,
            bare,
            sentence: 0,
        });
    }

    /// A token whose keys are written; its sentence is settled here.
    #[inline]
    pub(super) fn add(&mut self, token: Token) {
        let first = self.tokens.len() as u32;
        if token.before >= Break::Sentence || first == 0 {
            self.end_sentence();
            self.sentences.push(Sentence { first, end: first, question: false });
        }
        self.tokens.push(Token { sentence: self.sentences.len() as u32 - 1, ..token });
    }

    /// Takes the last token back, its keys included; gives what stood before it.
    pub(super) fn reopen(&mut self) -> Break {
        let Some(token) = self.tokens.pop() else { return Break::Line };
        if token.accented {
            self.bare.truncate(token.bare.range().start);
        }
        self.marked.truncate(token.marked.range().start);
        if self.sentences.last().is_some_and(|s| s.first as usize == self.tokens.len()) {
            self.sentences.pop();
        }
        token.before
    }

    /// Notes where the last sentence ends.
    pub fn end_sentence(&mut self) {
        if let Some(last) = self.sentences.last_mut() {
            last.end = self.tokens.len() as u32;
        }
    }
}

/// A token whose keys are settled.
pub(super) struct Keyed {
    pub(super) kind: Kind,
    pub(super) raw: RawSpan,
    pub(super) folds: Folds,
    pub(super) damaged: bool,
    pub(super) marked: KeySpan,
    /// Where its bare key begins: at the end of `bare` when the key is its own.
    pub(super) bare_start: usize,
}

/// What a fold made of a stretch of raw text.
pub(super) struct Made {
    pub(super) kind: Kind,
    pub(super) raw: RawSpan,
    pub(super) marked_start: usize,
    pub(super) folds: Folds,
    pub(super) damaged: bool,
    /// Whether the key is ASCII: its own bare key.
    pub(super) ascii: bool,
}
