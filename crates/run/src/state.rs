//! How exclusive a grant is on a day, and in which stage, as far as payments and assertions ask.
//!
//! Grade lines, ladders, sunsets and elections under triggers are followed; what the whole rights space
//! looks like is left to `rights`.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period, PeriodKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Grant, Ladder};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{GradeKind, Name, PeriodLabel, Value};

/// A change of a grant's grade.
#[derive(Debug, Clone)]
pub struct GradeChange {
    /// From this day on.
    pub from: Date,
    /// The new grade; none where the grant has ended.
    pub grade: Option<GradeKind>,
}

/// The grades of a grant over time.
#[derive(Debug, Clone, Default)]
pub struct Grades {
    /// The changes, oldest first.
    pub changes: Vec<GradeChange>,
}

impl Grades {
    pub(crate) fn compute(run: &Run<'_>, name: &Name) -> Eval<Grades> {
        let model = run.last_model();
        let grant = model.grants.get(name).ok_or_else(|| Unknown::new(format!("`{name}` is no grant")))?;
        let mut changes = Vec::new();
        let start = run.clock().effective().or_else(|| run.first_day()).unwrap_or(Date::MIN);
        for line in grant.grades.iter().filter(|l| !l.limited) {
            let mut from = start;
            changes.push(GradeChange { from, grade: Some(line.grade.kind) });
            let mut until = line.until.clone();
            for (next, next_until) in &line.then {
                let Some(end) =
                    until.as_ref().and_then(|m| run.clock().limit(m, &Focus::default()).ok().flatten())
                else {
                    break;
                };
                // `until` includes the day.
                from = end.next_day().unwrap_or(end).max(from);
                changes.push(GradeChange { from, grade: Some(next.kind) });
                until.clone_from(next_until);
            }
        }
        for ladder in &grant.ladders {
            changes.extend(ladder_changes(run, ladder));
        }
        changes.extend(chosen(run, name));
        changes.sort_by_key(|c| c.from);
        Ok(Grades { changes })
    }

    /// The grade on a day.
    pub fn on(&self, day: Date) -> Option<&GradeChange> {
        self.changes.iter().rev().find(|c| c.from <= day)
    }
}

