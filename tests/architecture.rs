//! The shape of the program: one-way arrows between the rooms of `src/`, what only the binary may know, files that a
//! person can read, and a pack that is embedded whole. The floors are the order in which `lib.rs` declares the rooms.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Lines of the longest file that is still read in one go.
const MOST_LINES: usize = 600;
/// The two ends of the flow: bytes to posts, verdicts to files. They never see how a post is judged.
const ENDS: [&str; 3] = ["ingest", "score", "report"];
/// How a post is judged.
const JUDGING: [&str; 5] = ["normalise", "matcher", "context", "rules", "detector"];
/// Crates of the binary alone.
const BINARY_CRATES: [&str; 5] = ["clap", "clap_complete", "clap_mangen", "indicatif", "anyhow"];
/// What prints, stops the process or was left unfinished.
const BINARY_CALLS: [&str; 10] = [
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "dbg!",
    "todo!",
    "unimplemented!",
    "process::exit",
    "stdout(",
    "stderr(",
];
/// Names of rooms where anything would fit, and so nothing belongs.
const DRAWERS: [&str; 6] = ["util", "utils", "common", "helpers", "misc", "shared"];

/// One file of `src/`.
struct Source {
    /// From the root of the repository, with `/`.
    path: String,
    /// Below `src/`, without `.rs` and `mod`: the module's path.
    module: Vec<String>,
    raw: String,
    /// Without comments, literals and test modules; lines stay where they are.
    code: String,
}

impl Source {
    fn is_binary(&self) -> bool {
        self.module.first().is_some_and(|m| m == "bin")
    }

    /// The room it belongs to; none for `lib.rs` and the binary.
    fn room(&self) -> Option<&str> {
        self.module.first().map(String::as_str).filter(|&m| m != "lib" && m != "bin")
    }
}

#[test]
fn arrows_go_to_earlier_rooms_only() {
    let rooms = rooms();
    let floor = |room: &str| rooms.iter().position(|r| r == room);
    let mut faults = Vec::new();
    for source in library() {
        let Some(room) = source.room() else { continue };
        for (line, target) in arrows(&source.code) {
            let at = format!("{}:{line}: {room} → {target}", source.path);
            match (floor(room), floor(&target)) {
                (_, None) => faults.push(format!("{at}: lib.rs declares no room of that name")),
                (Some(from), Some(to)) if from == to => {
                    faults.push(format!("{at}: inside a room use `super::`, so that the room can be moved whole"));
                }
                (Some(from), Some(to)) if from < to => faults.push(format!(
                    "{at}: {target} is declared after {room}. Take what both need down to an earlier room, or hand it \
                     over as a value; move a room in lib.rs only when the data really flows that way"
                )),
                _ => {}
            }
        }
        // `super::` from the room's root is the crate: an arrow that hides.
        let allowed = source.module.len() - 1;
        for (line, supers, _) in super_chains(&source.code) {
            if supers > allowed {
                faults.push(format!("{}:{line}: `super::` leaves the room {room}; write `crate::…`", source.path));
            }
        }
    }
    report("arrows that do not go to an earlier room", &faults);
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let sources = sources();
    let modules: BTreeSet<&[String]> = sources.iter().map(|s| &s.module[..]).collect();
    let mut uses: BTreeSet<(Vec<String>, Vec<String>)> = BTreeSet::new();
    for source in &sources {
        let root = if source.is_binary() { &source.module[..source.module.len() - 1] } else { &[] };
        let named = arrows(&source.code).into_iter().map(|(_, name)| (root, name));
        let beside = super_chains(&source.code).into_iter().flat_map(|(_, supers, names)| {
            let above = &source.module[..source.module.len().saturating_sub(supers)];
            names.into_iter().map(move |name| (above, name))
        });
        for (above, name) in named.chain(beside) {
            let target = [above, &[name]].concat();
            if modules.contains(&target[..]) && target != source.module {
                uses.insert((source.module.clone(), target));
            }
        }
    }
    assert!(uses.len() > modules.len(), "the reader sees too little: {} arrows of {} files", uses.len(), modules.len());
    // What nothing uses, or what uses nothing, is in no circle; neither is what then remains so.
    loop {
        let (from, to): (BTreeSet<_>, BTreeSet<_>) = uses.iter().cloned().unzip();
        let before = uses.len();
        uses.retain(|(a, b)| to.contains(a) && from.contains(b));
        if uses.len() == before {
            break;
        }
    }
    let told = |(a, b): &(Vec<String>, Vec<String>)| {
        format!("{} → {}: take what both need down to a file below both", a.join("/"), b.join("/"))
    };
    report("arrows between files that lead back", &uses.iter().map(told).collect::<Vec<_>>());
}

