//! Laws of the picture, the dossier and `verify`: nothing can be changed unseen, everything can be made again, nothing
//! that a post says is more than text.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

mod command;

use command::{arg, files, lines, minhbach, repository, scan};
use minhbach::{
    dossier::{self, Evaluation, Request},
    finished::FinishedRun,
    ledger::State,
    locale::Locale,
    pack::{Pack, PackFiles},
    score::Policy,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The demonstration as a run and one of its creators as a dossier, made once; tests only read them.
struct Made {
    run: PathBuf,
    dossier: PathBuf,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dossier");
    if base.exists() {
        fs::remove_dir_all(&base).unwrap();
    }
    let (run, dossier) = (base.join("run"), base.join("dossier"));
    scan(&[], &run, &[]);
    let first = lines(&run.join("findings.jsonl")).iter().find(|f| f["creator"] == "u_ba").unwrap().clone();
    let decisions = base.join("decisions.jsonl");
    let decision = json!({"finding_id": first["id"], "decision": "overturn", "reason_code": "satire",
        "note": "gọi 0901234567 <b>", "reviewer": "Lan", "at": "2026-11-22"});
    fs::write(&decisions, format!("{decision}\n")).unwrap();
    let evaluation = base.join("evaluation.json");
    let quality = json!({"precision": 0.9, "lower": 0.8, "upper": 0.95, "n": 40});
    fs::write(&evaluation, json!({"on": "gold", "rules": {first["rule"].as_str().unwrap(): quality}}).to_string())
        .unwrap();
    let args = ["--creator", "u_ba", "--decisions", arg(&decisions), "--evaluation", arg(&evaluation)];
    make(&run, &dossier, &[&args[..], &["--scores", arg(&reviewed(&run, &base, &decisions))]].concat());
    Made { run, dossier }
});

/// A file with the scores after those decisions.
fn reviewed(run: &Path, base: &Path, decisions: &Path) -> PathBuf {
    let (ledger, scores) = (base.join("ledger.jsonl"), base.join("scores.jsonl"));
    minhbach(&["decisions", "import", arg(run), arg(decisions), "--ledger", arg(&ledger)]).ends(0);
    let scored = minhbach(&["score", arg(run), "--ledger", arg(&ledger)]).ends(0);
    fs::write(&scores, scored.out).unwrap();
    scores
}

fn make(run: &Path, out: &Path, args: &[&str]) {
    minhbach(&[&["dossier", arg(run), "--out", arg(out), "--quiet"], args].concat()).ends(0);
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A byte flipped anywhere is told by the name of its file, and in `findings.jsonl` of a dossier by its line.
fn flips(folder: &Path, picks: &[(prop::sample::Index, prop::sample::Index, u8)]) {
    let dir = tempfile::tempdir().unwrap();
    copy(folder, dir.path());
    let all = files(folder);
    let of_dossier = folder.ends_with("dossier");
    for (file, place, change) in picks {
        let (name, bytes) = &all[file.index(all.len())];
        if bytes.is_empty() {
            continue;
        }
        let at = place.index(bytes.len());
        let mut flipped = bytes.clone();
        flipped[at] ^= change;
        fs::write(dir.path().join(name), &flipped).unwrap();
        let verdict = minhbach::verify::folder(dir.path()).unwrap();
        fs::write(dir.path().join(name), bytes).unwrap();
        let fault = verdict.faults.iter().find(|fault| fault.path == *name);
        let fault = fault.unwrap_or_else(|| panic!("{name} at {at} ^ {change}: {:?}", verdict.faults));
        if of_dossier && name == "findings.jsonl" {
            let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
            let minhbach::verify::FaultKind::Changed { lines, .. } = &fault.kind else { panic!("{fault:?}") };
            assert!(lines.contains(&(line as u64)), "line {line} at {at} ^ {change}: {fault:?}");
        }
        // Only the one file is blamed, unless the manifest itself lies.
        let blamed: Vec<_> = verdict.faults.iter().map(|f| &f.path).collect();
        assert!(blamed.len() == 1 || name == "manifest.json", "{name} at {at}: {blamed:?}");
    }
    assert!(minhbach::verify::folder(dir.path()).unwrap().faults.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_byte_of_a_dossier_is_named(picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1u8..), 12)) {
        flips(&MADE.dossier, &picks);
    }

    #[test]
    fn a_flipped_byte_of_a_run_is_named(picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1u8..), 6)) {
        flips(&MADE.run, &picks);
    }

    /// The two files that vouch for the others, and the findings, are met more often than chance would.
    #[test]
    fn a_flipped_byte_of_manifest_checksum_and_findings_is_named(
        place in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 8),
    ) {
        let all = files(&MADE.dossier);
        for name in ["manifest.json", "manifest.sha256", "findings.jsonl", "dossier.html"] {
            let bytes = &all.iter().find(|(n, _)| n == name).unwrap().1;
            let dir = tempfile::tempdir().unwrap();
            copy(&MADE.dossier, dir.path());
            for (place, change) in &place {
                let mut flipped = bytes.clone();
                let at = place.index(bytes.len());
                flipped[at] ^= change;
                fs::write(dir.path().join(name), &flipped).unwrap();
                let faults = minhbach::verify::folder(dir.path()).unwrap().faults;
                prop_assert!(faults.iter().any(|f| f.path == name), "{name} at {at} ^ {change}: {faults:?}");
            }
        }
    }
}

