//! Sums of more than one token: in words, in groups of three digits, in two parts ("1 triệu 200").

use super::{
    super::{FieldText, cue::Cue},
    MILLION, Number, THOUSAND, Values, is_sign, next_key, next_token,
};
use crate::{
    normalise::{Break, Kind, Token},
    pack::{UnitPlace, ValueKind},
};

/// How many words a number below a thousand may have: "hai trăm lẻ năm", "two hundred and twenty five".
const NUMERALS: usize = 5;

impl Values {
    /// "Hai trăm năm mươi nghìn", "một triệu hai", "two hundred dollars", of which `at` is the first word that is more than a
    /// number. Where something is counted it is no sum: "một ngàn lý do". Where the next word may begin.
    pub(super) fn in_words(&self, on: FieldText<'_>, at: usize, out: &mut Vec<Cue>) -> Option<usize> {
        let text = on.text;
        let from = out.len();
        for start in at.saturating_sub(NUMERALS)..at {
            let Some((amount, end)) = self.numeral(on, start).filter(|(_, end)| *end >= at) else { continue };
            let Some(unit) = next_key(text, end - 1) else { continue };
            self.readings(on, Number { at: start, amount, currency: None }, end, unit, out);
            let told = |c: &Cue| {
                let last = text.key(&text.tokens[c.end as usize - 1]);
                let currency = self.price_unit(last).is_none_or(|unit| !is_power_of_thousand(unit.factor));
                c.list == ValueKind::Price.list()
                    && c.value >= THOUSAND
                    && (currency || self.is_told(on, c.end as usize))
            };
            let sum = out[from..].iter().copied().find(told);
            out.truncate(from);
            if let Some(sum) = sum {
                out.push(sum);
                return Some(sum.end as usize);
            }
        }
        None
    }

    /// A number in words that begins at token `at`, below a thousand: its value, and where it ends.
    fn numeral(&self, on: FieldText<'_>, at: usize) -> Option<(f64, usize)> {
        let text = on.text;
        let bare = on.tagged.spelling[text.tokens[at].sentence as usize].is_bare();
        let worth = |token: &Token| {
            let read = self.numerals.get(text.key(token)).iter();
            let mut read = read.filter(|(.., place)| *place == UnitPlace::Any || bare);
            read.next().map(|(value, times, _)| (*value, *times))
        };
        // The least that a further word must stay below: two hundred and fifty, never fifty two hundred.
        let (mut total, mut digit, mut room, mut end) = (0.0, 0.0, THOUSAND, at);
        for (i, token) in text.tokens[at..].iter().take(NUMERALS).enumerate() {
            let Some((value, times)) = worth(token).filter(|_| i == 0 || token.before == Break::None) else { break };
            match (value, times) {
                (0.0, _) if total >= 100.0 && room == 100.0 => continue,
                (value, true) if digit > 0.0 && value < room => {
                    total += digit * (value - 1.0);
                    (digit, room) = (0.0, value);
                }
                (value, false) if value > 0.0 && digit == 0.0 && value < room => {
                    total += value;
                    (digit, room) = if value < 10.0 { (value, room) } else { (0.0, 10.0) };
                }
                _ => break,
            }
            end = at + i + 1;
        }
        (end > at).then_some((total, end))
    }

