//! Wishes, suppositions and jokes are no claims; conditional offers and "jokes aside" are. A table of each, in both languages,
//! Vietnamese with its diacritics and without.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    normalise::bare,
    pack::Pack,
    post::Post,
    vocabulary::Status,
};
use std::sync::Arc;

/// Nobody says here that the thing works.
const IMAGINED: &[&str] = &[
    "nếu kem này trị được nám thì tốt quá",
    "nếu viên này trị dứt điểm đau dạ dày thì hay biết mấy",
    "nếu trà này chữa khỏi tiểu đường thì em mừng quá",
    "nếu uống vào mà giảm 10kg trong 1 tuần thì ai cũng ốm hết rồi",
    "nếu được giảm 5kg trong 1 tuần thì đã quá",
    "nếu mà trà này chữa khỏi ung thư thật thì bệnh viện đóng cửa",
    "nếu kem này trị dứt điểm nám, thì tốt biết mấy",
    "giá mà uống vào hết đau dạ dày",
    "giá mà kem này trị dứt điểm nám",
    "giá như trà này chữa khỏi ung thư",
    "ước gì bôi một tuần là trị dứt điểm mụn",
    "ước gì có trà chữa khỏi mất ngủ",
    "phải chi trà này chữa khỏi viêm xoang",
    "mong sao kem này trị dứt điểm nám",
    "cầu mong thuốc này chữa khỏi ung thư",
    "biết đâu kem này trị dứt điểm nám, mai em thử",
    "chả lẽ uống vào là chữa khỏi tiểu đường",
    "chẳng lẽ một tuýp kem trị dứt điểm nám",
    "không lẽ trà này chữa khỏi ung thư",
    "lẽ nào viên này chữa bách bệnh",
    "cứ tưởng kem này trị dứt điểm nám",
    "cứ tưởng uống vào là chữa khỏi mất ngủ, ai dè tiền mất",
    "tưởng đâu trị dứt điểm mụn, ai ngờ nổi thêm",
    "làm như uống vào là chữa khỏi tiểu đường",
    "cứ làm như kem này trị dứt điểm nám",
    "nói cứ như trà này chữa khỏi ung thư",
    "trà này chữa khỏi ung thư, nói vui thôi",
    "kem này trị dứt điểm nám, đùa đấy",
    "trà này chữa khỏi tiểu đường. Đùa đấy",
    "ăn phở trị dứt điểm mất ngủ. Nói chơi thôi",
    "viên này chữa bách bệnh, giỡn chơi thôi",
    "nước mía trị dứt điểm nám\nđùa thôi nha",
    "ngủ trưa chữa khỏi tiểu đường =))) nói giỡn đó",
    "tốt biết mấy nếu kem này trị dứt điểm nám",
    "trà này mà chữa khỏi tiểu đường thì tui đi đầu xuống đất",
    "kem này mà trị dứt điểm nám thì bác sĩ thất nghiệp hết",
    "uống vào mà giảm 10kg trong 1 tuần thì tốt quá",
    "thử tưởng tượng viên này chữa bách bệnh",
    "if the cream could cure acne I'd buy ten",
    "if this tea could cure diabetes, hospitals would close",
    "imagine if this cream cures acne",
    "this tea cures cancer, jk",
    "this tea cures cancer. JK!",
    "this tea cures cancer lol as if",
    "like this tea cures cancer, yeah right",
    "as if this tea cures cancer",
    "they act as if it cures cancer",
    "if only this cures acne",
    "if this cures acne I'd be shocked",
    "if it really cures acne, I would be rich",
    "it would be great if this cures acne",
    "would be nice if a cream cures acne",
    "wish this cream could cure acne",
    "I wish this tea cures diabetes",
    "this tea cures cancer, just messing with you",
    "this tea cures cancer, lol just kidding",
    "coffee cures cancer. just kidding",
    "my cat cures diabetes\njk",
    "pretend this cures acne",
    "suppose this cures acne",
    "in a perfect world this cures acne",
    "in my dreams this cures acne",
    "if this tea cures cancer then I am the queen of England",
    "I thought this cures acne, boy was I wrong",
    "this cures acne, said no one ever",
    "this tea cures cancer, i'm just kidding",
    "this tea cures cancer, just teasing",
    "fingers crossed it cures acne",
    "here's hoping this cures acne",
    "nếu thuốc này chữa khỏi ung thư thật chắc tui khóc luôn",
    "ước chi kem này trị dứt điểm nám",
    "trà này chữa khỏi ung thư, tin chết liền",
    "trà này chữa khỏi ung thư, có mà mơ",
    "let's hope this cures acne",
    "hope this cures acne",
    "I doubt this cures acne",
    "this tea cures cancer, in your dreams",
];

