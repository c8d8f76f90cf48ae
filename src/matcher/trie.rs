//! Terms as paths of word ids. A text token walks by its bare key; what the diacritics say is asked only at the end of a
//! path, where few arrive.

use super::{FieldText, cue::Cue};
use crate::{
    normalise::{Break, Folds, Text, Token},
    pack::{BarePolicy, ListId, Pack, Position, TermId, Word},
    post::Field,
    span::RawSpan,
    vocabulary::{Status, Tag},
    words::{KeyTable, Traits, WordId, Words, mark_hash},
};

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Bit `id & 63` of every child: most pairs of words fail here.
    mask: u64,
    /// [`mark_bit`] of this word in every term at or below the node: whatever fits none of them ends the walk.
    marks: u64,
    /// The node before it; of a first word nothing.
    parent: u32,
    /// The word that leads here.
    word: WordId,
    /// Terms that end here: a range of `ends`.
    first: u32,
    count: u32,
}

/// What must be known of a term to accept it, close together in memory: terms themselves are for people.
#[derive(Clone, Copy, Debug)]
struct Head {
    list: ListId,
    bare: BarePolicy,
    position: Position,
    needs_english: bool,
    /// Whether it may go on past a comma or a sentence end somewhere.
    breaks: bool,
    /// Whether its list is a part of a compound: there the other part may vouch for words without diacritics.
    part: bool,
    /// First of its words in `marks`.
    first: u32,
    words: u32,
}

/// A term that ends at a node, with the mark of its last word, which refuses most of them.
#[derive(Clone, Copy, Debug)]
struct End {
    term: TermId,
    mark: u32,
    list: ListId,
}

/// All terms of one kind.
#[derive(Debug)]
pub(super) struct Trie {
    /// The trait of the words that begin them.
    begins: Traits,
    /// By word: [`Node::mask`] of its node, or all bits where a term ends there. These few bytes decide of most words.
    goes_on: Vec<u64>,
    /// First the node of every word, by its id, then those of longer paths. Node 0 is of no word.
    nodes: Vec<Node>,
    /// How many words there are.
    words: usize,
    edges: Edges,
    ends: Vec<End>,
    heads: Vec<Head>,
    /// Of each word of each term, the hash of its key if it has diacritics, else 0; and its key.
    marks: Vec<u32>,
    keys: Vec<u32>,
    spelt: KeyTable,
    /// How many ends of sentences a term may stand over at most (`no. 1`).
    crosses: usize,
}

/// (node, word) to child: open addressing in one block of eight bytes a slot, so that it stays in the cache. Every child
/// knows its parent and word, which settles what the tag only suggests.
#[derive(Debug, Default)]
struct Edges {
    /// (part of the hash, child); child 0 is empty. A power of two, at most half full.
    slots: Vec<(u32, u32)>,
    len: usize,
}

impl Edges {
    #[inline]
    fn get(&self, nodes: &[Node], parent: u32, word: WordId) -> u32 {
        let hash = edge_hash(parent, word);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(&(tag, child)) = self.slots.get(at) {
            if child == 0 {
                return 0;
            }
            if tag == (hash >> 32) as u32 {
                let node = &nodes[child as usize];
                if node.parent == parent && node.word == word {
                    return child;
                }
            }
            at = (at + 1) & mask;
        }
        0
    }

    /// Adds the edge to the last node; `first` is the first node that an edge leads to.
    fn add_last(&mut self, nodes: &[Node], first: usize) {
        if (self.len + 1) * 2 > self.slots.len() {
            self.slots = vec![(0, 0); (self.slots.len() * 2).max(64)];
            self.len = 0;
            for child in first..nodes.len() - 1 {
                self.place(nodes, child);
            }
        }
        self.place(nodes, nodes.len() - 1);
    }

    fn place(&mut self, nodes: &[Node], child: usize) {
        let node = &nodes[child];
        let hash = edge_hash(node.parent, node.word);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = ((hash >> 32) as u32, child as u32);
        self.len += 1;
    }
}

/// Bit 0 for a word without diacritics, one of the others for one with: most words with other diacritics fail here.
#[inline]
fn mark_bit(mark: u32) -> u64 {
    if mark == 0 { 1 } else { 2 << ((mark >> 8) % 63) }
}

#[inline]
fn edge_hash(parent: u32, word: WordId) -> u64 {
    let hash = (u64::from(parent) << 32 | u64::from(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^ hash >> 31
}

/// What is known of the post when terms are matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) field: Field,
    /// Language of the post.
    pub(super) tag: Tag,
}

/// A term that begins at the present token.
#[derive(Clone, Copy, Debug)]
struct Found {
    list: ListId,
    term: TermId,
    end: u32,
    folds: Folds,
    /// Whether it counts only inside a compound: nothing of it has its diacritics, and a word beside it has.
    open: bool,
}

/// Buffers of a walk, reused.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Matches that begin at the present token: the longest of each list.
    here: Vec<Found>,
    /// End of the last match of each list in this field.
    last_end: Vec<u32>,
    touched: Vec<ListId>,
}

