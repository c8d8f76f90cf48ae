//! Gold: posts with the labels that a careful reader gave them, ours and strangers', read by one mapping of field names.
//!
//! | what | names that are understood |
//! |---|---|
//! | post | `id`, `post_id`; `text_sha256` and `text` when there |
//! | commercial | `commercial` or `sponsored`: `yes`, `unsure`, `no`, true, false, 1, 0 |
//! | disclosure | `disclosure`: the six states · `disclosed_strict`, `disclosed`: true, false |
//! | claims | `claims`: `code` or `type`, `stance`, `speaker`, `quote` or `start` and `end` (code points) |
//! | rules | `rules`: ids that should be found |
//! | slices | `lang`; `stratum` |
//!
//! Labels stand in the record itself or under `labels`. One JSON object a line, one array, or a table with header.

use crate::{
    ingest::{IngestError, Inputs, RawChunk, ReadOptions, parse_chunk},
    labels::{FaultKind, LabelError, LabelFault},
    post::{Field, Flags, Post},
    records,
    report::hex,
    vocabulary::{Commercial, DisclosureState},
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    path::Path,
};

/// Claim codes that are no claim of words: a missing warning, and nothing beyond taste, price and description.
const NO_CLAIMS: [&str; 2] = ["CLM-NOWARN", "CLM-NONE"];

/// A gold file.
#[derive(Clone, Debug, PartialEq)]
pub struct Gold {
    /// Its name without folders.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// In file order.
    pub posts: Vec<GoldPost>,
}

/// What a careful reader says of one post. What was not asked is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GoldPost {
    /// Line or record in the file, from 1.
    pub line: u64,
    /// The record's own id. Two records of one id are two versions, in the order of the posts.
    pub id: String,
    /// The caption, where the gold carries it.
    pub text: Option<String>,
    /// Its hash, lower-case hexadecimal: given, or made from the caption.
    pub text_sha256: Option<String>,
    /// `vi`, `en` …
    pub language: Option<String>,
    /// What kind of post it was drawn as.
    pub stratum: Option<String>,
    /// Whether it is commercial.
    pub commercial: Option<Commercial>,
    /// How it is disclosed.
    pub disclosure: Option<DisclosureState>,
    /// Whether it is disclosed at all, where the gold knows no states.
    pub disclosed: Option<bool>,
    /// Claims that the author asserts.
    pub claims: Option<Vec<GoldClaim>>,
    /// Rules that should be found, by id.
    pub rules: Option<BTreeSet<String>>,
}

/// A claim that the author asserts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GoldClaim {
    /// Its code.
    pub code: String,
    /// Its words.
    pub quote: Option<String>,
    /// Where: field, first and one past the last code point; known where the post's text is.
    pub place: Option<(Field, u64, u64)>,
}

/// What [`Gold::pair`] met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// Gold posts without a post.
    pub left: usize,
    /// Name without folders and SHA-256 of each file of posts.
    pub files: Vec<(String, String)>,
}

/// Why posts cannot be put beside gold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldError {
    /// The gold file cannot be read.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// The posts cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
}

