//! Findings that a body tolerates for a while: of one rule, for one creator or platform, for a reason, by somebody, until a
//! day. Such a finding is shown and does not count.

use crate::{
    day::Day,
    diagnostic::{self, Fault},
};
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One tolerated kind of finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// `DIS001`.
    pub rule: String,
    /// Where the account is.
    pub platform: String,
    /// Which account; `None` for every one of the platform.
    pub creator: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub reviewer: String,
    /// The last day on which it holds.
    pub expires: Day,
}

/// Tolerated findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allows {
    /// Those that hold on the day asked for.
    pub live: Vec<Allow>,
    /// Those that held until an earlier day: they do nothing.
    pub expired: Vec<Allow>,
}

/// A list of tolerated findings with faults: all of them, each with line and caret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{report}")]
pub struct AllowError {
    /// How many faults there are.
    pub count: usize,
    /// The faults, shown.
    report: String,
}

const KEYS: [&str; 6] = ["rule", "platform", "creator", "reason", "reviewer", "expires"];

impl Allows {
    /// Reads the list in a file of that name, as it holds on `day`. `rule` gives the id of a rule by id or slug.
    ///
    /// # Errors
    /// Every entry without rule, scope, reason, reviewer or expiry, and whatever else is wrong, all at once.
    pub fn parse(
        file: &str,
        source: &str,
        day: Day,
        rule: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, AllowError> {
        let mut faults = Faults { file, found: Vec::new() };
        let mut allows = Self::default();
        match DeTable::parse(source) {
            Ok(table) => {
                for entry in faults.entries(table.get_ref()) {
                    if let Some(allow) = faults.allow(entry, &rule) {
                        let list = if allow.expires < day { &mut allows.expired } else { &mut allows.live };
                        list.push(allow);
                    }
                }
            }
            Err(e) => {
                let at = e.span().unwrap_or(0..0);
                faults.add(at, format!("không đọc được TOML / not TOML: {}", e.message()), None);
            }
        }
        if faults.found.is_empty() {
            return Ok(allows);
        }
        let report = diagnostic::render(&faults.found, |_| Some(source)).trim_end().to_owned();
        Err(AllowError { count: faults.found.len(), report })
    }

    /// The entry that tolerates findings of that rule for that account.
    pub fn of(&self, rule: &str, platform: &str, creator: &str) -> Option<&Allow> {
        self.live.iter().find(|allow| {
            allow.rule == rule
                && allow.platform == platform
                && allow.creator.as_deref().is_none_or(|account| account == creator)
        })
    }
}

struct Faults<'f> {
    file: &'f str,
    found: Vec<Fault>,
}

impl Faults<'_> {
    fn add(&mut self, span: Range<usize>, message: String, help: Option<&str>) {
        let (file, help) = (self.file.to_owned(), help.map(str::to_owned));
        self.found.push(Fault { code: "A001", file, span, message, help });
    }

    fn entries<'t, 'i>(&mut self, root: &'t DeTable<'i>) -> Vec<&'t Spanned<DeValue<'i>>> {
        for key in root.keys().filter(|key| key.get_ref() != "allow") {
            let message = format!("khóa lạ / unknown key `{}`", key.get_ref());
            self.add(key.span(), message, Some("[[allow]]"));
        }
        let Some(list) = root.get("allow") else { return Vec::new() };
        match list.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => {
                self.add(list.span(), "viết từng mục là [[allow]] / write each entry as [[allow]]".to_owned(), None);
                Vec::new()
            }
        }
    }

    fn allow(&mut self, entry: &Spanned<DeValue<'_>>, rule: impl Fn(&str) -> Option<String>) -> Option<Allow> {
        let before = self.found.len();
        let Some(table) = entry.get_ref().as_table() else {
            self.add(entry.span(), "viết từng mục là [[allow]] / write each entry as [[allow]]".to_owned(), None);
            return None;
        };
        for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            let message = format!("khóa lạ / unknown key `{}`; {}", key.get_ref(), KEYS.join(", "));
            self.add(key.span(), message, None);
        }
        let mut text = |key: &str, help: Option<&str>| match table.get(key).map(|v| (v.span(), v.get_ref().as_str())) {
            Some((span, Some(text))) if !text.trim().is_empty() => Some((span, text.to_owned())),
            Some((span, _)) => {
                self.add(span, format!("`{key}` phải là chuỗi không rỗng / must be a text that is not empty"), help);
                None
            }
            None if key == "creator" => None,
            None => {
                self.add(entry.span(), format!("mục thiếu `{key}` / the entry lacks `{key}`"), help);
                None
            }
        };
        let named = text("rule", Some("rule = \"DIS001\""));
        let scope = "phạm vi là một nền tảng, hoặc một tài khoản trên đó / the scope is a platform, or an account on it: \
             platform = \"tiktok\", creator = \"…\"";
        let platform = text("platform", Some(scope));
        let creator = text("creator", Some(scope));
        let reason = text("reason", None);
        let reviewer = text("reviewer", None);
        let expires = text("expires", Some("expires = \"2026-12-31\""));
        let rule = named.and_then(|(span, name)| {
            let found = rule(&name);
            if found.is_none() {
                self.add(span, format!("bộ quy tắc không có / the pack has no rule {name}"), None);
            }
            found
        });
        let expires = expires.and_then(|(span, text)| {
            let day = Day::parse(&text);
            if day.is_none() {
                self.add(span, "`expires` phải là ngày / must be a day, YYYY-MM-DD".to_owned(), None);
            }
            day
        });
        let value = |at: Option<(Range<usize>, String)>| at.map(|(_, text)| text);
        let allow = Allow {
            rule: rule?,
            platform: value(platform)?,
            creator: value(creator),
            reason: value(reason)?,
            reviewer: value(reviewer)?,
            expires: expires?,
        };
        (self.found.len() == before).then_some(allow)
    }
}
