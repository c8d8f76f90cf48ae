//! `score`: creators again from finished runs.

use crate::{
    args::{Cli, ScoreArgs},
    exit::Exit,
    say,
};
use anyhow::Context;
use minhbach::{
    pack::PackFiles,
    rescore,
    run::score_line,
    score::{Catalogue, Edition, Policy, Scoring},
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
    Policy::parse(&source).with_context(|| format!("the policy {name} is at fault"))
}

pub(crate) fn score(cli: &Cli, args: &ScoreArgs) -> anyhow::Result<Exit> {
    let pack = say::pack(cli)?;
    let policy = policy(cli, args.policy.as_deref())?;
    let catalogue = Catalogue::new(pack.rules.iter().map(Into::into), &policy)?;
    let runs = rescore::read(&pack, &args.runs)?;
    let as_of = match &args.as_of {
        Some(day) => say::day(day)?,
        None => runs.newest.unwrap_or(pack.law_as_of),
    };
    let edition = Edition { version: pack.version.clone(), sha256: pack.sha256.clone(), run: None };
    let scoring = Scoring { policy: &policy, catalogue: &catalogue, edition, as_of };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut creators = 0u64;
    for score in runs.creators.into_scores(&scoring) {
        creators += 1;
        out.write_all(&serde_json::to_vec(&score)?)?;
        out.write_all(b"\n")?;
        if cli.global.verbose > 0 {
            say::line(&score_line(&score));
        }
    }
    out.flush()?;
    if !cli.global.quiet {
        let what = format!("{} bài/posts, {creators} người/creators, tính đến/as of {as_of}", runs.posts);
        say::line(&format!("{what}, chính sách/policy {} {}", policy.id, policy.version));
    }
    Ok(Exit::Done)
}
