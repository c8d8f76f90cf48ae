//! Small charts as SVG that a screen reader, a colour-blind reader and a printer can use: a title and a description in
//! each, a pattern beside every colour, no size of letters that a narrow window would shrink (words stand in the table
//! beside or below). Colours and patterns are classes; the page's style sheet and [`patterns`] say what they look like.

use std::fmt::Write;

/// A part of a stack: its class (`adequate`, `weak`, `absent`, `denied`, …) and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Names the pattern and the colour. Letters and dashes.
    pub class: &'a str,
    /// How many.
    pub n: u64,
}

/// What a chart says, for those who do not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words<'a> {
    /// Its name.
    pub title: &'a str,
    /// What it shows, in a sentence with the numbers.
    pub desc: &'a str,
}

/// Width of a row's drawing, in units of its own.
const ROW: f64 = 240.0;
const ROW_HEIGHT: f64 = 18.0;
/// Room at both ends, so that a dot at 0 or at the end is whole.
const EDGE: f64 = 6.0;

/// The patterns, once a page: solid, stripes, dots, a grid. `width` and `height` 0 rather than hidden, since what is not
/// rendered cannot be referred to.
pub fn patterns() -> String {
    let mut out = String::from(r#"<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>"#);
    for (class, drawing) in [
        ("adequate", ""),
        ("weak", r#"<path d="M-2 2 2-2M0 8 8 0M6 10 10 6"/>"#),
        ("absent", r#"<circle cx="2" cy="2" r="1.2"/><circle cx="6" cy="6" r="1.2"/>"#),
        ("denied", r#"<path d="M0 4H8M4 0V8"/>"#),
    ] {
        let _ = write!(
            out,
            r#"<pattern id="p-{class}" class="p-{class}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8"/>{drawing}</pattern>"#
        );
    }
    out.push_str("</defs></svg>");
    out
}

fn open(out: &mut String, class: &str, width: f64, height: f64, words: Words<'_>) {
    let Words { title, desc } = words;
    let _ = write!(out, r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img"><title>"#);
    escape(out, title);
    out.push_str("</title><desc>");
    escape(out, desc);
    out.push_str("</desc>");
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
}

/// An interval as a line with a dot at the value, on an axis from 0 to `most`; a number that is none is left out.
pub fn interval(value: f64, lower: f64, upper: f64, most: f64, words: Words<'_>) -> String {
    let x = |v: f64| {
        let part = if most > 0.0 { (v / most).clamp(0.0, 1.0) } else { 0.0 };
        EDGE + part * (ROW - 2.0 * EDGE)
    };
    let mid = ROW_HEIGHT / 2.0;
    let mut out = String::new();
    open(&mut out, "dot", ROW, ROW_HEIGHT, words);
    let _ = write!(out, r#"<path class="axis" d="M{EDGE} {mid}H{}"/>"#, ROW - EDGE);
    for quarter in 0..=4 {
        let _ = write!(out, r#"<path class="tick" d="M{:.1} {}v4"/>"#, x(most * f64::from(quarter) / 4.0), mid - 2.0);
    }
    if [value, lower, upper].iter().all(|v| v.is_finite()) {
        let (from, to) = (x(lower), x(upper));
        let _ = write!(
            out,
            r#"<path class="range" d="M{from:.1} {mid}H{to:.1}M{from:.1} {0}v8M{to:.1} {0}v8"/>"#,
            mid - 4.0
        );
        let _ = write!(out, r#"<circle class="value" cx="{:.1}" cy="{mid}" r="4.5"/>"#, x(value));
    }
    out.push_str("</svg>");
    out
}

/// The end of an axis that shows `most` (0 to 1) well: 1, 2, 5, 10, 25, 50 or 100 per cent.
pub fn axis_end(most: f64) -> f64 {
    [0.01, 0.02, 0.05, 0.1, 0.25, 0.5].into_iter().find(|end| most <= *end).unwrap_or(1.0)
}

/// Parts of a whole as one bar.
pub fn stack(parts: &[Part<'_>], words: Words<'_>) -> String {
    const WIDTH: f64 = 960.0;
    const HEIGHT: f64 = 28.0;
    let all: u64 = parts.iter().map(|part| part.n).sum();
    let mut out = String::new();
    open(&mut out, "stack", WIDTH, HEIGHT, words);
    let mut at = 0.0;
    for part in parts.iter().filter(|part| part.n > 0) {
        let width = part.n as f64 / all as f64 * WIDTH;
        let drawn = (width - 2.0).max(1.0);
        bar(&mut out, part.class, at, 0.0, drawn, HEIGHT);
        at += width;
    }
    out.push_str("</svg>");
    out
}

fn bar(out: &mut String, class: &str, x: f64, y: f64, width: f64, height: f64) {
    let _ =
        write!(out, r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="url(#p-{class})"/>"#);
}

/// A column for each place in time, each a stack of parts, all to one scale; drawn from the bottom up.
pub fn columns(columns: &[Vec<Part<'_>>], words: Words<'_>) -> String {
    const WIDTH: f64 = 960.0;
    const HEIGHT: f64 = 160.0;
    let most = columns.iter().map(|parts| parts.iter().map(|p| p.n).sum::<u64>()).max().unwrap_or(0).max(1);
    let step = WIDTH / columns.len().max(1) as f64;
    let width = (step * 0.72).min(64.0);
    let mut out = String::new();
    open(&mut out, "columns", WIDTH, HEIGHT + 2.0, words);
    for (i, parts) in columns.iter().enumerate() {
        let (x, mut y) = (step * (i as f64 + 0.5) - width / 2.0, HEIGHT);
        for part in parts.iter().filter(|part| part.n > 0) {
            let height = part.n as f64 / most as f64 * HEIGHT;
            y -= height;
            bar(&mut out, part.class, x, y, width, (height - 1.0).max(0.5));
        }
    }
    let _ = write!(out, r#"<path class="axis" d="M0 {0}H{WIDTH}"/></svg>"#, HEIGHT + 1.0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words { title: "a <b> & \"c\"", desc: "d'e" };

    #[test]
    fn every_chart_is_named_and_hostile_names_are_text() {
        let parts = [Part { class: "weak", n: 3 }, Part { class: "absent", n: 0 }];
        for chart in [
            interval(0.5, 0.2, 0.9, 1.0, WORDS),
            interval(f64::NAN, 0.0, 1.0, 0.0, WORDS),
            stack(&parts, WORDS),
            stack(&[], WORDS),
            columns(&[parts.to_vec(), Vec::new()], WORDS),
            columns(&[], WORDS),
        ] {
            assert!(chart.contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title><desc>d&#x27;e</desc>"), "{chart}");
            assert!(chart.contains("role=\"img\"") && !chart.contains("NaN") && !chart.contains("inf"), "{chart}");
            assert!(!chart.contains("style="), "an inline style needs a hole in the page's policy: {chart}");
        }
    }

    #[test]
    fn places_are_in_proportion() {
        let chart = interval(50.0, 25.0, 100.0, 100.0, WORDS);
        assert!(chart.contains("M63.0 9H234.0") && chart.contains("cx=\"120.0\""), "{chart}");
        let chart = stack(&[Part { class: "weak", n: 1 }, Part { class: "absent", n: 3 }], WORDS);
        assert!(chart.contains("x=\"0.00\" y=\"0.00\" width=\"238.00\"") && chart.contains("x=\"240.00\""), "{chart}");
        for (most, end) in [(0.0, 0.01), (0.013, 0.02), (0.3, 0.5), (0.51, 1.0), (1.0, 1.0)] {
            assert_eq!(axis_end(most), end);
        }
    }

    #[test]
    fn every_class_of_a_state_has_a_pattern() {
        for class in ["adequate", "weak", "absent", "denied"] {
            assert!(patterns().contains(&format!("id=\"p-{class}\"")));
        }
    }
}
