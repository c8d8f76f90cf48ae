//! Reads `rules/` and `weights/`.

use super::{
    Pack,
    condition::{Condition, Fact},
    ids::{ListId, ProvisionId},
    lexicon::CLAIM_CODES,
    model::{Bilingual, Confidence, Criterion, EvidenceKind, ExamplePost, FixEdit, Rule, Severity, Tier},
    names::{MOST_BITS, Names},
    reader::{Item, Table, bilingual, day, text},
};
use crate::{
    post::{Field, PlatformLabel},
    vocabulary::{Commercial, DisclosureState, Reasons, Status},
};
use std::collections::HashMap;

const CONDITION_KEYS: [&str; 16] = [
    "any", "all", "none", "cue", "status", "field", "near", "before", "within", "count", "at_least", "language",
    "product", "fact", "is", "note",
];

impl Pack {
    /// `weights/commercial.toml`.
    pub(super) fn read_evidence(&mut self, root: Table<'_>, names: &mut Names) {
        let items = root.need("evidence").map(Item::array).unwrap_or_default();
        if let Some(id) = items.get(MOST_BITS).and_then(|item| item.table(&[])?.need("id")) {
            return id.fault("L006", format!("a pack has room for {MOST_BITS} kinds of evidence"));
        }
        for (i, item) in items.iter().enumerate() {
            if let Some(id) = item.table(&[]).and_then(|t| t.need("id")).and_then(Item::str)
                && names.evidence.insert(id.to_owned(), i as u8).is_some()
            {
                item.fault("P006", format!("evidence `{id}` is defined twice"));
            }
        }
        for item in items {
            let Some(t) = item.table(&["id", "hard", "label", "when", "note"]) else { continue };
            let when = t
                .need("when")
                .and_then(|i| self.condition(i, names, &HashMap::new()))
                .unwrap_or(Condition::Any(Vec::new()));
            self.evidence.push(EvidenceKind {
                id: text(t, "id"),
                hard: t.need("hard").and_then(Item::bool).unwrap_or(false),
                label: t.need("label").and_then(bilingual).unwrap_or_default(),
                when,
            });
        }
    }

    /// `rules/conditions.toml`: later ones may use earlier ones.
    pub(super) fn read_conditions(&mut self, root: Table<'_>, names: &Names) -> HashMap<String, Condition> {
        let mut named = HashMap::new();
        for item in root.get("condition").map(Item::array).unwrap_or_default() {
            let Some(t) = item.table(&["id", "when", "note"]) else { continue };
            let when = t.need("when").and_then(|i| self.condition(i, names, &named));
            if let (Some(id), Some(when)) = (t.need("id").and_then(Item::str), when)
                && named.insert(id.to_owned(), when).is_some()
            {
                t.fault("P006", format!("condition `{id}` is defined twice"));
            }
        }
        named
    }

    /// A file of rules.
    pub(super) fn read_rules(
        &mut self,
        root: Table<'_>,
        file: &str,
        names: &Names,
        named: &HashMap<String, Condition>,
    ) {
        for item in root.get("rule").map(Item::array).unwrap_or_default() {
            let keys = [
                "id",
                "slug",
                "criterion",
                "severity",
                "tier",
                "group",
                "claim",
                "since",
                "needs_all_media",
                "provisions",
                "see_also",
                "title",
                "rationale",
                "limits",
                "message",
                "fix",
                "edit",
                "when",
                "doubt",
                "examples",
                "note",
            ];
            let Some(t) = item.table(&keys) else { continue };
            if let Some(id) = t.get("id").filter(|i| self.rules.iter().any(|r| Some(r.id.as_str()) == i.str())) {
                id.fault("P006", "this rule is defined twice");
                continue;
            }
            if let Some((rule, when)) = self.read_rule(t, file, names, named) {
                self.rules.push(rule);
                self.conditions.push(when);
            }
        }
    }

