//! What a sum of payments is made of, as reasons: what each earned in each of its periods.

use super::within;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use counterpart_num::Period;
use counterpart_terms::value::{Measure, Name, Window};

impl Run<'_> {
    /// The periods of the royalties that a measure adds up, each with what was earned in it.
    pub(super) fn opened(&self, measure: &Measure, names: &[Name], period: Option<&Period>) -> Vec<Step> {
        let mut out = Vec::new();
        for name in names.iter().filter(|name| self.pay_named(name).is_none()) {
            let last = match (period, &measure.window) {
                (Some(period), Some(Window::Last { count, unit })) => {
                    self.last_periods(name, (*count, *unit), period.end).ok().flatten()
                }
                _ => None,
            };
            let asked = last.as_ref().or(period);
            let Ok(royalty) = royalty::find(self, name, None) else { continue };
            for payer in self.payers(name) {
                let Ok(series) = self.series_of(name, payer.as_ref()) else { continue };
                let subs = series.parts.iter().flat_map(|part| part.subs.iter().flatten());
                let subs = subs.filter(|sub| asked.is_none_or(|asked| within(&sub.period, asked)));
                let by = payer.as_ref().map_or(String::new(), |payer| format!(" by {payer}"));
                out.extend(subs.map(|sub| {
                    let what = format!("{name}{by} for {}", sub.period);
                    Step::new(what, sub.earned.clone()).by(royalty.at)
                }));
            }
        }
        out
    }
}
