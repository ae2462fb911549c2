//! What is to be done about inventions and patents, as duties beside all others.

use super::It;
use super::deadlines::Deadline;
use super::patent_duties::PatentDuty;
use crate::agenda::{Duty, Kind, State};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_terms::value::Name;

/// The duties about inventions and patents, those done among them.
pub(crate) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for it in run.inventions() {
        let found = run.class_of(&it).and_then(|class| Ok((run.owners_of(&it, &class)?, class)));
        let (owned, class) = match found {
            Ok(found) => found,
            Err(why) => {
                out.extend(perhaps(run, &it, &why));
                continue;
            }
        };
        for deadline in run.deadlines_of(&it, &class, &owned).into_iter().filter(|d| d.is_duty()) {
            let act = if deadline.act == "talk" { "talk about" } else { deadline.act };
            let duty = Duty {
                by: Name::list(&deadline.by),
                to: Name::list(&deadline.to),
                kind: Kind::Once,
                ..Duty::new(act, &it.name, run.place(deadline.at))
            };
            let duty = if deadline.act == "disclose" { disclosed(run, &it, duty, &deadline) } else { duty };
            // What stands between the sides of an agreement that has ended is to be done no more.
            let over = run.talks_end(&class);
            let duty = stands(run, duty, &deadline.day, deadline.done);
            out.push(match over {
                Ok(Some(over)) if deadline.is_over(over) => Duty { state: State::Over, ..duty },
                Err(why) if duty.state.is_open() && !matches!(deadline.act, "disclose" | "assign") => {
                    Duty { unknown: Some(why.reason), ..duty }
                }
                _ => duty,
            });
        }
    }
    out.extend(run.patent_duties().iter().filter(|duty| duty.arises()).map(|duty| of_patents(run, duty)));
    out
}

/// What may be to be done of an invention whose class or owner is not known: all that a class of the deal asks for.
fn perhaps(run: &Run<'_>, it: &It, why: &Unknown) -> Vec<Duty> {
    let model = run.made_under(it);
    let mut out: Vec<Duty> = Vec::new();
    for class in &model.improvements {
        let asks = [
            ("disclose", class.disclosed.as_ref().map(|(_, at)| *at)),
            ("offer", class.offered.as_ref().map(|(_, at)| *at)),
            ("integrate", class.integrated.as_ref().map(|(_, at)| *at)),
            ("assign", class.assigned.as_ref().map(|(_, _, at)| *at)),
            ("talk about", class.talks.as_ref().map(|(_, _, at)| *at)),
        ];
        for (act, at) in asks.into_iter().filter_map(|(act, at)| Some((act, at?))) {
            if out.iter().all(|duty| duty.act != act) {
                let by = if matches!(act, "disclose" | "assign") {
                    Name::list(&it.by)
                } else {
                    Name::list(&model.header.parties)
                };
                let unknown = Some(why.reason.clone());
                out.push(Duty { by, unknown, ..Duty::new(act, &it.name, run.place(at)) });
            }
        }
    }
    out
}

/// The duty to disclose an invention, with the entry that does so; and that it came late, where it did.
fn disclosed(run: &Run<'_>, it: &It, duty: Duty, deadline: &Deadline) -> Duty {
    let Some(done) = deadline.done else { return duty };
    let late = matches!(&deadline.day, Ok(Some(due)) if *due < done);
    let how = late.then(|| format!("(told since {done} alone, after that day)"));
    Duty { how, evidence: Some(run.place(it.at)), ..duty }
}

fn of_patents(run: &Run<'_>, told: &PatentDuty) -> Duty {
    let act = if told.act == "consult" { "consult on" } else { told.act };
    let duty = Duty {
        by: Name::list(&told.by),
        to: told.to.to_string(),
        proof: Some(format!("a notice about {}", told.what)),
        ..Duty::new(act, &told.assets, run.place(told.at))
    };
    stands(run, duty, &told.day.clone().map(Some), told.done)
}

/// A duty with its day, and where it stands.
fn stands(run: &Run<'_>, duty: Duty, day: &Eval<Option<Date>>, done: Option<Date>) -> Duty {
    let due = day.as_ref().ok().copied().flatten();
    let state = match (done, due) {
        (Some(_), _) => State::Done,
        (None, Some(due)) if due < run.facts.as_of() => State::Late,
        _ => State::Due,
    };
    let unknown = day.as_ref().err().map(|why| why.reason.clone());
    Duty { due, state, done_on: done, unknown, ..duty }
}
