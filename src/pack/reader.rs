//! TOML with places: typed access that notes every fault and goes on.

use super::model::Bilingual;
use crate::{day::Day, diagnostic::Fault};
use std::{cell::RefCell, ops::Range};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One file being read, and where its faults go.
pub(super) struct Doc<'a> {
    pub(super) file: &'a str,
    pub(super) faults: &'a RefCell<Vec<Fault>>,
}

impl Doc<'_> {
    pub(super) fn fault(&self, code: &'static str, span: Range<usize>, message: impl Into<String>) {
        self.faults.borrow_mut().push(Fault {
            code,
            file: self.file.to_owned(),
            span,
            message: message.into(),
            help: None,
        });
    }

    /// The file as a table; `None` and a fault when it is no TOML.
    pub(super) fn parse<'t>(&self, text: &'t str) -> Option<Spanned<DeTable<'t>>> {
        DeTable::parse(text)
            .map_err(|e| self.fault("P001", e.span().unwrap_or(0..0), format!("not valid TOML: {}", e.message())))
            .ok()
    }
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    doc: &'a Doc<'a>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Item<'a> {
    pub(super) fn span(self) -> Range<usize> {
        self.value.span()
    }

    pub(super) fn fault(self, code: &'static str, message: impl Into<String>) {
        self.doc.fault(code, self.span(), message);
    }

    /// File and bytes, for faults that only the whole pack shows.
    pub(super) fn place(self) -> (String, Range<usize>) {
        (self.doc.file.to_owned(), self.span())
    }

    fn wrong(self, wanted: &str) {
        self.fault("P004", format!("expected {wanted}, found {}", self.value.get_ref().type_str()));
    }

    pub(super) fn is_str(self) -> bool {
        self.value.get_ref().is_str()
    }

    pub(super) fn is_array(self) -> bool {
        self.value.get_ref().is_array()
    }

    pub(super) fn str(self) -> Option<&'a str> {
        let s = self.value.get_ref().as_str();
        if s.is_none() {
            self.wrong("a string");
        }
        s
    }

    pub(super) fn bool(self) -> Option<bool> {
        let b = self.value.get_ref().as_bool();
        if b.is_none() {
            self.wrong("true or false");
        }
        b
    }

    pub(super) fn number(self) -> Option<f64> {
        let v = self.value.get_ref();
        let n = v.as_integer().map(|i| i.as_str()).or(v.as_float().map(|f| f.as_str())).and_then(|s| s.parse().ok());
        if n.is_none() {
            self.wrong("a number");
        }
        n
    }

    pub(super) fn whole(self) -> Option<u32> {
        let n = self.value.get_ref().as_integer().and_then(|i| i.as_str().parse().ok());
        if n.is_none() {
            self.wrong("a whole number");
        }
        n
    }

    pub(super) fn array(self) -> Vec<Item<'a>> {
        match self.value.get_ref().as_array() {
            Some(a) => a.iter().map(|value| Item { doc: self.doc, value }).collect(),
            None => {
                self.wrong("an array");
                Vec::new()
            }
        }
    }

    pub(super) fn strings(self) -> Vec<(&'a str, Item<'a>)> {
        self.array().into_iter().filter_map(|i| Some((i.str()?, i))).collect()
    }

    /// The value as a table that has no keys but `keys`.
    pub(super) fn table(self, keys: &[&str]) -> Option<Table<'a>> {
        match self.value.get_ref().as_table() {
            Some(map) => Some(Table { doc: self.doc, span: (self.span().start, self.span().end), map }.checked(keys)),
            None => {
                self.wrong("a table");
                None
            }
        }
    }
}

/// A table with its place.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    doc: &'a Doc<'a>,
    span: (usize, usize),
    map: &'a DeTable<'a>,
}

impl<'a> Table<'a> {
    /// The whole file.
    pub(super) fn root(doc: &'a Doc<'a>, table: &'a Spanned<DeTable<'a>>, keys: &[&str]) -> Self {
        Table { doc, span: (0, 0), map: table.get_ref() }.checked(keys)
    }

    fn checked(self, keys: &[&str]) -> Self {
        for key in self.map.keys() {
            if !keys.is_empty() && !keys.contains(&key.get_ref().as_ref()) {
                self.doc.fault(
                    "P002",
                    key.span(),
                    format!("unknown key `{}`; known here: {}", key.get_ref(), keys.join(", ")),
                );
            }
        }
        self
    }

    /// A short place to point at: the head of the table.
    pub(super) fn span(self) -> Range<usize> {
        self.span.0..self.span.1
    }

    pub(super) fn fault(self, code: &'static str, message: impl Into<String>) {
        self.doc.fault(code, self.span(), message);
    }

    pub(super) fn get(self, key: &str) -> Option<Item<'a>> {
        self.map.get(key).map(|value| Item { doc: self.doc, value })
    }

    /// The value of a key that must be there.
    pub(super) fn need(self, key: &str) -> Option<Item<'a>> {
        let item = self.get(key);
        if item.is_none() {
            self.fault("P003", format!("`{key}` is missing"));
        }
        item
    }

    pub(super) fn entries(self) -> Vec<(&'a str, Item<'a>)> {
        self.map.iter().map(|(k, value)| (k.get_ref().as_ref(), Item { doc: self.doc, value })).collect()
    }
}

/// The string under a key that must be there; empty with a fault.
pub(super) fn text(t: Table<'_>, key: &str) -> String {
    t.need(key).and_then(Item::str).unwrap_or_default().to_owned()
}

/// A text in both languages.
pub(super) fn bilingual(item: Item<'_>) -> Option<Bilingual> {
    let t = item.table(&["vi", "en"])?;
    let both = Bilingual { vi: text(t, "vi"), en: text(t, "en") };
    if both.vi.trim().is_empty() || both.en.trim().is_empty() {
        t.fault("P003", "both languages are needed");
    }
    Some(both)
}

/// A day.
pub(super) fn day(item: Item<'_>) -> Option<Day> {
    let day = item.str().and_then(Day::parse);
    if day.is_none() {
        item.fault("P007", "expected a day, \"YYYY-MM-DD\"");
    }
    day
}
