//! Language of posts: what the verdict says of single cases, and how often it is right over public sentences, comments and
//! posts. The data are not part of the repository: without them the measuring tests say so and pass.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    language::{Language, Run, Votes, runs},
    normalise::{Text, fold},
    pack::Pack,
    vocabulary::Tag,
    words::{Tagged, Traits, Words},
};
use proptest::prelude::*;
use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Where sentences, comments and posts lie, from the root of the repository.
const DATA: &str = "../shared/data";

static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::embedded().unwrap());
static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(&PACK));

fn folded(raw: &str) -> (Text, Tagged) {
    let (mut text, mut tagged) = (Text::default(), Tagged::default());
    fold(raw, &mut text);
    WORDS.tag(&text, &mut tagged);
    (text, tagged)
}

fn judge(raw: &str) -> Language {
    let (text, tagged) = folded(raw);
    let mut votes = Votes::default();
    votes.add(&text, &tagged);
    votes.verdict(raw)
}

/// `vi`, `en`, `mixed`, `other` or `und`.
fn name(raw: &str) -> &'static str {
    let verdict = judge(raw);
    if verdict.mixed { "mixed" } else { verdict.tag.name() }
}

#[test]
fn a_post_is_of_the_language_of_its_words() {
    let wrong: Vec<String> = [
        ("vi", "Kem này dùng thích lắm mọi người ơi"),
        ("vi", "kem nay dung thich lam moi nguoi oi"),
        ("vi", "k bik mn dùng s chứ mk thấy ok lun á"),
        ("vi", "Sale off 50% toàn bộ sản phẩm, inbox shop nhé"),
        ("en", "I have been using this serum for two weeks"),
        ("en", "Link in bio"),
        ("en", "We found a lovely new café in Hà Nội and you should all go there"),
        // Nothing to judge.
        ("und", ""),
        ("und", "🔥🔥🔥 199 - 299"),
        ("und", "#sale @shop https://shopee.vn/x"),
        // Both, each with a run of its own; the tag is that of the greater part.
        ("mixed", "Son này đẹp quá trời luôn. You should try it right now, it is amazing"),
        ("mixed", "We went to the market and the lady said không có gì đâu em ơi to all of us"),
        ("mixed", "son nay dep qua troi luon, you should try it right now"),
        // Other scripts, with some words or hashtags of ours.
        ("other", "이 세럼 정말 좋아요 강력 추천합니다 review #skincare"),
        ("other", "오늘도 좋은 하루 보내세요 #xuhuong #viral"),
        ("other", "ကျွန်မ ဒီကရင်မ်ကို သုံးနေပါတယ် sale #fyp"),
        ("other", "วันนี้มารีวิวครีมตัวนี้ ดีมากๆ เลยค่ะ Sunplay SPF50 #tiktok"),
        ("other", "这个面霜非常好用 推荐给大家 made in Vietnam"),
        ("other", "このクリームはとても良いです best cream"),
        ("other", "Этот крем очень хороший, всем советую #review shop"),
        ("other", "هذا الكريم رائع جدا وأنصح به الجميع nasa"),
        // A name in another script is not a post in it.
        ("vi", "bài mới của 정은성 hay quá mọi người"),
        // Latin letters, neither language.
        ("other", "Esta crema es la mejor para la piel, todos los días"),
        ("other", "Ini adalah krim terbaik untuk wajah, saya sangat suka dengan hasilnya"),
        ("other", "Die Creme ist wirklich gut und ich kann sie nur empfehlen"),
        ("other", "Cette crème est très bonne pour la peau, je vous la conseille"),
        ("other", "Ang ganda ng cream na ito, hindi ako makapaniwala talaga"),
    ]
    .into_iter()
    .filter(|(expected, raw)| name(raw) != *expected)
    .map(|(expected, raw)| format!("{raw}: {} instead of {expected}", name(raw)))
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn runs_say_where_each_language_stands() {
    let shown = |raw: &str| {
        let (text, tagged) = folded(raw);
        let slice = |r: &Run| {
            let (first, last) = (&text.tokens[r.first as usize], &text.tokens[r.end as usize - 1]);
            format!("{}: {}", r.tag.name(), &raw[first.raw.start() as usize..last.raw.end() as usize])
        };
        runs(&text, &tagged).iter().map(slice).collect::<Vec<_>>()
    };
    for (raw, expected) in [
        ("Kem này tốt lắm", &["vi: Kem này tốt lắm"][..]),
        ("Kem này very good lắm", &["vi: Kem này very good lắm"]),
        (
            "Mình dùng rồi nè. This is what you need to know. Mua ngay nhé",
            &["vi: Mình dùng rồi nè", "en: This is what you need to know", "vi: Mua ngay nhé"],
        ),
        // Too few words for a run: what they say is the run.
        ("great!", &["en: great"]),
        ("🔥 199k", &["und: 🔥 199k"]),
        ("", &[]),
    ] {
        assert_eq!(shown(raw), expected, "{raw}");
    }
}

proptest! {
    #[test]
    fn runs_hold_every_token_once_and_change_language_at_their_edges(
        raw in "((kem|này|tốt|lắm|this|is|what|you|need|#tag|99k|que|для|🔥)[ .\n]){0,40}"
    ) {
        let (text, tagged) = folded(&raw);
        let runs = runs(&text, &tagged);
        let mut at = 0;
        for run in &runs {
            prop_assert!(run.first == at && run.end > at);
            at = run.end;
        }
        prop_assert_eq!(at as usize, text.tokens.len());
        prop_assert!(runs.windows(2).all(|w| w[0].tag != w[1].tag && w.iter().all(|r| r.tag != Tag::Und)));
        // The verdict and the runs are one reading.
        let has = |tag| runs.iter().any(|r| r.tag == tag);
        let verdict = judge(&raw);
        prop_assert!(verdict.tag == Tag::Other || verdict.mixed == (has(Tag::Vi) && has(Tag::En)), "{:?}", verdict);
    }
}

#[test]
fn no_function_word_of_another_language_is_a_word_of_ours() {
    let ours = [Traits::SYLLABLE, Traits::ENGLISH, Traits::TEENCODE];
    let is_ours = |word: &String| ours.iter().any(|&t| WORDS.traits(WORDS.id(word)).has(t));
    let wrong: Vec<&String> = PACK.language.other_function.iter().filter(|w| is_ours(w)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

// Over real texts.

/// Past the harness, which keeps what a passing test prints to itself.
fn say(table: &str) {
    let _ = std::io::stderr().write_all(table.as_bytes());
}

fn data() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(DATA);
    if dir.is_dir() {
        return Some(dir);
    }
    say(&format!("\n\nSKIPPED: there is no {}; the language of real texts was NOT measured.\n\n", dir.display()));
    None
}

fn lines(dir: &Path, name: &str) -> Vec<String> {
    let path = dir.join("language").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(str::to_owned).filter(|l| !l.trim().is_empty()).collect()
}

fn json(dir: &Path, name: &str, key: &str) -> Vec<String> {
    let path = dir.join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let read = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        value[key].as_str().unwrap().to_owned()
    };
    text.lines().map(read).collect()
}

/// Comments of both halves of the normalisation corpus: as written, and as its annotators put them right.
fn comments(dir: &Path, key: &str) -> Vec<String> {
    let files = ["normalisation/vilexnorm_dev.jsonl", "normalisation/vilexnorm_train.jsonl"];
    files.into_iter().flat_map(|f| json(dir, f, key)).collect()
}

fn strip(text: &str) -> String {
    text.replace('đ', "d").replace('Đ', "D").nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
}

fn stripped(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| strip(text)).collect()
}

