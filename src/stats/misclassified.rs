//! Prevalence behind an imperfect detector whose quality is known from elsewhere, and its kin. They all assume that the
//! detector is as good here as where its quality was measured.

use super::{
    share::{Interval, wilson},
    special::critical,
};

/// Rogan and Gladen's estimate (1978, doi:10.1093/oxfordjournals.aje.a112510) of the true share behind the share
/// `apparent` that a detector of sensitivity `se` and specificity `sp` flags. Not clipped: below 0 or above 1 the data
/// contradict `se` and `sp`. `None` where `se + sp = 1`: such a detector says nothing.
pub fn rogan_gladen(apparent: f64, se: f64, sp: f64) -> Option<f64> {
    let youden = se + sp - 1.0;
    (youden.abs() > 1e-12).then(|| (apparent + sp - 1.0) / youden)
}

/// The interval of [`rogan_gladen`] when `se` and `sp` are known exactly: Wilson's bounds of the apparent share,
/// transformed (Reiczigel et al. 2010, doi:10.1017/S0950268810000385), clipped to 0 to 1.
pub fn rogan_gladen_known(x: u64, n: u64, se: f64, sp: f64, conf: f64) -> Option<Interval> {
    let bounds = wilson(x, n, conf)?;
    let (a, b) = (rogan_gladen(bounds.lower, se, sp)?, rogan_gladen(bounds.upper, se, sp)?);
    Some(Interval { lower: a.min(b), upper: a.max(b) }.clipped())
}

/// A share and the number of units that it was seen in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// 0 to 1.
    pub share: f64,
    /// Units; an effective number where they come in clusters.
    pub n: f64,
}

/// Lang and Reiczigel's interval (2014, doi:10.1016/j.prevetmed.2013.09.015) of the true share when sensitivity and
/// specificity were themselves measured, clipped to 0 to 1. The variance printed there has a sign typo; the form here
/// gives the intervals that the paper prints. `None` where the smoothed `se + sp` is 1, or a count is not positive.
pub fn lang_reiczigel(apparent: Observed, se: Observed, sp: Observed, conf: f64) -> Option<Interval> {
    if !(apparent.n > 0.0 && se.n > 0.0 && sp.n > 0.0) {
        return None;
    }
    let z = critical(conf, f64::INFINITY);
    let smooth = |o: Observed, more: f64| ((o.n * o.share + 0.5 * more) / (o.n + more), o.n + more);
    let ((ap, n), (se, n_se), (sp, n_sp)) = (smooth(apparent, z * z), smooth(se, 2.0), smooth(sp, 2.0));
    let p = rogan_gladen(ap, se, sp)?;
    let (var_se, var_sp) = (se * (1.0 - se) / n_se, sp * (1.0 - sp) / n_sp);
    let shift = 2.0 * z * z * (p * var_se - (1.0 - p) * var_sp);
    let variance = ap * (1.0 - ap) / n + p * p * var_se + (1.0 - p) * (1.0 - p) * var_sp;
    let half = z * variance.sqrt() / (se + sp - 1.0).abs();
    Some(Interval { lower: p + shift - half, upper: p + shift + half }.clipped())
}

/// Adjusted classify and count (Forman 2008, doi:10.1007/s10618-008-0097-y): [`rogan_gladen`], clipped.
pub fn adjusted_count(flagged: f64, true_positive_rate: f64, false_positive_rate: f64) -> Option<f64> {
    rogan_gladen(flagged, true_positive_rate, 1.0 - false_positive_rate).map(|p| p.clamp(0.0, 1.0))
}

/// The same with mean scores in place of shares (Bella et al. 2010, doi:10.1109/ICDM.2010.75).
pub fn probabilistic_count(mean: f64, mean_of_positives: f64, mean_of_negatives: f64) -> Option<f64> {
    adjusted_count(mean, mean_of_positives, mean_of_negatives)
}

