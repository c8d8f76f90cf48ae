//! The policy: every number of the score, in one validated TOML file whose hash stands in every record.

mod fault;
mod load;
mod reader;

pub use fault::{PolicyFault, PolicyFaults};

use super::post::Cure;
use crate::{
    day::Day,
    pack::{Bilingual, Severity},
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How far a policy is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyStatus {
    /// Not adopted by anybody.
    #[default]
    Draft,
    /// Adopted by its authority.
    Adopted,
    /// No longer in use.
    Withdrawn,
}

impl PolicyStatus {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            PolicyStatus::Draft => "draft",
            PolicyStatus::Adopted => "adopted",
            PolicyStatus::Withdrawn => "withdrawn",
        }
    }
}

/// Which days count, and how fast they fade. A span of N days holds the ages 0 to N - 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Length in days, the day of scoring included.
    pub days: u32,
    /// Age at which a post weighs half; 0 for no decay.
    pub half_life_days: f64,
    /// How long a cap is remembered.
    pub cap_memory_days: u32,
}

/// Below what nobody is rated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Assessed commercial posts, clean copies not counted.
    pub min_posts: u32,
    /// Sum of weights.
    pub min_weight: f64,
    /// Share of commercial posts that could be assessed, below which the rating is flagged.
    pub min_coverage: f64,
    /// The same, below which there is no rating.
    pub floor_coverage: f64,
}

/// What is assumed before any post is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Posts' worth of assumption.
    pub strength: f64,
    /// Share of them that is clean.
    pub mean: f64,
}

/// The interval about the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntervalPolicy {
    /// Quantile of the lower bound.
    pub lower_quantile: f64,
    /// Quantile of the upper bound.
    pub upper_quantile: f64,
    /// Divides good and bad mass; at least 1.
    pub design_effect: f64,
}

/// How much a finding counts by who saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvidenceFactors {
    /// A person confirmed it.
    pub reviewed: f64,
    /// The machine only, where the rule's precision was not measured.
    pub machine: f64,
    /// Below this measured precision the machine alone does not count.
    pub min_precision_to_count: f64,
}

/// From when repetitions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountsFrom {
    /// After the first notice about the group.
    Notice,
    /// From the first finding on.
    First,
}

/// How repetition of one group weighs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repeat {
    /// Added a repetition.
    pub step: f64,
    /// The most that repetition multiplies by.
    pub max_factor: f64,
    /// How far back repetitions are looked for.
    pub lookback_days: u32,
    /// From when.
    pub counts_from: CountsFrom,
}

/// The most that a creator with critical findings may score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caps {
    /// Whether only findings confirmed by a person cap.
    pub require_review: bool,
    /// One open critical finding.
    pub open_critical_1: f64,
    /// Two or more.
    pub open_critical_2_or_more: f64,
    /// Critical findings, all mended.
    pub cured_critical: f64,
}

/// Widths of the uncapped interval, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConfidenceWidths {
    /// Up to here: high.
    pub high: f64,
    /// Up to here: medium; above: low.
    pub medium: f64,
}

/// A name for scores from `min` up.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// `A`.
    pub name: String,
    /// Least score.
    pub min: f64,
}

/// Which of the three numbers a decision stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Lower end of the interval.
    Lower,
    /// The score.
    Score,
    /// Upper end of the interval.
    Upper,
}

/// What may be done with a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// The band shown.
    pub display_on: Bound,
    /// The band granted.
    pub award_on: Bound,
    /// The band that an adverse step must stand on.
    pub adverse_on: Bound,
    /// Whether a score may be published before a person looked.
    pub publish_without_review: bool,
}

/// An exception for one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleOverride {
    /// `CLM107`.
    pub rule: String,
    /// Instead of the pack's severity.
    pub severity: Option<Severity>,
    /// Whether mending the post lessens the loss; yes unless said otherwise.
    pub curable: Option<bool>,
    /// Lower bound of the rule's measured precision; replaces the machine factor.
    pub precision_lower: Option<f64>,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
}

/// Why a reviewer may overturn a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCode {
    /// The word in decisions: `wrong_rule`.
    pub code: String,
    /// What it means.
    pub meaning: Bilingual,
}

