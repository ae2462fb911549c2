//! Statements as data: each amount with its period, parties, base, lines, clause and arithmetic, beside
//! what was paid and what the world printed.

use crate::claims::Ask;
use crate::engine::{Machine, Run};
use crate::royalty;
use crate::settle::Due;
use crate::trace::Step;
use crate::unknown::Unknown;
use crate::value::Val;
use counterpart_ledger::{EventKind, Figure as Asked, PublishedFigure};
use counterpart_num::{Date, Exact, Mode, Period, Rounding};
use counterpart_terms::At;
use counterpart_terms::model::Stated;
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of this format and its version.
pub const SCHEMA: &str = "counterpart/statement/1";

/// A figure three ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Exact, as a decimal or a fraction.
    pub exact: Exact,
    /// Rounded as the deal says.
    pub rounded: String,
    /// In the unit the deal is stated in, as `54.09` for USD m.
    pub shown: String,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// What the figure is.
    pub what: String,
    /// The arithmetic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arithmetic: String,
    /// The figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The clause or journal entry: file and line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The figures it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// A figure somebody printed, beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Published {
    /// What it is a figure of: `royalty`, `revenue`, `cash`.
    pub quantity: String,
    /// The figure as printed, in the unit the deal is stated in.
    pub shown: String,
    /// The figure in full.
    pub amount: Exact,
    /// Who printed it, and what is to be said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Ours less theirs; none where the two are not the same thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Exact>,
    /// Whether ours, rounded to the last digit printed, is theirs; none where they are not comparable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
    /// The entry.
    pub clause: String,
}

/// The period of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Days {
    /// Its name, as `2021 Q3`.
    pub label: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// Its name in the deal.
    pub payment: Name,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The period it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// Who pays.
    pub payer: String,
    /// Who is paid.
    pub payee: String,
    /// In which money.
    pub currency: String,
    /// What the rates were applied to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Figure>,
    /// Earned or fallen due, before minimums, credits and tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<Figure>,
    /// To be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Figure>,
    /// Why it cannot be computed, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Paid for this period so far.
    pub paid: Figure,
    /// How the amount comes about.
    pub lines: Vec<Line>,
    /// What the world printed for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
    /// The clause.
    pub clause: String,
}

/// Late interest on one amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LateInterest {
    /// On which payment.
    pub payment: Name,
    /// For which period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The interest.
    pub amount: Figure,
    /// How it comes about.
    pub line: Line,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// Always `counterpart/statement/1`.
    pub schema: String,
    /// The deal's title.
    pub deal: String,
    /// Answers as of this day.
    pub as_of: Date,
    /// As known on this day; by all that is known where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Date>,
    /// The period asked for; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// The unit of `shown`: `USD m`.
    pub unit: String,
    /// The payments.
    pub payments: Vec<Payment>,
    /// Late interest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interest: Vec<LateInterest>,
    /// Payments nothing can be said of, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_computed: Vec<String>,
}

impl Machine<'_> {
    /// The statement of a period, or of everything up to a day; of one payment, or of all.
    pub fn statement(
        &self,
        period: Option<Period>,
        only: Option<&Name>,
        as_of: Date,
        known_on: Date,
    ) -> Statement {
        let run = self.run(as_of, known_on);
        let header = &run.last_model().header;
        let code = header.currency.map_or("", |c| c.code());
        let unit = header.stated.as_ref().map_or(code.to_string(), |s| format!("{code} {}", s.scale));
        let mut statement = Statement {
            schema: SCHEMA.to_string(),
            deal: header.title.clone(),
            as_of,
            known_on: Some(known_on).filter(|d| *d != Date::MAX),
            period: period.as_ref().map(days),
            unit,
            payments: Vec::new(),
            interest: Vec::new(),
            not_computed: Vec::new(),
        };
        for name in self.streams() {
            if only.is_some_and(|o| o != &name) {
                continue;
            }
            match run.dues(&name) {
                Ok(dues) => {
                    let inside = dues.iter().filter(|d| in_period(d, period.as_ref()));
                    statement.payments.extend(inside.map(|due| run.payment(due)));
                }
                Err(unknown) => statement.not_computed.push(run.explain(&name, &unknown)),
            }
            match run.late(&name) {
                Ok(late) => {
                    let inside = late.into_iter().filter(|l| {
                        let within = |p: &Period, own: Period| p.start <= own.start && own.end <= p.end;
                        period.as_ref().is_none_or(|p| l.period.is_some_and(|own| within(p, own)))
                    });
                    statement.interest.extend(inside.map(|late| LateInterest {
                        payment: name.clone(),
                        period: late.period.map(|p| p.to_string()),
                        amount: run.shown(&late.interest),
                        line: run.statement_line(&late.step),
                    }));
                }
                Err(unknown) => statement.not_computed.push(run.explain(&name, &unknown)),
            }
        }
        statement.payments.sort_by(|a, b| {
            let key = |p: &Payment| (p.period.as_ref().map(|d| (d.end, d.start)), p.payment.clone());
            key(a).cmp(&key(b))
        });
        statement
    }

    /// The names of all payments in any edition of the terms, in the order they stand.
    pub fn streams(&self) -> Vec<Name> {
        let mut out: Vec<(At, Name)> = Vec::new();
        for edition in &self.editions.0 {
            let model = &edition.model;
            let royalties = model.royalties.iter().map(|(n, r)| (r.at, n.clone()));
            for (at, name) in royalties.chain(model.pays.iter().map(|(n, p)| (p.at, n.clone()))) {
                if !out.iter().any(|(_, n)| *n == name) {
                    out.push((at, name));
                }
            }
        }
        out.sort();
        out.into_iter().map(|(_, name)| name).collect()
    }
}

