//! What decisions do to scores.

use super::{FINDINGS, PACK, RUN, Told, day, entry, ledger, of, policy, scores, scores_with};
use minhbach::{
    ledger::{Action, Allows, Baseline, Entry},
    report::CreatorLines,
    score::{CapCause, CreatorScore, ReviewedScore, State},
};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Findings of one rated creator.
fn findings_of(creator: &str) -> Vec<&'static Told> {
    FINDINGS.iter().filter(|found| found.creator == creator).collect()
}

fn lines(scores: &[CreatorScore]) -> String {
    let (mut out, mut writer) = (Vec::new(), CreatorLines::new());
    scores.iter().for_each(|score| writer.write(&mut out, score));
    String::from_utf8(out).unwrap()
}

fn pairs(scores: &CreatorScore) -> [[ReviewedScore; 4]; 2] {
    let review = scores.review.clone().unwrap();
    let all = [review.as_found, review.after_review, review.best, review.worst];
    [all.clone().map(|scores| scores.transparency), all.map(|scores| scores.ad_compliance)]
}

#[test]
fn an_empty_ledger_changes_nothing_and_without_one_the_bytes_are_the_runs() {
    let scores = scores(&ledger([]), &policy(&[]));
    let written = fs::read_to_string(RUN.join("creators.jsonl")).unwrap();
    assert_eq!(scores.len(), written.lines().count());
    for (score, line) in scores.iter().zip(written.lines()) {
        for [found, after, ..] in pairs(score) {
            assert_eq!(found, after, "{}", score.creator);
        }
        let bare = CreatorScore { review: None, ..score.clone() };
        let written: serde_json::Value = serde_json::from_str(line).unwrap();
        let bare: serde_json::Value = serde_json::from_str(&lines(&[bare])).unwrap();
        assert_eq!(bare["criteria"]["transparency"]["score"], written["criteria"]["transparency"]["score"]);
        assert_eq!(bare["criteria"]["ad_compliance"]["bad"], written["criteria"]["ad_compliance"]["bad"]);
        assert_eq!(bare.get("review"), None);
    }
}

#[test]
fn a_finding_that_falls_lifts_the_score_and_a_confirmed_suspect_lowers_it() {
    let policy = policy(&[]);
    let creator = "u_nha";
    // All of them: where only the gravest of a group falls, the next one counts.
    let transparency = findings_of(creator).into_iter().filter(|found| found.rule.starts_with("DIS"));
    let overturned = scores(&ledger(transparency.map(|found| entry(&found.id, Action::Overturn, "an", 0))), &policy);
    let [[found, after, best, _], _] = pairs(of(&overturned, creator, "tiktok"));
    assert!(after.score > found.score, "{after:?}");
    assert!(best.score >= after.score);
    assert!(after.n_violating < found.n_violating);

    // Of the creators with suspects that only review can count, somebody's score falls when they are confirmed.
    let suspects: Vec<&Told> = FINDINGS.iter().filter(|found| found.tier == "suspect").collect();
    let twice = |found: &&Told| ["an", "binh"].map(|who| entry(&found.id, Action::Confirm, who, 0));
    let confirmed = scores(&ledger(suspects.iter().flat_map(twice)), &policy);
    let (mut fell, mut joined) = (0, 0);
    for score in &confirmed {
        for [found, after, ..] in pairs(score) {
            fell += u64::from(found.score.zip(after.score).is_some_and(|(found, after)| after < found));
            joined += u64::from(after.n_assessed > found.n_assessed);
        }
    }
    assert!(fell > 0, "no confirmed suspect lowers a score");
    assert!(joined > 0, "no post becomes advertising by being confirmed");
}

#[test]
fn a_critical_finding_caps_once_two_people_confirmed_it() {
    let policy = policy(&[]);
    let critical: Vec<&Told> =
        findings_of("u_nam").into_iter().filter(|found| found.severity == "critical" && found.counts).collect();
    let say = |people: &[&str]| -> Vec<Entry> {
        let of = |found: &&Told| people.iter().map(|who| entry(&found.id, Action::Confirm, who, 0)).collect::<Vec<_>>();
        critical.iter().flat_map(of).collect()
    };
    let after = |people: &[&str]| pairs(of(&scores(&ledger(say(people)), &policy), "u_nam", "facebook"))[1][1].clone();
    assert_eq!(after(&["an"]).cap_cause, None);
    assert_eq!(after(&["an", "an"]).cap_cause, None);
    assert_eq!(after(&["an", "binh"]).cap_cause, Some(CapCause::OpenCriticals));
}

