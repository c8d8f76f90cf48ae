//! How often 95 % intervals cover the truth, over detector qualities, prevalences and correlation within creators: the
//! table in `docs/coverage.md`.
//!
//! ```sh
//! cargo run --release --example coverage -- 2000
//! ```

#![allow(clippy::print_stdout, reason = "an example prints its result")]

mod world;

use rayon::prelude::*;
use world::{Estimator, Setting, Size, intervals, truth};

const CONF: f64 = 0.95;
const SIZE: Size = Size { creators: 500, posts: 20.0, labels: 1000, controls: 500 };

/// The settings of the full table.
fn settings() -> Vec<Setting> {
    let mut all = Vec::new();
    for prevalence in [0.01, 0.05, 0.2, 0.6] {
        for sensitivity in [0.5, 0.8, 0.95] {
            for specificity in [0.9, 0.99, 0.999] {
                for icc in [0.0, 0.1, 0.3] {
                    all.push(Setting { sensitivity, specificity, prevalence, icc });
                }
            }
        }
    }
    all
}

/// What was counted in one setting for one estimator.
#[derive(Clone, Copy, Default)]
struct Tally {
    given: u32,
    covered: u32,
    below: u32,
    width: f64,
    bias: f64,
}

fn tallies(setting: &Setting, runs: u64) -> Vec<Tally> {
    let add = |mut all: Vec<Tally>, one: Vec<Tally>| {
        for (a, b) in all.iter_mut().zip(one) {
            a.given += b.given;
            a.covered += b.covered;
            a.below += b.below;
            a.width += b.width;
            a.bias += b.bias;
        }
        all
    };
    let none = || vec![Tally::default(); Estimator::ALL.len()];
    // Sums of floats depend on their order, so runs are summed in order.
    let each: Vec<Vec<Tally>> = (0..runs)
        .into_par_iter()
        .map(|seed| {
            let found = intervals(setting, &SIZE, seed, CONF);
            let tally = |(estimator, found): (Estimator, Option<(f64, minhbach::stats::share::Interval)>)| {
                let truth = truth(estimator, setting);
                found.map_or_else(Tally::default, |(estimate, i)| Tally {
                    given: 1,
                    covered: u32::from(i.contains(truth)),
                    below: u32::from(i.upper < truth),
                    width: i.upper - i.lower,
                    bias: estimate - truth,
                })
            };
            Estimator::ALL.into_iter().zip(found).map(tally).collect()
        })
        .collect();
    each.into_iter().fold(none(), add)
}

fn main() {
    let runs: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(2000);
    println!("| estimator | prevalence | Se | Sp | ICC | covered | missed above | mean width | bias | given |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut cells: Vec<(Estimator, f64)> = Vec::new();
    for setting in settings() {
        let Setting { sensitivity, specificity, prevalence, icc } = setting;
        for (estimator, t) in Estimator::ALL.into_iter().zip(tallies(&setting, runs)) {
            let n = f64::from(t.given.max(1));
            let covered = 100.0 * f64::from(t.covered) / n;
            // Where most runs are refused there is nothing to cover.
            if 2 * u64::from(t.given) >= runs {
                cells.push((estimator, covered));
            }
            let rates = [100.0 * f64::from(t.below) / n, 100.0 * f64::from(t.given) / runs as f64];
            println!(
                "| {} | {prevalence} | {sensitivity} | {specificity} | {icc} | {covered:.1} | {:.1} | {:.4} | {:+.5} \
                 | {:.1} |",
                estimator.name(),
                rates[0],
                t.width / n,
                t.bias / n,
                rates[1]
            );
        }
    }
    println!(
        "\n| estimator | cells | 93–97 % | above 97 % | 90–93 % | below 90 % | least |\n|---|---|---|---|---|---|---|"
    );
    let row = |name: &str, covered: Vec<f64>| {
        let count = |f: &dyn Fn(f64) -> bool| covered.iter().filter(|c| f(**c)).count();
        let least = covered.iter().copied().fold(100.0, f64::min);
        println!(
            "| {name} | {} | {} | {} | {} | {} | {least:.1} |",
            covered.len(),
            count(&|c| (93.0..=97.0).contains(&c)),
            count(&|c| c > 97.0),
            count(&|c| (90.0..93.0).contains(&c)),
            count(&|c| c < 90.0)
        );
    };
    for estimator in Estimator::ALL {
        row(estimator.name(), cells.iter().filter(|c| c.0 == estimator).map(|c| c.1).collect());
    }
    row("all", cells.iter().map(|c| c.1).collect());
}
