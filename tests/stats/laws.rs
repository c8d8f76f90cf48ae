//! What holds for every input.

use minhbach::stats::{
    agreement::{Level, fleiss_kappa, krippendorff_alpha},
    cluster::{bootstrap, clustered, percentile_interval},
    compare::benjamini_hochberg,
    draw::Draw,
    misclassified::{matrix_adjusted, rogan_gladen},
    ppi::{Confusion, ppi_counts},
    quality::{Stretch, span_scores},
    share::{clopper_pearson, mover_difference, newcombe, upper_of_none, wilson},
    special::{beta_cdf, beta_quantile, normal_cdf, normal_quantile, t_quantile, two_sided_p},
    strata::allocate,
    survey::{Cell, Label, Survey, Trust, Undefined},
};
use proptest::prelude::*;

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

/// (posts, flags, truth) of creators: every post with the detector's word and the truth, all labelled or some.
type World = Vec<Vec<(bool, bool, bool)>>;

fn worlds() -> impl Strategy<Value = World> {
    let post = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.6));
    prop::collection::vec(prop::collection::vec(post, 1..12), 3..20)
}

/// The survey of a world; labels are the posts whose third mark is set, or all.
fn survey(world: &World, all: bool) -> (Survey, u64) {
    let cells = [0.0, 1.0].map(|f| Cell { stratum: 0, part: 0, says: [f, 1.0] });
    let (mut survey, mut labels) = (Survey::new(cells.to_vec()), 0);
    for (creator, posts) in (0u32..).zip(world) {
        for (says, truth, labelled) in posts {
            survey.posts(creator, u32::from(*says), 1.0);
            if all || *labelled {
                labels += 1;
                survey.label(
                    creator,
                    u32::from(*says),
                    Label { weight: 3.0, num: f64::from(u8::from(*truth)), den: 1.0 },
                );
            }
        }
    }
    (survey, labels)
}

/// Strata filled first once left less than the floors of the others: more labels were given than there were.
#[test]
fn floors_are_paid_before_strata_are_filled() {
    let sizes = [13, 276, 318, 373, 459, 339, 344, 224, 10];
    let spreads = [0.01, 0.304, 0.196, 0.334, 0.475, 0.320, 0.431, 0.323, 0.01];
    let given = allocate(&sizes, &spreads, &[1.0; 9], 2335, 2).unwrap();
    assert_eq!(given.iter().sum::<u64>(), 2335);
    assert_eq!((given[0], given[8]), (2, 2));
}

