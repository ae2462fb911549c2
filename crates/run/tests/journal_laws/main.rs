//! Laws of the machine on journals that are written from the terms of every deal (`writer`), and on real journals with one
//! bad entry in them (`bad`).
//!
//! Each law is asked of every real deal, the tour and every example of a mechanism. The dice are seeded with the name of
//! the deal and a number, so a failure can be had again, and `DEAL=T03.deal` asks of one deal alone;
//! `cargo test --release -- --ignored` asks of more numbers.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops with a panic"
)]

mod answers;
mod asked;
mod bad;
mod deals;
mod dice;
mod writer;

use answers::{difference, findings};
use counterpart_num::{Date, Exact};
use counterpart_rights::{Holding, Kind, PARTIES, Piece, Ranges, Region, RightsMap, Scope, Status};
use counterpart_run::questions::{AnswerStanding as Standing, ClashRow, Sure};
use counterpart_run::statement::{Figure, Line};
use counterpart_run::{Machine, Run};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Acts, Name, Scope as Named, Set, Territory};
use deals::{Source, all, each};
use dice::Dice;
use writer::{Entry, FILE, text};

/// How many journals of a deal are written where nothing else is asked for, and then only of every sixth deal.
const FEW: u64 = 1;
/// How many where it may take its time.
const MANY: u64 = 2;

/// Asks a law of so many journals of every deal; what is wrong comes back in words.
fn ask(journals: u64, law: impl Fn(&Source, &[Entry], &mut Dice) -> Vec<String> + Sync) {
    let mut deals = all();
    assert!(deals.len() > 190 || deals::one().is_some(), "only {} deals", deals.len());
    if journals == FEW {
        deals = deals::some(deals);
    }
    let found = each(&deals, |source| {
        let mut found = Vec::new();
        for number in 0..journals {
            let entries = writer::journal(source, number);
            let mut dice = Dice::of(&source.name, number + 1_000);
            let wrong = law(source, &entries, &mut dice);
            found.extend(wrong.into_iter().map(|what| format!("{} #{number}: {what}", source.name)));
        }
        found
    });
    let wrong = found.concat();
    let shown: Vec<&str> = wrong.iter().take(40).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), shown.join("\n"));
}

/// A day in the second half of a journal.
fn some_day(entries: &[Entry], dice: &mut Dice) -> Date {
    let half = entries.get(entries.len() / 2..).unwrap_or_default();
    let day = dice.pick(half).map_or(Date::MIN, |entry| entry.date);
    dice.after(day, 90)
}

