//! A row of pieces to the fewest words that they spell: `q.u.ả.n.g c á o`, `tr.ị`, `ch*ữa`, `b@n`, `quả\nng`. The cheapest
//! way through the row is taken; what is left as it stands costs too, so that honest text wins.

use super::{
    decode::{self, Reading},
    glued,
    known::Rank,
    memo::Vain,
    part::{Part, Piece, all, is_letter_after},
    place::Place,
    row::{Change, Row},
    shape::Edge,
    signs::is_letters,
    skeleton::Skeletons,
    split,
    unit::{Unit, VOUCHED},
};
use crate::{
    normalise::{self, Folds, Kind},
    span::RawSpan,
    words::{Traits, WordId},
};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The costs. A word that stands as it is, by what it is …
const KNOWN: i32 = 10;
const UNKNOWN: i32 = 18;
const LETTER: i32 = 20;
const FRAGMENT: i32 = 22;
/// … a reading, above its rank …
const DECODED: i32 = 2;
/// … each space inside a word, a reading that chance could have made, and what a neighbour takes off that.
const SPACE: i32 = 1;
const CHANCE: i32 = 28;
/// … a word with a sign at its edge that may be a letter …
const SIGNED: i32 = 4;
/// Single letters in a row that spell nothing we know, as one word (T.O.O.L), and each of them.
const SPELT: i32 = 12;
const SPELT_LETTER: i32 = 3;

/// Pieces of the shortest chat spelling that is read where its letters are held apart: two are initials.
const SPELT_CHAT: usize = 3;
/// Letters of the longest syllable with its accents typed out, but for the rarest.
const TYPED: usize = 8;
/// Pieces that are one letter again, of a word.
const MOST_SAME: usize = 6;

/// What a row has: single letters, pieces that a hyphen holds to the one before as English has none, and words that an
/// apostrophe cuts where no writing has one.
#[derive(Clone, Copy)]
struct Seen {
    letters: usize,
    hyphens: usize,
    cuts: usize,
}

/// Buffers of the reader.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    pieces: Vec<Piece>,
    units: Vec<Unit>,
    plain: String,
    signed: String,
}