proptest! {
    #[test]
    fn no_measure_of_spans_is_above_one(
        gold in prop::collection::vec((0u64..40, 1u64..12, any::<bool>()), 0..6),
        said in prop::collection::vec((0u64..40, 1u64..12, any::<bool>()), 0..6),
    ) {
        let of = |spans: &[(u64, u64, bool)]| -> Vec<Stretch<'static>> {
            let one = |&(start, long, other): &(u64, u64, bool)| {
                Stretch { start, end: start + long, label: if other { "b" } else { "a" } }
            };
            spans.iter().map(one).collect()
        };
        let found = span_scores(&of(&gold), &of(&said));
        for score in [found.exact, found.partial, found.characters] {
            for measure in [score.precision, score.recall, score.f1].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&measure), "{found:?}");
            }
        }
        prop_assert!(span_scores(&of(&said), &of(&said)).characters.f1.is_none_or(|f1| f1 == 1.0));
    }

    #[test]
    fn wilson_mirrors_and_holds_its_share(
        (x, n) in (1u64..5000).prop_flat_map(|n| (0..=n, Just(n))),
        conf in 0.5..0.999,
    ) {
        let (a, b) = (wilson(x, n, conf).unwrap(), wilson(n - x, n, conf).unwrap());
        prop_assert!(near(a.lower, 1.0 - b.upper, 1e-12) && near(a.upper, 1.0 - b.lower, 1e-12));
        let exact = clopper_pearson(x, n, conf).unwrap();
        let share = x as f64 / n as f64;
        prop_assert!(a.contains(share) && exact.contains(share), "{a:?} {exact:?} {share}");
        prop_assert!(a.lower >= 0.0 && a.upper <= 1.0 && exact.lower >= 0.0 && exact.upper <= 1.0);
        if x == 0 {
            // Two-sided at `conf`, one-sided at the same level: the second is the narrower.
            prop_assert!(upper_of_none(n, conf).unwrap() <= exact.upper);
        }
    }

    #[test]
    fn quantiles_and_distributions_undo_each_other(p in 1e-6..0.999999f64, a in 0.5..500.0f64, b in 0.5..500.0f64) {
        prop_assert!(near(normal_cdf(normal_quantile(p)), p, 1e-13));
        prop_assert!(near(beta_cdf(beta_quantile(p, a, b), a, b), p, 1e-10));
        prop_assert!(near(normal_quantile(p), -normal_quantile(1.0 - p), 1e-8));
    }

    #[test]
    fn newcombe_turns_its_sign_with_its_samples(
        (x1, n1) in (1u64..300).prop_flat_map(|n| (0..=n, Just(n))),
        (x2, n2) in (1u64..300).prop_flat_map(|n| (0..=n, Just(n))),
    ) {
        let (a, b) = (newcombe((x1, n1), (x2, n2), 0.95).unwrap(), newcombe((x2, n2), (x1, n1), 0.95).unwrap());
        prop_assert!(near(a.estimate, -b.estimate, 1e-12) && near(a.interval.lower, -b.interval.upper, 1e-12));
        prop_assert!(a.interval.contains(a.estimate));
        prop_assert!(a.interval.lower >= -1.0 - 1e-12 && a.interval.upper <= 1.0 + 1e-12);
        // What two estimates share makes their difference surer.
        let share = |x: u64, n| (x as f64 / n as f64, wilson(x, n, 0.95).unwrap());
        let tied = mover_difference(share(x1, n1), share(x2, n2), 0.5);
        prop_assert!(tied.interval.half_width() <= a.interval.half_width() + 1e-12);
    }

    #[test]
    fn adjusted_p_values_keep_their_order_and_only_grow(
        p in prop::collection::vec(0.0..=1.0f64, 1..40),
        turn in 0usize..40,
    ) {
        let adjusted = benjamini_hochberg(&p);
        for (a, b) in p.iter().zip(&adjusted) {
            prop_assert!(b >= a && *b <= 1.0);
        }
        for (i, j) in (0..p.len()).flat_map(|i| (0..p.len()).map(move |j| (i, j))) {
            prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
        }
        let by = turn % p.len();
        let mut turned = p.clone();
        turned.rotate_left(by);
        let mut expected = adjusted;
        expected.rotate_left(by);
        prop_assert_eq!(benjamini_hochberg(&turned), expected);
    }

    #[test]
    fn alpha_and_fleiss_do_not_see_names_of_categories_or_order_of_coders(
        posts in prop::collection::vec(prop::collection::vec(0u8..4, 3), 2..30),
        names in Just([7.0, -3.0, 11.5, 0.25]).prop_shuffle(),
        turn in 0usize..3,
    ) {
        let values = |name: &dyn Fn(u8) -> f64, turn: usize| -> Vec<Vec<f64>> {
            let one = |post: &Vec<u8>| {
                let mut post: Vec<f64> = post.iter().map(|c| name(*c)).collect();
                post.rotate_left(turn);
                post
            };
            posts.iter().map(one).collect()
        };
        let plain = values(&f64::from, 0);
        let named = values(&|c| names[usize::from(c)], turn);
        let (a, b) = (krippendorff_alpha(&plain, Level::Nominal), krippendorff_alpha(&named, Level::Nominal));
        prop_assert_eq!(a.is_some(), b.is_some());
        prop_assert!(near(a.unwrap_or(0.0), b.unwrap_or(0.0), 1e-9), "{a:?} {b:?}");
        prop_assert!(a.is_none_or(|a| a <= 1.0 + 1e-12));
        for level in Level::ALL {
            let turned = values(&f64::from, turn);
            let (a, b) = (krippendorff_alpha(&plain, level), krippendorff_alpha(&turned, level));
            prop_assert!(near(a.unwrap_or(0.0), b.unwrap_or(0.0), 1e-9));
        }
        let table = |place: &dyn Fn(u8) -> usize| -> Vec<Vec<u64>> {
            let row = |post: &Vec<u8>| {
                let mut row = vec![0; 4];
                post.iter().for_each(|c| row[place(*c)] += 1);
                row
            };
            posts.iter().map(row).collect()
        };
        let (a, b) = (fleiss_kappa(&table(&|c| usize::from(c))), fleiss_kappa(&table(&|c| usize::from(3 - c))));
        prop_assert!(near(a.unwrap_or(0.0), b.unwrap_or(0.0), 1e-9));
    }

    #[test]
    fn states_seen_through_a_known_confusion_come_back(
        shares in prop::collection::vec(0.01..1.0f64, 3),
        error in 0.0..0.2f64,
    ) {
        let sum: f64 = shares.iter().sum();
        let truth: Vec<f64> = shares.iter().map(|s| s / sum).collect();
        let confusion: Vec<Vec<f64>> =
            (0..3).map(|i| (0..3).map(|j| if i == j { 1.0 - 2.0 * error } else { error }).collect()).collect();
        let observed: Vec<f64> = (0..3).map(|j| (0..3).map(|i| truth[i] * confusion[i][j]).sum()).collect();
        for (a, b) in matrix_adjusted(&observed, &confusion).unwrap().iter().zip(&truth) {
            prop_assert!(near(*a, *b, 1e-9));
        }
    }

    #[test]
    fn what_a_detector_of_known_quality_flags_leads_back(p in 0.0..=1.0f64, se in 0.55..1.0f64, sp in 0.55..1.0f64) {
        prop_assert!(near(rogan_gladen(p * se + (1.0 - p) * (1.0 - sp), se, sp).unwrap(), p, 1e-9));
    }

    #[test]
    fn labels_are_spent_in_full_and_within_each_stratum(
        sizes in prop::collection::vec(1u64..500, 1..12),
        spreads in prop::collection::vec(0.01..0.5f64, 12),
        n in 1u64..3000,
        floor in 0u64..40,
    ) {
        let (spreads, costs) = (&spreads[..sizes.len()], vec![1.0; sizes.len()]);
        let given = allocate(&sizes, spreads, &costs, n, floor).unwrap();
        let floors: u64 = sizes.iter().map(|s| (*s).min(floor)).sum();
        let all: u64 = sizes.iter().sum();
        for (g, s) in given.iter().zip(&sizes) {
            prop_assert!(g <= s && *g >= floor.min(*s));
        }
        prop_assert_eq!(given.iter().sum::<u64>(), n.max(floors).min(all));
    }

    /// With every post labelled and no detector the survey is Kish's ratio over creators.
    #[test]
    fn a_survey_of_everything_is_the_clustered_share(world in worlds()) {
        let clusters: Vec<(u64, u64)> =
            world.iter().map(|c| (c.len() as u64, c.iter().filter(|p| p.1).count() as u64)).collect();
        let expected = clustered(&clusters).unwrap();
        let (survey, _) = survey(&world, true);
        match survey.estimate(Trust::Labels, 0.95) {
            Ok(found) => {
                prop_assert!(near(found.estimate, expected.estimate, 1e-12));
                prop_assert!(near(found.se, expected.variance.sqrt(), 1e-12), "{} {expected:?}", found.se);
                prop_assert!(near(survey.jackknife(Trust::Labels).unwrap(), expected.variance_jackknife.sqrt(), 1e-9));
            }
            Err(why) => prop_assert_eq!(why, Undefined::ThinDenominator),
        }
    }

    #[test]
    fn an_estimate_is_a_share_inside_its_interval(world in worlds(), turn in 0usize..20) {
        let (one, _) = survey(&world, false);
        let mut turned = world.clone();
        turned.rotate_left(turn % world.len());
        let (other, _) = survey(&turned, false);
        for trust in [Trust::Labels, Trust::Full, Trust::Tuned] {
            let (Ok(a), Ok(b)) = (one.estimate(trust, 0.95), other.estimate(trust, 0.95)) else { continue };
            prop_assert!((0.0..=1.0).contains(&a.estimate) && a.interval.contains(a.estimate));
            prop_assert!(a.interval.lower >= 0.0 && a.interval.upper <= 1.0);
            // The order of creators changes nothing but the last digits.
            prop_assert!(near(a.estimate, b.estimate, 1e-9) && near(a.se, b.se, 1e-9));
            prop_assert!(near(a.interval.lower, b.interval.lower, 1e-7));
            prop_assert!(near(a.interval.upper, b.interval.upper, 1e-7));
            let wider = one.estimate(trust, 0.99).unwrap();
            prop_assert!(wider.interval.half_width() >= a.interval.half_width() - 1e-12);
        }
    }

    /// Labels inside the dump, or apart from the rest: the same estimator in two ways to write it.
    #[test]
    fn plain_ppi_is_that_of_the_counts(world in worlds()) {
        let (survey, labels) = survey(&world, false);
        let posts: Vec<_> = world.iter().flatten().collect();
        let count = |says, truth| posts.iter().filter(|p| p.2 && p.0 == says && p.1 == truth).count() as u64;
        let confusion =
            [count(true, true), count(true, false), count(false, true), count(false, false)];
        let confusion = Confusion { tp: confusion[0], fp: confusion[1], fn_: confusion[2], tn: confusion[3] };
        let rest = posts.len() as u64 - labels;
        let flagged = posts.iter().filter(|p| !p.2 && p.0).count() as u64;
        let lambda = rest as f64 / posts.len() as f64;
        if let (Ok(found), Some(expected)) =
            (survey.estimate(Trust::Full, 0.95), ppi_counts(confusion, rest, flagged, Some(lambda)))
        {
            prop_assert!(near(found.estimate, expected.estimate.clamp(0.0, 1.0), 1e-9));
        }
    }

    /// A detector that is always right makes the flag rate the estimate.
    #[test]
    fn a_perfect_detector_is_believed(world in worlds()) {
        let perfect: World = world.iter().map(|c| c.iter().map(|p| (p.1, p.1, p.2)).collect()).collect();
        let posts = perfect.iter().flatten().count() as f64;
        let rate = perfect.iter().flatten().filter(|p| p.0).count() as f64 / posts;
        let (survey, _) = survey(&perfect, false);
        if let Ok(found) = survey.estimate(Trust::Full, 0.95) {
            prop_assert!(near(found.estimate, rate, 1e-9));
        }
    }
}

