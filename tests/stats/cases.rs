//! The reference cases: published, textbook, analytic and computed with other programs. The table is walked whole; a
//! kind of case that nobody answers fails.

use minhbach::stats::{
    agreement::{Level, cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha},
    cluster::{clustered, design_effect, effective_n},
    compare::{benjamini_hochberg, cochran_armitage, mcnemar, theil_sen},
    misclassified::{
        Observed, adjusted_count, lang_reiczigel, matrix_adjusted, prior_shift, probabilistic_count, rogan_gladen,
        rogan_gladen_known,
    },
    ppi::{Confusion, Powered, ppi_counts, ppi_mean},
    quality::{SpanScore, Stretch, calibration, quality, span_scores},
    share::{
        Difference, Interval, agresti_coull, clopper_pearson, jeffreys, newcombe, sample_size, upper_of_none, wilson,
        worst_case_bounds,
    },
    special::{beta_binomial_pmf, beta_cdf, beta_quantile, critical, normal_quantile},
    strata::{Stratum, largest_remainder, optimum, poststratified, recall},
};
use serde_json::{Value, json};

const CASES: &str = include_str!("../fixtures/stats/cases.json");

/// Inputs of a case.
struct Inputs<'a>(&'a Value);

impl Inputs<'_> {
    fn real(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap_or_else(|| panic!("{name} in {}", self.0))
    }
    fn whole(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or_else(|| panic!("{name} in {}", self.0))
    }
    fn reals(&self, name: &str) -> Vec<f64> {
        self.0[name].as_array().unwrap_or_else(|| panic!("{name}")).iter().map(|v| v.as_f64().unwrap()).collect()
    }
    fn wholes(&self, name: &str) -> Vec<u64> {
        self.0[name].as_array().unwrap_or_else(|| panic!("{name}")).iter().map(|v| v.as_u64().unwrap()).collect()
    }
    fn table(&self) -> Vec<Vec<u64>> {
        serde_json::from_value(self.0["table"].clone()).unwrap()
    }
    fn conf(&self) -> f64 {
        self.real("conf")
    }
    fn observed(&self, share: &str, n: &str) -> Observed {
        Observed { share: self.real(share), n: self.real(n) }
    }
    fn confusion(&self) -> Confusion {
        let [tp, fp, fn_, tn] = ["tp", "fp", "fn", "tn"].map(|name| self.whole(name));
        Confusion { tp, fp, fn_, tn }
    }
}

fn bounds(interval: Option<Interval>) -> Option<Value> {
    interval.map(|i| json!({"lower": i.lower, "upper": i.upper}))
}

fn pair(i: Interval) -> Value {
    json!([i.lower, i.upper])
}

fn both_levels(powered: &Powered) -> Value {
    json!({"estimate": powered.estimate, "ci95": pair(powered.interval(0.95)), "ci90": pair(powered.interval(0.90)),
           "lambda": powered.lambda})
}

fn spans(of: &Value) -> Vec<Stretch<'_>> {
    let stretch = |v: &'_ Value| (v[0].as_u64().unwrap(), v[1].as_u64().unwrap());
    of.as_array()
        .unwrap()
        .iter()
        .map(|v| Stretch { start: stretch(v).0, end: stretch(v).1, label: v[2].as_str().unwrap() })
        .collect()
}

fn scores(s: SpanScore) -> Value {
    json!({"precision": s.precision, "recall": s.recall, "f1": s.f1})
}

fn merged(mut one: Value, two: Value) -> Value {
    one.as_object_mut().unwrap().extend(two.as_object().unwrap().clone());
    one
}

