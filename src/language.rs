//! Language of a post by its words: every word is of one sort, every sort speaks for Vietnamese and for English. What
//! speaks for neither raises an alarm: other scripts, function words of other languages, and where few words are known
//! whatlang over all languages. Figures: `tests/language.rs`.

use crate::{
    normalise::{Kind, Text, Token},
    vocabulary::Tag,
    words::{Tagged, Traits},
};

/// Language verdict.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Language {
    /// The main language.
    pub tag: Tag,
    /// 0..=1.
    pub confidence: f32,
    /// Whether both Vietnamese and English have a run of words.
    pub mixed: bool,
}

/// Tokens `first..end` of one field that are of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Index of its first token.
    pub first: u32,
    /// One past its last token.
    pub end: u32,
    /// [`Tag::Vi`] or [`Tag::En`]; [`Tag::Und`] where a field speaks for neither.
    pub tag: Tag,
}

/// What a word is to the question of language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Sort {
    /// A syllable with Vietnamese diacritics.
    Marked,
    /// Chat spelling.
    Teencode,
    /// A frequent syllable without diacritics that English does not use.
    Frequent,
    /// Another one.
    Syllable,
    /// An English function word that also spells a syllable: to, the, in, me.
    Shared,
    /// An English function word.
    English,
    /// A function word of a language that the tool does not read.
    Other,
    /// No syllable, but with diacritics: café, señor.
    Loan,
    /// Unknown: of one or two letters, of three or four, longer, and with a letter or an ending that Vietnamese lacks.
    Tiny,
    Short,
    Long,
    Shaped,
    /// Of another script.
    Script,
}

/// How many sorts there are.
const SORTS: usize = Sort::Script as usize + 1;

/// What each sort says for Vietnamese and for English, in tenths of a word. Set by hand, on no labelled data.
const SAYS: [(u32, u32); SORTS] = [
    (30, 0), // Marked
    (12, 0), // Teencode
    (13, 0), // Frequent
    (10, 0), // Syllable
    (4, 9),  // Shared
    (0, 16), // English
    (0, 4),  // Other
    (6, 2),  // Loan
    (0, 2),  // Tiny
    (0, 4),  // Short
    (0, 5),  // Long
    (0, 8),  // Shaped
    (0, 0),  // Script
];

/// What the words of a run say together at the least, in tenths, and the most that one of them adds: so that a run has three
/// sure words, or six doubtful ones.
const RUN: i32 = 30;
const MOST: i32 = 13;

/// How far each sort turns a run, in tenths: towards Vietnamese above zero, towards English below.
const TURNS: [i32; SORTS] = {
    let mut turns = [0; SORTS];
    let mut at = 0;
    while at < SORTS {
        let turn = SAYS[at].0 as i32 - SAYS[at].1 as i32;
        turns[at] = if turn > MOST {
            MOST
        } else if turn < -MOST {
            -MOST
        } else {
            turn
        };
        at += 1;
    }
    turns
};

/// The sort of every combination of traits, of bare words and of words with Vietnamese diacritics; `Script` where only
/// the letters can tell.
static KNOWN: [[Sort; Traits::OF_LANGUAGE]; 2] = {
    const fn of(accented: bool, traits: Traits) -> Sort {
        let syllable = traits.has(Traits::SYLLABLE);
        match () {
            () if accented && syllable => Sort::Marked,
            () if traits.has(Traits::TEENCODE) => Sort::Teencode,
            () if traits.has(Traits::OTHER) => Sort::Other,
            () if accented => Sort::Script,
            () if traits.has(Traits::ENGLISH) && syllable => Sort::Shared,
            () if traits.has(Traits::ENGLISH) => Sort::English,
            () if syllable && traits.has(Traits::FREQUENT) => Sort::Frequent,
            () if syllable => Sort::Syllable,
            () => Sort::Script,
        }
    }
    let mut known = [[Sort::Script; Traits::OF_LANGUAGE]; 2];
    let mut at = 0;
    while at < Traits::OF_LANGUAGE {
        known[0][at] = of(false, Traits::numbered(at));
        known[1][at] = of(true, Traits::numbered(at));
        at += 1;
    }
    known
};

/// Votes of a post's words.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Votes {
    /// Words of each sort.
    counts: [u32; SORTS],
    /// Letters of other scripts.
    letters: u32,
    /// Whether each language has a run.
    vi_run: bool,
    en_run: bool,
}

