//! Counts as platforms show them: `1,204`, `1.2K`, `1,2 Tr` (triệu, million), `12 N` (nghìn, thousand).

/// Units and their powers of ten; Vietnamese ones as apps and people write them.
const UNITS: [(&str, u32); 14] = [
    ("k", 3),
    ("n", 3),
    ("ng", 3),
    ("nghìn", 3),
    ("ngàn", 3),
    ("thousand", 3),
    ("m", 6),
    ("tr", 6),
    ("triệu", 6),
    ("million", 6),
    ("b", 9),
    ("t", 9),
    ("tỷ", 9),
    ("tỉ", 9),
];

/// Reads a count; `None` for what is none, a hidden one (`-1`) included. Before a unit, a comma or dot begins the
/// fraction; without one, it stands between thousands.
pub(super) fn read(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim().trim_end_matches(['+', '.']).to_lowercase();
    if unit.is_empty() {
        return whole(digits);
    }
    let power = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    let (whole, fraction) = digits.split_once([',', '.']).unwrap_or((digits, ""));
    if fraction.len() > power as usize || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let rest = 10u64.checked_pow(power - fraction.len() as u32)?;
    format!("{whole}{fraction}").parse::<u64>().ok()?.checked_mul(rest)
}

/// Digits, alone or in groups of three after the first.
fn whole(digits: &str) -> Option<u64> {
    let mut groups = digits.split([',', '.']);
    let first = groups.next().filter(|g| !g.is_empty())?;
    let mut grouped = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        grouped.push_str(group);
    }
    grouped.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_people_and_apps_write_them() {
        let table = [
            ("120", Some(120)),
            ("1,204", Some(1_204)),
            ("1.204.333", Some(1_204_333)),
            ("1,2K", Some(1_200)),
            ("1.2k", Some(1_200)),
            ("12 N", Some(12_000)),
            ("12N", Some(12_000)),
            ("1,5 Tr", Some(1_500_000)),
            ("3 triệu", Some(3_000_000)),
            ("4.1M", Some(4_100_000)),
            ("2 tỷ", Some(2_000_000_000)),
            ("10K+", Some(10_000)),
            ("-1", None),
            ("1,5", None),
            ("12,34", None),
            ("1234,567", None),
            ("1,2345K", None),
            ("N/A", None),
            ("K", None),
            ("", None),
            ("99999999999999999999", None),
            ("99999999999 T", None),
        ];
        for (text, count) in table {
            assert_eq!(read(text), count, "{text}");
        }
    }
}
