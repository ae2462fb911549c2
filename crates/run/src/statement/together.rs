//! Amounts of a run of periods of which nothing is known, for the same reason: one block of a statement.

use super::form::{Line, Payment};

/// The payments with those of periods on end of which nothing is said but the same reason as one.
pub(super) fn unknown_together(all: Vec<Payment>) -> Vec<Payment> {
    let mut out: Vec<Payment> = Vec::new();
    for next in all {
        match out.last_mut().filter(|last| follows(last, &next)) {
            Some(last) => {
                if last.unknown != next.unknown {
                    *last = of_any(last);
                }
                let next = if last.unknown == next.unknown { next } else { of_any(&next) };
                last.periods = Some(last.periods.unwrap_or(1) + 1);
                // What is said of one of them alone is not said of the run.
                last.lines.retain(|line| next.lines.contains(line));
                if let (Some(days), Some(more)) = (&mut last.period, next.period) {
                    // The label of a run begins with that of its first period.
                    let first = days.label.split(" to ").next().unwrap_or_default();
                    days.label = format!("{first} to {}", more.label);
                    days.end = more.end;
                }
            }
            None => out.push(next),
        }
    }
    out
}

/// A payment in words that are the same whichever of several periods it is for.
fn of_any(payment: &Payment) -> Payment {
    let Some(days) = &payment.period else { return payment.clone() };
    let any = |text: &str| text.replace(&days.label, "each of these periods");
    fn lines_of(lines: &[Line], any: &dyn Fn(&str) -> String) -> Vec<Line> {
        let own = |line: &Line| Line {
            what: any(&line.what),
            arithmetic: any(&line.arithmetic),
            lines: lines_of(&line.lines, any),
            ..line.clone()
        };
        lines.iter().map(own).collect()
    }
    let unknown = payment.unknown.as_deref().map(any);
    Payment { unknown, lines: lines_of(&payment.lines, &any), ..payment.clone() }
}

/// Whether a payment is of the next period and else the same, and no figure of it is known.
fn follows(last: &Payment, next: &Payment) -> bool {
    let nothing =
        |figure: &Option<super::Figure>| figure.as_ref().is_none_or(|figure| figure.exact.is_zero());
    let blank = next.amount.is_none()
        && next.unknown.is_some()
        && nothing(&next.base)
        && nothing(&next.earned)
        && next.paid.exact.is_zero()
        && next.paid_otherwise.is_empty()
        && next.published.is_empty();
    let (Some(before), Some(after)) = (&last.period, &next.period) else { return false };
    let on_end = before.end.next_day() == Some(after.start) && last.due.is_some() == next.due.is_some();
    if !blank || !on_end {
        return false;
    }
    // A line without a figure tells no more than the clause, and the day it goes by.
    let told =
        |payment: &Payment| payment.lines.iter().any(|line| line.amount.is_some() || !line.lines.is_empty());
    let (last, next) = match told(last) || told(next) {
        true => (of_any(last), of_any(next)),
        false => (last.clone(), next.clone()),
    };
    let same = Payment {
        period: last.period.clone(),
        periods: last.periods,
        due: last.due,
        lines: last.lines.clone(),
        ..next.clone()
    };
    let alike = last.lines == next.lines || !told(&last);
    alike && same == last
}
