//! One worker: chunks to lines and totals.

use super::{
    CREATORS_MEMORY, FILE_SHIFT, PipelineError, PostLines, ScanOptions,
    feed::Feed,
    lock,
    order::{Lines, Ordered},
    part::Part,
};
use crate::{
    analysis::Analysis,
    detector::Scratch,
    ingest::{RawChunk, Record, parse_chunk},
    post::{Flags, Post},
    redact::{Veil, hide_all},
    report::{self, FindingId, Records, RunFolder},
    score::{PostKey, PublicData, ScoredFinding, ScoredPost, SpillError, TextKey},
    vocabulary::Commercial,
};
use std::{
    any::Any,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The reason in `rejects.jsonl` of a post that the program failed on.
pub(super) const CRASHED: &str = "crashed";

/// Code points of an unreadable record that a redacted run shows; each is three bytes at most, and 200 bytes are shown.
const REDACTED_HEAD: usize = 66;

/// Judges one post; the verdict stands in the scratch.
pub(super) type Judge<'a> = &'a (dyn Fn(&Post<'_>, &mut Scratch) + Sync);

/// One worker and its buffers.
pub(super) struct Worker<'a> {
    number: usize,
    judge: Judge<'a>,
    records: &'a Records<'a>,
    options: &'a ScanOptions,
    scratch: Scratch,
    findings: Vec<ScoredFinding>,
    ids: Vec<(u32, FindingId)>,
    /// In a redacted run: the verdict as it is shown, and what is not.
    shown: Analysis,
    veil: Option<Veil>,
    part: Part,
}

/// What a worker needs of the scan beside its own.
pub(super) struct Shared<'a, 's, 'p> {
    pub(super) feed: &'a Mutex<Feed<'s>>,
    pub(super) order: &'a Ordered<'p>,
    pub(super) folder: &'a RunFolder,
    pub(super) stop: &'a AtomicBool,
    /// The unit at hand.
    pub(super) unit: usize,
}

impl<'a> Worker<'a> {
    pub(super) fn new(number: usize, judge: Judge<'a>, records: &'a Records<'a>, options: &'a ScanOptions) -> Self {
        let (scratch, findings, ids, part) = (Scratch::default(), Vec::new(), Vec::new(), Part::new(records));
        Self { number, judge, records, options, scratch, findings, ids, shown: Analysis::default(), veil: None, part }
    }

    /// Works until the unit is done, the scan fails or the caller wants it to stop.
    pub(super) fn run(&mut self, shared: &Shared<'_, '_, '_>) {
        let done = catch_unwind(AssertUnwindSafe(|| self.work(shared)));
        match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => shared.order.fail(error),
            // Others wait for the chunk that is not coming.
            Err(panic) => shared.order.fail(PipelineError::Panicked { message: message(&*panic) }),
        }
    }

    /// What it added up over the unit.
    pub(super) fn take_part(&mut self) -> Part {
        mem::replace(&mut self.part, Part::new(self.records))
    }

    fn work(&mut self, shared: &Shared<'_, '_, '_>) -> Result<(), PipelineError> {
        let mut chunk = RawChunk::new();
        let mut lines = Lines::default();
        while !shared.stop.load(Ordering::Relaxed) && !shared.order.has_failed() {
            let Some(place) = lock(shared.feed).next(&mut chunk) else { break };
            lines.clear();
            lines.counts.bytes = place.bytes;
            let file = chunk.file().clone();
            let records = parse_chunk(&chunk, &self.options.read, &mut |record| {
                self.record(record, &file, place.file, &mut lines);
            });
            self.part.records += records;
            match shared.order.hand_in(place.seq, lines) {
                Some(spare) => lines = spare,
                None => return Ok(()),
            }
            if self.part.creators.exceeds(CREATORS_MEMORY) {
                self.put_aside(shared)?;
            }
        }
        if self.part.creators.exceeds(0) {
            self.put_aside(shared)?;
        }
        Ok(())
    }

    /// Writes what it holds of creators to disk.
    fn put_aside(&mut self, shared: &Shared<'_, '_, '_>) -> Result<(), PipelineError> {
        let name = format!("{:08}-{}-{}.creators", shared.unit, self.number, self.part.segments.len());
        let mut out = shared.folder.open_aside(&name)?;
        self.part.creators.write_segment(&mut out).map_err(SpillError::from)?;
        self.part.segments.push(out.end(false)?);
        Ok(())
    }

    fn record(&mut self, record: Record<'_>, name: &str, file: u64, lines: &mut Lines) {
        match record.outcome {
            Ok(post) => {
                let lengths = lines.lengths();
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.judge(&post, lines))) {
                    // Half-written lines and half-filled buffers of the one post are thrown away.
                    lines.cut(lengths);
                    self.scratch = Scratch::default();
                    let detail = message(&*panic);
                    // A run that names nobody saves nobody's post.
                    if self.options.redact.is_none() {
                        report::write_input(&mut lines.crashed, &post);
                    }
                    let head = post.text.as_bytes();
                    let (offset, line) = (record.byte_offset, Some(record.line));
                    self.reject(
                        report::Reject { file: name, offset, line, reason: CRASHED, detail: &detail, head },
                        lines,
                    );
                    return;
                }
                self.add(&post, file << FILE_SHIFT | record.order.min((1 << FILE_SHIFT) - 1), lines);
            }
            Err(reject) => {
                let reject = report::Reject {
                    file: &reject.file,
                    offset: reject.byte_offset,
                    line: Some(reject.line),
                    reason: reject.reason.code(),
                    detail: &reject.detail,
                    head: reject.head.as_bytes(),
                };
                self.reject(reject, lines);
            }
        }
    }

    fn reject(&mut self, reject: report::Reject<'_>, lines: &mut Lines) {
        lines.counts.rejects += 1;
        self.part.summary.reject(reject.reason);
        if let Some(redactor) = &self.options.redact {
            let file = redactor.file(reject.file);
            // Anything may be a name in what could not be read.
            let (detail, head) = (hide_all(reject.detail), hide_all(&String::from_utf8_lossy(reject.head)));
            let cut = head.char_indices().nth(REDACTED_HEAD).map_or(head.len(), |(at, _)| at);
            let hidden = report::Reject { file: &file, detail: &detail, head: &head.as_bytes()[..cut], ..reject };
            return report::write_reject(&mut lines.rejects, &hidden);
        }
        report::write_reject(&mut lines.rejects, &reject);
    }

    /// The lines of a post. Nothing but `lines` and the buffers is touched, so that a panic leaves no trace.
    fn judge(&mut self, post: &Post<'_>, lines: &mut Lines) {
        (self.judge)(post, &mut self.scratch);
        let redacted;
        let (post, analysis) = match &self.options.redact {
            None => (post, self.scratch.analysis()),
            Some(redactor) => {
                self.veil = Some(redactor.veil(post));
                self.shown.clone_from(self.scratch.analysis());
                self.shown.text_sha256 = redactor.text_sha256(post);
                redacted = redactor.identity(post);
                (&redacted, &self.shown)
            }
        };
        let veil = self.veil.as_ref();
        let wanted = match self.options.posts {
            PostLines::All => true,
            PostLines::Commercial => analysis.commercial != Commercial::No,
            PostLines::None => false,
        };
        if wanted {
            self.records.write_post_veiled(&mut lines.posts, post, analysis, veil);
        }
        self.ids.clear();
        for (at, finding) in (0..).zip(&analysis.findings).filter(|(_, finding)| self.records.writes(finding)) {
            let id = self.records.write_finding_veiled(&mut lines.findings, post, analysis, finding, veil);
            self.ids.extend(id.map(|id| (at, id)));
        }
    }

    /// Adds the post that was judged last to the totals.
    fn add(&mut self, post: &Post<'_>, order: u64, lines: &mut Lines) {
        let Self { scratch, records, ids, part, findings, options, veil, shown, .. } = self;
        let redacted;
        let (post, analysis) = match &options.redact {
            None => (post, scratch.analysis()),
            Some(redactor) => {
                redacted = redactor.identity(post);
                (&redacted, &*shown)
            }
        };
        lines.counts.posts += 1;
        lines.counts.findings += ids.len() as u64;
        for (at, id) in ids.iter() {
            part.examples.offer_veiled(*id, post, analysis, &analysis.findings[*at as usize], veil.as_ref());
        }
        part.summary.add(post, analysis, records.written(analysis));
        let day = post.posted.and_then(|m| m.day()).filter(|_| !analysis.flags.contains(Flags::UNDATED));
        part.newest = part.newest.max(day);
        if let Some(creator) = post.creator() {
            findings.clear();
            findings.extend(records.written(analysis).map(|f| ScoredFinding::machine(f.rule, f.tier, f.counts)));
            part.creators.add(&ScoredPost {
                platform: &post.platform,
                creator,
                key: PostKey::of(post.id.as_deref(), &analysis.text_sha256, post.posted),
                text: TextKey::of(&analysis.text_sha256),
                day,
                captured: post.captured.map(|m| m.seconds()),
                order,
                commercial: analysis.commercial,
                disclosure: analysis.disclosure.state,
                findings,
                public: PublicData { likes: post.likes, followers: post.author.followers, ai_label: post.ai_label },
            });
        }
    }
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("?").to_owned()
}
