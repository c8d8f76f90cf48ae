//! The states of a finding: what each step does, and that the order of what is independent does not matter.

use super::{FINDINGS, entry, ledger, policy, replay};
use minhbach::{
    ledger::{Action, Content, Entry, Ledger, Refusal, Review, State, Status},
    score::Cure,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Steps as text: `an:confirm@3`.
fn steps(finding: &str, text: &str) -> Vec<Entry> {
    let step = |word: &str| {
        let (who, rest) = word.split_once(':').unwrap();
        let (action, at) = rest.split_once('@').unwrap_or((rest, "0"));
        entry(finding, Action::from_name(action).unwrap(), who, at.parse().unwrap())
    };
    text.split_whitespace().map(step).collect()
}

fn of_severity(critical: bool) -> &'static str {
    &FINDINGS.iter().find(|found| (found.severity == "critical") == critical).unwrap().id
}

#[test]
fn each_way_through_the_machine_ends_where_the_docs_say() {
    let policy = policy(&[]);
    let table: [(bool, &str, State, &str); 22] = [
        (false, "an:confirm", State::Confirmed, ""),
        (true, "an:confirm", State::Waiting, ""),
        (true, "an:confirm an:confirm", State::Waiting, ""),
        (true, "an:confirm binh:confirm", State::Confirmed, ""),
        (true, "an:overturn", State::Overturned, ""),
        (false, "an:unsure", State::Unsure, ""),
        (false, "an:unsure binh:confirm", State::Confirmed, ""),
        (false, "an:confirm binh:overturn", State::Conflict, ""),
        (false, "an:confirm binh:overturn binh:confirm", State::Confirmed, ""),
        (false, "an:notice", State::Open, "refused"),
        (true, "an:confirm an:notice", State::Waiting, "refused"),
        (false, "an:confirm an:notice", State::Noticed, ""),
        (false, "an:confirm an:notice binh:overturn", State::Noticed, "refused"),
        (false, "an:confirm an:notice an:rebuttal", State::Noticed, ""),
        (false, "an:confirm an:notice an:mended@3", State::Cured, ""),
        (false, "an:confirm an:notice an:appeal", State::Appealed, ""),
        (false, "an:confirm an:notice an:appeal an:uphold", State::Appealed, "refused"),
        (false, "an:confirm an:notice an:appeal binh:uphold", State::Closed, ""),
        (false, "an:confirm an:notice an:appeal binh:uphold an:mended", State::Closed, "refused"),
        (false, "an:confirm an:notice an:appeal binh:reject an:mended@40", State::Cured, ""),
        (false, "an:confirm an:notice an:appeal binh:reject an:appeal", State::Closed, "refused"),
        (false, "an:overturn an:close", State::Closed, ""),
    ];
    for (critical, text, state, last) in table {
        let id = of_severity(critical);
        let review = replay(&ledger(steps(id, text)), &policy);
        assert_eq!(review.state(id), state, "{text}");
        let status = review.statuses.last().unwrap().name();
        let expected = if state == State::Conflict { "conflict" } else { last };
        assert_eq!(status, if expected.is_empty() { "applied" } else { expected }, "{text}");
    }
}

#[test]
fn one_name_typed_in_two_ways_is_one_person() {
    let policy = policy(&[]);
    let id = of_severity(true);
    let state = |names: [&str; 2]| {
        let said = names.map(|who| entry(id, Action::Confirm, who, 0));
        replay(&ledger(said), &policy).state(id)
    };
    assert_eq!(state(["Bình", "Binh"]), State::Confirmed);
    for again in ["Bi\u{300}nh", "Bình ", " Bình"] {
        assert_eq!(state(["Bình", again]), State::Waiting, "{again:?}");
    }
    // Nor does the other form decide the appeal.
    let steps = [(Action::Confirm, "Bình"), (Action::Confirm, "an"), (Action::Appeal, "an")];
    let mut said: Vec<Entry> = steps.into_iter().map(|(action, who)| entry(id, action, who, 0)).collect();
    said.push(entry(id, Action::Uphold, "Bi\u{300}nh", 0));
    assert_eq!(replay(&ledger(said), &policy).statuses[3], Status::Refused(Refusal::ActedBefore));
}

#[test]
fn mending_is_worth_what_the_days_say_and_the_same_text_is_no_mending() {
    let policy = policy(&[]);
    let found = FINDINGS.iter().find(|found| found.severity != "critical").unwrap();
    for (text, cure) in [
        ("an:confirm", Cure::Open),
        ("an:confirm an:mended@3", Cure::SelfCorrected),
        ("an:confirm an:notice@10 an:mended@9", Cure::SelfCorrected),
        ("an:confirm an:notice@10 an:mended@17", Cure::InWindow),
        ("an:confirm an:notice@10 an:notice@20 an:mended@18", Cure::Late),
        ("an:confirm an:notice@10 an:removed@11", Cure::Removed),
    ] {
        let review = replay(&ledger(steps(&found.id, text)), &policy);
        assert_eq!(review.standings[&found.id].cure(&policy), cure, "{text}");
    }
    let mut entries = steps(&found.id, "an:confirm an:mended an:mended");
    entries[1].text_sha256 = Some(found.text_sha256.clone());
    entries[2].text_sha256 = None;
    let review = replay(&ledger(entries), &policy);
    let refused: Vec<&Status> = review.statuses[1..].iter().collect();
    assert_eq!(refused, [&Status::Refused(Refusal::SameText), &Status::Refused(Refusal::NoText)]);
}

