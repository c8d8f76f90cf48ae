//! What of the pack could be dropped unseen: each rule, each list and each word of context is taken out in turn, in one
//! process, and the rule examples, the demo findings, the trap suite and the gold table are looked at again. What changes
//! nothing is listed, to be removed or covered.
//!
//! `cargo run --profile quick --example mutation > FILE`
//!
//! A mutant is tried only on the texts that hold its words; the first that changes settles it. Mutants that share no text
//! are tried at once.

#[path = "../gold_table/sets.rs"]
mod sets;

use minhbach::{
    detector::{Detector, Scratch},
    evaluation::Judged,
    gold::Gold,
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
    pack::{ListId, Pack, TermId},
    post::{Field, Post},
    proof::post_of,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    io::Write as _,
    sync::Arc,
};

/// Own sentences with the status of one claim each: status, language, words, sentence.
const TRAPS: &str = "corpora/traps.tsv";

/// What a text is watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Watch {
    /// Rules that fire.
    Example,
    /// Rules, tiers, counting.
    Demo,
    /// The status of the underlined words: bytes of the caption.
    Trap(u32, u32),
    /// Labels, states and claims: what the gold table counts.
    Gold,
}

impl Watch {
    fn name(self) -> &'static str {
        match self {
            Watch::Example => "rule examples",
            Watch::Demo => "demo findings",
            Watch::Trap(..) => "trap suite",
            Watch::Gold => "gold table",
        }
    }
}

/// A text with what the whole pack says of it.
struct Witness<'a> {
    post: Post<'a>,
    watch: Watch,
    said: String,
    score: u32,
    /// Bare keys of its tokens, and lists of its cues.
    words: BTreeSet<String>,
    lists: BTreeSet<ListId>,
}

/// What becomes of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// No text holds it.
    Unmet,
    /// Texts hold it, and nothing moves.
    Unseen,
    /// Only the score that ranks moves.
    ScoreOnly,
    /// Seen by that suite.
    Seen(Watch),
}

fn main() -> Result<(), Box<dyn Error>> {
    let pack = Pack::embedded()?;
    let detector = Detector::new(Arc::new(pack.clone()))?;
    let sets = sets::open()?;
    let demo = std::fs::read(sets::beside("corpora/demo/posts.jsonl"))?;
    let traps = std::fs::read_to_string(sets::beside(TRAPS)).unwrap_or_default();
    if traps.is_empty() {
        writeln!(std::io::stderr(), "\nNOT TRIED: there is no {TRAPS}\n")?;
    }
    let mut witnesses = Vec::new();
    for example in pack.rules.iter().flat_map(|r| r.matching.iter().chain(&r.passing)) {
        witnesses.push(witness(&detector, post_of(example), Watch::Example));
    }
    demo_posts(&detector, &demo, &mut witnesses)?;
    for line in traps.lines().filter(|l| !l.starts_with('#')) {
        let [_, _, quote, text] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let start = text.to_lowercase().find(&quote.to_lowercase()).unwrap_or(0) as u32;
        let watch = Watch::Trap(start, start + quote.len() as u32);
        witnesses.push(witness(&detector, Post { text: text.into(), ..Post::default() }, watch));
    }
    for (_, Gold { posts, .. }) in &sets {
        witnesses.extend(posts.iter().filter_map(|g| g.post()).map(|p| witness(&detector, p, Watch::Gold)));
    }
    // What is seen soonest stands first.
    witnesses.sort_by_key(|w| w.watch);
    let mut fates: BTreeMap<(&'static str, String), Fate> = BTreeMap::new();
    rules(&detector, &witnesses, &mut fates);
    try_all(&pack, &witnesses, &lists(&pack, &witnesses), &mut fates)?;
    try_all(&pack, &witnesses, &context_words(&pack, &witnesses), &mut fates)?;
    tell(&fates, witnesses.len())
}

fn demo_posts<'a>(detector: &Detector, demo: &[u8], out: &mut Vec<Witness<'a>>) -> Result<(), Box<dyn Error>> {
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let file = tempfile::Builder::new().suffix(".jsonl").tempfile()?;
    std::fs::write(file.path(), demo)?;
    let inputs = Inputs::resolve(&[file.path().display().to_string()], &read)?;
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

/// What of a post its judgement rests on, apart from the chunk that it was read from.
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

fn witness<'a>(detector: &Detector, post: Post<'a>, watch: Watch) -> Witness<'a> {
    let mut scratch = Scratch::default();
    let (said, score) = said(detector, &post, watch, &mut scratch);
    let texts = Field::ALL.map(|f| scratch.text(f));
    let words = texts.iter().flat_map(|t| t.tokens.iter().map(|token| t.bare_key(token).to_owned())).collect();
    let lists = scratch.cues().iter().map(|c| c.list).collect();
    Witness { post, watch, said, score, words, lists }
}

