//! The Vietnamese alphabet: letters as shape and tone, syllables, and where the tone mark goes.

use crate::bits::Spread;
use std::{collections::HashSet, sync::LazyLock};

/// Vowel shapes with their six tones: level, grave, acute, hook, tilde, dot.
const VOWELS: [&str; 12] = [
    "aàáảãạ",
    "ăằắẳẵặ",
    "âầấẩẫậ",
    "eèéẻẽẹ",
    "êềếểễệ",
    "iìíỉĩị",
    "oòóỏõọ",
    "ôồốổỗộ",
    "ơờớởỡợ",
    "uùúủũụ",
    "ưừứửữự",
    "yỳýỷỹỵ",
];

/// The combining marks of the tones, from the grave on.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// Shape and tone by code point; `\0` where the character is no letter of ours. 0x1F00 is past the last one (ỹ, U+1EF9).
static SPLIT: LazyLock<Vec<(char, u8)>> = LazyLock::new(|| {
    let mut table = vec![('\0', 0); 0x1F00];
    for c in ('a'..='z').chain(['đ']) {
        table[c as usize] = (c, 0);
    }
    for row in VOWELS {
        let shape = row.chars().next().unwrap_or('\0');
        for (tone, c) in row.chars().enumerate() {
            table[c as usize] = (shape, tone as u8);
        }
    }
    table
});

/// A lower-case letter of the alphabet as (shape, tone): `ế` is (`ê`, 2). Tone 0 is level. `None` for any other
/// character; `f j w z` count, since English text runs through the same folder.
#[inline]
pub(super) fn split(c: char) -> Option<(char, u8)> {
    SPLIT.get(c as usize).copied().filter(|(shape, _)| *shape != '\0')
}

/// The letter of that shape and tone.
pub(super) fn join(shape: char, tone: u8) -> char {
    VOWELS.iter().find(|row| row.starts_with(shape)).and_then(|row| row.chars().nth(tone as usize)).unwrap_or(shape)
}

/// Diacritics off: `ê` to `e`, `đ` to `d`.
pub(super) fn bare_letter(shape: char) -> char {
    match shape {
        'ă' | 'â' => 'a',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        'đ' => 'd',
        c => c,
    }
}

