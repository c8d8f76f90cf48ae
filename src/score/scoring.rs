//! Everything that a score depends on beside the posts.

use super::{catalogue::Catalogue, policy::Policy, record::Edition};
use crate::day::Day;

/// Everything that a score depends on beside the posts.
#[derive(Clone, Debug)]
pub struct Scoring<'a> {
    /// The numbers.
    pub policy: &'a Policy,
    /// The rules under that policy.
    pub catalogue: &'a Catalogue,
    /// Which rules and which run, for the records.
    pub edition: Edition,
    /// The last day counted; the newest plausible date of the input unless the user says otherwise.
    pub as_of: Day,
}
