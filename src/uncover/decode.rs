//! One word's letters, as they are written, to the word that they hide: repeated letters, digits for letters, chat
//! letters, typing residue, upside-down and reversed writing, and what two of these make together.

use super::known::{Known, Rank};
use crate::{
    normalise::{self, Folds},
    pack::{FoldTables, TypingKey},
    words::Words,
};
use unicode_normalization::UnicodeNormalization;

/// Candidates looked at for one word: two rounds of decoders on a longer list would find chance hits only.
const MOST: usize = 32;
/// Letters of a longest word.
pub(super) const LONGEST: usize = 24;

/// What a word was read as.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) key: String,
    pub(super) rank: Rank,
    pub(super) folds: Folds,
    /// Whether chance could have made it: counts only beside a word that it stands with in a term.
    pub(super) risky: bool,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// In an English sentence: Vietnamese spellings are not looked for.
    pub(super) english: bool,
    /// In a text with typing residue elsewhere.
    pub(super) typed: bool,
}

#[derive(Clone, Debug)]
struct Candidate {
    key: String,
    folds: Folds,
    risky: bool,
}

/// Readings of one word that its neighbours may choose from.
const CHOICE: usize = 4;

/// The words that `letters` (lower case; digits and signs for letters included) may hide, the surest first: all that the
/// fewest steps lead to.
pub(super) fn word(tables: &FoldTables, known: &Known, words: &Words, letters: &str, place: Place) -> Vec<Reading> {
    let latin = |c: char| c.is_ascii_alphanumeric() || normalise::base(c) != c || tables.flipped.contains_key(&c);
    if letters.len() > LONGEST * 4 || !letters.chars().any(latin) {
        return Vec::new();
    }
    let mut round = vec![Candidate { key: letters.to_owned(), folds: Folds::NONE, risky: false }];
    // A plain word can hide one thing at most: looking for two would cost honest text twenty times as much.
    for _ in 0..if is_plain(letters) { 2 } else { 3 } {
        let mut found: Vec<Reading> = round
            .iter()
            .filter_map(|c| {
                let rank = known.rank(words, &c.key)?;
                let useless = rank == Rank::Bare && place.english;
                let Candidate { key, folds, risky } = c.clone();
                // A long word of a term is no chance; two consonants are initials.
                let risky = risky && !(rank == Rank::Lexicon && key.len() >= 5) || is_initials(&key);
                (!useless).then_some(Reading { key, rank, folds, risky })
            })
            .collect();
        if !found.is_empty() {
            found.sort_by_key(|r| (r.risky, r.rank));
            found.dedup_by(|a, b| a.key == b.key);
            found.truncate(CHOICE);
            return found;
        }
        let mut next = Vec::new();
        for c in &round {
            decoded(tables, c, place, &mut |key, folds, risky| {
                if next.len() < MOST {
                    next.push(Candidate { key, folds: c.folds.with(folds), risky: c.risky || risky });
                }
            });
        }
        round = next;
    }
    Vec::new()
}

/// Whether a key is no word but letters: pr, thc, ib.
fn is_initials(key: &str) -> bool {
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    key.is_ascii() && (!key.bytes().any(vowel) || key.len() == 2 && !normalise::is_bare_syllable(key))
}

/// Whether a word is of Latin letters alone, none of them three times in a row.
fn is_plain(letters: &str) -> bool {
    letters.bytes().all(|b| b.is_ascii_lowercase())
        && letters.as_bytes().windows(3).all(|w| w[0] != w[1] || w[1] != w[2])
}

/// Everything that one decoder makes of a candidate.
fn decoded(tables: &FoldTables, from: &Candidate, place: Place, out: &mut impl FnMut(String, Folds, bool)) {
    let key = from.key.as_str();
    if place.typed
        && let Some((typed, _)) = typing(tables, key)
    {
        out(typed, Folds::TELEX, false);
    }
    stretched(key, out);
    leet(tables, key, out);
    if !place.english {
        respelt(tables, key, out);
    }
    apart(key, out);
    if from.folds == Folds::NONE {
        swapped(key, out);
        turned(tables, key, out);
    }
}

/// Without apostrophes: lin'k, m'ã. English has its own (it's, don't, we'll), and those stay.
fn apart(key: &str, out: &mut impl FnMut(String, Folds, bool)) {
    let is_mark = |c: char| matches!(c, '\'' | '’' | '`');
    let Some((_, end)) = key.rsplit_once(is_mark) else { return };
    if key.is_ascii() && matches!(end, "" | "s" | "t" | "d" | "m" | "ll" | "re" | "ve") {
        return;
    }
    out(key.replace(is_mark, ""), Folds::SEPARATOR, key.is_ascii());
}

