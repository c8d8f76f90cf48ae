//! Scores again from finished runs, without scanning: the same creators under another policy, or several runs as one.

use crate::{
    day::{Day, Moment},
    pack::{Pack, RuleId, Tier},
    report::{Manifest, RunFolder},
    score::{Creators, PostKey, PublicData, ScoredFinding, ScoredPost, SpillError, TextKey},
    vocabulary::{Commercial, DisclosureState},
};
use serde::Deserialize;
use std::{
    borrow::Cow,
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader},
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
    /// A file cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds no manifest of this program.
    #[error(
        "{} không phải thư mục kết quả: không có manifest.json của chương trình này \
         / {} is no run folder: it holds no manifest.json of this program",
        path.display(), path.display()
    )]
    NotARun {
        /// Which.
        path: PathBuf,
    },
    /// The run was not finished.
    #[error(
        "{} chưa quét xong; hãy chạy lại lệnh scan rồi mới tính điểm \
         / {} is unfinished; run the same scan again, then score it",
        path.display(), path.display()
    )]
    Unfinished {
        /// The unfinished folder.
        path: PathBuf,
    },
    /// The run left posts out.
    #[error(
        "{} được quét với --posts {posts}; điểm cần mọi bài: hãy quét lại với --posts all \
         / {} was made with --posts {posts}; scores need every post: scan again with --posts all",
        path.display(), path.display()
    )]
    PartialPosts {
        /// Which.
        path: PathBuf,
        /// What it holds.
        posts: String,
    },
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
    /// A file was cut or changed.
    #[error(
        "{}: có {found} bài, manifest.json ghi {wanted}; tệp đã bị cắt hoặc sửa \
         / {}: {found} posts, manifest.json says {wanted}; the file was cut or changed",
        path.display(), path.display()
    )]
    OtherCount {
        /// Which file.
        path: PathBuf,
        /// Lines in it.
        found: u64,
        /// Lines that were written.
        wanted: u64,
    },
    /// A line is no record of this program.
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

#[derive(Deserialize)]
struct PostLine<'a> {
    #[serde(borrow)]
    post_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    creator: Option<Cow<'a, str>>,
    #[serde(borrow)]
    platform: Cow<'a, str>,
    posted_at: Option<&'a str>,
    captured_at: Option<&'a str>,
    likes: Option<u64>,
    followers: Option<u64>,
    ai_label: Option<bool>,
    text_sha256: &'a str,
    commercial: CommercialLine<'a>,
    disclosure: DisclosureLine<'a>,
    findings: Vec<&'a str>,
    flags: Vec<&'a str>,
}

#[derive(Deserialize)]
struct CommercialLine<'a> {
    label: &'a str,
}

#[derive(Deserialize)]
struct DisclosureLine<'a> {
    state: &'a str,
}

#[derive(Deserialize)]
struct FindingLine<'a> {
    rule: &'a str,
    tier: &'a str,
    counts: bool,
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
        let manifest = manifest(folder)?;
        if manifest.pack.sha256 != pack.sha256 {
            let (found, wanted) = (manifest.pack.sha256, pack.sha256.clone());
            return Err(RescoreError::OtherPack { path: folder.clone(), found, wanted });
        }
        let posts = manifest.options.get("posts").map_or("?", String::as_str);
        if posts != "all" {
            return Err(RescoreError::PartialPosts { path: folder.clone(), posts: posts.to_owned() });
        }
        let inputs: Vec<String> = manifest.inputs.iter().map(|input| input.path.clone()).collect();
        runs.push((inputs, manifest.key.clone(), manifest, folder));
    }
    runs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    if let Some(((_, _, first, a), others)) = runs.split_first() {
        for (_, _, other, b) in others {
            same_kind((first, a), (other, b))?;
        }
    }
    let rules: HashMap<&str, RuleId> = pack.rules.iter().zip(0..).map(|(r, i)| (r.id.as_str(), RuleId(i))).collect();
    let demo = runs.iter().any(|(_, _, manifest, _)| manifest.demo);
    let mut whole = Runs { creators: Creators::new(), newest: None, posts: 0, demo };
    for (at, (_, _, manifest, folder)) in (0u64..).zip(&runs) {
        let found = read_run(folder, at, &rules, room, &mut whole)?;
        let wanted = manifest.counts.posts;
        if found != wanted {
            return Err(RescoreError::OtherCount { path: folder.join("posts.jsonl"), found, wanted });
        }
    }
    Ok(whole)
}

fn manifest(folder: &Path) -> Result<Manifest, RescoreError> {
    let path = folder.join("manifest.json");
    let bytes = std::fs::read(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => unfinished(folder).map_or_else(
            || RescoreError::NotARun { path: folder.to_owned() },
            |path| RescoreError::Unfinished { path },
        ),
        _ => RescoreError::Io { path: path.clone(), source },
    })?;
    Manifest::read(&bytes).ok_or_else(|| RescoreError::NotARun { path: folder.to_owned() })
}

