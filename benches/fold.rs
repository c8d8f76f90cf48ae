//! Normalisation: our fold beside the `unicode-normalization` chain that makes the same canonical text: invisible characters
//! out, NFKC, lower case, NFC, tones where the old orthography writes them. The chain makes that text alone; the fold also
//! makes bare keys, tokens, sentences and source spans.

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
        let chained: usize = corpus.texts.iter().map(|raw| chained(raw).len()).sum();
        println!("{}: {tokens} tokens; {:.2} % of words as the chain", corpus.name, 100.0 * agreement(corpus));

        let mut group = criterion.benchmark_group("fold");
        group.throughput(corpus.throughput());
        let (mut text, mut chain) = (Text::default(), Chain::default());
        let mut ours = || assert_eq!(fold_all(corpus, &mut text), tokens);
        let mut theirs = || assert_eq!(chain_all(corpus, &mut chain), chained);
        group.bench_function(BenchmarkId::new("minhbach", corpus.name), |b| b.iter(&mut ours));
        group.bench_function(BenchmarkId::new("unicode-normalization", corpus.name), |b| b.iter(&mut theirs));
        group.finish();
        corpus::beside(("the chain", &mut theirs), ("fold", &mut ours));
        let mut forms = || corpus.texts.iter().for_each(|raw| chain.compose(raw));
        corpus::beside(("nfkc + lower + nfc alone", &mut forms), ("fold", &mut ours));
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

fn chain_all(corpus: &Corpus, chain: &mut Chain) -> usize {
    corpus.texts.iter().map(|raw| chain.run(raw).len()).sum()
}

/// The chain with its buffers, reused from text to text as those of the fold are.
#[derive(Default)]
struct Chain {
    composed: String,
    placed: String,
}

impl Chain {
    fn compose(&mut self, raw: &str) {
        self.composed.clear();
        self.composed.extend(raw.chars().filter(|&c| !invisible(c)).nfkc().flat_map(char::to_lowercase).nfc());
    }

    fn run(&mut self, raw: &str) -> &str {
        self.compose(raw);
        self.placed.clear();
        place_tones(&self.composed, &mut self.placed);
        &self.placed
    }
}

/// Zero-width characters, variation selectors and tags: what the demo posts and their damaged copies hold.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{AD}')
}

/// Moves the tone of a syllable that ends in oa, oe or uy to its first vowel (hoà, khoẻ, thuỷ; not quà, quý).
fn place_tones(composed: &str, out: &mut String) {
    const ENDS: [(char, &str, &str, char); 3] =
        [('o', "àáảãạ", "òóỏõọ", 'a'), ('o', "èéẻẽẹ", "òóỏõọ", 'e'), ('u', "ỳýỷỹỵ", "ùúủũụ", 'y')];
    let (mut before, mut last) = (' ', ' ');
    let mut letters = composed.chars().peekable();
    while let Some(c) = letters.next() {
        let moved = ENDS.iter().filter(|(first, ..)| !c.is_ascii() && last == *first && before != 'q').find_map(
            |&(_, second, tones, level)| {
                let tone = second.chars().position(|t| t == c)?;
                Some((tones.chars().nth(tone)?, level))
            },
        );
        match moved.filter(|_| !letters.peek().is_some_and(|next| next.is_alphabetic())) {
            Some((toned, level)) => {
                out.pop();
                out.extend([toned, level]);
            }
            None => out.push(c),
        }
        (before, last) = (last, c);
    }
}

fn folded(raw: &str) -> Text {
    let mut text = Text::default();
    fold(raw, &mut text);
    text
}

fn chained(raw: &str) -> String {
    Chain::default().run(raw).to_owned()
}

/// Share of words whose key is what the chain makes of their source: the two are worth comparing. The rest are disguises and
/// tones on a wrong letter, which the chain leaves alone.
fn agreement(corpus: &Corpus) -> f64 {
    let (mut same, mut words) = (0_u32, 0_u32);
    for raw in &corpus.texts {
        let text = folded(raw);
        for token in text.tokens.iter().filter(|t| t.kind == Kind::Word) {
            words += 1;
            let key = chained(token.raw.slice(raw)).replace('’', "'");
            same += u32::from(key == text.key(token));
        }
    }
    let share = f64::from(same) / f64::from(words);
    assert!(share > 0.999, "{}: only {share:.4} of the words agree with the chain", corpus.name);
    share
}
