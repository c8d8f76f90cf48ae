//! `creators.csv`: one line a creator, for people with a spreadsheet and for R, pandas and DuckDB.
//!
//! Every column has one type in every run: text, whole number, number with four decimals, day. A missing value is an
//! empty cell, never 0. Lines end with LF, text is UTF-8 without a byte order mark.

use super::json;
use crate::score::{CapCause, Confidence, CreatorScore, CriterionRecord, NotRated, ReviewedScore};
use std::{
    borrow::Cow,
    io::{self, Write},
};

const BEFORE: [&str; 13] = [
    "platform",
    "creator",
    "posts_all",
    "posts_commercial",
    "posts_unsure",
    "posts_unknown",
    "posts_undated",
    "disclosure_adequate",
    "disclosure_weak",
    "disclosure_absent",
    "disclosure_denied",
    "findings",
    "findings_counting",
];

/// Of each criterion, after its name: what is said of it, then what it was reckoned from. `n` is the posts it was
/// judged on; `stability_posts` in how many of them the findings must fall before the band changes.
const OF_CRITERION: [&str; 25] = [
    "state",
    "reason",
    "score",
    "lower",
    "upper",
    "band",
    "band_low",
    "band_high",
    "confidence",
    "stability_posts",
    "stability_findings",
    "uncapped",
    "cap",
    "cap_cause",
    "n",
    "n_clean",
    "n_violating",
    "n_copies",
    "n_unknown",
    "weight",
    "good",
    "bad",
    "coverage",
    "best",
    "worst",
];

const AFTER: [&str; 14] = [
    "evidence_posts",
    "evidence_same_caption",
    "evidence_ai_label_known",
    "evidence_ai_labelled",
    "evidence_followers",
    "evidence_likes_known",
    "evidence_likes_median",
    "as_of",
    "window_days",
    "policy_id",
    "policy_version",
    "policy_status",
    "policy_sha256",
    "pack_sha256",
];

/// Of each criterion, after its name, where a ledger was given: after review, and the two ends that the undecided rest
/// leaves open.
const OF_REVIEW: [&str; 7] = [
    "after_review_state",
    "after_review_score",
    "after_review_lower",
    "after_review_upper",
    "after_review_band",
    "review_best",
    "review_worst",
];

const CRITERIA: [&str; 2] = ["transparency", "ad_compliance"];

/// The names of the columns, in order.
pub fn columns() -> impl Iterator<Item = String> {
    let of = |criterion: &str| OF_CRITERION.map(|name| format!("{criterion}_{name}"));
    BEFORE.map(str::to_owned).into_iter().chain(CRITERIA.map(of).into_iter().flatten()).chain(AFTER.map(str::to_owned))
}

/// The names of the columns that stand behind them where a ledger was given, in order.
pub fn review_columns() -> impl Iterator<Item = String> {
    CRITERIA.into_iter().flat_map(|criterion| OF_REVIEW.map(|name| format!("{criterion}_{name}")))
}

/// Writes the file row by row, in the order given, below its head.
pub struct CreatorRows<W: Write> {
    writer: csv::Writer<W>,
    digits: Vec<u8>,
    reviewed: bool,
}

