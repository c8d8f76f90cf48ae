//! The slow path: one word with letters outside plain ASCII and precomposed Vietnamese, to its canonical form.

use super::{Folds, alike::ALIKE, letters, vietnamese};
use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, is_combining_mark},
};

/// What became of a word.
#[derive(Debug, PartialEq)]
pub(super) struct Folded {
    /// Canonical, lower case, tone placed.
    pub(super) marked: String,
    /// The folds that it took.
    pub(super) folds: Folds,
    /// Whether its diacritics cannot be trusted: only its bare key may match.
    pub(super) damaged: bool,
}

/// Folds one word (no separators inside) until nothing changes: a styled letter may hide a small capital, a capital look-alike
/// a small one. Three passes settle every letter of Unicode; the bound keeps surprises finite. `latin_text` says whether the
/// text around it is Latin; it is asked only where a word could be either.
pub(super) fn fold(raw: &str, latin_text: &dyn Fn() -> bool) -> Folded {
    if let Some(folded) = common(raw) {
        return folded;
    }
    let mut folded = pass(raw, latin_text);
    for _ in 0..4 {
        // Nothing in our own alphabet can change again.
        if folded.marked.chars().all(|c| vietnamese::split(c).is_some() || c.is_ascii_digit()) {
            break;
        }
        let next = pass(&folded.marked, latin_text);
        if next.marked == folded.marked {
            break;
        }
        folded = Folded { folds: folded.folds.with(next.folds), damaged: folded.damaged | next.damaged, ..next };
    }
    folded
}

/// A word in which nothing is wrong but that marks stand apart (NFD, Windows-1258), letters are styled or invisible
/// characters stand between: read letter by letter. `None` where anything else is in it.
fn common(raw: &str) -> Option<Folded> {
    let mut marked = String::with_capacity(raw.len());
    let mut folds = Folds::NONE;
    let mut last: Option<(char, u8)> = None;
    for c in raw.chars() {
        if vietnamese::is_mark(c) {
            last = Some(vietnamese::with_mark(last?, c)?);
            folds = folds.with(Folds::COMPOSED);
            continue;
        }
        if letters::is_invisible(c) {
            folds = folds.with(Folds::INVISIBLE);
            continue;
        }
        let plain = styled(c);
        if plain != c {
            folds = folds.with(Folds::COMPAT);
        }
        let lower = letters::letter(plain).lower;
        if lower != plain {
            folds = folds.with(Folds::LOWER);
        }
        if let Some((shape, tone)) = last.take() {
            marked.push(vietnamese::join(shape, tone));
        }
        if lower.is_ascii_digit() {
            marked.push(lower);
        } else {
            last = Some(vietnamese::split(lower)?);
        }
    }
    if let Some((shape, tone)) = last {
        marked.push(vietnamese::join(shape, tone));
    }
    if let Some(placed) = vietnamese::place_tone(marked.chars()) {
        (marked, folds) = (placed, folds.with(Folds::TONE));
    }
    (!marked.is_empty()).then_some(Folded { marked, folds, damaged: false })
}

/// The plain letter or digit of a mathematical, full-width or circled one.
fn styled(c: char) -> char {
    match c {
        '\u{1D400}'..='\u{1D7FF}' | '\u{FF01}'..='\u{FF5E}' | '\u{24B6}'..='\u{24E9}' => {
            std::iter::once(c).nfkc().next().filter(char::is_ascii_alphanumeric).unwrap_or(c)
        }
        _ => c,
    }
}

