//! An evaluation for people: a table on a terminal, and the page of a corpus.

use super::{Evaluation, Row, Share};
use crate::{locale::Locale, report::visible_line};
use std::fmt::Write as _;

/// A table for a terminal. Names and ids come from the data: none of them hides, colours or begins a line of its own.
pub fn to_text(e: &Evaluation) -> String {
    let mut out = format!("{} bài có gold / posts with gold", e.posts);
    if e.missing > 0 {
        let _ = write!(out, "; {} không có trong lần quét / not in the run", e.missing);
    }
    let _ = writeln!(out, "; khoảng tin cậy / intervals {} %\n", Locale::Both.level(e.conf));
    let name = |r: &Row| match r.slice {
        "all" => visible_line(&r.measure),
        slice => visible_line(&format!("{} [{slice} {}]", r.measure, r.value)),
    };
    let width = e.rows.iter().map(|r| name(r).chars().count()).max().unwrap_or(0);
    let _ =
        writeln!(out, "{:<width$} {:>5} {:>5} {:>5}  {:<20} {:<20} F1", "", "tp", "fp", "fn", "precision", "recall");
    for row in &e.rows {
        let [precision, recall, f1] = [row.precision, row.recall, row.f1].map(share);
        let _ = writeln!(
            out,
            "{:<width$} {:>5} {:>5} {:>5}  {precision:<20} {recall:<20} {f1}",
            name(row),
            row.tp,
            row.fp,
            row.fn_
        );
    }
    if let Some(s) = &e.spans {
        let _ = writeln!(
            out,
            "\nđoạn / spans: {} gold, {} tìm thấy / said, {} bài / posts; F1 đúng hai đầu / exact {}, chồng một phần / \
             partial {}, theo ký tự / characters {}",
            s.gold,
            s.said,
            s.posts,
            plain(s.exact),
            plain(s.partial),
            plain(s.characters)
        );
    }
    if let Some(s) = &e.score {
        let _ = writeln!(
            out,
            "\nđiểm thương mại / commercial score: {} bài / posts, {} yes; AUC {:.3} ({:.3} – {:.3}), average precision \
             {:.3}, F1 tốt nhất / best F1 {:.3} (≥ {:.4}, ngưỡng chọn trên chính các bài này / threshold chosen on these \
             posts), Brier {:.3}, ECE {:.3}",
            s.posts,
            s.yes,
            s.auc,
            s.auc_lower,
            s.auc_upper,
            s.average_precision,
            s.best_f1,
            s.threshold,
            s.brier,
            s.calibration_error
        );
        out.push_str("  điểm / score    n  trung bình / mean  thật sự / observed\n");
        for bin in &s.reliability {
            let (observed, n) = (share(bin.yes), bin.yes.n);
            let _ = writeln!(out, "  {:.1} – {:.1} {n:>6}  {:>17.3}  {observed}", bin.from, bin.to, bin.score);
        }
    }
    let confused: Vec<&Row> = e.rows.iter().filter(|r| r.slice == "all" && r.fp + r.fn_ > 0).collect();
    if !confused.is_empty() {
        out.push_str("\nnhầm lẫn, vài bài đầu / confusions, the first few posts\n");
    }
    for row in confused {
        for (what, ids) in [("thừa / wrong", &row.wrong), ("sót / missed", &row.missed)] {
            if !ids.is_empty() {
                let _ = writeln!(out, "  {} {what}: {}", name(row), visible_line(&ids.join(", ")));
            }
        }
    }
    out
}

/// The page of a corpus, in Markdown: measures over all posts, the score, its reliability.
pub fn quality_page(title: &str, provenance: &str, e: &Evaluation) -> String {
    let mut out = format!("# {title}\n\n{provenance}\n\n");
    out.push_str("| measure / phép đo | tp | fp | fn | precision | recall | F1 |\n|---|--:|--:|--:|---|---|---|\n");
    for row in &e.rows {
        let name = match row.slice {
            "all" => row.measure.clone(),
            slice => format!("{} · {slice} {}", row.measure, row.value),
        };
        let [precision, recall, f1] = [row.precision, row.recall, row.f1].map(share);
        let _ = writeln!(out, "| {name} | {} | {} | {} | {precision} | {recall} | {f1} |", row.tp, row.fp, row.fn_);
    }
    if let Some(s) = &e.spans {
        let _ = writeln!(
            out,
            "\n**Spans of claims / Đoạn khẳng định.** {} gold, {} said / tìm thấy, {} posts / bài. F1 exact / đúng hai đầu \
             {}, partial / chồng một phần {}, characters / theo ký tự {}.",
            s.gold,
            s.said,
            s.posts,
            plain(s.exact),
            plain(s.partial),
            plain(s.characters)
        );
    }
    if let Some(s) = &e.score {
        let _ = writeln!(
            out,
            "\n**Commercial score / Điểm thương mại.** {} posts / bài, {} yes. AUC {:.3} ({:.3} – {:.3}), average \
             precision {:.3}, best F1 / F1 tốt nhất {:.3}, Brier {:.3}, ECE {:.3}.\n",
            s.posts,
            s.yes,
            s.auc,
            s.auc_lower,
            s.auc_upper,
            s.average_precision,
            s.best_f1,
            s.brier,
            s.calibration_error
        );
        out.push_str("| score / điểm | n | mean / trung bình | observed / thật sự |\n|---|--:|--:|---|\n");
        for bin in &s.reliability {
            let (observed, n) = (share(bin.yes), bin.yes.n);
            let _ = writeln!(out, "| {:.1} – {:.1} | {n} | {:.3} | {observed} |", bin.from, bin.to, bin.score);
        }
    }
    out
}

fn share(s: Share) -> String {
    match (s.value, s.lower, s.upper) {
        (Some(value), Some(lower), Some(upper)) => format!("{value:.3} ({lower:.2} – {upper:.2})"),
        _ => "–".to_owned(),
    }
}

fn plain(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"))
}
