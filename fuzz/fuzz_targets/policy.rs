//! A policy, whatever it says, is taken or refused with messages; the same text gives the same policy.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::score::Policy;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    match Policy::parse(text) {
        Ok(policy) => {
            assert_eq!(Policy::parse(text).ok().map(|again| again.sha256), Some(policy.sha256));
        }
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
    Corpus::Keep
});
