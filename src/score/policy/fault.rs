//! What is wrong with a policy file, and where.

use crate::{diagnostic, pack::Bilingual};
use std::{fmt, ops::Range};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// What, and what to do.
    pub message: Bilingual,
    /// Which bytes of the file; empty at its end when something is missing there.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl PolicyFault {
    pub(super) fn new(source: &str, message: Bilingual, span: Range<usize>) -> Self {
        let at = (0..=span.start.min(source.len())).rev().find(|&i| source.is_char_boundary(i)).unwrap_or(0);
        let before = &source[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { message, line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, span }
    }
}

impl fmt::Display for PolicyFault {
    /// `line:col: tiếng Việt / English`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} / {}", self.line, self.column, self.message.vi, self.message.en)
    }
}

/// Everything that is wrong with a policy file, in the order of its bytes, with the file for carets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFaults {
    /// The file's name.
    pub file: String,
    /// The file as read.
    pub source: String,
    /// What is wrong; never empty.
    pub faults: Vec<PolicyFault>,
}

impl PolicyFaults {
    pub(super) fn new(file: &str, source: &str, mut faults: Vec<PolicyFault>) -> Self {
        faults
            .sort_by(|a, b| (a.span.start, a.span.end, &a.message.en).cmp(&(b.span.start, b.span.end, &b.message.en)));
        Self { file: file.to_owned(), source: source.to_owned(), faults }
    }
}

impl fmt::Display for PolicyFaults {
    /// All faults with file, line and caret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = |fault: &PolicyFault| diagnostic::Fault {
            code: "S001",
            file: self.file.clone(),
            span: fault.span.clone(),
            message: format!("{} / {}", fault.message.vi, fault.message.en),
            help: None,
        };
        let faults: Vec<diagnostic::Fault> = self.faults.iter().map(fault).collect();
        f.write_str(diagnostic::render(&faults, |_| Some(&self.source)).trim_end())
    }
}

impl std::error::Error for PolicyFaults {}
