//! The same numbers reckoned the slow way: every pair, every post, straight from the definitions.

use minhbach::stats::{
    agreement::{Level, gwet_ac1_many, krippendorff_alpha},
    draw::Draw,
    logistic::{self, Observation, chance},
    ranking::{auc, average_precision, best_f1},
    share::clopper_pearson,
    special::{beta_cdf, critical, two_sided_t},
    survey::{Cell, Label, Survey, Trust},
};

fn near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} and {b}");
}

#[test]
fn agreement_is_that_of_all_pairs_of_codes() {
    let mut draw = Draw::new(7);
    for _ in 0..200 {
        let categories = 2 + draw.below(4);
        let posts: Vec<Vec<f64>> = (0..2 + draw.below(20))
            .map(|_| (0..draw.below(5)).map(|_| draw.below(categories) as f64).collect())
            .collect();
        let all: Vec<f64> = posts.iter().filter(|p| p.len() > 1).flatten().copied().collect();
        let n = all.len() as f64;
        for level in Level::ALL {
            let distance = |a: f64, b: f64| {
                let count = |c: f64| all.iter().filter(|v| **v == c).count() as f64;
                match level {
                    _ if a == b => 0.0,
                    Level::Nominal => 1.0,
                    Level::Interval => (a - b).powi(2),
                    Level::Ratio => ((a - b) / (a + b)).powi(2),
                    Level::Ordinal => {
                        let (low, high) = (a.min(b) as u64, a.max(b) as u64);
                        ((low..=high).map(|c| count(c as f64)).sum::<f64>() - 0.5 * (count(a) + count(b))).powi(2)
                    }
                }
            };
            let pairs = |of: &[f64]| -> f64 {
                let pair = |(i, a): (usize, &f64)| {
                    of.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, b)| distance(*a, *b)).sum::<f64>()
                };
                of.iter().enumerate().map(pair).sum()
            };
            let shared = posts.iter().filter(|p| p.len() > 1);
            let observed: f64 = shared.map(|p| pairs(p) / (p.len() - 1) as f64).sum::<f64>() / n;
            let expected = pairs(&all) / (n * (n - 1.0));
            match krippendorff_alpha(&posts, level) {
                Some(alpha) => near(alpha, 1.0 - observed / expected, 1e-9),
                None => assert!(expected.is_nan() || expected == 0.0),
            }
        }
        // Gwet's AC1: agreement over posts with two codes, categories over posts with one.
        let table: Vec<Vec<u64>> = posts
            .iter()
            .map(|p| (0..categories).map(|c| p.iter().filter(|v| **v == c as f64).count() as u64).collect())
            .collect();
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let agree = mean(
            posts
                .iter()
                .filter(|p| p.len() > 1)
                .map(|p| {
                    let same = |i: usize| (0..p.len()).filter(|&j| j != i && p[i] == p[j]).count() as f64;
                    (0..p.len()).map(same).sum::<f64>() / (p.len() * (p.len() - 1)) as f64
                })
                .collect(),
        );
        let share = |c: u64| {
            let of = |p: &Vec<f64>| p.iter().filter(|v| **v == c as f64).count() as f64 / p.len() as f64;
            mean(posts.iter().filter(|p| !p.is_empty()).map(of).collect())
        };
        let chance = (0..categories).map(|c| share(c) * (1.0 - share(c))).sum::<f64>() / (categories - 1) as f64;
        match gwet_ac1_many(&table) {
            Some(found) => near(found, (agree - chance) / (1.0 - chance), 1e-9),
            None => assert!(posts.iter().all(|p| p.len() < 2)),
        }
    }
}

