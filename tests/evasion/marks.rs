//! Attacks with marks: invisible ones, visible ones laid over the letters, and the markup of pasted captions.

use crate::{
    letters,
    seed::Rng,
    written::{Kind, Written},
};

pub(crate) fn zero_width(w: &Written, _: &mut Rng) -> Option<Written> {
    w.between(|| "\u{200B}".into())
}

pub(crate) fn soft_hyphens(w: &Written, _: &mut Rng) -> Option<Written> {
    w.between(|| "\u{AD}".into())
}

/// Joiners, separators of formulas, the byte-order mark and other marks without a shape, one after each letter.
pub(crate) fn invisible(w: &Written, rng: &mut Rng) -> Option<Written> {
    const MARKS: [&str; 9] =
        ["\u{200C}", "\u{200D}", "\u{2060}", "\u{2061}", "\u{2062}", "\u{2063}", "\u{2064}", "\u{FEFF}", "\u{34F}"];
    w.after(|| (*rng.pick(&MARKS)).into())
}

/// Letters of other scripts that show nothing.
pub(crate) fn fillers(w: &Written, rng: &mut Rng) -> Option<Written> {
    const FILLERS: [&str; 5] = ["\u{115F}", "\u{1160}", "\u{17B4}", "\u{17B5}", "\u{180E}"];
    w.between(|| (*rng.pick(&FILLERS)).into())
}

pub(crate) fn bidi_wrap(w: &Written, rng: &mut Rng) -> Option<Written> {
    let [open, close] = *rng.pick(&[
        ["\u{202A}", "\u{202C}"],
        ["\u{202D}", "\u{202C}"],
        ["\u{2066}", "\u{2069}"],
        ["\u{2068}", "\u{2069}"],
    ]);
    Some(w.wrap(open, close))
}

/// Direction marks between the letters.
pub(crate) fn bidi_inside(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.between(|| (*rng.pick(&["\u{200E}", "\u{2066}\u{2069}", "\u{202A}\u{202C}"])).into())
}

/// Written from its end, and turned round for the reader by an override.
pub(crate) fn bidi_override(w: &Written, _: &mut Rng) -> Option<Written> {
    let mut reversed = w.clone();
    reversed.0.reverse();
    Some(reversed.wrap("\u{202E}", "\u{202C}"))
}

pub(crate) fn variation_selectors(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.after(|| (*rng.pick(&["\u{FE00}", "\u{FE0E}", "\u{FE0F}", "\u{E0100}", "\u{E01EF}"])).into())
}

/// Letters of the tag block, which spell something else that nobody sees.
pub(crate) fn tag_characters(w: &Written, rng: &mut Rng) -> Option<Written> {
    w.after(|| char::from_u32(0xE0061 + rng.below(26) as u32).unwrap_or_default().into())
}

pub(crate) fn struck_through(w: &Written, rng: &mut Rng) -> Option<Written> {
    let stroke = *rng.pick(&["\u{336}", "\u{335}", "\u{338}", "\u{337}"]);
    w.after(|| stroke.into())
}

pub(crate) fn underlined(w: &Written, rng: &mut Rng) -> Option<Written> {
    let line = *rng.pick(&["\u{332}", "\u{333}", "\u{305}", "\u{33F}"]);
    w.after(|| line.into())
}

/// A circle, a square, a keycap round each letter.
pub(crate) fn enclosing(w: &Written, rng: &mut Rng) -> Option<Written> {
    let mark = *rng.pick(&["\u{20DD}", "\u{20DE}", "\u{20E3}", "\u{20E0}"]);
    w.after(|| mark.into())
}

/// Stacks of marks that no letter of either language takes.
pub(crate) fn stacked(w: &Written, rng: &mut Rng) -> Option<Written> {
    const MARKS: [char; 14] = [
        '\u{30D}', '\u{30E}', '\u{310}', '\u{311}', '\u{317}', '\u{31A}', '\u{33D}', '\u{34A}', '\u{34B}', '\u{352}',
        '\u{357}', '\u{35B}', '\u{363}', '\u{36F}',
    ];
    w.after(|| (0..=rng.below(5)).map(|_| *rng.pick(&MARKS)).collect())
}

/// Part of the first word in bold, as a page says it.
pub(crate) fn bold_tags(w: &Written, rng: &mut Rng) -> Option<Written> {
    let [open, close] =
        *rng.pick(&[["<b>", "</b>"], ["<i>", "</i>"], ["<strong>", "</strong>"], ["<span>", "</span>"]]);
    emphasis(w, rng, open, close)
}

/// Part of the first word in bold, as a chat says it.
pub(crate) fn stars_of_markdown(w: &Written, rng: &mut Rng) -> Option<Written> {
    let sign = *rng.pick(&["*", "**", "_", "__", "~~"]);
    emphasis(w, rng, sign, sign)
}

fn emphasis(w: &Written, rng: &mut Rng, open: &str, close: &str) -> Option<Written> {
    let long = w.words().into_iter().find(|word| word.len() > 1 && word.clone().all(|i| w.0[i].letter().is_some()))?;
    let splits: Vec<usize> = (long.start + 1..long.end).filter(|&i| w.0[i].kind == Kind::Sign).collect();
    let split = *splits.get(rng.below(splits.len()))?;
    w.insert(&[long.start, split], |at| if at == split { close } else { open }.into())
}

/// Some letters as numbers of a page.
pub(crate) fn number_entities(w: &Written, rng: &mut Rng) -> Option<Written> {
    let hex = rng.percent(50);
    w.each(|g| {
        g.letter().filter(|_| rng.percent(50))?;
        let code = |c: char| if hex { format!("&#x{:X};", c as u32) } else { format!("&#{};", c as u32) };
        Some(letters::composed(&g.shown).chars().map(code).collect())
    })
}

/// Accented letters by their names in a page.
pub(crate) fn named_entities(w: &Written, _: &mut Rng) -> Option<Written> {
    w.each(|g| {
        let (base, marks) = g.letter()?;
        let name = match (base, marks.as_str()) {
            ('a' | 'e' | 'i' | 'o' | 'u', "\u{300}") => "grave",
            ('a' | 'e' | 'i' | 'o' | 'u' | 'y', "\u{301}") => "acute",
            ('a' | 'o', "\u{303}") => "tilde",
            ('a' | 'e' | 'o', "\u{302}") => "circ",
            _ => return None,
        };
        Some(format!("&{base}{name};"))
    })
}

pub(crate) fn entity_spaces(w: &Written, rng: &mut Rng) -> Option<Written> {
    let space = *rng.pick(&["&nbsp;", "&#160;", "&emsp;", "&thinsp;"]);
    w.gaps(|| space.into())
}

/// Places where a page may break a word.
pub(crate) fn entity_breaks(w: &Written, rng: &mut Rng) -> Option<Written> {
    let mark = *rng.pick(&["&shy;", "&zwnj;", "&#8203;", "<wbr>", "&#173;"]);
    w.between(|| mark.into())
}
