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
mod split;

use crate::{
    normalise::{self, Folds, Kind, Rewrite, Text},
    pack::{FoldTables, Pack},
    words::{Spelling, Tagged, Traits, Words},
};
use decode::Place;
use join::{Change, LONGEST_ROW, Row};
use known::{Known, Rank};
use memo::Memo;
use std::ops::Range;

/// Reads disguised words. Built once from a pack, shared by all workers.
#[derive(Debug)]
pub struct Uncover {
    tables: FoldTables,
    known: Known,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct UncoverScratch {
    suspects: Vec<Suspect>,
    changes: Vec<Change>,
    memo: Memo,
}

impl Uncover {
    /// The reader for a pack.
    pub fn new(pack: &Pack, words: &Words) -> Self {
        Self { tables: pack.folds.clone(), known: Known::new(pack, words) }
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
        let UncoverScratch { suspects, changes, memo } = scratch;
        if !self.look(text, tagged, words, suspects) {
            return false;
        }
        changes.clear();
        self.changes(raw, text, tagged, words, suspects, memo, changes);
        if changes.is_empty() {
            return false;
        }
        self.turn(words, changes);
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

    #[allow(clippy::too_many_arguments)] // the field, how it was read, and the buffers
    fn changes(
        &self,
        raw: &str,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        suspects: &[Suspect],
        memo: &Memo,
        changes: &mut Vec<Change>,
    ) {
        let Self { tables, known } = self;
        let typed = self.is_typed(text, tagged, words, memo);
        // Up to where tokens are settled.
        let (mut at, mut free) = (0, 0);
        while at < text.tokens.len() {
            if suspects[at] == Suspect::No {
                at += 1;
                continue;
            }
            let place = Place { english: is_english(tagged.spelling[text.tokens[at].sentence as usize]), typed };
            let row = Row { tables, known, memo, words, text, raw, tagged, place };
            let mut to = at;
            while to < text.tokens.len() && suspects[to] != Suspect::No && to - at < LONGEST_ROW {
                to += 1;
            }
            // The words on both sides may vouch for what is read, or be a part of it.
            let from = if at > free && is_piece(text, at - 1) { at - 1 } else { at };
            let end = to + usize::from(to < text.tokens.len() && is_piece(text, to));
            let before = changes.len();
            if suspects[at..to].contains(&Suspect::Part) {
                row.read(from, end, changes);
            }
            if !place.english {
                self.chat(text, tagged, words, at..to, before, changes);
            }
            free = changes[before..].last().map_or(free, |c| c.last + 1);
            at = to.max(free);
        }
    }

    /// Upside-down text is read from its end: words in a row that were turned are put the other way round where terms
    /// have more of them so. They share one span then, since the text has them in the other order.
    fn turn(&self, words: &Words, changes: &mut Vec<Change>) {
        let turned = |c: &Change| c.words.iter().all(|w| w.2.contains(Folds::FLIPPED));
        let id = |key: &str| words.id(&normalise::bare(key));
        let mut at = 0;
        while at < changes.len() {
            let row =
                changes[at..].windows(2).take_while(|w| turned(&w[0]) && turned(&w[1]) && w[0].last + 1 == w[1].first);
            let end = at + 1 + row.count();
            let keys: Vec<_> = changes[at..end].iter().flat_map(|c| &c.words).map(|w| id(&w.0)).collect();
            let pairs = |forward: bool| {
                let pair = |w: &&[u32]| if forward { self.known.pair(w[0], w[1]) } else { self.known.pair(w[1], w[0]) };
                keys.windows(2).filter(pair).count()
            };
            if end > at + 1 && pairs(false) > pairs(true) {
                let row: Vec<Change> = changes.drain(at..end).rev().collect();
                let (first, last) = (row[row.len() - 1].first, row[0].last);
                let mut words: Vec<_> = row.into_iter().flat_map(|c| c.words).collect();
                let span = words[0].1.cover(words[words.len() - 1].1);
                words.iter_mut().for_each(|w| w.1 = span);
                changes.insert(at, Change { first, last, words });
                at += 1;
            } else {
                at = end;
            }
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

    /// Marks the tokens that may hide something; whether any does.
    fn look(&self, text: &Text, tagged: &Tagged, words: &Words, suspects: &mut Vec<Suspect>) -> bool {
        suspects.clear();
        let (mut any, mut end) = (false, 0);
        for (i, (token, &id)) in text.tokens.iter().zip(&tagged.ids).enumerate() {
            let (key, start) = (token.marked.range(), token.marked.range().start);
            // Nothing but signs between this token and the last one.
            let gap = &text.marked.as_bytes()[end..start];
            end = key.end;
            let stuck = i > 0 && gap.first() != Some(&b' ') && !gap.iter().any(u8::is_ascii_whitespace);
            let mut short = false;
            let suspect = match token.kind {
                Kind::Word => {
                    let traits = words.traits(id);
                    let letters = if token.accented { token.bare.range().len() } else { key.len() };
                    short = traits.has(Traits::SHORT) || letters == 1;
                    stuck || id == 0 || !short && may_be_part(traits, letters)
                }
                Kind::Number => stuck || text.marked.as_bytes()[key.start..key.end].iter().any(u8::is_ascii_alphabetic),
                Kind::Emoji => stuck || self.parts(text, tagged, i),
                Kind::Mention => stuck,
                Kind::Hashtag | Kind::Url | Kind::Email => false,
            };
            // Single letters in a row are a part of something; one alone is chat spelling at most.
            let in_row = short && i > 0 && key.len() == 1 && text.tokens[i - 1].marked.range().len() == 1;
            if (stuck && suspect || in_row) && is_piece(text, i - 1) {
                suspects[i - 1] = Suspect::Part;
            }
            suspects.push(match () {
                () if suspect || in_row => Suspect::Part,
                () if short => Suspect::Short,
                () => Suspect::No,
            });
            any |= suspect || short;
        }
        any
    }

    /// Whether an emoji stands between two words of a term.
    fn parts(&self, text: &Text, tagged: &Tagged, at: usize) -> bool {
        let word = |i: usize| text.tokens.get(i).is_some_and(|t| t.kind == Kind::Word);
        at > 0 && word(at - 1) && word(at + 1) && self.known.pair(tagged.ids[at - 1], tagged.ids[at + 1])
    }

    /// Whether a text was typed with the typing method switched off: two keys too many, and one of them where no other
    /// writing has it. *max* (mã), *box* (bõ) alone are English.
    fn is_typed(&self, text: &Text, tagged: &Tagged, words: &Words, memo: &Memo) -> bool {
        let (mut keys, mut sure) = (0, false);
        for (token, &id) in text.tokens.iter().zip(&tagged.ids) {
            let english = is_english(tagged.spelling[token.sentence as usize]);
            if id != 0 || token.accented || !matches!(token.kind, Kind::Word) || english {
                continue;
            }
            let key = text.key(token);
            let Some((typed, found)) = memo.typing(&self.tables, key) else { continue };
            keys += found;
            let place = Place { english: false, typed: false };
            // Digits may as well be letters: tr1, mi3n.
            let otherwise = || {
                key.bytes().any(|b| b.is_ascii_digit())
                    && memo.word(&self.tables, &self.known, words, key, place).is_some()
            };
            sure |= (found > 1 || key.ends_with(['f', 'j']))
                && self.known.rank(words, &typed) == Some(Rank::Lexicon)
                && !otherwise();
        }
        sure && keys >= 2
    }
}

/// What a look at a token suspects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suspect {
    No,
    /// A single letter or a chat spelling, which a word beside it may be a part of.
    Short,
    /// A word in disguise, or a part of one.
    Part,
}

/// Whether a known word may be the rest of a broken one.
fn may_be_part(traits: Traits, letters: usize) -> bool {
    traits.has(Traits::REST) || letters <= 3 && !traits.has(Traits::SYLLABLE) && !traits.has(Traits::ENGLISH)
}

/// Whether a token can be a part of a word that was broken up.
fn is_piece(text: &Text, at: usize) -> bool {
    matches!(text.tokens[at].kind, Kind::Word | Kind::Number | Kind::Emoji | Kind::Mention)
}

/// Whether a sentence speaks English: one function word in five, and more of them than words with diacritics.
fn is_english(spelling: Spelling) -> bool {
    spelling.english * 5 >= spelling.words && spelling.english > spelling.accented
}
