//! How firmly a band stands: the fewest posts whose findings must fall before the band shown becomes a better one.
//!
//! A post that falls takes its loss from the bad mass and gives its weight to the good one. The score reaches a limit
//! t when (1 - t)·a >= t·b, which is linear in both: each post brings w·((1 - t) + t·loss) nearer, whatever else
//! falls. So the posts that bring most, taken in turn, are the fewest that suffice. Critical findings that hold the
//! cap below the limit go first, since nothing helps without them. How many are needed is found by halving, each time
//! weighed in full.

use super::{
    bounds::{bounds, pick},
    mass::{Mass, Sheet, Violation, Without, weigh},
    policy::{Band, Policy},
    record::Stability,
    scoring::Scoring,
};
use crate::pack::Criterion;

/// The stability of the band of a rated criterion (see [`Stability`]).
pub(super) fn stability(
    sheet: &Sheet<'_>,
    criterion: Criterion,
    scoring: &Scoring<'_>,
    mass: &Mass,
) -> Option<Stability> {
    let policy = scoring.policy;
    let shown = |mass: &Mass| policy.band_index(pick(&bounds(mass, policy).1, policy.decisions.display_on));
    let now = shown(mass);
    let better = policy.bands.get(now.checked_sub(1)?)?;
    let order = in_order(sheet, mass, better, policy);
    let mut fallen = vec![false; sheet.units.len()];
    let mut band_of = |posts: usize| {
        fallen.fill(false);
        order[..posts].iter().for_each(|violation| fallen[violation.unit] = true);
        shown(&weigh(sheet, criterion, policy, scoring.catalogue, Without::Units(&fallen)))
    };
    if order.is_empty() || band_of(order.len()) >= now {
        return None;
    }
    let (mut too_few, mut enough) = (0, order.len());
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if band_of(middle) < now { enough = middle } else { too_few = middle }
    }
    Some(Stability {
        posts: enough as u64,
        findings: order[..enough].iter().map(|violation| violation.findings).sum(),
        band: policy.bands[band_of(enough)].name.clone(),
    })
}

/// The posts in the order in which they should fall to reach the band.
fn in_order(sheet: &Sheet<'_>, mass: &Mass, better: &Band, policy: &Policy) -> Vec<Violation> {
    let limit = better.min / 100.0;
    let brings = |violation: &Violation| sheet.units[violation.unit].weight * (1.0 - limit + limit * violation.loss);
    let mut order = mass.violations.clone();
    let by_gain = |a: &Violation, b: &Violation| brings(b).total_cmp(&brings(a)).then_with(|| a.unit.cmp(&b.unit));
    order.sort_by(by_gain);

    let caps = &policy.caps;
    let (open_allowed, cured_allowed) = if caps.open_critical_2_or_more >= better.min {
        (u32::MAX, true)
    } else if caps.open_critical_1 >= better.min {
        (1, true)
    } else {
        (0, caps.cured_critical >= better.min)
    };
    let mut open: u32 = mass.violations.iter().map(|violation| violation.open).sum();
    // Most open faults first, and among equals the one that brings most: what may stay is then what brings least.
    order.sort_by_key(|violation| std::cmp::Reverse(violation.open));
    let must = |violation: &Violation| {
        let holds = violation.open > 0 && open > open_allowed;
        open -= if holds { violation.open } else { 0 };
        holds || violation.cured && !cured_allowed
    };
    let (mut first, mut rest): (Vec<Violation>, Vec<Violation>) = order.into_iter().partition(must);
    rest.sort_by(by_gain);
    first.append(&mut rest);
    first
}
