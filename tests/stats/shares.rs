//! `prevalence` and `agree` from files to rows: what is estimated, what is refused, and how it is said.

use crate::command::{Ran, arg, minhbach, scan};
use minhbach::{prevalence::COLUMNS, report::sha256_hex};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// One invented post with what a careful reader says of it.
struct Truth {
    id: String,
    text: String,
    commercial: &'static str,
    disclosure: &'static str,
    claim: &'static str,
}

/// A dump, its run, and the truth of every post.
struct Case {
    dir: TempDir,
    run: PathBuf,
    posts: Vec<Truth>,
}

impl Case {
    /// Forty creators of ten posts over four months on two platforms: open advertising, advertising without a word,
    /// hidden advertising that the detector cannot see, and posts that sell nothing.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (mut dump, mut posts) = (String::new(), Vec::new());
        for creator in 0..40 {
            for post in 0..10 {
                let link = format!("https://s.shopee.vn/abc{creator}{post}");
                let (text, commercial, disclosure) = match (creator * 7 + post * 3) % 10 {
                    0 | 1 => (format!("Kem dưỡng dùng êm lắm, mua ở {link} nha"), "yes", "absent"),
                    2 => (format!("Quảng cáo: kem dưỡng này dùng êm, mua ở {link} nha"), "yes", "adequate"),
                    3 => (format!("Hộp số {creator}{post} bạn bên nhãn gửi, đẹp mê"), "yes", "absent"),
                    _ => (
                        format!("Chiều nay trời mát, đi dạo bờ hồ với con lần {creator} {post}"),
                        "no",
                        "not_applicable",
                    ),
                };
                let (id, platform) =
                    (format!("p{creator}-{post}"), if creator % 2 == 0 { "tiktok" } else { "facebook" });
                let record = serde_json::json!({
                    "id": id, "author": {"id": format!("c{creator}")}, "platform": platform, "text": text,
                    "created_at": format!("2026-0{}-05T10:00:00+07:00", 1 + post % 4),
                });
                dump.push_str(&format!("{record}\n"));
                posts.push(Truth { id, text, commercial, disclosure, claim: "no" });
            }
        }
        let (input, run) = (dir.path().join("dump.jsonl"), dir.path().join("run"));
        fs::write(&input, dump).unwrap();
        scan(&[&input], &run, &[]);
        Self { dir, run, posts }
    }

    /// A label file of the posts for which `drawn` holds, by one coder.
    fn labels(&self, name: &str, drawn: impl Fn(usize, &Truth) -> bool) -> PathBuf {
        let mut out = String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n");
        for (_, t) in self.posts.iter().enumerate().filter(|(at, t)| drawn(*at, t)) {
            let hash = sha256_hex(t.text.as_bytes());
            out.push_str(&format!("{},{hash},a1,{},{},{}\n", t.id, t.commercial, t.disclosure, t.claim));
        }
        let path = self.dir.path().join(name);
        fs::write(&path, out).unwrap();
        path
    }

    fn run(&self, labels: &Path, more: &[&str]) -> Ran {
        let draws = if more.contains(&"--draws") { &[][..] } else { &["--draws", "200"] };
        minhbach(&[&["prevalence", arg(&self.run), "--labels", arg(labels)], draws, more].concat())
    }

    fn rows(&self, labels: &Path, more: &[&str]) -> Vec<Value> {
        let json = self.run(labels, &[more, &["--format", "json"]].concat()).ends(0).json();
        json["rows"].as_array().unwrap().clone()
    }
}

fn row<'a>(rows: &'a [Value], wanted: &[(&str, &str)]) -> &'a Value {
    let fits = |r: &&Value| wanted.iter().all(|(k, v)| r[*k] == *v);
    rows.iter().find(fits).unwrap_or_else(|| panic!("no row {wanted:?} in {rows:#?}"))
}

/// A fifth of the posts, spread as a random number would.
fn some(at: usize, _: &Truth) -> bool {
    (at * 7919 + 13) % 1009 < 350
}

