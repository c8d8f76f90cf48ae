//! Which tokens may hide something. Honest text pays for this look and for little else: a word that was seen to hide
//! nothing by itself, and spells nothing with the words beside it, is read no further.

use super::{
    BESIDE, bridge::is_slash, decode::LONGEST, is_piece, join::place_tone, known::Rank, place::Place, row::Row,
    shape::Edge,
};
use crate::{
    normalise::{self, Break, Folds, Kind, Text, Token},
    words::Traits,
};
use std::cell::OnceCell;

/// What the look says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Nothing to read.
    No,
    /// Chat spelling, and nothing else to read.
    Chat,
    /// Stuck to the token before it, in words and signs that spell nothing by themselves: read where its row is.
    Weak,
    /// To be read.
    Read,
}

/// Pieces over spaces that are read as one word.
const MOST_SPACED: usize = 3;
/// Tokens without a space that may be bytes, and letters that may be a code: a line of an attachment has 60 to 76.
const BYTES: usize = 8;
const CODE: usize = 40;
/// Single letters of a row that are read as one.
const SINGLES: usize = 3;

/// Marks the tokens; whether any is to be read. `english` tells of each sentence whether it is English.
pub(super) fn marks(row: &Row<'_>, english: &[bool], marks: &mut Vec<Mark>) -> bool {
    let (text, tagged) = (row.text, row.tagged);
    let tokens = &text.tokens;
    marks.clear();
    marks.resize(tokens.len(), Mark::No);
    let single = |t: &&Token| matches!(t.kind, Kind::Word | Kind::Number) && letters(text, t) == 1;
    let singles = OnceCell::new();
    let singles = || *singles.get_or_init(|| tokens.iter().filter(single).take(SINGLES).count());
    // The last token that is no picture.
    let mut before: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        if is_plain(row, at) && at.checked_sub(1).is_some_and(|last| before == Some(last) && is_apart(text, last, at)) {
            before = Some(at);
            continue; // most words of honest text
        }
        if token.kind == Kind::Emoji {
            if parts(row, at) {
                marks[at] = Mark::Read;
            }
            continue;
        }
        if !is_piece(text, at) {
            before = None;
            continue;
        }
        if let Some(last) = before.replace(at)
            && !is_space(text, last, at)
        {
            let gap = gap(text, last, at);
            let pair = || row.known.pair(tagged.ids[last], tagged.ids[at]);
            let slashed = || token.before == Break::Clause && last + 1 == at && is_slash(gap) && pair();
            let mark = match !gap.contains(char::is_whitespace) {
                true if pair() || marks[last] == Mark::Chat || spells(row, last, at) => Mark::Read,
                true => Mark::Weak,
                false if slashed() || gap == "\n" && goes_on_after_line(row, last, at) => Mark::Read,
                false => Mark::No,
            };
            marks[at] = mark;
            // With the pictures between them.
            marks[last..at].iter_mut().for_each(|before| *before = (*before).max(mark));
        }
        if at > 0 && ends_with_letter(row, at - 1, at) {
            marks[at - 1] = Mark::Read;
        }
        let is_i = || token.accented && is_i(token, text.key(token));
        let own = match token.kind {
            Kind::Mention => {
                if row.known.rank(row.words, &["a", text.key(token)].concat()).is_some() {
                    marks[at] = Mark::Read;
                }
                false
            }
            Kind::Word => !tagged.traits[at].has(Traits::WHOLE) || is_i(),
            Kind::Number => {
                let key = text.key(token).as_bytes();
                key.len() == 1 && english[token.sentence as usize] || key.iter().any(u8::is_ascii_alphabetic)
            }
            _ => false,
        };
        if own && marks[at] != Mark::Read {
            let place = Place { english: english[token.sentence as usize], ..row.place };
            let count = letters(text, token);
            let row_of_letters = || count == 1 && singles() >= SINGLES && beside_single(row, at);
            marks[at] = match alone(row, at, place, count) {
                _ if is_i() => Mark::Read,
                _ if place.english && row.english(at).is_some() => Mark::Read,
                Mark::Read => Mark::Read,
                Mark::Chat if marks[at] == Mark::Weak => Mark::Read,
                _ if row_of_letters() || joins(row, at, place, count) => Mark::Read,
                mark => mark.max(marks[at]),
            };
        }
    }
    let Some(most) = marks.iter().copied().max().filter(|&most| most > Mark::No) else { return false };
    if most == Mark::Read {
        whole_runs(marks);
        codes(row, marks);
        // Who breaks one word over a line breaks others.
        for at in 1..tokens.len() {
            if marks[at] < Mark::Weak && spells_over_line(row, at) {
                (marks[at - 1], marks[at]) = (Mark::Read, Mark::Read);
            }
        }
        // Chat spelling beside what is read may be a part of that.
        let mut at = 0;
        while let Some(chat) = next(marks, at, Mark::Chat) {
            let beside = chat.saturating_sub(BESIDE)..marks.len().min(chat + BESIDE + 1);
            if marks[beside].contains(&Mark::Read) {
                marks[chat] = Mark::Read;
            }
            at = chat + 1;
        }
    }
    marks.iter().any(|&m| m == Mark::Read || m == Mark::Chat)
}

