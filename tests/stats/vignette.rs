//! `docs/prevalence.md` is run: every command, in order, in an empty folder with the demo's labels; what it shows must
//! be what comes out. After a change that moves numbers write the page anew, and read what moved:
//!
//! ```sh
//! BLESS=1 cargo test --test stats vignette
//! ```

use crate::command::{command, fed, lines, repository};
use minhbach::report::sha256_hex;
use serde_json::Value;
use std::fs;

/// What a block of the page is, by its fence.
const COMMAND: &str = "```sh\n";
const OUTPUT: &str = "```text\n";

/// The labels of the demo: what its writer says of every post, as a table that coders would have filled.
fn labels() -> String {
    let demo = |file: &str| lines(&repository("corpora/demo").join(file));
    let mut out = String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n");
    for (post, gold) in demo("posts.jsonl").iter().zip(&demo("gold.jsonl")) {
        let labels = &gold["labels"];
        let own = |c: &Value| c["stance"] == "asserts" && c["code"] != "CLM-NOWARN";
        let claim = if labels["claims"].as_array().unwrap().iter().any(own) { "yes" } else { "no" };
        let [id, text, commercial, disclosure] =
            [&post["id"], &post["text"], &labels["commercial"], &labels["disclosure"]].map(|v| v.as_str().unwrap());
        let hash = sha256_hex(text.as_bytes());
        out.push_str(&format!("{id},{hash},writer,{commercial},{disclosure},{claim}\n"));
    }
    out
}

fn blessed() -> bool {
    std::env::var_os("BLESS").is_some()
}

#[test]
fn the_table_of_the_demo_is_its_gold() {
    let path = repository("corpora/demo/labels.csv");
    if blessed() {
        fs::write(&path, labels()).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert!(found == labels(), "corpora/demo/labels.csv is stale: BLESS=1 cargo test --test stats vignette");
}

#[test]
fn the_vignette_shows_what_comes_out() {
    let path = repository("docs/prevalence.md");
    let page = fs::read_to_string(&path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("labels.csv"), labels()).unwrap();
    let mut made = String::new();
    let mut rest = page.as_str();
    let mut commands = 0;
    while let Some(at) = rest.find(COMMAND) {
        let start = at + COMMAND.len();
        let end = start + rest[start..].find("```").expect("the fence is closed") + 4;
        let line = rest[start..end - 4].trim();
        made.push_str(&rest[..end]);
        rest = &rest[end..];
        let Some(args) = line.strip_prefix("minhbach ") else { continue };
        commands += 1;
        let args: Vec<&str> = args.split_whitespace().collect();
        let ran = fed(command().args(&args).current_dir(dir.path()), b"").ends(0);
        let Some(after) = rest.strip_prefix("\n").and_then(|r| r.strip_prefix(OUTPUT)) else { continue };
        let close = after.find("```").expect("the fence is closed");
        made.push_str(&format!("\n{OUTPUT}{}{}", ran.out, ran.err));
        rest = &after[close..];
    }
    made.push_str(rest);
    assert!(commands >= 4, "{commands} commands were run");
    if blessed() {
        fs::write(&path, &made).unwrap();
    }
    assert!(blessed() || made == page, "docs/prevalence.md is stale (BLESS=1 writes it):\n{made}");
}