#[test]
fn labels_correct_what_the_detector_misses() {
    let case = Case::new();
    let rows = case.rows(&case.labels("l.csv", some), &["--simple-random"]);
    let truth = case.posts.iter().filter(|t| t.commercial == "yes").count() as f64 / case.posts.len() as f64;
    let flags = row(&rows, &[("measure", "commercial"), ("method", "flag_rate")]);
    assert!(flags["estimate"].as_f64().unwrap() < truth - 0.05, "the detector misses hidden advertising: {flags}");
    assert_eq!((flags["note"].as_str(), flags["lower"].is_null()), (Some("not_prevalence"), true));
    for method in ["classical", "ppi", "ppi_tuned"] {
        let found = row(&rows, &[("measure", "commercial"), ("method", method), ("error", "linearised")]);
        let [lower, upper] = ["lower", "upper"].map(|k| found[k].as_f64().unwrap());
        assert!(lower < truth && truth < upper, "{found}");
        assert_eq!(found["recommended"], method == "ppi_tuned");
    }
    // The detector narrows what labels alone say; the checks agree about the error.
    let se = |method, error| {
        row(&rows, &[("measure", "commercial"), ("method", method), ("error", error)])["se"].as_f64().unwrap()
    };
    assert!(se("ppi_tuned", "linearised") < se("classical", "linearised"));
    for error in ["jackknife", "bootstrap"] {
        let ratio = se("ppi_tuned", error) / se("ppi_tuned", "linearised");
        assert!((0.7..1.4).contains(&ratio), "{error}: {ratio}");
    }
    let undisclosed = row(&rows, &[("measure", "undisclosed"), ("method", "ppi_tuned"), ("error", "linearised")]);
    let hidden = case.posts.iter().filter(|t| t.disclosure == "absent").count() as f64;
    let share = hidden / (truth * case.posts.len() as f64);
    let [lower, upper] = ["lower", "upper"].map(|k| undisclosed[k].as_f64().unwrap());
    assert!(lower < share && share < upper, "{undisclosed} {share}");
}

