//! What is kept of every creator while posts are read: one small entry a post, no text, no sum of floats. Adding and
//! merging commute, so that any number of workers in any order give the same bytes.
//!
//! Memory is bounded by whoever calls [`Creators::ease`]: what is above the limit goes to disk, sorted, and comes
//! back one creator at a time. A post takes 24 bytes, one that is commercial or has findings 64 and 8 a finding; a
//! creator about 250 beside its name. Only the posts of the one creator being scored must fit.
use super::{
    catalogue::Catalogue,
    mass::{Sheet, Unit},
    ordered::Ordered,
    policy::Policy,
    post::{ScoredFinding, ScoredPost},
    rating::rate,
    record::{
        Authenticity, CreatorScore, CriteriaRecord, DisclosureCounts, Edition, EvidenceTables, Feedback, PostCounts,
        RuleCount,
    },
    spill::{self, Spill, SpillError},
};
use crate::{
    analysis::{Commercial, DisclosureState},
    day::Day,
    pack::{Criterion, RuleId, Tier},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Everything that a score depends on beside the posts.
#[derive(Clone, Debug)]
pub struct Scoring<'a> {
    /// The numbers.
    pub policy: &'a Policy,
    /// The rules under that policy.
    pub catalogue: &'a Catalogue,
    /// Which rules and which run, for the records.
    pub edition: Edition,
    /// The last day counted; the newest plausible date of the input unless the user says otherwise.
    pub as_of: Day,
}

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

/// Which post, and which of its versions: the latest capture, then the last read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp {
    pub(super) key: u64,
    pub(super) captured: i64,
    /// Reading order above two bits: undated, unsure. A post without findings needs nothing else.
    pub(super) place: u64,
}

impl Stamp {
    fn undated(self) -> bool {
        self.place & 2 != 0
    }

    fn unsure(self) -> bool {
        self.place & 1 != 0
    }

    /// Latest version first, within a post.
    fn order(self) -> (u64, Reverse<(i64, u64)>) {
        (self.key, Reverse((self.captured, self.place)))
    }
}

/// Likes are not known. No post has so many.
const NO_LIKES: u32 = u32::MAX;
/// A typical number is not told of fewer posts.
const LEAST_CELL: usize = 10;

/// A post that is commercial or has findings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) stamp: Stamp,
    pub(super) text: u64,
    pub(super) day: Option<i32>,
    pub(super) commercial: Commercial,
    pub(super) disclosure: DisclosureState,
    pub(super) ai_label: Option<bool>,
    /// [`NO_LIKES`] when nobody tells; a number that does not fit is the most that does.
    pub(super) likes: u32,
    pub(super) findings: Box<[ScoredFinding]>,
}

/// One creator.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) platform: Arc<str>,
    pub(super) creator: Arc<str>,
    /// Posts that are neither commercial nor have findings: kept so that versions of one post are told apart.
    pub(super) quiet: Vec<Stamp>,
    quiet_limit: usize,
    pub(super) told: Vec<Entry>,
    told_limit: usize,
    /// First notice a rule group, as day number.
    pub(super) notices: BTreeMap<Box<str>, i32>,
    /// The latest capture with a number of followers: capture, place, number.
    pub(super) followers: Option<(i64, u64, u64)>,
}

/// When to look for old versions again: each look at least halves what it must read next time.
fn limit(kept: usize) -> usize {
    (2 * kept).max(64)
}

/// Puts the latest version of every post in key order and drops the others.
fn settle<T: Ord>(entries: &mut Vec<T>, stamp: impl Fn(&T) -> Stamp) {
    // The last criterion matters only should two records claim one place: even then any order gives the same result.
    entries.sort_unstable_by(|a, b| stamp(a).order().cmp(&stamp(b).order()).then_with(|| b.cmp(a)));
    entries.dedup_by_key(|entry| stamp(entry).key);
}

impl Tally {
    pub(super) fn new(platform: Arc<str>, creator: Arc<str>) -> Self {
        Self {
            platform,
            creator,
            quiet: Vec::new(),
            quiet_limit: limit(0),
            told: Vec::new(),
            told_limit: limit(0),
            notices: BTreeMap::new(),
            followers: None,
        }
    }

