//! What is left of a word when all is dropped that a disguise may change: diacritics, repeated letters, which of the letters
//! a sign may stand for, chat letters at its ends. A key whose skeleton is no word's, from either end, hides nothing, and
//! that takes no look-up of what it might be: nearly all unknown words are names and foreign words, and end here.

use super::{place::Place, shape::Bits, tables::Tables};
use crate::{normalise, words::Words};
use std::collections::BTreeMap;

/// Letters of the longest key that has one.
const LONGEST: usize = 96;
/// Bits, as a power of two: with words and their chat spellings one key in thirty meets a bit by chance.
const BITS: u32 = 21;
/// The class of what this cannot judge.
const UNJUDGED: u8 = 0xFF;

/// The skeletons of all words, as bits.
#[derive(Debug)]
pub(super) struct Skeletons {
    /// By byte of ASCII: the letter that stands for all those that a sign may stand for; 0 for nothing, [`UNJUDGED`].
    classes: [u8; 128],
    /// The classes of the letters that type a tone.
    tones: [u8; 5],
    bits: Bits<BITS>,
    /// How they begin, from either end.
    starts: Bits<BITS>,
}

/// The skeleton of pieces that are put together, so far.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Way {
    hash: u64,
    last: u8,
    /// Whether all letters so far could be judged.
    sure: bool,
}

impl Skeletons {
    pub(super) fn new(tables: &Tables, words: &Words) -> Self {
        let classes = classes(tables);
        let tones = b"sfrxj".map(|b| classes[b as usize]);
        let mut skeletons = Self { classes, tones, bits: Bits::default(), starts: Bits::default() };
        let pairs = |onset: bool| {
            let mut pairs: Vec<(String, String)> = Vec::new();
            for r in tables.respellings.iter().filter(|r| r.onset == onset) {
                pairs.extend(r.to.iter().map(|to| (normalise::bare(&r.from), normalise::bare(to))));
            }
            // As it stands.
            pairs.push(Default::default());
            pairs
        };
        let (onsets, codas) = (pairs(true), pairs(false));
        let mut way = String::new();
        for id in 1..words.len() as u32 {
            let Ok(word) = std::str::from_utf8(words.key(id)) else { continue };
            for (from, to) in &onsets {
                let Some(rest) = word.strip_prefix(to.as_str()) else { continue };
                for (end, ending) in &codas {
                    let Some(middle) = rest.strip_suffix(ending.as_str()) else { continue };
                    way.clear();
                    way.extend([from.as_str(), middle, end.as_str()]);
                    skeletons.add(tables, &way);
                }
            }
        }
        skeletons
    }

    fn add(&mut self, tables: &Tables, word: &str) {
        let mut letters = [0; LONGEST];
        let Some(len) = Self::of(word.chars().map(|c| self.letter(tables, c)), &mut letters) else { return };
        let letters = &letters[..len];
        self.bits.set(hash(letters.iter()));
        let (mut forth, mut back) = (0, 0);
        for (a, b) in letters.iter().zip(letters.iter().rev()) {
            (forth, back) = (mix(forth, *a), mix(back, *b));
            self.starts.set(forth);
            self.starts.set(back);
        }
    }

    /// A way of no letter yet.
    pub(super) fn way(place: Place) -> Way {
        Way { hash: 0, last: 0, sure: !place.typed }
    }

    /// The way with a piece more.
    pub(super) fn go_on(&self, tables: &Tables, way: Way, piece: &str) -> Way {
        piece.chars().fold(way, |way, c| match self.letter(tables, c) {
            Some(0) => way,
            Some(letter) if letter == way.last => way,
            Some(letter) => Way { hash: mix(way.hash, letter), last: letter, ..way },
            None => Way { sure: false, ..way },
        })
    }

    /// Whether pieces may be the beginning of a word, or of one written from its end.
    pub(super) fn may_begin(&self, way: Way) -> bool {
        !way.sure || self.starts.has(way.hash)
    }

