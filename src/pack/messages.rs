//! Every sentence that the reports show, in both languages, read from `messages/*.toml`, and the template of the page.

use super::Bilingual;
use std::{collections::BTreeMap, fmt, ops::Range};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The sentences of the default pack: what every pack must say too, so that no report meets a missing sentence.
const EMBEDDED: [(&str, &str); 6] = [
    ("dossier.toml", include_str!("../../lexicons/messages/dossier.toml")),
    ("notice.toml", include_str!("../../lexicons/messages/notice.toml")),
    ("prevalence.toml", include_str!("../../lexicons/messages/prevalence.toml")),
    ("report.toml", include_str!("../../lexicons/messages/report.toml")),
    ("summary.toml", include_str!("../../lexicons/messages/summary.toml")),
    ("terminal.toml", include_str!("../../lexicons/messages/terminal.toml")),
];
/// The pages of the default pack: a pack brings its own of the same name, or gets these.
const TEMPLATES: [(&str, &str); 7] = [
    ("dossier.html.j2", include_str!("../../lexicons/messages/dossier.html.j2")),
    ("dossier.js.j2", include_str!("../../lexicons/messages/dossier.js.j2")),
    ("dossier.md.j2", include_str!("../../lexicons/messages/dossier.md.j2")),
    ("page.css.j2", include_str!("../../lexicons/messages/page.css.j2")),
    ("parts.html.j2", include_str!("../../lexicons/messages/parts.html.j2")),
    ("report.html.j2", include_str!("../../lexicons/messages/report.html.j2")),
    ("verify.md.j2", include_str!("../../lexicons/messages/verify.md.j2")),
];

static NOTHING: Bilingual = Bilingual { vi: String::new(), en: String::new() };

/// A fault in a file of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageFault {
    /// File name inside `messages/`.
    pub file: String,
    /// Bytes of that file at fault; empty at its start for what the whole pack lacks.
    pub span: Range<usize>,
    /// What is wrong and what to do.
    pub message: Bilingual,
}

impl fmt::Display for MessageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} / {}", self.file, self.message.vi, self.message.en)
    }
}

/// All sentences by key (`report.totals.posts`: file, then tables) and the templates of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    texts: BTreeMap<String, Bilingual>,
    templates: BTreeMap<String, String>,
}

impl Messages {
    /// Reads the files of a `messages/` folder, given as (file name, content). A pack must hold every sentence of the
    /// default pack and may add its own; a template that it does not bring is the default one.
    ///
    /// # Errors
    /// All faults at once: unreadable TOML, a sentence without one of the languages, placeholders that differ between
    /// them, a missing sentence.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<MessageFault>> {
        let (messages, mut faults) = read(files);
        let (reference, _) = read(EMBEDDED);
        for key in reference.texts.keys().filter(|key| !messages.texts.contains_key(*key)) {
            let file = format!("{}.toml", key.split('.').next().unwrap_or_default());
            // A sentence with a fault of its own is not missing as well.
            if !faults.iter().any(|f| f.file == file && !f.span.is_empty()) {
                faults.push(fault(
                    &file,
                    0..0,
                    format!("thiếu thông báo `{key}`"),
                    format!("message `{key}` is missing"),
                ));
            }
        }
        if faults.is_empty() { Ok(messages) } else { Err(faults) }
    }

    /// The messages of the default pack.
    pub fn embedded() -> Self {
        read(EMBEDDED).0
    }

    /// The sentence of that key. Every key that the program uses exists in every pack that loads (tests hold that for
    /// the default pack, [`Messages::parse`] for the others); any other key gives an empty sentence.
    pub fn text(&self, key: &str) -> &Bilingual {
        self.texts.get(key).unwrap_or(&NOTHING)
    }

    /// The sentence of that key, if the pack has it.
    pub fn get(&self, key: &str) -> Option<&Bilingual> {
        self.texts.get(key)
    }

    /// All sentences by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bilingual)> {
        self.texts.iter().map(|(key, text)| (key.as_str(), text))
    }

    /// The templates by name without `.j2` (`report.html`), in order.
    pub fn templates(&self) -> impl Iterator<Item = (&str, &str)> {
        self.templates.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Messages, Vec<MessageFault>) {
    let named = |(file, text): (&str, &str)| Some((file.strip_suffix(".j2")?.to_owned(), text.to_owned()));
    let mut messages =
        Messages { texts: BTreeMap::new(), templates: TEMPLATES.into_iter().filter_map(named).collect() };
    let mut faults = Vec::new();
    for (file, content) in files {
        if let Some((name, text)) = named((file, content)) {
            messages.templates.insert(name, text);
            continue;
        }
        let Some(stem) = file.strip_suffix(".toml") else {
            continue;
        };
        match DeTable::parse(content) {
            Ok(table) => walk(file, stem, table.get_ref(), &mut messages.texts, &mut faults),
            Err(error) => {
                let text = error.message().to_owned();
                // A caret needs something to stand under, also at the end of the file.
                let at = error.span().unwrap_or(0..0);
                let start = at.start.min(content.len().saturating_sub(1));
                let span = start..at.end.max(start + 1);
                faults.push(fault(file, span, format!("TOML không đọc được: {text}"), text));
            }
        }
    }
    (messages, faults)
}

