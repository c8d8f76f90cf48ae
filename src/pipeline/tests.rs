//! What must hold when the judging of a post fails: a seam that only this room has.

use super::{worker::CRASHED, *};
use crate::{
    detector::Scratch,
    ingest::{Caps, Format, Packing, Source},
    pack::Pack,
    post::Post,
    report::{Manifest, Plan, Started},
};
use serde_json::Value;
use std::{fs, path::Path, sync::Arc};

const DEMO: &[u8] = include_bytes!("../../corpora/demo/posts.jsonl");

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Scans into a new folder with this judge.
fn scanned(
    judge: Judge<'_>,
    detector: &Detector,
    bytes: &'static [u8],
    threads: usize,
) -> (tempfile::TempDir, Scanned) {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let source = Source::embedded("demo.jsonl", bytes, Format::Lines, Packing::None);
    let inputs = Inputs { sources: vec![source], skipped: Vec::new() };
    let options =
        ScanOptions { threads, posts: PostLines::All, advisory: false, read, unit_bytes: UNIT_BYTES, redact: None };
    let Started::Fresh(mut folder) = RunFolder::create(&out, "", &Plan::new(), &OUTPUTS, false).unwrap() else {
        panic!("a new folder")
    };
    let records = Records::new(detector.pack(), false);
    let stop = AtomicBool::new(false);
    let scanned = scan_with(judge, &records, &inputs, &options, &mut folder, &stop, &mut |_| {}).unwrap();
    folder.finish(Manifest::new(detector.pack(), "", Default::default(), scanned.inputs.clone())).unwrap();
    (home, scanned)
}

#[test]
fn a_panic_in_one_post_is_a_reject_and_the_run_goes_on() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let sound = |post: &Post<'_>, scratch: &mut Scratch| {
        detector.analyse_into(post, scratch);
    };
    let is_bad = |post: &Post<'_>| post.text.len() % 7 == 3;
    let broken = |post: &Post<'_>, scratch: &mut Scratch| {
        detector.analyse_into(post, scratch);
        assert!(!is_bad(post), "giả vờ hỏng / made to fail");
    };
    let (whole, _) = scanned(&sound, &detector, DEMO, 2);
    let (home, done) = scanned(&broken, &detector, DEMO, 2);
    let run = home.path().join("run");
    let posts = lines(&run.join("posts.jsonl"));
    let all = lines(&whole.path().join("run/posts.jsonl"));

    // The other posts are as they are without the fault, and every record is accounted for.
    let rejects = lines(&run.join("rejects.jsonl"));
    assert!(rejects.len() > 50 && posts.len() + rejects.len() == all.len());
    assert_eq!((done.progress.posts, done.progress.rejects), (posts.len() as u64, rejects.len() as u64));
    let kept: Vec<&Value> = all.iter().filter(|post| posts.contains(post)).collect();
    assert_eq!(kept.len(), posts.len());
    for reject in &rejects {
        assert_eq!((&reject["reason"], &reject["file"]), (&CRASHED.into(), &"demo.jsonl".into()));
        assert_eq!(reject["detail"], "giả vờ hỏng / made to fail");
        assert!(reject["line"].as_u64().unwrap() > 0 && !reject["head"].as_str().unwrap().is_empty());
    }
    // No finding of a post that failed is left behind.
    let findings = lines(&run.join("findings.jsonl")).len();
    let named: usize = posts.iter().map(|post| post["findings"].as_array().unwrap().len()).sum();
    assert_eq!(findings, named);

    // What failed is saved so that it can be read again, and is then the same post.
    let saved = fs::read(run.join("crashed.jsonl")).unwrap();
    let (again, _) = scanned(&sound, &detector, saved.leak(), 1);
    // Flags tell how the first reading went (a zone that was assumed, say), which a second one need not do.
    let without_flags = |mut post: Value| {
        post.as_object_mut().unwrap().remove("flags");
        post
    };
    let replayed = lines(&again.path().join("run/posts.jsonl"));
    let missing = all.iter().filter(|post| !posts.contains(post)).cloned();
    let replayed: Vec<Value> = replayed.into_iter().map(without_flags).collect();
    assert_eq!(replayed, missing.map(without_flags).collect::<Vec<_>>());
    assert!(!whole.path().join("run/crashed.jsonl").exists(), "only where there is one");

    // Threads change nothing of all this.
    let (one, _) = scanned(&broken, &detector, DEMO, 1);
    for name in ["posts.jsonl", "findings.jsonl", "rejects.jsonl", "crashed.jsonl"] {
        assert_eq!(fs::read(run.join(name)).unwrap(), fs::read(one.path().join("run").join(name)).unwrap(), "{name}");
    }
}