/// Printed tables of the t distribution.
#[test]
fn t_quantiles_are_those_of_the_tables() {
    for (p, df, t) in [
        (0.975, 1.0, 12.706_205),
        (0.8, 2.0, 1.060_660),
        (0.975, 5.0, 2.570_582),
        (0.95, 10.0, 1.812_461),
        (0.995, 30.0, 2.749_996),
        (0.975, 1e9, 1.959_964),
    ] {
        assert!(near(t_quantile(p, df), t, 1e-6), "{p} {df}: {}", t_quantile(p, df));
    }
    assert!(near(two_sided_p(1.959_963_984_540_054), 0.05, 1e-14));
}

/// The stream is part of the format: a plan or an interval of today must come out again in ten years.
#[test]
fn equal_seeds_give_equal_numbers_everywhere() {
    let mut draw = Draw::new(1);
    let found: Vec<u64> = (0..4).map(|_| draw.below(1000)).collect();
    assert_eq!(found, PINNED, "the generator has changed");
    let mut items: Vec<u64> = (0..5).collect();
    Draw::new(2).shuffle(&mut items);
    assert_eq!(items, PINNED_ORDER, "the generator has changed");
}

const PINNED: [u64; 4] = [381, 294, 798, 916];
const PINNED_ORDER: [u64; 5] = [3, 2, 1, 0, 4];

