//! `docs/schemas/`: every record of a run folder and every TOML file of the pack is what its schema says.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, lines, repository, scan};
use regex::Regex;
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Which schema a file of the pack follows: the first whose path fits.
const PACK: [(&str, &str); 20] = [
    ("formats/maps/", "map.toml"),
    ("formats/hosts", "hosts.toml"),
    ("formats/platforms", "platforms.toml"),
    ("terms/", "terms.toml"),
    ("rules/conditions", "conditions.toml"),
    ("rules/", "rules.toml"),
    ("context/", "context.toml"),
    ("provisions/", "provisions.toml"),
    ("policy/crosswalk", "crosswalk.toml"),
    ("policy/", "policy.toml"),
    ("weights/commercial", "weights_commercial.toml"),
    ("weights/disclosure", "weights_disclosure.toml"),
    ("weights/score", "weights_score.toml"),
    ("weights/shape", "weights_shape.toml"),
    ("fold/collisions", "collisions.toml"),
    ("fold/words", "words.toml"),
    ("fold/social", "social.toml"),
    ("fold/disguise", "disguise.toml"),
    ("messages/", "messages.toml"),
    ("pack", "pack.toml"),
];

fn schema(name: &str) -> Value {
    let text = fs::read_to_string(repository("docs/schemas").join(format!("{name}.schema.json"))).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// What is wrong with `value` under `schema`, which stands in `root`. Knows the keywords that our schemas use and no others:
/// a keyword that nobody checks would promise what nothing keeps.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: a schema is an object"));
    for (keyword, rule) in schema {
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "required" | "properties" => true,
            "$ref" => {
                let name = rule.as_str().and_then(|r| r.strip_prefix("#/$defs/")).unwrap();
                faults(root, &root["$defs"][name], value, at, found);
                true
            }
            "anyOf" => rule.as_array().unwrap().iter().any(|one| {
                let mut inner = Vec::new();
                faults(root, one, value, at, &mut inner);
                inner.is_empty()
            }),
            "type" => match rule {
                Value::Array(types) => types.iter().any(|t| is(value, t.as_str().unwrap())),
                one => is(value, one.as_str().unwrap()),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "pattern" => value.as_str().is_none_or(|v| Regex::new(rule.as_str().unwrap()).unwrap().is_match(v)),
            "minimum" => value.as_f64().is_none_or(|v| v >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|v| v <= rule.as_f64().unwrap()),
            "minLength" => value.as_str().is_none_or(|v| v.chars().count() as u64 >= rule.as_u64().unwrap()),
            "maxLength" => value.as_str().is_none_or(|v| v.chars().count() as u64 <= rule.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|v| v.len() as u64 >= rule.as_u64().unwrap()),
            "minProperties" => value.as_object().is_none_or(|v| v.len() as u64 >= rule.as_u64().unwrap()),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    faults(root, rule, item, &format!("{at}[{i}]"), found);
                }
                true
            }
            "additionalProperties" => {
                let named = schema.get("properties").and_then(Value::as_object);
                for (key, inner) in value.as_object().into_iter().flatten() {
                    match (named.is_some_and(|n| n.contains_key(key)), rule) {
                        (true, _) => {}
                        (false, Value::Bool(open)) => {
                            if !open {
                                found.push(format!("{at}.{key}: unknown key"));
                            }
                        }
                        (false, rule) => faults(root, rule, inner, &format!("{at}.{key}"), found),
                    }
                }
                true
            }
            other => panic!("{at}: the test does not know the keyword {other}; teach it or leave it out"),
        };
        if !holds {
            found.push(format!("{at}: {keyword} {rule} does not hold for {value}"));
        }
    }
    let Some(object) = value.as_object() else { return };
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !object.contains_key(key.as_str().unwrap()) {
            found.push(format!("{at}: {key} is missing"));
        }
    }
    for (key, rule) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(inner) = object.get(key) {
            faults(root, rule, inner, &format!("{at}.{key}"), found);
        }
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

fn check(schema: &Value, value: &Value, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    faults(schema, schema, value, name, &mut found);
    found
}