#[test]
fn a_plan_gives_weights_and_strata_and_what_lies_outside_is_left_out() {
    let case = Case::new();
    let plan = case.dir.path().join("plan");
    minhbach(&["sample", arg(&case.run), "--out", arg(&plan), "-n", "150", "--floor", "20", "-q"]).ends(0);
    let sample = plan.join("sample.jsonl");
    let all = case.labels("all.csv", |_, _| true);
    let ran = case.run(&all, &["--plan", arg(&sample), "--format", "json"]).ends(0);
    let found = ran.json();
    let keys: Vec<&str> = found["warnings"].as_array().unwrap().iter().map(|w| w["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["outside_plan"], "labels without a known chance are left out, and it is said");
    assert!(ran.err.contains("plan"), "{}", ran.err);
    let rows = found["rows"].as_array().unwrap();
    let by_hand = row(rows, &[("measure", "commercial"), ("method", "stratified")]);
    assert_eq!(by_hand["labels"], 150);
    let truth = case.posts.iter().filter(|t| t.commercial == "yes").count() as f64 / case.posts.len() as f64;
    let best = row(rows, &[("measure", "commercial"), ("method", "ppi_tuned"), ("error", "linearised")]);
    assert!(best["lower"].as_f64().unwrap() < truth && truth < best["upper"].as_f64().unwrap(), "{best}");
    // Coders who differ over posts that are not used, or of whom one left a question open, divide no post that counts.
    let drawn: Vec<String> = fs::read_to_string(&sample)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["post_id"].as_str().unwrap().to_owned())
        .collect();
    let mut two = fs::read_to_string(&all).unwrap();
    for t in &case.posts {
        let (hash, used) = (sha256_hex(t.text.as_bytes()), drawn.contains(&t.id));
        let said = match (used, t.commercial) {
            (true, _) => format!("{},{},", t.commercial, t.disclosure),
            (false, "yes") => "no,not_applicable,no".to_owned(),
            (false, _) => "yes,absent,no".to_owned(),
        };
        two.push_str(&format!("{},{hash},a2,{said}\n", t.id));
    }
    let path = case.dir.path().join("two.csv");
    let divided = |text: &str| {
        fs::write(&path, text).unwrap();
        let found = case.run(&path, &["--plan", arg(&sample), "--format", "json"]).ends(0).json();
        let warning = found["warnings"].as_array().unwrap().iter().find(|w| w["key"] == "disagree");
        warning.map_or(0, |w| w["n"].as_u64().unwrap())
    };
    assert_eq!(divided(&two), 0);
    let first = case.posts.iter().find(|t| t.commercial == "yes" && drawn.contains(&t.id)).unwrap();
    let line = |d: &str| format!("{},{},a2,yes,{d},", first.id, sha256_hex(first.text.as_bytes()));
    assert_eq!(divided(&two.replace(&line(first.disclosure), &line("denied"))), 1);
    // No level is rounded to certainty.
    let told = case.run(&all, &["--plan", arg(&sample), "--conf", "0.995"]).ends(0).out;
    assert!(told.contains("khoảng tin cậy 99,5 %") && told.contains("(99.5 % interval"), "{told}");
    // Labels that miss a part of the plan are told.
    let half = case.labels("half.csv", |at, _| at % 2 == 0);
    let keys = case.run(&half, &["--plan", arg(&sample), "--format", "json"]).ends(0).json()["warnings"].to_string();
    assert!(keys.contains("unanswered"), "{keys}");
}

/// The labels of one stratum were never handed in, and a coarser one of the same sight has some: those were drawn from other
/// posts and do not stand for the missing ones.
#[test]
fn a_stratum_of_the_plan_without_a_label_is_not_told_by_the_labels_of_a_coarser_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut dump, mut labels) =
        (String::new(), String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n"));
    for n in 0..400 {
        let (vi, ad) = (n % 10 != 0, n % 3 == 0);
        let text = match (vi, ad) {
            (true, true) => format!("Kem dưỡng dùng êm lắm, mua ở https://s.shopee.vn/abc{n} nha"),
            (true, false) => format!("Chiều nay trời mát, đi dạo bờ hồ với con lần thứ {n}"),
            (false, true) => format!("I love this serum so much, buy it here https://s.shopee.vn/abc{n} now"),
            (false, false) => format!("We walked along the lake this afternoon and the weather was nice, walk {n}"),
        };
        let author = serde_json::json!({"id": format!("c{}", n % 50)});
        let record = serde_json::json!({"id": format!("p{n}"), "author": author, "platform": "x", "text": text,
            "created_at": "2026-03-05T10:00:00+07:00"});
        dump.push_str(&format!("{record}\n"));
        let said = if ad { "yes,absent" } else { "no,not_applicable" };
        labels.push_str(&format!("p{n},{},a1,{said},no\n", sha256_hex(text.as_bytes())));
    }
    let [input, run, plan, path] = ["dump.jsonl", "run", "plan", "l.csv"].map(|name| dir.path().join(name));
    fs::write(&input, dump).unwrap();
    scan(&[&input], &run, &[]);
    minhbach(&["sample", arg(&run), "--out", arg(&plan), "-n", "120", "--floor", "15", "-q"]).ends(0);
    let sample = fs::read_to_string(plan.join("sample.jsonl")).unwrap();
    let drawn: BTreeMap<String, String> = sample
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| (row["post_id"].as_str().unwrap().to_owned(), row["stratum"].as_str().unwrap().to_owned()))
        .collect();
    let strata: std::collections::BTreeSet<&str> = drawn.values().map(String::as_str).collect();
    let fine = strata.iter().find(|name| name.starts_with("violation|vi")).unwrap();
    assert!(strata.contains("violation|*|*|*"), "{strata:?}");
    let kept = labels.lines().filter(|line| drawn.get(line.split(',').next().unwrap()).is_none_or(|of| of != fine));
    fs::write(&path, kept.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let plan = plan.join("sample.jsonl");
    let found = minhbach(&["prevalence", arg(&run), "--labels", arg(&path), "--plan", arg(&plan), "--format", "json"]);
    let found = found.ends(0).json();
    assert!(found["warnings"].to_string().contains("uncovered"), "{}", found["warnings"]);
    assert!(found["rows"].as_array().unwrap().iter().all(|row| row["estimate"].is_null()), "{found:#}");
}

