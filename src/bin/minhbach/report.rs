//! `report`: the picture of a finished run.

use crate::{
    dossier::{locale, originals},
    exit::Exit,
    formats::{self, FormatArgs},
    options::Global,
    say,
};
use anyhow::Context;
use clap::Args;
use minhbach::{finished::FinishedRun, picture, report::outside};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// A finished run folder
    pub(crate) run: PathBuf,
    /// Where the page goes; without it, to stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The dump that was scanned, to show words in their surroundings; may be given again; a demo run needs none
    #[arg(long, value_name = "INPUT")]
    pub(crate) originals: Vec<String>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

pub(crate) fn report(global: &Global, args: &ReportArgs) -> anyhow::Result<Exit> {
    let pack = global.pack()?;
    let run = FinishedRun::open_any(&args.run)?;
    args.out.as_deref().map_or(Ok(()), outside)?;
    let read = formats::read_again(&pack, &args.format, &run.manifest)?;
    let inputs = originals(&args.originals, &run.manifest, &read)?;
    let page = picture::page(&run, &pack, locale(global), inputs.as_ref().map(|inputs| (inputs, &read)))?;
    match &args.out {
        Some(path) => {
            std::fs::write(path, page).with_context(|| format!("không ghi được / cannot write {}", path.display()))?
        }
        None => say::data(&page)?,
    }
    Ok(Exit::Done)
}
