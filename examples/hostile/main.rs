//! How much slower hostile input is than the posts of the demonstration: whole scans on one thread, processor time, all
//! kinds in one run. The slowest must reach a fifth of the normal MB/s.
//!
//! Đầu vào thù địch chậm hơn bài bình thường bao nhiêu: cả lần quét một luồng, giây bộ xử lý, mọi loại trong một lần chạy.
//! Loại chậm nhất phải đạt một phần năm tốc độ thường.
//!
//! ```sh
//! cargo run --release --example hostile -- [MEGABYTES]
//! ```

#![allow(clippy::print_stdout, reason = "it prints what it found")]

mod corpora;

use corpora::{File, files};
use minhbach::{
    detector::Detector,
    ingest::{Caps, Inputs, ReadOptions},
    pack::{Pack, PackFiles},
    pipeline::{PostLines, ScanOptions, UNIT_BYTES},
    run::{Outcome, Request, run},
    score::Policy,
};
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

const DEMO: &str = include_str!("../../corpora/demo/posts.jsonl");
/// The least share of the normal speed.
const LEAST: f64 = 0.2;
/// Rounds; the least time of a kind counts, since noise only adds.
const ROUNDS: usize = 3;
/// Ticks of `/proc` a second.
const TICKS: f64 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let megabytes: f64 = std::env::args().nth(1).map_or(Ok(1.0), |n| n.parse())?;
    let bytes = (megabytes * 1e6) as usize;
    let detector = Detector::new(Arc::new(Pack::embedded()?))?;
    let policy = Policy::parse(PackFiles::embedded().get("policy/default.toml").ok_or("no policy")?)?;

    let demo: String =
        (0..bytes.div_ceil(DEMO.len())).map(|n| DEMO.replace("\"id\":\"", &format!("\"id\":\"{n}-"))).collect();
    let what = "bài minh họa / the demonstration".to_owned();
    let mut all = vec![File { what, name: "in.jsonl", bytes: demo.len(), content: demo.into_bytes() }];
    all.extend(files(bytes)?);
    let one = DEMO.lines().next().unwrap_or_default().as_bytes().to_vec();
    let one = File { what: String::new(), name: "in.jsonl", bytes: one.len(), content: one };
    let (mut seconds, mut fixed) = (vec![f64::INFINITY; all.len()], f64::INFINITY);
    for _ in 0..ROUNDS {
        fixed = fixed.min(scan(&detector, &policy, &one)?);
        for (file, least) in all.iter().zip(&mut seconds) {
            *least = least.min(scan(&detector, &policy, file)?);
        }
    }
    // What any scan takes, the page above all, is no part of a speed.
    seconds.iter_mut().for_each(|s| *s = (*s - fixed).max(1.0 / TICKS));
    let speeds: Vec<f64> = all.iter().zip(&seconds).map(|(file, s)| file.bytes as f64 / 1e6 / s).collect();
    println!("{:>9} {:>9} {:>8}", "MB", "CPU s", "tỉ số / ratio");
    let mut slow = 0;
    for ((file, seconds), speed) in all.iter().zip(&seconds).zip(&speeds) {
        let ratio = speed / speeds[0];
        let mark = if ratio < LEAST { "CHẬM / SLOW" } else { "" };
        slow += usize::from(ratio < LEAST);
        println!("{:9.2} {seconds:9.3} {ratio:8.2}  {} {mark}", file.bytes as f64 / 1e6, file.what);
    }
    match slow {
        0 => Ok(()),
        n => Err(format!("{n} loại chậm hơn một phần năm / {n} kinds are slower than a fifth").into()),
    }
}

/// Seconds of the processor that a scan of the file takes.
fn scan(detector: &Detector, policy: &Policy, file: &File) -> Result<f64, Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let (input, out) = (home.path().join(file.name), home.path().join("run"));
    fs::write(&input, &file.content)?;
    let read = ReadOptions::new(detector.pack().law_as_of, Caps::default());
    let start = processor_seconds();
    let request = Request {
        detector,
        policy,
        inputs: &Inputs::resolve(&[input.display().to_string()], &read)?,
        scan: ScanOptions {
            threads: 1,
            posts: PostLines::All,
            advisory: false,
            read,
            unit_bytes: UNIT_BYTES,
            redact: None,
        },
        as_of: None,
        options: BTreeMap::new(),
        demo: false,
        out: &out,
        force: false,
        tables: false,
    };
    match run(&request, &AtomicBool::new(false), &mut |_| {})? {
        Outcome::Done(_) => Ok(processor_seconds() - start),
        Outcome::AlreadyDone => Err("nothing was scanned".into()),
    }
}

/// User and system time of this process where the system tells, else the clock.
fn processor_seconds() -> f64 {
    static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold blanks, the 12th and 13th field.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => (user + system) / TICKS,
        _ => BEGUN.elapsed().as_secs_f64(),
    }
}
