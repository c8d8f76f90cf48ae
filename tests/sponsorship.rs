//! Words that look like a disclosure of sponsorship and are none, words that are one, and labels spelt so that readers or
//! filters miss them.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
    post::Post,
    vocabulary::{DisclosureState, Status},
};
use std::sync::{Arc, LazyLock};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap());

/// Family, jobs, states, prayers: nobody is paid for the post.
const NONE: &[&str] = &[
    "I was paid to post bail for my brother",
    "I got paid to do nothing all day",
    "I was paid to babysit the neighbour's twins",
    "I am paid to teach, not to parent",
    "I'm paid to drive a truck at night",
    "they paid me to walk their dog",
    "they paid me to mow the lawn",
    "we were paid to share a desk",
    "I was paid to review tax files at the bank",
    "our son is a gifted child",
    "she teaches gifted students",
    "a gifted musician played last night",
    "he is gifted with a great voice",
    "I gifted my mom a scarf",
    "my husband gifted me this ring for our anniversary",
    "my grandma sent me this for Christmas",
    "gifted by my boyfriend for my birthday",
    "my sister kindly sent me a postcard",
    "I partnered with my wife to raise two kids",
    "partnered with my best friend for the dance contest",
    "partnering with the local police to clean the park",
    "we teamed up with our neighbours to plant trees",
    "teamed up with my brother for the relay",
    "please sponsor a child in need",
    "we sponsor a child in Kenya",
    "sponsor a dog at the shelter",
    "he is the ambassador of Vietnam to France",
    "the ambassador for Norway visited our school",
    "the US ambassador spoke today",
    "she was ambassador for peace at the United Nations",
    "my visa sponsor signed the papers",
    "my AA sponsor called me last night",
    "my sponsor in recovery saved my life",
    "thanks to the team at the hospital for saving my dad",
    "thank you for inviting me to your wedding",
    "thank you for sending me your prayers",
    "my life partner and I",
    "looking for a gym partner",
    "my brother was invited to try out for the team",
    "mình được trả tiền để trông trẻ",
    "em được trả tiền để dọn nhà",
    "được bạn trai tặng nhẫn nhân sinh nhật",
    "được mẹ tặng cái áo len",
    "sinh nhật được chồng tặng hoa",
    "được mời dự đám cưới",
    "được mời đi ăn giỗ",
    "hai nước hợp tác cùng phát triển",
    "Việt Nam hợp tác với Nhật Bản",
    "công an hợp tác cùng nhà trường",
    "đồng hành cùng con vào lớp 1",
    "đồng hành cùng thí sinh mùa thi",
    "bố mẹ đồng hành cùng con",
    "Mỹ tài trợ vắc xin cho Việt Nam",
    "bố mẹ tài trợ tiền học",
    "chồng tài trợ chuyến đi này",
    "đại sứ Việt Nam tại Pháp phát biểu",
    "đại sứ Mỹ thăm trường",
    "booking vé máy bay giá rẻ ở đâu",
    "cảm ơn anh đã gửi thư cho em",
    "cảm ơn mẹ đã gửi gạo lên",
    "nhận pr hồ sơ của phòng nhân sự",
    "mình booking khách sạn cho cả nhà",
    "nhà trường mời mình dự họp phụ huynh",
    "bạn thân tặng mình cuốn sách",
    "em được học bổng tài trợ toàn phần",
    "khách sạn mời mình ra quầy làm thủ tục",
    "cảm ơn nhà tài trợ của giải bóng đá",
    "mình được book lịch phỏng vấn",
    "quà từ hãng bay cho khách trễ chuyến",
    "anh ấy được trả tiền để review phim",
];

