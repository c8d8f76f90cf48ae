//! The open gold sets: hand labels of real posts, beside the repository and no part of it.

use minhbach::gold::Gold;
use std::{
    error::Error,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Where they lie, from the root of the repository.
const GOLD: &str = "../shared/data/gold";

/// The sets, in the order of the table.
pub(crate) const SETS: [&str; 6] = [
    "vi_posts_dev",
    "vi_claims_dev",
    "en_claims_dev",
    "en_instagram_sponsored_dev",
    "en_youtube_affiliate_dev",
    "en_pinterest_affiliate_dev",
];

/// A file of the repository, or beside it.
pub(crate) fn beside(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// All sets that are there; says loudly which are not.
pub(crate) fn open() -> Result<Vec<(&'static str, Gold)>, Box<dyn Error>> {
    let mut sets = Vec::new();
    for name in SETS {
        let path = beside(GOLD).join(format!("{name}.jsonl"));
        if path.is_file() {
            sets.push((name, Gold::read(&path)?));
        } else {
            writeln!(std::io::stderr(), "\nNOT MEASURED: there is no {GOLD}/{name}.jsonl\n")?;
        }
    }
    Ok(sets)
}
