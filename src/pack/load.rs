//! Reads a pack: every file, every fault, in an order in which names are known before they are used.

use super::{
    DisclosureNumbers, Messages, Pack, PackError, PackFiles,
    ids::ProvisionId,
    load_formats,
    load_terms::Terms,
    model::{Confidence, Provision},
    names::Names,
    reader::{Doc, Item, Table, bilingual, day, text},
};
use crate::{
    day::Day,
    diagnostic::{self, Fault},
    normalise::LETTERS,
    vocabulary::Unseen,
};
use std::{cell::RefCell, collections::HashMap};

impl Pack {
    /// The pack that is built in.
    ///
    /// # Errors
    /// Never for a released program: a test loads it.
    pub fn embedded() -> Result<Self, PackError> {
        Self::load(&PackFiles::embedded())
    }

    /// Loads and checks a pack.
    ///
    /// # Errors
    /// All faults of all files at once, with file, line and caret.
    pub fn load(files: &PackFiles) -> Result<Self, PackError> {
        let faults = RefCell::new(Vec::new());
        let pack = Self::read(files, &faults);
        let faults: Vec<Fault> = faults.into_inner();
        if faults.is_empty() {
            return Ok(pack);
        }
        let report = diagnostic::render(&faults, |file| files.get(file));
        Err(PackError::Faults { count: faults.len(), report, faults })
    }

    fn read(files: &PackFiles, faults: &RefCell<Vec<Fault>>) -> Self {
        let mut pack = Pack { sha256: files.sha256(), law_as_of: Day::EPOCH, ..Pack::default() };
        let mut names = Names::default();
        let mut terms = Terms::default();
        let one = |path: &str, keys: &[&str], use_it: &mut dyn FnMut(Table<'_>)| {
            let doc = Doc { file: path, faults };
            match files.get(path) {
                Some(text) => {
                    if let Some(table) = doc.parse(text) {
                        use_it(Table::root(&doc, &table, keys));
                    }
                }
                None => doc.fault("P008", 0..0, "this file is missing from the pack"),
            }
        };
        let folder = |path: &str, keys: &[&str], use_it: &mut dyn FnMut(Table<'_>)| {
            for (file, _) in files.in_folder(path) {
                one(file, keys, use_it);
            }
        };
        one("pack.toml", &["id", "version", "law_as_of"], &mut |t| {
            pack.id = text(t, "id");
            pack.version = text(t, "version");
            pack.law_as_of = t.need("law_as_of").and_then(day).unwrap_or(Day::EPOCH);
        });
        same_letters(files, faults);
        folder("provisions", &["provision"], &mut |t| pack.read_provisions(t, &mut names));
        one("fold/collisions.toml", &["collision", "hashtag"], &mut |t| {
            pack.read_collisions(t, &mut terms);
            pack.read_other_hashtags(t);
        });
        let word_keys = [
            "english_function",
            "vietnamese_frequent",
            "teencode",
            "other_function",
            "account",
            "after_sum",
            "scale",
            "numeral",
            "unit",
        ];
        one("fold/words.toml", &word_keys, &mut |t| pack.read_words(t, &mut terms));
        one("fold/social.toml", &["always", "sometimes", "respell", "english", "english_in_terms"], &mut |t| {
            pack.read_social(t)
        });
        one("fold/disguise.toml", &["leet", "flipped", "typing"], &mut |t| pack.read_disguise(t));
        pack.add_values(&mut names);
        folder("terms", &["list", "compound", "pattern"], &mut |t| pack.read_lists(t, &mut names));
        one("formats/hosts.toml", &["host"], &mut |t| pack.read_hosts(t, &mut names));
        folder("terms", &[], &mut |t| pack.read_terms(t, &mut names, &mut terms));
        folder("context", &["trigger"], &mut |t| pack.read_triggers(t, &mut names, &mut terms));
        pack.add_twins(&mut terms);
        for (file, text) in files.in_folder("formats/maps") {
            one(file, load_formats::keys(), &mut |t| pack.read_format(t, file, text));
        }
        one("formats/platforms.toml", &["platform"], &mut |t| pack.read_platforms(t));
        one("weights/commercial.toml", &["evidence"], &mut |t| pack.read_evidence(t, &mut names));
        let keys = ["intercept", "fitted_on", "fit", "evidence", "list", "shape"];
        one("weights/score.toml", &keys, &mut |t| pack.read_score(t));
        one("weights/shape.toml", &["trade", "partner"], &mut |t| pack.read_shapes(t));
        let numbers = [
            "fold_code_points",
            "fold_lines",
            "voice_percent",
            "hashtag_run",
            "commission_within",
            "long_transcript_words",
        ];
        one("weights/disclosure.toml", &numbers, &mut |t| {
            let [fold_code_points, fold_lines, voice_percent, hashtag_run, commission_within, long_transcript_words] =
                numbers.map(|key| t.need(key).and_then(Item::whole).unwrap_or(0));
            pack.disclosure = DisclosureNumbers {
                fold_code_points,
                fold_lines,
                voice_percent,
                hashtag_run,
                commission_within,
                long_transcript_words,
            };
        });
        let mut named = HashMap::new();
        one("rules/conditions.toml", &["condition"], &mut |t| named = pack.read_conditions(t, &names));
        for (file, _) in files.in_folder("rules").filter(|(f, _)| *f != "rules/conditions.toml") {
            one(file, &["rule"], &mut |t| pack.read_rules(t, file, &names, &named));
        }
        let keys = ["programme", "assumption", "pillar"];
        one("policy/crosswalk.toml", &keys, &mut |t| pack.read_crosswalk(t));
        pack.read_messages(files, faults);
        pack.finish(&names, faults);
        pack
    }

