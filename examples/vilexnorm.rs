//! How much of the chat spelling in real comments the social fold undoes: one run over the development part of ViLexNorm
//! (CC BY-NC-SA; measured only, nothing of it is in this repository).
//!
//! Each comment and its standard form are folded as posts are, the comment is read back as posts are, and both are aligned
//! word by word: one word may stand for up to six, or up to three for one. A word counts as right when what we read is what
//! the standard form has, under the fold's own keys: lower case, one tone placement, i and y alike. The error reduction
//! rate is (ours − as is) / (1 − as is), where "as is" leaves every word as it stands. Figures from papers score whole
//! generated sentences and are not comparable.
//!
//! Cách đọc chữ chat sửa được bao nhiêu lỗi trong bình luận thật: đo trên phần phát triển của ViLexNorm, không lấy gì từ đó.
//!
//! ```sh
//! cargo run --example vilexnorm [-- FILE.jsonl]
//! ```

use minhbach::{
    normalise::{self, Kind, Text},
    pack::Pack,
    span::RawSpan,
    uncover::{Uncover, UncoverScratch},
    words::{Tagged, Words},
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Where the comments lie, from the root of the repository.
const COMMENTS: &str = "../shared/data/normalisation/vilexnorm_dev.jsonl";
/// As many words as one word may stand for, and as may be written for one.
const MOST_READ: usize = 6;
const MOST_WRITTEN: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args().nth(1).map(PathBuf::from);
    let path = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(COMMENTS));
    let lines =
        fs::read_to_string(&path).map_err(|e| format!("KHÔNG ĐO ĐƯỢC / NOTHING MEASURED: {}: {e}", path.display()))?;
    let pack = Pack::embedded()?;
    let words = Words::new(&pack);
    let uncover = Uncover::new(&pack, &words);
    let mut reader = Reader { words: &words, uncover: &uncover, scratch: UncoverScratch::default() };
    let mut counts = Counts::default();
    for line in lines.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let (Some(text), Some(standard)) = (record["text"].as_str(), record["normalized"].as_str()) else {
            return Err(format!("thiếu text hoặc normalized / text or normalized is missing: {line}").into());
        };
        counts.add(&reader.comment(text), &reader.standard(standard));
    }
    Ok(counts.write(&mut std::io::stdout().lock())?)
}

/// A word of a comment, as it stands and as it was read.
struct Written {
    key: String,
    read: Vec<String>,
}

struct Reader<'a> {
    words: &'a Words,
    uncover: &'a Uncover,
    scratch: UncoverScratch,
}

impl Reader<'_> {
    fn comment(&mut self, raw: &str) -> Vec<Written> {
        let (mut text, mut tagged, mut read) = (Text::default(), Tagged::default(), Text::default());
        normalise::fold(raw, &mut text);
        self.words.tag(&text, &mut tagged);
        if !self.uncover.read(raw, &text, &tagged, self.words, &mut self.scratch, &mut read) {
            read = text.clone();
        }
        let read = keys(&read);
        let written = |(key, span): (String, RawSpan)| {
            let inside = |r: &&(String, RawSpan)| r.1.start() < span.end() && span.start() < r.1.end();
            Written { key, read: read.iter().filter(inside).map(|(key, _)| key.clone()).collect() }
        };
        keys(&text).into_iter().map(written).collect()
    }

    fn standard(&self, raw: &str) -> Vec<String> {
        let mut text = Text::default();
        normalise::fold(raw, &mut text);
        keys(&text).into_iter().map(|(key, _)| key).collect()
    }
}

/// Words and numbers of a text with their places; i and y alike.
fn keys(text: &Text) -> Vec<(String, RawSpan)> {
    let words = text.tokens.iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Number));
    let key = |k: &str| normalise::with_i(k).unwrap_or_else(|| k.to_owned());
    words.map(|t| (key(text.key(t)), t.raw)).collect()
}

/// What was counted; in words of the comments, several that stand for one taken as one.
#[derive(Default)]
struct Counts {
    words: u32,
    /// Whose standard form is another.
    to_change: u32,
    /// That we read as something else than they stand for by themselves.
    changed: u32,
    right: u32,
    changed_right: u32,
}

impl Counts {
    fn add(&mut self, comment: &[Written], standard: &[String]) {
        for block in align(comment, standard) {
            let written = &comment[block.written.clone()];
            if written.is_empty() {
                continue;
            }
            let standard = &standard[block.standard.clone()];
            let as_is = written.iter().map(|w| &w.key);
            // A word that was read from several stands once.
            let mut read: Vec<&String> = Vec::new();
            for (i, word) in written.iter().enumerate() {
                if i == 0 || written[i - 1].read != word.read {
                    read.extend(&word.read);
                }
            }
            let changed = !as_is.clone().eq(read.iter().copied());
            let right = read.into_iter().eq(standard);
            self.words += 1;
            self.to_change += u32::from(!as_is.eq(standard));
            self.changed += u32::from(changed);
            self.right += u32::from(right);
            self.changed_right += u32::from(right && changed);
        }
    }