/// One pass. Order: invisible marks out, compatibility letters and doubles of đ, decomposition, look-alikes on decomposed
/// text, lower case, marks on consonants, mark clean-up, composition, tone placement.
fn pass(raw: &str, latin_text: &dyn Fn() -> bool) -> Folded {
    let mut folds = Folds::NONE;
    let mut note = |happened: bool, fold: Folds| {
        if happened {
            folds = folds.with(fold);
        }
    };
    note(raw.contains(letters::is_invisible), Folds::INVISIBLE);
    let capitals = raw.chars().any(|c| !c.is_ascii() && ALIKE.small_capital.contains_key(&c));
    let mut plain = String::with_capacity(raw.len());
    for c in raw.chars().filter(|&c| !letters::is_invisible(c)) {
        let beside = ALIKE.beside_small_capital.get(&c).filter(|_| capitals);
        match beside.copied().or_else(|| stands_for(c)) {
            Some(letter) => {
                note(true, Folds::COMPAT);
                plain.push(letter);
            }
            None => note(push_compat(c, &mut plain), Folds::COMPAT),
        }
    }
    note(!unicode_normalization::is_nfc(&plain) && plain.nfc().ne(plain.chars()), Folds::COMPOSED);
    let mut decomposed: String = plain.nfd().collect();
    let turned = ALIKE.is_turned(&decomposed);
    let like = |c| if turned { ALIKE.looks_like(c) } else { ALIKE.looks_like_upright(c) };
    if is_disguised(&decomposed, like, latin_text) {
        note(true, Folds::HOMOGLYPH);
        decomposed = decomposed.chars().map(|c| like(c).unwrap_or(c)).collect();
    }
    let mut lower = decomposed.to_lowercase();
    note(lower != decomposed, Folds::LOWER);
    // Lower-casing may move what stands in canonical order.
    if !unicode_normalization::is_nfd(&lower) {
        lower = lower.nfd().collect();
    }
    if is_overlaid_d(&lower) {
        note(true, Folds::MARKS);
        lower = bar_d(&lower);
    }
    let (cleaned, removed) = match mark_on_consonant(&lower) {
        Some(repaired) => (repaired, true),
        None => clean_marks(&lower),
    };
    note(removed, Folds::MARKS);
    let mut marked: String =
        cleaned.nfc().map(|c| if matches!(c, '\u{2019}' | '\u{02BC}') { '\'' } else { c }).collect();
    // An apostrophe at an edge is no part of a word (ŉ is "'n"), and two are one.
    if marked.contains('\'') {
        marked = marked.split('\'').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("'");
    }
    if let Some(placed) = vietnamese::place_tone(marked.chars()) {
        note(true, Folds::TONE);
        marked = placed;
    }
    let damaged = is_foreign(&marked);
    Folded { marked, folds, damaged }
}

/// The bare form of a canonical word: Vietnamese and foreign marks off Latin letters, đ to d; other scripts stay as they
/// are, so that only diacritics make a bare key shorter.
pub(super) fn push_bare(marked: &str, out: &mut String) {
    for c in marked.chars() {
        match vietnamese::split(c) {
            Some((shape, _)) => out.push(vietnamese::bare_letter(shape)),
            None => out.push(foreign_base(c).unwrap_or(c)),
        }
    }
}

/// A key without its diacritics.
pub fn bare(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    push_bare(key, &mut out);
    out
}

/// Whether a key has a letter with marks that Vietnamese does not have.
pub fn is_foreign(key: &str) -> bool {
    !key.is_ascii() && key.chars().any(|c| foreign_base(c).is_some())
}

/// The syllable of a word whose tone stands elsewhere: on the consonant after its vowel (`toć`), on another vowel (`khóan`).
/// `None` where it stands well, or none comes of it.
pub fn tone_in_place(key: &str) -> Option<String> {
    if key.is_ascii() {
        return None;
    }
    let syllable = if is_foreign(key) {
        mark_on_consonant(&key.nfd().collect::<String>())?
    } else {
        let (shapes, tone) = vietnamese::shapes(key);
        vietnamese::syllable(&shapes, tone)?
    };
    (syllable != key).then_some(syllable)
}

/// The Latin letter under marks, a stroke or a hook that Vietnamese does not have.
fn foreign_base(c: char) -> Option<char> {
    if c.is_ascii() || vietnamese::split(c).is_some() {
        return None;
    }
    let base = std::iter::once(c).nfd().next().unwrap_or(c);
    if base.is_ascii_alphabetic() { Some(base) } else { ALIKE.foreign.get(&base).copied() }
}

