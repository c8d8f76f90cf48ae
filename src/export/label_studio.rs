//! Label Studio: a task for every post with findings, each finding as pre-annotated words to confirm or overturn.
//!
//! **Offsets.** Label Studio's editor is JavaScript: `start` and `end` count UTF-16 code units, so that an emoji outside
//! the basic plane is two. The words stand beside them as `text`, by which any other count can be found again.
//!
//! **The way back.** A region's id is the finding's id and the number of the words in it (`f_….0`); Label Studio keeps it,
//! so that a decision finds its finding.

use super::{ExportError, Posts, write_error};
use crate::{
    finished::FinishedRun,
    ingest::{Inputs, RawChunk, ReadOptions, parse_chunk},
    post::{Field, Post},
    report::{PROGRAM, hex},
    score::ReasonCode,
};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tasks {
    /// Tasks: posts with findings.
    pub tasks: u64,
    /// Findings in them.
    pub findings: u64,
}

/// Writes `tasks.json` and `label_studio.xml`, the labelling interface, into `folder`. The texts come from `inputs`, the
/// dump that was scanned: a run holds none.
///
/// # Errors
/// When the run or the dump cannot be read, the dump is another one, or the system refuses to write.
pub fn label_studio(
    run: &FinishedRun,
    inputs: &Inputs,
    options: &ReadOptions,
    reasons: &[ReasonCode],
    folder: &Path,
) -> Result<Tasks, ExportError> {
    let (path, new) = (folder.join("tasks.json"), folder.join("tasks.json.partial"));
    let refuse = write_error(&path);
    // Whether the dump is the right one shows while tasks are written: those of an earlier export stay until these are whole.
    let told = write_tasks(run, inputs, options, &new).inspect_err(|_| drop(std::fs::remove_file(&new)));
    let (told, rules) = told?;
    std::fs::rename(&new, &path).map_err(&refuse)?;
    let path = folder.join("label_studio.xml");
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    std::fs::write(&path, label_studio_config(&rules, reasons)).map_err(write_error(&path))?;
    Ok(told)
}

/// Writes the tasks; gives the rules that occur in them.
fn write_tasks(
    run: &FinishedRun,
    inputs: &Inputs,
    options: &ReadOptions,
    path: &Path,
) -> Result<(Tasks, BTreeSet<String>), ExportError> {
    let refuse = write_error(path);
    let mut out = BufWriter::new(File::create(path).map_err(&refuse)?);
    let (mut told, mut rules) = (Tasks::default(), BTreeSet::new());
    let mut source = Posts::open(run)?;
    let manifest = &run.manifest;
    let model = format!("{PROGRAM} {} ({:.12})", manifest.program.version, manifest.pack.sha256);
    out.write_all(b"[").map_err(&refuse)?;
    each_post(inputs, options, |file, post| {
        let (number, record, findings) = match source.next()? {
            Some((number, record, findings)) if is_of(&record, post) => (number, record, findings),
            other => {
                let post = other.map_or(manifest.counts.posts + 1, |(number, _, _)| number);
                return Err(ExportError::OtherInput { path: file.to_owned(), post });
            }
        };
        if findings.is_empty() {
            return Ok(());
        }
        let before: &[u8] = if told.tasks == 0 { b"\n" } else { b",\n" };
        out.write_all(before).map_err(&refuse)?;
        serde_json::to_writer(&mut out, &task(number, post, &record, &findings, &model))
            .map_err(|e| refuse(e.into()))?;
        told.tasks += 1;
        told.findings += findings.len() as u64;
        rules.extend(findings.iter().filter_map(|f| f["rule"].as_str()).map(str::to_owned));
        Ok(())
    })?;
    if let Some((post, _, _)) = source.next()? {
        return Err(ExportError::OtherInput { path: String::new(), post });
    }
    out.write_all(b"\n]\n").and_then(|()| out.flush()).map_err(&refuse)?;
    Ok((told, rules))
}

