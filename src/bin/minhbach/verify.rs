//! `verify`: is a folder as it was written; does the same input give the same bytes again.

use crate::{
    exit::Exit,
    formats::{self, FormatArgs},
    options::Global,
    say,
    scan::Selection,
};
use anyhow::{Context, bail};
use clap::Args;
use minhbach::{
    detector::Detector,
    dossier::{self, EVALUATION, POLICY, REVIEW, REVIEWED},
    finished::FinishedRun,
    ingest::{Inputs, ReadOptions},
    locale::Locale,
    pack::{Pack, PackFiles},
    pipeline::{PostLines, ScanOptions, UNIT_BYTES},
    redact::{Key, Redactor},
    report::{DossierRecord, Manifest, sha256_hex},
    run::{self, Request},
    score::Policy,
    verify::{self, Fault},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

/// Options of a scan that decide its bytes and that a rerun can follow.
const FOLLOWED: [&str; 9] = ["posts", "advisory", "as_of", "caps", "format", "select", "ignore", "redact", "tables"];

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// A run or dossier folder
    pub(crate) path: PathBuf,
    /// Make it again from this input and compare byte for byte; a demo run needs none
    #[arg(long, value_name = "INPUT", num_args = 0..)]
    pub(crate) rerun: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    /// Worker threads of the rerun; 0 = one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// The key file of a redacted scan
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) redact: Option<PathBuf>,
    /// The policy of the run, when it was not the pack's own; a dossier brings its own
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

pub(crate) fn verify(global: &Global, args: &VerifyArgs) -> anyhow::Result<Exit> {
    let verdict = verify::folder(&args.path)?;
    let mut faults = verdict.faults;
    if let Some(inputs) = &args.rerun {
        match rerun(global, args, inputs) {
            Ok(again) if faults.is_empty() => faults = again,
            // What it was before tells the line of a change, and what was changed together with the manifest.
            Ok(again) => {
                faults.iter_mut().for_each(|fault| fault.learn(&again));
                let known: Vec<String> = faults.iter().map(|fault| fault.path.clone()).collect();
                faults.extend(again.into_iter().filter(|fault| !known.contains(&fault.path)));
            }
            Err(error) if faults.is_empty() => return Err(error),
            Err(error) => say::line(&format!("không lập lại được / cannot be made again: {error:#}")),
        }
    }
    for fault in &faults {
        say::data(&format!("{fault}\n"))?;
    }
    if !faults.is_empty() {
        return Ok(Exit::Found);
    }
    if !global.quiet {
        let again =
            if args.rerun.is_some() { "; lập lại giống từng byte / made again byte for byte" } else { "" };
        say::line(&format!("nguyên vẹn / as written: {} tệp/files{again}", verdict.files));
    }
    Ok(Exit::Done)
}

/// Makes the folder again in a place of its own and compares.
fn rerun(global: &Global, args: &VerifyArgs, inputs: &[String]) -> anyhow::Result<Vec<Fault>> {
    let bytes = fs::read(args.path.join("manifest.json")).context("không đọc được / cannot read manifest.json")?;
    let manifest =
        Manifest::read(&bytes).context("manifest.json không do chương trình này ghi / is none of this program")?;
    let of_dossier = manifest.dossier.is_some();
    let pack_files = match (&global.pack, of_dossier) {
        (Some(dir), _) => PackFiles::from_dir(dir)?,
        (None, true) => PackFiles::from_dir(&args.path.join("pack"))?,
        (None, false) => PackFiles::embedded(),
    };
    let own = args.path.join(POLICY);
    let policy = match (&args.policy, of_dossier) {
        (Some(path), _) => {
            fs::read_to_string(path).with_context(|| format!("không đọc được / cannot read {}", path.display()))?
        }
        (None, true) => {
            fs::read_to_string(&own).with_context(|| format!("không đọc được / cannot read {}", own.display()))?
        }
        (None, false) => pack_files.get("policy/default.toml").unwrap_or_default().to_owned(),
    };
    let pack = Arc::new(Pack::load(&pack_files)?);
    if pack.sha256 != manifest.pack.sha256 {
        let (found, given) = (&manifest.pack.sha256, &pack.sha256);
        bail!("kho của thư mục là {found}, ở đây là {given} / made with pack {found}, this is {given}: give --pack");
    }
    let given = sha256_hex(policy.as_bytes());
    if given != manifest.policy_sha256 {
        let found = &manifest.policy_sha256;
        bail!(
            "chính sách của thư mục là {found}, ở đây là {given} / made with policy {found}, this is {given}: give --policy"
        );
    }
    let read = formats::read_again(&pack, &args.format, &manifest)?;
    let given = match (inputs.is_empty(), manifest.demo) {
        (true, true) => crate::scan::demo(),
        (true, false) => bail!("--rerun cần dữ liệu đã quét / needs the data that was scanned"),
        (false, _) => Inputs::resolve(inputs, &read)?,
    };
    let aside = tempfile::tempdir().context("không tạo được thư mục tạm / cannot make a folder for temporary files")?;
    let run_dir = aside.path().join("run");
    scan_again(args, &manifest, &pack, &policy, &given, &read, &run_dir)?;
    let Some(record) = &manifest.dossier else { return Ok(verify::compare(&args.path, &run_dir)?) };
    let made = aside.path().join("dossier");
    dossier_again(args, record, &pack, &pack_files, &policy, (&given, &read), &run_dir, &made)?;
    Ok(verify::compare(&args.path, &made)?)
}

