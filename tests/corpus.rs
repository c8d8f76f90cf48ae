//! The demo corpus and its gold: one label a post, quotes that stand in the text, every rule hit.

mod command;

use command::{lines, repository};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn demo(file: &str) -> Vec<Value> {
    lines(&repository("corpora/demo").join(file))
}

#[test]
fn every_post_has_its_label_in_the_same_order() {
    let (posts, gold) = (demo("posts.jsonl"), demo("gold.jsonl"));
    assert!(posts.len() >= 600, "{} posts", posts.len());
    assert_eq!(posts.len(), gold.len());
    for (post, label) in posts.iter().zip(&gold) {
        assert_eq!(post["id"], label["id"]);
    }
    let creators: BTreeSet<_> = posts.iter().map(|p| p["author"]["id"].to_string()).collect();
    assert!(creators.len() >= 40, "{} creators", creators.len());
}

#[test]
fn gold_quotes_stand_in_their_posts() {
    for (post, label) in demo("posts.jsonl").iter().zip(&demo("gold.jsonl")) {
        for claim in label["labels"]["claims"].as_array().unwrap() {
            let quote = claim["quote"].as_str().unwrap();
            let fields = ["text", "title", "transcript", "on_screen", "first_comment", "bio"];
            let found = fields.iter().any(|f| post[f].as_str().is_some_and(|t| t.contains(quote)));
            assert!(found, "{}: “{quote}” is in no field", post["id"]);
        }
    }
}

#[test]
fn every_rule_is_hit_by_the_demo() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("run");
    command::minhbach(&["scan", "--advisory", "--quiet", "--out", command::arg(&out)]).ends(0);
    let mut hits: BTreeMap<String, u32> = BTreeMap::new();
    for finding in lines(&out.join("findings.jsonl")) {
        *hits.entry(finding["rule"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let pack = minhbach::pack::Pack::embedded().unwrap();
    let silent: Vec<_> = pack.rules.iter().filter(|r| !hits.contains_key(&r.id)).map(|r| &r.id).collect();
    assert!(silent.is_empty(), "rules that no demo post hits: {silent:?}");
}
