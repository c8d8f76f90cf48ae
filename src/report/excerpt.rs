//! The words of a finding in their surroundings, cut for people to read, with nothing in them that could hide or
//! reorder text.

use crate::{
    analysis::{Finding, Role},
    post::{Field, Post},
    redact::Veil,
    span::RawSpan,
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::ops::Range;

/// How much of a post is shown around the words of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// Bytes kept before marked words.
    pub before: usize,
    /// Bytes kept after them.
    pub after: usize,
    /// Marked words that stand further apart than their surroundings are shown in windows of their own, so many.
    pub windows: usize,
    /// A marked stretch longer than this is cut, in bytes: a whole transcript is no excerpt.
    pub most: usize,
}

impl Around {
    /// For a page of examples: a line or two.
    pub const EXAMPLE: Self = Self { before: 110, after: 140, windows: 3, most: 900 };
    /// For somebody who must decide: a caption of usual length whole.
    pub const CASE: Self = Self { before: 500, after: 700, windows: 3, most: 1800 };
}

/// Words to mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// In which field.
    pub field: Field,
    /// Which bytes of it.
    pub span: RawSpan,
    /// What they are to the finding.
    pub role: &'static str,
}

/// How far a cut may move to fall between words.
const WORD_SLACK: usize = 24;

/// A stretch of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Piece {
    /// The text, with control characters made visible.
    pub text: String,
    /// The role of the words, where they are evidence.
    pub role: Option<&'static str>,
}

impl<'de> Deserialize<'de> for Piece {
    /// The name of the role is found again among all.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Read {
            text: String,
            role: Option<String>,
        }
        let Read { text, role } = Read::deserialize(deserializer)?;
        let known = |name: String| {
            let role = Role::ALL.iter().map(|r| r.name()).find(|known| *known == name);
            role.ok_or_else(|| D::Error::custom(format!("no role `{name}`")))
        };
        Ok(Self { text, role: role.map(known).transpose()? })
    }
}

/// A window on one field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excerpt {
    /// Which field.
    pub field: Field,
    /// Whether text was left out before it.
    pub cut_before: bool,
    /// Whether text was left out after it.
    pub cut_after: bool,
    /// The stretches in order.
    pub pieces: Vec<Piece>,
}

/// The windows on the evidence of a finding as an example shows them.
pub(super) fn example(post: &Post<'_>, finding: &Finding, veil: Option<&Veil>) -> Vec<Excerpt> {
    let mark = |e: &crate::analysis::Evidence| Mark { field: e.field, span: e.span, role: e.role.name() };
    let marks: Vec<Mark> = finding.evidence.iter().map(mark).collect();
    excerpts(|field| post.field(field), &marks, Around::EXAMPLE, veil)
}

/// The windows on marked words in field order, showing what the veil lets through. Without marks: the opening of the
/// caption.
pub fn excerpts<'t>(
    texts: impl Fn(Field) -> Option<&'t str>,
    marks: &[Mark],
    around: Around,
    veil: Option<&Veil>,
) -> Vec<Excerpt> {
    let mut out = Vec::new();
    for field in Field::ALL {
        let Some(text) = texts(field) else {
            continue;
        };
        let own = marks.iter().filter(|m| m.field == field);
        let mut own: Vec<(RawSpan, &'static str)> = own.map(|m| (m.span, m.role)).collect();
        own.sort_unstable_by_key(|(span, role)| (*span, *role));
        for window in windows(text, &own, around) {
            if out.len() == around.windows {
                return out;
            }
            out.push(excerpt(field, text, window, &own, veil));
        }
    }
    let caption = texts(Field::Text).unwrap_or_default();
    if out.is_empty() && !caption.is_empty() {
        let end = cut_down(caption, around.after.min(caption.len()));
        out.push(excerpt(Field::Text, caption, 0..end, &[], veil));
    }
    out
}

/// The marked words alone, where the text that they stood in is not at hand: a window a field.
pub fn quotes<'q>(quotes: impl IntoIterator<Item = (Field, &'q str, &'static str)>) -> Vec<Excerpt> {
    let mut out: Vec<Excerpt> = Vec::new();
    for (field, quote, role) in quotes {
        let piece = Piece { text: visible(quote), role: Some(role) };
        match out.iter_mut().find(|excerpt| excerpt.field == field) {
            Some(excerpt) => excerpt.pieces.extend([Piece { text: " … ".to_owned(), role: None }, piece]),
            None => out.push(Excerpt { field, cut_before: true, cut_after: true, pieces: vec![piece] }),
        }
    }
    out
}

/// Surroundings of the marks; those that touch are one.
fn windows(text: &str, marks: &[(RawSpan, &str)], around: Around) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for (span, _) in marks {
        let Range { start, end } = span.range();
        if text.get(start..end).is_none() {
            continue;
        }
        let from = if start > around.before { cut_up(text, start - around.before, start) } else { 0 };
        let to = if end + around.after < text.len() { cut_down(text, end + around.after).max(end) } else { text.len() };
        match windows.last_mut() {
            Some(last) if from <= last.end => last.end = last.end.max(to),
            _ => windows.push(from..to),
        }
    }
    for window in &mut windows {
        if window.len() > around.most {
            window.end = cut_down(text, window.start + around.most);
        }
    }
    windows
}

