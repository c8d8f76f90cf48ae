//! The run folder: made aside as `DIR.partial`, renamed when whole, never mixed with what somebody else put there.
//!
//! What a kill leaves behind is one of two things. With its marker file, `DIR.partial` is unfinished: the marker says what
//! the run was made with, and a run made with the same goes on from what `units/` vouches for. Without its marker, it is
//! whole and only its name is missing. Removing the marker is the one step between the two.

use super::{
    manifest::{FileRecord, HashingWriter, Manifest, Prefix, checksum_line},
    place::{FolderError, Standing, io_error, own_files, standing},
};
use crate::ingest;
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

const MANIFEST: &str = Manifest::FILE;
const CHECKSUM: &str = Manifest::CHECKSUM_FILE;
/// Marks a folder that is being made: only such a folder is cleared away without asking. Holds the [`Plan`] as JSON.
const MARKER: &str = ingest::UNFINISHED;
/// What lets an interrupted run go on; gone from a finished folder.
const UNITS: &str = "units";
const BUFFER: usize = 1 << 16;

/// What a run is made with, name by name: program, pack, policy, options. An interrupted run goes on only under an equal
/// plan. (Inputs are compared by what was read of them.)
pub type Plan = BTreeMap<String, String>;

/// What an interrupted run left in `DIR.partial`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// Work under the same plan: it is still there.
    Same,
    /// Work under another plan, which differs in these names: it is cleared away.
    Changed(Vec<String>),
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
    before: Before,
    /// Open and locked while the folder is being made, so that no two runs write into one folder.
    marker: File,
}

impl RunFolder {
    /// Begins the folder `dir` for the run with this key (see [`run_key`](super::run_key)) and plan.
    ///
    /// A finished run with the same key is left as it is, unless `force` asks for it anew. `force` also replaces a run
    /// with another key, once the new one is whole. What no run wrote is never removed. Of an interrupted run under the
    /// same plan the files named in `keep` are kept; under another plan nothing is.
    ///
    /// # Errors
    /// When another run or foreign files are in the way, another process is making the folder, or the system refuses.
    pub fn create(dir: &Path, key: &str, plan: &Plan, keep: &[&str], force: bool) -> Result<Started, FolderError> {
        let (target, partial) = (dir.to_owned(), partial_of(dir)?);
        match standing(&target)? {
            Standing::Nothing | Standing::Empty => {}
            Standing::Run(manifest) if manifest.key == key && !force => {
                return Ok(Started::AlreadyDone);
            }
            Standing::Run(_) if !force => return Err(FolderError::OtherRun { path: target }),
            Standing::Run(manifest) => own_files(&target, &manifest).map(drop)?,
            Standing::Foreign => return Err(FolderError::Foreign { path: target }),
        }
        let path = partial.join(MARKER);
        if !path.is_file() {
            match standing(&partial)? {
                Standing::Nothing | Standing::Empty => {}
                // Whole, but not yet renamed when the run was stopped.
                Standing::Run(manifest) => {
                    clear_units(&partial)?;
                    let files = own_files(&partial, &manifest)?;
                    if manifest.key == key {
                        put_in_place(&partial, &target)?;
                        return Ok(Started::AlreadyDone);
                    }
                    remove(&files)?;
                }
                Standing::Foreign => return Err(FolderError::Foreign { path: partial }),
            }
        }
        let units = partial.join(UNITS);
        fs::create_dir_all(&partial).map_err(|e| io_error(("tạo", "create"), &partial, e))?;
        let marker = lock(&path)?;
        let before = Self::look(&path, plan)?;
        let keep = if before == Before::Same { keep } else { &[] };
        clear(&partial, keep, before == Before::Same)?;
        if before != Before::Same {
            let text = serde_json::to_vec(plan).map_err(|e| io_error(("ghi", "write"), &path, e.into()))?;
            fs::write(&path, text).map_err(|e| io_error(("ghi", "write"), &path, e))?;
        }
        fs::create_dir_all(&units).map_err(|e| io_error(("tạo", "create"), &units, e))?;
        Ok(Started::Fresh(Self { target, partial, written: Vec::new(), before, marker }))
    }

