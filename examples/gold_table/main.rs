//! Every measure of the gold, with its interval, its number, what is asked and whether it is met; then which lists were
//! changed after looking at which set.
//!
//! `cargo run --profile quick --example gold_table [-- PACK_FOLDER]`

mod affiliate;
mod sets;

use affiliate::Labels;

use minhbach::{
    detector::{Detector, Scratch},
    evaluation::{Evaluation, Judged, Row, Share, Tally},
    fit::{self, Options},
    gold::Gold,
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
    pack::{Pack, PackFiles, Tier},
    report::FindingId,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    sync::Arc,
};

/// Level of all intervals.
const CONF: f64 = 0.95;
/// Where people's verdicts on findings lie.
const READINGS: &str = "corpora/readings";
/// Findings that a reading must hold to be a measure.
const READ: u64 = 200;
/// Dumps of news, reviews and comments.
const QUIET: [&str; 3] = ["vi_facebook_posts", "vi_shop_reviews", "en_covid_tweets"];

struct Table {
    out: String,
    met: usize,
    rows: usize,
}

impl Table {
    /// A row: the value with interval and n, the least that is asked and aimed at.
    fn row(&mut self, set: &str, measure: &str, value: Share, least: f64, aim: Option<f64>) {
        let (Some(v), Some(lower), Some(upper)) = (value.value, value.lower, value.upper) else { return };
        self.judged(
            set,
            measure,
            &format!("{v:.3} ({lower:.3} – {upper:.3})"),
            value.n,
            &asked(least, aim),
            v >= least,
        );
    }

    fn judged(&mut self, set: &str, measure: &str, value: &str, n: u64, asked: &str, met: bool) {
        self.rows += 1;
        self.met += usize::from(met);
        let met = if met { "met" } else { "NOT MET" };
        let _ = writeln!(self.out, "{set:<32} {measure:<38} {value:<24} {n:>6}  {asked:<20} {met}");
    }
}

fn asked(least: f64, aim: Option<f64>) -> String {
    let aim = aim.map(|a| format!(", aim {a:.2}")).unwrap_or_default();
    format!("≥ {least:.2}{aim}")
}

fn main() -> Result<(), Box<dyn Error>> {
    let pack = match std::env::args_os().nth(1) {
        Some(folder) => Pack::load(&PackFiles::from_dir(folder.as_ref())?)?,
        None => Pack::embedded()?,
    };
    let detector = Detector::new(Arc::new(pack))?;
    let sets: BTreeMap<&str, Gold> = sets::open()?.into_iter().collect();
    let mut table = Table { out: String::new(), met: 0, rows: 0 };
    let _ = writeln!(
        table.out,
        "pack {} {}, sha256 {}; intervals 95 %: Wilson, F1 by its share, AUC by DeLong\n\n{:<32} {:<38} {:<24} {:>6}  {:<20}",
        detector.pack().id,
        detector.pack().version,
        detector.pack().sha256,
        "set",
        "measure",
        "value",
        "n",
        "asked"
    );
    if let Some(posts) = judge(&detector, &sets, &["vi_posts_dev"]) {
        of(&mut table, &posts, "vi_posts_dev", "commercial", |r| r.f1, "commercial yes, F1", 0.88, Some(0.92));
    }
    if let Some(both) = judge(&detector, &sets, &["vi_posts_dev", "vi_claims_dev"]) {
        let set = "vi_posts_dev + vi_claims_dev";
        of(&mut table, &both, set, "disclosure", |r| r.recall, "disclosure state, accuracy", 0.80, Some(0.88));
        of(&mut table, &both, set, "claims", |r| r.f1, "claims by code, micro F1", 0.80, Some(0.88));
    }
    if let Some(claims) = judge(&detector, &sets, &["en_claims_dev"]) {
        of(&mut table, &claims, "en_claims_dev", "commercial", |r| r.f1, "commercial yes, F1", 0.88, None);
        of(&mut table, &claims, "en_claims_dev", "claims", |r| r.f1, "claims by code, micro F1", 0.75, None);
    }
    instagram(&mut table, &detector, &sets)?;
    for (set, recall) in [("en_youtube_affiliate_dev", 0.95), ("en_pinterest_affiliate_dev", 0.90)] {
        if let Some(found) = judge(&detector, &sets, &[set]) {
            of(&mut table, &found, set, "disclosed", |r| r.precision, "disclosed, precision", 0.95, None);
            of(&mut table, &found, set, "disclosed", |r| r.recall, "disclosed, recall", recall, None);
        }
        // As asked: what these two sets label is told more narrowly, and some of their labels the text contradicts.
        if let Some(gold) = sets.get(set) {
            for (labels, name) in [
                (Labels::Published(None), "affiliate link told"),
                (Labels::Published(Some(true)), "… even half"),
                (Labels::Published(Some(false)), "… odd half"),
                (Labels::ReadAgain, "… labels read again"),
            ] {
                let (found, mended) = affiliate::told(&detector, set, gold, labels)?;
                let name = if labels == Labels::ReadAgain { format!("{name} ({mended})") } else { name.to_owned() };
                of(&mut table, &found, set, "disclosed", |r| r.precision, &format!("{name}, precision"), 0.95, None);
                of(&mut table, &found, set, "disclosed", |r| r.recall, &format!("{name}, recall"), recall, None);
            }
        }
    }
    let verdicts = readings(&mut table)?;
    quiet(&mut table, &detector, &verdicts)?;
    let _ = writeln!(table.out, "\n{} of {} rows met", table.met, table.rows);
    table.out.push_str(&looked_at()?);
    std::io::stdout().lock().write_all(table.out.as_bytes())?;
    Ok(())
}

