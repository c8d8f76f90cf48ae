//! Laws of folding, over captions that lean on what goes wrong: decomposed and disguised Vietnamese, marks cut off or
//! stacked, emoji joined and torn, controls of direction, mixed scripts, cut sequences.

use minhbach::normalise::{Folds, Kind, Text, Token, fold};
use proptest::prelude::*;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

const SYLLABLES: &[&str] = &[
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
    "gì",
    "đường",
    "Đ",
    "thích",
    "miễn",
    "phí",
    "bị",
    "bệnh",
    "cái",
    "uỷ",
    "chuyễn",
    "ờ",
    "duong",
    "khong",
    "paid",
    "Sponsored",
    "it's",
];
const MARKS: &[&str] = &[
    "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}", "\u{302}", "\u{306}", "\u{31B}", "\u{340}", "\u{341}",
    "\u{308}", "\u{328}", "\u{30C}", "\u{316}", "\u{335}", "\u{336}", "\u{338}", "\u{20E3}", "\u{E31}", "\u{345}",
];
const INVISIBLE: &[&str] = &[
    "\u{200B}",
    "\u{200C}",
    "\u{200D}",
    "\u{200E}",
    "\u{202E}",
    "\u{2060}",
    "\u{2066}",
    "\u{FEFF}",
    "\u{AD}",
    "\u{34F}",
    "\u{61C}",
    "\u{3164}",
    "\u{115F}",
    "\u{180E}",
    "\u{FE0E}",
    "\u{FE0F}",
    "\u{E0041}",
    "\u{E0101}",
];
const EMOJI: &[&str] = &[
    "🤷\u{200D}♀\u{FE0F}",
    "👩\u{200D}👩\u{200D}👧",
    "👍🏽",
    "🏻",
    "❤\u{FE0F}",
    "🔥",
    "🐧",
    "🇻🇳",
    "🇦🇩",
    "🇸🇵🇴🇳",
    "🇻🇳🇻🇳🇻🇳",
    "🇻",
    "🇶🇨",
    "🅰",
    "🅱",
    "🅾\u{FE0F}",
    "🅿",
    "🅰🅳",
    "🆂",
    "🆎",
    "Ⓜ",
    "ℹ\u{FE0F}",
    "1\u{FE0F}\u{20E3}",
    "🏴\u{E0067}\u{E007F}",
];
const SCRIPTS: &[&str] = &[
    "сао",
    "сhữа",
    "Привет",
    "нос",
    "ΟΡΑ",
    "ά",
    "ԁ",
    "ï",
    "ｑｕảｎｇ",
    "５０％",
    "＃",
    "＠",
    "，",
    "𝐪𝐮𝐚̉𝐧𝐠",
    "𝟐𝟓.𝟏𝟎",
    "ⓒáⓞ",
    "ᴄáᴏ",
    "ǫᴜᴀ̉",
    "ñ",
    "señor",
    "miêñ",
    "ő",
    "ę",
    "ħ",
    "xøa",
    "İ",
    "ŉ",
    "ﬁ",
    "ẞ",
    "ﬆ",
    "㎏",
    "™",
    "²",
    "½",
    "①",
    "٣",
    "เครื่อง",
    "광고",
    "広告",
    "إعلان",
    "हिन्दी",
    "Ð",
    "ð",
    "d\u{335}",
    "ꓮ",
    "Ꭰ",
    "ᶦ",
    "ǰ",
    "ΰ",
    "Σ",
];
const SIGNS: &[&str] = &[
    " ", " ", " ", " ", "\n", "\t", "\u{A0}", "\u{2003}", "\u{2800}", "\u{2028}", ".", ",", ":", "!", "?", "…", "-",
    "–", "/", "(", "【", "“", "‘", "’", "'", "*", "_", "#", "@", "•", "·", "%", "₫", "$", "+", "。", "、", "\0",
    "\u{E000}",
];
const TOKENS: &[&str] = &[
    "#quangcao",
    "#QuảngCáo_",
    "#ad🐧_squad",
    "@tên.shop_",
    "https://s.shopee.vn/a?b=c.",
    "shopee.vn/x",
    "a@b.vn",
    "TP.HCM",
    "199k",
    "1.200.000đ",
    "3₫",
    "1tr5",
    "100%",
    "0912 345 678",
    "2-3",
];

