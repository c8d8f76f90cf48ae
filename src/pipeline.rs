//! Many posts: chunks of input to workers, results back in order, everything bounded.
//!
//! One reader behind a lock hands numbered chunks to the workers of a rayon pool of our own; each worker parses, judges
//! and writes its chunk into buffers, and a window of fixed size puts them back in order. What adds up (totals, creators,
//! examples) is kept per worker and merged at the end, since merging commutes. So the bytes are the same for any number
//! of threads. Memory does not grow with the input: what scores need goes to disk above [`CREATORS_MEMORY`].

use crate::{
    day::Day,
    detector::{Detector, Scratch},
    ingest::{ChunkReader, IngestError, Inputs, RawChunk, ReadOptions, Record, Source, parse_chunk},
    post::{Flags, Post},
    report::{self, ExampleKeeper, FileRecord, FolderError, Output, Records, RunFolder, Summary},
    score::{Creators, PostKey, PublicData, ScoredFinding, ScoredPost, SpillError, TextKey},
    vocabulary::Commercial,
};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Chunks that may wait for an earlier one, for each worker.
const WINDOW: u64 = 4;
/// Memory for what scores need of all posts, in bytes; what is above it waits on disk, beside the files being written.
pub const CREATORS_MEMORY: usize = 256 << 20;
/// Room for the records of one file in the reading order of all.
const FILE_SHIFT: u32 = 40;

/// Which posts `posts.jsonl` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PostLines {
    /// All.
    #[default]
    All,
    /// Those labelled yes or unsure.
    Commercial,
    /// None.
    None,
}

impl PostLines {
    /// The name in options.
    pub fn name(self) -> &'static str {
        match self {
            PostLines::All => "all",
            PostLines::Commercial => "commercial",
            PostLines::None => "none",
        }
    }
}

/// How to scan.
#[derive(Clone, Debug)]
pub struct ScanOptions {
    /// Workers; 0 is one a core.
    pub threads: usize,
    /// Which posts are written.
    pub posts: PostLines,
    /// Whether advisory findings are written.
    pub advisory: bool,
    /// How posts are read.
    pub read: ReadOptions,
}

/// How far a scan is. Counts of what has been written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of input read, as they lie on disk.
    pub bytes: u64,
    /// Posts judged.
    pub posts: u64,
    /// Findings written.
    pub findings: u64,
    /// Unreadable records.
    pub rejects: u64,
}

/// What a scan found, apart from the lines that it wrote.
#[derive(Debug)]
pub struct Scanned {
    /// Totals.
    pub summary: Summary,
    /// The best examples of every rule.
    pub examples: ExampleKeeper,
    /// Every creator's posts, as far as scoring needs them.
    pub creators: Creators,
    /// The newest plausible day met.
    pub newest: Option<Day>,
    /// Inputs as read, with their hashes.
    pub inputs: Vec<FileRecord>,
    /// Counts.
    pub progress: Progress,
}

/// Why a scan stops.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// Reading failed.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// What scores need did not go to disk.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// Writing failed.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The worker threads could not be started.
    #[error("cannot start the worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Reads all inputs and writes `posts.jsonl`, `findings.jsonl` and `rejects.jsonl` into `folder`, in input order.
