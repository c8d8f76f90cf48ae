//! Language of folded texts: the votes of their words with whatlang as tie-break, beside whatlang alone on every text.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use criterion::BenchmarkId;
use minhbach::{
    language::Votes,
    normalise::Text,
    vocabulary::Tag,
    words::{Tagged, Words},
};
use std::hint::black_box;
use whatlang::{Detector, Lang};

fn main() {
    let mut criterion = corpus::criterion();
    let words = Words::new(&corpus::pack());
    let whatlang = Detector::with_allowlist(vec![Lang::Vie, Lang::Eng]);
    for corpus in &corpus::corpora() {
        let folded = corpus.folded(&words);
        let texts = || corpus.texts.iter().map(String::as_str).zip(&folded);
        let tags: Vec<Tag> = texts().map(|(raw, (text, tagged))| tag(raw, text, tagged)).collect();
        let theirs: Vec<Option<Lang>> = corpus.texts.iter().map(|raw| whatlang.detect_lang(raw)).collect();
        let share = |of: Tag| 100.0 * tags.iter().filter(|&&t| t == of).count() as f64 / tags.len() as f64;
        let agree = tags.iter().zip(&theirs).filter(|(ours, theirs)| same(**ours, **theirs)).count();
        println!(
            "{}: vi {:.1} %, en {:.1} %, as whatlang alone {:.1} %",
            corpus.name,
            share(Tag::Vi),
            share(Tag::En),
            100.0 * agree as f64 / tags.len() as f64
        );

        let mut group = criterion.benchmark_group("language");
        group.throughput(corpus.throughput());
        let mut votes = || {
            for ((raw, (text, tagged)), &expected) in texts().zip(&tags) {
                assert_eq!(tag(raw, text, tagged), expected);
            }
        };
        group.bench_function(BenchmarkId::new("votes", corpus.name), |b| b.iter(&mut votes));
        group.finish();
        let mut alone = || {
            for (raw, &expected) in corpus.texts.iter().zip(&theirs) {
                assert_eq!(whatlang.detect_lang(black_box(raw)), expected);
            }
        };
        corpus::beside(("votes", &mut votes), ("whatlang alone", &mut alone));
    }
    criterion.final_summary();
}

fn tag(raw: &str, text: &Text, tagged: &Tagged) -> Tag {
    let mut votes = Votes::default();
    votes.add(text, tagged);
    votes.verdict(raw).tag
}

fn same(ours: Tag, theirs: Option<Lang>) -> bool {
    matches!((ours, theirs), (Tag::Vi, Some(Lang::Vie)) | (Tag::En, Some(Lang::Eng)))
}
