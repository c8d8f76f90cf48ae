//! What can be asked for on the command line. No input or output here.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

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

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Use the pack in this folder instead of the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) pack: Option<PathBuf>,
    /// Language of what is said to people
    #[arg(long, global = true, value_enum, default_value_t = Lang::Both)]
    pub(crate) lang: Lang,
    /// Colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Say less
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Vietnamese, English or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Vi,
    En,
    Both,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// Text or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Which posts `posts.jsonl` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Posts {
    All,
    Commercial,
    None,
}

/// How progress is shown on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    Auto,
    Json,
    Off,
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan dumps into a run folder: the main job
    Scan(ScanArgs),
    /// Check one caption, for people: carets, article, fix
    Check(CheckArgs),
    /// Show the whole path of one caption: tokens, cues with status, every rule's verdict
    Explain(TextArgs),
    /// The rules: list, show, test, lint, docs
    #[command(subcommand)]
    Rules(RulesCommand),
    /// The lexicon: stats, check
    #[command(subcommand)]
    Lexicon(LexiconCommand),
    /// Score again from one or more run folders, without scanning
    Score(ScoreArgs),
    /// Draw posts for people to label: a stratified plan with known chances
    Sample(crate::sample::SampleArgs),
    /// Shares with intervals, from a run and labels
    Prevalence(crate::prevalence::PrevalenceArgs),
    /// A finished run for other tools: Label Studio, SQLite, spreadsheets, Frictionless, Parquet
    Export(crate::export::ExportArgs),
    /// How far coders agree
    Agree(crate::agree::AgreeArgs),
    /// Print shell completions
    Completions { shell: Shell },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Files, folders, globs or - for stdin; none = the embedded demo dump
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// The run folder to make
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
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
    /// Progress on stderr
    #[arg(long, value_enum, default_value_t = Progress::Auto)]
    pub(crate) progress: Progress,
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

/// How a run writes its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    Jsonl,
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct TextArgs {
    /// The caption; - or nothing reads stdin
    pub(crate) text: Option<String>,
    /// The day the post was or will be posted; default: the pack's law_as_of
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) day: Option<String>,
    /// Output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) text: TextArgs,
    /// The platform shows its own paid-partnership label on the post
    #[arg(long)]
    pub(crate) platform_label: bool,
    /// Show advisory findings too
    #[arg(long)]
    pub(crate) advisory: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// One line a rule
    List,
    /// All that is known of a rule
    Show { rule: String },
    /// Run the examples beside each rule
    Test {
        /// Only these rules
        rules: Vec<String>,
    },
    /// Dead, untested and conflicting rules
    Lint,
    /// Write docs/rules.md, or compare it
    Docs {
        /// Compare instead of writing; exit 1 when the page is stale
        #[arg(long)]
        check: bool,
        /// The page
        #[arg(long, default_value = "docs/rules.md", value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LexiconCommand {
    /// Lists, terms and sizes
    Stats,
    /// Load the pack and check its laws
    Check,
}

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
