//! The written forms of a date: RFC 3339 and its zoneless and spaced kin, a bare day, seconds or milliseconds since 1970,
//! and, where a format says so, `31/12/2025 23:59`, `20251231` and zones by name.

use crate::day::{Day, Moment};

/// From here on a number counts milliseconds: as seconds it would be the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// UTC+7, in seconds.
const VIETNAM: i64 = 7 * 3_600;

/// A moment, and whether its zone was assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) moment: Moment,
    pub(super) zone_assumed: bool,
}

impl Stamp {
    fn sure(moment: Moment) -> Self {
        Self { moment, zone_assumed: false }
    }
}

/// Reads seconds or milliseconds since 1970.
pub(super) fn read_number(number: i64) -> Option<Stamp> {
    let seconds = if number.unsigned_abs() >= MILLISECONDS_FROM as u64 { number.div_euclid(1_000) } else { number };
    let moment = Moment::Instant(seconds);
    moment.day().is_some().then(|| Stamp::sure(moment))
}

/// In which order a written day stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// `2025-12-31`; a bare number is seconds or milliseconds.
    #[default]
    YearFirst,
    /// `31/12/2025`, with one digit or two.
    DayFirst,
    /// `12/31/2025`, with one digit or two.
    MonthFirst,
    /// `20251231`.
    Digits,
}

/// What a format says of its times. The default is the plain shape's.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock<'a> {
    pub(super) order: Order,
    /// Seconds east of Greenwich of times without a zone; UTC+7 is assumed where the format does not say.
    pub(super) zone: Option<i64>,
    /// Zones by name.
    pub(super) names: &'a [(String, i64)],
}

/// Reads a written date of the plain shape.
pub(super) fn read_text(text: &str) -> Option<Stamp> {
    read(text, Clock::default())
}

/// Reads a written date.
pub(super) fn read(text: &str, clock: Clock<'_>) -> Option<Stamp> {
    let bytes = text.trim().as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) && clock.order != Order::Digits {
        return read_number(text.trim().parse().ok()?);
    }
    let mut rest = bytes;
    if let Some(stamp) = old_twitter(bytes) {
        return Some(stamp);
    }
    let day = match clock.order {
        Order::YearFirst => {
            let year = number(&mut rest, 4)?;
            expect(&mut rest, b'-')?;
            let month = number(&mut rest, 2)?;
            expect(&mut rest, b'-')?;
            Day::new(year as i16, month as i8, number(&mut rest, 2)? as i8)?
        }
        Order::Digits => {
            let (year, month) = (number(&mut rest, 4)?, number(&mut rest, 2)?);
            Day::new(year as i16, month as i8, number(&mut rest, 2)? as i8)?
        }
        Order::DayFirst | Order::MonthFirst => {
            let first = short(&mut rest)?;
            let mark = rest.first().copied().filter(|b| matches!(b, b'/' | b'-' | b'.'))?;
            expect(&mut rest, mark)?;
            let second = short(&mut rest)?;
            expect(&mut rest, mark)?;
            let (day, month) = if clock.order == Order::DayFirst { (first, second) } else { (second, first) };
            Day::new(number(&mut rest, 4)? as i16, month as i8, day as i8)?
        }
    };
    if rest.is_empty() {
        return Some(Stamp::sure(Moment::Day(day)));
    }
    let time = match rest {
        [b',', b' ', time @ ..] | [b'T' | b't' | b' ', time @ ..] => time,
        _ => return None,
    };
    rest = time;
    let mut seconds = 3_600 * below(&mut rest, 24)?;
    expect(&mut rest, b':')?;
    seconds += 60 * below(&mut rest, 60)?;
    if expect(&mut rest, b':').is_some() {
        // A leap second is read as the second before it.
        seconds += below(&mut rest, 61)?.min(59);
        if let [b'.' | b',', b'0'..=b'9', ..] = rest {
            let digits = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            rest = &rest[1 + digits..];
        }
    }
    let local = i64::from(day.number()) * 86_400 + seconds;
    let rest = rest.trim_ascii_start();
    let named = clock.names.iter().find(|(name, _)| rest.eq_ignore_ascii_case(name.as_bytes()));
    let said = match named {
        Some((_, offset)) => Some(*offset),
        None => zone(rest)?.or(clock.zone),
    };
    Some(match said {
        Some(offset) => Stamp::sure(Moment::Instant(local - offset)),
        None => Stamp { moment: Moment::Instant(local - VIETNAM), zone_assumed: true },
    })
}

/// `Wed Oct 10 20:19:24 +0000 2018`, as X's first interface writes it.
fn old_twitter(bytes: &[u8]) -> Option<Stamp> {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let mut words = bytes.split(|b| *b == b' ');
    let _weekday = words.next().filter(|w| w.len() == 3 && w.iter().all(u8::is_ascii_alphabetic))?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|m| *m == month)? as i8 + 1;
    let (mut day, mut time, offset, mut year) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let day = Day::new(number(&mut year, 4)? as i16, month, number(&mut day, 2)? as i8)?;
    let mut seconds = 3_600 * below(&mut time, 24)?;
    expect(&mut time, b':')?;
    seconds += 60 * below(&mut time, 60)?;
    expect(&mut time, b':')?;
    seconds += below(&mut time, 61)?.min(59);
    let local = i64::from(day.number()) * 86_400 + seconds;
    Some(Stamp::sure(Moment::Instant(local - zone(offset)??)))
}

