//! Label files of coders, read and checked: gold records (JSON Lines), what Label Studio exports of a plan's tasks (JSON,
//! JSON-MIN), and tables (CSV). All faults of a file are told at once.

use crate::{
    records::{self, Record, word},
    vocabulary::{Commercial, DisclosureState},
};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, HashMap},
    fmt, io,
    path::{Path, PathBuf},
};
use unicode_normalization::UnicodeNormalization;

/// Which post: the record's own id (empty when it has none) and the hash of its caption.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostKey {
    /// The record's own id, or empty.
    pub id: String,
    /// SHA-256 of the caption, lower-case hexadecimal.
    pub text_sha256: String,
}

/// What one coder says of one post. What was not asked is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// The post.
    pub post: PostKey,
    /// Who says it.
    pub coder: String,
    /// Whether this is the settled answer after disagreement.
    pub settled: bool,
    /// Whether the post is commercial.
    pub commercial: Option<Commercial>,
    /// How it is disclosed.
    pub disclosure: Option<DisclosureState>,
    /// Whether the author claims something of the kinds in the codebook.
    pub claim: Option<bool>,
    /// The stratum it was drawn from.
    pub stratum: Option<String>,
    /// One over the chance with which it was drawn.
    pub weight: Option<f64>,
    /// Line or record in the file, from 1.
    pub line: u64,
}

/// Codes of a file and how many posts its coders skipped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    /// In file order.
    pub codes: Vec<Code>,
    /// Records without any label.
    pub skipped: u64,
}

/// Something wrong in a label file.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelFault {
    /// Line or record, from 1.
    pub line: u64,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong with a label.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// No JSON object.
    NotARecord(String),
    /// A field that every label needs is missing or empty.
    Missing(&'static str),
    /// A field holds a word that it does not know.
    UnknownWord {
        /// Which field.
        field: &'static str,
        /// What it holds.
        word: String,
        /// What it may hold.
        known: &'static str,
    },
    /// `text_sha256` is no SHA-256.
    BadHash(String),
    /// The weight is no number of at least 1: it is one over a chance.
    BadWeight(String),
    /// The coder has labelled this post already.
    DuplicateCoder {
        /// Who.
        coder: String,
        /// Where first.
        first: u64,
    },
    /// Other labels have a weight, this one has none.
    WeightMissing,
    /// Two coders' records of one post say that it was drawn differently.
    OtherWeight {
        /// Where first.
        first: u64,
    },
    /// A post that is no ad has a state of disclosure, or an ad has none.
    Contradiction,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARecord(why) => write!(f, "không phải bản ghi JSON / no JSON record: {why}"),
            Self::Missing(field) => write!(f, "thiếu `{field}` / `{field}` is missing"),
            Self::UnknownWord { field, word, known } => {
                write!(f, "`{field}`: không biết từ / unknown word `{word}`; dùng / use {known}")
            }
            Self::BadHash(word) => write!(f, "`text_sha256` không phải SHA-256 / is no SHA-256: `{word}`"),
            Self::BadWeight(word) => {
                write!(f, "`weight` phải là số ≥ 1 (1 chia xác suất chọn) / must be a number ≥ 1 (1/chance): `{word}`")
            }
            Self::DuplicateCoder { coder, first } => write!(
                f,
                "người gán nhãn `{coder}` đã gán bài này ở dòng {first}; xóa một bản, hoặc ghi round = adj \
                 cho bản chốt / coder `{coder}` has labelled this post in line {first}; remove one, or mark \
                 the settled one round = adj"
            ),
            Self::WeightMissing => {
                write!(f, "thiếu `weight` trong khi các dòng khác có / `weight` is missing while other rows have one")
            }
            Self::OtherWeight { first } => write!(
                f,
                "`weight` hoặc `stratum` khác dòng {first} của cùng bài / `weight` or `stratum` differs from \
                 line {first} of the same post"
            ),
            Self::Contradiction => write!(
                f,
                "commercial và disclosure trái nhau / commercial and disclosure contradict each other: \
                 commercial = yes ⇔ disclosure ≠ not_applicable"
            ),
        }
    }
}

/// Why labels cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
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
        faults: Vec<LabelFault>,
    },
    /// There is not one label.
    #[error("{} không có nhãn nào / {} holds no label", path.display(), path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
}

