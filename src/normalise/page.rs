//! What stands round or between the letters of a caption that was copied from a page, or written to be read otherwise than
//! it is stored: entities (`&nbsp;`, `&#7843;`), tags (`<b>q</b>uảng`), letters each in brackets (`(q)(u)ả`), digits in
//! negative circles, and text turned round by an override (U+202E, `oác gnảuq`). Such a text is folded as what a reader sees, and
//! every span is carried back. Links keep what they have.

use super::{
    Folds, Text,
    letters::{Class, letter},
};
use crate::span::RawSpan;
use std::ops::Range;
use unicode_normalization::char::{compose, is_combining_mark};

const OVERRIDE: char = '\u{202E}';
const END: char = '\u{202C}';

/// Bytes of the longest entity (`&Ccedil;`, `&#1114111;`) and tag that are read: keeps hostile text linear.
const ENTITY: usize = 12;
const TAG: usize = 240;

/// What a reader sees, and where each piece of it stands.
pub(super) struct Page {
    pub(super) seen: String,
    pieces: Vec<Piece>,
}

/// A stretch of `seen` and the stretch of the text that it stands for. They agree byte by byte, or are one character, or
/// nothing is seen of it.
#[derive(Clone, Copy)]
struct Piece {
    at: usize,
    len: usize,
    raw: RawSpan,
    folds: Folds,
}

/// Something that is seen otherwise than it is written: its bytes, and what is seen.
struct Sign {
    len: usize,
    seen: Seen,
    folds: Folds,
}

enum Seen {
    Nothing,
    One(char),
    /// A part of what is written, from the sign's beginning on.
    Part(Range<usize>),
}

/// Whether an override stands in the text, which nothing else shows in passing.
pub(super) fn turns(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    memchr::memchr_iter(0xAE, bytes).any(|at| bytes[..at].ends_with(&[0xE2, 0x80]))
}

/// Whether at `at`, where a sign of a page may stand, one does.
pub(super) fn begins(raw: &str, at: usize) -> bool {
    sign(raw, at, false).is_some()
}

impl Page {
    /// The text as seen.
    pub(super) fn new(raw: &str) -> Self {
        let mut page = Self { seen: String::with_capacity(raw.len()), pieces: Vec::new() };
        let (mut at, mut from) = (0, 0);
        // Whether what was read since the last space has a dot, and is a link.
        let (mut dotted, mut link) = (false, false);
        let mut bracketed = false;
        while let Some(c) = raw[at..].chars().next() {
            match c {
                _ if c.is_whitespace() || matches!(c, '<' | '>' | '"') => (dotted, link) = (false, false),
                '.' => dotted = true,
                ':' => link |= raw[at..].starts_with("://"),
                '/' => link |= dotted,
                _ => {}
            }
            let found = if link { None } else { sign(raw, at, bracketed) };
            let Some(sign) = found else {
                bracketed &= c == ' ' && !raw[..at].ends_with(' ');
                at += c.len_utf8();
                continue;
            };
            bracketed = sign.folds == Folds::SEPARATOR;
            page.copy(raw, from, at);
            page.push(raw, at, &sign);
            at += sign.len;
            from = at;
        }
        page.copy(raw, from, raw.len());
        if turns(&page.seen) { page.turned() } else { page }
    }

    fn copy(&mut self, raw: &str, from: usize, to: usize) {
        if from < to {
            let raw_span = RawSpan::new(from as u32, to as u32);
            self.pieces.push(Piece { at: self.seen.len(), len: to - from, raw: raw_span, folds: Folds::NONE });
            self.seen.push_str(&raw[from..to]);
        }
    }

    fn push(&mut self, raw: &str, at: usize, sign: &Sign) {
        let start = self.seen.len();
        match &sign.seen {
            Seen::Nothing => {}
            Seen::One(c) => self.seen.push(*c),
            Seen::Part(part) => self.seen.push_str(&raw[at..][part.clone()]),
        }
        let span = RawSpan::new(at as u32, (at + sign.len) as u32);
        self.pieces.push(Piece { at: start, len: self.seen.len() - start, raw: span, folds: sign.folds });
    }

    /// With what stands between an override and its end turned round, letter by letter, where it is Latin.
    fn turned(self) -> Self {
        let mut out = Self { seen: String::with_capacity(self.seen.len()), pieces: Vec::new() };
        let mut at = 0;
        while let Some((from, to)) = override_after(&self.seen, at) {
            out.take(&self, at, from, Folds::NONE);
            let mut end = to;
            while end > from {
                let start = cluster_start(&self.seen, from, end);
                out.take(&self, start, end, Folds::FLIPPED);
                end = start;
            }
            at = to;
        }
        out.take(&self, at, self.seen.len(), Folds::NONE);
        out
    }

