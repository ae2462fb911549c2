//! How a deal stands on a day: each right with its state, the triggers whose clocks run, and what comes next.

use super::parts::PartStatus;
use super::timeline::Turn;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::statement::Line;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Region, day, within};
use counterpart_terms::model::Life as Clause;
use counterpart_terms::value::{Edge, Moment, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Coming changes are told so many at most.
const MOST_COMING: usize = 12;

/// How one right stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RightStatus {
    /// The grant.
    pub name: String,
    /// Who gave it, and who holds it.
    pub between: String,
    /// `in force`, `suspended`, `not in force`, `unknown`.
    pub state: String,
    /// How exclusive it is, in each of its parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grades: Vec<String>,
    /// The parts of it that stand otherwise, each since a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartStatus>,
    /// Its stage, where it has stages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Why it is not in force, or not known to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Line>,
    /// The clause.
    pub clause: String,
}

/// How a deal stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DealStatus {
    /// The deal's title.
    pub deal: String,
    /// The day.
    pub as_of: Date,
    /// Whether the agreement is in force, and since or until when.
    pub agreement: String,
    /// Its rights.
    pub rights: Vec<RightStatus>,
    /// The tests that held and whose end is open: notice may be given, a cure runs, a party may choose.
    pub running: Vec<Line>,
    /// What nobody ever reported, though a first report might have been due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unheard: Vec<Line>,
    /// What changes next, as things stand.
    pub coming: Vec<Turn>,
}

impl Run<'_> {
    /// How the deal stands on the day asked about.
    pub fn status(&self) -> DealStatus {
        let on = self.facts.as_of();
        let header = &self.model_now().header;
        let coming: Vec<Turn> = self.turns_after(None, Some(on)).into_iter().take(MOST_COMING).collect();
        DealStatus {
            deal: header.title.clone(),
            as_of: on,
            agreement: self.agreement_in_words(on),
            rights: self.right_states(on),
            running: self.running(),
            unheard: self.never_reported().iter().map(|step| self.statement_line(step)).collect(),
            coming,
        }
    }

    fn agreement_in_words(&self, on: Date) -> String {
        let header = &self.model_now().header;
        let from = match self.clock().effective_day() {
            Ok(Some(from)) if from > on => return format!("not in force yet: it takes effect on {from}"),
            Ok(Some(from)) => format!("in force since {from}"),
            Ok(None) => "in force".to_string(),
            Err(why) => return format!("not known to be in force: {}", why.reason),
        };
        // The last day of the agreement is still one of it.
        match self.clock().moment(&Moment::OfThing(Edge::End, None), &Focus::default()) {
            Ok(When::On(end)) if end < on => format!("over: it ended on {end}"),
            Ok(When::On(_)) if self.clock().renews_on() => {
                format!("{from}, renewed by itself as things stand")
            }
            Ok(When::On(end))
                if header.renews.as_ref().is_some_and(|renewal| self.clock().is_to_renew(renewal)) =>
            {
                format!("{from}, renewed by itself as things stand, and then ends on {end}")
            }
            Ok(When::On(end)) => format!("{from}, ends on {end}"),
            Ok(_) => from,
            Err(why) => format!("{from}; when it ends is not known: {}", why.reason),
        }
    }

    fn right_states(&self, on: Date) -> Vec<RightStatus> {
        let mut out = Vec::new();
        for (name, grant) in self.grants() {
            let life = self.life_of(name);
            let today = |region: &Region| within(region, DAYS, &Ranges::one(day(on)));
            let mut grades: Vec<String> = Vec::new();
            for held in life.held.iter().filter(|held| !today(&held.region).is_empty()) {
                let grade = held.grade.as_ref().map_or("of a grade not said".to_string(), super::why::graded);
                if !grades.contains(&grade) {
                    grades.push(grade);
                }
            }
            let doubt = life.doubt.iter().find(|(region, _)| !today(region).is_empty());
            let unsure = life.unsure.iter().find(|(region, _)| !today(region).is_empty());
            let sure = || {
                let held = today(&life.in_force());
                !life.doubt.iter().fold(held, |left, (region, _)| left.without(region)).is_empty()
            };
            let (state, because) = match (grades.is_empty(), doubt) {
                (_, Some((_, why))) if sure() => {
                    let said = format!("of a part of it that is not known: {}", why.reason);
                    ("in force", vec![Step { what: said, ..Step::unknown(why) }])
                }
                (_, Some((_, why))) => ("unknown", vec![Step::unknown(why)]),
                (false, None) => {
                    let why = unsure
                        .map(|(_, why)| Step::note(format!("how exclusive is not known: {}", why.reason)));
                    ("in force", why.into_iter().collect())
                }
                (true, None) => {
                    let rests = |(clause, _): &(Clause, _)| match clause {
                        Clause::Suspended(condition) => self.is_so(condition, on) == Some(true),
                        _ => false,
                    };
                    let state = if grant.life.iter().any(rests) { "suspended" } else { "not in force" };
                    let mut why = self.why_not_now(name, grant, &today(&life.about), on);
                    if why.is_empty() {
                        why.push(Step::note("what it hangs on is not so"));
                    }
                    (state, why)
                }
            };
            let parts = match state {
                "in force" => self.other_parts(name, grant.at, &life, on),
                _ => Vec::new(),
            };
            let stage = grant.stages.as_ref().and_then(|_| self.stage_on(name, on).ok()?);
            out.push(RightStatus {
                name: name.to_string(),
                between: format!("{} to {}", Name::list(&grant.from), self.holders_in_words(name, grant, on)),
                state: state.to_string(),
                grades,
                parts,
                stage: stage.map(|stage| stage.to_string()),
                because: because.iter().map(|step| self.statement_line(step)).collect(),
                clause: self.place(grant.at),
            });
        }
        out.extend(self.states_beside(on));
        out
    }

    /// The tests that held and whose end is open.
    fn running(&self) -> Vec<Line> {
        let model = self.model_now();
        let mut out = Vec::new();
        for trigger in &model.triggers {
            let tests = self.open_tests(model, trigger);
            if !tests.is_empty() {
                let step = Step::note(format!("trigger {}", trigger.name)).by(trigger.at).from(tests);
                out.push(self.statement_line(&step));
            }
        }
        out
    }
}
