//! Reads a TOML table key by key and remembers everything that is wrong instead of stopping at the first fault.

use super::fault::PolicyFault;
use crate::pack::Bilingual;
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Faults found so far in one file.
pub(super) struct Faults<'s> {
    source: &'s str,
    pub(super) found: Vec<PolicyFault>,
}

impl<'s> Faults<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self { source, found: Vec::new() }
    }

    /// Notes a fault.
    pub(super) fn add(&mut self, span: Range<usize>, vi: impl Into<String>, en: impl Into<String>) {
        let message = Bilingual { vi: vi.into(), en: en.into() };
        self.found.push(PolicyFault::new(self.source, message, span));
    }
}

/// A value with its place. Missing and faulty values stand in as `None`, so that rules over several values skip them.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// What a number may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Limits {
    /// Both ends allowed.
    Within(f64, f64),
    /// Neither end allowed.
    Between(f64, f64),
    /// This or more.
    AtLeast(f64),
    /// More than this.
    Above(f64),
}

impl Limits {
    pub(super) const SHARE: Limits = Limits::Within(0.0, 1.0);
    pub(super) const POINTS: Limits = Limits::Within(0.0, 100.0);

    fn allow(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Limits::Within(low, high) => (low..=high).contains(&value),
                Limits::Between(low, high) => low < value && value < high,
                Limits::AtLeast(low) => low <= value,
                Limits::Above(low) => low < value,
            }
    }

    fn words(self) -> (String, String) {
        match self {
            Limits::Within(low, high) => (format!("từ {low} đến {high}"), format!("from {low} to {high}")),
            Limits::Between(low, high) => {
                (format!("lớn hơn {low} và nhỏ hơn {high}"), format!("above {low} and below {high}"))
            }
            Limits::AtLeast(low) => (format!("không nhỏ hơn {low}"), format!("at least {low}")),
            Limits::Above(low) => (format!("lớn hơn {low}"), format!("above {low}")),
        }
    }
}

