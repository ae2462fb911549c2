//! Who prevails: circles of `notwithstanding`, and clauses of equal rank that set the grade of one grant on
//! one day.
//!
//! A circle of `notwithstanding` is a warning, not an error: real agreements have them (each of two sentences
//! "notwithstanding the foregoing"), and the deal still means something wherever the circle does not decide. A circle
//! of `subject to` is an error: each clause gives way to the other, so nothing decides what they are there for. A tie
//! is an error: the two clauses give two answers on a day that can be named, and nothing says which holds.

use super::Check;
use crate::model::Trigger;
use crate::precedence::{Above, ClauseRef, Ranking, Standing};
use crate::record::{At, Record};
use crate::value::{Name, Value};
use counterpart_num::{Date, MONTHS};
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let ranking = &model.ranking;
    circles(check, ranking);
    let mut ladders: Vec<&Record> = Vec::new();
    Check::each_record(model, &mut |record| {
        if record.clause == Form::FileLadder {
            ladders.push(record);
        }
    });
    for (index, ladder) in ladders.iter().enumerate() {
        let Some(grant) = ladder.name(Label::Name) else { continue };
        // Ladders of rates are another thing than ladders of grades.
        let graded = |l: &Record| l.all_below(Form::LadderStep).any(|s| s.has(Label::Grade));
        if !graded(ladder) {
            continue;
        }
        for other in
            ladders.iter().skip(index + 1).filter(|l| l.name(Label::Name) == Some(grant) && graded(l))
        {
            let message = format!("{grant} has two ladders of grades, and nothing says which prevails");
            let diagnostic = Diagnostic::error("precedence-tie", other.at.span(), message)
                .with_also(ladder.at.file, ladder.at.span(), "the first ladder")
                .with_note(witness(ladder, Some(other)))
                .with_help("join the ladders, or keep the one that is meant");
            check.push(other.at, diagnostic);
        }
        for trigger in &model.triggers {
            tie(check, ranking, ladder, grant, trigger);
        }
    }
}

/// A ladder and a trigger that set the grade of one grant on the same test day.
fn tie(check: &mut Check<'_>, ranking: &Ranking, ladder: &Record, grant: &Name, trigger: &Trigger) {
    let Some(day) = tested_on(ladder) else { return };
    if trigger.tested.as_ref().and_then(|tested| tested.day) != Some(day) || !sets_grade(trigger, grant) {
        return;
    }
    // What ranks the two may be what could not be read.
    if [ladder.at, trigger.at].into_iter().any(|at| check.is_told(at.file, check.whole(at))) {
        return;
    }
    let (a, b) = (ClauseRef::ladder(grant.clone()), ClauseRef::named(trigger.name.clone()));
    // A line that ranks the trigger over a name nobody knows has been reported; it may be this one.
    let symbols = &check.deal.symbols;
    let lost = ranking.pairs().iter().any(|p| {
        (p.upper == b || p.lower == b)
            && [&p.upper, &p.lower].into_iter().any(|c| symbols.get(c.name.as_str()).is_none())
    });
    if lost || ranking.standing(&a, &b) != Standing::Equal {
        return;
    }
    let message = format!(
        "{} and the ladder of {grant} both set its grade on the same test day, and neither prevails",
        trigger.name
    );
    let diagnostic = Diagnostic::error("precedence-tie", trigger.at.span(), message)
        .with_also(ladder.at.file, ladder.at.span(), "the ladder")
        .with_note(witness(ladder, None))
        .with_help(format!("write `notwithstanding the ladder of {grant}` or `subject to the ladder of {grant}` below the trigger"));
    check.push(trigger.at, diagnostic);
}

/// The first day both are tested.
fn witness(ladder: &Record, other: Option<&Record>) -> String {
    let year = |l: &Record| match l.below(Form::LadderTested).and_then(|t| t.get(Label::From)) {
        Some(Value::Period(label)) => first_year(*label),
        Some(Value::Parts(parts)) => parts.0.iter().find_map(|p| match &p.value {
            Value::Period(label) => first_year(*label),
            _ => None,
        }),
        _ => None,
    };
    let first = year(ladder).max(other.and_then(year));
    let day = tested_on(ladder);
    match (first, day) {
        (Some(year), Some((month, day))) => match Date::new(year, month, day) {
            Some(date) => format!("both decide on {date}"),
            None => "both decide on the same day".to_string(),
        },
        (None, Some((month, day))) => {
            let name =
                month.checked_sub(1).and_then(|at| MONTHS.get(at as usize)).copied().unwrap_or_default();
            format!("both decide each year on {day} {name}")
        }
        _ => "both decide on the same day".to_string(),
    }
}

fn first_year(label: crate::value::PeriodLabel) -> Option<i32> {
    match label {
        crate::value::PeriodLabel::Year(year) => Some(year),
        _ => None,
    }
}

/// The day of the year a ladder is tested: month, day.
fn tested_on(ladder: &Record) -> Option<(u32, u32)> {
    let tested = ladder.below(Form::LadderTested)?;
    match tested.get(Label::Cycle)? {
        Value::Parts(parts) => match parts.get(Label::Day)? {
            Value::DayOfYear(month, day) => Some((*month, *day)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an effect of the trigger, chosen or not, makes the grant another grade.
fn sets_grade(trigger: &Trigger, grant: &Name) -> bool {
    let chosen = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
    trigger.then.iter().chain(chosen).any(|effect| match effect {
        Value::Parts(parts) => parts.name(Label::Name) == Some(grant) && parts.has(Label::Grade),
        _ => false,
    })
}

fn circles(check: &mut Check<'_>, ranking: &Ranking) {
    for circle in ranking.circles() {
        let Some(first) = circle.first() else { continue };
        let Some(path) = ranking.path(first, first) else { continue };
        let place: At = path.first().map_or(At::default(), |a| a.at);
        let names: Vec<String> = circle.iter().map(ToString::to_string).collect();
        // Where every clause of the circle gives way, none is left to decide.
        let yielding = path.iter().all(|above| above.word == "subject to");
        let message = match names.split_last() {
            Some((last, [])) if yielding => format!("{last} is said to give way to itself"),
            Some((last, rest)) if yielding => {
                let others = if rest.len() > 1 { "the others" } else { "the other" };
                format!("{} and {last} each give way to {others}, so neither decides", rest.join(", "))
            }
            Some((last, [])) => format!("{last} is said to prevail over itself"),
            Some((last, rest @ [_, _, ..])) => {
                format!("{} and {last} are each said to prevail over the others", rest.join(", "))
            }
            Some((last, rest)) => {
                format!("{} and {last} are each said to prevail over the other", rest.join(", "))
            }
            None => continue,
        };
        let step = |a: &&Above| {
            if yielding {
                format!("{} gives way to {}", a.lower, a.upper)
            } else {
                format!("{} prevails over {} (`{}`)", a.upper, a.lower, a.word)
            }
        };
        let steps: Vec<String> = path.iter().map(step).collect();
        let mut diagnostic = if yielding {
            Diagnostic::error("precedence-tie", place.span(), message)
                .with_note(steps.join("; "))
                .with_help("take out the line below the clause that is to prevail")
        } else {
            Diagnostic::warning("precedence-cycle", place.span(), message)
                .with_note(steps.join("; "))
                .with_help("take out one of the lines; until then neither clause prevails")
        };
        for step in path.iter().skip(1) {
            diagnostic = diagnostic.with_also(step.at.file, step.at.span(), format!("`{}` here", step.word));
        }
        check.push(place, diagnostic);
    }
}
