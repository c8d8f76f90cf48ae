//! What is said of one post: the value that `Detector::analyse` returns and that scores and reports are made from.

pub use crate::language::Language;
pub use crate::normalise::Folds;
pub use crate::vocabulary::{Commercial, DisclosureState, Reasons, Role, Status, Tag, Unseen};

use crate::{
    pack::{ProvisionId, RuleId, TermId, Tier},
    post::{Field, Flags},
    span::RawSpan,
};

/// The five axes; `None` where the post gives no occasion to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Axes {
    /// Something is said at all.
    pub present: Option<bool>,
    /// It says paid.
    pub clear: Option<bool>,
    /// It stands where a reader meets it before acting.
    pub placed: Option<bool>,
    /// It is in the post's language.
    pub language: Option<bool>,
    /// It is kept up through a long promotion.
    pub sustained: Option<bool>,
}

/// Disclosure verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Disclosure {
    /// The one state.
    pub state: DisclosureState,
    /// Why.
    pub reasons: Reasons,
    /// The axes.
    pub axes: Axes,
}

/// Words of the post that a verdict stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// What they are in the finding.
    pub role: Role,
    /// Where.
    pub field: Field,
    /// Which bytes of that field.
    pub span: RawSpan,
    /// The term that they are.
    pub term: TermId,
    /// The folds that the match needed.
    pub folds: Folds,
}

/// A statement about a product, whatever the commercial label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Code of the codebook's section 6, `CLM-CURE`.
    pub code: &'static str,
    /// How it is said.
    pub status: Status,
    /// Where.
    pub field: Field,
    /// Which bytes of that field.
    pub span: RawSpan,
    /// The term, pattern or compound that found it.
    pub term: TermId,
    /// The folds that the match needed.
    pub folds: Folds,
}

/// An edit of the post's text that would clear a finding: replaces `span` of `field` by `text`.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Where.
    pub field: Field,
    /// What to replace; empty for an insertion.
    pub span: RawSpan,
    /// By what.
    pub text: String,
}

/// A reason for a person to look. At most one for a post and rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// How far it may be relied on here.
    pub tier: Tier,
    /// Whether a verified Vietnamese provision is in force on the law day.
    pub law_in_force: bool,
    /// The provisions in force on the law day, in order of citation; empty when none.
    pub provisions: Vec<ProvisionId>,
    /// Whether it counts in scores: a dated violation, the gravest of its group in this post.
    pub counts: bool,
    /// Orders findings for review: tier, severity, commercial score; higher first, 0..=999_999.
    pub rank: u32,
    /// The words, by (role, field, place).
    pub evidence: Vec<Evidence>,
    /// The edits that clear it, proved on the edited post; empty when no small edit does.
    pub edits: Vec<Edit>,
}

/// Everything that is said of one post. The vectors are reused from post to post.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// Language of the running words.
    pub language: Language,
    /// The commercial label.
    pub commercial: Commercial,
    /// 0..=1, for ranking only.
    pub score: f32,
    /// Hard evidence: indices into [`Pack::evidence`](crate::pack::Pack::evidence), rising.
    pub hard: Vec<u8>,
    /// Soft evidence: indices into [`Pack::evidence`](crate::pack::Pack::evidence), rising.
    pub soft: Vec<u8>,
    /// The disclosure verdict.
    pub disclosure: Disclosure,
    /// Product classes: indices into [`Pack::products`](crate::pack::Pack::products), rising.
    pub products: Vec<u8>,
    /// Claims by (field, start, end, term).
    pub claims: Vec<Claim>,
    /// Findings by rule id, advisory ones included.
    pub findings: Vec<Finding>,
    /// What could not be seen.
    pub unseen: Unseen,
    /// Flags of reading and of analysis.
    pub flags: Flags,
    /// SHA-256 of the caption as received.
    pub text_sha256: [u8; 32],
}
