//! Laws of a run folder: its bytes depend on what is read and asked, and on nothing else.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, command, fed, files, lines, minhbach, repository, scan};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
};
use tempfile::TempDir;

const OUTPUTS: [&str; 9] = [
    "creators.csv",
    "creators.jsonl",
    "findings.jsonl",
    "manifest.json",
    "manifest.sha256",
    "posts.jsonl",
    "rejects.jsonl",
    "report.html",
    "summary.json",
];

/// The demonstration dealt out to `n` files, a record at a time, with a bad line at the end of each third file; so many
/// files make as many chunks that can overtake one another.
fn dealt(dir: &Path, n: usize, name: impl Fn(usize) -> String) -> Vec<PathBuf> {
    fs::create_dir_all(dir).unwrap();
    let demo = fs::read_to_string(repository("corpora/demo/posts.jsonl")).unwrap();
    let mut parts = vec![String::new(); n];
    for (i, line) in demo.lines().enumerate() {
        parts[i % n].push_str(line);
        parts[i % n].push('\n');
    }
    let mut paths = Vec::new();
    for (i, mut part) in parts.into_iter().enumerate() {
        if i % 3 == 2 {
            part.push_str("{\"text\":\"nửa dòng\n");
        }
        let path = dir.join(name(i));
        fs::write(&path, part).unwrap();
        paths.push(path);
    }
    paths
}

fn ids(run: &Path) -> BTreeSet<String> {
    lines(&run.join("findings.jsonl")).iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

fn refs(paths: &[PathBuf]) -> Vec<&Path> {
    paths.iter().map(PathBuf::as_path).collect()
}

const BEAR_IT: [&str; 2] = ["--max-bad", "100%"];

/// A finished run over the demonstration.
struct Demo {
    run: PathBuf,
    /// Where it goes when the test ends; none for the one that all tests read.
    _dir: Option<TempDir>,
}

/// The run without options, made once; tests only read it.
static PLAIN: LazyLock<Demo> = LazyLock::new(|| {
    let run = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plain-run");
    if run.exists() {
        fs::remove_dir_all(&run).unwrap();
    }
    scan(&[], &run, &[]);
    Demo { run, _dir: None }
});

impl Demo {
    fn new(options: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run");
        scan(&[], &run, options);
        Self { run, _dir: Some(dir) }
    }

    fn lines(&self, file: &str) -> Vec<Value> {
        lines(&self.run.join(file))
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_slice(&fs::read(self.run.join(file)).unwrap()).unwrap()
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        fs::read(self.run.join(file)).unwrap()
    }
}

#[test]
fn without_input_the_embedded_demonstration_is_scanned_and_every_file_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run");
    let ran = minhbach(&["scan", "--out", arg(&run)]).ends(0);
    assert!(ran.out.contains("DEMO") && ran.out.contains("BẢN MẪU"), "no banner:\n{}", ran.out);
    let written: Vec<String> = files(&run).into_iter().map(|f| f.0).collect();
    assert_eq!(written, OUTPUTS);
    let manifest: Value = serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["demo"], true);
    assert!(!dir.path().join("run.partial").exists());
}

#[test]
fn threads_change_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let inputs = dealt(&dir.path().join("in"), 40, |i| format!("{i:02}.jsonl"));
    let run = |threads: &str| {
        let out = dir.path().join(threads);
        scan(&refs(&inputs), &out, &[&BEAR_IT[..], &["--threads", threads]].concat());
        files(&out)
    };
    let one = run("1");
    assert_eq!(one.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), OUTPUTS);
    for threads in ["2", "8", "0"] {
        for ((name, a), (other, b)) in one.iter().zip(&run(threads)) {
            assert!(name == other && a == b, "{name} differs with --threads {threads}");
        }
    }
}

#[test]
fn the_order_of_arguments_changes_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let inputs = dealt(&dir.path().join("in"), 7, |i| format!("{i}.jsonl"));
    let (forth, back, twice) = (dir.path().join("forth"), dir.path().join("back"), dir.path().join("twice"));
    scan(&refs(&inputs), &forth, &BEAR_IT);
    let mut reversed = refs(&inputs);
    reversed.reverse();
    scan(&reversed, &back, &BEAR_IT);
    // A file that is reached twice is read once.
    scan(&[&reversed[..], &[&dir.path().join("in")]].concat(), &twice, &BEAR_IT);
    assert!(files(&forth) == files(&back) && files(&forth) == files(&twice));
}

