//! How a text is put down changes nothing of what is said of it: composed or not, whatever ends its lines, whatever spaces
//! it has, and whatever sign follows a link or a sentence.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    analysis::Analysis,
    detector::{Detector, Scratch},
    normalise::Kind,
    pack::Pack,
    post::{Field, Post},
    proof::post_of,
};
use std::sync::{Arc, LazyLock};
use unicode_normalization::UnicodeNormalization;

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).expect("the pack detects"));

/// All that is said, with the words in one form.
fn said(found: &Analysis, post: &Post<'_>) -> String {
    let words = |field: Field, span: minhbach::span::RawSpan| {
        let quote: String = span.slice(post.field(field).unwrap_or("")).nfc().collect();
        quote.replace('\u{a0}', " ").replace("\r\n", "\n")
    };
    let claims: Vec<_> = found.claims.iter().map(|c| (c.code, c.status, words(c.field, c.span))).collect();
    let rule = |f: &minhbach::analysis::Finding| {
        let words: Vec<_> = f.evidence.iter().map(|e| (e.term, words(e.field, e.span))).collect();
        (f.rule, f.tier, words)
    };
    let findings: Vec<_> = found.findings.iter().map(rule).collect();
    format!("{:?} {:?} {:?} {claims:?} {findings:?}", found.commercial, found.hard, found.disclosure)
}

/// Another way to write the same.
type Form = fn(&str) -> String;

#[test]
fn the_form_of_a_text_changes_nothing() {
    let forms: [(&str, Form); 5] = [
        ("decomposed", |t| t.nfd().collect()),
        ("lines end with CR LF", |t| t.replace('\n', "\r\n")),
        ("spaces that do not break", |t| t.replace(' ', "\u{a0}")),
        ("a space before", |t| format!(" {t}")),
        ("a line end after", |t| format!("{t}\n")),
    ];
    let mut wrong = Vec::new();
    for rule in &DETECTOR.pack().rules {
        for example in rule.matching.iter().chain(&rule.passing) {
            let post = post_of(example);
            let as_written = said(&DETECTOR.analyse(&post), &post);
            for (name, form) in forms {
                let formed = Post { text: form(&post.text).into(), ..post.clone() };
                let found = said(&DETECTOR.analyse(&formed), &formed);
                if found != as_written {
                    wrong.push(format!("{} {name}: {}\n  {as_written}\n  {found}", rule.id, post.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of the examples:\n{}", wrong.len(), wrong.join("\n"));
}

/// A pattern that asks for a line between two others, as a page's sheet of a product has it.
#[test]
fn lines_that_end_with_cr_lf_stand_below_one_another() {
    let text = "Ống kính 50MP chụp rõ từng sợi tóc.\nNội dung quảng cáo\nBền và nhẹ.";
    let evidence = |text: &str| DETECTOR.analyse(&Post { text: text.into(), ..Post::default() }).hard;
    assert_eq!(evidence(text), evidence(&text.replace('\n', "\r\n")));
}

#[test]
fn a_link_ends_before_a_picture_a_quote_or_any_space() {
    let mut scratch = Scratch::default();
    let mut links = |text: &str| {
        DETECTOR.analyse_into(&Post { text: text.into(), ..Post::default() }, &mut scratch);
        let tokens = &scratch.text(Field::Text).tokens;
        tokens.iter().filter(|t| t.kind == Kind::Url).map(|t| t.raw.slice(text).to_owned()).collect::<Vec<_>>()
    };
    for after in ["", " ", "\u{a0}", "👉", "🇻🇳", "”", "…", "–", "。", "\u{200b} "] {
        assert_eq!(links(&format!("mua ở “shopee.vn{after} nha")), ["shopee.vn"], "{after:?}");
    }
    for word in ["shopee.vnờ", "shopee.vn\u{301}", "shopee.vn\u{200b}a"] {
        assert_eq!(links(&format!("mua ở {word} nha")), [""; 0], "{word:?}");
    }
}
