//! `diff`, and `rules test --against`: what another run, or another pack, says differently.

use crate::{exit::Exit, options::Global, say};
use anyhow::bail;
use clap::{Args, ValueEnum};
use minhbach::{
    detector::Detector,
    difference::{self, Change, Difference},
    finished::FinishedRun,
    ingest::{Caps, Inputs, ReadOptions},
    pack::{Pack, PackFiles},
    report::visible_line,
};
use std::{
    fmt::Write as _,
    io::{self, BufWriter, Write},
    path::PathBuf,
    sync::Arc,
};

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The run before
    #[arg(value_name = "RUN_A")]
    first: PathBuf,
    /// The run after, of the same inputs; both scanned with --posts all
    #[arg(value_name = "RUN_B")]
    second: PathBuf,
    /// A table, its sums as JSON, or every changed finding as JSON Lines
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    Text,
    Json,
    Jsonl,
}

pub(crate) fn diff(_: &Global, args: &DiffArgs) -> anyhow::Result<Exit> {
    let (first, second) = (FinishedRun::open(&args.first)?, FinishedRun::open(&args.second)?);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    let found = difference::difference(&first, &second, &mut |change: &Change| {
        if args.format == DiffFormat::Jsonl && written.is_ok() {
            written =
                serde_json::to_writer(&mut out, change).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"));
        }
    })?;
    written?;
    match args.format {
        DiffFormat::Jsonl => {}
        DiffFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?,
        DiffFormat::Text => out.write_all(table(&found).as_bytes())?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// What the pack of `--pack` says otherwise than the built-in one.
pub(crate) fn against(global: &Global, detector: &Detector, posts: &str) -> anyhow::Result<()> {
    if global.pack.is_none() {
        bail!(
            "--against so kho của --pack với kho có sẵn; hãy thêm --pack THƯ_MỤC \
             / --against compares the pack of --pack with the built-in one; give --pack DIR"
        );
    }
    let own = Detector::new(Arc::new(Pack::load(&PackFiles::embedded())?))?;
    let read = ReadOptions::new(own.pack().law_as_of, Caps::default());
    let inputs = Inputs::resolve(&[posts.to_owned()], &read)?;
    let found = difference::against(&own, detector, &inputs, &read, &mut |_| {})?;
    say::data(&table(&found))
}

fn table(found: &Difference) -> String {
    let [gained, lost, changed] = found.totals();
    let mut out = format!(
        "{} bài / posts, {} khác / different; phát hiện / findings: +{gained} −{lost} ~{changed}\n",
        found.posts, found.different
    );
    for (what, moved) in [("thương mại / commercial", &found.commercial), ("công khai / disclosure", &found.disclosure)]
    {
        for (way, n) in moved {
            let _ = writeln!(out, "  {what}: {way}  {n}");
        }
    }
    for (rule, sum) in &found.rules {
        let _ = writeln!(out, "  {rule}  +{} −{} ~{}", sum.gained, sum.lost, sum.changed);
        for (sign, posts) in [("+", &sum.gained_posts), ("−", &sum.lost_posts), ("~", &sum.changed_posts)] {
            if !posts.is_empty() {
                let _ = writeln!(out, "      {sign} {}", visible_line(&posts.join(", ")));
            }
        }
    }
    out
}
