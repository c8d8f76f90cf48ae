//! Decisions of reviewers about findings, read and checked: JSON Lines, the table that `export --to csv` writes, and what
//! Label Studio exports of the tasks that `export --to label-studio` writes. All faults of a file are told at once.

use crate::records::{self, Record};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
};

/// What a reviewer says of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is right.
    Confirm,
    /// It is wrong.
    Overturn,
    /// Neither can be said.
    Unsure,
}

impl Verdict {
    /// All, in the order of the page.
    pub const ALL: [Verdict; 3] = [Verdict::Confirm, Verdict::Overturn, Verdict::Unsure];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Confirm => "confirm",
            Verdict::Overturn => "overturn",
            Verdict::Unsure => "unsure",
        }
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The finding, `f_` and 32 hexadecimal digits.
    pub finding_id: String,
    /// What is said.
    pub decision: Verdict,
    /// Why, as a code of the house.
    pub reason_code: Option<String>,
    /// Why, in words.
    pub note: Option<String>,
    /// Who says it.
    pub reviewer: String,
    /// When, as written; a day or a moment.
    pub at: Option<String>,
    /// Line or record in the file, from 1.
    pub line: u64,
}

/// Something wrong in a file of decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionFault {
    /// Line or record, from 1.
    pub line: u64,
    /// What.
    pub kind: DecisionFaultKind,
}

/// What can be wrong with a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionFaultKind {
    /// No JSON object, no row, no task.
    NotARecord(String),
    /// A field that every decision needs is missing or empty.
    Missing(&'static str),
    /// No such decision.
    UnknownWord(String),
    /// The id is none of a finding.
    BadId(String),
    /// One reviewer says two things of one finding.
    Contradiction {
        /// The finding.
        finding_id: String,
        /// Where the other stands.
        first: u64,
    },
}

impl fmt::Display for DecisionFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARecord(why) => write!(f, "không phải bản ghi / no record: {why}"),
            Self::Missing(field) => write!(f, "thiếu `{field}` / `{field}` is missing"),
            Self::UnknownWord(word) => {
                write!(f, "`decision`: không biết từ / unknown word `{word}`; dùng / use confirm, overturn, unsure")
            }
            Self::BadId(id) => write!(f, "`finding_id` không phải mã phát hiện / is no finding id: `{id}`"),
            Self::Contradiction { finding_id, first } => write!(
                f,
                "một người xét nói hai điều về {finding_id}, dòng kia là {first} / one reviewer says two things of \
                 {finding_id}; the other is in line {first}"
            ),
        }
    }
}

/// Why decisions cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionError {
    /// The file cannot be read.
    #[error("không đọc được {}: {source} / cannot read {}: {source}", path.display(), path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is at fault.
    #[error("{}: {} lỗi / faults\n{}", path.display(), faults.len(), records::shown(faults.iter().map(|f| (f.line, &f.kind))))]
    Faults {
        /// Which file.
        path: PathBuf,
        /// All of them, by line.
        faults: Vec<DecisionFault>,
    },
}

/// Reads a file of decisions: `.csv` and `.tsv` as a table with header (a comma or a semicolon between its cells, as
/// spreadsheets save it; a row without a decision is passed over), anything else as JSON: a Label Studio export, an
/// array, or one object a line.
///
/// # Errors
/// All faults of the file at once.
pub fn read(path: &Path) -> Result<Vec<Decision>, DecisionError> {
    let text = std::fs::read_to_string(path).map_err(|source| DecisionError::Io { path: path.to_owned(), source })?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let decisions = match extension.as_str() {
        "csv" => table(&text),
        "tsv" => table_of(&text, b'\t'),
        _ => json(&text),
    };
    decisions.map_err(|faults| DecisionError::Faults { path: path.to_owned(), faults })
}

/// Reads a table with header.
///
/// # Errors
/// All faults, by line.
pub fn table(text: &str) -> Result<Vec<Decision>, Vec<DecisionFault>> {
    table_of(text, records::delimiter(text))
}