/// Reads a label file: `.csv` (with commas or semicolons) and `.tsv` as a table with header, anything else as JSON (one
/// array, or one object a line).
///
/// # Errors
/// All faults of the file at once.
pub fn read(path: &Path) -> Result<Labels, LabelError> {
    let text = std::fs::read_to_string(path).map_err(|source| LabelError::Io { path: path.to_owned(), source })?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let labels = match extension.as_str() {
        "csv" => table(&text, records::delimiter(&text)),
        "tsv" => table(&text, b'\t'),
        _ => json(&text),
    };
    let labels = labels.map_err(|faults| LabelError::Faults { path: path.to_owned(), faults })?;
    if labels.codes.is_empty() { Err(LabelError::Empty { path: path.to_owned() }) } else { Ok(labels) }
}

/// Reads a table with header.
///
/// # Errors
/// All faults, by line.
pub fn table(text: &str, delimiter: u8) -> Result<Labels, Vec<LabelFault>> {
    Builder::read(records::table(text, delimiter))
}

/// Reads one array of objects, or one object a line.
///
/// # Errors
/// All faults, by line or record.
pub fn json(text: &str) -> Result<Labels, Vec<LabelFault>> {
    Builder::read(records::json(text))
}

#[derive(Default)]
struct Builder {
    labels: Labels,
    faults: Vec<LabelFault>,
}

impl Builder {
    fn read(records: Vec<Record>) -> Result<Labels, Vec<LabelFault>> {
        let mut builder = Self::default();
        for (line, record) in records::opened(records, annotations) {
            match record {
                Ok(record) => builder.record(line, &record),
                Err(said) => builder.fault(line, FaultKind::NotARecord(said)),
            }
        }
        builder.finish()
    }

    fn fault(&mut self, line: u64, kind: FaultKind) {
        self.faults.push(LabelFault { line, kind });
    }

    fn record(&mut self, line: u64, record: &Map<String, Value>) {
        match code(line, record) {
            Ok(Some(code)) => self.labels.codes.push(code),
            Ok(None) => self.labels.skipped += 1,
            Err(kind) => self.fault(line, kind),
        }
    }

    /// What only the whole file shows.
    fn finish(mut self) -> Result<Labels, Vec<LabelFault>> {
        let mut seen: HashMap<(&PostKey, &str, bool), u64> = HashMap::new();
        let mut drawn: HashMap<&PostKey, &Code> = HashMap::new();
        let weighted = self.labels.codes.iter().any(|c| c.weight.is_some());
        for code in &self.labels.codes {
            let mut fault = |kind| self.faults.push(LabelFault { line: code.line, kind });
            if let Some(&first) = seen.get(&(&code.post, code.coder.as_str(), code.settled)) {
                fault(FaultKind::DuplicateCoder { coder: code.coder.clone(), first });
            } else {
                seen.insert((&code.post, &code.coder, code.settled), code.line);
            }
            if weighted && code.weight.is_none() {
                fault(FaultKind::WeightMissing);
            }
            let first = drawn.entry(&code.post).or_insert(code);
            if first.weight != code.weight || first.stratum != code.stratum {
                fault(FaultKind::OtherWeight { first: first.line });
            }
        }
        self.faults.sort_by_key(|f| f.line);
        if self.faults.is_empty() { Ok(self.labels) } else { Err(self.faults) }
    }
}

/// A task of Label Studio's JSON export as flat records, one a coder: what the task says of the post, and the choices made.
/// A cancelled annotation keeps its coder and no choice: the post was skipped.
fn annotations(task: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let told = task.get("data").and_then(Value::as_object);
    let flat = |annotation: &Value| {
        let mut record = Map::new();
        for name in ["post_id", "text_sha256", "stratum", "weight", "round"] {
            record.extend(told.and_then(|data| data.get(name)).map(|value| (name.to_owned(), value.clone())));
        }
        record.insert("annotator".to_owned(), records::annotator(annotation));
        if annotation["was_cancelled"].as_bool() != Some(true) {
            for result in annotation["result"].as_array().into_iter().flatten() {
                let choice = &result["value"]["choices"][0];
                if let (Some(name @ ("commercial" | "disclosure" | "claim")), true) =
                    (result["from_name"].as_str(), choice.is_string())
                {
                    record.insert(name.to_owned(), choice.clone());
                }
            }
        }
        record
    };
    task.get("annotations").and_then(Value::as_array).into_iter().flatten().map(flat).collect()
}

