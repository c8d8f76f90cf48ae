//! A post that was captured several times: its findings have one id and are one finding each.

use super::{PACK, command::scan, day, entry, ledger, policy};
use minhbach::{
    finished::FinishedRun,
    ledger::{self as book, Action, Allows, Baseline, Review},
    notice::{self, Choice},
    rescore::{self, Marks, Room},
    score::{Catalogue, Edition, Scoring},
};
use std::fs;

#[test]
fn a_finding_of_a_post_that_was_captured_thrice_is_counted_and_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let post = |id: &str, captured: &str| {
        let post = serde_json::json!({
            "id": id, "author": {"id": "a"}, "platform": "facebook", "created_at": "2026-03-01", "captured_at": captured,
            "text": format!("Trà {id} uống 1 tháng hết hẳn tiểu đường, inbox shop em đặt hàng nha"),
        });
        format!("{post}\n")
    };
    let posts = [("p", "2026-03-02"), ("q", "2026-03-02"), ("p", "2026-03-03"), ("p", "2026-03-04")];
    let (input, folder) = (dir.path().join("posts.jsonl"), dir.path().join("run"));
    fs::write(&input, posts.map(|(id, captured)| post(id, captured)).concat()).unwrap();
    scan(&[&input], &folder, &[]);
    let runs = [FinishedRun::open(&folder).unwrap()];

    let mut of_p = Vec::new();
    book::each(&runs[0], |found, _| {
        if found.post_id.as_deref() == Some("p") && found.rule == "CLM107" {
            of_p.push(found.id.to_string());
        }
        Ok::<(), minhbach::finished::FinishedError>(())
    })
    .unwrap();
    assert_eq!(of_p.len(), 3);
    assert!(of_p.iter().all(|id| *id == of_p[0]));

    let policy = policy(&[]);
    let said = ledger(["an", "binh"].map(|who| entry(&of_p[0], Action::Confirm, who, 5)));
    let review = Review::of(&said, &runs, &policy, policy.review.as_ref().unwrap()).unwrap();
    let known = dir.path().join("known.txt");
    fs::write(&known, &of_p[0]).unwrap();
    let baseline = Baseline::read(&known).unwrap();
    let list = "[[allow]]\nrule = \"CLM107\"\nplatform = \"facebook\"\nreason = \"r\"\nreviewer = \"an\"\nexpires = \"2026-12-31\"";
    let allows = Allows::parse("allow.toml", list, day(0), |rule| Some(rule.to_owned())).unwrap();

    let marks = Marks { review: &review, policy: &policy, baseline: &baseline, allows: &allows };
    let room = Room { memory: 1 << 28, folder: dir.path() };
    let scored = rescore::read_reviewed(&PACK, &runs, room, &marks).unwrap();
    let catalogue = Catalogue::new(PACK.rules.iter().map(Into::into), &policy).unwrap();
    let as_of = scored.found.newest.unwrap();
    let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition: Edition::default(), as_of };
    let score = scored.into_scores(&scoring).next().unwrap().unwrap();
    let counts = score.review.unwrap().findings;
    // Two posts have such a finding; of one of them people spoke.
    assert_eq!((counts.confirmed, counts.known, counts.allowed), (1, 1, 2));

    let (baseline, allows) = (Baseline::default(), Allows::default());
    let choice = |unreviewed| Choice {
        review: &review,
        baseline: &baseline,
        allows: &allows,
        creator: Some("a"),
        platform: None,
        unreviewed,
    };
    let told = |unreviewed| -> Vec<String> {
        let letters = notice::letters(&runs[0], &choice(unreviewed)).unwrap();
        letters.into_iter().flat_map(|letter| letter.items).map(|item| item.id).collect()
    };
    assert_eq!(told(false), [of_p[0].clone()]);
    let all = told(true);
    assert!(all.len() > 1 && all.iter().all(|id| all.iter().filter(|other| *other == id).count() == 1), "{all:?}");
}
