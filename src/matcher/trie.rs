//! Terms as paths of word ids. A text token walks by its bare key; what the diacritics say is asked only at the end of a
//! path, where few arrive.

use super::cue::Cue;
use crate::{
    normalise::{Folds, Kind, Text},
    pack::{BarePolicy, ListId, Pack, Position, TermId},
    post::Field,
    span::RawSpan,
    vocabulary::{Status, Tag},
    words::{KeyMap, Tagged, WordId, Words},
};

#[derive(Clone, Debug, Default)]
struct Node {
    /// Bit `id & 63` of every child: most pairs of words fail here.
    mask: u64,
    /// Terms that end here.
    terms: Vec<TermId>,
}

/// All terms proper.
#[derive(Debug)]
pub(super) struct Trie {
    /// Node of each first word; 0 is none.
    root: Vec<u32>,
    nodes: Vec<Node>,
    edges: KeyMap<u64, u32>,
}

/// What is known of the post when terms are matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) field: Field,
    /// Language of the post.
    pub(super) tag: Tag,
}

/// Buffers of a walk, reused.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Matches that begin at the present token: the longest of each list.
    here: Vec<(ListId, TermId, u32, Folds)>,
    /// End of the last match of each list in this field.
    last_end: Vec<u32>,
    touched: Vec<ListId>,
}

impl Trie {
    pub(super) fn new(pack: &Pack, words: &Words) -> Self {
        let mut trie = Self { root: vec![0; words.len()], nodes: vec![Node::default()], edges: KeyMap::default() };
        for (i, term) in pack.terms.iter().enumerate() {
            if term.words.is_empty() || term.position == Position::Hashtag {
                continue;
            }
            let mut at = 0;
            for (depth, word) in term.words.iter().enumerate() {
                at = trie.child(at, words.id(&word.bare), depth == 0);
            }
            trie.nodes[at as usize].terms.push(TermId(i as u32));
        }
        trie
    }

    fn child(&mut self, node: u32, id: WordId, first: bool) -> u32 {
        let next = self.nodes.len() as u32;
        let slot = if first {
            &mut self.root[id as usize]
        } else {
            self.nodes[node as usize].mask |= 1 << (id & 63);
            self.edges.entry(edge(node, id)).or_insert(0)
        };
        if *slot == 0 {
            *slot = next;
            self.nodes.push(Node::default());
            return next;
        }
        *slot
    }

    /// How many nodes and edges there are.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.nodes.len(), self.edges.len())
    }

    /// Finds every term in a field, the longest within each list, in order of place.
    pub(super) fn find(
        &self,
        pack: &Pack,
        raw: &str,
        text: &Text,
        tagged: &Tagged,
        setting: Setting,
        walk: &mut Walk,
        out: &mut Vec<Cue>,
    ) {
        walk.last_end.resize(pack.lists.len(), 0);
        for list in walk.touched.drain(..) {
            walk.last_end[list.0 as usize] = 0;
        }
        let ids = &tagged.ids;
        for first in 0..ids.len() {
            let Some(&start) = self.root.get(ids[first] as usize).filter(|&&n| n != 0 && ids[first] != 0) else {
                continue;
            };
            walk.here.clear();
            let (mut node, mut end) = (start, first + 1);
            loop {
                for &term in &self.nodes[node as usize].terms {
                    if let Some(folds) = accept(pack, raw, text, tagged, setting, term, first) {
                        let list = pack.terms[term.0 as usize].list;
                        match walk.here.iter_mut().find(|h| h.0 == list) {
                            Some(longest) => *longest = (list, term, end as u32, folds),
                            None => walk.here.push((list, term, end as u32, folds)),
                        }
                    }
                }
                let Some(&id) = ids.get(end) else { break };
                if id == 0 || self.nodes[node as usize].mask >> (id & 63) & 1 == 0 {
                    break;
                }
                match self.edges.get(&edge(node, id)) {
                    Some(&next) => (node, end) = (next, end + 1),
                    None => break,
                }
            }
            for &(list, term, end, folds) in &walk.here {
                let last = &mut walk.last_end[list.0 as usize];
                if *last >= end {
                    continue; // inside a longer term of the same list
                }
                if *last == 0 {
                    walk.touched.push(list);
                }
                *last = end;
                let span = cover(text, first, end as usize);
                out.push(Cue {
                    list,
                    term,
                    field: setting.field,
                    first: first as u32,
                    end,
                    span,
                    folds,
                    status: Status::Affirmed,
                    dropped: false,
                    value: 0.0,
                });
            }
        }
    }
}

#[inline]
fn edge(node: u32, id: WordId) -> u64 {
    u64::from(node) << 32 | u64::from(id)
}

/// The raw span of tokens `first..end`.
pub(super) fn cover(text: &Text, first: usize, end: usize) -> RawSpan {
    text.tokens[first].raw.cover(text.tokens[end - 1].raw)
}

/// Whether the tokens from `first` on are really this term (`vietnamese.md` section 4), and which folds that took.
fn accept(
    pack: &Pack,
    raw: &str,
    text: &Text,
    tagged: &Tagged,
    setting: Setting,
    id: TermId,
    first: usize,
) -> Option<Folds> {
    let term = &pack.terms[id.0 as usize];
    let tokens = &text.tokens[first..first + term.words.len()];
    let (mut folds, mut own_marks, mut bare) = (Folds::NONE, false, false);
    for (i, (token, word)) in tokens.iter().zip(&term.words).enumerate() {
        if i > 0 && token.before > word.before {
            return None;
        }
        folds = folds.with(token.folds);
        // Bare keys agree, or the walk had not come here: only diacritics can differ.
        let same = if token.accented { text.key(token) == word.marked } else { word.marked.len() == word.bare.len() };
        if same {
            own_marks |= token.accented;
        } else if (!token.accented || token.damaged) && word.marked != word.bare {
            bare = true;
        } else {
            return None; // other diacritics: never
        }
    }
    let spelling = tagged.spelling[tokens[0].sentence as usize];
    if bare {
        folds = folds.with(Folds::BARE);
        let sentence = term.bare == BarePolicy::Sentence && spelling.is_bare() && setting.tag != Tag::En;
        if !(own_marks || sentence) {
            return None;
        }
    }
    if term.needs_english
        && !(spelling.accented == 0 && (setting.tag == Tag::En || spelling.english * 5 >= spelling.words))
    {
        return None;
    }
    if term.position == Position::Label && !is_label(raw, cover(text, first, first + tokens.len())) {
        return None;
    }
    (tokens[0].kind != Kind::Hashtag).then_some(folds)
}

/// A label position: first words of the field or of a line, with a colon, bar, dash, line break or the end after them; or
/// alone inside brackets.
fn is_label(raw: &str, span: RawSpan) -> bool {
    let before = raw[..span.start() as usize].trim_end_matches([' ', '\t', '*', '_', '"', '“']);
    let after = raw[span.end() as usize..].trim_start_matches([' ', '\t', '*', '_', '"', '”']);
    let bracketed = before.ends_with(['(', '[', '{', '【', '（']) && after.starts_with([')', ']', '}', '】', '）']);
    let before = before.trim_end_matches(|c: char| {
        !c.is_alphanumeric() && !matches!(c, '\n' | '.' | ',' | '!' | '?' | '#' | '@' | ')' | ']' | '-' | '|')
    });
    let opens = before.is_empty() || before.ends_with(['\n', '|']);
    let closes = after.is_empty() || after.starts_with([':', '|', '-', '–', '—', '\n', '/']);
    bracketed || opens && closes
}
