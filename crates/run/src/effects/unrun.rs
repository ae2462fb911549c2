//! Effects that nothing runs yet where they stand: each is told, with its place and the reason.

use super::{expert_line, talked_about};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::made_due::{effects_of, paid_under, payer};
use counterpart_terms::model::{
    Change, Editions, Effect, FeeWhen, Figure, Instalment, Model, OnFigure, Pay, Turn, renews,
};
use counterpart_terms::record::{At, Parts};
use counterpart_terms::value::{Amount, Name, Value};

/// A warning for each effect of a deal that nothing runs.
pub(crate) fn warnings(records: &[Record], editions: &Editions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for record in records {
        record.walk(&mut |record| {
            for line in record.below.iter().filter(|line| line.clause == Form::SupplyFails) {
                let why = "whether supply fails, and what follows where it does, is not followed: write it as a trigger";
                found.push(not_computed(line.at, why));
            }
            found.extend(undecided(record, editions));
            let effects = effects_of(record);
            let own = |model: &&Model| model.records.iter().any(|own| own.at == record.at);
            let models = editions.0.iter().rev().map(|edition| &edition.model);
            let Some(model) = models.filter(|_| !effects.is_empty()).find(own) else { return };
            for (line, effect) in effects {
                match why_not(model, record, line, effect) {
                    Some(why) => found.push(not_computed(line.at, &why)),
                    None => found.extend(without_a_name(record, line, effect)),
                }
            }
        });
    }
    found
}

/// What an expert decides in the place of the parties, and no entry can tell so that it is computed.
fn undecided(window: &Record, editions: &Editions) -> Vec<Diagnostic> {
    let Some(line) = expert_line(window) else { return Vec::new() };
    let about = talked_about(window);
    let own = |model: &&Model| model.records.iter().any(|own| own.at == window.at);
    let Some(model) = editions.0.iter().rev().map(|edition| &edition.model).find(own) else {
        return Vec::new();
    };
    let none = about.is_empty().then(|| "what he decides on is not said".to_string());
    let each = about.into_iter().filter_map(|(figure, name)| match figure {
        _ if name.is_blank() => None,
        None => Some(format!(
            "what he decides of `{name}` is no figure that an entry could give: an amendment has to say it"
        )),
        Some(figure) => {
            let turn = Turn::Rests;
            let on = OnFigure { figure, of: vec![name.clone()], turn, lasting: Default::default() };
            no_figure(model, &on, &name)
        }
    });
    none.into_iter().chain(each).map(|why| not_computed(line.at, &why)).collect()
}

fn not_computed(at: At, why: &str) -> Diagnostic {
    let said = "this effect is read, but nothing follows from it yet";
    Diagnostic::warning("not-computed", at.span(), said).in_file(at.file).with_note(why)
}

/// A sum without a name of the deal's: no entry can tell that it was paid.
fn without_a_name(record: &Record, line: &Record, effect: &Value) -> Option<Diagnostic> {
    let unnamed = matches!(record.clause, Form::FileAssignment | Form::FileAfterEnd);
    let problem = |_| {
        let said = "this sum has no name, so no entry can tell that it was paid";
        Diagnostic::warning("no-name", line.at.span(), said).in_file(line.at.file).with_help(
            "write it below a trigger, which has a name, or as a `pay` of its own, as in `USD 500k within 30 days of \
             termination`",
        )
    };
    payer(effect).filter(|_| unnamed).map(problem)
}

