//! `decisions`: what people decided about the findings of a run, in and out of its ledger.

use crate::{exit::Exit, options::Global, say};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use minhbach::{
    decisions,
    finished::FinishedRun,
    ledger::{
        self, Action, Attachment, Baseline, Content, Defaults, Entry, Ledger, LedgerError, Line, Review, State, Status,
    },
    report::{self, sha256_hex, visible_line},
    score::Policy,
};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

#[derive(Debug, Subcommand)]
pub(crate) enum DecisionsCommand {
    /// Take in decisions from files: JSON Lines as the dossier's page saves them, or CSV with the same columns
    Import(ImportArgs),
    /// Write one decision, answer, notice, cure or appeal down
    Add(AddArgs),
    /// Every line of the ledger with what became of it, or where every finding stands; exit 1 when something needs a person
    List(ListArgs),
}

/// Which ledger of which run.
#[derive(Debug, Args)]
struct Book {
    /// A finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The ledger; default: RUN.ledger.jsonl beside the run
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Policy with the review's numbers and reason codes; default: the pack's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    book: Book,
    /// Files of decisions
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The day of lines that have none; no clock is read
    #[arg(long, value_name = "YYYY-MM-DD")]
    at: Option<String>,
    /// The reviewer of lines that have none
    #[arg(long, value_parser = name, value_name = "NAME")]
    reviewer: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    book: Book,
    /// The finding
    #[arg(value_name = "FINDING_ID")]
    finding: String,
    /// What was done: confirm, overturn, unsure, rebuttal, notice, mended, removed, appeal, uphold, reject, close
    #[arg(value_parser = action, value_name = "ACTION")]
    action: Action,
    /// Who did it or writes it down
    #[arg(long, value_parser = name, value_name = "NAME")]
    reviewer: String,
    /// The day on which it happened; no clock is read
    #[arg(long, value_name = "YYYY-MM-DD")]
    at: String,
    /// Why a finding falls, by a code of the policy
    #[arg(long, value_name = "CODE")]
    reason: Option<String>,
    /// In words: a note, or what the creator says
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    note: String,
    /// SHA-256 of the mended caption
    #[arg(long, value_name = "HASH")]
    text_sha256: Option<String>,
    /// Documents that came with it: their names and hashes are written down
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    book: Book,
    /// Findings of the run and where they stand, instead of lines of the ledger
    #[arg(long)]
    findings: bool,
    /// Only lines of this status, `trouble` for all that need a person again; with --findings only findings in this state,
    /// `reviewed` for all that the ledger speaks of
    #[arg(long, value_name = "WORD")]
    only: Option<String>,
    /// Findings known already: marked in the list of findings
    #[arg(long, value_name = "FILE", requires = "findings")]
    baseline: Option<PathBuf>,
    /// Output
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

/// How lists are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Text,
    Jsonl,
}

/// Somebody: nobody decides nothing, and is no second reviewer.
fn name(word: &str) -> Result<String, String> {
    match word.chars().any(char::is_alphanumeric) {
        true => Ok(word.to_owned()),
        false => Err("hãy ghi tên người xem / give the name of a person".to_owned()),
    }
}

fn action(word: &str) -> Result<Action, String> {
    Action::from_name(word).ok_or_else(|| Action::ALL.map(Action::name).join(", "))
}

pub(crate) fn decisions(global: &Global, command: &DecisionsCommand) -> anyhow::Result<Exit> {
    match command {
        DecisionsCommand::Import(args) => import(global, args),
        DecisionsCommand::Add(args) => add(global, args),
        DecisionsCommand::List(args) => list(global, args),
    }
}

/// The ledger in a file that must be there, and what it says of these runs.
pub(crate) fn replay(path: &Path, runs: &[FinishedRun], policy: &Policy) -> anyhow::Result<(Ledger, Review)> {
    if !path.is_file() {
        bail!("không có sổ {} / there is no ledger {}", path.display(), path.display());
    }
    let ledger = Ledger::read(path)?;
    let review = play(&ledger, runs, policy)?;
    Ok((ledger, review))
}

