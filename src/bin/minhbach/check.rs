//! `check`: one caption, for people.

use crate::{
    exit::Exit,
    options::{Format, Global, TextArgs},
    say,
};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use clap::Args;
use minhbach::{
    analysis::{Analysis, Finding},
    detector::{Detector, law_day},
    edit,
    pack::{Bilingual, Severity, Tier},
    post::{Field, PlatformLabel, Post},
    report::{Records, visible},
};
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) text: TextArgs,
    /// The platform shows its own paid-partnership label on the post
    #[arg(long)]
    pub(crate) platform_label: bool,
    /// Show advisory findings too
    #[arg(long)]
    pub(crate) advisory: bool,
    /// Print the caption with all edits that clear findings; exit 1 when some finding stays
    #[arg(long)]
    pub(crate) fix: bool,
}

pub(crate) fn check(global: &Global, args: &CheckArgs) -> anyhow::Result<Exit> {
    let detector = global.detector()?;
    let text = say::caption(args.text.text.as_deref())?;
    let mut post = say::post(&text, args.text.day.as_deref())?;
    if args.platform_label {
        post.platform_label = PlatformLabel::Yes;
    }
    let analysis = detector.analyse(&post);
    if args.fix {
        return fix(&detector, &post, &analysis, args);
    }
    let records = Records::new(detector.pack(), args.advisory);
    let mut shown: Vec<&Finding> = records.written(&analysis).collect();
    shown.sort_by_key(|f| std::cmp::Reverse(f.rank));
    match args.text.format {
        Format::Json => say::data(&json(&records, &post, &analysis))?,
        Format::Text => say::data(&people(global, &detector, &post, &analysis, &shown))?,
    }
    let found = shown.iter().any(|f| f.tier >= Tier::Suspect);
    Ok(if found { Exit::Found } else { Exit::Done })
}

/// The caption with all offered edits; what they clear and what stays.
fn fix(detector: &Detector, post: &Post<'_>, analysis: &Analysis, args: &CheckArgs) -> anyhow::Result<Exit> {
    let edited = edit::apply(post, &edit::compose(analysis.findings.iter().flat_map(|f| &f.edits)));
    let after = detector.analyse(&edited);
    let records = Records::new(detector.pack(), args.advisory);
    let ids = |analysis: &Analysis| -> Vec<&str> {
        records.written(analysis).map(|f| detector.pack().rules[f.rule.0 as usize].id.as_str()).collect()
    };
    let (before, left) = (ids(analysis), ids(&after));
    let cleared: Vec<&str> = before.into_iter().filter(|id| !left.contains(id)).collect();
    match args.text.format {
        Format::Json => {
            let record = serde_json::json!({"type": "fix", "text": edited.text, "cleared": cleared, "left": left});
            say::data(&format!("{record}\n"))?;
        }
        Format::Text => {
            say::data(&format!("{}\n", edited.text))?;
            let list = |ids: &[&str]| if ids.is_empty() { "–".to_owned() } else { ids.join(", ") };
            say::line(&format!("đã hết / cleared: {}", list(&cleared)));
            say::line(&format!("còn lại, cần bạn tự sửa / left, needs your own words: {}", list(&left)));
        }
    }
    Ok(if after.findings.iter().any(|f| f.tier >= Tier::Suspect) { Exit::Found } else { Exit::Done })
}

/// The post's record and its findings' records: the same lines as in a run folder.
fn json(records: &Records<'_>, post: &Post<'_>, analysis: &Analysis) -> String {
    let mut out = b"{\"type\":\"check\",\"post\":".to_vec();
    records.write_post(&mut out, post, analysis);
    out.pop();
    out.extend_from_slice(b",\"findings\":[");
    for (i, finding) in records.written(analysis).enumerate() {
        if i > 0 {
            out.push(b',');
        }
        records.write_finding(&mut out, post, analysis, finding);
        out.pop();
    }
    out.extend_from_slice(b"]}\n");
    String::from_utf8_lossy(&out).into_owned()
}

