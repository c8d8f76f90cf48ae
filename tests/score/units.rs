//! What is one post, one clean unit, one fault, and what a record says of them.

use super::{Draft, NO_DECAY, as_of, cards, gather, lines, policy, reviewed, transparency, transparency_of};
use minhbach::{
    analysis::{Commercial, DisclosureState},
    day::Day,
    pack::{RuleId, Tier},
    score::{Catalogue, Cure, Edition, PublicData, ScoredFinding, Scoring},
};
use serde_json::{Value, json};

#[test]
fn the_latest_capture_of_a_post_counts_then_the_last_read() {
    let bad = |captured| Draft { captured, ..Draft::clean(1).with(reviewed(2)) };
    let good = |captured| Draft { captured, ..Draft::clean(1) };
    let gone = |captured| Draft { captured, commercial: Commercial::No, ..Draft::clean(1) };
    let table = [
        (vec![bad(Some(5)), good(Some(9))], 1, 0),
        (vec![good(Some(9)), bad(Some(5))], 1, 0),
        (vec![bad(Some(9)), good(Some(5))], 1, 1),
        (vec![bad(None), good(None)], 1, 0),
        (vec![good(None), bad(None)], 1, 1),
        (vec![bad(Some(5)), good(None)], 1, 1),
        (vec![bad(Some(5)), gone(Some(9))], 0, 0),
        (vec![gone(Some(9)), bad(Some(5))], 0, 0),
        (vec![gone(None), bad(None)], 1, 1),
    ];
    for (drafts, assessed, violating) in table {
        let record = transparency(&drafts, &policy(&[]));
        assert_eq!((record.n_assessed, record.n_violating), (assessed, violating), "{drafts:?}");
        assert!(lines(gather(&drafts), &policy(&[]))[0].contains("\"posts\":{\"all\":1,"), "{drafts:?}");
    }
}

#[test]
fn equal_captions_of_one_day_earn_one_clean_unit() {
    let policy = policy(&[("half_life_days = 180", "half_life_days = 0")]);
    let copy = |key, age| Draft { text: 700, ..Draft::clean(key).aged(age) };
    let mut drafts: Vec<Draft> = (0..9).map(Draft::clean).collect();
    drafts.extend([copy(20, 0), copy(21, 0), copy(22, 0), copy(23, 1)]);
    let record = transparency(&drafts, &policy);
    assert_eq!((record.n_assessed, record.n_copies), (13, 2));
    assert_eq!((record.good, record.weight), (11.0, 11.0));
    // Every violating copy is a loss of its own.
    let drafts: Vec<Draft> = (0..12).map(|key| copy(key, 0).with(reviewed(2))).collect();
    assert_eq!(transparency(&drafts, &policy).bad, 9.0);
}

#[test]
fn a_flood_of_copies_is_no_sample() {
    let drafts: Vec<Draft> = (0..50).map(|key| Draft { text: 7, ..Draft::clean(key) }).collect();
    let record = transparency(&drafts, &policy(&[]));
    assert_eq!(serde_json::to_value(record.reason).unwrap(), "below_minimum_posts");
    assert_eq!((record.score, record.n_assessed, record.n_copies), (None, 50, 49));
}

#[test]
fn undated_unsure_future_and_old_posts_are_counted_and_never_scored() {
    let mut drafts: Vec<Draft> = (0..10).map(Draft::clean).collect();
    let before = transparency(&drafts, &policy(&[]));
    let outside = |key| Draft::clean(key).with(reviewed(3));
    drafts.push(Draft { age: None, ..outside(100) });
    drafts.push(Draft { commercial: Commercial::Unsure, ..outside(101) });
    drafts.push(Draft { age: Some(-1), ..outside(102) });
    drafts.push(Draft { age: Some(365), ..outside(103) });
    assert_eq!(transparency(&drafts, &policy(&[])), before);
    assert!(
        lines(gather(&drafts), &policy(&[]))[0]
            .contains("\"all\":14,\"commercial\":13,\"unsure\":1,\"unknown\":0,\"undated\":1")
    );
    drafts.push(outside(104).aged(364));
    assert_eq!(transparency(&drafts, &policy(&[])).n_assessed, 11);
}

