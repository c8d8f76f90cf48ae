//! Words that point at a person: where they stand in a text, and the text with █ in their place.
//!
//! Too much is hidden rather than too little: a number of nine digits is hidden whatever it counts, unless it is written
//! as a price.

use regex::Regex;
use std::{ops::Range, sync::LazyLock};
use unicode_normalization::char::{canonical_combining_class, decompose_compatible, is_combining_mark};

/// What stands for a hidden code point.
pub const HIDDEN: char = '█';

/// Digits of the shortest number that is a phone by its look: a Vietnamese one has ten, nine without its zero.
const PHONE_DIGITS: usize = 9;
/// Digits of the shortest number that is an account or an order behind a word that says so.
const NUMBER_DIGITS: usize = 4;

/// What is looked for: alternatives, each with what it is. `DIGIT` stands for [`DIGITS`].
const PATTERNS: &str = r"(?xi)
    # Thư điện tử / e-mails, with the at sign written out as well
    (?<email> [\p{L}\p{N}] [\p{L}\p{N}._%+-]*
      (?: [@＠] | \s [@＠] \s | \s? [\[(] \s? (?: at | a | a\ c[oò]ng ) \s? [\])] \s? | \s a\ c[oò]ng \s )
      [\p{L}\p{N}-]+
      (?: (?: \. | \s \. \s | \s? [\[(] \s? (?:dot|chấm) \s? [\])] \s? | \s (?:dot|chấm|cham) \s ) [\p{L}\p{N}-]+ )+ )
    # Đường dẫn: giữ tên miền / links: the host stays
  | (?: https?:// | \b ) (?: [\p{L}\p{N}-]+ \. )+ [\p{L}]{2,} (?: : \d+ )? (?<path> [/?\#] [^\s<>]+ )
    # Tên tài khoản được nhắc / accounts that are mentioned
  | @ (?<mention> [\p{L}\p{N}_] [\p{L}\p{N}._]+ )
    # Địa chỉ sau từ báo / addresses behind a word that says so, to the end of the line
  | (?: địa\ chỉ | dia\ chi | đ/c | \b address | \b add ) (?: \ (?:nhà|shop|cửa\ hàng|của|là|is) )*
    \s* [:–-] \s* (?<place> [^\n]+ )
    # Số nhà và đường / house number and street
  | (?<street> (?: số \s* )? \p{Nd}+ \p{L}? (?: / \p{Nd}+ \p{L}? )* ,? \s+
      (?: đường | phố | ngõ | ngách | hẻm | quốc\ lộ | street | st\. | road | rd\. ) \s+ [^\n.;!?]+ )
    # Số tài khoản, đơn hàng, giấy tờ sau từ báo / accounts, orders and papers behind a word that says so
  | (?: \b stk | số\ tk | tài\ khoản | tai\ khoan | \b account | \b acc\ no | mã\ đơn | đơn\ hàng | \b order | vận\ đơn
      | \b tracking | \b cccd | \b cmnd | hộ\ chiếu | \b passport | mã\ số\ thuế | \b mst )
    [^\n\p{Nd}]{0,24} (?<number> \p{Nd} [\p{L}\p{Nd}]* (?: [\ .-] [\p{L}\p{Nd}]* \p{Nd} [\p{L}\p{Nd}]* )* )
    # Số điện thoại: chữ số, cả số vẽ, có thể cách nhau; o, l, i thay số / phones: digits, drawn ones too, perhaps apart; o, l,
    # i for digits, x kept back
  | (?<phone> (?: [+(]* [\p{Nd}\p{No}] | \b o )
      (?: [\ \t.\-_()|*,[^\p{L}\p{N}\p{Sc}\x00-\x7f]]{0,8} [\p{Nd}\p{No}olix] ){7,} )
    # Số đọc thành chữ / numbers spelled out
  | (?<spelled> \b (?:DIGIT) (?: [\s.,-]{1,3} (?:DIGIT) \b ){7,} )
";

/// Digits in words, with and without their marks.
const DIGITS: &str = "không|khong|ko|một|mốt|mot|hai|ba|bốn|bon|tư|năm|lăm|nam|sáu|sau|bảy|bẩy|bay|tám|tam|chín|chin\
    |zero|one|two|three|four|five|six|seven|eight|nine";

/// Finds what points at a person.
#[derive(Clone, Debug)]
pub struct Mask {
    patterns: Option<Regex>,
}

impl Default for Mask {
    fn default() -> Self {
        Self::new()
    }
}

impl Mask {
    /// Ready to look.
    pub fn new() -> Self {
        // A pattern that does not compile would show nothing at all; a test holds that it does.
        Self { patterns: Regex::new(&PATTERNS.replace("DIGIT", DIGITS)).ok() }
    }

    /// Stretches of `text` that may not be shown, in order and apart: what looks like a person's data, and `names`.
    pub fn ranges(&self, text: &str, names: &[&str]) -> Vec<Range<usize>> {
        let Some(patterns) = &self.patterns else { return std::iter::once(0..text.len()).collect() };
        let mut ranges = occurrences(text, names);
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|_| patterns.captures_at(text, at)) {
            let part = |name| found.name(name).map(|m| m.range());
            let digits = |range: &Range<usize>| text[range.clone()].chars().filter(|c| c.is_numeric()).count();
            let phone = part("phone").filter(|r| digits(r) >= PHONE_DIGITS - 2 && !is_price(&text[r.clone()]));
            let phone =
                phone.filter(|r| text[r.clone()].chars().filter(|c| c.is_alphanumeric()).count() >= PHONE_DIGITS);
            let number = part("number").filter(|r| digits(r) >= NUMBER_DIGITS);
            let whole = ["email", "path", "mention", "place", "street", "spelled"].into_iter().find_map(part);
            let end = found.get(0).map_or(text.len(), |m| m.end());
            let hidden = phone.or(number).or(whole);
            // What is no number after all may stand before one.
            at = match (&hidden, found.name("number")) {
                (None, Some(number)) => number.start().max(at + 1),
                _ => end.max(at + 1),
            };
            while !text.is_char_boundary(at) {
                at += 1;
            }
            ranges.extend(hidden);
            // The host stays, but for a number in it: 0901234567.com/x.
            if let Some(path) = part("path") {
                let from = found.get(0).map_or(path.start, |m| m.start());
                let host = self.ranges(&text[from..path.start], &[]);
                ranges.extend(host.into_iter().map(|r| from + r.start..from + r.end));
            }
        }
        joined(ranges)
    }
}

/// A price, or from one to another.
fn is_price(number: &str) -> bool {
    number.split(['-', '–']).all(|price| is_one_price(price.trim()))
}

/// Thousands in groups of three: a price, unless it begins as a phone does.
fn is_one_price(number: &str) -> bool {
    let mut groups = number.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let is_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    (1..=3).contains(&first.len())
        && is_digits(first)
        && !first.starts_with('0')
        && number.contains(['.', ','])
        && groups.all(|group| group.len() == 3 && is_digits(group))
}

/// A letter as names are compared: whatever its case and however Unicode writes it.
#[derive(Clone, Debug)]
struct Letter {
    base: char,
    /// Its marks, in Unicode's own order; none for a letter without.
    marks: Vec<char>,
    /// Where it stands in the text.
    range: Range<usize>,
}

/// The mark of `đ`, which Unicode does not take apart.
const STROKE: char = '\u{335}';

/// The letters of a text; blanks in a row are one.
fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let range = at..at + c.len_utf8();
        decompose_compatible(c, |part| {
            for c in part.to_lowercase() {
                let (base, mark) = match c {
                    'đ' => ('d', Some(STROKE)),
                    c if c.is_whitespace() => (' ', None),
                    c => (c, None),
                };
                match letters.last_mut() {
                    Some(last) if is_combining_mark(base) => {
                        last.marks.push(base);
                        last.range.end = range.end;
                    }
                    Some(last) if base == ' ' && last.base == ' ' => last.range.end = range.end,
                    _ => letters.push(Letter { base, marks: mark.into_iter().collect(), range: range.clone() }),
                }
            }
        });
    }
    letters.iter_mut().for_each(|letter| letter.marks.sort_by_key(|mark| canonical_combining_class(*mark)));
    letters
}