#[test]
fn missing_and_added_files_and_lines_are_named() {
    let dir = tempfile::tempdir().unwrap();
    copy(&MADE.dossier, dir.path());
    let said = |code| minhbach(&["verify", arg(dir.path())]).ends(code).out;
    assert_eq!(said(0), "");
    fs::write(dir.path().join("pack/rules/extra.toml"), "x").unwrap();
    fs::remove_file(dir.path().join("prov.json")).unwrap();
    let path = dir.path().join("findings.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let without: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    fs::write(&path, without).unwrap();
    let out = said(1);
    for name in
        ["prov.json: thiếu", "pack/rules/extra.toml: tệp lạ", "findings.jsonl: đã bị đổi, dòng / was changed, line 3"]
    {
        assert!(out.contains(name), "{name} not in:\n{out}");
    }
    fs::remove_file(dir.path().join("manifest.sha256")).unwrap();
    assert!(said(1).contains("manifest.sha256: thiếu"));
    fs::write(dir.path().join("manifest.sha256"), "x").unwrap();
    fs::remove_file(dir.path().join("manifest.json")).unwrap();
    assert!(said(1).contains("manifest.json: thiếu"));
    fs::remove_file(dir.path().join("manifest.sha256")).unwrap();
    minhbach(&["verify", arg(dir.path())]).ends(2).says(&["manifest.json"]);
}

/// What a link shows lies elsewhere and may change once it was verified; a folder in the place of a file is no file.
#[cfg(unix)]
#[test]
fn links_and_folders_in_the_place_of_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["findings.jsonl", "pack/pack.toml", "manifest.sha256", "manifest.json"] {
        copy(&MADE.dossier, dir.path());
        let path = dir.path().join(name);
        let said = || minhbach(&["verify", arg(dir.path())]).ends(1).out;
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(MADE.dossier.join(name), &path).unwrap();
        assert!(said().contains(&format!("{name}: là liên kết")), "{}", said());
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(said().contains(&format!("{name}: là liên kết hoặc thư mục")), "{}", said());
        fs::remove_dir(&path).unwrap();
    }
}

