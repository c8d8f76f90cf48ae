//! A letter as text and as a page. Whatever the templates show is escaped for its format.

use super::{Item, Letter, NoticeError};
use crate::{
    day::Day,
    ledger::Review,
    pack::{Bilingual, Pack, fill},
    report::{PROGRAM, sha256_hex, visible},
    score::{Cure, Policy, ReviewPolicy},
};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, context, escape_formatter,
    syntax::SyntaxConfig, value::Kwargs,
};
use std::fmt::Write as _;

/// Characters of a quotation.
const QUOTED: usize = 200;
/// Characters of an account's name in a file name.
const NAMED: usize = 40;
const TEXT: &str = "notice.md";
const PAGE: &str = "notice.html";

/// The two templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Templates {
    /// `notice.md.j2`.
    pub text: String,
    /// `notice.html.j2`.
    pub page: String,
}

/// A letter ready to be read, signed and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The beginning of its files' names: platform, account and a hash of both.
    pub name: String,
    /// Markdown.
    pub text: String,
    /// HTML.
    pub page: String,
    /// JSON Lines to import into the ledger once it is sent, with the day and the sender.
    pub sent: String,
}

/// What all letters share.
pub struct Notice<'a> {
    /// Rules, articles and sentences.
    pub pack: &'a Pack,
    /// The policy that names the days.
    pub policy: &'a Policy,
    /// Its section on review.
    pub rules: &'a ReviewPolicy,
    /// What people decided.
    pub review: &'a Review,
    /// Key of the run.
    pub run: &'a str,
    /// Whether the creators are invented.
    pub demo: bool,
    /// The day from which deadlines are counted.
    pub at: Day,
    /// `vi`, `en`, in the order wanted.
    pub langs: &'a [&'a str],
}

impl Notice<'_> {
    /// Writes letters.
    ///
    /// # Errors
    /// When a template is at fault or a deadline lies past the calendar.
    pub fn write(&self, letters: &[Letter], templates: &Templates) -> Result<Vec<Written>, NoticeError> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        env.set_auto_escape_callback(|name| match name {
            TEXT => AutoEscape::Custom("md".into()),
            _ => AutoEscape::Html,
        });
        env.set_formatter(format);
        env.add_filter("code", |value: &Value| Value::from_safe_string(code(&value.to_string())));
        let messages = self.pack.messages.clone();
        // `text("title")`, or `text("lead", n=3)` with values for its places.
        env.add_function("text", move |key: String, values: Kwargs| -> Result<Value, Error> {
            let text = messages
                .get(&format!("notice.{key}"))
                .ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("no message `notice.{key}`")))?;
            let values: Vec<(String, String)> = values
                .args()
                .map(|name| Ok((name.to_owned(), values.get::<Value>(name)?.to_string())))
                .collect::<Result<_, Error>>()?;
            let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            Ok(context! { vi => fill(&text.vi, &values), en => fill(&text.en, &values) })
        });
        env.add_template(TEXT, &templates.text)?;
        env.add_template(PAGE, &templates.page)?;
        let (text, page) = (env.get_template(TEXT)?, env.get_template(PAGE)?);
        let write = |letter: &Letter| {
            let values = self.values(letter)?;
            Ok(Written {
                name: name(letter),
                text: tidy(&text.render(&values)?),
                page: page.render(&values)?,
                sent: sent(letter),
            })
        };
        letters.iter().map(write).collect()
    }

    fn values(&self, letter: &Letter) -> Result<Value, NoticeError> {
        let after = |days: u32| {
            let number = i32::try_from(days).ok().and_then(|days| self.at.number().checked_add(days));
            number.and_then(Day::from_number).ok_or(NoticeError::Calendar(self.at))
        };
        let Self { pack, policy, rules, review, .. } = self;
        let percent = |cure: Cure| format!("{:.0}", 100.0 * policy.cure(cure));
        let limits = ["finding", "jurisdiction", "unseen"]
            .map(|key| two(pack.messages.text(&format!("summary.disclaimer.{key}"))));
        Ok(context! {
            langs => self.langs.iter().map(|lang| (*lang).to_owned()).collect::<Vec<String>>(),
            demo => self.demo,
            program => format!("{PROGRAM} {}", env!("CARGO_PKG_VERSION")),
            platform => shown(if letter.platform.is_empty() { "–" } else { &letter.platform }),
            creator => shown(&letter.creator),
            authority => &policy.authority,
            at => self.at.to_string(),
            mend_by => after(policy.cure_window_days)?.to_string(),
            mend_days => policy.cure_window_days,
            answer_by => after(rules.answer_days)?.to_string(),
            answer_days => rules.answer_days,
            disclaimers => limits,
            items => letter.items.iter().map(|item| self.item(item)).collect::<Vec<_>>(),
            cure => context! {
                in_window => percent(Cure::InWindow),
                late => percent(Cure::Late),
                removed => percent(Cure::Removed),
            },
            reasons => rules.reasons.iter().map(|reason| two(&reason.meaning)).collect::<Vec<_>>(),
            pack => context! { id => &pack.id, version => &pack.version, sha256 => &pack.sha256 },
            policy => context! { id => &policy.id, version => &policy.version },
            run => self.run,
            ledger => context! { lines => review.lines, head => &review.head },
        })
    }

    fn item(&self, item: &Item) -> Value {
        let pack = self.pack;
        let named = |kind: &str, name: &str| {
            let known = pack.messages.get(&format!("report.{kind}.{name}"));
            known.map_or_else(|| context! { vi => name, en => name }, two)
        };
        let rule = pack.rule(&item.rule).and_then(|rule| pack.rules.get(usize::from(rule.0)));
        let provisions = item.provisions.iter().map(|cited| {
            let full = pack.provisions.iter().find(|provision| provision.id == cited.id);
            context! {
                instrument => &cited.instrument,
                article => &cited.article,
                penalty => &cited.penalty,
                confidence => named("confidence", &cited.confidence),
                summary => full.map(|provision| two(&provision.summary)),
            }
        });
        let mut quotes: Vec<(&str, &str, String)> = Vec::new();
        for span in &item.spans {
            let quote = (span.field.as_str(), span.role.as_str(), shown(&span.quote));
            if !quotes.contains(&quote) {
                quotes.push(quote);
            }
        }
        let quotes = quotes.into_iter().map(|(field, role, text)| {
            context! { field => named("field", field), role => named("role", role), text => text }
        });
        let inserts = item.fix.edits.iter().map(|edit| edit.text.trim().to_owned()).filter(|text| !text.is_empty());
        context! {
            id => &item.id,
            post => shown(item.post_id.as_deref().unwrap_or(&item.text_sha256)),
            day => &item.posted_at,
            rule => &item.rule,
            title => rule.map_or_else(|| context! { vi => &item.rule, en => &item.rule }, |rule| two(&rule.title)),
            severity => named("severity", &item.severity),
            reviewed => item.reviewed,
            known => item.known,
            quotes => quotes.collect::<Vec<_>>(),
            message => two(&item.message),
            provisions => provisions.collect::<Vec<_>>(),
            fix => context! { vi => &item.fix.vi, en => &item.fix.en },
            inserts => inserts.collect::<Vec<_>>(),
        }
    }
}

