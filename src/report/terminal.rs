//! The summary that a person reads when a run is done, as text with bars. Nothing is printed here.

use super::{run::RunFacts, summary::Summary};
use crate::{
    analysis::Commercial,
    locale::Locale,
    pack::{Bilingual, Pack, RuleId, Severity, Tier, fill},
};
use std::cmp::Reverse;

/// Which languages are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Languages {
    /// Vietnamese only.
    Vi,
    /// English only.
    En,
    /// Side by side.
    #[default]
    Both,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether colours may be used.
    pub colour: bool,
    /// Whether block characters may be used; else `#`.
    pub unicode: bool,
    /// Which languages.
    pub languages: Languages,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false, unicode: true, languages: Languages::Both }
    }
}

/// Rules shown.
const TOP_RULES: usize = 8;
/// Columns that a label may take.
const LABEL: usize = 34;
/// Columns for ` 12 345 678  25.3 %`.
const NUMBERS: usize = 20;

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// The summary, each line ended by LF. No line is wider than the style says, down to 60 columns, except for sentences,
/// which are not broken.
pub fn summary_text(pack: &Pack, summary: &Summary, facts: &RunFacts, style: Style) -> String {
    let mut sheet = Sheet { pack, style, out: String::new() };
    if facts.demo {
        let text = sheet.text("demo", &[]);
        sheet.line(&text, YELLOW);
    }
    let dot = sheet.dot();
    let law = sheet.text("law", &[("day", &pack.law_as_of.to_string())]);
    sheet.line(&format!("{}{dot}{} {}{dot}{law}", facts.program(), pack.id, pack.version), DIM);
    sheet.gap();

    let posts = summary.posts();
    let label = sheet.text("posts", &[]);
    sheet.total(&label, posts);
    if let Some((from, to)) = summary.period() {
        sheet.note("period", &[("from", &from), ("to", &to)], DIM);
    }
    for (key, n) in [("undated", summary.undated()), ("rejects", summary.rejects())] {
        if n > 0 {
            sheet.note(key, &[("n", &sheet.count(n))], YELLOW);
        }
    }
    sheet.gap();

    sheet.heading("commercial.title");
    for (key, label, colour) in
        [("yes", Commercial::Yes, CYAN), ("unsure", Commercial::Unsure, CYAN), ("no", Commercial::No, DIM)]
    {
        let name = sheet.text(&format!("commercial.{key}"), &[]);
        sheet.bar(&name, summary.commercial(label), posts, posts, colour);
    }
    sheet.gap();

    sheet.heading("disclosure.title");
    let whole = summary.whole();
    let judged = [
        ("adequate", whole.adequate, GREEN),
        ("weak", whole.weak, YELLOW),
        ("absent", whole.absent, RED),
        ("denied", whole.denied, RED),
    ];
    for (state, n, colour) in judged {
        let name = sheet.pick(pack.messages.text(&format!("report.disclosure.{state}")));
        sheet.bar(&name, n, whole.judged(), whole.judged(), colour);
    }
    sheet.gap();
    sheet.rules(summary);
    sheet.gap();
    let (all, rated) = (sheet.count(facts.creators), sheet.count(facts.creators_rated));
    sheet.note_at("creators", &[("n", &all), ("rated", &rated)], "", BOLD);
    sheet.gap();
    for key in ["finding", "jurisdiction"] {
        let line = pack.messages.text(&format!("summary.disclaimer.{key}"));
        sheet.sentence(line, "", DIM);
    }
    sheet.out
}

struct Sheet<'a> {
    pack: &'a Pack,
    style: Style,
    out: String,
}

