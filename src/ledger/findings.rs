//! The findings of a finished run, one by one, as far as reviewers and notices need them.

use super::state::Subject;
use crate::{
    finished::{FinishedError, FinishedRun},
    pack::Severity,
    score::Policy,
};
use serde::Deserialize;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader},
};

/// What every line of `findings.jsonl` says of itself; the rest of the line is left alone.
#[derive(Clone, Debug, Deserialize)]
pub struct FindingHead<'a> {
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The record's own id.
    #[serde(borrow)]
    pub post_id: Option<Cow<'a, str>>,
    /// The account within the platform.
    #[serde(borrow)]
    pub creator: Option<Cow<'a, str>>,
    /// The platform; empty when unknown.
    #[serde(borrow)]
    pub platform: Cow<'a, str>,
    /// When it was posted, as written.
    pub posted_at: Option<&'a str>,
    /// `DIS001`.
    pub rule: &'a str,
    /// As the pack says.
    pub severity: &'a str,
    /// `violation`, `suspect`, `advisory`.
    pub tier: &'a str,
    /// Whether it counts as found.
    pub counts: bool,
    /// SHA-256 of the caption.
    pub text_sha256: &'a str,
}

/// Gives every finding of a run in the order of the file, with the whole line; memory is one line.
///
/// # Errors
/// When the file cannot be read or a line is no finding of this program; and what `with` returns.
pub fn each<E: From<FinishedError>>(
    run: &FinishedRun,
    mut with: impl FnMut(&FindingHead<'_>, &str) -> Result<(), E>,
) -> Result<(), E> {
    let path = run.folder().join("findings.jsonl");
    let io = |source| FinishedError::Io { path: path.clone(), source };
    let mut reader = BufReader::with_capacity(1 << 18, File::open(&path).map_err(io)?);
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if reader.read_line(&mut line).map_err(io)? == 0 {
            break;
        }
        let bad =
            |e: serde_json::Error| FinishedError::BadLine { path: path.clone(), line: number, message: e.to_string() };
        with(&serde_json::from_str(&line).map_err(bad)?, &line)?;
    }
    Ok(())
}

/// A finding that a ledger speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `DIS001`.
    pub rule: String,
    /// What decisions need.
    pub subject: Subject,
}

/// The findings of these runs with the ids `wanted`.
///
/// # Errors
/// When a run cannot be read.
pub fn look_up(
    runs: &[FinishedRun],
    policy: &Policy,
    wanted: &HashSet<&str>,
) -> Result<HashMap<String, Found>, FinishedError> {
    let mut found = HashMap::new();
    for run in runs {
        each(run, |finding, _| {
            if wanted.contains(finding.id.as_ref()) {
                let severity = Severity::ALL.into_iter().find(|s| s.name() == finding.severity);
                // A severity of another version is taken for the gravest: more people look, not fewer.
                let severity = policy.severity_of(finding.rule, severity.unwrap_or(Severity::Critical));
                let subject = Subject { severity, text_sha256: finding.text_sha256.to_owned() };
                found.insert(finding.id.to_string(), Found { rule: finding.rule.to_owned(), subject });
            }
            Ok::<(), FinishedError>(())
        })?;
    }
    Ok(found)
}
