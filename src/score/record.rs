//! The values behind `creators.jsonl`, every score beside its denominator. Decimals are
//! rounded already; a missing number is `null`, never 0 or 100.

use super::policy::PolicyStatus;
use crate::pack::{Severity, Tier};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The rules and the run that a record was made with; the caller knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Version of the pack.
    pub version: String,
    /// Hash of the pack.
    pub sha256: String,
    /// Id of the run, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// The policy that a record was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStamp {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// How far it is in force.
    pub status: PolicyStatus,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
}

/// The days that a record speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowStamp {
    /// Day of scoring, `YYYY-MM-DD`; the last day counted.
    pub as_of: String,
    /// How many days are counted.
    pub days: u32,
}

/// Whether a criterion is rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Rated.
    Rated,
    /// Rated, but too much could not be assessed to rely on it alone.
    RatedLowCoverage,
    /// Not rated, with a reason.
    #[default]
    NotRated,
    /// Rated, but an open appeal could change a band: no adverse use.
    UnderReview,
}

impl State {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            State::Rated => "rated",
            State::RatedLowCoverage => "rated_low_coverage",
            State::NotRated => "not_rated",
            State::UnderReview => "under_review",
        }
    }
}

/// Why a criterion is not rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRated {
    /// Nothing to rate in the window.
    NoCommercialPosts,
    /// Fewer assessed posts than the policy asks for.
    BelowMinimumPosts,
    /// Enough posts, but too old to weigh enough.
    EvidenceTooOld,
    /// Too large a share could not be assessed.
    LowCoverage,
}

impl NotRated {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            NotRated::NoCommercialPosts => "no_commercial_posts",
            NotRated::BelowMinimumPosts => "below_minimum_posts",
            NotRated::EvidenceTooOld => "evidence_too_old",
            NotRated::LowCoverage => "low_coverage",
        }
    }
}

/// Why a score is capped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapCause {
    /// Two open critical findings or more.
    #[serde(rename = "open_critical_2_or_more")]
    OpenCriticals,
    /// One open critical finding.
    #[serde(rename = "open_critical_1")]
    OpenCritical,
    /// Critical findings, all mended.
    CuredCritical,
}

impl CapCause {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            CapCause::OpenCriticals => "open_critical_2_or_more",
            CapCause::OpenCritical => "open_critical_1",
            CapCause::CuredCritical => "cured_critical",
        }
    }
}

/// How wide the uncapped interval is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Narrow.
    High,
    /// Between.
    Medium,
    /// Wide.
    Low,
}

impl Confidence {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }
}

/// A score with its interval, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Middle.
    pub score: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// A raw share of the assessed posts with its Wilson 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Of what: a disclosure state, `clean` or `violating`.
    pub what: &'static str,
    /// Numerator.
    pub n: u64,
    /// Denominator.
    pub of: u64,
    /// 0 to 1; `null` for an empty denominator.
    pub share: Option<f64>,
    /// Lower end.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
}

/// A rule that costs points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// `DIS001`.
    pub rule: String,
    /// How many points higher the score were without its findings.
    pub points: f64,
    /// Posts in the window with a counting finding of this rule.
    pub n: u64,
    /// Whether mending those posts lessens the loss.
    pub curable: bool,
}

/// How firmly a band stands: in how many posts the findings must fall (an appeal upheld, a reviewer disagreeing) before
/// the band shown becomes a better one.
///
/// Posts fall whole: every live finding of the criterion in them, so that they count as clean. They fall in the order
/// that lifts the score most. The number is the fewest posts that suffice when the band is read off the score; where
/// findings repeat after a notice, captions repeat on a day, or the band is read off an end of the interval, it is a
/// number that suffices, and fewer might.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stability {
    /// Posts.
    pub posts: u64,
    /// Live findings of the criterion in those posts.
    pub findings: u64,
    /// The band that is then shown.
    pub band: String,
}

