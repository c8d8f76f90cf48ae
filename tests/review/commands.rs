//! The commands `decisions`, `score --ledger` and `notice`: what they write, say and end with.

use super::{
    FINDINGS, PACK, RUN,
    command::{Ran, arg, files, lines, minhbach, repository, scan},
};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A copy of the run, so that a ledger can lie beside it.
struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("run")).unwrap();
        for (name, bytes) in files(&RUN) {
            fs::write(dir.path().join("run").join(name), bytes).unwrap();
        }
        Self { dir }
    }

    fn at(&self, name: &str) -> String {
        arg(&self.dir.path().join(name)).to_owned()
    }

    fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.at(name), text).unwrap();
        self.at(name)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let run = self.at("run");
        let args: Vec<&str> = args.iter().map(|word| if *word == "RUN" { run.as_str() } else { word }).collect();
        minhbach(&args)
    }

    fn ledger(&self) -> Vec<Value> {
        lines(Path::new(&self.at("run.ledger.jsonl")))
    }
}

fn id(critical: bool) -> &'static str {
    &FINDINGS.iter().find(|found| found.counts && (found.severity == "critical") == critical).unwrap().id
}

/// On a full disk, here a limit on the size of files, a part of the lines is written before the system refuses.
#[test]
#[cfg(unix)]
fn what_does_not_fit_on_the_disk_leaves_the_ledger_as_it_was() {
    let desk = Desk::new();
    let lines: String = (0..20)
        .map(|n| format!("{{\"finding_id\":\"{}\",\"decision\":\"confirm\",\"reviewer\":\"r{n}\"}}\n", id(false)))
        .collect();
    let (few, many) = (desk.file("few.jsonl", &lines[..lines.len() / 20]), desk.file("many.jsonl", &lines));
    desk.run(&["decisions", "import", "RUN", &few, "--at", "2026-11-22"]).ends(0);
    let whole = fs::read(desk.at("run.ledger.jsonl")).unwrap();
    assert!(whole.len() < 1024);
    let ran = std::process::Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; \"$0\" decisions import \"$1\" \"$2\" --at 2026-11-22"])
        .args([env!("CARGO_BIN_EXE_minhbach"), &desk.at("run"), &many])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
    assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write the ledger"), "{ran:?}");
    assert_eq!(fs::read(desk.at("run.ledger.jsonl")).unwrap(), whole);
    desk.run(&["decisions", "import", "RUN", &many, "--at", "2026-11-22"]).ends(0);
    assert_eq!(desk.ledger().len(), 20);
}

/// As `docs/exports.md` promises: the table of findings, filled in by hand, is a file of decisions.
#[test]
fn the_exported_table_of_findings_is_imported_once_it_is_filled_in() {
    for separator in [",", ";"] {
        let desk = Desk::new();
        desk.run(&["export", "RUN", "--to", "csv", "--out", &desk.at("out"), "-q"]).ends(0);
        let table = fs::read_to_string(desk.at("out/findings.csv")).unwrap();
        let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().unwrap().clone();
        let mut writer = csv::WriterBuilder::new().delimiter(separator.as_bytes()[0]).from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        let filled = [("finding_id", id(false)), ("decision", "overturn"), ("reason_code", "satire"), ("note", "đùa")];
        for row in reader.records() {
            let row = row.unwrap();
            let meant = header.iter().zip(row.iter()).any(|(name, cell)| name == "finding_id" && cell == id(false));
            let cell = |(name, cell): (&str, &'_ str)| {
                let new = filled.iter().find(|(column, _)| *column == name).filter(|_| meant);
                new.map_or_else(|| cell.to_owned(), |(_, text)| (*text).to_owned())
            };
            writer.write_record(header.iter().zip(row.iter()).map(cell)).unwrap();
        }
        let text = format!("\u{feff}{}", String::from_utf8(writer.into_inner().unwrap()).unwrap());
        let file = desk.file("filled.csv", &text);
        desk.run(&["decisions", "import", "RUN", &file, "--at", "2026-11-22", "--reviewer", "an"]).ends(0);
        let [line] = &desk.ledger()[..] else { panic!("{:?}", desk.ledger()) };
        let entry = &line["entry"];
        assert_eq!((&entry["finding_id"], &entry["action"]), (&id(false).into(), &"overturn".into()), "{line}");
        assert_eq!((&entry["reason_code"], &entry["note"]), (&"satire".into(), &"đùa".into()));
        assert!(entry["text_sha256"].is_null(), "the hash in the table is that of the caption found");
    }
}