/// Every post of the dump, in the order of the run.
fn each_post(
    inputs: &Inputs,
    options: &ReadOptions,
    mut with: impl FnMut(&str, &Post<'_>) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut chunk = RawChunk::new();
    for source in &inputs.sources {
        let mut reader = source.open(options)?;
        let mut outcome = Ok(());
        while reader.next_chunk(&mut chunk)? {
            parse_chunk(&chunk, options, &mut |record| {
                if let (Ok(post), true) = (&record.outcome, outcome.is_ok()) {
                    outcome = with(source.display(), post);
                }
            });
            std::mem::replace(&mut outcome, Ok(()))?;
        }
    }
    Ok(())
}

fn is_of(record: &Value, post: &Post<'_>) -> bool {
    record["post_id"].as_str() == post.id.as_deref()
        && record["text_sha256"].as_str().is_some_and(|hash| hash == hex(&post.text_sha256()))
}

fn task(number: u64, post: &Post<'_>, record: &Value, findings: &[Value], model: &str) -> Value {
    let mut data = Map::new();
    for field in Field::ALL {
        // Label Studio wants every field that its page names.
        data.insert(field.name().to_owned(), json!(post.field(field).unwrap_or_default()));
    }
    for name in ["post_id", "creator", "platform", "posted_at", "text_sha256"] {
        data.insert(name.to_owned(), record[name].clone());
    }
    data.insert("post".to_owned(), json!(number));
    data.insert("why".to_owned(), json!(findings.iter().map(why).collect::<Vec<_>>().join("\n\n")));
    let mut regions = Vec::new();
    for finding in findings {
        for (at, span) in finding["spans"].as_array().into_iter().flatten().enumerate() {
            regions.extend(region(post, finding, at, span));
        }
    }
    let most = findings.iter().filter_map(|f| f["rank"].as_f64()).fold(0.0, f64::max);
    // Ranks have at most six digits; the task with the highest comes first where Label Studio orders by score.
    json!({"data": data, "predictions": [{"model_version": model, "score": most / 1e6, "result": regions}]})
}

/// A finding in words.
fn why(finding: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let articles: Vec<String> =
        finding["provisions"].as_array().into_iter().flatten().map(|p| word(&p["article"])).collect();
    format!(
        "{} [{}, {}] {}\n{}\n{}",
        word(&finding["rule"]),
        word(&finding["tier"]),
        word(&finding["severity"]),
        articles.join("; "),
        word(&finding["message"]["vi"]),
        word(&finding["message"]["en"]),
    )
}

/// Words of a finding as a region; `None` when they do not stand in the post.
fn region(post: &Post<'_>, finding: &Value, at: usize, span: &Value) -> Option<Value> {
    let field = Field::from_name(span["field"].as_str()?)?;
    let [from, to] = ["start_byte", "end_byte"].map(|name| span[name].as_u64().and_then(|n| usize::try_from(n).ok()));
    let text = post.field(field)?;
    let (before, words) = (text.get(..from?)?, text.get(from?..to?)?);
    let start = units(before);
    Some(json!({
        "id": format!("{}.{at}", finding["id"].as_str()?),
        "from_name": format!("rule_{}", field.name()),
        "to_name": field.name(),
        "type": "labels",
        "value": {"start": start, "end": start + units(words), "text": words, "labels": [finding["rule"].as_str()?]},
    }))
}

/// UTF-16 code units.
fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The labelling interface: the fields of a post, the words of findings by rule, and for each of them a decision and, where
/// it is overturned, the reason.
pub fn label_studio_config(rules: &[&str], reasons: &[ReasonCode]) -> String {
    let reason = |r: &ReasonCode| {
        let hint = format!("{} / {}", r.meaning.vi, r.meaning.en)
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;");
        format!("<Choice value=\"{}\" hint=\"{hint}\"/>", r.code)
    };
    let reasons: String = reasons.iter().map(reason).collect();
    let labels: String = rules.iter().map(|rule| format!("<Label value=\"{rule}\"/>")).collect();
    let mut page = String::from(
        "<View>\n  <Header value=\"Vì sao đáng xem / Why to look\"/>\n  <Text name=\"why_text\" value=\"$why\"/>\n",
    );
    for field in Field::ALL {
        let name = field.name();
        page.push_str(&format!(
            "  <Header value=\"{name}\" size=\"5\"/>\n  \
             <Labels name=\"rule_{name}\" toName=\"{name}\">{labels}</Labels>\n  \
             <Text name=\"{name}\" value=\"${name}\" granularity=\"symbol\"/>\n  \
             <Choices name=\"decision_{name}\" toName=\"{name}\" perRegion=\"true\" choice=\"single\" showInLine=\"true\">\
             <Choice value=\"confirm\" hint=\"đúng / right\"/><Choice value=\"overturn\" hint=\"sai / wrong\"/>\
             <Choice value=\"unsure\" hint=\"chưa rõ / not clear\"/></Choices>\n  \
             <Choices name=\"reason_{name}\" toName=\"{name}\" perRegion=\"true\" choice=\"single\" layout=\"select\" \
             visibleWhen=\"choice-selected\" whenTagName=\"decision_{name}\" whenChoiceValue=\"overturn\">{reasons}</Choices>\n  \
             <TextArea name=\"note_{name}\" toName=\"{name}\" perRegion=\"true\" rows=\"1\" maxSubmissions=\"1\"/>\n",
        ));
    }
    page.push_str("</View>\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same slice by every unit, as its tool takes it.
    #[test]
    fn offsets_are_right_on_emoji_joiners_and_decomposed_letters() {
        for (before, words) in [
            ("", "Quảng cáo"),
            ("🧴 ", "trị nám"),
            ("👩‍👩‍👧‍👦🏽 hay ", "đẹp 😍"),
            // Decomposed: e, circumflex, dot below.
            ("vie\u{323}\u{302}t ", "ro\u{302}\u{309}i"),
            ("\u{feff}a\u{200d}\u{1f468}\u{200d}\u{1f33e} ", "𝓽𝓻ị"),
        ] {
            let text = format!("{before}{words} cuối");
            let post = Post { text: text.as_str().into(), ..Post::default() };
            let span = json!({"field": "text", "start_byte": before.len(), "end_byte": before.len() + words.len()});
            let region = region(&post, &json!({"id": "f_1", "rule": "DIS001"}), 0, &span).unwrap();
            let value = &region["value"];
            let [start, end] = ["start", "end"].map(|name| value[name].as_u64().unwrap() as usize);
            // JavaScript's `text.slice(start, end)`.
            let utf16: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(String::from_utf16(&utf16[start..end]).unwrap(), words);
            assert_eq!(value["text"], words);
            // In the run the same words stand by code points.
            let points: String = text.chars().skip(before.chars().count()).take(words.chars().count()).collect();
            assert_eq!(points, words);
        }
    }

    #[test]
    fn a_span_that_does_not_stand_in_the_post_is_no_region() {
        let post = Post { text: "đẹp".into(), ..Post::default() };
        let finding = json!({"id": "f_1", "rule": "DIS001"});
        for (from, to) in [(1, 2), (0, 99), (3, 1)] {
            let span = json!({"field": "text", "start_byte": from, "end_byte": to});
            assert_eq!(region(&post, &finding, 0, &span), None);
        }
        assert_eq!(region(&post, &finding, 0, &json!({"field": "bio", "start_byte": 0, "end_byte": 0})), None);
    }
}
