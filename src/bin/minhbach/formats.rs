//! `inspect` and `formats`: what a file is believed to be, and which exports are read.

use crate::{
    exit::Exit,
    options::{Format, Global},
    say,
};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use minhbach::{
    ingest::{self, Caps, FieldMap, FieldSource, FormatChoice, Inputs, Inspection, MapShape, ReadOptions},
    pack::{self, FormatRow, Pack},
    report::Manifest,
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

/// Posts that `inspect` reads at most, a chunk more or less.
const LOOKED_AT: u64 = 10_000;
/// Files whose format is looked at before a scan, to tell it; the rest are told while they are read.
const TOLD: usize = 200;
/// Characters of a value that are shown to people.
const SHOWN: usize = 90;

/// How files are to be read.
#[derive(Debug, Args)]
pub(crate) struct FormatArgs {
    /// Read every file as this format (`formats list`), or `plain`; default: as each file looks
    #[arg(long, value_name = "FORMAT", conflicts_with = "map")]
    pub(crate) from: Option<String>,
    /// Read every file by this map of your own
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) map: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file, or - for stdin
    file: String,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    /// Output
    #[arg(id = "output", long = "format", value_enum, default_value_t = Format::Text)]
    output: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FormatsCommand {
    /// One line a format
    List,
    /// One format: how it is told, which of its names is which field
    Show {
        /// Its name
        name: String,
        /// As a map to start a --map of your own from
        #[arg(long)]
        toml: bool,
    },
}

/// What the options choose, and how the manifest names it.
pub(crate) fn choice(pack: &Pack, args: &FormatArgs) -> anyhow::Result<(FormatChoice, String)> {
    Ok(match (&args.from, &args.map) {
        (None, None) => (FormatChoice::Detect, "detect".to_owned()),
        (Some(name), _) if name == "plain" => (FormatChoice::Plain, name.clone()),
        (Some(name), _) => (FormatChoice::Named(find(pack, name)?.map.clone()), name.clone()),
        (None, Some(path)) => {
            let file = path.display().to_string();
            let text = std::fs::read_to_string(path).with_context(|| format!("không đọc được / cannot read {file}"))?;
            let row = pack::read_map(&file, &text)?;
            let hash: String = Sha256::digest(&text).iter().map(|b| format!("{b:02x}")).collect();
            (FormatChoice::Own(row.map), format!("map:{hash}"))
        }
    })
}

/// How the files of a finished run were read, so that they are read again the same way.
pub(crate) fn read_again(pack: &Pack, args: &FormatArgs, manifest: &Manifest) -> anyhow::Result<ReadOptions> {
    let option = |name: &str| manifest.options.get(name).map_or("", String::as_str);
    let caps: Vec<usize> = option("caps").split(',').filter_map(|n| n.parse().ok()).collect();
    let &[record, text, transcript] = caps.as_slice() else {
        bail!("manifest.json: `caps` không đọc được / cannot be read");
    };
    let named = option("format");
    let again = match (args.from.is_some() || args.map.is_some(), named) {
        (true, _) | (false, "detect") => choice(pack, args)?,
        (false, name) if name.starts_with("map:") => {
            bail!("lần quét dùng --map; hãy đưa lại tệp đó / the run was read by a --map; give it again")
        }
        (false, name) => choice(pack, &FormatArgs { from: Some(name.to_owned()), map: None })?,
    };
    if again.1 != named {
        bail!("lần quét đọc theo / the run was read as: {named}; --from, --map: {}", again.1);
    }
    let caps = Caps { record, text, transcript };
    Ok(ReadOptions::new(pack.law_as_of, caps).with_formats(pack.formats(again.0)))
}

fn find<'p>(pack: &'p Pack, name: &str) -> anyhow::Result<&'p FormatRow> {
    pack.format(name).with_context(|| {
        format!(
            "không có định dạng `{name}`; xem minhbach formats list / no format `{name}`; see minhbach formats list"
        )
    })
}

