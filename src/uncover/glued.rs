//! Words without spaces between them of which some are disguised themselves (#wảgkáo, caapjnhaatj): letters are divided
//! into words that follow one another in a term or compound, each as it stands or as one decoder reads it.

use super::{
    decode::Reading,
    known::{Known, Rank},
    row::Row,
    skeleton::{Skeletons, Way},
    split::{self, A_PAIR},
};
use crate::{
    normalise::{self, Folds},
    span::RawSpan,
    words::WordId,
};
use std::ops::Range;

/// Letters of the shortest row in prose, where there are many unknown words, and of one that two compounds alone may
/// vouch for; of the shortest tag; and of the longest row.
const LONG: usize = 8;
const SHORTEST: usize = 6;
const LONGEST: usize = 64;
/// Keys of a row of plain letters in prose: English words have one or two.
const LEAST_KEYS: usize = 3;
/// Letters of the longest word as it is written (nngghhiiêênngg).
const LONGEST_WORD: usize = 14;
/// Ways kept to each place.
const MOST_WAYS: usize = 4;
/// What a word costs by its rank, and what it costs more if a decoder read it: fewer words win.
const RANKS: [u32; 3] = [10, 11, 14];
const READ: u32 = 3;

/// A word of the row.
#[derive(Clone, Debug)]
struct Word {
    key: String,
    id: WordId,
    cost: u32,
    folds: Folds,
    /// Whether a decoder read it, and whether chance could have made that.
    read: bool,
    risky: bool,
}

/// A way through the row to a place: its last word, where that begins, and the way before.
#[derive(Clone, Debug)]
struct Path {
    word: Word,
    cost: u32,
    start: usize,
    before: usize,
    /// Whether a word of it was read, and whether two stand together in a term.
    read: bool,
    pair: bool,
}

/// The words of `key`, which stands at `span`, or is a `tag`; `None` unless it is all words, one of which at least had to
/// be read.
pub(super) fn words(row: &Row<'_>, key: &str, span: RawSpan, tag: bool) -> Option<Vec<(String, RawSpan, Folds)>> {
    let (places, count) = split::places::<{ LONGEST + 1 }>(key)?;
    let hopeful = || match key.is_ascii() {
        true => count >= LONG && keys(key) >= if tag { 1 } else { LEAST_KEYS },
        // Half of Europe writes the letters of Latin-1; other scripts are none of ours.
        false => key.chars().any(|c| c > 'ÿ') && key.chars().all(|c| normalise::base(c).is_ascii()),
    };
    if count < if tag { SHORTEST } else { LONG } || row.place.english || !hopeful() {
        return None;
    }
    let mut ways: Vec<Vec<Path>> = vec![Vec::new(); count + 1];
    for start in 0..count {
        if start > 0 && ways[start].is_empty() {
            continue;
        }
        let mut way = Skeletons::way(row.place);
        for end in start + 1..=count.min(start + LONGEST_WORD) {
            if start == 0 && end == count {
                break;
            }
            way = row.known.skeletons.go_on(row.tables, way, &key[places[end - 1]..places[end]]);
            for word in read(row, key, places[start]..places[end], way) {
                let way = if start == 0 { first(row.known, word) } else { next(row.known, &ways[start], word, start) };
                let Some(way) = way else { continue };
                let here = &mut ways[end];
                let at = here.partition_point(|w| w.cost <= way.cost);
                here.insert(at, way);
                here.truncate(MOST_WAYS);
            }
        }
    }
    let mut at = ways[count].iter().position(|w| w.read && (w.pair || count >= LONG))?;
    let (mut end, mut ends, mut found) = (count, vec![count], Vec::new());
    while end > 0 {
        let way = &ways[end][at];
        found.push(way.word.clone());
        (end, at) = (way.start, way.before);
        ends.push(end);
    }
    found.reverse();
    ends.reverse();
    let own = split::letters(row.raw, span);
    let glued = if tag { Folds::NONE } else { Folds::SEPARATOR };
    let words = found.into_iter().zip(ends.windows(2));
    Some(
        words.map(|(word, w)| (word.key, split::part(&own, count, span, w[0], w[1]), word.folds.with(glued))).collect(),
    )
}

/// The way of a row's first word.
fn first(known: &Known, word: Word) -> Option<Path> {
    known.begins(word.id).then_some(Path { cost: word.cost, start: 0, before: 0, read: word.read, pair: false, word })
}

/// The cheapest way with one word more, which begins at `start`.
fn next(known: &Known, before: &[Path], word: Word, start: usize) -> Option<Path> {
    let joined = |(i, way): (usize, &Path)| {
        let pair = known.pair(way.word.id, word.id);
        let sure = !way.word.risky && !word.risky && known.meet(way.word.id, word.id);
        let cost = way.cost - if pair { A_PAIR } else { 0 };
        (pair || sure).then_some((cost, i, pair))
    };
    let (cost, i, pair) = before.iter().enumerate().filter_map(joined).min()?;
    let (read, pair) = (before[i].read | word.read, before[i].pair | pair);
    Some(Path { cost: cost + word.cost, start, before: i, read, pair, word })
}

/// How many letters look like keys of a typing method, signs or chat letters. Where a third are digits they are codes.
fn keys(key: &str) -> usize {
    let bytes = key.as_bytes();
    if bytes.iter().filter(|b| b.is_ascii_digit()).count() * 3 > bytes.len() {
        return 0;
    }
    let twins = bytes.windows(2).filter(|w| w[0] == w[1] && matches!(w[0], b'a' | b'e' | b'o' | b'd')).count();
    twins + bytes.iter().filter(|b| matches!(b, b'0'..=b'9' | b'f' | b'j' | b'w' | b'z')).count()
}

/// The words that a part of the key, with this skeleton, may be.
fn read(row: &Row<'_>, key: &str, part: Range<usize>, way: Way) -> Vec<Word> {
    let digit = |at: Option<usize>| at.and_then(|at| key.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let (start, end) = (part.start, part.end);
    let part = &key[part];
    if part.bytes().all(|b| b.is_ascii_digit()) {
        // Digits that stand together stay together.
        let whole = !digit(start.checked_sub(1)) && !digit(Some(end));
        let word =
            Word { key: part.to_owned(), id: row.id(part), cost: 10, folds: Folds::NONE, read: false, risky: false };
        return if whole { vec![word] } else { Vec::new() };
    }
    let word = |key: String, rank: Rank, folds: Folds, read: bool, risky: bool| {
        let cost = RANKS[rank as usize] + if read { READ } else { 0 };
        Word { id: row.id(&key), key, cost, folds, read, risky }
    };
    if let Some(rank) = row.known.rank(row.words, part) {
        return vec![word(part.to_owned(), rank, Folds::NONE, false, false)];
    }
    if part.len() < 2 || !row.known.skeletons.may_be(way) && !row.memo.is_typed_out(row.tables, part, row.place) {
        return Vec::new();
    }
    // Of two letters chance makes one with a mark: #bestshopee is no "best shop ê".
    let chance = |r: &Reading| r.folds.contains(Folds::FLIPPED) || part.len() == 2 && r.key.chars().nth(1).is_none();
    let readings = row.readings(part).into_iter().filter(|r| !chance(r));
    readings.map(|r| word(r.key, r.rank, r.folds, true, r.risky)).filter(|w| w.id != 0).collect()
}
