//! Statistics as pure functions: numbers in, numbers out. No posts, no files, no messages.
//!
//! | room | what it answers |
//! |---|---|
//! | [`special`] | distribution functions and quantiles |
//! | [`draw`] | seeded random numbers, the same on every machine |
//! | [`share`] | a share of counts: intervals, sample sizes, differences |
//! | [`compare`] | trends, paired outcomes, many tests at once |
//! | [`misclassified`] | prevalence behind a detector of known quality |
//! | [`ppi`] | a detector on many posts, corrected by labels on a few |
//! | [`strata`] | where labels are best spent, what strata say together |
//! | [`cluster`] | posts that come in creators |
//! | [`survey`] | all of it at once: weights, strata, creators and a detector |
//! | [`agreement`] | how far coders agree beyond chance |
//! | [`quality`] | how good a detector is against labels |
//! | [`ranking`] | how well a score puts what is so first |
//! | [`logistic`] | weights of a score, learned from labels |
//!
//! `None` means that the data define no such number; it is never shown as 0. Every formula has its source beside it and
//! its published examples in `tests/stats`.

pub mod agreement;
pub mod cluster;
pub mod compare;
pub mod draw;
pub mod logistic;
pub mod misclassified;
pub mod ppi;
pub mod quality;
pub mod ranking;
pub mod share;
pub mod special;
pub mod strata;
pub mod survey;
