//! Rows of shares: every measure by every method that its labels can carry.

use super::{
    By, Control, Facts, Kind, Options, Prevalence, PrevalenceError, Row, Warning,
    census::{Census, Labelled, Plan, Seen},
    contrast::{Best, contrasts},
    measure::Measure,
    population::group_of,
};
use crate::{
    finished::FinishedRun,
    labels::{Code, Labels, by_post},
    sample::{Sight, stratum_name},
    stats::{
        cluster::{effective_n, percentile_interval, spread},
        misclassified::{Observed, apparent, lang_reiczigel, rogan_gladen},
        share::score_interval,
        special::critical,
        survey::{Cell, Estimate, Label, Survey, Trust, Undefined},
    },
    vocabulary::Commercial,
};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer labels say too little to be shown as a share.
const LEAST_LABELS: u64 = 20;
/// Smaller spreads are residues of sums that were subtracted again.
const LEAST_SPREAD: f64 = 1e-9;

/// Flags of creators, at the weights of the population.
struct Flags {
    /// Weight of posts, and of those flagged, of each creator.
    creators: Vec<(f64, f64)>,
    /// How many equally weighted posts say as much.
    effective: f64,
}

/// Estimates all measures of a run from labels.
///
/// # Errors
/// When the labels are not of this run, do not tell how they were drawn, or a file is at fault. What the labels cannot
/// carry is a row with a reason, not an error.
pub fn prevalence(
    run: &FinishedRun,
    labels: &Labels,
    plan: Option<&Plan>,
    options: &Options,
) -> Result<Prevalence, PrevalenceError> {
    if !(0.5..1.0).contains(&options.conf) {
        return Err(PrevalenceError::Options("--conf: từ 0.5 đến dưới 1 / from 0.5 to below 1"));
    }
    let weighted = plan.is_some() || labels.codes.iter().any(|c| c.weight.is_some());
    if weighted && options.simple_random {
        return Err(PrevalenceError::Options(
            "--simple-random trái với weight trong nhãn / contradicts the weights of the labels",
        ));
    }
    let census = Census::take(run, by_post(&labels.codes), plan)?;
    let mut warnings = Vec::new();
    let mut warn = |key, n| {
        if n > 0 {
            warnings.push(Warning { key, n });
        }
    };
    warn("skipped", labels.skipped);
    let divided = |l: &&Labelled<'_>| !l.again && disagree(&l.codes);
    warn("disagree", census.labelled.iter().filter(divided).count() as u64);
    warn("no_account", census.unnamed);
    warn("population", options.population.as_ref().map_or(0, |p| p.groups() as u64));
    let unsure = |l: &&Labelled<'_>| !l.again && l.codes.iter().any(|c| c.commercial == Some(Commercial::Unsure));
    warn("unsure", census.labelled.iter().filter(unsure).count() as u64);
    warn("outside_plan", census.outside_plan);
    warn("unanswered", plan.map_or(0, |p| (p.len() as u64).saturating_sub(census.answered())));
    let passed = |seen: &Seen| seen.parts[0] == Sight::Nothing.name();
    let flagged_only =
        census.cells.iter().any(passed) && !census.labelled.iter().any(|l| passed(&census.cells[l.cell as usize]));
    let strata = Strata::new(&census, plan);
    let uncovered = strata.uncovered(&census);
    let mut rows = Vec::new();
    if flagged_only {
        // How often flags are right can be told without knowing how they were drawn beside the other posts.
        warn("flagged_only", census.answered());
        rows.extend(Measure::ALL.into_iter().flat_map(|m| precision(&census, m, options)));
    } else if !weighted && !options.simple_random {
        return Err(PrevalenceError::NoWeights);
    } else if uncovered > 0 {
        warn("uncovered", uncovered);
        rows.extend(Measure::ALL.into_iter().map(|m| refused(&census, m, "stratum_without_labels")));
    } else {
        let frame = Frame::new(&census, &strata, options)?;
        for measure in Measure::ALL {
            rows.extend(frame.rows(measure));
        }
    }
    let facts = facts(run, &census, weighted, options);
    Ok(Prevalence { facts, warnings, rows })
}

