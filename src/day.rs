//! Days and moments. Law day, age and window use the calendar day in UTC+7; no clock is ever read.

use jiff::civil::Date;
use std::{fmt, ops::RangeInclusive};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// UTC+7, in seconds.
const VIETNAM: i64 = 7 * 3_600;
/// Day numbers of the years -9999..=9999.
const NUMBERS: RangeInclusive<i32> = -4_371_587..=2_932_896;
/// Instants whose day lies in those years in any zone of the earth.
const SECONDS: RangeInclusive<i64> = -377_705_023_201..=253_402_207_200;
/// Days of 400 years.
const ERA: i32 = 146_097;
/// Days from the first of March of the year 0, with which an era begins, to 1970.
const ERA_TO_EPOCH: i32 = 719_468;

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
        // Numbers are read with a plus sign, too.
        if b.len() != 10 || b[4] != b'-' || b[7] != b'-' || b.contains(&b'+') {
            return None;
        }
        Self::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
    }

    // Every post passes here several times, hence plain arithmetic: years that begin in March, so that a leap day comes
    // last, in eras of 400 years, which are all of one length.

    /// Days since 1970-01-01; negative before.
    pub fn number(self) -> i32 {
        let (month, day) = (i32::from(self.month()), i32::from(self.day()));
        let year = i32::from(self.year()) - i32::from(month <= 2);
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * ERA + year * 365 + year / 4 - year / 100 + day_of_year - ERA_TO_EPOCH
    }

    /// The day that many days since 1970-01-01; `None` outside years -9999..=9999.
    pub fn from_number(number: i32) -> Option<Self> {
        if !NUMBERS.contains(&number) {
            return None;
        }
        let days = number + ERA_TO_EPOCH;
        let (era, days) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year = (days - days / 1_460 + days / 36_524 - days / 146_096) / 365;
        let day_of_year = days - (365 * year + year / 4 - year / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = (from_march + 2) % 12 + 1;
        let year = year + 400 * era + i32::from(month <= 2);
        Self::new(year as i16, month as i8, day as i8)
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

    /// Appends what [`Display`](fmt::Display) shows.
    pub fn append_to(self, out: &mut Vec<u8>) {
        match u8::try_from(self.year() / 100) {
            Ok(century @ 0..=99) if self.year() >= 0 => {
                out.extend(two(century));
                out.extend(two((self.year() % 100) as u8));
            }
            // A sign takes one of the four places.
            _ => out.extend_from_slice(format!("{:04}", self.year()).as_bytes()),
        }
        let [m, n] = two(self.month() as u8);
        let [d, e] = two(self.day() as u8);
        out.extend([b'-', m, n, b'-', d, e]);
    }
}

/// Two digits of a number below 100.
fn two(number: u8) -> [u8; 2] {
    [b'0' + number / 10, b'0' + number % 10]
}

impl fmt::Display for Day {
    /// `2026-03-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ascii = Vec::with_capacity(10);
        self.append_to(&mut ascii);
        f.write_str(&String::from_utf8_lossy(&ascii))
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
            Moment::Instant(s) => day_of(s, VIETNAM),
        }
    }

    /// Orders versions of one post: seconds since the epoch, a bare day counted from its first second in UTC+7.
    pub fn seconds(self) -> i64 {
        match self {
            Moment::Instant(s) => s,
            Moment::Day(day) => i64::from(day.number()) * DAY - VIETNAM,
        }
    }

    /// Appends what [`Display`](fmt::Display) shows.
    pub fn append_to(self, out: &mut Vec<u8>) {
        let seconds = match self {
            Moment::Day(day) => return day.append_to(out),
            Moment::Instant(seconds) => seconds,
        };
        let Some(day) = day_of(seconds, 0) else { return out.extend_from_slice(format!("@{seconds}").as_bytes()) };
        day.append_to(out);
        let time = seconds.rem_euclid(DAY);
        let [[h, i], [m, n], [s, t]] = [time / 3_600, time / 60 % 60, time % 60].map(|part| two(part as u8));
        out.extend([b'T', h, i, b':', m, n, b':', s, t, b'Z']);
    }
}

/// The day of an instant that many seconds east of Greenwich; `None` outside years -9999..=9999.
fn day_of(seconds: i64, east: i64) -> Option<Day> {
    SECONDS.contains(&seconds).then(|| (seconds + east).div_euclid(DAY)).and_then(|n| Day::from_number(n as i32))
}

impl fmt::Display for Moment {
    /// `2026-03-01T13:00:00Z` or `2026-03-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ascii = Vec::with_capacity(20);
        self.append_to(&mut ascii);
        f.write_str(&String::from_utf8_lossy(&ascii))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{Timestamp, tz::Offset};
    use proptest::prelude::*;

    #[test]
    fn the_last_evening_of_2025_in_utc_is_new_year_in_vietnam() {
        let t: Timestamp = "2025-12-31T17:30:00Z".parse().unwrap();
        assert_eq!(Moment::Instant(t.as_second()).day(), Day::new(2026, 1, 1));
    }

    #[test]
    fn a_day_has_no_signs_among_its_digits() {
        assert_eq!(Day::parse("2026-03-01"), Day::new(2026, 3, 1));
        for text in ["2026-+3-01", "2026-03-+1", "+202-03-01", "2026--3-01", "2026-3-001", "2026-13-01", "2026-02-30"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn day_numbers_and_back() {
        for n in [-40_000, -1, 0, 1, 20_000] {
            assert_eq!(Day::from_number(n).unwrap().number(), n);
        }
    }
    #[test]
    fn the_calendar_ends_where_that_of_jiff_does() {
        for (number, date) in [(*NUMBERS.start(), Date::MIN), (*NUMBERS.end(), Date::MAX)] {
            assert_eq!(Day::from_number(number), Some(Day(date)));
            assert_eq!(Day(date).number(), number);
        }
        for beyond in [NUMBERS.start() - 1, NUMBERS.end() + 1, i32::MIN, i32::MAX] {
            assert_eq!(Day::from_number(beyond), None);
        }
        assert_eq!(SECONDS, Timestamp::MIN.as_second()..=Timestamp::MAX.as_second());
        for beyond in [SECONDS.start() - 1, SECONDS.end() + 1, i64::MIN, i64::MAX] {
            assert_eq!(Moment::Instant(beyond).day(), None);
            assert_eq!(Moment::Instant(beyond).to_string(), format!("@{beyond}"));
        }
    }

    proptest! {
        #[test]
        fn days_are_those_of_jiff(number in NUMBERS) {
            let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(number)).unwrap();
            let day = Day::from_number(number).unwrap();
            prop_assert_eq!((day, day.number()), (Day(date), number));
            prop_assert_eq!(day.to_string(), format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()));
        }

        #[test]
        fn instants_are_those_of_jiff(seconds in prop_oneof![SECONDS, 0..4_000_000_000_i64]) {
            let (instant, moment) = (Timestamp::from_second(seconds).unwrap(), Moment::Instant(seconds));
            prop_assert_eq!(moment.day(), Some(Day(Offset::constant(7).to_datetime(instant).date())));
            let at = Offset::UTC.to_datetime(instant);
            let (date, time) = (Day(at.date()), (at.hour(), at.minute(), at.second()));
            let expected = format!("{date}T{:02}:{:02}:{:02}Z", time.0, time.1, time.2);
            prop_assert_eq!(moment.to_string(), expected);
        }
    }
}
