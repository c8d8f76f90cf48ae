//! Many posts: chunks of input to workers, results back in order, everything bounded, nothing lost to an interruption.
//!
//! One reader behind a lock hands numbered chunks to the workers of a rayon pool of our own; each worker parses, judges
//! and writes its chunk into buffers, and a window of fixed size puts them back in order. What adds up (totals, creators,
//! examples) is kept per worker and merged at the end, since merging commutes. So the bytes are the same for any number
//! of threads.
//!
//! A scan is done in units of so many bytes a worker. After each the workers meet, what scores need of its posts goes to
//! disk, and a record is written that vouches for everything up to there. So memory does not grow with the input, and
//! whatever stops the program, the next run of the same command goes on behind the last unit.

mod feed;
mod order;
mod part;
#[cfg(test)]
mod tests;
mod unit;
mod worker;

pub(crate) use feed::input_record;

use crate::{
    day::Day,
    detector::Detector,
    ingest::{IngestError, Inputs, ReadOptions},
    redact::Redactor,
    report::{Before, ExampleKeeper, FileRecord, FolderError, Records, RunFolder, Summary},
    score::{Creators, SpillError},
};
use feed::Feed;
use order::Ordered;
use part::Part;
use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use unit::{Counts, Unit};
use worker::{Judge, Shared, Worker};

/// The files that a scan writes line by line. The last holds posts that the program failed on, as input to be read again;
/// a finished folder has it only where there is one.
pub const OUTPUTS: [&str; 4] = ["posts.jsonl", "findings.jsonl", "rejects.jsonl", "crashed.jsonl"];
/// Decoded bytes a worker between two units: about a second of work, so that a kill loses little and the meeting of the
/// workers (half a chunk of idling) is below one in a hundred.
pub const UNIT_BYTES: u64 = 64 << 20;
/// Chunks that may wait for an earlier one, for each worker.
const WINDOW: u64 = 2;
/// Memory for what scores need of posts, in bytes, each worker; what is above it waits on disk. So much stays in a
/// processor's second cache, and every post looks its creator up.
pub const CREATORS_MEMORY: usize = 1 << 20;
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
    /// Decoded bytes, for each worker, between two places from which an interrupted scan goes on: [`UNIT_BYTES`], less
    /// for smaller losses, more for many workers on slow disks. Changes no byte of the result.
    pub unit_bytes: u64,
    /// Hides who wrote what, where that is wanted.
    pub redact: Option<Redactor>,
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

/// What a scan tells while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It goes on from what an interrupted run left; told first, and only then.
    Resumed(Resumed),
    /// A chunk has been written.
    Progress(Progress),
}

/// What is kept of an interrupted run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// What need not be done again.
    pub kept: Progress,
    /// Why not all of it is kept.
    pub again: Option<Again>,
}

/// Why work of an interrupted run is done again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Again {
    /// The run is made with something else: names of what has changed, as in the run's [`Plan`](crate::report::Plan).
    Plan(Vec<String>),
    /// This input is not what it was; everything from there on is done again.
    Input(String),
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
    #[error("không mở được luồng làm việc / cannot start the worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The program failed outside of any one post.
    #[error(
        "lỗi của chương trình: {message}; hãy báo lại kèm thông điệp này; chạy lại sẽ làm tiếp \
         / a fault of the program: {message}; please report it with these words; the same command goes on from here"
    )]
    Panicked {
        /// What it said.
        message: String,
    },
    /// Records came in that are neither judged nor rejected.
    #[error(
        "lỗi của chương trình: đọc {read} bản ghi nhưng chỉ có {judged} bài và {rejects} bản ghi bị loại \
         / a fault of the program: {read} records were read, but only {judged} judged and {rejects} rejected"
    )]
    Lost {
        /// Handed out by reading.
        read: u64,
        /// Posts judged.
        judged: u64,
        /// Records rejected.
        rejects: u64,
    },
    /// The caller asked to stop; the same run made again goes on from here.
    #[error(
        "bị ngắt sau {posts} bài; chạy lại đúng lệnh này để làm tiếp (phần đã xong nằm ở {}) \
         / interrupted after {posts} posts; run the same command again to go on (what is done lies in {})",
        .partial.display(), .partial.display()
    )]
    Interrupted {
        /// Posts judged so far.
        posts: u64,
        /// Where the unfinished run lies.
        partial: PathBuf,
    },
}

