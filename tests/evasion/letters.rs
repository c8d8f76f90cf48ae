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

/// Beginnings and rimes of Vietnamese syllables, without diacritics.
const ONSETS: &str = " b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x ";
const RIMES: &str = " a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu \
    im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong oong op ot u ua uan uang \
    uat uay uc ue uech uenh ui um un ung uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu uo y yem yen \
    yet yeu ";

/// Whether a word has an accent, or the letters of a syllable that needs none.
pub(crate) fn is_spelt_like_vietnamese(word: &str) -> bool {
    let plain = bare(word);
    let among = |list: &str, part: &str| list.contains(&format!(" {part} "));
    let splits = || (0..plain.len()).filter(|&at| plain.is_char_boundary(at)).map(|at| plain.split_at(at));
    plain != word || splits().any(|(onset, rime)| (onset.is_empty() || among(ONSETS, onset)) && among(RIMES, rime))
}