/// Where names stand in a text: in any case and any form of Unicode, with or without the blanks between their words; names
/// of several words without diacritics on either side, too.
fn occurrences(text: &str, names: &[&str]) -> Vec<Range<usize>> {
    let text = if names.is_empty() { Vec::new() } else { letters(text) };
    let mut found = Vec::new();
    for name in names {
        let name = letters(name.trim());
        let is_bare = |letters: &[Letter]| letters.iter().all(|letter| letter.marks.is_empty());
        let (several, plain) = (name.iter().any(|letter| letter.base == ' '), is_bare(&name));
        let stands = |from: usize| {
            let (mut at, mut exact) = (from, true);
            for wanted in &name {
                match text.get(at).filter(|letter| letter.base == wanted.base) {
                    Some(letter) => (at, exact) = (at + 1, exact && letter.marks == wanted.marks),
                    None if wanted.base == ' ' => {}
                    None => return None,
                }
            }
            let words = &text[from..at];
            let (first, last) = (words.first()?, words.last()?);
            let is_it = exact || several && (plain || is_bare(words));
            is_it.then_some(first.range.start..last.range.end)
        };
        found.extend((0..text.len()).filter_map(stands));
    }
    found
}

/// Whether one of the names stands in a text.
pub(super) fn holds_a_name(text: &str, names: &[&str]) -> bool {
    !occurrences(text, names).is_empty()
}

