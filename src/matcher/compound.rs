//! Compounds: cues in order, close together, inside one sentence.

use super::{cue::Cue, trie::cover};
use crate::{
    normalise::{Folds, Text},
    pack::{Compound, ListId, Pack, Part},
    post::Field,
    vocabulary::Status,
};

/// How many candidates for the next part are tried from one cue: keeps hostile text linear.
const TRIES: usize = 16;

/// Which compounds can begin, and go on, with a cue of each list: a bit for every compound.
#[derive(Debug)]
pub(super) struct Compounds {
    /// Words of 64 compounds.
    width: usize,
    /// `width` words a list: compounds whose first part the list can be, then as many for the second part.
    masks: Vec<u64>,
}

impl Compounds {
    pub(super) fn new(pack: &Pack) -> Self {
        let width = pack.compounds.len() / 64 + 1;
        let mut masks = vec![0; pack.lists.len() * width * 2];
        for (i, compound) in pack.compounds.iter().enumerate() {
            for (part, at) in compound.parts.iter().take(2).zip(0..) {
                for list in &part.lists {
                    masks[(list.0 as usize * 2 + at) * width + i / 64] |= 1 << (i % 64);
                }
            }
        }
        Self { width, masks }
    }

    /// Adds the compounds of one field to its cues (`cues[from..]`, sorted by place). `open` is a buffer.
    pub(super) fn join(
        &self,
        pack: &Pack,
        text: &Text,
        field: Field,
        from: usize,
        open: &mut Vec<u64>,
        cues: &mut Vec<Cue>,
    ) {
        open.clear();
        open.resize(self.width * 2, 0);
        let mut last = None;
        for cue in &cues[from..] {
            // Cues of one list often follow each other.
            if last != Some(cue.list) {
                self.meet(cue.list, open);
                last = Some(cue.list);
            }
        }
        for word in 0..self.width {
            let mut tried = 0u64;
            loop {
                let ready = open[word] & open[self.width + word] & !tried;
                if ready == 0 {
                    break;
                }
                let bit = ready.trailing_zeros();
                tried |= 1 << bit;
                let compound = &pack.compounds[word * 64 + bit as usize];
                let begins = |cue: &Cue| {
                    self.masks[cue.list.0 as usize * 2 * self.width + word] >> bit & 1 == 1
                        && within(cue, &compound.parts[0])
                };
                let before = cues.len();
                find(pack, text, field, compound, begins, from, cues);
                if cues.len() > before {
                    // Compounds stand after those they are built from, so what this opens is still to come.
                    self.meet(pack.terms[compound.term.0 as usize].list, open);
                    cues[from..].sort_by_key(Cue::place);
                }
            }
        }
    }

    fn meet(&self, list: ListId, open: &mut [u64]) {
        let at = list.0 as usize * 2 * self.width;
        let masks = &self.masks[at..at + 2 * self.width];
        open.iter_mut().zip(masks).for_each(|(o, m)| *o |= m);
    }
}

fn find(
    pack: &Pack,
    text: &Text,
    field: Field,
    compound: &Compound,
    begins: impl Fn(&Cue) -> bool,
    from: usize,
    cues: &mut Vec<Cue>,
) {
    let before = cues.len();
    let mut last_end = 0;
    for at in from..before {
        if cues[at].first < last_end || !begins(&cues[at]) {
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
    part.lists.contains(&cue.list) && within(cue, part)
}

fn within(cue: &Cue, part: &Part) -> bool {
    cue.value >= part.min && cue.value <= part.max
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
