//! One line of a ledger: what was done about one finding, or a line of an import that could not be read; sealed with
//! the hash of the line before.

use crate::{day::Day, report::sha256_hex};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What a first line has in the place of the hash of the line before.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What stands between the content of a line and its hash.
const SEAL: &str = ",\"hash\":\"";
/// `,"hash":"`, 64 digits, `"}`.
const SEAL_BYTES: usize = SEAL.len() + 64 + 2;

/// What was done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A reviewer finds that it stands.
    Confirm,
    /// A reviewer finds that it does not, for a coded reason.
    Overturn,
    /// A reviewer cannot tell.
    Unsure,
    /// The creator answers.
    Rebuttal,
    /// The creator was told.
    Notice,
    /// The post was mended; its new text has another hash.
    Mended,
    /// The post was taken down.
    Removed,
    /// The creator appeals.
    Appeal,
    /// The appeal is upheld: the finding falls.
    Uphold,
    /// The appeal is rejected: the finding stands.
    Reject,
    /// The file is put away.
    Close,
}

impl Action {
    /// All, in the order of the table in `docs/review.md`.
    pub const ALL: [Action; 11] = [
        Action::Confirm,
        Action::Overturn,
        Action::Unsure,
        Action::Rebuttal,
        Action::Notice,
        Action::Mended,
        Action::Removed,
        Action::Appeal,
        Action::Uphold,
        Action::Reject,
        Action::Close,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Action::Confirm => "confirm",
            Action::Overturn => "overturn",
            Action::Unsure => "unsure",
            Action::Rebuttal => "rebuttal",
            Action::Notice => "notice",
            Action::Mended => "mended",
            Action::Removed => "removed",
            Action::Appeal => "appeal",
            Action::Uphold => "uphold",
            Action::Reject => "reject",
            Action::Close => "close",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// A document that came with an answer or an appeal: kept elsewhere, known by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its file name.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// Something done about one finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The finding.
    pub finding_id: String,
    /// What was done.
    pub action: Action,
    /// Why, by a code of the policy; asked for where a finding falls.
    pub reason_code: Option<String>,
    /// In words: a reviewer's note, or what the creator says.
    pub note: String,
    /// Who did it or wrote it down.
    pub reviewer: String,
    /// The day on which it happened, as told; no clock is read.
    #[serde(serialize_with = "write_day", deserialize_with = "read_day")]
    pub at: Day,
    /// SHA-256 of the mended caption, lower-case hexadecimal.
    pub text_sha256: Option<String>,
    /// Documents that came with it.
    pub attachments: Vec<Attachment>,
}

/// A line of an import that is no entry: kept as it came, so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// Name of the imported file.
    pub file: String,
    /// Line in it, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
    /// The line, cut after [`MOST_RAW`] bytes.
    pub raw: String,
    /// SHA-256 of the whole line.
    pub sha256: String,
}

/// Bytes of an unreadable line that are kept.
pub const MOST_RAW: usize = 64 << 10;

impl Unread {
    /// The line `raw` of `file`, and why it is no entry.
    pub fn new(file: &str, line: u64, why: String, raw: &str) -> Self {
        let end = (0..=raw.len().min(MOST_RAW)).rev().find(|&at| raw.is_char_boundary(at)).unwrap_or(0);
        let sha256 = sha256_hex(raw.as_bytes());
        Self { file: file.to_owned(), line, why, raw: raw[..end].to_owned(), sha256 }
    }
}

/// What a line holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Something done about a finding.
    Entry(Entry),
    /// Something that could not be read.
    Unread(Unread),
}

/// A line without its own hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Body {
    n: u64,
    previous: String,
    #[serde(flatten)]
    content: Content,
}

/// Appends a line to `out` and gives its hash: the SHA-256 of the line as it would be without `hash`.
pub(super) fn seal(out: &mut String, n: u64, previous: &str, content: &Content) -> serde_json::Result<String> {
    let body = serde_json::to_string(&Body { n, previous: previous.to_owned(), content: content.clone() })?;
    let hash = sha256_hex(body.as_bytes());
    out.push_str(&body[..body.len() - 1]);
    out.push_str(SEAL);
    out.push_str(&hash);
    out.push_str("\"}\n");
    Ok(hash)
}

/// What can be wrong with a line of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Break {
    /// It ends without a line break: writing it was cut short, or it was cut afterwards.
    Cut,
    /// It has no hash at its end, or the hash is not that of its content: it was edited.
    Edited,
    /// It does not follow the line before: a line was taken out, put in or moved.
    Moved,
    /// It is sealed, yet no entry of this program.
    Foreign,
}

impl Break {
    /// In Vietnamese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Break::Cut => ("dòng bị cắt giữa chừng", "the line is cut short"),
            Break::Edited => ("dòng đã bị sửa: mã băm không khớp", "the line was edited: its hash does not fit"),
            Break::Moved => (
                "dòng không nối tiếp dòng trước: có dòng bị xóa, chèn hoặc đổi chỗ",
                "it does not follow the line \
                 before: a line was taken out, put in or moved",
            ),
            Break::Foreign => ("dòng không do chương trình này ghi", "the line is no entry of this program"),
        }
    }
}

/// Reads one line, without its line break, as line `n` after the line with hash `previous`; gives its own hash too.
pub(super) fn unseal(line: &str, n: u64, previous: &str) -> Result<(Content, String), Break> {
    let at = line.len().checked_sub(SEAL_BYTES).filter(|&at| line.is_char_boundary(at)).ok_or(Break::Edited)?;
    let (content, tail) = line.split_at(at);
    let hash = tail.strip_prefix(SEAL).and_then(|tail| tail.strip_suffix("\"}")).ok_or(Break::Edited)?;
    let body = format!("{content}}}");
    if sha256_hex(body.as_bytes()) != hash {
        return Err(Break::Edited);
    }
    let read: Body = serde_json::from_str(&body).map_err(|_| Break::Foreign)?;
    if read.n != n || read.previous != previous {
        return Err(Break::Moved);
    }
    // One content has one form: whoever writes it otherwise is not this program.
    match serde_json::to_string(&read) {
        Ok(same) if same == body => Ok((read.content, hash.to_owned())),
        _ => Err(Break::Foreign),
    }
}

fn write_day<S: Serializer>(day: &Day, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

fn read_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
    let text = String::deserialize(deserializer)?;
    Day::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no day, YYYY-MM-DD")))
}

/// Whether this is a SHA-256 as files write it: 64 lower-case hexadecimal digits.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether this is the id of a finding: `f_` and 32 lower-case hexadecimal digits.
pub fn is_finding_id(text: &str) -> bool {
    let digits = text.strip_prefix("f_").unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