/// Every five words of each text, one after the other.
fn fives(texts: &[String]) -> Vec<String> {
    let cut = |text: &String| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.chunks_exact(5).map(|five| five.join(" ")).collect::<Vec<_>>()
    };
    texts.iter().flat_map(cut).collect()
}

/// One row: how many of `texts` got each verdict; gives the percentage with main language `tag`.
fn row(table: &mut String, set: &str, texts: &[String], tag: Tag) -> f64 {
    let verdicts: Vec<Language> = texts.iter().map(|t| judge(t)).collect();
    let share = |is: &dyn Fn(&Language) -> bool| {
        100.0 * verdicts.iter().filter(|v| is(v)).count() as f64 / verdicts.len() as f64
    };
    let of = |tag: Tag| share(&|v| v.tag == tag);
    writeln!(
        table,
        "{set:<44}{:>7}  {:>6.2}  vi {:>6.2}  en {:>6.2}  other {:>6.2}  und {:>5.2}  mixed {:>5.2}",
        texts.len(),
        of(tag),
        of(Tag::Vi),
        of(Tag::En),
        of(Tag::Other),
        of(Tag::Und),
        share(&|v| v.mixed)
    )
    .unwrap();
    of(tag)
}

#[test]
fn vietnamese_and_english_are_told_apart() {
    let Some(dir) = data() else { return };
    let (written, corrected) = (comments(&dir, "text"), comments(&dir, "normalized"));
    let sentences = lines(&dir, "vi_sentences.txt");
    let (pairs, singles) = (lines(&dir, "vi_word-pairs.txt"), lines(&dir, "vi_single-words.txt"));
    let tweets = json(&dir, "dumps/en_covid_tweets.jsonl", "text");
    let sets = [
        ("vi comments, corrected", corrected.clone(), Tag::Vi, 99.7),
        ("vi comments as written (teencode)", written.clone(), Tag::Vi, 99.7),
        ("vi comments, corrected, stripped", stripped(&corrected), Tag::Vi, 99.5),
        ("vi comments as written, stripped", stripped(&written), Tag::Vi, 99.5),
        ("vi five words, corrected, stripped", fives(&stripped(&corrected)), Tag::Vi, 98.5),
        ("vi five words as written, stripped", fives(&stripped(&written)), Tag::Vi, 98.5),
        ("vi sentences", sentences.clone(), Tag::Vi, 99.7),
        ("vi sentences, stripped", stripped(&sentences), Tag::Vi, 99.5),
        ("vi word pairs", pairs.clone(), Tag::Vi, 98.0),
        ("vi word pairs, stripped", stripped(&pairs), Tag::Vi, 96.0),
        ("vi single words", singles.clone(), Tag::Vi, 90.0),
        ("vi single words, stripped", stripped(&singles), Tag::Vi, 80.0),
        ("en sentences", lines(&dir, "en_sentences.txt"), Tag::En, 99.7),
        ("en tweets", tweets.clone(), Tag::En, 99.7),
        ("en tweets, five words", fives(&tweets), Tag::En, 98.5),
        ("en advertisements", json(&dir, "dumps/en_facebook_ads.jsonl", "text"), Tag::En, 99.7),
        ("en word pairs", lines(&dir, "en_word-pairs.txt"), Tag::En, 99.0),
        ("en single words", lines(&dir, "en_single-words.txt"), Tag::En, 99.0),
    ];
    let mut table = format!("\n{:<44}{:>7}  {:>6}  of 100\n", "texts", "n", "right");
    let mut short = Vec::new();
    for (set, texts, tag, least) in sets {
        let right = row(&mut table, set, &texts, tag);
        if right < least {
            short.push(format!("{set}: {right:.2} is less than {least}"));
        }
    }
    say(&table);
    assert!(short.is_empty(), "{short:#?}");
}

