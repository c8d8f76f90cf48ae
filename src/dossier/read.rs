//! The records of one creator out of a finished run: every post with why it counts or does not, every finding.

use super::DossierError;
use crate::{
    day::{Day, Moment},
    finished::{FinishedPost, FinishedRun},
    originals::{Place, PostRef},
    post::Field,
    report::is_named,
    score::CreatorScore,
    vocabulary::{Commercial, DisclosureState, Role},
};
use serde::Deserialize;
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

/// Whether a post is in the denominator of the scores, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// It is: dated, in the window, commercial, its disclosure known.
    Assessed,
    /// Commercial, but its disclosure cannot be told from the text.
    Unknown,
    /// Only soft signs of advertising.
    Unsure,
    /// Not commercial.
    NotCommercial,
    /// Commercial, but without a usable date.
    Undated,
    /// Commercial, but before the window or after its last day.
    OutsideWindow,
    /// A later version of the same post is in the data.
    OlderVersion,
}

impl Counted {
    /// All, in the order of the page.
    pub const ALL: [Counted; 7] = [
        Counted::Assessed,
        Counted::Unknown,
        Counted::Unsure,
        Counted::NotCommercial,
        Counted::Undated,
        Counted::OutsideWindow,
        Counted::OlderVersion,
    ];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Counted::Assessed => "assessed",
            Counted::Unknown => "unknown",
            Counted::Unsure => "unsure",
            Counted::NotCommercial => "not_commercial",
            Counted::Undated => "undated",
            Counted::OutsideWindow => "outside_window",
            Counted::OlderVersion => "older_version",
        }
    }
}

/// A post of the creator.
#[derive(Clone, Debug)]
pub(super) struct CreatorPost {
    /// Its line of `posts.jsonl`, as written.
    pub(super) raw: String,
    pub(super) record: PostRecord,
    pub(super) day: Option<Day>,
    pub(super) disclosure: DisclosureState,
    pub(super) counted: Counted,
    /// Places of its findings among the creator's.
    pub(super) findings: std::ops::Range<usize>,
    version: (i64, u64),
}

/// A finding of the creator.
#[derive(Clone, Debug)]
pub(super) struct CreatorFinding {
    /// Its line of `findings.jsonl`, as written.
    pub(super) raw: String,
    pub(super) record: FindingRecord,
    /// Its post among the creator's.
    pub(super) post: usize,
}

