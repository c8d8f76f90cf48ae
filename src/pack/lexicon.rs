//! Lists, terms and what is built from them, as values.

use super::{
    ids::{ListId, TermId},
    model::Bilingual,
};
use crate::{normalise::Break, vocabulary::Role};
use memchr::memmem::Finder;
use regex::Regex;

/// Claim codes of the codebook's section 6.
pub const CLAIM_CODES: [&str; 11] = [
    "CLM-AUTH",
    "CLM-BANNED",
    "CLM-CURE",
    "CLM-EQUIV",
    "CLM-FIN",
    "CLM-GUARANTEE",
    "CLM-NATURAL",
    "CLM-SCARCE",
    "CLM-SPEED",
    "CLM-SUPERL",
    "CLM-TESTI",
];

/// The language that a term is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// English.
    En,
    /// Neither: numbers, signs, hosts.
    Any,
}

/// Terms of one meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// `family.name`; anonymous lists (the words of a compound, the words of a trigger) have an id that starts with `~`.
    pub id: String,
    /// What it means.
    pub meaning: Bilingual,
    /// What its words are in a finding.
    pub role: Role,
    /// Code of the claim that an affirmed word of it is.
    pub claim: Option<&'static str>,
    /// Index of the product class that a word of it speaks of.
    pub product: Option<u8>,
    /// Whether its words count as glued hashtags without diacritics.
    pub hashtags: bool,
    /// Whether `bare` decides for terms that say nothing themselves.
    pub context: bool,
}

impl List {
    /// Whether it is anonymous: its cues serve compounds or triggers only.
    pub fn hidden(&self) -> bool {
        self.id.starts_with('~')
    }
}

/// Whether a term may match where the text has no diacritics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BarePolicy {
    /// Nothing to strip: the term has no diacritics itself.
    Plain,
    /// In a sentence without diacritics of a Vietnamese post.
    Sentence,
    /// Only beside a word that carries its own diacritics.
    Never,
    /// Not even there: what a chat spelling in a term was read as ("đúng qc" is no "nội dung quảng cáo").
    Exact,
}

/// Where a term must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// Anywhere.
    Any,
    /// In a label position (`lexicons/README.md`).
    Label,
    /// As a hashtag.
    Hashtag,
}

/// One word of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// With its diacritics.
    pub marked: String,
    /// Without.
    pub bare: String,
    /// The strongest break that may stand before it inside the term: the one that is written there.
    pub before: Break,
}

/// Whatever a cue can be an instance of: a term proper, or the name of a pattern, compound, host or value kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its list.
    pub list: ListId,
    /// `list/text`.
    pub name: String,
    /// The language that it is written in.
    pub lang: Lang,
    /// Its words; empty for anything but a term proper.
    pub words: Vec<Word>,
    /// Whether it may match without diacritics.
    pub bare: BarePolicy,
    /// Where it must stand.
    pub position: Position,
    /// Whether it may stand in a hashtag without its diacritics (`bare = "never"` forbids it there too).
    pub bare_hashtag: bool,
    /// An English term whose every word also spells a bare Vietnamese syllable: needs an English sentence.
    pub needs_english: bool,
}

/// One part of a compound: a cue of one of these lists, with its value inside the bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The lists that will do.
    pub lists: Vec<ListId>,
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
}

/// Cues in order, at most `gap` words apart, inside one sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Compound {
    /// What the joined cue is.
    pub term: TermId,
    /// The parts, in order.
    pub parts: Vec<Part>,
    /// Words that may stand between two parts.
    pub gap: u32,
}

/// A regular expression on the folded text, run only where a gate word stands in the post.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What its match is.
    pub term: TermId,
    /// Bare keys of the gate words; `#` is any hashtag, `@` any mention.
    pub gate: Vec<String>,
    /// Whether a match begins with a gate word that is the first word of a sentence.
    pub opens: bool,
    /// Further gate: one of these stands in the folded text. Empty = no further gate.
    pub also: Vec<Finder<'static>>,
    /// On [`Text::marked`](crate::normalise::Text::marked).
    pub regex: Regex,
}

/// Where a link leads: a host (with its subdomains) or a query parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// What the link is.
    pub term: TermId,
    /// `shopee.vn`; with a leading path part where it has one (`vt.tiktok.com/t`), or a parameter `tag=`.
    pub key: String,
    /// Whether `key` is a query parameter.
    pub param: bool,
}

/// What a trigger does to the cues around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriggerKind {
    /// The negation words inside it negate nothing.
    Unit,
    /// Overlapping cues mean something else.
    Sense,
    /// Negates what follows.
    NegationBefore,
    /// Negates what stands before.
    NegationAfter,
    /// The sentence asks.
    Question,
    /// Asks at the end of a sentence.
    QuestionFinal,
    /// The sentence warns.
    Warning,
    /// What follows is somebody else's.
    Report,
    /// What follows is imagined.
    Hypothesis,
    /// What stands before is imagined: "nếu kem này trị được nám thì tốt quá".
    HypothesisAfter,
    /// The sentence jokes.
    Joke,
    /// Ends the scope of a negation.
    Stop,
    /// Ends the scope of negation, report and hypothesis alike: what follows is the author's own again.
    Contrast,
    /// A question that takes its claim for granted: "why does it cure …?", "ready for the best …?".
    Teaser,
}

