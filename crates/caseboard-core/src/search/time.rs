//! Dates, times and durations of the search language, and the stretch of time that each of them means.
//!
//! They stay as they were written, so that `updated:<2h` in a saved view means two hours before whenever it is looked at.
//! [`TimeTest::interval`] and [`age_interval`] turn them into instants, with `now` and the zone that dates without one are in.
//!
//! - A written moment is as long as it is precise: `2026-11-23` is that whole day, `2026-11-23T12:00` that minute.
//!   `<` is before it begins, `>` after it ended, and both ends of a range belong to it.
//! - A duration in a field of times counts back from now: `updated:<2h` is less than two hours ago, `updated:>2h` more than
//!   two hours ago, `updated:1h..3h` between one and three hours ago, and `updated:8h` within the last eight hours.
//! - `now-8h` is that instant, and alone it means everything since.
//! - A duration in `age` and `idle` is how long it has been: `age:>3d` is older than three days, and `age:3d` is at least three
//!   and less than four days, just what is shown as `3 d`.
//! - A day in a duration has 24 hours, a week 168. What lies in the future, because clocks differ, is less than any time ago.

use std::fmt;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

use super::value::{Range, whole};
use crate::view::ProblemReason;

/// A stretch of time, as a number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Elapsed {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `s`.
    Second,
    /// `m`.
    Minute,
    /// `h`.
    Hour,
    /// `d`: 24 hours.
    Day,
    /// `w`: 7 days.
    Week,
}

/// A moment as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A day in the zone of whoever asks.
    Day(Date),
    /// A time in the zone of whoever asks.
    Local(DateTime, Precision),
    /// A time with its zone.
    Instant(Timestamp, Precision),
    /// Now, or this long ago.
    Now(Option<Elapsed>),
}

/// How long a written time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precision {
    /// `12:04`.
    Minute,
    /// `12:04:31`.
    Second,
    /// `12:04:31.250`, as precise as Kibana is.
    Millisecond,
}

/// The value of a field of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeTest {
    /// Compared with moments.
    At(Range<Moment>),
    /// Compared with how long ago it was.
    Ago(Range<Elapsed>),
}

/// Instants from the first, which belongs to it, until the second, which does not. `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    /// The first instant of it.
    pub from: Option<Timestamp>,
    /// The first instant behind it.
    pub until: Option<Timestamp>,
}

const TICK: SignedDuration = SignedDuration::from_millis(1);
/// Years that a date may name.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=9000;

impl TimeTest {
    /// The instants that pass the test.
    pub fn interval(self, now: Timestamp, zone: &TimeZone) -> Interval {
        match self {
            Self::At(range) => moments(range, now, zone),
            Self::Ago(Range::Is(at_most)) => Interval {
                from: Some(at_most.before(now)),
                until: None,
            },
            Self::Ago(range) => age_interval(range, now),
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, ProblemReason> {
        let range = Range::read(text, |text| {
            Bound::read(text).ok_or(ProblemReason::NotATime)
        })?;
        if let Some(range) = range.map(Bound::moment) {
            return range.in_order(Moment::is_before).map(Self::At);
        }
        let range = range.map(Bound::elapsed).ok_or(ProblemReason::MixedRange)?;
        range
            .in_order(|one, other| one.is_shorter(*other))
            .map(Self::Ago)
    }
}

/// When something began that has gone on for so long now.
pub fn age_interval(range: Range<Elapsed>, now: Timestamp) -> Interval {
    let after = |longest: Elapsed| Some(later(longest.before(now), TICK));
    match range {
        Range::Is(age) => Interval {
            from: after(Elapsed {
                count: age.count.saturating_add(1),
                unit: age.unit,
            }),
            until: after(age),
        },
        Range::Less(than) => Interval {
            from: after(than),
            until: None,
        },
        Range::More(than) => Interval {
            from: None,
            until: Some(than.before(now)),
        },
        Range::Between(shortest, longest) => Interval {
            from: longest.map(|longest| longest.before(now)),
            until: shortest.and_then(after),
        },
    }
}

pub(super) fn read_elapsed(text: &str) -> Result<Range<Elapsed>, ProblemReason> {
    let bound = |text: &str| Elapsed::read(text).ok_or(ProblemReason::NotADuration);
    Range::read(text, bound)?.in_order(|one, other| one.is_shorter(*other))
}

fn moments(range: Range<Moment>, now: Timestamp, zone: &TimeZone) -> Interval {
    let (start, end) = (
        |moment: Moment| Some(moment.start(now, zone)),
        |moment: Moment| Some(moment.end(now, zone)),
    );
    let (from, until) = match range {
        Range::Is(moment @ Moment::Now(_)) => (start(moment), None),
        Range::Is(moment) => (start(moment), end(moment)),
        Range::Less(than) => (None, start(than)),
        Range::More(than) => (end(than), None),
        Range::Between(from, to) => (from.and_then(start), to.and_then(end)),
    };
    Interval { from, until }
}

/// An end of a range in a field of times.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Moment(Moment),
    Elapsed(Elapsed),
}

impl Bound {
    fn read(text: &str) -> Option<Self> {
        match Elapsed::read(text) {
            Some(elapsed) => Some(Self::Elapsed(elapsed)),
            None => Moment::read(text).map(Self::Moment),
        }
    }

