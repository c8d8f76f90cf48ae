//! The examples beside each rule are its proof. Laws: at least six posts that it finds and six that it leaves alone; two
//! of the first are disguised, two of the second near misses.
//!
//! Disguised: some evidence of the finding needed a fold that plain writing does not need (lost diacritics, chat spelling,
//! separators, look-alikes, styled or invisible characters …).
//! Near miss: a list that the rule itself names has a cue in the post, suppressed or not enough; for a rule that names
//! none, a list of the conditions it is made of. A rule that reads no words at all (a platform's label alone) has nothing
//! to disguise and nothing to miss by a word.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    normalise::Folds,
    pack::{Condition, ListId, Pack, PackFiles},
    proof::post_of,
};
use std::{collections::BTreeSet, sync::Arc};

const LEAST: usize = 6;
const LEAST_DISGUISED: usize = 2;
const LEAST_NEAR: usize = 2;
/// Folds that everybody writes with: capitals, composition, place of the tone mark, hashtags.
const PLAIN: [&str; 4] = ["lower", "composed", "tone", "hashtag"];

/// The lists that a `when` table names itself, outside `none`.
fn named(pack: &Pack, when: &toml::Table, out: &mut BTreeSet<ListId>) {
    let strings = |v: &toml::Value| -> Vec<String> {
        v.as_array().into_iter().flatten().filter_map(|s| Some(s.as_str()?.to_owned())).collect()
    };
    for (key, value) in when {
        match key.as_str() {
            "any" | "all" => {
                value.as_array().into_iter().flatten().filter_map(|v| v.as_table()).for_each(|t| named(pack, t, out));
            }
            "cue" | "near" | "before" | "count" => out.extend(strings(value).iter().filter_map(|id| pack.list(id))),
            "product" => {
                let classes = strings(value);
                let about = |l: &minhbach::pack::List| {
                    l.product.is_some_and(|p| classes.contains(&pack.products[usize::from(p)]))
                };
                out.extend((0..).zip(&pack.lists).filter(|(_, l)| about(l)).map(|(i, _)| ListId(i)));
            }
            _ => {}
        }
    }
}

/// The lists of a condition with all that it is made of, outside `None`.
fn made_of(condition: &Condition, out: &mut BTreeSet<ListId>) {
    match condition {
        Condition::Any(parts) | Condition::All(parts) => parts.iter().for_each(|p| made_of(p, out)),
        Condition::Cue { lists, .. } | Condition::Count { lists, .. } => out.extend(lists),
        Condition::Near { first, second, .. } => out.extend([first, second]),
        _ => {}
    }
}

/// The lists of each rule, in the order of the pack.
fn own_lists(pack: &Pack) -> Vec<BTreeSet<ListId>> {
    let files = PackFiles::embedded();
    let mut tables = Vec::new();
    for (_, text) in files.in_folder("rules").filter(|(path, _)| !path.ends_with("conditions.toml")) {
        let file: toml::Table = text.parse().unwrap();
        tables.extend(file["rule"].as_array().unwrap().iter().map(|r| r.as_table().unwrap().clone()));
    }
    let own = |(i, rule): (usize, &minhbach::pack::Rule)| {
        let table = tables.iter().find(|t| t["id"].as_str() == Some(&rule.id)).unwrap();
        let mut lists = BTreeSet::new();
        named(pack, table["when"].as_table().unwrap(), &mut lists);
        if lists.is_empty() {
            made_of(&pack.conditions[i], &mut lists);
        }
        lists
    };
    pack.rules.iter().enumerate().map(own).collect()
}

#[test]
fn every_rule_has_its_examples_disguised_ones_and_near_misses_among_them() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let pack = detector.pack();
    let lists = own_lists(pack);
    let mut scratch = Scratch::default();
    let disguise = |folds: Folds| folds.names().any(|name| !PLAIN.contains(&name));
    let mut short = Vec::new();
    for (i, rule) in pack.rules.iter().enumerate() {
        let mut disguised = 0;
        for example in &rule.matching {
            let analysis = detector.judge_into(&post_of(example), &mut scratch);
            let mine = analysis.findings.iter().filter(|f| usize::from(f.rule.0) == i);
            disguised += usize::from(mine.flat_map(|f| &f.evidence).any(|e| disguise(e.folds)));
        }
        let mut near = 0;
        for example in &rule.passing {
            detector.judge_into(&post_of(example), &mut scratch);
            near += usize::from(scratch.cues().iter().any(|c| lists[i].contains(&c.list)));
        }
        let of_words = |least: usize| if lists[i].is_empty() { 0 } else { least };
        for (what, is, least) in [
            ("matching", rule.matching.len(), LEAST),
            ("passing", rule.passing.len(), LEAST),
            ("disguised", disguised, of_words(LEAST_DISGUISED)),
            ("near misses", near, of_words(LEAST_NEAR)),
        ] {
            if is < least {
                short.push(format!("{} has {is} of {least} {what}", rule.id));
            }
        }
    }
    assert!(short.is_empty(), "{}", short.join("\n"));
}
