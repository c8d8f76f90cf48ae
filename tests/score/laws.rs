//! Laws that hold for any creator.

use super::{Draft, add, gather, lines, policy, reviewed, transparency};
use minhbach::{
    analysis::{Commercial, DisclosureState},
    pack::{RuleId, Tier},
    score::{Creators, CriterionRecord, Cure, ScoredFinding},
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
    (0..3_u8, 0..60_u64, 0..40_u64, age, captured, commercial, states, findings).prop_map(
        |(creator, key, text, age, captured, commercial, disclosure, findings)| Draft {
            creator,
            key,
            text,
            age,
            captured,
            commercial,
            disclosure,
            findings,
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

#[test]
fn volume_alone_moves_the_score_toward_its_limit() {
    let policy = policy(&[("half_life_days = 180", "half_life_days = 0")]);
    let mut last = 0.0;
    for times in [1, 10, 100, 1000] {
        let drafts: Vec<Draft> = (0..40 * times)
            .map(|key| if key % 10 == 0 { Draft::clean(key).with(reviewed(2)) } else { Draft::clean(key) })
            .collect();
        let score = transparency(&drafts, &policy).score.unwrap();
        assert!(score > last);
        last = score;
    }
    assert!((last - 100.0 * 0.9 / 0.975).abs() < 0.01, "{last}");
}
