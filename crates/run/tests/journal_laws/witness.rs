//! The witness of a clash is a case of it: each of the two rights gives it by itself, and the question in the words of the
//! witness has the answer that the row tells. What only may clash does, once what it waits for has come about.
//!
//! Real deals rarely clash, so the laws are asked of drawn ones as well: a few grants, options and sublicences over a small
//! space.

use crate::deals::Source;
use crate::dice::Dice;
use crate::some_day;
use crate::writer::{Entry, FILE, text};
use counterpart_num::Date;
use counterpart_rights::{Holding, Kind, PARTIES, Piece, Ranges, Region, RightsMap, Side, Status};
use counterpart_run::questions::{AnswerStanding as Standing, Called, ClashRow, Sure};
use counterpart_run::{Machine, Run, Sublicence};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use counterpart_terms::value::{Acts, Name, Scope as Named, Set, Territory};
use std::collections::BTreeSet;

/// How many deals are drawn.
const DRAWN: u64 = 80;

/// The law on a journal written from the terms of a deal.
pub fn of_a_deal(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let day = some_day(entries, dice);
    confirmed(&machine.run(day, Date::MAX), day)
}

/// What is wrong with the clashes of a deal from a day on.
fn confirmed(run: &Run<'_>, day: Date) -> Vec<String> {
    let rights = run.rights_of_deal();
    let mut wrong = Vec::new();
    for clash in rights.map.clashes().into_iter().take(20) {
        let Some(cell) = Region::from(clash.overlap.clone()).cell() else {
            wrong.push("a clash without a cell".to_string());
            continue;
        };
        let whole = rights.space.everything();
        let scope = cell.iter().enumerate().fold(whole, |scope, (d, at)| scope.with(d, Ranges::one(*at)));
        let holdings = rights.map.holdings();
        let (keeper, other) = (&holdings[clash.keeps_out], &holdings[clash.lets_in]);
        // Of a clash that is sure each right by itself gives the case: the one lets the party in, the other keeps it out.
        let pieces = rights.map.may(cell[PARTIES], &scope);
        let both = [clash.lets_in, clash.keeps_out];
        if keeper.certain && other.certain {
            let alone = |one: &Holding| {
                let map = RightsMap::new(vec![one.clone()]);
                map.may(cell[PARTIES], &scope).iter().map(|piece| piece.status).collect::<Vec<_>>()
            };
            if alone(other) != [Status::Granted] || alone(keeper) != [Status::Forbidden] {
                wrong.push(format!("the witness of a clash is not given by its rights: {both:?}"));
            }
            let stands = |p: &Piece| {
                let barred = |id: &usize| holdings[*id].kind == Kind::Barred;
                p.status == Status::Granted
                    || p.status == Status::Contested
                    || p.status == Status::Forbidden && p.by.iter().all(barred)
            };
            let doubted =
                |p: &Piece| p.status == Status::Unknown && p.by.iter().any(|id| !holdings[*id].certain);
            if !pieces.iter().all(|piece| stands(piece) || doubted(piece)) {
                wrong.push(format!("the witness of a clash is not confirmed: {both:?}"));
            }
        } else if !pieces.iter().any(|piece| {
            let sure = |id: &usize| holdings[*id].certain;
            // Something else may decide it for sure.
            piece.status == Status::Unknown || piece.by.iter().any(|id| both.contains(id) || sure(id))
        }) {
            wrong.push(format!("the witness of a clash does not name it: {both:?}"));
        }
        // Neither prevails, unless something else lets the party in, or keeps it out.
        let sure = |piece: &Piece| piece.status == Status::Granted && piece.by.contains(&clash.lets_in);
        if keeper.certain && pieces.iter().any(sure) {
            wrong.push(format!("the witness of a clash is answered as if there were none: {both:?}"));
        }
        if !keeper.shuts_out.contains(cell[PARTIES]) || !other.scope.meets(&scope) {
            wrong.push(format!("the witness of a clash lies beside it: {both:?}"));
        }
        // And who keeps others out holds it there.
        for holder in keeper.holders().into_iter().flat_map(|who| who.iter()).flat_map(|(a, b)| a..b).take(3)
        {
            let theirs = rights.map.may(holder, &scope);
            let lets = theirs
                .iter()
                .any(|p| p.by.contains(&clash.keeps_out) || p.status != Status::Reserved { own: false });
            if keeper.kind != Kind::Barred && !lets {
                wrong.push(format!("who keeps others out by a right does not hold it: {both:?}"));
            }
        }
    }
    wrong.extend(run.clash_table(day).iter().filter_map(|row| replayed(run, row)));
    wrong
}

