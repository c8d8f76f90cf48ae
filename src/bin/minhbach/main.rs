//! The command: arguments in, library calls, words and an exit code out.

mod agree;
mod args;
mod catalogue;
mod check;
mod exit;
mod explain;
mod export;
mod prevalence;
mod progress;
mod sample;
mod say;
mod scan;
mod score;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use exit::Exit;
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
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
        Command::Rules(command) => catalogue::rules(cli, command),
        Command::Lexicon(command) => catalogue::lexicon(cli, command),
        Command::Score(args) => score::score(cli, args),
        Command::Sample(args) => sample::sample(cli, args),
        Command::Prevalence(args) => prevalence::prevalence(cli, args),
        Command::Export(args) => export::export(cli, args),
        Command::Agree(args) => agree::agree(cli, args),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "minhbach", &mut out);
            std::io::stdout().write_all(&out)?;
            Ok(Exit::Done)
        }
        Command::Man => {
            let mut out = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut out)?;
            std::io::stdout().write_all(&out)?;
            Ok(Exit::Done)
        }
    }
}