/// Whether two coders answer one question differently; a question left open is no answer.
fn disagree(codes: &[&Code]) -> bool {
    fn differ<T: PartialEq>(answers: impl Iterator<Item = Option<T>>) -> bool {
        let mut given = answers.flatten();
        given.next().is_some_and(|first| given.any(|other| other != first))
    }
    differ(codes.iter().map(|c| c.commercial))
        || differ(codes.iter().map(|c| c.disclosure))
        || differ(codes.iter().map(|c| c.claim))
}

/// Names of the strata that labels were drawn from, and where each cell belongs.
struct Strata {
    of_cell: Vec<Option<u32>>,
    numbers: BTreeMap<String, u32>,
    /// Whether a stratum has a label, by its number.
    labelled: Vec<bool>,
}

impl Strata {
    /// Where every name is one as plans give them, cells belong to the finest that is named; else there is one stratum. The
    /// plan names strata of which no label came back, too: without it their cells would fall to a coarser stratum, whose
    /// labels were not drawn from them.
    fn new(census: &Census<'_>, plan: Option<&Plan>) -> Self {
        let with_label: BTreeSet<&str> = census.labelled.iter().map(|l| l.stratum.as_str()).collect();
        let names: BTreeSet<&str> = with_label.iter().copied().chain(plan.into_iter().flat_map(Plan::strata)).collect();
        let planned = !names.is_empty() && names.iter().all(|n| n.split('|').count() == 4);
        if !planned {
            let numbers = names.into_iter().map(|n| (n.to_owned(), 0)).collect();
            return Self { of_cell: vec![Some(0); census.cells.len()], numbers, labelled: vec![true] };
        }
        let labelled = names.iter().map(|name| with_label.contains(name)).collect();
        let numbers: BTreeMap<String, u32> = names.into_iter().map(str::to_owned).zip(0..).collect();
        let find = |seen: &Seen| (1..=4).rev().find_map(|kept| numbers.get(&stratum_name(&seen.parts, kept)).copied());
        Self { of_cell: census.cells.iter().map(find).collect(), numbers, labelled }
    }

    /// Posts of which no label tells.
    fn uncovered(&self, census: &Census<'_>) -> u64 {
        let open = |cell: u32| self.of_cell[cell as usize].is_none_or(|stratum| !self.labelled[stratum as usize]);
        census.creators.iter().flatten().filter(|(cell, _)| open(*cell)).map(|(_, n)| n).sum()
    }
}

/// The census as surveys are made from it.
struct Frame<'a> {
    census: &'a Census<'a>,
    strata: &'a Strata,
    options: &'a Options,
    /// Factor and part of each cell: 1 and 0 unless the population is known.
    factors: Vec<(f64, u32)>,
}

impl<'a> Frame<'a> {
    fn new(census: &'a Census<'a>, strata: &'a Strata, options: &'a Options) -> Result<Self, PrevalenceError> {
        let factors = match &options.population {
            None => vec![(1.0, 0); census.cells.len()],
            Some(population) => {
                let (mut posts, mut labels) = (vec![0; census.cells.len()], vec![0; census.cells.len()]);
                census.creators.iter().flatten().for_each(|(cell, n)| posts[*cell as usize] += n);
                census.labelled.iter().for_each(|l| labels[l.cell as usize] += 1);
                population.factors(&census.cells, &posts, &labels, LEAST_LABELS)?
            }
        };
        Ok(Self { census, strata, options, factors })
    }

    fn rows(&self, measure: Measure) -> Vec<Row> {
        let mut rows = Vec::new();
        self.group(measure, "", "all", &|_| true, &mut rows);
        if let Some(by) = self.options.by {
            let names: BTreeSet<&str> = self.census.cells.iter().map(|seen| group_of(by, seen)).collect();
            let groups: Vec<Best> = names
                .into_iter()
                .filter_map(|name| self.group(measure, by.name(), name, &|seen| group_of(by, seen) == name, &mut rows))
                .collect();
            let equal = self.census.labelled.iter().all(|l| l.weight == self.census.labelled[0].weight);
            rows.extend(contrasts(measure, by, &groups, equal && by == By::Month, self.options.conf));
        }
        rows
    }

