//! Pictures: emoji with what is joined to them, and flags.

use super::{
    Folder, Folds, Kind,
    letters::{self, Class, letter},
    text::Break,
};

/// Bytes of a regional indicator.
const INDICATOR: usize = '\u{1F1E6}'.len_utf8();

impl Folder<'_> {
    /// One picture. Modifiers (skin tones) and selectors leave nothing in its key; what joins its parts stays.
    pub(super) fn emoji(&mut self, first: char) {
        self.settle();
        let (start, marked_start) = (self.at, self.out.marked.len());
        self.at += first.len_utf8();
        self.out.marked.push(first);
        while let Some(c) = self.peek(self.at) {
            match c {
                '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}' => {}
                '\u{200D}' => {
                    let joined = self.peek(self.at + c.len_utf8());
                    if let Some(joined) = joined.filter(|&j| letter(j).class == Class::Emoji) {
                        self.out.marked.extend([c, joined]);
                        self.at += joined.len_utf8();
                    }
                }
                _ => break,
            }
            self.at += c.len_utf8();
        }
        self.close(Kind::Emoji, start, marked_start, Folds::NONE, false, false);
        self.before = Break::Clause;
    }

    /// Whether a word in white letters on black squares stands on one side (🅷🅾🆆 🆃🅾 🅰🅳🅳 🅰), or such a letter that is
    /// no picture is near (🅲-á-🅾).
    pub(super) fn is_in_squared_text(&self, start: usize, end: usize) -> bool {
        const NEAR: usize = 6;
        let is_squared = |c: char| matches!(c, '\u{1F170}'..='\u{1F189}');
        let is_letter = |c: char| is_squared(c) && !letters::is_picture_too(c);
        if self.raw[..start].chars().rev().take(NEAR).chain(self.raw[end..].chars().take(NEAR)).any(is_letter) {
            return true;
        }
        let before = self.raw[..start].trim_end().chars().rev().take(2).filter(|&c| is_squared(c)).count();
        let after = self.raw[end..].trim_start().chars().take(2).filter(|&c| is_squared(c)).count();
        before == 2 || after == 2
    }

    /// Regional indicators: a row of flags, or letters.
    pub(super) fn regional(&mut self) {
        let Some(end) = self.flags_at(self.at) else {
            return self.word_or_link();
        };
        while self.at < end {
            self.settle();
            let (start, marked_start) = (self.at, self.out.marked.len());
            self.at += 2 * INDICATOR;
            self.out.marked.push_str(&self.raw[start..self.at]);
            self.close(Kind::Emoji, start, marked_start, Folds::NONE, false, false);
            self.before = Break::Clause;
        }
    }

    /// Where the row of flags that begins at `at` ends, if that is what the regional indicators there are.
    pub(super) fn flags_at(&self, at: usize) -> Option<usize> {
        let end = self.indicators_end(at);
        (letters::are_flags(&self.raw[at..end]) && !self.spells()).then_some(end)
    }

    /// Whether the text spells words with regional indicators: some stand beside letters, or as three and more that are no
    /// flags. Then those that could be flags spell too (MA NG in 🇲🇦🇳🇬 đế🇳).
    fn spells(&self) -> bool {
        *self.spells.get_or_init(|| {
            let is_regional = |c: char| letters::regional(c).is_some();
            let mut at = 0;
            while let Some(first) = self.raw[at..].find(is_regional) {
                let (start, end) = (at + first, self.indicators_end(at + first));
                let row = &self.raw[start..end];
                let next = self.peek(self.past_invisible(end));
                let before = self.raw[..start].chars().next_back();
                let beside = before
                    .into_iter()
                    .chain(next)
                    .any(|c| is_regional(c) || matches!(letter(c).class, Class::Letter) && c.is_alphabetic());
                if !letters::are_flags(row) && (beside || row.len() > 2 * INDICATOR) {
                    return true;
                }
                at = end;
            }
            false
        })
    }

    /// One past the regional indicators that stand at `at`.
    pub(super) fn indicators_end(&self, at: usize) -> usize {
        let rest = &self.raw[at..];
        at + rest.find(|c| letters::regional(c).is_none()).unwrap_or(rest.len())
    }
}
