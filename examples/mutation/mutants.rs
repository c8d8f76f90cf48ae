//! The pack with something dropped, tried on the texts that could notice.

use crate::witnesses::{Watch, Witness, said};
use minhbach::{
    detector::{Detector, Scratch},
    normalise::bare,
    pack::{List, ListId, Pack, RuleId, Term, TermId, TriggerKind},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::Arc,
};

/// What becomes of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// No text holds it.
    Unmet,
    /// Texts hold it, and nothing moves.
    Unseen,
    /// Only what a score can be learned from moves.
    Feature,
    /// Only the score that ranks moves.
    Score,
    /// Seen by that kind of text.
    Seen(Watch),
}

impl Fate {
    /// Seen by a text of the repository. Lists may be there for the score alone; those of style are, and the demo has too
    /// few posts of some of them for a weight.
    pub(crate) fn covered(self, (kind, name): &(&str, String)) -> bool {
        match self {
            Fate::Seen(watch) => watch != Watch::Gold,
            Fate::Score => *kind == "list",
            Fate::Feature => name.starts_with("style."),
            Fate::Unseen | Fate::Unmet => false,
        }
    }
}

/// By kind and name.
pub(crate) type Fates = BTreeMap<(&'static str, String), Fate>;

/// Something to drop, and the texts that may notice, by number.
pub(crate) struct Item {
    pub(crate) key: (&'static str, String),
    what: Drop,
    held: Vec<usize>,
    /// All texts that hold its words.
    everywhere: BTreeSet<usize>,
}

#[derive(Clone)]
enum Drop {
    /// All words, patterns, compounds and hosts of a list.
    List(ListId),
    /// The spellings of one row.
    Terms(Vec<usize>),
}

/// The pack without these.
fn without(pack: &Pack, items: &[&Item]) -> Result<Detector, Box<dyn Error>> {
    let mut mutant = pack.clone();
    for item in items {
        match &item.what {
            Drop::Terms(terms) => terms.iter().for_each(|&i| mutant.terms[i].words.clear()),
            Drop::List(id) => {
                let of = |term: TermId| pack.terms[term.0 as usize].list == *id;
                mutant.terms.iter_mut().filter(|t| t.list == *id).for_each(|t| t.words.clear());
                mutant.patterns.retain(|p| !of(p.term));
                mutant.compounds.retain(|c| !of(c.term));
                mutant.hosts.retain(|h| !of(h.term));
            }
        }
    }
    Ok(Detector::new(Arc::new(mutant))?)
}

/// Tries every item. Dropped together are those of which none stands in a text that another is tried on.
pub(crate) fn try_all(
    pack: &Pack,
    witnesses: &[Witness],
    items: &[Item],
    fates: &mut Fates,
) -> Result<(), Box<dyn Error>> {
    // Texts that tell of the group, texts that hold a word of it, its members.
    let mut groups: Vec<(BTreeSet<usize>, BTreeSet<usize>, Vec<&Item>)> = Vec::new();
    for item in items {
        let apart = |(told, holding, _): &&mut (BTreeSet<usize>, BTreeSet<usize>, Vec<&Item>)| {
            item.held.iter().all(|w| !holding.contains(w)) && told.is_disjoint(&item.everywhere)
        };
        match groups.iter_mut().find(apart) {
            Some((told, holding, group)) => {
                told.extend(&item.held);
                holding.extend(&item.everywhere);
                group.push(item);
            }
            None => groups.push((item.held.iter().copied().collect(), item.everywhere.clone(), vec![item])),
        }
    }
    let mut scratch = Scratch::default();
    for (_, _, group) in &groups {
        let mutant = without(pack, group)?;
        for item in group {
            let mut fate = Fate::Unmet;
            for witness in item.held.iter().map(|&w| &witnesses[w]) {
                let (said, whole) = (said(&mutant, &witness.post, witness.watch, &mut scratch), &witness.said);
                if said.watched != whole.watched {
                    fate = Fate::Seen(witness.watch);
                    break;
                }
                fate = fate.max(match () {
                    () if said.score != whole.score => Fate::Score,
                    () if said.features != whole.features => Fate::Feature,
                    () => Fate::Unseen,
                });
            }
            let before = fates.entry(item.key.clone()).or_insert(fate);
            *before = fate.max(*before);
        }
    }
    Ok(())
}

/// A rule is seen where the demo has a finding of it.
pub(crate) fn rules(pack: &Pack, witnesses: &[Witness], fates: &mut Fates) -> Result<(), Box<dyn Error>> {
    let detector = Detector::new(Arc::new(pack.clone()))?;
    let mut scratch = Scratch::default();
    let mut found = BTreeSet::new();
    for witness in witnesses.iter().filter(|w| w.watch == Watch::Demo) {
        found.extend(detector.judge_into(&witness.post, &mut scratch).findings.iter().map(|f| f.rule));
    }
    for (i, rule) in (0..).zip(&pack.rules) {
        let fate = if found.contains(&RuleId(i)) { Fate::Seen(Watch::Demo) } else { Fate::Unmet };
        fates.insert(("rule", rule.id.clone()), fate);
    }
    Ok(())
}

/// Every list of words, patterns, compounds and hosts. The built-in values are code, not words.
pub(crate) fn lists(pack: &Pack, witnesses: &[Witness]) -> Vec<Item> {
    let named = (0..).zip(&pack.lists).filter(|(_, l)| !l.hidden() && !l.id.starts_with("value."));
    let item = |(i, list): (u16, &List)| {
        let id = ListId(i);
        // Links beside the text leave no cue: a list of hosts is tried wherever there are some.
        let hosts = pack.hosts.iter().any(|h| pack.terms[h.term.0 as usize].list == id);
        let holds = |w: &Witness| w.lists.contains(&id) || hosts && !w.post.links.is_empty();
        // That a sentence of context loses its cue says nothing of the list.
        let told = |w: &&usize| witnesses[**w].watch != Watch::Sentence;
        let everywhere: BTreeSet<_> = (0..witnesses.len()).filter(|&w| holds(&witnesses[w])).collect();
        let held = everywhere.iter().filter(told).copied().collect();
        Item { key: ("list", list.id.clone()), what: Drop::List(id), held, everywhere }
    };
    named.map(item).collect()
}

/// The rows of context, to be tried in two rounds.
pub(crate) struct Rows {
    /// Each on the sentences that were written for it.
    pub(crate) in_own_sentence: Vec<Item>,
    /// Each on all texts with its words.
    pub(crate) elsewhere: Vec<Item>,
}

/// Every row that changes the status of others, with all spellings that the loader gave it.
pub(crate) fn rows(pack: &Pack, witnesses: &[Witness]) -> Rows {
    let kinds: BTreeMap<ListId, TriggerKind> = pack.triggers.iter().map(|t| (t.list, t.kind)).collect();
    let mut spellings: BTreeMap<(ListId, &str), Vec<usize>> = BTreeMap::new();
    for (i, term) in pack.terms.iter().enumerate().filter(|(_, t)| kinds.contains_key(&t.list)) {
        spellings.entry((term.list, term.name.as_str())).or_default().push(i);
    }
    // Texts by word, so that a term is sought only where its rarest word stands.
    let mut texts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, witness) in witnesses.iter().enumerate() {
        witness.words.iter().for_each(|word| texts.entry(word).or_default().push(i));
    }
    let holding = |term: &Term| -> Vec<usize> {
        let with = |word: &minhbach::pack::Word| texts.get(word.bare.as_str()).map_or(&[][..], Vec::as_slice);
        let rarest = term.words.iter().map(with).min_by_key(|t| t.len()).unwrap_or_default();
        let holds = |w: &&usize| term.words.iter().all(|word| witnesses[**w].words.contains(&word.bare));
        rarest.iter().filter(holds).copied().collect()
    };
    let mut rows = Rows { in_own_sentence: Vec::new(), elsewhere: Vec::new() };
    for ((list, name), terms) in spellings {
        let kind = format!("{:?}", kinds[&list]);
        let row = name.split_once('/').map_or(name, |(_, row)| row);
        let everywhere: BTreeSet<usize> = terms.iter().flat_map(|&i| holding(&pack.terms[i])).collect();
        // A sentence without diacritics writes its row without.
        let own = |w: &&usize| {
            let same = |(k, r): &(String, String)| k.replace('_', "") == kind.to_lowercase() && bare(r) == bare(row);
            witnesses[**w].row.as_ref().is_some_and(same)
        };
        let key = ("context", format!("{kind}: {row} ({})", pack.lists[usize::from(list.0)].id));
        let item = |held: Vec<usize>| Item {
            key: key.clone(),
            what: Drop::Terms(terms.clone()),
            held,
            everywhere: everywhere.clone(),
        };
        rows.in_own_sentence.push(item(everywhere.iter().filter(own).copied().collect()));
        rows.elsewhere.push(item(everywhere.iter().copied().collect()));
    }
    rows
}
