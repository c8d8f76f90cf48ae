//! Words behind disguises and chat spelling: `q.u.ả.n.g c.á.o`, `qu4ng c40`, `quarng caos`, `đẹpppp`, `ko`.
//!
//! In: a folded field and the ids of its words. Out: nothing, mostly; else a second [`Text`] in which the words that were
//! read stand under what they were read as, and everything else as before, so that all later stages see one token stream.
//! Tokens keep their exact source spans; [`Folds`] say what it took. A reading is taken only where the token as it stands
//! is no word, and the reading is one: a word of a term or a legal syllable. Honest text pays for a look at each token.

mod bridge;
mod chat;
mod decode;
mod glued;
mod join;
mod known;
mod look;
mod memo;
mod part;
mod place;
mod row;
mod seams;
mod shape;
mod signs;
mod skeleton;
mod split;
mod tables;
mod tag;
mod turn;
mod typing;
mod unit;

use crate::{
    normalise::{self, Folds, Kind, Rewrite, Text},
    pack::Pack,
    span::RawSpan,
    words::{Spelling, Tagged, Words},
};
use decode::Reading;
use join::Buffers;
use known::{Known, Rank};
use look::Mark;
use memo::Memo;
use place::Place;
use row::{Change, LONGEST_ROW, Row};
use std::ops::Range;
use tables::Tables;
use typing::is_undone;

/// Words that stand as they are, on each side, that are looked at with those that may hide something.
const BESIDE: usize = 2;
/// Words of a text for each key of a typing method that stands in it, where such a method was used: at the most.
const MOST_PER_KEY: usize = 200;

/// Reads disguised words. Built once from a pack, shared by all workers.
#[derive(Debug)]
pub struct Uncover {
    tables: Tables,
    known: Known,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct UncoverScratch {
    /// Of each sentence, whether it is English.
    english: Vec<bool>,
    marks: Vec<Mark>,
    changes: Vec<Change>,
    memo: Memo,
    buffers: Buffers,
    way: String,
}

impl Uncover {
    /// The reader for a pack.
    pub fn new(pack: &Pack, words: &Words) -> Self {
        let tables = Tables::new(pack.folds.clone());
        Self { known: Known::new(pack, words, &tables), tables }
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
        scratch.changes.clear();
        self.changes(raw, text, tagged, words, scratch);
        self.tags(raw, text, tagged, words, scratch);
        let changes = &mut scratch.changes;
        self.unread(raw, text, tagged, changes);
        if changes.is_empty() {
            return false;
        }
        self.turn(raw, text, words, changes);
        if changes.is_empty() {
            return false;
        }
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
        let UncoverScratch { english, marks, changes, memo, buffers, way } = scratch;
        english.clear();
        english.extend(tagged.spelling.iter().map(|&spelling| is_english(spelling)));
        let typed = self.is_typed(text, tagged, words, (english, memo), way);
        let place = Place { english: false, typed };
        let row = Row { tables, known, memo, words, text, raw, tagged, place };
        if !look::marks(&row, english, marks) && !typed {
            return;
        }
        if typed {
            // There a word may be another one too: cos, been, khoong.
            for (token, mark) in text.tokens.iter().zip(marks.iter_mut()) {
                if known.is_typed(tables, words, token, text.key(token), way) {
                    *mark = Mark::Read;
                }
            }
        }
        // Up to where tokens are settled.
        let (mut at, mut free) = (0, 0);
        while let Some(next) = marks[at..].iter().position(|&m| m == Mark::Read || m == Mark::Chat) {
            at += next;
            if marks[at] == Mark::Chat {
                self.chat(&row, at..at + 1, changes.len(), changes);
                free = changes.last().map_or(free, |c| c.last + 1);
                at += 1;
                continue;
            }
            let place = Place { english: english[text.tokens[at].sentence as usize], typed };
            let row = Row { place, ..row };
            // The words on both sides may be a part of what is read, and those beside them may vouch for it.
            let piece = |i: &usize| is_piece(text, *i);
            let mut to = at + 1;
            while to < text.tokens.len() && to - at < LONGEST_ROW {
                let Some(next) = (to..text.tokens.len().min(to + BESIDE + 1)).find(|&i| marks[i] == Mark::Read) else {
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
            self.chat(&row, at..to, before, changes);
            free = changes[before..].last().map_or(free, |c| c.last + 1);
            at = to.max(free);
        }
    }

    /// Chat spellings among tokens that no other reading took.
    fn chat(&self, row: &Row<'_>, range: Range<usize>, read_from: usize, changes: &mut Vec<Change>) {
        let text = row.text;
        let others = changes.len();
        for at in range {
            if changes[read_from..].iter().any(|c| (c.first..=c.last).contains(&at)) {
                continue;
            }
            let found = if row.place.english { row.english(at) } else { row.chat(at).map(|to| (to, at, 0)) };
            let Some((to, last, sign)) = found else { continue };
            let span = RawSpan::new(text.tokens[at].raw.start(), text.tokens[last].raw.end() + sign);
            let words = to.iter().map(|word| (word.clone(), span, Folds::SOCIAL)).collect();
            changes.push(Change { first: at, last, words });
        }
        if changes.len() > others {
            changes[read_from..].sort_by_key(|c| c.first);
        }
    }

    /// Whether a text was typed with the typing method switched off: two keys too many, and one of them where no other
    /// writing has it, or in a word of a term beside another of the same term. *max* (mã), *box* (bõ) alone are English.
    fn is_typed(
        &self,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        (english, memo): (&[bool], &Memo),
        way: &mut String,
    ) -> bool {
        let known = &self.known;
        let (mut keys, mut sure) = (0, false);
        // The word before, as it would be typed, and whether that took a digit.
        let mut before = (0, None);
        for (token, &id) in text.tokens.iter().zip(&tagged.ids) {
            let key = text.key(token);
            let open = id == 0 && !token.accented && token.kind == Kind::Word && !english[token.sentence as usize];
            let typed = if open && !is_undone(key) { memo.typing(&self.tables, key, way) } else { None };
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
                && (!digit || memo.word(&self.tables, known, words, key, place, all_typed));
            let id = words.id(&normalise::bare(way));
            let pair = (digit || before.1.is_some()) && self.known.pair(before.0, id);
            if lexicon && (found > 1 || key.ends_with(['f', 'j']) || inner || pair) {
                sure = true;
                keys += u32::from(inner || pair && (digit || key.ends_with(['f', 'j'])));
            }
            before = (id, lexicon.then_some(digit));
        }
        // In so long a text that many more would stand, two are chance.
        sure && keys >= 2 && keys as usize * MOST_PER_KEY >= text.tokens.len()
    }
}

/// Whether a word is nothing but one with its accents typed out.
fn all_typed(readings: &[Reading]) -> bool {
    readings.iter().all(|r| r.folds.contains(Folds::TELEX))
}

/// Whether a token may be any of several words: where nothing carries diacritics a syllable may ("giam toi 50%" is tới,
/// "hom nay" hôm).
fn is_open(text: &Text, tagged: &Tagged, at: usize) -> bool {
    let token = &text.tokens[at];
    let spelling = tagged.spelling[token.sentence as usize];
    spelling.words > 1 && spelling.is_bare() && normalise::is_bare_syllable(text.key(token))
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
