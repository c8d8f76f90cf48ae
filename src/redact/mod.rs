//! `--redact`: a run that names nobody. Creators and texts become keyed hashes; phones, e-mails, account and order numbers,
//! addresses and accounts' names in quoted words become █, one for each code point, so that offsets in code points hold.
//!
//! [`Redactor::identity`] gives a post whose identity is hashed and whose texts are as they were, so that spans still fit;
//! [`Redactor::veil`] says which stretches of those texts may not be shown.

mod keys;
mod mask;

pub use keys::{Key, KeyError};
pub use mask::{HIDDEN, Mask, hide_all, redact};

use crate::post::{Author, Field, Post};
use std::{borrow::Cow, ops::Range};

/// Hides who wrote what, by a key.
#[derive(Clone, Debug)]
pub struct Redactor {
    key: Key,
    mask: Mask,
}

/// What may not be shown of a post's texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Veil {
    fields: [Vec<Range<usize>>; Field::ALL.len()],
}

impl Redactor {
    /// Hides by this key.
    pub fn new(key: Key) -> Self {
        Self { key, mask: Mask::new() }
    }

    /// A name of the key that does not give it away: what tells two redacted runs apart.
    pub fn key_id(&self) -> String {
        self.key.digest("key", &[])
    }

    /// What stands for the name of an input: dumps of one account are named after it.
    pub fn file(&self, name: &str) -> String {
        self.key.digest("file", &[name])
    }

    /// The hash that stands for a post's caption; of one that was cut, for what was cut off, too.
    pub fn text_sha256(&self, post: &Post<'_>) -> [u8; 32] {
        let whole = post.whole_sha256.map(|hash| hash.map(|byte| format!("{byte:02x}")).concat());
        match &whole {
            Some(hash) => self.key.bytes("long text", &[hash]),
            None => self.key.bytes("text", &[&post.text]),
        }
    }

    /// The post under a hashed identity. Its texts are those of `post`, and borrowed from it.
    pub fn identity<'a>(&self, post: &'a Post<'_>) -> Post<'a> {
        let creator = post.creator().map(|creator| self.key.digest("creator", &[&post.platform, creator]));
        let names: Vec<&str> = names(post).collect();
        let id = post.id.as_deref().map(|id| match mask::holds_a_name(id, &names) {
            // The id tells who wrote it.
            true => Cow::Owned(self.key.digest("post", &[&post.platform, id])),
            false => Cow::Borrowed(id),
        });
        let text = |field| post.field(field).map(Cow::Borrowed);
        Post {
            id,
            platform: Cow::Borrowed(&post.platform),
            author: Author { id: creator.map(Cow::Owned), followers: post.author.followers, ..Author::default() },
            posted: post.posted,
            captured: post.captured,
            text: Cow::Borrowed(&post.text),
            title: text(Field::Title),
            transcript: text(Field::Transcript),
            on_screen: text(Field::OnScreen),
            first_comment: text(Field::FirstComment),
            bio: text(Field::Bio),
            platform_label: post.platform_label,
            commerce_flag: post.commerce_flag,
            ai_label: post.ai_label,
            likes: post.likes,
            flags: post.flags,
            ..Post::default()
        }
    }

    /// What may not be shown of the texts of a post (with its own identity, not the hashed one).
    pub fn veil(&self, post: &Post<'_>) -> Veil {
        let names: Vec<&str> = names(post).collect();
        let ranges = |field| post.field(field).map(|text| self.mask.ranges(text, &names)).unwrap_or_default();
        Veil { fields: Field::ALL.map(ranges) }
    }
}

impl Veil {
    /// `text[range]`, where `text` is the whole field, with what may not be shown as [`HIDDEN`].
    pub fn show(&self, field: Field, text: &str, range: Range<usize>) -> String {
        mask::hide(text, range, &self.fields[field as usize])
    }
}

/// Names of the author that are long enough to be told from ordinary words, and those of co-authors.
fn names<'a>(post: &'a Post<'_>) -> impl Iterator<Item = &'a str> {
    let author = [&post.author.id, &post.author.handle, &post.author.name];
    let own = author.into_iter().flatten().map(|name| &**name);
    own.chain(post.coauthors.iter().map(|name| &**name))
        .map(|name| name.trim_start_matches('@'))
        .filter(|n| n.len() > 2)
}