/// What the ledger in a file says of these runs; without a file nobody has decided anything.
pub(crate) fn replay_if_there(path: &Path, runs: &[FinishedRun], policy: &Policy) -> anyhow::Result<Review> {
    play(&Ledger::read(path)?, runs, policy)
}

fn play(ledger: &Ledger, runs: &[FinishedRun], policy: &Policy) -> anyhow::Result<Review> {
    let Some(review) = &policy.review else {
        bail!("chính sách không có phần [review] / the policy has no section [review]: {}", policy.id);
    };
    Ok(Review::of(ledger, runs, policy, review)?)
}

/// What a ledger comes to, in one line, and the rules that it makes informational.
pub(crate) fn summary(review: &Review) {
    let states = State::ALL.map(|state| {
        let n = review.standings.values().filter(|standing| standing.state() == state).count();
        (n > 0).then(|| format!("{} {n}", state.name()))
    });
    let states: Vec<String> = states.into_iter().flatten().collect();
    let (lines, head) = (review.lines, &review.head);
    say::line(&format!("sổ/ledger: {lines} dòng/lines, {}; {head}", states.join(", ")));
    if review.troubled() > 0 {
        let n = review.troubled();
        say::line(&format!("{n} dòng cần xem lại / lines need a person: decisions list --only trouble"));
    }
    for rule in &review.informational {
        let often = review.rules.get(rule).copied().unwrap_or_default();
        let share = format!("{}/{}", often.overturned, often.decided);
        say::line(&format!(
            "{rule}: bị bác {share}, nay chỉ để tham khảo / overturned {share}, for information only from now on"
        ));
    }
}

impl Book {
    fn path(&self) -> PathBuf {
        self.ledger.clone().unwrap_or_else(|| ledger::beside(&self.run))
    }

    fn open(&self, global: &Global) -> anyhow::Result<(FinishedRun, Policy)> {
        Ok((FinishedRun::open(&self.run)?, global.policy(self.policy.as_deref())?))
    }

    /// Appends, and tells what became of the new lines.
    fn write(&self, global: &Global, contents: &[Content], once: bool) -> anyhow::Result<Exit> {
        let (run, policy) = self.open(global)?;
        report::outside(&self.path())?;
        // What the policy cannot judge is not begun.
        play(&Ledger::default(), &[], &policy)?;
        let written = Ledger::append(&self.path(), contents, once)?;
        let review = play(&written.ledger, &[run], &policy)?;
        // What stood there already is told again: it still needs a person.
        let given: HashSet<&Content> = contents.iter().collect();
        let lines = written.ledger.lines.iter().zip(&review.statuses);
        let troubled: Vec<(&Line, &Status)> =
            lines.filter(|(line, status)| **status != Status::Applied && given.contains(&line.content)).collect();
        for (line, status) in &troubled {
            say::line(&shown(line, status));
        }
        if !global.quiet {
            let (path, new) = (self.path(), review.lines + 1 - written.first);
            say::line(&format!("{}: {new} dòng mới / new lines", path.display()));
            if written.known > 0 {
                say::line(&format!("{} dòng đã có sẵn / lines stood there already", written.known));
            }
            summary(&review);
        }
        Ok(if troubled.is_empty() { Exit::Done } else { Exit::Found })
    }
}

fn import(global: &Global, args: &ImportArgs) -> anyhow::Result<Exit> {
    let at = args.at.as_deref().map(say::day).transpose()?;
    let defaults = Defaults { at, reviewer: args.reviewer.clone() };
    let mut contents = Vec::new();
    for path in &args.files {
        let (name, bytes) = decision_lines(path)?;
        let read = ledger::read(&name, &bytes, &defaults);
        for (lines, option, vi, en) in
            [(&read.undated, "--at", "ngày", "day"), (&read.unsigned, "--reviewer", "người xem", "reviewer")]
        {
            if let Some(line) = lines.first() {
                let (path, n) = (path.display(), lines.len());
                bail!(
                    "{path}: {n} dòng thiếu {vi}, dòng đầu là {line}; hãy thêm {option}, chưa ghi gì \
                     / {n} lines lack a {en}, the first is {line}; give {option}; nothing was written"
                );
            }
        }
        contents.extend(read.contents);
    }
    args.book.write(global, &contents, true)
}

