//! Disguised words and chat spelling, read back: the cases of the research notes (levels S and A), attacks of our own, and
//! honest text that must stay as it is.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    normalise::{self, Kind, Text},
    pack::Pack,
    uncover::{Uncover, UncoverScratch},
    words::{Tagged, Words},
};
use std::sync::LazyLock;

struct Reader {
    words: Words,
    uncover: Uncover,
}

static READER: LazyLock<Reader> = LazyLock::new(|| {
    let pack = Pack::embedded().unwrap();
    let words = Words::new(&pack);
    Reader { uncover: Uncover::new(&pack, &words), words }
});

/// A text as it is read.
fn read(raw: &str) -> Text {
    let (mut text, mut out, mut tagged) = (Text::default(), Text::default(), Tagged::default());
    normalise::fold(raw, &mut text);
    READER.words.tag(&text, &mut tagged);
    if READER.uncover.read(raw, &text, &tagged, &READER.words, &mut UncoverScratch::default(), &mut out) {
        return out;
    }
    text
}

/// Its words, with single spaces between them.
fn words(raw: &str) -> String {
    let text = read(raw);
    let keys = text.tokens.iter().filter(|t| t.kind != Kind::Emoji).map(|t| text.key(t));
    keys.collect::<Vec<_>>().join(" ")
}

#[test]
fn try_cases() {
    let table = include_str!("/work/shared/reference/normalisation-cases.tsv");
    let (mut bad, mut n) = (0, 0);
    for row in table.lines().skip(1) {
        let c: Vec<&str> = row.split('\t').collect();
        if !matches!(c[2], "S" | "A") || c[1] == "hashtag" {
            continue;
        }
        n += 1;
        let input = c[3];
        let got = words(input);
        let fold: String =
            got.split(' ').map(|w| normalise::with_i(w).unwrap_or(w.to_owned())).collect::<Vec<_>>().join(" ");
        let want = c[5].to_lowercase();
        let want2: String =
            want.split(['/', ' ']).map(|w| normalise::with_i(w).unwrap_or(w.to_owned())).collect::<Vec<_>>().join(" ");
        let fold = fold.replace('/', " ");
        if fold != want2 {
            bad += 1;
            println!("{} {} {input:?} -> {got:?} want {want:?}", c[0], c[1]);
        }
    }
    println!("{bad} of {n}");
    for line in std::fs::read_to_string("/tmp/try.txt").unwrap().lines() {
        println!("{line:?} -> {:?}", words(&line.replace("\\n", "\n")));
    }
}
