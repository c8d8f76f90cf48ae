//! The picture of a finished run, from its files: totals, the first creators, the best examples. Equal to the page that
//! the run itself wrote when the posts are at hand; without them the examples show the words in evidence alone.

use crate::{
    finished::{FinishedError, FinishedRun},
    ingest::{IngestError, Inputs, ReadOptions},
    locale::Locale,
    originals::{self, Place, PostRef, Wanted},
    pack::{Pack, ProvisionId, RuleId, Tier},
    post::Field,
    report::{Around, Example, ExampleKeeper, FindingId, PAGE_CREATORS, Page, PageError, Summary, quotes, visible},
    score::CreatorScore,
    vocabulary::Role,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

/// Why a picture cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] FinishedError),
    /// A file cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The run was made with another pack.
    #[error(
        "lần quét dùng kho {found}, kho hiện tại là {given}: dùng --pack với kho của lần quét \
         / the run used pack {found}, this is pack {given}: give --pack the pack of the run"
    )]
    OtherPack {
        /// The run's pack.
        found: String,
        /// This pack.
        given: String,
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
    /// The dump cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A template of the pack is at fault.
    #[error(transparent)]
    Page(#[from] PageError),
}

#[derive(Deserialize)]
struct FindingLine {
    id: String,
    post_id: Option<String>,
    creator: Option<String>,
    platform: String,
    posted_at: Option<String>,
    rule: String,
    tier: String,
    rank: u32,
    spans: Vec<SpanLine>,
    provisions: Vec<ProvisionLine>,
    text_sha256: String,
}

#[derive(Deserialize)]
struct SpanLine {
    role: String,
    field: String,
    start: usize,
    end: usize,
    quote: String,
}

#[derive(Deserialize)]
struct ProvisionLine {
    id: String,
}

/// The page.
///
/// # Errors
/// When a file of the run or the dump cannot be read, the pack is not that of the run, or its template is at fault.
pub fn page(
    run: &FinishedRun,
    pack: &Pack,
    locale: Locale,
    posts: Option<(&Inputs, &ReadOptions)>,
) -> Result<String, PictureError> {
    let (found, given) = (&run.manifest.pack.sha256, &pack.sha256);
    if found != given {
        return Err(PictureError::OtherPack { found: found.clone(), given: given.clone() });
    }
    let path = run.folder().join("summary.json");
    let bytes = std::fs::read(&path).map_err(|source| PictureError::Io { path: path.clone(), source })?;
    let (summary, facts) = Summary::read(&bytes, pack).map_err(|e| PictureError::BadLine {
        path,
        line: e.line() as u64,
        message: e.to_string(),
    })?;
    let mut creators: Vec<CreatorScore> = Vec::new();
    each_line(&run.folder().join("creators.jsonl"), |line| {
        creators.push(serde_json::from_str(line)?);
        Ok(creators.len() < PAGE_CREATORS)
    })?;
    let examples = examples(run, pack, posts)?;
    let page = Page { pack, summary: &summary, facts: &facts, creators: &creators, examples: &examples };
    Ok(page.render_in(locale)?)
}

/// The best findings of every rule, as a run keeps them.
fn examples(
    run: &FinishedRun,
    pack: &Pack,
    posts: Option<(&Inputs, &ReadOptions)>,
) -> Result<ExampleKeeper, PictureError> {
    const ROLES: [Role; 5] = [Role::Commercial, Role::Disclosure, Role::Denial, Role::Claim, Role::Trigger];
    let rules: HashMap<&str, RuleId> = pack.rules.iter().zip(0..).map(|(r, i)| (r.id.as_str(), RuleId(i))).collect();
    let articles: HashMap<&str, ProvisionId> =
        pack.provisions.iter().zip(0..).map(|(p, i)| (p.id.as_str(), ProvisionId(i))).collect();
    let tiers = [Tier::Violation, Tier::Suspect, Tier::Advisory];
    let mut kept = ExampleKeeper::new();
    // Places and post of what was kept, and of a few that were not: they are dropped when they are too many.
    let mut places: BTreeMap<(FindingId, Option<String>), (PostRef, Vec<Place>)> = BTreeMap::new();
    each_line(&run.folder().join("findings.jsonl"), |line| {
        let line: FindingLine = serde_json::from_str(line)?;
        let (Some(&rule), Ok(id)) = (rules.get(line.rule.as_str()), line.id.parse::<FindingId>()) else {
            return Ok(true);
        };
        let Some(tier) = tiers.into_iter().find(|tier| tier.name() == line.tier) else { return Ok(true) };
        let own: Vec<Place> = line
            .spans
            .into_iter()
            .filter_map(|span| {
                let role = ROLES.into_iter().map(Role::name).find(|name| *name == span.role)?;
                let field = Field::from_name(&span.field)?;
                Some(Place { field, start: span.start, end: span.end, quote: span.quote, role })
            })
            .collect();
        let example = Example {
            id,
            rank: line.rank,
            rule,
            tier,
            platform: visible(&line.platform),
            creator: line.creator.as_deref().map(visible),
            post_id: line.post_id.as_deref().map(visible),
            posted_at: line.posted_at.clone(),
            excerpts: quotes(own.iter().map(|p| (p.field, p.quote.as_str(), p.role))),
            provisions: line.provisions.iter().filter_map(|p| articles.get(p.id.as_str()).copied()).collect(),
        };
        if kept.keep(example) {
            let post = PostRef {
                platform: line.platform,
                creator: line.creator.unwrap_or_default(),
                id: line.post_id.unwrap_or_default(),
                text_sha256: line.text_sha256,
            };
            places.insert((id, line.posted_at), (post, own));
            if places.len() > 8 * (pack.rules.len() + 1) * crate::report::PER_RULE {
                places.retain(|(id, posted), _| kept.iter().any(|e| (&e.id, &e.posted_at) == (id, posted)));
            }
        }
        Ok(true)
    })?;
    let Some((inputs, options)) = posts else { return Ok(kept) };
    let mut wanted: BTreeMap<PostRef, Wanted> = BTreeMap::new();
    let mut at = BTreeMap::new();
    for example in kept.iter() {
        let key = (example.id, example.posted_at.clone());
        let Some((post, own)) = places.remove(&key) else { continue };
        let wants = wanted.entry(post.clone()).or_default();
        at.insert(key, (post, wants.findings.len()));
        wants.findings.push(own);
    }
    let found = originals::read(inputs, options, &wanted, Around::EXAMPLE, false)?;
    for example in kept.iter_mut() {
        let place = at.get(&(example.id, example.posted_at.clone()));
        let excerpts = place.and_then(|(post, i)| found.get(post)?.excerpts.get(*i)?.clone());
        if let Some(excerpts) = excerpts {
            example.excerpts = excerpts;
        }
    }
    Ok(kept)
}

/// Gives every line, until `with` has enough.
fn each_line(path: &Path, mut with: impl FnMut(&str) -> serde_json::Result<bool>) -> Result<(), PictureError> {
    let io = |source| PictureError::Io { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(io)?);
    let (mut line, mut number) = (String::new(), 0);
    while reader.read_line(&mut line).map_err(io)? > 0 {
        number += 1;
        let go_on = with(&line).map_err(|e| PictureError::BadLine {
            path: path.to_owned(),
            line: number,
            message: e.to_string(),
        })?;
        if !go_on {
            break;
        }
        line.clear();
    }
    Ok(())
}
