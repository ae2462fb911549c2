//! How exclusive a grant is over time: its own lines, its ladders, and what parties chose.

use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::occasions::day_of_year;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_syntax::Label;
use counterpart_terms::model::{Grant, Ladder};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{GradeKind, Name, PeriodLabel, Set, Value};

/// A change of a grant's grade.
#[derive(Debug, Clone)]
pub struct GradeChange {
    /// From this day on.
    pub from: Date,
    /// The new grade, none where the grant has ended; or why it cannot be said.
    pub grade: Eval<Option<GradeKind>>,
}

/// The grades of a grant over time.
#[derive(Debug, Clone, Default)]
pub struct Grades {
    /// The changes, oldest first.
    pub changes: Vec<GradeChange>,
}

impl Grades {
    pub(crate) fn compute(run: &Run<'_>, name: &Name) -> Eval<Grades> {
        let mut all: Vec<GradeChange> = Vec::new();
        let mut last: Option<(&Grant, Date)> = None;
        for edition in &run.machine.editions.0 {
            let from = edition.from.unwrap_or(Date::MIN);
            // Under new terms the grade is theirs from the first day on.
            all.retain(|c| c.from < from);
            let Some(grant) = edition.model.grants.get(name) else {
                if last.take().is_some() {
                    all.push(GradeChange { from, grade: Ok(None) });
                }
                continue;
            };
            // What parties chose holds until the grant itself is agreed anew.
            let since = last.filter(|(old, _)| old.at == grant.at).map_or(from, |(_, since)| since);
            last = Some((grant, since));
            let own = Grades { changes: Grades::under(run, name, grant, since)? };
            all.extend(own.on(from).map(|c| GradeChange { from, grade: c.grade.clone() }));
            all.extend(own.changes.into_iter().filter(|c| c.from > from));
        }
        if all.is_empty() && !run.models().any(|m| m.grants.contains_key(name)) {
            return Err(Unknown::new(format!("`{name}` is no grant")));
        }
        Ok(Grades { changes: all })
    }

    /// The changes of a grant as one edition has it, with what was chosen since a day.
    fn under(run: &Run<'_>, name: &Name, grant: &Grant, since: Date) -> Eval<Vec<GradeChange>> {
        let mut changes = Vec::new();
        let start = run.clock().effective().or_else(|| run.first_day()).unwrap_or(Date::MIN);
        for line in grant.grades.iter().filter(|l| l.scope.is_none()) {
            let mut from = start;
            changes.push(GradeChange { from, grade: Ok(Some(line.grade.kind)) });
            let mut until = line.until.clone();
            for next in &line.then {
                let end = match &until {
                    Some(until) => run.clock().limit(until, &Focus::default())?,
                    None => None,
                };
                let Some(end) = end else { break };
                // `until` includes the day.
                from = end.next_day().unwrap_or(end).max(from);
                changes.push(GradeChange { from, grade: Ok(Some(next.grade.kind)) });
                until.clone_from(&next.until);
            }
        }
        for ladder in &grant.ladders {
            changes.extend(ladder_changes(run, ladder)?);
        }
        changes.extend(chosen(run, name).into_iter().filter(|c| c.from >= since));
        changes.sort_by_key(|c| c.from);
        Ok(changes)
    }

    /// The grade on a day.
    pub fn on(&self, day: Date) -> Option<&GradeChange> {
        self.changes.iter().rev().find(|c| c.from <= day)
    }
}

/// Each test of a ladder. Where a figure it needs is withheld, the grade is not known from that test on.
pub(crate) fn ladder_changes(run: &Run<'_>, ladder: &Ladder) -> Eval<Vec<GradeChange>> {
    let Some((month, day)) = ladder.tested else { return Ok(Vec::new()) };
    let first = match &ladder.from {
        Some(Value::Period(PeriodLabel::Year(year))) => *year,
        Some(Value::Moment(moment)) => match run.clock().limit(moment, &Focus::default())? {
            Some(day) => day.year(),
            None => return Ok(Vec::new()),
        },
        _ => match run.clock().effective().or_else(|| run.first_day()) {
            Some(day) => day.year(),
            None => return Ok(Vec::new()),
        },
    };
    let mut out = Vec::new();
    for year in first..=run.facts.as_of().year() {
        let Some(test) = day_of_year(year, month, day).filter(|d| *d <= run.facts.as_of()) else { continue };
        let Some(period) = run.clock().period(PeriodLabel::Year(year - 1), None) else { continue };
        match reached_step(run, ladder, &period) {
            Ok(None) => {}
            Ok(Some(grade)) => out.push(GradeChange { from: test, grade: Ok(Some(grade)) }),
            // Before anything was reported there is nothing to test.
            Err(unknown) if unknown.gap != Gap::Missing => {}
            Err(unknown) => out.push(GradeChange { from: test, grade: Err(unknown) }),
        }
    }
    Ok(out)
}