/// The same scan, as the manifest tells it.
fn scan_again(
    args: &VerifyArgs,
    manifest: &Manifest,
    pack: &Arc<Pack>,
    policy: &str,
    inputs: &Inputs,
    read: &ReadOptions,
    out: &Path,
) -> anyhow::Result<()> {
    let options = &manifest.options;
    if let Some(name) = options.keys().find(|name| !FOLLOWED.contains(&name.as_str())) {
        bail!("không lập lại được lần quét có `{name}` / a scan with `{name}` cannot be made again here");
    }
    let option = |name: &str| options.get(name).map_or("", String::as_str);
    let selection = Selection::of_run(options);
    let redact = args.redact.as_deref().map(Key::read).transpose()?;
    if options.contains_key("redact") != redact.is_some() {
        bail!(
            "lần quét ẩn danh cần đúng --redact TỆP_KHÓA đã dùng / a redacted scan needs the --redact KEYFILE it had"
        );
    }
    let detector = Detector::new(pack.clone())?.with_rules(|rule| selection.keeps(rule));
    let mut posts = [PostLines::All, PostLines::Commercial, PostLines::None].into_iter();
    let posts = posts.find(|posts| posts.name() == option("posts")).unwrap_or_default();
    let as_of = option("as_of");
    let mut again = selection.options();
    again.extend(options.get("format").map(|format| ("format".to_owned(), format.clone())));
    let request = Request {
        detector: &detector,
        policy: &Policy::read(POLICY, policy)?,
        inputs,
        scan: ScanOptions {
            threads: args.threads,
            posts,
            advisory: option("advisory") == "true",
            read: read.clone(),
            unit_bytes: UNIT_BYTES,
            redact: redact.map(Redactor::new),
        },
        as_of: if as_of == "newest" { None } else { Some(say::day(as_of)?) },
        tables: options.contains_key("tables"),
        options: again,
        demo: manifest.demo,
        out,
        force: false,
    };
    run::run(&request, &AtomicBool::new(false), &mut |_| {})?;
    Ok(())
}

/// The same dossier of that scan; decisions, quality and reviewed scores are those in the folder.
#[allow(clippy::too_many_arguments, reason = "everything that a dossier is made of")]
fn dossier_again(
    args: &VerifyArgs,
    record: &DossierRecord,
    pack: &Pack,
    pack_files: &PackFiles,
    policy: &str,
    originals: (&Inputs, &ReadOptions),
    run: &Path,
    out: &Path,
) -> anyhow::Result<()> {
    let reviewed = args.path.join(REVIEWED);
    dossier::write(&dossier::Request {
        run: &FinishedRun::open(run)?,
        pack,
        pack_files,
        policy,
        creator: &record.creator,
        platform: Some(&record.platform),
        locale: Locale::from_name(&record.lang).unwrap_or_default(),
        redacted: record.redacted,
        originals: record.originals.then_some(originals),
        decisions: &dossier::decisions(&args.path.join(REVIEW))?,
        evaluation: &dossier::evaluation(&args.path.join(EVALUATION))?,
        reviewed: reviewed.is_file().then_some(reviewed.as_path()),
        out,
        force: false,
    })?;
    Ok(())
}