/// What is watched, as one word, and the score's bits.
fn said(detector: &Detector, post: &Post<'_>, watch: Watch, scratch: &mut Scratch) -> (String, u32) {
    let analysis = detector.judge_into(post, scratch);
    let score = analysis.score.to_bits();
    let said = match watch {
        Watch::Example => format!("{:?}", analysis.findings.iter().map(|f| f.rule).collect::<Vec<_>>()),
        Watch::Demo => {
            let findings = analysis.findings.iter().map(|f| (f.rule, f.tier, f.counts));
            format!("{:?}", findings.collect::<Vec<_>>())
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
    (said, score)
}

/// Something to drop, and the texts that hold it, by number.
struct Item {
    key: (&'static str, String),
    what: Drop,
    held: Vec<usize>,
}

enum Drop {
    /// All words, patterns, compounds and hosts of a list.
    List(ListId),
    /// One term.
    Term(usize),
}

/// The pack without these.
fn without(pack: &Pack, items: &[&Item]) -> Result<Detector, Box<dyn Error>> {
    let mut mutant = pack.clone();
    for item in items {
        match item.what {
            Drop::Term(i) => mutant.terms[i].words.clear(),
            Drop::List(id) => {
                let of = |term: TermId| pack.terms[term.0 as usize].list == id;
                mutant.terms.iter_mut().filter(|t| t.list == id).for_each(|t| t.words.clear());
                mutant.patterns.retain(|p| !of(p.term));
                mutant.compounds.retain(|c| !of(c.term));
                mutant.hosts.retain(|h| !of(h.term));
            }
        }
    }
    Ok(Detector::new(Arc::new(mutant))?)
}

/// Tries every item. Items that share no text are dropped together: each text still tells of one of them alone.
fn try_all(
    pack: &Pack,
    witnesses: &[Witness<'_>],
    items: &[Item],
    fates: &mut BTreeMap<(&'static str, String), Fate>,
) -> Result<(), Box<dyn Error>> {
    let mut groups: Vec<(BTreeSet<usize>, Vec<&Item>)> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|(texts, _)| item.held.iter().all(|w| !texts.contains(w))) {
            Some((texts, group)) => {
                texts.extend(&item.held);
                group.push(item);
            }
            None => groups.push((item.held.iter().copied().collect(), vec![item])),
        }
    }
    let mut scratch = Scratch::default();
    for (_, group) in &groups {
        let mutant = without(pack, group)?;
        for item in group {
            let mut fate = Fate::Unmet;
            for witness in item.held.iter().map(|&w| &witnesses[w]) {
                let (said, score) = said(&mutant, &witness.post, witness.watch, &mut scratch);
                if said != witness.said {
                    fate = Fate::Seen(witness.watch);
                    break;
                }
                fate = fate.max(if score == witness.score { Fate::Unseen } else { Fate::ScoreOnly });
            }
            // One word may stand in several entries: it is seen where any of them is.
            let before = fates.entry(item.key.clone()).or_insert(fate);
            *before = fate.max(*before);
        }
    }
    Ok(())
}

/// A rule is seen where the demo has a finding of it.
fn rules(detector: &Detector, witnesses: &[Witness<'_>], fates: &mut BTreeMap<(&'static str, String), Fate>) {
    let mut scratch = Scratch::default();
    let mut found = BTreeSet::new();
    for witness in witnesses.iter().filter(|w| w.watch == Watch::Demo) {
        found.extend(detector.judge_into(&witness.post, &mut scratch).findings.iter().map(|f| f.rule));
    }
    for (i, rule) in (0..).zip(&detector.pack().rules) {
        let seen = found.contains(&minhbach::pack::RuleId(i));
        fates.insert(("rule", rule.id.clone()), if seen { Fate::Seen(Watch::Demo) } else { Fate::Unmet });
    }
}

/// Every list of words, patterns, compounds and hosts. The built-in values are code, not words.
fn lists(pack: &Pack, witnesses: &[Witness<'_>]) -> Vec<Item> {
    let named = (0..).zip(&pack.lists).filter(|(_, l)| !l.hidden() && !l.id.starts_with("value."));
    let item = |(i, list): (u16, &minhbach::pack::List)| {
        let id = ListId(i);
        // Links beside the text leave no cue: a list of hosts is tried wherever there are some.
        let hosts = pack.hosts.iter().any(|h| pack.terms[h.term.0 as usize].list == id);
        let holds = |w: &Witness<'_>| w.lists.contains(&id) || hosts && !w.post.links.is_empty();
        let held = (0..witnesses.len()).filter(|&w| holds(&witnesses[w])).collect();
        Item { key: ("list", list.id.clone()), what: Drop::List(id), held }
    };
    named.map(item).collect()
}

/// Every word that changes the status of others.
fn context_words(pack: &Pack, witnesses: &[Witness<'_>]) -> Vec<Item> {
    let triggers: BTreeMap<ListId, _> = pack.triggers.iter().map(|t| (t.list, t.kind)).collect();
    // Texts by word, so that a term is sought only where its rarest word stands.
    let mut texts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, witness) in witnesses.iter().enumerate() {
        witness.words.iter().for_each(|word| texts.entry(word).or_default().push(i));
    }
    let item = |(i, term): (usize, &minhbach::pack::Term)| {
        let kind = triggers.get(&term.list)?;
        let with = |word: &minhbach::pack::Word| texts.get(word.bare.as_str()).map_or(&[][..], Vec::as_slice);
        let rarest = term.words.iter().map(with).min_by_key(|t| t.len())?;
        let holds = |w: &&usize| term.words.iter().all(|word| witnesses[**w].words.contains(&word.bare));
        let words: Vec<&str> = term.words.iter().map(|w| w.marked.as_str()).collect();
        let key = ("context", format!("{kind:?}: {}", words.join(" ")));
        Some(Item { key, what: Drop::Term(i), held: rarest.iter().filter(holds).copied().collect() })
    };
    pack.terms.iter().enumerate().filter_map(item).collect()
}

fn tell(fates: &BTreeMap<(&'static str, String), Fate>, texts: usize) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{texts} texts")?;
    for kind in ["rule", "list", "context"] {
        let of = || fates.iter().filter(move |((k, _), _)| *k == kind);
        let seen = of().filter(|(_, f)| matches!(f, Fate::Seen(_))).count();
        write!(out, "{kind}: {seen} of {} seen", of().count())?;
        for watch in [Watch::Example, Watch::Demo, Watch::Trap(0, 0), Watch::Gold] {
            let n = of().filter(|(_, f)| matches!(f, Fate::Seen(w) if w.name() == watch.name())).count();
            write!(out, "; {n} first by {}", watch.name())?;
        }
        writeln!(out)?;
    }
    for (fate, what) in [
        (Fate::Unseen, "stands in a text, and nothing moves"),
        (Fate::ScoreOnly, "moves the score alone"),
        (Fate::Unmet, "stands in no text"),
    ] {
        writeln!(out, "\n# {what}")?;
        for ((kind, name), _) in fates.iter().filter(|(_, f)| **f == fate) {
            writeln!(out, "{kind}\t{name}")?;
        }
    }
    Ok(())
}
