//! Laws of the command line: what each command says, where, and how it ends.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{Ran, arg, command, fed, lines, minhbach};
use flate2::{Compression, write::GzEncoder};
use minhbach::pack::{Pack, Provision};
use serde_json::Value;
use std::{fs, io::Write, path::PathBuf, sync::LazyLock};
use tempfile::TempDir;

static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::embedded().unwrap());

const CURE: &str = "Uống 1 tháng hết hẳn tiểu đường, inbox shop em đặt hàng nha";
const CLEAN: &[&str] = &[
    "Chiều nay trời mát, đi dạo bờ hồ với con",
    "Nấu sữa nghệ với mật ong uống buổi tối ấm bụng ghê",
    "Cục An toàn thực phẩm cảnh báo viên uống giả bán trên mạng",
    "Happy birthday to the best sister in the world",
    "",
];

/// The provisions that a rule cites under current law.
fn current_law(rule: &str) -> Vec<&'static Provision> {
    let rule = &PACK.rules[PACK.rule(rule).unwrap().0 as usize];
    let all = rule.provisions.iter().map(|p| &PACK.provisions[p.0 as usize]);
    all.filter(|p| p.in_force(PACK.law_as_of)).collect()
}

#[test]
fn check_marks_the_words_names_rule_and_article_and_says_how_to_mend_it() {
    let ran = minhbach(&["check", CURE]).ends(1);
    let out = &ran.out;
    for rule in ["CLM107", "CLM108"] {
        assert!(out.contains(rule), "{out}");
        let known = &PACK.rules[PACK.rule(rule).unwrap().0 as usize];
        for text in [&known.message.vi, &known.message.en, &known.fix.vi, &known.fix.en] {
            assert!(out.contains(text.as_str()), "{rule} does not say {text:?}:\n{out}");
        }
        for p in current_law(rule) {
            assert!(out.contains(&p.instrument) && out.contains(&p.article), "{rule} lacks {}:\n{out}", p.id);
        }
    }
    assert!(out.contains(CURE), "the caption is shown");
    assert!(out.contains("“hết hẳn tiểu đường”"), "the words to cut are named:\n{out}");
    // The marks under the claim: as many as it has characters, right below it.
    let (caption, below) = out.lines().zip(out.lines().skip(1)).find(|(l, _)| l.contains(CURE)).unwrap();
    let column = caption.chars().count() - CURE.chars().count() + CURE.split("hết").next().unwrap().chars().count();
    let marks: String = below.chars().skip(column).take("hết hẳn tiểu đường".chars().count()).collect();
    assert!(marks.chars().all(|c| "^━┯".contains(c)), "no marks below the claim:\n{caption}\n{below}");
    assert!(out.contains("không phải kết luận") && out.contains("never a verdict"));
    assert!(ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn check_passes_a_clean_caption() {
    for caption in CLEAN {
        let ran = minhbach(&["check", "--", caption]).ends(0);
        assert!(!ran.out.contains("CLM") && !ran.out.contains("DIS0"), "{caption}: {}", ran.out);
    }
}

#[test]
fn check_speaks_one_language_when_asked() {
    let rule = &PACK.rules[PACK.rule("CLM107").unwrap().0 as usize];
    let vi = minhbach(&["check", "--lang", "vi", CURE]).ends(1).out;
    let en = minhbach(&["check", "--lang", "en", CURE]).ends(1).out;
    assert!(vi.contains(&rule.message.vi) && !vi.contains(&rule.message.en), "{vi}");
    assert!(en.contains(&rule.message.en) && !en.contains(&rule.message.vi), "{en}");
}

#[test]
fn check_writes_the_records_of_a_run_as_json() {
    let json = minhbach(&["check", "--format", "json", CURE]).ends(1).json();
    assert_eq!(json["post"]["type"], "post");
    assert_eq!(json["post"]["commercial"]["label"], "yes");
    let rules: Vec<&str> = json["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"CLM107") && rules.contains(&"CLM108"), "{rules:?}");
    for finding in json["findings"].as_array().unwrap() {
        assert_eq!(finding["law"], "in_force");
        assert!(!finding["provisions"].as_array().unwrap().is_empty());
        for span in finding["spans"].as_array().unwrap() {
            let [start, end] = ["start_byte", "end_byte"].map(|k| span[k].as_u64().unwrap() as usize);
            assert_eq!(&CURE[start..end], span["quote"]);
        }
    }
    let clean = minhbach(&["check", "--format", "json", CLEAN[0]]).ends(0).json();
    assert_eq!(clean["findings"], Value::Array(Vec::new()));
}

#[test]
fn check_and_explain_read_stdin() {
    for args in [&["check", "-"][..], &["check"]] {
        let piped = fed(command().args(args), format!("{CURE}\n").as_bytes()).ends(1);
        assert_eq!(piped.out, minhbach(&["check", CURE]).out);
    }
    let piped = fed(command().args(["explain", "-"]), CURE.as_bytes()).ends(0);
    assert_eq!(piped.out, minhbach(&["explain", CURE]).out);
    // A file with a byte order mark is its words: nothing is put before the mark.
    let marked = fed(command().args(["check", "--fix", "-"]), "\u{feff}Mua ở shopee.vn/abc nha mã LAN10".as_bytes());
    assert_eq!(marked.ends(0).out, "Quảng cáo – Mua ở shopee.vn/abc nha mã LAN10\n");
    // Bytes that are no text are replaced, not refused.
    fed(command().args(["check", "-"]), b"ch\xE0o c\xFF nh\xE0").ends(0);
}

#[test]
fn a_platform_label_clears_what_a_label_clears() {
    let caption = "Serum này mình xài mê lắm, nhập mã LAN10 khi thanh toán để được giảm 10% nha mấy bà";
    assert!(minhbach(&["check", caption]).ends(1).out.contains("DIS001"));
    minhbach(&["check", "--platform-label", caption]).ends(0);
}

#[test]
fn colour_is_drawn_when_asked_and_never_into_a_pipe() {
    let escapes = |run: Ran| run.out.contains('\u{1B}');
    assert!(escapes(minhbach(&["check", "--color", "always", CURE]).ends(1)));
    assert!(!escapes(minhbach(&["check", "--color", "never", CURE]).ends(1)));
    assert!(!escapes(minhbach(&["check", CURE]).ends(1)), "stdout is a pipe here");
    assert!(!escapes(fed(command().env("NO_COLOR", "1").args(["check", CURE]), b"").ends(1)));
    // What is asked for by name wins over what is asked for by habit.
    assert!(escapes(fed(command().env("NO_COLOR", "1").args(["check", "--color", "always", CURE]), b"").ends(1)));
    let plain = minhbach(&["check", "--color", "never", CURE]).out;
    let coloured = minhbach(&["check", "--color", "always", CURE]).out;
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some(at) = rest.find('\u{1B}') {
        bare.push_str(&rest[..at]);
        rest = &rest[at..][rest[at..].find('m').unwrap() + 1..];
    }
    assert_eq!(bare + rest, plain, "colour changes no word");
}

#[test]
fn explain_shows_the_whole_path() {
    let json = minhbach(&["explain", "--format", "json", CURE]).ends(0).json();
    let tokens = json["tokens"].as_array().unwrap();
    assert_eq!(tokens[0]["raw"], "Uống");
    assert_eq!((&tokens[0]["key"], &tokens[0]["bare"]), (&"uống".into(), &"uong".into()));
    assert_eq!((&json["language"], &json["commercial"]), (&"vi".into(), &"yes".into()));
    assert!(json["cues"].as_array().unwrap().iter().any(|c| c["quote"] == "hết hẳn tiểu đường"));
    let rules = json["rules"].as_array().unwrap();
    assert!(rules.iter().any(|r| r["id"] == "CLM107" && r["verdict"] == "finding"));
    assert!(rules.iter().filter(|r| r["verdict"] == "near_miss").all(|r| !r["blocked"].as_array().unwrap().is_empty()));
    assert_eq!(rules.len() + json["silent"].as_u64().unwrap() as usize, PACK.rules.len());

    let text = minhbach(&["explain", CURE]).ends(0).out;
    for words in ["tokens", "cues", "commercial", "disclosure", "hết hẳn tiểu đường", "CLM107"] {
        assert!(text.contains(words), "{words:?} is missing:\n{text}");
    }
}

#[test]
fn explain_shows_every_language_run() {
    let vi = "Mình dùng serum này được hai tuần rồi, da đỡ khô hẳn.";
    let en = "This is not sponsored by the brand, I bought it with my own money.";
    let text = &format!("{vi} {en}");
    let json = minhbach(&["explain", "--format", "json", text]).ends(0).json();
    let runs = json["runs"].as_array().unwrap();
    let said = |i: usize| (runs[i]["language"].as_str().unwrap(), runs[i]["raw"].as_str().unwrap());
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert_eq!(said(0), ("vi", vi.trim_end_matches('.')));
    assert_eq!(said(1), ("en", en.trim_end_matches('.')));
}

#[test]
fn explain_keeps_suppressed_cues_with_their_status() {
    let text = "Thuốc này không trị dứt điểm tiểu đường đâu, inbox shop em đặt hàng nha";
    let json = minhbach(&["explain", "--format", "json", text]).ends(0).json();
    let statuses: Vec<&str> = json["cues"].as_array().unwrap().iter().filter_map(|c| c["status"].as_str()).collect();
    assert!(statuses.contains(&"negated"), "{statuses:?}");
}

#[test]
fn rules_are_listed_and_shown() {
    let list = minhbach(&["rules", "list"]).ends(0).out;
    assert_eq!(list.lines().count(), PACK.rules.len());
    for (line, rule) in list.lines().zip(&PACK.rules) {
        assert!(line.starts_with(&rule.id) && line.contains(&rule.slug), "{line}");
    }
    for (lang, told, untold) in [("vi", "Không công khai", "No disclosure"), ("en", "No disclosure", "Không công khai")]
    {
        let list = minhbach(&["rules", "list", "--lang", lang]).ends(0).out;
        let line = list.lines().find(|line| line.starts_with("DIS001")).unwrap();
        assert!(line.contains(told) && !line.contains(untold), "{lang}: {line}");
    }
    let by_id = minhbach(&["rules", "show", "DIS001"]).ends(0).out;
    assert_eq!(by_id, minhbach(&["rules", "show", "no-disclosure"]).ends(0).out);
    let rule = &PACK.rules[PACK.rule("DIS001").unwrap().0 as usize];
    for words in [&rule.message.vi, &rule.message.en, &rule.limits.vi, &rule.fix.en, &rule.matching[0].text] {
        assert!(by_id.contains(words.as_str()), "{words:?} is missing");
    }
    minhbach(&["rules", "show", "NOPE"]).ends(2).says(&["NOPE", "rules list"]);
}

#[test]
fn rules_test_runs_every_example() {
    let examples: usize = PACK.rules.iter().map(|r| r.matching.len() + r.passing.len()).sum();
    let ran = minhbach(&["rules", "test"]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(ran.out.contains(&format!("{examples} passed, 0 failed")), "{}", ran.out);
    let rule = &PACK.rules[PACK.rule("CLM107").unwrap().0 as usize];
    let one = minhbach(&["rules", "test", "CLM107"]).ends(0).out;
    assert!(one.contains(&format!("{} passed, 0 failed", rule.matching.len() + rule.passing.len())), "{one}");
    minhbach(&["rules", "test", "NOPE"]).ends(2).says(&["NOPE"]);
}

#[test]
fn rules_lint_finds_nothing_grave() {
    let ran = minhbach(&["rules", "lint"]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(!ran.out.contains("error"), "{}", ran.out);
}

#[test]
fn the_page_of_rules_is_compared_byte_by_byte() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("docs").join("rules.md");
    let file = ["--file", arg(&page)];
    let docs = |more: &[&str]| minhbach(&[&["rules", "docs"], &file[..], more].concat());
    docs(&["--check"]).ends(2).says(&["rules.md"]);
    docs(&[]).ends(0);
    docs(&["--check"]).ends(0);
    let written = fs::read_to_string(&page).unwrap();
    for rule in &PACK.rules {
        assert!(written.contains(&format!("## {} {}", rule.id, rule.slug)), "{}", rule.id);
    }
    // Line ends are the system's business.
    fs::write(&page, written.replace('\n', "\r\n")).unwrap();
    docs(&["--check"]).ends(0);
    fs::write(&page, written.replacen("high", "low", 1)).unwrap();
    docs(&["--check"]).ends(1).says(&["rules.md", "stale"]);
}

#[test]
fn the_lexicon_is_counted_and_checked() {
    let stats = minhbach(&["lexicon", "stats"]).ends(0).out;
    assert!(stats.contains(&PACK.sha256) && stats.contains(&format!("{} rules", PACK.rules.len())), "{stats}");
    for list in PACK.lists.iter().filter(|l| !l.id.starts_with('~') && !l.id.starts_with("value.")) {
        assert!(stats.lines().any(|line| line.starts_with(&format!("{} ", list.id))), "{} is missing", list.id);
    }
    assert!(minhbach(&["lexicon", "check"]).ends(0).out.contains("ok"));
}

#[test]
fn completions_and_manual_are_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let out = minhbach(&["completions", shell]).ends(0).out;
        assert!(["scan", "check", "lexicon", "score"].iter().all(|c| out.contains(c)), "{shell}");
    }
    minhbach(&["completions", "tcsh"]).ends(2);
    let man = minhbach(&["man"]).ends(0).out;
    assert!(man.contains(".TH") && man.contains("minhbach") && man.contains("scan"));
    // Every page that a page names is there, and every option stands in one.
    for words in [".TH minhbach-scan 1", ".TH minhbach-rules-test 1", "\\-\\-max\\-bad", "\\-\\-rerun", "\\-\\-against"]
    {
        assert!(man.contains(words), "{words} is not in the manual");
    }
}

#[test]
fn help_and_version_are_data() {
    for args in [&["--help"][..], &["help"], &["help", "scan"], &["scan", "--help"], &["--version"]] {
        let ran = minhbach(args).ends(0);
        assert!(!ran.out.is_empty() && ran.err.is_empty(), "{args:?}");
    }
    let help = minhbach(&["--help"]).out;
    assert!(help.contains("never a verdict") && help.contains("không phải kết luận"));
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("run");
    let table: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["frobnicate"], "frobnicate"),
        (&["scan"], "--out"),
        (&["scan", "--out", arg(&out), "--no-such-option"], "--no-such-option"),
        (&["scan", "--out", arg(&out), "--posts", "some"], "some"),
        (&["scan", "--out", arg(&out), "--threads", "many"], "many"),
        (&["scan", "--out", arg(&out), "--as-of", "tomorrow"], "tomorrow"),
        (&["scan", "--out", arg(&out), "--fail-on", "grave"], "grave"),
        (&["scan", "--out", arg(&out), "--policy", "no-policy.toml"], "no-policy.toml"),
        (&["check", "--format", "xml", "a"], "xml"),
        (&["check", "--lang", "fr", "a"], "fr"),
        (&["check", "--pack", "no-such-pack", "a"], "no-such-pack"),
        (&["score"], "RUN"),
    ];
    for (args, words) in table {
        let ran = minhbach(args).ends(2);
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{args:?} writes to stdout");
        assert!(!out.exists(), "{args:?} leaves a folder");
    }
}