/// How people review findings.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewPolicy {
    /// People who must confirm a finding before it counts as confirmed.
    pub reviewers: u32,
    /// The same for a critical finding.
    pub reviewers_critical: u32,
    /// A rule whose findings are overturned to this share or more is for information only.
    pub overturned_share: f64,
    /// Decided findings of the rule (confirmed or overturned) below which its share says nothing.
    pub minimum: u32,
    /// Days from a notice in which the creator may answer.
    pub answer_days: u32,
    /// Why a finding may be overturned, in the order of the file.
    pub reasons: Vec<ReasonCode>,
}

impl ReviewPolicy {
    /// The reason of that code.
    pub fn reason(&self, code: &str) -> Option<&ReasonCode> {
        self.reasons.iter().find(|reason| reason.code == code)
    }

    /// People who must confirm a finding of that severity.
    pub fn needed(&self, severity: Severity) -> u32 {
        if severity == Severity::Critical { self.reviewers_critical } else { self.reviewers }
    }
}

/// Every number of the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Name of the policy.
    pub id: String,
    /// Its version.
    pub version: String,
    /// How far it is in force.
    pub status: PolicyStatus,
    /// Who stands behind it.
    pub authority: String,
    /// From when.
    pub effective_from: Day,
    /// Decimals to which scores are rounded before bands are looked up.
    pub rounding_decimals: u8,
    /// Which days count.
    pub window: Window,
    /// Below what nobody is rated.
    pub sample: Sample,
    /// What is assumed.
    pub prior: Prior,
    /// The interval.
    pub interval: IntervalPolicy,
    /// How much a finding counts by who saw it.
    pub evidence: EvidenceFactors,
    /// How repetition weighs.
    pub repeat: Repeat,
    /// Days after a notice in which mending counts as in time.
    pub cure_window_days: u32,
    /// Caps.
    pub caps: Caps,
    /// Words for the interval's width.
    pub confidence: ConfidenceWidths,
    /// Bands, falling; the last begins at 0.
    pub bands: Vec<Band>,
    /// What may be done with a score.
    pub decisions: Decisions,
    /// How people review; `None` in a policy that says nothing of it, under which no ledger can be read.
    pub review: Option<ReviewPolicy>,
    /// Exceptions, by rule id.
    pub rules: Vec<RuleOverride>,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    severities: [f64; 4],
    cures: [f64; 6],
    file: String,
    source: String,
}

impl Policy {
    /// Reads and validates a policy.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn parse(source: &str) -> Result<Self, PolicyFaults> {
        Self::read("policy.toml", source)
    }

    /// Reads and validates the policy in a file of that name, which faults are shown under.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn read(file: &str, source: &str) -> Result<Self, PolicyFaults> {
        load::load(file, source)
    }

    /// The number of a severity.
    pub fn severity(&self, severity: Severity) -> f64 {
        self.severities[severity as usize]
    }

    /// The share of a loss that stays after a cure.
    pub fn cure(&self, cure: Cure) -> f64 {
        self.cures[cure as usize]
    }

    /// What mending a post that many days after the notice (negative: before it) is worth.
    pub fn mended(&self, days_after_notice: i32) -> Cure {
        match u32::try_from(days_after_notice) {
            Err(_) => Cure::SelfCorrected,
            Ok(days) if days <= self.cure_window_days => Cure::InWindow,
            Ok(_) => Cure::Late,
        }
    }

    /// The severity of a rule under this policy, when the pack's is `severity`.
    pub fn severity_of(&self, rule: &str, severity: Severity) -> Severity {
        self.rules.iter().find(|exception| exception.rule == rule).and_then(|e| e.severity).unwrap_or(severity)
    }

    /// The band of a score.
    pub fn band(&self, score: f64) -> &str {
        self.bands.get(self.band_index(score)).map_or("", |band| &band.name)
    }

    /// The place of a score's band among the bands, the best first.
    pub(super) fn band_index(&self, score: f64) -> usize {
        self.bands.iter().position(|band| score >= band.min).unwrap_or(self.bands.len().saturating_sub(1))
    }

    /// The weight of a post of that age.
    pub(super) fn weight(&self, age: u32) -> f64 {
        if self.window.half_life_days == 0.0 { 1.0 } else { (-f64::from(age) / self.window.half_life_days).exp2() }
    }

    /// A fault of this file, found once it meets the rules.
    pub(super) fn fault(&self, message: Bilingual, span: Range<usize>) -> PolicyFault {
        PolicyFault::new(&self.source, message, span)
    }

    /// Faults of this file.
    pub(super) fn faults(&self, faults: Vec<PolicyFault>) -> PolicyFaults {
        PolicyFaults::new(&self.file, &self.source, faults)
    }
}
