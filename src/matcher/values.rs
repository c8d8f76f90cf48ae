//! Numbers that matter as values: prices, percentages, durations, amounts, phones, codes.

mod sums;

use super::{
    FieldText,
    cue::Cue,
    phone::{phone, spoken},
    trie::cover,
};
use crate::{
    normalise::{Break, Folds, Kind, Text, Token},
    pack::{Pack, Unit, UnitPlace, ValueKind, Word},
    span::RawSpan,
    vocabulary::Status,
    words::{Filed, Traits},
};

/// What numbers are worth, by the pack's units.
#[derive(Debug)]
pub(super) struct Values {
    units: Vec<Unit>,
    /// Unit words and signs by their first word.
    spelt: Filed<Spelt>,
    /// Words before a long number that is no telephone number.
    accounts: Filed<()>,
    /// Words between a number and its unit that multiply it: 5 chục nghìn.
    scales: Filed<(f64, UnitPlace)>,
    /// Words after which a sum is told: "1 triệu 2 thôi".
    after_sum: Filed<()>,
    /// Words that are numbers: what they are worth, and whether they multiply the digit before them.
    numerals: Filed<(f64, bool, UnitPlace)>,
}

/// One way to spell a unit.
#[derive(Debug)]
struct Spelt {
    /// Index of the unit.
    unit: usize,
    /// The words after the first.
    rest: Vec<String>,
    place: UnitPlace,
}

/// A number that is being read.
#[derive(Clone, Copy)]
struct Number {
    /// Its token.
    at: usize,
    amount: f64,
    /// A currency sign or word before it: what it is worth, and where it begins.
    currency: Option<(f64, u32)>,
}

impl Values {
    pub(super) fn new(pack: &Pack) -> Self {
        let (mut spelt, mut accounts) = (Filed::default(), Filed::default());
        let (mut scales, mut after_sum) = (Filed::default(), Filed::default());
        for (unit, of) in pack.units.iter().enumerate() {
            for (word, place) in &of.words {
                let mut words = word.split(' ');
                let first = words.next().unwrap_or_default();
                spelt.push(first, Spelt { unit, rest: words.map(str::to_owned).collect(), place: *place });
            }
        }
        pack.language.account.iter().for_each(|word| accounts.push(word, ()));
        pack.scales.iter().for_each(|(word, factor, place)| scales.push(word, (*factor, *place)));
        pack.language.after_sum.iter().for_each(|word| after_sum.push(word, ()));
        let mut numerals = Filed::default();
        pack.numerals.iter().for_each(|n| numerals.push(&n.word, (n.value, n.times, n.place)));
        Self { units: pack.units.clone(), spelt, accounts, scales, after_sum, numerals }
    }

    /// Appends the values of a field.
    pub(super) fn find(&self, on: FieldText<'_>, out: &mut Vec<Cue>) {
        let text = on.text;
        let mut free = 0;
        for at in on.tagged.special.iter().map(|&at| at as usize) {
            match text.tokens[at].kind {
                _ if at < free => {} // inside a telephone number
                Kind::Url => out.push(cue(on, ValueKind::Url, 0.0, at, at + 1)),
                Kind::Mention => out.push(cue(on, ValueKind::Mention, 0.0, at, at + 1)),
                Kind::Number | Kind::Word => free = self.word(on, at, out),
                Kind::Hashtag | Kind::Email | Kind::Emoji => {}
            }
        }
    }

    /// Reads a word or number: where the next one may begin.
    fn word(&self, on: FieldText<'_>, at: usize, out: &mut Vec<Cue>) -> usize {
        let FieldText { raw, text, .. } = on;
        let (token, key) = (&text.tokens[at], text.key_bytes(&text.tokens[at]));
        // Digits of other shapes (full width) begin a word, as letters for digits do (o987).
        let number = token.kind == Kind::Number || matches!(key, [b'0'..=b'9', ..]);
        let phone = match key {
            _ if number => self.phone(on, at),
            [b'o', b'0'..=b'9', ..] => self.phone(on, at),
            // ⓿: a number that begins with any other digit in a black circle is none of ours.
            [0xE2, 0x93, 0xBF, ..] => self.phone(on, at),
            [b'k' | b'z', ..] if matches!(text.bare_bytes(token), b"khong" | b"zero") => {
                spoken(text, at).map(|end| (end, Folds::LEET))
            }
            _ => None,
        };
        if let Some((end, folds)) = phone {
            let cue = cue(on, ValueKind::Phone, 0.0, at, end);
            out.push(Cue { folds: cue.folds.with(folds), ..cue });
            return end;
        }
        if number {
            return self.number(on, at, out);
        }
        if key == "nửa".as_bytes() {
            return self.half(on, at, out);
        }
        if on.tagged.traits[at].has(Traits::OF_SUM)
            && let Some(end) = self.in_words(on, at, out)
        {
            return end;
        }
        if token.folds.contains(Folds::LOWER) {
            if let Some((price, end)) = self.currency_and_sum(on, at) {
                out.push(cue(on, ValueKind::Price, price, at, end));
                return end;
            } else if is_code(raw, text, at) {
                out.push(cue(on, ValueKind::Code, 0.0, at, at + 1));
            }
        }
        at + 1
    }

