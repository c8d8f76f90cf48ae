//! What the README shows is what comes out. `BLESS=1 cargo test --test readme` writes it anew.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{arg, command, fed};
use std::{fs, path::Path};

/// Characters of a line that the README shows of `check`; of several findings it shows the first.
const WIDTH: usize = 147;

/// The block of the README with this name, and what stands before and behind it.
fn block<'r>(readme: &'r str, name: &str) -> [&'r str; 3] {
    let start = format!("<!-- output:{name} -->\n```text\n");
    let from = readme.find(&start).unwrap() + start.len();
    let to = from + readme[from..].find("\n```\n<!-- /output -->").unwrap();
    [&readme[..from], &readme[from..to], &readme[to..]]
}

fn out(args: &[&str], code: i32) -> String {
    fed(command().env("NO_COLOR", "1").env("COLUMNS", "88").args(args), b"").ends(code).out.trim_end().to_owned()
}

#[test]
fn the_readme_shows_what_comes_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let mut readme = fs::read_to_string(&path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let scan = out(&["scan", "--out", arg(&dir.path().join("demo-run")), "--progress", "off"], 0);
    let check = out(&["check", "Uống 1 tháng hết hẳn tiểu đường, inbox shop em đặt hàng nha"], 1);
    let parts: Vec<&str> = check.split("\n\n").collect();
    let (first, last, more) = (parts[0], parts[parts.len() - 1], parts.len() - 2);
    let check = format!("{first}\n\n… ({more} more findings / {more} phát hiện nữa) …\n\n{last}");
    let short = |line: &str| match line.char_indices().nth(WIDTH + 3) {
        Some(_) => format!("{}…", line.chars().take(WIDTH).collect::<String>()),
        None => line.to_owned(),
    };
    let check = check.lines().map(short).collect::<Vec<_>>().join("\n");
    for (name, wanted) in [("scan", scan), ("check", check)] {
        let [before, shown, behind] = block(&readme, name);
        if std::env::var_os("BLESS").is_some() {
            readme = [before, &wanted, behind].concat();
            fs::write(&path, &readme).unwrap();
        } else {
            assert!(shown == wanted, "the README shows another `{name}`: BLESS=1 cargo test --test readme\n{wanted}");
        }
    }
}