/// Runs that between them hold every kind of record: the demonstration, exports, broken files.
fn runs() -> (TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    scan(&[], &demo, &["--advisory"]);
    let exports = dir.path().join("exports");
    scan(&[&repository("tests/fixtures/formats")], &exports, &["--max-bad", "1000", "--advisory"]);
    let broken = dir.path().join("broken");
    scan(&[&repository("tests/fixtures/ingest")], &broken, &["--max-bad", "1000"]);
    let (redacted, key) = (dir.path().join("redacted"), dir.path().join("key"));
    fs::write(&key, "0123456789abcdef0123456789abcdef").unwrap();
    scan(&[], &redacted, &["--redact", arg(&key)]);
    (dir, vec![demo, exports, broken, redacted])
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn real_output_is_what_the_schemas_say() {
    let (_dir, runs) = runs();
    let files = [
        ("posts.jsonl", "post"),
        ("findings.jsonl", "finding"),
        ("creators.jsonl", "creator"),
        ("rejects.jsonl", "reject"),
        ("summary.json", "summary"),
        ("manifest.json", "manifest"),
    ];
    for (file, name) in files {
        let schema = schema(name);
        let records: Vec<Value> = runs
            .iter()
            .flat_map(|run| match file.ends_with("jsonl") {
                true => lines(&run.join(file)),
                false => vec![json(&run.join(file))],
            })
            .collect();
        assert!(!records.is_empty(), "{file}");
        let faults: Vec<String> = records.iter().flat_map(|record| check(&schema, record, file)).take(20).collect();
        assert_eq!(faults, [""; 0], "{name}.schema.json and {file} disagree");
        // A schema that takes anything would hold as well.
        let mut strange = records[0].clone();
        strange.as_object_mut().unwrap().insert("stray".into(), Value::Null);
        assert_ne!(check(&schema, &strange, file), [""; 0], "{name} takes unknown keys");
        assert_ne!(check(&schema, &Value::Object(Map::new()), file), [""; 0], "{name} takes nothing at all");
    }
}

#[test]
fn every_toml_file_of_the_pack_is_what_its_schema_says() {
    let root = repository("lexicons");
    let mut used = BTreeSet::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.unwrap();
        let inside = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        // The table of letters is the program's own.
        if !inside.ends_with(".toml") || inside == "fold/letters.toml" {
            continue;
        }
        let (_, name) = PACK.iter().find(|(path, _)| inside.starts_with(path)).unwrap_or_else(|| panic!("{inside}"));
        used.insert(*name);
        let schema = schema(name);
        let table: toml::Table = fs::read_to_string(entry.path()).unwrap().parse().unwrap();
        let mut value = serde_json::to_value(table).unwrap();
        assert_eq!(check(&schema, &value, &inside), [""; 0]);
        value.as_object_mut().unwrap().insert("stray".into(), Value::from(1));
        assert_ne!(check(&schema, &value, &inside), [""; 0], "{name} takes anything");
    }
    assert_eq!(used.len(), PACK.len(), "every schema has a file");
}

#[test]
fn every_schema_is_listed_and_used() {
    let page = fs::read_to_string(repository("docs/schemas/README.md")).unwrap();
    let records = ["post", "finding", "creator", "reject", "summary", "manifest"];
    let known: BTreeSet<&str> = PACK.iter().map(|(_, name)| *name).chain(records).collect();
    for entry in fs::read_dir(repository("docs/schemas")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".schema.json") else { continue };
        assert!(known.contains(name), "{file} is checked by nothing");
        assert!(page.contains(&format!("`{name}`")), "{file} is not in the list");
        assert_eq!(schema(name)["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn a_map_that_does_not_load_is_none_for_its_schema_either() {
    let schema = schema("map.toml");
    let maps = [
        "shape = \"json\"\nfeilds = 1\n[fields]",
        "shape = \"xml\"\n[fields]\ntext = \"t\"",
        "[fields]\ntext = \"t\"",
        "shape = \"json\"\n[fields]\ncaption = \"t\"",
        "shape = \"json\"\n[fields]\ntext = 7",
        "shape = \"table\"\nzone = \"Asia/Ho_Chi_Minh\"\n[fields]\ntext = \"t\"",
        "shape = \"table\"\n[fields]\nhashtags = { from = \"t\", split = \"||\" }",
        "shape = \"json\"\n[fields]\ntext = \"t\"\n[[label]]\nfrom = \"l\"\nempty = \"nope\"",
    ];
    for map in maps {
        let value = serde_json::to_value(map.parse::<toml::Table>().unwrap()).unwrap();
        assert_ne!(check(&schema, &value, "map"), [""; 0], "{map}");
        assert!(minhbach::pack::read_map("m.toml", map).is_err(), "{map}");
    }
    let good = "shape = \"table\"\n[fields]\ntext = \"t\"";
    assert!(minhbach::pack::read_map("m.toml", good).is_ok());
    assert_eq!(check(&schema, &serde_json::to_value(good.parse::<toml::Table>().unwrap()).unwrap(), "map"), [""; 0]);
}
