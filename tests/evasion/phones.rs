//! Attacks on phone numbers.

use crate::{
    seed::Rng,
    written::{Glyph, Written},
};

/// Digits by digit; nothing unless the phrase is a number.
fn digits(w: &Written, mut rewrite: impl FnMut(u32) -> String) -> Option<Written> {
    is_number(w).then(|| w.each(|g| Some(rewrite(g.shown.chars().next()?.to_digit(10)?)))).flatten()
}

fn is_number(w: &Written) -> bool {
    w.0.iter().all(|g| g.shown.chars().all(|c| c.is_ascii_digit()))
}

fn code_point(base: u32, digit: u32) -> String {
    char::from_u32(base + digit).map(String::from).unwrap_or_default()
}

fn separated(w: &Written, mut separator: impl FnMut(usize) -> Option<String>) -> Option<Written> {
    let mut out = Vec::new();
    for (at, glyph) in w.0.iter().enumerate() {
        out.extend(separator(at).filter(|_| at > 0).map(Glyph::extra));
        out.push(glyph.clone());
    }
    is_number(w).then_some(Written(out))
}

pub(crate) fn keycaps(w: &Written, _: &mut Rng) -> Option<Written> {
    digits(w, |d| format!("{d}\u{FE0F}\u{20E3}"))
}

pub(crate) fn circled(w: &Written, _: &mut Rng) -> Option<Written> {
    digits(w, |d| if d == 0 { "⓪".into() } else { code_point(0x2460 - 1, d) })
}

pub(crate) fn negative_circled(w: &Written, _: &mut Rng) -> Option<Written> {
    digits(w, |d| if d == 0 { "⓿".into() } else { code_point(0x2776 - 1, d) })
}

pub(crate) fn fullwidth(w: &Written, _: &mut Rng) -> Option<Written> {
    digits(w, |d| code_point(0xFF10, d))
}

pub(crate) fn bold(w: &Written, _: &mut Rng) -> Option<Written> {
    digits(w, |d| code_point(0x1D7CE, d))
}

pub(crate) fn superscript(w: &Written, _: &mut Rng) -> Option<Written> {
    digits(w, |d| ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"][d as usize].into())
}

/// The letter o for nought, l or I for one.
pub(crate) fn letters(w: &Written, rng: &mut Rng) -> Option<Written> {
    let [o, l] = *rng.pick(&[["o", "l"], ["O", "I"], ["o", "1"]]);
    digits(w, |d| match d {
        0 => o.into(),
        1 => l.into(),
        d => d.to_string(),
    })
}

/// Groups as people write them.
pub(crate) fn grouped(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&[".", " ", "-", "..", " . ", " - "]);
    const STARTS: [&[usize]; 4] = [&[4, 7], &[3, 6], &[4, 6, 8], &[2, 5, 8]];
    let starts = rng.pick(&STARTS);
    separated(w, |at| starts.contains(&at).then(|| sign.into()))
}

pub(crate) fn every_digit(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&[".", " ", "-", "_", "*"]);
    separated(w, |_| Some(sign.into()))
}

pub(crate) fn emoji(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&["❤️", "🌸", "✨", "📞"]);
    separated(w, |_| Some(sign.into()))
}

pub(crate) fn zero_width(w: &Written, _: &mut Rng) -> Option<Written> {
    separated(w, |_| Some("\u{200B}".into()))
}

pub(crate) fn bracketed(w: &Written, _: &mut Rng) -> Option<Written> {
    separated(w, |at| (at == 4).then(|| ") ".into())).map(|w| w.wrap("(", ""))
}

/// Read out. Đọc từng số.
pub(crate) fn in_words(w: &Written, _: &mut Rng) -> Option<Written> {
    const WORDS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
    let spoken = digits(w, |d| WORDS[d as usize].into())?;
    let glyphs = spoken.0.into_iter().flat_map(|g| [Glyph::gap(' '), g]);
    Some(Written(glyphs.skip(1).collect()))
}
