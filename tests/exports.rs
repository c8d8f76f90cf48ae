//! `export`: what is written beside a run, and what is refused. What other tools say of it is tried in `.ci/python`.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

mod command;

use command::{arg, fed, lines, minhbach, scan};
use std::{fs, path::Path};

/// A post that would be a formula, has emoji, joiners and decomposed letters, and is found fault with.
const HOSTILE: &str = concat!(
    r#"{"id":"=1+1","author":{"id":"@linh"},"created_at":"2026-03-01T13:00:00Z","text":"=HYPERLINK(\"x\") 👩‍👩‍👧 vie\u0323\u0302t "#,
    r#"serum này trị dứt điểm nám 😍 mã giảm giá LINH10 mua ở shopee.vn/abc nha"}"#
);

fn run(dir: &Path) -> (std::path::PathBuf, std::path::PathBuf) {
    let (dump, run) = (dir.join("dump.jsonl"), dir.join("run"));
    fs::write(&dump, format!("{HOSTILE}\n")).unwrap();
    scan(&[&dump], &run, &[]);
    (dump, run)
}

#[test]
fn label_studio_counts_utf16_and_wants_the_dump_that_was_scanned() {
    let dir = tempfile::tempdir().unwrap();
    let (dump, run) = run(dir.path());
    let out = dir.path().join("tasks");
    let export = |input: &[&str]| {
        let base = ["export", arg(&run), "--to", "label-studio", "--out", arg(&out), "--force"];
        minhbach(&base.iter().chain(input).copied().collect::<Vec<_>>())
    };
    export(&[]).ends(2).says(&["--input"]);
    let other = dir.path().join("other.jsonl");
    fs::write(&other, format!("{}\n", HOSTILE.replace("serum", "kem"))).unwrap();
    export(&["--input", arg(&other)]).ends(2).says(&["other.jsonl", "--input"]);
    fs::write(&other, format!("{HOSTILE}\n{HOSTILE}\n")).unwrap();
    export(&["--input", arg(&other)]).ends(2).says(&["--input"]);
    export(&["--input", arg(&dump)]).ends(0);

    let tasks: serde_json::Value = serde_json::from_slice(&fs::read(out.join("tasks.json")).unwrap()).unwrap();
    let text: Vec<u16> = tasks[0]["data"]["text"].as_str().unwrap().encode_utf16().collect();
    let regions = tasks[0]["predictions"][0]["result"].as_array().unwrap();
    let spans: usize =
        lines(&run.join("findings.jsonl")).iter().map(|finding| finding["spans"].as_array().unwrap().len()).sum();
    assert!(spans > 0 && regions.len() == spans);
    for region in regions {
        let at = |name: &str| region["value"][name].as_u64().unwrap() as usize;
        assert_eq!(
            String::from_utf16(&text[at("start")..at("end")]).unwrap(),
            region["value"]["text"].as_str().unwrap()
        );
    }
    // A dump that turns out to be another one costs nothing of the export before.
    let before = fs::read(out.join("tasks.json")).unwrap();
    export(&["--input", arg(&other)]).ends(2);
    assert!(fs::read(out.join("tasks.json")).unwrap() == before);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2);

    let page = fs::read_to_string(out.join("label_studio.xml")).unwrap();
    for region in regions {
        assert!(page.contains(&format!("\"{}\"", region["value"]["labels"][0].as_str().unwrap())));
    }
}

#[test]
fn no_cell_is_a_formula_and_vietnamese_survives_excel() {
    let dir = tempfile::tempdir().unwrap();
    let (_, run) = run(dir.path());
    let out = dir.path().join("sheets");
    minhbach(&["export", arg(&run), "--to", "csv", "--out", arg(&out)]).ends(0);
    for (name, least) in [("posts.csv", 1), ("findings.csv", 1), ("creators.csv", 1)] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert!(text.starts_with('\u{feff}') && text.ends_with("\r\n"), "{name}");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert!(rows.len() >= least, "{name}");
        let bad = |cell: &&str| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        assert_eq!(rows.iter().flatten().find(bad), None, "{name}");
        assert!(rows.iter().flatten().any(|cell| cell == "'@linh"), "{name}");
    }
    // What is there stays there.
    minhbach(&["export", arg(&run), "--to", "csv", "--out", arg(&out)]).ends(2).says(&["--force"]);
    minhbach(&["export", arg(&run), "--to", "csv", "--out", arg(&out), "--force"]).ends(0);
}

