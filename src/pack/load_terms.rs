//! Reads the lists of `terms/` and `context/`: terms, compounds and patterns.

use super::{
    Pack,
    ids::{ListId, TermId},
    lexicon::{BarePolicy, CLAIM_CODES, Compound, Lang, List, Part, Pattern, Position, Term, ValueKind, Word},
    model::Bilingual,
    names::{MOST_BITS, MOST_LISTS, Names},
    reader::{Item, Table},
};
use crate::{
    normalise::{self, Break, Folds, Kind, Text},
    vocabulary::Role,
};
use memchr::memmem::Finder;
use std::collections::{HashMap, HashSet};

/// Spellings of one term; two of each of four words.
const MOST_SPELLINGS: usize = 16;

/// What the loader of terms keeps between files.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) text: Text,
    /// Collision policy of a bare key: `A`, `B` or `C`.
    pub(super) collisions: HashMap<String, char>,
    seen: HashSet<(ListId, Vec<String>, bool)>,
}

impl Pack {
    /// The built-in lists of values: they come first, so that their ids are fixed.
    pub(super) fn add_values(&mut self, names: &mut Names) {
        for kind in ValueKind::ALL {
            let id = format!("value.{}", kind.name());
            let list = self.push_list(&id, Role::Commercial, names);
            self.push_name(list, kind.name());
        }
    }

    pub(super) fn push_list(&mut self, id: &str, role: Role, names: &mut Names) -> ListId {
        let list = ListId(self.lists.len() as u16);
        self.lists.push(List {
            id: id.to_owned(),
            meaning: Bilingual::default(),
            role,
            claim: None,
            product: None,
            hashtags: false,
            context: false,
        });
        if !id.starts_with('~') {
            names.lists.insert(id.to_owned(), list);
        }
        list
    }

    /// A term without words: the name of a pattern, compound, host or value.
    pub(super) fn push_name(&mut self, list: ListId, id: &str) -> TermId {
        let term = TermId(self.terms.len() as u32);
        self.terms.push(Term {
            list,
            name: format!("{}/{id}", self.lists[list.0 as usize].id),
            lang: Lang::Any,
            words: Vec::new(),
            bare: BarePolicy::Plain,
            position: Position::Any,
            bare_hashtag: true,
            needs_english: false,
        });
        term
    }

    /// First pass over a file of `terms/`: the lists alone, so that later files may name them.
    pub(super) fn read_lists(&mut self, root: Table<'_>, names: &mut Names) {
        for item in root.get("list").map(Item::array).unwrap_or_default() {
            let keys = ["id", "meaning", "role", "claim", "product", "hashtags", "note", "vi", "en"];
            let Some(table) = item.table(&keys) else { continue };
            let Some((id, id_item)) = table.need("id").and_then(|i| Some((i.str()?, i))) else { continue };
            if names.lists.contains_key(id) {
                id_item.fault("P006", format!("list `{id}` is defined twice"));
                continue;
            }
            if names.lists.len() == MOST_LISTS {
                id_item.fault("L006", format!("a pack has room for {MOST_LISTS} lists"));
                continue;
            }
            let Some(role) = table.need("role").and_then(role_of) else { continue };
            let list = self.push_list(id, role, names);
            let meaning = table.need("meaning").and_then(super::reader::bilingual).unwrap_or_default();
            let claim = table.get("claim").and_then(|i| {
                let code = CLAIM_CODES.into_iter().find(|c| Some(*c) == i.str());
                if code.is_none() {
                    i.fault("P005", format!("no such claim code; known: {}", CLAIM_CODES.join(", ")));
                }
                code
            });
            let product = table.get("product").and_then(|item| {
                let name = item.str()?;
                let at = self.products.iter().position(|p| p == name).unwrap_or(self.products.len());
                if at == MOST_BITS {
                    item.fault("L006", format!("a pack has room for {MOST_BITS} product classes"));
                    return None;
                }
                if at == self.products.len() {
                    self.products.push(name.to_owned());
                }
                Some(at as u8)
            });
            let hashtags = table.get("hashtags").and_then(Item::bool).unwrap_or(false);
            let entry = &mut self.lists[list.0 as usize];
            (entry.meaning, entry.claim, entry.product, entry.hashtags) = (meaning, claim, product, hashtags);
        }
    }

