//! A whole scan, from a file on disk to a finished run folder, on one thread, by the clock (the work is done by a thread of
//! the pool). The removal of the folder is not timed.

#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use criterion::{BenchmarkId, Throughput};
use minhbach::{
    detector::Detector,
    ingest::{Caps, Inputs, ReadOptions},
    pack::{PackFiles, Tier},
    pipeline::{PostLines, Progress, ScanOptions},
    run::{Outcome, Request, run},
    score::Policy,
};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

/// Each corpus so many times over under other creators: the file is larger than a chunk, and the fixed costs of a run
/// (page, manifest, folders) weigh little.
const TIMES: usize = 8;

fn main() {
    let mut criterion = corpus::criterion();
    let detector = corpus::detector();
    let policy = Policy::parse(PackFiles::embedded().get("policy/default.toml").unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for corpus in &corpus::corpora() {
        let lines = String::from_utf8(corpus.json_lines()).unwrap();
        let repeated: String =
            (0..TIMES).map(|n| lines.replace("\"author_id\":\"c", &format!("\"author_id\":\"{n}c"))).collect();
        let input = folder.path().join(format!("{}.jsonl", corpus.name));
        fs::write(&input, &repeated).unwrap();

        let posts = corpus.posts();
        let written = |detector: &Detector, post| {
            detector.analyse(post).findings.iter().filter(|f| f.tier != Tier::Advisory).count()
        };
        let findings: usize = posts.iter().map(|post| written(&detector, post)).sum();
        let expected = Progress {
            bytes: repeated.len() as u64,
            posts: (TIMES * posts.len()) as u64,
            findings: (TIMES * findings) as u64,
            rejects: 0,
        };
        println!("{}: {expected:?}", corpus.name);

        let mut group = criterion.benchmark_group("run");
        group.throughput(Throughput::Bytes(repeated.len() as u64)).sample_size(10);
        group.bench_function(BenchmarkId::new("one thread", corpus.name), |b| {
            b.iter_custom(|times| (0..times).map(|_| timed(&detector, &policy, &input, expected)).sum());
        });
        group.finish();
    }
    criterion.final_summary();
}

/// One run into a new folder.
fn timed(detector: &Detector, policy: &Policy, input: &Path, expected: Progress) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let start = Instant::now();
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let inputs = Inputs::resolve(&[input.to_str().unwrap().to_owned()], &read).unwrap();
    let request = Request {
        detector,
        policy,
        inputs: &inputs,
        scan: ScanOptions { threads: 1, posts: PostLines::All, advisory: false, read },
        as_of: None,
        options: BTreeMap::new(),
        demo: false,
        out: &out,
        force: false,
        tables: false,
    };
    let outcome = run(&request, &AtomicBool::new(false), &mut |_| {}).unwrap();
    let took = start.elapsed();
    let Outcome::Done(done) = outcome else { panic!("the folder was there already") };
    assert_eq!(done.progress, expected);
    took
}
