//! No effect stays silent: wherever the grammar lets one stand, it changes an answer, or `check` says that nothing follows
//! from it.
//!
//! Each sentence below is put, one by one, below every clause that says what follows, in a deal in which that clause comes
//! about. The answers are held against those of the same deal with `the agreement continues` in its place, which changes
//! nothing. A word of the grammar of effects that no sentence has is an error: who adds a wording adds its sentence.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops with a panic")]

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::questions::every_act;
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use serde::Serialize;
use std::collections::BTreeSet;

/// The words of effects, as the grammar has them.
const GRAMMAR: &str = include_str!("../../syntax/grammar/1-words.grammar");

const FRAME: &str = include_str!("every_effect/frame.deal");

/// What stands in the place of an effect in the deal that all others are held against.
const NOTHING: &str = "the agreement continues";

/// One sentence for each wording.
const EFFECTS: &[&str] = &[
    "the agreement ends",
    "agreement renews for 2 years",
    "minimum of Run falls by 50%",
    "minimum of Run rises to USD 50k for 2 years",
    "minimum of Run becomes USD 50k until 2028-12-31",
    "minimum of Run is suspended for 20 months, at most 2 years",
    "minimum of Run ends",
    "rate of Run falls by 50%",
    "rate of Run rises to 12%",
    "rate of Run becomes 12% for 1 year",
    "rate of Run is suspended for 1 year",
    "rate of Run ends",
    "rate of Run becomes 12% while it lasts",
    "rate of Fee becomes 12%",
    "cap of Run falls by 50%",
    "cap of Run becomes USD 31k",
    "cap of Run ends",
    "cap of Bare becomes USD 20k",
    "payments of Run falls by 50%",
    "payments of Run becomes USD 20k",
    "payments of Run ends",
    "payments of Run is suspended for 1 year",
    "payments of Upkeep falls by 50%",
    "payments of Upkeep becomes USD 20k",
    "payments of G ends",
    "price of Wider rises by 10%",
    "price of Wider becomes USD 1k",
    "price of Cells falls to USD 20",
    "price of Run falls by 10%",
    "minimum of Upkeep falls by 10%",
    "all unpaid of Fee is due",
    "all unpaid Upkeep due",
    "Maker pays USD 50k within 10 days",
    "Lab pays 2% of sales",
    "Maker negotiates a licence of Pat with Lab for 90 days",
    "Pat reverts to Maker",
    "Pat, Know revert to Maker",
    "Pat is assigned to Maker",
    "Pat, Know are assigned to Maker",
    "later dates slide by the delay",
    "Plain becomes royalty-bearing at 3%",
    "Plain becomes royalty-bearing at a fee set by Lab",
    "Bearing becomes royalty-free",
    "G becomes sole",
    "G becomes non-exclusive except P2",
    "G becomes sole for cardio in DE for 2 years",
    "G becomes sole in each country with sales < USD 100k",
    "G becomes sole in each country where sales < USD 100k",
    "G becomes sole in that country",
    "G becomes sole for that product",
    "G becomes sole for that field",
    "G becomes sole for that customer",
    "G ends",
    "G ends in DE",
    "G ends in World except FR for cardio",
    "Run ends",
    "Run ends in DE",
    "Upkeep lapses",
    "Talks opens",
    "Sleeping begins",
    "Calm begins",
    "Sleeping resumes in FR",
    "Fee is due",
    "Step is due",
    "G is due",
    "G lapses",
    "Fee continues",
    "G continues",
    "Run is suspended for 1 year",
    "G is suspended until 2027-12-31",
    "G expands to vet in DE",
    "G retracts to cardio in DE",
    "Maker keeps USD 5k of Fee",
    "Maker divests P1",
    "Maker stops P1",
    "Maker stops P1, P2",
];

/// What names these say nothing of: the grant goes on as it is, and what is not told apart has no `that`.
const CHANGES_NOTHING: &[&str] = &["G continues"];

