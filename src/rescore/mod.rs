//! Scores again from finished runs, without scanning: the same creators under another policy, or several runs as one; as
//! found, and after what people decided.

mod review;

pub use review::{Marks, ReviewedRuns, read_reviewed};

use crate::{
    day::{Day, Moment},
    finished::{self, FinishedError, FinishedPost, FinishedRun},
    pack::{Pack, RuleId},
    score::{Creators, PostKey, PublicData, ScoredFinding, ScoredPost, SpillError, TextKey},
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// Posts between two looks at how much memory is taken.
const LOOK: u64 = 1 << 12;

/// What the runs hold together.
#[derive(Debug)]
pub struct Runs {
    /// Their creators, merged.
    pub creators: Creators,
    /// The newest plausible day of all.
    pub newest: Option<Day>,
    /// Posts read, every version of them.
    pub posts: u64,
    /// Whether they are runs of the embedded demonstration: invented creators.
    pub demo: bool,
}

/// Where what does not fit into memory goes.
#[derive(Clone, Copy, Debug)]
pub struct Room<'a> {
    /// Bytes that creators may take, about.
    pub memory: usize,
    /// The folder of the temporary file.
    pub folder: &'a Path,
}

/// Why runs cannot be scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RescoreError {
    /// A run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// The run was made with another pack.
    #[error(
        "{} được quét với kho {found}, kho hiện tại là {wanted}: dùng --pack với kho của lần quét đó \
         / {} was made with pack {found}, this is pack {wanted}: give --pack the pack of the run",
        path.display(), path.display()
    )]
    OtherPack {
        /// Which.
        path: PathBuf,
        /// The run's pack.
        found: String,
        /// This pack.
        wanted: String,
    },
    /// Runs that judged otherwise are no shards of one whole.
    #[error(
        "{} và {} được quét với `{option}` khác nhau (`{first}`, `{second}`), không gộp được \
         / {} and {} were made with different `{option}` (`{first}`, `{second}`): they cannot be scored as one",
        a.display(), b.display(), a.display(), b.display()
    )]
    OtherOptions {
        /// The first.
        a: PathBuf,
        /// The other.
        b: PathBuf,
        /// Which option.
        option: &'static str,
        /// Its value in the first.
        first: String,
        /// Its value in the other.
        second: String,
    },
    /// Invented creators among real ones.
    #[error(
        "{} là dữ liệu minh họa (người đăng hư cấu), không gộp với dữ liệu thật \
         / {} is the demonstration (invented creators) and is not scored together with real runs",
        path.display(), path.display()
    )]
    Demo {
        /// Which.
        path: PathBuf,
    },
    /// A line names what this pack does not know.
    #[error("{}, dòng/line {line}: {message}", path.display())]
    BadLine {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// What scores need did not go to disk.
    #[error(transparent)]
    Spill(#[from] SpillError),
}

/// Options that decide what is found; runs that differ in one are not shards of one whole.
const JUDGING: [&str; 3] = ["select", "ignore", "advisory"];

/// Opens runs of one pack, in the order in which they are read, each whole: that of the names of their inputs, however they
/// are given. So one scan of all would have read them, unless the inputs of two runs alternate by name; then versions of a
/// post without a time of capture may stand in another order.
///
/// # Errors
/// When a folder is no finished run, was made with another pack, other options or without all posts, or mixes the
/// demonstration with real posts.
pub fn open(pack: &Pack, folders: &[PathBuf]) -> Result<Vec<FinishedRun>, RescoreError> {
    let mut runs = Vec::new();
    for folder in folders {
        let run = FinishedRun::open(folder)?;
        if run.manifest.pack.sha256 != pack.sha256 {
            let (found, wanted) = (run.manifest.pack.sha256, pack.sha256.clone());
            return Err(RescoreError::OtherPack { path: folder.clone(), found, wanted });
        }
        let inputs: Vec<String> = run.manifest.inputs.iter().map(|input| input.path.clone()).collect();
        runs.push((inputs, run.manifest.key.clone(), run));
    }
    runs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let runs: Vec<FinishedRun> = runs.into_iter().map(|(_, _, run)| run).collect();
    if let Some((first, others)) = runs.split_first() {
        others.iter().try_for_each(|other| same_kind(first, other))?;
    }
    Ok(runs)
}

/// Reads runs of one pack.
///
/// # Errors
/// What [`open`] refuses; a broken line; when the temporary file cannot be written.
pub fn read(pack: &Pack, folders: &[PathBuf], room: Room<'_>) -> Result<Runs, RescoreError> {
    let (mut creators, mut added) = (Creators::new(), 0u64);
    let runs = open(pack, folders)?;
    let met = each(pack, &runs, |_, scored| {
        creators.add(scored);
        added += 1;
        if added % LOOK == 0 { creators.ease(room.memory, room.folder) } else { Ok(()) }
    })?;
    Ok(Runs { creators, newest: met.newest, posts: met.posts, demo: met.demo })
}

fn same_kind(a: &FinishedRun, b: &FinishedRun) -> Result<(), RescoreError> {
    if a.manifest.demo != b.manifest.demo {
        let path = if a.manifest.demo { a } else { b }.folder().to_owned();
        return Err(RescoreError::Demo { path });
    }
    for option in JUDGING {
        let of = |run: &FinishedRun| run.manifest.options.get(option).cloned().unwrap_or_default();
        let (first, second) = (of(a), of(b));
        if first != second {
            let (a, b) = (a.folder().to_owned(), b.folder().to_owned());
            return Err(RescoreError::OtherOptions { a, b, option, first, second });
        }
    }
    Ok(())
}

/// What was met on the way.
struct Met {
    newest: Option<Day>,
    posts: u64,
    demo: bool,
}

/// Gives every post that has a creator, as read and as scored.
fn each(
    pack: &Pack,
    runs: &[FinishedRun],
    mut with: impl FnMut(&FinishedPost<'_>, &ScoredPost<'_>) -> Result<(), SpillError>,
) -> Result<Met, RescoreError> {
    let rules: HashMap<&str, RuleId> = pack.rules.iter().zip(0..).map(|(r, i)| (r.id.as_str(), RuleId(i))).collect();
    let mut met = Met { newest: None, posts: 0, demo: runs.iter().any(|run| run.manifest.demo) };
    let mut scored = Vec::new();
    for (at, run) in (0u64..).zip(runs) {
        run.try_each(|post| {
            let bad = |message: String| RescoreError::BadLine {
                path: run.folder().join("posts.jsonl"),
                line: post.line,
                message,
            };
            scored.clear();
            for finding in post.findings {
                let rule = *rules.get(finding.rule.as_str()).ok_or_else(|| bad(format!("no rule {}", finding.rule)))?;
                scored.push(ScoredFinding::machine(rule, finding.tier, finding.counts));
            }
            met.newest = met.newest.max(post.day);
            met.posts += 1;
            let Some(creator) = post.creator.as_deref() else { return Ok(()) };
            let text = finished::sha256(post.text_sha256).ok_or_else(|| bad("text_sha256 is no SHA-256".to_owned()))?;
            let scored = ScoredPost {
                platform: &post.platform,
                creator,
                key: PostKey::of(post.id.as_deref(), &text, post.posted_at.and_then(finished::moment)),
                text: TextKey::of(&text),
                day: post.day,
                captured: post.captured.map(Moment::seconds),
                order: at << 40 | post.line,
                commercial: post.commercial,
                disclosure: post.disclosure,
                findings: &scored,
                public: PublicData { likes: post.likes, followers: post.followers, ai_label: post.ai_label },
            };
            Ok::<(), RescoreError>(with(post, &scored)?)
        })?;
    }
    Ok(met)
}
