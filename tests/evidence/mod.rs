//! The law of evidence: a quote is the slice that its offsets name, and folds to the key of the term that it is said to
//! be, by the folds that it names. Where words were read behind a disguise, by their neighbours too, it is the field as it
//! was read that must have the term's words there.

use minhbach::{
    normalise::{Folds, Text, Token, fold},
    pack::{Pack, Term, Word},
    uncover::{Uncover, UncoverScratch},
    words::{Tagged, Words},
};
use serde_json::Value;
use std::collections::HashMap;

/// Tries records against their posts.
pub(crate) struct Witness<'p> {
    terms: HashMap<&'p str, Vec<&'p Term>>,
    words: Words,
    uncover: Uncover,
    text: Text,
    /// Quotes tried.
    pub(crate) quotes: usize,
    /// Those of them whose term has a key of its own; patterns, compounds, hosts and values have none.
    pub(crate) keyed: usize,
    /// What was wrong, with the words.
    pub(crate) faults: Vec<String>,
}

impl<'p> Witness<'p> {
    pub(crate) fn new(pack: &'p Pack) -> Self {
        let mut terms: HashMap<&str, Vec<&Term>> = HashMap::new();
        for term in &pack.terms {
            terms.entry(&term.name).or_default().push(term);
        }
        let words = Words::new(pack);
        let uncover = Uncover::new(pack, &words);
        Self { terms, words, uncover, text: Text::default(), quotes: 0, keyed: 0, faults: Vec::new() }
    }

    /// All claims of a line of `posts.jsonl` or spans of a line of `findings.jsonl`; `field` gives the post's texts.
    pub(crate) fn line(&mut self, line: &Value, field: impl Fn(&str) -> Option<String>) {
        let words = line["claims"].as_array().or_else(|| line["spans"].as_array()).into_iter().flatten();
        for words in words {
            self.quotes += 1;
            let text = words["field"].as_str().and_then(&field).unwrap_or_default();
            let quote = words["quote"].as_str().unwrap_or_default();
            let fault = place(words, quote, &text).or_else(|| self.key(words, quote, &text));
            self.faults.extend(fault.map(|fault| format!("{fault}\n  {words}")));
        }
        // An edit stands where it says, or it could not be applied.
        for edit in line["fix"]["edits"].as_array().into_iter().flatten() {
            let text = edit["field"].as_str().and_then(&field).unwrap_or_default();
            let [start, end] = ["start_byte", "end_byte"].map(|key| edit[key].as_u64().unwrap_or(u64::MAX) as usize);
            let fault = match text.get(start..end) {
                Some(words) => place(edit, words, &text),
                None => Some("the edit cuts a character".to_owned()),
            };
            self.faults.extend(fault.map(|fault| format!("{fault}\n  {edit}")));
        }
    }

    fn key(&mut self, words: &Value, quote: &str, field: &str) -> Option<String> {
        let name = words["term"].as_str().unwrap_or_default();
        let named: Vec<&str> = words["folds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let Some(terms) = self.terms.get(name) else { return Some(format!("no term {name}")) };
        let terms: Vec<&Term> = terms.iter().copied().filter(|t| !t.words.is_empty()).collect();
        if terms.is_empty() {
            return None;
        }
        self.keyed += 1;
        fold(quote, &mut self.text);
        let needed = self.text.tokens.iter().fold(Folds::NONE, |folds, t| folds.with(t.folds));
        if let Some(silent) = needed.names().find(|fold| !named.contains(fold)) {
            return Some(format!("the match needed `{silent}` and does not say so"));
        }
        // A hashtag spells its words without the spaces; whether the quote is the tag or a part of it is the same.
        let glued = named.contains(&"hashtag");
        // Nor does it say more than the letters under marks that no word has.
        let bare = named.contains(&"bare") || glued && named.contains(&"marks");
        let found: for<'t> fn(&'t Text, &Token) -> &'t str = if bare { bare_key } else { marked_key };
        let wanted = |w: &Word| if bare { w.bare.clone() } else { w.marked.clone() };
        let keys: Vec<String> = self.text.tokens.iter().map(|t| found(&self.text, t).to_owned()).collect();
        let agrees = |keys: &[String]| {
            terms.iter().any(|term| {
                let words: Vec<String> = term.words.iter().map(wanted).collect();
                if glued { keys.concat() == words.concat() } else { keys == words }
            })
        };
        let disguised = ["social", "separator", "leet", "telex", "flipped"].iter().any(|fold| named.contains(fold));
        if agrees(&keys) {
            return None;
        }
        // Words that were read from one token may share its place: the term's stand somewhere among them.
        let read = if disguised { self.as_read(words, field, found) } else { Vec::new() };
        if terms.iter().any(|term| read.windows(term.words.len()).any(agrees)) {
            return None;
        }
        // A hashtag was read as one word; what was read in a part of it has the whole tag as its evidence.
        let spelt: Vec<String> = terms.iter().map(|term| term.words.iter().map(wanted).collect()).collect();
        if glued && read.iter().any(|tag| spelt.iter().any(|spelt| tag.contains(spelt.as_str()))) {
            return None;
        }
        Some(format!("the quote folds to {keys:?}, which is not its term"))
    }

    /// The keys that the words of a quote have in the field as it is read.
    fn as_read(&self, words: &Value, field: &str, key: for<'t> fn(&'t Text, &Token) -> &'t str) -> Vec<String> {
        let [start, end] = ["start_byte", "end_byte"].map(|key| words[key].as_u64().unwrap_or(u64::MAX) as u32);
        let (mut text, mut read, mut tagged) = (Text::default(), Text::default(), Tagged::default());
        fold(field, &mut text);
        self.words.tag(&text, &mut tagged);
        let changed = self.uncover.read(field, &text, &tagged, &self.words, &mut UncoverScratch::default(), &mut read);
        let text = if changed { read } else { text };
        let inside = text.tokens.iter().filter(|t| t.raw.start() >= start && t.raw.end() <= end);
        inside.map(|t| key(&text, t).to_owned()).collect()
    }
}

fn marked_key<'t>(text: &'t Text, token: &Token) -> &'t str {
    text.key(token)
}

fn bare_key<'t>(text: &'t Text, token: &Token) -> &'t str {
    text.bare_key(token)
}

/// What is wrong with the offsets.
fn place(words: &Value, quote: &str, text: &str) -> Option<String> {
    let [start, end, start_byte, end_byte] =
        ["start", "end", "start_byte", "end_byte"].map(|key| words[key].as_u64().unwrap_or(u64::MAX) as usize);
    let by_bytes = text.get(start_byte..end_byte);
    if by_bytes != Some(quote) {
        return Some(format!("by bytes the field says {by_bytes:?}"));
    }
    let by_points: String = text.chars().skip(start).take(end.saturating_sub(start)).collect();
    (start > end || by_points != quote).then(|| format!("by code points the field says {by_points:?}"))
}