/// Somebody is paid, invited, given something, or says for whom the post is.
const TOLD: &[&str] = &[
    "I was paid to post this",
    "I was paid to make this video",
    "I got paid to review this serum",
    "I'm being paid to promote this app",
    "they paid me to say this about their cream",
    "the brand paid me to share this",
    "we were paid to try this hotel",
    "I am paid by the brand to post this",
    "gifted by @glowco",
    "gifted product from @glowco",
    "kindly gifted by Glow Co",
    "this serum was gifted to me by the brand",
    "#gifted new lipstick",
    "PR package from Glow Co",
    "received this for free in exchange for my honest review",
    "the brand sent me this lipstick to try",
    "thank you @glowco for sending me this",
    "thanks for gifting me this serum",
    "partnered with @glowco on this look",
    "I partnered with Glow Co for this look",
    "excited to partner with Glow Co",
    "in paid partnership with Glow Co",
    "paid partnership with Glow Co",
    "teaming up with @glowco today",
    "I teamed up with Glow Co to bring you this giveaway",
    "proud ambassador for Glow Co",
    "brand ambassador for Glow Co",
    "I am a brand ambassador for Glow Co",
    "this post is sponsored by Glow Co",
    "sponsored by @glowco",
    "Glow Co sponsored this video",
    "thanks to our sponsor Glow Co",
    "today's video is sponsored by Glow Co",
    "thank you to the team at Glow Co for hosting us",
    "we were hosted by Glow Hotel",
    "invited me to try their new menu",
    "complimentary stay at Glow Hotel",
    "I earn a commission if you buy through my link",
    "mình được nhãn hàng tặng hũ kem này",
    "son này được tặng từ nhãn hàng",
    "được hãng gửi tặng em son này",
    "được mời trải nghiệm spa mới",
    "quán mời mình qua ăn thử",
    "mình được mời trải nghiệm resort",
    "hợp tác cùng @glowco",
    "bài viết hợp tác cùng Glow Co",
    "hợp tác cùng nhãn hàng Glow Co",
    "mình hợp tác với nhãn hàng",
    "đồng hành cùng @glowco",
    "đồng hành cùng nhãn hàng Glow Co",
    "mình đồng hành cùng thương hiệu Glow Co",
    "bài viết được tài trợ bởi Glow Co",
    "video này được tài trợ",
    "clip này do Glow Co tài trợ",
    "tài trợ bởi Glow Co",
    "mình được booking bài này",
    "bài booking: kem Glow Co",
    "em nhận booking bài này",
    "mình nhận pr cho nhãn hàng Glow Co",
    "bài này em nhận pr cho hãng Glow Co",
    "bài PR: kem dưỡng Glow Co",
    "cảm ơn nhãn hàng đã gửi em son này",
    "cảm ơn nhãn hàng Glow Co đã gửi quà",
    "cảm ơn brand đã tặng mình bộ này",
    "mình được trả tiền để review kem này",
    "mình có nhận phí cho bài này",
    "mình là đại sứ thương hiệu Glow Co",
    "quà PR từ Glow Co",
    "hãng gửi mình dùng thử serum",
    "nhãn hàng book mình bài này",
    "Glow Co gửi mình trải nghiệm serum mới",
    "bài này mình có nhận tiền của hãng",
    "nhãn hàng trả tiền cho mình làm clip này",
    "hãng thuê mình quay",
    "mình được thuê review quán này",
    "đây là bài booking",
    "I got this for free from Glow Co",
];

/// The lists whose affirmed words say that somebody pays, gives or invites.
const SAYS: [&str; 7] = [
    "disclosure.strong",
    "disclosure.vague",
    "disclosure.thanks",
    "disclosure.commission",
    "sponsor.paid",
    "sponsor.gift",
    "sponsor.brief",
];

/// The affirmed words of those lists.
fn said(text: &str) -> Vec<String> {
    let mut scratch = Scratch::default();
    DETECTOR.judge_into(&Post { text: text.into(), ..Post::default() }, &mut scratch);
    let pack = DETECTOR.pack();
    let cues = scratch.cues().iter().filter(|c| !c.dropped && c.status == Status::Affirmed);
    let of_them = cues.filter(|c| SAYS.contains(&pack.lists[c.list.0 as usize].id.as_str()));
    of_them.map(|c| pack.term_name(c.term).to_owned()).collect()
}