/// Letters written again and again: one copy, then two. Copies of a marked vowel may have lost their marks (giáaaa).
fn stretched(key: &str, out: &mut impl FnMut(String, Folds, bool)) {
    let plain = normalise::base;
    if key.chars().zip(key.chars().skip(1)).all(|(a, b)| plain(a) != plain(b)) {
        return;
    }
    let letters: Vec<char> = key.chars().collect();
    let mut groups: Vec<&[char]> = Vec::new();
    let mut start = 0;
    for at in 1..=letters.len() {
        if at == letters.len() || plain(letters[at]) != plain(letters[start]) {
            groups.push(&letters[start..at]);
            start = at;
        }
    }
    if groups.len() == letters.len() || letters.iter().any(char::is_ascii_digit) && groups.iter().all(|g| g.len() < 3) {
        return;
    }
    let mixed = |g: &[char]| g.iter().any(|c| *c != g[0]);
    let marked = |g: &[char]| g.iter().copied().find(|c| !c.is_ascii()).unwrap_or(g[0]);
    // Two of a kind, once, are English more often than not (add, boss), unless the word has diacritics.
    let twice = groups.iter().filter(|g| g.len() == 2).count();
    let single = key.is_ascii() && twice < 2;
    for (least, copies) in [(3, 1), (3, 2), (2, 1)] {
        let risky = least == 2 && single && groups.iter().any(|g| g.len() == 1);
        let mut changed = false;
        let mut read = String::with_capacity(key.len());
        for group in &groups {
            if group.len() >= least || group.len() == 2 && mixed(group) && copies == 1 {
                changed |= group.len() != copies;
                if copies == 1 { read.push(marked(group)) } else { read.extend(&group[..copies]) }
            } else {
                read.extend(*group);
            }
        }
        if changed {
            out(read, Folds::SOCIAL, risky);
        }
    }
    // One of several is the word's own: skkill, ppossible.
    let own = groups.iter().enumerate().filter(|(_, g)| g.len() == 2 && twice > 1 && g[0].is_ascii());
    for (kept, _) in own.take(6) {
        let copies = |(i, g): (usize, &&[char])| if i == kept { g.iter().collect() } else { marked(g).to_string() };
        out(groups.iter().enumerate().map(copies).collect(), Folds::SOCIAL, false);
    }
}

/// Digits and signs as letters.
fn leet(tables: &FoldTables, key: &str, out: &mut impl FnMut(String, Folds, bool)) {
    if key.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    let is_sign = |c: char| !c.is_ascii_lowercase() && tables.leet.contains_key(&c);
    let (signs, letters) = (key.chars().filter(|&c| is_sign(c)).count(), key.chars().filter(|&c| !is_sign(c)).count());
    if signs == 0 || letters == 0 || signs > letters + 1 {
        return;
    }
    // A number with its unit: 50k, 3d, 7up.
    if key.starts_with(|c: char| c.is_ascii_digit() && c != '0') && letters < 3 {
        return;
    }
    // One digit at an edge is a number more often than not: số1, tr5, 2in.
    let edge = |c: Option<char>| c.is_some_and(|c| is_sign(c) && c != '0' && c.is_ascii_digit());
    let risky = signs == 1 && (edge(key.chars().next()) || edge(key.chars().last()));
    let mut ways = vec![String::with_capacity(key.len())];
    for c in key.chars() {
        let options = tables.leet.get(&c).map_or(&[] as &[char], Vec::as_slice);
        match options {
            [] => ways.iter_mut().for_each(|w| w.push(c)),
            [one] => ways.iter_mut().for_each(|w| w.push(*one)),
            many => {
                ways = many.iter().flat_map(|o| ways.iter().map(move |w| format!("{w}{o}"))).collect();
                ways.truncate(8);
            }
        }
    }
    for way in ways {
        // A sign has lost its own marks: đ@t is as good as bare.
        if !way.is_ascii() && (way.chars().all(|c| c.is_ascii() || c == 'đ') || !normalise::is_syllable(&way)) {
            out(normalise::bare(&way), Folds::LEET, risky);
        }
        out(way, Folds::LEET, risky);
    }
}

/// The ways to read repeated letters and digits, one after the other; for rows of words.
pub(super) fn plainer(tables: &FoldTables, key: &str, out: &mut impl FnMut(String, Folds)) {
    stretched(key, &mut |way, folds, _| out(way, folds));
    leet(tables, key, &mut |way, folds, _| out(way, folds));
}

/// A capital I for l and the other way round.
fn swapped(key: &str, out: &mut impl FnMut(String, Folds, bool)) {
    let places: Vec<usize> = key.bytes().enumerate().filter(|(_, b)| matches!(b, b'l' | b'i')).map(|p| p.0).collect();
    if key.len() < if key.is_ascii() { 4 } else { 3 } || places.is_empty() || places.len() > 3 {
        return;
    }
    for choice in 1..1_u32 << places.len() {
        let mut way = key.as_bytes().to_vec();
        for (i, &at) in places.iter().enumerate().filter(|(i, _)| choice >> i & 1 == 1) {
            debug_assert!(i < 3);
            way[at] = if way[at] == b'l' { b'i' } else { b'l' };
        }
        if let Ok(way) = String::from_utf8(way) {
            let risky = way.is_ascii();
            // The tone stood on the wrong letter: Iá is lá.
            let (shapes, tone) = normalise::shapes(&way);
            out(normalise::syllable(&shapes, tone).unwrap_or(way), Folds::LEET, risky);
        }
    }
}

