//! `explain`: the whole path of one caption.

use crate::{
    exit::Exit,
    options::{Format, Global, TextArgs},
    say,
};
use minhbach::{explain::Explanation, report::visible};
use std::fmt::Write as _;

pub(crate) fn explain(global: &Global, args: &TextArgs) -> anyhow::Result<Exit> {
    let detector = global.detector()?;
    let text = say::caption(args.text.as_deref())?;
    let post = say::post(&text, args.day.as_deref())?;
    let explanation = minhbach::explain::explain(&detector, &post);
    match args.format {
        Format::Json => say::data(&format!("{}\n", serde_json::to_string_pretty(&explanation)?))?,
        Format::Text => say::data(&visible(&people(&explanation)))?,
    }
    Ok(Exit::Done)
}

fn people(e: &Explanation) -> String {
    let mut out = String::from("từ / tokens\n");
    for t in &e.tokens {
        let key = if t.raw == t.key { String::new() } else { format!(" → {}", t.key) };
        let key = t.folded.as_ref().map_or(key.clone(), |folded| format!(" → {folded}{key}"));
        let bare = t.bare.as_ref().map(|b| format!(" / {b}")).unwrap_or_default();
        let folds = if t.folds.is_empty() { String::new() } else { format!(" ({})", t.folds.join(", ")) };
        let _ = writeln!(out, "  {:<8} {}{key}{bare}{folds}", t.kind, t.raw);
    }
    let mixed = if e.mixed { ", mixed" } else { "" };
    let _ = writeln!(out, "\nngôn ngữ / language\n  {} {:.2}{mixed}", e.language, e.confidence);
    for run in &e.runs {
        let _ = writeln!(out, "  {:<5} {:<10} “{}”", run.language, run.field, run.raw);
    }
    out.push_str("\ndấu hiệu / cues\n");
    for c in &e.cues {
        let folds = if c.folds.is_empty() { String::new() } else { format!(" ({})", c.folds.join(", ")) };
        let _ = writeln!(out, "  {:<12} {:<10} “{}” {}{folds}", c.status, c.field, c.quote, c.term);
    }
    let _ =
        writeln!(out, "\nthương mại / commercial\n  {} {:.4} (intercept {:+.2})", e.commercial, e.score, e.intercept);
    for k in &e.evidence {
        let _ = writeln!(out, "  {} ({})", k.id, if k.hard { "hard" } else { "soft" });
    }
    for c in &e.contributions {
        let _ = writeln!(out, "  {:+.2} {} {} = {:.2}", c.adds, c.kind, c.id, c.value);
    }
    let reasons = if e.reasons.is_empty() { String::new() } else { format!(" ({})", e.reasons.join(", ")) };
    let _ = writeln!(out, "\ncông khai / disclosure\n  {}{reasons}", e.disclosure);
    let _ = writeln!(
        out,
        "\nsản phẩm / product\n  {}",
        if e.product.is_empty() { "–".to_owned() } else { e.product.join(", ") }
    );
    let _ = writeln!(out, "\nquy tắc / rules (law of {})", e.law_day);
    for r in &e.rules {
        let tier = r.tier.map(|t| format!(" {t}")).unwrap_or_default();
        let _ = writeln!(out, "  {} {}{tier}", r.id, r.verdict);
        if r.verdict == "near_miss" {
            let _ = writeln!(out, "      có / held: {}", r.held.join("; "));
            let _ = writeln!(out, "      chặn / blocked: {}", r.blocked.join("; "));
        }
    }
    let _ = writeln!(out, "  {} quy tắc im lặng / rules silent", e.silent);
    out
}