/// What is wrong with a row of the table of clashes: its case, asked as a question in its own words, must have the one
/// answer that the row tells, and where the clash is sure that must be one.
fn replayed(run: &Run<'_>, row: &ClashRow) -> Option<String> {
    let told = format!("{} and {}, {:?}", row.keeps_out, row.lets_in, row.witness);
    if row.sure == Sure::So && !matches!(row.witness.standing, Standing::Granted | Standing::Contested) {
        // A promise of its own binds the party; and a third right that is in doubt may change the answer.
        let doubted = run.rights_of_deal().map.holdings().iter().any(|holding| !holding.certain);
        let other = match row.witness.standing {
            Standing::Forbidden => true,
            standing => standing == Standing::Unknown && doubted,
        };
        return (!other).then(|| format!("a clash is not confirmed by its witness: {told}"));
    }
    // What only may come is no answer yet.
    if row.sure == Sure::MayCome {
        return None;
    }
    // What lies beyond all names, or in what several have in common, cannot be asked by name: the map is asked.
    let unnamed = |called: &Called| called.beyond || !called.and.is_empty();
    if row.witness.names.iter().flat_map(|told| &told.names).any(unnamed) {
        let found = on_the_map(run, row);
        let same = found == Some(BTreeSet::from([row.witness.standing]));
        return (!same).then(|| format!("the witness of a clash is {found:?} on the map: {told}"));
    }
    let mut what = Named { acts: Some(Acts::All), ..Named::default() };
    for part in &row.witness.names {
        let names = part.names.iter().map(|called| Name::from(called.name.as_str())).collect::<Vec<_>>();
        let set = |names| Some(Set { all: false, names, except: Vec::new() });
        match part.dimension.as_str() {
            "acts" => what.acts = Some(Acts::These(names)),
            "assets" => what.assets = set(names),
            "places" => what.territory = Some(Territory { places: names, except: Vec::new(), unknown: None }),
            "products" => what.products = names,
            "customers" => what.customers = names,
            _ => {
                let before = what.fields.take().map(|set| set.names).unwrap_or_default();
                what.fields = set([before, names].concat());
            }
        }
    }
    let asked = run.may(&Name::from(row.witness.party.as_str()), &what, row.witness.on);
    let stands: Option<BTreeSet<Standing>> = asked.ok().map(|a| a.parts.iter().map(|p| p.standing).collect());
    (stands != Some(BTreeSet::from([row.witness.standing])))
        .then(|| format!("the witness of a clash is answered {stands:?}: {told}"))
}

/// What the map answers in the case of a row; nothing where no such case is.
fn on_the_map(run: &Run<'_>, row: &ClashRow) -> Option<BTreeSet<Standing>> {
    let rights = run.rights_of_deal();
    let space = &rights.space;
    let on = counterpart_rights::day(row.witness.on);
    let mut scope = space.everything().with(counterpart_rights::DAYS, Ranges::one(on));
    // Who names no purpose asks about the ordinary ones.
    let purposes = Side::Own(Name::from(counterpart_rights::PURPOSE));
    let ordinary = space.set(&purposes, &Name::from(counterpart_rights::ANY_OTHER_PURPOSE));
    if let (Some(dimension), Some(ordinary)) = (space.dimension(&purposes), ordinary) {
        scope = scope.with(dimension, ordinary.clone());
    }
    for part in &row.witness.names {
        let side = match part.dimension.as_str() {
            "assets" => Side::Assets,
            "acts" => Side::Acts,
            "fields" => Side::Fields,
            "places" => Side::Places,
            "products" => Side::Products,
            "customers" => Side::Customers,
            own => Side::Own(Name::from(own)),
        };
        let dimension = space.dimension(&side)?;
        let tree = space.tree(dimension)?;
        let positions = part.names.iter().map(|called| {
            let mut names: Vec<&str> = vec![called.name.as_str()];
            names.extend(called.and.iter().map(String::as_str));
            let own = |at: &u32| tree.names_at(*at).iter().map(Name::as_str).eq(names.iter().copied());
            let all = space.all(dimension);
            match called.beyond || !called.and.is_empty() {
                true => all.iter().flat_map(|(a, b)| a..b).find(own).map(Ranges::one),
                false => tree.set(&Name::from(called.name.as_str())).cloned(),
            }
        });
        let positions = positions.collect::<Option<Vec<Ranges>>>()?;
        scope = scope.with(dimension, positions.iter().fold(Ranges::none(), |sum, one| sum.or(one)));
    }
    let party = space.set(&Side::Parties, &Name::from(row.witness.party.as_str()))?.first()?;
    Some(rights.map.may(party, &scope).iter().map(|piece| Standing::of(piece.status)).collect())
}