    /// Takes over `from..to` of the other one.
    fn take(&mut self, other: &Self, from: usize, to: usize, folds: Folds) {
        for piece in other.pieces_of(from, to) {
            let (start, end) = (from.max(piece.at), to.min(piece.at + piece.len));
            let raw = piece.part(start, end);
            self.pieces.push(Piece {
                at: self.seen.len() + start - from,
                len: end - start,
                raw,
                folds: folds.with(piece.folds),
            });
        }
        self.seen.push_str(&other.seen[from..to]);
    }

    /// The pieces that hold bytes of `from..to`, and those of nothing between them.
    fn pieces_of(&self, from: usize, to: usize) -> &[Piece] {
        let first = self.pieces.partition_point(|p| p.at + p.len <= from);
        let last = self.pieces.partition_point(|p| p.at < to);
        &self.pieces[first..last.max(first)]
    }

    /// Carries the tokens of `seen` back to where they stand in the text.
    pub(super) fn carry_back(&self, out: &mut Text) {
        for token in &mut out.tokens {
            let range = token.raw.range();
            let mut whole: Option<RawSpan> = None;
            for piece in self.pieces_of(range.start, range.end) {
                token.folds = token.folds.with(piece.folds);
                if piece.len > 0 {
                    let part = piece.part(range.start.max(piece.at), range.end.min(piece.at + piece.len));
                    whole = Some(whole.map_or(part, |w| w.cover(part)));
                }
            }
            token.raw = whole.unwrap_or(token.raw);
        }
    }
}

impl Piece {
    /// Where the bytes `start..end` of what is seen, all in this piece, stand.
    fn part(&self, start: usize, end: usize) -> RawSpan {
        if self.len as u32 != self.raw.end() - self.raw.start() {
            return self.raw;
        }
        let offset = |at: usize| self.raw.start() + (at - self.at) as u32;
        RawSpan::new(offset(start), offset(end))
    }
}

/// The next stretch that an override turns round: Latin, and ended in its line.
fn override_after(seen: &str, mut at: usize) -> Option<(usize, usize)> {
    loop {
        let from = at + seen[at..].find(OVERRIDE)? + OVERRIDE.len_utf8();
        let to = from + seen[from..].find([END, '\n', OVERRIDE]).unwrap_or(seen.len() - from);
        let inside = &seen[from..to];
        let foreign = |c: char| matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
        if seen[to..].starts_with(END) && inside.contains(char::is_alphanumeric) && !inside.contains(foreign) {
            return Some((from, to));
        }
        at = to;
    }
}

/// Where the last letter of `from..end` begins, the marks on it included.
fn cluster_start(seen: &str, from: usize, end: usize) -> usize {
    let joins = |c: char| is_combining_mark(c) || letter(c).class == Class::Invisible;
    seen[from..end].char_indices().rev().find(|&(_, c)| !joins(c)).map_or(from, |(at, _)| from + at)
}

/// The sign of a page at `at`; `bracketed` says that a letter in brackets ends there.
fn sign(raw: &str, at: usize, bracketed: bool) -> Option<Sign> {
    let rest = &raw[at..];
    match rest.chars().next()? {
        '&' => entity(rest),
        '<' => tag(rest),
        '(' | '[' | '{' | '【' => in_brackets(raw, at, bracketed),
        c => {
            let digit = negative_digit(c)?;
            let beside = |c: Option<char>| c.is_some_and(|c| negative_digit(c).is_some());
            let near = beside(rest.chars().nth(1)) || beside(raw[..at].chars().next_back());
            let len = c.len_utf8();
            near.then_some(Sign { len, seen: Seen::One(digit), folds: Folds::COMPAT })
        }
    }
}

/// `&name;`, `&#number;`, `&#xnumber;`.
fn entity(rest: &str) -> Option<Sign> {
    let end = rest.bytes().take(ENTITY).position(|b| b == b';')?;
    let name = &rest[1..end];
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let seen = match name.strip_prefix('#') {
        Some(code) => match code.strip_prefix(['x', 'X']) {
            Some(hex) => number(hex, 16),
            None => number(code, 10),
        }
        .filter(|c| !c.is_control() || c.is_whitespace()),
        None => named(name),
    };
    Some(Sign { len: end + 1, seen: Seen::One(seen?), folds: Folds::COMPAT })
}

