//! Hashtags as words: a tag whose diacritics, capitals or underscores show its words (`#giảmcân`, `#giảm_cân`,
//! `#ClinicallyProven`), and a row of tags of one word each (`#giảm #cân`), are sentences of their own, matched as prose is.

use super::{Cue, goes_on};
use crate::{
    bits::Spread,
    normalise::{self, Folds, Kind, Text, Token},
    pack::{ListId, Pack},
    span::RawSpan,
    words::{Tagged, WordId, Words},
};
use std::{collections::HashSet, ops::Range};

/// Letters of the longest tag that is read as words: longer ones are sentences, and take long to divide.
const LONGEST_TAG: usize = 80;
/// Letters of the longest word inside a tag.
const LONGEST_WORD: usize = 12;
/// A word more weighs more than all pairs that a tag could have.
const A_WORD: u32 = LONGEST_TAG as u32;

/// What is known of words that stand together in terms.
#[derive(Debug)]
pub(super) struct Pairs {
    /// Words that follow one another in a term: of two ways to divide a tag the one with more of them is taken.
    pairs: HashSet<(WordId, WordId), Spread>,
    /// By word id: whether a compound begins with it, and no Vietnamese syllable does.
    begins: Vec<bool>,
}

/// The words of a field's tags. Reused.
#[derive(Debug, Default)]
pub(super) struct TagWords {
    pub(super) text: Text,
    pub(super) tagged: Tagged,
    /// Of each word, the token of the field that it comes from.
    tokens: Vec<u32>,
    /// Of each sentence, whether the tag shows its words; else only what is all of it counts.
    shown: Vec<bool>,
}

/// A word inside a tag: its key, its letters among the tag's.
struct Piece {
    key: String,
    id: WordId,
    letters: Range<usize>,
}

/// The letters of a tag: where each begins and ends in the field, and whether a new word begins with it.
struct Letter {
    raw: Range<u32>,
    begins: bool,
}

impl Pairs {
    pub(super) fn new(pack: &Pack, words: &Words) -> Self {
        let pairs = pack.terms.iter().flat_map(|term| term.words.windows(2));
        let first = pack.compounds.iter().filter_map(|c| c.parts.first()).flat_map(|p| &p.lists);
        let first: HashSet<ListId> = first.copied().collect();
        let mut begins = vec![false; words.len()];
        for term in pack.terms.iter().filter(|t| first.contains(&t.list)) {
            if let Some(word) = term.words.first().filter(|w| w.marked == w.bare) {
                begins[words.id(&word.bare) as usize] = !normalise::is_bare_syllable(&word.bare);
            }
        }
        begins[0] = false;
        Self { pairs: pairs.map(|w| (words.id(&w[0].bare), words.id(&w[1].bare))).collect(), begins }
    }

    /// Whether a tag in lower case may be a compound: it begins with a first word of one, which is English.
    fn may_be_compound(&self, words: &Words, key: &str) -> bool {
        let starts = (2..=key.len().min(LONGEST_WORD)).filter_map(|end| key.get(..end));
        starts.map(|start| words.id(start)).any(|id| self.begins[id as usize])
    }

    /// Divides letters into the fewest words; nothing where a stretch of them is none.
    fn divide(&self, words: &Words, key: &[char], damaged: bool) -> Option<Vec<Piece>> {
        struct Way {
            cost: u32,
            before: usize,
            piece: Piece,
        }
        // Of each end, the best way to it for each length of the last word.
        let mut ways: Vec<Vec<Way>> = vec![Vec::new()];
        for end in 1..=key.len() {
            let mut here = Vec::new();
            for start in end.saturating_sub(LONGEST_WORD)..end {
                let before = &ways[start];
                if start > 0 && before.is_empty() {
                    continue;
                }
                let Some((key, id)) = word(words, &key[start..end], damaged) else { continue };
                let cost = |w: &Way| w.cost - u32::from(self.pairs.contains(&(w.piece.id, id)));
                let best = (0..before.len()).min_by_key(|&i| cost(&before[i]));
                let cost = best.map_or(0, |i| cost(&before[i])) + A_WORD;
                here.push(Way { cost, before: best.unwrap_or(0), piece: Piece { key, id, letters: start..end } });
            }
            ways.push(here);
        }
        let mut at = (0..ways[key.len()].len()).min_by_key(|&i| ways[key.len()][i].cost)?;
        let (mut end, mut pieces) = (key.len(), Vec::new());
        while end > 0 {
            let way = ways[end].swap_remove(at);
            (end, at) = (way.piece.letters.start, way.before);
            pieces.push(way.piece);
        }
        pieces.reverse();
        Some(pieces)
    }