    fn read_messages(&mut self, files: &PackFiles, faults: &RefCell<Vec<Fault>>) {
        let inside = files.paths().filter_map(|p| Some((p.strip_prefix("messages/")?, files.get(p)?)));
        match Messages::parse(inside) {
            Ok(messages) => self.messages = messages,
            Err(found) => faults.borrow_mut().extend(found.into_iter().map(|f| Fault {
                code: "M001",
                file: format!("messages/{}", f.file),
                span: f.span,
                message: format!("{} / {}", f.message.vi, f.message.en),
                help: None,
            })),
        }
    }

    /// Orders what must stand in order and checks what only the whole can show.
    fn finish(&mut self, names: &Names, faults: &RefCell<Vec<Fault>>) {
        let mut order: Vec<usize> = (0..self.rules.len()).collect();
        order.sort_by(|&a, &b| self.rules[a].id.cmp(&self.rules[b].id));
        self.rules = order.iter().map(|&i| self.rules[i].clone()).collect();
        self.conditions = order.iter().map(|&i| self.conditions[i].clone()).collect();
        // A compound comes after the compounds whose cues it joins.
        let depth = self.compound_depths();
        let mut order: Vec<usize> = (0..self.compounds.len()).collect();
        order.sort_by_key(|&i| depth[i]);
        for &i in order.iter().filter(|&&i| depth[i] > 8) {
            let name = self.term_name(self.compounds[i].term);
            let (file, span) = names.compounds[i].clone();
            let message = format!("compound `{name}` is built from itself");
            faults.borrow_mut().push(Fault { code: "L005", file, span, message, help: None });
        }
        self.compounds = order.iter().map(|&i| self.compounds[i].clone()).collect();
    }

    fn compound_depths(&self) -> Vec<usize> {
        let makes = |c: &super::Compound| self.terms[c.term.0 as usize].list;
        let mut depth = vec![0; self.compounds.len()];
        // Nine rounds settle every chain of up to eight; a longer one is a circle.
        for _ in 0..9 {
            let before = depth.clone();
            for (i, c) in self.compounds.iter().enumerate() {
                let below = self.compounds.iter().enumerate().filter(|(j, b)| {
                    let list = makes(b);
                    // A list may be its own part only through its plain terms.
                    *j != i && list != makes(c) && c.parts.iter().any(|p| p.lists.contains(&list))
                });
                depth[i] = below.map(|(j, _)| before[j] + 1).max().unwrap_or(0);
            }
        }
        depth
    }