    /// "1 200 000đ", "250 000 VND": groups of three digits, one space apart, before a currency. What it is worth, and where it
    /// ends.
    pub(super) fn grouped(&self, on: FieldText<'_>, at: usize) -> Option<(f64, usize)> {
        let FieldText { raw, text, .. } = on;
        let first = text.key(&text.tokens[at]);
        if !(1..=3).contains(&first.len()) || first.starts_with('0') || !first.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut amount: f64 = first.parse().ok()?;
        for end in at + 1..at + 5 {
            let token = next_token(text, end - 1)?;
            let gap = raw.get(text.tokens[end - 1].raw.end() as usize..token.raw.start() as usize)?;
            let (group, suffix) = text.key(token).split_at_checked(3)?;
            if !matches!(gap, " " | "\u{a0}" | "\u{202f}") || !group.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            amount = amount * THOUSAND + group.parse::<f64>().ok()?;
            let dong = |word: &str| self.price_unit(word).is_some_and(|unit| unit.factor == 1.0);
            if dong(suffix) {
                return Some((amount, end + 1));
            }
            if !suffix.is_empty() {
                return None;
            }
            if next_key(text, end).is_some_and(dong) {
                return Some((amount, end + 2));
            }
            let sign = raw[token.raw.end() as usize..].trim_start_matches(' ').chars().next();
            if sign.is_some_and(|sign| is_sign(sign) && self.signs(sign).any(|u| u.factor == 1.0)) {
                return Some((amount, end + 1));
            }
        }
        None
    }

    /// What follows a sum in thousands, millions or milliards, from token `at` on: "1 triệu 200 (nghìn)", "1 triệu 2",
    /// "2 tỷ 300 triệu". Without a word of its own it is a sum only where nothing is counted: "1 triệu 2 hộp" are two boxes.
    /// What it adds, and where it ends.
    pub(super) fn rest_of_sum(&self, on: FieldText<'_>, at: usize, factor: f64) -> Option<(f64, usize)> {
        let text = on.text;
        let key = next_key(text, at - 1)?;
        let digits = key.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return self.rest_in_words(on, at, factor);
        }
        if digits > 3 {
            return None;
        }
        let number: f64 = key[..digits].parse().ok()?;
        let (suffix, end) = match &key[digits..] {
            "" => (next_key(text, at), at + 2),
            suffix => (Some(suffix), at + 1),
        };
        if let Some(lower) = self.lower_unit(suffix, number, factor) {
            return Some((number * lower, end));
        }
        let told = key.len() == digits && self.is_told(on, at + 1);
        told.then(|| (number / 10f64.powi(digits as i32) * factor, at + 1))
    }

    /// The same in words: "một triệu hai", "một triệu hai trăm (nghìn)".
    fn rest_in_words(&self, on: FieldText<'_>, at: usize, factor: f64) -> Option<(f64, usize)> {
        let (number, end) = self.numeral(on, at)?;
        if let Some(lower) = self.lower_unit(next_key(on.text, end - 1), number, factor) {
            return Some((number * lower, end + 1));
        }
        let part = if number < 10.0 { 10.0 } else { THOUSAND };
        (number % 100.0 == 0.0 || number < 10.0).then_some(())?;
        self.is_told(on, end).then(|| (number / part * factor, end))
    }

    /// What a word behind a number is worth, where it tells a smaller part of a sum in `factor`: triệu, then nghìn.
    fn lower_unit(&self, word: Option<&str>, number: f64, factor: f64) -> Option<f64> {
        let unit = self.price_unit(word?)?;
        ((THOUSAND..factor).contains(&unit.factor) && number * unit.factor < factor).then_some(unit.factor)
    }

    /// Whether a sum ends before token `at` and nothing is counted there: "1 triệu 2 hộp" are two boxes.
    fn is_told(&self, on: FieldText<'_>, at: usize) -> bool {
        let Some(next) = on.text.tokens.get(at) else { return true };
        // Text that a mark turned round has them in the other order.
        let between = on.raw.get(on.text.tokens[at - 1].raw.end() as usize..next.raw.start() as usize);
        let between = between.unwrap_or_default();
        let key = on.text.key(next);
        if next.before == Break::None && between.trim().is_empty() {
            next.kind == Kind::Emoji
                || self.price_unit(key).is_some_and(|unit| unit.factor == 1.0)
                || !self.after_sum.get(key).is_empty()
        } else {
            // "1 triệu 2-3 người", "10 triệu 1/3".
            next.kind != Kind::Number || between.contains(|c: char| c.is_whitespace() || c == ',')
        }
    }
}

fn is_power_of_thousand(factor: f64) -> bool {
    factor == THOUSAND || factor == MILLION || factor == THOUSAND * MILLION
}
