//! Reads words that are no terms: `fold/`, the triggers of `context/` and hosts.

use super::{
    Pack,
    lexicon::{
        BarePolicy, Host, Lang, LanguageWords, Numeral, Position, Trigger, TriggerKind, Unit, UnitPlace, ValueKind,
        Word,
    },
    load_terms::Terms,
    names::Names,
    reader::{Item, Table},
};
use crate::{normalise, vocabulary::Role};

impl Pack {
    /// `fold/collisions.toml`.
    pub(super) fn read_collisions(&mut self, root: Table<'_>, state: &mut Terms) {
        for item in root.get("collision").map(Item::array).unwrap_or_default() {
            let Some(table) = item.table(&[]) else { continue };
            let key = table.need("key").and_then(Item::str);
            let policy = table.need("policy").and_then(|i| {
                let p = i.str().and_then(|s| s.chars().next()).filter(|p| "ABC".contains(*p));
                if p.is_none() {
                    i.fault("P007", "a policy is A, B or C");
                }
                p
            });
            if let (Some(key), Some(policy)) = (key, policy)
                && state.collisions.insert(key.to_owned(), policy).is_some()
            {
                table.fault("P006", format!("`{key}` is listed twice"));
            }
        }
    }

    /// `fold/collisions.toml`: hashtags of another meaning.
    pub(super) fn read_other_hashtags(&mut self, root: Table<'_>) {
        for item in root.get("hashtag").map(Item::array).unwrap_or_default() {
            let Some(table) = item.table(&["key", "intended", "competitors", "note"]) else { continue };
            let Some((key, at)) = table.need("key").and_then(|i| Some((i.str()?, i))) else { continue };
            if !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
                at.fault("L003", "a hashtag's key has no spaces, no capitals and no diacritics");
            }
            if self.folds.other_hashtags.iter().any(|k| k == key) {
                at.fault("P006", format!("`{key}` is listed twice"));
            }
            self.folds.other_hashtags.push(key.to_owned());
        }
    }

    /// `fold/words.toml`.
    pub(super) fn read_words(&mut self, root: Table<'_>, state: &mut Terms) {
        let mut words = |key: &str| -> Vec<String> {
            let text = root.need(key).and_then(Item::str).unwrap_or_default();
            normalise::fold(text, &mut state.text);
            state.text.tokens.iter().map(|t| state.text.bare_key(t).to_owned()).collect()
        };
        self.language = LanguageWords {
            english_function: words("english_function"),
            vietnamese_frequent: words("vietnamese_frequent"),
            teencode: words("teencode"),
            other_function: words("other_function"),
            account: words("account"),
            after_sum: {
                let text = root.need("after_sum").and_then(Item::str).unwrap_or_default();
                text.split_whitespace().map(str::to_owned).collect()
            },
        };
        for item in root.need("scale").map(Item::array).unwrap_or_default() {
            let Some(t) = item.table(&["factor", "words", "bare"]) else { continue };
            let Some(factor) = t.need("factor").and_then(Item::number) else { continue };
            for (key, place) in [("words", UnitPlace::Any), ("bare", UnitPlace::Bare)] {
                let written = t.get(key).map(Item::strings).unwrap_or_default();
                self.scales.extend(written.into_iter().map(|(word, _)| (word.to_owned(), factor, place)));
            }
        }
        self.read_numerals(root);
        for item in root.need("unit").map(Item::array).unwrap_or_default() {
            let keys = ["kind", "factor", "words", "stuck", "bare", "before", "not_after", "not_before"];
            let Some(t) = item.table(&keys) else { continue };
            let kind = t.need("kind").and_then(|i| {
                let kind = ValueKind::ALL.into_iter().find(|k| Some(k.name()) == i.str());
                if kind.is_none() {
                    i.fault("P005", "no such value kind");
                }
                kind
            });
            let (Some(kind), Some(factor)) = (kind, t.need("factor").and_then(Item::number)) else { continue };
            let mut words = Vec::new();
            for (key, place) in [
                ("words", UnitPlace::Any),
                ("stuck", UnitPlace::Stuck),
                ("bare", UnitPlace::Bare),
                ("before", UnitPlace::Before),
            ] {
                let written = t.get(key).map(Item::strings).unwrap_or_default();
                words.extend(written.into_iter().map(|(word, _)| (word.to_owned(), place)));
            }
            let mut around = |key: &str| -> Vec<Word> {
                let written = t.get(key).map(Item::strings).unwrap_or_default();
                written.into_iter().filter_map(|(word, item)| self.fold_words(word, item, state)).flatten().collect()
            };
            let (not_after, not_before) = (around("not_after"), around("not_before"));
            self.units.push(Unit { kind, factor, words, not_after, not_before });
        }
    }

    /// The numbers in words of `fold/words.toml`.
    fn read_numerals(&mut self, root: Table<'_>) {
        for item in root.get("numeral").map(Item::array).unwrap_or_default() {
            let Some(t) = item.table(&["value", "times", "words", "bare"]) else { continue };
            let Some(value) = t.need("value").and_then(Item::number) else { continue };
            let times = t.get("times").and_then(Item::bool).unwrap_or_default();
            for (key, place) in [("words", UnitPlace::Any), ("bare", UnitPlace::Bare)] {
                let written = t.get(key).map(Item::strings).unwrap_or_default();
                let numeral = |(word, _): (&str, Item<'_>)| Numeral { word: word.to_owned(), value, times, place };
                self.numerals.extend(written.into_iter().map(numeral));
            }
        }
    }

    /// A file of `context/`.
    pub(super) fn read_triggers(&mut self, root: Table<'_>, names: &mut Names, state: &mut Terms) {
        for item in root.get("trigger").map(Item::array).unwrap_or_default() {
            let keys = ["kind", "lang", "scope", "bare", "terms", "not_before", "opened_by", "lists", "note"];
            let Some(table) = item.table(&keys) else { continue };
            let kind = table.need("kind").and_then(|i| {
                let kind = i.str().and_then(TriggerKind::from_name);
                if kind.is_none() {
                    i.fault("P005", "no such kind of trigger");
                }
                kind
            });
            let Some(kind) = kind else { continue };
            let lang = match table.get("lang").and_then(Item::str) {
                Some("vi") => Lang::Vi,
                Some("en") => Lang::En,
                _ => Lang::Any,
            };
            let list = self.push_list(&format!("~context{}", self.triggers.len()), Role::Trigger, names);
            self.lists[list.0 as usize].context = true;
            // Context words are short and everywhere: bare ones count in a bare sentence, but where another word of the
            // same letters is as common ("cho", for, is no "chớ", do not).
            let bare = match table.get("bare").map(|i| (i, i.str())) {
                None => BarePolicy::Sentence,
                Some((_, Some("never"))) => BarePolicy::Never,
                Some((i, _)) => {
                    i.fault("P007", "`bare` of a trigger is \"never\", or left out");
                    continue;
                }
            };
            for (text, term) in table.need("terms").map(Item::strings).unwrap_or_default() {
                if let Some(words) = self.fold_words(text, term, state) {
                    self.push_term(list, lang, text, words, Position::Any, Some(bare), term, state);
                }
            }
            let mut not_before = Vec::new();
            for (text, word) in table.get("not_before").map(Item::strings).unwrap_or_default() {
                not_before.extend(self.fold_words(text, word, state).and_then(|w| w.into_iter().next()));
            }
            let opened_by = table.get("opened_by").map(Item::strings).unwrap_or_default();
            let opened_by =
                opened_by.into_iter().filter_map(|(text, item)| self.fold_words(text, item, state)).collect();
            let scope = table.get("scope").map_or(Some(0), Item::whole).unwrap_or(0);
            let only = table.get("lists").map(Item::array).unwrap_or_default();
            let only = only.into_iter().flat_map(|i| names.lists_or_family(i)).collect();
            self.triggers.push(Trigger { list, kind, scope, not_before, opened_by, only });
        }
    }

    /// `formats/hosts.toml`.
    pub(super) fn read_hosts(&mut self, root: Table<'_>, names: &mut Names) {
        for item in root.get("host").map(Item::array).unwrap_or_default() {
            let Some(table) = item.table(&["list", "meaning", "hosts", "params", "note"]) else { continue };
            let Some(id) = table.need("list").and_then(Item::str) else { continue };
            let list = match names.lists.get(id) {
                Some(list) => *list,
                None => {
                    let list = self.push_list(id, Role::Commercial, names);
                    self.lists[list.0 as usize].meaning =
                        table.get("meaning").and_then(super::reader::bilingual).unwrap_or_default();
                    list
                }
            };
            for (key, param) in [("hosts", false), ("params", true)] {
                for (text, _) in table.get(key).map(Item::strings).unwrap_or_default() {
                    let term = self.push_name(list, text);
                    self.hosts.push(Host { term, key: text.to_ascii_lowercase(), param });
                }
            }
        }
    }
}
