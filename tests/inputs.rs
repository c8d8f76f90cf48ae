//! Laws of what goes in, seen from what comes out: no record is lost, doubled or mistaken for another, whatever it came in.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{files, lines, scan};
use serde_json::{Value, json};
use std::fs;

/// A page of X as twarc2 writes it: posts and their authors apart.
fn page(posts: &[(&str, &str)]) -> String {
    let data: Vec<Value> = posts
        .iter()
        .map(|(id, text)| json!({"id": id, "text": text, "author_id": "44", "created_at": "2026-03-01T08:00:00.000Z"}))
        .collect();
    let users = json!([{"id": "44", "username": "lan", "name": "Lan", "public_metrics": {"followers_count": 12}}]);
    json!({"data": data, "includes": {"users": users}, "__twarc": {"version": "2"}}).to_string() + "\n"
}

fn column<'l>(lines: &'l [Value], name: &str) -> Vec<&'l str> {
    lines.iter().map(|line| line[name].as_str().unwrap()).collect()
}

#[test]
fn a_page_holds_none_one_or_several_posts() {
    let home = tempfile::tempdir().unwrap();
    let dump = home.path().join("pages.jsonl");
    let ad = "Kem này chữa khỏi nám vĩnh viễn, đặt mua ngay: inbox shop mình giá 290k";
    let pages = [page(&[("1", ad), ("2", "Trời đẹp"), ("3", ad)]), page(&[]), page(&[("4", ad)]), "{\n".to_owned()];
    fs::write(&dump, pages.concat()).unwrap();
    let runs: Vec<_> = [["--threads", "1"], ["--threads", "4"]]
        .into_iter()
        .map(|threads| {
            let run = home.path().join(threads[1]);
            scan(&[&dump], &run, &[&threads[..], &["--max-bad", "1", "--save-every", "1"]].concat());
            run
        })
        .collect();
    assert_eq!(column(&lines(&runs[0].join("posts.jsonl")), "post_id"), ["1", "2", "3", "4"]);
    assert_eq!(column(&lines(&runs[0].join("rejects.jsonl")), "reason"), ["bad_json"]);
    assert_eq!(files(&runs[0]), files(&runs[1]));
}

#[test]
fn of_two_versions_on_one_page_the_last_read_counts() {
    let home = tempfile::tempdir().unwrap();
    let ad = "Kem này chữa khỏi nám vĩnh viễn, đặt mua ngay: inbox shop mình giá 290k";
    for versions in [[("1", ad), ("1", "Trời đẹp")], [("1", "Trời đẹp"), ("1", ad)]] {
        let (dump, run) = (home.path().join("page.jsonl"), home.path().join("run"));
        fs::write(&dump, page(&versions)).unwrap();
        scan(&[&dump], &run, &["--force"]);
        let posts = lines(&run.join("posts.jsonl"));
        let last = u64::from(posts[1]["commercial"]["label"] == "yes");
        assert_ne!(posts[0]["commercial"]["label"], posts[1]["commercial"]["label"]);
        let creators = lines(&run.join("creators.jsonl"));
        assert_eq!((&creators[0]["posts"]["all"], &creators[0]["posts"]["commercial"]), (&json!(1), &json!(last)));
    }
}
