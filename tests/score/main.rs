//! The score: reference cases through the whole path, laws that must hold for any creator, and policies that must not load.

#![allow(clippy::unwrap_used, reason = "helpers of tests: a failed one is a failed test")]

mod laws;
mod policy_file;
mod stability;
mod units;

use minhbach::{
    analysis::{Commercial, DisclosureState},
    day::Day,
    pack::{Criterion, RuleId, Severity, Tier},
    score::{
        Catalogue, Creators, CriterionRecord, Cure, Edition, Policy, PostKey, RuleCard, ScoredFinding, ScoredPost,
        Scoring, TextKey, beta_quantile, wilson95,
    },
};
use serde_json::Value;

const DEFAULT: &str = include_str!("../../lexicons/policy/default.toml");
const CASES: &str = include_str!("../fixtures/score/cases.json");

/// One rule a severity, each a group of its own, then an advertising rule and two of the policy's exceptions.
fn cards() -> Vec<RuleCard> {
    let card = |id: &str, criterion, severity, group: &str| RuleCard {
        id: id.to_owned(),
        criterion,
        severity,
        group: group.to_owned(),
    };
    vec![
        card("T1", Criterion::Transparency, Severity::Low, "one"),
        card("T2", Criterion::Transparency, Severity::Medium, "two"),
        card("T3", Criterion::Transparency, Severity::High, "three"),
        card("T4", Criterion::Transparency, Severity::Critical, "four"),
        card("A1", Criterion::AdCompliance, Severity::High, "claims"),
        card("CLM107", Criterion::AdCompliance, Severity::Critical, "cure"),
        card("CLM108", Criterion::AdCompliance, Severity::Critical, "cure"),
    ]
}

fn policy(edits: &[(&str, &str)]) -> Policy {
    let text = edits.iter().fold(DEFAULT.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the default policy has no {from:?}");
        text.replace(from, to)
    });
    Policy::parse(&text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn as_of() -> Day {
    Day::new(2026, 3, 31).unwrap()
}

/// A post in the making.
#[derive(Clone, Debug)]
struct Draft {
    creator: u8,
    key: u64,
    text: u64,
    age: Option<i32>,
    captured: Option<i64>,
    commercial: Commercial,
    disclosure: DisclosureState,
    findings: Vec<ScoredFinding>,
}

impl Draft {
    fn clean(key: u64) -> Self {
        Self {
            creator: 0,
            key,
            text: key,
            age: Some(0),
            captured: None,
            commercial: Commercial::Yes,
            disclosure: DisclosureState::Adequate,
            findings: Vec::new(),
        }
    }

    fn with(mut self, finding: ScoredFinding) -> Self {
        self.findings.push(finding);
        self
    }

    fn aged(mut self, age: i32) -> Self {
        self.age = Some(age);
        self
    }
}

fn reviewed(rule: u16) -> ScoredFinding {
    ScoredFinding { reviewed: true, ..ScoredFinding::machine(RuleId(rule), Tier::Violation, true) }
}

fn add(creators: &mut Creators, draft: &Draft, order: u64) {
    creators.add(&ScoredPost {
        platform: "tiktok",
        creator: &format!("creator {}", draft.creator),
        key: PostKey(draft.key),
        text: TextKey(draft.text),
        day: draft.age.map(|age| Day::from_number(as_of().number() - age).unwrap()),
        captured: draft.captured,
        order,
        commercial: draft.commercial,
        disclosure: draft.disclosure,
        findings: &draft.findings,
    });
}

fn gather(drafts: &[Draft]) -> Creators {
    let mut creators = Creators::new();
    for (order, draft) in drafts.iter().enumerate() {
        add(&mut creators, draft, order as u64);
    }
    creators
}

fn lines(creators: Creators, policy: &Policy) -> Vec<String> {
    let catalogue = Catalogue::new(cards(), policy).unwrap();
    let edition = Edition { version: "1".into(), sha256: "00".into(), run: None };
    let scoring = Scoring { policy, catalogue: &catalogue, edition, as_of: as_of() };
    creators.into_scores(&scoring).map(|score| serde_json::to_string(&score.unwrap()).unwrap()).collect()
}

fn transparency(drafts: &[Draft], policy: &Policy) -> CriterionRecord {
    transparency_of(gather(drafts), policy)
}

fn transparency_of(creators: Creators, policy: &Policy) -> CriterionRecord {
    let catalogue = Catalogue::new(cards(), policy).unwrap();
    let scoring = Scoring { policy, catalogue: &catalogue, edition: Edition::default(), as_of: as_of() };
    creators.into_scores(&scoring).next().expect("one creator").unwrap().criteria.transparency
}

/// A case's posts. Ordinals come from the policy, so a ladder of repeats is played under `counts_from = "first"`.
fn drafts_of(case: &Value) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for entry in case["inputs"]["posts"].as_array().unwrap() {
        let post = &entry["post"];
        for _ in 0..entry["count"].as_u64().unwrap() {
            let mut draft = Draft::clean(drafts.len() as u64).aged(post["age"].as_i64().unwrap_or(0) as i32);
            if post["unknown"] == true {
                draft.disclosure = DisclosureState::Unknown;
            }
            for hit in post["hits"].as_array().into_iter().flatten() {
                let severity = Severity::ALL.iter().position(|s| s.name() == hit["sev"]).unwrap();
                let cure = hit["cure"].as_str().unwrap_or("open");
                draft.findings.push(ScoredFinding {
                    reviewed: hit["ev"] != "machine",
                    cure: *Cure::ALL.iter().find(|c| c.name() == cure).unwrap(),
                    ..reviewed(severity as u16)
                });
            }
            drafts.push(draft);
        }
    }
    drafts
}