#[test]
fn rankings_are_those_of_all_pairs_and_thresholds() {
    let mut draw = Draw::new(8);
    for _ in 0..200 {
        let steps = 1 + draw.below(12);
        let pairs: Vec<(f64, bool)> =
            (0..1 + draw.below(60)).map(|_| (draw.below(steps) as f64 / steps as f64, draw.below(3) == 0)).collect();
        let of = |wanted: bool| pairs.iter().filter(|p| p.1 == wanted).map(|p| p.0).collect::<Vec<_>>();
        let (yes, no) = (of(true), of(false));
        let wins = |a: f64, b: f64| if a > b { 1.0 } else { 0.5 * f64::from(u8::from(a == b)) };
        let over = |a: &[f64], b: &[f64], up: bool| -> Vec<f64> {
            let one =
                |x: &f64| b.iter().map(|y| if up { wins(*x, *y) } else { wins(*y, *x) }).sum::<f64>() / b.len() as f64;
            a.iter().map(one).collect()
        };
        if let Some(found) = auc(&pairs, 0.95) {
            let (above, below) = (over(&yes, &no, true), over(&no, &yes, false));
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            near(found.estimate, mean(&above), 1e-12);
            let spread = |v: &[f64]| {
                let squares: f64 = v.iter().map(|x| (x - mean(v)).powi(2)).sum();
                if v.len() > 1 { squares / (v.len() - 1) as f64 / v.len() as f64 } else { 0.0 }
            };
            let half = critical(0.95, f64::INFINITY) * (spread(&above) + spread(&below)).sqrt();
            near(found.interval.lower, (mean(&above) - half).clamp(0.0, 1.0), 1e-12);
            near(found.interval.upper, (mean(&above) + half).clamp(0.0, 1.0), 1e-12);
        } else {
            assert!(yes.is_empty() || no.is_empty());
        }
        let at = |t: f64| {
            let taken = pairs.iter().filter(|p| p.0 >= t).count() as f64;
            let right = yes.iter().filter(|s| **s >= t).count() as f64;
            (right, taken)
        };
        if !yes.is_empty() {
            // Each positive counts with the precision at its own score.
            let sum: f64 = yes.iter().map(|t| at(*t).0 / at(*t).1).sum();
            near(average_precision(&pairs).unwrap(), sum / yes.len() as f64, 1e-12);
            let f1 = |t: f64| 2.0 * at(t).0 / (at(t).1 + yes.len() as f64);
            let best = pairs.iter().map(|p| f1(p.0)).fold(0.0, f64::max);
            let found = best_f1(&pairs).unwrap();
            near(found.f1, best, 1e-12);
            near(f1(found.threshold), best, 1e-12);
        }
    }
}

#[test]
fn the_gradient_of_a_fit_is_nought() {
    let mut draw = Draw::new(9);
    for lambda in [0.5, 2.0, 30.0] {
        for _ in 0..20 {
            let features = 1 + draw.below(8) as usize;
            let observation = |draw: &mut Draw| {
                let mut features: Vec<(usize, f64)> = (0..features).map(|i| (i, 4.0 * draw.unit() - 1.0)).collect();
                features.retain(|_| draw.below(2) == 0);
                Observation { features, outcome: draw.below(4) == 0 }
            };
            let mut rows: Vec<Observation> = (0..40).map(|_| observation(&mut draw)).collect();
            (rows[0].outcome, rows[1].outcome) = (true, false);
            let model = logistic::fit(rows.iter(), features, lambda).unwrap();
            let missing = |o: &Observation| f64::from(u8::from(o.outcome)) - chance(model.log_odds(&o.features));
            near(rows.iter().map(missing).sum(), 0.0, 1e-7);
            for i in 0..features {
                let value = |o: &Observation| o.features.iter().find(|(j, _)| *j == i).map_or(0.0, |(_, v)| *v);
                let slope: f64 = rows.iter().map(|o| missing(o) * value(o)).sum();
                near(slope - lambda * model.weights[i], 0.0, 1e-7);
            }
        }
    }
}

