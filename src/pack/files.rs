//! The files of a pack: a folder, or the copy that is built in.

use super::PackError;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, path::Path};

/// Paths inside the pack (with `/`) and their contents, in path order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackFiles(BTreeMap<String, String>);

macro_rules! embed {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!(concat!("../../lexicons/", $path)))),*] };
}

impl PackFiles {
    /// The pack that is built in.
    pub fn embedded() -> Self {
        Self(EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// All `.toml` and `.j2` files below `dir`.
    ///
    /// # Errors
    /// When a folder or file cannot be read, or a file is no UTF-8.
    pub fn from_dir(dir: &Path) -> Result<Self, PackError> {
        let io = |path: &Path, source| PackError::Io { path: path.display().to_string(), source };
        if !dir.join("pack.toml").is_file() {
            return Err(PackError::NotAPack { path: dir.display().to_string() });
        }
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(dir) {
            let entry = entry.map_err(|e| {
                let path = e.path().unwrap_or(dir).to_owned();
                io(&path, e.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")))
            })?;
            let path = entry.path();
            if !path.extension().is_some_and(|e| e == "toml" || e == "j2") {
                continue;
            }
            let inside = path.strip_prefix(dir).unwrap_or(path);
            let name: Vec<_> = inside.components().map(|c| c.as_os_str().to_string_lossy()).collect();
            files.insert(name.join("/"), fs::read_to_string(path).map_err(|e| io(path, e))?);
        }
        Ok(Self(files))
    }

    /// The content of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Replaces or adds a file: for trying a change without writing it.
    pub fn insert(&mut self, path: &str, text: String) {
        self.0.insert(path.to_owned(), text);
    }

    /// The files of a folder of the pack, in path order.
    pub fn in_folder<'f>(&'f self, folder: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        let below = move |p: &str| p.strip_prefix(folder).is_some_and(|r| r.starts_with('/'));
        self.0.iter().filter(move |(p, _)| below(p) && p.ends_with(".toml")).map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// Paths of all files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// SHA-256 over path, length and content of every file in path order, as hex. Line ends count as `\n`, so that a
    /// checkout on another system has the same hash.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for (path, text) in &self.0 {
            let text = text.replace("\r\n", "\n");
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(&text);
        }
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

include!("embedded.rs");