#[test]
fn what_label_studio_exports_is_imported() {
    let desk = Desk::new();
    let plain = id(false);
    let task = serde_json::json!([{"id": 1, "annotations": [{
        "completed_by": 7, "updated_at": "2026-11-22T01:02:03.000000Z", "result": [
            {"id": format!("{plain}.0"), "from_name": "decision_text", "type": "choices",
             "value": {"choices": ["overturn"]}},
            {"id": format!("{plain}.0"), "from_name": "reason_text", "type": "choices", "value": {"choices": ["satire"]}},
            {"id": format!("{plain}.0"), "from_name": "note_text", "type": "textarea", "value": {"text": ["đùa"]}},
        ],
    }]}]);
    let file = desk.file("export.json", &task.to_string());
    desk.run(&["decisions", "import", "RUN", &file]).ends(0).says(&["overturned 1"]);
    let line = &desk.ledger()[0]["entry"];
    assert_eq!((&line["finding_id"], &line["at"]), (&plain.into(), &"2026-11-22".into()), "{line}");
    // Broken files are told and nothing is written.
    let broken = desk.file("broken.json", "[{]");
    desk.run(&["decisions", "import", "RUN", &broken]).ends(2).says(&["broken.json"]);
    assert_eq!(desk.ledger().len(), 1);
}

#[test]
fn what_the_dossier_page_saves_is_imported_and_nothing_is_lost() {
    let desk = Desk::new();
    let (plain, critical) = (id(false), id(true));
    let said = format!(
        "{{\"finding_id\":\"{plain}\",\"decision\":\"overturn\",\"reason_code\":\"satire\",\"note\":\"<b>đùa</b>\",\
         \"reviewer\":\"an\",\"at\":\"2026-11-22\"}}\n\
         {{\"finding_id\":\"{critical}\",\"decision\":\"confirm\",\"reason_code\":null,\"note\":\"\",\"reviewer\":\"an\"}}\n\
         {{\"finding_id\":\"f_{}\",\"decision\":\"confirm\",\"reviewer\":\"an\"}}\n\
         {{\"finding_id\":\"{critical}\",\"decision\":\"overturn\",\"reason_code\":\"none such\",\"reviewer\":\"binh\"}}\n\
         not json \u{202e}\u{1b}[31m\n",
        "0".repeat(32)
    );
    let file = desk.file("decisions.jsonl", &said);
    // Without a day nothing is written.
    desk.run(&["decisions", "import", "RUN", &file]).ends(2).says(&["3 lines lack a day, the first is 2", "--at"]);
    assert!(!Path::new(&desk.at("run.ledger.jsonl")).exists());
    let ran = desk.run(&["decisions", "import", "RUN", &file, "--at", "2026-11-23"]).ends(1);
    let ran = ran.says(&["no finding has this id", "`none such`", "no JSON", "5 dòng mới / new lines", "waiting 1"]);
    assert!(!ran.err.contains(['\u{202e}', '\u{1b}']), "{}", ran.err);
    let ledger = desk.ledger();
    assert_eq!(ledger.len(), 5);
    assert_eq!(ledger[4]["unread"]["raw"], "not json \u{202e}\u{1b}[31m");
    assert_eq!((&ledger[0]["entry"]["at"], &ledger[1]["entry"]["at"]), (&"2026-11-22".into(), &"2026-11-23".into()));
    // The same file again changes nothing, and still says what is wrong.
    let bytes = fs::read(desk.at("run.ledger.jsonl")).unwrap();
    desk.run(&["decisions", "import", "RUN", &file, "--at", "2026-11-23"]).ends(1).says(&["5 dòng đã có sẵn"]);
    assert_eq!(fs::read(desk.at("run.ledger.jsonl")).unwrap(), bytes);
    // A table says the same.
    let table = format!(
        "finding_id,decision,reason_code,note,reviewer,at\n{critical},confirm,,\"có, phẩy\",binh,2026-11-24\n\
         {critical},unsure,,,chi,2026-11-24,extra\n"
    );
    let table = desk.file("more.csv", &table);
    desk.run(&["decisions", "import", "RUN", &table]).ends(1).says(&["confirmed 1", "more cells than columns"]);
    assert_eq!(desk.ledger()[5]["entry"]["note"], "có, phẩy");
    // And a contradiction is told as one.
    let add = ["decisions", "add", "RUN", critical, "overturn", "--reviewer", "dung", "--at", "2026-11-25"];
    desk.run(&[&add[..], &["--reason", "wrong_rule"]].concat()).ends(1).says(&["conflict", "contradict each other"]);
    let listed = desk.run(&["decisions", "list", "RUN", "--only", "trouble", "--format", "jsonl"]).ends(1);
    let status: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let status: Vec<&str> = status.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(
        status,
        ["conflict", "unmatched", "unknown_reason", "unread", "conflict", "unread", "conflict"],
        "{}",
        listed.out
    );
}

