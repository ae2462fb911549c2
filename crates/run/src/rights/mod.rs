//! The rights of a deal over time: what each grant gives on each day, and what is asked about it.
//!
//! The space, and the algebra on it, are those of `counterpart-rights`. Here its parts get their days: a grant begins,
//! grows, rests, changes and ends as its text, the journal and the clocks of the deal say (`life`, `drawing`, `changes`,
//! `triggers`, `days`).

mod acquired;
mod after_end;
mod apart;
mod ask;
mod assigned;
mod begun;
pub(crate) mod blank;
mod cells;
mod changes;
mod chosen;
mod circle;
mod control;
mod countries;
mod day_by_day;
mod days;
mod defaults;
mod drawing;
mod each;
mod found;
mod happens;
mod held;
mod holdings;
mod keeps_out;
mod ladders;
mod lasting;
mod life;
mod measured;
mod members;
mod moments;
mod noticed;
mod passes;
mod passing;
mod possible;
mod priced;
mod reverted;
mod spent;
mod stages;
mod stock;
mod sublicences;
mod surplus;
mod surviving;
mod tested;
mod titles;
mod told;
pub(crate) mod triggers;
mod turns;
mod unchanged;
mod unreported;

pub(crate) use assigned::assignment_findings;
pub use holdings::{RightsOfDeal, Source};

use crate::engine::Run;
use crate::options::clause_of;
use crate::runs::Runs;
use crate::unknown::Unknown;
pub(crate) use ask::shown;
pub(crate) use begun::Stretch;
pub(crate) use changes::{Dated, Days, is_of};
pub(crate) use circle::Open;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Reach, Region, Space, all_days, date, day, within};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Grant, Model};
use counterpart_terms::value::{Duration, Edge, Moment, Name};
pub(crate) use days::DaysSo;
pub(crate) use lasting::Cause;
pub(crate) use life::{Held, Life};
pub(crate) use moments::since;
pub(crate) use reverted::Reverted;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
pub use sublicences::Sublicence;
pub(crate) use sublicences::sublicence_findings;
pub(crate) use titles::title_findings;
pub(crate) use told::EndedPart;
pub(crate) use triggers::{Fired, Step};

/// What is known of rights, each computed when first asked for.
#[derive(Default)]
pub(crate) struct Known {
    space: OnceCell<Rc<Space>>,
    lives: RefCell<BTreeMap<Name, Rc<Life>>>,
    map: OnceCell<Rc<RightsOfDeal>>,
    found: found::Found,
    /// The assets that pass on only once somebody agrees to bear what they cost.
    with_what_they_cost: OnceCell<Vec<(At, Name, Name)>>,
    /// The grants being computed for one another, outermost first.
    open: RefCell<Vec<Open>>,
    /// A grant that needs itself took its own clause as fulfilled: what was computed meanwhile holds for that one only.
    assumed: RefCell<bool>,
}

impl Known {
    /// Some grants are being computed, and no others.
    pub(crate) fn draw_only(&self, grants: &[Open]) {
        *self.open.borrow_mut() = grants.to_vec();
    }
}

