//! Label files: what is read, and every fault with its line.

use minhbach::{
    labels::{self, FaultKind, LabelError},
    vocabulary::{Commercial, DisclosureState},
};

const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn flat(post: &str, hash: &str, more: &str) -> String {
    format!(r#"{{"post_id":"{post}","text_sha256":"{hash}","annotator":"a1"{more}}}"#)
}

#[test]
fn gold_records_flat_records_and_tables_say_the_same() {
    let gold = format!(
        r#"{{"schema":"gold/1","post_id":"p1","text_sha256":"{A}","annotator":"a1","round":1,
            "labels":{{"commercial":"yes","evidence":[],"disclosure":"denied"}},"confidence":3,
            "claims":[{{"type":"CLM-CURE","stance":"asserts","speaker":"author"}}],"weight":4.0,"stratum":"s"}}"#
    )
    .replace('\n', "");
    let flat = flat("p1", A, r#","commercial":"yes","disclosure":"denied","claim":"yes","weight":"4","stratum":"s""#);
    let array = format!("[{flat}]");
    let csv = format!(
        "\u{feff}post_id,text_sha256,annotator,commercial,disclosure,claim,weight,stratum,comment\n\
                       p1,{A},a1,yes,denied,yes,4,s,\"a, b\"\n"
    );
    let read = [labels::json(&gold), labels::json(&flat), labels::json(&array)].map(Result::unwrap);
    let choice = |name: &str, word: &str| {
        format!(r#"{{"from_name":"{name}","to_name":"post","type":"choices","value":{{"choices":["{word}"]}}}}"#)
    };
    let results =
        [("commercial", "yes"), ("disclosure", "denied"), ("claim", "yes")].map(|(n, w)| choice(n, w)).join(",");
    let exported = format!(
        r#"[{{"id":9,"data":{{"post_id":"p1","text_sha256":"{A}","text":"…","weight":4,"stratum":"s"}},"annotations":[
            {{"completed_by":{{"id":3,"email":"a1"}},"was_cancelled":false,"result":[{results},
              {{"from_name":"comment","type":"textarea","value":{{"text":["a, b"]}}}}]}}]}}]"#
    );
    let mut table = labels::table(&csv, b',').unwrap();
    table.codes[0].line = 1;
    for labels in read.into_iter().chain([labels::json(&exported).unwrap()]) {
        assert_eq!(labels, table);
    }
    let skipped = exported.replace("\"was_cancelled\":false", "\"was_cancelled\":true");
    assert_eq!(labels::json(&skipped).unwrap().skipped, 1);
    let code = &table.codes[0];
    assert_eq!((code.commercial, code.disclosure), (Some(Commercial::Yes), Some(DisclosureState::Denied)));
    assert_eq!((code.claim, code.weight), (Some(true), Some(4.0)));
}

/// As a spreadsheet saves the form where the comma is the decimal sign, with carriage returns; faults name the line.
#[test]
fn tables_saved_with_semicolons_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("coders.csv");
    let table = format!("\u{feff}post_id;text_sha256;annotator;commercial\r\np1;{A};a1;yes\r\np2;{A};a1;maybe\r\n");
    std::fs::write(&path, table.replace("maybe", "no")).unwrap();
    let codes = labels::read(&path).unwrap().codes;
    let lines: Vec<(&str, u64)> = codes.iter().map(|code| (code.post.id.as_str(), code.line)).collect();
    assert_eq!(lines, [("p1", 2), ("p2", 3)]);
    std::fs::write(&path, table).unwrap();
    assert!(labels::read(&path).unwrap_err().to_string().contains("line 3"));
}