#[test]
fn groups_months_and_known_populations() {
    let case = Case::new();
    let labels = case.labels("l.csv", some);
    let rows = case.rows(&labels, &["--simple-random", "--by", "platform"]);
    let difference = row(&rows, &[("kind", "difference"), ("measure", "commercial")]);
    assert_eq!((&difference["group"], &difference["versus"]), (&"facebook".into(), &"tiktok".into()));
    let [a, b] = ["facebook", "tiktok"].map(|g| {
        let best = row(&rows, &[("measure", "commercial"), ("group", g), ("method", "ppi_tuned")]);
        best["estimate"].as_f64().unwrap()
    });
    assert!((difference["estimate"].as_f64().unwrap() - (a - b)).abs() < 2e-6);
    assert!(difference["p_adjusted"].as_f64() >= difference["p"].as_f64());
    let rows = case.rows(&labels, &["--simple-random", "--by", "month"]);
    let months = rows.iter().filter(|r| r["kind"] == "difference" && r["measure"] == "commercial").count();
    assert_eq!(months, 3, "each month against the one before");
    row(&rows, &[("kind", "trend"), ("measure", "commercial"), ("method", "ppi_tuned")]);
    let counted = row(&rows, &[("kind", "trend"), ("method", "cochran_armitage")]);
    assert_eq!(counted["note"], "ignores_creators");

    let shares = |text: &str| {
        let path = case.dir.path().join("population.csv");
        fs::write(&path, text).unwrap();
        path
    };
    let whole =
        |rows: &[Value]| row(rows, &[("measure", "commercial"), ("method", "classical")])["estimate"].as_f64().unwrap();
    // Nearly all weight on one platform gives nearly that platform's share.
    let path = shares("platform,share\ntiktok,0.999\nfacebook,0.001\n");
    let weighted = case.rows(&labels, &["--simple-random", "--population", arg(&path)]);
    let rows = case.rows(&labels, &["--simple-random", "--by", "platform"]);
    let alone = row(&rows, &[("measure", "commercial"), ("group", "tiktok"), ("method", "classical")]);
    assert!((whole(&weighted) - alone["estimate"].as_f64().unwrap()).abs() < 0.01);
    // All that is said is said of that population: in words, in the corrected flags, with the posts that were read.
    let path = shares("platform,share\ntiktok,0.7\nfacebook,0.3\n");
    let more = ["--simple-random", "--population", arg(&path), "--by", "month", "--se", "9/10", "--sp", "9/10"];
    let told = case.run(&labels, &more).ends(0).out;
    assert!(told.contains("tổng thể cho trước (2 nhóm") && told.contains("given population (2 groups"), "{told}");
    let rows = case.rows(&labels, &more);
    let flags = row(&rows, &[("measure", "commercial"), ("method", "flag_rate")])["estimate"].as_f64().unwrap();
    let corrected = row(&rows, &[("method", "rogan_gladen")])["estimate"].as_f64().unwrap();
    assert!((corrected - (flags - 0.1) / 0.8).abs() < 2e-6, "{corrected} of {flags}");
    assert_eq!(row(&rows, &[("kind", "difference")])["posts"], 240, "the first two months");
    assert_eq!(row(&rows, &[("kind", "trend")])["posts"], 400);
    for (text, word) in [
        ("platform,share\ntiktok,0.5\n", "0.5"),
        ("platform,share\ntiktok,1\n", "lacks the group facebook"),
        ("platform,share\ntiktok,0.5\nfacebook,0.4\nzalo,0.1\n", "no post of the group zalo"),
        ("country,share\nvn,1\n", "country"),
        ("platform,share\ntiktok,2\n", "line 2"),
        ("platform\ntiktok\n", "share"),
    ] {
        let path = shares(text);
        case.run(&labels, &["--simple-random", "--population", arg(&path)]).ends(2).says(&[word]);
    }
}