    /// The words of a tag.
    fn words_of(&self, words: &Words, letters: &[Letter], key: &[char], damaged: bool) -> Vec<Piece> {
        let mut edges: Vec<usize> = (0..letters.len()).filter(|&i| letters[i].begins || i == 0).collect();
        if letters.is_empty() {
            edges.push(0);
        }
        if key.len() > LONGEST_TAG {
            return Vec::new();
        }
        edges.push(key.len());
        let one = key.iter().all(char::is_ascii);
        let mut pieces = Vec::new();
        for edge in edges.windows(2) {
            let (start, end) = (edge[0], edge[1]);
            // Without diacritics, what capitals set off is one word: `#TogetHer` has no "to get".
            let own = if one && edges.len() > 2 { None } else { self.divide(words, &key[start..end], damaged) };
            let own = own.unwrap_or_else(|| {
                let key: String = key[start..end].iter().collect();
                vec![Piece { id: 0, key, letters: 0..end - start }]
            });
            let moved = |r: Range<usize>| r.start + start..r.end + start;
            pieces.extend(own.into_iter().map(|p| Piece { letters: moved(p.letters.clone()), ..p }));
        }
        pieces
    }
}

impl TagWords {
    /// Reads the tags of a field; whether any has words.
    pub(super) fn read(&mut self, pairs: &Pairs, raw: &str, text: &Text, words: &Words) -> bool {
        self.text.clear();
        self.tokens.clear();
        self.shown.clear();
        let is_tag = |i: &usize| text.tokens[*i].kind == Kind::Hashtag;
        let mut row_end = 0;
        for at in (0..text.tokens.len()).filter(is_tag) {
            if at >= row_end {
                row_end = self.row(raw, text, words, at);
            }
            let token = &text.tokens[at];
            let key = text.key(token);
            let shown = shows_words(raw, token);
            let read = shown || pairs.may_be_compound(words, key);
            if !read || token.raw.slice(raw).len() > 4 * LONGEST_TAG || goes_on(raw, text, at) {
                continue;
            }
            let mut key: Vec<char> = key.chars().collect();
            let mut letters = letters(raw, token, &key);
            if !letters.is_empty() {
                shorten(&mut letters, &mut key);
            }
            let shown = shown && (letters.iter().skip(1).any(|l| l.begins) || key.iter().any(|c| !c.is_ascii()));
            let pieces = pairs.words_of(words, &letters, &key, token.damaged);
            if pieces.len() < 2 {
                continue;
            }
            self.shown.push(shown);
            for (i, piece) in pieces.iter().enumerate() {
                let span = match &letters[..] {
                    // Not letter for letter (decomposed, say): the tag is the evidence.
                    [] => token.raw,
                    letters => {
                        let (first, last) = (&letters[piece.letters.start], &letters[piece.letters.end - 1]);
                        RawSpan::new(first.raw.start, last.raw.end)
                    }
                };
                // Marks that its letters had and its key has not.
                let same = piece.key.chars().eq(key[piece.letters.clone()].iter().copied());
                let folds = if same { token.folds } else { token.folds.with(Folds::MARKS) };
                self.push(i == 0, &piece.key, span, folds, at);
            }
        }
        self.text.end_sentence();
        !self.tokens.is_empty() && {
            words.tag(&self.text, &mut self.tagged);
            true
        }
    }

    /// A row of tags from `at` on that are known words with nothing but spaces between them: where it ends.
    fn row(&mut self, raw: &str, text: &Text, words: &Words, at: usize) -> usize {
        let tokens = &text.tokens;
        let word = |i: usize| tokens[i].kind == Kind::Hashtag && words.id(text.bare_key(&tokens[i])) != 0;
        let is_space = |c: char| c == ' ' || normalise::stands_for_nothing(c);
        // Text that a mark turned round has them in the other order.
        let gap = |i: usize| raw.get(tokens[i - 1].raw.end() as usize..tokens[i].raw.start() as usize);
        let near = |i: usize| gap(i).is_some_and(|gap| gap.chars().all(is_space));
        if !word(at) {
            return at + 1;
        }
        let end = (at + 1..tokens.len()).find(|&i| !word(i) || !near(i)).unwrap_or(tokens.len());
        if end > at + 1 {
            self.shown.push(true);
            for (i, tag) in tokens.iter().enumerate().take(end).skip(at) {
                self.push(i == at, text.key(tag), tag.raw, tag.folds, i);
            }
        }
        end
    }

    fn push(&mut self, first: bool, key: &str, span: RawSpan, folds: Folds, token: usize) {
        self.text.add_word(key, span, folds, first);
        self.tokens.push(token as u32);
    }

