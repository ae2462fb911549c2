//! Periods: each cycle covers all days once, and a label is one period.

use proptest::prelude::*;

use super::*;
use crate::date::tests::any_date;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn shown(period: Option<Period>) -> String {
    period.map_or("-".to_string(), |p| format!("{p}: {} to {}", p.start, p.end))
}

const JUNE: Basis = Basis::Fiscal { year_end_month: 6, year_end_day: 30 };

#[test]
fn calendar_periods() {
    let on = |kind| shown(Cycle::new(kind, Basis::Calendar).containing(date("2029-03-31")));
    assert_eq!(on(PeriodKind::Month), "2029-03: 2029-03-01 to 2029-03-31");
    assert_eq!(on(PeriodKind::Quarter), "2029 Q1: 2029-01-01 to 2029-03-31");
    assert_eq!(on(PeriodKind::Half), "2029 H1: 2029-01-01 to 2029-06-30");
    assert_eq!(on(PeriodKind::Year), "2029: 2029-01-01 to 2029-12-31");
}

#[test]
fn fiscal_years_are_named_by_their_end() {
    let on = |kind, day| shown(Cycle::new(kind, JUNE).containing(date(day)));
    assert_eq!(on(PeriodKind::Year, "2028-07-01"), "FY2029: 2028-07-01 to 2029-06-30");
    assert_eq!(on(PeriodKind::Quarter, "2028-12-31"), "FY2029 Q2: 2028-10-01 to 2028-12-31");
    assert_eq!(on(PeriodKind::Quarter, "2029-06-30"), "FY2029 Q4: 2029-04-01 to 2029-06-30");
    assert_eq!(on(PeriodKind::Month, "2028-07-31"), "FY2029 month 1: 2028-07-01 to 2028-07-31");
    // The tax year of the United Kingdom ends on 5 April.
    let tax = Basis::Fiscal { year_end_month: 4, year_end_day: 5 };
    let on = |kind, day| shown(Cycle::new(kind, tax).containing(date(day)));
    assert_eq!(on(PeriodKind::Year, "2027-04-06"), "FY2028: 2027-04-06 to 2028-04-05");
    assert_eq!(on(PeriodKind::Quarter, "2028-04-05"), "FY2028 Q4: 2028-01-06 to 2028-04-05");
    // The end of February is the 29th in leap years.
    let february = Basis::Fiscal { year_end_month: 2, year_end_day: 28 };
    let on = |kind, day| shown(Cycle::new(kind, february).containing(date(day)));
    assert_eq!(on(PeriodKind::Year, "2028-02-29"), "FY2028: 2027-03-01 to 2028-02-29");
    assert_eq!(on(PeriodKind::Quarter, "2028-03-01"), "FY2029 Q1: 2028-03-01 to 2028-05-31");
    // A year that ends with the calendar year.
    let december = Basis::Fiscal { year_end_month: 12, year_end_day: 31 };
    let year = Cycle::new(PeriodKind::Year, december).containing(date("2029-01-01"));
    assert_eq!(shown(year), "FY2029: 2029-01-01 to 2029-12-31");
}

#[test]
fn no_fiscal_year_without_an_end() {
    for (year_end_month, year_end_day) in [(0, 1), (13, 1), (6, 0), (u32::MAX, u32::MAX)] {
        let cycle = Cycle::new(PeriodKind::Year, Basis::Fiscal { year_end_month, year_end_day });
        assert_eq!(cycle.containing(date("2029-01-01")), None);
        assert_eq!(cycle.period(2029, 1), None);
        assert!(cycle.between(Date::MIN, Date::MAX).is_empty());
    }
    // The last December is of a fiscal year that has no end.
    assert_eq!(
        shown(Cycle::new(PeriodKind::Month, JUNE).containing(Date::MAX)),
        "FY2200 month 6: 2199-12-01 to 2199-12-31"
    );
    assert_eq!(Cycle::new(PeriodKind::Year, JUNE).containing(Date::MAX), None);
}

