//! Writes a large JSON Lines file for speed measurements: the demo corpus over and over, each round under fresh post ids
//! and fresh creators. Only the five fields that the floor also reads are kept, so that both programs read the same.
//!
//! Viết một tệp JSON Lines lớn để đo tốc độ: kho bài mẫu lặp lại nhiều vòng, mỗi vòng mang mã bài và người đăng mới.
//!
//! ```sh
//! cargo run --release --example repeat_corpus -- OUT.jsonl [MEGABYTES]
//! ```

use serde_json::Value;
use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
};

const DEMO: &str = include_str!("../corpora/demo/posts.jsonl");
/// For the few demo posts without a date: the floor wants one.
const DAY: &str = "2026-06-01T00:00:00Z";
const MEGABYTES: u64 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("cách dùng / usage: repeat_corpus OUT.jsonl [MEGABYTES]")?;
    let megabytes: u64 = arguments.next().map_or(Ok(MEGABYTES), |n| n.parse())?;
    let records: Vec<Value> = DEMO.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let mut file = BufWriter::new(File::create(out)?);
    let (mut left, mut line) = (megabytes * 1_000_000, Vec::new());
    for round in 0_u32.. {
        for record in &records {
            line.clear();
            write_record(&mut line, record, round)?;
            if line.len() as u64 > left {
                return Ok(file.flush()?);
            }
            left -= line.len() as u64;
            file.write_all(&line)?;
        }
    }
    Ok(())
}

fn write_record(line: &mut Vec<u8>, record: &Value, round: u32) -> Result<(), serde_json::Error> {
    let word = |value: &Value, default: &str| value.as_str().unwrap_or(default).to_owned();
    let author = &record["author"];
    let author = word(&author["id"], author["handle"].as_str().unwrap_or("nobody"));
    let fields = [
        ("id", format!("{}-{round}", word(&record["id"], "post"))),
        ("author_id", format!("{author}-{round}")),
        ("platform", word(&record["platform"], "")),
        ("created_at", word(&record["created_at"], DAY)),
        ("text", word(&record["text"], "")),
    ];
    for (i, (name, value)) in fields.iter().enumerate() {
        line.extend_from_slice(if i == 0 { b"{\"" } else { b",\"" });
        line.extend_from_slice(name.as_bytes());
        line.extend_from_slice(b"\":");
        serde_json::to_writer(&mut *line, value)?;
    }
    line.extend_from_slice(b"}\n");
    Ok(())
}
