//! The line of a payment that stands where no earlier one applied.

use super::Item;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_terms::model::{FeeWhen, Instalment, Pay};
use counterpart_terms::value::{Condition, Duration};

impl Run<'_> {
    /// What the earlier lines pay by one day or another is paid `otherwise` when it comes after all of them.
    ///
    /// # Errors
    /// Where the earlier lines do not all wait for the same: then nothing says on which day it falls due.
    pub(super) fn otherwise(&self, pay: &Pay, index: usize, line: &Instalment) -> Eval<Vec<Item>> {
        let earlier: Vec<&Instalment> = pay.instalments.iter().take(index).collect();
        let mut awaited: Option<(Condition, Option<Duration>)> = None;
        for one in &earlier {
            let no_day = || {
                let reason = "on which day it falls due `otherwise` is not said: the lines above do not wait for one thing";
                Unknown::new(reason).at(line.at)
            };
            let FeeWhen::When { when, within, .. } = &one.when else { return Err(no_day()) };
            let when = when.without_limit();
            let within = within.clone().or(one.within.clone());
            match &awaited {
                Some((same, _)) if *same != when => return Err(no_day()),
                _ => awaited = Some((when, within)),
            }
        }
        let Some((when, within)) = awaited else { return Ok(Vec::new()) };
        let mut taken: Vec<Item> = Vec::new();
        for (place, one) in earlier.into_iter().enumerate() {
            taken.extend(self.arisen(pay, place, one)?);
        }
        let within = line.within.clone().or(within);
        let mut out = Vec::new();
        for mut occasion in self.occasions(pay, line, &when).map_err(|u| u.at(line.at))? {
            let same = |item: &&Item| {
                item.product == occasion.product && item.place == occasion.place && item.of == occasion.of
            };
            let earlier = taken.iter().find(same);
            if earlier.is_some_and(|item| !item.unsure) {
                continue;
            }
            occasion.unknown = occasion.unknown.or_else(|| earlier.and_then(|e| e.amount.clone().err()));
            out.push(self.on_occasion(pay, (index, line), within.as_ref(), occasion));
        }
        Ok(out)
    }
}
