//! Runs scored as found, after review, and at the two ends that the undecided rest leaves open.

use super::{LOOK, RescoreError, Room, Runs, each};
use crate::{
    finished::{FinishedPost, FinishedRun},
    ledger::{Allows, Baseline, Review, Standing, State},
    pack::{Criterion, Pack, Tier},
    score::{
        CreatorScore, Creators, CriteriaRecord, Cure, LedgerStamp, OverturnedRule, Policy, ReviewCounts, ReviewRecord,
        ScoredFinding, ScoredPost, Scoring, SpillError,
    },
    vocabulary::Commercial,
};
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

/// What people say of findings.
#[derive(Clone, Copy, Debug)]
pub struct Marks<'a> {
    /// What the ledger says.
    pub review: &'a Review,
    /// The policy that it was played under.
    pub policy: &'a Policy,
    /// Known findings; they are marked and count as ever.
    pub baseline: &'a Baseline,
    /// Tolerated findings; they do not count after review.
    pub allows: &'a Allows,
}

/// A reading of the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// What is decided, and the rest as found.
    After,
    /// The rest decided for the creator, in one criterion.
    Best(Criterion),
    /// The rest decided against the creator, in one criterion. One at a time: a post that counts as advertising only
    /// because of a finding of one criterion earns a clean unit in the other, so no decision is best or worst for both.
    Worst(Criterion),
}

const READINGS: [Reading; 5] = [
    Reading::After,
    Reading::Best(Criterion::Transparency),
    Reading::Best(Criterion::AdCompliance),
    Reading::Worst(Criterion::Transparency),
    Reading::Worst(Criterion::AdCompliance),
];

/// Runs with a review. Beside the creators themselves, memory holds the ids that the ledger and the baseline speak of and
/// a few numbers for each of their accounts.
#[derive(Debug)]
pub struct ReviewedRuns {
    /// As found.
    pub found: Runs,
    readings: [Creators; READINGS.len()],
    counts: HashMap<(String, String), ReviewCounts>,
    allows: Allows,
    ledger: LedgerStamp,
    informational: Vec<OverturnedRule>,
}

/// Reads runs (see [`open`](super::open)) together with what people decided.
///
/// # Errors
/// A broken line; when the temporary file cannot be written.
pub fn read_reviewed(
    pack: &Pack,
    runs: &[FinishedRun],
    room: Room<'_>,
    marks: &Marks<'_>,
) -> Result<ReviewedRuns, RescoreError> {
    let (mut creators, mut added) = (Creators::new(), 0u64);
    let mut readings = READINGS.map(|_| Creators::new());
    let mut counts: HashMap<(String, String), ReviewCounts> = HashMap::new();
    let mut counted: HashSet<String> = HashSet::new();
    let most = room.memory / (1 + READINGS.len());
    let met = each(pack, runs, |post, scored| {
        creators.add(scored);
        for (reading, creators) in READINGS.into_iter().zip(&mut readings) {
            marks.add(pack, reading, post, scored, creators);
        }
        marks.count(post, scored, &mut counted, &mut counts);
        added += 1;
        if added % LOOK == 0 {
            creators.ease(most, room.folder)?;
            readings.iter_mut().try_for_each(|creators| creators.ease(most, room.folder))?;
        }
        Ok(())
    })?;
    let informational = marks.review.informational.iter().map(|rule| {
        let often = marks.review.rules.get(rule).copied().unwrap_or_default();
        OverturnedRule { rule: rule.clone(), overturned: often.overturned, decided: often.decided }
    });
    Ok(ReviewedRuns {
        found: Runs { creators, newest: met.newest, posts: met.posts, demo: met.demo },
        readings,
        counts,
        allows: marks.allows.clone(),
        ledger: LedgerStamp { lines: marks.review.lines, head: marks.review.head.clone() },
        informational: informational.collect(),
    })
}

/// How a finding counts under one reading.
enum Weight<'a> {
    /// Not at all.
    None,
    /// As the machine found it.
    Machine,
    /// As confirmed by people, with its history.
    Confirmed(Option<&'a Standing>),
}

