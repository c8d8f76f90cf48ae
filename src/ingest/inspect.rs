//! What a file is believed to be, before anything is judged: format, first records, share of parts that are missing.

use super::{
    chunk::RawChunk,
    error::IngestError,
    input::Source,
    map::{FieldMap, MAP_FIELDS},
    options::ReadOptions,
    parse::parse_chunk,
};
use crate::{
    day::Moment,
    post::{Flags, Post},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Posts that are shown whole.
const SHOWN: usize = 3;

/// The name of the platform's label among the parts of a post.
pub const LABEL: &str = "platform_label";

/// What a look into a file found.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Display path.
    pub file: String,
    /// The format; `None` is the plain shape.
    pub format: Option<Arc<FieldMap>>,
    /// What a person should know, in both languages.
    pub notices: Vec<String>,
    /// Posts read.
    pub posts: u64,
    /// Unreadable records, by the reason's code, each with the first detail met.
    pub rejects: BTreeMap<&'static str, (u64, String)>,
    /// The first posts, part by part; null where a part is missing.
    pub first: Vec<Vec<(&'static str, Value)>>,
    /// Posts without each part, in the order of [`MAP_FIELDS`], the platform's label last.
    pub missing: Vec<(&'static str, u64)>,
    /// Posts by flag.
    pub flags: BTreeMap<&'static str, u64>,
    /// Whether the whole file was read.
    pub whole: bool,
}

/// Reads a file's first `most` posts (a chunk more or less).
///
/// # Errors
/// When the file cannot be read or its format cannot be told.
pub fn inspect(source: &Source, options: &ReadOptions, most: u64) -> Result<Inspection, IngestError> {
    let mut reader = source.open(options)?;
    let mut found = Inspection {
        file: source.display().to_owned(),
        format: reader.format().cloned(),
        notices: reader.notices().to_vec(),
        posts: 0,
        rejects: BTreeMap::new(),
        first: Vec::new(),
        missing: MAP_FIELDS.into_iter().chain([LABEL]).map(|name| (name, 0)).collect(),
        flags: BTreeMap::new(),
        whole: false,
    };
    let mut chunk = RawChunk::new();
    while found.posts < most {
        if !reader.next_chunk(&mut chunk)? {
            found.whole = true;
            break;
        }
        parse_chunk(&chunk, options, &mut |record| match record.outcome {
            Ok(post) => found.post(&post),
            Err(reject) => {
                found.rejects.entry(reject.reason.code()).or_insert_with(|| (0, reject.detail.clone())).0 += 1;
            }
        });
    }
    Ok(found)
}

impl Inspection {
    fn post(&mut self, post: &Post<'_>) {
        self.posts += 1;
        let parts = parts(post);
        for ((_, missing), (_, value)) in self.missing.iter_mut().zip(&parts) {
            *missing += u64::from(value.is_null());
        }
        for flag in post.flags.names() {
            *self.flags.entry(flag).or_default() += 1;
        }
        if self.first.len() < SHOWN {
            self.first.push(parts);
        }
    }
}

/// The parts of a post in the order of [`MAP_FIELDS`], the platform's label last; null where a part is missing, an unknown
/// label included. `alt_text` is part of `on_screen` once a post is read, and always null here.
pub fn parts(post: &Post<'_>) -> Vec<(&'static str, Value)> {
    let text = |t: &Option<std::borrow::Cow<'_, str>>| t.as_deref().map_or(Value::Null, Value::from);
    let list = |items: &[std::borrow::Cow<'_, str>]| match items {
        [] => Value::Null,
        items => items.iter().map(|i| Value::from(i.as_ref())).collect(),
    };
    let moment = |m: Option<Moment>| m.map_or(Value::Null, |m| m.to_string().into());
    let some = |t: &str| if t.is_empty() { Value::Null } else { Value::from(t) };
    let value = |name: &str| match name {
        "id" => text(&post.id),
        "platform" => some(&post.platform),
        "author_id" => text(&post.author.id),
        "author_handle" => text(&post.author.handle),
        "author_name" => text(&post.author.name),
        "author_followers" => json!(post.author.followers),
        "created_at" => moment(post.posted.filter(|_| !post.flags.contains(Flags::UNDATED))),
        "captured_at" => moment(post.captured),
        "text" => some(&post.text),
        "title" => text(&post.title),
        "transcript" => text(&post.transcript),
        "on_screen" => text(&post.on_screen),
        "first_comment" => text(&post.first_comment),
        "bio" => text(&post.bio),
        "links" => list(&post.links),
        "hashtags" => list(&post.hashtags),
        "coauthors" => list(&post.coauthors),
        "sponsor" => text(&post.sponsor),
        "url" => text(&post.url),
        "likes" => json!(post.likes),
        "commerce_flag" => json!(post.commerce_flag),
        "ai_label" => json!(post.ai_label),
        LABEL => some(post.platform_label.name()).as_str().filter(|l| *l != "unknown").map_or(Value::Null, Value::from),
        _ => Value::Null,
    };
    MAP_FIELDS.into_iter().chain([LABEL]).map(|name| (name, value(name))).collect()
}
