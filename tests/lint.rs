//! What `rules lint` calls suspicious: each kind is shown on a pack that was spoilt for it.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    catalog::{Lint, lint},
    detector::Detector,
    pack::{Condition, Pack, RuleId},
    proof,
};
use std::sync::Arc;

fn spoilt(spoil: impl Fn(&mut Pack)) -> Vec<Lint> {
    let mut pack = Pack::embedded().unwrap();
    spoil(&mut pack);
    lint(&Detector::new(Arc::new(pack)).unwrap())
}

#[test]
fn every_kind_of_fault_is_seen() {
    let rule = |pack: &Pack, id: &str| usize::from(pack.rule(id).unwrap().0);
    let lints = spoilt(|pack| {
        // One post that must and must not be found; two rules of one condition; a rule that never fires; one without law.
        let (a, b, c, d) = (rule(pack, "DIS001"), rule(pack, "CLM102"), rule(pack, "CLM105"), rule(pack, "PRO203"));
        let example = pack.rules[a].matching[0].clone();
        pack.rules[a].passing.push(example);
        let copied = rule(pack, "CLM101");
        pack.conditions[b] = pack.conditions[copied].clone();
        pack.rules[b].provisions = pack.rules[copied].provisions.clone();
        pack.rules[b].since = pack.rules[copied].since;
        pack.conditions[c] = Condition::Any(Vec::new());
        pack.rules[d].provisions.clear();
        // In place, so that lists stay in order.
        let unused = usize::from(pack.list("style.news").unwrap().0);
        pack.lists[unused].id = "style.nothing".to_owned();
        pack.score.weights.fill(0.0);
    });
    let has = |kind: &str, subject: &str| lints.iter().any(|l| l.kind == kind && l.subject == subject);
    for (kind, subject) in [
        ("conflict", "DIS001"),
        ("conflict", "CLM102"),
        ("untested", "CLM105"),
        ("coverage", "PRO203"),
        ("dead", "style.nothing"),
    ] {
        assert!(has(kind, subject), "{kind} {subject} is not seen in {lints:#?}");
    }
}

/// A condition that lowers a tier is shown by an example: without it, that example's finding goes too far.
#[test]
fn every_doubt_is_shown_by_an_example() {
    let mut pack = Pack::embedded().unwrap();
    let with = |(i, rule): (usize, &minhbach::pack::Rule)| rule.doubt.as_ref().map(|_| RuleId(i as u16));
    let doubted: Vec<_> = pack.rules.iter().enumerate().filter_map(with).collect();
    assert!(!doubted.is_empty());
    pack.rules.iter_mut().for_each(|r| r.doubt = None);
    let failures = proof::run(&Detector::new(Arc::new(pack)).unwrap(), &doubted).failures;
    for id in doubted {
        assert!(failures.iter().any(|f| f.rule == id), "no example shows what rule {} doubts", id.0);
    }
}

#[test]
fn the_pack_has_no_grave_fault() {
    let grave: Vec<_> = spoilt(|_| {}).into_iter().filter(|l| l.grave).collect();
    assert!(grave.is_empty(), "{grave:#?}");
}