/// Shares of true states from observed ones: solves `observed = true · confusion` (rows true, columns predicted), then
/// takes the nearest point where all shares are at least 0 and sum to 1. `None` for a confusion matrix that is not
/// square over the states, or that cannot be inverted.
pub fn matrix_adjusted(observed: &[f64], confusion: &[Vec<f64>]) -> Option<Vec<f64>> {
    let k = observed.len();
    if confusion.len() != k || confusion.iter().any(|row| row.len() != k) {
        return None;
    }
    // One equation a predicted state, the observed share at its end; Gauss and Jordan with the largest pivot.
    let mut rows: Vec<Vec<f64>> =
        (0..k).map(|j| confusion.iter().map(|row| row[j]).chain([observed[j]]).collect()).collect();
    for at in 0..k {
        let pivot = (at..k).max_by(|&a, &b| rows[a][at].abs().total_cmp(&rows[b][at].abs()))?;
        rows.swap(at, pivot);
        if rows[at][at].abs() < 1e-12 {
            return None;
        }
        let head: Vec<f64> = rows[at].iter().map(|v| v / rows[at][at]).collect();
        for (i, row) in rows.iter_mut().enumerate() {
            let factor = row[at];
            if i == at {
                row.clone_from(&head);
            } else {
                row.iter_mut().zip(&head).for_each(|(v, h)| *v -= factor * h);
            }
        }
    }
    Some(on_simplex(&rows.iter().map(|row| row[k]).collect::<Vec<_>>()))
}

/// The nearest point with no negative part and sum 1 (Duchi et al. 2008, doi:10.1145/1390156.1390191).
fn on_simplex(point: &[f64]) -> Vec<f64> {
    let mut sorted = point.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (i, v) in sorted.iter().enumerate() {
        sum += v;
        let candidate = (sum - 1.0) / (i + 1) as f64;
        if *v > candidate {
            shift = candidate;
        }
    }
    point.iter().map(|v| (v - shift).max(0.0)).collect()
}

/// The share of positives that makes the posteriors consistent when only the mix has changed since training (Saerens et
/// al. 2002, doi:10.1162/089976602753284446), iterated until a step is below `tolerance`. `None` without posteriors or
/// with a training share of 0 or 1.
pub fn prior_shift(posteriors: &[f64], trained: f64, tolerance: f64) -> Option<f64> {
    if posteriors.is_empty() || !(trained > 0.0 && trained < 1.0) {
        return None;
    }
    let mut share = trained;
    // The iteration is a contraction towards one point; far more steps than any case needs.
    for _ in 0..1_000_000 {
        let (up, down) = (share / trained, (1.0 - share) / (1.0 - trained));
        let next =
            posteriors.iter().map(|p| p * up / (p * up + (1.0 - p) * down)).sum::<f64>() / posteriors.len() as f64;
        let step = (next - share).abs();
        share = next;
        if step < tolerance {
            break;
        }
    }
    Some(share)
}

/// The flagged share of (weight of posts, weight of those flagged) of creators, with the effective number of posts behind
/// it, at most `most`: what a detector's share must be given as where posts come in creators. `most` is the number of posts
/// or, where these have weights, [`effective_n`](super::cluster::effective_n). `None` with fewer than two creators.
pub fn apparent(creators: &[(f64, f64)], most: f64) -> Option<Observed> {
    let k = creators.len() as f64;
    let (posts, flagged) = creators.iter().fold((0.0, 0.0), |(a, b), (m, y)| (a + m, b + y));
    if k < 2.0 || posts <= 0.0 {
        return None;
    }
    let share = flagged / posts;
    let squares: f64 = creators.iter().map(|(m, y)| (y - share * m).powi(2)).sum();
    let n = share * (1.0 - share) / (k / (k - 1.0) * squares / (posts * posts));
    Some(Observed { share, n: if n.is_finite() { n.min(most) } else { most } })
}