/// Whether a shape is a vowel.
pub(super) fn is_vowel(shape: char) -> bool {
    matches!(shape, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || has_quality(shape)
}

/// Whether a shape is a vowel with a breve, circumflex or horn.
pub(super) fn has_quality(shape: char) -> bool {
    matches!(shape, 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư')
}

/// A letter with one more combining mark; `None` when it cannot take that one.
pub(super) fn with_mark((shape, tone): (char, u8), mark: char) -> Option<(char, u8)> {
    let marked = match (mark, shape) {
        ('\u{302}', 'a') => 'â',
        ('\u{302}', 'e') => 'ê',
        ('\u{302}', 'o') => 'ô',
        ('\u{306}', 'a') => 'ă',
        ('\u{31B}', 'o') => 'ơ',
        ('\u{31B}', 'u') => 'ư',
        _ => return tone_of(mark).filter(|_| tone == 0 && is_vowel(shape)).map(|tone| (shape, tone)),
    };
    Some((marked, tone))
}

/// Letters of the longest syllable (nghiêng).
pub const MAX_SYLLABLE: usize = 7;

/// Moves a tone mark to where the old orthography writes it (hoà to hòa, gía to giá): edited text prefers it 99 to 17.
/// `None` when the word already stands so, or is no Vietnamese syllable.
pub(super) fn place_tone(word: impl Iterator<Item = char>) -> Option<String> {
    let mut shapes = [' '; MAX_SYLLABLE];
    let (mut len, mut tone_at, mut tone) = (0, None, 0);
    for c in word {
        let (shape, t) = split(c)?;
        if len == MAX_SYLLABLE {
            return None;
        }
        if t != 0 {
            if tone_at.is_some() {
                return None;
            }
            (tone_at, tone) = (Some(len), t);
        }
        shapes[len] = shape;
        len += 1;
    }
    let (tone_at, shapes) = (tone_at?, &shapes[..len]);
    let home = tone_home(shapes)?;
    if home == tone_at {
        return None;
    }
    Some(shapes.iter().enumerate().map(|(i, &s)| if i == home { join(s, tone) } else { s }).collect())
}

/// Index of the letter that carries the tone.
fn tone_home(shapes: &[char]) -> Option<usize> {
    let first = shapes.iter().position(|&s| is_vowel(s))?;
    let glide =
        matches!(shapes, ['q', 'u', v, ..] if is_vowel(*v)) || matches!(shapes, ['g', 'i', v, ..] if is_vowel(*v));
    let start = if glide { 2 } else { first };
    let cluster = shapes[start..].iter().take_while(|&&s| is_vowel(s)).count();
    let coda = &shapes[start + cluster..];
    if !matches!(coda, [] | ['c' | 'm' | 'n' | 'p' | 't'] | ['c' | 'n', 'h'] | ['n', 'g']) {
        return None;
    }
    let marked = (start..start + cluster).rev().find(|&i| has_quality(shapes[i]));
    match (marked, cluster) {
        (Some(i), _) => Some(i),
        (None, 1) => Some(start),
        (None, 2) => Some(if coda.is_empty() { start } else { start + 1 }),
        (None, 3) => Some(start + 1),
        _ => None,
    }
}

const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch \
    êm ên ênh êp êt êu i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu y o oc oi om on ong op ot oong ooc oa oac oach oai oam oan \
    oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oem ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u uc ui um un ung up ut ua \
    uôc uôi uôm uôn uông uôt uân uâng uât uây uê uênh uêch uên uơ uy uya uych uynh uyn uyt uyu uyên uyêt uyp ư ưc ưi ưm ưn ưng ưt ưu ưa \
    ươc ươi ươm ươn ương ươp ươt ươu ưp";
const AFTER_QU: &str = "ôc ôi a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc ân âng ât ây e en eo et ê ên ênh êch êt y ych \
    ynh yt yp yên yêt yn ơ ơi ơn ơt i it in iên iêt o";
const AFTER_GI: &str = "up ôp a ac ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e em en eo ep et o oc oi om \
    on ong op ot oa oan oang oanh oai ô ôi ôn ông ôt ôm ơ ơi ơn u ua uc ui um un uôc uôi uông ư ưa ưc ưng ương ươm ươc";
const GI_ALONE: &str = "gi gim gin gip gich giêm giêng giêt giêu giêc";
const NO_ONSET: &str = "y yêm yên yêng yêt yêu yêc";
const ONSETS: &str = "b c ch d đ g gh h k kh l m n ng ngh nh p ph r s t th tr v x";

/// All legal syllables, without their tones.
static LEVEL: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut set = HashSet::new();
    let mut add = |onset: &str, rime: &str| {
        set.insert([onset, rime].concat());
    };
    for rime in RIMES.split_whitespace() {
        let front = rime.starts_with(['e', 'ê', 'i', 'y']);
        add("", rime);
        for onset in ONSETS.split_whitespace() {
            let soft = matches!(onset, "k" | "gh" | "ngh");
            let hard = matches!(onset, "c" | "g" | "ng");
            let lone_y = rime == "y" && !matches!(onset, "h" | "k" | "l" | "m" | "s" | "t" | "v" | "b" | "đ");
            if !(soft && !front || hard && front || lone_y) {
                add(onset, rime);
            }
        }
    }
    AFTER_QU.split_whitespace().for_each(|r| add("qu", r));
    AFTER_GI.split_whitespace().for_each(|r| add("gi", r));
    GI_ALONE.split_whitespace().chain(NO_ONSET.split_whitespace()).for_each(|r| add("", r));
    set
});

static BARE: LazyLock<HashSet<String>> =
    LazyLock::new(|| LEVEL.iter().map(|syllable| syllable.chars().map(bare_letter).collect()).collect());

/// The same two as numbers, for questions that every other word asks.
static PACKED: LazyLock<[HashSet<u64, Spread>; 2]> = LazyLock::new(|| {
    let all = |set: &HashSet<String>| set.iter().filter_map(|s| packed(s.chars())).collect();
    [all(&LEVEL), all(&BARE)]
});

