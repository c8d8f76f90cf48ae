//! `eval`: a run beside gold.

use crate::{
    exit::Exit,
    options::{Format, Global},
    say,
};
use anyhow::bail;
use clap::Args;
use minhbach::{
    evaluation,
    finished::FinishedRun,
    gold::Gold,
    ingest::{Caps, Inputs, ReadOptions},
};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// A finished run, scanned with --posts all
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Labels of a careful reader: JSON Lines, JSON or CSV
    #[arg(long, value_name = "FILE")]
    gold: PathBuf,
    /// The dump that was scanned: places of quotes, where the gold carries no text
    #[arg(long, value_name = "INPUT")]
    input: Vec<String>,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95, value_name = "LEVEL")]
    conf: f64,
    /// Output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn eval(global: &Global, args: &EvalArgs) -> anyhow::Result<Exit> {
    if !(0.5..1.0).contains(&args.conf) {
        bail!("--conf: từ 0.5 đến dưới 1 / from 0.5 to below 1");
    }
    let run = FinishedRun::open(&args.run)?;
    let mut gold = Gold::read(&args.gold)?;
    gold.posts.iter_mut().for_each(|post| post.locate_in_own_text());
    let read = ReadOptions::new(global.pack()?.law_as_of, Caps::default());
    let inputs = match (args.input.is_empty(), run.manifest.demo) {
        (true, true) => Some(crate::scan::demo()),
        (true, false) => None,
        (false, _) => Some(Inputs::resolve(&args.input, &read)?),
    };
    if let Some(inputs) = &inputs {
        gold.pair(inputs, &read, |gold, post| gold.locate(post))?;
    }
    let found = evaluation::evaluate(&run, &gold, args.conf)?;
    match args.format {
        Format::Json => say::data(&format!("{}\n", serde_json::to_string_pretty(&found)?))?,
        Format::Text => say::data(&evaluation::to_text(&found))?,
    }
    Ok(Exit::Done)
}