#[test]
fn one_file_at_a_time_is_the_same_as_all_at_once_to_the_byte() {
    let desk = Desk::new();
    let said: Vec<String> = FINDINGS
        .iter()
        .step_by(17)
        .enumerate()
        .map(|(i, found)| {
            let (word, code) = if i % 3 == 0 { ("overturn", "\"satire\"") } else { ("confirm", "null") };
            desk.file(
                &format!("{i}.jsonl"),
                &format!(
                    "{{\"finding_id\":\"{}\",\"decision\":\"{word}\",\"reason_code\":{code},\"reviewer\":\"an\",\
                     \"at\":\"2026-11-22\"}}\n",
                    found.id
                ),
            )
        })
        .collect();
    let (one, all) = (desk.at("one.ledger"), desk.at("all.ledger"));
    for file in &said {
        desk.run(&["decisions", "import", "RUN", file, "--ledger", &one]).ends(0);
    }
    let files: Vec<&str> = said.iter().map(String::as_str).collect();
    desk.run(&[&["decisions", "import", "RUN", "--ledger", &all], &files[..]].concat()).ends(0);
    assert_eq!(fs::read(&one).unwrap(), fs::read(&all).unwrap());
    let score = |ledger: &str| desk.run(&["score", "RUN", "--ledger", ledger]).ends(0).out;
    let first = score(&one);
    assert_eq!(first, score(&all));
    assert!(first.lines().all(|line| line.contains("\"review\":{\"ledger\":{\"lines\":")));
    // Without a ledger the bytes are those of the run.
    assert_eq!(desk.run(&["score", "RUN"]).ends(0).out.as_bytes(), fs::read(RUN.join("creators.jsonl")).unwrap());
    // As a table: what it had before, and seven columns a criterion more.
    let table = desk.run(&["score", "RUN", "--ledger", &all, "--format", "csv"]).ends(0).out;
    let plain = fs::read_to_string(RUN.join("creators.csv")).unwrap();
    for (row, before) in table.lines().zip(plain.lines()) {
        assert!(row.starts_with(before), "{row}");
    }
    assert!(table.lines().next().unwrap().ends_with(",ad_compliance_review_best,ad_compliance_review_worst"));
    let text = desk.run(&["score", "RUN", "--ledger", &all, "--format", "text"]).ends(0).out;
    assert_eq!(text.lines().filter(|line| line.contains("as found → after review")).count() * 2, text.lines().count());
}

