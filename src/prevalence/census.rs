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

/// A labelled post at its place. Where a plan drew several equal posts, the label stands at the place of each.
#[derive(Debug)]
pub(super) struct Labelled<'l> {
    pub(super) creator: u32,
    pub(super) cell: u32,
    pub(super) codes: Vec<&'l Code>,
    /// One over its chance; 1 where all are equal.
    pub(super) weight: f64,
    /// Name of its stratum; empty where there are none.
    pub(super) stratum: String,
    /// Whether the same label stands elsewhere already.
    pub(super) again: bool,
}

/// Posts by creator and cell: memory grows with creators and the cells that they use, not with posts.
#[derive(Debug, Default)]
pub(super) struct Census<'l> {
    pub(super) cells: Vec<Seen>,
    pub(super) creators: Vec<Vec<(u32, u64)>>,
    pub(super) labelled: Vec<Labelled<'l>>,
    pub(super) posts: u64,
    /// Those that name no account.
    pub(super) unnamed: u64,
    /// Labelled posts that the plan does not hold, left out.
    pub(super) outside_plan: u64,
}

/// How labels were drawn: stratum and weight of each draw by post, from the rows of a plan.
#[derive(Clone, Debug, Default)]
pub struct Plan(HashMap<PostKey, Vec<PlanDraw>>);

#[derive(Clone, Debug, Deserialize)]
struct PlanDraw {
    /// In `posts.jsonl`, from 1; none where the plan does not tell.
    line: Option<u64>,
    stratum: String,
    weight: f64,
}

#[derive(Deserialize)]
struct PlanRow {
    post_id: Option<String>,
    text_sha256: String,
    stratum: String,
    weight: f64,
    #[serde(default)]
    draws: Vec<PlanDraw>,
}

/// A label that waits for its post.
struct Waiting<'l> {
    key: &'l PostKey,
    codes: Vec<&'l Code>,
    /// What it stands for and was not met yet.
    draws: Vec<PlanDraw>,
    /// Creator and cell of the first post with its id and caption.
    first: Option<(u32, u32)>,
    /// How often it stands in the census.
    placed: usize,
}

impl<'l> Waiting<'l> {
    /// The label where a draw of it was made.
    fn place(&mut self, (creator, cell): (u32, u32), draw: PlanDraw) -> Labelled<'l> {
        let (codes, again) = (self.codes.clone(), self.placed > 0);
        self.placed += 1;
        Labelled { creator, cell, codes, weight: draw.weight, stratum: draw.stratum, again }
    }
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
            let draws = match row.draws.is_empty() {
                true => vec![PlanDraw { line: None, stratum: row.stratum, weight: row.weight }],
                false => row.draws,
            };
            rows.insert(key, draws);
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

    /// Names of the strata that it drew from, a name for each draw.
    pub(super) fn strata(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().map(|draw| draw.stratum.as_str())
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
        let mut wanted: HashMap<&str, HashMap<&str, Waiting<'l>>> = HashMap::new();
        let mut outside = None;
        for (key, codes) in labels {
            let draws = match plan.map(|plan| plan.0.get(key)) {
                Some(Some(draws)) => draws.clone(),
                // Outside the plan: left out once it is known to be of this run.
                Some(None) => Vec::new(),
                None => {
                    let (stratum, weight) = (codes[0].stratum.clone(), codes[0].weight);
                    vec![PlanDraw { line: None, stratum: stratum.unwrap_or_default(), weight: weight.unwrap_or(1.0) }]
                }
            };
            let waiting = Waiting { key, codes, draws, first: None, placed: 0 };
            wanted.entry(&key.text_sha256).or_default().insert(&key.id, waiting);
        }
        run.each(|post| {
            let place = census.post(post, &mut numbers, &mut accounts);
            let id = post.id.as_deref().unwrap_or_default();
            let Some(of) = wanted.get_mut(post.text_sha256).and_then(|of| of.get_mut(id)) else { return };
            of.first.get_or_insert(place);
            if let Some(at) = of.draws.iter().position(|draw| draw.line == Some(post.line)) {
                let draw = of.draws.swap_remove(at);
                census.labelled.push(of.place(place, draw));
            }
        })?;
        let mut left: Vec<Waiting<'l>> = wanted.into_values().flat_map(HashMap::into_values).collect();
        left.sort_by_key(|of| (of.codes[0].line, of.key));
        let mut unknown = left.iter().filter(|of| of.first.is_none());
        if let Some(first) = unknown.next() {
            let (n, example) = (1 + unknown.count() as u64, named(first.key, first.codes[0].line));
            return Err(PrevalenceError::UnknownPosts { n, example });
        }
        for mut of in left {
            if of.draws.is_empty() && of.placed == 0 {
                census.outside_plan += 1;
                outside.get_or_insert_with(|| named(of.key, of.codes[0].line));
            }
            // Lines that are not told, or are those of another run.
            for draw in std::mem::take(&mut of.draws) {
                let Some(place) = of.first else { continue };
                census.labelled.push(of.place(place, draw));
            }
        }
        if let Some(example) = outside.filter(|_| census.labelled.is_empty()) {
            return Err(PrevalenceError::NotInPlan { example });
        }
        Ok(census)
    }

    /// Labelled posts: each label once.
    pub(super) fn answered(&self) -> u64 {
        self.labelled.iter().filter(|l| !l.again).count() as u64
    }

    fn post(
        &mut self,
        post: &FinishedPost<'_>,
        numbers: &mut HashMap<Seen, u32>,
        accounts: &mut HashMap<(String, String), u32>,
    ) -> (u32, u32) {
        self.posts += 1;
        self.unnamed += u64::from(post.creator.is_none());
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
