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
mod bad_ends;
mod bad_told;
mod deals;
mod dice;
mod heard;
mod idle;
mod named;
mod passed_on;
mod reports;
mod used;
mod witness;
mod writer;

use answers::{difference, findings};
use counterpart_num::{Date, Exact};
use counterpart_rights::{PARTIES, Ranges, Region, Scope};
use counterpart_run::Machine;
use counterpart_run::questions::AnswerStanding as Standing;
use counterpart_run::statement::{Figure, Line};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Acts, Scope as Named};
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
    /// Of the clauses and entries an answer names, one decides it: taken out, the answer is another.
    a_named_clause_decides, many_named_clauses_decide: named::decides;
    /// The witness of a clash is a case in which both rights are found.
    a_witness_is_a_case_of_its_clash, many_witnesses_are_cases_of_their_clashes: witness::of_a_deal;
    /// An entry that no clause and no other entry names changes no answer.
    an_entry_that_nothing_names_changes_nothing, many_that_nothing_names_change_nothing: idle::changes_nothing;
    /// An entry that is kept changes an answer, or it is told that it does not.
    an_entry_is_used_or_told, many_entries_are_used_or_told: used::or_told;
    /// It does not matter in how many files a journal comes.
    batches_change_nothing, many_batches_change_nothing: batches;
    /// What becomes known late changes no answer asked as of earlier knowledge.
    late_knowledge_changes_only_later_answers, much_late_knowledge_changes_only_later_answers: late;
    /// Assertions asked of one machine one after another are answered as each by itself.
    questions_change_no_answer, many_questions_change_no_answer: asked::assertions;
    /// One run asked for everything answers as a new one for each.
    a_run_answers_as_a_new_one, many_runs_answer_as_new_ones: asked::one_run;
    /// Who came to control a party is heard as that party is.
    who_acts_for_a_party_is_heard, many_who_act_for_parties_are_heard: heard::as_the_party;
    /// Who has passed something on has no part in it, and whoever has it now has.
    who_passed_something_on_has_no_part_in_it, many_who_passed_things_on_have_no_part_in_them: passed_on::both;
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

/// What is bought out may be a royalty, a licence, assets or a party, and whoever sells it is not read from that yet: only the
/// price of a buy-out may be without a creditor.
const BOUGHT_OUT: SymbolKind = SymbolKind::BuyOut;

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
        let bought_out = symbol.is_some_and(|symbol| symbol.kind == BOUGHT_OUT);
        for (what, of) in
            [("debtor", &payment.payer), ("creditor", &payment.payee), ("clause", &payment.clause)]
        {
            if of.trim().is_empty() && !(bought_out && what == "creditor") {
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
