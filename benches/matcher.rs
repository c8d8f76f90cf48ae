//! The choice of the engine: folding, looking up and walking the trie, beside aho-corasick over the same terms, once on
//! the text as received (what a plain search would do) and once on the folded text (what a fair rival needs).
//!
//! `terms` is the matcher of a pack with nothing but terms in it; `all` adds values, links, patterns and compounds.

#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use aho_corasick::{AhoCorasick, MatchKind};
use corpus::Corpus;
use criterion::BenchmarkId;
use minhbach::{
    language::Votes,
    matcher::{Cue, FieldText, MatchScratch, Matcher},
    normalise::{Text, fold},
    pack::{Pack, Position},
    post::Field,
    vocabulary::Tag,
    words::{Tagged, Words},
};

fn main() {
    let mut criterion = corpus::criterion();
    let all = Engine::new(corpus::pack());
    let terms = Engine::new(terms_only(corpus::pack()));
    let phrases = phrases(&all.pack);
    let leftmost = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&phrases).unwrap();
    // Lists overlap (a cure is also a promise), so a rival must report every term, as the trie does.
    let overlapping = AhoCorasick::new(&phrases).unwrap();
    println!("{} phrases for aho-corasick, {:?} nodes and edges in the trie\n", phrases.len(), all.matcher.size());

    for corpus in &corpus::corpora() {
        let tags = all.tags(corpus);
        let [cues, term_cues] = [&all, &terms].map(|engine| engine.count(corpus, &tags));
        let raw_hits: usize = corpus.texts.iter().map(|raw| leftmost.find_iter(raw).count()).sum();
        let folded_hits: usize = corpus.texts.iter().map(|raw| search_folded(raw, &overlapping)).sum();
        println!(
            "{}: {cues} cues, {term_cues} of terms; aho-corasick {raw_hits} hits raw, {folded_hits} folded",
            corpus.name
        );

        let mut group = criterion.benchmark_group("matcher");
        group.throughput(corpus.throughput());
        let [mut of_all, mut of_terms, mut of_lookup] = [Buffers::default(), Buffers::default(), Buffers::default()];
        let mut text = Text::default();
        let known = known(corpus, &all.words);
        let mut lookup = || assert_eq!(all.look_up_all(corpus, &mut of_lookup), known);
        let mut with_all = || assert_eq!(all.find_all(corpus, &tags, &mut of_all), cues);
        let mut with_terms = || assert_eq!(terms.find_all(corpus, &tags, &mut of_terms), term_cues);
        let mut raw =
            || assert_eq!(corpus.texts.iter().map(|t| leftmost.find_iter(t).count()).sum::<usize>(), raw_hits);
        let mut folded = || {
            let hits = |raw: &String| {
                fold(raw, &mut text);
                overlapping.find_overlapping_iter(&text.marked).count()
            };
            assert_eq!(corpus.texts.iter().map(hits).sum::<usize>(), folded_hits);
        };
        group.bench_function(BenchmarkId::new("fold + look-up", corpus.name), |b| b.iter(&mut lookup));
        group.bench_function(BenchmarkId::new("fold + look-up + terms", corpus.name), |b| b.iter(&mut with_terms));
        group.bench_function(BenchmarkId::new("fold + look-up + all", corpus.name), |b| b.iter(&mut with_all));
        group.bench_function(BenchmarkId::new("aho-corasick raw", corpus.name), |b| b.iter(&mut raw));
        group.bench_function(BenchmarkId::new("fold + aho-corasick", corpus.name), |b| b.iter(&mut folded));
        group.finish();
        corpus::beside(("fold + look-up + terms", &mut with_terms), ("aho-corasick raw", &mut raw));
        corpus::beside(("fold + look-up + terms", &mut with_terms), ("fold + aho-corasick", &mut folded));
        corpus::beside(("fold + look-up + all", &mut with_all), ("aho-corasick raw", &mut raw));
    }
    criterion.final_summary();
}

/// A pack's words and matcher.
struct Engine {
    pack: Pack,
    words: Words,
    matcher: Matcher,
}

#[derive(Default)]
struct Buffers {
    text: Text,
    tagged: Tagged,
    scratch: MatchScratch,
    cues: Vec<Cue>,
}

impl Engine {
    fn new(pack: Pack) -> Self {
        let words = Words::new(&pack);
        let matcher = Matcher::new(&pack, &words);
        Self { pack, words, matcher }
    }

    /// The language of every text.
    fn tags(&self, corpus: &Corpus) -> Vec<Tag> {
        let tag = |(raw, (text, tagged)): (&String, (Text, Tagged))| {
            let mut votes = Votes::default();
            votes.add(&text, &tagged);
            votes.verdict(raw).tag
        };
        corpus.texts.iter().zip(corpus.folded(&self.words)).map(tag).collect()
    }

    fn find(&self, raw: &str, tag: Tag, buffers: &mut Buffers) -> usize {
        let Buffers { text, tagged, scratch, cues } = buffers;
        cues.clear();
        fold(raw, text);
        self.words.tag(text, tagged);
        let on = FieldText { field: Field::Text, raw, text, tagged };
        self.matcher.find(&self.pack, &self.words, tag, on, scratch, cues);
        cues.len()
    }

    fn find_all(&self, corpus: &Corpus, tags: &[Tag], buffers: &mut Buffers) -> usize {
        corpus.texts.iter().zip(tags).map(|(raw, &tag)| self.find(raw, tag, buffers)).sum()
    }

    /// The same with new buffers for every text.
    fn count(&self, corpus: &Corpus, tags: &[Tag]) -> usize {
        corpus.texts.iter().zip(tags).map(|(raw, &tag)| self.find(raw, tag, &mut Buffers::default())).sum()
    }

    /// Folds and looks up; how many words are known.
    fn look_up_all(&self, corpus: &Corpus, buffers: &mut Buffers) -> usize {
        let Buffers { text, tagged, .. } = buffers;
        let known = |raw: &String| {
            fold(raw, text);
            self.words.tag(text, tagged);
            tagged.ids.iter().filter(|&&id| id != 0).count()
        };
        corpus.texts.iter().map(known).sum()
    }
}

fn known(corpus: &Corpus, words: &Words) -> usize {
    corpus.folded(words).iter().flat_map(|(_, tagged)| &tagged.ids).filter(|&&id| id != 0).count()
}

fn search_folded(raw: &str, automaton: &AhoCorasick) -> usize {
    let mut text = Text::default();
    fold(raw, &mut text);
    automaton.find_overlapping_iter(&text.marked).count()
}

fn terms_only(mut pack: Pack) -> Pack {
    pack.patterns.clear();
    pack.compounds.clear();
    pack.hosts.clear();
    pack.units.clear();
    pack
}

/// The terms of the trie as texts, each once.
fn phrases(pack: &Pack) -> Vec<String> {
    let in_trie = pack.terms.iter().filter(|t| !t.words.is_empty() && t.position != Position::Hashtag);
    let text = |t: &minhbach::pack::Term| t.words.iter().map(|w| w.marked.as_str()).collect::<Vec<_>>().join(" ");
    let mut texts: Vec<String> = in_trie.map(text).collect();
    texts.sort();
    texts.dedup();
    texts
}
