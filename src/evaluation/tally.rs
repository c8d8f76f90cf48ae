//! Counts over gold posts, and what they come to.

use super::{Bin, Evaluation, Judged, Row, ScoreRow, Share, SpanRow};
use crate::{
    gold::GoldPost,
    stats::{
        quality::{Stretch, calibration, span_score, span_scores},
        ranking::{auc, average_precision, best_f1},
        share::wilson,
    },
    vocabulary::{Commercial, DisclosureState},
};
use std::collections::{BTreeMap, BTreeSet};

/// Posts that are named for each kind of mistake.
const EXAMPLES: usize = 5;
/// Bins of the reliability table.
const BINS: usize = 10;

/// Adds up gold posts with what was said of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Gold posts judged.
    pub posts: u64,
    /// Gold posts without a judgement.
    pub missing: u64,
    counts: BTreeMap<(&'static str, String, String), Counts>,
    scores: Vec<(f64, bool)>,
    spans: Spans,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Counts {
    tp: u64,
    fp: u64,
    fn_: u64,
    wrong: Vec<String>,
    missed: Vec<String>,
}

/// Sums over posts; half a match counts half.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Spans {
    posts: u64,
    gold: u64,
    said: u64,
    exact: f64,
    partial: f64,
    characters: [u64; 3],
}

impl Tally {
    /// Adds one post.
    pub fn add(&mut self, gold: &GoldPost, judged: &Judged) {
        self.posts += 1;
        let mut put = |measure: &str, wanted: bool, said: bool| self.put(gold, judged, measure, wanted, said);
        if let Some(label) = gold.commercial {
            for of in [Commercial::Yes, Commercial::Unsure, Commercial::No] {
                let measure =
                    if of == Commercial::Yes { "commercial".to_owned() } else { format!("commercial.{}", of.name()) };
                put(&measure, label == of, judged.commercial == of);
            }
        }
        if let (Some(state), Some(Commercial::Yes)) = (gold.disclosure, gold.commercial) {
            // One state a post: a wrong one is both said wrongly and missed.
            put("disclosure", true, judged.disclosure == state);
            if judged.disclosure != state {
                put("disclosure", false, true);
            }
            for of in DisclosureState::ALL {
                put(&format!("disclosure.{}", of.name()), state == of, judged.disclosure == of);
            }
        }
        if let Some(disclosed) = gold.disclosed {
            put("disclosed", disclosed, judged.disclosed);
        }
        let mut set = |measure: &str, wanted: &BTreeSet<&str>, said: &BTreeSet<&str>| {
            for one in wanted.union(said) {
                let (wanted, said) = (wanted.contains(one), said.contains(one));
                put(measure, wanted, said);
                put(&format!("{measure}.{one}"), wanted, said);
            }
        };
        if let Some(claims) = &gold.claims {
            let wanted = claims.iter().map(|c| c.code.as_str()).collect();
            set("claims", &wanted, &judged.claims.iter().map(|c| c.code.as_str()).collect());
        }
        if let Some(rules) = &gold.rules {
            let wanted = rules.iter().map(String::as_str).collect();
            set("rules", &wanted, &judged.rules.iter().map(String::as_str).collect());
        }
        if let Some(label) = gold.commercial {
            self.scores.push((judged.score, label == Commercial::Yes));
        }
        self.spans.add(gold, judged);
    }

    fn put(&mut self, gold: &GoldPost, judged: &Judged, measure: &str, wanted: bool, said: bool) {
        if !wanted && !said {
            return;
        }
        let language = gold.language.clone().unwrap_or_else(|| judged.language.clone());
        let mut slices = vec![("all", String::new())];
        // Languages and strata have few posts: only the measures over all kinds are worth a row.
        if !measure.contains('.') {
            slices.push(("language", language));
            slices.extend(gold.stratum.clone().map(|s| ("stratum", s)));
        }
        for (slice, value) in slices {
            let counts = self.counts.entry((slice, value, measure.to_owned())).or_default();
            let examples = match (wanted, said) {
                (true, true) => {
                    counts.tp += 1;
                    continue;
                }
                (false, _) => {
                    counts.fp += 1;
                    &mut counts.wrong
                }
                (true, false) => {
                    counts.fn_ += 1;
                    &mut counts.missed
                }
            };
            if slice == "all" && examples.len() < EXAMPLES && examples.last() != Some(&gold.id) {
                examples.push(gold.id.clone());
            }
        }
    }

