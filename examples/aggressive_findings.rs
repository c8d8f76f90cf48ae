//! Every finding of some posts that stands on a disguised word, to be read by a person: id, rule, folds, term, quote. With
//! `--cues` every cue on such a word, in findings or not: id, `cue`, folds, term, quote.
//!
//! `cargo run --profile quick --example aggressive_findings -- [--cues] POSTS…`

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
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let cues = args.first().is_some_and(|arg| arg == "--cues");
    args.drain(..usize::from(cues));
    let inputs = Inputs::resolve(&args, &options)?;
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
                let mut line = |rule: &str, folds: Folds, term, quote: &str| {
                    let (id, folds) = (post.id.as_deref().unwrap_or(""), folds.names().collect::<Vec<_>>().join("+"));
                    lines += &format!("{id}\t{rule}\t{folds}\t{}\t{quote:?}\n", pack.term_name(term));
                };
                let text = |field| post.field(field).unwrap_or("");
                if cues {
                    for cue in scratch.cues().iter().filter(|c| !c.dropped && c.folds.intersects(disguises)) {
                        line("cue", cue.folds, cue.term, cue.span.slice(text(cue.field)));
                        found += 1;
                    }
                    return;
                }
                for finding in &scratch.analysis().findings {
                    let disguised = finding.evidence.iter().filter(|e| e.folds.intersects(disguises));
                    for e in disguised.clone() {
                        let rule = pack.rules[usize::from(finding.rule.0)].id.as_str();
                        line(rule, e.folds, e.term, e.span.slice(text(e.field)));
                    }
                    found += u64::from(disguised.count() > 0);
                }
            });
            out.write_all(lines.as_bytes())?;
        }
    }
    writeln!(out, "{posts} posts, {found} {} on a disguised word", if cues { "cues" } else { "findings" })?;
    Ok(())
}
