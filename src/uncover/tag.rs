//! Disguised words in hashtags: a tag whose letters are a row of words, or one of a row of tags (#giamr #caan). What was read
//! takes the place of the tag's key.

use super::{
    Uncover, UncoverScratch,
    decode::Reading,
    glued, is_english,
    known::Rank,
    memo::Vain,
    place::Place,
    row::{Change, LONGEST_ROW, Row},
};
use crate::{
    normalise::{Folds, Kind, MAX_SYLLABLE, Text},
    span::RawSpan,
    words::{Tagged, Words},
};

/// Bytes of the longest tag that is read.
const LONGEST: usize = 120;
/// Letters of the shortest one that is read alone.
const SHORTEST: usize = 5;

impl Uncover {
    /// Adds what the hashtags of a field are read as to the changes.
    pub(super) fn tags(&self, raw: &str, text: &Text, tagged: &Tagged, words: &Words, scratch: &mut UncoverScratch) {
        let is_tag = |i: usize| text.tokens.get(i).is_some_and(|t| t.kind == Kind::Hashtag);
        if !tagged.special.iter().any(|&i| is_tag(i as usize)) {
            return;
        }
        let UncoverScratch { changes, memo, buffers, .. } = scratch;
        let before = changes.len();
        let mut at = 0;
        while at < text.tokens.len() {
            if !is_tag(at) {
                at += 1;
                continue;
            }
            let most = text.tokens.len().min(at + LONGEST_ROW);
            let end = (at..most).find(|&i| !is_tag(i)).unwrap_or(most);
            let english = is_english(tagged.spelling[text.tokens[at].sentence as usize]);
            let place = Place { english, typed: false };
            let row = Row { tables: &self.tables, known: &self.known, memo, words, text, raw, tagged, place };
            let first = changes.len();
            for tag in at..end {
                changes.extend(row.tag(tag));
            }
            // Where every tag is a word as it stands, none is read as another.
            if end - at > 1 && (at..end).all(|tag| row.may_be_word(tag)) && (at..end).any(|tag| !row.is_known(tag)) {
                let alone = changes.len();
                row.read(at, end, buffers, changes);
                let mut together = changes.split_off(alone);
                let read = |tag: usize| changes[first..].iter().any(|c| c.first == tag);
                together.retain(|c| c.first == c.last && c.words.len() == 1 && !read(c.first));
                changes.append(&mut together);
            }
            at = end;
        }
        if changes.len() > before {
            changes.sort_by_key(|c| c.first);
        }
    }
}

impl Row<'_> {
    /// Whether a tag is as long as one word.
    fn may_be_word(&self, tag: usize) -> bool {
        self.text.bare_bytes(&self.text.tokens[tag]).len() <= 2 * MAX_SYLLABLE
    }

    /// What a tag is read as by itself.
    fn tag(&self, at: usize) -> Option<Change> {
        let token = &self.text.tokens[at];
        let key = self.text.key(token);
        let known = || self.known.is_tag(key) || self.known.rank(self.words, key).is_some();
        if !(SHORTEST..=LONGEST).contains(&key.len()) || self.memo.is_vain(key, Vain::Tag(self.place)) || known() {
            return None;
        }
        let read = self.read_tag(key);
        if read.is_none() {
            self.memo.keep_vain(key, Vain::Tag(self.place));
        }
        let (key, folds) = read?;
        Some(Change { first: at, last: at, words: vec![(key, token.raw, folds)] })
    }

    fn read_tag(&self, key: &str) -> Option<(String, Folds)> {
        let mut tag = None;
        self.memo.plainer(self.tables, key, &mut |way, folds| {
            if tag.is_none() && self.known.is_tag(way) {
                tag = Some((way.to_owned(), folds));
            }
        });
        if tag.is_some() {
            return tag;
        }
        let sure = |r: &Reading| {
            r.rank == Rank::Lexicon && !r.risky && r.key.len() >= SHORTEST && !r.folds.contains(Folds::FLIPPED)
        };
        if let Some(reading) = self.word(key).filter(sure) {
            return Some((reading.key, reading.folds));
        }
        let words = glued::words(self, key, RawSpan::new(0, 0), true)?;
        let whole: String = words.iter().map(|w| w.0.as_str()).collect();
        Some((whole, words.iter().fold(Folds::NONE, |folds, w| folds.with(w.2))))
    }
}
