//! Attacks that spell otherwise: lost, misplaced or typed-out accents, chat spelling, stretched words, leet.

use crate::{
    letters::{self, TONES, bare, composed, is_tone, is_vowel, split_tone},
    seed::Rng,
    written::{Glyph, Written},
};
use std::ops::Range;

/// How accents are typed on a keyboard that is off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typing {
    Telex,
    Vni,
}

/// The glyphs of one word typed out; the tone key right after its vowel or at the end of the word.
fn typed(word: &[Glyph], typing: Typing, at_end: bool) -> Vec<Glyph> {
    let mut out = Vec::new();
    let mut late = None;
    for glyph in word {
        let Some((base, marks)) = glyph.letter() else {
            out.push(glyph.clone());
            continue;
        };
        let plain = if base == 'đ' { 'd' } else { base };
        out.push(Glyph::sign(plain));
        let quality = match (base, marks.chars().find(|&c| !is_tone(c))) {
            ('đ', _) => Some(['d', '9']),
            (_, Some('\u{302}')) => Some([base, '6']),
            (_, Some('\u{306}')) => Some(['w', '8']),
            (_, Some('\u{31B}')) => Some(['w', '7']),
            _ => None,
        };
        out.extend(quality.map(|keys| Glyph::sign(keys[typing as usize])));
        if let Some(&(_, telex, vni)) = TONES.iter().find(|t| marks.contains(t.0)) {
            let key = Glyph::sign(if typing == Typing::Telex { telex } else { vni });
            if at_end { late = Some(key) } else { out.push(key) }
        }
    }
    out.extend(late);
    out
}

fn type_out(w: &Written, mut how: impl FnMut() -> (Typing, bool)) -> Option<Written> {
    let accented = w.text() != bare(&w.text());
    accented.then(|| {
        by_word(w, |word| {
            let (typing, at_end) = how();
            typed(word, typing, at_end)
        })
    })
}

fn by_word(w: &Written, mut rewrite: impl FnMut(&[Glyph]) -> Vec<Glyph>) -> Written {
    let mut out = Vec::new();
    let mut done = 0;
    for word in w.words() {
        out.extend_from_slice(&w.0[done..word.start]);
        out.extend(rewrite(&w.0[word.clone()]));
        done = word.end;
    }
    out.extend_from_slice(&w.0[done..]);
    Written(out)
}

pub(crate) fn telex(w: &Written, rng: &mut Rng) -> Option<Written> {
    let at_end = rng.percent(50);
    type_out(w, || (Typing::Telex, at_end))
}

pub(crate) fn vni(w: &Written, rng: &mut Rng) -> Option<Written> {
    let at_end = rng.percent(50);
    type_out(w, || (Typing::Vni, at_end))
}

/// Telex in one word, VNI in the next.
pub(crate) fn telex_and_vni(w: &Written, rng: &mut Rng) -> Option<Written> {
    let mut telex = rng.percent(50);
    let at_end = rng.percent(50);
    let mixed = type_out(w, || {
        telex = !telex;
        (if telex { Typing::Telex } else { Typing::Vni }, at_end)
    });
    mixed.filter(|_| w.words().iter().filter(|r| accented(w, r)).count() > 1)
}

fn accented(w: &Written, word: &Range<usize>) -> bool {
    w.0[word.clone()].iter().any(|g| g.letter().is_some_and(|(base, marks)| base == 'đ' || !marks.is_empty()))
}

pub(crate) fn unaccented(w: &Written, _: &mut Rng) -> Option<Written> {
    w.each(|g| Some(bare(&g.shown)))
}

/// One accented word of several loses its accents.
pub(crate) fn one_word_unaccented(w: &Written, rng: &mut Rng) -> Option<Written> {
    let words: Vec<_> = w.words().into_iter().filter(|r| accented(w, r)).collect();
    (words.len() > 1).then(|| {
        let word = rng.pick(&words);
        let mut out = w.clone();
        out.0[word.clone()].iter_mut().for_each(|g| g.shown = bare(&g.shown));
        out
    })
}

