//! Vietnamese telephone numbers, however spelt: with dots, dashes, brackets or pictures between the digits, letters that
//! look like digits, digits masked by x or stars, and digits read out.

use crate::normalise::{self, Folds, Kind, Text, Token};

/// A number in digits is no longer than this: 0084 and nine digits.
const LONGEST: usize = 13;

/// Bytes between two digits that are read together: a sign or two, a mark that nobody sees.
const LONGEST_GAP: usize = 8;

/// Digits as they are read out, without diacritics: ten in a row are nothing else (năm is also year, sáu like sau).
const SPOKEN: [&[&str]; 10] = [
    &["khong", "zero"],
    &["mot", "one"],
    &["hai", "two"],
    &["ba", "three"],
    &["bon", "tu", "four"],
    &["nam", "lam", "five"],
    &["sau", "six"],
    &["bay", "seven"],
    &["tam", "eight"],
    &["chin", "nine"],
];

/// A telephone number that begins with token `at`: one past its last token, and the folds that it needed. `raw` is the
/// field as received.
pub(super) fn phone(raw: &str, text: &Text, at: usize) -> Option<(usize, Folds)> {
    let token = &text.tokens[at];
    let start = token.raw.start() as usize;
    // A star after every digit parts them; else it stands for one.
    let parting = |bytes: &[u8]| matches!(bytes, [a, b'*', b, b'*', ..] if a.is_ascii_digit() && b.is_ascii_digit());
    let stars = parting(&raw.as_bytes()[start..]);
    let mut number = Number { plus: raw[..start].ends_with('+'), stars, ..Number::default() };
    number.token(text, token)?;
    let mut end = at + 1;
    loop {
        // Pictures between digits are passed over.
        let mut next = end;
        let picture = |t: &Token| t.kind == Kind::Emoji && in_black_circle(text.key(t)).is_none();
        while text.tokens.get(next).is_some_and(picture) && next < end + 2 {
            next += 1;
        }
        let (mut longer, mut spaced) = (number, false);
        let more = text.tokens.get(next).is_some_and(|token| {
            // Whoever draws digits (⓪⑨) parts them by any sign, and masks none.
            let drawn = !text.tokens[end - 1].raw.slice(raw).is_ascii() && !token.raw.slice(raw).is_ascii();
            let between = between(raw, text, end - 1, next, drawn);
            spaced = between.is_some_and(|b| b.contains([' ', '\u{a0}']));
            between.is_some_and(|b| drawn || longer.mask(b)) && longer.token(text, token).is_some()
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

/// A mobile number read out digit by digit from token `at` on: one past its last token.
pub(super) fn spoken(text: &Text, at: usize) -> Option<usize> {
    let mut number = Number::default();
    let mut words = text.tokens[at..].iter();
    while !number.is_phone() {
        let token = words.next().filter(|t| number.len < 10 && matches!(t.kind, Kind::Word | Kind::Number))?;
        number.push(read_out(text.bare_key(token))?)?;
    }
    Some(at + number.len)
}

/// The digit that a word reads out, or is.
fn read_out(bare: &str) -> Option<u8> {
    match bare.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(*digit),
        _ => SPOKEN.iter().position(|words| words.contains(&bare)).map(|digit| b'0' + digit as u8),
    }
}

/// The digit in a black circle: beside others it is one (❶❷), alone a picture.
pub(super) fn in_black_circle(key: &str) -> Option<u8> {
    let mut chars = key.chars();
    match (chars.next()?, chars.next()) {
        ('⓿', None) => Some(b'0'),
        (c @ '❶'..='❾', None) => Some(b'1' + (c as u32 - '❶' as u32) as u8),
        _ => None,
    }
}

/// What stands between two tokens, when digits may be joined over it: pictures do not count. `drawn` are no plain digits.
fn between<'a>(raw: &'a str, text: &Text, last: usize, next: usize, drawn: bool) -> Option<&'a str> {
    let mut joins = true;
    for pair in last..next {
        let gap = gap(raw, text, pair, pair + 1);
        let sign = |c: char| {
            matches!(c, ' ' | '.' | '-' | '–' | '_' | '\u{a0}' | '(' | ')' | '*')
                || !c.is_ascii() && normalise::stands_for_nothing(c)
                || drawn && !c.is_alphanumeric()
        };
        joins &= gap.len() <= LONGEST_GAP && gap.chars().all(sign);
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
    /// Stars are signs between digits.
    stars: bool,
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
        if let Some(digit) = in_black_circle(text.key(token)) {
            return self.push(digit);
        }
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
        let masks = if self.stars { "" } else { between };
        masks.bytes().filter(|b| *b == b'*').all(|_| self.push(b'x').is_some())
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
