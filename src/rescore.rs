//! Scores again from finished runs, without scanning: the same creators under another policy, or several runs as one.

use crate::{
    day::{Day, Moment},
    finished::{self, FinishedError, FinishedRun},
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

/// Reads runs of one pack. The order in which they are given does not matter: they are taken in order of the names of
/// their inputs, as one scan of all would have read them.
///
/// # Errors
/// When a folder is no finished run, was made with another pack, other options or without all posts, mixes the
/// demonstration with real posts, or holds a broken line; when the temporary file cannot be written.
pub fn read(pack: &Pack, folders: &[PathBuf], room: Room<'_>) -> Result<Runs, RescoreError> {
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
    if let Some(((_, _, first), others)) = runs.split_first() {
        for (_, _, other) in others {
            same_kind(first, other)?;
        }
    }
    let rules: HashMap<&str, RuleId> = pack.rules.iter().zip(0..).map(|(r, i)| (r.id.as_str(), RuleId(i))).collect();
    let demo = runs.iter().any(|(_, _, run)| run.manifest.demo);
    let mut whole = Runs { creators: Creators::new(), newest: None, posts: 0, demo };
    for (at, (_, _, run)) in (0u64..).zip(&runs) {
        read_run(run, at, &rules, room, &mut whole)?;
    }
    Ok(whole)
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

/// Adds one run to the whole.
fn read_run(
    run: &FinishedRun,
    at: u64,
    rules: &HashMap<&str, RuleId>,
    room: Room<'_>,
    whole: &mut Runs,
) -> Result<(), RescoreError> {
    let mut scored = Vec::new();
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
        whole.newest = whole.newest.max(post.day);
        whole.posts += 1;
        if post.line % LOOK == 0 {
            whole.creators.ease(room.memory, room.folder)?;
        }
        let Some(creator) = post.creator.as_deref() else { return Ok(()) };
        let text = finished::sha256(post.text_sha256).ok_or_else(|| bad("text_sha256 is no SHA-256".to_owned()))?;
        whole.creators.add(&ScoredPost {
            platform: &post.platform,
            creator,
            key: post.id.as_deref().map_or_else(|| PostKey::of_text(&text), PostKey::of_id),
            text: TextKey::of(&text),
            day: post.day,
            captured: post.captured.map(Moment::seconds),
            order: at << 40 | post.line,
            commercial: post.commercial,
            disclosure: post.disclosure,
            findings: &scored,
            public: PublicData { likes: post.likes, followers: post.followers, ai_label: post.ai_label },
        });
        Ok(())
    })
}
