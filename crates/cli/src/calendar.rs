//! Duties as a calendar that other programs read (RFC 5545): an event of a whole day for each day somebody owes something
//! by, and for the last day of what is kept, or may be done, until a day.
//!
//! The calendar asks no clock and rolls no dice: it is stamped with the day the question was asked for, and the
//! identity of an event is made of what is owed, by whom and for which period. So the same duty keeps its identity from
//! day to day, and a calendar that reads the list again moves events and doubles none.

use counterpart_num::Date;
use counterpart_run::agenda::{Duty, Kind};
use std::collections::BTreeMap;

/// Octets of a line before it is folded.
const WIDTH: usize = 75;

/// The calendar of a deal.
pub fn calendar(title: &str, duties: &[Duty], as_of: Date) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//counterpart//due//EN", "CALSCALE:GREGORIAN"] {
        put(&mut out, line);
    }
    put(&mut out, &format!("X-WR-CALNAME:{}", escaped(title)));
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for duty in duties {
        let Some(day) = duty.due.or(duty.until) else { continue };
        let mut uid = identity(title, duty);
        let times = seen.entry(uid.clone()).or_default();
        *times += 1;
        if *times > 1 {
            uid.push_str(&format!("-{times}"));
        }
        event(&mut out, &format!("{uid}@counterpart"), duty, day, as_of);
    }
    put(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, uid: &str, duty: &Duty, day: Date, as_of: Date) {
    put(out, "BEGIN:VEVENT");
    put(out, &format!("UID:{uid}"));
    put(out, &format!("DTSTAMP:{}T000000Z", digits(as_of)));
    put(out, &format!("DTSTART;VALUE=DATE:{}", digits(day)));
    if let Some(next) = day.next_day() {
        put(out, &format!("DTEND;VALUE=DATE:{}", digits(next)));
    }
    let last = if matches!(duty.kind, Kind::Keep | Kind::May) { "last day to " } else { "" };
    put(out, &format!("SUMMARY:{}", escaped(&format!("{}: {last}{}", duty.by, duty.said()))));
    let mut said = vec![format!("{}, clause {}", duty.state.word(), duty.clause)];
    said.extend(duty.proof.as_ref().map(|proof| format!("proof: {proof}")));
    said.extend(
        duty.otherwise.as_ref().map(|next| format!("if not done: {}, clause {}", next.what, next.clause)),
    );
    said.extend(duty.unknown.as_ref().map(|why| format!("not known: {why}")));
    put(out, &format!("DESCRIPTION:{}", escaped(&said.join("\n"))));
    put(out, &format!("CATEGORIES:{}", duty.state.word().to_uppercase()));
    put(out, "TRANSP:TRANSPARENT");
    put(out, "END:VEVENT");
}

/// What makes a duty the same from day to day: whose, what, and for which period; where there is none, its day.
fn identity(title: &str, duty: &Duty) -> String {
    let when = duty.period.clone().or_else(|| duty.due.map(|day| day.to_string())).unwrap_or_default();
    let parts = [title, &duty.by, &duty.act, &duty.what, &when];
    parts.map(slug).join("/")
}

/// Letters and digits, with single strokes between them.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

fn digits(day: Date) -> String {
    day.to_string().replace('-', "")
}

/// Text as the standard writes it: `\`, `;` and `,` behind a stroke, the end of a line as `\n`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A line, folded where it is too long: what follows begins with a blank. No character is cut in two.
fn put(out: &mut String, line: &str) {
    let mut room = WIDTH;
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = WIDTH - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}