    /// What the counts come to, with intervals of level `conf`.
    pub fn finish(self, conf: f64) -> Evaluation {
        let rows = self.counts.into_iter().map(|((slice, value, measure), c)| {
            let share = |x, n| Share::of(x, n, conf);
            // F1 rises with tp / (tp + fp + fn), so that share's interval is carried over.
            let jaccard = share(c.tp, c.tp + c.fp + c.fn_);
            let f = |j: f64| 2.0 * j / (1.0 + j);
            let f1 = Share {
                value: jaccard.value.map(f),
                lower: jaccard.lower.map(f),
                upper: jaccard.upper.map(f),
                n: jaccard.n,
            };
            Row {
                slice,
                value,
                measure,
                tp: c.tp,
                fp: c.fp,
                fn_: c.fn_,
                precision: share(c.tp, c.tp + c.fp),
                recall: share(c.tp, c.tp + c.fn_),
                f1,
                wrong: c.wrong,
                missed: c.missed,
            }
        });
        Evaluation {
            posts: self.posts,
            missing: self.missing,
            conf,
            rows: rows.collect(),
            spans: self.spans.finish(),
            score: score(&self.scores, conf),
        }
    }
}

impl Share {
    /// `x` of `n`.
    pub fn of(x: u64, n: u64, conf: f64) -> Self {
        let interval = wilson(x, n, conf);
        Self {
            value: (n > 0).then(|| x as f64 / n as f64),
            lower: interval.map(|i| i.lower),
            upper: interval.map(|i| i.upper),
            n,
        }
    }
}

impl Spans {
    /// Posts in which each gold claim has its place.
    fn add(&mut self, gold: &GoldPost, judged: &Judged) {
        let Some(claims) = gold.claims.as_ref().filter(|c| c.iter().all(|c| c.place.is_some())) else { return };
        if claims.is_empty() && judged.claims.is_empty() {
            return;
        }
        // Places of different fields never meet.
        let labels: BTreeSet<String> = claims
            .iter()
            .filter_map(|c| Some(format!("{} {}", c.place?.0.name(), c.code)))
            .chain(judged.claims.iter().map(|c| format!("{} {}", c.field.name(), c.code)))
            .collect();
        let label = |name: String| labels.get(&name).map_or("", String::as_str);
        let wanted: Vec<Stretch<'_>> = claims
            .iter()
            .filter_map(|c| {
                let (field, start, end) = c.place?;
                Some(Stretch { start, end, label: label(format!("{} {}", field.name(), c.code)) })
            })
            .collect();
        let said: Vec<Stretch<'_>> = judged
            .claims
            .iter()
            .map(|c| Stretch { start: c.start, end: c.end, label: label(format!("{} {}", c.field.name(), c.code)) })
            .collect();
        let scores = span_scores(&wanted, &said);
        let [exact, partial, ..] = scores.partial_counts;
        self.posts += 1;
        self.gold += wanted.len() as u64;
        self.said += said.len() as u64;
        self.exact += exact as f64;
        self.partial += exact as f64 + 0.5 * partial as f64;
        self.characters.iter_mut().zip(scores.character_counts).for_each(|(sum, n)| *sum += n);
    }

    fn finish(self) -> Option<SpanRow> {
        let f1 = |hits: f64, gold: u64, said: u64| span_score(hits, gold, said).f1;
        let [common, long, wide] = self.characters;
        (self.gold > 0).then(|| SpanRow {
            posts: self.posts,
            gold: self.gold,
            said: self.said,
            exact: f1(self.exact, self.gold, self.said),
            partial: f1(self.partial, self.gold, self.said),
            characters: f1(common as f64, long, wide),
        })
    }
}

fn score(pairs: &[(f64, bool)], conf: f64) -> Option<ScoreRow> {
    let area = auc(pairs, conf)?;
    let best = best_f1(pairs)?;
    let (brier, calibration_error) = calibration(pairs, BINS)?;
    let mut bins = [(0_u64, 0_u64, 0.0_f64); BINS];
    for &(p, yes) in pairs {
        let bin = &mut bins[((p * BINS as f64 + 1e-9).floor().max(0.0) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + u64::from(yes), bin.2 + p);
    }
    let edge = |i: usize| i as f64 / BINS as f64;
    let reliability = bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0).map(|(i, &(n, yes, sum))| Bin {
        from: edge(i),
        to: edge(i + 1),
        score: sum / n as f64,
        yes: Share::of(yes, n, conf),
    });
    Some(ScoreRow {
        posts: pairs.len() as u64,
        yes: pairs.iter().filter(|p| p.1).count() as u64,
        auc: area.estimate,
        auc_lower: area.interval.lower,
        auc_upper: area.interval.upper,
        average_precision: average_precision(pairs)?,
        best_f1: best.f1,
        threshold: best.threshold,
        brier,
        calibration_error,
        reliability: reliability.collect(),
    })
}
