//! A share in posts that come in creators, from labels drawn with known chances and a detector's word on every post.
//!
//! Posts are held as sums per creator and cell; a cell is one stratum with one word of the detector. So memory grows
//! with creators, not with posts, and leaving out or drawing again a creator is adding sums. The share is a ratio `num
//! / den`, `den` = 1 for a share of all posts. Estimates speak of creators like these: the variance counts each creator
//! as drawn, together with all posts.
//!
//! ```text
//! θ̂ = Σ_j N_j/N · λF_j + Σ_h N_h/N · r̄_h      r = Y − λF, cells j, strata h, r̄ weighted by 1/chance
//! z_c = Σ_j N_cj/N · (λF_j + r̄_h − θ̂) + Σ_h N_h/N · Σ_{i in c, h} w_i (r_i − r̄_h)/w_h    variance k/(k−1) Σ z_c²
//! ```

use super::{
    cluster,
    share::{Interval, jeffreys_interval, score_interval},
    special::critical,
};

/// One stratum with one word of the detector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Stratum, from 0. Chances of being labelled are comparable within it.
    pub stratum: u32,
    /// Part of the population whose share is known beyond these posts; 0 where there is no such knowledge.
    pub part: u32,
    /// What the detector says of numerator and denominator, each 0 to 1.
    pub says: [f64; 2],
}

/// A labelled post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// One over the chance with which it was drawn.
    pub weight: f64,
    /// Numerator, 0 to 1 and at most the denominator.
    pub num: f64,
    /// Denominator, 0 to 1.
    pub den: f64,
}

/// Sums over posts of one creator, or of all, in one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    posts: f64,
    labels: f64,
    weight: f64,
    square: f64,
    /// Weighted numerator and denominator.
    truth: [f64; 2],
}

impl Sums {
    fn add(&mut self, other: &Sums, times: f64) {
        self.posts += times * other.posts;
        self.labels += times * other.labels;
        self.weight += times * other.weight;
        self.square += times * other.square;
        self.truth[0] += times * other.truth[0];
        self.truth[1] += times * other.truth[1];
    }
}

/// How far the detector is trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trust {
    /// Not at all: labels only, stratified where the sample is.
    Labels,
    /// λ = 1: prediction-powered inference.
    Full,
    /// The λ of least variance, for numerator and denominator each (PPI++).
    Tuned,
}

/// Below so many effective labels in the denominator (of commercial posts, say) there is no estimate: in the simulation
/// intervals on fewer covered less than nine times in ten, and were half as wide as all shares there are.
pub const LEAST_EFFECTIVE: f64 = 20.0;

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// No post, or fewer than two labels.
    TooFewLabels,
    /// All labels are of one creator: nothing tells how creators differ.
    OneCreator,
    /// A stratum has posts and no label.
    EmptyStratum,
    /// The denominator is estimated as 0 or less.
    NoDenominator,
    /// The labels in the denominator say no more than [`LEAST_EFFECTIVE`] equally weighted ones.
    ThinDenominator,
}

/// A share with its error.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The share, cut to 0 to 1.
    pub estimate: f64,
    /// Linearised standard error.
    pub se: f64,
    /// Its interval.
    pub interval: Interval,
    /// λ of numerator and denominator.
    pub lambda: [f64; 2],
    /// Variance over that of as many independent, equally weighted labels (labels alone, without the detector).
    pub deff: f64,
    /// Labels used.
    pub labels: u64,
    /// Creators with labels.
    pub creators: u64,
    /// Posts that the estimate is for.
    pub posts: f64,
    /// What each creator adds to the error, by creator, zeros left out.
    pub influence: Vec<(u32, f64)>,
}

/// Posts and labels by creator and cell.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    cells: Vec<Cell>,
    creators: Vec<Vec<(u32, Sums)>>,
}

