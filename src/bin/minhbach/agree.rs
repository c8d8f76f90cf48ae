//! `agree`: agreement of several coders.

use crate::{exit::Exit, options::Global, prevalence::Table, say};
use clap::Args;
use minhbach::{
    agreement::{self, Options, Row},
    labels,
    report::visible_line,
};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct AgreeArgs {
    /// Label files; each coder once a post
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Draws of the bootstrap over posts; 0 for no intervals
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    draws: u32,
    /// Its seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95, value_name = "LEVEL")]
    conf: f64,
    /// Output
    #[arg(long, value_enum, default_value_t = Table::Text)]
    format: Table,
}

pub(crate) fn agree(_: &Global, args: &AgreeArgs) -> anyhow::Result<Exit> {
    if !(0.5..1.0).contains(&args.conf) {
        anyhow::bail!("--conf: từ 0.5 đến dưới 1 / from 0.5 to below 1");
    }
    let files = args.files.iter().map(|path| labels::read(path)).collect::<Result<Vec<_>, _>>()?;
    let rows = agreement::agreement(&files, &Options { draws: args.draws as usize, seed: args.seed, conf: args.conf })?;
    match args.format {
        Table::Csv => say::bytes(&agreement::to_csv(&rows)?)?,
        Table::Json => say::data(&format!("{}\n", serde_json::to_string_pretty(&rows)?))?,
        Table::Text => say::data(&table(&rows))?,
    }
    Ok(Exit::Done)
}

fn table(rows: &[Row]) -> String {
    // Coders' names come from the data: none of them hides, colours or begins a line of its own.
    let coders: Vec<String> = rows.iter().map(|row| visible_line(&row.coders)).collect();
    let width = coders.iter().map(|names| names.chars().count()).max().unwrap_or(0).max("coders".len());
    let mut out = format!(
        "{:<11} {:<19} {:<9} {:<width$} {:>6} {:>9}  interval\n",
        "variable", "statistic", "level", "coders", "posts", "estimate"
    );
    for (row, coders) in rows.iter().zip(&coders) {
        let estimate = row.estimate.map_or_else(|| "–".to_owned(), |e| format!("{e:.3}"));
        let interval = row.lower.zip(row.upper).map_or_else(String::new, |(l, u)| format!("{l:.3} to {u:.3}"));
        let line = format!(
            "{:<11} {:<19} {:<9} {coders:<width$} {:>6} {estimate:>9}  {interval}",
            row.variable, row.statistic, row.level, row.posts
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
