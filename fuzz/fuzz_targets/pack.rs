//! A pack with one file spoilt: it loads or is refused with messages, and never panics.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::pack::{Pack, PackFiles};
use std::sync::LazyLock;

static FILES: LazyLock<PackFiles> = LazyLock::new(PackFiles::embedded);
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folders = ["", "terms", "rules", "context", "fold", "provisions", "messages", "weights", "formats", "policy"];
    let inside = folders.iter().flat_map(|folder| FILES.in_folder(folder).map(|(path, _)| path.to_owned()));
    let mut paths: Vec<String> = inside.chain(["pack.toml".to_owned()]).collect();
    paths.sort();
    paths
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let [file, high, low, text @ ..] = data else { return Corpus::Reject };
    let Ok(text) = std::str::from_utf8(text) else { return Corpus::Reject };
    let path = &PATHS[usize::from(*file) % PATHS.len()];
    let Some(old) = FILES.get(path) else { return Corpus::Reject };
    // One line is replaced, wherever the two bytes say.
    let lines: Vec<&str> = old.lines().collect();
    let at = usize::from(u16::from_be_bytes([*high, *low])) % lines.len().max(1);
    let mut new: Vec<&str> = lines;
    if let Some(line) = new.get_mut(at) {
        *line = text;
    }
    let mut files = FILES.clone();
    files.insert(path, new.join("\n"));
    if let Err(error) = Pack::load(&files) {
        assert!(!error.to_string().is_empty());
    }
    Corpus::Keep
});