fn two(text: &Bilingual) -> Value {
    context! { vi => &text.vi, en => &text.en }
}

/// Words of others: nothing in them hides or reorders, and they are not endless.
fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(QUOTED).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    visible(&out)
}

/// Lines that the loops of the template leave empty are taken out, but for one between paragraphs.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || !(out.is_empty() || out.ends_with("\n\n")) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Values in Markdown lose every character that could begin markup, a link or a tag; elsewhere they are escaped as ever.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if !matches!(state.auto_escape(), AutoEscape::Custom(_)) || value.is_undefined() {
        return escape_formatter(out, state, value);
    }
    let text = value.to_string();
    out.write_str(&if value.is_safe() { text } else { markdown(&text) }).map_err(Error::from)
}

fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        let starts_link = (c == '/' && last == ':') || (c == '.' && last.eq_ignore_ascii_case(&'w')) || c == '@';
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '>' | '#' | '~' | '|' | '!' => out.extend(['\\', c]),
            _ if starts_link => out.extend(['\\', c]),
            _ => out.push(c),
        }
        last = c;
    }
    out
}

/// The text as code on one line: a fence longer than any in it, so that nothing in it is markup.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ⏎ ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let gap = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// A file name that any system takes, whatever the account is called.
fn name(letter: &Letter) -> String {
    let plain = |text: &str| -> String {
        let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        text.chars().take(NAMED).map(word).collect()
    };
    let hash = sha256_hex(format!("{}\0{}", letter.platform, letter.creator).as_bytes());
    format!("{}-{}-{}", plain(&letter.platform), plain(&letter.creator), &hash[..8])
}

fn sent(letter: &Letter) -> String {
    letter.items.iter().fold(String::new(), |mut lines, item| {
        // Writing into a String cannot fail; an id has nothing to escape.
        let _ = writeln!(lines, r#"{{"finding_id":"{}","action":"notice"}}"#, item.id);
        lines
    })
}
