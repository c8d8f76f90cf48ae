//! Totals of a run: whole numbers only, so that any split of the posts over workers gives the same file.

mod read;

use super::run::RunFacts;
use crate::{
    analysis::{Analysis, Commercial, DisclosureState, Finding, Tag},
    day::Moment,
    pack::{Bilingual, Criterion, Pack, RuleId, Severity, Tier},
    post::{Flags, PlatformLabel, Post},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Posts of one language, platform, month or size of account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Posts read.
    pub posts: u64,
    /// With the commercial label yes.
    pub commercial: u64,
    /// Of those, disclosed adequately.
    pub adequate: u64,
    /// Of those, disclosed weakly.
    pub weak: u64,
    /// Of those, not disclosed.
    pub absent: u64,
    /// Of those, denied.
    pub denied: u64,
    /// Findings written.
    pub findings: u64,
    /// Posts with at least one finding that is no mere advice.
    pub flagged: u64,
}

impl Slice {
    /// Commercial posts whose disclosure could be judged.
    pub(super) fn judged(&self) -> u64 {
        self.adequate + self.weak + self.absent + self.denied
    }

    fn add(&mut self, judged: Judged) {
        let Judged { commercial, state, findings, flagged } = judged;
        self.posts += 1;
        self.findings += findings;
        self.flagged += u64::from(flagged);
        if commercial == Commercial::Yes {
            self.commercial += 1;
            match state {
                DisclosureState::Adequate => self.adequate += 1,
                DisclosureState::Weak => self.weak += 1,
                DisclosureState::Absent => self.absent += 1,
                DisclosureState::Denied => self.denied += 1,
                DisclosureState::NotApplicable | DisclosureState::Unknown => {}
            }
        }
    }

    pub(super) fn merge(&mut self, other: &Slice) {
        self.posts += other.posts;
        self.commercial += other.commercial;
        self.adequate += other.adequate;
        self.weak += other.weak;
        self.absent += other.absent;
        self.denied += other.denied;
        self.findings += other.findings;
        self.flagged += other.flagged;
    }
}

/// What a slice takes of a post.
#[derive(Clone, Copy)]
struct Judged {
    commercial: Commercial,
    state: DisclosureState,
    findings: u64,
    flagged: bool,
}

/// Sizes of accounts by followers: powers of ten, since trade names such as "micro" mean something else to everybody.
const FOLLOWERS: [(&str, u64); 5] =
    [("under_1k", 0), ("1k_10k", 1_000), ("10k_100k", 10_000), ("100k_1m", 100_000), ("over_1m", 1_000_000)];
/// Followers that the record does not tell.
const FOLLOWERS_UNKNOWN: &str = "unknown";

fn size(followers: Option<u64>) -> usize {
    followers.map_or(FOLLOWERS.len(), |n| FOLLOWERS.iter().rposition(|(_, least)| *least <= n).unwrap_or(0))
}

/// Findings of one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTotal {
    /// By tier: advisory, suspect, violation.
    pub tiers: [u64; 3],
    /// Those that count in scores.
    pub counting: u64,
}

impl RuleTotal {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.tiers.iter().sum()
    }
}

/// A month in UTC+7.
type Month = (i16, i8);

/// The totals. Adding posts and merging parts in any order gives equal values. Written and read back whole, so that an
/// interrupted run goes on; `summary.json` is another form ([`Summary::to_json`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    posts: u64,
    /// no, unsure, yes.
    commercial: [u64; 3],
    /// All posts, whatever their label, in the order of [`DisclosureState::ALL`].
    disclosure: [u64; 6],
    /// yes, no, weak_no, unknown.
    labels: [u64; 4],
    /// By rule index.
    rules: Vec<RuleTotal>,
    /// vi, en, other, und.
    languages: [Slice; 4],
    mixed: u64,
    platforms: BTreeMap<String, Slice>,
    #[serde(with = "pairs")]
    months: BTreeMap<Option<Month>, Slice>,
    /// By [`FOLLOWERS`], the last for those unknown.
    followers: [Slice; FOLLOWERS.len() + 1],
    flags: BTreeMap<String, u64>,
    unseen: BTreeMap<String, u64>,
    rejects: BTreeMap<String, u64>,
}

