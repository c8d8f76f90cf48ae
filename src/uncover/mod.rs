//! Words behind disguises and chat spelling: `q.u.ả.n.g c.á.o`, `qu4ng c40`, `quarng caos`, `đẹpppp`, `ko`.
//!
//! In: a folded field and the ids of its words. Out: nothing, mostly; else a second [`Text`] in which the words that were
//! read stand under what they were read as, and everything else as before, so that all later stages see one token stream.
//! Tokens keep their exact source spans; [`Folds`] say what it took. A reading is taken only where the token as it stands
//! is no word, and the reading is one: a word of a term or a legal syllable. Honest text pays for a look at each token.

mod chat;
mod decode;
mod join;
mod known;
mod memo;
mod part;
mod plain;
mod shape;
mod split;
mod tables;

use crate::{
    normalise::{self, Break, Folds, Kind, Rewrite, Text, Token},
    pack::Pack,
    span::RawSpan,
    words::{Spelling, Tagged, Traits, Words},
};
use decode::Place;
use join::{Buffers, Change, LONGEST_ROW, Row, is_slash};
use known::{Known, Rank};
use memo::Memo;
use std::ops::Range;
use tables::Tables;

/// Words that stand as they are, on each side, that are looked at with those that may hide something.
const BESIDE: usize = 2;

/// Reads disguised words. Built once from a pack, shared by all workers.
#[derive(Debug)]
pub struct Uncover {
    tables: Tables,
    known: Known,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct UncoverScratch {
    suspects: Vec<bool>,
    changes: Vec<Change>,
    memo: Memo,
    buffers: Buffers,
    way: String,
}

impl Uncover {
    /// The reader for a pack.
    pub fn new(pack: &Pack, words: &Words) -> Self {
        Self { tables: Tables::new(pack.folds.clone()), known: Known::new(pack, words) }
    }

    /// Reads the field `raw`, folded as `text` and looked up as `tagged`. Returns whether a word was read; then `out` holds
    /// the whole field, to be looked up again and to take the place of `text`. Else `out` is left as it was.
    pub fn read(
        &self,
        raw: &str,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        scratch: &mut UncoverScratch,
        out: &mut Text,
    ) -> bool {
        if !self.look(raw, text, tagged, words, &mut scratch.suspects) {
            return false;
        }
        scratch.changes.clear();
        self.changes(raw, text, tagged, words, scratch);
        let changes = &mut scratch.changes;
        if changes.is_empty() {
            return false;
        }
        self.turn(text, words, changes);
        let mut rewrite = Rewrite::new(text, out);
        for change in changes.iter() {
            rewrite.copy(change.first);
            let own = text.tokens[change.first..=change.last].iter().fold(Folds::NONE, |f, t| f.with(t.folds));
            let words = change.words.iter().map(|(key, span, folds)| (key.as_str(), *span, folds.with(own)));
            rewrite.replace(change.last + 1 - change.first, words);
        }
        rewrite.finish();
        true
    }

    fn changes(&self, raw: &str, text: &Text, tagged: &Tagged, words: &Words, scratch: &mut UncoverScratch) {
        let Self { tables, known } = self;
        let UncoverScratch { suspects, changes, memo, buffers, way } = scratch;
        let typed = self.is_typed(text, tagged, words, memo, way);
        if typed {
            // There a word may be another one too: cos, been, khoong.
            for (token, suspect) in text.tokens.iter().zip(suspects.iter_mut()) {
                if known.is_typed(tables, words, token, text.key(token), way) {
                    *suspect = true;
                }
            }
        }
        // Up to where tokens are settled.
        let (mut at, mut free) = (0, 0);
        while at < text.tokens.len() {
            if !suspects[at] {
                at += 1;
                continue;
            }
            let place = Place { english: is_english(tagged.spelling[text.tokens[at].sentence as usize]), typed };
            let row = Row { tables, known, memo, words, text, raw, tagged, place };
            // The words on both sides may be a part of what is read, and those beside them may vouch for it.
            let piece = |i: &usize| is_piece(text, *i);
            let mut to = at + 1;
            while to < text.tokens.len() && to - at < LONGEST_ROW {
                let Some(next) = (to..text.tokens.len().min(to + BESIDE + 1)).find(|&i| suspects[i]) else {
                    break;
                };
                if !(to..next).all(|i| piece(&i)) {
                    break;
                }
                to = next + 1;
            }
            let from = at - (free..at).rev().take(BESIDE).take_while(piece).count();
            let end = to + (to..text.tokens.len()).take(BESIDE).take_while(piece).count();
            let before = changes.len();
            row.read(from, end, buffers, changes);
            if place.english {
                self.english(raw, text, tagged, words, at..to, before, changes);
            } else {
                self.chat(text, tagged, words, at..to, before, changes);
            }
            free = changes[before..].last().map_or(free, |c| c.last + 1);
            at = to.max(free);
        }
    }

