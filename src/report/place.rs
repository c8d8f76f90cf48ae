//! What stands in a place where a run folder shall be, and why one cannot be made there.

use super::manifest::Manifest;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

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
    /// The place lies in a finished run or dossier, which would no longer be as it was written.
    #[error(
        "{} nằm trong {}, thư mục đã niêm phong; hãy ghi ra ngoài \
         / {} lies in {}, which is finished and sealed; write it somewhere else",
        .path.display(), .folder.display(), .path.display(), .folder.display()
    )]
    Sealed {
        /// What was to be written.
        path: PathBuf,
        /// The run or dossier around it.
        folder: PathBuf,
    },
    /// A run stands where a dossier shall be, or a dossier where a run shall be.
    #[error(
        "{} là {}, không thay bằng thứ khác loại, kể cả với --force; chọn thư mục khác \
         / {} is a {} and not replaced by the other kind, not even with --force; choose another folder",
        .path.display(), .is.0, .path.display(), .is.1
    )]
    OtherKind {
        /// The folder.
        path: PathBuf,
        /// What it is, in Vietnamese and English.
        is: (&'static str, &'static str),
    },
    /// Another process is writing there.
    #[error(
        "{} đang được một tiến trình khác ghi; hãy đợi nó xong hoặc chọn thư mục khác \
         / {} is being written by another process; wait for it or choose another folder",
        .path.display(), .path.display()
    )]
    Busy {
        /// The unfinished folder.
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

impl FolderError {
    /// A file could not be written.
    pub fn writing(path: PathBuf, source: io::Error) -> Self {
        Self::Io { doing: ("ghi", "write"), path, source }
    }

    /// A file could not be read.
    pub fn reading(path: PathBuf, source: io::Error) -> Self {
        Self::Io { doing: ("đọc", "read"), path, source }
    }
}

/// Refuses a file or folder that lies in a finished run or dossier, or is one: what is written there breaks its seal.
///
/// # Errors
/// [`FolderError::Sealed`], naming that run or dossier.
pub fn outside(path: &Path) -> Result<(), FolderError> {
    // A place that is yet to be made has no real path: the folders around it have.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|part| fs::canonicalize(part).ok()).unwrap_or_default();
    let sealed = |dir: &&Path| matches!(standing(dir), Ok(Standing::Run(_)));
    match there.ancestors().find(sealed) {
        Some(folder) => Err(FolderError::Sealed { path: path.to_owned(), folder: folder.to_owned() }),
        None => Ok(()),
    }
}

/// Refuses a place for a run (or a `dossier`) that lies in a finished folder or holds one of the other kind.
///
/// # Errors
/// [`FolderError::Sealed`] or [`FolderError::OtherKind`].
pub fn free_for(dir: &Path, dossier: bool) -> Result<(), FolderError> {
    match (standing(dir), dossier) {
        (Ok(Standing::Run(manifest)), false) if manifest.dossier.is_some() => {
            Err(FolderError::OtherKind { path: dir.to_owned(), is: ("một hồ sơ", "dossier") })
        }
        (Ok(Standing::Run(manifest)), true) if manifest.dossier.is_none() => Err(FolderError::OtherKind {
            path: dir.to_owned(),
            is: ("kết quả của một lần quét", "finished run"),
        }),
        (Ok(Standing::Nothing | Standing::Empty), _) => outside(dir),
        _ => Ok(()),
    }
}

/// What stands where the run folder shall be.
pub(super) enum Standing {
    Nothing,
    Empty,
    Run(Box<Manifest>),
    Foreign,
}

pub(super) fn standing(dir: &Path) -> Result<Standing, FolderError> {
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
    match fs::read(dir.join(Manifest::FILE)) {
        Ok(bytes) => Ok(Manifest::read(&bytes).map_or(Standing::Foreign, |m| Standing::Run(Box::new(m)))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Standing::Foreign),
        Err(e) => Err(refuse(e)),
    }
}

/// The files and folders of a finished run in the order of their removal, or the first thing in its folder that the run
/// did not write. The manifest goes last: an interrupted removal is still known for what it was.
pub(super) fn own_files(dir: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, FolderError> {
    let mut own: BTreeSet<PathBuf> = manifest.outputs.iter().map(|record| dir.join(&record.path)).collect();
    own.extend([dir.join(Manifest::FILE), dir.join(Manifest::CHECKSUM_FILE)]);
    let mut paths = Vec::new();
    for entry in walkdir::WalkDir::new(dir).min_depth(1).contents_first(true).sort_by_file_name() {
        let entry = entry.map_err(|e| {
            let path = e.path().unwrap_or(dir).to_owned();
            io_error(("đọc", "read"), &path, e.into())
        })?;
        let path = entry.path();
        let is_own = match entry.file_type().is_dir() {
            true => own.iter().any(|file| file.starts_with(path)),
            false => own.contains(path),
        };
        if !is_own {
            return Err(FolderError::Foreign { path: path.to_owned() });
        }
        paths.push(path.to_owned());
    }
    paths.sort_by_key(|path| path.ends_with(Manifest::FILE));
    Ok(paths)
}

pub(super) fn io_error(doing: (&'static str, &'static str), path: &Path, source: io::Error) -> FolderError {
    FolderError::Io { doing, path: path.to_owned(), source }
}
