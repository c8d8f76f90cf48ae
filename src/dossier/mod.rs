//! The dossier of one creator: a finished run to one folder that a reviewer can read, check, decide on and seal, and that
//! the creator can answer. Everything in it comes from files of the run; what the run does not tell is said to be
//! missing.

mod files;
mod page;
mod read;

pub use files::{EVALUATION, POLICY, REVIEW, REVIEWED, write};
pub use page::PAGE_FINDINGS;
pub use read::Counted;

use crate::{
    finished::{FinishedError, FinishedRun},
    ingest::{IngestError, Inputs, ReadOptions},
    locale::Locale,
    pack::{Pack, PackFiles},
    report::{FolderError, PageError},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

/// What a dossier is made of.
#[derive(Debug)]
pub struct Request<'a> {
    /// The finished run.
    pub run: &'a FinishedRun,
    /// The pack of that run.
    pub pack: &'a Pack,
    /// Its files, to go with the dossier.
    pub pack_files: &'a PackFiles,
    /// The policy of that run, as its file stands.
    pub policy: &'a str,
    /// Account key within the platform.
    pub creator: &'a str,
    /// The platform; needed only where several know that creator.
    pub platform: Option<&'a str>,
    /// In which language.
    pub locale: Locale,
    /// Whether private numbers are hidden: for everybody but the creator.
    pub redacted: bool,
    /// The dump that the run was made of, to show words in their surroundings.
    pub originals: Option<(&'a Inputs, &'a ReadOptions)>,
    /// What reviewers decided, by finding id.
    pub decisions: &'a BTreeMap<String, Decision>,
    /// How good each rule was measured to be.
    pub evaluation: &'a Evaluation,
    /// A file of creators as `score` writes it beside a ledger, with the scores after review.
    pub reviewed: Option<&'a Path>,
    /// The folder to make.
    pub out: &'a Path,
    /// Whether another dossier in its place is replaced.
    pub force: bool,
}

/// What was decided on one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// `confirm`, `overturn`, `unsure`, or a state of the ledger; shown as it is when the messages do not know it.
    #[serde(alias = "decision")]
    pub state: String,
    /// Why it was overturned.
    #[serde(default)]
    pub reason_code: Option<String>,
    /// Who decided.
    #[serde(default)]
    pub reviewer: String,
    /// When, `YYYY-MM-DD`.
    #[serde(default)]
    pub at: Option<String>,
    /// In the reviewer's words, or the creator's answer.
    #[serde(default)]
    pub note: String,
}

/// Measured quality by rule id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What it was measured on, for people.
    #[serde(default)]
    pub on: String,
    /// By rule id.
    #[serde(default)]
    pub rules: BTreeMap<String, Quality>,
}

/// How good a rule is, as measured on labelled posts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Share of its findings that people agreed with.
    pub precision: f64,
    /// Lower end of its 95 % interval.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Findings labelled.
    pub n: u64,
    /// Share of what people found that it found too, where that was measured.
    #[serde(default)]
    pub recall: Option<f64>,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Whether a dossier of the same content was there already.
    pub already: bool,
    /// Findings in it.
    pub findings: usize,
    /// Posts in it.
    pub posts: usize,
    /// Findings whose post was not met again in the dump that was given.
    pub unmatched: usize,
    /// Decisions on findings that this creator does not have.
    pub foreign_decisions: usize,
}

/// Why a dossier cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DossierError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// A file cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The run knows no such creator.
    #[error(
        "{} không có người đăng `{creator}`; xem cột creator của creators.csv \
         / {} has no creator `{creator}`; see the column creator of creators.csv",
        path.display(), path.display()
    )]
    NoCreator {
        /// Where it was looked for.
        path: PathBuf,
        /// Who.
        creator: String,
    },
    /// Several platforms know that name.
    #[error(
        "`{creator}` có trên nhiều nền tảng ({}); thêm --platform \
         / `{creator}` is on several platforms ({}); add --platform",
        platforms.join(", "), platforms.join(", ")
    )]
    SeveralCreators {
        /// Who.
        creator: String,
        /// Where.
        platforms: Vec<String>,
    },
    /// The run was made with another pack or policy.
    #[error(
        "lần quét dùng {what} {found}, ở đây là {given}; đưa đúng {what} của lần quét \
         / the run used {what} {found}, this is {given}; give the {what} of the run (--pack, --policy)"
    )]
    Other {
        /// `pack` or `policy`.
        what: &'static str,
        /// Of the run.
        found: String,
        /// Given.
        given: String,
    },
    /// A line is no record of this program.
    #[error("{}, dòng/line {line}: {message}", path.display())]
    BadLine {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// The scores given are those that the machine found.
    #[error(
        "{}: không có điểm sau khi xem lại; hãy chấm điểm với --ledger \
         / {}: holds no scores after review; score with --ledger",
        path.display(), path.display()
    )]
    NotReviewed {
        /// The file of scores.
        path: PathBuf,
    },
    /// The dump cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A template of the pack is at fault.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The folder cannot be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A value could not be written as JSON.
    #[error("không ghi được JSON: {0} / cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Reads decisions: the lines that the page offers for download, or those in which the ledger tells where each finding
/// stands, `{"finding_id": …, "decision" or "state": …}`. Of several on one finding the last stands.
///
/// # Errors
/// When the file cannot be read or a line is no decision.
pub fn decisions(path: &Path) -> Result<BTreeMap<String, Decision>, DossierError> {
    #[derive(Deserialize)]
    struct Line {
        finding_id: String,
        #[serde(flatten)]
        decision: Decision,
    }
    let text = std::fs::read_to_string(path).map_err(|source| DossierError::Io { path: path.to_owned(), source })?;
    let lines = text.lines().zip(1u64..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let bad = |e: serde_json::Error| DossierError::BadLine {
                path: path.to_owned(),
                line: number,
                message: e.to_string(),
            };
            let line: Line = serde_json::from_str(line).map_err(bad)?;
            Ok((line.finding_id, line.decision))
        })
        .collect()
}

/// Reads measured quality: `{"on": "…", "rules": {"DIS001": {"precision": 0.9, "lower": 0.8, "upper": 0.95, "n": 120}}}`.
///
/// # Errors
/// When the file cannot be read or is no such file.
pub fn evaluation(path: &Path) -> Result<Evaluation, DossierError> {
    let bytes = std::fs::read(path).map_err(|source| DossierError::Io { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|e| DossierError::BadLine {
        path: path.to_owned(),
        line: e.line() as u64,
        message: e.to_string(),
    })
}
