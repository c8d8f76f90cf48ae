//! Words to people go to stderr, data to stdout; a closed stderr is nobody's fault.

use crate::options::{Color, Global, Lang};
use anyhow::Context;
use minhbach::{
    day::{Day, Moment},
    pack::Bilingual,
    post::{Flags, Post},
    report::visible,
};
use std::io::{self, IsTerminal, Read, Write};

/// A line to stderr. Names of files and words of posts in it cannot command the terminal.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(text));
}

/// Bytes to stdout.
pub(crate) fn data(text: &str) -> anyhow::Result<()> {
    bytes(text.as_bytes())
}

/// Bytes to stdout, as they are.
pub(crate) fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Whether stdout may be coloured.
pub(crate) fn coloured(global: &Global) -> bool {
    match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}

/// A text in the languages asked for, one a line, each with `indent` before it.
pub(crate) fn both(lang: Lang, text: &Bilingual, indent: &str) -> String {
    match lang {
        Lang::Vi => format!("{indent}{}\n", text.vi),
        Lang::En => format!("{indent}{}\n", text.en),
        Lang::Both => format!("{indent}vi  {}\n{indent}en  {}\n", text.vi, text.en),
    }
}

/// A short text in the languages asked for, on one line.
pub(crate) fn one_line(lang: Lang, text: &Bilingual) -> String {
    match lang {
        Lang::Vi => text.vi.clone(),
        Lang::En => text.en.clone(),
        Lang::Both => format!("{} · {}", text.vi, text.en),
    }
}

/// The caption given, or stdin.
pub(crate) fn caption(text: Option<&str>) -> anyhow::Result<String> {
    match text {
        Some(text) if text != "-" => Ok(text.to_owned()),
        _ => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).context("không đọc được stdin / cannot read stdin")?;
            // A byte order mark is the editor's, and no letter that a label could be put before.
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            let end = text.trim_end_matches(['\n', '\r']).len();
            text.truncate(end);
            Ok(text)
        }
    }
}

/// A post of one caption.
pub(crate) fn post<'a>(text: &'a str, day: Option<&str>) -> anyhow::Result<Post<'a>> {
    let mut post = Post { text: text.into(), ..Post::default() };
    match day {
        Some(day) => post.posted = Some(Moment::Day(self::day(day)?)),
        None => post.flags.insert(Flags::UNDATED),
    }
    Ok(post)
}

/// A day on the command line.
pub(crate) fn day(text: &str) -> anyhow::Result<Day> {
    Day::parse(text).with_context(|| format!("`{text}` không phải ngày; viết YYYY-MM-DD / is no day; write YYYY-MM-DD"))
}
