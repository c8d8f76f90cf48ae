//! Logistic regression with an L2 penalty, by Newton's method: the same numbers on every run, no random start.

/// Newton steps; a convex problem with a penalty needs about eight.
const MOST_STEPS: usize = 60;
/// Largest change of a coefficient at which it has settled.
const SETTLED: f64 = 1e-9;

/// One observation: rising feature numbers with their values (others are 0), and the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Feature and value; features rising, values finite.
    pub features: Vec<(usize, f64)>,
    /// Whether it is so.
    pub outcome: bool,
}

/// Fitted coefficients, in log-odds.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// Of an observation without features. It is not penalised.
    pub intercept: f64,
    /// One a feature.
    pub weights: Vec<f64>,
}

impl Logistic {
    /// The log-odds of an observation.
    pub fn log_odds(&self, features: &[(usize, f64)]) -> f64 {
        self.intercept + features.iter().map(|&(i, v)| self.weights[i] * v).sum::<f64>()
    }
}

/// The chance that belongs to log-odds.
pub fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Maximises the log-likelihood less `lambda`/2 times the sum of squared weights, over features `0..features`. `None`
/// without both outcomes or unless `lambda` is positive: then there is no finite maximum, or no single one.
pub fn fit<'o>(
    observations: impl Iterator<Item = &'o Observation> + Clone,
    features: usize,
    lambda: f64,
) -> Option<Logistic> {
    let outcomes = observations.clone().map(|o| o.outcome);
    let (yes, all) = outcomes.fold((0_usize, 0_usize), |(yes, all), o| (yes + usize::from(o), all + 1));
    if yes == 0 || yes == all || lambda.is_nan() || lambda <= 0.0 {
        return None;
    }
    // Coefficient 0 is the intercept, i + 1 that of feature i.
    let size = features + 1;
    let mut now = vec![0.0; size];
    now[0] = (yes as f64 / (all - yes) as f64).ln();
    let mut loss = penalised(observations.clone(), &now, lambda);
    for _ in 0..MOST_STEPS {
        let (mut gradient, mut curvature) = (vec![0.0; size], vec![0.0; size * size]);
        for i in 1..size {
            gradient[i] = -lambda * now[i];
            curvature[i * size + i] = lambda;
        }
        for one in observations.clone() {
            let row = || std::iter::once((0, 1.0)).chain(one.features.iter().map(|&(i, v)| (i + 1, v)));
            let p = chance(row().map(|(i, v)| now[i] * v).sum());
            let (missing, weight) = (f64::from(u8::from(one.outcome)) - p, p * (1.0 - p));
            for (i, v) in row() {
                gradient[i] += missing * v;
                row().take_while(|&(j, _)| j <= i).for_each(|(j, u)| curvature[i * size + j] += weight * v * u);
            }
        }
        let step = solve(&mut curvature, gradient)?;
        let mut share = 1.0;
        // A full step may overshoot where nearly all is certain; half of one is never worse in the end.
        let (next, reached) = loop {
            let next: Vec<f64> = now.iter().zip(&step).map(|(a, s)| a + share * s).collect();
            let reached = penalised(observations.clone(), &next, lambda);
            if reached <= loss + 1e-12 || share < 1e-6 {
                break (next, reached);
            }
            share *= 0.5;
        };
        let change = step.iter().fold(0.0_f64, |most, s| most.max((share * s).abs()));
        (now, loss) = (next, reached);
        if change < SETTLED {
            break;
        }
    }
    Some(Logistic { intercept: now[0], weights: now.split_off(1) })
}

/// Minus the log-likelihood, with the penalty.
fn penalised<'o>(observations: impl Iterator<Item = &'o Observation>, at: &[f64], lambda: f64) -> f64 {
    let loss = observations.map(|o| {
        let z = at[0] + o.features.iter().map(|&(i, v)| at[i + 1] * v).sum::<f64>();
        let z = if o.outcome { -z } else { z };
        // ln(1 + e^z) without overflow.
        z.max(0.0) + (-z.abs()).exp().ln_1p()
    });
    loss.sum::<f64>() + 0.5 * lambda * at[1..].iter().map(|w| w * w).sum::<f64>()
}

/// Solves `matrix · x = right` by Cholesky; only the lower triangle is read. `None` when it is not positive definite.
fn solve(matrix: &mut [f64], mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for i in 0..size {
        for j in 0..=i {
            let (row_i, row_j) = (i * size, j * size);
            let known: f64 = (0..j).map(|k| matrix[row_i + k] * matrix[row_j + k]).sum();
            let rest = matrix[row_i + j] - known;
            matrix[row_i + j] = match i == j {
                true if rest > 0.0 => rest.sqrt(),
                true => return None,
                false => rest / matrix[row_j + j],
            };
        }
    }
    for i in 0..size {
        let known: f64 = (0..i).map(|k| matrix[i * size + k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i * size + i];
    }
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|k| matrix[k * size + i] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i * size + i];
    }
    Some(right)
}
