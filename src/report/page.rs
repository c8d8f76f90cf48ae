//! Pages from templates of the pack: what every page knows how to say, and the policy that lets it ask nobody for
//! anything. A certification body brings its own letterhead by replacing a template or the style sheet.

use super::manifest::sha256;
use crate::{
    locale::Locale,
    pack::{Bilingual, Messages, fill},
};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context,
    syntax::SyntaxConfig,
    value::{Kwargs, ValueKind},
};

/// The page could not be made: the pack's template is at fault.
#[derive(Debug, thiserror::Error)]
#[error("mẫu trang của kho có lỗi / a page template of the pack is at fault: {0:#}")]
pub struct PageError(Error);

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// The templates of a pack, ready to be filled in one language or both.
pub struct Templates {
    env: Environment<'static>,
}

impl Templates {
    /// Reads the templates of `messages`. In them stand, beside what each page is given:
    ///
    /// - `text(key, …)`: the sentence `own.key`, else `key`, in both languages, its places filled: whole numbers, shares
    ///   (0 to 1) and values named `day…` as each language writes them;
    /// - the filters `num`, `pct`, `dec(places)`, `points(places)` (of scores), `day` and `month`, in the language of the page;
    /// - `lang` (`vi`, `en`, `both`) and, for HTML, `css`, `js` and `csp`, the policy that allows these two alone.
    ///
    /// # Errors
    /// When a template has a slip of syntax.
    pub fn new(messages: &Messages, own: &'static str, locale: Locale) -> Result<Self, PageError> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|name| match name.ends_with(".html") {
            true => AutoEscape::Html,
            false => AutoEscape::None,
        });
        env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        for (name, text) in messages.templates() {
            env.add_template_owned(name.to_owned(), text.to_owned())?;
        }
        let sentences = messages.clone();
        env.add_function("text", move |key: String, values: Kwargs| -> Result<Value, Error> {
            let text = sentences
                .get(&format!("{own}.{key}"))
                .or_else(|| sentences.get(&key))
                .ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("no message `{own}.{key}`")))?;
            let filled = |text: &str, locale: Locale| -> Result<String, Error> {
                let values: Vec<(String, String)> = values
                    .args()
                    .map(|name| Ok((name.to_owned(), shown(name, &values.get::<Value>(name)?, locale))))
                    .collect::<Result<_, Error>>()?;
                let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                Ok(fill(text, &values))
            };
            Ok(context! { vi => filled(&text.vi, Locale::Vi)?, en => filled(&text.en, Locale::En)? })
        });
        env.add_filter("num", move |n: u64| locale.count(n));
        env.add_filter("pct", move |share: f64| locale.share(share));
        env.add_filter("points", move |x: f64, places: usize| locale.points(x, places));
        env.add_filter("dec", move |x: f64, places: usize| locale.decimal(x, places));
        env.add_filter("day", move |iso: &str| locale.day(iso));
        env.add_filter("month", move |iso: &str| locale.month(iso));
        env.add_filter("plain", |text: &str| plain(text));
        env.add_global("lang", locale.name());
        Ok(Self { env })
    }

    /// A page of HTML. Its style and, if any, its script stand in the page; the policy names their hashes and forbids
    /// all else, so that nothing that a post says can run or ask for anything.
    ///
    /// # Errors
    /// When the template names a value or sentence that does not exist.
    pub fn html(&self, template: &str, script: Option<&str>, context: Value) -> Result<String, PageError> {
        let css = self.file("page.css", context! {})?;
        let js = script.map(|name| self.file(name, context! {})).transpose()?;
        let allowed = js.as_deref().map_or_else(|| "'none'".to_owned(), source_hash);
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {allowed}; base-uri 'none'; form-action 'none'",
            source_hash(&css)
        );
        let frame = context! {
            css => Value::from_safe_string(css),
            js => js.map(Value::from_safe_string),
            csp => policy,
        };
        self.file(template, context! { ..frame, ..context })
    }

    /// Any other file.
    ///
    /// # Errors
    /// When the template names a value or sentence that does not exist.
    pub fn file(&self, template: &str, context: Value) -> Result<String, PageError> {
        Ok(self.env.get_template(template)?.render(context)?)
    }
}

/// A value in its place in a sentence.
fn shown(name: &str, value: &Value, locale: Locale) -> String {
    match value.kind() {
        ValueKind::Number if value.is_integer() => u64::try_from(value.clone()).map(|n| locale.count(n)).ok(),
        ValueKind::Number => f64::try_from(value.clone()).map(|share| locale.share(share)).ok(),
        ValueKind::String if name.starts_with("day") => value.as_str().map(|iso| locale.day(iso)),
        _ => None,
    }
    .unwrap_or_else(|| value.to_string())
}

/// Text of others in Markdown: nothing of it is markup, and it stays on its line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in super::visible(text).chars() {
        match c {
            '\n' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '>' | '~' | '@'
            | ':' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A sentence as templates take it.
pub fn two(text: &Bilingual) -> Value {
    context! { vi => &text.vi, en => &text.en }
}

/// The source expression of a content security policy for an inline element with this text.
fn source_hash(text: &str) -> String {
    format!("'sha256-{}'", base64(&sha256(text.as_bytes())))
}

/// RFC 4648, with padding: what a content security policy is written in.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..three.len()].copy_from_slice(three);
        let number = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn markdown_takes_text_of_others_as_text() {
        assert_eq!(
            plain("[a](http://b) <i> |x\n# `y`"),
            "\\[a\\]\\(http\\://b\\) &lt;i> \\|x \\# \\`y\\`".replace("i>", "i\\>")
        );
    }

    #[test]
    fn both_languages_fill_the_same_sentence_their_own_way() {
        let templates = Templates::new(&Messages::embedded(), "report", Locale::En).unwrap();
        let mut env = templates.env.clone();
        env.add_template(
            "t",
            "{% set t = text('disclosure.label', share=0.125) %}{{ t.vi }}|{{ t.en }}|{{ 12345|num }}",
        )
        .unwrap();
        let shown = env.get_template("t").unwrap().render(()).unwrap();
        assert!(
            shown.starts_with("12,5\u{202f}% số") && shown.contains("|12.5% of") && shown.ends_with("|12,345"),
            "{shown}"
        );
    }
}