/// What the look asks, before a row is made.
impl Row<'_> {
    /// What the letters of some tokens, one behind the other, are; `None` when they are no word.
    pub(super) fn spell(&self, tokens: impl IntoIterator<Item = usize>) -> Option<Rank> {
        let (mut letters, mut len) = ([0; LONGEST], 0);
        for token in tokens {
            let key = self.text.bare_bytes(&self.text.tokens[token]);
            letters.get_mut(len..len + key.len())?.copy_from_slice(key);
            len += key.len();
        }
        let letters = &letters[..len];
        if !self.known.may_be_word(Edge::of(letters)) {
            return None;
        }
        self.known.id_rank(self.words.id(std::str::from_utf8(letters).ok()?))
    }

    /// Whether some tokens that [`Row::spell`] a word without their diacritics do so with them.
    pub(super) fn spell_marked(&self, tokens: std::ops::RangeInclusive<usize>) -> bool {
        let tokens = &self.text.tokens[tokens];
        if tokens.iter().all(|t| !t.accented) {
            return true;
        }
        let mut key: String = tokens.iter().map(|t| self.text.key(t)).collect();
        place_tone(&mut key);
        self.known.rank(self.words, &key).is_some()
    }

    /// Whether a word that may hide something does not where it stands: chance could have made all that it may be read
    /// as, and no word beside it vouches for any of that.
    fn hides_in_vain(&self, token: usize, place: Place) -> bool {
        let key = self.text.key(&self.text.tokens[token]);
        if place.typed || key.contains('\'') || !self.is_key_all(token) {
            return false;
        }
        let chat = self.has(token, Traits::SHORT);
        let id = |at: Option<usize>| at.and_then(|at| self.tagged.ids.get(at)).copied();
        let (before, after) = (id(token.checked_sub(1)), id(Some(token + 1)));
        let vouches = |first, second| self.known.pair(first, second) || self.known.meet(first, second);
        self.memo.word(self.tables, self.known, self.words, key, place, |readings| {
            !readings.is_empty()
                && readings.iter().all(|r| {
                    let own = self.id(&r.key);
                    (r.risky || chat)
                        && !self.known.is_alone(&r.key)
                        && before != Some(0)
                        && after != Some(0)
                        && !before.is_some_and(|before| vouches(before, own))
                        && !after.is_some_and(|after| vouches(own, after))
                })
        })
    }

    /// Whether a sign that stands for a letter is at the edge of a token.
    #[inline]
    pub(super) fn has_sign_beside(&self, token: usize) -> bool {
        let span = self.text.tokens[token].raw.range();
        let beyond = |b: Option<&u8>| b.is_some_and(|&b| !b.is_ascii() || self.tables.may_be_sign(b));
        let bytes = self.raw.as_bytes();
        if !beyond(bytes[..span.start].last()) && !beyond(bytes.get(span.end)) {
            return false;
        }
        let sign = |c: Option<char>| c.is_some_and(|c| !c.is_alphanumeric() && self.tables.is_sign(c));
        sign(self.raw[..span.start].chars().next_back()) || sign(self.raw[span.end..].chars().next())
    }
}