    fn read_provisions(&mut self, root: Table<'_>, names: &mut Names) {
        for item in root.get("provision").map(Item::array).unwrap_or_default() {
            let keys = [
                "id",
                "jurisdiction",
                "instrument",
                "article",
                "summary",
                "in_force_from",
                "in_force_to",
                "penalty",
                "confidence",
                "sources",
                "note",
            ];
            let Some(t) = item.table(&keys) else { continue };
            let Some(id) = t.need("id").and_then(Item::str) else { continue };
            let confidence = match t.need("confidence").map(|i| (i, i.str())) {
                Some((_, Some("verified"))) => Confidence::Verified,
                Some((_, Some("unverified"))) => Confidence::Unverified,
                Some((i, _)) => {
                    i.fault("P007", "confidence is \"verified\" or \"unverified\"");
                    continue;
                }
                None => continue,
            };
            let provision = Provision {
                id: id.to_owned(),
                jurisdiction: text(t, "jurisdiction"),
                instrument: text(t, "instrument"),
                article: text(t, "article"),
                summary: t.need("summary").and_then(bilingual).unwrap_or_default(),
                from: t.get("in_force_from").and_then(day),
                to: t.get("in_force_to").and_then(day),
                penalty: t.get("penalty").and_then(Item::str).map(str::to_owned),
                confidence,
                sources: t
                    .get("sources")
                    .map(Item::strings)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(s, _)| s.to_owned())
                    .collect(),
            };
            if let (Some(from), Some(to)) = (provision.from, provision.to)
                && to < from
            {
                t.fault("P007", format!("`{id}` ends before it begins"));
            }
            let at = ProvisionId(self.provisions.len() as u16);
            if names.provisions.insert(id.to_owned(), at).is_some() {
                t.fault("P006", format!("provision `{id}` is defined twice"));
            }
            self.provisions.push(provision);
        }
    }

    fn read_platforms(&mut self, root: Table<'_>) {
        let Some(all) = root.need("platform").and_then(|i| i.table(&[])) else { return };
        for (name, item) in all.entries() {
            let Some(t) = item.table(&["media", "note"]) else { continue };
            let mut unseen = Unseen::default();
            for (medium, item) in t.need("media").map(Item::strings).unwrap_or_default() {
                match Unseen::from_name(medium) {
                    Some(m) => unseen.insert(m),
                    None => item.fault("P005", "a medium is video, image or audio"),
                }
            }
            self.platforms.insert(name.to_owned(), unseen);
        }
    }
}

/// `fold/letters.toml` must be the program's own: it is compiled in, and a pack folded otherwise would not be this pack.
fn same_letters(files: &PackFiles, faults: &RefCell<Vec<Fault>>) {
    const FILE: &str = "fold/letters.toml";
    let doc = Doc { file: FILE, faults };
    let Some(text) = files.get(FILE) else {
        return doc.fault("P008", 0..0, "this file is missing from the pack");
    };
    let mut at = 0;
    let mut own = LETTERS.lines();
    for line in text.split_inclusive('\n') {
        let written = line.trim_end_matches(['\n', '\r']);
        if own.next() != Some(written) {
            return doc.fault("P009", at..at + written.len(), DIFFERENT_LETTERS);
        }
        at += line.len();
    }
    if own.next().is_some() {
        doc.fault("P009", at..at, DIFFERENT_LETTERS);
    }
}

const DIFFERENT_LETTERS: &str = "bảng chữ này khác bảng của chương trình; nó không thuộc riêng kho nào, hãy chép lại tệp của \
    chương trình / this table of letters is not the program's own; it is no pack's to change: restore the program's file";