impl Sheet<'_> {
    fn rules(&mut self, summary: &Summary) {
        let pack = self.pack;
        let mut rules: Vec<_> =
            pack.rules.iter().zip(0u16..).map(|(rule, i)| (rule, summary.rule(RuleId(i)).all())).collect();
        rules.retain(|(_, n)| *n > 0);
        if rules.is_empty() {
            self.note_at("rules.none", &[], "", BOLD);
            return;
        }
        // Rules stand by id, and the sort keeps that order among equals.
        rules.sort_by_key(|(_, n)| Reverse(*n));
        let found = rules.len().to_string();
        rules.truncate(TOP_RULES);
        let numbers = [
            ("n", self.count(summary.findings())),
            ("violations", self.count(summary.tier(Tier::Violation))),
            ("suspects", self.count(summary.tier(Tier::Suspect))),
            ("advisories", self.count(summary.tier(Tier::Advisory))),
        ];
        let numbers: Vec<(&str, &str)> = numbers.iter().map(|(name, n)| (*name, n.as_str())).collect();
        self.note_at("rules.all", &numbers, "", BOLD);
        self.note_at("rules.title", &[("shown", &rules.len().to_string()), ("all", &found)], "", DIM);
        let (all, most) = (summary.findings(), rules[0].1);
        for (rule, n) in rules {
            let colour = match rule.severity {
                Severity::Low | Severity::Medium => YELLOW,
                Severity::High | Severity::Critical => RED,
            };
            self.bar(&format!("{} {}", rule.id, self.pick(&rule.title)), n, most, all, colour);
        }
    }

    /// A sentence in the chosen languages, on one line.
    fn pick(&self, text: &Bilingual) -> String {
        match self.style.languages {
            Languages::Vi => text.vi.clone(),
            Languages::En => text.en.clone(),
            Languages::Both => format!("{}{}{}", text.vi, self.dot(), text.en),
        }
    }

    fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.pick(self.pack.messages.text(&format!("terminal.{key}"))), values)
    }

    fn locale(&self) -> Locale {
        match self.style.languages {
            Languages::Vi => Locale::Vi,
            Languages::En => Locale::En,
            Languages::Both => Locale::Both,
        }
    }

    /// As the language writes it; side by side thousands apart by a plain space, which every terminal has.
    fn count(&self, n: u64) -> String {
        self.locale().count(n).replace('\u{202f}', " ")
    }

    fn dot(&self) -> &'static str {
        if self.style.unicode { " · " } else { " / " }
    }

    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn line(&mut self, text: &str, colour: &str) {
        let painted = self.paint(text, colour);
        self.out.push_str(&painted);
        self.out.push('\n');
    }

    fn heading(&mut self, key: &str) {
        let text = self.text(key, &[]);
        self.line(&text, BOLD);
    }

    fn total(&mut self, label: &str, n: u64) {
        let label = fitted(label, self.label_width() + 2);
        self.line(&format!("{label} {}", self.count(n)), BOLD);
    }

    fn note(&mut self, key: &str, values: &[(&str, &str)], colour: &str) {
        self.note_at(key, values, "  ", colour);
    }

    fn note_at(&mut self, key: &str, values: &[(&str, &str)], indent: &str, colour: &str) {
        let text = self.pack.messages.text(&format!("terminal.{key}"));
        let text = Bilingual { vi: fill(&text.vi, values), en: fill(&text.en, values) };
        self.sentence(&text, indent, colour);
    }

    /// On one line where it fits, else a line for each language.
    fn sentence(&mut self, text: &Bilingual, indent: &str, colour: &str) {
        let whole = format!("{indent}{}", self.pick(text));
        if self.style.languages != Languages::Both || columns(&whole) <= self.style.width {
            return self.line(&whole, colour);
        }
        for part in [&text.vi, &text.en] {
            self.line(&format!("{indent}{part}"), colour);
        }
    }

    fn label_width(&self) -> usize {
        LABEL.min(self.style.width.saturating_sub(NUMBERS + 12)).max(12)
    }

    /// `  label ████▌     1 234  25.3 %`: the bar against `most`, the share of `whole`.
    fn bar(&mut self, label: &str, n: u64, most: u64, whole: u64, colour: &str) {
        let label_width = self.label_width();
        let room = self.style.width.saturating_sub(label_width + NUMBERS + 4).max(4);
        let label = fitted(label, label_width);
        let bar = self.blocks(n, most, room);
        let bar = format!("{}{}", self.paint(&bar, colour), " ".repeat(room - columns(&bar)));
        let share = |part: f64| format!("{}%", self.locale().decimal(100.0 * part, 1));
        let share = if whole == 0 { String::new() } else { share(n as f64 / whole as f64) };
        self.out.push_str(&format!("  {label} {bar} {:>11} {share:>7}\n", self.count(n)));
    }

    /// Eighths of a block where the terminal has them; something for everything above nothing.
    fn blocks(&self, n: u64, most: u64, room: usize) -> String {
        if n == 0 || most == 0 {
            return String::new();
        }
        let share = (n as f64 / most as f64).min(1.0);
        if !self.style.unicode {
            return "#".repeat(((share * room as f64).round() as usize).max(1));
        }
        let eighths = ((share * (room * 8) as f64).round() as usize).max(1);
        let mut bar = "█".repeat(eighths / 8);
        bar.extend(['▏', '▎', '▍', '▌', '▋', '▊', '▉'].get((eighths % 8).wrapping_sub(1)));
        bar
    }

    fn paint(&self, text: &str, colour: &str) -> String {
        if self.style.colour && !text.is_empty() { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Columns of a text in composed letters, which all messages are.
fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Exactly `width` columns: filled up, or cut with an ellipsis.
fn fitted(text: &str, width: usize) -> String {
    let n = columns(text);
    if n <= width {
        return format!("{text}{}", " ".repeat(width - n));
    }
    let cut: String = text.chars().take(width - 1).collect();
    let cut = cut.trim_end();
    format!("{cut}…{}", " ".repeat(width - 1 - columns(cut)))
}
