//! The day on which an answer changes by itself, as things stand.

use super::Trial;
use crate::clock::Focus;
use crate::statement::{Line, Reason};
use counterpart_ledger::{Claim, ClaimKind};
use counterpart_num::Date;
use counterpart_rights::{DAYS, date};
use counterpart_terms::value::Condition;

/// So many days are looked at.
const MOST: usize = 24;

impl Trial<'_, '_> {
    /// The first day to come on which the answer is another, if nothing more is told.
    pub(super) fn days(&self) -> Vec<Line> {
        let today = self.claim.date;
        // What was earned for a period stays as it is; of a right its own days are told.
        if matches!(self.claim.kind, ClaimKind::Figure { .. } | ClaimKind::May { .. }) {
            return Vec::new();
        }
        // The calendar ends with the year after these: nothing turns then.
        let within = |day: &Date| *day > today && day.year() < Date::MAX.year();
        let mut days: Vec<Date> = self.turns().into_iter().filter(within).collect();
        days.sort();
        days.dedup();
        if days.is_empty() {
            return Vec::new();
        }
        let machine = self.as_it_stands(self.machine);
        let on = |date: Date| machine.answer(&Claim { date, ..self.claim.clone() }, Date::MAX);
        let mut same = today;
        for date in days.into_iter().take(MOST) {
            let then = on(date);
            if then.word == self.now.word {
                same = date;
                continue;
            }
            // It may have turned on a day between the two.
            let (mut otherwise, mut then) = (date, then);
            while let Some(middle) = same.add_days(same.days_until(otherwise) / 2).filter(|day| *day > same) {
                let found = on(middle);
                if found.word == self.now.word {
                    same = middle;
                } else {
                    (otherwise, then) = (middle, found);
                }
            }
            return vec![Line {
                kind: Reason::Day,
                what: "as things stand".into(),
                on: Some(otherwise),
                then: Some(then.in_words(false)),
                ..Line::default()
            }];
        }
        Vec::new()
    }

    /// The days on which something may turn, and those after them.
    fn turns(&self) -> Vec<Date> {
        let run = self.machine.run(self.claim.date, self.known_on);
        let mut out: Vec<Date> = run.last_day_of_agreement().into_iter().collect();
        match &self.claim.kind {
            ClaimKind::Duty(asked) => {
                for duty in run.duties_asked(asked) {
                    out.extend(duty.due);
                    out.extend(duty.until);
                }
            }
            ClaimKind::State { name, state, .. } if run.falls_due(name, state) => {
                let coming = run.pay_named(name).and_then(|pay| run.coming_days(pay).ok());
                out.extend(coming.unwrap_or_default());
                let (name, state) = (name.clone(), state.clone());
                let test = Condition::State { name, state, not: true, territory: None, by: None };
                out.extend(run.turns(&test, &Focus::default()));
            }
            ClaimKind::State { name, .. }
            | ClaimKind::Moves { name, .. }
            | ClaimKind::Graded { name, .. } => {
                if run.is_right(name) {
                    let life = run.life_of(name);
                    let boxes = life.held.iter().flat_map(|held| held.region.boxes());
                    let days = boxes.filter_map(|held| held.side(DAYS)).flat_map(|days| days.iter());
                    out.extend(days.flat_map(|(from, to)| [date(from), date(to)]));
                } else if let Ok(course) = run.course_of(name) {
                    for stretch in &course.stretches {
                        out.extend(stretch.from);
                        out.extend(stretch.last);
                    }
                }
            }
            ClaimKind::Survives { .. } => {
                let end = run.last_day_of_agreement();
                let survivals = end.map(|end| run.survivals(end)).unwrap_or_default();
                out.extend(survivals.into_iter().filter_map(|s| s.until.ok().flatten()));
            }
            _ => {}
        }
        let next: Vec<Date> = out.iter().filter_map(|day| day.next_day()).collect();
        out.extend(next);
        out
    }
}
