//! The whole path of one post, as values that can be printed: tokens with their keys, cues with their status, every rule
//! with its verdict and what blocked it.

use crate::{
    conditions::{Seen, holds},
    detector::{Detector, Scratch, law_day},
    normalise::{self, Text},
    pack::{Condition, Pack},
    post::{Field, Post},
    span::RawSpan,
};
use serde::Serialize;

/// A token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TokenLine {
    /// Which field.
    pub field: &'static str,
    /// As received.
    pub raw: String,
    /// Its key as folded, where it was read as something else.
    pub folded: Option<String>,
    /// Its key, as read.
    pub key: String,
    /// Its key without diacritics, where that differs.
    pub bare: Option<String>,
    /// Word, number, hashtag …
    pub kind: &'static str,
    /// The folds its key took.
    pub folds: Vec<&'static str>,
}

/// Neighbouring tokens of one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunLine {
    /// Which field.
    pub field: &'static str,
    /// `vi`, `en`; `und` where the words speak for neither.
    pub language: &'static str,
    /// All its tokens and what stands between them, as received.
    pub raw: String,
}

/// A cue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CueLine {
    /// Which field.
    pub field: &'static str,
    /// The words.
    pub quote: String,
    /// `list/text`.
    pub term: String,
    /// Affirmed, negated …; `other_sense` when dropped.
    pub status: &'static str,
    /// The folds the match needed.
    pub folds: Vec<&'static str>,
}

/// A kind of commercial evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceLine {
    /// `affiliate_link`.
    pub id: String,
    /// Hard or soft.
    pub hard: bool,
}

/// What a feature adds to the commercial score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreLine {
    /// `evidence`, `list` or `shape`.
    pub kind: &'static str,
    /// Which, as in `weights/score.toml`.
    pub id: String,
    /// Its value in this post.
    pub value: f64,
    /// Weight times value, in log-odds.
    pub adds: f64,
}

/// A rule's verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleLine {
    /// `DIS001`.
    pub id: String,
    /// `finding`, `near_miss` or `silent`.
    pub verdict: &'static str,
    /// The tier of a finding.
    pub tier: Option<&'static str>,
    /// For a near miss: the conditions that held, and those that blocked.
    pub held: Vec<String>,
    /// See `held`.
    pub blocked: Vec<String>,
}

/// The whole path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Tokens of all fields.
    pub tokens: Vec<TokenLine>,
    /// `vi`, `en`, `other`, `und`.
    pub language: &'static str,
    /// 0..=1.
    pub confidence: f32,
    /// Whether both languages have a run.
    pub mixed: bool,
    /// The languages of all fields, run by run.
    pub runs: Vec<RunLine>,
    /// All cues, dropped ones included.
    pub cues: Vec<CueLine>,
    /// The commercial label.
    pub commercial: &'static str,
    /// The commercial score.
    pub score: f32,
    /// The evidence, hard ones first.
    pub evidence: Vec<EvidenceLine>,
    /// What the score is made of besides the intercept, the most first.
    pub contributions: Vec<ScoreLine>,
    /// Log-odds of a post without any of it.
    pub intercept: f64,
    /// The disclosure state.
    pub disclosure: &'static str,
    /// Its reasons.
    pub reasons: Vec<&'static str>,
    /// Product classes.
    pub product: Vec<String>,
    /// The day whose law applies.
    pub law_day: String,
    /// Every rule that found something or nearly did, by id.
    pub rules: Vec<RuleLine>,
    /// How many rules stayed silent.
    pub silent: usize,
}

/// Explains one post.
pub fn explain(detector: &Detector, post: &Post<'_>) -> Explanation {
    let pack = detector.pack();
    let mut scratch = Scratch::default();
    detector.analyse_into(post, &mut scratch);
    let analysis = scratch.analysis();
    let (mut tokens, mut runs, mut folded) = (Vec::new(), Vec::new(), Text::default());
    for field in Field::ALL {
        let (raw, text) = (post.field(field).unwrap_or(""), scratch.text(field));
        normalise::fold(raw, &mut folded);
        for run in detector.language_runs(&scratch, field) {
            let held = text.tokens[run.first as usize..run.end as usize].iter().map(|token| token.raw);
            // Text stored against its reading order has its first token last.
            let (start, end) = held.fold((u32::MAX, 0), |(s, e), raw| (s.min(raw.start()), e.max(raw.end())));
            let raw = RawSpan::new(start.min(end), end).slice(raw).to_owned();
            runs.push(RunLine { field: field.name(), language: run.tag.name(), raw });
        }
        for token in &text.tokens {
            let (key, bare) = (text.key(token), text.bare_key(token));
            let before = folded.tokens.iter().filter(|t| t.raw.overlaps(token.raw)).map(|t| folded.key(t));
            let before = before.collect::<Vec<_>>().join(" ");
            tokens.push(TokenLine {
                field: field.name(),
                raw: token.raw.slice(raw).to_owned(),
                folded: (before != key).then_some(before),
                key: key.to_owned(),
                bare: (key != bare).then(|| bare.to_owned()),
                kind: token.kind.name(),
                folds: token.folds.names().collect(),
            });
        }
    }
    let cue = |c: &crate::matcher::Cue| CueLine {
        field: c.field.name(),
        quote: c.span.slice(post.field(c.field).unwrap_or("")).to_owned(),
        term: pack.term_name(c.term).to_owned(),
        status: if c.dropped { "other_sense" } else { c.status.name() },
        folds: c.folds.names().collect(),
    };
    let evidence = analysis.hard.iter().chain(&analysis.soft).map(|&i| &pack.evidence[i as usize]);
    let (rules, silent) = rules(detector, post, &scratch);
    Explanation {
        tokens,
        language: analysis.language.tag.name(),
        confidence: analysis.language.confidence,
        mixed: analysis.language.mixed,
        runs,
        cues: scratch.cues().iter().map(cue).collect(),
        commercial: analysis.commercial.name(),
        score: analysis.score,
        evidence: evidence.map(|e| EvidenceLine { id: e.id.clone(), hard: e.hard }).collect(),
        contributions: contributions(pack, scratch.features()),
        intercept: pack.score.intercept,
        disclosure: analysis.disclosure.state.name(),
        reasons: analysis.disclosure.reasons.names().collect(),
        product: analysis.products.iter().map(|&p| pack.products[p as usize].clone()).collect(),
        law_day: law_day(pack, post).day.to_string(),
        rules,
        silent,
    }
}