impl Survey {
    /// An empty survey over these cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, creators: Vec::new() }
    }

    /// Adds posts of a creator (numbers from 0, without large gaps) in a cell; the weight of a post is 1 unless the
    /// population is known to have another mix. A cell that is not there is passed over.
    pub fn posts(&mut self, creator: u32, cell: u32, posts: f64) {
        self.at(creator, cell, &Sums { posts, ..Sums::default() });
    }

    /// Adds a label; its post must be among the posts too.
    pub fn label(&mut self, creator: u32, cell: u32, label: Label) {
        let Label { weight, num, den } = label;
        let truth = [weight * num, weight * den];
        self.at(creator, cell, &Sums { posts: 0.0, labels: 1.0, weight, square: weight * weight, truth });
    }

    fn at(&mut self, creator: u32, cell: u32, more: &Sums) {
        let (at, known) = (creator as usize, cell as usize);
        if known >= self.cells.len() {
            return;
        }
        if self.creators.len() <= at {
            self.creators.resize_with(at + 1, Vec::new);
        }
        let sums = &mut self.creators[at];
        match sums.iter_mut().find(|(c, _)| *c == cell) {
            Some((_, sums)) => sums.add(more, 1.0),
            None => sums.push((cell, *more)),
        }
    }

    /// The share with linearised error and the interval that the simulation in `docs/coverage.md` supports: Wilson's
    /// for the labels of each word of the detector at their effective number, joined by MOVER.
    ///
    /// # Errors
    /// Where the labels cannot carry an estimate.
    pub fn estimate(&self, trust: Trust, conf: f64) -> Result<Estimate, Undefined> {
        let totals = self.totals(|_| 1.0);
        let fit = Fit::new(&self.cells, &totals, trust, false)?;
        let labelled = |sums: &[(u32, Sums)]| sums.iter().any(|(_, s)| s.labels > 0.0);
        let creators = self.creators.iter().filter(|c| labelled(c)).count();
        if creators < 2 {
            return Err(Undefined::OneCreator);
        }
        let scale = self.scale(&fit);
        let mut influence = Vec::new();
        let (mut v_total, mut v_posts) = (0.0, 0.0);
        let mut moments = (0.0, 0.0);
        for (number, sums) in (0u32..).zip(&self.creators) {
            let (posts, labels) = fit.influence(&self.cells, sums, &scale);
            v_posts += posts * posts;
            let square = (posts + labels) * (posts + labels);
            moments.0 += square;
            moments.1 += square * square;
            v_total += square;
            if posts + labels != 0.0 {
                influence.push((number, posts + labels));
            }
        }
        let all = self.creators.iter().filter(|c| !c.is_empty()).count() as f64;
        let correction = all / (all - 1.0).max(1.0);
        let (v_total, v_posts) = (correction * v_total, correction * v_posts);
        let t = critical(conf, creators as f64 - 1.0);
        // As many degrees of freedom as creators that carry the variance: few heavy ones make few.
        let df = if moments.1 > 0.0 { (moments.0 * moments.0 / moments.1).max(1.0) } else { f64::INFINITY };
        let share = fit.share.clamp(0.0, 1.0);
        let labels: f64 = totals.iter().map(|s| s.labels).sum();
        let (den, square) = self.denominator(&fit, &totals);
        if den * den < LEAST_EFFECTIVE * square {
            return Err(Undefined::ThinDenominator);
        }
        let errors =
            Errors { total: v_total, posts: v_posts, effective: den * den / square, t, t_few: critical(conf, df) };
        let interval = fit.interval(&self.cells, &totals, &errors);
        let independent = share * (1.0 - share) / (labels * fit.parts[1]);
        Ok(Estimate {
            estimate: share,
            se: v_total.sqrt(),
            interval: Interval { lower: interval.lower.min(share), upper: interval.upper.max(share) }.clipped(),
            lambda: fit.lambda,
            deff: v_total / independent,
            labels: labels as u64,
            creators: creators as u64,
            posts: fit.posts,
            influence,
        })
    }

    /// The standard error by leaving out one creator at a time; `None` where the share is undefined without one of
    /// them.
    pub fn jackknife(&self, trust: Trust) -> Option<f64> {
        let totals = self.totals(|_| 1.0);
        let mut without = Vec::with_capacity(self.creators.len());
        for sums in self.creators.iter().filter(|c| !c.is_empty()) {
            let mut left = totals.clone();
            sums.iter().for_each(|(cell, s)| left[*cell as usize].add(s, -1.0));
            without.push(Fit::new(&self.cells, &left, trust, true).ok()?.share);
        }
        let k = without.len() as f64;
        let mean = without.iter().sum::<f64>() / k;
        Some(((k - 1.0) / k * without.iter().map(|v| (v - mean).powi(2)).sum::<f64>()).sqrt())
    }

    /// Shares of so many draws of creators with replacement, sorted ([`cluster::bootstrap`]).
    pub fn bootstrap(&self, trust: Trust, draws: usize, seed: u64) -> Vec<f64> {
        let present: Vec<&Vec<(u32, Sums)>> = self.creators.iter().filter(|c| !c.is_empty()).collect();
        cluster::bootstrap(present.len(), draws, seed, |times| {
            let mut totals = vec![Sums::default(); self.cells.len()];
            for (sums, &n) in present.iter().zip(times).filter(|(_, n)| **n > 0) {
                sums.iter().for_each(|(cell, s)| totals[*cell as usize].add(s, f64::from(n)));
            }
            Fit::new(&self.cells, &totals, trust, true).ok().map(|f| f.share.clamp(0.0, 1.0))
        })
    }

    fn totals(&self, times: impl Fn(usize) -> f64) -> Vec<Sums> {
        let mut totals = vec![Sums::default(); self.cells.len()];
        for (number, sums) in self.creators.iter().enumerate() {
            sums.iter().for_each(|(cell, s)| totals[*cell as usize].add(s, times(number)));
        }
        totals
    }

    /// Weighted labels in the denominator, and the sum of their squared weights.
    fn denominator(&self, fit: &Fit, totals: &[Sums]) -> (f64, f64) {
        self.cells.iter().zip(totals).filter(|(_, s)| s.weight > 0.0).fold((0.0, 0.0), |(d, q), (cell, s)| {
            let stratum = &fit.strata[cell.stratum as usize];
            let factor = stratum.posts / stratum.weight;
            (d + factor * s.truth[1], q + factor * factor * s.square * s.truth[1] / s.weight)
        })
    }

    /// A stratum with labels of few creators shows too little spread: √(k/(k−1)) mends it, less the correction for all.
    fn scale(&self, fit: &Fit) -> Vec<f64> {
        let mut creators = vec![0.0; fit.strata.len()];
        for sums in &self.creators {
            let mut seen: Vec<u32> = sums
                .iter()
                .filter(|(_, s)| s.labels > 0.0)
                .map(|(cell, _)| self.cells[*cell as usize].stratum)
                .collect();
            seen.sort_unstable();
            seen.dedup();
            seen.into_iter().for_each(|h| creators[h as usize] += 1.0);
        }
        let all = self.creators.iter().filter(|c| !c.is_empty()).count() as f64;
        let mend = |k: f64| if k > 1.0 { (k / (k - 1.0) * (all - 1.0) / all).sqrt() } else { 1.0 };
        creators.into_iter().map(mend).collect()
    }
}