/// The sets judged together; none where one is missing.
fn judge(detector: &Detector, sets: &BTreeMap<&str, Gold>, names: &[&str]) -> Option<Evaluation> {
    let (mut tally, mut scratch) = (Tally::default(), Scratch::default());
    for name in names {
        for gold in &sets.get(name)?.posts {
            let post = gold.post()?;
            let analysis = detector.judge_into(&post, &mut scratch);
            tally.add(gold, &Judged::of_analysis(detector.pack(), &post, analysis));
        }
    }
    Some(tally.finish(CONF))
}

#[allow(clippy::too_many_arguments, reason = "the cells of one row")]
fn of(
    table: &mut Table,
    found: &Evaluation,
    set: &str,
    name: &str,
    value: fn(&Row) -> Share,
    measure: &str,
    least: f64,
    aim: Option<f64>,
) {
    if let Some(row) = found.row(name) {
        table.row(set, measure, value(row), least, aim);
    }
}

/// Weights fitted on four folds score the fifth.
fn instagram(table: &mut Table, detector: &Detector, sets: &BTreeMap<&str, Gold>) -> Result<(), Box<dyn Error>> {
    let set = "en_instagram_sponsored_dev";
    let Some(gold) = sets.get(set) else { return Ok(()) };
    let mut scratch = Scratch::default();
    let own = gold.posts.iter().filter_map(|g| Some((g, g.post()?)));
    let examples: Vec<_> = own.filter_map(|(g, post)| fit::example(detector, g, &post, &mut scratch)).collect();
    let found = fit::fit(&examples, detector.pack().features(), &Options::default())?;
    let (auc, n) = (found.auc, found.posts as u64);
    let area = Share { value: Some(auc.estimate), lower: Some(auc.interval.lower), upper: Some(auc.interval.upper), n };
    table.row(set, "commercial score, AUC, 5 folds", area, 0.83, Some(0.88));
    // F1 rises with tp / (tp + fp + fn), so Wilson's interval of that share is carried over.
    let [tp, said, so] = found.best_f1.counts;
    let share = Share::of(tp, said + so - tp, CONF);
    let f = |j: f64| 2.0 * j / (1.0 + j);
    let f1 = Share { value: share.value.map(f), lower: share.lower.map(f), upper: share.upper.map(f), n: share.n };
    table.row(set, "commercial score, best F1, 5 folds", f1, 0.73, Some(0.78));
    Ok(())
}