#[test]
fn every_reference_case_of_the_score() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let mut played = 0;
    for case in cases["cases"].as_array().unwrap().iter().filter(|case| case["group"] == "scoring") {
        let id = case["id"].as_str().unwrap();
        let mut edits = Vec::new();
        if case["inputs"]["policy"].as_str().unwrap().ends_with("+no_decay") {
            edits.push(("half_life_days = 180", "half_life_days = 0"));
        }
        if case["inputs"]["posts"].to_string().contains("ordinal") {
            edits.push(("counts_from = \"notice\"", "counts_from = \"first\""));
        }
        let mut drafts = drafts_of(case);
        if drafts.is_empty() {
            // A creator is met by a post, if only one that is not commercial.
            drafts.push(Draft { commercial: Commercial::No, ..Draft::clean(0) });
        }
        let record = serde_json::to_value(transparency(&drafts, &policy(&edits))).unwrap();
        let expected = &case["expected"];
        let tolerance = case["tolerance"].as_f64().unwrap();
        let near = |field: &str, got: &Value, want: &Value| match (got.as_f64(), want.as_f64()) {
            (Some(got), Some(want)) => assert!((got - want).abs() <= tolerance, "{id} {field}: {got}, not {want}"),
            _ => assert!(got.is_null() && want.is_null(), "{id} {field}: {got}, not {want}"),
        };
        for (theirs, ours) in [
            ("assessed", "n_assessed"),
            ("unknown", "n_unknown"),
            ("weight", "weight"),
            ("good", "good"),
            ("bad", "bad"),
            ("score", "score"),
            ("lower", "lower"),
            ("upper", "upper"),
        ] {
            near(theirs, &record[ours], &expected[theirs]);
        }
        for (index, field) in ["score", "lower", "upper"].into_iter().enumerate() {
            near(field, &record["uncapped"][field], &expected["uncapped"][index]);
        }
        for (theirs, ours) in [("best_case", "best"), ("worst_case", "worst")] {
            if !expected[theirs].is_null() {
                near(theirs, &record[ours], &expected[theirs]);
            }
        }
        for field in ["band", "band_low", "band_high", "confidence"] {
            assert_eq!(record[field], expected[field], "{id} {field}");
        }
        assert_eq!(record["reason"], expected["not_rated_reason"], "{id} reason");
        assert_eq!(record["low_coverage"], expected["low_coverage_flag"], "{id} coverage");
        assert_eq!(record["cap"].as_f64().unwrap_or(100.0), expected["cap"].as_f64().unwrap(), "{id} cap");
        played += 1;
    }
    assert_eq!(played, 31);
}

#[test]
fn beta_quantiles_and_wilson_intervals_of_the_reference() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let (input, expected) = (&case["inputs"], &case["expected"]);
        let tolerance = case["tolerance"].as_f64().unwrap();
        let number = |value: &Value| value.as_f64().unwrap();
        let pairs: Vec<(f64, f64)> = match case["statistic"].as_str().unwrap() {
            "beta_quantile" => {
                vec![(
                    beta_quantile(number(&input["p"]), number(&input["a"]), number(&input["b"])),
                    number(&expected["value"]),
                )]
            }
            "beta_quantile_pair" => (0..2)
                .map(|i| {
                    let got = beta_quantile(number(&input["p"][i]), number(&input["a"]), number(&input["b"]));
                    (got, number(&expected["values"][i]))
                })
                .collect(),
            "wilson" if input["conf"] == 0.95 => {
                let (lower, upper) = wilson95(input["x"].as_u64().unwrap(), input["n"].as_u64().unwrap()).unwrap();
                vec![(lower, number(&expected["lower"])), (upper, number(&expected["upper"]))]
            }
            _ => continue,
        };
        for (got, want) in pairs {
            assert!((got - want).abs() <= tolerance, "{}: {got}, not {want}", case["id"]);
        }
    }
}

#[test]
fn beta_quantiles_hold_for_tiny_and_for_huge_parameters() {
    // Closed forms: Beta(a, 1) has F(x) = x^a, Beta(1, b) has F(x) = 1 - (1 - x)^b.
    for shape in [0.05_f64, 0.5, 1.0, 7.5, 1e3, 1e5] {
        for p in [0.05_f64, 0.5, 0.95] {
            let power = p.powf(1.0 / shape);
            assert!((beta_quantile(p, shape, 1.0) / power - 1.0).abs() < 1e-9, "a = {shape}, p = {p}");
            let mirrored = -((-p).ln_1p() / shape).exp_m1();
            assert!((beta_quantile(p, 1.0, shape) / mirrored - 1.0).abs() < 1e-9, "b = {shape}, p = {p}");
        }
    }
    // Median of a symmetric beta, and Cornish-Fisher's normal limit.
    for shape in [1e2, 1e4, 1e6] {
        assert!((beta_quantile(0.5, shape, shape) - 0.5).abs() < 1e-9);
        let spread = (0.25 / (2.0 * shape + 1.0)).sqrt();
        let normal = 0.5 + 1.644_853_626_951_472_7 * spread;
        assert!((beta_quantile(0.95, shape, shape) - normal).abs() < spread / shape);
    }
    assert!(beta_quantile(0.5, 0.0, 1.0).is_nan());
}
