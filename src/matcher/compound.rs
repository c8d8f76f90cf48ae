//! Compounds: cues in order, close together, inside one sentence.

use super::{
    cue::Cue,
    trie::{Wanted, cover, has_accents},
};
use crate::{
    bits::ones,
    normalise::{Folds, Text},
    pack::{Compound, ListId, Pack, Part},
    post::Field,
    vocabulary::Status,
    words::{Tagged, Traits, Words},
};

/// How many candidates for the next part are tried from one cue: keeps hostile text linear.
const TRIES: usize = 16;

/// So many new cues are brought in one by one; more are sorted in.
const MOST_SETTLED: usize = 16;

/// Which compounds may stand in a field: hardly any, so that the words of the others need not be looked for.
#[derive(Debug)]
pub(super) struct Compounds {
    /// Words of 64 compounds.
    width: usize,
    /// Of each list, the compounds that may begin, and go on, where one of its cues begins: twice `width` words. A part that
    /// is itself a compound begins where its own first part does.
    lists: Vec<u64>,
    /// The same of each word, by the terms of hidden lists that begin with it; `kinds` of words differ, 0 is none.
    words: Vec<u16>,
    kinds: Vec<u64>,
    /// Of each compound, the hidden lists that its parts need.
    needs: Vec<Vec<ListId>>,
}

/// Compounds that may stand in a field, where, and the hidden lists that they need. Reused.
#[derive(Debug, Default)]
pub(super) struct Ready {
    compounds: Vec<u64>,
    lists: Vec<bool>,
    /// By sentence, whether any may stand in it.
    sentences: Vec<bool>,
    /// What may begin, and go on, in the present sentence.
    here: Vec<u64>,
    /// By list, whether a cue of it was found.
    found: Vec<bool>,
}

impl Ready {
    /// Whether any compound may stand in the field.
    pub(super) fn any(&self) -> bool {
        self.compounds.iter().any(|&word| word != 0)
    }
}

impl Wanted for &Ready {
    #[inline]
    fn list(&self, list: ListId) -> bool {
        self.lists[list.0 as usize]
    }

    fn sentence(&self, sentence: usize) -> bool {
        self.sentences[sentence]
    }
}

impl Compounds {
    pub(super) fn new(pack: &Pack, words: &Words) -> Self {
        let width = pack.compounds.len().div_ceil(64);
        let mut lists = vec![0; pack.lists.len() * width * 2];
        let mut begins: Vec<Vec<ListId>> = Vec::new();
        for (i, compound) in pack.compounds.iter().enumerate() {
            for (part, at) in compound.parts.iter().take(2).zip(0..) {
                let own = part.lists.iter().flat_map(|&list| with_begins(pack, &begins, list)).collect::<Vec<_>>();
                for list in &own {
                    lists[(list.0 as usize * 2 + at) * width + i / 64] |= 1 << (i % 64);
                }
                if at == 0 {
                    begins.push(own);
                }
            }
        }
        let hidden = |list: ListId| pack.lists[list.0 as usize].hidden();
        let mut of_word = vec![vec![0; width * 2]; words.len()];
        for term in pack.terms.iter().filter(|t| hidden(t.list)) {
            let Some(first) = term.words.first() else { continue };
            let masks = &lists[term.list.0 as usize * width * 2..][..width * 2];
            of_word[words.id(&first.bare) as usize].iter_mut().zip(masks).for_each(|(o, m)| *o |= m);
        }
        let mut kinds = vec![vec![0; width * 2]];
        let words = of_word.into_iter().map(|masks| {
            let known = kinds.iter().position(|k| *k == masks);
            known.unwrap_or_else(|| {
                kinds.push(masks);
                kinds.len() - 1
            }) as u16
        });
        let words = words.collect();
        let needs = pack.compounds.iter().map(|compound| {
            let parts = compound.parts.iter().flat_map(|p| p.lists.iter().copied());
            parts.filter(|&l| hidden(l)).collect()
        });
        Self { width, lists, words, kinds: kinds.concat(), needs: needs.collect() }
    }

    /// Which compounds may stand in a field: those of which some sentence has what a first part begins with, and what a
    /// second one does, among its words and the cues found so far, sorted by place.
    pub(super) fn ready(&self, text: &Text, tagged: &Tagged, mut cues: &[Cue], lists: usize, out: &mut Ready) {
        let width = self.width;
        out.compounds.clear();
        if cues.is_empty() && !tagged.seen.has(Traits::HIDDEN) {
            return;
        }
        out.compounds.resize(width, 0);
        out.sentences.clear();
        for sentence in &text.sentences {
            let tokens = sentence.first as usize..sentence.end as usize;
            out.here.clear();
            out.here.resize(width * 2, 0);
            let (begun, met) = out.here.split_at_mut(width);
            let own = cues.partition_point(|c| c.first < sentence.end);
            for cue in &cues[..own] {
                let (first, second) = self.lists[cue.list.0 as usize * width * 2..][..width * 2].split_at(width);
                begun.iter_mut().zip(first).for_each(|(b, bits)| *b |= bits);
                met.iter_mut().zip(second).for_each(|(m, bits)| *m |= bits);
            }
            cues = &cues[own..];
            let mut any = 0;
            for (&id, traits) in tagged.ids[tokens.clone()].iter().zip(&tagged.traits[tokens]) {
                if !traits.has(Traits::HIDDEN) {
                    continue;
                }
                let kind = self.words[id as usize] as usize;
                let (first, second) = self.kinds[kind * width * 2..][..width * 2].split_at(width);
                for i in 0..width {
                    any |= begun[i] & second[i];
                    out.compounds[i] |= begun[i] & second[i];
                    begun[i] |= first[i];
                }
            }
            for i in 0..width {
                any |= begun[i] & met[i];
                out.compounds[i] |= begun[i] & met[i];
            }
            out.sentences.push(any != 0);
        }
        out.lists.clear();
        if out.any() {
            out.lists.resize(lists, false);
            for i in ones(&out.compounds) {
                self.needs[i].iter().for_each(|list| out.lists[list.0 as usize] = true);
            }
        }
    }

