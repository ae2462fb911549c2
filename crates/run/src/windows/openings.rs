//! When a window opens, and because of what.

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::pay::occasions::day_of_year;
use crate::rights::DaysSo;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::{Basis, Cycle, Date, PeriodKind};
use counterpart_rights::date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Change, Model};
use counterpart_terms::value::{Name, Value};
use counterpart_terms::{At, Record};

/// A day on which a window is to open.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    /// The day.
    pub on: Date,
    /// Because of what.
    pub why: String,
    /// The clause or entry.
    pub at: At,
    /// By a sunset, on its own day: how often the window may open in a year does not bar that.
    pub sunset: bool,
}

/// The days on which a window is to open, and from which on it may be that it is, and why that cannot be said.
#[derive(Debug, Clone, Default)]
pub(super) struct Openings {
    /// The days, oldest first.
    pub days: Vec<Opening>,
    /// From this day on it may have opened.
    pub doubt: Vec<(Date, Unknown)>,
}

impl Run<'_> {
    /// The days on which a window is to open, as its text, triggers, sunsets and entries say.
    pub(super) fn openings(&self, name: &Name, record: &Record, model: &Model) -> Openings {
        let mut out = Openings::default();
        for line in record.all_below(Form::WindowOpens) {
            self.by_its_text(line, &mut out);
        }
        for change in self.changes_on(name) {
            let of = change.effect.name.as_ref().filter(|of| *of == name || of.is_blank());
            let (Some(_), Change::Begins) = (of, &change.effect.change) else { continue };
            match change.doubt {
                Some(why) => out.doubt.push((change.from, why.at(change.at))),
                None => {
                    let why = format!("opened by {}", self.called(model, change.at));
                    out.days.push(Opening { on: change.from, why, at: change.at, sunset: false });
                }
            }
        }
        for sunset in model.records.of(Form::FileSunset) {
            let opens = sunset.below(Form::SunsetOpens).and_then(|o| o.name(Label::Window));
            if opens.is_some_and(|window| window == name || window.is_blank()) {
                self.by_sunset_day(sunset, opens.is_some_and(Name::is_blank), &mut out);
            }
        }
        for event in self.facts.happened() {
            if let EventKind::Told { word, name: Some(told), .. } = &event.kind
                && word == "opened"
                && told == name
            {
                let why = "opened by the parties".into();
                out.days.push(Opening { on: event.date, why, at: event.at, sunset: false });
            }
        }
        out.days.sort_by_key(|opening| (opening.on, opening.at));
        out
    }

    /// What the window's own lines say.
    fn by_its_text(&self, line: &Record, out: &mut Openings) {
        let said = self.said_after(line, "opens");
        if let Some(on) = line.moment(Label::On) {
            match self.clock().moment(on, &Focus::default()) {
                Ok(When::On(day)) => {
                    let why = format!("opens {said}");
                    out.days.push(Opening { on: day, why, at: line.at, sunset: false });
                }
                Ok(_) => {}
                Err(why) => out.doubt.push((self.first_of_all(), why.at(line.at))),
            }
        } else if let Some(when) = line.condition(Label::When) {
            let so = self.days_from_the_start_when(when, &Focus::default().coming());
            out.days.extend(so.yes.iter().map(|(from, _)| Opening {
                on: date(from),
                why: format!("opens {said}"),
                at: line.at,
                sunset: false,
            }));
            doubts(so, line.at, out);
        } else {
            self.each_time(line, &said, out);
        }
    }

    /// Each year on a day, or each quarter: those that have come, and the next.
    fn each_time(&self, line: &Record, said: &str, out: &mut Openings) {
        let today = self.facts.as_of();
        let unit = match line.get(Label::Each) {
            Some(Value::Word(word)) => unit(word),
            Some(Value::Unknown(known)) => {
                let why = format!("how often it opens is {}", known.why_unknown().unwrap_or_default());
                out.doubt.push((self.first_of_all(), Unknown::new(why).at(line.at)));
                return;
            }
            _ => None,
        };
        let from = match from_of(line) {
            Some(Value::Period(label)) => Ok(self.clock().period(*label, None).map(|p| p.start)),
            Some(Value::Moment(moment)) => self.clock().limit(moment, &Focus::default()),
            Some(Value::Unknown(known)) => Err(Unknown::new(format!(
                "from when it opens is {}",
                known.why_unknown().unwrap_or_default()
            ))),
            _ => self.clock().effective_day().map(|d| d.or_else(|| self.first_day())),
        };
        let from = match from {
            Ok(Some(from)) => from,
            Ok(None) => return,
            Err(why) => {
                out.doubt.push((self.first_of_all(), why.at(line.at)));
                return;
            }
        };
        let opening = |on| Opening { on, why: format!("opens {said}"), at: line.at, sunset: false };
        if let Some(Value::DayOfYear(month, day)) = line.get(Label::Day) {
            let (month, day) = (*month, *day);
            let days = (from.year()..=today.year().max(from.year()) + 1)
                .filter_map(|year| day_of_year(year, month, day))
                .filter(|on| *on >= from);
            let days: Vec<Date> = days.collect();
            let next = days.iter().find(|on| **on > today).copied();
            out.days.extend(days.into_iter().filter(|on| *on <= today).chain(next).map(opening));
        } else if let Some(unit) = unit {
            let cycle = Cycle::new(unit, Basis::Calendar);
            let mut period = cycle.containing(from);
            while let Some(now) = period {
                if now.start >= from {
                    out.days.push(opening(now.start));
                }
                if now.start > today {
                    break;
                }
                period = cycle.next(&now);
            }
        }
    }

    /// A sunset opens it on its day, if it comes about. What its default waits for is this window, so that it opens all the
    /// same where it was opened as often as it may be in that year.
    fn by_sunset_day(&self, sunset: &Record, hidden: bool, out: &mut Openings) {
        let Some(on) = sunset.moment(Label::On) else { return };
        let day = match self.clock().moment(on, &Focus::default()) {
            Ok(When::On(day)) => day,
            Ok(_) => return,
            Err(why) => {
                out.doubt.push((self.first_of_all(), why.at(sunset.at)));
                return;
            }
        };
        let so = match hidden {
            true => Err(Unknown::new("the window this opens is redacted or open").at(sunset.at)),
            false => self.sunset_comes(sunset, day),
        };
        match so {
            Ok(true) => {
                let name = sunset.name(Label::Name).map(ToString::to_string).unwrap_or_default();
                let why = format!("opened by {name}");
                out.days.push(Opening { on: day, why, at: sunset.at, sunset: true });
            }
            Ok(false) => {}
            Err(why) => out.doubt.push((day, why)),
        }
    }

    /// The first day on which anything may be so.
    pub(super) fn first_of_all(&self) -> Date {
        self.first_day().unwrap_or(Date::MIN)
    }

    /// What a clause or an entry is called that did something: a clause by its name, an entry by its day.
    pub(crate) fn called(&self, model: &Model, at: At) -> String {
        let inside = |r: &&Record| r.at.file == at.file && r.at.start <= at.start && at.end <= last(r);
        let clause = model.records.iter().find(inside).and_then(|r| r.name(Label::Name));
        clause.map_or_else(|| "a choice of a party".to_string(), ToString::to_string)
    }
}

/// The last byte of a clause and those below it.
fn last(record: &Record) -> u32 {
    record.below.iter().map(last).max().unwrap_or(0).max(record.at.end)
}

fn doubts(so: DaysSo, at: At, out: &mut Openings) {
    for (days, why) in so.doubt {
        out.doubt.extend(days.first().map(|first| (date(first), why.at(at))));
    }
}

/// From when a window opens each year.
fn from_of(line: &Record) -> Option<&Value> {
    match line.get(Label::From)? {
        Value::Parts(parts) => parts.0.first().map(|p| &p.value),
        other => Some(other),
    }
}

fn unit(word: &str) -> Option<PeriodKind> {
    Some(match word {
        "month" => PeriodKind::Month,
        "quarter" => PeriodKind::Quarter,
        "half-year" => PeriodKind::Half,
        "year" => PeriodKind::Year,
        _ => return None,
    })
}
