//! The posts of a finished run, one by one: what scoring again, sampling and estimation need of `posts.jsonl` and
//! `findings.jsonl`, read as a stream.

use crate::{
    day::{Day, Moment},
    pack::Tier,
    report::{Manifest, RunFolder},
    vocabulary::{Commercial, DisclosureState},
};
use serde::Deserialize;
use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

/// A finished run that holds every post.
#[derive(Debug)]
pub struct FinishedRun {
    folder: PathBuf,
    /// What it was made of.
    pub manifest: Manifest,
}

/// Why a run cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FinishedError {
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
        "{} chưa quét xong; hãy chạy lại lệnh scan rồi mới dùng \
         / {} is unfinished; run the same scan again, then use it",
        path.display(), path.display()
    )]
    Unfinished {
        /// The unfinished folder.
        path: PathBuf,
    },
    /// The run left posts out, so shares of it would be shares of something else.
    #[error(
        "{} được quét với --posts {posts}, thiếu bài; hãy quét lại với --posts all \
         / {} was made with --posts {posts} and lacks posts; scan again with --posts all",
        path.display(), path.display()
    )]
    PartialPosts {
        /// Which.
        path: PathBuf,
        /// What it holds.
        posts: String,
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
}

/// One post as judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedPost<'a> {
    /// Its line in `posts.jsonl`, from 1.
    pub line: u64,
    /// The record's own id.
    pub id: Option<Cow<'a, str>>,
    /// The account within the platform.
    pub creator: Option<Cow<'a, str>>,
    /// The platform; empty when unknown.
    pub platform: Cow<'a, str>,
    /// When it was posted, as written.
    pub posted_at: Option<&'a str>,
    /// Its day in UTC+7; none for an undated post.
    pub day: Option<Day>,
    /// Hash of the caption, lower-case hexadecimal.
    pub text_sha256: &'a str,
    /// `vi`, `en`, `other`, `und`.
    pub language: &'a str,
    /// Whether it is commercial.
    pub commercial: Commercial,
    /// How it is disclosed.
    pub disclosure: DisclosureState,
    /// Whether it makes an affirmed claim that the rules know.
    pub claims: bool,
    /// When this version was captured, as far as the record tells.
    pub captured: Option<Moment>,
    /// Likes, as far as the record tells.
    pub likes: Option<u64>,
    /// Followers of the account, as far as the record tells.
    pub followers: Option<u64>,
    /// Whether the platform labels it as made by a machine.
    pub ai_label: Option<bool>,
    /// Its findings, by rule.
    pub findings: &'a [FinishedFinding],
}

/// A finding as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedFinding {
    /// Id of its rule.
    pub rule: String,
    /// Its tier.
    pub tier: Tier,
    /// Whether it counts in scores.
    pub counts: bool,
}

impl FinishedPost<'_> {
    /// The highest tier of its findings, advisory ones left out.
    pub fn tier(&self) -> Option<Tier> {
        self.findings.iter().map(|f| f.tier).filter(|&t| t != Tier::Advisory).max()
    }

    /// The month as `2026-03`; `undated` without a day.
    pub fn month(&self) -> String {
        self.day.map_or_else(|| "undated".to_owned(), |day| format!("{:04}-{:02}", day.year(), day.month()))
    }

    /// The platform's name; `unknown` when the record does not tell.
    pub fn platform_name(&self) -> &str {
        if self.platform.is_empty() { "unknown" } else { &self.platform }
    }
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
    language: LanguageLine<'a>,
    commercial: CommercialLine<'a>,
    disclosure: DisclosureLine<'a>,
    claims: Vec<ClaimLine<'a>>,
    findings: Vec<&'a str>,
    flags: Vec<&'a str>,
}

#[derive(Deserialize)]
struct LanguageLine<'a> {
    tag: &'a str,
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
struct ClaimLine<'a> {
    status: &'a str,
}

#[derive(Deserialize)]
struct FindingLine<'a> {
    rule: &'a str,
    counts: bool,
    tier: &'a str,
}

