//! Laws of what is found: evidence is exact, folding settles, and a post is judged by itself alone.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;
mod evidence;

use evidence::Witness;
use minhbach::{
    analysis::Analysis,
    day::Day,
    detector::{Detector, Scratch},
    ingest::{Caps, Inputs, ReadOptions},
    normalise::{Folds, Kind, Text, fold},
    pack::{Pack, PackFiles},
    pipeline::{PostLines, ScanOptions, UNIT_BYTES},
    post::{Author, Field, PlatformLabel, Post},
    report::{Records, sha256_hex},
    run::{Outcome, Request, run},
    score::Policy,
};
use proptest::prelude::*;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, atomic::AtomicBool},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).expect("the pack detects"));

/// Made once: it knows every term.
static WITNESS: LazyLock<Mutex<Witness<'static>>> = LazyLock::new(|| Mutex::new(Witness::new(DETECTOR.pack())));

/// The records of the demonstration.
static DEMO: LazyLock<Vec<Value>> = LazyLock::new(|| command::lines(&command::repository("corpora/demo/posts.jsonl")));

/// A text of a record by the name of its field, as the contract's plain shape writes it.
fn field(record: &Value, name: &str) -> Option<String> {
    record[name].as_str().map(str::to_owned)
}

fn demo_post(record: &Value) -> Post<'static> {
    let own = |name: &str| field(record, name).map(Into::into);
    let label = match &record["platform_label"] {
        Value::Bool(true) => PlatformLabel::Yes,
        Value::Bool(false) => PlatformLabel::No,
        other => PlatformLabel::from_name(other.as_str().unwrap_or_default()),
    };
    Post {
        id: own("id"),
        author: Author { id: record["author"]["id"].as_str().map(|s| s.to_owned().into()), ..Author::default() },
        text: own("text").unwrap_or_default(),
        title: own("title"),
        transcript: own("transcript"),
        on_screen: own("on_screen"),
        first_comment: own("first_comment"),
        bio: own("bio"),
        platform: own("platform").unwrap_or_default(),
        platform_label: label,
        commerce_flag: record["commerce_flag"].as_bool(),
        ..Post::default()
    }
}

#[test]
fn every_quote_is_its_slice_and_folds_to_its_term() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("run");
    let pack = DETECTOR.pack();
    let read = ReadOptions::new(pack.law_as_of, Caps::default());
    let input = command::repository("corpora/demo/posts.jsonl");
    let inputs = Inputs::resolve(&[command::arg(&input).to_owned()], &read).unwrap();
    let policy = Policy::parse(PackFiles::embedded().get("policy/default.toml").unwrap()).unwrap();
    let request = Request {
        detector: &DETECTOR,
        policy: &policy,
        inputs: &inputs,
        scan: ScanOptions {
            threads: 2,
            posts: PostLines::All,
            advisory: true,
            read,
            unit_bytes: UNIT_BYTES,
            redact: None,
        },
        as_of: None,
        options: BTreeMap::new(),
        demo: false,
        out: &out,
        force: false,
        tables: false,
    };
    let outcome = run(&request, &AtomicBool::new(false), &mut |_| ()).unwrap();
    assert!(matches!(outcome, Outcome::Done(_)));

    // A post may stand there in several versions; its caption's hash tells them apart.
    let of = |record: &Value| (field(record, "id"), sha256_hex(field(record, "text").unwrap_or_default().as_bytes()));
    let records: HashMap<_, &Value> = DEMO.iter().map(|record| (of(record), record)).collect();
    let mut witness = Witness::new(pack);
    let posts = command::lines(&out.join("posts.jsonl"));
    assert_eq!(posts.len(), DEMO.len());
    for line in posts.iter().chain(&command::lines(&out.join("findings.jsonl"))) {
        let record = records[&(field(line, "post_id"), field(line, "text_sha256").unwrap())];
        witness.line(line, |name| field(record, name));
    }
    assert!(witness.quotes > 500 && witness.keyed * 3 > witness.quotes, "{} of {}", witness.keyed, witness.quotes);
    assert!(witness.faults.is_empty(), "{} faults:\n{}", witness.faults.len(), witness.faults.join("\n"));
}

#[test]
fn a_post_is_judged_the_same_whatever_was_judged_before() {
    let mut scratch = Scratch::default();
    let posts: Vec<Post<'_>> = DEMO.iter().map(demo_post).collect();
    let fresh: Vec<Analysis> = posts.iter().map(|post| DETECTOR.analyse(post)).collect();
    let there = 0..posts.len();
    for i in there.clone().chain(there.rev()) {
        assert_eq!(*DETECTOR.analyse_into(&posts[i], &mut scratch), fresh[i], "{}", posts[i].text);
    }
}