    /// "nửa triệu": half of it. Half of a duration is left alone: "nửa đêm" is none.
    fn half(&self, on: FieldText<'_>, at: usize, out: &mut Vec<Cue>) -> usize {
        let unit = next_key(on.text, at).and_then(|key| self.price_unit(key)).filter(|unit| unit.factor >= THOUSAND);
        let Some(unit) = unit else { return at + 1 };
        if !next_token(on.text, at + 1).is_some_and(|t| unit.not_before.iter().any(|w| on.text.key(t) == w.marked)) {
            out.push(cue(on, ValueKind::Price, unit.factor / 2.0, at, at + 2));
        }
        at + 2
    }

    /// `USD20`, `VND250K`, `USD1,299`: the currency stuck to its sum. What it is worth, and where it ends.
    fn currency_and_sum(&self, on: FieldText<'_>, at: usize) -> Option<(f64, usize)> {
        let FieldText { raw, text, .. } = on;
        let (key, span) = (text.key(&text.tokens[at]), text.tokens[at].raw);
        let letters = key.find(|c: char| c.is_ascii_digit())?;
        let unit = self.currency(&key[..letters])?;
        let from = span.start() as usize + span.slice(raw).find(|c: char| c.is_ascii_digit())?;
        let sum = raw[from..].split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').next()?;
        let sum = sum.trim_end_matches(['.', ',']);
        let suffix = raw[from + sum.len()..].get(..(span.end() as usize).saturating_sub(from + sum.len()))?;
        let factor = if suffix.is_empty() { 1.0 } else { self.price_unit(&suffix.to_ascii_lowercase())?.factor };
        let inside = text.tokens[at..].iter().take_while(|t| (t.raw.start() as usize) < from + sum.len()).count();
        Some((decimal(sum)? * factor * unit.factor, at + inside))
    }

    fn phone(&self, on: FieldText<'_>, at: usize) -> Option<(usize, Folds)> {
        let found = phone(on.raw, on.text, at)?;
        let account = at > 0 && !self.accounts.get(on.text.bare_key(&on.text.tokens[at - 1])).is_empty();
        (!account).then_some(found)
    }

    /// Reads a number with its units: where the next one may begin.
    fn number(&self, on: FieldText<'_>, at: usize, out: &mut Vec<Cue>) -> usize {
        let FieldText { raw, text, .. } = on;
        let token = &text.tokens[at];
        let key = text.key(token);
        let digits = key.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')).count();
        let (amount, suffix) = (decimal(&key[..digits]), &key[digits..]);
        let sum = amount.and_then(|amount| masked_price(amount, suffix).or_else(|| self.split_price(amount, suffix)));
        // "Mã giảm 100K" names a sum, as "100k" does.
        let measured = sum.is_some() || self.spelt.get(suffix).iter().any(|spelt| spelt.rest.is_empty());
        if !measured && is_code(raw, text, at) {
            out.push(cue(on, ValueKind::Code, 0.0, at, at + 1));
        }
        let Some(amount) = amount else { return at + 1 };
        if suffix.is_empty()
            && let Some((price, end)) = self.grouped(on, at)
        {
            out.push(cue(on, ValueKind::Price, price, at, end));
            return end;
        }
        let before = raw[..token.raw.start() as usize].chars().next_back().filter(|c| is_sign(*c));
        let currency = before.and_then(|sign| {
            let unit = self.signs(sign).find(|u| u.kind == ValueKind::Price)?;
            Some((unit.factor, token.raw.start() - sign.len_utf8() as u32))
        });
        let currency = currency.or_else(|| self.currency_before(text, at, out));
        let number = Number { at, amount, currency };
        let from = out.len();
        if suffix.is_empty() {
            out.push(cue(on, ValueKind::Number, amount, at, at + 1));
            if let Some(next) = text.tokens.get(at + 1).filter(|t| t.before == Break::None) {
                self.readings(on, number, at + 1, text.key(next), out);
            }
            self.sign_after(on, number, out);
        } else if let Some(price) = sum {
            self.push(on, number, ValueKind::Price, price, at + 1, out);
        } else {
            self.readings(on, number, at, suffix, out);
        }
        if suffix.is_empty() && currency.is_some() && !out[from..].iter().any(|c| c.list == ValueKind::Price.list()) {
            self.push(on, number, ValueKind::Price, amount, at + 1, out);
        }
        // What is part of a price is no number of its own: "1 triệu 200".
        let prices = out[from..].iter().filter(|c| c.list == ValueKind::Price.list());
        prices.map(|c| c.end as usize).max().unwrap_or(0).max(at + 1)
    }