const COMMERCIAL: [Commercial; 3] = [Commercial::No, Commercial::Unsure, Commercial::Yes];
const LABELS: [PlatformLabel; 4] =
    [PlatformLabel::Yes, PlatformLabel::No, PlatformLabel::WeakNo, PlatformLabel::Unknown];
const TAGS: [Tag; 4] = [Tag::Vi, Tag::En, Tag::Other, Tag::Und];
const TIERS: [Tier; 3] = [Tier::Advisory, Tier::Suspect, Tier::Violation];

impl Summary {
    /// Nothing yet, for findings of that pack.
    pub fn new(pack: &Pack) -> Self {
        Self { rules: vec![RuleTotal::default(); pack.rules.len()], ..Self::default() }
    }

    /// Adds a post with the findings that are written of it (see [`Records::written`](super::Records::written)).
    pub fn add<'f>(&mut self, post: &Post<'_>, analysis: &Analysis, written: impl IntoIterator<Item = &'f Finding>) {
        let (mut findings, mut flagged) = (0, false);
        for finding in written {
            findings += 1;
            flagged |= finding.tier != Tier::Advisory;
            if let Some(total) = self.rules.get_mut(usize::from(finding.rule.0)) {
                total.tiers[finding.tier as usize] += 1;
                total.counting += u64::from(finding.counts);
            }
        }
        let (label, state) = (analysis.commercial, analysis.disclosure.state);
        let judged = Judged { commercial: label, state, findings, flagged };
        self.posts += 1;
        self.commercial[label as usize] += 1;
        self.disclosure[state as usize] += 1;
        self.labels[post.platform_label as usize] += 1;
        self.languages[analysis.language.tag as usize].add(judged);
        self.mixed += u64::from(analysis.language.mixed);
        // Looked up first: a platform name is copied once, not once a post.
        match self.platforms.get_mut(post.platform.as_ref()) {
            Some(slice) => slice.add(judged),
            None => self.platforms.entry(post.platform.clone().into_owned()).or_default().add(judged),
        }
        self.months.entry(month(post, analysis)).or_default().add(judged);
        self.followers[size(post.author.followers)].add(judged);
        analysis.flags.names().for_each(|name| add_named(&mut self.flags, name, 1));
        analysis.unseen.names().for_each(|name| add_named(&mut self.unseen, name, 1));
    }

    /// Adds an unreadable record.
    pub fn reject(&mut self, reason: &str) {
        add_named(&mut self.rejects, reason, 1);
    }

    /// Adds the totals of another part of the same run.
    pub fn merge(&mut self, other: &Summary) {
        self.posts += other.posts;
        add_all(&mut self.commercial, &other.commercial);
        add_all(&mut self.disclosure, &other.disclosure);
        add_all(&mut self.labels, &other.labels);
        if self.rules.len() < other.rules.len() {
            self.rules.resize(other.rules.len(), RuleTotal::default());
        }
        for (mine, theirs) in self.rules.iter_mut().zip(&other.rules) {
            add_all(&mut mine.tiers, &theirs.tiers);
            mine.counting += theirs.counting;
        }
        for (mine, theirs) in self.languages.iter_mut().zip(&other.languages) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.followers.iter_mut().zip(&other.followers) {
            mine.merge(theirs);
        }
        self.mixed += other.mixed;
        for (name, slice) in &other.platforms {
            self.platforms.entry(name.clone()).or_default().merge(slice);
        }
        for (month, slice) in &other.months {
            self.months.entry(*month).or_default().merge(slice);
        }
        for (mine, theirs) in
            [(&mut self.flags, &other.flags), (&mut self.unseen, &other.unseen), (&mut self.rejects, &other.rejects)]
        {
            theirs.iter().for_each(|(name, n)| add_named(mine, name, *n));
        }
    }

    /// Posts read.
    pub fn posts(&self) -> u64 {
        self.posts
    }

    /// Posts with that commercial label.
    pub fn commercial(&self, label: Commercial) -> u64 {
        self.commercial[label as usize]
    }

    /// All posts as one slice: what is disclosed how is told of commercial posts, as in every slice and of every creator.
    pub fn whole(&self) -> Slice {
        let mut whole = Slice::default();
        self.languages.iter().for_each(|slice| whole.merge(slice));
        whole
    }

    /// Posts whose record tells about the platform's own label.
    pub fn known_labels(&self) -> u64 {
        self.posts - self.labels[PlatformLabel::Unknown as usize]
    }

    /// Findings of a rule.
    pub fn rule(&self, rule: RuleId) -> RuleTotal {
        self.rules.get(usize::from(rule.0)).copied().unwrap_or_default()
    }

    /// Findings written.
    pub fn findings(&self) -> u64 {
        self.rules.iter().map(RuleTotal::all).sum()
    }

    /// Findings written of that tier.
    pub fn tier(&self, tier: Tier) -> u64 {
        self.rules.iter().map(|total| total.tiers[tier as usize]).sum()
    }

    /// Posts by platform name.
    pub fn platforms(&self) -> &BTreeMap<String, Slice> {
        &self.platforms
    }

    /// Posts by language, in the order vi, en, other, und.
    pub fn languages(&self) -> impl Iterator<Item = (&'static str, &Slice)> {
        TAGS.into_iter().map(Tag::name).zip(&self.languages)
    }

    /// Posts by size of account, in rising order, those of unknown size last.
    pub fn followers(&self) -> impl Iterator<Item = (&'static str, &Slice)> {
        FOLLOWERS.iter().map(|(name, _)| *name).chain([FOLLOWERS_UNKNOWN]).zip(&self.followers)
    }

    /// Posts by month (`2026-03`), those without a usable date last as `undated`.
    pub fn months(&self) -> impl Iterator<Item = (String, &Slice)> {
        let (undated, dated): (Vec<_>, Vec<_>) = self.months.iter().partition(|(month, _)| month.is_none());
        dated.into_iter().chain(undated).map(|(m, s)| (m.map_or_else(|| "undated".to_owned(), month_name), s))
    }

    /// Posts whose words were disguised.
    pub fn obfuscated(&self) -> u64 {
        self.flags.get("obfuscated").copied().unwrap_or_default()
    }

    /// Posts without a usable date.
    pub fn undated(&self) -> u64 {
        self.months.get(&None).map_or(0, |slice| slice.posts)
    }

    /// First and last month met, as `2026-03`.
    pub fn period(&self) -> Option<(String, String)> {
        let mut dated = self.months.keys().flatten();
        let first = dated.next()?;
        Some((month_name(*first), month_name(*dated.next_back().unwrap_or(first))))
    }

    /// Posts with media that could not be seen, by medium.
    pub fn unseen(&self) -> &BTreeMap<String, u64> {
        &self.unseen
    }

    /// Unreadable records.
    pub fn rejects(&self) -> u64 {
        self.rejects.values().sum()
    }

    /// `summary.json`: stable, indented, without times.
    ///
    /// # Errors
    /// None that input can cause; what the serialiser reports is passed on.
    pub fn to_json(&self, pack: &Pack, facts: &RunFacts) -> serde_json::Result<Vec<u8>> {
        let messages = &pack.messages;
        let mut severities: BTreeMap<&str, u64> = Severity::ALL.iter().map(|s| (s.name(), 0)).collect();
        let mut rules = BTreeMap::new();
        for (rule, total) in pack.rules.iter().zip(&self.rules).filter(|(_, total)| total.all() > 0) {
            *severities.entry(rule.severity.name()).or_default() += total.all();
            rules.insert(
                rule.id.as_str(),
                RuleJson {
                    slug: &rule.slug,
                    criterion: rule.criterion.name(),
                    severity: rule.severity.name(),
                    findings: total.all(),
                    counting: total.counting,
                    tiers: TIERS.map(|tier| (tier.name(), total.tiers[tier as usize])).into(),
                },
            );
        }
        let json = SummaryJson {
            r#type: "summary",
            program: facts.program(),
            pack: &pack.id,
            pack_version: &pack.version,
            law_as_of: pack.law_as_of.to_string(),
            as_of: facts.as_of.map(|day| day.to_string()),
            demo: facts.demo,
            jurisdiction: "VN",
            disclaimers: ["finding", "jurisdiction", "unseen"]
                .map(|key| Both::from(messages.text(&format!("summary.disclaimer.{key}"))))
                .into(),
            crosswalk: CrosswalkJson {
                assumption: Both::from(&pack.crosswalk.assumption),
                criteria: Criterion::ALL
                    .map(|c| (c.name(), pack.crosswalk.of(c).map(|pillar| pillar.id.as_str()).collect()))
                    .into(),
            },
            posts: self.posts,
            commercial: COMMERCIAL.iter().map(|label| label.name()).zip(self.commercial).collect(),
            disclosure: DisclosureState::ALL.iter().map(|state| state.name()).zip(self.disclosure).collect(),
            platform_label: LABELS.iter().map(|label| label.name()).zip(self.labels).collect(),
            platform_label_known_share: share(self.known_labels(), self.posts),
            findings: FindingsJson {
                all: self.findings(),
                counting: self.rules.iter().map(|total| total.counting).sum(),
                tiers: TIERS.map(|tier| (tier.name(), self.tier(tier))).into(),
                severities,
                rules,
            },
            creators: facts.creators,
            creators_rated: facts.creators_rated,
            languages: self.languages().collect(),
            mixed_language: self.mixed,
            platforms: &self.platforms,
            months: self.months().collect(),
            followers: self.followers().collect(),
            flags: &self.flags,
            unseen: &self.unseen,
            rejects: RejectsJson { all: self.rejects(), reasons: &self.rejects },
        };
        let mut out = serde_json::to_vec_pretty(&json)?;
        out.push(b'\n');
        Ok(out)
    }
}

