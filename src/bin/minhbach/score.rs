//! `score`: creators again from finished runs.

use crate::{decisions, exit::Exit, options::Global, say};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use minhbach::{
    day::Day,
    ledger::{Allow, Allows, Baseline},
    pack::{Criterion, Pack},
    pipeline::CREATORS_MEMORY,
    report::{CreatorLines, CreatorRows},
    rescore::{self, Marks, ReviewedRuns, Room, Runs},
    run::{review_line, score_line},
    score::{Catalogue, CreatorScore, Edition, Policy, Scoring, SpillError},
};
use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Run folders
    #[arg(required = true, value_name = "RUN")]
    pub(crate) runs: Vec<PathBuf>,
    /// Numbers of the score; default: the pack's own
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The day on which scores look back; default: the newest plausible day of the runs
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<String>,
    /// A ledger of decisions: scores as found, after review, best and worst
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// Findings known already, one id a line or a findings.jsonl: marked, never dropped
    #[arg(long, value_name = "FILE", requires = "ledger")]
    pub(crate) baseline: Option<PathBuf>,
    /// Findings tolerated for a while (TOML): rule, scope, reason, reviewer, expiry
    #[arg(long, value_name = "FILE", requires = "ledger")]
    pub(crate) allow: Option<PathBuf>,
    /// Output
    #[arg(long, value_enum, default_value_t = ScoreFormat::Jsonl)]
    pub(crate) format: ScoreFormat,
}

/// How `score` writes creators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScoreFormat {
    /// As creators.jsonl
    Jsonl,
    /// As creators.csv
    Csv,
    /// A line a creator, for people
    Text,
}

pub(crate) fn score(global: &Global, args: &ScoreArgs) -> anyhow::Result<Exit> {
    let pack = global.pack()?;
    let policy = global.policy(args.policy.as_deref())?;
    let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), &policy)?;
    let aside = std::env::temp_dir();
    let room = Room { memory: CREATORS_MEMORY, folder: &aside };
    let scoring = |newest: Option<Day>| -> anyhow::Result<Scoring<'_>> {
        let as_of = args.as_of.as_deref().map(say::day).transpose()?.or(newest).unwrap_or(pack.law_as_of);
        let edition = Edition { version: pack.version.clone(), sha256: pack.sha256.clone(), run: None };
        Ok(Scoring { policy: &policy, catalogue: &catalogue, edition, as_of })
    };
    let (posts, as_of, creators) = match &args.ledger {
        None => {
            let runs = rescore::read(&pack, &args.runs, room)?;
            let scoring = scoring(runs.newest)?;
            (runs.posts, scoring.as_of, write(global, args, &pack, runs.demo, runs.creators.into_scores(&scoring))?)
        }
        Some(ledger) => {
            let runs = reviewed(global, args, ledger, &pack, &policy, room)?;
            let scoring = scoring(runs.found.newest)?;
            let Runs { posts, demo, .. } = runs.found;
            (posts, scoring.as_of, write(global, args, &pack, demo, runs.into_scores(&scoring))?)
        }
    };
    if !global.quiet {
        let what = format!("{posts} bài/posts, {creators} người/creators, tính đến/as of {as_of}");
        let Policy { id, version, status, .. } = &policy;
        say::line(&format!("{what}, chính sách/policy {id} {version} ({})", status.name()));
        say::line(say::both(global.lang, &pack.crosswalk.assumption, "").trim_end());
        for criterion in Criterion::ALL {
            for pillar in pack.crosswalk.of(criterion) {
                say::line(say::both(global.lang, &pillar.title, &format!("  {} → ", criterion.name())).trim_end());
            }
        }
    }
    Ok(Exit::Done)
}

/// The runs together with what people decided.
fn reviewed(
    global: &Global,
    args: &ScoreArgs,
    ledger: &Path,
    pack: &Pack,
    policy: &Policy,
    room: Room<'_>,
) -> anyhow::Result<ReviewedRuns> {
    let runs = rescore::open(pack, &args.runs)?;
    let review = decisions::replay(ledger, &runs, policy)?.1;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?.unwrap_or_default();
    let allows = match &args.allow {
        Some(file) => {
            let Some(day) = args.as_of.as_deref().map(say::day).transpose()? else {
                bail!("--allow: hạn tính đến ngày nào? hãy thêm --as-of / expiry needs a day: give --as-of");
            };
            allows(file, day, pack)?
        }
        None => Allows::default(),
    };
    if !global.quiet {
        decisions::summary(&review);
        allows.expired.iter().for_each(|one| say::line(&expired(one)));
    }
    let marks = Marks { review: &review, policy, baseline: &baseline, allows: &allows };
    Ok(rescore::read_reviewed(pack, &runs, room, &marks)?)
}

/// The allow-list of a file, as it holds on `day`.
pub(crate) fn allows(file: &Path, day: Day, pack: &Pack) -> anyhow::Result<Allows> {
    let source =
        std::fs::read_to_string(file).with_context(|| format!("không đọc được / cannot read {}", file.display()))?;
    let rule = |name: &str| Some(pack.rules.get(usize::from(pack.rule(name)?.0))?.id.clone());
    Ok(Allows::parse(&file.display().to_string(), &source, day, rule)?)
}

/// An entry that does nothing any more.
pub(crate) fn expired(one: &Allow) -> String {
    let Allow { rule, platform, creator, expires, .. } = one;
    let whom = creator.as_deref().unwrap_or("*");
    format!("{rule} {platform}/{whom}: hết hạn ngày / expired on {expires}, không còn tác dụng / does nothing")
}

/// Writes the creators and gives their number.
fn write(
    global: &Global,
    args: &ScoreArgs,
    pack: &Pack,
    demo: bool,
    scores: impl Iterator<Item = Result<CreatorScore, SpillError>>,
) -> anyhow::Result<u64> {
    if demo && !global.quiet {
        say::line(say::both(global.lang, pack.messages.text("terminal.demo"), "").trim_end());
    }
    let out = BufWriter::new(io::stdout().lock());
    let mut sheet = Sheet::new(args.format, args.ledger.is_some(), out)?;
    let mut creators = 0u64;
    for score in scores {
        let score = score?;
        creators += 1;
        sheet.write(&score)?;
        if global.verbose > 0 {
            say::line(&score_line(&score));
        }
    }
    sheet.finish()?;
    Ok(creators)
}

/// Creators in the format asked for.
enum Sheet<W: Write> {
    Lines { out: W, writer: CreatorLines, buffer: Vec<u8> },
    Table(CreatorRows<W>),
    Text(W),
}

impl<W: Write> Sheet<W> {
    fn new(format: ScoreFormat, reviewed: bool, out: W) -> anyhow::Result<Self> {
        Ok(match format {
            ScoreFormat::Jsonl => Self::Lines { out, writer: CreatorLines::new(), buffer: Vec::new() },
            ScoreFormat::Csv if reviewed => Self::Table(CreatorRows::reviewed(out)?),
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
            Self::Text(out) => {
                writeln!(out, "{}", score_line(score))?;
                if let Some(line) = review_line(score) {
                    writeln!(out, "{line}")?;
                }
            }
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
