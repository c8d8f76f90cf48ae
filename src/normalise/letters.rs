//! What each character is to the folder: one table look-up for everything below U+3000 (punctuation and dingbats included),
//! rules for the rest.

use super::{alike::ALIKE, vietnamese};
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// How the folder treats a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter of the Vietnamese alphabet, precomposed: the fast path.
    Letter,
    /// A letter, digit or mark that needs the slow path.
    Odd,
    /// A combining mark of Vietnamese: belongs to the letter before it, even across a space.
    Mark,
    /// A regional indicator: half a flag, or a letter.
    Regional,
    /// Removed wherever it stands, never turned into a space.
    Invisible,
    /// A right single quotation mark: an apostrophe between letters.
    Apostrophe,
    /// A picture.
    Emoji,
    /// White space.
    Space,
    /// Ends a line.
    Line,
    /// Everything else.
    Other,
}

/// Table entry of a character.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    /// How to treat it.
    pub(super) class: Class,
    /// Lower case, with its diacritics.
    pub(super) lower: char,
    /// Without diacritics; only of a [`Class::Letter`], where it is ASCII.
    pub(super) bare: u8,
    /// What a word needs to know of it: the bits below.
    pub(super) traits: u8,
}

/// An ASCII letter or digit.
pub(super) const WORD: u8 = 1;
/// Upper case.
pub(super) const UPPER: u8 = 1 << 1;
/// Upper case, beyond ASCII.
pub(super) const CAPITAL: u8 = 1 << 2;
/// A vowel, with or without marks.
pub(super) const VOWEL: u8 = 1 << 3;
/// A vowel with a breve, circumflex or horn.
pub(super) const QUALITY: u8 = 1 << 4;
/// A vowel with a tone.
pub(super) const TONED: u8 = 1 << 5;

/// The traits of every ASCII byte; none for the others.
pub(super) const TRAITS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 128 {
        let byte = b as u8;
        table[b] = if byte.is_ascii_alphanumeric() { WORD } else { 0 }
            | if byte.is_ascii_uppercase() { UPPER } else { 0 }
            | if matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') { VOWEL } else { 0 };
        b += 1;
    }
    table
};

const TABLED: usize = 0x3000;

static TABLE: LazyLock<Vec<Letter>> =
    LazyLock::new(|| (0..TABLED as u32).map(|c| char::from_u32(c).map_or_else(other, classify)).collect());

fn other() -> Letter {
    Letter { class: Class::Other, lower: ' ', bare: 0, traits: 0 }
}

/// The table itself, to be held while a text is folded.
pub(super) fn table() -> &'static [Letter] {
    &TABLE
}

/// What `c` is.
#[inline]
pub(super) fn letter(c: char) -> Letter {
    TABLE.get(c as usize).copied().unwrap_or_else(|| classify(c))
}

fn classify(c: char) -> Letter {
    // Nearly all pictures, and nothing else.
    if matches!(c, '\u{1F200}'..='\u{1FAFF}') {
        return Letter { class: Class::Emoji, lower: c, bare: 0, traits: 0 };
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    let mut entry = Letter { class: Class::Other, lower, bare: 0, traits: 0 };
    if let Some((shape, tone)) = vietnamese::split(lower) {
        entry.class = Class::Letter;
        entry.bare = u8::try_from(vietnamese::bare_letter(shape)).unwrap_or(b'?');
        entry.traits = if lower != c { UPPER | CAPITAL } else { 0 }
            | if vietnamese::is_vowel(shape) { VOWEL } else { 0 }
            | if vietnamese::has_quality(shape) { QUALITY } else { 0 }
            | if tone != 0 { TONED } else { 0 };
    } else {
        entry.class = odd_class(c);
    }
    entry
}

fn odd_class(c: char) -> Class {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Class::Line,
        '\u{2019}' | '\u{02BC}' => Class::Apostrophe,
        _ if is_invisible(c) => Class::Invisible,
        '\u{2800}' => Class::Space,
        _ if c.is_whitespace() => Class::Space,
        _ if regional(c).is_some() => Class::Regional,
        _ if vietnamese::is_mark(c) => Class::Mark,
        _ if enclosed(c).is_some() => Class::Odd,
        _ if is_emoji(c) => Class::Emoji,
        _ if c.is_alphanumeric() || is_combining_mark(c) || is_compat_letter(c) => Class::Odd,
        _ => Class::Other,
    }
}

/// Zero-width characters, bidi controls, fillers, variation selectors and tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{206F}' | '\u{061C}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{180E}' | '\u{00AD}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{E0000}'..='\u{E007F}')
}

/// The letter in a negative circle or square, of which NFKC knows nothing, or in brackets, which NFKC keeps.
pub(super) fn enclosed(c: char) -> Option<char> {
    let first = match c {
        '\u{1F150}'..='\u{1F169}' => 0x1F150,
        '\u{1F170}'..='\u{1F189}' => 0x1F170,
        '\u{1F110}'..='\u{1F129}' => 0x1F110,
        '\u{249C}'..='\u{24B5}' => 0x249C,
        _ => return None,
    };
    Some(char::from(b'A' + (u32::from(c) - first) as u8))
}

/// The letter of a regional indicator.
pub(super) fn regional(c: char) -> Option<char> {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}').then(|| char::from(b'A' + (u32::from(c) - 0x1F1E6) as u8))
}

/// Whether a letter is also a picture (🅰, the blood group): beside other letters it is a letter.
pub(super) fn is_picture_too(c: char) -> bool {
    ALIKE.pictures.contains(&c)
}

/// Whether a row of regional indicators is drawn as flags: pairs, each of a region.
pub(super) fn are_flags(indicators: &str) -> bool {
    let letters: Vec<u8> = indicators.chars().filter_map(regional).map(|c| (c as u8).to_ascii_lowercase()).collect();
    let (pairs, odd) = letters.as_chunks::<2>();
    odd.is_empty() && !pairs.is_empty() && pairs.iter().all(|pair| ALIKE.flags.contains(pair))
}

/// The ASCII sign or letter that a full-width one is.
pub(super) fn narrow(c: char) -> Option<u8> {
    matches!(c, '\u{FF01}'..='\u{FF5E}').then(|| (u32::from(c) - 0xFF01) as u8 + b'!')
}

/// Whether Greek, Cyrillic, Armenian, Cherokee or Lisu letters stand in a text for Latin ones: it has at least as many Latin
/// letters as letters of such scripts that look like no Latin one.
pub(super) fn is_latin(text: &str) -> bool {
    let (mut latin, mut other) = (0_usize, 0_usize);
    for c in text.chars() {
        if c.is_ascii() {
            latin += usize::from(c.is_ascii_alphabetic());
        } else if matches!(c, '\u{370}'..='\u{58F}' | '\u{13A0}'..='\u{13FF}' | '\u{A4D0}'..='\u{A4FF}') {
            let base = c.nfd().next().unwrap_or(c);
            other += usize::from(c.is_alphabetic() && ALIKE.looks_like(base).is_none());
        }
    }
    latin >= other
}

/// Pictures, and what joins them.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1F12F}' | '\u{1F16A}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{25FF}' | '\u{2190}'..='\u{21FF}' | '\u{203C}' | '\u{2049}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
}

/// A character that stands for one plain letter or digit by compatibility (enclosed, superscript, letter-like).
fn is_compat_letter(c: char) -> bool {
    let mut plain = std::iter::once(c).nfkc();
    matches!((plain.next(), plain.next()), (Some(p), None) if p != c && p.is_alphanumeric())
}
