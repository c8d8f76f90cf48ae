//! The lines of chunks, put back in order.

use super::{Event, PipelineError, Progress, lock};
use crate::report::{FolderError, Output};
use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, PoisonError},
};

/// Lines of one chunk, ready to be written.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) posts: Vec<u8>,
    pub(super) findings: Vec<u8>,
    pub(super) rejects: Vec<u8>,
    pub(super) crashed: Vec<u8>,
    pub(super) counts: Progress,
}

impl Lines {
    pub(super) fn clear(&mut self) {
        self.posts.clear();
        self.findings.clear();
        self.rejects.clear();
        self.crashed.clear();
        self.counts = Progress::default();
    }
}

impl Lines {
    /// How long each of them is.
    pub(super) fn lengths(&self) -> [usize; 4] {
        [self.posts.len(), self.findings.len(), self.rejects.len(), self.crashed.len()]
    }

    /// Takes back what was written since they were so long.
    pub(super) fn cut(&mut self, [posts, findings, rejects, crashed]: [usize; 4]) {
        self.posts.truncate(posts);
        self.findings.truncate(findings);
        self.rejects.truncate(rejects);
        self.crashed.truncate(crashed);
    }
}

/// Puts chunks back in order.
pub(super) struct Ordered<'p> {
    state: Mutex<Queue<'p>>,
    moved: Condvar,
}

pub(super) struct Queue<'p> {
    next: u64,
    window: u64,
    waiting: BTreeMap<u64, Lines>,
    /// In the order of [`OUTPUTS`](super::OUTPUTS).
    pub(super) outputs: Vec<Output>,
    pub(super) done: Progress,
    pub(super) progress: &'p mut (dyn FnMut(Event) + Send),
    failed: Option<PipelineError>,
}

impl<'p> Ordered<'p> {
    /// Writes into `outputs`, which hold `done`; at most `window` chunks wait for an earlier one.
    pub(super) fn new(
        outputs: Vec<Output>,
        done: Progress,
        window: u64,
        progress: &'p mut (dyn FnMut(Event) + Send),
    ) -> Self {
        let waiting = BTreeMap::new();
        let queue = Queue { next: 0, window, waiting, outputs, done, progress, failed: None };
        Self { state: Mutex::new(queue), moved: Condvar::new() }
    }

    /// Hands in the lines of a chunk; returns buffers to reuse, or `None` when the scan has failed.
    pub(super) fn hand_in(&self, seq: u64, lines: Lines) -> Option<Lines> {
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

    pub(super) fn fail(&self, error: PipelineError) {
        lock(&self.state).failed.get_or_insert(error);
        self.moved.notify_all();
    }

    pub(super) fn has_failed(&self) -> bool {
        lock(&self.state).failed.is_some()
    }

    /// Everything handed in, all of it written: called while no worker runs.
    ///
    /// # Errors
    /// What failed.
    pub(super) fn settled<T>(
        &self,
        with: impl FnOnce(&mut Queue<'p>) -> Result<T, PipelineError>,
    ) -> Result<T, PipelineError> {
        let mut queue = lock(&self.state);
        match queue.failed.take() {
            Some(error) => Err(error),
            None => with(&mut queue),
        }
    }

    pub(super) fn into_queue(self) -> Queue<'p> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue<'_> {
    fn write(&mut self, lines: &Lines) -> Result<(), FolderError> {
        let all = [&lines.posts, &lines.findings, &lines.rejects, &lines.crashed];
        self.outputs.iter_mut().zip(all).try_for_each(|(output, lines)| output.append(lines))?;
        self.done.bytes = lines.counts.bytes;
        self.done.posts += lines.counts.posts;
        self.done.findings += lines.counts.findings;
        self.done.rejects += lines.counts.rejects;
        (self.progress)(Event::Progress(self.done));
        Ok(())
    }
}