/// These say it.
const MEANT: &[&str] = &[
    "nếu bạn bị nám, kem này trị dứt điểm",
    "nếu chị bị mụn thì trà này trị dứt điểm mụn sau 7 ngày",
    "nếu da bạn bị nám thì kem này trị dứt điểm nám",
    "nếu muốn giảm 10kg trong 1 tháng, inbox em",
    "nếu mua combo thì trị dứt điểm nám luôn",
    "nếu bị mụn mà dùng kem này thì trị dứt điểm mụn",
    "nếu dùng đều, kem này trị dứt điểm nám",
    "nếu kiên trì thì trị dứt điểm nám",
    "nếu chị nào bị nám nặng thì kem này trị dứt điểm, hay lắm",
    "nếu không tin thì thử, trà này trị dứt điểm mất ngủ",
    "nếu bạn đau dạ dày, viên này trị dứt điểm đau dạ dày thì mới lấy tiền",
    "cứ tưởng không hết, ai ngờ trị dứt điểm mụn luôn",
    "cứ tưởng quảng cáo thôi, ai ngờ trị dứt điểm nám thật",
    "cứ tưởng quảng cáo ai ngờ trị dứt điểm nám thật",
    "tưởng nói quá mà trị dứt điểm mụn thật",
    "đùa chứ kem này trị dứt điểm nám thật",
    "haha đùa chứ kem này trị dứt điểm nám thật",
    "không đùa đâu, kem này trị dứt điểm nám",
    "không nói đùa đâu nha, trà này trị dứt điểm mất ngủ",
    "nói vui vậy thôi chứ kem này trị dứt điểm nám thật",
    "kem này trị dứt điểm nám, không phải nói chơi",
    "ước gì mình biết sớm hơn, kem này trị dứt điểm nám",
    "ước gì mình biết kem trị dứt điểm nám này sớm hơn",
    "giá mà biết sớm, kem này trị dứt điểm nám",
    "giá mà mình biết kem trị dứt điểm nám này từ sớm",
    "làm như hướng dẫn, kem này trị dứt điểm nám",
    "làm như trên là trị dứt điểm nám",
    "làm như em: bôi kem này trị dứt điểm nám",
    "bạn mong da đẹp, kem này trị dứt điểm nám",
    "kem này trị dứt điểm nám, hihi",
    "kem này trị dứt điểm nám =)))",
    "kem này trị dứt điểm nám luôn, haha mê quá",
    "thì tốt quá rồi, kem này trị dứt điểm nám",
    "kem này trị dứt điểm nám, ai chưa thử thì tiếc quá",
    "không lẽ chị em chịu mãi, kem này trị dứt điểm nám",
    "chẳng lẽ lại bỏ lỡ, kem này trị dứt điểm nám",
    "chả lẽ em nói xạo ạ! Kem này trị dứt điểm nám",
    "hy vọng chị em ủng hộ, kem này trị dứt điểm nám",
    "biết đâu mà chọn, kem này trị dứt điểm nám đây",
    "mong chị em thử, kem này trị dứt điểm nám",
    "thử tưởng tượng, kem này trị dứt điểm nám",
    "kem này trị dứt điểm nám. Nói thật không đùa nha",
    "kem này trị dứt điểm nám. Đùa chứ mua nhanh kẻo hết",
    "if you have acne, this cures acne",
    "if you struggle with acne, this cream cures acne fast",
    "if your skin breaks out, this cures acne",
    "if you want clear skin this cures acne, I'd buy two",
    "no joke, this cures acne",
    "jokes aside, this cures acne",
    "all jokes aside this cures acne",
    "joking aside, this cream cures acne",
    "I wish I knew earlier that this cures acne",
    "I wish I had found this sooner, it cures acne",
    "wish I knew about this cream that cures acne",
    "not kidding, this cures acne",
    "I kid you not, this cures acne",
    "imagine clear skin: this cures acne",
    "this cures acne lol",
    "this cures acne haha love it",
    "if it's not for you, send it back. It cures acne",
    "I thought it was hype, but it cures acne",
    "I thought nothing worked, this cures acne",
    "if you could use some help, this cures acne",
    "we hope you like it, it cures acne",
    "If nothing else works: this cures acne",
    "it feels as if I'm glowing, this cures acne",
    "I would buy again, this cures acne",
    "would recommend, it cures acne",
    "dreams come true: this cures acne",
    "if you'd like clear skin, this cures acne",
    "I'd be lost without it, this cures acne",
    "if used daily, this cures acne",
    "if used daily it cures acne, i'd recommend it",
    "if the skin is sore, this cures acne",
    "this cures acne. No joke",
    "kem mà em bán trị dứt điểm nám thì ai cũng khen",
    "giá 99k kem này trị dứt điểm nám, thì tốt quá còn gì",
    "serum được ví như thuốc trị dứt điểm nám",
    "sữa tắm cho bé đùa vui, trị dứt điểm rôm sảy",
    "làm như mọi lần, kem này trị dứt điểm nám",
    "If the price scares you, this cures acne, I'd buy it again",
    "I thought this was hype it cures acne",
    "nếu bạn bị nám, kem này trị dứt điểm nám thì tốt quá rồi",
    "we hope this helps, it cures acne",
    "I hope you like this cream that cures acne",
    "no doubt this cures acne",
    "kem trị dứt điểm nám, chắc em mê luôn",
];