/// Rubbish, in which the same odd words come again beside others: what is remembered of a word must not hang on those.
#[test]
fn odd_words_are_judged_the_same_wherever_they_were_met_before() {
    const PARTS: &[&str] = &[
        "q", "qu", "ng", "gi", "kh", "tr", "w", "f", "j", "z", "aa", "oo", "uu", "a", "e", "i", "o", "u", "y", "ee",
        "an", "anh", "ong", "iet", "cao", "quang", "chua", "benh", "giam", "can", "tai", "tro", "free", "best", "skin",
        "shop", "ả", "á", "ữ", "ệ", "ịt", "ông", "ế", "I", "l", "0", "1", "3", "4", "5", "7", "9", "@", "!", "$", "'",
        "ñ", "ü",
    ];
    const PLAIN: &[&str] = &[
        "của", "là", "the", "and", "for", "your", "mình", "thuoc", "nay", "tot", "quang", "cao", "bệnh", "chua",
        "khoi", "a", "giảm", "can", "mua", "ngay", "is", "of", "hàng", "tai", "tro", "boi", "e", "đẹp", "da", "trang",
    ];
    const BETWEEN: &[&str] = &[" ", " ", " ", " ", " #", " #", ". ", ".", "-", "\n", "% ", " 🔥", "/", ", "];
    let mut state: u64 = 20_261_122;
    let mut draw = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    let odd: Vec<String> = (0..1500).map(|_| (0..2 + draw(4)).map(|_| PARTS[draw(PARTS.len())]).collect()).collect();
    let texts: Vec<String> = (0..10_000)
        .map(|_| {
            let words = 2 + draw(9);
            let word = |draw: &mut dyn FnMut(usize) -> usize| match draw(5) {
                0 | 1 => PLAIN[draw(PLAIN.len())],
                _ => odd[draw(odd.len())].as_str(),
            };
            (0..words).flat_map(|_| [word(&mut draw), BETWEEN[draw(BETWEEN.len())]]).collect()
        })
        .collect();
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for text in &texts {
        let post = Post { text: text.as_str().into(), ..Post::default() };
        if *DETECTOR.analyse_into(&post, &mut scratch) != DETECTOR.analyse(&post) {
            wrong.push(text.as_str());
        }
    }
    assert!(wrong.is_empty(), "{} posts:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_hashtag_that_was_read_is_evidence_of_all_its_words() {
    let text = "#quang_cao_1\u{fe0f}\u{20e3}";
    let post = Post { text: text.into(), ..Post::default() };
    let analysis = DETECTOR.analyse(&post);
    let mut lines = Vec::new();
    let records = Records::new(DETECTOR.pack(), true);
    for finding in records.written(&analysis) {
        records.write_finding(&mut lines, &post, &analysis, finding);
    }
    let mut witness = Witness::new(DETECTOR.pack());
    for line in std::str::from_utf8(&lines).unwrap().lines() {
        witness.line(&serde_json::from_str(line).unwrap(), |_| Some(text.to_owned()));
    }
    assert!(witness.keyed > 0 && witness.faults.is_empty(), "{}: {:?}", witness.keyed, witness.faults);
}

/// What a verdict says apart from places and folds.
fn verdict(analysis: &Analysis) -> impl PartialEq + std::fmt::Debug + use<> {
    let rules: Vec<_> =
        analysis.findings.iter().map(|f| (DETECTOR.pack().rules[f.rule.0 as usize].id.clone(), f.tier)).collect();
    let claims: Vec<_> = analysis.claims.iter().map(|c| (c.code, c.status)).collect();
    let disclosure = (analysis.disclosure.state, analysis.disclosure.reasons.names().collect::<Vec<_>>());
    (rules, claims, analysis.commercial, disclosure, analysis.language.tag)
}

#[test]
fn decomposed_text_is_judged_as_composed_text() {
    let mut wrong = Vec::new();
    for record in DEMO.iter() {
        let post = demo_post(record);
        let (composed, decomposed) = (post.text.nfc().collect::<String>(), post.text.nfd().collect::<String>());
        let judged = |text: String| verdict(&DETECTOR.analyse(&Post { text: text.into(), ..post.clone() }));
        let (nfc, nfd) = (judged(composed), judged(decomposed));
        if nfc != nfd {
            wrong.push(format!("{}\n  nfc {nfc:?}\n  nfd {nfd:?}", post.text));
        }
    }
    assert!(wrong.is_empty(), "{} posts:\n{}", wrong.len(), wrong.join("\n"));
}

/// Pieces that captions are made of, honest and otherwise.
fn piece() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "quảng",
        "cáo",
        "Được",
        "tài",
        "trợ",
        "nghiêng",
        "KHUỶU",
        "hoà",
        "hòa",
        "thuỷ",
        "quý",
        "giờ",
        "đường",
        "Đ",
        "duong",
        "khong",
        "ko",
        "mình",
        "cam",
        "kết",
        "giảm",
        "nhất",
        "trị",
        "dứt",
        "điểm",
        "tiểu",
        "bệnh",
        "it's",
        "don’t",
        "best",
        "Ad",
        "paid",
        "partnership",
        "q.c",
        "q u ả n g",
        "quảnggg",
    ];
    const PHRASES: &[&str] = &[
        "inbox shop em đặt hàng nha",
        "hết hẳn tiểu đường",
        "nội dung quảng cáo",
        "cam kết hoàn tiền",
        "uống 1 tháng",
        "giảm 5kg trong 7 ngày",
        "mua tai https://s.shopee.vn/9zKq2abcde",
        "nhập mã LAN10 giảm 10%",
        "thực phẩm này không phải là thuốc",
        "tốt nhất Việt Nam",
        "không tác dụng phụ",
        "bài này không phải quảng cáo",
        "paid partnership with",
        "use my code MAI15",
        "lãi 30% mỗi tháng",
        "ai biết thuốc này không?",
    ];
    const ODD: &[&str] = &[
        "👩‍👩‍👧‍👦",
        "🇻🇳",
        "👍🏽",
        "❤️",
        "1️⃣",
        "🙂",
        "\u{200D}",
        "\u{FE0F}",
        "\u{200B}",
        "\u{FEFF}",
        "\u{00AD}",
        "\u{2060}",
        "\u{202E}",
        "\u{202A}",
        "\u{2066}",
        "\u{2069}",
        "\u{200F}",
        "\u{0301}",
        "\u{0323}\u{0302}",
        "\u{0336}",
        "\u{1B}",
        "\0",
        "\u{3164}",
        "\u{115F}",
        "\u{E000}",
        "\u{FFFD}",
        "\u{E0041}",
        "\u{180E}",
    ];
    const SCRIPTS: &[&str] = &[
        "сhữа",
        "ԛuảng",
        "ΟΡΑ",
        "ｑｕảｎｇ",
        "𝐪𝐮ả𝐧𝐠",
        "𝓬á𝓸",
        "ⓒáⓞ",
        "🅰🅳",
        "ᴄáᴏ",
        "เครื่อง",
        "광고",
        "広告",
        "إعلان",
        "Straße",
        "İstanbul",
        "ñandú",
        "ǰ",
        "ﬁn",
        "Å",
        "½",
        "²",
        "Ⅳ",
        "٣",
        "ệ̉",
        "ø",
        "Ðường",
        "ª",
        "ŉ",
        "ẞ",
        "ı",
    ];
    const SIGNS: &[&str] = &[
        " ", " ", " ", "\n", "\r\n", "\t", "\u{A0}", "\u{2028}", ".", ",", ":", "!", "?", "...", "…", "-", "–", "—",
        "|", "/", "(", ")", "[", "]", "“", "”", "'", "’", "\"", "*", "_", "#", "@", "##", "•", "·", "%", "₫", "$", "+",
        "&", "。", "、", "「", "\\",
    ];
    const TOKENS: &[&str] = &[
        "#quangcao",
        "#QuảngCáo",
        "#quang_cao_",
        "#ad2026",
        "#1",
        "@tên.shop_",
        "@a",
        "@",
        "https://s.shopee.vn/a?b=c.",
        "www.a.vn",
        "shopee.vn/x",
        "a@b.vn",
        "TP.HCM",
        "dep.co",
        "199k",
        "1.200.000đ",
        "1tr5",
        "100%",
        "5kg",
        "0912 345 678",
        "+84 912.345.678",
        "09xx000777",
        "1.5.",
        "1,",
        "3₫",
        "40 độ",
        "12h30",
        "2-3",
        "24/7",
        "MAI15",
    ];
    let one = |from: &'static [&'static str]| prop::sample::select(from).prop_map(str::to_owned);
    let decomposed = one(WORDS).prop_map(|w| w.nfd().collect());
    let loud = one(PHRASES).prop_map(|w| w.to_uppercase());
    let stripped = one(PHRASES).prop_map(|w| {
        w.nfd().filter(|&c| !is_combining_mark(c)).map(|c| if c == 'đ' { 'd' } else { c }).collect::<String>()
    });
    prop_oneof![
        4 => one(WORDS), 2 => decomposed, 3 => one(PHRASES), 1 => loud, 1 => stripped, 3 => one(ODD),
        2 => one(SCRIPTS), 6 => one(SIGNS), 3 => one(TOKENS), 1 => "\\d{1,5}", 1 => any::<char>().prop_map(String::from),
        1 => "\\PC{1,4}",
    ]
}