#[test]
fn a_run_that_was_changed_names_the_finding_whose_id_no_longer_fits() {
    let dir = tempfile::tempdir().unwrap();
    copy(&MADE.run, dir.path());
    let path = dir.path().join("findings.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let second = text.lines().nth(1).unwrap();
    let creator = format!("\"creator\":{}", serde_json::from_str::<Value>(second).unwrap()["creator"]);
    fs::write(&path, text.replacen(second, &second.replacen(&creator, "\"creator\":\"u_else\"", 1), 1)).unwrap();
    let out = minhbach(&["verify", arg(dir.path())]).ends(1).out;
    assert_eq!(out, "findings.jsonl: đã bị đổi, dòng / was changed, line 2\n");
}

/// A letter changed within a record that stays one: alone the run cannot tell the line, with the posts it can.
#[test]
fn a_rerun_names_the_line_of_whatever_was_changed() {
    let dir = tempfile::tempdir().unwrap();
    copy(&MADE.run, dir.path());
    for (name, line) in [("posts.jsonl", 3), ("findings.jsonl", 2)] {
        let path = dir.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        let old = text.lines().nth(line - 1).unwrap();
        let new = old.replacen("\"language\":", "\"Language\":", 1);
        fs::write(&path, text.replacen(old, &new, 1)).unwrap();
        let alone = minhbach(&["verify", arg(dir.path())]).ends(1).out;
        assert_eq!(alone, format!("{name}: đã bị đổi / was changed\n"));
        let again = minhbach(&["verify", arg(dir.path()), "--rerun"]).ends(1).out;
        assert_eq!(again, format!("{name}: đã bị đổi, dòng / was changed, line {line}\n"));
        fs::write(&path, text).unwrap();
    }
}

/// Who changes a file and its hashes with it leaves a folder that agrees with itself. A rerun names it, also where something
/// else is amiss that can be seen without.
#[test]
fn a_rerun_names_what_was_changed_together_with_its_hashes() {
    let dir = tempfile::tempdir().unwrap();
    copy(&MADE.run, dir.path());
    let [path, manifest] = ["findings.jsonl", "manifest.json"].map(|name| dir.path().join(name));
    let text = fs::read_to_string(&path).unwrap();
    let forged = text.replacen("\"counts\":true", "\"counts\":null", 1);
    let hash = |text: &str| minhbach::report::sha256_hex(text.as_bytes());
    let sealed = fs::read_to_string(&manifest).unwrap().replace(&hash(&text), &hash(&forged));
    fs::write(&path, forged).unwrap();
    fs::write(dir.path().join("manifest.sha256"), format!("{}  manifest.json\n", hash(&sealed))).unwrap();
    fs::write(&manifest, sealed).unwrap();
    minhbach(&["verify", arg(dir.path())]).ends(0);
    for more in [false, true] {
        if more {
            fs::write(dir.path().join("note.txt"), "x").unwrap();
        }
        let out = minhbach(&["verify", arg(dir.path()), "--rerun"]).ends(1).out;
        assert!(out.contains("findings.jsonl: đã bị đổi, dòng") && out.contains("note.txt") == more, "{out}");
    }
}

/// A run under other numbers is whole; who forgets them is told so, and nobody is accused of having changed it.
#[test]
fn a_rerun_under_another_policy_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (policy, run) = (dir.path().join("ours.toml"), dir.path().join("run"));
    let own = fs::read_to_string(repository("lexicons/policy/default.toml")).unwrap();
    fs::write(&policy, own.replace("half_life_days = 180", "half_life_days = 90")).unwrap();
    scan(&[], &run, &["--policy", arg(&policy)]);
    minhbach(&["verify", arg(&run), "--rerun"]).ends(2).says(&["--policy"]);
    minhbach(&["verify", arg(&run), "--rerun", "--policy", arg(&policy)]).ends(0);
}

