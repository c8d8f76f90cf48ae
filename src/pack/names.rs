//! Names to places, while a pack is loaded, and how many of a kind it may have.

use super::{
    ids::{ListId, ProvisionId},
    reader::Item,
};
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

/// Lists that a pack may have, hidden ones apart: what a post has of them is kept as bits.
pub(super) const MOST_LISTS: usize = 256;
/// Kinds of evidence, and product classes, that a pack may have: one bit each of a post's.
pub(super) const MOST_BITS: usize = 64;

/// Names to indices, while loading.
#[derive(Default)]
pub(super) struct Names {
    pub(super) lists: BTreeMap<String, ListId>,
    pub(super) provisions: HashMap<String, ProvisionId>,
    pub(super) evidence: HashMap<String, u8>,
    /// Where each compound is written.
    pub(super) compounds: Vec<(String, Range<usize>)>,
}

impl Names {
    /// The list of that name; a fault otherwise.
    pub(super) fn list(&self, item: Item<'_>) -> Option<ListId> {
        let name = item.str()?;
        let found = self.lists.get(name).copied();
        if found.is_none() {
            item.fault("P005", format!("no list `{name}`"));
        }
        found
    }

    /// The list of that name, or all lists of that family (`disclosure` for `disclosure.strong` and so on).
    pub(super) fn lists_or_family(&self, item: Item<'_>) -> Vec<ListId> {
        let Some(name) = item.str() else { return Vec::new() };
        let family = |id: &str| id.strip_prefix(name).is_some_and(|r| r.is_empty() || r.starts_with('.'));
        let found: Vec<_> = self.lists.iter().filter(|(id, _)| family(id)).map(|(_, l)| *l).collect();
        if found.is_empty() {
            item.fault("P005", format!("no list or family `{name}`"));
        }
        found
    }
}
