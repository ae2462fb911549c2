//! Whether a grantor has what it gives. Nobody gives what it does not have: what others own, or owned by the day on which
//! the grant was given, is under no grant of somebody who holds no licence of it either; a licensee gives no more than its
//! own licence, and nothing where that lets no sublicence be given.
//!
//! Of several owners one alone gives a licence that leaves the others as they are: they are not kept out. Where the others
//! are parties to the agreement, they have agreed to it. Where they are not, the law of each country counts
//! (`terms::world`): where it lets an owner license without the others, it does so not exclusively; elsewhere it needs their
//! consent.
//!
//! Where it is not told, or redacted, whose assets are, nothing is said against the grant.

use super::moments::since;
use crate::engine::Run;
use crate::runs::Runs;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, within};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::{Grant, Life};
use counterpart_terms::value::{Against, Grade, GradeKind, Name};
use counterpart_terms::world::LICENSES_ALONE;
use counterpart_terms::{At, Record};
use std::rc::Rc;

/// What is amiss with what a grantor gives in a part.
#[derive(Debug, Clone)]
pub(crate) struct Flaw {
    /// The part.
    pub region: Region,
    /// What of it.
    pub kind: FlawKind,
    /// The clause that makes it so: whose the assets are, or the licence of the grantor.
    pub at: At,
}

/// What is amiss.
#[derive(Debug, Clone)]
pub(crate) enum FlawKind {
    /// It is not the grantor's to give, in words.
    Nothing(String),
    /// Whether it is cannot be said.
    Doubt(Unknown),
    /// Others, who have agreed, own it too.
    Shared(Vec<Name>),
    /// Others, who have not agreed, own it too.
    Alone(Vec<Name>),
    /// The licence it is given under keeps out nobody but who gives it on.
    NotExclusive,
    /// The licence it is given under does not keep these out.
    Leaves(Vec<Name>),
}