#[test]
fn tails_are_those_of_sums_and_integrals() {
    // Clopper and Pearson: at the bounds the binomial tails hold half of what is left.
    let tail = |n: u64, p: f64, from: u64, to: u64| -> f64 {
        let mut term = (1.0 - p).powi(n as i32);
        let mut sum = 0.0;
        for k in 0..=n {
            sum += if (from..=to).contains(&k) { term } else { 0.0 };
            term *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
        }
        sum
    };
    for (x, n) in [(1, 5), (3, 20), (19, 20), (40, 90), (1, 300)] {
        let found = clopper_pearson(x, n, 0.9).unwrap();
        near(tail(n, found.lower, x, n), 0.05, 1e-9);
        near(tail(n, found.upper, 0, x), 0.05, 1e-9);
    }
    // Simpson's rule over the density of t, from 0 to the statistic; its constant from the whole line.
    for (t, df) in [(0.3_f64, 1.0_f64), (2.0, 3.0), (2.5, 8.0), (1.1, 60.0), (4.0, 400.0)] {
        let density = |x: f64| (1.0 + x * x / df).powf(-0.5 * (df + 1.0));
        let simpson = |from: f64, to: f64| {
            let steps = 200_000;
            let width = (to - from) / f64::from(steps);
            let weight = |i: i32| if i == 0 || i == steps { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
            (0..=steps).map(|i| weight(i) * density(from + width * f64::from(i))).sum::<f64>() * width / 3.0
        };
        // The tail from 1 on by x = 1/u.
        let inverse = |u: f64| if u == 0.0 { if df == 1.0 { 1.0 } else { 0.0 } } else { density(1.0 / u) / (u * u) };
        let far = {
            let steps = 200_000;
            let width = 1.0 / f64::from(steps);
            let weight = |i: i32| if i == 0 || i == steps { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
            (0..=steps).map(|i| weight(i) * inverse(width * f64::from(i))).sum::<f64>() * width / 3.0
        };
        let half = simpson(0.0, 1.0) + far;
        near(two_sided_t(t, df), 1.0 - simpson(0.0, t) / half, 1e-8);
    }
    near(beta_cdf(0.3, 2.0, 2.0), 3.0 * 0.09 - 2.0 * 0.027, 1e-14);
}

/// One post: creator, stratum, what the detector says, what is true, and its weight where it was labelled.
struct One {
    creator: u32,
    stratum: usize,
    says: [f64; 2],
    truth: [f64; 2],
    weight: Option<f64>,
}

#[test]
fn a_survey_is_the_sum_over_its_posts() {
    let mut draw = Draw::new(10);
    for _ in 0..60 {
        let words = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        let mut posts: Vec<One> = Vec::new();
        for creator in 0..40 {
            for _ in 0..1 + draw.below(9) {
                let (says, truth) = (draw.below(3) as usize, draw.below(3) as usize);
                let truth = if draw.below(3) == 0 { truth } else { says };
                let stratum = usize::from(says > 0);
                let weight = (draw.below(2) == 0).then(|| (1 + draw.below(4)) as f64);
                posts.push(One { creator, stratum, says: words[says], truth: words[truth], weight });
            }
        }
        let cell = |one: &One| words.iter().position(|w| *w == one.says).unwrap() as u32;
        let cells = words.iter().map(|says| Cell { stratum: u32::from(says[1] > 0.0), part: 0, says: *says }).collect();
        let mut survey = Survey::new(cells);
        for one in &posts {
            survey.posts(one.creator, cell(one), 1.0);
            if let Some(weight) = one.weight {
                survey.label(one.creator, cell(one), Label { weight, num: one.truth[0], den: one.truth[1] });
            }
        }
        let all = posts.len() as f64;
        let of = |h: usize| posts.iter().filter(move |p| p.stratum == h);
        let size = |h: usize| of(h).count() as f64;
        let weights = |h: usize| of(h).filter_map(|p| p.weight).sum::<f64>();
        for (trust, lambda) in [(Trust::Labels, 0.0), (Trust::Full, 1.0)] {
            let rest = |p: &One, side: usize| p.truth[side] - lambda * p.says[side];
            let rectifier =
                |h: usize, side: usize| of(h).filter_map(|p| Some(p.weight? * rest(p, side))).sum::<f64>() / weights(h);
            let r = [0, 1].map(|h| [rectifier(h, 0), rectifier(h, 1)]);
            let theta =
                [0, 1].map(|side| posts.iter().map(|p| lambda * p.says[side] + r[p.stratum][side]).sum::<f64>() / all);
            let share = theta[0] / theta[1];
            let k = 40.0;
            let labelled = |h: usize| {
                let mut own: Vec<u32> = of(h).filter(|p| p.weight.is_some()).map(|p| p.creator).collect();
                own.dedup();
                own.len() as f64
            };
            let scale = [0, 1].map(|h| (labelled(h) / (labelled(h) - 1.0) * (k - 1.0) / k).sqrt());
            let part = |creator: u32, side: usize| -> f64 {
                posts
                    .iter()
                    .filter(|p| p.creator == creator)
                    .map(|p| {
                        let h = p.stratum;
                        let mean = (lambda * p.says[side] + r[h][side] - theta[side]) / all;
                        let label = p
                            .weight
                            .map_or(0.0, |w| scale[h] * size(h) / all * w * (rest(p, side) - r[h][side]) / weights(h));
                        mean + label
                    })
                    .sum()
            };
            let z = |c: u32| (part(c, 0) - share * part(c, 1)) / theta[1];
            let variance = k / (k - 1.0) * (0..40).map(|c| z(c).powi(2)).sum::<f64>();
            let found = survey.estimate(trust, 0.95).unwrap();
            near(found.estimate, share.clamp(0.0, 1.0), 1e-9);
            near(found.se, variance.sqrt(), 1e-9);
        }
    }
}