/// A row without a decision says nothing yet.
fn table_of(text: &str, delimiter: u8) -> Result<Vec<Decision>, Vec<DecisionFault>> {
    let mut records = records::table(text, delimiter);
    records.retain(|(_, row)| row.as_ref().map_or(true, |row| row.contains_key("decision")));
    Builder::read(records)
}

/// Reads a Label Studio export, an array of decisions, or one a line.
///
/// # Errors
/// All faults, by line or record.
pub fn json(text: &str) -> Result<Vec<Decision>, Vec<DecisionFault>> {
    Builder::read(records::json(text))
}

#[derive(Default)]
struct Builder {
    decisions: Vec<Decision>,
    faults: Vec<DecisionFault>,
}

impl Builder {
    fn read(records: Vec<Record>) -> Result<Vec<Decision>, Vec<DecisionFault>> {
        let mut builder = Self::default();
        for (line, record) in records::opened(records, annotations) {
            match record {
                Ok(record) => builder.record(line, &record),
                Err(said) => builder.fault(line, DecisionFaultKind::NotARecord(said)),
            }
        }
        builder.finish()
    }

    fn fault(&mut self, line: u64, kind: DecisionFaultKind) {
        self.faults.push(DecisionFault { line, kind });
    }

    fn record(&mut self, line: u64, record: &Map<String, Value>) {
        match decision(line, record) {
            Ok(decision) => self.decisions.push(decision),
            Err(kind) => self.fault(line, kind),
        }
    }

    /// One reviewer says one thing of one finding; said twice alike, it is said once.
    fn finish(mut self) -> Result<Vec<Decision>, Vec<DecisionFault>> {
        let mut said: BTreeMap<(String, String), (Verdict, u64)> = BTreeMap::new();
        let faults = &mut self.faults;
        self.decisions.retain(|d| {
            let key = (d.finding_id.clone(), d.reviewer.clone());
            match said.get(&key) {
                None => said.insert(key, (d.decision, d.line)).is_none(),
                Some((same, _)) if *same == d.decision => false,
                Some((_, first)) => {
                    let (finding_id, first) = (d.finding_id.clone(), *first);
                    faults.push(DecisionFault {
                        line: d.line,
                        kind: DecisionFaultKind::Contradiction { finding_id, first },
                    });
                    false
                }
            }
        });
        self.faults.sort_by_key(|f| f.line);
        if self.faults.is_empty() { Ok(self.decisions) } else { Err(self.faults) }
    }
}

fn decision(line: u64, record: &Map<String, Value>) -> Result<Decision, DecisionFaultKind> {
    let word = |name: &str| record.get(name).and_then(records::word);
    let finding_id = word("finding_id").ok_or(DecisionFaultKind::Missing("finding_id"))?;
    let digits = finding_id.strip_prefix("f_").unwrap_or_default();
    if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(DecisionFaultKind::BadId(finding_id));
    }
    let said = word("decision").ok_or(DecisionFaultKind::Missing("decision"))?;
    let verdict = Verdict::ALL.into_iter().find(|v| v.name().eq_ignore_ascii_case(&said));
    Ok(Decision {
        finding_id,
        decision: verdict.ok_or(DecisionFaultKind::UnknownWord(said))?,
        reason_code: word("reason_code"),
        note: word("note"),
        reviewer: word("reviewer").ok_or(DecisionFaultKind::Missing("reviewer"))?,
        at: word("at"),
        line,
    })
}

