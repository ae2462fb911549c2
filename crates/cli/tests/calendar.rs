//! `counterpart due --ical`, read back by another program's parser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is wrong")]

use icalendar::{Calendar, CalendarComponent, Component, DatePerhapsTime};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

const DEAL: &str = r#"agreement "Ä long title; with, signs and more words than a line of seventy-five octets can hold"
  between Lab, Maker
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of DE
metric sales
  money
  reported by Maker each quarter, within 30 days
milestone Plant
  by Maker, due 2026-12-31
committee Steering
  seats Lab 2, Maker 2
  chair by Lab
  meets each quarter, minutes within 10 days
covenant Cover by Maker to Lab
  to insure "product liability"
  until 2030-12-31
2026-03-20 met Steering
  action "Prüfung; file, then send: 'a' very long sentence that has to be folded, más de una vez, über mehrere Zeilen hinweg" by Maker until 2026-04-15
2026-03-25 met Steering
2026-04-20 reported sales for 2026 Q1: USD 1,000
"#;

fn asked(day: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("calendar");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{day}.deal"));
    std::fs::write(&path, DEAL).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterpart"));
    let answer = command.args(["due", path.to_str().unwrap(), "--ical", "--as-of", day]).output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).unwrap()
}

/// The events of a calendar: identity, day, what is said.
fn events(text: &str) -> Vec<(String, String, String)> {
    let calendar: Calendar = text.parse().unwrap();
    let events = calendar.components.iter().map(|component| {
        let CalendarComponent::Event(event) = component else { panic!("only events are written") };
        let Some(DatePerhapsTime::Date(day)) = event.get_start() else { panic!("an event of a whole day") };
        assert!(event.get_timestamp().is_some());
        let said = event.get_summary().unwrap().to_string();
        (event.get_uid().unwrap().to_string(), day.to_string(), said)
    });
    events.collect()
}

#[test]
fn another_parser_reads_the_calendar() {
    let text = asked("2026-04-10");
    // RFC 5545, 3.1: lines end with CRLF and hold 75 octets at most.
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let events = events(&text);
    let days: Vec<&str> = events.iter().map(|(_, day, _)| day.as_str()).collect();
    // Minutes 10 days after 20 and 25 March; the action; the meeting of the second quarter; the plant; the last day of the
    // cover. Nothing was reported yet, so no report is due.
    let wanted = ["2026-03-30", "2026-04-04", "2026-04-15", "2026-06-30", "2026-12-31", "2030-12-31"];
    assert_eq!(days.into_iter().collect::<BTreeSet<_>>(), wanted.into_iter().collect::<BTreeSet<_>>());
    let action = events.iter().find(|(_, day, _)| day == "2026-04-15").unwrap();
    assert!(action.2.contains("Prüfung; file, then send: 'a' very long sentence"), "{}", action.2);
    assert!(action.2.ends_with("über mehrere Zeilen hinweg\""), "{}", action.2);
}

#[test]
fn a_duty_keeps_its_identity_and_no_two_have_one() {
    let (early, late) = (events(&asked("2026-04-10")), events(&asked("2026-04-12")));
    let ids =
        |events: &[(String, String, String)]| events.iter().map(|e| e.0.clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&early).len(), early.len());
    assert_eq!(ids(&early), ids(&late));
    // What differs is the day it was asked for.
    assert_eq!(asked("2026-04-10"), asked("2026-04-10"));
}