#[test]
fn claims_of_others_warnings_and_missing_sentences_are_no_claims() {
    for (claim, expected) in [
        (r#"{"type":"CLM-CURE","stance":"asserts","speaker":"author"}"#, true),
        (r#"{"type":"CLM-CURE","stance":"refutes","speaker":"author"}"#, false),
        (r#"{"type":"CLM-CURE","stance":"asserts","speaker":"quoted"}"#, false),
        (r#"{"type":"CLM-NONE","stance":"asserts","speaker":"author"}"#, false),
        (r#"{"type":"CLM-NOWARN","stance":"asserts","speaker":"author"}"#, false),
    ] {
        let line = flat("p", A, &format!(r#","labels":{{"commercial":"yes"}},"claims":[{claim}]"#));
        assert_eq!(labels::json(&line).unwrap().codes[0].claim, Some(expected), "{claim}");
    }
}

/// A form that is filled in half way: what nobody came to is no fault, what is begun without a name is.
#[test]
fn rows_that_nobody_has_come_to_are_passed_over() {
    let head = "post_id,text_sha256,annotator,commercial,disclosure,claim,comment\n";
    let half = format!("{head}p1,{A},an,yes,absent,no,\np2,{A},,,,,\np3,{A},,,,,later\n");
    let labels = labels::table(&half, b',').unwrap();
    assert_eq!((labels.codes.len(), labels.skipped), (1, 2));
    let begun = format!("{head}p1,{A},,yes,,,\n");
    assert!(labels::table(&begun, b',').is_err());
}

#[test]
fn skipped_posts_are_counted() {
    let lines = [
        flat("p1", A, r#","labels":null,"comment":"skipped""#),
        flat("p2", A, r#","commercial":"""#),
        flat("p3", A, r#","commercial":"no""#),
    ];
    let labels = labels::json(&lines.join("\n")).unwrap();
    assert_eq!((labels.skipped, labels.codes.len()), (2, 1));
}

#[test]
fn every_fault_is_told_with_its_line() {
    let good = flat("p1", A, r#","commercial":"no""#);
    let heavy = |post: &str, weight: &str| flat(post, A, &format!(r#","commercial":"no","weight":{weight}"#));
    type Is = fn(&FaultKind) -> bool;
    let cases: Vec<(Vec<String>, u64, Is)> = vec![
        (vec!["nonsense".to_owned()], 1, |k| matches!(k, FaultKind::NotARecord(_))),
        (vec!["3".to_owned()], 1, |k| matches!(k, FaultKind::NotARecord(_))),
        (vec![format!(r#"{{"post_id":"p","text_sha256":"{A}","commercial":"no"}}"#)], 1, |k| {
            matches!(k, FaultKind::Missing("annotator"))
        }),
        (vec![r#"{"post_id":"p","annotator":"a","commercial":"no"}"#.to_owned()], 1, |k| {
            matches!(k, FaultKind::Missing("text_sha256"))
        }),
        (vec![flat("p", "abc", r#","commercial":"no""#)], 1, |k| matches!(k, FaultKind::BadHash(_))),
        (vec![flat("p", A, r#","commercial":"maybe""#)], 1, |k| {
            matches!(k, FaultKind::UnknownWord { field: "commercial", .. })
        }),
        (vec![flat("p", A, r#","disclosure":"hidden""#)], 1, |k| {
            matches!(k, FaultKind::UnknownWord { field: "disclosure", .. })
        }),
        (vec![flat("p", A, r#","claim":"2""#)], 1, |k| matches!(k, FaultKind::UnknownWord { field: "claim", .. })),
        (vec![flat("p", A, r#","commercial":"yes","disclosure":"not_applicable""#)], 1, |k| {
            *k == FaultKind::Contradiction
        }),
        (vec![flat("p", A, r#","commercial":"no","disclosure":"absent""#)], 1, |k| *k == FaultKind::Contradiction),
        (vec![heavy("p", "0.5")], 1, |k| matches!(k, FaultKind::BadWeight(_))),
        (vec![heavy("p", "\"viele\"")], 1, |k| matches!(k, FaultKind::BadWeight(_))),
        (vec![good.clone(), good.clone()], 2, |k| matches!(k, FaultKind::DuplicateCoder { first: 1, .. })),
        (vec![heavy("p1", "2"), good.replace("p1", "p2")], 2, |k| *k == FaultKind::WeightMissing),
        (vec![heavy("p1", "2"), heavy("p1", "3").replace("a1", "a2")], 2, |k| {
            matches!(k, FaultKind::OtherWeight { first: 1 })
        }),
    ];
    for (lines, line, is) in cases {
        let faults = labels::json(&lines.join("\n")).unwrap_err();
        assert_eq!(faults.len(), 1, "{lines:?}: {faults:?}");
        assert!(faults[0].line == line && is(&faults[0].kind), "{lines:?}: {faults:?}");
    }
}

#[test]
fn all_faults_are_told_at_once_and_an_empty_file_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("labels.jsonl");
    std::fs::write(&path, format!("{}\n{}\n", flat("p", "x", ""), flat("q", B, r#","claim":"?""#))).unwrap();
    let text = labels::read(&path).unwrap_err().to_string();
    assert!(text.contains("line 1") && text.contains("line 2"), "{text}");
    std::fs::write(&path, flat("p", A, "")).unwrap();
    assert!(matches!(labels::read(&path), Err(LabelError::Empty { .. })));
    assert!(matches!(labels::read(&dir.path().join("none")), Err(LabelError::Io { .. })));
}

#[test]
fn a_settled_answer_stands_for_the_post() {
    let lines = [
        flat("p", A, r#","commercial":"no""#),
        flat("p", A, r#","commercial":"yes""#).replace("a1", "a2"),
        flat("p", A, r#","commercial":"yes","round":"adj""#).replace("a1", "adj1"),
        flat("q", B, r#","commercial":"no""#),
    ];
    let labels = labels::json(&lines.join("\n")).unwrap();
    let posts = labels::by_post(&labels.codes);
    let coders: Vec<Vec<&str>> = posts.values().map(|c| c.iter().map(|c| c.coder.as_str()).collect()).collect();
    assert_eq!(coders, [vec!["adj1"], vec!["a1"]]);
}
