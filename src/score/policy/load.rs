//! From the text of a policy file to a [`Policy`], with every rule that its numbers must keep.

use super::{
    Band, Bound, Caps, ConfidenceWidths, CountsFrom, Cure, Decisions, EvidenceFactors, IntervalPolicy, Policy,
    PolicyFaults, PolicyStatus, Prior, ReasonCode, Repeat, ReviewPolicy, RuleOverride, Sample, Window,
    fault::PolicyFault,
    reader::{At, Faults, Limits, Section},
};
use crate::{
    day::Day,
    pack::{Bilingual, Criterion, Severity},
};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use toml::de::DeTable;

/// The most days that any span may have: a century, far inside the range of day numbers.
const MOST_DAYS: u32 = 36_525;
const BOUNDS: [(&str, Bound); 3] = [("lower", Bound::Lower), ("score", Bound::Score), ("upper", Bound::Upper)];

pub(super) fn load(file: &str, source: &str) -> Result<Policy, PolicyFaults> {
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        // What stands beside broken syntax would be guessed at; the syntax first.
        let broken = errors.iter().map(|error| {
            let message = Bilingual {
                vi: format!("không đọc được TOML: {}", error.message()),
                en: format!("not TOML: {}", error.message()),
            };
            PolicyFault::new(source, message, error.span().unwrap_or(source.len()..source.len()))
        });
        return Err(PolicyFaults::new(file, source, broken.collect()));
    }
    let mut faults = Faults::new(source);
    let policy = read(file, source, table.get_ref(), &mut faults);
    match policy {
        Some(policy) if faults.found.is_empty() => Ok(policy),
        _ => Err(PolicyFaults::new(file, source, faults.found)),
    }
}

/// Reads every section before any of them may give up, so that all faults are found in one go.
fn read(file: &str, source: &str, table: &DeTable<'_>, faults: &mut Faults<'_>) -> Option<Policy> {
    let mut root = Section::root(table, source.len());
    let head = head(root.section("policy", faults), faults);
    let window = window(root.section("window", faults), faults);
    let sample = sample(root.section("sample", faults), faults);
    let prior = prior(root.section("prior", faults), faults);
    let interval = interval(root.section("interval", faults), faults);
    let severities = severities(root.section("severity", faults), faults);
    let evidence = evidence(root.section("evidence", faults), faults);
    let repeat = repeat(root.section("repeat", faults), faults);
    let cures = cures(root.section("cure", faults), faults);
    let caps = caps(root.section("caps", faults), faults);
    let confidence = confidence(root.section("confidence", faults), faults);
    let bands = bands(&mut root, faults);
    let decisions = decisions(root.section("decisions", faults), faults);
    let review = root.value("review").map(|value| review(Section::of("review".to_owned(), value, faults), faults));
    let rules = rules(&mut root, faults);
    root.close(faults);

    let head = head?;
    let (cures, cure_window_days) = cures?;
    Some(Policy {
        id: head.id,
        version: head.version,
        status: head.status,
        authority: head.authority,
        effective_from: head.effective_from,
        rounding_decimals: head.rounding_decimals,
        window: window?,
        sample: sample?,
        prior: prior?,
        interval: interval?,
        evidence: evidence?,
        repeat: repeat?,
        cure_window_days,
        caps: caps?,
        confidence: confidence?,
        bands,
        decisions: decisions?,
        review: match review {
            Some(review) => Some(review?),
            None => None,
        },
        rules,
        sha256: hex(&Sha256::digest(source.as_bytes())),
        severities: severities?,
        cures,
        file: file.to_owned(),
        source: source.to_owned(),
    })
}

struct Head {
    id: String,
    version: String,
    status: PolicyStatus,
    authority: String,
    effective_from: Day,
    rounding_decimals: u8,
}

