//! Folded text to cues: terms by a trie of words, hashtags and links by their own keys, values by reading numbers,
//! patterns behind their gates, and compounds of all of these.
//!
//! The trie is chosen for what it decides, word edges and diacritics; measured, it is slower than aho-corasick over folded
//! text (`benches/results/`). aho-corasick serves what has no word edges.

mod compound;
mod cue;
mod glued;
mod links;
mod phone;
mod tags;
mod trie;
mod values;

pub use cue::Cue;

use crate::{
    normalise::{self, Folds, Kind, Text, Token},
    pack::{ListId, Pack, TermId, ValueKind},
    post::Field,
    span::RawSpan,
    vocabulary::{self, Status},
    words::{Tagged, Traits, WordId, Words},
};
use compound::{Compounds, Ready};
use glued::{Glued, Tag};
use links::Links;
use tags::{Pairs, TagWords};
use trie::{All, Setting, Trie, Walk, cover};
use values::Values;

/// Finds cues. Built once from a pack, shared by all workers.
#[derive(Debug)]
pub struct Matcher {
    trie: Trie,
    /// Words of compounds apart: they are everywhere, and are looked for only where a compound may stand.
    hidden: Trie,
    /// Words of context apart: they too are everywhere, and matter only where something else was found.
    context: Trie,
    values: Values,
    links: Links,
    glued: Glued,
    pairs: Pairs,
    compounds: Compounds,
    /// Gate words and the patterns behind them, as indices; sorted.
    gates: Vec<(WordId, u16)>,
    /// Hidden lists stand after all others: the first of them.
    first_hidden: ListId,
}

/// Cues on each side that a containment check looks at: keeps hostile text linear.
const NEIGHBOURS: usize = 24;

/// Buffers of one worker.
#[derive(Debug, Default)]
pub struct MatchScratch {
    walk: Walk,
    open: Vec<(u16, u32)>,
    ready: Ready,
    tags: TagWords,
}

/// One field to be searched.
#[derive(Clone, Copy, Debug)]
pub struct FieldText<'t> {
    /// Which field.
    pub field: Field,
    /// As received.
    pub raw: &'t str,
    /// Folded.
    pub text: &'t Text,
    /// Looked up.
    pub tagged: &'t Tagged,
}

impl Matcher {
    /// The engine for a pack.
    pub fn new(pack: &Pack, words: &Words) -> Self {
        let behind = pack.patterns.iter().zip(0..).flat_map(|(p, i)| p.gate.iter().map(move |gate| (gate, i)));
        let mut gates: Vec<(WordId, u16)> = behind.map(|(gate, i)| (words.id(gate), i)).collect();
        gates.sort_unstable();
        Self {
            trie: Trie::new(pack, words, Traits::TERM),
            hidden: Trie::new(pack, words, Traits::HIDDEN),
            context: Trie::new(pack, words, Traits::CONTEXT),
            values: Values::new(pack),
            links: Links::new(pack),
            glued: Glued::new(pack),
            pairs: Pairs::new(pack, words),
            compounds: Compounds::new(pack, words),
            gates,
            first_hidden: ListId(pack.lists.partition_point(|l| !l.hidden()) as u16),
        }
    }

    /// Nodes and edges of the trie, for `lexicon stats`.
    pub fn size(&self) -> (usize, usize) {
        let (terms, context) = (self.trie.size(), self.context.size());
        (terms.0 + context.0, terms.1 + context.1)
    }

    /// Appends the cues of a field, sorted by place, then list.
    pub fn find(
        &self,
        pack: &Pack,
        words: &Words,
        tag: vocabulary::Tag,
        on: FieldText<'_>,
        scratch: &mut MatchScratch,
        out: &mut Vec<Cue>,
    ) {
        let from = out.len();
        let FieldText { field, raw, text, tagged } = on;
        let setting = Setting { field, tag };
        self.trie.find(pack, on, setting, All, &mut scratch.walk, out);
        let of_trie = out.len();
        let mut tags = false;
        for i in tagged.special.iter().map(|&i| i as usize) {
            let token = &text.tokens[i];
            let whole = |term: TermId, folds: Folds| cue(pack, term, field, text, i, i + 1, folds.with(token.folds));
            match token.kind {
                Kind::Url => self.links.terms(text.key(token), |term| out.push(whole(term, Folds::NONE))),
                Kind::Hashtag => {
                    tags = true;
                    if goes_on(raw, text, i) {
                        continue;
                    }
                    let (marked, bare) = (text.key(token), text.bare_key(token));
                    let tag = Tag { raw: token.raw.slice(raw), marked, bare, accented: token.accented };
                    self.glued.terms(pack, words, tag, |term, folds, part| {
                        let mut cue = whole(term, folds);
                        match part.map(|part| part_of_tag(raw, token.raw, part)) {
                            None => {}
                            Some(Some(span)) => cue.span = span,
                            Some(None) => return,
                        }
                        out.push(cue);
                    });
                }
                _ => {}
            }
        }
        if tags {
            self.words_of_tags(pack, words, on, setting, scratch, out);
        }
        self.patterns(pack, on, scratch, out);
        let mut added = out.len() > of_trie;
        self.values.find(on, out);
        if out.len() > of_trie {
            out[from..].sort_by_key(Cue::place);
        }
        self.compounds.ready(text, tagged, &out[from..], pack.lists.len(), &mut scratch.ready);
        if scratch.ready.any() {
            self.hidden.find(pack, on, setting, &scratch.ready, &mut scratch.walk, out);
            out[from..].sort_by_key(Cue::place);
            let single = out.len();
            self.compounds.join(pack, text, field, from, &mut scratch.ready, out);
            added |= out.len() > single;
        }
        tidy(self.first_hidden, from, added, out);
        // Values alone state nothing that context could turn.
        if out[from..].iter().any(|c| c.list.0 as usize >= ValueKind::ALL.len()) {
            let found = out.len();
            self.context.find(pack, on, setting, All, &mut scratch.walk, out);
            if out.len() > found {
                out[from..].sort_by_key(Cue::place);
            }
        }
    }