/// One piece of a caption; cut somewhere, now and then.
fn piece() -> impl Strategy<Value = String> {
    let one = |from: &'static [&'static str]| prop::sample::select(from).prop_map(str::to_owned);
    let decomposed = one(SYLLABLES).prop_map(|w| w.nfd().collect::<String>());
    // Every mark apart from its letter, as tokenisers leave it.
    let torn = one(SYLLABLES).prop_map(|w| {
        w.nfd().flat_map(|c| if is_combining_mark(c) { vec![' ', c, ' '] } else { vec![c] }).collect::<String>()
    });
    let stuffed = (one(SYLLABLES), one(INVISIBLE)).prop_map(|(w, i)| w.split("").collect::<Vec<_>>().join(&i));
    let whole = prop_oneof![
        4 => one(SYLLABLES), 2 => decomposed, 2 => torn, 1 => stuffed, 4 => one(MARKS), 2 => one(INVISIBLE),
        3 => one(EMOJI), 3 => one(SCRIPTS), 6 => one(SIGNS), 2 => one(TOKENS), 1 => any::<char>().prop_map(String::from),
        1 => "\\PC{1,4}",
    ];
    (whole, any::<prop::sample::Index>(), 0..8).prop_map(|(text, at, cut)| {
        let at = at.index(text.chars().count() + 1);
        if cut == 0 { text.chars().take(at).collect() } else { text }
    })
}

fn caption() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..16).prop_map(|pieces| pieces.concat())
}

fn folded(raw: &str) -> Text {
    let mut text = Text::default();
    fold(raw, &mut text);
    text
}

/// Kinds, keys and trust, without places.
fn read(text: &Text) -> Vec<(Kind, String, String, bool)> {
    text.tokens.iter().map(|t| one(text, t)).collect()
}

fn one(text: &Text, token: &Token) -> (Kind, String, String, bool) {
    (token.kind, text.key(token).to_owned(), text.bare_key(token).to_owned(), token.damaged)
}

/// Whether a key was left in Greek, Cyrillic, Armenian, Cherokee or Lisu letters by the text around it: alone, a word of
/// look-alikes would be Latin.
fn in_its_own_script(key: &str) -> bool {
    let other = |c| matches!(c, '\u{370}'..='\u{58F}' | '\u{1F00}'..='\u{1FFF}' | '\u{13A0}'..='\u{13FF}' | '\u{A4D0}'..='\u{A4FF}' | '\u{AB70}'..='\u{ABBF}');
    key.contains(other)
}

/// A letter that is a picture too, such as the blood group: beside others of its kind it is a letter.
fn is_picture_too(cut: &str) -> bool {
    cut.starts_with(['🅰', '🅱', '🅾', '🅿', 'Ⓜ', 'ℹ'])
}

/// Whether a token is written in regional indicators, which letters around it tell from a flag.
fn in_indicators(source: &str) -> bool {
    source.contains(|c| matches!(c, '\u{1F1E6}'..='\u{1F1FF}'))
}

/// Whether a character may be outside every token: not a letter, digit or picture.
fn may_be_outside(c: char) -> bool {
    let filler = matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}');
    let picture = matches!(c, '\u{1F300}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}' | '\u{1F1E6}'..='\u{1F1FF}');
    !picture && (filler || is_combining_mark(c) || !c.is_alphanumeric())
}

