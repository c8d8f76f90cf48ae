//! One run, whole: inputs to a finished folder. Joins pipeline, score and report.

use crate::{
    day::Day,
    detector::Detector,
    ingest::{IngestError, Inputs, RawChunk},
    pack::Criterion,
    pipeline::{self, PipelineError, Progress, ScanOptions, Scanned},
    report::{
        Counts, CreatorLines, CreatorRow, CriterionRow, FileRecord, FolderError, Manifest, Page, PageError, PostCounts,
        RunFacts, RunFolder, Started, Summary, creators_csv, run_key,
    },
    score::{Catalogue, CreatorScore, Creators, CriterionRecord, Edition, Policy, PolicyFaults, Scoring},
};
use std::{collections::BTreeMap, path::Path, sync::atomic::AtomicBool};

/// What to run.
#[derive(Debug)]
pub struct Request<'a> {
    /// The compiled pack.
    pub detector: &'a Detector,
    /// Numbers of the score.
    pub policy: &'a Policy,
    /// What to read.
    pub inputs: &'a Inputs,
    /// How to read and write.
    pub scan: ScanOptions,
    /// The day that scores look back from; the newest plausible day of the input without it.
    pub as_of: Option<Day>,
    /// Further options that change bytes, by name.
    pub options: BTreeMap<String, String>,
    /// Whether the input is the embedded demonstration.
    pub demo: bool,
    /// The folder to make.
    pub out: &'a Path,
    /// Whether a finished run of another key is replaced.
    pub force: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// A finished run with the same inputs, pack, policy and options is there already.
    AlreadyDone,
    /// The folder is whole.
    Done(Box<Done>),
}

/// A finished run.
#[derive(Debug)]
pub struct Done {
    /// Totals.
    pub summary: Summary,
    /// Facts of the run.
    pub facts: RunFacts,
    /// Counts.
    pub progress: Progress,
}

/// Why a run fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Reading or writing posts failed, or the run was interrupted.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// Reading failed before the run began.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The folder could not be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The policy names a rule that the pack does not have.
    #[error(transparent)]
    Policy(#[from] PolicyFaults),
    /// The page's template is at fault.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A value could not be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A value could not be written as CSV.
    #[error("cannot write CSV: {0}")]
    Csv(#[from] csv::Error),
}

/// Runs.
///
/// # Errors
/// When reading, writing, the policy or the template fails, or when `stop` was set; unreadable records are no error.
pub fn run(
    request: &Request<'_>,
    stop: &AtomicBool,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome, RunError> {
    let pack = request.detector.pack();
    let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), request.policy)?;
    let options = options(request);
    // Only where something is in the way must the key be known beforehand; else inputs are hashed while they are read.
    let key = match request.out.exists() {
        true => run_key(pack, &request.policy.sha256, &options, &hash_inputs(request)?),
        false => String::new(),
    };
    let mut folder = match RunFolder::create(request.out, &key, request.force)? {
        Started::AlreadyDone => return Ok(Outcome::AlreadyDone),
        Started::Fresh(folder) => folder,
    };
    let Scanned { summary, examples, creators, newest, inputs, progress: counts } =
        pipeline::scan(request.detector, request.inputs, &request.scan, &mut folder, stop, progress)?;
    let as_of = request.as_of.or(newest);
    let edition = Edition { version: pack.version.clone(), sha256: pack.sha256.clone(), run: None };
    let rows =
        write_creators(&mut folder, creators, request.policy, &catalogue, edition, as_of.unwrap_or(pack.law_as_of))?;
    folder.write("creators.csv", &creators_csv(&rows, &request.policy.sha256, &pack.sha256)?)?;
    let facts = RunFacts {
        demo: request.demo,
        as_of,
        creators: rows.len() as u64,
        creators_rated: rows.iter().filter(|r| r.is_rated()).count() as u64,
    };
    folder.write("summary.json", &summary.to_json(pack, &facts)?)?;
    let page = Page { pack, summary: &summary, facts: &facts, creators: &rows, examples: &examples };
    folder.write("report.html", page.render()?.as_bytes())?;
    let mut manifest = Manifest::new(pack, &request.policy.sha256, options, inputs);
    manifest.demo = request.demo;
    manifest.as_of = as_of.map(|d| d.to_string());
    manifest.counts =
        Counts { posts: counts.posts, findings: counts.findings, creators: facts.creators, rejects: counts.rejects };
    folder.finish(manifest)?;
    Ok(Outcome::Done(Box::new(Done { summary, facts, progress: counts })))
}

