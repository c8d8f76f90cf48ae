//! Words without spaces between them (chữakhỏitiểuđường): the fewest words that a token spells, each with its own part of
//! the text.

use super::{known::Rank, row::Row, skeleton::is_amount};
use crate::{
    normalise::{self, Folds},
    span::RawSpan,
};
use std::{borrow::Cow, ops::Range};

/// Letters of the shortest and longest token that is split, of one that is no longer short, and of one that is long.
const SHORTEST: usize = 4;
const SHORT: usize = 5;
const LONG: usize = 8;
const LONGEST: usize = 72;
/// Letters of the longest part.
const LONGEST_PART: usize = 16;
/// What a part takes off that stands beside the one before it in a term.
pub(super) const A_PAIR: u32 = 4;

/// A way to a place in the key: what it costs, and where its last word and the one before that begin.
#[derive(Clone, Copy)]
struct Way {
    cost: u32,
    start: usize,
    before: usize,
}

/// Whether a key may be a row of words, also once repeated letters and signs are read.
pub(super) fn may_be_row(row: &Row<'_>, key: &str) -> bool {
    let changes = || {
        let bytes = key.as_bytes();
        bytes.windows(2).any(|w| w[0] == w[1]) || bytes.iter().any(|&b| row.tables.may_be_sign(b))
    };
    key.len() >= SHORTEST
        && !is_amount(key.as_bytes())
        && match key.is_ascii() {
            true => row.known.may_begin(row.words, key, LONGEST_PART) || changes(),
            false => !key.chars().any(|c| row.tables.is_foreign(c)),
        }
}

/// The words of `key`, which stands at `span`; `None` unless it is all words. A part without diacritics must stand beside
/// one that it stands beside in a term, in a key that has none at all; and a single letter, and each part of a short key.
/// With `mend` marks that no word of ours has are looked under.
pub(super) fn words(
    row: &Row<'_>,
    key: &str,
    span: RawSpan,
    folds: Folds,
    mend: bool,
) -> Option<Vec<(String, RawSpan, Folds)>> {
    let is_ascii = key.is_ascii();
    if is_ascii && (key.len() < SHORT || !row.known.may_begin(row.words, key, LONGEST_PART)) {
        return None;
    }
    let (places, count) = places::<{ LONGEST + 1 }>(key)?;
    if count < SHORTEST {
        return None;
    }
    let part = |from: usize, to: usize| &key[places[from]..places[to]];
    // A loan with one marked letter (café) is no row of words, nor is a name where two compounds could meet (Brand-on).
    let doubtful = |part: &str| is_ascii || count < SHORT || part.len() == 1;
    // So is a price (500k hoàn) or a phone number.
    let digits = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    let joint = |a: &str, b: &str| {
        let (first, second) = (row.id(a), row.id(b));
        let long = !is_ascii || key.len() >= LONG && a.len() > 2 && b.len() > 2;
        let paired = row.known.pair(first, second) || long && row.known.meet(first, second);
        match paired {
            true => Some(A_PAIR),
            false => (!doubtful(a) && !doubtful(b) && digits(a) == 0 && digits(b) < 4).then_some(0),
        }
    };
    // Of each place, the cheapest way to it for each beginning of the last word.
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); count + 1];
    for end in 1..=count {
        for start in end.saturating_sub(LONGEST_PART)..end {
            if start > 0 && ways[start].is_empty() {
                continue;
            }
            let Some(cost) = cost(row, key, places[start]..places[end], end - start, mend) else { continue };
            let last = part(start, end);
            let so_far = |w: &Way| Some((w.cost - joint(part(w.start, start), last)?, w.start));
            let before = if start == 0 { Some((0, 0)) } else { ways[start].iter().filter_map(so_far).min() };
            let Some((so_far, before)) = before else { continue };
            ways[end].push(Way { cost: so_far + cost, start, before });
        }
    }
    let mut ends = vec![count];
    let mut way = *ways[count].iter().min_by_key(|w| w.cost)?;
    loop {
        ends.push(way.start);
        if way.start == 0 {
            break;
        }
        way = *ways[way.start].iter().find(|w| w.start == way.before)?;
    }
    ends.reverse();
    let parts: Vec<&str> = ends.windows(2).map(|w| part(w[0], w[1])).collect();
    if parts.len() < 2 || !is_ascii && parts.iter().all(|p| p.is_ascii()) {
        return None;
    }
    let own = letters(row.raw, span);
    let part_of = |w: &[usize]| self::part(&own, count, span, w[0], w[1]);
    // English writes some words together and apart (facemask, blackfriday), and many forget the space after a number
    // (3ngày2đêm): that is no disguise.
    let glued = !is_ascii && parts.windows(2).any(|w| digits(w[0]) + digits(w[1]) == 0);
    let folds = folds.with(if glued { Folds::SEPARATOR } else { Folds::SOCIAL });
    let own_key = |part: &str| if mend { sound(part).into_owned() } else { part.to_owned() };
    Some(parts.iter().zip(ends.windows(2)).map(|(part, w)| (own_key(part), part_of(w), folds)).collect())
}

