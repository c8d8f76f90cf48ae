//! The draw itself: two passes over the run, and one over the dump where texts are wanted.

use super::{Drawn, Need, Plan, PlannedStratum, Row, SampleError, SampleOptions, Sight, finest_stratum, stratum_name};
use crate::{
    finished::{FinishedPost, FinishedRun},
    ingest::{Inputs, RawChunk, ReadOptions, parse_chunk},
    pipeline::input_record,
    post::{Field, Post},
    report::hex,
    stats::{cluster::design_effect, draw::Draw, special::critical, strata::allocate},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Widths that a plan speaks of, as half widths.
const HALF_WIDTHS: [f64; 4] = [0.01, 0.02, 0.03, 0.05];
/// Correlation of two posts of one creator that planning assumes; creators who hide one advertisement hide others.
const ASSUMED_ICC: f64 = 0.1;

/// A post that may be drawn. `first` orders the posts of one creator, `second` those of a stratum; both are random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    first: u64,
    second: u64,
    line: u64,
    cell: u32,
}

/// Posts of one creator in one sight: how many, and the first few in random order.
#[derive(Clone, Default)]
struct Kept {
    posts: u64,
    few: BTreeSet<Candidate>,
}

/// What the first pass keeps: finest strata with their sizes, and candidates by creator.
#[derive(Default)]
struct Census {
    cells: Vec<[String; 4]>,
    numbers: HashMap<[String; 4], u32>,
    sizes: Vec<u64>,
    accounts: HashMap<(String, String), u32>,
    creators: Vec<[Kept; 4]>,
    posts: u64,
}

impl Census {
    fn add(&mut self, post: &FinishedPost<'_>, most: usize, draw: &mut Draw) {
        let parts = finest_stratum(post);
        let cell = match self.numbers.get(&parts) {
            Some(cell) => *cell,
            None => {
                let cell = self.cells.len() as u32;
                self.cells.push(parts.clone());
                self.sizes.push(0);
                self.numbers.insert(parts, cell);
                cell
            }
        };
        self.sizes[cell as usize] += 1;
        self.posts += 1;
        let new = self.creators.len() as u32;
        // A post without creator is a creator of its own.
        let creator = match &post.creator {
            Some(name) => *self.accounts.entry((post.platform.to_string(), name.to_string())).or_insert(new),
            None => new,
        };
        if creator == new {
            self.creators.push(Default::default());
        }
        let kept = &mut self.creators[creator as usize][Sight::of(post) as usize];
        kept.posts += 1;
        let (first, second) = (draw.below(u64::MAX), draw.below(u64::MAX));
        kept.few.insert(Candidate { first, second, line: post.line, cell });
        if kept.few.len() > most {
            kept.few.pop_last();
        }
    }
}