#[test]
fn other_languages_raise_the_alarm_and_ours_do_not() {
    let Some(dir) = data() else { return };
    let mut table = format!("\n{:<44}{:>7}  {:>6}  of 100 in another language\n", "texts", "n", "alarm");
    let mut wrong = Vec::new();
    for code in ["de", "es", "fr", "id", "ms", "pt", "th", "tl"] {
        let alarm =
            row(&mut table, &format!("{code} sentences"), &lines(&dir, &format!("{code}_sentences.txt")), Tag::Other);
        if alarm < 85.0 {
            wrong.push(format!("{code}: {alarm:.2} is less than 85"));
        }
    }
    let (written, corrected) = (comments(&dir, "text"), comments(&dir, "normalized"));
    for (set, texts) in [
        ("vi comments, corrected", corrected.clone()),
        ("vi comments as written (teencode)", written.clone()),
        ("vi comments, corrected, stripped", stripped(&corrected)),
        ("vi comments as written, stripped", stripped(&written)),
        ("vi sentences", lines(&dir, "vi_sentences.txt")),
        ("en sentences", lines(&dir, "en_sentences.txt")),
        ("en tweets", json(&dir, "dumps/en_covid_tweets.jsonl", "text")),
        ("en advertisements", json(&dir, "dumps/en_facebook_ads.jsonl", "text")),
    ] {
        let alarm = row(&mut table, set, &texts, Tag::Other);
        if alarm > 0.2 {
            wrong.push(format!("{set}: {alarm:.2} is more than 0.2"));
        }
    }
    say(&table);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Three ways: of one language as they stand; and mixed ones made here of one text of each language. Half and half: one
/// after the other, the order by turns. Embedded: four to eight words of the one inside the other. The Vietnamese half is
/// corrected or as written, with its diacritics or stripped. As many mixed texts as others.
#[test]
fn mixed_posts_are_told_from_those_of_one_language() {
    const EACH: usize = 500;
    let Some(dir) = data() else { return };
    let long = |texts: Vec<String>| -> Vec<Vec<String>> {
        let words = |t: &String| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        texts.iter().map(words).filter(|t| t.len() >= 8).collect()
    };
    let (written, corrected) = (comments(&dir, "text"), comments(&dir, "normalized"));
    let english = long(lines(&dir, "en_sentences.txt"));
    let tweets = long(json(&dir, "dumps/en_covid_tweets.jsonl", "text"));
    let mut sets: Vec<(String, &str, Vec<String>)> = Vec::new();
    // Every so many, so that the whole corpus is drawn from.
    let drawn = |texts: &[Vec<String>], at: usize| texts[at * 7919 % texts.len()].clone();
    for (set, vietnamese) in [
        ("corrected", long(corrected.clone())),
        ("corrected, stripped", long(stripped(&corrected))),
        ("as written", long(written.clone())),
        ("as written, stripped", long(stripped(&written))),
    ] {
        let all = |text: &dyn Fn(usize) -> Vec<String>| (0..EACH).map(|i| text(i).join(" ")).collect::<Vec<_>>();
        let inside = |host: Vec<String>, guest: Vec<String>, i: usize| {
            let (length, at) = (4 + i % 5, i * 31 % (host.len() + 1));
            let from = i * 17 % (guest.len() - length + 1);
            [&host[..at], &guest[from..from + length], &host[at..]].concat()
        };
        let half = all(&|i| {
            let (vi, en) = (drawn(&vietnamese, i), drawn(&english, i));
            if i % 2 == 0 { [vi, en].concat() } else { [en, vi].concat() }
        });
        let english_inside = all(&|i| inside(drawn(&vietnamese, i), drawn(&english, i), i));
        let vietnamese_inside = all(&|i| inside(drawn(&english, i), drawn(&vietnamese, i), i));
        sets.push((format!("half and half, {set}"), "mixed", half));
        sets.push((format!("English phrase inside, {set}"), "mixed", english_inside));
        sets.push((format!("Vietnamese phrase inside, {set}"), "mixed", vietnamese_inside));
        sets.push((format!("vi, {set}"), "vi", all(&|i| drawn(&vietnamese, i + EACH))));
    }
    let plain = |texts: &[Vec<String>], many: usize| (0..many).map(|i| drawn(texts, i).join(" ")).collect::<Vec<_>>();
    sets.push(("vi sentences".into(), "vi", plain(&long(lines(&dir, "vi_sentences.txt")), EACH)));
    sets.push(("vi sentences, stripped".into(), "vi", plain(&long(stripped(&lines(&dir, "vi_sentences.txt"))), EACH)));
    sets.push(("en sentences".into(), "en", plain(&english, 2 * EACH)));
    sets.push(("en tweets".into(), "en", plain(&tweets, 4 * EACH)));

    let names = ["vi", "en", "mixed", "other", "und"];
    let mut table = format!("\n{:<44}{:>7}  {}\n", "texts", "n", names.map(|n| format!("{n:>6}")).join(""));
    // Rows: what the text is; columns: the verdict.
    let mut all = [[0usize; 5]; 3];
    for (set, truth, texts) in &sets {
        let mut counts = [0; 5];
        let index = |name: &str| names.iter().position(|n| *n == name).unwrap();
        texts.iter().for_each(|t| counts[index(name(t))] += 1);
        all[index(truth)].iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        writeln!(table, "{set:<44}{:>7}  {}", texts.len(), counts.map(|n| format!("{n:>6}")).join("")).unwrap();
    }
    let f1 = [0, 1, 2].map(|i| {
        let (hit, truth) = (all[i][i], all[i].iter().sum::<usize>());
        let said: usize = all.iter().map(|row| row[i]).sum();
        2.0 * hit as f64 / (truth + said) as f64
    });
    let mean = f1.iter().sum::<f64>() / 3.0;
    let n: usize = all.iter().flatten().sum();
    let [vi, en, mixed] = f1;
    writeln!(table, "F1 over {n} texts: vi {vi:.3}, en {en:.3}, mixed {mixed:.3}; mean of the three {mean:.3}")
        .unwrap();
    say(&table);
    assert!(mean >= 0.95 && mixed >= 0.93, "{f1:?}");
}

/// Some posts have blanks that do not break, all through.
#[test]
fn a_blank_that_does_not_break_is_a_blank() {
    for text in [
        "as per dashboard samples tested Mumbai slide",
        "Café Zoë opens Montréal branch, résumé welcome",
        "Jalapeño piñata décor ideas from Zoë Brontë",
        "Mayor Andrés Hurtado Ibagué city jobs lost pandemic",
        "mua kem o shop nay ok lam nha ca nha",
    ] {
        assert_eq!(name(&text.replace(' ', "\u{a0}")), name(text), "{text}");
    }
}
