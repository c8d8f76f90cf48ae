//! What lets an interrupted scan go on: units of work, each with what it took, wrote and added up.
//!
//! The lines of a unit stand in the output files themselves; its record says how long these were when it was done, with
//! the hash of everything up to there. So nothing is written twice, and nothing needs to be forced to disk while the scan
//! runs: what a power cut took away has another hash, and is made again.

use super::{OUTPUTS, Progress, part::Part};
use crate::{
    day::Day,
    report::{ExampleKeeper, FileRecord, FolderError, Output, Prefix, RunFolder, Summary},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

/// How much a scan has done, all units together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// Records and rejects that reading handed out.
    pub(super) records: u64,
    pub(super) bytes: u64,
    pub(super) posts: u64,
    pub(super) findings: u64,
    pub(super) rejects: u64,
}

impl Counts {
    pub(super) fn new(records: u64, done: Progress) -> Self {
        let Progress { bytes, posts, findings, rejects } = done;
        Self { records, bytes, posts, findings, rejects }
    }

    pub(super) fn progress(self) -> Progress {
        let Counts { bytes, posts, findings, rejects, .. } = self;
        Progress { bytes, posts, findings, rejects }
    }
}

/// How far a file has been read: so many chunks, and the hash of the raw bytes that they took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) path: String,
    pub(super) chunks: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// A finished unit of work. Written when everything that it names is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Unit {
    /// Inputs that it read to their end.
    pub(super) inputs: Vec<FileRecord>,
    /// The input that it stopped in.
    pub(super) open: Option<Mark>,
    /// The output files up to here, in the order of [`OUTPUTS`].
    pub(super) outputs: Vec<FileRecord>,
    /// What it met of creators.
    pub(super) segments: Vec<FileRecord>,
    /// How much has been done up to here.
    pub(super) counts: Counts,
    /// What it added up.
    pub(super) summary: Summary,
    pub(super) examples: ExampleKeeper,
    /// Number of the newest plausible day that it met.
    pub(super) newest: Option<i32>,
}

impl Unit {
    /// What it added up, creators apart.
    pub(super) fn part(&self) -> Part {
        Part {
            summary: self.summary.clone(),
            examples: self.examples.clone(),
            newest: self.newest.and_then(Day::from_number),
            ..Part::default()
        }
    }

    fn name(number: usize) -> String {
        format!("{number:08}.json")
    }

    /// Writes it down as the unit of that number.
    pub(super) fn save(&self, folder: &RunFolder, number: usize) -> Result<(), FolderError> {
        let name = Self::name(number);
        let bytes =
            serde_json::to_vec(self).map_err(|source| FolderError::writing(folder.aside(&name), source.into()))?;
        folder.write_aside(&name, &bytes)
    }

    /// Removes the records from that number on; the last first, so that a kill leaves no gap.
    pub(super) fn forget(folder: &RunFolder, from: usize) -> Result<(), FolderError> {
        let there: Vec<PathBuf> =
            (from..).map(|number| folder.aside(&Self::name(number))).take_while(|path| path.exists()).collect();
        let mut last_first = there.into_iter().rev();
        last_first.try_for_each(|path| std::fs::remove_file(&path).map_err(|e| FolderError::writing(path, e)))
    }

    /// Those that an earlier run left and whose files are as it left them.
    pub(super) fn load(folder: &RunFolder) -> Result<(Vec<Unit>, Outputs), FolderError> {
        let read = |number| std::fs::read(folder.aside(&Self::name(number))).ok();
        let mut units: Vec<Unit> = (0..).map_while(|number| serde_json::from_slice(&read(number)?).ok()).collect();
        let whole = |unit: &Unit| {
            let mut segments = unit.segments.iter();
            segments.all(|s| prefixes(folder.aside(&s.path), [s].into_iter()).is_ok_and(|read| read.len() == 1))
        };
        let good = units.iter().take_while(|unit| unit.outputs.len() == OUTPUTS.len() && whole(unit)).count();
        units.truncate(good);
        let mut read = Vec::new();
        for (at, name) in OUTPUTS.iter().enumerate() {
            let path = folder.partial().join(name);
            let records = units.iter().map(|unit| &unit.outputs[at]);
            read.push(prefixes(path.clone(), records).map_err(|source| FolderError::reading(path, source))?);
        }
        let good = read.iter().map(Vec::len).min().unwrap_or_default();
        units.truncate(good);
        Ok((units, Outputs(read)))
    }
}

/// The output files of an earlier run, read up to the end of each unit.
pub(super) struct Outputs(Vec<Vec<Prefix>>);

impl Outputs {
    /// Opens them behind the first `units` units.
    pub(super) fn open(mut self, folder: &RunFolder, units: usize) -> Result<Vec<Output>, FolderError> {
        let files = OUTPUTS.iter().zip(&mut self.0);
        files
            .map(|(name, read)| {
                read.truncate(units);
                folder.reopen(name, read.pop().unwrap_or_default())
            })
            .collect()
    }
}

/// Reads a file to each of these ends, as far as it is as recorded. One that is not there is empty: a scan that comes to
/// its end removes what nothing was written to.
fn prefixes<'a>(path: PathBuf, records: impl Iterator<Item = &'a FileRecord>) -> io::Result<Vec<Prefix>> {
    let mut file: Box<dyn Read> = match File::open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Box::new(io::empty()),
        file => Box::new(file?),
    };
    let (mut read, mut prefix) = (Vec::new(), Prefix::default());
    for record in records {
        if !prefix.read_to(&mut file, record.bytes)? || prefix.sha256() != record.sha256 {
            break;
        }
        read.push(prefix.clone());
    }
    Ok(read)
}