/// Verdicts of people on findings, by finding id; each file that has violations gives a row.
fn readings(table: &mut Table) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut files: Vec<_> = fs::read_dir(sets::beside(READINGS))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut verdicts = BTreeMap::new();
    for file in files.iter().filter(|f| f.path().extension().is_some_and(|e| e == "jsonl")) {
        let (mut right, mut all) = (0, 0);
        for line in fs::read_to_string(file.path())?.lines() {
            let line: Value = serde_json::from_str(line)?;
            let Some(verdict) = line["verdict"].as_str() else { continue };
            if let Some(id) = line["finding"].as_str().filter(|id| id.starts_with("f_")) {
                verdicts.insert(id.to_owned(), verdict.to_owned());
            }
            if line["tier"] == "violation" {
                all += 1;
                right += u64::from(verdict == "right");
            }
        }
        // Smaller readings were of earlier packs, on the way; the pages beside them tell what was mended.
        if all < READ {
            continue;
        }
        let share = Share::of(right, all, CONF);
        if let (Some(value), Some(lower), Some(upper)) = (share.value, share.lower, share.upper) {
            let name = format!("readings/{}", file.file_name().to_string_lossy());
            let value = format!("{value:.3} ({lower:.3} – {upper:.3})");
            let asked = "lower ≥ 0.85, n 200";
            table.judged(&name, "violations right, of their pack", &value, all, asked, lower >= 0.85);
        }
    }
    Ok(verdicts)
}

/// Violations on posts that sell nothing, as many as people found wrong and as there could be.
fn quiet(table: &mut Table, detector: &Detector, verdicts: &BTreeMap<String, String>) -> Result<(), Box<dyn Error>> {
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    for name in QUIET {
        let path = sets::beside("../shared/data/dumps").join(format!("{name}.jsonl"));
        let Some(path) = path.to_str().filter(|_| path.is_file()) else {
            writeln!(std::io::stderr(), "\nNOT MEASURED: there is no {name}.jsonl\n")?;
            continue;
        };
        let inputs = Inputs::resolve(&[path.to_owned()], &read)?;
        let (mut posts, mut found, mut right, mut wrong) = (0_u64, 0_u64, 0_u64, 0_u64);
        let (mut scratch, mut chunk) = (Scratch::default(), RawChunk::new());
        for source in &inputs.sources {
            let mut reader = source.open(&read)?;
            while reader.next_chunk(&mut chunk)? {
                parse_chunk(&chunk, &read, &mut |record| {
                    let Ok(post) = record.outcome else { return };
                    posts += 1;
                    let analysis = detector.judge_into(&post, &mut scratch);
                    for finding in analysis.findings.iter().filter(|f| f.tier == Tier::Violation) {
                        found += 1;
                        let rule = &detector.pack().rules[usize::from(finding.rule.0)].id;
                        let id = FindingId::new(&post, &analysis.text_sha256, rule).to_string();
                        let verdict = verdicts.get(&id).map(String::as_str);
                        right += u64::from(verdict == Some("right"));
                        wrong += u64::from(verdict.is_some_and(|v| v != "right"));
                    }
                });
            }
        }
        let rate = |n: u64| 1000.0 * n as f64 / posts.max(1) as f64;
        // Whoever has not read a finding cannot call it right.
        let most = rate(found - right);
        let value = format!("{:.2}, at most {most:.2}", rate(wrong));
        let measure = format!("wrong violations ‰ ({found} found, {} read)", right + wrong);
        table.judged(name, &measure, &value, posts, "< 2 per 1,000", most < 2.0);
    }
    Ok(())
}

/// Which lists were changed after looking at which set.
fn looked_at() -> Result<String, Box<dyn Error>> {
    let file: toml::Table = fs::read_to_string(sets::beside("corpora/looked_at.toml"))?.parse()?;
    let mut out = String::from("\nlists that were changed after looking at a set (corpora/looked_at.toml)\n");
    let mut told = BTreeSet::new();
    for set in file["set"].as_array().into_iter().flatten() {
        let text = |value: &toml::Value| value.as_str().unwrap_or_default().to_owned();
        let lists: Vec<String> = set["lists"].as_array().into_iter().flatten().map(text).collect();
        let name = text(&set["name"]);
        let _ = writeln!(out, "  {name:<28} {} — {}", lists.join(", "), text(&set["how"]["en"]));
        told.insert(name);
    }
    for name in sets::SETS.iter().filter(|n| !told.contains(**n)) {
        let _ = writeln!(out, "  {name:<28} NOT TOLD: corpora/looked_at.toml says nothing of it");
    }
    Ok(out)
}
