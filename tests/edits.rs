//! Edits that are offered clear what they say, alone and together, and are small.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, minhbach, repository};
use minhbach::{
    analysis::{Edit, Finding},
    detector::{Detector, Scratch},
    edit::{apply, compose, cut},
    ingest::{Caps, Inputs, RawChunk, ReadOptions, parse_chunk},
    pack::{FixEdit, Pack, Tier},
    post::{Field, Post},
    proof::post_of,
    span::RawSpan,
};
use proptest::prelude::*;
use std::sync::Arc;

struct Witness {
    detector: Detector,
    scratch: Scratch,
    /// Findings whose rule knows an edit, and those of them with one on offer.
    proposed: usize,
    offered: usize,
    posts: usize,
}

impl Witness {
    fn new() -> Self {
        let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
        Self { detector, scratch: Scratch::default(), proposed: 0, offered: 0, posts: 0 }
    }

    /// Every law of the edits of one post.
    fn post(&mut self, post: &Post<'_>) {
        let findings = self.detector.analyse_into(post, &mut self.scratch).findings.clone();
        let rule = |f: &Finding| self.detector.pack().rules[usize::from(f.rule.0)].clone();
        let shown = &post.text;
        for finding in findings.iter().filter(|f| f.tier > Tier::Advisory && rule(f).edit.is_some()) {
            self.proposed += 1;
            if finding.edits.is_empty() {
                continue;
            }
            self.offered += 1;
            small(&rule(finding).edit, &finding.edits, post);
            let edited = apply(post, &compose(&finding.edits));
            let after = self.detector.judge_into(&edited, &mut self.scratch);
            let id = rule(finding).id;
            assert!(
                !after.findings.iter().any(|f| f.rule == finding.rule),
                "{id} stays: {shown:?} → {:?}",
                edited.text
            );
            let new = |f: &&Finding| f.tier > Tier::Advisory && !findings.iter().any(|b| b.rule == f.rule);
            for new in after.findings.iter().filter(new) {
                assert!(rule(new).severity < rule(finding).severity, "{id} gone, {} comes: {shown:?}", rule(new).id);
            }
        }
        let together = compose(findings.iter().flat_map(|f| &f.edits));
        if together.is_empty() {
            return;
        }
        self.posts += 1;
        let edited = apply(post, &together);
        let after = self.detector.judge_into(&edited, &mut self.scratch);
        for finding in findings.iter().filter(|f| !f.edits.is_empty()) {
            let stays = after.findings.iter().any(|f| f.rule == finding.rule);
            assert!(!stays, "together {} stays: {shown:?} → {:?}", rule(finding).id, edited.text);
        }
    }
}

/// A label in front, a sentence at the end, or words taken away: nothing else.
fn small(kind: &Option<FixEdit>, edits: &[Edit], post: &Post<'_>) {
    for edit in edits {
        let end = post.field(edit.field).unwrap().len() as u32;
        match kind {
            Some(FixEdit::Insert(label)) => {
                assert!(edit.span == RawSpan::new(0, 0) && [&label.vi, &label.en].contains(&&edit.text), "{edit:?}");
            }
            Some(FixEdit::Append(sentence)) => {
                assert!(edit.span == RawSpan::new(end, end) && edit.text.trim() == sentence, "{edit:?}");
            }
            Some(FixEdit::Remove) => assert!(edit.text.is_empty() && !edit.span.is_empty(), "{edit:?}"),
            None => panic!("an edit of a rule that knows none: {edit:?}"),
        }
    }
}

#[test]
fn every_edit_offered_on_the_demo_clears_its_finding() {
    let mut witness = Witness::new();
    let read = ReadOptions::new(witness.detector.pack().law_as_of, Caps::default());
    let inputs = Inputs::resolve(&[arg(&repository("corpora/demo/posts.jsonl")).to_owned()], &read).unwrap();
    let mut chunk = RawChunk::new();
    for source in &inputs.sources {
        let mut reader = source.open(&read).unwrap();
        while reader.next_chunk(&mut chunk).unwrap() {
            parse_chunk(&chunk, &read, &mut |record| witness.post(&record.outcome.unwrap()));
        }
    }
    let (offered, proposed) = (witness.offered, witness.proposed);
    assert!(witness.posts > 100 && offered * 10 >= proposed * 8, "{offered} of {proposed} findings have an edit");
}

#[test]
fn every_edit_offered_on_an_example_clears_its_finding() {
    let mut witness = Witness::new();
    let rules = witness.detector.pack().rules.clone();
    for example in rules.iter().flat_map(|r| r.matching.iter().chain(&r.passing)) {
        witness.post(&post_of(example));
    }
    let (offered, proposed) = (witness.offered, witness.proposed);
    assert!(offered * 10 >= proposed * 8, "{offered} of {proposed} findings have an edit");
}

#[test]
fn check_prints_the_corrected_caption() {
    let text = "Serum này mình xài mê lắm, nhập mã LAN10 khi thanh toán để được giảm 10% nha mấy bà";
    let fixed = minhbach(&["check", "--fix", text]).ends(0).says(&["DIS001"]);
    assert_eq!(fixed.out, format!("Quảng cáo – {text}\n"));
    minhbach(&["check", fixed.out.trim_end()]).ends(0);
    let json = minhbach(&["check", "--fix", "--format", "json", text]).ends(0).json();
    assert_eq!((json["cleared"][0].as_str(), json["left"].as_array().unwrap().len()), (Some("DIS001"), 0));
    // Forbidden goods stay forbidden whatever the words.
    let banned =
        minhbach(&["check", "--fix", "Thuốc lá điện tử mới về, giá 350k, inbox shop mình đặt hàng nha"]).ends(1);
    assert!(banned.err.contains("PRO"), "{}", banned.err);
}

#[test]
fn a_cut_leaves_no_double_space() {
    let cases = [
        ("kem tốt nhất Việt Nam", "tốt nhất", "kem Việt Nam"),
        ("tốt nhất luôn", "tốt nhất", "luôn"),
        ("kem số 1", "số 1", "kem "),
    ];
    for (text, words, left) in cases {
        let start = text.find(words).unwrap() as u32;
        let edit = cut(Field::Text, text, RawSpan::new(start, start + words.len() as u32));
        let post = Post { text: text.into(), ..Post::default() };
        assert_eq!(apply(&post, &[edit]).text, left);
    }
}

proptest! {
    /// Whatever stands in the edits: composing twice is composing once, and cuts take exactly the bytes that some edit names.
    #[test]
    fn composed_edits_are_apart(spans in prop::collection::vec((0_u32..30, 1_u32..6), 0..8)) {
        let text: String = ('a'..='z').chain('A'..='Z').collect();
        let edits: Vec<Edit> = spans
            .iter()
            .map(|&(start, length)| Edit { field: Field::Text, span: RawSpan::new(start, start + length), text: String::new() })
            .collect();
        let one = compose(&edits);
        prop_assert_eq!(&compose(&one), &one);
        prop_assert!(one.windows(2).all(|w| w[0].span.end() <= w[1].span.start()));
        let left: String = text
            .char_indices()
            .filter(|(i, _)| !edits.iter().any(|e| e.span.range().contains(i)))
            .map(|(_, c)| c)
            .collect();
        let post = Post { text: text.as_str().into(), ..Post::default() };
        let cut = apply(&post, &one);
        prop_assert_eq!(cut.text.as_ref(), left.as_str());
    }
}
