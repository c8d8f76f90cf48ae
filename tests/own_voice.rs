//! Laws of the disclosure state: where a seller speaks as seller, and what a label at the first words needs.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    analysis::{DisclosureState, Reasons},
    detector::Detector,
    pack::Pack,
    post::Post,
};
use std::sync::Arc;

fn state(text: &str) -> (DisclosureState, Reasons) {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let found = detector.analyse(&Post { text: text.into(), ..Post::default() });
    (found.disclosure.state, found.disclosure.reasons)
}

/// Words that neither sell nor name anybody.
fn filler(words: usize) -> String {
    "vải mềm và nhẹ ".repeat(words / 4)
}

#[test]
fn a_seller_who_speaks_in_the_first_third_hides_nothing() {
    let voice = "shop em nhận đặt hàng qua tin nhắn.";
    for (before, after, expected) in
        [(0, 0, DisclosureState::Adequate), (40, 160, DisclosureState::Adequate), (160, 40, DisclosureState::Weak)]
    {
        let (found, reasons) = state(&format!("{}. {voice} {}", filler(before), filler(after)));
        assert_eq!(found, expected, "{before} words before, {after} after");
        assert_eq!(reasons.contains(Reasons::LATE), expected == DisclosureState::Weak);
        assert!(reasons.contains(Reasons::OWN_VOICE));
    }
}

#[test]
fn an_offer_passed_on_with_an_affiliate_link_is_nobodys_own_voice() {
    let offer = "Sách nấu ăn chính thức mở bán hôm nay";
    assert_eq!(state(offer).0, DisclosureState::Adequate);
    assert_eq!(state(&format!("{offer} https://shope.ee/abc123")).0, DisclosureState::Absent);
}

#[test]
fn a_full_stop_closes_a_label_at_the_first_words_only() {
    let goods = "ổ cứng rời 1TB, mua ở link giỏ hàng https://shope.ee/abc123";
    for (text, expected) in [
        (format!("Quảng cáo. {goods}"), DisclosureState::Adequate),
        (format!("QUẢNG CÁO. {goods}"), DisclosureState::Adequate),
        (format!("Mình ghét quảng cáo. {goods}"), DisclosureState::Absent),
        (format!("Quảng cáo... {goods}"), DisclosureState::Absent),
    ] {
        assert_eq!(state(&text).0, expected, "{text}");
    }
}
