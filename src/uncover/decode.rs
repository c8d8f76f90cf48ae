//! One word's letters, as they are written, to the word that they hide: repeated letters, digits for letters, chat
//! letters, typing residue, upside-down and reversed writing, and what two of these make together.

use super::{
    known::{Known, Rank},
    place::Place,
    tables::Tables,
    typing::{typed, typing},
};
use crate::{
    normalise::{self, Folds, MAX_SYLLABLE},
    words::Words,
};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// Candidates looked at for one word: two rounds of decoders on a longer list would find chance hits only.
const MOST: usize = 32;
/// Letters written twice in one word of which one or two may be its own.
const MOST_OWN: usize = 6;
/// Ways to read a word's digits and signs that are looked at.
const MOST_LEET: usize = 8;
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

/// A way to read a word, on the way to one that is a word; its letters stand in [`Round::text`].
#[derive(Clone, Copy, Debug)]
struct Candidate {
    start: usize,
    end: usize,
    folds: Folds,
    risky: bool,
}

/// The candidates of one round.
#[derive(Debug, Default)]
struct Round {
    text: String,
    candidates: Vec<Candidate>,
}

impl Round {
    fn clear(&mut self) {
        self.text.clear();
        self.candidates.clear();
    }

    fn push(&mut self, key: &str, folds: Folds, risky: bool) {
        let start = self.text.len();
        self.text.push_str(key);
        self.candidates.push(Candidate { start, end: self.text.len(), folds, risky });
    }
}

/// Buffers of the decoders.
#[derive(Debug, Default)]
pub(super) struct Bench {
    round: Round,
    next: Round,
    tools: Tools,
}

/// Buffers of one decoder.
#[derive(Debug, Default)]
pub(super) struct Tools {
    pub(super) way: String,
    level: Vec<char>,
    shapes: Vec<char>,
    groups: Vec<Range<usize>>,
}

/// Readings of one word that its neighbours may choose from.
const CHOICE: usize = 4;

/// The words that `letters` (lower case; digits and signs for letters included) may hide, the surest first: all that the
/// fewest steps lead to.
pub(super) fn word(
    tables: &Tables,
    known: &Known,
    words: &Words,
    letters: &str,
    place: Place,
    bench: &mut Bench,
) -> Vec<Reading> {
    let latin = |c: char| c.is_ascii_alphanumeric() || normalise::base(c) != c || tables.flipped.contains_key(&c);
    let mut found = Vec::new();
    if letters.len() > LONGEST * 4 || !letters.chars().any(latin) {
        return found;
    }
    if !place.typed && letters.len() > LONGEST && tables.least_letters(letters) > known.longest() {
        return found;
    }
    let Bench { round, next, tools } = bench;
    let read = |key: &str, folds: Folds, risky: bool, found: &mut Vec<Reading>| {
        let rank = known.rank(words, key).filter(|&r| r != Rank::Bare || !place.english);
        let single = (place.english && is_english_letter(key) && letters != key).then_some(Rank::Plain);
        let Some(rank) = rank.or(single) else { return };
        // A long word of a term is no chance, unless a foreign word may be typed out too; two consonants are initials.
        let sure = rank == Rank::Lexicon && key.len() >= 5 && (place.typed || !folds.contains(Folds::TELEX));
        let risky = risky && !sure || is_initials(key) || single.is_some();
        found.push(Reading { key: key.to_owned(), rank, folds, risky });
    };
    // A letter that is a word, for long: aaa basket. Three of them are a quality too: aaa replica.
    let long = place.english && is_long_letter(letters);
    read(letters, Folds::NONE, long, &mut found);
    if long {
        read(&letters[..1], Folds::SOCIAL, true, &mut found);
    }
    // Where accents are typed out a word may be another one too: six, been, khoong.
    if place.typed && typing(tables, letters, &mut tools.way).is_some() {
        read(&tools.way, Folds::TELEX, false, &mut found);
        found.sort_by_key(|r| r.rank);
    }
    round.clear();
    round.push(letters, Folds::NONE, false);
    // A plain word can hide one thing at most: looking for two would cost honest text twenty times as much.
    let steps = if is_plain(letters) { 1 } else { 2 };
    for step in 1..=steps {
        if !found.is_empty() {
            break;
        }
        let way = &mut tools.way;
        let mut nothing = |c: &Candidate| {
            let key = &round.text[c.start..c.end];
            !may_hide(tables, known, words, key, place, way)
        };
        if step == steps && round.candidates.iter().all(&mut nothing) {
            break;
        }
        next.clear();
        let mut made = 0;
        for c in &round.candidates {
            let key = &round.text[c.start..c.end];
            decoded(tables, key, (c.folds, place), tools, &mut |key, folds, risky| {
                if made < MOST {
                    made += 1;
                    let (folds, risky) = (c.folds.with(folds), c.risky || risky);
                    read(key, folds, risky, &mut found);
                    if step < steps {
                        next.push(key, folds, risky);
                    }
                }
            });
            if made == MOST {
                break;
            }
        }
        std::mem::swap(round, next);
    }
    found.sort_by_key(|r| (r.risky, r.rank));
    found.dedup_by(|a, b| a.key == b.key);
    found.truncate(CHOICE);
    found
}

