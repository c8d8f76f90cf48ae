//! Text that was turned upside down, or round: it is read from its end, as a whole.

use super::{Uncover, UncoverScratch, row::Change};
use crate::{
    normalise::{self, Break, Folds, Kind, Text, Token},
    span::RawSpan,
    words::{Tagged, Words},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Pieces of a broken word, and words between them, among letters that are upside down.
const MOST_PIECES: usize = 8;

impl Uncover {
    /// Adds an empty change for every word with letters that exist upside down only and that nothing was read of, so that
    /// [`Uncover::turn`] looks at it.
    pub(super) fn unread(&self, raw: &str, text: &Text, tagged: &Tagged, changes: &mut Vec<Change>) {
        let known = changes.len();
        for (at, token) in text.tokens.iter().enumerate().filter(|t| tagged.ids[t.0] == 0 && t.1.kind == Kind::Word) {
            let turned = !text.key(token).is_ascii() && self.stands_upside_down(token.raw.slice(raw));
            // They stand in order.
            let read = || changes[..known].get(changes[..known].partition_point(|c| c.last < at));
            if turned && read().is_none_or(|c| c.first > at) {
                changes.push(Change { first: at, last: at, words: Vec::new() });
            }
        }
        if changes.len() > known {
            changes.sort_by_key(|c| c.first);
        }
    }

    /// Text that was turned is read from its end: words in a row that were turned, with single words and numbers among
    /// them, and all that stands upside down beside them, are turned as a whole and folded anew. They share one span then,
    /// since the text has them in the other order. Letters upside down may be held apart like others (ɯ_ǝ), so what they
    /// turn into is read once more.
    pub(super) fn turn(&self, raw: &str, text: &Text, words: &Words, changes: &mut Vec<Change>) {
        let turned = |c: &Change| c.words.iter().all(|w| w.2.contains(Folds::FLIPPED));
        let near = |at: usize| text.tokens.get(at).is_some_and(|t| t.before < Break::Sentence);
        let own = |at: usize| text.tokens[at].raw.slice(raw);
        let mut at = 0;
        while at < changes.len() {
            if !turned(&changes[at]) {
                at += 1;
                continue;
            }
            let upside = |c: &Change| (c.first..=c.last).any(|i| self.stands_upside_down(own(i)));
            let follows = |last: usize, next: usize| {
                let mut between = changes[last].last + 1..changes[next].first;
                let plain = |i: usize| near(i) && is_turnable(text, i);
                // Pieces of words are many.
                let piece =
                    |i: usize| text.tokens[i].kind == Kind::Emoji || is_turnable(text, i) && self.is_lone(own(i));
                between.len() < 3 && between.clone().all(plain)
                    || upside(&changes[last])
                        && upside(&changes[next])
                        && between.len() < MOST_PIECES
                        && between.all(piece)
            };
            let mut end = at;
            let next = |end: usize| (end + 1..changes.len()).take(MOST_PIECES).find(|&i| turned(&changes[i]));
            while let Some(next) = next(end).filter(|&i| follows(end, i)) {
                end = next;
            }
            let (mut first, mut last) = (changes[at].first, changes[end].last);
            let span = |first: usize, last: usize| text.tokens[first].raw.cover(text.tokens[last].raw);
            let stands = self.stands_upside_down(span(first, last).slice(raw));
            let stuck = |i: usize| {
                let gap = raw.get(text.tokens[i].raw.end() as usize..text.tokens[i + 1].raw.start() as usize);
                stands && gap.is_some_and(|gap| !gap.contains(char::is_whitespace))
            };
            let joins = |i: usize, stuck: bool| {
                is_turnable(text, i) && (self.is_turned(own(i), words, stands) || stuck && self.is_lone(own(i)))
            };
            while first > 0 && (near(first) || stuck(first - 1)) && joins(first - 1, stuck(first - 1)) {
                first -= 1;
            }
            let goes_on = |last: usize| last + 1 < text.tokens.len() && (near(last + 1) || stuck(last));
            while goes_on(last) && joins(last + 1, stuck(last)) {
                last += 1;
            }
            // What was read of the words at the edges is no reading any more.
            let from = changes[..at].iter().position(|c| c.last >= first).unwrap_or(at);
            let to = at + 1 + changes[at + 1..].iter().take_while(|c| c.first <= last).count();
            (first, last) = (first.min(changes[from].first), last.max(changes[to - 1].last));
            let mut span = span(first, last);
            // The sign of a number stood behind it.
            if raw[..span.start() as usize].ends_with('%') {
                span = RawSpan::new(span.start() - 1, span.end());
            }
            let whole = self.whole(&self.turned(span.slice(raw), stands), words, stands);
            let read = |i: usize| changes[from..to].iter().find(|c| (c.first..=c.last).contains(&i));
            let as_read = |i: usize| match read(i) {
                Some(c) if c.first == i => c.words.iter().map(|w| words.id(&normalise::bare(&w.0))).collect(),
                Some(_) => Vec::new(),
                None => vec![words.id(text.bare_key(&text.tokens[i]))],
            };
            let forwards: Vec<_> = (first..=last).flat_map(as_read).collect();
            let backwards: Vec<_> = whole.tokens.iter().map(|t| words.id(whole.bare_key(t))).collect();
            let beside = |w: &&[u32]| self.known.pair(w[0], w[1]) || self.known.meet(w[0], w[1]);
            let pairs = |ids: &[u32]| ids.windows(2).filter(beside).count();
            let (forwards, backwards) = (pairs(&forwards), pairs(&backwards));
            at = to;
            // Who turns words upside down turns the row; letters that were only put in another order may be chance.
            let one = || whole.tokens.first().is_some_and(|t| self.known.rank(words, whole.key(t)).is_some());
            if (whole.tokens.len() > 1 || stands && one()) && (backwards > forwards || stands && backwards == forwards)
            {
                let key = |t: &Token| (whole.key(t).to_owned(), span, Folds::FLIPPED);
                let words = whole.tokens.iter().map(key).collect();
                changes.splice(from..to, [Change { first, last, words }]);
                at = from + 1;
            }
        }
        changes.retain(|c| !c.words.is_empty());
    }

    /// Text that was turned, folded; what stood upside down also read.
    fn whole(&self, turned: &str, words: &Words, stands: bool) -> Text {
        let mut whole = Text::default();
        if !stands {
            normalise::fold(turned, &mut whole);
            return whole;
        }
        // Tags are prose here: their words are what counts.
        let turned = turned.replace('#', " ");
        normalise::fold(&turned, &mut whole);
        let (mut tagged, mut read) = (Tagged::default(), Text::default());
        words.tag(&whole, &mut tagged);
        if self.read(&turned, &whole, &tagged, words, &mut UncoverScratch::default(), &mut read) { read } else { whole }
    }

    /// Whether a text has letters that exist in no other way up.
    fn stands_upside_down(&self, text: &str) -> bool {
        let upside = |c: char| !c.is_ascii() && normalise::base(c) == c && self.tables.flipped.contains_key(&c);
        text.chars().any(upside)
    }

    /// Whether a token beside words that were turned goes with them: a number, or a word that can stand upside down (where
    /// the others do) and surely does, or is another one then.
    fn is_turned(&self, token: &str, words: &Words, stands: bool) -> bool {
        if token.bytes().any(|b| b.is_ascii_digit()) {
            return true;
        }
        stands
            && self.is_lone(token)
            && (self.stands_upside_down(token) || words.id(&normalise::bare(&self.turned(token, true))) != 0)
    }

    /// Whether a word can stand upside down.
    fn is_lone(&self, token: &str) -> bool {
        let lone = |c: char| !self.tables.flipped.values().any(|&to| to == c) || self.tables.flipped.contains_key(&c);
        token.nfd().flat_map(char::to_lowercase).all(lone)
    }

    /// A text from its end, each letter with its marks, upside down if it `stands` so.
    fn turned(&self, text: &str, stands: bool) -> String {
        let turned = |c: char| self.tables.flipped.get(&c).copied().filter(|_| stands).unwrap_or(c);
        let (mut out, mut marks) = (String::new(), Vec::new());
        for c in text.nfd().flat_map(char::to_lowercase).collect::<Vec<_>>().into_iter().rev() {
            if is_combining_mark(c) {
                marks.push(c);
            } else {
                out.push(turned(c));
                out.extend(marks.drain(..).rev());
            }
        }
        out.nfc().collect()
    }
}

/// Whether a token can stand in a row of words that were turned.
fn is_turnable(text: &Text, at: usize) -> bool {
    matches!(text.tokens[at].kind, Kind::Number | Kind::Word)
}
