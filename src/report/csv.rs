//! `creators.csv`: one line a creator, for people with a spreadsheet.

use super::creator::{CreatorRow, CriterionRow};

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
    let mut cells: Vec<String> = Vec::with_capacity(COLUMNS.len());
    for row in rows {
        cells.clear();
        cells.extend([inert(&row.platform), inert(&row.creator)]);
        let posts = &row.posts;
        cells.extend([posts.all, posts.commercial, posts.unsure, posts.unknown, posts.undated].map(|n| n.to_string()));
        cells.extend(row.disclosure.map(|n| n.to_string()));
        cells.extend([row.findings, row.findings_counting].map(|n| n.to_string()));
        criterion(&mut cells, &row.transparency);
        criterion(&mut cells, &row.ad_compliance);
        cells.extend([policy_sha256.to_owned(), pack_sha256.to_owned()]);
        writer.write_record(&cells)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn criterion(cells: &mut Vec<String>, row: &CriterionRow) {
    let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
    cells.push(inert(&row.state));
    cells.extend([row.score, row.lower, row.upper].map(number));
    cells.push(row.band.as_deref().map_or_else(String::new, inert));
    cells.push(row.reason.as_deref().map_or_else(String::new, inert));
    cells.push(row.n.to_string());
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe goes before a first character that would start
/// one (the full-width signs do in some locales).
pub fn inert(text: &str) -> String {
    const STARTERS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(STARTERS) { format!("'{text}") } else { text.to_owned() }
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