/// Totals of a stratum.
#[derive(Clone, Copy, Debug, Default)]
struct StratumSums {
    posts: f64,
    weight: f64,
    square: f64,
    /// Mean of Y − λF among labels.
    rectifier: [f64; 2],
}

/// Point estimates and what the error is made of.
struct Fit {
    posts: f64,
    share: f64,
    lambda: [f64; 2],
    /// Estimated means of numerator and denominator.
    parts: [f64; 2],
    /// Centre of `λF + r̄` per part of known share.
    centres: Vec<[f64; 2]>,
    strata: Vec<StratumSums>,
}

impl Fit {
    /// With `lenient` a stratum without labels takes the mean of all labels, which resampling needs.
    fn new(cells: &[Cell], totals: &[Sums], trust: Trust, lenient: bool) -> Result<Self, Undefined> {
        let count = cells.iter().map(|c| c.stratum as usize + 1).max().unwrap_or(0);
        let mut strata = vec![StratumSums::default(); count];
        for (cell, sums) in cells.iter().zip(totals) {
            let stratum = &mut strata[cell.stratum as usize];
            stratum.posts += sums.posts;
            stratum.weight += sums.weight;
            stratum.square += sums.square;
        }
        let posts: f64 = strata.iter().map(|s| s.posts).sum();
        let weight: f64 = strata.iter().map(|s| s.weight).sum();
        let labels: f64 = totals.iter().map(|s| s.labels).sum();
        if posts <= 0.0 || labels < 1.5 || weight <= 0.0 {
            return Err(Undefined::TooFewLabels);
        }
        // Sums that were subtracted again leave residues, hence the thresholds.
        let bare = |s: &StratumSums| s.posts > 1e-9 && s.weight <= 1e-9;
        if !lenient && strata.iter().any(bare) {
            return Err(Undefined::EmptyStratum);
        }
        let mut fit = Self {
            posts,
            share: 0.0,
            lambda: [0.0; 2],
            parts: [0.0; 2],
            centres: vec![[0.0; 2]; cells.iter().map(|c| c.part as usize + 1).max().unwrap_or(0)],
            strata,
        };
        for side in 0..2 {
            fit.lambda[side] = match trust {
                Trust::Labels => 0.0,
                Trust::Full => 1.0,
                Trust::Tuned => fit.tuned(cells, totals, side),
            };
            fit.mean(cells, totals, side, weight);
        }
        if fit.parts[1] <= 1e-12 {
            return Err(Undefined::NoDenominator);
        }
        fit.share = fit.parts[0] / fit.parts[1];
        Ok(fit)
    }