/// Draws a plan from a finished run. Equal runs, options and seeds give equal plans.
///
/// # Errors
/// When the run cannot be read or is empty, or the labels cannot fill the strata.
pub fn draw(run: &FinishedRun, options: &SampleOptions) -> Result<Plan, SampleError> {
    check(options)?;
    let mut random = Draw::new(options.seed);
    let mut census = Census::default();
    run.each(|post| census.add(post, options.per_creator as usize, &mut random))?;
    if census.posts == 0 {
        return Err(SampleError::NoPosts);
    }
    let kept: Vec<u32> = kept_parts(&census, options);
    let mut strata: BTreeMap<String, (Vec<u32>, Sight)> = BTreeMap::new();
    for (cell, parts) in (0u32..).zip(&census.cells) {
        let sight = Sight::ALL.into_iter().find(|s| s.name() == parts[0]).unwrap_or(Sight::Nothing);
        let name = stratum_name(parts, kept[cell as usize] as usize);
        strata.entry(name).or_insert_with(|| (Vec::new(), sight)).0.push(cell);
    }
    let mut of_cell = vec![0; census.cells.len()];
    for (number, (cells, _)) in strata.values().enumerate() {
        cells.iter().for_each(|cell| of_cell[*cell as usize] = number);
    }
    // Who is left after at most k a creator, by stratum, with the chance of that.
    let mut left: Vec<Vec<(Candidate, f64)>> = vec![Vec::new(); strata.len()];
    for creator in &census.creators {
        for (candidate, chance) in thinned(creator, options.per_creator, &mut random) {
            left[of_cell[candidate.cell as usize]].push((candidate, chance));
        }
    }
    let posts: Vec<u64> =
        strata.values().map(|(cells, _)| cells.iter().map(|c| census.sizes[*c as usize]).sum()).collect();
    let eligible: Vec<u64> = left.iter().map(|l| l.len() as u64).collect();
    let sights: Vec<Sight> = strata.values().map(|s| s.1).collect();
    // What is left limits a stratum, what it stands for makes it important.
    let spreads: Vec<f64> = (0..posts.len())
        .map(|h| spread(options, sights[h]) * posts[h] as f64 / (eligible[h] as f64).max(1.0))
        .collect();
    let costs: Vec<f64> = sights.iter().map(|s| options.costs[*s as usize]).collect();
    let needed: u64 = eligible.iter().map(|e| (*e).min(options.floor)).sum();
    if needed > options.labels {
        return Err(SampleError::TooFewLabels { labels: options.labels, needed });
    }
    let labels = allocate(&eligible, &spreads, &costs, options.labels, options.floor)
        .ok_or_else(|| SampleError::Options("--expect leaves nothing uncertain".to_owned()))?;
    let mut drawn: HashMap<u64, (usize, f64)> = HashMap::new();
    for (h, candidates) in left.iter_mut().enumerate() {
        candidates.sort_by_key(|(c, _)| (c.second, c.line));
        for (candidate, first) in candidates.iter().take(labels[h] as usize) {
            drawn.insert(candidate.line, (h, first * labels[h] as f64 / eligible[h] as f64));
        }
    }
    let (mut rows, repeats) = rows(run, &drawn)?;
    random.shuffle(&mut rows);
    let names = strata.into_keys();
    let strata: Vec<PlannedStratum> = names
        .enumerate()
        .map(|(h, name)| PlannedStratum { name, posts: posts[h], eligible: eligible[h], labels: labels[h] })
        .collect();
    Ok(Plan {
        run: run.manifest.key.clone(),
        options: options.clone(),
        posts: census.posts,
        creators: census.creators.len() as u64,
        needs: needs(&strata, &sights, options, &rows),
        strata,
        rows,
        repeats,
        with_texts: 0,
    })
}

fn check(options: &SampleOptions) -> Result<(), SampleError> {
    let fault = |text: &str| Err(SampleError::Options(text.to_owned()));
    if options.labels == 0 || options.per_creator == 0 || options.floor == 0 {
        return fault("--labels, --per-creator và/and --floor phải lớn hơn 0 / must be above 0");
    }
    if options.expected.iter().any(|p| !(0.0..=1.0).contains(p)) {
        return fault("--expect: tỷ lệ từ 0 đến 1 / shares from 0 to 1");
    }
    if options.costs.iter().any(|c| !(*c > 0.0 && c.is_finite())) {
        return fault("--cost: số dương / positive numbers");
    }
    Ok(())
}

fn spread(options: &SampleOptions, sight: Sight) -> f64 {
    let p = options.expected[sight as usize];
    (p * (1.0 - p)).sqrt()
}

