//! Laws that hold for any creator.

use super::{Draft, NO_DECAY, add, as_of, gather, lines, policy, reviewed, transparency, transparency_of};
use minhbach::{
    analysis::{Commercial, DisclosureState},
    day::Day,
    pack::{RuleId, Tier},
    score::{Creators, CriterionRecord, Cure, Policy, PublicData, ScoredFinding, wilson95},
};
use proptest::prelude::*;

fn finding() -> impl Strategy<Value = ScoredFinding> {
    (0_u16..7, any::<bool>(), any::<bool>(), 0_usize..6).prop_map(|(rule, counts, reviewed, cure)| ScoredFinding {
        rule: RuleId(rule),
        tier: if counts { Tier::Violation } else { Tier::Suspect },
        counts,
        reviewed,
        appealed: false,
        cure: Cure::ALL[cure],
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let commercial = prop_oneof![6 => Just(Commercial::Yes), 1 => Just(Commercial::Unsure), 1 => Just(Commercial::No)];
    let states = prop_oneof![8 => Just(DisclosureState::Adequate), 2 => Just(DisclosureState::Absent), 1 => Just(DisclosureState::Unknown)];
    let findings = prop::collection::vec(finding(), 0..3);
    let age = prop::option::weighted(0.95, -5..400_i32);
    let captured = prop::option::of(0..4_i64);
    let public = (prop::option::of(0..9_u64), prop::option::of(0..9_u64), prop::option::of(any::<bool>()));
    let public = public.prop_map(|(likes, followers, ai_label)| PublicData { likes, followers, ai_label });
    (0..3_u8, 0..60_u64, 0..40_u64, age, captured, commercial, states, findings, public).prop_map(
        |(creator, key, text, age, captured, commercial, disclosure, findings, public)| Draft {
            creator,
            key,
            text,
            age,
            captured,
            commercial,
            disclosure,
            findings,
            public,
        },
    )
}

/// Rates everybody, so that the numbers can be compared.
pub(super) const LENIENT: [(&str, &str); 4] = [
    ("min_posts = 10 ", "min_posts = 1 "),
    ("min_weight = 5.0 ", "min_weight = 0.0 "),
    ("floor_coverage = 0.50 ", "floor_coverage = 0.0 "),
    ("require_review = true ", "require_review = false "),
];

fn numbers(record: &CriterionRecord) -> Option<[f64; 3]> {
    Some([record.score?, record.lower?, record.upper?])
}

/// Distinct posts of one creator, so that a change to one is a change to a post that counts.
fn one_creator() -> impl Strategy<Value = Vec<Draft>> {
    prop::collection::vec(draft(), 1..40).prop_map(|mut drafts| {
        for (key, draft) in drafts.iter_mut().enumerate() {
            draft.creator = 0;
            draft.key = key as u64;
        }
        drafts
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_split_and_order_gives_the_same_bytes(
        posts in prop::collection::vec((draft(), 0..4_usize, any::<u32>()), 0..200),
        turn in 0..4_usize,
    ) {
        let policy = policy(&[]);
        let drafts: Vec<Draft> = posts.iter().map(|(draft, _, _)| draft.clone()).collect();
        let whole = lines(gather(&drafts), &policy);
        let mut shuffled: Vec<(u64, &(Draft, usize, u32))> = (0..).zip(&posts).collect();
        shuffled.sort_by_key(|(_, (_, _, key))| *key);
        let folder = tempfile::tempdir().unwrap();
        // Some parts never go to disk, some now and then, one after every post.
        let parts = || {
            let mut parts = [(); 4].map(|()| Creators::new());
            for (order, (draft, part, key)) in &shuffled {
                add(&mut parts[*part], draft, *order);
                if *part == 3 || *part > 0 && key % 16 == 0 {
                    parts[*part].ease(0, folder.path()).unwrap();
                }
            }
            parts.rotate_left(turn);
            parts
        };
        let mut left = Creators::new();
        for part in parts() {
            left.merge(part);
        }
        prop_assert_eq!(&lines(left, &policy), &whole);
        // Associative: the second half merged first.
        let [a, mut b, c, d] = parts();
        let mut tail = d;
        tail.merge(c);
        b.merge(tail);
        b.merge(a);
        prop_assert_eq!(&lines(b, &policy), &whole);
    }

    #[test]
    fn an_added_violation_never_raises_any_number(
        drafts in one_creator(),
        extra in finding(),
        at in any::<prop::sample::Index>(),
        first in any::<bool>(),
    ) {
        let mut edits = LENIENT.to_vec();
        if first {
            edits.push(("counts_from = \"notice\"", "counts_from = \"first\""));
        }
        let policy = policy(&edits);
        let before = transparency(&drafts, &policy);
        let mut changed = drafts.clone();
        changed[at.index(drafts.len())].findings.push(extra);
        let mut longer = drafts.clone();
        longer.push(Draft::clean(1000).aged(at.index(360) as i32).with(ScoredFinding {
            rule: RuleId(extra.rule.0 % 4), counts: true, cure: Cure::Open, ..extra
        }));
        for after in [transparency(&changed, &policy), transparency(&longer, &policy)] {
            if let (Some(before), Some(after)) = (numbers(&before), numbers(&after)) {
                for (before, after) in before.into_iter().zip(after) {
                    prop_assert!(after <= before, "{before} -> {after}");
                }
            }
        }
    }

    #[test]
    fn an_added_clean_post_never_lowers_any_number(drafts in one_creator(), age in 0..365_i32) {
        let policy = policy(&LENIENT);
        let mut longer = drafts.clone();
        longer.push(Draft::clean(1000).aged(age));
        if let (Some(before), Some(after)) =
            (numbers(&transparency(&drafts, &policy)), numbers(&transparency(&longer, &policy)))
        {
            for (before, after) in before.into_iter().zip(after) {
                prop_assert!(after >= before, "{before} -> {after}");
            }
        }
    }

    #[test]
    fn the_score_lies_in_its_interval_and_every_number_in_range(drafts in one_creator()) {
        let record = transparency(&drafts, &policy(&LENIENT));
        if let Some([score, lower, upper]) = numbers(&record) {
            prop_assert!(0.0 <= lower && lower <= score && score <= upper && upper <= 100.0);
            prop_assert!(record.worst.unwrap() <= score && score <= record.best.unwrap());
        }
        prop_assert_eq!(record.n_clean + record.n_violating, record.n_assessed);
    }
}

/// What makes a finding graver.
#[derive(Clone, Copy, Debug)]
enum Graver {
    /// Its rule's severity goes up by one.
    Severity,
    /// A person confirmed it.
    Reviewed,
    /// It is less mended by one step.
    Cure,
}

/// Clean posts of today and violating ones, none critical, none repeated.
fn shares() -> impl Strategy<Value = (u64, Vec<u16>)> {
    (1..12_u64, prop::collection::vec(0_u16..3, 1..8))
}

fn times((clean, bad): &(u64, Vec<u16>), times: u64) -> Vec<Draft> {
    let one = clean + bad.len() as u64;
    let of = |turn: u64| {
        let bad = (*clean..).zip(bad).map(move |(key, &rule)| Draft::clean(turn * one + key).with(reviewed(rule)));
        (0..*clean).map(move |key| Draft::clean(turn * one + key)).chain(bad)
    };
    (0..times).flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_graver_finding_never_raises_any_number_and_a_mended_one_never_lowers_any(
        drafts in one_creator(),
        hit in finding(),
        at in any::<prop::sample::Index>(),
        how in prop::sample::select(vec![Graver::Severity, Graver::Reviewed, Graver::Cure]),
        first in any::<bool>(),
    ) {
        let mut edits = LENIENT.to_vec();
        if first {
            edits.push(("counts_from = \"notice\"", "counts_from = \"first\""));
        }
        let usual = policy(&edits);
        // Alone in its post: a rule of another group beside it would hide the change.
        let with = |hit: Option<ScoredFinding>, policy: &Policy| {
            let mut drafts = drafts.clone();
            let at = at.index(drafts.len());
            drafts[at].findings = Vec::from_iter(hit);
            numbers(&transparency(&drafts, policy))
        };
        let hit = ScoredFinding { rule: RuleId(hit.rule.0 % 4), counts: true, ..hit };
        let cure = Cure::ALL[(hit.cure as usize).saturating_sub(1)];
        let less = with(Some(hit), &usual);
        let more = match how {
            Graver::Severity => {
                let severity = ["medium", "high", "critical", "critical"][usize::from(hit.rule.0)];
                let exception = format!("[rule.T{}]\nseverity = \"{severity}\"\n[rule.CLM108]", hit.rule.0 + 1);
                edits.push(("[rule.CLM108]", &exception));
                with(Some(hit), &policy(&edits))
            }
            Graver::Reviewed => with(Some(ScoredFinding { reviewed: true, ..hit }), &usual),
            Graver::Cure => with(Some(ScoredFinding { cure, ..hit }), &usual),
        };
        for (less, more) in less.into_iter().flatten().zip(more.into_iter().flatten()) {
            prop_assert!(more <= less, "{how:?}: {less} -> {more}");
        }
        prop_assert_eq!(with(Some(ScoredFinding { cure: Cure::Overturned, ..hit }), &usual), with(None, &usual));
    }

    #[test]
    fn an_earlier_notice_never_raises_any_number(
        drafts in one_creator(), group in 0_usize..4, days in prop::array::uniform2(0..400_i32),
    ) {
        let policy = policy(&LENIENT);
        let noticed = |age: Option<i32>| {
            let mut creators = gather(&drafts);
            if let Some(age) = age {
                let day = Day::from_number(as_of().number() - age).unwrap();
                creators.notify("tiktok", "creator 0", ["one", "two", "three", "four"][group], day);
            }
            numbers(&transparency_of(creators, &policy))
        };
        let [later, earlier] = [days[0].min(days[1]), days[0].max(days[1])];
        for (before, after) in [(noticed(None), noticed(Some(later))), (noticed(Some(later)), noticed(Some(earlier)))] {
            for (before, after) in before.into_iter().flatten().zip(after.into_iter().flatten()) {
                prop_assert!(after <= before, "{before} -> {after}");
            }
        }
    }

    #[test]
    fn posts_outside_the_window_change_no_criterion(
        drafts in one_creator(), outside in prop::collection::vec((draft(), any::<bool>()), 1..8),
    ) {
        let policy = policy(&LENIENT);
        let mut longer = drafts.clone();
        for (key, (draft, old)) in (1000..).zip(outside) {
            let age = draft.age.map(|age| if old { 365 + age.abs() } else { -1 - age.abs() });
            longer.push(Draft { key, creator: 0, age, ..draft });
        }
        prop_assert_eq!(transparency(&drafts, &policy), transparency(&longer, &policy));
    }

    #[test]
    fn an_unknown_post_changes_coverage_and_the_bounds_only(drafts in one_creator(), age in 0..365_i32) {
        let policy = policy(&LENIENT);
        let before = transparency(&drafts, &policy);
        let mut longer = drafts.clone();
        longer.push(Draft { disclosure: DisclosureState::Unknown, ..Draft::clean(1000).aged(age) });
        let after = transparency(&longer, &policy);
        prop_assert_eq!(after.n_unknown, before.n_unknown + 1);
        if let (Some(before), Some(after)) = (before.best.zip(before.worst), after.best.zip(after.worst)) {
            prop_assert!(after.0 >= before.0 && after.1 <= before.1, "{before:?} -> {after:?}");
        }
        if before.score.is_some() {
            let same = CriterionRecord {
                n_unknown: before.n_unknown,
                coverage: before.coverage,
                low_coverage: before.low_coverage,
                state: before.state,
                best: before.best,
                worst: before.worst,
                ..after
            };
            prop_assert_eq!(same, before);
        }
    }

    #[test]
    fn shares_fixed_the_score_goes_one_way_to_its_limit(shares in shares()) {
        let policy = policy(&[NO_DECAY, LENIENT[0], LENIENT[1]]);
        let of = |n: u64| transparency(&times(&shares, n), &policy);
        let one = of(1);
        let limit = 100.0 * one.good / (one.good + one.bad);
        let away: Vec<f64> = [1, 2, 4, 32].map(|n| of(n).score.unwrap() - limit).to_vec();
        // Rounded to four decimals, each.
        prop_assert!(away.windows(2).all(|pair| pair[1].abs() <= pair[0].abs() + 1e-4), "{away:?}");
        prop_assert!(away.iter().all(|x| *x <= 1e-4) || away.iter().all(|x| *x >= -1e-4), "{away:?}");
        let weight = 32.0 * (one.good + one.bad);
        prop_assert!(away[3].abs() <= 100.0 * 4.0 / (4.0 + weight) + 1e-4, "{away:?}");
    }

    #[test]
    fn a_design_effect_is_worth_that_many_times_fewer_posts(shares in shares(), effect in 2..5_u64) {
        let strict = format!("design_effect = {effect}.0");
        let plain = policy(&[NO_DECAY, LENIENT[0], LENIENT[1]]);
        let heavy = policy(&[NO_DECAY, LENIENT[0], LENIENT[1], ("design_effect = 1.0", &strict)]);
        let (once, many) = (transparency(&times(&shares, 1), &plain), transparency(&times(&shares, effect), &heavy));
        for (once, many) in numbers(&once).unwrap().into_iter().zip(numbers(&many).unwrap()) {
            prop_assert!((once - many).abs() <= 2e-4, "{once} {many}");
        }
        // And the same posts tell less: the interval is no narrower.
        let less = transparency(&times(&shares, 1), &heavy);
        let width = |record: &CriterionRecord| record.upper.unwrap() - record.lower.unwrap();
        prop_assert!(width(&less) >= width(&once) - 1e-4 || once.upper.unwrap() > 99.0 || once.lower.unwrap() < 1.0);
    }

    #[test]
    fn wilson_intervals_mirror_and_hold_their_share(n in 1..100_000_u64, x in any::<prop::sample::Index>()) {
        let x = x.index(n as usize + 1) as u64;
        let ((lower, upper), (other_lower, other_upper)) = (wilson95(x, n).unwrap(), wilson95(n - x, n).unwrap());
        prop_assert!((lower - (1.0 - other_upper)).abs() < 1e-12 && (upper - (1.0 - other_lower)).abs() < 1e-12);
        let share = x as f64 / n as f64;
        prop_assert!(0.0 <= lower && lower <= share && share <= upper && upper <= 1.0);
    }
}
