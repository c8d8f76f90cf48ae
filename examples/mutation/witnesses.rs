//! The texts, and what the whole pack says of each.

use crate::sets;
use minhbach::{
    analysis::Analysis,
    detector::{Detector, Scratch},
    evaluation::Judged,
    gold::Gold,
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
    pack::{ListId, Pack},
    post::{Field, Post},
    proof::post_of,
};
use std::{collections::BTreeSet, error::Error, fmt::Write as _, sync::Arc};

/// Own sentences with the status of one claim each: status, language, words, sentence.
const TRAPS: &str = "corpora/traps.tsv";
/// Own sentences for the rows of context: kind, sentence with the row in brackets.
const CONTEXT: &str = "corpora/context.tsv";
/// Own posts for the lists that evidence is made from: label, rules, post.
const EVIDENCE: &str = "corpora/evidence.tsv";
const DEMO: &str = "corpora/demo/posts.jsonl";

/// What a text is watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Watch {
    /// Statuses of all cues.
    Sentence,
    /// Rules that fire, label with its evidence, disclosure, claims.
    Example,
    /// The same.
    Evidence,
    /// The same, with tiers and counting.
    Demo,
    /// The status of the underlined words: bytes of the caption.
    Trap(u32, u32),
    /// Labels, states and claims: what the gold table counts.
    Gold,
}

impl Watch {
    /// In the order in which they are tried.
    pub(crate) const NAMES: [&str; 6] =
        ["sentences", "rule examples", "posts of evidence", "demo posts", "trap suite", "gold table"];

    pub(crate) fn name(self) -> &'static str {
        let [sentence, example, evidence, demo, trap, gold] = Self::NAMES;
        match self {
            Watch::Sentence => sentence,
            Watch::Example => example,
            Watch::Evidence => evidence,
            Watch::Demo => demo,
            Watch::Trap(..) => trap,
            Watch::Gold => gold,
        }
    }
}

/// What is said of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// What is watched, as one word.
    pub(crate) watched: String,
    /// The score's bits.
    pub(crate) score: u32,
    /// What a score can be learned from.
    pub(crate) features: Vec<(usize, f64)>,
}

/// A text with what the whole pack says of it.
pub(crate) struct Witness {
    pub(crate) post: Post<'static>,
    pub(crate) watch: Watch,
    pub(crate) said: Said,
    /// Bare keys of its tokens, and lists of its cues.
    pub(crate) words: BTreeSet<String>,
    pub(crate) lists: BTreeSet<ListId>,
    /// For a sentence of context: the kind and the row that it was written for.
    pub(crate) row: Option<(String, String)>,
}

/// All texts. What is seen soonest stands first.
pub(crate) fn all(pack: &Pack) -> Result<Vec<Witness>, Box<dyn Error>> {
    let detector = Detector::new(Arc::new(pack.clone()))?;
    let mut witnesses = Vec::new();
    for line in std::fs::read_to_string(sets::beside(CONTEXT))?.lines().filter(|l| !l.starts_with('#')) {
        let fault = || format!("{CONTEXT}: `{line}` is no kind, tab, sentence with a row in brackets");
        let (kind, marked) = line.split_once('\t').ok_or_else(fault)?;
        let (_, row) = marked.split_once('[').ok_or_else(fault)?;
        let (row, _) = row.split_once(']').ok_or_else(fault)?;
        let text = marked.replace(['[', ']'], "");
        let mut sentence = witness(&detector, caption(text), Watch::Sentence);
        sentence.row = Some((kind.to_owned(), row.to_lowercase()));
        witnesses.push(sentence);
    }
    for example in pack.rules.iter().flat_map(|r| r.matching.iter().chain(&r.passing)) {
        witnesses.push(witness(&detector, owned(&post_of(example)), Watch::Example));
    }
    for line in std::fs::read_to_string(sets::beside(EVIDENCE))?.lines().filter(|l| !l.starts_with('#')) {
        let post = line.rsplit('\t').next().unwrap_or_default().replace("\\n", "\n");
        witnesses.push(witness(&detector, caption(post), Watch::Evidence));
    }
    demo(&detector, &mut witnesses)?;
    for line in std::fs::read_to_string(sets::beside(TRAPS))?.lines().filter(|l| !l.starts_with('#')) {
        let [_, _, quote, text] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let start = text.to_lowercase().find(&quote.to_lowercase()).unwrap_or(0) as u32;
        let watch = Watch::Trap(start, start + quote.len() as u32);
        witnesses.push(witness(&detector, caption(text.to_owned()), watch));
    }
    for (_, Gold { posts, .. }) in &sets::open()? {
        let posts = posts.iter().filter_map(|g| g.post());
        witnesses.extend(posts.map(|p| witness(&detector, owned(&p), Watch::Gold)));
    }
    Ok(witnesses)
}