/// Each sentence as it stands and, where that differs, without diacritics, with how the claims in it are read.
fn readings(sentences: &[&str]) -> Vec<(String, Vec<Status>)> {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let mut scratch = Scratch::default();
    let mut texts: Vec<String> = sentences.iter().flat_map(|s| [(*s).to_owned(), bare(s)]).collect();
    texts.dedup();
    let read = |text: String| {
        detector.judge_into(&Post { text: text.clone().into(), ..Post::default() }, &mut scratch);
        let lists = &detector.pack().lists;
        let claims = scratch.cues().iter().filter(|c| !c.dropped && lists[c.list.0 as usize].id.starts_with("claim."));
        (text, claims.map(|c| c.status).collect())
    };
    texts.into_iter().map(read).collect()
}

#[test]
fn what_is_wished_supposed_or_joked_is_no_claim() {
    assert!(IMAGINED.len() >= 60 && MEANT.len() >= 60, "{} {}", IMAGINED.len(), MEANT.len());
    let read = readings(IMAGINED);
    let unread = |(text, claims): &&(String, Vec<Status>)| claims.is_empty() && IMAGINED.contains(&text.as_str());
    assert_eq!(read.iter().find(unread), None, "a sentence without a claim shows nothing");
    let said: Vec<_> = read.iter().filter(|(_, claims)| claims.contains(&Status::Affirmed)).collect();
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn an_offer_with_a_condition_and_what_is_no_joke_are_claims() {
    let unsaid: Vec<_> = readings(MEANT).into_iter().filter(|(_, c)| !c.contains(&Status::Affirmed)).collect();
    assert!(unsaid.is_empty(), "{unsaid:#?}");
}
