//! What of the pack could be dropped unseen: each rule, each list and each word of context is taken out in turn, in one
//! process, and the rule examples, the demo findings, the trap suite and the gold table are looked at again. What changes
//! nothing is listed, to be removed or covered.
//!
//! `cargo run --profile quick --example mutation > FILE`
//!
//! A mutant is tried only on the texts that hold its words; the first that changes settles it.

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
    lists(&pack, &witnesses, &mut fates)?;
    context_words(&pack, &witnesses, &mut fates)?;
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

/// Tries a mutant on the texts that may hold it.
fn fate<'w>(mutant: &Detector, held: impl Iterator<Item = &'w Witness<'w>>) -> Fate {
    let mut scratch = Scratch::default();
    let mut fate = Fate::Unmet;
    for witness in held {
        let (said, score) = said(mutant, &witness.post, witness.watch, &mut scratch);
        if said != witness.said {
            return Fate::Seen(witness.watch);
        }
        fate = fate.max(if score == witness.score { Fate::Unseen } else { Fate::ScoreOnly });
    }
    fate
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
fn lists(
    pack: &Pack,
    witnesses: &[Witness<'_>],
    fates: &mut BTreeMap<(&'static str, String), Fate>,
) -> Result<(), Box<dyn Error>> {
    for (i, list) in (0..).zip(&pack.lists).filter(|(_, l)| !l.hidden() && !l.id.starts_with("value.")) {
        let id = ListId(i);
        let of = |term: TermId| pack.terms[term.0 as usize].list == id;
        let mut mutant = pack.clone();
        mutant.terms.iter_mut().filter(|t| t.list == id).for_each(|t| t.words.clear());
        mutant.patterns.retain(|p| !of(p.term));
        mutant.compounds.retain(|c| !of(c.term));
        mutant.hosts.retain(|h| !of(h.term));
        let mutant = Detector::new(Arc::new(mutant))?;
        // Links beside the text leave no cue: a list of hosts is tried wherever there are some.
        let hosts = pack.hosts.iter().any(|h| of(h.term));
        let held = witnesses.iter().filter(|w| w.lists.contains(&id) || hosts && !w.post.links.is_empty());
        fates.insert(("list", list.id.clone()), fate(&mutant, held));
    }
    Ok(())
}

/// Every word that changes the status of others.
fn context_words(
    pack: &Pack,
    witnesses: &[Witness<'_>],
    fates: &mut BTreeMap<(&'static str, String), Fate>,
) -> Result<(), Box<dyn Error>> {
    let triggers: BTreeMap<ListId, _> = pack.triggers.iter().map(|t| (t.list, t.kind)).collect();
    for (i, term) in pack.terms.iter().enumerate().filter(|(_, t)| !t.words.is_empty()) {
        let Some(kind) = triggers.get(&term.list) else { continue };
        let held: Vec<_> =
            witnesses.iter().filter(|w| term.words.iter().all(|word| w.words.contains(&word.bare))).collect();
        let words: Vec<&str> = term.words.iter().map(|w| w.marked.as_str()).collect();
        let name = format!("{kind:?}: {}", words.join(" "));
        let found = if held.is_empty() {
            Fate::Unmet
        } else {
            let mut mutant = pack.clone();
            mutant.terms[i].words.clear();
            fate(&Detector::new(Arc::new(mutant))?, held.into_iter())
        };
        let before = fates.entry(("context", name)).or_insert(found);
        *before = found.max(*before);
    }
    Ok(())
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
