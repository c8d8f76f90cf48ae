//! How far coders agree, variable by variable, from their label files.

use crate::{
    labels::{Code, Labels, PostKey},
    stats::{
        agreement::{Level, cohen_kappa, fleiss_kappa, gwet_ac1_many, krippendorff_alpha},
        cluster::{bootstrap, percentile_interval},
    },
    vocabulary::{Commercial, DisclosureState},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One measure of agreement: one row of every output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// `commercial`, `disclosure` or `claim`.
    pub variable: &'static str,
    /// `agreement`, `cohen_kappa`, `fleiss_kappa`, `gwet_ac1`, `krippendorff_alpha`.
    pub statistic: &'static str,
    /// How categories are compared.
    pub level: &'static str,
    /// The two coders of a pair; `all` otherwise.
    pub coders: String,
    /// Posts with codes of at least two of them.
    pub posts: u64,
    /// The value; none where it is undefined.
    pub estimate: Option<f64>,
    /// Bootstrap interval over posts; none where all draws are equal.
    pub lower: Option<f64>,
    /// Bootstrap interval over posts.
    pub upper: Option<f64>,
    /// Level of the interval.
    pub conf: f64,
}

/// Why agreement cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// One coder has labelled one post in two files.
    #[error(
        "người gán nhãn `{coder}` có bài {post} trong hai tệp; mỗi người một lần mỗi bài \
         / coder `{coder}` has post {post} in two files; once a post and coder"
    )]
    DuplicateCoder {
        /// Who.
        coder: String,
        /// Which post.
        post: String,
    },
    /// No post has been labelled by two coders.
    #[error("không bài nào có hai người gán nhãn / no post was labelled by two coders")]
    NothingShared,
}

/// Draws of the bootstrap and their seed, and the level of its intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Draws of posts with replacement; 0 for no intervals.
    pub draws: usize,
    /// Their seed.
    pub seed: u64,
    /// 0 to 1.
    pub conf: f64,
}

/// What a coder says of one variable, as a number: the place in the variable's order.
type Codes = Vec<(usize, u8)>;

/// Agreement in every variable that two coders have coded. Settled answers are no coder's.
///
/// # Errors
/// When a coder has one post twice, or no post has two coders.
pub fn agreement(files: &[Labels], options: &Options) -> Result<Vec<Row>, AgreementError> {
    let codes: Vec<&Code> = files.iter().flat_map(|f| &f.codes).filter(|c| !c.settled).collect();
    let coders: Vec<&str> = codes.iter().map(|c| c.coder.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut posts: BTreeMap<&PostKey, BTreeMap<usize, &Code>> = BTreeMap::new();
    for code in codes {
        let coder = coders.partition_point(|c| *c < code.coder.as_str());
        if posts.entry(&code.post).or_default().insert(coder, code).is_some() {
            let post = if code.post.id.is_empty() { &code.post.text_sha256 } else { &code.post.id };
            return Err(AgreementError::DuplicateCoder { coder: code.coder.clone(), post: post.clone() });
        }
    }
    let mut rows = Vec::new();
    for (variable, categories, ordered, value) in VARIABLES {
        let units: Vec<Codes> = posts
            .values()
            .map(|post| post.iter().filter_map(|(coder, code)| Some((*coder, value(code)?))).collect())
            .filter(|unit: &Codes| unit.len() > 1)
            .collect();
        if !units.is_empty() {
            rows.extend(Variable { variable, categories, ordered, units, coders: &coders, options }.rows());
        }
    }
    if rows.is_empty() { Err(AgreementError::NothingShared) } else { Ok(rows) }
}

/// Name, number of categories, how many of the first have an order, and the category of a code.
type Spec = (&'static str, u8, u8, fn(&Code) -> Option<u8>);

const VARIABLES: [Spec; 3] = [
    ("commercial", 3, 3, |code| {
        let order = [Commercial::No, Commercial::Unsure, Commercial::Yes];
        order.iter().position(|c| Some(*c) == code.commercial).map(|at| at as u8)
    }),
    // Worse from state to state; “not applicable” and “unknown” have no place in that order.
    ("disclosure", 6, 4, |code| {
        DisclosureState::ALL.iter().position(|s| Some(*s) == code.disclosure).map(|at| at as u8)
    }),
    ("claim", 2, 0, |code| code.claim.map(u8::from)),
];

struct Variable<'a> {
    variable: &'static str,
    categories: u8,
    ordered: u8,
    units: Vec<Codes>,
    coders: &'a [&'a str],
    options: &'a Options,
}

