//! Entries that are said of a thing of a kind of which they mean nothing: that a milestone began, that a party was dropped,
//! that a trigger was waived. Each is left out, and told with what could be written instead.

use super::Asked;
use super::act::REMITTED;
use crate::event::Event;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::buy_out_name;
use counterpart_terms::names::SymbolKind as K;
use counterpart_terms::record::in_parts;
use counterpart_terms::value::Name;
use counterpart_terms::{Deal, Record};

/// A word of the journal, what is said of a thing by it, and the kinds of things of which that is never said.
type Never = (&'static str, &'static str, &'static [&'static [K]]);

const PEOPLE: &[K] = &[K::Party, K::Group, K::Committee];
const PLACES: &[K] = &[K::Territory, K::Field, K::Dimension];
const MONEY: &[K] = &[K::Royalty, K::Pay];
const MEASURED: &[K] = &[K::Metric];
const REACHED: &[K] = &[K::Milestone];
const GRANTS: &[K] = &[K::Grant];
const RIGHTS: &[K] = &[K::Grant, K::Option, K::FirstRight, K::Covenant];
const TURNS: &[K] = &[K::Trigger, K::Window, K::Sunset];
const PAPER: &[K] = &[K::Amendment, K::Negotiation, K::Issue, K::Text];
const OWNED: &[K] = &[K::Assets];
const SOLD: &[K] = &[K::Product];
const DRAFTS: &[K] = &[K::Amendment, K::Negotiation, K::Issue];
const HAPPENS: &[K] = &[K::Event];
const MADE: &[K] = &[K::Invention];

const KEPT: &[K] = &[K::Confidence, K::Security, K::Audit, K::Assignment, K::Allocation, K::Improvement];

const NEVER: [Never; 38] = [
    (
        "decided",
        "one who decides",
        &[
            PLACES,
            MONEY,
            MEASURED,
            REACHED,
            RIGHTS,
            TURNS,
            OWNED,
            SOLD,
            HAPPENS,
            PAPER,
            KEPT,
            &[K::BuyOut, K::Supply],
        ],
    ),
    (
        "met",
        "a committee",
        &[
            &[K::Party],
            PLACES,
            MONEY,
            MEASURED,
            REACHED,
            RIGHTS,
            TURNS,
            OWNED,
            PAPER,
            KEPT,
            SOLD,
            HAPPENS,
            &[K::Group],
        ],
    ),
    ("replaced", "replaced, and replaces nothing", &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, TURNS, PAPER]),
    ("reached", "reached", &[PEOPLE, PLACES, MONEY, MEASURED, GRANTS, TURNS, PAPER, OWNED, KEPT]),
    (
        "missed",
        "missed",
        &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, TURNS, PAPER, OWNED, &[K::Event], KEPT, SOLD],
    ),
    ("began", "begun", &[PEOPLE, PLACES, MONEY, MEASURED, REACHED, RIGHTS, TURNS, PAPER, OWNED, KEPT, SOLD]),
    ("ended", "ended", &[PEOPLE, PLACES, MONEY, MEASURED, REACHED, RIGHTS, TURNS, PAPER, OWNED, KEPT, SOLD]),
    ("breached", "breached", &[PEOPLE, PLACES, TURNS, HAPPENS, SOLD, DRAFTS]),
    ("cured", "put right", &[PEOPLE, PLACES, HAPPENS, SOLD, DRAFTS]),
    ("curing", "put right", &[PEOPLE, PLACES, HAPPENS, SOLD, DRAFTS]),
    ("failed", "done, refused or resumed", &[PEOPLE, PLACES]),
    ("refused", "done, refused or resumed", &[PEOPLE, PLACES]),
    ("resumed", "done, refused or resumed", &[PEOPLE, PLACES]),
    ("sent", "sent", &[&[K::Party, K::Group], PLACES, TURNS, HAPPENS]),
    ("reviewed", "reviewed", &[PEOPLE, PLACES, TURNS]),
    ("received", "what income is received for", &[PEOPLE, PLACES, MEASURED, TURNS, REACHED, HAPPENS, KEPT]),
    (
        "recovered",
        "what is recovered under",
        &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, TURNS, REACHED, HAPPENS, SOLD, KEPT],
    ),
    (
        "terminated",
        "ended by a party",
        &[PEOPLE, PLACES, MEASURED, REACHED, OWNED, SOLD, TURNS, HAPPENS, KEPT, &[K::Text]],
    ),
    ("cost", "what costs anything", &[PEOPLE, PLACES, MEASURED, TURNS, KEPT]),
    (
        "third-party royalties",
        "owed as a royalty",
        &[PEOPLE, PLACES, MEASURED, RIGHTS, TURNS, REACHED, OWNED, SOLD, HAPPENS],
    ),
    ("approved", "approved", &[PEOPLE, PLACES, MONEY, MEASURED, GRANTS, TURNS, KEPT]),
    ("launched", "launched", &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, TURNS, PAPER, KEPT]),
    ("accepted", "accepted", &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, TURNS, KEPT]),
    ("delivered", "delivered", &[PEOPLE, PLACES, &[K::Royalty], MEASURED, RIGHTS, TURNS, PAPER, KEPT]),
    ("waived", "waived", &[PEOPLE, PLACES, GRANTS, TURNS, OWNED, SOLD, KEPT, HAPPENS]),
    (
        "exercised",
        "exercised",
        &[PEOPLE, PLACES, MONEY, &[K::Service], GRANTS, REACHED, MEASURED, TURNS, OWNED, KEPT, SOLD, HAPPENS],
    ),
    (
        "dropped",
        "dropped",
        &[PEOPLE, &[K::Territory], MONEY, MEASURED, GRANTS, TURNS, PAPER, HAPPENS, REACHED, KEPT],
    ),
    ("audited", "audited", &[PEOPLE, PLACES, &[K::Pay], REACHED, MEASURED, RIGHTS, TURNS]),
    ("determined", "determined", &[PEOPLE, PLACES, GRANTS, OWNED, PAPER, KEPT, &[K::Trigger]]),
    ("agreed", "agreed", &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, OWNED, SOLD, HAPPENS, KEPT]),
    (
        "opened",
        "opened",
        &[PEOPLE, PLACES, MONEY, MEASURED, REACHED, GRANTS, OWNED, &[K::Amendment], KEPT, SOLD],
    ),
    ("closed", "closed", &[PEOPLE, PLACES, MONEY, MEASURED, REACHED, GRANTS, KEPT]),
    ("assigned", "assigned", &[PEOPLE, PLACES, MEASURED, REACHED, TURNS, PAPER, HAPPENS]),
    ("sublicensed", "a sublicence", &[PEOPLE]),
    (
        "barred",
        "an invention",
        &[PEOPLE, PLACES, MONEY, MEASURED, REACHED, RIGHTS, TURNS, PAPER, KEPT, OWNED, SOLD, HAPPENS],
    ),
    ("settled", "settled", &[PEOPLE, PLACES, MEASURED, RIGHTS, TURNS]),
    ("paid", "paid", &[REACHED, TURNS, MADE]),
    ("amended", "an amendment of the agreement", &[PEOPLE, PLACES, MONEY, MEASURED, RIGHTS, TURNS, OWNED]),
];