#[test]
fn the_ends_of_the_flow_do_not_see_how_posts_are_judged() {
    let mut faults = Vec::new();
    for source in library().iter().filter(|s| s.room().is_some_and(|r| ENDS.contains(&r))) {
        for (line, target) in arrows(&source.code) {
            if JUDGING.contains(&target.as_str()) {
                faults.push(format!(
                    "{}:{line}: uses {target}; take the value from `analysis`, which is made for the ends",
                    source.path
                ));
            }
        }
    }
    report("ingest, score or report look into the judging", &faults);
}

#[test]
fn only_the_binary_knows_the_terminal() {
    let mut faults = Vec::new();
    for source in library() {
        for (number, line) in source.code.lines().enumerate() {
            let words = BINARY_CRATES.iter().filter(|w| has_word(line, w));
            let calls = BINARY_CALLS.iter().filter(|c| has_call(line, c));
            faults.extend(words.chain(calls).map(|what| {
                format!("{}:{}: {what}: return a value or a typed error; src/bin/ shows it", source.path, number + 1)
            }));
        }
    }
    report("library code that prints, exits, is unfinished or knows the command line", &faults);
}

#[test]
fn files_can_be_read() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.raw.lines().count();
        if lines > MOST_LINES {
            faults.push(format!(
                "{}: {lines} lines, at most {MOST_LINES}; split it where its doc says “and”",
                source.path
            ));
        }
        if !source.raw.starts_with("//!") && source.module.len() == 1 {
            faults.push(format!("{}: begins without `//!`; say what comes in and what goes out", source.path));
        }
        if let Some(name) = source.module.iter().find(|m| DRAWERS.contains(&m.as_str())) {
            faults.push(format!("{}: `{name}` says nothing; name the module after what it holds", source.path));
        }
    }
    report("files that are hard to read", &faults);
}

#[test]
fn every_room_is_declared_and_described() {
    let declared = rooms();
    let present: BTreeSet<String> = library().iter().filter_map(|s| s.room().map(str::to_owned)).collect();
    let mut faults: Vec<String> = present
        .iter()
        .filter(|room| !declared.contains(room))
        .map(|room| format!("src/{room}: not declared in lib.rs; declare it where it stands in the flow, or delete it"))
        .collect();
    let page = read("docs/design.md");
    // Rows of the floors' table begin with the room's name.
    let rows: Vec<&str> =
        page.lines().filter_map(|l| l.strip_prefix("| `")?.split_once('`').map(|(name, _)| name)).collect();
    let listed: Vec<&str> = rows.iter().copied().filter(|r| declared.iter().any(|d| d == r)).collect();
    for room in &declared {
        if listed.iter().filter(|r| *r == room).count() != 1 {
            faults.push(format!(
                "docs/design.md: give the room {room} one row, `| `{room}` | … |`, in the floors' table"
            ));
        }
    }
    if faults.is_empty() && listed != declared {
        faults
            .push(format!("docs/design.md: the rows of the floors' table stand in lib.rs in this order: {declared:?}"));
    }
    report("rooms, lib.rs and docs/design.md disagree", &faults);
}

#[test]
fn the_embedded_pack_is_the_whole_folder() {
    let embedded: BTreeSet<String> = read("src/pack/embedded.rs")
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|s| is_pack_file(s))
        .map(str::to_owned)
        .collect();
    let folder = root().join("lexicons");
    let present: BTreeSet<String> = files(&folder)
        .iter()
        .map(|path| slashed(path.strip_prefix(&folder).expect("a file below lexicons/")))
        .filter(|p| is_pack_file(p))
        .collect();
    let missing = present.difference(&embedded).map(|p| format!("lexicons/{p}: add {p:?} to src/pack/embedded.rs"));
    let gone = embedded.difference(&present).map(|p| format!("src/pack/embedded.rs names {p:?}, which is not there"));
    report("lexicons/ and the embedded pack differ", &missing.chain(gone).collect::<Vec<_>>());
}

