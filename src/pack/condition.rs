//! The closed vocabulary of conditions, with every name resolved.

use super::ids::ListId;
use crate::{
    post::PlatformLabel,
    vocabulary::{Commercial, DisclosureState, Reasons},
};

/// A condition of a rule or of commercial evidence. See `lexicons/README.md`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// One of them holds.
    Any(Vec<Condition>),
    /// Each of them holds.
    All(Vec<Condition>),
    /// None of them holds.
    None(Vec<Condition>),
    /// A cue of one of these lists.
    Cue {
        /// The lists, rising.
        lists: Vec<ListId>,
        /// Bit of each admitted [`Status`](crate::vocabulary::Status).
        statuses: u8,
        /// Bit of each admitted [`Field`](crate::post::Field).
        fields: u8,
    },
    /// Affirmed cues of both lists within so many words in one field.
    Near {
        /// First list.
        first: ListId,
        /// Second list.
        second: ListId,
        /// Words between them at most.
        within: u32,
        /// Whether the first must come first.
        ordered: bool,
    },
    /// So many affirmed cues of these lists.
    Count {
        /// The lists.
        lists: Vec<ListId>,
        /// How many.
        at_least: u32,
    },
    /// The post's language is one of these names (`mixed` included).
    Language(Vec<String>),
    /// The record carries one of these fields (bits).
    Field(u8),
    /// The post is about one of these classes (indices).
    Product(Vec<u8>),
    /// A fact of the post.
    Fact(Fact),
}

/// Something known of a post besides its cues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The commercial label.
    Commercial(Commercial),
    /// The disclosure state.
    State(DisclosureState),
    /// A reason of the disclosure state.
    Reason(Reasons),
    /// Evidence, by its index in the pack.
    Evidence(u8),
    /// The platform's label.
    Label(PlatformLabel),
    /// A shop basket or product anchor.
    CommerceFlag,
    /// The platform's AI label.
    AiLabel,
    /// Some medium of the post is not in the record.
    Unseen,
}

impl Fact {
    /// The name in the pack's files.
    pub fn name(self, pack: &super::Pack) -> String {
        match self {
            Fact::Commercial(label) => format!("commercial.{}", label.name()),
            Fact::State(state) => format!("disclosure.{}", state.name()),
            Fact::Reason(reason) => format!("reason.{}", reason.names().next().unwrap_or("?")),
            Fact::Evidence(at) => format!("evidence.{}", pack.evidence[at as usize].id),
            Fact::Label(label) => format!("label.{}", label.name()),
            Fact::CommerceFlag => "commerce_flag".to_owned(),
            Fact::AiLabel => "ai_label".to_owned(),
            Fact::Unseen => "unseen".to_owned(),
        }
    }
}
