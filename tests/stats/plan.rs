//! Labelling plans: chances that are true, limits that hold, files that coders can work with.

use crate::command::{arg, files, lines, minhbach, repository, scan};
use minhbach::{
    finished::{FinishedError, FinishedRun},
    report::sha256_hex,
    sample::{SampleError, SampleOptions, draw},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn demo_run(dir: &TempDir) -> PathBuf {
    let run = dir.path().join("run");
    minhbach(&["scan", "--quiet", "--out", arg(&run)]).ends(0);
    run
}

fn plan(run: &Path, out: &Path, more: &[&str]) -> Vec<Value> {
    let args = ["sample", arg(run), "--out", arg(out), "--quiet"];
    minhbach(&[&args[..], more].concat()).ends(0);
    lines(&out.join("sample.jsonl"))
}

#[test]
fn a_plan_of_the_demo_keeps_its_limits_and_its_files_agree() {
    let dir = tempfile::tempdir().unwrap();
    let (run, out) = (demo_run(&dir), dir.path().join("plan"));
    let rows = plan(&run, &out, &["--labels", "200", "--floor", "20", "--per-creator", "6"]);
    let whole: Value = serde_json::from_slice(&fs::read(out.join("plan.json")).unwrap()).unwrap();
    assert_eq!(rows.len() as u64 + whole["repeats_joined"].as_u64().unwrap(), 200);
    let mut creators: HashMap<String, u64> = HashMap::new();
    for row in &rows {
        let chance = row["inclusion_probability"].as_f64().unwrap();
        assert!(chance > 0.0 && chance <= 1.0 && row["weight"].as_f64().unwrap() >= 1.0 / chance - 1e-9, "{row}");
        if !row["creator"].is_null() {
            *creators.entry(format!("{} {}", row["platform"], row["creator"])).or_default() += 1;
        }
        let text = row["texts"]["text"].as_str().unwrap();
        assert_eq!(row["text_sha256"], sha256_hex(text.as_bytes()).as_str());
    }
    assert!(creators.values().all(|n| *n <= 6));
    // Strata are those of the whole run, each with its floor, and every row stands in one.
    let strata = whole["strata"].as_array().unwrap();
    let posts: u64 = strata.iter().map(|s| s["posts"].as_u64().unwrap()).sum();
    assert_eq!(posts, lines(&run.join("posts.jsonl")).len() as u64);
    let named: BTreeMap<&str, &Value> = strata.iter().map(|s| (s["name"].as_str().unwrap(), s)).collect();
    for stratum in strata {
        let (labels, eligible) = (stratum["labels"].as_u64().unwrap(), stratum["eligible"].as_u64().unwrap());
        assert!(labels >= eligible.min(20) && labels <= eligible, "{stratum}");
    }
    assert!(rows.iter().all(|r| named.contains_key(r["stratum"].as_str().unwrap())));
    // More precision needs more labels.
    let needs: Vec<u64> = whole["needs"].as_array().unwrap().iter().map(|n| n["labels"].as_u64().unwrap()).collect();
    assert!(needs.windows(2).all(|w| w[0] > w[1]), "{needs:?}");
    // Coders see posts and nothing of what the detector saw.
    let form = fs::read_to_string(out.join("coders.csv")).unwrap();
    assert!(form.starts_with('\u{feff}'), "a spreadsheet would garble the captions");
    let tasks = fs::read_to_string(out.join("label_studio.json")).unwrap();
    for words in [&form, &tasks] {
        assert!(!words.contains("nothing|") && !words.contains("violation|") && !words.contains("inclusion"));
    }
    let tasks: Vec<Value> = serde_json::from_str(&tasks).unwrap();
    assert_eq!(tasks.len(), rows.len());
    assert_eq!(csv::Reader::from_reader(form.as_bytes()).records().filter(|r| r.is_ok()).count(), rows.len());
}

#[test]
fn equal_seeds_give_equal_files_and_others_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let run = demo_run(&dir);
    let made = |name: &str, seed: &str| {
        let out = dir.path().join(name);
        plan(&run, &out, &["--labels", "150", "--floor", "10", "--seed", seed]);
        files(&out)
    };
    let (a, b, c) = (made("a", "1"), made("b", "1"), made("c", "2"));
    assert_eq!(a, b);
    assert_ne!(a, c);
}

