//! Who is in breach on a day: of whom it was told, and who has not put it right since, as an entry tells or by paying.
//!
//! How long there was to put it right, and what another may do meanwhile, is asked in `breaches`.

use crate::acting::may_act;
use crate::breaches::{Breach, told};
use crate::clock::Clock;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;

/// A breach that stands, or may.
pub(crate) struct Standing<'e> {
    /// The breach.
    pub breach: Breach<'e>,
    /// Why it is not known whether it stands.
    pub doubt: Option<Unknown>,
}

impl Clock<'_> {
    /// The breaches of a party that stand on a day: told by then, and put right by nobody since.
    pub(crate) fn standing_breaches(&self, party: &Name, day: Date) -> Vec<Standing<'_>> {
        let mut open: Vec<Standing<'_>> = Vec::new();
        let of = std::slice::from_ref(party);
        for event in self.facts.happened().take_while(|event| event.date <= day) {
            if let Some(breach) = told(event, "breached")
                && let Some(by) = breach.by
            {
                match self.acts_for(by, of, breach.of, breach.on) {
                    Same::Yes => open.push(Standing { breach, doubt: None }),
                    Same::Perhaps => open.push(Standing { breach, doubt: Some(may_act(event, by, of)) }),
                    Same::No => {}
                }
            }
            if let EventKind::Told { word, parts, .. } = &event.kind
                && word == "cured"
            {
                open.retain(|standing| !self.is_cure_of((parts, event.date), &standing.breach, None));
            }
        }
        // A debt is put right by being paid, as the duty to cure it is.
        open.retain_mut(|standing| match self.paid_in_time(standing.breach, day) {
            Ok(paid) => paid.is_none(),
            Err(why) => {
                standing.doubt.get_or_insert(why);
                true
            }
        });
        open
    }

    /// Whether a party is in breach on a day, of some clause where one is named.
    ///
    /// # Errors
    /// Where what it broke is not told, or whether it was put right is not known.
    pub(crate) fn is_in_breach(&self, party: &Name, of: Option<&Name>, day: Date) -> Eval<bool> {
        let open = self.standing_breaches(party, day);
        let mut unknown = None;
        for Standing { breach, doubt } in open {
            // A breach told without its clause may be one of another.
            let unsaid = of.filter(|_| breach.of.is_none_or(Name::is_blank)).map(|of| {
                Unknown::new(format!(
                    "it is not told whether what {party} breached was `{of}`: write `breached {of} by {party}`"
                ))
            });
            let other = of.is_some() && breach.of != of && unsaid.is_none();
            match unsaid.or(doubt) {
                _ if other => {}
                None => return Ok(true),
                Some(why) => unknown = unknown.or(Some(why)),
            }
        }
        unknown.map_or(Ok(false), Err)
    }
}