impl Variable<'_> {
    fn rows(&self) -> Vec<Row> {
        let all = || "all".to_owned();
        let mut rows = vec![
            self.row("agreement", Level::Nominal, all(), &self.units, &|units| raw(units)),
            self.row("krippendorff_alpha", Level::Nominal, all(), &self.units, &|units| alpha(units, Level::Nominal)),
        ];
        if self.ordered > 0 {
            let within = |unit: &Codes| unit.iter().copied().filter(|(_, v)| *v < self.ordered).collect::<Codes>();
            let units: Vec<Codes> = self.units.iter().map(within).filter(|u| u.len() > 1).collect();
            for level in [Level::Ordinal, Level::Interval] {
                rows.push(self.row("krippendorff_alpha", level, all(), &units, &|units| alpha(units, level)));
            }
        }
        rows.push(self.row("fleiss_kappa", Level::Nominal, all(), &self.units, &|u| fleiss_kappa(&self.table(u))));
        rows.push(self.row("gwet_ac1", Level::Nominal, all(), &self.units, &|u| gwet_ac1_many(&self.table(u))));
        for one in 0..self.coders.len() {
            for two in one + 1..self.coders.len() {
                let shared = |unit: &&Codes| [one, two].iter().all(|c| unit.iter().any(|(coder, _)| coder == c));
                let units: Vec<Codes> = self.units.iter().filter(shared).cloned().collect();
                if !units.is_empty() {
                    let coders = format!("{} × {}", self.coders[one], self.coders[two]);
                    let kappa = |units: &[&Codes]| cohen_kappa(&self.square(units, one, two));
                    rows.push(self.row("cohen_kappa", Level::Nominal, coders, &units, &kappa));
                }
            }
        }
        rows
    }

    fn row(
        &self,
        statistic: &'static str,
        level: Level,
        coders: String,
        units: &[Codes],
        value: &dyn Fn(&[&Codes]) -> Option<f64>,
    ) -> Row {
        let estimate = value(&units.iter().collect::<Vec<_>>());
        let draws = if estimate.is_some() { self.options.draws } else { 0 };
        let drawn = bootstrap(units.len(), draws, self.options.seed, |times| {
            let again = units.iter().zip(times).flat_map(|(u, n)| std::iter::repeat_n(u, *n as usize));
            value(&again.collect::<Vec<_>>())
        });
        // Where every draw says the same, as with one post or without a single disagreement, draws tell nothing of the error.
        let interval = percentile_interval(&drawn, self.options.conf).filter(|i| i.lower < i.upper);
        Row {
            variable: self.variable,
            statistic,
            level: level.name(),
            coders,
            posts: units.len() as u64,
            estimate,
            lower: interval.map(|i| i.lower),
            upper: interval.map(|i| i.upper),
            conf: self.options.conf,
        }
    }

    /// Counts of (post, category).
    fn table(&self, units: &[&Codes]) -> Vec<Vec<u64>> {
        let count = |unit: &&Codes| {
            let mut row = vec![0; usize::from(self.categories)];
            unit.iter().for_each(|(_, v)| row[usize::from(*v)] += 1);
            row
        };
        units.iter().map(count).collect()
    }

    /// Counts of (what one says, what the other says).
    fn square(&self, units: &[&Codes], one: usize, two: usize) -> Vec<Vec<u64>> {
        let n = usize::from(self.categories);
        let mut table = vec![vec![0; n]; n];
        for unit in units {
            let says = |coder: usize| unit.iter().find(|(c, _)| *c == coder).map(|(_, v)| usize::from(*v));
            if let (Some(a), Some(b)) = (says(one), says(two)) {
                table[a][b] += 1;
            }
        }
        table
    }
}

/// The mean over posts of the share of pairs of coders who agree.
fn raw(units: &[&Codes]) -> Option<f64> {
    let share = |unit: &&Codes| {
        let n = unit.len();
        let equal = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).filter(|(a, b)| unit[*a].1 == unit[*b].1);
        equal.count() as f64 / (n * (n - 1) / 2) as f64
    };
    (!units.is_empty()).then(|| units.iter().map(share).sum::<f64>() / units.len() as f64)
}

fn alpha(units: &[&Codes], level: Level) -> Option<f64> {
    let values: Vec<Vec<f64>> = units.iter().map(|unit| unit.iter().map(|(_, v)| f64::from(*v)).collect()).collect();
    krippendorff_alpha(&values, level)
}

/// The rows as CSV with header, six decimals, missing values empty.
///
/// # Errors
/// None that input can cause: the writer writes to memory.
pub fn to_csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["variable", "statistic", "level", "coders", "posts", "estimate", "lower", "upper", "conf"])?;
    let real = |v: Option<f64>| v.map_or_else(String::new, |v| format!("{:.6}", v + 0.0));
    for row in rows {
        writer.write_record([
            row.variable.to_owned(),
            row.statistic.to_owned(),
            row.level.to_owned(),
            crate::report::inert(&row.coders).into_owned(),
            row.posts.to_string(),
            real(row.estimate),
            real(row.lower),
            real(row.upper),
            real(Some(row.conf)),
        ])?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}