impl Run<'_> {
    /// What is amiss with what a grant gives, as all its texts have it.
    fn flaws_of(&self, name: &Name) -> Vec<Flaw> {
        let mut out = Vec::new();
        for (grant, model, days) in self.texts_of(name) {
            let space = self.space();
            let reach = Reach { space: &space, market: &model.market };
            let about = within(&self.life_of(name).about, DAYS, &days);
            let found = self.flaws(reach, grant, &days, &about);
            // What is given on some days is given, if not on all.
            let nothing = found.iter().filter(|flaw| matches!(flaw.kind, FlawKind::Nothing(_)));
            let given = nothing.fold(about, |left, flaw| left.without(&flaw.region));
            let given = on_all_days(&given);
            let never = found.into_iter().map(|flaw| match flaw.kind {
                FlawKind::Nothing(_) => Flaw { region: on_all_days(&flaw.region).without(&given), ..flaw },
                _ => flaw,
            });
            out.extend(never.filter(|flaw| !flaw.region.is_empty()));
        }
        out
    }

    /// What is amiss with what a grant gives, of what its text reaches on some days.
    pub(super) fn flaws(&self, reach: Reach<'_>, grant: &Grant, days: &Ranges, about: &Region) -> Vec<Flaw> {
        if self.plainly_own(grant) {
            return Vec::new();
        }
        // A promise not to sue binds whoever gives it, and takes nothing from others.
        let covenant = |kind| kind == GradeKind::Covenant;
        let promise = !grant.grades.is_empty() && grant.grades.iter().all(|line| covenant(line.grade.kind));
        if promise || grant.from.is_empty() || grant.from.iter().any(|from| self.may_be_anybody(from)) {
            return Vec::new();
        }
        let given = self.given_on(grant, days);
        let (mut out, mut own, mut others) = (Vec::new(), Region::default(), Vec::new());
        for record in self.assets_under(grant) {
            let Some(name) = record.name(Label::Name) else { continue };
            let named = grant.assets.is_some();
            let Ok(part) = reach.names(about, std::slice::from_ref(name)) else { continue };
            if part.is_empty() {
                continue;
            }
            let owners = self.owners_on(record, name, given);
            if owners.is_empty() || owners.iter().any(|owner| self.may_be_anybody(owner)) {
                own = own.or(&part);
                continue;
            }
            let gives = |owner: &Name| grant.from.iter().any(|from| self.is_kin(from, owner));
            let takes = |owner: &Name| grant.to.iter().any(|to| self.is_kin(to, owner));
            // It may be one of the owners that takes it.
            let hidden = grant.to.iter().any(|to| self.may_be_anybody(to)).then(|| {
                FlawKind::Doubt(Unknown::new(format!("who takes what is under `{name}` is redacted or open")))
            });
            // Whoever controls assets, or has licensed them in, may give them on.
            let controls = record.all_below(Form::AssetsControlled).flat_map(|line| line.names(Label::By));
            let passes_on = record.below(Form::AssetsInLicensed).is_some()
                || controls.into_iter().any(|who| who.is_blank() || gives(&who));
            if passes_on {
                own = own.or(&part);
                continue;
            }
            if !owners.iter().any(gives) {
                // What comes back to its owner takes nothing from anybody.
                if let Some(kind) = hidden.filter(|_| named) {
                    out.push(Flaw { region: part, kind, at: grant.at });
                } else if !owners.iter().all(takes) && named {
                    others.push((record, name, part, owners));
                } else {
                    own = own.or(&part);
                }
                continue;
            }
            own = own.or(&part);
            let left: Vec<Name> = owners.iter().filter(|o| !gives(o) && !takes(o)).cloned().collect();
            if left.is_empty() {
                continue;
            }
            let kind = hidden.unwrap_or_else(|| match left.iter().all(|owner| self.has_agreed(owner)) {
                true => FlawKind::Shared(left),
                false => FlawKind::Alone(left),
            });
            out.push(Flaw { region: part, kind, at: record.at });
        }
        for (record, name, part, owners) in others {
            self.of_others(grant, (record, name, &owners), part.without(&own), &mut out);
        }
        out
    }

    /// Whether the text gives all that a grant is under to its grantor alone, and nothing passes it on.
    fn plainly_own(&self, grant: &Grant) -> bool {
        self.assets_under(grant).all(|record| {
            record.name(Label::Name).is_none_or(|name| {
                let owners = record.names(Label::Of);
                let alone = owners.iter().all(|owner| grant.from.contains(owner));
                // Without assets of its own a grant is under those of its grantor.
                let others = grant.assets.is_none() && owners.len() < 2;
                (alone || others) && !self.may_pass(name)
            })
        })
    }

    /// The assets that a grant names, in the order of the text; all of the deal where it names none.
    fn assets_under(&self, grant: &Grant) -> impl Iterator<Item = &Record> {
        let records = &self.model_now().records;
        let mut under: Vec<&Record> = match &grant.assets {
            Some(set) => set.names.iter().flat_map(|name| records.named(Form::FileAssets, name)).collect(),
            None => records.of(Form::FileAssets).collect(),
        };
        under.sort_by_key(|record| record.at);
        under.dedup_by_key(|record| record.at);
        under.into_iter()
    }

    /// What is amiss in a part that others own.
    fn of_others(
        &self,
        grant: &Grant,
        (record, name, owners): (&Record, &Name, &[Name]),
        part: Region,
        out: &mut Vec<Flaw>,
    ) {
        let mut left = part;
        // What it comes to own it gives from then on.
        let gives = |who: &[Name]| who.iter().any(|who| grant.from.iter().any(|from| self.is_kin(from, who)));
        for passing in self.passings(name).into_iter().filter(|passing| gives(&passing.to)) {
            let theirs = within(&left, DAYS, &since(passing.from));
            left = left.without(&theirs);
            out.extend(passing.doubt.map(|why| Flaw {
                region: theirs,
                kind: FlawKind::Doubt(why),
                at: passing.at,
            }));
        }
        let mut kept_back = None;
        for (head, licence) in self.grants() {
            let holds = licence.at != grant.at
                && licence.to.iter().any(|to| grant.from.iter().any(|from| self.is_kin(from, to)));
            if !holds || left.is_empty() {
                continue;
            }
            if self.is_being_drawn(head) {
                self.assume();
                return;
            }
            let life = self.life_of(head);
            if licence.withholds_sublicensing() {
                let meets = !life.about.both(&left).is_empty();
                kept_back = kept_back.or_else(|| meets.then(|| (head.clone(), licence.at)));
                continue;
            }
            if !life.withheld.is_empty() {
                let why = Unknown::new(format!("what `{head}` gives is redacted or open"));
                let kind = FlawKind::Doubt(why);
                out.push(Flaw { region: left, kind, at: licence.at });
                return;
            }
            for (region, why) in &life.doubt {
                let region = region.both(&left);
                left = left.without(&region);
                out.push(Flaw { region, kind: FlawKind::Doubt(why.clone()), at: licence.at });
            }
            for held in &life.held {
                let region = held.region.both(&left);
                left = left.without(&region);
                let kept = life.kept.iter().filter(|kept| !kept.region.both(&region).is_empty());
                out.extend(kept.map(|kept| Flaw {
                    region: kept.region.both(&region),
                    kind: FlawKind::Leaves(kept.for_.clone()),
                    at: licence.at,
                }));
                if let Some(kind) = leaves(held.grade.as_ref(), licence) {
                    out.push(Flaw { region, kind, at: licence.at });
                }
            }
        }
        let from = Name::list(&grant.from);
        let (why, at) = match kept_back {
            Some((head, at)) => (format!("`{head}` lets {from} give no sublicence"), at),
            None => {
                let owners = Name::list(owners);
                (format!("`{name}` is {owners}'s, and {from} holds no licence of it to give on"), record.at)
            }
        };
        out.push(Flaw { region: left, kind: FlawKind::Nothing(why), at });
        out.retain(|flaw| !flaw.region.is_empty());
    }

    /// The day on which a grant was given: on which its text took effect, or the day from which on it says it is.
    fn given_on(&self, grant: &Grant, days: &Ranges) -> Date {
        let start = self.days_from_the_start().yes.and(days).first().or_else(|| days.first());
        let from = grant.life.iter().filter_map(|(line, _)| match line {
            Life::From(moment) => self.days_from(moment).yes.first(),
            _ => None,
        });
        counterpart_rights::date(start.into_iter().chain(from).max().unwrap_or(0))
    }

    /// Who owns some assets on a day; nobody where that is not known.
    fn owners_on(&self, record: &Record, name: &Name, on: Date) -> Vec<Name> {
        let mut owners = record.names(Label::Of);
        if !self.may_pass(name) {
            return owners;
        }
        for passing in self.passings(name).into_iter().filter(|passing| passing.from <= on) {
            match passing.doubt {
                None => owners = passing.to,
                Some(_) => return Vec::new(),
            }
        }
        owners
    }

    /// Whether a clause or an entry assigns some assets: what passes by the effect of something does so later.
    fn may_pass(&self, name: &Name) -> bool {
        let mut sets = self
            .clauses(Form::FileAssign)
            .flat_map(|r| r.all_below(Form::AssignUnder))
            .filter_map(|l| l.set(Label::Assets));
        sets.any(|set| set.names.iter().any(|of| of == name || of.is_blank()))
            || self
                .facts
                .told_as("assigned")
                .any(|event| matches!(&event.kind, EventKind::Told { name: Some(told), .. } if told == name))
    }

    /// Whether two are one, or of one group: what one has the other may give.
    fn is_kin(&self, one: &Name, other: &Name) -> bool {
        let of = |a: &Name, b: &Name| self.is_among_now(a, b) || self.affiliates_of(b).contains(a);
        of(one, other) || of(other, one)
    }

    /// Whether somebody, or a member of it, is redacted or open.
    fn may_be_anybody(&self, name: &Name) -> bool {
        name.is_blank() || self.members(name).iter().any(Name::is_blank)
    }

    /// Whether a party, or the one that acts for it, is a party to the agreement.
    fn has_agreed(&self, party: &Name) -> bool {
        self.model_now().header.parties.iter().any(|signs| self.is_kin(signs, party))
    }
}

