//! Chat spelling: a word that stands for another, by itself or by its neighbours.

use super::{
    known::Known,
    tables::{Chat, Tables},
};
use crate::{
    normalise::{self, Break, Kind, Text},
    words::{WordId, Words},
};

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
    // Neither is one that ends another chat spelling: ho.k.
    if let Some(last) = at.checked_sub(1).map(|i| &text.tokens[i])
        && key.len() == 1
        && !text.marked[last.marked.range().end..token.marked.range().start].contains(char::is_whitespace)
        && !tables.chat(&[text.key(last), key].concat()).is_empty()
    {
        return None;
    }
    let before = at.checked_sub(1).map(|i| &text.tokens[i]).filter(|_| token.before < Break::Sentence);
    let after = text.tokens.get(at + 1).filter(|t| t.before < Break::Sentence);
    let numbered = before.is_some_and(|t| t.kind == Kind::Number) && token.before == Break::None;
    // After a number long words are no units: 2 ngừi.
    let is_unit = key.len() < 4;
    let is_one = |chat: &Chat, after: bool, t: Option<&normalise::Token>| {
        t.is_some_and(|t| {
            let key = text.key(t);
            let same = |(w, bare): (&str, &str)| w == key || !t.accented && key.len() < w.len() && bare == key;
            chat.neighbours(after).any(same)
        })
    };
    let holds = |chat: &&Chat| {
        let r = &chat.reading;
        (r.after_number == numbered || !r.after_number && !is_unit)
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

/// The words that token `at` of an English sentence stands for, the last token that it takes, and bytes of a sign after it.
pub(super) fn english<'t>(
    tables: &'t Tables,
    known: &Known,
    words: &Words,
    (raw, text, ids): (&str, &Text, &[WordId]),
    at: usize,
) -> Option<(&'t [String], usize, u32)> {
    let (token, next) = (&text.tokens[at], text.tokens.get(at + 1));
    let key = text.key(token);
    let slash = raw.as_bytes().get(token.raw.end() as usize) == Some(&b'/');
    if !slash && !tables.may_be_english(key) {
        return None;
    }
    let mut way = String::new();
    let mut with = |parts: &[&str]| {
        way.clear();
        way.extend(parts.iter().copied());
        tables.english.get(way.as_str())
    };
    let slashed = slash.then(|| {
        let stuck = next.filter(|n| n.raw.start() == token.raw.end() + 1);
        let whole = stuck.and_then(|n| Some((with(&[key, "/", text.key(n)])?, at + 1, 0)));
        whole.or_else(|| Some((with(&[key, "/"]).filter(|_| stuck.is_none())?, at, 1)))
    });
    let (reading, last, sign) = match slashed {
        Some(found) => found?,
        None if is_stuck(text, at) || next.is_some() && is_stuck(text, at + 1) => return None,
        None => (tables.english.get(key)?, at, 0),
    };
    let (first, end) = (words.id(reading.to.first()?), words.id(reading.to.last()?));
    let before = at.checked_sub(1).is_some_and(|i| known.pair(ids[i], first));
    let after = ids.get(last + 1).is_some_and(|&id| known.pair(end, id));
    (!reading.in_terms || before && after).then_some((&*reading.to, last, sign))
}

/// Whether a sign joins the token to the one before it.
fn is_stuck(text: &Text, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let gap = &text.marked[text.tokens[before].marked.range().end..text.tokens[at].marked.range().start];
    !gap.is_empty()
        && !gap.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ':' | '"' | '!' | '?' | ')' | '('))
}
