//! What is measured: shares of all posts or of advertising, as the detector and as coders see them.

use crate::{
    labels::Code,
    vocabulary::{Commercial, DisclosureState},
};

/// A share that can be estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Commercial posts, of all posts.
    Commercial,
    /// Advertising that says nothing or denies, of commercial posts.
    Undisclosed,
    /// Advertising without adequate disclosure (weak, absent, denied), of commercial posts.
    NotAdequate,
    /// Advertising with a claim of the codebook, of commercial posts.
    Claim,
}

impl Measure {
    /// All of them, in output order.
    pub const ALL: [Measure; 4] = [Measure::Commercial, Measure::Undisclosed, Measure::NotAdequate, Measure::Claim];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Commercial => "commercial",
            Measure::Undisclosed => "undisclosed",
            Measure::NotAdequate => "not_adequate",
            Measure::Claim => "claim",
        }
    }

    /// Numerator and denominator of a post so described.
    pub(super) fn sides(self, commercial: Commercial, disclosure: DisclosureState, claim: bool) -> [f64; 2] {
        use DisclosureState::{Absent, Denied, Weak};
        let ad = commercial == Commercial::Yes;
        let is = match self {
            Measure::Commercial => return [number(ad), 1.0],
            Measure::Undisclosed => matches!(disclosure, Absent | Denied),
            Measure::NotAdequate => matches!(disclosure, Weak | Absent | Denied),
            Measure::Claim => claim,
        };
        [number(ad && is), number(ad)]
    }

    /// The same by the codes of a post: coders who differ count with the share of them that says so. `None` where a
    /// coder was not asked what the measure needs.
    pub(super) fn truth(self, codes: &[&Code]) -> Option<[f64; 2]> {
        let mut sum = [0.0; 2];
        for code in codes {
            let commercial = code.commercial?;
            let ad = commercial == Commercial::Yes;
            let needs_state = matches!(self, Measure::Undisclosed | Measure::NotAdequate) && ad;
            // A coder who could not tell has not answered.
            let unknown = code.disclosure.is_none_or(|s| s == DisclosureState::Unknown);
            if needs_state && unknown || self == Measure::Claim && ad && code.claim.is_none() {
                return None;
            }
            let [num, den] = self.sides(commercial, code.disclosure.unwrap_or_default(), code.claim.unwrap_or(false));
            sum = [sum[0] + num, sum[1] + den];
        }
        let n = codes.len() as f64;
        (n > 0.0).then(|| sum.map(|s| s / n))
    }
}

fn number(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}