#[test]
fn a_ledger_that_was_touched_is_shown_as_far_as_it_is_whole_and_scores_nobody() {
    let desk = Desk::new();
    for (who, at) in [("an", "2026-11-22"), ("binh", "2026-11-23")] {
        desk.run(&["decisions", "add", "RUN", id(true), "confirm", "--reviewer", who, "--at", at]).ends(0);
    }
    let path = desk.at("run.ledger.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"binh\"", "\"minh\"")).unwrap();
    let says = ["2: ", "the line was edited", "dòng đã bị sửa"];
    let listed = desk.run(&["decisions", "list", "RUN"]).ends(1).says(&says[1..]);
    assert_eq!(listed.out.lines().count(), 1);
    desk.run(&["score", "RUN", "--ledger", &path]).ends(2).says(&says[1..]);
    desk.run(&["decisions", "add", "RUN", id(true), "unsure", "--reviewer", "an", "--at", "2026-11-24"]).ends(2);
    desk.run(&["score", "RUN", "--ledger", &desk.at("none")]).ends(2).says(&["there is no ledger"]);
    desk.run(&["decisions", "add", "RUN", "f_1", "confirm", "--reviewer", "an", "--at", "2026-11-24"]).ends(2);
    desk.run(&["decisions", "add", "RUN", id(true), "guess", "--reviewer", "an", "--at", "2026-11-24"])
        .ends(2)
        .says(&["confirm, overturn, unsure, rebuttal"]);
    // No clock: whoever gives no day is asked for it.
    desk.run(&["decisions", "add", "RUN", id(true), "confirm", "--reviewer", "an"]).ends(2).says(&["--at"]);
}

#[test]
fn a_policy_without_a_section_on_review_scores_as_ever_and_reads_no_ledger() {
    let desk = Desk::new();
    let whole = fs::read_to_string(repository("lexicons/policy/default.toml")).unwrap();
    let (before, rest) = whole.split_once("[review]\n").unwrap();
    let (_, after) = rest.split_once("\n# Ngoại lệ").unwrap();
    let policy = desk.file("policy.toml", &format!("{before}\n# Ngoại lệ{after}"));
    desk.run(&["score", "RUN", "--policy", &policy]).ends(0);
    let add = ["decisions", "add", "RUN", id(false), "confirm", "--reviewer", "an", "--at", "2026-11-22"];
    desk.run(&[&add[..], &["--policy", &policy]].concat()).ends(2).says(&["no section [review]"]);
    assert!(!Path::new(&desk.at("run.ledger.jsonl")).exists(), "nothing was written");
    desk.run(&add).ends(0);
    let ledger = desk.at("run.ledger.jsonl");
    desk.run(&["score", "RUN", "--policy", &policy, "--ledger", &ledger]).ends(2).says(&["no section [review]"]);
}

#[test]
fn shards_under_one_ledger_are_one_run_under_it() {
    let desk = Desk::new();
    let demo = fs::read_to_string(repository("corpora/demo/posts.jsonl")).unwrap();
    let dealt = |name: &str, keep: &dyn Fn(usize) -> bool| {
        let lines = demo.lines().enumerate().filter(|(at, _)| keep(*at)).map(|(_, line)| format!("{line}\n"));
        let file = desk.file(&format!("{name}.jsonl"), &lines.collect::<String>());
        scan(&[Path::new(&file)], Path::new(&desk.at(name)), &[]);
        desk.at(name)
    };
    let (whole, even, odd) =
        (dealt("whole", &|_| true), dealt("even", &|at| at % 2 == 0), dealt("odd", &|at| at % 2 == 1));
    let said = FINDINGS.iter().enumerate().step_by(3).map(|(at, found)| {
        let (word, reason) = if at % 2 == 0 { ("confirm", "") } else { ("overturn", "satire") };
        format!("{},{word},{reason},an,2026-11-22\n", found.id)
    });
    let said = format!("finding_id,decision,reason_code,reviewer,at\n{}", said.collect::<String>());
    let said = desk.file("said.csv", &said);
    let ledger = desk.at("both.ledger");
    minhbach(&["decisions", "import", &whole, &said, "--ledger", &ledger]).ends(0);
    let one = minhbach(&["score", &whole, "--ledger", &ledger]).ends(0);
    let two = minhbach(&["score", &odd, &even, "--ledger", &ledger]).ends(0);
    assert_eq!(one.out, two.out);
    // A shard alone lacks findings of the ledger, which is said and stops nothing.
    minhbach(&["score", &odd, "--ledger", &ledger]).ends(0).says(&["lines need a person"]);
}