/// Whether a key may be read as a word; no means that no decoder reads one. `way` is overwritten.
pub(super) fn may_hide(
    tables: &Tables,
    known: &Known,
    words: &Words,
    key: &str,
    place: Place,
    way: &mut String,
) -> bool {
    known.skeletons.may_hide(tables, key, place)
        || !place.english && typed(tables, key, place, way).is_some() && known.rank(words, way).is_some()
}

/// The English words of one letter.
fn is_english_letter(key: &str) -> bool {
    matches!(key, "a" | "i")
}

/// Whether a word is one of them, written three times and more.
pub(super) fn is_long_letter(word: &str) -> bool {
    matches!(word.as_bytes(), [first @ (b'a' | b'i'), _, _, ..] if word.bytes().all(|b| b == *first))
}

/// Whether a letter of a word stands three times in a row, marks apart.
pub(super) fn is_stretched(word: &str) -> bool {
    let mut letters = word.chars().map(normalise::base).filter(|c| c.is_alphabetic());
    let (mut last, mut copies) = (letters.next(), 1);
    letters.any(|c| {
        copies = if last.replace(c) == Some(c) { copies + 1 } else { 1 };
        copies > 2
    })
}

/// Whether a word is one letter, twice to six times, marks apart.
pub(super) fn is_one_letter(word: &str) -> bool {
    let mut letters = word.chars().map(normalise::base);
    let first = letters.next();
    first.is_some_and(|c: char| c.is_alphabetic())
        && letters.clone().take(6).count() < 6
        && letters.all(|c| Some(c) == first)
}

/// Whether a key is no word but letters: pr, thc, ib.
fn is_initials(key: &str) -> bool {
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    key.is_ascii() && (!key.bytes().any(vowel) || key.len() == 2 && !normalise::is_bare_syllable(key))
}

/// Whether a word is of Latin letters alone, none of them three times in a row.
pub(super) fn is_plain(letters: &str) -> bool {
    letters.bytes().all(|b| b.is_ascii_lowercase())
        && letters.as_bytes().windows(3).all(|w| w[0] != w[1] || w[1] != w[2])
}

/// Everything that one decoder makes of a candidate, by the folds that made it and its place.
fn decoded(
    tables: &Tables,
    key: &str,
    (folds, place): (Folds, Place),
    tools: &mut Tools,
    out: &mut impl FnMut(&str, Folds, bool),
) {
    if (place.typed || folds == Folds::NONE)
        && !place.english
        && let Some(risky) = typed(tables, key, place, &mut tools.way)
    {
        out(&tools.way, Folds::TELEX, risky);
    }
    stretched(key, tools, out);
    leet(tables, key, tools, out);
    if !place.english {
        respelt(tables, key, tools, out);
    }
    apart(key, out);
    if folds == Folds::NONE {
        swapped(key, tools, out);
        turned(tables, key, tools, out);
    }
}

/// Without apostrophes: lin'k, m'ã. English has its own (it's, don't, we'll), and those stay.
fn apart(key: &str, out: &mut impl FnMut(&str, Folds, bool)) {
    if key.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return;
    }
    let is_mark = |c: char| matches!(c, '\'' | '’' | '`');
    let Some((start, end)) = key.rsplit_once(is_mark) else { return };
    let one = !start.contains(is_mark);
    let own = || matches!(end, "" | "s" | "t" | "d" | "m" | "ll" | "re" | "ve") && (start.len() > 1 || start == "i");
    if key.is_ascii() && one && own() {
        return;
    }
    out(&key.replace(is_mark, ""), Folds::SEPARATOR, key.is_ascii() && one);
}