/// Says as what each file is read, formats of many files in one line.
pub(crate) fn tell(inputs: &Inputs, read: &ReadOptions) -> anyhow::Result<()> {
    let mut said: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for source in inputs.sources.iter().filter(|s| s.can_be_reread()).take(TOLD) {
        let reader = source.open(read)?;
        let format = reader.format().map(|map| format!("đọc theo / read as {}", map.name));
        for line in format.into_iter().chain(reader.notices().iter().cloned()) {
            said.entry(line).or_default().push(source.display());
        }
    }
    for (line, files) in said {
        let more = if files.len() > 1 { format!(" (+{})", files.len() - 1) } else { String::new() };
        say::line(&format!("{}{more}: {line}", files[0]));
    }
    Ok(())
}

pub(crate) fn inspect(global: &Global, args: &InspectArgs) -> anyhow::Result<Exit> {
    let pack = global.pack()?;
    let (choice, _) = choice(&pack, &args.format)?;
    let read = ReadOptions::new(pack.law_as_of, Caps::default()).with_formats(pack.formats(choice));
    let inputs = Inputs::resolve(std::slice::from_ref(&args.file), &read)?;
    let [source] = inputs.sources.as_slice() else {
        bail!("{}: inspect xem từng tệp một / looks into one file at a time", args.file);
    };
    let found = ingest::inspect(source, &read, LOOKED_AT)?;
    if found.posts == 0 {
        let why: Vec<_> = found.rejects.iter().map(|(code, (n, detail))| format!("{n} × {code} {detail}")).collect();
        bail!("{}: không định dạng nào khớp / no format fits: {}; minhbach formats list", found.file, why.join("; "));
    }
    match args.output {
        Format::Json => say::data(&format!("{:#}\n", as_json(&pack, &found)))?,
        Format::Text => say::data(&as_text(&pack, &found))?,
    }
    Ok(Exit::Done)
}

fn name(found: &Inspection) -> &str {
    found.format.as_ref().map_or("plain", |map| &map.name)
}

fn as_json(pack: &Pack, found: &Inspection) -> Value {
    let share = |n: u64| (n as f64 / found.posts as f64 * 10_000.0).round() / 10_000.0;
    let title = found
        .format
        .as_ref()
        .and_then(|m| pack.format(&m.name))
        .map(|row| json!({"vi": row.title.vi, "en": row.title.en}));
    json!({
        "type": "inspection",
        "file": found.file,
        "format": name(found),
        "title": title,
        "notices": found.notices,
        "whole_file": found.whole,
        "posts": found.posts,
        "rejects": found.rejects.iter().map(|(code, (n, _))| ((*code).to_owned(), json!(n))).collect::<Map<_, _>>(),
        "flags": found.flags,
        "mapping": found.format.as_ref().map(|map| {
            mapping(map).into_iter().map(|(field, places)| (field.to_owned(), json!(places))).collect::<Map<_, _>>()
        }),
        "null_share": found.missing.iter().map(|(f, n)| ((*f).to_owned(), json!(share(*n)))).collect::<Map<_, _>>(),
        "records": found.first.iter().map(|post| {
            post.iter().map(|(f, value)| ((*f).to_owned(), value.clone())).collect::<Map<_, _>>()
        }).collect::<Vec<_>>(),
    })
}

/// Field → places, in order.
fn mapping(map: &FieldMap) -> Vec<(&'static str, Vec<String>)> {
    let fields = map.fields.iter().map(|f| (f.name, f.sources.iter().map(place).collect()));
    let labels = map.labels.iter().map(|l| l.place.path.as_str().to_owned()).collect::<Vec<_>>();
    fields.chain((!labels.is_empty()).then_some((ingest::LABEL, labels))).collect()
}

