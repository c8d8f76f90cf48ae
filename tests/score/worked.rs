//! The worked example of docs/score.md, reckoned again: every line of it.

use super::{Draft, NO_DECAY, policy, reviewed, transparency};
use minhbach::score::{CriterionRecord, Stability};

const PAGE: &str = include_str!("../../docs/score.md");

fn lines(record: &CriterionRecord) -> Option<Vec<String>> {
    let (good, bad) = (record.good, record.bad);
    let (a, b) = (4.0 * 0.75 + good, 4.0 * 0.25 + bad);
    let (lower, upper) = (record.lower?, record.upper?);
    let band = |band: &Option<String>| band.clone();
    let reasons: Vec<String> = record.reasons.iter().map(|r| format!("{} -{:.2}", r.rule, r.points)).collect();
    let Stability { posts, findings, band: better } = record.band_stability.clone()?;
    Some(vec![
        format!("G = {good:.0}"),
        format!("B = 4 × 0.50 + 2 × 0.75 = {bad:.2}"),
        format!("a = 4 × 0.75 + {good:.0} = {a:.2}"),
        format!("b = 4 × 0.25 + {bad:.2} = {b:.2}"),
        format!("S = 100 × {a:.2} / {:.2} = {:.2}", a + b, record.score?),
        format!("interval {lower:.2}–{upper:.2}, width {:.2}, confidence {}", upper - lower, record.confidence?.name()),
        format!(
            "band {} (lower end {}, upper end {}); grant {}, act against on {}",
            band(&record.band)?,
            band(&record.band_low)?,
            band(&record.band_high)?,
            band(&record.award_band)?,
            band(&record.adverse_band)?
        ),
        format!("reasons: {}", reasons.join(", ")),
        format!("stability: band {better} when the findings in {posts} posts ({findings} findings) fall"),
    ])
}

#[test]
fn the_worked_example_of_the_page_is_what_the_program_reckons() {
    let posts = |n: u64, from: u64, rule: Option<u16>| {
        (from..from + n).map(move |key| match rule {
            Some(rule) => Draft::clean(key).with(reviewed(rule)),
            None => Draft::clean(key),
        })
    };
    let drafts: Vec<Draft> = posts(34, 0, None).chain(posts(4, 34, Some(1))).chain(posts(2, 38, Some(2))).collect();
    let record = transparency(&drafts, &policy(&[NO_DECAY]));
    let reckoned = lines(&record).expect("a rated creator");
    let told: Vec<&str> = PAGE
        .split_once("```text\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .expect("the page has its example")
        .0
        .lines()
        .collect();
    assert_eq!(told, reckoned);
    // Posts of today weigh the same with decay.
    assert_eq!(transparency(&drafts, &policy(&[])).score, record.score);
}

#[test]
fn the_page_names_every_field_of_a_record() {
    let record = serde_json::to_value(transparency(&[Draft::clean(0)], &policy(&[]))).unwrap();
    for field in record.as_object().unwrap().keys() {
        assert!(PAGE.contains(&format!("`{field}`")), "docs/score.md does not name `{field}`");
    }
}