/// The character of a name of HTML 4: spaces, quotes and joiners, and the accented Latin letters, which are named after
/// their parts.
fn named(name: &str) -> Option<char> {
    let own = match name {
        "nbsp" => '\u{A0}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "shy" => '\u{AD}',
        "zwnj" => '\u{200C}',
        "zwj" => '\u{200D}',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "eth" => 'ð',
        "ETH" => 'Ð',
        "oslash" => 'ø',
        "Oslash" => 'Ø',
        _ => {
            let (base, mark) = name.split_at_checked(1)?;
            let mark = match mark {
                "grave" => '\u{300}',
                "acute" => '\u{301}',
                "circ" => '\u{302}',
                "tilde" => '\u{303}',
                "uml" => '\u{308}',
                "ring" => '\u{30A}',
                "cedil" => '\u{327}',
                "caron" => '\u{30C}',
                _ => return None,
            };
            return compose(base.chars().next()?, mark);
        }
    };
    Some(own)
}

/// `<b>`, `</span>`, `<br/>`. Tags of blocks and breaks end a line; one with a link inside stays.
fn tag(rest: &str) -> Option<Sign> {
    let inner = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
    let name = &inner[..inner.bytes().take(8).take_while(u8::is_ascii_alphanumeric).count()];
    let is = |names: &[&str]| names.iter().any(|n| name.eq_ignore_ascii_case(n));
    let line = is(&["br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6"]);
    let inline = is(&[
        "b", "i", "u", "s", "em", "strong", "span", "a", "font", "small", "big", "sub", "sup", "mark", "wbr", "code",
        "del", "ins", "td", "center",
    ]);
    let rest_of_tag = &inner[name.len()..];
    if !(line || inline) || !rest_of_tag.starts_with(['>', '/', ' ']) {
        return None;
    }
    let end = rest_of_tag.bytes().take(TAG).position(|b| matches!(b, b'>' | b'<' | b'\n'))?;
    if !rest_of_tag[end..].starts_with('>') || rest_of_tag[..end].contains("://") {
        return None;
    }
    let len = rest.len() - rest_of_tag.len() + end + 1;
    let seen = if line { Seen::One('\n') } else { Seen::Nothing };
    Some(Sign { len, seen, folds: Folds::INVISIBLE })
}

/// One letter in brackets, stuck to other letters or to more such: `(q)(u)ả`, `ch(ữ)a`; and what stands in brackets beside
/// a word of such letters: `(l)(i)(n)(k) (ở) (5)`. "(a) first" and "product(s)" stay.
fn in_brackets(raw: &str, at: usize, bracketed: bool) -> Option<Sign> {
    let rest = &raw[at..];
    let (len, part) = bracket(rest)?;
    let (before, after) = (&raw[..at], &rest[len..]);
    let is_letter = |c: char| c.is_alphabetic() || is_combining_mark(c);
    let row = |rest: &str| bracket(rest).is_some_and(|(len, _)| bracket(&rest[len..]).is_some());
    let beside_row = bracketed || after.strip_prefix(' ').is_some_and(row);
    let single = rest[part.clone()].starts_with(char::is_alphabetic)
        && rest[part.clone()].chars().skip(1).all(|c| !c.is_alphanumeric() || is_combining_mark(c));
    let goes_on = after.starts_with(is_letter) || bracket(after).is_some();
    let plural = &rest[part.clone()] == "s" && !goes_on;
    let stuck = single && (goes_on || before.ends_with(is_letter) && !plural);
    (stuck || beside_row).then_some(Sign { len, seen: Seen::Part(part), folds: Folds::SEPARATOR })
}

/// A few letters or digits in brackets: their bytes with the brackets, and where they stand.
fn bracket(rest: &str) -> Option<(usize, Range<usize>)> {
    const LONGEST: usize = 8;
    let open = rest.chars().next()?;
    let close = match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '【' => '】',
        _ => return None,
    };
    let from = open.len_utf8();
    let inside =
        |c: char| c.is_alphanumeric() || c == '%' || is_combining_mark(c) || letter(c).class == Class::Invisible;
    let (end, _) = rest[from..].char_indices().take(LONGEST + 1).find(|&(_, c)| !inside(c))?;
    let to = from + end;
    // A percent sign ends what stands before it: inside it would make two words of one bracket.
    let whole = !rest[from..to].trim_end_matches('%').contains('%');
    (end > 0 && whole && rest[to..].starts_with(close)).then_some((to + close.len_utf8(), from..to))
}

/// The digit in a negative circle. One alone is the bullet of a list.
fn negative_digit(c: char) -> Option<char> {
    let value = match c {
        '⓿' => 0,
        '❶'..='❾' => u32::from(c) - 0x2775,
        '➊'..='➒' => u32::from(c) - 0x2789,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// Whether `c` may begin a sign beyond ASCII.
pub(super) fn may_begin(c: char) -> bool {
    c == '【' || negative_digit(c).is_some()
}
