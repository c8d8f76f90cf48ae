//! What a loaded pack holds: plain values, validated, in fixed order. Everything else refers to them by index.

use super::{condition::Condition, ids::ProvisionId};
use crate::day::Day;
use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// The two criteria of the Influencer Trust programme that text can speak to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Transparency in commercial cooperation.
    Transparency,
    /// Compliance with advertising rules.
    AdCompliance,
}

impl Criterion {
    /// Both, in output order.
    pub const ALL: [Criterion; 2] = [Criterion::Transparency, Criterion::AdCompliance];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Criterion::Transparency => "transparency",
            Criterion::AdCompliance => "ad_compliance",
        }
    }
}

/// How grave a rule is; the policy gives the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Least.
    Low,
    /// Between.
    Medium,
    /// Grave.
    High,
    /// Gravest.
    Critical,
}

impl Severity {
    /// All, rising.
    pub const ALL: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

/// How far a finding may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// For information; written with `--advisory` only, never counted.
    Advisory,
    /// For review; counted only once a person confirmed it.
    Suspect,
    /// Precise enough to count by itself.
    Violation,
}

impl Tier {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Advisory => "advisory",
            Tier::Suspect => "suspect",
            Tier::Violation => "violation",
        }
    }
}

/// How well a provision is supported: see `lexicons/provisions/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// At least one source that states it was read.
    Verified,
    /// From memory, a headline, or a source whose address was not kept.
    Unverified,
}

impl Confidence {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Verified => "verified",
            Confidence::Unverified => "unverified",
        }
    }
}

/// An article of law with its dates in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Stable id, `vn-ad-law-23-2-a`.
    pub id: String,
    /// `VN` is counted; anything else goes to `see_also`.
    pub jurisdiction: String,
    /// Law, decree or code, as cited.
    pub instrument: String,
    /// Article, clause, point.
    pub article: String,
    /// What it asks, in our own words.
    pub summary: Bilingual,
    /// First day in force.
    pub from: Option<Day>,
    /// Last day in force; `None` while it stands.
    pub to: Option<Day>,
    /// Fine or effect, as far as known.
    pub penalty: Option<String>,
    /// How well it is supported.
    pub confidence: Confidence,
    /// Addresses of what was read.
    pub sources: Vec<String>,
}

impl Provision {
    /// Whether it is in force on `day`.
    pub fn in_force(&self, day: Day) -> bool {
        self.from.is_none_or(|f| f <= day) && self.to.is_none_or(|t| day <= t)
    }
}

/// What an edit that clears a finding does to the text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixEdit {
    /// Put this label in front, in the language of the post.
    Insert(Bilingual),
    /// Append this sentence (statutory wording is Vietnamese whatever the post's language).
    Append(String),
    /// Cut the words of the trigger out.
    Remove,
}

/// An example beside a rule: a text, with what else the record says.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamplePost {
    /// The caption.
    pub text: String,
    /// `yes`, `no`, `weak_no`, `unknown`.
    pub platform_label: Option<String>,
    /// See [`Post::commerce_flag`](crate::post::Post::commerce_flag).
    pub commerce_flag: Option<bool>,
    /// `YYYY-MM-DD`; without it the pack's `law_as_of` is used.
    pub day: Option<String>,
    /// Platform name.
    pub platform: Option<String>,
    /// See [`Field::Title`](crate::post::Field::Title).
    pub title: Option<String>,
    /// See [`Field::Transcript`](crate::post::Field::Transcript).
    pub transcript: Option<String>,
    /// See [`Field::OnScreen`](crate::post::Field::OnScreen).
    pub on_screen: Option<String>,
    /// See [`Field::FirstComment`](crate::post::Field::FirstComment).
    pub first_comment: Option<String>,
    /// See [`Field::Bio`](crate::post::Field::Bio).
    pub bio: Option<String>,
    /// The tier that the finding must have, where the example is about that.
    pub tier: Option<Tier>,
}

/// A rule of the catalogue as loaded; its condition is compiled apart (`rules`).
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `DIS001`.
    pub id: String,
    /// `no-disclosure`.
    pub slug: String,
    /// Which criterion it counts in.
    pub criterion: Criterion,
    /// How grave.
    pub severity: Severity,
    /// The most that a finding may be.
    pub tier: Tier,
    /// Rules of one group are one fault: only the gravest finding of a post counts.
    pub group: String,
    /// Claim code, where the rule stands on a claim.
    pub claim: Option<String>,
    /// First day on which it fires (a ban's own date).
    pub since: Option<Day>,
    /// A violation only where all media text of the post is in the record; else suspect.
    pub needs_all_media: bool,
    /// Where this holds the words alone do not prove the breach: at most suspect.
    pub doubt: Option<Condition>,
    /// Name for people.
    pub title: Bilingual,
    /// What it finds and why it matters.
    pub rationale: Bilingual,
    /// What it does not find.
    pub limits: Bilingual,
    /// What a finding says.
    pub message: Bilingual,
    /// How to mend the post.
    pub fix: Bilingual,
    /// The smallest edit that clears the finding.
    pub edit: Option<FixEdit>,
    /// Vietnamese provisions, in order of citation.
    pub provisions: Vec<ProvisionId>,
    /// Foreign law and platform policies.
    pub see_also: Vec<ProvisionId>,
    /// Posts in which it must fire.
    pub matching: Vec<ExamplePost>,
    /// Posts in which it must stay silent.
    pub passing: Vec<ExamplePost>,
    /// Where it is written, for messages: file name inside the pack.
    pub file: String,
}

/// A kind of commercial evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceKind {
    /// `affiliate_link`.
    pub id: String,
    /// One hard evidence makes a post commercial; soft ones only make it unsure.
    pub hard: bool,
    /// Name for people.
    pub label: Bilingual,
    /// When it is there.
    pub when: Condition,
}
