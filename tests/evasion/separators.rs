//! Attacks that put something between the letters or the words, or round them.

use crate::{
    seed::Rng,
    written::{Glyph, Kind, Written},
};

/// The same visible separator between all letters.
fn all(w: &Written, separator: &str) -> Option<Written> {
    w.between(|| separator.into())
}

pub(crate) fn dots(w: &Written, _: &mut Rng) -> Option<Written> {
    all(w, ".")
}

pub(crate) fn hyphens(w: &Written, _: &mut Rng) -> Option<Written> {
    all(w, "-")
}

pub(crate) fn odd_signs(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&["·", "•", "|", "~", "^", "+", "=", "_", "*", "/", "'", "`", ",", ":", "¦", "‧", "°"]);
    all(w, sign)
}

/// `q..u..ả..n..g`
pub(crate) fn repeated_signs(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&["..", "--", "**", "...", "~~", "__"]);
    all(w, sign)
}

pub(crate) fn emoji(w: &Written, rng: &mut Rng) -> Option<Written> {
    let emoji = *rng.pick(&["❤️", "🌸", "✨", "💥", "⭐", "🍀", "👉🏻", "♡"]);
    all(w, emoji)
}

/// Wider gaps between the words than between the letters.
pub(crate) fn spaced(w: &Written, rng: &mut Rng) -> Option<Written> {
    let wide = *rng.pick(&["  ", "   ", "    "]);
    let letters = all(w, " ")?;
    Some(letters.gaps(|| wide.into()).unwrap_or(letters))
}

/// The same space everywhere: nothing shows where a word ends.
pub(crate) fn spaced_evenly(w: &Written, _: &mut Rng) -> Option<Written> {
    all(w, " ")
}

/// Thin spaces between the letters.
pub(crate) fn thin_spaces(w: &Written, rng: &mut Rng) -> Option<Written> {
    let thin = *rng.pick(&["\u{2009}", "\u{200A}", "\u{202F}", "\u{2006}"]);
    all(w, thin)
}

/// A letter a line, an empty line between the words.
pub(crate) fn column(w: &Written, _: &mut Rng) -> Option<Written> {
    let letters = all(w, "\n")?;
    Some(letters.gaps(|| "\n\n".into()).unwrap_or(letters))
}

/// The place after the consonants that a word begins with.
fn onset(w: &Written, separator: &str) -> Option<Written> {
    let vowel =
        |at: &usize| crate::letters::is_vowel(&crate::letters::bare(&w.0[*at].shown)) && w.0[*at].letter().is_some();
    let nuclei = w.words().into_iter().filter_map(|word| {
        let start = word.start;
        word.into_iter().find(vowel).filter(|&at| at > start && w.0[at - 1].letter().is_some())
    });
    w.insert(&nuclei.collect::<Vec<_>>(), |_| separator.into())
}

pub(crate) fn dot_after_onset(w: &Written, _: &mut Rng) -> Option<Written> {
    onset(w, ".")
}

pub(crate) fn space_after_onset(w: &Written, _: &mut Rng) -> Option<Written> {
    onset(w, " ")
}

pub(crate) fn dot_inside(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.inside(rng, 2, || ".".into())
}

pub(crate) fn star_inside(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.inside(rng, 2, || "*".into())
}

pub(crate) fn sign_inside(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&["'", "’", "`", "-", "_", "·", "|", "^", ",", "~", "/", "\"", "…"]);
    w.inside(rng, 2, || sign.into())
}

pub(crate) fn emoji_inside(w: &Written, rng: &mut Rng) -> Option<Written> {
    let emoji = *rng.pick(&["❤️", "🌸", "✨", "💥", "🔥"]);
    w.inside(rng, 2, || emoji.into())
}

pub(crate) fn line_break_inside(w: &Written, rng: &mut Rng) -> Option<Written> {
    // What is left of không is không by itself, k and hông: whether the line before ends in a cough (ho) nobody can tell.
    let itself = |out: &Written| ["ho\nk", "k\nh"].iter().any(|broken| out.text().contains(broken));
    w.inside(rng, 3, || "\n".into()).filter(|out| !itself(out))
}

