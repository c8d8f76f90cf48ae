//! Input that wants to break the program: every record is judged or told of, in bounded memory and in linear time.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests may panic and print as tests may")]

mod command;
#[path = "../examples/hostile/corpora.rs"]
mod corpora;

use command::{arg, command, fed, lines, minhbach};
use corpora::walls;
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

const GOOD: &str = "{\"id\":\"tốt\",\"text\":\"Chiều nay trời mát\"}\n";

/// What came of an input: ids of posts and reasons of rejects, in order.
struct Came {
    posts: Vec<Value>,
    rejects: Vec<Value>,
}

impl Came {
    fn reasons(&self) -> Vec<&str> {
        self.rejects.iter().map(|r| r["reason"].as_str().unwrap()).collect()
    }
}

fn came_of(name: &str, bytes: &[u8]) -> Came {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join(name);
    fs::write(&input, bytes).unwrap();
    came_of_file(&input, &home.path().join("run"), &[])
}

fn came_of_file(input: &Path, out: &Path, options: &[&str]) -> Came {
    let args = ["scan", "--quiet", arg(input), "--out", arg(out), "--max-bad", "100%"];
    minhbach(&[&args[..], options].concat()).ends(0);
    Came { posts: lines(&out.join("posts.jsonl")), rejects: lines(&out.join("rejects.jsonl")) }
}

fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn bytes_that_are_no_text() {
    let table: [(&str, Vec<u8>, usize, &[&str]); 7] = [
        ("không hợp lệ / invalid UTF-8", [b"{\"text\":\"ch\xE0o\"}\n", GOOD.as_bytes()].concat(), 1, &["bad_utf8"]),
        ("UTF-16 LE, có dấu / with mark", utf16(GOOD, true, false), 0, &["not_utf8"]),
        ("UTF-16 BE, có dấu / with mark", utf16(GOOD, true, true), 0, &["not_utf8"]),
        ("UTF-16 LE, không dấu / without mark", utf16(GOOD, false, false), 0, &["not_utf8"]),
        ("UTF-16 BE, không dấu / without mark", utf16(GOOD, false, true), 0, &["not_utf8"]),
        ("NUL giữa lời / NUL in the text", [b"{\"text\":\"a\0b\"}\n", GOOD.as_bytes()].concat(), 1, &["bad_json"]),
        ("BOM", [b"\xEF\xBB\xBF", GOOD.as_bytes()].concat(), 1, &[]),
    ];
    for (name, bytes, posts, reasons) in table {
        let came = came_of("in.jsonl", &bytes);
        assert_eq!((came.posts.len(), came.reasons().as_slice()), (posts, reasons), "{name}");
    }
    let escaped = came_of("in.jsonl", b"{\"text\":\"a\\u0000b \\ud83d c\"}\n");
    assert!(escaped.posts[0]["flags"].as_array().unwrap().contains(&"repaired".into()));
}