/// One digit or two.
fn short(rest: &mut &[u8]) -> Option<i64> {
    let digits = rest.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    number(rest, digits.max(1))
}

/// Seconds east of Greenwich; `Some(None)` where nothing is said.
fn zone(mut rest: &[u8]) -> Option<Option<i64>> {
    let sign = match rest {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        name if name.eq_ignore_ascii_case(b"UTC") || name.eq_ignore_ascii_case(b"GMT") => return Some(Some(0)),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    rest = &rest[1..];
    let mut seconds = 3_600 * below(&mut rest, 24)?;
    if !rest.is_empty() {
        let _ = expect(&mut rest, b':');
        seconds += 60 * below(&mut rest, 60)?;
    }
    rest.is_empty().then_some(Some(sign * seconds))
}

/// Exactly `width` digits.
fn number(rest: &mut &[u8], width: usize) -> Option<i64> {
    let (digits, after) = rest.split_at_checked(width)?;
    *rest = after;
    digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
}

/// Two digits that are less than `limit`.
fn below(rest: &mut &[u8], limit: i64) -> Option<i64> {
    number(rest, 2).filter(|n| *n < limit)
}

fn expect(rest: &mut &[u8], byte: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[byte])?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_date() {
        let table = [
            ("2026-03-01T13:00:00Z", "2026-03-01T13:00:00Z", false),
            ("2026-03-01t13:00:00.123456z", "2026-03-01T13:00:00Z", false),
            ("2026-03-01T13:00:00+07:00", "2026-03-01T06:00:00Z", false),
            ("2026-03-01T13:00:00-0330", "2026-03-01T16:30:00Z", false),
            ("2026-03-01 13:00:00 +07", "2026-03-01T06:00:00Z", false),
            ("2026-03-01 13:00:00 UTC", "2026-03-01T13:00:00Z", false),
            ("2026-03-01 13:00", "2026-03-01T06:00:00Z", true),
            ("2026-03-01T13:00:59", "2026-03-01T06:00:59Z", true),
            ("2026-03-01", "2026-03-01", false),
            (" 2026-03-01 ", "2026-03-01", false),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", false),
            ("1772370000", "2026-03-01T13:00:00Z", false),
            ("1772370000999", "2026-03-01T13:00:00Z", false),
            ("-1", "1969-12-31T23:59:59Z", false),
        ];
        for (text, moment, zone_assumed) in table {
            let stamp = read_text(text).unwrap_or_else(|| panic!("{text} is not read"));
            assert_eq!((stamp.moment.to_string().as_str(), stamp.zone_assumed), (moment, zone_assumed), "{text}");
        }
    }

    #[test]
    fn the_forms_that_a_format_allows() {
        let names = [("EDT".to_owned(), -4 * 3_600)];
        let clock = |order, zone| Clock { order, zone, names: &names };
        let table = [
            ("09/10/2025 15:53", Order::DayFirst, Some(VIETNAM), "2025-10-09T08:53:00Z", false),
            ("9/10/2025, 15:53:20", Order::DayFirst, None, "2025-10-09T08:53:20Z", true),
            ("10/9/2025", Order::MonthFirst, None, "2025-10-09", false),
            ("09-10-2025", Order::DayFirst, None, "2025-10-09", false),
            ("20251009", Order::Digits, None, "2025-10-09", false),
            ("2023-10-09 04:53:20 EDT", Order::YearFirst, None, "2023-10-09T08:53:20Z", false),
            ("2025-10-09 08:53:20", Order::YearFirst, Some(0), "2025-10-09T08:53:20Z", false),
            ("2025-10-09 08:53:20 +07:00", Order::YearFirst, Some(0), "2025-10-09T01:53:20Z", false),
            ("Wed Oct 10 20:19:24 +0000 2018", Order::YearFirst, None, "2018-10-10T20:19:24Z", false),
            ("1760000000", Order::DayFirst, None, "2025-10-09T08:53:20Z", false),
        ];
        for (text, order, zone, moment, zone_assumed) in table {
            let stamp = read(text, clock(order, zone)).unwrap_or_else(|| panic!("{text} is not read"));
            assert_eq!((stamp.moment.to_string().as_str(), stamp.zone_assumed), (moment, zone_assumed), "{text}");
        }
        // A zone that the format does not know is no reason to guess.
        assert_eq!(read("2023-10-09 04:53:20 XYZ", clock(Order::YearFirst, None)), None);
        assert_eq!(read("31/12/2025", clock(Order::MonthFirst, None)), None);
    }

    #[test]
    fn what_is_no_date() {
        let table = [
            "",
            "hôm qua",
            "2026-02-30",
            "2026-13-01",
            "2026-3-1",
            "01/03/2026",
            "2026-03-01T",
            "2026-03-01T25:00",
            "2026-03-01T13:00:61Z",
            "2026-03-01T13:00:00Q",
            "2026-03-01T13:00:00+25:00",
            "2026-03-01T13:00:00Z tail",
            "2026-+1-05",
            "99999999999999999999",
            "-",
            "2026-03-01T13:00:00.",
        ];
        for text in table {
            assert_eq!(read_text(text), None, "{text}");
        }
        assert_eq!(read_number(i64::MAX), None);
        assert_eq!(read_number(i64::MIN), None);
    }
}
