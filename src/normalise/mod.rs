//! Text to tokens with several keys and exact source spans.
//!
//! In: the text of one field, as received. Out: [`Text`]. Laws (tests): raw spans never overlap, lie on character
//! boundaries and rise, but where an override (U+202E) turns words round; every byte outside them is white space,
//! punctuation, an invisible mark or markup of a page; folding a key again, or a token's source alone, changes nothing; no
//! input panics.
//!
//! ASCII and precomposed Vietnamese, nearly all text, is folded in one pass; a word with anything else takes the slow
//! path through `unicode-normalization`.

mod alike;
mod fast;
mod folds;
mod letters;
mod links;
mod orphans;
mod page;
mod pictures;
mod rewrite;
mod slow;
mod text;
mod vietnamese;

pub use alike::LETTERS;
pub use folds::Folds;
pub use rewrite::Rewrite;
pub use slow::{bare, is_foreign, tone_in_place};
pub use text::{Break, Kind, Sentence, Text, Token};
pub use vietnamese::{
    MAX_SYLLABLE, bare_syllables, base, is_bare_syllable, is_syllable, push_syllable, read_shapes, shapes, syllable,
    with_i, with_y,
};

use crate::span::RawSpan;
use letters::{Class, Letter, TONED, TRAITS, UPPER, WORD, letter};
use std::cell::OnceCell;
use text::Made;
use unicode_normalization::char::is_combining_mark;

/// Folds `raw` into `out`, whose buffers are reused.
pub fn fold(raw: &str, out: &mut Text) {
    if page::turns(raw) || Folder::new(raw, out).run(true) {
        let page = page::Page::new(raw);
        Folder::new(&page.seen, out).run(false);
        page.carry_back(out);
    }
}

/// Whether a character stands for nothing by itself: a mark on the one before it, or what nobody sees.
pub fn stands_for_nothing(c: char) -> bool {
    !c.is_ascii() && (is_combining_mark(c) || letters::is_invisible(c))
}

struct Folder<'a> {
    raw: &'a str,
    bytes: &'a [u8],
    letters: &'static [Letter],
    /// Where reading stands.
    at: usize,
    /// Up to where the text is written to `out.marked`; from there on it will be copied as it stands.
    settled: usize,
    before: Break,
    /// Whether the text is Latin, once somebody asks.
    latin: OnceCell<bool>,
    /// Whether regional indicators spell words in it.
    spells: OnceCell<bool>,
    /// Whether signs of a page are looked for, and whether one was met: then the text is read anew.
    looks: bool,
    met: bool,
    out: &'a mut Text,
}

/// What reading the letters of a word found.
#[derive(Clone, Copy)]
struct Word {
    /// One past its last letter; trailing invisible characters are outside.
    end: usize,
    slow: bool,
    ascii: bool,
    folds: Folds,
    damaged: bool,
    /// A toned vowel beside another letter that may be a vowel: the tone may stand wrong.
    tone: bool,
}

impl<'a> Folder<'a> {
    fn new(raw: &'a str, out: &'a mut Text) -> Self {
        out.clear();
        let (bytes, letters, before) = (raw.as_bytes(), letters::table(), Break::Line);
        let (latin, spells) = (OnceCell::new(), OnceCell::new());
        Self { raw, bytes, letters, at: 0, settled: 0, before, latin, spells, looks: false, met: false, out }
    }
}

