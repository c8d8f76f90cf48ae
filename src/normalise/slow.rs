//! The slow path: one word with letters outside plain ASCII and precomposed Vietnamese, to its canonical form.

use super::{Folds, letters, vietnamese};
use std::{borrow::Cow, sync::LazyLock};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What became of a word.
pub(super) struct Folded {
    /// Canonical, lower case, tone placed.
    pub(super) marked: String,
    /// The folds that it took.
    pub(super) folds: Folds,
    /// Whether a Latin letter carries marks that Vietnamese does not have: only its bare key may match.
    pub(super) damaged: bool,
}

/// Folds one word (no separators inside) until nothing changes: a styled letter may hide a small capital, a capital look-alike
/// a small one. Three passes settle every letter of Unicode; the bound keeps surprises finite.
pub(super) fn fold(raw: &str) -> Folded {
    if let Some(marked) = vietnamese::compose(raw) {
        let folds = Folds::COMPOSED;
        return match vietnamese::place_tone(marked.chars()) {
            Some(placed) => Folded { marked: placed, folds: folds.with(Folds::TONE), damaged: false },
            None => Folded { marked, folds, damaged: false },
        };
    }
    let mut folded = pass(raw);
    for _ in 0..4 {
        // Nothing in our own alphabet can change again.
        if folded.marked.chars().all(|c| vietnamese::split(c).is_some() || c.is_ascii_digit()) {
            break;
        }
        let next = pass(&folded.marked);
        if next.marked == folded.marked {
            break;
        }
        folded = Folded { folds: folded.folds.with(next.folds), ..next };
    }
    folded
}

/// One pass. Order: invisible marks out, compatibility letters, decomposition, look-alikes on decomposed text, mark
/// clean-up, composition, lower case, tone placement.
fn pass(raw: &str) -> Folded {
    let mut folds = Folds::NONE;
    let visible: Cow<'_, str> = if raw.chars().any(letters::is_invisible) {
        folds = folds.with(Folds::INVISIBLE);
        raw.chars().filter(|&c| !letters::is_invisible(c)).collect::<String>().into()
    } else {
        raw.into()
    };
    let mut plain = String::with_capacity(visible.len());
    for c in visible.chars() {
        match compat(c) {
            Some(p) => {
                folds = folds.with(Folds::COMPAT);
                plain.extend(p);
            }
            None => plain.push(c),
        }
    }
    if !unicode_normalization::is_nfc(&plain) && plain.nfc().ne(plain.chars()) {
        folds = folds.with(Folds::COMPOSED);
    }
    let mut decomposed: String = plain.nfd().collect();
    if let Some(latin) = homoglyphs(&decomposed) {
        folds = folds.with(Folds::HOMOGLYPH);
        decomposed = latin;
    }
    let (cleaned, removed) = clean_marks(&decomposed);
    if removed {
        folds = folds.with(Folds::MARKS);
    }
    let composed: String = cleaned.nfc().map(|c| if matches!(c, '\u{2019}' | '\u{02BC}') { '\'' } else { c }).collect();
    let mut marked = composed.to_lowercase();
    if marked != composed {
        folds = folds.with(Folds::LOWER);
    }
    // Lower-casing may leave a decomposed letter (İ): compose again so that folding twice changes nothing.
    if !unicode_normalization::is_nfc(&marked) {
        marked = marked.nfc().collect();
    }
    // An apostrophe at an edge is no part of a word (ŉ is "'n"), and two are one.
    if marked.contains('\'') {
        marked = marked.split('\'').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("'");
    }
    if let Some(placed) = vietnamese::place_tone(marked.chars()) {
        folds = folds.with(Folds::TONE);
        marked = placed;
    }
    let damaged = marked.chars().any(is_foreign_latin);
    Folded { marked, folds, damaged }
}

/// The bare form of a canonical word: Vietnamese and foreign marks off Latin letters, đ to d; other scripts stay as they
/// are, so that only diacritics make a bare key shorter.
pub(super) fn bare(marked: &str, out: &mut String) {
    for c in marked.chars() {
        match vietnamese::split(c) {
            Some((shape, _)) => out.push(vietnamese::bare_letter(shape)),
            None if c.is_ascii() => out.push(c),
            None => out.push(std::iter::once(c).nfd().next().filter(char::is_ascii_alphabetic).unwrap_or(c)),
        }
    }
}

fn is_foreign_latin(c: char) -> bool {
    !c.is_ascii()
        && vietnamese::split(c).is_none()
        && std::iter::once(c).nfd().next().is_some_and(|b| b.is_ascii_alphabetic())
}

