//! Whether a run or dossier folder is as it was written: every file against `manifest.json`, that one against
//! `manifest.sha256`. Names what was changed, is missing or was added, and the line where it can be known.

use crate::{
    post::{Author, Post},
    report::{FindingId, Manifest, sha256_hex},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Component, Path, PathBuf},
};

const MANIFEST: &str = "manifest.json";
const CHECKSUM: &str = "manifest.sha256";
/// Lines of a file that are named at most; more are counted.
const MOST_LINES: usize = 20;
/// A changed `manifest.json` changes about 60 of the 64 digits of its hash; a hash that differs in so few digits was
/// changed itself.
const NEAR: usize = 8;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Files that were read.
    pub files: usize,
    /// What is not as written; empty when all is well.
    pub faults: Vec<Fault>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which file, relative to the folder, with `/`.
    pub path: String,
    /// What is the matter.
    pub kind: FaultKind,
}

/// What is the matter with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Its bytes are others. The lines that are, counted from 1, as far as they can be told.
    Changed {
        /// At most twenty of them.
        lines: Vec<u64>,
        /// How many more.
        more: usize,
    },
    /// It differs from a manifest that was itself changed: either may be the one at fault.
    Doubtful,
    /// A link or a folder stands in its place: what it shows lies elsewhere and may change.
    NotAFile,
    /// It is not there.
    Missing,
    /// The manifest does not name it.
    Added,
}

