//! A whole run over one hostile post: what it says stays text in every file.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::{
    detector::Detector,
    ingest::{Caps, Inputs, ReadOptions},
    pack::{Pack, PackFiles},
    pipeline::{PostLines, ScanOptions, UNIT_BYTES},
    report::{inert, visible},
    run::{Request, run},
    score::Policy,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, atomic::AtomicBool},
};

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().expect("the pack loads"))).expect("it detects"));
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    Policy::parse(PackFiles::embedded().get("policy/default.toml").expect("there is one")).expect("it is sound")
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    let seen = visible(text);
    assert!(!seen.chars().any(|c| c.is_control() && c != '\n'), "{seen:?} commands a terminal");
    assert!(!inert(text).starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{text:?} is a formula");

    let home = tempfile::tempdir().expect("a temporary folder");
    let out = scan(home.path(), text);
    let page = fs::read_to_string(out.join("report.html")).expect("a page");
    // Tags and attributes of the page are ours: what a post says has no angle bracket and no quote left.
    for (at, _) in text.match_indices('<') {
        let tag: String = text[at..].chars().take(4).collect();
        let ours = tag.chars().count() < 4 || PLAIN.contains(&tag);
        assert!(ours || !page.contains(&tag), "{tag:?} of {text:?} is in the page");
    }
    for name in ["posts.jsonl", "findings.jsonl", "creators.jsonl"] {
        for line in fs::read_to_string(out.join(name)).expect("a file").lines() {
            serde_json::from_str::<serde::de::IgnoredAny>(line).expect("a record is JSON");
        }
    }
    let table = fs::read(out.join("creators.csv")).expect("a table");
    let mut rows = csv::ReaderBuilder::new().from_reader(table.as_slice());
    for row in rows.records() {
        for cell in &row.expect("a row as long as the header") {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?} is a formula");
        }
    }
    Corpus::Keep
});

/// The page of a post that says nothing: every tag there is of our own making.
static PLAIN: LazyLock<String> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a temporary folder");
    fs::read_to_string(scan(home.path(), "một").join("report.html")).expect("a page")
});

/// A run in `home` over a post that has `text` everywhere; gives its folder.
fn scan(home: &Path, text: &str) -> PathBuf {
    let (input, out) = (home.join("in.jsonl"), home.join("run"));
    let record = serde_json::json!({
        "id": text, "platform": text, "author": {"handle": text, "name": text}, "created_at": "2026-03-01",
        "text": format!("Uống 1 tháng hết hẳn tiểu đường {text} inbox shop em đặt hàng nha {text}"), "title": text,
    });
    fs::write(&input, format!("{record}\n")).expect("it can be written");
    let read = ReadOptions::new(DETECTOR.pack().law_as_of, Caps::default());
    let inputs = Inputs::resolve(&[input.display().to_string()], &read).expect("it can be read");
    let scan =
        ScanOptions { threads: 1, posts: PostLines::All, advisory: true, read, unit_bytes: UNIT_BYTES, redact: None };
    let request = Request {
        detector: &DETECTOR,
        policy: &POLICY,
        inputs: &inputs,
        scan,
        as_of: None,
        options: BTreeMap::new(),
        demo: false,
        out: &out,
        force: false,
        tables: false,
    };
    run(&request, &AtomicBool::new(false), &mut |_| {}).expect("a run");
    out
}