/// Clauses that say what follows, each with what makes it come about. `EFFECT` stands for the effect.
const HOSTS: &[(&str, &str)] = &[
    (
        "trigger",
        "trigger Host\n  when Storm\n  then EFFECT\n2026-05-01 began Storm\n2027-06-01 ended Storm\n",
    ),
    (
        "choice",
        "trigger Host\n  when Storm\n  then Lab may choose within 90 days\n    EFFECT\n\
         2026-05-01 began Storm\n2026-05-02 chose by Lab in Host: EFFECT\n",
    ),
    (
        "window",
        "window Host\n  renegotiates rates of Run\n  opens on 2026-04-01\n  lasts 30 days\n  otherwise EFFECT\n",
    ),
    ("sunset", "sunset Host on 2026-05-01\n  otherwise EFFECT\n"),
    (
        "option",
        "option Host from Lab to Maker\n  exclusive under Know in IT\n  exercisable until 2026-04-30\n  if it lapses EFFECT\n",
    ),
    (
        "control",
        "assignment\n  with consent\n  control of Maker: EFFECT\n2026-05-01 control of Maker to Rival, a competitor of Lab\n",
    ),
    (
        "after the end",
        "after the end\n  sell-off 2 years, royalty-bearing\n  then EFFECT\nterminate\n  by Maker at will\n\
         2027-06-01 terminated the agreement by Maker at will\n",
    ),
    (
        "after the end",
        "after the end\n  sell-off 2 years, royalty-bearing\n  then EFFECT\nterminate\n  by Maker at will\n2026-05-01 terminated the agreement by Maker at will\n",
    ),
    (
        "supply",
        "supply Host by Lab to Maker\n  of P1\n  price USD 10 a unit\n  when Storm: EFFECT\n2026-05-01 began Storm\n",
    ),
];

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("an answer is JSON")
}

fn deal(host: &str, effect: &str) -> Deal {
    let text = format!("{FRAME}{}", host.replace("EFFECT", effect));
    Deal::read(vec![("agreement.deal".to_string(), text.into_bytes())])
}

/// The questions the answers of two deals are held against each other by, those that are answered soonest first.
const QUESTIONS: usize = 6;

/// What the deal answers to a question, without the words of the effect itself.
fn answer(machine: &Machine<'_>, question: usize, effect: &str) -> String {
    let [soon, late] = ["2026-08-01", "2028-03-01"].map(day);
    let run = machine.run(late, late);
    let found = match question {
        0 => json(&machine.statement(None, None, late, late)),
        1 => json(&machine.agenda(late, late, true)),
        2 => json(&machine.courses(late, late)),
        3 => format!("{:?}", machine.check_all().into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>()),
        4 => json(&run.rights_table(&every_act(), None, soon).map_err(|unknown| unknown.reason)),
        _ => json(&run.rights_table(&every_act(), None, late).map_err(|unknown| unknown.reason)),
    };
    // Where the effect is quoted, the answer is no other for that.
    found.replace(effect, "EFFECT")
}

/// Whether `check` says on the line of the effect that nothing follows from it, or that it cannot be said of such a thing.
fn is_told(deal: &Deal, machine: &Machine<'_>, effect: &str) -> bool {
    let file = deal.files.first().expect("a file");
    machine.problems.iter().chain(&deal.problems).any(|p| {
        let line = usize::try_from(file.lines.line(p.at.span.start)).ok();
        let said = line.and_then(|line| file.tree.text().lines().nth(line.saturating_sub(1)));
        (p.code == "not-computed" || p.severity == Severity::Error)
            && said.is_some_and(|line| line.contains(effect) && !line.starts_with("20"))
    })
}

