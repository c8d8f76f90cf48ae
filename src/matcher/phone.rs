//! Vietnamese telephone numbers, however spelt: with dots, dashes, brackets or pictures between the digits, letters that
//! look like digits, and digits masked by x or stars.

use crate::normalise::{Folds, Kind, Text, Token};

/// A number in digits is no longer than this: 0084 and nine digits.
const LONGEST: usize = 13;

/// A telephone number that begins with token `at`: one past its last token, and the folds that it needed. `raw` is the
/// field as received.
pub(super) fn phone(raw: &str, text: &Text, at: usize) -> Option<(usize, Folds)> {
    let start = text.tokens[at].raw.start() as usize;
    let mut number = Number { plus: raw[..start].ends_with('+'), ..Number::default() };
    number.token(text, &text.tokens[at])?;
    let mut end = at + 1;
    loop {
        // Pictures between digits are passed over.
        let mut next = end;
        while text.tokens.get(next).is_some_and(|t| t.kind == Kind::Emoji) && next < end + 2 {
            next += 1;
        }
        let (mut longer, mut spaced) = (number, false);
        let more = text.tokens.get(next).is_some_and(|token| {
            let between = between(raw, text, end - 1, next);
            spaced = between.is_some_and(|b| b.contains([' ', '\u{a0}']));
            between.is_some_and(|b| longer.mask(b)) && longer.token(text, token).is_some()
        });
        // What stands together is whole before a space; a further 0 begins the next number.
        let apart = !more || end == at + 1 && spaced || text.key(&text.tokens[next]).starts_with('0');
        if apart && number.is_phone() {
            return Some((end, if number.letters { Folds::LEET } else { Folds::NONE }));
        }
        if !more {
            return None;
        }
        (number, end) = (longer, next + 1);
    }
}

/// What stands between two tokens, when digits may be joined over it: pictures do not count.
fn between<'a>(raw: &'a str, text: &Text, last: usize, next: usize) -> Option<&'a str> {
    let mut joins = true;
    for pair in last..next {
        let gap = gap(raw, text, pair, pair + 1);
        joins &= gap.len() <= 6
            && gap.chars().all(|c| matches!(c, ' ' | '.' | '-' | '–' | '_' | '\u{a0}' | '(' | ')' | '*'));
    }
    joins.then(|| gap(raw, text, last, next))
}

/// The field between two tokens; nothing where they stand in the other order, as in text turned round.
fn gap<'a>(raw: &'a str, text: &Text, last: usize, next: usize) -> &'a str {
    raw.get(text.tokens[last].raw.end() as usize..text.tokens[next].raw.start() as usize).unwrap_or_default()
}

/// Digits read so far; a masked one is `x`.
#[derive(Clone, Copy, Default)]
struct Number {
    digits: [u8; LONGEST],
    len: usize,
    /// A plus sign stands before them.
    plus: bool,
    /// A letter was read as a digit.
    letters: bool,
    /// A dash stands among them.
    dash: bool,
}

impl Number {
    fn push(&mut self, digit: u8) -> Option<()> {
        *self.digits.get_mut(self.len)? = digit;
        self.len += 1;
        Some(())
    }

    /// Adds the digits of a token; `None` when anything else is in it, or too many.
    fn token(&mut self, text: &Text, token: &Token) -> Option<()> {
        let key = text.key(token).as_bytes();
        let digits = key.iter().take(2 * LONGEST).any(u8::is_ascii_digit);
        match token.kind {
            Kind::Number => {}
            // Digits that begin with a letter (o987), or are all masked (xxx).
            Kind::Word if digits || !key.is_empty() && key.iter().take(LONGEST).all(|b| *b == b'x') => {}
            _ => return None,
        }
        for &b in key {
            let digit = match b {
                b'0'..=b'9' | b'x' => b,
                b'o' => b'0',
                b'l' | b'i' => b'1',
                b'.' => continue,
                _ => return None,
            };
            self.letters |= b.is_ascii_alphabetic() && b != b'x';
            self.push(digit)?;
        }
        Some(())
    }

    /// Adds the stars of a gap as masked digits.
    fn mask(&mut self, between: &str) -> bool {
        self.dash |= between.contains(['-', '–']);
        between.bytes().filter(|b| *b == b'*').all(|_| self.push(b'x').is_some())
    }

    /// A mobile number (03, 05, 07, 08, 09), a landline (02), either after 84; or a 1800 or 1900 line, which two years with
    /// a dash between them (1900-1975) are not.
    fn is_phone(&self) -> bool {
        let digits = &self.digits[..self.len];
        let mobile = |rest: &[u8]| matches!(rest, [b'3' | b'5' | b'7' | b'8' | b'9', ..]) && rest.len() == 9;
        match digits {
            [b'0', b'0', b'8', b'4', rest @ ..] => mobile(rest),
            [b'8', b'4', b'0', rest @ ..] | [b'8', b'4', rest @ ..] if self.plus => {
                mobile(rest) || rest.first() == Some(&b'2') && rest.len() == 10
            }
            [b'0', b'2', ..] => digits.len() == 11,
            [b'0', rest @ ..] => mobile(rest),
            [b'1', b'8' | b'9', b'0', b'0', b'1', b'7'..=b'9', ..]
            | [b'1', b'8' | b'9', b'0', b'0', b'2', b'0', ..]
                if self.dash && digits.len() == 8 =>
            {
                false
            }
            [b'1', b'8' | b'9', b'0', b'0', ..] => (8..=10).contains(&digits.len()),
            _ => false,
        }
    }
}
