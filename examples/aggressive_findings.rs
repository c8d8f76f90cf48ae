//! Every finding of a folder of posts that stands on a disguised word, to be read by a person: id, rule, folds, quotes.
//!
//! `cargo run --profile quick --example aggressive_findings -- POSTS…`

use minhbach::{
    detector::{Detector, Scratch},
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
    normalise::Folds,
    pack::Pack,
};
use std::{error::Error, io::Write as _, sync::Arc};

fn main() -> Result<(), Box<dyn Error>> {
    let pack = Arc::new(Pack::embedded()?);
    let detector = Detector::new(Arc::clone(&pack))?;
    let options = ReadOptions::new(pack.law_as_of, Caps::default());
    let inputs = Inputs::resolve(&std::env::args().skip(1).collect::<Vec<_>>(), &options)?;
    // Of the aggressive folds all but look-alike letters, which the canonical level reads.
    let disguises = Folds::SEPARATOR.with(Folds::LEET).with(Folds::TELEX).with(Folds::FLIPPED);
    let (mut scratch, mut chunk) = (Scratch::default(), RawChunk::new());
    let (mut posts, mut found, mut out) = (0_u64, 0_u64, std::io::stdout().lock());
    for source in &inputs.sources {
        let mut reader = source.open(&options)?;
        while reader.next_chunk(&mut chunk)? {
            let mut lines = String::new();
            parse_chunk(&chunk, &options, &mut |record| {
                let Ok(post) = record.outcome else { return };
                posts += 1;
                detector.analyse_into(&post, &mut scratch);
                for finding in &scratch.analysis().findings {
                    let mut disguised = false;
                    for evidence in finding.evidence.iter().filter(|e| e.folds.intersects(disguises)) {
                        disguised = true;
                        let text = post.field(evidence.field).unwrap_or("");
                        let folds: Vec<_> = evidence.folds.names().collect();
                        lines += &format!(
                            "{}\t{}\t{}\t{}\t{:?}\n",
                            post.id.as_deref().unwrap_or(""),
                            pack.rules[finding.rule.0 as usize].id,
                            folds.join("+"),
                            pack.term_name(evidence.term),
                            evidence.span.slice(text)
                        );
                    }
                    found += u64::from(disguised);
                }
            });
            out.write_all(lines.as_bytes())?;
        }
    }
    writeln!(out, "{posts} posts, {found} findings on a disguised word")?;
    Ok(())
}
