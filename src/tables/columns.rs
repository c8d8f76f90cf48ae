//! The records of a run as Arrow sees them: names, nesting and types, as `report` writes them. Everything may be null, so
//! that a post which could not be read is still a row.

use arrow_schema::{DataType, Field, Fields};

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn count(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::Float64, true)
}

fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, true)
}

fn group(name: &str, fields: impl Into<Fields>) -> Field {
    Field::new(name, DataType::Struct(fields.into()), true)
}

fn texts(name: &str) -> Field {
    Field::new(name, DataType::new_list(DataType::Utf8, true), true)
}

fn groups(name: &str, fields: Vec<Field>) -> Field {
    Field::new(name, DataType::new_list(DataType::Struct(fields.into()), true), true)
}

fn identity() -> Vec<Field> {
    vec![text("post_id"), text("creator"), text("platform"), text("posted_at")]
}

/// Where words stand: code points and bytes.
fn place() -> Vec<Field> {
    vec![text("field"), count("start"), count("end"), count("start_byte"), count("end_byte")]
}

fn words(first: Vec<Field>) -> Vec<Field> {
    [first, place(), vec![text("quote"), text("term"), texts("folds")]].concat()
}

/// A line of `posts.jsonl`.
pub(super) fn post() -> Vec<Field> {
    let axes = ["present", "clear", "placed", "language", "sustained"].map(flag).to_vec();
    [
        vec![text("type"), flag("redacted")],
        identity(),
        vec![
            text("text_sha256"),
            group("language", vec![text("tag"), number("confidence"), flag("mixed")]),
            group("commercial", vec![text("label"), number("score"), texts("evidence"), texts("soft")]),
            group("disclosure", vec![text("state"), texts("reasons"), group("axes", axes), text("platform_label")]),
            texts("product"),
            groups("claims", words(vec![text("code"), text("status")])),
            texts("findings"),
            texts("unseen"),
            texts("flags"),
            text("captured_at"),
            count("likes"),
            count("followers"),
            flag("ai_label"),
        ],
    ]
    .concat()
}

/// A line of `findings.jsonl`.
pub(super) fn finding() -> Vec<Field> {
    let provision = ["id", "instrument", "article", "penalty", "confidence"].map(text).to_vec();
    let edits = [place(), vec![text("text")]].concat();
    [
        vec![text("type"), flag("redacted"), text("id")],
        identity(),
        ["rule", "slug", "criterion", "severity", "tier", "group"].map(text).to_vec(),
        vec![
            flag("counts"),
            count("rank"),
            text("language"),
            groups("spans", words(vec![text("role")])),
            text("law"),
            groups("provisions", provision),
            texts("see_also"),
            group("message", vec![text("vi"), text("en")]),
            group("fix", vec![text("vi"), text("en"), groups("edits", edits)]),
            text("text_sha256"),
        ],
    ]
    .concat()
}

/// A line of `creators.jsonl`.
pub(super) fn creator() -> Vec<Field> {
    let posts = ["all", "commercial", "unsure", "unknown", "undated"].map(count).to_vec();
    let counts = vec![text("rule"), text("severity"), text("tier"), count("n"), count("n_counting")];
    let disclosure = ["adequate", "weak", "absent", "denied"].map(count).to_vec();
    let authenticity = ["same_caption", "ai_label_known", "ai_labelled"].map(count).to_vec();
    let feedback = ["followers", "likes_known", "likes_median"].map(count).to_vec();
    vec![
        text("type"),
        text("creator"),
        text("platform"),
        group("posts", posts),
        groups("counts", counts),
        group("disclosure", disclosure),
        group("criteria", ["transparency", "ad_compliance"].map(|name| group(name, criterion())).to_vec()),
        group("evidence", vec![count("posts"), group("authenticity", authenticity), group("feedback", feedback)]),
    ]
}

fn criterion() -> Vec<Field> {
    let bounds = ["score", "lower", "upper"].map(number);
    let share =
        [vec![text("what"), count("n"), count("of")], ["share", "lower", "upper"].map(number).to_vec()].concat();
    [
        ["state", "reason"].map(text).to_vec(),
        bounds.to_vec(),
        ["band", "band_low", "band_high", "award_band", "adverse_band", "confidence"].map(text).to_vec(),
        vec![group("uncapped", bounds.to_vec()), number("cap"), text("cap_cause")],
        ["n_assessed", "n_clean", "n_violating", "n_copies", "n_unknown"].map(count).to_vec(),
        ["weight", "good", "bad", "coverage"].map(number).to_vec(),
        vec![flag("low_coverage")],
        ["best", "worst", "without_appealed"].map(number).to_vec(),
        vec![
            group("band_stability", vec![count("posts"), count("findings"), text("band")]),
            groups("shares", share),
            groups("reasons", vec![text("rule"), number("points"), count("n"), flag("curable")]),
            flag("review_required"),
            group("window", vec![text("as_of"), count("days")]),
            group("policy", ["id", "version", "status", "sha256"].map(text).to_vec()),
            group("pack", ["version", "sha256", "run"].map(text).to_vec()),
        ],
    ]
    .concat()
}