    /// Whether the key of a run into `dir` decides what [`create`](RunFolder::create) does.
    pub fn asks_for_key(dir: &Path) -> bool {
        let whole = |dir: &Path| matches!(standing(dir), Ok(Standing::Run(_)));
        let waits = partial_of(dir).is_ok_and(|partial| !Self::is_partial(&partial) && whole(&partial));
        whole(dir) || waits
    }

    /// Compares the plan that the marker holds. A marker that a kill cut short holds none.
    fn look(marker: &Path, plan: &Plan) -> Result<Before, FolderError> {
        let bytes = fs::read(marker).map_err(|e| io_error(("đọc", "read"), marker, e))?;
        let Ok(old) = serde_json::from_slice::<Plan>(&bytes) else { return Ok(Before::Nothing) };
        let names = old.keys().chain(plan.keys().filter(|name| !old.contains_key(*name)));
        let changed: Vec<String> = names.filter(|name| old.get(*name) != plan.get(*name)).cloned().collect();
        Ok(if changed.is_empty() { Before::Same } else { Before::Changed(changed) })
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

    /// What an interrupted run had left.
    pub fn before(&self) -> &Before {
        &self.before
    }

    /// Opens a file of the run, to be written in pieces and given back to [`close`](RunFolder::close). `name` may lead
    /// into a folder of its own, with `/`.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(&self, name: &str) -> Result<Output, FolderError> {
        if let Some((folder, _)) = name.rsplit_once('/') {
            let folder = self.partial.join(folder);
            fs::create_dir_all(&folder).map_err(|e| io_error(("tạo", "create"), &folder, e))?;
        }
        Output::create(name, self.partial.join(name))
    }

    /// Opens a file that an interrupted run began, behind its first bytes; what comes after them is cut off.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn reopen(&self, name: &str, prefix: Prefix) -> Result<Output, FolderError> {
        let path = self.partial.join(name);
        let open = || {
            let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(&path)?;
            file.set_len(prefix.bytes())?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(|e| io_error(("mở lại", "reopen"), &path, e))?;
        let writer = HashingWriter::after(BufWriter::with_capacity(BUFFER, file), prefix);
        Ok(Output { name: name.to_owned(), path, writer })
    }

    /// Where a file lies that is for this run alone and no part of the finished folder.
    pub fn aside(&self, name: &str) -> PathBuf {
        self.partial.join(UNITS).join(name)
    }

    /// Opens a file [`aside`](RunFolder::aside); [`Output::end`] closes it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open_aside(&self, name: &str) -> Result<Output, FolderError> {
        Output::create(name, self.aside(name))
    }

    /// Writes a file [`aside`](RunFolder::aside) that is there whole or not at all.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write_aside(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let (path, new) = (self.aside(name), self.aside(&format!("{name}.new")));
        let write = || fs::write(&new, bytes).and_then(|()| fs::rename(&new, &path));
        write().map_err(|e| io_error(("ghi", "write"), &path, e))
    }

    /// Ends a file: flushes it to disk and notes its length and hash for the manifest.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn close(&mut self, output: Output) -> Result<&FileRecord, FolderError> {
        let record = output.end(true)?;
        let at = self.written.partition_point(|r| r.path < record.path);
        self.written.insert(at, record);
        Ok(&self.written[at])
    }

    /// Ends a file and removes it when nothing was written into it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn close_unless_empty(&mut self, output: Output) -> Result<(), FolderError> {
        if output.writer.so_far(&output.name).bytes > 0 {
            return self.close(output).map(drop);
        }
        let path = output.path.clone();
        output.end(false)?;
        fs::remove_file(&path).map_err(|e| io_error(("xóa", "remove"), &path, e))
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
        sync_folder(&self.partial);
        let marker = self.partial.join(MARKER);
        fs::remove_file(&marker).map_err(|e| io_error(("xóa", "remove"), &marker, e))?;
        drop(self.marker);
        clear_units(&self.partial)?;
        put_in_place(&self.partial, &self.target)?;
        Ok(manifest)
    }
}