    /// A currency word before the number, that is no part of a price itself: what it is worth, and where it begins.
    fn currency_before(&self, text: &Text, at: usize, out: &[Cue]) -> Option<(f64, u32)> {
        let word = at.checked_sub(1).filter(|_| text.tokens[at].before == Break::None)?;
        let unit = self.currency(text.key(&text.tokens[word]))?;
        let taken = |c: &Cue| c.list == ValueKind::Price.list() && (c.first as usize..c.end as usize).contains(&word);
        (!out.iter().rev().take(4).any(taken)).then(|| (unit.factor, text.tokens[word].raw.start()))
    }

    /// Every unit that `word` spells, which ends with token `last`: the number's own or the next one. A word that multiplies
    /// stands before the unit: 5 chục nghìn, $2 million.
    fn readings(&self, on: FieldText<'_>, number: Number, last: usize, word: &str, out: &mut Vec<Cue>) {
        self.units(on, number, last, word, out);
        let bare = on.tagged.spelling[on.text.tokens[number.at].sentence as usize].is_bare();
        let Some((scale, _)) = self.scales.get(word).iter().find(|(_, place)| match place {
            UnitPlace::Any => true,
            UnitPlace::Bare => bare,
            UnitPlace::Stuck | UnitPlace::Before => false,
        }) else {
            return;
        };
        let (number, from) = (Number { amount: number.amount * scale, ..number }, out.len());
        if let Some(next) = next_key(on.text, last) {
            self.units(on, number, last + 1, next, out);
        }
        if out.len() == from && number.currency.is_some() {
            self.push(on, number, ValueKind::Price, number.amount, last + 1, out);
        }
    }

    fn units(&self, on: FieldText<'_>, number: Number, last: usize, word: &str, out: &mut Vec<Cue>) {
        let text = on.text;
        let bare = on.tagged.spelling[text.tokens[number.at].sentence as usize].is_bare();
        let same = |token: &Token, word: &Word| {
            text.key(token) == word.marked || bare && !token.accented && text.key(token) == word.bare
        };
        for Spelt { unit, rest, place } in self.spelt.get(word) {
            let unit = &self.units[*unit];
            let placed = match place {
                UnitPlace::Any => true,
                UnitPlace::Stuck => last == number.at,
                UnitPlace::Bare => bare,
                UnitPlace::Before => false,
            };
            let end = last + 1 + rest.len();
            let spelt = rest.iter().enumerate().all(|(i, w)| next_key(text, last + i) == Some(w));
            let after = number.at > 0 && text.tokens[number.at].before == Break::None;
            let other = after && unit.not_after.iter().any(|w| same(&text.tokens[number.at - 1], w))
                || next_token(text, end - 1).is_some_and(|t| unit.not_before.iter().any(|w| same(t, w)));
            if !placed || !spelt || other || unit.kind == ValueKind::Duration && number.amount == 0.0 {
                continue;
            }
            let (mut value, mut end, mut number) = (number.amount, end, number);
            // "$7 USD" tells its currency twice.
            let told = |unit: &Unit| unit.factor == 1.0 || unit.words.iter().any(|w| w.1 == UnitPlace::Before);
            let mut currency_told = told(unit);
            // "1 triệu rưỡi", "2 tháng rưỡi": and a half.
            if next_key(text, end - 1).is_some_and(|key| key == "rưỡi" || bare && key == "ruoi") {
                (value, end) = ((value + 0.5) * unit.factor, end + 1);
            } else {
                value *= unit.factor;
                let apart = last > number.at || unit.factor >= MILLION;
                if unit.kind == ValueKind::Price
                    && unit.factor >= THOUSAND
                    && apart
                    && let Some((more, after)) = self.rest_of_sum(on, end, unit.factor)
                {
                    (value, end) = (value + more, after);
                }
            }
            // "199k vnd", "10 triệu usd", "2 nghìn tỷ": one price. "2 củ k" asks.
            if unit.kind == ValueKind::Price
                && let Some(currency) = next_key(text, end - 1).and_then(|key| self.price_unit(key))
                && currency.factor != THOUSAND
            {
                (value, end) = (value * currency.factor, end + 1);
                currency_told |= told(currency);
            }
            if currency_told {
                number.currency = number.currency.map(|(_, start)| (1.0, start));
            }
            let from = out.len();
            self.push(on, number, unit.kind, value, end, out);
            if *place == UnitPlace::Bare && out.len() > from {
                out[from].folds = out[from].folds.with(Folds::BARE);
            }
        }
    }