fn add_all<const N: usize>(mine: &mut [u64; N], theirs: &[u64; N]) {
    for (a, b) in mine.iter_mut().zip(theirs) {
        *a += b;
    }
}

/// A name is copied when it is met first, not each time.
fn add_named(counts: &mut BTreeMap<String, u64>, name: &str, n: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += n,
        None => drop(counts.insert(name.to_owned(), n)),
    }
}

/// A map whose keys are no strings, as a list of pairs.
mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Vec::<(K, V)>::deserialize(deserializer).map(|pairs| pairs.into_iter().collect())
    }
}

/// `None` for a post that counts as undated.
fn month(post: &Post<'_>, analysis: &Analysis) -> Option<Month> {
    let undated = analysis.flags.contains(Flags::UNDATED) || analysis.flags.contains(Flags::IMPLAUSIBLE_DATE);
    let day = post.posted.filter(|_| !undated).and_then(Moment::day)?;
    Some((day.year(), day.month()))
}

fn month_name((year, month): Month) -> String {
    format!("{year:04}-{month:02}")
}

/// A share with four decimals; none of nothing.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

#[derive(Serialize)]
struct Both<'a> {
    vi: &'a str,
    en: &'a str,
}

impl<'a> From<&'a Bilingual> for Both<'a> {
    fn from(text: &'a Bilingual) -> Self {
        Self { vi: &text.vi, en: &text.en }
    }
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    r#type: &'static str,
    program: String,
    pack: &'a str,
    pack_version: &'a str,
    law_as_of: String,
    as_of: Option<String>,
    demo: bool,
    jurisdiction: &'static str,
    disclaimers: Vec<Both<'a>>,
    crosswalk: CrosswalkJson<'a>,
    posts: u64,
    commercial: BTreeMap<&'static str, u64>,
    disclosure: BTreeMap<&'static str, u64>,
    platform_label: BTreeMap<&'static str, u64>,
    platform_label_known_share: Option<f64>,
    findings: FindingsJson<'a>,
    creators: u64,
    creators_rated: u64,
    languages: BTreeMap<&'static str, &'a Slice>,
    mixed_language: u64,
    platforms: &'a BTreeMap<String, Slice>,
    months: BTreeMap<String, &'a Slice>,
    followers: BTreeMap<&'static str, &'a Slice>,
    flags: &'a BTreeMap<String, u64>,
    unseen: &'a BTreeMap<String, u64>,
    rejects: RejectsJson<'a>,
}

/// The pillars that each criterion is set beside.
#[derive(Serialize)]
struct CrosswalkJson<'a> {
    assumption: Both<'a>,
    criteria: BTreeMap<&'static str, Vec<&'a str>>,
}

#[derive(Serialize)]
struct FindingsJson<'a> {
    all: u64,
    counting: u64,
    tiers: BTreeMap<&'static str, u64>,
    severities: BTreeMap<&'static str, u64>,
    rules: BTreeMap<&'a str, RuleJson<'a>>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    slug: &'a str,
    criterion: &'static str,
    severity: &'static str,
    findings: u64,
    counting: u64,
    tiers: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct RejectsJson<'a> {
    all: u64,
    reasons: &'a BTreeMap<String, u64>,
}
