//! What is kept of every creator while posts are read: one small entry a post, no text, no sum of floats. Adding and
//! merging commute, so that any number of workers in any order give the same bytes.
//!
//! Memory is bounded by whoever calls [`Creators::ease`]: what is above the limit goes to disk, sorted, and comes
//! back one creator at a time. A post takes 24 bytes, one that is commercial or has findings 64 and 8 a finding; a
//! creator about 250 beside its name. Only the posts of the one creator being scored must fit.

use super::{
    creator_score::CreatorScore,
    ordered::Ordered,
    post::ScoredPost,
    scoring::Scoring,
    spill::{self, Spill, SpillError},
    tally::{Stamp, Tally},
};
use crate::{analysis::Commercial, day::Day};
use std::{
    collections::HashMap,
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
    sync::Arc,
};

/// All creators met so far.
#[derive(Debug, Default)]
pub struct Creators {
    /// Places in `tallies`, by platform and creator. Only ever looked up: the tallies are what is gone through.
    places: HashMap<Arc<str>, HashMap<Arc<str>, usize>>,
    /// In the order met.
    tallies: Vec<Tally>,
    /// What these take, about.
    bytes: usize,
    /// Earlier ones; a creator may stand here and there.
    spills: Vec<Spill>,
    /// What [`Creators::ease`] put aside: at most [`MOST_SEGMENTS`] segments a file, all of them one segment of the next
    /// file once they are so many. So what is read side by side grows with the logarithm of what lies on disk.
    eased: Vec<Spill>,
}

/// What a creator takes apart from posts: its tally, its names, its place in the map, and what the allocator adds.
const CREATOR_BYTES: usize = mem::size_of::<Tally>() + 120;

/// Files that are read side by side: few enough for any system's limit on open files.
const MOST_SEGMENTS: usize = 128;

impl Creators {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one version of one post.
    pub fn add(&mut self, post: &ScoredPost<'_>) {
        let stamp = Stamp {
            key: post.key.0,
            captured: post.captured.unwrap_or(i64::MIN),
            place: post.order << 2
                | u64::from(post.day.is_none()) << 1
                | u64::from(post.commercial == Commercial::Unsure),
        };
        let tally = self.tally(post.platform, post.creator);
        let before = tally.room();
        tally.add(stamp, post);
        // What settling gives back is not counted: the limit is met a little early then.
        let grown = (tally.room() + mem::size_of_val(post.findings)).saturating_sub(before);
        self.bytes += grown;
    }

    /// Notes that a creator was told about a rule group on that day; the first notice stands.
    pub fn notify(&mut self, platform: &str, creator: &str, group: &str, day: Day) {
        let first = self.tally(platform, creator).notices.entry(group.into()).or_insert(day.number());
        *first = (*first).min(day.number());
    }

    /// Takes in what another worker or run has met.
    pub fn merge(&mut self, mut other: Creators) {
        self.spills.append(&mut other.spills);
        self.spills.append(&mut other.eased);
        if self.tallies.is_empty() {
            (self.places, self.tallies, self.bytes) = (other.places, other.tallies, other.bytes);
            return;
        }
        drop(other.places);
        for tally in other.tallies {
            let (platform, creator) = (tally.platform.clone(), tally.creator.clone());
            self.tally(&platform, &creator).merge(tally);
        }
        self.bytes += other.bytes;
    }

    /// Moves everything to a file without a name in `folder` when it takes more than about `most` bytes of memory. The
    /// scores are the same whenever this is called, or never.
    ///
    /// # Errors
    /// When the system refuses the file; what was met is then not whole, and the scores must not be made.
    pub fn ease(&mut self, most: usize, folder: &Path) -> Result<(), SpillError> {
        if self.bytes <= most {
            return Ok(());
        }
        self.places = HashMap::new();
        self.bytes = 0;
        let tallies = sorted(mem::take(&mut self.tallies)).into_iter().map(|tally| Ok(tally.settled()));
        let mut tallies: Box<dyn Iterator<Item = _>> = Box::new(tallies);
        for level in 0.. {
            if level == self.eased.len() {
                self.eased.push(Spill::new(folder)?);
            }
            self.eased[level].append(tallies)?;
            if self.eased[level].segments().count() < MOST_SEGMENTS {
                break;
            }
            let full = mem::replace(&mut self.eased[level], Spill::new(folder)?);
            tallies = Box::new(Ordered::new(Vec::new(), vec![full]));
        }
        Ok(())
    }

    /// Whether what was met takes more than about `most` bytes of memory.
    pub fn exceeds(&self, most: usize) -> bool {
        self.bytes > most
    }