/// The slow and sure way of a word in Vietnamese letters: decompose, lower, order the marks, compose.
fn oracle(word: &str) -> String {
    word.nfkc().collect::<String>().to_lowercase().nfc().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_in_order_apart_and_on_character_boundaries(raw in caption()) {
        let text = folded(&raw);
        let (mut at, mut key_at) = (0, 0);
        for token in &text.tokens {
            let (span, key) = (token.raw.range(), token.marked.range());
            prop_assert!(span.start >= at && !span.is_empty() && raw.get(span.clone()).is_some(), "{token:?}");
            prop_assert!(key.start >= key_at && text.marked.get(key.clone()).is_some(), "{token:?}");
            prop_assert!(!text.key(token).is_empty() || token.kind == Kind::Mention, "{token:?}");
            (at, key_at) = (span.end, key.end);
        }
    }

    #[test]
    fn every_byte_is_in_a_token_or_means_nothing(raw in caption()) {
        let text = folded(&raw);
        let ends = text.tokens.iter().map(|t| t.raw.range()).chain(std::iter::once(raw.len()..raw.len()));
        let mut at = 0;
        for token in ends {
            let outside = &raw[at..token.start];
            prop_assert!(outside.chars().all(may_be_outside), "{outside:?} is outside");
            at = token.end;
        }
    }

    #[test]
    fn a_span_cut_out_and_folded_again_is_the_same_token(raw in caption()) {
        let text = folded(&raw);
        for token in text.tokens.iter().filter(|t| !in_its_own_script(text.key(t))) {
            let cut = token.raw.slice(&raw);
            // Look-alikes that are a whole word are Latin ones in a text of ours only.
            let alike = in_its_own_script(&raw) && !cut.contains(|c: char| c.is_ascii_alphabetic());
            if in_indicators(cut) || is_picture_too(cut) || alike {
                continue;
            }
            let alone = folded(cut);
            prop_assert_eq!(read(&alone), vec![one(&text, token)], "{:?}", cut);
        }
    }

    #[test]
    fn a_key_folded_again_is_itself(raw in caption()) {
        let text = folded(&raw);
        let keyed = |t: &&Token| matches!(t.kind, Kind::Word | Kind::Number | Kind::Emoji) && !in_its_own_script(text.key(t));
        for token in text.tokens.iter().filter(keyed) {
            let again = folded(text.key(token));
            let keys: Vec<_> = again.tokens.iter().map(|t| (t.kind, again.key(t), t.folds)).collect();
            prop_assert_eq!(keys, vec![(token.kind, text.key(token), Folds::NONE)], "{:?}", token.raw.slice(&raw));
        }
    }

    #[test]
    fn the_fast_path_and_the_slow_one_agree(words in prop::collection::vec(
        "[A-Za-zàáảãạăắằẳẵặâấầẩẫậĐđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂƠƯẠẾỆỘỢỮ]{1,8}", 1..6)
    ) {
        let raw = words.join(" ");
        let (text, decomposed) = (folded(&raw), folded(&raw.nfd().collect::<String>()));
        // A word joiner sends the word through the slow path and leaves nothing in the key.
        let slow = folded(&words.iter().map(|w| w.split("").collect::<Vec<_>>().join("\u{2060}")).collect::<Vec<_>>().join(" "));
        prop_assert_eq!(read(&text), read(&decomposed));
        prop_assert_eq!(read(&text), read(&slow));
        prop_assert_eq!(&text.marked, &slow.marked);
        for (token, word) in text.tokens.iter().zip(&words) {
            if !token.folds.contains(Folds::TONE) {
                prop_assert_eq!(text.key(token), oracle(word));
            } else {
                let letters = |s: &str| s.nfd().filter(|&c| !is_combining_mark(c)).collect::<String>();
                prop_assert_eq!(letters(text.key(token)), letters(&oracle(word)));
            }
        }
    }

    #[test]
    fn invisible_characters_change_no_key(words in prop::collection::vec(prop::sample::select(SYLLABLES), 1..5),
        invisible in prop::sample::select(INVISIBLE)) {
        let plain = words.join(" ");
        let stuffed: String = plain.chars().flat_map(|c| [c.to_string(), invisible.to_owned()]).collect();
        prop_assert_eq!(read(&folded(&stuffed)), read(&folded(&plain)));
    }
}

/// What a text reads as, token by token.
fn keys(raw: &str) -> Vec<(Kind, String)> {
    let text = folded(raw);
    text.tokens.iter().map(|t| (t.kind, text.key(t).to_owned())).collect()
}