#[test]
fn clashes_of_drawn_deals_are_confirmed_and_come_as_foretold() {
    let day = Date::parse("2026-07-01").expect("a date");
    let (mut wrong, mut so, mut came, mut below, mut shared) = (Vec::new(), 0, 0, 0, 0);
    for number in 0..DRAWN {
        let (terms, journal, met) = drawn(&mut Dice::of("clash", number));
        let read =
            |more: &str| Deal::read([("d.deal".to_string(), format!("{terms}{journal}{more}").into_bytes())]);
        let (before, after) = (read(""), read(&met));
        let errors = before.problems.iter().filter(|p| p.severity == Severity::Error);
        let errors: Vec<&str> = errors.map(|problem| problem.message.as_str()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{terms}{journal}");
        let (before, after) = (Machine::new(&before), Machine::new(&after));
        let (now, then) = (before.run(day, Date::MAX), after.run(day, Date::MAX));
        let (rows, later) = (now.clash_table(day), then.clash_table(day));
        let found = confirmed(&now, day).into_iter().chain(confirmed(&then, day));
        wrong.extend(found.map(|what| format!("{number}: {what}")));
        wrong.extend(
            [&now, &then].into_iter().flat_map(cut_to_its_head).map(|what| format!("{number}: {what}")),
        );
        let pairs = |rows: &[ClashRow], test: &dyn Fn(Sure) -> bool| -> BTreeSet<(String, String)> {
            let rows = rows.iter().filter(|row| test(row.sure));
            rows.map(|row| (row.keeps_out.clone(), row.lets_in.clone())).collect()
        };
        let foretold = pairs(&rows, &|sure| sure == Sure::MayCome);
        let (known, clash) = (pairs(&rows, &|_| true), pairs(&later, &|sure| sure != Sure::MayCome));
        let heads = then.sublicences().into_iter().filter_map(|sub| sub.head);
        below += heads.filter(|head| head.as_str().starts_with('S')).count();
        so += pairs(&later, &|sure| sure == Sure::So).len();
        let in_common =
            |row: &&ClashRow| row.witness.names.iter().flat_map(|t| &t.names).any(|c| !c.and.is_empty());
        shared += later.iter().filter(|row| row.sure == Sure::So).filter(in_common).count();
        came += foretold.len();
        let shown = |pair: &(String, String)| {
            if std::env::var_os("SHOW").is_some() {
                format!("{pair:?}\n{terms}{journal}{met}")
            } else {
                format!("{pair:?}")
            }
        };
        let missed =
            clash.difference(&known).map(|pair| format!("{number}: {} was not foretold", shown(pair)));
        let idle = foretold.difference(&clash).map(|pair| format!("{number}: {} did not come", shown(pair)));
        wrong.extend(missed.chain(idle));
    }
    println!("{so} clashes that are so, {came} that may come");
    assert!(
        so > 200 && came > 150 && below > 10 && shared > 5,
        "only {so} clashes, {came} that may come, {below} below others, {shared} in what two names share"
    );
    let shown: Vec<&str> = wrong.iter().take(20).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), shown.join("\n"));
}

