//! A statement as text: a block for each payment, its lines indented below, figures lined up at the right.

use crate::terminal::{Ink, Look};
use crate::text::visible;
use counterpart_run::balances::GrossTotal;
use counterpart_run::statement::{Figure, Line, NetPayment, Overdue, Payment, Published, Statement};
use std::fmt::Write;

/// Amounts end in this column.
const COLUMN: usize = 62;

/// The whole statement.
pub fn statement(statement: &Statement, full: bool, look: Look) -> String {
    let mut out = String::new();
    let period = statement.period.as_ref().map_or(String::new(), |p| format!("{}, ", p.label));
    let _ = writeln!(out, "{}", look.paint(Ink::Strong, &visible(&statement.deal)));
    // The lines are in full, and so is what they come to; figures printed are compared in the unit of the deal.
    let printed = statement.payments.iter().any(|payment| !payment.published.is_empty());
    let unit = match statement.unit.split_once(' ') {
        Some((code, _)) if printed => format!("{code}, printed figures in {}", statement.unit),
        Some((code, _)) => code.to_string(),
        None => statement.unit.clone(),
    };
    let _ = writeln!(out, "{period}as of {}, in {unit}", statement.as_of);
    let mut overdue = statement.overdue.iter().peekable();
    for payment in &statement.payments {
        let before = |o: &&Overdue| payment.period.as_ref().is_some_and(|own| o.period.end < own.end);
        while let Some(missing) = overdue.next_if(before) {
            self::overdue(&mut out, missing, look);
        }
        out.push('\n');
        self::payment(&mut out, payment, full, look);
    }
    overdue.for_each(|missing| self::overdue(&mut out, missing, look));
    for net in &statement.nets {
        out.push('\n');
        self::net(&mut out, net, full, look);
    }
    for late in &statement.interest {
        out.push('\n');
        let period = late.period.as_ref().map_or(String::new(), |p| format!(" for {p}"));
        row(
            &mut out,
            0,
            &format!("late interest on {}{period}", late.payment),
            late.amount.among_lines(),
            "",
            look,
        );
        line(&mut out, &late.line, 1, full, look);
        if let Some(paid) = &late.paid {
            row(&mut out, 1, "paid", paid.among_lines(), "", look);
        }
    }
    open(&mut out, &statement.open, look);
    out
}

/// What is owed and not paid in all, each way.
fn open(out: &mut String, open: &[GrossTotal], look: Look) {
    if !open.is_empty() {
        let _ = writeln!(out, "\n{}", look.paint(Ink::Name, "owed in all and not paid, due or not"));
    }
    for one in open {
        let owes = if one.from.contains(',') { "owe" } else { "owes" };
        row(out, 1, &format!("{} {owes} {}", visible(&one.from), visible(&one.to)), &one.left, "", look);
        if !one.without.is_empty() {
            let reason = format!("what is not known of {}", one.without.join(", "));
            doubt(out, 2, "", "! without", &reason, look);
        }
    }
}

