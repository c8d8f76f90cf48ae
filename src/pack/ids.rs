//! Places in a loaded pack: everything refers to its parts by index.

use serde::{Deserialize, Serialize};

/// Index of a list in [`Pack::lists`](super::Pack::lists).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub u16);

/// Index of a term, pattern, compound, host or value kind in [`Pack::terms`](super::Pack::terms).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub u32);

/// Index of a rule in [`Pack::rules`](super::Pack::rules); rules stand in order of their id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleId(pub u16);

/// Index of a provision in [`Pack::provisions`](super::Pack::provisions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProvisionId(pub u16);
