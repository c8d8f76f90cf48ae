//! Cues to facts: product classes, commercial evidence, disclosure, claims, what is unseen.

mod disclosure;
mod score;

pub use disclosure::DisclosureReader;
pub use score::{FeatureReader, score};

use crate::{
    analysis::Claim,
    conditions::{View, holds},
    pack::Pack,
    post::{Field, Post},
    vocabulary::{Commercial, Status, Unseen},
};

/// Product classes of the affirmed, reported or asked-about cues: a class that is denied ("không phải thuốc") is none.
pub fn products(pack: &Pack, view: &View<'_>) -> u64 {
    let mut bits = 0;
    view.seen.each(!(1 << Status::Negated as u8), |list| {
        if let Some(class) = pack.lists[list.0 as usize].product {
            bits |= 1 << class;
        }
    });
    bits
}

/// Evidence bits and the label. `admitted` numbers, rising, the evidence that may be there.
pub fn commercial(pack: &Pack, admitted: impl Iterator<Item = usize>, view: &View<'_>) -> (u64, Commercial) {
    let (mut bits, mut label) = (0, Commercial::No);
    for i in admitted {
        let kind = &pack.evidence[i];
        if holds(&kind.when, view) {
            bits |= 1 << i;
            label = label.max(if kind.hard { Commercial::Yes } else { Commercial::Unsure });
        }
    }
    (bits, label)
}

/// Claims of the post with their status; questions and imaginings are none. One claim a code and place: the longest.
pub fn claims(pack: &Pack, view: &View<'_>, out: &mut Vec<Claim>) {
    for cue in view.cues {
        let Some(code) = pack.lists[cue.list.0 as usize].claim else { continue };
        if cue.dropped || cue.field == Field::Bio || matches!(cue.status, Status::Questioned | Status::Hypothetical) {
            continue;
        }
        let claim =
            Claim { code, status: cue.status, field: cue.field, span: cue.span, term: cue.term, folds: cue.folds };
        // Cues come by place, so only the last claim of the code can overlap this one.
        match out.iter_mut().rev().find(|c| c.code == code && c.field == claim.field) {
            Some(last) if last.span.overlaps(claim.span) => {
                let length = |c: &Claim| c.span.end() - c.span.start();
                if length(&claim) > length(last) {
                    *last = claim;
                }
            }
            _ => out.push(claim),
        }
    }
    out.sort_by_key(|c| (c.field, c.span.start(), c.span.end(), c.term));
}

/// Media that the platform's posts carry and the record does not.
pub fn unseen(pack: &Pack, post: &Post<'_>) -> Unseen {
    let mut media = pack.platforms.get(post.platform.as_ref()).copied().unwrap_or_default();
    let has = |field| post.field(field).is_some_and(|t| !t.trim().is_empty());
    if has(Field::Transcript) {
        media.remove(Unseen::VIDEO);
        media.remove(Unseen::AUDIO);
    }
    if has(Field::OnScreen) {
        media.remove(Unseen::IMAGE);
    }
    media
}
