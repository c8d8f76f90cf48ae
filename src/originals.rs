//! The words of findings in their surroundings, read again from the dump that a run was made of. A run keeps no post;
//! who has the dump can show more of it. A caption counts as the same when its hash does.

use crate::{
    ingest::{IngestError, Inputs, RawChunk, ReadOptions, parse_chunk},
    post::{Field, Post},
    redact::redact,
    report::{Around, Excerpt, Mark, excerpts, hex},
    span::RawSpan,
};
use std::{borrow::Cow, collections::BTreeMap};

/// Which post: platform, creator, explicit id (empty without one), SHA-256 of the caption in hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostRef {
    /// The platform; empty when unknown.
    pub platform: String,
    /// The account key within the platform; empty when unknown.
    pub creator: String,
    /// The record's own id; empty without one.
    pub id: String,
    /// SHA-256 of the caption, lower-case hexadecimal.
    pub text_sha256: String,
}

/// Words of a finding, by code points of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which field.
    pub field: Field,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words, as the finding quotes them.
    pub quote: String,
    /// What they are to the finding.
    pub role: &'static str,
}

/// What is to be found of one post.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The words of each of its findings.
    pub findings: Vec<Vec<Place>>,
}

/// What was found of one post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The excerpts of each finding; none where its words do not stand where it says.
    pub excerpts: Vec<Option<Vec<Excerpt>>>,
    /// The address of the post.
    pub url: Option<String>,
}

/// Reads the dump for what is wanted; memory is the excerpts. `redacted` hides private numbers first.
///
/// # Errors
/// When an input cannot be read.
pub fn read(
    inputs: &Inputs,
    options: &ReadOptions,
    wanted: &BTreeMap<PostRef, Wanted>,
    around: Around,
    redacted: bool,
) -> Result<BTreeMap<PostRef, Found>, IngestError> {
    let mut found = BTreeMap::new();
    let mut chunk = RawChunk::new();
    for source in &inputs.sources {
        let mut reader = source.open(options)?;
        while reader.next_chunk(&mut chunk)? {
            parse_chunk(&chunk, options, &mut |record| {
                let Ok(post) = record.outcome else { return };
                let own = PostRef {
                    platform: post.platform.to_string(),
                    creator: post.creator().unwrap_or_default().to_owned(),
                    id: post.id.as_deref().unwrap_or_default().to_owned(),
                    text_sha256: String::new(),
                };
                // Hashing is dear: only where everything else is wanted.
                let near = wanted.range(own.clone()..).next();
                let same = |w: &PostRef| (&w.platform, &w.creator, &w.id) == (&own.platform, &own.creator, &own.id);
                if !near.is_some_and(|(w, _)| same(w)) {
                    return;
                }
                let own = PostRef { text_sha256: hex(&post.text_sha256()), ..own };
                if let Some(wants) = wanted.get(&own)
                    && !found.contains_key(&own)
                {
                    let found_here = of_post(&post, wants, around, redacted);
                    found.insert(own, found_here);
                }
            });
        }
    }
    Ok(found)
}

fn of_post(post: &Post<'_>, wanted: &Wanted, around: Around, redacted: bool) -> Found {
    // A caption may be the only field that the hash vouches for; the others vouch by their quotes.
    let texts = Field::ALL.map(|field| {
        let text = post.field(field)?;
        Some(if redacted { Cow::Owned(redact(text)) } else { Cow::Borrowed(text) })
    });
    let shown = |field: Field| texts[field as usize].as_deref();
    let excerpts = |places: &Vec<Place>| {
        let mut marks = Vec::with_capacity(places.len());
        for place in places {
            let raw = slice(post.field(place.field)?, place.start, place.end)?;
            let own = redacted && redact(&raw.0) == place.quote || raw.0 == place.quote || hidden(&raw.0, &place.quote);
            let (_, span) = slice(shown(place.field)?, place.start, place.end).filter(|_| own)?;
            marks.push(Mark { field: place.field, span, role: place.role });
        }
        Some(excerpts(shown, &marks, around, None))
    };
    let url = post.url.as_deref().map(|url| if redacted { redact(url) } else { url.to_owned() });
    Found { excerpts: wanted.findings.iter().map(excerpts).collect(), url }
}

/// Whether `quote` is `words` with some code points hidden.
fn hidden(words: &str, quote: &str) -> bool {
    words.chars().count() == quote.chars().count()
        && words.chars().zip(quote.chars()).all(|(a, b)| a == b || b == crate::redact::HIDDEN)
}

/// The code points `start..end` and their bytes.
fn slice(text: &str, start: usize, end: usize) -> Option<(String, RawSpan)> {
    let byte = |point: usize| match text.char_indices().nth(point) {
        Some((at, _)) => Some(at),
        None => (text.chars().count() == point).then_some(text.len()),
    };
    let (from, to) = (byte(start)?, byte(end)?);
    let words = text.get(from..to)?.to_owned();
    Some((words, RawSpan::new(u32::try_from(from).ok()?, u32::try_from(to).ok()?)))
}