/// The letters of a syllable as one number, six bits each; `None` for other characters, and for more than any has.
fn packed(shapes: impl Iterator<Item = char>) -> Option<u64> {
    let (mut number, mut len) = (0, 0);
    for shape in shapes {
        let letter = match shape {
            'a'..='z' => shape as u64 - 'a' as u64 + 1,
            'đ' => 27,
            'ă' => 28,
            'â' => 29,
            'ê' => 30,
            'ô' => 31,
            'ơ' => 32,
            'ư' => 33,
            _ => return None,
        };
        len += 1;
        number = number << 6 | letter;
        if len > MAX_SYLLABLE {
            return None;
        }
    }
    Some(number)
}

/// Index of the letter that carries the tone of a legal syllable; `None` when there is no such syllable. One that ends in
/// c, ch, p or t is sharp or heavy.
fn home(shapes: &[char], tone: u8) -> Option<usize> {
    let stopped = matches!(shapes, [.., 'c' | 'p' | 't'] | [.., 'c', 'h']);
    if stopped && !matches!(tone, 2 | 5) || !PACKED[0].contains(&packed(shapes.iter().copied())?) {
        return None;
    }
    tone_home(shapes)
}

/// The legal syllable of these letters (shapes, lower case) and tone, the tone where the old orthography writes it; `None`
/// when there is none.
pub fn syllable(shapes: &[char], tone: u8) -> Option<String> {
    let mut out = String::new();
    push_syllable(shapes, tone, &mut out).then_some(out)
}

/// [`syllable`], written at the end of `out`; whether there is one.
pub fn push_syllable(shapes: &[char], tone: u8, out: &mut String) -> bool {
    let Some(home) = home(shapes, tone) else { return false };
    out.extend(shapes.iter().enumerate().map(|(i, &s)| if i == home { join(s, tone) } else { s }));
    true
}

/// Whether `key` (lower case, with its diacritics) is a legal syllable as it is written.
pub fn is_syllable(key: &str) -> bool {
    let mut shapes = ['\0'; MAX_SYLLABLE];
    let (mut len, mut tone, mut tone_at) = (0, 0, None);
    for c in key.chars() {
        let Some((shape, own)) = split(c).filter(|_| len < MAX_SYLLABLE) else { return false };
        if own != 0 {
            if tone_at.is_some() {
                return false;
            }
            (tone, tone_at) = (own, Some(len));
        }
        shapes[len] = shape;
        len += 1;
    }
    home(&shapes[..len], tone).is_some_and(|home| tone_at.is_none_or(|at| at == home))
}

/// A key's letters without tones, and the last tone among them: 0 level, 1 huyền, 2 sắc, 3 hỏi, 4 ngã, 5 nặng.
pub fn shapes(key: &str) -> (Vec<char>, u8) {
    let mut shapes = Vec::with_capacity(key.len());
    let tone = read_shapes(key, &mut shapes);
    (shapes, tone)
}

/// [`shapes`] into a buffer, which is overwritten.
pub fn read_shapes(key: &str, shapes: &mut Vec<char>) -> u8 {
    let mut tone = 0;
    shapes.clear();
    if key.is_ascii() {
        shapes.extend(key.bytes().map(char::from));
        return tone;
    }
    shapes.extend(key.chars().map(|c| {
        let (shape, own) = split(c).unwrap_or((c, 0));
        tone = if own == 0 { tone } else { own };
        shape
    }));
    tone
}

/// The same syllable with i for a y that is its only vowel, after a consonant (mỹ, ký, quý to mĩ, kí, quí); `None` where
/// nothing changes.
pub fn with_i(key: &str) -> Option<String> {
    let (mut shapes, tone) = shapes(key);
    let lone = matches!(shapes[..], ['q', 'u', 'y'] | ['b' | 'h' | 'k' | 'l' | 'm' | 's' | 't' | 'v' | 'đ', 'y']);
    if !lone {
        return None;
    }
    let last = shapes.len() - 1;
    shapes[last] = join('i', tone);
    Some(shapes.into_iter().collect())
}

/// The other way round, after those consonants where both are written (sĩ, kĩ, vi to sỹ, kỹ, vy).
pub fn with_y(key: &str) -> Option<String> {
    let (mut shapes, tone) = shapes(key);
    if !matches!(shapes[..], ['q', 'u', 'i'] | ['b' | 'h' | 'k' | 'l' | 'm' | 's' | 't' | 'v' | 'đ', 'i']) {
        return None;
    }
    let last = shapes.len() - 1;
    shapes[last] = join('y', tone);
    Some(shapes.into_iter().collect())
}

