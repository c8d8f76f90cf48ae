//! Text to tokens with several keys and exact source spans.
//!
//! In: the text of one field, as received. Out: [`Text`]. Laws (tests): raw spans are monotone, never overlap and lie on
//! character boundaries; every byte outside them is white space, punctuation or an invisible mark; folding a key again
//! changes nothing; no input panics.
//!
//! ASCII and precomposed Vietnamese, nearly all text, is folded in one pass; a word with anything else takes the slow
//! path through `unicode-normalization`.

mod fast;
mod folds;
mod letters;
mod rewrite;
mod slow;
mod text;
mod vietnamese;

pub use folds::Folds;
pub use rewrite::Rewrite;
pub use text::{Break, Kind, Sentence, Text, Token};
pub use vietnamese::{bare, bare_syllables, is_bare_syllable, is_syllable, shapes, syllable, with_i, with_y};

use crate::span::RawSpan;
use letters::{Class, Letter, TONED, TRAITS, UPPER, WORD, letter};
use text::Made;

/// Folds `raw` into `out`, whose buffers are reused.
pub fn fold(raw: &str, out: &mut Text) {
    out.clear();
    Folder { raw, bytes: raw.as_bytes(), letters: letters::table(), at: 0, settled: 0, before: Break::Line, out }.run();
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

impl Folder<'_> {
    fn run(mut self) {
        while let Some(&b) = self.bytes.get(self.at) {
            if TRAITS[b as usize] & WORD != 0 {
                self.plain_word();
            } else if b < 0x80 {
                self.ascii_mark(b);
            } else {
                self.beyond_ascii();
            }
        }
        self.settle();
        self.out.end_sentence();
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

    /// Whether a word character stands at `at`.
    fn is_word_at(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(b) if b.is_ascii() => b.is_ascii_alphanumeric(),
            Some(_) => self.peek(at).is_some_and(|c| matches!(letter(c).class, Class::Letter | Class::Odd)),
            None => false,
        }
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

    fn ascii_mark(&mut self, b: u8) {
        let next = self.bytes.get(self.at + 1).copied();
        let strength = match b {
            b' ' if !self.after_space() => Break::None,
            b' ' | b'\t' | 0x0B | 0x0C => return self.separator(' ', Break::None, 1),
            b'\n' => Break::Line,
            b'\r' => return self.separator('\n', Break::Line, 1),
            b'#' if self.is_word_at(self.at + 1) => return self.tagged(Kind::Hashtag),
            b'@' if next.is_some_and(|n| n.is_ascii_alphanumeric() || n == b'_') => return self.tagged(Kind::Mention),
            b'?' => {
                self.question();
                Break::Sentence
            }
            b'!' | b';' => Break::Sentence,
            // Inside numbers, names and broken-up words a dot ends nothing.
            b'.' if next.is_none_or(|n| n.is_ascii_whitespace() || matches!(n, b'"' | b')' | b'\'' | b'.')) => {
                Break::Sentence
            }
            b',' | b':' | b'(' | b')' | b'[' | b']' | b'/' | b'|' | b'{' | b'}' => Break::Clause,
            _ => Break::None,
        };
        self.before = self.before.max(strength);
        self.at += 1;
    }

    fn beyond_ascii(&mut self) {
        let (entry, width) = self.letter_at(self.at);
        match entry.class {
            Class::Letter => return self.marked_word(self.at, self.at, 0),
            Class::Odd => return self.word_or_link(),
            Class::Invisible => return self.skip(width),
            Class::Space => return self.separator(' ', Break::None, width),
            Class::Line => return self.separator('\n', Break::Line, width),
            Class::Apostrophe => return self.separator('\'', Break::None, width),
            Class::Emoji | Class::Other => {}
        }
        let Some(c) = self.peek(self.at) else {
            return self.skip(1);
        };
        if entry.class == Class::Emoji {
            return self.emoji(c);
        }
        let (written, strength) = match c {
            '…' | '。' | '！' => ('.', Break::Sentence),
            '？' | '¿' => {
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

    /// One picture: modifiers, selectors and joined parts included.
    fn emoji(&mut self, first: char) {
        self.settle();
        let (start, marked_start) = (self.at, self.out.marked.len());
        self.at += first.len_utf8();
        self.out.marked.push(first);
        while let Some(c) = self.peek(self.at) {
            match c {
                '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}' => {}
                '\u{200D}' => {
                    if let Some(joined) = self.peek(self.at + 3).filter(|&j| letters::is_emoji(j)) {
                        self.out.marked.push(joined);
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

    /// Ends a token that reaches from `start` to where reading stands.
    fn close(&mut self, kind: Kind, start: usize, marked_start: usize, folds: Folds, damaged: bool, ascii: bool) {
        let raw = RawSpan::new(start as u32, self.at as u32);
        let before = std::mem::take(&mut self.before);
        self.out.close(Made { kind, raw, marked_start, folds, damaged, ascii }, before);
        self.settled = self.at;
    }

    /// `#tag` and `@name`. Underscores inside are dropped from a hashtag's key, so that #quang_cao and #quangcao agree.
    fn tagged(&mut self, kind: Kind) {
        self.settle();
        let start = self.at;
        self.out.marked.push(self.bytes[start] as char);
        let marked_start = self.out.marked.len();
        let mut folds = if kind == Kind::Hashtag { Folds::HASHTAG } else { Folds::NONE };
        let (mut damaged, mut ascii) = (false, true);
        self.at = start + 1;
        let mut end = self.at;
        loop {
            while self.bytes.get(self.at) == Some(&b'_')
                || kind == Kind::Mention && self.bytes.get(self.at) == Some(&b'.')
            {
                self.at += 1;
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
        // Dots and underscores after the last letter belong to the sentence; a name of underscores alone is one.
        if end > start + 1 {
            self.at = end;
        }
        self.close(kind, start, marked_start, folds, damaged, ascii);
    }

    /// A word that the fast path leaves, a number or a link.
    fn word_or_link(&mut self) {
        self.settle();
        let (start, marked_start) = (self.at, self.out.marked.len());
        let number = self.bytes[start].is_ascii_digit();
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
        loop {
            let end = word.end;
            match (self.bytes.get(end), self.bytes.get(end + 1)) {
                (Some(b @ (b'.' | b',')), Some(d)) if d.is_ascii_digit() => {
                    self.out.marked.push(*b as char);
                    self.at = end + 1;
                    let group = self.letters_folded();
                    word.end = group.end;
                    word.ascii &= group.ascii;
                }
                (Some(b'%'), _) => {
                    self.out.marked.push('%');
                    word.end = end + 1;
                    return;
                }
                _ if self.raw[end..].starts_with('₫') => {
                    self.out.marked.push('đ');
                    word.end = end + '₫'.len_utf8();
                    word.ascii = false;
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
            let folded = slow::fold(&self.raw[start..word.end]);
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
        let (mut slow, mut upper, mut tone, mut ascii, mut curly) = (false, false, false, true, false);
        while let Some(&b) = self.bytes.get(at) {
            if b.is_ascii_alphanumeric() {
                upper |= b.is_ascii_uppercase();
                at += 1;
                end = at;
                continue;
            }
            if b < 0x80 {
                let inside = b == b'\'' && end == at && end > start;
                if !inside || !self.is_word_at(at + 1) {
                    break;
                }
                at += 1;
                continue;
            }
            let (entry, width) = self.letter_at(at);
            ascii = false;
            match entry.class {
                Class::Letter => {
                    upper |= entry.traits & UPPER != 0;
                    tone |= entry.traits & TONED != 0 && self.vowel_beside(start, at, width);
                }
                Class::Odd => slow = true,
                // An invisible character joins what stands around it; at the end of a word it is outside.
                Class::Invisible => {
                    at += width;
                    slow |= self.is_word_at(at);
                    continue;
                }
                Class::Apostrophe if end == at && end > start && self.is_word_at(at + width) => {
                    curly = true;
                    at += width;
                    continue;
                }
                _ => break,
            }
            at += width;
            end = at;
        }
        if !slow {
            self.write_key(start..end, ascii, upper || curly);
        }
        let folds = if upper { Folds::LOWER } else { Folds::NONE };
        Word { end, slow, ascii, folds, damaged: false, tone }
    }

    /// Whether a vowel or another accented letter stands beside the toned one at `at`: a lone vowel carries its tone
    /// itself, which spares two words in three the question.
    fn vowel_beside(&self, start: usize, at: usize, width: usize) -> bool {
        let may_be = |b: u8| b >= 0x80 || matches!(b | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        at > start && may_be(self.bytes[at - 1]) || self.bytes.get(at + width).is_some_and(|&b| may_be(b))
    }

    /// The key of a word of the fast path: a copy where nothing changes, letter by letter where something does.
    fn write_key(&mut self, word: std::ops::Range<usize>, ascii: bool, changes: bool) {
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

    /// A link or e-mail address that starts here, and where it ends.
    fn link_at(&self) -> Option<(Kind, usize)> {
        let rest = &self.bytes[self.at..];
        let head = rest
            .iter()
            .take(80)
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'))
            .count();
        let scheme = rest.get(head..head + 3) == Some(b"://")
            && (rest[..head].eq_ignore_ascii_case(b"http") || rest[..head].eq_ignore_ascii_case(b"https"));
        if scheme || head > 4 && rest[..4].eq_ignore_ascii_case(b"www.") {
            return Some((Kind::Url, self.at + link_length(rest)));
        }
        if rest.get(head) == Some(&b'@') && rest.get(head + 1).is_some_and(u8::is_ascii_alphanumeric) {
            let domain =
                rest[head + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
            let domain_text = &rest[head + 1..head + 1 + domain];
            let dots = domain_text.iter().filter(|&&b| b == b'.').count();
            let trailing = domain_text.iter().rev().take_while(|&&b| b == b'.' || b == b'-').count();
            if dots > trailing {
                return Some((Kind::Email, self.at + head + 1 + domain - trailing));
            }
        }
        let host = &rest[..head];
        let host = &host[..host.len() - host.iter().rev().take_while(|&&b| b == b'.').count()];
        let dot = host.iter().rposition(|&b| b == b'.')?;
        // A letter must follow at once, or the word goes on beyond ASCII (TP.HCM, cô.ng).
        let goes_on = head == host.len() && rest.get(head).is_some_and(|b| !b.is_ascii());
        let path = rest.get(host.len()) == Some(&b'/');
        if goes_on || !is_top_level(&host[dot + 1..], path) || dot == 0 || host[..dot].contains(&b'+') {
            return None;
        }
        Some((Kind::Url, self.at + if path { link_length(rest) } else { host.len() }))
    }
}

/// Bytes of a link: up to white space, a quote or a bracket, trailing punctuation left to the sentence.
fn link_length(rest: &[u8]) -> usize {
    let end = rest
        .iter()
        .position(|&b| b <= b' ' || b >= 0x80 || matches!(b, b'"' | b'<' | b'>' | b'\\' | b'|' | b')' | b']' | b'}'))
        .unwrap_or(rest.len());
    let trailing =
        rest[..end].iter().rev().take_while(|b| matches!(b, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'')).count();
    end - trailing
}

/// Top-level domains that a link without scheme may end in: those seen in shop and affiliate links, and the usual ones.
/// The second row spells words too ("dep.co ship"), so a path must follow.
fn is_top_level(name: &[u8], path_follows: bool) -> bool {
    const ALWAYS: [&str; 6] = ["com", "vn", "net", "org", "asia", "xyz"];
    const WITH_PATH: [&str; 23] = [
        "ee", "ly", "me", "co", "io", "link", "shop", "store", "app", "to", "gl", "info", "tv", "us", "uk", "page",
        "site", "online", "club", "bio", "it", "gd", "cc",
    ];
    let is = |n: &&str| name.eq_ignore_ascii_case(n.as_bytes());
    ALWAYS.iter().any(&is) || path_follows && WITH_PATH.iter().any(is)
}
