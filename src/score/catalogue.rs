//! The rules as the policy sees them: the pack's severities with the policy's exceptions applied.

use super::{
    policy::{Policy, PolicyFaults},
    post::{Cure, ScoredFinding},
};
use crate::pack::{Bilingual, Criterion, Rule, RuleId, Severity};

/// What scoring must know of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCard {
    /// `DIS001`.
    pub id: String,
    /// Which criterion it counts in.
    pub criterion: Criterion,
    /// How grave the pack says it is.
    pub severity: Severity,
    /// Rules of one group are one fault.
    pub group: String,
}

impl From<&Rule> for RuleCard {
    fn from(rule: &Rule) -> Self {
        Self { id: rule.id.clone(), criterion: rule.criterion, severity: rule.severity, group: rule.group.clone() }
    }
}

/// A rule with the numbers that the policy gives it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) criterion: Criterion,
    pub(super) severity: Severity,
    pub(super) loss: f64,
    pub(super) group: u16,
    pub(super) curable: bool,
    machine: f64,
    reviewed: f64,
    /// Measured below the precision that may count: the machine's word alone is for information.
    informational: bool,
}

impl Entry {
    /// The evidence factor of a finding; `None` when it may not count at all.
    pub(super) fn evidence(&self, finding: &ScoredFinding) -> Option<f64> {
        match (finding.reviewed, self.informational) {
            (true, _) => Some(self.reviewed),
            (false, false) => Some(self.machine),
            (false, true) => None,
        }
    }

    /// The cure that the rule grants: one that cannot be mended stays open unless it is overturned.
    pub(super) fn cure(&self, finding: &ScoredFinding) -> Cure {
        if self.curable || finding.cure == Cure::Overturned { finding.cure } else { Cure::Open }
    }
}

/// All rules of a pack under one policy, by [`RuleId`].
#[derive(Clone, Debug)]
pub struct Catalogue {
    entries: Vec<Entry>,
    groups: Vec<String>,
}

impl Catalogue {
    /// Applies `policy` to the rules, which stand in the order of their [`RuleId`].
    ///
    /// # Errors
    /// Every `[rule.ID]` of the policy that no rule answers to.
    pub fn new(cards: impl IntoIterator<Item = RuleCard>, policy: &Policy) -> Result<Self, PolicyFaults> {
        let cards: Vec<RuleCard> = cards.into_iter().collect();
        let mut faults = Vec::new();
        for exception in &policy.rules {
            if !cards.iter().any(|card| card.id == exception.rule) {
                let id = &exception.rule;
                let message = Bilingual {
                    vi: format!("bộ quy tắc không có quy tắc {id}"),
                    en: format!("the pack has no rule {id}"),
                };
                faults.push(policy.fault(message, exception.span.clone()));
            }
        }
        if !faults.is_empty() {
            return Err(policy.faults(faults));
        }
        let mut groups: Vec<String> = cards.iter().map(|card| card.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        let entries = cards.into_iter().map(|card| entry(card, &groups, policy)).collect();
        Ok(Self { entries, groups })
    }

    /// The rule, when the pack has it.
    pub(super) fn get(&self, rule: RuleId) -> Option<&Entry> {
        self.entries.get(usize::from(rule.0))
    }

    /// The index of a group, when a rule belongs to it.
    pub(super) fn group(&self, name: &str) -> Option<u16> {
        self.groups.binary_search_by(|group| group.as_str().cmp(name)).ok().map(|index| index as u16)
    }
}

fn entry(card: RuleCard, groups: &[String], policy: &Policy) -> Entry {
    let exception = policy.rules.iter().find(|exception| exception.rule == card.id);
    let severity = exception.and_then(|e| e.severity).unwrap_or(card.severity);
    let measured = exception.and_then(|e| e.precision_lower);
    Entry {
        criterion: card.criterion,
        severity,
        loss: policy.severity(severity),
        group: groups.binary_search(&card.group).map_or(u16::MAX, |index| index as u16),
        curable: exception.and_then(|e| e.curable).unwrap_or(true),
        machine: measured.unwrap_or(policy.evidence.machine),
        reviewed: policy.evidence.reviewed,
        informational: measured.is_some_and(|precision| precision < policy.evidence.min_precision_to_count),
        id: card.id,
    }
}
