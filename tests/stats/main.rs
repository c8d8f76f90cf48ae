//! Statistics: reference cases, laws, coverage, label files, plans, shares, and the vignette.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests: a failed one is a failed test")]

#[path = "../command/mod.rs"]
mod command;
#[path = "../../examples/coverage/world.rs"]
mod world;

mod cases;
mod coverage;
mod label_files;
mod laws;
mod oracles;
mod plan;
mod shares;
mod vignette;