/// Reads all inputs and writes [`OUTPUTS`] into `folder`, in input order. Goes on from what an interrupted run left there.
///
/// `tell` is called after every chunk written, from whichever worker wrote it. `stop` is looked at before every chunk;
/// once it is set, what has been done is recorded and the scan ends as interrupted.
///
/// # Errors
/// When the system fails to read or write, or when `stop` was set. Unreadable records are no error, nor is a post that the
/// program fails on: it becomes a reject.
pub fn scan(
    detector: &Detector,
    inputs: &Inputs,
    options: &ScanOptions,
    folder: &mut RunFolder,
    stop: &AtomicBool,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<Scanned, PipelineError> {
    let judge: Judge<'_> = &|post, scratch| {
        detector.analyse_into(post, scratch);
    };
    let records = Records::new(detector.pack(), options.advisory);
    scan_with(judge, &records, inputs, options, folder, stop, tell)
}

fn scan_with(
    judge: Judge<'_>,
    records: &Records<'_>,
    inputs: &Inputs,
    options: &ScanOptions,
    folder: &mut RunFolder,
    stop: &AtomicBool,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<Scanned, PipelineError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    let workers = pool.current_num_threads();
    let (mut units, outputs) = Unit::load(folder)?;
    let (feed, changed) = Feed::after(inputs, &options.read, folder, &mut units)?;
    Unit::forget(folder, units.len())?;
    let outputs = outputs.open(folder, units.len())?;
    let mut done = units.last().map_or_else(Progress::default, |unit| unit.counts.progress());
    let again = match folder.before() {
        Before::Changed(names) => Some(Again::Plan(names.clone())),
        _ => changed.map(Again::Input),
    };
    if again.is_some() || !units.is_empty() {
        tell(Event::Resumed(Resumed { kept: done, again }));
    }
    let mut whole = Part::new(records);
    let mut unit = units.len();
    for old in &units {
        whole.merge(old.part());
        whole.segments.extend(old.segments.iter().cloned());
    }
    drop(units);

    let feed = Mutex::new(feed);
    let order = Ordered::new(outputs, done, WINDOW * workers as u64, tell);
    let mut crew: Vec<_> = (0..workers).map(|number| Worker::new(number, judge, records, options)).collect();
    loop {
        lock(&feed).begin_unit(options.unit_bytes.saturating_mul(workers as u64));
        let shared = Shared { feed: &feed, order: &order, folder: &*folder, stop, unit };
        pool.scope(|scope| crew.iter_mut().for_each(|worker| scope.spawn(|_| worker.run(&shared))));
        let mut reading = lock(&feed);
        if let Some(error) = reading.failed.take() {
            return Err(error.into());
        }
        let mut part = Part::new(records);
        crew.iter_mut().for_each(|worker| part.merge(worker.take_part()));
        reading.records += part.records;
        let (inputs, open) = reading.unit();
        let (records_read, ended) = (reading.records, reading.ended);
        drop(reading);
        let record = order.settled(|queue| {
            done = queue.done;
            let outputs = queue.outputs.iter_mut().map(|o| o.settle()).collect::<Result<_, _>>()?;
            Ok(Unit {
                inputs,
                open,
                outputs,
                segments: part.segments.clone(),
                counts: Counts::new(records_read, done),
                summary: part.summary.clone(),
                examples: part.examples.clone(),
                newest: part.newest.map(Day::number),
            })
        })?;
        record.save(folder, unit)?;
        whole.merge(part);
        unit += 1;
        if stop.load(Ordering::Relaxed) {
            return Err(PipelineError::Interrupted { posts: done.posts, partial: folder.partial().to_owned() });
        }
        if ended {
            break;
        }
    }
    // What they remember of words is room for what follows.
    drop(crew);
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counted = (whole.summary.posts(), whole.summary.rejects());
    if counted != (done.posts, done.rejects) || feed.records != done.posts + done.rejects {
        return Err(PipelineError::Lost { read: feed.records, judged: counted.0, rejects: counted.1 });
    }
    let mut outputs = order.into_queue().outputs;
    let crashed = outputs.pop();
    outputs.into_iter().try_for_each(|output| folder.close(output).map(drop))?;
    crashed.map_or(Ok(()), |output| folder.close_unless_empty(output))?;
    let segments: Vec<PathBuf> = whole.segments.iter().map(|segment| folder.aside(&segment.path)).collect();
    // Where the memory is that the workers let go.
    let creators = pool.install(|| Creators::of_segments(&segments, folder.partial()))?;
    Ok(Scanned {
        summary: whole.summary,
        examples: whole.examples,
        creators,
        newest: whole.newest,
        inputs: feed.read,
        progress: done,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A worker that panicked has already ended the scan; what it held is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
