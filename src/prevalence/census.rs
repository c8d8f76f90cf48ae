//! All posts of a run counted by creator and cell, with the labels at their places.

use super::PrevalenceError;
use crate::{
    finished::{FinishedPost, FinishedRun},
    labels::{Code, PostKey},
    sample::finest_stratum,
    vocabulary::{Commercial, DisclosureState},
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// A kind of post: everything that estimates distinguish.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    /// Sight, language, month, platform.
    pub(super) parts: [String; 4],
    pub(super) commercial: Commercial,
    pub(super) disclosure: DisclosureState,
    pub(super) claims: bool,
}

/// A labelled post at its place.
#[derive(Debug)]
pub(super) struct Labelled<'l> {
    pub(super) creator: u32,
    pub(super) cell: u32,
    pub(super) codes: Vec<&'l Code>,
    /// One over its chance; 1 where all are equal.
    pub(super) weight: f64,
    /// Name of its stratum; empty where there are none.
    pub(super) stratum: String,
}

/// Posts by creator and cell: memory grows with creators and the cells that they use, not with posts.
#[derive(Debug, Default)]
pub(super) struct Census<'l> {
    pub(super) cells: Vec<Seen>,
    pub(super) creators: Vec<Vec<(u32, u64)>>,
    pub(super) labelled: Vec<Labelled<'l>>,
    pub(super) posts: u64,
    /// Labelled posts that the plan does not hold, left out.
    pub(super) outside_plan: u64,
}

/// How labels were drawn: stratum and weight by post, from the rows of a plan.
#[derive(Clone, Debug, Default)]
pub struct Plan(HashMap<PostKey, (String, f64)>);

#[derive(Deserialize)]
struct PlanRow {
    post_id: Option<String>,
    text_sha256: String,
    stratum: String,
    weight: f64,
}

impl Plan {
    /// Reads `sample.jsonl`.
    ///
    /// # Errors
    /// When a line is no row of a plan.
    pub fn parse(text: &str) -> Result<Self, PrevalenceError> {
        let mut rows = HashMap::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty()) {
            let row: PlanRow =
                serde_json::from_str(line).map_err(|e| PrevalenceError::Plan(format!("dòng/line {number}: {e}")))?;
            let key = PostKey { id: row.post_id.unwrap_or_default(), text_sha256: row.text_sha256 };
            rows.insert(key, (row.stratum, row.weight));
        }
        if rows.is_empty() {
            return Err(PrevalenceError::Plan("không có dòng nào / it holds no row".to_owned()));
        }
        Ok(Self(rows))
    }

    /// Posts of the plan.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds no post.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'l> Census<'l> {
    /// Counts the posts of a run and finds those that `labels` speak of.
    pub(super) fn take(
        run: &FinishedRun,
        labels: BTreeMap<&'l PostKey, Vec<&'l Code>>,
        plan: Option<&Plan>,
    ) -> Result<Self, PrevalenceError> {
        let mut census = Self::default();
        let mut numbers: HashMap<Seen, u32> = HashMap::new();
        let mut accounts: HashMap<(String, String), u32> = HashMap::new();
        let mut wanted: HashMap<&str, Vec<(&PostKey, Vec<&Code>)>> = HashMap::new();
        for (key, codes) in labels {
            wanted.entry(&key.text_sha256).or_default().push((key, codes));
        }
        let mut outside = None;
        run.each(|post| {
            let (creator, cell) = census.post(post, &mut numbers, &mut accounts);
            let id = post.id.as_deref().unwrap_or_default();
            let Some(waiting) = wanted.get_mut(post.text_sha256) else { return };
            let Some(at) = waiting.iter().position(|(key, _)| key.id == id) else { return };
            let (key, codes) = waiting.swap_remove(at);
            let (stratum, weight) = match plan {
                Some(plan) => match plan.0.get(key) {
                    Some((stratum, weight)) => (stratum.clone(), Some(*weight)),
                    None => {
                        census.outside_plan += 1;
                        outside.get_or_insert_with(|| named(key, codes[0].line));
                        return;
                    }
                },
                None => (codes[0].stratum.clone().unwrap_or_default(), codes[0].weight),
            };
            census.labelled.push(Labelled { creator, cell, codes, weight: weight.unwrap_or(1.0), stratum });
        })?;
        if let Some(example) = outside.filter(|_| census.labelled.is_empty()) {
            return Err(PrevalenceError::NotInPlan { example });
        }
        let mut left: Vec<(u64, &PostKey)> =
            wanted.into_values().flatten().map(|(key, codes)| (codes[0].line, key)).collect();
        left.sort();
        if let Some((line, key)) = left.first() {
            return Err(PrevalenceError::UnknownPosts { n: left.len() as u64, example: named(key, *line) });
        }
        Ok(census)
    }

    fn post(
        &mut self,
        post: &FinishedPost<'_>,
        numbers: &mut HashMap<Seen, u32>,
        accounts: &mut HashMap<(String, String), u32>,
    ) -> (u32, u32) {
        self.posts += 1;
        let seen = Seen {
            parts: finest_stratum(post),
            commercial: post.commercial,
            disclosure: post.disclosure,
            claims: post.claims,
        };
        let cell = match numbers.get(&seen) {
            Some(cell) => *cell,
            None => {
                let cell = self.cells.len() as u32;
                self.cells.push(seen.clone());
                numbers.insert(seen, cell);
                cell
            }
        };
        let new = self.creators.len() as u32;
        let creator = match &post.creator {
            Some(name) => *accounts.entry((post.platform.to_string(), name.to_string())).or_insert(new),
            None => new,
        };
        if creator == new {
            self.creators.push(Vec::new());
        }
        let counts = &mut self.creators[creator as usize];
        match counts.iter_mut().find(|(c, _)| *c == cell) {
            Some((_, n)) => *n += 1,
            None => counts.push((cell, 1)),
        }
        (creator, cell)
    }
}

fn named(key: &PostKey, line: u64) -> String {
    let id = if key.id.is_empty() { &key.text_sha256 } else { &key.id };
    format!("{id}, dòng/line {line}")
}
