//! Laws of the pack: nothing loads with a fault in it, and every fault is shown in its place.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, minhbach, repository};
use minhbach::{
    diagnostic::Fault,
    pack::{Pack, PackError, PackFiles},
};
use std::{fs, path::Path};
use tempfile::TempDir;

/// A copy of the pack that can be broken.
struct Copy {
    dir: TempDir,
}

impl Copy {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let files = PackFiles::from_dir(&repository("lexicons")).unwrap();
        for path in files.paths() {
            let target = dir.path().join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, files.get(path).unwrap()).unwrap();
        }
        Self { dir }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    fn edit(&self, file: &str, change: impl Fn(&str) -> String) {
        let old = self.read(file);
        let new = change(&old);
        assert_ne!(old, new, "{file}: the case breaks nothing");
        fs::write(self.path().join(file), new).unwrap();
    }

    fn load(&self) -> Result<Pack, PackError> {
        Pack::load(&PackFiles::from_dir(self.path()).unwrap())
    }

    /// The faults as values and as text.
    #[track_caller]
    fn faults(&self) -> (Vec<Fault>, String) {
        match self.load() {
            Err(PackError::Faults { count, report, faults }) => {
                assert_eq!(count, faults.len());
                (faults, report)
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("the broken pack loads"),
        }
    }
}

/// How a fault begins in the text: code, then file and line.
fn shown_at(report: &str, code: &str, file: &str, line: usize) -> bool {
    let blocks = report.split("error[").skip(1);
    blocks.into_iter().any(|block| {
        block.starts_with(&format!("{code}]:"))
            && block.contains(&format!("--> {file}:{line}:"))
            && block.lines().any(|l| l.contains('^'))
    })
}

/// The line, from 1, on which `words` first stand.
fn line_of(text: &str, words: &str) -> usize {
    let at = text.find(words).unwrap_or_else(|| panic!("{words:?} is not there"));
    text[..at].matches('\n').count() + 1
}

/// The text without what stands from `from` up to `to`, or to the end.
fn without(text: &str, from: &str, to: &str) -> String {
    let start = text.find(from).unwrap_or_else(|| panic!("{from:?} is not there"));
    let end = text[start + from.len()..].find(to).map_or(text.len(), |at| start + from.len() + at);
    [&text[..start], &text[end..]].concat()
}

/// A list of our own at the end of a file of terms.
fn with_list(text: &str, terms: &str) -> String {
    format!(
        "{text}\n[[list]]\nid = \"test.words\"\nmeaning = {{ vi = \"thử\", en = \"test\" }}\nrole = \"trigger\"\n{terms}\n"
    )
}

type Change = fn(&str) -> String;

