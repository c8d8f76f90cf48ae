//! The pack: everything that minhbach knows, as validated values.
//!
//! In: the files of `lexicons/` (built in, or a folder). Out: [`Pack`]. Nothing loads with a fault in it; all faults
//! are shown at once. Terms are folded here by the very code that folds posts.

mod condition;
mod crosswalk;
mod files;
mod ids;
mod lexicon;
mod load;
mod load_folds;
mod load_formats;
mod load_rules;
mod load_terms;
mod load_words;
mod messages;
mod model;
mod names;
mod reader;
mod score;

pub use condition::{Condition, Fact};
pub use crosswalk::{Attested, Crosswalk, Pillar, PillarOutput};
pub use files::PackFiles;
pub use ids::{ListId, ProvisionId, RuleId, TermId};
pub use lexicon::{
    BarePolicy, CLAIM_CODES, Compound, DisclosureNumbers, Host, Lang, LanguageWords, List, Numeral, Part, Pattern,
    Position, Term, Trigger, TriggerKind, Unit, UnitPlace, ValueKind, Word,
};
pub use load_folds::{ChatReading, EnglishReading, FoldTables, Respelling, TypingKey};
pub use load_formats::{FormatRow, MapError, read_map};
pub(crate) use messages::fill;
pub use messages::{MessageFault, Messages};
pub use model::{
    Bilingual, Confidence, Criterion, EvidenceKind, ExamplePost, FixEdit, Provision, Rule, Severity, Tier,
};
pub use score::{Feature, ScoreModel, Shape};

use crate::{
    day::Day,
    diagnostic::Fault,
    ingest::{FormatChoice, Formats},
    vocabulary::Unseen,
};
use std::collections::BTreeMap;

/// A loaded pack.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of all its files, as hex.
    pub sha256: String,
    /// "Current law" is the law on this day.
    pub law_as_of: Day,
    /// All lists; the built-in values first, then by file.
    pub lists: Vec<List>,
    /// All terms, by list.
    pub terms: Vec<Term>,
    /// All compounds, each after those whose cues it joins.
    pub compounds: Vec<Compound>,
    /// All patterns.
    pub patterns: Vec<Pattern>,
    /// Hosts and link parameters.
    pub hosts: Vec<Host>,
    /// Words that change statuses.
    pub triggers: Vec<Trigger>,
    /// Articles of law.
    pub provisions: Vec<Provision>,
    /// The rules, by id.
    pub rules: Vec<Rule>,
    /// The condition of each rule.
    pub conditions: Vec<Condition>,
    /// Kinds of commercial evidence.
    pub evidence: Vec<EvidenceKind>,
    /// What the commercial score adds up.
    pub score: ScoreModel,
    /// How disclosure is read.
    pub disclosure: DisclosureNumbers,
    /// Words that vote on the language.
    pub language: LanguageWords,
    /// Chat spelling and disguises.
    pub folds: FoldTables,
    /// Units: what kind of value they make of a number, and by how much it is multiplied.
    pub units: Vec<Unit>,
    /// Words that multiply the number before them where a unit follows, with their factor: chục, trăm, million.
    pub scales: Vec<(String, f64, UnitPlace)>,
    /// Words that are numbers, with what they are worth: hai, mười, twenty.
    pub numerals: Vec<Numeral>,
    /// Names of the product classes.
    pub products: Vec<String>,
    /// Every sentence of the reports.
    pub messages: Messages,
    /// What of the programme the scores speak to.
    pub crosswalk: Crosswalk,
    /// The formats of exports, by name.
    pub formats: Vec<FormatRow>,
    /// Media that each platform's posts carry.
    pub platforms: BTreeMap<String, Unseen>,
}

impl Pack {
    /// `list/text` of a term, pattern, compound, host or value kind.
    pub fn term_name(&self, term: TermId) -> &str {
        &self.terms[term.0 as usize].name
    }

    /// The list of that id.
    pub fn list(&self, id: &str) -> Option<ListId> {
        self.lists.iter().position(|l| l.id == id).map(|i| ListId(i as u16))
    }

    /// The format of that name.
    pub fn format(&self, name: &str) -> Option<&FormatRow> {
        self.formats.iter().find(|f| f.map.name == name)
    }

    /// All formats, to tell files by; `choice` is what the user said.
    pub fn formats(&self, choice: FormatChoice) -> Formats {
        Formats { known: self.formats.iter().map(|f| f.map.clone()).collect(), choice }
    }

    /// The rule of that id (`DIS001`) or slug.
    pub fn rule(&self, name: &str) -> Option<RuleId> {
        self.rules.iter().position(|r| r.id == name || r.slug == name).map(|i| RuleId(i as u16))
    }
}

/// Why a pack does not load.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A file or folder cannot be read.
    #[error("không đọc được / cannot read {path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The folder holds no `pack.toml`.
    #[error("{path} không phải kho: không có pack.toml / is no pack: it holds no pack.toml")]
    NotAPack {
        /// Which.
        path: String,
    },
    /// The files have faults.
    #[error("kho có {count} lỗi / {count} faults in the pack\n{report}")]
    Faults {
        /// How many.
        count: usize,
        /// All of them with file, line and caret.
        report: String,
        /// The same as values.
        faults: Vec<Fault>,
    },
}