#[test]
fn labels_of_flagged_posts_only_tell_precision_and_nothing_else() {
    let case = Case::new();
    let flagged = case.labels("f.csv", |_, t| t.text.contains("shopee"));
    // Not even weights help: what was not drawn from cannot be told.
    for more in [&[][..], &["--simple-random"]] {
        let ran = case.run(&flagged, &[more, &["--format", "json"]].concat()).ends(0);
        let found = ran.json();
        let keys = found["warnings"].to_string();
        assert!(keys.contains("flagged_only"), "{keys}");
        assert!(ran.err.contains("recall"), "{}", ran.err);
        for row in found["rows"].as_array().unwrap() {
            match row["method"].as_str().unwrap() {
                "precision" => assert!(row["estimate"].is_number()),
                _ => assert!(row["estimate"].is_null() && row["note"] == "labels_of_flagged_posts_only", "{row}"),
            }
        }
        row(found["rows"].as_array().unwrap(), &[("measure", "commercial"), ("method", "precision")]);
    }
    let text = case.run(&flagged, &[]).ends(0).out;
    assert!(text.contains("không ước lượng") && text.contains("no estimate"), "{text}");
}

#[test]
fn flags_drawn_with_unequal_chances_stand_for_as_many_as_their_weights_say() {
    let case = Case::new();
    // Of the posts with a link every second is no advertising, says the coder; those stand for nine posts each.
    let mut out = String::from("post_id,text_sha256,annotator,commercial,disclosure,weight\n");
    for (at, t) in case.posts.iter().filter(|t| t.text.contains("shopee")).take(60).enumerate() {
        let said = if at % 2 == 0 { "yes,absent,1" } else { "no,not_applicable,9" };
        out.push_str(&format!("{},{},a1,{said}\n", t.id, sha256_hex(t.text.as_bytes())));
    }
    let path = case.dir.path().join("f.csv");
    fs::write(&path, out).unwrap();
    let rows = case.rows(&path, &[]);
    let found = row(&rows, &[("measure", "commercial"), ("method", "precision")]);
    assert_eq!((found["estimate"].as_f64(), found["labels"].as_u64()), (Some(0.1), Some(60)), "{found}");
    // (30·1 + 30·9)² / (30·1 + 30·81) = 36.6 labels say as much.
    let half = found["upper"].as_f64().unwrap() - found["lower"].as_f64().unwrap();
    assert!((0.19..0.22).contains(&half), "{found}");
}

/// Of every kind of advertising the coder could tell the disclosure of one post in five: the share stays what it is.
#[test]
fn advertising_of_which_nobody_could_tell_the_disclosure_is_not_counted_as_none() {
    let case = Case::new();
    let mut out = String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n");
    let mut met = BTreeMap::new();
    for t in &case.posts {
        let kind = (t.commercial, t.disclosure, t.text.contains("shopee"));
        let n = met.entry(kind).or_insert(0);
        *n += 1;
        let told = if t.commercial == "no" || *n % 5 == 0 { t.disclosure } else { "unknown" };
        out.push_str(&format!("{},{},a1,{},{told},no\n", t.id, sha256_hex(t.text.as_bytes()), t.commercial));
    }
    let path = case.dir.path().join("unknown.csv");
    fs::write(&path, out).unwrap();
    let rows = case.rows(&path, &["--simple-random"]);
    let of = |state: &str| case.posts.iter().filter(|t| t.commercial == "yes" && t.disclosure == state).count() as f64;
    let truth = of("absent") / (of("absent") + of("adequate"));
    for method in ["classical", "ppi", "ppi_tuned"] {
        let found = row(&rows, &[("measure", "undisclosed"), ("method", method), ("error", "linearised")]);
        let estimate = found["estimate"].as_f64().unwrap_or_else(|| panic!("{found}"));
        assert!((estimate - truth).abs() < 1e-3, "{method}: {estimate}, true {truth}");
    }
}

