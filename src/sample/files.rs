//! The files of a plan: for the researcher with chances and strata, for coders without them, since a coder who sees
//! what the detector saw no longer judges alone.

use super::{Drawn, Plan, Row, SampleError};
use crate::report::inert;
use serde_json::{Map, Value, json};

/// Columns of the researcher's table.
const COLUMNS: [&str; 9] = [
    "post_id",
    "text_sha256",
    "platform",
    "creator",
    "posted_at",
    "language",
    "stratum",
    "inclusion_probability",
    "weight",
];
/// Columns of the coders' form: the post, its words, and what to fill in.
const FORM: [&str; 13] = [
    "post_id",
    "text_sha256",
    "text",
    "title",
    "transcript",
    "on_screen",
    "first_comment",
    "bio",
    "annotator",
    "commercial",
    "disclosure",
    "claim",
    "comment",
];

/// All files of the plan as (name, bytes), by name.
///
/// # Errors
/// None that input can cause: everything is written to memory. What the writers report is passed on.
pub fn write(plan: &Plan) -> Result<Vec<(&'static str, Vec<u8>)>, SampleError> {
    let wrong = |e: &dyn std::fmt::Display| SampleError::Write(e.to_string());
    let mut lines = Vec::new();
    for row in &plan.rows {
        serde_json::to_writer(&mut lines, &Value::Object(record(plan, row))).map_err(|e| wrong(&e))?;
        lines.push(b'\n');
    }
    let table = csv_of(&COLUMNS, plan.rows.iter().map(|row| record(plan, row))).map_err(|e| wrong(&e))?;
    let mut form = csv_of(&FORM, plan.rows.iter().map(shown)).map_err(|e| wrong(&e))?;
    // Filled in by people in spreadsheets, which take Vietnamese letters for others without the mark.
    form.splice(0..0, *b"\xEF\xBB\xBF");
    let tasks: Vec<Value> = plan.rows.iter().map(|row| json!({"data": shown(row)})).collect();
    let pretty = |value: &Value| {
        let mut bytes = serde_json::to_vec_pretty(value).map_err(|e| wrong(&e))?;
        bytes.push(b'\n');
        Ok::<_, SampleError>(bytes)
    };
    let options = &plan.options;
    let sights = |values: &[f64; 4]| -> Map<String, Value> {
        super::Sight::ALL.iter().zip(values).map(|(s, v)| (s.name().to_owned(), json!(v))).collect()
    };
    let whole = json!({
        "type": "plan", "run": plan.run, "seed": options.seed, "labels": plan.rows.len(), "posts": plan.posts,
        "creators": plan.creators, "per_creator": options.per_creator, "floor": options.floor,
        "expected": sights(&options.expected), "costs": sights(&options.costs), "repeats_joined": plan.repeats,
        "with_texts": plan.with_texts, "strata": plan.strata, "needs": plan.needs,
    });
    Ok(vec![
        ("coders.csv", form),
        ("label_studio.json", pretty(&Value::Array(tasks))?),
        ("label_studio.xml", label_studio_config().as_bytes().to_vec()),
        ("plan.json", pretty(&whole)?),
        ("sample.csv", table),
        ("sample.jsonl", lines),
    ])
}

fn record(plan: &Plan, row: &Row) -> Map<String, Value> {
    let stratum = |at: usize| &plan.strata[at].name;
    let draw = |d: &Drawn| json!({"line": d.line, "stratum": stratum(d.stratum), "weight": d.weight});
    let draws: Vec<Value> = row.draws.iter().map(draw).collect();
    let Value::Object(mut record) = json!({
        "type": "sample", "post_id": row.post_id, "text_sha256": row.text_sha256, "platform": row.platform,
        "creator": row.creator, "posted_at": row.posted_at, "language": row.language,
        "stratum": stratum(row.stratum), "inclusion_probability": row.chance, "weight": row.weight, "draws": draws,
    }) else {
        return Map::new();
    };
    if !row.texts.is_empty() {
        record.insert("texts".to_owned(), row.texts.iter().map(|(n, t)| (*n, json!(t))).collect::<Value>());
    }
    record
}

/// What a coder sees.
fn shown(row: &Row) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("post_id".to_owned(), json!(row.post_id));
    map.insert("text_sha256".to_owned(), json!(row.text_sha256));
    // Label Studio wants every field that its page names.
    crate::post::Field::ALL.iter().for_each(|f| drop(map.insert(f.name().to_owned(), json!(""))));
    row.texts.iter().for_each(|(name, text)| drop(map.insert((*name).to_owned(), json!(text))));
    map
}

fn csv_of(columns: &[&str], rows: impl Iterator<Item = Map<String, Value>>) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns)?;
    for row in rows {
        let cell = |name: &&str| match row.get(*name) {
            // An id must come back as it is, for labels to find their post.
            Some(Value::String(text)) if *name == "post_id" => text.clone(),
            Some(Value::String(text)) => inert(text).into_owned(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        };
        writer.write_record(columns.iter().map(cell))?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

/// The labelling interface for Label Studio; its JSON-MIN or CSV export is a label file as it is.
pub fn label_studio_config() -> &'static str {
    r#"<View>
  <Header value="Bài đăng / The post"/>
  <Text name="title_text" value="$title"/>
  <Text name="post" value="$text"/>
  <Text name="transcript_text" value="$transcript"/>
  <Text name="on_screen_text" value="$on_screen"/>
  <Text name="first_comment_text" value="$first_comment"/>
  <Text name="bio_text" value="$bio"/>
  <Header value="Bài thương mại? / Commercial?"/>
  <Choices name="commercial" toName="post" choice="single" required="true" showInLine="true">
    <Choice value="yes"/><Choice value="no"/><Choice value="unsure"/>
  </Choices>
  <Header value="Công khai thế nào? / How disclosed?"/>
  <Choices name="disclosure" toName="post" choice="single" required="true" showInLine="true">
    <Choice value="adequate"/><Choice value="weak"/><Choice value="absent"/><Choice value="denied"/>
    <Choice value="not_applicable"/><Choice value="unknown"/>
  </Choices>
  <Header value="Có khẳng định trong sổ mã? / A claim of the codebook?"/>
  <Choices name="claim" toName="post" choice="single" required="true" showInLine="true">
    <Choice value="yes"/><Choice value="no"/>
  </Choices>
  <TextArea name="comment" toName="post" rows="2" maxSubmissions="1"/>
</View>
"#
}
