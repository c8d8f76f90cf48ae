//! What a finding stands on: words of the post itself, and always some.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    analysis::{Analysis, Commercial, DisclosureState, Reasons},
    detector::Detector,
    pack::Pack,
    post::{Field, Post},
};
use std::sync::{Arc, LazyLock};

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).expect("the pack detects"));

fn rules(analysis: &Analysis) -> Vec<&'static str> {
    analysis.findings.iter().map(|f| DETECTOR.pack().rules[f.rule.0 as usize].id.as_str()).collect()
}

/// The bio as it was at capture stands beside every post of its author, old ones too.
#[test]
fn a_bio_makes_no_post_an_advertisement() {
    for bio in [
        "Kem trị nám tận gốc, cam kết khỏi 100%. Inbox shop em đặt hàng 0912345678",
        "Pod 1 lần vị dưa hấu, inbox shop em đặt hàng nha",
        "Mã giảm giá LINH10 của mình trên Shopee, link https://s.shopee.vn/abc",
        "Our serum cures acne in 3 days, shop now https://amzn.to/1aBcDe #ad",
    ] {
        let post = |bio: Option<&'static str>| Post {
            text: "Hôm nay trời đẹp quá, cả nhà đi chơi vui vẻ nha".into(),
            bio: bio.map(Into::into),
            ..Post::default()
        };
        let (with, without) = (DETECTOR.analyse(&post(Some(bio))), DETECTOR.analyse(&post(None)));
        assert_eq!(with, without, "{bio}");
        assert_eq!((with.commercial, with.findings.len()), (Commercial::No, 0));
    }
}

#[test]
fn a_post_that_points_to_the_bio_earns_by_the_link_there() {
    let post = |text: &'static str, bio: &'static str| {
        DETECTOR.analyse(&Post { text: text.into(), bio: Some(bio.into()), ..Post::default() })
    };
    let found = post("Kem này mình dùng mê lắm, link ở bio nha", "https://s.shopee.vn/1qwErtyuio");
    assert_eq!((found.commercial, found.disclosure.state), (Commercial::Yes, DisclosureState::Absent));
    let words = &found.findings.iter().find(|f| f.edits.len() == 1).unwrap().evidence;
    assert!([Field::Text, Field::Bio].iter().all(|field| words.iter().any(|e| e.field == *field)), "{words:?}");
    let found = post("Thông tin hợp tác ở bio. Nồi này nấu cháo nhừ lắm", "Bài viết được tài trợ bởi Bếp Xinh");
    assert_eq!((found.commercial, found.disclosure.state), (Commercial::Yes, DisclosureState::Weak));
    let found = post("Kem này mình dùng mê lắm, link ở bio nha", "Thích chạy bộ, nấu ăn và đọc sách");
    assert_ne!(found.commercial, Commercial::Yes);
}

/// An export may keep the hashtags beside the caption: a label among them is one, though nobody sees where it stood.
#[test]
fn a_label_among_the_hashtags_of_the_record_is_no_missing_label() {
    let judged = |tags: &[&'static str]| {
        let hashtags = tags.iter().map(|tag| (*tag).into()).collect();
        let text = "Serum này xài mê lắm, nhập mã LAN10 khi thanh toán nha".into();
        DETECTOR.analyse(&Post { text, hashtags, ..Post::default() })
    };
    for tag in ["#quảngcáo", "quangcao", "#QuangCao", "#ad"] {
        let found = judged(&["serum", tag]);
        assert_eq!(
            (found.disclosure.state, found.disclosure.reasons),
            (DisclosureState::Weak, Reasons::ELSEWHERE),
            "{tag}"
        );
        assert!(rules(&found).contains(&"DIS012") && !rules(&found).contains(&"DIS001"), "{tag}");
        assert!(found.findings.iter().all(|f| !f.evidence.is_empty()), "{tag}");
    }
    assert_eq!(judged(&["serum", "lamdep"]), judged(&[]));
    assert_eq!(judged(&[]).disclosure.state, DisclosureState::Absent);
}

/// A link in the bio is none that a commission told in the caption could stand beside.
#[test]
fn a_link_in_the_bio_makes_no_label_late() {
    let text = "Kem này mình dùng mê lắm, nhập mã LAN10 khi thanh toán nha. Mình nhận hoa hồng khi bạn mua";
    let state = |bio: Option<&'static str>| {
        let post = Post { text: text.into(), bio: bio.map(Into::into), ..Post::default() };
        DETECTOR.analyse(&post).disclosure
    };
    assert_eq!(state(Some("https://lan.vn")), state(None));
    assert_eq!(state(None).reasons, Reasons::default());
}

#[test]
fn every_finding_shows_words_of_the_post() {
    let comment = |text: &'static str, comment: &'static str| Post {
        text: text.into(),
        first_comment: Some(comment.into()),
        ..Post::default()
    };
    let plain = |text: &'static str| Post { text: text.into(), ..Post::default() };
    for (rule, post) in [
        // The link itself cannot be seen, the vouchers before it can.
        ("DIS007", plain("🔥Lưu mã toàn sàn giảm 100K đơn từ 300K: https://tinyurl.com/2nfzj9lp")),
        (
            "DIS004",
            plain("Craft supplies from Amazon, get more details by the image. This is an Amazon affiliate link."),
        ),
        ("DIS012", comment("New pan day! Use my code MAI15 at checkout", "This post is sponsored by the brand")),
        ("OMI305", plain("Nha khoa Sao Mai giảm giá 30%, inbox phòng khám em đặt lịch 0912345678")),
    ] {
        let found = DETECTOR.analyse(&post);
        assert!(rules(&found).contains(&rule), "{rule} is silent: {}", post.text);
        for finding in &found.findings {
            assert!(!finding.evidence.is_empty(), "{}: no word of it: {}", rules(&found).join(" "), post.text);
        }
    }
}