#[test]
fn every_effect_changes_an_answer_or_is_told() {
    // Where a clause comes about in several ways, one of them shows it.
    let (mut silent, mut shown, mut run) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (host, text) in HOSTS {
        let plain = deal(text, NOTHING);
        let plain = Machine::new(&plain);
        let before: Vec<String> = (0..QUESTIONS).map(|asked| answer(&plain, asked, NOTHING)).collect();
        for effect in EFFECTS.iter().filter(|effect| !CHANGES_NOTHING.contains(effect)) {
            let deal = deal(text, effect);
            let wrong = deal.problems.iter().filter(|p| p.severity == Severity::Error);
            let wrong: Vec<&str> = wrong.map(|p| p.message.as_str()).collect();
            assert!(
                *host != "trigger" || wrong.is_empty(),
                "`{effect}` is no effect of this deal: {wrong:?}"
            );
            let machine = Machine::new(&deal);
            let changed =
                before.iter().enumerate().any(|(asked, was)| answer(&machine, asked, effect) != *was);
            run += usize::from(changed);
            let of = if changed || is_told(&deal, &machine, effect) { &mut shown } else { &mut silent };
            of.insert(format!("{host}: {effect}"));
        }
    }
    let silent: Vec<&str> = silent.difference(&shown).map(String::as_str).collect();
    assert!(silent.is_empty(), "{} effects are silent:\n{}\n", silent.len(), silent.join("\n"));
    assert!(run > 150, "only {run} effects change an answer");
}

/// The clauses that stand in a deal by name, or by what they are called, and can be taken out.
fn has_a_name(host: &str) -> bool {
    ["trigger", "choice", "window", "sunset", "option"].contains(&host)
}

#[test]
fn what_lasts_for_a_year_is_over_after_it() {
    let effects =
        ["G becomes non-exclusive for 1 year", "G is suspended for 1 year", "G becomes sole for 1 year"];
    let [during, after] = ["2026-08-01", "2028-03-01"].map(day);
    let ask = |deal: &Deal, on: Date| {
        let machine = Machine::new(deal);
        let late = day("2028-03-01");
        json(&machine.run(late, late).rights_table(&every_act(), None, on).map_err(|unknown| unknown.reason))
    };
    let mut shown = BTreeSet::new();
    for (host, text) in HOSTS.iter().filter(|(host, _)| has_a_name(host) || *host == "control") {
        let plain = deal(text, NOTHING);
        for effect in effects {
            let deal = deal(text, effect);
            assert!(ask(&deal, during) != ask(&plain, during), "{host}: `{effect}` does nothing");
            assert!(ask(&deal, after) == ask(&plain, after), "{host}: `{effect}` is not over after a year");
            shown.insert(*host);
        }
    }
    assert_eq!(shown.len(), 6, "{shown:?}");
}

#[test]
fn what_is_taken_out_before_its_day_does_nothing() {
    let without = |host: &str, effect: &str| {
        let text = format!("{FRAME}{}", host.replace("EFFECT", effect));
        let gone = "amendment Gone\n  effective 2026-03-01\n  delete Host\n";
        Deal::read(vec![
            ("agreement.deal".to_string(), text.into_bytes()),
            ("amendment-1.deal".to_string(), gone.to_string().into_bytes()),
        ])
    };
    let mut wrong = Vec::new();
    for (host, text) in HOSTS.iter().filter(|(host, _)| has_a_name(host)) {
        let plain = without(text, NOTHING);
        let plain = Machine::new(&plain);
        let asked = [0, 3, 4, 5];
        let before: Vec<String> = asked.iter().map(|asked| answer(&plain, *asked, NOTHING)).collect();
        for effect in EFFECTS {
            let deal = without(text, effect);
            let machine = Machine::new(&deal);
            let same = asked.iter().zip(&before).all(|(asked, was)| answer(&machine, *asked, effect) == *was);
            if !same {
                wrong.push(format!("{host}: {effect}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of what was taken out come about:\n{}\n", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_word_of_the_grammar_of_effects_has_a_sentence() {
    let from = GRAMMAR.find("\neffect \"").expect("the rule of effects");
    let until = GRAMMAR.find("\neffect-verb").expect("the rule of their verbs");
    let rules = GRAMMAR.get(from..until).expect("the rules of effects");
    let quoted = rules
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split('\'').skip(1).step_by(2));
    let words: BTreeSet<&str> = quoted.flat_map(str::split_whitespace).collect();
    let has = |word: &str| {
        EFFECTS.iter().any(|effect| {
            let mut own = effect.split(|c: char| c.is_whitespace() || c == ',');
            own.any(|one| one == word) || effect.contains(word) && !word.chars().all(char::is_alphabetic)
        })
    };
    let without: Vec<&&str> = words.iter().filter(|word| !has(word)).collect();
    assert!(without.is_empty(), "no sentence has these words: {without:?}");
}
