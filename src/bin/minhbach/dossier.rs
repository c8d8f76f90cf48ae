//! `dossier`: one creator of a finished run, for those who decide and for the creator.

use crate::{
    exit::Exit,
    formats::{self, FormatArgs},
    options::Global,
    say,
};
use anyhow::{Context, bail};
use clap::Args;
use minhbach::{
    dossier::{self, Evaluation, Request},
    finished::FinishedRun,
    ingest::{Inputs, ReadOptions},
    locale::Locale,
    pack::Pack,
    report::Manifest,
};
use std::{collections::BTreeMap, path::PathBuf};

#[derive(Debug, Args)]
pub(crate) struct DossierArgs {
    /// A finished run folder
    pub(crate) run: PathBuf,
    /// The account, as the column creator of creators.csv has it
    #[arg(long, value_name = "ID")]
    pub(crate) creator: String,
    /// Its platform, where several platforms know that name
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
    /// The folder to make
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Hide phones, e-mails and account numbers (the default)
    #[arg(long, overrides_with = "no_redact")]
    pub(crate) redact: bool,
    /// Hide nothing: for the creator's own copy
    #[arg(long)]
    pub(crate) no_redact: bool,
    /// The dump that was scanned, to show words in their surroundings; may be given again; a demo run needs none
    #[arg(long, value_name = "INPUT")]
    pub(crate) originals: Vec<String>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    /// Decisions to show: the lines that the page downloads, or those of `decisions list RUN --findings --only reviewed
    /// --format jsonl`
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    /// Measured quality of the rules
    #[arg(long, value_name = "FILE")]
    pub(crate) evaluation: Option<PathBuf>,
    /// Scores after review: the lines of `score --ledger`
    #[arg(long, value_name = "FILE")]
    pub(crate) scores: Option<PathBuf>,
    /// The policy of the run, when it was not the pack's own
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Replace another dossier in that place
    #[arg(long)]
    pub(crate) force: bool,
}

/// A redacted run names no account and hashes texts by its key: no post of the dump can be found in it again.
pub(crate) fn pairs_with_texts(manifest: &Manifest, option: &str) -> anyhow::Result<()> {
    if manifest.redacted() {
        bail!(
            "lần quét này ẩn danh (--redact), không ghép lại được với lời bài; hãy bỏ {option}, hoặc dùng lần quét không \
             ẩn danh / this run is redacted and its posts cannot be paired with their texts; leave {option} out, or use a \
             run made without --redact"
        );
    }
    Ok(())
}

/// The posts again: what was given, or the demonstration.
pub(crate) fn originals(given: &[String], manifest: &Manifest, read: &ReadOptions) -> anyhow::Result<Option<Inputs>> {
    if !given.is_empty() {
        pairs_with_texts(manifest, "--originals")?;
    }
    Ok(match (given.is_empty(), manifest.demo && !manifest.redacted()) {
        (true, true) => Some(crate::scan::demo()),
        (true, false) => None,
        (false, _) => Some(Inputs::resolve(given, read)?),
    })
}

pub(crate) fn dossier(global: &Global, args: &DossierArgs) -> anyhow::Result<Exit> {
    let pack_files = global.pack_files()?;
    let pack = Pack::load(&pack_files)?;
    let policy = match &args.policy {
        Some(path) => {
            std::fs::read_to_string(path).with_context(|| format!("không đọc được / cannot read {}", path.display()))?
        }
        None => pack_files.get("policy/default.toml").unwrap_or_default().to_owned(),
    };
    let run = FinishedRun::open(&args.run)?;
    let read = formats::read_again(&pack, &args.format, &run.manifest)?;
    let inputs = originals(&args.originals, &run.manifest, &read)?;
    let decisions = args.decisions.as_deref().map_or_else(|| Ok(BTreeMap::new()), dossier::decisions)?;
    let evaluation = args.evaluation.as_deref().map_or_else(|| Ok(Evaluation::default()), dossier::evaluation)?;
    let made = dossier::write(&Request {
        run: &run,
        pack: &pack,
        pack_files: &pack_files,
        policy: &policy,
        creator: &args.creator,
        platform: args.platform.as_deref(),
        locale: locale(global),
        redacted: args.redact || !args.no_redact,
        originals: inputs.as_ref().map(|inputs| (inputs, &read)),
        decisions: &decisions,
        evaluation: &evaluation,
        reviewed: args.scores.as_deref(),
        out: &args.out,
        force: args.force,
    })?;
    if global.quiet {
        return Ok(Exit::Done);
    }
    if made.already {
        say::line(&format!("đã có, không làm lại / already done: {}", args.out.display()));
        return Ok(Exit::Done);
    }
    say::line(&format!("{} bài/posts, {} phát hiện/findings", made.posts, made.findings));
    if made.unmatched > 0 {
        say::line(&format!(
            "{} phát hiện không gặp lại bài trong dữ liệu đã cho / findings whose post is not in the data given",
            made.unmatched
        ));
    }
    if made.foreign_decisions > 0 {
        say::line(&format!(
            "{} quyết định không thuộc người đăng này / decisions on findings that this creator does not have",
            made.foreign_decisions
        ));
    }
    say::line(&format!("→ {}", args.out.join("dossier.html").display()));
    Ok(Exit::Done)
}

/// The language asked for.
pub(crate) fn locale(global: &Global) -> Locale {
    match global.lang {
        crate::options::Lang::Vi => Locale::Vi,
        crate::options::Lang::En => Locale::En,
        crate::options::Lang::Both => Locale::Both,
    }
}
