//! Reads `fold/social.toml` and `fold/disguise.toml`: what chat spelling stands for, and what disguises are made of.

use super::{
    Pack,
    reader::{Item, Table},
};
use crate::{
    bits::Spread,
    normalise::{self, Kind, Text},
};
use std::collections::{BTreeMap, HashMap};

/// What a chat spelling may stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatReading {
    /// The words, with their diacritics; empty = it stands for itself.
    pub to: Vec<String>,
    /// Only when one of these words stands right before it …
    pub after: Vec<String>,
    /// … or one of these right after it …
    pub before: Vec<String>,
    /// … or it is the first of its clause …
    pub at_start: bool,
    /// … or the last.
    pub at_end: bool,
    /// Only after a number; else never there.
    pub after_number: bool,
    /// Also where it is the only word of its sentence; what has several readings is left there.
    pub alone: bool,
}

impl ChatReading {
    /// Whether no neighbour is asked for.
    pub fn is_free(&self) -> bool {
        self.after.is_empty() && self.before.is_empty() && !self.at_start && !self.at_end && !self.after_number
    }
}

/// What an English chat spelling stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnglishReading {
    /// The words.
    pub to: Vec<String>,
    /// Only between words that a term has it between: it is another word, or a number, as well.
    pub in_terms: bool,
}

/// Letters at the start or end of a word, and what they stand for in chat spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respelling {
    /// Whether they stand at the start; else at the end.
    pub onset: bool,
    /// The letters.
    pub from: String,
    /// What they may stand for, the likeliest first.
    pub to: Vec<String>,
}

impl Respelling {
    /// How many of a word's letters, without their tones, it takes away at its edge; `None` when they are not there.
    pub fn taken(&self, letters: &[char]) -> Option<usize> {
        let count = self.from.chars().count();
        let start = if self.onset { 0 } else { letters.len().checked_sub(count)? };
        letters[start..].iter().copied().take(count).eq(self.from.chars()).then_some(count)
    }
}

/// What a key of a Vietnamese typing method does to the letters before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypingKey {
    /// A tone: 1 huyền, 2 sắc, 3 hỏi, 4 ngã, 5 nặng.
    Tone(u8),
    /// A mark on a vowel: these pairs of plain letter and letter with its mark.
    Mark(&'static [(char, char)]),
}

/// The folds that are data.
#[derive(Clone, Debug, Default)]
pub struct FoldTables {
    /// Chat spellings, each with its readings in order of preference.
    pub chat: BTreeMap<String, Vec<ChatReading>>,
    /// English ones: words or numbers, some with a slash at the end or inside (w/, w/o).
    pub english: HashMap<String, EnglishReading, Spread>,
    /// Chat letters.
    pub respellings: Vec<Respelling>,
    /// Digits and signs that stand for letters, the likeliest letter first.
    pub leet: HashMap<char, Vec<char>, Spread>,
    /// Upside-down letters.
    pub flipped: HashMap<char, char, Spread>,
    /// Keys of Telex and VNI.
    pub typing: HashMap<char, TypingKey, Spread>,
    /// Hashtags that mean something else than the term they spell, space-free and without diacritics.
    pub other_hashtags: Vec<String>,
}

const CIRCUMFLEX: &[(char, char)] = &[('a', 'â'), ('e', 'ê'), ('o', 'ô')];
const HORN: &[(char, char)] = &[('o', 'ơ'), ('u', 'ư')];
const BREVE: &[(char, char)] = &[('a', 'ă')];
const HORN_OR_BREVE: &[(char, char)] = &[('o', 'ơ'), ('u', 'ư'), ('a', 'ă')];
const BAR: &[(char, char)] = &[('d', 'đ')];