/// What each feature with a weight adds, the most first.
fn contributions(pack: &Pack, features: &[(usize, f64)]) -> Vec<ScoreLine> {
    let line = |&(number, value): &(usize, f64)| {
        let (kind, id) = pack.feature_name(pack.feature(number));
        ScoreLine { kind, id: id.to_owned(), value, adds: value * pack.score.weights[number] }
    };
    let mut lines: Vec<_> = features.iter().map(line).filter(|l| l.adds != 0.0).collect();
    lines.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()));
    lines
}

fn rules(detector: &Detector, post: &Post<'_>, scratch: &Scratch) -> (Vec<RuleLine>, usize) {
    let pack = detector.pack();
    let analysis = scratch.analysis();
    let mut seen = Seen::default();
    let (mut view, _) = detector.view(post, scratch.cues(), analysis.language, &mut seen, &mut Vec::new());
    (view.state, view.reasons) = (analysis.disclosure.state, analysis.disclosure.reasons);
    let (mut lines, mut silent) = (Vec::new(), 0);
    for (i, (rule, condition)) in pack.rules.iter().zip(&pack.conditions).enumerate() {
        let found = analysis.findings.iter().find(|f| f.rule.0 as usize == i);
        let parts: &[Condition] = match condition {
            Condition::All(parts) => parts,
            one => std::slice::from_ref(one),
        };
        let (held, blocked): (Vec<_>, Vec<_>) = parts.iter().partition(|p| holds(p, &view));
        // A near miss holds a condition that asks for something to be there.
        let near = held.iter().any(|p| !matches!(p, Condition::None(_) | Condition::Fact(_) | Condition::Language(_)));
        if found.is_none() && !near {
            silent += 1;
            continue;
        }
        let name = |parts: Vec<&Condition>| parts.into_iter().map(|p| describe(detector, p)).collect();
        lines.push(RuleLine {
            id: rule.id.clone(),
            verdict: if found.is_some() { "finding" } else { "near_miss" },
            tier: found.map(|f| f.tier.name()),
            held: name(held),
            blocked: if found.is_some() { Vec::new() } else { name(blocked) },
        });
    }
    (lines, silent)
}

/// A condition in the words of the pack's files, shortened.
fn describe(detector: &Detector, condition: &Condition) -> String {
    let pack = detector.pack();
    let list = |l: &crate::pack::ListId| pack.lists[l.0 as usize].id.clone();
    let many = |word: &str, parts: &[Condition]| {
        let inner: Vec<_> = parts.iter().take(4).map(|p| describe(detector, p)).collect();
        let more = if parts.len() > 4 { ", …" } else { "" };
        format!("{word}({}{more})", inner.join(", "))
    };
    match condition {
        Condition::Any(parts) => many("any", parts),
        Condition::All(parts) => many("all", parts),
        Condition::None(parts) => many("none", parts),
        Condition::Cue { lists, .. } => {
            let names: Vec<_> = lists.iter().take(4).map(list).collect();
            format!("cue({}{})", names.join(", "), if lists.len() > 4 { ", …" } else { "" })
        }
        Condition::Near { first, second, within, ordered } => {
            format!("{}({}, {}, {within})", if *ordered { "before" } else { "near" }, list(first), list(second))
        }
        Condition::Count { lists, at_least } => {
            format!("count({}, {at_least})", lists.iter().map(list).collect::<Vec<_>>().join(", "))
        }
        Condition::Language(names) => format!("language({})", names.join(", ")),
        Condition::Field(bits) => {
            let names: Vec<_> = Field::ALL.into_iter().filter(|f| bits >> *f as u8 & 1 == 1).map(Field::name).collect();
            format!("field({})", names.join(", "))
        }
        Condition::Product(classes) => {
            let names: Vec<_> = classes.iter().map(|&c| pack.products[c as usize].as_str()).collect();
            format!("product({})", names.join(", "))
        }
        Condition::Fact(fact) => format!("fact({})", fact.name(pack)),
    }
}
