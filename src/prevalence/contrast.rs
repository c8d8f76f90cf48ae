//! Groups against each other: differences with intervals and adjusted p-values, and the trend over months.

use super::{By, Kind, Row, measure::Measure};
use crate::stats::{
    compare::{benjamini_hochberg, cochran_armitage},
    share::mover_difference,
    special::{critical, two_sided_t},
    survey::Estimate,
};

/// Fewer months are no trend.
const LEAST_MONTHS: usize = 3;

/// A group with its best estimate, for comparisons.
pub(super) struct Best {
    pub(super) group: String,
    pub(super) estimate: Estimate,
    /// Labels and those with the property, for tests that count.
    pub(super) counts: (u64, u64),
    /// Posts of the run in it, whatever they weigh.
    pub(super) posts: u64,
}

/// Differences of all pairs of groups (of months: of each to the next) and, for months, the change per month.
/// `independent` says that labels are equally weighted, so that the test on counts may stand beside.
pub(super) fn contrasts(measure: Measure, by: By, groups: &[Best], independent: bool, conf: f64) -> Vec<Row> {
    let dated: Vec<(i64, &Best)> = groups.iter().filter_map(|g| Some((month_number(&g.group)?, g))).collect();
    let pairs: Vec<(&Best, &Best)> = match by {
        By::Month => dated.windows(2).map(|pair| (pair[1].1, pair[0].1)).collect(),
        _ => groups.iter().enumerate().flat_map(|(i, a)| groups[i + 1..].iter().map(move |b| (a, b))).collect(),
    };
    let mut rows: Vec<Row> = pairs.into_iter().map(|(a, b)| difference(measure, by, a, b, conf)).collect();
    let tested: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].p.is_some()).collect();
    let adjusted = benjamini_hochberg(&tested.iter().filter_map(|at| rows[*at].p).collect::<Vec<_>>());
    tested.iter().zip(adjusted).for_each(|(at, p)| rows[*at].p_adjusted = Some(p));
    if by == By::Month && dated.len() >= LEAST_MONTHS {
        rows.extend(trend(measure, &dated, conf));
        rows.extend(independent.then(|| counted(measure, &dated)).flatten());
    }
    rows
}

/// MOVER on the groups' own intervals, with the correlation that shared creators bring.
fn difference(measure: Measure, by: By, a: &Best, b: &Best, conf: f64) -> Row {
    let (one, two) = (&a.estimate, &b.estimate);
    let together = product(&one.influence, &two.influence);
    let correlation = match one.se * two.se > 0.0 {
        true => (together / (one.se * two.se)).clamp(-1.0, 1.0),
        false => 0.0,
    };
    let found = mover_difference((one.estimate, one.interval), (two.estimate, two.interval), correlation);
    let variance = one.se * one.se + two.se * two.se - 2.0 * correlation * one.se * two.se;
    let se = variance.max(0.0).sqrt();
    // Few creators say little of their own spread: the t of the group with fewer of them, as in the intervals.
    let df = one.creators.min(two.creators) as f64 - 1.0;
    Row {
        by: by.name(),
        group: a.group.clone(),
        versus: Some(b.group.clone()),
        method: "ppi_tuned",
        error: "linearised",
        recommended: true,
        estimate: Some(found.estimate),
        se: Some(se),
        lower: Some(found.interval.lower),
        upper: Some(found.interval.upper),
        conf: Some(conf),
        p: (se > 0.0).then(|| two_sided_t(found.estimate / se, df)),
        labels: Some(one.labels + two.labels),
        posts: a.posts + b.posts,
        ..Row::blank(Kind::Difference, measure.name())
    }
}