#[test]
fn a_finding_falls_only_for_a_reason_that_the_policy_knows() {
    let policy = policy(&[]);
    let id = of_severity(false);
    for (reason, status) in [(None, "unknown_reason"), (Some("because"), "unknown_reason"), (Some("satire"), "applied")]
    {
        let mut one = entry(id, Action::Overturn, "an", 0);
        one.reason_code = reason.map(str::to_owned);
        assert_eq!(replay(&ledger([one]), &policy).statuses[0].name(), status, "{reason:?}");
    }
    let nobody = entry("f_00000000000000000000000000000000", Action::Confirm, "an", 0);
    assert_eq!(replay(&ledger([nobody]), &policy).statuses[0], Status::Unmatched);
}

/// Anything that anybody might write about the first few findings, and about one that does not exist.
fn any_entry() -> impl Strategy<Value = Entry> {
    let reasons = prop::sample::select(vec![None, Some("satire"), Some("no such code")]);
    (0..7_usize, 0..Action::ALL.len(), 0..4_u8, -5..60_i32, reasons).prop_map(|(at, action, who, on, reason)| {
        let id = FINDINGS.get(at * 40).filter(|_| at < 6).map_or("f_00000000000000000000000000000000", |f| &f.id);
        let mut one = entry(id, Action::ALL[action], &format!("reviewer {who}"), on);
        if reason.is_some() {
            one.reason_code = reason.map(str::to_owned);
        }
        one
    })
}

/// What became of each finding's entries, in their order.
fn fates(ledger: &Ledger, review: &Review) -> BTreeMap<String, Vec<Status>> {
    let mut fates: BTreeMap<String, Vec<Status>> = BTreeMap::new();
    for (line, status) in ledger.lines.iter().zip(&review.statuses) {
        let Content::Entry(one) = &line.content else { continue };
        fates.entry(one.finding_id.clone()).or_default().push(status.clone());
    }
    fates
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn entries_about_different_findings_may_stand_in_any_order(
        entries in prop::collection::vec(any_entry(), 0..40),
        keys in prop::collection::vec(any::<u32>(), 7),
    ) {
        let policy = policy(&[]);
        let mut other = entries.clone();
        // Each finding keeps its own order; the findings change places among each other.
        let place = |id: &str| keys[usize::from(id.bytes().map(u16::from).sum::<u16>() % 7)];
        other.sort_by_key(|one| (place(&one.finding_id), one.finding_id.clone()));
        let (a, b) = (ledger(entries), ledger(other));
        let (one, two) = (replay(&a, &policy), replay(&b, &policy));
        prop_assert_eq!(&one.standings, &two.standings);
        prop_assert_eq!(&one.rules, &two.rules);
        prop_assert_eq!(fates(&a, &one), fates(&b, &two));
    }

    #[test]
    fn reviewers_may_speak_in_any_order(
        (said, other) in prop::collection::vec(0..3_usize, 0..5).prop_flat_map(|words| {
            let said: Vec<(usize, usize)> = words.into_iter().enumerate().collect();
            (Just(said.clone()), Just(said).prop_shuffle())
        }),
    ) {
        let policy = policy(&[]);
        let id = of_severity(true);
        let say = |(who, word)| entry(id, Action::ALL[word], &format!("reviewer {who}"), 0);
        let one = replay(&ledger(said.into_iter().map(say)), &policy);
        let two = replay(&ledger(other.into_iter().map(say)), &policy);
        prop_assert_eq!(one.standings, two.standings);
    }

    /// An entry without effect leaves no trace in what follows: replaying only what was applied gives the same states.
    #[test]
    fn what_was_refused_might_as_well_not_stand_there(entries in prop::collection::vec(any_entry(), 0..40)) {
        let policy = policy(&[]);
        let whole = replay(&ledger(entries.clone()), &policy);
        let effective = |status: &Status| matches!(status, Status::Applied | Status::Conflict);
        let kept = entries.into_iter().zip(&whole.statuses).filter(|(_, status)| effective(status)).map(|(one, _)| one);
        let kept = replay(&ledger(kept), &policy);
        prop_assert!(kept.statuses.iter().all(effective));
        for (id, standing) in &kept.standings {
            prop_assert_eq!(standing, &whole.standings[id]);
        }
    }
}