/// The unfinished folder, when this is one or stands in the place of one.
fn unfinished(folder: &Path) -> Option<PathBuf> {
    let mut name = folder.file_name()?.to_owned();
    name.push(".partial");
    let beside = folder.with_file_name(name);
    [folder.to_owned(), beside].into_iter().find(|path| RunFolder::is_partial(path))
}

fn same_kind((first, a): (&Manifest, &Path), (other, b): (&Manifest, &Path)) -> Result<(), RescoreError> {
    if first.demo != other.demo {
        return Err(RescoreError::Demo { path: if first.demo { a } else { b }.to_owned() });
    }
    for option in JUDGING {
        let of = |manifest: &Manifest| manifest.options.get(option).cloned().unwrap_or_default();
        let (first, second) = (of(first), of(other));
        if first != second {
            return Err(RescoreError::OtherOptions { a: a.to_owned(), b: b.to_owned(), option, first, second });
        }
    }
    Ok(())
}

/// Reads one run and gives its number of posts.
fn read_run(
    folder: &Path,
    at: u64,
    rules: &HashMap<&str, RuleId>,
    room: Room<'_>,
    whole: &mut Runs,
) -> Result<u64, RescoreError> {
    let mut posts = Lines::open(folder.join("posts.jsonl"))?;
    let mut findings = Lines::open(folder.join("findings.jsonl"))?;
    let mut scored = Vec::new();
    let mut number = 0;
    while let Some(line) = posts.next()? {
        number += 1;
        let bad = |message: String| RescoreError::BadLine { path: folder.join("posts.jsonl"), line: number, message };
        let post: PostLine<'_> = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
        scored.clear();
        // Findings stand in the order of their posts, by rule.
        for _ in &post.findings {
            let line =
                findings.next()?.ok_or_else(|| bad("its findings are missing from findings.jsonl".to_owned()))?;
            let finding: FindingLine<'_> = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
            let rule = *rules.get(finding.rule).ok_or_else(|| bad(format!("no rule {}", finding.rule)))?;
            let tiers = [Tier::Violation, Tier::Suspect, Tier::Advisory];
            let tier = tiers.into_iter().find(|tier| tier.name() == finding.tier);
            let tier = tier.ok_or_else(|| bad(format!("no tier {}", finding.tier)))?;
            scored.push(ScoredFinding::machine(rule, tier, finding.counts));
        }
        let dated = !post.flags.contains(&"undated");
        let day = post.posted_at.filter(|_| dated).and_then(moment).and_then(Moment::day);
        whole.newest = whole.newest.max(day);
        whole.posts += 1;
        if number % LOOK == 0 {
            whole.creators.ease(room.memory, room.folder)?;
        }
        let Some(creator) = post.creator.as_deref() else { continue };
        let text = sha256(post.text_sha256).ok_or_else(|| bad("text_sha256 is no SHA-256".to_owned()))?;
        let labels = [Commercial::Yes, Commercial::Unsure, Commercial::No];
        let commercial = labels.into_iter().find(|l| l.name() == post.commercial.label);
        let disclosure = DisclosureState::ALL.into_iter().find(|s| s.name() == post.disclosure.state);
        whole.creators.add(&ScoredPost {
            platform: &post.platform,
            creator,
            key: post.post_id.as_deref().map_or_else(|| PostKey::of_text(&text), PostKey::of_id),
            text: TextKey::of(&text),
            day,
            captured: post.captured_at.and_then(moment).map(Moment::seconds),
            order: at << 40 | number,
            commercial: commercial.ok_or_else(|| bad(format!("no label {}", post.commercial.label)))?,
            disclosure: disclosure.ok_or_else(|| bad(format!("no state {}", post.disclosure.state)))?,
            findings: &scored,
            public: PublicData { likes: post.likes, followers: post.followers, ai_label: post.ai_label },
        });
    }
    Ok(number)
}

/// A moment as the records write it.
fn moment(text: &str) -> Option<Moment> {
    if let Some(day) = Day::parse(text) {
        return Some(Moment::Day(day));
    }
    text.parse::<jiff::Timestamp>().ok().map(|t| Moment::Instant(t.as_second()))
}

fn sha256(hex: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    buffer: String,
}

impl Lines {
    fn open(path: PathBuf) -> Result<Self, RescoreError> {
        let file = File::open(&path).map_err(|source| RescoreError::Io { path: path.clone(), source })?;
        Ok(Self { path, reader: BufReader::with_capacity(1 << 18, file), buffer: String::new() })
    }

    fn next(&mut self) -> Result<Option<&str>, RescoreError> {
        self.buffer.clear();
        let read = self.reader.read_line(&mut self.buffer);
        let read = read.map_err(|source| RescoreError::Io { path: self.path.clone(), source })?;
        Ok((read > 0).then_some(self.buffer.as_str()))
    }
}