macro_rules! laws {
    ($($(#[doc = $doc:literal])* $name:ident, $more:ident: $law:expr;)*) => {$(
        $(#[doc = $doc])*
        #[test]
        fn $name() {
            ask(FEW, $law);
        }

        #[test]
        #[ignore = "many journals: `.ci/run` asks for it, in release"]
        fn $more() {
            ask(MANY, $law);
        }
    )*};
}

laws! {
    /// A deal takes a journal that is written from its terms.
    journals_can_be_written, many_journals_can_be_written: can_be_written;
    /// A cell has one status a day, and the clause or the entry that gives it is named.
    a_cell_has_one_status_with_a_reason, many_cells_have_one_status_with_a_reason: one_status;
    /// The witness of a clash is a case in which both rights are found.
    a_witness_is_a_case_of_its_clash, many_witnesses_are_cases_of_their_clashes: witness;
    /// It does not matter in how many files a journal comes.
    batches_change_nothing, many_batches_change_nothing: batches;
    /// What becomes known late changes no answer asked as of earlier knowledge.
    late_knowledge_changes_only_later_answers, much_late_knowledge_changes_only_later_answers: late;
    /// Assertions asked of one machine one after another are answered as each by itself.
    questions_change_no_answer, many_questions_change_no_answer: asked::assertions;
    /// One run asked for everything answers as a new one for each.
    a_run_answers_as_a_new_one, many_runs_answer_as_new_ones: asked::one_run;
    /// Every amount has one debtor, one creditor and one clause, and what one owes is what others get.
    sums_are_conserved, many_sums_are_conserved: sums;
    /// What is not known hangs on something that somebody could tell.
    nothing_is_undefined, nothing_is_undefined_in_many_journals: defined;
}

fn can_be_written(_: &Source, entries: &[Entry], _: &mut Dice) -> Vec<String> {
    if entries.is_empty() { vec!["no journal can be written".to_string()] } else { Vec::new() }
}

fn one_status(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let day = some_day(entries, dice);
    let run = machine.run(day, Date::MAX);
    let rights = run.rights_of_deal();
    let mut wrong = Vec::new();
    // Of the cells of a right, each is answered once.
    let parties: Vec<u32> =
        rights.space.all(PARTIES).iter().flat_map(|(start, end)| start..end).take(4).collect();
    for holding in rights.map.holdings().iter().take(8) {
        for party in &parties {
            let pieces: Vec<Scope> =
                rights.map.may(*party, &holding.scope).into_iter().map(|p| p.scope).collect();
            let asked = holding.scope.clone().with(PARTIES, Ranges::one(*party));
            let twice =
                pieces.iter().enumerate().any(|(at, one)| pieces[at + 1..].iter().any(|o| one.meets(o)));
            if twice {
                wrong.push(format!("on {day} a cell is answered twice"));
            }
            if !pieces.iter().fold(Region::from(asked), |left, piece| left.less(piece)).is_empty() {
                wrong.push(format!("on {day} a cell is not answered"));
            }
        }
    }
    // Of what a grant is about, each part of the answer has its reason.
    for (name, grant) in run.grants().into_iter().take(6) {
        let what =
            Named { acts: Some(Acts::All), assets: grant.assets.clone(), fields: None, ..Named::default() };
        for party in grant.to.iter().chain(&grant.from).filter(|party| !party.is_blank()) {
            let Ok(answer) = run.may(party, &what, day) else { continue };
            for part in answer.parts {
                let placed = |line: &Line| has_place(line);
                let told = !part.because.is_empty() && part.because.iter().any(placed);
                let unknown = part.standing == Standing::Unknown && !part.because.is_empty();
                if !told && !unknown {
                    wrong.push(format!(
                        "on {day} {party} under `{name}`: {:?} without a clause",
                        part.standing
                    ));
                }
            }
        }
    }
    wrong
}

fn has_place(line: &Line) -> bool {
    line.clause.is_some() || line.lines.iter().any(has_place)
}

fn witness(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let day = some_day(entries, dice);
    let run = machine.run(day, Date::MAX);
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
        } else if !pieces
            .iter()
            .any(|piece| piece.status == Status::Unknown || piece.by.iter().any(|id| both.contains(id)))
        {
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
    wrong.extend(run.clash_table(day).iter().filter_map(|row| replayed(&run, row)));
    wrong
}

/// What is wrong with a row of the table of clashes: its case, asked as a question in its own words, must have the one
/// answer that the row tells, and where the clash is sure that must be one.
fn replayed(run: &Run<'_>, row: &ClashRow) -> Option<String> {
    let told = format!("{} and {}, {:?}", row.keeps_out, row.lets_in, row.witness);
    if row.sure == Sure::So && !matches!(row.witness.standing, Standing::Granted | Standing::Contested) {
        let barred = row.witness.standing == Standing::Forbidden;
        return (!barred).then(|| format!("a clash is not confirmed by its witness: {told}"));
    }
    // What only may come is no answer yet, and what lies beyond all names cannot be asked by name.
    let beyond = row.witness.names.iter().flat_map(|told| &told.names).any(|called| called.beyond);
    if row.sure == Sure::MayCome || beyond {
        return None;
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
    let stands: Option<Vec<Standing>> = asked.ok().map(|a| a.parts.iter().map(|p| p.standing).collect());
    (stands.as_deref() != Some(&[row.witness.standing]))
        .then(|| format!("the witness of a clash is answered {stands:?}: {told}"))
}

fn batches(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let whole = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&whole);
    let day = some_day(entries, dice);
    let (one, two) =
        (dice.below(entries.len() as u64 + 1) as usize, dice.below(entries.len() as u64 + 1) as usize);
    let (one, two) = (one.min(two), one.max(two));
    // Blank lines keep each entry on its line.
    let mut before = 0;
    let mut files = Vec::new();
    for (number, batch) in [&entries[..one], &entries[one..two], &entries[two..]].into_iter().enumerate() {
        let told = text(batch);
        files.push((format!("journal-{number}.deal"), format!("{}{told}", "\n".repeat(before))));
        before += told.lines().count();
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let split = source.with(&files);
    let parts = Machine::new(&split);
    let same_name =
        |text: String| (0..3).fold(text, |text, n| text.replace(&format!("journal-{n}.deal"), FILE));
    let mut wrong = Vec::new();
    let mut other = answers::of(&parts, day, Date::MAX);
    other.values_mut().for_each(|text| *text = same_name(std::mem::take(text)));
    if let Some(what) = difference(&answers::of(&machine, day, Date::MAX), &other) {
        wrong.push(format!("in three files {what}"));
    }
    let mut told: Vec<String> = findings(&split, &parts).into_iter().map(same_name).collect();
    told.sort();
    if told != findings(&whole, &machine) {
        wrong.push("in three files the findings differ".to_string());
    }
    wrong
}

fn late(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    if entries.len() < 2 {
        return Vec::new();
    }
    let at = dice.below(entries.len() as u64) as usize;
    let known = Date::MAX;
    let entry = &entries[at];
    let (head, below) = entry.text.split_once('\n').expect("an entry is a line");
    let head = head.split_once(" known ").map_or(head, |(head, _)| head);
    let told = Entry { date: entry.date, text: format!("{head} known {known}\n{below}") };
    // Blank lines stand where it was not told, so that the others keep their lines.
    let silent = Entry { date: entry.date, text: "\n".repeat(entry.text.lines().count()) };
    let with = |one: Entry| {
        let mut entries = entries.to_vec();
        entries[at] = one;
        source.with(&[(FILE, &text(&entries))])
    };
    let (late, never) = (with(told), with(silent));
    if !deals::is_sound(&late) || !deals::is_sound(&never) {
        return Vec::new();
    }
    let day = some_day(entries, dice);
    let before = known.prev_day().expect("a day");
    let found = difference(
        &answers::of(&Machine::new(&late), day, before),
        &answers::of(&Machine::new(&never), day, before),
    );
    found.into_iter().map(|what| format!("as of {day} without `{head}` {what}")).collect()
}

/// The price of what is bought is owed to whoever sells it, and the clauses on options and buy-outs do not name that party:
/// their creditor is not filled in yet.
const BOUGHT: [SymbolKind; 3] = [SymbolKind::BuyOut, SymbolKind::Option, SymbolKind::FirstRight];

fn sums(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let day = some_day(entries, dice);
    let statement = machine.statement(None, None, day, Date::MAX);
    let mut wrong = Vec::new();
    let exact = |figure: &Option<Figure>| figure.as_ref().map(|f| f.exact.clone());
    for payment in &statement.payments {
        let period = payment.period.as_ref().map_or("", |p| p.label.as_str());
        let name = format!("{} {period}", payment.payment);
        let symbol = deal.symbols.get(payment.payment.as_str());
        let priced = symbol.is_some_and(|symbol| BOUGHT.contains(&symbol.kind));
        for (what, of) in
            [("debtor", &payment.payer), ("creditor", &payment.payee), ("clause", &payment.clause)]
        {
            if of.trim().is_empty() && !(priced && what == "creditor") {
                wrong.push(format!("{name} has no {what}"));
            }
        }
        // What was paid and is for nothing that is owed stands by itself.
        let apart = !payment.paid.exact.is_zero()
            || !payment.published.is_empty()
            || !payment.paid_otherwise.is_empty();
        if payment.amount.is_none() && payment.unknown.is_none() && !apart {
            wrong.push(format!("{name} has no amount, and no reason why"));
        }
        let Some(amount) = exact(&payment.amount) else { continue };
        let payees: Option<Vec<Exact>> = payment.payees.iter().map(|p| exact(&p.amount)).collect();
        if let Some(payees) = payees.filter(|p| !p.is_empty()) {
            let sum: Exact = payees.into_iter().sum();
            let of = exact(&payment.earned).unwrap_or_else(|| amount.clone());
            if sum != amount && sum != of {
                wrong.push(format!("{name} is {amount:?}, and its payees get {sum:?}"));
            }
        }
        let payers: Option<Vec<Exact>> = payment.payers.iter().map(|p| exact(&p.amount)).collect();
        if let Some(payers) = payers.filter(|p| !p.is_empty()) {
            let sum: Exact = payers.into_iter().sum();
            if sum != amount {
                wrong.push(format!("{name} is {amount:?}, and its payers bear {sum:?}"));
            }
        }
    }
    wrong
}

/// What may be said of something that is not known: it hangs on a fact, a report, a determination, or on what the text
/// keeps back or leaves open. Anything else is a question the clauses themselves do not answer.
const REASONS: &str = include_str!("reasons.txt");

fn defined(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let day = some_day(entries, dice);
    let statement = machine.statement(None, None, day, Date::MAX);
    let mut reasons: Vec<String> = statement.not_computed.clone();
    for payment in &statement.payments {
        reasons.extend(payment.unknown.clone());
        reasons.extend(payment.no_day.clone());
        reasons.extend(payment.paid_unknown.clone());
    }
    reasons.extend(machine.agenda(day, Date::MAX, true).into_iter().filter_map(|duty| duty.unknown));
    let run = machine.run(day, Date::MAX);
    if let Ok(rows) = run.rights_table(&counterpart_run::questions::every_act(), None, day) {
        reasons.extend(rows.into_iter().filter_map(|row| row.unknown));
    }
    reasons.sort();
    reasons.dedup();
    let known: Vec<&str> =
        REASONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    reasons.retain(|reason| !known.iter().any(|known| reason.contains(known)));
    // A text that strict checks tell to go in a circle has no answer there.
    let circle = deal.problems.iter().any(|problem| problem.code == "precedence-cycle");
    reasons.retain(|reason| !(circle && reason.contains("each said to prevail over the other")));
    reasons.into_iter().map(|reason| format!("on {day}: {reason}")).collect()
}