    /// Rows of one group; gives its best estimate where there is one.
    fn group(
        &self,
        measure: Measure,
        by: &'static str,
        group: &str,
        holds: &dyn Fn(&Seen) -> bool,
        rows: &mut Vec<Row>,
    ) -> Option<Best> {
        let empty = |method, posts| Row {
            by,
            group: group.to_owned(),
            method,
            posts,
            ..Row::blank(Kind::Share, measure.name())
        };
        let (rate, posts, flags) = self.flag_rate(measure, holds);
        rows.push(Row { estimate: rate, note: Some("not_prevalence"), ..empty("flag_rate", posts) });
        let (survey, strata, counts) = self.survey(measure, holds);
        if counts.0 < LEAST_LABELS {
            rows.push(Row { labels: Some(counts.0), note: Some("too_few_labels"), ..empty("ppi_tuned", posts) });
            return None;
        }
        let mut best = None;
        let by_hand = if strata > 1 { "stratified" } else { "classical" };
        for (method, trust) in [(by_hand, Trust::Labels), ("ppi", Trust::Full), ("ppi_tuned", Trust::Tuned)] {
            let recommended = trust == Trust::Tuned;
            let row = empty(method, posts);
            match survey.estimate(trust, self.options.conf) {
                Ok(estimate) => {
                    rows.push(Row { recommended, ..filled(row, &estimate, self.options.conf) });
                    if recommended {
                        best = Some(Best { group: group.to_owned(), estimate, counts, posts });
                    }
                }
                Err(why) => rows.push(Row { labels: Some(counts.0), note: Some(reason(why)), ..row }),
            }
        }
        if by.is_empty() {
            if let Some(best) = &best {
                rows.extend(self.checks(&survey, best, &empty("ppi_tuned", posts)));
            }
            rows.extend(self.known_quality(measure, &flags, empty("rogan_gladen", posts)));
        }
        best
    }

    /// What the detector alone says, with posts and the flags of creators.
    fn flag_rate(&self, measure: Measure, holds: &dyn Fn(&Seen) -> bool) -> (Option<f64>, u64, Flags) {
        let (mut sums, mut posts) = ([0.0; 2], 0);
        let (mut creators, mut weight, mut square) = (Vec::new(), 0.0, 0.0);
        for counts in &self.census.creators {
            let mut own = (0.0, 0.0);
            for (cell, n) in counts.iter().filter(|(cell, _)| holds(&self.census.cells[*cell as usize])) {
                let seen = &self.census.cells[*cell as usize];
                let says = measure.sides(seen.commercial, seen.disclosure, seen.claims);
                let each = self.factors[*cell as usize].0;
                let factor = each * *n as f64;
                sums = [sums[0] + factor * says[0], sums[1] + factor * says[1]];
                posts += n;
                own = (own.0 + factor, own.1 + if says[0] > 0.0 { factor } else { 0.0 });
                (weight, square) = (weight + factor, square + each * factor);
            }
            if own.0 > 0.0 {
                creators.push(own);
            }
        }
        let effective = if square > 0.0 { weight * weight / square } else { 0.0 };
        ((sums[1] > 0.0).then(|| sums[0] / sums[1]), posts, Flags { creators, effective })
    }