impl Fault {
    /// Takes the lines from a comparison with the same folder made again, where they are not known.
    pub fn learn(&mut self, compared: &[Fault]) {
        if let FaultKind::Changed { lines, .. } = &self.kind
            && lines.is_empty()
            && let Some(same) = compared.iter().find(|fault| fault.path == self.path)
            && matches!(same.kind, FaultKind::Changed { .. })
        {
            self.kind = same.kind.clone();
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { path, kind } = self;
        match kind {
            FaultKind::Changed { lines, .. } if lines.is_empty() => write!(f, "{path}: đã bị đổi / was changed"),
            FaultKind::Changed { lines, more } => {
                let numbers: Vec<String> = lines.iter().map(u64::to_string).collect();
                write!(f, "{path}: đã bị đổi, dòng / was changed, line {}", numbers.join(", "))?;
                if *more > 0 { write!(f, " (+{more})") } else { Ok(()) }
            }
            FaultKind::Doubtful => {
                write!(
                    f,
                    "{path}: không khớp manifest.json đã bị đổi / differs from the manifest.json that was changed"
                )
            }
            FaultKind::NotAFile => {
                write!(f, "{path}: là liên kết hoặc thư mục, không phải tệp / is a link or a folder, not a file")
            }
            FaultKind::Missing => write!(f, "{path}: thiếu / is missing"),
            FaultKind::Added => {
                write!(f, "{path}: tệp lạ, manifest.json không ghi / was added, unknown to manifest.json")
            }
        }
    }
}

/// Why a folder cannot be verified at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Neither manifest nor checksum is there.
    #[error(
        "{} không phải thư mục kết quả hay hồ sơ: không có manifest.json \
         / {} is no run or dossier folder: it holds no manifest.json",
        path.display(), path.display()
    )]
    NoManifest {
        /// Which.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Verifies the folder.
///
/// # Errors
/// When it is no folder of this program or the system fails to read it; what is wrong with the files is no error.
pub fn folder(dir: &Path) -> Result<Verdict, VerifyError> {
    let manifest = read(dir, MANIFEST)?;
    let checksum = read(dir, CHECKSUM)?;
    let mut faults = Vec::new();
    let (Some(bytes), stated) = (&manifest, &checksum) else {
        let kind = absence(dir, MANIFEST);
        if checksum.is_none() && kind == FaultKind::Missing {
            return Err(VerifyError::NoManifest { path: dir.to_owned() });
        }
        let files = usize::from(checksum.is_some());
        return Ok(Verdict { files, faults: vec![Fault { path: MANIFEST.to_owned(), kind }] });
    };
    let changed = |path: &str| Fault { path: path.to_owned(), kind: FaultKind::Changed { lines: vec![], more: 0 } };
    let whole = match stated {
        None => {
            faults.push(Fault { path: CHECKSUM.to_owned(), kind: absence(dir, CHECKSUM) });
            true
        }
        Some(stated) => match blame(bytes, stated) {
            None => true,
            Some(CHECKSUM) => {
                faults.push(changed(CHECKSUM));
                true
            }
            Some(path) => {
                faults.push(changed(path));
                false
            }
        },
    };
    let Some(manifest) = Manifest::read(bytes) else {
        if whole {
            faults.push(changed(MANIFEST));
        }
        return Ok(Verdict { files: 2, faults });
    };
    let mut files = 2;
    for record in &manifest.outputs {
        let path = &record.path;
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let Some(found) = inside.then(|| hash(&dir.join(path))).transpose()?.flatten() else {
            let kind = if inside { absence(dir, path) } else { FaultKind::Missing };
            faults.push(Fault { path: path.clone(), kind });
            continue;
        };
        files += 1;
        if found == record.sha256 {
            continue;
        }
        let kind = if whole { lines(dir, path, &manifest)? } else { FaultKind::Doubtful };
        faults.push(Fault { path: path.clone(), kind });
    }
    let known: BTreeSet<&str> = manifest.outputs.iter().map(|r| r.path.as_str()).chain([MANIFEST, CHECKSUM]).collect();
    for path in files_of(dir)? {
        if !known.contains(path.as_str()) {
            faults.push(Fault { path, kind: FaultKind::Added });
        }
    }
    Ok(Verdict { files, faults })
}

/// The first difference of each file of two folders, by name: the line, counted from 1, where both have the file.
///
/// # Errors
/// When the system fails to read.
pub fn compare(a: &Path, b: &Path) -> Result<Vec<Fault>, VerifyError> {
    let (own, other) = (files_of(a)?, files_of(b)?);
    let all: BTreeSet<&String> = own.iter().chain(&other).collect();
    let mut faults = Vec::new();
    for path in all {
        let kind = match (own.contains(path), other.contains(path)) {
            (true, false) => FaultKind::Added,
            (false, _) => FaultKind::Missing,
            _ => match first_difference(&a.join(path), &b.join(path))? {
                Some(line) => FaultKind::Changed { lines: vec![line], more: 0 },
                None => continue,
            },
        };
        faults.push(Fault { path: path.clone(), kind });
    }
    Ok(faults)
}

/// Which of the two is not as written, if they do not agree.
fn blame(manifest: &[u8], stated: &[u8]) -> Option<&'static str> {
    let real = sha256_hex(manifest);
    let line = format!("{real}  {MANIFEST}\n");
    if stated == line.as_bytes() {
        return None;
    }
    let formed = stated.len() == line.len() && stated[64..] == line.as_bytes()[64..];
    let hexadecimal = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
    let far = formed
        && stated[..64].iter().all(hexadecimal)
        && stated[..64].iter().zip(real.as_bytes()).filter(|(a, b)| a != b).count() > NEAR;
    Some(if far { MANIFEST } else { CHECKSUM })
}

fn read(dir: &Path, name: &str) -> Result<Option<Vec<u8>>, VerifyError> {
    let path = dir.join(name);
    let Some(mut file) = open(&path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    match file.read_to_end(&mut bytes) {
        Ok(_) => Ok(Some(bytes)),
        Err(source) => Err(VerifyError::Io { path, source }),
    }
}

/// A file of the folder's own; none when nothing or something else stands there.
fn open(path: &Path) -> Result<Option<File>, VerifyError> {
    let file = match fs::symlink_metadata(path) {
        Ok(what) if !what.is_file() => return Ok(None),
        Ok(_) => File::open(path).map(Some),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => Err(e),
    };
    file.map_err(|source| VerifyError::Io { path: path.to_owned(), source })
}

/// Why [`open`] gave nothing.
fn absence(dir: &Path, path: &str) -> FaultKind {
    match fs::symlink_metadata(dir.join(path)) {
        Ok(_) => FaultKind::NotAFile,
        Err(_) => FaultKind::Missing,
    }
}

/// The hash of a file; none when it is not there.
fn hash(path: &Path) -> Result<Option<String>, VerifyError> {
    let io = |source| VerifyError::Io { path: path.to_owned(), source };
    let Some(mut file) = open(path)? else { return Ok(None) };
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).map_err(io)? {
            0 => break,
            n => hash.update(&buffer[..n]),
        }
    }
    Ok(Some(hash.finalize().iter().map(|b| format!("{b:02x}")).collect()))
}

