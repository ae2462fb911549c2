//! Whose an invention is, with the shares: by its class, by the clause on joint work, and by what was assigned since.

use super::It;
use super::classes::Classified;
use crate::amount::given;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Model, Owned, Owner, Same};
use counterpart_terms::value::Name;

/// Owners, each with its share.
pub(crate) type Owners = Vec<(Name, Eval<Exact>)>;

/// Some who own a part of what an invention is for, each with its share.
#[derive(Debug, Clone)]
pub(crate) struct OwnedPart {
    /// For these fields; for all where none is named and it is not `elsewhere`.
    pub fields: Vec<Name>,
    /// For all but these fields.
    pub but: Vec<Name>,
    /// Who, with the share of each.
    pub owners: Owners,
    /// Why.
    pub why: Vec<Step>,
}

impl OwnedPart {
    /// Who owns it.
    pub fn names(&self) -> Vec<Name> {
        self.owners.iter().map(|(owner, _)| owner.clone()).collect()
    }

    /// For what, in words; nothing where it is for all.
    pub fn what_for(&self) -> String {
        match (self.fields.as_slice(), self.but.as_slice()) {
            ([], []) => String::new(),
            ([], but) => format!("for all but {}", Name::list(but)),
            (fields, _) => format!("for {}", Name::list(fields)),
        }
    }
}