#[test]
fn a_rerun_on_other_threads_makes_the_same_bytes() {
    for folder in [&MADE.run, &MADE.dossier] {
        for threads in ["1", "3"] {
            let args = ["verify", arg(folder), "--rerun", "--threads", threads];
            minhbach(&args).ends(0).says(&["made again byte for byte"]);
        }
    }
    // Another input makes other bytes, and every file that differs is named with its line.
    let dir = tempfile::tempdir().unwrap();
    let other = dir.path().join("posts.jsonl");
    let demo = fs::read_to_string(repository("corpora/demo/posts.jsonl")).unwrap();
    fs::write(&other, demo.replacen("ca linh", "ca loc", 1)).unwrap();
    let out = minhbach(&["verify", arg(&MADE.run), "--rerun", arg(&other)]).ends(1).out;
    assert!(out.contains("posts.jsonl: đã bị đổi, dòng / was changed, line 1\n"), "{out}");
}

#[test]
fn the_picture_from_the_files_is_the_page_of_the_run() {
    let page = fs::read_to_string(MADE.run.join("report.html")).unwrap();
    assert!(minhbach(&["report", arg(&MADE.run)]).ends(0).out == page, "report RUN and report.html differ");
    let demo = repository("corpora/demo/posts.jsonl");
    let again = minhbach(&["report", arg(&MADE.run), "--originals", arg(&demo)]).ends(0).out;
    assert!(again == page, "with the posts given, they differ");
    let vi = minhbach(&["report", arg(&MADE.run), "--lang", "vi"]).ends(0).out;
    assert!(vi.contains("<html lang=\"vi\" class=\"vi\">") && !vi.contains("lang=\"en\""));
    let en = minhbach(&["report", arg(&MADE.run), "--lang", "en"]).ends(0).out;
    assert!(
        en.contains("<html lang=\"en\" class=\"en\">")
            && !en.contains("lang=\"vi\"")
            && en.contains("21 November 2026")
    );
}

/// The number of posts that the dossier says are in the denominator is the one that the score was reckoned from.
#[test]
fn the_denominator_can_be_checked_for_every_creator() {
    let pack_files = PackFiles::embedded();
    let pack = Pack::load(&pack_files).unwrap();
    let policy = pack_files.get("policy/default.toml").unwrap();
    let run = FinishedRun::open(&MADE.run).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (decisions, evaluation) = (BTreeMap::new(), Evaluation::default());
    let mut assessed = 0;
    for score in lines(&MADE.run.join("creators.jsonl")) {
        let out = dir.path().join(score["creator"].as_str().unwrap());
        dossier::write(&Request {
            run: &run,
            pack: &pack,
            pack_files: &pack_files,
            policy,
            creator: score["creator"].as_str().unwrap(),
            platform: score["platform"].as_str(),
            locale: Locale::En,
            redacted: true,
            originals: None,
            decisions: &decisions,
            evaluation: &evaluation,
            reviewed: None,
            out: &out,
            force: true,
        })
        .unwrap();
        let summary = fs::read_to_string(out.join("summary.md")).unwrap();
        let n = &score["criteria"]["transparency"]["n_assessed"];
        assert!(summary.contains(&format!("- Posts assessed: {n}\n")), "{}: {n} in\n{summary}", score["creator"]);
        assessed += n.as_u64().unwrap();
        let posts = lines(&out.join("posts.jsonl")).len();
        assert!(summary.contains(&format!("- Posts in the data: {posts}\n")));
    }
    assert!(assessed > 200, "{assessed}: the law was hardly tried");
}

#[test]
fn decisions_and_measured_quality_are_shown_and_kept() {
    let page = fs::read_to_string(MADE.dossier.join("dossier.html")).unwrap();
    for good in
        ["đã bác bỏ", "overturned", "châm biếm", "satire", "<bdi>Lan</bdi>", "after review", "90,0\u{202f}%", "90.0%"]
    {
        assert!(page.contains(good), "{good:?} is not in the page");
    }
    // A note is text of somebody, and redacted as all text is.
    assert!(page.contains("gọi ██████████ &lt;b&gt;") && !page.contains("0901234567"));
    let review = lines(&MADE.dossier.join("review.jsonl"));
    assert_eq!(review.len(), 1);
    assert_eq!(review[0]["decision"], "overturn");
    assert_eq!(review[0]["at"], "2026-11-22");
    let prov: Value = serde_json::from_slice(&fs::read(MADE.dossier.join("prov.json")).unwrap()).unwrap();
    assert!(prov["entity"]["mb:pack"]["mb:sha256"].as_str().is_some_and(|hash| hash.len() == 64));
}

