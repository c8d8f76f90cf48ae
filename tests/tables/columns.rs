//! Every type that a column can well have, and what is said of the others.

use super::*;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, StructArray, TimestampMicrosecondArray, TimestampSecondArray,
    builder::{ListBuilder, StringBuilder},
    types::Int32Type,
};
use command::{arg, lines, minhbach, scan};
use std::path::PathBuf;

/// 2026-03-01T13:00:00Z.
const MOMENT: i64 = 1_772_370_000;

fn one(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn caption() -> (&'static str, ArrayRef) {
    ("text", Arc::new(StringArray::from(vec!["Mua ngay, giảm 50%"])))
}

/// The one post of a table of these columns, as judged.
fn post(columns: Vec<(&str, ArrayRef)>) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let (file, run) = (dir.path().join("p.parquet"), dir.path().join("run"));
    write(&file, &one(columns), 10);
    scan(&[&file], &run, &["--max-bad", "0"]);
    lines(&run.join("posts.jsonl")).remove(0)
}

#[test]
fn captions_of_every_string_type() {
    let words = "Serum này hay";
    let large: ArrayRef = Arc::new(LargeStringArray::from(vec![words]));
    let view: ArrayRef = Arc::new(StringViewArray::from(vec![words]));
    let dictionary: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::from_iter([words]));
    let expected = post(vec![("text", Arc::new(StringArray::from(vec![words])) as ArrayRef)]);
    for column in [large, view, dictionary] {
        let data_type = column.data_type().clone();
        assert_eq!(post(vec![("caption", column)]), expected, "{data_type}");
    }
}

#[test]
fn moments_of_every_time_type() {
    let micros = TimestampMicrosecondArray::from(vec![MOMENT * 1_000_000]);
    let table: [(&str, ArrayRef, &str, bool); 7] = [
        ("instant", Arc::new(micros.clone().with_timezone("UTC")), "2026-03-01T13:00:00Z", false),
        // The zone of a column is how it is shown, not what it says; no table of zones is needed.
        ("named zone", Arc::new(micros.clone().with_timezone("Asia/Ho_Chi_Minh")), "2026-03-01T13:00:00Z", false),
        (
            "seconds",
            Arc::new(TimestampSecondArray::from(vec![MOMENT]).with_timezone("+07:00")),
            "2026-03-01T13:00:00Z",
            false,
        ),
        // Without a zone it is a wall clock, taken for UTC+7 and flagged.
        ("wall clock", Arc::new(micros), "2026-03-01T06:00:00Z", true),
        ("day", Arc::new(Date32Array::from(vec![20_513])), "2026-03-01", false),
        ("number", Arc::new(Int64Array::from(vec![MOMENT])), "2026-03-01T13:00:00Z", false),
        ("words", Arc::new(StringArray::from(vec!["2026-03-01T20:00:00+07:00"])), "2026-03-01T13:00:00Z", false),
    ];
    for (what, column, expected, assumed) in table {
        let post = post(vec![caption(), ("created_at", column)]);
        assert_eq!(post["posted_at"], expected, "{what}");
        let flags = post["flags"].as_array().unwrap();
        assert_eq!(flags.contains(&Value::from("zone_assumed")), assumed, "{what}: {flags:?}");
    }
}

#[test]
fn numbers_flags_lists_and_a_nested_author() {
    let author = StructArray::try_from(vec![
        ("id", Arc::new(Int64Array::from(vec![42])) as ArrayRef),
        ("followers", Arc::new(Float64Array::from(vec![1200.0])) as ArrayRef),
    ])
    .unwrap();
    let mut links = ListBuilder::new(StringBuilder::new());
    links.values().append_value("https://shopee.vn/x");
    links.append(true);
    let post = post(vec![
        caption(),
        ("id", Arc::new(Int64Array::from(vec![7])) as ArrayRef),
        ("author", Arc::new(author)),
        ("likes", Arc::new(Int64Array::from(vec![5]))),
        ("platform_label", Arc::new(BooleanArray::from(vec![true]))),
        ("links", Arc::new(links.finish())),
        ("something_else", Arc::new(BooleanArray::from(vec![true]))),
    ]);
    assert_eq!(post["post_id"], "7");
    assert_eq!(post["creator"], "42");
    assert_eq!((&post["likes"], &post["followers"]), (&Value::from(5), &Value::from(1200)));
    assert_eq!(post["disclosure"]["platform_label"], "yes");
}

