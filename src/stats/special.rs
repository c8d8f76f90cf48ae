//! Distribution functions and quantiles: beta, normal, Student's t, chi-square with one degree of freedom.

use statrs::function::{
    erf::erfc_inv,
    gamma::{gamma_ur, ln_gamma},
};

/// The x at which a Beta(a, b) variable lies below x with probability `p`; relative accuracy about 1e-10.
///
/// statrs stops its continued fraction after 140 terms, too early for parameters above some ten thousand (a busy
/// creator has that many posts), so the fraction is summed here to its end; its log-gamma is used as it is.
///
/// `p` outside (0, 1) gives the end of the range; `a` and `b` must be positive, else the answer is NaN.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()) {
        return f64::NAN;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let log_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    // Newton on the distribution function, kept inside a bracket that each step narrows.
    for _ in 0..400 {
        let excess = cdf(x, a, b, log_beta) - p;
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - log_beta).exp();
        let newton = x - excess / density;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= 1e-14 * x {
            return next;
        }
        x = next;
    }
    x
}

/// P(X <= x) for X ~ Beta(a, b); NaN unless both are positive and finite.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()) {
        return f64::NAN;
    }
    cdf(x, a, b, ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b))
}

/// By the continued fraction on the side where it converges fast.
fn cdf(x: f64, a: f64, b: f64, log_beta: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (a * x.ln() + b * (-x).ln_1p() - log_beta).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(x, a, b) / a
    } else {
        1.0 - front * continued_fraction(1.0 - x, b, a) / b
    }
}

/// Lentz's evaluation of the fraction of the incomplete beta function; terms needed grow with the root of the larger
/// parameter.
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let most = 200.0 + 20.0 * a.max(b).sqrt();
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut sum = d;
    let mut m = 1.0;
    while m < most {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        sum *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let step = d * c;
        sum *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
        m += 1.0;
    }
    sum
}

/// The z with P(Z <= z) = `p` for a standard normal Z; infinite at the ends, NaN outside [0, 1].
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let z = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p);
    // One step of Newton: the inverse alone is good to ten digits.
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    z - (normal_cdf(z) - p) / density
}

/// P(Z <= z) for a standard normal Z.
pub fn normal_cdf(z: f64) -> f64 {
    let tail = 0.5 * two_sided_p(z);
    if z <= 0.0 { tail } else { 1.0 - tail }
}

/// P(|Z| >= |z|): the two-sided p-value of a standard normal statistic.
pub fn two_sided_p(z: f64) -> f64 {
    // The incomplete gamma function: statrs' erfc is good to eleven digits only.
    if z == 0.0 { 1.0 } else { gamma_ur(0.5, 0.5 * z * z) }
}

/// P(|T| >= |t|) for `df` > 0 degrees of freedom, infinite ones give the normal; by the beta distribution.
pub fn two_sided_t(t: f64, df: f64) -> f64 {
    if df > 1e7 { two_sided_p(t) } else { beta_cdf(df / (df + t * t), 0.5 * df, 0.5) }
}

/// The upper quantile t with P(T <= t) = `p`, for `p` in [0.5, 1) and `df` > 0 degrees of freedom; infinite degrees
/// give the normal quantile. By the beta quantile, which is good to ten digits.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if df > 1e7 {
        return normal_quantile(p);
    }
    let y = beta_quantile(2.0 * (1.0 - p), 0.5 * df, 0.5);
    (df * (1.0 - y) / y).sqrt()
}

/// The two-sided critical value of a confidence level: t with `df` degrees, `f64::INFINITY` for the normal.
pub fn critical(conf: f64, df: f64) -> f64 {
    t_quantile(0.5 + 0.5 * conf, df)
}

/// The beta-binomial probability of `k` successes in `n` trials whose chance is drawn from Beta(a, b).
pub fn beta_binomial_pmf(k: u64, n: u64, a: f64, b: f64) -> f64 {
    if k > n {
        return 0.0;
    }
    let (k, n) = (k as f64, n as f64);
    let ln_beta = |x: f64, y: f64| ln_gamma(x) + ln_gamma(y) - ln_gamma(x + y);
    let choose = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    (choose + ln_beta(k + a, n - k + b) - ln_beta(a, b)).exp()
}
