//! The policy file: what loads, what does not, and how it says so.

use super::{DEFAULT, Draft, cards, policy, reviewed, transparency};
use minhbach::{
    pack::Severity,
    score::{Catalogue, Policy},
};

#[test]
fn the_default_policy_loads_and_carries_its_hash() {
    let policy = policy(&[]);
    assert_eq!(policy.sha256.len(), 64);
    assert_ne!(policy.sha256, super::policy(&[("min = 95", "min = 96")]).sha256);
    assert_eq!(Severity::ALL.map(|severity| policy.severity(severity)), [0.25, 0.5, 0.75, 1.0]);
    assert_eq!((policy.band(95.0), policy.band(94.9999), policy.band(0.0)), ("A", "B", "E"));
    assert_eq!([-1, 0, 7, 8].map(|days| policy.mended(days).name()), ["self", "in_window", "in_window", "late"]);
}

#[test]
fn a_bad_policy_is_refused_with_place_and_reason() {
    let table = [
        ("days = 365", "dayz = 365", "unknown key `window.dayz`"),
        ("days = 365", "", "`window.days` is missing"),
        ("days = 365", "days = 0", "`window.days` must be from 1 to"),
        ("days = 365", "days = 36.5", "must be a whole number"),
        ("half_life_days = 180", "half_life_days = -1", "must be at least 0"),
        ("half_life_days = 180", "half_life_days = nan", "must be at least 0"),
        ("low = 0.25", "low = 0.6", "must not be greater than `severity.medium`"),
        ("critical = 1.00", "critical = 1.5", "`severity.critical` must be from 0 to 1"),
        ("late = 0.60", "late = 0.9", "must not be greater than `cure.removed`"),
        ("machine = 0.80", "machine = \"high\"", "`evidence.machine` must be a number"),
        ("mean = 0.75", "mean = 1.0", "`prior.mean` must be above 0 and below 1"),
        ("strength = 4.0", "strength = 0", "`prior.strength` must be above 0"),
        ("design_effect = 1.0", "design_effect = 0.5", "must be at least 1"),
        ("lower_quantile = 0.05", "lower_quantile = 0.6", "`interval.lower_quantile` must be"),
        ("open_critical_1 = 69", "open_critical_1 = 85", "must not be greater than `caps.cured_critical`"),
        (
            "open_critical_2_or_more = 49",
            "open_critical_2_or_more = 70",
            "must not be greater than `caps.open_critical_1`",
        ),
        ("floor_coverage = 0.50", "floor_coverage = 0.90", "must not be greater than `sample.min_coverage`"),
        ("min = 85", "min = 95", "must fall from band to band"),
        ("min = 0\n", "min = 5\n", "the last band must begin at 0"),
        ("name = \"B\"", "name = \"A\"", "stands twice"),
        ("combine = \"none\"", "combine = \"mean\"", "`decisions.combine` must be \"none\""),
        ("award_on = \"lower\"", "award_on = \"middle\"", "\"lower\" | \"score\" | \"upper\""),
        ("publish_without_review = false", "publish_without_review = 0", "must be true or false"),
        ("status = \"draft\"", "status = \"final\"", "`policy.status` must be"),
        ("effective_from = \"2026-01-01\"", "effective_from = \"2026-02-30\"", "must be a day"),
        ("\"transparency\", \"ad_compliance\"]", "\"transparency\"]", "`policy.criteria` must name"),
        ("rounding_decimals = 4", "rounding_decimals = 9", "must be from 0 to 4"),
        ("counts_from = \"notice\"", "counts_from = \"last\"", "`repeat.counts_from` must be"),
        ("[rule.CLM107]\ncurable = false", "[rule.CLM107]\nseverity = \"grave\"", "`rule.CLM107.severity` must be"),
        ("[rule.CLM107]\ncurable = false", "[rule.CLM107]\nweight = 1", "unknown key `rule.CLM107.weight`"),
        ("[confidence]", "[trust]", "the section [confidence] is missing"),
        ("id = \"influencer-trust-partial\"", "id = \"\"", "`policy.id` must be a text"),
        ("days = 365", "days = = 365", "not TOML"),
        ("reviewers = 1 ", "reviewers = 0 ", "`review.reviewers` must be from 1 to"),
        ("overturned_share = 0.3", "overturned_share = 0", "`review.overturned_share` must be"),
        ("minimum = 20", "least = 20", "`review.minimum` is missing"),
        ("code = \"satire\"", "code = \"wrong_rule\"", "\"wrong_rule\" stands twice"),
        ("vi = \"nói đùa, châm biếm\"", "vi = \"\"", "`review.reason.vi` must be a text"),
    ];
    for (from, to, reason) in table {
        assert!(DEFAULT.contains(from), "the default policy has no {from:?}");
        let text = DEFAULT.replacen(from, to, 1);
        let faults = Policy::parse(&text).expect_err(to);
        let fault = faults.faults.iter().find(|fault| fault.message.en.contains(reason));
        let fault = fault.unwrap_or_else(|| panic!("{to:?} gives no {reason:?} but:\n{faults}"));
        assert!(!fault.message.vi.is_empty());
        assert!(text.get(fault.span.clone()).is_some(), "{to:?}: the span lies in the file");
        let line = text[..fault.span.start].matches('\n').count() + 1;
        assert!(fault.to_string().starts_with(&format!("{line}:")), "{fault}");
    }
}

