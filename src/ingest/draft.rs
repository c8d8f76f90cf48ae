//! A post in the making: parts come in any order and under several names; [`Draft::finish`] settles what they say.

use super::{
    count,
    date::{self, Stamp},
    names::{self, Key, TEXTS},
    options::ReadOptions,
};
use crate::post::{Flags, PlatformLabel, Post};
use std::borrow::Cow;

/// What a record says of one part.
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// Null, or something that no part can be.
    Nothing,
    Text(Cow<'a, str>),
    Natural(u64),
    Negative(i64),
    Real(f64),
    Bool(bool),
    List(Vec<Cow<'a, str>>),
    /// A time that a format's own reader has read.
    Stamp(Stamp),
}

/// A post in the making.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    post: Post<'a>,
    texts: [Option<Cow<'a, str>>; TEXTS.len()],
    created: Option<(u8, Stamp)>,
    /// The ranks of the names that the parts of several names were said under, in the order of [`Draft::put`].
    ranks: [u8; 7],
    alt_text: Option<Cow<'a, str>>,
}

impl<'a> Draft<'a> {
    /// Takes a part. Said twice, the last counts; of a part that goes by several names, the preferred one counts, and one
    /// that is null or empty takes nothing from another.
    pub(super) fn put(&mut self, key: Key, value: Value<'a>) {
        let (post, [id, author_id, handle, author_name, followers, url, likes]) = (&mut self.post, &mut self.ranks);
        match key {
            Key::Text(rank) => self.texts[usize::from(rank)] = text(value),
            Key::Id(rank) => prefer(&mut post.id, id, rank, name(value)),
            Key::AuthorId(rank) => prefer(&mut post.author.id, author_id, rank, name(value)),
            Key::AuthorHandle(rank) => prefer(&mut post.author.handle, handle, rank, name(value)),
            Key::AuthorName(rank) => prefer(&mut post.author.name, author_name, rank, name(value)),
            Key::Followers(rank) => prefer(&mut post.author.followers, followers, rank, count(value)),
            Key::Platform => post.platform = text(value).map_or(Cow::Borrowed(""), lower),
            Key::Created(rank) => {
                if let Some(stamp) = stamp(value)
                    && self.created.is_none_or(|(best, _)| rank <= best)
                {
                    self.created = Some((rank, stamp));
                }
            }
            Key::Captured => post.captured = stamp(value).map(|s| s.moment),
            Key::Title => post.title = text(value),
            Key::Transcript => post.transcript = text(value),
            Key::OnScreen => post.on_screen = text(value),
            Key::AltText => self.alt_text = text(value),
            Key::FirstComment => post.first_comment = text(value),
            Key::Bio => post.bio = text(value),
            Key::Links => post.links = list(value, false),
            Key::Hashtags => post.hashtags = list(value, true),
            Key::Coauthors => post.coauthors = list(value, true),
            Key::Sponsor => post.sponsor = name(value).filter(|name| !names::is_nobody(name)),
            Key::Url(rank) => prefer(&mut post.url, url, rank, name(value)),
            Key::Likes(rank) => prefer(&mut post.likes, likes, rank, count(value)),
            Key::PlatformLabel => post.platform_label = label(value),
            Key::CommerceFlag => post.commerce_flag = flag(value),
            Key::AiLabel => post.ai_label = flag(value),
        }
    }

    /// An empty caption where there is none: a table's empty cell is an empty text.
    pub(super) fn allow_no_text(&mut self) {
        self.texts[0].get_or_insert_default();
    }

    /// Notes what reading it met.
    pub(super) fn flag(&mut self, flag: Flags) {
        self.post.flags.insert(flag);
    }

    /// The post; `None` when no caption was given under any name.
    pub(super) fn finish(mut self, options: &ReadOptions) -> Option<Post<'a>> {
        let given = self.texts.iter().position(|t| t.as_ref().is_some_and(|t| !t.is_empty()));
        let caption = given.or_else(|| self.texts.iter().position(Option::is_some))?;
        let mut post = self.post;
        post.text = self.texts[caption].take().unwrap_or_default();
        post.on_screen = match (post.on_screen, self.alt_text) {
            (Some(shown), Some(alt)) if !shown.is_empty() && !alt.is_empty() => {
                Some(Cow::Owned(format!("{shown}\n{alt}")))
            }
            (Some(shown), Some(alt)) if shown.is_empty() => Some(alt),
            (shown, alt) => shown.or(alt),
        };

        // Only the platform's label names a sponsor: whoever exports its name and no yes or no beside it, exports a yes.
        if post.sponsor.is_some() && matches!(post.platform_label, PlatformLabel::Unknown | PlatformLabel::WeakNo) {
            post.platform_label = PlatformLabel::Yes;
        }

        let caps = &options.caps;
        post.whole_sha256 = (post.text.len() > caps.text).then(|| post.text_sha256());
        let mut cut = clip(&mut post.text, caps.text);
        let Post { title, transcript, on_screen, first_comment, bio, .. } = &mut post;
        for (text, cap) in [
            (title, caps.text),
            (transcript, caps.transcript),
            (on_screen, caps.text),
            (first_comment, caps.text),
            (bio, caps.text),
        ] {
            cut |= text.as_mut().is_some_and(|t| clip(t, cap));
        }
        if cut {
            post.flags.insert(Flags::TRUNCATED);
        }

        match self.created {
            None => post.flags.insert(Flags::UNDATED),
            Some((_, stamp)) => {
                post.posted = Some(stamp.moment);
                if stamp.zone_assumed {
                    post.flags.insert(Flags::ZONE_ASSUMED);
                }
                if !options.is_plausible(stamp.moment) {
                    post.flags.insert(Flags::IMPLAUSIBLE_DATE);
                    post.flags.insert(Flags::UNDATED);
                }
            }
        }
        Some(post)
    }
}

