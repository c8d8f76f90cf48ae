//! The own sentences beside the pack: one for each row of context (`corpora/context.tsv`), one post for each list of
//! evidence that other texts would not miss (`corpora/evidence.tsv`). Here: that they pair with the pack and are read as
//! they say. That each of them hangs on its word is what `cargo run --profile quick --example mutation` holds.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    normalise::bare,
    pack::{Pack, TriggerKind},
    post::Post,
    vocabulary::Status,
};
use std::{collections::BTreeSet, sync::Arc};

/// A sentence for a row of context.
struct Sentence {
    kind: TriggerKind,
    /// The row, without diacritics: bare sentences write it so.
    row: String,
    text: String,
}

fn sentences() -> Vec<Sentence> {
    let file = include_str!("../corpora/context.tsv");
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let (kind, marked) = line.split_once('\t')?;
        let (before, rest) = marked.split_once('[')?;
        let (row, after) = rest.split_once(']')?;
        let plain = !before.contains(']') && !after.contains(['[', ']']);
        plain.then_some(Sentence {
            kind: TriggerKind::from_name(kind)?,
            row: bare(&row.to_lowercase()),
            text: format!("{before}{row}{after}"),
        })
    };
    lines
        .map(|line| read(line).unwrap_or_else(|| panic!("no kind, tab, sentence with one row in brackets: {line}")))
        .collect()
}

/// Kind and bare spelling of every row.
fn rows(pack: &Pack) -> BTreeSet<(String, String)> {
    let of = |term: &minhbach::pack::Term| {
        let trigger = pack.triggers.iter().find(|t| t.list == term.list)?;
        Some((format!("{:?}", trigger.kind), bare(term.name.split_once('/')?.1)))
    };
    pack.terms.iter().filter_map(of).collect()
}

/// What a word of that kind makes of a cue; `None` drops it.
fn made(kind: TriggerKind) -> Option<Status> {
    match kind {
        TriggerKind::Sense => None,
        TriggerKind::NegationBefore | TriggerKind::NegationAfter => Some(Status::Negated),
        TriggerKind::Question | TriggerKind::QuestionFinal => Some(Status::Questioned),
        TriggerKind::Warning => Some(Status::Warned),
        TriggerKind::Report => Some(Status::Reported),
        TriggerKind::Hypothesis | TriggerKind::HypothesisAfter => Some(Status::Hypothetical),
        TriggerKind::Joke => Some(Status::Joked),
        // These keep a cue from something else.
        TriggerKind::Unit | TriggerKind::Stop | TriggerKind::Contrast | TriggerKind::Teaser => Some(Status::Affirmed),
    }
}

#[test]
fn every_row_of_context_has_a_sentence_and_every_sentence_a_row() {
    let rows = rows(&Pack::embedded().unwrap());
    let shown: BTreeSet<_> = sentences().into_iter().map(|s| (format!("{:?}", s.kind), s.row)).collect();
    let (without, unknown) = (rows.difference(&shown).collect::<Vec<_>>(), shown.difference(&rows).collect::<Vec<_>>());
    assert!(without.is_empty(), "rows without a sentence: {without:?}");
    assert!(unknown.is_empty(), "sentences without a row: {unknown:?}");
}

#[test]
fn every_sentence_is_read_as_its_kind_says() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for Sentence { kind, text, .. } in sentences() {
        detector.judge_into(&Post { text: text.clone().into(), ..Post::default() }, &mut scratch);
        let read = |c: &minhbach::matcher::Cue| if c.dropped { None } else { Some(c.status) };
        if !scratch.cues().iter().any(|c| read(c) == made(kind)) {
            wrong.push(format!("{kind:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_sentence_stands_twice() {
    let mut texts: Vec<_> = sentences().into_iter().map(|s| s.text).collect();
    texts.sort_unstable();
    let twice: Vec<_> = texts.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_post_of_evidence_gets_its_label_and_its_rules() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for line in include_str!("../corpora/evidence.tsv").lines().filter(|l| !l.starts_with('#')) {
        let [label, rules, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let post = Post { text: text.replace("\\n", "\n").into(), ..Post::default() };
        let analysis = detector.judge_into(&post, &mut scratch);
        let id = |f: &minhbach::analysis::Finding| detector.pack().rules[usize::from(f.rule.0)].id.as_str();
        let found: Vec<_> = analysis.findings.iter().map(id).collect();
        let found = if found.is_empty() { "-".to_owned() } else { found.join(",") };
        if (analysis.commercial.name(), found.as_str()) != (label, rules) {
            wrong.push(format!("{} {found}: {text}", analysis.commercial.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
