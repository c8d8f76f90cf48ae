//! A coded message about a data file, with a place in it. All faults of a file are collected before any is shown.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::{fmt::Write as _, ops::Range};

/// Something wrong in a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable code: `P…` file shape, `L…` lexicon, `R…` rules, `M…` messages, `S…` policy of the score.
    pub code: &'static str,
    /// Path inside the pack, or of the file given.
    pub file: String,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The faults as text with file, line and caret, in order of file and place. `source` gives a file's content; a fault in
/// a file that it does not know is shown without its line.
pub fn render<'s>(faults: &[Fault], source: impl Fn(&str) -> Option<&'s str>) -> String {
    let mut sorted: Vec<&Fault> = faults.iter().collect();
    sorted.sort_by(|a, b| (&a.file, a.span.start, a.code).cmp(&(&b.file, b.span.start, b.code)));
    let renderer = Renderer::plain();
    let mut out = String::new();
    for fault in sorted {
        let title = Level::ERROR.primary_title(&fault.message).id(fault.code);
        let group: Group<'_> = match source(&fault.file) {
            Some(text) => {
                let span = on_characters(text, &fault.span);
                title.element(Snippet::source(text).path(&fault.file).annotation(AnnotationKind::Primary.span(span)))
            }
            None => title.element(Level::NOTE.message(format!("in {}", fault.file))),
        };
        let group = match &fault.help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        };
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    out
}

/// The span inside the text, widened to whole characters: the reader of TOML gives one byte of what it did not expect.
fn on_characters(text: &str, span: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (span.start.min(text.len()), span.end.min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