/// Whether a grade keeps out others than who gave it.
fn is_exclusive(grade: &Grade) -> bool {
    grade.kind.keeps_out() && !matches!(grade.against, Some(Against::Only(_)))
}

/// A region with all days in the place of its own.
fn on_all_days(region: &Region) -> Region {
    region.boxes().iter().map(|b| b.clone().with(DAYS, all_days())).collect::<Region>().joined()
}

/// Whom the licence that something is given under leaves as they are.
fn leaves(grade: Option<&Grade>, licence: &Grant) -> Option<FlawKind> {
    let grade = grade.filter(|grade| grade.kind != GradeKind::Unknown);
    match grade.map(|grade| (grade.kind, &grade.against)) {
        Some((GradeKind::Exclusive, None | Some(Against::Even(_)))) => None,
        Some((_, Some(Against::Except(who) | Against::With(who)))) => Some(FlawKind::Leaves(who.clone())),
        Some((GradeKind::Sole | GradeKind::CoExclusive, None | Some(Against::Even(_)))) => {
            Some(FlawKind::Leaves(licence.from.clone()))
        }
        _ => Some(FlawKind::NotExclusive),
    }
}

/// What one of several owners gives without the others.
fn alone_in_words() -> String {
    let laws = LICENSES_ALONE.iter().map(|law| format!("{} ({})", law.country, law.authority));
    let laws = laws.collect::<Vec<_>>().join(", ");
    format!("in {laws} it is a licence that keeps no owner out; elsewhere the others must agree")
}