fn caption() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

fn folded(raw: &str) -> Text {
    let mut text = Text::default();
    fold(raw, &mut text);
    text
}

/// Whether a character spells something. Marks without a base to sit on and fillers that nobody sees do not, although
/// Unicode calls them letters.
fn spells(c: char) -> bool {
    let filler = matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}');
    c.is_alphanumeric() && !is_combining_mark(c) && !filler
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_stand_in_order_apart_and_on_character_boundaries(raw in caption()) {
        let text = folded(&raw);
        let mut at = 0;
        for token in &text.tokens {
            let range = token.raw.range();
            prop_assert!(!range.is_empty() && range.start >= at, "{token:?}");
            prop_assert!(raw.get(range.clone()).is_some(), "{token:?} cuts a character");
            at = range.end;
        }
        let mut next = 0;
        for (i, sentence) in text.sentences.iter().enumerate() {
            prop_assert!(sentence.first == next && sentence.end > next);
            prop_assert!(text.tokens[next as usize..sentence.end as usize].iter().all(|t| t.sentence as usize == i));
            next = sentence.end;
        }
        prop_assert_eq!(next as usize, text.tokens.len());
    }

    #[test]
    fn no_letter_or_digit_is_left_outside_the_tokens(raw in caption()) {
        let text = folded(&raw);
        let mut at = 0;
        for token in text.tokens.iter().map(|t| t.raw.range()).chain(std::iter::once(raw.len()..raw.len())) {
            let outside = &raw[at..token.start];
            prop_assert!(!outside.contains(spells), "{outside:?} is outside");
            at = token.end;
        }
    }

    #[test]
    fn folding_a_word_again_changes_nothing(raw in caption()) {
        let text = folded(&raw);
        for token in text.tokens.iter().filter(|t| t.kind == Kind::Word) {
            let key = text.key(token);
            let again = folded(key);
            let keys: Vec<_> = again.tokens.iter().map(|t| (again.key(t), t.folds)).collect();
            prop_assert_eq!(&keys[..], &[(key, Folds::NONE)][..], "{:?}", token.raw.slice(&raw));
        }
    }

    #[test]
    fn bare_keys_have_no_vietnamese_diacritics(raw in caption()) {
        let text = folded(&raw);
        for token in &text.tokens {
            let bare = text.bare_key(token);
            let marked = |c: char| {
                // Only Latin letters: what other scripts carry is their own.
                c == 'đ' || c.nfd().nth(1).is_some() && c.nfd().next().is_some_and(|base| base.is_ascii())
            };
            prop_assert!(!bare.contains(marked), "{bare:?} of {:?}", token.raw.slice(&raw));
        }
    }

    #[test]
    fn case_and_unicode_form_change_no_key(raw in "[a-zàáảãạăắằẳẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ]{1,7}") {
        let keys = |raw: &str| -> Vec<(String, String)> {
            let text = folded(raw);
            text.tokens.iter().map(|t| (text.key(t).to_owned(), text.bare_key(t).to_owned())).collect()
        };
        let plain = keys(&raw);
        prop_assert_eq!(&keys(&raw.nfd().collect::<String>()), &plain);
        prop_assert_eq!(&keys(&raw.to_uppercase()), &plain);
    }

    #[test]
    fn any_caption_is_judged_by_itself_and_its_evidence_is_exact(raw in caption(), before in caption(), spoken in caption()) {
        let post = Post {
            id: Some("p".into()),
            platform: "tiktok".into(),
            text: raw.as_str().into(),
            transcript: Some(spoken.as_str().into()),
            posted: Day::parse("2026-06-01").map(minhbach::day::Moment::Day),
            ..Post::default()
        };
        let mut scratch = Scratch::default();
        DETECTOR.analyse_into(&Post { text: before.as_str().into(), ..Post::default() }, &mut scratch);
        let analysis = DETECTOR.analyse_into(&post, &mut scratch);
        prop_assert_eq!(analysis, &DETECTOR.analyse(&post));

        let records = Records::new(DETECTOR.pack(), true);
        let mut lines = Vec::new();
        records.write_post(&mut lines, &post, analysis);
        for finding in records.written(analysis) {
            records.write_finding(&mut lines, &post, analysis, finding);
        }
        let mut witness = WITNESS.lock().unwrap();
        for line in std::str::from_utf8(&lines).unwrap().lines() {
            let line = serde_json::from_str(line).unwrap();
            witness.line(&line, |name| Field::from_name(name).and_then(|f| post.field(f)).map(str::to_owned));
        }
        let faults = std::mem::take(&mut witness.faults);
        prop_assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
