//! The run folder: made aside as `DIR.partial`, renamed when whole, never mixed with what somebody else put there.

use super::manifest::{FileRecord, HashingWriter, Manifest, checksum_line};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

const MANIFEST: &str = "manifest.json";
const CHECKSUM: &str = "manifest.sha256";
/// Marks a folder that is being made: only such a folder is cleared away without asking.
const MARKER: &str = ".minhbach-partial";
const BUFFER: usize = 1 << 16;

/// Why a run folder cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Another finished run is there.
    #[error(
        "{} đã chứa kết quả của một lần quét khác; chọn thư mục khác hoặc dùng --force để thay \
         / {} holds the result of another run; choose another folder, or --force to replace it",
        .path.display(), .path.display()
    )]
    OtherRun {
        /// The folder.
        path: PathBuf,
    },
    /// Something that no run wrote is there.
    #[error(
        "{} không do minhbach ghi, nên không bị xóa; chuyển nó đi hoặc chọn thư mục khác \
         / {} was not written by minhbach and is not removed; move it away or choose another folder",
        .path.display(), .path.display()
    )]
    Foreign {
        /// The file or folder.
        path: PathBuf,
    },
    /// The path has no last part to name the unfinished folder after.
    #[error(
        "{} không phải tên thư mục kết quả; hãy ghi một tên, ví dụ run \
         / {} cannot name a run folder; give it a name, such as run",
        .path.display(), .path.display()
    )]
    NoName {
        /// What was given.
        path: PathBuf,
    },
    /// Reading or writing failed.
    #[error(
        "không {} được {}: {source}; kiểm tra quyền ghi và dung lượng đĩa \
         / cannot {} {}: {source}; check permissions and free space",
        .doing.0, .path.display(), .doing.1, .path.display()
    )]
    Io {
        /// What was tried, in Vietnamese and English.
        doing: (&'static str, &'static str),
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What [`RunFolder::create`] found.
#[derive(Debug)]
pub enum Started {
    /// A finished run with the same key is there: nothing to do.
    AlreadyDone,
    /// A folder to write into.
    Fresh(RunFolder),
}

/// A run folder that is being made. Dropped without [`finish`](RunFolder::finish) it leaves `DIR.partial` behind.
#[derive(Debug)]
pub struct RunFolder {
    target: PathBuf,
    partial: PathBuf,
    written: Vec<FileRecord>,
}

impl RunFolder {
    /// Begins the folder `dir` for the run with this key (see [`run_key`](super::run_key)).
    ///
    /// A finished run with the same key is left as it is, unless `force` asks for it anew. `force` also replaces a run
    /// with another key, once the new one is whole. What no run wrote is never removed.
    ///
    /// # Errors
    /// When another run or foreign files are in the way, or the system refuses.
    pub fn create(dir: &Path, key: &str, force: bool) -> Result<Started, FolderError> {
        let name = dir.file_name().ok_or_else(|| FolderError::NoName { path: dir.to_owned() })?;
        let mut partial_name = name.to_owned();
        partial_name.push(".partial");
        let (target, partial) = (dir.to_owned(), dir.with_file_name(partial_name));
        match standing(&target)? {
            Standing::Nothing | Standing::Empty => {}
            Standing::Run(manifest) if manifest.key == key && !force => {
                return Ok(Started::AlreadyDone);
            }
            Standing::Run(_) if !force => return Err(FolderError::OtherRun { path: target }),
            Standing::Run(manifest) => own_files(&target, &manifest).map(drop)?,
            Standing::Foreign => return Err(FolderError::Foreign { path: target }),
        }
        clear_partial(&partial)?;
        fs::create_dir_all(&partial).map_err(|e| io_error(("tạo", "create"), &partial, e))?;
        let marker = partial.join(MARKER);
        fs::write(&marker, key).map_err(|e| io_error(("ghi", "write"), &marker, e))?;
        Ok(Started::Fresh(Self { target, partial, written: Vec::new() }))
    }

    /// Where the finished folder will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Whether `dir` is an unfinished run folder.
    pub fn is_partial(dir: &Path) -> bool {
        dir.join(MARKER).is_file()
    }

    /// Where it is being made.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Opens a file of the run, to be written in pieces and given back to [`close`](RunFolder::close). `name` may lead
    /// into a folder of its own, with `/`.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(&self, name: &str) -> Result<Output, FolderError> {
        let path = self.partial.join(name);
        if let Some((folder, _)) = name.rsplit_once('/') {
            let folder = self.partial.join(folder);
            fs::create_dir_all(&folder).map_err(|e| io_error(("tạo", "create"), &folder, e))?;
        }
        let file = File::create(&path).map_err(|e| io_error(("tạo", "create"), &path, e))?;
        Ok(Output { name: name.to_owned(), path, writer: HashingWriter::new(BufWriter::with_capacity(BUFFER, file)) })
    }

    /// Ends a file: flushes it and notes its length and hash for the manifest.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn close(&mut self, output: Output) -> Result<&FileRecord, FolderError> {
        let Output { name, path, writer } = output;
        let (_, record) = writer.finish(&name).map_err(|e| io_error(("ghi", "write"), &path, e))?;
        let at = self.written.partition_point(|r| r.path < record.path);
        self.written.insert(at, record);
        Ok(&self.written[at])
    }

    /// Writes a whole file of the run.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<&FileRecord, FolderError> {
        let mut output = self.open(name)?;
        output.append(bytes)?;
        self.close(output)
    }

    /// Writes the manifest over all closed files and its checksum, and puts the folder in its place, where it replaces a
    /// run that `force` allowed to replace. Gives the manifest as written.
    ///
    /// # Errors
    /// When the system refuses; then `DIR.partial` and whatever stood in the place are both still there.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<Manifest, FolderError> {
        manifest.outputs = self.written.clone();
        let bytes =
            manifest.to_json().map_err(|e| io_error(("ghi", "write"), &self.partial.join(MANIFEST), e.into()))?;
        let sha256 = self.write(MANIFEST, &bytes)?.sha256.clone();
        self.write(CHECKSUM, checksum_line(&sha256, MANIFEST).as_bytes())?;
        let marker = self.partial.join(MARKER);
        fs::remove_file(&marker).map_err(|e| io_error(("xóa", "remove"), &marker, e))?;
        self.clear_target()?;
        fs::rename(&self.partial, &self.target).map_err(|e| io_error(("đặt tên", "rename"), &self.partial, e))?;
        Ok(manifest)
    }

    /// Looks again at what stands in the place, since minutes may have passed, and removes only what a run wrote.
    fn clear_target(&self) -> Result<(), FolderError> {
        let refuse = |path: &Path, e| io_error(("xóa", "remove"), path, e);
        match standing(&self.target)? {
            Standing::Nothing => return Ok(()),
            Standing::Empty => {}
            Standing::Run(manifest) => {
                // The manifest goes last: an interrupted removal is still known for what it was.
                let (mut files, folders) = own_files(&self.target, &manifest)?;
                files.sort_by_key(|path| path.ends_with(MANIFEST));
                for path in files {
                    fs::remove_file(&path).map_err(|e| refuse(&path, e))?;
                }
                for path in folders.iter().rev() {
                    fs::remove_dir(path).map_err(|e| refuse(path, e))?;
                }
            }
            Standing::Foreign => {
                return Err(FolderError::Foreign { path: self.target.clone() });
            }
        }
        fs::remove_dir(&self.target).map_err(|e| refuse(&self.target, e))
    }
}