impl Walk {
    /// One more match that begins at the present token; it ends no earlier than those before.
    fn add(&mut self, found: Found) {
        match self.here.iter_mut().find(|h| h.list == found.list && h.open == found.open) {
            Some(longest) => *longest = found,
            None => self.here.push(found),
        }
    }

    /// Gives the matches that begin at token `first`, but for those inside a longer term of their list.
    fn take(&mut self, text: &Text, field: Field, first: usize, out: &mut Vec<Cue>) {
        for Found { list, term, end, folds, open } in self.here.drain(..) {
            let last = &mut self.last_end[list.0 as usize];
            if *last >= end {
                continue;
            }
            if !open {
                if *last == 0 {
                    self.touched.push(list);
                }
                *last = end;
            }
            out.push(Cue {
                list,
                term,
                field,
                first: first as u32,
                end,
                span: cover(text, first, end as usize),
                folds,
                status: Status::Affirmed,
                dropped: open,
                value: 0.0,
            });
        }
    }
}

/// What is looked for in a field.
pub(super) trait Wanted {
    /// Whether terms of a list are.
    fn list(&self, list: ListId) -> bool;
    /// Whether terms of a sentence are, by its number.
    fn sentence(&self, sentence: usize) -> bool;
}

/// All lists in all sentences.
pub(super) struct All;

impl Wanted for All {
    fn list(&self, _: ListId) -> bool {
        true
    }

    fn sentence(&self, _: usize) -> bool {
        true
    }
}

impl Trie {
    /// The terms whose first words have the trait `begins`.
    pub(super) fn new(pack: &Pack, words: &Words, begins: Traits) -> Self {
        let mut trie = Self {
            begins,
            goes_on: Vec::new(),
            nodes: vec![Node::default(); words.len()],
            words: words.len(),
            edges: Edges::default(),
            ends: Vec::new(),
            heads: Vec::with_capacity(pack.terms.len()),
            marks: Vec::new(),
            keys: Vec::new(),
            spelt: KeyTable::default(),
            crosses: 0,
        };
        let mut ending: Vec<(u32, TermId)> = Vec::new();
        let mut parts = vec![false; pack.lists.len()];
        let lists = pack.compounds.iter().flat_map(|c| &c.parts).flat_map(|p| &p.lists);
        lists.filter(|_| begins != Traits::CONTEXT).for_each(|list| parts[list.0 as usize] = true);
        for (term, i) in pack.terms.iter().zip(0..) {
            let own = Traits::beginning(&pack.lists[term.list.0 as usize]) == begins;
            let words_of: &[Word] = if own && term.position != Position::Hashtag { &term.words } else { &[] };
            trie.heads.push(Head {
                list: term.list,
                bare: term.bare,
                position: term.position,
                needs_english: term.needs_english,
                part: parts[term.list.0 as usize] && term.bare != BarePolicy::Exact,
                breaks: words_of.iter().skip(1).any(|w| w.before > Break::None),
                first: trie.marks.len() as u32,
                words: words_of.len() as u32,
            });
            let mark = |w: &Word| if w.marked == w.bare { 0 } else { mark_hash(&w.marked) };
            trie.marks.extend(words_of.iter().map(mark));
            trie.keys.extend(words_of.iter().map(|w| trie.spelt.add(&w.marked)));
            if words_of.is_empty() {
                continue;
            }
            trie.crosses = trie.crosses.max(words_of.iter().skip(1).filter(|w| w.before >= Break::Sentence).count());
            let mut at = 0;
            for (depth, word) in words_of.iter().enumerate() {
                let id = words.id(&word.bare);
                at = if depth == 0 { id } else { trie.child(at, id) };
                trie.nodes[at as usize].marks |= mark_bit(mark(word));
            }
            ending.push((at, TermId(i)));
        }
        ending.sort();
        for (node, term) in ending {
            let node = &mut trie.nodes[node as usize];
            if node.count == 0 {
                node.first = trie.ends.len() as u32;
            }
            node.count += 1;
            let head = trie.heads[term.0 as usize];
            let mark = trie.marks[(head.first + head.words - 1) as usize];
            trie.ends.push(End { term, mark, list: head.list });
        }
        trie.goes_on = trie.nodes[..words.len()].iter().map(|n| if n.count > 0 { u64::MAX } else { n.mask }).collect();
        trie
    }

