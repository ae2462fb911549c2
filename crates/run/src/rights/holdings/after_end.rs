//! What the time after the end makes of the map: licences that go back, and parties who stay out of fields.
//!
//! What goes on of a grant belongs to the grant and is drawn with it.

use super::Source;
use super::drawn::Drawn;
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, Kind, PARTIES, Ranges, Region, Side, all_days, day, within};
use counterpart_terms::model::Tail;
use counterpart_terms::value::{Grade, GradeKind, Name};

/// What a lock-out is called where its clause has no name.
const LOCK_OUT: &str = "lock-out";

impl Drawn<'_, '_> {
    /// Licences under assets that go back.
    pub fn given_back(&mut self) {
        let Some(dimension) = self.space.dimension(&Side::Assets) else { return };
        for back in self.run.licences_back() {
            let Some(own) = self.space.set(&Side::Assets, &back.asset).cloned() else { continue };
            let owners = self.owners_then(&back.asset, day(back.from));
            let holders = self.parties(std::slice::from_ref(&back.to));
            let region = within(&Region::from(self.space.everything()), dimension, &own);
            let region = within(&region, DAYS, &back.days());
            let out = self.keeps_out(back.grade.as_ref(), &holders, &owners);
            let source = Source {
                name: back.asset.clone(),
                kind: Kind::Licence,
                from: owners,
                to: vec![back.to.clone()],
                grade: back.grade.clone(),
                by: vec![back.at],
                doubt: back.doubt.clone(),
            };
            if back.to.is_blank() {
                self.anybodys(&region, &holders, &out, source);
            } else {
                self.add(&region, &holders, &out, source);
            }
        }
    }

    /// Whose assets are on a day.
    fn owners_then(&self, asset: &Name, on: u32) -> Vec<Name> {
        let owners = self.run.owners();
        let own = owners.iter().filter(|(r, _)| r.name(counterpart_syntax::Label::Name) == Some(asset));
        let mut spells = own.flat_map(|(_, spells)| spells);
        spells.find(|(_, days, _)| days.contains(on)).map(|(who, ..)| who.clone()).unwrap_or_default()
    }

    /// Whom a licence of a grade keeps out that its owners gave.
    fn keeps_out(&self, grade: Option<&Grade>, holders: &Ranges, owners: &[Name]) -> Ranges {
        let everybody = self.space.all(PARTIES).less(holders);
        match grade.map(|grade| grade.kind) {
            Some(GradeKind::Exclusive) => everybody,
            Some(GradeKind::Sole | GradeKind::CoExclusive) => everybody.less(&self.parties(owners)),
            _ => Ranges::none(),
        }
    }

    /// Parties who stay out of fields for a while after the end; what is theirs by a licence stays so.
    pub fn locked_out(&mut self) {
        let Some(end) = self.run.last_day_of_agreement() else { return };
        let lines: Vec<_> = self.run.tails(end, None).into_iter().cloned().collect();
        for line in lines {
            let Tail::LockOut(of, for_, fields) = &line.tail else { continue };
            let stands = match self.run.tail_stands(&line, end) {
                Ok(false) => continue,
                Ok(true) => None,
                Err(why) => Some(why),
            };
            let hidden_who = of
                .iter()
                .any(Name::is_blank)
                .then(|| Unknown::new("who stays out is redacted or open").at(line.at));
            let all = of.is_empty() || hidden_who.is_some();
            let who = if all { self.run.model_now().header.parties.clone() } else { of.clone() };
            let withheld = || Unknown::new("how long they stay out is redacted or open");
            let length = for_.as_ref().ok_or_else(withheld);
            let days = length.and_then(|length| self.run.days_after(end, Some(length), None));
            let ever = all_days().less(&Ranges::of(0, day(end).saturating_add(1)));
            let (days, unsure) = match days {
                Ok(days) => (days, None),
                Err(why) => (ever, Some(why.at(line.at))),
            };
            let everything = Region::from(self.space.everything());
            let named = match fields.as_slice() {
                [] => Ok(everything.clone()),
                fields => self.run.reach(&self.space).names(&everything, fields),
            };
            let (region, hidden) = match named {
                Ok(region) => (region, None),
                Err(_) => {
                    let why = Unknown::new("what they stay out of is redacted or open").at(line.at);
                    (everything, Some(why))
                }
            };
            let region = within(&region, DAYS, &days).without(&self.given_to(&who));
            let bound = self.parties(&who);
            let source = Source {
                name: Name::from(LOCK_OUT),
                kind: Kind::Barred,
                from: who,
                to: Vec::new(),
                grade: None,
                by: vec![line.at],
                doubt: stands.or(unsure).or(hidden).or(hidden_who),
            };
            self.add(&region, &Ranges::none(), &bound, source);
        }
    }
}