/// Posts of a few creators of unequal size, some with findings; every post has its own text.
fn small_run(dir: &TempDir) -> PathBuf {
    let mut dump = String::new();
    for (creator, size) in [(0, 1), (1, 2), (2, 4), (3, 9), (4, 14)] {
        for post in 0..size {
            let text = match post % 3 {
                0 => format!("Mua ngay tại https://s.shopee.vn/abc{creator}{post} nha cả nhà"),
                _ => format!("Chiều nay trời mát, đi dạo bờ hồ lần {creator} {post}"),
            };
            let record = serde_json::json!({
                "id": format!("p{creator}-{post}"), "author": {"id": format!("c{creator}")}, "platform": "tiktok",
                "created_at": "2026-03-01T10:00:00+07:00", "text": text,
            });
            dump.push_str(&format!("{record}\n"));
        }
    }
    let (input, run) = (dir.path().join("dump.jsonl"), dir.path().join("run"));
    fs::write(&input, dump).unwrap();
    scan(&[&input], &run, &[]);
    run
}

/// Over many seeds every post is drawn as often as its chance says, so weights sum to the posts.
#[test]
fn chances_are_true() {
    let dir = tempfile::tempdir().unwrap();
    let run = FinishedRun::open(&small_run(&dir)).unwrap();
    for per_creator in [1, 3, 100] {
        const SEEDS: u64 = 600;
        let mut sums: BTreeMap<String, (f64, f64, f64)> = BTreeMap::new();
        let options = SampleOptions { labels: 9, floor: 2, per_creator, ..SampleOptions::default() };
        for seed in 0..SEEDS {
            for row in draw(&run, &SampleOptions { seed, ..options.clone() }).unwrap().rows {
                let sum = sums.entry(row.post_id.unwrap()).or_default();
                *sum = (sum.0 + row.weight, sum.1 + row.weight * row.weight, sum.2 + 1.0);
            }
        }
        assert_eq!(sums.len(), 30, "every post can be drawn");
        for (post, (sum, squares, n)) in sums {
            let mean = sum / SEEDS as f64;
            let se = ((squares / SEEDS as f64 - mean * mean).max(0.0) / SEEDS as f64).sqrt();
            assert!((mean - 1.0).abs() < 5.0 * se + 1e-9, "{post}, {per_creator}: {mean} ± {se} over {n} draws");
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let run = small_run(&dir);
    let out = dir.path().join("plan");
    minhbach(&["sample", arg(&run), "--out", arg(&out), "--labels", "10"]).ends(2).says(&["--floor", "too few"]);
    minhbach(&["sample", arg(dir.path()), "--out", arg(&out)]).ends(2).says(&["no run folder"]);
    let args = ["sample", arg(&run), "--out", arg(&out), "--labels", "9", "--floor", "2"];
    minhbach(&[&args[..], &["--expect", "all=1"]].concat()).ends(2).says(&["--expect"]);
    minhbach(&[&args[..], &["--cost", "nothing=0"]].concat()).ends(2).says(&["--cost"]);
    // Another dump than the one that was scanned.
    let other = dir.path().join("other.jsonl");
    fs::write(&other, "{\"text\":\"x\"}\n").unwrap();
    minhbach(&[&args[..], &["--input", arg(&other)]].concat())
        .ends(2)
        .says(&["is not what was scanned", "other.jsonl"]);
    // Without the dump there are no texts, and it is said.
    minhbach(&args).ends(0).says(&["no texts", "--input"]);
    minhbach(&args).ends(2).says(&["--force"]);
    let dump = dir.path().join("dump.jsonl");
    minhbach(&[&args[..], &["--force", "--input", arg(&dump)]].concat()).ends(0);
    assert!(lines(&out.join("sample.jsonl")).iter().all(|r| r["texts"]["text"].is_string()));
    let partial = dir.path().join("partial");
    scan(&[&dump], &partial, &["--posts", "commercial"]);
    minhbach(&["sample", arg(&partial), "--out", arg(&out)]).ends(2).says(&["--posts all"]);
    assert!(matches!(FinishedRun::open(&partial), Err(FinishedError::PartialPosts { .. })));
    let empty = dir.path().join("empty.jsonl");
    fs::write(&empty, "").unwrap();
    let none = dir.path().join("none");
    scan(&[&empty], &none, &["--max-bad", "1"]);
    assert!(matches!(draw(&FinishedRun::open(&none).unwrap(), &SampleOptions::default()), Err(SampleError::NoPosts)));
}

/// A platform is named by the data: on a terminal its name neither hides nor begins a line of its own.
#[test]
fn names_of_platforms_command_no_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let (mut dump, mut labels) = (String::new(), String::from("post_id,text_sha256,annotator,commercial\n"));
    for n in 0..60 {
        let text = format!("Chiều nay trời mát lần {n}");
        let record = serde_json::json!({
            "id": format!("p{n}"), "author": {"id": format!("c{n}")}, "platform": "zalo\u{1b}[31m\nall 0.0 %",
            "created_at": "2026-03-01", "text": text,
        });
        dump.push_str(&format!("{record}\n"));
        labels.push_str(&format!("p{n},{},a,{}\n", sha256_hex(text.as_bytes()), if n % 3 == 0 { "yes" } else { "no" }));
    }
    let (input, run, path) = (dir.path().join("dump.jsonl"), dir.path().join("run"), dir.path().join("labels.csv"));
    fs::write(&input, dump).unwrap();
    fs::write(&path, labels).unwrap();
    scan(&[&input], &run, &[]);
    let told =
        minhbach(&["sample", arg(&run), "--out", arg(&dir.path().join("plan")), "-n", "60", "--floor", "5"]).ends(0);
    let args = ["prevalence", arg(&run), "--labels", arg(&path), "--simple-random", "--draws", "0"];
    let table = minhbach(&[&args[..], &["--by", "platform"]].concat()).ends(0);
    for text in [&told.out, &told.err, &table.out, &table.err] {
        assert!(!text.contains('\u{1b}') && !text.contains("\nall 0.0"), "{text}");
    }
    assert!(told.err.contains("zalo") && table.out.contains("zalo"));
}

/// Equal posts are labelled once, and the label counts in the month of each post that was drawn, not of the first of all.
#[test]
fn a_label_of_equal_posts_counts_where_each_of_them_was_drawn() {
    let dir = tempfile::tempdir().unwrap();
    // Without ids, the same two captions every month: in January nearly all sell, in February nearly none.
    let mut dump = String::new();
    for creator in 0..60 {
        for (month, selling) in [(1, 0..9), (2, 0..1)] {
            for post in 0..10 {
                let text = match selling.contains(&post) {
                    true => "Mua ngay tại https://s.shopee.vn/abc nha cả nhà",
                    false => "Chiều nay trời mát",
                };
                let record = serde_json::json!({
                    "author": {"id": format!("c{creator}")}, "platform": "tiktok",
                    "created_at": format!("2026-0{month}-1{post}T10:00:00+07:00"), "text": text,
                });
                dump.push_str(&format!("{record}\n"));
            }
        }
    }
    let (input, run, out) = (dir.path().join("dump.jsonl"), dir.path().join("run"), dir.path().join("plan"));
    fs::write(&input, dump).unwrap();
    scan(&[&input], &run, &[]);
    plan(&run, &out, &["--labels", "200", "--floor", "20", "--input", arg(&input)]);
    let rows = lines(&out.join("sample.jsonl"));
    assert_eq!(rows.len(), 2, "two captions");
    let mut labels = String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n");
    for row in &rows {
        let yes = row["texts"]["text"].as_str().unwrap().contains("shopee");
        let said = if yes { "yes,absent,no" } else { "no,not_applicable,no" };
        labels.push_str(&format!(",{},a,{said}\n", row["text_sha256"].as_str().unwrap()));
    }
    let path = dir.path().join("labels.csv");
    fs::write(&path, labels).unwrap();
    let sample = out.join("sample.jsonl");
    let args = ["prevalence", arg(&run), "--labels", arg(&path), "--plan", arg(&sample), "--draws", "0"];
    let found = minhbach(&[&args[..], &["--by", "month", "--format", "json"]].concat()).ends(0).json();
    assert_eq!((&found["facts"]["labelled"], &found["warnings"]), (&2.into(), &serde_json::json!([])));
    let share = |method: &str, group: &str| {
        let fits = |row: &&Value| row["measure"] == "commercial" && row["method"] == method && row["group"] == group;
        let row = found["rows"].as_array().unwrap().iter().find(fits).unwrap();
        row["estimate"].as_f64().unwrap_or_else(|| panic!("{row}"))
    };
    for method in ["stratified", "ppi", "ppi_tuned"] {
        for (group, truth) in [("2026-01", 0.9), ("2026-02", 0.1)] {
            assert!((share(method, group) - truth).abs() < 1e-6, "{method} {group}: {}", share(method, group));
        }
    }
}

/// Posts without a creator are creators of their own: none is thinned, and they ask for no more labels than posts of others.
#[test]
fn posts_without_creator_stand_alone() {
    let dir = tempfile::tempdir().unwrap();
    let dump: String = (0..300).map(|n| format!("{{\"text\":\"Chiều nay trời mát lần {n}\"}}\n")).collect();
    let (input, run) = (dir.path().join("dump.jsonl"), dir.path().join("run"));
    fs::write(&input, dump).unwrap();
    scan(&[&input], &run, &[]);
    let options = SampleOptions { labels: 100, per_creator: 1, ..SampleOptions::default() };
    let plan = draw(&FinishedRun::open(&run).unwrap(), &options).unwrap();
    assert_eq!((plan.creators, plan.strata.len(), plan.rows.len()), (300, 1, 100));
    assert!(plan.rows.iter().all(|r| (r.chance - 1.0 / 3.0).abs() < 1e-12));
    // One stratum, equal chances, one label a creator: Cochran's simple sample size for the expected share of 0.05.
    let expected = minhbach::stats::share::sample_size(0.05, 0.05, 0.95).unwrap().ceil() as u64;
    assert_eq!(plan.needs[3].labels, expected);
}

/// A caption beyond the cap is known by the hash of all of it, and coders get the words that were judged.
#[test]
fn coders_read_captions_that_were_cut() {
    let dir = tempfile::tempdir().unwrap();
    let long = format!("Chiều nay trời mát. {}", "đi dạo bờ hồ ".repeat(6_000));
    let (input, run, out) = (dir.path().join("dump.jsonl"), dir.path().join("run"), dir.path().join("plan"));
    fs::write(&input, format!("{}\n", serde_json::json!({"id": "p1", "text": long}))).unwrap();
    scan(&[&input], &run, &[]);
    plan(&run, &out, &["--labels", "1", "--floor", "1", "--input", arg(&input)]);
    let told: Value = serde_json::from_str(&fs::read_to_string(out.join("plan.json")).unwrap()).unwrap();
    assert_eq!(told["with_texts"], 1);
    let form = fs::read_to_string(out.join("coders.csv")).unwrap();
    assert!(form.contains("Chiều nay trời mát.") && form.len() > 60_000);
}

/// Of the files of a plan one is read again; another one is named, and so is the right one.
#[test]
fn a_plan_that_is_none_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (run, out) = (demo_run(&dir), dir.path().join("plan"));
    plan(&run, &out, &["--labels", "40", "--floor", "5"]);
    let labels = repository("corpora/demo/labels.csv");
    for name in ["sample.csv", "coders.csv", "plan.json"] {
        let file = out.join(name);
        let args = ["prevalence", arg(&run), "--labels", arg(&labels), "--plan", arg(&file)];
        minhbach(&args).ends(2).says(&[name, "sample.jsonl"]);
    }
}