#[test]
fn shuffled_files_have_the_same_findings_and_creators() {
    let dir = tempfile::tempdir().unwrap();
    let plain = dealt(&dir.path().join("plain"), 11, |i| format!("{i:02}.jsonl"));
    // 5 generates all places modulo 11: every file stands elsewhere, and no two keep their order as neighbours.
    let shuffled = dealt(&dir.path().join("shuffled"), 11, |i| format!("{:02}.jsonl", (i * 5 + 3) % 11));
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    scan(&refs(&plain), &a, &BEAR_IT);
    scan(&refs(&shuffled), &b, &BEAR_IT);
    assert_ne!(fs::read(a.join("posts.jsonl")).unwrap(), fs::read(b.join("posts.jsonl")).unwrap());
    let sorted = |run: &Path, file: &str| {
        let text = fs::read_to_string(run.join(file)).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(ids(&a), ids(&b));
    for file in ["posts.jsonl", "findings.jsonl", "creators.jsonl", "creators.csv"] {
        assert_eq!(sorted(&a, file), sorted(&b, file), "{file}");
    }
}

#[test]
fn a_finding_has_one_id_and_an_id_one_finding() {
    let demo = &*PLAIN;
    let findings = demo.lines("findings.jsonl");
    let mut keys = BTreeSet::new();
    for f in &findings {
        let id = f["id"].as_str().unwrap();
        assert!(id.len() == 34 && id.starts_with("f_") && id[2..].bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        let key = ["platform", "creator", "post_id", "text_sha256", "rule"].map(|key| f[key].to_string());
        keys.insert((id.to_owned(), key));
    }
    assert_eq!(keys.len(), findings.len(), "a finding stands twice");
    assert_eq!(ids(&demo.run).len(), findings.len(), "two findings share an id");
}

#[test]
fn posts_name_their_findings_and_findings_follow_their_posts() {
    let demo = &*PLAIN;
    let mut findings = demo.lines("findings.jsonl").into_iter();
    for post in demo.lines("posts.jsonl") {
        let rules = post["findings"].as_array().unwrap();
        assert!(rules.is_sorted_by(|a, b| a.as_str() < b.as_str()), "{rules:?}");
        for rule in rules {
            let finding = findings.next().unwrap();
            assert_eq!((&finding["rule"], &finding["post_id"]), (rule, &post["post_id"]));
            assert_eq!(finding["text_sha256"], post["text_sha256"]);
        }
    }
    assert!(findings.next().is_none());
}

#[test]
fn of_one_group_at_most_one_finding_of_a_post_counts_and_only_dated_violations_do() {
    let demo = Demo::new(&["--advisory"]);
    let undated: BTreeSet<String> = demo
        .lines("posts.jsonl")
        .iter()
        .filter(|p| p["flags"].as_array().unwrap().contains(&"undated".into()))
        .map(|p| p["text_sha256"].to_string())
        .collect();
    assert!(!undated.is_empty());
    let mut counting = BTreeSet::new();
    for f in demo.lines("findings.jsonl").iter().filter(|f| f["counts"] == true) {
        assert_eq!((&f["tier"], &f["law"]), (&"violation".into(), &"in_force".into()), "{f}");
        assert!(!undated.contains(&f["text_sha256"].to_string()), "{f}");
        let fault = ["platform", "creator", "post_id", "text_sha256", "group"].map(|key| f[key].to_string());
        assert!(counting.insert(fault), "two findings of a group count: {f}");
    }
    assert!(!counting.is_empty());
}

#[test]
fn a_finished_run_is_not_made_again() {
    let demo = Demo::new(&[]);
    let out = arg(&demo.run);
    let before = files(&demo.run);
    let made = fs::metadata(demo.run.join("posts.jsonl")).unwrap().modified().unwrap();
    minhbach(&["scan", "--out", out]).ends(0).says(&["already done"]);
    minhbach(&["scan", "--out", out, "--threads", "2"]).ends(0).says(&["already done"]);
    assert_eq!(fs::metadata(demo.run.join("posts.jsonl")).unwrap().modified().unwrap(), made);

    minhbach(&["scan", "--out", out, "--posts", "none"]).ends(2).says(&["--force", out]);
    assert_eq!(files(&demo.run), before, "a refused scan left traces");
    minhbach(&["scan", "--quiet", "--out", out, "--posts", "none", "--force"]).ends(0);
    assert!(demo.bytes("posts.jsonl").is_empty());
}

#[test]
fn what_no_run_wrote_is_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("letters");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter.txt"), "thư").unwrap();
    for force in [&[][..], &["--force"]] {
        minhbach(&[&["scan", "--out", arg(&out)], force].concat()).ends(2);
        assert_eq!(fs::read_to_string(out.join("letter.txt")).unwrap(), "thư");
    }
}

#[test]
fn the_manifest_holds_the_hash_of_every_output_and_input() {
    let dir = tempfile::tempdir().unwrap();
    let inputs = dealt(&dir.path().join("in"), 3, |i| format!("{i}.jsonl"));
    let run = dir.path().join("run");
    scan(&refs(&inputs), &run, &BEAR_IT);
    let hash = |path: &Path| -> String {
        Sha256::digest(fs::read(path).unwrap()).iter().map(|b| format!("{b:02x}")).collect()
    };
    let manifest: Value = serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap();
    let mut named = BTreeSet::from(["manifest.json".to_owned(), "manifest.sha256".to_owned()]);
    for (records, folder) in [("outputs", &run), ("inputs", &dir.path().join("in"))] {
        for record in manifest[records].as_array().unwrap() {
            let path = folder.join(record["path"].as_str().unwrap());
            assert_eq!(record["sha256"], hash(&path), "{}", path.display());
            assert_eq!(record["bytes"], fs::metadata(&path).unwrap().len());
            if records == "outputs" {
                named.insert(record["path"].as_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(named.iter().map(String::as_str).collect::<Vec<_>>(), OUTPUTS);
    assert_eq!(manifest["inputs"].as_array().unwrap().len(), inputs.len());
    let line = format!("{}  manifest.json\n", hash(&run.join("manifest.json")));
    assert_eq!(fs::read_to_string(run.join("manifest.sha256")).unwrap(), line);
}

#[test]
fn counts_of_manifest_and_summary_are_those_of_the_files() {
    let demo = &*PLAIN;
    let counts = &demo.json("manifest.json")["counts"];
    for (key, file) in [
        ("posts", "posts.jsonl"),
        ("findings", "findings.jsonl"),
        ("creators", "creators.jsonl"),
        ("rejects", "rejects.jsonl"),
    ] {
        assert_eq!(counts[key], demo.lines(file).len(), "{key}");
    }
    let rows = String::from_utf8(demo.bytes("creators.csv")).unwrap();
    assert_eq!(rows.lines().count(), demo.lines("creators.jsonl").len() + 1, "one row a creator below the header");
}

#[test]
fn scoring_a_run_again_gives_its_creators() {
    let demo = &*PLAIN;
    let again = minhbach(&["score", arg(&demo.run)]).ends(0);
    assert_eq!(again.out.as_bytes(), demo.bytes("creators.jsonl"));
}

#[test]
fn shards_scored_together_are_the_one_run() {
    let dir = tempfile::tempdir().unwrap();
    let inputs = dealt(&dir.path().join("in"), 3, |i| format!("{i}.jsonl"));
    let whole = dir.path().join("whole");
    scan(&refs(&inputs), &whole, &BEAR_IT);
    let shards: Vec<PathBuf> = (0..3).map(|i| dir.path().join(format!("shard{i}"))).collect();
    for (input, shard) in inputs.iter().zip(&shards) {
        scan(&[input], shard, &BEAR_IT);
    }
    let creators = fs::read_to_string(whole.join("creators.jsonl")).unwrap();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let runs = order.map(|i| arg(&shards[i]));
        let scored = minhbach(&[&["score"], &runs[..]].concat()).ends(0);
        assert!(scored.out == creators, "shards in order {order:?} score otherwise than the whole");
    }
}

#[test]
fn a_run_without_all_posts_is_not_scored() {
    let demo = Demo::new(&["--posts", "commercial"]);
    minhbach(&["score", arg(&demo.run)]).ends(2).says(&["--posts commercial", "--posts all"]);
    minhbach(&["score", "no-such-run"]).ends(2).says(&["no-such-run"]);
}

#[test]
fn post_lines_are_all_the_commercial_ones_or_none() {
    let all = &*PLAIN;
    let commercial = Demo::new(&["--posts", "commercial"]);
    let none = Demo::new(&["--posts", "none"]);
    let wanted: Vec<Value> =
        all.lines("posts.jsonl").into_iter().filter(|p| p["commercial"]["label"] != "no").collect();
    assert!(!wanted.is_empty());
    assert_eq!(commercial.lines("posts.jsonl"), wanted);
    assert!(none.bytes("posts.jsonl").is_empty());
    for file in ["findings.jsonl", "creators.jsonl", "summary.json"] {
        assert!(all.bytes(file) == commercial.bytes(file) && all.bytes(file) == none.bytes(file), "{file}");
    }
}

#[test]
fn rules_are_selected_and_ignored_by_id_slug_and_beginning() {
    let rules = |options: &[&str]| -> BTreeSet<String> {
        let demo = Demo::new(options);
        demo.lines("findings.jsonl").iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
    };
    let all = rules(&[]);
    let only = |keep: fn(&str) -> bool| -> BTreeSet<String> { all.iter().filter(|r| keep(r)).cloned().collect() };
    assert_eq!(rules(&["--select", "CLM107"]), only(|r| r == "CLM107"));
    assert_eq!(rules(&["--select", "no-disclosure,CLM113"]), only(|r| ["DIS001", "CLM113"].contains(&r)));
    assert_eq!(rules(&["--select", "DIS"]), only(|r| r.starts_with("DIS")));
    assert_eq!(rules(&["--ignore", "DIS,CLM107"]), only(|r| !r.starts_with("DIS") && r != "CLM107"));
    assert_eq!(rules(&["--select", "DIS", "--ignore", "DIS001"]), only(|r| r.starts_with("DIS") && r != "DIS001"));
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("run");
    minhbach(&["scan", "--out", arg(&out), "--select", "NOSUCH"]).ends(2).says(&["NOSUCH", "rules list"]);
    assert!(!out.exists());
}

#[test]
fn selecting_rules_changes_no_finding_of_theirs() {
    let (all, some) = (&*PLAIN, Demo::new(&["--select", "CLM"]));
    let of = |demo: &Demo| -> Vec<(String, Value)> {
        let findings = demo.lines("findings.jsonl");
        let claims = findings.into_iter().filter(|f| f["rule"].as_str().unwrap().starts_with("CLM"));
        claims.map(|f| (f["id"].as_str().unwrap().to_owned(), f["spans"].clone())).collect()
    };
    assert_eq!(of(all), of(&some));
}

#[test]
fn advisory_findings_are_written_when_asked_for() {
    let tiers = |options: &[&str]| -> BTreeSet<String> {
        let demo = Demo::new(options);
        demo.lines("findings.jsonl").iter().map(|f| f["tier"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!tiers(&[]).contains("advisory"));
    assert!(tiers(&["--advisory"]).contains("advisory"));
}

#[test]
fn fail_on_looks_at_counting_findings_of_that_severity() {
    let dir = tempfile::tempdir().unwrap();
    let ends = |name: &str, options: &[&str], code| {
        let out = dir.path().join(name);
        minhbach(&[&["scan", "--quiet", "--out", arg(&out)], options].concat()).ends(code);
        assert!(out.join("manifest.json").exists(), "the folder is whole whatever the exit code");
    };
    ends("low", &["--fail-on", "low"], 1);
    ends("critical", &["--fail-on", "critical"], 1);
    ends("medium-only", &["--select", "CLM101", "--fail-on", "high"], 0);
    ends("medium-found", &["--select", "CLM101", "--fail-on", "medium"], 1);
    ends("clean", &["--select", "CLM101", "--ignore", "CLM101", "--fail-on", "low"], 0);
}

#[test]
fn a_scan_into_a_finished_folder_ends_as_the_one_that_finished_it() {
    let dir = tempfile::tempdir().unwrap();
    let (out, input) = (dir.path().join("found"), dir.path().join("in.jsonl"));
    let again = |options: &[&str], code| {
        minhbach(&[&["scan", "--out", arg(&out)], options].concat()).ends(code).says(&["already done"]);
    };
    minhbach(&["scan", "--quiet", "--out", arg(&out), "--fail-on", "low"]).ends(1);
    again(&["--fail-on", "low"], 1);
    again(&["--fail-on", "critical"], 1);
    again(&[], 0);
    let out = dir.path().join("bad");
    fs::write(&input, "{\"text\":\n{\"text\":\"Chiều nay trời mát\"}\n").unwrap();
    for _ in 0..2 {
        minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out), "--max-bad", "0"])
            .ends(3)
            .says(&["rejects.jsonl"]);
        minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out), "--max-bad", "1"]).ends(0);
    }
    fs::remove_file(out.join("summary.json")).unwrap();
    minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out)]).ends(2).says(&["summary.json"]);
}

