//! Which inputs are read, in which order, under which names.

use super::{
    chunk::ChunkReader,
    error::IngestError,
    format::{Format, KNOWN, Packing, has_foreign_packing, kind},
    options::ReadOptions,
};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path, PathBuf},
};
use walkdir::WalkDir;

#[derive(Clone, Debug)]
enum Origin {
    File(PathBuf),
    Stdin,
    Memory(&'static [u8]),
}

/// One input to read.
#[derive(Clone, Debug)]
pub struct Source {
    display: String,
    origin: Origin,
    format: Option<Format>,
    packing: Packing,
    /// Whether a person named it, rather than a folder or a pattern.
    named: bool,
    bytes: Option<u64>,
}

impl Source {
    /// A dump that is part of the program.
    pub fn embedded(name: &str, bytes: &'static [u8], format: Format, packing: Packing) -> Self {
        Self {
            display: name.to_owned(),
            origin: Origin::Memory(bytes),
            format: Some(format),
            packing,
            named: true,
            bytes: Some(bytes.len() as u64),
        }
    }

    /// The path under which it reaches files: relative to what was given, `/` between parts, `-` for stdin.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Bytes on disk, where they can be known.
    pub fn disk_bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// Whether it is stdin, which can be read only once.
    pub fn is_stdin(&self) -> bool {
        matches!(self.origin, Origin::Stdin)
    }

    /// Whether it can be read from its beginning again: no stdin, no pipe.
    pub fn can_be_reread(&self) -> bool {
        match &self.origin {
            Origin::File(path) => path.is_file(),
            Origin::Memory(_) => true,
            Origin::Stdin => false,
        }
    }

    /// Checks at its end that as much was read as there was when it was found.
    ///
    /// # Errors
    /// When it has shrunk: it was cut, or its disk went away.
    pub(crate) fn expect_whole(&self, read: u64) -> Result<(), IngestError> {
        match self.bytes {
            Some(expected) if read < expected => {
                Err(IngestError::Shrunk { path: self.display.clone(), expected, read })
            }
            _ => Ok(()),
        }
    }

    /// Starts reading.
    ///
    /// # Errors
    /// When it cannot be opened; given by name, also when it is of no known type or a table without a caption column.
    pub fn open(&self, options: &ReadOptions) -> Result<ChunkReader, IngestError> {
        #[cfg(feature = "tables")]
        if let (Some(Format::Parquet), Origin::File(path)) = (self.format, &self.origin) {
            let file = File::open(path).map_err(|source| self.io_error(source))?;
            let again = File::open(path).map_err(|source| self.io_error(source))?;
            let rows = match super::parquet::Rows::open(file) {
                Err(fault) if self.named => return Err(fault.named(&self.display)),
                rows => rows.map_err(super::parquet::RowsFault::reject),
            };
            return ChunkReader::of_rows(&self.display, Box::new(again), rows, options);
        }
        let (inner, packing): (Box<dyn Read + Send>, Packing) = match &self.origin {
            Origin::File(path) => {
                let file = File::open(path).map_err(|source| self.io_error(source))?;
                (Box::new(file), self.packing)
            }
            Origin::Memory(bytes) => (Box::new(*bytes), self.packing),
            Origin::Stdin => unpacked(Box::new(io::stdin())).map_err(|source| self.io_error(source))?,
        };
        match self.format {
            Some(format) if !self.named => ChunkReader::new_in_folder(&self.display, inner, format, packing, options),
            format => ChunkReader::new(&self.display, inner, format, packing, options),
        }
    }

    fn io_error(&self, source: io::Error) -> IngestError {
        IngestError::Io { path: self.display.clone(), source }
    }
}

/// The file that marks a folder of results as unfinished.
pub const UNFINISHED: &str = ".minhbach-partial";

/// What a run reads.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// By display path, in order of its bytes.
    pub sources: Vec<Source>,
    /// What was passed over in folders and under patterns, in order: files of unknown type, and, with a `/` at the end,
    /// folders of results of this program.
    pub skipped: Vec<String>,
}

