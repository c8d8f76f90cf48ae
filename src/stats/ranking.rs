//! How well a score puts what is so before what is not: from pairs (score, outcome). Equal scores count as one place.

use super::{share::Interval, special::critical};

/// The area under the ROC curve: the chance that a random positive scores above a random negative, ties half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    /// The area.
    pub estimate: f64,
    /// Its interval, cut to 0 to 1.
    pub interval: Interval,
}

/// The best F1 that any threshold gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestF1 {
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// The lowest score that is still called positive.
    pub threshold: f64,
    /// Positives at or above it, all at or above it, all positives.
    pub counts: [u64; 3],
}

/// The area with DeLong's interval (1988, doi:10.2307/2531595), by midranks (Sun and Xu 2014,
/// doi:10.1109/LSP.2014.2337313). `None` without both outcomes, or with a score that is no number.
pub fn auc(pairs: &[(f64, bool)], conf: f64) -> Option<Auc> {
    let of = |wanted: bool| pairs.iter().filter(|p| p.1 == wanted).map(|p| p.0).collect::<Vec<_>>();
    let (yes, no) = (of(true), of(false));
    if yes.is_empty() || no.is_empty() || pairs.iter().any(|p| p.0.is_nan()) {
        return None;
    }
    let all: Vec<f64> = yes.iter().chain(&no).copied().collect();
    let (ranks, own, other) = (midranks(&all), midranks(&yes), midranks(&no));
    let (m, n) = (yes.len() as f64, no.len() as f64);
    let above: Vec<f64> = ranks.iter().zip(&own).map(|(r, o)| (r - o) / n).collect();
    let below: Vec<f64> = ranks[yes.len()..].iter().zip(&other).map(|(r, o)| 1.0 - (r - o) / m).collect();
    let estimate = above.iter().sum::<f64>() / m;
    let half = critical(conf, f64::INFINITY) * (spread(&above) / m + spread(&below) / n).sqrt();
    let interval = Interval { lower: estimate - half, upper: estimate + half }.clipped();
    Some(Auc { estimate, interval })
}

/// Precision at each place where a positive is found, averaged over the positives. `None` without a positive.
pub fn average_precision(pairs: &[(f64, bool)]) -> Option<f64> {
    let all = pairs.iter().filter(|p| p.1).count();
    let mut sum = 0.0;
    let mut before = 0;
    places(pairs, |_, positive, taken| {
        sum += (positive - before) as f64 * positive as f64 / taken as f64;
        before = positive;
    });
    (all > 0).then(|| sum / all as f64)
}

/// The threshold with the best F1; of equals the highest. `None` without a positive.
pub fn best_f1(pairs: &[(f64, bool)]) -> Option<BestF1> {
    let all = pairs.iter().filter(|p| p.1).count() as u64;
    let mut best: Option<BestF1> = None;
    places(pairs, |threshold, positive, taken| {
        let f1 = 2.0 * positive as f64 / (taken + all) as f64;
        if all > 0 && best.is_none_or(|b| f1 > b.f1) {
            best = Some(BestF1 { f1, threshold, counts: [positive, taken, all] });
        }
    });
    best
}

/// Calls `at` for every distinct score, falling, with the positives and all pairs at or above it.
fn places(pairs: &[(f64, bool)], mut at: impl FnMut(f64, u64, u64)) {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut positive, mut taken) = (0, 0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        positive += tied.iter().filter(|p| p.1).count() as u64;
        taken += tied.len() as u64;
        at(tied[0].0, positive, taken);
    }
}

/// The rank of each value from 1; equal values share the mean of their ranks.
fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let mean = first as f64 + 0.5 * (tied.len() + 1) as f64;
        tied.iter().for_each(|&i| ranks[i] = mean);
        first += tied.len();
    }
    ranks
}

/// Sample variance; 0 for a single value.
fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    if n > 1.0 { squares / (n - 1.0) } else { 0.0 }
}
