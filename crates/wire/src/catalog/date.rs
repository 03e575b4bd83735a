//! Days of the calendar: when something is charged, to the day. Clocks and time zones are not here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::IntervalUnit;

const DAY_MS: i64 = 86_400_000;

/// 31 December 9999, in days since 1 January 1970.
const LAST: i64 = 2_932_896;

/// A day of the Gregorian calendar from 1970 to 9999, such as `2026-12-22`. What would lie beyond is the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    /// Since 1 January 1970.
    days: i64,
}

/// The text is not a day as `2026-12-22` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateError;

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date is a day of the calendar, written as 2026-12-22")
    }
}

impl std::error::Error for DateError {}

impl Date {
    /// The day, in UTC, of a moment in milliseconds since 1970.
    #[must_use]
    pub fn from_unix_ms(at_ms: i64) -> Self {
        Self::clamped(at_ms.div_euclid(DAY_MS))
    }

    /// The day's first moment in UTC, in milliseconds since 1970.
    #[must_use]
    pub fn unix_ms(self) -> i64 {
        self.days * DAY_MS
    }

    /// Reads a day as it is written in JSON.
    ///
    /// # Errors
    /// [`DateError`] for anything but year, month and day of a day that there is.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return Err(DateError) };
        if ![y1, y2, y3, y4, m1, m2, d1, d2].iter().all(u8::is_ascii_digit) {
            return Err(DateError);
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let written = (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]));
        let date = Self::clamped(days_since_1970(written.0, written.1, written.2));
        // Another day comes out for the 31st of a month that has none.
        if date.civil() == written { Ok(date) } else { Err(DateError) }
    }

    /// The day so many days, weeks, months or years later. A month after 31 January is the last day of February, as
    /// it is for Creem.
    #[must_use]
    pub fn after(self, count: u32, unit: IntervalUnit) -> Self {
        let count = i64::from(count);
        match unit {
            IntervalUnit::Day => Self::clamped(self.days + count),
            IntervalUnit::Week => Self::clamped(self.days + 7 * count),
            IntervalUnit::Month => self.months_later(count),
            IntervalUnit::Year => self.months_later(12 * count),
        }
    }

    /// How many days it is from an earlier day to this one; 0 from a later one.
    #[must_use]
    pub(crate) fn days_since(self, earlier: Self) -> u32 {
        u32::try_from(self.days - earlier.days).unwrap_or(0)
    }

    fn months_later(self, count: i64) -> Self {
        let (year, month, day) = self.civil();
        let months = year * 12 + month - 1 + count;
        let first = |months: i64| days_since_1970(months.div_euclid(12), months.rem_euclid(12) + 1, 1);
        let last = first(months + 1) - 1;
        Self::clamped((first(months) + day - 1).min(last))
    }

    fn clamped(days: i64) -> Self {
        Self { days: days.clamp(0, LAST) }
    }

    /// Year, month from 1 and day from 1. The years are counted from March, so that the leap day is the last of one.
    #[must_use]
    pub fn civil(self) -> (i64, i64, i64) {
        let days = self.days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day_of_year - (153 * from_march + 2) / 5 + 1)
    }
}

/// The inverse of [`Date::civil`]; a day beyond the month's end is one of the next month.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn leaps(year: i64) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    #[test]
    fn every_day_of_the_calendar_follows_the_day_before_it() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..=LAST {
            let date = Date { days };
            assert_eq!(date.civil(), (year, month, day));
            assert_eq!(days_since_1970(year, month, day), days);
            assert_eq!(Date::from_unix_ms(date.unix_ms()), date);
            let length = match month {
                2 => 28 + i64::from(leaps(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    #[test]
    fn a_day_is_written_and_read_in_one_way() {
        for text in ["1970-01-01", "2024-02-29", "2026-12-22", "9999-12-31"] {
            assert_eq!(date(text).to_string(), text);
            assert_eq!(serde_json::to_value(date(text)).expect("JSON"), text);
        }
        for text in [
            "",
            "2026-12-2",
            "2026-12-222",
            "2026/12/22",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-01-32",
            "1969-12-31",
            "+026-12-22",
            "2026-1a-22",
            "2026-12-:2",
            "0000-01-01",
        ] {
            assert_eq!(Date::parse(text), Err(DateError), "{text}");
        }
        assert!(DateError.to_string().contains("2026-12-22"));
    }

    #[test]
    fn a_moment_is_on_its_day_in_utc() {
        assert_eq!(Date::from_unix_ms(1_798_000_000_000).to_string(), "2026-12-23");
        assert_eq!(Date::from_unix_ms(DAY_MS - 1).to_string(), "1970-01-01");
        assert_eq!(Date::from_unix_ms(DAY_MS).to_string(), "1970-01-02");
        assert_eq!(Date::from_unix_ms(-1).to_string(), "1970-01-01");
    }

    #[test]
    fn a_month_is_one_of_the_calendar_and_ends_no_later_than_it_does() {
        let after = |start, count, unit| date(start).after(count, unit).to_string();
        assert_eq!(after("2026-01-31", 1, IntervalUnit::Month), "2026-02-28");
        assert_eq!(after("2026-01-31", 2, IntervalUnit::Month), "2026-03-31");
        assert_eq!(after("2026-12-15", 1, IntervalUnit::Month), "2027-01-15");
        assert_eq!(after("2026-11-30", 3, IntervalUnit::Month), "2027-02-28");
        assert_eq!(after("2024-02-29", 1, IntervalUnit::Year), "2025-02-28");
        assert_eq!(after("2024-02-29", 4, IntervalUnit::Year), "2028-02-29");
        assert_eq!(after("2026-12-22", 10, IntervalUnit::Day), "2027-01-01");
        assert_eq!(after("2026-12-22", 2, IntervalUnit::Week), "2027-01-05");
    }

    #[test]
    fn what_lies_beyond_the_calendar_is_its_last_day() {
        for unit in [IntervalUnit::Day, IntervalUnit::Week, IntervalUnit::Month, IntervalUnit::Year] {
            assert_eq!(date("2026-12-22").after(u32::MAX, unit).to_string(), "9999-12-31");
        }
        assert_eq!(Date::from_unix_ms(i64::MAX).to_string(), "9999-12-31");
    }

    #[test]
    fn days_are_counted_forwards_only() {
        assert_eq!(date("2027-01-05").days_since(date("2026-12-22")), 14);
        assert_eq!(date("2026-12-22").days_since(date("2027-01-05")), 0);
    }
}