    /// Adds the compounds of one field that are ready to its cues (`cues[from..]`, sorted by place).
    pub(super) fn join(
        &self,
        pack: &Pack,
        text: &Text,
        field: Field,
        from: usize,
        ready: &mut Ready,
        cues: &mut Vec<Cue>,
    ) {
        let Ready { compounds, found, .. } = ready;
        found.clear();
        found.resize(pack.lists.len(), false);
        cues[from..].iter().for_each(|c| found[c.list.0 as usize] = true);
        for i in ones(compounds) {
            let parts = &pack.compounds[i].parts;
            if !parts.iter().all(|part| part.lists.iter().any(|list| found[list.0 as usize])) {
                continue;
            }
            let before = cues.len();
            let begins = |list: ListId| self.lists[list.0 as usize * self.width * 2 + i / 64] >> (i % 64) & 1 == 1;
            find(pack, text, field, &pack.compounds[i], begins, from, cues);
            if cues.len() > before {
                // Compounds stand after those they are built from, so what this one opens is still to come.
                settle(&mut cues[from..], before - from);
                found[pack.terms[pack.compounds[i].term.0 as usize].list.0 as usize] = true;
            }
        }
    }
}

/// Brings the cues from `new` on, mostly one or two, in among those before, which are sorted by place.
fn settle(cues: &mut [Cue], new: usize) {
    // Hostile text has thousands, and each moves all that stand behind its place.
    if cues.len() - new > MOST_SETTLED {
        return cues.sort_by_key(Cue::place);
    }
    for new in new..cues.len() {
        let cue = cues[new];
        let at = cues[..new].partition_point(|c| c.place() <= cue.place());
        cues.copy_within(at..new, at + 1);
        cues[at] = cue;
    }
}

/// A list, and those with which its compounds begin.
fn with_begins<'a>(pack: &'a Pack, begins: &'a [Vec<ListId>], list: ListId) -> impl Iterator<Item = ListId> + 'a {
    let makes = move |i: usize| pack.terms[pack.compounds[i].term.0 as usize].list == list;
    let own = begins.iter().enumerate().filter(move |(i, _)| makes(*i));
    std::iter::once(list).chain(own.flat_map(|(_, lists)| lists.iter().copied()))
}

fn find(
    pack: &Pack,
    text: &Text,
    field: Field,
    compound: &Compound,
    begins: impl Fn(ListId) -> bool,
    from: usize,
    cues: &mut Vec<Cue>,
) {
    let before = cues.len();
    let mut last_end = 0;
    for at in from..before {
        if cues[at].first < last_end || !begins(cues[at].list) || !fits(&cues[at], &compound.parts[0]) {
            continue;
        }
        if let Some((end, folds)) = chain(text, &cues[from..before], at - from, compound, 1) {
            let first = cues[at].first;
            cues.push(Cue {
                list: pack.terms[compound.term.0 as usize].list,
                term: compound.term,
                field,
                first,
                end,
                span: cover(text, first as usize, end as usize),
                folds: folds.with(cues[at].folds),
                status: Status::Affirmed,
                dropped: false,
                value: 0.0,
            });
            last_end = end;
        }
    }
}

fn fits(cue: &Cue, part: &Part) -> bool {
    part.lists.contains(&cue.list) && cue.value >= part.min && cue.value <= part.max
}

/// Whether a cue vouches for one without diacritics that it stands beside; `edge` is its token that does.
fn vouches(text: &Text, cue: &Cue, open: &Cue, edge: u32) -> bool {
    !cue.dropped && (cue.end == open.first || open.end == cue.first) && has_accents(&text.tokens[edge as usize])
}

/// From the cue `at`, which is part `next - 1`: where the rest of the compound ends, and the folds of its cues.
fn chain(text: &Text, cues: &[Cue], at: usize, compound: &Compound, next: usize) -> Option<(u32, Folds)> {
    let Some(part) = compound.parts.get(next) else { return Some((cues[at].end, Folds::NONE)) };
    let here = &cues[at];
    let sentence = text.tokens[here.first as usize].sentence;
    let mut tries = 0;
    for (i, cue) in cues.iter().enumerate().skip(at + 1) {
        if cue.first > here.end + compound.gap || text.tokens[cue.first as usize].sentence != sentence {
            break;
        }
        if cue.first < here.end || !fits(cue, part) {
            continue;
        }
        // What has no diacritics counts beside a part that has them; what comes first has only the second.
        if cue.dropped && !vouches(text, here, cue, here.end - 1)
            || next == 1 && here.dropped && !vouches(text, cue, here, cue.first)
        {
            continue;
        }
        if let Some((end, folds)) = chain(text, cues, i, compound, next + 1) {
            return Some((end, folds.with(cue.folds)));
        }
        tries += 1;
        if tries == TRIES {
            break;
        }
    }
    None
}
