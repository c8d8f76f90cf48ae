//! The beta quantile (of `stats`), the Wilson interval, and the one rounding that output knows.

pub use crate::stats::special::beta_quantile;

/// Wilson's 95 % interval of the share `x` of `n`; `None` for an empty denominator.
pub fn wilson95(x: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 || x > n {
        return None;
    }
    let z = 1.959_963_984_540_054_f64;
    let (x, n) = (x as f64, n as f64);
    let share = x / n;
    let scale = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / scale;
    let half = z / scale * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    // At the ends the bound is exactly the end; the square root leaves a last-digit residue there.
    let lower = if x == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if x == n { 1.0 } else { (centre + half).min(1.0) };
    Some((lower, upper))
}

/// `value` to that many decimals, half away from zero.
pub(super) fn round(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    (value * scale).round() / scale
}

/// `value` to the four decimals of output.
pub(super) fn four(value: f64) -> f64 {
    round(value, 4)
}