/// Where each letter of a stretch of the field begins, its marks and what nobody sees apart.
pub(super) fn letters(raw: &str, span: RawSpan) -> Vec<usize> {
    // Text that an override turns round has them in the other order: its parts share the whole stretch.
    let before = &raw[..span.start() as usize];
    if before.rfind('\u{202E}').is_some_and(|at| !before[at..].contains('\u{202C}')) {
        return Vec::new();
    }
    let signs = span.slice(raw).char_indices();
    signs.filter(|s| !normalise::stands_for_nothing(s.1) && !matches!(s.1, '_' | '#')).map(|s| s.0).collect()
}

/// Where each letter of a key begins and the last ends, and how many there are; `None` where there is no room for all.
pub(super) fn places<const ROOM: usize>(key: &str) -> Option<([usize; ROOM], usize)> {
    let (mut places, mut count) = ([0; ROOM], 0);
    for (at, _) in key.char_indices() {
        *places.get_mut(count)? = at;
        count += 1;
    }
    *places.get_mut(count)? = key.len();
    Some((places, count))
}

/// Letters `from..to` of a stretch with `count` letters, of which `own` are those of the text; the whole stretch where they
/// are not the same.
pub(super) fn part(own: &[usize], count: usize, span: RawSpan, from: usize, to: usize) -> RawSpan {
    let place = |i: usize| own.get(i).map_or(span.end(), |&at| span.start() + at as u32);
    if own.len() == count { RawSpan::new(place(from), place(to)) } else { span }
}

/// A part with its tone where it belongs: khóan, coǹ.
pub(super) fn sound(part: &str) -> Cow<'_, str> {
    if part.is_ascii() || normalise::is_syllable(part) {
        return Cow::Borrowed(part);
    }
    normalise::tone_in_place(part).map_or(Cow::Borrowed(part), Cow::Owned)
}

/// What a part is. Under a mark that no word of ours has only the letters count.
pub(super) fn rank(row: &Row<'_>, part: &str) -> Option<Rank> {
    let bare = || normalise::is_foreign(part).then(|| row.known.rank(row.words, &normalise::bare(part)))?;
    row.known.rank(row.words, part).or_else(bare)
}

/// What a part costs; `None` when it is no word. Digits that stand together stay together, with their sign.
fn cost(row: &Row<'_>, key: &str, part: Range<usize>, letters: usize, mend: bool) -> Option<u32> {
    let digit = |at: Option<usize>| at.and_then(|at| key.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let (first, last) = (digit(Some(part.start)), digit(Some(part.end - 1)));
    let sign = last && key.as_bytes().get(part.end) == Some(&b'%');
    if first && digit(part.start.checked_sub(1)) || last && digit(Some(part.end)) || sign {
        return None;
    }
    let part = &key[part];
    if part.trim_end_matches('%').bytes().all(|b| b.is_ascii_digit()) {
        return first.then_some(10);
    }
    let rank = if mend { rank(row, &sound(part)) } else { row.known.rank(row.words, part) };
    match rank {
        Some(Rank::Lexicon) => Some(10),
        Some(Rank::Plain) => Some(11),
        Some(Rank::Bare) if letters >= 2 => Some(14),
        _ if letters == 1 && (!key.is_ascii() || matches!(part, "a" | "i")) && part.is_ascii() => Some(14),
        _ => None,
    }
}
