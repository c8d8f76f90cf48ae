//! The file: whatever is changed in it is named by its line; whoever appends at the same time loses nothing.

use super::{entry, ledger};
use minhbach::ledger::{Action, Break, Content, Ledger, LedgerError, START};
use proptest::prelude::*;
use std::{fs, thread};

const NOTES: [&str; 4] = ["", "ghi chú “có dấu” \"\\ \n\t", "{\"hash\":\"}", "<script>\u{202e}😀"];

/// The bytes of a ledger with that many lines.
fn bytes(lines: usize) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.jsonl");
    let contents: Vec<Content> = (0..lines)
        .map(|i| {
            let mut one = entry(&format!("f_{i:032x}"), Action::ALL[i % 11], "an", i as i32);
            one.note = NOTES[i % NOTES.len()].to_owned();
            Content::Entry(one)
        })
        .collect();
    Ledger::append(&path, &contents, false).unwrap();
    fs::read(&path).unwrap()
}

/// The line, from 1, in which that byte stands.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_other_byte_anywhere_breaks_the_chain_in_its_line(at in any::<prop::sample::Index>(), other in any::<u8>()) {
        let mut bytes = bytes(6);
        let at = at.index(bytes.len());
        let line = line_of(&bytes, at);
        prop_assume!(bytes[at] != other);
        bytes[at] = other;
        let (named, why, whole) = Ledger::parse(&bytes).unwrap_err();
        prop_assert_eq!(named, line, "{:?}", why);
        prop_assert_eq!(whole.lines.len() as u64, line - 1);
    }

    #[test]
    fn a_cut_line_is_named(at in any::<prop::sample::Index>()) {
        let bytes = bytes(6);
        let at = at.index(bytes.len());
        prop_assume!(at > 0 && bytes[at - 1] != b'\n');
        let (named, why, _) = Ledger::parse(&bytes[..at]).unwrap_err();
        prop_assert_eq!((named, why), (line_of(&bytes, at), Break::Cut));
    }
}

#[test]
fn lines_that_are_taken_out_moved_or_put_in_are_named_and_lines_off_the_end_show_in_the_head() {
    let bytes = bytes(5);
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let whole = Ledger::parse(&bytes).unwrap();
    for (order, broken) in [
        (vec![1, 2, 3, 4], 1),
        (vec![0, 2, 3, 4], 2),
        (vec![0, 1, 3, 2, 4], 3),
        (vec![0, 1, 2, 2, 3, 4], 4),
        (vec![0, 1, 2, 4], 4),
    ] {
        let other: Vec<u8> = order.iter().flat_map(|at| lines[*at]).copied().collect();
        let (line, why, _) = Ledger::parse(&other).unwrap_err();
        assert_eq!((line, why), (broken, Break::Moved), "{order:?}");
    }
    let shorter = Ledger::parse(&lines[..4].concat()).unwrap();
    assert_eq!(shorter.lines, whole.lines[..4]);
    assert_ne!(shorter.head, whole.head);
    assert_eq!(Ledger::parse(b"").unwrap(), Ledger { lines: Vec::new(), head: START.to_owned() });
}

#[test]
fn a_line_that_is_sealed_but_not_ours_is_named() {
    // What another program might write, with a hash that fits: an unknown field, a space.
    let sealed = |body: &str| {
        let hash = minhbach::report::sha256_hex(body.as_bytes());
        format!("{},\"hash\":\"{hash}\"}}\n", &body[..body.len() - 1])
    };
    let text = String::from_utf8(bytes(1)).unwrap();
    let body = format!("{}}}", text.rsplit_once(",\"hash\"").unwrap().0);
    assert_eq!(sealed(&body), text, "the hash is that of the line without it");
    for other in [body.replace("\"n\":1,", "\"n\":1,\"x\":2,"), body.replace("\"n\":1,", "\"n\": 1,"), "{}".to_owned()]
    {
        let (line, why, _) = Ledger::parse(sealed(&other).as_bytes()).unwrap_err();
        assert_eq!((line, why), (1, Break::Foreign), "{other}");
    }
}

#[test]
fn who_appends_at_the_same_time_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.jsonl");
    thread::scope(|scope| {
        for who in 0..6 {
            let path = &path;
            scope.spawn(move || {
                for i in 0..10 {
                    let one = entry(&format!("f_{i:032x}"), Action::Confirm, &format!("reviewer {who}"), i);
                    Ledger::append(path, &[Content::Entry(one)], false).unwrap();
                }
            });
        }
    });
    let ledger = Ledger::read(&path).unwrap();
    assert_eq!(ledger.lines.len(), 60);
    // Each in the order in which it wrote.
    for who in 0..6 {
        let of = ledger.lines.iter().filter_map(|line| match &line.content {
            Content::Entry(one) if one.reviewer == format!("reviewer {who}") => Some(one.at),
            _ => None,
        });
        assert!(of.is_sorted());
    }
}

#[test]
fn a_broken_ledger_takes_nothing_more_and_what_stands_there_is_not_written_twice() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.jsonl");
    let three: Vec<Content> = ledger((0..3).map(|i| entry("f_0", Action::Confirm, "an", i)))
        .lines
        .into_iter()
        .map(|line| line.content)
        .collect();
    let first = Ledger::append(&path, &three[..2], true).unwrap();
    let second = Ledger::append(&path, &three, true).unwrap();
    assert_eq!((first.known, second.known, second.first, second.ledger.lines.len()), (0, 2, 3, 3));
    assert_eq!(Ledger::read(&path).unwrap(), second.ledger);
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 5);
    fs::write(&path, &bytes).unwrap();
    let refused = Ledger::append(&path, &three, true).unwrap_err();
    assert!(matches!(refused, LedgerError::Broken { line: 3, why: Break::Cut, .. }), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was appended");
}
