//! One SQLite file: the run, its findings and creators, and the decisions about them, to be asked in SQL or opened in
//! Datasette, R and spreadsheets.

use super::{
    ExportError, Posts, Records,
    columns::{self, Column, Kind},
};
use crate::{
    decisions::Decision,
    finished::{FinishedError, FinishedRun},
    report,
};
use rusqlite::{Connection, Transaction, params, params_from_iter, types::Value as Cell};
use serde_json::Value;
use std::path::Path;

/// Writes the tables `runs`, `posts`, `findings`, `creators` and `decisions` into a new file. Rows stand in the order of
/// the run.
///
/// # Errors
/// When the run cannot be read or SQLite refuses, as where the file exists.
pub fn sqlite(run: &FinishedRun, decisions: &[Decision], file: &Path) -> Result<(), ExportError> {
    let refuse = |source| ExportError::Sqlite { path: file.to_owned(), source };
    let mut connection = Connection::open(file).map_err(refuse)?;
    let all = connection.transaction().map_err(refuse)?;
    write_run(&all, run).map_err(refuse)?;
    write_posts(&all, run, &refuse)?;
    write_creators(&all, run, &refuse)?;
    write_decisions(&all, decisions).map_err(refuse)?;
    let indices = "CREATE INDEX findings_by_post ON findings (post);
        CREATE INDEX findings_by_rule ON findings (rule);
        CREATE INDEX findings_by_creator ON findings (platform, creator);
        CREATE INDEX findings_by_id ON findings (finding_id);
        CREATE INDEX decisions_by_finding ON decisions (finding_id);";
    all.execute_batch(indices).and_then(|()| all.commit()).map_err(refuse)
}

fn write_run(all: &Transaction<'_>, run: &FinishedRun) -> rusqlite::Result<()> {
    let manifest = &run.manifest;
    all.execute_batch(
        "CREATE TABLE runs (key TEXT PRIMARY KEY, program TEXT, program_version TEXT, pack_version TEXT,
         pack_sha256 TEXT, policy_sha256 TEXT, law_as_of TEXT, as_of TEXT, demo INTEGER, posts INTEGER,
         findings INTEGER, creators INTEGER, rejects INTEGER, options TEXT, inputs TEXT)",
    )?;
    let (pack, counts) = (&manifest.pack, manifest.counts);
    // Maps of texts and lists of files are always JSON.
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    let number = |n: u64| n as i64;
    all.execute(
        "INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        params![
            manifest.key,
            manifest.program.name,
            manifest.program.version,
            pack.version,
            pack.sha256,
            manifest.policy_sha256,
            pack.law_as_of,
            manifest.as_of,
            manifest.demo,
            number(counts.posts),
            number(counts.findings),
            number(counts.creators),
            number(counts.rejects),
            json(serde_json::to_string(&manifest.options)),
            json(serde_json::to_string(&manifest.inputs)),
        ],
    )?;
    Ok(())
}

fn write_posts(
    all: &Transaction<'_>,
    run: &FinishedRun,
    refuse: &impl Fn(rusqlite::Error) -> ExportError,
) -> Result<(), ExportError> {
    let posts = create(all, "posts", &columns::POSTS, "INTEGER PRIMARY KEY").map_err(refuse)?;
    let findings = create(all, "findings", &columns::FINDINGS, "INTEGER REFERENCES posts (post)").map_err(refuse)?;
    let (mut posts, mut findings) = (all.prepare(&posts).map_err(refuse)?, all.prepare(&findings).map_err(refuse)?);
    let mut source = Posts::open(run)?;
    while let Some((number, post, found)) = source.next()? {
        posts.execute(params_from_iter(cells(number, &columns::POSTS, &post))).map_err(refuse)?;
        for finding in &found {
            findings.execute(params_from_iter(cells(number, &columns::FINDINGS, finding))).map_err(refuse)?;
        }
    }
    Ok(())
}

/// Makes a table and gives the statement that fills it.
fn create(all: &Transaction<'_>, name: &str, columns: &[Column], post: &str) -> rusqlite::Result<String> {
    let typed = |column: &Column| {
        let kind = match column.kind {
            Kind::Text => "TEXT",
            Kind::Count | Kind::Flag => "INTEGER",
            Kind::Number => "REAL",
        };
        format!(", \"{}\" {kind}", column.name)
    };
    let rest: String = columns.iter().map(typed).collect();
    all.execute_batch(&format!("CREATE TABLE {name} (\"{}\" {post}{rest})", columns::POST.name))?;
    Ok(format!("INSERT INTO {name} VALUES (?{})", ",?".repeat(columns.len())))
}

fn cells(post: u64, columns: &[Column], record: &Value) -> Vec<Cell> {
    let mut row = vec![Cell::Integer(post as i64)];
    for column in columns {
        row.push(match columns::at(record, column.path) {
            None => Cell::Null,
            Some(Value::Bool(yes)) => Cell::Integer(yes.into()),
            Some(Value::Number(n)) => {
                n.as_i64().map_or_else(|| Cell::Real(n.as_f64().unwrap_or(f64::NAN)), Cell::Integer)
            }
            Some(Value::String(text)) => Cell::Text(text),
            Some(other) => Cell::Text(other.to_string()),
        });
    }
    row
}

/// The columns of `creators.csv`, numbers as numbers. Names are taken from the records: in the table those that look like
/// formulas carry a mark, and would not join.
fn write_creators(
    all: &Transaction<'_>,
    run: &FinishedRun,
    refuse: &impl Fn(rusqlite::Error) -> ExportError,
) -> Result<(), ExportError> {
    let names: Vec<String> = report::columns().collect();
    let columns: Vec<String> = names.iter().map(|name| format!("\"{name}\" {}", affinity(name))).collect();
    all.execute_batch(&format!("CREATE TABLE creators ({})", columns.join(", "))).map_err(refuse)?;
    let marks = vec!["?"; names.len()].join(",");
    let mut insert = all.prepare(&format!("INSERT INTO creators VALUES ({marks})")).map_err(refuse)?;
    let path = run.folder().join("creators.csv");
    let unreadable = |e: csv::Error| ExportError::from(FinishedError::Io { path: path.clone(), source: e.into() });
    let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
    let mut records = Records::open(run, "creators.jsonl")?;
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let record = records.next()?.unwrap_or_default();
        let cells = names.iter().zip(row.iter()).map(|(name, cell)| match name.as_str() {
            // Empty where it is empty among the posts: the two are joined by it.
            "platform" | "creator" => Some(record[name].as_str().unwrap_or(cell)),
            _ => Some(cell).filter(|cell| !cell.is_empty()),
        });
        insert.execute(params_from_iter(cells)).map_err(refuse)?;
    }
    Ok(())
}

/// Texts keep their zeros, everything else becomes a number where it is one.
fn affinity(name: &str) -> &'static str {
    match super::package::creator_type(name) {
        "integer" => "INTEGER",
        "number" => "REAL",
        _ => "TEXT",
    }
}

fn write_decisions(all: &Transaction<'_>, decisions: &[Decision]) -> rusqlite::Result<()> {
    all.execute_batch(
        "CREATE TABLE decisions (finding_id TEXT NOT NULL, decision TEXT NOT NULL, reason_code TEXT, note TEXT,
         reviewer TEXT NOT NULL, at TEXT)",
    )?;
    let mut insert = all.prepare("INSERT INTO decisions VALUES (?,?,?,?,?,?)")?;
    for d in decisions {
        insert.execute(params![d.finding_id, d.decision.name(), d.reason_code, d.note, d.reviewer, d.at])?;
    }
    Ok(())
}