#[test]
fn all_faults_of_a_policy_come_at_once_in_the_order_of_the_file() {
    let text = DEFAULT
        .replace("mean = 0.75", "mean = 2")
        .replace("low = 0.25", "low = \"little\"")
        .replace("min = 70", "min = 90")
        .replace("days = 365", "days = 365\nwidth = 3");
    let faults = Policy::parse(&text).unwrap_err();
    let starts: Vec<usize> = faults.faults.iter().map(|fault| fault.span.start).collect();
    assert_eq!(starts.len(), 4, "{faults}");
    assert!(starts.is_sorted());
    assert_eq!(&text[faults.faults[0].span.clone()], "width");
    assert_eq!(&text[faults.faults[3].span.clone()], "90");
    assert_eq!(faults.to_string().matches("error[S001]").count(), 4);
}

#[test]
fn a_fault_is_shown_in_both_languages_with_file_line_and_caret() {
    let text = DEFAULT.replace("mean = 0.75", "mean = 2");
    let line = text.lines().position(|line| line == "mean = 2").unwrap() + 1;
    let shown = Policy::read("ours.toml", &text).unwrap_err().to_string();
    let expected = format!(
        "error[S001]: `prior.mean` phải lớn hơn 0 và nhỏ hơn 1 / `prior.mean` must be above 0 and below 1\n  \
           --> ours.toml:{line}:8\n   |\n{line} | mean = 2\n   |        ^"
    );
    assert_eq!(shown, expected);
}

#[test]
fn an_exception_for_a_rule_that_no_pack_has_is_a_fault() {
    let text = DEFAULT.replace("[rule.CLM108]", "[rule.XYZ999]\nseverity = \"low\"\n[rule.CLM108]");
    let policy = Policy::parse(&text).unwrap();
    let faults = Catalogue::new(cards(), &policy).unwrap_err();
    assert_eq!(faults.faults.len(), 1);
    assert_eq!(&text[faults.faults[0].span.clone()], "XYZ999");
    assert!(faults.faults[0].message.en.contains("XYZ999"));
}

#[test]
fn an_exception_changes_the_severity_of_one_rule() {
    let policy = policy(&[
        ("half_life_days = 180", "half_life_days = 0"),
        ("[rule.CLM108]", "[rule.T3]\nseverity = \"low\"\n[rule.CLM108]"),
    ]);
    let mut drafts: Vec<Draft> = (0..10).map(Draft::clean).collect();
    drafts.push(Draft::clean(10).with(reviewed(2)));
    assert_eq!(transparency(&drafts, &policy).bad, 0.25);
}
