//! What is said of one creator: a line of `creators.jsonl`.

use super::{
    record::{CriteriaRecord, DisclosureCounts, EvidenceTables, PostCounts, RuleCount},
    reviewed::ReviewRecord,
};
use serde::{Deserialize, Serialize};

/// One creator: a line of `creators.jsonl`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "creator")]
pub struct CreatorScore {
    /// Account key within the platform.
    pub creator: String,
    /// Platform name.
    pub platform: String,
    /// Posts.
    pub posts: PostCounts,
    /// Findings by rule id, then tier.
    pub counts: Vec<RuleCount>,
    /// Disclosure states.
    pub disclosure: DisclosureCounts,
    /// Both criteria.
    pub criteria: CriteriaRecord,
    /// Tables without a score.
    pub evidence: EvidenceTables,
    /// What people decided, where a ledger was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewRecord>,
}

impl CreatorScore {
    /// Findings written.
    pub fn findings(&self) -> u64 {
        self.counts.iter().map(|count| count.n).sum()
    }

    /// Of them counting.
    pub fn findings_counting(&self) -> u64 {
        self.counts.iter().map(|count| count.n_counting).sum()
    }

    /// Whether at least one criterion has a score.
    pub fn is_rated(&self) -> bool {
        self.criteria.transparency.score.is_some() || self.criteria.ad_compliance.score.is_some()
    }
}