/// A creator of whom every finding falls: after review, nothing is left of what the machine took off.
#[test]
fn the_score_after_review_is_what_people_made_of_it_and_not_what_the_machine_found() {
    let dir = tempfile::tempdir().unwrap();
    let (decisions, out) = (dir.path().join("d.jsonl"), dir.path().join("out"));
    let own = |f: &&Value| f["creator"] == "u_nam";
    let fell = |f: &Value| {
        json!({"finding_id": f["id"], "decision": "overturn", "reason_code": "substantiated", "reviewer": "Lan",
            "at": "2026-11-22"})
    };
    let findings = lines(&MADE.run.join("findings.jsonl"));
    let text: String = findings.iter().filter(own).map(|f| format!("{}\n", fell(f))).collect();
    fs::write(&decisions, text).unwrap();
    let scores = reviewed(&MADE.run, dir.path(), &decisions);
    make(&MADE.run, &out, &["--creator", "u_nam", "--scores", arg(&scores), "--lang", "en"]);
    let scored = lines(&scores).into_iter().find(|line| line["creator"] == "u_nam").unwrap();
    let score = |record: &Value| format!("{:.2} [", record["ad_compliance"]["score"].as_f64().unwrap());
    let (found, after) = (score(&scored["criteria"]), score(&scored["review"]["after_review"]));
    assert_ne!(found, after);
    let summary = fs::read_to_string(out.join("summary.md")).unwrap();
    let line = summary.lines().find(|line| line.starts_with("- **Ad compliance**")).unwrap();
    assert!(line.contains(&format!(": {found}")) && line.contains(&format!("after review: {after}")), "{line}");

    // What the machine found is not taken for what people said.
    let found = arg(&MADE.run.join("creators.jsonl")).to_owned();
    let args = ["dossier", arg(&MADE.run), "--creator", "u_nam", "--scores", &found];
    minhbach(&[&args[..], &["--out", arg(&dir.path().join("no"))]].concat()).ends(2).says(&["--ledger"]);
}

/// The page offers the reasons that the ledger takes, and names every state in which the ledger tells of a finding.
#[test]
fn the_page_knows_the_reasons_of_the_policy_and_the_states_of_the_ledger() {
    let pack_files = PackFiles::embedded();
    let policy = Policy::read("policy.toml", pack_files.get("policy/default.toml").unwrap()).unwrap();
    let page = fs::read_to_string(MADE.dossier.join("dossier.html")).unwrap();
    for reason in policy.review.unwrap().reasons {
        assert!(page.contains(&format!("<option value=\"{}\">", reason.code)), "{} is not offered", reason.code);
    }
    let messages = Pack::load(&pack_files).unwrap().messages;
    for state in State::ALL {
        assert!(messages.get(&format!("dossier.decision.{}", state.name())).is_some(), "{} has no name", state.name());
    }
}

/// Markup, attribute breaks, bidirectional overrides, drawings, template syntax, formula cells: in every place of a post
/// and in the name of whoever posted it.
const HOSTILE: [&str; 8] = [
    "<script>alert('x')</script>",
    "\" onmouseover=\"alert(1)\" x=\"",
    "' autofocus onfocus='alert(1)",
    "<svg onload=alert(1)><desc></desc>",
    "\u{202e}gnàd\u{2066}\u{200b}",
    "{{ 7*7 }}{% raw %}{# x",
    "=HYPERLINK(\"http://evil.example\";\"x\")",
    "</style></blockquote></article>]]>--><img src=x onerror=alert(1)>",
];