pub(crate) fn bracketed_letters(w: &Written, rng: &mut Rng) -> Option<Written> {
    let [open, close] = *rng.pick(&[["(", ")"], ["[", "]"], ["{", "}"], ["【", "】"]]);
    let joined = all(w, &format!("{close}{open}"))?;
    let mut out: Vec<Glyph> = Vec::new();
    let last = joined.0.len() - 1;
    for (at, glyph) in joined.0.iter().enumerate() {
        let edge = |i: Option<usize>| i.is_none_or(|i| joined.0[i].kind == Kind::Gap);
        let sign = glyph.is_read();
        if sign && edge(at.checked_sub(1)) {
            out.push(Glyph::extra(open));
        }
        out.push(glyph.clone());
        if sign && edge((at < last).then_some(at + 1)) {
            out.push(Glyph::extra(close));
        }
    }
    Some(Written(out))
}

/// `ch(ữ)a`
pub(crate) fn one_bracketed_letter(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = |&i: &usize| w.0[i].kind == Kind::Sign && w.0[i].letter().is_some();
    let places: Vec<usize> = (0..w.0.len()).filter(sign).collect();
    let at = *places.get(rng.below(places.len()))?;
    let [open, close] = *rng.pick(&[["(", ")"], ["[", "]"], ["{", "}"]]);
    Some(w.replace(at, [Glyph::extra(open), w.0[at].clone(), Glyph::extra(close)]))
}

fn between_words(w: &Written, rng: &mut Rng, signs: &[&str]) -> Option<Written> {
    let sign = *rng.pick(signs);
    w.gaps(|| sign.into())
}

pub(crate) fn underscores(w: &Written, rng: &mut Rng) -> Option<Written> {
    between_words(w, rng, &["_"])
}

pub(crate) fn word_slashes(w: &Written, rng: &mut Rng) -> Option<Written> {
    between_words(w, rng, &["/", " / ", "\\", "//"])
}

pub(crate) fn word_dots(w: &Written, rng: &mut Rng) -> Option<Written> {
    between_words(w, rng, &[".", "..", "...", "·"])
}

pub(crate) fn word_hyphens(w: &Written, rng: &mut Rng) -> Option<Written> {
    between_words(w, rng, &["-", "–", " - ", "~"])
}

pub(crate) fn word_emoji(w: &Written, rng: &mut Rng) -> Option<Written> {
    between_words(w, rng, &["❤️", "🌸", "🔥", " ✨ ", "👉"])
}

pub(crate) fn odd_spaces(w: &Written, rng: &mut Rng) -> Option<Written> {
    const SPACES: &[&str] =
        &["\u{A0}", "\u{2002}", "\u{2003}", "\u{2009}", "\u{202F}", "\u{205F}", "\u{3000}", "\u{1680}", "\u{2800}"];
    between_words(w, rng, SPACES)
}

pub(crate) fn wide_spaces(w: &Written, rng: &mut Rng) -> Option<Written> {
    between_words(w, rng, &["   ", "\t", " \u{A0} ", "      "])
}

pub(crate) fn glued(w: &Written, _: &mut Rng) -> Option<Written> {
    w.glued()
}

/// Every word with a capital.
fn camel(w: &Written) -> Written {
    let mut out = w.clone();
    for word in w.words() {
        let first = &mut out.0[word.start].shown;
        *first = first.to_uppercase();
    }
    out
}

pub(crate) fn camel_glued(w: &Written, _: &mut Rng) -> Option<Written> {
    camel(w).glued()
}

/// A tag holds letters and digits only.
fn tag(w: &Written, of: Written) -> Option<Written> {
    let fits = |g: &Glyph| g.kind == Kind::Gap || g.shown.chars().all(|c| c.is_alphanumeric());
    w.0.iter().all(fits).then(|| Written([Glyph::extra("#")].into_iter().chain(of.0).collect()))
}

pub(crate) fn hashtag(w: &Written, _: &mut Rng) -> Option<Written> {
    tag(w, w.glued()?)
}

pub(crate) fn hashtag_bare(w: &Written, rng: &mut Rng) -> Option<Written> {
    tag(w, crate::spelling::unaccented(w, rng)?.glued()?)
}

pub(crate) fn hashtag_camel(w: &Written, _: &mut Rng) -> Option<Written> {
    tag(w, camel(w).glued()?)
}

pub(crate) fn hashtag_camel_bare(w: &Written, rng: &mut Rng) -> Option<Written> {
    tag(w, camel(&crate::spelling::unaccented(w, rng)?).glued()?)
}

pub(crate) fn hashtag_underscores(w: &Written, _: &mut Rng) -> Option<Written> {
    tag(w, w.gaps(|| "_".into())?)
}

/// `#giảm #cân`
pub(crate) fn hashtag_a_word(w: &Written, _: &mut Rng) -> Option<Written> {
    tag(w, w.gaps(|| " #".into())?)
}