#[test]
fn numbers_below_a_bound_are_even() {
    let mut draw = Draw::new(3);
    let mut counts = [0f64; 7];
    for _ in 0..70_000 {
        counts[draw.below(7) as usize] += 1.0;
    }
    let chi2: f64 = counts.iter().map(|c| (c - 10_000.0).powi(2) / 10_000.0).sum();
    assert!(chi2 < 30.0, "{counts:?}"); // 6 degrees: less than one in ten thousand
    let mean = (0..10_000).map(|_| draw.unit()).sum::<f64>() / 10_000.0;
    assert!(near(mean, 0.5, 0.015), "{mean}");
    let mut orders = std::collections::BTreeMap::new();
    for _ in 0..6000 {
        let mut items = [0, 1, 2];
        draw.shuffle(&mut items);
        *orders.entry(items).or_insert(0) += 1;
    }
    assert!(orders.len() == 6 && orders.values().all(|n| (850..1150).contains(n)), "{orders:?}");
    assert_eq!(draw.below(0), 0);
    assert_eq!(draw.below(1), 0);
}

#[test]
fn the_bootstrap_finds_the_error_of_a_mean() {
    // Twenty clusters with values 0 to 19: the mean has a standard error of sqrt(33.25 / 20).
    let mean =
        |times: &[u32]| Some(times.iter().zip(0..).map(|(n, v)| f64::from(*n) * f64::from(v)).sum::<f64>() / 20.0);
    let draws = bootstrap(20, 4000, 9, mean);
    let interval = percentile_interval(&draws, 0.95).unwrap();
    let half = 1.96 * (33.25f64 / 20.0).sqrt();
    assert!(near(interval.half_width(), half, 0.15), "{interval:?} {half}");
    assert_eq!(draws, bootstrap(20, 4000, 9, mean));
    assert!(percentile_interval(&[1.0], 0.95).is_none());
}

