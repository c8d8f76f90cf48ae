//! Laws of the term lists: sorted, no term twice in a list, and none that nothing can reach.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    normalise::bare,
    pack::{Pack, PackFiles, Position, Term},
    post::Post,
};
use std::{collections::BTreeSet, sync::Arc};

/// Terms proper of lists that people can see.
fn terms(pack: &Pack) -> impl Iterator<Item = &Term> {
    pack.terms.iter().filter(|t| !t.words.is_empty() && !pack.lists[t.list.0 as usize].hidden())
}

/// By the spelling without diacritics, then by the spelling, both by Unicode code points: a reader finds a word, and two
/// people who add words touch different lines.
#[test]
fn every_list_is_sorted_as_it_is_written_and_holds_no_row_twice() {
    let files = PackFiles::embedded();
    let mut faults = Vec::new();
    for (folder, header, keys) in [("terms", "list", &["vi", "en"][..]), ("context", "trigger", &["terms"])] {
        for (path, text) in files.in_folder(folder) {
            let file: toml::Table = text.parse().unwrap();
            let blocks = file.get(header).and_then(|b| b.as_array()).into_iter().flatten();
            for (block, key) in blocks.flat_map(|b| keys.iter().map(move |key| (b, *key))) {
                let rows = block.get(key).and_then(|r| r.as_array()).into_iter().flatten();
                let text = |row: &toml::Value| row.as_str().or_else(|| row.get("text")?.as_str()).unwrap().to_owned();
                let rows: Vec<String> = rows.map(text).collect();
                let order = |row: &String| (bare(row), row.clone());
                for pair in rows.windows(2).filter(|p| order(&p[0]) > order(&p[1])) {
                    faults.push(format!("{path}: “{}” stands before “{}”", pair[0], pair[1]));
                }
                let of_trigger = rows.windows(2).filter(|p| p[0] == p[1] && header == "trigger");
                faults.extend(of_trigger.map(|p| format!("{path}: “{}” stands twice", p[0])));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_term_stands_twice_in_a_list() {
    let pack = Pack::embedded().unwrap();
    // Chat spellings are stored beside the spelling that they stand for, under its name.
    let mut seen = BTreeSet::new();
    for term in terms(&pack) {
        let words: Vec<_> = term.words.iter().map(|w| (&w.marked, w.before)).collect();
        assert!(
            seen.insert((term.list, term.position as u8, format!("{words:?}"), term.name.clone())),
            "{}",
            term.name
        );
    }
}

#[test]
fn every_term_is_found_where_it_is_written() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let pack = detector.pack();
    let mut scratch = Scratch::default();
    let mut lost = Vec::new();
    for term in terms(pack) {
        let written = term.name.split_once('/').unwrap().1;
        let text = match term.position {
            Position::Any => written.to_owned(),
            Position::Label => format!("{written}: "),
            Position::Hashtag => format!("#{}", written.trim_start_matches('#').replace(' ', "")),
        };
        detector.analyse_into(&Post { text: text.clone().into(), ..Post::default() }, &mut scratch);
        if !scratch.cues().iter().any(|c| c.list == term.list) {
            lost.push(format!("{}: “{text}”", term.name));
        }
    }
    assert!(lost.is_empty(), "{} of {} terms are out of reach:\n{}", lost.len(), terms(pack).count(), lost.join("\n"));
}

/// A match begins and ends with a word, so a last `\w` meets one-letter words alone: "sponsored by @?\w" read
/// "sponsored by a shop" and missed every name.
#[test]
fn no_pattern_ends_in_a_single_letter() {
    let files = PackFiles::embedded();
    let mut faults = Vec::new();
    for (path, text) in files.in_folder("terms") {
        let file: toml::Table = text.parse().unwrap();
        for block in file.get("pattern").and_then(|b| b.as_array()).into_iter().flatten() {
            let text = |key: &str| block.get(key).and_then(|v| v.as_str()).unwrap().to_owned();
            let regex = text("regex");
            if regex.split('|').any(|branch| branch.trim_end_matches(')').ends_with(r"\w")) {
                faults.push(format!("{path}: {}", text("id")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The alternatives of every group of a regular expression, and of the whole.
fn alternatives(regex: &str) -> Vec<Vec<&str>> {
    let (mut open, mut groups, mut inside, mut escaped) = (vec![(0, Vec::new())], Vec::new(), false, false);
    let close = |(start, bars): (usize, Vec<usize>), end: usize| {
        let mut cuts = vec![start];
        cuts.extend(bars.iter().map(|b| b + 1));
        let ends = bars.into_iter().chain([end]);
        cuts.into_iter().zip(ends).map(|(from, to)| &regex[from..to]).collect::<Vec<_>>()
    };
    for (at, c) in regex.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => inside = false,
            _ if inside => {}
            '[' => inside = true,
            '(' => {
                let flags = if regex[at..].starts_with("(?:") { 3 } else { 1 };
                open.push((at + flags, Vec::new()));
            }
            '|' => open.last_mut().unwrap().1.push(at),
            ')' => groups.push(close(open.pop().unwrap(), at)),
            _ => {}
        }
    }
    groups.push(close(open.pop().unwrap(), regex.len()));
    groups
}

/// A pattern's `\b` is not compiled (a match begins and ends with a word in any case), so of two alternatives the first is
/// taken even where it ends within the word that the second would reach: "week|weekly" never met "weekly".
#[test]
fn no_alternative_of_a_pattern_begins_a_later_one() {
    let files = PackFiles::embedded();
    let mut faults = Vec::new();
    for (path, text) in files.in_folder("terms") {
        let file: toml::Table = text.parse().unwrap();
        for block in file.get("pattern").and_then(|b| b.as_array()).into_iter().flatten() {
            let text = |key: &str| block.get(key).and_then(|v| v.as_str()).unwrap();
            for group in alternatives(text("regex")) {
                for (i, first) in group.iter().enumerate().filter(|(_, a)| !a.is_empty()) {
                    let shadowed = group[i + 1..].iter().filter(|later| later.len() > first.len());
                    let shadowed = shadowed.filter(|later| later.starts_with(first));
                    faults.extend(shadowed.map(|later| format!("{path}: {}: “{first}” before “{later}”", text("id"))));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// All of Unicode's letters fill the room that the automaton of a pattern has; without one it is ten times as slow.
#[test]
fn no_pattern_asks_for_all_letters_of_unicode() {
    let pack = Pack::embedded().unwrap();
    let all = |source: &str| [r"\w", r"\W", r"\d", r"\D", r"\p"].iter().any(|class| source.contains(class));
    let wide: Vec<&str> = pack.patterns.iter().map(|p| p.regex.as_str()).filter(|source| all(source)).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}