#[test]
fn a_null_flag_is_unknown_and_a_null_caption_is_a_reject() {
    let dir = tempfile::tempdir().unwrap();
    let (file, run) = (dir.path().join("p.parquet"), dir.path().join("run"));
    let texts = StringArray::from(vec![Some("Mua ngay"), None, Some("")]);
    let labels = BooleanArray::from(vec![None, Some(true), Some(false)]);
    write(&file, &one(vec![("text", Arc::new(texts) as ArrayRef), ("platform_label", Arc::new(labels))]), 10);
    scan(&[&file], &run, &["--max-bad", "1"]);
    let known: Vec<_> =
        lines(&run.join("posts.jsonl")).iter().map(|p| p["disclosure"]["platform_label"].clone()).collect();
    assert_eq!(known, ["unknown", "no"]);
    let rejects = lines(&run.join("rejects.jsonl"));
    assert_eq!(rejects.len(), 1);
    assert_eq!((&rejects[0]["reason"], &rejects[0]["line"]), (&Value::from("no_text"), &Value::from(2)));
}

fn refused(dir: &Path, file: PathBuf) -> command::Ran {
    minhbach(&["scan", arg(&file), "--out", arg(&dir.join("run"))]).ends(2)
}

#[test]
fn wrong_types_missing_columns_and_other_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name);
    write(&file("number.parquet"), &one(vec![("text", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]), 10);
    refused(dir.path(), file("number.parquet")).says(&["number.parquet", "`text`", "Int64", "string"]);
    write(&file("flag.parquet"), &one(vec![caption(), ("likes", Arc::new(BooleanArray::from(vec![true])))]), 10);
    refused(dir.path(), file("flag.parquet")).says(&["flag.parquet", "`likes`", "Boolean", "integer"]);
    write(&file("none.parquet"), &one(vec![("words", Arc::new(StringArray::from(vec!["x"])) as ArrayRef)]), 10);
    refused(dir.path(), file("none.parquet")).says(&["none.parquet", "words", "caption"]);
    std::fs::write(file("text.parquet"), "{\"text\":\"x\"}\n").unwrap();
    refused(dir.path(), file("text.parquet")).says(&["text.parquet", "Parquet"]);
    std::fs::write(file("empty.parquet"), "").unwrap();
    refused(dir.path(), file("empty.parquet")).says(&["empty.parquet", "Parquet"]);
}

#[test]
fn in_a_folder_such_files_are_rejects_and_the_others_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    std::fs::create_dir(&input).unwrap();
    write(&input.join("good.parquet"), &one(vec![caption()]), 10);
    write(&input.join("none.parquet"), &one(vec![("words", Arc::new(StringArray::from(vec!["x"])) as ArrayRef)]), 10);
    write(&input.join("number.parquet"), &one(vec![("text", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]), 10);
    std::fs::write(input.join("text.parquet"), "text").unwrap();
    let run = dir.path().join("run");
    scan(&[&input], &run, &["--max-bad", "3"]);
    assert_eq!(lines(&run.join("posts.jsonl")).len(), 1);
    let rejects = lines(&run.join("rejects.jsonl"));
    let told: Vec<_> = rejects.iter().map(|r| (r["file"].as_str().unwrap(), r["reason"].as_str().unwrap())).collect();
    let expected = [
        ("none.parquet", "no_text_column"),
        ("number.parquet", "wrong_column_type"),
        ("text.parquet", "corrupt_parquet"),
    ];
    assert_eq!(told, expected);
}
