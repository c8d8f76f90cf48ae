//! Prediction-powered inference: a detector on many posts, corrected by labels on a few.
//!
//! Angelopoulos et al. 2023, doi:10.1126/science.adi6000; tuned: PPI++, arXiv:2311.01453. These are the textbook forms
//! for independent posts and a labelled sample apart from the rest; [`survey`](super::survey) has weights, strata and
//! creators.

use super::{share::Interval, special::critical};

/// A prediction-powered mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Powered {
    /// The mean of Y.
    pub estimate: f64,
    /// How far predictions were trusted, 0 to 1.
    pub lambda: f64,
    /// Of the estimate.
    pub variance: f64,
}

impl Powered {
    /// The normal interval, not clipped.
    pub fn interval(&self, conf: f64) -> Interval {
        let half = critical(conf, f64::INFINITY) * self.variance.sqrt();
        Interval { lower: self.estimate - half, upper: self.estimate + half }
    }
}

/// The mean of `y` from labelled pairs (y, prediction) and predictions of further posts: with `lambda` given 0 is the
/// classical mean and 1 plain PPI; without it the one of least variance is taken. `None` when either side is empty.
pub fn ppi_mean(labelled: &[(f64, f64)], unlabelled: &[f64], lambda: Option<f64>) -> Option<Powered> {
    if labelled.is_empty() || unlabelled.is_empty() {
        return None;
    }
    let (n, rest) = (labelled.len() as f64, unlabelled.len() as f64);
    let y = mean(labelled.iter().map(|l| l.0));
    let f = mean(labelled.iter().map(|l| l.1));
    let f_rest = mean(unlabelled.iter().copied());
    let all = labelled.iter().map(|l| l.1).chain(unlabelled.iter().copied());
    let f_all = mean(all.clone());
    let lambda = lambda.unwrap_or_else(|| {
        let spread = all.map(|v| (v - f_all) * (v - f_all)).sum::<f64>() / (n + rest - 1.0);
        let together = mean(labelled.iter().map(|l| (l.0 - y) * (l.1 - f)));
        if spread > 0.0 { (together / ((1.0 + n / rest) * spread)).clamp(0.0, 1.0) } else { 0.0 }
    });
    let rectifier = y - lambda * f;
    let var_rest = mean(unlabelled.iter().map(|v| (v - f_rest) * (v - f_rest)));
    let var_labelled = mean(labelled.iter().map(|l| (l.0 - lambda * l.1 - rectifier).powi(2)));
    let variance = lambda * lambda * var_rest / rest + var_labelled / n;
    Some(Powered { estimate: lambda * f_rest + rectifier, lambda, variance })
}

/// Labelled posts by detector and truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Flagged, and rightly.
    pub tp: u64,
    /// Flagged, and wrongly.
    pub fp: u64,
    /// Not flagged, and wrongly.
    pub fn_: u64,
    /// Not flagged, and rightly.
    pub tn: u64,
}

/// [`ppi_mean`] for a yes/no detector, from counts: plain PPI is `flagged / rest + (fn - fp) / n`.
pub fn ppi_counts(labelled: Confusion, rest: u64, flagged: u64, lambda: Option<f64>) -> Option<Powered> {
    let Confusion { tp, fp, fn_, tn } = labelled;
    let (tp, fp, fn_, tn) = (tp as f64, fp as f64, fn_ as f64, tn as f64);
    let (n, rest, flagged) = (tp + fp + fn_ + tn, rest as f64, flagged as f64);
    if n == 0.0 || rest == 0.0 || flagged > rest {
        return None;
    }
    let (y, f, f_rest) = ((tp + fn_) / n, (tp + fp) / n, flagged / rest);
    let lambda = lambda.unwrap_or_else(|| {
        let f_all = (tp + fp + flagged) / (n + rest);
        let spread = f_all * (1.0 - f_all) * (n + rest) / (n + rest - 1.0);
        if spread > 0.0 { ((tp / n - y * f) / ((1.0 + n / rest) * spread)).clamp(0.0, 1.0) } else { 0.0 }
    });
    let rectifier = y - lambda * f;
    let square = |v: f64| (v - rectifier) * (v - rectifier);
    let var_labelled = (tp * square(1.0 - lambda) + fp * square(-lambda) + fn_ * square(1.0) + tn * square(0.0)) / n;
    let variance = lambda * lambda * f_rest * (1.0 - f_rest) / rest + var_labelled / n;
    Some(Powered { estimate: lambda * f_rest + rectifier, lambda, variance })
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    sum / n
}
