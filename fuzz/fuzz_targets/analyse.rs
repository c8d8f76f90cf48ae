//! Judging whatever is said: no panic, evidence that is a slice of its text, records that are JSON, masks of equal length.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
    post::{Field, Post},
    redact::{Key, Redactor},
    report::Records,
};
use std::{
    cell::RefCell,
    sync::{Arc, LazyLock},
};

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().expect("the pack loads"))).expect("it detects"));
static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(Key::new(&[7; 32]).expect("long enough")));

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    // The fields stand apart by NUL, which no field can hold unescaped.
    let mut parts = text.split('\0');
    let mut field = || parts.next().map(Into::into);
    let post = Post {
        text: field().unwrap_or_default(),
        title: field(),
        transcript: field(),
        on_screen: field(),
        first_comment: field(),
        bio: field(),
        ..Post::default()
    };
    let records = Records::new(DETECTOR.pack(), true);
    SCRATCH.with_borrow_mut(|scratch| {
        let analysis = DETECTOR.analyse_into(&post, scratch).clone();
        assert_eq!(analysis, DETECTOR.analyse(&post), "what was judged before changes nothing");
        let veil = REDACTOR.veil(&post);
        for field in Field::ALL {
            let text = post.field(field).unwrap_or("");
            assert_eq!(veil.show(field, text, 0..text.len()).chars().count(), text.chars().count());
        }
        let mut lines = Vec::new();
        for veil in [None, Some(&veil)] {
            records.write_post_veiled(&mut lines, &post, &analysis, veil);
            for finding in &analysis.findings {
                for evidence in &finding.evidence {
                    let text = post.field(evidence.field).expect("evidence in a field that there is");
                    assert!(text.get(evidence.span.range()).is_some_and(|w| !w.is_empty()), "{evidence:?}");
                }
                for edit in &finding.edits {
                    let text = post.field(edit.field).expect("an edit of a field that there is");
                    assert!(text.get(edit.span.range()).is_some(), "{edit:?}");
                }
                records.write_finding_veiled(&mut lines, &post, &analysis, finding, veil);
            }
        }
        for line in lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            serde_json::from_slice::<serde::de::IgnoredAny>(line).expect("a record is JSON");
        }
    });
    Corpus::Keep
});
