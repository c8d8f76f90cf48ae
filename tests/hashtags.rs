//! Hashtags that show their words are read as prose, to the byte; those that do not stay what their lists say.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod cues;

use cues::cues;
use std::time::{Duration, Instant};

#[test]
fn words_that_a_tag_shows_are_found_to_the_byte() {
    for (tags, list, found) in [
        ("#giảmcân", "claim.function", "#giảmcân"),
        ("#GiảmCân", "claim.function", "#GiảmCân"),
        ("#giảm_cân", "claim.function", "#giảm_cân"),
        ("#reviewgiảmcânnhaevới", "claim.function", "giảmcân"),
        ("#hành_trình_Giảm_Cân_2024", "claim.function", "Giảm_Cân"),
        ("#MyWeightLossStory", "claim.function", "WeightLoss"),
        ("#giảm #cân", "claim.function", "#giảm #cân"),
        ("#đẹp #giảm #cân #vui", "claim.function", "#giảm #cân"),
        // One of them without its diacritics, others disguised.
        ("#giảm #can", "claim.function", "#giảm #can"),
        ("#giamrcaan", "claim.function", "#giamrcaan"),
        ("#giảmmcâân", "claim.function", "#giảmmcâân"),
        ("#giảm_cânnnn", "claim.function", "#giảm_cânnnn"),
        ("#g\u{2060}i\u{2060}ả\u{2060}m\u{2060}_cân", "claim.function", "#g\u{2060}i\u{2060}ả\u{2060}m\u{2060}_cân"),
    ] {
        let text = format!("Hôm nay trời mát {tags} cả nhà ăn cơm");
        assert_eq!(cues(&text, list), [found], "{tags}");
    }
}

#[test]
fn letters_that_only_happen_to_stand_together_are_nothing() {
    for (tags, list) in [
        ("#tamtrang", "claim.cosmetic"),
        ("#TogetHer", "code.terms"),
        ("#HoChiMinh", "disease.common"),
        // Another word lies between, another line begins, or the diacritics are missing.
        ("#giảm nhiều #cân", "claim.function"),
        ("#giảm\n#cân", "claim.function"),
        ("#giam #can", "claim.function"),
        // Inside small letters no compound counts.
        ("#oursubscriptionbox2024x", "shop.own"),
    ] {
        let text = format!("Hôm nay trời mát {tags} cả nhà ăn cơm");
        assert!(cues(&text, list).is_empty(), "{tags}: {:?}", cues(&text, list));
    }
}

#[test]
fn hostile_tags_take_linear_time() {
    for tag in ["#ăaăaăaăaăaăaăaăaăa ", "#AaAaAaAaAaAaAaAa", "#giảm ", "#our", "#_a_a_a_a_a "] {
        let text = tag.repeat(200_000 / tag.len());
        let start = Instant::now();
        cues(&text, "claim.function");
        assert!(start.elapsed() < Duration::from_secs(20), "{tag}: {:?}", start.elapsed());
    }
}