/// How many of its four parts each finest stratum keeps: all, unless the labels it would get are fewer than the floor.
fn kept_parts(census: &Census, options: &SampleOptions) -> Vec<u32> {
    let wish: Vec<f64> = census
        .cells
        .iter()
        .zip(&census.sizes)
        .map(|(parts, size)| {
            let sight = Sight::ALL.into_iter().find(|s| s.name() == parts[0]).unwrap_or(Sight::Nothing);
            *size as f64 * spread(options, sight) / options.costs[sight as usize].sqrt()
        })
        .collect();
    let total: f64 = wish.iter().sum();
    let mut kept = vec![4u32; census.cells.len()];
    loop {
        let mut sums: HashMap<String, f64> = HashMap::new();
        let name = |cell: usize, kept: &[u32]| stratum_name(&census.cells[cell], kept[cell] as usize);
        (0..kept.len()).for_each(|cell| *sums.entry(name(cell, &kept)).or_default() += wish[cell]);
        let small = |cell: &usize| {
            let share = sums.get(&name(*cell, &kept)).copied().unwrap_or_default() / total;
            kept[*cell] > 1 && share * (options.labels as f64) < options.floor as f64
        };
        // The finest of the small ones first: what they join may then be large enough.
        let finest = (0..kept.len()).filter(small).map(|cell| kept[cell]).max();
        let join: Vec<usize> = (0..kept.len()).filter(small).filter(|cell| Some(kept[*cell]) == finest).collect();
        if join.is_empty() {
            return kept;
        }
        join.into_iter().for_each(|cell| kept[cell] -= 1);
    }
}

/// At most `most` posts of a creator with the chance of each: places are dealt in turn to the sights that the creator
/// has; where there are more sights than places, chance decides which get one.
fn thinned(creator: &[Kept; 4], most: u64, random: &mut Draw) -> Vec<(Candidate, f64)> {
    let mut present: Vec<usize> = (0..4).filter(|s| creator[*s].posts > 0).collect();
    let sights = present.len() as u64;
    let mut places = [0u64; 4];
    let mut luck = 1.0;
    if sights > most {
        random.shuffle(&mut present);
        present.truncate(most as usize);
        luck = most as f64 / sights as f64;
        present.iter().for_each(|s| places[*s] = 1);
    } else {
        let mut left = most;
        while left > 0 && present.iter().any(|s| places[*s] < creator[*s].posts) {
            for s in &present {
                if left > 0 && places[*s] < creator[*s].posts {
                    places[*s] += 1;
                    left -= 1;
                }
            }
        }
    }
    let of = |s: &usize| {
        let (kept, n) = (&creator[*s], places[*s]);
        let chance = luck * n as f64 / kept.posts as f64;
        kept.few.iter().take(n as usize).map(move |c| (*c, chance)).collect::<Vec<_>>()
    };
    present.iter().flat_map(of).collect()
}

/// The rows by line; one that has the id and the caption of an earlier one is joined with it.
fn rows(run: &FinishedRun, drawn: &HashMap<u64, (usize, f64)>) -> Result<(Vec<Row>, u64), SampleError> {
    let mut rows: Vec<Row> = Vec::with_capacity(drawn.len());
    let mut places: HashMap<(Option<String>, String), usize> = HashMap::new();
    let mut repeats = 0;
    run.each(|post| {
        let Some(&(stratum, chance)) = drawn.get(&post.line) else { return };
        let id = post.id.as_deref().map(str::to_owned);
        let key = (id.clone(), post.text_sha256.to_owned());
        let drawn = Drawn { line: post.line, stratum, weight: 1.0 / chance };
        if let Some(&at) = places.get(&key) {
            rows[at].weight += drawn.weight;
            rows[at].draws.push(drawn);
            repeats += 1;
            return;
        }
        places.insert(key, rows.len());
        rows.push(Row {
            line: post.line,
            post_id: id,
            text_sha256: post.text_sha256.to_owned(),
            platform: post.platform.to_string(),
            creator: post.creator.as_deref().map(str::to_owned),
            posted_at: post.posted_at.map(str::to_owned),
            language: post.language.to_owned(),
            stratum,
            chance,
            weight: drawn.weight,
            draws: vec![drawn],
            texts: Vec::new(),
        });
    })?;
    Ok((rows, repeats))
}

