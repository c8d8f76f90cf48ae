//! Hides what reaches a private person (phone numbers, e-mail addresses, account and order numbers) in a text that
//! strangers will read: every code point becomes one `█`, so that code-point offsets still hold.
//!
//! Rather too much than too little: a number that could be a phone number is one. Prices, dates and percentages stay,
//! since claims are made of them.

use regex::Regex;
use std::{ops::Range, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// What stands in the place of each hidden code point.
pub const MARK: char = '█';

/// What is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A phone number, also with letters in the place of digits (`09xx 123 456`).
    Phone,
    /// An e-mail address.
    Email,
    /// An account or order number, known by the word before it.
    Account,
}

/// Digits of a phone number; shorter runs are prices, sizes, years.
const PHONE_DIGITS: Range<usize> = 8..16;
/// Digits of an account or order number, beside the word that says so.
const ACCOUNT_DIGITS: Range<usize> = 5..25;

/// One code point of the source, as the patterns see it: compatibility forms (full-width, mathematical) are plain, so
/// that a disguise hides nothing from the mask.
fn plain(c: char) -> char {
    let mut forms = std::iter::once(c).nfkc();
    match (forms.next(), forms.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}._%+\-]+\s?@\s?[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+").ok());
/// Begins with a digit; a digit may be written as x or o, and there may be marks between.
static NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\+?\(?\p{Nd}(?:[ \u{a0}.\-–()_]{0,2}[\p{Nd}xXoO*])*\p{Nd}?").ok());
static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"stk|s[ốo] ?t[àa]i kho[ảa]n|t[àa]i kho[ảa]n|tk|account(?: no\.?| number)?|m[ãa] đ[ơo]n(?: h[àa]ng)?";
    let words =
        format!(r"(?i)\b(?:{words}|ma don(?: hang)?|order(?: no\.?| id| number)?)\b[^\p{{L}}\p{{Nd}}\n]{{0,6}}$");
    Regex::new(&words).ok()
});
/// `1.500.000`, `2026-03-01`, `01/03/2026` and their like: numbers of a claim, not of a person.
static HARMLESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let price = r"[1-9]\d{0,2}(?:[.,\s]000)+|[1-9]\d{0,2}(?:[.,]\d{3})+";
    let date = r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}";
    Regex::new(&format!("^(?:{price}|{date}|[1-9]0+)$")).ok()
});

/// What is to be hidden, in code points, in order, without overlap.
pub fn spans(text: &str) -> Vec<(Range<usize>, Kind)> {
    // A code point for a code point, so that places in the one are places in the other.
    let plain: String = text.chars().map(plain).collect();
    let mut found: Vec<(Range<usize>, Kind)> = Vec::new();
    for (pattern, email) in [(&EMAIL, true), (&NUMBER, false)] {
        let Some(pattern) = pattern.as_ref() else { continue };
        for hit in pattern.find_iter(&plain) {
            let kind = if email { Some(Kind::Email) } else { number(&plain, hit.range()) };
            let Some(kind) = kind else { continue };
            let start = plain[..hit.start()].chars().count();
            let range = start..start + hit.as_str().chars().count();
            if !found.iter().any(|(other, _)| range.start < other.end && other.start < range.end) {
                found.push((range, kind));
            }
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// What kind of private number this is, if any.
fn number(text: &str, range: Range<usize>) -> Option<Kind> {
    let words = &text[range.clone()];
    let digits = words.chars().filter(|c| c.is_alphanumeric() || *c == '*').count();
    let real = words.chars().filter(|c| c.is_numeric()).count();
    // The word stands shortly before; a longer look back would cost a long text its square.
    let from =
        (range.start.saturating_sub(40)..=range.start).find(|&i| text.is_char_boundary(i)).unwrap_or(range.start);
    let named = ACCOUNT.as_ref().is_some_and(|p| p.is_match(&text[from..range.start]));
    if named && ACCOUNT_DIGITS.contains(&digits) {
        return Some(Kind::Account);
    }
    let harmless = HARMLESS.as_ref().is_some_and(|p| p.is_match(words));
    (digits >= PHONE_DIGITS.start && real >= 4 && !harmless).then_some(if digits < PHONE_DIGITS.end {
        Kind::Phone
    } else {
        Kind::Account
    })
}

/// The text with every private code point replaced by [`MARK`]: as many code points as before.
pub fn redact(text: &str) -> String {
    let spans = spans(text);
    if spans.is_empty() {
        return text.to_owned();
    }
    let mut spans = spans.into_iter().map(|(range, _)| range).peekable();
    let hide = |(at, c): (usize, char)| {
        while spans.next_if(|range| range.end <= at).is_some() {}
        if spans.peek().is_some_and(|range| range.contains(&at)) { MARK } else { c }
    };
    text.chars().enumerate().map(hide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn private_numbers_go_and_the_numbers_of_a_claim_stay() {
        for (text, expected) in [
            ("alo 0901 234 567 nhé", "alo ████████████ nhé"),
            ("zalo 0901.234.567", "zalo ████████████"),
            ("+84 (90) 123-4567", "█████████████████"),
            ("gọi 09xx 000 777", "gọi ████████████"),
            ("gọi 0９01234567", "gọi ██████████"),
            ("zalo.me/0901234567", "zalo.me/██████████"),
            ("thư tới an@mail.example nhé", "thư tới ███████████████ nhé"),
            ("STK: 19036 Vietbank", "STK: █████ Vietbank"),
            ("số tài khoản 0071 0001 2345", "số tài khoản ██████████████"),
            ("mã đơn 123456", "mã đơn ██████"),
            ("giá 1.500.000.000đ, giảm 50%", "giá 1.500.000.000đ, giảm 50%"),
            ("giá 12 000 000 đ", "giá 12 000 000 đ"),
            ("từ 2026-03-01 đến 01/04/2026", "từ 2026-03-01 đến 01/04/2026"),
            ("giảm 5kg trong 30 ngày, 2 hộp 399k", "giảm 5kg trong 30 ngày, 2 hộp 399k"),
            ("đơn vị 100000000", "đơn vị 100000000"),
        ] {
            assert_eq!(redact(text), expected);
        }
    }

    proptest! {
        #[test]
        fn code_points_stay_in_place(text in "[a0-9@.+ 9９đ\u{301}👩\u{200d}-]{0,60}") {
            let masked = redact(&text);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            for (a, b) in text.chars().zip(masked.chars()) {
                prop_assert!(a == b || b == MARK);
            }
            prop_assert_eq!(redact(&masked), masked);
        }
    }
}