#[test]
fn where_the_gravest_of_a_group_falls_the_next_counts() {
    let policy = policy(&[]);
    // Two violations of one group in one post: only one counts as found.
    let group = |found: &Told| PACK.rules[usize::from(PACK.rule(&found.rule).unwrap().0)].group.clone();
    let violations = || FINDINGS.iter().filter(|found| found.tier == "violation" && !found.creator.is_empty());
    let mut posts: BTreeMap<(String, String, String), Vec<&Told>> = BTreeMap::new();
    for found in violations() {
        posts.entry((found.platform.clone(), found.post.clone(), group(found))).or_default().push(found);
    }
    // Of a rated creator, in the window: the loss shows.
    let rated = scores(&ledger([]), &policy);
    let shown = |found: &Told| pairs(of(&rated, &found.creator, &found.platform)).iter().all(|p| p[0].score.is_some());
    let mut tried = 0;
    for same in posts.values().filter(|same| same.len() > 1 && shown(same[0])) {
        let gravest = same.iter().find(|found| found.counts).unwrap();
        let fall = |all: bool| {
            let fallen = same.iter().filter(|found| all || found.id == gravest.id);
            let scores = scores(&ledger(fallen.map(|found| entry(&found.id, Action::Overturn, "an", 0))), &policy);
            pairs(of(&scores, &gravest.creator, &gravest.platform))
        };
        let (one, all) = (fall(false), fall(true));
        for (one, all) in one.iter().zip(&all) {
            // One found, one fallen: the post still violates; all fallen: it does not.
            assert!(one[1].n_violating == one[0].n_violating, "{}", gravest.id);
            assert!(all[1].n_violating <= one[1].n_violating);
        }
        tried += usize::from(one != all);
        if tried == 2 {
            break;
        }
    }
    assert!(tried > 0, "the demonstration has no such post");
}

#[test]
fn appeals_count_until_they_are_decided_and_say_so() {
    let policy = policy(&[]);
    // All of them; or only those that count, so that others of the group stand behind them.
    for all in [true, false] {
        let transparency = findings_of("u_nha").into_iter().filter(|found| found.severity != "critical");
        let meant: Vec<&Told> = transparency.filter(|found| all || found.counts).collect();
        let with = |last: &[(Action, &str)]| {
            let of = |found: &&Told| {
                let steps = [(Action::Confirm, "an"), (Action::Notice, "an")].into_iter().chain(last.iter().copied());
                steps.map(|(action, who)| entry(&found.id, action, who, 300)).collect::<Vec<_>>()
            };
            pairs(of_creator(&scores(&ledger(meant.iter().flat_map(of)), &policy)))[0].clone()
        };
        let (told, open) = (with(&[]), with(&[(Action::Appeal, "an")]));
        let upheld = with(&[(Action::Appeal, "an"), (Action::Uphold, "chi")]);
        assert_eq!(told[1].score, open[1].score, "an open appeal changes no number");
        assert_eq!(open[1].without_appealed, upheld[1].score, "all: {all}");
        assert_ne!(told[1].score, upheld[1].score, "all: {all}");
        assert_eq!((open[2].score, open[3].score), (upheld[2].score, told[3].score), "best and worst");
        assert_eq!(open[1].state, State::UnderReview, "the band could change, so nobody may act on it");
    }
}

fn of_creator(scores: &[CreatorScore]) -> &CreatorScore {
    of(scores, "u_nha", "tiktok")
}

#[test]
fn what_is_repeated_after_a_notice_weighs_more() {
    let policy = policy(&[]);
    let counting: Vec<&Told> = findings_of("u_nha").into_iter().filter(|found| found.rule == "DIS001").collect();
    let noticed = |on: i32| {
        let steps =
            |found: &&Told| [(Action::Confirm, 0), (Action::Notice, on)].map(|(a, at)| entry(&found.id, a, "an", at));
        pairs(of_creator(&scores(&ledger(counting.iter().flat_map(steps)), &policy)))[0].clone()
    };
    // 2026-12-26, after every post; 2025-12-31, before most of the window.
    let (late, early) = (noticed(300), noticed(-60));
    assert_eq!(late[0], early[0], "as found nobody was told");
    assert!(early[1].score < late[1].score, "{early:?}");
}

#[test]
fn a_rule_that_people_overturn_too_often_is_for_information_and_the_record_says_so() {
    let policy = policy(&[("minimum = 20", "minimum = 4")]);
    let of_rule: Vec<&Told> = FINDINGS.iter().filter(|found| found.rule == "DIS001" && found.counts).collect();
    let (decided, rest) = of_rule.split_at(4);
    let decide = |fallen: usize| {
        let word = |(at, found): (usize, &&Told)| {
            entry(&found.id, if at < fallen { Action::Overturn } else { Action::Confirm }, "an", 0)
        };
        scores(&ledger(decided.iter().enumerate().map(word)), &policy)
    };
    let (one, two) = (decide(1), decide(2));
    let informational = |scores: &[CreatorScore]| scores[0].review.clone().unwrap().informational;
    assert!(informational(&one).is_empty(), "1 of 4 is below 0.3");
    let rule = &informational(&two)[0];
    assert_eq!((rule.rule.as_str(), rule.overturned, rule.decided), ("DIS001", 2, 4));
    // Whoever has open findings of it stands better; nobody stands worse.
    let mut better = 0;
    for (one, two) in one.iter().zip(&two) {
        let (one, two) = (pairs(one)[0][1].clone(), pairs(two)[0][1].clone());
        assert!(two.score.zip(one.score).is_none_or(|(two, one)| two >= one));
        better += u64::from(two.n_violating < one.n_violating);
    }
    assert!(better > 1, "{} findings of it are undecided", rest.len());
}

