//! JSON Lines to posts: the serial cut into chunks, and the parse that workers do, beside the typed parse of the floor.
//! Two spellings of the same records: raw UTF-8, and every letter beyond ASCII as `\uXXXX`, as many exporters write.

#![allow(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

mod corpus;

use criterion::{BenchmarkId, Throughput};
use minhbach::ingest::{Caps, ChunkReader, Format, Packing, RawChunk, ReadOptions, parse_chunk};
use serde_json::Value;
use std::{borrow::Cow, fmt::Write, io::Cursor, sync::Arc};

/// What the floor reads of a record.
#[derive(serde::Deserialize)]
struct FloorPost<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    author_id: Cow<'a, str>,
    #[serde(borrow)]
    created_at: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn main() {
    let mut criterion = corpus::criterion();
    let options = ReadOptions::new(corpus::pack().law_as_of, Caps::default());
    let raw: Vec<u8> = corpus::corpora().iter().flat_map(|corpus| corpus.json_lines()).collect();
    let escaped = escaped(&raw);
    for (name, lines) in [("raw", raw), ("escaped", escaped)] {
        let (records, texts) = plain_count(&lines);
        println!("{name}: {records} records, {texts} bytes of text in {} of JSON Lines", lines.len());
        let shared: Arc<[u8]> = lines.into();
        let chunks = cut(&shared, &options);

        let mut group = criterion.benchmark_group("ingest");
        group.throughput(Throughput::Bytes(shared.len() as u64));
        let mut cut_only = || assert_eq!(cut_count(&shared, &options), records);
        let mut parse = || {
            let mut sum = (0, 0);
            for chunk in &chunks {
                parse_chunk(chunk, &options, &mut |record| {
                    sum = (sum.0 + 1, sum.1 + record.outcome.unwrap().text.len());
                });
            }
            assert_eq!(sum, (records, texts));
        };
        group.bench_function(BenchmarkId::new("cut", name), |b| b.iter(&mut cut_only));
        group.bench_function(BenchmarkId::new("parse_chunk", name), |b| b.iter(&mut parse));
        group.finish();
        let floor_fields = floor_count(&shared);
        let mut floor = || assert_eq!(floor_count(&shared), floor_fields);
        corpus::beside(("parse_chunk", &mut parse), ("the floor's parse", &mut floor));
    }
    criterion.final_summary();
}

fn reader(bytes: &Arc<[u8]>, options: &ReadOptions) -> ChunkReader {
    let inner = Box::new(Cursor::new(Arc::clone(bytes)));
    ChunkReader::new("bench.jsonl", inner, Some(Format::Lines), Packing::None, options).unwrap()
}

fn cut(bytes: &Arc<[u8]>, options: &ReadOptions) -> Vec<RawChunk> {
    let mut reader = reader(bytes, options);
    let mut chunks = Vec::new();
    loop {
        let mut chunk = RawChunk::new();
        if !reader.next_chunk(&mut chunk).unwrap() {
            return chunks;
        }
        chunks.push(chunk);
    }
}

fn cut_count(bytes: &Arc<[u8]>, options: &ReadOptions) -> usize {
    let (mut reader, mut chunk, mut records) = (reader(bytes, options), RawChunk::new(), 0);
    while reader.next_chunk(&mut chunk).unwrap() {
        records += chunk.records();
    }
    records
}

/// Records and bytes of captions, read in the plainest way.
fn plain_count(lines: &[u8]) -> (usize, usize) {
    let text = |line: &[u8]| serde_json::from_slice::<Value>(line).unwrap()["text"].as_str().unwrap().len();
    let lines = lines.split(|&b| b == b'\n').filter(|line| !line.is_empty());
    lines.fold((0, 0), |(records, bytes), line| (records + 1, bytes + text(line)))
}

fn floor_count(lines: &[u8]) -> usize {
    let (mut start, mut bytes) = (0, 0);
    for end in memchr::memchr_iter(b'\n', lines) {
        let post: FloorPost = serde_json::from_slice(&lines[start..end]).unwrap();
        bytes += post.id.len() + post.author_id.len() + post.created_at.len() + post.text.len();
        start = end + 1;
    }
    bytes
}

fn escaped(lines: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(lines.len() * 2);
    let mut units = [0; 2];
    for c in std::str::from_utf8(lines).unwrap().chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut units).iter().for_each(|unit| write!(out, "\\u{unit:04x}").unwrap());
        }
    }
    out.into_bytes()
}
