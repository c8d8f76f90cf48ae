//! Tallies by (platform, creator), from memory and from every segment on disk at once: what stands in several places is
//! put together again, and no more than one tally a place is held.

use super::{
    spill::{Segment, Spill, SpillError},
    tally::Tally,
};
use std::{cmp::Ordering, collections::BinaryHeap, io, vec};

/// The tallies in order, each whole.
pub(super) struct Ordered {
    memory: vec::IntoIter<Tally>,
    spills: Vec<Spill>,
    /// Segments, each with the file that it lies in.
    segments: Vec<(usize, Segment)>,
    /// The next tally of every place.
    heads: BinaryHeap<Head>,
    /// Whether the places have been looked at for the first time.
    begun: bool,
}

/// A tally, and where the next one comes from: a segment, else memory.
struct Head {
    tally: Tally,
    segment: Option<usize>,
}

impl Head {
    fn key(&self) -> (&str, &str) {
        (&self.tally.platform, &self.tally.creator)
    }
}

/// The heap gives its greatest first: the first by key.
impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Head {}

impl Ordered {
    /// `tallies` are sorted already, as the segments are.
    pub(super) fn new(tallies: Vec<Tally>, spills: Vec<Spill>) -> Self {
        let of =
            |(file, spill): (usize, &Spill)| spill.segments().map(move |segment| (file, segment)).collect::<Vec<_>>();
        let segments = spills.iter().enumerate().flat_map(of).collect();
        Self { memory: tallies.into_iter(), spills, segments, heads: BinaryHeap::new(), begun: false }
    }

    /// Takes the next tally of a place to its head.
    fn advance(&mut self, place: Option<usize>) -> io::Result<()> {
        let tally = match place {
            None => self.memory.next(),
            Some(at) => {
                let (file, segment) = &mut self.segments[at];
                segment.next(self.spills[*file].file())?
            }
        };
        self.heads.extend(tally.map(|tally| Head { tally, segment: place }));
        Ok(())
    }

    fn try_next(&mut self) -> io::Result<Option<Tally>> {
        if !self.begun {
            self.begun = true;
            self.advance(None)?;
            (0..self.segments.len()).try_for_each(|at| self.advance(Some(at)))?;
        }
        let Some(Head { mut tally, segment }) = self.heads.pop() else { return Ok(None) };
        self.advance(segment)?;
        while self.heads.peek().is_some_and(|head| head.key() == (&*tally.platform, &*tally.creator)) {
            let Some(Head { tally: more, segment }) = self.heads.pop() else { break };
            tally.merge(more);
            self.advance(segment)?;
        }
        Ok(Some(tally))
    }
}

impl Iterator for Ordered {
    type Item = Result<Tally, SpillError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.try_next();
        if next.is_err() {
            // Nothing after a failure would be whole.
            self.heads.clear();
        }
        next.map_err(SpillError::from).transpose()
    }
}
