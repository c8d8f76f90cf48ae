//! Laws of reading: broken inputs lose no good record, and where a stream is cut changes nothing.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use flate2::{Compression, write::GzEncoder};
use minhbach::{
    day::Day,
    ingest::{
        Caps, ChunkReader, Format, IngestError, Inputs, Packing, RawChunk, ReadOptions, Reason, Source, parse_chunk,
    },
    post::{Flags, PlatformLabel, Post},
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

fn options() -> ReadOptions {
    ReadOptions::new(Day::new(2026, 6, 1).unwrap(), Caps::default())
}

fn small(record: usize) -> ReadOptions {
    ReadOptions::new(Day::new(2026, 6, 1).unwrap(), Caps { record, ..Caps::default() })
}

/// All that a reader hands out, owned and comparable.
#[derive(Debug, Default, PartialEq)]
struct Read {
    posts: Vec<(u64, u64, u64, String)>,
    rejects: Vec<(u64, u64, u64, Reason, String)>,
    order: Vec<u64>,
    sha256: Option<[u8; 32]>,
}

impl Read {
    fn reasons(&self) -> Vec<Reason> {
        self.rejects.iter().map(|r| r.3).collect()
    }
}

fn drain(mut reader: ChunkReader, options: &ReadOptions, mut each: impl FnMut(&Post<'_>)) -> Read {
    let (mut read, mut chunk) = (Read::default(), RawChunk::new());
    while reader.next_chunk(&mut chunk).unwrap() {
        let before = read.order.len();
        parse_chunk(&chunk, options, &mut |record| {
            read.order.push(record.number);
            match record.outcome {
                Ok(post) => {
                    each(&post);
                    read.posts.push((record.number, record.byte_offset, record.line, format!("{post:?}")));
                }
                Err(r) => {
                    assert_eq!(r.record, record.number);
                    read.rejects.push((r.record, r.byte_offset, r.line, r.reason, r.head));
                }
            }
        });
        assert_eq!(read.order.len() - before, chunk.records());
    }
    assert!(read.order.windows(2).all(|w| w[0] + 1 == w[1]), "record numbers run on: {:?}", read.order);
    read.sha256 = reader.sha256();
    read
}

fn read_as(bytes: &[u8], format: Option<Format>, packing: Packing, chunk: usize, options: &ReadOptions) -> Read {
    let inner = Box::new(Cursor::new(bytes.to_vec()));
    let reader = ChunkReader::new("t", inner, format, packing, options).unwrap().with_chunk_bytes(chunk);
    drain(reader, options, |_| {})
}

fn texts(bytes: &[u8], format: Format, packing: Packing) -> (Vec<String>, Read) {
    let options = options();
    let reader = ChunkReader::new("t", Box::new(Cursor::new(bytes.to_vec())), Some(format), packing, &options).unwrap();
    let mut texts = Vec::new();
    let read = drain(reader, &options, |post| texts.push(post.text.to_string()));
    (texts, read)
}

/// Reads one JSON record and looks at its post.
fn with_post(json: &str, look: impl FnOnce(&Post<'_>)) {
    let options = options();
    let inner = Box::new(Cursor::new(json.as_bytes().to_vec()));
    let mut reader = ChunkReader::new("t", inner, Some(Format::Lines), Packing::None, &options).unwrap();
    let (mut chunk, mut look) = (RawChunk::new(), Some(look));
    assert!(reader.next_chunk(&mut chunk).unwrap());
    parse_chunk(&chunk, &options, &mut |record| {
        let post = record.outcome.unwrap_or_else(|r| panic!("{json}: {r:?}"));
        look.take().expect("one record")(&post);
    });
    assert!(look.is_none());
}

fn reason_of(json: &str) -> Reason {
    let read = read_as(json.as_bytes(), Some(Format::Lines), Packing::None, 1 << 20, &options());
    assert_eq!((read.posts.len(), read.rejects.len()), (0, 1), "{json}");
    read.rejects[0].3
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Lines that do not pack well, so that a cut falls among them.
fn many_lines(n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    for i in 0..n {
        let hash = Sha256::digest(i.to_le_bytes());
        let noise: String = hash.iter().map(|b| format!("{b:02x}")).collect();
        writeln!(out, r#"{{"id":"{i}","text":"bài {i} {noise}"}}"#).unwrap();
    }
    out
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ingest").join(name).display().to_string()
}

#[test]
fn the_plain_shape() {
    let json = r##"{"id":7412237889569885456,"author":{"id":12,"handle":"linh","name":"Linh","followers":"12000"},
        "platform":"TikTok","created_at":"2026-03-01T13:00:00Z","captured_at":"2026-03-02","text":"Chào",
        "platform_label":true,"commerce_flag":1,"ai_label":null,"title":"T","transcript":"nói","on_screen":"chữ",
        "alt_text":"ảnh","first_comment":"mua ở đây","bio":"b","links":["https://a.vn"],"hashtags":["#a","b",3],
        "coauthors":"x, y","sponsor":"Hãng","url":"https://p.vn","likes":5.0,"unknown":{"text":"no"}}"##;
    with_post(&json.replace('\n', " "), |post| {
        assert_eq!(post.id.as_deref(), Some("7412237889569885456"));
        assert_eq!(post.creator(), Some("12"));
        assert_eq!((post.author.handle.as_deref(), post.author.followers), (Some("linh"), Some(12_000)));
        assert_eq!((&*post.platform, &*post.text), ("tiktok", "Chào"));
        assert_eq!(post.posted.unwrap().to_string(), "2026-03-01T13:00:00Z");
        assert_eq!(post.captured.unwrap().to_string(), "2026-03-02");
        assert_eq!(post.on_screen.as_deref(), Some("chữ\nảnh"));
        assert_eq!((post.commerce_flag, post.ai_label, post.likes), (Some(true), None, Some(5)));
        assert_eq!(post.platform_label, PlatformLabel::Yes);
        assert_eq!(
            (post.links.len(), post.hashtags.join(" "), post.coauthors.join("|")),
            (1, "#a b 3".into(), "x|y".into())
        );
        assert_eq!(post.flags, Flags::default());
    });
}

#[test]
fn names_and_preference() {
    let table = [
        (r#"{"text":"a","caption":"b"}"#, "a"),
        (r#"{"text":"","caption":"b"}"#, "b"),
        (r#"{"text":null,"body":"c","message":"m"}"#, "m"),
        (r#"{"text":1,"description":"d"}"#, "d"),
        (r#"{"text":""}"#, ""),
        (r#"{"text":"first","text":"last"}"#, "last"),
        (r#"{"text":"b\u00e0i\n"}"#, "bài\n"),
    ];
    for (json, text) in table {
        with_post(json, |post| assert_eq!(post.text, text, "{json}"));
    }
    with_post(r#"{"text":"a","username":"u","author_name":"n","followers":3,"link":"l","like_count":"9"}"#, |post| {
        assert_eq!((post.creator(), post.author.name.as_deref()), (Some("u"), Some("n")));
        assert_eq!((post.author.followers, post.url.as_deref(), post.likes), (Some(3), Some("l"), Some(9)));
    });
    with_post(r#"{"text":"a","author":"@u","id":"","author_id":null}"#, |post| {
        assert_eq!((post.id.as_deref(), post.creator()), (None, Some("@u")));
    });
}

#[test]
fn labels() {
    use PlatformLabel::*;
    let table =
        [("true", Yes), ("false", No), ("null", Unknown), ("\"weak_no\"", WeakNo), ("\"no\"", No), ("\"?\"", Unknown)];
    for (value, label) in table {
        with_post(&format!(r#"{{"text":"a","platform_label":{value}}}"#), |p| assert_eq!(p.platform_label, label));
    }
}

#[test]
fn dates_and_their_flags() {
    let flags = |set: &[Flags]| {
        set.iter().fold(Flags::default(), |mut all, f| {
            all.insert(*f);
            all
        })
    };
    let table = [
        (r#""date":"2026-03-01""#, Some("2026-03-01"), flags(&[])),
        (r#""timestamp":1772370000"#, Some("2026-03-01T13:00:00Z"), flags(&[])),
        (r#""create_time":"1772370000123""#, Some("2026-03-01T13:00:00Z"), flags(&[])),
        (r#""created_at":"2026-03-01 08:00""#, Some("2026-03-01T01:00:00Z"), flags(&[Flags::ZONE_ASSUMED])),
        (r#""created_at":"?","date":"2026-03-01""#, Some("2026-03-01"), flags(&[])),
        (r#""date":"2026-03-02","created_at":"2026-03-01""#, Some("2026-03-01"), flags(&[])),
        (r#""created_at":"hôm qua""#, None, flags(&[Flags::UNDATED])),
        (r#""likes":1"#, None, flags(&[Flags::UNDATED])),
        (r#""date":"2004-12-31""#, Some("2004-12-31"), flags(&[Flags::UNDATED, Flags::IMPLAUSIBLE_DATE])),
        (r#""date":"2005-01-01""#, Some("2005-01-01"), flags(&[])),
        (r#""date":"2027-06-01""#, Some("2027-06-01"), flags(&[])),
        (r#""date":"2027-06-02""#, Some("2027-06-02"), flags(&[Flags::UNDATED, Flags::IMPLAUSIBLE_DATE])),
        (
            r#""date":"2027-06-01T17:00:00Z""#,
            Some("2027-06-01T17:00:00Z"),
            flags(&[Flags::UNDATED, Flags::IMPLAUSIBLE_DATE]),
        ),
    ];
    for (part, moment, flags) in table {
        with_post(&format!(r#"{{"text":"a",{part}}}"#), |post| {
            assert_eq!(post.posted.map(|m| m.to_string()).as_deref(), moment, "{part}");
            assert_eq!(post.flags, flags, "{part}");
        });
    }
}

#[test]
fn lone_surrogates_are_repaired() {
    with_post(r#"{"text":"a \ud83d b \ud83d\ude00","id":"\udc00"}"#, |post| {
        assert_eq!((&*post.text, post.id.as_deref()), ("a \u{fffd} b 😀", Some("\u{fffd}")));
        assert!(post.flags.contains(Flags::REPAIRED));
    });
}

#[test]
fn long_texts_are_cut_between_characters() {
    let json = format!(r#"{{"text":"a{}","bio":"ngắn"}}"#, "ế".repeat(40_000));
    with_post(&json, |post| {
        assert!(post.flags.contains(Flags::TRUNCATED));
        assert!(post.text.len() <= 64 << 10 && post.text.len() > (64 << 10) - 3);
        assert_eq!(post.bio.as_deref(), Some("ngắn"));
    });
}

#[test]
fn a_plain_record_borrows_its_texts() {
    let options = options();
    let source = Source::embedded("t", br#"{"id":"1","text":"x"}"#, Format::Lines, Packing::None);
    let mut chunk = RawChunk::new();
    assert!(source.open(&options).unwrap().next_chunk(&mut chunk).unwrap());
    parse_chunk(&chunk, &options, &mut |record| {
        assert!(matches!(record.outcome.unwrap().text, std::borrow::Cow::Borrowed("x")));
    });
}

#[test]
fn reasons() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + "1" + &close.repeat(10_000);
    let table = [
        (r#"{"id":"1"}"#.to_owned(), Reason::NoText),
        (r#"{"text":null}"#.to_owned(), Reason::NoText),
        (r#"{"text":["a"]}"#.to_owned(), Reason::NoText),
        ("[1,2]".to_owned(), Reason::NotAnObject),
        ("12".to_owned(), Reason::NotAnObject),
        ("\"a\"".to_owned(), Reason::NotAnObject),
        (r#"{"text":"a"} tail"#.to_owned(), Reason::BadJson),
        ("rác".to_owned(), Reason::BadJson),
        (r#"{"text":"a"#.to_owned(), Reason::BadJson),
        (deep("[", "]"), Reason::NotAnObject),
        (deep("[", ""), Reason::BadJson),
        (format!(r#"{{"text":{}}}"#, deep("[", "]")), Reason::NoText),
        (deep(r#"{"author":"#, "}"), Reason::NoText),
        (deep(r#"{"a":"#, ""), Reason::BadJson),
    ];
    for (json, reason) in table {
        assert_eq!(reason_of(&json), reason, "{}", json.chars().take(60).collect::<String>());
    }
}

#[test]
fn junk_under_a_name_that_means_nothing_costs_nothing() {
    let junk = "[".repeat(10_000) + &"]".repeat(10_000);
    with_post(&format!(r#"{{"extra":{junk},"links":[[["a"]],"b"],"text":"a"}}"#), |post| {
        assert_eq!((&*post.text, post.links.len()), ("a", 1));
    });
}

#[test]
fn a_bad_line_costs_only_itself() {
    let mut bytes = b"{\"text\":\"a\"}\n{\"text\":\"b\xff\"}\n\n{\"text\":\"half".to_vec();
    bytes.extend_from_slice(b"\n{\"text\":\"c\"}");
    let (texts, read) = texts(&bytes, Format::Lines, Packing::None);
    assert_eq!(texts, ["a", "c"]);
    let places: Vec<_> = read.rejects.iter().map(|r| (r.0, r.1, r.2, r.3)).collect();
    assert_eq!(places, [(2, 13, 2, Reason::BadUtf8), (3, 28, 4, Reason::BadJson)]);
    assert_eq!(read.rejects[0].4, "{\"text\":\"b\u{fffd}\"}");
    assert_eq!(read.sha256.unwrap()[..], Sha256::digest(&bytes)[..]);
}

#[test]
fn a_record_over_the_cap_is_not_held() {
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(5_000));
    let (a, b) = (r#"{"text":"a"}"#, r#"{"text":"b"}"#);
    for (bytes, format) in [
        (format!("{a}\n{long}\n{b}\n{long}"), Format::Lines),
        (format!("[{a},\n{long},\n{b},\n{long}]"), Format::Json),
        (format!("text\na\n{0}\nb\n\"{0}\"", "x".repeat(5_000)), Format::Table),
    ] {
        for chunk in [7, 100, 1 << 20] {
            let read = read_as(bytes.as_bytes(), Some(format), Packing::None, chunk, &small(1_000));
            assert_eq!(read.order, [1, 2, 3, 4], "{format:?} {chunk}");
            assert_eq!(read.reasons(), [Reason::RecordTooLong; 2], "{format:?} {chunk}");
        }
    }
}

#[test]
fn packed_files() {
    let bytes = many_lines(3_000);
    let (plain, _) = texts(&bytes, Format::Lines, Packing::None);
    let half = bytes.len() / 2;
    let members = [gzip(&bytes[..half]), vec![0; 300], gzip(&bytes[half..]), vec![0; 512]].concat();
    let mut long = zstd::Encoder::new(Vec::new(), 1).unwrap();
    long.long_distance_matching(true).unwrap();
    long.window_log(28).unwrap();
    long.write_all(&bytes[..half]).unwrap();
    let frames = [long.finish().unwrap(), zstd::encode_all(&bytes[half..], 3).unwrap()].concat();
    for (packed, packing) in [(members, Packing::Gzip), (frames, Packing::Zstd)] {
        let (got, read) = texts(&packed, Format::Lines, packing);
        assert!(read.rejects.is_empty());
        assert!(got == plain, "{packing:?}");
        assert_eq!(read.sha256.unwrap()[..], Sha256::digest(&packed)[..]);
    }
}

#[test]
fn a_damaged_packed_file_delivers_what_came_before() {
    let bytes = many_lines(20_000);
    let (plain, _) = texts(&bytes, Format::Lines, Packing::None);
    let table = [
        (gzip(&bytes), Packing::Gzip, Reason::TruncatedGzip, Reason::CorruptGzip, 2_000),
        // Without a checksum a block's own bytes may be anything: the next block's head must be hit.
        (zstd::encode_all(&bytes[..], 3).unwrap(), Packing::Zstd, Reason::TruncatedZstd, Reason::CorruptZstd, 200_000),
    ];
    for (packed, packing, truncated, corrupt, damage) in table {
        let cut = &packed[..packed.len() / 2];
        let (got, read) = texts(cut, Format::Lines, packing);
        assert_eq!(read.reasons(), [truncated]);
        assert!(got.len() > plain.len() * 2 / 5 && plain.starts_with(&got), "{} of {}", got.len(), plain.len());
        // The reject begins where the delivered records end.
        let end: usize = bytes.split_inclusive(|b| *b == b'\n').take(got.len()).map(<[u8]>::len).sum();
        assert_eq!(read.rejects[0].1 as usize, end);
        assert_eq!(read.sha256.unwrap()[..], Sha256::digest(cut)[..]);

        let mut broken = packed.clone();
        let middle = broken.len() / 2;
        broken[middle..middle + damage].fill(0xFF);
        let (got, read) = texts(&broken, Format::Lines, packing);
        assert_eq!(read.reasons().last(), Some(&corrupt), "{packing:?}");
        assert!(got.len() > plain.len() * 2 / 5, "{} of {}", got.len(), plain.len());
        assert_eq!(read.sha256.unwrap()[..], Sha256::digest(&broken)[..]);

        let tail = [&packed[..], b"garbage"].concat();
        let (got, read) = texts(&tail, Format::Lines, packing);
        assert_eq!((got.len(), read.rejects.len()), (plain.len(), 1), "{packing:?}");
        let (got, read) = texts(b"{\"text\":\"plain\"}\n", Format::Lines, packing);
        assert_eq!((got.len(), read.reasons()), (0, vec![corrupt]));
    }
}

/// Found by the fuzz target `ingest`: what a reject said of the damage depended on the buffer.
#[test]
fn damage_is_told_alike_wherever_the_stream_is_cut() {
    let packed = &include_bytes!("../fuzz/corpus/ingest/damaged_gzip")[1..];
    for bytes in [1, 7, 1 << 10, 1 << 18] {
        let inner = Box::new(Cursor::new(packed));
        let reader = ChunkReader::new("t", inner, Some(Format::Lines), Packing::Gzip, &options()).unwrap();
        let (mut reader, mut chunk, mut told) = (reader.with_chunk_bytes(bytes), RawChunk::new(), Vec::new());
        while reader.next_chunk(&mut chunk).unwrap() {
            parse_chunk(&chunk, &options(), &mut |r| told.extend(r.outcome.err().map(|r| (r.reason, r.detail))));
        }
        assert_eq!(told.pop(), Some((Reason::CorruptGzip, String::new())), "{bytes}");
    }
}

/// Found by the fuzz target `ingest`: the end of a row too long to be held was read as the row after it, and every text of
/// the chunk stood one row too late.
#[test]
fn rows_after_one_that_was_too_long_keep_their_own_texts() {
    let long = format!("{},0\n", "dài ".repeat(200));
    let table = ["text,id\n", "a,1\n", &long, "b,2\n", "c,3\n", &long, "d,4\n"].concat();
    let options = small(300);
    for chunk in [1, 7, 100, 301, 350, 500, 1 << 20] {
        let inner = Box::new(Cursor::new(table.clone().into_bytes()));
        let reader = ChunkReader::new("t", inner, Some(Format::Table), Packing::None, &options).unwrap();
        let mut got = Vec::new();
        drain(reader.with_chunk_bytes(chunk), &options, |p| {
            got.push(format!("{}{}", p.text, p.id.as_deref().unwrap()))
        });
        assert_eq!(got, ["a1", "b2", "c3", "d4"], "{chunk}");
    }
}

/// Found by the fuzz target `ingest`: a quote that opens where a row is longer than the cap already was taken for one that
/// is never closed, where the row was still held.
#[test]
fn a_quote_that_opens_beyond_the_cap_is_read_alike_wherever_the_stream_is_cut() {
    let options = small(400);
    for end in ["\",\"d\"\nb,2,3\n", "\nd\ne"] {
        let table = format!("text,id,n\n\"a\nb\",{},\"c{end}", "x".repeat(500));
        let whole = read_as(table.as_bytes(), Some(Format::Table), Packing::None, 1 << 20, &options);
        for chunk in [1, 7, 100, 300] {
            let parts = read_as(table.as_bytes(), Some(Format::Table), Packing::None, chunk, &options);
            assert_eq!(parts, whole, "{chunk} {table:?}");
        }
    }
}

#[test]
fn json_documents() {
    let table: [(&str, &[&str], &[Reason]); 20] = [
        (r#"[{"text":"a"},{"text":"b"}]"#, &["a", "b"], &[]),
        ("[]", &[], &[]),
        (r#" { "text" : "a" , "x":[{"y":1}] } "#, &["a"], &[]),
        (r#"{"text":"a","items":[{"text":"no"}]}"#, &["a"], &[]),
        (r#"{"n":1,"posts":[{"text":"a ]}\" "},{"text":"b"}],"next":null}"#, &["a ]}\" ", "b"], &[]),
        (r#"{"posts":[{"text":"a"}],"items":[{"text":"b"}]}"#, &["a", "b"], &[]),
        (r#"{"meta":{"data":[{"text":"no"}]},"data":[ {"text":"a"} ]}"#, &["a"], &[]),
        ("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", &["a", "b"], &[]),
        ("{\"text\":\"a\"}\n{\"text\":\"half\n{\"text\":\"b\"}\n", &["a", "b"], &[Reason::BadJson]),
        ("{\n \"text\":\"a\"\n}\n{\n \"text\":\"b\"\n}\n", &["a", "b"], &[]),
        (r#"[{"text":"a"},{"text":"b"#, &["a"], &[Reason::TruncatedJson]),
        (r#"[{"text":"a"},"#, &["a"], &[Reason::TruncatedJson]),
        (r#"{"posts":[{"text":"a"}]"#, &["a"], &[Reason::TruncatedJson]),
        (r#"[1,"s",null,[2],{"text":"a"}]"#, &["a"], &[Reason::NotAnObject; 4]),
        ("[\n{\"text\":\"a\"},\n{\"text\":\"b},\n{\"text\":\"c\"}\n]", &["a", "c"], &[Reason::BadJson]),
        ("[\n {\n  \"text\":\"a,\n  \"likes\":1\n },\n {\n  \"text\":\"b\"\n }\n]", &["b"], &[Reason::BadJson]),
        ("rác", &[], &[Reason::BadJson]),
        (r#"{"results":[{"text":"a"}]}"#, &[], &[Reason::NoText]),
        ("", &[], &[Reason::EmptyFile]),
        ("\u{feff}[{\"text\":\"a\"}]", &["a"], &[]),
    ];
    for (json, expected, reasons) in table {
        let (got, read) = texts(json.as_bytes(), Format::Json, Packing::None);
        assert_eq!(got, expected, "{json}");
        assert_eq!(read.reasons(), reasons, "{json}");
    }
}

#[test]
fn tables() {
    let table: [(&str, &[&str], &[Reason]); 9] = [
        ("id,text\n1,a\n2,\"b,\"\"c\"\"\nd\"\n", &["a", "b,\"c\"\nd"], &[]),
        ("\u{feff}ID\tCaption\n1\ta\n", &["a"], &[]),
        ("id;Text\r\n1;a\r\n\r\n2;\r\n", &["a", ""], &[]),
        ("text\na\nb", &["a", "b"], &[]),
        ("id,text\n1,a\n2\n3,b,x\n4,c\n", &["a", "c"], &[Reason::BadCsv, Reason::BadCsv]),
        ("id,text\n1,a\n2,\"b\n3,c\n4,d\n", &["a", "c", "d"], &[Reason::BadCsv]),
        ("id,text\n", &[], &[]),
        ("\"long\nname\",text\n1,a\n", &["a"], &[]),
        ("", &[], &[Reason::EmptyFile]),
    ];
    for (csv, expected, reasons) in table {
        let (got, read) = texts(csv.as_bytes(), Format::Table, Packing::None);
        assert_eq!(got, expected, "{csv}");
        assert_eq!(read.reasons(), reasons, "{csv}");
    }
    let (_, read) = texts(b"\"long\nname\",text\n1,a\n2\n", Format::Table, Packing::None);
    assert_eq!(read.rejects, [(2, 21, 4, Reason::BadCsv, "2\n".to_owned())]);
    let (_, read) = texts(b"id,text\n1,a\n2,\xff\n", Format::Table, Packing::None);
    assert_eq!((read.posts.len(), read.reasons()), (1, vec![Reason::BadUtf8]));
}

#[test]
fn utf16_is_named_and_not_read_as_rubbish() {
    let (got, read) = texts(b"\xff\xfe{\0\"\0", Format::Lines, Packing::None);
    assert_eq!((got.len(), read.reasons()), (0, vec![Reason::NotUtf8]));
}

#[test]
fn fixtures_by_name() {
    let options = options();
    let read = |name: &str| {
        let inputs = Inputs::resolve(&[fixture(name)], &options).unwrap();
        let mut texts = Vec::new();
        let read = drain(inputs.sources[0].open(&options).unwrap(), &options, |p| texts.push(p.text.to_string()));
        (inputs.sources[0].display().to_owned(), texts.join("|"), read.reasons())
    };
    let half = (String::from("half_line.jsonl"), String::from("Một|Ba"), vec![Reason::BadJson]);
    assert_eq!(read("half_line.jsonl"), half);
    assert_eq!(read("bom_crlf.jsonl").1, "Một|Hai");
    assert_eq!(read("semicolon.csv").1, "Hai dòng\r\nmột ô|");
    assert_eq!(read("semicolon.csv").2, [Reason::BadCsv]);
    let error = Inputs::resolve(&[fixture("no_text_column.csv")], &options).unwrap_err();
    assert!(matches!(&error, IngestError::NoTextColumn { seen, .. } if seen == "id, likes"), "{error}");
    assert!(error.to_string().contains("caption") && error.to_string().contains("không có cột"), "{error}");
}

#[test]
fn selection() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| -> String {
        let path: PathBuf = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let line = b"{\"text\":\"a\"}\n";
    let b = put("d/b.jsonl", line);
    put("d/a/z.ndjson.gz", &gzip(line));
    put("d/a.json", b"[]");
    put("d/notes.txt", b"hello");
    put("d/bad.csv", b"id,likes\n1,2\n");
    put("other/b.jsonl", line);
    let zip = put("x/one.jsonl.zip", b"PK\x03\x04");
    let odd = put("x/dump.log", line);
    let packed = put("x/dump.gz", &gzip(line));
    let root = dir.path().display().to_string();
    let options = options();
    let names = |arguments: &[String]| {
        Inputs::resolve(arguments, &options).map(|i| {
            (i.sources.iter().map(|s| s.display().to_owned()).collect::<Vec<_>>().join(" "), i.skipped.join(" "))
        })
    };
    let of = |s: &str| s.to_owned();
    let folder = format!("{root}/d");
    assert_eq!(
        names(std::slice::from_ref(&folder)).unwrap(),
        (of("a.json a/z.ndjson.gz b.jsonl bad.csv"), of("notes.txt"))
    );
    assert_eq!(names(&[b.clone(), folder.clone()]).unwrap().0, "a.json a/z.ndjson.gz b.jsonl bad.csv");
    assert_eq!(names(&[format!("{root}/d/*.json*")]).unwrap().0, "a.json b.jsonl");
    assert_eq!(names(&[format!("{root}/*/b.jsonl")]).unwrap().0, "d/b.jsonl other/b.jsonl");
    assert_eq!(names(&[odd, packed, of("-")]).unwrap().0, "- dump.gz dump.log");
    let both = names(&[b, format!("{root}/other/b.jsonl")]).unwrap().0;
    assert!(both.contains("/d/b.jsonl ") && both.ends_with("/other/b.jsonl"), "{both}");

    assert!(matches!(names(&[format!("{root}/none.jsonl")]), Err(IngestError::NotFound { .. })));
    assert!(matches!(names(&[format!("{root}/*.jsonl")]), Err(IngestError::NoMatch { .. })));
    assert!(matches!(names(&[format!("{root}/[.jsonl")]), Err(IngestError::BadPattern { .. })));
    assert!(matches!(names(&[format!("{folder}/notes.txt")]), Err(IngestError::UnknownType { .. })));
    assert!(matches!(names(&[zip]), Err(IngestError::UnknownType { .. })));
    assert!(matches!(names(&[format!("{root}/d/*.txt")]), Err(IngestError::NothingReadable { skipped: 1, .. })));
    assert!(matches!(names(&[format!("{folder}/bad.csv")]), Err(IngestError::NoTextColumn { .. })));

    // The table that nobody named is one reject.
    let inputs = Inputs::resolve(&[folder], &options).unwrap();
    let read = drain(inputs.sources[3].open(&options).unwrap(), &options, |_| {});
    assert_eq!(read.reasons(), [Reason::NoTextColumn]);
    assert!(inputs.disk_bytes() > 0);
}

#[test]
fn the_shared_dumps_are_read_without_reject() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/dumps");
    if !folder.is_dir() {
        let _ =
            writeln!(std::io::stderr(), "\n\nSKIPPED: no dumps beside the repository; real files were NOT read\n\n");
        return;
    }
    let options = options();
    let inputs = Inputs::resolve(&[folder.display().to_string()], &options).unwrap();
    let mut posts = 0;
    for source in &inputs.sources {
        let reader = source.open(&options).unwrap();
        let read = drain(reader, &options, |_| {});
        assert!(read.rejects.is_empty(), "{}: {:?}", source.display(), read.rejects.first());
        posts += read.posts.len();
    }
    println!("{posts} posts of {} files", inputs.sources.len());
    assert!(posts > 10_000);
}

/// Pieces that break records in every way when put one after the other.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{\"text\":\"a\"}",
        "{\"id\":1,\"text\":\"bé\"}",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\n",
        "\r\n",
        "\"",
        "\\",
        "\"posts\":",
        "\"text\":",
        "x",
        " ",
        ";",
        "\"\"",
        "a,b",
        "\u{feff}",
        "\\ud83d",
        "é",
        "{\"posts\":[",
        "12",
        "\"x\ny\"",
        "null",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn where_a_stream_is_cut_changes_nothing(
        pieces in prop::collection::vec(piece(), 0..40),
        bad in prop::option::of(0usize..60),
        chunk in 1usize..40,
        cap in prop::sample::select(vec![8usize, 20, 1_000]),
    ) {
        let mut bytes = pieces.concat().into_bytes();
        if let Some(at) = bad && at < bytes.len() {
            bytes[at] = 0xFF;
        }
        let options = small(cap);
        let table = [b"text,n\n", &bytes[..]].concat();
        for (bytes, format) in [(&bytes, Format::Lines), (&bytes, Format::Json), (&table, Format::Table)] {
            let whole = read_as(bytes, Some(format), Packing::None, 1 << 20, &options);
            let parts = read_as(bytes, Some(format), Packing::None, chunk, &options);
            prop_assert_eq!(&whole, &parts, "{:?}", format);
            let packed = read_as(&gzip(bytes), Some(format), Packing::Gzip, chunk, &options);
            prop_assert_eq!(&whole.posts, &packed.posts);
            prop_assert_eq!(&whole.rejects, &packed.rejects);
        }
    }

    #[test]
    fn every_good_line_is_read(texts in prop::collection::vec("[^\\p{Cc}]{1,20}", 1..20), chunk in 1usize..64) {
        let lines: Vec<String> = texts.iter().map(|t| serde_json::json!({ "text": t }).to_string()).collect();
        for (bytes, format) in [
            (lines.join("\n"), Format::Lines),
            (format!("[{}]", lines.join(",")), Format::Json),
            (format!("{{\"data\":[{}]}}", lines.join(",\n")), Format::Json),
        ] {
            let options = options();
            let reader = ChunkReader::new("t", Box::new(Cursor::new(bytes.into_bytes())), Some(format), Packing::None, &options)
                .unwrap()
                .with_chunk_bytes(chunk);
            let mut got = Vec::new();
            drain(reader, &options, |post| got.push(post.text.to_string()));
            prop_assert_eq!(&got, &texts);
        }
    }
}
