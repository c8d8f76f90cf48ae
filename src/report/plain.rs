//! A post in the plain input shape: what is read back from the line is the post that was written.

use super::json;
use crate::post::{Field, PlatformLabel, Post};

/// Appends the post as a line of input, to `crashed.jsonl` when the program failed on it.
pub fn write_input(out: &mut Vec<u8>, post: &Post<'_>) {
    out.extend_from_slice(br#"{"text":"#);
    json::string(out, &post.text);
    let fields = Field::ALL.into_iter().skip(1).map(|field| (field.name(), post.field(field)));
    let author = &post.author;
    let names = [
        ("id", post.id.as_deref()),
        ("author_id", author.id.as_deref()),
        ("author_handle", author.handle.as_deref()),
        ("author_name", author.name.as_deref()),
        ("platform", Some(&*post.platform).filter(|platform| !platform.is_empty())),
        ("sponsor", post.sponsor.as_deref()),
        ("url", post.url.as_deref()),
    ];
    for (name, text) in fields.chain(names) {
        if let Some(text) = text {
            key(out, name);
            json::string(out, text);
        }
    }
    for (name, moment) in [("created_at", post.posted), ("captured_at", post.captured)] {
        if let Some(moment) = moment {
            key(out, name);
            json::string(out, &moment.to_string());
        }
    }
    for (name, number) in [("likes", post.likes), ("followers", author.followers)] {
        if let Some(number) = number {
            key(out, name);
            json::integer(out, number);
        }
    }
    for (name, flag) in [("commerce_flag", post.commerce_flag), ("ai_label", post.ai_label)] {
        if let Some(flag) = flag {
            key(out, name);
            json::boolean(out, flag);
        }
    }
    if post.platform_label != PlatformLabel::Unknown {
        key(out, "platform_label");
        json::string(out, post.platform_label.name());
    }
    for (name, list) in [("links", &post.links), ("hashtags", &post.hashtags), ("coauthors", &post.coauthors)] {
        if !list.is_empty() {
            key(out, name);
            json::strings(out, list.iter().map(|item| &**item));
        }
    }
    out.extend_from_slice(b"}\n");
}

fn key(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}
