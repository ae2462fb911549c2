//! What is owed after an end and not paid: of payments, of the interest on them, of what is shared.

use super::{ExitLine, Group};
use crate::agenda::interest_on;
use crate::costs::CostsAsked;
use crate::engine::Run;
use crate::settle::Due;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// What of each payment is owed then and not paid.
    pub(super) fn money_after(&self) -> Vec<ExitLine> {
        let mut out = Vec::new();
        for name in self.machine.streams() {
            let dues = match self.dues(&name) {
                Ok(dues) => dues,
                Err(why) => {
                    let model = self.model_now();
                    let royalty =
                        model.royalties.get(&name).map(|royalty| (royalty.at, royalty.from.as_slice()));
                    let clause = royalty.or(model.pays.get(&name).map(|pay| (pay.at, pay.from.as_slice())));
                    let at = why.at.or(clause.map(|(at, _)| at)).unwrap_or_default();
                    let who = clause.map_or(String::new(), |(_, from)| Name::list(from));
                    let line = self.exit_line(Group::Money, who, format!("owes {name}"), at);
                    let payment = Some(name.to_string());
                    out.push(ExitLine { unknown: Some(why.reason), payment, ..line });
                    continue;
                }
            };
            let applied = self.allotted(&name, &dues);
            for (due, on) in dues.iter().zip(&applied.on) {
                let left = on.left(due);
                if left.as_ref().is_ok_and(|left| !left.number().is_positive()) {
                    continue;
                }
                let who = due.from.as_ref().map(ToString::to_string).unwrap_or_default();
                let line =
                    self.exit_line(Group::Money, who, format!("owes {name}{}", period_of(due)), due.at);
                let line = ExitLine { until: due.due, payment: Some(name.to_string()), ..line };
                out.push(match left {
                    Ok(left) => ExitLine { terms: self.round(&left).to_string(), ..line },
                    Err(why) => ExitLine { unknown: Some(why.reason), ..line },
                });
            }
            for (due, late) in self.open_interest(&name) {
                let what = format!("owes {}{}", interest_on(&name), period_of(&due));
                let who =
                    due.from.as_ref().map_or_else(|| self.bare(&name, None, None).payer, ToString::to_string);
                let line = self.exit_line(Group::Money, who, what, due.at);
                let line = ExitLine { until: due.due, payment: Some(name.to_string()), ..line };
                out.push(match late {
                    Ok(late) => ExitLine { terms: late.left().to_string(), ..line },
                    Err(why) => ExitLine { unknown: Some(why.reason), ..line },
                });
            }
        }
        out
    }

    /// What is owed then of what is shared under the name of patents or of an invention.
    pub(super) fn accounts_after(&self) -> Vec<ExitLine> {
        let mut out = Vec::new();
        for name in self.names_of_accounts() {
            let Some(account) = self.running_account(&name, &CostsAsked::default()) else { continue };
            let line = |who: String| self.exit_line(Group::Money, who, format!("owes {name}"), account.at);
            if let Some(why) = account.unknown() {
                out.push(ExitLine { unknown: Some(why.reason.clone()), ..line(String::new()) });
                continue;
            }
            for pair in account.pairs.iter().filter(|pair| !pair.left.number().is_zero()) {
                let back = pair.left.number().is_negative();
                let who = if back { &pair.to } else { &pair.from };
                let left = pair.left.with(pair.left.number().abs());
                out.push(ExitLine { terms: left.to_string(), ..line(who.to_string()) });
            }
        }
        out
    }
}

fn period_of(due: &Due) -> String {
    due.period.map_or(String::new(), |p| format!(" for {p}"))
}