/// The tone on another vowel of its word.
pub(crate) fn wrong_tone_place(w: &Written, rng: &mut Rng) -> Option<Written> {
    move_tones(w, |w, word, from| {
        let vowel = |&i: &usize| i != from && is_vowel(&w.0[i].shown) && i.abs_diff(from) <= 2;
        let others: Vec<usize> = word.filter(vowel).collect();
        (!others.is_empty()).then(|| *rng.pick(&others))
    })
}

/// The tone on the consonant after its vowel.
pub(crate) fn tone_on_consonant(w: &Written, _: &mut Rng) -> Option<Written> {
    move_tones(w, |w, word, from| {
        let consonant = |&i: &usize| i > from && w.0[i].letter().is_some() && !is_vowel(&w.0[i].shown);
        word.into_iter().find(consonant)
    })
}

fn move_tones(w: &Written, mut to: impl FnMut(&Written, Range<usize>, usize) -> Option<usize>) -> Option<Written> {
    let mut out = w.clone();
    let mut moved = false;
    for word in w.words() {
        let Some(from) = word.clone().find(|&i| split_tone(&w.0[i].shown).1.is_some()) else { continue };
        let (vowel, tone) = split_tone(&w.0[from].shown);
        if let (Some(to), Some(tone)) = (to(w, word, from), tone) {
            out.0[to].shown = composed(&format!("{}{tone}", w.0[to].shown));
            out.0[from].shown = vowel;
            moved = true;
        }
    }
    moved.then_some(out)
}

/// One accented vowel with a mark from another language's letters.
pub(crate) fn foreign_accent(w: &Written, rng: &mut Rng) -> Option<Written> {
    let foreign = |g: &Glyph| {
        let (base, marks) = g.letter()?;
        let choice: &[&str] = match (base, marks.is_empty()) {
            ('a', false) => &["ä", "å", "ā", "ǎ", "ą"],
            ('e', false) => &["ë", "ē", "ě", "ę"],
            ('i', false) => &["ï", "ī", "ǐ", "į"],
            ('o', false) => &["ö", "ő", "ō", "ǒ", "ǫ"],
            ('u', false) => &["ü", "ű", "ū", "ů", "ų"],
            ('y', false) => &["ÿ", "ȳ", "ŷ"],
            _ => return None,
        };
        Some(choice)
    };
    let places: Vec<usize> = (0..w.0.len()).filter(|&i| foreign(&w.0[i]).is_some()).collect();
    let at = *places.get(rng.below(places.len()))?;
    let shown = *rng.pick(foreign(&w.0[at])?);
    Some(w.replace(at, [Glyph::sign(shown)]))
}

/// `i` for `y` and `y` for `i`, where it is a syllable's only vowel and ends it.
pub(crate) fn i_and_y(w: &Written, _: &mut Rng) -> Option<Written> {
    let mut out = w.clone();
    let mut swapped = false;
    for word in w.words() {
        let of_onset = |i: usize| i > word.start && matches!(w.0[i - 1].shown.as_str(), "q" | "Q");
        let vowels = word.clone().filter(|&i| is_vowel(&w.0[i].shown) && !of_onset(i)).count();
        let last = word.end - 1;
        let Some((base, marks)) = w.0[last].letter() else { continue };
        if word.len() > 1 && vowels == 1 && matches!(base, 'i' | 'y') {
            out.0[last].shown = composed(&format!("{}{marks}", if base == 'i' { 'y' } else { 'i' }));
            swapped = true;
        }
    }
    swapped.then_some(out)
}

