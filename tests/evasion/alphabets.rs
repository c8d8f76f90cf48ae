//! Attacks that write the letters in another alphabet.

use crate::{letters, seed::Rng, written::Written};

/// The letter that stands at the same place of `to` as `letter` does in `from`.
fn swap(letter: char, from: &str, to: &str) -> Option<String> {
    assert_eq!(from.chars().count(), to.chars().count(), "a table with a hole: {from} {to}");
    from.chars().zip(to.chars()).find(|&(f, _)| f == letter).map(|(_, t)| t.into())
}

/// `a` to `z` and `A` to `Z` as runs of 26 that begin at these code points.
fn run(letter: char, lower: u32, upper: u32) -> Option<String> {
    let at = |from: char, to: u32| char::from_u32(to + (letter as u32 - from as u32)).map(String::from);
    match letter {
        'a'..='z' => at('a', lower),
        'A'..='Z' => at('A', upper),
        _ => None,
    }
}

/// As text generators do: either the base under the marks is changed too, or accented letters stay as they are.
fn generated(w: &Written, rng: &mut Rng, map: impl Fn(char) -> Option<String>) -> Option<Written> {
    let all = rng.percent(50);
    w.each(|g| {
        let (base, marks) = g.letter()?;
        (all || marks.is_empty()).then(|| map(base).map(|c| c + &marks)).flatten()
    })
}

/// Enclosed letters carry no marks: accented letters stay.
fn enclosed(w: &Written, lower: u32, upper: u32) -> Option<Written> {
    w.each(|g| g.letter().filter(|(_, marks)| marks.is_empty()).and_then(|(base, _)| run(base, lower, upper)))
}

/// All letters that have a look-alike.
fn like(w: &Written, from: &str, to: &str) -> Option<Written> {
    w.letters(|c| swap(c, from, to))
}

/// Capitals from a script whose letters look like ours.
fn capitals(w: &Written, from: &str, to: &str) -> Option<Written> {
    w.letters(|c| swap(c.to_ascii_uppercase(), from, to))
}

pub(crate) fn bold(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0x1D41A, 0x1D400))
}

pub(crate) fn bold_sans(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0x1D5EE, 0x1D5D4))
}

pub(crate) fn italic_sans(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0x1D622, 0x1D608))
}

/// The bold alphabet: the plain one has holes.
pub(crate) fn script(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0x1D4EA, 0x1D4D0))
}

pub(crate) fn fraktur(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0x1D586, 0x1D56C))
}

pub(crate) fn double_struck(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| {
        let hole = swap(c, "CHNPQRZ", "ℂℍℕℙℚℝℤ");
        hole.or_else(|| run(c, 0x1D552, 0x1D538))
    })
}

pub(crate) fn monospace(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0x1D68A, 0x1D670))
}

pub(crate) fn fullwidth(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| run(c, 0xFF41, 0xFF21))
}

/// The space is wide too.
pub(crate) fn fullwidth_spaced(w: &Written, rng: &mut Rng) -> Option<Written> {
    fullwidth(w, rng)?.gaps(|| "\u{3000}".into())
}

pub(crate) fn circled(w: &Written, _: &mut Rng) -> Option<Written> {
    enclosed(w, 0x24D0, 0x24B6)
}

pub(crate) fn circled_negative(w: &Written, _: &mut Rng) -> Option<Written> {
    enclosed(w, 0x1F150, 0x1F150)
}

pub(crate) fn squared(w: &Written, _: &mut Rng) -> Option<Written> {
    enclosed(w, 0x1F130, 0x1F130)
}

pub(crate) fn squared_negative(w: &Written, _: &mut Rng) -> Option<Written> {
    enclosed(w, 0x1F170, 0x1F170)
}

pub(crate) fn parenthesized(w: &Written, _: &mut Rng) -> Option<Written> {
    enclosed(w, 0x249C, 0x1F110)
}

/// Two in a row would show a flag: a zero-width space keeps them apart, there or everywhere.
pub(crate) fn regional(w: &Written, rng: &mut Rng) -> Option<Written> {
    let letters = enclosed(w, 0x1F1E6, 0x1F1E6)?;
    let everywhere = rng.percent(50);
    let is_flag = |at: usize| letters.0.get(at).is_some_and(|g| ("🇦"..="🇿").contains(&g.shown.as_str()));
    let of_two = |i: usize| !(is_flag(i + 1) || i > 1 && is_flag(i - 2));
    let next_to_each_other = (1..letters.0.len()).filter(|&i| is_flag(i - 1) && is_flag(i));
    let places: Vec<usize> = next_to_each_other.filter(|&i| everywhere || of_two(i)).collect();
    letters.insert(&places, |_| "\u{200B}".into()).or(Some(letters))
}

