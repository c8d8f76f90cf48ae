//! Stratified samples: how many labels where, and what they say together.

use super::{share::Interval, special::critical};

/// Where labels are best spent, and how many a wanted precision needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum {
    /// All labels together, before rounding up.
    pub n: f64,
    /// The share of them in each stratum.
    pub fractions: Vec<f64>,
}

/// The allocation of least variance for a mean: `n_h ∝ N_h σ_h / √c_h` (Neyman 1934; with costs Cochran 1977, 5.5), and
/// the total for a standard error of `se`, finite strata considered. Equal costs give Neyman's allocation. `None` when
/// the lists differ in length, no stratum has spread, or a cost or `se` is not positive.
pub fn optimum(sizes: &[f64], spreads: &[f64], costs: &[f64], se: f64) -> Option<Optimum> {
    let (weights, total) = desire(sizes, spreads, costs)?;
    if se.is_nan() || se <= 0.0 {
        return None;
    }
    let all: f64 = sizes.iter().sum();
    let strata = || sizes.iter().zip(spreads).zip(costs);
    let dear: f64 = strata().map(|((n, s), c)| n * s * c.sqrt()).sum();
    let spread: f64 = strata().map(|((n, s), _)| n * s * s).sum();
    let n = dear * total / (all * all * se * se + spread);
    Some(Optimum { n, fractions: weights.iter().map(|w| w / total).collect() })
}

/// `n` labels over the strata by the same rule: none gets more than it has or less than `floor` (or all it has); what a
/// full stratum cannot take goes to the others; rounded by largest remainder. Where the floors alone need more than
/// `n`, they are kept. Errors as [`optimum`]; strata without spread get the floor.
pub fn allocate(sizes: &[u64], spreads: &[f64], costs: &[f64], n: u64, floor: u64) -> Option<Vec<u64>> {
    let real: Vec<f64> = sizes.iter().map(|&s| s as f64).collect();
    let (weights, _) = desire(&real, spreads, costs)?;
    let least: Vec<f64> = real.iter().map(|s| s.min(floor as f64)).collect();
    let shares = |level: f64| -> Vec<f64> {
        weights.iter().zip(&least).zip(&real).map(|((w, low), high)| (level * w).clamp(*low, *high)).collect()
    };
    let wanted = (n as f64).clamp(least.iter().sum(), real.iter().sum());
    // The sum grows with the level: halve until no number lies between. At the highest, every stratum with spread is full.
    let full = weights.iter().zip(&real).filter(|(w, _)| **w > 0.0).map(|(w, size)| size / w);
    let (mut low, mut high) = (0.0, full.fold(0.0, f64::max));
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if shares(middle).iter().sum::<f64>() < wanted { low = middle } else { high = middle }
    }
    Some(largest_remainder(&shares(high)))
}

/// Whole numbers with the same sum (rounded), each within one of its share.
pub fn largest_remainder(shares: &[f64]) -> Vec<u64> {
    let mut whole: Vec<u64> = shares.iter().map(|s| s.floor().max(0.0) as u64).collect();
    let missing = (shares.iter().sum::<f64>().round() as u64).saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| shares[b].fract().total_cmp(&shares[a].fract()).then(a.cmp(&b)));
    order.into_iter().take(missing as usize).for_each(|at| whole[at] += 1);
    whole
}

fn desire(sizes: &[f64], spreads: &[f64], costs: &[f64]) -> Option<(Vec<f64>, f64)> {
    if spreads.len() != sizes.len() || costs.len() != sizes.len() || costs.iter().any(|c| c.is_nan() || *c <= 0.0) {
        return None;
    }
    let weights: Vec<f64> = sizes.iter().zip(spreads).zip(costs).map(|((n, s), c)| n * s / c.sqrt()).collect();
    let total: f64 = weights.iter().sum();
    (total > 0.0 && total.is_finite()).then_some((weights, total))
}

/// A share over strata of known weights (they are scaled to sum 1), from (weight, share, labels) a stratum: estimate
/// and standard error, given the labels in each stratum and without finite correction (Cochran 1977, 5A.9). `None`
/// without weight or with a stratum without labels.
pub fn poststratified(strata: &[(f64, f64, u64)]) -> Option<(f64, f64)> {
    let total: f64 = strata.iter().map(|s| s.0).sum();
    if total.is_nan() || total <= 0.0 || strata.iter().any(|s| s.2 == 0) {
        return None;
    }
    let estimate: f64 = strata.iter().map(|(w, p, _)| w * p).sum::<f64>() / total;
    let variance: f64 = strata.iter().map(|(w, p, n)| (w / total).powi(2) * p * (1.0 - p) / *n as f64).sum();
    Some((estimate, variance.sqrt()))
}

/// A random sample of one stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Posts in it.
    pub posts: u64,
    /// Of them labelled.
    pub labelled: u64,
    /// Of those positive.
    pub positive: u64,
}

/// What a random sample of flagged and one of unflagged posts say about the detector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recall {
    /// Share of flagged posts that are positive.
    pub precision: f64,
    /// Share of all posts that are positive.
    pub prevalence: f64,
    /// Share of positive posts that are flagged.
    pub recall: f64,
    /// Its standard error, by the delta method, without finite correction.
    pub se: f64,
    /// Its interval, on the logit scale.
    pub interval: Interval,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
}

/// Recall over the two strata. Few misses among the unflagged stand for many: the interval says so. `None` where a
/// stratum has no labels or there is no positive: recall cannot be known from flagged posts alone.
pub fn recall(flagged: Stratum, unflagged: Stratum, conf: f64) -> Option<Recall> {
    if flagged.labelled == 0 || unflagged.labelled == 0 {
        return None;
    }
    let part = |s: Stratum| {
        let (posts, n) = (s.posts as f64, s.labelled as f64);
        let p = s.positive as f64 / n;
        (posts * p, posts * posts * p * (1.0 - p) / n, p)
    };
    let ((hits, var_hits, precision), (misses, var_misses, _)) = (part(flagged), part(unflagged));
    let positives = hits + misses;
    if positives <= 0.0 {
        return None;
    }
    let recall = hits / positives;
    let variance = (misses * misses * var_hits + hits * hits * var_misses) / positives.powi(4);
    let se = variance.sqrt();
    let t = critical(conf, f64::INFINITY);
    Some(Recall {
        precision,
        prevalence: positives / (flagged.posts + unflagged.posts) as f64,
        recall,
        se,
        interval: logit_interval(recall, se, t),
        f1: if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 },
    })
}

/// `p` ± `t` standard errors on the logit scale; the point itself where `p` is 0 or 1.
pub fn logit_interval(p: f64, se: f64, t: f64) -> Interval {
    if !(p > 0.0 && p < 1.0) {
        return Interval { lower: p, upper: p };
    }
    let (centre, half) = ((p / (1.0 - p)).ln(), t * se / (p * (1.0 - p)));
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    Interval { lower: back(centre - half), upper: back(centre + half) }
}
