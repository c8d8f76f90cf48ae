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
mod split;

use crate::{
    normalise::{Folds, Kind, Rewrite, Text},
    pack::{FoldTables, Pack},
    words::{Spelling, Tagged, Traits, Words},
};
use decode::Place;
use join::{Change, LONGEST_ROW, Row};
use known::Known;

/// Reads disguised words. Built once from a pack, shared by all workers.
#[derive(Debug)]
pub struct Uncover {
    tables: FoldTables,
    known: Known,
}

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct UncoverScratch {
    suspects: Vec<bool>,
    changes: Vec<Change>,
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
        let UncoverScratch { suspects, changes } = scratch;
        if !look(text, tagged, words, suspects) {
            return false;
        }
        changes.clear();
        self.changes(raw, text, tagged, words, suspects, changes);
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

    fn changes(
        &self,
        raw: &str,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        suspects: &[bool],
        changes: &mut Vec<Change>,
    ) {
        let Self { tables, known } = self;
        let typed = self.is_typed(text, tagged);
        // Up to where tokens are settled.
        let (mut at, mut free) = (0, 0);
        while at < text.tokens.len() {
            if !suspects[at] {
                at += 1;
                continue;
            }
            let place = Place { english: is_english(tagged.spelling[text.tokens[at].sentence as usize]), typed };
            let row = Row { tables, known, words, text, raw, tagged, place };
            let mut to = at;
            while to < text.tokens.len() && suspects[to] && to - at < LONGEST_ROW {
                to += 1;
            }
            // The words on both sides may vouch for what is read, or be a part of it.
            let from = if at > free && is_piece(text, at - 1) { at - 1 } else { at };
            let end = to + usize::from(to < text.tokens.len() && is_piece(text, to));
            let before = changes.len();
            row.read(from, end, changes);
            if !place.english {
                self.chat(text, tagged, words, at..to, before, changes);
            }
            free = changes[before..].last().map_or(free, |c| c.last + 1);
            at = to.max(free);
        }
    }

    /// Chat spellings among tokens that no other reading took.
    fn chat(
        &self,
        text: &Text,
        tagged: &Tagged,
        words: &Words,
        range: std::ops::Range<usize>,
        read_from: usize,
        changes: &mut Vec<Change>,
    ) {
        let others = changes.len();
        for at in range {
            let short = words.traits(tagged.ids[at]).has(Traits::SHORT) && text.tokens[at].kind == Kind::Word;
            if !short || changes[read_from..others].iter().any(|c| (c.first..=c.last).contains(&at)) {
                continue;
            }
            if let Some(to) = chat::read(&self.tables, text, at) {
                let raw = text.tokens[at].raw;
                let words = to.iter().map(|word| (word.clone(), raw, Folds::SOCIAL)).collect();
                changes.push(Change { first: at, last: at, words });
            }
        }
        if changes.len() > others {
            changes[read_from..].sort_by_key(|c| c.first);
        }
    }

    /// Whether a text was typed with the typing method switched off: two keys too many, and one of them where no other
    /// writing has it. *max* (mã), *box* (bõ) alone are English.
    fn is_typed(&self, text: &Text, tagged: &Tagged) -> bool {
        let (mut keys, mut sure) = (0, false);
        for (token, &id) in text.tokens.iter().zip(&tagged.ids) {
            let english = is_english(tagged.spelling[token.sentence as usize]);
            if id != 0 || token.accented || !matches!(token.kind, Kind::Word) || english {
                continue;
            }
            if let Some((_, found)) = decode::typing(&self.tables, text.key(token)) {
                keys += found;
                sure |= found > 1 || text.key(token).ends_with(['f', 'j']);
            }
        }
        sure && keys >= 2
    }
}

/// Marks the tokens that may hide something; whether any does.
fn look(text: &Text, tagged: &Tagged, words: &Words, suspects: &mut Vec<bool>) -> bool {
    suspects.clear();
    let mut any = false;
    let mut end = 0;
    for (i, (token, &id)) in text.tokens.iter().zip(&tagged.ids).enumerate() {
        let (key, start) = (token.marked.range(), token.marked.range().start);
        // Nothing but signs between this token and the last one.
        let gap = &text.marked.as_bytes()[end..start];
        end = key.end;
        let stuck = i > 0 && gap.first() != Some(&b' ') && !gap.iter().any(u8::is_ascii_whitespace);
        let suspect = match token.kind {
            Kind::Word => id == 0 || key.len() <= 2 || words.traits(id).has(Traits::SHORT) || stuck,
            Kind::Number => stuck || text.marked.as_bytes()[key.start..key.end].iter().any(u8::is_ascii_alphabetic),
            Kind::Emoji | Kind::Mention => stuck,
            Kind::Hashtag | Kind::Url | Kind::Email => false,
        };
        if stuck && suspect && is_piece(text, i - 1) {
            suspects[i - 1] = true;
        }
        suspects.push(suspect);
        any |= suspect;
    }
    any
}

/// Whether a token can be a part of a word that was broken up.
fn is_piece(text: &Text, at: usize) -> bool {
    matches!(text.tokens[at].kind, Kind::Word | Kind::Number | Kind::Emoji | Kind::Mention)
}

/// Whether a sentence speaks English: one function word in five, and more of them than words with diacritics.
fn is_english(spelling: Spelling) -> bool {
    spelling.english * 5 >= spelling.words && spelling.english > spelling.accented
}
