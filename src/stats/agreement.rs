//! How far coders agree beyond chance.

/// How categories are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Equal or not.
    Nominal,
    /// By rank.
    Ordinal,
    /// By difference.
    Interval,
    /// By relative difference.
    Ratio,
}

impl Level {
    /// All levels.
    pub const ALL: [Level; 4] = [Level::Nominal, Level::Ordinal, Level::Interval, Level::Ratio];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Level::Nominal => "nominal",
            Level::Ordinal => "ordinal",
            Level::Interval => "interval",
            Level::Ratio => "ratio",
        }
    }
}

/// Agreement of two coders from a square table (rows the first coder, columns the second): Cohen's kappa (1960,
/// doi:10.1177/001316446002000104). `None` for an empty or ragged table, or where chance alone agrees fully.
pub fn cohen_kappa(table: &[Vec<u64>]) -> Option<f64> {
    let (n, agree, rows, columns) = margins(table)?;
    let chance: f64 = rows.iter().zip(&columns).map(|(r, c)| r * c / (n * n)).sum();
    beyond(agree / n, chance)
}

/// Gwet's AC1 of two coders (2008, doi:10.1348/000711006X126600): steady where nearly all posts fall into one category,
/// which drives kappa to zero. `None` for an empty or ragged table or a single category.
pub fn gwet_ac1(table: &[Vec<u64>]) -> Option<f64> {
    let (n, agree, rows, columns) = margins(table)?;
    ac1(agree / n, rows.iter().zip(&columns).map(|(r, c)| 0.5 * (r + c) / n))
}

/// Gwet's AC1 of any number of coders from counts of (post, category); posts with one code only inform the categories.
/// `None` when no post has two codes, or there is a single category.
pub fn gwet_ac1_many(table: &[Vec<u64>]) -> Option<f64> {
    let categories = table.first()?.len();
    let coded: Vec<(&Vec<u64>, f64)> = table.iter().map(|row| (row, row.iter().sum::<u64>() as f64)).collect();
    let used = coded.iter().filter(|(_, n)| *n > 0.0).count() as f64;
    let paired: Vec<f64> = coded.iter().filter(|(_, n)| *n > 1.0).map(|(row, n)| pairwise(row, *n)).collect();
    if paired.is_empty() {
        return None;
    }
    let shares = (0..categories)
        .map(|c| coded.iter().filter(|(_, n)| *n > 0.0).map(|(row, n)| row[c] as f64 / n).sum::<f64>() / used);
    ac1(paired.iter().sum::<f64>() / paired.len() as f64, shares)
}

fn ac1(agreed: f64, shares: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let categories = shares.clone().count() as f64;
    let chance = shares.map(|s| s * (1.0 - s)).sum::<f64>() / (categories - 1.0);
    if categories < 2.0 { None } else { beyond(agreed, chance) }
}

/// Fleiss' kappa (1971, doi:10.1037/h0031619) from counts of (post, category), every post coded equally often. `None`
/// where it is not, or by fewer than two, or where chance alone agrees fully.
pub fn fleiss_kappa(table: &[Vec<u64>]) -> Option<f64> {
    let coders = table.first()?.iter().sum::<u64>();
    let categories = table.first()?.len();
    if coders < 2 || table.iter().any(|row| row.len() != categories || row.iter().sum::<u64>() != coders) {
        return None;
    }
    let (posts, n) = (table.len() as f64, coders as f64);
    let agreed = table.iter().map(|row| pairwise(row, n)).sum::<f64>() / posts;
    let chance =
        (0..categories).map(|c| (table.iter().map(|row| row[c]).sum::<u64>() as f64 / (posts * n)).powi(2)).sum();
    beyond(agreed, chance)
}

/// The share of pairs of codes of one post that agree.
fn pairwise(row: &[u64], n: f64) -> f64 {
    row.iter().map(|&c| c as f64 * (c as f64 - 1.0)).sum::<f64>() / (n * (n - 1.0))
}

/// Krippendorff's alpha (2011, <https://repository.upenn.edu/asc_papers/43>) of the values that each post was given;
/// posts with fewer than two are left out. For [`Level::Nominal`] any distinct numbers may stand for the categories.
/// `None` when no two values remain or all are the same.
pub fn krippendorff_alpha<P: AsRef<[f64]>>(posts: &[P], level: Level) -> Option<f64> {
    let paired = || posts.iter().map(AsRef::as_ref).filter(|p| p.len() > 1);
    let mut values: Vec<f64> = paired().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let place = |v: f64| values.partition_point(|other| *other < v);
    let mut totals = vec![0.0; values.len()];
    let mut coincidence = vec![0.0; values.len() * values.len()];
    for post in paired() {
        let mut counts: Vec<(usize, f64)> = Vec::with_capacity(post.len());
        for at in post.iter().map(|v| place(*v)) {
            totals[at] += 1.0;
            match counts.iter_mut().find(|(c, _)| *c == at) {
                Some((_, n)) => *n += 1.0,
                None => counts.push((at, 1.0)),
            }
        }
        for &(a, n) in &counts {
            for &(b, m) in &counts {
                let pairs = if a == b { n * (n - 1.0) } else { n * m };
                coincidence[a * values.len() + b] += pairs / (post.len() - 1) as f64;
            }
        }
    }
    let n: f64 = totals.iter().sum();
    let distance = |a: usize, b: usize| match level {
        _ if a == b => 0.0,
        Level::Nominal => 1.0,
        Level::Interval => (values[a] - values[b]).powi(2),
        Level::Ratio if values[a] + values[b] == 0.0 => 0.0,
        Level::Ratio => ((values[a] - values[b]) / (values[a] + values[b])).powi(2),
        Level::Ordinal => {
            let between: f64 = totals[a.min(b)..=a.max(b)].iter().sum();
            (between - 0.5 * (totals[a] + totals[b])).powi(2)
        }
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for a in 0..values.len() {
        for b in 0..values.len() {
            observed += coincidence[a * values.len() + b] * distance(a, b);
            expected += totals[a] * totals[b] * distance(a, b);
        }
    }
    (expected > 0.0).then(|| 1.0 - (n - 1.0) * observed / expected)
}

fn margins(table: &[Vec<u64>]) -> Option<(f64, f64, Vec<f64>, Vec<f64>)> {
    if table.iter().any(|row| row.len() != table.len()) {
        return None;
    }
    let rows: Vec<f64> = table.iter().map(|row| row.iter().sum::<u64>() as f64).collect();
    let columns: Vec<f64> = (0..table.len()).map(|c| table.iter().map(|r| r[c]).sum::<u64>() as f64).collect();
    let n = rows.iter().sum::<f64>();
    let agree = (0..table.len()).map(|c| table[c][c] as f64).sum();
    (n > 0.0).then_some((n, agree, rows, columns))
}

/// Agreement beyond chance, where there is room for it.
fn beyond(agreed: f64, chance: f64) -> Option<f64> {
    (chance < 1.0 - 1e-12).then(|| (agreed - chance) / (1.0 - chance))
}
