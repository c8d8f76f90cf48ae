//! A policy, whatever it says, is taken or refused with messages; what is taken has numbers that can be used.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::score::Policy;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    match Policy::parse(text) {
        Ok(policy) => {
            for age in [0, 1, 400, u32::MAX] {
                let weight = policy.weight(age);
                assert!((0.0..=1.0).contains(&weight), "a weight of {weight} at {age} days");
            }
            assert_eq!(Policy::parse(text).ok().map(|again| again.sha256), Some(policy.sha256));
        }
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
    Corpus::Keep
});
