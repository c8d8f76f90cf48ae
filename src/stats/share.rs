//! Shares of counts: intervals, sample sizes and differences.

use super::special::{beta_quantile, critical, two_sided_p};

/// A two-sided interval, `lower <= upper`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
}

impl Interval {
    /// The interval, cut to the shares 0 to 1.
    pub fn clipped(self) -> Self {
        Self { lower: self.lower.clamp(0.0, 1.0), upper: self.upper.clamp(0.0, 1.0) }
    }

    /// Half its width.
    pub fn half_width(self) -> f64 {
        0.5 * (self.upper - self.lower)
    }

    /// Whether `value` lies in it, ends included.
    pub fn contains(self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

/// Wilson's score interval for a share `p` seen in `n` units, which may be an effective number, with critical value `t`
/// (1927, doi:10.1080/01621459.1927.10502953). At a share of exactly 0 or 1 the bound is exactly that end.
pub fn score_interval(p: f64, n: f64, t: f64) -> Interval {
    let scale = 1.0 + t * t / n;
    let centre = (p + t * t / (2.0 * n)) / scale;
    let half = t / scale * (p * (1.0 - p) / n + t * t / (4.0 * n * n)).sqrt();
    let lower = if p <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if p >= 1.0 { 1.0 } else { (centre + half).min(1.0) };
    Interval { lower, upper }
}

/// Wilson's interval for `x` of `n`; `None` for an empty denominator.
pub fn wilson(x: u64, n: u64, conf: f64) -> Option<Interval> {
    let (x, n) = counts(x, n)?;
    Some(score_interval(x / n, n, critical(conf, f64::INFINITY)))
}

/// The exact interval of Clopper and Pearson (1934, doi:10.1093/biomet/26.4.404): covers at least `conf`, always.
pub fn clopper_pearson(x: u64, n: u64, conf: f64) -> Option<Interval> {
    let (x, n) = counts(x, n)?;
    let tail = 0.5 * (1.0 - conf);
    let lower = if x == 0.0 { 0.0 } else { beta_quantile(tail, x, n - x + 1.0) };
    let upper = if x == n { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, n - x) };
    Some(Interval { lower, upper })
}

/// Equal tails of the posterior under Jeffreys' prior Beta(1/2, 1/2), not set to 0 and 1 at the ends.
pub fn jeffreys(x: u64, n: u64, conf: f64) -> Option<Interval> {
    let (x, n) = counts(x, n)?;
    let (tail, a, b) = (0.5 * (1.0 - conf), x + 0.5, n - x + 0.5);
    Some(Interval { lower: beta_quantile(tail, a, b), upper: beta_quantile(1.0 - tail, a, b) })
}

/// Jeffreys' interval for a share `p` seen in `n` units, which may be an effective number, with the tails of a standard
/// normal beyond `t`; at a share of 0 or 1 the bound is that end.
pub fn jeffreys_interval(p: f64, n: f64, t: f64) -> Interval {
    let (tail, a, b) = (0.5 * two_sided_p(t), p * n + 0.5, (1.0 - p) * n + 0.5);
    Interval {
        lower: if p <= 0.0 { 0.0 } else { beta_quantile(tail, a, b).min(p) },
        upper: if p >= 1.0 { 1.0 } else { beta_quantile(1.0 - tail, a, b).max(p) },
    }
}

/// Agresti and Coull's interval (1998), cut to 0 to 1.
pub fn agresti_coull(x: u64, n: u64, conf: f64) -> Option<Interval> {
    let (x, n) = counts(x, n)?;
    let z = critical(conf, f64::INFINITY);
    let more = n + z * z;
    let p = (x + 0.5 * z * z) / more;
    let half = z * (p * (1.0 - p) / more).sqrt();
    Some(Interval { lower: p - half, upper: p + half }.clipped())
}

/// The exact one-sided upper bound after no event in `n`: `1 - (1 - conf)^(1/n)`; `None` for `n` = 0.
pub fn upper_of_none(n: u64, conf: f64) -> Option<f64> {
    (n > 0).then(|| -((1.0 - conf).ln() / n as f64).exp_m1())
}

/// Labels of a simple random sample for an interval of ± `half_width` around a share near `p`, before rounding up
/// (Cochran 1977, 4.4). `None` unless `half_width` is positive.
pub fn sample_size(p: f64, half_width: f64, conf: f64) -> Option<f64> {
    let z = critical(conf, f64::INFINITY);
    (half_width > 0.0).then(|| z * z * p * (1.0 - p) / (half_width * half_width))
}

/// A difference with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// First less second.
    pub estimate: f64,
    /// Its interval.
    pub interval: Interval,
}

/// The difference of two estimates from their own intervals (MOVER: Zou and Donner 2008, doi:10.1002/sim.3095), with
/// their correlation: 0 when they share nobody. With Wilson's intervals and 0 this is Newcombe's method 10.
pub fn mover_difference(one: (f64, Interval), two: (f64, Interval), correlation: f64) -> Difference {
    let ((p1, i1), (p2, i2)) = (one, two);
    let estimate = p1 - p2;
    let side = |a: f64, b: f64| (a * a + b * b - 2.0 * correlation * a * b).max(0.0).sqrt();
    let interval = Interval {
        lower: estimate - side(p1 - i1.lower, i2.upper - p2),
        upper: estimate + side(i1.upper - p1, p2 - i2.lower),
    };
    Difference { estimate, interval }
}

/// Newcombe's hybrid score interval of the difference of two independent shares
/// (1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10); `None` for an empty sample.
pub fn newcombe(one: (u64, u64), two: (u64, u64), conf: f64) -> Option<Difference> {
    let share = |(x, n): (u64, u64)| Some((x as f64 / n as f64, wilson(x, n, conf)?));
    Some(mover_difference(share(one)?, share(two)?, 0.0))
}

/// The shares that remain possible when `unknown` of all units could be either (Manski 2003): adequate over all. `None`
/// when there is no unit.
pub fn worst_case_bounds(adequate: u64, violating: u64, unknown: u64) -> Option<Interval> {
    let all = adequate + violating + unknown;
    (all > 0).then(|| Interval { lower: adequate as f64 / all as f64, upper: (adequate + unknown) as f64 / all as f64 })
}

fn counts(x: u64, n: u64) -> Option<(f64, f64)> {
    (n > 0 && x <= n).then_some((x as f64, n as f64))
}
