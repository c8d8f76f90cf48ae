//! A damaged Parquet file ends in a message or a reject, never in a panic of the program, and never in silence.

use super::*;
use minhbach::{
    day::Day,
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
};

#[derive(Debug, PartialEq)]
enum End {
    Refused,
    Read { posts: usize, rejects: usize },
}

fn read(path: &Path) -> End {
    let options = ReadOptions::new(Day::new(2026, 11, 1).unwrap(), Caps::default());
    let Ok(inputs) = Inputs::resolve(&[path.to_str().unwrap().to_owned()], &options) else { return End::Refused };
    let (mut posts, mut rejects, mut chunk) = (0, 0, RawChunk::new());
    let mut reader = inputs.sources[0].open(&options).unwrap();
    while reader.next_chunk(&mut chunk).unwrap() {
        parse_chunk(&chunk, &options, &mut |record| match record.outcome {
            Ok(_) => posts += 1,
            Err(_) => rejects += 1,
        });
    }
    End::Read { posts, rejects }
}

#[test]
fn cut_and_flipped_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.parquet");
    let posts = flat_demo();
    write(&path, &batch(&demo_schema(&posts), &posts[..60]), 20);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(read(&path), End::Read { posts: 60, rejects: 0 });
    let (mut refused, mut rejected) = (0, 0);
    for step in 0..41 {
        let cut = whole.len() * step / 41;
        std::fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(read(&path), End::Refused, "cut at {cut}");
    }
    for step in 0..160 {
        let mut bytes = whole.clone();
        let at = whole.len() * step / 160;
        bytes[at] ^= 1 << (step % 8);
        std::fs::write(&path, &bytes).unwrap();
        match read(&path) {
            End::Refused => refused += 1,
            // What was read before the damage stands; the damage is one reject, the last.
            End::Read { rejects, .. } if rejects > 0 => rejected += 1,
            // A changed letter is a letter. No row goes missing in silence.
            End::Read { posts, .. } => assert_eq!(posts, 60, "flipped at {at}"),
        }
    }
    assert!(refused > 0 && rejected > 0, "{refused} refused, {rejected} rejected");
}