/// A file of the run that is being written.
pub struct Output {
    name: String,
    path: PathBuf,
    writer: HashingWriter<BufWriter<File>>,
}

impl Output {
    /// Appends bytes.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        self.writer.write_all(bytes).map_err(|e| io_error(("ghi", "write"), &self.path, e))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// What stands where the run folder shall be.
enum Standing {
    Nothing,
    Empty,
    Run(Box<Manifest>),
    Foreign,
}

fn standing(dir: &Path) -> Result<Standing, FolderError> {
    let refuse = |e| io_error(("đọc", "read"), dir, e);
    match fs::symlink_metadata(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Standing::Nothing),
        Err(e) => return Err(refuse(e)),
        Ok(meta) if !meta.is_dir() => return Ok(Standing::Foreign),
        Ok(_) => {}
    }
    if fs::read_dir(dir).map_err(refuse)?.next().is_none() {
        return Ok(Standing::Empty);
    }
    match fs::read(dir.join(MANIFEST)) {
        Ok(bytes) => Ok(Manifest::read(&bytes).map_or(Standing::Foreign, |m| Standing::Run(Box::new(m)))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Standing::Foreign),
        Err(e) => Err(refuse(e)),
    }
}

/// The files and folders of a finished run, or the first thing in it that the run did not write.
fn own_files(dir: &Path, manifest: &Manifest) -> Result<(Vec<PathBuf>, Vec<PathBuf>), FolderError> {
    let mut own: BTreeSet<PathBuf> = manifest.outputs.iter().map(|record| dir.join(&record.path)).collect();
    own.extend([dir.join(MANIFEST), dir.join(CHECKSUM)]);
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in walkdir::WalkDir::new(dir).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|e| {
            let path = e.path().unwrap_or(dir).to_owned();
            io_error(("đọc", "read"), &path, e.into())
        })?;
        let path = entry.path();
        match entry.file_type().is_dir() {
            true if own.iter().any(|file| file.starts_with(path)) => folders.push(path.to_owned()),
            false if own.contains(path) => files.push(path.to_owned()),
            _ => return Err(FolderError::Foreign { path: path.to_owned() }),
        }
    }
    Ok((files, folders))
}

/// Removes what an interrupted run left; anything else under that name is not ours to remove.
fn clear_partial(partial: &Path) -> Result<(), FolderError> {
    match standing(partial)? {
        Standing::Nothing | Standing::Empty => Ok(()),
        _ if partial.join(MARKER).is_file() => {
            fs::remove_dir_all(partial).map_err(|e| io_error(("xóa", "remove"), partial, e))
        }
        // Whole, but not yet renamed when the run was stopped.
        Standing::Run(manifest) => {
            own_files(partial, &manifest)?;
            fs::remove_dir_all(partial).map_err(|e| io_error(("xóa", "remove"), partial, e))
        }
        Standing::Foreign => Err(FolderError::Foreign { path: partial.to_owned() }),
    }
}

fn io_error(doing: (&'static str, &'static str), path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { doing, path: path.to_owned(), source }
}
