//! Plain words: letters from a to z, none three times in a row. Nearly all unknown words are names and foreign words like
//! that, so it is seen without an allocation, and mostly without a look-up, that they hide nothing.

use super::{
    decode::{self, LONGEST, Place, is_plain},
    known::Known,
    shape::Edge,
    tables::{Respelt, Tables},
};
use crate::words::Words;

/// Whether a plain word can be shown to hide nothing without trying: one step leads from it to no word. What `decode::word`
/// would do, but on what it would make, letter by letter; nearly all unknown words end here. `fresh` says whether it is
/// the word as it stands: only that may be turned or have its letters swapped.
pub(super) fn hides_nothing(
    tables: &Tables,
    known: &Known,
    words: &Words,
    letters: &str,
    place: Place,
    fresh: bool,
) -> bool {
    let key = letters.as_bytes();
    if place.typed || !is_plain(letters) || key.len() < 2 || key.len() > LONGEST {
        return false;
    }
    let is_word = |edge: Edge, key: &dyn Fn(&mut [u8; 2 * LONGEST]) -> usize| {
        known.may_be_word(edge) && {
            let mut way = [0; 2 * LONGEST];
            let len = key(&mut way);
            std::str::from_utf8(&way[..len]).is_ok_and(|way| known.rank(words, way).is_some())
        }
    };
    if known.rank(words, letters).is_some() || fresh && known.may_be_swapped(letters) {
        return false;
    }
    // Repeated letters once.
    match key.windows(2).filter(|w| w[0] == w[1]).count() {
        0 => {}
        1 => {
            let mut way = [0; LONGEST];
            let mut len = 0;
            for (i, &b) in key.iter().enumerate() {
                if i == 0 || key[i - 1] != b {
                    way[len] = b;
                    len += 1;
                }
            }
            let way = &way[..len];
            if is_word(Edge::of(way), &|out| put(out, &[way])) {
                return false;
            }
        }
        _ => return false,
    }
    // From right to left.
    if fresh && key.len() >= 6 {
        let mut way = [0; LONGEST];
        way[..key.len()].copy_from_slice(key);
        let way = &mut way[..key.len()];
        way.reverse();
        let way = &*way;
        if is_word(Edge::of(way), &|out| put(out, &[way])) {
            return false;
        }
    }
    if place.english {
        return true;
    }
    let is_typed = || {
        let mut way = String::new();
        decode::typed(tables, letters, place, &mut way).is_some() && known.rank(words, &way).is_some()
    };
    if fresh && is_typed() {
        return false;
    }
    if !tables.may_be_respelt(key.len()) {
        return true;
    }
    let is_syllable = |onset: &str, rest: &str, coda: &str| {
        let parts = [onset.as_bytes(), rest.as_bytes(), coda.as_bytes()];
        let edge = parts.iter().filter(|p| !p.is_empty()).map(|p| Edge::of(p)).reduce(Edge::then);
        edge.is_some_and(|edge| is_word(edge, &|out| put(out, &parts)))
    };
    let end = |onset: &str, rest: &str| {
        tables.codas(key[key.len() - 1]).iter().any(|r| {
            let inner = rest.strip_suffix(r.from.as_str()).filter(|inner| !inner.is_empty());
            inner.is_some_and(|inner| !r.to.is_ascii() || is_syllable(onset, inner, &r.to))
        })
    };
    let begin = |r: &Respelt| {
        let Some(rest) = letters.strip_prefix(r.from.as_str()).filter(|rest| !rest.is_empty()) else { return false };
        !r.to.is_ascii() || is_syllable(&r.to, rest, "") || end(&r.to, rest)
    };
    !tables.onsets(key[0]).iter().any(begin) && !end("", letters)
}

/// Writes the parts one behind the other; gives back how long they are.
fn put(out: &mut [u8; 2 * LONGEST], parts: &[&[u8]]) -> usize {
    let mut len = 0;
    for (to, &b) in out.iter_mut().zip(parts.iter().copied().flatten()) {
        *to = b;
        len += 1;
    }
    len
}