    fn read_rule(
        &self,
        t: Table<'_>,
        file: &str,
        names: &Names,
        named: &HashMap<String, Condition>,
    ) -> Option<(Rule, Condition)> {
        let criterion = word(
            t,
            "criterion",
            &[("transparency", Criterion::Transparency), ("ad_compliance", Criterion::AdCompliance)],
        );
        let severity = word(t, "severity", &Severity::ALL.map(|s| (s.name(), s)));
        let tier = word(t, "tier", &TIERS.map(|s| (s.name(), s)));
        let provisions = t.need("provisions");
        let cited = provisions.map(|i| provision_ids(i, names)).unwrap_or_default();
        let see_also = t.get("see_also").map(|i| provision_ids(i, names)).unwrap_or_default();
        for &id in &cited {
            let p = &self.provisions[id.0 as usize];
            if p.jurisdiction != "VN"
                && let Some(i) = provisions
            {
                i.fault("R001", format!("`{}` is not Vietnamese law: it belongs into `see_also`", p.id));
            }
        }
        let verified = cited.iter().any(|id| self.provisions[id.0 as usize].confidence == Confidence::Verified);
        if let (Some(i), false) = (provisions, verified || tier == Some(Tier::Advisory)) {
            i.fault("R002", "a rule above `advisory` needs a verified Vietnamese provision");
        }
        let examples = t.need("examples").and_then(|i| i.table(&["match", "pass"]));
        let posts = |key| examples.and_then(|e| e.need(key)).map(|i| (i, i.array()));
        let read = |found: Option<(Item<'_>, Vec<Item<'_>>)>| -> Vec<ExamplePost> {
            if let Some((i, list)) = &found
                && list.len() < 3
            {
                i.fault("R003", "a rule needs at least three examples of each kind");
            }
            found.map(|(_, list)| list.into_iter().filter_map(example).collect()).unwrap_or_default()
        };
        let (matching, passing) = (read(posts("match")), read(posts("pass")));
        let both = |key| t.need(key).and_then(bilingual).unwrap_or_default();
        let claim = t.get("claim").and_then(|i| {
            let known = i.str().filter(|c| CLAIM_CODES.contains(c));
            if known.is_none() {
                i.fault("P005", "no such claim code");
            }
            known.map(str::to_owned)
        });
        let when = t.need("when").and_then(|i| self.condition(i, names, named));
        let rule = Rule {
            id: text(t, "id"),
            slug: text(t, "slug"),
            criterion: criterion?,
            severity: severity?,
            tier: tier?,
            group: text(t, "group"),
            claim,
            since: t.get("since").and_then(day),
            needs_all_media: t.get("needs_all_media").and_then(Item::bool).unwrap_or(false),
            doubt: t.get("doubt").and_then(|i| self.condition(i, names, named)),
            title: both("title"),
            rationale: both("rationale"),
            limits: both("limits"),
            message: both("message"),
            fix: both("fix"),
            edit: t.get("edit").and_then(edit),
            provisions: cited,
            see_also,
            matching,
            passing,
            file: file.to_owned(),
        };
        Some((rule, when?))
    }

    /// A condition with all names resolved.
    fn condition(&self, item: Item<'_>, names: &Names, named: &HashMap<String, Condition>) -> Option<Condition> {
        let t = item.table(&CONDITION_KEYS)?;
        let mut parts = Vec::new();
        let many = |i: Item<'_>| -> Vec<Condition> {
            i.array().into_iter().filter_map(|c| self.condition(c, names, named)).collect()
        };
        if let Some(i) = t.get("any") {
            parts.push(Condition::Any(many(i)));
        }
        if let Some(i) = t.get("all") {
            parts.push(Condition::All(many(i)));
        }
        if let Some(i) = t.get("none") {
            parts.push(Condition::None(many(i)));
        }
        let fields = t.get("field").map(fields);
        if let Some(i) = t.get("cue") {
            let statuses = t.get("status").map_or(1, statuses);
            parts.push(Condition::Cue { lists: lists(i, names), statuses, fields: fields.unwrap_or(Field::OF_POST) });
        } else if let Some(bits) = fields {
            parts.push(Condition::Field(bits));
        }
        for (key, ordered) in [("near", false), ("before", true)] {
            let Some(i) = t.get(key) else { continue };
            let pair: Vec<ListId> = i.array().into_iter().filter_map(|l| names.list(l)).collect();
            let within = t.get("within").and_then(Item::whole).unwrap_or(8);
            match pair[..] {
                [first, second] => parts.push(Condition::Near { first, second, within, ordered }),
                _ => i.fault("P007", "two lists are needed"),
            }
        }
        if let Some(i) = t.get("count") {
            let at_least = t.need("at_least").and_then(Item::whole).unwrap_or(1);
            parts.push(Condition::Count { lists: lists(i, names), at_least });
        }
        if let Some(i) = t.get("language") {
            let known = |(s, i): (&str, Item<'_>)| {
                if !["vi", "en", "other", "und", "mixed"].contains(&s) {
                    i.fault("P005", "a language is vi, en, other, und or mixed");
                }
                s.to_owned()
            };
            parts.push(Condition::Language(i.strings().into_iter().map(known).collect()));
        }
        if let Some(i) = t.get("product") {
            let mut classes = Vec::new();
            for (name, i) in i.strings() {
                match self.products.iter().position(|p| p == name) {
                    Some(at) => classes.push(at as u8),
                    None => i.fault("P005", format!("no product class `{name}`")),
                }
            }
            parts.push(Condition::Product(classes));
        }
        if let Some(i) = t.get("fact") {
            let facts: Vec<_> =
                i.strings().into_iter().filter_map(|(name, i)| fact(name, i, names)).map(Condition::Fact).collect();
            parts.push(Condition::Any(facts));
        }
        if let Some(i) = t.get("is") {
            match i.str().and_then(|id| named.get(id)) {
                Some(condition) => parts.push(condition.clone()),
                None => i.fault("P005", "no such named condition (an earlier one in rules/conditions.toml)"),
            }
        }
        match parts.len() {
            0 => {
                item.fault("P007", "an empty condition");
                None
            }
            1 => parts.pop(),
            _ => Some(Condition::All(parts)),
        }
    }
}