///
/// `progress` is called after every chunk written, from whichever worker wrote it. `stop` is looked at before every
/// chunk.
///
/// # Errors
/// When the system fails to read or write, or when `stop` was set. Unreadable records are no error.
pub fn scan(
    detector: &Detector,
    inputs: &Inputs,
    options: &ScanOptions,
    folder: &mut RunFolder,
    stop: &AtomicBool,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Scanned, PipelineError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    let workers = pool.current_num_threads();
    let records = Records::new(detector.pack(), options.advisory);
    let feed = Mutex::new(Feed::new(&inputs.sources, &options.read));
    let outputs = [folder.open("posts.jsonl")?, folder.open("findings.jsonl")?, folder.open("rejects.jsonl")?];
    let order = Ordered {
        state: Mutex::new(Queue {
            next: 0,
            window: WINDOW * workers as u64,
            waiting: BTreeMap::new(),
            outputs,
            done: Progress::default(),
            progress,
            failed: None,
        }),
        moved: Condvar::new(),
    };
    let parts: Mutex<Vec<Part>> = Mutex::new(Vec::new());
    let aside = Aside { folder: folder.partial().to_owned(), most: CREATORS_MEMORY / workers };
    pool.scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|_| {
                let mut worker = Worker::new(detector, &records, options);
                worker.run(&feed, &order, &aside, stop);
                lock(&parts).push(worker.part);
            });
        }
    });
    let queue = order.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = queue.failed {
        return Err(error);
    }
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = feed.failed {
        return Err(error.into());
    }
    if stop.load(Ordering::Relaxed) {
        return Err(PipelineError::Interrupted);
    }
    for output in queue.outputs {
        folder.close(output)?;
    }
    let mut whole = Part::new(&records);
    for part in parts.into_inner().unwrap_or_else(PoisonError::into_inner) {
        whole.merge(part);
    }
    Ok(Scanned {
        summary: whole.summary,
        examples: whole.examples,
        creators: whole.creators,
        newest: whole.newest,
        inputs: feed.read,
        progress: queue.done,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A worker that panicked has already ended the scan; what it held is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The serial part: files one after the other, cut into numbered chunks.
struct Feed<'s> {
    sources: std::iter::Enumerate<std::slice::Iter<'s, Source>>,
    options: &'s ReadOptions,
    open: Option<(usize, &'s Source, ChunkReader)>,
    next: u64,
    bytes_before: u64,
    read: Vec<FileRecord>,
    failed: Option<IngestError>,
}

/// A chunk's place in the whole input.
#[derive(Clone, Copy)]
struct Place {
    seq: u64,
    file: u64,
    bytes: u64,
}

impl<'s> Feed<'s> {
    fn new(sources: &'s [Source], options: &'s ReadOptions) -> Self {
        Self {
            sources: sources.iter().enumerate(),
            options,
            open: None,
            next: 0,
            bytes_before: 0,
            read: Vec::new(),
            failed: None,
        }
    }

    /// Fills `chunk`; `None` at the end, or after a failure.
    fn next(&mut self, chunk: &mut RawChunk) -> Option<Place> {
        if self.failed.is_some() {
            return None;
        }
        match self.try_next(chunk) {
            Ok(place) => place,
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }

    fn try_next(&mut self, chunk: &mut RawChunk) -> Result<Option<Place>, IngestError> {
        loop {
            if self.open.is_none() {
                let Some((index, source)) = self.sources.next() else { return Ok(None) };
                self.open = Some((index, source, source.open(self.options)?));
            }
            let Some((index, source, reader)) = &mut self.open else { return Ok(None) };
            if reader.next_chunk(chunk)? {
                let place =
                    Place { seq: self.next, file: *index as u64, bytes: self.bytes_before + reader.disk_bytes() };
                self.next += 1;
                return Ok(Some(place));
            }
            self.bytes_before += reader.disk_bytes();
            self.read.push(input_record(source, reader));
            self.open = None;
        }
    }
}

/// The record of an input that has been read to its end.
pub(crate) fn input_record(source: &Source, reader: &ChunkReader) -> FileRecord {
    let sha256 = reader.sha256().unwrap_or_default().iter().map(|b| format!("{b:02x}")).collect();
    FileRecord { path: source.display().to_owned(), bytes: reader.disk_bytes(), sha256 }
}

/// Lines of one chunk, ready to be written.
#[derive(Default)]
struct Lines {
    posts: Vec<u8>,
    findings: Vec<u8>,
    rejects: Vec<u8>,
    counts: Progress,
}

impl Lines {
    fn clear(&mut self) {
        self.posts.clear();
        self.findings.clear();
        self.rejects.clear();
        self.counts = Progress::default();
    }
}

/// Puts chunks back in order.
struct Ordered<'p> {
    state: Mutex<Queue<'p>>,
    moved: Condvar,
}

struct Queue<'p> {
    next: u64,
    window: u64,
    waiting: BTreeMap<u64, Lines>,
    outputs: [Output; 3],
    done: Progress,
    progress: &'p mut (dyn FnMut(Progress) + Send),
    failed: Option<PipelineError>,
}

impl Ordered<'_> {
    /// Hands in the lines of a chunk; returns buffers to reuse, or `None` when the scan has failed.
    fn hand_in(&self, seq: u64, lines: Lines) -> Option<Lines> {
        let mut queue = lock(&self.state);
        while seq >= queue.next + queue.window && queue.failed.is_none() {
            queue = self.moved.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.waiting.insert(seq, lines);
        let mut spare = None;
        while queue.failed.is_none() {
            let next = queue.next;
            let Some(lines) = queue.waiting.remove(&next) else { break };
            if let Err(error) = queue.write(&lines) {
                queue.failed = Some(error.into());
            }
            queue.next += 1;
            spare = Some(lines);
        }
        self.moved.notify_all();
        if queue.failed.is_some() { None } else { Some(spare.unwrap_or_default()) }
    }

    fn fail(&self, error: PipelineError) {
        lock(&self.state).failed.get_or_insert(error);
        self.moved.notify_all();
    }

    fn has_failed(&self) -> bool {
        lock(&self.state).failed.is_some()
    }
}

impl Queue<'_> {
    fn write(&mut self, lines: &Lines) -> Result<(), FolderError> {
        let [posts, findings, rejects] = &mut self.outputs;
        posts.append(&lines.posts)?;
        findings.append(&lines.findings)?;
        rejects.append(&lines.rejects)?;
        self.done.bytes = lines.counts.bytes;
        self.done.posts += lines.counts.posts;
        self.done.findings += lines.counts.findings;
        self.done.rejects += lines.counts.rejects;
        (self.progress)(self.done);
        Ok(())
    }
}