    /// Covariance of truth and detector over the variance of the detector, within strata, cut to 0 to 1.
    fn tuned(&self, cells: &[Cell], totals: &[Sums], side: usize) -> f64 {
        let mut sums = vec![[0.0; 5]; self.strata.len()];
        for (cell, s) in cells.iter().zip(totals) {
            let (f, of) = (cell.says[side], &mut sums[cell.stratum as usize]);
            for (sum, value) in
                of.iter_mut().zip([s.truth[side], f * s.truth[side], f * s.weight, f * s.posts, f * f * s.posts])
            {
                *sum += value;
            }
        }
        let (mut together, mut spread) = (0.0, 0.0);
        for (s, [y, yf, f, f_posts, ff_posts]) in self.strata.iter().zip(sums) {
            if s.weight > 1e-9 && s.posts > 1e-9 {
                together += s.posts * (yf / s.weight - y * f / (s.weight * s.weight));
                spread += ff_posts - f_posts * f_posts / s.posts;
            }
        }
        if spread > 1e-12 { (together / spread).clamp(0.0, 1.0) } else { 0.0 }
    }

    fn mean(&mut self, cells: &[Cell], totals: &[Sums], side: usize, weight: f64) {
        let lambda = self.lambda[side];
        let mut overall = 0.0;
        for (cell, s) in cells.iter().zip(totals) {
            let sum = s.truth[side] - lambda * cell.says[side] * s.weight;
            self.strata[cell.stratum as usize].rectifier[side] += sum;
            overall += sum;
        }
        for stratum in &mut self.strata {
            let sum = stratum.rectifier[side];
            stratum.rectifier[side] = if stratum.weight > 1e-9 { sum / stratum.weight } else { overall / weight };
        }
        let mut posts = vec![0.0; self.centres.len()];
        for (cell, s) in cells.iter().zip(totals) {
            let value = lambda * cell.says[side] + self.strata[cell.stratum as usize].rectifier[side];
            self.parts[side] += s.posts * value / self.posts;
            self.centres[cell.part as usize][side] += s.posts * value;
            posts[cell.part as usize] += s.posts;
        }
        for (centre, n) in self.centres.iter_mut().zip(posts) {
            centre[side] = if n > 0.0 { centre[side] / n } else { 0.0 };
        }
    }

    /// What the posts and the labels of one creator add to the error of the ratio.
    fn influence(&self, cells: &[Cell], sums: &[(u32, Sums)], scale: &[f64]) -> (f64, f64) {
        let (mut of_posts, mut of_labels) = ([0.0; 2], [0.0; 2]);
        for (at, s) in sums {
            let cell = &cells[*at as usize];
            let h = cell.stratum as usize;
            let stratum = &self.strata[h];
            for side in 0..2 {
                let predicted = self.lambda[side] * cell.says[side];
                let r = stratum.rectifier[side];
                of_posts[side] += s.posts * (predicted + r - self.centres[cell.part as usize][side]) / self.posts;
                if s.weight > 0.0 {
                    let residual = s.truth[side] - (predicted + r) * s.weight;
                    of_labels[side] += scale[h] * stratum.posts / self.posts * residual / stratum.weight;
                }
            }
        }
        let ratio = |z: [f64; 2]| (z[0] - self.share * z[1]) / self.parts[1];
        (ratio(of_posts), ratio(of_labels))
    }

