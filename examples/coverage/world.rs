//! An invented world in which the true share is known: creators, their posts, a detector, coders who draw labels.
//! Shared by the example (full size) and the tests (small and seeded).

use minhbach::stats::{
    draw::Draw,
    misclassified::{Observed, lang_reiczigel},
    share::Interval,
    strata::allocate,
    survey::{Cell, Label, Survey, Trust},
};

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Setting {
    /// Chance that a true post is flagged.
    pub(crate) sensitivity: f64,
    /// Chance that another post is passed.
    pub(crate) specificity: f64,
    /// True share over all creators.
    pub(crate) prevalence: f64,
    /// Correlation of two posts of one creator.
    pub(crate) icc: f64,
}

/// How large the world is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Creators of a dump.
    pub(crate) creators: usize,
    /// Their posts on average; sizes are skewed (exponential, at least 1).
    pub(crate) posts: f64,
    /// Labels.
    pub(crate) labels: usize,
    /// Controls for sensitivity and specificity each, from another study.
    pub(crate) controls: u64,
}

/// The estimators that are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Estimator {
    /// Labels of a simple random sample.
    Classical,
    /// The same labels and the detector, λ = 1.
    Ppi,
    /// The same, λ tuned.
    PpiTuned,
    /// As many labels, half of them among flagged posts.
    Stratified,
    /// The share of posts flagged, and sensitivity and specificity from another study.
    LangReiczigel,
    /// A share of some posts (six of ten true posts have the property), labels and λ as in `PpiTuned`.
    RatioTuned,
    /// The same share from the stratified labels.
    RatioStratified,
}

impl Estimator {
    /// All of them.
    pub(crate) const ALL: [Estimator; 7] = [
        Estimator::Classical,
        Estimator::Ppi,
        Estimator::PpiTuned,
        Estimator::Stratified,
        Estimator::LangReiczigel,
        Estimator::RatioTuned,
        Estimator::RatioStratified,
    ];

    /// Its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Estimator::Classical => "classical",
            Estimator::Ppi => "ppi",
            Estimator::PpiTuned => "ppi_tuned",
            Estimator::Stratified => "stratified",
            Estimator::LangReiczigel => "lang_reiczigel",
            Estimator::RatioTuned => "ratio, ppi_tuned",
            Estimator::RatioStratified => "ratio, stratified",
        }
    }
}

/// Of true posts, those with the property that the ratio asks for.
const PROPERTY: f64 = 0.6;

/// One post: its creator, truth and property, and what the detector says of both.
#[derive(Clone, Copy)]
struct Post {
    creator: u32,
    truth: [bool; 2],
    says: [bool; 2],
}

/// The intervals of one dump drawn from the world, in the order of [`Estimator::ALL`]; `None` where there is no
/// estimate.
pub(crate) fn intervals(setting: &Setting, size: &Size, seed: u64, conf: f64) -> Vec<Option<(f64, Interval)>> {
    let mut draw = Draw::new(seed);
    let mut posts = dump(setting, size, &mut draw);
    draw.shuffle(&mut posts);
    let random: Vec<usize> = (0..posts.len().min(size.labels)).collect();
    let halves = halves(&posts, size.labels);
    let controls = (
        binomial(size.controls, setting.sensitivity, &mut draw),
        binomial(size.controls, setting.specificity, &mut draw),
    );
    let of = |s: &Survey, trust| s.estimate(trust, conf).ok().map(|e| (e.estimate, e.interval));
    let share = survey(&posts, &random, false, false);
    let split = survey(&posts, &halves, true, false);
    let ratio = survey(&posts, &random, false, true);
    let ratio_split = survey(&posts, &halves, true, true);
    Estimator::ALL
        .into_iter()
        .map(|estimator| match estimator {
            Estimator::Classical => of(&share, Trust::Labels),
            Estimator::Ppi => of(&share, Trust::Full),
            Estimator::PpiTuned => of(&share, Trust::Tuned),
            Estimator::Stratified => of(&split, Trust::Labels),
            Estimator::LangReiczigel => behind(&posts, controls, size.controls, conf),
            Estimator::RatioTuned => of(&ratio, Trust::Tuned),
            Estimator::RatioStratified => of(&ratio_split, Trust::Labels),
        })
        .collect()
}

/// What an estimator should find.
pub(crate) fn truth(estimator: Estimator, setting: &Setting) -> f64 {
    match estimator {
        Estimator::RatioTuned | Estimator::RatioStratified => PROPERTY,
        _ => setting.prevalence,
    }
}

