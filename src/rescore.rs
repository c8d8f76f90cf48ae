//! Scores again from finished runs, without scanning: the same creators under another policy, or several runs as one.

use crate::{
    day::{Day, Moment},
    pack::{Pack, Tier},
    report::Manifest,
    score::{Creators, PostKey, ScoredFinding, ScoredPost, TextKey},
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

/// What the runs hold together.
#[derive(Debug)]
pub struct Runs {
    /// Their creators, merged.
    pub creators: Creators,
    /// The newest plausible day of all.
    pub newest: Option<Day>,
    /// Posts read.
    pub posts: u64,
}

/// Why runs cannot be scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RescoreError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds no manifest of this program.
    #[error("{} is no run folder: it holds no manifest.json of this program", path.display())]
    NotARun {
        /// Which.
        path: PathBuf,
    },
    /// The run left posts out.
    #[error("{} was made with --posts {posts}; scores need every post: scan again with --posts all", path.display())]
    PartialPosts {
        /// Which.
        path: PathBuf,
        /// What it holds.
        posts: String,
    },
    /// The run was made with another pack.
    #[error("{} was made with pack {found}, this is pack {wanted}: give --pack the pack of the run", path.display())]
    OtherPack {
        /// Which.
        path: PathBuf,
        /// The run's pack.
        found: String,
        /// This pack.
        wanted: String,
    },
    /// A line is no record of this program.
    #[error("{}, line {line}: {message}", path.display())]
    BadLine {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
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

/// Reads runs of one pack. Their order does not matter: they are taken in order of their keys.
///
/// # Errors
/// When a folder is no run, was made with another pack or without all posts, or holds a broken line.
pub fn read(pack: &Pack, folders: &[PathBuf]) -> Result<Runs, RescoreError> {
    let mut runs = Vec::new();
    for folder in folders {
        let path = folder.join("manifest.json");
        let bytes = std::fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => RescoreError::NotARun { path: folder.clone() },
            _ => RescoreError::Io { path: path.clone(), source },
        })?;
        let manifest = Manifest::read(&bytes).ok_or_else(|| RescoreError::NotARun { path: folder.clone() })?;
        if manifest.pack.sha256 != pack.sha256 {
            let (found, wanted) = (manifest.pack.sha256, pack.sha256.clone());
            return Err(RescoreError::OtherPack { path: folder.clone(), found, wanted });
        }
        match manifest.options.get("posts").map(String::as_str) {
            Some("all") => {}
            other => {
                return Err(RescoreError::PartialPosts {
                    path: folder.clone(),
                    posts: other.unwrap_or("?").to_owned(),
                });
            }
        }
        runs.push((manifest.key, folder));
    }
    runs.sort();
    let rules: HashMap<&str, _> =
        pack.rules.iter().zip(0..).map(|(r, i)| (r.id.as_str(), crate::pack::RuleId(i))).collect();
    let mut whole = Runs { creators: Creators::new(), newest: None, posts: 0 };
    for (at, (_, folder)) in (0u64..).zip(&runs) {
        read_run(folder, at, &rules, &mut whole)?;
    }
    Ok(whole)
}

fn read_run(
    folder: &Path,
    at: u64,
    rules: &HashMap<&str, crate::pack::RuleId>,
    whole: &mut Runs,
) -> Result<(), RescoreError> {
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
            let tier = match finding.tier {
                "violation" => Tier::Violation,
                "suspect" => Tier::Suspect,
                _ => Tier::Advisory,
            };
            scored.push(ScoredFinding::machine(rule, tier, finding.counts));
        }
        let dated = !post.flags.contains(&"undated");
        let day = post.posted_at.filter(|_| dated).and_then(moment).and_then(Moment::day);
        whole.newest = whole.newest.max(day);
        whole.posts += 1;
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
        });
    }
    Ok(())
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
