//! `creators.csv`: one line a creator, for people with a spreadsheet.

use super::{
    creator::{CreatorRow, CriterionRow},
    json,
};
use std::borrow::Cow;

/// The columns. Each criterion has its state, score with its 90 % interval, band, the reason why it is not rated, and
/// `n`: the posts it was judged on.
pub const COLUMNS: [&str; 29] = [
    "platform",
    "creator",
    "posts_all",
    "posts_commercial",
    "posts_unsure",
    "posts_unknown",
    "posts_undated",
    "disclosure_adequate",
    "disclosure_weak",
    "disclosure_absent",
    "disclosure_denied",
    "findings",
    "findings_counting",
    "transparency_state",
    "transparency_score",
    "transparency_lower",
    "transparency_upper",
    "transparency_band",
    "transparency_reason",
    "transparency_n",
    "ad_compliance_state",
    "ad_compliance_score",
    "ad_compliance_lower",
    "ad_compliance_upper",
    "ad_compliance_band",
    "ad_compliance_reason",
    "ad_compliance_n",
    "policy_sha256",
    "pack_sha256",
];

/// The whole file: the columns, then the rows in the order given. Every line ends with LF.
///
/// # Errors
/// None that input can cause: the writer writes to memory. Whatever it reports is passed on.
pub fn creators_csv(rows: &[CreatorRow], policy_sha256: &str, pack_sha256: &str) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    let mut cells = Cells { writer, digits: Vec::new() };
    for row in rows {
        let posts = &row.posts;
        cells.text(&row.platform)?;
        cells.text(&row.creator)?;
        cells.counts(&[posts.all, posts.commercial, posts.unsure, posts.unknown, posts.undated])?;
        cells.counts(&row.disclosure)?;
        cells.counts(&[row.findings, row.findings_counting])?;
        cells.criterion(&row.transparency)?;
        cells.criterion(&row.ad_compliance)?;
        cells.writer.write_field(policy_sha256)?;
        cells.writer.write_field(pack_sha256)?;
        cells.writer.write_record(None::<&[u8]>)?;
    }
    cells.writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Writes a row cell by cell, without a string for each.
struct Cells {
    writer: csv::Writer<Vec<u8>>,
    digits: Vec<u8>,
}

impl Cells {
    fn text(&mut self, text: &str) -> csv::Result<()> {
        self.writer.write_field(inert(text).as_bytes())
    }

    fn counts(&mut self, counts: &[u64]) -> csv::Result<()> {
        for &n in counts {
            self.digits.clear();
            json::integer(&mut self.digits, n);
            self.writer.write_field(&self.digits)?;
        }
        Ok(())
    }

    fn criterion(&mut self, row: &CriterionRow) -> csv::Result<()> {
        self.text(&row.state)?;
        for number in [row.score, row.lower, row.upper] {
            match number {
                Some(number) => self.writer.write_field(number.to_string())?,
                None => self.writer.write_field("")?,
            }
        }
        for text in [&row.band, &row.reason] {
            self.text(text.as_deref().unwrap_or_default())?;
        }
        self.counts(&[row.n])
    }
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe goes before a first character that would start
/// one (the full-width signs do in some locales).
pub fn inert(text: &str) -> Cow<'_, str> {
    const STARTERS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(STARTERS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_would_be_formulas_get_an_apostrophe() {
        for (cell, expected) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+84901234567", "'+84901234567"),
            ("-2+3", "'-2+3"),
            ("@linh.review", "'@linh.review"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("linh=review", "linh=review"),
            ("Nguyễn Linh", "Nguyễn Linh"),
            ("", ""),
        ] {
            assert_eq!(inert(cell), expected);
        }
    }
}