    /// A cue in the words as one of the field; none where it is one word (a syllable among others: `#HoChiMinh` is no
    /// cough), or where a row of tags is a list of topics: every tag of it is a cue by itself, or nobody wrote its diacritics.
    pub(super) fn in_field(&self, cue: Cue, text: &Text, is_cue: impl Fn(u32) -> bool) -> Option<Cue> {
        if cue.end - cue.first < 2 {
            return None;
        }
        let (first, last) = (self.tokens[cue.first as usize], self.tokens[cue.end as usize - 1]);
        let span = if first != last {
            let accented = || (first..=last).any(|tag| text.tokens[tag as usize].accented);
            if cue.folds.contains(Folds::BARE) && !accented() || (first..=last).all(is_cue) {
                return None;
            }
            cue.span
        } else {
            let sentence = self.text.tokens[cue.first as usize].sentence as usize;
            let shown = self.shown[sentence];
            let sentence = self.text.sentences[sentence];
            let whole = sentence.first == cue.first && sentence.end == cue.end;
            if !shown && (!whole || cue.folds.contains(Folds::BARE)) {
                return None;
            }
            if whole { text.tokens[first as usize].raw } else { cue.span }
        };
        Some(Cue { first, end: last + 1, span, ..cue })
    }
}

/// Whether a tag may show its words: letters with diacritics, capitals among others, or underscores.
fn shows_words(raw: &str, token: &Token) -> bool {
    if token.accented {
        return true;
    }
    let body = token.raw.slice(raw).as_bytes();
    !body.is_ascii() || body[1..].contains(&b'_') || body.iter().skip(2).any(u8::is_ascii_uppercase)
}

/// The letters of a tag, when they are those of its key one by one; else none. Marks and what nobody sees belong to the
/// letter before them.
fn letters(raw: &str, token: &Token, key: &[char]) -> Vec<Letter> {
    let body = token.raw.slice(raw);
    let mut letters: Vec<Letter> = Vec::new();
    let mut signs = body.char_indices().skip(1).filter(|s| !normalise::stands_for_nothing(s.1)).peekable();
    let mut last = '_';
    while let Some((at, c)) = signs.next() {
        let (end, next) = signs.peek().map_or((body.len(), '_'), |&next| next);
        if c != '_' {
            let start = token.raw.start() + at as u32;
            let capital = c.is_uppercase() && (last.is_lowercase() || next.is_lowercase());
            // A digit that was read as a letter is one.
            let digit = |at: Option<usize>| at.and_then(|at| key.get(at)).is_some_and(char::is_ascii_digit);
            let at = letters.len();
            let begins = last == '_' || capital || digit(Some(at)) != digit(at.checked_sub(1));
            letters.push(Letter { raw: start..token.raw.start() + end as u32, begins });
        }
        last = c;
    }
    if letters.len() != key.len() {
        letters.clear();
    }
    letters
}

/// Letters written three times and more are one (#mớiiii), with the marks that one of them has.
fn shorten(letters: &mut Vec<Letter>, key: &mut Vec<char>) {
    let mut at = 0;
    while at < key.len() {
        let same = |i: usize| normalise::base(key[i]) == normalise::base(key[at]) && !letters[i].begins;
        let end = (at + 1..key.len()).find(|&i| !same(i)).unwrap_or(key.len());
        if end - at > 2 && key[at].is_alphabetic() {
            letters[at].raw.end = letters[end - 1].raw.end;
            key[at] = key[at..end].iter().copied().find(|c| !c.is_ascii()).unwrap_or(key[at]);
            letters.drain(at + 1..end);
            key.drain(at + 1..end);
        }
        at += 1;
    }
}

/// A word as it is filed, if these letters are one; in a `damaged` tag its marks may be no word's.
fn word(words: &Words, letters: &[char], damaged: bool) -> Option<(String, WordId)> {
    if letters.iter().all(char::is_ascii) {
        // Its own bare key. Most of what is tried is no word, and no string need be made of it.
        let mut bytes = [0; LONGEST_WORD];
        bytes.iter_mut().zip(letters).for_each(|(b, &c)| *b = c as u8);
        let key = std::str::from_utf8(bytes.get(..letters.len())?).ok()?;
        let id = words.id(key);
        let syllable = key.len() <= 6 && normalise::is_bare_syllable(key);
        let number = key.bytes().all(|b| b.is_ascii_digit());
        return (syllable || number || key.len() >= 2 && id != 0).then(|| (key.to_owned(), id));
    }
    let key: String = letters.iter().collect();
    let (shapes, tone) = normalise::shapes(&key);
    let syllable = normalise::syllable(&shapes, tone);
    if syllable.is_some() || !damaged {
        return Some((syllable?, words.id(&normalise::bare(&key))));
    }
    // A tone on a consonant, or a mark that no word of ours has: then only the letters under it count.
    let id = words.id(&normalise::bare(&key));
    let foreign = || (id != 0 && normalise::is_foreign(&key)).then(|| key.clone());
    Some((normalise::tone_in_place(&key).or_else(foreign)?, id))
}