    /// Whether pieces may be a word, written from its beginning and not typed out.
    pub(super) fn may_be(&self, way: Way) -> bool {
        !way.sure || self.bits.has(way.hash)
    }

    /// Whether a key may be read as a word by any of the decoders; no means that none can.
    pub(super) fn may_hide(&self, tables: &Tables, key: &str, at: Place) -> bool {
        if !key.is_ascii() {
            if tables.flips_marks() {
                return true;
            }
            if key.chars().any(|c| tables.is_foreign(c)) {
                return false;
            }
        }
        if at.typed {
            return self.may_be_typed(tables, key);
        }
        if is_amount(key.as_bytes()) {
            return false;
        }
        let mut letters = [0; LONGEST];
        // Most of what is asked is ASCII.
        let len = match key.is_ascii() {
            true => Self::of(key.bytes().map(|b| self.ascii(b)), &mut letters),
            false => Self::of(key.chars().map(|c| self.letter(tables, c)), &mut letters),
        };
        len.is_none_or(|len| self.has_either_way(&letters[..len]))
    }

    /// The same where accents may be typed out: their keys are no letters then. Digits are all keys, or none; of the other
    /// keys of a word w is every one, and of the tones there is one.
    fn may_be_typed(&self, tables: &Tables, key: &str) -> bool {
        let mut letters = [0; LONGEST];
        let digits = key.bytes().any(|b| b.is_ascii_digit());
        for all in [true, false] {
            if !all && !digits {
                break;
            }
            let kept = key.chars().filter(|c| *c != 'w' && (all || !c.is_ascii_digit()));
            let Some(len) = Self::of(kept.map(|c| self.letter(tables, c)), &mut letters) else { return true };
            let letters = &letters[..len];
            let mut without = [0; LONGEST];
            let mut hides_without = |at: usize| {
                let (head, tail) = (&letters[..at], &letters[at + 1..]);
                // What stood on both sides of it may be one letter again.
                let tail = if !tail.is_empty() && head.last() == tail.first() { &tail[1..] } else { tail };
                let len = at + tail.len();
                without[..at].copy_from_slice(head);
                without[at..len].copy_from_slice(tail);
                self.has_either_way(&without[..len])
            };
            if self.has_either_way(letters) || (0..len).any(|at| self.tones.contains(&letters[at]) && hides_without(at))
            {
                return true;
            }
        }
        false
    }

    /// Whether letters are the skeleton of a word, or of one from its end.
    fn has_either_way(&self, letters: &[u8]) -> bool {
        self.bits.has(hash(letters.iter())) || self.bits.has(hash(letters.iter().rev()))
    }

    /// Writes the skeleton of these letters, each as [`Skeletons::letter`] gives it; gives back its length, or `None` for a
    /// key with letters that this cannot judge.
    fn of(letters: impl Iterator<Item = Option<u8>>, out: &mut [u8; LONGEST]) -> Option<usize> {
        let (mut len, mut last) = (0, 0);
        for letter in letters {
            let letter = letter?;
            if letter != 0 && letter != last {
                *out.get_mut(len)? = letter;
                (len, last) = (len + 1, letter);
            }
        }
        Some(len)
    }

    /// What is left of a letter of ASCII.
    #[inline]
    fn ascii(&self, b: u8) -> Option<u8> {
        let class = self.classes[usize::from(b & 127)];
        (class != UNJUDGED).then_some(class)
    }

    /// What is left of a letter: 0 for nothing, `None` for what this cannot judge.
    fn letter(&self, tables: &Tables, c: char) -> Option<u8> {
        let class = match u8::try_from(normalise::base(c)) {
            Ok(b) if b.is_ascii() => return self.ascii(b),
            _ if c == '’' => 0,
            _ => tables.leet.get(&c).and_then(|to| to.first()).map_or(UNJUDGED, |to| self.classes[*to as usize & 127]),
        };
        (class != UNJUDGED).then_some(class)
    }
}

