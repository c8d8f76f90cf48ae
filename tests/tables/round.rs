//! Parquet → scan → Parquet is JSONL → scan → JSONL.

use super::*;
use command::{arg, files, lines, minhbach, scan};
use std::fs;

#[test]
fn posts_as_parquet_and_as_lines_give_the_same_run() {
    let dir = tempfile::tempdir().unwrap();
    let posts = flat_demo();
    let whole = batch(&demo_schema(&posts), &posts);
    // Where the row groups lie changes nothing.
    for (name, group) in [("one", 10_000), ("many", 100)] {
        let folder = dir.path().join(name);
        fs::create_dir(&folder).unwrap();
        write(&folder.join("posts.parquet"), &whole, group);
        scan(&[&folder.join("posts.parquet")], &dir.path().join(format!("{name}-run")), &["--format", "parquet"]);
    }
    let from_lines = dir.path().join("lines-run");
    scan(&[&command::repository("corpora/demo/posts.jsonl")], &from_lines, &[]);
    for run in ["one-run", "many-run"] {
        let run = dir.path().join(run);
        for file in ["posts.jsonl", "findings.jsonl", "creators.jsonl", "rejects.jsonl", "summary.json"] {
            assert_eq!(fs::read(run.join(file)).unwrap(), fs::read(from_lines.join(file)).unwrap(), "{file}");
        }
        for table in ["posts", "findings", "creators"] {
            let told = lines(&from_lines.join(format!("{table}.jsonl")));
            let rows = rows(&run.join(format!("{table}.parquet")));
            assert_eq!(rows.len(), told.len(), "{table}");
            assert!(!rows.is_empty(), "{table}");
            for (row, record) in rows.iter().zip(&told) {
                assert_eq!(numbers(row), flat(record), "{table}");
            }
        }
    }
}

#[test]
fn tables_do_not_depend_on_threads_and_stand_in_the_manifest() {
    let dir = tempfile::tempdir().unwrap();
    let demo = command::repository("corpora/demo/posts.jsonl");
    let [one, two] = ["1", "2"].map(|threads| {
        let out = dir.path().join(threads);
        scan(&[&demo], &out, &["--format", "parquet", "--threads", threads]);
        files(&out)
    });
    assert_eq!(one, two);
    let manifest: Value = serde_json::from_slice(&fs::read(dir.path().join("1/manifest.json")).unwrap()).unwrap();
    let outputs: Vec<_> = manifest["outputs"].as_array().unwrap().iter().map(|o| o["path"].as_str().unwrap()).collect();
    for table in ["posts.parquet", "findings.parquet", "creators.parquet"] {
        assert!(outputs.contains(&table), "{table} ∉ {outputs:?}");
    }
    assert_eq!(manifest["options"]["tables"], "parquet");
    // Asked for again, it is done already; asked for without tables, it is another run.
    scan(&[&demo], &dir.path().join("1"), &["--format", "parquet"]);
    minhbach(&["scan", arg(&demo), "--out", arg(&dir.path().join("1"))]).ends(2);
}

#[test]
fn a_table_without_rows_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let posts = flat_demo();
    let schema = demo_schema(&posts);
    write(&dir.path().join("part-0.parquet"), &batch(&schema, &posts[..10]), 100);
    write(&dir.path().join("part-1.parquet"), &batch(&schema, &[]), 100);
    scan(&[dir.path()], &dir.path().join("run"), &["--max-bad", "0"]);
    assert_eq!(lines(&dir.path().join("run/posts.jsonl")).len(), 10);
}

/// A redacted run, as a scan and as an export, holds what its lines hold; without places in bytes, as they do.
#[test]
fn a_redacted_run_is_a_table_too() {
    let dir = tempfile::tempdir().unwrap();
    let [key, run, again] = ["key", "run", "again"].map(|name| dir.path().join(name));
    fs::write(&key, "0123456789abcdef0123456789abcdef").unwrap();
    scan(&[], &run, &["--redact", arg(&key), "--format", "parquet"]);
    minhbach(&["export", arg(&run), "--to", "parquet", "--out", arg(&again)]).ends(0);
    for table in ["posts", "findings"] {
        let told = lines(&run.join(format!("{table}.jsonl")));
        for folder in [&run, &again] {
            let rows = rows(&folder.join(format!("{table}.parquet")));
            assert_eq!(rows.len(), told.len(), "{table}");
            for (row, record) in rows.iter().zip(&told) {
                assert_eq!(record["redacted"], true);
                let mut record = record.clone();
                record.as_object_mut().unwrap().remove("redacted");
                assert_eq!(numbers(row), flat(&record), "{table}");
            }
        }
    }
}