/// The grade of the last step that the figure of a year reaches.
fn reached_step(run: &Run<'_>, ladder: &Ladder, period: &Period) -> Eval<Option<GradeKind>> {
    let (value, _) = run.measure(&ladder.metric, &Focus::of(*period))?;
    let mut reached = Ok(None);
    for step in &ladder.steps {
        let met = match &step.from {
            None => Ok(true),
            Some(from) => run
                .amount(from, &Focus::of(*period))
                .and_then(|(from, _)| value.compare(&from))
                .map(|o| o.is_ge()),
        };
        match met {
            Ok(true) => reached = Ok(step.grade.as_ref().map(|g| g.kind).or(reached.unwrap_or(None))),
            Ok(false) => {}
            // A higher step that is reached decides alone.
            Err(unknown) => reached = Err(unknown),
        }
    }
    reached
}

/// What parties chose under triggers, and what triggers did at once.
fn chosen(run: &Run<'_>, name: &Name) -> Vec<GradeChange> {
    let mut out = Vec::new();
    for event in run.facts.happened() {
        let EventKind::Chose { effects, .. } = &event.kind else { continue };
        for effect in effects {
            let Value::Parts(parts) = effect else { continue };
            if parts.name(Label::Name) != Some(name) {
                continue;
            }
            if let Some(grade) = parts.grade(Label::Grade) {
                out.push(GradeChange { from: event.date, grade: Ok(Some(grade.kind)) });
            } else if ends(parts) {
                out.push(GradeChange { from: event.date, grade: Ok(None) });
            }
        }
    }
    out
}

fn ends(parts: &Parts) -> bool {
    parts.grade(Label::Grade).is_none()
        && !parts.has(Label::Verb)
        && !parts.has(Label::Suspended)
        && !parts.has(Label::Move)
}

impl Run<'_> {
    /// The grade of a grant on a day; `None` where nothing is granted there.
    ///
    /// # Errors
    /// Where it cannot be said.
    pub fn grade_on(
        &self,
        name: &Name,
        place: Option<&Name>,
        field: Option<&Name>,
        day: Date,
    ) -> Eval<Option<GradeKind>> {
        let grant = self.named_on(day, |m| m.grants.get(name));
        let grant = grant.ok_or_else(|| Unknown::new(format!("`{name}` is no grant")))?;
        let market = &self.model_on(day).market;
        let hidden = grant.territory.as_ref().is_some_and(|t| market.has_blank(t)) && place.is_some();
        if hidden || (grant.fields.as_ref().is_some_and(Set::has_blank) && field.is_some()) {
            return Err(Unknown::new(format!("what `{name}` is for is redacted or open")).at(grant.at));
        }
        if !self.reaches(grant, place, field, day) {
            return Ok(None);
        }
        self.grades_of(name)?.on(day).map_or(Ok(None), |c| c.grade.clone())
    }

    /// Whether a grant's own field and territory cover a place and field.
    fn reaches(&self, grant: &Grant, place: Option<&Name>, field: Option<&Name>, day: Date) -> bool {
        let market = &self.model_on(day).market;
        let placed = match (&grant.territory, place) {
            (Some(territory), Some(place)) => market.places(territory, day).contains(place.as_str()),
            _ => true,
        };
        let fielded = match (&grant.fields, field) {
            (Some(set), Some(field)) => {
                set.names.iter().any(|n| market.within(field, n))
                    && !set.except.iter().any(|n| market.within(field, n))
            }
            _ => true,
        };
        placed && fielded
    }
}