/// Letters written again and again: one copy, then two. Copies of a marked vowel may have lost their marks (giáaaa).
fn stretched(key: &str, tools: &mut Tools, out: &mut impl FnMut(&str, Folds, bool)) {
    let plain = normalise::base;
    let doubled = if key.is_ascii() {
        key.as_bytes().windows(2).any(|w| w[0] == w[1])
    } else {
        key.chars().zip(key.chars().skip(1)).any(|(a, b)| plain(a) == plain(b))
    };
    if !doubled {
        return;
    }
    let Tools { way, level: letters, groups, shapes } = tools;
    letters.clear();
    letters.extend(key.chars());
    groups.clear();
    let mut start = 0;
    for at in 1..=letters.len() {
        if at == letters.len() || plain(letters[at]) != plain(letters[start]) {
            groups.push(start..at);
            start = at;
        }
    }
    if letters.iter().any(char::is_ascii_digit) && groups.iter().all(|g| g.len() < 3) {
        return;
    }
    let of = |g: &Range<usize>| &letters[g.clone()];
    let mixed = |g: &[char]| g.iter().any(|c| *c != g[0]);
    let marked = |g: &[char]| g.iter().copied().find(|c| !c.is_ascii()).unwrap_or(g[0]);
    // Two of a kind, once, are English more often than not (add, boss), unless the word has diacritics.
    let twice = groups.iter().filter(|g| g.len() == 2).count();
    let single = key.is_ascii() && twice < 2;
    // Two that differ in marks may be two letters (ccứu), or a letter and its copy (giáa).
    for (least, copies, merge) in [(3, 1, true), (3, 2, true), (2, 1, false), (2, 1, true)] {
        let risky = least == 2 && single && groups.iter().any(|g| g.len() == 1);
        let mut changed = false;
        way.clear();
        for group in groups.iter().map(of) {
            let two = group.len() == 2 && mixed(group);
            if if two { merge && copies == 1 } else { group.len() >= least } {
                changed |= group.len() != copies;
                if copies == 1 { way.push(marked(group)) } else { group[..copies].iter().for_each(|&c| way.push(c)) }
            } else {
                group.iter().for_each(|&c| way.push(c));
            }
        }
        if changed {
            retoned(way, shapes);
            out(way, Folds::SOCIAL, risky);
        }
    }
    // One or two of several are the word's own: skkill, ccommissionn.
    if twice < 2 || key.len() < twice {
        return;
    }
    let own: Vec<usize> =
        (0..groups.len()).filter(|&g| groups[g].len() == 2 && letters[groups[g].start].is_ascii()).collect();
    let own = &own[..own.len().min(MOST_OWN)];
    let pairs = own.iter().enumerate().flat_map(|(i, &a)| own[i + 1..].iter().map(move |&b| [a, b]));
    for kept in own.iter().map(|&a| [a, a]).chain(pairs.filter(|_| twice > 2)) {
        way.clear();
        for (i, group) in groups.iter().map(of).enumerate() {
            if kept.contains(&i) { group.iter().for_each(|&c| way.push(c)) } else { way.push(marked(group)) }
        }
        out(way, Folds::SOCIAL, false);
    }
}

/// Digits and signs as letters.
fn leet(tables: &Tables, key: &str, tools: &mut Tools, out: &mut impl FnMut(&str, Folds, bool)) {
    if !key.bytes().any(|b| tables.may_be_sign(b)) {
        return;
    }
    let is_sign = |c: char| !c.is_ascii_lowercase() && tables.is_sign(c);
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
    let options = |c: char| {
        let lead = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
        if tables.may_be_sign(lead) { tables.leet.get(&c).map_or(&[] as &[char], Vec::as_slice) } else { &[] }
    };
    let mut ways = 1;
    for c in key.chars() {
        ways = (ways * options(c).len().max(1)).min(MOST_LEET);
    }
    let way = &mut tools.way;
    for number in 0..ways {
        way.clear();
        // The first sign's letters change fastest.
        let mut radix = 1;
        for c in key.chars() {
            match options(c) {
                [] => way.push(c),
                letters => {
                    way.push(letters[number / radix % letters.len()]);
                    radix = (radix * letters.len()).min(MOST_LEET);
                }
            }
        }
        // A sign has lost its own marks: đ@t is as good as bare.
        let alone = way.chars().all(|c| c.is_ascii() || c == 'đ');
        if !way.is_ascii() && (alone || !normalise::is_syllable(way)) {
            out(&normalise::bare(way), Folds::LEET, risky);
        }
        if way.is_ascii() || !alone {
            out(way, Folds::LEET, risky);
        }
    }
}

/// The ways to read repeated letters and digits, one after the other; for rows of words.
pub(super) fn plainer(tables: &Tables, key: &str, tools: &mut Tools, out: &mut impl FnMut(&str, Folds)) {
    stretched(key, tools, &mut |way, folds, _| out(way, folds));
    leet(tables, key, tools, &mut |way, folds, _| out(way, folds));
}