    /// Upside-down text is read from its end: words in a row that were turned, with single words and numbers among them,
    /// are put the other way round where terms have more of them so. They share one span then, since the text has them in
    /// the other order.
    fn turn(&self, text: &Text, words: &Words, changes: &mut Vec<Change>) {
        let turned = |c: &Change| c.words.iter().all(|w| w.2.contains(Folds::FLIPPED));
        let beside = |at: usize| {
            text.tokens
                .get(at)
                .is_some_and(|t| matches!(t.kind, Kind::Number | Kind::Word) && t.before < Break::Sentence)
        };
        let id = |key: &str| words.id(&normalise::bare(key));
        let mut at = 0;
        while at < changes.len() {
            let follows = |w: &&[Change]| {
                let between = w[0].last + 1..w[1].first;
                turned(&w[0]) && turned(&w[1]) && between.len() < 3 && between.clone().all(beside)
            };
            let mut end = at + 1 + changes[at..].windows(2).take_while(follows).count();
            if !turned(&changes[at]) {
                at += 1;
                continue;
            }
            let (mut first, mut last) = (changes[at].first, changes[end - 1].last);
            // A number at an edge is the phrase's own.
            let number = |i: usize| text.tokens.get(i).is_some_and(|t| t.kind == Kind::Number);
            first -= usize::from(first > 0 && number(first - 1) && (at == 0 || changes[at - 1].last + 1 < first));
            let free = changes.get(end).is_none_or(|c| c.first > last + 1);
            last += usize::from(number(last + 1) && beside(last + 1) && free);
            let mut row: Vec<(String, RawSpan, Folds)> = Vec::new();
            let mut token = first;
            while token <= last {
                if let Some(change) = changes[at..end].iter().find(|c| c.first == token) {
                    row.extend(change.words.iter().rev().cloned());
                    token = change.last + 1;
                } else {
                    let key = text.key(&text.tokens[token]);
                    let flipped = |c: char| self.tables.flipped.get(&c).filter(|_| !c.is_ascii()).copied().unwrap_or(c);
                    row.push((key.chars().map(flipped).collect(), text.tokens[token].raw, Folds::FLIPPED));
                    token += 1;
                }
            }
            let keys: Vec<_> = row.iter().map(|w| id(&w.0)).collect();
            let pairs = |forward: bool| {
                let pair = |w: &&[u32]| if forward { self.known.pair(w[0], w[1]) } else { self.known.pair(w[1], w[0]) };
                keys.windows(2).filter(pair).count()
            };
            if row.len() > 1 && pairs(false) > pairs(true) {
                let span = row[0].1.cover(row[row.len() - 1].1);
                let words = row.into_iter().rev().map(|(key, _, folds)| (key, span, folds)).collect();
                changes.splice(at..end, [Change { first, last, words }]);
                end = at + 1;
            }
            at = end;
        }
    }