/// Takes a value, unless it is none or one of a preferred name stands there; `best` is the rank of what stands there.
fn prefer<T>(slot: &mut Option<T>, best: &mut u8, rank: u8, value: Option<T>) {
    if value.is_some() && (slot.is_none() || rank <= *best) {
        (*slot, *best) = (value, rank);
    }
}

/// Cuts a text that is longer than its cap, between two characters.
fn clip(text: &mut Cow<'_, str>, cap: usize) -> bool {
    if text.len() <= cap {
        return false;
    }
    let mut end = cap;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match text {
        Cow::Borrowed(t) => *t = &t[..end],
        Cow::Owned(t) => t.truncate(end),
    }
    true
}

fn text(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// An id or name: whole numbers are accepted for it, and an empty one is none.
fn name(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        Value::Natural(n) => Some(Cow::Owned(n.to_string())),
        Value::Negative(n) => Some(Cow::Owned(n.to_string())),
        _ => None,
    }
}

fn count(value: Value<'_>) -> Option<u64> {
    match value {
        Value::Natural(n) => Some(n),
        Value::Real(n) if n >= 0.0 && n < 2f64.powi(53) => Some(n as u64),
        Value::Text(text) => count::read(&text),
        _ => None,
    }
}

fn flag(value: Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(b),
        Value::Natural(0) => Some(false),
        Value::Natural(1) => Some(true),
        Value::Text(text) => names::yes_or_no(&text),
        _ => None,
    }
}

fn label(value: Value<'_>) -> PlatformLabel {
    match value {
        Value::Text(text) => names::platform_label(&text),
        other => match flag(other) {
            Some(true) => PlatformLabel::Yes,
            Some(false) => PlatformLabel::No,
            None => PlatformLabel::Unknown,
        },
    }
}

fn stamp(value: Value<'_>) -> Option<Stamp> {
    match value {
        Value::Stamp(stamp) => Some(stamp),
        Value::Text(text) => date::read_text(&text),
        Value::Natural(n) => date::read_number(i64::try_from(n).ok()?),
        Value::Negative(n) => date::read_number(n),
        Value::Real(n) if n.abs() < 2f64.powi(53) => date::read_number(n.floor() as i64),
        _ => None,
    }
}

/// One string holds several items apart by blanks, and by commas where an item can hold none.
fn list(value: Value<'_>, commas: bool) -> Vec<Cow<'_, str>> {
    let splits = |c: char| c.is_whitespace() || commas && c == ',';
    match value {
        Value::List(items) => items,
        Value::Text(Cow::Borrowed(text)) => text.split(splits).filter(|t| !t.is_empty()).map(Cow::Borrowed).collect(),
        Value::Text(Cow::Owned(text)) => {
            text.split(splits).filter(|t| !t.is_empty()).map(|t| Cow::Owned(t.to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase() && !b.is_ascii_whitespace()) {
        text
    } else {
        Cow::Owned(text.trim().to_lowercase())
    }
}
