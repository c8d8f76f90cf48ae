//! Parquet and Arrow in and out: what comes in as a table says what the same posts say as JSON Lines, what goes out as a
//! table holds what the lines hold, and a table that is none says which column of which file is at fault.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

#[path = "../command/mod.rs"]
mod command;

mod columns;
mod damage;
mod engine;
mod round;
mod sqlite;

use arrow_array::RecordBatch;
use arrow_json::ReaderBuilder;
use arrow_schema::{DataType, Field, Schema};
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    file::properties::WriterProperties,
};
use serde_json::{Map, Value};
use std::{fs::File, path::Path, sync::Arc};

/// The demonstration, flat: an author's fields beside the post's own.
fn flat_demo() -> Vec<Map<String, Value>> {
    let posts = command::lines(&command::repository("corpora/demo/posts.jsonl"));
    let flat = posts.into_iter().map(|post| {
        let Value::Object(mut post) = post else { panic!("no object") };
        if let Some(Value::Object(author)) = post.remove("author") {
            for (name, value) in author {
                post.insert(format!("author_{name}"), value);
            }
        }
        // A column has one type: the demonstration says yes both as a word and as a truth value.
        if let Some(label) = post.get_mut("platform_label").filter(|label| label.is_boolean()) {
            *label = Value::from(label.to_string());
        }
        post
    });
    flat.collect()
}

/// What the demonstration's columns are.
fn demo_schema(posts: &[Map<String, Value>]) -> Schema {
    let mut fields: Vec<Field> = Vec::new();
    for (name, value) in posts.iter().flatten() {
        let data_type = match value {
            Value::Null => continue,
            Value::Bool(_) => DataType::Boolean,
            Value::Number(_) => DataType::Int64,
            Value::String(_) => DataType::Utf8,
            Value::Array(_) => DataType::new_list(DataType::Utf8, true),
            Value::Object(_) => panic!("{name} is nested"),
        };
        match fields.iter().find(|field| field.name() == name) {
            Some(field) => assert_eq!(*field.data_type(), data_type, "{name}"),
            None => fields.push(Field::new(name, data_type, true)),
        }
    }
    Schema::new(fields)
}

/// Rows of that schema.
fn batch(schema: &Schema, rows: &[Map<String, Value>]) -> RecordBatch {
    let mut decoder = ReaderBuilder::new(Arc::new(schema.clone()))
        .with_batch_size(rows.len().max(1))
        .with_strict_mode(true)
        .build_decoder()
        .unwrap();
    decoder.serialize(rows).unwrap();
    decoder.flush().unwrap().unwrap_or_else(|| RecordBatch::new_empty(Arc::new(schema.clone())))
}

/// A Parquet file of the batch, in groups of so many rows.
fn write(path: &Path, batch: &RecordBatch, group: usize) {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// The rows of a Parquet file.
fn rows(path: &Path) -> Vec<Map<String, Value>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    reader.flat_map(|batch| values(&batch.unwrap())).collect()
}

/// The rows of a batch; nulls are left out.
fn values(batch: &RecordBatch) -> Vec<Map<String, Value>> {
    let mut writer = arrow_json::LineDelimitedWriter::new(Vec::new());
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    let text = String::from_utf8(writer.into_inner()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A record of the run as a row of its table: the law of the columns, written a second time.
fn flat(record: &Value) -> Map<String, Value> {
    fn put(name: String, value: &Value, out: &mut Map<String, Value>) {
        match value {
            Value::Null => {}
            Value::Object(object) => object.iter().for_each(|(step, v)| put(format!("{name}_{step}"), v, out)),
            Value::Array(items) => {
                let items = items.iter().map(without_nulls).collect();
                out.insert(name, Value::Array(items));
            }
            other => {
                out.insert(name, number(other));
            }
        }
    }
    let mut out = Map::new();
    for (name, value) in record.as_object().unwrap().iter().filter(|(name, _)| *name != "type") {
        put(name.clone(), value, &mut out);
    }
    out
}

/// Inside lists the nesting stays; nulls are left out there as well.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, v)| !v.is_null());
            Value::Object(kept.map(|(name, v)| (name.clone(), without_nulls(v))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        other => number(other),
    }
}

/// `1` and `1.0` are one number.
fn number(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), Value::from)
}

/// The same of rows that came from a table.
fn numbers(row: &Map<String, Value>) -> Map<String, Value> {
    row.iter().map(|(name, value)| (name.clone(), without_nulls(value))).collect()
}
