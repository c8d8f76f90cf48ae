//! The cases of folding, `fixtures/normalisation-cases.tsv`, and how a test folds one.

use minhbach::normalise::{Text, fold};

const CASES: &str = include_str!("../fixtures/normalisation-cases.tsv");

/// Every row: id, category, level, input, canonical, folded, bare, note; `\u{HEX}` read as the character.
pub(crate) fn rows() -> impl Iterator<Item = Vec<String>> {
    CASES.lines().skip(1).map(|row| row.split('\t').map(unescaped).collect())
}

/// `\u{HEX}` read as the character.
pub(crate) fn unescaped(column: &str) -> String {
    let mut parts = column.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('}').unwrap();
        out.push(char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}

/// A text in canonical form.
pub(crate) fn folded(raw: &str) -> Text {
    let mut text = Text::default();
    fold(raw, &mut text);
    text
}
