//! How many findings must fall to change the band.

use super::{Draft, NO_DECAY, policy, reviewed, transparency};
use minhbach::{
    pack::{RuleId, Tier},
    score::{CriterionRecord, Cure, Policy, ScoredFinding, Stability},
};
use proptest::prelude::*;

fn told(record: &CriterionRecord) -> Option<(u64, u64, &str)> {
    record.band_stability.as_ref().map(|s| (s.posts, s.findings, s.band.as_str()))
}

/// `n` clean posts, then `m` with a finding each.
fn posts(n: u64, m: u64, finding: ScoredFinding) -> Vec<Draft> {
    (0..n).map(Draft::clean).chain((n..n + m).map(|key| Draft::clean(key).with(finding))).collect()
}

#[test]
fn bands_that_stand_on_few_findings_say_so() {
    let policy = policy(&[NO_DECAY]);
    let stability = |drafts: &[Draft]| {
        let record = transparency(drafts, &policy);
        (record.band.clone().unwrap_or_default(), told(&record).map(|(p, f, b)| (p, f, b.to_owned())))
    };
    let cured = ScoredFinding { cure: Cure::Late, ..reviewed(3) };
    let two = |mut drafts: Vec<Draft>| {
        for draft in drafts.iter_mut().filter(|draft| !draft.findings.is_empty()) {
            draft.findings.push(reviewed(0));
        }
        drafts
    };
    // (posts, band now, posts and findings that must fall, band then)
    let table = [
        // The best band: nothing better to change to.
        ("clean", posts(37, 0, reviewed(2)), "A"),
        // a = 3 + 37, b = 1 + 3·.75 → 92.5; one fall: 41/43.5 = 94.3; two: 42/43.75 = 96.
        ("three absent", posts(37, 3, reviewed(2)), "B 2 2 A"),
        ("three absent, each with a second finding", two(posts(37, 3, reviewed(2))), "B 2 4 A"),
        // The cap alone holds it down: the one denial must fall, whatever else stands.
        ("a denial", posts(60, 1, reviewed(3)), "D 1 1 A"),
        ("two denials: one may stay for D", posts(60, 2, reviewed(3)), "E 1 1 D"),
        ("a mended denial", posts(60, 1, cured), "C 1 1 A"),
        // a = 3, b = 1 + 15; a fall adds 1 to a and takes .75 from b: eight give 11/21 = 52.4, seven 10/20.75 = 48.2.
        ("twenty absent", posts(0, 20, reviewed(2)), "E 8 8 D"),
        ("too few posts", posts(3, 3, reviewed(2)), ""),
    ];
    for (what, drafts, expected) in table {
        let (band, stability) = stability(&drafts);
        let stability = stability.map_or(String::new(), |(p, f, b)| format!(" {p} {f} {b}"));
        assert_eq!(format!("{band}{stability}"), expected, "{what}");
    }
}

#[test]
fn a_prior_that_no_falling_finding_lifts_has_no_stability() {
    // Ten posts, all clean or all fallen, give 92.9 at most: band A is out of reach.
    let record = transparency(&posts(9, 1, reviewed(0)), &policy(&[NO_DECAY]));
    assert_eq!((record.band.as_deref(), told(&record)), (Some("B"), None));
}

/// The fewest posts, by trying every choice of them; a post falls by losing its findings.
fn fewest(drafts: &[Draft], policy: &Policy) -> Option<u64> {
    let rank = |record: &CriterionRecord| policy.bands.iter().position(|b| Some(&b.name) == record.band.as_ref());
    let now = rank(&transparency(drafts, policy))?;
    let violating: Vec<usize> = (0..drafts.len()).filter(|&i| drafts[i].findings.iter().any(|f| f.counts)).collect();
    (0..1_u32 << violating.len())
        .filter(|choice| {
            let mut fallen = drafts.to_vec();
            for (bit, &at) in violating.iter().enumerate() {
                if choice >> bit & 1 == 1 {
                    fallen[at].findings.clear();
                }
            }
            rank(&transparency(&fallen, policy)).is_some_and(|rank| rank < now)
        })
        .map(|choice| u64::from(choice.count_ones()))
        .min()
}

fn record() -> impl Strategy<Value = Vec<Draft>> {
    let finding = (0_u16..4, any::<bool>(), 0_usize..5).prop_map(|(rule, reviewed, cure)| ScoredFinding {
        reviewed,
        cure: Cure::ALL[cure],
        ..ScoredFinding::machine(RuleId(rule), Tier::Violation, true)
    });
    let bad = prop::collection::vec((prop::collection::vec(finding, 1..3), 0..300_i32), 1..7);
    (prop::collection::vec(0..300_i32, 6..40), bad).prop_map(|(clean, bad)| {
        let clean = clean.into_iter().map(|age| (Vec::new(), age));
        let posts = clean.chain(bad).enumerate();
        posts.map(|(key, (findings, age))| Draft { findings, ..Draft::clean(key as u64).aged(age) }).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_smaller_choice_of_posts_changes_the_band(drafts in record()) {
        let policy = policy(&super::laws::LENIENT);
        let record = transparency(&drafts, &policy);
        prop_assert_eq!(record.band_stability.as_ref().map(|s: &Stability| s.posts), fewest(&drafts, &policy));
    }
}