impl Votes {
    /// Adds the words of a field.
    pub fn add(&mut self, text: &Text, tagged: &Tagged) {
        if text.tokens.is_empty() {
            return; // most fields of most posts
        }
        let mut counts = [0; SORTS];
        let mut runs = Runs::new();
        let (mut vi_run, mut en_run) = (false, false);
        for (at, sort) in sorts(text, tagged) {
            counts[sort as usize] += 1;
            if sort == Sort::Script {
                self.letters += text.bare_key(&text.tokens[at]).chars().filter(|c| !c.is_ascii()).count() as u32;
            }
            if runs.word(at, TURNS[sort as usize]).is_some() {
                vi_run |= runs.tag == Tag::Vi;
                en_run |= runs.tag == Tag::En;
            }
        }
        let (mut vi, mut en) = (0, 0);
        for ((all, count), turn) in self.counts.iter_mut().zip(counts).zip(TURNS) {
            *all += count;
            *(if turn > 0 { &mut vi } else { &mut en }) += u64::from(count) * u64::from(turn.unsigned_abs());
        }
        (vi_run, en_run) = match (vi >= RUN as u64, en >= RUN as u64) {
            // Words enough for either, and nowhere so many together.
            (true, true) if runs.tag == Tag::Und => (vi > en, en > vi),
            (true, true) => (vi_run, en_run),
            one_of => one_of,
        };
        self.vi_run |= vi_run;
        self.en_run |= en_run;
    }

    /// The verdict; `sample` is the text itself, for whatlang.
    pub fn verdict(&self, sample: &str) -> Language {
        if self.is_other(sample) {
            return Language { tag: Tag::Other, confidence: 0.9, mixed: false };
        }
        let (mut vi, mut en) = (0, 0);
        for (&count, says) in self.counts.iter().zip(SAYS) {
            vi += u64::from(count) * u64::from(says.0);
            en += u64::from(count) * u64::from(says.1);
        }
        if vi + en <= u64::from(SAYS[Sort::Tiny as usize].1) {
            return Language::default();
        }
        let margin = vi.abs_diff(en) as f32 / (vi + en) as f32;
        let mut tag = if vi >= en { Tag::Vi } else { Tag::En };
        if margin < 0.15 && self.count(&[Sort::Marked, Sort::Loan]) == 0 && self.latin() > 1 {
            tag = whatlang(sample, true).map_or(tag, |(tag, _)| tag);
        }
        Language { tag, confidence: 0.5 + 0.5 * margin, mixed: self.vi_run && self.en_run }
    }

    fn count(&self, sorts: &[Sort]) -> u32 {
        sorts.iter().map(|&s| self.counts[s as usize]).sum()
    }

    /// Words in Latin letters.
    fn latin(&self) -> u32 {
        self.counts.iter().sum::<u32>() - self.count(&[Sort::Script])
    }

    /// Whether the post is in a language that the tool does not read: two letters of another script for every word of ours;
    /// or function words of another language, more than English ones and one in ten; or what whatlang says, which is
    /// thirteen times as slow as the rest of a scan and asked only where few words are known and something hints at it.
    fn is_other(&self, sample: &str) -> bool {
        let words = self.latin();
        if self.letters > 0 && self.letters >= 2 * words {
            return true;
        }
        let other = self.count(&[Sort::Other]);
        if other >= 2 && other * 10 >= words && other > self.count(&[Sort::English]) {
            return true;
        }
        let sure = self.count(&[Sort::Marked, Sort::Teencode, Sort::Frequent, Sort::Shared, Sort::English]);
        let few = 2 * sure + self.count(&[Sort::Syllable]) < words;
        // One such word among so few as whatlang reads, or among few that we know; or some words with marks: what sells in
        // English often has no function word at all.
        let loans = self.count(&[Sort::Loan]);
        let hint = other > 0 && (other * 40 >= words || sure * 5 < words) || loans >= 2 && loans * 8 >= words;
        words >= 4 && few && hint && whatlang(sample, false).is_some_and(|(tag, sure)| tag == Tag::Other && sure > 0.2)
    }
}

/// The runs of a field, in order; together they hold every token.
pub fn runs(text: &Text, tagged: &Tagged) -> Vec<Run> {
    let mut runs = Vec::new();
    each_run(text, tagged, |run| runs.push(run));
    runs
}

/// What the words since `from` say for one language; where that would be less than nothing, it begins anew.
#[derive(Clone, Copy)]
struct Side {
    tag: Tag,
    sign: i32,
    sum: i32,
    from: usize,
}

/// Finds runs: a language holds until words are met that together are a run of the other one, which begins with the first
/// of these.
struct Runs {
    /// The language that holds.
    tag: Tag,
    sides: [Side; 2],
}

impl Runs {
    fn new() -> Self {
        Self { tag: Tag::Und, sides: Self::fresh(0) }
    }