/// In order, those that touch as one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// `text[shown]` with every code point of the `hidden` stretches of `text` as [`HIDDEN`].
pub(super) fn hide(text: &str, shown: Range<usize>, hidden: &[Range<usize>]) -> String {
    let Some(words) = text.get(shown.clone()) else { return String::new() };
    let first = hidden.partition_point(|range| range.end <= shown.start);
    let mut rest = hidden[first..].iter().peekable();
    let mut out = String::with_capacity(words.len());
    for (at, c) in words.char_indices() {
        let at = shown.start + at;
        while rest.next_if(|range| range.end <= at).is_some() {}
        out.push(if rest.peek().is_some_and(|range| range.contains(&at)) { HIDDEN } else { c });
    }
    out
}

/// The text with what looks like a person's data as [`HIDDEN`]: as many code points as before.
pub fn redact(text: &str) -> String {
    static MASK: LazyLock<Mask> = LazyLock::new(Mask::new);
    hide(text, 0..text.len(), &MASK.ranges(text, &[]))
}

/// The text with every letter and digit as [`HIDDEN`]: for what could not be read, in which anything may be a name.
pub fn hide_all(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { HIDDEN } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str, names: &[&str]) -> String {
        let mask = Mask::new();
        assert!(mask.patterns.is_some(), "the patterns compile");
        hide(text, 0..text.len(), &mask.ranges(text, names))
    }

    #[test]
    fn what_points_at_a_person_is_hidden_and_the_rest_stays() {
        for (text, hidden) in [
            ("gọi 0901 234 567 nha", vec!["0901 234 567"]),
            ("gọi 09xx 000 777 nha", vec!["09xx 000 777"]),
            ("zalo.me/0901234567", vec!["/0901234567"]),
            ("mua ở https://0901234567.vn/kem nha", vec!["0901234567", "/kem"]),
            ("mua ở zalo-0901234567.business.site/x", vec!["0901234567", "/x"]),
            ("gọi +84 90.123.4567 nha", vec!["+84 90.123.4567"]),
            ("zalo O9O1 23l 567", vec!["O9O1 23l 567"]),
            ("sđt: ０９０１２３４５６７", vec!["０９０１２３４５６７"]),
            ("gọi ⓪⑨⓪①②③④⑤⑥⑦ nha", vec!["⓪⑨⓪①②③④⑤⑥⑦"]),
            ("gọi ⓿❾⓿❶❷❸❹❺❻❼ nha", vec!["⓿❾⓿❶❷❸❹❺❻❼"]),
            ("gọi ⁰⁹⁰¹²³⁴⁵⁶⁷ nha", vec!["⁰⁹⁰¹²³⁴⁵⁶⁷"]),
            ("gọi 0901–234–567 nha", vec!["0901–234–567"]),
            ("gọi 0901     234     567 nha", vec!["0901     234     567"]),
            ("gọi 090📞1234📞567 nha", vec!["090📞1234📞567"]),
            ("gọi 0\u{ad}9\u{34f}0\u{feff}1\u{2060}234567 nha", vec!["0\u{ad}9\u{34f}0\u{feff}1\u{2060}234567"]),
            ("gọi O9OI234567 nha", vec!["O9OI234567"]),
            ("thư về abc @ gmail . com nhé", vec!["abc @ gmail . com"]),
            ("thư về abc＠gmail.com nhé", vec!["abc＠gmail.com"]),
            ("thư về abc a còng gmail chấm com", vec!["abc a còng gmail chấm com"]),
            ("không chín không một hai ba bốn năm sáu bảy", vec!["không chín không một hai ba bốn năm sáu bảy"]),
            ("thư về linh.review+kol@gmail.com.vn nhé", vec!["linh.review+kol@gmail.com.vn"]),
            ("linh (at) gmail (dot) com", vec!["linh (at) gmail (dot) com"]),
            ("mua ở https://s.shopee.vn/abc?aff=linh99 nha", vec!["/abc?aff=linh99"]),
            ("theo dõi @linh.review để nhận quà", vec!["linh.review"]),
            ("STK 19036 VCB Nguyễn Linh", vec!["19036"]),
            ("số tài khoản của em: 1903 6612 3401 4", vec!["1903 6612 3401 4"]),
            ("mã đơn hàng #SPX2403VN88", vec!["2403VN88"]),
            ("Địa chỉ: 12/5 Lê Lợi, quận 1\nmời ghé", vec!["12/5 Lê Lợi, quận 1"]),
            ("ghé 25A ngõ 8 phố Huế, Hà Nội. Cảm ơn", vec!["25A ngõ 8 phố Huế, Hà Nội"]),
        ] {
            let out = masked(text, &[]);
            let mut expected = text.to_owned();
            for words in hidden {
                expected = expected.replace(words, &HIDDEN.to_string().repeat(words.chars().count()));
            }
            assert_eq!(out, expected, "{text}");
        }
        for plain in [
            "giá 1.290.000đ, giảm còn 990.000đ",
            "từ 290.000 – 390.000đ, 290.000-390.000",
            "uống 3 viên mỗi ngày trong 30 ngày",
            "từ 01/03/2026 đến 08/03/2026",
            "còn 12.900.000.000 đồng",
            "đặt hàng tại shopee.vn nha",
            "kem chống nắng SPF50+ PA++++",
        ] {
            assert_eq!(masked(plain, &[]), plain);
        }
        assert_eq!(masked("Linh Review đây, linh REVIEW nè", &["linh review"]), "███████████ đây, ███████████ nè");
    }

    #[test]
    fn a_name_is_hidden_however_it_is_written() {
        for written in [
            "Linh Đặng",
            "LINH ĐẶNG",
            "linh đặng",
            "Linh Đa\u{323}\u{306}ng",
            "LINH ĐA\u{306}\u{323}NG",
            "Ｌｉｎｈ\u{a0}Đặng",
            "Linh  Đặng",
            "LinhĐặng",
            "Linh Dang",
            "linhdang",
        ] {
            let out = masked(&format!("shop {written} nè"), &["Linh Đặng"]);
            assert_eq!(out, format!("shop {} nè", "█".repeat(written.chars().count())), "{written}");
        }
        // One word without its diacritics may be another word, and with others it is.
        assert_eq!(masked("hoa quả của Hòa, HÒA", &["Hòa"]), "hoa quả của ███, ███");
        assert_eq!(masked("linh đang đợi", &["Linh Đặng"]), "linh đang đợi");
    }

    #[test]
    fn hiding_all_leaves_only_the_shape() {
        assert_eq!(hide_all("{\"id\":\"Lệ 9\"}"), "{\"██\":\"██ █\"}");
    }

    proptest! {
            #[test]
            fn a_masked_text_has_as_many_code_points(
            text in "[0-9oOl .@a-zđệ\u{301}/:\n👩\u{200d}+()-]{0,80}",
            name in "[a-zđ]{3,5}",
        ) {
                let out = masked(&text, &[&name]);
                prop_assert_eq!(out.chars().count(), text.chars().count());
    prop_assert!(!out.to_ascii_lowercase().contains(&name));
                for (a, b) in text.chars().zip(out.chars()) {
                    prop_assert!(a == b || b == HIDDEN);
                }
            }

            #[test]
            fn a_part_of_a_masked_text_is_the_masked_part(text in "[0-9 a-z@.đệ]{0,60}", a in 0usize..60, b in 0usize..60) {
                let mask = Mask::new();
                let hidden = mask.ranges(&text, &[]);
                let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                let (a, b) = (a.min(edges.len() - 1), b.min(edges.len() - 1));
                let (a, b) = (a.min(b), a.max(b));
                let whole = hide(&text, 0..text.len(), &hidden);
                let expected: String = whole.chars().skip(a).take(b - a).collect();
                prop_assert_eq!(hide(&text, edges[a]..edges[b], &hidden), expected);
            }
        }
}