/// One payment with its lines.
pub fn payment(out: &mut String, payment: &Payment, full: bool, look: Look) {
    let many = payment.periods.map_or(String::new(), |n| format!(" ({})", crate::text::count(n, "period")));
    let period = payment.period.as_ref().map_or(String::new(), |p| format!(" for {}{many}", p.label));
    let title = payment.title.as_ref().map_or(String::new(), |t| format!("  {}", visible(t)));
    let _ = writeln!(out, "{}{}", look.paint(Ink::Name, &format!("{}{period}", payment.payment)), title);
    let due = match (payment.due, payment.periods) {
        (Some(day), Some(_)) => format!(", the first due {day}"),
        (Some(day), None) => format!(", due {day}"),
        (None, _) => String::new(),
    };
    let several = payment.payer.contains(',');
    let pays = match (payment.refund, several) {
        (true, true) => "pay back to",
        (true, false) => "pays back to",
        (false, true) => "pay",
        (false, false) => "pays",
    };
    let _ = writeln!(out, "  {} {pays} {}{due}  ({})", payment.payer, payment.payee, payment.clause);
    if let Some(reason) = &payment.no_day {
        doubt(out, 1, "", "! the day it is due is not known:", reason, look);
    }
    if let Some(base) = &payment.base {
        row(out, 1, "base", base.among_lines(), "", look);
    }
    for step in &payment.lines {
        line(out, step, 1, full, look);
    }
    match (&payment.amount, &payment.unknown) {
        (Some(amount), _) if payment.refund => row(out, 1, "to be paid back", amount.among_lines(), "", look),
        (Some(amount), _) => row(out, 1, "to be paid", amount.among_lines(), "", look),
        (None, Some(reason)) => {
            if let Some(earned) = &payment.earned {
                row(out, 1, "earned", earned.among_lines(), "", look);
            }
            doubt(out, 1, "", "! not computed:", reason, look);
        }
        (None, None) => {}
    }
    let word = if payment.refund { "back to" } else { "borne by" };
    for payer in &payment.payers {
        let part = (payer.arithmetic.as_str(), &payer.amount, &payer.unknown);
        self::part(out, &format!("{word} {}", payer.party), part, look);
    }
    for payee in &payment.payees {
        let part = (payee.arithmetic.as_str(), &payee.amount, &payee.unknown);
        self::part(out, &format!("to {}", payee.party), part, look);
    }
    if let Some(set_off) = &payment.set_off {
        row(out, 1, "set off", set_off.among_lines(), "", look);
    }
    if payment.paid.exact != Default::default() {
        row(out, 1, "paid", payment.paid.among_lines(), "", look);
        for entry in payment.paid_by.iter().filter(|_| full) {
            line(out, entry, 2, full, look);
        }
    }
    for payer in &payment.payers {
        if let Some(paid) = payer.paid.as_ref().filter(|paid| paid.exact != Default::default()) {
            row(out, 2, &format!("by {}", payer.party), paid.among_lines(), "", look);
        }
    }
    for payee in &payment.payees {
        if let Some(paid) = payee.paid.as_ref().filter(|paid| paid.exact != Default::default()) {
            row(out, 2, &format!("to {}", payee.party), paid.among_lines(), "", look);
        }
    }
    if let Some(left) = &payment.left {
        row(out, 1, "still to be paid", left.among_lines(), "", look);
    }
    paid_otherwise(out, &payment.paid_otherwise, payment.paid_unknown.as_deref(), look);
    if let Some(over) = &payment.overpaid {
        let what = format!("paid too much, open in favour of {}", visible(&payment.payer));
        row(out, 1, &what, over.among_lines(), "", look);
    }
    for payee in &payment.payees {
        let Some(over) = &payee.overpaid else { continue };
        let what = format!("paid too much to {}, open in favour of {}", payee.party, visible(&payment.payer));
        row(out, 1, &what, over.among_lines(), "", look);
    }
    for published in &payment.published {
        self::published(out, published, look);
    }
}

/// A period, or several on end, of which the report is overdue.
fn overdue(out: &mut String, missing: &Overdue, look: Look) {
    let Overdue { payment, period, .. } = missing;
    let metric = missing.metrics().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "\n{}", look.paint(Ink::Name, &format!("{payment} for {}", period.label)));
    let due = missing.payment_due.map_or(String::new(), |d| format!(", due {d}"));
    let pays = if missing.payer.contains(',') { "pay" } else { "pays" };
    let _ = writeln!(out, "  {} {pays} {}{due}  ({})", missing.payer, missing.payee, missing.clause);
    let by = if missing.by.is_empty() { String::new() } else { format!(" by {}", visible(&missing.by)) };
    let (what, due) = match missing.reports * (1 + missing.also.len()) {
        1 => (format!("the report of {metric}{by} is missing"), "due"),
        several => (format!("{several} reports of {metric}{by} are missing"), "the first due"),
    };
    doubt(out, 1, "", "! not computed:", &what, look);
    let ago = crate::text::count(usize::try_from(missing.days_overdue).unwrap_or_default(), "day");
    let _ = writeln!(out, "  {due} {}, {ago} overdue  ({})", missing.due, missing.reported);
    let _ = writeln!(out, "  to mend it, write into the journal, with the amount in place of `…`:");
    for entry in std::iter::once(&missing.entry).chain(&missing.also_entries) {
        let _ = writeln!(out, "    {}", visible(entry));
    }
}

