//! Normalisation: our fold beside the `unicode-normalization` chain that makes the same canonical lower-case text. The
//! chain makes that text alone; the fold also makes bare keys, tokens, sentences and source spans.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use corpus::Corpus;
use criterion::BenchmarkId;
use minhbach::normalise::{Kind, Text, fold};
use unicode_normalization::UnicodeNormalization;

fn main() {
    let mut criterion = corpus::criterion();
    for corpus in &corpus::corpora() {
        let tokens: usize = corpus.texts.iter().map(|raw| folded(raw).tokens.len()).sum();
        let chained: usize = corpus.texts.iter().map(|raw| chain(raw).len()).sum();
        println!("{}: {tokens} tokens; {:.2} % of words as the chain", corpus.name, 100.0 * agreement(corpus));

        let mut group = criterion.benchmark_group("fold");
        group.throughput(corpus.throughput());
        let (mut text, mut buffer) = (Text::default(), String::new());
        let mut ours = || assert_eq!(fold_all(corpus, &mut text), tokens);
        let mut theirs = || assert_eq!(chain_all(corpus, &mut buffer), chained);
        group.bench_function(BenchmarkId::new("minhbach", corpus.name), |b| b.iter(&mut ours));
        group.bench_function(BenchmarkId::new("unicode-normalization", corpus.name), |b| b.iter(&mut theirs));
        group.finish();
        corpus::beside(("fold", &mut ours), ("nfkc + lower + nfc", &mut theirs));
    }
    criterion.final_summary();
}

fn fold_all(corpus: &Corpus, text: &mut Text) -> usize {
    let tokens = |raw: &String| {
        fold(raw, text);
        text.tokens.len()
    };
    corpus.texts.iter().map(tokens).sum()
}

fn chain_all(corpus: &Corpus, buffer: &mut String) -> usize {
    let bytes = |raw: &String| {
        buffer.clear();
        buffer.extend(raw.nfkc().flat_map(char::to_lowercase).nfc());
        buffer.len()
    };
    corpus.texts.iter().map(bytes).sum()
}

fn folded(raw: &str) -> Text {
    let mut text = Text::default();
    fold(raw, &mut text);
    text
}

fn chain(raw: &str) -> String {
    raw.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

/// Share of words whose key is what the chain makes of their source: the two are worth comparing. The rest are tones moved
/// to their place, look-alikes and invisible characters, which the chain leaves alone.
fn agreement(corpus: &Corpus) -> f64 {
    let (mut same, mut words) = (0_u32, 0_u32);
    for raw in &corpus.texts {
        let text = folded(raw);
        for token in text.tokens.iter().filter(|t| t.kind == Kind::Word) {
            words += 1;
            let source = &raw[token.raw.start() as usize..token.raw.end() as usize];
            same += u32::from(chain(source) == text.key(token));
        }
    }
    let share = f64::from(same) / f64::from(words);
    assert!(share > 0.85, "{}: only {share:.3} of the words agree with the chain", corpus.name);
    share
}