#[test]
fn findings_of_one_group_in_one_post_are_one_loss_and_clean_is_judged_per_criterion() {
    let policy = policy(&[("half_life_days = 180", "half_life_days = 0")]);
    let catalogue = Catalogue::new(cards(), &policy).unwrap();
    let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition: Edition::default(), as_of: as_of() };
    let mut drafts: Vec<Draft> = (0..11).map(Draft::clean).collect();
    drafts.push(Draft::clean(11).with(reviewed(5)).with(reviewed(6)));
    let score = gather(&drafts).into_scores(&scoring).next().unwrap().unwrap();
    let (open, other) = (score.criteria.transparency, score.criteria.ad_compliance);
    assert_eq!((open.good, open.bad), (12.0, 0.0));
    assert_eq!((other.good, other.bad, other.n_violating), (11.0, 1.0, 1));
    assert_eq!(other.cap, Some(69.0), "two rules of one group are one critical fault");
    // Neither rule costs anything by itself while the other stands.
    assert!(other.reasons.is_empty());
}

#[test]
fn what_is_only_seen_or_not_counting_never_costs() {
    let policy = policy(&[(
        "[rule.CLM108]",
        "[rule.T3]\nprecision_lower = 0.6\n[rule.T4]\nprecision_lower = 0.9\n[rule.CLM108]",
    )]);
    let machine = |rule| ScoredFinding::machine(RuleId(rule), Tier::Violation, true);
    let bad_of = |finding| {
        let mut drafts: Vec<Draft> = (0..10).map(Draft::clean).collect();
        drafts.push(Draft::clean(10).with(finding));
        let record = transparency(&drafts, &policy);
        (record.bad, record.cap)
    };
    assert_eq!(bad_of(machine(1)), (0.4, None), "machine factor");
    assert_eq!(bad_of(machine(2)), (0.0, None), "measured below what may count");
    assert_eq!(bad_of(reviewed(2)), (0.75, None), "but a person confirmed it");
    assert_eq!(bad_of(machine(3)), (0.9, None), "measured precision instead of the machine factor; no cap unreviewed");
    assert_eq!(bad_of(reviewed(3)), (1.0, Some(69.0)));
    assert_eq!(bad_of(ScoredFinding { cure: Cure::Removed, ..reviewed(3) }), (0.8, Some(69.0)), "deletion is no cure");
    assert_eq!(bad_of(ScoredFinding { cure: Cure::SelfCorrected, ..reviewed(3) }), (0.1, Some(84.0)));
    assert_eq!(bad_of(ScoredFinding { counts: false, ..reviewed(3) }), (0.0, None));
    assert_eq!(bad_of(ScoredFinding { cure: Cure::Overturned, ..reviewed(3) }), (0.0, None));
}

#[test]
fn behind_a_rule_that_the_policy_trusts_or_weighs_less_the_next_of_its_group_counts() {
    let found = |rule, tier, counts| ScoredFinding::machine(RuleId(rule), tier, counts);
    let bad_of = |exception: &str, findings: &[ScoredFinding]| {
        let of_107 = format!("[rule.CLM107]\n{exception}");
        let policy = policy(&[NO_DECAY, ("[rule.CLM107]", &of_107)]);
        let catalogue = Catalogue::new(cards(), &policy).unwrap();
        let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition: Edition::default(), as_of: as_of() };
        let mut drafts: Vec<Draft> = (0..10).map(Draft::clean).collect();
        drafts.push(Draft { findings: findings.to_vec(), ..Draft::clean(10) });
        let score = gather(&drafts).into_scores(&scoring).next().unwrap().unwrap();
        (score.criteria.ad_compliance.bad, score.criteria.ad_compliance.n_violating)
    };
    // As a scan marks it: CLM107 and CLM108 are one group, and the lower id counts.
    let both = [found(5, Tier::Violation, true), found(6, Tier::Violation, false)];
    assert_eq!(bad_of("", &both), (0.8, 1));
    assert_eq!(bad_of("precision_lower = 0.9", &both), (0.9, 1));
    assert_eq!(bad_of("precision_lower = 0.6", &both), (0.8, 1), "CLM107 is for information, CLM108 stands");
    assert_eq!(bad_of("severity = \"low\"", &both), (0.8, 1), "CLM108 is the graver one now");
    assert_eq!(bad_of("precision_lower = 0.6", &both[..1]), (0.0, 0));
    // What does not count by itself does not step in.
    for tier in [Tier::Suspect, Tier::Advisory] {
        assert_eq!(bad_of("precision_lower = 0.6", &[both[0], found(6, tier, false)]), (0.0, 0));
    }
    let fell = ScoredFinding { cure: Cure::Overturned, ..both[1] };
    assert_eq!(bad_of("precision_lower = 0.6", &[both[0], fell]), (0.0, 0));
}