/// A blind reader would let everything pass: what it sees, form by form.
#[test]
fn the_reader_sees_every_form_of_an_arrow() {
    let cases: [(&str, &[&str]); 12] = [
        ("use crate::pack::Pack;", &["pack"]),
        ("use crate::{day::Day, pack::{Pack, Rule}, span};", &["day", "pack", "span"]),
        ("use crate::{\n    facts::{self, Reader},\n    rules,\n};", &["facts", "rules"]),
        ("fn f(x: crate::span::RawSpan) -> crate::day::Day {}", &["span", "day"]),
        ("pub(crate) fn f() {}", &[]),
        ("// use crate::rules::Rule;\n/* crate::facts::x /* crate::day::y */ */", &[]),
        ("/// See [`crate::rules`] and `crate::facts::commercial`.", &[]),
        ("let s = \"crate::rules::x\"; let r = r#\"crate::\"facts\"::y\"#;", &[]),
        ("let c = '\"'; let d = '\\''; use crate::day::Day; // '", &["day"]),
        ("fn f<'a>(x: &'a str) -> crate::span::RawSpan {}", &["span"]),
        (
            "#[cfg(test)]\nmod tests {\n    use crate::rules::{a, b};\n    fn f() { { } }\n}\nuse crate::day::Day;",
            &["day"],
        ),
        ("my_crate::rules::x; crate :: day :: Day;", &["day"]),
    ];
    for (text, expected) in cases {
        let found: Vec<String> = arrows(&code(text)).into_iter().map(|(_, target)| target).collect();
        assert_eq!(found, expected, "in {text:?}");
    }
    let chains = super_chains(&code("use super::a;\nuse super::super::{b::B, c};\npub(super) fn f() {}"));
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>();
    assert_eq!(chains, [(1, 1, names(&["a"])), (2, 2, names(&["b", "c"]))]);
    assert!(has_call("std::process::exit(1)", "process::exit") && !has_call("eprintln!()", "println!"));
    assert!(has_word("use clap::Parser;", "clap") && !has_word("clap_complete::x", "clap"));
}

fn report(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{} {what}:\n  {}\n", faults.len(), faults.join("\n  "));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn slashed(path: &Path) -> String {
    path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn is_pack_file(path: &str) -> bool {
    path.ends_with(".toml") || path.ends_with(".j2")
}

/// All files below a folder, in order of path.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.unwrap_or_else(|e| panic!("{}: {e}", folder.display())).path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let rust = files(&folder).into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs"));
    let all: Vec<Source> = rust
        .map(|file| {
            let inside = slashed(file.strip_prefix(&folder).expect("a file below src/"));
            let raw = read(&format!("src/{inside}"));
            let stem = inside.trim_end_matches(".rs").trim_end_matches("/mod");
            let module = stem.split('/').map(str::to_owned).collect();
            Source { path: format!("src/{inside}"), module, code: code(&raw), raw }
        })
        .collect();
    assert!(!all.is_empty(), "src/ holds no Rust");
    all
}

fn library() -> Vec<Source> {
    sources().into_iter().filter(|s| !s.is_binary()).collect()
}

/// The rooms in the order of `lib.rs`: the earlier, the lower.
fn rooms() -> Vec<String> {
    let lib = code(&read("src/lib.rs"));
    let names: Vec<String> = lib
        .split(';')
        .filter_map(|item| item.trim().rsplit_once("mod ").map(|(_, name)| name.trim().to_owned()))
        .collect();
    assert!(names.len() > 1, "src/lib.rs declares no rooms");
    let mut times = BTreeMap::new();
    names.iter().for_each(|n| *times.entry(n).or_insert(0) += 1);
    assert!(times.values().all(|&n| n == 1), "src/lib.rs declares a room twice: {names:?}");
    names
}