    /// What its posts take, apart from their findings.
    fn room(&self) -> usize {
        self.quiet.capacity() * mem::size_of::<Stamp>() + self.told.capacity() * mem::size_of::<Entry>()
    }

    fn add(&mut self, stamp: Stamp, post: &ScoredPost<'_>) {
        let followers = post.public.followers.map(|n| (stamp.captured, post.order, n));
        self.followers = self.followers.max(followers);
        if post.commercial != Commercial::Yes && post.findings.is_empty() {
            self.quiet.push(stamp);
            if self.quiet.len() >= self.quiet_limit {
                settle(&mut self.quiet, |stamp| *stamp);
                self.quiet_limit = limit(self.quiet.len());
            }
            return;
        }
        let mut findings: Box<[ScoredFinding]> = post.findings.into();
        findings.sort_unstable();
        self.told.push(Entry {
            stamp,
            text: post.text.0,
            day: post.day.map(Day::number),
            commercial: post.commercial,
            disclosure: post.disclosure,
            ai_label: post.public.ai_label,
            likes: post.public.likes.map_or(NO_LIKES, |n| u32::try_from(n).unwrap_or(NO_LIKES).min(NO_LIKES - 1)),
            findings,
        });
        if self.told.len() >= self.told_limit {
            settle(&mut self.told, |entry| entry.stamp);
            self.told_limit = limit(self.told.len());
        }
    }

    /// Without old versions.
    fn settled(mut self) -> Self {
        settle(&mut self.quiet, |stamp| *stamp);
        settle(&mut self.told, |entry| entry.stamp);
        self
    }

    pub(super) fn merge(&mut self, other: Tally) {
        self.quiet.extend(other.quiet);
        self.told.extend(other.told);
        settle(&mut self.quiet, |stamp| *stamp);
        settle(&mut self.told, |entry| entry.stamp);
        self.quiet_limit = limit(self.quiet.len());
        self.told_limit = limit(self.told.len());
        self.followers = self.followers.max(other.followers);
        for (group, day) in other.notices {
            let first = self.notices.entry(group).or_insert(day);
            *first = (*first).min(day);
        }
    }

    /// One version of every post.
    fn latest(self) -> Self {
        let mut latest = self.settled();
        let version = |stamp: &Stamp| (stamp.captured, stamp.place >> 2);
        let quiet = &latest.quiet;
        latest.told.retain(|entry| {
            let same = quiet.binary_search_by_key(&entry.stamp.key, |stamp| stamp.key);
            same.map_or(true, |at| version(&entry.stamp) >= version(&quiet[at]))
        });
        let told = &latest.told;
        latest.quiet.retain(|stamp| told.binary_search_by_key(&stamp.key, |entry| entry.stamp.key).is_err());
        latest
    }

    fn score(self, scoring: &Scoring<'_>) -> CreatorScore {
        let latest = self.latest();
        let sheet = latest.sheet(scoring);
        CreatorScore {
            creator: latest.creator.as_ref().to_owned(),
            platform: latest.platform.as_ref().to_owned(),
            posts: latest.posts(),
            counts: latest.counts(scoring.catalogue),
            disclosure: latest.disclosure(),
            criteria: CriteriaRecord {
                transparency: rate(&sheet, Criterion::Transparency, scoring),
                ad_compliance: rate(&sheet, Criterion::AdCompliance, scoring),
            },
            evidence: latest.evidence(scoring),
            review: None,
        }
    }

    fn posts(&self) -> PostCounts {
        let stamps = || self.quiet.iter().copied().chain(self.told.iter().map(|entry| entry.stamp));
        let commercial = |entry: &&Entry| entry.commercial == Commercial::Yes;
        let unknown = |entry: &&Entry| entry.disclosure == DisclosureState::Unknown;
        PostCounts {
            all: stamps().count() as u64,
            commercial: self.told.iter().filter(commercial).count() as u64,
            unsure: stamps().filter(|stamp| stamp.unsure()).count() as u64,
            unknown: self.told.iter().filter(commercial).filter(unknown).count() as u64,
            undated: stamps().filter(|stamp| stamp.undated()).count() as u64,
        }
    }