/// Chat letters: fí, wá, mìnk, mĩ. The tone may have to move: the rime is another one now.
fn respelt(tables: &FoldTables, key: &str, out: &mut impl FnMut(String, Folds, bool)) {
    let (shapes, tone) = normalise::shapes(key);
    let level: String = shapes.into_iter().collect();
    for r in &tables.respellings {
        let rest = if r.onset { level.strip_prefix(&r.from) } else { level.strip_suffix(&r.from) };
        let Some(rest) = rest.filter(|rest| !rest.is_empty()) else { continue };
        for to in &r.to {
            let read = if r.onset { format!("{to}{rest}") } else { format!("{rest}{to}") };
            let shapes: Vec<char> = read.chars().collect();
            if let Some(read) = normalise::syllable(&shapes, tone) {
                let risky = read.is_ascii();
                out(read, Folds::SOCIAL, risky);
            }
        }
    }
}

/// Upside down, or written from right to left.
fn turned(tables: &FoldTables, key: &str, out: &mut impl FnMut(String, Folds, bool)) {
    let apart: String = key.nfd().collect();
    let proof = apart.chars().any(|c| !c.is_ascii() && tables.flipped.contains_key(&c));
    if proof {
        let letter = |c: char| tables.flipped.get(&c).copied().unwrap_or(c);
        for way in [reversed(&apart, letter), apart.chars().map(letter).nfc().collect()] {
            // A turned u is an n, and an n takes no horn: luợng.
            let (mut shapes, tone) = normalise::shapes(&way);
            if let Some(at) = shapes.windows(2).position(|w| w == ['u', 'ơ']) {
                shapes[at] = 'ư';
                normalise::syllable(&shapes, tone).into_iter().for_each(|way| out(way, Folds::FLIPPED, false));
            }
            out(way, Folds::FLIPPED, false);
        }
    } else if !key.is_ascii() || key.len() >= 6 {
        out(reversed(key, |c| c), Folds::FLIPPED, key.is_ascii());
    }
}

fn reversed(key: &str, letter: impl Fn(char) -> char) -> String {
    if key.is_ascii() {
        return key.chars().rev().map(letter).collect();
    }
    let mut letters: Vec<String> = Vec::new();
    for c in key.chars() {
        match letters.last_mut() {
            Some(last) if unicode_normalization::char::is_combining_mark(c) => last.push(c),
            _ => letters.push(letter(c).to_string()),
        }
    }
    letters.iter().rev().flat_map(|l| l.chars()).nfc().collect()
}

/// A syllable typed in Telex or VNI with the method switched off, and how many keys it has that no plain word has.
/// Keys may stand anywhere behind the letter that they change.
pub(super) fn typing(tables: &FoldTables, key: &str) -> Option<(String, u32)> {
    let (mut shapes, mut tone, mut keys): (Vec<char>, u8, u32) = (Vec::new(), 0, 0);
    let is_vowel = |c: char| matches!(normalise::base(c), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut open = false;
    for c in key.chars() {
        // aa, ee, oo, dd: the same letter once more, in Telex also after the end of the syllable.
        let twin = match c {
            'a' => Some('â'),
            'e' => Some('ê'),
            'o' => Some('ô'),
            'd' => Some('đ'),
            _ => None,
        };
        if let Some(with) = twin
            && let Some(at) = shapes.iter().rposition(|&s| s == c)
            && (c == 'd' && at == 0
                || c != 'd' && (at + 1 == shapes.len() || shapes[at..].iter().any(|&s| !is_vowel(s))))
        {
            shapes[at] = with;
            keys += 1;
            continue;
        }
        match tables.typing.get(&c) {
            // The same key twice: casos.
            Some(&TypingKey::Tone(t)) if (tone == 0 || tone == t) && shapes.iter().any(|&s| is_vowel(s)) => {
                tone = t;
                keys += 1;
                open = true;
                continue;
            }
            Some(&TypingKey::Mark(pairs)) => {
                let marked = |s: char| pairs.iter().find(|p| p.0 == s).map(|p| p.1);
                // uo with a horn is ươ.
                if let Some(at) = shapes.windows(2).rposition(|w| w == ['u', 'o'] && marked('u').is_some()) {
                    (shapes[at], shapes[at + 1]) = ('ư', 'ơ');
                } else if let Some(at) = shapes.iter().rposition(|&s| marked(s).is_some()) {
                    shapes[at] = marked(shapes[at]).unwrap_or(shapes[at]);
                    // uow: the first key made ư, the second finds o.
                } else if c == 'w' {
                    shapes.push('ư');
                } else {
                    shapes.push(c);
                    continue;
                }
                keys += 1;
                continue;
            }
            _ => {}
        }
        if open && !is_vowel(c) {
            // A tone key before the end of the syllable: quarng.
            keys += 1;
            open = false;
        }
        shapes.push(c);
    }
    (keys > 0).then(|| Some((normalise::syllable(&shapes, tone)?, keys))).flatten()
}
