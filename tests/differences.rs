//! Two runs side by side, two packs side by side.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, lines, minhbach, repository};
use minhbach::pack::PackFiles;
use std::{collections::BTreeMap, fs, path::Path};

/// A copy of the pack in which `edit` changes one file.
fn pack(dir: &Path, file: &str, edit: impl Fn(&str) -> String) {
    for path in PackFiles::embedded().paths() {
        let text = fs::read_to_string(repository("lexicons").join(path)).unwrap();
        let to = dir.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, if path == file { edit(&text) } else { text }).unwrap();
    }
}

#[test]
fn a_diff_is_what_the_findings_say() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b, other) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("other"));
    minhbach(&["scan", "-q", "--out", arg(&a)]).ends(0);
    minhbach(&["scan", "-q", "--ignore", "DIS001", "--out", arg(&b)]).ends(0);
    let same = minhbach(&["diff", arg(&a), arg(&a), "--format", "json"]).ends(0).json();
    assert_eq!((same["posts"].as_u64(), same["different"].as_u64()), (Some(894), Some(0)));
    let changes = minhbach(&["diff", arg(&a), arg(&b), "--format", "jsonl"]).ends(0).out;
    let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in changes.lines() {
        let change: serde_json::Value = serde_json::from_str(line).unwrap();
        let word = |name: &str| change[name].as_str().unwrap().to_owned();
        *seen.entry((word("kind"), word("rule"))).or_default() += 1;
    }
    let lost = lines(&a.join("findings.jsonl")).iter().filter(|f| f["rule"] == "DIS001").count() as u64;
    assert_eq!(seen[&("lost".to_owned(), "DIS001".to_owned())], lost);
    assert!(!seen.keys().any(|(kind, _)| kind == "gained"), "{seen:?}");
    // Without DIS001 another finding of its group counts.
    let back = minhbach(&["diff", arg(&b), arg(&a)]).ends(0).out;
    assert!(back.contains(&format!("DIS001  +{lost} −0 ~0")), "{back}");
    let posts = dir.path().join("posts.jsonl");
    fs::write(&posts, "{\"id\":\"1\",\"text\":\"a\"}\n").unwrap();
    minhbach(&["scan", arg(&posts), "-q", "--out", arg(&other)]).ends(0);
    minhbach(&["diff", arg(&a), arg(&other)]).ends(2).says(&["different inputs", "dữ liệu khác nhau"]);
    let few = dir.path().join("few");
    minhbach(&["scan", "-q", "--posts", "none", "--out", arg(&few)]).ends(0);
    minhbach(&["diff", arg(&a), arg(&few)]).ends(2).says(&["--posts all"]);
}

#[test]
fn a_pack_change_shows_what_it_gains_and_loses() {
    let dir = tempfile::tempdir().unwrap();
    let changed = dir.path().join("pack");
    pack(&changed, "terms/code.toml", |text| text.to_owned());
    let posts = repository("corpora/demo/posts.jsonl");
    let test = |pack: &Path| minhbach(&["--pack", arg(pack), "rules", "test", "DIS001", "--against", arg(&posts)]);
    assert!(test(&changed).ends(0).out.contains("0 khác / different"));
    pack(&changed, "weights/commercial.toml", |text| {
        // No platform label is evidence any more.
        text.replace(
            "all = [{ fact = [\"label.yes\"] }]",
            "all = [{ fact = [\"label.yes\"] }, { fact = [\"label.no\"] }]",
        )
    });
    let out = test(&changed).ends(0).out;
    assert!(out.contains("thương mại / commercial: yes → "), "{out}");
    minhbach(&["rules", "test", "--against", arg(&posts)]).ends(2).says(&["--pack DIR"]);
}
