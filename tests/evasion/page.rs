//! The suite's page: a row a family, Vietnamese and English apart.

use crate::{
    EXEMPT, PAIR_FLOOR, SINGLE_FLOOR,
    attacks::FAMILIES,
    probes::Probes,
    seed::{Rng, SEED},
    tally::{Pairs, Tally, percent},
    written::Written,
};
use std::fmt::Write as _;

/// Phrases that the examples disguise: the first to which the family applies.
const EXAMPLES: [&str; 6] =
    ["giảm cân", "đặt hàng ngay", "không phản ứng phụ", "quý khách", "lose weight fast", "0912345678"];

/// `docs/evasion.md`.
pub(crate) fn page(probes: &Probes, singles: &[Tally], pairs: &Pairs) -> String {
    let english = probes.all.iter().filter(|p| p.english).count();
    let mut out = format!(
        "# Evasion / Né bộ lọc\n\n\
         Written by `EVASION_PAGE=write cargo test --test evasion -- --ignored`, seed {SEED}; do not edit.\n\n\
         Every term that a rule with the ceiling `violation` stands on ({} Vietnamese, {english} English; words that \
         only a compound sees stand among words of its other parts) is disguised and looked for again, in a neutral \
         sentence of its language. {} terms are not counted: no such sentence shows them undisguised.\n\n\
         Mỗi cụm từ mà một quy tắc mức `violation` dựa vào được ngụy trang rồi tìm lại trong một câu trung tính.\n\n\
         | column | what it says | tiếng Việt |\n|---|---|---|\n\
         | vi, en | cases: the attack has something to do on the phrase. One that loses accents is not asked of terms \
         that are never read without | số trường hợp |\n\
         | found % | a cue of the same list covers all that stands for the phrase, whatever its status; or the term \
         itself is found there, with another span | tìm lại được |\n\
         | exact % | of those found: the span is the disguised stretch. Only what stands for nothing at its very \
         edges may be left out: an invisible mark, a bracket, a tag, the `#` | đúng từng byte |\n\n\
         The floor that the test holds: {SINGLE_FLOOR} % found after one attack, {PAIR_FLOOR} % over all pairs, every span \
         exact. Three families are exempt, alone and in pairs. Mức phải giữ: một cách {SINGLE_FLOOR} %, hai cách \
         {PAIR_FLOOR} % tính chung mọi đôi, đúng từng byte; ba cách được miễn.\n\n",
        probes.all.len() - english,
        probes.unfound.len(),
    );
    for (name, why) in EXEMPT {
        let _ = writeln!(out, "Exempt / Miễn: **{name}**: {why}\n");
    }
    out.push_str("## One attack / Một cách\n\n");
    out.push_str("| family | example | vi | found % | exact % | en | found % | exact % |\n");
    out.push_str("|---|---|--:|--:|--:|--:|--:|--:|\n");
    for (family, tally) in FAMILIES.iter().zip(singles) {
        let shown = EXAMPLES.iter().find_map(|e| family.apply(&Written::new(e), &mut Rng::of(&[family.name])));
        let shown = visible(&shown.map(|w| w.text()).unwrap_or_default());
        let _ = writeln!(out, "| {} | {shown} |{}|", family.name, numbers(tally));
    }
    let _ = write!(
        out,
        "\n## Two attacks / Hai cách\n\n\
         {} pairs of families of different kinds, each on a seeded sample; two that each take a reader to the edge \
         are no pair. {} of them are found in {PAIR_FLOOR} of 100 cases or more. First the sums, then the worst twenty. \
         Tổng cộng, rồi hai mươi đôi kém nhất.\n\n\
         | pair | vi | found % | exact % | en | found % | exact % |\n|---|--:|--:|--:|--:|--:|--:|\n\
         | **without those of an exempt family / không kể cách được miễn** |{}|\n\
         | **all / tất cả** |{}|\n",
        pairs.0.len(),
        pairs.reaching(PAIR_FLOOR),
        numbers(&pairs.held()),
        numbers(&pairs.whole())
    );
    for ([a, b], tally) in pairs.worst().into_iter().take(20) {
        let _ = writeln!(out, "| {a} + {b} |{}|", numbers(tally));
    }
    out
}

fn numbers(tally: &Tally) -> String {
    let of = |l: usize| match tally.n[l] {
        0 => " 0 | | ".to_owned(),
        n => format!(" {n} | {:.1} | {:.1} ", percent(tally.found[l], n), percent(tally.exact[l], tally.found[l])),
    };
    format!("{}|{}", of(0), of(1))
}

/// What cannot be seen, or would break the table, as code points.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '|' | '<' | '>' | '*' | '_' | '~' | '`' | '\\' | '[' | ']' => out.extend(['\\', c]),
            '&' => out.push_str("&amp;"),
            '\n' => out.push('⏎'),
            c if c.is_ascii() || c.is_alphanumeric() => out.push(c),
            '\u{300}'..='\u{36F}' | '\u{20D0}'..='\u{20FF}' => out.push(c),
            '\u{AD}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180E}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200F}'
            | '\u{202A}'..='\u{202F}'
            | '\u{205F}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{A0}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E0FFF}' => {
                let _ = write!(out, "‹{:X}›", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// Failing cases of each family and of each pair, for whoever mends them.
pub(crate) fn fails(singles: &[Tally], pairs: &Pairs) -> String {
    let mut out = String::new();
    let singles = FAMILIES.iter().zip(singles).map(|(f, t)| (f.name.to_owned(), t));
    let pairs = pairs.worst().into_iter().map(|([a, b], t)| (format!("{a} + {b}"), t));
    for (name, tally) in singles.chain(pairs).filter(|(_, t)| t.found != t.n || t.displaced() > 0) {
        let _ =
            writeln!(out, "## {name}: {:.1} % of {}, {} inexact", tally.recovered(), tally.cases(), tally.displaced());
        for (kind, cases) in [("missed", &tally.missed), ("inexact", &tally.inexact)] {
            for [text, term] in cases {
                let _ = writeln!(out, "{kind}\t{term}\t{text:?}\t{}", visible(text));
            }
        }
        out.push('\n');
    }
    out
}