fn options(request: &Request<'_>) -> BTreeMap<String, String> {
    let caps = request.scan.read.caps;
    let mut options = request.options.clone();
    options.extend([
        ("posts".to_owned(), request.scan.posts.name().to_owned()),
        ("advisory".to_owned(), request.scan.advisory.to_string()),
        ("as_of".to_owned(), request.as_of.map_or_else(|| "newest".to_owned(), |d| d.to_string())),
        ("caps".to_owned(), format!("{},{},{}", caps.record, caps.text, caps.transcript)),
    ]);
    options
}

fn hash_inputs(request: &Request<'_>) -> Result<Vec<FileRecord>, IngestError> {
    let mut chunk = RawChunk::new();
    let mut records = Vec::new();
    for source in &request.inputs.sources {
        let mut reader = source.open(&request.scan.read)?;
        while reader.next_chunk(&mut chunk)? {}
        records.push(pipeline::input_record(source, &reader));
    }
    Ok(records)
}

fn write_creators(
    folder: &mut RunFolder,
    creators: Creators,
    policy: &Policy,
    catalogue: &Catalogue,
    edition: Edition,
    as_of: Day,
) -> Result<Vec<CreatorRow>, RunError> {
    let scoring = Scoring { policy, catalogue, edition, as_of };
    let mut lines = folder.open("creators.jsonl")?;
    let mut rows = Vec::with_capacity(creators.len());
    let (mut writer, mut buffer) = (CreatorLines::new(), Vec::new());
    for score in creators.into_scores(&scoring) {
        buffer.clear();
        writer.write(&mut buffer, &score);
        lines.append(&buffer)?;
        rows.push(row(&score));
    }
    folder.close(lines)?;
    Ok(rows)
}

/// The part of a creator's record that tables show.
fn row(score: &CreatorScore) -> CreatorRow {
    let sum = |of: fn(&crate::score::RuleCount) -> u64| score.counts.iter().map(of).sum();
    let posts = &score.posts;
    let d = &score.disclosure;
    CreatorRow {
        platform: score.platform.clone(),
        creator: score.creator.clone(),
        posts: PostCounts {
            all: posts.all,
            commercial: posts.commercial,
            unsure: posts.unsure,
            unknown: posts.unknown,
            undated: posts.undated,
        },
        disclosure: [d.adequate, d.weak, d.absent, d.denied],
        findings: sum(|c| c.n),
        findings_counting: sum(|c| c.n_counting),
        transparency: criterion(&score.criteria.transparency),
        ad_compliance: criterion(&score.criteria.ad_compliance),
    }
}

fn criterion(record: &CriterionRecord) -> CriterionRow {
    CriterionRow {
        state: record.state.name().to_owned(),
        score: record.score,
        lower: record.lower,
        upper: record.upper,
        band: record.band.clone(),
        reason: record.reason.map(|r| r.name().to_owned()),
        n: record.n_assessed,
    }
}

/// Both criteria of a creator as one line for people.
pub fn score_line(score: &CreatorScore) -> String {
    let part = |criterion: Criterion, r: &CriterionRecord| match (r.score, r.lower, r.upper) {
        (Some(s), Some(l), Some(u)) => {
            format!(
                "{} {s:.2} [{l:.1}–{u:.1}] {}, n = {}",
                criterion.name(),
                r.band.as_deref().unwrap_or("–"),
                r.n_assessed
            )
        }
        _ => format!("{} NR ({}), n = {}", criterion.name(), r.reason.map_or("–", |x| x.name()), r.n_assessed),
    };
    format!(
        "{}/{}: {} · {}",
        score.platform,
        score.creator,
        part(Criterion::Transparency, &score.criteria.transparency),
        part(Criterion::AdCompliance, &score.criteria.ad_compliance)
    )
}