#[test]
fn too_many_unreadable_records_end_with_3_and_a_whole_folder() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in.jsonl");
    let good = "{\"text\":\"Chiều nay trời mát\"}\n";
    fs::write(&input, format!("{}{}", good.repeat(98), "{\"text\":\n[]\n")).unwrap();
    for (max_bad, code) in [("1", 3), ("2", 0), ("1.9%", 3), ("2%", 0), ("0", 3), ("100%", 0)] {
        let out = dir.path().join(max_bad);
        let ran = minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out), "--max-bad", max_bad]).ends(code);
        assert_eq!(lines(&out.join("rejects.jsonl")).len(), 2);
        assert_eq!(lines(&out.join("posts.jsonl")).len(), 98);
        if code == 3 {
            ran.says(&["rejects.jsonl", "--max-bad"]);
        }
    }
    let out = dir.path().join("default");
    minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out)]).ends(3);
    for wrong in ["many", "-1", "101%"] {
        let value = format!("--max-bad={wrong}");
        minhbach(&["scan", arg(&input), "--out", arg(&dir.path().join("never")), &value]).ends(2).says(&[wrong]);
    }
}

#[test]
fn as_of_moves_the_window_and_nothing_else() {
    let (newest, earlier) = (&*PLAIN, Demo::new(&["--as-of", "2025-06-30"]));
    for file in ["posts.jsonl", "findings.jsonl"] {
        assert_eq!(newest.bytes(file), earlier.bytes(file));
    }
    assert_eq!(earlier.json("manifest.json")["as_of"], "2025-06-30");
    assert_ne!(newest.bytes("creators.jsonl"), earlier.bytes("creators.jsonl"));
    let again = minhbach(&["score", arg(&newest.run), "--as-of", "2025-06-30"]).ends(0);
    assert_eq!(again.out.as_bytes(), earlier.bytes("creators.jsonl"));
}

#[test]
fn a_closed_pipe_is_success() {
    let demo = &*PLAIN;
    let run = arg(&demo.run);
    for args in [&["score", run][..], &["rules", "list"], &["lexicon", "stats"], &["completions", "bash"], &["man"]] {
        let mut child =
            command().args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The reader leaves at once: whatever is written later meets a closed pipe.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
        assert!(!err.contains("minhbach:"), "{args:?} complains: {err}");
    }
}

#[test]
fn stdin_is_read_as_a_file_is() {
    let dir = tempfile::tempdir().unwrap();
    let (piped, read) = (dir.path().join("piped"), dir.path().join("read"));
    let demo = repository("corpora/demo/posts.jsonl");
    let bytes = fs::read(&demo).unwrap();
    fed(command().args(["scan", "--quiet", "-", "--out", arg(&piped)]), &bytes).ends(0);
    scan(&[&demo], &read, &[]);
    for file in ["posts.jsonl", "findings.jsonl", "creators.jsonl"] {
        assert_eq!(fs::read(piped.join(file)).unwrap(), fs::read(read.join(file)).unwrap(), "{file}");
    }
}