/// A table with text in `vi` or `en` is a sentence; any other table holds more of them.
fn walk(
    file: &str,
    prefix: &str,
    table: &DeTable<'_>,
    texts: &mut BTreeMap<String, Bilingual>,
    faults: &mut Vec<MessageFault>,
) {
    for (name, value) in table {
        let key = format!("{prefix}.{}", name.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) if is_sentence(inner) => match sentence(file, &key, value.span(), inner) {
                Ok(text) => {
                    texts.insert(key, text);
                }
                Err(found) => faults.push(found),
            },
            DeValue::Table(inner) => walk(file, &key, inner, texts, faults),
            _ => faults.push(fault(
                file,
                value.span(),
                format!("`{key}` phải là {{ vi = \"…\", en = \"…\" }}"),
                format!("`{key}` must be {{ vi = \"…\", en = \"…\" }}"),
            )),
        }
    }
}

/// Languages may also name groups of sentences (`[language.vi]`), so only what stands beside `vi` and `en` as text counts.
fn is_sentence(table: &DeTable<'_>) -> bool {
    ["vi", "en"].iter().filter_map(|tag| table.get(*tag)).any(|text| !matches!(text.get_ref(), DeValue::Table(_)))
}

fn sentence(file: &str, key: &str, span: Range<usize>, table: &DeTable<'_>) -> Result<Bilingual, MessageFault> {
    if let Some((name, _)) = table.iter().find(|(name, _)| !matches!(name.get_ref().as_ref(), "vi" | "en")) {
        let other = name.get_ref();
        return Err(fault(
            file,
            name.span(),
            format!("`{key}`: khóa lạ `{other}`"),
            format!("`{key}`: unknown key `{other}`"),
        ));
    }
    let language = |tag: &str| match table.get(tag).map(Spanned::get_ref) {
        Some(DeValue::String(text)) if !text.trim().is_empty() => Ok(text.to_string()),
        _ => Err(fault(
            file,
            span.clone(),
            format!("`{key}` thiếu câu tiếng {}", if tag == "vi" { "Việt" } else { "Anh" }),
            format!("`{key}` lacks its {} text", if tag == "vi" { "Vietnamese" } else { "English" }),
        )),
    };
    let text = Bilingual { vi: language("vi")?, en: language("en")? };
    if placeholders(&text.vi) != placeholders(&text.en) {
        return Err(fault(
            file,
            span.clone(),
            format!("`{key}`: chỗ điền {{…}} của hai ngôn ngữ khác nhau"),
            format!("`{key}`: the placeholders {{…}} of the two languages differ"),
        ));
    }
    Ok(text)
}

/// The names between braces, sorted.
fn placeholders(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

fn fault(file: &str, span: Range<usize>, vi: String, en: String) -> MessageFault {
    MessageFault { file: file.to_owned(), span, message: Bilingual { vi, en } }
}

/// Puts values into the places `{name}` of a sentence.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = text.to_owned();
    for (name, value) in values {
        out = out.replace(&format!("{{{name}}}"), value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_messages_are_whole() {
        let (messages, faults) = read(EMBEDDED);
        assert_eq!(faults, []);
        assert!(messages.iter().count() > 50);
        assert_eq!(Messages::parse(EMBEDDED), Ok(messages));
    }

    #[test]
    fn every_kind_of_fault_is_told_with_its_place() {
        let cases = [
            ("[a]\nvi = 'một'\n", "lacks its English text"),
            ("[a]\nvi = 'một'\nen = ''\n", "lacks its English text"),
            ("[a]\nvi = '{n} bài'\nen = 'posts'\n", "placeholders"),
            ("[a]\nvi = 'một'\nen = 'one'\nfr = 'un'\n", "unknown key `fr`"),
            ("a = 3\n", "must be"),
            ("[a\n", ""),
        ];
        for (content, expected) in cases {
            let faults = Messages::parse([("extra.toml", content)]).unwrap_err();
            let own: Vec<_> = faults.iter().filter(|f| f.file == "extra.toml").collect();
            assert_eq!(own.len(), 1, "{content}");
            assert!(own[0].message.en.contains(expected), "{content}: {}", own[0]);
            assert!(!own[0].span.is_empty() && own[0].span.end <= content.len(), "{content}: {:?}", own[0].span);
        }
    }

    #[test]
    fn a_pack_must_say_everything_that_the_default_says() {
        let faults = Messages::parse([("report.toml", "[title]\nvi = 'Trang'\nen = 'Page'\n")]).unwrap_err();
        assert!(faults.iter().any(|f| f.message.en == "message `terminal.posts` is missing"), "{faults:?}");
        assert!(!faults.iter().any(|f| f.message.en.contains("`report.title`")));
    }
}