    /// Second pass: terms, compounds and patterns.
    pub(super) fn read_terms(&mut self, root: Table<'_>, names: &mut Names, state: &mut Terms) {
        for item in root.get("list").map(Item::array).unwrap_or_default() {
            let Some(table) = item.table(&[]) else { continue };
            let Some(&list) = table.get("id").and_then(Item::str).and_then(|id| names.lists.get(id)) else { continue };
            for (key, lang) in [("vi", Lang::Vi), ("en", Lang::En)] {
                for term in table.get(key).map(Item::array).unwrap_or_default() {
                    self.read_term(term, list, lang, state);
                }
            }
        }
        for item in root.get("compound").map(Item::array).unwrap_or_default() {
            self.read_compound(item, names, state);
        }
        for item in root.get("pattern").map(Item::array).unwrap_or_default() {
            self.read_pattern(item, names, state);
        }
    }

    fn read_term(&mut self, item: Item<'_>, list: ListId, lang: Lang, state: &mut Terms) {
        let (text, bare, at) = if item.is_str() {
            (item.str(), None, None)
        } else {
            let Some(t) = item.table(&["text", "bare", "at", "note"]) else { return };
            (t.need("text").and_then(Item::str), t.get("bare"), t.get("at"))
        };
        let Some(text) = text else { return };
        let position = match at.map(|i| (i, i.str())) {
            None => Position::Any,
            Some((_, Some("label"))) => Position::Label,
            Some((_, Some("hashtag"))) => Position::Hashtag,
            Some((i, _)) => return i.fault("P007", "`at` is \"label\" or \"hashtag\""),
        };
        let asked = match bare.map(|i| (i, i.str())) {
            None => None,
            Some((_, Some("ok"))) => Some(BarePolicy::Sentence),
            Some((_, Some("never"))) => Some(BarePolicy::Never),
            Some((i, _)) => return i.fault("P007", "`bare` is \"ok\" or \"never\""),
        };
        let (text, position) = match text.strip_prefix('#') {
            Some(body) => (body, Position::Hashtag),
            None => (text, position),
        };
        if let Some(words) = self.fold_words(text, item, state) {
            self.push_term(list, lang, text, words, position, asked, item, state);
        }
    }

    /// The words of a term; a fault when it is not written as folding would write it.
    pub(super) fn fold_words(&mut self, text: &str, item: Item<'_>, state: &mut Terms) -> Option<Vec<Word>> {
        normalise::fold(text, &mut state.text);
        let folded = &state.text;
        if folded.tokens.is_empty() {
            item.fault("L001", "no word in this term");
            return None;
        }
        let mut words = Vec::with_capacity(folded.tokens.len());
        for (i, token) in folded.tokens.iter().enumerate() {
            if !matches!(token.kind, Kind::Word | Kind::Number | Kind::Emoji) {
                item.fault("L002", format!("a {} cannot be part of a term", token.kind.name()));
                return None;
            }
            if token.folds != Folds::NONE {
                let folds: Vec<_> = token.folds.names().collect();
                let key = folded.key(token);
                item.fault(
                    "L003",
                    format!(
                        "write `{key}`: terms stand in lower case, composed, old tone placement ({})",
                        folds.join(", ")
                    ),
                );
                return None;
            }
            words.push(Word {
                marked: folded.key(token).to_owned(),
                bare: folded.bare_key(token).to_owned(),
                before: if i > 0 { token.before } else { Break::Line },
            });
        }
        Some(words)
    }

    #[allow(clippy::too_many_arguments)] // the parts of one entry of a term list
    pub(super) fn push_term(
        &mut self,
        list: ListId,
        lang: Lang,
        text: &str,
        words: Vec<Word>,
        position: Position,
        asked: Option<BarePolicy>,
        item: Item<'_>,
        state: &mut Terms,
    ) {
        let key = words.iter().map(|w| w.marked.clone()).collect();
        if !state.seen.insert((list, key, position == Position::Hashtag)) {
            return item.fault("L004", format!("`{text}` stands twice in this list"));
        }
        let bare_key: Vec<&str> = words.iter().map(|w| w.bare.as_str()).collect();
        let plain = words.iter().all(|w| w.marked == w.bare);
        let bare = match (plain, asked, state.collisions.get(&bare_key.join(" "))) {
            (true, ..) => BarePolicy::Plain,
            (_, Some(asked), _) => asked,
            (_, None, Some('B')) => BarePolicy::Sentence,
            (_, None, Some(_)) => BarePolicy::Never,
            (_, None, None) if words.len() >= 3 => BarePolicy::Sentence,
            (_, None, None) => BarePolicy::Never,
        };
        let needs_english = lang == Lang::En && bare_key.iter().all(|w| normalise::is_bare_syllable(w));
        let collision = state.collisions.get(&bare_key.join(" "));
        let hidden = self.lists[list.0 as usize].id.starts_with('~');
        if collision == Some(&'C') && position == Position::Any && !needs_english && !hidden {
            let help = "ask for a position (`at`), or put it into a compound with its neighbour";
            item.fault("L007", format!("`{text}` is ambiguous in every spelling (fold/collisions.toml): {help}"));
        }
        if asked == Some(BarePolicy::Sentence) && matches!(collision, Some('A' | 'C')) && !hidden {
            let why = "its bare spelling mostly means something else (fold/collisions.toml)";
            item.fault("L008", format!("`{text}` cannot be bare = \"ok\": {why}"));
        }
        let bare_hashtag = asked != Some(BarePolicy::Never);
        let hash = if position == Position::Hashtag { "#" } else { "" };
        let name = format!("{}/{hash}{text}", self.lists[list.0 as usize].id);
        self.terms.push(Term { list, name, lang, words, bare, position, bare_hashtag, needs_english });
    }

