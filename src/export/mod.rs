//! A finished run in the form that other tools take: Label Studio tasks, spreadsheets, SQLite, a Frictionless package,
//! Parquet. A run stays as it is; what is exported can be thrown away and made again. Every target reads a run as a
//! stream and holds one post at a time.

mod columns;
mod label_studio;
mod package;
mod spreadsheet;
#[cfg(feature = "full")]
mod sqlite;

pub use label_studio::{Tasks, label_studio, label_studio_config};
pub use package::data_package;
pub use spreadsheet::{Dialect, spreadsheet};
#[cfg(feature = "full")]
pub use sqlite::sqlite;

use crate::{
    finished::{FinishedError, FinishedRun},
    ingest::IngestError,
};
use serde_json::Value;
use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

/// Why a run cannot be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// The dump cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The dump is not the one that was scanned.
    #[error(
        "{path}: dữ liệu không phải bản đã quét (bài thứ {post} không khớp); đưa đúng dữ liệu vào --input \
         / {path}: this is not what was scanned (post {post} differs); give the same dump to --input"
    )]
    OtherInput {
        /// What was read when it came out; empty at the end.
        path: String,
        /// Line of `posts.jsonl`, from 1.
        post: u64,
    },
    /// A file cannot be written.
    #[error(
        "không ghi được {}: {source}; kiểm tra quyền ghi và dung lượng đĩa / cannot write {}: {source}; check permissions \
         and free space",
        path.display(), path.display()
    )]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite refuses.
    #[cfg(feature = "full")]
    #[error("SQLite, {}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

/// The lines of a file of the run as values.
struct Records {
    path: PathBuf,
    reader: BufReader<File>,
    line: String,
    number: u64,
}

impl Records {
    fn open(run: &FinishedRun, file: &str) -> Result<Self, ExportError> {
        let path = run.folder().join(file);
        let file = File::open(&path).map_err(|source| FinishedError::Io { path: path.clone(), source })?;
        Ok(Self { path, reader: BufReader::with_capacity(1 << 18, file), line: String::new(), number: 0 })
    }

    fn next(&mut self) -> Result<Option<Value>, ExportError> {
        self.line.clear();
        let read = self.reader.read_line(&mut self.line);
        let read = read.map_err(|source| FinishedError::Io { path: self.path.clone(), source })?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        serde_json::from_str(&self.line).map(Some).map_err(|e| self.bad(e.to_string()))
    }

    fn bad(&self, message: String) -> ExportError {
        FinishedError::BadLine { path: self.path.clone(), line: self.number, message }.into()
    }
}

/// The posts of a run, each with its findings.
struct Posts {
    posts: Records,
    findings: Records,
}

impl Posts {
    fn open(run: &FinishedRun) -> Result<Self, ExportError> {
        Ok(Self { posts: Records::open(run, "posts.jsonl")?, findings: Records::open(run, "findings.jsonl")? })
    }

    fn next(&mut self) -> Result<Option<(u64, Value, Vec<Value>)>, ExportError> {
        let Some(post) = self.posts.next()? else { return Ok(None) };
        let mut findings = Vec::new();
        for _ in post["findings"].as_array().into_iter().flatten() {
            let missing = || self.posts.bad("its findings are missing from findings.jsonl".to_owned());
            findings.push(self.findings.next()?.ok_or_else(missing)?);
        }
        Ok(Some((self.posts.number, post, findings)))
    }
}

fn write_error(path: &Path) -> impl Fn(io::Error) -> ExportError + '_ {
    |source| ExportError::Write { path: path.to_owned(), source }
}
