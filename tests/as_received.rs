//! What a record says is taken as it says it: its preferred names, its sponsor, its whole text, its lines.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    day::Day,
    ingest::{Caps, ChunkReader, Format, Packing, RawChunk, ReadOptions, parse_chunk},
    post::{Flags, PlatformLabel, Post},
    redact::{Key, Redactor},
};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// Reads a file in pieces of so many bytes: each post with the line it begins on.
fn read(bytes: &[u8], format: Format, piece: usize, caps: Caps, each: &mut dyn FnMut(u64, &Post<'_>)) {
    let options = ReadOptions::new(Day::new(2026, 6, 1).unwrap(), caps);
    let inner = Box::new(Cursor::new(bytes.to_vec()));
    let mut reader =
        ChunkReader::new("in", inner, Some(format), Packing::None, &options).unwrap().with_chunk_bytes(piece);
    let mut chunk = RawChunk::new();
    while reader.next_chunk(&mut chunk).unwrap() {
        parse_chunk(&chunk, &options, &mut |record| each(record.line, &record.outcome.unwrap()));
    }
}

fn json(line: &str, look: impl Fn(&Post<'_>)) {
    let mut seen = 0;
    read(line.as_bytes(), Format::Lines, 1 << 16, Caps::default(), &mut |_, post| {
        seen += 1;
        look(post);
    });
    assert_eq!(seen, 1, "{line}");
}

#[test]
fn of_two_names_of_one_part_the_preferred_one_counts_whatever_their_order() {
    let names = |post: &Post<'_>| {
        let own = |name: &Option<std::borrow::Cow<'_, str>>| name.as_deref().unwrap_or("–").to_owned();
        let numbers = [post.author.followers, post.likes].map(|n| n.map_or("–".to_owned(), |n| n.to_string()));
        [[own(&post.id), own(&post.author.id), own(&post.author.handle), own(&post.author.name), own(&post.url)]
            .concat()]
        .concat()
            + &numbers.concat()
    };
    for (parts, expected) in [
        ([r#""id":"a""#, r#""post_id":"b""#].as_slice(), "a––––––"),
        (&[r#""id":null"#, r#""post_id":"b""#], "b––––––"),
        (&[r#""id":"""#, r#""post_id":"b""#], "b––––––"),
        (&[r#""author":{"id":"a"}"#, r#""author_id":"b""#], "–a–––––"),
        (&[r#""author":{"handle":"a"}"#, r#""author_handle":"b""#, r#""username":"c""#], "––a––––"),
        (&[r#""author_handle":"b""#, r#""username":"c""#, r#""handle":"d""#], "––b––––"),
        (&[r#""username":"c""#, r#""handle":"d""#], "––c––––"),
        (&[r#""author":{"handle":"a","username":"b"}"#], "––a––––"),
        (&[r#""author":{"username":"b","handle":"a"}"#], "––a––––"),
        (&[r#""author":"a""#, r#""username":"b""#], "––a––––"),
        (&[r#""author":{"name":"a"}"#, r#""author_name":"b""#], "–––a–––"),
        (&[r#""url":"a""#, r#""link":"b""#], "––––a––"),
        (&[r#""author":{"followers":1}"#, r#""author_followers":2"#, r#""followers":3"#], "–––––1–"),
        (&[r#""likes":1"#, r#""like_count":2"#], "––––––1"),
    ] {
        let turned: Vec<&str> = parts.iter().rev().copied().collect();
        for parts in [parts.join(","), turned.join(",")] {
            json(&format!(r#"{{"text":"x",{parts}}}"#), |post| assert_eq!(names(post), expected, "{parts}"));
        }
    }
    // The same name twice: the last counts.
    json(r#"{"text":"x","id":"a","id":"b"}"#, |post| assert_eq!(post.id.as_deref(), Some("b")));
    for table in ["text,id,post_id\nx,a,b\n", "text,post_id,id\nx,b,a\n"] {
        read(table.as_bytes(), Format::Table, 64, Caps::default(), &mut |_, post| {
            assert_eq!(post.id.as_deref(), Some("a"), "{table}");
        });
    }
}

/// Only the platform's label names a sponsor.
#[test]
fn a_named_sponsor_is_the_platforms_label() {
    use PlatformLabel::{No, Unknown, WeakNo, Yes};
    for (parts, label) in [
        (r#""sponsor":"Trà Sao""#, Yes),
        (r#""sponsor":"Trà Sao","platform_label":null"#, Yes),
        (r#""sponsor":"Trà Sao","platform_label":"weak_no""#, Yes),
        (r#""sponsor":"7-11""#, Yes),
        // Who says no has said it.
        (r#""sponsor":"Trà Sao","platform_label":false"#, No),
        (r#""sponsor":null"#, Unknown),
        (r#""sponsor":"""#, Unknown),
        (r#""sponsor":"None""#, Unknown),
        (r#""sponsor":"không""#, Unknown),
        (r#""sponsor":"-""#, Unknown),
        (r#""sponsor":0"#, Unknown),
        (r#""sponsor":"n/a","platform_label":"weak_no""#, WeakNo),
    ] {
        json(&format!(r#"{{"text":"x",{parts}}}"#), |post| assert_eq!(post.platform_label, label, "{parts}"));
    }
}

#[test]
fn the_hash_of_a_cut_text_is_of_all_that_was_received() {
    let caps = Caps { text: 8, ..Caps::default() };
    let redactor = Redactor::new(Key::new(&[7; 32]).unwrap());
    let (mut hashes, mut hidden) = (Vec::new(), Vec::new());
    for (text, cut) in [("tám chữ", true), ("tám chư", true), ("12345678", false), ("123456789", true)] {
        read(format!("{{\"text\":\"{text}\"}}\n").as_bytes(), Format::Lines, 64, caps, &mut |_, post| {
            assert_eq!(post.flags.contains(Flags::TRUNCATED), cut, "{text}");
            assert_eq!(post.text_sha256(), <[u8; 32]>::from(Sha256::digest(text)), "{text}");
            assert_eq!(cut, post.whole_sha256.is_some());
            hashes.push(post.text_sha256());
            hidden.push(redactor.text_sha256(post));
        });
    }
    for hashes in [&mut hashes, &mut hidden] {
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 4, "four texts, four hashes");
    }
}

/// A line ends with LF, with CR LF or with CR alone, as editors count them.
#[test]
fn rows_stand_on_the_lines_that_an_editor_shows() {
    for (table, lines) in [
        ("id,text\na,x\nb,y\n", [2, 3].as_slice()),
        ("id,text\r\na,x\r\nb,y\r\n", &[2, 3]),
        ("id,text\ra,x\rb,y\r", &[2, 3]),
        ("id,text\ra,x\r\rb,y", &[2, 4]),
        ("\rid,text\ra,x\r", &[3]),
        ("id,text\ra,\"x\rx\"\rb,y\r", &[2, 4]),
        ("\"i\rd\",text\ra,x\rb,y\r", &[3, 4]),
        ("id,text\r\na,\"x\r\nx\"\r\nb,y\r\n", &[2, 4]),
        ("id,text\na,\"x\nx\"\nb,y\n", &[2, 4]),
        // A CR inside a cell of a file with LF ends no line.
        ("id,text\na,\"x\rx\"\nb,y\n", &[2, 3]),
    ] {
        for piece in [1, 2, 3, 7, 64] {
            let mut seen = Vec::new();
            read(table.as_bytes(), Format::Table, piece, Caps::default(), &mut |line, _| seen.push(line));
            assert_eq!(seen, lines, "{table:?} in pieces of {piece}");
        }
    }
}