/// What was paid in another money, and why it cannot be said how much is still to be paid.
fn paid_otherwise(out: &mut String, other: &[String], unknown: Option<&str>, look: Look) {
    for other in other {
        row(out, 1, &format!("paid in another money, not set off: {}", visible(other)), "", "", look);
    }
    if let Some(reason) = unknown {
        doubt(out, 1, "", "! how much is still to be paid is not known:", reason, look);
    }
}

/// What one of several payees gets, or of several payers bears: the arithmetic and the figure, or why it is not known.
fn part(
    out: &mut String,
    who: &str,
    (arithmetic, amount, unknown): (&str, &Option<Figure>, &Option<String>),
    look: Look,
) {
    let how = if arithmetic.is_empty() { String::new() } else { format!(": {arithmetic}") };
    match (amount, unknown) {
        (Some(amount), _) => row(out, 2, &format!("{who}{}", visible(&how)), amount.among_lines(), "", look),
        (None, Some(reason)) => {
            doubt(out, 2, &format!("{who} "), "! not computed:", reason, look);
        }
        (None, None) => {}
    }
}

/// The balance of payments that are set against each other.
fn net(out: &mut String, net: &NetPayment, full: bool, look: Look) {
    let names = net.streams.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
    let period = net.period.as_ref().map_or(String::new(), |p| format!(" for {}", p.label));
    let _ = writeln!(out, "{}", look.paint(Ink::Name, &format!("net of {names}{period}")));
    let due = net.due.map_or(String::new(), |d| format!(", due {d}"));
    let pays = if net.payer.contains(',') { "pay" } else { "pays" };
    let _ = writeln!(out, "  {} {pays} {}{due}  ({})", net.payer, net.payee, net.clause);
    for step in &net.lines {
        line(out, step, 1, full, look);
    }
    match (&net.amount, &net.unknown) {
        (Some(amount), _) => row(out, 1, "to be paid in their place", amount.among_lines(), "", look),
        (None, Some(reason)) => {
            doubt(out, 1, "", "! not computed:", reason, look);
        }
        (None, None) => {}
    }
    if net.paid.exact != Default::default() {
        row(out, 1, "paid", net.paid.among_lines(), "", look);
    }
    paid_otherwise(out, &net.paid_otherwise, net.paid_unknown.as_deref(), look);
}

fn line(out: &mut String, step: &Line, depth: usize, full: bool, look: Look) {
    let mut what = visible(&step.what);
    if !step.arithmetic.is_empty() {
        what = format!("{what}: {}", visible(&step.arithmetic));
    }
    let clause = step.clause.as_deref().unwrap_or("");
    row(out, depth, &what, step.amount.as_deref().unwrap_or(""), clause, look);
    if let Some(note) = &step.note {
        for words in
            wrap(&visible(note), look.width.map_or(COLUMN, |w| w.min(COLUMN)).saturating_sub(2 * depth + 2))
        {
            let _ = writeln!(out, "{}  {words}", "  ".repeat(depth));
        }
    }
    if full || depth < 2 {
        for part in &step.lines {
            line(out, part, depth + 1, full, look);
        }
    }
}