fn head(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Head> {
    let id = section.text("id", faults);
    let version = section.text("version", faults);
    let words =
        [("draft", PolicyStatus::Draft), ("adopted", PolicyStatus::Adopted), ("withdrawn", PolicyStatus::Withdrawn)];
    let status = section.word("status", &words, faults);
    let authority = section.text("authority", faults);
    let from = section.text("effective_from", faults);
    let effective_from = from.and_then(|at| {
        let day = Day::parse(at.value).filter(|_| at.value.is_ascii());
        if day.is_none() {
            let vi = "`policy.effective_from` phải là ngày dạng NĂM-THÁNG-NGÀY";
            faults.add(at.span, vi, "`policy.effective_from` must be a day, YYYY-MM-DD");
        }
        day
    });
    criteria(&mut section, faults);
    let decimals = section.whole("rounding_decimals", 0, 4, faults);
    section.close(faults);
    Some(Head {
        id: id?.value.to_owned(),
        version: version?.value.to_owned(),
        status: status?.value,
        authority: authority?.value.to_owned(),
        effective_from: effective_from?,
        rounding_decimals: decimals? as u8,
    })
}

/// The list states what the file rates; both criteria must be on it, once each, and nothing else.
fn criteria(section: &mut Section<'_, '_>, faults: &mut Faults<'_>) {
    let Some(At { value: named, span }) = section.list("criteria", faults) else { return };
    let mut found: Vec<Criterion> = named
        .iter()
        .filter_map(|value| Criterion::ALL.into_iter().find(|c| Some(c.name()) == value.get_ref().as_str()))
        .collect();
    found.sort_unstable();
    found.dedup();
    if found.len() != Criterion::ALL.len() || named.len() != found.len() {
        let vi = "`policy.criteria` phải nêu đúng hai tiêu chí \"transparency\" và \"ad_compliance\"";
        faults.add(span, vi, "`policy.criteria` must name exactly \"transparency\" and \"ad_compliance\"");
    }
}

fn window(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Window> {
    let days = section.whole("days", 1, MOST_DAYS, faults);
    let half_life = section.number("half_life_days", Limits::AtLeast(0.0), faults);
    let cap_memory = section.whole("cap_memory_days", 0, MOST_DAYS, faults);
    section.close(faults);
    Some(Window { days: days?, half_life_days: half_life?.value, cap_memory_days: cap_memory? })
}

fn sample(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Sample> {
    let posts = section.whole("min_posts", 1, 1_000_000, faults);
    let weight = section.number("min_weight", Limits::AtLeast(0.0), faults);
    let coverage = section.number("min_coverage", Limits::SHARE, faults);
    let floor = section.number("floor_coverage", Limits::SHARE, faults);
    falling(&[("sample.min_coverage", &coverage), ("sample.floor_coverage", &floor)], faults);
    section.close(faults);
    Some(Sample {
        min_posts: posts?,
        min_weight: weight?.value,
        min_coverage: coverage?.value,
        floor_coverage: floor?.value,
    })
}

fn prior(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Prior> {
    let strength = section.number("strength", Limits::Above(0.0), faults);
    let mean = section.number("mean", Limits::Between(0.0, 1.0), faults);
    section.close(faults);
    Some(Prior { strength: strength?.value, mean: mean?.value })
}

fn interval(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<IntervalPolicy> {
    let lower = section.number("lower_quantile", Limits::Between(0.0, 0.5), faults);
    let upper = section.number("upper_quantile", Limits::Between(0.5, 1.0), faults);
    let effect = section.number("design_effect", Limits::AtLeast(1.0), faults);
    section.close(faults);
    Some(IntervalPolicy { lower_quantile: lower?.value, upper_quantile: upper?.value, design_effect: effect?.value })
}

fn severities(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<[f64; 4]> {
    let [low, medium, high, critical] =
        Severity::ALL.map(|severity| section.number(severity.name(), Limits::SHARE, faults));
    let order = [
        ("severity.critical", &critical),
        ("severity.high", &high),
        ("severity.medium", &medium),
        ("severity.low", &low),
    ];
    falling(&order, faults);
    section.close(faults);
    Some([low?.value, medium?.value, high?.value, critical?.value])
}

fn evidence(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<EvidenceFactors> {
    let reviewed = section.number("reviewed", Limits::SHARE, faults);
    let machine = section.number("machine", Limits::SHARE, faults);
    let least = section.number("min_precision_to_count", Limits::SHARE, faults);
    falling(&[("evidence.reviewed", &reviewed), ("evidence.machine", &machine)], faults);
    section.close(faults);
    Some(EvidenceFactors { reviewed: reviewed?.value, machine: machine?.value, min_precision_to_count: least?.value })
}

fn repeat(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Repeat> {
    let step = section.number("step", Limits::AtLeast(0.0), faults);
    let most = section.number("max_factor", Limits::AtLeast(1.0), faults);
    let lookback = section.whole("lookback_days", 1, MOST_DAYS, faults);
    let words = [("notice", CountsFrom::Notice), ("first", CountsFrom::First)];
    let from = section.word("counts_from", &words, faults);
    section.close(faults);
    Some(Repeat { step: step?.value, max_factor: most?.value, lookback_days: lookback?, counts_from: from?.value })
}

fn cures(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<([f64; 6], u32)> {
    const PATHS: [&str; 6] =
        ["cure.open", "cure.removed", "cure.late", "cure.in_window", "cure.self", "cure.overturned"];
    let values = Cure::ALL.map(|cure| section.number(cure.name(), Limits::SHARE, faults));
    let order: Vec<_> = PATHS.into_iter().zip(&values).collect();
    falling(&order, faults);
    let days = section.whole("window_days", 0, MOST_DAYS, faults);
    section.close(faults);
    let [open, removed, late, in_window, own, overturned] = values;
    let factors = [open?.value, removed?.value, late?.value, in_window?.value, own?.value, overturned?.value];
    Some((factors, days?))
}

fn caps(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Caps> {
    let require_review = section.flag("require_review", faults);
    let one = section.number("open_critical_1", Limits::POINTS, faults);
    let two = section.number("open_critical_2_or_more", Limits::POINTS, faults);
    let cured = section.number("cured_critical", Limits::POINTS, faults);
    let order =
        [("caps.cured_critical", &cured), ("caps.open_critical_1", &one), ("caps.open_critical_2_or_more", &two)];
    falling(&order, faults);
    section.close(faults);
    Some(Caps {
        require_review: require_review?,
        open_critical_1: one?.value,
        open_critical_2_or_more: two?.value,
        cured_critical: cured?.value,
    })
}

fn confidence(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<ConfidenceWidths> {
    let high = section.number("high_width", Limits::POINTS, faults);
    let medium = section.number("medium_width", Limits::POINTS, faults);
    falling(&[("confidence.medium_width", &medium), ("confidence.high_width", &high)], faults);
    section.close(faults);
    Some(ConfidenceWidths { high: high?.value, medium: medium?.value })
}

fn bands(root: &mut Section<'_, '_>, faults: &mut Faults<'_>) -> Vec<Band> {
    let Some(At { value: listed, span }) = root.list("bands", faults) else { return Vec::new() };
    let mut bands: Vec<Band> = Vec::new();
    let mut whole = true;
    for value in &listed {
        let mut section = Section::of("bands".to_owned(), value, faults);
        let name = section.text("name", faults);
        let min = section.number("min", Limits::POINTS, faults);
        section.close(faults);
        let (Some(name), Some(min)) = (name, min) else {
            whole = false;
            continue;
        };
        if bands.iter().any(|band| band.name == name.value) {
            let vi = format!("hạng \"{}\" có hai lần", name.value);
            faults.add(name.span, vi, format!("the band \"{}\" stands twice", name.value));
        }
        if let Some(above) = bands.last()
            && min.value >= above.min
        {
            let vi = format!("`bands.min` phải giảm dần: {} không nhỏ hơn {}", min.value, above.min);
            let en = format!("`bands.min` must fall from band to band: {} is not below {}", min.value, above.min);
            faults.add(min.span, vi, en);
        }
        bands.push(Band { name: name.value.to_owned(), min: min.value });
    }
    match (bands.last(), listed.last()) {
        (Some(last), Some(value)) if whole && last.min != 0.0 => {
            let vi = "hạng cuối phải bắt đầu từ 0 để điểm nào cũng có hạng";
            faults.add(value.span(), vi, "the last band must begin at 0, so that every score has one");
        }
        (_, None) => faults.add(span, "phải có ít nhất một hạng", "there must be at least one band"),
        _ => {}
    }
    bands
}

fn decisions(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<Decisions> {
    let display = section.word("display_on", &BOUNDS, faults);
    let award = section.word("award_on", &BOUNDS, faults);
    let adverse = section.word("adverse_on", &BOUNDS, faults);
    let publish = section.flag("publish_without_review", faults);
    let combine = section.word("combine", &[("none", ())], faults);
    section.close(faults);
    combine?;
    Some(Decisions {
        display_on: display?.value,
        award_on: award?.value,
        adverse_on: adverse?.value,
        publish_without_review: publish?,
    })
}

fn review(mut section: Section<'_, '_>, faults: &mut Faults<'_>) -> Option<ReviewPolicy> {
    let reviewers = section.whole("reviewers", 1, 9, faults);
    let reviewers_critical = section.whole("reviewers_critical", 1, 9, faults);
    let overturned_share = section.number("overturned_share", Limits::Within(0.01, 1.0), faults);
    let minimum = section.whole("minimum", 1, 1_000_000, faults);
    let answer_days = section.whole("answer_days", 1, MOST_DAYS, faults);
    let listed = section.list("reason", faults).map(|at| at.value).unwrap_or_default();
    section.close(faults);
    let mut reasons: Vec<ReasonCode> = Vec::new();
    for value in listed {
        let mut section = Section::of("review.reason".to_owned(), value, faults);
        let [code, vi, en] = ["code", "vi", "en"].map(|key| section.text(key, faults));
        section.close(faults);
        let (Some(code), Some(vi), Some(en)) = (code, vi, en) else { continue };
        if reasons.iter().any(|reason| reason.code == code.value) {
            let vi = format!("mã lý do \"{}\" có hai lần", code.value);
            faults.add(code.span, vi, format!("the reason code \"{}\" stands twice", code.value));
        }
        let meaning = Bilingual { vi: vi.value.to_owned(), en: en.value.to_owned() };
        reasons.push(ReasonCode { code: code.value.to_owned(), meaning });
    }
    Some(ReviewPolicy {
        reviewers: reviewers?,
        reviewers_critical: reviewers_critical?,
        overturned_share: overturned_share?.value,
        minimum: minimum?,
        answer_days: answer_days?,
        reasons,
    })
}

fn rules(root: &mut Section<'_, '_>, faults: &mut Faults<'_>) -> Vec<RuleOverride> {
    let Some(value) = root.value("rule") else { return Vec::new() };
    let Some(table) = value.get_ref().as_table() else {
        faults.add(value.span(), "viết ngoại lệ dưới dạng [rule.MÃ]", "write exceptions as [rule.ID]");
        return Vec::new();
    };
    let words = Severity::ALL.map(|severity| (severity.name(), severity));
    let mut rules = Vec::new();
    for (id, value) in table {
        let mut section = Section::of(format!("rule.{}", id.get_ref()), value, faults);
        rules.push(RuleOverride {
            rule: id.get_ref().to_string(),
            severity: section.word_or_none("severity", &words, faults),
            curable: section.flag_or_none("curable", faults),
            precision_lower: section.number_or_none("precision_lower", Limits::SHARE, faults),
            span: id.span(),
        });
        section.close(faults);
    }
    rules.sort_by(|a, b| a.rule.cmp(&b.rule));
    rules
}

/// Faults where a value is greater than the one named before it.
fn falling(values: &[(&str, &Option<At<f64>>)], faults: &mut Faults<'_>) {
    for pair in values.windows(2) {
        let [(above, Some(most)), (below, Some(least))] = pair else { continue };
        if least.value > most.value {
            let vi = format!("`{below}` ({}) không được lớn hơn `{above}` ({})", least.value, most.value);
            let en = format!("`{below}` ({}) must not be greater than `{above}` ({})", least.value, most.value);
            faults.add(least.span.clone(), vi, en);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
