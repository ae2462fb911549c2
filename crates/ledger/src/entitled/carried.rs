//! What goes along with something that passes to another: whether whoever was assigned it stands in the place of the former
//! holder for something else too, whether that one keeps a place beside him, and whether it passed at all.
//!
//! Whoever was assigned a payment stands in the place of the party that had it for that payment; whoever was assigned a grant,
//! or the assets under it, for what stands between the parties of that grant too. Who had it keeps a place in that only where
//! it is about something else of his, which did not pass; what he is owed stays owed to him until it is assigned itself. What is nothing that stands by itself, as a
//! product, may carry anything of that party with it.

use super::heirs::Passed;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Grant, Model, Same};
use counterpart_terms::value::Name;

/// What becomes of a place in something by what passed.
pub(super) struct Carried {
    /// Whether whoever it passed to comes into the place.
    pub comes: Same,
    /// Whether who had it leaves it.
    pub leaves: Same,
}

/// What becomes of the place of its former holder in something by what passed, and by all that he passed on before.
pub(super) fn carries(
    editions: &Editions,
    (passed, before): (&Passed, &[Passed]),
    about: Option<&Name>,
    day: Date,
) -> Carried {
    let comes = reaches(editions, passed, about, day);
    let none = Carried { comes, leaves: Same::No };
    let (Some(what), Some(from)) = (&passed.what, &passed.from) else { return none };
    let all: Vec<&Passed> = before.iter().chain([passed]).collect();
    match about {
        _ if what.is_blank() => Carried { comes, leaves: about.map_or(Same::No, |_| comes) },
        Some(about) if what == about => Carried { comes, leaves: Same::Yes },
        Some(_) if comes == Same::No => none,
        Some(_) => Carried { comes, leaves: leaves(editions, (from, &all), about, day) },
        // Who has all that another had under the agreement has his part in it.
        None => {
            let leaves = leaves(editions, (from, &all), about, day);
            let mut theirs = all.iter().filter(|one| one.from.as_ref() == Some(from));
            let to_one = theirs.all(|one| one.to == passed.to);
            Carried { comes: if to_one { comes.max(leaves) } else { comes }, leaves }
        }
    }
}

/// What a party has in something: a right by its name, given to it or by it, or a thing of its own.
enum Stake<'m> {
    /// A right it holds, a payment it is owed, or assets it owns.
    Own(&'m Name),
    /// A right it gave.
    Given(&'m Grant),
}

/// Whether a party that passed some things on has nothing left in what something is about; in the agreement as a whole where
/// nothing is named.
fn leaves(editions: &Editions, (from, all): (&Name, &[&Passed]), about: Option<&Name>, day: Date) -> Same {
    let model = editions.on(day);
    if about.is_some_and(|about| model.pays.contains_key(about) || model.royalties.contains_key(about)) {
        return Same::No;
    }
    let is = |side: &[Name]| !side.is_empty() && editions.is_one(from, side, day) == Same::Yes;
    let owns = |name: &Name| {
        let mut records = model.records.named(Form::FileAssets, name);
        records.any(|record| is(&record.names(Label::Of)))
    };
    let named = about.map(|about| spoken_of(model, about)).unwrap_or_default();
    let meant = |name: &Name| named.is_empty() || named.contains(name);
    let mut stakes = Vec::new();
    for (name, grant) in model.grants.iter().filter(|(name, _)| meant(name)) {
        stakes.extend(is(&grant.to).then_some(Stake::Own(name)));
        stakes.extend(is(&grant.from).then_some(Stake::Given(grant)));
    }
    stakes.extend(named.iter().filter(|name| owns(name)).map(Stake::Own));
    if about.is_none() {
        let royalties = model.royalties.iter().filter(|(_, royalty)| is(&royalty.to)).map(|(name, _)| name);
        let pays = model.pays.iter().filter(|(_, pay)| is(&pay.to)).map(|(name, _)| name);
        stakes.extend(royalties.chain(pays).map(Stake::Own));
    }
    let passed_on = |name: &Name| {
        let own = |one: &&&Passed| one.from.as_ref() == Some(from) && one.what.as_ref() == Some(name);
        all.iter().filter(own).map(|one| passes(editions, one)).max().unwrap_or(Same::No)
    };
    let gone = |stake: &Stake<'_>| match stake {
        Stake::Own(name) => passed_on(name),
        Stake::Given(grant) => {
            let set = grant.assets.as_ref();
            let every = set.is_none_or(|set| set.all);
            let assets = model.records.of(Form::FileAssets).filter_map(|record| record.name(Label::Name));
            let under = |name: &&Name| every || set.is_some_and(|set| set.names.contains(name));
            let gone = assets.filter(under).filter(|name| owns(name)).map(passed_on).min();
            let most = if set.is_some_and(|set| set.has_blank()) { Same::Perhaps } else { Same::Yes };
            gone.unwrap_or(Same::No).min(most)
        }
    };
    stakes.iter().map(gone).min().unwrap_or(Same::No)
}

/// The rights and assets that something is about: itself, or those its clause speaks of.
fn spoken_of(model: &Model, about: &Name) -> Vec<Name> {
    let is_thing = |name: &Name| {
        model.grants.contains_key(name) || model.records.named(Form::FileAssets, name).next().is_some()
    };
    if is_thing(about) {
        return vec![about.clone()];
    }
    let grants = model.grants.keys();
    let assets = model.records.of(Form::FileAssets).filter_map(|record| record.name(Label::Name));
    let spoken = |name: &&Name| names(model, about, name) == Same::Yes;
    grants.chain(assets).filter(spoken).cloned().collect()
}

