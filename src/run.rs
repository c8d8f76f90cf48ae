//! One run, whole: inputs to a finished folder. Joins pipeline, score and report.

#[cfg(feature = "tables")]
use crate::tables::{self, Table};
use crate::{
    day::Day,
    detector::Detector,
    ingest::{IngestError, Inputs, Source},
    locale::Locale,
    pack::Criterion,
    pipeline::{self, Event, PipelineError, Progress, ScanOptions, Scanned},
    report::{
        self, Counts, CreatorLines, CreatorRows, FileRecord, FolderError, Manifest, PAGE_CREATORS, Page, PageError,
        Plan, RunFacts, RunFolder, Started, Summary, run_key, visible_line,
    },
    score::{
        Catalogue, CreatorScore, Creators, CriterionRecord, Edition, Policy, PolicyFaults, ReviewedScores, Scoring,
        SpillError,
    },
};
use std::{
    collections::BTreeMap,
    io,
    panic::resume_unwind,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

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
    /// Whether posts, findings and creators are written as Parquet, too; needs the feature `tables`.
    pub tables: bool,
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
    /// What scores need did not go to disk or come back.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// The page's template is at fault.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A value could not be written as JSON.
    #[error("không ghi được JSON / cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The table of creators could not be written.
    #[error(
        "không ghi được creators.csv: {0}; kiểm tra dung lượng đĩa / cannot write creators.csv: {0}; check free space"
    )]
    Table(#[source] io::Error),
    /// Parquet was asked of a program that was built without it.
    #[cfg(not(feature = "tables"))]
    #[error(
        "bản này không có Parquet; hãy dịch với --features full / this build has no Parquet; build it with --features full"
    )]
    WithoutTables,
    /// A Parquet table could not be written.
    #[cfg(feature = "tables")]
    #[error(transparent)]
    Parquet(#[from] tables::TableError),
}

/// Runs.
///
/// # Errors
/// When reading, writing, the policy or the template fails, or when `stop` was set; unreadable records are no error.
pub fn run(
    request: &Request<'_>,
    stop: &AtomicBool,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<Outcome, RunError> {
    #[cfg(not(feature = "tables"))]
    if request.tables {
        return Err(RunError::WithoutTables);
    }
    report::free_for(request.out, false)?;
    let pack = request.detector.pack();
    let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), request.policy)?;
    Page::try_out(pack)?;
    let options = options(request);
    // Only where something is in the way must the key be known beforehand; else inputs are hashed while they are read.
    // What is replaced anyway needs no key, so that stdin is not used up for one.
    let key = match RunFolder::asks_for_key(request.out) && !(request.force && reads_stdin(request)) {
        true => run_key(pack, &request.policy.sha256, &options, &hash_inputs(request)?),
        false => String::new(),
    };
    let plan = plan(request, &options);
    let mut folder = match RunFolder::create(request.out, &key, &plan, &pipeline::OUTPUTS, request.force)? {
        Started::AlreadyDone => return Ok(Outcome::AlreadyDone),
        Started::Fresh(folder) => folder,
    };
    let Scanned { summary, examples, creators, newest, inputs, progress: counts } =
        pipeline::scan(request.detector, request.inputs, &request.scan, &mut folder, stop, tell)?;
    let as_of = request.as_of.or(newest);
    let edition = Edition { version: pack.version.clone(), sha256: pack.sha256.clone(), run: None };
    let day = as_of.unwrap_or(pack.law_as_of);
    let scoring = Scoring { policy: request.policy, catalogue: &catalogue, edition, as_of: day };
    // On a thread of its own, which takes over the memory that the workers let go; this one would ask for new.
    let write = || write_creators(&mut folder, creators, &scoring, stop);
    let written = thread::scope(|scope| scope.spawn(write).join())
        .unwrap_or_else(|panic| resume_unwind(panic))?
        .ok_or_else(|| PipelineError::Interrupted { posts: counts.posts, partial: folder.partial().to_owned() })?;
    #[cfg(feature = "tables")]
    if request.tables {
        write_tables(&mut folder)?;
    }
    let facts = RunFacts { demo: request.demo, as_of, creators: written.all, creators_rated: written.rated };
    folder.write("summary.json", &summary.to_json(pack, &facts)?)?;
    let page = Page { pack, summary: &summary, facts: &facts, creators: &written.first, examples: &examples };
    folder.write("report.html", page.render()?.as_bytes())?;
    let mut manifest = Manifest::new(pack, &request.policy.sha256, options, shown(request, inputs));
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
    options.extend(request.scan.redact.as_ref().map(|redactor| ("redact".to_owned(), redactor.key_id())));
    options.extend([
        ("posts".to_owned(), request.scan.posts.name().to_owned()),
        ("advisory".to_owned(), request.scan.advisory.to_string()),
        ("as_of".to_owned(), request.as_of.map_or_else(|| "newest".to_owned(), |d| d.to_string())),
        ("caps".to_owned(), format!("{},{},{}", caps.record, caps.text, caps.transcript)),
    ]);
    if request.tables {
        options.insert("tables".to_owned(), "parquet".to_owned());
    }
    options
}

