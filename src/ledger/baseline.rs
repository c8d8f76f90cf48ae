//! Findings that are known already: a list of ids, such as the `findings.jsonl` of an earlier run. They are marked, never
//! dropped.

use super::entry::is_finding_id;
use serde::Deserialize;
use std::{
    borrow::Cow,
    collections::HashSet,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

/// Ids of known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(HashSet<String>);

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line names no finding.
    #[error(
        "{}, dòng {line}: không phải mã phát hiện; mỗi dòng một mã f_… hoặc một dòng của findings.jsonl \
         / line {line}: no id of a finding; write one id f_… a line, or give a findings.jsonl",
        path.display()
    )]
    BadLine {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
    },
}

#[derive(Deserialize)]
struct Id<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

impl Baseline {
    /// Reads ids, one a line, bare or as a line of `findings.jsonl`; empty lines and lines that begin with `#` are passed
    /// over.
    ///
    /// # Errors
    /// When the file cannot be read; the first line that names no finding.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let io = |source| BaselineError::Io { path: path.to_owned(), source };
        let mut ids = HashSet::new();
        for (number, line) in (1..).zip(BufReader::new(File::open(path).map_err(io)?).lines()) {
            let line = line.map_err(io)?;
            let text = line.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let id = match text.starts_with('{') {
                true => serde_json::from_str::<Id<'_>>(text).map(|found| found.id.into_owned()).ok(),
                false => Some(text.to_owned()),
            };
            let bad = || BaselineError::BadLine { path: path.to_owned(), line: number };
            ids.insert(id.filter(|id| is_finding_id(id)).ok_or_else(bad)?);
        }
        Ok(Self(ids))
    }

    /// Whether the finding is known.
    pub fn knows(&self, finding: &str) -> bool {
        self.0.contains(finding)
    }

    /// How many findings it knows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
