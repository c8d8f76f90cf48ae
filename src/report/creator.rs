//! What the tables show of a creator. The whole record is written by its own type; this is the part that csv and page need.

/// Posts of a creator, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostCounts {
    /// All posts read.
    pub all: u64,
    /// With the commercial label yes.
    pub commercial: u64,
    /// With the commercial label unsure.
    pub unsure: u64,
    /// Commercial, with disclosure state unknown.
    pub unknown: u64,
    /// Without a usable date.
    pub undated: u64,
}

/// One criterion of a creator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CriterionRow {
    /// `rated`, `rated_low_coverage`, `not_rated`, `under_review`.
    pub state: String,
    /// 0..=100; `None` when not rated.
    pub score: Option<f64>,
    /// Lower end of the 90 % interval.
    pub lower: Option<f64>,
    /// Upper end of the 90 % interval.
    pub upper: Option<f64>,
    /// The band of the score.
    pub band: Option<String>,
    /// Why it is not rated.
    pub reason: Option<String>,
    /// How many posts it was judged on.
    pub n: u64,
}

/// One creator, a row of the tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatorRow {
    /// Platform name.
    pub platform: String,
    /// The account key.
    pub creator: String,
    /// Posts counted.
    pub posts: PostCounts,
    /// Commercial posts disclosed adequately, weakly, not at all, and denied.
    pub disclosure: [u64; 4],
    /// Findings written.
    pub findings: u64,
    /// Findings that count in scores.
    pub findings_counting: u64,
    /// Transparency in commercial cooperation.
    pub transparency: CriterionRow,
    /// Compliance with advertising rules.
    pub ad_compliance: CriterionRow,
}

impl CreatorRow {
    /// Whether at least one criterion has a score.
    pub fn is_rated(&self) -> bool {
        self.transparency.score.is_some() || self.ad_compliance.score.is_some()
    }
}