/// A capital I for l and the other way round.
fn swapped(key: &str, tools: &mut Tools, out: &mut impl FnMut(&str, Folds, bool)) {
    let is_place = |b: u8| matches!(b, b'l' | b'i');
    let places = key.bytes().filter(|&b| is_place(b)).count();
    if key.len() < if key.is_ascii() { 4 } else { 3 } || places == 0 || places > 3 {
        return;
    }
    let Tools { way, level, .. } = tools;
    for choice in 1..1_u32 << places {
        way.clear();
        let mut place = 0;
        for c in key.chars() {
            let turned = matches!(c, 'l' | 'i') && {
                place += 1;
                choice >> (place - 1) & 1 == 1
            };
            way.push(match c {
                'l' if turned => 'i',
                'i' if turned => 'l',
                _ => c,
            });
        }
        let risky = way.is_ascii();
        if !risky {
            // The tone stood on the wrong letter: Iá is lá.
            retoned(way, level);
        }
        out(way, Folds::LEET, risky);
    }
}

/// Puts the tone of a syllable where it belongs, now that its letters are others: qqủa was no quả.
fn retoned(way: &mut String, shapes: &mut Vec<char>) {
    if !way.is_ascii() {
        let tone = normalise::read_shapes(way, shapes);
        let len = way.len();
        if normalise::push_syllable(shapes, tone, way) {
            way.drain(..len);
        }
    }
}

/// Chat letters: fí, wá, mìnk, mĩ. The tone may have to move: the rime is another one now.
fn respelt(tables: &Tables, key: &str, tools: &mut Tools, out: &mut impl FnMut(&str, Folds, bool)) {
    let Tools { way, shapes, .. } = tools;
    if key.is_ascii() && !tables.may_be_respelt(key.len()) {
        return;
    }
    let tone = normalise::read_shapes(key, shapes);
    if !tables.may_be_respelt(shapes.len()) {
        return;
    }
    let shapes: &[char] = shapes;
    let spelt = |onset: bool| {
        let all = tables.respellings.iter().filter(move |r| r.onset == onset);
        let fits = all.filter_map(|r| Some((r, r.taken(shapes)?)));
        let parts = fits.flat_map(|(r, taken)| r.to.iter().map(move |to| (taken, to.as_str())));
        parts.collect::<Vec<(usize, &str)>>()
    };
    // The beginning, the end, or both: zùg.
    let (onsets, codas, none) = (spelt(true), spelt(false), (0, ""));
    let both = onsets.iter().flat_map(|&o| codas.iter().map(move |&c| (o, c)));
    let one = onsets.iter().map(|&o| (o, none)).chain(codas.iter().map(|&c| (none, c)));
    for ((from, onset), (until, coda)) in one.chain(both) {
        let Some(rest) = shapes.get(from..shapes.len().saturating_sub(until)).filter(|rest| !rest.is_empty()) else {
            continue;
        };
        let (mut level, mut len) = (['\0'; MAX_SYLLABLE], 0);
        for c in onset.chars().chain(rest.iter().copied()).chain(coda.chars()) {
            if let Some(place) = level.get_mut(len) {
                *place = c;
            }
            len += 1;
        }
        way.clear();
        if level.get(..len).is_some_and(|level| normalise::push_syllable(level, tone, way)) {
            out(way, Folds::SOCIAL, way.is_ascii());
        }
    }
}

/// Upside down, or written from right to left.
fn turned(tables: &Tables, key: &str, tools: &mut Tools, out: &mut impl FnMut(&str, Folds, bool)) {
    if key.is_ascii() {
        if key.len() >= 6 {
            tools.way.clear();
            tools.way.extend(key.bytes().rev().map(char::from));
            out(&tools.way, Folds::FLIPPED, true);
        }
        return;
    }
    if !tables.flips_marks() && key.chars().all(|c| c.is_ascii() || normalise::base(c) != c) {
        tools.way.clear();
        key.chars().rev().for_each(|c| tools.way.push(c));
        out(&tools.way, Folds::FLIPPED, false);
        return;
    }
    let apart: String = key.nfd().collect();
    let proof = apart.chars().any(|c| !c.is_ascii() && tables.flipped.contains_key(&c));
    if proof {
        let letter = |c: char| tables.flipped.get(&c).copied().unwrap_or(c);
        for way in [reversed(&apart, letter), apart.chars().map(letter).nfc().collect()] {
            // A turned u is an n, and an n takes no horn: luợng.
            let (mut shapes, tone) = normalise::shapes(&way);
            if let Some(at) = shapes.windows(2).position(|w| w == ['u', 'ơ']) {
                shapes[at] = 'ư';
                normalise::syllable(&shapes, tone).into_iter().for_each(|way| out(&way, Folds::FLIPPED, false));
            }
            out(&way, Folds::FLIPPED, false);
        }
    } else {
        out(&reversed(key, |c| c), Folds::FLIPPED, false);
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