/// Words as chats write them. Từ viết tắt, viết lệch trong tin nhắn.
const CHAT: &[(&str, &[&str])] = &[
    ("không", &["ko", "k", "hok", "khum", "hong", "hông"]),
    ("được", &["đc", "dc", "đk"]),
    ("gì", &["j"]),
    ("với", &["vs", "zới"]),
    ("người", &["ng", "ngừi"]),
    ("những", &["nhg", "nhữg"]),
    ("biết", &["bít", "bik", "pít"]),
    ("mình", &["mk", "mìh"]),
    ("chồng", &["ck"]),
    ("vợ", &["vk"]),
    ("rồi", &["r", "rùi", "roài"]),
    ("quá", &["wá", "qá"]),
    ("trong", &["trog"]),
    ("thuốc", &["thuốk", "thúk"]),
    ("sản phẩm", &["sp"]),
    ("khách hàng", &["kh"]),
    ("quảng cáo", &["qc"]),
    ("khuyến mãi", &["km"]),
    ("số điện thoại", &["sđt", "sdt"]),
    ("inbox", &["ib", "inb"]),
    ("nhiều", &["nhìu"]),
    ("anh", &["a"]),
    ("em", &["e"]),
    ("chị", &["c"]),
    ("bạn", &["b", "pạn"]),
    ("thích", &["thik", "thíck"]),
    ("luôn", &["lun", "lunn"]),
    ("vậy", &["v", "zậy"]),
    ("cũng", &["cug", "cx"]),
    ("you", &["u"]),
    ("your", &["ur", "yr"]),
    ("are", &["r"]),
    ("for", &["4"]),
    ("to", &["2"]),
    ("before", &["b4"]),
    ("with", &["w/", "wit"]),
    ("without", &["w/o"]),
    ("please", &["pls", "plz"]),
    ("thanks", &["thx", "tks"]),
    ("because", &["bc", "cuz"]),
    ("and", &["&", "n"]),
    ("people", &["ppl"]),
    ("message", &["msg"]),
    ("today", &["2day"]),
    ("love", &["luv"]),
];

/// Every word of the phrase that chats shorten.
pub(crate) fn chat_words(w: &Written, rng: &mut Rng) -> Option<Written> {
    let mut text = format!(" {} ", w.text());
    let mut changed = false;
    for (word, short) in CHAT {
        let word = format!(" {word} ");
        while let Some(at) = text.find(&word) {
            text.replace_range(at..at + word.len(), &format!(" {} ", rng.pick(short)));
            changed = true;
        }
    }
    changed.then(|| Written::new(text.trim()))
}

/// Sound for sound: f for ph, j for gi, w for qu, k for c, g for ng, h for nh, z for d. Đánh vần kiểu tuổi teen. The sounds
/// are those of Vietnamese: nobody writes *zescription*, so words that no Vietnamese syllable is spelt like are left.
pub(crate) fn chat_letters(w: &Written, _: &mut Rng) -> Option<Written> {
    let mut changed = false;
    let out = by_word(w, |word| {
        let mut out = word.to_vec();
        if !letters::is_spelt_like_vietnamese(&out.iter().map(|g| g.shown.as_str()).collect::<String>()) {
            return out;
        }
        let shown = |out: &[Glyph], at: usize| out.get(at).map(|g| g.shown.clone()).unwrap_or_default();
        let (first, second) = (shown(&out, 0), shown(&out, 1));
        let vowel_third = is_vowel(&shown(&out, 2));
        let begins = match (first.as_str(), second.as_str()) {
            ("p", "h") => Some(("f", 2)),
            ("g", "i") if vowel_third => Some(("j", 2)),
            ("q", "u") => Some(("w", 2)),
            ("c", s) if is_vowel(s) => Some(("k", 1)),
            ("d", s) if is_vowel(s) => Some(("z", 1)),
            _ => None,
        };
        if let Some((by, many)) = begins {
            out.splice(..many, [Glyph::sign(by)]);
            changed = true;
        }
        let end = out.len();
        if end > 2 && shown(&out, end - 2) == "n" && matches!(shown(&out, end - 1).as_str(), "g" | "h") {
            out.remove(end - 2);
            changed = true;
        }
        out
    });
    changed.then_some(out)
}

/// The last letter three to six times.
pub(crate) fn long_end(w: &Written, rng: &mut Rng) -> Option<Written> {
    let last = w.0.iter().rposition(|g| g.letter().is_some()).filter(|&at| at + 1 == w.0.len())?;
    let copies = vec![Glyph::copy(&w.0[last].shown); 2 + rng.below(4)];
    Some(w.replace(last, [w.0[last].clone()].into_iter().chain(copies)))
}

