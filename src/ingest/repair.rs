//! Lone surrogates: half a character written as an escape, as tools that cut texts in UTF-16 leave it.

use std::ops::Range;

const REPLACEMENT: &str = "\\ufffd";

/// JSON text with every lone surrogate escape made U+FFFD; `None` when it has none.
pub(super) fn lone_surrogates(json: &str) -> Option<String> {
    let mut repaired = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &json.as_bytes()[at..]) {
        at += found;
        let Some(unit) = unit(json, at) else {
            at += 2;
            if at > json.len() {
                break;
            }
            continue;
        };
        let paired = is_high(unit) && self::unit(json, at + 6).is_some_and(is_low);
        if paired {
            at += 12;
        } else if is_high(unit) || is_low(unit) {
            repaired.push_str(&json[copied..at]);
            repaired.push_str(REPLACEMENT);
            at += 6;
            copied = at;
        } else {
            at += 6;
        }
    }
    if copied == 0 {
        return None;
    }
    repaired.push_str(&json[copied..]);
    Some(repaired)
}

/// The UTF-16 unit that an escape at `at` writes.
fn unit(json: &str, at: usize) -> Option<u16> {
    let range: Range<usize> = at.checked_add(2)?..at.checked_add(6)?;
    let digits = json.get(range).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    json[at..].starts_with("\\u").then(|| u16::from_str_radix(digits, 16).ok())?
}

fn is_high(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xDC00..0xE000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_halves_are_replaced() {
        let table = [
            (r#""plain""#, None),
            (r#""\ud83d\ude00""#, None),
            (r#""\\ud83d""#, None),
            (r#""\ud83d""#, Some(r#""\ufffd""#)),
            (r#""\ude00\ud83d é""#, Some(r#""\ufffd\ufffd é""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\n\uDE00""#, Some(r#""\ufffd\n\ufffd""#)),
            (r#""\u00e9\ud8""#, None),
            ("\"\\é", None),
            ("\\", None),
        ];
        for (json, repaired) in table {
            assert_eq!(lone_surrogates(json).as_deref(), repaired, "{json}");
        }
    }
}
