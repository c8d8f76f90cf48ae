//! What chat spelling is read as, by its neighbours; and what must stay as it is, because it is a good word.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    normalise::{self, Text},
    pack::Pack,
    uncover::{Uncover, UncoverScratch},
    words::{Tagged, Words},
};

/// Written, and read.
const READ: &[(&str, &str)] = &[
    ("mn ơi shop này đc k", "mọi người ơi shop này được không"),
    ("mời 2 ngừi, 2 ng được không", "mời 2 người 2 người được không"),
    ("chỉ hom nay, tối ưu toi ưu", "chỉ hôm nay tối ưu toi ưu"),
    ("thúk tây của pạn", "thuốc tây của bạn"),
    ("hàng giá 50 k nha", "hàng giá 50 k nha"),
    ("giá mấy chục k thôi", "giá mấy chục k thôi"),
    ("uống vitamin c với e nha", "uống vitamin c với em nha"),
    ("bị viêm gan b lâu rồi", "bị viêm gan b lâu rồi"),
    ("vk ck mình dùng rồi", "vợ chồng mình dùng rồi"),
    ("đã ck tiền cho shop", "đã chuyển khoản tiền cho shop"),
    ("ctv hưởng ck 30% nha", "cộng tác viên hưởng chiết khấu 30% nha"),
    ("kem này ko có td phụ", "kem này không có tác dụng phụ"),
    ("viên này bs canxi cho bé", "viên này bổ sung canxi cho bé"),
    ("máy bh 12 tháng", "máy bảo hành 12 tháng"),
    ("không gây bít tắc lỗ chân lông", "không gây bít tắc lỗ chân lông"),
    ("ai bít chỗ này không", "ai biết chỗ này không"),
    ("da dị ứng thì sao dị", "da dị ứng thì sao vậy"),
    ("giảm mỡ hông và bụng", "giảm mỡ hông và bụng"),
    ("cá hồi hun khói", "cá hồi hun khói"),
    ("chia sẻ cho bạn bè", "chia sẻ cho bạn bè"),
    ("củng cố niềm tin", "củng cố niềm tin"),
    ("bác sĩ bán sĩ lẻ", "bác sĩ bán sỉ lẻ"),
    ("quản lý quản cáo", "quản lý quảng cáo"),
    ("bài thuốc chửa khỏi bệnh", "bài thuốc chữa khỏi bệnh"),
    ("ngủ ngon nhờ ngũ cốc, hết mất ngũ", "ngủ ngon nhờ ngũ cốc, hết mất ngủ"),
    // Without diacritics a syllable may be any word.
    ("giam toi 50% cho don dau tien", "giam toi 50% cho don dau tien"),
    ("nhan hoa hong hom nay", "nhan hoa hong hom nay"),
    ("hang dau chau a ve roi", "hang dau chau a ve roi"),
    ("toi ko bi dau nua", "toi không bi dau nua"),
    // English has its own, in English sentences.
    ("make sure u follow them with ur phone", "make sure you follow them with your phone"),
    ("use this link 2 shop, thx for the love", "use this link to shop thanks for the love"),
    ("shop w/ my link and w/o me, pls", "shop with my link and without me please"),
    ("i have 2 of them and 4 for you", "i have 2 of them and 4 for you"),
    ("he has a lot of wit and r is a letter", "he has a lot of wit and r is a letter"),
    // English stays English.
    ("grade a plan b and vitamin c are all you need", "grade a plan b and vitamin c are all you need"),
];

#[test]
fn chat_spelling_is_read_by_its_neighbours() {
    let pack = Pack::embedded().unwrap();
    let words = Words::new(&pack);
    let uncover = Uncover::new(&pack, &words);
    let (mut text, mut tagged, mut read) = (Text::default(), Tagged::default(), Text::default());
    let mut wrong = Vec::new();
    for (written, expected) in READ {
        normalise::fold(written, &mut text);
        words.tag(&text, &mut tagged);
        let changed = uncover.read(written, &text, &tagged, &words, &mut UncoverScratch::default(), &mut read);
        let text = if changed { &read } else { &text };
        let keys: Vec<_> = text.tokens.iter().map(|t| text.key(t)).collect();
        let keys = keys.join(" ");
        if keys != expected.replace(',', "") {
            wrong.push(format!("{written}: {keys}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
