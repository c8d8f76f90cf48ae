//! Hashtags: terms written without spaces: whole; as pieces that capitals and underscores set off; or at the start or end
//! of a longer tag whose rest is words too.

use crate::{
    normalise::{self, Folds},
    pack::{BarePolicy, Lang, Pack, Position, Term, TermId},
    words::{Filed, WordId, Words},
};
use aho_corasick::{AhoCorasick, MatchKind};
use std::{collections::HashSet, ops::Range};

/// Shorter keys stand inside too many other words to be looked for inside a tag.
const LEAST_INSIDE: usize = 7;
const LONGEST_SYLLABLE: usize = 6;
/// Longer tags match whole or not at all.
const LONGEST_TAG: usize = 60;
/// Edges of words in a tag that is looked at piece by piece.
const MOST_PIECES: usize = 16;

/// Space-free keys.
#[derive(Debug)]
pub(super) struct Glued {
    marked: Filed<TermId>,
    bare: Filed<TermId>,
    inside: Option<AhoCorasick>,
    inside_terms: Vec<TermId>,
    /// Tags of another meaning.
    other: HashSet<String>,
}

/// A hashtag to be searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    /// As received, with its `#`.
    pub(super) raw: &'t str,
    pub(super) marked: &'t str,
    pub(super) bare: &'t str,
    pub(super) accented: bool,
}

