//! Vietnamese letters taken apart and put together.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The five tone marks: grave, acute, hook, tilde, dot below; with the keys of Telex and VNI.
pub(crate) const TONES: [(char, char, char); 5] =
    [('\u{300}', 'f', '2'), ('\u{301}', 's', '1'), ('\u{309}', 'r', '3'), ('\u{303}', 'x', '4'), ('\u{323}', 'j', '5')];

/// A text without diacritics.
pub(crate) fn bare(text: &str) -> String {
    let plain = text.nfd().filter(|&c| !is_combining_mark(c));
    plain
        .map(|c| {
            if c == 'đ' {
                'd'
            } else if c == 'Đ' {
                'D'
            } else {
                c
            }
        })
        .collect()
}

/// Canonically decomposed.
pub(crate) fn decomposed(text: &str) -> String {
    text.nfd().collect()
}

/// Canonically composed.
pub(crate) fn composed(text: &str) -> String {
    text.nfc().collect()
}

pub(crate) fn is_tone(c: char) -> bool {
    TONES.iter().any(|t| t.0 == c)
}

/// A letter without its tone, and the tone.
pub(crate) fn split_tone(letter: &str) -> (String, Option<char>) {
    let tone = letter.nfd().find(|&c| is_tone(c));
    (letter.nfd().filter(|&c| !is_tone(c)).nfc().collect(), tone)
}

/// The composed vowel and its tone after it; nothing for a letter without tone.
pub(crate) fn vowel_and_tone(letter: &str) -> Option<String> {
    let (vowel, tone) = split_tone(letter);
    tone.map(|t| format!("{vowel}{t}"))
}

/// Whether it is a vowel, whatever its marks.
pub(crate) fn is_vowel(letter: &str) -> bool {
    bare(letter).chars().all(|c| "aeiouyAEIOUY".contains(c)) && !letter.is_empty()
}
