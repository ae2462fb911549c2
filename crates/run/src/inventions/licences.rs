//! The licences that the owner of an invention gives back: to whom, how exclusive, for what, at which price, and whether
//! they are in force.

use super::It;
use super::classes::Classified;
use super::owners::OwnedPart;
use crate::amount::given;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::percent;
use counterpart_ledger::PartOf;
use counterpart_num::{Date, Exact};
use counterpart_rights::{Ranges, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Improvement, LicenceBack, Reach};
use counterpart_terms::value::{Amount, Grade, GradeKind, Name, Territory};

/// A licence back, as it stands on a day.
#[derive(Debug, Clone)]
pub(crate) struct Licence {
    /// Who gives it.
    pub from: Vec<Name>,
    /// Who has it.
    pub to: Name,
    /// How exclusive it is.
    pub grade: Eval<Grade>,
    /// Whether it is free; `None` where it is not said.
    pub free: Option<bool>,
    /// At which rate it is paid for.
    pub rate: Option<Eval<Exact>>,
    /// For what.
    pub reach: Reach,
    /// The part of the invention it is given in.
    pub fields: (Vec<Name>, Vec<Name>),
    /// Whether it is in force on the day asked about.
    pub in_force: Eval<bool>,
    /// Its last day, where that is fixed.
    pub until: Option<Date>,
    /// Why.
    pub why: Vec<Step>,
    /// The clause.
    pub at: At,
}

impl Licence {
    /// As a reader says it: `non-exclusive, royalty-free, in KR`.
    pub fn shown(&self) -> String {
        let mut out = match &self.grade {
            Ok(grade) => grade.kind.to_string(),
            Err(_) => "of a grade not known".to_string(),
        };
        match (self.free, &self.rate) {
            (Some(true), _) => out.push_str(", royalty-free"),
            (_, Some(Ok(rate))) => out.push_str(&format!(", royalty-bearing at {}", percent(rate))),
            (_, Some(Err(_))) => out.push_str(", at a rate not known"),
            (Some(false), None) => out.push_str(", royalty-bearing"),
            (None, None) => {}
        }
        let reach = match &self.reach {
            Reach::All => String::new(),
            Reach::OthersFields => format!("in the fields of {}", self.to),
            Reach::OwnFields => format!("in the fields of {}", Name::list(&self.from)),
            Reach::In(places) => format!("in {places}"),
            Reach::Outside(places) => format!("outside {places}"),
            Reach::For(fields, None) => format!("for {}", Name::list(fields)),
            Reach::For(fields, Some(places)) => format!("for {} in {places}", Name::list(fields)),
        };
        if !reach.is_empty() {
            out.push_str(&format!(", {reach}"));
        }
        if let Some(until) = self.until {
            out.push_str(&format!(", until {until}"));
        }
        out
    }
}