    fn disclosure(&self) -> DisclosureCounts {
        let mut counts = DisclosureCounts::default();
        for entry in self.told.iter().filter(|entry| entry.commercial == Commercial::Yes) {
            match entry.disclosure {
                DisclosureState::Adequate => counts.adequate += 1,
                DisclosureState::Weak => counts.weak += 1,
                DisclosureState::Absent => counts.absent += 1,
                DisclosureState::Denied => counts.denied += 1,
                DisclosureState::NotApplicable | DisclosureState::Unknown => {}
            }
        }
        counts
    }

    fn counts(&self, catalogue: &Catalogue) -> Vec<RuleCount> {
        let mut counts: BTreeMap<(RuleId, Tier), (u64, u64)> = BTreeMap::new();
        for finding in self.told.iter().flat_map(|entry| entry.findings.iter()) {
            let (n, counting) = counts.entry((finding.rule, finding.tier)).or_default();
            *n += 1;
            *counting += u64::from(finding.counts);
        }
        let named = |((rule, tier), (n, n_counting))| {
            let entry = catalogue.get(rule)?;
            Some(RuleCount { rule: entry.id.clone(), severity: entry.severity, tier, n, n_counting })
        };
        counts.into_iter().filter_map(named).collect()
    }

    /// The commercial posts in the window, each with its day and its age in days.
    fn in_window(&self, scoring: &Scoring<'_>) -> impl Iterator<Item = (&Entry, i32, u32)> {
        let (as_of, days) = (scoring.as_of.number(), scoring.policy.window.days);
        self.told.iter().filter(|entry| entry.commercial == Commercial::Yes).filter_map(move |entry| {
            let day = entry.day?;
            let age = u32::try_from(as_of - day).ok().filter(|age| *age < days)?;
            Some((entry, day, age))
        })
    }

    fn evidence(&self, scoring: &Scoring<'_>) -> EvidenceTables {
        let mut texts: Vec<u64> = Vec::new();
        let mut likes: Vec<u32> = Vec::new();
        let mut authenticity = Authenticity::default();
        for (entry, ..) in self.in_window(scoring) {
            texts.push(entry.text);
            likes.extend((entry.likes != NO_LIKES).then_some(entry.likes));
            authenticity.ai_label_known += u64::from(entry.ai_label.is_some());
            authenticity.ai_labelled += u64::from(entry.ai_label == Some(true));
        }
        texts.sort_unstable();
        let repeated = texts.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
        authenticity.same_caption = repeated.map(|same| same.len() as u64).sum();
        likes.sort_unstable();
        let median = likes.get((likes.len().max(1) - 1) / 2).filter(|_| likes.len() >= LEAST_CELL);
        EvidenceTables {
            posts: texts.len() as u64,
            authenticity,
            feedback: Feedback {
                followers: self.followers.map(|(_, _, n)| n),
                likes_known: likes.len() as u64,
                likes_median: median.map(|n| u64::from(*n)),
            },
        }
    }

    /// The commercial posts in the window.
    fn sheet(&self, scoring: &Scoring<'_>) -> Sheet<'_> {
        let mut sheet =
            Sheet { units: Vec::new(), states: [0; 5], unknown: 0, unknown_weight: 0.0, notices: &self.notices };
        for (entry, day, age) in self.in_window(scoring) {
            let weight = scoring.policy.weight(age);
            let state = match entry.disclosure {
                DisclosureState::Unknown => {
                    sheet.unknown += 1;
                    sheet.unknown_weight += weight;
                    continue;
                }
                DisclosureState::Adequate => 0,
                DisclosureState::Weak => 1,
                DisclosureState::Absent => 2,
                DisclosureState::Denied => 3,
                DisclosureState::NotApplicable => 4,
            };
            sheet.states[state] += 1;
            sheet.units.push(Unit { age, weight, day, text: entry.text, findings: &entry.findings });
        }
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pack::{Pack, PackFiles},
        score::{PostKey, PublicData, TextKey},
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
