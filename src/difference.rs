//! What two runs over the same posts say differently: findings gained, lost and changed, labels that moved.
//!
//! In: two finished runs of the same inputs, or posts judged twice. Out: changes one by one, and their sum by rule.

use crate::{
    detector::{Detector, Scratch},
    finished::{FinishedError, FinishedFinding, FinishedPost, FinishedRun},
    ingest::{IngestError, Inputs, RawChunk, ReadOptions, parse_chunk},
    pack::Tier,
};
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// Posts that are named for each rule.
const EXAMPLES: usize = 5;

/// How a finding differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Only in the second.
    Gained,
    /// Only in the first.
    Lost,
    /// In both, of another tier or counted otherwise.
    Changed,
}

/// One finding that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// How.
    pub kind: Kind,
    /// The post; its line in `posts.jsonl` where it has no id.
    pub post: String,
    /// The rule.
    pub rule: String,
    /// Tier in the first.
    pub before: Option<&'static str>,
    /// Tier in the second.
    pub after: Option<&'static str>,
}

/// What changed of one rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RuleChange {
    /// Findings gained.
    pub gained: u64,
    /// Findings lost.
    pub lost: u64,
    /// Findings of another tier or counted otherwise.
    pub changed: u64,
    /// The first few posts that gained one.
    pub gained_posts: Vec<String>,
    /// The first few posts that lost one.
    pub lost_posts: Vec<String>,
    /// The first few posts where it changed.
    pub changed_posts: Vec<String>,
}

/// The sum of all changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Posts compared.
    pub posts: u64,
    /// Posts that are different in a finding or a label.
    pub different: u64,
    /// By rule.
    pub rules: BTreeMap<String, RuleChange>,
    /// Posts whose commercial label moved, as `yes → no`.
    pub commercial: BTreeMap<String, u64>,
    /// Posts whose disclosure state moved, as `weak → adequate`.
    pub disclosure: BTreeMap<String, u64>,
}

/// Why two runs cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DifferenceError {
    /// A run cannot be read, or lacks posts.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// The posts cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The runs were made of other inputs.
    #[error(
        "{} và {} quét dữ liệu khác nhau, không ghép bài được; hãy quét cùng dữ liệu \
         / {} and {} were made of different inputs, so their posts do not pair; scan the same inputs",
        first.display(), second.display(), first.display(), second.display()
    )]
    OtherInputs {
        /// The first run.
        first: PathBuf,
        /// The second.
        second: PathBuf,
    },
    /// One run writes advisory findings, the other does not.
    #[error(
        "chỉ một trong hai lần quét có --advisory; hãy quét cả hai giống nhau \
         / only one of the runs was made with --advisory; scan both alike"
    )]
    OtherOptions,
}

/// What is compared of a post.
#[derive(Clone, Debug, Default, PartialEq)]
struct Said {
    post: String,
    commercial: &'static str,
    disclosure: &'static str,
    /// Rule, tier and whether it counts; by rule.
    findings: Vec<(String, Tier, bool)>,
}

impl Said {
    fn of_finished(post: &FinishedPost<'_>) -> Self {
        let finding = |f: &FinishedFinding| (f.rule.clone(), f.tier, f.counts);
        Self {
            post: post.id.as_deref().map_or_else(|| format!("line {}", post.line), str::to_owned),
            commercial: post.commercial.name(),
            disclosure: post.disclosure.name(),
            findings: post.findings.iter().map(finding).collect(),
        }
    }
}