#[test]
fn hostile_posts_are_text_in_every_page_and_private_numbers_are_hidden() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("posts.jsonl");
    let name = HOSTILE.concat();
    let mut out = String::new();
    for (i, words) in HOSTILE.iter().enumerate() {
        let text = format!(
            "{words} thực phẩm chức năng chữa khỏi hẳn tiểu đường {words}, mua tại https://s.shopee.vn/abc 0901 234 56{i}, \
             mail an{i}@mail.example {words}"
        );
        let post = json!({"id": format!("{words}{i}"), "author": {"id": name}, "platform": format!("tik{words}"),
            "created_at": "2026-03-01T13:00:00Z", "text": text, "title": words, "url": format!("https://x.example/{words}")});
        out.push_str(&format!("{post}\n"));
        let same = json!({"id": format!("s{i}"), "author": {"id": name}, "platform": "tiktok",
            "created_at": "2026-03-01T13:00:00Z", "text": text});
        out.push_str(&format!("{same}\n"));
    }
    fs::write(&dump, out).unwrap();
    let run = dir.path().join("run");
    scan(&[&dump], &run, &[]);
    for (lang, hidden) in [("both", true), ("vi", false), ("en", true)] {
        let folder = dir.path().join(lang);
        let hide = if hidden { "--redact" } else { "--no-redact" };
        make(
            &run,
            &folder,
            &["--creator", &name, "--platform", "tiktok", "--lang", lang, hide, "--originals", arg(&dump)],
        );
        minhbach(&["verify", arg(&folder), "--rerun", arg(&dump)]).ends(0);
        let mut pages = vec![fs::read_to_string(folder.join("dossier.html")).unwrap()];
        let report = minhbach(&["report", arg(&run), "--lang", lang, "--originals", arg(&dump)]).ends(0).out;
        pages.push(report);
        for page in &pages {
            assert!(page.contains("&lt;script&gt;alert(&#x27;x&#x27;)"), "the hostile post is not shown");
            for bad in [
                "<script>alert",
                "onmouseover=\"",
                "<svg onload",
                "onfocus='",
                "<img",
                "\u{202e}",
                "\u{2066}",
                "\u{200b}",
            ] {
                assert!(!page.contains(bad), "{bad:?} is in a page");
            }
            assert!(page.contains("{{ 7*7 }}{% raw %}{# x") && page.contains("⟨U+202E⟩"));
        }
        assert!(pages[0].matches("<article id=\"f_").count() >= HOSTILE.len(), "too few findings to tell");
        for (file, bytes) in files(&folder).iter().filter(|(file, _)| !file.starts_with("pack/")) {
            let text = String::from_utf8_lossy(bytes);
            if hidden {
                assert!(
                    !text.contains("0901 234 56") && !text.contains("@mail.example"),
                    "{file} tells a phone or mail"
                );
            }
            assert!(!text.contains("\u{202e}") || file.ends_with(".json") || file.ends_with(".jsonl"), "{file}");
        }
        assert_eq!(pages[0].contains("0901 234 56"), !hidden);
        let summary = fs::read_to_string(folder.join("summary.md")).unwrap();
        assert!(!summary.contains("<script") && !summary.contains("{{ 7"), "{summary}");
    }
}