/// The sublicences that give, or may give, what that which they are under neither gives nor may give.
fn cut_to_its_head(run: &Run<'_>) -> Vec<String> {
    let all = run.sublicences();
    let may = |sub: &Sublicence| sub.doubt.iter().fold(sub.region.clone(), |sum, (part, _)| sum.or(part));
    let wrong = all.iter().filter_map(|sub| {
        let above = all.iter().find(|above| sub.head.as_ref() == Some(&above.name))?;
        let beyond =
            !may(sub).without(&may(above)).is_empty() || !sub.region.without(&above.region).is_empty();
        beyond.then(|| format!("`{}` gives more than `{}`", sub.name, above.name))
    });
    wrong.collect()
}

/// A drawn deal: its terms, its journal up to the day asked about, and the entries by which all it waits for comes about.
fn drawn(dice: &mut Dice) -> (String, String, String) {
    let pick = |dice: &mut Dice, of: &[&'static str]| dice.pick(of).copied().unwrap_or_default();
    let mut terms = "agreement \"Drawn\"\n  between Lab, Ace\n  effective 2026-01-01\n  currency USD\n\
        party Lab of US\nparty Ace of GB\nparty Bee of FR\nparty Cat of DE\n\
        fields\n  human\n    oncology\n    cardio\n"
        .to_string();
    // Siblings have nothing in common but where the deal says so.
    terms += pick(dice, &["  animal\n", "  animal overlaps human\n", "  animal overlaps cardio\n"]);
    terms += "patents Pat of Lab\npatents Mat of Lab\nmilestone One\nmilestone Two\n";
    let mut journal = "2026-01-01 signed by Lab, Ace\n".to_string();
    let mut met = "2026-07-01 reached One\n2026-07-01 reached Two\n".to_string();
    let parties = ["Ace", "Bee", "Cat"];
    let assets = ["Pat", "Mat", "Pat, Mat"];
    let fields = ["human", "oncology", "cardio", "animal", "oncology, animal"];
    let places = ["DE", "FR", "DE, FR", "EU", "GB", "World", "World except DE"];
    let mut heads: Vec<String> = Vec::new();
    for number in 0..3 + dice.below(3) {
        let name = format!("G{number}");
        terms += &format!("grant {name} from Lab to {}\n", pick(dice, &parties));
        terms += &format!("  under {}\n", pick(dice, &assets));
        if dice.percent(40) {
            terms += &format!("  to {}\n", pick(dice, &["make", "sell", "make, sell"]));
        }
        if dice.percent(70) {
            terms += &format!("  for {}\n", pick(dice, &fields));
        }
        terms += &format!("  in {}\n", pick(dice, &places));
        let grades = [
            "exclusive",
            "exclusive",
            "non-exclusive",
            "sole",
            "exclusive until 2028-12-31, then non-exclusive",
        ];
        terms += &format!("  {}\n", pick(dice, &grades));
        terms +=
            &format!("  sublicence {}\n", pick(dice, &["free; through 2 tiers", "with consent", "free"]));
        let lives = [
            "",
            "",
            "  from 2027-01-01\n",
            "  needs One is met\n",
            "  begins when Two is met\n",
            "  until 2027-06-30\n",
        ];
        terms += pick(dice, &lives);
        heads.push(name);
    }
    for number in 0..dice.below(3) {
        let (to, of, place) = (pick(dice, &parties), pick(dice, &assets), pick(dice, &places));
        let field = pick(dice, &fields);
        terms +=
            &format!("option O{number} from Lab to {to}\n  exclusive under {of} for {field} in {place}\n");
        terms += "  exercisable until 2028-12-31, by notice\n  price USD 1\n";
        met += &format!("2026-07-01 exercised O{number} by {to}\n");
    }
    for number in 0..dice.below(4) {
        let under = dice.pick(&heads).cloned().unwrap_or_default();
        let name = format!("S{number}");
        let consent = pick(dice, &["", ", with consent"]);
        let (to, place) = (pick(dice, &parties), pick(dice, &["", " in DE", " for human in EU"]));
        journal +=
            &format!("2026-02-0{} sublicensed {name} under {under} to {to}{place}{consent}\n", number + 1);
        heads.push(name);
    }
    (terms, journal, met)
}