fn dump(setting: &Setting, size: &Size, draw: &mut Draw) -> Vec<Post> {
    let mut posts = Vec::new();
    for creator in 0..size.creators as u32 {
        let own = beta(setting.prevalence, setting.icc, draw);
        let property = beta(PROPERTY, setting.icc, draw);
        let many = (1.0 - (size.posts - 1.0) * (1.0 - draw.unit()).ln()).floor() as usize;
        for _ in 0..many {
            let truth = draw.unit() < own;
            let flagged = draw.unit() < if truth { setting.sensitivity } else { 1.0 - setting.specificity };
            let has = truth && draw.unit() < property;
            // The detector takes the property right in nine of ten flagged posts.
            let said = flagged && (has == (draw.unit() < 0.9));
            posts.push(Post { creator, truth: [has, truth], says: [said, flagged] });
        }
    }
    posts
}

/// Half of the labels among flagged posts, where there are so many; posts are in random order.
fn halves(posts: &[Post], labels: usize) -> Vec<usize> {
    let flagged = |want: bool| posts.iter().enumerate().filter(move |(_, p)| p.says[1] == want).map(|(at, _)| at);
    let sizes = [flagged(true).count() as u64, flagged(false).count() as u64];
    let spreads = [1.0 / (sizes[0] as f64).max(1.0), 1.0 / (sizes[1] as f64).max(1.0)];
    let Some(take) = allocate(&sizes, &spreads, &[1.0, 1.0], labels as u64, 50) else { return Vec::new() };
    flagged(true).take(take[0] as usize).chain(flagged(false).take(take[1] as usize)).collect()
}

fn survey(posts: &[Post], labelled: &[usize], split: bool, ratio: bool) -> Survey {
    let number = |yes: bool| if yes { 1.0 } else { 0.0 };
    let sides = |pair: [bool; 2]| if ratio { [number(pair[0]), number(pair[1])] } else { [number(pair[1]), 1.0] };
    let words = [[false, false], [false, true], [true, true]];
    let place = |p: &Post| words.iter().position(|w| *w == p.says).unwrap_or(0) as u32;
    let stratum = |w: [bool; 2]| if split { u32::from(w[1]) } else { 0 };
    let cells = words.iter().map(|w| Cell { stratum: stratum(*w), part: 0, says: sides(*w) }).collect();
    let mut survey = Survey::new(cells);
    let (mut all, mut drawn) = ([0.0; 2], [0.0; 2]);
    for post in posts {
        survey.posts(post.creator, place(post), 1.0);
        all[stratum(post.says) as usize] += 1.0;
    }
    labelled.iter().for_each(|at| drawn[stratum(posts[*at].says) as usize] += 1.0);
    for at in labelled {
        let post = &posts[*at];
        let h = stratum(post.says) as usize;
        let [num, den] = sides(post.truth);
        survey.label(post.creator, place(post), Label { weight: all[h] / drawn[h], num, den });
    }
    survey
}

/// Lang and Reiczigel's interval, with the effective number of posts that the detector's word on creators says.
fn behind(posts: &[Post], controls: (u64, u64), of: u64, conf: f64) -> Option<(f64, Interval)> {
    let n = of as f64;
    let flags: Vec<(f64, f64)> = creators(posts).into_iter().map(|(m, y)| (m as f64, y as f64)).collect();
    let apparent = minhbach::stats::misclassified::apparent(&flags, posts.len() as f64)?;
    let (se, sp) = (Observed { share: controls.0 as f64 / n, n }, Observed { share: controls.1 as f64 / n, n });
    let point = minhbach::stats::misclassified::rogan_gladen(apparent.share, se.share, sp.share)?;
    Some((point.clamp(0.0, 1.0), lang_reiczigel(apparent, se, sp, conf)?))
}

fn creators(posts: &[Post]) -> Vec<(u64, u64)> {
    let mut sums = vec![(0, 0); posts.iter().map(|p| p.creator as usize + 1).max().unwrap_or(0)];
    for post in posts {
        sums[post.creator as usize].0 += 1;
        sums[post.creator as usize].1 += u64::from(post.says[1]);
    }
    sums
}

fn binomial(n: u64, p: f64, draw: &mut Draw) -> u64 {
    (0..n).filter(|_| draw.unit() < p).count() as u64
}

/// A creator's own chance: Beta with that mean and that correlation of two posts.
fn beta(mean: f64, icc: f64, draw: &mut Draw) -> f64 {
    if icc <= 0.0 {
        return mean;
    }
    let strength = (1.0 - icc) / icc;
    let (x, y) = (gamma(mean * strength, draw), gamma((1.0 - mean) * strength, draw));
    if x + y > 0.0 { x / (x + y) } else { f64::from(u8::from(draw.unit() < mean)) }
}

/// Marsaglia and Tsang (2000, doi:10.1145/358407.358414).
fn gamma(shape: f64, draw: &mut Draw) -> f64 {
    if shape < 1.0 {
        return gamma(shape + 1.0, draw) * draw.unit().powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    loop {
        let (u, angle) = (1.0 - draw.unit(), std::f64::consts::TAU * draw.unit());
        let normal = (-2.0 * u.ln()).sqrt() * angle.cos();
        let v = (1.0 + normal / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && (1.0 - draw.unit()).ln() < 0.5 * normal * normal + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}
