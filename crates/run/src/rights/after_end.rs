//! Rights after the end: what of a grant goes on once it, or the agreement, has ended.
//!
//! Everything here looks at what was held on the last day and says for how long it is held after it. Where several
//! clauses reach the same part, what goes on of itself comes first, then a bridge, then a transition; a sell-off fills
//! what is left. Of what ends or goes back nothing is left.

use super::days::DaysSo;
use super::life::{Held, Life};
use crate::clock::Focus;
use crate::engine::Run;
use crate::options::clause_of;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::PartOf;
use counterpart_num::{Date, Period};
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, date, day, within};
use counterpart_terms::At;
use counterpart_terms::model::{AfterEnd, Grant, Tail, TailLine};
use counterpart_terms::value::{Duration, Grade, GradeKind, Moment, Name};

/// What was held on a last day.
pub(super) struct Left {
    pub end: Date,
    pub held: Vec<Held>,
    pub doubt: Vec<(Region, Unknown)>,
    /// Where it was held, and how exclusively cannot be said.
    pub unsure: Vec<(Region, Unknown)>,
}

impl Run<'_> {
    /// The last day of the agreement, where it has one that is known.
    pub(crate) fn last_day_of_agreement(&self) -> Option<Date> {
        let so = self.days_to_the_end();
        let (_, last) = so.yes.bounds().filter(|_| so.doubt.is_empty())?;
        all_days().bounds().is_some_and(|(_, ever)| last < ever).then(|| date(last))
    }

    /// What the deal says of the time after an end of the agreement, or of one thing alone: the lines that stand for whoever
    /// ended it.
    pub(crate) fn tails(&self, end: Date, of: Option<&Name>) -> Vec<&TailLine> {
        let ended = self.clock().terminated();
        let stands = |block: &&AfterEnd| {
            // What runs out, or comes to nothing, is ended by nobody.
            let whose = block.by.is_empty()
                || ended.as_ref().is_some_and(|found| {
                    found.by.is_empty() && !found.is_for_want()
                        || block.by.iter().any(|p| found.by.contains(p) || p.is_blank())
                });
            block.of.as_ref() == of && (of.is_some() || whose)
        };
        self.model_on(end).after_end.iter().filter(stands).flat_map(|block| &block.lines).collect()
    }

    /// Whether a clause is one on the time after an end, or on use that goes on after one.
    pub(crate) fn is_on_the_time_after(&self, at: At) -> bool {
        let tails = self.models().flat_map(|m| &m.after_end).flat_map(|block| &block.lines);
        let grants = self.models().flat_map(|m| m.grants.values());
        let mut all = tails.map(|line| line.at).chain(grants.flat_map(|g| &g.transitions).map(|t| t.at));
        all.any(|own| own == at)
    }

    /// The last day of the agreement; where it may have ended and that is not known, the last day on which it surely ran,
    /// with the reason.
    pub(super) fn end_or_doubt(&self) -> Option<(Date, Option<Unknown>)> {
        let sure = self.last_day_of_agreement().map(|end| (end, None));
        sure.or_else(|| self.ended_by_now().day())
    }

    /// Whether a line of them stands on the day of the end.
    pub(crate) fn tail_stands(&self, line: &TailLine, end: Date) -> Eval<bool> {
        if self.is_withheld_who_ends(line) {
            return Err(Unknown::new("who must have ended the agreement is redacted or open").at(line.at));
        }
        if let Some(why) = self.untold_who_ended(line) {
            return Err(why.at(line.at));
        }
        let Some(when) = &line.when else { return Ok(true) };
        let focus = Focus { period: Period::new(end, end), ..Focus::default() };
        let so = match self.facts.as_of() < end {
            true => self.ask_on(end, |run| run.holds(when, &focus)),
            false => self.holds(when, &focus),
        };
        so.map_err(|why| why.at(line.at))
    }

    /// Whether a line stands only where a party ended the agreement that the text withholds, or one that it does not name.
    fn is_withheld_who_ends(&self, line: &TailLine) -> bool {
        let Some(block) = self.block_of(line) else { return false };
        let by = self.clock().terminated().map(|found| found.by).unwrap_or_default();
        block.by.iter().any(Name::is_blank) && !block.by.iter().any(|p| by.contains(p))
    }

    /// Why it is not known whether a line stands that does so only where some party ended the agreement: who did is not told.
    fn untold_who_ended(&self, line: &TailLine) -> Option<Unknown> {
        let by_some = self.block_of(line).is_some_and(|block| !block.by.is_empty() && block.of.is_none());
        let found = self.clock().terminated().filter(|found| by_some && found.by.is_empty());
        found.filter(|found| !found.is_for_want()).map(|found| found.nobody_told_who())
    }

    /// The clause on the time after an end that a line stands in.
    fn block_of(&self, line: &TailLine) -> Option<&AfterEnd> {
        let mut blocks = self.models().flat_map(|m| &m.after_end);
        blocks.find(|block| block.lines.iter().any(|own| own.at == line.at))
    }

    /// Adds to the life of a grant what goes on of it after its end.
    pub(super) fn goes_on_after_the_end(&self, name: &Name, life: &mut Life) {
        if let Some(end) = self.last_day_of_agreement() {
            self.go_on_after(name, life, end, None);
        }
        if let Some((day, Some(why))) = self.end_or_doubt() {
            self.may_be_taken_back(name, life, day, &why);
        }
        if self.clock().ended_alone(name).is_some()
            && let Some(end) = last_day(&life.in_force())
        {
            self.go_on_after(name, life, end, Some(name));
        }
        if let Some(grant) = self.named_on(self.facts.as_of(), |m| m.grants.get(name)) {
            self.go_on_using(grant, life);
        }
        if let Some(end) = self.last_day_of_agreement() {
            self.sell_off(life, end, self.tails(end, None), &|region| region.clone());
        }
        for part in
            self.ended_parts().into_iter().filter(|part| part.name.as_ref().is_none_or(|of| of == name))
        {
            self.sell_off_part(life, &part);
        }
    }

    /// Where it is not known whether the agreement ended on a day, nor whether a grant was that its end takes back.
    fn may_be_taken_back(&self, name: &Name, life: &mut Life, day_of: Date, why: &Unknown) {
        let over = |line: &&&TailLine| match &line.tail {
            Tail::Ends(of) | Tail::Reverts(of, ..) => among(&clause_of(name), of) != Ok(false),
            _ => false,
        };
        let lines = self.tails(day_of, None);
        if lines.iter().filter(over).any(|line| self.tail_stands(line, day_of) != Ok(false)) {
            let after = all_days().less(&Ranges::of(0, day(day_of).saturating_add(1)));
            let later = within(&life.in_force(), DAYS, &after);
            if !later.is_empty() {
                life.doubt.push((later, why.clone()));
            }
        }
    }

    /// What goes on of a grant after a day, but for its stock. What an option gave is named by the option.
    fn go_on_after(&self, name: &Name, life: &mut Life, end: Date, of: Option<&Name>) {
        let named = &clause_of(name);
        let left = self.left(life, end);
        let lines = self.tails(end, of);
        for line in &lines {
            let over = match &line.tail {
                Tail::Ends(of) | Tail::Reverts(of, ..) => among(named, of),
                _ => Ok(false),
            };
            if over != Ok(false) {
                self.take_back(life, line, end, over.err());
            }
        }
        for line in &lines {
            let (mine, grade, days) = match &line.tail {
                Tail::Survive(what) => {
                    let names: Vec<Name> = what.iter().map(|(of, _)| of.clone()).collect();
                    let own = what.iter().find(|(of, _)| of == named || of.is_blank());
                    let for_ = own.and_then(|(_, for_)| for_.as_ref());
                    let (mine, days) = (among(named, &names), self.days_after(end, for_, None));
                    let term = if mine == Ok(false) { DaysSo::default() } else { self.own_term(name) };
                    for (doubtful, why) in &term.doubt {
                        let days = days.clone().map(|days| days.and(doubtful));
                        let mine = mine.clone().and_then(|so| if so { Err(why.clone()) } else { Ok(false) });
                        self.extend(life, &left, line, (mine, days), &|held| held.grade.clone());
                    }
                    (mine, None, days.map(|days| days.and(&term.yes)))
                }
                Tail::Continues(of, grade, (for_, until), _) => {
                    let days = self.days_after(end, for_.as_ref(), until.as_ref());
                    (among(named, of), grade.clone(), days)
                }
                Tail::PaidUp(of, grade) => {
                    (among(named, of), grade.clone(), self.days_after(end, None, None))
                }
                _ => continue,
            };
            let as_it_was = |held: &Held| grade.clone().or_else(|| held.grade.clone());
            let before = life.held.len();
            self.extend(life, &left, line, (mine, days), &as_it_was);
            if matches!(line.tail, Tail::Survive(_)) {
                self.limit_what_survives(name, life, before);
            }
        }
        for line in &lines {
            if let Tail::Bridge(grant, grade, for_, _) = &line.tail {
                let days = self.length_after(end, for_.as_ref(), "bridge");
                let mine = among(named, std::slice::from_ref(grant));
                self.extend(life, &left, line, (mine, days), &|_| Some(grade.clone()));
            }
        }
    }

    /// What may be gone on with for a while after the end of a grant, part by part.
    fn go_on_using(&self, grant: &Grant, life: &mut Life) {
        for transition in &grant.transitions {
            let space = self.space();
            let reach = Reach { space: &space, market: &self.model_now().market };
            let narrow = |region: Region| match transition.of.as_slice() {
                [] => Ok(region),
                of => reach.names(&region, of),
            };
            for (region, end) in final_ends(&life.in_force()) {
                let days = self.length_after(end, transition.for_.as_ref(), "transition");
                let Ok(part) = narrow(region) else {
                    let why = Unknown::new("for what use goes on is redacted or open").at(transition.at);
                    let after = Ranges::of(day(end).saturating_add(1), u32::MAX);
                    life.doubt.push((within(&life.about, DAYS, &after), why));
                    continue;
                };
                let held = Held { region: part, grade: None, by: vec![grant.at] };
                let left = Left { end, held: vec![held], doubt: Vec::new(), unsure: Vec::new() };
                let line = TailLine {
                    tail: Tail::Continues(Vec::new(), None, (None, None), None),
                    when: None,
                    at: transition.at,
                };
                self.extend(life, &left, &line, (Ok(true), days), &|_| Some(plain(GradeKind::NonExclusive)));
            }
        }
    }

    /// What is held on a day, and what may be.
    pub(super) fn left(&self, life: &Life, end: Date) -> Left {
        let held = life.held.iter().map(|h| Held { region: self.on_day(&h.region, end), ..h.clone() });
        let then = |of: &[(Region, Unknown)]| {
            let then = of.iter().map(|(region, why)| (self.on_day(region, end), why.clone()));
            then.filter(|(region, _)| !region.is_empty()).collect()
        };
        Left {
            end,
            held: held.filter(|h| !h.region.is_empty()).collect(),
            doubt: then(&life.doubt),
            unsure: then(&life.unsure),
        }
    }

    /// A grant that ends with the agreement, or goes back, is held no longer.
    fn take_back(&self, life: &mut Life, line: &TailLine, end: Date, hidden: Option<Unknown>) {
        let before = Ranges::of(0, day(end).saturating_add(1));
        let after = all_days().less(&before);
        let stands = self.tail_stands(line, end);
        match hidden.filter(|_| stands != Ok(false)).map_or(stands, |why| Err(why.at(line.at))) {
            Ok(false) => {}
            Ok(true) => {
                for held in &mut life.held {
                    held.region = within(&held.region, DAYS, &before);
                }
            }
            Err(why) => life.doubt.push((within(&life.in_force(), DAYS, &after), why)),
        }
    }

    /// Adds what goes on for some days, where its line is about the grant and stands, and nothing goes on there already.
    pub(super) fn extend(
        &self,
        life: &mut Life,
        left: &Left,
        line: &TailLine,
        (mine, days): (Eval<bool>, Eval<Ranges>),
        grade: &dyn Fn(&Held) -> Option<Grade>,
    ) {
        let stands = match mine {
            Ok(false) => return,
            mine => self.tail_stands(line, left.end).and_then(|so| if so { mine } else { Ok(false) }),
        };
        let ever = all_days().less(&Ranges::of(0, day(left.end).saturating_add(1)));
        let (days, why) = match (stands, days) {
            (Ok(false), _) => return,
            (Ok(true), Ok(days)) => (days, None),
            (Err(why), days) => (days.unwrap_or(ever), Some(why.at(line.at))),
            (Ok(true), Err(why)) => (ever, Some(why.at(line.at))),
        };
        let taken = life.in_force();
        for (region, why) in &left.doubt {
            life.doubt.push((moved(region, &days).without(&taken), why.clone()));
        }
        for held in &left.held {
            let region = moved(&held.region, &days).without(&taken);
            if region.is_empty() {
                continue;
            }
            let mut by = held.by.clone();
            by.push(line.at);
            let grade = grade(held);
            // What goes on as it was is no better known than before.
            if grade == held.grade {
                let unsure =
                    left.unsure.iter().map(|(part, why)| (moved(part, &days).both(&region), why.clone()));
                life.unsure.extend(unsure.filter(|(part, _)| !part.is_empty()));
            }
            match &why {
                Some(why) => {
                    // What else is in doubt there may be otherwise.
                    let apart = life.doubt.iter().fold(region.clone(), |left, (r, _)| left.without(r));
                    life.perhaps.push(Held { region: apart, grade, by });
                    life.doubt.push((region, why.clone()));
                }
                None => life.held.push(Held { region, grade, by }),
            }
        }
    }

    /// Whether a right cannot be as exclusive as this in a part on a day, though it is in doubt whether it is in force: if
    /// it is, it is otherwise.
    pub(crate) fn cannot_be_graded(&self, name: &Name, part: &PartOf, grade: &Grade, on: Date) -> bool {
        if *part == PartOf::default() {
            return false;
        }
        let life = self.life_of(name);
        let here = |held: &Held| {
            let region = self.part_of(&self.on_day(&held.region, on), part);
            region.is_ok_and(|region| !region.is_empty())
        };
        let other =
            |held: &Held| held.grade.as_ref().is_some_and(|g| g.kind != grade.kind && g.unknown.is_none());
        grade.unknown.is_none()
            && !life.hides(part)
            && life.perhaps.iter().any(|held| other(held) && here(held))
    }

    /// The days after an end: for so long, and until a moment; for good where neither is named.
    pub(crate) fn days_after(
        &self,
        end: Date,
        for_: Option<&Duration>,
        until: Option<&Moment>,
    ) -> Eval<Ranges> {
        let mut last = None;
        if let Some(for_) = for_ {
            last = Some(self.clock().shift(end, for_, false)?);
        }
        if let Some(until) = until
            && let Some(until) = self.clock().limit(until, &Focus::default())?
        {
            last = Some(last.map_or(until, |last: Date| last.min(until)));
        }
        let first = day(end).saturating_add(1);
        let ever = all_days().bounds().map_or(first, |(_, last)| last);
        Ok(Ranges::of(first, last.map_or(ever, day).saturating_add(1)))
    }

    /// The days after an end of what is never for good: the text that gives no length keeps it back.
    pub(super) fn length_after(&self, end: Date, for_: Option<&Duration>, what: &str) -> Eval<Ranges> {
        let withheld = || Unknown::new(format!("how long the {what} is is redacted or open"));
        self.days_after(end, Some(for_.ok_or_else(withheld)?), None)
    }
}

