//! The file of a ledger: read whole and checked line by line; appended to under a lock, in one write, onto the disk.

use super::entry::{Break, Content, START, seal, unseal};
use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// One line of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub n: u64,
    /// What it holds.
    pub content: Content,
}

/// A ledger as read: every line follows from the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Hash of the last line; [`START`] for an empty ledger. Noted down elsewhere, it shows whether lines were taken
    /// off the end, which no chain can show by itself.
    pub head: String,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { lines: Vec::new(), head: START.to_owned() }
    }
}

/// What an append did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The ledger with the new lines.
    pub ledger: Ledger,
    /// Number of the first new line, from 1.
    pub first: u64,
    /// Contents that stood in it already, word for word, and were not written again.
    pub known: u64,
}

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file cannot be read or written.
    #[error(
        "không {} được sổ {}: {source} / cannot {} the ledger {}: {source}",
        .doing.0, path.display(), .doing.1, path.display()
    )]
    Io {
        /// What was tried, in Vietnamese and English.
        doing: (&'static str, &'static str),
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The chain is broken.
    #[error(
        "{}, dòng {line}: {}; {} dòng trước đó còn nguyên. Sổ không được dùng nữa: hãy lấy lại bản lưu, hoặc giữ tệp này \
         làm bằng chứng và ghi tiếp vào sổ mới / line {line}: {}; the {} lines before it are whole. The ledger is not \
         used: restore a copy, or keep this file as evidence and go on in a new one",
        path.display(), why.words().0, whole.lines.len(), why.words().1, whole.lines.len()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// The first line that does not hold, from 1.
        line: u64,
        /// What is wrong with it.
        why: Break,
        /// The lines before it.
        whole: Box<Ledger>,
    },
}

/// Where the ledger of a run lies unless the user says otherwise: `RUN.ledger.jsonl`, beside the sealed folder.
pub fn beside(run: &Path) -> PathBuf {
    // `run/` and `run` are one folder.
    let mut path: PathBuf = run.components().collect();
    // `.` has no name, and a ledger in the sealed folder would break its seal.
    if path.file_name().is_none() {
        path = std::fs::canonicalize(run).unwrap_or(path);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".ledger.jsonl");
    path.set_file_name(name);
    path
}

impl Ledger {
    /// Reads a ledger; a file that is not there is an empty one.
    ///
    /// # Errors
    /// When the file cannot be read, or the first line that was edited, cut, moved or put in.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        match File::open(path) {
            Ok(mut file) => {
                // Nobody appends while it is read. Where a file system knows no locks, nobody appends either.
                match file.lock_shared() {
                    Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(failed(("khóa", "lock"), path, e)),
                    _ => Self::read_from(&mut file, path),
                }
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(failed(("đọc", "read"), path, e)),
        }
    }

    fn read_from(file: &mut File, path: &Path) -> Result<Self, LedgerError> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|e| failed(("đọc", "read"), path, e))?;
        Self::parse(&bytes).map_err(|(line, why, whole)| LedgerError::Broken {
            path: path.to_owned(),
            line,
            why,
            whole: Box::new(whole),
        })
    }

    /// Reads the bytes of a ledger.
    ///
    /// # Errors
    /// The first line that does not hold, from 1, why, and the ledger before it.
    pub fn parse(bytes: &[u8]) -> Result<Self, (u64, Break, Self)> {
        let mut ledger = Self::default();
        for (n, line) in (1u64..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let read = match line.strip_suffix(b"\n") {
                None => Err(Break::Cut),
                Some(line) => {
                    std::str::from_utf8(line).map_err(|_| Break::Edited).and_then(|line| unseal(line, n, &ledger.head))
                }
            };
            match read {
                Ok((content, hash)) => {
                    ledger.lines.push(Line { n, content });
                    ledger.head = hash;
                }
                Err(why) => return Err((n, why, ledger)),
            }
        }
        Ok(ledger)
    }

    /// Appends to the ledger in `path`, which is made when it is not there. Whoever else appends at the same time waits;
    /// all new lines are written at once and reach the disk before this returns. With `once`, contents that stand in it
    /// already, word for word, are not written again: importing a file twice changes nothing.
    ///
    /// # Errors
    /// When the ledger cannot be read or written or its chain is broken; then nothing is appended.
    pub fn append(path: &Path, contents: &[Content], once: bool) -> Result<Appended, LedgerError> {
        let write = |e| failed(("ghi", "write"), path, e);
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(write)?;
        file.lock().map_err(write)?;
        let mut ledger = Self::read_from(&mut file, path)?;
        let first = ledger.lines.len() as u64 + 1;
        let (mut out, mut known) = (String::new(), 0);
        let mut seen: HashSet<Content> = ledger.lines.iter().map(|line| line.content.clone()).collect();
        for content in contents {
            if !seen.insert(content.clone()) && once {
                known += 1;
                continue;
            }
            let n = ledger.lines.len() as u64 + 1;
            ledger.head = seal(&mut out, n, &ledger.head, content).map_err(|e| write(e.into()))?;
            ledger.lines.push(Line { n, content: content.clone() });
        }
        let before = file.metadata().map_err(write)?.len();
        file.write_all(out.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| {
            // A full disk takes a part of it: half a line would make the whole ledger unusable.
            let _ = file.set_len(before);
            write(e)
        })?;
        Ok(Appended { ledger, first, known })
    }
}

fn failed(doing: (&'static str, &'static str), path: &Path, source: io::Error) -> LedgerError {
    LedgerError::Io { doing, path: path.to_owned(), source }
}
