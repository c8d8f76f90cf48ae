//! The lexicon's phrases for other search programs, and how often the detector meets them: what `benches/peers` compares.
//!
//! Cụm từ của kho cho các chương trình tìm kiếm khác, và số lần bộ dò gặp chúng: `benches/peers` so sánh bằng tệp này.
//!
//! ```sh
//! cargo run --release --example phrases > phrases.txt               # one phrase a line
//! cargo run --release --example phrases -- posts.jsonl              # cues in these posts: as written, and through folds
//! ```

#![allow(clippy::print_stdout, reason = "it prints what it found")]

use minhbach::{
    detector::{Detector, Scratch},
    ingest::{Caps, ChunkReader, Format, Packing, RawChunk, ReadOptions, parse_chunk},
    normalise::Folds,
    pack::{Pack, Term},
};
use std::{collections::BTreeSet, error::Error, fs::File, sync::Arc};

fn main() -> Result<(), Box<dyn Error>> {
    let pack = Arc::new(Pack::embedded()?);
    // Lists that only serve compounds or context are no phrases that anybody would look for by themselves.
    let wanted = |term: &Term| {
        let list = &pack.lists[usize::from(term.list.0)];
        !term.words.is_empty() && !list.context && !list.hidden()
    };
    let Some(file) = std::env::args().nth(1) else {
        let phrase = |term: &Term| term.words.iter().map(|word| word.marked.as_str()).collect::<Vec<_>>().join(" ");
        let phrases: BTreeSet<String> = pack.terms.iter().filter(|term| wanted(term)).map(phrase).collect();
        phrases.iter().for_each(|phrase| println!("{phrase}"));
        return Ok(());
    };
    let detector = Detector::new(pack.clone())?;
    let options = ReadOptions::new(pack.law_as_of, Caps::default());
    let input = Box::new(File::open(&file)?);
    let mut reader = ChunkReader::new(&file, input, Some(Format::Lines), Packing::None, &options)?;
    let (mut chunk, mut scratch) = (RawChunk::new(), Scratch::default());
    let (mut posts, mut as_written, mut folded) = (0_u64, 0_u64, 0_u64);
    while reader.next_chunk(&mut chunk)? {
        parse_chunk(&chunk, &options, &mut |record| {
            let Ok(post) = record.outcome else { return };
            posts += 1;
            detector.judge_into(&post, &mut scratch);
            for cue in scratch.cues().iter().filter(|cue| !cue.dropped && wanted(&pack.terms[cue.term.0 as usize])) {
                // Letter case alone is what every program of the comparison ignores, too.
                if Folds::LOWER.contains(cue.folds) { as_written += 1 } else { folded += 1 }
            }
        });
    }
    println!("{{\"posts\":{posts},\"as_written\":{as_written},\"folded\":{folded}}}");
    Ok(())
}
