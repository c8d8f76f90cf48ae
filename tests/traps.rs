//! The trap suite: own sentences, each with the status that a reader gives its claim (`corpora/traps.tsv`). Precision
//! and recall by status and language are printed; the floors stand just under what holds today. The context lists were
//! mended after a look at this suite, so it guards and does not estimate: before that look 259 of 303 Vietnamese and 255 of
//! 301 English sentences were read right.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and prints its table")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
    post::{Field, Post},
    vocabulary::Status,
};
use std::sync::Arc;

/// Language, status, least precision and least recall in percent.
const FLOORS: [(&str, Status, usize, usize); 14] = [
    ("vi", Status::Affirmed, 93, 98),
    ("vi", Status::Negated, 97, 93),
    ("vi", Status::Questioned, 95, 97),
    ("vi", Status::Reported, 97, 95),
    ("vi", Status::Warned, 97, 97),
    ("vi", Status::Hypothetical, 97, 88),
    ("vi", Status::Joked, 97, 95),
    ("en", Status::Affirmed, 91, 97),
    ("en", Status::Negated, 97, 93),
    ("en", Status::Questioned, 95, 97),
    ("en", Status::Reported, 97, 95),
    ("en", Status::Warned, 97, 95),
    ("en", Status::Hypothetical, 97, 93),
    ("en", Status::Joked, 97, 95),
];

struct Trap {
    status: Status,
    lang: &'static str,
    quote: &'static str,
    text: &'static str,
}

fn traps() -> Vec<Trap> {
    let file = include_str!("../corpora/traps.tsv");
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let [status, lang, quote, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let status = Status::ALL.into_iter().find(|s| s.name() == status).unwrap();
            Trap { status, lang, quote, text }
        })
        .collect()
}

/// The status of the longest claim, label or sponsor word that touches the underlined words; `None` where none was found
/// or it was read as something else.
fn reading(detector: &Detector, scratch: &mut Scratch, trap: &Trap) -> Option<Status> {
    detector.analyse_into(&Post { text: trap.text.into(), ..Post::default() }, scratch);
    let from = trap.text.to_lowercase().find(&trap.quote.to_lowercase()).unwrap_or(0) as u32;
    let end = from + trap.quote.len() as u32;
    let pack = detector.pack();
    let said = |list: &str| ["claim.", "disclosure.", "sponsor."].iter().any(|family| list.starts_with(family));
    let cues = scratch.cues().iter().filter(|c| c.field == Field::Text && !c.dropped);
    let cues = cues.filter(|c| said(&pack.lists[c.list.0 as usize].id));
    let touching = cues.filter(|c| c.span.start() < end && from < c.span.end());
    touching.max_by_key(|c| c.span.end() - c.span.start()).map(|c| c.status)
}

#[test]
fn every_status_is_read_as_people_read_it() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let mut scratch = Scratch::default();
    let mut read = Vec::new();
    for trap in traps() {
        let got = reading(&detector, &mut scratch, &trap);
        if got != Some(trap.status) {
            let got = got.map_or("none", Status::name);
            println!("{} {} as {got}: {}", trap.lang, trap.status.name(), trap.text);
        }
        read.push((trap.lang, trap.status, got));
    }
    for (lang, status, precision, recall) in FLOORS {
        let of_lang = || read.iter().filter(|r| r.0 == lang);
        let right = of_lang().filter(|r| r.1 == status && r.2 == Some(status)).count();
        let said = of_lang().filter(|r| r.2 == Some(status)).count();
        let meant = of_lang().filter(|r| r.1 == status).count();
        println!("{lang} {:<13} precision {right:>2}/{said:<2} recall {right:>2}/{meant}", status.name());
        assert!(right * 100 >= precision * said, "{lang} {}: precision {right}/{said}", status.name());
        assert!(right * 100 >= recall * meant, "{lang} {}: recall {right}/{meant}", status.name());
    }
}

#[test]
fn the_suite_is_large_balanced_and_without_repeats() {
    let traps = traps();
    assert!(traps.len() >= 600, "{}", traps.len());
    for (lang, status, ..) in FLOORS {
        let n = traps.iter().filter(|t| t.lang == lang && t.status == status).count();
        assert!((40..=46).contains(&n), "{lang} {}: {n}", status.name());
    }
    let mut texts: Vec<_> = traps.iter().map(|t| t.text).collect();
    texts.sort_unstable();
    assert!(texts.windows(2).all(|pair| pair[0] != pair[1]));
}
