//! The written forms of a date that the plain shape accepts: RFC 3339 and its zoneless and spaced kin, a bare day, and
//! seconds or milliseconds since 1970.

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

/// Reads a written date.
pub(super) fn read_text(text: &str) -> Option<Stamp> {
    let bytes = text.trim().as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
        return read_number(text.trim().parse().ok()?);
    }
    let mut rest = bytes;
    let year = number(&mut rest, 4)?;
    expect(&mut rest, b'-')?;
    let month = number(&mut rest, 2)?;
    expect(&mut rest, b'-')?;
    let day = Day::new(year as i16, month as i8, number(&mut rest, 2)? as i8)?;
    if rest.is_empty() {
        return Some(Stamp::sure(Moment::Day(day)));
    }
    let [b'T' | b't' | b' ', time @ ..] = rest else { return None };
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
    match zone(rest.trim_ascii_start())? {
        Some(offset) => Some(Stamp::sure(Moment::Instant(local - offset))),
        None => Some(Stamp { moment: Moment::Instant(local - VIETNAM), zone_assumed: true }),
    }
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