impl Glued {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut glued = Self {
            marked: Filed::default(),
            bare: Filed::default(),
            inside: None,
            inside_terms: Vec::new(),
            other: pack.folds.other_hashtags.iter().cloned().collect(),
        };
        let mut inside = Vec::new();
        for (i, term) in pack.terms.iter().enumerate() {
            let list = &pack.lists[term.list.0 as usize];
            if term.words.is_empty() || list.hidden() {
                continue;
            }
            let id = TermId(i as u32);
            let join = |part: fn(&crate::pack::Word) -> &str| term.words.iter().map(part).collect::<String>();
            let (marked, bare) = (join(|w| &w.marked), join(|w| &w.bare));
            let plain = marked == bare;
            let open = list.hashtags || term.position == Position::Hashtag;
            // Several words say in one tag what they say apart, unless without diacritics they may be others.
            let own = !plain || bare.len() >= LEAST_INSIDE && (term.lang == Lang::En || is_only(term));
            if open || term.words.len() > 1 && own {
                glued.marked.push(&marked, id);
            }
            if open && (plain || term.bare_hashtag) {
                if term.words.len() > 1 && bare.len() >= LEAST_INSIDE {
                    inside.push(bare.clone());
                    glued.inside_terms.push(id);
                }
                glued.bare.push(&bare, id);
            } else if !list.context && term.bare == BarePolicy::Sentence && term.words.len() > 2 && is_one_way(&bare) {
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
        tag: Tag<'_>,
        mut found: impl FnMut(TermId, Folds, Option<Range<usize>>),
    ) {
        let Tag { raw, marked, bare, accented } = tag;
        let mut any = false;
        for &id in self.marked.get(marked) {
            any = true;
            found(id, Folds::NONE, None);
        }
        if accented || any || self.other.contains(bare) {
            return;
        }
        for &id in self.bare.get(bare) {
            any = true;
            found(id, bare_fold(&pack.terms[id.0 as usize]), None);
        }
        let Some(inside) = self.inside.as_ref().filter(|_| !any && bare.len() > LEAST_INSIDE && bare.is_ascii()) else {
            return;
        };
        // Its last letter again and again: #kembodyyy.
        if let Some(hit) = inside.find(bare).filter(|hit| hit.end() + 2 <= bare.len())
            && let (tag, copies) = bare.split_at(hit.end())
            && copies.bytes().all(|b| tag.as_bytes().last() == Some(&b))
        {
            let id = self.inside_terms[hit.pattern().as_usize()];
            let folds = bare_fold(&pack.terms[id.0 as usize]).with(Folds::SOCIAL);
            if hit.start() == 0 {
                return found(id, folds, None);
            }
            if fewest(words, &bare[..hit.start()]).is_some() {
                return found(id, folds, Some(hit.start()..bare.len()));
            }
        }
        let many = |&&id: &&TermId| pack.terms[id.0 as usize].words.len() > 1;
        for part in set_off(raw, bare.len()) {
            if let Some(&id) = self.bare.get(&bare[part.clone()]).iter().find(many) {
                return found(id, bare_fold(&pack.terms[id.0 as usize]), Some(part));
            }
        }
        // In the middle of a tag, syllables of its neighbours spell too many other words (#khunghiduongdalat).
        if let Some(hit) = inside.find(bare).filter(|hit| hit.start() == 0 || hit.end() == bare.len())
            && let Some(before) = fewest(words, &bare[..hit.start()])
            && let Some(after) = fewest(words, &bare[hit.end()..])
        {
            let id = self.inside_terms[hit.pattern().as_usize()];
            let term = &pack.terms[id.0 as usize];
            // A cheaper way to read the whole tag has other words.
            if fewest(words, bare).is_none_or(|least| before + term.words.len() + after <= least) {
                found(id, bare_fold(term), Some(hit.range()));
            }
        }
    }
}

/// Parts of a tag, longest first, that begin and end where a capital or an underscore begins a new word, as bytes of its
/// key; only of a tag in plain letters that has such words.
fn set_off(raw: &str, key: usize) -> Vec<Range<usize>> {
    let Some(body) = raw.strip_prefix('#').filter(|body| body.is_ascii()) else { return Vec::new() };
    let mut edges = vec![0];
    let (mut at, mut last) = (0, b'_');
    for &b in body.as_bytes() {
        if b != b'_' {
            if last == b'_' || b.is_ascii_uppercase() && last.is_ascii_lowercase() {
                edges.push(at);
            }
            at += 1;
        }
        last = b;
    }
    edges.push(at);
    edges.dedup();
    // Two words at least, and not the whole tag; a tag of many words is a sentence, not a label.
    if at != key || edges.len() < 4 || edges.len() > MOST_PIECES {
        return Vec::new();
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (i, &start) in edges.iter().enumerate() {
        parts.extend(edges[i + 1..].iter().skip(1).map(|&end| start..end).filter(|p| p.len() < key));
    }
    parts.sort_by_key(|p| (std::cmp::Reverse(p.len()), p.start));
    parts
}

/// Whether the words of a term are too many, or too unlike syllables, to be others without diacritics.
fn is_only(term: &Term) -> bool {
    term.words.len() > 2 || term.words.iter().any(|w| !normalise::is_bare_syllable(&w.bare))
}

/// Whether letters divide into Vietnamese syllables in one way only.
fn is_one_way(key: &str) -> bool {
    let mut ways = vec![0_u32; key.len() + 1];
    ways[0] = 1;
    for end in 1..=key.len() {
        let starts = end.saturating_sub(LONGEST_SYLLABLE)..end;
        let is_part =
            |part: &str| normalise::is_bare_syllable(part) || part.len() == 1 && part.as_bytes()[0].is_ascii_digit();
        let syllables = starts.filter(|&s| key.get(s..end).is_some_and(is_part));
        ways[end] = syllables.map(|start| ways[start]).fold(0, u32::saturating_add);
    }
    ways[key.len()] == 1
}

fn bare_fold(term: &Term) -> Folds {
    if term.words.iter().any(|w| w.marked != w.bare) { Folds::BARE } else { Folds::NONE }
}

/// The fewest syllables or known words that `rest` is a row of; `None` when it is none.
fn fewest(words: &Words, rest: &str) -> Option<usize> {
    if rest.len() > LONGEST_TAG {
        return None;
    }
    let mut reach = [None; LONGEST_TAG + 1];
    reach[0] = Some(0);
    for end in 1..=rest.len() {
        reach[end] = (end.saturating_sub(12)..end)
            .filter_map(|start| {
                let piece = &rest[start..end];
                let is_word = piece.len() <= LONGEST_SYLLABLE && normalise::is_bare_syllable(piece)
                    || piece.len() >= 3 && words.id(piece) != WordId::default();
                is_word.then_some(reach[start]? + 1)
            })
            .min();
    }
    reach[rest.len()]
}
