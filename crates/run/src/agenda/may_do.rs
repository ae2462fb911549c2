//! The last days to do what nobody owes and somebody may: to stop a renewal or ask for one, to exercise an option, to answer an
//! offer, to end the agreement on a ground that has come or after a change of control. They stand in the one list of days beside
//! what is due, and are no duties: nothing is late where they pass.

use super::{Consequence, Duty, Kind, State};
use crate::clock::Clock;
use crate::ends::otherwise::Until;
use crate::engine::Run;
use crate::windows::Kind as Course;
use counterpart_num::Date;
use counterpart_terms::model::Renewal;
use counterpart_terms::value::Name;

/// What may be done up to a day that is to come.
pub(super) fn listed(run: &Run<'_>) -> Vec<Duty> {
    let mut out: Vec<Duty> = run.renewal_ahead().into_iter().collect();
    out.extend(run.last_days().into_iter().map(|day| {
        let act = match day.kind {
            Course::BuyOut => "use",
            Course::FirstRefusal => "match the offer under",
            Course::FirstNegotiation => "negotiate under",
            Course::FirstOffer => "take the offer under",
            Course::FirstLook => "take up",
            Course::Security => "step in under",
            _ => "exercise",
        };
        Duty {
            kind: Kind::May,
            state: if day.opens.is_some() { State::Coming } else { State::Due },
            due: Some(day.last),
            by: Name::list(&day.by),
            how: day.opens.map(|opens| format!("from {opens}")),
            otherwise: Some(Consequence { what: day.otherwise, clause: run.place(day.at) }),
            ..Duty::new(act, &day.name, run.place(day.at))
        }
    }));
    out.extend(run.open_rights_to_end().into_iter().map(|right| {
        let clause = run.place(right.at);
        Duty {
            kind: Kind::May,
            due: right.last,
            by: right.by.to_string(),
            otherwise: Some(Consequence { what: "the right lapses".into(), clause: clause.clone() }),
            ..Duty::new("end", right.words(), clause)
        }
    }));
    let clock = run.clock();
    let open = clock.terminated().is_none();
    let rights = clock.rights_on_control(run.facts.as_of()).into_iter().filter(|_| open);
    out.extend(rights.filter_map(|right| {
        let Until::Day(last) = right.until else { return None };
        (last >= run.facts.as_of()).then(|| Duty {
            kind: Kind::May,
            due: Some(last),
            by: right.by.to_string(),
            unknown: right.doubt.map(|why| why.reason),
            otherwise: Some(Consequence {
                what: "the right lapses".into(),
                clause: run.place(right.line.at),
            }),
            ..Duty::new("end", "agreement", run.place(right.line.at))
        })
    }));
    out
}

impl Run<'_> {
    /// The last day on which somebody may change whether the present term of the agreement is followed by another.
    pub(crate) fn renewal_ahead(&self) -> Option<Duty> {
        let renewal = self.model_now().header.renews.as_ref()?;
        let clock = self.clock();
        let duty = |by: String, act: &str, (end, last): (Date, Date), otherwise: String| Duty {
            kind: Kind::May,
            due: Some(last),
            by,
            otherwise: Some(Consequence { what: otherwise, clause: self.place(renewal.at) }),
            ..Duty::new(act, format!("the renewal on {end}"), self.place(renewal.at))
        };
        let unclear = |by: String, act: &str, why: String| Duty {
            kind: Kind::May,
            by,
            unknown: Some(why),
            ..Duty::new(act, "the renewal", self.place(renewal.at))
        };
        let all = || Name::list(&self.all_parties());
        if let Some(by) = &renewal.by {
            return match clock.to_ask_for(renewal) {
                Ok(days) => {
                    let days = days?;
                    let otherwise = format!("the agreement ends on {}", days.0);
                    Some(duty(by.to_string(), "give notice for", days, otherwise))
                }
                Err(why) => Some(unclear(by.to_string(), "give notice for", why.reason)),
            };
        }
        match clock.to_refuse(renewal, 1) {
            Ok(days) => {
                let days = days.into_iter().next()?;
                let otherwise = match next_term(&clock, renewal, days.0) {
                    Some(next) => format!("it is renewed until {next}"),
                    None => "it is renewed".to_string(),
                };
                Some(duty(all(), "give notice against", days, otherwise))
            }
            Err(why) => Some(unclear(all(), "give notice against", why.reason)),
        }
    }
}

fn next_term(clock: &Clock<'_>, renewal: &Renewal, end: Date) -> Option<Date> {
    clock.shift(end, &renewal.length, false).ok()
}