#[test]
fn findings_are_listed_with_where_they_stand() {
    let desk = Desk::new();
    desk.run(&["decisions", "add", "RUN", id(false), "confirm", "--reviewer", "an", "--at", "2026-11-22"]).ends(0);
    let all = desk.run(&["decisions", "list", "RUN", "--findings", "--format", "jsonl"]).ends(0);
    assert_eq!(all.out.lines().count(), FINDINGS.len());
    let known = desk.file("known.txt", &format!("# đã biết / known\n{}\n", id(false)));
    let args = ["decisions", "list", "RUN", "--findings", "--only", "confirmed", "--format", "jsonl"];
    let one = desk.run(&[&args[..], &["--baseline", &known]].concat()).ends(0).json();
    assert_eq!((one["finding_id"].as_str(), &one["state"]), (Some(id(false)), &"confirmed".into()));
    assert_eq!(one["known"], true);
    assert_eq!(one["decisions"], serde_json::json!([{"reviewer": "an", "decision": "confirm", "reason_code": null}]));
    assert_eq!((&one["reviewer"], &one["at"], &one["note"]), (&"an".into(), &"2026-11-22".into(), &"".into()));
    let reviewed = desk.run(&["decisions", "list", "RUN", "--findings", "--only", "reviewed"]).ends(0);
    assert_eq!(reviewed.out.lines().count(), 1);
    desk.run(&["decisions", "list", "RUN", "--only", "confirmed"]).ends(2).says(&["trouble, applied, conflict"]);
    let bad = desk.file("bad.txt", "f_1\n");
    desk.run(&[&args[..], &["--baseline", &bad]].concat()).ends(2).says(&["line 1: no id of a finding"]);
}

#[test]
fn an_entry_of_the_allow_list_that_lacks_something_is_refused_with_line_and_caret() {
    let desk = Desk::new();
    desk.run(&["decisions", "add", "RUN", id(false), "confirm", "--reviewer", "an", "--at", "2026-11-22"]).ends(0);
    let ledger = desk.at("run.ledger.jsonl");
    let whole = "[[allow]]\nrule = \"DIS001\"\nplatform = \"tiktok\"\nreason = \"x\"\nreviewer = \"an\"\n\
                 expires = \"2020-01-01\"\n";
    let score = |text: &str| {
        let file = desk.file("allow.toml", text);
        desk.run(&["score", "RUN", "--ledger", &ledger, "--allow", &file, "--as-of", "2026-03-01"])
    };
    for (from, to, says) in [
        ("rule = \"DIS001\"\n", "", "lacks `rule`"),
        ("platform = \"tiktok\"\n", "", "lacks `platform`"),
        ("reason = \"x\"\n", "", "lacks `reason`"),
        ("reviewer = \"an\"\n", "reviewer = \" \"\n", "`reviewer` phải là chuỗi không rỗng"),
        ("expires = \"2020-01-01\"\n", "", "lacks `expires`"),
        ("2020-01-01", "2020-02-30", "must be a day"),
        ("DIS001", "XYZ999", "no rule XYZ999"),
        ("rule =", "rulez =", "unknown key `rulez`"),
    ] {
        let ran = score(&whole.replace(from, to)).ends(2).says(&[says, "error[A001]", "allow.toml:", "^"]);
        assert!(ran.out.is_empty());
    }
    score(whole).ends(0).says(&["expired on 2020-01-01", "does nothing"]);
    let file = desk.file("allow.toml", whole);
    desk.run(&["score", "RUN", "--ledger", &ledger, "--allow", &file]).ends(2).says(&["--as-of"]);
}