#[test]
fn a_rule_that_cannot_be_mended_stays_open_unless_overturned() {
    let policy = policy(&[]);
    let catalogue = Catalogue::new(cards(), &policy).unwrap();
    let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition: Edition::default(), as_of: as_of() };
    for (cure, bad, cap) in [(Cure::InWindow, 1.0, Some(69.0)), (Cure::Overturned, 0.0, None)] {
        let mut drafts: Vec<Draft> = (0..10).map(Draft::clean).collect();
        drafts.push(Draft::clean(10).with(ScoredFinding { cure, ..reviewed(5) }));
        let record = gather(&drafts).into_scores(&scoring).next().unwrap().unwrap().criteria.ad_compliance;
        assert_eq!((record.bad, record.cap), (bad, cap), "{cure:?}");
    }
}

#[test]
fn repetition_weighs_after_the_notice_only_and_looks_back_a_limited_time() {
    let first =
        [("half_life_days = 180", "half_life_days = 0"), ("counts_from = \"notice\"", "counts_from = \"first\"")];
    let drafts = |ages: &[i32]| -> Vec<Draft> {
        let bad = ages.iter().enumerate().map(|(key, &age)| Draft::clean(key as u64).aged(age).with(reviewed(1)));
        bad.chain((100..110).map(Draft::clean)).collect()
    };
    // Ordinals 1, 2, 3: .5 + .625 + .75; the third is too late for the first alone in the second row.
    assert_eq!(transparency(&drafts(&[100, 50, 0]), &policy(&first)).bad, 1.875);
    assert_eq!(transparency(&drafts(&[180, 50, 0]), &policy(&first)).bad, 1.75);
    assert_eq!(transparency(&drafts(&[179, 50, 0]), &policy(&first)).bad, 1.875);
    let noticed = |age: Option<i32>, group: &str| {
        let mut creators = gather(&drafts(&[100, 50, 0]));
        if let Some(age) = age {
            creators.notify("tiktok", "creator 0", group, Day::from_number(as_of().number() - age).unwrap());
        }
        transparency_of(creators, &policy(&first[..1])).bad
    };
    assert_eq!(noticed(None, "two"), 1.5);
    assert_eq!(noticed(Some(120), "two"), 1.875);
    assert_eq!(noticed(Some(100), "two"), 1.625, "a post of the day of notice is not after it");
    assert_eq!(noticed(Some(120), "three"), 1.5, "another group's notice");
}

#[test]
fn reasons_name_what_costs_most_and_appeals_hold_judgement() {
    let policy = policy(&[("half_life_days = 180", "half_life_days = 0")]);
    let mut drafts: Vec<Draft> = (0..30).map(Draft::clean).collect();
    drafts.extend((30..36).map(|key| Draft::clean(key).with(reviewed(2))));
    drafts.push(Draft::clean(36).with(reviewed(0)));
    let record = transparency(&drafts, &policy);
    let named: Vec<&str> = record.reasons.iter().map(|reason| reason.rule.as_str()).collect();
    assert_eq!(named, ["T3", "T1"]);
    assert_eq!(record.reasons[0].n, 6);
    assert!(record.reasons[0].points > record.reasons[1].points);

    for draft in &mut drafts[30..36] {
        draft.findings[0].appealed = true;
    }
    let record = transparency(&drafts, &policy);
    assert_eq!(serde_json::to_value(record.state).unwrap(), "under_review");
    assert!(record.without_appealed > record.score);
}