#[test]
fn what_labels_cannot_carry_is_refused() {
    let cells = |n: u32| (0..n).map(|s| Cell { stratum: s, part: 0, says: [f64::from(s), 1.0] }).collect::<Vec<_>>();
    let label = |num, den| Label { weight: 1.0, num, den };
    let none = Survey::new(cells(1));
    assert_eq!(none.estimate(Trust::Tuned, 0.95), Err(Undefined::TooFewLabels));
    let filled = |strata: u32, creators: u32, den: f64| {
        let mut survey = Survey::new(cells(strata));
        for post in 0..60 {
            survey.posts(post % creators, 0, 1.0);
            survey.label(post % creators, 0, label(den, den));
        }
        survey
    };
    assert_eq!(filled(1, 1, 1.0).estimate(Trust::Tuned, 0.95).unwrap_err(), Undefined::OneCreator);
    assert_eq!(filled(1, 5, 0.0).estimate(Trust::Tuned, 0.95).unwrap_err(), Undefined::NoDenominator);
    let mut bare = filled(2, 5, 1.0);
    assert!(bare.estimate(Trust::Tuned, 0.95).is_ok());
    bare.posts(0, 1, 10.0);
    assert_eq!(bare.estimate(Trust::Tuned, 0.95).unwrap_err(), Undefined::EmptyStratum);
    let mut thin = filled(1, 5, 0.0);
    (0..5).for_each(|creator| {
        thin.posts(creator, 0, 1.0);
        thin.label(creator, 0, label(1.0, 1.0));
    });
    assert_eq!(thin.estimate(Trust::Tuned, 0.95).unwrap_err(), Undefined::ThinDenominator);
}

/// Two claims of one code may lie over each other ("Live Casino", "Casino Bonus"): their letters are found once.
#[test]
fn a_character_under_two_spans_of_one_label_counts_once() {
    let of = |spans: &[(u64, u64)]| {
        spans.iter().map(|&(start, end)| Stretch { start, end, label: "CLM-BANNED" }).collect::<Vec<_>>()
    };
    let found = span_scores(&of(&[(55, 72)]), &of(&[(55, 66), (60, 72)]));
    assert_eq!(found.character_counts, [17, 17, 17]);
    assert_eq!((found.characters.recall, found.characters.f1), (Some(1.0), Some(1.0)));
}