    /// Terms once more under the other spellings of their words: i for y (bác sỹ, bác sĩ) and chat spelling read out (ko
    /// phải, không phải). Texts are read so too, and no term may become unreachable.
    pub(super) fn add_twins(&mut self, state: &mut Terms) {
        for i in 0..self.terms.len() {
            let term = &self.terms[i];
            let hashtag = term.position == Position::Hashtag;
            for words in self.other_spellings(&term.words) {
                let key = words.iter().map(|w| w.marked.clone()).collect();
                if state.seen.insert((self.terms[i].list, key, hashtag)) {
                    let old = &self.terms[i];
                    let with_i = |w: &Word| normalise::with_i(&w.marked).unwrap_or_else(|| w.marked.clone());
                    let spelt = words.iter().map(with_i).eq(old.words.iter().map(with_i));
                    let bare = if spelt { old.bare } else { BarePolicy::Exact };
                    let twin = Term { words, bare, ..old.clone() };
                    self.terms.push(twin);
                }
            }
        }
    }

    fn other_spellings(&self, words: &[Word]) -> Vec<Vec<Word>> {
        let mut all: Vec<Vec<Word>> = vec![Vec::new()];
        for word in words {
            let mut ways = vec![vec![word.clone()]];
            let way = |key: &String| Word { marked: key.clone(), bare: normalise::bare(key), before: Break::None };
            let i_or_y = normalise::with_i(&word.marked).or_else(|| normalise::with_y(&word.marked));
            ways.extend(i_or_y.map(|key| vec![way(&key)]));
            let readings = self.folds.chat.get(&word.marked).into_iter().flatten().filter(|r| !r.to.is_empty());
            ways.extend(readings.map(|r| r.to.iter().map(way).collect()));
            ways.iter_mut().for_each(|way| way[0].before = word.before);
            all = all.iter().flat_map(|start| ways.iter().map(move |way| [start.as_slice(), way].concat())).collect();
            all.truncate(MOST_SPELLINGS);
        }
        all.split_off(1)
    }

    fn read_compound(&mut self, item: Item<'_>, names: &mut Names, state: &mut Terms) {
        let Some(table) = item.table(&["list", "id", "parts", "gap", "note"]) else { return };
        let list = table.need("list").and_then(|i| names.list(i));
        let id = table.need("id").and_then(Item::str);
        let gap = table.get("gap").map_or(Some(0), Item::whole);
        let parts = table.need("parts").map(Item::array).unwrap_or_default();
        let (Some(list), Some(id), Some(gap)) = (list, id, gap) else { return };
        if parts.len() < 2 {
            return table.fault("P007", "a compound has at least two parts");
        }
        let mut read = Vec::with_capacity(parts.len());
        for (i, part) in parts.into_iter().enumerate() {
            match self.read_part(part, &format!("{id}~{i}"), names, state) {
                Some(part) => read.push(part),
                None => return,
            }
        }
        let term = self.push_name(list, id);
        if self.compounds.iter().any(|c| self.terms[c.term.0 as usize].name == self.terms[term.0 as usize].name) {
            return table.fault("P006", format!("compound `{id}` of this list is defined twice"));
        }
        names.compounds.push(item.place());
        self.compounds.push(Compound { term, parts: read, gap });
    }