/// Line and room of every `crate::…`, groups opened.
fn arrows(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate") {
        let before = code[..at].chars().next_back();
        let Some(rest) = code[at + "crate".len()..].trim_start().strip_prefix("::") else { continue };
        if before.is_some_and(is_word) {
            continue;
        }
        let line = line_of(code, at);
        found.extend(named(rest).into_iter().map(|head| (line, head)));
    }
    found
}

/// The first names behind `…::`, of a group or alone.
fn named(rest: &str) -> Vec<String> {
    let rest = rest.trim_start();
    rest.strip_prefix('{').map_or_else(|| vec![head(rest)], heads)
}

/// The first name of each member of a group whose opening brace is already read.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut names) = (0_usize, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                names.push(head(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|n| !n.is_empty());
    names
}

fn head(path: &str) -> String {
    path.chars().take_while(|&c| is_word(c)).collect()
}

/// Line, length and names of every `super::super::…`.
fn super_chains(code: &str) -> Vec<(usize, usize, Vec<String>)> {
    const STEP: &str = "super::";
    let mut found = Vec::new();
    for (at, _) in code.match_indices(STEP) {
        let before = &code[..at];
        if before.ends_with(STEP) || before.chars().next_back().is_some_and(is_word) {
            continue;
        }
        let mut rest = &code[at..];
        let mut steps = 0;
        while let Some(next) = rest.strip_prefix(STEP) {
            (rest, steps) = (next, steps + 1);
        }
        found.push((line_of(code, at), steps, named(rest)));
    }
    found
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `word` stands in the line as a whole identifier.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let outside = |c: Option<char>| !c.is_some_and(is_word);
        outside(line[..at].chars().next_back()) && outside(line[at + word.len()..].chars().next())
    })
}

/// Whether `call`, with its `!` or `(` if it has one, begins at the edge of a word.
fn has_call(line: &str, call: &str) -> bool {
    line.match_indices(call).any(|(at, _)| !line[..at].chars().next_back().is_some_and(is_word))
}

/// Rust without comments, literals and what is `#[cfg(test)]`: each becomes blanks, lines stay.
fn code(raw: &str) -> String {
    let chars: Vec<char> = raw.chars().collect();
    let mut out = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        for c in &mut out[at..end] {
            if *c != '\n' {
                *c = ' ';
            }
        }
        at = end.max(at + 1);
    }
    without_tests(out.into_iter().collect())
}

/// Where the comment or literal that begins at `at` ends; `at` itself when none does.
fn blank_end(chars: &[char], at: usize) -> usize {
    let get = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let quoted = |from: usize, close: char| {
        let mut i = from;
        while i < chars.len() && chars[i] != close {
            i += if chars[i] == '\\' { 2 } else { 1 };
        }
        (i + 1).min(chars.len())
    };
    match (get(at), get(at + 1)) {
        ('/', '/') => (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len()),
        ('/', '*') => {
            let (mut depth, mut i) = (0_usize, at);
            while i < chars.len() {
                match (get(i), get(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 {
                    break;
                }
            }
            i.min(chars.len())
        }
        ('"', _) => quoted(at + 1, '"'),
        ('\'', '\\') => quoted(at + 1, '\''),
        // A quote two further on closes a character; otherwise it is a lifetime.
        ('\'', _) if get(at + 2) == '\'' => at + 3,
        ('r', '"' | '#') if at == 0 || !is_word(chars[at - 1]) || chars[at - 1] == 'b' => {
            let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
            let open = at + 1 + hashes;
            if get(open) != '"' {
                return at; // a raw identifier
            }
            let closes = |i: usize| chars[i] == '"' && (1..=hashes).all(|k| get(i + k) == '#');
            (open + 1..chars.len()).find(|&i| closes(i)).map_or(chars.len(), |i| i + 1 + hashes)
        }
        _ => at,
    }
}

/// Blanks the item after each `#[cfg(test)]`.
fn without_tests(mut code: String) -> String {
    const MARK: &str = "#[cfg(test)]";
    while let Some(start) = code.find(MARK) {
        let mut depth = 0_usize;
        let mut end = code.len();
        for (at, c) in code[start..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && matches!(c, '}' | ';') {
                end = start + at + c.len_utf8();
                break;
            }
        }
        let blank: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        code.replace_range(start..end, &blank);
    }
    code
}
