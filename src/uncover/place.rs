//! Where a word stands, as far as reading it depends on that.

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// In an English sentence: Vietnamese spellings are not looked for.
    pub(super) english: bool,
    /// In a text with typing residue elsewhere.
    pub(super) typed: bool,
}
