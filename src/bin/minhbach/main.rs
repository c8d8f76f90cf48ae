//! The command: arguments in, library calls, words and an exit code out.

mod agree;
mod args;
mod catalogue;
mod check;
mod decisions;
mod diff;
mod dossier;
mod eval;
mod exit;
mod explain;
mod export;
mod fit;
mod formats;
mod notice;
mod prevalence;
mod progress;
mod report;
mod sample;
mod say;
mod scan;
mod score;
mod verify;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use exit::Exit;
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    // What a panic says may hold words of a post: it goes the way of all words to people.
    std::panic::set_hook(Box::new(|info| say::line(&format!("minhbach: lỗi của chương trình / a fault: {info}"))));
    let cli = Cli::parse();
    match run(&cli) {
        Ok(exit) => exit.code(),
        Err(error) => exit::of_error(&error).code(),
    }
}

fn run(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Scan(args) => scan::scan(cli, args),
        Command::Check(args) => check::check(cli, args),
        Command::Explain(args) => explain::explain(cli, args),
        Command::Inspect(args) => formats::inspect(cli, args),
        Command::Formats(command) => formats::formats(cli, command),
        Command::Rules(command) => catalogue::rules(cli, command),
        Command::Lexicon(command) => catalogue::lexicon(cli, command),
        Command::Score(args) => score::score(cli, args),
        Command::Decisions(command) => decisions::decisions(cli, command),
        Command::Notice(args) => notice::notice(cli, args),
        Command::Sample(args) => sample::sample(cli, args),
        Command::Prevalence(args) => prevalence::prevalence(cli, args),
        Command::Export(args) => export::export(cli, args),
        Command::Agree(args) => agree::agree(cli, args),
        Command::Dossier(args) => dossier::dossier(cli, args),
        Command::Diff(args) => diff::diff(cli, args),
        Command::Eval(args) => eval::eval(cli, args),
        Command::Fit(args) => fit::fit(cli, args),
        Command::Report(args) => report::report(cli, args),
        Command::Verify(args) => verify::verify(cli, args),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "minhbach", &mut out);
            std::io::stdout().write_all(&out)?;
            Ok(Exit::Done)
        }
        Command::Man => {
            let mut out = Vec::new();
            let mut all = Cli::command();
            all.build();
            pages(&all, &mut out)?;
            std::io::stdout().write_all(&out)?;
            Ok(Exit::Done)
        }
    }
}

/// The page of a command and, behind it, those of its subcommands: the page above names them.
fn pages(command: &clap::Command, out: &mut Vec<u8>) -> std::io::Result<()> {
    clap_mangen::Man::new(command.clone().disable_help_subcommand(true)).render(out)?;
    command.get_subcommands().filter(|sub| sub.get_name() != "help").try_for_each(|sub| pages(sub, out))
}