    fn child(&mut self, node: u32, id: WordId) -> u32 {
        let known = self.edges.get(&self.nodes, node, id);
        if known != 0 {
            return known;
        }
        self.nodes.push(Node { parent: node, word: id, ..Node::default() });
        self.nodes[node as usize].mask |= 1 << (id & 63);
        self.edges.add_last(&self.nodes, self.words);
        self.nodes.len() as u32 - 1
    }

    /// How many nodes and edges there are.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.nodes.len() - self.words, self.edges.len)
    }

    /// Finds every term of the wanted sentences of a field and of the wanted lists, the longest within each list, in order
    /// of place.
    pub(super) fn find(
        &self,
        pack: &Pack,
        on: FieldText<'_>,
        setting: Setting,
        wanted: impl Wanted,
        walk: &mut Walk,
        out: &mut Vec<Cue>,
    ) {
        let FieldText { text, tagged, .. } = on;
        if !tagged.seen.has(self.begins) {
            return;
        }
        walk.last_end.resize(pack.lists.len(), 0);
        for list in walk.touched.drain(..) {
            walk.last_end[list.0 as usize] = 0;
        }
        let (ids, traits) = (&tagged.ids[..], &tagged.traits[..]);
        for (s, sentence) in text.sentences.iter().enumerate() {
            // A term of a sentence before may reach into a wanted one.
            if !(s..text.sentences.len().min(s + 1 + self.crosses)).any(|s| wanted.sentence(s)) {
                continue;
            }
            for first in sentence.first as usize..sentence.end as usize {
                // Most words begin no term, or none that goes on with the next word.
                let next = ids.get(first + 1).copied().unwrap_or(0);
                if traits[first].has(self.begins) && self.goes_on[ids[first] as usize] >> (next & 63) & 1 == 1 {
                    self.walk(pack, on, setting, first, &wanted, walk);
                    if !walk.here.is_empty() {
                        walk.take(text, setting.field, first, out);
                    }
                }
            }
        }
    }

    /// The terms that begin with token `first`.
    #[inline(always)]
    fn walk(
        &self,
        pack: &Pack,
        on: FieldText<'_>,
        setting: Setting,
        first: usize,
        wanted: &impl Wanted,
        walk: &mut Walk,
    ) {
        let FieldText { text, tagged, .. } = on;
        // Where not one token has diacritics, every sentence is bare: only the language can forbid.
        let may_be_bare = tagged.accented || setting.tag != Tag::En;
        let (mut node, mut end) = (tagged.ids[first], first);
        loop {
            let here = &self.nodes[node as usize];
            let mark = tagged.marks[end];
            let fits = match mark {
                0 => here.marks & 1 != 0 || may_be_bare,
                mark => here.marks & mark_bit(mark) != 0 || text.tokens[end].damaged,
            };
            if !fits {
                return;
            }
            end += 1;
            for ending in &self.ends[here.first as usize..(here.first + here.count) as usize] {
                let may_end = match mark {
                    mark if mark == ending.mark => true,
                    0 => may_be_bare,
                    _ => text.tokens[end - 1].damaged,
                };
                if !may_end || !wanted.list(ending.list) {
                    continue;
                }
                if let Some((folds, open)) = self.accept(pack, on, setting, ending.term, first) {
                    walk.add(Found { list: ending.list, term: ending.term, end: end as u32, folds, open });
                }
            }
            let next = tagged.ids.get(end).copied().unwrap_or(0);
            if next == 0 || here.mask >> (next & 63) & 1 == 0 {
                return;
            }
            node = self.edges.get(&self.nodes, node, next);
            if node == 0 {
                return;
            }
        }
    }

    /// Whether the tokens from `first` on are really this term, and which folds that took; and whether that counts only
    /// inside a compound, see [`Found::open`].
    fn accept(
        &self,
        pack: &Pack,
        on: FieldText<'_>,
        setting: Setting,
        id: TermId,
        first: usize,
    ) -> Option<(Folds, bool)> {
        let FieldText { raw, text, tagged, .. } = on;
        let head = &self.heads[id.0 as usize];
        let count = head.words as usize;
        let tokens = &text.tokens[first..first + count];
        let marks = &self.marks[head.first as usize..][..count];
        // Diacritics that a chat spelling was read with (ko: không) vouch for no other word.
        let (mut own_marks, mut vouched, mut bare) = (false, false, false);
        let mut folds = Folds::NONE;
        for ((token, &found), &wanted) in tokens.iter().zip(&tagged.marks[first..]).zip(marks) {
            folds = folds.with(token.folds);
            if found == wanted {
                own_marks |= found != 0;
                vouched |= found != 0 && !token.folds.intersects(Folds::SOCIAL);
            } else if wanted != 0 && (found == 0 || token.damaged) {
                bare = true;
            } else {
                return None; // other diacritics: never
            }
        }
        // Most terms stand inside a clause; the others say where they may cross its end.
        if tokens[1..].iter().any(|t| t.before > Break::None) {
            let words = &pack.terms[id.0 as usize].words;
            if !head.breaks || tokens.iter().zip(words).skip(1).any(|(t, w)| t.before > w.before) {
                return None;
            }
        }
        let spelling = tagged.spelling[tokens[0].sentence as usize];
        let mut open = false;
        if bare {
            folds = folds.with(Folds::BARE);
            // A foreign accent stands for an accent: around it the others may have theirs.
            let unaccented =
                spelling.is_bare() || tokens.iter().zip(marks).all(|(t, &m)| t.damaged || t.accented || m == 0);
            let sentence = head.bare == BarePolicy::Sentence && unaccented && setting.tag != Tag::En;
            open = !(vouched && head.bare != BarePolicy::Exact || sentence);
            let before = || first > 0 && tokens[0].before == Break::None && has_accents(&text.tokens[first - 1]);
            let after = || text.tokens.get(first + count).is_some_and(|t| t.before == Break::None && has_accents(t));
            // What is English as it stands (My, so, do) is that.
            let english = || tagged.traits[first..first + count].iter().any(|t| t.has(Traits::ENGLISH));
            if open && !(head.part && (before() || after()) && !english()) {
                return None;
            }
        }
        if head.needs_english
            && !(spelling.accented == 0 && (setting.tag == Tag::En || spelling.english * 5 >= spelling.words))
        {
            return None;
        }
        if head.position == Position::Label && !is_label(raw, text, first, first + count) {
            return None;
        }
        // The hashes only found it; the letters decide.
        let keys = &self.keys[head.first as usize..][..count];
        let same = |(t, &key): (&Token, &u32)| !t.accented || t.damaged || text.key_bytes(t) == self.spelt.key(key);
        (!own_marks || tokens.iter().zip(keys).all(same)).then_some((folds, open))
    }
}

