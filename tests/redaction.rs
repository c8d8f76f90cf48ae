//! A redacted run names nobody, and says the same of everybody.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, files, lines, minhbach, scan};
use minhbach::stats::draw::Draw;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// What must not be found again, and a corpus in which it stands wherever it can.
struct Corpus {
    secrets: Vec<String>,
    lines: String,
}

fn corpus(seed: u64) -> Corpus {
    let mut draw = Draw::new(seed);
    let (mut secrets, mut lines) = (Vec::new(), String::new());
    for n in 0..40 {
        let mut digits =
            |length: usize| (0..length).map(|_| char::from(b'0' + draw.below(10) as u8)).collect::<String>();
        let phone = format!("09{}", digits(8));
        let apart = format!("{} {} {}", &phone[..4], &phone[4..7], &phone[7..]);
        let account = digits(13);
        let handle = format!("linh.review{}", digits(5));
        let author = format!("uid{}", digits(9));
        let name = format!("Nguyễn Thị Linh{}", digits(4));
        let email = format!("lienhe{}@gmail.com", digits(6));
        let aff = format!("aff{}", digits(6));
        let text = match n % 4 {
            0 => format!(
                "Uống 1 tháng hết hẳn tiểu đường, gọi {apart} hoặc {email} đặt hàng nha, @{handle} cam kết khỏi"
            ),
            1 => {
                format!("{name} cam kết khỏi hẳn viêm xoang 100%! Zalo {phone}, ck STK {account} VCB, nhập mã {handle}")
            }
            2 => format!("Kem trị mụn số 1 Việt Nam https://s.shopee.vn/{aff}?u={handle} địa chỉ: 12 ngõ 8, {name}"),
            _ => format!(
                "Chiều nay {handle} đi dạo với {name}, gọi {phone}, thư {email}, mua tại shopee.vn/{aff} giảm 50%"
            ),
        };
        let mut post = json!({
            "id": format!("{handle}-{n}"), "text": text, "platform": "tiktok", "created_at": "2026-03-01T08:00:00Z",
            "author": {"id": author, "handle": handle, "name": name}, "bio": format!("{name} · {phone} · {email}"),
            "title": format!("{handle}: thuốc trị dứt điểm, gọi {apart}"), "url": format!("https://tiktok.com/@{handle}/1"),
            "first_comment": format!("đặt hàng {phone}, {email}"), "transcript": format!("gọi {apart} gặp {name}"),
        });
        if n % 5 == 0 {
            post["author"].as_object_mut().unwrap().remove("id");
        }
        lines.push_str(&format!("{post}\n"));
        if n % 10 == 9 {
            // Cut in the middle, and no JSON at all.
            lines.push_str(&format!(
                "{{\"author\":{{\"handle\":\"{handle}\"}},\"bio\":\"{phone} {email}\n{handle} {phone}\n"
            ));
        }
        secrets.extend([phone, apart, account, handle, author, name, email, aff]);
    }
    Corpus { secrets, lines }
}

fn redacted(input: &Path, out: &Path, key: &Path) {
    scan(&[input], out, &["--max-bad", "100%", "--redact", arg(key)]);
}

#[test]
fn no_name_number_or_address_survives_and_the_findings_are_the_same() {
    let home = tempfile::tempdir().unwrap();
    let Corpus { secrets, lines: records } = corpus(11);
    let (input, key, other) = (home.path().join("in.jsonl"), home.path().join("key"), home.path().join("other"));
    fs::write(&input, records).unwrap();
    fs::write(&key, "một khóa đủ dài để giữ kín\n").unwrap();
    fs::write(&other, "một khóa khác cũng đủ dài\n").unwrap();
    let [open, closed, again, elsewhere] = ["open", "closed", "again", "elsewhere"].map(|name| home.path().join(name));
    scan(&[&input], &open, &["--max-bad", "100%"]);
    redacted(&input, &closed, &key);
    redacted(&input, &again, &key);
    redacted(&input, &elsewhere, &other);

    for (name, bytes) in files(&closed) {
        let text = String::from_utf8(bytes).unwrap();
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{name} still holds {secret}");
        }
    }
    // The seeded corpus does hold them where nothing is hidden: the test can fail.
    let shown: String = files(&open).into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    let survivors = secrets.iter().filter(|secret| shown.contains(secret.as_str())).count();
    assert!(survivors > secrets.len() / 3, "only {survivors} of {} would have been seen", secrets.len());

    // The same findings in the same places, by code points.
    let (plain, hidden) = (lines(&open.join("findings.jsonl")), lines(&closed.join("findings.jsonl")));
    assert!(!plain.is_empty() && plain.len() == hidden.len());
    for (a, b) in plain.iter().zip(&hidden) {
        assert_eq!((&a["rule"], &a["tier"], &a["counts"]), (&b["rule"], &b["tier"], &b["counts"]));
        assert_eq!(b["redacted"], true);
        assert_ne!((&a["creator"], &a["text_sha256"]), (&b["creator"], &b["text_sha256"]));
        for (x, y) in a["spans"].as_array().unwrap().iter().zip(b["spans"].as_array().unwrap()) {
            assert_eq!((&x["field"], &x["start"], &x["end"]), (&y["field"], &y["start"], &y["end"]));
            assert!(y.get("start_byte").is_none() && y.get("end_byte").is_none() && x.get("start_byte").is_some());
            let (x, y) = (x["quote"].as_str().unwrap(), y["quote"].as_str().unwrap());
            assert_eq!(x.chars().count(), y.chars().count());
            assert!(x.chars().zip(y.chars()).all(|(x, y)| x == y || y == '█'), "{x} / {y}");
        }
    }
    let quotes: String = hidden.iter().map(|f| f["spans"].to_string()).collect();
    assert!(quotes.contains('█'), "something was hidden");
    let posts = lines(&closed.join("posts.jsonl"));
    assert!(posts.iter().all(|post| post["redacted"] == true && post["creator"].as_str().unwrap().starts_with("h_")));

    // One person is one person, by the key; another key makes others of them.
    let creators = |run: &Path| -> Vec<Value> {
        lines(&run.join("creators.jsonl")).iter().map(|c| c["creator"].clone()).collect()
    };
    assert_eq!(creators(&open).len(), creators(&closed).len());
    assert!(files(&closed) == files(&again));
    assert!(creators(&closed).iter().all(|creator| !creators(&elsewhere).contains(creator)));
    // The law of every run: scoring it again gives its creators.
    let scored = minhbach(&["score", arg(&closed)]).ends(0);
    assert_eq!(scored.out.as_bytes(), fs::read(closed.join("creators.jsonl")).unwrap());
}

