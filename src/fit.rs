//! Weights of the commercial score, learned from labelled posts: L2 logistic regression over the features of
//! `weights/score.toml`, judged by cross-validation. Equal posts, seed and pack give equal bytes.

use crate::{
    detector::{Detector, Scratch},
    gold::GoldPost,
    pack::Pack,
    post::Post,
    stats::{
        draw::Draw,
        logistic::{self, Logistic, Observation},
        quality::calibration,
        ranking::{Auc, BestF1, auc, average_precision, best_f1},
    },
    vocabulary::Commercial,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// Penalties that are tried when none is given, strongest first: of equals the strongest wins.
pub const LAMBDAS: [f64; 6] = [30.0, 10.0, 5.0, 2.0, 1.0, 0.5];
/// Posts that must have a feature for it to get a weight: from fewer nothing can be learned.
pub const LEAST_POSTS: usize = 4;
/// Decimals of a weight in the file.
const DECIMALS: i32 = 4;

/// A labelled post as features.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Posts of one group (a creator) stay in one fold.
    pub group: String,
    /// Features and label: commercial yes against the rest.
    pub observation: Observation,
}

/// How to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The penalty; `None` chooses one of [`LAMBDAS`] by cross-validation inside each training part.
    pub lambda: Option<f64>,
    /// Parts of the cross-validation, at least 2.
    pub folds: usize,
    /// Seed of the order in which groups are dealt to folds.
    pub seed: u64,
    /// Level of the interval of the area.
    pub conf: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { lambda: None, folds: 5, seed: 1, conf: 0.95 }
    }
}

/// A file that labels came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FittedFile {
    /// Its name without folders.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// Weights and what they are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The weights, rounded as they are written.
    pub model: Logistic,
    /// The penalty of the weights.
    pub lambda: f64,
    /// Posts.
    pub posts: usize,
    /// Commercial ones.
    pub yes: usize,
    /// Features with a weight.
    pub features: usize,
    /// Area of scores from weights that had not seen the post.
    pub auc: Auc,
    /// Average precision of the same scores.
    pub average_precision: f64,
    /// Their best F1; its one threshold was chosen on them.
    pub best_f1: BestF1,
    /// Their mean squared error as probabilities.
    pub brier: f64,
    /// Their expected calibration error over ten bins.
    pub calibration_error: f64,
    /// Each post's score from weights that had not seen it, with its label, in the order given.
    pub held_out: Vec<(f64, bool)>,
}

/// Why nothing can be learned.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// Too few posts of one kind.
    #[error(
        "cần ít nhất {need} bài thương mại và {need} bài không; có {yes} và {no} \
         / at least {need} commercial posts and {need} others are needed; there are {yes} and {no}"
    )]
    TooFew {
        /// At least so many of each.
        need: usize,
        /// Commercial posts.
        yes: usize,
        /// Others.
        no: usize,
    },
    /// Too few authors for the folds: all posts of one stay together.
    #[error(
        "--folds {folds} cần bài của ít nhất {folds} người đăng; có {authors} \
         / --folds {folds} needs posts of at least {folds} authors; there are {authors}"
    )]
    TooFewAuthors {
        /// Parts of the cross-validation.
        folds: usize,
        /// Authors of the posts; a post without one is its own.
        authors: usize,
    },
    /// Options outside their range.
    #[error("{0}")]
    Option(&'static str),
}

/// The example that a gold post gives; none without a commercial label.
pub fn example(detector: &Detector, gold: &GoldPost, post: &Post<'_>, scratch: &mut Scratch) -> Option<Example> {
    let outcome = gold.commercial? == Commercial::Yes;
    detector.judge_into(post, scratch);
    let group = match post.creator() {
        Some(creator) => format!("{} {creator}", post.platform),
        None => format!("post {}", gold.line),
    };
    Some(Example { group, observation: Observation { features: scratch.features().to_vec(), outcome } })
}