/// Why nothing follows from an effect where it stands.
fn why_not(model: &Model, host: &Record, line: &Record, effect: &Value) -> Option<String> {
    let in_trigger = host.clause == Form::FileTrigger;
    let parts = match effect {
        Value::Parts(parts) => parts,
        _ if crate::milestones::slides_later(effect) => return no_slide(model, host, line),
        _ => return None,
    };
    if host.clause == Form::FileAfterEnd && host.name(Label::Of).is_some() {
        return Some("it is for the end of a part of the agreement, which is not followed".into());
    }
    if !in_trigger && parts.parts(Label::For).is_some_and(|lasts| lasts.has(Label::Lasts)) {
        return Some(
            "it lasts while its cause does, and that is a day: say `for` how long, or `until` when".into(),
        );
    }
    if let Some(on) = OnFigure::read(effect) {
        let named = || on.of.iter().filter(|name| !name.is_blank());
        let none = named().find_map(|name| no_figure(model, &on, name));
        return none.or_else(|| named().find_map(|name| over_by_then(model, host, name)));
    }
    if let Some(payer) = payer(effect) {
        return unpaid(model, host, payer);
    }
    if parts.has(Label::Pays) {
        return Some("no sum is given".into());
    }
    for name in parts.names(Label::Unpaid) {
        if let Some(why) = not_at_once(model, &name) {
            return Some(why);
        }
    }
    if parts.has(Label::Unpaid) || parts.has(Label::Does) {
        return None;
    }
    if parts.has(Label::Talks) {
        return (!in_trigger).then(|| "talks are followed where a trigger asks for them".into());
    }
    if parts.has(Label::Keeps) {
        return Some("no entry tells what is kept".into());
    }
    if parts.has(Label::Assets) {
        return match host.clause {
            Form::FileTrigger => None,
            _ => Some(
                "what passes is followed where a trigger says so, or `after the end` in a line of its own"
                    .into(),
            ),
        };
    }
    if renews(effect) {
        let why = "it is renewed by an entry, and as its own line `renews` below `agreement` says";
        let chosen = line.clause == Form::ChoicesChoice && model.header.renews.is_some();
        return (!chosen).then(|| why.into());
    }
    if let Some(word) = parts.word(Label::Agreement) {
        return match word {
            "continues" => None,
            _ if host.clause == Form::FileAfterEnd => Some("the agreement has ended by then".into()),
            _ => None,
        };
    }
    let name = parts.name(Label::Name).filter(|name| !name.is_blank())?;
    on_name(model, (host, line), (parts, effect), name)
}

/// Why nothing follows for something that is named.
fn on_name(
    model: &Model,
    (host, line): (&Record, &Record),
    (parts, effect): (&Parts, &Value),
    name: &Name,
) -> Option<String> {
    let in_trigger = host.clause == Form::FileTrigger;
    let paid = model.royalties.contains_key(name) || model.pays.contains_key(name);
    let right = model.grants.contains_key(name) || has_course(model, name);
    if parts.has(Label::Bearing) || parts.has(Label::Setter) {
        return Some(
            "that it bears a royalty is told, but no amount follows it: write a `royalty` of its own".into(),
        );
    }
    if parts.has(Label::Free) {
        let told = in_trigger || host.clause == Form::FileOption || host.clause == Form::FileFirstRight;
        return (!told)
            .then(|| "whether it bears a royalty is followed under triggers and options alone".into());
    }
    if parts.word(Label::Verb) == Some("is due") {
        return match () {
            () if model.market.milestones.contains_key(name) => None,
            () if model.pays.contains_key(name) => not_at_once(model, name),
            () => Some(format!("`{name}` is neither a payment nor a milestone, and cannot be due")),
        };
    }
    if paid && !right {
        return match Effect::on_payment(effect, name) {
            None => Some(format!("`{name}` is a payment: it can end, rest or be due")),
            Some(_) if Effect::read(effect).is_some_and(|effect| !effect.part.is_whole()) => {
                Some(format!("what of `{name}` ends or rests is a part that is not told apart"))
            }
            Some(_) => over_by_then(model, host, name),
        };
    }
    if host.clause == Form::FileAfterEnd {
        return Some(
            "what becomes of rights after the end is said in lines of its own, as `G continues`, `G ends`"
                .into(),
        );
    }
    let begins = Effect::read(effect).is_some_and(|e| matches!(e.change, Change::Begins));
    match () {
        () if right => None,
        // What a party chose begins no event.
        () if begins && in_trigger && line.clause == Form::TriggerThen && is_event(model, name) => None,
        () => Some(format!("`{name}` is nothing that this can happen to")),
    }
}

/// Why what an effect makes of a payment after the end comes to nothing.
fn over_by_then(model: &Model, host: &Record, name: &Name) -> Option<String> {
    let pay = model.pays.get(name).filter(|_| host.clause == Form::FileAfterEnd)?;
    let comes_again = |line: &Instalment| matches!(line.when, FeeWhen::Each { .. });
    let over = is_bought(model, pay) || pay.instalments.iter().all(comes_again);
    over.then(|| format!("nothing of `{name}` arises after the end"))
}

