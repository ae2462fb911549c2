//! The rights of a deal that no grant of its text gives: sublicences, and what is licensed back of inventions; each with its life,
//! as that of a grant.

use super::status::RightStatus;
use crate::engine::Run;
use crate::rights::{Held, Life};
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Kind, PARTIES, Ranges, Region, day, within};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// A right that no grant of the text gives.
pub(super) struct Beside {
    /// What it is called.
    pub name: Name,
    /// Who gave it.
    pub from: Vec<Name>,
    /// Who holds it.
    pub to: Vec<Name>,
    /// What of the space its holder has by it.
    pub life: Life,
    /// The clause or entry.
    pub at: At,
}

impl Run<'_> {
    /// The rights that no grant gives, in the order in which the map lists them.
    pub(super) fn given_beside(&self) -> Vec<Beside> {
        let rights = self.rights_of_deal();
        let grants = self.grants();
        let all = rights.space.all(PARTIES);
        let mut out: Vec<Beside> = Vec::new();
        for (number, source) in rights.sources.iter().enumerate() {
            let given = matches!(source.kind, Kind::Licence | Kind::Covenant) && !source.from.is_empty();
            if !given || grants.contains_key(&source.name) {
                continue;
            }
            let Some(at) = source.by.first() else { continue };
            let own = rights.map.holdings().iter().filter(|holding| holding.source == number);
            let scopes = own.map(|holding| Region::from(holding.scope.clone().with(PARTIES, all.clone())));
            let region = scopes.fold(Region::default(), |sum, part| sum.or(&part));
            let same = |one: &&mut Beside| {
                (&one.name, &one.from, &one.to) == (&source.name, &source.from, &source.to)
            };
            let held = Held { region: region.clone(), grade: source.grade.clone(), by: source.by.clone() };
            let (held, doubt) = match &source.doubt {
                Some(why) => (None, Some((region.clone(), why.clone()))),
                None => (Some(held), None),
            };
            match out.iter_mut().find(same) {
                Some(one) => {
                    one.life.about = std::mem::take(&mut one.life.about).or(&region);
                    one.life.held.extend(held);
                    one.life.doubt.extend(doubt);
                }
                None => out.push(Beside {
                    name: source.name.clone(),
                    from: source.from.clone(),
                    to: source.to.clone(),
                    life: Life {
                        about: region,
                        held: held.into_iter().collect(),
                        doubt: doubt.into_iter().collect(),
                        ..Life::default()
                    },
                    at: *at,
                }),
            }
        }
        out
    }

    /// How each of them stands on a day.
    pub(super) fn states_beside(&self, on: Date) -> Vec<RightStatus> {
        let today = |region: &Region| !within(region, DAYS, &Ranges::one(day(on))).is_empty();
        let state = |one: Beside| {
            let mut grades: Vec<String> = Vec::new();
            for held in one.life.held.iter().filter(|held| today(&held.region)) {
                grades.extend(
                    held.grade.as_ref().map(super::why::graded).filter(|said| !grades.contains(said)),
                );
            }
            let held = one.life.held.iter().any(|held| today(&held.region));
            let doubt = one.life.doubt.iter().find(|(region, _)| today(region)).map(|(_, why)| why);
            let (state, because) = match (held, doubt) {
                (true, None) => ("in force", None),
                (true, Some(why)) => {
                    let said = format!("of a part of it that is not known: {}", why.reason);
                    ("in force", Some(Step { what: said, ..Step::unknown(why) }))
                }
                (false, Some(why)) => ("unknown", Some(Step::unknown(why))),
                (false, None) => ("not in force", None),
            };
            RightStatus {
                name: one.name.to_string(),
                between: format!("{} to {}", Name::list(&one.from), Name::list(&one.to)),
                state: state.to_string(),
                grades,
                parts: match state {
                    "in force" => self.other_parts(&one.name, one.at, &one.life, on),
                    _ => Vec::new(),
                },
                stage: None,
                because: because.iter().map(|step| self.statement_line(step)).collect(),
                clause: self.place(one.at),
            }
        };
        self.given_beside().into_iter().map(state).collect()
    }
}
