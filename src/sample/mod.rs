//! A labelling plan from a finished run: which posts people should read so that shares can be estimated, with the
//! chance of every post that is drawn.
//!
//! ```text
//! posts ─ at most k a creator ─▶ strata (tier × language × month × platform) ─ Neyman ─▶ rows with chances ─▶ files
//! ```
//!
//! Two stages, both with known chances. A creator with more posts than `per_creator` keeps that many, dealt in turn to
//! the tiers that the creator has; within a stratum all posts that are left have the same chance. Strata that would get
//! fewer labels than `floor` are joined: first over platforms, then months, then languages, never over tiers.

mod draw;
mod files;

pub use draw::{draw, texts};
pub use files::{label_studio_config, write};

use crate::{
    finished::{FinishedError, FinishedPost},
    ingest::IngestError,
    pack::Tier,
    vocabulary::Commercial,
};

/// What the detector saw in a post, as far as sampling cares. The order is that of strata in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sight {
    /// A finding of tier violation.
    Violation,
    /// A finding of tier suspect.
    Suspect,
    /// Commercial, nothing found.
    Commercial,
    /// Nothing at all: what the detector missed is here.
    Nothing,
}

impl Sight {
    /// All of them.
    pub const ALL: [Sight; 4] = [Sight::Violation, Sight::Suspect, Sight::Commercial, Sight::Nothing];

    /// The name in strata.
    pub fn name(self) -> &'static str {
        match self {
            Sight::Violation => "violation",
            Sight::Suspect => "suspect",
            Sight::Commercial => "commercial",
            Sight::Nothing => "nothing",
        }
    }

    /// What the detector saw in `post`.
    pub fn of(post: &FinishedPost<'_>) -> Self {
        match post.tier() {
            Some(Tier::Violation) => Sight::Violation,
            Some(Tier::Suspect) => Sight::Suspect,
            _ if post.commercial == Commercial::Yes => Sight::Commercial,
            _ => Sight::Nothing,
        }
    }
}

/// The stratum that a post would have if no strata were joined: sight, language, month, platform.
pub fn finest_stratum(post: &FinishedPost<'_>) -> [String; 4] {
    [
        Sight::of(post).name().to_owned(),
        post.language.to_owned(),
        post.month(),
        // The separator and the sign for “all” must not come from data.
        post.platform_name().replace(['|', '*'], "_"),
    ]
}

/// The name of that stratum when the first `kept` of four parts are kept: `suspect|vi|*|*`.
pub fn stratum_name(parts: &[String; 4], kept: usize) -> String {
    let part = |at: usize| if at < kept { parts[at].as_str() } else { "*" };
    (0..4).map(part).collect::<Vec<_>>().join("|")
}

/// How to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleOptions {
    /// Labels to spend.
    pub labels: u64,
    /// Most posts of one creator.
    pub per_creator: u64,
    /// Fewest labels of a stratum; all its posts where it has fewer.
    pub floor: u64,
    /// Seed of the draw.
    pub seed: u64,
    /// Share of true posts that is expected in each [`Sight`], for planning only: a wrong guess costs labels, never
    /// truth.
    pub expected: [f64; 4],
    /// Cost of a label in each [`Sight`], relative to each other.
    pub costs: [f64; 4],
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self {
            labels: 1000,
            per_creator: 5,
            floor: 50,
            seed: 1,
            // Violations aim at a precision of 0.9; the rest is a guess that the first labels will mend.
            expected: [0.9, 0.5, 0.3, 0.05],
            costs: [1.0; 4],
        }
    }
}

/// Why no plan can be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// The dump cannot be read.
    #[error(transparent)]
    Input(#[from] IngestError),
    /// The dump is not the one that was scanned.
    #[error(
        "--input không phải dữ liệu đã quét: {found} không có trong manifest.json của lần quét \
         / --input is not what was scanned: {found} is not in the run's manifest.json"
    )]
    OtherInput {
        /// The file at fault, or what is missing.
        found: String,
    },
    /// The run holds no post.
    #[error("lần quét không có bài nào / the run holds no post")]
    NoPosts,
    /// More strata than labels can fill.
    #[error(
        "{labels} nhãn không đủ: riêng mức tối thiểu đã cần {needed}; tăng --labels hoặc giảm --floor \
         / {labels} labels are too few: the floors alone need {needed}; raise --labels or lower --floor"
    )]
    TooFewLabels {
        /// Asked for.
        labels: u64,
        /// Needed.
        needed: u64,
    },
    /// An option makes no sense.
    #[error("{0}")]
    Options(String),
    /// A file could not be written as CSV or JSON.
    #[error("không ghi được kế hoạch / cannot write the plan: {0}")]
    Write(String),
}

/// One stratum of the plan.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PlannedStratum {
    /// Its name: sight, language, month, platform; `*` where joined.
    pub name: String,
    /// Posts of the run in it.
    pub posts: u64,
    /// Posts left after at most k a creator.
    pub eligible: u64,
    /// Labels given to it.
    pub labels: u64,
}

/// One post to label.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its line in `posts.jsonl`, from 1.
    pub line: u64,
    /// The record's own id.
    pub post_id: Option<String>,
    /// Hash of its caption.
    pub text_sha256: String,
    /// Platform, account and time as in the run.
    pub platform: String,
    /// The account.
    pub creator: Option<String>,
    /// When it was posted, as written.
    pub posted_at: Option<String>,
    /// Language tag.
    pub language: String,
    /// Which stratum it was drawn from.
    pub stratum: usize,
    /// The chance with which it was drawn.
    pub chance: f64,
    /// One over that chance, and over those of equal posts that it stands for.
    pub weight: f64,
    /// Each draw that it stands for, itself first: equal posts may be of other creators, months and strata.
    pub draws: Vec<Drawn>,
    /// Its texts by field, where the dump was given.
    pub texts: Vec<(&'static str, String)>,
}

/// One post that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Its line in `posts.jsonl`, from 1.
    pub line: u64,
    /// Which stratum it was drawn from.
    pub stratum: usize,
    /// One over the chance with which it was drawn.
    pub weight: f64,
}

/// How many labels an interval of ± `half_width` needs.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Need {
    /// Half the width of a 95 % interval of a share of all posts, 0 to 1.
    pub half_width: f64,
    /// Labels, by this plan's allocation and expected shares.
    pub labels: u64,
}

/// The whole plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Key of the run it was drawn from.
    pub run: String,
    /// How it was drawn.
    pub options: SampleOptions,
    /// Posts of the run.
    pub posts: u64,
    /// Their creators.
    pub creators: u64,
    /// Strata by name.
    pub strata: Vec<PlannedStratum>,
    /// Rows in random order, so that the order tells coders nothing.
    pub rows: Vec<Row>,
    /// Rows that repeated a row already drawn (same id and caption), joined with it.
    pub repeats: u64,
    /// Labels for intervals of some widths.
    pub needs: Vec<Need>,
    /// How many rows have their texts.
    pub with_texts: u64,
}