impl FinishedRun {
    /// Opens the run in `folder`.
    ///
    /// # Errors
    /// When the folder is no finished run or the run left posts out.
    pub fn open(folder: &Path) -> Result<Self, FinishedError> {
        let path = folder.join("manifest.json");
        let bytes = std::fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => unfinished(folder).map_or_else(
                || FinishedError::NotARun { path: folder.to_owned() },
                |path| FinishedError::Unfinished { path },
            ),
            _ => FinishedError::Io { path, source },
        })?;
        let manifest = Manifest::read(&bytes).ok_or_else(|| FinishedError::NotARun { path: folder.to_owned() })?;
        match manifest.options.get("posts").map_or("?", String::as_str) {
            "all" => Ok(Self { folder: folder.to_owned(), manifest }),
            posts => Err(FinishedError::PartialPosts { path: folder.to_owned(), posts: posts.to_owned() }),
        }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives every post, in input order; memory is one post.
    ///
    /// # Errors
    /// When a file cannot be read, a line is no record of this program, or posts are missing.
    pub fn each(&self, mut with: impl FnMut(&FinishedPost<'_>)) -> Result<(), FinishedError> {
        self.try_each(|post| {
            with(post);
            Ok(())
        })
    }

    /// The same, until `with` fails.
    ///
    /// # Errors
    /// As [`FinishedRun::each`], and what `with` returns.
    pub fn try_each<E: From<FinishedError>>(
        &self,
        mut with: impl FnMut(&FinishedPost<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = self.folder.join("posts.jsonl");
        let mut posts = Lines::open(path.clone())?;
        let mut findings = Lines::open(self.folder.join("findings.jsonl"))?;
        let (mut own, mut found) = (Vec::new(), 0);
        while let Some((number, line)) = posts.next()? {
            let bad = |message: String| FinishedError::BadLine { path: path.clone(), line: number, message };
            let post: PostLine<'_> = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
            own.clear();
            // Findings stand in the order of their posts, by rule.
            for _ in &post.findings {
                let missing = || bad("its findings are missing from findings.jsonl".to_owned());
                let (_, line) = findings.next()?.ok_or_else(missing)?;
                let finding: FindingLine<'_> = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
                let tiers = [Tier::Violation, Tier::Suspect, Tier::Advisory];
                let tier = tiers.into_iter().find(|tier| tier.name() == finding.tier);
                own.push(FinishedFinding {
                    rule: finding.rule.to_owned(),
                    tier: tier.ok_or_else(|| bad(format!("no tier {}", finding.tier)))?,
                    counts: finding.counts,
                });
            }
            let labels = [Commercial::Yes, Commercial::Unsure, Commercial::No];
            let commercial = labels.into_iter().find(|l| l.name() == post.commercial.label);
            let disclosure = DisclosureState::ALL.into_iter().find(|s| s.name() == post.disclosure.state);
            let dated = !post.flags.contains(&"undated");
            with(&FinishedPost {
                line: number,
                commercial: commercial.ok_or_else(|| bad(format!("no label {}", post.commercial.label)))?,
                disclosure: disclosure.ok_or_else(|| bad(format!("no state {}", post.disclosure.state)))?,
                id: post.post_id,
                creator: post.creator,
                platform: post.platform,
                posted_at: post.posted_at,
                day: post.posted_at.filter(|_| dated).and_then(moment).and_then(Moment::day),
                text_sha256: post.text_sha256,
                language: post.language.tag,
                claims: post.claims.iter().any(|c| c.status == "affirmed"),
                captured: post.captured_at.and_then(moment),
                likes: post.likes,
                followers: post.followers,
                ai_label: post.ai_label,
                findings: &own,
            })?;
            found = number;
        }
        let wanted = self.manifest.counts.posts;
        if found == wanted { Ok(()) } else { Err(FinishedError::OtherCount { path, found, wanted }.into()) }
    }
}

/// The unfinished folder, when this is one or stands in the place of one.
fn unfinished(folder: &Path) -> Option<PathBuf> {
    let mut name = folder.file_name()?.to_owned();
    name.push(".partial");
    let beside = folder.with_file_name(name);
    [folder.to_owned(), beside].into_iter().find(|path| RunFolder::is_partial(path))
}

/// A moment as the records write it.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    if let Some(day) = Day::parse(text) {
        return Some(Moment::Day(day));
    }
    text.parse::<jiff::Timestamp>().ok().map(|t| Moment::Instant(t.as_second()))
}

/// A SHA-256 as the records write it.
pub(crate) fn sha256(hex: &str) -> Option<[u8; 32]> {
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
    number: u64,
}

impl Lines {
    fn open(path: PathBuf) -> Result<Self, FinishedError> {
        let file = File::open(&path).map_err(|source| FinishedError::Io { path: path.clone(), source })?;
        Ok(Self { path, reader: BufReader::with_capacity(1 << 18, file), buffer: String::new(), number: 0 })
    }

    fn next(&mut self) -> Result<Option<(u64, &str)>, FinishedError> {
        self.buffer.clear();
        let read = self.reader.read_line(&mut self.buffer);
        let read = read.map_err(|source| FinishedError::Io { path: self.path.clone(), source })?;
        self.number += 1;
        Ok((read > 0).then_some((self.number, self.buffer.as_str())))
    }
}
