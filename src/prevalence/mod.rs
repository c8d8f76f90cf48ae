//! Shares that can be published: a finished run and labels of people to estimates with intervals, each by a method that
//! the data can carry, and to refusals with reasons where they cannot.
//!
//! ```text
//! run + labels ─ census ─▶ posts and labels by creator and cell ─ estimate ─▶ rows ─ table, words ─▶ CSV, JSON, text
//! ```
//!
//! What the detector alone says is a *flag rate*, never a prevalence. Estimates are of creators like those in the run.

mod census;
mod contrast;
mod estimate;
mod measure;
mod population;
mod table;
mod words;

pub use census::Plan;
pub use estimate::prevalence;
pub use measure::Measure;
pub use population::{Population, PopulationError};
pub use table::{COLUMNS, to_csv, to_json, to_text};
pub use words::{paragraphs, warning_text};

use crate::{finished::FinishedError, labels::LabelError};
use serde::Serialize;

/// By what posts are split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Platform.
    Platform,
    /// Month in UTC+7.
    Month,
    /// Language tag.
    Language,
}

impl By {
    /// All of them.
    pub const ALL: [By; 3] = [By::Platform, By::Month, By::Language];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            By::Platform => "platform",
            By::Month => "month",
            By::Language => "language",
        }
    }
}

/// Successes among controls of another study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control {
    /// Right ones.
    pub right: u64,
    /// All.
    pub all: u64,
}

/// What to estimate and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Groups beside the whole.
    pub by: Option<By>,
    /// Known shares of the target population.
    pub population: Option<Population>,
    /// The user vouches that the labels are a simple random sample of the run's posts.
    pub simple_random: bool,
    /// Sensitivity and specificity of `commercial` from another study.
    pub quality: Option<(Control, Control)>,
    /// Confidence level of all intervals, 0 to 1.
    pub conf: f64,
    /// Draws of the cluster bootstrap; 0 for none.
    pub draws: usize,
    /// Its seed.
    pub seed: u64,
}

/// What an estimate is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A share.
    Share,
    /// A difference of the shares of two groups.
    Difference,
    /// A change per month.
    Trend,
}

/// One estimate: one row of every output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Share, difference or trend.
    pub kind: Kind,
    /// What is measured: see [`Measure`].
    pub measure: &'static str,
    /// By what posts are split; empty for the whole.
    pub by: &'static str,
    /// The group; `all` for the whole.
    pub group: String,
    /// The group that it is compared with.
    pub versus: Option<String>,
    /// `flag_rate`, `classical`, `stratified`, `ppi`, `ppi_tuned`, `rogan_gladen`, `precision`, `cochran_armitage`.
    pub method: &'static str,
    /// Where the error comes from: `linearised`, `jackknife`, `bootstrap`, `lang_reiczigel`, `wilson`.
    pub error: &'static str,
    /// Whether this is the row to quote.
    pub recommended: bool,
    /// Share, difference or change.
    pub estimate: Option<f64>,
    /// Standard error.
    pub se: Option<f64>,
    /// Lower end of the interval.
    pub lower: Option<f64>,
    /// Upper end of the interval.
    pub upper: Option<f64>,
    /// Level of the interval.
    pub conf: Option<f64>,
    /// P-value of a difference or trend; files write one below a millionth as a millionth.
    pub p: Option<f64>,
    /// The same, adjusted over all differences of the measure (Benjamini and Hochberg).
    pub p_adjusted: Option<f64>,
    /// Labels used.
    pub labels: Option<u64>,
    /// Creators with labels.
    pub creators: Option<u64>,
    /// Posts that the row speaks of.
    pub posts: u64,
    /// Variance over that of as many independent labels without the detector.
    pub deff: Option<f64>,
    /// How far the detector was trusted for the numerator.
    pub lambda: Option<f64>,
    /// Why there is no estimate, or what to mind; a word.
    pub note: Option<&'static str>,
}

impl Row {
    /// A row without numbers.
    fn blank(kind: Kind, measure: &'static str) -> Self {
        Self {
            kind,
            measure,
            by: "",
            group: String::new(),
            versus: None,
            method: "",
            error: "",
            recommended: false,
            estimate: None,
            se: None,
            lower: None,
            upper: None,
            conf: None,
            p: None,
            p_adjusted: None,
            labels: None,
            creators: None,
            posts: 0,
            deff: None,
            lambda: None,
            note: None,
        }
    }
}

/// Something the reader must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Key of its sentence in the pack, below `prevalence.warning.`.
    pub key: &'static str,
    /// The number in it.
    pub n: u64,
}

/// What the estimates rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Posts of the run.
    pub posts: u64,
    /// Creators of the run; a post without creator is its own.
    pub creators: u64,
    /// Labelled posts.
    pub labelled: u64,
    /// Coders.
    pub coders: u64,
    /// Platforms, in order of name.
    pub platforms: Vec<String>,
    /// First and last month with a date.
    pub months: Option<(String, String)>,
    /// Key of the run.
    pub run: String,
    /// Pack version and hash: which detector.
    pub pack: String,
    /// See [`Facts::pack`].
    pub pack_sha256: String,
    /// Whether the run is the demonstration.
    pub demo: bool,
    /// Whether labels were drawn by a plan with known chances (else: vouched for as simple random).
    pub weighted: bool,
    /// Seed and draws of the bootstrap.
    pub seed: u64,
    /// See [`Facts::seed`].
    pub draws: usize,
}

/// Everything that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prevalence {
    /// What it rests on.
    pub facts: Facts,
    /// What to mind.
    pub warnings: Vec<Warning>,
    /// One row an estimate.
    pub rows: Vec<Row>,
}

impl Prevalence {
    /// Whether recall and prevalence were refused because only flagged posts were labelled.
    pub fn is_flagged_only(&self) -> bool {
        self.warnings.iter().any(|w| w.key == "flagged_only")
    }
}

/// Why nothing can be estimated at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrevalenceError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// The labels cannot be read.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// The shares of the target population are at fault.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// Labelled posts that the run does not hold.
    #[error(
        "{n} bài có nhãn không có trong lần quét này (ví dụ {example}); sai lần quét, hoặc nội dung đã bị sửa \
         / {n} labelled posts are not in this run (such as {example}); another run, or edited texts"
    )]
    UnknownPosts {
        /// How many.
        n: u64,
        /// The first, with its line in the label file.
        example: String,
    },
    /// The labels do not tell how they were drawn.
    #[error(
        "nhãn không có `weight`: không biết bài được chọn ra sao. Dùng --plan sample.jsonl, thêm cột weight, hoặc \
         --simple-random nếu đúng là mẫu ngẫu nhiên đơn giản từ mọi bài của lần quét \
         / labels have no `weight`, so nobody knows how posts were drawn. Give --plan sample.jsonl, add a column \
         weight, or --simple-random if they truly are a simple random sample of all posts of the run"
    )]
    NoWeights,
    /// The plan holds none of the labelled posts.
    #[error(
        "không bài nào có nhãn nằm trong kế hoạch lấy mẫu (ví dụ {example}): sai kế hoạch \
         / the plan holds none of the labelled posts (such as {example}): another plan"
    )]
    NotInPlan {
        /// The first label.
        example: String,
    },
    /// The plan cannot be read.
    #[error("kế hoạch lấy mẫu / plan: {0}")]
    Plan(String),
    /// An option makes no sense.
    #[error("{0}")]
    Options(&'static str),
    /// The table could not be written.
    #[error("không ghi được bảng / cannot write the table: {0}")]
    Write(String),
}
