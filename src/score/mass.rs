//! Clean mass and loss mass of one criterion. Adding a finding never lowers a loss and never adds clean mass, so it never
//! raises a score; no post's weight depends on another post.

use super::{
    catalogue::Catalogue,
    policy::{CountsFrom, Policy},
    post::{Cure, ScoredFinding},
    record::CapCause,
};
use crate::pack::{Criterion, RuleId, Severity};
use std::collections::BTreeMap;

/// An assessed post: dated, in the window, commercial, its disclosure known.
pub(super) struct Unit<'a> {
    pub(super) age: u32,
    pub(super) weight: f64,
    pub(super) day: i32,
    pub(super) text: u64,
    pub(super) findings: &'a [ScoredFinding],
}

/// Everything of one creator that both criteria share.
pub(super) struct Sheet<'a> {
    /// Assessed posts in key order: the order in which floats are summed.
    pub(super) units: Vec<Unit<'a>>,
    /// Adequate, weak, absent, denied, other.
    pub(super) states: [u64; 5],
    pub(super) unknown: u64,
    pub(super) unknown_weight: f64,
    /// First notice a rule group, as day number.
    pub(super) notices: &'a BTreeMap<Box<str>, i32>,
}

/// Findings to leave out, to see what they cost.
#[derive(Clone, Copy)]
pub(super) enum Without {
    Nothing,
    Rule(RuleId),
    Appealed,
}

/// What the formulas start from.
#[derive(Clone, Debug, Default)]
pub(super) struct Mass {
    pub(super) good: f64,
    pub(super) bad: f64,
    pub(super) weight: f64,
    pub(super) clean: u64,
    pub(super) violating: u64,
    pub(super) copies: u64,
    pub(super) cap: Option<(f64, CapCause)>,
    /// Posts with a live finding, by rule; what may be left out to see its cost.
    pub(super) rules: BTreeMap<RuleId, u64>,
    pub(super) appeals: bool,
}

/// A finding that counts here, with what it costs apart from repetition.
struct Hit {
    group: u16,
    day: i32,
    unit: usize,
    severity: f64,
    /// Cure times evidence.
    factor: f64,
    /// A critical finding that caps: open or mended.
    critical: Option<bool>,
}

/// Weighs the sheet for one criterion.
pub(super) fn weigh(
    sheet: &Sheet<'_>,
    criterion: Criterion,
    policy: &Policy,
    catalogue: &Catalogue,
    without: Without,
) -> Mass {
    let mut mass = Mass::default();
    let mut hits = live_hits(sheet, criterion, policy, catalogue, without, &mut mass);
    hits.sort_by_key(|hit| (hit.group, hit.day, hit.unit));

    let mut spared: Vec<Option<f64>> = vec![None; sheet.units.len()];
    let (mut open, mut cured) = (0_u32, false);
    let mut faults_before: Vec<i32> = Vec::new();
    for group in hits.chunk_by(|a, b| a.group == b.group) {
        faults_before.clear();
        let noticed = sheet.notices.iter().find(|(name, _)| catalogue.group(name) == Some(group[0].group));
        // One post and group is one fault, whatever the rules that say so: the dearest counts.
        for fault in group.chunk_by(|a, b| a.unit == b.unit) {
            let (unit, day) = (fault[0].unit, fault[0].day);
            let counted = match policy.repeat.counts_from {
                CountsFrom::First => true,
                CountsFrom::Notice => noticed.is_some_and(|(_, notice)| day > *notice),
            };
            let factor = if counted {
                let oldest = day.saturating_sub_unsigned(policy.repeat.lookback_days - 1);
                let earlier = faults_before.len() - faults_before.partition_point(|&before| before < oldest);
                faults_before.push(day);
                (1.0 + policy.repeat.step * earlier as f64).min(policy.repeat.max_factor)
            } else {
                1.0
            };
            let loss = fault.iter().map(|hit| (hit.severity * factor).min(1.0) * hit.factor).fold(0.0, f64::max);
            let spared = spared[unit].get_or_insert(1.0);
            *spared *= 1.0 - loss;
            if fault.iter().any(|hit| hit.critical == Some(true)) {
                open += 1;
            }
            cured |= fault.iter().any(|hit| hit.critical == Some(false));
        }
    }
    mass.cap = match (open, cured) {
        (0, false) => None,
        (0, true) => Some((policy.caps.cured_critical, CapCause::CuredCritical)),
        (1, _) => Some((policy.caps.open_critical_1, CapCause::OpenCritical)),
        (_, _) => Some((policy.caps.open_critical_2_or_more, CapCause::OpenCriticals)),
    };

    let earns = clean_units(sheet, &spared);
    for (index, unit) in sheet.units.iter().enumerate() {
        match spared[index] {
            Some(spared) => {
                mass.violating += 1;
                mass.weight += unit.weight;
                mass.bad += unit.weight * (1.0 - spared);
            }
            None => {
                mass.clean += 1;
                if earns[index] {
                    mass.weight += unit.weight;
                    mass.good += unit.weight;
                } else {
                    mass.copies += 1;
                }
            }
        }
    }
    mass
}

fn live_hits(
    sheet: &Sheet<'_>,
    criterion: Criterion,
    policy: &Policy,
    catalogue: &Catalogue,
    without: Without,
    mass: &mut Mass,
) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (index, unit) in sheet.units.iter().enumerate() {
        for finding in unit.findings.iter().filter(|finding| finding.counts) {
            let Some(rule) = catalogue.get(finding.rule).filter(|rule| rule.criterion == criterion) else { continue };
            let cure = rule.cure(finding);
            let Some(evidence) = rule.evidence(finding) else { continue };
            let left_out = match without {
                Without::Nothing => false,
                Without::Rule(left_out) => finding.rule == left_out,
                Without::Appealed => finding.appealed,
            };
            if cure == Cure::Overturned || left_out {
                continue;
            }
            mass.appeals |= finding.appealed;
            *mass.rules.entry(finding.rule).or_default() += 1;
            let caps = rule.severity == Severity::Critical
                && unit.age < policy.window.cap_memory_days
                && (finding.reviewed || !policy.caps.require_review);
            hits.push(Hit {
                group: rule.group,
                day: unit.day,
                unit: index,
                severity: rule.loss,
                factor: policy.cure(cure) * evidence,
                // Deletion is no cure.
                critical: caps.then_some(matches!(cure, Cure::Open | Cure::Removed)),
            });
        }
    }
    hits
}

/// Which clean posts earn a unit: of equal captions on one day only the first by key.
fn clean_units(sheet: &Sheet<'_>, spared: &[Option<f64>]) -> Vec<bool> {
    let mut clean: Vec<(u64, i32, usize)> = sheet
        .units
        .iter()
        .enumerate()
        .filter(|(index, _)| spared[*index].is_none())
        .map(|(index, unit)| (unit.text, unit.day, index))
        .collect();
    clean.sort_unstable();
    clean.dedup_by_key(|(text, day, _)| (*text, *day));
    let mut earns = vec![false; sheet.units.len()];
    for (_, _, index) in clean {
        earns[index] = true;
    }
    earns
}
