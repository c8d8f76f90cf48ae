//! Words without diacritics as a part of a compound: the part beside them, which has its own, vouches for them.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod cues;

use cues::cues;

#[test]
fn a_part_beside_them_vouches_for_them() {
    for (text, list, found) in [
        ("Quán này duy nhất tại việt nam", "claim.superlative", "duy nhất tại việt nam"),
        ("Quán này duy nhất tại viet nam", "claim.superlative", "duy nhất tại viet nam"),
        ("Quán này duy nhất tai việt nam", "claim.superlative", "duy nhất tai việt nam"),
        ("Trà này chữa ung thu cả nhà", "claim.cure", "chữa ung thu"),
    ] {
        assert_eq!(cues(text, list), [found], "{text}");
    }
}

#[test]
fn alone_they_are_other_words() {
    for (text, list) in [
        // No neighbour, one that has no diacritics itself, one beyond a comma.
        ("Mùa thu này cả nhà đi chơi", "disease.named"),
        ("Nói về ung thu, chữa", "claim.cure"),
        ("Trà này chữa, ung thu", "claim.cure"),
        // English as it stands.
        ("Ưu đãi duy nhất trên My Vinaphone", "claim.superlative"),
    ] {
        assert!(cues(text, list).is_empty(), "{text}: {:?}", cues(text, list));
    }
}
