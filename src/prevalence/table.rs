//! The rows as a tidy table: one row an estimate, one column a variable, empty where there is nothing.

use super::{Prevalence, PrevalenceError, Row};
use crate::report::{inert, visible_line};

/// The columns of the CSV, which are the fields of a row in JSON.
pub const COLUMNS: [&str; 21] = [
    "kind",
    "measure",
    "by",
    "group",
    "versus",
    "method",
    "error",
    "recommended",
    "estimate",
    "se",
    "lower",
    "upper",
    "conf",
    "p",
    "p_adjusted",
    "labels",
    "creators",
    "posts",
    "deff",
    "lambda",
    "note",
];
/// Significant decimals of every number in files.
const DECIMALS: usize = 6;
/// The least p-value that files write: rounded away it would say that something is impossible.
const LEAST_P: f64 = 1e-6;
/// The same for people.
const LEAST_P_SHOWN: f64 = 1e-4;

/// The table as CSV with header: numbers with a point, missing values empty, TRUE and FALSE as R and pandas read them.
///
/// # Errors
/// None that input can cause: the writer writes to memory.
pub fn to_csv(found: &Prevalence) -> Result<Vec<u8>, PrevalenceError> {
    let wrong = |e: csv::Error| PrevalenceError::Write(e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(wrong)?;
    for row in &found.rows {
        writer.write_record(cells(row)).map_err(wrong)?;
    }
    writer.into_inner().map_err(|e| PrevalenceError::Write(e.to_string()))
}

fn cells(row: &Row) -> [String; 21] {
    let real = |v: Option<f64>| v.map_or_else(String::new, |v| format!("{:.DECIMALS$}", v + 0.0));
    let whole = |v: Option<u64>| v.map_or_else(String::new, |v| v.to_string());
    let kind = match row.kind {
        super::Kind::Share => "share",
        super::Kind::Difference => "difference",
        super::Kind::Trend => "trend",
    };
    [
        kind.to_owned(),
        row.measure.to_owned(),
        row.by.to_owned(),
        inert(&row.group).into_owned(),
        inert(row.versus.as_deref().unwrap_or_default()).into_owned(),
        row.method.to_owned(),
        row.error.to_owned(),
        if row.recommended { "TRUE" } else { "FALSE" }.to_owned(),
        real(row.estimate),
        real(row.se),
        real(row.lower),
        real(row.upper),
        real(row.conf),
        real(row.p.map(|p| p.max(LEAST_P))),
        real(row.p_adjusted.map(|p| p.max(LEAST_P))),
        whole(row.labels),
        whole(row.creators),
        row.posts.to_string(),
        real(row.deff),
        real(row.lambda),
        row.note.unwrap_or_default().to_owned(),
    ]
}

/// Everything as one JSON object: `facts`, `warnings`, `rows`. Numbers are rounded as in the table.
///
/// # Errors
/// None that input can cause: the writer writes to memory.
pub fn to_json(found: &Prevalence) -> Result<Vec<u8>, PrevalenceError> {
    let scale = 10_f64.powi(DECIMALS as i32);
    let round = |v: &mut Option<f64>| *v = v.map(|v| (v * scale).round() / scale + 0.0);
    let mut found = found.clone();
    for row in &mut found.rows {
        [&mut row.p, &mut row.p_adjusted].into_iter().flatten().for_each(|p| *p = p.max(LEAST_P));
        for value in [
            &mut row.estimate,
            &mut row.se,
            &mut row.lower,
            &mut row.upper,
            &mut row.conf,
            &mut row.p,
            &mut row.p_adjusted,
            &mut row.deff,
            &mut row.lambda,
        ] {
            round(value);
        }
    }
    let mut bytes = serde_json::to_vec_pretty(&found).map_err(|e| PrevalenceError::Write(e.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The table for people: columns that matter, aligned; the row to quote is marked.
pub fn to_text(found: &Prevalence) -> String {
    let header = ["", "measure", "group", "method", "error", "estimate", "interval", "n", "deff", "note"];
    let mut lines = vec![header.map(str::to_owned)];
    lines.extend(found.rows.iter().map(|row| {
        let percent = |v: f64| format!("{:.1}", 100.0 * v);
        let group = match &row.versus {
            Some(versus) => format!("{} − {versus}", row.group),
            None => row.group.clone(),
        };
        [
            if row.recommended { "*" } else { "" }.to_owned(),
            row.measure.to_owned(),
            // A platform's name comes from the data.
            if row.by.is_empty() { group } else { format!("{}: {}", row.by, visible_line(&group)) },
            row.method.to_owned(),
            row.error.to_owned(),
            row.estimate.map_or_else(|| "–".to_owned(), |e| format!("{} %", percent(e))),
            row.lower.zip(row.upper).map_or_else(String::new, |(l, u)| format!("{} to {}", percent(l), percent(u))),
            row.labels.map_or_else(String::new, |n| n.to_string()),
            row.deff.map_or_else(String::new, |d| format!("{d:.2}")),
            match (row.p_adjusted.or(row.p), row.note) {
                (Some(p), note) if p < LEAST_P_SHOWN => format!("p <{LEAST_P_SHOWN:.4} {}", note.unwrap_or_default()),
                (Some(p), note) => format!("p {p:.4} {}", note.unwrap_or_default()),
                (None, note) => note.unwrap_or_default().to_owned(),
            },
        ]
    }));
    let mut widths = [0; 10];
    for line in &lines {
        widths.iter_mut().zip(line).for_each(|(w, cell)| *w = (*w).max(cell.chars().count()));
    }
    let mut out = String::new();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(widths)
            .enumerate()
            .map(
                |(at, (cell, width))| {
                    if (5..9).contains(&at) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
                },
            )
            .collect();
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    }
    out
}