    fn moment(self) -> Option<Moment> {
        match self {
            Self::Moment(moment) => Some(moment),
            Self::Elapsed(_) => None,
        }
    }

    fn elapsed(self) -> Option<Elapsed> {
        match self {
            Self::Elapsed(elapsed) => Some(elapsed),
            Self::Moment(_) => None,
        }
    }
}

impl Elapsed {
    /// How many seconds it is.
    pub fn seconds(self) -> i64 {
        i64::from(self.count) * self.unit.seconds()
    }

    /// The instant this long before another, or the first there is.
    pub fn before(self, now: Timestamp) -> Timestamp {
        now.checked_sub(SignedDuration::from_secs(self.seconds()))
            .unwrap_or(Timestamp::MIN)
    }

    fn read(text: &str) -> Option<Self> {
        let count = text.get(..text.len().checked_sub(1)?)?;
        let unit = match text.as_bytes().last()?.to_ascii_lowercase() {
            b's' => Unit::Second,
            b'm' => Unit::Minute,
            b'h' => Unit::Hour,
            b'd' => Unit::Day,
            b'w' => Unit::Week,
            _ => return None,
        };
        whole(count).map(|count| Self { count, unit })
    }

    fn is_shorter(self, other: Self) -> bool {
        self.seconds() < other.seconds()
    }
}

impl Unit {
    fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 24 * 3600,
            Self::Week => 7 * 24 * 3600,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
        }
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letter())
    }
}

impl Moment {
    /// Its first instant.
    pub fn start(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(date) => first_of(date, zone),
            Self::Local(time, _) => zone.to_timestamp(time).unwrap_or(Timestamp::MAX),
            Self::Instant(instant, _) => instant,
            Self::Now(None) => now,
            Self::Now(Some(ago)) => ago.before(now),
        }
    }

    /// The first instant behind it.
    pub fn end(self, now: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Day(date) => date
                .tomorrow()
                .map_or(Timestamp::MAX, |date| first_of(date, zone)),
            Self::Local(_, precision) | Self::Instant(_, precision) => {
                later(self.start(now, zone), precision.length())
            }
            Self::Now(_) => later(self.start(now, zone), TICK),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if let Some(ago) = lower.strip_prefix("now") {
            return match ago.strip_prefix('-') {
                Some(ago) => Elapsed::read(ago).map(|ago| Self::Now(Some(ago))),
                None => ago.is_empty().then_some(Self::Now(None)),
            };
        }
        let Some((date, time)) = lower.split_once('t') else {
            return date(&lower).map(Self::Day);
        };
        let date = self::date(date)?;
        let (clock, offset) = split_zone(time)?;
        let (clock, precision) = self::time(clock)?;
        let local = date.to_datetime(clock);
        let Some(offset) = offset else {
            return Some(Self::Local(local, precision));
        };
        let instant = offset.to_timestamp(local).ok()?;
        Some(Self::Instant(instant, precision))
    }

    /// Whether it is earlier, where that can be told without a zone.
    fn is_before(&self, other: &Self) -> bool {
        let day = |moment: &Self| match moment {
            Self::Day(date) => Some(*date),
            Self::Local(time, _) => Some(time.date()),
            Self::Instant(..) | Self::Now(_) => None,
        };
        match (self, other) {
            (Self::Local(one, _), Self::Local(other, _)) => one < other,
            (Self::Instant(one, _), Self::Instant(other, _)) => one < other,
            (Self::Now(one), Self::Now(other)) => {
                let ago = |ago: &Option<Elapsed>| ago.map_or(0, Elapsed::seconds);
                ago(one) > ago(other)
            }
            (one, other) => day(one)
                .zip(day(other))
                .is_some_and(|(one, other)| one < other),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{date}"),
            Self::Local(time, precision) => write_time(f, *time, *precision),
            Self::Instant(instant, precision) => {
                write_time(f, Offset::UTC.to_datetime(*instant), *precision)?;
                f.write_str("Z")
            }
            Self::Now(None) => f.write_str("now"),
            Self::Now(Some(ago)) => write!(f, "now-{ago}"),
        }
    }
}

