//! To whom a payment is owed after it was assigned: what falls due from that day on is the assignee's.
//!
//! What had fallen due before stays with the one it was owed to, paid or not.

use super::Due;
use crate::engine::Run;
use crate::royalty;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Says of each amount of a payment to whom it was assigned before it fell due.
    pub(super) fn assign(&self, name: &Name, dues: &mut [Due]) {
        let told = self.assignments(name);
        if told.is_empty() {
            return;
        }
        let owed_to = match (self.pay_named(name), royalty::find(self, name, None)) {
            (Some(pay), _) => &pay.to,
            (None, Ok(royalty)) => &royalty.to,
            (None, Err(_)) => return,
        };
        for due in dues.iter_mut().filter(|due| !due.back) {
            let falls = due.due.unwrap_or(due.arisen);
            for (day, by, to) in told.iter().filter(|(day, ..)| *day <= falls) {
                let is = |party: &Name| {
                    let of = std::slice::from_ref(party);
                    by.as_ref().is_none_or(|by| self.clock().is_for(by, of, *day) == Same::Yes)
                };
                match due.shares.as_mut_slice() {
                    [] => {
                        let now: &[Name] = due.to.as_ref().map_or(owed_to.as_slice(), std::slice::from_ref);
                        if let [one] = now
                            && is(one)
                        {
                            due.to = Some(to.clone());
                        }
                    }
                    shares if by.is_some() => {
                        shares.iter_mut().filter(|(p, _)| is(p)).for_each(|(party, _)| *party = to.clone());
                    }
                    _ => {}
                }
            }
        }
    }

    /// Who assigned a payment to whom, in the order of days.
    fn assignments(&self, name: &Name) -> Vec<(Date, Option<Name>, Name)> {
        let told = self.facts.happened().filter_map(|event| match &event.kind {
            EventKind::Told { word, name: Some(of), parts, .. } if word == "assigned" && of == name => {
                Some((event.date, parts.name(Label::By).cloned(), parts.name(Label::To)?.clone()))
            }
            _ => None,
        });
        told.collect()
    }
}
