//! A run as one SQLite file: it holds what the lines hold, and its tables join.

use super::*;
use command::{arg, lines, minhbach, scan};
use rusqlite::Connection;
use std::fs;

#[test]
fn every_creator_joins_its_posts_and_every_finding_its_post() {
    let dir = tempfile::tempdir().unwrap();
    let (input, run, file) = (dir.path().join("posts.jsonl"), dir.path().join("run"), dir.path().join("run.sqlite"));
    let mut posts = fs::read_to_string(command::repository("corpora/demo/posts.jsonl")).unwrap();
    // Without a platform, and with a name that a spreadsheet would take for a formula.
    posts.push_str("{\"id\":\"x1\",\"author_id\":\"=1+1\",\"text\":\"Quảng cáo: mua ngay\"}\n");
    fs::write(&input, posts).unwrap();
    scan(&[&input], &run, &["--posts", "all"]);
    minhbach(&["export", arg(&run), "--to", "sqlite", "--out", arg(&file)]).ends(0);
    let all = Connection::open(&file).unwrap();
    let count = |sql: &str| all.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    for table in ["posts", "findings", "creators"] {
        let told = lines(&run.join(format!("{table}.jsonl")));
        assert_eq!(count(&format!("SELECT count(*) FROM {table}")), told.len(), "{table}");
    }
    let lonely = "SELECT count(*) FROM creators c WHERE NOT EXISTS
        (SELECT 1 FROM posts p WHERE p.platform = c.platform AND p.creator = c.creator)";
    assert_eq!(count(lonely), 0);
    assert_eq!(
        count("SELECT count(*) FROM findings f JOIN posts p ON p.post = f.post"),
        count("SELECT count(*) FROM findings")
    );
    assert!(count("SELECT count(*) FROM creators WHERE platform = '' AND creator = '=1+1'") == 1);
}

/// With `--force` the old file goes once the new one is there, and not before.
#[test]
fn an_export_that_fails_leaves_the_earlier_one() {
    let dir = tempfile::tempdir().unwrap();
    let [run, file, none] = ["run", "run.sqlite", "no.jsonl"].map(|name| dir.path().join(name));
    scan(&[], &run, &[]);
    let export = ["export", arg(&run), "--to", "sqlite", "--out", arg(&file)];
    minhbach(&export).ends(0);
    let before = fs::read(&file).unwrap();
    let failing = ["--force", "--decisions", arg(&none)];
    minhbach(&[&export[..], &failing].concat()).ends(2).says(&["no.jsonl"]);
    assert!(fs::read(&file).unwrap() == before);
    minhbach(&[&export[..], &["--force"]].concat()).ends(0);
    assert!(fs::read(&file).unwrap() == before);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "the run and the file, nothing else");
}