#[test]
fn records_that_are_odd() {
    let deep = format!("{{\"text\":\"sâu\",\"x\":{}1{}}}\n", "[".repeat(10_000), "]".repeat(10_000));
    let deep_objects = format!("{}1{}\n", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let table: [(&str, String, &[&str]); 6] = [
        ("10.000 tầng trong trường lạ / 10,000 levels below a name that means nothing", deep, &[]),
        ("10.000 tầng / 10,000 levels", deep_objects, &["no_text"]),
        ("khóa lặp / a key twice", "{\"text\":\"một\",\"text\":\"hai\",\"id\":\"2\",\"id\":\"3\"}\n".to_owned(), &[]),
        ("số là chuỗi / numbers as strings", "{\"text\":\"a\",\"id\":7,\"likes\":\"12\"}\n".to_owned(), &[]),
        ("ngày không có / impossible dates", "{\"text\":\"a\",\"created_at\":\"2026-02-30\"}\n".to_owned(), &[]),
        ("năm 9999999 / the year 9999999", "{\"text\":\"a\",\"created_at\":253402300799999999}\n".to_owned(), &[]),
    ];
    for (name, record, reasons) in table {
        let came = came_of("in.jsonl", format!("{record}{GOOD}").as_bytes());
        assert_eq!(came.reasons(), reasons, "{name}");
        assert_eq!(came.posts.len(), 2 - reasons.len(), "{name}");
        assert_eq!(came.posts.last().unwrap()["post_id"], "tốt", "{name}");
    }
    let twice = came_of("in.jsonl", "{\"text\":\"một\",\"id\":\"2\",\"id\":\"3\"}\n".as_bytes());
    assert_eq!(twice.posts[0]["post_id"], "3", "the last of a name counts");
    let numbers = came_of("in.jsonl", b"{\"text\":\"a\",\"id\":7,\"likes\":\"12\"}\n");
    assert_eq!((&numbers.posts[0]["post_id"], &numbers.posts[0]["likes"]), (&"7".into(), &12.into()));
    for date in ["\"2026-02-30\"", "\"31/02/2026\"", "253402300799999999", "-1e300", "\"1970-01-01\"", "\"\""] {
        let came = came_of("in.jsonl", format!("{{\"text\":\"a\",\"created_at\":{date}}}\n").as_bytes());
        let flags = came.posts[0]["flags"].as_array().unwrap();
        assert!(flags.contains(&"undated".into()), "{date}: {flags:?}");
    }
}

/// Runs a scan and gives the most memory that it held, in MB, where the system tells.
fn peak(input: &Path, out: &Path) -> Option<u64> {
    let mut child = command()
        .args(["scan", "--quiet", "--threads", "2", "--max-bad", "100%", "--out"])
        .args([out, input])
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = None;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        most = most.max(kilobytes.map(|k| k / 1000));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    if most.is_none() {
        let _ = writeln!(io::stderr(), "\n\nSKIPPED: no /proc here; peak memory was NOT measured.\n\n");
    }
    most
}

/// What a scan may hold at two threads, in MB.
const MOST_MEMORY: u64 = 96;

#[test]
fn long_lines_and_bombs_are_rejects_in_bounded_memory() {
    let home = tempfile::tempdir().unwrap();
    let long = home.path().join("long.jsonl");
    let mut file = io::BufWriter::new(fs::File::create(&long).unwrap());
    file.write_all(GOOD.as_bytes()).unwrap();
    // 100 MB of one text, of one line that is no JSON, and of nothing but opening brackets.
    for (head, piece) in [("{\"text\":\"", "aaaaaaaaaa"), ("", "xxxxxxxxxx"), ("", "[[[[[[[[[[")] {
        file.write_all(head.as_bytes()).unwrap();
        (0..10_000_000).for_each(|_| file.write_all(piece.as_bytes()).unwrap());
        file.write_all(b"\n").unwrap();
    }
    file.write_all(GOOD.as_bytes()).unwrap();
    file.into_inner().unwrap();

    // A gigabyte of blanks inside a string, packed a thousandfold; a small file that unpacks to it.
    let bomb = home.path().join("bomb.jsonl.gz");
    let mut packed = GzEncoder::new(fs::File::create(&bomb).unwrap(), Compression::best());
    packed.write_all(GOOD.as_bytes()).unwrap();
    packed.write_all(b"{\"text\":\"").unwrap();
    let blanks = vec![b' '; 1 << 20];
    (0..1024).for_each(|_| packed.write_all(&blanks).unwrap());
    packed.write_all(b"\"}\n").unwrap();
    packed.write_all(GOOD.as_bytes()).unwrap();
    packed.finish().unwrap();
    assert!(fs::metadata(&bomb).unwrap().len() < 2 << 20);

    for (input, rejects) in [(long, 3), (bomb, 1)] {
        let out = input.with_extension("run");
        if let Some(most) = peak(&input, &out) {
            assert!(most <= MOST_MEMORY, "{}: {most} MB", input.display());
        }
        assert_eq!(lines(&out.join("posts.jsonl")).len(), 2, "the good records before and after");
        let told = lines(&out.join("rejects.jsonl"));
        assert_eq!(told.len(), rejects);
        assert!(told.iter().all(|r| r["reason"] == "record_too_long"), "{told:?}");
        assert!(told.iter().all(|r| r["head"].as_str().unwrap().len() <= 200));
    }
}

/// As long as a text may be; without optimisation, which takes some ten times as long, an eighth of that.
const WALL: usize = if cfg!(debug_assertions) { 8 << 10 } else { 64 << 10 };

#[test]
fn walls_of_one_kind_are_judged() {
    let home = tempfile::tempdir().unwrap();
    let input = home.path().join("walls.jsonl");
    let records: String =
        walls(WALL).iter().map(|(name, text)| format!("{}\n", serde_json::json!({"id": name, "text": text}))).collect();
    fs::write(&input, records).unwrap();
    let came = came_of_file(&input, &home.path().join("run"), &["--threads", "2"]);
    let ids: Vec<&str> = came.posts.iter().map(|p| p["post_id"].as_str().unwrap()).collect();
    assert_eq!(ids, walls(WALL).iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert!(came.rejects.is_empty());
}

/// Control characters that command a terminal, and marks that turn text around.
const COMMANDS: &str = "\u{1B}[2J\u{1B}]0;tên\u{7}\u{202E}\u{9B}31m\r\u{8}";

#[test]
fn words_of_posts_and_names_of_files_do_not_command_the_terminal() {
    let cure = format!("Uống 1 tháng {COMMANDS}hết hẳn tiểu đường, inbox shop em đặt hàng nha {COMMANDS}");
    let safe = |what: &str, text: &str| {
        let bad: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n' || *c == '\u{202E}').collect();
        assert!(bad.is_empty(), "{what} lets {bad:?} through:\n{}", text.escape_debug());
    };
    for what in ["check", "explain"] {
        let ran = fed(command().args([what, "-", "--color", "never"]), cure.as_bytes());
        assert!(ran.out.contains("CLM107"), "{what}: {}", ran.out);
        safe(what, &ran.out);
        safe(what, &ran.err);
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("in");
    fs::create_dir(&folder).unwrap();
    let name = COMMANDS.replace('\u{9B}', "");
    let record = serde_json::json!({"text": cure, "platform": COMMANDS, "author": {"handle": COMMANDS}});
    fs::write(folder.join(format!("{name}.jsonl")), format!("{record}\n")).unwrap();
    fs::write(folder.join(format!("{name}.doc")), "x").unwrap();
    let out = home.path().join("run");
    let ran = minhbach(&["scan", arg(&folder), "--out", arg(&out), "--color", "never"]).ends(0);
    safe("scan", &ran.out);
    safe("scan", &ran.err);
    assert!(ran.err.contains("U+001B"), "a skipped file is named: {}", ran.err);
    let missing: PathBuf = home.path().join(format!("{name}-no-such-file"));
    let ran = minhbach(&["scan", arg(&missing), "--out", arg(&home.path().join("never"))]).ends(2);
    safe("an error", &ran.err);

    // Files: a table cell is no formula, a page has no tag of a post's.
    let record = serde_json::json!({
        "text": format!("<script>alert(1)</script>\" onload=\"x {cure}"),
        "platform": "<img src=x>", "author": {"handle": "=cmd|'/c calc'!A1"}, "created_at": "2026-03-01",
    });
    let input = home.path().join("html.jsonl");
    fs::write(&input, format!("{record}\n")).unwrap();
    let out = home.path().join("html");
    minhbach(&["scan", "--quiet", arg(&input), "--out", arg(&out)]).ends(0);
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x>") && !page.contains("\" onload=\""));
    let table = fs::read_to_string(out.join("creators.csv")).unwrap();
    assert!(table.contains("'=cmd|") && !table.contains(",=cmd|") && !table.contains("\n=cmd|"), "{table}");
}
