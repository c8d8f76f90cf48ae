//! Clean mass and loss mass of one criterion. Adding a finding never lowers a loss and never adds clean mass, so it never
//! raises a score; no post's weight depends on another post.

use super::{
    catalogue::Catalogue,
    policy::{CountsFrom, Policy},
    post::{Cure, ScoredFinding},
    record::CapCause,
};
use crate::pack::{Criterion, RuleId, Severity, Tier};
use std::{cmp::Reverse, collections::BTreeMap};

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
pub(super) enum Without<'a> {
    Nothing,
    Rule(RuleId),
    Appealed,
    /// Those of these units.
    Units(&'a [bool]),
}

/// A unit with live findings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Violation {
    pub(super) unit: usize,
    /// What its findings cost together, 0 to 1.
    pub(super) loss: f64,
    /// Live findings.
    pub(super) findings: u64,
    /// Critical faults in it that cap, still open.
    pub(super) open: u32,
    /// Whether a mended critical fault in it caps.
    pub(super) cured: bool,
}

/// What the formulas start from.
#[derive(Clone, Debug, Default)]
pub(super) struct Mass {
    pub(super) good: f64,
    pub(super) bad: f64,
    pub(super) weight: f64,
    pub(super) clean: u64,
    pub(super) copies: u64,
    pub(super) cap: Option<(f64, CapCause)>,
    /// In key order.
    pub(super) violations: Vec<Violation>,
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

/// All that is wrong with one unit.
#[derive(Clone)]
struct Fault {
    /// What its findings leave of it, 0 to 1.
    spared: f64,
    findings: u64,
    open: u32,
    cured: bool,
}

impl Default for Fault {
    fn default() -> Self {
        Self { spared: 1.0, findings: 0, open: 0, cured: false }
    }
}

/// Weighs the sheet for one criterion.
pub(super) fn weigh(
    sheet: &Sheet<'_>,
    criterion: Criterion,
    policy: &Policy,
    catalogue: &Catalogue,
    without: Without<'_>,
) -> Mass {
    let mut mass = Mass::default();
    let mut hits = live_hits(sheet, criterion, policy, catalogue, without, &mut mass);
    hits.sort_by_key(|hit| (hit.group, hit.day, hit.unit));

    let mut faulty: Vec<Option<Fault>> = vec![None; sheet.units.len()];
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
            let all = faulty[unit].get_or_insert_with(Fault::default);
            all.spared *= 1.0 - loss;
            all.findings += fault.len() as u64;
            all.open += u32::from(fault.iter().any(|hit| hit.critical == Some(true)));
            all.cured |= fault.iter().any(|hit| hit.critical == Some(false));
        }
    }
    let (open, cured) = faulty.iter().flatten().fold((0, false), |(n, c), fault| (n + fault.open, c | fault.cured));
    mass.cap = match (open, cured) {
        (0, false) => None,
        (0, true) => Some((policy.caps.cured_critical, CapCause::CuredCritical)),
        (1, _) => Some((policy.caps.open_critical_1, CapCause::OpenCritical)),
        (_, _) => Some((policy.caps.open_critical_2_or_more, CapCause::OpenCriticals)),
    };

    let earns = clean_units(sheet, &faulty);
    for (index, unit) in sheet.units.iter().enumerate() {
        match &faulty[index] {
            Some(Fault { spared, findings, open, cured }) => {
                let loss = 1.0 - spared;
                mass.weight += unit.weight;
                mass.bad += unit.weight * loss;
                let violation = Violation { unit: index, loss, findings: *findings, open: *open, cured: *cured };
                mass.violations.push(violation);
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
    without: Without<'_>,
    mass: &mut Mass,
) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (index, unit) in sheet.units.iter().enumerate() {
        for finding in counting(unit.findings, catalogue) {
            let Some(rule) = catalogue.get(finding.rule).filter(|rule| rule.criterion == criterion) else { continue };
            let cure = rule.cure(finding);
            let Some(evidence) = rule.evidence(finding) else { continue };
            let left_out = match without {
                Without::Nothing => false,
                Without::Rule(left_out) => finding.rule == left_out,
                Without::Appealed => finding.appealed,
                Without::Units(units) => units[index],
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

/// The findings of a post that count under this policy. Of those that the machine alone stands for that is one a group:
/// the gravest that may count, a tie to the lowest id. A scan marks it by the severities of the pack; where the policy sees
/// a rule otherwise, or its precision is too low to count, another one of the group stands in its place.
fn counting<'f>(findings: &'f [ScoredFinding], catalogue: &'f Catalogue) -> impl Iterator<Item = &'f ScoredFinding> {
    let group = |finding: &ScoredFinding| catalogue.get(finding.rule).map(|rule| rule.group);
    let marked = |finding: &ScoredFinding| finding.counts && !finding.reviewed;
    findings.iter().enumerate().filter(|(_, finding)| finding.counts).filter_map(move |(at, finding)| {
        if finding.reviewed {
            return Some(finding);
        }
        let of = group(finding)?;
        if findings[..at].iter().any(|before| marked(before) && group(before) == Some(of)) {
            return None;
        }
        let may = |other: &&ScoredFinding| {
            (marked(other) || !other.reviewed && other.tier == Tier::Violation) && other.cure != Cure::Overturned
        };
        let entries = findings.iter().filter(may).filter_map(|other| Some((other, catalogue.get(other.rule)?)));
        let able = entries.filter(|(other, rule)| rule.group == of && rule.evidence(other).is_some());
        able.max_by_key(|(other, rule)| (rule.severity, Reverse((other.rule, other.cure)))).map(|(other, _)| other)
    })
}

/// Which clean posts earn a unit: of equal captions on one day only the first by key.
fn clean_units(sheet: &Sheet<'_>, faulty: &[Option<Fault>]) -> Vec<bool> {
    let mut clean: Vec<(u64, i32, usize)> = sheet
        .units
        .iter()
        .enumerate()
        .filter(|(index, _)| faulty[*index].is_none())
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
