//! One post from texts to findings, with reused buffers: everything between reading and writing, in proportion to the
//! fold alone.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use criterion::BenchmarkId;
use minhbach::{
    analysis::Analysis,
    detector::Scratch,
    normalise::{Text, fold},
};
use std::ops::AddAssign;

/// What is counted of analyses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    commercial: usize,
    claims: usize,
    findings: usize,
    spans: usize,
}

impl AddAssign<&Analysis> for Counts {
    fn add_assign(&mut self, analysis: &Analysis) {
        self.commercial += usize::from(!analysis.hard.is_empty());
        self.claims += analysis.claims.len();
        self.findings += analysis.findings.len();
        self.spans += analysis.findings.iter().map(|f| f.evidence.len()).sum::<usize>();
    }
}

fn main() {
    let mut criterion = corpus::criterion();
    let detector = corpus::detector();
    for corpus in &corpus::corpora() {
        let posts = corpus.posts();
        let mut expected = Counts::default();
        posts.iter().for_each(|post| expected += &detector.analyse(post));
        println!("{}: {} posts, {expected:?}", corpus.name, posts.len());

        let mut group = criterion.benchmark_group("detect");
        group.throughput(corpus.throughput());
        let mut scratch = Scratch::default();
        let mut analyse = || {
            let mut counts = Counts::default();
            posts.iter().for_each(|post| counts += detector.analyse_into(post, &mut scratch));
            assert_eq!(counts, expected);
        };
        group.bench_function(BenchmarkId::new("analyse_into", corpus.name), |b| b.iter(&mut analyse));
        group.finish();
        let mut text = Text::default();
        let mut fold_alone = || posts.iter().for_each(|post| fold(&post.text, &mut text));
        corpus::beside(("analyse_into", &mut analyse), ("fold alone", &mut fold_alone));
    }
    criterion.final_summary();
}
