//! The result as sentences in Vietnamese and English, with everything that a published share must say of itself.

use super::{Facts, Kind, Measure, Prevalence, Row, Warning};
use crate::{
    locale::Locale,
    pack::{Bilingual, Messages, fill},
    report::visible_line,
};

/// The paragraphs: what was studied, one sentence a measure, what to mind.
pub fn paragraphs(messages: &Messages, found: &Prevalence) -> Bilingual {
    let of = |vi: bool| {
        let pick = |text: &Bilingual| if vi { text.vi.clone() } else { text.en.clone() };
        let say = |key: &str, values: &[(&str, &str)]| fill(&pick(messages.text(&format!("prevalence.{key}"))), values);
        let mut parts = vec![studied(&found.facts, vi, &say)];
        let whole = |row: &&Row| row.kind == Kind::Share && row.by.is_empty();
        for measure in Measure::ALL {
            let rows: Vec<&Row> = found.rows.iter().filter(whole).filter(|r| r.measure == measure.name()).collect();
            parts.push(measured(measure, &rows, vi, &say));
        }
        parts.extend(found.warnings.iter().map(|w| warned(w, vi, &say)));
        parts.push(say("caveats", &[]));
        parts.join(" ")
    };
    Bilingual { vi: of(true), en: of(false) }
}

/// One warning as a sentence.
pub fn warning_text(messages: &Messages, warning: &Warning) -> Bilingual {
    let text = messages.text(&format!("prevalence.warning.{}", warning.key));
    Bilingual {
        vi: fill(&text.vi, &[("n", &whole(warning.n, true))]),
        en: fill(&text.en, &[("n", &whole(warning.n, false))]),
    }
}

type Say<'a> = dyn Fn(&str, &[(&str, &str)]) -> String + 'a;

fn studied(facts: &Facts, vi: bool, say: &Say<'_>) -> String {
    let period = match &facts.months {
        Some((first, last)) if first == last => first.clone(),
        Some((first, last)) => format!("{first} – {last}"),
        None => say("no_period", &[]),
    };
    let sampling = say(if facts.weighted { "sampling.plan" } else { "sampling.simple" }, &[]);
    let sentence = say(
        "studied",
        &[
            ("posts", &whole(facts.posts, vi)),
            ("creators", &whole(facts.creators, vi)),
            // Their names come from the data.
            ("platforms", &visible_line(&facts.platforms.join(", "))),
            ("period", &period),
            ("labelled", &whole(facts.labelled, vi)),
            ("coders", &whole(facts.coders, vi)),
            ("sampling", &sampling),
            ("pack", &facts.pack),
            ("hash", facts.pack_sha256.get(..12).unwrap_or_default()),
        ],
    );
    if facts.demo { format!("{} {sentence}", say("demo", &[])) } else { sentence }
}

fn measured(measure: Measure, rows: &[&Row], vi: bool, say: &Say<'_>) -> String {
    let name = say(&format!("measure.{}", measure.name()), &[]);
    let flags = rows.iter().find(|r| r.method == "flag_rate").and_then(|r| r.estimate);
    let flags = flags.map(|rate| say("flag_rate", &[("rate", &percent(rate, vi))])).unwrap_or_default();
    let quoted = rows.iter().find(|r| r.recommended).and_then(|r| Some((r, r.estimate?, r.lower?, r.upper?, r.conf?)));
    let sentence = match quoted {
        Some((row, estimate, lower, upper, conf)) => say(
            "estimate",
            &[
                ("measure", &name),
                ("estimate", &percent(estimate, vi)),
                ("lower", &percent(lower, vi)),
                ("upper", &percent(upper, vi)),
                ("conf", &if vi { Locale::Vi } else { Locale::En }.level(conf)),
                ("labels", &whole(row.labels.unwrap_or_default(), vi)),
                ("creators", &whole(row.creators.unwrap_or_default(), vi)),
            ],
        ),
        None => {
            let why = rows.iter().filter(|r| r.method != "flag_rate").find_map(|r| r.note).unwrap_or("too_few_labels");
            say("refused", &[("measure", &name), ("why", &say(&format!("note.{why}"), &[]))])
        }
    };
    format!("{sentence} {flags}").trim_end().to_owned()
}

fn warned(warning: &Warning, vi: bool, say: &Say<'_>) -> String {
    say(&format!("warning.{}", warning.key), &[("n", &whole(warning.n, vi))])
}

/// `23.4`, in Vietnamese `23,4`.
fn percent(share: f64, vi: bool) -> String {
    let text = format!("{:.1}", 100.0 * share);
    if vi { text.replace('.', ",") } else { text }
}

/// `12,345`, in Vietnamese `12.345`.
fn whole(n: u64, vi: bool) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(if vi { '.' } else { ',' });
        }
        out.push(digit);
    }
    out
}