#[test]
fn what_is_refused_is_said_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("run");
    for (args, vi, en) in [
        (&["scan", "--out", arg(&out), "--as-of", "tomorrow"][..], "không phải ngày", "is no day"),
        (&["scan", "--out", arg(&out), "--max-bad", "few"], "viết một số", "write a number"),
        (&["scan", "--out", arg(&out), "--select", "NOPE"], "không có quy tắc", "no rule"),
        (&["scan", "--out", arg(&out), "--policy", "none.toml"], "không đọc được", "cannot read"),
        (&["check", "--pack", arg(dir.path()), "a"], "không phải kho", "is no pack"),
        (&["check", "--day", "2026-02-30", "a"], "không phải ngày", "is no day"),
        (&["rules", "show", "NOPE"], "không có quy tắc", "no rule"),
    ] {
        minhbach(args).ends(2).says(&[vi, en]);
    }
}

/// A folder with files to scan.
struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("run")
    }

    fn scan(&self, input: &str) -> Ran {
        minhbach(&["scan", "--quiet", "--max-bad", "100%", "--out", arg(&self.out()), input])
    }

    /// Reason and line of every reject, and how many posts were read.
    fn result(&self) -> (Vec<(String, u64)>, usize) {
        let rejects = lines(&self.out().join("rejects.jsonl"));
        let of = |r: &Value| {
            assert_eq!(r["type"], "reject");
            assert!(r["file"].is_string() && r["offset"].is_u64() && r["head"].is_string(), "{r}");
            (r["reason"].as_str().unwrap().to_owned(), r["line"].as_u64().unwrap())
        };
        (rejects.iter().map(of).collect(), lines(&self.out().join("posts.jsonl")).len())
    }
}