#[test]
fn contract_years_from_any_day() {
    let contract = |anchor: &str, kind| Cycle::new(kind, Basis::Contract { anchor: date(anchor) });
    let year = contract("2016-09-01", PeriodKind::Year);
    assert_eq!(shown(year.containing(date("2018-09-01"))), "contract year 3: 2018-09-01 to 2019-08-31");
    assert_eq!(shown(year.containing(date("2016-08-31"))), "-");
    assert_eq!(shown(year.previous(&year.period(1, 1).unwrap())), "-");
    // From 29 February, and back to it in leap years.
    let leap = contract("2028-02-29", PeriodKind::Year);
    assert_eq!(shown(leap.containing(date("2028-02-29"))), "contract year 1: 2028-02-29 to 2029-02-27");
    assert_eq!(shown(leap.containing(date("2029-02-28"))), "contract year 2: 2029-02-28 to 2030-02-27");
    assert_eq!(shown(leap.containing(date("2032-02-28"))), "contract year 4: 2031-02-28 to 2032-02-28");
    assert_eq!(shown(leap.containing(date("2032-02-29"))), "contract year 5: 2032-02-29 to 2033-02-27");
    let quarter = contract("2027-01-31", PeriodKind::Quarter);
    assert_eq!(shown(quarter.containing(date("2027-04-30"))), "contract year 1 Q2: 2027-04-30 to 2027-07-30");
    let month = contract("2027-01-31", PeriodKind::Month);
    assert_eq!(
        shown(month.containing(date("2027-02-28"))),
        "contract year 1 month 2: 2027-02-28 to 2027-03-30"
    );
}

#[test]
fn trailing_and_parts() {
    let trailing = |n, kind, end| shown(Period::trailing(n, kind, date(end)));
    assert_eq!(
        trailing(4, PeriodKind::Quarter, "2029-06-30"),
        "4 quarters to 2029-06-30: 2028-07-01 to 2029-06-30"
    );
    assert_eq!(
        trailing(1, PeriodKind::Month, "2028-02-29"),
        "1 month to 2028-02-29: 2028-02-01 to 2028-02-29"
    );
    assert_eq!(
        trailing(2, PeriodKind::Half, "2199-12-31"),
        "2 halves to 2199-12-31: 2199-01-01 to 2199-12-31"
    );
    assert_eq!(trailing(0, PeriodKind::Year, "2029-06-30"), "-");
    assert_eq!(trailing(u32::MAX, PeriodKind::Year, "2029-06-30"), "-");
    // Suspended from 31 August to 11 October 2029: 41 days of 365.
    let year = Period::parse_label("2029").unwrap();
    let suspended = Interval::new(date("2029-08-31"), Some(date("2029-10-11"))).unwrap();
    assert_eq!(year.fraction_in(&suspended), Exact::ratio(41, 365).unwrap());
    assert_eq!(Exact::one() - year.fraction_in(&suspended), Exact::ratio(324, 365).unwrap());
    assert_eq!(year.fraction_in(&Interval::since(date("2000-01-01"))), Exact::one());
    assert_eq!(year.fraction_in(&Interval::since(date("2030-01-01"))), Exact::zero());
    assert_eq!(year.interval().unwrap().days(), Some(365));
    let term = Interval::since(date("2029-09-01"));
    assert_eq!(shown(year.clip(&term)), "2029-09-01 to 2029-12-31: 2029-09-01 to 2029-12-31");
    assert_eq!(year.clip(&Interval::since(date("2029-01-01"))), Some(year));
    assert_eq!(year.clip(&Interval::since(date("2030-01-01"))), None);
}

#[test]
fn labels_are_read_as_people_write_them() {
    for (text, printed) in [
        ("2029-Q1", "2029 Q1"),
        ("2029 Q1", "2029 Q1"),
        ("2029 q4", "2029 Q4"),
        ("2029", "2029"),
        ("2029-03", "2029-03"),
        ("2029 H1", "2029 H1"),
        ("FY2029 Q2", "FY2029 Q2"),
        ("fy 2029", "FY2029"),
        ("FY2029 month 3", "FY2029 month 3"),
        ("contract year 3", "contract year 3"),
        ("Contract year 3 Q2", "contract year 3 Q2"),
        ("2029-01-01 to 2029-03-31", "2029-01-01 to 2029-03-31"),
        ("4 quarters to 2029-12-31", "4 quarters to 2029-12-31"),
    ] {
        assert_eq!(parse_label(text).map(|l| l.to_string()).as_deref(), Some(printed), "{text}");
    }
    for text in [
        "",
        "29",
        "0029",
        "2029 Q0",
        "2029 Q5",
        "2029 H3",
        "2029-13",
        "2029-00",
        "2029-3",
        "2029-01-01",
        "2029 Q",
        "Q1",
        "FY",
        "FY29",
        "contract year 0",
        "contract year",
        "contract year 3-04",
        "20290",
        "2029 Q1 ½",
        "2029-03-31 to 2029-01-01",
        "0 quarters to 2029-12-31",
    ] {
        assert_eq!(parse_label(text), None, "{text}");
    }
    assert_eq!(shown(Period::parse_label("2029-02")), "2029-02: 2029-02-01 to 2029-02-28");
    assert_eq!(Period::parse_label("FY2029"), None);
    let fiscal = parse_label("FY2029 Q2").unwrap().period(&JUNE);
    assert_eq!(shown(fiscal), "FY2029 Q2: 2028-10-01 to 2028-12-31");
}