fn people(global: &Global, detector: &Detector, post: &Post<'_>, analysis: &Analysis, shown: &[&Finding]) -> String {
    let pack = detector.pack();
    let lang = global.lang;
    let mut out = String::new();
    let colour = say::coloured(global);
    for finding in shown {
        out.push_str(&carets(detector, post, finding, colour));
        out.push('\n');
        let rule = &pack.rules[finding.rule.0 as usize];
        out.push_str(&say::both(lang, &rule.message, "   "));
        let _ = writeln!(out, "   luật / law ({}):", law_day(pack, post).day);
        if !finding.law_in_force {
            out.push_str("     – không có điều luật nào có hiệu lực ngày đó / no law in force that day\n");
        }
        for p in finding.provisions.iter().map(|p| &pack.provisions[p.0 as usize]) {
            let penalty = p.penalty.as_deref().map(|p| format!(" — {p}")).unwrap_or_default();
            let _ = writeln!(out, "     – {}, {}{penalty} [{}]", p.instrument, p.article, p.confidence.name());
        }
        out.push_str("   cách sửa / how to mend it:\n");
        out.push_str(&say::both(lang, &rule.fix, "     "));
        for edit in &finding.edits {
            let old = edit.span.slice(post.field(edit.field).unwrap_or(""));
            let new = edit.text.trim_matches('\n');
            let _ = match (old.is_empty(), new.is_empty()) {
                (true, _) => writeln!(out, "     + “{}”", visible(new)),
                (false, true) => writeln!(out, "     − “{}”", visible(old)),
                (false, false) => writeln!(out, "     “{}” → “{}”", visible(old), visible(new)),
            };
        }
        if finding.edits.is_empty() && finding.tier > Tier::Advisory {
            out.push_str(
                "     (không có chỗ sửa nhỏ nào làm hết phát hiện này; cần viết lại / no small edit clears this; it needs \
                 your own words)\n",
            );
        }
        out.push('\n');
    }
    let state = Bilingual {
        vi: format!(
            "thương mại: {} · công khai: {} · {} phát hiện. Đây là lý do để xem lại, không phải kết luận.",
            analysis.commercial.name(),
            analysis.disclosure.state.name(),
            shown.len()
        ),
        en: format!(
            "commercial: {} · disclosure: {} · {} findings. A reason to look, never a verdict.",
            analysis.commercial.name(),
            analysis.disclosure.state.name(),
            shown.len()
        ),
    };
    out.push_str(&say::both(lang, &state, ""));
    out
}

/// The caption with carets under the words.
fn carets(detector: &Detector, post: &Post<'_>, finding: &Finding, colour: bool) -> String {
    let pack = detector.pack();
    let rule = &pack.rules[finding.rule.0 as usize];
    let title = format!("{} · {} ({}, {})", rule.title.vi, rule.title.en, rule.severity.name(), finding.tier.name());
    let level = if rule.severity >= Severity::High { Level::ERROR } else { Level::WARNING };
    let level =
        level.with_name(if finding.tier == Tier::Violation { "vi phạm/violation" } else { "xem lại/review" });
    let mut group =
        level.primary_title(title).id(&rule.id).elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new());
    for field in Field::ALL {
        let text = post.field(field).unwrap_or("");
        let words: Vec<_> = finding.evidence.iter().filter(|e| e.field == field).collect();
        if words.is_empty() {
            continue;
        }
        // The renderer shows what commands a terminal as pictures, but for the second block of control characters; a dot is
        // as long as they are, so that every span still fits.
        let text = text.replace(|c| ('\u{80}'..='\u{9F}').contains(&c), "·");
        let snippet = words.iter().fold(Snippet::source(text).path(field.name()), |snippet, e| {
            let folds: Vec<_> = e.folds.names().filter(|f| *f != "lower").collect();
            let folds = if folds.is_empty() { String::new() } else { format!(" ({})", folds.join(", ")) };
            let label = format!("{}: {}{folds}", e.role.name(), pack.term_name(e.term));
            snippet.annotation(AnnotationKind::Primary.span(e.span.range()).label(label))
        });
        group = group.element(snippet);
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Unicode).render(&[group])
}