/// One good record a line.
fn good(n: usize) -> Vec<u8> {
    (0..n).map(|i| format!("{{\"id\":\"{i}\",\"text\":\"Chiều nay trời mát {i}\"}}\n")).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn an_input_that_cannot_be_read_at_all_ends_with_2_and_is_named() {
    let desk = Desk::new();
    let missing = desk.dir.path().join("không có.jsonl");
    desk.scan(arg(&missing)).ends(2).says(&[arg(&missing)]);
    let pattern = desk.dir.path().join("*.jsonl");
    desk.scan(arg(&pattern)).ends(2).says(&[arg(&pattern)]);
    let picture = desk.file("ảnh.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    desk.scan(arg(&picture)).ends(2).says(&["ảnh.png", ".jsonl", ".csv"]);
    desk.scan(arg(picture.parent().unwrap())).ends(2).says(&["in", ".jsonl"]);
    let packed = desk.file("dump.jsonl.zip", b"PK\x03\x04");
    desk.scan(arg(&packed)).ends(2).says(&["dump.jsonl.zip", ".zip"]);
    let table = desk.file("bảng.csv", "mã,giá\n1,99000\n");
    desk.scan(arg(&table)).ends(2).says(&["bảng.csv", "mã, giá", "caption"]);
    assert!(!desk.out().exists());
}

#[test]
fn a_file_of_unknown_type_in_a_folder_is_passed_over_and_named() {
    let desk = Desk::new();
    desk.file("a.jsonl", good(3));
    desk.file("sub/b.jsonl", good(2));
    let folder = desk.file("sub/ghi chú.docx", b"PK").parent().unwrap().parent().unwrap().to_owned();
    let ran = minhbach(&["scan", arg(&folder), "--out", arg(&desk.out())]).ends(0);
    ran.says(&["sub/ghi chú.docx", "bỏ qua", "skipped"]);
    assert_eq!(desk.result(), (vec![], 5));
}

#[test]
fn broken_records_become_reject_lines_and_no_good_record_is_lost() {
    let with = |bad: &[u8]| [&good(3)[..], bad, b"\n", &good(2)].concat();
    let half = &good(40)[..good(40).len() - 9];
    let packed = gzip(&good(5000));
    /// Name, content, rejects by reason and line, good records.
    type Broken = (&'static str, Vec<u8>, Vec<(&'static str, u64)>, usize);
    let cases: Vec<Broken> = vec![
        ("half_line.jsonl", with(b"{\"id\":\"x\",\"text\":\"Chi"), vec![("bad_json", 4)], 5),
        ("half_last_line.jsonl", half.to_vec(), vec![("bad_json", 40)], 39),
        ("bad_utf8.jsonl", with(b"{\"text\":\"ch\xE0o\"}"), vec![("bad_utf8", 4)], 5),
        ("no_object.jsonl", with(b"[1, 2]"), vec![("not_an_object", 4)], 5),
        ("no_text.jsonl", with(b"{\"id\":\"7\"}"), vec![("no_text", 4)], 5),
        ("empty.jsonl", Vec::new(), vec![("empty_file", 1)], 0),
        ("empty.csv", Vec::new(), vec![("empty_file", 1)], 0),
        ("blank_lines.jsonl", with(b"\n  \n"), vec![], 5),
        ("array.json", b"[{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":".to_vec(), vec![("truncated_json", 1)], 2),
        ("row.csv", b"id,text\n1,a\n2\n3,c\n".to_vec(), vec![("bad_csv", 3)], 2),
        ("utf16.csv", b"\xFF\xFEi\0d\0".to_vec(), vec![("not_utf8", 1)], 0),
        ("whole.jsonl.gz", packed.clone(), vec![], 5000),
        ("members.jsonl.gz", [gzip(&good(7)), gzip(&good(8))].concat(), vec![], 15),
    ];
    for (name, bytes, rejects, posts) in cases {
        let desk = Desk::new();
        let path = desk.file(name, bytes);
        desk.scan(arg(&path)).ends(0);
        let (found, read) = desk.result();
        let found: Vec<(&str, u64)> = found.iter().map(|(reason, line)| (reason.as_str(), *line)).collect();
        assert_eq!((found, read), (rejects, posts), "{name}");
    }
}

#[test]
fn a_truncated_archive_gives_what_it_holds_and_one_reject() {
    let whole = good(20_000);
    let zstd = zstd::encode_all(&whole[..], 3).unwrap();
    for (name, packed, reason) in
        [("dump.jsonl.gz", gzip(&whole), "truncated_gzip"), ("dump.jsonl.zst", zstd, "truncated_zstd")]
    {
        let desk = Desk::new();
        let path = desk.file(name, &packed[..packed.len() / 2]);
        desk.scan(arg(&path)).ends(0);
        let (rejects, posts) = desk.result();
        assert_eq!(rejects.len(), 1, "{rejects:?}");
        assert_eq!(rejects[0].0, reason);
        assert!(posts > 1000, "{name}: {posts} posts before the cut");
        let read = lines(&desk.out().join("posts.jsonl"));
        assert!(
            read.iter().enumerate().all(|(i, p)| p["post_id"].as_str().and_then(|id| id.parse().ok()) == Some(i)),
            "{name}: in order, none left out"
        );
    }
}

#[test]
fn a_table_without_text_column_in_a_folder_is_one_reject() {
    let desk = Desk::new();
    desk.file("a.jsonl", good(3));
    let folder = desk.file("giá.csv", "mã,giá\n1,99000\n").parent().unwrap().to_owned();
    desk.scan(arg(&folder)).ends(0);
    assert_eq!(desk.result(), (vec![("no_text_column".to_owned(), 1)], 3));
}

#[test]
fn rejects_show_where_the_record_begins() {
    let desk = Desk::new();
    let bad = "{\"text\": \"dở dang";
    let path = desk.file("a.jsonl", [&good(3)[..], bad.as_bytes(), b"\n", &good(1)].concat());
    desk.scan(arg(&path)).ends(0);
    let reject = &lines(&desk.out().join("rejects.jsonl"))[0];
    assert_eq!(reject["file"], "a.jsonl");
    assert_eq!(reject["offset"], good(3).len());
    assert_eq!(reject["head"], bad);
    let summary: Value = serde_json::from_slice(&fs::read(desk.out().join("summary.json")).unwrap()).unwrap();
    assert!(summary["rejects"].to_string().contains("bad_json"), "{}", summary["rejects"]);
}

#[test]
fn every_plain_format_gives_the_same_posts() {
    let rows =
        [("1", "Chiều nay, trời “mát”"), ("2", "hai\ndòng"), ("3", "Uống 1 tháng hết hẳn tiểu đường, inbox shop em")];
    let json: Vec<Value> = rows.iter().map(|(id, text)| serde_json::json!({"id": id, "text": text})).collect();
    let separated = |by: char| {
        let rows: String = rows.iter().map(|(id, text)| format!("{id}{by}\"{text}\"\n")).collect();
        format!("id{by}text\n{rows}")
    };
    let lines_: String = json.iter().map(|r| format!("{r}\n")).collect();
    let mut posts = Vec::new();
    for (name, text) in [
        ("a.jsonl", lines_.clone()),
        ("a.json", Value::Array(json).to_string()),
        ("a.csv", separated(',')),
        ("a.tsv", separated('\t')),
        ("b.csv", separated(';')),
        ("bom.csv", format!("\u{FEFF}{}", separated(',')).replace("\"\n", "\"\r\n")),
    ] {
        let desk = Desk::new();
        let path = desk.file(name, text);
        desk.scan(arg(&path)).ends(0);
        assert_eq!(desk.result(), (vec![], 3), "{name}");
        posts.push(fs::read_to_string(desk.out().join("posts.jsonl")).unwrap());
    }
    assert!(posts.iter().all(|p| *p == posts[0]));
}

#[test]
fn progress_is_silent_unless_it_is_asked_for() {
    let desk = Desk::new();
    let path = desk.file("a.jsonl", good(10));
    let ran = minhbach(&["scan", "--quiet", arg(&path), "--out", arg(&desk.out())]).ends(0);
    assert!(ran.out.is_empty() && ran.err.is_empty(), "quiet says {:?} {:?}", ran.out, ran.err);
    let ran = minhbach(&["scan", arg(&path), "--out", arg(&desk.dir.path().join("loud"))]).ends(0);
    assert!(!ran.err.contains('\r') && !ran.err.contains('\u{1B}'), "a bar was drawn into a pipe: {:?}", ran.err);
    assert!(ran.out.contains("Bài đăng") && ran.out.contains("Posts"), "{}", ran.out);
}