/// What a page tells of a post, beside what [`FinishedPost`] knows.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PostRecord {
    pub(super) post_id: Option<String>,
    pub(super) posted_at: Option<String>,
    pub(super) captured_at: Option<String>,
    pub(super) text_sha256: String,
    pub(super) disclosure: DisclosureRecord,
    pub(super) claims: Vec<ClaimRecord>,
    pub(super) unseen: Vec<String>,
    pub(super) flags: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct DisclosureRecord {
    pub(super) reasons: Vec<String>,
    pub(super) platform_label: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ClaimRecord {
    pub(super) status: String,
    pub(super) quote: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct FindingRecord {
    pub(super) id: String,
    pub(super) post_id: Option<String>,
    pub(super) posted_at: Option<String>,
    pub(super) rule: String,
    pub(super) severity: String,
    pub(super) tier: String,
    pub(super) counts: bool,
    pub(super) rank: u32,
    pub(super) spans: Vec<SpanRecord>,
    pub(super) provisions: Vec<ProvisionRecord>,
    pub(super) fix: FixRecord,
    pub(super) text_sha256: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SpanRecord {
    role: String,
    field: String,
    start: usize,
    end: usize,
    pub(super) quote: String,
    pub(super) folds: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ProvisionRecord {
    pub(super) id: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct FixRecord {
    #[serde(default)]
    pub(super) edits: Vec<EditRecord>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct EditRecord {
    pub(super) field: String,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

const ROLES: [Role; 5] = [Role::Commercial, Role::Disclosure, Role::Denial, Role::Claim, Role::Trigger];

impl FindingRecord {
    /// Its words; those in a field or role of a later version of this program are passed over.
    pub(super) fn places(&self) -> Vec<Place> {
        let place = |span: &SpanRecord| {
            Some(Place {
                field: Field::from_name(&span.field)?,
                start: span.start,
                end: span.end,
                quote: span.quote.clone(),
                role: ROLES.into_iter().map(Role::name).find(|name| *name == span.role)?,
            })
        };
        self.spans.iter().filter_map(place).collect()
    }

    /// Which post it is of.
    pub(super) fn post_ref(&self, score: &CreatorScore) -> PostRef {
        PostRef {
            platform: score.platform.clone(),
            creator: score.creator.clone(),
            id: self.post_id.clone().unwrap_or_default(),
            text_sha256: self.text_sha256.clone(),
        }
    }
}

/// The creator's line of a file of creators. `platform` decides when several platforms know the name.
///
/// # Errors
/// When the file cannot be read, a line is no creator, or none or several have that name.
pub(super) fn creator(path: &Path, creator: &str, platform: Option<&str>) -> Result<CreatorScore, DossierError> {
    let io = |source| DossierError::Io { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(io)?);
    let mut found: Vec<CreatorScore> = Vec::new();
    let (mut line, mut number) = (String::new(), 0u64);
    while reader.read_line(&mut line).map_err(io)? > 0 {
        number += 1;
        // Most lines are of others: a look at the name spares reading the scores.
        #[derive(Deserialize)]
        struct Name<'a> {
            #[serde(borrow)]
            creator: std::borrow::Cow<'a, str>,
            #[serde(borrow)]
            platform: std::borrow::Cow<'a, str>,
        }
        let bad = |e: serde_json::Error| DossierError::BadLine {
            path: path.to_owned(),
            line: number,
            message: e.to_string(),
        };
        let name: Name<'_> = serde_json::from_str(&line).map_err(bad)?;
        if is_named(&name.creator, creator) && platform.is_none_or(|p| p == name.platform) {
            found.push(serde_json::from_str(&line).map_err(bad)?);
        }
        line.clear();
    }
    let platforms = || found.iter().map(|score| score.platform.clone()).collect();
    match found.len() {
        0 => Err(DossierError::NoCreator { path: path.to_owned(), creator: creator.to_owned() }),
        1 => found.pop().ok_or_else(|| DossierError::NoCreator { path: path.to_owned(), creator: creator.to_owned() }),
        _ => Err(DossierError::SeveralCreators { creator: creator.to_owned(), platforms: platforms() }),
    }
}

/// Every post and finding of the creator, in the order of the run.
pub(super) fn records(
    run: &FinishedRun,
    score: &CreatorScore,
) -> Result<(Vec<CreatorPost>, Vec<CreatorFinding>), DossierError> {
    let (mut posts, mut findings) = (Vec::new(), Vec::new());
    run.try_each::<DossierError>(|post| {
        if post.platform != score.platform.as_str() || post.creator.as_deref() != Some(&score.creator) {
            return Ok(());
        }
        let bad = |e: serde_json::Error| DossierError::BadLine {
            path: run.folder().join("posts.jsonl"),
            line: post.line,
            message: e.to_string(),
        };
        let first = findings.len();
        for raw in post.raw_findings {
            let record = serde_json::from_str(raw).map_err(bad)?;
            findings.push(CreatorFinding { raw: raw.clone(), record, post: posts.len() });
        }
        posts.push(CreatorPost {
            raw: post.raw.to_owned(),
            record: serde_json::from_str(post.raw).map_err(bad)?,
            day: post.day,
            disclosure: post.disclosure,
            counted: counted(post, score),
            findings: first..findings.len(),
            version: (post.captured.map_or(i64::MIN, Moment::seconds), post.line),
        });
        Ok(())
    })?;
    // One version a post: the latest capture, then the last read; without an id the words are the post.
    let mut latest: HashMap<(bool, String), (i64, u64)> = HashMap::new();
    for post in &posts {
        let version = latest.entry(key(&post.record)).or_insert(post.version);
        *version = (*version).max(post.version);
    }
    for post in &mut posts {
        if latest.get(&key(&post.record)).is_some_and(|version| *version > post.version) {
            post.counted = Counted::OlderVersion;
        }
    }
    Ok((posts, findings))
}

fn key(record: &PostRecord) -> (bool, String) {
    record.post_id.as_ref().map_or_else(|| (false, record.text_sha256.clone()), |id| (true, id.clone()))
}

fn counted(post: &FinishedPost<'_>, score: &CreatorScore) -> Counted {
    let window = &score.criteria.transparency.window;
    let inside = |day: Day| {
        let age = Day::parse(&window.as_of).map(|as_of| as_of.days_since(day));
        age.and_then(|age| u32::try_from(age).ok()).is_some_and(|age| age < window.days)
    };
    match (post.commercial, post.day) {
        (Commercial::No, _) => Counted::NotCommercial,
        (Commercial::Unsure, _) => Counted::Unsure,
        (Commercial::Yes, None) => Counted::Undated,
        (Commercial::Yes, Some(day)) if !inside(day) => Counted::OutsideWindow,
        (Commercial::Yes, Some(_)) if post.disclosure == DisclosureState::Unknown => Counted::Unknown,
        (Commercial::Yes, Some(_)) => Counted::Assessed,
    }
}
