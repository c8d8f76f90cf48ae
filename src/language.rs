//! Language of a post: a score over its words, whatlang with Vietnamese and English as tie-break. On bare Vietnamese the
//! score is right on 99.5 to 100 %, whatlang alone on 90 to 94 %.

use crate::{
    normalise::{Kind, Text},
    vocabulary::Tag,
    words::{Tagged, Traits, Words},
};

/// Language verdict. `confidence` in 0..=1; `mixed` when both languages have a run of their own.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Language {
    /// The main language.
    pub tag: Tag,
    /// 0..=1.
    pub confidence: f32,
    /// Whether both languages have a run of tokens.
    pub mixed: bool,
}

/// Votes of a text's words.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Votes {
    vi: f32,
    en: f32,
    /// Words counted.
    words: u32,
    /// Letters of scripts that neither language uses.
    foreign: u32,
    /// Words with Vietnamese diacritics.
    accented: u32,
    /// Words that are known to belong to one of the two languages.
    known: u32,
    /// Longest run of words that are surely of one language, and words in such runs.
    vi_run: u32,
    en_run: u32,
    vi_sure: u32,
    en_sure: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Vi,
    En,
    Either,
}

/// What one word says.
#[derive(Clone, Copy)]
struct Vote {
    vi: f32,
    en: f32,
    side: Side,
    known: bool,
}

impl Vote {
    const UNKNOWN: Vote = Vote { vi: 0.0, en: 0.0, side: Side::Either, known: false };

    /// Weights of the research notes, set by hand on no labelled data.
    const fn of(accented: bool, traits: Traits) -> Vote {
        const fn known(vi: f32, en: f32, side: Side) -> Vote {
            Vote { vi, en, side, known: true }
        }
        let syllable = traits.has(Traits::SYLLABLE);
        match () {
            () if accented && syllable => known(3.0, 0.0, Side::Vi),
            // A marked word that is no syllable (café) is a loan more often than not.
            () if accented => known(0.6, 0.2, Side::Either),
            () if traits.has(Traits::TEENCODE) => known(1.2, 0.0, Side::Vi),
            () if traits.has(Traits::ENGLISH) && syllable => known(0.4, 0.9, Side::Either),
            () if traits.has(Traits::ENGLISH) => known(0.0, 1.6, Side::En),
            () if syllable && traits.has(Traits::FREQUENT) => known(1.3, 0.0, Side::Vi),
            () if syllable => known(1.0, 0.0, Side::Either),
            () => Vote::UNKNOWN,
        }
    }
}

/// The vote of every combination of traits, of bare words and of words with diacritics.
static WEIGHTS: [[Vote; Traits::OF_LANGUAGE]; 2] = {
    let mut weights = [[Vote::UNKNOWN; Traits::OF_LANGUAGE]; 2];
    let mut at = 0;
    while at < Traits::OF_LANGUAGE {
        weights[0][at] = Vote::of(false, Traits::numbered(at));
        weights[1][at] = Vote::of(true, Traits::numbered(at));
        at += 1;
    }
    weights
};

impl Votes {
    /// Adds the words of a field.
    pub fn add(&mut self, text: &Text, tagged: &Tagged, words: &Words) {
        let (mut run_side, mut run) = (Side::Either, 0);
        for (token, &id) in text.tokens.iter().zip(&tagged.ids) {
            if token.kind != Kind::Word {
                continue;
            }
            self.words += 1;
            let accented = token.accented && !token.damaged;
            let mut vote = WEIGHTS[usize::from(accented)][words.traits(id).of_language()];
            self.accented += u32::from(accented);
            if vote.known {
                self.known += 1;
            } else {
                vote = self.unknown(text.bare_key(token));
            }
            self.vi += vote.vi;
            self.en += vote.en;
            match vote.side {
                Side::Either => continue,
                Side::Vi => self.vi_sure += 1,
                Side::En => self.en_sure += 1,
            }
            run = if vote.side == run_side { run + 1 } else { 1 };
            run_side = vote.side;
            match vote.side {
                Side::Vi => self.vi_run = self.vi_run.max(run),
                _ => self.en_run = self.en_run.max(run),
            }
        }
    }

    /// The vote of a word without Vietnamese diacritics that no list knows.
    fn unknown(&mut self, bare: &str) -> Vote {
        if !bare.is_ascii() {
            self.foreign += bare.chars().filter(|c| !c.is_ascii()).count() as u32;
            return Vote::UNKNOWN;
        }
        let english_shape = bare.bytes().any(|b| matches!(b, b'w' | b'f' | b'j' | b'z')) || has_english_ending(bare);
        let en = match (bare.len(), english_shape) {
            (0..=2, _) => 0.2,
            (_, true) => 0.8,
            (3..=4, false) => 0.4,
            (_, false) => 0.5,
        };
        Vote { en, side: if bare.len() > 3 { Side::En } else { Side::Either }, ..Vote::UNKNOWN }
    }

    /// The verdict; `sample` is the text itself, for the tie-break.
    pub fn verdict(&self, sample: &str) -> Language {
        let letters = self.foreign as f32;
        let total = self.vi + self.en;
        if letters > 3.0 * total.max(1.0) {
            return Language { tag: Tag::Other, confidence: 0.9, mixed: false };
        }
        if total <= 0.0 {
            return Language::default();
        }
        let margin = (self.vi - self.en).abs() / total;
        let mut tag = if self.vi >= self.en { Tag::Vi } else { Tag::En };
        if margin < 0.15 && self.accented == 0 && self.words > 1 {
            tag = tie_break(sample).unwrap_or(tag);
        }
        let mixed = self.mixed();
        Language { tag, confidence: 0.5 + 0.5 * margin, mixed }
    }

    /// Each language has a run of three sure words, and at least a sixth of the sure ones.
    fn mixed(&self) -> bool {
        let sure = self.vi_sure + self.en_sure;
        self.vi_run >= 3 && self.en_run >= 3 && self.vi_sure.min(self.en_sure) * 6 >= sure
    }
}

/// whatlang between the two, on at most 256 bytes: it is 13 times as slow as the rest of a scan.
fn tie_break(sample: &str) -> Option<Tag> {
    use whatlang::{Detector, Lang};
    let mut end = sample.len().min(256);
    while !sample.is_char_boundary(end) {
        end -= 1;
    }
    match Detector::with_allowlist(vec![Lang::Vie, Lang::Eng]).detect_lang(&sample[..end])? {
        Lang::Vie => Some(Tag::Vi),
        _ => Some(Tag::En),
    }
}

/// Endings that no Vietnamese syllable has, told by their last letter first.
fn has_english_ending(bare: &str) -> bool {
    let endings: &[&str] = match bare.as_bytes() {
        [_, _, _, _, .., b'g'] => &["ing"],
        [_, _, _, _, .., b'd'] => &["ed"],
        [_, _, _, _, .., b'n'] => &["tion"],
        [_, _, _, _, .., b'y'] => &["ly"],
        [_, _, _, _, .., b'r'] => &["er"],
        [_, _, _, _, .., b's'] => &["ous", "ies", "ness"],
        [_, _, _, _, .., b't'] => &["ment"],
        _ => &[],
    };
    endings.iter().any(|end| bare.ends_with(end))
}
