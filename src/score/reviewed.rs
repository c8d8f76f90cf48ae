//! What is said of a creator when people have reviewed findings: the score as found, after review, and between which two
//! ends the undecided rest leaves it. Beside the record, never in its place.

use super::record::{CapCause, CriteriaRecord, CriterionRecord, NotRated, State};
use serde::{Deserialize, Serialize};

/// The ledger that a record was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerStamp {
    /// Its lines.
    pub lines: u64,
    /// Hash of its last line.
    pub head: String,
}

/// A rule whose findings were overturned too often: what nobody confirmed of it does not count after review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverturnedRule {
    /// `DIS001`.
    pub rule: String,
    /// Findings that fell.
    pub overturned: u64,
    /// Findings that fell or stand.
    pub decided: u64,
}

/// Findings of one creator by where they stand, each id once however often its post was captured; those that nobody has
/// acted on are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCounts {
    /// Confirmed by fewer people than needed.
    pub waiting: u64,
    /// Reviewers contradict each other.
    pub conflict: u64,
    /// Nobody could tell.
    pub unsure: u64,
    /// Confirmed.
    pub confirmed: u64,
    /// Overturned.
    pub overturned: u64,
    /// Confirmed, and the creator was told.
    pub noticed: u64,
    /// Mended or removed.
    pub cured: u64,
    /// An appeal is open.
    pub appealed: u64,
    /// Put away.
    pub closed: u64,
    /// Marked by the baseline, whatever their state.
    pub known: u64,
    /// Tolerated by the allow-list, whatever their state; of the kept version of each post, as in `counts`.
    pub allowed: u64,
}

/// One criterion under one reading of the review.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewedScore {
    /// Whether it is rated.
    pub state: State,
    /// Why not; `null` when it is.
    pub reason: Option<NotRated>,
    /// The score after caps.
    pub score: Option<f64>,
    /// Lower end of the interval after caps.
    pub lower: Option<f64>,
    /// Upper end of the interval after caps.
    pub upper: Option<f64>,
    /// Band shown.
    pub band: Option<String>,
    /// Band that may be granted.
    pub award_band: Option<String>,
    /// Band that an adverse step must stand on.
    pub adverse_band: Option<String>,
    /// The cap in force; `null` without.
    pub cap: Option<f64>,
    /// Why.
    pub cap_cause: Option<CapCause>,
    /// Denominator.
    pub n_assessed: u64,
    /// Of them with a counting finding of this criterion.
    pub n_violating: u64,
    /// Score if every open appeal were upheld; `null` without appeals.
    pub without_appealed: Option<f64>,
}

impl From<CriterionRecord> for ReviewedScore {
    fn from(record: CriterionRecord) -> Self {
        Self {
            state: record.state,
            reason: record.reason,
            score: record.score,
            lower: record.lower,
            upper: record.upper,
            band: record.band,
            award_band: record.award_band,
            adverse_band: record.adverse_band,
            cap: record.cap,
            cap_cause: record.cap_cause,
            n_assessed: record.n_assessed,
            n_violating: record.n_violating,
            without_appealed: record.without_appealed,
        }
    }
}

/// Both criteria under one reading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewedScores {
    /// Transparency in commercial cooperation.
    pub transparency: ReviewedScore,
    /// Compliance with advertising rules.
    pub ad_compliance: ReviewedScore,
}

impl From<CriteriaRecord> for ReviewedScores {
    fn from(record: CriteriaRecord) -> Self {
        Self { transparency: record.transparency.into(), ad_compliance: record.ad_compliance.into() }
    }
}

/// What people decided about a creator's findings, and what it makes of the scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReviewRecord {
    /// The ledger.
    pub ledger: LedgerStamp,
    /// Findings by where they stand.
    pub findings: ReviewCounts,
    /// Rules overturned too often, of the whole review.
    pub informational: Vec<OverturnedRule>,
    /// As the machine found it.
    pub as_found: ReviewedScores,
    /// With what was decided: what fell does not count, what stands counts in full, a confirmed suspect too.
    pub after_review: ReviewedScores,
    /// If everything undecided were decided for the creator.
    pub best: ReviewedScores,
    /// If everything undecided were decided against the creator.
    pub worst: ReviewedScores,
}