fn published(out: &mut String, published: &Published, look: Look) {
    let ours = published.ours.as_ref().map_or("", |f| f.shown.as_str());
    let (ink, verdict) = match (published.agrees, &published.difference, &published.unknown) {
        (Some(true), ..) => (Ink::Good, format!("✓ ours, {ours}, agrees to the last digit printed")),
        (Some(false), Some(difference), _) => {
            let by = counterpart_run::value::grouped(difference);
            (Ink::Bad, format!("✗ ours, {ours}, differs by {by}"))
        }
        (.., Some(reason)) => (Ink::Doubtful, format!("! ours is not known: {}", visible(reason))),
        _ => (
            Ink::Name,
            format!("– not compared: it is not the royalty, which by what the journal holds is {ours}"),
        ),
    };
    row(out, 1, &format!("published {}", published.quantity), &published.shown, &published.clause, look);
    for (at, words) in within(&verdict, 4, look).iter().enumerate() {
        let indent = if at == 0 { "    " } else { "      " };
        let _ = writeln!(out, "{indent}{}", look.paint(ink, words));
    }
    if let Some(source) = &published.source {
        for line in
            wrap(&visible(source), look.width.map_or(COLUMN + 10, |w| w.min(COLUMN + 10)).saturating_sub(4))
        {
            let _ = writeln!(out, "    {line}");
        }
    }
}

/// Why something is not known, behind a sign that says so; broken where the terminal ends.
fn doubt(out: &mut String, depth: usize, who: &str, sign: &str, reason: &str, look: Look) {
    let indent = "  ".repeat(depth);
    let lines = within(&format!("{who}{sign} {}", visible(reason)), indent.len(), look);
    for (at, words) in lines.iter().enumerate() {
        let _ = match (at, words.split_once(sign)) {
            (0, Some((before, after))) => {
                writeln!(out, "{indent}{before}{}{after}", look.paint(Ink::Doubtful, sign))
            }
            (0, None) => writeln!(out, "{indent}{words}"),
            _ => writeln!(out, "{indent}  {words}"),
        };
    }
}

/// Text broken where the terminal ends; later lines are indented further than the first.
fn within(text: &str, indent: usize, look: Look) -> Vec<String> {
    match look.width {
        Some(width) => wrap(text, width.saturating_sub(indent + 2).max(24)),
        None => vec![text.to_string()],
    }
}

/// A label at the left, a figure that ends in the column, and the clause behind it; below it where the
/// terminal is narrow.
pub fn row(out: &mut String, depth: usize, what: &str, figure: &str, clause: &str, look: Look) {
    let column = column(look);
    let indent = "  ".repeat(depth);
    let room = column.saturating_sub(indent.len() + figure.chars().count() + 2);
    let mut lines = wrap(what, room.max(16));
    let first = lines.remove(0);
    let gap = column.saturating_sub(indent.len() + first.chars().count() + figure.chars().count()).max(2);
    let beside = look.width.is_none_or(|width| column + 2 + clause.chars().count() <= width);
    let painted = look.paint(Ink::Name, clause);
    let behind = if clause.is_empty() || !beside { String::new() } else { format!("  {painted}") };
    if figure.is_empty() && behind.is_empty() {
        let _ = writeln!(out, "{indent}{first}");
    } else {
        let _ = writeln!(out, "{indent}{first}{}{figure}{behind}", " ".repeat(gap));
    }
    for more in lines {
        let _ = writeln!(out, "{indent}  {more}");
    }
    if !clause.is_empty() && !beside {
        let _ = writeln!(out, "{indent}  {painted}");
    }
}

/// Where figures end: the same on every terminal that is wide enough.
fn column(look: Look) -> usize {
    look.width.map_or(COLUMN, |width| COLUMN.min(width))
}

fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(last) = lines.last_mut() else { break };
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > room {
            lines.push(word.to_string());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_ends_where_the_terminal_does() {
        let reason = "`orladeyo-sales` is not reported for 2023 Q4, and nobody knows what was sold (agreement.deal:32)";
        let said = |width| {
            let mut out = String::new();
            doubt(&mut out, 1, "", "! not computed:", reason, Look { width, ..Look::default() });
            out
        };
        let narrow = said(Some(60));
        assert_eq!(
            narrow.split_whitespace().collect::<Vec<_>>().join(" "),
            format!("! not computed: {reason}")
        );
        assert!(narrow.lines().skip(1).all(|line| line.starts_with("    ")));
        assert!(narrow.lines().all(|line| line.chars().count() <= 60));
        assert_eq!(said(None).lines().count(), 1);
    }
}