impl TriggerKind {
    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "unit" => Self::Unit,
            "sense" => Self::Sense,
            "negation_before" => Self::NegationBefore,
            "negation_after" => Self::NegationAfter,
            "question" => Self::Question,
            "question_final" => Self::QuestionFinal,
            "warning" => Self::Warning,
            "report" => Self::Report,
            "hypothesis" => Self::Hypothesis,
            "hypothesis_after" => Self::HypothesisAfter,
            "joke" => Self::Joke,
            "stop" => Self::Stop,
            "contrast" => Self::Contrast,
            "teaser" => Self::Teaser,
            _ => return None,
        })
    }
}

/// Words that change the status of what stands near them.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// The anonymous list of its words.
    pub list: ListId,
    /// What it does.
    pub kind: TriggerKind,
    /// How many words far; 0 = to the end of the sentence.
    pub scope: u32,
    /// Words that, right after it, take its power away.
    pub not_before: Vec<Word>,
    /// Phrases one of which must stand before it in its sentence, and before what it speaks of; empty = none is needed.
    pub opened_by: Vec<Vec<Word>>,
    /// Lists that it speaks to; empty = all.
    pub only: Vec<ListId>,
}

/// Numbers of the reading of "immediately before and during" (`weights/disclosure.toml`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DisclosureNumbers {
    /// Code points that a caption shows before "see more".
    pub fold_code_points: u32,
    /// Line breaks that it shows.
    pub fold_lines: u32,
    /// Percent of a caption in which a seller who speaks as seller speaks in the opening, also past the fold.
    pub voice_percent: u32,
    /// Hashtags in a row that hide a label.
    pub hashtag_run: u32,
    /// Words between a commission statement and its link.
    pub commission_within: u32,
    /// Words of a transcript from which a label must be repeated.
    pub long_transcript_words: u32,
}

/// Words that vote on the language, as bare keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageWords {
    /// English function words.
    pub english_function: Vec<String>,
    /// Frequent Vietnamese syllables.
    pub vietnamese_frequent: Vec<String>,
    /// Vietnamese chat spelling.
    pub teencode: Vec<String>,
    /// Function words of languages that the tool does not read.
    pub other_function: Vec<String>,
    /// Words that, right before a long number, make it no telephone number: account, tax code, order.
    pub account: Vec<String>,
    /// Words that, after "1 triệu 2", show that a sum ends there and nothing is counted.
    pub after_sum: Vec<String>,
}

/// A word that is a number, as part of a sum of money in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Numeral {
    /// As folded.
    pub word: String,
    /// What it is worth, 0 to 100; 0 only joins (two hundred and five).
    pub value: f64,
    /// Whether it multiplies the digit before it: hai mươi, two hundred.
    pub times: bool,
    /// [`UnitPlace::Bare`]: only in a sentence without diacritics.
    pub place: UnitPlace,
}

/// What some words and signs make of the number before them.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// A duration.
    pub kind: ValueKind,
    /// Of so many days.
    pub factor: f64,
    /// `ngày`, as canonical key; of more than one word, with single spaces. With each, where it counts.
    pub words: Vec<(String, UnitPlace)>,
    /// Words that, right before the number, make it something else: a date, a time of day.
    pub not_after: Vec<Word>,
    /// Words that, right after the unit, make it something else: people, views, fruit.
    pub not_before: Vec<Word>,
}

/// Where a unit word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPlace {
    /// After the number, stuck to it or not.
    Any,
    /// Stuck to the number only: 325xu.
    Stuck,
    /// Also in a sentence without diacritics, written without them.
    Bare,
    /// Before the number, as the words of a currency may: VND 250,000.
    Before,
}

/// Kinds of value that the text is read for; each is a built-in list `value.NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ValueKind {
    /// A plain number.
    Number,
    /// Percent.
    Percent,
    /// Dong.
    Price,
    /// Days.
    Duration,
    /// Kilograms.
    Kg,
    /// Centimetres.
    Cm,
    /// A Vietnamese phone number.
    Phone,
    /// Capitals and digits: a voucher code.
    Code,
    /// A link.
    Url,
    /// A mention.
    Mention,
    /// Alcohol by volume.
    Degree,
}

impl ValueKind {
    /// All, in the order of their lists and terms: the built-in lists stand first in every pack.
    pub const ALL: [ValueKind; 11] = [
        ValueKind::Number,
        ValueKind::Percent,
        ValueKind::Price,
        ValueKind::Duration,
        ValueKind::Kg,
        ValueKind::Cm,
        ValueKind::Phone,
        ValueKind::Code,
        ValueKind::Url,
        ValueKind::Mention,
        ValueKind::Degree,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            ValueKind::Number => "number",
            ValueKind::Percent => "percent",
            ValueKind::Price => "price",
            ValueKind::Duration => "duration",
            ValueKind::Kg => "kg",
            ValueKind::Cm => "cm",
            ValueKind::Phone => "phone",
            ValueKind::Code => "code",
            ValueKind::Url => "url",
            ValueKind::Mention => "mention",
            ValueKind::Degree => "degree",
        }
    }

    /// Its list.
    pub fn list(self) -> ListId {
        ListId(self as u16)
    }

    /// Its term.
    pub fn term(self) -> TermId {
        TermId(self as u32)
    }
}
