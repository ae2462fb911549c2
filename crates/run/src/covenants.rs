//! Covenants: what a party promised to do or not to do, on which days, and for which part of the market.

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::options::{after, end_with_agreement, since};
use crate::rights::{Dated, DaysSo};
use crate::unknown::{Eval, Unknown};
use crate::windows::{Course, Drawing, Kind, State, Why};
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{Ranges, Reach, Region, all_days, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Change;
use counterpart_terms::value::{Acts, Duration, Moment, Name, Value};
use counterpart_terms::{At, Record};

/// A promise of a party, with the days on which it binds.
#[derive(Debug, Clone)]
pub struct CovenantLife {
    /// Its name.
    pub name: Name,
    /// Who promised.
    pub by: Vec<Name>,
    /// To whom.
    pub to: Vec<Name>,
    /// What was promised, line by line.
    pub promises: Vec<Promise>,
    /// The days on which it is in force.
    pub days: Ranges,
    /// The days on which that cannot be said, and why.
    pub doubt: Vec<(Ranges, Unknown)>,
    /// The clause.
    pub at: At,
}

/// One line of a promise.
#[derive(Debug, Clone)]
pub struct Promise {
    /// `compete`, `sell`, `supply only to`; what is done or left.
    pub act: String,
    /// It is a promise not to do it.
    pub not: bool,
    /// To whom, with whom or against whom alone, where named.
    pub whom: Vec<Name>,
    /// The part of the space it is about, over all days: none where it is about nothing that has a place there, as a
    /// promise not to hire.
    pub region: Option<Eval<Region>>,
    /// The line that limits it in words alone: whether something lies within them cannot be said.
    pub limited: Option<At>,
    /// What stays allowed, as the list stood on a day where one is named.
    pub except: Vec<(Vec<Name>, Option<Date>)>,
    /// The clause.
    pub at: At,
}

impl Promise {
    /// Whether it is one not to sue for what is done: whoever gave it may do as before.
    pub(crate) fn spares(&self) -> bool {
        matches!(self.act.as_str(), "sue" | "assert")
    }
}

impl Run<'_> {
    /// Every promise of the deal, in the order of the text, with the days on which it is in force.
    pub fn covenants(&self) -> Vec<CovenantLife> {
        let named = self.with_courses().into_iter().filter(|(_, kind)| *kind == Kind::Covenant);
        named.filter_map(|(name, _)| self.covenant(&name)).collect()
    }

    /// A promise and its days.
    fn covenant(&self, name: &Name) -> Option<CovenantLife> {
        let texts = self.texts(name, |form| form == Form::FileCovenant);
        let (record, _) = texts.last()?;
        let so = match self.course_of(name) {
            Ok(course) => course.days("in force"),
            Err(why) => DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] },
        };
        let lines = record.below.iter();
        Some(CovenantLife {
            name: name.clone(),
            by: record.names(Label::By),
            to: record.names(Label::To),
            promises: lines.filter_map(|line| self.promise(record, line)).collect(),
            days: so.yes,
            doubt: so.doubt,
            at: record.at,
        })
    }

    /// What a line promises.
    fn promise(&self, record: &Record, line: &Record) -> Option<Promise> {
        let (act, not) = match line.clause {
            Form::CovenantNotTo => (line.word(Label::What)?.to_string(), true),
            Form::CovenantNotDeal => (line.word(Label::Act)?.to_string(), true),
            Form::CovenantMust => (self.must_of(line), false),
            _ => return None,
        };
        let except = record.all_below(Form::CovenantExcept).map(|line| {
            let frozen = match line.get(Label::Frozen) {
                Some(Value::Date(on)) => Some(*on),
                _ => None,
            };
            (line.names(Label::Scope), frozen)
        });
        let except: Vec<(Vec<Name>, Option<Date>)> = except.filter(|(names, _)| !names.is_empty()).collect();
        let whom = [Label::To, Label::Against, Label::With].into_iter().flat_map(|label| line.names(label));
        Some(Promise {
            region: self.promised_region(record, line, &act, &except),
            whom: whom.collect(),
            act,
            not,
            limited: record
                .all_below(Form::CovenantLimits)
                .find(|l| l.set(Label::Values).is_none())
                .map(|l| l.at),
            except,
            at: line.at,
        })
    }

    /// What a party promised to do, in the words of the line.
    fn must_of(&self, line: &Record) -> String {
        match line.get(Label::What) {
            Some(Value::Word(word)) => word.clone(),
            _ => self.said_after(line, "to"),
        }
    }

    /// The part of the space a promise not to do something is about.
    fn promised_region(
        &self,
        record: &Record,
        line: &Record,
        act: &str,
        except: &[(Vec<Name>, Option<Date>)],
    ) -> Option<Eval<Region>> {
        let acts: &[&str] = match act {
            "compete" => &[],
            "sell" | "sell elsewhere" => &["sell"],
            "license" | "license to others" | "license exclusively" => &["sublicense"],
            "make" => &["make"],
            "use" => &["use"],
            "develop" => &["develop"],
            "export" => &["export"],
            "sue" | "assert" => &[],
            _ => return None,
        };
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_now().market };
        let with: Vec<Name> = line.names(Label::With);
        let with: Vec<Name> =
            with.into_iter().filter(|n| n.is_blank() || space.find(n, &|_| true).is_some()).collect();
        let narrowed =
            [Label::Assets, Label::Fields, Label::Of, Label::Territory].iter().any(|l| line.has(*l));
        // What competes is not said where neither a product nor a field is: dealing with what the deal is about is not.
        if act == "compete" && with.is_empty() && !narrowed {
            return None;
        }
        let found = || -> Result<Region, counterpart_rights::Unclear> {
            let mut region = Region::from(space.everything());
            if act == "compete" && !with.is_empty() {
                region = self.competing_with(&reach, &with, line.has(Label::Fields))?;
            }
            if !acts.is_empty() {
                let acts = acts.iter().map(|act| Name::from(*act)).collect();
                region = reach.acts(&region, &Acts::These(acts))?;
            }
            for label in [Label::Assets, Label::Fields] {
                if let Some(set) = line.set(label) {
                    region = reach.set(&region, set)?;
                }
            }
            let of = line.names(Label::Of);
            if !of.is_empty() {
                region = reach.names(&region, &of)?;
            }
            if let Some(territory) = line.territory(Label::Territory) {
                region = reach.territory(&region, territory)?;
            }
            for limit in record.all_below(Form::CovenantLimits) {
                if let Some(values) = limit.set(Label::Values) {
                    region = reach.set(&region, values)?;
                }
            }
            for (names, _) in except {
                // What is no part of the market, as an event, takes nothing out of it.
                let known: Vec<Name> = names
                    .iter()
                    .filter(|n| n.is_blank() || space.find(n, &|_| true).is_some())
                    .cloned()
                    .collect();
                if !known.is_empty() {
                    region = region.without(&reach.names(&region, &known)?);
                }
            }
            Ok(region)
        };
        Some(found().map_err(|_| self.hidden("what the promise is about", line.at)))
    }

    /// The course of a covenant.
    pub(crate) fn covenant_course(&self, name: &Name) -> Eval<Course> {
        self.covenant_in(name, &PartOf::default())
    }

    /// The course of a covenant in a part of what it is about: what changed it only elsewhere is left aside.
    pub(crate) fn covenant_in(&self, name: &Name, part: &PartOf) -> Eval<Course> {
        let texts = self.texts(name, |form| form == Form::FileCovenant);
        let at = texts.first().map(|(record, _)| record.at);
        let why = Why::new("the agreement is not in force yet", at);
        let mut drawing = Drawing::new(name, Kind::Covenant, State::NotYet, why);
        let mut ends: Vec<&Moment> = Vec::new();
        for (record, days) in &texts {
            let text = DaysSo::sure(days.and(&all_days()));
            ends = self.lay_promise(record, &text, &mut drawing);
        }
        let Some((record, _)) = texts.last() else { return Ok(drawing.done()) };
        end_with_agreement(self, (name, &ends), record.at, &mut drawing, |state| {
            matches!(state, State::Ended | State::NotYet)
        });
        self.changed(name, part, &mut drawing);
        Ok(drawing.done())
    }

    /// Lays the days on which a text binds; the moments its last day hangs on.
    fn lay_promise<'r>(&self, record: &'r Record, text: &DaysSo, drawing: &mut Drawing) -> Vec<&'r Moment> {
        let mut ends: Vec<&Moment> = Vec::new();
        let mut begun = self.days_from_the_start();
        let mut last = DaysSo::sure(all_days());
        let mut words: Vec<String> = Vec::new();
        for line in &record.below {
            match line.clause {
                Form::CovenantFrom => {
                    if let Some(from) = line.moment(Label::From) {
                        begun = begun.and(self.days_from(from));
                        words.push(self.said(line));
                    }
                }
                Form::CovenantUntil => {
                    if let Some(until) = line.moment(Label::Until) {
                        ends.push(until);
                        last = last.and(self.days_until(until));
                        words.push(self.said(line));
                    }
                }
                Form::CovenantFor => {
                    if let Some(Value::Duration(length)) = line.get(Label::For) {
                        let of = line.moment(Label::From);
                        let after = self.said(line).contains(" after ");
                        let (from, until) = self.lasts_for(length, of, after);
                        ends.extend(of);
                        begun = begun.and(from);
                        last = last.and(until);
                        words.push(self.said(line));
                    }
                }
                _ => {}
            }
        }
        let at = record.at;
        let not_yet = if words.is_empty() { "it does not bind yet".to_string() } else { words.join(", ") };
        let waits = Why::new(format!("it does not bind yet: {not_yet}"), [at]);
        drawing.lay_so(&self.days_from_the_start().and(text.clone()), State::NotOpen, &waits);
        let said = if words.is_empty() { "as long as the agreement".to_string() } else { words.join(", ") };
        drawing.lay_so(&begun.clone().and(text.clone()), State::InForce, &Why::new(said.clone(), [at]));
        for line in record.all_below(Form::CovenantWhile) {
            if let Some(while_) = line.condition(Label::While) {
                let rests =
                    self.days_when(while_, &Focus::default()).not().and(begun.clone()).and(text.clone());
                let why = Why::new(format!("not {}", self.said(line)), [line.at]);
                drawing.lay_so(&rests, State::Suspended, &why);
            }
        }
        drawing.lay_so(
            &last.not().and(text.clone()),
            State::Ended,
            &Why::new(format!("its time is over: {said}"), [at]),
        );
        ends
    }

    /// From when to when a promise binds that lasts so long: from a day on, or after a day, or from the effective date.
    fn lasts_for(&self, length: &Duration, of: Option<&Moment>, behind: bool) -> (DaysSo, DaysSo) {
        let base = match of {
            Some(of) => self.clock().moment(of, &Focus::default()),
            None => self.clock().effective_day().map(|d| d.map_or(When::NotYet, When::On)),
        };
        match base {
            Ok(When::On(on)) => {
                let begun = DaysSo::sure(if behind { after(on) } else { since(on) });
                let last = match self.clock().shift(on, length, false) {
                    // The day a time runs from counts only where the promise binds on it.
                    Ok(end) => {
                        let last = if behind { Some(end) } else { end.prev_day() };
                        DaysSo::sure(Ranges::of(0, last.map_or(0, |d| day(d).saturating_add(1))))
                    }
                    Err(why) => DaysSo {
                        yes: Ranges::of(0, day(on).saturating_add(2)),
                        doubt: vec![(all_days().less(&Ranges::of(0, day(on).saturating_add(2))), why)],
                    },
                };
                (begun, last)
            }
            Ok(_) => (DaysSo::default(), DaysSo::sure(all_days())),
            Err(why) => {
                let doubt = DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] };
                (doubt, DaysSo::sure(all_days()))
            }
        }
    }

    /// Lays what other clauses and entries did to a promise: it rests, ends, or goes on.
    fn changed(&self, name: &Name, part: &PartOf, drawing: &mut Drawing) {
        for change in self.changes_on(name) {
            let named = change.effect.name.as_ref().is_some_and(|n| n == name || n.is_blank());
            if !named || !reaches(&change, part) {
                continue;
            }
            let until = change.until.map_or(u32::MAX, |last| day(last).saturating_add(1));
            let days = Ranges::of(day(change.from), until).and(&all_days());
            let (state, over) = match change.effect.change {
                Change::Ends => (State::Ended, drawing.days(|s| s != State::NotYet)),
                Change::Rests => (State::Suspended, drawing.days(|s| s == State::InForce)),
                Change::Begins => (State::InForce, drawing.days(|s| s != State::NotYet)),
                _ => continue,
            };
            let days = days.and(&over);
            match change.doubt {
                Some(unknown) => {
                    let why =
                        Why { words: unknown.reason.clone(), at: vec![change.at], unknown: Some(unknown) };
                    drawing.lay(&days, State::Unclear, &why);
                }
                None => drawing.lay(&days, state, &Why::new(self.said_at(change.at), [change.at])),
            }
        }
        for event in self.facts.happened() {
            if let counterpart_ledger::EventKind::Waived { name: told, by, .. } = &event.kind
                && told == name
            {
                let by = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
                let over = since(event.date).and(&drawing.days(|s| s != State::NotYet));
                drawing.lay(&over, State::Withdrawn, &Why::new(format!("waived{by}"), [event.at]));
            }
        }
    }
}

/// Whether a change is one of the whole, or of the part that is asked about.
fn reaches(change: &Dated, part: &PartOf) -> bool {
    let (names, of) = (&change.effect.part.names, &change.of);
    let places = change.effect.part.territory.iter().flat_map(|territory| &territory.places);
    let places: Vec<&Name> = places.chain(&change.place).collect();
    let asked: Vec<&Name> = [&part.product, &part.field, &part.customer].into_iter().flatten().collect();
    let inside = |list: &Vec<Name>| list.is_empty() || list.iter().any(|name| asked.contains(&name));
    let there = places.is_empty() || part.place.as_ref().is_some_and(|place| places.contains(&place));
    inside(names) && inside(of) && there
}
