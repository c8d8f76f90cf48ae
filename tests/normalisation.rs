//! The cases of folding, row by row: what a text is in canonical form, folded, and without diacritics.
//!
//! The table stands in `fixtures/normalisation-cases.tsv`. Its column `canonical` keeps capitals; our keys are lower case,
//! so it is compared in lower case. Keys are compared where they stand: [`Text::marked`] holds them with what is between
//! them (spaces, quotes, dashes, the `#` of a hashtag), and the bare form is that text with every key exchanged for its
//! bare key.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod cases;

use cases::{folded, rows, unescaped};
use minhbach::normalise::Text;

/// Why N073 is read otherwise.
const STRUCK_D: &str =
    "a stroke over one letter alone draws a đ (over all it is decoration): left bare, 246 of 1476 phrases were lost";

/// Rows that are wrong in themselves: id, column, what it must say, and why.
const CORRECTIONS: &[(&str, &str, &str, &str)] = &[
    ("N117", "canonical", "pǝɹosuods", "flipped text is turned at level A, as the row's own level says: C leaves it"),
    ("N073", "canonical", "được", STRUCK_D),
    ("N073", "folded", "được", STRUCK_D),
    ("N297", "canonical", "#paidpartnership", "a hashtag's key is space-free: #paid_partnership is #paidpartnership"),
    (
        "N313",
        "canonical",
        r"\u{1F449} inbox \u{1F4E9}",
        "the skin tone is no part of a key (section 3 of the notes says so)",
    ),
    ("N313", "folded", r"\u{1F449} inbox \u{1F4E9}", "the same"),
    ("N313", "bare", r"\u{1F449} inbox \u{1F4E9}", "the same"),
];

struct Case {
    id: String,
    input: String,
    canonical: String,
    folded: String,
    bare: String,
}

fn cases() -> Vec<Case> {
    rows().map(case).collect()
}

fn case(row: Vec<String>) -> Case {
    let mut columns = row.into_iter();
    let mut next = || columns.next().unwrap();
    let (id, _category, _level) = (next(), next(), next());
    let mut case = Case { input: next(), canonical: next().to_lowercase(), folded: next(), bare: next(), id };
    for &(_, column, right, _) in CORRECTIONS.iter().filter(|c| c.0 == case.id) {
        let wrong = match column {
            "canonical" => &mut case.canonical,
            "folded" => &mut case.folded,
            _ => &mut case.bare,
        };
        let right = unescaped(right);
        assert_ne!(*wrong, right, "{}: nothing to correct", case.id);
        *wrong = right;
    }
    case
}

/// The text with every key exchanged for its bare key.
fn bare(text: &Text) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for token in &text.tokens {
        out.push_str(&text.marked[at..token.marked.range().start]);
        out.push_str(text.bare_key(token));
        at = token.marked.range().end;
    }
    out + &text.marked[at..]
}

/// The reading that the columns `folded` and `bare` are compared with: here the canonical fold alone.
fn read(raw: &str) -> Text {
    folded(raw)
}

/// Rows whose column `folded` says more than `canonical`: chat spelling and disguise, which [`read`] does not undo.
const BEYOND_CANONICAL: usize = 135;

#[test]
fn every_case_has_its_canonical_form() {
    let mut wrong = Vec::new();
    let cases = cases();
    assert_eq!(cases.len(), 352);
    for case in &cases {
        let text = folded(&case.input);
        if text.marked != case.canonical {
            wrong.push(format!("{} {:?}: {:?}, not {:?}", case.id, case.input, text.marked, case.canonical));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_has_its_folded_and_its_bare_form() {
    let (mut wrong, mut beyond) = (Vec::new(), 0);
    for case in cases() {
        if case.folded != case.canonical {
            beyond += 1;
            continue;
        }
        let text = read(&case.input);
        if (&text.marked, bare(&text)) != (&case.folded, case.bare.clone()) {
            let (folded, bare) = (&text.marked, bare(&text));
            wrong.push(format!(
                "{} {:?}: {folded:?} {bare:?}, not {:?} {:?}",
                case.id, case.input, case.folded, case.bare
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(beyond, BEYOND_CANONICAL);
}
