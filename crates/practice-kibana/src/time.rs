//! Times as Kibana writes and reads them.

use jiff::{SignedDuration, Timestamp, ToSpan, Unit, civil, tz::TimeZone};

/// Writes a time in UTC with milliseconds, as in `2025-05-06T07:08:09.123Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Whole seconds from one time to another, rounded down.
pub(crate) fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_millisecond() - from.as_millisecond()).div_euclid(1000)
}

/// Which end of an imprecise date is meant: `2025-05-06` starts a range at midnight and ends one at
/// the last millisecond of the day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Lower,
    Upper,
}

/// Reads a date, a time, or date math (`now-7d/d`, `2025-05-06||+1d`) as Elasticsearch does.
pub(crate) fn read(text: &str, now: Timestamp, bound: Bound) -> Option<Timestamp> {
    if let Some(math) = text.strip_prefix("now") {
        return apply_math(now, math, bound);
    }
    let (anchor, math) = text.split_once("||").unwrap_or((text, ""));
    apply_math(read_anchor(anchor, bound)?, math, bound)
}

fn read_anchor(text: &str, bound: Bound) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(millisecond) = text.parse::<i64>() {
        return Timestamp::from_millisecond(millisecond).ok();
    }
    if text.contains('T') {
        let time: civil::DateTime = text.parse().ok()?;
        return TimeZone::UTC.to_timestamp(time).ok();
    }
    let day: civil::Date = text.parse().ok()?;
    let start = TimeZone::UTC
        .to_timestamp(day.to_datetime(civil::Time::midnight()))
        .ok()?;
    match bound {
        Bound::Lower => Some(start),
        Bound::Upper => end_of(start, Unit::Day),
    }
}

fn apply_math(start: Timestamp, mut math: &str, bound: Bound) -> Option<Timestamp> {
    let mut time = start;
    while let Some(operator) = math.chars().next() {
        let rest = math.get(1..)?;
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let count: i64 = match rest.get(..digits)? {
            "" => 1,
            digits => digits.parse().ok()?,
        };
        let unit = rest.get(digits..digits + 1)?;
        math = rest.get(digits + 1..)?;
        time = match operator {
            '+' => shift(time, count, unit)?,
            '-' => shift(time, -count, unit)?,
            '/' => round(time, unit, bound)?,
            _ => return None,
        };
    }
    Some(time)
}

fn shift(time: Timestamp, count: i64, unit: &str) -> Option<Timestamp> {
    let span = match unit {
        "y" => count.years(),
        "M" => count.months(),
        "w" => count.weeks(),
        "d" => count.days(),
        "h" | "H" => count.hours(),
        "m" => count.minutes(),
        "s" => count.seconds(),
        _ => return None,
    };
    let zoned = time
        .to_zoned_datetime(TimeZone::UTC)
        .checked_add(span)
        .ok()?;
    Some(zoned.timestamp())
}

fn round(time: Timestamp, unit: &str, bound: Bound) -> Option<Timestamp> {
    let unit = match unit {
        "d" => Unit::Day,
        "h" | "H" => Unit::Hour,
        "m" => Unit::Minute,
        "s" => Unit::Second,
        _ => return None,
    };
    let rounding = jiff::ZonedDateTimeRound::new()
        .smallest(unit)
        .mode(jiff::RoundMode::Trunc);
    let start = time
        .to_zoned_datetime(TimeZone::UTC)
        .round(rounding)
        .ok()?
        .timestamp();
    match bound {
        Bound::Lower => Some(start),
        Bound::Upper => end_of(start, unit),
    }
}

/// The last millisecond of the unit that begins at `start`.
fn end_of(start: Timestamp, unit: Unit) -> Option<Timestamp> {
    let length = match unit {
        Unit::Day => SignedDuration::from_hours(24),
        Unit::Hour => SignedDuration::from_hours(1),
        Unit::Minute => SignedDuration::from_mins(1),
        _ => SignedDuration::from_secs(1),
    };
    start
        .checked_add(length - SignedDuration::from_millis(1))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, bound: Bound, expect: Option<&str>) {
        let now: Timestamp = "2025-05-06T07:08:09.123Z".parse().unwrap();
        assert_eq!(read(text, now, bound).map(iso).as_deref(), expect, "{text}");
    }

    #[test]
    fn dates_and_date_math() {
        check(
            "2025-05-01T00:00:00Z",
            Bound::Lower,
            Some("2025-05-01T00:00:00.000Z"),
        );
        check(
            "2025-05-01T01:02:03.004+02:00",
            Bound::Lower,
            Some("2025-04-30T23:02:03.004Z"),
        );
        check(
            "2025-05-01T01:02",
            Bound::Lower,
            Some("2025-05-01T01:02:00.000Z"),
        );
        check("2025-05-01", Bound::Lower, Some("2025-05-01T00:00:00.000Z"));
        check("2025-05-01", Bound::Upper, Some("2025-05-01T23:59:59.999Z"));
        check("now", Bound::Upper, Some("2025-05-06T07:08:09.123Z"));
        check("now-1d", Bound::Lower, Some("2025-05-05T07:08:09.123Z"));
        check("now-1d/d", Bound::Lower, Some("2025-05-05T00:00:00.000Z"));
        check("now/d", Bound::Upper, Some("2025-05-06T23:59:59.999Z"));
        check(
            "2025-05-01||+1M",
            Bound::Lower,
            Some("2025-06-01T00:00:00.000Z"),
        );
        check("<", Bound::Lower, None);
        check("now-1q", Bound::Lower, None);
        check("", Bound::Lower, None);
    }
}