    /// Cues in the words of hashtags: prose has no part in them.
    fn words_of_tags(
        &self,
        pack: &Pack,
        words: &Words,
        on: FieldText<'_>,
        setting: Setting,
        scratch: &mut MatchScratch,
        out: &mut Vec<Cue>,
    ) {
        let MatchScratch { walk, ready, tags, .. } = scratch;
        if !tags.read(&self.pairs, on.raw, on.text, words) {
            return;
        }
        let from = out.len();
        let inside = FieldText { text: &tags.text, tagged: &tags.tagged, ..on };
        self.trie.find(pack, inside, setting, All, walk, out);
        self.compounds.ready(inside.text, inside.tagged, &out[from..], pack.lists.len(), ready);
        if ready.any() {
            self.hidden.find(pack, inside, setting, &*ready, walk, out);
            out[from..].sort_by_key(Cue::place);
            self.compounds.join(pack, inside.text, on.field, from, ready, out);
        }
        tidy(self.first_hidden, from, true, out);
        let found = out.split_off(from);
        // Tags that are cues as they stand.
        let own = out.iter().filter(|c| c.field == on.field && on.text.tokens[c.first as usize].kind == Kind::Hashtag);
        let mut alone: Vec<u32> = own.map(|c| c.first).collect();
        alone.sort_unstable();
        let is_cue = |token| alone.binary_search(&token).is_ok();
        out.extend(found.into_iter().filter_map(|cue| tags.in_field(cue, on.text, is_cue)));
    }

    /// Cues of a link that the record lists apart from its texts: lists only, since no text carries it.
    pub fn link_lists(&self, pack: &Pack, link: &str, mut found: impl FnMut(ListId)) {
        self.links.terms(&link.to_ascii_lowercase(), |term| found(pack.terms[term.0 as usize].list));
    }

    /// Lists of a hashtag, without its sign, that the record lists apart from its texts.
    pub fn tag_lists(&self, pack: &Pack, words: &Words, tag: &str, mut found: impl FnMut(ListId)) {
        let (raw, mut text) = (format!("#{tag}"), Text::default());
        normalise::fold(&raw, &mut text);
        if let [token] = &text.tokens[..]
            && token.kind == Kind::Hashtag
        {
            let (marked, bare) = (text.key(token), text.bare_key(token));
            let tag = Tag { raw: token.raw.slice(&raw), marked, bare, accented: token.accented };
            self.glued.terms(pack, words, tag, |term, _, _| found(pack.terms[term.0 as usize].list));
        }
    }

