//! `fit`: weights of the commercial score from labelled posts.

use crate::{exit::Exit, options::Global, say};
use anyhow::{Context, bail};
use clap::Args;
use minhbach::{
    detector::Scratch,
    fit::{self, FittedFile, Options},
    gold::Gold,
    ingest::{Caps, Inputs, ReadOptions},
};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    /// Labelled posts: JSON Lines, JSON or CSV
    #[arg(required = true, value_name = "GOLD")]
    gold: Vec<PathBuf>,
    /// The posts, where the gold carries no text: files, folders or globs
    #[arg(long, value_name = "INPUT")]
    input: Vec<String>,
    /// Where to write the weights (a pack's weights/score.toml); default: stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The L2 penalty; default: chosen by cross-validation inside each training part
    #[arg(long, value_name = "NUMBER")]
    lambda: Option<f64>,
    /// Parts of the cross-validation; posts of one creator stay together
    #[arg(long, default_value_t = 5, value_name = "N")]
    folds: usize,
    /// Seed of the parts
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Level of the interval
    #[arg(long, default_value_t = 0.95, value_name = "LEVEL")]
    conf: f64,
}

pub(crate) fn fit(global: &Global, args: &FitArgs) -> anyhow::Result<Exit> {
    if !(0.5..1.0).contains(&args.conf) {
        bail!("--conf: từ 0.5 đến dưới 1 / from 0.5 to below 1");
    }
    let detector = global.detector()?;
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let (mut examples, mut files, mut scratch) = (Vec::new(), Vec::new(), Scratch::default());
    for path in &args.gold {
        let mut gold = Gold::read(path)?;
        // A path from a root names a machine; what was given from here can be found again.
        let name = if path.is_relative() { path.display().to_string().replace('\\', "/") } else { gold.name.clone() };
        files.push(FittedFile { name, sha256: gold.sha256.clone() });
        let left = if args.input.is_empty() {
            let own = gold.posts.iter().filter_map(|g| Some((g, g.post()?)));
            let before = gold.posts.iter().filter(|g| g.text.is_none()).count();
            examples.extend(own.filter_map(|(g, post)| fit::example(&detector, g, &post, &mut scratch)));
            before
        } else {
            let inputs = Inputs::resolve(&args.input, &read)?;
            let paired = gold.pair(&inputs, &read, |gold, post| {
                examples.extend(fit::example(&detector, gold, post, &mut scratch));
            })?;
            files.extend(paired.files.into_iter().map(|(name, sha256)| FittedFile { name, sha256 }));
            paired.left
        };
        if left > 0 {
            let all = gold.posts.len();
            bail!(
                "{}: {left}/{all} bài có nhãn mà không có chữ; thêm --input với các bài ấy \
                 / {left} of {all} labelled posts come without text; give --input, the posts themselves",
                path.display()
            );
        }
    }
    let options = Options { lambda: args.lambda, folds: args.folds, seed: args.seed, conf: args.conf };
    let found = fit::fit(&examples, detector.pack().features(), &options)?;
    let weights = fit::to_toml(detector.pack(), &found, &files, &options);
    match &args.out {
        Some(path) => std::fs::write(path, &weights)
            .with_context(|| format!("không ghi được / cannot write {}", path.display()))?,
        None => say::data(&weights)?,
    }
    if !global.quiet {
        say::line(&format!(
            "{} bài/posts, {} yes, {} đặc trưng/features, lambda {}, seed {}, {} phần/folds",
            found.posts, found.yes, found.features, found.lambda, options.seed, options.folds
        ));
        say::line(&format!(
            "kiểm định chéo/cross-validated: AUC {:.3} ({:.3} – {:.3}), F1 tốt nhất/best F1 {:.3}, average precision {:.3}, \
             Brier {:.3}, ECE {:.3}",
            found.auc.estimate,
            found.auc.interval.lower,
            found.auc.interval.upper,
            found.best_f1.f1,
            found.average_precision,
            found.brier,
            found.calibration_error
        ));
    }
    Ok(Exit::Done)
}