/// A file of the run that is being written.
pub struct Output {
    name: String,
    path: PathBuf,
    writer: HashingWriter<BufWriter<File>>,
}

impl Output {
    fn create(name: &str, path: PathBuf) -> Result<Self, FolderError> {
        let file = File::create(&path).map_err(|e| io_error(("tạo", "create"), &path, e))?;
        let writer = HashingWriter::new(BufWriter::with_capacity(BUFFER, file));
        Ok(Self { name: name.to_owned(), path, writer })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        self.writer.write_all(bytes).map_err(|e| io_error(("ghi", "write"), &self.path, e))
    }

    /// Hands everything to the system: after a kill the file holds at least what the record says.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn settle(&mut self) -> Result<FileRecord, FolderError> {
        self.writer.flush().map_err(|e| io_error(("ghi", "write"), &self.path, e))?;
        Ok(self.writer.so_far(&self.name))
    }

    /// Ends the file; `sync` waits until the disk has it.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn end(self, sync: bool) -> Result<FileRecord, FolderError> {
        let Output { name, path, writer } = self;
        let end = || {
            let (buffer, record) = writer.finish(&name)?;
            let file = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
            if sync {
                file.sync_all()?;
            }
            Ok(record)
        };
        end().map_err(|e| io_error(("ghi", "write"), &path, e))
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

fn partial_of(dir: &Path) -> Result<PathBuf, FolderError> {
    let mut name = dir.file_name().ok_or_else(|| FolderError::NoName { path: dir.to_owned() })?.to_owned();
    name.push(".partial");
    Ok(dir.with_file_name(name))
}

/// Opens the marker and holds it against other processes, where the file system can.
fn lock(path: &Path) -> Result<File, FolderError> {
    let open = || OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = open().map_err(|e| io_error(("tạo", "create"), path, e))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(FolderError::Busy { path: path.parent().unwrap_or(path).to_owned() }),
        // A file system without locks: nothing is lost but this care.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Removes what an interrupted run left, but for the marker, the files of `keep`, and `units/` where those are wanted.
fn clear(partial: &Path, keep: &[&str], units: bool) -> Result<(), FolderError> {
    for entry in fs::read_dir(partial).map_err(|e| io_error(("đọc", "read"), partial, e))? {
        let entry = entry.map_err(|e| io_error(("đọc", "read"), partial, e))?;
        let (name, path) = (entry.file_name(), entry.path());
        if name == MARKER || units && name == UNITS || keep.iter().any(|kept| name == *kept) {
            continue;
        }
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let gone = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.map_err(|e| io_error(("xóa", "remove"), &path, e))?;
    }
    Ok(())
}

fn clear_units(partial: &Path) -> Result<(), FolderError> {
    let units = partial.join(UNITS);
    match fs::remove_dir_all(&units) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error(("xóa", "remove"), &units, e)),
        _ => Ok(()),
    }
}

/// Looks again at what stands in the place, since minutes may have passed, removes only what a run wrote, and renames.
fn put_in_place(partial: &Path, target: &Path) -> Result<(), FolderError> {
    let there = match standing(target)? {
        Standing::Nothing => false,
        Standing::Empty => true,
        Standing::Run(manifest) => {
            remove(&own_files(target, &manifest)?)?;
            true
        }
        Standing::Foreign => return Err(FolderError::Foreign { path: target.to_owned() }),
    };
    if there {
        fs::remove_dir(target).map_err(|e| io_error(("xóa", "remove"), target, e))?;
    }
    fs::rename(partial, target).map_err(|e| io_error(("đặt tên", "rename"), partial, e))?;
    target.parent().into_iter().for_each(sync_folder);
    Ok(())
}

fn remove(paths: &[PathBuf]) -> Result<(), FolderError> {
    paths.iter().try_for_each(|path| {
        let gone = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        gone.map_err(|e| io_error(("xóa", "remove"), path, e))
    })
}

/// Names on disk too, where the system lets a folder be opened for that.
fn sync_folder(folder: &Path) {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let _ = File::open(here).and_then(|folder| folder.sync_all());
}