#[test]
fn a_key_that_is_no_key_stops_the_scan_before_it_begins() {
    let home = tempfile::tempdir().unwrap();
    let (key, out) = (home.path().join("key"), home.path().join("run"));
    let args = ["scan", "--out", arg(&out), "--redact", arg(&key)];
    minhbach(&args).ends(2).says(&["không đọc được tệp khóa", "cannot read the key file"]);
    fs::write(&key, "ngắn").unwrap();
    minhbach(&args).ends(2).says(&["cần ít nhất 16", "at least 16", "openssl rand -hex 32"]);
    assert!(!out.exists());
}

/// Texts and accounts are keyed hashes there: no dump can be laid beside such a run, and every command that would says why.
#[test]
fn texts_are_not_looked_for_in_a_run_that_names_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let [input, key, run, demo, out] = ["posts.jsonl", "key", "run", "demo", "out"].map(|name| dir.path().join(name));
    fs::write(&input, corpus(1).lines).unwrap();
    fs::write(&key, "0123456789abcdef0123456789abcdef").unwrap();
    redacted(&input, &run, &key);
    let creator = lines(&run.join("creators.jsonl"))[0]["creator"].as_str().unwrap().to_owned();
    for args in [
        &["export", arg(&run), "--to", "label-studio", "--out", arg(&out), "--input", arg(&input)][..],
        &["sample", arg(&run), "--labels", "4", "--floor", "1", "--out", arg(&out), "--input", arg(&input)],
        &["report", arg(&run), "--originals", arg(&input)],
        &["dossier", arg(&run), "--creator", &creator, "--out", arg(&out), "--originals", arg(&input)],
    ] {
        minhbach(args).ends(2).says(&["--redact"]);
    }
    // The demonstration brings its posts along, but not to a run that hides them.
    minhbach(&["scan", "--out", arg(&demo), "--redact", arg(&key), "--quiet"]).ends(0);
    let page = fs::read_to_string(demo.join("report.html")).unwrap();
    assert!(!minhbach(&["report", arg(&demo)]).ends(0).out.is_empty() && page.contains("h_"));
    minhbach(&["sample", arg(&demo), "--labels", "40", "--floor", "5", "--out", arg(&out)])
        .ends(0)
        .says(&["no texts: give --input"]);
}

/// Dumps of one account are named after it.
#[test]
fn the_name_of_an_input_is_hidden_too() {
    let home = tempfile::tempdir().unwrap();
    let (folder, key, out) = (home.path().join("linh.review99"), home.path().join("key"), home.path().join("out"));
    fs::create_dir(&folder).unwrap();
    let input = folder.join("linh.review99_0901234567.jsonl");
    fs::write(&input, "{\"text\":\"Kem trị mụn khỏi hẳn 100%, inbox shop em\"}\nno record\n").unwrap();
    fs::write(&key, "một khóa đủ dài để giữ kín\n").unwrap();
    for given in [&folder, &input] {
        redacted(given, &out, &key);
        for (name, bytes) in files(&out) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("linh.review99") && !text.contains("0901234567"), "{name}");
        }
        // A reject still tells which input it is of.
        let manifest: Value = serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(lines(&out.join("rejects.jsonl"))[0]["file"], manifest["inputs"][0]["path"]);
        // Nothing to do a second time: the key of the run is told from hidden names as well.
        redacted(given, &out, &key);
        fs::remove_dir_all(&out).unwrap();
    }
}