/// A letter without its diacritics.
#[inline]
pub fn base(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    split(letter).map_or(letter, |(shape, _)| bare_letter(shape))
}

/// All legal syllables without their diacritics, in no fixed order.
pub fn bare_syllables() -> impl Iterator<Item = &'static str> {
    BARE.iter().map(String::as_str)
}

/// Whether `word` (lower case, no diacritics) spells a legal syllable.
pub fn is_bare_syllable(word: &str) -> bool {
    packed(word.chars()).is_some_and(|word| PACKED[1].contains(&word))
}

/// The level word `word` with `tone` where the old orthography writes it, when that spells a legal syllable.
pub(super) fn with_tone(word: &str, tone: u8) -> Option<String> {
    syllable(&word.chars().collect::<Vec<_>>(), tone)
}

/// The tone that a combining mark writes, if it writes one.
pub(super) fn tone_of(mark: char) -> Option<u8> {
    TONES.iter().position(|&t| t == mark).map(|i| i as u8 + 1)
}

/// Whether a combining mark is one of Vietnamese: a tone, circumflex, breve or horn.
pub(super) fn is_mark(c: char) -> bool {
    tone_of(c).is_some() || matches!(c, '\u{302}' | '\u{306}' | '\u{31B}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_marks_go_where_the_old_orthography_puts_them() {
        for (typed, placed) in [
            ("hoà", "hòa"),
            ("thuỷ", "thủy"),
            ("khoẻ", "khỏe"),
            ("gía", "giá"),
            ("qúa", "quá"),
            ("đựơc", "được"),
            ("taị", "tại"),
            ("thúôc", "thuốc"),
            ("toàn", "toàn"),
            ("gì", "gì"),
            ("quý", "quý"),
            ("giờ", "giờ"),
            ("hoài", "hoài"),
            ("café", "café"),
        ] {
            assert_eq!(place_tone(typed.chars()).as_deref().unwrap_or(typed), placed, "{typed}");
        }
    }

    #[test]
    fn syllables_are_those_of_the_inventory() {
        for yes in ["nghieng", "quang", "gi", "tri", "uong", "duoc", "khoe"] {
            assert!(is_bare_syllable(yes), "{yes}");
        }
        for no in ["with", "qa", "strong", "nge", "kan"] {
            assert!(!is_bare_syllable(no), "{no}");
        }
        for yes in ["thích", "nghiêng", "quảng", "hòa", "giá", "thúy", "được", "a"] {
            assert!(is_syllable(yes), "{yes}");
        }
        // A level or falling tone before a stop, a tone out of place, two tones, a mark that the rime does not take.
        for no in ["thich", "thìch", "hoà", "gía", "quạ́", "khốe", "señor", "strọng", ""] {
            assert!(!is_syllable(no), "{no}");
        }
    }

    #[test]
    fn every_syllable_takes_its_tones_and_keeps_its_bare_form() {
        let mut levels: Vec<&String> = LEVEL.iter().collect();
        levels.sort();
        for level in levels {
            let toned = with_tone(level, 2).unwrap_or_else(|| panic!("{level} takes no sắc"));
            let bare: String = toned.chars().filter_map(split).map(|(shape, _)| bare_letter(shape)).collect();
            assert!(is_syllable(&toned) && is_bare_syllable(&bare), "{level}: {toned}, {bare}");
        }
    }

    #[test]
    fn a_lone_y_is_an_i_and_no_other() {
        for (y, i) in [("mỹ", "mĩ"), ("ký", "kí"), ("quý", "quí"), ("hy", "hi"), ("sỹ", "sĩ")] {
            assert_eq!(with_i(y).as_deref(), Some(i));
            assert_eq!(with_y(i).as_deref(), Some(y));
        }
        for word in ["tay", "thúy", "y", "ý", "yêu", "khuyên", "chạy", "gì", "chỉ"] {
            assert_eq!((with_i(word), with_y(word)), (None, None), "{word}");
        }
    }
}