impl Run<'_> {
    /// Whose an invention is on the day asked about, part by part.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn owners_of(&self, it: &It, of: &Classified<'_>) -> Eval<Vec<OwnedPart>> {
        let mut parts = self.first_owners(it, of)?;
        let assigned = of.class.and_then(|class| class.assigned.as_ref());
        // What was not made yet, nobody assigns.
        for event in self.facts.happened().filter(|event| event.date >= it.made) {
            let Some((by, to)) = assignment(event, &it.name) else { continue };
            for part in &mut parts {
                let gives = |owner: &Name| {
                    let of = std::slice::from_ref(owner);
                    by.is_none_or(|by| self.clock().is_for(by, of, event.date) == Same::Yes)
                };
                pass(part, gives, to, event);
            }
        }
        if let Some((to, _, at)) = assigned {
            let held = |part: &OwnedPart| part.names() == [to.clone()];
            if !parts.iter().all(held) {
                let said = match self.barred(&it.name) {
                    Some((day, _)) => format!("the law bars its assignment to {to}, as was told on {day}"),
                    None => format!("it is to be assigned to {to}, and that is not told yet"),
                };
                parts.iter_mut().for_each(|part| part.why.push(Step::note(said.clone()).by(*at)));
            }
        }
        Ok(parts)
    }

    /// Whose it was when it was made.
    fn first_owners(&self, it: &It, of: &Classified<'_>) -> Eval<Vec<OwnedPart>> {
        let whole = |owners, why| vec![OwnedPart { fields: Vec::new(), but: Vec::new(), owners, why }];
        let Some(class) = of.class else {
            return match it.by.as_slice() {
                [maker] => {
                    let why = Step::note(format!("{maker} made it, and no clause says that it is another's"))
                        .by(it.at);
                    Ok(whole(vec![(maker.clone(), Ok(Exact::one()))], vec![why]))
                }
                makers => {
                    let (shares, why) = self.shared(self.made_under(it), &it.name, makers, Some(it.at))?;
                    Ok(whole(shares, why))
                }
            };
        };
        if class.owned.is_empty() {
            let why = Step::note("no clause says that it is anybody's but its maker's").by(class.at);
            let (owners, mut steps) = self.shared(self.made_under(it), &it.name, &it.by, Some(it.at))?;
            steps.insert(0, why);
            return Ok(whole(owners, steps));
        }
        let mut parts = Vec::new();
        let mut named: Vec<Name> = Vec::new();
        for line in &class.owned {
            if line.for_.iter().any(Name::is_blank) {
                return Err(
                    Unknown::new("for which fields an owner is named is redacted or open").at(line.at)
                );
            }
            let (owners, why) = self.owner(it, &line.owner, line)?;
            let but = if line.for_.is_empty() { named.clone() } else { Vec::new() };
            parts.push(OwnedPart { fields: line.for_.clone(), but, owners, why });
            named.extend(line.for_.iter().cloned());
            if let Some(elsewhere) = &line.elsewhere {
                let (owners, why) = self.owner(it, elsewhere, line)?;
                parts.push(OwnedPart { fields: Vec::new(), but: named.clone(), owners, why });
            }
        }
        Ok(parts)
    }

    fn owner(&self, it: &It, owner: &Owner, line: &Owned) -> Eval<(Owners, Vec<Step>)> {
        let (owners, said) = match owner {
            Owner::Maker => {
                (it.by.clone(), format!("it belongs to whoever makes it, here {}", Name::list(&it.by)))
            }
            Owner::Both => {
                let both = self.made_under(it).header.parties.clone();
                if both.iter().any(Name::is_blank) {
                    return Err(Unknown::new("who the parties are is redacted or open").at(line.at));
                }
                let said = format!("it belongs to both sides, {}", Name::list(&both));
                (both, said)
            }
            Owner::Party(party) if party.is_blank() => {
                return Err(Unknown::new("whose it is is redacted or open").at(line.at));
            }
            Owner::Party(party) => (self.members(party), format!("it belongs to {party}, whoever makes it")),
            Owner::Subject => {
                let (of, owners) = self.subject_of(it, line.at)?;
                let said = format!(
                    "it is about {}, which belongs to {}, and so is that",
                    Name::list(&of),
                    Name::list(&owners)
                );
                (owners, said)
            }
        };
        let (shares, mut why) = self.shared(self.made_under(it), &it.name, &owners, Some(it.at))?;
        why.insert(0, Step::note(said).by(line.at));
        Ok((shares, why))
    }

    /// What an invention is about, and to whom that belongs.
    fn subject_of(&self, it: &It, at: At) -> Eval<(Vec<Name>, Vec<Name>)> {
        let about =
            if it.concerns.is_empty() { it.relies.clone().unwrap_or_default() } else { it.concerns.clone() };
        if about.is_empty() {
            let fix = "add `concerns` and the assets below the invention";
            return Err(Unknown::new(format!("what `{}` is about is not told: {fix}", it.name)).at(it.at));
        }
        let mut found: Option<Vec<Name>> = None;
        for asset in &about {
            let mut owners = match self.is_invention(asset) && *asset != it.name {
                true => {
                    let earlier = self.invention(asset)?;
                    let parts = self.guarded(&format!("owner of {asset}"), || {
                        self.owners_of(&earlier, &self.class_of(&earlier)?)
                    })?;
                    parts.iter().flat_map(OwnedPart::names).collect()
                }
                false => self.owners_of_assets(asset),
            };
            owners.sort();
            owners.dedup();
            if owners.is_empty() {
                return Err(Unknown::new(format!("to whom `{asset}` belongs is not said")).at(at));
            }
            if owners.iter().any(Name::is_blank) {
                return Err(Unknown::new(format!("to whom `{asset}` belongs is redacted or open")).at(at));
            }
            match &found {
                Some(before) if *before != owners => {
                    let (one, other) = (Name::list(before), Name::list(&owners));
                    let why = format!(
                        "`{}` is about what belongs to {one} and what belongs to {other}, and the clause does not say whose it then is",
                        it.name
                    );
                    return Err(Unknown::new(why).at(at));
                }
                _ => found = Some(owners),
            }
        }
        Ok((about, found.unwrap_or_default()))
    }

    /// The shares of several in what is theirs together.
    fn shared(
        &self,
        model: &Model,
        what: &Name,
        owners: &[Name],
        at: Option<At>,
    ) -> Eval<(Owners, Vec<Step>)> {
        let [first, rest @ ..] = owners else {
            let why = Unknown::new(format!("who made `{what}` is not told"));
            return Err(match at {
                Some(at) => why.at(at),
                None => why,
            });
        };
        if rest.is_empty() {
            return Ok((vec![(first.clone(), Ok(Exact::one()))], Vec::new()));
        }
        let joint = model.joint_work.as_ref().and_then(|joint| joint.owned.as_ref());
        let Some((shares, at)) = joint else {
            let why =
                Unknown::new(format!("the shares of {} in `{}` are not said", Name::list(owners), what));
            return Ok((owners.iter().map(|owner| (owner.clone(), Err(why.clone()))).collect(), Vec::new()));
        };
        let share = |owner: &Name| {
            if let Some((_, share)) = shares.iter().find(|(party, _)| party == owner) {
                return given(share, "share in joint work").map_err(|u| u.at(*at));
            }
            let why = match shares.iter().any(|(party, _)| party.is_blank()) {
                true => "whose share in joint work one is, is redacted or open".to_string(),
                false => format!("no share of {owner} in joint work is said"),
            };
            Err(Unknown::new(why).at(*at))
        };
        let said = format!("what {} make together is theirs in these shares", Name::list(owners));
        let found = owners.iter().map(|owner| (owner.clone(), share(owner))).collect();
        Ok((found, vec![Step::note(said).by(*at)]))
    }

    /// Whose assets are, with the shares of those who own them together.
    pub(crate) fn owned_assets(&self, assets: &Name) -> Eval<Vec<OwnedPart>> {
        let owners = self.owners_of_assets(assets);
        let today = self.facts.as_of();
        if let Some(why) = self.passings(assets).into_iter().find_map(|p| p.doubt.filter(|_| p.from <= today))
        {
            return Err(why);
        }
        if owners.is_empty() || owners.iter().any(Name::is_blank) {
            return Err(Unknown::new(format!("to whom `{assets}` belongs is redacted, open or not said")));
        }
        let (owners, why) = self.shared(self.model_now(), assets, &owners, None)?;
        Ok(vec![OwnedPart { fields: Vec::new(), but: Vec::new(), owners, why }])
    }

    /// The day it was told that the law bars the assignment of an invention.
    pub(super) fn barred(&self, name: &Name) -> Option<(Date, At)> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Told { word, name: Some(told), .. } if word == "barred" && told == name => {
                Some((event.date, event.at))
            }
            _ => None,
        })
    }
}

