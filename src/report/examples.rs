//! Example findings for the page: the best few of every rule, kept in bounded memory while the run goes by.

use super::{
    excerpt::{Excerpt, example, visible},
    record::FindingId,
};
use crate::{
    analysis::{Analysis, Finding},
    pack::{ProvisionId, RuleId, Tier},
    post::Post,
    redact::Veil,
};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};

/// Examples kept of one rule.
pub const PER_RULE: usize = 3;

/// A finding as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Its id.
    pub id: FindingId,
    /// Its rank for review.
    pub rank: u32,
    /// Its rule.
    pub rule: RuleId,
    /// Its tier in this post.
    pub tier: Tier,
    /// Platform, with hidden characters made visible.
    pub platform: String,
    /// Account key, with hidden characters made visible.
    pub creator: Option<String>,
    /// Post id, with hidden characters made visible.
    pub post_id: Option<String>,
    /// When it was posted.
    pub posted_at: Option<String>,
    /// Its words in their surroundings.
    pub excerpts: Vec<Excerpt>,
    /// Articles in force on its law day.
    pub provisions: Vec<ProvisionId>,
}

impl Example {
    fn order(&self) -> (Reverse<u32>, FindingId) {
        (Reverse(self.rank), self.id)
    }

    /// Tells apart what one id can name: the same words of one account, posted again without an id.
    fn content(&self) -> impl Ord + '_ {
        (self.order(), self.posted_at.as_deref(), self.tier, self.provisions.as_slice(), self.excerpts.as_slice())
    }
}

/// The best [`PER_RULE`] findings of every rule by rank, ties by finding id. Whatever the order of findings and of
/// merges, the same ones stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleKeeper {
    rules: BTreeMap<RuleId, Vec<Example>>,
}

impl ExampleKeeper {
    /// Nothing kept yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`offer`](Self::offer), showing of the post's texts only what the veil lets through.
    pub fn offer_veiled(
        &mut self,
        id: FindingId,
        post: &Post<'_>,
        analysis: &Analysis,
        finding: &Finding,
        veil: Option<&Veil>,
    ) {
        debug_assert!(analysis.findings.iter().any(|f| f.rule == finding.rule), "a finding of another post");
        let kept = self.rules.entry(finding.rule).or_default();
        if kept.len() == PER_RULE && kept.last().is_some_and(|last| last.order() < (Reverse(finding.rank), id)) {
            return;
        }
        insert(
            kept,
            Example {
                id,
                rank: finding.rank,
                rule: finding.rule,
                tier: finding.tier,
                platform: visible(&post.platform),
                creator: post.creator().map(visible),
                post_id: post.id.as_deref().map(visible),
                posted_at: post.posted.map(|moment| moment.to_string()),
                excerpts: example(post, finding, veil),
                provisions: finding.provisions.clone(),
            },
        );
    }

    /// Takes a finding if it is among the best of its rule. Most are turned away before anything is copied.
    pub fn offer(&mut self, id: FindingId, post: &Post<'_>, analysis: &Analysis, finding: &Finding) {
        self.offer_veiled(id, post, analysis, finding, None);
    }

    /// Takes an example that was made elsewhere, by the same order; whether it is kept for now.
    pub fn keep(&mut self, example: Example) -> bool {
        let kept = self.rules.entry(example.rule).or_default();
        let order = example.order();
        insert(kept, example);
        kept.iter().any(|k| k.order() == order)
    }

    /// All that is kept, by rule.
    pub fn iter(&self) -> impl Iterator<Item = &Example> {
        self.rules.values().flatten()
    }

    /// The same, to be changed in what is shown of them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Example> {
        self.rules.values_mut().flatten()
    }

    /// Takes what another part of the run kept.
    pub fn merge(&mut self, other: ExampleKeeper) {
        for (rule, examples) in other.rules {
            let kept = self.rules.entry(rule).or_default();
            for example in examples {
                insert(kept, example);
            }
        }
    }

    /// At most `limit` examples spread over the rules: the best of every rule, then the second best, and so on, shown by
    /// rank.
    pub fn choose(&self, limit: usize) -> Vec<&Example> {
        let mut chosen: Vec<(usize, &Example)> = self.rules.values().flat_map(|kept| kept.iter().enumerate()).collect();
        chosen.sort_by_key(|(place, example)| (*place, example.order()));
        chosen.truncate(limit);
        let mut chosen: Vec<&Example> = chosen.into_iter().map(|(_, example)| example).collect();
        chosen.sort_by_key(|example| example.order());
        chosen
    }
}

/// Of findings with one id the first by rank, then by content, stays: whatever comes first in time.
fn insert(kept: &mut Vec<Example>, example: Example) {
    if let Some(at) = kept.iter().position(|k| k.id == example.id) {
        if kept[at].content() <= example.content() {
            return;
        }
        kept.remove(at);
    }
    let at = kept.partition_point(|k| k.order() < example.order());
    kept.insert(at, example);
    kept.truncate(PER_RULE);
}