#[test]
fn labels_that_cannot_be_used_are_refused_with_the_reason() {
    let case = Case::new();
    let labels = case.labels("l.csv", some);
    case.run(&labels, &[]).ends(2).says(&["weight", "--simple-random"]);
    let text = fs::read_to_string(&labels).unwrap();
    let write = |name: &str, text: &str| {
        let path = case.dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let unknown = write("u.csv", &text.replacen("p0-", "x0-", 1));
    case.run(&unknown, &["--simple-random"]).ends(2).says(&["1 labelled posts are not in this run", "x0-"]);
    let first = text.lines().nth(1).unwrap();
    let twice = write("t.csv", &format!("{text}{first}\n"));
    case.run(&twice, &["--simple-random"]).ends(2).says(&["a1", "has labelled this post in line 2"]);
    let few = case.labels("few.csv", |at, _| at < 12);
    let rows = case.rows(&few, &["--simple-random"]);
    assert_eq!(row(&rows, &[("measure", "commercial"), ("method", "ppi_tuned")])["note"], "too_few_labels");
    let empty = write("e.csv", "post_id,text_sha256,annotator,commercial\n");
    case.run(&empty, &["--simple-random"]).ends(2).says(&["holds no label"]);
    case.run(&labels, &["--simple-random", "--se", "3"]).ends(2);
    // More draws than memory holds are no crash.
    case.run(&labels, &["--simple-random", "--draws", "99999999999999999"]).ends(2).says(&["--draws"]);
    let unsure = write("unsure.csv", &text.replacen(",no,not_applicable,", ",unsure,unknown,", 3));
    let found = case.run(&unsure, &["--simple-random", "--format", "json"]).ends(0);
    assert!(found.err.contains("3 posts were labelled `unsure`"), "{}", found.err);
    case.run(&labels, &["--simple-random", "--se", "9/8", "--sp", "1/2"]).ends(2).says(&["170/200"]);
    // Strata that nobody labelled.
    let mut weighted = String::from("post_id,text_sha256,annotator,commercial,disclosure,claim,weight,stratum\n");
    for line in text.lines().skip(1) {
        let stratum = if line.contains(",yes,") { "commercial|*|*|*" } else { "nothing|vi|2026-01|zalo" };
        weighted.push_str(&format!("{line},2,{stratum}\n"));
    }
    let uncovered = case.run(&write("w.csv", &weighted), &["--format", "json"]).ends(0).json();
    assert!(uncovered["warnings"].to_string().contains("uncovered"), "{}", uncovered["warnings"]);
    assert!(uncovered["rows"].as_array().unwrap().iter().all(|r| r["estimate"].is_null()));
}

#[test]
fn a_detector_of_known_quality_gives_a_corrected_share() {
    let case = Case::new();
    let labels = case.labels("l.csv", some);
    let rows = case.rows(&labels, &["--simple-random", "--se", "150/200", "--sp", "396/400"]);
    let found = row(&rows, &[("method", "rogan_gladen")]);
    let flags = row(&rows, &[("measure", "commercial"), ("method", "flag_rate")])["estimate"].as_f64().unwrap();
    let expected = (flags + 0.99 - 1.0) / (0.75 + 0.99 - 1.0);
    assert!((found["estimate"].as_f64().unwrap() - expected).abs() < 2e-6, "{found}");
    assert!(found["lower"].as_f64().unwrap() < expected && expected < found["upper"].as_f64().unwrap());
    let rows = case.rows(&labels, &["--simple-random", "--se", "1/2", "--sp", "1/2"]);
    assert_eq!(row(&rows, &[("method", "rogan_gladen")])["note"], "not_identifiable");
}

/// Without any variation there is nothing to leave out or to draw again: the checks stay silent, and only the interval that
/// leaves room for what was not seen is shown.
#[test]
fn no_check_shows_certainty() {
    let case = Case::new();
    let mut out = String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n");
    for t in &case.posts {
        out.push_str(&format!("{},{},a1,no,not_applicable,no\n", t.id, sha256_hex(t.text.as_bytes())));
    }
    let path = case.dir.path().join("none.csv");
    fs::write(&path, out).unwrap();
    let rows = case.rows(&path, &["--simple-random"]);
    for error in ["jackknife", "bootstrap"] {
        let found = row(&rows, &[("measure", "commercial"), ("error", error)]);
        assert!(["se", "lower", "upper"].iter().all(|k| found[k].is_null()), "{found}");
    }
    let best = row(&rows, &[("measure", "commercial"), ("method", "ppi_tuned"), ("error", "linearised")]);
    assert!(best["upper"].as_f64().unwrap() > 0.0, "{best}");
}

/// No difference is proved beyond any chance, and posts without an account are no accounts.
#[test]
fn small_p_values_are_bounded_and_posts_without_account_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let (mut dump, mut labels) =
        (String::new(), String::from("post_id,text_sha256,annotator,commercial,disclosure,claim\n"));
    for n in 0..400 {
        let ad = if n % 2 == 0 { n % 40 != 0 } else { n % 41 == 1 };
        let text = match ad {
            true => format!("Kem dưỡng dùng êm lắm, mua ở https://s.shopee.vn/abc{n} nha"),
            false => format!("Chiều nay trời mát, đi dạo bờ hồ với con lần thứ {n}"),
        };
        let platform = if n % 2 == 0 { "tiktok" } else { "facebook" };
        let record = serde_json::json!({"id": format!("p{n}"), "platform": platform, "text": text});
        dump.push_str(&format!("{record}\n"));
        let said = if ad { "yes,absent" } else { "no,not_applicable" };
        labels.push_str(&format!("p{n},{},a1,{said},no\n", sha256_hex(text.as_bytes())));
    }
    let [input, run, path] = ["dump.jsonl", "run", "l.csv"].map(|name| dir.path().join(name));
    fs::write(&input, dump).unwrap();
    scan(&[&input], &run, &[]);
    fs::write(&path, labels).unwrap();
    let said = |more: &[&str]| {
        let args = ["prevalence", arg(&run), "--labels", arg(&path), "--simple-random", "--by", "platform"];
        minhbach(&[&args[..], &["--draws", "0"], more].concat()).ends(0).out
    };
    let json: Value = serde_json::from_str(&said(&["--format", "json"])).unwrap();
    let rows = json["rows"].as_array().unwrap();
    let found = row(rows, &[("kind", "difference"), ("measure", "commercial")]);
    assert_eq!([&found["p"], &found["p_adjusted"]].map(Value::as_f64), [Some(1e-6); 2], "{found}");
    assert!(said(&["--format", "csv"]).contains(",0.000001,0.000001,"));
    let text = said(&[]);
    assert!(text.contains("p <0.0001") && !text.contains("p 0.0000"), "{text}");
    assert!(text.contains("400 posts name no account") && text.contains("400 bài không cho biết tài khoản"), "{text}");
}