impl<'a> Marks<'a> {
    fn weight(&self, reading: Reading, criterion: Criterion, id: &str, rule: &str, allowed: bool) -> Weight<'a> {
        let standing = self.review.standings.get(id);
        let (fell, stands, appealed) = standing.map_or((false, false, false), |s| (s.fell(), s.stands(), s.appealed()));
        if fell || allowed {
            Weight::None
        } else if stands {
            let upheld = appealed && reading == Reading::Best(criterion);
            if upheld { Weight::None } else { Weight::Confirmed(standing) }
        } else {
            match reading {
                Reading::Best(of) if of == criterion => Weight::None,
                Reading::Worst(of) if of == criterion => Weight::Confirmed(None),
                // The machine's word for a rule that people overturn too often is not enough.
                _ if self.review.informational.iter().any(|one| one == rule) => Weight::None,
                _ => Weight::Machine,
            }
        }
    }

    /// Adds a post as it counts under one reading.
    fn add(
        &self,
        pack: &Pack,
        reading: Reading,
        post: &FinishedPost<'_>,
        scored: &ScoredPost<'_>,
        creators: &mut Creators,
    ) {
        let rule = |finding: &ScoredFinding| &pack.rules[usize::from(finding.rule.0)];
        let mut findings: Vec<ScoredFinding> = Vec::with_capacity(scored.findings.len());
        let mut dropped = Vec::with_capacity(scored.findings.len());
        let mut commercial = scored.commercial;
        for (finding, machine) in post.findings.iter().zip(scored.findings) {
            let rule = rule(machine);
            let allowed = self.allows.of(&rule.id, scored.platform, scored.creator).is_some();
            let mut one = ScoredFinding { counts: false, ..*machine };
            let weight = self.weight(reading, rule.criterion, &finding.id, &rule.id, allowed);
            dropped.push(matches!(weight, Weight::None));
            match weight {
                Weight::None => one.cure = Cure::Overturned,
                Weight::Machine => {}
                // Without a verified article in force nothing counts, whoever confirms it.
                Weight::Confirmed(_) if one.tier == Tier::Advisory => {}
                Weight::Confirmed(standing) => {
                    (one.reviewed, one.counts) = (true, true);
                    // People who confirm a finding say that the post is advertising.
                    commercial = Commercial::Yes;
                    if let Some(standing) = standing {
                        one.cure = standing.cure(self.policy);
                        one.appealed = standing.appealed() && reading == Reading::After;
                        if let Some(day) = standing.noticed() {
                            creators.notify(scored.platform, scored.creator, &rule.group, day);
                        }
                    }
                }
            }
            findings.push(one);
        }
        // As in a scan: of the violations of one group that are left only the gravest, as the policy sees them, counts, a
        // tie goes to the lowest id. What people confirmed counts whatever stands beside it; the score takes the dearest of a
        // group. Behind a finding under appeal the next one stands ready, so that the score without it is the score if it
        // fell; behind a mended one it does not, since it would be the dearer.
        let ready = |finding: &ScoredFinding| finding.appealed && finding.cure == Cure::Open;
        let gravest = |findings: &[ScoredFinding], group: &str, behind: bool| {
            let left = findings.iter().enumerate().filter(|(at, finding)| {
                finding.tier == Tier::Violation
                    && !dropped[*at]
                    && !(behind && ready(finding))
                    && rule(finding).group == group
            });
            let severity = |finding: &ScoredFinding| {
                let rule = rule(finding);
                self.policy.severity_of(&rule.id, rule.severity)
            };
            left.max_by_key(|(at, finding)| (severity(finding), Reverse(*at))).map(|(at, _)| at)
        };
        for at in 0..findings.len() {
            let group = &rule(&findings[at]).group;
            let first = gravest(&findings, group, false);
            let behind = first.is_some_and(|first| ready(&findings[first]));
            findings[at].counts |= first == Some(at) || (behind && gravest(&findings, group, true) == Some(at));
        }
        creators.add(&ScoredPost { commercial, findings: &findings, ..*scored });
    }

    /// Counts findings that the ledger or the baseline speaks of: one id is one finding, however often its post was
    /// captured.
    fn count(
        &self,
        post: &FinishedPost<'_>,
        scored: &ScoredPost<'_>,
        counted: &mut HashSet<String>,
        counts: &mut HashMap<(String, String), ReviewCounts>,
    ) {
        for finding in post.findings {
            let state = self.review.state(&finding.id);
            let known = self.baseline.knows(&finding.id);
            if state == State::Open && !known || !counted.insert(finding.id.clone()) {
                continue;
            }
            let of = counts.entry((scored.platform.to_owned(), scored.creator.to_owned())).or_default();
            of.known += u64::from(known);
            let field = match state {
                State::Open => continue,
                State::Waiting => &mut of.waiting,
                State::Conflict => &mut of.conflict,
                State::Unsure => &mut of.unsure,
                State::Confirmed => &mut of.confirmed,
                State::Overturned => &mut of.overturned,
                State::Noticed => &mut of.noticed,
                State::Cured => &mut of.cured,
                State::Appealed => &mut of.appealed,
                State::Closed => &mut of.closed,
            };
            *field += 1;
        }
    }
}

impl ReviewedRuns {
    /// Scores the creators one after the other, by (platform, creator): each as found, with `review` beside it. An error
    /// is the last thing that is given.
    pub fn into_scores<'a>(
        self,
        scoring: &'a Scoring<'a>,
    ) -> impl Iterator<Item = Result<CreatorScore, SpillError>> + 'a {
        let Self { found, readings, counts, allows, ledger, informational } = self;
        let mut readings = readings.map(|creators| creators.into_scores(scoring));
        found.creators.into_scores(scoring).map(move |score| {
            let mut score = score?;
            // Every reading was given every post, so that all have the same creators in the same order.
            let [after, best, best_ads, worst, worst_ads] =
                readings.each_mut().map(|scores| scores.next().transpose().map(|s| s.unwrap_or_default().criteria));
            let best = CriteriaRecord { ad_compliance: best_ads?.ad_compliance, ..best? };
            let worst = CriteriaRecord { ad_compliance: worst_ads?.ad_compliance, ..worst? };
            let of = (score.platform.clone(), score.creator.clone());
            let mut findings = counts.get(&of).copied().unwrap_or_default();
            let tolerated = score.counts.iter().filter(|count| allows.of(&count.rule, &of.0, &of.1).is_some());
            findings.allowed = tolerated.map(|count| count.n).sum();
            score.review = Some(ReviewRecord {
                ledger: ledger.clone(),
                findings,
                informational: informational.clone(),
                as_found: score.criteria.clone().into(),
                after_review: after?.into(),
                best: best.into(),
                worst: worst.into(),
            });
            Ok(score)
        })
    }
}
