//! A value that was found in a record, JSON or a cell, as what a map takes it for.

use super::{
    count,
    date::{self, Clock, Stamp},
    names,
};
use serde_json::Value;
use std::borrow::Cow;

/// A value of a record.
#[derive(Clone, Debug)]
pub(super) enum Found<'a> {
    Json(&'a Value),
    Text(Cow<'a, str>),
}

/// A scalar as a word; nothing of lists and objects.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// A scalar in lower case, to be compared.
pub(super) fn scalar(value: Found<'_>) -> Option<String> {
    match value {
        Found::Json(value) => word(value).map(|w| w.trim().to_lowercase()),
        Found::Text(text) => Some(text.trim().to_lowercase()),
    }
}

pub(super) fn text(value: Found<'_>) -> Option<Cow<'_, str>> {
    match value {
        Found::Text(text) => Some(text),
        Found::Json(Value::String(text)) => Some(Cow::Borrowed(text)),
        Found::Json(Value::Number(number)) => Some(Cow::Owned(number.to_string())),
        Found::Json(_) => None,
    }
}

/// Whether a flag is set: what neither says no nor is nothing.
pub(super) fn is_set(value: &Found<'_>) -> bool {
    match flag(value) {
        Some(yes) => yes,
        None => is_present(value),
    }
}

pub(super) fn is_present(value: &Found<'_>) -> bool {
    match value {
        Found::Json(Value::Null) => false,
        Found::Json(Value::Array(items)) => !items.is_empty(),
        Found::Json(Value::Object(map)) => !map.is_empty(),
        Found::Json(Value::String(text)) => !text.is_empty(),
        Found::Json(_) => true,
        Found::Text(text) => !text.is_empty(),
    }
}

/// A yes or no; of a number, whether it is another than zero.
pub(super) fn flag(value: &Found<'_>) -> Option<bool> {
    match value {
        Found::Json(Value::Bool(yes)) => Some(*yes),
        Found::Json(Value::Number(number)) => number.as_f64().map(|n| n != 0.0),
        Found::Json(Value::String(text)) => names::yes_or_no(text),
        Found::Json(_) => None,
        Found::Text(text) => names::yes_or_no(text),
    }
}

pub(super) fn number(value: &Found<'_>) -> Option<u64> {
    match value {
        Found::Json(Value::Number(n)) => n.as_u64().or_else(|| {
            let n = n.as_f64().filter(|n| *n >= 0.0 && *n < 2f64.powi(53))?;
            Some(n as u64)
        }),
        Found::Json(Value::String(text)) => count::read(text),
        Found::Json(_) => None,
        Found::Text(text) => count::read(text),
    }
}

pub(super) fn stamp(value: &Found<'_>, clock: Clock<'_>) -> Option<Stamp> {
    match value {
        Found::Json(Value::Number(n)) => {
            date::read_number(n.as_i64().or_else(|| n.as_f64().filter(|f| f.abs() < 2f64.powi(53)).map(|f| f as i64))?)
        }
        Found::Json(Value::String(text)) => date::read(whole_seconds(text), clock),
        Found::Json(_) => None,
        Found::Text(text) => date::read(whole_seconds(text), clock),
    }
}

/// `1760000000.0`, as tables that went through a spreadsheet write seconds.
fn whole_seconds(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => text,
    }
}