fn word<T: Copy>(t: Table<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
    let item = t.need(key)?;
    let name = item.str()?;
    let found = known.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(n, _)| *n).collect();
        item.fault("P007", format!("`{key}` is one of {}", names.join(", ")));
    }
    found
}

fn lists(item: Item<'_>, names: &Names) -> Vec<ListId> {
    let mut found: Vec<ListId> = item.array().into_iter().filter_map(|i| names.list(i)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn provision_ids(item: Item<'_>, names: &Names) -> Vec<ProvisionId> {
    let mut found = Vec::new();
    for (name, item) in item.strings() {
        match names.provisions.get(name) {
            Some(id) => found.push(*id),
            None => item.fault("P005", format!("no provision `{name}`")),
        }
    }
    found
}

fn statuses(item: Item<'_>) -> u8 {
    let mut bits = 0;
    for (name, item) in item.strings() {
        match Status::ALL.into_iter().position(|s| s.name() == name) {
            Some(at) => bits |= 1 << at,
            None => item.fault("P005", format!("no status `{name}`")),
        }
    }
    bits
}

fn fields(item: Item<'_>) -> u8 {
    let mut bits = 0;
    for (name, item) in item.strings() {
        match Field::from_name(name) {
            Some(field) => bits |= 1 << field as u8,
            None => item.fault("P005", format!("no field `{name}`")),
        }
    }
    bits
}

fn fact(name: &str, item: Item<'_>, names: &Names) -> Option<Fact> {
    let (family, rest) = name.split_once('.').unwrap_or((name, ""));
    let found = match family {
        "commercial" => [Commercial::Yes, Commercial::Unsure, Commercial::No]
            .into_iter()
            .find(|c| c.name() == rest)
            .map(Fact::Commercial),
        "disclosure" => DisclosureState::ALL.into_iter().find(|s| s.name() == rest).map(Fact::State),
        "reason" => Reasons::from_name(rest).map(Fact::Reason),
        "evidence" => names.evidence.get(rest).copied().map(Fact::Evidence),
        "label" => [PlatformLabel::Yes, PlatformLabel::No, PlatformLabel::WeakNo, PlatformLabel::Unknown]
            .into_iter()
            .find(|l| l.name() == rest)
            .map(Fact::Label),
        "commerce_flag" => Some(Fact::CommerceFlag),
        "ai_label" => Some(Fact::AiLabel),
        "unseen" => Some(Fact::Unseen),
        _ => None,
    };
    if found.is_none() {
        item.fault("P005", format!("no fact `{name}`"));
    }
    found
}

const TIERS: [Tier; 3] = [Tier::Advisory, Tier::Suspect, Tier::Violation];

fn example(item: Item<'_>) -> Option<ExamplePost> {
    if item.is_str() {
        return Some(ExamplePost { text: item.str()?.to_owned(), ..ExamplePost::default() });
    }
    let t = item.table(&[
        "text",
        "platform_label",
        "commerce_flag",
        "day",
        "platform",
        "title",
        "transcript",
        "on_screen",
        "first_comment",
        "bio",
        "tier",
        "note",
    ])?;
    let some = |key| t.get(key).and_then(Item::str).map(str::to_owned);
    if let Some(label) = t.get("platform_label")
        && !label.str().is_some_and(|l| ["yes", "no", "weak_no", "unknown"].contains(&l))
    {
        label.fault("P007", "a platform label is yes, no, weak_no or unknown");
    }
    t.get("day").map(day);
    Some(ExamplePost {
        text: text(t, "text"),
        platform_label: some("platform_label"),
        commerce_flag: t.get("commerce_flag").and_then(Item::bool),
        day: some("day"),
        platform: some("platform"),
        title: some("title"),
        transcript: some("transcript"),
        on_screen: some("on_screen"),
        first_comment: some("first_comment"),
        bio: some("bio"),
        tier: t.get("tier").and_then(|_| word(t, "tier", &TIERS.map(|s| (s.name(), s)))),
    })
}

fn edit(item: Item<'_>) -> Option<FixEdit> {
    if item.is_str() {
        if item.str() == Some("remove") {
            return Some(FixEdit::Remove);
        }
        item.fault("P007", "an edit is \"remove\", or has `insert` or `append`");
        return None;
    }
    let t = item.table(&["insert", "append"])?;
    match (t.get("insert"), t.get("append")) {
        (Some(i), None) => {
            let pair = i.table(&["vi", "en"])?;
            Some(FixEdit::Insert(Bilingual { vi: text(pair, "vi"), en: text(pair, "en") }))
        }
        (None, Some(i)) => Some(FixEdit::Append(i.str()?.to_owned())),
        _ => {
            item.fault("P007", "an edit is \"remove\", or has `insert` or `append`");
            None
        }
    }
}