fn place(source: &FieldSource) -> String {
    let path = source.place.path.as_str();
    match &source.pick {
        Some(pick) => format!("{path} ({} → {})", pick.r#where.as_str(), pick.take.as_str()),
        None => path.to_owned(),
    }
}

fn as_text(pack: &Pack, found: &Inspection) -> String {
    let mut out = String::new();
    let title = match found.format.as_ref().map(|m| (m, pack.format(&m.name))) {
        Some((_, Some(row))) => format!("{} · {}", row.title.vi, row.title.en),
        Some((map, None)) => map.file.clone(),
        None => "dạng chung · the plain shape".to_owned(),
    };
    let _ = writeln!(out, "{}\n  định dạng / format: {} — {title}", found.file, name(found));
    let extent = if found.whole { "cả tệp / whole file" } else { "phần đầu tệp / first part of the file" };
    let _ = writeln!(out, "  {} bài / posts ({extent})", found.posts);
    for (code, (n, detail)) in &found.rejects {
        let _ = writeln!(out, "  {n} không đọc được / unreadable: {code} {detail}");
    }
    for (flag, n) in &found.flags {
        let _ = writeln!(out, "  {n} × {flag}");
    }
    for notice in &found.notices {
        let _ = writeln!(out, "  ! {notice}");
    }
    let mapped: BTreeMap<&str, Vec<String>> =
        found.format.as_ref().map(|m| mapping(m).into_iter().collect()).unwrap_or_default();
    let _ = writeln!(out, "\n  {:<17} {:>7}  ←", "phần / field", "null");
    for (field, missing) in &found.missing {
        let from = mapped.get(field);
        if from.is_none() && *missing == found.posts {
            continue;
        }
        let share = 100.0 * *missing as f64 / found.posts as f64;
        let _ = writeln!(out, "  {field:<17} {share:>5.1} %  {}", from.map(|f| f.join(" | ")).unwrap_or_default());
    }
    for (i, post) in found.first.iter().enumerate() {
        let _ = writeln!(out, "\n  [{}]", i + 1);
        for (field, value) in post.iter().filter(|(_, value)| !value.is_null()) {
            // JSON escapes what a terminal would obey.
            let text = value.to_string();
            let cut: String = text.chars().take(SHOWN).collect();
            let dots = if cut.len() < text.len() { "…" } else { "" };
            let _ = writeln!(out, "  {field:<17} {cut}{dots}");
        }
    }
    out
}

pub(crate) fn formats(global: &Global, command: &FormatsCommand) -> anyhow::Result<Exit> {
    let pack = global.pack()?;
    match command {
        FormatsCommand::List => {
            let mut out = String::new();
            for row in &pack.formats {
                let shape = match row.map.shape {
                    MapShape::Json => "json",
                    MapShape::Table => "table",
                };
                let label = if row.map.labels.is_empty() { "–" } else { "label" };
                let _ = writeln!(out, "{:<30} {shape:<6} {label:<6} {} · {}", row.map.name, row.title.vi, row.title.en);
            }
            say::data(&out)?;
        }
        FormatsCommand::Show { name, toml: true } => say::data(&find(&pack, name)?.map.source)?,
        FormatsCommand::Show { name, toml: false } => say::data(&show(global, find(&pack, name)?))?,
    }
    Ok(Exit::Done)
}

fn show(global: &Global, row: &FormatRow) -> String {
    let map = &row.map;
    let mut out = format!("{}\n{}", map.name, say::both(global.lang, &row.title, "  "));
    if let Some(note) = &row.note {
        out.push_str(&say::both(global.lang, note, "  "));
    }
    let places = |places: &[ingest::Place]| places.iter().map(|p| p.path.as_str()).collect::<Vec<_>>().join(", ");
    let detect = &map.detect;
    let rows = [
        ("phải có / all", places(&detect.all)),
        ("có một / any", places(&detect.any)),
        ("không có / none", places(&detect.none)),
        (
            "bằng / equals",
            detect
                .equals
                .iter()
                .map(|(p, w)| format!("{} = {}", p.path.as_str(), w.join(" | ")))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ("bản ghi / records", map.records.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(" | ")),
    ];
    for (what, said) in rows.iter().filter(|(_, said)| !said.is_empty()) {
        let _ = writeln!(out, "  {what:<18} {said}");
    }
    let _ = writeln!(out);
    for (field, places) in mapping(map) {
        let _ = writeln!(out, "  {field:<18} {}", places.join(" | "));
    }
    out
}