/// One row an estimate, the same columns in every row, numbers with a point, nothing where there is nothing.
#[test]
fn tables_are_tidy() {
    let case = Case::new();
    let out =
        case.run(&case.labels("l.csv", some), &["--simple-random", "--by", "month", "--format", "csv"]).ends(0).out;
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, COLUMNS);
    let mut keys = BTreeMap::new();
    let mut estimates = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let cells: BTreeMap<&str, &str> = header.iter().map(String::as_str).zip(record.iter()).collect();
        for name in ["estimate", "se", "lower", "upper", "conf", "p", "p_adjusted", "deff", "lambda"] {
            let cell = cells[name];
            assert!(cell.is_empty() || cell.parse::<f64>().is_ok_and(f64::is_finite), "{name}: {cell}");
            assert_ne!(cell, "-0.000000");
        }
        assert!(["TRUE", "FALSE"].contains(&cells["recommended"]));
        if let [Ok(e), Ok(l), Ok(u)] = ["estimate", "lower", "upper"].map(|k| cells[k].parse::<f64>()) {
            assert!(l <= e && e <= u, "{record:?}");
            estimates += 1;
        }
        let key = ["kind", "measure", "by", "group", "versus", "method", "error"].map(|k| cells[k].to_owned());
        assert_eq!(keys.insert(key.clone(), ()), None, "two rows of {key:?}");
    }
    assert!(estimates > 20);
}

