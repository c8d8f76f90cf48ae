//! Compounds: cues in order, close together, inside one sentence.

use super::{cue::Cue, trie::cover};
use crate::{
    normalise::{Folds, Text},
    pack::{Compound, Pack, Part},
    post::Field,
    vocabulary::Status,
};

/// How many candidates for the next part are tried from one cue: keeps hostile text linear.
const TRIES: usize = 16;

/// Adds the compounds of one field to its cues (`cues[from..]`, sorted by place). `present` has a bit for every list
/// that has a cue in this field.
pub(super) fn join(pack: &Pack, text: &Text, field: Field, from: usize, present: &mut [u64], cues: &mut Vec<Cue>) {
    for compound in &pack.compounds {
        let possible = |part: &Part| part.lists.iter().any(|l| present[l.0 as usize / 64] >> (l.0 % 64) & 1 == 1);
        if !compound.parts.iter().all(possible) {
            continue;
        }
        let before = cues.len();
        let mut last_end = 0;
        for at in from..before {
            if !fits(&cues[at], &compound.parts[0]) || cues[at].first < last_end {
                continue;
            }
            if let Some((end, folds)) = chain(text, &cues[from..before], at - from, compound, 1) {
                let first = cues[at].first;
                let list = pack.terms[compound.term.0 as usize].list;
                cues.push(Cue {
                    list,
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
                present[list.0 as usize / 64] |= 1 << (list.0 % 64);
                last_end = end;
            }
        }
        if cues.len() > before {
            cues[from..].sort_by_key(Cue::place);
        }
    }
}

fn fits(cue: &Cue, part: &Part) -> bool {
    part.lists.contains(&cue.list) && cue.value >= part.min && cue.value <= part.max
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