fn days(period: &Period) -> Days {
    Days { label: period.to_string(), start: period.start, end: period.end }
}

fn in_period(due: &Due, period: Option<&Period>) -> bool {
    let Some(period) = period else { return true };
    match due.period {
        Some(own) => period.start <= own.start && own.end <= period.end,
        None => period.contains(due.arisen),
    }
}

impl Run<'_> {
    fn explain(&self, name: &Name, unknown: &Unknown) -> String {
        match unknown.at {
            Some(at) => format!("{name}: {} ({})", unknown.reason, self.place(at)),
            None => format!("{name}: {}", unknown.reason),
        }
    }

    /// A figure exact, rounded and as shown.
    pub fn shown(&self, value: &Val) -> Figure {
        let rounded = self.round(value);
        let digits = value.currency().map_or(0, |c| c.minor_digits());
        let places = rounded.number().decimal_places().unwrap_or(digits).max(digits);
        Figure {
            exact: value.number().clone(),
            rounded: rounded.number().to_decimal(places, Mode::HalfEven),
            shown: self.scaled(value.number()),
        }
    }

    /// A number in the unit the deal is stated in.
    fn scaled(&self, number: &Exact) -> String {
        let header = &self.last_model().header;
        match &header.stated {
            Some(Stated { unit, decimals, .. }) => {
                let scaled = number.checked_div(unit).unwrap_or_else(|| number.clone());
                scaled.to_decimal(*decimals, Mode::HalfEven)
            }
            None => number.to_grouped(header.currency.map_or(2, |c| c.minor_digits())),
        }
    }

    fn payment(&self, due: &Due) -> Payment {
        let royalty = royalty::find(self, &due.stream, due.period.map(|p| p.start)).ok();
        let pay = self.pay_named(&due.stream);
        let (title, from, to) = match (royalty, pay) {
            (Some(r), _) => (r.title.clone(), r.from.clone(), r.to.clone()),
            (None, Some(p)) => (p.title.clone(), p.from.clone(), p.to.clone()),
            (None, None) => (None, Vec::new(), Vec::new()),
        };
        let list = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let zero = match self.currency() {
            Ok(currency) => Val::money(Exact::zero(), currency),
            Err(_) => Val::Number(Exact::zero()),
        };
        let mut paid = zero.clone();
        for (_, period, value) in self.paid(&due.stream, None) {
            if period == due.period || (period.is_none() && pay.is_some()) {
                paid = paid.plus(&value).unwrap_or(paid);
            }
        }
        let base = self.base_of(due, royalty.is_some());
        let unknown = due.amount.as_ref().err().map(|u| match u.at {
            Some(at) => format!("{} ({})", u.reason, self.place(at)),
            None => u.reason.clone(),
        });
        Payment {
            payment: due.stream.clone(),
            title,
            period: due.period.as_ref().map(days),
            payer: due.from.as_ref().map_or_else(|| list(&from), ToString::to_string),
            payee: list(&to),
            currency: zero.currency().map_or("", |c| c.code()).to_string(),
            base: base.as_ref().map(|b| self.shown(b)),
            earned: due.gross.as_ref().ok().map(|v| self.shown(v)),
            amount: due.exact.as_ref().ok().map(|v| self.shown(v)),
            unknown,
            due: due.due,
            paid: self.shown(&paid),
            lines: due.steps.iter().map(|s| self.statement_line(s)).collect(),
            published: self.published(due),
            clause: self.place(due.at),
        }
    }

    fn base_of(&self, due: &Due, is_royalty: bool) -> Option<Val> {
        let period = due.period.filter(|_| is_royalty)?;
        let series = self
            .series_of(
                &due.stream,
                due.from.as_ref().filter(|f| self.payers(&due.stream).contains(&Some((*f).clone()))),
            )
            .ok()?;
        let part = series.parts.iter().find(|p| p.period == period)?;
        let zero = Val::money(Exact::zero(), self.currency().ok()?);
        part.base(&zero).ok()
    }

    /// A step as a line, with the place and words of its clause.
    pub fn statement_line(&self, step: &Step) -> Line {
        let text = step.clause.and_then(|at| {
            let file = self.machine.deal.files.get(at.file)?;
            Some(file.tree.slice(at.span()).split_whitespace().collect::<Vec<_>>().join(" "))
        });
        Line {
            what: step.what.clone(),
            arithmetic: step.how.clone(),
            amount: step.value.as_ref().map(ToString::to_string),
            clause: step.clause.map(|at| self.place(at)),
            text,
            lines: step.parts.iter().map(|p| self.statement_line(p)).collect(),
        }
    }

    /// The figures printed for an amount.
    fn published(&self, due: &Due) -> Vec<Published> {
        let mut out = Vec::new();
        for event in self.facts.events() {
            let EventKind::Published(figure) = &event.kind else { continue };
            let period = figure.label.and_then(|l| self.clock().period(l, None));
            let same = figure.stream == due.stream
                && (period == due.period || (figure.label.is_none() && due.period.is_none()));
            if same {
                out.push(self.published_figure(figure, due));
            }
        }
        out
    }

    fn published_figure(&self, figure: &PublishedFigure, due: &Due) -> Published {
        let ours = match figure.quantity.as_str() {
            // Revenue is printed after amortisation and netting: it is not the royalty.
            "revenue" => None,
            "rate" => {
                let streams = [due.stream.clone()];
                let ask = Ask {
                    streams: &streams,
                    from: None,
                    to: None,
                    place: None,
                    product: None,
                    label: figure.label,
                };
                self.figure(Asked::Rate, &ask).ok().map(|v| v.number().clone())
            }
            "sales" => self.base_of(due, true).map(|v| v.number().clone()),
            "cap" | "total" | "cash" => None,
            _ => due.gross.as_ref().ok().map(|v| v.number().clone()),
        };
        let step = self.printed_step(figure);
        let agrees = ours.as_ref().map(|ours| {
            [Mode::HalfUp, Mode::HalfEven]
                .into_iter()
                .any(|mode| ours.round(&Rounding::new(step.clone(), mode)) == figure.amount)
        });
        Published {
            quantity: figure.quantity.clone(),
            shown: self.printed(&figure.amount, &step),
            amount: figure.amount.clone(),
            source: figure.source.clone(),
            difference: ours.map(|ours| ours - figure.amount.clone()),
            agrees,
            clause: self.place(figure.at),
        }
    }

    /// The unit of the last digit printed, as 0.1m in `USD 54.1m`.
    fn printed_step(&self, figure: &PublishedFigure) -> Exact {
        let file = self.machine.deal.files.get(figure.at.file);
        let text = file.map_or("", |f| f.tree.slice(figure.at.span()));
        let mut words = text
            .split_whitespace()
            .skip_while(|w| !(w.len() == 3 && w.bytes().all(|b| b.is_ascii_uppercase())));
        let number = words.nth(1).unwrap_or("").trim_end_matches(',');
        let digits = number.trim_end_matches(|c: char| c.is_alphabetic());
        let scale = match number.strip_prefix(digits) {
            Some("k") => 1_000,
            Some("m") => 1_000_000,
            Some("bn") => 1_000_000_000,
            _ => 1,
        };
        let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len() as u32);
        let ten = Exact::from_int(10).checked_pow(decimals).unwrap_or_else(Exact::one);
        Exact::from_int(scale).checked_div(&ten).unwrap_or_else(Exact::one)
    }

    /// A printed figure with the digits it was printed with.
    fn printed(&self, amount: &Exact, step: &Exact) -> String {
        match &self.last_model().header.stated {
            Some(Stated { unit, .. }) => {
                let places = step.checked_div(unit).and_then(|s| s.decimal_places()).unwrap_or(2);
                amount.checked_div(unit).unwrap_or_else(Exact::zero).to_decimal(places, Mode::HalfEven)
            }
            None => amount.to_grouped(step.decimal_places().unwrap_or(2)),
        }
    }
}
