//! `export`: a finished run in the form that another tool takes.

use crate::{
    dossier::pairs_with_texts,
    exit::Exit,
    formats::{self, FormatArgs},
    options::Global,
    say,
};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use minhbach::{
    export::{self, Dialect},
    finished::FinishedRun,
    ingest::Inputs,
    report,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// A finished run, scanned with --posts all
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// What to make
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Target,
    /// The folder to write into; for SQLite the file
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// The dump that was scanned, for its texts (Label Studio; a run holds none); the demo needs none
    #[arg(long, value_name = "INPUT")]
    input: Vec<String>,
    #[command(flatten)]
    format: FormatArgs,
    /// Decisions of reviewers to put beside the findings (SQLite): JSON Lines, CSV or a Label Studio export
    #[arg(long, value_name = "FILE")]
    decisions: Vec<PathBuf>,
    /// Replace the files of an earlier export
    #[arg(long)]
    force: bool,
}

/// What other tools take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Tasks with the findings as pre-annotations, and the labelling interface
    LabelStudio,
    /// One file: runs, posts, findings, creators, decisions
    Sqlite,
    /// Tables for spreadsheets: byte order mark, no cell that is a formula, columns for decisions
    Csv,
    /// Plain tables and datapackage.json (Frictionless)
    Datapackage,
    /// posts.parquet, findings.parquet, creators.parquet
    Parquet,
}

pub(crate) fn export(global: &Global, args: &ExportArgs) -> anyhow::Result<Exit> {
    let run = FinishedRun::open(&args.run)?;
    report::outside(&args.out)?;
    make_way(args)?;
    match args.to {
        Target::LabelStudio => label_studio(global, args, &run)?,
        Target::Sqlite => sqlite(args, &run)?,
        Target::Csv => drop(export::spreadsheet(&run, &args.out, Dialect::Spreadsheet)?),
        Target::Datapackage => export::data_package(&run, &args.out)?,
        Target::Parquet => parquet(args, &run)?,
    }
    if !global.quiet {
        say::line(&format!("→ {}", args.out.display()));
    }
    Ok(Exit::Done)
}

/// A folder that is made where it is missing, or a file; what is there is left alone but for `--force`, and with it only
/// files of these names are replaced.
fn make_way(args: &ExportArgs) -> anyhow::Result<()> {
    let (out, shown) = (&args.out, args.out.display());
    let filled = match args.to {
        Target::Sqlite => out.exists(),
        _ => out.read_dir().is_ok_and(|mut entries| entries.next().is_some()),
    };
    if filled && !args.force {
        bail!("{shown} đã có; dùng --force để ghi đè / is there already; --force replaces the files of an export");
    }
    if args.to != Target::Sqlite {
        fs::create_dir_all(out).with_context(|| format!("không tạo được / cannot create {shown}"))?;
    }
    Ok(())
}

fn label_studio(global: &Global, args: &ExportArgs, run: &FinishedRun) -> anyhow::Result<()> {
    pairs_with_texts(&run.manifest, "--to label-studio")?;
    let read = formats::read_again(&global.pack()?, &args.format, &run.manifest)?;
    let inputs = match (args.input.is_empty(), run.manifest.demo) {
        (true, true) => crate::scan::demo(),
        (true, false) => {
            bail!("thiếu --input: lần quét không giữ lời bài / --input is missing: a run holds no texts of posts")
        }
        (false, _) => Inputs::resolve(&args.input, &read)?,
    };
    let reasons = global.policy(None)?.review.map_or_else(Vec::new, |review| review.reasons);
    let told = export::label_studio(run, &inputs, &read, &reasons, &args.out)?;
    if !global.quiet {
        say::line(&format!("{} bài, {} phát hiện / tasks, findings", told.tasks, told.findings));
    }
    Ok(())
}

#[cfg(feature = "full")]
fn sqlite(args: &ExportArgs, run: &FinishedRun) -> anyhow::Result<()> {
    let mut decisions = Vec::new();
    for file in &args.decisions {
        decisions.extend(minhbach::decisions::read(file)?);
    }
    // The file of an earlier export stays until the new one is whole.
    let mut new = args.out.clone().into_os_string();
    new.push(".partial");
    let new = PathBuf::from(new);
    if new.exists() {
        fs::remove_file(&new).with_context(|| cannot_write(&new))?;
    }
    export::sqlite(run, &decisions, &new).inspect_err(|_| drop(fs::remove_file(&new)))?;
    fs::rename(&new, &args.out).inspect_err(|_| drop(fs::remove_file(&new))).with_context(|| cannot_write(&args.out))
}

#[cfg(feature = "full")]
fn parquet(args: &ExportArgs, run: &FinishedRun) -> anyhow::Result<()> {
    use minhbach::tables::{Table, write_parquet};
    for table in Table::ALL {
        let path = args.out.join(format!("{}.parquet", table.name()));
        let file = fs::File::create(&path).with_context(|| cannot_write(&path))?;
        let mut file = write_parquet(table, run.folder().join(format!("{}.jsonl", table.name())), file)?;
        std::io::Write::flush(&mut file).with_context(|| cannot_write(&path))?;
    }
    Ok(())
}

#[cfg(feature = "full")]
fn cannot_write(path: &Path) -> String {
    format!("không ghi được / cannot write {}", path.display())
}

#[cfg(not(feature = "full"))]
const NOT_FULL: &str =
    "bản này không có; hãy dịch với --features full / not in this build; build it with --features full";

#[cfg(not(feature = "full"))]
fn sqlite(args: &ExportArgs, _: &FinishedRun) -> anyhow::Result<()> {
    bail!("{}: SQLite: {NOT_FULL}", Path::display(&args.out))
}

#[cfg(not(feature = "full"))]
fn parquet(args: &ExportArgs, _: &FinishedRun) -> anyhow::Result<()> {
    bail!("{}: Parquet: {NOT_FULL}", Path::display(&args.out))
}