#[test]
fn serde_forms() {
    let period = Period::parse_label("2029 Q1").unwrap();
    let json = serde_json::to_string(&period).unwrap();
    assert_eq!(json, r#"{"start":"2029-01-01","end":"2029-03-31","label":"2029 Q1"}"#);
    assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
    let cycle = Cycle::new(PeriodKind::Quarter, JUNE);
    let json = serde_json::to_string(&cycle).unwrap();
    assert_eq!(json, r#"{"kind":"quarter","basis":{"basis":"fiscal","year_end_month":6,"year_end_day":30}}"#);
    assert_eq!(serde_json::from_str::<Cycle>(&json).unwrap(), cycle);
}

pub(crate) fn any_cycle() -> impl Strategy<Value = Cycle> {
    use PeriodKind::{Half, Month, Quarter, Year};
    let basis = prop_oneof![
        Just(Basis::Calendar),
        (1u32..=12, 1u32..=31)
            .prop_map(|(year_end_month, year_end_day)| Basis::Fiscal { year_end_month, year_end_day }),
        any_date().prop_map(|anchor| Basis::Contract { anchor }),
        Just(Basis::Contract { anchor: date("2028-02-29") }),
    ];
    (proptest::sample::select(vec![Month, Quarter, Half, Year]), basis)
        .prop_map(|(kind, basis)| Cycle { kind, basis })
}

proptest! {
    #[test]
    fn periods_tile_the_calendar(cycle in any_cycle(), day in any_date()) {
        let Some(period) = cycle.containing(day) else { return Ok(()) };
        prop_assert!(period.contains(day) && period.days() >= 28);
        prop_assert_eq!(cycle.containing(period.start), Some(period));
        prop_assert_eq!(cycle.containing(period.end), Some(period));
        if let Some(next) = cycle.next(&period) {
            prop_assert_eq!(period.end.next_day(), Some(next.start));
            prop_assert_eq!(cycle.previous(&next), Some(period));
        }
        // The parts of a year make the year.
        if let Some(year) = cycle.year_containing(day) {
            let parts = cycle.between(year.start, year.end);
            prop_assert_eq!(parts.len(), usize::try_from(cycle.kind.per_year()).unwrap());
            prop_assert_eq!(parts.iter().map(Period::days).sum::<i64>(), year.days());
            let indexes: Vec<_> = parts.iter().filter_map(|p| p.label.index()).collect();
            prop_assert_eq!(indexes, (1..=cycle.kind.per_year()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_period_is_found_by_its_label(cycle in any_cycle(), day in any_date()) {
        let Some(period) = cycle.containing(day) else { return Ok(()) };
        let label = period.to_string();
        prop_assert_eq!(parse_label(&label), Some(period.label));
        prop_assert_eq!(period.label.period(&cycle.basis), Some(period));
    }

    /// So many months after the start of a contract is the start of a later period.
    #[test]
    fn adding_months_reaches_later_periods(anchor in any_date(), months in 0i64..600) {
        let cycle = Cycle::new(PeriodKind::Month, Basis::Contract { anchor });
        if let Some(day) = anchor.add_months(months)
            && let Some(period) = cycle.containing(day)
        {
            prop_assert_eq!(period.start, day);
            let number = months / 12 * 12 + i64::from(period.label.index().unwrap()) - 1;
            prop_assert_eq!(number, months);
        }
    }

    #[test]
    fn trailing_years_end_to_end(day in any_date(), count in 1u32..20) {
        if let (Some(later), Some(start)) =
            (Period::trailing(count, PeriodKind::Year, day), day.add_days(-8000))
        {
            prop_assert_eq!(later.end, day);
            prop_assert!(later.start > start);
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,30}|[-0-9QHFYqhfy to]{0,20}") {
        if let Some(label) = parse_label(&text) {
            prop_assert_eq!(parse_label(&label.to_string()), Some(label));
            let _ = label.period(&Basis::Calendar);
        }
    }
}
