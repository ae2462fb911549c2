//! What is told of a party of the agreement that is not the one to do it: a promise is waived by who is owed it, a right by
//! who has it, a duty not by its bearer; who supplies delivers, who makes a product drops it,
//! who owes fails to pay and breaks a payment, and nobody audits itself. Such an
//! entry is left out, and told.

use super::Asked;
use super::act::REMITTED;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Model;
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

/// Who may do something.
enum Whose {
    /// One of these.
    Of(Vec<Name>),
    /// Any but these.
    NotOf(Vec<Name>),
}

/// A finding for what is done with a thing by who is not the one to do it.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let by = asked.act.by.first()?;
    asked.act.on.iter().find_map(|name| wrong(asked, (asked.act.word, name, by)))
}

fn wrong(asked: &Asked<'_>, (word, name, by): (&str, &Name, &Name)) -> Option<Diagnostic> {
    let mut first: Option<(Whose, At)> = None;
    for model in asked.editions.until(asked.event.date) {
        for (whose, at) in whose(model, word, name) {
            let may = match &whose {
                // What who had it assigns once more passes in vain: that is told where it is asked what passed.
                Whose::Of(parties) if word == "assigned" && asked.may_have_been(by, parties) => true,
                Whose::Of(parties) => asked.may_be(by, parties, Some(name)),
                Whose::NotOf(parties) => {
                    // What all of them owe, one of them is owed by the others.
                    let all = model.header.parties.iter().all(|one| asked.is(one, parties));
                    all || parties.iter().any(Name::is_blank) || !asked.is(by, parties)
                }
            };
            if may {
                return None;
            }
            first = Some((whose, at));
        }
    }
    let (whose, at) = first?;
    let passed = match &whose {
        Whose::Of(parties) => asked.passed((parties, name)),
        Whose::NotOf(_) => None,
    };
    let (said, fix) = match (&whose, passed) {
        (_, Some((to, since))) => (
            format!("it passed to `{to}` on {since}"),
            format!("name `{to}`, where that is meant, or take the entry out"),
        ),
        (Whose::Of(parties), None) => {
            let names = parties.iter().map(|party| format!("`{party}`")).collect::<Vec<_>>().join(" or ");
            (
                format!("that is for {names}"),
                format!("name {names}, where that is meant, or take the entry out"),
            )
        }
        (Whose::NotOf(_), None) => (
            "that is for the other side".to_string(),
            "name the other side, or take the entry out".to_string(),
        ),
    };
    let done = match word {
        "failed" | "refused" | "resumed" => format!("`{by}` has nothing to do of `{name}`"),
        REMITTED => format!("`{name}` is not waived by `{by}`"),
        word => format!("`{name}` is not {word} by `{by}`"),
    };
    Some(
        asked
            .event
            .left_out("by-another", format!("{done}: {said}"))
            .with_also(at.file, at.span(), "whose it is stands here")
            .with_help(fix),
    )
}

/// Who may do something with a thing, by the clauses of an edition that say so.
fn whose(model: &Model, word: &str, name: &Name) -> Vec<(Whose, At)> {
    let mut out = Vec::new();
    for record in model.records.iter().filter(|record| record.name(Label::Name) == Some(name)) {
        out.extend(by_clause(word, record).map(|whose| (whose, record.at)));
    }
    // What a right costs is a payment of its name.
    if word == "waived" && !out.is_empty() {
        return out;
    }
    let failed = matches!(word, "failed" | "refused" | "resumed");
    if let Some(metric) = model.market.metrics.get(name)
        && !metric.reporters.is_empty()
    {
        match word {
            "waived" | REMITTED => out.push((Whose::NotOf(metric.reporters.clone()), metric.at)),
            _ if failed => out.push((Whose::Of(metric.reporters.clone()), metric.at)),
            _ => {}
        }
    }
    if let Some(product) = model.market.products.get(name).filter(|_| word == "dropped") {
        // Whoever else a clause names with it may drop it too, as one that sells it.
        let of_it = |record: &&Record| {
            record.clause != Form::FileProduct && record.speaks_of(&|one| one.may_be(name))
        };
        let others = model.parties.keys().filter(|party| {
            model.records.iter().filter(of_it).any(|record| record.speaks_of(&|one| one.may_be(party)))
        });
        let by = if product.by.is_empty() {
            Vec::new()
        } else {
            product.by.iter().chain(others).cloned().collect()
        };
        out.push((Whose::Of(by), product.at));
    }
    if let Some(milestone) =
        model.market.milestones.get(name).filter(|m| matches!(word, "waived" | REMITTED) && !m.by.is_empty())
    {
        out.push((Whose::NotOf(milestone.by.clone()), milestone.at));
    }
    let royalty = model.royalties.get(name).map(|royalty| (royalty.sides(), royalty.at, true));
    let pay = model.pays.get(name).map(|pay| (pay.sides(), pay.at, false));
    for (sides, at, running) in royalty.into_iter().chain(pay) {
        match word {
            "audited" if running => out.push((Whose::NotOf(sides.from), at)),
            // Only who is owed something can let it go.
            "waived" | REMITTED => out.push((Whose::Of(sides.to), at)),
            "assigned" => out.push((Whose::Of(sides.both()), at)),
            // Who is owed a payment breaks nothing by it.
            "breached" | "curing" => out.push((Whose::Of(sides.from), at)),
            _ if failed => out.push((Whose::Of(sides.from), at)),
            _ => {}
        }
    }
    out.retain(|(whose, _)| match whose {
        Whose::Of(parties) | Whose::NotOf(parties) => !parties.is_empty(),
    });
    out
}

fn by_clause(word: &str, record: &Record) -> Option<Whose> {
    Some(match (word, record.clause) {
        ("waived", Form::FileCovenant) => match record.names(Label::To) {
            to if to.is_empty() => Whose::NotOf(record.names(Label::By)),
            to => Whose::Of(to),
        },
        ("breached" | "curing", Form::FileCovenant) => Whose::Of(record.names(Label::By)),
        ("waived", Form::FileOption | Form::FileFirstRight) => Whose::Of(record.names(Label::To)),
        ("waived", Form::FileBuyOut) => Whose::Of(record.names(Label::By)),
        ("delivered", Form::FileSupply | Form::FileService)
        | ("failed" | "refused" | "resumed", Form::FileSupply) => Whose::Of(record.names(Label::By)),
        _ => return None,
    })
}
