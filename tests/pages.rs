//! Captions copied from pages, or written to be read otherwise than they are stored: folded as what a reader sees, with
//! spans in what is stored.

use minhbach::normalise::{Folds, Text, fold};
use proptest::prelude::*;

/// Keys with what each stands for.
fn read(raw: &str) -> Vec<(String, String)> {
    let mut text = Text::default();
    fold(raw, &mut text);
    text.tokens.iter().map(|t| (text.key(t).to_owned(), t.raw.slice(raw).to_owned())).collect()
}

fn pairs(raw: &str) -> Vec<[String; 2]> {
    read(raw).into_iter().map(|(key, source)| [key, source]).collect()
}

#[test]
fn a_page_is_read_as_it_is_seen() {
    for (raw, seen) in [
        ("quảng&nbsp;cáo", &[["quảng", "quảng"], ["cáo", "cáo"]] as &[_]),
        ("qu&#7843;ng c&#xE1;o", &[["quảng", "qu&#7843;ng"], ["cáo", "c&#xE1;o"]]),
        ("c&aacute;o", &[["cáo", "c&aacute;o"]]),
        ("gi&shy;ảm &zwnj;cân", &[["giảm", "gi&shy;ảm"], ["cân", "cân"]]),
        ("<b>q</b>uảng cáo", &[["quảng", "q</b>uảng"], ["cáo", "cáo"]]),
        ("mua<br>ngay", &[["mua", "mua"], ["ngay", "ngay"]]),
        ("(q)(u)ảng c[á]o", &[["quảng", "(q)(u)ảng"], ["cáo", "c[á]o"]]),
        ("(m)(u)(a) (1)", &[["mua", "(m)(u)(a)"], ["1", "(1)"]]),
        ("⓿❾❶", &[["091", "⓿❾❶"]]),
        ("\u{202E}oác gnảuq\u{202C} ở", &[["quảng", "gnảuq"], ["cáo", "oác"], ["ở", "ở"]]),
    ] {
        assert_eq!(pairs(raw), seen.iter().map(|p| p.map(str::to_owned)).collect::<Vec<_>>(), "{raw:?}");
    }
}

#[test]
fn what_is_no_page_stays() {
    for raw in [
        "R&D; A&B; x &unknown; y",
        "tôi <3 bạn, a < b > c",
        "(a) một (b) hai",
        "product(s)",
        "❶ mua ngay",
        "https://shop.vn/x?a=1&nbsp;2",
        "shopee.vn/p?q=1&amp;r=2",
        "\u{202E}لغة\u{202C}",
    ] {
        let sources: Vec<String> = read(raw).into_iter().map(|(_, source)| source).collect();
        let keys: Vec<String> = read(raw).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.concat().to_lowercase(), sources.concat().to_lowercase(), "{raw:?}");
    }
    assert_eq!(pairs("(a) một"), [["a", "a"], ["một", "một"]].map(|p| p.map(str::to_owned)));
}

#[test]
fn only_what_hides_letters_is_a_disguise() {
    let folds = |raw: &str| {
        let mut text = Text::default();
        fold(raw, &mut text);
        text.tokens.iter().fold(Folds::NONE, |folds, t| folds.with(t.folds))
    };
    assert!(!folds("qu&#7843;ng&nbsp;c<b>á</b>o").intersects(Folds::AGGRESSIVE));
    assert!(folds("(q)(u)ảng").contains(Folds::SEPARATOR));
    assert!(folds("\u{202E}oác\u{202C}").contains(Folds::FLIPPED));
}

const PIECES: &[&str] = &[
    "quảng",
    "cáo",
    "gi",
    "ảm",
    "q",
    "ả",
    "u\u{309}",
    " ",
    "\n",
    "&nbsp;",
    "&#7843;",
    "&#x1EA3;",
    "&agrave;",
    "&amp;",
    "&",
    "&#",
    ";",
    "&lt;",
    "<b>",
    "</b>",
    "<br>",
    "<",
    ">",
    "<span class=\"a\">",
    "<a href=\"https://x.vn\">",
    "(q)",
    "(ữ)",
    "[a]",
    "(",
    ")",
    "【",
    "】",
    "❶",
    "❷",
    "⓿",
    "\u{202E}",
    "\u{202C}",
    "\u{200B}",
    "🔥",
    "🇻🇳",
    "🇲",
    "shopee.vn/x",
    "https://",
    "#",
    "@",
    "1",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_token_has_a_place(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let raw = pieces.concat();
        let mut text = Text::default();
        fold(&raw, &mut text);
        for token in &text.tokens {
            prop_assert!(!token.raw.range().is_empty() && raw.get(token.raw.range()).is_some(), "{raw:?}: {token:?}");
        }
        // Nothing turned round: in order, and apart.
        if !raw.contains('\u{202E}') {
            prop_assert!(text.tokens.windows(2).all(|w| w[0].raw.end() <= w[1].raw.start()), "{raw:?}");
        }
    }
}

#[test]
fn hostile_pages_are_read_in_one_go() {
    for piece in [
        "&#7843;",
        "<b ",
        "<b>",
        "&",
        "(q)",
        "(",
        "\u{202E}",
        "\u{202E}a\u{202C}",
        "❶",
        "🇲🇦",
        "ɾ",
        "&#768;",
        "a.b/&lt;",
    ] {
        let raw = piece.repeat(200_000 / piece.len());
        let start = std::time::Instant::now();
        let mut text = Text::default();
        fold(&raw, &mut text);
        assert!(start.elapsed().as_secs() < 5, "{piece:?}: {:?}", start.elapsed());
    }
}