/// The vowel of each word three times; an accented one is followed by itself or by its bare letter.
pub(crate) fn long_vowels(w: &Written, rng: &mut Rng) -> Option<Written> {
    let mut changed = false;
    let out = by_word(w, |word| {
        let mut out = word.to_vec();
        let vowels: Vec<usize> =
            (0..out.len()).filter(|&i| out[i].letter().is_some() && is_vowel(&out[i].shown)).collect();
        let marked = vowels.iter().find(|&&i| bare(&out[i].shown) != out[i].shown).or(vowels.last());
        if let Some(&at) = marked {
            let copy = if rng.percent(50) { out[at].shown.clone() } else { bare(&out[at].shown) };
            let copy = Glyph::copy(copy);
            out.splice(at + 1..at + 1, [copy.clone(), copy]);
            changed = true;
        }
        out
    });
    changed.then_some(out)
}

fn leet_sign(letter: char, digits_only: bool) -> Option<&'static [&'static str]> {
    let signs: &[&str] = match letter {
        'a' => &["4", "@"],
        'e' => &["3", "€"],
        'i' => &["1", "!"],
        'o' => &["0"],
        's' => &["5", "$"],
        't' => &["7"],
        'l' => &["1", "|"],
        'g' => &["9"],
        'b' => &["8"],
        _ => return None,
    };
    Some(if digits_only { &signs[..1] } else { signs })
}

/// Without accents, and most vowels and some consonants as digits or signs. Numbers of the phrase stay. A hashtag ends at any
/// sign but a digit.
pub(crate) fn leet(w: &Written, rng: &mut Rng) -> Option<Written> {
    let plain = w.each(|g| Some(bare(&g.shown))).unwrap_or_else(|| w.clone());
    let digits_only = rng.percent(50) || w.0[0].shown == "#";
    plain.each(|g| {
        let (base, _) = g.letter()?;
        let share = if "aeio".contains(base) { 90 } else { 40 };
        let signs = leet_sign(base, digits_only).filter(|_| rng.percent(share))?;
        Some((*rng.pick(signs)).into())
    })
}

/// One vowel as a sign, its own accents lost with it; all else stays. A sign that stands alone is no letter to a reader
/// (`!` for I), and a hashtag ends at any sign but a digit.
pub(crate) fn one_sign(w: &Written, rng: &mut Rng) -> Option<Written> {
    let in_tag = w.0[0].shown == "#";
    let sign = |g: &Glyph| match g.letter()?.0 {
        'a' | 'e' | 'i' if in_tag => None,
        'a' => Some("@"),
        'e' => Some("€"),
        'i' => Some("!"),
        'o' => Some("0"),
        _ => None,
    };
    let words = w.words().into_iter().filter(|word| word.len() > 1);
    let places: Vec<usize> = words.flatten().filter(|&i| sign(&w.0[i]).is_some()).collect();
    let at = *places.get(rng.below(places.len()))?;
    Some(w.replace(at, sign(&w.0[at]).map(Glyph::sign)))
}

/// Consonants twice, unless they stand twice: `ggiảmm ccânn`.
pub(crate) fn doubled_consonants(w: &Written, _: &mut Rng) -> Option<Written> {
    let (done, rest) = (|at: usize| w.0[..at].iter().rev(), |at: usize| w.0[at + 1..].iter());
    let mut out = Vec::new();
    for (at, glyph) in w.0.iter().enumerate() {
        out.push(glyph.clone());
        let consonant = glyph.letter().is_some_and(|(base, _)| "bcghklmnpqrtvx".contains(base));
        let neighbours = [done(at).find(|g| g.is_read()), rest(at).find(|g| g.is_read())];
        if consonant && neighbours.iter().flatten().all(|g| g.shown != glyph.shown) {
            out.push(Glyph::copy(&glyph.shown));
        }
    }
    (out.len() > w.0.len()).then_some(Written(out))
}
