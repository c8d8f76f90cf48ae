//! Runs the examples that stand beside each rule: a rule without proof does not ship.

use crate::day::Moment;
use crate::{
    analysis::{Analysis, Finding},
    day::Day,
    detector::{Detector, Scratch},
    pack::{ExamplePost, RuleId},
    post::{Flags, PlatformLabel, Post},
};
use std::borrow::Cow;

/// An example that does not behave as its rule says.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The rule.
    pub rule: RuleId,
    /// Whether the rule had to fire.
    pub must_match: bool,
    /// The caption.
    pub text: String,
    /// What was found instead: rule ids, commercial label, disclosure state.
    pub found: String,
}

/// What running all examples showed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    /// Rules tried.
    pub rules: usize,
    /// Examples run.
    pub examples: usize,
    /// Those that failed, in order of rule.
    pub failures: Vec<Failure>,
}

/// The post that an example describes.
pub fn post_of(example: &ExamplePost) -> Post<'_> {
    let some = |t: &Option<String>| -> Option<Cow<'_, str>> { t.as_deref().map(str::to_owned).map(Cow::Owned) };
    let posted = example.day.as_deref().and_then(Day::parse).map(Moment::Day);
    let mut flags = Flags::default();
    if posted.is_none() {
        flags.insert(Flags::UNDATED);
    }
    Post {
        text: Cow::Borrowed(&example.text),
        platform: example.platform.as_deref().unwrap_or("").into(),
        platform_label: example.platform_label.as_deref().map_or(PlatformLabel::Unknown, PlatformLabel::from_name),
        commerce_flag: example.commerce_flag,
        posted,
        title: some(&example.title),
        transcript: some(&example.transcript),
        on_screen: some(&example.on_screen),
        first_comment: some(&example.first_comment),
        bio: some(&example.bio),
        flags,
        ..Post::default()
    }
}

/// Runs every example of the rules in `only` (all when empty).
pub fn run(detector: &Detector, only: &[RuleId]) -> Proof {
    let mut proof = Proof::default();
    let mut scratch = Scratch::default();
    for (i, rule) in detector.pack().rules.iter().enumerate() {
        let id = RuleId(i as u16);
        if !only.is_empty() && !only.contains(&id) {
            continue;
        }
        proof.rules += 1;
        for (examples, must_match) in [(&rule.matching, true), (&rule.passing, false)] {
            for example in examples {
                proof.examples += 1;
                let analysis = detector.judge_into(&post_of(example), &mut scratch);
                let found = analysis.findings.iter().find(|f| f.rule == id);
                let tier = |f: &Finding| example.tier.is_none_or(|asked| asked == f.tier);
                if found.is_some_and(tier) != must_match {
                    proof.failures.push(Failure {
                        rule: id,
                        must_match,
                        text: example.text.clone(),
                        found: summary(detector, analysis),
                    });
                }
            }
        }
    }
    proof
}

fn summary(detector: &Detector, analysis: &Analysis) -> String {
    let ids: Vec<&str> =
        analysis.findings.iter().map(|f| detector.pack().rules[f.rule.0 as usize].id.as_str()).collect();
    let reasons: Vec<&str> = analysis.disclosure.reasons.names().collect();
    let evidence =
        analysis.hard.iter().chain(&analysis.soft).map(|&e| detector.pack().evidence[e as usize].id.as_str());
    format!(
        "[{}] commercial {} ({}), disclosure {} ({})",
        ids.join(" "),
        analysis.commercial.name(),
        evidence.collect::<Vec<_>>().join(" "),
        analysis.disclosure.state.name(),
        reasons.join(" ")
    )
}