#[test]
fn the_package_names_every_column_of_its_tables() {
    let dir = tempfile::tempdir().unwrap();
    let (_, run) = run(dir.path());
    let out = dir.path().join("package");
    minhbach(&["export", arg(&run), "--to", "datapackage", "--out", arg(&out)]).ends(0);
    let package: serde_json::Value = serde_json::from_slice(&fs::read(out.join("datapackage.json")).unwrap()).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 3);
    for resource in resources {
        let bytes = fs::read(out.join(resource["path"].as_str().unwrap())).unwrap();
        let hash = format!("sha256:{}", minhbach::report::sha256_hex(&bytes));
        assert_eq!(
            (resource["bytes"].as_u64(), resource["hash"].as_str()),
            (Some(bytes.len() as u64), Some(hash.as_str()))
        );
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let told: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), told);
    }
}

/// A finished folder is sealed: nothing is written into it, whoever asks, and none is replaced by one of another kind.
#[test]
fn no_command_writes_into_a_finished_folder() {
    let dir = tempfile::tempdir().unwrap();
    let (dump, run) = run(dir.path());
    let case = dir.path().join("case");
    minhbach(&["dossier", arg(&run), "--creator", "@linh", "--out", arg(&case)]).ends(0);
    let finding = lines(&run.join("findings.jsonl"))[0]["id"].as_str().unwrap().to_owned();
    let (inside, page) = (run.join("sub/deep"), run.join("report.html"));
    for folder in [&run, &inside, &case] {
        let out = arg(folder);
        for args in [
            &["export", arg(&run), "--to", "csv", "--force", "--out", out][..],
            &["export", arg(&run), "--to", "datapackage", "--force", "--out", out],
            &["export", arg(&run), "--to", "label-studio", "--input", arg(&dump), "--force", "--out", out],
            &["sample", arg(&run), "--labels", "1", "--floor", "1", "--force", "--out", out],
            &["notice", arg(&run), "--at", "2026-11-22", "--creator", "@linh", "--unreviewed", "--out", out],
        ] {
            minhbach(args).ends(2).says(&["sealed"]);
        }
    }
    minhbach(&["report", arg(&run), "--lang", "vi", "--out", arg(&page)]).ends(2).says(&["sealed"]);
    minhbach(&["scan", arg(&dump), "--out", arg(&inside)]).ends(2).says(&["sealed"]);
    minhbach(&["dossier", arg(&run), "--creator", "@linh", "--out", arg(&inside)]).ends(2).says(&["sealed"]);
    let ledger = run.join("ledger.jsonl");
    let by = ["--reviewer", "an", "--at", "2026-11-22", "--ledger", arg(&ledger)];
    minhbach(&[&["decisions", "add", arg(&run), &finding, "confirm"], &by[..]].concat()).ends(2).says(&["sealed"]);

    // Force replaces a run by a run, a dossier by a dossier.
    minhbach(&["dossier", arg(&run), "--creator", "@linh", "--force", "--out", arg(&run)]).ends(2).says(&["kind"]);
    minhbach(&["scan", arg(&dump), "--force", "--out", arg(&case)]).ends(2).says(&["kind"]);
    for folder in [&run, &case] {
        minhbach(&["verify", arg(folder)]).ends(0);
    }
}

/// Seen from within, the ledger still lies beside the run.
#[test]
fn the_ledger_of_the_folder_one_stands_in_lies_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_, run) = run(dir.path());
    let finding = lines(&run.join("findings.jsonl"))[0]["id"].as_str().unwrap().to_owned();
    let add = ["decisions", "add", ".", &finding, "confirm", "--reviewer", "an", "--at", "2026-11-22"];
    fed(command::command().args(add).current_dir(&run), b"").ends(0);
    assert_eq!(lines(&dir.path().join("run.ledger.jsonl")).len(), 1);
    minhbach(&["verify", arg(&run)]).ends(0);
}

/// `creators.csv` shows `@linh` as `'@linh`, so that no spreadsheet runs it: who copies it from there means that account.
#[test]
fn an_account_is_found_by_the_name_that_the_table_shows() {
    let dir = tempfile::tempdir().unwrap();
    let (_, run) = run(dir.path());
    let table = fs::read_to_string(run.join("creators.csv")).unwrap();
    let shown = table.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    assert_eq!(shown, "'@linh");
    let [plain, copied, letters] = ["plain", "copied", "letters"].map(|name| dir.path().join(name));
    for (name, out) in [("@linh", &plain), (shown, &copied)] {
        minhbach(&["dossier", arg(&run), "--creator", name, "--out", arg(out)]).ends(0);
    }
    assert!(command::files(&plain) == command::files(&copied));
    let notice =
        ["notice", arg(&run), "--at", "2026-11-22", "--creator", shown, "--unreviewed", "--out", arg(&letters)];
    minhbach(&notice).ends(0);
    minhbach(&["dossier", arg(&run), "--creator", "''@linh", "--out", arg(&dir.path().join("no"))]).ends(2);
}
