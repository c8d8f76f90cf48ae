//! Which words name the end of an offer: a hurry with a named end is no doubtful scarcity (CLM122), one without is.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{detector::Detector, pack::Pack, post::Post};
use std::sync::{Arc, LazyLock};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap());

fn is_doubtful(text: &str) -> bool {
    let found = DETECTOR.analyse(&Post { text: text.into(), ..Post::default() });
    found.findings.iter().any(|f| DETECTOR.pack().rules[usize::from(f.rule.0)].id == "CLM122")
}

#[test]
fn an_end_that_is_named_answers_the_hurry() {
    let english = [
        "through Cyber Monday",
        "until midnight",
        "ends Sunday",
        "till 31/12",
        "this weekend only",
        "until December 24",
        "through 12/31",
        "ends Friday at noon",
        "expires November 30",
        "till Dec 24th",
        "until 5pm",
        "valid until 3 June",
        "ends on the 15th",
        "until Christmas",
        "from 1 to 11 November",
        "until the end of the month",
        "ends this week",
        "through Labor Day",
        "ends: Saturday",
    ];
    let vietnamese = [
        "hết 30/11",
        "đến hết Chủ nhật",
        "đến 30/11",
        "đến hết ngày 30/11",
        "tới 31-12",
        "hạn chót 30.11",
        "trước ngày 5/11",
        "đến thứ 6",
        "đến cuối tuần",
        "đến 23h59",
        "đến 24h",
        "đến hết tháng 11",
        "đến ngày 5 tháng 11",
        "kết thúc 11/11",
        "cuối tuần này",
        "trước Tết",
        "den het 30/11",
        "duy nhất ngày 11/11",
        "(hôm nay: 30/11)",
    ];
    let mut wrong = Vec::new();
    for end in english {
        let text = format!("Limited time offer {end}! 20% off, use my code MAI15 at checkout");
        wrong.extend(is_doubtful(&text).then_some(text));
    }
    for end in vietnamese {
        for hurry in ["Ưu đãi có hạn", "Giá gốc 2 triệu nay còn 199k"] {
            let text = format!("{hurry} {end}, inbox shop em đặt hàng nha");
            wrong.extend(is_doubtful(&text).then_some(text));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_can_be_posted_anew_every_day_names_no_end() {
    let english = [
        "Limited time offer",
        "Ends soon",
        "Today only",
        "Last chance",
        "Hurry",
        "For a limited time",
        "Final hours",
        "Act now before it's too late",
        "Limited time offer by the sun",
        "Limited time offer before you satisfy yourself",
        "Hurry, buy 1 get 1 free",
        "Limited time offer for orders by phone",
        // Stock is doubtful whatever the day.
        "Only 3 left in stock, sale ends Sunday",
        "Almost gone, through Cyber Monday",
    ];
    let vietnamese = [
        "Hôm nay là ngày cuối",
        "Chỉ hôm nay thôi",
        "Mai về giá gốc",
        "Ưu đãi có hạn",
        "Sắp tăng giá",
        "Ưu đãi có hạn đến hết hàng",
        "Ưu đãi có hạn tới tay khách",
        "Thời gian có hạn, mua 2 tặng 1",
        "Chỉ còn 3 suất cuối cùng, đến hết 30/11",
        "Giá gốc 2 triệu nay còn 199k",
    ];
    let mut wrong = Vec::new();
    for hurry in english {
        let text = format!("{hurry}! 20% off, use my code MAI15 at checkout");
        wrong.extend((!is_doubtful(&text)).then_some(text));
    }
    for hurry in vietnamese {
        let text = format!("{hurry}, inbox shop em đặt hàng nha");
        wrong.extend((!is_doubtful(&text)).then_some(text));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
