//! CSV tables of posts and findings, for people and for programs.

use super::{
    ExportError, Posts,
    columns::{self, Column},
    write_error,
};
use crate::{
    finished::FinishedRun,
    report::{FileRecord, HashingWriter, inert},
};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

/// How the bytes of a table are written. In both no cell can be taken for a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// For Excel and its kin: a byte order mark, so that Vietnamese letters stay, lines that end with CRLF, and empty
    /// columns for a reviewer to fill in.
    Spreadsheet,
    /// UTF-8 without mark, lines that end with LF.
    Plain,
}

/// What a reviewer fills in, as `decisions import` and [`review`](crate::review) read it.
pub(super) const DECISION: [&str; 5] = ["decision", "reason_code", "note", "reviewer", "at"];

/// Writes `posts.csv`, `findings.csv` and `creators.csv` into `folder`, and gives their records in that order.
///
/// # Errors
/// When the run cannot be read or the system refuses to write.
pub fn spreadsheet(run: &FinishedRun, folder: &Path, dialect: Dialect) -> Result<Vec<FileRecord>, ExportError> {
    let mut posts = Table::create(folder, "posts.csv", &columns::POSTS, &[], dialect)?;
    let blanks: &[&str] = if dialect == Dialect::Spreadsheet { &DECISION } else { &[] };
    let mut findings = Table::create(folder, "findings.csv", &columns::FINDINGS, blanks, dialect)?;
    let mut source = Posts::open(run)?;
    while let Some((number, post, found)) = source.next()? {
        posts.row(number, &columns::POSTS, &post)?;
        for finding in &found {
            findings.row(number, &columns::FINDINGS, finding)?;
        }
    }
    Ok(vec![posts.finish()?, findings.finish()?, creators(run, folder, dialect)?])
}

struct Table {
    name: &'static str,
    path: std::path::PathBuf,
    writer: csv::Writer<HashingWriter<BufWriter<File>>>,
    blanks: usize,
}

impl Table {
    fn create(
        folder: &Path,
        name: &'static str,
        columns: &[Column],
        blanks: &[&str],
        dialect: Dialect,
    ) -> Result<Self, ExportError> {
        let path = folder.join(name);
        let writer = start(&path, dialect)?;
        let names = std::iter::once(columns::POST.name).chain(columns.iter().map(|c| c.name));
        let mut table = Self { name, path, writer, blanks: blanks.len() };
        table.write(names.chain(blanks.iter().copied()).map(str::to_owned))?;
        Ok(table)
    }

    fn row(&mut self, post: u64, columns: &[Column], record: &Value) -> Result<(), ExportError> {
        let cells = columns.iter().map(|column| match columns::at(record, column.path) {
            Some(Value::String(text)) => inert(&text).into_owned(),
            Some(other) => other.to_string(),
            None => String::new(),
        });
        let blanks = std::iter::repeat_n(String::new(), self.blanks);
        self.write(std::iter::once(post.to_string()).chain(cells).chain(blanks))
    }

    fn write(&mut self, cells: impl Iterator<Item = String>) -> Result<(), ExportError> {
        self.writer.write_record(cells.map(String::into_bytes)).map_err(|e| write_error(&self.path)(e.into()))
    }

    fn finish(self) -> Result<FileRecord, ExportError> {
        let inner = self.writer.into_inner().map_err(|e| write_error(&self.path)(e.into_error()))?;
        Ok(inner.finish(self.name).map_err(write_error(&self.path))?.1)
    }
}

fn start(path: &Path, dialect: Dialect) -> Result<csv::Writer<HashingWriter<BufWriter<File>>>, ExportError> {
    let mut out = HashingWriter::new(BufWriter::new(File::create(path).map_err(write_error(path))?));
    let end = match dialect {
        Dialect::Spreadsheet => {
            out.write_all("\u{feff}".as_bytes()).map_err(write_error(path))?;
            csv::Terminator::CRLF
        }
        Dialect::Plain => csv::Terminator::Any(b'\n'),
    };
    Ok(csv::WriterBuilder::new().terminator(end).from_writer(out))
}

/// The run's own table, whose cells are safe already, in the dialect.
fn creators(run: &FinishedRun, folder: &Path, dialect: Dialect) -> Result<FileRecord, ExportError> {
    let (from, to) = (run.folder().join("creators.csv"), folder.join("creators.csv"));
    let unreadable =
        |e: csv::Error| ExportError::from(crate::finished::FinishedError::Io { path: from.clone(), source: e.into() });
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&from).map_err(unreadable)?;
    let mut writer = start(&to, dialect)?;
    let mut row = csv::ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(unreadable)? {
        writer.write_byte_record(&row).map_err(|e| write_error(&to)(e.into()))?;
    }
    let inner = writer.into_inner().map_err(|e| write_error(&to)(e.into_error()))?;
    Ok(inner.finish("creators.csv").map_err(write_error(&to))?.1)
}