/// The code of a record; `None` where the coder skipped the post.
fn code(line: u64, record: &Map<String, Value>) -> Result<Option<Code>, FaultKind> {
    let flat = |name: &str| record.get(name).and_then(word);
    // What looks the same is the same person, typed with composed letters or with combining marks.
    let coder = flat("annotator").or_else(|| flat("coder")).map(|name| name.nfc().collect::<String>());
    // A row of the form that nobody has come to yet.
    if coder.is_none()
        && !record.contains_key("labels")
        && ["commercial", "disclosure", "claim"].iter().all(|name| flat(name).is_none())
    {
        return Ok(None);
    }
    let coder = coder.ok_or(FaultKind::Missing("annotator"))?;
    let text_sha256 = flat("text_sha256").ok_or(FaultKind::Missing("text_sha256"))?.to_ascii_lowercase();
    if text_sha256.len() != 64 || !text_sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(FaultKind::BadHash(text_sha256));
    }
    // A gold record has its answers under `labels`, and `null` there for a skipped post.
    let nested = record.get("labels");
    let answer = |name: &str| match nested {
        Some(labels) => labels.get(name).and_then(word),
        None => flat(name),
    };
    let commercial = match answer("commercial") {
        None => None,
        Some(word) => Some(match word.as_str() {
            "yes" => Commercial::Yes,
            "unsure" => Commercial::Unsure,
            "no" => Commercial::No,
            _ => return Err(FaultKind::UnknownWord { field: "commercial", word, known: "yes, unsure, no" }),
        }),
    };
    let disclosure = match answer("disclosure") {
        None => None,
        Some(word) => {
            let state = DisclosureState::ALL.into_iter().find(|s| s.name() == word);
            let known = "adequate, weak, absent, denied, not_applicable, unknown";
            Some(state.ok_or(FaultKind::UnknownWord { field: "disclosure", word, known })?)
        }
    };
    let claim = match (nested.and(record.get("claims")).and_then(Value::as_array), answer("claim")) {
        (Some(claims), _) => Some(claims.iter().any(is_own_claim)),
        (None, None) => None,
        (None, Some(word)) => Some(match word.as_str() {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            _ => return Err(FaultKind::UnknownWord { field: "claim", word, known: "yes, no" }),
        }),
    };
    let weight = match flat("weight") {
        None => None,
        Some(word) => match word.parse::<f64>() {
            Ok(weight) if weight.is_finite() && weight >= 1.0 => Some(weight),
            _ => return Err(FaultKind::BadWeight(word)),
        },
    };
    let skipped = nested.is_some_and(Value::is_null) || commercial.is_none() && disclosure.is_none() && claim.is_none();
    if skipped {
        return Ok(None);
    }
    if let (Some(commercial), Some(state)) = (commercial, disclosure) {
        let ad = commercial == Commercial::Yes;
        let open = matches!(state, DisclosureState::Unknown) || commercial == Commercial::Unsure;
        if !open && ad == (state == DisclosureState::NotApplicable) {
            return Err(FaultKind::Contradiction);
        }
    }
    let post = PostKey { id: flat("post_id").unwrap_or_default(), text_sha256 };
    let settled = flat("round").is_some_and(|r| r == "adj");
    let stratum = flat("stratum");
    Ok(Some(Code { post, coder, settled, commercial, disclosure, claim, stratum, weight, line }))
}

/// A claim that the author makes, of a kind that misleads or needs proof.
fn is_own_claim(claim: &Value) -> bool {
    let is = |name: &str, words: &[&str]| claim[name].as_str().is_some_and(|w| words.contains(&w));
    is("stance", &["asserts"]) && is("speaker", &["author"]) && !is("type", &["CLM-NONE", "CLM-NOWARN"])
}

/// The codes of each post that count: the settled one where there is one, else those of all coders. In order of keys.
pub fn by_post(codes: &[Code]) -> BTreeMap<&PostKey, Vec<&Code>> {
    let mut posts: BTreeMap<&PostKey, Vec<&Code>> = BTreeMap::new();
    codes.iter().for_each(|code| posts.entry(&code.post).or_default().push(code));
    for codes in posts.values_mut() {
        if codes.iter().any(|c| c.settled) {
            codes.retain(|c| c.settled);
        }
    }
    posts
}