/// The name and the lines of a file of decisions; what Label Studio exports (`.json`) is turned into lines.
fn decision_lines(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        let bytes = std::fs::read(path).with_context(|| format!("không đọc được / cannot read {}", path.display()))?;
        return Ok((name, bytes));
    }
    let mut lines = String::new();
    for decision in decisions::read(path)? {
        // Of a moment, the day as it is written.
        let at = decision.at.as_deref().and_then(|at| at.get(..10));
        let line = json!({
            "finding_id": decision.finding_id, "decision": decision.decision.name(), "reason_code": decision.reason_code,
            "note": decision.note.unwrap_or_default(), "reviewer": decision.reviewer, "at": at,
        });
        let _ = writeln!(lines, "{line}");
    }
    Ok((name, lines.into_bytes()))
}

fn add(global: &Global, args: &AddArgs) -> anyhow::Result<Exit> {
    if !ledger::is_finding_id(&args.finding) {
        bail!("`{}` không phải mã phát hiện / is no id of a finding: f_…", args.finding);
    }
    let attach = |path: &PathBuf| -> anyhow::Result<Attachment> {
        let bytes = std::fs::read(path).with_context(|| format!("không đọc được / cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Attachment { name, sha256: sha256_hex(&bytes) })
    };
    let entry = Entry {
        finding_id: args.finding.clone(),
        action: args.action,
        reason_code: args.reason.clone(),
        note: args.note.clone(),
        reviewer: args.reviewer.clone(),
        at: say::day(&args.at)?,
        text_sha256: args.text_sha256.clone(),
        attachments: args.attach.iter().map(attach).collect::<anyhow::Result<_>>()?,
    };
    args.book.write(global, &[Content::Entry(entry)], false)
}

/// The findings that a ledger speaks of.
const REVIEWED: &str = "reviewed";
/// Words that `--only` may take for lines.
const STATUSES: [&str; 7] = ["trouble", "applied", "conflict", "unmatched", "unknown_reason", "refused", "unread"];

fn list(global: &Global, args: &ListArgs) -> anyhow::Result<Exit> {
    if let Some(only) = args.only.as_deref() {
        let states = State::ALL.map(State::name).into_iter().chain([REVIEWED]).collect();
        let known = if args.findings { states } else { STATUSES.to_vec() };
        if !known.contains(&only) {
            bail!("--only {only}: dùng một trong / use one of {}", known.join(", "));
        }
    }
    let (run, policy) = args.book.open(global)?;
    let runs = [run];
    // A broken ledger is shown as far as it is whole.
    let (ledger, broken) = match Ledger::read(&args.book.path()) {
        Ok(ledger) => (ledger, None),
        Err(LedgerError::Broken { path, line, why, whole }) => {
            let told = LedgerError::Broken { path, line, why, whole: whole.clone() };
            (*whole, Some(told))
        }
        Err(other) => return Err(other.into()),
    };
    let review = play(&ledger, &runs, &policy)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if args.findings {
        findings(args, &runs[0], &ledger, &review, &policy, &mut out)?;
    } else {
        for (line, status) in ledger.lines.iter().zip(&review.statuses) {
            let wanted = match args.only.as_deref() {
                None => true,
                Some("trouble") => *status != Status::Applied,
                Some(word) => word == status.name(),
            };
            if !wanted {
                continue;
            }
            match args.format {
                ListFormat::Text => writeln!(out, "{}", shown(line, status))?,
                ListFormat::Jsonl => {
                    let mut value = json!({"n": line.n, "status": status.name()});
                    if let Some((vi, en)) = status.words() {
                        value["why"] = json!({"vi": vi, "en": en});
                    }
                    match &line.content {
                        Content::Entry(entry) => value["entry"] = serde_json::to_value(entry)?,
                        Content::Unread(unread) => value["unread"] = serde_json::to_value(unread)?,
                    }
                    writeln!(out, "{value}")?;
                }
            }
        }
    }
    out.flush()?;
    if !global.quiet {
        summary(&review);
    }
    if let Some(broken) = &broken {
        say::line(&format!("minhbach: {broken}"));
    }
    Ok(if broken.is_some() || review.troubled() > 0 { Exit::Found } else { Exit::Done })
}

/// Every finding of the run with its state. A line of JSON also tells the last word: who, when, what.
fn findings(
    args: &ListArgs,
    run: &FinishedRun,
    ledger: &Ledger,
    review: &Review,
    policy: &Policy,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?.unwrap_or_default();
    let effective = |status: &Status| matches!(status, Status::Applied | Status::Conflict);
    let lines = ledger.lines.iter().zip(&review.statuses).filter(|(_, status)| effective(status));
    let last: HashMap<&str, &Entry> = lines
        .filter_map(|(line, _)| match &line.content {
            Content::Entry(entry) => Some((entry.finding_id.as_str(), entry)),
            Content::Unread(_) => None,
        })
        .collect();
    ledger::each(run, |finding, _| {
        let state = review.state(&finding.id).name();
        let wanted = match args.only.as_deref() {
            None => true,
            Some(REVIEWED) => review.standings.contains_key(finding.id.as_ref()),
            Some(only) => only == state,
        };
        if !wanted {
            return Ok(());
        }
        let (known, id) = (baseline.knows(&finding.id), finding.id.as_ref());
        let creator = finding.creator.as_deref();
        match args.format {
            ListFormat::Jsonl => {
                let mut value = json!({
                    "finding_id": id, "state": state, "known": known, "rule": finding.rule,
                    "severity": finding.severity, "tier": finding.tier, "counts": finding.counts,
                    "platform": finding.platform, "creator": creator, "post_id": finding.post_id,
                    "posted_at": finding.posted_at,
                });
                if let Some(standing) = review.standings.get(id) {
                    let word = |(reviewer, action, reason): (&str, Action, Option<&str>)| json!({"reviewer": reviewer, "decision": action.name(), "reason_code": reason});
                    value["decisions"] = standing.words().map(word).collect();
                    value["noticed"] = standing.noticed().map(|day| day.to_string()).into();
                    value["cure"] = standing.cure(policy).name().into();
                    value["rebuttals"] = standing.rebuttals().into();
                }
                if let Some(last) = last.get(id) {
                    value["reason_code"] = last.reason_code.clone().into();
                    value["reviewer"] = last.reviewer.clone().into();
                    value["at"] = last.at.to_string().into();
                    value["note"] = last.note.clone().into();
                }
                writeln!(out, "{value}")?;
            }
            ListFormat::Text => {
                let mark = if known { " (đã biết/known)" } else { "" };
                let whom = one_line(&format!("{}/{}", finding.platform, creator.unwrap_or("–")));
                let (rule, severity, tier) = (finding.rule, finding.severity, finding.tier);
                writeln!(out, "{id}  {state:<10}  {rule:<7} {severity:<8} {tier:<9}  {whom}{mark}")?;
            }
        }
        anyhow::Ok(())
    })
}

/// A line of a ledger for people.
fn shown(line: &Line, status: &Status) -> String {
    let what = match &line.content {
        Content::Entry(entry) => {
            let reason = entry.reason_code.as_deref().map(|code| format!(" [{code}]")).unwrap_or_default();
            let note = if entry.note.is_empty() { String::new() } else { format!(" “{}”", entry.note) };
            let Entry { finding_id, action, reviewer, at, .. } = entry;
            format!("{at}  {finding_id}  {:<8}{reason} {reviewer}{note}", action.name())
        }
        Content::Unread(unread) => {
            format!("{}, dòng/line {}: {}: {}", unread.file, unread.line, unread.why, unread.raw)
        }
    };
    let why = status.words().map(|(vi, en)| format!(": {vi} / {en}")).unwrap_or_default();
    format!("{:>5}  {:<14}  {}{why}", line.n, status.name(), one_line(&what))
}

/// Hostile text on one line, with nothing that a terminal would obey.
fn one_line(text: &str) -> String {
    const MOST: usize = 400;
    let text = visible_line(text);
    let cut: String = text.chars().take(MOST).collect();
    let tail = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut}{tail}")
}