fn demo(detector: &Detector, out: &mut Vec<Witness>) -> Result<(), Box<dyn Error>> {
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let inputs = Inputs::resolve(&[sets::beside(DEMO).display().to_string()], &read)?;
    let mut chunk = RawChunk::new();
    for source in &inputs.sources {
        let mut reader = source.open(&read)?;
        while reader.next_chunk(&mut chunk)? {
            parse_chunk(&chunk, &read, &mut |record| {
                out.extend(record.outcome.ok().map(|post| witness(detector, owned(&post), Watch::Demo)));
            });
        }
    }
    Ok(())
}

fn caption(text: String) -> Post<'static> {
    Post { text: text.into(), ..Post::default() }
}

/// What of a post its judgement rests on, apart from what it was read from.
fn owned(post: &Post<'_>) -> Post<'static> {
    let copy = |field: Field| post.field(field).map(|t| t.to_owned().into());
    Post {
        text: post.text.clone().into_owned().into(),
        platform: post.platform.clone().into_owned().into(),
        posted: post.posted,
        platform_label: post.platform_label,
        commerce_flag: post.commerce_flag,
        ai_label: post.ai_label,
        title: copy(Field::Title),
        transcript: copy(Field::Transcript),
        on_screen: copy(Field::OnScreen),
        first_comment: copy(Field::FirstComment),
        bio: copy(Field::Bio),
        links: post.links.iter().map(|l| l.clone().into_owned().into()).collect(),
        flags: post.flags,
        ..Post::default()
    }
}

fn witness(detector: &Detector, post: Post<'static>, watch: Watch) -> Witness {
    let mut scratch = Scratch::default();
    let said = said(detector, &post, watch, &mut scratch);
    let texts = Field::ALL.map(|f| scratch.text(f));
    let words = texts.iter().flat_map(|t| t.tokens.iter().map(|token| t.bare_key(token).to_owned())).collect();
    let lists = scratch.cues().iter().map(|c| c.list).collect();
    Witness { post, watch, said, words, lists, row: None }
}

/// Judges a text.
pub(crate) fn said(detector: &Detector, post: &Post<'_>, watch: Watch, scratch: &mut Scratch) -> Said {
    let analysis = detector.judge_into(post, scratch);
    let score = analysis.score.to_bits();
    let watched = match watch {
        Watch::Sentence => scratch.cues().iter().fold(String::new(), |mut said, c| {
            // Into a string; it cannot fail.
            let _ = write!(said, "{:?}{:?}{:?}{} ", c.span, c.list, c.status, c.dropped);
            said
        }),
        Watch::Example | Watch::Evidence => {
            format!(
                "{:?} {}",
                analysis.findings.iter().map(|f| (f.rule, f.tier)).collect::<Vec<_>>(),
                verdict(analysis)
            )
        }
        Watch::Demo => {
            let findings = analysis.findings.iter().map(|f| (f.rule, f.tier, f.counts));
            format!("{:?} {}", findings.collect::<Vec<_>>(), verdict(analysis))
        }
        Watch::Trap(start, end) => {
            let family = |list: ListId| {
                let id = &detector.pack().lists[usize::from(list.0)].id;
                ["claim.", "disclosure.", "sponsor."].iter().any(|f| id.starts_with(f))
            };
            let touching = scratch.cues().iter().filter(|c| c.field == Field::Text && !c.dropped && family(c.list));
            let touching = touching.filter(|c| c.span.start() < end && start < c.span.end());
            format!("{:?}", touching.max_by_key(|c| c.span.end() - c.span.start()).map(|c| c.status))
        }
        Watch::Gold => {
            let judged = Judged::of_analysis(detector.pack(), post, analysis);
            let claims: BTreeSet<_> = judged.claims.iter().map(|c| c.code.as_str()).collect();
            format!("{:?} {:?} {} {claims:?}", judged.commercial, judged.disclosure, judged.disclosed)
        }
    };
    Said { watched, score, features: scratch.features().to_vec() }
}

/// What a record says of a post beside its findings.
fn verdict(analysis: &Analysis) -> String {
    let claims: Vec<_> = analysis.claims.iter().map(|c| (c.code, c.status, c.field, c.span)).collect();
    let disclosure = &analysis.disclosure;
    let judged = (analysis.commercial, disclosure.state, disclosure.reasons);
    format!("{judged:?} {:?} {:?} {:?} {claims:?}", analysis.hard, analysis.soft, analysis.products)
}
