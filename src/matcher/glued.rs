//! Hashtags: terms written without spaces, whole or at the start or end of a longer tag whose rest is words too.

use crate::{
    normalise::{self, Folds},
    pack::{Pack, Position, Term, TermId},
    words::{Filed, WordId, Words},
};
use aho_corasick::{AhoCorasick, MatchKind};

/// Shorter keys stand inside too many other words to be looked for inside a tag.
const LEAST_INSIDE: usize = 7;
const LONGEST_SYLLABLE: usize = 6;

/// Space-free keys.
#[derive(Debug)]
pub(super) struct Glued {
    marked: Filed<TermId>,
    bare: Filed<TermId>,
    inside: Option<AhoCorasick>,
    inside_terms: Vec<TermId>,
}

impl Glued {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut glued =
            Self { marked: Filed::default(), bare: Filed::default(), inside: None, inside_terms: Vec::new() };
        let mut inside = Vec::new();
        for (i, term) in pack.terms.iter().enumerate() {
            let list = &pack.lists[term.list.0 as usize];
            if term.words.is_empty() || list.hidden() {
                continue;
            }
            let id = TermId(i as u32);
            let join = |part: fn(&crate::pack::Word) -> &str| term.words.iter().map(part).collect::<String>();
            let (marked, bare) = (join(|w| &w.marked), join(|w| &w.bare));
            let open = list.hashtags || term.position == Position::Hashtag;
            if open || term.words.len() > 1 && marked != bare {
                glued.marked.push(&marked, id);
            }
            if open {
                if term.words.len() > 1 && bare.len() >= LEAST_INSIDE {
                    inside.push(bare.clone());
                    glued.inside_terms.push(id);
                }
                glued.bare.push(&bare, id);
            }
        }
        // Literals only; without the automaton, long tags simply match whole.
        glued.inside = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&inside)
            .ok()
            .filter(|_| !inside.is_empty());
        glued
    }

    /// Terms that a hashtag spells; where one is only part of the tag, also which bytes of its bare key.
    pub(super) fn terms(
        &self,
        pack: &Pack,
        words: &Words,
        marked: &str,
        bare: &str,
        accented: bool,
        mut found: impl FnMut(TermId, Folds, Option<std::ops::Range<usize>>),
    ) {
        let mut any = false;
        for &id in self.marked.get(marked) {
            any = true;
            found(id, Folds::NONE, None);
        }
        if accented || any {
            return;
        }
        for &id in self.bare.get(bare) {
            any = true;
            found(id, bare_fold(&pack.terms[id.0 as usize]), None);
        }
        let Some(inside) = self.inside.as_ref().filter(|_| !any && bare.len() > LEAST_INSIDE && bare.is_ascii()) else {
            return;
        };
        // In the middle of a tag, syllables of its neighbours spell too many other words (#khunghiduongdalat).
        if let Some(hit) = inside.find(bare).filter(|hit| hit.start() == 0 || hit.end() == bare.len())
            && splits(words, &bare[..hit.start()])
            && splits(words, &bare[hit.end()..])
        {
            let id = self.inside_terms[hit.pattern().as_usize()];
            found(id, bare_fold(&pack.terms[id.0 as usize]), Some(hit.range()));
        }
    }
}

fn bare_fold(term: &Term) -> Folds {
    if term.words.iter().any(|w| w.marked != w.bare) { Folds::BARE } else { Folds::NONE }
}

/// Whether `rest` is a row of syllables or known words.
fn splits(words: &Words, rest: &str) -> bool {
    if rest.len() > 60 {
        return false;
    }
    let mut reach = [false; 61];
    reach[0] = true;
    for end in 1..=rest.len() {
        reach[end] = (end.saturating_sub(12)..end).any(|start| {
            let piece = &rest[start..end];
            reach[start]
                && (piece.len() <= LONGEST_SYLLABLE && normalise::is_bare_syllable(piece)
                    || piece.len() >= 3 && words.id(piece) != WordId::default())
        });
    }
    reach[rest.len()]
}
