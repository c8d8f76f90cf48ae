//! minhbach (minh bạch, "transparent"): finds advertising that is not disclosed, or badly disclosed, and misleading or
//! forbidden product claims in Vietnamese and English social posts.
//!
//! The modules stand in the order of the data flow; an arrow goes only to an earlier one (`tests/architecture.rs`).

pub mod span;

pub mod day;

pub mod bits;

pub mod vocabulary;

pub mod diagnostic;

pub mod post;

pub mod ingest;

pub mod normalise;

pub mod pack;

pub mod words;

pub mod uncover;

pub mod language;

pub mod matcher;

pub mod context;

pub mod analysis;

pub mod conditions;

pub mod gate;

pub mod facts;

pub mod rules;

pub mod detector;

pub mod stats;

pub mod score;

pub mod report;

#[cfg(feature = "tables")]
pub mod tables;

pub mod pipeline;

pub mod run;

pub mod finished;

pub mod rescore;

#[cfg(feature = "tables")]
pub mod batch;

pub mod labels;

pub mod review;

pub mod sample;

pub mod export;

pub mod prevalence;

pub mod agreement;

pub mod proof;

pub mod explain;

pub mod catalog;
