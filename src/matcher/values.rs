//! Numbers that matter as values: prices, percentages, durations, amounts, phones, codes.

use super::{cue::Cue, trie::cover};
use crate::{
    normalise::{Break, Folds, Kind, Text, Token},
    pack::{Pack, Unit, ValueKind},
    post::Field,
    vocabulary::Status,
    words::Filed,
};

/// Unit words by key.
#[derive(Debug)]
pub(super) struct Values {
    units: Filed<(ValueKind, f64)>,
}

impl Values {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut units = Filed::default();
        for Unit { word, kind, factor } in &pack.units {
            units.push(word, (*kind, *factor));
        }
        Self { units }
    }

    /// Appends the values of a field.
    pub(super) fn find(&self, raw: &str, text: &Text, field: Field, out: &mut Vec<Cue>) {
        let mut at = 0;
        while at < text.tokens.len() {
            let token = &text.tokens[at];
            match token.kind {
                Kind::Url => push(out, ValueKind::Url, 0.0, text, field, at, at + 1),
                Kind::Mention => push(out, ValueKind::Mention, 0.0, text, field, at, at + 1),
                Kind::Number => {
                    if let Some(end) = phone(raw, text, at) {
                        push(out, ValueKind::Phone, 0.0, text, field, at, end);
                        at = end;
                        continue;
                    }
                    self.number(raw, text, field, at, out);
                }
                Kind::Word if token.folds.contains(Folds::LOWER) && is_code(raw, text, at) => {
                    push(out, ValueKind::Code, 0.0, text, field, at, at + 1)
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn number(&self, raw: &str, text: &Text, field: Field, at: usize, out: &mut Vec<Cue>) {
        let token = &text.tokens[at];
        let key = text.key(token);
        if is_code(raw, text, at) {
            push(out, ValueKind::Code, 0.0, text, field, at, at + 1);
        }
        let digits = key.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
        let (amount, suffix) = (decimal(&key[..digits]), &key[digits..]);
        let Some(amount) = amount else { return };
        if suffix.is_empty() {
            push(out, ValueKind::Number, amount, text, field, at, at + 1);
            if raw[..token.raw.start() as usize].ends_with('$') {
                // A dollar price in dong, roughly: rules compare magnitudes, not books.
                push(out, ValueKind::Price, amount * 25_000.0, text, field, at, at + 1);
            }
            if let Some(unit) = text
                .tokens
                .get(at + 1)
                .filter(|t| t.before == Break::None && matches!(t.kind, Kind::Word | Kind::Number))
            {
                for &(kind, factor) in self.units.get(text.key(unit)) {
                    push(out, kind, amount * factor, text, field, at, at + 2);
                }
            }
            return;
        }
        let units = self.units.get(suffix);
        if !units.is_empty() {
            // "199k vnd": the unit word after it belongs to the same price.
            let end = match text.tokens.get(at + 1) {
                Some(t)
                    if t.before == Break::None
                        && self.units.get(text.key(t)).first() == Some(&(ValueKind::Price, 1.0)) =>
                {
                    at + 2
                }
                _ => at + 1,
            };
            for &(kind, factor) in units {
                let end = if kind == ValueKind::Price { end } else { at + 1 };
                push(out, kind, amount * factor, text, field, at, end);
            }
        } else if let Some(price) = split_price(amount, suffix) {
            push(out, ValueKind::Price, price, text, field, at, at + 1);
        }
    }
}

fn push(out: &mut Vec<Cue>, kind: ValueKind, value: f64, text: &Text, field: Field, first: usize, end: usize) {
    out.push(Cue {
        list: kind.list(),
        term: kind.term(),
        field,
        first: first as u32,
        end: end as u32,
        span: cover(text, first, end),
        folds: text.tokens[first..end].iter().fold(Folds::NONE, |f, t| f.with(t.folds)),
        status: Status::Affirmed,
        dropped: false,
        value,
    });
}

/// `1.200.000`, `99,5`, `1.5`: dot and comma are thousands marks when groups of three follow, else decimal marks.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim_end_matches(['.', ',']);
    let groups: Vec<&str> = text.split(['.', ',']).collect();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || digits > 15 {
        return None;
    }
    let thousands =
        groups.len() > 1 && groups[0].len() <= 3 && groups[0] != "0" && groups[1..].iter().all(|g| g.len() == 3);
    if thousands || groups.len() == 1 {
        return groups.concat().parse().ok();
    }
    format!("{}.{}", groups[..groups.len() - 1].concat(), groups[groups.len() - 1]).parse().ok()
}

/// `1tr5` is 1.5 million, `2k5` two and a half thousand.
fn split_price(amount: f64, suffix: &str) -> Option<f64> {
    let letters = suffix.bytes().take_while(|b| !b.is_ascii_digit()).count();
    let rest = &suffix[letters..];
    let factor = match &suffix[..letters] {
        "k" => 1_000.0,
        "tr" => 1_000_000.0,
        _ => return None,
    };
    if rest.is_empty() || rest.len() > 3 || !rest.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: f64 = rest.parse().ok()?;
    Some((amount + fraction / 10f64.powi(rest.len() as i32)) * factor)
}

/// A Vietnamese phone number from token `at`: 0[235789], masked digits (x) allowed after them, and eight or nine digits, +84, or a 1800/1900 line, whatever
/// stands between the digits. Returns one past its last token.
fn phone(raw: &str, text: &Text, at: usize) -> Option<usize> {
    let mut digits = [0u8; 12];
    let (mut len, mut end) = (0, at);
    for (i, token) in text.tokens.iter().enumerate().skip(at) {
        let key = text.key(token);
        // A masked digit (09xx) still is a phone number's.
        if token.kind != Kind::Number || !key.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'x')) {
            break;
        }
        if i > at && !joins(raw, &text.tokens[i - 1], token) {
            break;
        }
        for b in key.bytes().filter(|b| *b != b'.') {
            if len == digits.len() {
                return None;
            }
            digits[len] = b;
            len += 1;
        }
        end = i + 1;
        if is_phone(&digits[..len], raw, &text.tokens[at]) {
            // A further group of digits would make it another number.
            let more = text.tokens.get(end).is_some_and(|t| t.kind == Kind::Number && joins(raw, token, t));
            if !more {
                return Some(end);
            }
        }
    }
    is_phone(&digits[..len], raw, &text.tokens[at]).then_some(end)
}

