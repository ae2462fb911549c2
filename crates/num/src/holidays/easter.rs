//! The date of Easter Sunday in the Western churches, from which the movable feasts are counted.

use crate::date::Date;

/// Easter Sunday of a year as the number of days after 22 March, its earliest date: 0 to 34.
///
/// The rule is that of the Gregorian calendar (1582); the computation is the "anonymous" algorithm
/// (*Nature*, 20 April 1876; Meeus, *Astronomical Algorithms*, chapter 8).
fn days_after_22_march(year: i32) -> i32 {
    let golden = year.rem_euclid(19);
    let (century, in_century) = (year.div_euclid(100), year.rem_euclid(100));
    let skipped_leap_days = century - century.div_euclid(4);
    let lunar_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + skipped_leap_days - lunar_correction + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * century.rem_euclid(4) + 2 * in_century.div_euclid(4) - epact - in_century.rem_euclid(4))
            .rem_euclid(7);
    let exception = (golden + 11 * epact + 22 * to_sunday).div_euclid(451);
    epact + to_sunday - 7 * exception
}

/// How many days after Easter Sunday of its year the date is; negative before.
pub(super) fn days_after_easter(date: Date) -> i64 {
    let earliest = Date::new(date.year(), 3, 22).map_or(0, |march| march.days_until(date));
    earliest - i64::from(days_after_22_march(date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published dates (US Naval Observatory, "The Date of Easter"), with the earliest (1818) and
    /// the latest (2038) possible ones and both exceptions of the algorithm (1954, 1981).
    #[test]
    fn published_dates() {
        for text in [
            "1818-03-22",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2019-04-21",
            "2020-04-12",
            "2021-04-04",
            "2022-04-17",
            "2023-04-09",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
        ] {
            assert_eq!(days_after_easter(Date::parse(text).unwrap()), 0, "{text}");
        }
    }
}
