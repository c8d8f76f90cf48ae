//! Notices about posts that want to be more than text, and templates of somebody's own.

use super::{
    PACK,
    command::{arg, files, minhbach, scan},
    policy,
};
use minhbach::{
    day::Day,
    finished::FinishedRun,
    ledger::{Allows, Baseline, Review},
    notice::{self, Choice, Notice, NoticeError, Templates},
    pack::PackFiles,
};
use std::{collections::BTreeSet, fs, path::Path};

/// Accounts, post ids and words that break out of careless pages.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "x\" onmouseover=\"alert(1)",
    "[xem](javascript:alert(1)) ![x](https://example.com/x.png)",
    "{{ 7 * 7 }}{% raw %}",
    "tên\u{202e}ngược\u{200b}",
    "`code` ``` *đậm* _nghiêng_ # tiêu đề | bảng",
    "=HYPERLINK(\"https://example.com\") www.example.com a@example.com",
    "dòng một\n## dòng hai\r\n- dòng ba\n{day}",
];

/// A run in which every hostile account sells a cure.
fn run(dir: &Path) -> FinishedRun {
    let posts = HOSTILE.iter().map(|text| {
        let caption = format!("Trà {text} uống 1 tháng hết hẳn tiểu đường, inbox shop em đặt hàng nha {text}");
        let post = serde_json::json!({
            "id": text, "author": {"id": text}, "platform": "facebook", "created_at": "2026-03-01", "text": caption,
        });
        format!("{post}\n")
    });
    let input = dir.join("posts.jsonl");
    fs::write(&input, posts.collect::<String>()).unwrap();
    scan(&[&input], &dir.join("run"), &[]);
    FinishedRun::open(&dir.join("run")).unwrap()
}

fn written(run: &FinishedRun, creator: &str, templates: &Templates) -> Result<Vec<notice::Written>, NoticeError> {
    let (review, policy) = (Review::default(), policy(&[]));
    let (baseline, allows) = (Baseline::default(), Allows::default());
    let choice = Choice {
        review: &review,
        baseline: &baseline,
        allows: &allows,
        creator: Some(creator),
        platform: None,
        unreviewed: true,
    };
    let letters = notice::letters(run, &choice)?;
    assert_eq!(letters.len(), 1, "{creator:?}");
    let rules = policy.review.as_ref().unwrap();
    let at = Day::new(2026, 11, 22).unwrap();
    let (pack, review) = (&*PACK, &review);
    let notice = Notice { pack, policy: &policy, rules, review, run: "key", demo: false, at, langs: &["vi", "en"] };
    notice.write(&letters, templates)
}

fn templates() -> Templates {
    let files = PackFiles::embedded();
    let read = |name: &str| files.get(name).unwrap().to_owned();
    Templates { text: read("messages/notice.md.j2"), page: read("messages/notice.html.j2") }
}

/// The tags of a page, by name.
fn tags(page: &str) -> BTreeSet<&str> {
    let after = page.split('<').skip(1);
    after.map(|tag| tag.split(|c: char| !(c.is_alphanumeric() || c == '/' || c == '!')).next().unwrap()).collect()
}

/// Markdown without its code spans, read as CommonMark reads them: a run of backticks closes at the next run of its length.
fn without_code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        // An escaped backtick opens nothing.
        if rest[..at].ends_with('\\') {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        }
        out.push_str(&rest[..at]);
        let fence = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
        let inside = &rest[at + fence..];
        let mut from = 0;
        let close = loop {
            let Some(next) = inside[from..].find('`').map(|next| from + next) else { break None };
            let run = inside[next..].bytes().take_while(|byte| *byte == b'`').count();
            if run == fence {
                break Some(next + run);
            }
            from = next + run;
        };
        match close {
            Some(end) => rest = &inside[end..],
            None => panic!("a code span without an end: {inside}"),
        }
    }
    out.push_str(rest);
    out
}

/// Markdown without characters that a backslash makes plain.
fn without_escapes(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => _ = chars.next(),
            _ => out.push(c),
        }
    }
    out
}

#[test]
fn what_posts_say_stays_text() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(dir.path());
    let harmless = {
        let plain = written(&run, HOSTILE[4], &templates()).unwrap();
        tags(&plain[0].page).into_iter().map(str::to_owned).collect::<BTreeSet<String>>()
    };
    for creator in HOSTILE {
        let one = &written(&run, creator, &templates()).unwrap()[0];
        let page = &one.page;
        let own: BTreeSet<String> = tags(page).into_iter().map(str::to_owned).collect();
        assert_eq!(own, harmless, "{creator:?} brings a tag");
        for forbidden in ["<script", "onmouseover=\"", "\u{202e}", "\u{200b}", "href="] {
            assert!(!page.contains(forbidden), "{creator:?}: {forbidden:?}");
        }
        assert!(!page.contains("49</bdi>") && !one.text.contains("`49`"), "a template in a post was run");
        let bare = without_escapes(&without_code(&one.text));
        for forbidden in ["<script", "](", "![", "\u{202e}", "\u{200b}", "https://", "www.", " a@example"] {
            assert!(!bare.contains(forbidden), "{creator:?}: {forbidden:?} in\n{bare}");
        }
        let heads = bare.lines().filter(|line| line.starts_with('#')).count();
        assert!(!bare.lines().any(|line| line.starts_with("## dòng") || line.starts_with("- dòng")), "{bare}");
        assert_eq!(heads % 2, 0, "two languages have the same headings");
        assert!(one.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{}", one.name);
        assert!(one.sent.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    }
    let names: BTreeSet<String> =
        HOSTILE.iter().map(|creator| written(&run, creator, &templates()).unwrap()[0].name.clone()).collect();
    assert_eq!(names.len(), HOSTILE.len(), "two accounts share a file");
}

#[test]
fn a_body_brings_its_own_letterhead_and_a_slip_in_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    scan(&[], &dir.path().join("run"), &[]);
    let own = dir.path().join("own");
    fs::create_dir(&own).unwrap();
    let run = dir.path().join("run");
    let notice = |out: &str| {
        let out = dir.path().join(out);
        let args =
            ["notice", arg(&run), "--creator", "u_nam", "--unreviewed", "--at", "2026-11-22", "--out", arg(&out)];
        minhbach(&[&args[..], &["--template", arg(&own)]].concat())
    };
    notice("none").ends(2).says(&["notice.md.j2"]);
    fs::write(own.join("notice.html.j2"), "<h1>Sở {{ creator }}</h1>{{ items|length }}").unwrap();
    notice("one").ends(0);
    let written = files(&dir.path().join("one"));
    let page = written.iter().find(|(name, _)| name.ends_with(".html")).unwrap();
    assert!(String::from_utf8_lossy(&page.1).starts_with("<h1>Sở u_nam</h1>"));
    let text = written.iter().find(|(name, _)| name.ends_with(".md")).unwrap();
    assert!(String::from_utf8_lossy(&text.1).contains("# Thông báo"), "the other template stays the default");
    for (template, says) in
        [("{{ nobody }}", "undefined"), ("{% if %}", "notice.html:1"), ("{{ text('x') }}", "no message")]
    {
        fs::write(own.join("notice.html.j2"), template).unwrap();
        notice("two").ends(2).says(&["mẫu thông báo có lỗi", says]);
        assert!(!dir.path().join("two").exists(), "nothing is written beside a fault");
    }
}