/// The plain letters that `c` stands for by compatibility.
fn compat(c: char) -> Option<impl Iterator<Item = char>> {
    if c.is_ascii() || vietnamese::split(c).is_some() || is_combining_mark(c) {
        return None;
    }
    let squared = match c {
        '\u{1F150}'..='\u{1F169}' => char::from_u32('A' as u32 + (c as u32 - 0x1F150)),
        '\u{1F170}'..='\u{1F189}' => char::from_u32('A' as u32 + (c as u32 - 0x1F170)),
        '\u{1F130}'..='\u{1F149}' => char::from_u32('A' as u32 + (c as u32 - 0x1F130)),
        _ => None,
    };
    let letters: Vec<char> = match squared.or_else(|| small_capital(c)) {
        Some(l) => vec![l],
        None => {
            let k: Vec<char> = std::iter::once(c).nfkc().collect();
            let canonical: Vec<char> = std::iter::once(c).nfc().collect();
            if k == canonical || !k.iter().all(|p| p.is_alphanumeric() || is_combining_mark(*p)) {
                return None;
            }
            k
        }
    };
    Some(letters.into_iter())
}

fn small_capital(c: char) -> Option<char> {
    const FROM: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ";
    const TO: &str = "abcdefghijklmnoprstuvwyz";
    FROM.chars().position(|f| f == c).and_then(|i| TO.chars().nth(i))
}

/// Look-alikes of other scripts, as pairs.
const LOOK_ALIKES: &str = "ıiɑaɡgΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαaιiκkνvοoρpτtυuχxϲcЅSІIЈJАAВBЕEКKМMНHОOРPСCТTУYХX\
    аaвbеeкkмmнhоoрpсcтtуyхxѕsіiјjѡwѴVѵvһhӀlӏlԀDԁdԚQԛqԜWհhոnսuցgօoÐĐðđƉĐɖđ";

/// The pairs by their first character.
static BY_LETTER: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let (mut pairs, mut letters) = (Vec::new(), LOOK_ALIKES.chars());
    while let (Some(from), Some(to)) = (letters.next(), letters.next()) {
        pairs.push((from, to));
    }
    pairs.sort_by_key(|&(from, _)| from);
    pairs
});

fn look_alike(c: char) -> Option<char> {
    BY_LETTER.binary_search_by_key(&c, |&(from, _)| from).ok().map(|i| BY_LETTER[i].1)
}

/// The word in Latin letters, where look-alikes stand among Latin letters, or where every letter is one.
fn homoglyphs(decomposed: &str) -> Option<String> {
    let letters = || decomposed.chars().filter(|c| c.is_alphabetic());
    let alike = letters().filter(|&c| look_alike(c).is_some()).count();
    let latin = letters().any(|c| c.is_ascii_alphabetic() || c == 'đ' || c == 'Đ');
    if alike == 0 || !latin && (alike < letters().count() || alike < 3) {
        return None;
    }
    // đ and its doubles do not decompose, so the whole word is mapped character by character.
    Some(decomposed.chars().flat_map(|c| std::iter::once(look_alike(c).unwrap_or(c)).nfd()).collect())
}

const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];
const SHAPES: [char; 3] = ['\u{302}', '\u{306}', '\u{31B}'];

/// On Latin bases, at most one shape and one tone that Vietnamese has; overlays go. Other marks stay when they are the
/// only ones (ñ, ö are foreign letters, not stuffing). Marks before any base go.
fn clean_marks(decomposed: &str) -> (String, bool) {
    let mut out = String::with_capacity(decomposed.len());
    let mut removed = false;
    let (mut base, mut shape, mut tone, mut foreign) = (None, false, false, false);
    for c in decomposed.chars() {
        if !is_combining_mark(c) {
            (base, shape, tone, foreign) = (Some(c), false, false, false);
            out.push(c);
            continue;
        }
        let latin = base.is_some_and(|b: char| b.is_ascii_alphanumeric() || b == 'đ' || b == 'Đ');
        let keep = if !latin {
            base.is_some()
        } else if TONES.contains(&c) {
            !std::mem::replace(&mut tone, true)
        } else if SHAPES.contains(&c) {
            !std::mem::replace(&mut shape, true)
        } else if matches!(c, '\u{332}'..='\u{338}' | '\u{20D0}'..='\u{20FF}') {
            false
        } else {
            !shape && !tone && !std::mem::replace(&mut foreign, true)
        };
        if keep {
            out.push(c);
        } else {
            removed = true;
        }
    }
    (out, removed)
}
