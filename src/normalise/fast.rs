//! The fast path: words of ASCII and precomposed Vietnamese letters, read once and copied with what stands around them.

use super::{
    Folder, Folds, Kind,
    letters::{CAPITAL, Class, QUALITY, TONED, TRAITS, UPPER, VOWEL, WORD, letter},
    text::{KeySpan, Keyed},
    vietnamese,
};
use crate::span::RawSpan;

impl Folder<'_> {
    /// The byte at `at`; past the end a NUL, which is no part of anything.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// A word or number that begins with an ASCII letter or digit. What may go on as a link, an address or a longer number
    /// is left to [`Folder::word_or_link`].
    #[inline]
    pub(super) fn plain_word(&mut self) {
        let (start, mut at, mut seen) = (self.at, self.at, 0);
        let next = loop {
            let b = self.byte(at);
            let traits = TRAITS[b as usize];
            // An apostrophe between letters is a part of the word.
            if traits & WORD == 0 && (b != b'\'' || TRAITS[self.byte(at + 1) as usize] & WORD == 0) {
                break b;
            }
            seen |= traits;
            at += 1;
        };
        let number = self.bytes[start].is_ascii_digit();
        let ends = match next {
            b' ' => true,
            0x80.. if number => false,
            0x80.. => return self.marked_word(start, at, seen),
            b'\'' => self.byte(at + 1) < 0x80,
            b'.' | b':' | b'@' | b'-' | b'_' | b'+' => !self.byte(at + 1).is_ascii_graphic(),
            b',' | b'%' => !number,
            _ => true,
        };
        if !ends {
            return self.word_or_link();
        }
        self.push(if number { Kind::Number } else { Kind::Word }, start..at, seen, self.out.bare.len());
        self.pass_space();
    }

    /// A space after a word is itself.
    #[inline]
    fn pass_space(&mut self) {
        self.at += usize::from(self.byte(self.at) == b' ');
    }

    /// A word from `start` with something beyond ASCII at `at` and nothing such before it; `seen` are the traits of that. The
    /// key is checked and the bare key written in the same look.
    pub(super) fn marked_word(&mut self, start: usize, mut at: usize, mut seen: u8) {
        let bare_start = self.out.bare.len();
        // One or two letters, mostly: no copy is as quick. The bit that makes letters small is set in digits and
        // apostrophes.
        for &b in &self.bytes[start..at] {
            self.out.bare.push(char::from((b | 0x20) & 0x7F));
        }
        let mut last = if at > start { TRAITS[self.bytes[at - 1] as usize] } else { 0 };
        let mut askew = false;
        loop {
            let b = self.byte(at);
            let (traits, bare, width) = if b < 0x80 {
                let traits = TRAITS[b as usize];
                if traits & WORD == 0 {
                    if b == b'\'' && self.is_word_at(at + 1) {
                        return self.leave(bare_start);
                    }
                    break;
                }
                (traits, b | 0x20, 1)
            } else {
                let (entry, width) = self.letter_at(at);
                match entry.class {
                    Class::Letter => (entry.traits, entry.bare, width),
                    Class::Odd | Class::Mark | Class::Regional | Class::Invisible | Class::Apostrophe => {
                        return self.leave(bare_start);
                    }
                    Class::Emoji | Class::Space | Class::Line | Class::Other => break,
                }
            };
            self.out.bare.push(char::from(bare & 0x7F));
            askew |= may_stand_wrong(last, traits);
            seen |= traits;
            last = traits;
            at += width;
        }
        if self.out.bare.len() - bare_start == at - start {
            // Only a mark stands after ASCII letters.
            self.out.bare.truncate(bare_start);
            return self.push(Kind::Word, start..at, seen, bare_start);
        }
        let lower = self.raw[start..at].chars().map(|c| letter(c).lower);
        let placed = if askew { vietnamese::place_tone(lower.clone()) } else { None };
        if placed.is_none() && seen & CAPITAL == 0 {
            self.push(Kind::Word, start..at, seen, bare_start);
            return self.pass_space();
        }
        self.settle();
        let marked_start = self.out.marked.len();
        let mut folds = lowered(seen);
        match placed {
            Some(placed) => {
                self.out.marked.push_str(&placed);
                folds = folds.with(Folds::TONE);
            }
            None => self.out.marked.extend(lower),
        }
        let marked = KeySpan::new(marked_start, self.out.marked.len());
        if marked.range().len() == self.out.bare.len() - bare_start {
            // Letters that are ASCII in lower case: the Kelvin sign.
            self.out.bare.truncate(bare_start);
        }
        (self.at, self.settled) = (at, at);
        self.keyed(Kind::Word, start..at, folds, marked, bare_start);
    }

    /// Gives a word up to the general path.
    fn leave(&mut self, bare_start: usize) {
        self.out.bare.truncate(bare_start);
        self.word_or_link();
    }

    /// A token whose key is its text in lower case, to be copied later.
    #[inline(always)]
    fn push(&mut self, kind: Kind, word: std::ops::Range<usize>, seen: u8, bare_start: usize) {
        let ahead = self.out.marked.len();
        let marked = KeySpan::new(word.start - self.settled + ahead, word.end - self.settled + ahead);
        self.at = word.end;
        self.keyed(kind, word, lowered(seen), marked, bare_start);
    }

    #[inline(always)]
    fn keyed(&mut self, kind: Kind, word: std::ops::Range<usize>, folds: Folds, marked: KeySpan, bare_start: usize) {
        let raw = RawSpan::new(word.start as u32, word.end as u32);
        let before = std::mem::take(&mut self.before);
        self.out.push(Keyed { kind, raw, folds, damaged: false, marked, bare_start }, before);
    }

    /// Whether a vowel or another accented letter stands beside the toned one at `at`: a lone vowel carries its tone
    /// itself, which spares two words in three the question.
    pub(super) fn vowel_beside(&self, start: usize, at: usize, width: usize) -> bool {
        let may_be = |b: u8| b >= 0x80 || matches!(b | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        at > start && may_be(self.bytes[at - 1]) || self.bytes.get(at + width).is_some_and(|&b| may_be(b))
    }

    /// The key of a word of the fast path: a copy where nothing changes, letter by letter where something does.
    pub(super) fn write_key(&mut self, word: std::ops::Range<usize>, ascii: bool, changes: bool) {
        let raw = &self.raw[word];
        let marked_start = self.out.marked.len();
        if ascii || !changes {
            self.out.marked.push_str(raw);
            if changes {
                self.out.marked[marked_start..].make_ascii_lowercase();
            }
            return;
        }
        for c in raw.chars() {
            if c.is_ascii() {
                self.out.marked.push(c.to_ascii_lowercase());
                continue;
            }
            let entry = letter(c);
            match entry.class {
                Class::Letter => self.out.marked.push(entry.lower),
                // The only others that the fast path lets through: a curly apostrophe, and invisible marks at the end.
                Class::Apostrophe => self.out.marked.push('\''),
                _ => {}
            }
        }
    }
}

/// Whether a tone may stand on the wrong one of two letters: another vowel follows the toned one, or precedes it. A toned
/// letter that ends the vowels and has a breve, circumflex or horn carries its tone in any orthography.
#[inline]
fn may_stand_wrong(last: u8, traits: u8) -> bool {
    last & TONED != 0 && traits & VOWEL != 0 || last & VOWEL != 0 && traits & (TONED | QUALITY) == TONED
}

#[inline]
fn lowered(seen: u8) -> Folds {
    if seen & UPPER != 0 { Folds::LOWER } else { Folds::NONE }
}
