//! Where the parts of a compound meet: which words may stand beside one another because one ends a part and the other
//! begins the next. Lists meet lists, so this is a table of kinds of words and not one of words.

use crate::{
    pack::{Lang, ListId, Pack},
    words::{WordId, Words},
};
use std::collections::HashMap;

/// Sets of seams, one bit each, twice: of Vietnamese and of English words. Words of two languages do not vouch for one
/// another.
type Set = Vec<u64>;

/// Seams by word.
#[derive(Debug)]
pub(super) struct Seams {
    /// By word id: which kind of end, and which kind of beginning, it is; 0 is none.
    ends: Vec<u16>,
    begins: Vec<u16>,
    /// Of each kind of end, the kinds of beginnings that it meets at some seam.
    meet: Vec<bool>,
    kinds: usize,
}

impl Seams {
    pub(super) fn new(pack: &Pack, words: &Words) -> Self {
        // A part that is itself a compound begins and ends where its own parts do; those stand before it.
        let own = || (0..pack.lists.len()).map(|list| vec![ListId(list as u16)]).collect::<Vec<_>>();
        let (mut first, mut last) = (own(), own());
        let width = (pack.compounds.iter().map(|c| c.parts.len().saturating_sub(1)).sum::<usize>() * 2).div_ceil(64);
        let (mut ends, mut begins) = (vec![vec![0; width]; pack.lists.len()], vec![vec![0; width]; pack.lists.len()]);
        let mut seam = 0;
        for compound in &pack.compounds {
            let lists = |at: usize, of: &[Vec<ListId>]| {
                let part = compound.parts.get(at).map_or(&[] as &[ListId], |p| &p.lists);
                part.iter().flat_map(|list| of[list.0 as usize].iter().copied()).collect::<Vec<_>>()
            };
            for at in 1..compound.parts.len() {
                for (sets, lists) in [(&mut ends, lists(at - 1, &last)), (&mut begins, lists(at, &first))] {
                    lists.iter().for_each(|list| sets[list.0 as usize][seam / 64] |= 3 << (seam % 64));
                }
                seam += 2;
            }
            let made = pack.terms[compound.term.0 as usize].list.0 as usize;
            let (begin, end) = (lists(0, &first), lists(compound.parts.len().saturating_sub(1), &last));
            first[made].extend(begin);
            last[made].extend(end);
        }
        let of_words = |sets: &[Set], last: bool| {
            let mut of = vec![vec![0; width]; words.len()];
            for term in pack.terms.iter().filter(|t| !pack.lists[t.list.0 as usize].context) {
                let word = if last { term.words.last() } else { term.words.first() };
                let Some(id) = word.map(|w| words.id(&w.bare)).filter(|&id| id != 0) else { continue };
                let lang: u64 = match term.lang {
                    Lang::Vi => 0x5555_5555_5555_5555,
                    Lang::En => 0xAAAA_AAAA_AAAA_AAAA,
                    Lang::Any => u64::MAX,
                };
                let set: &mut Set = &mut of[id as usize];
                set.iter_mut().zip(&sets[term.list.0 as usize]).for_each(|(o, s)| *o |= s & lang);
            }
            of
        };
        let (ends, end_kinds) = numbered(of_words(&ends, true));
        let (begins, begin_kinds) = numbered(of_words(&begins, false));
        let meets = |end: &Set, begin: &Set| end.iter().zip(begin).any(|(e, b)| e & b != 0);
        let meet = end_kinds.iter().flat_map(|end| begin_kinds.iter().map(move |begin| meets(end, begin))).collect();
        Self { ends, begins, meet, kinds: begin_kinds.len() }
    }

    /// Whether the one word ends a part of a compound and the other begins the next.
    #[inline]
    pub(super) fn meet(&self, first: WordId, second: WordId) -> bool {
        let (end, begin) = (self.ends[first as usize], self.begins[second as usize]);
        end != 0 && begin != 0 && self.meet[usize::from(end) * self.kinds + usize::from(begin)]
    }

    /// Whether a word ends a part before another.
    pub(super) fn ends(&self, word: WordId) -> bool {
        self.ends[word as usize] != 0
    }

    /// The words that end a part before another, or begin one after another.
    pub(super) fn words(&self, ends: bool) -> impl Iterator<Item = WordId> {
        let kinds = if ends { &self.ends } else { &self.begins };
        (0..).zip(kinds).filter(|k| *k.1 != 0).map(|k| k.0)
    }
}

/// Sets to numbers, equal sets to equal ones; the empty set is 0.
fn numbered(sets: Vec<Set>) -> (Vec<u16>, Vec<Set>) {
    let mut kinds: Vec<Set> = Vec::new();
    let mut known: HashMap<Set, u16> = HashMap::new();
    let mut number = |set: Set| {
        *known.entry(set).or_insert_with_key(|set| {
            kinds.push(set.clone());
            (kinds.len() - 1) as u16
        })
    };
    number(vec![0; sets.first().map_or(0, Vec::len)]);
    let numbers = sets.into_iter().map(&mut number).collect();
    (numbers, kinds)
}