impl<W: Write> CreatorRows<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// What the writer below reports.
    pub fn new(writer: W) -> io::Result<Self> {
        Self::with_head(writer, columns(), false)
    }

    /// Writes the head of a table of reviewed creators.
    ///
    /// # Errors
    /// What the writer below reports.
    pub fn reviewed(writer: W) -> io::Result<Self> {
        Self::with_head(writer, columns().chain(review_columns()), true)
    }

    fn with_head(writer: W, head: impl Iterator<Item = String>, reviewed: bool) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(writer);
        writer.write_record(head).map_err(below)?;
        Ok(Self { writer, digits: Vec::new(), reviewed })
    }

    /// The writer below, with everything written to it.
    ///
    /// # Errors
    /// What the writer below reports.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Appends a row.
    ///
    /// # Errors
    /// What the writer below reports.
    pub fn write(&mut self, score: &CreatorScore) -> io::Result<()> {
        self.row(score).map_err(below)
    }

    fn row(&mut self, score: &CreatorScore) -> csv::Result<()> {
        let (posts, told) = (&score.posts, &score.disclosure);
        self.text(&score.platform)?;
        self.text(&score.creator)?;
        self.counts([posts.all, posts.commercial, posts.unsure, posts.unknown, posts.undated])?;
        self.counts([told.adequate, told.weak, told.absent, told.denied])?;
        self.counts([score.findings(), score.findings_counting()])?;
        self.criterion(&score.criteria.transparency)?;
        self.criterion(&score.criteria.ad_compliance)?;
        let (first, second) = (&score.evidence.authenticity, &score.evidence.feedback);
        self.counts([score.evidence.posts, first.same_caption, first.ai_label_known, first.ai_labelled])?;
        self.count_or_none(second.followers)?;
        self.counts([second.likes_known])?;
        self.count_or_none(second.likes_median)?;
        // Both criteria are reckoned under the same policy, to the same day.
        let CriterionRecord { window, policy, pack, .. } = &score.criteria.transparency;
        self.text(&window.as_of)?;
        self.counts([u64::from(window.days)])?;
        for text in [&policy.id, &policy.version, policy.status.name(), &policy.sha256, &pack.sha256] {
            self.text(text)?;
        }
        if self.reviewed {
            let review = score.review.clone().unwrap_or_default();
            let (after, best, worst) = (review.after_review, review.best, review.worst);
            self.review(&after.transparency, best.transparency.score, worst.transparency.score)?;
            self.review(&after.ad_compliance, best.ad_compliance.score, worst.ad_compliance.score)?;
        }
        self.writer.write_record(None::<&[u8]>)
    }

    fn review(&mut self, after: &ReviewedScore, best: Option<f64>, worst: Option<f64>) -> csv::Result<()> {
        self.text(after.state.name())?;
        self.numbers([after.score, after.lower, after.upper])?;
        self.text(after.band.as_deref().unwrap_or_default())?;
        self.numbers([best, worst])
    }

    fn criterion(&mut self, record: &CriterionRecord) -> csv::Result<()> {
        self.text(record.state.name())?;
        self.text(record.reason.map_or("", NotRated::name))?;
        self.numbers([record.score, record.lower, record.upper])?;
        for band in [&record.band, &record.band_low, &record.band_high] {
            self.text(band.as_deref().unwrap_or_default())?;
        }
        self.text(record.confidence.map_or("", Confidence::name))?;
        match &record.band_stability {
            Some(stability) => self.counts([stability.posts, stability.findings])?,
            None => ["", ""].into_iter().try_for_each(|nothing| self.text(nothing))?,
        }
        self.numbers([record.uncapped.map(|bounds| bounds.score), record.cap])?;
        self.text(record.cap_cause.map_or("", CapCause::name))?;
        self.counts([record.n_assessed, record.n_clean, record.n_violating, record.n_copies, record.n_unknown])?;
        self.numbers([Some(record.weight), Some(record.good), Some(record.bad)])?;
        self.numbers([record.coverage, record.best, record.worst])
    }

    fn text(&mut self, text: &str) -> csv::Result<()> {
        self.writer.write_field(inert(text).as_bytes())
    }

    fn counts<const N: usize>(&mut self, counts: [u64; N]) -> csv::Result<()> {
        for n in counts {
            self.digits.clear();
            json::integer(&mut self.digits, n);
            self.writer.write_field(&self.digits)?;
        }
        Ok(())
    }

    fn count_or_none(&mut self, count: Option<u64>) -> csv::Result<()> {
        match count {
            Some(n) => self.counts([n]),
            None => self.text(""),
        }
    }

    /// Always with its decimals, so that no column of a small run is taken for whole numbers.
    fn numbers<const N: usize>(&mut self, numbers: [Option<f64>; N]) -> csv::Result<()> {
        for number in numbers {
            self.digits.clear();
            if let Some(number) = number {
                json::four_decimals(&mut self.digits, number);
            }
            self.writer.write_field(&self.digits)?;
        }
        Ok(())
    }
}

/// The writer's own failure: nothing else can go wrong with rows of equal length.
fn below(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe goes before a first character that would start
/// one (the full-width signs do in some locales).
pub fn inert(text: &str) -> Cow<'_, str> {
    const STARTERS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(STARTERS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether somebody who gives `name` means this account: as it is, or as a cell of `creators.csv` shows it (`'@linh`).
pub fn is_named(account: &str, name: &str) -> bool {
    account == name || inert(account) == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_would_be_formulas_get_an_apostrophe() {
        for (cell, expected) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+84901234567", "'+84901234567"),
            ("-2+3", "'-2+3"),
            ("@linh.review", "'@linh.review"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("linh=review", "linh=review"),
            ("Nguyễn Linh", "Nguyễn Linh"),
            ("", ""),
        ] {
            assert_eq!(inert(cell), expected);
        }
    }
}
