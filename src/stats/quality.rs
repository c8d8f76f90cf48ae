//! How good a detector is against labels: counts, probabilities, spans.

use super::ppi::Confusion;

/// What a confusion table says; a measure without denominator is `None`, never 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Right among flagged.
    pub precision: Option<f64>,
    /// Flagged among right: sensitivity.
    pub recall: Option<f64>,
    /// Harmonic mean of both; 0 when nothing flagged is right.
    pub f1: Option<f64>,
    /// F with precision counting twice as much as recall.
    pub f05: Option<f64>,
    /// Passed among those to pass.
    pub specificity: Option<f64>,
    /// Matthews' correlation.
    pub mcc: Option<f64>,
    /// Mean of recall and specificity.
    pub balanced_accuracy: Option<f64>,
}

/// The measures of a confusion table.
pub fn quality(confusion: Confusion) -> Quality {
    let Confusion { tp, fp, fn_, tn } = confusion;
    let (tp, fp, fn_, tn) = (tp as f64, fp as f64, fn_ as f64, tn as f64);
    let over = |x: f64, n: f64| (n > 0.0).then(|| x / n);
    let f = |beta: f64| {
        let b = beta * beta;
        over((1.0 + b) * tp, (1.0 + b) * tp + b * fn_ + fp)
    };
    let (recall, specificity) = (over(tp, tp + fn_), over(tn, tn + fp));
    Quality {
        precision: over(tp, tp + fp),
        recall,
        f1: f(1.0),
        f05: f(0.5),
        specificity,
        mcc: over(tp * tn - fp * fn_, ((tp + fp) * (tp + fn_) * (tn + fp) * (tn + fn_)).sqrt()),
        balanced_accuracy: recall.zip(specificity).map(|(a, b)| 0.5 * (a + b)),
    }
}

/// The mean squared error of probabilities (Brier 1950) and the expected calibration error over `bins` bins of equal
/// width (Naeini et al. 2015), from pairs (probability, outcome). `None` without pairs or bins.
pub fn calibration(pairs: &[(f64, bool)], bins: usize) -> Option<(f64, f64)> {
    if pairs.is_empty() || bins == 0 {
        return None;
    }
    let n = pairs.len() as f64;
    let outcome = |y: bool| if y { 1.0 } else { 0.0 };
    let brier = pairs.iter().map(|&(p, y)| (p - outcome(y)).powi(2)).sum::<f64>() / n;
    let mut gaps = vec![0.0; bins];
    for &(p, y) in pairs {
        // A probability on an edge belongs to the bin above; the rounding of p·bins must not put it below.
        let at = ((p * bins as f64 + 1e-9).floor().max(0.0) as usize).min(bins - 1);
        gaps[at] += p - outcome(y);
    }
    Some((brier, gaps.iter().map(|g| g.abs()).sum::<f64>() / n))
}

/// A labelled stretch of text, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// First position; code points in gold files.
    pub start: u64,
    /// Position after the last.
    pub end: u64,
    /// Its label.
    pub label: &'a str,
}

/// Precision, recall and F1 of one way to count spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpanScore {
    /// Matches among predicted spans (or characters); half a match may count.
    pub precision: Option<f64>,
    /// Matches among gold spans (or characters).
    pub recall: Option<f64>,
    /// Harmonic mean.
    pub f1: Option<f64>,
}

/// Three ways to compare spans: none alone is fair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpanScores {
    /// Same ends and label.
    pub exact: SpanScore,
    /// Half a point for an overlap with the same label, one to one (MUC-5).
    pub partial: SpanScore,
    /// Exact, partly right, spurious and missing spans of the partial count.
    pub partial_counts: [u64; 4],
    /// By characters of the same label.
    pub characters: SpanScore,
    /// Characters in common, in gold and predicted.
    pub character_counts: [u64; 3],
}

/// Compares predicted spans with gold ones of the same text. A character counts once for each label, however many spans of
/// that label lie over it.
pub fn span_scores(gold: &[Stretch<'_>], predicted: &[Stretch<'_>]) -> SpanScores {
    let common = |g: &Stretch<'_>, p: &Stretch<'_>| match g.label == p.label {
        true => g.end.min(p.end).saturating_sub(g.start.max(p.start)),
        false => 0,
    };
    let mut free: Vec<&Stretch<'_>> = predicted.iter().collect();
    let mut left: Vec<&Stretch<'_>> = Vec::new();
    let mut exact = 0;
    for g in gold {
        match free.iter().position(|p| *p == g) {
            Some(at) => {
                free.swap_remove(at);
                exact += 1;
            }
            None => left.push(g),
        }
    }
    // Each remaining gold span takes the free prediction that it shares most with, longest overlaps first.
    let mut pairs: Vec<(u64, usize, usize)> = Vec::new();
    for (i, g) in left.iter().enumerate() {
        pairs.extend(free.iter().enumerate().map(|(j, p)| (common(g, p), i, j)).filter(|pair| pair.0 > 0));
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken, mut given) = (vec![false; left.len()], vec![false; free.len()]);
    for (_, i, j) in pairs {
        if !taken[i] && !given[j] {
            (taken[i], given[j]) = (true, true);
        }
    }
    let partial = taken.iter().filter(|t| **t).count() as u64;
    let (n, m) = (gold.len() as u64, predicted.len() as u64);
    let (whole, said) = (joined(gold), joined(predicted));
    let overlap: u64 = whole.iter().map(|g| said.iter().map(|p| common(g, p)).sum::<u64>()).sum();
    let length = |spans: &[Stretch<'_>]| spans.iter().map(|s| s.end.saturating_sub(s.start)).sum::<u64>();
    let (long, wide) = (length(&whole), length(&said));
    SpanScores {
        exact: span_score(exact as f64, n, m),
        partial: span_score(exact as f64 + 0.5 * partial as f64, n, m),
        partial_counts: [exact, partial, m - exact - partial, n - exact - partial],
        characters: span_score(overlap as f64, long, wide),
        character_counts: [overlap, long, wide],
    }
}

/// The same stretches of each label, those that overlap as one.
fn joined<'a>(spans: &[Stretch<'a>]) -> Vec<Stretch<'a>> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|s| (s.label, s.start));
    let mut joined: Vec<Stretch<'a>> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match joined.last_mut() {
            Some(last) if last.label == span.label && span.start < last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Measures from hits (half a match may count), gold and predicted units.
pub fn span_score(hits: f64, gold: u64, predicted: u64) -> SpanScore {
    let over = |n: f64| (n > 0.0).then(|| hits / n);
    let (gold, predicted) = (gold as f64, predicted as f64);
    SpanScore {
        precision: over(predicted),
        recall: over(gold),
        f1: (gold + predicted > 0.0).then(|| 2.0 * hits / (gold + predicted)),
    }
}
