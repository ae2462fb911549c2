//! Exact money, rates, quantities, dates, periods and calendars.
//!
//! The bottom of the house: plain values and the arithmetic that law and contracts define on them.
//! Nothing here knows what a licence is. Nothing here reads a clock or the environment, uses
//! floating point, or panics; an operation that can fail returns `Option` or a typed error. Where a
//! rule comes from outside (a statute, a market convention, a standard) its documentation names the
//! source.
//!
//! | idea | module |
//! |---|---|
//! | exact rational numbers | [`exact`] |
//! | rounding | [`round`] |
//! | currencies, money | [`currency`], [`money`] |
//! | units, quantities | [`mod@unit`] |
//! | days, stretches of days | [`date`], [`interval`] |
//! | contractual durations | [`span`] |
//! | day counts for interest | [`daycount`] |
//! | business days and holidays | [`calendar`] |
//! | months, quarters, years of any kind | [`period`] |
//!
//! ```
//! use counterpart_num::{BusinessCalendar, Currency, Date, Exact, Mode, Money, Period, Roll, Span};
//!
//! // 4% of sales, to the cent, half to even.
//! let sales = Money::new(Exact::parse("4,172,400").unwrap(), Currency::USD);
//! let due = sales.times(&Exact::percent(4)).round_to_minor(Mode::HalfEven);
//! assert_eq!(due.to_string(), "USD 166,896.00");
//!
//! // 45 days after the quarter, on a business day in the United States and Norway.
//! let quarter = Period::parse_label("2029 Q1").unwrap();
//! let (calendar, unknown) = BusinessCalendar::new(&["US", "NO"]);
//! assert!(unknown.is_empty());
//! let day = Span::Days(45).after(quarter.end, &calendar).unwrap();
//! assert_eq!(day, Date::parse("2029-05-15").unwrap());
//! assert_eq!(calendar.roll(day, Roll::Following), Some(day));
//! ```

pub mod calendar;
pub mod currency;
pub mod date;
pub mod daycount;
pub mod exact;
mod holidays;
pub mod interval;
pub mod money;
pub mod period;
pub mod round;
pub mod span;
pub mod unit;

pub use calendar::{BusinessCalendar, Closure, Roll, UnknownCalendar};
pub use currency::{Currency, UnknownCurrency};
pub use date::{Date, DateError, MONTHS, Weekday, days_in_month, is_leap_year};
pub use daycount::DayCount;
pub use exact::{Exact, NotANumber};
pub use interval::Interval;
pub use money::{MixedCurrencies, Money};
pub use period::{Basis, Cycle, Family, Label, NotALabel, Period, PeriodKind};
pub use round::{Mode, Rounding};
pub use span::Span;
pub use unit::{MixedUnits, NotAUnit, Quantity, Unit};