/// A cut at or after `at`, before a word if one begins soon, and not past `limit`.
fn cut_up(text: &str, at: usize, limit: usize) -> usize {
    let at = (at..=limit).find(|&i| text.is_char_boundary(i)).unwrap_or(limit);
    let slack = (at + WORD_SLACK).min(limit);
    let space = text.as_bytes()[at..slack].iter().position(|b| b.is_ascii_whitespace());
    space.map_or(at, |space| at + space + 1)
}

/// A cut at or before `at`, after a word if one ends nearby.
fn cut_down(text: &str, at: usize) -> usize {
    let at = (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    if at == text.len() {
        return at;
    }
    let from = at.saturating_sub(WORD_SLACK);
    let space = text.as_bytes()[from..at].iter().rposition(|b| b.is_ascii_whitespace());
    space.map_or(at, |space| from + space)
}

fn excerpt(
    field: Field,
    text: &str,
    window: Range<usize>,
    marks: &[(RawSpan, &'static str)],
    veil: Option<&Veil>,
) -> Excerpt {
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, role| {
        if let Some(words) = text.get(range.clone()).filter(|words| !words.is_empty()) {
            let text = veil.map_or_else(|| visible(words), |veil| visible(&veil.show(field, text, range)));
            pieces.push(Piece { text, role });
        }
    };
    let mut at = window.start;
    for (span, role) in marks {
        // Words that two marks share are shown under the first.
        let (start, end) = (span.range().start.max(at), span.range().end.min(window.end));
        if start < end {
            push(at..start, None);
            push(start..end, Some(*role));
            at = end;
        }
    }
    push(at..window.end, None);
    Excerpt { field, cut_before: window.start > 0, cut_after: window.end < text.len(), pieces }
}

/// The same on one line: a name in the data begins no line of its own.
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', " ⏎ ")
}

/// The text with every character that would hide, reorder or break its neighbours shown by its number (`⟨U+202E⟩`).
/// Line breaks stay; a joiner stays where it joins pictures and shows where it splits letters.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        let joins_pictures = c == '\u{200d}' && !last.is_alphanumeric() && last != ' ';
        if hides(c) && !joins_pictures {
            out.push_str(&format!("⟨U+{:04X}⟩", c as u32));
        } else {
            out.push(c);
        }
        last = c;
    }
    out
}

fn hides(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{Evidence, Role},
        normalise::Folds,
        pack::{RuleId, TermId, Tier},
    };
    use proptest::prelude::*;

    fn finding(spans: &[(usize, usize)]) -> Finding {
        let evidence = spans.iter().map(|&(start, end)| Evidence {
            role: Role::Claim,
            field: Field::Text,
            span: RawSpan::new(start as u32, end as u32),
            term: TermId(0),
            folds: Folds::NONE,
        });
        Finding {
            rule: RuleId(0),
            tier: Tier::Violation,
            law_in_force: true,
            provisions: Vec::new(),
            counts: true,
            rank: 0,
            evidence: evidence.collect(),
            edits: Vec::new(),
        }
    }

    #[test]
    fn characters_that_hide_are_shown_and_pictures_stay_whole() {
        for (text, expected) in [
            ("đẹp\u{202e}xấu", "đẹp⟨U+202E⟩xấu"),
            ("q\u{200b}c", "q⟨U+200B⟩c"),
            ("q\u{200d}c", "q⟨U+200D⟩c"),
            ("👩\u{200d}👧", "👩\u{200d}👧"),
            ("a\r\nb\tc\0", "a⟨U+000D⟩\nb⟨U+0009⟩c⟨U+0000⟩"),
            ("giá ❤\u{fe0f}", "giá ❤\u{fe0f}"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn far_words_get_windows_of_their_own_and_cuts_fall_between_words() {
        let text =
            format!("{}khỏi hẳn {}cam kết {}", "một hai ba ".repeat(40), "bốn năm ".repeat(60), "sáu ".repeat(90));
        let (a, b) = (text.find("khỏi").unwrap(), text.find("cam").unwrap());
        let post = Post { text: text.as_str().into(), ..Post::default() };
        let out = example(&post, &finding(&[(a, a + "khỏi hẳn".len()), (b, b + "cam kết".len())]), None);
        assert_eq!(out.len(), 2);
        for excerpt in &out {
            assert!(excerpt.cut_before && excerpt.cut_after);
            let whole: String = excerpt.pieces.iter().map(|p| p.text.as_str()).collect();
            let words: Vec<_> = whole.split_whitespace().collect();
            assert!(words.iter().all(|w| text.split_whitespace().any(|t| t == *w)), "{whole}");
        }
    }

    proptest! {
        #[test]
        fn the_pieces_of_a_window_are_its_text(
            text in "[aâ 😀ấ\u{301}]{0,300}",
            picks in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..20), 0..6),
        ) {
            let mut edges: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            edges.push(text.len());
            let spans: Vec<_> = picks.iter().map(|(pick, len)| {
                let at = pick.index(edges.len());
                (edges[at], edges[(at + len).min(edges.len() - 1)])
            }).collect();
            let post = Post { text: text.as_str().into(), ..Post::default() };
            let out = example(&post, &finding(&spans), None);
            prop_assert!(out.len() <= Around::EXAMPLE.windows);
            for excerpt in out {
                let whole: String = excerpt.pieces.iter().map(|p| p.text.as_str()).collect();
                prop_assert!(text.contains(&whole), "{:?} not in {:?}", whole, text);
                prop_assert!(excerpt.cut_before || text.starts_with(&whole));
                prop_assert!(excerpt.cut_after || text.ends_with(&whole));
            }
        }
    }
}