/// Whether a name is among some; that cannot be said where one of them is withheld.
fn among(name: &Name, names: &[Name]) -> Eval<bool> {
    match names.contains(name) {
        false if names.iter().any(Name::is_blank) => {
            Err(Unknown::new("which right this is about is redacted or open"))
        }
        found => Ok(found),
    }
}

/// A grade of which nothing more is said.
pub(super) fn plain(kind: GradeKind) -> Grade {
    Grade { kind, against: None, unknown: None }
}

/// A region on other days.
pub(super) fn moved(region: &Region, days: &Ranges) -> Region {
    region.boxes().iter().map(|b| b.clone().with(DAYS, days.clone())).filter(|b| !b.is_empty()).collect()
}

/// The last day on which a region has any cell; none where it has some for good.
pub(super) fn last_day(region: &Region) -> Option<Date> {
    let lasts = region.boxes().iter().filter_map(|b| Some(b.side(DAYS)?.bounds()?.1));
    let (_, ever) = all_days().bounds()?;
    lasts.max().filter(|last| *last < ever).map(date)
}

/// The parts of a region that end for good, each with its last day.
pub(super) fn final_ends(region: &Region) -> Vec<(Region, Date)> {
    let Some((_, ever)) = all_days().bounds() else { return Vec::new() };
    let mut out = Vec::new();
    for part in region.boxes() {
        let bounds = part.side(DAYS).and_then(Ranges::bounds);
        let Some((_, last)) = bounds.filter(|(_, last)| *last < ever) else { continue };
        let later = all_days().less(&Ranges::of(0, last.saturating_add(1)));
        let again = moved(&within(region, DAYS, &later), &Ranges::one(last));
        let left = Region::from(part.clone().with(DAYS, Ranges::one(last))).without(&again);
        if !left.is_empty() {
            out.push((left, date(last)));
        }
    }
    out
}