/// The one letter that `c` stands for in any word.
fn stands_for(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    let own = ALIKE.small_capital.get(&c).or_else(|| ALIKE.d_stroke.get(&c)).copied();
    own.or_else(|| letters::enclosed(c)).or_else(|| letters::regional(c))
}

/// Writes `c` or the plain letters that it stands for by compatibility; says whether it was such.
fn push_compat(c: char, out: &mut String) -> bool {
    let folds = !c.is_ascii() && vietnamese::split(c).is_none() && !is_combining_mark(c) && {
        let plain = || std::iter::once(c).nfkc();
        plain().ne(std::iter::once(c).nfc()) && plain().all(|p| p.is_alphanumeric() || is_combining_mark(p))
    };
    if folds {
        out.extend(std::iter::once(c).nfkc());
    } else {
        out.push(c);
    }
    folds
}

/// The ASCII digit that `c` is or stands for.
pub(super) fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c as u8);
    }
    let mut plain = std::iter::once(c).nfkc();
    let first = plain.next().filter(char::is_ascii_digit)?;
    plain.next().is_none().then_some(first as u8)
}

/// Whether look-alikes of Latin letters stand for them here: among Latin letters, or as the whole word in a Latin text.
fn is_disguised(decomposed: &str, like: impl Fn(char) -> Option<char>, latin_text: &dyn Fn() -> bool) -> bool {
    // Whether a letter beyond ASCII is one is asked last: of other scripts that takes long.
    let chars = || decomposed.chars();
    chars().any(|c| like(c).is_some() && c.is_alphabetic())
        && (chars().any(|c| c.is_ascii_alphabetic() || c == 'đ' || c == 'Đ')
            || chars().all(|c| like(c).is_some() || !c.is_alphabetic()) && latin_text())
}

/// Strokes and lines through a letter.
fn is_overlay(c: char) -> bool {
    matches!(c, '\u{332}'..='\u{338}' | '\u{20D0}'..='\u{20FF}')
}

/// Whether a d with a stroke laid over it stands among letters without one: it is drawn as a đ. Where every letter has a
/// stroke, it is decoration.
fn is_overlaid_d(decomposed: &str) -> bool {
    let struck = |marks: &str| marks.contains(is_overlay);
    let plain = clusters(decomposed).any(|(base, marks)| base.is_some() && !struck(marks));
    plain && clusters(decomposed).any(|(base, marks)| base == Some('d') && struck(marks))
}

/// With đ for every d that has a stroke.
fn bar_d(decomposed: &str) -> String {
    let mut out = String::with_capacity(decomposed.len());
    for (base, marks) in clusters(decomposed) {
        let barred = base == Some('d') && marks.contains(is_overlay);
        out.extend(if barred { Some('đ') } else { base });
        out.extend(marks.chars().filter(|&c| !barred || !is_overlay(c)));
    }
    out
}

/// Every base character with the marks that follow it; marks at the start have no base.
fn clusters(decomposed: &str) -> impl Iterator<Item = (Option<char>, &str)> {
    let mut rest = decomposed;
    std::iter::from_fn(move || {
        let base = rest.chars().next().filter(|&c| !is_combining_mark(c));
        let after = &rest[base.map_or(0, char::len_utf8)..];
        let end = after.find(|c| !is_combining_mark(c)).unwrap_or(after.len());
        let there = !rest.is_empty();
        rest = &after[end..];
        there.then_some((base, &after[..end]))
    })
}

/// The tone that a tilde writes.
const TILDE: u8 = 4;