impl Row<'_> {
    /// Reads tokens `from..to`; changes are appended in order.
    pub(super) fn read(&self, from: usize, to: usize, buffers: &mut Buffers, out: &mut Vec<Change>) {
        let Buffers { pieces, units, plain, signed } = buffers;
        self.pieces(from, to, pieces);
        let letters = pieces.iter().filter(|p| p.letters == 1).count();
        // English has its own: e-mail, pre-order.
        let own = |w: &[Piece]| self.key(&w[1]).is_ascii() && (w[0].letters == 1 || w[0].known && w[1].known);
        let hyphens = pieces.windows(2).filter(|w| self.gap(&w[1]) == "-" && !own(w)).count();
        let cuts = pieces.iter().filter(|p| self.uncut(p).is_some_and(|cut| !cut.1)).count();
        let seen = Seen { letters, hyphens, cuts };
        units.clear();
        for first in 0..pieces.len() {
            units.push(self.as_it_stands(&pieces[first], first));
            self.alone(&pieces[first], first, seen, units);
            let mut part = Part::of(&pieces[first]);
            if self.is_number(&pieces[first]) {
                continue;
            }
            let skeletons = &self.known.skeletons;
            let mut way = skeletons.go_on(self.tables, Skeletons::way(self.place), self.key(&pieces[first]));
            let opens = !is_letter_after(&pieces[first], first.checked_sub(1).map(|i| &pieces[i]));
            let (mut same, mut signs) = (1, false);
            for last in first + 1..pieces.len() {
                part = part.with(&pieces[last]);
                let before = way;
                way = skeletons.go_on(self.tables, way, self.key(&pieces[last]));
                same = if way == before { same + 1 } else { 1 };
                // Over spaces only what is a word as a whole is read; nothing is, of one letter again and again.
                if !part.may_join(last + 1 - first, letters)
                    || !part.has(all::STUCK)
                        && !skeletons.may_begin(way)
                        && (self.place.english || part.letters > TYPED)
                    || same > MOST_SAME
                {
                    break;
                }
                part.outer =
                    opens || !pieces.get(last + 1).is_some_and(|next| is_letter_after(next, Some(&pieces[last])));
                signs |= self.gap(&pieces[last]).bytes().any(|b| self.tables.may_be_sign(b));
                // Letters that begin no word are none with more of them, and a word takes no part of a row: be  e r a s e d.
                let spaced = |piece: &Piece| piece.letters == 1 && piece.spaced;
                let goes_on =
                    || self.place.english && pieces.get(last..last + 4).is_some_and(|row| row.iter().all(spaced));
                let lost =
                    if part.has(all::SINGLE) { !signs && !part.outer && !skeletons.may_begin(way) } else { goes_on() };
                if lost || !self.is_below(&pieces[last]) && !part.may_be_word(self.known, letters) {
                    continue;
                }
                self.joined(&pieces[first..=last], part, first, seen, units, (plain, signed));
            }
        }
        if units.len() == pieces.len() && !self.bridges(pieces) {
            return;
        }
        let units = self.cheapest(units, pieces.len());
        let spacer = self.spacer(&units, pieces);
        let mut bridge: Option<(WordId, bool, bool)> = None;
        for unit in units {
            let (first, last) = (pieces[unit.first].token, pieces[unit.last].token);
            // Two words of a term that only a sign holds apart: quảng/cáo, quảng🔥cáo.
            let gap = self.gap(&pieces[unit.first]);
            let bridged = bridge.is_some_and(|(before, read, broken)| {
                // Who breaks words breaks the row: then less is enough.
                let sure = broken || unit.broken || read && unit.reading.is_some();
                self.parted(&pieces[unit.first], broken || unit.broken)
                    && (self.known.pair(before, unit.ids.0)
                        || sure && self.known.meet(before, unit.ids.0)
                        || spacer == Some(gap))
            });
            let broken = unit.broken;
            let read = unit.reading.is_some();
            let as_it_stands = || {
                let token = &self.text.tokens[first];
                vec![(self.text.key(token).to_owned(), token.raw, Folds::NONE)]
            };
            if bridged {
                let mut words = unit.reading.unwrap_or_else(as_it_stands);
                words.iter_mut().for_each(|w| w.2 = w.2.with(Folds::SEPARATOR));
                if !bridge.is_some_and(|b| b.1) {
                    let before = &pieces[unit.first - 1];
                    let token = &self.text.tokens[before.token];
                    let words = vec![(self.text.key(token).to_owned(), token.raw, Folds::NONE)];
                    out.push(Change { first: before.token, last: before.token, words });
                }
                if let Some(change) = out.last_mut() {
                    change.last = last;
                    change.words.append(&mut words);
                }
            } else if let Some(words) = unit.reading {
                out.push(Change { first, last, words });
            }
            let word = matches!(self.text.tokens[last].kind, Kind::Word | Kind::Number);
            bridge = word.then_some((unit.ids.1, bridged || read, broken));
        }
    }

    fn pieces(&self, from: usize, to: usize, pieces: &mut Vec<Piece>) {
        pieces.clear();
        let mut gap = self.text.tokens[from].marked.range().start;
        for token in from..to {
            let t = &self.text.tokens[token];
            if t.kind == Kind::Emoji {
                continue;
            }
            let key = t.marked.range();
            let (signs, letters) = (&self.text.marked[gap..key.start], &self.text.marked[key.clone()]);
            let first = if pieces.is_empty() { key.start } else { gap };
            let ascii = letters.is_ascii();
            let (stuck, blank, spaced) = match signs.as_bytes() {
                _ if pieces.is_empty() => (true, true, false),
                [] => (true, true, false),
                [b' '] => (false, true, true),
                _ => {
                    let stuck = !signs.contains(char::is_whitespace);
                    let blank = signs.chars().all(char::is_whitespace);
                    (stuck, stuck || blank, blank && !signs.contains('\n'))
                }
            };
            let edge = Edge::of(letters.as_bytes());
            let single = is_letters(letters.as_bytes()) || decode::is_one_letter(letters);
            let letters = if ascii { letters.len() } else { letters.chars().count() };
            // A mention stuck to a word is its rest: am@zon.
            let stuck_mention = t.kind == Kind::Mention && stuck && !pieces.is_empty();
            let (known, rest) = (self.is_known(token) && !stuck_mention, self.has(token, Traits::REST));
            let bit = |holds: bool, bit: u8| if holds { bit } else { 0 };
            let all = bit(stuck, all::STUCK)
                | bit(blank, all::BLANK)
                | bit(letters == 1 || single, all::SINGLE)
                | bit(known, all::KNOWN)
                | bit(ascii, all::ASCII);
            let fragment = letters == 1 || rest || !known && letters <= 6 || signs == "\n";
            pieces.push(Piece { token, gap: first, all, stuck, spaced, letters, known, fragment, edge });
            gap = key.end;
        }
    }

    /// What holds a piece apart from the one before it: the sign, or the space as it was received.
    fn apart(&self, piece: &Piece) -> &str {
        let sign = self.gap(piece).trim();
        if !sign.is_empty() {
            return sign;
        }
        let tokens = &self.text.tokens;
        let end = piece.token.checked_sub(1).map_or(0, |before| tokens[before].raw.end());
        // Text that a mark turned round has them in the other order.
        let gap = self.raw.get(end as usize..tokens[piece.token].raw.start() as usize).unwrap_or_default();
        gap.trim_matches(normalise::stands_for_nothing)
    }

    /// Whether a piece is a letter on the next line.
    fn is_below(&self, piece: &Piece) -> bool {
        piece.letters == 1 && self.gap(piece) == "\n"
    }

    fn is_number(&self, piece: &Piece) -> bool {
        let key = self.key(piece).as_bytes();
        let is_mention = self.text.tokens[piece.token].kind == Kind::Mention;
        !is_mention && key.first().is_none_or(u8::is_ascii_digit) && key.iter().all(u8::is_ascii_digit)
    }

    fn as_it_stands(&self, piece: &Piece, at: usize) -> Unit {
        let id = match self.text.tokens[piece.token].kind {
            Kind::Hashtag => self.id(self.key(piece)),
            _ => self.tagged.ids[piece.token],
        };
        let cost = match piece.letters {
            1 => LETTER,
            _ if piece.known => KNOWN,
            2..=3 => FRAGMENT,
            _ => UNKNOWN,
        };
        Unit { first: at, last: at, cost, risky: false, sound: false, broken: false, ids: (id, id), reading: None }
    }

    /// One piece, read.
    fn alone(&self, piece: &Piece, at: usize, seen: Seen, units: &mut Vec<Unit>) {
        let token = &self.text.tokens[piece.token];
        let key = self.key(piece);
        if piece.known || token.kind == Kind::Mention {
            // A sign at an edge stands for a letter only where a term has the word then: khỏ! bệnh, mu@ hàng.
            let itself = self.tagged.ids[piece.token];
            if let Some((mut reading, span)) = self.signed(piece.token).filter(|(r, _)| self.id(&r.key) != itself) {
                if let Some(unit) = units.last_mut() {
                    unit.cost += SIGNED;
                }
                reading.risky = true;
                let cost = self.cost(&reading);
                units.push(self.unit(at, at, span, reading, Folds::NONE, cost));
            }
            return;
        }
        if let Some(reading) = self.capital_i(token) {
            let cost = self.cost(&reading);
            return units.push(self.unit(at, at, token.raw, reading, Folds::NONE, cost));
        }
        if seen.cuts > 0
            && let Some((mut reading, _)) = self.uncut(piece)
        {
            reading.risky &= seen.cuts < 2;
            let cost = self.cost(&reading);
            return units.push(self.unit(at, at, token.raw, reading, Folds::NONE, cost));
        }
        let typed = self.place.typed && self.memo.is_typed(self.known, self.tables, self.words, token, key);
        let chat = !typed && self.has(piece.token, Traits::SHORT) && !self.tables.chat(key).is_empty();
        let letter = piece.letters < 2;
        if let Some((mut reading, span)) = self.signed(piece.token) {
            reading.risky |= letter || chat;
            let cost = self.cost(&reading);
            units.push(self.unit(at, at, span, reading, Folds::NONE, cost));
        } else if !letter && self.may_hide(piece.token, self.place) {
            let before = units.len();
            for mut reading in self.readings(key).into_iter().filter(|r| !chat || r.key != key) {
                // Chat spelling is something else only where a term has it: qua link as wa link.
                reading.risky |= chat;
                let cost = self.cost(&reading);
                units.push(self.unit(at, at, token.raw, reading, Folds::NONE, cost));
            }
            if units.len() == before && !chat {
                let (mut key, mut span) = (Cow::Borrowed(key), token.raw);
                if token.folds.contains(Folds::TONE) {
                    // The tone is where the whole token, as one syllable, would have it: gọiem.
                    key = Cow::Owned(token.raw.slice(self.raw).nfc().flat_map(char::to_lowercase).collect());
                }
                if self.is_percent(piece) {
                    key.to_mut().push('%');
                    span = RawSpan::new(span.start(), span.end() + 1);
                }
                self.split(&key, span, at, at, units);
            }
        }
    }

    /// Whether a word can be read by itself as another one, or as a row of words. Asked of nearly every unknown word, so
    /// what may be is ruled out before what is.
    pub(super) fn may_hide(&self, token: usize, place: Place) -> bool {
        let key = self.text.key(&self.text.tokens[token]);
        let may =
            || self.memo.may_hide(self.tables, self.known, self.words, key, place) || split::may_be_row(self, key);
        if !self.is_key_all(token) {
            return may();
        }
        self.memo.hides(key, place, || {
            let row = Row { place, ..*self };
            may() && (row.word(key).is_some() || row.parts(key, RawSpan::new(0, 0)).is_some())
        })
    }

    /// Whether the key says all that is asked of a token: no capital I, tone that was moved or sign of a hundredth.
    #[inline]
    pub(super) fn is_key_all(&self, token: usize) -> bool {
        let t = &self.text.tokens[token];
        !t.folds.contains(Folds::TONE)
            && self.raw.as_bytes().get(t.raw.end() as usize) != Some(&b'%')
            && !(t.folds.contains(Folds::LOWER) && t.raw.slice(self.raw).contains('I'))
    }

    fn split(&self, key: &str, span: RawSpan, first: usize, last: usize, units: &mut Vec<Unit>) {
        let Some(parts) = self.parts(key, span) else { return };
        let id = |w: Option<&(String, RawSpan, Folds)>| w.map_or(0, |w| self.id(&w.0));
        let ids = (id(parts.first()), id(parts.last()));
        let reading = Some(parts);
        units.push(Unit { first, last, cost: UNKNOWN - 2, risky: false, sound: false, broken: false, ids, reading });
    }

    /// A row of words without spaces, as it stands, or with its repeated letters and digits read first.
    pub(super) fn parts(&self, key: &str, span: RawSpan) -> Option<Vec<(String, RawSpan, Folds)>> {
        if self.memo.is_vain(key, Vain::Split(self.place)) {
            return None;
        }
        // A letter written again and again is one: bééé is no bé é é.
        // Among accents of ours a foreign one stands for one of them.
        let foreign = normalise::is_foreign(key) && key.chars().any(|c| normalise::base(c) != c);
        let words = || split::words(self, key, span, Folds::NONE, foreign);
        let mut parts = if decode::is_stretched(key) { None } else { words() };
        if parts.is_none() {
            self.memo.plainer(self.tables, key, &mut |way, folds| {
                // What has diacritics keeps them.
                if way.is_ascii() && !key.is_ascii() {
                    return;
                }
                parts = parts.take().or_else(|| split::words(self, way, span, folds, false));
            });
        }
        let parts = parts.or_else(|| glued::words(self, key, span, false));
        if parts.is_none() {
            self.memo.keep_vain(key, Vain::Split(self.place));
        }
        parts
    }

    /// Several pieces as one word. `text` are buffers.
    fn joined(
        &self,
        pieces: &[Piece],
        part: Part,
        first: usize,
        seen: Seen,
        units: &mut Vec<Unit>,
        text: (&mut String, &mut String),
    ) {
        let Some((last_piece, inner)) = pieces.split_last() else { return };
        if self.is_number(last_piece) {
            return;
        }
        let rest = &pieces[1..];
        let (stuck, single, length) = (part.has(all::STUCK), part.has(all::SINGLE), part.letters);
        let all_known = part.has(all::KNOWN);
        if !stuck {
            // A word is held apart by one sign all through, and a wider space is the end of it.
            // Signs that are letters hold nothing apart: r !n k.
            let is_letter = |p: &&Piece| p.stuck && matches!(self.gap(p), "@" | "€" | "!" | "$");
            let mut apart = rest.iter().filter(|p| !is_letter(p)).map(|p| self.apart(p));
            let first = apart.next();
            let mut alike = || apart.all(|sign| Some(sign) == first);
            let row = single && seen.letters >= 3 && (pieces.len() >= 3 || seen.letters >= 4);
            if !(part.has(all::BLANK) && part.fragment && pieces.len() <= 3 || row) || !alike() {
                return;
            }
        }
        let (plain, signed) = text;
        plain.clear();
        for (i, piece) in pieces.iter().enumerate() {
            plain.push_str(self.key(piece));
            if i < inner.len() && self.is_percent(piece) {
                plain.push('%');
            }
        }
        place_tone(plain);
        let foreign = pieces.iter().any(|p| self.text.tokens[p.token].damaged);
        if foreign && let Some(placed) = normalise::tone_in_place(plain) {
            *plain = placed;
        }
        // A hyphen as English has it: e-mail, t-shirt.
        let compound = |p: &Piece| p.known || p.letters == 1;
        let hyphened =
            pieces.len() == 2 && self.gap(last_piece) == "-" && plain.is_ascii() && pieces.iter().any(compound);
        // One alone: n-gon nh-ất is not how English has it.
        if hyphened && (!single && pieces[0].letters == 1 || all_known) && seen.hyphens < 2 {
            return;
        }
        signed.clear();
        let is_letter = |c: &char| self.tables.is_sign(*c);
        let is_mention = |p: &Piece| self.text.tokens[p.token].kind == Kind::Mention;
        if (stuck || single) && rest.iter().any(|p| is_mention(p) || self.gap(p).contains(|c| is_letter(&c))) {
            signed.extend(is_mention(&pieces[0]).then_some('@'));
            signed.push_str(self.key(&pieces[0]));
            for piece in rest {
                signed.extend(self.gap(piece).chars().filter(is_letter));
                let mention = is_mention(piece) && !signed.ends_with('@');
                signed.extend(mention.then_some('@'));
                signed.push_str(self.key(piece));
            }
        }
        // Over a space, or of two words (and/or), only what spells a word as it is: else every two words in a row would have
        // to be read.
        let broken = single || stuck && (!all_known || signed.len() > plain.len());
        let whole = |key: &str| {
            if foreign && normalise::is_foreign(key) {
                // Only the letters under the mark count.
                let rank = split::rank(self, key)?;
                return Some(Reading { key: key.to_owned(), rank, folds: Folds::MARKS, risky: false });
            }
            if broken || pieces.iter().any(|p| decode::is_stretched(self.key(p))) {
                return self.word(key);
            }
            let rank = self.known.rank(self.words, key).filter(|&r| r != Rank::Bare || !self.place.english)?;
            Some(Reading { key: key.to_owned(), rank, folds: Folds::NONE, risky: false })
        };
        // Signs that are letters first: m!en is miễn before it is men. A bar is a letter only where it must be: k|em.
        let bars = rest.iter().all(|p| self.gap(p) == "|");
        let sure = if bars { whole(plain).filter(|r| r.rank == Rank::Lexicon) } else { None };
        let with_signs = || if signed.is_empty() { None } else { whole(signed) };
        let reading = sure.or_else(with_signs).or_else(|| whole(plain));
        // A first letter written again and again, each time as another sign, looks like a name: @4@s.
        let again = || {
            let head = self.key(&pieces[0]);
            let reading = whole(signed.strip_prefix('@')?.strip_prefix(head)?)?;
            let first = reading.key.chars().next()?;
            let stands = |c: char| self.tables.leet.get(&c).is_some_and(|letters| letters.contains(&first));
            let same = is_mention(&pieces[0]) && stands('@') && head.chars().all(stands);
            same.then(|| Reading { folds: reading.folds.with(Folds::SOCIAL), ..reading })
        };
        let reading = reading.or_else(again);
        // A word typed out whose tone stands on the next line: si⏎r.
        let tone_below = !broken && self.is_below(last_piece);
        let reading = reading.or_else(|| match broken || tone_below {
            true => self.spelt_out(plain, pieces.len(), tone_below),
            false => None,
        });
        // Only letters that stand upside down are read from their end here.
        let turned = || plain.chars().any(|c| !c.is_ascii() && self.tables.flipped.contains_key(&c));
        let reading = reading.filter(|r| !r.folds.contains(Folds::FLIPPED) || turned());
        let span = self.span(&pieces[0], last_piece);
        // T.O.O.L is itself before chance makes another word of it.
        let spelt = single && stuck && part.outer && pieces.len() >= 4;
        let reading = reading.filter(|r| !(spelt && r.risky));
        let Some(mut reading) = reading else {
            if spelt && plain.is_ascii() && rest.iter().all(|p| self.gap(p) == self.gap(&rest[0])) {
                let cost = SPELT + SPELT_LETTER * pieces.len() as i32;
                let reading = Reading { key: plain.clone(), rank: Rank::Bare, folds: Folds::NONE, risky: false };
                units.push(self.unit(first, first + inner.len(), span, reading, Folds::SEPARATOR, cost));
            } else if stuck && !all_known && !rest.iter().any(|p| self.gap(p) == "/") {
                // A slash is no letter, and what it parts is read by itself: USD/thùng is no usdt.
                let key = if signed.is_empty() { plain } else { signed };
                if split::may_be_row(self, key) {
                    self.split(key, span, first, first + inner.len(), units);
                }
            }
            return;
        };
        // c/o, a-b: too short to mean anything, unless it has diacritics.
        if hyphened || reading.key.is_ascii() && length < 3 {
            reading.risky = true;
        }
        if stuck {
            // Words that stand together by themselves: pre-order, em.ơi.
            let pair = |w: &[Piece]| self.known.pair(self.tagged.ids[w[0].token], self.tagged.ids[w[1].token]);
            if all_known && (reading.rank == Rank::Bare || pieces.windows(2).any(pair)) {
                return;
            }
        } else if !(single && pieces.len() >= 3) {
            // "giá ạ" is no giá with a long a.
            let stretched = pieces.iter().any(|p| decode::is_stretched(self.key(p)));
            if reading.folds.intersects(Folds::SOCIAL) && !stretched {
                return;
            }
            // "who lesale", "c omment": a long word of a term whose parts are none.
            let part =
                |p: &Piece| !p.known && (p.letters > 1 || !matches!(self.key(p), "a" | "e" | "i" | "o" | "u" | "y"));
            let long = reading.rank == Rank::Lexicon
                && (reading.key.chars().count() >= 6 || stretched && !reading.key.is_ascii());
            reading.risky = !(long && pieces.iter().any(part));
        }
        // A sign at the end that changes nothing: shop€€e€.
        let mut span = span;
        if !signed.is_empty() && stuck {
            let after = self.text.tokens.get(last_piece.token + 1).map_or(self.raw.len(), |t| t.raw.start() as usize);
            let gap = self.raw.get(span.end() as usize..after).unwrap_or_default();
            let tail = &gap[..gap.len() - gap.trim_start_matches(|c| is_letter(&c)).len()];
            if !tail.is_empty() && self.word(&[signed.as_str(), tail].concat()).is_some_and(|r| r.key == reading.key) {
                span = RawSpan::new(span.start(), span.end() + tail.len() as u32);
            }
        }
        let spaces = rest.iter().filter(|p| !p.stuck).count() as i32;
        let cost = self.cost(&reading) + spaces * SPACE;
        units.push(self.unit(first, first + inner.len(), span, reading, Folds::SEPARATOR, cost));
    }

    /// What letters that were held apart are where letters that stand together would be none: a chat spelling (h.o.k), or
    /// a word typed out with an x alone (m a x, for mã) or a `tone_below`, where it stands beside a word of its term.
    fn spelt_out(&self, letters: &str, pieces: usize, tone_below: bool) -> Option<Reading> {
        if self.place.english {
            return None;
        }
        if pieces >= SPELT_CHAT
            && let Some(chat) = self.tables.chat(letters).iter().find(|c| c.reading.is_free())
        {
            let [word] = &chat.reading.to[..] else { return None };
            let rank = self.known.rank(self.words, word)?;
            return Some(Reading { key: word.clone(), rank, folds: Folds::SOCIAL, risky: false });
        }
        let typed = Row { place: Place { typed: true, ..self.place }, ..*self };
        let may = tone_below || letters.ends_with('x');
        let reading = typed.word(letters).filter(|r| may && r.folds == Folds::TELEX && r.rank == Rank::Lexicon)?;
        Some(Reading { risky: true, ..reading })
    }

    fn cost(&self, reading: &Reading) -> i32 {
        let rank = match reading.rank {
            Rank::Lexicon => 10,
            Rank::Plain => 12,
            Rank::Bare => 14,
        };
        let chance = if !reading.risky {
            0
        } else if self.known.is_alone(&reading.key) {
            CHANCE - VOUCHED
        } else {
            CHANCE
        };
        let plain = reading.folds == Folds::NONE || self.place.typed && reading.folds == Folds::TELEX;
        rank + chance + if plain { 0 } else { DECODED }
    }

    fn unit(&self, first: usize, last: usize, span: RawSpan, reading: Reading, folds: Folds, cost: i32) -> Unit {
        let (id, risky) = (self.id(&reading.key), reading.risky);
        let folds = folds.with(reading.folds);
        let broken = span.slice(self.raw).contains('\n');
        // Short words and initials (TP.HCM) stand beside too many others, and a space or hyphen in a word needs more than that.
        let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        let long = !reading.key.is_ascii() || reading.key.len() > 3 && reading.key.bytes().any(vowel);
        let sound = long && (broken || first == last || !span.slice(self.raw).contains([' ', '-']));
        Unit { first, last, cost, risky, sound, broken, ids: (id, id), reading: Some(vec![(reading.key, span, folds)]) }
    }

    /// From the first piece to the last, as the field has it.
    fn span(&self, first: &Piece, last: &Piece) -> RawSpan {
        self.text.tokens[first.token].raw.cover(self.text.tokens[last.token].raw)
    }
}

/// Puts the tone where a syllable of these letters has it: q + uý.
pub(super) fn place_tone(key: &mut String) {
    if key.is_ascii() || key.chars().nth(normalise::MAX_SYLLABLE).is_some() {
        return;
    }
    let (shapes, tone) = normalise::shapes(key);
    let len = key.len();
    if normalise::push_syllable(&shapes, tone, key) {
        key.drain(..len);
    }
}