impl Gold {
    /// Reads a gold file: `.csv` and `.tsv` as a table with header, anything else as JSON.
    ///
    /// # Errors
    /// When the file cannot be read or holds no label; all its faults at once.
    pub fn read(path: &Path) -> Result<Self, LabelError> {
        let own = || path.to_owned();
        let bytes = std::fs::read(path).map_err(|source| LabelError::Io { path: own(), source })?;
        let text = String::from_utf8_lossy(&bytes);
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let posts = Self::parse(&text, extension).map_err(|faults| LabelError::Faults { path: own(), faults })?;
        if posts.is_empty() {
            return Err(LabelError::Empty { path: own() });
        }
        let digest = Sha256::digest(&bytes);
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, sha256: digest.iter().map(|b| format!("{b:02x}")).collect(), posts })
    }

    /// Reads the text of a gold file with that extension.
    ///
    /// # Errors
    /// All faults, by line or record.
    pub fn parse(text: &str, extension: &str) -> Result<Vec<GoldPost>, Vec<LabelFault>> {
        let records = match extension.to_ascii_lowercase().as_str() {
            "csv" => records::table(text, records::delimiter(text)),
            "tsv" => records::table(text, b'\t'),
            _ => records::json(text),
        };
        let (mut posts, mut faults) = (Vec::new(), Vec::new());
        for (line, record) in records {
            let read = record.map_err(FaultKind::NotARecord).and_then(|record| post(line, &record));
            match read {
                Ok(post) => posts.extend(post),
                Err(kind) => faults.push(LabelFault { line, kind }),
            }
        }
        let seen = settled(&mut posts);
        faults.extend(seen);
        faults.sort_by_key(|f| f.line);
        if faults.is_empty() { Ok(posts.into_iter().map(|(post, _)| post).collect()) } else { Err(faults) }
    }

    /// Reads all posts of `inputs` and gives each together with its gold: by id and, where the gold has one, the hash of its
    /// text; versions in order.
    ///
    /// # Errors
    /// When the inputs cannot be read.
    pub fn pair(
        &mut self,
        inputs: &Inputs,
        options: &ReadOptions,
        mut each: impl FnMut(&mut GoldPost, &Post<'_>),
    ) -> Result<Paired, GoldError> {
        let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (i, post) in self.posts.iter().enumerate() {
            waiting.entry(post.id.clone()).or_default().push_back(i);
        }
        let mut paired = Paired { left: self.posts.len(), files: Vec::new() };
        let mut chunk = RawChunk::new();
        for source in &inputs.sources {
            let mut reader = source.open(options)?;
            while reader.next_chunk(&mut chunk)? {
                parse_chunk(&chunk, options, &mut |record| {
                    let Ok(post) = record.outcome else { return };
                    let Some(of_id) = post.id.as_deref().and_then(|id| waiting.get_mut(id)) else { return };
                    if let Some(at) = take_own(&self.posts, of_id, &hex(&post.text_sha256())) {
                        paired.left -= 1;
                        each(&mut self.posts[at], &post);
                    }
                });
            }
            let sha256 = reader.sha256().unwrap_or_default().iter().map(|b| format!("{b:02x}")).collect();
            let name = source.display().rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            paired.files.push((name, sha256));
        }
        Ok(paired)
    }
}

/// Takes the first of the posts `of_id` whose text has that hash, or of whose text no hash is known. A post may stand in a
/// dump several times, edited in between: the capture that was labelled is the one with its hash.
pub(crate) fn take_own(posts: &[GoldPost], of_id: &mut VecDeque<usize>, hash: &str) -> Option<usize> {
    let own = |at: &usize| posts[*at].text_sha256.as_deref().is_none_or(|wanted| wanted == hash);
    of_id.iter().position(own).and_then(|place| of_id.remove(place))
}

impl GoldPost {
    /// The post itself, where the gold carries its caption: undated, without anything else.
    pub fn post(&self) -> Option<Post<'_>> {
        let mut post = Post { id: Some(self.id.as_str().into()), ..Post::default() };
        post.text = self.text.as_deref()?.into();
        post.flags.insert(Flags::UNDATED);
        Some(post)
    }

    /// Finds the places of quotes that have none yet: where they first stand in a field of the post.
    pub fn locate(&mut self, post: &Post<'_>) {
        for claim in self.claims.iter_mut().flatten().filter(|c| c.place.is_none()) {
            let Some(quote) = claim.quote.as_deref().filter(|q| !q.is_empty()) else { continue };
            let points = |text: &str| text.chars().count() as u64;
            claim.place = Field::ALL.into_iter().find_map(|field| {
                let text = post.field(field)?;
                let start = points(&text[..text.find(quote)?]);
                Some((field, start, start + points(quote)))
            });
        }
    }

    /// The same in the caption that the gold carries itself.
    pub fn locate_in_own_text(&mut self) {
        let Some(text) = self.text.clone() else { return };
        self.locate(&Post { text: text.into(), ..Post::default() });
    }
}

/// One record as read, with who labelled it and whether it settles a disagreement.
type Read = (GoldPost, Option<(String, bool)>);

/// Of the records that several coders made of one text only the settled one stays.
fn settled(posts: &mut Vec<Read>) -> Vec<LabelFault> {
    let mut of_text: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (i, (post, coder)) in posts.iter().enumerate() {
        if let (Some(_), Some(text)) = (coder, &post.text_sha256) {
            of_text.entry((post.id.clone(), text.clone())).or_default().push(i);
        }
    }
    let (mut dropped, mut faults) = (BTreeSet::new(), Vec::new());
    for records in of_text.into_values().filter(|r| r.len() > 1) {
        let is_settled = |i: &&usize| posts[**i].1.as_ref().is_some_and(|c| c.1);
        match records.iter().filter(is_settled).count() {
            1 => dropped.extend(records.iter().filter(|i| !is_settled(i)).copied()),
            _ => {
                let (first, second) = (&posts[records[0]], &posts[records[1]]);
                let coder = second.1.as_ref().map(|c| c.0.clone()).unwrap_or_default();
                let kind = FaultKind::DuplicateCoder { coder, first: first.0.line };
                faults.push(LabelFault { line: second.0.line, kind });
            }
        }
    }
    let mut at = 0;
    posts.retain(|_| {
        at += 1;
        !dropped.contains(&(at - 1))
    });
    faults
}

