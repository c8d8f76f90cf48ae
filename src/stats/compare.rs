//! Several comparisons at once, trends and paired outcomes.

use super::special::two_sided_p;

/// The test of Cochran and Armitage for a trend in shares over ordered groups, without continuity correction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Standard normal under no trend; positive when shares rise with the scores.
    pub z: f64,
    /// `(N - 1) r²`, the form that Agresti prints.
    pub m2: f64,
    /// Two-sided, of `z`.
    pub p: f64,
}

/// Cochran–Armitage over groups of (score, events, total). For independent units only: with several posts a creator use
/// the trend of estimates. `None` with fewer than two groups of different scores, or no or only events.
pub fn cochran_armitage(groups: &[(f64, u64, u64)]) -> Option<Trend> {
    let sum = |f: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        groups.iter().map(|&(score, events, total)| f(score, events as f64, total as f64)).sum()
    };
    let (n, x) = (sum(&|_, _, t| t), sum(&|_, e, _| e));
    let share = x / n;
    let centre = sum(&|s, _, t| s * t) / n;
    let spread = sum(&|s, _, t| t * (s - centre) * (s - centre));
    let variance = share * (1.0 - share) * spread;
    if variance.is_nan() || variance <= 0.0 || groups.iter().any(|&(_, e, t)| e > t) {
        return None;
    }
    let z = sum(&|s, e, t| (s - centre) * (e - t * share)) / variance.sqrt();
    Some(Trend { z, m2: z * z * (n - 1.0) / n, p: two_sided_p(z) })
}

/// McNemar's test of two outcomes on the same units, without correction, from the two discordant counts: chi-square
/// with one degree of freedom and its p. `None` when nothing is discordant.
pub fn mcnemar(only_first: u64, only_second: u64) -> Option<(f64, f64)> {
    let (b, c) = (only_first as f64, only_second as f64);
    (b + c > 0.0).then(|| {
        let z = (b - c) / (b + c).sqrt();
        (z * z, two_sided_p(z))
    })
}

/// P-values adjusted by Benjamini and Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x), in the order given:
/// rejecting those at most q keeps the expected share of false rejections at most q.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (above, &at) in order.iter().enumerate() {
        least = least.min(p[at] * (p.len() as f64 / (p.len() - above) as f64));
        adjusted[at] = least;
    }
    adjusted
}

/// The median of all slopes between two points (Theil 1950, Sen 1968) and the intercept `median(y) - slope·median(x)`.
/// `None` when no two points differ in x.
pub fn theil_sen(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    let pairs = points.iter().enumerate().flat_map(|(i, a)| points[i + 1..].iter().map(move |b| (a, b)));
    let slopes = pairs.filter(|(a, b)| a.0 != b.0).map(|(a, b)| (b.1 - a.1) / (b.0 - a.0));
    let slope = median(slopes.collect())?;
    let (xs, ys) = points.iter().copied().unzip();
    Some((slope, median(ys)? - slope * median(xs)?))
}

/// The middle value, or the mean of the two in the middle; `None` of nothing.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(if values.len().is_multiple_of(2) { 0.5 * (values[values.len() / 2 - 1] + upper) } else { upper })
}
