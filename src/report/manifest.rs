//! `manifest.json`: what a run was made of and what it made, by hash; and the writer that hashes while it writes.

use super::{PROGRAM, json};
use crate::pack::Pack;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
};

/// A file by content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Relative to the input or run folder, with `/`.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

/// A named and versioned thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramRecord {
    /// `minhbach`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The pack of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRecord {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Hash of its files.
    pub sha256: String,
    /// The day of "current law".
    pub law_as_of: String,
}

/// How much came in and went out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Posts judged.
    pub posts: u64,
    /// Findings written.
    pub findings: u64,
    /// Creators.
    pub creators: u64,
    /// Unreadable records.
    pub rejects: u64,
}

/// What a dossier was made of, beside what its run was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DossierRecord {
    /// Whose it is: the account key within the platform.
    pub creator: String,
    /// The platform; empty when unknown.
    pub platform: String,
    /// `vi`, `en` or `both`.
    pub lang: String,
    /// Whether private numbers are hidden.
    pub redacted: bool,
    /// Whether the posts were read again, so that words stand in their surroundings.
    pub originals: bool,
    /// SHA-256 of the run's `manifest.json`.
    pub run_manifest_sha256: String,
}

/// Everything that is needed to tell what a run folder is, and whether it is still whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always `manifest`.
    pub r#type: String,
    /// The program that wrote it.
    pub program: ProgramRecord,
    /// Hash over inputs, pack, policy and options: equal keys give equal bytes.
    pub key: String,
    /// The pack.
    pub pack: PackRecord,
    /// Hash of the policy file.
    pub policy_sha256: String,
    /// Whether the input is the embedded demonstration.
    pub demo: bool,
    /// The day that scores are reckoned to.
    pub as_of: Option<String>,
    /// Options that change bytes.
    pub options: BTreeMap<String, String>,
    /// Totals.
    pub counts: Counts,
    /// Input files in the order read.
    pub inputs: Vec<FileRecord>,
    /// Output files by path, this one and its checksum left out.
    pub outputs: Vec<FileRecord>,
    /// For a dossier: whose, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier: Option<DossierRecord>,
    /// For a dossier: the first 16 digits of the SHA-256 of each line (its end left out) of some files, so that a change
    /// can be told by line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, Vec<String>>,
}

impl Manifest {
    /// The file in a run folder.
    pub const FILE: &str = "manifest.json";
    /// The file beside it, as `sha256sum` writes and checks it.
    pub const CHECKSUM_FILE: &str = "manifest.sha256";

    /// Whether the run names nobody: accounts and texts are keyed hashes.
    pub fn redacted(&self) -> bool {
        self.options.contains_key("redact")
    }

    /// A manifest of this program and that pack; the run folder adds the outputs when it is finished.
    pub fn new(pack: &Pack, policy_sha256: &str, options: BTreeMap<String, String>, inputs: Vec<FileRecord>) -> Self {
        Self {
            r#type: "manifest".to_owned(),
            program: ProgramRecord { name: PROGRAM.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            key: run_key(pack, policy_sha256, &options, &inputs),
            pack: PackRecord {
                id: pack.id.clone(),
                version: pack.version.clone(),
                sha256: pack.sha256.clone(),
                law_as_of: pack.law_as_of.to_string(),
            },
            policy_sha256: policy_sha256.to_owned(),
            demo: false,
            as_of: None,
            options,
            counts: Counts::default(),
            inputs,
            outputs: Vec::new(),
            dossier: None,
            lines: BTreeMap::new(),
        }
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// None that input can cause; what the serialiser reports is passed on.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut out = serde_json::to_vec_pretty(self)?;
        out.push(b'\n');
        Ok(out)
    }

    /// Reads a manifest; `None` when these bytes are no manifest of this program.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|m: &Self| m.r#type == "manifest" && m.program.name == PROGRAM)
    }
}

/// The key of a run: SHA-256 over program version, pack, policy, options and inputs. Runs with equal keys write equal bytes.
pub fn run_key(pack: &Pack, policy_sha256: &str, options: &BTreeMap<String, String>, inputs: &[FileRecord]) -> String {
    let mut hash = Sha256::new();
    // Each part after its length, each list after its count: no two runs read alike.
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for text in [env!("CARGO_PKG_VERSION"), &pack.sha256, policy_sha256] {
        part(text.as_bytes());
    }
    part(&(options.len() as u64).to_le_bytes());
    for (name, value) in options {
        part(name.as_bytes());
        part(value.as_bytes());
    }
    part(&(inputs.len() as u64).to_le_bytes());
    for input in inputs {
        part(input.path.as_bytes());
        part(input.sha256.as_bytes());
    }
    hex(&hash.finalize())
}

/// A checksum line as `sha256sum` writes and checks it.
pub fn checksum_line(sha256: &str, file: &str) -> String {
    format!("{sha256}  {file}\n")
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// The SHA-256 of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    json::hex(&mut out, bytes);
    out.into_iter().map(char::from).collect()
}

/// Bytes read at a time.
const PIECE: usize = 1 << 17;

/// The beginning of a file that has been read and hashed: where a [`HashingWriter`] can go on.
#[derive(Clone, Debug, Default)]
pub struct Prefix {
    hash: Sha256,
    bytes: u64,
}

impl Prefix {
    /// How far the file is read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Reads on to `end`; false when the file ends before.
    ///
    /// # Errors
    /// What reading reports.
    pub fn read_to(&mut self, file: &mut impl Read, end: u64) -> io::Result<bool> {
        let mut piece = vec![0; PIECE];
        while self.bytes < end {
            let want = piece.len().min(usize::try_from(end - self.bytes).unwrap_or(usize::MAX));
            let read = match file.read(&mut piece[..want]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if read == 0 {
                return Ok(false);
            }
            self.hash.update(&piece[..read]);
            self.bytes += read as u64;
        }
        Ok(self.bytes == end)
    }

    /// SHA-256 of it, in lower-case hexadecimal.
    pub fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }
}

/// Hashes and counts what is written through it.
pub struct HashingWriter<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    /// Nothing written yet.
    pub fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Goes on where `prefix` ended; `inner` must stand there.
    pub fn after(inner: W, prefix: Prefix) -> Self {
        Self { inner, hash: prefix.hash, bytes: prefix.bytes }
    }

    /// The record of what went through so far.
    pub fn so_far(&self, path: &str) -> FileRecord {
        FileRecord { path: path.to_owned(), bytes: self.bytes, sha256: hex(&self.hash.clone().finalize()) }
    }

    /// The writer below and the record of what went through.
    ///
    /// # Errors
    /// What flushing the writer below reports.
    pub fn finish(mut self, path: &str) -> io::Result<(W, FileRecord)> {
        self.inner.flush()?;
        let record = FileRecord { path: path.to_owned(), bytes: self.bytes, sha256: hex(&self.hash.finalize()) };
        Ok((self.inner, record))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
