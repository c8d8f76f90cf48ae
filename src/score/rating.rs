//! From clean and loss mass to a rating: posterior, interval, caps, bands, and when there is none.

use super::{
    bounds::{bounds, capped, mean, pick},
    interval::{four, round, wilson95},
    mass::{Mass, Sheet, Without, weigh},
    policy::{Bound, Policy},
    record::{Bounds, Confidence, CriterionRecord, NotRated, PolicyStamp, Reason, Share, State, WindowStamp},
    scoring::Scoring,
    stability::stability,
};
use crate::pack::{Criterion, Severity};

/// Most reasons that a record names.
const MOST_REASONS: usize = 4;

/// Rates one criterion.
pub(super) fn rate(sheet: &Sheet<'_>, criterion: Criterion, scoring: &Scoring<'_>) -> CriterionRecord {
    let policy = scoring.policy;
    let mass = weigh(sheet, criterion, policy, scoring.catalogue, Without::Nothing);
    let assessed = sheet.units.len() as u64;
    let commercial = assessed + sheet.unknown;
    let coverage = (commercial > 0).then(|| assessed as f64 / commercial as f64);
    let low_coverage = coverage.is_some_and(|share| share < policy.sample.min_coverage);
    let reason = not_rated(&mass, assessed, coverage, policy);
    let mut record = CriterionRecord {
        state: match (reason, low_coverage) {
            (Some(_), _) => State::NotRated,
            (None, true) => State::RatedLowCoverage,
            (None, false) => State::Rated,
        },
        reason,
        score: None,
        lower: None,
        upper: None,
        band: None,
        band_low: None,
        band_high: None,
        award_band: None,
        adverse_band: None,
        confidence: None,
        uncapped: None,
        cap: mass.cap.map(|(limit, _)| limit),
        cap_cause: mass.cap.map(|(_, cause)| cause),
        n_assessed: assessed,
        n_clean: mass.clean,
        n_violating: mass.violations.len() as u64,
        n_copies: mass.copies,
        n_unknown: sheet.unknown,
        weight: four(mass.weight),
        good: four(mass.good),
        bad: four(mass.bad),
        coverage: coverage.map(four),
        low_coverage,
        best: None,
        worst: None,
        without_appealed: None,
        band_stability: None,
        shares: shares(sheet, criterion, &mass),
        reasons: Vec::new(),
        review_required: !policy.decisions.publish_without_review,
        window: WindowStamp { as_of: scoring.as_of.to_string(), days: policy.window.days },
        policy: PolicyStamp {
            id: policy.id.clone(),
            version: policy.version.clone(),
            status: policy.status,
            sha256: policy.sha256.clone(),
        },
        pack: scoring.edition.clone(),
    };
    // A creator with too little of a record gets no number at all; one that could not be read gets the two ends.
    if matches!(reason, None | Some(NotRated::LowCoverage)) {
        let grave = policy.severity(Severity::High) * policy.evidence.reviewed;
        let best = mean(mass.good + sheet.unknown_weight, mass.bad, policy);
        let worst = mean(mass.good, mass.bad + sheet.unknown_weight * grave, policy);
        record.best = Some(four(capped(best, &mass, policy)));
        record.worst = Some(four(capped(worst, &mass, policy)));
    }
    if reason.is_none() {
        add_scores(&mut record, &mass, policy);
        add_appeals(&mut record, sheet, criterion, scoring, &mass);
        record.band_stability = stability(sheet, criterion, scoring, &mass);
        record.reasons = reasons(sheet, criterion, scoring, &mass);
    }
    record
}

fn not_rated(mass: &Mass, assessed: u64, coverage: Option<f64>, policy: &Policy) -> Option<NotRated> {
    let Some(coverage) = coverage else { return Some(NotRated::NoCommercialPosts) };
    if assessed - mass.copies < u64::from(policy.sample.min_posts) {
        Some(NotRated::BelowMinimumPosts)
    } else if mass.weight < policy.sample.min_weight {
        Some(NotRated::EvidenceTooOld)
    } else if coverage < policy.sample.floor_coverage {
        Some(NotRated::LowCoverage)
    } else {
        None
    }
}

