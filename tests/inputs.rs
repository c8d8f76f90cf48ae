//! Laws of what goes in, seen from what comes out: no record is lost, doubled or mistaken for another, whatever it came in.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, command, fed, files, lines, scan};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, process::Command, thread, time::Duration};

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

#[test]
fn another_name_that_says_nothing_takes_nothing_away() {
    let home = tempfile::tempdir().unwrap();
    let (dump, run) = (home.path().join("names.jsonl"), home.path().join("run"));
    let post = |parts: &str| format!("{{\"text\":\"Chào\",\"platform\":\"x\",{parts}}}\n");
    let said = [
        r#""id":"1","post_id":null,"author_id":"u","author":{"id":null,"handle":null}"#,
        r#""post_id":"2","id":"","author":{"id":"u","followers":7},"author_id":null,"followers":null"#,
        r#""id":"3","username":"u","handle":null,"likes":5,"like_count":null"#,
    ];
    fs::write(&dump, said.map(post).concat()).unwrap();
    scan(&[&dump], &run, &[]);
    let posts = lines(&run.join("posts.jsonl"));
    assert_eq!(column(&posts, "post_id"), ["1", "2", "3"]);
    assert_eq!(column(&posts, "creator"), ["u", "u", "u"]);
    assert_eq!((&posts[1]["followers"], &posts[2]["likes"]), (&json!(7), &json!(5)));
}

#[test]
fn every_input_has_a_name_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let at = |path: &str| home.path().join(path);
    fs::create_dir_all(at("b/a")).unwrap();
    fs::create_dir_all(at("a")).unwrap();
    for (n, path) in ["d.jsonl", "a/d.jsonl", "b/d.jsonl", "b/a/d.jsonl"].into_iter().enumerate() {
        fs::write(at(path), format!("{{\"id\":\"{n}\",\"text\":\"Chào\"}}\n")).unwrap();
    }
    for given in [&["d.jsonl", "../d.jsonl"][..], &["d.jsonl", "../b", "../d.jsonl"], &["../a", "../b"]] {
        let run = at("run");
        let mut scan = command();
        scan.current_dir(at("a")).args(["scan", "--quiet", "--force", "--out", arg(&run)]).args(given);
        fed(&mut scan, b"").ends(0);
        let manifest: Value = serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap();
        let names: BTreeSet<_> = column(manifest["inputs"].as_array().unwrap(), "path").into_iter().collect();
        assert_eq!(names.len(), lines(&run.join("posts.jsonl")).len(), "{given:?}: {names:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_read_from_its_beginning() {
    let home = tempfile::tempdir().unwrap();
    let (pipe, run) = (home.path().join("pipe.jsonl"), home.path().join("run"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let posts: String = (0..5_000).map(|n| format!("{{\"id\":\"{n}\",\"text\":\"Bài số {n}\"}}\n")).collect();
    let mut child = command().args(["scan", "--quiet", arg(&pipe), "--out", arg(&run)]).spawn().unwrap();
    let writer = thread::spawn(move || fs::write(pipe, posts));
    // Whoever opens it twice waits for ever.
    for _ in 0..600 {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    assert!(child.wait().unwrap().success());
    writer.join().unwrap().unwrap();
    assert_eq!(lines(&run.join("posts.jsonl")).len(), 5_000);
}

/// A run that lies beside its dumps, whole or interrupted, is no dump: the same command finds it done, or goes on.
#[test]
fn what_a_scan_wrote_among_its_dumps_is_not_read_by_the_next() {
    let home = tempfile::tempdir().unwrap();
    let (dumps, run) = (home.path().join("dumps"), home.path().join("dumps/run"));
    fs::create_dir_all(dumps.join("sub")).unwrap();
    fs::write(dumps.join("sub/a.jsonl"), "{\"id\":\"1\",\"author_id\":\"u\",\"text\":\"mã LAN10 shopee.vn/abc\"}\n")
        .unwrap();
    // A platform's own export may have a file of that name.
    fs::write(dumps.join("sub/manifest.json"), "[{\"id\":\"2\",\"text\":\"Chào\"}]").unwrap();
    fs::write(dumps.join("sub/manifest.sha256"), "x").unwrap();
    scan(&[&dumps], &run, &[]);
    let case = dumps.join("case");
    command::minhbach(&["dossier", arg(&run), "--creator", "u", "--out", arg(&case)]).ends(0);
    let unfinished = dumps.join("other.partial");
    fs::create_dir(&unfinished).unwrap();
    for file in [".minhbach-partial", "posts.jsonl"] {
        fs::write(unfinished.join(file), "{}\n").unwrap();
    }
    let again = ["scan", arg(&dumps), "--out", arg(&run)];
    command::minhbach(&again).ends(0).says(&["already done", "run/", "case/", "other.partial/"]);
    let pattern = format!("{}/*", dumps.display());
    command::minhbach(&["scan", &pattern, "--out", arg(&home.path().join("two"))]).ends(0);
    let names = |run: &std::path::Path| {
        lines(&run.join("posts.jsonl")).iter().map(|p| p["post_id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&home.path().join("two")), ["1", "2"]);
}
