//! The smallest edits that clear findings: put together, applied, and proved by judging the edited post again. What does not
//! clear its finding, or brings another at least as grave, is not offered.

use crate::{
    analysis::{Edit, Finding},
    pack::{Pack, RuleId, Severity, Tier},
    post::{Field, Post},
    span::RawSpan,
};
use std::borrow::Cow;

/// Different edits of one post that are tried, those of the gravest findings first: keeps hostile posts cheap.
const MOST_TRIED: usize = 8;

/// All edits as one list that can be applied together: by place, equal ones once, overlapping cuts joined.
pub fn compose<'e>(edits: impl IntoIterator<Item = &'e Edit>) -> Vec<Edit> {
    let mut all: Vec<&Edit> = edits.into_iter().collect();
    all.sort_by(|a, b| (a.field, a.span, &a.text).cmp(&(b.field, b.span, &b.text)));
    let mut out: Vec<Edit> = Vec::new();
    for edit in all {
        match out.last_mut() {
            Some(last) if last == edit => {}
            Some(last) if last.field == edit.field && last.span.overlaps(edit.span) => {
                last.span = last.span.cover(edit.span);
                last.text.push_str(&edit.text);
            }
            _ => out.push(edit.clone()),
        }
    }
    out
}

/// The post with edits made by [`compose`]. Positions are those of `post`.
pub fn apply<'p>(post: &Post<'p>, edits: &[Edit]) -> Post<'p> {
    let mut edited = post.clone();
    for field in Field::ALL {
        let of_field = || edits.iter().filter(|e| e.field == field);
        let Some(old) = post.field(field).filter(|_| of_field().next().is_some()) else { continue };
        let (mut new, mut at) = (String::with_capacity(old.len()), 0);
        for edit in of_field() {
            new.push_str(old.get(at..edit.span.start() as usize).unwrap_or(""));
            new.push_str(&edit.text);
            at = edit.span.end() as usize;
        }
        new.push_str(old.get(at..).unwrap_or(""));
        let new = Cow::Owned(new);
        match field {
            Field::Text => (edited.text, edited.whole_sha256) = (new, None),
            Field::Title => edited.title = Some(new),
            Field::Transcript => edited.transcript = Some(new),
            Field::OnScreen => edited.on_screen = Some(new),
            Field::FirstComment => edited.first_comment = Some(new),
            Field::Bio => edited.bio = Some(new),
        }
    }
    edited
}

/// The cut of `span`, with the space that would be left doubled or at the start.
pub fn cut(field: Field, text: &str, span: RawSpan) -> Edit {
    let (before, after) = (text.get(..span.start() as usize), text.get(span.end() as usize..));
    let spare = match (before, after.and_then(|t| t.chars().next())) {
        (Some(before), Some(c @ (' ' | '\u{a0}'))) if before.chars().next_back().is_none_or(char::is_whitespace) => {
            c.len_utf8() as u32
        }
        _ => 0,
    };
    Edit { field, span: RawSpan::new(span.start(), span.end() + spare), text: String::new() }
}

/// Edits that several findings of a post propose alike.
struct Plan {
    edits: Vec<Edit>,
    findings: Vec<usize>,
}

/// Keeps of the proposed edits those that clear their finding and bring no new one at least as grave, alone and all
/// together; takes the others away. `judge` gives rule and tier of what is found in an edited post.
pub fn prove(
    pack: &Pack,
    post: &Post<'_>,
    findings: &mut [Finding],
    mut judge: impl FnMut(&Post<'_>) -> Vec<(RuleId, Tier)>,
) {
    let severity = |rule: RuleId| pack.rules.get(usize::from(rule.0)).map_or(Severity::Low, |r| r.severity);
    let before: Vec<RuleId> = findings.iter().map(|f| f.rule).collect();
    let clears = |after: &[(RuleId, Tier)], cleared: &[RuleId]| {
        cleared.iter().all(|&rule| {
            let new = |f: &&(RuleId, Tier)| f.1 > Tier::Advisory && !before.contains(&f.0);
            !after.iter().any(|f| f.0 == rule) && !after.iter().filter(new).any(|f| severity(f.0) >= severity(rule))
        })
    };
    let mut order: Vec<usize> = (0..findings.len()).filter(|&i| !findings[i].edits.is_empty()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(findings[i].rank), i));
    let mut plans: Vec<Plan> = Vec::new();
    for i in order {
        let edits = compose(&findings[i].edits);
        match plans.iter_mut().find(|p| p.edits == edits) {
            Some(plan) => plan.findings.push(i),
            None => plans.push(Plan { edits, findings: vec![i] }),
        }
    }
    plans.truncate(MOST_TRIED);
    plans.retain_mut(|plan| {
        let after = judge(&apply(post, &plan.edits));
        plan.findings.retain(|&i| clears(&after, &[before[i]]));
        !plan.findings.is_empty()
    });
    // What clears alone need not clear beside the others: the least grave gives way.
    while plans.len() > 1 {
        let together = compose(plans.iter().flat_map(|p| &p.edits));
        let after = judge(&apply(post, &together));
        let cleared: Vec<RuleId> = plans.iter().flat_map(|p| &p.findings).map(|&i| before[i]).collect();
        if clears(&after, &cleared) {
            break;
        }
        plans.pop();
    }
    let mut kept: Vec<Option<Vec<Edit>>> = vec![None; findings.len()];
    for plan in plans {
        plan.findings.iter().for_each(|&i| kept[i] = Some(plan.edits.clone()));
    }
    findings.iter_mut().zip(kept).for_each(|(finding, edits)| finding.edits = edits.unwrap_or_default());
}
