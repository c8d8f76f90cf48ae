//! What is kept of one creator, one small entry a post, and the score that comes of it.

use super::{
    catalogue::Catalogue,
    creator_score::CreatorScore,
    mass::{Sheet, Unit},
    post::{ScoredFinding, ScoredPost},
    rating::rate,
    record::{Authenticity, CriteriaRecord, DisclosureCounts, EvidenceTables, Feedback, PostCounts, RuleCount},
    scoring::Scoring,
};
use crate::{
    analysis::{Commercial, DisclosureState},
    day::Day,
    pack::{Criterion, RuleId, Tier},
};
use std::{cmp::Reverse, collections::BTreeMap, mem, sync::Arc};

/// Likes are not known. No post has so many.
const NO_LIKES: u32 = u32::MAX;
/// A typical number is not told of fewer posts.
const LEAST_CELL: usize = 10;

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
    pub(super) fn room(&self) -> usize {
        self.quiet.capacity() * mem::size_of::<Stamp>() + self.told.capacity() * mem::size_of::<Entry>()
    }

    pub(super) fn add(&mut self, stamp: Stamp, post: &ScoredPost<'_>) {
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
    pub(super) fn settled(mut self) -> Self {
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

    pub(super) fn score(self, scoring: &Scoring<'_>) -> CreatorScore {
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
