//! Chat spelling: a word that stands for another, by itself or by its neighbours.

use super::tables::{Chat, Tables};
use crate::normalise::{self, Break, Kind, Text};

/// The words that token `at` stands for; `None` when it stands for itself.
pub(super) fn read<'t>(tables: &'t Tables, text: &Text, at: usize) -> Option<&'t [String]> {
    let token = &text.tokens[at];
    let key = text.key(token);
    let readings = tables.chat(key);
    if readings.is_empty() {
        return None;
    }
    // A single letter stuck to something is a part of it: c/o, k-pop, vitamin-e.
    if key.chars().nth(1).is_none()
        && (is_stuck(text, at) || text.tokens.get(at + 1).is_some() && is_stuck(text, at + 1))
    {
        return None;
    }
    let before = at.checked_sub(1).map(|i| &text.tokens[i]).filter(|_| token.before < Break::Sentence);
    let after = text.tokens.get(at + 1).filter(|t| t.before < Break::Sentence);
    let numbered = before.is_some_and(|t| t.kind == Kind::Number) && token.before == Break::None;
    let is_one = |chat: &Chat, after: bool, t: Option<&normalise::Token>| {
        t.is_some_and(|t| {
            let key = text.key(t);
            let same = |(w, bare): (&str, &str)| w == key || !t.accented && key.len() < w.len() && bare == key;
            chat.neighbours(after).any(same)
        })
    };
    let holds = |chat: &&Chat| {
        let r = &chat.reading;
        r.after_number == numbered
            && (r.is_free()
                || r.after_number && r.after.is_empty() && r.before.is_empty() && !r.at_start && !r.at_end
                || is_one(chat, true, before)
                || is_one(chat, false, after)
                || r.at_start && (before.is_none() || token.before >= Break::Clause)
                || r.at_end && after.is_none_or(|t| t.before >= Break::Clause))
    };
    let by_itself = before.is_none() && after.is_none();
    let held = readings.iter().filter(|c| c.reading.alone || !by_itself).find(holds);
    held.map(|c| c.reading.to.as_slice()).filter(|to| !to.is_empty())
}

/// Whether a sign joins the token to the one before it.
fn is_stuck(text: &Text, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let gap = &text.marked[text.tokens[before].marked.range().end..text.tokens[at].marked.range().start];
    !gap.is_empty()
        && !gap.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ':' | '"' | '!' | '?' | ')' | '('))
}