/// What is broken, in which file, and how; the code and file of the fault; words on the line that it points at.
type Case = (&'static str, &'static str, Change, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "more kinds of evidence than a post has bits for",
        "weights/commercial.toml",
        |t| {
            let kind = |i| {
                format!(
                    "\n[[evidence]]\nid = \"test{i}\"\nhard = false\nlabel = {{ vi = \"thử\", en = \"test\" }}\n\
                     when = {{ all = [{{ fact = [\"commerce_flag\"] }}] }}\n"
                )
            };
            (t.matches("[[evidence]]").count()..65).map(kind).fold(t.to_owned(), |t, kind| t + &kind)
        },
        "L006",
        "weights/commercial.toml",
        "id = \"test64\"",
    ),
    (
        "a rule without examples",
        "rules/dis.toml",
        |t| without(t, "[rule.examples]", "\n[[rule]]"),
        "P003",
        "rules/dis.toml",
        "[[rule]]",
    ),
    (
        "a rule without examples that must pass",
        "rules/clm.toml",
        |t| without(t, "pass = [", "\n[[rule]]"),
        "P003",
        "rules/clm.toml",
        "[rule.examples]",
    ),
    (
        "a rule with two examples",
        "rules/clm.toml",
        |t| {
            without(t, "match = [", "\npass = [").replacen(
                "[rule.examples]\n",
                "[rule.examples]\nmatch = [\"a\", \"b\"]",
                1,
            )
        },
        "R003",
        "rules/clm.toml",
        "match = [\"a\", \"b\"]",
    ),
    (
        "a provision that a rule cites is gone",
        "provisions/vn.toml",
        |t| t.replacen("id = \"vn-ad-law-15a-3-b\"", "id = \"vn-ad-law-15a-3-x\"", 1),
        "P005",
        "rules/dis.toml",
        "\"vn-ad-law-15a-3-b\"",
    ),
    (
        "a rule without provisions",
        "rules/clm.toml",
        |t| without(t, "provisions = [\"vn-ad-law-8-11\"", "\n"),
        "P003",
        "rules/clm.toml",
        "[[rule]]",
    ),
    (
        "a rule that rests on no verified law",
        "rules/clm.toml",
        |t| {
            without(t, "provisions = [\"vn-ad-law-8-11\"", "\n").replacen(
                "id = \"CLM101\"",
                "id = \"CLM101\"\nprovisions = []",
                1,
            )
        },
        "R002",
        "rules/clm.toml",
        "provisions = []",
    ),
    (
        "foreign law as ground of a rule",
        "rules/dis.toml",
        |t| t.replacen("\"vn-ad-law-15a-3-b\"", "\"vn-ad-law-15a-3-b\", \"us-ftc-255-5\"", 1),
        "R001",
        "rules/dis.toml",
        "provisions = [",
    ),
    (
        "an unknown key",
        "rules/dis.toml",
        |t| t.replacen("severity = \"high\"", "colour = \"red\"\nseverity = \"high\"", 1),
        "P002",
        "rules/dis.toml",
        "colour = \"red\"",
    ),
    (
        "an unknown list in a condition",
        "rules/clm.toml",
        |t| t.replacen("cue = [\"claim.superlative\"]", "cue = [\"claim.superlatives\"]", 1),
        "P005",
        "rules/clm.toml",
        "claim.superlatives",
    ),
    (
        "an unknown named condition",
        "rules/clm.toml",
        |t| t.replacen("is = \"seller\"", "is = \"merchant\"", 1),
        "P005",
        "rules/clm.toml",
        "is = \"merchant\"",
    ),
    (
        "an unknown fact",
        "rules/dis.toml",
        |t| t.replacen("fact = [\"disclosure.absent\"]", "fact = [\"disclosure.gone\"]", 1),
        "P005",
        "rules/dis.toml",
        "disclosure.gone",
    ),
    (
        "a word that the vocabulary lacks",
        "rules/dis.toml",
        |t| t.replacen("severity = \"high\"", "severity = \"grave\"", 1),
        "P007",
        "rules/dis.toml",
        "severity = \"grave\"",
    ),
    (
        "a rule that is written twice",
        "rules/dis.toml",
        |t| t.replacen("[[rule]]\nid = \"DIS002\"", "[[rule]]\nid = \"DIS001\" # again", 1),
        "P006",
        "rules/dis.toml",
        "id = \"DIS001\" # again",
    ),
    (
        "a message in one language",
        "rules/clm.toml",
        |t| t.replacen("message = { vi = ", "message = { en = \"Only English.\" } # ", 1),
        "P003",
        "rules/clm.toml",
        "message = { en = \"Only English.\" }",
    ),
    (
        "an empty message",
        "rules/clm.toml",
        |t| t.replacen("message = { vi = ", "message = { vi = \" \", en = \"Only English.\" } # ", 1),
        "P003",
        "rules/clm.toml",
        "message = { vi = \" \"",
    ),
    (
        "a term that stands twice",
        "terms/cta.toml",
        |t| with_list(t, "vi = [\n  \"từ thử nghiệm\",\n  { text = \"từ thử nghiệm\" },\n]"),
        "L004",
        "terms/cta.toml",
        "{ text = \"từ thử nghiệm\" }",
    ),
    (
        "a term in capitals",
        "terms/cta.toml",
        |t| with_list(t, "vi = [\"Từ thử nghiệm\"]"),
        "L003",
        "terms/cta.toml",
        "Từ thử nghiệm",
    ),
    (
        "a term with the tone in the new place",
        "terms/cta.toml",
        |t| with_list(t, "vi = [\"hoà thử\"]"),
        "L003",
        "terms/cta.toml",
        "hoà thử",
    ),
    (
        "a term without a word",
        "terms/cta.toml",
        |t| with_list(t, "vi = [\" … \"]"),
        "L001",
        "terms/cta.toml",
        "vi = [\" … \"]",
    ),
    (
        "a link as a term",
        "terms/cta.toml",
        |t| with_list(t, "vi = [\"shopee.vn\"]"),
        "L002",
        "terms/cta.toml",
        "vi = [\"shopee.vn\"]",
    ),
    (
        "a list that is written twice",
        "terms/cta.toml",
        |t| {
            let once = with_list("", "vi = [\"từ thử\"]");
            [t, &once, &once.replace("\"test.words\"", "\"test.words\" # again")].concat()
        },
        "P006",
        "terms/cta.toml",
        "\"test.words\" # again",
    ),
    (
        "a regular expression that is none",
        "terms/cta.toml",
        |t| {
            let pattern = "[[pattern]]\nlist = \"test.words\"\nid = \"p\"\ngate = [\"thử\"]\nregex = '''thử (\\d+'''";
            with_list(t, &format!("vi = [\"từ thử\"]\n{pattern}"))
        },
        "P007",
        "terms/cta.toml",
        "regex = '''thử (",
    ),
    (
        "a pattern without a gate",
        "terms/cta.toml",
        |t| {
            with_list(
                t,
                "vi = [\"từ thử\"]\n[[pattern]]\nlist = \"test.words\"\nid = \"p\"\ngate = []\nregex = '''thử'''",
            )
        },
        "P003",
        "terms/cta.toml",
        "[[pattern]]\nlist = \"test.words\"",
    ),
    (
        "a compound of one part",
        "terms/cta.toml",
        |t| {
            with_list(t, "vi = [\"từ thử\"]\n[[compound]]\nlist = \"test.words\"\nid = \"c\"\nparts = [\"test.words\"]")
        },
        "P007",
        "terms/cta.toml",
        "[[compound]]\nlist = \"test.words\"",
    ),
    (
        "compounds that are built from each other",
        "terms/cta.toml",
        |t| {
            let more = "[[list]]\nid = \"test.more\"\nmeaning = { vi = \"thử\", en = \"test\" }\nrole = \"trigger\"";
            let one =
                "[[compound]] # circle\nlist = \"test.words\"\nid = \"c\"\nparts = [\"test.more\", \"cta.order\"]";
            let two =
                "[[compound]] # circle\nlist = \"test.more\"\nid = \"d\"\nparts = [\"test.words\", \"cta.order\"]";
            with_list(t, &["vi = [\"từ thử\"]", more, "vi = [\"từ nữa\"]", one, two].join("\n"))
        },
        "L005",
        "terms/cta.toml",
        "[[compound]] # circle",
    ),
    (
        "a claim code that the codebook lacks",
        "terms/cta.toml",
        |t| with_list(t, "claim = \"CLM-MAGIC\"\nvi = [\"từ thử\"]"),
        "P005",
        "terms/cta.toml",
        "CLM-MAGIC",
    ),
    (
        "a kind of trigger that is none",
        "context/vi.toml",
        |t| format!("{t}\n[[trigger]]\nkind = \"doubt\"\nlang = \"vi\"\nterms = [\"có lẽ thử\"]\n"),
        "P005",
        "context/vi.toml",
        "kind = \"doubt\"",
    ),
    (
        "a day that the calendar lacks",
        "pack.toml",
        |t| without(t, "law_as_of", "\n") + "law_as_of = \"2026-02-30\"\n",
        "P007",
        "pack.toml",
        "2026-02-30",
    ),
    (
        "a provision from a day that is none",
        "provisions/vn.toml",
        |t| t.replacen("in_force_from = \"2026-01-01\"", "in_force_from = \"1/1/2026\"", 1),
        "P007",
        "provisions/vn.toml",
        "1/1/2026",
    ),
    (
        "a provision that ends before it begins",
        "provisions/vn.toml",
        |t| {
            t.replacen(
                "in_force_from = \"2026-01-01\"",
                "in_force_from = \"2026-01-01\"\nin_force_to = \"2025-12-31\"",
                1,
            )
        },
        "P007",
        "provisions/vn.toml",
        "[[provision]]",
    ),
    ("a file that is no TOML", "rules/pro.toml", |t| format!("{t}\n[[rule\n"), "P001", "rules/pro.toml", "[[rule\n"),
    ("an empty lexicon", "terms/cta.toml", |_| "\n".to_owned(), "P005", "rules/conditions.toml", "\"cta.order\""),
    ("an empty file of weights", "weights/commercial.toml", |_| "\n".to_owned(), "P003", "weights/commercial.toml", ""),
];