/// Learns the weights of `features` features.
///
/// # Errors
/// When an option is out of range, or there are fewer posts of a kind than folds.
pub fn fit(examples: &[Example], features: usize, options: &Options) -> Result<Fit, FitError> {
    if options.folds < 2 {
        return Err(FitError::Option("--folds: ít nhất 2 / at least 2"));
    }
    if options.lambda.is_some_and(|l| !(l.is_finite() && l > 0.0)) {
        return Err(FitError::Option("--lambda: phải là số dương / must be a positive number"));
    }
    let all: Vec<&Example> = examples.iter().collect();
    let yes = all.iter().filter(|e| e.observation.outcome).count();
    let few = || FitError::TooFew { need: options.folds, yes, no: all.len() - yes };
    if yes.min(all.len() - yes) < options.folds {
        return Err(few());
    }
    let authors = all.iter().map(|e| e.group.as_str()).collect::<BTreeSet<_>>().len();
    if authors < options.folds {
        return Err(FitError::TooFewAuthors { folds: options.folds, authors });
    }
    let folds = deal(&all, options.folds, options.seed);
    let mut held_out = vec![(0.0, false); all.len()];
    for fold in 0..options.folds {
        let (train, test): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|&i| folds[i] != fold);
        let train: Vec<&Example> = train.into_iter().map(|i| all[i]).collect();
        let lambda = options.lambda.map_or_else(|| best_lambda(&train, features, options), Some).ok_or_else(few)?;
        let model = learn(&train, features, lambda).ok_or_else(few)?;
        for i in test {
            let one = &all[i].observation;
            held_out[i] = (logistic::chance(model.log_odds(&one.features)), one.outcome);
        }
    }
    let lambda = options.lambda.map_or_else(|| best_lambda(&all, features, options), Some).ok_or_else(few)?;
    let mut model = learn(&all, features, lambda).ok_or_else(few)?;
    let rounded = |v: f64| (v * 10_f64.powi(DECIMALS)).round() / 10_f64.powi(DECIMALS) + 0.0;
    model.intercept = rounded(model.intercept);
    model.weights.iter_mut().for_each(|w| *w = rounded(*w));
    let (brier, calibration_error) = calibration(&held_out, 10).ok_or_else(few)?;
    Ok(Fit {
        features: model.weights.iter().filter(|w| **w != 0.0).count(),
        model,
        lambda,
        posts: all.len(),
        yes,
        auc: auc(&held_out, options.conf).ok_or_else(few)?,
        average_precision: average_precision(&held_out).ok_or_else(few)?,
        best_f1: best_f1(&held_out).ok_or_else(few)?,
        brier,
        calibration_error,
        held_out,
    })
}

/// The fold of each post: groups in a random order, each to the fold with the fewest posts.
fn deal(examples: &[&Example], folds: usize, seed: u64) -> Vec<usize> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, example) in examples.iter().enumerate() {
        groups.entry(&example.group).or_default().push(i);
    }
    let mut order: Vec<Vec<usize>> = groups.into_values().collect();
    Draw::new(seed).shuffle(&mut order);
    let (mut fold_of, mut sizes) = (vec![0; examples.len()], vec![0; folds]);
    for group in order {
        let fold = (0..folds).min_by_key(|&f| sizes[f]).unwrap_or(0);
        sizes[fold] += group.len();
        group.into_iter().for_each(|i| fold_of[i] = fold);
    }
    fold_of
}

/// The penalty with the least log-loss on posts not seen.
fn best_lambda(examples: &[&Example], features: usize, options: &Options) -> Option<f64> {
    let folds = deal(examples, options.folds, options.seed);
    let loss = |lambda: f64| -> Option<f64> {
        let mut sum = 0.0;
        for fold in 0..options.folds {
            let of =
                |test: bool| examples.iter().zip(&folds).filter(move |(_, f)| (**f == fold) == test).map(|(e, _)| *e);
            let model = learn(&of(false).collect::<Vec<_>>(), features, lambda)?;
            for one in of(true) {
                let p = logistic::chance(model.log_odds(&one.observation.features));
                let right = if one.observation.outcome { p } else { 1.0 - p };
                sum -= right.max(1e-12).ln();
            }
        }
        Some(sum)
    };
    let tried = LAMBDAS.into_iter().filter_map(|lambda| Some((lambda, loss(lambda)?)));
    tried.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(lambda, _)| lambda)
}

