//! How good the detector is against gold: precision, recall and F1 with intervals for each label, rule and claim code,
//! language and stratum; spans; the ranking and calibration of the commercial score.
//!
//! In: gold posts, each with what was said of it. Out: [`Evaluation`], and pages of it.

mod judged;
mod page;
mod tally;

pub use judged::{Judged, JudgedClaim};
pub use page::{quality_page, to_text};
pub use tally::Tally;

use crate::{
    finished::{FinishedError, FinishedRun},
    gold::{Gold, GoldPost, take_own},
};
use serde::Serialize;
use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
};

/// A measure of one slice of the gold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// `all`, `language` or `stratum`.
    pub slice: &'static str,
    /// Which language or stratum; empty for all.
    pub value: String,
    /// `commercial` (yes against the rest), `commercial.unsure`, `disclosure` (share of right states where gold says
    /// commercial), `disclosure.weak`, `disclosed`, `claims` (post and code), `claims.CLM-CURE`, `rules`, `rules.DIS001`.
    pub measure: String,
    /// Said, and so.
    pub tp: u64,
    /// Said, and not so.
    pub fp: u64,
    /// So, and not said.
    #[serde(rename = "fn")]
    pub fn_: u64,
    /// Right among said.
    pub precision: Share,
    /// Said among right.
    pub recall: Share,
    /// Harmonic mean of both; its interval is that of `tp` among `tp + fp + fn`, carried over (F = 2J / (1 + J)).
    pub f1: Share,
    /// Posts said wrongly, the first few by gold order.
    pub wrong: Vec<String>,
    /// Posts missed, the first few by gold order.
    pub missed: Vec<String>,
}

/// A share with Wilson's interval; all three `None` for an empty denominator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub value: Option<f64>,
    /// Lower end.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Its denominator.
    pub n: u64,
}

/// How well spans of claims agree with gold, over claims whose place is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpanRow {
    /// Posts with such claims.
    pub posts: u64,
    /// Gold spans.
    pub gold: u64,
    /// Spans said.
    pub said: u64,
    /// F1 of spans with both ends right.
    pub exact: Option<f64>,
    /// F1 with half a point for an overlap.
    pub partial: Option<f64>,
    /// F1 by characters.
    pub characters: Option<f64>,
}

/// The commercial score against gold: yes against the rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreRow {
    /// Posts with a label.
    pub posts: u64,
    /// Those that are commercial.
    pub yes: u64,
    /// Area under the ROC curve, with DeLong's interval.
    pub auc: f64,
    /// Its lower end.
    pub auc_lower: f64,
    /// Its upper end.
    pub auc_upper: f64,
    /// Average precision.
    pub average_precision: f64,
    /// The best F1 of any threshold: the threshold was chosen on these very posts.
    pub best_f1: f64,
    /// That threshold.
    pub threshold: f64,
    /// Mean squared error of the score as a probability.
    pub brier: f64,
    /// Expected calibration error over ten bins.
    pub calibration_error: f64,
    /// The reliability table: ten bins of equal width, empty ones left out.
    pub reliability: Vec<Bin>,
}

/// One bin of the reliability table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Scores from here …
    pub from: f64,
    /// … to below here.
    pub to: f64,
    /// Mean score.
    pub score: f64,
    /// Share of commercial posts.
    pub yes: Share,
}

/// All that gold says of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Gold posts that were judged.
    pub posts: u64,
    /// Gold posts that the run does not hold.
    pub missing: u64,
    /// Level of the intervals.
    pub conf: f64,
    /// By slice and measure.
    pub rows: Vec<Row>,
    /// Spans of claims; none where no place is known.
    pub spans: Option<SpanRow>,
    /// The commercial score; none without both outcomes.
    pub score: Option<ScoreRow>,
}

impl Evaluation {
    /// The measure over all posts.
    pub fn row(&self, measure: &str) -> Option<&Row> {
        self.rows.iter().find(|r| r.slice == "all" && r.measure == measure)
    }
}

/// Why a run cannot be evaluated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// The run cannot be read, or lacks posts.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// No gold post is in the run.
    #[error(
        "không bài nào trong {gold} bài gold có trong {}; gold và lần quét phải cùng mã bài \
         / none of the {gold} gold posts is in {}; gold and run must have the same post ids",
        run.display(), run.display()
    )]
    Strangers {
        /// Gold posts.
        gold: usize,
        /// The run.
        run: PathBuf,
    },
    /// The gold is about another text.
    #[error(
        "bài `{id}` (gold dòng {line}): văn bản trong lần quét khác văn bản được gán nhãn; hãy quét đúng tệp đã gán \
         / post `{id}` (gold line {line}): the run has another text than was labelled; scan the texts that were labelled"
    )]
    OtherText {
        /// The post.
        id: String,
        /// Its line in the gold file.
        line: u64,
    },
}

/// Puts a finished run beside gold. Quotes need their place to be compared: see [`GoldPost::locate`].
///
/// # Errors
/// When the run cannot be read or lacks posts, holds none of the gold, or was made of other texts.
pub fn evaluate(run: &FinishedRun, gold: &Gold, conf: f64) -> Result<Evaluation, EvaluationError> {
    let mut waiting: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (i, post) in gold.posts.iter().enumerate() {
        waiting.entry(&post.id).or_default().push_back(i);
    }
    let mut found: Vec<Option<Judged>> = vec![None; gold.posts.len()];
    let mut other_text = vec![false; gold.posts.len()];
    run.try_each(|post| {
        let Some(of_id) = post.id.as_deref().and_then(|id| waiting.get_mut(id)) else { return Ok(()) };
        match take_own(&gold.posts, of_id, post.text_sha256) {
            Some(at) => found[at] = Some(Judged::of_finished(post)),
            None => of_id.iter().for_each(|at| other_text[*at] = true),
        }
        Ok::<_, EvaluationError>(())
    })?;
    if let Some(at) = (0..found.len()).find(|&at| found[at].is_none() && other_text[at]) {
        let GoldPost { id, line, .. } = &gold.posts[at];
        return Err(EvaluationError::OtherText { id: id.clone(), line: *line });
    }
    let mut tally = Tally::default();
    for (post, judged) in gold.posts.iter().zip(&found) {
        match judged {
            Some(judged) => tally.add(post, judged),
            None => tally.missing += 1,
        }
    }
    if tally.posts == 0 {
        return Err(EvaluationError::Strangers { gold: gold.posts.len(), run: run.folder().to_owned() });
    }
    Ok(tally.finish(conf))
}