#[test]
fn what_cannot_be_made_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let dossier = |args: &[&str]| minhbach(&[&["dossier", arg(&MADE.run), "--out", arg(&out)], args].concat());
    dossier(&["--creator", "nobody"]).ends(2).says(&["nobody", "creators.csv"]);
    let policy = dir.path().join("policy.toml");
    let own = fs::read_to_string(repository("lexicons/policy/default.toml")).unwrap();
    fs::write(&policy, format!("{own}\n# khác\n")).unwrap();
    dossier(&["--creator", "u_ba", "--policy", arg(&policy)]).ends(2).says(&["policy"]);
    let decisions = dir.path().join("d.jsonl");
    fs::write(&decisions, "{\"finding_id\":\"f_1\",\"decision\":\"confirm\"}\n{\n").unwrap();
    dossier(&["--creator", "u_ba", "--decisions", arg(&decisions)]).ends(2).says(&["dòng/line 2"]);
    minhbach(&["dossier", arg(&MADE.dossier), "--creator", "u_ba", "--out", arg(&out)])
        .ends(2)
        .says(&["no run folder"]);
    assert!(!out.exists());
    // A dossier is replaced by force alone, and nothing that somebody put there is.
    make(&MADE.run, &out, &["--creator", "u_ba"]);
    minhbach(&["dossier", arg(&MADE.run), "--creator", "u_ba", "--out", arg(&out)]).ends(0).says(&["already done"]);
    minhbach(&["dossier", arg(&MADE.run), "--creator", "u_nam", "--out", arg(&out)]).ends(2).says(&["--force"]);
    make(&MADE.run, &out, &["--creator", "u_nam", "--force"]);
    fs::write(out.join("pack/mine.txt"), "x").unwrap();
    minhbach(&["dossier", arg(&MADE.run), "--creator", "u_ba", "--out", arg(&out), "--force"]).ends(2);
    assert!(out.join("pack/mine.txt").exists());
}

#[test]
fn many_findings_make_a_page_that_opens_and_further_pages() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("posts.jsonl");
    let mut out = String::new();
    for i in 0..120 {
        let text = format!(
            "Thực phẩm chức năng số {i} chữa khỏi hẳn tiểu đường, cam kết khỏi. Mua tại https://s.shopee.vn/abc"
        );
        let post = json!({"id": format!("p{i}"), "author": {"id": "u"}, "platform": "tiktok",
            "created_at": format!("2026-0{}-01T13:00:00Z", i % 9 + 1), "text": text});
        out.push_str(&format!("{post}\n"));
    }
    fs::write(&dump, out).unwrap();
    let (run, folder) = (dir.path().join("run"), dir.path().join("d"));
    scan(&[&dump], &run, &[]);
    make(&run, &folder, &["--creator", "u", "--originals", arg(&dump)]);
    let findings = lines(&folder.join("findings.jsonl")).len();
    let pages: Vec<String> = files(&folder)
        .into_iter()
        .filter(|(name, _)| name.starts_with("dossier"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    assert_eq!(pages.len(), findings.div_ceil(dossier::PAGE_FINDINGS));
    assert!(pages.len() > 1, "{findings} findings fit one page");
    assert_eq!(pages.iter().map(|page| page.matches("<article id=\"f_").count()).sum::<usize>(), findings);
    for page in &pages {
        assert!(page.len() < 5 << 20, "{} bytes", page.len());
        assert!(page.contains("href=\"dossier-2.html\""));
    }
}

#[test]
fn a_body_brings_its_own_letterhead_and_the_dossier_brings_the_pack() {
    let dir = tempfile::tempdir().unwrap();
    let (pack, run, out) = (dir.path().join("pack"), dir.path().join("run"), dir.path().join("out"));
    copy(&repository("lexicons"), &pack);
    let template = pack.join("messages/dossier.html.j2");
    let text = fs::read_to_string(&template).unwrap();
    fs::write(&template, text.replace("<p class=\"brand\">minh bạch</p>", "<p class=\"brand\">Cơ quan Thử</p>"))
        .unwrap();
    scan(&[], &run, &["--pack", arg(&pack)]);
    make(&run, &out, &["--creator", "u_ba", "--pack", arg(&pack)]);
    let page = fs::read_to_string(out.join("dossier.html")).unwrap();
    assert!(page.contains("<p class=\"brand\">Cơ quan Thử</p>") && !page.contains(">minh bạch</p>"));
    // Rules and templates are taken from the dossier itself: nobody needs the body's pack to make it again.
    fs::remove_dir_all(&pack).unwrap();
    minhbach(&["verify", arg(&out), "--rerun"]).ends(0).says(&["made again byte for byte"]);
    let other = dir.path().join("other");
    minhbach(&["dossier", arg(&run), "--creator", "u_ba", "--out", arg(&other)]).ends(2).says(&["--pack"]);
}
