//! One post as read: what every later stage is given. Texts are borrowed from the input where they can be.

use crate::day::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// A text that belongs to a post. The order is the order of analysis and of spans in output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Field {
    /// The caption: the only required text.
    Text,
    /// A title shown above or beside the caption.
    Title,
    /// What is said in the video or stream, in order.
    Transcript,
    /// Words shown inside the picture, alt text included.
    OnScreen,
    /// The author's own first or pinned comment.
    FirstComment,
    /// The author's profile text at the time of capture.
    Bio,
}

impl Field {
    /// All fields in order.
    pub const ALL: [Field; 6] =
        [Field::Text, Field::Title, Field::Transcript, Field::OnScreen, Field::FirstComment, Field::Bio];

    /// Bits of the fields that belong to the post: all but the bio, which stands beside every post of its author as it was
    /// at capture, and so says nothing of this one.
    pub const OF_POST: u8 = !(1 << Field::Bio as u8);

    /// The name in input and output.
    pub fn name(self) -> &'static str {
        match self {
            Field::Text => "text",
            Field::Title => "title",
            Field::Transcript => "transcript",
            Field::OnScreen => "on_screen",
            Field::FirstComment => "first_comment",
            Field::Bio => "bio",
        }
    }

    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// What the record says about the platform's own paid-partnership label. Unknown is never no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PlatformLabel {
    /// The label was shown.
    Yes,
    /// The export carries the field and it says that no label was shown.
    No,
    /// The export says no, but is known to drop labels or to answer for another label.
    WeakNo,
    /// The export does not tell.
    #[default]
    Unknown,
}

impl PlatformLabel {
    /// The label of that word; any other word says nothing.
    pub fn from_name(name: &str) -> Self {
        let all = [PlatformLabel::Yes, PlatformLabel::No, PlatformLabel::WeakNo];
        all.into_iter().find(|l| l.name() == name).unwrap_or_default()
    }

    /// The word in input and output.
    pub fn name(self) -> &'static str {
        match self {
            PlatformLabel::Yes => "yes",
            PlatformLabel::No => "no",
            PlatformLabel::WeakNo => "weak_no",
            PlatformLabel::Unknown => "unknown",
        }
    }
}

/// Who posted. Creator = (platform, id, else handle); without either the post is judged and never scored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Author<'a> {
    /// The platform's account id.
    pub id: Option<Cow<'a, str>>,
    /// The @name.
    pub handle: Option<Cow<'a, str>>,
    /// The display name.
    pub name: Option<Cow<'a, str>>,
    /// Followers at capture.
    pub followers: Option<u64>,
}

/// Things that happened to a post on its way in, and that a reader of the result must know. A set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u16);

impl Flags {
    /// Lone surrogates were replaced by U+FFFD, NUL bytes left out, or texts that an export had encoded twice were mended.
    pub const REPAIRED: Flags = Flags(1);
    /// A text was longer than its cap and cut at a character boundary, or its platform had cut it before.
    pub const TRUNCATED: Flags = Flags(1 << 1);
    /// No usable date: judged under the pack's `law_as_of`, never scored.
    pub const UNDATED: Flags = Flags(1 << 2);
    /// The time had no zone and none comes with its format: UTC+7 was assumed.
    pub const ZONE_ASSUMED: Flags = Flags(1 << 3);
    /// The date is before 2005 or over a year after `law_as_of`; counts as undated.
    pub const IMPLAUSIBLE_DATE: Flags = Flags(1 << 4);
    /// A match needed an aggressive fold.
    pub const OBFUSCATED: Flags = Flags(1 << 5);

    const NAMES: [(Flags, &'static str); 6] = [
        (Flags::REPAIRED, "repaired"),
        (Flags::TRUNCATED, "truncated"),
        (Flags::UNDATED, "undated"),
        (Flags::ZONE_ASSUMED, "zone_assumed"),
        (Flags::IMPLAUSIBLE_DATE, "implausible_date"),
        (Flags::OBFUSCATED, "obfuscated"),
    ];

    /// Adds those of `other`.
    pub fn insert(&mut self, other: Flags) {
        self.0 |= other.0;
    }

    /// Whether all of `other` are set.
    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of those set, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(f, _)| self.contains(*f)).map(|(_, n)| n)
    }
}

/// One post. Only `text` is required of an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Post<'a> {
    /// The explicit id of the record, when it has one.
    pub id: Option<Cow<'a, str>>,
    /// Lower-case platform name; empty when the record does not say.
    pub platform: Cow<'a, str>,
    /// Who posted.
    pub author: Author<'a>,
    /// When it was posted; `None` when missing or unreadable.
    pub posted: Option<Moment>,
    /// When this version was captured.
    pub captured: Option<Moment>,
    /// The caption.
    pub text: Cow<'a, str>,
    /// SHA-256 of the whole caption, where `text` is only its beginning.
    pub whole_sha256: Option<[u8; 32]>,
    /// See [`Field::Title`].
    pub title: Option<Cow<'a, str>>,
    /// See [`Field::Transcript`].
    pub transcript: Option<Cow<'a, str>>,
    /// See [`Field::OnScreen`].
    pub on_screen: Option<Cow<'a, str>>,
    /// See [`Field::FirstComment`].
    pub first_comment: Option<Cow<'a, str>>,
    /// See [`Field::Bio`].
    pub bio: Option<Cow<'a, str>>,
    /// The platform's own paid-partnership label.
    pub platform_label: PlatformLabel,
    /// Shop basket or product anchor on the post: hard commercial evidence and no disclosure.
    pub commerce_flag: Option<bool>,
    /// The platform's AI-made label.
    pub ai_label: Option<bool>,
    /// Links that the record lists apart from its text.
    pub links: Vec<Cow<'a, str>>,
    /// Hashtags that the record lists apart from its text.
    pub hashtags: Vec<Cow<'a, str>>,
    /// Handles of co-authors.
    pub coauthors: Vec<Cow<'a, str>>,
    /// The sponsor named by the platform's label.
    pub sponsor: Option<Cow<'a, str>>,
    /// Address of the post.
    pub url: Option<Cow<'a, str>>,
    /// Reach, where given.
    pub likes: Option<u64>,
    /// What reading it met.
    pub flags: Flags,
}

impl Post<'_> {
    /// The text of a field; `None` when the record does not carry it.
    pub fn field(&self, field: Field) -> Option<&str> {
        match field {
            Field::Text => Some(&self.text),
            Field::Title => self.title.as_deref(),
            Field::Transcript => self.transcript.as_deref(),
            Field::OnScreen => self.on_screen.as_deref(),
            Field::FirstComment => self.first_comment.as_deref(),
            Field::Bio => self.bio.as_deref(),
        }
    }

    /// SHA-256 of the caption as received, also of what was cut off it.
    pub fn text_sha256(&self) -> [u8; 32] {
        self.whole_sha256.unwrap_or_else(|| Sha256::digest(self.text.as_bytes()).into())
    }

    /// The account key within the platform: the id, else the handle.
    pub fn creator(&self) -> Option<&str> {
        self.author.id.as_deref().or(self.author.handle.as_deref())
    }
}
