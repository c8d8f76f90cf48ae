//! One piece, as chat spelling and with its signs: letters at its edges that are written as signs (`$ale`, `tr!`),
//! apostrophes inside (`m'ã`), a capital I for an l (`Iá`), the sign of a hundredth.

use super::{chat, decode::Reading, is_open, known::Rank, part::Piece, row::Row};
use crate::{
    normalise::{self, Folds, Kind, Token},
    span::RawSpan,
    words::Traits,
};

impl Row<'_> {
    /// A word of ours that apostrophes cut, and whether they may be its own (it's, don't).
    pub(super) fn uncut(&self, piece: &Piece) -> Option<(Reading, bool)> {
        let cut = self.key(piece);
        let (start, end) = cut.rsplit_once('\'').filter(|_| !piece.known)?;
        let many = start.contains('\'');
        let own = matches!(end, "" | "s" | "t" | "d" | "m" | "ll" | "re" | "ve") && start.len() > 1 && !many;
        // One of several may be the word's own: do'n't.
        let kept = |at: usize| [cut[..at].replace('\'', ""), cut[at..].replacen('\'', "\0", 1)].concat();
        let kept = |at: usize| kept(at).replace('\'', "").replace('\0', "'");
        let places = cut.match_indices('\'').map(|m| m.0).filter(|_| many);
        let ways = places.map(kept).chain([cut.replace('\'', "")]);
        let rank = |key: &String| self.known.rank(self.words, key).filter(|&r| r != Rank::Bare || !self.place.english);
        let (key, rank) = ways.filter_map(|key| rank(&key).map(|rank| (key, rank))).next()?;
        // L'Oreal, D'Alba are names.
        let long = rank == Rank::Lexicon && key.len() >= 6 && start.len() > 1;
        Some((Reading { key, rank, folds: Folds::SEPARATOR, risky: own || !long }, own))
    }

    /// Whether a piece ends with digits that the sign of a hundredth stands behind.
    pub(super) fn is_percent(&self, piece: &Piece) -> bool {
        let end = self.text.tokens[piece.token].raw.end() as usize;
        self.key(piece).ends_with(|c: char| c.is_ascii_digit()) && self.raw[end..].starts_with('%')
    }

    /// A word in small letters but for capital I, each of them an l: fiIIer, Ih.
    pub(super) fn capital_i(&self, token: &Token) -> Option<Reading> {
        let raw = token.raw.slice(self.raw);
        let small = |c: char| c == 'I' || c.is_lowercase();
        if !raw.contains('I') || raw.len() < 2 || raw.bytes().all(|b| b == b'I') || !raw.chars().all(small) {
            return None;
        }
        let mut key = raw.replace('I', "l").to_lowercase();
        if !key.is_ascii() {
            let (shapes, tone) = normalise::shapes(&key);
            key = normalise::syllable(&shapes, tone)?;
        }
        let rank = self.known.rank(self.words, &key)?;
        // At the beginning alone it may be a name's own: Ian.
        let risky = rank == Rank::Bare || key.is_ascii() && key.len() < 5 && raw.rfind('I') == Some(0);
        Some(Reading { key, rank, folds: Folds::LEET, risky })
    }

    /// [`chat::read`], where a chat spelling stands for another word at all.
    pub(super) fn chat(&self, token: usize) -> Option<&[String]> {
        let short = self.has(token, Traits::SHORT) && self.text.tokens[token].kind == Kind::Word;
        if short && !is_open(self.text, self.tagged, token) { chat::read(self.tables, self.text, token) } else { None }
    }

    /// [`chat::english`].
    pub(super) fn english(&self, token: usize) -> Option<(&[String], usize, u32)> {
        if !matches!(self.text.tokens[token].kind, Kind::Word | Kind::Number) {
            return None;
        }
        chat::english(self.tables, self.known, self.words, (self.raw, self.text, &self.tagged.ids), token)
    }

    /// A token with the signs at its edges as letters: $ale, fr€€, tr!.
    pub(super) fn signed(&self, token: usize) -> Option<(Reading, RawSpan)> {
        let tokens = &self.text.tokens;
        let span = tokens[token].raw;
        if tokens[token].kind == Kind::Mention {
            return Some((self.word(&["@", self.text.key(&tokens[token])].concat())?, span));
        }
        // Up to the tokens on both sides: a mention has a sign of its own.
        let start = token.checked_sub(1).map_or(0, |i| tokens[i].raw.end()).min(span.start());
        let end = tokens.get(token + 1).map_or(self.raw.len(), |t| t.raw.start() as usize).max(span.end() as usize);
        let before = &self.raw[start as usize..span.start() as usize];
        let after = &self.raw[span.end() as usize..end];
        let none = |byte: Option<&u8>| byte.is_none_or(|&b| b.is_ascii() && !self.tables.may_be_sign(b));
        if none(before.as_bytes().last()) && none(after.as_bytes().first()) {
            return None;
        }
        let is_sign = |c: &char| !c.is_alphanumeric() && *c != '(' && self.tables.is_sign(*c);
        let head: String = before.chars().next_back().filter(is_sign).into_iter().collect();
        // A bar between two words parts them: l|iên.
        let parts = head == "|" && token > 0 && !before.contains(char::is_whitespace);
        let head = if parts { String::new() } else { head };
        // What a page writes for nothing: l&zwnj;€.
        let escapes = escapes(after);
        let signs = &after[escapes..];
        // A sign stuck to both belongs to the next one; of one again and again two are read.
        let stuck = !after.contains(char::is_whitespace) && token + 1 < tokens.len();
        let signs = if stuck { "" } else { &signs[..signs.len() - signs.trim_start_matches(|c| is_sign(&c)).len()] };
        let tail: String = signs.chars().take(2).collect();
        let same = |c: char| tail.ends_with(c);
        let end = if signs.chars().skip(1).all(same) { signs.len() } else { tail.len() };
        let end = if end > 0 { escapes + end } else { 0 };
        let ends_a_sentence = head == "!" && !before.ends_with(" !") && before != "!";
        if head.is_empty() && tail.is_empty() || ends_a_sentence {
            return None;
        }
        let mut reading = self.word(&[&head, self.text.key(&self.text.tokens[token]), &tail].concat())?;
        // An exclamation mark is one more often than a letter.
        reading.risky |= head == "!" || tail.starts_with('!');
        Some((reading, RawSpan::new(span.start() - head.len() as u32, span.end() + end as u32)))
    }
}

/// Bytes of the characters that a page names at the beginning of a gap: &zwnj; &#8203;
fn escapes(gap: &str) -> usize {
    let name = |rest: &str| {
        let end = rest.strip_prefix('&')?.find(';')?;
        rest[1..=end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#').then_some(end + 2)
    };
    let mut at = 0;
    while let Some(end) = name(&gap[at..]) {
        at += end;
    }
    at
}

/// Whether an apostrophe follows each letter but the last, as where single letters stand and one of them has its own
/// apostrophe: the d's of w o r l d's.
pub(super) fn is_letters(key: &[u8]) -> bool {
    key.len() % 2 == 1 && key.len() > 1 && key.iter().skip(1).step_by(2).all(|&b| b == b'\'')
}
