//! The posts of a finished run, one by one: what sampling and estimation need of `posts.jsonl` and `findings.jsonl`,
//! read as a stream.

use crate::{
    day::{Day, Moment},
    pack::Tier,
    report::Manifest,
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
        "{} không phải thư mục kết quả của minhbach scan / {} is no run folder of minhbach scan",
        path.display(), path.display()
    )]
    NotARun {
        /// Which.
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
    /// A line is no record of this program.
    #[error("{}, dòng {line} / line {line}: {message}", path.display())]
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
    /// The highest tier of its findings, advisory ones left out.
    pub tier: Option<Tier>,
}

impl FinishedPost<'_> {
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
    tier: &'a str,
}

impl FinishedRun {
    /// Opens the run in `folder`.
    ///
    /// # Errors
    /// When the folder is no run or the run left posts out.
    pub fn open(folder: &Path) -> Result<Self, FinishedError> {
        let path = folder.join("manifest.json");
        let bytes = std::fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => FinishedError::NotARun { path: folder.to_owned() },
            _ => FinishedError::Io { path, source },
        })?;
        let manifest = Manifest::read(&bytes).ok_or_else(|| FinishedError::NotARun { path: folder.to_owned() })?;
        match manifest.options.get("posts").map_or("?", String::as_str) {
            "all" => Ok(Self { folder: folder.to_owned(), manifest }),
            posts => Err(FinishedError::PartialPosts { path: folder.to_owned(), posts: posts.to_owned() }),
        }
    }

    /// Gives every post, in input order; memory is one line.
    ///
    /// # Errors
    /// When a file cannot be read or a line is no record of this program.
    pub fn each(&self, mut with: impl FnMut(&FinishedPost<'_>)) -> Result<(), FinishedError> {
        let mut posts = Lines::open(self.folder.join("posts.jsonl"))?;
        let mut findings = Lines::open(self.folder.join("findings.jsonl"))?;
        while let Some((number, line)) = posts.next()? {
            let bad = |message: String| FinishedError::BadLine {
                path: self.folder.join("posts.jsonl"),
                line: number,
                message,
            };
            let post: PostLine<'_> = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
            let mut tier = None;
            // Findings stand in the order of their posts.
            for _ in &post.findings {
                let (_, line) = findings.next()?.ok_or_else(|| bad("findings.jsonl ends too early".to_owned()))?;
                let finding: FindingLine<'_> = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
                match finding.tier {
                    "violation" => tier = Some(Tier::Violation),
                    "suspect" if tier.is_none() => tier = Some(Tier::Suspect),
                    _ => {}
                }
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
                day: post.posted_at.filter(|_| dated).and_then(day),
                text_sha256: post.text_sha256,
                language: post.language.tag,
                claims: post.claims.iter().any(|c| c.status == "affirmed"),
                tier,
            });
        }
        Ok(())
    }
}

/// The day in UTC+7 of a moment as the records write it.
fn day(text: &str) -> Option<Day> {
    let instant = || text.parse::<jiff::Timestamp>().ok().and_then(|t| Moment::Instant(t.as_second()).day());
    Day::parse(text).or_else(instant)
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