/// What adds up in any order.
#[derive(Debug)]
struct Part {
    summary: Summary,
    examples: ExampleKeeper,
    creators: Creators,
    newest: Option<Day>,
}

impl Part {
    fn new(records: &Records<'_>) -> Self {
        Self {
            summary: Summary::new(records.pack()),
            examples: ExampleKeeper::new(),
            creators: Creators::new(),
            newest: None,
        }
    }

    fn merge(&mut self, other: Part) {
        self.summary.merge(&other.summary);
        self.examples.merge(other.examples);
        self.creators.merge(other.creators);
        self.newest = self.newest.max(other.newest);
    }
}

/// Where a worker puts what scores need once it holds that many bytes of it.
struct Aside {
    folder: PathBuf,
    most: usize,
}

/// One worker and its buffers.
struct Worker<'a> {
    detector: &'a Detector,
    records: &'a Records<'a>,
    options: &'a ScanOptions,
    scratch: Scratch,
    findings: Vec<ScoredFinding>,
    part: Part,
}

impl<'a> Worker<'a> {
    fn new(detector: &'a Detector, records: &'a Records<'a>, options: &'a ScanOptions) -> Self {
        let part = Part::new(records);
        Self { detector, records, options, scratch: Scratch::default(), findings: Vec::new(), part }
    }

    fn run(&mut self, feed: &Mutex<Feed<'_>>, order: &Ordered<'_>, aside: &Aside, stop: &AtomicBool) {
        let mut chunk = RawChunk::new();
        let mut lines = Lines::default();
        while !stop.load(Ordering::Relaxed) && !order.has_failed() {
            let Some(place) = lock(feed).next(&mut chunk) else { break };
            lines.clear();
            lines.counts.bytes = place.bytes;
            parse_chunk(&chunk, &self.options.read, &mut |record| self.record(record, place.file, &mut lines));
            match order.hand_in(place.seq, lines) {
                Some(spare) => lines = spare,
                None => break,
            }
            if let Err(error) = self.part.creators.ease(aside.most, &aside.folder) {
                order.fail(error.into());
            }
        }
    }

    fn record(&mut self, record: Record<'_>, file: u64, lines: &mut Lines) {
        match record.outcome {
            Ok(post) => self.post(&post, file << FILE_SHIFT | record.number, lines),
            Err(reject) => {
                lines.counts.rejects += 1;
                self.part.summary.reject(reject.reason.code());
                let reject = report::Reject {
                    file: &reject.file,
                    offset: reject.byte_offset,
                    line: Some(reject.line),
                    reason: reject.reason.code(),
                    detail: &reject.detail,
                    head: reject.head.as_bytes(),
                };
                report::write_reject(&mut lines.rejects, &reject);
            }
        }
    }

    fn post(&mut self, post: &Post<'_>, order: u64, lines: &mut Lines) {
        let analysis = self.detector.analyse_into(post, &mut self.scratch);
        lines.counts.posts += 1;
        let wanted = match self.options.posts {
            PostLines::All => true,
            PostLines::Commercial => analysis.commercial != Commercial::No,
            PostLines::None => false,
        };
        if wanted {
            self.records.write_post(&mut lines.posts, post, analysis);
        }
        for finding in self.records.written(analysis) {
            if let Some(id) = self.records.write_finding(&mut lines.findings, post, analysis, finding) {
                self.part.examples.offer(id, post, analysis, finding);
                lines.counts.findings += 1;
            }
        }
        self.part.summary.add(post, analysis, self.records.written(analysis));
        let day = post.posted.and_then(|m| m.day()).filter(|_| !analysis.flags.contains(Flags::UNDATED));
        self.part.newest = self.part.newest.max(day);
        if let Some(creator) = post.creator() {
            self.findings.clear();
            let written = self.records.written(analysis);
            self.findings.extend(written.map(|f| ScoredFinding::machine(f.rule, f.tier, f.counts)));
            self.part.creators.add(&ScoredPost {
                platform: &post.platform,
                creator,
                key: post.id.as_deref().map_or_else(|| PostKey::of_text(&analysis.text_sha256), PostKey::of_id),
                text: TextKey::of(&analysis.text_sha256),
                day,
                captured: post.captured.map(|m| m.seconds()),
                order,
                commercial: analysis.commercial,
                disclosure: analysis.disclosure.state,
                findings: &self.findings,
                public: PublicData { likes: post.likes, followers: post.author.followers, ai_label: post.ai_label },
            });
        }
    }
}