impl Inputs {
    /// Resolves files, folders (with all below them), patterns and `-`. A file that is reached twice is read once. What a
    /// person named is looked into at once, so that a wrong file is told before the work begins.
    ///
    /// # Errors
    /// When something named does not exist or cannot be read, or a folder or pattern holds nothing to read.
    pub fn resolve(arguments: &[String], options: &ReadOptions) -> Result<Self, IngestError> {
        let mut found = Found::default();
        for argument in arguments {
            found.argument(argument)?;
        }
        let mut inputs = found.inputs();
        // What has been read of a pipe is gone.
        let files = inputs.sources.iter().filter(|s| matches!(s.origin, Origin::File(_)) && s.can_be_reread());
        for source in files.filter(|s| s.named) {
            source.open(options)?;
        }
        inputs.skipped.sort();
        inputs.skipped.dedup();
        Ok(inputs)
    }

    /// Bytes on disk of all sources whose size is known.
    pub fn disk_bytes(&self) -> u64 {
        self.sources.iter().filter_map(Source::disk_bytes).sum()
    }
}

/// Sources as they are found, by the file that they are.
#[derive(Default)]
struct Found {
    sources: BTreeMap<PathBuf, Source>,
    given: BTreeMap<PathBuf, String>,
    skipped: Vec<String>,
}

impl Found {
    fn argument(&mut self, argument: &str) -> Result<(), IngestError> {
        let path = Path::new(argument);
        if argument == "-" {
            let source = Source {
                display: "-".to_owned(),
                origin: Origin::Stdin,
                format: None,
                packing: Packing::None,
                named: true,
                bytes: None,
            };
            self.sources.insert(path.to_owned(), source);
            return Ok(());
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.folder(path, path, argument),
            Ok(_) => self.file(path, path.file_name().map_or(path, Path::new), true),
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error(path, e)),
            Err(_) if argument.contains(['*', '?', '[']) => self.pattern(argument),
            Err(_) => Err(IngestError::NotFound { path: path.to_owned() }),
        }
    }

    fn pattern(&mut self, pattern: &str) -> Result<(), IngestError> {
        let paths = glob::glob(pattern)
            .map_err(|source| IngestError::BadPattern { pattern: pattern.to_owned(), source })?
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| IngestError::Io { path: e.path().display().to_string(), source: e.into() })?;
        if paths.is_empty() {
            return Err(IngestError::NoMatch { pattern: pattern.to_owned() });
        }
        // Names begin after the part of the pattern that is no pattern.
        let fixed: PathBuf = Path::new(pattern).components().take_while(|c| !has_wildcard(c)).collect();
        self.all_or_nothing(Path::new(pattern), |found| {
            for path in &paths {
                if path.is_dir() {
                    found.walk(path, &fixed)?;
                } else {
                    found.file(path, path.strip_prefix(&fixed).unwrap_or(path), false)?;
                }
            }
            Ok(())
        })
    }

    fn folder(&mut self, folder: &Path, root: &Path, argument: &str) -> Result<(), IngestError> {
        self.all_or_nothing(Path::new(argument), |found| found.walk(folder, root))
    }

    /// A folder or pattern must lead to at least one file that can be read.
    fn all_or_nothing(
        &mut self,
        given: &Path,
        find: impl FnOnce(&mut Self) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let mut inside = Found::default();
        find(&mut inside)?;
        if inside.sources.is_empty() {
            let skipped = inside.skipped.len();
            return Err(IngestError::NothingReadable { path: given.to_owned(), skipped, known: KNOWN });
        }
        for (path, source) in inside.sources {
            // A file that is also named keeps the name's strictness.
            self.sources.entry(path).or_insert(source);
        }
        for (path, given) in inside.given {
            self.given.entry(path).or_insert(given);
        }
        self.skipped.extend(inside.skipped);
        Ok(())
    }

    fn walk(&mut self, folder: &Path, root: &Path) -> Result<(), IngestError> {
        let mut entries = WalkDir::new(folder).follow_links(true).into_iter();
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|e| {
                let path = e.path().unwrap_or(folder).display().to_string();
                IngestError::Io { path, source: e.into() }
            })?;
            let path = entry.path();
            let display = path.strip_prefix(root).unwrap_or(path);
            if entry.file_type().is_dir() && !display.as_os_str().is_empty() && is_result(path) {
                self.skipped.push(format!("{}/", slashed(display)));
                entries.skip_current_dir();
            } else if entry.file_type().is_file() {
                self.file(path, display, false)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, display: &Path, named: bool) -> Result<(), IngestError> {
        let (format, packing) = kind(path);
        let display = slashed(display);
        if format.is_none() && !named {
            self.skipped.push(display);
            return Ok(());
        }
        if format.is_none() && has_foreign_packing(path) {
            return Err(IngestError::UnknownType { path: path.display().to_string(), known: KNOWN });
        }
        let identity = fs::canonicalize(path).map_err(|e| io_error(path, e))?;
        let bytes = fs::metadata(path).map_err(|e| io_error(path, e))?.len();
        self.given.insert(identity.clone(), as_given(path));
        let origin = Origin::File(path.to_owned());
        self.sources.insert(identity, Source { display, origin, format, packing, named, bytes: Some(bytes) });
        Ok(())
    }

    /// In order, every name its own: where two files share one, both carry their path as given, which may be the name of
    /// a third.
    fn inputs(mut self) -> Inputs {
        loop {
            let mut uses: BTreeMap<String, u32> = BTreeMap::new();
            for source in self.sources.values() {
                *uses.entry(source.display.clone()).or_default() += 1;
            }
            let mut renamed = false;
            for (path, source) in &mut self.sources {
                if uses.get(&source.display).is_some_and(|n| *n > 1)
                    && let Some(given) = self.given.remove(path)
                {
                    source.display = given;
                    renamed = true;
                }
            }
            if !renamed {
                break;
            }
        }
        let mut sources: Vec<Source> = self.sources.into_values().collect();
        sources.sort_by(|a, b| a.display.as_bytes().cmp(b.display.as_bytes()));
        Inputs { sources, skipped: self.skipped }
    }
}

