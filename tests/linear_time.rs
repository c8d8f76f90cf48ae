//! A text eight times as long takes about eight times as long to judge, whatever stands in it. Measured with
//! optimisation only: without it, moving memory hides behind everything else.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    day::Day,
    detector::{Detector, Scratch},
    ingest::{Caps, ChunkReader, FormatChoice, Packing, RawChunk, ReadOptions, parse_chunk},
    pack::Pack,
    post::Post,
};
use std::{
    io::Cursor,
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

/// A page names its authors apart from its posts: each post asks for one of them.
#[test]
#[cfg_attr(debug_assertions, ignore = "says something with optimisation only: cargo test --profile quick")]
fn a_page_of_many_posts_is_read_in_linear_time() {
    let formats = Pack::embedded().unwrap().formats(FormatChoice::Detect);
    let options = ReadOptions::new(Day::new(2026, 6, 1).unwrap(), Caps::default()).with_formats(formats);
    let read = |posts: usize| {
        let of = |make: fn(usize) -> String| (0..posts).map(make).collect::<Vec<_>>().join(",");
        let tweets =
            of(|i| format!(r#"{{"id":"{i}","text":"a","author_id":"{i}","created_at":"2026-05-01T00:00:00.000Z"}}"#));
        let users = of(|i| format!(r#"{{"id":"{i}","username":"u{i}","name":"n{i}"}}"#));
        let page = format!(r#"{{"data":[{tweets}],"includes":{{"users":[{users}]}}}}"#);
        let start = Instant::now();
        let inner = Box::new(Cursor::new(page.into_bytes()));
        let mut reader = ChunkReader::new("t", inner, None, Packing::None, &options).unwrap();
        let (mut chunk, mut handles) = (RawChunk::new(), 0);
        while reader.next_chunk(&mut chunk).unwrap() {
            parse_chunk(&chunk, &options, &mut |r| {
                handles += usize::from(r.outcome.unwrap().author.handle.is_some_and(|h| h.starts_with('u')));
            });
        }
        assert_eq!(handles, posts);
        start.elapsed().as_secs_f64()
    };
    let (short, long) = (read(500), read(8 * 500));
    assert!(long < short * MOST + JITTER, "{short} s, eight times as long {long} s");
}