    /// Writes everything held in memory as one segment, to be taken in again by [`Creators::of_segments`], and forgets
    /// it.
    ///
    /// # Errors
    /// When the system refuses; what was met is then not whole, and the scores must not be made.
    pub fn write_segment(&mut self, out: &mut impl Write) -> io::Result<()> {
        let Creators { tallies, spills, eased, .. } = mem::take(self);
        (self.spills, self.eased) = (spills, eased);
        spill::write_all(out, sorted(tallies).into_iter().map(|tally| Ok(tally.settled()))).map(drop)
    }

    /// Everything that such segments hold, each a file. Where they are many they are merged into fewer in `folder`, so
    /// that neither open files nor memory grow with their number.
    ///
    /// # Errors
    /// When a file cannot be read, is no segment, or the system refuses the merged one.
    pub fn of_segments(files: &[PathBuf], folder: &Path) -> Result<Self, SpillError> {
        let open = |batch: &[PathBuf]| batch.iter().map(|file| Spill::open(file)).collect::<io::Result<Vec<_>>>();
        if files.len() <= MOST_SEGMENTS {
            return Ok(Self { spills: open(files)?, ..Self::default() });
        }
        let mut merged = Spill::new(folder)?;
        for batch in files.chunks(MOST_SEGMENTS) {
            merged.append(Ordered::new(Vec::new(), open(batch)?))?;
        }
        Ok(Self { spills: vec![merged], ..Self::default() })
    }

    /// Scores them one after the other, by (platform, creator); each is let go once it is scored. An error is the last
    /// thing that is given.
    pub fn into_scores<'a>(
        mut self,
        scoring: &'a Scoring<'a>,
    ) -> impl Iterator<Item = Result<CreatorScore, SpillError>> + 'a {
        self.spills.append(&mut self.eased);
        Ordered::new(sorted(self.tallies), self.spills).map(|tally| tally.map(|tally| tally.score(scoring)))
    }

    fn tally(&mut self, platform: &str, creator: &str) -> &mut Tally {
        let known = self.places.get(platform).and_then(|accounts| accounts.get(creator)).copied();
        let place = known.unwrap_or_else(|| {
            let platform: Arc<str> =
                self.places.get_key_value(platform).map_or_else(|| platform.into(), |(p, _)| p.clone());
            let creator: Arc<str> = creator.into();
            self.bytes += CREATOR_BYTES + creator.len();
            self.places.entry(platform.clone()).or_default().insert(creator.clone(), self.tallies.len());
            self.tallies.push(Tally::new(platform, creator));
            self.tallies.len() - 1
        });
        &mut self.tallies[place]
    }
}

fn sorted(mut tallies: Vec<Tally>) -> Vec<Tally> {
    tallies.sort_unstable_by(|a, b| (&a.platform, &a.creator).cmp(&(&b.platform, &b.creator)));
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::DisclosureState,
        pack::{Pack, PackFiles},
        score::{Catalogue, Edition, Policy, PostKey, PublicData, TextKey},
    };

    fn add(creators: &mut Creators, n: u64) {
        creators.add(&ScoredPost {
            platform: "tiktok",
            creator: &format!("u{}", n % 7),
            key: PostKey(n % 400),
            text: TextKey(n),
            day: Day::from_number(20_000 + (n % 300) as i32),
            captured: None,
            order: n,
            commercial: Commercial::Yes,
            disclosure: DisclosureState::Adequate,
            findings: &[],
            public: PublicData::default(),
        });
    }

    #[test]
    fn however_often_it_is_eased_few_segments_are_read_side_by_side() {
        let folder = tempfile::tempdir().unwrap();
        let (mut eased, mut whole) = (Creators::new(), Creators::new());
        let times = 20 * MOST_SEGMENTS as u64 + 3;
        for n in 0..times {
            add(&mut eased, n);
            add(&mut whole, n);
            eased.ease(0, folder.path()).unwrap();
        }
        let segments: usize = eased.eased.iter().map(|spill| spill.segments().count()).sum();
        assert!(segments < 2 * MOST_SEGMENTS, "{segments} segments of {times}");
        let pack = Pack::embedded().unwrap();
        let policy = Policy::parse(PackFiles::embedded().get("policy/default.toml").unwrap()).unwrap();
        let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), &policy).unwrap();
        let as_of = Day::from_number(20_300).unwrap();
        let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition: Edition::default(), as_of };
        let scores = |creators: Creators| creators.into_scores(&scoring).map(Result::unwrap).collect::<Vec<_>>();
        assert_eq!(scores(eased), scores(whole));
    }
}
