//! Days and moments. Law day, age and window use the calendar day in UTC+7; no clock is ever read.

use jiff::{Timestamp, civil::Date, tz::Offset};
use std::fmt;

/// A calendar day in UTC+7. The default is the epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Default for Day {
    fn default() -> Self {
        Self::EPOCH
    }
}

impl Day {
    /// 1970-01-01.
    pub const EPOCH: Day = Day(Date::constant(1970, 1, 1));

    /// The day `year-month-day`; `None` when the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// Reads `YYYY-MM-DD` and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.as_bytes();
        if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
            return None;
        }
        Self::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
    }

    /// Days since 1970-01-01; negative before.
    pub fn number(self) -> i32 {
        let epoch = Date::constant(1970, 1, 1);
        (self.0 - epoch).get_days()
    }

    /// The day that many days since 1970-01-01; `None` outside years -9999..=9999.
    pub fn from_number(number: i32) -> Option<Self> {
        Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(number).ok()?).ok().map(Self)
    }

    /// Whole days from `earlier` to this day; negative when `earlier` is later.
    pub fn days_since(self, earlier: Day) -> i32 {
        self.number() - earlier.number()
    }

    /// Year, for plausibility and months.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Month 1..=12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Day of the month 1..=31.
    pub fn day(self) -> i8 {
        self.0.day()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// When something happened: an instant, or only a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// Only the day (in UTC+7) is known.
    Day(Day),
    /// Seconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

impl Moment {
    /// The calendar day in UTC+7; `None` for an instant outside years -9999..=9999.
    pub fn day(self) -> Option<Day> {
        match self {
            Moment::Day(day) => Some(day),
            Moment::Instant(s) => {
                let zone = Offset::constant(7);
                Timestamp::from_second(s).ok().map(|t| Day(zone.to_datetime(t).date()))
            }
        }
    }

    /// Orders versions of one post: seconds since the epoch, a bare day counted from its first second in UTC+7.
    pub fn seconds(self) -> i64 {
        match self {
            Moment::Instant(s) => s,
            Moment::Day(day) => i64::from(day.number()) * 86_400 - 7 * 3_600,
        }
    }
}

impl fmt::Display for Moment {
    /// `2026-03-01T13:00:00Z` or `2026-03-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Day(day) => fmt::Display::fmt(day, f),
            Moment::Instant(s) => match Timestamp::from_second(*s) {
                Ok(t) => {
                    let d = Offset::UTC.to_datetime(t);
                    write!(
                        f,
                        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                        d.year(),
                        d.month(),
                        d.day(),
                        d.hour(),
                        d.minute(),
                        d.second()
                    )
                }
                Err(_) => write!(f, "@{s}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_evening_of_2025_in_utc_is_new_year_in_vietnam() {
        let t: Timestamp = "2025-12-31T17:30:00Z".parse().unwrap();
        assert_eq!(Moment::Instant(t.as_second()).day(), Day::new(2026, 1, 1));
    }

    #[test]
    fn day_numbers_and_back() {
        for n in [-40_000, -1, 0, 1, 20_000] {
            assert_eq!(Day::from_number(n).unwrap().number(), n);
        }
    }
}