/// Letters of a token's key; of one that is not Latin, bytes.
fn letters(text: &Text, token: &Token) -> usize {
    let key = text.bare_bytes(token);
    match key {
        [first, ..] if key.len() <= 4 && key.len() == width(*first) => 1,
        _ => key.len(),
    }
}

/// Bytes of the character that begins with this one.
fn width(first: u8) -> usize {
    (first.leading_ones() as usize).max(1)
}

/// What stands between two tokens, and in it others perhaps.
fn gap(text: &Text, last: usize, at: usize) -> &str {
    &text.marked[text.tokens[last].marked.range().end..text.tokens[at].marked.range().start]
}

/// The same, and the text has no more there either.
#[inline]
fn is_apart(text: &Text, last: usize, at: usize) -> bool {
    text.tokens[at].raw.start() < text.tokens[last].raw.end() + 2 && is_space(text, last, at)
}

/// Whether nothing but a space stands between two tokens, as between most.
#[inline]
fn is_space(text: &Text, last: usize, at: usize) -> bool {
    let gap = text.tokens[last].marked.range().end..text.tokens[at].marked.range().start;
    gap.len() == 1 && text.marked.as_bytes()[gap.start] == b' '
}

/// Every run of tokens that are stuck together is read whole where one of them is.
fn whole_runs(marks: &mut [Mark]) {
    for run in marks.split_mut(|&m| m < Mark::Weak) {
        if run.contains(&Mark::Read) {
            run.fill(Mark::Read);
        }
    }
}

/// What programs wrote for programs, without a space, is not read: bytes of a mail (=C3=A1=BA), attachments, keys.
fn codes(row: &Row<'_>, marks: &mut [Mark]) {
    let tokens = &row.text.tokens;
    let goes_on = |at: usize| !gap(row.text, at - 1, at).contains(char::is_whitespace);
    let mut at = 0;
    while let Some(read) = next(marks, at, Mark::Read) {
        let first = (at + 1..=read).rev().find(|&i| !goes_on(i)).unwrap_or(at);
        let end = (read + 1..tokens.len()).find(|&i| !goes_on(i)).unwrap_or(tokens.len());
        // Text that a mark turned round has its tokens in the other order.
        let whole = row.raw.get(tokens[first].raw.start() as usize..tokens[end - 1].raw.end() as usize);
        let bytes = || (first..end).filter(|&i| is_byte(row, i)).count() * 2 > end - first;
        if end - first >= BYTES && bytes() || whole.is_some_and(is_code) {
            marks[first..end].fill(Mark::No);
        }
        at = end;
    }
}

/// The next token with this mark, from `at` on.
fn next(marks: &[Mark], at: usize, mark: Mark) -> Option<usize> {
    Some(at + marks[at..].iter().position(|&m| m == mark)?)
}

/// Whether a token is a word that hides nothing whatever stands beside it.
#[inline]
fn is_plain(row: &Row<'_>, at: usize) -> bool {
    let token = &row.text.tokens[at];
    token.kind == Kind::Word
        && row.tagged.traits[at].has(Traits::WHOLE)
        && !(token.accented && token.folds.contains(Folds::LOWER))
}

