//! `scan`: the main job.

use crate::{
    exit::Exit,
    formats::FormatArgs,
    options::{Global, Lang},
    progress::{Meter, Mode},
    say,
};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use minhbach::{
    detector::Detector,
    ingest::{Caps, Format, Inputs, Packing, ReadOptions, Source},
    pack::{Pack, Rule, RuleId, Severity},
    pipeline::{Again, Event, PostLines, Resumed, ScanOptions, UNIT_BYTES},
    redact::{Key, Redactor},
    report::{Languages, Style, Summary, summary_text},
    run::{self, Done, Outcome, Request},
};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    collections::BTreeMap,
    io::IsTerminal,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Files, folders, globs or - for stdin; none = the embedded demo dump
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// The run folder to make
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) input_format: FormatArgs,
    /// Worker threads; 0 = one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Which posts posts.jsonl holds
    #[arg(long, value_enum, default_value_t = Posts::All)]
    pub(crate) posts: Posts,
    /// JSON Lines, or those and the same as Parquet beside them (posts, findings, creators)
    #[arg(long, value_enum, default_value_t = RunFormat::Jsonl)]
    pub(crate) format: RunFormat,
    /// The day on which scores look back; default: the newest plausible day of the input
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<String>,
    /// Only these rules (ids, slugs, or the beginning of an id such as DIS), separated by commas
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub(crate) select: Vec<String>,
    /// All rules but these
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub(crate) ignore: Vec<String>,
    /// Write advisory findings too
    #[arg(long)]
    pub(crate) advisory: bool,
    /// Name nobody: creators and texts become keyed hashes; phones, e-mails, accounts, addresses in quotes become █
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) redact: Option<PathBuf>,
    /// Exit 1 when a counting finding is at least this severe
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Level>,
    /// Numbers of the score, instead of the pack's own
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Replace a finished run of another key
    #[arg(long)]
    pub(crate) force: bool,
    /// Exit 3 when more records than this are unreadable
    #[arg(long, default_value = "0.1%", value_name = "N|N%")]
    pub(crate) max_bad: String,
    /// Input bytes, for each thread, between two places from which an interrupted scan goes on
    #[arg(long, default_value_t = UNIT_BYTES, value_name = "BYTES")]
    pub(crate) save_every: u64,
    /// Progress on stderr
    #[arg(long, value_enum, default_value_t = Mode::Auto)]
    pub(crate) progress: Mode,
    /// Longest record in bytes
    #[arg(long, default_value_t = 4 << 20, value_name = "BYTES")]
    pub(crate) max_record: usize,
    /// Longest text in bytes; longer is cut and flagged
    #[arg(long, default_value_t = 64 << 10, value_name = "BYTES")]
    pub(crate) max_text: usize,
    /// Longest transcript in bytes; longer is cut and flagged
    #[arg(long, default_value_t = 1 << 20, value_name = "BYTES")]
    pub(crate) max_transcript: usize,
}

/// Which posts `posts.jsonl` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Posts {
    All,
    Commercial,
    None,
}

/// How a run writes its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    Jsonl,
    Parquet,
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Low,
    Medium,
    High,
    Critical,
}

/// The demonstration that is built in: invented posts by invented creators (`corpora/README.md`).
const DEMO: &[u8] = include_bytes!("../../../corpora/demo/posts.jsonl");

/// The demonstration as input.
pub(crate) fn demo() -> Inputs {
    let source = Source::embedded("demo/posts.jsonl", DEMO, Format::Lines, Packing::None);
    Inputs { sources: vec![source], skipped: Vec::new() }
}

