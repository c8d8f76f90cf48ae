//! `rules` and `lexicon`: what the pack holds, and whether it holds together.

use crate::{exit::Exit, options::Global, say};
use anyhow::{Context, bail};
use clap::Subcommand;
use minhbach::{
    catalog,
    detector::Detector,
    pack::{Pack, RuleId},
    proof,
    report::Page,
    score::Catalogue,
};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

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
        /// Posts (a folder, file or glob): what the pack of --pack gains and loses on them against the built-in one
        #[arg(long, value_name = "DIR")]
        against: Option<String>,
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

pub(crate) fn rules(global: &Global, command: &RulesCommand) -> anyhow::Result<Exit> {
    let detector = global.detector()?;
    let pack = detector.pack();
    match command {
        RulesCommand::List => {
            let mut out = String::new();
            for r in &pack.rules {
                let row = [r.criterion.name(), r.severity.name(), r.tier.name()];
                let _ = writeln!(
                    out,
                    "{}  {:<34} {:<13} {:<9} {:<10} {}",
                    r.id,
                    r.slug,
                    row[0],
                    row[1],
                    row[2],
                    say::one_line(global.lang, &r.title)
                );
            }
            say::data(&out)?;
            Ok(Exit::Done)
        }
        RulesCommand::Show { rule } => {
            say::data(&catalog::section(pack, &pack.rules[find(pack, rule)?.0 as usize]))?;
            Ok(Exit::Done)
        }
        RulesCommand::Test { rules, against } => {
            let proved = test(&detector, rules)?;
            if let Some(posts) = against {
                crate::diff::against(global, &detector, posts)?;
            }
            Ok(proved)
        }
        RulesCommand::Lint => {
            let lints = catalog::lint(&detector);
            let mut out = String::new();
            for l in &lints {
                let _ =
                    writeln!(out, "{} {}: {}: {}", if l.grave { "error" } else { "note " }, l.kind, l.subject, l.text);
            }
            say::data(&out)?;
            say::line(&format!("{} quy tắc/rules, {} ghi chú/lints", pack.rules.len(), lints.len()));
            Ok(if lints.iter().any(|l| l.grave) { Exit::Found } else { Exit::Done })
        }
        RulesCommand::Docs { check, file } => docs(pack, *check, file),
    }
}

fn find(pack: &Pack, name: &str) -> anyhow::Result<RuleId> {
    pack.rule(name).with_context(|| {
        format!(
            "không có quy tắc `{name}`; xem minhbach rules list / no rule `{name}`; `minhbach rules list` shows all"
        )
    })
}

fn test(detector: &Detector, names: &[String]) -> anyhow::Result<Exit> {
    let pack = detector.pack();
    let only = names.iter().map(|n| find(pack, n)).collect::<anyhow::Result<Vec<_>>>()?;
    let proof = proof::run(detector, &only);
    let mut out = String::new();
    for f in &proof.failures {
        let rule = &pack.rules[f.rule.0 as usize];
        let fault = if f.must_match {
            "must match, stays silent / phải báo mà im"
        } else {
            "must pass, fires / phải im mà báo"
        };
        let _ = writeln!(out, "{} ({}): {fault}\n  “{}”\n  {}", rule.id, rule.file, f.text, f.found);
    }
    let passed = proof.examples - proof.failures.len();
    let _ = writeln!(out, "{} rules / quy tắc: {passed} passed, {} failed", proof.rules, proof.failures.len());
    say::data(&out)?;
    Ok(if proof.failures.is_empty() { Exit::Done } else { Exit::Found })
}

fn docs(pack: &Pack, check: bool, file: &Path) -> anyhow::Result<Exit> {
    let page = catalog::page(pack);
    if !check {
        if let Some(dir) = file.parent() {
            fs::create_dir_all(dir).with_context(|| format!("không tạo được / cannot make {}", dir.display()))?;
        }
        fs::write(file, page).with_context(|| format!("không ghi được / cannot write {}", file.display()))?;
        return Ok(Exit::Done);
    }
    let old = fs::read_to_string(file).with_context(|| format!("không đọc được / cannot read {}", file.display()))?;
    if old.replace("\r\n", "\n") == page {
        return Ok(Exit::Done);
    }
    say::line(&format!(
        "{} is stale: run `minhbach rules docs` / trang đã cũ: chạy `minhbach rules docs`",
        file.display()
    ));
    Ok(Exit::Found)
}

pub(crate) fn lexicon(global: &Global, command: &LexiconCommand) -> anyhow::Result<Exit> {
    match command {
        LexiconCommand::Check => match global.detector() {
            Ok(detector) => {
                let pack = detector.pack();
                if let Err(fault) = beside_rules(global, pack) {
                    say::data(&format!("{fault:#}\n"))?;
                    return Ok(Exit::Found);
                }
                let counts =
                    format!("{} terms, {} lists, {} rules", pack.terms.len(), pack.lists.len(), pack.rules.len());
                say::data(&format!("{} {}: {counts}: ok\n", pack.id, pack.version))?;
                Ok(Exit::Done)
            }
            Err(error) => match error.downcast_ref() {
                Some(minhbach::pack::PackError::Faults { count, report, .. }) => {
                    say::data(report)?;
                    say::line(&format!("{count} faults / lỗi"));
                    Ok(Exit::Found)
                }
                _ => bail!(error),
            },
        },
        LexiconCommand::Stats => {
            let detector = global.detector()?;
            say::data(&stats(global, &detector))?;
            Ok(Exit::Done)
        }
    }
}

/// What a scan needs of a pack beside its rules: the numbers of the score and the templates of the pages.
fn beside_rules(global: &Global, pack: &Pack) -> anyhow::Result<()> {
    let policy = global.policy(None)?;
    Catalogue::new(pack.rules.iter().map(Into::into), &policy)?;
    Ok(Page::try_out(pack)?)
}

fn stats(global: &Global, detector: &Detector) -> String {
    let pack = detector.pack();
    let mut out = format!("{} {}\nsha256 {}\nlaw as of {}\n\n", pack.id, pack.version, pack.sha256, pack.law_as_of);
    let _ = writeln!(out, "{:<34} {:>6} {:>6}  meaning", "list", "vi", "en");
    for (i, list) in pack.lists.iter().enumerate().filter(|(_, l)| !l.hidden() && !l.id.starts_with("value.")) {
        let of = |lang| {
            pack.terms.iter().filter(|t| t.list.0 as usize == i && t.lang == lang && !t.words.is_empty()).count()
        };
        let (vi, en) = (of(minhbach::pack::Lang::Vi), of(minhbach::pack::Lang::En));
        let meaning = say::one_line(global.lang, &list.meaning);
        let _ = writeln!(out, "{:<34} {vi:>6} {en:>6}  {meaning}", list.id);
    }
    let (nodes, edges) = detector.matcher().size();
    let _ = writeln!(
        out,
        "\n{} terms · {} compounds · {} patterns · {} hosts · {} triggers · trie {nodes} nodes, {edges} edges",
        pack.terms.iter().filter(|t| !t.words.is_empty()).count(),
        pack.compounds.len(),
        pack.patterns.len(),
        pack.hosts.len(),
        pack.triggers.len()
    );
    let _ = writeln!(
        out,
        "{} rules · {} provisions · {} kinds of evidence",
        pack.rules.len(),
        pack.provisions.len(),
        pack.evidence.len()
    );
    out
}