/// What this program says; `None` where it says that nothing can be said.
fn answer(statistic: &str, i: &Inputs<'_>) -> Option<Value> {
    Some(match statistic {
        "normal_quantile" => json!({"z": normal_quantile(i.real("p"))}),
        "beta_cdf" => json!({"value": beta_cdf(i.real("x"), i.real("a"), i.real("b"))}),
        "beta_quantile" => json!({"value": beta_quantile(i.real("p"), i.real("a"), i.real("b"))}),
        "beta_quantile_pair" => {
            let values: Vec<f64> = i.reals("p").iter().map(|p| beta_quantile(*p, i.real("a"), i.real("b"))).collect();
            json!({"values": values})
        }
        "wilson" => bounds(wilson(i.whole("x"), i.whole("n"), i.conf()))?,
        "clopper_pearson" => bounds(clopper_pearson(i.whole("x"), i.whole("n"), i.conf()))?,
        "jeffreys_equal_tailed_unclipped" => bounds(jeffreys(i.whole("x"), i.whole("n"), i.conf()))?,
        "agresti_coull_clipped" => bounds(agresti_coull(i.whole("x"), i.whole("n"), i.conf()))?,
        "zero_events_upper_one_sided" => {
            json!({"exact": upper_of_none(i.whole("n"), i.conf())?, "rule_of_three": 3.0 / i.real("n")})
        }
        "sample_size_proportion" => {
            let raw = sample_size(i.real("p"), i.real("half_width"), i.conf())?;
            json!({"raw": raw, "n": raw.ceil()})
        }
        "newcombe_hybrid_score" => {
            let side = |x, n| (i.whole(x), i.whole(n));
            let Difference { estimate, interval } = newcombe(side("x1", "n1"), side("x2", "n2"), i.conf())?;
            json!({"estimate": estimate, "lower": interval.lower, "upper": interval.upper})
        }
        "cochran_armitage" => {
            let groups = i.reals("scores").into_iter().zip(i.wholes("events")).zip(i.wholes("totals"));
            let trend = cochran_armitage(&groups.map(|((s, e), t)| (s, e, t)).collect::<Vec<_>>())?;
            json!({"z": trend.z, "z2": trend.z * trend.z, "m2": trend.m2, "p_two_sided": trend.p})
        }
        "mcnemar_no_correction" => {
            let (chi2, p) = mcnemar(i.whole("n12"), i.whole("n21"))?;
            json!({"chi2": chi2, "p": p})
        }
        "benjamini_hochberg" => {
            let (p, q) = (i.reals("p"), i.real("q"));
            let adjusted = benjamini_hochberg(&p);
            let rejected = adjusted.iter().filter(|a| **a <= q).count();
            let bonferroni = p.iter().filter(|v| **v <= q / p.len() as f64).count();
            json!({"rejected": rejected, "bonferroni_rejected": bonferroni, "adjusted": adjusted})
        }
        "theil_sen" => {
            let (slope, intercept) = theil_sen(&i.reals("x"), &i.reals("y"))?;
            json!({"slope": slope, "intercept_median": intercept})
        }
        "lang_reiczigel" => {
            let (ap, se, sp) = (i.observed("apparent", "n"), i.observed("se", "n_se"), i.observed("sp", "n_sp"));
            let point = rogan_gladen(ap.share, se.share, sp.share)?;
            let interval = bounds(lang_reiczigel(ap, se, sp, i.conf()))?;
            merged(interval, json!({"estimate": point.clamp(0.0, 1.0), "estimate_unclipped": point}))
        }
        "rogan_gladen_wilson_transform" => {
            let (x, n, se, sp) = (i.whole("x"), i.whole("n"), i.real("se"), i.real("sp"));
            let apparent = wilson(x, n, i.conf())?;
            let share = x as f64 / n as f64;
            let more = json!({"apparent": share, "ap_lower": apparent.lower, "ap_upper": apparent.upper,
                              "estimate": rogan_gladen(share, se, sp)?});
            merged(bounds(rogan_gladen_known(x, n, se, sp, i.conf()))?, more)
        }
        "rogan_gladen" => {
            let point = rogan_gladen(i.real("x") / i.real("n"), i.real("se"), i.real("sp"))?;
            let clipped = point.clamp(0.0, 1.0);
            json!({"estimate": clipped, "estimate_clipped": clipped, "estimate_unclipped": point})
        }
        "adjusted_classify_and_count" => {
            json!({"prevalence": adjusted_count(i.real("cc"), i.real("tpr"), i.real("fpr"))?})
        }
        "probabilistic_acc" => {
            let [all, pos, neg] = ["mean_posterior", "mean_posterior_pos", "mean_posterior_neg"].map(|n| i.real(n));
            json!({"prevalence": probabilistic_count(all, pos, neg)?})
        }
        "matrix_adjusted_counts" => {
            let confusion: Vec<Vec<f64>> =
                serde_json::from_value(i.0["confusion_rows_true_cols_pred"].clone()).unwrap();
            json!({"true": matrix_adjusted(&i.reals("observed"), &confusion)?})
        }
        "em_prior_shift" => {
            json!({"prevalence": prior_shift(&i.reals("posteriors"), i.real("train_prior"), i.real("tol"))?})
        }
        "ppi_mean" => {
            let labelled: Vec<(f64, f64)> = i.reals("y").into_iter().zip(i.reals("yhat")).collect();
            both_levels(&ppi_mean(&labelled, &i.reals("yhat_unlabeled"), i.0["lam"].as_f64())?)
        }
        "ppi_binary_counts" => {
            let (rest, flagged) = (i.whole("N"), i.whole("flagged_unlabeled"));
            assert_eq!(i.confusion().tp + i.confusion().fp + i.confusion().fn_ + i.confusion().tn, i.whole("n"));
            let mut all = json!({});
            for (name, lambda) in [("lam1", Some(1.0)), ("tuned", None), ("classical", Some(0.0))] {
                let powered = ppi_counts(i.confusion(), rest, flagged, lambda)?;
                all[format!("estimate_{name}")] = json!(powered.estimate);
                all[format!("ci95_{name}")] = pair(powered.interval(0.95));
            }
            all
        }
        "neyman_sample_size" | "optimum_allocation_with_cost" => {
            let sizes = i.reals("N");
            let costs = if i.0["cost"].is_null() { vec![1.0; sizes.len()] } else { i.reals("cost") };
            // The textbook's bound is two standard errors.
            let best = optimum(&sizes, &i.reals("sigma"), &costs, i.real("bound") / 2.0)?;
            let n = best.n.ceil();
            let shares: Vec<f64> = best.fractions.iter().map(|f| f * n).collect();
            json!({"raw_n": best.n, "n": n, "fractions": best.fractions, "allocation": largest_remainder(&shares)})
        }
        "poststratified_proportion" => {
            let strata = i.reals("weights").into_iter().zip(i.reals("p")).zip(i.wholes("n"));
            let (estimate, se) = poststratified(&strata.map(|((w, p), n)| (w, p, n)).collect::<Vec<_>>())?;
            json!({"estimate": estimate, "se": se})
        }
        "recall_from_flagged_unflagged_samples" => {
            let stratum = |posts, labelled, positive| Stratum {
                posts: i.whole(posts),
                labelled: i.whole(labelled),
                positive: i.whole(positive),
            };
            let flagged = stratum("N_flagged", "n_flagged", "true_in_flagged");
            let r = recall(flagged, stratum("N_unflagged", "n_unflagged", "true_in_unflagged"), 0.95)?;
            json!({"precision": r.precision, "prevalence": r.prevalence, "recall": r.recall, "se_recall": r.se,
                   "ci95_logit": pair(r.interval), "f1": r.f1})
        }
        "cluster_proportion" => {
            let clusters: Vec<(u64, u64)> = i.wholes("cluster_sizes").into_iter().zip(i.wholes("positives")).collect();
            let c = clustered(&clusters)?;
            json!({"estimate": c.estimate, "var_linearized": c.variance, "se": c.variance.sqrt(),
                   "se_srs": c.variance_srs.sqrt(), "deff": c.deff, "n_effective": c.effective,
                   "se_jackknife": c.variance_jackknife.sqrt(), "icc_anova": c.icc,
                   "ci_t": pair(c.t_interval(i.conf()))})
        }
        "design_effect" => json!({"deff": design_effect(i.real("mean_cluster_size"), i.real("icc"))}),
        "kish_effective_n" => json!({"n_eff": effective_n(i.reals("weights"))}),
        "fleiss_kappa" => {
            let kappa = fleiss_kappa(&i.table())?;
            json!({"kappa": kappa, "kappa_printed": (kappa * 1000.0).round() / 1000.0})
        }
        "cohen_kappa" => json!({"kappa": cohen_kappa(&i.table())?}),
        "krippendorff_alpha" => {
            let rows: Vec<Vec<Option<f64>>> = serde_json::from_value(i.0["ratings_by_observer"].clone()).unwrap();
            let posts: Vec<Vec<f64>> =
                (0..rows[0].len()).map(|at| rows.iter().filter_map(|row| row[at]).collect()).collect();
            let level = Level::ALL.into_iter().find(|l| i.0["level"] == l.name()).unwrap();
            json!({"alpha": krippendorff_alpha(&posts, level)?})
        }
        "gwet_ac1" => json!({"ac1": gwet_ac1(&i.table())?, "kappa": cohen_kappa(&i.table())?}),
        "confusion_metrics" => {
            let q = quality(i.confusion());
            json!({"precision": q.precision, "recall": q.recall, "f1": q.f1, "f05": q.f05,
                   "specificity": q.specificity, "mcc": q.mcc, "balanced_accuracy": q.balanced_accuracy})
        }
        "brier_and_ece" => {
            let pairs: Vec<(f64, bool)> =
                i.reals("p").into_iter().zip(i.reals("y")).map(|(p, y)| (p, y == 1.0)).collect();
            let (brier, ece) = calibration(&pairs, i.whole("bins") as usize)?;
            json!({"brier": brier, "ece": ece})
        }
        "span_scores" => {
            let s = span_scores(&spans(&i.0["gold"]), &spans(&i.0["pred"]));
            let [correct, partial, spurious, missing] = s.partial_counts;
            let [overlap, gold, pred] = s.character_counts;
            json!({"exact": merged(scores(s.exact), json!({"tp": correct})),
                   "partial": merged(scores(s.partial), json!({"correct": correct, "partial": partial,
                                                               "spurious": spurious, "missing": missing})),
                   "char": merged(scores(s.characters), json!({"overlap": overlap, "gold": gold, "pred": pred}))})
        }
        "worst_case_bounds" => {
            let b = worst_case_bounds(i.whole("adequate"), i.whole("violating"), i.whole("unknown"))?;
            json!({"share_lower": b.lower, "share_upper": b.upper})
        }
        "beta_binomial_pmf" => {
            json!({"pmf": beta_binomial_pmf(i.whole("k"), i.whole("n"), i.real("a"), i.real("b"))})
        }
        "beta_posterior_mean" => {
            let (m, mean) = (i.real("prior_strength"), i.real("prior_mean"));
            let (a, b) = (m * mean + i.real("successes"), m * (1.0 - mean) + i.real("failures"));
            json!({"a": a, "b": b, "mean": a / (a + b)})
        }
        other => panic!("no answer to cases of {other}: write it"),
    })
}