impl Run<'_> {
    /// The licences in an invention, in force or not.
    pub(crate) fn licences_in(&self, it: &It, of: &Classified<'_>, owned: &[OwnedPart]) -> Vec<Licence> {
        let Some(class) = of.class else { return Vec::new() };
        let mut out = Vec::new();
        for part in owned {
            let owners = part.names();
            for to in self.all_but(self.made_under(it), &owners) {
                for line in &class.licensed {
                    out.push(self.licence(it, class, (part, &owners, &to), line));
                }
            }
            out.extend(self.instead(it, class, part));
        }
        out
    }

    /// The licences back in every invention told by the day asked about, each with the name of the invention. What of it is
    /// not decided is told by the register.
    pub(crate) fn licences_in_inventions(&self) -> Vec<(String, Licence)> {
        let of = |it: &It| -> Eval<Vec<Licence>> {
            let class = self.class_of(it)?;
            Ok(self.licences_in(it, &class, &self.owners_of(it, &class)?))
        };
        let each = self.inventions().into_iter();
        each.flat_map(|it| of(&it).unwrap_or_default().into_iter().map(move |l| (it.name.to_string(), l)))
            .collect()
    }

    /// The licence that stands for an assignment the law bars.
    fn instead(&self, it: &It, class: &Improvement, part: &OwnedPart) -> Option<Licence> {
        let (to, grade, at) = class.assigned.as_ref()?;
        let owners = part.names();
        let (day, told) = self.barred(&it.name).filter(|_| !owners.contains(to))?;
        let grade = grade.as_ref()?;
        let why = vec![
            Step::note(format!("the law bars its assignment, as was told on {day}")).by(told),
            Step::note(format!("{to} has this licence instead")).by(*at),
        ];
        Some(Licence {
            from: owners,
            to: to.clone(),
            grade: known_grade(grade, *at),
            free: None,
            rate: None,
            reach: Reach::All,
            fields: (part.fields.clone(), part.but.clone()),
            in_force: match to.is_blank() {
                true => Err(Unknown::new("to whom an invention is assigned is redacted or open").at(*at)),
                false => Ok(true),
            },
            until: None,
            why,
            at: *at,
        })
    }

    fn licence(
        &self,
        it: &It,
        class: &Improvement,
        (part, owners, to): (&OwnedPart, &[Name], &Name),
        line: &LicenceBack,
    ) -> Licence {
        let mut grade = known_grade(&line.grade, line.at);
        let mut why =
            vec![Step::note(format!("{} gives {to} this licence back", Name::list(owners))).by(line.at)];
        let (mut in_force, until) = self.runs(it, line, &mut why);
        for change in &class.narrows {
            let days = self.days_once(&change.when, &Focus::default());
            let today = day(self.facts.as_of());
            // What was so before the invention was made counts as well: the condition has come about.
            if days.yes.contains(today) {
                let since = days.yes.first().map(counterpart_rights::date).filter(|d| *d > Date::MIN);
                let from = since.map_or(String::new(), |d| format!(" from {d}"));
                match &change.becomes {
                    Some(becomes) => {
                        grade = known_grade(becomes, change.at);
                        why.push(Step::note(format!("it is {}{from}", becomes.kind)).by(change.at));
                    }
                    None => {
                        in_force = Ok(false);
                        why.push(Step::note(format!("it has ended{from}")).by(change.at));
                    }
                }
            } else if let Some((_, doubt)) =
                days.doubt.into_iter().find(|(d, _): &(Ranges, _)| d.contains(today))
            {
                match change.becomes {
                    Some(_) => grade = Err(doubt.at(change.at)),
                    None if in_force == Ok(false) => {}
                    None => in_force = Err(doubt.at(change.at)),
                }
            }
        }
        Licence {
            from: owners.to_vec(),
            to: to.clone(),
            grade,
            free: line.free,
            rate: line.rate.as_ref().map(|rate| match rate {
                Amount::Percent(known) => given(known, "rate of a licence back").map_err(|u| u.at(line.at)),
                _ => Err(Unknown::new("the rate of a licence back is no percentage").at(line.at)),
            }),
            reach: line.reach.clone(),
            fields: (part.fields.clone(), part.but.clone()),
            in_force,
            until,
            why,
            at: line.at,
        }
    }

    /// Whether a licence runs on the day asked about, by its own text, and its last day.
    fn runs(&self, it: &It, line: &LicenceBack, why: &mut Vec<Step>) -> (Eval<bool>, Option<Date>) {
        let today = self.facts.as_of();
        let mut so = Ok(true);
        let mut last = None;
        let both = |a: Eval<bool>, b: Eval<bool>| match (a, b) {
            (Ok(false), _) | (_, Ok(false)) => Ok(false),
            (Ok(true), b) => b,
            (a, _) => a,
        };
        if let Some(test) = &line.while_ {
            so = both(so, self.holds_on(test, today, &Focus::default()).map_err(|u| u.at(line.at)));
        }
        if let Some(until) = &line.until {
            match self.clock().moment(until, &Focus::default()) {
                Ok(When::On(end)) => {
                    last = Some(end);
                    so = both(so, Ok(today <= end));
                }
                Ok(_) => {}
                Err(reason) => so = both(so, Err(reason.at(line.at))),
            }
        }
        if !line.perpetual {
            match self.ended_before(today) {
                Ok(None) => {}
                // Where the text does not say how long a licence lasts, one given before the end goes the way of the
                // agreement.
                Ok(Some(end)) => match self.after_the_end(it) {
                    Some((true, at)) => {
                        why.push(Step::note("it goes on after the end of the agreement").by(at))
                    }
                    Some((false, at)) => {
                        why.push(Step::note(format!("it ended with the agreement on {end}")).by(at));
                        so = Ok(false);
                    }
                    None => {
                        why.push(Step::note(format!("it ended with the agreement on {end}")).by(line.at));
                        so = Ok(false);
                    }
                },
                Err(reason) => so = both(so, Err(reason.at(line.at))),
            }
        }
        (so, last)
    }

    /// Whether licences already given go on after the end; `None` where the text does not say.
    fn after_the_end(&self, it: &It) -> Option<(bool, At)> {
        let records = &self.made_under(it).records;
        let ends = records.iter().filter(|r| r.clause == Form::FileAfterEnd);
        let line = ends.flat_map(|r| r.all_below(Form::AfterEndImprovements)).next()?;
        Some((line.word(Label::What) == Some("continue"), line.at))
    }

    /// Whether a licence reaches a part of what an invention is for; all of the part, where one is named.
    pub(super) fn reaches_part(&self, licence: &Licence, part: &PartOf, it: &It) -> Eval<bool> {
        let market = &self.made_under(it).market;
        let among = |field: &Name, of: &[Name]| of.iter().any(|name| market.within(field, name));
        let hidden =
            || Unknown::new("for which fields a licence back is given is redacted or open").at(licence.at);
        if let Some(field) = part.field.as_ref().or(part.product.as_ref()) {
            let (fields, but) = &licence.fields;
            if !fields.is_empty() && !among(field, fields) || among(field, but) {
                return Ok(false);
            }
            let inside = match &licence.reach {
                Reach::For(fields, _) if fields.iter().any(Name::is_blank) && !among(field, fields) => {
                    return Err(hidden());
                }
                Reach::For(fields, _) => among(field, fields),
                Reach::OthersFields => self.is_field_of(field, std::slice::from_ref(&licence.to), it)?,
                Reach::OwnFields => self.is_field_of(field, &licence.from, it)?,
                _ => true,
            };
            if !inside {
                return Ok(false);
            }
        }
        let place = match (&part.place, &licence.reach) {
            (Some(place), Reach::In(places) | Reach::For(_, Some(places))) => (place, places, true),
            (Some(place), Reach::Outside(places)) => (place, places, false),
            _ => return Ok(true),
        };
        let (place, places, inside): (&Name, &Territory, bool) = place;
        let today = self.facts.as_of();
        match inside {
            true => self.lies_in(place, places, today),
            false => self.meets(place, places, today).map(|meets| !meets),
        }
        .map_err(|u| u.at(licence.at))
    }

    /// Whether a field is one of those in which some hold grants.
    pub(super) fn is_field_of(&self, field: &Name, parties: &[Name], it: &It) -> Eval<bool> {
        let model = self.model_now();
        let mut unknown = None;
        let mut any = false;
        for (name, grant) in &model.grants {
            let theirs =
                grant.to.iter().any(|to| parties.iter().any(|p| p == to || self.members(to).contains(p)));
            if grant.to.iter().any(Name::is_blank) {
                unknown =
                    Some(Unknown::new(format!("to whom `{name}` is given is redacted or open")).at(grant.at));
            }
            if !theirs {
                continue;
            }
            any = true;
            let Some(set) = &grant.fields else { return Ok(true) };
            let market = &self.made_under(it).market;
            if set.has_blank() {
                unknown = Some(
                    Unknown::new(format!("for which fields `{name}` is given is redacted or open"))
                        .at(grant.at),
                );
            }
            let inside = |names: &[Name]| names.iter().any(|n| market.within(field, n));
            if inside(&set.names) && !inside(&set.except) {
                return Ok(true);
            }
        }
        match (unknown, any) {
            (Some(why), _) => Err(why),
            (None, true) => Ok(false),
            (None, false) => {
                Err(Unknown::new(format!("which fields are those of {} is not said", Name::list(parties))))
            }
        }
    }
}

fn known_grade(grade: &Grade, at: At) -> Eval<Grade> {
    let hidden = grade.kind == GradeKind::Unknown;
    if hidden {
        let why = grade.unknown.as_ref().and_then(|k| k.why_unknown()).unwrap_or_default();
        return Err(Unknown::new(format!("how exclusive a licence back is, is {why}")).at(at));
    }
    Ok(grade.clone())
}