    /// Chat spellings among tokens that no other reading took.
    fn chat(
        &self,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        range: Range<usize>,
        read_from: usize,
        changes: &mut Vec<Change>,
    ) {
        let others = changes.len();
        for at in range {
            let short = words.traits(tagged.ids[at]).has(Traits::SHORT) && text.tokens[at].kind == Kind::Word;
            if !short || changes[read_from..others].iter().any(|c| (c.first..=c.last).contains(&at)) {
                continue;
            }
            // Where nothing carries diacritics a syllable may be any word: "giam toi 50%" is tới, "hom nay" hôm.
            let (token, key) = (&text.tokens[at], text.key(&text.tokens[at]));
            let spelling = tagged.spelling[token.sentence as usize];
            if spelling.words > 1 && spelling.is_bare() && normalise::is_bare_syllable(key) {
                continue;
            }
            if let Some(to) = chat::read(&self.tables, text, at) {
                let raw = token.raw;
                let words = to.iter().map(|word| (word.clone(), raw, Folds::SOCIAL)).collect();
                changes.push(Change { first: at, last: at, words });
            }
        }
        if changes.len() > others {
            changes[read_from..].sort_by_key(|c| c.first);
        }
    }

    /// English chat spellings among tokens that no other reading took.
    #[allow(clippy::too_many_arguments, reason = "all of them are what is known of the field")]
    fn english(
        &self,
        raw: &str,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        range: Range<usize>,
        read_from: usize,
        changes: &mut Vec<Change>,
    ) {
        let others = changes.len();
        for at in range {
            let token = &text.tokens[at];
            let taken = changes[read_from..].iter().any(|c| (c.first..=c.last).contains(&at));
            if taken || !matches!(token.kind, Kind::Word | Kind::Number) {
                continue;
            }
            let found = chat::english(&self.tables, &self.known, words, (raw, text, &tagged.ids), at);
            let Some((to, last, sign)) = found else { continue };
            let end = text.tokens[last].raw.end() + sign;
            let words = to.iter().map(|word| (word.clone(), RawSpan::new(token.raw.start(), end), Folds::SOCIAL));
            changes.push(Change { first: at, last, words: words.collect() });
        }
        if changes.len() > others {
            changes[read_from..].sort_by_key(|c| c.first);
        }
    }

    /// Whether a number stands for an English word: 4 sale, link 2 shop.
    fn may_be_word(&self, text: &Text, tagged: &Tagged, words: &Words, at: usize) -> bool {
        let token = &text.tokens[at];
        token.marked.range().len() == 1
            && is_english(tagged.spelling[token.sentence as usize])
            && chat::english(&self.tables, &self.known, words, ("", text, &tagged.ids), at).is_some()
    }

    /// Marks the tokens that may hide something; whether any does.
    fn look(&self, raw: &str, text: &Text, tagged: &Tagged, words: &Words, suspects: &mut Vec<bool>) -> bool {
        suspects.clear();
        let (mut any, mut end) = (false, 0);
        for (i, (token, &id)) in text.tokens.iter().zip(&tagged.ids).enumerate() {
            let (key, start) = (token.marked.range(), token.marked.range().start);
            // Nothing but signs between this token and the last one.
            let gap = end..start;
            end = key.end;
            let signs = &text.marked.as_bytes()[gap.clone()];
            let stuck = i > 0 && signs.first() != Some(&b' ') && !signs.iter().any(u8::is_ascii_whitespace);
            let suspect = match token.kind {
                Kind::Word => {
                    stuck || id == 0 || may_be_part(words.traits(id), token.accented, &key, token.bare.range())
                }
                Kind::Number => {
                    stuck
                        || self.may_be_word(text, tagged, words, i)
                        || text.marked.as_bytes()[key.start..key.end].iter().any(u8::is_ascii_alphabetic)
                }
                Kind::Emoji => stuck || self.parts(text, tagged, i),
                Kind::Mention => stuck || self.known.rank(words, &["a", text.key(token)].concat()).is_some(),
                Kind::Hashtag | Kind::Url | Kind::Email => false,
            };
            if i > 0 && self.is_signed(raw, &text.tokens[i - 1], token) {
                suspects[i - 1] = true;
                any = true;
            }
            let slashed = token.before == Break::Clause
                && i > 0
                && is_slash(&text.marked[gap])
                && self.known.pair(tagged.ids[i - 1], id);
            let suspect = suspect || slashed;
            if (stuck || slashed) && suspect && is_piece(text, i - 1) {
                suspects[i - 1] = true;
            }
            suspects.push(suspect);
            any |= suspect;
        }
        any
    }

