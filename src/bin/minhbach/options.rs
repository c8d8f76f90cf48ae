//! Options that several commands share, and the pack and policy that they ask for.

use anyhow::Context;
use clap::{Args, ValueEnum};
use minhbach::{
    detector::Detector,
    pack::{Pack, PackFiles},
    score::Policy,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

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

impl Global {
    /// The files of the pack asked for.
    pub(crate) fn pack_files(&self) -> anyhow::Result<PackFiles> {
        Ok(match &self.pack {
            Some(dir) => PackFiles::from_dir(dir)?,
            None => PackFiles::embedded(),
        })
    }

    /// The pack asked for.
    pub(crate) fn pack(&self) -> anyhow::Result<Pack> {
        Ok(Pack::load(&self.pack_files()?)?)
    }

    /// The compiled pack.
    pub(crate) fn detector(&self) -> anyhow::Result<Detector> {
        Ok(Detector::new(Arc::new(self.pack()?))?)
    }

    /// The policy of a file, else the pack's own.
    pub(crate) fn policy(&self, file: Option<&Path>) -> anyhow::Result<Policy> {
        const OWN: &str = "policy/default.toml";
        let path = file.map(Path::to_owned).or_else(|| Some(self.pack.as_ref()?.join(OWN)));
        let Some(path) = path else {
            return Ok(Policy::read(OWN, PackFiles::embedded().get(OWN).unwrap_or_default())?);
        };
        let name = path.display().to_string();
        let source = fs::read_to_string(&path).with_context(|| format!("không đọc được / cannot read {name}"))?;
        Ok(Policy::read(&name, &source)?)
    }
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

/// A caption on the command line.
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
