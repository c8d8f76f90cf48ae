//! The flat columns that spreadsheets, SQLite and the data package share: a name, where it stands in the record, a type.

use serde_json::Value;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Number,
    Flag,
}

impl Kind {
    /// In the words of a table schema.
    pub(super) fn frictionless(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Count => "integer",
            Kind::Number => "number",
            Kind::Flag => "boolean",
        }
    }
}

/// A column: its name, its steps in the record (`*` goes through a list), its type, and what it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    pub(super) says: &'static str,
}

const fn column(name: &'static str, path: &'static str, kind: Kind, says: &'static str) -> Column {
    Column { name, path, kind, says }
}

/// The number of a post: its line in `posts.jsonl`. The only key that every post has.
pub(super) const POST: Column = column("post", "", Kind::Count, "dòng trong posts.jsonl / line in posts.jsonl, from 1");

/// What is said of a post.
pub(super) const POSTS: [Column; 24] = [
    column("post_id", "post_id", Kind::Text, "mã bài của nền tảng / the record's own id"),
    column("creator", "creator", Kind::Text, "mã người đăng / account id, else handle"),
    column("platform", "platform", Kind::Text, "nền tảng / platform"),
    column("posted_at", "posted_at", Kind::Text, "lúc đăng, UTC / when posted, UTC; a bare day stays a day"),
    column("text_sha256", "text_sha256", Kind::Text, "SHA-256 của lời đăng / SHA-256 of the caption"),
    column("language", "language.tag", Kind::Text, "vi, en, other, und"),
    column("language_confidence", "language.confidence", Kind::Number, "0–1"),
    column("language_mixed", "language.mixed", Kind::Flag, "trộn hai thứ tiếng / two languages mixed"),
    column("commercial", "commercial.label", Kind::Text, "yes, unsure, no"),
    column("commercial_score", "commercial.score", Kind::Number, "0–1, chỉ để xếp hạng / only ranks"),
    column("evidence", "commercial.evidence.*", Kind::Text, "chứng cứ cứng / hard evidence"),
    column("soft_evidence", "commercial.soft.*", Kind::Text, "dấu hiệu mềm / soft evidence"),
    column("disclosure", "disclosure.state", Kind::Text, "adequate, weak, absent, denied, not_applicable, unknown"),
    column("disclosure_reasons", "disclosure.reasons.*", Kind::Text, "vì sao yếu / why it is weak"),
    column("platform_label", "disclosure.platform_label", Kind::Text, "yes, no, weak_no, unknown; unknown ≠ no"),
    column("product", "product.*", Kind::Text, "nhóm hàng / product classes"),
    column("claims", "claims.*.code", Kind::Text, "mã khẳng định / claim codes"),
    column("claim_quotes", "claims.*.quote", Kind::Text, "nguyên văn / their words"),
    column("findings", "findings.*", Kind::Text, "mã quy tắc / rule ids"),
    column("unseen", "unseen.*", Kind::Text, "phần không đọc được / media that were not read"),
    column("flags", "flags.*", Kind::Text, "điều xảy ra khi đọc / what happened on the way in"),
    column("captured_at", "captured_at", Kind::Text, "lúc thu thập / when captured"),
    column("likes", "likes", Kind::Count, "lượt thích / likes"),
    column("followers", "followers", Kind::Count, "người theo dõi / followers"),
];

/// What is said of a finding.
pub(super) const FINDINGS: [Column; 26] = [
    column(
        "finding_id",
        "id",
        Kind::Text,
        "mã phát hiện, không đổi giữa các lần quét / stays the same from run to run",
    ),
    column("post_id", "post_id", Kind::Text, "mã bài của nền tảng / the record's own id"),
    column("creator", "creator", Kind::Text, "mã người đăng / account id, else handle"),
    column("platform", "platform", Kind::Text, "nền tảng / platform"),
    column("posted_at", "posted_at", Kind::Text, "lúc đăng, UTC / when posted, UTC; a bare day stays a day"),
    column("rule", "rule", Kind::Text, "mã quy tắc / rule id"),
    column("slug", "slug", Kind::Text, "tên quy tắc / rule name"),
    column("criterion", "criterion", Kind::Text, "transparency, ad_compliance"),
    column("severity", "severity", Kind::Text, "low, medium, high, critical"),
    column("tier", "tier", Kind::Text, "violation, suspect, advisory"),
    column("group", "group", Kind::Text, "nhóm lỗi / group: one fault, one loss"),
    column("counts", "counts", Kind::Flag, "có tính điểm / counts in scores"),
    column("rank", "rank", Kind::Count, "thứ tự xem xét / order for review"),
    column("language", "language", Kind::Text, "vi, en, other, und"),
    column("fields", "spans.*.field", Kind::Text, "chỗ nằm của chứng cứ / where the words stand"),
    column("start", "spans.*.start", Kind::Text, "điểm mã đầu / first code point of each"),
    column("end", "spans.*.end", Kind::Text, "điểm mã cuối / code point after the last of each"),
    column("quotes", "spans.*.quote", Kind::Text, "nguyên văn / the words"),
    column("roles", "spans.*.role", Kind::Text, "vai của từng chỗ / what each is evidence of"),
    column("law", "law", Kind::Text, "in_force, none_in_force"),
    column("provisions", "provisions.*.id", Kind::Text, "điều luật có hiệu lực ngày đăng / in force on the day"),
    column("articles", "provisions.*.article", Kind::Text, "điều, khoản / articles"),
    column("message_vi", "message.vi", Kind::Text, "vì sao / why, in Vietnamese"),
    column("message_en", "message.en", Kind::Text, "vì sao / why, in English"),
    column("fix_vi", "fix.vi", Kind::Text, "cách sửa / how to mend it, in Vietnamese"),
    column("text_sha256", "text_sha256", Kind::Text, "SHA-256 của lời đăng / SHA-256 of the caption"),
];

/// What stands at a place: a list is its items with ` | ` between them, a null nothing.
pub(super) fn at(record: &Value, path: &str) -> Option<Value> {
    let mut items = vec![record];
    let mut listed = false;
    for step in path.split('.') {
        if step == "*" {
            listed = true;
            items = items.into_iter().filter_map(Value::as_array).flatten().collect();
        } else {
            items = items.into_iter().filter_map(|item| item.get(step)).collect();
        }
    }
    if !listed {
        return items.pop().filter(|value| !value.is_null()).cloned();
    }
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!items.is_empty()).then(|| Value::from(items.into_iter().map(word).collect::<Vec<_>>().join(" | ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places() {
        let record = json!({"a": {"b": 1}, "c": [{"d": "x"}, {"d": 2}], "e": ["y"], "f": null, "g": []});
        for (path, expected) in [
            ("a.b", Some(json!(1))),
            ("c.*.d", Some(json!("x | 2"))),
            ("e.*", Some(json!("y"))),
            ("f", None),
            ("g.*", None),
            ("nothing", None),
        ] {
            assert_eq!(at(&record, path), expected, "{path}");
        }
    }

    #[test]
    fn names_are_told_once() {
        for columns in [POSTS.as_slice(), &FINDINGS] {
            let mut names: Vec<_> = columns.iter().map(|c| c.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        }
    }
}