#[test]
fn agreement_of_two_coders_is_told_for_every_variable() {
    let dir = tempfile::tempdir().unwrap();
    let write = |coder: &str, yes: &dyn Fn(u32) -> bool| {
        let mut out = String::from("post_id,text_sha256,annotator,commercial,disclosure\n");
        for post in 0..50u32 {
            let (c, d) = if yes(post) { ("yes", "absent") } else { ("no", "not_applicable") };
            out.push_str(&format!("p{post},{},{coder},{c},{d}\n", sha256_hex(&post.to_le_bytes())));
        }
        let path = dir.path().join(format!("{coder}.csv"));
        fs::write(&path, out).unwrap();
        path
    };
    // The table of the reference: 20, 5 / 10, 15, and kappa 0.4.
    let (one, two) = (write("a", &|p| p < 25), write("b", &|p| p < 20 || (25..35).contains(&p)));
    let json = minhbach(&["agree", arg(&one), arg(&two), "--format", "json", "--draws", "500"]).ends(0).json();
    let rows = json.as_array().unwrap();
    let kappa = row(rows, &[("variable", "commercial"), ("statistic", "cohen_kappa")]);
    assert_eq!((kappa["coders"].as_str(), kappa["posts"].as_u64()), (Some("a × b"), Some(50)));
    assert!((kappa["estimate"].as_f64().unwrap() - 0.4).abs() < 1e-12);
    assert!(kappa["lower"].as_f64().unwrap() < 0.4 && kappa["upper"].as_f64().unwrap() > 0.4);
    assert_eq!(row(rows, &[("variable", "disclosure"), ("statistic", "agreement")])["estimate"], 0.7);
    // Only one state of the ordered ones was used: nothing to tell, rather than 0 or 1.
    let alpha = row(rows, &[("variable", "disclosure"), ("level", "ordinal")]);
    assert!(alpha["estimate"].is_null() && alpha["lower"].is_null(), "{alpha}");
    assert!(rows.iter().all(|r| r["variable"] != "claim"), "nobody was asked about claims");
    // One person is one coder, however the name is typed.
    let twin = |name: &str, file: &str| {
        let path = dir.path().join(file);
        fs::write(&path, fs::read_to_string(&one).unwrap().replace(",a,", &format!(",{name},"))).unwrap();
        path
    };
    let (composed, combining) = (twin("b\u{ec}nh", "nfc.csv"), twin("bi\u{300}nh", "nfd.csv"));
    minhbach(&["agree", arg(&composed), arg(&combining)]).ends(2).says(&["in two files"]);
    // Nor does it command a terminal or make a row of its own.
    let loud = dir.path().join("loud.jsonl");
    let line = |who: &str| {
        let label =
            serde_json::json!({"post_id": "p0", "text_sha256": sha256_hex(b"0"), "annotator": who, "commercial": "no"});
        format!("{label}\n")
    };
    fs::write(&loud, line("a\u{1b}[31m\ncommercial agreement 1.000") + &line("b")).unwrap();
    let out = minhbach(&["agree", arg(&loud), "--draws", "0"]).ends(0).out;
    assert!(!out.contains('\u{1b}') && out.lines().filter(|l| l.contains("agreement")).count() == 2, "{out}");
    // Without a disagreement every draw is the same: no interval, rather than certainty from so few posts.
    let same = write("c", &|p| p < 20 || (25..35).contains(&p));
    let json = minhbach(&["agree", arg(&two), arg(&same), "--format", "json", "--draws", "500"]).ends(0).json();
    let whole = row(json.as_array().unwrap(), &[("variable", "commercial"), ("statistic", "agreement")]);
    assert_eq!((whole["estimate"].as_f64(), whole["lower"].is_null()), (Some(1.0), true), "{whole}");
    let csv = minhbach(&["agree", arg(&one), arg(&two), "--format", "csv", "--draws", "0"]).ends(0).out;
    assert!(csv.starts_with("variable,statistic,level,coders,posts,estimate,lower,upper,conf\n"));
    minhbach(&["agree", arg(&one), arg(&one)]).ends(2).says(&["in two files"]);
    minhbach(&["agree", arg(&one), arg(&two), "--draws", "99999999999999999"]).ends(2).says(&["--draws"]);
    minhbach(&["agree", arg(&one)]).ends(2).says(&["no post was labelled by two coders"]);
}