impl Folder<'_> {
    /// Folds the text; whether it met a sign of a page (asked with `looks`), and so left the text half done.
    fn run(mut self, looks: bool) -> bool {
        self.looks = looks;
        while let Some(&b) = self.bytes.get(self.at) {
            if TRAITS[b as usize] & WORD != 0 {
                self.plain_word();
            } else if b == b' ' && self.settled < self.at && self.bytes[self.at - 1] != b' ' {
                self.at += 1; // after a sign that is itself
            } else if b < 0x80 {
                self.mark(b, 1);
            } else {
                self.beyond_ascii();
            }
        }
        self.settle();
        self.out.end_sentence();
        self.met
    }

    /// Whether a sign of a page begins here; if so, reading ends.
    fn meets_page(&mut self) -> bool {
        if self.looks && page::begins(self.raw, self.at) {
            (self.met, self.at) = (true, self.bytes.len());
        }
        self.met
    }

    /// Writes out what has been read since the last change: keys and what stands between them mostly are the text itself,
    /// in lower case, so that long stretches of it are copied at once.
    fn settle(&mut self) {
        if self.settled < self.at {
            let from = self.out.marked.len();
            self.out.marked.push_str(&self.raw[self.settled..self.at]);
            self.out.marked[from..].make_ascii_lowercase();
            self.settled = self.at;
        }
    }

    /// Passes over what leaves nothing in the key.
    fn skip(&mut self, width: usize) {
        self.settle();
        self.at += width;
        self.settled = self.at;
    }

    fn peek(&self, at: usize) -> Option<char> {
        self.raw.get(at..).and_then(|rest| rest.chars().next())
    }

    /// The first byte from `at` on that is not of an invisible character.
    fn past_invisible(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(|b| !b.is_ascii())
            && let (Letter { class: Class::Invisible, .. }, width) = self.letter_at(at)
        {
            at += width;
        }
        at
    }

    /// Whether a word character stands at `at`, invisible ones apart.
    fn is_word_at(&self, at: usize) -> bool {
        let at = self.past_invisible(at);
        match self.bytes.get(at) {
            Some(b) if b.is_ascii() => b.is_ascii_alphanumeric(),
            Some(_) => match self.peek(at).map(|c| letter(c).class) {
                Some(Class::Letter | Class::Odd | Class::Mark) => true,
                Some(Class::Regional) => self.flags_at(at).is_none(),
                _ => false,
            },
            None => false,
        }
    }

    fn is_latin(&self) -> bool {
        *self.latin.get_or_init(|| letters::is_latin(self.raw))
    }

    /// Whether the last thing read is written as a space.
    fn after_space(&self) -> bool {
        let last = if self.settled < self.at { &self.bytes[..self.at] } else { self.out.marked.as_bytes() };
        last.last() == Some(&b' ')
    }

    /// What stands between two tokens and is written otherwise than the text has it.
    fn separator(&mut self, c: char, strength: Break, width: usize) {
        self.before = self.before.max(strength);
        let c = if c.is_whitespace() && c != '\n' { ' ' } else { c };
        let doubled = c == ' ' && self.after_space();
        self.skip(width);
        if !doubled {
            self.out.marked.push(c);
        }
    }

    /// A question mark: of the sentence before it.
    fn question(&mut self) {
        if let Some(last) = self.out.sentences.last_mut() {
            last.question = true;
        }
    }

    /// A sign of ASCII, of one byte, or a full-width one, of three.
    fn mark(&mut self, b: u8, width: usize) {
        if matches!(b, b'&' | b'<' | b'(' | b'[' | b'{') && width == 1 && self.meets_page() {
            return;
        }
        let after = self.at + width;
        let next = self.bytes.get(after).copied();
        let strength = match b {
            b' ' if !self.after_space() => Break::None,
            b' ' | b'\t' | 0x0B | 0x0C => return self.separator(' ', Break::None, width),
            b'\n' => Break::Line,
            // CR LF ends one line, not two.
            b'\r' if next == Some(b'\n') => return self.skip(width),
            b'\r' => return self.separator('\n', Break::Line, width),
            b'#' if self.is_word_at(after) => return self.tagged(Kind::Hashtag, b, width),
            b'@' if next.is_some_and(|n| n.is_ascii_alphanumeric() || n == b'_') => {
                return self.tagged(Kind::Mention, b, width);
            }
            b'?' => {
                self.question();
                Break::Sentence
            }
            b'!' | b';' => Break::Sentence,
            // Inside numbers, names and broken-up words a dot ends nothing.
            b'.' if next.is_none_or(|n| n.is_ascii_whitespace() || matches!(n, b'"' | b')' | b'\'' | b'.')) => {
                Break::Sentence
            }
            // A space that does not break, as pages and word processors write it.
            b'.' if next.is_some_and(|n| !n.is_ascii()) && self.letter_at(after).0.class == Class::Space => {
                Break::Sentence
            }
            b',' | b':' | b'(' | b')' | b'[' | b']' | b'/' | b'|' | b'{' | b'}' => Break::Clause,
            _ => Break::None,
        };
        if width > 1 {
            return self.separator(char::from(b), strength, width);
        }
        self.before = self.before.max(strength);
        self.at += 1;
    }

    fn beyond_ascii(&mut self) {
        let (entry, width) = self.letter_at(self.at);
        match entry.class {
            Class::Letter => return self.marked_word(self.at, self.at, 0),
            Class::Odd => return self.word_or_link(),
            Class::Mark => {
                if !self.rejoin() {
                    self.word_or_link();
                }
                return;
            }
            Class::Regional => return self.regional(),
            Class::Invisible => return self.skip(width),
            Class::Space => return self.separator(' ', Break::None, width),
            Class::Line => return self.separator('\n', Break::Line, width),
            Class::Apostrophe => return self.separator('\'', Break::None, width),
            Class::Emoji | Class::Other => {}
        }
        let Some(c) = self.peek(self.at) else {
            return self.skip(1);
        };
        if page::may_begin(c) && self.meets_page() {
            return;
        }
        if entry.class == Class::Emoji {
            return self.emoji(c);
        }
        if let Some(b) = letters::narrow(c) {
            return self.mark(b, width);
        }
        let (written, strength) = match c {
            '…' => {
                self.separator('.', Break::Sentence, width);
                return self.out.marked.push_str("..");
            }
            '。' => ('.', Break::Sentence),
            '、' => (',', Break::Clause),
            '【' => ('[', Break::Clause),
            '】' => (']', Break::Clause),
            '¿' => {
                self.question();
                ('?', Break::Sentence)
            }
            '“' | '”' | '„' | '«' | '»' => ('"', Break::Clause),
            '‘' => ('\'', Break::None),
            '–' | '—' | '―' | '‐' | '‑' | '−' => ('-', Break::None),
            '•' | '·' | '●' | '➤' | '✓' => (c, Break::Sentence),
            _ => (c, Break::None),
        };
        self.separator(written, strength, width);
    }

    /// Ends a token that reaches from `start` to where reading stands.
    fn close(&mut self, kind: Kind, start: usize, marked_start: usize, folds: Folds, damaged: bool, ascii: bool) {
        let raw = RawSpan::new(start as u32, self.at as u32);
        let before = std::mem::take(&mut self.before);
        self.out.close(Made { kind, raw, marked_start, folds, damaged, ascii }, before);
        self.settled = self.at;
    }

    /// `#tag` and `@name`. Underscores inside are dropped from a hashtag's key, so that #quang_cao and #quangcao agree.
    fn tagged(&mut self, kind: Kind, sign: u8, width: usize) {
        self.settle();
        let start = self.at;
        self.out.marked.push(char::from(sign));
        let marked_start = self.out.marked.len();
        let mut folds = if kind == Kind::Hashtag { Folds::HASHTAG } else { Folds::NONE };
        let (mut damaged, mut ascii) = (false, true);
        self.at = start + width;
        let mut end = self.at;
        loop {
            loop {
                let past = self.past_invisible(self.at);
                match self.bytes.get(past) {
                    Some(b'_') => self.at = past + 1,
                    Some(b'.') if kind == Kind::Mention => self.at = past + 1,
                    _ => break,
                }
            }
            if !self.is_word_at(self.at) {
                break;
            }
            let word = self.letters_folded();
            folds = folds.with(word.folds);
            damaged |= word.damaged;
            ascii &= word.ascii;
            self.at = word.end;
            end = word.end;
        }
        if kind == Kind::Hashtag && self.out.marked.len() == marked_start {
            // Nothing but marks that fold away.
            self.out.marked.truncate(marked_start - 1);
            self.at = start;
            return self.separator(char::from(sign), Break::None, width);
        }
        // Dots and underscores after the last letter belong to the sentence; a name of underscores alone is one.
        if end > start + width {
            self.at = end;
        }
        self.close(kind, start, marked_start, folds, damaged, ascii);
    }

    /// A word that the fast path leaves, a number or a link.
    fn word_or_link(&mut self) {
        self.settle();
        let (start, marked_start) = (self.at, self.out.marked.len());
        let mut word = self.letters_folded();
        // Only what goes on with one of these can be a link or an address.
        if matches!(self.bytes.get(word.end), Some(b'.' | b':' | b'@' | b'-' | b'_' | b'+'))
            && let Some((kind, end)) = self.link_at()
        {
            self.out.marked.truncate(marked_start);
            self.out.marked.push_str(&self.raw[start..end]);
            self.out.marked[marked_start..].make_ascii_lowercase();
            self.at = end;
            return self.close(kind, start, marked_start, Folds::NONE, false, true);
        }
        // A picture that is a letter beside others.
        if word.slow
            && let Some(alone) = self.peek(start).filter(|&c| letters::is_picture_too(c))
            && start + alone.len_utf8() == word.end
            && !self.is_in_squared_text(start, word.end)
        {
            self.out.marked.truncate(marked_start);
            return self.emoji(alone);
        }
        // Digits of other alphabets are digits in the key.
        let number = self.out.marked[marked_start..].starts_with(|c: char| c.is_ascii_digit());
        if number {
            self.number_tail(&mut word);
        }
        if word.end == start || self.out.marked.len() == marked_start {
            // Nothing but marks that fold away: a gap.
            self.at = word.end.max(start + self.peek(start).map_or(1, char::len_utf8));
            self.settled = self.at;
            self.out.marked.truncate(marked_start);
            return;
        }
        self.at = word.end;
        let kind = if number { Kind::Number } else { Kind::Word };
        self.close(kind, start, marked_start, word.folds, word.damaged, word.ascii);
    }

    /// After the digits and letters of a number: groups (`1.200.000`), decimals, and a percent or currency sign.
    fn number_tail(&mut self, word: &mut Word) {
        while let Some(sign) = self.peek(word.end) {
            let after = word.end + sign.len_utf8();
            let narrow = letters::narrow(sign).map_or(sign, char::from);
            match narrow {
                '.' | ',' if self.peek(after).is_some_and(|c| slow::digit(c).is_some()) => {
                    self.out.marked.push(narrow);
                    self.at = after;
                    let group = self.letters_folded();
                    word.end = group.end;
                    word.ascii &= group.ascii;
                    word.folds = word.folds.with(group.folds);
                }
                '%' | '₫' => {
                    self.out.marked.push(narrow);
                    word.end = after;
                    word.ascii &= narrow == '%';
                    return;
                }
                _ => return,
            }
        }
    }

    /// Writes the key of the letters from `self.at` on, and says what that took. `self.at` stays.
    fn letters_folded(&mut self) -> Word {
        let (start, marked_start) = (self.at, self.out.marked.len());
        let mut word = self.fast_letters(start);
        if word.slow {
            let folded = slow::fold(&self.raw[start..word.end], &|| self.is_latin());
            self.out.marked.push_str(&folded.marked);
            return Word { folds: folded.folds, damaged: folded.damaged, ascii: folded.marked.is_ascii(), ..word };
        }
        if word.tone
            && let Some(placed) = vietnamese::place_tone(self.out.marked[marked_start..].chars())
        {
            self.out.marked.truncate(marked_start);
            self.out.marked.push_str(&placed);
            word.folds = word.folds.with(Folds::TONE);
        }
        word
    }

    /// The character beyond ASCII that begins at `at`, and its bytes. Two and three bytes, nearly all of them, are read
    /// without a look at the rest.
    #[inline(always)]
    fn letter_at(&self, at: usize) -> (Letter, usize) {
        let low = |i: usize| u32::from(self.bytes.get(at + i).copied().unwrap_or(0) & 0x3F);
        let lead = u32::from(self.bytes[at]);
        let (code, width) = match lead {
            0xC0..0xE0 => ((lead & 0x1F) << 6 | low(1), 2),
            0xE0..0xF0 => ((lead & 0x0F) << 12 | low(1) << 6 | low(2), 3),
            _ => ((lead & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4),
        };
        match self.letters.get(code as usize) {
            Some(entry) => (*entry, width),
            None => (letter(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)), width),
        }
    }

    /// Reads a word in one look; writes its key unless it needs the slow path.
    fn fast_letters(&mut self, start: usize) -> Word {
        let (mut at, mut end) = (start, start);
        let (mut slow, mut upper, mut tone, mut ascii) = (false, false, false, true);
        // Whether an apostrophe stands before what comes, and whether any is curly.
        let (mut quoted, mut curly) = (false, false);
        while let Some(&b) = self.bytes.get(at) {
            if b.is_ascii_alphanumeric() {
                upper |= b.is_ascii_uppercase();
                at += 1;
                (end, quoted) = (at, false);
                continue;
            }
            let (class, width) = match b {
                b'\'' => (Class::Apostrophe, 1),
                0x80.. => {
                    let (entry, width) = self.letter_at(at);
                    upper |= entry.class == Class::Letter && entry.traits & UPPER != 0;
                    tone |= entry.traits & TONED != 0 && self.vowel_beside(start, at, width);
                    (entry.class, width)
                }
                _ => break,
            };
            match class {
                Class::Letter => {}
                Class::Odd | Class::Mark => {
                    slow = true;
                    if self.ends_keycap(end, at) {
                        end = at + width;
                        break;
                    }
                }
                Class::Regional if self.flags_at(at).is_some() => break,
                Class::Regional => {
                    slow = true;
                    at = self.indicators_end(at);
                    (end, quoted) = (at, false);
                    continue;
                }
                // An invisible character joins what stands around it; at the end of a word it is outside.
                Class::Invisible => {
                    ascii = false;
                    at = self.past_invisible(at);
                    slow |= self.is_word_at(at);
                    continue;
                }
                // An apostrophe between letters is a part of the word.
                Class::Apostrophe if !quoted && end > start && self.is_word_at(at + width) => {
                    slow |= end < at;
                    (quoted, curly, ascii) = (true, curly | (width > 1), ascii & (width == 1));
                    at += width;
                    continue;
                }
                _ => break,
            }
            ascii = false;
            at += width;
            (end, quoted) = (at, false);
        }
        if !slow {
            self.write_key(start..end, ascii, upper || curly);
        }
        let folds = if upper { Folds::LOWER } else { Folds::NONE };
        Word { end, slow, ascii, folds, damaged: false, tone }
    }

    /// Whether the mark at `at` makes a keycap of the digit that ends at `end`, and no digit follows: the bullet of a list
    /// (`1️⃣Mua ngay`), which is no part of the next word.
    fn ends_keycap(&self, end: usize, at: usize) -> bool {
        const KEYCAP: &[u8] = "\u{20E3}".as_bytes();
        let after = at + KEYCAP.len();
        self.bytes[at..].starts_with(KEYCAP)
            && end > 0
            && self.bytes[end - 1].is_ascii_digit()
            && !self.bytes.get(after).is_some_and(u8::is_ascii_digit)
    }
}