/// Whether what passed carries the place of its former holder in something with it.
fn reaches(editions: &Editions, passed: &Passed, about: Option<&Name>, day: Date) -> Same {
    let Some(what) = passed.what.as_ref().filter(|what| !what.is_blank()) else { return Same::Perhaps };
    if about == Some(what) {
        return Same::Yes;
    }
    let models: Vec<&Model> = editions.until(day).collect();
    if let Some(about) = about {
        let beside = models.iter().map(|model| names(model, about, what).max(names(model, what, about)));
        if let Some(found) = beside.max().filter(|found| *found != Same::No) {
            return found;
        }
    }
    let mut licences = Vec::new();
    for model in &models {
        for (name, grant) in &model.grants {
            let (whose, under): (Vec<Name>, Same) = match name == what {
                true => (grant.from.iter().chain(&grant.to).cloned().collect(), Same::Yes),
                false => (grant.from.clone(), is_under(model, name, grant, what)),
            };
            let had = passed.from.as_ref().map_or(Same::Yes, |from| editions.is_one(from, &whose, day));
            if under.min(had) != Same::No {
                licences.push((name, grant, under.min(had)));
            }
        }
    }
    let Some(sure) = licences.iter().map(|(.., sure)| *sure).max() else {
        let alone = models.iter().any(|model| stands_alone(model, what));
        return if alone { Same::No } else { Same::Perhaps };
    };
    let Some(about) = about else { return Same::No };
    // What speaks of other licences alone has nothing to do with this one.
    let spoken = spoken_of(editions.on(day), about);
    let mut other = spoken.iter().filter(|name| editions.on(day).grants.contains_key(*name)).peekable();
    let same = |name: &Name| licences.iter().any(|(licence, ..)| *licence == name);
    if other.peek().is_some() && !other.any(same) {
        return Same::No;
    }
    // Something with a party outside of the licence has nothing to do with it.
    let others = models.iter().flat_map(|model| parties_of(model, about));
    let mut others = others.filter(|one| passed.from.as_ref() != Some(one)).peekable();
    let inside = |one: Name| {
        let sides = licences.iter().flat_map(|(_, grant, _)| [&grant.from, &grant.to]);
        sides.map(|side| editions.is_one(&one, side, day)).max().unwrap_or(Same::No)
    };
    match others.peek() {
        None => sure,
        Some(_) => others.map(inside).max().unwrap_or(Same::No).min(sure),
    }
}

/// Whether what an entry assigns passes by it from who has it, as far as the terms tell: a grant may need a consent of which
/// the machine knows more.
pub(super) fn passes(editions: &Editions, passed: &Passed) -> Same {
    let Some(what) = &passed.what else { return Same::Yes };
    let day = passed.since;
    let is_grant = editions.until(day).any(|model| model.grants.contains_key(what));
    if !is_grant {
        return if what.is_blank() { Same::Perhaps } else { Same::Yes };
    }
    let model = editions.on(day);
    let alone = |record: &Record| {
        let linked = record.below(Form::AssignmentLinked).is_some();
        linked || record.below(Form::AssignmentNoPartial).is_some()
    };
    if model.records.of(Form::FileAssignment).any(alone) {
        return Same::Perhaps;
    }
    let mut asked = model.records.of(Form::FileAssignment).next().is_some();
    for record in model.records.bearing(what) {
        record.walk(&mut |line| {
            asked |= matches!(line.clause, Form::GrantTransferable | Form::GrantNotTransferable);
        });
    }
    if passed.consented || !asked { Same::Yes } else { Same::Perhaps }
}

/// Whether the clause of one name speaks of another, or of something that is withheld.
fn names(model: &Model, of: &Name, other: &Name) -> Same {
    let mut found = Same::No;
    let clauses = model.records.bearing(of).filter(|record| record.clause != Form::FileEntry);
    for line in clauses.flat_map(|record| &record.below) {
        if line.speaks_of(&|name| name == other) {
            return Same::Yes;
        }
        if line.speaks_of(&|name| name.may_be(other)) {
            found = Same::Perhaps;
        }
    }
    found
}

/// Whether a grant is under some assets, or may be.
fn is_under(model: &Model, name: &Name, grant: &Grant, assets: &Name) -> Same {
    let owned = || match model.records.named(Form::FileAssets, assets).next() {
        Some(_) => Same::Yes,
        None => Same::No,
    };
    let Some(set) = &grant.assets else { return owned() };
    let speaks = || model.records.bearing(name).any(|record| record.speaks_of(&|one| one == assets));
    if set.names.contains(assets) || speaks() {
        return Same::Yes;
    }
    let all = if set.all { owned() } else { Same::No };
    let held = set.names.iter().map(|one| names(model, one, assets)).max().unwrap_or(Same::No);
    let withheld = if set.has_blank() { Same::Perhaps } else { Same::No };
    all.max(held).max(withheld)
}

/// Whether a name is of something that passes by itself and carries nothing else with it.
fn stands_alone(model: &Model, name: &Name) -> bool {
    model.royalties.contains_key(name)
        || model.pays.contains_key(name)
        || model.records.bearing(name).any(|record| {
            matches!(
                record.clause,
                Form::FileAssets
                    | Form::FileGrant
                    | Form::FileOption
                    | Form::FileFirstRight
                    | Form::FileCovenant
            )
        })
}

/// The parties the clause of a name speaks of.
fn parties_of(model: &Model, name: &Name) -> Vec<Name> {
    let speaks = |party: &&Name| {
        let mut clauses = model.records.bearing(name).filter(|record| record.clause != Form::FileEntry);
        clauses.any(|record| record.speaks_of(&|one| one == *party))
    };
    model.parties.keys().filter(speaks).cloned().collect()
}

/// How an entry says that something passes: with the consent of the other side.
pub(super) fn is_consented(parts: &counterpart_terms::record::Parts) -> bool {
    parts.word(Label::Consent) == Some("with consent")
}
