//! The laws of reading and of evidence, over dumps of real posts. The dumps are not part of the repository: without them
//! these tests say so and pass.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests may panic and print as tests may")]

mod evidence;

use evidence::Witness;
use minhbach::{
    detector::{Detector, Scratch},
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
    pack::Pack,
    post::{Field, Post},
    report::Records,
};
use std::io::Write as _;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where the dumps lie, from the root of the repository.
const DUMPS: &str = "../shared/data/dumps";
/// Judging every post takes too long without optimisation: the tests take one in so many.
const STEP: u64 = 10;

fn dumps() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(DUMPS);
    if dir.is_dir() {
        return Some(dir);
    }
    // Past the harness, which keeps what a passing test prints to itself.
    let mut stderr = std::io::stderr();
    let _ =
        writeln!(stderr, "\n\nSKIPPED: there is no {}; the laws over real posts were NOT tried.\n\n", dir.display());
    None
}

/// Reads all posts under `dir`; gives how many posts and which rejects there were.
fn read(dir: &Path, options: &ReadOptions, mut each: impl FnMut(u64, &Post<'_>)) -> (u64, Vec<String>) {
    let inputs = Inputs::resolve(&[dir.to_str().unwrap().to_owned()], options).unwrap();
    let (mut posts, mut rejects, mut chunk) = (0, Vec::new(), RawChunk::new());
    for source in &inputs.sources {
        let mut reader = source.open(options).unwrap();
        while reader.next_chunk(&mut chunk).unwrap() {
            parse_chunk(&chunk, options, &mut |record| match record.outcome {
                Ok(post) => {
                    each(posts, &post);
                    posts += 1;
                }
                Err(reject) => rejects.push(format!("{}:{} {:?}", reject.file, reject.line, reject.reason)),
            });
        }
    }
    (posts, rejects)
}

#[test]
fn every_real_post_is_read_and_every_quote_is_its_slice_and_folds_to_its_term() {
    let Some(dir) = dumps() else { return };
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let options = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let records = Records::new(detector.pack(), true);
    let (mut scratch, mut lines) = (Scratch::default(), Vec::new());
    let mut witness = Witness::new(detector.pack());
    let (posts, rejects) = read(&dir, &options, |number, post| {
        if number % STEP != 0 {
            return;
        }
        let analysis = detector.analyse_into(post, &mut scratch);
        if analysis.claims.is_empty() && analysis.findings.is_empty() {
            return;
        }
        lines.clear();
        records.write_post(&mut lines, post, analysis);
        for finding in records.written(analysis) {
            records.write_finding(&mut lines, post, analysis, finding);
        }
        for line in std::str::from_utf8(&lines).unwrap().lines() {
            let line = serde_json::from_str(line).unwrap();
            witness.line(&line, |name| Field::from_name(name).and_then(|f| post.field(f)).map(str::to_owned));
        }
    });
    assert!(rejects.is_empty(), "{} of {posts}: {:?}", rejects.len(), &rejects[..rejects.len().min(5)]);
    assert!(posts > 0 && witness.quotes > 0, "{posts} posts, {} quotes", witness.quotes);
    let shown = &witness.faults[..witness.faults.len().min(20)];
    assert!(shown.is_empty(), "{} of {} quotes:\n{}", witness.faults.len(), witness.quotes, shown.join("\n"));
}
