//! What wants to break the program: texts of one kind of character, and input that is hardly a record.

use flate2::{Compression, write::GzEncoder};
use std::io::{self, Write};

/// Texts of `bytes` bytes at most, each of one kind of character.
pub(crate) fn walls(bytes: usize) -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(bytes / piece.len());
    vec![
        ("dấu kết hợp / combining marks", format!("a{}", fill("\u{301}"))),
        ("dấu lộn xộn / marks of many kinds", format!("e{}", fill("\u{301}\u{323}\u{302}\u{20DD}"))),
        ("hashtag", fill("#quangcao ")),
        ("hashtag dính / glued hashtags", fill("#ad")),
        ("một chữ / one letter", fill("a")),
        ("một chữ rời / one letter apart", fill("a ")),
        ("biểu tượng / emoji", fill("👩\u{200d}👩\u{200d}👧\u{1F3FD}")),
        ("dấu chấm / dots between letters", fill("q.u.ả.n.g. ")),
        ("số / digits", fill("0901234567 ")),
        ("ngoặc / brackets", fill("(")),
        ("ký tự ẩn / hidden characters", fill("\u{200b}a\u{202e}")),
        ("liên kết / links", fill("https://s.shopee.vn/a?b=c ")),
    ]
}

/// A file to be scanned.
#[allow(dead_code, reason = "tests use the walls alone")]
pub(crate) struct File {
    pub(crate) what: String,
    pub(crate) name: &'static str,
    pub(crate) content: Vec<u8>,
    /// Its length when unpacked.
    pub(crate) bytes: usize,
}

/// Hostile input of every kind, each about `bytes` long.
#[allow(dead_code, reason = "tests use the walls alone")]
pub(crate) fn files(bytes: usize) -> io::Result<Vec<File>> {
    let lines = |line: &[u8]| line.repeat(bytes.div_ceil(line.len()));
    let post = |text: &str| format!("{}\n", serde_json::json!({"id": "1", "author_id": "2", "text": text}));
    let units = |big: bool| {
        let text = post("Chiều nay trời mát").repeat(bytes / 100);
        let pair = move |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(pair).collect::<Vec<u8>>()
    };
    let deep = |open: &str, close: &str| {
        format!("{{\"text\":\"sâu\",\"x\":{}1{}}}\n", open.repeat(10_000), close.repeat(10_000)).into_bytes()
    };
    let twice = format!("{{{}\"text\":\"hai\"}}\n", "\"text\":\"một\",\"id\":\"1\",".repeat(400));
    let mut files: Vec<(String, Vec<u8>)> =
        walls(64 << 10).into_iter().map(|(what, text)| (what.to_owned(), lines(post(&text).as_bytes()))).collect();
    files.extend(
        [
            ("UTF-8 sai / invalid UTF-8", lines(b"{\"id\":\"1\",\"text\":\"ch\xE0o bu\xF4\xEFi s\xE1ng\"}\n")),
            ("UTF-16 LE", units(false)),
            ("UTF-16 BE", units(true)),
            ("UTF-16, không dấu / without mark", units(false).split_off(2)),
            ("NUL", lines(b"{\"text\":\"a\0b\",\"id\":\"1\"}\n")),
            ("NUL không thôi / nothing but NUL", vec![0; bytes]),
            ("BOM mỗi dòng / a BOM on every line", lines("\u{FEFF}{\"text\":\"một hai ba\"}\n".as_bytes())),
            ("một dòng dài / one long line", [&b"{\"text\":\""[..], &vec![b'a'; bytes], b"\"}\n"].concat()),
            ("chỉ mở ngoặc / nothing but brackets", vec![b'['; bytes]),
            ("10.000 tầng mảng / 10,000 levels of arrays", lines(&deep("[", "]"))),
            ("10.000 tầng / 10,000 levels of objects", lines(&deep("{\"a\":", "}"))),
            ("khóa lặp / keys again and again", lines(twice.as_bytes())),
            (
                "số là chuỗi / numbers as strings",
                lines(b"{\"text\":\"a b\",\"id\":7,\"likes\":\"12\",\"followers\":\"1.2k\"}\n"),
            ),
            (
                "ngày không có / impossible dates",
                lines(b"{\"text\":\"a b\",\"created_at\":\"2026-02-30T25:61:00Z\"}\n"),
            ),
            ("nửa cặp thay thế / lone surrogates", lines(b"{\"text\":\"a \\ud83d b \\udc00 c \\ud83d\"}\n")),
            ("dòng trống / empty lines", lines(b"\n")),
            ("đối tượng rỗng / empty objects", lines(b"{}\n")),
        ]
        .map(|(what, content)| (what.to_owned(), content)),
    );
    let plain = |(what, content): (String, Vec<u8>)| File { what, name: "in.jsonl", bytes: content.len(), content };
    let mut files: Vec<File> = files.into_iter().map(plain).collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(b"{\"text\":\"")?;
    (0..16).try_for_each(|_| packed.write_all(&vec![b' '; bytes]))?;
    packed.write_all(b"\"}\n")?;
    let what = "bom nén / a compressed bomb".to_owned();
    files.push(File { what, name: "in.jsonl.gz", content: packed.finish()?, bytes: 16 * bytes });
    Ok(files)
}