#[test]
fn family_work_and_states_are_no_sponsorship() {
    assert!(NONE.len() >= 60, "{}", NONE.len());
    let wrong: Vec<_> = NONE.iter().map(|text| (text, said(text))).filter(|(_, said)| !said.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn who_is_paid_given_or_invited_says_so() {
    assert!(TOLD.len() >= 60, "{}", TOLD.len());
    let unread: Vec<_> = TOLD.iter().filter(|text| said(text).is_empty()).collect();
    assert!(unread.is_empty(), "{unread:#?}");
}

/// The codebook: letters broken so that readers or filters miss the label make it a weak one; a bare mention is none.
#[test]
fn a_label_broken_by_signs_is_a_weak_one() {
    let mut wrong = Vec::new();
    for (state, label) in [
        (DisclosureState::Weak, "q.u.ả.n.g c.á.o son này đẹp lắm"),
        (DisclosureState::Weak, "q.u.ả.n.g c.á.o: son này đẹp lắm"),
        (DisclosureState::Weak, "q-u-ả-n-g c-á-o son này đẹp lắm"),
        (DisclosureState::Weak, "Q-C son này đẹp lắm"),
        (DisclosureState::Weak, "Q-C: son này đẹp lắm"),
        (DisclosureState::Weak, "q.c son này đẹp lắm"),
        (DisclosureState::Weak, "#q.c son này đẹp lắm"),
        (DisclosureState::Weak, "son này đẹp lắm #q.c"),
        (DisclosureState::Weak, "#q-c son này đẹp lắm"),
        (DisclosureState::Weak, "#qu@ngcao son này đẹp lắm"),
        (DisclosureState::Weak, "#q.u.ả.n.g.c.á.o son này đẹp lắm"),
        (DisclosureState::Weak, "#a.d this lipstick is great"),
        (DisclosureState::Weak, "a.d this lipstick is great"),
        (DisclosureState::Weak, "#s.p.o.n.s.o.r.e.d this lipstick is great"),
        (DisclosureState::Adequate, "#qc son này đẹp lắm"),
        (DisclosureState::Adequate, "Quảng cáo: son này đẹp lắm"),
        (DisclosureState::Absent, "mình thích q.c này, son đẹp lắm"),
        (DisclosureState::Absent, "quảng cáo son này đẹp lắm"),
        (DisclosureState::Absent, "#quảng ninh đẹp lắm"),
    ] {
        let text = format!("{label}, dùng mã của mình MINH10");
        let found = DETECTOR.analyse(&Post { text: text.clone().into(), ..Post::default() }).disclosure.state;
        if found != state {
            wrong.push(format!("{text}: {found:?} instead of {state:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_number_of_a_thing_is_no_code_to_buy_with() {
    let mut scratch = Scratch::default();
    let pack = DETECTOR.pack();
    let mut code = |text: &str| {
        DETECTOR.judge_into(&Post { text: text.to_owned().into(), ..Post::default() }, &mut scratch);
        let of = |c: &&minhbach::matcher::Cue| !c.dropped && pack.lists[c.list.0 as usize].id.starts_with("code.");
        scratch.cues().iter().filter(of).map(|c| pack.term_name(c.term).to_owned()).collect::<Vec<_>>()
    };
    for text in ["căn hộ mã CH05", "áo mã A102 SIZE M", "mẫu mã XXXL đủ cả", "màu mã MLBB12", "dress code VIP1"]
    {
        assert!(code(text).is_empty(), "{text}: {:?}", code(text));
    }
    for text in ["nhập mã VIP1 giảm 50k", "áo đẹp lắm, mã MINH10", "use code MAXX for 10% off"] {
        assert!(!code(text).is_empty(), "{text}");
    }
}
