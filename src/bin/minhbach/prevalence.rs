//! `prevalence`: shares with intervals from a run and labels.

use crate::{
    exit::Exit,
    options::{Global, Lang},
    say,
};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use minhbach::{
    finished::FinishedRun,
    labels,
    pack::Bilingual,
    prevalence::{self, By, Control, Options, Plan, Population},
};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct PrevalenceArgs {
    /// A finished run, scanned with --posts all
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Labels: gold records, a filled coders.csv, or an export of Label Studio
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// The plan they were drawn by (sample.jsonl): strata and weights
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// The labels are a simple random sample of all posts of the run
    #[arg(long, conflicts_with = "plan")]
    simple_random: bool,
    /// Estimates for each group too, with differences; for months also the trend
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<ByWhat>,
    /// Known shares of the target population: a CSV with share and platform, language, month
    #[arg(long, value_name = "FILE")]
    population: Option<PathBuf>,
    /// Sensitivity for commercial posts from another study, as 170/200
    #[arg(long, value_name = "X/N", requires = "sp")]
    se: Option<String>,
    /// Specificity for commercial posts from another study, as 380/400
    #[arg(long, value_name = "X/N", requires = "se")]
    sp: Option<String>,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95, value_name = "LEVEL")]
    conf: f64,
    /// Draws of the cluster bootstrap that checks the whole; 0 for none
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    draws: u32,
    /// Its seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Output
    #[arg(long, value_enum, default_value_t = Table::Text)]
    format: Table,
}

/// Text, JSON or CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Table {
    Text,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ByWhat {
    Platform,
    Month,
    Language,
}

pub(crate) fn prevalence(global: &Global, args: &PrevalenceArgs) -> anyhow::Result<Exit> {
    let pack = global.pack()?;
    let run = FinishedRun::open(&args.run)?;
    let labels = labels::read(&args.labels)?;
    let plan = args.plan.as_deref().map(|path| Plan::parse(&text(path)?).with_context(|| {
        let file = path.display();
        format!("{file}: cần tệp sample.jsonl mà lệnh sample đã ghi / give the sample.jsonl that `minhbach sample` wrote")
    })).transpose()?;
    let options = Options {
        by: args.by.map(|by| match by {
            ByWhat::Platform => By::Platform,
            ByWhat::Month => By::Month,
            ByWhat::Language => By::Language,
        }),
        population: args.population.as_deref().map(|path| anyhow::Ok(Population::parse(&text(path)?)?)).transpose()?,
        simple_random: args.simple_random,
        quality: match (&args.se, &args.sp) {
            (Some(se), Some(sp)) => Some((control(se)?, control(sp)?)),
            _ => None,
        },
        conf: args.conf,
        draws: args.draws as usize,
        seed: args.seed,
    };
    let found = prevalence::prevalence(&run, &labels, plan.as_ref(), &options)?;
    match args.format {
        Table::Csv => say::bytes(&prevalence::to_csv(&found)?)?,
        Table::Json => say::bytes(&prevalence::to_json(&found)?)?,
        Table::Text => {
            let Bilingual { vi, en } = prevalence::paragraphs(&pack.messages, &found);
            let paragraphs = match global.lang {
                Lang::Vi => vec![vi],
                Lang::En => vec![en],
                Lang::Both => vec![vi, en],
            };
            say::data(&format!("{}\n{}\n", prevalence::to_text(&found), paragraphs.join("\n\n")))?;
        }
    }
    if args.format != Table::Text && !global.quiet {
        for warning in &found.warnings {
            let text = prevalence::warning_text(&pack.messages, warning);
            say::line(&format!("{} / {}", text.vi, text.en));
        }
    }
    Ok(Exit::Done)
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("không đọc được / cannot read {}", path.display()))
}

fn control(word: &str) -> anyhow::Result<Control> {
    let parts = word.split_once('/').and_then(|(x, n)| Some((x.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((right, all)) if right <= all && all > 0 => Ok(Control { right, all }),
        _ => bail!("`{word}`: viết dạng 170/200 / write it as 170/200"),
    }
}