impl Precision {
    fn length(self) -> SignedDuration {
        match self {
            Self::Minute => SignedDuration::from_secs(60),
            Self::Second => SignedDuration::from_secs(1),
            Self::Millisecond => TICK,
        }
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, time: DateTime, precision: Precision) -> fmt::Result {
    write!(f, "{}T{:02}:{:02}", time.date(), time.hour(), time.minute())?;
    match precision {
        Precision::Minute => Ok(()),
        Precision::Second => write!(f, ":{:02}", time.second()),
        Precision::Millisecond => write!(f, ":{:02}.{:03}", time.second(), time.millisecond()),
    }
}

fn first_of(date: Date, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(date.to_datetime(Time::midnight()))
        .unwrap_or(Timestamp::MAX)
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// `2026-11-23`.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let part = parts.next()?;
        (part.len() == length).then(|| whole(part)).flatten()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    let year = i16::try_from(year)
        .ok()
        .filter(|year| YEARS.contains(year))?;
    Date::new(year, small(month)?, small(day)?).ok()
}

/// `12:04`, `12:04:31`, `12:04:31.250`.
fn time(text: &str) -> Option<(Time, Precision)> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let mut parts = clock.split(':').map(|part| {
        (part.len() == 2)
            .then(|| whole(part).and_then(small))
            .flatten()
    });
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let (second, precision, nanosecond) = match (second, fraction) {
        (None, None) => (0, Precision::Minute, 0),
        (None, Some(_)) => return None,
        (Some(second), None) => (second?, Precision::Second, 0),
        (Some(second), Some(fraction)) => (
            second?,
            Precision::Millisecond,
            milliseconds(fraction)? * 1_000_000,
        ),
    };
    let time = Time::new(hour, minute, second, nanosecond).ok()?;
    Some((time, precision))
}

/// What stands behind the dot; what is smaller than a millisecond is dropped.
fn milliseconds(fraction: &str) -> Option<i32> {
    if !(1..=9).contains(&fraction.len()) {
        return None;
    }
    whole(fraction)?;
    let padded = format!("{fraction:0<3}");
    padded.get(..3)?.parse().ok()
}

/// The time, and the zone behind it: `z`, `+02:00`, `+0200`, `+02`. `Some((_, None))` has no zone.
fn split_zone(time: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(time) = time.strip_suffix('z') {
        return Some((time, Some(Offset::UTC)));
    }
    let Some(sign) = time.find(['+', '-']) else {
        return Some((time, None));
    };
    let (time, zone) = time.split_at(sign);
    let (sign, zone) = zone.split_at(1);
    let (hours, minutes) = match zone.len() {
        2 => (zone, "00"),
        4 => zone.split_at_checked(2)?,
        5 => zone.split_once(':')?,
        _ => return None,
    };
    let (hours, minutes) = (whole(hours)?, whole(minutes)?);
    if hours > 18 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let offset = Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()?;
    Some((time, Some(offset)))
}