    fn read_part(&mut self, item: Item<'_>, anonymous: &str, names: &mut Names, state: &mut Terms) -> Option<Part> {
        let free = |lists| Part { lists, min: f64::NEG_INFINITY, max: f64::INFINITY };
        if item.is_str() {
            return Some(free(vec![names.list(item)?]));
        }
        let table = item.table(&["words", "value", "list", "min", "max"])?;
        let mut part = free(Vec::new());
        if let Some(words) = table.get("words") {
            let list = self.push_list(&format!("~{anonymous}"), Role::Trigger, names);
            for (text, word) in words.strings() {
                let folded = self.fold_words(text, word, state)?;
                let lang = if text.is_ascii() { Lang::Any } else { Lang::Vi };
                // Inside a compound the neighbours vouch for a bare word.
                self.push_term(list, lang, text, folded, Position::Any, Some(BarePolicy::Sentence), word, state);
            }
            part.lists.push(list);
        }
        if let Some(value) = table.get("value") {
            match ValueKind::ALL.into_iter().find(|k| Some(k.name()) == value.str()) {
                Some(kind) => part.lists.push(kind.list()),
                None => value.fault("P005", "no such value kind"),
            }
        }
        if let Some(lists) = table.get("list") {
            let items = if lists.is_str() { vec![lists] } else { lists.array() };
            part.lists.extend(items.into_iter().filter_map(|i| names.list(i)));
        }
        part.min = table.get("min").map_or(Some(part.min), Item::number)?;
        part.max = table.get("max").map_or(Some(part.max), Item::number)?;
        if part.lists.is_empty() {
            item.fault("P007", "a part is a list id, or has `words`, `value` or `list`");
            return None;
        }
        Some(part)
    }

    fn read_pattern(&mut self, item: Item<'_>, names: &mut Names, state: &mut Terms) {
        let Some(table) = item.table(&["list", "id", "gate", "opens", "also", "regex", "note"]) else { return };
        let list = table.need("list").and_then(|i| names.list(i));
        let id = table.need("id").and_then(Item::str);
        let Some((source, at)) = table.need("regex").and_then(|i| Some((i.str()?, i))) else { return };
        let mut gate = Vec::new();
        for (text, word) in table.need("gate").map(Item::strings).unwrap_or_default() {
            if text == "#" || text == "@" {
                gate.push(text.to_owned());
                continue;
            }
            match self.fold_words(text, word, state).as_deref() {
                Some([one]) => gate.push(one.bare.clone()),
                Some(_) => word.fault("P007", "a gate is one word"),
                None => {}
            }
        }
        if gate.is_empty() {
            return table.fault("P003", "a pattern needs a gate word, or it would run on every post");
        }
        let (Some(list), Some(id)) = (list, id) else { return };
        // Every worker keeps its own states of the automaton: with 8 MiB a pattern two workers came to hold 45 MB of them.
        // A pattern that needs more gets no automaton, and is ten times as slow; one that opens a sentence is asked of a
        // few letters and needs none.
        let opens = table.get("opens").and_then(Item::bool).unwrap_or_default();
        let source = if opens { format!(r"\A(?:{})", lean(source)) } else { lean(source) };
        match regex::RegexBuilder::new(&source)
            .size_limit(8 << 20)
            .dfa_size_limit(if opens { 0 } else { 1 << 17 })
            .build()
        {
            Ok(regex) => {
                let term = self.push_name(list, id);
                let also = table.get("also").map(Item::strings).unwrap_or_default();
                let also = also.into_iter().map(|(text, _)| Finder::new(text).into_owned()).collect();
                self.patterns.push(Pattern { term, gate, opens, also, regex });
            }
            Err(e) => at.fault("P007", format!("not a regular expression: {e}")),
        }
    }
}

/// The pattern with `\w`, `\W` and `\d` narrowed to what folded text holds: all of Unicode's letters would make it a
/// hundred times as large. Groups capture nothing: nobody asks what stands in one, and every worker would keep room for it.
fn lean(source: &str) -> String {
    let (mut out, mut inside, mut escaped) = (String::with_capacity(source.len()), false, false);
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        let class = match c {
            'w' | 'W' if escaped => Some("0-9a-z\\x{C0}-\\x{1EF9}"),
            'd' if escaped => Some("0-9"),
            // A match begins and ends with a word in any case, and Unicode's word edge is what a lazy DFA cannot do.
            'b' if escaped && !inside => Some(""),
            _ => None,
        };
        if let Some(class) = class {
            out.pop();
            if class.is_empty() {
                escaped = false;
                continue;
            }
            let brackets = match c {
                'W' => ["[^", "]"],
                _ if inside => ["", ""],
                _ => ["[", "]"],
            };
            out.extend([brackets[0], class, brackets[1]]);
            escaped = false;
            continue;
        }
        match c {
            '[' if !escaped => inside = true,
            ']' if !escaped => inside = false,
            _ => {}
        }
        let group = c == '(' && !escaped && !inside && rest.peek() != Some(&'?');
        escaped = c == '\\' && !escaped;
        out.push(c);
        if group {
            out.push_str("?:");
        }
    }
    out
}

fn role_of(item: Item<'_>) -> Option<Role> {
    let role = match item.str()? {
        "commercial" => Role::Commercial,
        "disclosure" => Role::Disclosure,
        "denial" => Role::Denial,
        "claim" => Role::Claim,
        "trigger" => Role::Trigger,
        _ => {
            item.fault("P007", "a role is commercial, disclosure, denial, claim or trigger");
            return None;
        }
    };
    Some(role)
}
