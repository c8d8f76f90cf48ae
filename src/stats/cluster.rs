//! Posts come in creators: what that does to the error of a share.

use super::{draw::Draw, share::Interval, special::critical};

/// A share over clusters of unequal size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clustered {
    /// Positives over posts.
    pub estimate: f64,
    /// Of the ratio, linearised, creators taken as drawn with replacement (Kish 1965).
    pub variance: f64,
    /// As if posts were independent.
    pub variance_srs: f64,
    /// By leaving out one creator at a time.
    pub variance_jackknife: f64,
    /// `variance / variance_srs`: how many times fewer independent posts would say as much; NaN where nothing varies.
    pub deff: f64,
    /// Posts over `deff`.
    pub effective: f64,
    /// Correlation of two posts of one creator, by analysis of variance (Donner and Klar 2000).
    pub icc: f64,
    /// Creators.
    pub clusters: u64,
}

impl Clustered {
    /// The interval `estimate ± t·se`, t with one degree of freedom fewer than creators; not clipped.
    pub fn t_interval(&self, conf: f64) -> Interval {
        let half = critical(conf, self.clusters as f64 - 1.0) * self.variance.sqrt();
        Interval { lower: self.estimate - half, upper: self.estimate + half }
    }
}

/// The share over (posts, positives) of creators; `None` with fewer than two creators or no post.
pub fn clustered(clusters: &[(u64, u64)]) -> Option<Clustered> {
    let k = clusters.len() as f64;
    let real = || clusters.iter().map(|&(m, y)| (m as f64, y as f64));
    let (posts, positives) = real().fold((0.0, 0.0), |(a, b), (m, y)| (a + m, b + y));
    if k < 2.0 || posts == 0.0 {
        return None;
    }
    let p = positives / posts;
    let squares: f64 = real().map(|(m, y)| (y - p * m).powi(2)).sum();
    let variance = k / (k - 1.0) * squares / (posts * posts);
    let variance_srs = p * (1.0 - p) / posts;
    let without: Vec<f64> = real().filter(|(m, _)| *m < posts).map(|(m, y)| (positives - y) / (posts - m)).collect();
    let centre = without.iter().sum::<f64>() / without.len() as f64;
    let variance_jackknife = (k - 1.0) / k * without.iter().map(|v| (v - centre).powi(2)).sum::<f64>();
    let deff = variance / variance_srs;
    let within: f64 = real().filter(|c| c.0 > 0.0).map(|(m, y)| y * (1.0 - y / m)).sum::<f64>() / (posts - k);
    let between: f64 = real().filter(|c| c.0 > 0.0).map(|(m, y)| m * (y / m - p).powi(2)).sum::<f64>() / (k - 1.0);
    let typical = (posts - real().map(|(m, _)| m * m).sum::<f64>() / posts) / (k - 1.0);
    let icc = (between - within) / (between + (typical - 1.0) * within);
    Some(Clustered {
        estimate: p,
        variance,
        variance_srs,
        variance_jackknife,
        deff,
        effective: posts / deff,
        icc,
        clusters: clusters.len() as u64,
    })
}

/// Kish's design effect of clusters of that mean size: `1 + (m - 1)·icc`.
pub fn design_effect(mean_size: f64, icc: f64) -> f64 {
    1.0 + (mean_size - 1.0) * icc
}

/// How many equally weighted posts say as much as these: `(Σw)² / Σw²` (Kish 1965); 0 of nothing.
pub fn effective_n(weights: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.into_iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// Draws as many clusters as there are, with replacement, `draws` times, and gives each time the statistic of how often
/// each cluster was drawn, sorted; draws for which it is undefined are left out. Equal seeds give equal results
/// anywhere.
pub fn bootstrap(clusters: usize, draws: usize, seed: u64, statistic: impl Fn(&[u32]) -> Option<f64>) -> Vec<f64> {
    let mut draw = Draw::new(seed);
    let mut times = vec![0u32; clusters];
    let mut values = Vec::with_capacity(draws);
    for _ in 0..draws {
        times.fill(0);
        for _ in 0..clusters {
            times[draw.below(clusters as u64) as usize] += 1;
        }
        values.extend(statistic(&times).filter(|v| v.is_finite()));
    }
    values.sort_by(f64::total_cmp);
    values
}

/// The equal-tailed interval of sorted draws, interpolated between neighbours; `None` of fewer than two.
pub fn percentile_interval(sorted: &[f64], conf: f64) -> Option<Interval> {
    if sorted.len() < 2 {
        return None;
    }
    let at = |p: f64| {
        let place = p * (sorted.len() - 1) as f64;
        let below = (place.floor() as usize).min(sorted.len() - 2);
        sorted[below] + (place - below as f64) * (sorted[below + 1] - sorted[below])
    };
    let tail = 0.5 * (1.0 - conf);
    Some(Interval { lower: at(tail), upper: at(1.0 - tail) })
}

/// The standard deviation of the draws; `None` of fewer than two.
pub fn spread(draws: &[f64]) -> Option<f64> {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    (draws.len() > 1).then(|| (draws.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}
