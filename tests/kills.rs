//! A scan that is killed goes on where it was, and comes to the same bytes. `examples/kills` does this a hundred times.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

#[path = "../examples/kills/harness.rs"]
mod harness;

use harness::{Place, Scan, finishing, moment};
use minhbach::stats::draw::Draw;
use std::{path::Path, time::Duration};

/// Input files; each is a chunk, and a unit of its own.
const FILES: usize = 16;

#[test]
fn a_killed_scan_goes_on_and_comes_to_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let scan = Scan::new(Path::new(env!("CARGO_BIN_EXE_minhbach")), home.path(), FILES, 240).unwrap();
    let mut draw = Draw::new(7);
    let (mut middle, mut last) = (0, 0);
    // Ten kills that meet it; those that come too early or too late are compared as well.
    for attempt in 0..60 {
        let late = last < 2 && attempt % 3 == 2;
        let when = if late { finishing(&mut draw, Duration::from_millis(20)) } else { moment(&mut draw, FILES) };
        let threads = ["1", "2", "3", "8"][attempt % 4];
        match scan.kill(when, &["--threads", threads]).unwrap() {
            Place::Units(_) => middle += 1,
            Place::Finishing => last += 1,
            Place::Start | Place::Done => {}
        }
        if middle >= 8 && last >= 2 {
            return;
        }
    }
    panic!("of 60 kills only {middle} fell between units and {last} while finishing");
}