/// What a task of Label Studio's JSON export says: the choices and notes that stand on the regions of findings. A region
/// that a reviewer drew is of no finding and says nothing here; a cancelled annotation is none.
fn annotations(task: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let mut records = Vec::new();
    for annotation in task.get("annotations").and_then(Value::as_array).into_iter().flatten() {
        if annotation["was_cancelled"].as_bool() == Some(true) {
            continue;
        }
        let mut notes: BTreeMap<&str, String> = BTreeMap::new();
        let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
        let mut said = Vec::new();
        for result in annotation["result"].as_array().into_iter().flatten() {
            let (Some(id), Some(name)) = (result["id"].as_str(), result["from_name"].as_str()) else { continue };
            // The number of the words in the finding stands behind the last dot.
            let Some((finding, _)) = id.rsplit_once('.').filter(|(finding, _)| finding.starts_with("f_")) else {
                continue;
            };
            if name.starts_with("decision_") {
                said.extend(result["value"]["choices"][0].as_str().map(|choice| (finding, choice)));
            } else if name.starts_with("reason_") {
                reasons.extend(result["value"]["choices"][0].as_str().map(|code| (finding, code)));
            } else if name.starts_with("note_") {
                let texts = result["value"]["text"].as_array().into_iter().flatten().filter_map(Value::as_str);
                notes.insert(finding, texts.collect::<Vec<_>>().join("\n"));
            }
        }
        let reviewer = records::annotator(annotation);
        for (finding, choice) in said {
            let record = json!({
                "finding_id": finding, "decision": choice, "reviewer": reviewer, "note": notes.get(finding),
                "reason_code": reasons.get(finding),
                "at": annotation["updated_at"],
            });
            records.extend(record.as_object().cloned());
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "f_0123456789abcdef0123456789abcdef";

    #[test]
    fn the_same_decision_from_every_form() {
        let line = json!({"finding_id": ID, "decision": "overturn", "reason_code": null, "note": "đùa", "reviewer": "7", "at": "2026-11-22"});
        let table =
            format!("\u{feff}finding_id;decision;note;reviewer;at\r\n{ID};overturn;đùa;7;2026-11-22\r\n{ID};;;;\r\n");
        let region = format!("{ID}.0");
        let task = json!([{"id": 1, "annotations": [
            {"completed_by": 7, "updated_at": "2026-11-22", "result": [
                {"id": region, "from_name": "rule_text", "type": "labels", "value": {"start": 0, "end": 3, "labels": ["DIS001"]}},
                {"id": region, "from_name": "decision_text", "type": "choices", "value": {"choices": ["overturn"]}},
                {"id": region, "from_name": "note_text", "type": "textarea", "value": {"text": ["đùa"]}},
                {"id": "own", "from_name": "decision_text", "type": "choices", "value": {"choices": ["confirm"]}},
            ]},
            {"completed_by": 8, "was_cancelled": true, "result": [
                {"id": region, "from_name": "decision_text", "type": "choices", "value": {"choices": ["confirm"]}},
            ]},
        ]}]);
        let read = [json(&format!("{line}\n")), super::table(&table), json(&task.to_string())];
        for decisions in read {
            let mut decisions = decisions.unwrap();
            assert_eq!(decisions.len(), 1);
            decisions[0].line = 0;
            let expected = Decision {
                finding_id: ID.to_owned(),
                decision: Verdict::Overturn,
                reason_code: None,
                note: Some("đùa".to_owned()),
                reviewer: "7".to_owned(),
                at: Some("2026-11-22".to_owned()),
                line: 0,
            };
            assert_eq!(decisions[0], expected);
        }
    }

    #[test]
    fn all_faults_are_told_with_their_lines() {
        let text = format!(
            "{{\"finding_id\":\"{ID}\",\"decision\":\"confirm\",\"reviewer\":\"a\"}}\n\
             {{\"finding_id\":\"{ID}\",\"decision\":\"confirm\",\"reviewer\":\"a\"}}\n\
             {{\"finding_id\":\"{ID}\",\"decision\":\"unsure\",\"reviewer\":\"a\"}}\n\
             {{\"finding_id\":\"{ID}\",\"decision\":\"perhaps\",\"reviewer\":\"a\"}}\n\
             {{\"finding_id\":\"f_1\",\"decision\":\"confirm\",\"reviewer\":\"a\"}}\n\
             {{\"finding_id\":\"{ID}\",\"decision\":\"confirm\"}}\n[]\nnothing\n"
        );
        let faults = json(&text).unwrap_err();
        let lines: Vec<_> = faults.iter().map(|f| f.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8]);
        assert_eq!(faults[3].kind, DecisionFaultKind::Missing("reviewer"));
        assert!(matches!(&faults[0].kind, DecisionFaultKind::Contradiction { first: 1, .. }));
    }
}