    fn patterns(&self, pack: &Pack, on: FieldText<'_>, scratch: &mut MatchScratch, out: &mut Vec<Cue>) {
        scratch.open.clear();
        if !on.tagged.seen.has(Traits::GATE) {
            return;
        }
        for ((&id, traits), token) in on.tagged.ids.iter().zip(&on.tagged.traits).zip(0..) {
            if traits.has(Traits::GATE) {
                let first = self.gates.partition_point(|g| g.0 < id);
                let behind = self.gates[first..].iter().take_while(|g| g.0 == id).map(|g| g.1);
                let opened = behind.filter_map(|pattern| match pack.patterns[pattern as usize].opens {
                    true => opens(on.text, token).then(|| (pattern, on.text.tokens[token].marked.start())),
                    false => Some((pattern, 0)),
                });
                scratch.open.extend(opened);
            }
        }
        scratch.open.sort_unstable();
        scratch.open.dedup();
        for &(i, start) in &scratch.open {
            let pattern = &pack.patterns[i as usize];
            // Where a match must begin, the text begins.
            let (text, start, mut from) = (on.text, start as usize, 0);
            let marked = &text.marked[start..];
            if !pattern.also.is_empty() && !pattern.also.iter().any(|f| f.find(marked.as_bytes()).is_some()) {
                continue;
            }
            while let Some(hit) = pattern.regex.find_at(marked, from) {
                let place = start + hit.start()..start + hit.end();
                let tokens = text.tokens_in_marked(place.clone());
                let whole = tokens.clone().next().is_some_and(|first| {
                    let (first, last) = (&text.tokens[first], &text.tokens[tokens.end - 1]);
                    first.marked.start() as usize >= place.start && last.marked.end() as usize <= place.end
                });
                // A hit that begins or ends inside a word is none; the next may begin inside it.
                from = if whole { hit.end() } else { hit.start() };
                from += marked[from..].chars().next().map_or(1, char::len_utf8);
                if whole {
                    let folds = text.tokens[tokens.clone()].iter().fold(Folds::NONE, |f, t| f.with(t.folds));
                    out.push(cue(pack, pattern.term, on.field, text, tokens.start, tokens.end, folds));
                }
                if from > marked.len() {
                    break;
                }
            }
        }
    }
}

/// Whether a token is the first of its sentence, pictures apart.
fn opens(text: &Text, token: usize) -> bool {
    let first = text.sentences[text.tokens[token].sentence as usize].first as usize;
    text.tokens[first..token].iter().all(|t| t.kind == Kind::Emoji)
}

/// Whether a hashtag is the beginning of a longer name, as platforms do not read it but people do: #ad🐧_squad.
fn goes_on(raw: &str, text: &Text, at: usize) -> bool {
    let mut tokens = text.tokens[at..].windows(2);
    let stuck = |pair: &[Token]| {
        // Words read out of one may share their place.
        let gap = raw.get(pair[0].raw.end() as usize..pair[1].raw.start() as usize).unwrap_or_default();
        gap.bytes().all(|b| b == b'_') && matches!(pair[1].kind, Kind::Emoji | Kind::Word | Kind::Number)
    };
    let run = tokens.by_ref().take_while(|pair| stuck(pair)).take_while(|pair| pair[0].kind != Kind::Word);
    run.last().is_some_and(|pair| pair[1].kind != Kind::Emoji)
}

/// The bytes of the field that are bytes `part` of a hashtag's key: underscores are no part of it. `None` where the tag is
/// not written in plain letters.
fn part_of_tag(raw: &str, tag: RawSpan, part: std::ops::Range<usize>) -> Option<RawSpan> {
    let body =
        tag.slice(raw).strip_prefix('#').filter(|body| body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))?;
    let mut letters = body.bytes().enumerate().filter(|(_, b)| *b != b'_').map(|(i, _)| i as u32);
    let first = letters.by_ref().nth(part.start)?;
    let last = if part.len() == 1 { first } else { letters.nth(part.len() - 2)? };
    Some(RawSpan::new(tag.start() + 1 + first, tag.start() + 2 + last))
}

fn cue(pack: &Pack, term: TermId, field: Field, text: &Text, first: usize, end: usize, folds: Folds) -> Cue {
    Cue {
        list: pack.terms[term.0 as usize].list,
        term,
        field,
        first: first as u32,
        end: end as u32,
        span: cover(text, first, end),
        folds,
        status: Status::Affirmed,
        dropped: false,
        value: 0.0,
    }
}

/// Takes out hidden cues (words of compounds) and those that counted only inside one. The longest wins within one list: the trie saw to that for its own cues;
/// where patterns, hashtags or compounds added some, a cue inside another of its list goes. `cues[from..]` is sorted by
/// place.
fn tidy(first_hidden: ListId, from: usize, added: bool, cues: &mut Vec<Cue>) {
    let mut kept = from;
    for at in from..cues.len() {
        let cue = cues[at];
        if cue.list >= first_hidden || cue.dropped || added && is_contained(&cues[from..kept], &cues[at..]) {
            continue;
        }
        cues[kept] = cue;
        kept += 1;
    }
    cues.truncate(kept);
}

/// Whether `rest[0]` lies inside a neighbour of its list, or says the same as one before it. Values stay, since several
/// readings of one number may be right.
fn is_contained(before: &[Cue], rest: &[Cue]) -> bool {
    let Some((cue, after)) = rest.split_first() else { return false };
    if (cue.list.0 as usize) < ValueKind::ALL.len() {
        return false;
    }
    let holds =
        |other: &Cue| other.list == cue.list && !other.dropped && other.first <= cue.first && other.end >= cue.end;
    before[before.len().saturating_sub(NEIGHBOURS)..].iter().any(holds)
        || after.iter().take(NEIGHBOURS).take_while(|o| o.first == cue.first).any(|o| holds(o) && o.end > cue.end)
}