/// Where `got` is not `expected` within the tolerance; fields that the case does not name may differ.
fn faults(got: &Value, expected: &Value, tolerance: f64, at: &str, out: &mut Vec<String>) {
    match expected {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, e)| faults(&got[name.as_str()], e, tolerance, &format!("{at}.{name}"), out))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(k, e)| faults(&got[k], e, tolerance, &format!("{at}[{k}]"), out))
        }
        Value::Number(n) => {
            let n = n.as_f64().unwrap();
            if !got.as_f64().is_some_and(|g| (g - n).abs() <= tolerance) {
                out.push(format!("{at}: got {got}, expected {n} ± {tolerance}"));
            }
        }
        other if other != got => out.push(format!("{at}: got {got}, expected {other}")),
        _ => {}
    }
}

#[test]
fn every_reference_case_is_met() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 111, "cases are missing: {}", cases.len());
    let mut found = Vec::new();
    for case in cases {
        let got = answer(case["statistic"].as_str().unwrap(), &Inputs(&case["inputs"]));
        let got = got.unwrap_or_else(|| json!({"error": "not_identifiable"}));
        let tolerance = case["tolerance"].as_f64().unwrap();
        faults(&got, &case["expected"], tolerance, case["id"].as_str().unwrap(), &mut found);
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// The comparison itself must be able to fail.
#[test]
fn a_wrong_answer_is_seen() {
    for (got, expected) in [
        (json!({"a": 1.0}), json!({"a": 1.1})),
        (json!({}), json!({"a": 1.1})),
        (json!({"a": null}), json!({"a": 0.0})),
        (json!({"a": 0.0}), json!({"a": null})),
        (json!({"a": [1.0]}), json!({"a": [1.0, 2.0]})),
    ] {
        let mut found = Vec::new();
        faults(&got, &expected, 0.01, "case", &mut found);
        assert_eq!(found.len(), 1, "{got} {expected}");
    }
    assert!(critical(0.95, 5.0) > critical(0.95, 6.0));
}