pub(crate) fn superscript(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| swap(c, "abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"))
}

pub(crate) fn small_capitals(w: &Written, rng: &mut Rng) -> Option<Written> {
    generated(w, rng, |c| swap(c.to_ascii_lowercase(), "abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"))
}

/// Upside down and from the end; the marks stay with their letters.
pub(crate) fn flipped(w: &Written, _: &mut Rng) -> Option<Written> {
    const FLIPPED: [&str; 2] = ["abcdefghijklmnopqrtuvwy", "ɐqɔpǝɟƃɥᴉɾʞʅɯuodbɹʇnʌʍʎ"];
    let mut turned = w.letters(|c| swap(c.to_ascii_lowercase(), FLIPPED[0], FLIPPED[1]))?;
    // A reader sees that it is flipped by letters that exist in no other way up.
    let unmistakable = turned.0.iter().any(|g| g.shown.starts_with(|c| "ɐɔǝɟƃɥᴉɾʞʅɯɹʇʌʍʎ".contains(c)));
    turned.0.reverse();
    unmistakable.then_some(turned)
}

pub(crate) fn cyrillic_vowels(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "aeoiyAEOIY", "аеоіуАЕОІУ")
}

pub(crate) fn cyrillic_all(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "aceopxyijshdqwABCEHIJKMOPSTXY", "асеорхуіјѕһԁԛԝАВСЕНІЈКМОРЅТХУ")
}

pub(crate) fn cyrillic_one(w: &Written, rng: &mut Rng) -> Option<Written> {
    let all = cyrillic_all(w, rng)?;
    let changed: Vec<usize> = (0..w.0.len()).filter(|&i| w.0[i].shown != all.0[i].shown).collect();
    let at = *rng.pick(&changed);
    Some(w.replace(at, [all.0[at].clone()]))
}

pub(crate) fn greek(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "aikoptuvxyABEHIKMNOPTXYZ", "αικορτυνχγΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
}

pub(crate) fn armenian(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "ghnoqu", "ցհոօզս")
}

pub(crate) fn cherokee(w: &Written, _: &mut Rng) -> Option<Written> {
    capitals(w, "ABCDEGHJKLMPRSTVWYZ", "ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᎩᏃ")
}

pub(crate) fn lisu(w: &Written, _: &mut Rng) -> Option<Written> {
    capitals(w, "ABCDEFGHIJKLMNOPRSTUVWXYZ", "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ")
}

/// Letters of the phonetic alphabet that pass for ours.
pub(crate) fn phonetic(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "agi", "ɑɡı")
}

pub(crate) fn hooked(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "bcdfghkmnpqrtvwyz", "ɓƈɗƒɠɦƙɱɲƥʠɾƭʋⱳƴȥ")
}

pub(crate) fn roman_numerals(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "cdilmvx", "ⅽⅾⅰⅼⅿⅴⅹ")
}

pub(crate) fn capital_i(w: &Written, _: &mut Rng) -> Option<Written> {
    like(w, "l", "I")
}

/// A ransom note: every letter from an alphabet of its own.
pub(crate) fn ransom(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.letters(|c| match rng.below(6) {
        0 => run(c, 0x1D41A, 0x1D400),
        1 => run(c, 0xFF41, 0xFF21),
        2 => run(c, 0x1D586, 0x1D56C),
        3 => swap(c, "aceopxyijsh", "асеорхуіјѕһ"),
        4 => run(c, 0x1D68A, 0x1D670),
        _ => Some(c.to_ascii_uppercase().into()),
    })
}

/// The wrong đ: Icelandic, African, or a d with a stroke laid over it.
pub(crate) fn wrong_d(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.letters(|c| match c {
        'đ' => Some((*rng.pick(&["ð", "ɖ", "d\u{335}", "ƌ"])).into()),
        'Đ' => Some((*rng.pick(&["Ð", "Ɖ", "D\u{335}"])).into()),
        _ => None,
    })
}

pub(crate) fn upper(w: &Written, _: &mut Rng) -> Option<Written> {
    w.each(|g| g.is_read().then(|| g.shown.to_uppercase()))
}

/// Capitals anywhere.
pub(crate) fn mixed_case(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.each(|g| (g.is_read() && rng.percent(50)).then(|| g.shown.to_uppercase()))
}

/// Fully decomposed.
pub(crate) fn nfd(w: &Written, _: &mut Rng) -> Option<Written> {
    w.each(|g| g.is_read().then(|| letters::decomposed(&g.shown)))
}

/// As Windows-1258 and some keyboards write: the vowel whole, the tone after it.
pub(crate) fn cp1258(w: &Written, _: &mut Rng) -> Option<Written> {
    w.each(|g| letters::vowel_and_tone(&g.shown))
}
