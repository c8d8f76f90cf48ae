//! What scoring keeps of a post: a few numbers, no text.

use crate::{
    analysis::{Commercial, DisclosureState},
    day::{Day, Moment},
    pack::{RuleId, Tier},
};
use sha2::{Digest, Sha256};

/// Which post of its creator this is; two records with one key are versions of one post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostKey(pub u64);

impl PostKey {
    /// The key of the record's own id. Without one its text and when it was posted stand for it: a caption that is used
    /// again another time is another post; a post that is captured again keeps its time.
    pub fn of(id: Option<&str>, text_sha256: &[u8; 32], posted: Option<Moment>) -> Self {
        if let Some(id) = id {
            return Self(head(&Sha256::new().chain_update(b"id\0").chain_update(id).finalize()));
        }
        let hash = Sha256::new().chain_update(b"text\0").chain_update(text_sha256);
        let posted = posted.map(|moment| moment.seconds().to_le_bytes());
        Self(head(&hash.chain_update(posted.as_ref().map_or(&[][..], |bytes| bytes)).finalize()))
    }
}

/// The caption, as far as scoring must tell it from others of the same creator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextKey(pub u64);

impl TextKey {
    /// The key of a caption's hash.
    pub fn of(text_sha256: &[u8; 32]) -> Self {
        Self(head(text_sha256))
    }
}

/// The first eight bytes as a number.
fn head(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// What became of a finding after somebody was told. Deletion is no cure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Cure {
    /// Not mended.
    #[default]
    Open,
    /// Post deleted.
    Removed,
    /// Mended after the time given.
    Late,
    /// Mended within the time given.
    InWindow,
    /// Mended before any notice.
    SelfCorrected,
    /// Found to be wrong on appeal: as if it had never been.
    Overturned,
}

impl Cure {
    /// All, from the least to the most mended.
    pub const ALL: [Cure; 6] =
        [Cure::Open, Cure::Removed, Cure::Late, Cure::InWindow, Cure::SelfCorrected, Cure::Overturned];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Cure::Open => "open",
            Cure::Removed => "removed",
            Cure::Late => "late",
            Cure::InWindow => "in_window",
            Cure::SelfCorrected => "self",
            Cure::Overturned => "overturned",
        }
    }
}

/// One finding of a post, as far as scoring needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScoredFinding {
    /// Which rule; criterion, severity and group come from the [`Catalogue`](super::Catalogue).
    pub rule: RuleId,
    /// How far it may be relied on.
    pub tier: Tier,
    /// Whether it counts: a dated violation or a confirmed suspect, the gravest of its group in this post.
    pub counts: bool,
    /// Whether a person confirmed it.
    pub reviewed: bool,
    /// Whether an appeal is open.
    pub appealed: bool,
    /// What became of it.
    pub cure: Cure,
}

impl ScoredFinding {
    /// A finding as the scan leaves it: seen by the machine only, open.
    pub fn machine(rule: RuleId, tier: Tier, counts: bool) -> Self {
        Self { rule, tier, counts, reviewed: false, appealed: false, cure: Cure::Open }
    }
}

/// One version of one post of a known creator.
#[derive(Clone, Copy, Debug)]
pub struct ScoredPost<'a> {
    /// Platform name.
    pub platform: &'a str,
    /// Account key within the platform.
    pub creator: &'a str,
    /// Which post.
    pub key: PostKey,
    /// Its caption.
    pub text: TextKey,
    /// Its day in UTC+7; `None` for an undated post or one whose date is implausible.
    pub day: Option<Day>,
    /// Seconds since the epoch at which this version was captured; a version without gives way to one with.
    pub captured: Option<i64>,
    /// Place in reading order, the same whatever the threads; below 2^62.
    pub order: u64,
    /// The commercial label.
    pub commercial: Commercial,
    /// The disclosure state.
    pub disclosure: DisclosureState,
    /// All findings of the post, counting or not.
    pub findings: &'a [ScoredFinding],
    /// What stands in tables beside the scores.
    pub public: PublicData,
}

/// What the platform shows of a post beside its text, as far as the input carries it. Never part of a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicData {
    /// Likes.
    pub likes: Option<u64>,
    /// The account's followers at capture.
    pub followers: Option<u64>,
    /// The platform's AI-made label.
    pub ai_label: Option<bool>,
}
