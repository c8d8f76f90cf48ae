//! The command `score`: finished runs under any policy, as one, in any order; and what it refuses.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, command, files, lines, minhbach, repository, scan};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
};

/// A scan of the demonstration's posts, as if they were real ones. Made once; tests only read it.
static PLAIN: LazyLock<PathBuf> = LazyLock::new(|| {
    let run = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rescored-run");
    if run.exists() {
        fs::remove_dir_all(&run).unwrap();
    }
    scan(&[&repository("corpora/demo/posts.jsonl")], &run, &[]);
    run
});

/// The demonstration's posts dealt out to two files.
fn dealt(dir: &Path) -> [PathBuf; 2] {
    fs::create_dir_all(dir).unwrap();
    let demo = fs::read_to_string(repository("corpora/demo/posts.jsonl")).unwrap();
    [0, 1].map(|part| {
        let path = dir.join(format!("{part}.jsonl"));
        let lines = demo.lines().enumerate().filter(|(i, _)| i % 2 == part);
        fs::write(&path, lines.map(|(_, line)| format!("{line}\n")).collect::<String>()).unwrap();
        path
    })
}

fn sha256(path: &Path) -> String {
    Sha256::digest(fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_cannot_be_scored_as_one_is_refused_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let inputs = dealt(&at("in"));
    for (input, run) in [(&inputs[0], "a"), (&inputs[1], "b")] {
        scan(&[input], &at(run), &[]);
    }
    scan(&[&inputs[1]], &at("rules"), &["--select", "DIS"]);
    minhbach(&["scan", "--quiet", "--out", arg(&at("demo"))]).ends(0);
    // An unfinished run: what a scan leaves behind that was killed.
    fs::create_dir(at("killed.partial")).unwrap();
    fs::write(at("killed.partial/.minhbach-partial"), "").unwrap();
    // A cut one.
    fs::create_dir(at("cut")).unwrap();
    for (name, bytes) in files(&at("a")) {
        let keep =
            if name == "posts.jsonl" { 1 + bytes.iter().position(|b| *b == b'\n').unwrap() } else { bytes.len() };
        fs::write(at("cut").join(name), &bytes[..keep]).unwrap();
    }
    // One of another pack.
    fs::create_dir(at("pack")).unwrap();
    for (name, bytes) in files(&at("a")) {
        let text = String::from_utf8(bytes).unwrap();
        let text = match name.as_str() {
            "manifest.json" => {
                let manifest: Value = serde_json::from_str(&text).unwrap();
                text.replace(manifest["pack"]["sha256"].as_str().unwrap(), &"0".repeat(64))
            }
            _ => text,
        };
        fs::write(at("pack").join(name), text).unwrap();
    }
    fs::create_dir(at("empty")).unwrap();
    let table: [(&[&str], &[&str]); 8] = [
        (&["empty"], &["không phải thư mục kết quả", "is no run folder", "empty"]),
        (&["killed"], &["chưa quét xong", "is unfinished", "killed.partial"]),
        (&["killed.partial"], &["is unfinished"]),
        (&["cut"], &["đã bị cắt", "the file was cut or changed", "1 posts"]),
        (&["pack"], &["--pack", "0000000000"]),
        (&["a", "rules"], &["`select`", "(``, `DIS`)"]),
        (&["demo", "a"], &["dữ liệu minh họa", "is the demonstration"]),
        (&["a", "cut", "b"], &["the file was cut or changed"]),
    ];
    for (runs, says) in table {
        let runs: Vec<PathBuf> = runs.iter().map(|run| at(run)).collect();
        let runs: Vec<&str> = runs.iter().map(|run| arg(run)).collect();
        let ran = minhbach(&[&["score"], &runs[..]].concat()).ends(2).says(says);
        assert!(ran.out.is_empty(), "{runs:?}");
    }
    // The demonstration alone is scored under a banner; a run given twice is one run.
    minhbach(&["score", arg(&at("demo"))]).ends(0).says(&["BẢN MẪU", "DEMO"]);
    let once = minhbach(&["score", arg(&at("a")), arg(&at("b"))]).ends(0);
    let (a, b) = (at("a"), at("b"));
    let twice = minhbach(&["score", arg(&b), arg(&a), arg(&b), arg(&a)]).ends(0);
    assert_eq!(once.out, twice.out);
    assert!(!once.err.contains("DEMO"));
}

#[test]
fn scores_come_as_lines_as_a_table_and_for_people() {
    let run = &*PLAIN;
    let of = |format: &str| minhbach(&["score", arg(run), "--format", format]).ends(0);
    assert_eq!(of("jsonl").out.as_bytes(), fs::read(run.join("creators.jsonl")).unwrap());
    assert_eq!(of("csv").out.as_bytes(), fs::read(run.join("creators.csv")).unwrap());
    let text = of("text");
    assert_eq!(text.out.lines().count(), lines(&run.join("creators.jsonl")).len());
    assert!(text.out.lines().all(|line| line.contains("transparency ") && line.contains("n = ")));
    text.says(&["Giả định", "Assumption", "transparency → ", "ad_compliance → "]);
    minhbach(&["score", arg(run), "--format", "xml"]).ends(2).says(&["jsonl", "csv", "text"]);
}

#[test]
fn a_name_can_neither_forge_a_line_nor_command_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let (input, run) = (dir.path().join("posts.jsonl"), dir.path().join("run"));
    let post = serde_json::json!({
        "id": "1", "author": {"id": "a\nfacebook/b: transparency 0.00\u{1b}[31m"}, "platform": "tik\u{7}tok",
        "created_at": "2026-03-01", "text": "Mua ngay ở https://s.shopee.vn/abc nha",
    });
    fs::write(&input, format!("{post}\n")).unwrap();
    scan(&[&input], &run, &[]);
    let ran = minhbach(&["score", arg(&run), "--format", "text", "-v"]).ends(0);
    for text in [&ran.out, &ran.err] {
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
        assert!(!text.contains("\nfacebook/b"), "{text:?}");
    }
    assert_eq!(ran.out.lines().count(), 1);
}

