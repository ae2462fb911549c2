//! The rights that cannot both stand: those that clash, those of which that cannot be said, and those that may come to,
//! once what one of them waits for has come about. Each with one case, which the question about it confirms.

use super::question::{Standing, Verdict};
use super::words::{Over, Told};
use crate::engine::{Machine, Run};
use crate::options::clause_of;
use crate::rights::{RightsOfDeal, Source};
use counterpart_num::Date;
use counterpart_rights::{ANY_OTHER_PURPOSE, DAYS, PARTIES, PURPOSE, Ranges, Region, Scope, Side, date, day};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::Grant;
use counterpart_terms::precedence::{ClauseRef, Standing as Rank};
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many parts of where two rights meet, parties in one, and names in a dimension are looked at for a case.
const MOST_PARTS: usize = 16;
const MOST_PARTIES: usize = 8;
const MOST_NAMES: usize = 4_096;
/// So many pairs of grants are warned of at most.
const MOST_WARNINGS: usize = 20;

/// How sure a clash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// Both rights are in force there, as things stand.
    So,
    /// Whether one of them is in force cannot be said.
    Unknown,
    /// One of them is not yet, and may come to be.
    MayCome,
}

/// Two rights that cannot both stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClashRow {
    /// How sure it is.
    pub sure: Sure,
    /// What must come about before they clash, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub once: Vec<String>,
    /// Why it cannot be said whether they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The right that keeps others out.
    pub keeps_out: String,
    /// Its clause.
    pub keeps_out_clause: String,
    /// The right that lets one of them in.
    pub lets_in: String,
    /// Its clause.
    pub lets_in_clause: String,
    /// Where they meet.
    pub over: Over,
    /// From which day.
    pub from: Date,
    /// The last day, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// One case in which both hold: who, the day, and a name of each dimension.
    pub witness: Witness,
}

/// One case in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Witness {
    /// Who.
    pub party: String,
    /// The day.
    pub on: Date,
    /// A name in each dimension in which the deal tells names apart.
    pub names: Vec<Told>,
    /// What `may` answers there: of a clash that may come, once it has.
    pub answer: Verdict,
    /// How things stand there, in the same way.
    pub standing: Standing,
}

/// A pair of rights, with where they meet.
struct Found {
    keeper: usize,
    other: usize,
    sure: Sure,
    region: Region,
}

/// A case that may be told, before it is put into words.
struct Case {
    /// How good it is, the least first: whether it is for odd purposes alone, how little it tells of the clash, its day.
    worth: (bool, u8, Option<u32>),
    part: Scope,
    party: u32,
    standing: Standing,
}

impl Machine<'_> {
    /// The grants of the text that surely clash, by all that is known, from the last day of the journal on; without one, from
    /// the first of the agreement.
    pub fn granted_twice(&self) -> Vec<Diagnostic> {
        let last = self.journal.last_day();
        let start = || self.run(Date::MIN, Date::MAX).clock().effective_day().ok().flatten();
        let Some(from) = last.or_else(start) else { return Vec::new() };
        self.run(from, Date::MAX).granted_twice(from)
    }
}

