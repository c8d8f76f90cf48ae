//! A Frictionless data package: plain tables and `datapackage.json`, which says what every column is.

use super::{
    ExportError,
    columns::{self, Column, Kind},
    spreadsheet::{Dialect, spreadsheet},
    write_error,
};
use crate::{
    finished::FinishedRun,
    report::{FileRecord, PROGRAM},
};
use serde_json::{Value, json};
use std::path::Path;

/// Writes the tables and their descriptor into `folder`.
///
/// # Errors
/// When the run cannot be read or the system refuses to write.
pub fn data_package(run: &FinishedRun, folder: &Path) -> Result<(), ExportError> {
    let files = spreadsheet(run, folder, Dialect::Plain)?;
    let manifest = &run.manifest;
    let fields = |columns: &[Column]| std::iter::once(&columns::POST).chain(columns).map(field).collect::<Vec<_>>();
    let posts = json!({"fields": fields(&columns::POSTS), "primaryKey": "post"});
    let findings = json!({
        "fields": fields(&columns::FINDINGS),
        "foreignKeys": [{"fields": "post", "reference": {"resource": "posts", "fields": "post"}}],
    });
    let creators = json!({
        "fields": crate::report::columns().map(|name| json!({"name": name, "type": creator_type(&name)})).collect::<Vec<_>>(),
        "primaryKey": ["platform", "creator"],
    });
    let resources: Vec<Value> =
        files.iter().zip([("posts", posts), ("findings", findings), ("creators", creators)]).map(resource).collect();
    let sources: Vec<Value> = manifest
        .inputs
        .iter()
        .map(|input| json!({"title": input.path, "path": input.path, "hash": format!("sha256:{}", input.sha256)}))
        .collect();
    let package = json!({
        "profile": "tabular-data-package",
        "name": "minhbach-run",
        "title": "minhbach: bài, phát hiện, người đăng / posts, findings, creators",
        "description": "Mỗi phát hiện là lý do để con người xem lại, không phải kết luận; bài được xét theo luật Việt Nam. \
                        / A finding is a reason for a person to look, never a verdict; posts are judged under Vietnamese law.",
        "version": manifest.program.version,
        "sources": sources,
        "run": {
            "program": PROGRAM, "key": manifest.key, "demo": manifest.demo, "as_of": manifest.as_of,
            "pack": {"version": manifest.pack.version, "sha256": manifest.pack.sha256},
            "policy_sha256": manifest.policy_sha256,
        },
        "resources": resources,
    });
    let path = folder.join("datapackage.json");
    let text = format!("{package:#}\n");
    std::fs::write(&path, text).map_err(write_error(&path))
}

fn resource((file, (name, schema)): (&FileRecord, (&str, Value))) -> Value {
    json!({
        "name": name, "path": file.path, "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "bytes": file.bytes, "hash": format!("sha256:{}", file.sha256), "schema": schema,
    })
}

fn field(column: &Column) -> Value {
    let mut field = json!({"name": column.name, "type": column.kind.frictionless(), "description": column.says});
    if column.kind == Kind::Flag {
        field["trueValues"] = json!(["true"]);
        field["falseValues"] = json!(["false"]);
    }
    field
}

/// The type of a column of `creators.csv`, by its name: the numbers stand together and say what they are.
pub(super) fn creator_type(name: &str) -> &'static str {
    let name = name.strip_prefix("transparency_").or_else(|| name.strip_prefix("ad_compliance_")).unwrap_or(name);
    const NUMBERS: [&str; 11] =
        ["score", "lower", "upper", "uncapped", "cap", "weight", "good", "bad", "coverage", "best", "worst"];
    const COUNTS: [&str; 8] =
        ["posts_", "disclosure_", "findings", "stability_", "n_", "evidence_", "window_days", "n"];
    if NUMBERS.contains(&name) {
        "number"
    } else if name == "as_of" {
        "date"
    } else if COUNTS.iter().any(|head| name == *head || head.len() > 1 && name.starts_with(head)) {
        "integer"
    } else {
        "string"
    }
}
