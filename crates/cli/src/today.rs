//! The one place that asks what day it is.
//!
//! Every answer below this crate is a function of its input. A command that is asked for "now" and is not
//! told when (`--as-of`) means today, here, on this machine's calendar; that default is taken nowhere else.

use counterpart_num::Date;

/// Today's date where this machine stands.
#[expect(
    clippy::disallowed_methods,
    reason = "the default of --as-of; everything below takes the day as data"
)]
pub fn today() -> Date {
    let day = jiff::Zoned::now().date();
    let (year, month, day) =
        (i32::from(day.year()), u32::from(day.month().unsigned_abs()), u32::from(day.day().unsigned_abs()));
    // A clock set before the year 1800 or after 2199 says nothing about a licence.
    Date::new(year, month, day).unwrap_or(Date::MIN)
}