    /// Signs after the number that are no part of a token: 74.99$, 50 %.
    fn sign_after(&self, on: FieldText<'_>, number: Number, out: &mut Vec<Cue>) {
        let end = on.text.tokens[number.at].raw.end() as usize;
        let after = &on.raw[end..];
        // 50 %, 35 €: mostly with a space that does not break.
        let stuck = after.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(after);
        let mut chars = stuck.chars();
        let Some(sign) = chars.next().filter(|c| is_sign(*c)) else { return };
        // "2 $5": the sign of the next number.
        if chars.next().is_some_and(|c| c.is_ascii_digit()) {
            return;
        }
        let span_end = (end + after.len() - stuck.len() + sign.len_utf8()) as u32;
        for unit in self.signs(sign) {
            self.push(on, number, unit.kind, number.amount * unit.factor, number.at + 1, out);
            if let Some(cue) = out.last_mut() {
                cue.span = RawSpan::new(cue.span.start(), span_end);
            }
        }
    }

    fn push(&self, on: FieldText<'_>, number: Number, kind: ValueKind, value: f64, end: usize, out: &mut Vec<Cue>) {
        let mut cue = cue(on, kind, value, number.at, end);
        if let Some((factor, start)) = number.currency.filter(|_| kind == ValueKind::Price) {
            cue.value *= factor;
            cue.span = RawSpan::new(start.min(cue.span.start()), cue.span.end());
        }
        out.push(cue);
    }

    /// Units that a sign spells.
    fn signs(&self, sign: char) -> impl Iterator<Item = &Unit> {
        self.spelt.get(sign.encode_utf8(&mut [0; 4])).iter().map(|spelt| &self.units[spelt.unit])
    }

    /// A currency whose word may stand before the number.
    fn currency(&self, word: &str) -> Option<&Unit> {
        let spelt = self.spelt.get(word).iter().find(|s| s.place == UnitPlace::Before)?;
        Some(&self.units[spelt.unit])
    }

    fn price_unit(&self, word: &str) -> Option<&Unit> {
        let spelt = self.spelt.get(word).iter().filter(|s| s.rest.is_empty() && s.place == UnitPlace::Any);
        spelt.map(|s| &self.units[s.unit]).find(|u| u.kind == ValueKind::Price)
    }

    /// `1tr5` is 1.5 million, `1tr50k` 1.05 million, `35k5` thirty-five and a half thousand; `2k6` is a year of birth.
    fn split_price(&self, amount: f64, suffix: &str) -> Option<f64> {
        let letters = suffix.find(|c: char| c.is_ascii_digit())?;
        let (unit, rest) = (self.price_unit(&suffix[..letters])?, &suffix[letters..]);
        let year = unit.factor == THOUSAND && amount == 2.0 && rest.len() < 3;
        // 1tr250k: the thousands are told.
        let (rest, told) = rest.strip_suffix('k').map_or((rest, false), |rest| (rest, unit.factor == MILLION));
        // 1tr9xx: from 1tr900 on.
        let shown = rest.trim_end_matches('x');
        let rest = if rest.len() == 3 && !shown.is_empty() && !told { shown } else { rest };
        let digits = (1..=3).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit());
        if unit.factor < THOUSAND || year || !digits || !told && suffix.ends_with('k') {
            return None;
        }
        let fraction: f64 = rest.parse().ok()?;
        if told {
            return Some(amount * unit.factor + fraction * THOUSAND);
        }
        Some((amount + fraction / 10f64.powi(rest.len() as i32)) * unit.factor)
    }
}

const THOUSAND: f64 = 1_000.0;
const MILLION: f64 = 1_000_000.0;