    /// The survey of a group, how many strata it has, and (labels, labels with the property).
    fn survey(&self, measure: Measure, holds: &dyn Fn(&Seen) -> bool) -> (Survey, usize, (u64, u64)) {
        let census = self.census;
        let mut labels = vec![0u64; self.strata.numbers.len().max(1)];
        let mut answered = Vec::new();
        // Weights of advertising with an answer and without one, by stratum.
        let mut ads = vec![[0.0; 2]; labels.len()];
        for labelled in census.labelled.iter().filter(|l| holds(&census.cells[l.cell as usize])) {
            let h = self.stratum(labelled.cell);
            let weight = labelled.weight * self.factors[labelled.cell as usize].0;
            match measure.truth(&labelled.codes) {
                Some(truth) => {
                    answered.push((labelled, truth));
                    labels[h] += 1;
                    ads[h][0] += weight * truth[1];
                }
                None if labelled.codes.iter().any(|c| c.commercial == Some(Commercial::Yes)) => ads[h][1] += weight,
                None => {}
            }
        }
        // Only advertising can be without an answer: what was answered of it stands for the rest of its stratum, or else
        // every such label would make advertising rarer beside what is none.
        let stands_for = |h: usize| if ads[h][0] > 0.0 { ads[h][1] / ads[h][0] } else { 0.0 };
        // Strata with fewer than two labels here are one stratum; their weights still tell how they were drawn.
        let mut large: Vec<usize> = (0..labels.len()).filter(|h| labels[*h] >= 2).collect();
        let small_posts = census
            .creators
            .iter()
            .flatten()
            .any(|(cell, _)| holds(&census.cells[*cell as usize]) && !large.contains(&self.stratum(*cell)));
        let small_labels: u64 = (0..labels.len()).filter(|h| !large.contains(h)).map(|h| labels[h]).sum();
        if small_posts && small_labels < 2 {
            // Too few to stand alone: the stratum with the fewest labels takes them in.
            if let Some(at) = (0..large.len()).min_by_key(|at| labels[large[*at]]) {
                large.remove(at);
            }
        }
        let number = |cell: u32| large.iter().position(|h| *h == self.stratum(cell)).unwrap_or(large.len()) as u32;
        let cells = census.cells.iter().enumerate().map(|(at, seen)| Cell {
            stratum: number(at as u32),
            part: self.factors[at].1,
            says: measure.sides(seen.commercial, seen.disclosure, seen.claims),
        });
        let mut survey = Survey::new(cells.collect());
        for (creator, counts) in (0u32..).zip(&census.creators) {
            for (cell, n) in counts.iter().filter(|(cell, _)| holds(&census.cells[*cell as usize])) {
                survey.posts(creator, *cell, self.factors[*cell as usize].0 * *n as f64);
            }
        }
        let mut with = 0;
        for (labelled, [num, den]) in &answered {
            let more = 1.0 + den * stands_for(self.stratum(labelled.cell));
            let weight = labelled.weight * self.factors[labelled.cell as usize].0 * more;
            survey.label(labelled.creator, labelled.cell, Label { weight, num: *num, den: *den });
            with += u64::from(*num >= 0.5);
        }
        let strata = large.len() + usize::from(small_posts);
        (survey, strata, (answered.len() as u64, with))
    }

    fn stratum(&self, cell: u32) -> usize {
        self.strata.of_cell[cell as usize].unwrap_or_default() as usize
    }

    /// The same estimate with errors found in two other ways.
    fn checks(&self, survey: &Survey, best: &Best, row: &Row) -> Vec<Row> {
        let estimate = &best.estimate;
        let fill = |error, se| Row {
            error,
            se,
            lower: None,
            upper: None,
            conf: None,
            ..filled(row.clone(), estimate, self.options.conf)
        };
        // Where every draw gives the same, draws tell nothing of the error; an interval of no width would say certainty.
        let jackknife = survey.jackknife(Trust::Tuned).filter(|se| *se > LEAST_SPREAD);
        let half = jackknife.map(|se| critical(self.options.conf, estimate.creators as f64 - 1.0) * se);
        let mut rows = vec![Row {
            lower: half.map(|h| (estimate.estimate - h).max(0.0)),
            upper: half.map(|h| (estimate.estimate + h).min(1.0)),
            conf: Some(self.options.conf),
            ..fill("jackknife", jackknife)
        }];
        if self.options.draws > 0 {
            let draws = survey.bootstrap(Trust::Tuned, self.options.draws, self.options.seed);
            let interval = percentile_interval(&draws, self.options.conf).filter(|i| i.upper - i.lower > LEAST_SPREAD);
            rows.push(Row {
                lower: interval.map(|i| i.lower),
                upper: interval.map(|i| i.upper),
                conf: Some(self.options.conf),
                ..fill("bootstrap", spread(&draws).filter(|se| *se > LEAST_SPREAD))
            });
        }
        rows
    }

    /// The share behind the flags, when another study has measured the detector.
    fn known_quality(&self, measure: Measure, flags: &Flags, row: Row) -> Option<Row> {
        let (se, sp) = self.options.quality.filter(|_| measure == Measure::Commercial)?;
        let seen = apparent(&flags.creators, flags.effective)?;
        let observed = |c: Control| Observed { share: c.right as f64 / c.all as f64, n: c.all as f64 };
        let (se, sp) = (observed(se), observed(sp));
        let point = rogan_gladen(seen.share, se.share, sp.share);
        let interval = lang_reiczigel(seen, se, sp, self.options.conf);
        let note = match point {
            None => Some("not_identifiable"),
            Some(p) if !(0.0..=1.0).contains(&p) => Some("outside_0_1"),
            Some(_) => None,
        };
        Some(Row {
            error: "lang_reiczigel",
            estimate: point.map(|p| p.clamp(0.0, 1.0)),
            lower: interval.map(|i| i.lower),
            upper: interval.map(|i| i.upper),
            conf: Some(self.options.conf),
            note,
            ..row
        })
    }
}