    fn write(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let [words, to_change, changed, right, changed_right] =
            [self.words, self.to_change, self.changed, self.right, self.changed_right].map(f64::from);
        let (as_is, ours) = (1.0 - to_change / words, right / words);
        writeln!(out, "từ / words                                  {words:>8}")?;
        writeln!(out, "cần đổi / words to change                   {to_change:>8}")?;
        writeln!(out, "để nguyên, đúng / accuracy, left as is      {as_is:>8.4}")?;
        writeln!(out, "đọc lại, đúng / accuracy, ours              {ours:>8.4}")?;
        writeln!(out, "giảm lỗi / error reduction rate, %          {:>8.1}", 100.0 * (ours - as_is) / (1.0 - as_is))?;
        writeln!(out, "đổi trúng / precision of changes            {:>8.3}", changed_right / changed)?;
        writeln!(out, "tìm ra / recall of changes                  {:>8.3}", changed_right / to_change)
    }
}

/// Words that stand for each other.
#[derive(Clone)]
struct Block {
    written: std::ops::Range<usize>,
    standard: std::ops::Range<usize>,
}

/// The cheapest alignment of a comment with its standard form, by dynamic programming.
fn align(comment: &[Written], standard: &[String]) -> Vec<Block> {
    let written: Vec<&str> = comment.iter().map(|w| w.key.as_str()).collect();
    let standard: Vec<&str> = standard.iter().map(String::as_str).collect();
    let (rows, columns) = (written.len() + 1, standard.len() + 1);
    // Cost of the best way to each pair of places, and the step that led there.
    let mut best = vec![(u32::MAX, (0, 0)); rows * columns];
    best[0].0 = 0;
    let one_to_many = (0..=MOST_READ).map(|n| (1, n));
    let steps: Vec<(usize, usize)> = one_to_many.chain((2..=MOST_WRITTEN).map(|n| (n, 1))).chain([(0, 1)]).collect();
    for at in 0..rows * columns {
        let (i, j, so_far) = (at / columns, at % columns, best[at].0);
        for &(n, m) in &steps {
            let (Some(from), Some(to)) = (written.get(i..i + n), standard.get(j..j + m)) else { continue };
            let cost = so_far.saturating_add(cost(from, to));
            let next = &mut best[(i + n) * columns + j + m];
            if cost < next.0 {
                *next = (cost, (n, m));
            }
        }
    }
    let (mut i, mut j, mut blocks) = (rows - 1, columns - 1, Vec::new());
    while i + j > 0 {
        let (n, m) = best[i * columns + j].1;
        blocks.push(Block { written: i - n..i, standard: j - m..j });
        (i, j) = (i - n, j - m);
    }
    blocks.reverse();
    blocks
}

/// How unlike some words and their would-be standard form are: 0 = the same, 100 = nothing stands for them.
fn cost(written: &[&str], standard: &[&str]) -> u32 {
    let several = written.len().max(standard.len()) as u32;
    if written == standard {
        return 0;
    }
    if written.is_empty() || standard.is_empty() {
        return 100;
    }
    let (from, to) = (normalise::bare(&written.concat()), normalise::bare(&standard.concat()));
    let unlike = distance(&from, &to) * 100 / from.chars().count().max(to.chars().count()).max(1) as u32;
    match (written.len(), standard.len()) {
        (1, 1) => 25 + unlike * 6 / 10,
        _ if from == to => 20 + 5 * several,
        // An abbreviation begins with the first letter and has no other letters.
        (1, _) if from.chars().next() == to.chars().next() && is_within(&from, &to) => 45 + 35 * (several - 1),
        (1, _) => 130 + 35 * (several - 1),
        _ => 50 + 40 * (several - 1) + unlike,
    }
}

/// Whether the letters of `short` stand in `long` in the same order.
fn is_within(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    short.chars().all(|c| letters.any(|l| l == c))
}

/// Letters to put in, take out or change.
fn distance(a: &str, b: &str) -> u32 {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<u32> = (0..=b.len() as u32).collect();
    for (i, x) in (1..).zip(a.chars()) {
        let mut corner = std::mem::replace(&mut row[0], i);
        for (j, &y) in b.iter().enumerate() {
            let changed = corner + u32::from(x != y);
            corner = row[j + 1];
            row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