/// `n = t²·deff·(Σ W σ √c)(Σ W σ / √c) / width²`, with the effect of unequal weights and of creators.
fn needs(strata: &[PlannedStratum], sights: &[Sight], options: &SampleOptions, rows: &[Row]) -> Vec<Need> {
    let all: f64 = strata.iter().map(|s| s.posts as f64).sum();
    let sum = |cost: &dyn Fn(f64) -> f64| -> f64 {
        let part = |(s, sight): (&PlannedStratum, &Sight)| {
            s.posts as f64 / all * spread(options, *sight) * cost(options.costs[*sight as usize])
        };
        strata.iter().zip(sights).map(part).sum()
    };
    let variance = sum(&f64::sqrt) * sum(&|c| 1.0 / c.sqrt());
    // A post without creator is a creator of its own.
    let accounts: BTreeSet<(&str, Result<&str, u64>)> =
        rows.iter().map(|r| (r.platform.as_str(), r.creator.as_deref().ok_or(r.line))).collect();
    let mean = rows.len() as f64 / (accounts.len() as f64).max(1.0);
    // Unequal chances within strata, by Kish: mean of squares over square of means.
    let mut unequal = (0.0, 0.0);
    for h in 0..strata.len() {
        let weights: Vec<f64> = rows.iter().filter(|r| r.stratum == h).map(|r| r.weight).collect();
        let n = weights.len() as f64;
        if n > 0.0 {
            let mean = weights.iter().sum::<f64>() / n;
            unequal.0 += weights.iter().map(|w| w * w).sum::<f64>() / (mean * mean);
            unequal.1 += n;
        }
    }
    let deff = design_effect(mean, ASSUMED_ICC) * if unequal.1 > 0.0 { unequal.0 / unequal.1 } else { 1.0 };
    let t = critical(0.95, f64::INFINITY);
    let need = |half_width: f64| Need {
        half_width,
        labels: (t * t * deff * variance / (half_width * half_width)).ceil() as u64,
    };
    HALF_WIDTHS.into_iter().map(need).collect()
}

/// Adds the texts of the drawn posts from the dump that was scanned.
///
/// # Errors
/// When the dump cannot be read or is not the one in the run's manifest.
pub fn texts(plan: &mut Plan, run: &FinishedRun, inputs: &Inputs, options: &ReadOptions) -> Result<(), SampleError> {
    let mut wanted: HashMap<(Option<String>, String), usize> = HashMap::new();
    for (at, row) in plan.rows.iter().enumerate() {
        wanted.insert((row.post_id.clone(), row.text_sha256.clone()), at);
    }
    let mut known: Vec<&str> = run.manifest.inputs.iter().map(|i| i.sha256.as_str()).collect();
    let mut chunk = RawChunk::new();
    for source in &inputs.sources {
        let mut reader = source.open(options)?;
        while reader.next_chunk(&mut chunk)? {
            parse_chunk(&chunk, options, &mut |record| {
                let Ok(post) = &record.outcome else { return };
                let key = (post.id.as_deref().map(str::to_owned), hex(&post.text_sha256()));
                if let Some(&at) = wanted.get(&key) {
                    plan.rows[at].texts = fields(post);
                }
            });
        }
        let record = input_record(source, &reader);
        match known.iter().position(|sha256| *sha256 == record.sha256) {
            Some(at) => drop(known.swap_remove(at)),
            None => return Err(SampleError::OtherInput { found: record.path }),
        }
    }
    if !known.is_empty() {
        let found = format!("{} tệp còn thiếu / files are missing", known.len());
        return Err(SampleError::OtherInput { found });
    }
    plan.with_texts = plan.rows.iter().filter(|r| !r.texts.is_empty()).count() as u64;
    Ok(())
}

fn fields(post: &Post<'_>) -> Vec<(&'static str, String)> {
    let field = |f: Field| post.field(f).map(|text| (f.name(), text.to_owned()));
    Field::ALL.into_iter().filter_map(field).collect()
}
