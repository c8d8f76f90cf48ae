//! Kills a scan many times at random moments, runs it again each time and compares the bytes with an undisturbed run.
//! Prints where every kill fell. At least eight in ten must fall between two units, one in ten while finishing.
//!
//! Giết lệnh quét nhiều lần vào lúc bất kỳ, mỗi lần chạy lại rồi so từng byte với một lần chạy trọn vẹn.
//!
//! ```sh
//! cargo build --release && cargo run --release --example kills -- target/release/minhbach [KILLS] [SEED]
//! ```

#![allow(clippy::print_stdout, reason = "it prints what it found")]

mod harness;

use harness::{Place, Scan, finishing, moment};
use minhbach::stats::draw::Draw;
use std::{collections::BTreeMap, error::Error, path::Path, time::Duration};

const KILLS: usize = 100;
/// Input files; each is a chunk, and a unit of its own.
const FILES: usize = 60;
/// Posts dealt out to them.
const POSTS: usize = 2_700;
/// The last phase of a scan of this size.
const LAST_PHASE: Duration = Duration::from_millis(25);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().ok_or("cách dùng / usage: kills PROGRAM [KILLS] [SEED]")?;
    let kills: usize = arguments.next().map_or(Ok(KILLS), |n| n.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(1), |n| n.parse())?;
    let home = tempfile::tempdir()?;
    let scan = Scan::new(Path::new(&program), home.path(), FILES, POSTS)?;
    println!("không bị ngắt / undisturbed: {:.2} s; {kills} kills, seed {seed}", scan.took.as_secs_f64());
    let mut draw = Draw::new(seed);
    let (mut middle, mut last, mut places) = (0, 0, BTreeMap::new());
    let mut tries = 0;
    // Kills before the first unit or after the end are made, compared and printed, but prove little: they do not count.
    while middle + last < kills {
        tries += 1;
        let late = last * 10 < kills && tries % 8 == 0 || middle * 10 >= kills * 9;
        let when = if late { finishing(&mut draw, LAST_PHASE) } else { moment(&mut draw, FILES) };
        let threads = ["1", "2", "3", "8"][tries % 4];
        let place = scan.kill(when, &["--threads", threads])?;
        println!("{tries:4}  {threads} threads  {when:?}  {place}");
        match place {
            Place::Units(_) => middle += 1,
            Place::Finishing => last += 1,
            Place::Start | Place::Done => {}
        }
        *places.entry(place).or_insert(0) += 1;
        if tries > 20 * kills {
            return Err("too few kills met a running scan".into());
        }
    }
    println!("{tries} lần giết / kills: {middle} giữa chừng / between units, {last} khi hoàn tất / while finishing;");
    println!("mọi lần chạy lại ra đúng từng byte / all runs made again have the bytes of the undisturbed one");
    for (place, n) in places {
        println!("{n:6}  {place}");
    }
    if middle * 10 < kills * 8 || last * 10 < kills {
        return Err("fewer than 8 in 10 kills between units, or fewer than 1 in 10 while finishing".into());
    }
    Ok(())
}