/// How often flags are right: all that labels of flagged posts alone can say. Flags that were drawn with unequal chances
/// stand for as many as their weights say; Wilson's interval is that of the effective number of labels (Kish 1965).
fn precision(census: &Census<'_>, measure: Measure, options: &Options) -> Vec<Row> {
    let (mut right, mut weights, mut half) = (0.0, Vec::new(), false);
    for labelled in &census.labelled {
        let seen = &census.cells[labelled.cell as usize];
        let says = measure.sides(seen.commercial, seen.disclosure, seen.claims);
        let Some([num, _]) = measure.truth(&labelled.codes).filter(|_| says[0] > 0.0) else { continue };
        weights.push(labelled.weight);
        right += if num > 0.5 { labelled.weight } else { 0.0 };
        half |= num > 0.0 && num < 1.0;
    }
    let mut rows = vec![refused(census, measure, "labels_of_flagged_posts_only")];
    if !weights.is_empty() {
        let share = right / weights.iter().sum::<f64>();
        let labels = weights.len() as u64;
        let interval = score_interval(share, effective_n(weights), critical(options.conf, f64::INFINITY));
        rows.push(Row {
            group: "all".to_owned(),
            method: "precision",
            error: "wilson",
            estimate: Some(share),
            lower: Some(interval.lower),
            upper: Some(interval.upper),
            conf: Some(options.conf),
            labels: Some(labels),
            posts: census.posts,
            note: half.then_some("majority_of_coders"),
            ..Row::blank(Kind::Share, measure.name())
        });
    }
    rows
}

fn refused(census: &Census<'_>, measure: Measure, why: &'static str) -> Row {
    Row {
        method: "ppi_tuned",
        group: "all".to_owned(),
        labels: Some(census.answered()),
        posts: census.posts,
        note: Some(why),
        ..Row::blank(Kind::Share, measure.name())
    }
}

fn filled(row: Row, e: &Estimate, conf: f64) -> Row {
    Row {
        error: "linearised",
        estimate: Some(e.estimate),
        se: Some(e.se),
        lower: Some(e.interval.lower),
        upper: Some(e.interval.upper),
        conf: Some(conf),
        labels: Some(e.labels),
        creators: Some(e.creators),
        deff: Some(e.deff).filter(|d| d.is_finite()),
        lambda: Some(e.lambda[0]),
        ..row
    }
}

fn reason(why: Undefined) -> &'static str {
    match why {
        Undefined::TooFewLabels => "too_few_labels",
        Undefined::OneCreator => "labels_of_one_creator",
        Undefined::EmptyStratum => "stratum_without_labels",
        Undefined::NoDenominator => "no_commercial_posts",
        Undefined::ThinDenominator => "thin_denominator",
    }
}

fn facts(run: &FinishedRun, census: &Census<'_>, weighted: bool, options: &Options) -> Facts {
    let part = |at: usize| census.cells.iter().map(|s| s.parts[at].clone()).collect::<BTreeSet<_>>();
    let months: Vec<String> = part(2).into_iter().filter(|m| m != "undated").collect();
    let coders: BTreeSet<&str> = census.labelled.iter().flat_map(|l| &l.codes).map(|c| c.coder.as_str()).collect();
    Facts {
        posts: census.posts,
        creators: census.creators.len() as u64,
        labelled: census.answered(),
        coders: coders.len() as u64,
        platforms: part(3).into_iter().collect(),
        months: months.first().cloned().zip(months.last().cloned()),
        run: run.manifest.key.clone(),
        pack: run.manifest.pack.version.clone(),
        pack_sha256: run.manifest.pack.sha256.clone(),
        demo: run.manifest.demo,
        weighted,
        seed: options.seed,
        draws: options.draws,
    }
}