pub(crate) fn scan(global: &Global, args: &ScanArgs) -> anyhow::Result<Exit> {
    let max_bad = MaxBad::parse(&args.max_bad)?;
    let pack = global.pack()?;
    let policy = global.policy(args.policy.as_deref())?;
    let rules = Selection::new(&pack, args)?;
    let caps = Caps { record: args.max_record, text: args.max_text, transcript: args.max_transcript };
    let (choice, format) = crate::formats::choice(&pack, &args.input_format)?;
    let read = ReadOptions::new(pack.law_as_of, caps).with_formats(pack.formats(choice));
    let as_of = args.as_of.as_deref().map(say::day).transpose()?;
    let demo = args.inputs.is_empty();
    let inputs = match demo {
        true => self::demo(),
        false => Inputs::resolve(&args.inputs, &read)?,
    };
    if !global.quiet {
        for skipped in &inputs.skipped {
            let why = match skipped.ends_with('/') {
                true => "bỏ qua, kết quả của minhbach / skipped, results of minhbach",
                false => "bỏ qua, không rõ loại / skipped, unknown type",
            };
            say::line(&format!("{why}: {skipped}"));
        }
    }
    if !demo && !global.quiet {
        crate::formats::tell(&inputs, &read)?;
    }
    let mut options = rules.options();
    options.insert("format".to_owned(), format);
    let detector = Detector::new(std::sync::Arc::new(pack))?.with_rules(|r| rules.keeps(r));
    let posts = match args.posts {
        Posts::All => PostLines::All,
        Posts::Commercial => PostLines::Commercial,
        Posts::None => PostLines::None,
    };
    let redact = args.redact.as_deref().map(Key::read).transpose()?.map(Redactor::new);
    let request = Request {
        detector: &detector,
        policy: &policy,
        inputs: &inputs,
        scan: ScanOptions {
            threads: args.threads,
            posts,
            advisory: args.advisory,
            read,
            unit_bytes: args.save_every,
            redact,
        },
        as_of,
        options,
        demo,
        out: &args.out,
        force: args.force,
        tables: args.format == RunFormat::Parquet,
    };
    let stop = stop_on_signals()?;
    let mut meter = Meter::new(args.progress, global.quiet, inputs.disk_bytes());
    let outcome = run::run(&request, &stop, &mut |event| match event {
        Event::Progress(progress) => meter.show(progress),
        Event::Resumed(resumed) => resumed_lines(&resumed, global.quiet).iter().for_each(|line| say::line(line)),
        _ => {}
    });
    meter.end();
    match outcome? {
        Outcome::AlreadyDone => {
            if !global.quiet {
                say::line(&format!("đã có, không làm lại / already done: {}", args.out.display()));
            }
            let path = args.out.join("summary.json");
            let unread = || format!("không đọc được {} / cannot read it", path.display());
            let bytes = std::fs::read(&path).with_context(unread)?;
            let (summary, _) = Summary::read(&bytes, detector.pack()).with_context(unread)?;
            Ok(verdict(args, &detector, &summary, max_bad))
        }
        Outcome::Done(done) => finish(global, args, &detector, &done, max_bad),
    }
}

/// A flag that SIGINT (Ctrl-C) and SIGTERM set. The second signal ends the program at once: whatever it leaves behind, the
/// next run goes on from there.
fn stop_on_signals() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 130, stop.clone())
            .context("không nhận được tín hiệu dừng / cannot listen to signals")?;
        flag::register(signal, stop.clone()).context("không nhận được tín hiệu dừng / cannot listen to signals")?;
    }
    Ok(stop)
}

/// What is said of an interrupted run that is taken up again; that work is done again is said even when quiet.
fn resumed_lines(resumed: &Resumed, quiet: bool) -> Vec<String> {
    let posts = resumed.kept.posts;
    let why = match &resumed.again {
        None => None,
        Some(Again::Plan(names)) => {
            let names = names.join(", ");
            Some(format!(
                "lần quét dở dang dùng {names} khác, nên làm lại từ đầu \
                 / the interrupted scan had another {names}: everything is done again"
            ))
        }
        Some(Again::Input(name)) => Some(format!(
            "{name} đã đổi từ lần quét dở dang, nên làm lại từ chỗ đổi \
             / {name} has changed since the interrupted scan: it is done again from there",
        )),
        Some(_) => None,
    };
    let on = (posts > 0 && !quiet)
        .then(|| format!("làm tiếp sau {posts} bài đã xong / going on after {posts} posts done before"));
    why.into_iter().chain(on).collect()
}