#[test]
fn a_notice_says_what_where_which_article_how_to_mend_by_when_and_how_to_answer() {
    let desk = Desk::new();
    let found = FINDINGS.iter().find(|found| found.rule == "DIS001" && found.counts).unwrap();
    let out = desk.at("out");
    let notice = ["notice", "RUN", "--at", "2026-11-22", "--out", &out];
    desk.run(&notice).ends(2).says(&["no confirmed finding", "--unreviewed"]);
    desk.run(&["decisions", "add", "RUN", &found.id, "confirm", "--reviewer", "an", "--at", "2026-11-20"]).ends(0);
    let ran = desk.run(&notice).ends(0);
    let written = files(Path::new(&out));
    assert_eq!(written.len(), 3, "{}", ran.out);
    let read = |end: &str| {
        let (_, bytes) = written.iter().find(|(name, _)| name.ends_with(end)).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let finding = lines(&RUN.join("findings.jsonl")).into_iter().find(|line| line["id"] == found.id.as_str()).unwrap();
    let rule = &PACK.rules[usize::from(PACK.rule("DIS001").unwrap().0)];
    for text in [read(".md"), read(".html")] {
        for wanted in [
            "không bao giờ là phán quyết",
            "never a verdict",
            &found.creator,
            &found.post,
            &found.id,
            &rule.title.vi,
            &rule.title.en,
            "2026-11-29",
            "2026-12-22",
            "BẢN MẪU",
            "DEMO",
        ] {
            assert!(text.contains(wanted), "lacks {wanted:?}:\n{text}");
        }
        // Slashes of a number and the dots of a link may be escaped; the article's own words are not.
        for provision in finding["provisions"].as_array().unwrap() {
            let article = provision["article"].as_str().unwrap();
            assert!(text.contains(article), "lacks {article:?}");
        }
        for span in finding["spans"].as_array().unwrap() {
            let quote = span["quote"].as_str().unwrap();
            assert!(text.contains(quote), "lacks {quote:?}");
        }
    }
    desk.run(&notice).ends(2).says(&["is not empty"]);
    // Once it is sent and that is written down, there is nothing left to tell.
    let sent = desk.file("sent.jsonl", &read(".sent.jsonl"));
    desk.run(&["decisions", "import", "RUN", &sent, "--at", "2026-11-23", "--reviewer", "an"])
        .ends(0)
        .says(&["noticed 1"]);
    desk.run(&["notice", "RUN", "--at", "2026-11-24", "--out", &desk.at("again")]).ends(2);
    // What nobody reviewed is told only when asked for, and says so.
    let more = ["--creator", &found.creator, "--unreviewed", "--lang", "en", "--out", &desk.at("more")];
    desk.run(&[&["notice", "RUN", "--at", "2026-11-24"], &more[..]].concat()).ends(0);
    let text = String::from_utf8(files(Path::new(&desk.at("more")))[1].1.clone()).unwrap();
    assert!(text.contains("Not reviewed by a person yet") && !text.contains("Chưa có người xem lại"), "{text}");
}

/// A name of nothing is no person: nothing is written, and it is no second reviewer of a critical finding.
#[test]
fn somebody_must_have_decided() {
    let desk = Desk::new();
    let line = desk.file("one.jsonl", &format!("{{\"finding_id\":\"{}\",\"decision\":\"confirm\"}}\n", id(true)));
    for name in ["", " ", "–", "\u{200b}"] {
        let by = ["--reviewer", name, "--at", "2026-11-22"];
        let add = ["decisions", "add", "RUN", id(true), "confirm"];
        for args in [&add[..], &["decisions", "import", "RUN", &line]] {
            desk.run(&[args, &by].concat()).ends(2).says(&["give the name"]);
        }
    }
    assert!(!Path::new(&desk.at("run.ledger.jsonl")).exists());
    let help = desk.run(&["decisions", "add", "--help"]).ends(0).out.split_whitespace().collect::<String>();
    let actions = minhbach::ledger::Action::ALL.map(minhbach::ledger::Action::name).join(",");
    assert!(help.contains(&actions), "{actions} not in: {help}");
}
