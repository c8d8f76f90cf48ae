//! Facts to findings: which rules hold, which law is in force that day, how far each finding may be relied on, what
//! would clear it.

use crate::{
    analysis::{Claim, Edit, Evidence, Finding},
    conditions::{View, collect, collect_facts, holds},
    day::Day,
    edit::cut,
    pack::{Condition, Confidence, Fact, FixEdit, Pack, Rule, RuleId, Tier},
    post::Field,
    span::RawSpan,
    vocabulary::{Commercial, Role, Status, Tag},
};

/// Spans that a finding keeps: enough to see the matter, bounded whatever the post.
const MOST_SPANS: usize = 24;

/// When a post is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LawDay {
    /// The day whose law applies.
    pub day: Day,
    /// Whether it is the post's own day; an undated post never counts.
    pub dated: bool,
}

/// Tries the rules `admitted`, numbers rising. Findings come in order of rule id; claims that only a rule can see (banned goods) are appended.
#[allow(clippy::too_many_arguments)] // inputs, then the buffers they fill
pub fn judge(
    pack: &Pack,
    admitted: impl Iterator<Item = usize>,
    view: &View<'_>,
    law: LawDay,
    score: f32,
    hits: &mut Vec<u32>,
    claims: &mut Vec<Claim>,
    out: &mut Vec<Finding>,
) {
    for i in admitted {
        let (rule, condition) = (&pack.rules[i], &pack.conditions[i]);
        if rule.since.is_some_and(|since| law.day < since) || !holds(condition, view) {
            continue;
        }
        hits.clear();
        collect(condition, view, hits);
        if hits.is_empty() {
            collect_facts(pack, condition, view, hits);
        }
        if hits.is_empty() {
            // Nothing of its own stands in the text: then what makes the post commercial.
            collect_facts(pack, &Condition::Fact(Fact::Commercial(view.commercial)), view, hits);
        }
        let evidence = evidence(pack, view, hits);
        let provisions: Vec<_> =
            rule.provisions.iter().copied().filter(|p| pack.provisions[p.0 as usize].in_force(law.day)).collect();
        let law_in_force = provisions.iter().any(|p| pack.provisions[p.0 as usize].confidence == Confidence::Verified);
        let tier = tier(rule, view, law_in_force);
        if rule.claim.as_deref() == Some("CLM-BANNED") {
            let named = evidence.iter().filter(|e| e.role == Role::Trigger);
            claims.extend(named.map(|e| Claim {
                code: "CLM-BANNED",
                status: Status::Affirmed,
                field: e.field,
                span: e.span,
                term: e.term,
                folds: e.folds,
            }));
        }
        out.push(Finding {
            rule: RuleId(i as u16),
            tier,
            law_in_force,
            provisions: if law_in_force { provisions } else { Vec::new() },
            counts: false,
            rank: rank(rule, tier, score),
            // What is only told for information asks for no edit.
            edits: if tier == Tier::Advisory { Vec::new() } else { edits(rule, view, &evidence) },
            evidence,
        });
    }
    if law.dated {
        count(pack, out);
    }
}

fn tier(rule: &Rule, view: &View<'_>, law_in_force: bool) -> Tier {
    if !law_in_force {
        return Tier::Advisory;
    }
    let sure = view.commercial == Commercial::Yes
        && (!rule.needs_all_media || view.unseen.is_empty())
        && !rule.doubt.as_ref().is_some_and(|doubt| holds(doubt, view));
    rule.tier.min(if sure { Tier::Violation } else { Tier::Suspect })
}

/// Tier, then severity, then commercial score; 0..=999_999.
fn rank(rule: &Rule, tier: Tier, score: f32) -> u32 {
    const TIER: u32 = 333_333;
    const SEVERITY: u32 = 83_333;
    tier as u32 * TIER + rule.severity as u32 * SEVERITY + (score.clamp(0.0, 1.0) * (SEVERITY - 1) as f32) as u32
}

fn evidence(pack: &Pack, view: &View<'_>, hits: &mut Vec<u32>) -> Vec<Evidence> {
    hits.sort_unstable();
    hits.dedup();
    let of = |&i: &u32| {
        let cue = &view.cues[i as usize];
        let role = pack.lists[cue.list.0 as usize].role;
        Evidence { role, field: cue.field, span: cue.span, term: cue.term, folds: cue.folds }
    };
    let mut all: Vec<Evidence> = hits.iter().map(of).collect();
    let order = |e: &Evidence| (e.role, e.field, e.span.start(), e.span.end(), e.term);
    all.sort_by_key(order);
    all.dedup_by_key(|e| (e.role, e.field, e.span));
    if all.len() > MOST_SPANS {
        // What the rule is about stays; of what makes the post commercial, some is enough.
        all.sort_by_key(|e| e.role == Role::Commercial);
        all.truncate(MOST_SPANS);
        all.sort_by_key(order);
    }
    all
}

/// Edits that may clear the finding; [`prove`](crate::edit::prove) tells whether they do.
fn edits(rule: &Rule, view: &View<'_>, evidence: &[Evidence]) -> Vec<Edit> {
    let caption = view.post.text.as_ref();
    let at = |byte: usize, text: String| {
        vec![Edit { field: Field::Text, span: RawSpan::new(byte as u32, byte as u32), text }]
    };
    match &rule.edit {
        None => Vec::new(),
        Some(FixEdit::Insert(label)) => {
            let label = if view.language.tag == Tag::En { &label.en } else { &label.vi };
            at(0, label.clone())
        }
        Some(FixEdit::Append(sentence)) => {
            let gap = if caption.is_empty() || caption.ends_with(char::is_whitespace) { "" } else { "\n" };
            at(caption.len(), format!("{gap}{sentence}"))
        }
        Some(FixEdit::Remove) => {
            let mut spans: Vec<_> =
                evidence.iter().filter(|e| e.role == Role::Claim).map(|e| (e.field, e.span)).collect();
            spans.sort_by_key(|(f, s)| (*f, s.start(), std::cmp::Reverse(s.end())));
            let mut edits: Vec<Edit> = Vec::new();
            for (field, span) in spans {
                // Overlapping claims are cut once.
                if !edits.last().is_some_and(|e| e.field == field && e.span.end() > span.start()) {
                    edits.push(cut(field, view.post.field(field).unwrap_or(""), span));
                }
            }
            edits
        }
    }
}

/// Of each group only the gravest violation counts; a tie goes to the lowest id, which comes first.
fn count(pack: &Pack, findings: &mut [Finding]) {
    for i in 0..findings.len() {
        let rule = |f: &Finding| &pack.rules[f.rule.0 as usize];
        if findings[i].tier != Tier::Violation {
            continue;
        }
        let (group, severity) = (&rule(&findings[i]).group, rule(&findings[i]).severity);
        let beaten = findings.iter().enumerate().any(|(j, other)| {
            let r = rule(other);
            j != i
                && other.tier == Tier::Violation
                && r.group == *group
                && (r.severity > severity || r.severity == severity && j < i)
        });
        findings[i].counts = !beaten;
    }
}
