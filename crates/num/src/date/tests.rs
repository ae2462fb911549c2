//! Dates: the calendar, steps of days and months, and their text.

use proptest::prelude::*;

use super::*;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn refused(text: &str) -> (String, Option<String>) {
    let error = Date::parse(text).unwrap_err();
    (error.to_string(), error.suggestion().map(|d| d.to_string()))
}

#[test]
fn says_what_is_wrong_and_what_was_meant() {
    let case = |text: &str, message: &str, meant: Option<&str>| {
        assert_eq!(refused(text), (message.to_string(), meant.map(str::to_string)), "{text}");
    };
    case("2027-02-30", "there is no 30 February 2027: the last day is 28", Some("2027-02-28"));
    case("2028-02-30", "there is no 30 February 2028: the last day is 29", Some("2028-02-29"));
    case("2027-04-31", "there is no 31 April 2027: the last day is 30", Some("2027-04-30"));
    case("2027-04-00", "there is no day 00: days begin with 01", None);
    case("2027-13-01", "there is no month 13: months run from 01 to 12", Some("2027-01-13"));
    case("2027-13-31", "there is no month 13: months run from 01 to 12", None);
    case("2027-00-01", "there is no month 00: months run from 01 to 12", None);
    case("0027-01-31", "the year 0027 is before 1000: write all four digits", None);
    let far =
        |year: u32| format!("the year {year} is none that is reckoned with: years run from 1800 to 2199");
    case("1726-01-31", &far(1726), None);
    case("9999-12-31", &far(9999), None);
    let shape = |text: &str| format!("`{text}` is not a date: write year-month-day, as 2027-01-31");
    for (text, meant) in [
        ("2027-1-31", Some("2027-01-31")),
        ("2027/01/31", Some("2027-01-31")),
        ("31.12.2027", Some("2027-12-31")),
        ("12/31/2027", Some("2027-12-31")),
        ("01/02/2027", None),
        ("02/02/2027", Some("2027-02-02")),
        ("20270131", Some("2027-01-31")),
        ("2027-01-31T10:00", Some("2027-01-31")),
        ("27-01-31", None),
        ("tomorrow", None),
        ("", None),
        ("2027-01", None),
        ("2027-01-31-", None),
        ("２027-01-31", None),
        ("+027-01-31", None),
    ] {
        case(text, &shape(text), meant);
    }
}

#[test]
fn months_end_where_the_month_ends() {
    for (start, months, expected) in [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-02-28", 1, "2027-03-28"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2027-03-31", -4, "2026-11-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2027-12-15", 1, "2028-01-15"),
    ] {
        assert_eq!(date(start).add_months(months), Some(date(expected)), "{start} {months}");
    }
    assert_eq!(Date::MAX.add_months(1), None);
    assert_eq!(Date::MIN.add_months(-1), None);
    assert_eq!(date("2027-01-01").add_months(i64::MAX), None);
    assert_eq!(date("2027-01-01").add_years(i64::MIN), None);
}

#[test]
fn days_and_weekdays() {
    // 90 days after 2 June 2029: 28 more in June, 31 in July, 31 in August.
    assert_eq!(date("2029-06-02").add_days(90), Some(date("2029-08-31")));
    assert_eq!(date("2029-08-31").days_until(date("2029-10-11")), 41);
    assert_eq!(date("2027-01-02").days_until(date("2027-01-01")), -1);
    assert_eq!(Date::MIN.days_until(Date::MAX), 146_096);
    assert_eq!(date("2000-01-01").weekday(), Weekday::Saturday);
    assert_eq!(date("2027-01-01").weekday(), Weekday::Friday);
    assert_eq!(Date::MAX.next_day(), None);
    assert_eq!(Date::MIN.prev_day(), None);
    assert_eq!(Date::MIN.add_days(i64::MIN), None);
    assert_eq!(date("2028-02-01").end_of_month(), date("2028-02-29"));
    assert!(date("2000-05-01").is_leap_year() && !date("2100-05-01").is_leap_year());
    assert_eq!(Date::new(2027, 2, 29), None);
    assert_eq!(Date::new(999, 1, 1), None);
    assert_eq!(Date::new(i32::MAX, u32::MAX, u32::MAX), None);
}

#[test]
fn serde_is_iso_text() {
    assert_eq!(serde_json::to_string(&date("2027-01-31")).unwrap(), r#""2027-01-31""#);
    assert_eq!(serde_json::from_str::<Date>(r#""2027-01-31""#).unwrap(), date("2027-01-31"));
    assert!(serde_json::from_str::<Date>(r#""2027-02-30""#).is_err());
}

pub(crate) fn any_date() -> impl Strategy<Value = Date> {
    (0..=146_096i64).prop_map(|days| Date::MIN.add_days(days).unwrap())
}

proptest! {
    #[test]
    fn text_round_trip(day in any_date()) {
        prop_assert_eq!(Date::parse(&day.to_string()), Ok(day));
    }

    #[test]
    fn days_there_and_back(a in any_date(), b in any_date()) {
        prop_assert_eq!(a.add_days(a.days_until(b)), Some(b));
        prop_assert_eq!(a.cmp(&b), 0.cmp(&a.days_until(b)));
    }

    #[test]
    fn months_keep_the_day_or_the_end(a in any_date(), months in -200i64..200) {
        if let Some(b) = a.add_months(months) {
            prop_assert!(b.day() == a.day() || (b.day() < a.day() && b == b.end_of_month()));
            prop_assert_eq!(b.month_number() - a.month_number(), months);
        }
    }

    #[test]
    fn no_text_panics(text in "[-0-9T/. ]{0,14}|.{0,20}") {
        if let Err(error) = Date::parse(&text) {
            let _ = (error.to_string(), error.suggestion());
        }
    }
}
