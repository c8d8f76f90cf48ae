//! Text to tokens with several keys and exact source spans.
//!
//! In: the text of one field, as received. Out: [`Text`]. Laws (tests): raw spans are monotone, never overlap and lie on
//! character boundaries; every byte outside them is white space, punctuation or an invisible mark; folding a key again
//! changes nothing; no input panics.
//!
//! ASCII and precomposed Vietnamese, nearly all text, is folded in one pass; a word with anything else takes the slow
//! path through `unicode-normalization`.

mod folds;
mod letters;
mod slow;
mod text;
mod vietnamese;

pub use folds::Folds;
pub use text::{Break, Kind, Sentence, Text, Token};
pub use vietnamese::{bare_syllables, is_bare_syllable};

use crate::span::RawSpan;
use letters::{Class, letter};
use text::Made;

/// Folds `raw` into `out`, whose buffers are reused.
pub fn fold(raw: &str, out: &mut Text) {
    out.clear();
    Folder { raw, bytes: raw.as_bytes(), at: 0, before: Break::Line, out }.run();
}

struct Folder<'a> {
    raw: &'a str,
    bytes: &'a [u8],
    at: usize,
    before: Break,
    out: &'a mut Text,
}

/// What reading the letters of a word found.
struct Word {
    /// One past its last letter; trailing invisible characters are outside.
    end: usize,
    slow: bool,
    folds: Folds,
    /// A toned vowel beside another letter that may be a vowel: the tone may stand wrong.
    tone: bool,
}

