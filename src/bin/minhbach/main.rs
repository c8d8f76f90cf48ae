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
mod options;
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
    let global = &cli.global;
    match &cli.command {
        Command::Scan(args) => scan::scan(global, args),
        Command::Check(args) => check::check(global, args),
        Command::Explain(args) => explain::explain(global, args),
        Command::Inspect(args) => formats::inspect(global, args),
        Command::Formats(command) => formats::formats(global, command),
        Command::Rules(command) => catalogue::rules(global, command),
        Command::Lexicon(command) => catalogue::lexicon(global, command),
        Command::Score(args) => score::score(global, args),
        Command::Decisions(command) => decisions::decisions(global, command),
        Command::Notice(args) => notice::notice(global, args),
        Command::Sample(args) => sample::sample(global, args),
        Command::Prevalence(args) => prevalence::prevalence(global, args),
        Command::Export(args) => export::export(global, args),
        Command::Agree(args) => agree::agree(global, args),
        Command::Dossier(args) => dossier::dossier(global, args),
        Command::Diff(args) => diff::diff(global, args),
        Command::Eval(args) => eval::eval(global, args),
        Command::Fit(args) => fit::fit(global, args),
        Command::Report(args) => report::report(global, args),
        Command::Verify(args) => verify::verify(global, args),
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