/// Weights from these posts, of features that enough of them have.
fn learn(examples: &[&Example], features: usize, lambda: f64) -> Option<Logistic> {
    let mut met = vec![0_usize; features];
    examples.iter().flat_map(|e| &e.observation.features).for_each(|&(i, _)| met[i] += 1);
    // The others keep a weight of 0 and cost nothing: only those that are used are numbered.
    let used: Vec<usize> = (0..features).filter(|&i| met[i] >= LEAST_POSTS).collect();
    let narrow = |e: &&Example| Observation {
        features: e
            .observation
            .features
            .iter()
            .filter_map(|(i, v)| used.binary_search(i).ok().map(|at| (at, *v)))
            .collect(),
        outcome: e.observation.outcome,
    };
    let rows: Vec<Observation> = examples.iter().map(narrow).collect();
    let narrow = logistic::fit(rows.iter(), used.len(), lambda)?;
    let mut weights = vec![0.0; features];
    used.iter().zip(&narrow.weights).for_each(|(&i, &w)| weights[i] = w);
    Some(Logistic { intercept: narrow.intercept, weights })
}

/// The file `weights/score.toml`, with where the weights come from.
pub fn to_toml(pack: &Pack, fit: &Fit, files: &[FittedFile], options: &Options) -> String {
    let names = files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ");
    let mut out = String::from(
        "# The commercial score: log-odds of features, added up. It ranks posts and changes no label and no finding.\n\
         # Written by `minhbach fit`; do not edit, fit again. Evidence and lists count once a post, shapes as src/pack/score.rs says.\n\
         # Điểm thương mại: cộng trọng số của các đặc trưng. Chỉ để xếp hạng, không đổi nhãn hay phát hiện nào.\n\
         # Do `minhbach fit` ghi ra; đừng sửa tay, hãy khớp lại.\n\n",
    );
    let _ = writeln!(out, "intercept = {:?}\n\n[fitted_on]", fit.model.intercept);
    let _ = writeln!(
        out,
        "vi = {:?}\nen = {:?}",
        format!("Khớp trên {} bài có nhãn của {names}; chỉ dùng để xếp thứ tự bài cần xem.", fit.posts),
        format!("Fitted on {} labelled posts of {names}; they only rank posts for review.", fit.posts)
    );
    let _ = writeln!(
        out,
        "\n# Cross-validated: each post scored by weights that had not seen it or its author.\n\
         # Kiểm định chéo: mỗi bài được chấm bằng trọng số chưa từng thấy bài ấy hay người đăng ấy.\n[fit]\n\
         posts = {}\nyes = {}\nfeatures = {}\nleast_posts = {LEAST_POSTS}\nlambda = {:?}\nfolds = {}\nseed = {}\n\
         auc = {:.4}\nauc_interval = [{:.4}, {:.4}]\nconf = {:?}\naverage_precision = {:.4}\nbest_f1 = {:.4}\n\
         brier = {:.4}\ncalibration_error = {:.4}",
        fit.posts,
        fit.yes,
        fit.features,
        fit.lambda,
        options.folds,
        options.seed,
        fit.auc.estimate,
        fit.auc.interval.lower,
        fit.auc.interval.upper,
        options.conf,
        fit.average_precision,
        fit.best_f1.f1,
        fit.brier,
        fit.calibration_error
    );
    for file in files {
        let _ = writeln!(out, "\n[[fit.file]]\nname = {:?}\nsha256 = {:?}", file.name, file.sha256);
    }
    let mut table = "";
    for (number, weight) in fit.model.weights.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        let (kind, id) = pack.feature_name(pack.feature(number));
        if kind != table {
            let _ = writeln!(out, "\n[{kind}]");
            table = kind;
        }
        let _ = writeln!(out, "{id:?} = {weight:?}");
    }
    out
}
