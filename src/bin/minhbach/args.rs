//! What can be asked for on the command line. No input or output here.

use crate::{
    agree::AgreeArgs,
    catalogue::{LexiconCommand, RulesCommand},
    check::CheckArgs,
    decisions::DecisionsCommand,
    diff::DiffArgs,
    dossier::DossierArgs,
    eval::EvalArgs,
    export::ExportArgs,
    fit::FitArgs,
    formats::{FormatsCommand, InspectArgs},
    notice::NoticeArgs,
    options::{Global, TextArgs},
    prevalence::PrevalenceArgs,
    report::ReportArgs,
    sample::SampleArgs,
    scan::ScanArgs,
    score::ScoreArgs,
    verify::VerifyArgs,
};
use clap::{Parser, Subcommand};
use clap_complete::Shell;

/// Finds undisclosed advertising and forbidden product claims in Vietnamese and English posts.
///
/// A finding is a reason for a person to look, never a verdict. Posts are judged under Vietnamese law whatever the
/// author's country. Text only: what images, speech and private deals hide stays unseen.
///
/// Tìm quảng cáo không công khai và khẳng định bị cấm trong bài đăng tiếng Việt và tiếng Anh. Mỗi phát hiện là lý do để
/// con người xem lại, không phải kết luận.
#[derive(Debug, Parser)]
#[command(name = "minhbach", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan dumps into a run folder: the main job
    Scan(ScanArgs),
    /// Check one caption, for people: carets, article, fix
    Check(CheckArgs),
    /// Show the whole path of one caption: tokens, cues with status, every rule's verdict
    Explain(TextArgs),
    /// Look into a file: its format, field mapping, three records, share of nulls a field; exit 2 when none fits
    Inspect(InspectArgs),
    /// The formats of exports that are read: list, show
    #[command(subcommand)]
    Formats(FormatsCommand),
    /// The rules: list, show, test, lint, docs
    #[command(subcommand)]
    Rules(RulesCommand),
    /// The lexicon: stats, check
    #[command(subcommand)]
    Lexicon(LexiconCommand),
    /// Score again from one or more run folders, without scanning
    Score(ScoreArgs),
    /// What people decided about findings: import, add, list
    #[command(subcommand)]
    Decisions(DecisionsCommand),
    /// Draft the notices to creators: what, where, which article, how to mend, by when, how to answer
    Notice(NoticeArgs),
    /// Draw posts for people to label: a stratified plan with known chances
    Sample(SampleArgs),
    /// Shares with intervals, from a run and labels
    Prevalence(PrevalenceArgs),
    /// A finished run for other tools: Label Studio, SQLite, spreadsheets, Frictionless, Parquet
    Export(ExportArgs),
    /// How far coders agree
    Agree(AgreeArgs),
    /// The picture of a run: one page, from its files
    Report(ReportArgs),
    /// The dossier of one creator: a folder for reviewers
    Dossier(DossierArgs),
    /// Findings that a second run of the same inputs gains, loses and changes
    Diff(DiffArgs),
    /// Precision, recall and the score's quality against gold
    Eval(EvalArgs),
    /// Learn the weights of the commercial score from labelled posts
    Fit(FitArgs),
    /// Check a run or dossier folder against its manifest, or make it again and compare
    Verify(VerifyArgs),
    /// Print shell completions
    Completions { shell: Shell },
    /// Print the manual page
    Man,
}