impl Pack {
    /// `fold/social.toml`.
    pub(super) fn read_social(&mut self, root: Table<'_>) {
        let mut text = Text::default();
        if let Some(always) = root.need("always").and_then(|i| i.table(&[])) {
            for (reading, item) in always.entries() {
                let to = words(reading, item, &mut text);
                for from in item.str().map(|s| words(s, item, &mut text)).unwrap_or_default() {
                    self.add_chat(from, ChatReading { to: to.clone(), alone: true, ..ChatReading::default() }, item);
                }
            }
        }
        for item in root.get("sometimes").map(Item::array).unwrap_or_default() {
            let keys = ["from", "to", "after", "before", "at_start", "at_end", "after_number", "note"];
            let Some(t) = item.table(&keys) else { continue };
            let mut listed =
                |key: &str| t.get(key).and_then(|i| Some(words(i.str()?, i, &mut text))).unwrap_or_default();
            let (to, after, before, from) = (listed("to"), listed("after"), listed("before"), listed("from"));
            let truth = |key: &str| t.get(key).and_then(Item::bool).unwrap_or(false);
            let (at_start, at_end, after_number) = (truth("at_start"), truth("at_end"), truth("after_number"));
            if t.need("from").is_none() || t.need("to").is_none() {
                continue;
            }
            for from in from {
                let to = if to == [from.as_str()] { Vec::new() } else { to.clone() };
                let (after, before) = (after.clone(), before.clone());
                let alone = false;
                self.add_chat(from, ChatReading { to, after, before, at_start, at_end, after_number, alone }, item);
            }
        }
        for (key, in_terms) in [("english", false), ("english_in_terms", true)] {
            for (reading, item) in root.get(key).and_then(|i| i.table(&[])).map(Table::entries).unwrap_or_default() {
                let to = words(reading, item, &mut text);
                for from in item.str().unwrap_or_default().split_whitespace() {
                    let reading = EnglishReading { to: to.clone(), in_terms };
                    if self.folds.english.insert(from.to_owned(), reading).is_some() {
                        item.fault("P006", "this reading is listed twice");
                    }
                }
            }
        }
        for item in root.get("respell").map(Item::array).unwrap_or_default() {
            let Some(t) = item.table(&["onset", "coda", "to", "note"]) else { continue };
            let to = t.need("to").and_then(Item::str).unwrap_or_default().split_whitespace().map(str::to_owned);
            let to: Vec<String> = to.collect();
            let (onset, coda) = (t.get("onset").and_then(Item::str), t.get("coda").and_then(Item::str));
            match onset.xor(coda) {
                Some(from) if !to.is_empty() && !from.is_empty() => {
                    self.folds.respellings.push(Respelling { onset: onset.is_some(), from: from.to_owned(), to });
                }
                _ => t.fault("P007", "a respelling has an onset or a coda, and letters that it stands for"),
            }
        }
    }

    fn add_chat(&mut self, from: String, reading: ChatReading, item: Item<'_>) {
        let readings = self.folds.chat.entry(from).or_default();
        if readings.contains(&reading) {
            item.fault("P006", "this reading is listed twice");
        }
        // What is always so comes last: the neighbours of the others are asked first.
        let at = if reading.is_free() { readings.len() } else { readings.iter().take_while(|r| !r.is_free()).count() };
        readings.insert(at, reading);
    }

    /// `fold/disguise.toml`.
    pub(super) fn read_disguise(&mut self, root: Table<'_>) {
        let entries = |key: &str| root.need(key).and_then(|i| i.table(&[])).map(Table::entries).unwrap_or_default();
        for (sign, item) in entries("leet") {
            let letters = item.str().unwrap_or_default().split_whitespace().filter_map(|l| one(l, item)).collect();
            if let Some(sign) = one(sign, item) {
                self.folds.leet.insert(sign, letters);
            }
        }
        for (flipped, item) in entries("flipped") {
            if let (Some(flipped), Some(letter)) = (one(flipped, item), item.str().and_then(|l| one(l, item))) {
                self.folds.flipped.insert(flipped, letter);
            }
        }
        for (key, item) in entries("typing") {
            let effect = match item.str().unwrap_or_default() {
                "huyền" => TypingKey::Tone(1),
                "sắc" => TypingKey::Tone(2),
                "hỏi" => TypingKey::Tone(3),
                "ngã" => TypingKey::Tone(4),
                "nặng" => TypingKey::Tone(5),
                "mũ" => TypingKey::Mark(CIRCUMFLEX),
                "móc" => TypingKey::Mark(HORN),
                "trăng" => TypingKey::Mark(BREVE),
                "móc trăng" => TypingKey::Mark(HORN_OR_BREVE),
                "gạch" => TypingKey::Mark(BAR),
                _ => {
                    item.fault("P007", "a key makes huyền, sắc, hỏi, ngã, nặng, mũ, móc, trăng, móc trăng or gạch");
                    continue;
                }
            };
            match one(key, item) {
                Some(key) if key.is_ascii() => drop(self.folds.typing.insert(key, effect)),
                Some(_) => item.fault("P007", "a key of a typing method is a letter or digit of ASCII"),
                None => {}
            }
        }
    }
}

/// The words of a line, as folding writes them.
fn words(line: &str, item: Item<'_>, text: &mut Text) -> Vec<String> {
    normalise::fold(line, text);
    if text.tokens.iter().any(|t| !matches!(t.kind, Kind::Word | Kind::Number)) {
        item.fault("L002", "only words can be listed here");
    }
    text.tokens.iter().map(|t| text.key(t).to_owned()).collect()
}

/// The one character of a string; a fault where there are more.
fn one(text: &str, item: Item<'_>) -> Option<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(c),
        _ => {
            item.fault("P007", format!("`{text}` is not one character"));
            None
        }
    }
}
