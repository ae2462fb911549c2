//! Small answers the days of a test are made of.

use counterpart_num::{Date, Period, PeriodKind};

/// The quarter that ends on a day.
pub(super) fn quarter(end: Date) -> Option<Period> {
    Period::trailing(1, PeriodKind::Quarter, end)
}
