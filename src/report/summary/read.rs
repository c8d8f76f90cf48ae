//! `summary.json` back to totals, so that the picture of a finished run is the one that the run itself made.

use super::{
    super::RunFacts, COMMERCIAL, FOLLOWERS, FOLLOWERS_UNKNOWN, LABELS, Month, RuleTotal, Slice, Summary, TAGS, TIERS,
};
use crate::{analysis::DisclosureState, day::Day, pack::Pack};
use serde::Deserialize;
use std::collections::BTreeMap;

type Counts = BTreeMap<String, u64>;

#[derive(Deserialize)]
struct SummaryFile {
    as_of: Option<String>,
    demo: bool,
    posts: u64,
    commercial: Counts,
    disclosure: Counts,
    platform_label: Counts,
    findings: FindingsFile,
    creators: u64,
    creators_rated: u64,
    languages: BTreeMap<String, Slice>,
    mixed_language: u64,
    platforms: BTreeMap<String, Slice>,
    months: BTreeMap<String, Slice>,
    followers: BTreeMap<String, Slice>,
    flags: Counts,
    unseen: Counts,
    rejects: RejectsFile,
}

#[derive(Deserialize)]
struct FindingsFile {
    rules: BTreeMap<String, RuleFile>,
}

#[derive(Deserialize)]
struct RuleFile {
    counting: u64,
    tiers: Counts,
}

#[derive(Deserialize)]
struct RejectsFile {
    reasons: Counts,
}

impl Summary {
    /// The totals and facts of a `summary.json` that a run with this pack wrote.
    ///
    /// # Errors
    /// When the bytes are no such file.
    pub fn read(bytes: &[u8], pack: &Pack) -> serde_json::Result<(Self, RunFacts)> {
        let file: SummaryFile = serde_json::from_slice(bytes)?;
        let mut rules = vec![RuleTotal::default(); pack.rules.len()];
        for (rule, total) in pack.rules.iter().zip(&mut rules) {
            if let Some(found) = file.findings.rules.get(&rule.id) {
                *total =
                    RuleTotal { tiers: TIERS.map(|tier| count(&found.tiers, tier.name())), counting: found.counting };
            }
        }
        let facts = RunFacts {
            demo: file.demo,
            as_of: file.as_of.as_deref().and_then(Day::parse),
            creators: file.creators,
            creators_rated: file.creators_rated,
        };

        let followers = |i: usize| FOLLOWERS.get(i).map_or(FOLLOWERS_UNKNOWN, |(name, _)| *name);
        let slice = |slices: &BTreeMap<String, Slice>, name: &str| slices.get(name).copied().unwrap_or_default();
        let summary = Self {
            posts: file.posts,
            commercial: COMMERCIAL.map(|label| count(&file.commercial, label.name())),
            disclosure: DisclosureState::ALL.map(|state| count(&file.disclosure, state.name())),
            labels: LABELS.map(|label| count(&file.platform_label, label.name())),
            rules,
            languages: TAGS.map(|tag| slice(&file.languages, tag.name())),
            mixed: file.mixed_language,
            months: file.months.iter().map(|(name, slice)| (month(name), *slice)).collect(),
            followers: std::array::from_fn(|i| slice(&file.followers, followers(i))),
            platforms: file.platforms,
            flags: file.flags,
            unseen: file.unseen,
            rejects: file.rejects.reasons,
        };
        Ok((summary, facts))
    }
}

fn count(counts: &Counts, name: &str) -> u64 {
    counts.get(name).copied().unwrap_or_default()
}

fn month(name: &str) -> Option<Month> {
    let (year, month) = name.split_once('-')?;
    Some((year.parse().ok()?, month.parse().ok()?))
}
