//! `sample`: a labelling plan from a finished run.

use crate::{exit::Exit, options::Global, say};
use anyhow::{Context, bail};
use clap::Args;
use minhbach::{
    finished::FinishedRun,
    ingest::Inputs,
    report::{self, visible_line},
    sample::{self, Plan, SampleOptions, Sight},
};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// A finished run, scanned with --posts all
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The folder for the plan
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The dump that was scanned, to add its texts (a run holds none); the demo needs none
    #[arg(long, value_name = "INPUT")]
    input: Vec<String>,
    #[command(flatten)]
    format: crate::formats::FormatArgs,
    /// Labels to spend
    #[arg(long, short = 'n', default_value_t = 1000, value_name = "N")]
    labels: u64,
    /// Most posts of one creator
    #[arg(long, default_value_t = 5, value_name = "K")]
    per_creator: u64,
    /// Fewest labels of a stratum; smaller strata are joined over platforms, months, languages
    #[arg(long, default_value_t = 50, value_name = "N")]
    floor: u64,
    /// Expected share of true posts by what the detector saw, for planning only: violation=0.9,nothing=0.05
    #[arg(long, value_delimiter = ',', value_name = "SIGHT=SHARE")]
    expect: Vec<String>,
    /// Relative cost of a label: nothing=1,violation=2
    #[arg(long, value_delimiter = ',', value_name = "SIGHT=COST")]
    cost: Vec<String>,
    /// Seed of the draw
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Replace the files of an earlier plan
    #[arg(long)]
    force: bool,
}

pub(crate) fn sample(global: &Global, args: &SampleArgs) -> anyhow::Result<Exit> {
    let run = FinishedRun::open(&args.run)?;
    report::outside(&args.out)?;
    let mut options = SampleOptions {
        labels: args.labels,
        per_creator: args.per_creator,
        floor: args.floor,
        seed: args.seed,
        ..SampleOptions::default()
    };
    set(&mut options.expected, &args.expect, "--expect")?;
    set(&mut options.costs, &args.cost, "--cost")?;
    let mut plan = sample::draw(&run, &options)?;
    let pack = global.pack()?;
    let read = crate::formats::read_again(&pack, &args.format, &run.manifest)?;
    if !args.input.is_empty() {
        crate::dossier::pairs_with_texts(&run.manifest, "--input")?;
    }
    let inputs = match (args.input.is_empty(), run.manifest.demo && !run.manifest.redacted()) {
        (true, true) => Some(crate::scan::demo()),
        (true, false) => None,
        (false, _) => Some(Inputs::resolve(&args.input, &read)?),
    };
    if let Some(inputs) = &inputs {
        sample::texts(&mut plan, &run, inputs, &read)?;
    }
    let files = sample::write(&plan)?;
    let shown = args.out.display();
    let filled = args.out.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if filled && !args.force {
        bail!("{shown} không trống; dùng --force để ghi đè / is not empty; --force replaces the files of the plan");
    }
    std::fs::create_dir_all(&args.out).with_context(|| format!("không tạo được / cannot create {shown}"))?;
    for (name, bytes) in files {
        let path = args.out.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("không ghi được / cannot write {}", path.display()))?;
    }
    if !global.quiet {
        tell(&plan, inputs.is_some());
        say::line(&format!("→ {shown}"));
    }
    Ok(Exit::Done)
}

fn set(values: &mut [f64; 4], words: &[String], option: &str) -> anyhow::Result<()> {
    for word in words {
        let pair = word.split_once('=').and_then(|(name, value)| {
            Some((Sight::ALL.iter().position(|s| s.name() == name.trim())?, value.trim().parse::<f64>().ok()?))
        });
        let Some((at, value)) = pair else {
            bail!("{option} `{word}`: viết / write violation=…, suspect=…, commercial=…, nothing=…");
        };
        values[at] = value;
    }
    Ok(())
}

fn tell(plan: &Plan, texts: bool) {
    say::line("tầng/stratum (thấy/saw | language | month | platform)   bài/posts   nhãn/labels");
    for stratum in &plan.strata {
        // A platform's name comes from the data.
        let name = visible_line(&stratum.name);
        say::line(&format!("  {name:<48} {:>9} {:>9}", stratum.posts, stratum.labels));
    }
    for need in &plan.needs {
        let (points, labels) = (100.0 * need.half_width, need.labels);
        let more = if labels > plan.posts {
            " (nhiều hơn số bài của lần quét / more than the run has)"
        } else {
            ""
        };
        say::line(&format!("±{points:.0} điểm %: khoảng {labels} nhãn / points: about {labels} labels{more}"));
    }
    match texts {
        true => say::line(&format!("{} bài có chữ / of {} rows have their texts", plan.with_texts, plan.rows.len())),
        false => say::line(
            "không có chữ: thêm --input với dữ liệu đã quét / no texts: give --input, the dump that was scanned",
        ),
    }
}
