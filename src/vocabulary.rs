//! The closed words of the field, each with its name in files (`docs/design.md`, words).

/// Language of a post, from its running words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Tag {
    /// Vietnamese.
    Vi,
    /// English.
    En,
    /// A language that the tool does not read.
    Other,
    /// Too little to tell.
    #[default]
    Und,
}

impl Tag {
    /// `vi`, `en`, `other`, `und`.
    pub fn name(self) -> &'static str {
        match self {
            Tag::Vi => "vi",
            Tag::En => "en",
            Tag::Other => "other",
            Tag::Und => "und",
        }
    }
}

/// Whether a post is commercial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Commercial {
    /// No evidence.
    #[default]
    No,
    /// Soft evidence only.
    Unsure,
    /// At least one affirmed hard evidence.
    Yes,
}

impl Commercial {
    /// `yes`, `unsure`, `no`.
    pub fn name(self) -> &'static str {
        match self {
            Commercial::Yes => "yes",
            Commercial::Unsure => "unsure",
            Commercial::No => "no",
        }
    }
}

/// The one disclosure state of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DisclosureState {
    /// Plain, early, in the post's language.
    Adequate,
    /// Something is there, with a reason why it is not enough.
    Weak,
    /// Commercial, and nothing said.
    Absent,
    /// Commercial with hard evidence, and the post says it is not advertising.
    Denied,
    /// Not commercial.
    #[default]
    NotApplicable,
    /// The deciding text is missing or in a language the tool does not read.
    Unknown,
}

impl DisclosureState {
    /// All, in output order.
    pub const ALL: [DisclosureState; 6] = [
        DisclosureState::Adequate,
        DisclosureState::Weak,
        DisclosureState::Absent,
        DisclosureState::Denied,
        DisclosureState::NotApplicable,
        DisclosureState::Unknown,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            DisclosureState::Adequate => "adequate",
            DisclosureState::Weak => "weak",
            DisclosureState::Absent => "absent",
            DisclosureState::Denied => "denied",
            DisclosureState::NotApplicable => "not_applicable",
            DisclosureState::Unknown => "unknown",
        }
    }
}

/// Why a disclosure is what it is. A set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reasons(u16);

impl Reasons {
    /// The word does not say paid.
    pub const VAGUE_WORD: Reasons = Reasons(1);
    /// Past the fold and after the first selling cue.
    pub const LATE: Reasons = Reasons(1 << 1);
    /// Inside a run of hashtags.
    pub const BURIED: Reasons = Reasons(1 << 2);
    /// Only in a language that the post is not written in.
    pub const OTHER_LANGUAGE: Reasons = Reasons(1 << 3);
    /// Shown too small or too briefly.
    pub const TINY_OR_FAST: Reasons = Reasons(1 << 4);
    /// Tells half: a gift without its link's commission.
    pub const PARTIAL: Reasons = Reasons(1 << 5);
    /// Letters broken so that readers or filters miss it.
    pub const OBFUSCATED: Reasons = Reasons(1 << 6);
    /// Words kept in bio, first comment or another place.
    pub const ELSEWHERE: Reasons = Reasons(1 << 7);
    /// Adequate by the platform's label alone.
    pub const PLATFORM_LABEL_ONLY: Reasons = Reasons(1 << 8);
    /// Only thanks to a brand.
    pub const THANKS_ONLY: Reasons = Reasons(1 << 9);
    /// A gift stated without a label.
    pub const GIFT_ONLY: Reasons = Reasons(1 << 10);
    /// Said once in a long video or stream.
    pub const NOT_SUSTAINED: Reasons = Reasons(1 << 11);
    /// The seller speaks as seller.
    pub const OWN_VOICE: Reasons = Reasons(1 << 12);

    const NAMES: [&'static str; 13] = [
        "vague_word",
        "late",
        "buried",
        "other_language",
        "tiny_or_fast",
        "partial",
        "obfuscated",
        "elsewhere",
        "platform_label_only",
        "thanks_only",
        "gift_only",
        "not_sustained",
        "own_voice",
    ];

    /// Adds those of `other`.
    pub fn insert(&mut self, other: Reasons) {
        self.0 |= other.0;
    }

    /// Whether all of `other` are set.
    pub fn contains(self, other: Reasons) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether none is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of those set, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().enumerate().filter(move |(i, _)| self.0 >> i & 1 == 1).map(|(_, n)| n)
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Reasons> {
        Self::NAMES.iter().position(|n| *n == name).map(|i| Reasons(1 << i))
    }
}

/// What a span is in a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// What makes the post commercial.
    Commercial,
    /// A disclosure, good or bad.
    Disclosure,
    /// Words that deny advertising.
    Denial,
    /// A claim.
    Claim,
    /// The product or offer that called for the rule.
    Trigger,
}

impl Role {
    /// All, in order.
    pub const ALL: [Role; 5] = [Role::Commercial, Role::Disclosure, Role::Denial, Role::Claim, Role::Trigger];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Commercial => "commercial",
            Role::Disclosure => "disclosure",
            Role::Denial => "denial",
            Role::Claim => "claim",
            Role::Trigger => "trigger",
        }
    }
}

/// What the words around a cue do to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Status {
    /// Said as the author's own.
    #[default]
    Affirmed,
    /// Denied.
    Negated,
    /// Asked.
    Questioned,
    /// Somebody else's words.
    Reported,
    /// Warned of.
    Warned,
    /// Only imagined.
    Hypothetical,
    /// Meant as a joke.
    Joked,
}

impl Status {
    /// All, in a fixed order.
    pub const ALL: [Status; 7] = [
        Status::Affirmed,
        Status::Negated,
        Status::Questioned,
        Status::Reported,
        Status::Warned,
        Status::Hypothetical,
        Status::Joked,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Status::Affirmed => "affirmed",
            Status::Negated => "negated",
            Status::Questioned => "questioned",
            Status::Reported => "reported",
            Status::Warned => "warned",
            Status::Hypothetical => "hypothetical",
            Status::Joked => "joked",
        }
    }
}

/// Media that the record does not carry: what could not be seen. A set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unseen(u8);

impl Unseen {
    /// A video without transcript.
    pub const VIDEO: Unseen = Unseen(1);
    /// Pictures without their text.
    pub const IMAGE: Unseen = Unseen(1 << 1);
    /// A recording without transcript.
    pub const AUDIO: Unseen = Unseen(1 << 2);

    const NAMES: [&'static str; 3] = ["video", "image", "audio"];

    /// Adds those of `other`.
    pub fn insert(&mut self, other: Unseen) {
        self.0 |= other.0;
    }

    /// Takes those of `other` away.
    pub fn remove(&mut self, other: Unseen) {
        self.0 &= !other.0;
    }

    /// Whether nothing is unseen.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Names, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().enumerate().filter(move |(i, _)| self.0 >> i & 1 == 1).map(|(_, n)| n)
    }

    /// The medium of that name.
    pub fn from_name(name: &str) -> Option<Unseen> {
        Self::NAMES.iter().position(|n| *n == name).map(|i| Unseen(1 << i))
    }
}
