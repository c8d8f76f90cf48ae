//! Exit codes: the only place that knows them.

use minhbach::{pipeline::PipelineError, run::RunError};
use std::{io, process::ExitCode};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Something was found or failed that the command exists to report.
    Found,
    /// Usage, data-file or I/O error.
    Error,
    /// Done, but with more unreadable records than `--max-bad`.
    TooManyBad,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Error => 2,
            Exit::TooManyBad => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// Tells what failed, and how that ends the program. A closed pipe is success: the reader had enough.
pub(crate) fn of_error(error: &anyhow::Error) -> Exit {
    let closed = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    if error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(closed)) {
        return Exit::Done;
    }
    if matches!(error.downcast_ref(), Some(RunError::Pipeline(PipelineError::Interrupted { .. }))) {
        crate::say::line(&format!("minhbach: {error}"));
        return Exit::Interrupted;
    }
    crate::say::line(&format!("minhbach: {}", told(error)));
    Exit::Error
}

/// An error and its causes; a cause that the message before it has told already is not told again.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.is_empty() {
        true => cause,
        false if told.contains(&cause) => told,
        false => format!("{told}: {cause}"),
    })
}
