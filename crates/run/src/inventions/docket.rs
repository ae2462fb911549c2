//! Patents as they are run and enforced on a day: who leads, who decides which step, what is to be done before which
//! deadline, who owes whom what they cost, who may sue, and who got what suits brought.

use super::register::{ToDo, strings};
use crate::engine::{Machine, Run};
use crate::statement::Line;
use crate::trace::Step;
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_terms::model::Enforcement;
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Some patents, and how they are run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Docket {
    /// Which.
    pub name: String,
    /// Whose they are; none where that is not said.
    pub owner: Option<String>,
    /// Who leads before the offices.
    pub led_by: Vec<String>,
    /// Steps that somebody else decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<Decides>,
    /// What is to be done before a deadline, by day.
    pub deadlines: Vec<ToDo>,
    /// Who owes whom how much of what they cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Owed>,
    /// Who may sue on the day, and who may later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suits: Vec<Suit>,
    /// What cannot be said, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Why all of this is so.
    pub why: Vec<Line>,
}

/// A step of the prosecution, and who decides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decides {
    /// The step.
    pub step: String,
    /// Who decides it.
    pub by: String,
    /// The clause.
    pub clause: String,
}

/// What one owes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owed {
    /// Who owes.
    pub from: String,
    /// To whom.
    pub to: String,
    /// How much.
    pub amount: String,
}

/// Whether somebody may sue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suit {
    /// Who.
    pub party: String,
    /// For what and where; nothing where it is for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// Whether it may on the day; none where that cannot be said.
    pub may: Option<bool>,
    /// From which day, where its turn comes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The clause.
    pub clause: String,
}

impl Machine<'_> {
    /// The patents of the deal that a clause on prosecution or infringers is about, as of a day, as known on another.
    pub fn dockets(&self, as_of: Date, known_on: Date) -> Vec<Docket> {
        let run = self.run(as_of, known_on);
        let model = run.model_now();
        let run_ = model.prosecutions.iter().flat_map(|clause| &clause.assets);
        let sued = model.enforcements.iter().flat_map(|clause| &clause.assets);
        let names: BTreeSet<&Name> = run_.chain(sued).filter(|name| !name.is_blank()).collect();
        names.into_iter().map(|name| run.docket(name)).collect()
    }
}

impl Run<'_> {
    fn docket(&self, assets: &Name) -> Docket {
        let owners = self.owners_of_assets(assets);
        let mut out = Docket {
            name: assets.to_string(),
            owner: (!owners.is_empty()).then(|| Name::list(&owners)),
            led_by: Vec::new(),
            decided: Vec::new(),
            deadlines: Vec::new(),
            owed: Vec::new(),
            suits: Vec::new(),
            unknown: Vec::new(),
            why: Vec::new(),
        };
        if let Ok(clause) = self.prosecution_of(assets) {
            match self.leader_of(assets, None, None) {
                Ok(leader) => {
                    out.led_by = strings(&leader.by);
                    out.why.push(self.statement_line(
                        &Step::note(format!("led by {}", Name::list(&leader.by))).from(leader.why),
                    ));
                }
                Err(why) if clause.led.is_empty() && why.at == Some(clause.at) => {}
                Err(why) => out.unknown.push(why.reason),
            }
            let decided = clause.decided.iter().map(|(steps, by, at)| (steps.join(", "), by, at));
            let extension =
                clause.extension.iter().map(|(by, _, at)| ("extension of a term".to_string(), by, at));
            out.decided.extend(decided.chain(extension).map(|(step, by, at)| Decides {
                step,
                by: by.to_string(),
                clause: self.place(*at),
            }));
        }
        for duty in self.patent_duties().into_iter().filter(|duty| duty.assets == *assets) {
            if let Err(why) = &duty.day {
                out.unknown.push(why.reason.clone());
            }
            let to = strings(std::slice::from_ref(&duty.to));
            let day = duty.day.clone().ok();
            let (due, act, to) = match duty.act {
                "consult" => (day, format!("consult on {}", duty.what), to),
                act if duty.arises() => (day, format!("{act} {}", duty.what), to),
                // What was not offered in time may not be let go any more.
                _ if day.is_some_and(|day| day < self.facts.as_of()) => {
                    (Some(duty.limit), format!("renew {}", duty.what), Vec::new())
                }
                act => (day, format!("keep or {act} {}", duty.what), to),
            };
            out.deadlines.push(ToDo {
                due,
                act,
                by: strings(&duty.by),
                to,
                done_on: duty.done,
                clause: self.place(duty.at),
            });
        }
        out.deadlines.sort_by_key(|todo| (todo.due.is_none(), todo.due));
        self.costs_told(assets, &mut out);
        for clause in self.enforcements_of(assets, &PartOf::default()).unwrap_or_default() {
            self.suits_told(assets, clause, &mut out);
        }
        match self.all_shared(assets, &PartOf::default(), None) {
            Ok(shared) => {
                for shared in shared {
                    let each = shared.to.iter().map(|(party, sum)| format!("{party} {sum}"));
                    let each = each.collect::<Vec<_>>().join(", ");
                    out.why.push(self.statement_line(&Step { how: each, ..shared.why }));
                }
            }
            Err(why) => out.unknown.push(why.reason),
        }
        out
    }

    fn costs_told(&self, assets: &Name, out: &mut Docket) {
        if !self.has_patent_costs(assets) {
            return;
        }
        let Ok(zero) = self.zero_of(Some(assets)) else { return };
        match self.patent_costs(assets, &zero) {
            Ok(costs) => {
                let owed = costs.owed.iter().map(|(from, to, sum)| Owed {
                    from: from.to_string(),
                    to: to.to_string(),
                    amount: self.round(&zero.with(sum.clone())).to_string(),
                });
                out.owed.extend(owed);
                out.why.extend(costs.why.iter().map(|step| self.statement_line(step)));
            }
            Err(why) => out.unknown.push(format!("who owes what they cost is not known: {}", why.reason)),
        }
    }

    fn suits_told(&self, assets: &Name, clause: &Enforcement, out: &mut Docket) {
        let mut part = String::new();
        if !clause.fields.is_empty() {
            part = format!("for {}", Name::list(&clause.fields));
        }
        if let Some(territory) = &clause.territory {
            part = format!("{part}{}in {territory}", if part.is_empty() { "" } else { " " });
        }
        // What happened in another place than the clause is about says nothing here.
        let place = clause.territory.as_ref().and_then(|t| crate::condition::single(Some(t)));
        let asked = PartOf { place, ..PartOf::default() };
        for suitor in &clause.order {
            let found = self.may_sue_by(clause, &suitor.party, assets, &asked);
            let (may, from) = match &found {
                Ok(found) => (Some(found.so), found.from.filter(|_| !found.so)),
                Err(why) => {
                    out.unknown.push(why.reason.clone());
                    (None, None)
                }
            };
            out.suits.push(Suit {
                party: suitor.party.to_string(),
                part: part.clone(),
                may,
                from,
                clause: self.place(clause.order_at),
            });
            if let Ok(found) = found {
                let so = if found.so { "may sue" } else { "may not sue" };
                let space = if part.is_empty() { "" } else { " " };
                out.why.push(self.statement_line(
                    &Step::note(format!("{} {so}{space}{part}", suitor.party)).from(found.why),
                ));
            }
        }
    }
}
