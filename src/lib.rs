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

pub mod locale;

pub mod redact;

pub mod chart;

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

pub mod edit;

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

pub mod records;

pub mod ledger;

pub mod rescore;

#[cfg(feature = "tables")]
pub mod batch;

pub mod originals;

pub mod picture;

pub mod dossier;

pub mod notice;

pub mod verify;

pub mod labels;

pub mod decisions;

pub mod gold;

pub mod evaluation;

pub mod fit;

pub mod difference;

pub mod sample;

pub mod export;

pub mod prevalence;

pub mod agreement;

pub mod proof;

pub mod explain;

pub mod catalog;