/// The record of one post; none where its reader skipped it.
fn post(line: u64, record: &Map<String, Value>) -> Result<Option<Read>, FaultKind> {
    let nested = record.get("labels");
    if nested.is_some_and(Value::is_null) {
        return Ok(None);
    }
    let labels = nested.and_then(Value::as_object);
    let get = |name: &str| labels.and_then(|l| l.get(name)).or_else(|| record.get(name)).filter(|v| !v.is_null());
    let word = |name: &str| {
        get(name).map(|value| match value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        })
    };
    let id = word("post_id").or_else(|| word("id")).filter(|id| !id.is_empty()).ok_or(FaultKind::Missing("id"))?;
    let text = get("text").and_then(Value::as_str).map(str::to_owned);
    let hash = |text: &String| Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let text_sha256 = match word("text_sha256").map(|h| h.to_ascii_lowercase()) {
        Some(given) if given.len() != 64 || !given.bytes().all(|b| b.is_ascii_hexdigit()) => {
            return Err(FaultKind::BadHash(given));
        }
        given => given.or_else(|| text.as_ref().map(hash)),
    };
    let commercial = match word("commercial").or_else(|| word("sponsored")) {
        None => None,
        Some(word) => Some(match word.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => Commercial::Yes,
            "unsure" => Commercial::Unsure,
            "no" | "false" | "0" => Commercial::No,
            _ => return Err(FaultKind::UnknownWord { field: "commercial", word, known: "yes, unsure, no" }),
        }),
    };
    let disclosure = match word("disclosure") {
        None => None,
        Some(word) => {
            let known = "adequate, weak, absent, denied, not_applicable, unknown";
            let state = DisclosureState::ALL.into_iter().find(|s| s.name() == word);
            Some(state.ok_or(FaultKind::UnknownWord { field: "disclosure", word, known })?)
        }
    };
    let disclosed = match word("disclosed_strict").or_else(|| word("disclosed")) {
        None => None,
        Some(word) => Some(match word.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            _ => return Err(FaultKind::UnknownWord { field: "disclosed", word, known: "true, false" }),
        }),
    };
    let claims = get("claims").and_then(Value::as_array).map(|all| all.iter().filter_map(claim).collect());
    let ids = |all: &Vec<Value>| all.iter().filter_map(|r| r.as_str().map(str::to_owned)).collect();
    let rules = get("rules").and_then(Value::as_array).map(ids);
    let coder = word("annotator").or_else(|| word("coder"));
    let coder = coder.map(|name| (name, word("round").is_some_and(|r| r == "adj")));
    let (language, stratum) = (word("lang"), word("stratum"));
    let post =
        GoldPost { line, id, text, text_sha256, language, stratum, commercial, disclosure, disclosed, claims, rules };
    let nothing = post.commercial.is_none()
        && post.disclosure.is_none()
        && post.disclosed.is_none()
        && post.claims.is_none()
        && post.rules.is_none();
    if nothing {
        Err(FaultKind::Missing("commercial, disclosure, disclosed, claims, rules"))
    } else {
        Ok(Some((post, coder)))
    }
}

/// A claim that the author asserts, of a kind that words make.
fn claim(value: &Value) -> Option<GoldClaim> {
    let is = |name: &str, word: &str| value[name].as_str().is_none_or(|w| w == word);
    let code = value["code"].as_str().or_else(|| value["type"].as_str())?;
    if !is("stance", "asserts") || !is("speaker", "author") || NO_CLAIMS.contains(&code) {
        return None;
    }
    let place = value["start"].as_u64().zip(value["end"].as_u64());
    let field = value["field"].as_str().and_then(Field::from_name).unwrap_or(Field::Text);
    Some(GoldClaim {
        code: code.to_owned(),
        quote: value["quote"].as_str().map(str::to_owned),
        place: place.map(|(start, end)| (field, start, end)),
    })
}
