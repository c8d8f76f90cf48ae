//! Words that only a compound sees have no cue of their own: each is put among words of the other parts.

use crate::{probes::Probe, seed::Rng};
use minhbach::pack::{BarePolicy, Compound, Lang, ListId, Pack, TermId};
use std::collections::BTreeSet;

/// Phrases tried for a word until one is found as it is: not every word goes with every other.
const TRIES: usize = 8;

/// Each such word of the compounds that fill these lists: its name, and phrases that it stands in. None where another
/// part is a value.
pub(crate) fn words(pack: &Pack, lists: &BTreeSet<ListId>) -> Vec<(String, Vec<Probe>)> {
    let mut of_list = vec![Vec::new(); pack.lists.len()];
    for (term, id) in pack.terms.iter().zip((0..).map(TermId)).filter(|(t, _)| !t.words.is_empty()) {
        of_list[term.list.0 as usize].push(id);
    }
    let hidden = |list: &ListId| pack.lists[list.0 as usize].id.starts_with('~');
    let list_of = |c: &Compound| pack.terms[c.term.0 as usize].list;
    let fills = |c: &&Compound| lists.contains(&list_of(c)) && !hidden(&list_of(c));
    let mut out = Vec::new();
    let mut done = BTreeSet::new();
    for compound in pack.compounds.iter().filter(fills) {
        let name = pack.term_name(compound.term);
        for (at, part) in compound.parts.iter().enumerate() {
            let words = part.lists.iter().filter(|l| hidden(l)).flat_map(|l| &of_list[l.0 as usize]);
            for &word in words.filter(|w| done.insert(**w)) {
                let text = text(pack, word);
                let mut rng = Rng::of(&[name, text]);
                let phrases = (0..TRIES).filter_map(|_| phrase(pack, &of_list, compound, (at, word), &mut rng));
                out.push((format!("{name}: {text}"), phrases.collect()));
            }
        }
    }
    out
}

/// The word at its part and a term of its language at each other part.
fn phrase(
    pack: &Pack,
    of_list: &[Vec<TermId>],
    compound: &Compound,
    (at, word): (usize, TermId),
    rng: &mut Rng,
) -> Option<Probe> {
    let term = |id: TermId| &pack.terms[id.0 as usize];
    let lang = term(word).lang;
    let parts = compound.parts.iter().enumerate().map(|(i, part)| {
        if i == at {
            return Some(word);
        }
        let all = part.lists.iter().flat_map(|l| &of_list[l.0 as usize]);
        let terms: Vec<TermId> = all.copied().filter(|t| term(*t).lang == lang).collect();
        terms.get(rng.below(terms.len())).copied()
    });
    let terms: Vec<TermId> = parts.collect::<Option<_>>()?;
    Some(Probe {
        phrase: terms.iter().map(|t| text(pack, *t)).collect::<Vec<_>>().join(" "),
        carrier: ["", ""],
        list: term(compound.term).list,
        term: None,
        english: lang == Lang::En,
        bare: terms.iter().all(|t| term(*t).bare != BarePolicy::Never),
    })
}

/// A term as the pack writes it.
pub(crate) fn text(pack: &Pack, term: TermId) -> &str {
    let of = &pack.terms[term.0 as usize];
    &of.name[pack.lists[of.list.0 as usize].id.len() + 1..]
}