/// A word whose only tone stands on a consonant that ends it (`tich́`, `miêñ`, `thańg`), with the tone where it belongs; `None`
/// when there is no such tone, or no syllable comes of it (`señor`). Inside a word ñ mostly is decoration (Khôñg, Añh: 5 of 5
/// in the posts measured). In lower case, composed.
fn mark_on_consonant(decomposed: &str) -> Option<String> {
    if decomposed.len() > 4 * vietnamese::MAX_SYLLABLE {
        return None;
    }
    let (mut level, mut tone) = (String::with_capacity(decomposed.len()), None);
    for (base, marks) in clusters(decomposed) {
        let base = base?;
        // After the tone come consonants only, and none after a tilde.
        if tone.is_some_and(|tone| tone == TILDE || vietnamese::is_vowel(base)) {
            return None;
        }
        level.push(base);
        for mark in marks.chars() {
            match vietnamese::tone_of(mark) {
                Some(found) if tone.replace(found).is_some() || vietnamese::is_vowel(base) => return None,
                Some(_) => {}
                None => level.push(mark),
            }
        }
    }
    let tone = tone?;
    vietnamese::with_tone(&level.nfc().collect::<String>(), tone)
}

/// On Latin letters, at most one shape and one tone, and only such as the letter can take; overlays go. A letter of another
/// language keeps its one mark (ñ, ö, ő) when Unicode has it as one letter: more are stuffing, and so is every one in a word
/// with a mark that makes no letter (ȇm̐). Marks before any letter go; on other scripts all stay.
fn clean_marks(decomposed: &str) -> (String, bool) {
    let mut out = String::with_capacity(decomposed.len());
    let foreign = |base: char, mark: &char| {
        !is_overlay(*mark) && vietnamese::tone_of(*mark).is_none() && compose(base, *mark).is_none()
    };
    let stuffed = clusters(decomposed).any(|(base, marks)| {
        base.is_some_and(|base| base.is_ascii_alphabetic() && marks.chars().filter(|m| foreign(base, m)).count() > 0)
    });
    for (base, marks) in clusters(decomposed) {
        let Some(base) = base else { continue };
        out.push(base);
        if !base.is_ascii_alphanumeric() && base != 'đ' {
            // A line through a letter that is drawn upside down is one through any (ɐ̸).
            let turned = ALIKE.is_turned(base.encode_utf8(&mut [0; 4]));
            out.extend(marks.chars().filter(|&c| !(turned && is_overlay(c))));
            continue;
        }
        let (mut shape, mut tone, mut foreign) = (None, None, None);
        let mut others = 0;
        for mark in marks.chars().filter(|&c| !is_overlay(c)) {
            let both = compose(base, mark);
            let own = both.is_some_and(|c| vietnamese::split(c).is_some());
            if own && vietnamese::tone_of(mark).is_some() {
                tone.get_or_insert(mark);
            } else if own {
                shape.get_or_insert(mark);
            } else {
                others += 1;
                foreign = both;
            }
        }
        match foreign.filter(|_| others == 1 && shape.is_none() && !stuffed) {
            // Two marks make a letter only where Unicode knows it (ǘ).
            Some(letter) if tone.is_none_or(|tone| compose(letter, tone).is_some()) => {
                out.extend(std::iter::once(letter).nfd().skip(1).chain(tone));
            }
            _ => out.extend(shape.into_iter().chain(tone)),
        }
    }
    let removed = out.len() != decomposed.len();
    (out, removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short way and the whole one give the same: over every letter and mark of Vietnamese, plain, decomposed, styled,
    /// with invisible characters, in pairs.
    #[test]
    fn the_common_way_is_the_whole_way() {
        let letters = "aAăÂbđĐeếÔơƯýỷ9";
        let marks = "\u{300}\u{301}\u{309}\u{303}\u{323}\u{302}\u{306}\u{31B}\u{200B}\u{FE0F}\u{336}\u{340}";
        let styled = "𝐚𝐀𝟗𝓮ｑＱⓒⒸ𝖔𝚞";
        let all: Vec<char> = letters.chars().chain(marks.chars()).chain(styled.chars()).collect();
        let mut common_ones = 0;
        for &a in &all {
            for &b in &all {
                for &c in &all {
                    for word in [[a, b, c].iter().collect::<String>(), ['h', a, b, c].iter().collect()] {
                        if let Some(folded) = common(&word) {
                            assert_eq!(folded, pass(&word, &|| true), "{word:?}");
                            common_ones += 1;
                        }
                    }
                }
            }
        }
        assert!(common_ones > 20_000, "{common_ones}");
    }
}
