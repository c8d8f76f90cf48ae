//! What the two affiliate sets label is narrower than "disclosed": that the post tells of its affiliate link. Their
//! labels were given to clusters of sentences (Mathur, Narayanan, Chetty 2018), so one sentence may be labelled in one
//! post and not in the next. The labels that the text contradicts lie beside the readings of findings.

use crate::sets;
use minhbach::{
    analysis::Status,
    detector::{Detector, Scratch},
    evaluation::{Evaluation, Judged, Tally},
    gold::Gold,
    matcher::Cue,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::{collections::HashMap, error::Error, fs};

/// Lists that tell of the link: that it is an affiliate's, that the author earns a commission, that buying through it
/// supports the channel. `#ad` and "sponsored" say another thing: that somebody paid for the post.
const TELL: [&str; 2] = ["disclosure.commission", "disclosure.affiliate_word"];
/// Labels read again, one a line: set, post_id, gold, read, reason.
const READ_AGAIN: &str = "corpora/readings/2026-11-22-affiliate-gold.jsonl";

/// Whose labels are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Labels {
    /// The published ones, of all posts or of one half: whether the first byte of the id's SHA-256 is even.
    Published(Option<bool>),
    /// Those, with the ones that the text contradicts put right.
    ReadAgain,
}

/// What the posts of a set tell of their links, against labels; and how many labels were put right.
pub(crate) fn told(
    detector: &Detector,
    set: &str,
    gold: &Gold,
    labels: Labels,
) -> Result<(Evaluation, usize), Box<dyn Error>> {
    let (mut tally, mut scratch, mut mended) = (Tally::default(), Scratch::default(), 0);
    let pack = detector.pack();
    let lists = TELL.map(|list| pack.list(list));
    let again = read_again(set)?;
    for labelled in &gold.posts {
        let even = Sha256::digest(&labelled.id)[0] % 2 == 0;
        if matches!(labels, Labels::Published(Some(half)) if half != even) {
            continue;
        }
        let Some(post) = labelled.post() else { continue };
        let mut labelled = labelled.clone();
        if labels == Labels::ReadAgain
            && let Some(&(was, is)) = again.get(&labelled.id)
        {
            if labelled.disclosed != Some(was) {
                return Err(format!("{READ_AGAIN}: {} has another label in {set}", labelled.id).into());
            }
            labelled.disclosed = Some(is);
            mended += 1;
        }
        let mut judged = Judged::of_analysis(pack, &post, detector.judge_into(&post, &mut scratch));
        let tells = |cue: &Cue| !cue.dropped && cue.status == Status::Affirmed && lists.contains(&Some(cue.list));
        judged.disclosed = scratch.cues().iter().any(tells);
        tally.add(&labelled, &judged);
    }
    Ok((tally.finish(crate::CONF), mended))
}

/// The labels of a set that were put right, by post: before and after.
fn read_again(set: &str) -> Result<HashMap<String, (bool, bool)>, Box<dyn Error>> {
    let mut labels = HashMap::new();
    for line in fs::read_to_string(sets::beside(READ_AGAIN))?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let (Some(id), Some(was), Some(is)) =
            (line["post_id"].as_str(), line["gold"].as_bool(), line["read"].as_bool())
        else {
            return Err(format!("{READ_AGAIN}: a line lacks post_id, gold or read").into());
        };
        if line["set"] == set && was != is {
            labels.insert(id.to_owned(), (was, is));
        }
    }
    Ok(labels)
}