/// Whether a token has diacritics of its own, which somebody wrote.
pub(super) fn has_accents(token: &Token) -> bool {
    token.accented && !token.damaged && !token.folds.intersects(Folds::SOCIAL)
}

/// The raw span of tokens `first..end`.
pub(super) fn cover(text: &Text, first: usize, end: usize) -> RawSpan {
    text.tokens[first].raw.cover(text.tokens[end - 1].raw)
}

/// A label position: first words of the field or of a line, with a colon, bar, dash, line break or the end after them; the
/// first words of the field with a full stop or an exclamation mark after them ("Quảng cáo. …", "Ad! …") or with the same
/// picture on both sides ("🚨 AD 🚨 …"), or broken by signs, as nobody writes a mere mention ("q.c son này …"); or alone
/// inside brackets.
fn is_label(raw: &str, text: &Text, first: usize, end: usize) -> bool {
    let (start, close) = (&text.tokens[first], &text.tokens[end - 1]);
    // On the folded text: no invisible mark, selector or markup of a page hides where a line begins.
    let edges = [' ', '\t', '*', '_', '"'];
    let before = text.marked[..start.marked.range().start].trim_end_matches(edges);
    let after = text.marked[close.marked.range().end..].trim_start_matches(edges);
    let bracketed = before.ends_with(['(', '[', '{', '<']) && after.starts_with([')', ']', '}', '>']);
    let picture = before.chars().next_back().filter(|c| !c.is_ascii() && !c.is_alphanumeric());
    let framed = picture.is_some_and(|c| after.starts_with(c));
    // A dash may open a line; a hyphen, folded alike, joins.
    let last = first.checked_sub(1).map_or(0, |i| text.tokens[i].raw.end());
    let hyphen = raw.get(last as usize..start.raw.start() as usize).is_none_or(|gap| gap.contains('-'));
    let before = before.trim_end_matches(|c: char| {
        let stays = matches!(c, '\n' | '.' | ',' | '!' | '?' | '#' | '@' | ')' | ']' | '|') || hyphen && c == '-';
        !c.is_alphanumeric() && !stays
    });
    let opens = before.is_empty() || before.ends_with(['\n', '|']);
    let broken = text.tokens[first..end].iter().all(|t| t.folds.contains(Folds::SEPARATOR));
    let stops = before.is_empty() && (framed || broken || after.starts_with(['.', '!']) && !after.starts_with(".."));
    let closes = stops || after.is_empty() || after.starts_with([':', '|', '-', '\n', '/']);
    bracketed || opens && closes
}