fn finish(global: &Global, args: &ScanArgs, detector: &Detector, done: &Done, max_bad: MaxBad) -> anyhow::Result<Exit> {
    if !global.quiet {
        let languages = match global.lang {
            Lang::Vi => Languages::Vi,
            Lang::En => Languages::En,
            Lang::Both => Languages::Both,
        };
        let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(96);
        let style =
            Style { width, colour: say::coloured(global) && std::io::stdout().is_terminal(), unicode: true, languages };
        say::data(&summary_text(detector.pack(), &done.summary, &done.facts, style))?;
        say::line(&format!("→ {}", args.out.display()));
    }
    Ok(verdict(args, detector, &done.summary, max_bad))
}

/// How a finished run ends the program, whether it was finished now or before.
fn verdict(args: &ScanArgs, detector: &Detector, summary: &Summary, max_bad: MaxBad) -> Exit {
    let rejects = summary.rejects();
    if max_bad.exceeded(rejects, summary.posts() + rejects) {
        let file = args.out.join("rejects.jsonl");
        say::line(&format!(
            "{rejects} bản ghi không đọc được, hơn mức --max-bad {} / unreadable records, more than --max-bad: see {}",
            args.max_bad,
            file.display()
        ));
        return Exit::TooManyBad;
    }
    if let Some(level) = args.fail_on {
        let least = match level {
            Level::Low => Severity::Low,
            Level::Medium => Severity::Medium,
            Level::High => Severity::High,
            Level::Critical => Severity::Critical,
        };
        let rules = detector.pack().rules.iter().zip(0..);
        let grave = rules.filter(|(r, _)| r.severity >= least).any(|(_, i)| summary.rule(RuleId(i)).counting > 0);
        if grave {
            return Exit::Found;
        }
    }
    Exit::Done
}

/// `--max-bad`: a number, or a share of all records.
#[derive(Clone, Copy)]
enum MaxBad {
    Number(u64),
    Share(f64),
}

impl MaxBad {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let fail = || {
            format!(
                "--max-bad `{text}`: viết một số, hoặc tỷ lệ như 0.1% / write a number, or a percentage such as 0.1%"
            )
        };
        match text.strip_suffix('%') {
            Some(share) => {
                let share: f64 = share.trim().parse().with_context(fail)?;
                if !(0.0..=100.0).contains(&share) {
                    bail!(fail());
                }
                Ok(Self::Share(share / 100.0))
            }
            None => Ok(Self::Number(text.parse().with_context(fail)?)),
        }
    }

    fn exceeded(self, bad: u64, all: u64) -> bool {
        match self {
            Self::Number(n) => bad > n,
            // 0.7 % of a thousand is seven, although its binary form is a hair less.
            Self::Share(share) => bad as f64 > share * all as f64 * (1.0 + 1e-9),
        }
    }
}

/// `--select` and `--ignore`.
pub(crate) struct Selection {
    select: Vec<String>,
    ignore: Vec<String>,
}

impl Selection {
    fn new(pack: &Pack, args: &ScanArgs) -> anyhow::Result<Self> {
        let sorted = |ids: &[String]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids.dedup();
            ids
        };
        let selection = Self { select: sorted(&args.select), ignore: sorted(&args.ignore) };
        for name in selection.select.iter().chain(&selection.ignore) {
            if !pack.rules.iter().any(|r| names(r, name)) {
                bail!(
                    "không có quy tắc `{name}`; xem minhbach rules list / no rule `{name}`; `minhbach rules list` shows all"
                );
            }
        }
        Ok(selection)
    }

    /// What a finished run was told, as its manifest says.
    pub(crate) fn of_run(options: &BTreeMap<String, String>) -> Self {
        let ids = |name: &str| {
            let ids = options.get(name).map_or("", String::as_str).split(',');
            ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
        };
        Self { select: ids("select"), ignore: ids("ignore") }
    }

    pub(crate) fn keeps(&self, rule: &Rule) -> bool {
        (self.select.is_empty() || self.select.iter().any(|n| names(rule, n)))
            && !self.ignore.iter().any(|n| names(rule, n))
    }

    pub(crate) fn options(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("select".to_owned(), self.select.join(",")), ("ignore".to_owned(), self.ignore.join(","))])
    }
}

/// An id, a slug, or the beginning of ids.
fn names(rule: &Rule, name: &str) -> bool {
    rule.slug == name || rule.id == name || name.len() >= 3 && rule.id.starts_with(name)
}
