//! The score: reference cases through the whole path, laws that must hold for any creator, and policies that must not load.

#![allow(clippy::unwrap_used, reason = "helpers of tests: a failed one is a failed test")]

mod crosswalk;
mod laws;
mod policy_file;
mod stability;
mod units;
mod worked;

use minhbach::{
    analysis::{Commercial, DisclosureState},
    day::Day,
    pack::{Criterion, RuleId, Severity, Tier},
    score::{
        Catalogue, Creators, CriterionRecord, Cure, Edition, Policy, PostKey, PublicData, RuleCard, ScoredFinding,
        ScoredPost, Scoring, TextKey, beta_quantile, wilson95,
    },
};
use serde_json::Value;
use std::collections::BTreeMap;

const NO_DECAY: (&str, &str) = ("half_life_days = 180", "half_life_days = 0");
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
    public: PublicData,
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
            public: PublicData::default(),
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
        public: draft.public,
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

/// Every case of the file is played; one of a kind that nobody plays here fails.
#[test]
fn every_reference_case_of_the_score() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let mut played: BTreeMap<&str, u32> = BTreeMap::new();
    for case in cases["cases"].as_array().unwrap() {
        let kind = case["statistic"].as_str().unwrap();
        match kind {
            "compliance_score" => play(case),
            "beta_posterior_mean" => play_posterior(case),
            "beta_quantile" | "beta_quantile_pair" | "wilson" => play_interval(case),
            other => panic!("{}: no test plays a {other}", case["id"]),
        }
        *played.entry(kind).or_default() += 1;
    }
    assert_eq!(played["compliance_score"], 31);
}

fn play(case: &Value) {
    let id = case["id"].as_str().unwrap();
    let mut edits = Vec::new();
    if case["inputs"]["policy"].as_str().unwrap().ends_with("+no_decay") {
        edits.push(NO_DECAY);
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
}

/// Successes as clean posts, failures as medium findings, two to a failure.
fn play_posterior(case: &Value) {
    let number = |name: &str| case["inputs"][name].as_f64().unwrap();
    assert_eq!((number("prior_mean"), number("prior_strength")), (0.75, 4.0), "the prior of the default policy");
    let (clean, medium) = (number("successes") as u64, (2.0 * number("failures")) as u64);
    let medium = (clean..clean + medium).map(|key| Draft::clean(key).with(reviewed(1)));
    let record = transparency(&(0..clean).map(Draft::clean).chain(medium).collect::<Vec<_>>(), &policy(&[NO_DECAY]));
    let expected = &case["expected"];
    assert_eq!(
        (3.0 + record.good, 1.0 + record.bad),
        (expected["a"].as_f64().unwrap(), expected["b"].as_f64().unwrap())
    );
    // Four decimals of a hundred points: half of the last one.
    assert!((record.score.unwrap() / 100.0 - expected["mean"].as_f64().unwrap()).abs() <= 5e-7, "{}", case["id"]);
}

fn play_interval(case: &Value) {
    let (input, expected) = (&case["inputs"], &case["expected"]);
    let number = |value: &Value| value.as_f64().unwrap();
    let (a, b) = (input["a"].as_f64(), input["b"].as_f64());
    let quantile = |p: &Value| beta_quantile(number(p), a.unwrap(), b.unwrap());
    let pairs = match case["statistic"].as_str().unwrap() {
        "beta_quantile" => vec![(quantile(&input["p"]), number(&expected["value"]))],
        "beta_quantile_pair" => (0..2).map(|i| (quantile(&input["p"][i]), number(&expected["values"][i]))).collect(),
        _ => {
            assert_eq!(input["conf"], 0.95, "{}", case["id"]);
            let (lower, upper) = wilson95(input["x"].as_u64().unwrap(), input["n"].as_u64().unwrap()).unwrap();
            vec![(lower, number(&expected["lower"])), (upper, number(&expected["upper"]))]
        }
    };
    for (got, want) in pairs {
        assert!((got - want).abs() <= number(&case["tolerance"]), "{}: {got}, not {want}", case["id"]);
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