#[test]
fn what_is_joined_parted_and_left_alone() {
    use Kind::{Emoji, Hashtag, Number, Word};
    let table: &[(&str, &[(Kind, &str)])] = &[
        // A hashtag ends at an emoji, as on the platforms.
        ("#ad🐧_squad", &[(Hashtag, "ad"), (Emoji, "🐧"), (Word, "squad")]),
        ("＃QuảngCáo", &[(Hashtag, "quảngcáo")]),
        ("#🇻🇳", &[(Emoji, "🇻🇳")]),
        // Flags in a row are flags; what no phone draws as a flag is letters.
        ("🇻🇳🇻🇳🇻🇳", &[(Emoji, "🇻🇳"), (Emoji, "🇻🇳"), (Emoji, "🇻🇳")]),
        ("🇶🇨", &[(Word, "qc")]),
        ("hàng🇻🇳Việt", &[(Word, "hàng"), (Emoji, "🇻🇳"), (Word, "việt")]),
        ("🇻", &[(Word, "v")]),
        // A blood group alone is a picture, beside letters a letter.
        ("nhóm máu 🅰️ nhé", &[(Word, "nhóm"), (Word, "máu"), (Emoji, "🅰"), (Word, "nhé")]),
        ("🅱ệnh", &[(Word, "bệnh")]),
        ("🆃🅾 🅰 🅱🅰🅶", &[(Word, "to"), (Word, "a"), (Word, "bag")]),
        ("ℹ️ Ⓜ", &[(Emoji, "ℹ"), (Emoji, "Ⓜ")]),
        // Keycaps are digits, and as the bullets of a list no part of a word.
        ("0️⃣9️⃣1️⃣2️⃣", &[(Number, "0912")]),
        ("1️⃣Mua ngay s⃣p⃣", &[(Number, "1"), (Word, "mua"), (Word, "ngay"), (Word, "sp")]),
        ("𝟐𝟓．𝟏𝟎 ５０％ 3₫", &[(Number, "25.10"), (Number, "50%"), (Number, "3₫")]),
        // A word of look-alikes is read by the text around it.
        ("bán сао", &[(Word, "bán"), (Word, "cao")]),
        ("мой нос", &[(Word, "мой"), (Word, "нос")]),
        // A mark apart goes to the left; what follows only where a syllable comes of it.
        ("gi \u{300} anh", &[(Word, "gì"), (Word, "anh")]),
        ("mie \u{302} \u{303} n phi \u{301}!", &[(Word, "miễn"), (Word, "phí")]),
        ("shop \u{301} ơi", &[(Word, "shop"), (Word, "ơi")]),
        ("señor tich\u{301} khôñg", &[(Word, "señor"), (Word, "tích"), (Word, "khôñg")]),
        ("ǫᴜᴀ̉ɴɢ", &[(Word, "quảng")]),
        // A stroke over one letter draws a đ; a mark that makes no letter shows that the others are stuffing.
        ("d\u{335}ược D\u{336}ẹp", &[(Word, "được"), (Word, "đẹp")]),
        ("\u{207}m\u{310} ȇm", &[(Word, "em"), (Word, "ȇm")]),
    ];
    for (raw, wanted) in table {
        let wanted: Vec<_> = wanted.iter().map(|&(kind, key)| (kind, key.to_owned())).collect();
        assert_eq!(keys(raw), wanted, "{raw}");
    }
}

#[test]
fn what_cannot_be_told_is_damaged_and_matches_bare_only() {
    for (raw, bare) in [("xøa", "xoa"), ("giǎ", "gia"), ("ħa", "ha")] {
        let text = folded(raw);
        assert!(text.tokens[0].damaged && text.bare_key(&text.tokens[0]) == bare, "{raw}");
    }
    // Struck through from end to end: decoration, not even a đ.
    let struck = folded("d\u{336}a\u{336}");
    assert!(!struck.tokens[0].damaged && struck.key(&struck.tokens[0]) == "da");
}

#[test]
fn a_percent_sign_in_brackets_makes_no_two_words_of_one_place() {
    for raw in ["q(A%\u{306}\u{300})ua ng", "giảm(5%0)k", "b(ớ%t)đi (l)(i)(n)(k)"] {
        let ends = folded(raw).tokens.iter().map(|t| t.raw.range()).collect::<Vec<_>>();
        assert!(ends.windows(2).all(|w| w[0].end <= w[1].start), "{raw}: {ends:?}");
    }
}

#[test]
fn three_letters_and_dots_are_no_link() {
    assert_eq!(keys("www..))) www.shop.vn"), [(Kind::Word, "www".to_owned()), (Kind::Url, "www.shop.vn".to_owned())]);
}
