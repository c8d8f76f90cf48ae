//! What was said of a post, from whichever source: a finished run, or the detector itself.

use crate::{
    analysis::Analysis,
    finished::FinishedPost,
    pack::{Pack, Tier},
    post::{Field, Post},
    vocabulary::{Commercial, DisclosureState, Reasons, Status},
};
use std::collections::BTreeSet;

/// An affirmed claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedClaim {
    /// Its code.
    pub code: String,
    /// Where.
    pub field: Field,
    /// First code point of that field.
    pub start: u64,
    /// One past its last code point.
    pub end: u64,
}

/// What was said of a post.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Whether it is commercial.
    pub commercial: Commercial,
    /// The commercial score, 0 to 1.
    pub score: f64,
    /// How it is disclosed.
    pub disclosure: DisclosureState,
    /// Whether anything is disclosed. A seller's own voice tells who speaks; it is no statement about a link or a payment.
    pub disclosed: bool,
    /// Its language.
    pub language: String,
    /// Its affirmed claims.
    pub claims: Vec<JudgedClaim>,
    /// Rules found, advisory findings left out.
    pub rules: BTreeSet<String>,
}

impl Judged {
    /// What a run says.
    pub fn of_finished(post: &FinishedPost<'_>) -> Self {
        let claims = post.said.iter().filter(|c| c.status == Status::Affirmed.name());
        Self {
            commercial: post.commercial,
            score: post.score,
            disclosure: post.disclosure,
            disclosed: post.disclosed == Some(true) && !post.reasons.contains(&"own_voice"),
            language: post.language.to_owned(),
            claims: claims
                .map(|c| JudgedClaim {
                    code: c.code.to_owned(),
                    field: Field::from_name(c.field).unwrap_or(Field::Text),
                    start: c.start,
                    end: c.end,
                })
                .collect(),
            rules: post.findings.iter().filter(|f| f.tier != Tier::Advisory).map(|f| f.rule.clone()).collect(),
        }
    }

    /// What the detector says of `post`.
    pub fn of_analysis(pack: &Pack, post: &Post<'_>, analysis: &Analysis) -> Self {
        let claims = analysis.claims.iter().filter(|c| c.status == Status::Affirmed);
        let findings = analysis.findings.iter().filter(|f| f.tier != Tier::Advisory);
        Self {
            commercial: analysis.commercial,
            score: f64::from(analysis.score),
            disclosure: analysis.disclosure.state,
            disclosed: analysis.disclosure.axes.present == Some(true)
                && !analysis.disclosure.reasons.contains(Reasons::OWN_VOICE),
            language: analysis.language.tag.name().to_owned(),
            claims: claims
                .map(|c| {
                    let (start, end) = c.span.code_points(post.field(c.field).unwrap_or(""));
                    JudgedClaim { code: c.code.to_owned(), field: c.field, start: start.into(), end: end.into() }
                })
                .collect(),
            rules: findings.map(|f| pack.rules[usize::from(f.rule.0)].id.clone()).collect(),
        }
    }
}