/// What the run is made with, inputs apart.
fn plan(request: &Request<'_>, options: &BTreeMap<String, String>) -> Plan {
    let mut plan = Plan::from([
        ("program".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("pack".to_owned(), request.detector.pack().sha256.clone()),
        ("policy".to_owned(), request.policy.sha256.clone()),
    ]);
    plan.extend(options.iter().map(|(name, value)| (format!("--{name}"), value.clone())));
    plan
}

fn reads_stdin(request: &Request<'_>) -> bool {
    request.inputs.sources.iter().any(Source::is_stdin)
}

fn hash_inputs(request: &Request<'_>) -> Result<Vec<FileRecord>, IngestError> {
    let mut records = Vec::new();
    for source in &request.inputs.sources {
        let mut reader = source.open(&request.scan.read)?;
        reader.skip_rest()?;
        records.push(pipeline::input_record(source, &reader));
    }
    Ok(shown(request, records))
}

/// The inputs as the manifest names them: in a redacted run by a keyed hash of their names.
fn shown(request: &Request<'_>, mut inputs: Vec<FileRecord>) -> Vec<FileRecord> {
    if let Some(redactor) = &request.scan.redact {
        inputs.iter_mut().for_each(|input| input.path = redactor.file(&input.path));
    }
    inputs
}

/// The tables beside the lines that they are made of, side by side.
#[cfg(feature = "tables")]
fn write_tables(folder: &mut RunFolder) -> Result<(), RunError> {
    let mut jobs = Vec::new();
    for table in Table::ALL {
        let lines = folder.partial().join(format!("{}.jsonl", table.name()));
        jobs.push((table, lines, folder.open(&format!("{}.parquet", table.name()))?));
    }
    let written: Vec<_> = std::thread::scope(|scope| {
        let start = |(table, lines, out)| scope.spawn(move || tables::write_parquet(table, lines, out));
        let threads: Vec<_> = jobs.into_iter().map(start).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    for output in written {
        folder.close(output?)?;
    }
    Ok(())
}

/// What was written of the creators.
struct Written {
    all: u64,
    rated: u64,
    /// As many as the page shows.
    first: Vec<CreatorScore>,
}

/// `None` when `stop` was set: the next run finds all posts judged and comes here at once.
fn write_creators(
    folder: &mut RunFolder,
    creators: Creators,
    scoring: &Scoring<'_>,
    stop: &AtomicBool,
) -> Result<Option<Written>, RunError> {
    let mut lines = folder.open("creators.jsonl")?;
    let (mut writer, mut buffer) = (CreatorLines::new(), Vec::new());
    let mut rows = CreatorRows::new(folder.open("creators.csv")?).map_err(RunError::Table)?;
    let mut written = Written { all: 0, rated: 0, first: Vec::new() };
    for score in creators.into_scores(scoring) {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let score = score?;
        buffer.clear();
        writer.write(&mut buffer, &score);
        lines.append(&buffer)?;
        rows.write(&score).map_err(RunError::Table)?;
        written.all += 1;
        written.rated += u64::from(score.is_rated());
        if written.first.len() < PAGE_CREATORS {
            written.first.push(score);
        }
    }
    folder.close(lines)?;
    folder.close(rows.finish().map_err(RunError::Table)?)?;
    Ok(Some(written))
}

/// Both criteria of a creator as one line for people.
pub fn score_line(score: &CreatorScore) -> String {
    let part = |criterion: Criterion, r: &CriterionRecord| match (r.score, r.lower, r.upper) {
        (Some(s), Some(l), Some(u)) => {
            format!(
                "{} {} [{}–{}] {}, n = {}",
                criterion.name(),
                Locale::Both.points(s, 2),
                Locale::Both.points(l, 1),
                Locale::Both.points(u, 1),
                r.band.as_deref().unwrap_or("–"),
                r.n_assessed
            )
        }
        _ => format!("{} NR ({}), n = {}", criterion.name(), r.reason.map_or("–", |x| x.name()), r.n_assessed),
    };
    // Names come from the data: on a terminal none of them hides, colours or begins a line of its own.
    format!(
        "{}/{}: {} · {}",
        visible_line(&score.platform),
        visible_line(&score.creator),
        part(Criterion::Transparency, &score.criteria.transparency),
        part(Criterion::AdCompliance, &score.criteria.ad_compliance)
    )
}

/// What people's decisions make of a creator's scores, as one line for people; `None` where no ledger was given.
pub fn review_line(score: &CreatorScore) -> Option<String> {
    let review = score.review.as_ref()?;
    let number = |score: Option<f64>| score.map_or_else(|| "NR".to_owned(), |score| Locale::Both.points(score, 2));
    let part = |criterion: Criterion| {
        let of = |scores: &ReviewedScores| match criterion {
            Criterion::Transparency => scores.transparency.clone(),
            Criterion::AdCompliance => scores.ad_compliance.clone(),
        };
        let after = of(&review.after_review);
        format!(
            "{} {} → {} {} ({}–{})",
            criterion.name(),
            number(of(&review.as_found).score),
            number(after.score),
            after.band.as_deref().unwrap_or("–"),
            number(of(&review.worst).score),
            number(of(&review.best).score),
        )
    };
    let parts = Criterion::ALL.map(part).join(" · ");
    Some(format!("  máy tìm thấy → sau xem xét (xấu nhất–tốt nhất) / as found → after review (worst–best): {parts}"))
}