fn cue(on: FieldText<'_>, kind: ValueKind, value: f64, first: usize, end: usize) -> Cue {
    Cue {
        list: kind.list(),
        term: kind.term(),
        field: on.field,
        first: first as u32,
        end: end as u32,
        span: cover(on.text, first, end),
        folds: on.text.tokens[first..end].iter().fold(Folds::NONE, |f, t| f.with(t.folds)),
        status: Status::Affirmed,
        dropped: false,
        value,
    }
}

/// The token after `at`, when nothing but spaces and the like stands between.
fn next_token(text: &Text, at: usize) -> Option<&Token> {
    text.tokens.get(at + 1).filter(|t| t.before == Break::None)
}

fn next_key(text: &Text, at: usize) -> Option<&str> {
    next_token(text, at).map(|t| text.key(t))
}

/// Whether a character may be a unit without being a word.
fn is_sign(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// `1.200.000`, `99,5`, `1.5`: dot and comma are thousands marks when groups of three follow, else decimal marks. More
/// groups than two of other lengths are a date, a version or an address, and no amount.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim_end_matches(['.', ',']);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || digits > 15 {
        return None;
    }
    // So few digits are exact in either kind of number.
    if digits == text.len() {
        return text.parse::<u64>().ok().map(|n| n as f64);
    }
    let groups: Vec<&str> = text.split(['.', ',']).collect();
    let thousands = |groups: &[&str]| {
        groups.len() > 1 && groups[0].len() <= 3 && groups[0] != "0" && groups[1..].iter().all(|g| g.len() == 3)
    };
    let (last, rest) = groups.split_last()?;
    if rest.is_empty() || thousands(&groups) {
        return groups.concat().parse().ok();
    }
    let mark = text.len() - last.len() - 1;
    // 1.200.000,50: the last mark is another one than those before.
    if rest.len() == 1 || thousands(rest) && !text[..mark].contains(&text[mark..=mark]) {
        return format!("{}.{last}", rest.concat()).parse().ok();
    }
    None
}

/// A price whose last digits are masked, as its least: `4xx` is from 400 thousand on, `1xxx` from a million. `9x` are people
/// born in the nineties, `19xx` and `20xx` years, and longer masks hide other numbers.
fn masked_price(amount: f64, suffix: &str) -> Option<f64> {
    let masked = suffix.bytes().take_while(|b| *b == b'x').count();
    let thousand = matches!(&suffix[masked..], "" | "k" | ".000" | ".000đ" | ",000" | ",000đ");
    let year = amount == 19.0 || amount == 20.0;
    // 29xk, 29x.000: the thousands are told, so one digit may be masked.
    let (least, most) = if suffix.len() > masked && amount >= 10.0 { (1, 1000.0) } else { (2, 100.0) };
    (thousand && (1.0..most).contains(&amount) && !year && (least..=3).contains(&masked))
        .then(|| amount * 10f64.powi(masked as i32) * THOUSAND)
}

/// A voucher code: 4 to 15 capitals and digits as received, with a digit, or all capitals among words that are not.
fn is_code(raw: &str, text: &Text, at: usize) -> bool {
    let token = &text.tokens[at];
    let word = &raw.as_bytes()[token.raw.start() as usize..token.raw.end() as usize];
    if !(4..=15).contains(&word.len()) || !word.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return false;
    }
    // XXXL is a size.
    if matches!(word, [ends @ .., b'S' | b'M' | b'L'] if ends.iter().all(|b| *b == b'X')) {
        return false;
    }
    let capitals = |t: Option<&Token>| {
        t.is_some_and(|t| t.kind == Kind::Word && t.raw.slice(raw).chars().all(|c| !c.is_lowercase()))
    };
    let letters = word.iter().any(u8::is_ascii_uppercase);
    let digits = word.iter().any(u8::is_ascii_digit);
    letters && (digits || !(capitals(text.tokens.get(at + 1)) || at > 0 && capitals(text.tokens.get(at - 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_vietnamese_writes_them() {
        for (text, value) in [
            ("1.200.000", Some(1_200_000.0)),
            ("1.200.000,50", Some(1_200_000.5)),
            ("1,200,000.50", Some(1_200_000.5)),
            ("99,5", Some(99.5)),
            ("1.5", Some(1.5)),
            ("2,000", Some(2000.0)),
            ("0.125", Some(0.125)),
            ("20.11.2024", None),
            ("17.5.1", None),
            ("192.168.1.1", None),
            ("1234567890123456", None),
            (".", None),
        ] {
            assert_eq!(decimal(text), value, "{text}");
        }
    }
}
