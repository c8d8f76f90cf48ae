//! Counting findings become two criteria per creator: clean mass against loss mass, with a prior, an interval, bands, and
//! the states in which nobody is rated. Every number stands beside its denominator; unknown is never clean and never bad.
//!
//! ```text
//! posts ─ Creators::add ─▶ tallies ─ merge ─▶ one version a post ─ Mass ─▶ posterior ─▶ CreatorScore
//! ```
//!
//! Nothing here reads a clock, a file or another creator: a score depends on the creator's own posts, the policy, the rules
//! and the day given as `as_of`.

mod bounds;
mod catalogue;
mod creator_score;
mod creators;
mod interval;
mod mass;
mod ordered;
mod policy;
mod post;
mod rating;
mod record;
mod reviewed;
mod scoring;
mod spill;
mod stability;
mod tally;

pub use catalogue::{Catalogue, RuleCard};
pub use creator_score::CreatorScore;
pub use creators::Creators;
pub use interval::{beta_quantile, wilson95};
pub use policy::{
    Band, Bound, Caps, ConfidenceWidths, CountsFrom, Decisions, EvidenceFactors, IntervalPolicy, Policy, PolicyFault,
    PolicyFaults, PolicyStatus, Prior, ReasonCode, Repeat, ReviewPolicy, RuleOverride, Sample, Window,
};
pub use post::{Cure, PostKey, PublicData, ScoredFinding, ScoredPost, TextKey};
pub use record::{
    Authenticity, Bounds, CapCause, Confidence, CriteriaRecord, CriterionRecord, DisclosureCounts, Edition,
    EvidenceTables, Feedback, NotRated, PolicyStamp, PostCounts, Reason, RuleCount, Share, Stability, State,
    WindowStamp,
};
pub use reviewed::{LedgerStamp, OverturnedRule, ReviewCounts, ReviewRecord, ReviewedScore, ReviewedScores};
pub use scoring::Scoring;
pub use spill::SpillError;