/// Whether this program made or is making the folder: what a scan writes beside its dumps is no dump of the next one.
fn is_result(folder: &Path) -> bool {
    #[derive(serde::Deserialize)]
    struct Program {
        name: String,
    }
    #[derive(serde::Deserialize)]
    struct Head {
        r#type: String,
        program: Program,
    }
    let head = |bytes: Vec<u8>| serde_json::from_slice::<Head>(&bytes).ok();
    folder.join(UNFINISHED).is_file()
        || folder.join("manifest.sha256").is_file()
            && fs::read(folder.join("manifest.json"))
                .ok()
                .and_then(head)
                .is_some_and(|head| head.r#type == "manifest" && head.program.name == env!("CARGO_PKG_NAME"))
}

/// Stdin has no name that would tell how it is packed: its first bytes do.
fn unpacked(mut inner: Box<dyn Read + Send>) -> io::Result<(Box<dyn Read + Send>, Packing)> {
    let mut magic = Vec::new();
    inner.by_ref().take(4).read_to_end(&mut magic)?;
    let packing = match magic.as_slice() {
        [0x1F, 0x8B, ..] => Packing::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Packing::Zstd,
        [0xFD, b'7', b'z', b'X'] => Packing::Xz,
        _ => Packing::None,
    };
    Ok((Box::new(io::Cursor::new(magic).chain(inner)), packing))
}

fn has_wildcard(component: &Component<'_>) -> bool {
    component.as_os_str().to_string_lossy().contains(['*', '?', '['])
}

fn slashed(path: &Path) -> String {
    joined(path, |c| matches!(c, Component::Normal(_)))
}

/// With the steps upwards, without which `a.csv` and `../a.csv` are one.
fn as_given(path: &Path) -> String {
    joined(path, |c| matches!(c, Component::Normal(_) | Component::ParentDir))
}

fn joined(path: &Path, shown: impl Fn(&Component<'_>) -> bool) -> String {
    let parts: Vec<_> = path.components().filter(shown).map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn io_error(path: &Path, source: io::Error) -> IngestError {
    IngestError::Io { path: path.display().to_string(), source }
}
