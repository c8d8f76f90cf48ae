//! `score`: creators again from finished runs.

use crate::{
    args::{Cli, ScoreArgs, ScoreFormat},
    exit::Exit,
    say,
};
use anyhow::Context;
use minhbach::{
    pack::{Criterion, PackFiles},
    pipeline::CREATORS_MEMORY,
    report::{CreatorLines, CreatorRows},
    rescore::{self, Room},
    run::score_line,
    score::{Catalogue, CreatorScore, Edition, Policy, Scoring},
};
use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

/// The policy of a file, else the pack's own.
pub(crate) fn policy(cli: &Cli, file: Option<&Path>) -> anyhow::Result<Policy> {
    let (name, source) = match (file, &cli.global.pack) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            (path.display().to_string(), text)
        }
        (None, Some(dir)) => {
            let path = dir.join("policy/default.toml");
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            (path.display().to_string(), text)
        }
        (None, None) => {
            let files = PackFiles::embedded();
            ("policy/default.toml".to_owned(), files.get("policy/default.toml").unwrap_or_default().to_owned())
        }
    };
    Ok(Policy::read(&name, &source)?)
}

pub(crate) fn score(cli: &Cli, args: &ScoreArgs) -> anyhow::Result<Exit> {
    let pack = say::pack(cli)?;
    let policy = policy(cli, args.policy.as_deref())?;
    let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), &policy)?;
    let aside = std::env::temp_dir();
    let runs = rescore::read(&pack, &args.runs, Room { memory: CREATORS_MEMORY, folder: &aside })?;
    let as_of = match &args.as_of {
        Some(day) => say::day(day)?,
        None => runs.newest.unwrap_or(pack.law_as_of),
    };
    let edition = Edition { version: pack.version.clone(), sha256: pack.sha256.clone(), run: None };
    let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition, as_of };
    if runs.demo && !cli.global.quiet {
        say::line(say::both(cli.global.lang, pack.messages.text("terminal.demo"), "").trim_end());
    }
    let mut sheet = Sheet::new(args.format, BufWriter::new(io::stdout().lock()))?;
    let mut creators = 0u64;
    for score in runs.creators.into_scores(&scoring) {
        let score = score?;
        creators += 1;
        sheet.write(&score)?;
        if cli.global.verbose > 0 {
            say::line(&score_line(&score));
        }
    }
    sheet.finish()?;
    if !cli.global.quiet {
        let what = format!("{} bài/posts, {creators} người/creators, tính đến/as of {as_of}", runs.posts);
        let Policy { id, version, status, .. } = &policy;
        say::line(&format!("{what}, chính sách/policy {id} {version} ({})", status.name()));
        say::line(say::both(cli.global.lang, &pack.crosswalk.assumption, "").trim_end());
        for criterion in Criterion::ALL {
            for pillar in pack.crosswalk.of(criterion) {
                say::line(say::both(cli.global.lang, &pillar.title, &format!("  {} → ", criterion.name())).trim_end());
            }
        }
    }
    Ok(Exit::Done)
}

/// Creators in the format asked for.
enum Sheet<W: Write> {
    Lines { out: W, writer: CreatorLines, buffer: Vec<u8> },
    Table(CreatorRows<W>),
    Text(W),
}

impl<W: Write> Sheet<W> {
    fn new(format: ScoreFormat, out: W) -> anyhow::Result<Self> {
        Ok(match format {
            ScoreFormat::Jsonl => Self::Lines { out, writer: CreatorLines::new(), buffer: Vec::new() },
            ScoreFormat::Csv => Self::Table(CreatorRows::new(out)?),
            ScoreFormat::Text => Self::Text(out),
        })
    }

    fn write(&mut self, score: &CreatorScore) -> anyhow::Result<()> {
        match self {
            Self::Lines { out, writer, buffer } => {
                buffer.clear();
                writer.write(buffer, score);
                out.write_all(buffer)?;
            }
            Self::Table(rows) => rows.write(score)?,
            Self::Text(out) => writeln!(out, "{}", score_line(score))?,
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Lines { mut out, .. } | Self::Text(mut out) => out.flush()?,
            Self::Table(rows) => rows.finish()?.flush()?,
        }
        Ok(())
    }
}