/// Whether a key is a number with its unit: no digit there is a letter (50k, 3d, 8th, 250ml).
pub(super) fn is_amount(key: &[u8]) -> bool {
    let digit = |b: &&u8| b.is_ascii_digit();
    let digits = key.iter().take_while(digit).count();
    let unit = &key[digits..];
    digits > 0 && key[0] != b'0' && matches!(unit.len(), 1 | 2) && unit.iter().all(u8::is_ascii_lowercase)
}

/// One letter for all that one sign may stand for, directly or over another sign, and one for i and l.
fn classes(tables: &Tables) -> [u8; 128] {
    let mut classes = [0; 128];
    (b'a'..=b'z').for_each(|b| classes[b as usize] = b);
    let mut join = |a: char, b: char| {
        let (a, b) = (classes[a as usize & 127], classes[b as usize & 127]);
        classes.iter_mut().filter(|c| **c == b).for_each(|c| *c = a);
    };
    join('i', 'l');
    // In any order, but always the same.
    let signs: BTreeMap<_, _> = tables.leet.iter().collect();
    for letters in signs.values() {
        letters.windows(2).for_each(|w| join(w[0], w[1]));
    }
    for (&sign, letters) in signs.into_iter().filter(|s| s.0.is_ascii() && !s.0.is_ascii_lowercase()) {
        classes[sign as usize] = letters.first().map_or(0, |l| classes[*l as usize & 127]);
    }
    classes.iter_mut().filter(|class| **class == 0).for_each(|class| *class = UNJUDGED);
    (classes[usize::from(b'\'')], classes[usize::from(b'`')]) = (0, 0);
    classes
}

fn mix(hash: u64, letter: u8) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01B3).rotate_left(17)
}

fn hash<'a>(letters: impl Iterator<Item = &'a u8>) -> u64 {
    letters.fold(0, |hash, &letter| mix(hash, letter))
}

#[cfg(test)]
mod tests {
    use super::{super::decode, *};
    use crate::{pack::Pack, uncover::Uncover};

    /// Disguises of a word, one or two of a kind at a time.
    fn disguises(tables: &Tables, word: &str) -> Vec<String> {
        let mut all: Vec<String> = vec![word.chars().rev().collect(), word.replace('i', "l"), word.replace('l', "i")];
        for (at, letter) in word.char_indices() {
            let (head, tail) = (&word[..at], &word[at + letter.len_utf8()..]);
            all.push(format!("{head}{letter}{letter}{letter}{tail}"));
            all.push(format!("{head}{letter}'{tail}"));
            let signs = tables.leet.iter().filter(|s| s.1.contains(&normalise::base(letter)));
            all.extend(signs.map(|s| format!("{head}{}{tail}", s.0)));
        }
        for r in &tables.respellings {
            for to in &r.to {
                let rest = if r.onset { word.strip_prefix(to.as_str()) } else { word.strip_suffix(to.as_str()) };
                all.extend(
                    rest.map(|rest| if r.onset { format!("{}{rest}", r.from) } else { format!("{rest}{}", r.from) }),
                );
            }
        }
        all
    }

    #[test]
    fn what_a_decoder_reads_is_never_ruled_out() {
        let pack = Pack::embedded().expect("the embedded pack loads");
        let words = Words::new(&pack);
        let Uncover { tables, known } = Uncover::new(&pack, &words);
        let place = Place { english: false, typed: false };
        let mut bench = Default::default();
        let mut read = 0;
        let marked = pack.terms.iter().flat_map(|t| &t.words).map(|w| w.marked.as_str());
        for word in marked.step_by(53) {
            for once in disguises(&tables, word) {
                for key in disguises(&tables, &once).iter().step_by(7).chain([&once]) {
                    if !decode::word(&tables, &known, &words, key, place, &mut bench).is_empty() {
                        read += 1;
                        assert!(known.skeletons.may_hide(&tables, key, place), "{key} hides {word}");
                    }
                }
            }
        }
        assert!(read > 10_000, "{read}");
    }
}