/// The straight line through the monthly estimates, each month counting the same: change per month.
fn trend(measure: Measure, months: &[(i64, &Best)], conf: f64) -> Option<Row> {
    let mean = months.iter().map(|(x, _)| *x as f64).sum::<f64>() / months.len() as f64;
    let spread: f64 = months.iter().map(|(x, _)| (*x as f64 - mean).powi(2)).sum();
    let factor = |x: i64| (x as f64 - mean) / spread;
    let slope: f64 = months.iter().map(|(x, g)| factor(*x) * g.estimate.estimate).sum();
    // What each creator adds in all months together: a creator who posts in several is one creator.
    let mut sum: Vec<(u32, f64)> =
        months.iter().flat_map(|(x, g)| g.estimate.influence.iter().map(|(c, z)| (*c, factor(*x) * z))).collect();
    sum.sort_by_key(|(creator, _)| *creator);
    let variance: f64 =
        sum.chunk_by(|a, b| a.0 == b.0).map(|own| own.iter().map(|(_, z)| z).sum::<f64>().powi(2)).sum();
    let se = variance.sqrt();
    let creators: u64 = months.iter().map(|(_, g)| g.estimate.creators).max()?;
    let df = creators as f64 - 1.0;
    let half = critical(conf, df) * se;
    Some(Row {
        by: By::Month.name(),
        group: "per_month".to_owned(),
        method: "ppi_tuned",
        error: "linearised",
        recommended: true,
        estimate: Some(slope),
        se: Some(se),
        lower: Some(slope - half),
        upper: Some(slope + half),
        conf: Some(conf),
        p: (se > 0.0).then(|| two_sided_t(slope / se, df)),
        labels: Some(months.iter().map(|(_, g)| g.estimate.labels).sum()),
        posts: months.iter().map(|(_, g)| g.posts).sum(),
        ..Row::blank(Kind::Trend, measure.name())
    })
}

/// The test of Cochran and Armitage on the labels as counted: it takes posts of one creator for independent.
fn counted(measure: Measure, months: &[(i64, &Best)]) -> Option<Row> {
    let groups: Vec<(f64, u64, u64)> = months.iter().map(|(x, g)| (*x as f64, g.counts.1, g.counts.0)).collect();
    let test = cochran_armitage(&groups).filter(|_| measure == Measure::Commercial)?;
    Some(Row {
        by: By::Month.name(),
        group: "per_month".to_owned(),
        method: "cochran_armitage",
        error: "counts",
        p: Some(test.p),
        labels: Some(groups.iter().map(|g| g.2).sum()),
        posts: months.iter().map(|(_, g)| g.posts).sum(),
        note: Some("ignores_creators"),
        ..Row::blank(Kind::Trend, measure.name())
    })
}

/// Months counted from year 0; `None` for anything else.
fn month_number(name: &str) -> Option<i64> {
    let (year, month) = name.split_once('-')?;
    Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()?)
}

/// The sum of products over creators that stand in both, each in order of number.
fn product(a: &[(u32, f64)], b: &[(u32, f64)]) -> f64 {
    let find = |creator: u32| b.binary_search_by_key(&creator, |(c, _)| *c).ok().map(|at| b[at].1);
    a.iter().filter_map(|(creator, z)| Some(z * find(*creator)?)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{share::Interval, survey::Estimate};

    fn month(at: usize, share: f64, creators: u64) -> Best {
        // One creator a month carries all of the error: months are independent of each other.
        let se = 0.02;
        let interval = Interval { lower: share - critical(0.95, creators as f64 - 1.0) * se, upper: share + 0.1 };
        let estimate = Estimate {
            estimate: share,
            se,
            interval,
            lambda: [1.0; 2],
            deff: 1.0,
            labels: 100,
            creators,
            posts: 1000.0,
            influence: vec![(at as u32, se)],
        };
        Best { group: format!("2026-{:02}", at + 1), estimate, counts: (100, 10), posts: 1000 }
    }

    #[test]
    fn the_p_of_a_trend_is_below_the_level_exactly_where_its_interval_leaves_out_no_change() {
        let (mut told, mut untold) = (0, 0);
        for creators in [2, 3, 5, 9, 40, 400] {
            for rise in 0..30 {
                let shares = (0..4).map(|at| month(at, 0.2 + 0.002 * (rise * at) as f64, creators));
                let groups: Vec<Best> = shares.collect();
                let rows = contrasts(Measure::Commercial, By::Month, &groups, false, 0.95);
                let trend = rows.iter().find(|row| row.kind == Kind::Trend).unwrap();
                let leaves_out = trend.lower.unwrap() > 0.0 || trend.upper.unwrap() < 0.0;
                assert_eq!(trend.p.unwrap() < 0.05, leaves_out, "{creators} creators: {trend:?}");
                if leaves_out { told += 1 } else { untold += 1 }
            }
        }
        assert!(told > 20 && untold > 20);
    }
}
