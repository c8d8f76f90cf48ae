//! Laws of the term lists: no term twice in a list, and none that nothing can reach.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::{Pack, Position, Term},
    post::Post,
};
use std::{collections::BTreeSet, sync::Arc};

/// Terms proper of lists that people can see.
fn terms(pack: &Pack) -> impl Iterator<Item = &Term> {
    pack.terms.iter().filter(|t| !t.words.is_empty() && !pack.lists[t.list.0 as usize].hidden())
}

#[test]
fn no_term_stands_twice_in_a_list() {
    let pack = Pack::embedded().unwrap();
    // Chat spellings are stored beside the spelling that they stand for, under its name.
    let mut seen = BTreeSet::new();
    for term in terms(&pack) {
        let words: Vec<_> = term.words.iter().map(|w| (&w.marked, w.before)).collect();
        assert!(
            seen.insert((term.list, term.position as u8, format!("{words:?}"), term.name.clone())),
            "{}",
            term.name
        );
    }
}

#[test]
fn every_term_is_found_where_it_is_written() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let pack = detector.pack();
    let mut scratch = Scratch::default();
    let mut lost = Vec::new();
    for term in terms(pack) {
        let written = term.name.split_once('/').unwrap().1;
        let text = match term.position {
            Position::Any => written.to_owned(),
            Position::Label => format!("{written}: "),
            Position::Hashtag => format!("#{}", written.trim_start_matches('#').replace(' ', "")),
        };
        detector.analyse_into(&Post { text: text.clone().into(), ..Post::default() }, &mut scratch);
        if !scratch.cues().iter().any(|c| c.list == term.list) {
            lost.push(format!("{}: “{text}”", term.name));
        }
    }
    assert!(lost.is_empty(), "{} of {} terms are out of reach:\n{}", lost.len(), terms(pack).count(), lost.join("\n"));
}
