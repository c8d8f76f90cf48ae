//! Judged posts → creators, as `score` makes them of a run. Posts of one creator may come in any number of batches and in
//! any order; `reading_order` says which of two versions without a capture time was read last.

use super::BatchError;
use crate::{
    day::Day,
    finished,
    pack::{Pack, RuleId, Tier},
    report::CreatorLines,
    score::{Catalogue, Creators, Edition, Policy, PostKey, PublicData, ScoredFinding, ScoredPost, Scoring, TextKey},
    tables::Table,
    vocabulary::{Commercial, DisclosureState},
};
use arrow_array::RecordBatch;
use arrow_json::LineDelimitedWriter;
use serde::Deserialize;
use std::{borrow::Cow, collections::HashMap};

/// What scores need of a judged post.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    post_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    creator: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    platform: Option<Cow<'a, str>>,
    posted_at: Option<&'a str>,
    captured_at: Option<&'a str>,
    text_sha256: Option<&'a str>,
    commercial_label: Option<&'a str>,
    disclosure_state: Option<&'a str>,
    #[serde(default)]
    flags: Vec<&'a str>,
    #[serde(default)]
    findings: Vec<Finding<'a>>,
    // Data frames make floats of whole numbers beside nulls.
    likes: Option<f64>,
    followers: Option<f64>,
    ai_label: Option<bool>,
    reading_order: Option<u64>,
}

#[derive(Deserialize)]
struct Finding<'a> {
    rule: &'a str,
    tier: &'a str,
    counts: bool,
}

const NEEDED: [&str; 13] = [
    "post_id",
    "creator",
    "platform",
    "posted_at",
    "captured_at",
    "text_sha256",
    "commercial_label",
    "disclosure_state",
    "flags",
    "findings",
    "likes",
    "followers",
    "ai_label",
];

/// Scores the creators of judged posts, as rows of the table of creators. `as_of` is the day that scores look back from;
/// without it the newest day of these posts, else of the law.
///
/// # Errors
/// When a batch is not what [`scan`](super::scan) gives, or the policy does not fit the pack.
pub fn score<E: Into<BatchError>>(
    pack: &Pack,
    policy: &Policy,
    batches: impl IntoIterator<Item = Result<RecordBatch, E>>,
    as_of: Option<Day>,
) -> Result<RecordBatch, BatchError> {
    let rules: HashMap<&str, RuleId> = pack.rules.iter().zip(0..).map(|(r, i)| (r.id.as_str(), RuleId(i))).collect();
    let (mut creators, mut newest, mut read, mut lines) = (Creators::new(), None, 0, Vec::new());
    for batch in batches {
        let batch = batch.map_err(Into::into)?;
        lines.clear();
        write_lines(&batch, &mut lines)?;
        for line in lines.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
            let row: Row<'_> = serde_json::from_slice(line).map_err(|e| BatchError::NotScanned(e.to_string()))?;
            newest = newest.max(add(&mut creators, &rules, &row, read).map_err(BatchError::NotScanned)?);
            read += 1;
        }
    }
    let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), policy)?;
    let edition = Edition { version: pack.version.clone(), sha256: pack.sha256.clone(), run: None };
    let as_of = as_of.or(newest).unwrap_or(pack.law_as_of);
    let scoring = Scoring { policy, catalogue: &catalogue, edition, as_of };
    let (mut writer, mut out, mut rows) = (CreatorLines::new(), Vec::new(), 0);
    for score in creators.into_scores(&scoring) {
        writer.write(&mut out, &score?);
        rows += 1;
    }
    Ok(Table::Creators.batch(&out, rows)?)
}

/// The columns that scores need, as lines.
fn write_lines(batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), BatchError> {
    let place = |name: &str| batch.schema_ref().index_of(name).map_err(|e| BatchError::NotScanned(e.to_string()));
    let mut columns = NEEDED.iter().map(|name| place(name)).collect::<Result<Vec<_>, _>>()?;
    columns.extend(batch.schema_ref().index_of("reading_order").ok());
    let mut writer = LineDelimitedWriter::new(out);
    writer.write(&batch.project(&columns)?)?;
    Ok(writer.finish()?)
}

/// Adds one post and gives its day; one that could not be read, or has no author, adds nothing.
fn add(
    creators: &mut Creators,
    rules: &HashMap<&str, RuleId>,
    row: &Row<'_>,
    read: u64,
) -> Result<Option<Day>, String> {
    let (Some(hash), Some(label), Some(state)) = (row.text_sha256, row.commercial_label, row.disclosure_state) else {
        return Ok(None);
    };
    let dated = !row.flags.contains(&"undated");
    let day = row.posted_at.filter(|_| dated).and_then(finished::moment).and_then(|m| m.day());
    let Some(creator) = row.creator.as_deref() else { return Ok(day) };
    let hash = finished::sha256(hash).ok_or("text_sha256")?;
    let labels = [Commercial::Yes, Commercial::Unsure, Commercial::No];
    let commercial = labels.into_iter().find(|l| l.name() == label).ok_or("commercial_label")?;
    let disclosure = DisclosureState::ALL.into_iter().find(|s| s.name() == state).ok_or("disclosure_state")?;
    let mut findings = Vec::with_capacity(row.findings.len());
    for finding in &row.findings {
        let rule = *rules.get(finding.rule).ok_or_else(|| format!("no rule {}", finding.rule))?;
        let tiers = [Tier::Violation, Tier::Suspect, Tier::Advisory];
        let tier = tiers.into_iter().find(|tier| tier.name() == finding.tier).ok_or("tier")?;
        findings.push(ScoredFinding::machine(rule, tier, finding.counts));
    }
    creators.add(&ScoredPost {
        platform: row.platform.as_deref().unwrap_or_default(),
        creator,
        key: PostKey::of(row.post_id.as_deref(), &hash, row.posted_at.and_then(finished::moment)),
        text: TextKey::of(&hash),
        day,
        captured: row.captured_at.and_then(finished::moment).map(|m| m.seconds()),
        order: row.reading_order.unwrap_or(read),
        commercial,
        disclosure,
        findings: &findings,
        public: PublicData {
            likes: row.likes.map(|n| n as u64),
            followers: row.followers.map(|n| n as u64),
            ai_label: row.ai_label,
        },
    });
    Ok(day)
}