fn band(bounds: &Bounds, on: Bound, policy: &Policy) -> Option<String> {
    Some(policy.band(pick(bounds, on)).to_owned())
}

fn add_scores(record: &mut CriterionRecord, mass: &Mass, policy: &Policy) {
    let (uncapped, after) = bounds(mass, policy);
    let width = round(uncapped.upper - uncapped.lower, policy.rounding_decimals);
    record.score = Some(after.score);
    record.lower = Some(after.lower);
    record.upper = Some(after.upper);
    record.band = band(&after, policy.decisions.display_on, policy);
    record.band_low = band(&after, Bound::Lower, policy);
    record.band_high = band(&after, Bound::Upper, policy);
    record.award_band = band(&after, policy.decisions.award_on, policy);
    record.adverse_band = band(&after, policy.decisions.adverse_on, policy);
    record.confidence = Some(if width <= policy.confidence.high {
        Confidence::High
    } else if width <= policy.confidence.medium {
        Confidence::Medium
    } else {
        Confidence::Low
    });
    record.uncapped = Some(uncapped);
}

/// Findings count until an appeal is decided; where the decision could move a band, nobody may act on the score.
fn add_appeals(
    record: &mut CriterionRecord,
    sheet: &Sheet<'_>,
    criterion: Criterion,
    scoring: &Scoring<'_>,
    mass: &Mass,
) {
    if !mass.appeals {
        return;
    }
    let policy = scoring.policy;
    let upheld = weigh(sheet, criterion, policy, scoring.catalogue, Without::Appealed);
    let (_, after) = bounds(&upheld, policy);
    record.without_appealed = Some(after.score);
    let moves = band(&after, Bound::Score, policy).as_deref() != record.score.map(|score| policy.band(score))
        || band(&after, Bound::Lower, policy) != record.band_low
        || band(&after, Bound::Upper, policy) != record.band_high;
    if moves {
        record.state = State::UnderReview;
    }
}

/// What each rule costs: the score without its findings less the score.
fn reasons(sheet: &Sheet<'_>, criterion: Criterion, scoring: &Scoring<'_>, mass: &Mass) -> Vec<Reason> {
    let policy = scoring.policy;
    let score = |mass: &Mass| capped(mean(mass.good, mass.bad, policy), mass, policy);
    let now = score(mass);
    let mut reasons: Vec<Reason> = mass
        .rules
        .iter()
        .filter_map(|(&rule, &n)| {
            let entry = scoring.catalogue.get(rule)?;
            let left = weigh(sheet, criterion, policy, scoring.catalogue, Without::Rule(rule));
            let points = four(score(&left) - now);
            (points > 0.0).then(|| Reason { rule: entry.id.clone(), points, n, curable: entry.curable })
        })
        .collect();
    reasons.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| a.rule.cmp(&b.rule)));
    reasons.truncate(MOST_REASONS);
    reasons
}

fn shares(sheet: &Sheet<'_>, criterion: Criterion, mass: &Mass) -> Vec<Share> {
    let [adequate, weak, absent, denied, _] = sheet.states;
    let mut named = vec![("clean", mass.clean), ("violating", mass.violations.len() as u64)];
    if criterion == Criterion::Transparency {
        named.extend([("adequate", adequate), ("weak", weak), ("absent", absent), ("denied", denied)]);
    }
    let of = sheet.units.len() as u64;
    let share = |(what, n): (&'static str, u64)| {
        let interval = wilson95(n, of);
        Share {
            what,
            n,
            of,
            share: (of > 0).then(|| four(n as f64 / of as f64)),
            lower: interval.map(|(lower, _)| four(lower)),
            upper: interval.map(|(_, upper)| four(upper)),
        }
    };
    named.into_iter().map(share).collect()
}