#[test]
fn a_line_of_creators_jsonl_has_the_fields_of_the_contract() {
    let mut drafts: Vec<Draft> = (0..12).map(Draft::clean).collect();
    drafts.push(Draft {
        disclosure: DisclosureState::Absent,
        ..Draft::clean(12).with(ScoredFinding::machine(RuleId(2), Tier::Violation, true))
    });
    let line = lines(gather(&drafts), &policy(&[])).remove(0);
    assert!(
        line.starts_with(r#"{"type":"creator","creator":"creator 0","platform":"tiktok","posts":{"all":13,"#),
        "{line}"
    );
    assert!(line.contains(r#""counts":[{"rule":"T3","severity":"high","tier":"violation","n":1,"n_counting":1}]"#));
    assert!(line.contains(r#""disclosure":{"adequate":12,"weak":0,"absent":1,"denied":0}"#));
    let record: Value = serde_json::from_str(&line).unwrap();
    let rated = &record["criteria"]["transparency"];
    assert_eq!(rated["state"], "rated");
    assert_eq!(rated["policy"]["sha256"], policy(&[]).sha256.as_str());
    assert_eq!(rated["window"]["as_of"], "2026-03-31");
    assert_eq!(rated["shares"][0]["of"], 13);
}

#[test]
fn tables_without_a_score_count_what_the_input_tells() {
    let told = |key: u64, text: u64, likes: Option<u64>, ai_label: Option<bool>, followers: Option<u64>| Draft {
        text,
        captured: Some(key as i64),
        public: PublicData { likes, followers, ai_label },
        ..Draft::clean(key)
    };
    let mut drafts: Vec<Draft> = (0..9).map(|key| told(key, key, Some(key * 10), None, None)).collect();
    drafts.push(told(9, 3, None, Some(true), Some(70)));
    drafts.push(told(10, 3, None, Some(false), Some(90)));
    let tables = |drafts: &[Draft]| {
        let line: Value = serde_json::from_str(&lines(gather(drafts), &policy(&[]))[0]).unwrap();
        line["evidence"].clone()
    };
    let mut expected = json!({
        "posts": 11,
        "authenticity": {"same_caption": 3, "ai_label_known": 2, "ai_labelled": 1},
        "feedback": {"followers": 90, "likes_known": 9, "likes_median": null},
    });
    assert_eq!(tables(&drafts), expected, "nine are too few for a typical number");
    let scored = transparency(&drafts, &policy(&[]));
    drafts.push(told(11, 11, Some(u64::MAX), None, None));
    drafts.push(Draft { commercial: Commercial::No, ..told(12, 3, Some(1), Some(true), None) });
    drafts.push(told(13, 3, Some(1), Some(true), None).aged(365));
    expected["posts"] = json!(12);
    expected["feedback"]["likes_known"] = json!(10);
    expected["feedback"]["likes_median"] = json!(40);
    assert_eq!(tables(&drafts), expected);
    // The same posts without public data have the same scores.
    drafts.truncate(11);
    drafts.iter_mut().for_each(|draft| draft.public = PublicData::default());
    assert_eq!(transparency(&drafts, &policy(&[])), scored);
}

#[test]
fn what_goes_to_disk_comes_back_whole() {
    let policy = policy(&[NO_DECAY]);
    let folder = tempfile::tempdir().unwrap();
    let rest: Vec<Draft> = (10..30).map(Draft::clean).collect();
    let told = || {
        let mut creators = gather(&(0..4).map(|key| Draft::clean(key).with(reviewed(1))).collect::<Vec<_>>());
        creators.notify("tiktok", "creator 0", "two", Day::from_number(as_of().number() - 9).unwrap());
        creators
    };
    let mut kept = told();
    kept.merge(gather(&rest));
    // The notice, the findings and the clean posts lie in three segments of two files.
    let mut eased = told();
    eased.ease(usize::MAX, folder.path()).unwrap();
    eased.ease(0, folder.path()).unwrap();
    let mut others = gather(&rest[..7]);
    others.ease(0, folder.path()).unwrap();
    others.merge(gather(&rest[7..]));
    others.ease(0, folder.path()).unwrap();
    eased.merge(others);
    let kept = transparency_of(kept, &policy);
    assert_eq!(
        (kept.n_assessed, kept.bad),
        (24, 0.5 + 0.625 + 0.75 + 0.875),
        "the notice makes the others repetitions"
    );
    assert_eq!(transparency_of(eased, &policy), kept);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the files have no names");
}

#[test]
fn a_folder_that_takes_no_file_is_an_error_with_advice() {
    let error = gather(&[Draft::clean(0)]).ease(0, std::path::Path::new("no/such/folder")).unwrap_err().to_string();
    assert!(error.contains("kiểm tra dung lượng đĩa") && error.contains("check free space"), "{error}");
}