#[test]
fn the_pack_in_the_repository_is_the_one_that_is_built_in() {
    let files = PackFiles::from_dir(&repository("lexicons")).unwrap();
    assert_eq!(files.paths().collect::<Vec<_>>(), PackFiles::embedded().paths().collect::<Vec<_>>());
    assert_eq!(files.sha256(), PackFiles::embedded().sha256());
    assert!(Copy::new().load().is_ok());
}

#[test]
fn every_fault_is_told_with_code_file_line_and_caret() {
    let mut wrong = Vec::new();
    for (name, broken, change, code, file, words) in CASES {
        let copy = Copy::new();
        copy.edit(broken, change);
        let report = match copy.load() {
            Err(PackError::Faults { report, faults, .. }) => {
                if !faults.iter().any(|f| f.code == *code && f.file == *file) {
                    let found: Vec<_> = faults.iter().take(3).map(|f| (f.code, &f.file, &f.message)).collect();
                    wrong.push(format!("{name}: no {code} in {file}, but {found:?}"));
                    continue;
                }
                report
            }
            Err(other) => {
                wrong.push(format!("{name}: {other}"));
                continue;
            }
            Ok(_) => {
                wrong.push(format!("{name}: loads"));
                continue;
            }
        };
        let line = line_of(&copy.read(file), words);
        if !shown_at(&report, code, file, line) {
            let head: String = report.lines().take(8).collect::<Vec<_>>().join("\n");
            wrong.push(format!("{name}: {code} is not shown at {file}:{line} with a caret:\n{head}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn all_faults_of_all_files_are_told_at_once_in_order_of_place() {
    let copy = Copy::new();
    copy.edit("rules/dis.toml", |t| {
        without(t, "[rule.examples]", "\n[[rule]]").replacen("severity = \"medium\"", "severity = \"mild\"", 1)
    });
    copy.edit("terms/cta.toml", |t| with_list(t, "vi = [\"Một Hai\", \"ba bốn\", \"ba bốn\"]"));
    copy.edit("rules/clm.toml", |t| t.replacen("cue = [\"claim.superlative\"]", "cue = [\"claim.none_such\"]", 1));
    copy.edit("provisions/vn.toml", |t| t.replacen("in_force_from = \"2026-01-01\"", "in_force_from = \"soon\"", 1));
    let (faults, report) = copy.faults();
    let mut found: Vec<(&str, &str)> = faults.iter().map(|f| (f.file.as_str(), f.code)).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("provisions/vn.toml", "P007"),
            ("rules/clm.toml", "P005"),
            ("rules/dis.toml", "P003"),
            ("rules/dis.toml", "P007"),
            ("terms/cta.toml", "L003"),
            ("terms/cta.toml", "L004"),
        ]
    );
    let places: Vec<usize> = found.iter().map(|(file, _)| report.find(&format!("--> {file}:")).unwrap()).collect();
    assert!(places.is_sorted(), "{report}");
    assert_eq!(report.matches("error[").count(), faults.len());
}

#[test]
fn a_missing_file_is_told_by_name() {
    for file in ["weights/commercial.toml", "formats/hosts.toml", "fold/words.toml", "rules/conditions.toml"] {
        let copy = Copy::new();
        fs::remove_file(copy.path().join(file)).unwrap();
        let (faults, report) = copy.faults();
        assert!(faults.iter().any(|f| f.code == "P008" && f.file == file), "{file}: {report}");
        assert!(report.contains(file));
    }
}

#[test]
fn letters_are_the_programs_own() {
    let file = "fold/letters.toml";
    let changed = Copy::new();
    changed.edit(file, |text| text.replace("[foreign]\n", "[foreign]\nx = \"ж\"\n"));
    let (faults, report) = changed.faults();
    assert!(faults.len() == 1 && faults[0].code == "P009" && faults[0].file == file, "{report}");
    assert_eq!(&changed.read(file)[faults[0].span.clone()], "x = \"ж\"");

    let cut = Copy::new();
    cut.edit(file, |text| text[..text.len() / 2].rsplit_once('\n').unwrap().0.to_owned());
    assert_eq!(cut.faults().0[0].code, "P009");

    let missing = Copy::new();
    fs::remove_file(missing.path().join(file)).unwrap();
    assert_eq!(missing.faults().0[0].code, "P008");

    // Another system's line ends change nothing.
    let checkout = Copy::new();
    checkout.edit(file, |text| text.replace('\n', "\r\n"));
    assert!(checkout.load().is_ok());
}

#[test]
fn a_folder_that_is_no_pack_is_told_as_such() {
    let empty = tempfile::tempdir().unwrap();
    let path = arg(empty.path());
    assert!(matches!(PackFiles::from_dir(empty.path()), Err(PackError::NotAPack { .. })));
    minhbach(&["lexicon", "check", "--pack", path]).ends(2).says(&[path, "pack.toml"]);
    minhbach(&["check", "--pack", path, "Chào cả nhà"]).ends(2).says(&[path]);
    // Nothing but the head: every other file is missing, and nothing panics.
    fs::write(empty.path().join("pack.toml"), "id = \"t\"\nversion = \"1\"\nlaw_as_of = \"2026-06-01\"\n").unwrap();
    minhbach(&["lexicon", "check", "--pack", path]).ends(1);
}

#[test]
fn commands_refuse_a_pack_with_faults_and_show_them() {
    let copy = Copy::new();
    copy.edit("rules/dis.toml", |t| without(t, "[rule.examples]", "\n[[rule]]"));
    copy.edit("terms/cta.toml", |t| with_list(t, "vi = [\"Hoa Hồng\"]"));
    let (pack, shown) = (arg(copy.path()), |text: &str| {
        shown_at(text, "P003", "rules/dis.toml", line_of(&copy.read("rules/dis.toml"), "[[rule]]"))
            && shown_at(text, "L003", "terms/cta.toml", line_of(&copy.read("terms/cta.toml"), "Hoa Hồng"))
    });
    let checked = minhbach(&["lexicon", "check", "--pack", pack]).ends(1);
    assert!(shown(&checked.out), "{}", checked.out);
    let out = copy.path().join("run");
    for args in [
        &["scan", "--out", arg(&out)][..],
        &["check", "Chào cả nhà"],
        &["explain", "Chào cả nhà"],
        &["rules", "test"],
        &["rules", "list"],
    ] {
        let ran = minhbach(&[args, &["--pack", pack]].concat()).ends(2);
        assert!(shown(&ran.err), "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty());
    }
    assert!(!out.exists());
}

#[test]
fn a_pack_of_the_same_words_works_as_the_built_in_one() {
    let copy = Copy::new();
    let pack = arg(copy.path());
    minhbach(&["lexicon", "check", "--pack", pack]).ends(0);
    let caption = "Uống 1 tháng hết hẳn tiểu đường, inbox shop em đặt hàng nha";
    let own = minhbach(&["check", "--format", "json", caption, "--pack", pack]).ends(1);
    assert_eq!(own.out, minhbach(&["check", "--format", "json", caption]).ends(1).out);
}

/// Found by the fuzz target `pack`: the place that a TOML fault names may be one byte of a letter.
#[test]
fn a_fault_at_a_vietnamese_letter_is_shown() {
    for file in ["context/sense.toml", "messages/prevalence.toml", "pack.toml"] {
        let old = PackFiles::embedded().get(file).unwrap().to_owned();
        for line in ["ả = 1", "x = ả", "x = [\"\"ảng cáo\"]", "\"\0\"ảng cáo\", \"q.c\"]\0"] {
            let mut files = PackFiles::embedded();
            files.insert(
                file,
                old.lines().enumerate().map(|(i, l)| format!("{}\n", if i == 3 { line } else { l })).collect(),
            );
            let error = Pack::load(&files).err().unwrap().to_string();
            assert!(error.contains(file) && error.contains('^'), "{line}: {error}");
        }
    }
}

/// A policy and a page are of the pack as well: their slips are found by its check, and before a scan, not behind it.
#[test]
fn a_slip_in_the_policy_or_a_page_is_found_before_any_post_is_read() {
    for (file, slip, told) in [
        ("policy/default.toml", "\nhalf = [\n", "default.toml"),
        ("policy/default.toml", "\n[rule.NOPE]\nseverity = \"low\"\n", "NOPE"),
        ("messages/report.html.j2", "{% if %}", "report.html"),
        ("messages/report.html.j2", "{{ nope }}", "report.html"),
        ("messages/dossier.html.j2", "{% for %}", "dossier.html"),
    ] {
        let copy = Copy::new();
        copy.edit(file, |text| format!("{text}{slip}"));
        let checked = minhbach(&["lexicon", "check", "--pack", arg(copy.path())]).ends(1);
        assert!(checked.out.contains(told), "{file}: {}", checked.out);
        let out = copy.path().join("run");
        minhbach(&["scan", "--out", arg(&out), "--pack", arg(copy.path())]).ends(2).says(&[told]);
        assert!(!out.exists() && !copy.path().join("run.partial").exists(), "{file}: a scan was begun");
    }
}

/// The reader of TOML and most checks speak English only; a Vietnamese sentence stands beside what they say.
#[test]
fn every_fault_is_told_in_vietnamese_too() {
    let mut english = Vec::new();
    for (what, file, change, code, ..) in CASES {
        let copy = Copy::new();
        copy.edit(file, change);
        let (_, report) = copy.faults();
        let block = report.split("error[").find(|block| block.starts_with(code)).unwrap_or_default();
        // What is quoted from the file itself may be Vietnamese: lines of source begin with a number or a bar.
        let said = block.lines().filter(|line| !line.contains('|'));
        if !said.flat_map(str::chars).any(|c| matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | '\u{1ea0}'..='\u{1ef9}')) {
            english.push(format!("{what}: {block}"));
        }
    }
    assert!(english.is_empty(), "{}", english.join("\n"));
    let copy = Copy::new();
    copy.edit("pack.toml", |text| text.replace("id = ", "id == "));
    let (_, report) = copy.faults();
    assert!(report.contains("not valid TOML") && report.contains("không đúng cú pháp TOML"), "{report}");
}
