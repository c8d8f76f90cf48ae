//! `notice`: drafts of notices to creators, in a folder of their own.

use crate::{
    decisions,
    exit::Exit,
    options::{Global, Lang},
    say,
    score::{allows, expired},
};
use anyhow::{Context, bail};
use clap::Args;
use minhbach::{
    finished::FinishedRun,
    ledger::{self, Allows, Baseline},
    notice::{self, Choice, Notice, Templates},
    pack::PackFiles,
    report,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
pub(crate) struct NoticeArgs {
    /// A finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Only this creator
    #[arg(long, value_name = "ID")]
    creator: Option<String>,
    /// Only this platform
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    /// The day of the notice, from which deadlines are counted; no clock is read
    #[arg(long, value_name = "YYYY-MM-DD")]
    at: String,
    /// The folder to write into; it must not hold anything yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The ledger; default: RUN.ledger.jsonl beside the run
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Also findings that count and that nobody has decided on, marked as such
    #[arg(long, requires = "creator")]
    unreviewed: bool,
    /// Findings known already: marked
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Findings tolerated on that day: left out
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// Policy with the days and reasons; default: the pack's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A folder with templates of your own, notice.md.j2 or notice.html.j2 or both
    #[arg(long, value_name = "DIR")]
    template: Option<PathBuf>,
}

pub(crate) fn notice(global: &Global, args: &NoticeArgs) -> anyhow::Result<Exit> {
    let pack = global.pack()?;
    let policy = global.policy(args.policy.as_deref())?;
    let at = say::day(&args.at)?;
    report::outside(&args.out)?;
    let runs = [FinishedRun::open(&args.run)?];
    let [run] = &runs;
    let review = match &args.ledger {
        Some(file) => decisions::replay(file, &runs, &policy)?.1,
        None => decisions::replay_if_there(&ledger::beside(&args.run), &runs, &policy)?,
    };
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?.unwrap_or_default();
    let allows = args.allow.as_deref().map(|file| allows(file, at, &pack)).transpose()?.unwrap_or(Allows::default());
    allows.expired.iter().for_each(|one| say::line(&expired(one)));
    let choice = Choice {
        review: &review,
        baseline: &baseline,
        allows: &allows,
        creator: args.creator.as_deref(),
        platform: args.platform.as_deref(),
        unreviewed: args.unreviewed,
    };
    let letters = notice::letters(run, &choice)?;
    if letters.is_empty() {
        bail!(
            "không có phát hiện nào đã xác nhận mà chưa thông báo; hãy xem lại trước (decisions), hoặc --creator … \
             --unreviewed / there is no confirmed finding that was not told yet; review first (decisions), or \
             --creator … --unreviewed"
        );
    }
    let Some(rules) = &policy.review else {
        bail!("chính sách không có phần [review] / the policy has no section [review]: {}", policy.id);
    };
    let langs: &[&str] = match global.lang {
        Lang::Vi => &["vi"],
        Lang::En => &["en"],
        Lang::Both => &["vi", "en"],
    };
    let (key, demo) = (run.manifest.key.as_str(), run.manifest.demo);
    let notice = Notice { pack: &pack, policy: &policy, rules, review: &review, run: key, demo, at, langs };
    let written = notice.write(&letters, &templates(global, args.template.as_deref())?)?;
    fs::create_dir_all(&args.out).with_context(|| args.out.display().to_string())?;
    if fs::read_dir(&args.out).with_context(|| args.out.display().to_string())?.next().is_some() {
        bail!("{} không trống / is not empty", args.out.display());
    }
    for (letter, one) in letters.iter().zip(&written) {
        for (end, text) in [("md", &one.text), ("html", &one.page), ("sent.jsonl", &one.sent)] {
            let path = args.out.join(format!("{}.{end}", one.name));
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        say::data(&format!("{}\t{}\n", args.out.join(format!("{}.md", one.name)).display(), letter.items.len()))?;
    }
    if !global.quiet {
        say::line(
            "bản thảo; gửi rồi thì nhập tệp .sent.jsonl tương ứng vào sổ / drafts; once one is sent, import its \
             .sent.jsonl: minhbach decisions import RUN FILE --at … --reviewer …",
        );
    }
    Ok(Exit::Done)
}

/// The templates of the folder, where it has them, else the pack's, else the program's own.
fn templates(global: &Global, folder: Option<&Path>) -> anyhow::Result<Templates> {
    let (files, own) = (global.pack_files()?, PackFiles::embedded());
    let read = |name: &str| -> anyhow::Result<String> {
        if let Some(path) = folder.map(|folder| folder.join(name)).filter(|path| path.is_file()) {
            return fs::read_to_string(&path).with_context(|| path.display().to_string());
        }
        let inside = format!("messages/{name}");
        Ok(files.get(&inside).or(own.get(&inside)).unwrap_or_default().to_owned())
    };
    let templates = Templates { text: read("notice.md.j2")?, page: read("notice.html.j2")? };
    match folder.filter(|folder| !["notice.md.j2", "notice.html.j2"].iter().any(|name| folder.join(name).is_file())) {
        Some(folder) => bail!("{} không có notice.md.j2 hay notice.html.j2 / holds neither of them", folder.display()),
        None => Ok(templates),
    }
}
