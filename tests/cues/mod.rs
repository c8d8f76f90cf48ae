//! What the embedded pack finds in a text, by list.

use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
    post::Post,
};
use std::sync::{Arc, LazyLock};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap());

/// The cues of one list in a text, as received.
pub(crate) fn cues(raw: &str, list: &str) -> Vec<String> {
    let mut scratch = Scratch::default();
    DETECTOR.analyse_into(&Post { text: raw.into(), ..Post::default() }, &mut scratch);
    let pack = DETECTOR.pack();
    let of_list = scratch.cues().iter().filter(|c| pack.lists[c.list.0 as usize].id == list && !c.dropped);
    of_list.map(|c| c.span.slice(raw).to_owned()).collect()
}