impl Run<'_> {
    /// The rights space of the deal.
    pub fn space(&self) -> Rc<Space> {
        Rc::clone(self.rights.space.get_or_init(|| {
            let edition = self.machine.editions.edition(self.facts.as_of()).and_then(|edition| edition.from);
            let mut spaces = self.machine.spaces.borrow_mut();
            Rc::clone(spaces.entry(edition).or_insert_with(|| Rc::new(self.draw_space())))
        }))
    }

    /// Inventions are in it from the beginning, so that it is the same on every day.
    fn draw_space(&self) -> Space {
        let mut later: Vec<(Name, Vec<Name>)> = Vec::new();
        for event in &self.machine.journal.events {
            if let EventKind::Told { word, name: Some(name), .. } = &event.kind
                && word == "invention"
            {
                later.push((name.clone(), Vec::new()));
            }
        }
        let editions = self.machine.editions.0.iter();
        let begun = editions.filter(|e| e.from.is_none_or(|from| from <= self.facts.as_of()));
        let terms: Vec<(u32, &Model)> = begun.map(|e| (e.from.map_or(0, day), &e.model)).collect();
        Space::over_time(self.model_now(), &terms, &later)
    }

    /// Whether a name is a grant in some edition of the terms.
    pub(crate) fn is_right(&self, name: &Name) -> bool {
        self.models().any(|model| model.grants.contains_key(name)) || self.is_sublicence(name)
    }

    /// What a grant gives, over all days.
    pub(crate) fn life_of(&self, name: &Name) -> Rc<Life> {
        if let Some(life) = self.rights.lives.borrow().get(name) {
            return Rc::clone(life);
        }
        if self.is_being_drawn(name) {
            let why = Unknown::new(format!("what `{name}` gives hangs on itself"));
            let all = Region::from(self.space().everything());
            return Rc::new(Life { about: all.clone(), doubt: vec![(all, why)], ..Life::default() });
        }
        self.rights.open.borrow_mut().push(Open::new(name));
        let mut whole = Life::default();
        for (grant, model, days) in self.texts_of(name) {
            let space = self.space();
            let reach = Reach { space: &space, market: &model.market };
            let changes = self.changes_of(name, grant, model);
            let mut life = drawing::of(self, reach, grant, &days, &changes);
            if let Some(why) = blank::about(grant, model) {
                life.doubt.push((life.about.clone(), why));
            }
            whole.about = whole.about.or(&life.about);
            whole.held.extend(life.held);
            whole.kept.extend(life.kept);
            whole.doubt.extend(life.doubt);
            whole.unsure.extend(life.unsure);
            whole.perhaps.extend(life.perhaps);
            whole.ungiven.extend(life.ungiven);
            whole.by_law.extend(life.by_law);
            whole.withheld.extend(life.withheld);
        }
        whole = self.life_of_sublicence(name).unwrap_or(whole);
        for (part, why) in self.not_passed_on(&whole.in_force()) {
            match why {
                Some(why) => whole.doubt.push((part, why)),
                None => whole.held.iter_mut().for_each(|held| held.region = held.region.without(&part)),
            }
        }
        self.goes_on_after_the_end(name, &mut whole);
        self.leaves_out_what_an_acquirer_has(name, &mut whole);
        whole.held.retain(|held| !held.region.is_empty());
        self.rights.open.borrow_mut().pop();
        let life = Rc::new(whole);
        let outermost = self.rights.open.borrow().is_empty();
        // What was computed while a grant waited for itself is right for that grant, and asked anew for others.
        if outermost || !*self.rights.assumed.borrow() {
            self.rights.lives.borrow_mut().insert(name.clone(), Rc::clone(&life));
        }
        if outermost {
            *self.rights.assumed.borrow_mut() = false;
        }
        life
    }

    /// Whether the life of a grant is being put together.
    pub(super) fn is_being_drawn(&self, name: &Name) -> bool {
        self.ties.look_at(name);
        let drawn = self.rights.open.borrow().iter().any(|open| open.name == *name);
        if drawn {
            self.goes_in_a_circle();
        }
        drawn
    }

    /// A grant that is being put together is taken to be in force for what it needs.
    pub(crate) fn assume(&self) {
        *self.rights.assumed.borrow_mut() = true;
    }

    /// Asks something as of another day, as known on the same. What is being put together now is so there too.
    pub(crate) fn ask_on<T>(&self, day: Date, ask: impl FnOnce(&Run<'_>) -> T) -> T {
        self.ask_as(day, false, ask)
    }

    /// The same, for a test that hangs on what follows from it, where it is one.
    pub(crate) fn ask_as<T>(&self, day: Date, circular: bool, ask: impl FnOnce(&Run<'_>) -> T) -> T {
        // One that hangs on what follows from it finds the rights as they were before, and not what is being put together.
        let drawing = if circular { Vec::new() } else { self.rights.open.borrow().clone() };
        let run = Runs::looking_back(self, day, &drawing, circular);
        let answer = ask(&run);
        if *run.rights.assumed.borrow() {
            self.assume();
        }
        answer
    }

    /// The texts of a grant, each with its terms and the days they are in force.
    fn texts_of(&self, name: &Name) -> Vec<(&Grant, &Model, Ranges)> {
        let mut out: Vec<(&Grant, &Model, Ranges)> = Vec::new();
        // The text of an image changes with that of the grant it is the image of.
        let texts = |grant: &Grant, model: &Model| {
            (grant.at, grant.mirrors.as_ref().and_then(|image| model.grants.get(image)).map(|image| image.at))
        };
        let editions = &self.machine.editions.0;
        for (index, edition) in editions.iter().enumerate() {
            let from = edition.from.map_or(0, day);
            let until = editions.get(index + 1).and_then(|next| next.from).map_or(u32::MAX, day);
            let Some(grant) = edition.model.grants.get(name) else { continue };
            let days = Ranges::of(from, until);
            let text = texts(grant, &edition.model);
            match out.last_mut().filter(|(last, model, _)| texts(last, model) == text) {
                // The same text under other terms goes on.
                Some(last) => last.2 = last.2.or(&days),
                None => out.push((grant, &edition.model, days)),
            }
        }
        out
    }

    /// The days on which the agreement has not ended; for a perpetual grant all of them.
    pub(super) fn days_of_agreement(&self, grant: &Grant) -> DaysSo {
        // A term that runs for each product or country ends a grant cell by cell.
        let apart = self.ends_apart() && self.clock().terminated().is_none();
        if grant.perpetual || apart { DaysSo::sure(all_days()) } else { self.days_of_option(grant) }
    }

    /// The name of a grant; of the two that an option gives, one.
    pub(super) fn name_of(&self, grant: &Grant) -> Option<&Name> {
        // By the clause it stands in, or that gives it once it is exercised; else by any.
        let by_clause = self.models().find_map(|model| {
            let name = model.records.standing_at(grant.at)?.name(Label::Name)?;
            let own = |name: &Name| model.grants.get_key_value(name).filter(|(_, own)| own.at == grant.at);
            own(name).or_else(|| own(&crate::options::exercised_name(name))).map(|(name, _)| name)
        });
        by_clause.or_else(|| {
            let grants = self.models().flat_map(|model| &model.grants);
            grants.into_iter().find(|(_, own)| own.at == grant.at).map(|(name, _)| name)
        })
    }

    /// The days up to the end of the agreement; of what an option gives that survives that end, as long as the option does.
    fn days_of_option(&self, grant: &Grant) -> DaysSo {
        let term = self.days_to_the_end();
        let name = self.name_of(grant);
        let Some(option) = name.map(clause_of).filter(|option| Some(option) != name) else { return term };
        match self.outlives(&option) {
            Ok(None) => term,
            Ok(Some(None)) => DaysSo::sure(all_days()),
            Ok(Some(Some(last))) => {
                let yes = term.yes.or(&Ranges::of(0, day(last).saturating_add(1)));
                DaysSo { yes, doubt: term.doubt }
            }
            Err(why) => {
                let after = all_days().less(&term.yes);
                let doubt = term.doubt.into_iter().chain([(after, why)]).collect();
                DaysSo { yes: term.yes, doubt }
            }
        }
    }

    /// The days up to the end of the agreement.
    fn days_to_the_end(&self) -> DaysSo {
        if self.clock().renews_on() {
            return DaysSo::sure(all_days());
        }
        self.days_until(&Moment::OfThing(Edge::End, None))
    }

    /// The days on which the agreement is in force: from its effective date to its end.
    pub(crate) fn deal_days(&self) -> DaysSo {
        self.days_from_the_start().and(self.days_to_the_end())
    }

    /// The days from the effective date of the agreement on; where it states none, from the first day known.
    pub(crate) fn days_from_the_start(&self) -> DaysSo {
        let model = self.machine.editions.first();
        let header = model.records.of(Form::FileAgreement);
        let needs = header.flat_map(|record| record.all_below(Form::AgreementNeeds));
        let needs = needs.filter_map(|line| line.condition(Label::What)?.waits_for());
        // What it does not take effect without may come later than its own day.
        needs.fold(self.days_from_its_day(), |days, (name, territory)| {
            let place = crate::condition::single(territory);
            days.and(self.days_from(&Moment::Event { name: name.clone(), state: None, place }))
        })
    }

    /// The days from the effective date on.
    fn days_from_its_day(&self) -> DaysSo {
        match self.clock().effective_day() {
            // What takes effect with something that has not come about gives nothing yet.
            Ok(None) if self.machine.editions.first().header.effective_on.is_some() => DaysSo::default(),
            Ok(from) => {
                let from = from.or_else(|| self.first_day()).unwrap_or(Date::MIN);
                DaysSo::sure(all_days().less(&Ranges::of(0, day(from))))
            }
            Err(_) => self.days_from(&Moment::Effective),
        }
    }

    /// Days on which something is so, each stretch cut to a length.
    pub(super) fn at_most(&self, so: DaysSo, most: &Duration) -> DaysSo {
        let (mut yes, mut doubt) = (Ranges::none(), so.doubt);
        for (start, end) in so.yes.iter() {
            match self.clock().shift(date(start), most, false) {
                Ok(last) => yes = yes.or(&Ranges::of(start, day(last).min(end))),
                Err(why) => {
                    yes = yes.or(&Ranges::one(start));
                    doubt.push((Ranges::of(start.saturating_add(1), end), why));
                }
            }
        }
        DaysSo { yes, doubt }
    }

    /// A region on one day.
    pub(crate) fn on_day(&self, region: &Region, on: Date) -> Region {
        within(region, DAYS, &Ranges::one(day(on)))
    }
}