    /// See [`Survey::estimate`]. Labels are classed by what the detector says of the numerator (and, for a share of
    /// some posts, of the denominator); the error within a class is asymmetric as Wilson's interval is, so that a class
    /// without a single miss still leaves room for misses.
    fn interval(&self, cells: &[Cell], totals: &[Sums], errors: &Errors) -> Interval {
        // A simple random sample read without the detector is one class: plain Wilson.
        let alone = self.lambda == [0.0; 2] && self.strata.len() == 1;
        let mut classes: Vec<([f64; 2], Class)> = Vec::new();
        for (cell, s) in cells.iter().zip(totals).filter(|(_, s)| s.labels > 0.0) {
            let key = if alone { [0.0; 2] } else { cell.says };
            let at = classes.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
                classes.push((key, Class::default()));
                classes.len() - 1
            });
            let stratum = &self.strata[cell.stratum as usize];
            let factor = stratum.posts / self.posts / stratum.weight;
            let class = &mut classes[at].1;
            class.weight += factor * s.weight;
            class.square += factor * factor * s.square;
            class.truth[0] += factor * s.truth[0];
            class.truth[1] += factor * s.truth[1];
        }
        let plain = classes.iter().all(|(_, c)| (c.truth[1] - c.weight).abs() <= 1e-9 * c.weight);
        if !plain {
            return self.ratio_interval(errors);
        }
        let t = errors.t;
        let within: f64 = classes.iter().map(|(_, c)| c.p() * (1.0 - c.p()) * c.square).sum();
        let between = self.between(cells, totals, &classes);
        let model = within + between;
        let deff = if model > 0.0 { ((errors.total - errors.posts) / model).max(1.0) } else { 1.0 };
        let (mut low, mut high) = (0.0, 0.0);
        for (_, c) in &classes {
            let n = c.weight * c.weight / c.square / deff;
            let bounds = if alone { score_interval(c.p(), n, t) } else { jeffreys_interval(c.p(), n, t) };
            low += (c.weight * (c.p() - bounds.lower)).powi(2);
            high += (c.weight * (bounds.upper - c.p())).powi(2);
        }
        if errors.posts > 0.0 && self.share > 0.0 && self.share < 1.0 {
            let bounds = score_interval(self.share, self.share * (1.0 - self.share) / errors.posts, t);
            low += (self.share - bounds.lower).powi(2);
            high += (bounds.upper - self.share).powi(2);
        }
        let rest = t * t * deff * between;
        Interval { lower: self.share - (low + rest).sqrt(), upper: self.share + (high + rest).sqrt() }
    }

    /// The part of the error that comes from the mix of classes among the labels of each stratum.
    fn between(&self, cells: &[Cell], totals: &[Sums], classes: &[([f64; 2], Class)]) -> f64 {
        if classes.len() < 2 {
            return 0.0;
        }
        let mut sums = vec![[0.0; 2]; self.strata.len()];
        for (cell, s) in cells.iter().zip(totals).filter(|(_, s)| s.labels > 0.0) {
            let Some((_, class)) = classes.iter().find(|(k, _)| *k == cell.says) else { continue };
            let value = class.p() - self.lambda[0] * cell.says[0];
            let of = &mut sums[cell.stratum as usize];
            of[0] += s.weight * value;
            of[1] += s.weight * value * value;
        }
        let strata = self.strata.iter().zip(sums).filter(|(s, _)| s.weight > 0.0);
        strata
            .map(|(s, [sum, square])| {
                let spread = (square / s.weight - (sum / s.weight).powi(2)).max(0.0);
                (s.posts / self.posts).powi(2) * spread * s.square / (s.weight * s.weight)
            })
            .sum()
    }

    /// Wilson's interval at the effective number that the variance says.
    fn ratio_interval(&self, errors: &Errors) -> Interval {
        let share = self.share.clamp(0.0, 1.0);
        let varies = errors.total > 0.0 && share > 0.0 && share < 1.0;
        let n = if varies { share * (1.0 - share) / errors.total } else { errors.effective };
        score_interval(share, n, errors.t.max(errors.t_few))
    }
}

/// What an interval is made from beside the fit.
struct Errors {
    /// Variance of the estimate, and the part of it that all posts bring.
    total: f64,
    posts: f64,
    /// Labels in the denominator, as an effective number.
    effective: f64,
    /// Critical values for creators with labels, and for the few that carry the variance.
    t: f64,
    t_few: f64,
}

/// Labels of one word of the detector, at the weights of the analysis.
#[derive(Clone, Copy, Debug, Default)]
struct Class {
    weight: f64,
    square: f64,
    truth: [f64; 2],
}

impl Class {
    fn p(&self) -> f64 {
        (self.truth[0] / self.weight).clamp(0.0, 1.0)
    }
}