impl Folder<'_> {
    fn run(mut self) {
        while self.at < self.bytes.len() {
            let b = self.bytes[self.at];
            if b.is_ascii_alphanumeric() {
                self.word_or_link();
            } else if b < 0x80 {
                self.ascii_mark(b);
            } else {
                self.beyond_ascii();
            }
        }
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

    fn separator(&mut self, c: char, strength: Break) {
        self.before = self.before.max(strength);
        let c = if c.is_whitespace() && c != '\n' { ' ' } else { c };
        if c != ' ' || !self.out.marked.ends_with(' ') {
            self.out.marked.push(c);
            self.out.bare.push(c);
        }
    }

    fn ascii_mark(&mut self, b: u8) {
        let next = self.bytes.get(self.at + 1).copied();
        match b {
            b'#' if self.is_word_at(self.at + 1) => return self.tagged(Kind::Hashtag),
            b'@' if next.is_some_and(|n| n.is_ascii_alphanumeric() || n == b'_') => return self.tagged(Kind::Mention),
            b'\n' | b'\r' => self.separator('\n', Break::Line),
            b' ' | b'\t' | 0x0B | 0x0C => self.separator(' ', Break::None),
            b'?' => {
                if let Some(last) = self.out.sentences.last_mut() {
                    last.question = true;
                }
                self.separator('?', Break::Sentence);
            }
            b'!' | b';' => self.separator(b as char, Break::Sentence),
            b'.' => {
                // Inside numbers, names and broken-up words a dot ends nothing.
                let ends = next.is_none_or(|n| n.is_ascii_whitespace() || matches!(n, b'"' | b')' | b'\'' | b'.'));
                self.separator('.', if ends { Break::Sentence } else { Break::None });
            }
            b',' | b':' | b'(' | b')' | b'[' | b']' | b'/' | b'|' | b'{' | b'}' => {
                self.separator(b as char, Break::Clause)
            }
            _ => self.separator(b as char, Break::None),
        }
        self.at += 1;
    }

    fn beyond_ascii(&mut self) {
        let Some(c) = self.peek(self.at) else {
            self.at += 1;
            return;
        };
        let width = c.len_utf8();
        match letter(c).class {
            Class::Letter | Class::Odd => return self.word_or_link(),
            Class::Emoji => return self.emoji(c),
            Class::Invisible => {}
            Class::Space => self.separator(' ', Break::None),
            Class::Line => self.separator('\n', Break::Line),
            Class::Apostrophe => self.separator('\'', Break::None),
            Class::Other => match c {
                '…' | '。' | '！' => self.separator('.', Break::Sentence),
                '？' | '¿' => {
                    if let Some(last) = self.out.sentences.last_mut() {
                        last.question = true;
                    }
                    self.separator('?', Break::Sentence);
                }
                '“' | '”' | '„' | '«' | '»' => self.separator('"', Break::Clause),
                '‘' => self.separator('\'', Break::None),
                '–' | '—' | '―' | '‐' | '‑' | '−' => self.separator('-', Break::None),
                '•' | '·' | '●' | '➤' | '✓' => self.separator(c, Break::Sentence),
                _ => self.separator(c, Break::None),
            },
        }
        self.at += width;
    }

    /// One picture: modifiers, selectors and joined parts included.
    fn emoji(&mut self, first: char) {
        let start = self.at;
        let (marked_start, bare_start) = self.key_starts();
        self.at += first.len_utf8();
        self.push_both(first);
        while let Some(c) = self.peek(self.at) {
            match c {
                '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}' => {}
                '\u{200D}' => {
                    if let Some(joined) = self.peek(self.at + 3).filter(|&j| letters::is_emoji(j)) {
                        self.push_both(joined);
                        self.at += joined.len_utf8();
                    }
                }
                _ => break,
            }
            self.at += c.len_utf8();
        }
        self.close(Kind::Emoji, start, self.at, marked_start, bare_start, Folds::NONE, false);
        self.before = Break::Clause;
    }

    fn push_both(&mut self, c: char) {
        self.out.marked.push(c);
        self.out.bare.push(c);
    }

    fn key_starts(&self) -> (usize, usize) {
        (self.out.marked.len(), self.out.bare.len())
    }

    #[allow(clippy::too_many_arguments)] // one value a line of `Made`; a struct here would only repeat it
    fn close(
        &mut self,
        kind: Kind,
        start: usize,
        end: usize,
        marked_start: usize,
        bare_start: usize,
        folds: Folds,
        damaged: bool,
    ) {
        let raw = RawSpan::new(start as u32, end as u32);
        let before = std::mem::take(&mut self.before);
        self.out.close(Made { kind, raw, marked_start, bare_start, folds, damaged }, before);
    }

    /// `#tag` and `@name`. Underscores inside are dropped from a hashtag's key, so that #quang_cao and #quangcao agree.
    fn tagged(&mut self, kind: Kind) {
        let start = self.at;
        self.push_both(self.bytes[start] as char);
        let (marked_start, bare_start) = self.key_starts();
        let (mut end, mut folds) = (start + 1, if kind == Kind::Hashtag { Folds::HASHTAG } else { Folds::NONE });
        self.at = start + 1;
        let mut damaged = false;
        loop {
            while self.bytes.get(self.at) == Some(&b'_')
                || kind == Kind::Mention && self.bytes.get(self.at) == Some(&b'.')
            {
                self.at += 1;
            }
            if !self.is_word_at(self.at) {
                break;
            }
            let (word, broken) = self.letters_folded();
            folds = folds.with(word.folds);
            damaged |= broken;
            (self.at, end) = (word.end, word.end);
        }
        if kind == Kind::Mention {
            // A trailing dot or underscore belongs to the sentence or to the name; the name ends at its last letter.
            self.at = end.max(start + 1);
        }
        let end = if end == start + 1 { self.at } else { end };
        self.at = self.at.max(end);
        self.close(kind, start, end, marked_start, bare_start, folds, damaged);
    }

    fn word_or_link(&mut self) {
        let start = self.at;
        let (marked_start, bare_start) = self.key_starts();
        let number = self.bytes[start].is_ascii_digit();
        let (mut word, damaged) = self.letters_folded();
        // Only what goes on with one of these can be a link or an address.
        if matches!(self.bytes.get(word.end), Some(b'.' | b':' | b'@' | b'-' | b'_' | b'+')) {
            if let Some((kind, end)) = self.link_at() {
                self.out.marked.truncate(marked_start);
                self.out.bare.truncate(bare_start);
                let text = self.raw[start..end].to_ascii_lowercase();
                self.out.marked.push_str(&text);
                self.out.bare.push_str(&text);
                self.at = end;
                return self.close(kind, start, end, marked_start, bare_start, Folds::NONE, false);
            }
        }
        if number {
            word.end = self.number_tail(word.end);
        }
        if word.end == start {
            // Nothing but marks that fold away: a gap.
            self.at = self.at.max(start + self.peek(start).map_or(1, char::len_utf8));
            self.out.marked.truncate(marked_start);
            self.out.bare.truncate(bare_start);
            return;
        }
        self.at = word.end;
        if self.out.marked.len() == marked_start {
            return;
        }
        let kind = if number { Kind::Number } else { Kind::Word };
        self.close(kind, start, word.end, marked_start, bare_start, word.folds, damaged);
    }

    /// After the digits and letters of a number: groups (`1.200.000`), decimals, and a percent or currency sign.
    fn number_tail(&mut self, mut end: usize) -> usize {
        loop {
            match (self.bytes.get(end), self.bytes.get(end + 1)) {
                (Some(b @ (b'.' | b',')), Some(d)) if d.is_ascii_digit() => {
                    self.push_both(*b as char);
                    self.at = end + 1;
                    let (word, _) = self.letters_folded();
                    end = word.end;
                }
                (Some(b'%'), _) => {
                    self.push_both('%');
                    return end + 1;
                }
                _ if self.raw[end..].starts_with('₫') => {
                    self.push_both('đ');
                    return end + '₫'.len_utf8();
                }
                _ => return end,
            }
        }
    }

    /// Writes the key of the letters from `self.at` on; returns where they end and what folding took, and whether the
    /// word is damaged. `self.at` stays.
    fn letters_folded(&mut self) -> (Word, bool) {
        let start = self.at;
        let (marked_start, bare_start) = self.key_starts();
        let word = self.fast_letters(start);
        if word.slow {
            self.out.marked.truncate(marked_start);
            self.out.bare.truncate(bare_start);
            let folded = slow::fold(&self.raw[start..word.end]);
            self.out.marked.push_str(&folded.marked);
            slow::bare(&folded.marked, &mut self.out.bare);
            return (Word { folds: folded.folds, ..word }, folded.damaged);
        }
        let mut word = word;
        if word.tone && may_stand_wrong(&self.out.bare.as_bytes()[bare_start..]) {
            if let Some(placed) = vietnamese::place_tone(&self.out.marked[marked_start..]) {
                self.out.marked.truncate(marked_start);
                self.out.marked.push_str(&placed);
                word.folds = word.folds.with(Folds::TONE);
            }
        }
        (word, false)
    }

    /// Reads a word in one look; writes its keys unless it needs the slow path.
    fn fast_letters(&mut self, start: usize) -> Word {
        let (mut at, mut end) = (start, start);
        let (mut slow, mut upper, mut toned, mut plain, mut curly) = (false, false, false, true, false);
        while let Some(&b) = self.bytes.get(at) {
            if b.is_ascii_alphanumeric() {
                upper |= b.is_ascii_uppercase();
                at += 1;
                end = at;
                continue;
            }
            if b < 0x80 {
                let inside = b == b'\'' && end == at && end > start;
                if !inside || !self.bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
                    break;
                }
                at += 1;
                continue;
            }
            let Some(c) = self.peek(at) else { break };
            let entry = letter(c);
            plain = false;
            match entry.class {
                Class::Letter => {
                    upper |= entry.upper;
                    toned |= entry.toned;
                }
                Class::Odd => slow = true,
                // An invisible character joins what stands around it; at the end of a word it is outside.
                Class::Invisible => {
                    at += c.len_utf8();
                    slow |= self.is_word_at(at);
                    continue;
                }
                Class::Apostrophe if end == at && self.bytes.get(at + 3).is_some_and(u8::is_ascii_alphabetic) => {
                    curly = true;
                    at += 3;
                    continue;
                }
                _ => break,
            }
            at += c.len_utf8();
            end = at;
        }
        if !slow {
            self.write_keys(start..end, plain, upper || curly);
        }
        let folds = if upper { Folds::LOWER } else { Folds::NONE };
        Word { end, slow, folds, tone: toned && end - start > 2 }
    }

    /// The keys of a word of the fast path: a copy where nothing changes, letter by letter where something does.
    fn write_keys(&mut self, word: std::ops::Range<usize>, plain: bool, changes: bool) {
        let raw = &self.raw[word];
        let (marked_start, bare_start) = self.key_starts();
        if plain || !changes {
            self.out.marked.push_str(raw);
        }
        if plain {
            self.out.bare.push_str(raw);
            if changes {
                self.out.marked[marked_start..].make_ascii_lowercase();
                self.out.bare[bare_start..].make_ascii_lowercase();
            }
            return;
        }
        for c in raw.chars() {
            let entry = if c.is_ascii() { None } else { Some(letter(c)) };
            let (lower, base) = match entry {
                None => (c.to_ascii_lowercase(), c.to_ascii_lowercase()),
                Some(l) if l.class == Class::Letter => (l.lower, l.base as char),
                // The only others that the fast path lets through: a curly apostrophe, and invisible marks at the end.
                Some(l) if l.class == Class::Apostrophe => ('\'', '\''),
                Some(_) => continue,
            };
            if changes {
                self.out.marked.push(lower);
            }
            self.out.bare.push(base);
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

/// Whether two vowels stand side by side: a lone vowel carries its tone itself. Spares nearly two words in three.
fn may_stand_wrong(bare: &[u8]) -> bool {
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    bare.windows(2).any(|pair| vowel(pair[0]) && vowel(pair[1]))
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
    ALWAYS.iter().any(|n| is(n)) || path_follows && WITH_PATH.iter().any(|n| is(n))
}