/// Each test of a ladder that the reports allow.
fn ladder_changes(run: &Run<'_>, ladder: &Ladder) -> Vec<GradeChange> {
    let Some((month, day)) = ladder.tested else { return Vec::new() };
    let first = match &ladder.from {
        Some(Value::Period(PeriodLabel::Year(year))) => *year,
        Some(Value::Moment(moment)) => match run.clock().limit(moment, &Focus::default()) {
            Ok(Some(day)) => day.year(),
            _ => return Vec::new(),
        },
        _ => run.clock().effective().map_or(1000, Date::year),
    };
    let mut out = Vec::new();
    for year in first..=run.facts.as_of().year() {
        let Some(test) = Date::new(year, month, day).filter(|d| *d <= run.facts.as_of()) else { continue };
        let before = PeriodLabel::Year(year - 1);
        let Some(period) = run.clock().period(before, None) else { continue };
        let Ok((value, _)) = run.measure(&ladder.metric, &Focus::of(period)) else { continue };
        let mut reached = None;
        for step in &ladder.steps {
            let from = step.from.as_ref().map(|f| run.amount(f, &Focus::of(period)));
            let met = match from {
                None => true,
                Some(Ok((from, _))) => value.compare(&from).is_ok_and(std::cmp::Ordering::is_ge),
                Some(Err(_)) => false,
            };
            if met {
                reached = step.grade.as_ref().map(|g| g.kind).or(reached);
            }
        }
        if let Some(grade) = reached {
            out.push(GradeChange { from: test, grade: Some(grade) });
        }
    }
    out
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
                out.push(GradeChange { from: event.date, grade: Some(grade.kind) });
            } else if ends(parts) {
                out.push(GradeChange { from: event.date, grade: None });
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
        let model = self.last_model();
        let grant = model.grants.get(name).ok_or_else(|| Unknown::new(format!("`{name}` is no grant")))?;
        if !self.reaches(grant, place, field, day) {
            return Ok(None);
        }
        Ok(self.grades_of(name)?.on(day).and_then(|c| c.grade))
    }

    /// Whether the state of a name is followed here: a milestone, an event, or a grant without clauses that
    /// only the rights space can weigh.
    pub(crate) fn is_followed(&self, name: &Name) -> bool {
        let model = self.last_model();
        if model.market.milestones.contains_key(name) {
            return true;
        }
        let plain = |form: Form| {
            matches!(
                form,
                Form::GrantUnder
                    | Form::GrantTo
                    | Form::GrantFor
                    | Form::GrantIn
                    | Form::GrantGrade
                    | Form::GrantReserving
                    | Form::GrantSublicence
                    | Form::GrantNoSublicence
                    | Form::GrantText
            )
        };
        let grant =
            model.records.iter().find(|r| r.clause == Form::FileGrant && r.name(Label::Name) == Some(name));
        let graded = model.grants.get(name).is_some_and(|g| {
            !g.grades.is_empty()
                && g.grades.iter().all(|l| !l.limited && l.while_.is_none() && l.then.is_empty())
        });
        let touched = model.records.iter().any(|r| touches(r, name));
        // Elsewhere than in an election, what parties did to rights is for the rights space to weigh.
        let weighed = self.facts.happened().any(|e| match &e.kind {
            EventKind::Told { word, .. } => matches!(
                word.as_str(),
                "terminated"
                    | "dropped"
                    | "assigned"
                    | "sublicensed"
                    | "refused"
                    | "failed"
                    | "breached"
                    | "insolvent"
            ),
            EventKind::Chose { .. } => true,
            _ => false,
        });
        let amended = self.machine.editions.0.len() > 1;
        let ends = model
            .records
            .iter()
            .any(|r| r.clause == Form::FileAgreement && r.below(Form::AgreementEnds).is_some());
        let ended = ends
            && self
                .clock()
                .limit(
                    &counterpart_terms::value::Moment::OfThing(counterpart_terms::value::Edge::End, None),
                    &Focus::default(),
                )
                .ok()
                .flatten()
                .is_some_and(|d| d < self.facts.as_of());
        graded
            && !touched
            && !weighed
            && !amended
            && !ended
            && grant.is_some_and(|g| g.below.iter().all(|c| plain(c.clause)))
    }

    /// Whether a grant's own field and territory cover a place and field.
    fn reaches(&self, grant: &Grant, place: Option<&Name>, field: Option<&Name>, day: Date) -> bool {
        let market = &self.last_model().market;
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

    /// The stage a grant is in on a day.
    ///
    /// # Errors
    /// Where a stage hangs on a fact nobody told.
    pub fn stage_on(&self, name: &Name, day: Date) -> Eval<Option<Name>> {
        let model = self.last_model();
        let grant = model.grants.get(name).ok_or_else(|| Unknown::new(format!("`{name}` is no grant")))?;
        let Some(stages) = &grant.stages else { return Ok(None) };
        let mut reached = None;
        for stage in &stages.stages {
            let begun = match (&stage.from, &stage.when) {
                (Some(from), _) => self.clock().limit(from, &Focus::default())?.is_some_and(|d| d <= day),
                // A stage once reached stays, so it is enough that its test held at some report.
                (None, Some(when)) => self.held_by(when, day)?,
                (None, None) => false,
            };
            if begun {
                reached = Some(stage.name.clone());
            }
        }
        Ok(reached)
    }

    /// Whether a condition held at the end of any quarter reported by a day.
    fn held_by(&self, condition: &counterpart_terms::value::Condition, day: Date) -> Eval<bool> {
        let mut ends: Vec<Date> = self.report_ends().into_iter().filter(|d| *d <= day).collect();
        ends.push(day);
        let mut unknown = None;
        for end in ends {
            let Some(period) = Period::trailing(1, PeriodKind::Quarter, end) else { continue };
            match self.holds(condition, &Focus::of(period)) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(reason) => unknown = Some(reason),
            }
        }
        // A test that needs a report nobody has made is not met yet.
        let _ = unknown;
        Ok(false)
    }

    /// The last days of all periods reported.
    pub(crate) fn report_ends(&self) -> Vec<Date> {
        let mut ends: Vec<Date> = self
            .facts
            .events()
            .filter_map(|e| match &e.kind {
                EventKind::Reported { label: Some(label), by, .. } => {
                    self.clock().period(*label, by.as_ref()).map(|p| p.end)
                }
                _ => None,
            })
            .collect();
        ends.sort();
        ends.dedup();
        ends
    }

    /// Whether something named is in a state on a day.
    ///
    /// # Errors
    /// Where the state is not one that can be told from the journal.
    pub fn state_of(
        &self,
        name: &Name,
        state: &str,
        place: Option<&Name>,
        day: Date,
        focus: &Focus,
    ) -> Eval<bool> {
        let by = |d: Option<Date>| d.is_some_and(|d| d <= day);
        let model = self.last_model();
        Ok(match state {
            "met" | "reached" | "agreed" | "approved" | "launched" | "on the market" | "exercised" => {
                if self.facts.told("missed", Some(name), None).is_some() {
                    return Ok(false);
                }
                if let Some(when) = model.market.milestones.get(name).and_then(|m| m.reached_when.as_ref()) {
                    let today = Focus { period: focus.period.or(Period::new(day, day)), ..focus.clone() };
                    return self.holds(when, &today);
                }
                let told = self
                    .facts
                    .reached(name, focus.product.as_ref(), place)
                    .or_else(|| self.facts.exercised(name))
                    .or_else(|| {
                        self.facts.told("approved", Some(name), place).filter(|_| state != "launched")
                    })
                    .or_else(|| self.facts.told("launched", Some(name), place))
                    .or_else(|| self.facts.told_any(name, place))
                    .or_else(|| self.facts.began(name, place))
                    .or_else(|| {
                        self.facts
                            .first_sale_of(Some(name), place)
                            .filter(|_| model.market.products.contains_key(name))
                    });
                by(told)
            }
            "paid" => by(self.facts.paid_first(name)),
            "running" | "open" => self
                .facts
                .stretches(name, place)
                .iter()
                .any(|(from, to)| *from <= day && to.is_none_or(|t| t > day)),
            "ended" | "lapsed" => {
                by(self.facts.ended(name, place).or_else(|| self.facts.told("terminated", Some(name), None)))
            }
            "in force" => {
                let ended = by(self
                    .facts
                    .told("terminated", Some(name), None)
                    .or_else(|| self.facts.agreement_terminated()));
                let begun = self.clock().effective().is_none_or(|d| d <= day);
                let graded = !model.grants.contains_key(name)
                    || self.grade_on(name, place, focus.field.as_ref(), day)?.is_some();
                begun && !ended && graded
            }
            "reported" => self.reports(name).iter().any(|r| focus.period.is_none_or(|p| r.period == p)),
            "valid" => match self.clock().moment(
                &counterpart_terms::value::Moment::LastValidClaim(vec![name.clone()]),
                &Focus { place: place.cloned(), ..focus.clone() },
            )? {
                crate::clock::When::On(end) => day <= end,
                // Patents not listed stand until the journal says otherwise.
                crate::clock::When::NotYet => true,
                crate::clock::When::Never => {
                    !self.lists_patents(name)
                        && !by(self.facts.patent_event(
                            &["lapsed", "expired", "invalidated", "abandoned"],
                            name,
                            place,
                        ))
                }
            },
            other => return Err(Unknown::new(format!("whether `{name}` is {other} cannot be told yet"))),
        })
    }

    fn lists_patents(&self, name: &Name) -> bool {
        let mut assets = self.last_model().records.iter().filter(|r| r.clause == Form::FileAssets);
        assets.any(|r| r.name(Label::Name) == Some(name) && r.below(Form::AssetsPatent).is_some())
    }

    /// Conditions that events of their own kind decide.
    pub(crate) fn told_condition(&self, parts: &Parts, day: Date, focus: &Focus) -> Eval<bool> {
        let told =
            |word: &str, name: Option<&Name>| self.facts.told(word, name, None).is_some_and(|d| d <= day);
        if let Some(assets) = parts.set(Label::Relies) {
            return self.relies_on(assets, focus);
        }
        if let Some(party) = parts.name(Label::Asserts) {
            return Ok(self.told_by("asserted", party, day));
        }
        if let Some(party) = parts.name(Label::Challenges) {
            return Ok(self.told_by("challenged", party, day));
        }
        if let Some(party) = parts.name(Label::Breach) {
            return Ok(self.told_by("breached", party, day) && !self.told_by("cured", party, day));
        }
        if parts.has(Label::Insolvent) {
            return Ok(told("insolvent", None));
        }
        if parts.has(Label::Control) {
            return Ok(told("control", None));
        }
        Err(Unknown::new("this test needs a determination that nobody has made"))
    }

    /// Whether the product asked about practises one of these assets.
    fn relies_on(&self, assets: &counterpart_terms::value::Set, focus: &Focus) -> Eval<bool> {
        let unknown = || Unknown::new("it is not said which product this is about");
        let product = focus.product.as_ref().ok_or_else(unknown)?;
        let market = &self.last_model().market;
        let known = market.products.get(product).ok_or_else(unknown)?;
        let inside = |asset: &Name| {
            assets.names.iter().any(|n| market.within(asset, n))
                && !assets.except.iter().any(|n| market.within(asset, n))
        };
        Ok(known.practises.iter().any(inside))
    }

    fn told_by(&self, word: &str, party: &Name, day: Date) -> bool {
        self.facts.happened().any(|e| match &e.kind {
            EventKind::Told { word: w, parts, .. } => {
                w == word && parts.name(Label::By) == Some(party) && e.date <= day
            }
            _ => false,
        })
    }
}

/// Whether a clause has an effect on a grant: one that names it, or that ends the agreement.
fn touches(record: &counterpart_terms::Record, name: &Name) -> bool {
    let mut found = false;
    let own = record.clause == Form::FileGrant;
    record.walk(&mut |r| {
        found |= r.all(Label::Effect).any(|v| match v {
            Value::Parts(parts) => {
                parts.name(Label::Name) == Some(name)
                    || parts.names(Label::Of).contains(name)
                    || parts.names(Label::Assets).contains(name)
                    || parts.has(Label::Agreement)
            }
            _ => false,
        });
    });
    let ladder = matches!(record.clause, Form::FileStages | Form::FileLadder | Form::FileSunset);
    found || (!own && ladder && record.name(Label::Of) == Some(name))
}
