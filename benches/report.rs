//! Judged posts to the lines of `posts.jsonl` and `findings.jsonl`, in bytes written, beside serde_json writing the same
//! lines from values.

#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use criterion::{BenchmarkId, Throughput};
use minhbach::{analysis::Analysis, post::Post, report::Records};
use serde_json::Value;

fn main() {
    let mut criterion = corpus::criterion();
    let detector = corpus::detector();
    let records = Records::new(detector.pack(), true);
    for corpus in &corpus::corpora() {
        let posts = corpus.posts();
        let judged: Vec<(&Post<'_>, Analysis)> = posts.iter().map(|post| (post, detector.analyse(post))).collect();
        let mut expected = Vec::new();
        let findings: usize =
            judged.iter().map(|(post, analysis)| write(&records, &mut expected, post, analysis)).sum();
        let values: Vec<Value> =
            std::str::from_utf8(&expected).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(values.len(), posts.len() + findings, "a line each");
        println!("{}: {} posts, {findings} findings, {} bytes", corpus.name, posts.len(), expected.len());

        let mut group = criterion.benchmark_group("report");
        group.throughput(Throughput::Bytes(expected.len() as u64));
        let (mut out, mut other) = (Vec::new(), Vec::new());
        let mut lines = || {
            out.clear();
            let written: usize = judged.iter().map(|(post, analysis)| write(&records, &mut out, post, analysis)).sum();
            assert_eq!((written, out.len()), (findings, expected.len()));
        };
        group.bench_function(BenchmarkId::new("lines", corpus.name), |b| b.iter(&mut lines));
        group.finish();
        let mut serde = || {
            other.clear();
            values.iter().for_each(|value| serde_json::to_writer(&mut other, value).unwrap());
            assert!(!other.is_empty());
        };
        corpus::beside(("lines", &mut lines), ("serde_json from values", &mut serde));
    }
    criterion.final_summary();
}

/// The lines of one post; how many findings.
fn write(records: &Records<'_>, out: &mut Vec<u8>, post: &Post<'_>, analysis: &Analysis) -> usize {
    records.write_post(out, post, analysis);
    records.written(analysis).filter_map(|finding| records.write_finding(out, post, analysis, finding)).count()
}