/// Why no dates slide: that is said of a milestone that was missed.
fn no_slide(model: &Model, host: &Record, line: &Record) -> Option<String> {
    let trigger = model.triggers.iter().find(|trigger| trigger.at == host.at);
    let missed = trigger.is_some_and(|trigger| crate::milestones::is_on_a_miss(model, trigger));
    let slides = missed && line.clause == Form::TriggerThen;
    (!slides).then(|| "dates slide where a trigger says so, at once, of a milestone that was missed".into())
}

/// Whether something is an event of the deal.
fn is_event(model: &Model, name: &Name) -> bool {
    let mut records = model.records.of(Form::FileEvent);
    records.any(|record| record.name(Label::Name) == Some(name))
}

/// Whether something has a state and a history.
fn has_course(model: &Model, name: &Name) -> bool {
    let forms = [
        Form::FileWindow,
        Form::FileSunset,
        Form::FileOption,
        Form::FileFirstRight,
        Form::FileCovenant,
        Form::FileSecurity,
    ];
    let mut records = model.records.iter();
    records.any(|record| {
        let course = forms.contains(&record.clause) || record.clause == Form::FileBuyOut;
        course && crate::windows::title(record).as_ref() == Some(name)
    })
}

/// Why an effect on a figure of a clause comes to nothing.
fn no_figure(model: &Model, on: &OnFigure, name: &Name) -> Option<String> {
    let (royalty, pay) = (model.royalties.get(name), model.pays.get(name));
    let amount = match &on.turn {
        Turn::Becomes(value) | Turn::To { value, .. } | Turn::By { value, .. } => Some(value),
        Turn::Rests | Turn::Ends => None,
    };
    match (on.figure, royalty, pay) {
        (Figure::Rate, None, _) => Some(format!(
            "`{name}` is no royalty, and has no rate that an effect changes: write `price of` or `payments of`"
        )),
        (Figure::Cap, Some(royalty), _) if !royalty.caps.is_empty() => None,
        (Figure::Cap, ..) => Some(format!("`{name}` is no royalty with a cap that this could change")),
        (Figure::Minimum, Some(royalty), _) if !royalty.minimums.is_empty() => None,
        (Figure::Minimum, ..) => {
            Some(format!("`{name}` is no royalty with a minimum that this could change"))
        }
        (Figure::Payments, Some(_), _) => amount
            .filter(|amount| matches!(amount, Amount::Money(..)))
            .map(|_| format!("what is paid of `{name}` hangs on what is sold: change it by a share")),
        (Figure::Price, _, Some(pay)) if is_bought(model, pay) => None,
        (Figure::Price, ..) => Some(format!("`{name}` is nothing that is bought at a price")),
        (Figure::Payments, None, Some(_)) | (Figure::Rate, Some(_), _) => None,
        (Figure::Payments, None, None) => Some(format!("nothing is paid under `{name}`")),
    }
}

/// Whether a payment is the price of something.
fn is_bought(model: &Model, pay: &Pay) -> bool {
    let bought =
        [Form::FileOption, Form::FileFirstRight, Form::FileBuyOut, Form::FileSupply, Form::FileAssign];
    model.records.iter().any(|record| record.at == pay.at && bought.contains(&record.clause))
}

/// Why a sum that somebody is to pay is not paid.
fn unpaid(model: &Model, host: &Record, payer: &Name) -> Option<String> {
    if model.header.parties.iter().filter(|party| *party != payer).count() != 1 {
        return Some(format!("it does not say to whom `{payer}` pays"));
    }
    let name = paid_under(host, payer);
    let Some(pay) = name.as_ref().and_then(|name| model.pays.get(name)) else {
        return Some("the clause has no name under which the sum could be paid".into());
    };
    (pay.from.as_slice() != std::slice::from_ref(payer)).then(|| {
        format!(
            "what is paid under `{}` is paid by another, and one name is the name of one payment: write a trigger",
            pay.name
        )
    })
}

/// Why not all of a payment can be made due at once.
fn not_at_once(model: &Model, name: &Name) -> Option<String> {
    if name.is_blank() {
        return None;
    }
    let Some(pay) = model.pays.get(name) else {
        return Some(format!("`{name}` is no payment of sums that can all be due at once"));
    };
    let strange = pay.instalments.is_empty() || !pay.instalments.iter().all(Instalment::falls_due_once);
    strange.then(|| {
        format!("what is unpaid of `{name}` cannot be said: its sums come again, or hang on what comes about")
    })
}
