//! Dates, lengths of time, recurring periods, moments.

use super::{Reader, plain};
use crate::names::{ASSETS, Expect, FIELDS, PRODUCTS};
use crate::value::time::Basis;
use crate::value::{Cycle, Duration, Edge, Known, Moment, PeriodLabel, Value, Window};
use counterpart_num::{Date, DateError, MONTHS, PeriodKind, Span};
use counterpart_syntax::{Diagnostic, Label, Node, Rule};

impl Reader<'_> {
    /// A day that exists, or the nearest one with an error.
    pub(crate) fn date(&mut self, node: Node<'_>) -> Date {
        match Date::parse(node.text()) {
            Ok(date) => date,
            Err(error) => {
                let mut diagnostic =
                    Diagnostic::error("no-such-date", node.span(), error.to_string()).in_file(self.file);
                if let Some(fix) = error.suggestion() {
                    diagnostic =
                        diagnostic.with_guess(format!("perhaps `{fix}`"), node.span(), fix.to_string());
                }
                if matches!(error, DateError::Year { year } if year > Date::MAX.year()) {
                    diagnostic = diagnostic
                        .with_help("what has no end says none: leave out the line that would end it");
                }
                self.problems.push(diagnostic);
                error.suggestion().unwrap_or(Date::MIN)
            }
        }
    }

    pub(crate) fn day_of_year(&mut self, node: Node<'_>) -> Value {
        let day = node.get(Label::Day).and_then(|d| d.text().parse::<u32>().ok()).unwrap_or(0);
        let month = node.get(Label::Month).map_or("", |m| m.text());
        let number = MONTHS.iter().position(|m| *m == month).map_or(0, |i| i as u32 + 1);
        // A leap year, so that 29 February is a day.
        if Date::new(2000, number, day).is_none() {
            self.problems.push(
                Diagnostic::error("no-such-date", node.span(), format!("{month} has no day {day}"))
                    .in_file(self.file),
            );
        }
        Value::DayOfYear(number, day)
    }

    pub(crate) fn duration(&mut self, node: Node<'_>) -> Duration {
        let unit = node.get(Label::Unit).map(plain::words).unwrap_or_default();
        if let Some(unknown) = node.get(Label::Unknown) {
            return Duration::Unknown(self.unknown(unknown), unit);
        }
        let count = match node.get(Label::Count) {
            None => 1,
            Some(count) => self.whole(count),
        };
        match unit.trim_end_matches('s') {
            "business day" => Duration::Span(Span::BusinessDays(count)),
            "day" | "calendar day" => Duration::Span(Span::Days(count)),
            "week" => Duration::Span(Span::Weeks(count)),
            "month" => Duration::Span(Span::Months(count)),
            "quarter" => Duration::Span(Span::Quarters(count)),
            "year" => Duration::Span(Span::Years(count)),
            _ => Duration::Hours(count),
        }
    }

    /// A whole number small enough to count periods with.
    pub(crate) fn whole(&mut self, node: Node<'_>) -> u32 {
        let value = self.number(node).to_i64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= 100_000);
        value.unwrap_or_else(|| {
            self.problems.push(
                Diagnostic::error(
                    "not-a-count",
                    node.span(),
                    format!("`{}` is not a whole number of periods", node.text()),
                )
                .in_file(self.file)
                .with_help("write a whole number up to 100,000"),
            );
            1
        })
    }

    pub(crate) fn cycle(&mut self, node: Node<'_>) -> Cycle {
        let unit = node.get(Label::Unit).and_then(unit).unwrap_or(PeriodKind::Year);
        let basis = node.get(Label::Basis).map_or(Basis::Calendar, basis);
        let party = node.get(Label::Party).map(|p| self.name(p, crate::names::PARTIES));
        let anchor = node.get(Label::Anchor).map(|a| Box::new(self.moment(a)));
        let unknown = node.get(Label::Unit).and_then(|u| u.get(Label::Unknown)).map(|u| self.unknown_of(u));
        Cycle { unit, basis, party, anchor, unknown }
    }

    pub(crate) fn period_label(&mut self, node: Node<'_>) -> Option<PeriodLabel> {
        if let Some(contract) = node.get(Label::Contract) {
            return Some(PeriodLabel::ContractYear(self.whole(contract)));
        }
        if let Some(month) = node.get(Label::Month) {
            let (year, month_number) = month.text().split_once('-')?;
            let label = PeriodLabel::Month(year.parse().ok()?, month_number.parse().ok()?);
            if !(1..=12).contains(&month_number.parse::<u32>().ok()?) {
                self.problems.push(
                    Diagnostic::error(
                        "no-such-date",
                        month.span(),
                        format!("there is no month `{}`", month.text()),
                    )
                    .in_file(self.file),
                );
                return None;
            }
            return Some(label);
        }
        let part = node.get(Label::Part).map(|p| p.text().to_string());
        let number = part.as_deref().and_then(|p| p.get(1..)).and_then(|n| n.parse().ok());
        let through = node.get(Label::Through).and_then(|p| p.text().get(1..)?.parse().ok());
        if let Some(fiscal) = node.get(Label::Fiscal) {
            let year = fiscal.text().strip_prefix("FY")?.parse().ok()?;
            return Some(match number {
                Some(first) if through.is_some_and(|last| last > first) => {
                    PeriodLabel::FiscalQuarters(year, first, through.unwrap_or(first))
                }
                Some(quarter) => PeriodLabel::FiscalQuarter(year, quarter),
                None => PeriodLabel::FiscalYear(year),
            });
        }
        let year = node.get(Label::Year)?.text().parse().ok()?;
        Some(match (part.as_deref().and_then(|p| p.chars().next()), number) {
            (Some('Q'), Some(first)) if through.is_some_and(|last| last > first) => {
                PeriodLabel::Quarters(year, first, through.unwrap_or(first))
            }
            // Both halves are the year.
            (Some('H'), Some(1)) if through == Some(2) => PeriodLabel::Year(year),
            (Some('Q'), Some(quarter)) => PeriodLabel::Quarter(year, quarter),
            (Some('H'), Some(half)) => PeriodLabel::Half(year, half),
            _ => PeriodLabel::Year(year),
        })
    }

    pub(crate) fn window(&mut self, node: Node<'_>) -> Window {
        if let Some(cycle) = node.get(Label::Cycle) {
            return Window::Each(self.cycle(cycle));
        }
        if let Some(label) = node.get(Label::Label).and_then(|l| self.period_label(l)) {
            return Window::In(label);
        }
        let Some(unit) = node.get(Label::Unit).and_then(unit) else { return Window::ToDate };
        match node.get(Label::Count) {
            Some(count) if count.has(Label::Unknown) => {
                Window::Unknown(count.get(Label::Unknown).map_or(Known::Open(None), |u| self.unknown_of(u)))
            }
            Some(count) => {
                let count = self.whole(count);
                if node.is("averaged") {
                    let before = node.get(Label::Before).map(|b| Box::new(self.moment(b)));
                    Window::Average { count, unit, before }
                } else {
                    Window::Last { count, unit }
                }
            }
            None => Window::One {
                unit,
                basis: node.get(Label::Basis).map_or(Basis::Calendar, basis),
                party: node.get(Label::Party).map(|p| self.name(p, crate::names::PARTIES)),
                before: node.has(Label::Before),
            },
        }
    }

    pub(crate) fn moment(&mut self, node: Node<'_>) -> Moment {
        if let Some(pick) = node.get(Label::Pick) {
            let of: Vec<Moment> = node.all(Label::Of).map(|m| self.moment(m)).collect();
            return if matches!(pick.text(), "later" | "latest") {
                Moment::Latest(of)
            } else {
                Moment::Earliest(of)
            };
        }
        if let (Some(shift), Some(base)) = (node.get(Label::Shift), node.get(Label::Base)) {
            let back = node.get(Label::Dir).is_some_and(|d| d.is("before"));
            return Moment::Shift { by: self.duration(shift), back, from: Box::new(self.moment(base)) };
        }
        let mut any: Vec<Moment> = Vec::new();
        for at in node.nodes().filter(|n| n.kind() == Some(Rule::Point)) {
            any.push(self.point(at));
        }
        if any.len() == 1 { any.remove(0) } else { Moment::Earliest(any) }
    }

    pub(crate) fn point(&mut self, node: Node<'_>) -> Moment {
        if let Some(date) = node.get(Label::Date) {
            return Moment::On(self.date(date));
        }
        if let Some(unknown) = node.get(Label::Unknown) {
            return Moment::Unknown(self.unknown_of(unknown));
        }
        if let Some(edge) = node.get(Label::Edge) {
            let edge = if edge.words().any(|w| w == "start") { Edge::Start } else { Edge::End };
            if let Some(cycle) = node.get(Label::Cycle) {
                return Moment::OfEach(edge, self.cycle(cycle));
            }
            if let Some(label) = node.get(Label::Label).and_then(|l| self.period_label(l)) {
                return Moment::Of(edge, label);
            }
            if let Some(unit) = node.get(Label::Unit).and_then(unit) {
                return Moment::OfEach(edge, Cycle::calendar(unit));
            }
            return Moment::OfThing(edge, node.get(Label::Of).map(|n| self.name(n, Expect::Any)));
        }
        if node.has(Label::First) {
            return Moment::FirstSale {
                product: node.get(Label::Product).map(|n| self.name(n, PRODUCTS)),
                field: node.get(Label::Field).map(|n| self.name(n, FIELDS)),
                place: node.get(Label::Place).map(|n| self.name(n, Expect::Place)),
            };
        }
        if let Some(anniversary) = node.get(Label::Anniversary) {
            let number = match anniversary.text() {
                "each" => 0,
                "first" => 1,
                _ => anniversary.get(Label::Number).map_or(0, |n| self.whole(n)),
            };
            let base = node.get(Label::Base).map_or(Moment::Effective, |m| self.moment(m));
            return Moment::Anniversary(number, Box::new(base));
        }
        if let Some(act) = node.get(Label::Act) {
            return Moment::Act {
                act: act.text().to_string(),
                name: node.get(Label::Name).map(|n| self.name(n, Expect::Any)),
                place: node.get(Label::Place).map(|n| self.name(n, Expect::Place)),
            };
        }
        if let Some(end) = node.get(Label::CycleEnd) {
            if let Some(unit) = unit(end) {
                return Moment::EachEnd(unit);
            }
            if let Some(unknown) = end.get(Label::Unknown) {
                return Moment::Unknown(self.unknown_of(unknown));
            }
        }
        if let Some(name) = node.get(Label::Name) {
            return Moment::Event {
                name: self.name(name, Expect::Any),
                state: node.get(Label::State).map(plain::words),
                place: node.get(Label::Place).map(|n| self.name(n, Expect::Place)),
            };
        }
        let text = plain::words(node);
        match text.trim_start_matches("the ") {
            "effective date" => Moment::Effective,
            "signature" => Moment::Signature,
            text if text.starts_with("last valid claim") => {
                Moment::LastValidClaim(self.listed(node, Label::Assets, ASSETS))
            }
            text if text.contains("patent") => Moment::LastPatentExpires,
            text => Moment::Bare(text.to_string()),
        }
    }

    /// A value not given; kept here so that durations and amounts read it alike.
    pub(crate) fn unknown_of(&mut self, node: Node<'_>) -> Known<()> {
        self.unknown(node)
    }
}

/// The period a word means.
pub(crate) fn unit(node: Node<'_>) -> Option<PeriodKind> {
    Some(match node.word() {
        "month" | "months" => PeriodKind::Month,
        "quarter" | "quarters" => PeriodKind::Quarter,
        "half-year" | "half-years" => PeriodKind::Half,
        "year" | "years" => PeriodKind::Year,
        _ => return None,
    })
}

pub(crate) fn basis(node: Node<'_>) -> Basis {
    match node.word() {
        "fiscal" => Basis::Fiscal,
        "contract" => Basis::Contract,
        _ => Basis::Calendar,
    }
}
