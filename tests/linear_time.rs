//! A text eight times as long takes about eight times as long to judge, whatever stands in it. Measured with
//! optimisation only: without it, moving memory hides behind everything else.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
    post::Post,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Bytes of the shorter text; a transcript may have eight times as many.
const SHORT: usize = 100 << 10;
/// What is linear stays below; what grows with the square comes near 64.
const MOST: f64 = 26.0;
/// Seconds that a busy machine may add; work that grows with the square took from seven on.
const JITTER: f64 = 2.0;

#[test]
#[cfg_attr(debug_assertions, ignore = "says something with optimisation only: cargo test --profile quick")]
fn one_endless_sentence_is_judged_in_linear_time() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let mut scratch = Scratch::default();
    let mut best = |text: &str| {
        let post = Post { text: "a".into(), transcript: Some(text.into()), ..Post::default() };
        let mut once = || {
            let start = Instant::now();
            detector.analyse_into(&post, &mut scratch);
            start.elapsed()
        };
        (0..2).map(|_| once()).min().unwrap_or(Duration::MAX).as_secs_f64()
    };
    for piece in [
        "shop em 199k inbox ",
        "trị dứt điểm nám ",
        "giảm 10kg trong 7 ngày cam kết 100% ",
        "#ad🐧_",
        "#ad🐧🐧",
        "quảng cáo, ",
    ] {
        let [short, long] = [SHORT, 8 * SHORT].map(|bytes| best(&piece.repeat(bytes / piece.len())));
        assert!(long < MOST * short + JITTER, "{piece}: {short:.4} s, eight times as long {long:.4} s");
    }
}
