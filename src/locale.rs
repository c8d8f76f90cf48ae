//! Numbers, shares and days as each language writes them: values in, words out.

use crate::day::Day;

/// Which language a page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// Vietnamese: `12.345,6`, `22/11/2026`.
    Vi,
    /// English: `12,345.6`, `22 November 2026`.
    En,
    /// Both side by side: what neither misreads, `12 345.6` with a narrow space that does not break, `2026-11-22`.
    #[default]
    Both,
}

/// The most decimals that a policy rounds scores to.
const MOST_PLACES: usize = 4;
/// A space that does not break, narrow.
const THIN: char = '\u{202f}';
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Locale {
    /// All three.
    pub const ALL: [Locale; 3] = [Locale::Vi, Locale::En, Locale::Both];

    /// The name on the command line and in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Locale::Vi => "vi",
            Locale::En => "en",
            Locale::Both => "both",
        }
    }

    /// The locale of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.name() == name)
    }

    fn marks(self) -> (char, char) {
        match self {
            Locale::Vi => ('.', ','),
            Locale::En => (',', '.'),
            Locale::Both => (THIN, '.'),
        }
    }

    /// A whole number, grouped by thousands.
    pub fn count(self, n: u64) -> String {
        let digits = n.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(self.marks().0);
            }
            out.push(digit);
        }
        out
    }

    /// A number between −1000 and 1000 with that many decimals.
    pub fn decimal(self, value: f64, places: usize) -> String {
        format!("{value:.places$}").replace('.', &self.marks().1.to_string())
    }

    /// A score with at least so many decimals, and as many more as keep it below a whole number that it does not reach: bands
    /// begin at whole numbers, and 84.9978 is of the band below 85.
    pub fn points(self, score: f64, places: usize) -> String {
        let lifted =
            |places: &usize| format!("{score:.places$}").parse().is_ok_and(|n: f64| n > score && n == score.ceil());
        let places = (places..=MOST_PLACES).find(|places| !lifted(places)).unwrap_or(MOST_PLACES);
        self.decimal(score, places)
    }

    /// A share (0 to 1) in per cent; a share under one per cent gets a second decimal, so that rare is not none.
    pub fn share(self, share: f64) -> String {
        let places = if share > 0.0 && share < 0.01 { 2 } else { 1 };
        let number = self.decimal(share * 100.0, places);
        if self == Locale::En { format!("{number}%") } else { format!("{number}{THIN}%") }
    }

    /// A level (0.95) in per cent without the sign, no digit of it lost: 99.5 is not 100.
    pub fn level(self, level: f64) -> String {
        let number = self.decimal(100.0 * level, 6);
        number.trim_end_matches('0').trim_end_matches(self.marks().1).to_owned()
    }

    /// The day of a record's date or moment (`2026-11-22…`); what is none is shown as it is.
    pub fn day(self, iso: &str) -> String {
        let Some(day) = iso.get(..10).and_then(Day::parse) else { return iso.to_owned() };
        match self {
            Locale::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Locale::En => format!("{} {} {}", day.day(), month_name(day.month()), day.year()),
            Locale::Both => day.to_string(),
        }
    }

    /// A month (`2026-03`); what is none is shown as it is.
    pub fn month(self, iso: &str) -> String {
        let parsed = iso.split_once('-').and_then(|(year, month)| Some((year, month.parse::<i8>().ok()?)));
        match (self, parsed) {
            (Locale::Vi, Some((year, month @ 1..=12))) => format!("{month:02}/{year}"),
            (Locale::En, Some((year, month @ 1..=12))) => format!("{} {year}", month_name(month)),
            _ => iso.to_owned(),
        }
    }
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_numbers_and_days_its_own_way() {
        let show = |locale: Locale| {
            [
                locale.count(0),
                locale.count(999),
                locale.count(12_345_678),
                locale.decimal(87.674, 2),
                locale.share(0.253),
                locale.share(0.0004),
                locale.share(0.0),
                locale.day("2026-03-01T13:00:00Z"),
                locale.month("2026-03"),
                locale.day("hôm qua"),
            ]
            .map(|text| text.replace(THIN, "_"))
        };
        let expected = ["0", "999", "12.345.678", "87,67", "25,3_%", "0,04_%", "0,0_%", "01/03/2026", "03/2026"];
        assert_eq!(show(Locale::Vi)[..9], expected);
        let expected = ["0", "999", "12,345,678", "87.67", "25.3%", "0.04%", "0.0%", "1 March 2026", "March 2026"];
        assert_eq!(show(Locale::En)[..9], expected);
        let expected = ["0", "999", "12_345_678", "87.67", "25.3_%", "0.04_%", "0.0_%", "2026-03-01", "2026-03"];
        assert_eq!(show(Locale::Both)[..9], expected);
        for (score, places, shown) in [
            (84.9978, 2, "84.998"),
            (84.9999, 1, "84.9999"),
            (84.97, 1, "84.97"),
            (85.0, 2, "85.00"),
            (85.0031, 2, "85.00"),
            (84.96, 2, "84.96"),
            (99.996, 2, "99.996"),
            (100.0, 1, "100.0"),
            (0.0, 2, "0.00"),
            (79.96, 1, "79.96"),
            (79.94, 1, "79.9"),
        ] {
            assert_eq!(Locale::En.points(score, places), shown);
            assert_eq!(Locale::Vi.points(score, places), shown.replace('.', ","));
        }
        let levels = |locale: Locale| [0.9, 0.95, 0.995, 0.9999, 0.685].map(|level| locale.level(level));
        assert_eq!(levels(Locale::Vi), ["90", "95", "99,5", "99,99", "68,5"]);
        assert_eq!(levels(Locale::En), ["90", "95", "99.5", "99.99", "68.5"]);
        for locale in Locale::ALL {
            assert_eq!(locale.day("hôm qua"), "hôm qua");
            assert_eq!(locale.month("undated"), "undated");
            assert_eq!(Locale::from_name(locale.name()), Some(locale));
        }
    }
}