impl Run<'_> {
    /// The rights that cannot both stand, from a day on, each pair with one case in which both hold.
    pub fn clash_table(&self, from: Date) -> Vec<ClashRow> {
        let mut out = self.clashes_of(&self.rights_of_deal(), from, &|_| &[]);
        if let Some(later) = self.may_come(from) {
            out.extend(
                self.clashes_of(&later.rights, from, &|number| later.awaits(number))
                    .into_iter()
                    .filter(|row| row.sure == Sure::MayCome),
            );
        }
        out.sort_by(|a, b| {
            (a.sure, a.from, &a.keeps_out, &a.lets_in).cmp(&(b.sure, b.from, &b.keeps_out, &b.lets_in))
        });
        out
    }

    /// The grants of the text that surely clash on some day from one on, as the text stands: each pair once, with one case.
    pub fn granted_twice(&self, from: Date) -> Vec<Diagnostic> {
        let grants = self.grants();
        let keeps_out = |grant: &&&Grant| grant.grades.iter().any(|grade| grade.grade.kind.keeps_out());
        if grants.len() < 2 || !grants.values().any(|grant| keeps_out(&grant)) {
            return Vec::new();
        }
        let rights = self.rights_of_deal();
        // What came to other hands later, and what a licensee gives back, is no second gift.
        let shares = |one: &[Name], two: &[Name]| one.iter().any(|name| two.contains(name));
        let mut pairs: BTreeSet<(Name, Name)> = BTreeSet::new();
        let mut out = Vec::new();
        for ((one, two, sure), found) in self.found_on(&rights, from, &|_| &[]) {
            let (Some(first), Some(second)) = (grants.get(&one), grants.get(&two)) else { continue };
            let twice = shares(&first.from, &second.from) && !shares(&first.to, &second.to);
            if sure != Sure::So || !twice || pairs.contains(&(two.clone(), one.clone())) {
                continue;
            }
            pairs.insert((one.clone(), two.clone()));
            if out.len() >= MOST_WARNINGS {
                continue;
            }
            let Some(row) = self.clash_row(&rights, &found, from) else { continue };
            // The one that stands later in the text is the one to look at.
            let at = first.at.max(second.at);
            let case: Vec<String> = row.witness.names.iter().map(|told| told.phrase()).collect();
            let said = format!("`{two}` gives what `{one}` keeps others out of");
            let on = format!("for instance {} on {}, {}", row.witness.party, row.witness.on, case.join(" "));
            let (keeps, lets) = (&row.keeps_out_clause, &row.lets_in_clause);
            out.push(
                Diagnostic::warning("granted-twice", at.span(), said)
                    .in_file(at.file)
                    .with_note(on)
                    .with_note(format!("{one} is at {keeps}, {two} at {lets}"))
                    .with_help(
                        "say which goes first, as in `subject to`, or take out what both give; `counterpart clash` lists \
                         every case",
                    ),
            );
        }
        let more = pairs.len().saturating_sub(out.len());
        if let Some(last) = out.last_mut().filter(|_| more > 0) {
            last.notes.push(format!("{more} more pairs of grants do so"));
        }
        out
    }

    /// The same on one map, of which some sources wait for something.
    fn clashes_of<'w>(
        &self,
        rights: &RightsOfDeal,
        from: Date,
        awaits: &dyn Fn(usize) -> &'w [String],
    ) -> Vec<ClashRow> {
        let found = self.found_on(rights, from, awaits);
        let surely: Vec<(Name, Name, Region)> = found
            .iter()
            .filter(|((.., sure), _)| *sure == Sure::So)
            .map(|((one, two, _), found)| (one.clone(), two.clone(), found.region.clone()))
            .collect();
        let mut out = Vec::new();
        for ((one, two, sure), mut found) in found {
            // Where they surely clash it is not in doubt.
            if sure == Sure::Unknown
                && let Some((.., so)) = surely.iter().find(|(a, b, _)| *a == one && *b == two)
            {
                found.region = found.region.without(so);
            }
            let once = [found.keeper, found.other].into_iter().flat_map(awaits).cloned().collect();
            out.extend(self.clash_row(rights, &found, from).map(|row| ClashRow { once, ..row }));
        }
        out
    }

    /// The pairs of rights that cannot both stand on one map, each with where they meet.
    fn found_on<'w>(
        &self,
        rights: &RightsOfDeal,
        from: Date,
        awaits: &dyn Fn(usize) -> &'w [String],
    ) -> BTreeMap<(Name, Name, Sure), Found> {
        let after = Ranges::of(day(from), u32::MAX);
        let mut found: BTreeMap<(Name, Name, Sure), Found> = BTreeMap::new();
        for clash in rights.map.clashes() {
            let source = |id: usize| rights.map.holdings().get(id).map(|h| h.source);
            let (Some(keeper), Some(other)) = (source(clash.keeps_out), source(clash.lets_in)) else {
                continue;
            };
            let overlap = clash.overlap.within(DAYS, &after);
            let names = rights.sources.get(keeper).zip(rights.sources.get(other));
            let Some((one, two)) = names else { continue };
            if overlap.is_empty() || self.gives_way(one, two) {
                continue;
            }
            let sure = match () {
                () if !awaits(keeper).is_empty() || !awaits(other).is_empty() => Sure::MayCome,
                () if one.doubt.is_some() || two.doubt.is_some() => Sure::Unknown,
                () => Sure::So,
            };
            // One right may be several holdings; the pair is told once.
            let entry = found.entry((one.name.clone(), two.name.clone(), sure));
            entry
                .or_insert_with(|| Found { keeper, other, sure, region: Region::default() })
                .region
                .add(overlap);
        }
        found
    }

    fn clash_row(&self, rights: &RightsOfDeal, found: &Found, from: Date) -> Option<ClashRow> {
        let (keeper, other) = (rights.sources.get(found.keeper)?, rights.sources.get(found.other)?);
        let region = found.region.clone().joined();
        let days = region.boxes().iter().filter_map(|b| b.side(DAYS)).fold(Ranges::none(), |a, b| a.or(b));
        let (first, last) = days.bounds()?;
        let clause = |s: &Source| s.by.first().map_or(String::new(), |at| self.place(*at));
        let unknown = [keeper, other].into_iter().find_map(|source| source.doubt.as_ref());
        Some(ClashRow {
            sure: found.sure,
            once: Vec::new(),
            unknown: unknown.map(|why| why.reason.clone()),
            keeps_out: keeper.name.to_string(),
            keeps_out_clause: clause(keeper),
            lets_in: other.name.to_string(),
            lets_in_clause: clause(other),
            over: self.over_words(&region, &rights.space.everything(), from),
            from: date(first),
            until: Some(date(last)).filter(|last| *last < Date::MAX),
            witness: self.witness(rights, &region, found.sure)?,
        })
    }

    /// Whether one of two rights gives way to the other, as the text ranks them. Of two that each go before the other
    /// neither does.
    fn gives_way(&self, one: &Source, other: &Source) -> bool {
        let both = [&one.name, &other.name];
        let grants = || self.models().flat_map(|m| both.into_iter().filter_map(|name| m.grants.get(name)));
        let prior = grants().any(|grant| grant.prior.iter().any(|prior| both.contains(&prior)));
        let [first, second] = both.map(|name| ClauseRef::named(clause_of(name)));
        let ranked = |standing| matches!(standing, Rank::First | Rank::Second);
        one.name == other.name || prior || self.models().any(|m| ranked(m.ranking.standing(&first, &second)))
    }

    /// A case of a clash in words, all of which lies in a part where two rights meet and things stand alike, so that the
    /// question in these words has one answer; one that tells the clash where there is any.
    fn witness(&self, rights: &RightsOfDeal, region: &Region, sure: Sure) -> Option<Witness> {
        let ordinary = Name::from(ANY_OTHER_PURPOSE);
        let purposes = Side::Own(Name::from(PURPOSE));
        let plain = |scope: &Scope| {
            let own = rights.space.dimension(&purposes).and_then(|dimension| scope.side(dimension));
            let all = rights.space.set(&purposes, &ordinary);
            own.zip(all).is_none_or(|(own, all)| own.covers(all))
        };
        let rank = |standing: Standing| match (sure, standing) {
            (Sure::Unknown, Standing::Unknown) | (Sure::So | Sure::MayCome, Standing::Contested) => 0,
            (_, Standing::Granted) => 1,
            (_, Standing::Unknown | Standing::Contested) => 2,
            _ => 3,
        };
        let mut best: Option<Case> = None;
        for part in region.boxes().iter().take(MOST_PARTS) {
            let who = part.side(PARTIES).into_iter().flat_map(Ranges::iter).flat_map(|(from, to)| from..to);
            for party in who.take(MOST_PARTIES) {
                for piece in rights.map.may(party, part) {
                    let standing = Standing::of(piece.status);
                    // Of cases as good the first.
                    let first = piece.scope.side(DAYS).and_then(Ranges::first);
                    let worth = (!plain(&piece.scope), rank(standing), first);
                    if best.as_ref().is_none_or(|other| worth < other.worth) {
                        best = Some(Case { worth, part: piece.scope, party, standing });
                    }
                }
            }
            if best.as_ref().is_some_and(|best| (best.worth.0, best.worth.1) == (false, 0)) {
                break;
            }
        }
        let Case { part, party, standing, .. } = best?;
        let names = self.case_in_words(rights, &part, (&purposes, &ordinary));
        let party = rights.space.tree(PARTIES)?.names_at(party).first()?.to_string();
        let answer = match standing {
            Standing::Granted | Standing::Own => Verdict::Yes,
            Standing::Contested | Standing::Unknown => Verdict::Unknown,
            _ => Verdict::No,
        };
        Some(Witness { party, on: date(part.side(DAYS)?.first()?), names, answer, standing })
    }

    /// A name in each dimension in which a part is narrower than all, such that all it holds lies in the part.
    fn case_in_words(&self, rights: &RightsOfDeal, part: &Scope, purpose: (&Side, &Name)) -> Vec<Told> {
        let space = &rights.space;
        let mut out = Vec::new();
        for dimension in (0..space.dimensions()).filter(|dimension| *dimension != PARTIES) {
            // Days have no names.
            let (Some(tree), Some(side), Some(own)) =
                (space.tree(dimension), space.side(dimension), part.side(dimension))
            else {
                continue;
            };
            // What both reach all of tells nothing, and whoever names no purpose asks about the ordinary ones.
            let ordinary = space.set(side, purpose.1).filter(|_| side == purpose.0);
            if *own == space.all(dimension) || ordinary.is_some_and(|ordinary| own.covers(ordinary)) {
                continue;
            }
            let named = |position: u32| {
                let mut names = tree.names_at(position).iter();
                names.find(|name| tree.set(name).is_some_and(|all| own.covers(all)))
            };
            let found = own.iter().flat_map(|(from, to)| from..to).take(MOST_NAMES).find_map(named);
            out.extend(match (found, own.first()) {
                (Some(name), _) => Some(Told::one(side, name)),
                // It lies in a name beyond all that have names of their own, or in what several have in common.
                (None, Some(first)) => Told::at(side, tree.names_at(first)),
                (None, None) => None,
            });
        }
        out
    }
}