/// A warning for each grant of which its grantor has nothing to give in some part, as all that is known says.
pub(crate) fn title_findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let mut out = Vec::new();
    let last = machine.journal.last_day().or(machine.editions.first().header.effective);
    let run = runs.on(last.unwrap_or(Date::MAX), Date::MAX);
    for (name, grant) in run.grants() {
        let from = Name::list(&grant.from);
        let mut told: Vec<At> = Vec::new();
        for flaw in run.flaws_of(name) {
            let (message, note) = match &flaw.kind {
                FlawKind::Nothing(why) => (
                    format!("`{name}` gives what {from} has not to give: {why}"),
                    "nobody gives what it does not have: by this nobody gets anything, and nobody is kept out".into(),
                ),
                FlawKind::Alone(others) => (
                    format!("{from} grants `{name}` without {}, who owns it too", Name::list(others)),
                    alone_in_words(),
                ),
                FlawKind::Shared(others) if grant.grades.iter().any(|line| is_exclusive(&line.grade)) => (
                    format!("{from} grants `{name}` without {}, who owns it too", Name::list(others)),
                    "one of several owners keeps the others out of nothing: they may do as before".to_string(),
                ),
                _ => continue,
            };
            if told.contains(&flaw.at) {
                continue;
            }
            told.push(flaw.at);
            let found =
                Diagnostic::warning("not-its-to-give", grant.at.span(), message).in_file(grant.at.file);
            let help = "let whoever owns it grant it, or say below the assets that the grantor has them \
                        `controlled by` it or `in-licensed`";
            let found = found.with_also(flaw.at.file, flaw.at.span(), "what stands in the way");
            out.push(found.with_note(note).with_help(help));
        }
    }
    out
}