/// A finding for an entry that says of a thing what is never said of its kind.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let word = match asked.act.word {
        "paid" if asked.act.on.iter().any(|of| is_paid(asked, of)) => {
            return None;
        }
        REMITTED => "waived",
        word => word,
    };
    // Who decides is what a decision is told of.
    let on = if word == "decided" { &asked.act.by } else { &asked.act.on };
    on.iter().find_map(|name| wrong(asked.deal, asked.event, name.clone(), word))
}

/// Whether something is paid under a name: what a trigger makes due is paid under the trigger's, and more time for a
/// milestone under the milestone's; an invention under its own, where a class of them has a price.
fn is_paid(asked: &Asked<'_>, name: &Name) -> bool {
    let model = asked.editions.on(asked.event.date);
    let is_made = asked.deal.symbols.get(name.as_str()).is_some_and(|symbol| symbol.kind == K::Invention);
    if is_made && model.improvements.iter().any(|class| !class.priced.is_empty()) {
        return true;
    }
    let milestone = model.market.milestones.get(name);
    model.pays.contains_key(name) || milestone.is_some_and(|milestone| milestone.extendable.is_some())
}

fn wrong(deal: &Deal, event: &Event, name: Name, word: &str) -> Option<Diagnostic> {
    let (_, said, never) = NEVER.iter().find(|(of, ..)| *of == word)?;
    let symbol = deal.symbols.get(name.as_str())?;
    if !never.iter().any(|kinds| kinds.contains(&symbol.kind)) {
        return None;
    }
    let human = symbol.kind.human();
    let message = format!("`{name}` is {human}, and {}", said_of(word, said));
    let help = match (word, symbol.kind) {
        ("paid", _) => format!("name the payment it was for, or take the entry out: nothing is owed under `{name}`"),
        ("audited", _) => "name the royalty that was audited, or take the entry out".to_string(),
        ("reached" | "began" | "ended" | "met", K::Milestone) => format!("write `reached {name}`"),
        ("reached" | "began" | "ended", K::Metric) => format!("write `reported {name}`, with its amount"),
        ("waived", K::Trigger) => {
            "who may give notice or choose under it lets it pass by doing neither; what follows at once, the parties may \
             amend"
                .to_string()
        }
        ("waived" | "dropped", K::Grant) => format!("where it ended, write `terminated {name}`"),
        ("missed", K::Event) => "where it ended, write `ended` and its name; only what is due on a day is missed".to_string(),
        ("determined", K::Grant) => "a right is changed by a clause or an amendment alone".to_string(),
        ("amended", _) => "name the amendment, as its own file does".to_string(),
        ("exercised", _) => match buy_out_of(deal, &name) {
            Some(bought) => format!("write `exercised {bought}` where it was bought out"),
            None => "name the option, or take the entry out".to_string(),
        },
        ("agreed", _) => "name the window, the proposal or the issue that was agreed; what changes the agreement is an \
                          amendment"
            .to_string(),
        _ => "name what is meant, or take the entry out: nothing follows from it".to_string(),
    };
    Some(
        Diagnostic::error("wrong-kind", event.at.span(), message)
            .in_file(event.at.file)
            .with_also(symbol.at.file, symbol.at.span(), format!("defined as {human}"))
            .with_note("the entry is left out")
            .with_help(help),
    )
}

fn said_of(word: &str, said: &str) -> String {
    match word {
        "met" => "only a committee meets".to_string(),
        _ => format!("that is not {said}"),
    }
}

/// The name of the clause by which something may be bought out.
fn buy_out_of(deal: &Deal, name: &Name) -> Option<Name> {
    let of = |record: &&Record| record.clause == Form::FileBuyOut && record.names(Label::Of).contains(name);
    in_parts(&deal.records).into_iter().find(of).map(buy_out_name)
}