fn small(number: u32) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(text: &str, zone: &TimeZone) -> String {
        let now = "2026-11-26T12:00:00Z".parse().unwrap();
        show(TimeTest::read(text).unwrap().interval(now, zone))
    }

    fn age(text: &str) -> String {
        let now = "2026-11-26T12:00:00Z".parse().unwrap();
        show(age_interval(read_elapsed(text).unwrap(), now))
    }

    fn show(interval: Interval) -> String {
        let end = |end: Option<Timestamp>| end.map(|end| end.to_string()).unwrap_or_default();
        format!("{} {}", end(interval.from), end(interval.until))
    }

    #[test]
    fn moments_are_as_long_as_they_are_precise() {
        for (text, expected) in [
            ("2026-11-23", "2026-11-23T00:00:00Z 2026-11-24T00:00:00Z"),
            ("<2026-11-23", " 2026-11-23T00:00:00Z"),
            ("<=2026-11-23", " 2026-11-24T00:00:00Z"),
            (">2026-11-23", "2026-11-24T00:00:00Z "),
            (">=2026-11-23", "2026-11-23T00:00:00Z "),
            (
                "2026-11-01..2026-11-03",
                "2026-11-01T00:00:00Z 2026-11-04T00:00:00Z",
            ),
            ("2026-11-01..", "2026-11-01T00:00:00Z "),
            ("..2026-11-01", " 2026-11-02T00:00:00Z"),
            (
                "2026-11-23T12:04",
                "2026-11-23T12:04:00Z 2026-11-23T12:05:00Z",
            ),
            (
                "2026-11-23T12:04:31",
                "2026-11-23T12:04:31Z 2026-11-23T12:04:32Z",
            ),
            (
                "2026-11-23T12:04:31.5",
                "2026-11-23T12:04:31.5Z 2026-11-23T12:04:31.501Z",
            ),
            (
                "2026-11-23T12:04+02:00",
                "2026-11-23T10:04:00Z 2026-11-23T10:05:00Z",
            ),
            (">2026-11-23t12:04:31z", "2026-11-23T12:04:32Z "),
        ] {
            assert_eq!(interval(text, &TimeZone::UTC), expected, "{text}");
        }
    }

    #[test]
    fn durations_count_back_from_now() {
        for (text, expected) in [
            ("<2h", "2026-11-26T10:00:00.001Z "),
            (">2h", " 2026-11-26T10:00:00Z"),
            ("<=2h", "2026-11-26T10:00:00Z "),
            (">=2h", " 2026-11-26T10:00:00.001Z"),
            ("8h", "2026-11-26T04:00:00Z "),
            ("1h..3h", "2026-11-26T09:00:00Z 2026-11-26T11:00:00.001Z"),
            ("now-8h", "2026-11-26T04:00:00Z "),
            ("now-8h..", "2026-11-26T04:00:00Z "),
            (
                "now-8h..now-1h",
                "2026-11-26T04:00:00Z 2026-11-26T11:00:00.001Z",
            ),
            ("<now-1w", " 2026-11-19T12:00:00Z"),
            (
                "2026-11-26..now",
                "2026-11-26T00:00:00Z 2026-11-26T12:00:00.001Z",
            ),
            ("4000000000w", "-009999-01-02T01:59:59Z "),
        ] {
            assert_eq!(interval(text, &TimeZone::UTC), expected, "{text}");
        }
    }

    #[test]
    fn an_age_is_how_long_it_has_been() {
        for (text, expected) in [
            (">3d", " 2026-11-23T12:00:00Z"),
            ("<3d", "2026-11-23T12:00:00.001Z "),
            ("3d", "2026-11-22T12:00:00.001Z 2026-11-23T12:00:00.001Z"),
            ("1d..3d", "2026-11-23T12:00:00Z 2026-11-25T12:00:00.001Z"),
            ("30s..", " 2026-11-26T11:59:30.001Z"),
        ] {
            assert_eq!(age(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_without_a_zone_are_in_the_one_given() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (text, expected) in [
            ("2026-11-23", "2026-11-22T23:00:00Z 2026-11-23T23:00:00Z"),
            // The clocks go forward on this day, and back on the next one.
            ("2026-03-29", "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z"),
            (
                "2026-03-29T02:30",
                "2026-03-29T01:30:00Z 2026-03-29T01:31:00Z",
            ),
            (
                "2026-11-23T12:00Z",
                "2026-11-23T12:00:00Z 2026-11-23T12:01:00Z",
            ),
        ] {
            assert_eq!(interval(text, &berlin), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told() {
        use ProblemReason as P;
        for (text, reason) in [
            ("yesterday", P::NotATime),
            ("2026-02-30", P::NotATime),
            ("2026-13-01", P::NotATime),
            ("26-11-01", P::NotATime),
            ("2026-11-23T25:00", P::NotATime),
            ("2026-11-23T12", P::NotATime),
            ("2026-11-23T12:00+99:00", P::NotATime),
            ("2026-11-23T12:00:00.", P::NotATime),
            ("0001-01-01", P::NotATime),
            ("now+1h", P::NotATime),
            ("h", P::NotATime),
            ("", P::NotATime),
            ("..", P::EmptyRange),
            ("2h..2026-11-01", P::MixedRange),
            ("3h..1h", P::ReversedRange),
            ("2026-11-03..2026-11-01", P::ReversedRange),
            ("2026-11-03T10:00..2026-11-02", P::ReversedRange),
            ("now..now-8h", P::ReversedRange),
        ] {
            assert_eq!(TimeTest::read(text), Err(reason), "{text}");
        }
    }
}