    fn fresh(from: usize) -> [Side; 2] {
        [Side { tag: Tag::Vi, sign: 1, sum: 0, from }, Side { tag: Tag::En, sign: -1, sum: 0, from }]
    }

    /// Reads the word `at`. Where another language holds from now on: its first word.
    #[inline(always)]
    fn word(&mut self, at: usize, turn: i32) -> Option<usize> {
        for side in &mut self.sides {
            side.sum += side.sign * turn;
            if side.sum <= 0 {
                (side.sum, side.from) = (0, at + 1);
            }
        }
        let side = *self.sides.iter().find(|s| s.sum >= RUN && s.tag != self.tag)?;
        (self.tag, self.sides) = (side.tag, Self::fresh(at + 1));
        Some(side.from)
    }
}

/// Gives each run to `found`, in order.
fn each_run(text: &Text, tagged: &Tagged, mut found: impl FnMut(Run)) {
    let (mut runs, mut first, mut all) = (Runs::new(), 0, 0i64);
    for (at, sort) in sorts(text, tagged) {
        all += i64::from(TURNS[sort as usize]);
        let tag = runs.tag;
        if let Some(from) = runs.word(at, TURNS[sort as usize])
            && tag != Tag::Und
        {
            found(Run { first: first as u32, end: from as u32, tag });
            first = from;
        }
    }
    let tag = match runs.tag {
        // Too few words for a run: what all of them say.
        Tag::Und if all > 0 => Tag::Vi,
        Tag::Und if all < 0 => Tag::En,
        tag => tag,
    };
    if !text.tokens.is_empty() {
        found(Run { first: first as u32, end: text.tokens.len() as u32, tag });
    }
}

/// The words of a field as (index of the token, sort).
#[inline(always)]
fn sorts(text: &Text, tagged: &Tagged) -> impl Iterator<Item = (usize, Sort)> {
    let tokens = text.tokens.iter().zip(&tagged.traits).enumerate();
    tokens.filter(|(_, (token, _))| token.kind == Kind::Word).map(|(at, (token, traits))| {
        let marked = token.accented && !token.damaged;
        let known = KNOWN[usize::from(marked)][traits.of_language()];
        (at, if known == Sort::Script { unknown(text, token) } else { known })
    })
}

/// The sort of a word that no list knows.
fn unknown(text: &Text, token: &Token) -> Sort {
    let bare = text.bare_bytes(token);
    match bare.len() {
        _ if !bare.is_ascii() => Sort::Script,
        _ if token.accented => Sort::Loan,
        0..=2 => Sort::Tiny,
        _ if bare.iter().fold(false, |any, b| any | ENGLISH[*b as usize]) || has_english_ending(bare) => Sort::Shaped,
        3..=4 => Sort::Short,
        _ => Sort::Long,
    }
}

/// Letters that no Vietnamese syllable has.
static ENGLISH: [bool; 256] = {
    let mut letters = [false; 256];
    (letters[b'f' as usize], letters[b'j' as usize]) = (true, true);
    (letters[b'w' as usize], letters[b'z' as usize]) = (true, true);
    letters
};

/// Endings that no Vietnamese syllable has, of words of five letters or more.
fn has_english_ending(bare: &[u8]) -> bool {
    let Some(&[a, b, c, d]) = bare.last_chunk().filter(|_| bare.len() > 4) else { return false };
    matches!([c, d], [b'e', b'd' | b'r'] | [b'l', b'y'])
        || matches!([b, c, d], [b'i', b'n', b'g'] | [b'o', b'u', b's'] | [b'i', b'e', b's'])
        || matches!([a, b, c, d], [b't', b'i', b'o', b'n'] | [b'n', b'e', b's', b's'] | [b'm', b'e', b'n', b't'])
}

/// What whatlang says of at most 256 bytes: between our two languages, or of all that it knows; and how sure it is.
fn whatlang(sample: &str, ours: bool) -> Option<(Tag, f64)> {
    use whatlang::{Detector, Lang};
    let mut end = sample.len().min(256);
    while !sample.is_char_boundary(end) {
        end -= 1;
    }
    let detector = if ours { Detector::with_allowlist(vec![Lang::Vie, Lang::Eng]) } else { Detector::new() };
    // It takes a blank that does not break for a letter, and so the words around it for one.
    let sample: String = sample[..end].chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let info = detector.detect(&sample)?;
    let tag = match info.lang() {
        Lang::Vie => Tag::Vi,
        Lang::Eng => Tag::En,
        _ => Tag::Other,
    };
    Some((tag, info.confidence()))
}