/// By whom and to whom something was assigned.
pub(super) fn assignment<'e>(event: &'e Event, name: &Name) -> Option<(Option<&'e Name>, &'e Name)> {
    match &event.kind {
        EventKind::Told { word, name: Some(told), parts, .. } if word == "assigned" && told == name => {
            Some((parts.name(Label::By), parts.name(Label::To)?))
        }
        _ => None,
    }
}

/// What one of the owners had, or all of it, passes to another.
fn pass(part: &mut OwnedPart, gives: impl Fn(&Name) -> bool, to: &Name, event: &Event) {
    let (given, mut kept): (Vec<_>, Vec<_>) = part.owners.drain(..).partition(|(owner, _)| gives(owner));
    if given.is_empty() {
        part.owners = kept;
        return;
    }
    let whole = kept.is_empty();
    let sum = given.into_iter().try_fold(Exact::zero(), |sum, (_, share)| share.map(|share| sum + share));
    let sum = if whole { Ok(Exact::one()) } else { sum };
    match kept.iter_mut().find(|(owner, _)| owner == to) {
        Some((_, share)) => {
            let more = share.clone().and_then(|share| sum.map(|sum| share + sum));
            *share = more;
            // The only one left has all of it.
            if let [(_, only)] = kept.as_mut_slice() {
                *only = Ok(Exact::one());
            }
        }
        None => kept.push((to.clone(), sum)),
    }
    part.owners = kept;
    part.why.push(Step::note(format!("it was assigned to {to} on {}", event.date)).by(event.at));
}