/// Which lines of a changed file are others: by their own hashes where the manifest has them, else those that are no
/// record any more.
fn lines(dir: &Path, path: &str, manifest: &Manifest) -> Result<FaultKind, VerifyError> {
    let mut found = Vec::new();
    let mut more = 0;
    let mut note = |number: u64| if found.len() < MOST_LINES { found.push(number) } else { more += 1 };
    let known = manifest.lines.get(path);
    if known.is_some() || path.ends_with(".jsonl") {
        let mut number = 0u64;
        each_line(&dir.join(path), |line| {
            number += 1;
            let as_written = match known {
                Some(known) => usize::try_from(number - 1)
                    .ok()
                    .and_then(|at| known.get(at))
                    .is_some_and(|hash| !hash.is_empty() && sha256_hex(line).starts_with(hash.as_str())),
                None => is_record(line),
            };
            if !as_written {
                note(number);
            }
        })?;
        // Lines that were cut off the end.
        for gone in number + 1..=known.map_or(0, |known| known.len() as u64) {
            note(gone);
        }
    }
    Ok(FaultKind::Changed { lines: found, more })
}

/// Whether a line can have been written: JSON, and a finding under the id that its parts make.
fn is_record(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Line<'a> {
        #[serde(borrow)]
        r#type: Option<Cow<'a, str>>,
        id: Option<String>,
        creator: Option<String>,
        platform: Option<String>,
        post_id: Option<String>,
        rule: Option<String>,
        text_sha256: Option<String>,
        #[serde(default)]
        redacted: bool,
    }
    let Ok(line) = serde_json::from_slice::<Line<'_>>(line) else { return false };
    if line.r#type.as_deref() != Some("finding") || line.redacted {
        return true;
    }
    let (Some(id), Some(rule), Some(hash)) = (line.id, line.rule, line.text_sha256.as_deref().and_then(bytes)) else {
        return false;
    };
    let post = Post {
        id: line.post_id.map(Cow::Owned),
        platform: line.platform.unwrap_or_default().into(),
        author: Author { id: line.creator.map(Cow::Owned), ..Author::default() },
        ..Post::default()
    };
    FindingId::new(&post, &hash, &rule).to_string() == id
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

fn each_line(path: &Path, mut with: impl FnMut(&[u8])) -> Result<(), VerifyError> {
    let io = |source| VerifyError::Io { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(io)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).map_err(io)? > 0 {
        with(line.strip_suffix(b"\n").unwrap_or(&line));
        line.clear();
    }
    Ok(())
}

fn first_difference(a: &Path, b: &Path) -> Result<Option<u64>, VerifyError> {
    let open = |path: &Path| {
        File::open(path).map(BufReader::new).map_err(|source| VerifyError::Io { path: path.to_owned(), source })
    };
    let (mut left, mut right) = (open(a)?, open(b)?);
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for line in 1.. {
        one.clear();
        two.clear();
        left.read_until(b'\n', &mut one).map_err(|source| VerifyError::Io { path: a.to_owned(), source })?;
        right.read_until(b'\n', &mut two).map_err(|source| VerifyError::Io { path: b.to_owned(), source })?;
        if one != two {
            return Ok(Some(line));
        }
        if one.is_empty() {
            break;
        }
    }
    Ok(None)
}

/// Every file below the folder, with `/`, in order.
fn files_of(dir: &Path) -> Result<Vec<String>, VerifyError> {
    let mut out = Vec::new();
    for entry in walkdir::WalkDir::new(dir).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|e| VerifyError::Io { path: dir.to_owned(), source: e.into() })?;
        if !entry.file_type().is_dir() {
            let inside = entry.path().strip_prefix(dir).unwrap_or(entry.path());
            let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            out.push(parts.join("/"));
        }
    }
    Ok(out)
}
