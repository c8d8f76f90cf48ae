//! From clean and loss mass to a number and its two ends: the posterior, rounded as bands are looked up, and capped.

use super::{
    interval::{beta_quantile, round},
    mass::Mass,
    policy::{Bound, Policy},
    record::Bounds,
};

/// The two parameters of the posterior.
fn posterior(good: f64, bad: f64, policy: &Policy) -> (f64, f64) {
    let effect = policy.interval.design_effect;
    let assumed_clean = policy.prior.strength * policy.prior.mean;
    (assumed_clean + good / effect, policy.prior.strength - assumed_clean + bad / effect)
}

/// The mean of the posterior, 0 to 100.
pub(super) fn mean(good: f64, bad: f64, policy: &Policy) -> f64 {
    let (a, b) = posterior(good, bad, policy);
    100.0 * a / (a + b)
}

/// Rounded as bands are looked up, then capped.
pub(super) fn capped(score: f64, mass: &Mass, policy: &Policy) -> f64 {
    let score = round(score, policy.rounding_decimals);
    mass.cap.map_or(score, |(limit, _)| score.min(limit))
}

/// The three numbers before and after the cap.
pub(super) fn bounds(mass: &Mass, policy: &Policy) -> (Bounds, Bounds) {
    let (a, b) = posterior(mass.good, mass.bad, policy);
    let rounded = |value: f64| round(value, policy.rounding_decimals);
    let uncapped = Bounds {
        score: rounded(100.0 * a / (a + b)),
        lower: rounded(100.0 * beta_quantile(policy.interval.lower_quantile, a, b)),
        upper: rounded(100.0 * beta_quantile(policy.interval.upper_quantile, a, b)),
    };
    let under = |value: f64| mass.cap.map_or(value, |(limit, _)| value.min(limit));
    let after = Bounds { score: under(uncapped.score), lower: under(uncapped.lower), upper: under(uncapped.upper) };
    (uncapped, after)
}

/// The number that a decision stands on.
pub(super) fn pick(bounds: &Bounds, on: Bound) -> f64 {
    match on {
        Bound::Lower => bounds.lower,
        Bound::Score => bounds.score,
        Bound::Upper => bounds.upper,
    }
}