impl Difference {
    /// Adds one post; calls `change` for each finding that differs.
    fn add(&mut self, first: &Said, second: &Said, change: &mut dyn FnMut(&Change)) {
        self.posts += 1;
        let rules = |said: &Said| -> BTreeMap<String, (Tier, bool)> {
            said.findings.iter().map(|(rule, tier, counts)| (rule.clone(), (*tier, *counts))).collect()
        };
        let (before, after) = (rules(first), rules(second));
        let mut different = false;
        for rule in before.keys().chain(after.keys().filter(|r| !before.contains_key(*r))) {
            let (old, new) = (before.get(rule), after.get(rule));
            let kind = match (old, new) {
                (None, _) => Kind::Gained,
                (_, None) => Kind::Lost,
                (old, new) if old != new => Kind::Changed,
                _ => continue,
            };
            different = true;
            let sum = self.rules.entry(rule.clone()).or_default();
            let (count, posts) = match kind {
                Kind::Gained => (&mut sum.gained, &mut sum.gained_posts),
                Kind::Lost => (&mut sum.lost, &mut sum.lost_posts),
                Kind::Changed => (&mut sum.changed, &mut sum.changed_posts),
            };
            *count += 1;
            if posts.len() < EXAMPLES {
                posts.push(first.post.clone());
            }
            let tier = |found: Option<&(Tier, bool)>| found.map(|f| f.0.name());
            change(&Change { kind, post: first.post.clone(), rule: rule.clone(), before: tier(old), after: tier(new) });
        }
        for (moved, old, new) in [
            (&mut self.commercial, first.commercial, second.commercial),
            (&mut self.disclosure, first.disclosure, second.disclosure),
        ] {
            if old != new {
                different = true;
                *moved.entry(format!("{old} → {new}")).or_default() += 1;
            }
        }
        self.different += u64::from(different);
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.different == 0
    }

    /// Findings gained, lost and changed.
    pub fn totals(&self) -> [u64; 3] {
        let sum = |of: fn(&RuleChange) -> u64| self.rules.values().map(of).sum();
        [sum(|r| r.gained), sum(|r| r.lost), sum(|r| r.changed)]
    }
}

/// Compares two runs of the same inputs, post by post; memory does not grow with them.
///
/// # Errors
/// When a run cannot be read or lacks posts, or when the runs are of different inputs.
pub fn difference(
    first: &FinishedRun,
    second: &FinishedRun,
    change: &mut dyn FnMut(&Change),
) -> Result<Difference, DifferenceError> {
    // What was scanned, wherever it lay.
    let inputs = |run: &FinishedRun| run.manifest.inputs.iter().map(|f| f.sha256.clone()).collect::<Vec<_>>();
    if inputs(first) != inputs(second) || first.manifest.counts.posts != second.manifest.counts.posts {
        return Err(DifferenceError::OtherInputs {
            first: first.folder().to_owned(),
            second: second.folder().to_owned(),
        });
    }
    let advisory = |run: &FinishedRun| run.manifest.options.get("advisory").cloned();
    if advisory(first) != advisory(second) {
        return Err(DifferenceError::OtherOptions);
    }
    let mut sum = Difference::default();
    let mut others = second.posts()?;
    first.try_each(|post| {
        let said = Said::of_finished(post);
        // Both hold as many posts: the manifests say so, and each reader checks its own.
        if let Some(other) = others.next(Said::of_finished)? {
            sum.add(&said, &other, change);
        }
        Ok::<_, DifferenceError>(())
    })?;
    Ok(sum)
}

/// Judges every post of `inputs` by two detectors: what a change of the pack gains and loses.
///
/// # Errors
/// When the inputs cannot be read. Unreadable records are passed over.
pub fn against(
    first: &Detector,
    second: &Detector,
    inputs: &Inputs,
    options: &ReadOptions,
    change: &mut dyn FnMut(&Change),
) -> Result<Difference, IngestError> {
    let mut sum = Difference::default();
    let (mut scratch, mut chunk) = (Scratch::default(), RawChunk::new());
    for source in &inputs.sources {
        let mut reader = source.open(options)?;
        while reader.next_chunk(&mut chunk)? {
            parse_chunk(&chunk, options, &mut |record| {
                let place = format!("{}:{}", chunk.file(), record.number);
                let Ok(post) = record.outcome else { return };
                let mut said = |detector: &Detector| {
                    let analysis = detector.judge_into(&post, &mut scratch);
                    let rules = &detector.pack().rules;
                    let found =
                        |f: &crate::analysis::Finding| (rules[usize::from(f.rule.0)].id.clone(), f.tier, f.counts);
                    Said {
                        post: post.id.as_deref().map_or_else(|| place.clone(), str::to_owned),
                        commercial: analysis.commercial.name(),
                        disclosure: analysis.disclosure.state.name(),
                        findings: analysis.findings.iter().filter(|f| f.tier != Tier::Advisory).map(found).collect(),
                    }
                };
                let (before, after) = (said(first), said(second));
                sum.add(&before, &after, change);
            });
        }
    }
    Ok(sum)
}