/// One criterion of one creator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CriterionRecord {
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
    /// Band of the lower end.
    pub band_low: Option<String>,
    /// Band of the upper end.
    pub band_high: Option<String>,
    /// Band that may be granted.
    pub award_band: Option<String>,
    /// Band that an adverse step must stand on.
    pub adverse_band: Option<String>,
    /// How firm, from the uncapped interval.
    pub confidence: Option<Confidence>,
    /// Before caps.
    pub uncapped: Option<Bounds>,
    /// The cap in force; `null` without.
    pub cap: Option<f64>,
    /// Why.
    pub cap_cause: Option<CapCause>,
    /// Denominator: dated commercial posts in the window that could be assessed.
    pub n_assessed: u64,
    /// Of them without a counting finding of this criterion.
    pub n_clean: u64,
    /// Of them with one.
    pub n_violating: u64,
    /// Of the clean ones, same-day copies of a caption that earned its unit already; not in `weight` nor in `good`.
    pub n_copies: u64,
    /// Dated commercial posts in the window that could not be assessed.
    pub n_unknown: u64,
    /// Sum of the weights of the assessed posts, copies left out.
    pub weight: f64,
    /// Clean mass.
    pub good: f64,
    /// Loss mass.
    pub bad: f64,
    /// Assessed share of the commercial posts in the window; `null` without any.
    pub coverage: Option<f64>,
    /// Whether coverage is below what the policy asks for.
    pub low_coverage: bool,
    /// Score if every post that could not be assessed were clean.
    pub best: Option<f64>,
    /// Score if each of them were an open grave violation.
    pub worst: Option<f64>,
    /// Score if every open appeal were upheld; `null` without appeals.
    pub without_appealed: Option<f64>,
    /// What must fall before the band changes; `null` when it is the best one already, when no number of findings that
    /// fall would change it, or without a band.
    pub band_stability: Option<Stability>,
    /// Raw shares of the assessed posts.
    pub shares: Vec<Share>,
    /// What costs most, at most four.
    pub reasons: Vec<Reason>,
    /// Whether a person must look before anything is published.
    pub review_required: bool,
    /// Days.
    pub window: WindowStamp,
    /// Policy.
    pub policy: PolicyStamp,
    /// Rules and run.
    pub pack: Edition,
}

/// Kept posts of a creator, one version each, whatever their date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostCounts {
    /// All.
    pub all: u64,
    /// Commercial label yes.
    pub commercial: u64,
    /// Commercial label unsure.
    pub unsure: u64,
    /// Commercial, but the disclosure could not be assessed.
    pub unknown: u64,
    /// Without a usable date; never scored.
    pub undated: u64,
}

/// Disclosure states of the commercial posts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureCounts {
    /// Plain, early, in the post's language.
    pub adequate: u64,
    /// There, but not enough.
    pub weak: u64,
    /// Nothing said.
    pub absent: u64,
    /// Said not to be advertising.
    pub denied: u64,
}

/// Findings of one rule and tier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleCount {
    /// `DIS001`.
    pub rule: String,
    /// As the policy sees it.
    #[serde(serialize_with = "severity_name")]
    pub severity: Severity,
    /// Of the findings.
    #[serde(serialize_with = "tier_name")]
    pub tier: Tier,
    /// Findings.
    pub n: u64,
    /// Of them counting.
    pub n_counting: u64,
}

/// Both criteria.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CriteriaRecord {
    /// Transparency in commercial cooperation.
    pub transparency: CriterionRecord,
    /// Compliance with advertising rules.
    pub ad_compliance: CriterionRecord,
}

/// Tables for the criteria that are not scored: what the input tells of the commercial posts in the window, counted. Text
/// rules do not measure truth and reactions can be bought, so nothing here enters a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceTables {
    /// Commercial posts in the window, assessed or not.
    pub posts: u64,
    /// For the authenticity of content.
    pub authenticity: Authenticity,
    /// For the feedback of the community.
    pub feedback: Feedback,
}

/// What speaks to the authenticity of content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticity {
    /// Posts whose caption this creator used more than once.
    pub same_caption: u64,
    /// Posts of which the input tells whether the platform shows its AI-made label.
    pub ai_label_known: u64,
    /// Of them with the label.
    pub ai_labelled: u64,
}

/// What speaks to the feedback of the community, as counts of public data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Followers at the latest capture that tells, of any post.
    pub followers: Option<u64>,
    /// Posts of which the input tells the likes.
    pub likes_known: u64,
    /// Likes of the middle one of them (the lower of two); `null` for fewer than ten.
    pub likes_median: Option<u64>,
}

/// A share as it stands in a file.
#[derive(Deserialize)]
struct ShareLine {
    what: String,
    n: u64,
    of: u64,
    share: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ShareLine { what, n, of, share, lower, upper } = ShareLine::deserialize(deserializer)?;
        let known = ["adequate", "weak", "absent", "denied", "clean", "violating"].into_iter().find(|k| *k == what);
        let what = known.ok_or_else(|| D::Error::custom(format!("no share `{what}`")))?;
        Ok(Self { what, n, of, share, lower, upper })
    }
}

fn severity_name<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.name())
}

fn tier_name<S: Serializer>(tier: &Tier, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(tier.name())
}