/// One table of the file, with the keys asked for so far.
pub(super) struct Section<'t, 'i> {
    name: String,
    table: Option<&'t DeTable<'i>>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl<'t, 'i> Section<'t, 'i> {
    /// The whole file.
    pub(super) fn root(table: &'t DeTable<'i>, end: usize) -> Self {
        Self { name: String::new(), table: Some(table), span: end..end, asked: Vec::new() }
    }

    /// A table that stands as a value; a fault when it is something else.
    pub(super) fn of(name: String, value: &'t Value<'i>, faults: &mut Faults<'_>) -> Self {
        let table = value.get_ref().as_table();
        if table.is_none() {
            faults.add(value.span(), format!("[{name}] phải là một bảng"), format!("[{name}] must be a table"));
        }
        Self { name, table, span: value.span(), asked: Vec::new() }
    }

    /// Where the section is headed.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A table inside that must be there; when it is not, its keys are not missed one by one.
    pub(super) fn section(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Section<'t, 'i> {
        match self.value(key) {
            Some(value) => Section::of(key.to_owned(), value, faults),
            None => {
                faults.add(self.span(), format!("thiếu phần [{key}]"), format!("the section [{key}] is missing"));
                Section { name: key.to_owned(), table: None, span: self.span(), asked: Vec::new() }
            }
        }
    }

    /// A value that may be missing.
    pub(super) fn value(&mut self, key: &'static str) -> Option<&'t Value<'i>> {
        self.asked.push(key);
        self.table.and_then(|table| table.get(key))
    }

    fn required(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<&'t Value<'i>> {
        let value = self.value(key);
        if value.is_none() && self.table.is_some() {
            let place = self.path(key);
            faults.add(self.span(), format!("thiếu khóa `{place}`"), format!("the key `{place}` is missing"));
        }
        value
    }

    /// A number within limits.
    pub(super) fn number(&mut self, key: &'static str, limits: Limits, faults: &mut Faults<'_>) -> Option<At<f64>> {
        let value = self.required(key, faults)?;
        self.read_number(key, value, limits, faults)
    }

    /// A number within limits that may be missing.
    pub(super) fn number_or_none(&mut self, key: &'static str, limits: Limits, faults: &mut Faults<'_>) -> Option<f64> {
        let value = self.value(key)?;
        self.read_number(key, value, limits, faults).map(|at| at.value)
    }

    fn read_number(&self, key: &str, value: &Value<'_>, limits: Limits, faults: &mut Faults<'_>) -> Option<At<f64>> {
        let number = match value.get_ref() {
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix()).ok().map(|n| n as f64),
            DeValue::Float(digits) => digits.as_str().parse::<f64>().ok(),
            _ => None,
        };
        let place = self.path(key);
        let Some(number) = number else {
            faults.add(value.span(), format!("`{place}` phải là một số"), format!("`{place}` must be a number"));
            return None;
        };
        if !limits.allow(number) {
            let (vi, en) = limits.words();
            faults.add(value.span(), format!("`{place}` phải {vi}"), format!("`{place}` must be {en}"));
            return None;
        }
        Some(At { value: number, span: value.span() })
    }

    /// A whole number within limits.
    pub(super) fn whole(&mut self, key: &'static str, low: u32, high: u32, faults: &mut Faults<'_>) -> Option<u32> {
        let limits = Limits::Within(f64::from(low), f64::from(high));
        let at = self.number(key, limits, faults)?;
        if at.value.fract() != 0.0 {
            let place = self.path(key);
            faults.add(at.span, format!("`{place}` phải là số nguyên"), format!("`{place}` must be a whole number"));
            return None;
        }
        Some(at.value as u32)
    }

    /// A text that says something.
    pub(super) fn text(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<At<&'t str>> {
        let value = self.required(key, faults)?;
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(At { value: text, span: value.span() }),
            _ => {
                let place = self.path(key);
                let vi = format!("`{place}` phải là chuỗi không rỗng");
                faults.add(value.span(), vi, format!("`{place}` must be a text that is not empty"));
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, T)],
        faults: &mut Faults<'_>,
    ) -> Option<At<T>> {
        let value = self.required(key, faults)?;
        self.read_word(key, value, words, faults)
    }

    /// One of a few words, which may be missing.
    pub(super) fn word_or_none<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, T)],
        faults: &mut Faults<'_>,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.read_word(key, value, words, faults).map(|at| at.value)
    }

    fn read_word<T: Copy>(
        &self,
        key: &str,
        value: &Value<'_>,
        words: &[(&str, T)],
        faults: &mut Faults<'_>,
    ) -> Option<At<T>> {
        let said = value.get_ref().as_str();
        if let Some((_, meaning)) = words.iter().find(|(word, _)| Some(*word) == said) {
            return Some(At { value: *meaning, span: value.span() });
        }
        let place = self.path(key);
        let known = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ");
        faults.add(value.span(), format!("`{place}` phải là {known}"), format!("`{place}` must be {known}"));
        None
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<bool> {
        let value = self.required(key, faults)?;
        self.read_flag(key, value, faults)
    }

    /// Yes or no, which may be missing.
    pub(super) fn flag_or_none(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<bool> {
        let value = self.value(key)?;
        self.read_flag(key, value, faults)
    }

    fn read_flag(&self, key: &str, value: &Value<'_>, faults: &mut Faults<'_>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            let place = self.path(key);
            let vi = format!("`{place}` phải là true hoặc false");
            faults.add(value.span(), vi, format!("`{place}` must be true or false"));
        }
        flag
    }

    /// The elements of a list that must be there.
    pub(super) fn list(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<At<Vec<&'t Value<'i>>>> {
        let value = self.required(key, faults)?;
        let Some(array) = value.get_ref().as_array() else {
            let place = self.path(key);
            let vi = format!("`{place}` phải là danh sách");
            faults.add(value.span(), vi, format!("`{place}` must be a list"));
            return None;
        };
        Some(At { value: array.iter().collect(), span: value.span() })
    }

    /// Faults for every key that nobody asked for.
    pub(super) fn close(self, faults: &mut Faults<'_>) {
        for key in self.table.into_iter().flat_map(|table| table.keys()) {
            let name: &str = key.get_ref();
            if !self.asked.contains(&name) {
                let place = self.path(name);
                let known = self.asked.join(", ");
                let vi = format!("khóa lạ `{place}`; các khóa có thể dùng: {known}");
                faults.add(key.span(), vi, format!("unknown key `{place}`; known keys: {known}"));
            }
        }
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}
