//! Findings to letters: those of each creator that people confirmed and nobody was told about.

use super::NoticeError;
use crate::{
    finished::{FinishedError, FinishedRun},
    ledger::{self, Allows, Baseline, FindingHead, Review, State},
    pack::Bilingual,
    report::is_named,
};
use serde::Deserialize;
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
};

/// Which findings are written about.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// What people decided.
    pub review: &'a Review,
    /// Known findings; they are marked.
    pub baseline: &'a Baseline,
    /// Tolerated findings; they are left out.
    pub allows: &'a Allows,
    /// Only this account.
    pub creator: Option<&'a str>,
    /// Only this platform.
    pub platform: Option<&'a str>,
    /// Also those that count as found and on which nobody has decided; they are marked. Asked for one creator only, since
    /// all letters are held in memory.
    pub unreviewed: bool,
}

/// Everything that one creator is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// The platform; empty when unknown.
    pub platform: String,
    /// The account.
    pub creator: String,
    /// In the order of the run.
    pub items: Vec<Item>,
}

/// One finding, as it stands in the run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// The record's own id.
    pub post_id: Option<String>,
    /// When it was posted, as written.
    pub posted_at: Option<String>,
    /// SHA-256 of the caption: names a post without id.
    pub text_sha256: String,
    /// `DIS001`.
    pub rule: String,
    /// As the pack says.
    pub severity: String,
    /// The words.
    pub spans: Vec<Quote>,
    /// Articles in force on the day of the post.
    pub provisions: Vec<Cited>,
    /// What the finding says.
    pub message: Bilingual,
    /// How to mend the post.
    pub fix: Fix,
    /// Whether people confirmed it.
    #[serde(skip)]
    pub reviewed: bool,
    /// Whether the baseline knows it.
    #[serde(skip)]
    pub known: bool,
}

/// Words of a post.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Quote {
    /// What they are evidence of.
    pub role: String,
    /// Where they stand.
    pub field: String,
    /// The words.
    pub quote: String,
}

/// An article as the finding cites it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Cited {
    /// Its id in the pack.
    pub id: String,
    /// Law, decree or code.
    pub instrument: String,
    /// Article, clause, point.
    pub article: String,
    /// Fine or effect, as far as known.
    pub penalty: Option<String>,
    /// How well it is supported.
    pub confidence: String,
}

/// How to mend a post.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Fix {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
    /// The smallest edits.
    pub edits: Vec<Insert>,
}

/// An edit: the text to put in; empty for words to take out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Insert {
    /// The text.
    pub text: String,
}

impl Choice<'_> {
    /// Whether the finding is written about; then whether people confirmed it.
    fn takes(&self, finding: &FindingHead<'_>) -> Option<bool> {
        let creator = finding.creator.as_deref()?;
        let meant = self.creator.is_none_or(|one| is_named(creator, one))
            && self.platform.is_none_or(|one| one == finding.platform)
            && self.allows.of(finding.rule, &finding.platform, creator).is_none();
        if !meant {
            return None;
        }
        match self.review.state(&finding.id) {
            State::Confirmed => Some(true),
            State::Open | State::Waiting | State::Unsure | State::Conflict => {
                (self.unreviewed && finding.counts).then_some(false)
            }
            // Fell, was told, was mended, or is contested: there is nothing to tell.
            _ => None,
        }
    }
}

/// The letters of a run, by platform and creator. A post that was captured twice is written about once: its findings have
/// one id.
///
/// # Errors
/// When the run cannot be read.
pub fn letters(run: &FinishedRun, choice: &Choice<'_>) -> Result<Vec<Letter>, NoticeError> {
    let mut letters: BTreeMap<(String, String), Vec<Item>> = BTreeMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut number = 0;
    ledger::each(run, |finding, line| {
        number += 1;
        let Some(reviewed) = choice.takes(finding).filter(|_| !taken.contains(finding.id.as_ref())) else {
            return Ok(());
        };
        taken.insert(finding.id.to_string());
        let bad = |e: serde_json::Error| FinishedError::BadLine {
            path: run.folder().join("findings.jsonl"),
            line: number,
            message: e.to_string(),
        };
        let item: Item = serde_json::from_str(line).map_err(bad)?;
        let known = choice.baseline.knows(&item.id);
        let creator = finding.creator.as_deref().map(str::to_owned).unwrap_or_default();
        let of = letters.entry((Cow::as_ref(&finding.platform).to_owned(), creator)).or_default();
        of.push(Item { reviewed, known, ..item });
        Ok::<(), FinishedError>(())
    })?;
    Ok(letters.into_iter().map(|((platform, creator), items)| Letter { platform, creator, items }).collect())
}
