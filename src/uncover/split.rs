//! Words without spaces between them (chữakhỏitiểuđường): the fewest words that a token spells, each with its own part of
//! the text.

use super::{join::Row, known::Rank, skeleton::is_amount};
use crate::{normalise::Folds, span::RawSpan};
use unicode_normalization::char::is_combining_mark;

/// Letters of the shortest and longest token that is split.
const SHORTEST: usize = 5;
const LONGEST: usize = 72;
/// Letters of the longest part.
const LONGEST_PART: usize = 16;

/// Whether a key may be a row of words, also once repeated letters and signs are read.
pub(super) fn may_be_row(row: &Row<'_>, key: &str) -> bool {
    let changes = || {
        let bytes = key.as_bytes();
        bytes.windows(2).any(|w| w[0] == w[1]) || bytes.iter().any(|&b| row.tables.may_be_sign(b))
    };
    key.len() >= SHORTEST
        && !is_amount(key.as_bytes())
        && (!key.is_ascii() || row.known.may_begin(row.words, key, LONGEST_PART) || changes())
}

/// The words of `key`, which stands at `span`; `None` unless it is all words. A part without diacritics must stand beside
/// one that it stands beside in a term, in a key that has none at all.
pub(super) fn words(row: &Row<'_>, key: &str, span: RawSpan, folds: Folds) -> Option<Vec<(String, RawSpan, Folds)>> {
    let is_ascii = key.is_ascii();
    if key.len() < SHORTEST || is_ascii && !row.known.may_begin(row.words, key, LONGEST_PART) {
        return None;
    }
    // Where each letter begins, and where the last ends.
    let (mut places, mut count) = ([0; LONGEST + 1], 0);
    for (at, _) in key.char_indices() {
        *places[..LONGEST].get_mut(count)? = at;
        count += 1;
    }
    if count < SHORTEST {
        return None;
    }
    places[count] = key.len();
    let place = |i: usize| places[i];
    // Cheapest way to every place: its cost, and where its last word begins.
    let mut best: [Option<(u32, usize)>; LONGEST + 1] = [None; LONGEST + 1];
    best[0] = Some((0, 0));
    for end in 1..=count {
        for start in end.saturating_sub(LONGEST_PART)..end {
            let Some((so_far, before)) = best[start] else { continue };
            let part = &key[place(start)..place(end)];
            let cost = match row.known.rank(row.words, part) {
                Some(Rank::Lexicon) => 10,
                Some(Rank::Plain) => 11,
                Some(Rank::Bare) if end - start >= 2 => 14,
                None if matches!(part, "a" | "i") && is_ascii => 14,
                _ => continue,
            };
            let pair = start > 0 && row.known.pair(row.id(&key[place(before)..place(start)]), row.id(part));
            let cost = so_far + cost - if pair { 4 } else { 0 };
            if best[end].is_none_or(|b| cost < b.0) {
                best[end] = Some((cost, start));
            }
        }
    }
    let mut ends = vec![count];
    while let Some(&last) = ends.last().filter(|&&l| l > 0) {
        ends.push(best[last]?.1);
    }
    ends.reverse();
    let parts: Vec<&str> = ends.windows(2).map(|w| &key[place(w[0])..place(w[1])]).collect();
    let paired = |w: &[&str]| row.known.pair(row.id(w[0]), row.id(w[1]));
    let enough = if !is_ascii {
        // A loan with one marked letter (café) is no row of words.
        parts.iter().all(|p| p.len() > 1) && parts.iter().any(|p| !p.is_ascii())
    } else {
        parts.windows(2).all(paired)
    };
    if parts.len() < 2 || !enough {
        return None;
    }
    // The parts of the text are known where it has a letter, with its marks, for each letter of the key.
    let own: Vec<usize> = span.slice(row.raw).char_indices().filter(|l| !is_combining_mark(l.1)).map(|l| l.0).collect();
    let part_of = |w: &[usize]| {
        let own_place = |i: usize| own.get(i).map_or(span.end(), |&o| span.start() + o as u32);
        if own.len() == count { RawSpan::new(own_place(w[0]), own_place(w[1])) } else { span }
    };
    // English writes some words together and apart (facemask, blackfriday): that is no disguise.
    let folds = folds.with(if is_ascii { Folds::SOCIAL } else { Folds::SEPARATOR });
    Some(parts.iter().zip(ends.windows(2)).map(|(part, w)| ((*part).to_owned(), part_of(w), folds)).collect())
}