#[test]
fn a_table_has_one_type_a_column_and_says_what_the_lines_say() {
    let run = &*PLAIN;
    let table = fs::read(run.join("creators.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let creators = lines(&run.join("creators.jsonl"));
    assert_eq!(rows.len(), creators.len());
    for (row, creator) in rows.iter().zip(&creators) {
        for (name, cell) in names.iter().zip(row) {
            let decimals = cell.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            for kind in
                ["_score", "_lower", "_upper", "_weight", "_good", "_bad", "_coverage", "_best", "_worst", "_cap"]
            {
                assert!(!name.ends_with(kind) || cell.is_empty() || decimals == 4, "{name}: {cell}");
            }
        }
        for criterion in ["transparency", "ad_compliance"] {
            let record = &creator["criteria"][criterion];
            let cell = |name: &str| &row[names.iter().position(|n| n == format!("{criterion}_{name}")).unwrap()];
            for name in ["score", "lower", "upper", "cap", "coverage", "best", "worst", "good", "bad", "weight"] {
                assert_eq!(cell(name).parse::<f64>().ok(), record[name].as_f64(), "{name}");
            }
            for name in ["state", "reason", "band", "confidence", "cap_cause"] {
                assert_eq!(cell(name), record[name].as_str().unwrap_or_default(), "{name}");
            }
            let stability = record["band_stability"]["posts"].as_u64();
            assert_eq!(cell("stability_posts").parse::<u64>().ok(), stability);
            assert_eq!(cell("n").parse::<u64>().ok(), record["n_assessed"].as_u64());
        }
    }
}

#[test]
fn another_policy_scores_the_same_posts_and_a_bad_one_is_refused_with_carets() {
    let run = &*PLAIN;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ours.toml");
    let default = fs::read_to_string(repository("lexicons/policy/default.toml")).unwrap();
    fs::write(&file, default.replace("min_posts = 10 ", "min_posts = 1 ").replace("0.1.0", "9.9.9")).unwrap();
    let scored = minhbach(&["score", arg(run), "--policy", arg(&file)]).ends(0).says(&["9.9.9 (draft)"]);
    let rated = |text: &str| text.matches("\"state\":\"rated").count();
    assert!(rated(&scored.out) > rated(&String::from_utf8(fs::read(run.join("creators.jsonl")).unwrap()).unwrap()));
    let sha256 = sha256(&file);
    assert!(scored.out.lines().all(|line| line.matches(&sha256).count() == 2), "the policy's hash in every record");

    fs::write(&file, default.replace("mean = 0.75", "mean = 2").replace("days = 365", "dayz = 365")).unwrap();
    let refused = minhbach(&["score", arg(run), "--policy", arg(&file)]).ends(2);
    let refused = refused.says(&["`prior.mean` phải", "must be above 0", "dayz = 365", "^^^^", "ours.toml:"]);
    assert_eq!((refused.err.matches("error[S001]").count(), refused.out.as_str()), (3, ""));
    fs::write(&file, default.replace("[rule.CLM108]", "[rule.XYZ999]\ncurable = true\n[rule.CLM108]")).unwrap();
    minhbach(&["score", arg(run), "--policy", arg(&file)]).ends(2).says(&["no rule XYZ999", "[rule.XYZ999]"]);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure_in_any_format() {
    for format in ["jsonl", "csv", "text"] {
        let args = ["score", arg(&PLAIN), "--format", format];
        let mut child = command().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{format}: {said}");
        assert!(!said.contains("minhbach:"), "{format}: {said}");
    }
}

#[test]
fn the_assumption_about_the_programme_goes_with_every_score() {
    let summary: Value = serde_json::from_slice(&fs::read(PLAIN.join("summary.json")).unwrap()).unwrap();
    let crosswalk = &summary["crosswalk"];
    assert_eq!(crosswalk["criteria"]["transparency"], serde_json::json!(["content_transparency"]));
    assert_eq!(crosswalk["criteria"]["ad_compliance"], serde_json::json!(["legal_compliance"]));
    let page = fs::read_to_string(PLAIN.join("report.html")).unwrap();
    for language in ["vi", "en"] {
        // An apostrophe is escaped in the page.
        let assumption = crosswalk["assumption"][language].as_str().unwrap();
        assert!(assumption.split('\'').all(|part| !part.is_empty() && page.contains(part)), "{language}");
    }
}

/// Without an id a post is known by its caption and its time: used again another day it is another post, captured again it
/// is not.
#[test]
fn a_caption_without_an_id_is_a_post_each_time_it_is_posted() {
    let dir = tempfile::tempdir().unwrap();
    let post = |day: i32, captured: &str| {
        let post = serde_json::json!({
            "author": {"id": "a"}, "platform": "facebook", "created_at": format!("2026-03-{day:02}T09:30:00+07:00"),
            "captured_at": captured, "text": "Kem này dùng êm lắm, mua ở https://s.shopee.vn/abc nha",
        });
        format!("{post}\n")
    };
    let often = (1..=14).map(|day| post(day, "2026-04-01")).chain([post(3, "2026-04-02"), post(3, "2026-04-03")]);
    let (input, run) = (dir.path().join("posts.jsonl"), dir.path().join("run"));
    fs::write(&input, often.collect::<String>()).unwrap();
    scan(&[&input], &run, &[]);
    let written = fs::read_to_string(run.join("creators.jsonl")).unwrap();
    assert_eq!(minhbach(&["score", arg(&run), "--quiet"]).ends(0).out, written);
    let creator: Value = serde_json::from_str(&written).unwrap();
    assert_eq!((&creator["posts"]["all"], &creator["posts"]["commercial"]), (&14.into(), &14.into()));
    assert_eq!(creator["criteria"]["transparency"]["n_violating"], 14);
    assert!(creator["criteria"]["transparency"]["score"].is_number());
}