    /// Whether a sign that may be a letter ends a word inside a sentence: khỏ! bệnh.
    fn is_signed(&self, raw: &str, token: &Token, next: &Token) -> bool {
        let gap = raw.get(token.raw.end() as usize..next.raw.start() as usize).unwrap_or("");
        let Some(sign) = gap.strip_suffix(' ').and_then(|sign| sign.chars().next()) else { return false };
        token.kind == Kind::Word
            && self.tables.may_be_sign(gap.as_bytes()[0])
            && self.tables.leet.contains_key(&sign)
            && gap.len() == sign.len_utf8() + 1
            && next.raw.slice(raw).starts_with(|c: char| !c.is_uppercase())
    }

    /// Whether an emoji stands between two words of a term.
    fn parts(&self, text: &Text, tagged: &Tagged, at: usize) -> bool {
        let word = |i: usize| text.tokens.get(i).is_some_and(|t| t.kind == Kind::Word);
        at > 0 && word(at - 1) && word(at + 1) && self.known.pair(tagged.ids[at - 1], tagged.ids[at + 1])
    }

    /// Whether a text was typed with the typing method switched off: two keys too many, and one of them where no other
    /// writing has it, or in a word of a term beside another of the same term. *max* (mã), *box* (bõ) alone are English.
    fn is_typed(&self, text: &Text, tagged: &Tagged, words: &Words, memo: &Memo, way: &mut String) -> bool {
        let known = &self.known;
        let (mut keys, mut sure) = (0, false);
        // The word before, as it would be typed, and whether that took a digit.
        let mut before = (0, None);
        for (token, &id) in text.tokens.iter().zip(&tagged.ids) {
            let english = is_english(tagged.spelling[token.sentence as usize]);
            let open = id == 0 && !token.accented && token.kind == Kind::Word && !english;
            let key = text.key(token);
            let typed = if open { decode::typing(&self.tables, key, way) } else { None };
            let Some(found) = typed else {
                // A digit; letters alone may be English: "max đến 300k".
                if before.1 == Some(true) && self.known.pair(before.0, id) {
                    (sure, keys) = (true, keys + 1);
                }
                before = (id, None);
                continue;
            };
            keys += found;
            let place = Place { english: false, typed: false };
            let digit = key.bytes().any(|b| b.is_ascii_digit());
            let inner = key.bytes().rev().skip(1).any(|b| b.is_ascii_digit());
            // Digits may as well be letters: tr1, mi3n.
            let lexicon = self.known.rank(words, way) == Some(Rank::Lexicon)
                && (!digit || memo.word(&self.tables, known, words, key, place).is_typed());
            let id = words.id(&normalise::bare(way));
            let pair = (digit || before.1.is_some()) && self.known.pair(before.0, id);
            if lexicon && (found > 1 || key.ends_with(['f', 'j']) || inner || pair) {
                sure = true;
                keys += u32::from(inner || pair && (digit || key.ends_with(['f', 'j'])));
            }
            before = (id, lexicon.then_some(digit));
        }
        sure && keys >= 2
    }
}

/// Whether a known word is a single letter, a chat spelling, or the rest of a broken word.
fn may_be_part(traits: Traits, accented: bool, key: &Range<usize>, bare: Range<usize>) -> bool {
    let letters = if accented { bare.len() } else { key.len() };
    letters == 1
        || traits.has(Traits::SHORT)
        || traits.has(Traits::REST)
        || letters <= 3 && !traits.has(Traits::SYLLABLE) && !traits.has(Traits::ENGLISH)
}

/// Whether a token can be a part of a word that was broken up.
fn is_piece(text: &Text, at: usize) -> bool {
    matches!(text.tokens[at].kind, Kind::Word | Kind::Number | Kind::Emoji | Kind::Mention)
}

/// Whether a sentence speaks English: one function word in five, more of them than words with diacritics, and no fewer
/// than syllables that are no such words ("toi ko can phau thuat").
fn is_english(spelling: Spelling) -> bool {
    spelling.english * 5 >= spelling.words
        && spelling.english > spelling.accented
        && spelling.english * 2 >= spelling.syllables
}
