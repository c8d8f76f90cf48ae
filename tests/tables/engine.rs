//! The batch interface, which Python and Spark call: the same lines, the same rows, the same scores as a scan.

use super::*;
use arrow_array::{Array, ArrayRef, StringArray, cast::AsArray};
use command::{lines, scan};
use minhbach::{
    batch,
    detector::Detector,
    pack::{Pack, PackFiles},
    score::Policy,
    tables::Table,
};

fn detector() -> Detector {
    Detector::new(Arc::new(Pack::load(&PackFiles::embedded()).unwrap())).unwrap()
}

fn policy() -> Policy {
    Policy::read("policy/default.toml", PackFiles::embedded().get("policy/default.toml").unwrap()).unwrap()
}

#[test]
fn batches_give_the_rows_and_the_scores_of_a_scan() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run");
    scan(&[&command::repository("corpora/demo/posts.jsonl")], &run, &[]);
    let (posts, detector) = (flat_demo(), detector());
    let schema = demo_schema(&posts);
    let (told, found) = (lines(&run.join("posts.jsonl")), lines(&run.join("findings.jsonl")));
    let mut judged = Vec::new();
    for rows in posts.chunks(100) {
        let out = batch::scan(&detector, &batch(&schema, rows), false).unwrap();
        assert_eq!(out.schema(), batch::schema());
        assert_eq!(out.num_rows(), rows.len());
        judged.push(out);
    }
    let rows: Vec<_> = judged.iter().flat_map(values).collect();
    let mut own = found.iter();
    for (row, record) in rows.iter().zip(&told) {
        let mut expected = flat(record);
        let ids = expected.remove("findings").unwrap();
        let findings: Vec<_> =
            own.by_ref().take(ids.as_array().unwrap().len()).map(|f| Value::Object(flat(f))).collect();
        expected.insert("findings".to_owned(), Value::Array(findings));
        assert_eq!(numbers(row), expected);
    }
    assert!(own.next().is_none());

    // In whatever order the batches come.
    let creators = lines(&run.join("creators.jsonl"));
    for turn in 0..2 {
        if turn == 1 {
            judged.reverse();
        }
        let scored =
            batch::score(detector.pack(), &policy(), judged.iter().cloned().map(Ok::<_, batch::BatchError>), None);
        let scored = values(&scored.unwrap());
        assert_eq!(scored.len(), creators.len());
        for (row, record) in scored.iter().zip(&creators) {
            assert_eq!(numbers(row), flat(record));
        }
    }
}

#[test]
fn lines_are_those_of_a_scan_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let (run, demo) = (dir.path().join("run"), command::repository("corpora/demo/posts.jsonl"));
    scan(&[&demo], &run, &["--advisory"]);
    let judged = batch::judge(&detector(), std::fs::read(demo).unwrap(), true).unwrap();
    let (mut posts, mut findings) = (Vec::new(), Vec::new());
    for row in judged.iter() {
        let (post, found) = row.unwrap();
        posts.extend_from_slice(post);
        findings.extend_from_slice(found);
    }
    assert!(posts == std::fs::read(run.join("posts.jsonl")).unwrap());
    assert!(findings == std::fs::read(run.join("findings.jsonl")).unwrap());
}

#[test]
fn a_row_that_cannot_be_read_is_a_row_with_its_reason() {
    let texts = StringArray::from(vec![
        Some("Serum này trị dứt điểm nám sau 7 ngày, mua ở shopee.vn/abc nha"),
        None,
        Some("🧴👩‍👩‍👧 hay"),
    ]);
    let rows = RecordBatch::try_from_iter([("text", Arc::new(texts) as ArrayRef)]).unwrap();
    let out = batch::scan(&detector(), &rows, false).unwrap();
    let column = |name: &str| out.column_by_name(name).unwrap().clone();
    assert_eq!(column("error").as_string::<i32>().iter().collect::<Vec<_>>(), [None, Some("no_text"), None]);
    assert!(column("findings").is_null(1) && column("text_sha256").is_null(1) && column("commercial_label").is_null(1));
    assert!(!column("findings").as_list::<i32>().value(0).is_empty());
    assert!(!column("findings").is_null(2));
    // Scoring passes over it.
    batch::score(detector().pack(), &policy(), [Ok::<_, batch::BatchError>(out)], None).unwrap();
}

#[test]
fn other_tables_are_refused_with_the_column() {
    let other = |name: &str| RecordBatch::try_from_iter([(name, Arc::new(StringArray::from(vec!["x"])) as ArrayRef)]);
    let error = batch::scan(&detector(), &other("words").unwrap(), false).unwrap_err().to_string();
    assert!(error.contains("words") && error.contains("caption"), "{error}");
    let rows = [Ok::<_, batch::BatchError>(other("text").unwrap())];
    let error = batch::score(detector().pack(), &policy(), rows, None).unwrap_err().to_string();
    assert!(error.contains("post_id"), "{error}");
}

#[test]
fn every_table_has_its_columns_once() {
    for table in Table::ALL {
        let schema = table.schema();
        let mut names: Vec<_> = schema.fields().iter().map(|f| f.name().clone()).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all, "{}", table.name());
    }
}
