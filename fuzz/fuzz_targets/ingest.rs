//! Reading whatever comes: every record is handed out once, and where the stream is cut changes nothing.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::{
    day::Day,
    ingest::{Caps, ChunkReader, Format, Packing, RawChunk, ReadOptions, parse_chunk},
};
use std::{io::Cursor, sync::LazyLock};

/// Small caps, so that short inputs meet them.
static OPTIONS: LazyLock<ReadOptions> = LazyLock::new(|| {
    let caps = Caps { record: 400, text: 60, transcript: 80 };
    ReadOptions::new(Day::new(2026, 6, 1).unwrap_or_default(), caps)
});

/// Everything that is handed out, as text.
fn read(bytes: &[u8], format: Option<Format>, packing: Packing, chunk_bytes: usize) -> Option<Vec<String>> {
    let inner = Box::new(Cursor::new(bytes.to_vec()));
    let mut reader =
        ChunkReader::new("t", inner, format, packing, &OPTIONS).ok()?.with_chunk_bytes(chunk_bytes);
    let (mut all, mut chunk, mut number) = (Vec::new(), RawChunk::new(), 0);
    while reader.next_chunk(&mut chunk).expect("memory does not fail") {
        let before = all.len();
        parse_chunk(&chunk, &OPTIONS, &mut |record| {
            number += 1;
            assert_eq!(record.number, number, "record numbers run on");
            if let Ok(post) = &record.outcome {
                assert!(post.text.len() <= 60, "a text over its cap");
            }
            all.push(format!("{record:?}"));
        });
        assert_eq!(all.len() - before, chunk.records(), "as many records as announced");
    }
    assert!(reader.sha256().is_some(), "all of it was hashed");
    Some(all)
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let [kind, bytes @ ..] = data else { return Corpus::Reject };
    let format = [None, Some(Format::Lines), Some(Format::Json), Some(Format::Table)][usize::from(kind & 3)];
    let packing = [Packing::None, Packing::Gzip, Packing::Zstd, Packing::Xz][usize::from(kind >> 2 & 3)];
    // Long windows and bombs are tried by a test; here they would only cost time.
    let whole = read(bytes, format, packing, 1 << 18);
    assert!(whole == read(bytes, format, packing, 7), "where the stream is cut changes what is read");
    Corpus::Keep
});
