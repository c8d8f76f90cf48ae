//! Intervals cover the truth: the simulation of `examples/coverage` at small size, seeded.

use crate::world::{Estimator, Setting, Size, intervals, truth};

const RUNS: u64 = 150;

/// Bounds that 150 runs of a 95 % interval leave with a chance below one in ten thousand a cell, unless the interval is
/// badly off; the full table is in `docs/coverage.md`.
#[test]
fn intervals_cover_the_truth_about_as_often_as_they_say() {
    let size = Size { creators: 150, posts: 10.0, labels: 300, controls: 200 };
    let (mut covered_all, mut given_all) = (0, 0);
    for (prevalence, sensitivity, specificity, icc) in
        [(0.2, 0.8, 0.99, 0.0), (0.2, 0.5, 0.9, 0.3), (0.6, 0.95, 0.9, 0.1), (0.05, 0.8, 0.9, 0.1)]
    {
        let setting = Setting { sensitivity, specificity, prevalence, icc };
        let runs: Vec<_> = (0..RUNS).map(|seed| intervals(&setting, &size, seed, 0.95)).collect();
        for (at, estimator) in Estimator::ALL.into_iter().enumerate() {
            let found: Vec<_> = runs.iter().filter_map(|run| run[at]).collect();
            let target = truth(estimator, &setting);
            let covered = found.iter().filter(|(_, i)| i.contains(target)).count();
            (covered_all, given_all) = (covered_all + covered, given_all + found.len());
            // A ratio over few posts is refused rather than shown.
            if found.len() < 75 {
                assert!(estimator.name().starts_with("ratio"), "{} gives nothing in {setting:?}", estimator.name());
                continue;
            }
            let share = covered as f64 / found.len() as f64;
            assert!(share > 0.86, "{} covers {share:.3} in {setting:?}", estimator.name());
            let bias = found.iter().map(|(e, _)| e - target).sum::<f64>() / found.len() as f64;
            let width = found.iter().map(|(_, i)| i.half_width()).sum::<f64>() / found.len() as f64;
            assert!(bias.abs() < 0.35 * width, "{} is off by {bias:.4} in {setting:?}", estimator.name());
        }
    }
    let share = covered_all as f64 / given_all as f64;
    assert!((0.935..=0.975).contains(&share), "all together cover {share:.4}");
}

/// The same run of the simulation twice: seeds decide everything.
#[test]
fn equal_seeds_give_equal_intervals() {
    let setting = Setting { sensitivity: 0.8, specificity: 0.99, prevalence: 0.2, icc: 0.3 };
    let size = Size { creators: 40, posts: 5.0, labels: 100, controls: 50 };
    assert_eq!(intervals(&setting, &size, 7, 0.95), intervals(&setting, &size, 7, 0.95));
    assert_ne!(intervals(&setting, &size, 7, 0.95), intervals(&setting, &size, 8, 0.95));
}
