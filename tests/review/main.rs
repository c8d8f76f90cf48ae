//! What people decide about findings: the ledger, its replay, and what it does to scores.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

#[path = "../command/mod.rs"]
mod command;

mod captures;
mod chain;
mod commands;
mod notices;
mod scores;
mod states;

use command::scan;
use minhbach::{
    day::Day,
    finished::FinishedRun,
    ledger::{self, Action, Allows, Baseline, Content, Entry, Ledger, Line, Review},
    pack::{Pack, PackFiles},
    rescore::{self, Marks, Room},
    score::{Catalogue, CreatorScore, Edition, Policy, Scoring},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The demonstration, scanned once; tests only read it.
static RUN: LazyLock<PathBuf> = LazyLock::new(|| {
    let run = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reviewed-run");
    if run.exists() {
        fs::remove_dir_all(&run).unwrap();
    }
    scan(&[], &run, &[]);
    run
});
static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::embedded().unwrap());
static FINDINGS: LazyLock<Vec<Told>> = LazyLock::new(|| {
    let mut all = Vec::new();
    let run = FinishedRun::open(&RUN).unwrap();
    ledger::each(&run, |found, _| {
        all.push(Told {
            id: found.id.to_string(),
            rule: found.rule.to_owned(),
            severity: found.severity.to_owned(),
            tier: found.tier.to_owned(),
            counts: found.counts,
            creator: found.creator.as_deref().unwrap_or_default().to_owned(),
            platform: found.platform.to_string(),
            text_sha256: found.text_sha256.to_owned(),
            post: found.post_id.as_deref().unwrap_or_default().to_owned(),
        });
        Ok::<(), minhbach::finished::FinishedError>(())
    })
    .unwrap();
    all
});

/// A finding of the demonstration.
#[derive(Clone, Debug)]
struct Told {
    id: String,
    rule: String,
    severity: String,
    tier: String,
    counts: bool,
    creator: String,
    platform: String,
    text_sha256: String,
    post: String,
}

/// The default policy with edits.
fn policy(edits: &[(&str, &str)]) -> Policy {
    let files = PackFiles::embedded();
    let text = edits.iter().fold(files.get("policy/default.toml").unwrap().to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the default policy has no {from:?}");
        text.replace(from, to)
    });
    Policy::parse(&text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn day(number: i32) -> Day {
    Day::from_number(Day::new(2026, 3, 1).unwrap().number() + number).unwrap()
}

fn entry(finding: &str, action: Action, reviewer: &str, at: i32) -> Entry {
    let coded = matches!(action, Action::Overturn | Action::Uphold);
    Entry {
        finding_id: finding.to_owned(),
        action,
        reason_code: coded.then(|| "wrong_rule".to_owned()),
        note: String::new(),
        reviewer: reviewer.to_owned(),
        at: day(at),
        text_sha256: (action == Action::Mended).then(|| "a".repeat(64)),
        attachments: Vec::new(),
    }
}

/// A ledger of these entries, as a file would give it.
fn ledger(entries: impl IntoIterator<Item = Entry>) -> Ledger {
    let lines = (1..).zip(entries).map(|(n, entry)| Line { n, content: Content::Entry(entry) });
    Ledger { lines: lines.collect(), ..Ledger::default() }
}

fn replay(ledger: &Ledger, policy: &Policy) -> Review {
    let runs = [FinishedRun::open(&RUN).unwrap()];
    Review::of(ledger, &runs, policy, policy.review.as_ref().unwrap()).unwrap()
}

/// All creators under a ledger.
fn scores_with(ledger: &Ledger, policy: &Policy, baseline: &Baseline, allows: &Allows) -> Vec<CreatorScore> {
    let review = replay(ledger, policy);
    let marks = Marks { review: &review, policy, baseline, allows };
    let runs = rescore::open(&PACK, std::slice::from_ref(&RUN)).unwrap();
    let room = Room { memory: 1 << 28, folder: &std::env::temp_dir() };
    let runs = rescore::read_reviewed(&PACK, &runs, room, &marks).unwrap();
    let catalogue = Catalogue::new(PACK.rules.iter().map(Into::into), policy).unwrap();
    let as_of = runs.found.newest.unwrap();
    let scoring = Scoring { policy, catalogue: &catalogue, edition: Edition::default(), as_of };
    runs.into_scores(&scoring).map(Result::unwrap).collect()
}

fn scores(ledger: &Ledger, policy: &Policy) -> Vec<CreatorScore> {
    scores_with(ledger, policy, &Baseline::default(), &Allows::default())
}

fn of<'s>(scores: &'s [CreatorScore], creator: &str, platform: &str) -> &'s CreatorScore {
    scores.iter().find(|score| score.creator == creator && score.platform == platform).unwrap()
}