/// Whether a token is a byte as mail programs write those beyond ASCII.
fn is_byte(row: &Row<'_>, at: usize) -> bool {
    let tokens = &row.text.tokens;
    let hex = matches!(row.text.key_bytes(&tokens[at]), [a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    hex && at > 0 && gap(row.text, at - 1, at) == "="
}

/// Whether letters are those of base 64: capitals that no small letter follows and digits with letters behind them all
/// through, as no writing has them, not even without spaces (GiamCanNhanhTrong7Ngay).
fn is_code(whole: &str) -> bool {
    let bytes = whole.as_bytes();
    let count = |of: fn(&u8) -> bool| bytes.iter().filter(|&b| of(b)).count();
    let odd = |w: &[u8]| match w[0] {
        b'A'..=b'Z' => !w[1].is_ascii_lowercase(),
        b'0'..=b'9' => !w[1].is_ascii_digit(),
        _ => false,
    };
    bytes.len() >= CODE
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        && bytes.windows(2).filter(|w| odd(w)).count() * 5 > bytes.len()
        && count(u8::is_ascii_uppercase) * 5 > bytes.len()
        && count(u8::is_ascii_lowercase) * 8 > bytes.len()
}

/// Whether an emoji stands between two words of a term.
fn parts(row: &Row<'_>, at: usize) -> bool {
    let (text, ids) = (row.text, &row.tagged.ids);
    let word = |i: usize| text.tokens.get(i).is_some_and(|t| t.kind == Kind::Word);
    at > 0 && word(at - 1) && word(at + 1) && row.known.pair(ids[at - 1], ids[at + 1])
}

/// Whether tokens that a sign holds together may spell something.
fn spells(row: &Row<'_>, last: usize, at: usize) -> bool {
    // A number is no part of a word, but that a digit may be a letter.
    let number = |at: usize| {
        let key = row.text.bare_bytes(&row.text.tokens[at]);
        key.len() > 1 && key.iter().all(|b| !b.is_ascii_alphabetic()) && key.is_ascii()
    };
    if row.text.tokens[at].kind == Kind::Mention {
        return true;
    }
    let signed = || {
        let whole =
            &row.text.marked[row.text.tokens[last].marked.range().start..row.text.tokens[at].marked.range().end];
        gap(row.text, last, at).bytes().any(|b| row.tables.may_be_sign(b))
            && row.known.skeletons.may_hide(row.tables, whole, row.place)
    };
    !number(last)
        && !number(at)
        && (!row.is_known(last)
            || !row.is_known(at)
            || row.spell([last, at]).is_some()
            || last.checked_sub(1).is_some_and(|first| row.spell([first, last, at]).is_some())
            || signed())
}

/// Whether two words with the end of a line between them spell one.
fn spells_over_line(row: &Row<'_>, at: usize) -> bool {
    let tokens = &row.text.tokens;
    tokens[at].before == Break::Line
        && tokens[at].kind == Kind::Word
        && tokens[at - 1].kind == Kind::Word
        && gap(row.text, at - 1, at) == "\n"
        && row.spell([at - 1, at]).is_some()
        && row.spell_marked(at - 1..=at)
}

/// Whether a word goes on with a token after the end of a line, and a word beside it stands beside it in a term.
fn goes_on_after_line(row: &Row<'_>, last: usize, at: usize) -> bool {
    let Row { text, tagged, words, known, .. } = *row;
    let pieces = [&text.tokens[last], &text.tokens[at]];
    if pieces.iter().any(|t| t.kind != Kind::Word) {
        return false;
    }
    let keys = pieces.map(|t| text.key(t));
    let (mut key, mut way) = (keys.concat(), String::new());
    // A word typed out, its tone below.
    let typed = keys[1].len() == 1 && !row.place.english && row.memo.typing(row.tables, &key, &mut way).is_some();
    if typed {
        key = way;
    } else if key.is_ascii() && !known.may_be_word(Edge::of(key.as_bytes())) {
        return false;
    }
    let id = words.id(&normalise::bare(&key));
    let pair = |i: Option<usize>, after: bool| {
        let Some(&other) = i.and_then(|i| tagged.ids.get(i)) else { return false };
        let (first, second) = if after { (id, other) } else { (other, id) };
        known.pair(first, second) || known.meet(first, second)
    };
    id != 0 && (typed || pair(last.checked_sub(1), false) || pair(Some(at + 1), true))
}

/// Whether a sign that ends a word inside a sentence may be a letter of it: khỏ! bệnh.
fn ends_with_letter(row: &Row<'_>, at: usize, next: usize) -> bool {
    let (token, next) = (&row.text.tokens[at], &row.text.tokens[next]);
    let (end, start) = (token.raw.end() as usize, next.raw.start() as usize);
    if token.kind != Kind::Word || start < end + 2 {
        return false;
    }
    let Some(sign) = row.raw.get(end..start).and_then(|gap| gap.strip_suffix(' ')) else { return false };
    let mut chars = sign.chars();
    chars.next().is_some_and(|c| row.tables.is_sign(c))
        && chars.next().is_none()
        && next.raw.slice(row.raw).starts_with(|c: char| !c.is_uppercase())
        && row.known.skeletons.may_hide(row.tables, &[row.text.key(token), sign].concat(), row.place)
}

/// Whether a word may be read by itself: as chat spelling, or with the signs beside it, or as it was not yet tried.
fn alone(row: &Row<'_>, at: usize, place: Place, letters: usize) -> Mark {
    let (own, sign) = (letters > 1 && row.may_hide(at, place), row.has_sign_beside(at));
    match () {
        () if (own || sign) && !row.is_known(at) && (sign || !row.hides_in_vain(at, place)) => Mark::Read,
        () if !place.english && row.chat(at).is_some() => Mark::Chat,
        () => Mark::No,
    }
}

/// Whether a single letter stands beside another one.
fn beside_single(row: &Row<'_>, at: usize) -> bool {
    let tokens = &row.text.tokens;
    let single = |t: Option<&Token>| t.is_some_and(|t| letters(row.text, t) == 1);
    let next = tokens[at + 1..].iter().find(|t| t.kind != Kind::Emoji);
    let before = tokens[..at].iter().rev().find(|t| t.kind != Kind::Emoji);
    single(next) || single(before)
}

/// Whether a part of a word spells a word with those beside it, over nothing but spaces.
fn joins(row: &Row<'_>, at: usize, place: Place, letters: usize) -> bool {
    let tokens = &row.text.tokens;
    let traits = row.tagged.traits[at];
    if letters > 1
        && (!row.known.may_be_part(row.text.bare_bytes(&tokens[at]))
            || !traits.has(Traits::REST) && (letters > 6 || row.is_known(at)))
    {
        return false;
    }
    let blank = |i: usize| {
        is_piece(row.text, i - 1)
            && is_piece(row.text, i)
            && (is_space(row.text, i - 1, i) || gap(row.text, i - 1, i).bytes().all(|b| b.is_ascii_whitespace()))
    };
    let behind = (1..MOST_SPACED).take_while(|&i| i <= at && blank(at + 1 - i)).count();
    let ahead = (1..MOST_SPACED).take_while(|&i| at + i < tokens.len() && blank(at + i)).count();
    let edge = |i: usize| Edge::of(row.text.bare_bytes(&tokens[i]));
    (at - behind..=at).any(|first| {
        let (last, mut whole) = ((at + ahead).min(first + MOST_SPACED - 1), edge(first));
        (first + 1..=last).any(|last| {
            whole = whole.then(edge(last));
            let spelt = || row.spell(first..=last).filter(|&rank| rank != Rank::Bare || !place.english);
            last >= at && row.known.may_be_word(whole) && spelt().is_some() && row.spell_marked(first..=last)
        })
    })
}

/// Whether a word begins with a capital I where an l may be: Ià, Iý. Their key has the tone elsewhere.
fn is_i(token: &Token, key: &str) -> bool {
    token.folds.contains(Folds::LOWER) && key.chars().next().map(normalise::base) == Some('i')
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn letters_without_a_space_are_no_code_because_of_that() {
        for word in [
            "ThuocGiamCanNhanhTrong7NgayKhongCanTapLuyenHieuQua",
            "KHUYENMAISIEUKHUNGGIAM50CHIHOMNAYFREESHIPTOANQUOC",
            "giam3ca6nnhanh1trong7nga2ykho6ngca62nta65pluye65n",
            "gi4mc4nnh4nhtr0ng7ng4ykh0ngc4nt4pluy3nhi3uqu4n1ng",
        ] {
            assert!(!is_code(word), "{word}");
        }
        assert!(is_code("xTMeHbh4HEP+aSX5zSVl5PL0DqOC1qoNAIsmr874LWrg34D8"));
    }
}