fn joins(raw: &str, a: &Token, b: &Token) -> bool {
    let between = &raw[a.raw.end() as usize..b.raw.start() as usize];
    between.len() <= 3 && between.chars().all(|c| matches!(c, ' ' | '.' | '-' | '\u{a0}' | '(' | ')'))
}

fn is_phone(digits: &[u8], raw: &str, first: &Token) -> bool {
    match digits {
        [b'0', b'3' | b'5' | b'7' | b'8' | b'9', ..] => digits.len() == 10,
        [b'0', b'2', ..] => digits.len() == 11,
        [b'8', b'4', ..] => digits.len() == 11 && raw[..first.raw.start() as usize].ends_with('+'),
        [b'1', b'8' | b'9', b'0', b'0', ..] => (8..=10).contains(&digits.len()),
        _ => false,
    }
}

/// A voucher code: 4 to 15 capitals and digits as received, with a digit, or all capitals among words that are not.
fn is_code(raw: &str, text: &Text, at: usize) -> bool {
    let token = &text.tokens[at];
    let word = token.raw.slice(raw);
    if !(4..=15).contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return false;
    }
    let capitals = |t: Option<&Token>| {
        t.is_some_and(|t| t.kind == Kind::Word && t.raw.slice(raw).chars().all(|c| !c.is_lowercase()))
    };
    let letters = word.bytes().any(|b| b.is_ascii_uppercase());
    let digits = word.bytes().any(|b| b.is_ascii_digit());
    letters && (digits || !(capitals(text.tokens.get(at + 1)) || at > 0 && capitals(text.tokens.get(at - 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_vietnamese_writes_them() {
        for (text, value) in
            [("1.200.000", 1_200_000.0), ("99,5", 99.5), ("1.5", 1.5), ("2,000", 2000.0), ("0.125", 0.125)]
        {
            assert_eq!(decimal(text), Some(value), "{text}");
        }
        assert_eq!(split_price(1.0, "tr5"), Some(1_500_000.0));
        assert_eq!(split_price(1.0, "tr25"), Some(1_250_000.0));
    }
}