#[test]
fn known_findings_are_marked_and_count_and_tolerated_ones_do_not_until_they_expire() {
    let policy = policy(&[]);
    let baseline = Baseline::read(&RUN.join("findings.jsonl")).unwrap();
    assert_eq!(baseline.len(), FINDINGS.len());
    let of_rules: BTreeSet<&str> =
        findings_of("u_nha").iter().map(|found| found.rule.as_str()).filter(|rule| rule.starts_with("DIS")).collect();
    let text = |expires: &str| -> String {
        let one = |rule: &&str| {
            format!(
                "[[allow]]\nrule = \"{rule}\"\nplatform = \"tiktok\"\ncreator = \"u_nha\"\nreason = \"thử\"\n\
                 reviewer = \"an\"\nexpires = \"{expires}\"\n"
            )
        };
        of_rules.iter().map(one).collect()
    };
    let rule = |name: &str| PACK.rule(name).map(|_| name.to_owned());
    let allows = |expires: &str| Allows::parse("allow.toml", &text(expires), day(0), rule).unwrap();
    let run = |allows: &Allows| scores_with(&ledger([]), &policy, &baseline, allows);
    let (live, expired) = (run(&allows("2026-03-01")), run(&allows("2026-02-28")));
    let (live, expired) = (of(&live, "u_nha", "tiktok"), of(&expired, "u_nha", "tiktok"));
    for score in [live, expired] {
        let counts = score.review.as_ref().unwrap().findings;
        assert_eq!(counts.known, findings_of("u_nha").len() as u64);
    }
    let ([live, expired], of_rule) = (
        [live, expired].map(|score| (pairs(score)[0].clone(), score.review.as_ref().unwrap().findings.allowed)),
        findings_of("u_nha").iter().filter(|found| found.rule.starts_with("DIS")).count() as u64,
    );
    assert!(of_rule > 0);
    assert_eq!((live.1, expired.1), (of_rule, 0));
    assert_eq!(live.0[0], expired.0[0], "as found nothing is tolerated");
    assert_eq!(expired.0[0], expired.0[1], "known findings count, expired entries do nothing");
    assert!(live.0[1].score > live.0[0].score);
}

/// Anything that reviewers might say about the findings of rated creators.
fn any_ledger() -> impl Strategy<Value = Vec<Entry>> {
    let rated = ["u_nha", "u_nam", "u_kol", "u_ola", "u_ob"];
    let all: Vec<&Told> = rated.iter().flat_map(|creator| findings_of(creator)).collect();
    let one = (0..all.len(), 0..Action::ALL.len(), 0..3_u8, -5..40_i32);
    prop::collection::vec(one, 0..160).prop_map(move |said| {
        let say = |(at, action, who, on): (usize, usize, u8, i32)| {
            // Two of three words are decisions, so that most findings get somewhere.
            let action = Action::ALL[if who == 0 { action } else { action % 2 }];
            entry(&all[at].id, action, &format!("reviewer {who}"), on)
        };
        said.into_iter().map(say).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn best_is_never_below_after_review_nor_worst_above_it(said in any_ledger()) {
        for score in scores(&ledger(said), &policy(&[])) {
            for [_, after, best, worst] in pairs(&score) {
                for number in [|s: &ReviewedScore| s.score, |s: &ReviewedScore| s.lower, |s: &ReviewedScore| s.upper] {
                    if let (Some(after), Some(best)) = (number(&after), number(&best)) {
                        prop_assert!(best >= after, "{}: {best} < {after}", score.creator);
                    }
                    if let (Some(after), Some(worst)) = (number(&after), number(&worst)) {
                        prop_assert!(worst <= after, "{}: {worst} > {after}", score.creator);
                    }
                }
            }
        }
    }

    #[test]
    fn a_replay_gives_the_same_bytes_and_so_does_another_order_of_independent_lines(
        said in any_ledger(),
        turn in any::<prop::sample::Index>(),
    ) {
        let policy = policy(&[]);
        let one = lines(&scores(&ledger(said.clone()), &policy));
        prop_assert_eq!(&one, &lines(&scores(&ledger(said.clone()), &policy)));
        let mut other = said;
        other.sort_by(|a, b| a.finding_id.cmp(&b.finding_id));
        if !other.is_empty() {
            // Whole findings change places.
            let at = turn.index(other.len());
            let at = other.iter().position(|one| one.finding_id == other[at].finding_id).unwrap();
            other.rotate_left(at);
        }
        prop_assert_eq!(&one, &lines(&scores(&ledger(other), &policy)));
    }
}
