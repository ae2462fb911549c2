//! What the world printed, beside what the machine makes of the same: royalties, sales, cash, totals,
//! rates, caps. A figure belongs to the amount that is due for its period; where there is no such amount,
//! it stands by itself. What is printed instead of the royalty (`revenue`) is shown and not compared.

use super::form::{Figure, Published};
use crate::claims::Ask;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::settle::Due;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::{Event, EventKind, Figure as Asked, PublishedFigure};
use counterpart_num::{Exact, Mode, Period, Rounding};
use counterpart_terms::model::{PayRule, Rate, Schedule, Stated};
use counterpart_terms::value::{Amount, Known, Moment, Name};

/// Digits shown of our rate where nobody printed as many.
const RATE_DIGITS: u32 = 6;

/// The question a printed figure answers.
fn asked<'f>(figure: &'f PublishedFigure, streams: &'f [Name]) -> Ask<'f> {
    Ask {
        streams,
        from: figure.from.as_ref(),
        to: figure.to.as_ref(),
        place: None,
        product: figure.of.as_ref(),
        label: figure.label,
    }
}

impl<'m> Run<'m> {
    /// The figures printed of a payment, with the day they were printed.
    pub(super) fn printed_of(&self, stream: &Name) -> Vec<(&'m Event, &'m PublishedFigure)> {
        let figures = self.facts.events().filter_map(|event| match &event.kind {
            EventKind::Published(figure) if figure.stream == *stream => Some((event, figure)),
            _ => None,
        });
        figures.collect()
    }

    /// The one amount a figure is printed of, by its place among those due; none where there is no such
    /// amount or there are several.
    pub(super) fn printed_for(&self, figure: &PublishedFigure, dues: &[Due]) -> Option<usize> {
        let period = self.printed_period(figure);
        if figure.label.is_some() && period.is_none() {
            return None;
        }
        let payer = |due: &Due| figure.from.as_ref().is_none_or(|f| due.from.as_ref() == Some(f));
        let mut same = dues.iter().enumerate().filter(|(_, due)| due.period == period && payer(due));
        match (same.next(), same.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    }

    /// The period a figure is printed for.
    pub(super) fn printed_period(&self, figure: &PublishedFigure) -> Option<Period> {
        figure.label.and_then(|l| self.clock().period(l, figure.from.as_ref()))
    }

    /// A figure with ours, for the amount due it belongs to, if there is one.
    pub(super) fn beside(&self, event: &Event, figure: &PublishedFigure, due: Option<&Due>) -> Published {
        let step = self.printed_step(figure);
        let same = |ours: &Val| {
            [Mode::HalfUp, Mode::HalfEven]
                .into_iter()
                .any(|mode| ours.number().round(&Rounding::new(step.clone(), mode)) == figure.amount)
        };
        let ours = match figure.quantity.as_str() {
            "total" if figure.label.is_none() => self.our_total(event, figure, same),
            _ => self.ours(figure, due),
        };
        let ours = ours.and_then(|ours| match figure.currency {
            Some(_) if ours.currency() != figure.currency => {
                Err(Unknown::new(format!("ours is {ours}, in another unit")))
            }
            _ => Ok(ours),
        });
        let compared = ours.as_ref().ok().filter(|_| figure.quantity != "revenue");
        Published {
            // What is printed of a milestone or of shares is no royalty.
            quantity: match figure.quantity.as_str() {
                "royalty" if !self.is_royalty(&figure.stream) => "payment".to_string(),
                other => other.to_string(),
            },
            shown: self.printed(figure, &figure.amount, &step),
            amount: figure.amount.clone(),
            source: figure.source.clone(),
            difference: compared.map(|ours| ours.number() - &figure.amount),
            agrees: compared.map(same),
            unknown: ours.as_ref().err().map(|u| self.reason(u)),
            ours: ours.as_ref().ok().map(|value| self.own(figure, value, &step)),
            clause: self.place(figure.at),
        }
    }

    /// What the machine makes of what is printed.
    fn ours(&self, figure: &PublishedFigure, due: Option<&Due>) -> Eval<Val> {
        let streams = [figure.stream.clone()];
        let ask = asked(figure, &streams);
        match figure.quantity.as_str() {
            "sales" => self.figure(Asked::Base, &ask),
            "cash" => self.figure(Asked::Cash, &ask).and_then(|cash| self.if_reported(figure, cash)),
            "rate" => match self.written_rate(figure)? {
                Some(rate) => Ok(rate),
                None => self.figure(Asked::Rate, &ask),
            },
            "cap" => self.figure(Asked::Cap, &ask),
            "total" => self.figure(Asked::Total, &ask),
            _ => match due {
                Some(due) if figure.of.is_none() && figure.to.is_none() => due.gross.clone(),
                _ => self.figure(Asked::Earned, &ask).and_then(|sum| self.if_reported(figure, sum)),
            },
        }
    }

    /// A total that names no period is of all the clause says, or of what had come about by the day it was
    /// printed: of the two, the one that is the figure printed.
    fn our_total(&self, event: &Event, figure: &PublishedFigure, same: impl Fn(&Val) -> bool) -> Eval<Val> {
        let stated = self.stated_total(figure);
        if let Some(stated) = stated.as_ref().filter(|value| same(value)) {
            return Ok(stated.clone());
        }
        let streams = [figure.stream.clone()];
        let then = self.machine.run(event.date, event.date);
        let so_far = then.figure(Asked::Total, &asked(figure, &streams));
        match (so_far, stated) {
            (Ok(so_far), _) if same(&so_far) => Ok(so_far),
            (_, Some(stated)) => Ok(stated),
            (_, None) if self.states_total(&figure.stream) => Err(Unknown::new(
                "the clause states the total, and not every sum it is made of: there is nothing to add up",
            )),
            (so_far, None) => so_far,
        }
    }

    /// Whether a payment states a total: that is the printed figure itself, and proves nothing.
    fn states_total(&self, stream: &Name) -> bool {
        let pay = self.pay_named(stream);
        pay.is_some_and(|pay| pay.rules.iter().any(|(rule, _)| matches!(rule, PayRule::Total(_))))
    }

    /// What the instalments of a payment come to, each once, whether they have come about or not.
    fn stated_total(&self, figure: &PublishedFigure) -> Option<Val> {
        let pay = self.pay_named(&figure.stream).filter(|_| figure.from.is_none() && figure.to.is_none())?;
        let (currency, amounts) = pay.once_each()?;
        Some(Val::money(amounts.into_iter().sum(), currency))
    }

    /// A royalty on sales nobody reported is not zero, and a year of which quarters are missing is no year.
    fn if_reported(&self, figure: &PublishedFigure, value: Val) -> Eval<Val> {
        let Some(asked) = self.printed_period(figure).filter(|_| self.is_royalty(&figure.stream)) else {
            return Ok(value);
        };
        let mut payers = self.payers(&figure.stream);
        payers.retain(|p| figure.from.is_none() || p.is_none() || *p == figure.from);
        let mut missing: Vec<Period> = Vec::new();
        let mut any = false;
        for payer in payers {
            let series = self.series_of(&figure.stream, payer.as_ref())?;
            let inside = |own: &Period| asked.start <= own.start && own.end <= asked.end;
            for part in series.parts.iter().filter(|part| inside(&part.period)) {
                any |= part.reported();
                let outside = || self.is_beside(&figure.stream, &part.period);
                if !part.reported() && !missing.contains(&part.period) && !outside() {
                    missing.push(part.period);
                }
            }
        }
        let when = match missing.as_slice() {
            _ if !any => figure.label.map_or(String::new(), |label| format!(" for {label}")),
            [] if asked.end > self.facts.as_of() => {
                return Err(Unknown::not_yet(format!("{asked} is not over")));
            }
            [] => return Ok(value),
            some => {
                let named: Vec<String> = some.iter().map(ToString::to_string).collect();
                format!(" for {}", named.join(", "))
            }
        };
        Err(Unknown::unreported(format!("the journal holds no report{when} of what it is on")))
    }

    fn is_royalty(&self, name: &Name) -> bool {
        royalty::find(self, name, None).is_ok()
    }

    /// The one rate the text writes for the period: a rate is known before anything is sold.
    fn written_rate(&self, figure: &PublishedFigure) -> Eval<Option<Val>> {
        let period = self.printed_period(figure);
        let Ok(royalty) = royalty::find(self, &figure.stream, period.map(|p| p.start)) else {
            return Ok(None);
        };
        let [rule] = royalty.rates.as_slice() else { return Ok(None) };
        let Schedule::Steps(steps) = &rule.schedule else { return Ok(None) };
        if !rule.is_plain() || !royalty.adders.is_empty() || !royalty.reductions.is_empty() {
            return Ok(None);
        }
        let focus = period.map(Focus::of).unwrap_or_default();
        let limit = |moment: &Option<Moment>| match moment {
            Some(moment) => self.clock().limit(moment, &focus),
            None => Ok(None),
        };
        for step in steps {
            let (from, until) = (limit(&step.from)?, limit(&step.until)?);
            let begun = from.is_none_or(|from| period.is_some_and(|p| from <= p.start));
            let open = until.is_none_or(|until| period.is_some_and(|p| p.end <= until));
            if !begun || !open || step.when.is_some() {
                continue;
            }
            return Ok(match &step.rate {
                Rate::Value { value: Amount::Percent(Known::Given(rate)), of: None, .. } => {
                    Some(Val::Number(rate.clone()))
                }
                Rate::Value { value: Amount::Money(currency, Known::Given(rate)), of: None, .. } => {
                    Some(Val::money(rate.clone(), *currency))
                }
                _ => None,
            });
        }
        Ok(None)
    }

    /// Ours in the form theirs has.
    fn own(&self, figure: &PublishedFigure, value: &Val, step: &Exact) -> Figure {
        let written = match value {
            _ if figure.quantity != "rate" => {
                let ours = self.shown(value);
                // To the last digit of theirs, where the deal shows fewer.
                let places = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                let as_printed = self.printed(figure, value.number(), step);
                let finer = value.currency().is_some() && places(&as_printed) > places(&ours.shown);
                return if finer { Figure { shown: as_printed, ..ours } } else { ours };
            }
            Val::Number(rate) => {
                let hundred = rate * &Exact::from_int(100);
                let places = hundred.decimal_places().unwrap_or(RATE_DIGITS).min(RATE_DIGITS);
                format!("{}%", hundred.to_grouped(places))
            }
            value => {
                let places = value.number().decimal_places().unwrap_or(RATE_DIGITS).min(RATE_DIGITS);
                value.number().to_grouped(places)
            }
        };
        Figure { exact: value.number().clone(), rounded: written.clone(), shown: written, in_full: None }
    }

    /// The unit of the last digit printed, as 0.1m in `USD 54.1m` and 0.1% in `8.0%`.
    fn printed_step(&self, figure: &PublishedFigure) -> Exact {
        let file = self.machine.deal.files.get(figure.at.file);
        let text = file.map_or("", |f| f.tree.slice(figure.at.span()));
        let mut words = text.split_whitespace();
        let number = match figure.currency {
            Some(currency) => words.skip_while(|w| *w != currency.code()).nth(1),
            None => words.find(|w| w.trim_end_matches(',').ends_with('%')),
        };
        let number = number.unwrap_or("").trim_end_matches(',');
        let digits = number.trim_end_matches(|c: char| c.is_alphabetic() || c == '%');
        let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len() as u32);
        let last = |unit: &Exact| {
            let ten = Exact::from_int(10).checked_pow(decimals).unwrap_or_else(Exact::one);
            unit.checked_div(&ten).unwrap_or_else(Exact::one)
        };
        match number.strip_prefix(digits) {
            Some("%") => last(&Exact::percent(1)),
            Some("k") => last(&Exact::from_int(1_000)),
            Some("m") => last(&Exact::from_int(1_000_000)),
            Some("bn") => last(&Exact::from_int(1_000_000_000)),
            _ => last(&Exact::one()),
        }
    }

    /// A printed figure, or ours beside it, with the digits it was printed with.
    fn printed(&self, figure: &PublishedFigure, amount: &Exact, step: &Exact) -> String {
        let digits = |step: &Exact| step.decimal_places().unwrap_or(2);
        if figure.currency.is_none() {
            let hundred = Exact::from_int(100);
            return format!("{}%", (amount * &hundred).to_grouped(digits(&(step * &hundred))));
        }
        match &self.model_now().header.stated {
            Some(Stated { unit, .. }) if figure.quantity != "rate" => {
                let places = step.checked_div(unit).map_or(2, |s| digits(&s));
                amount.checked_div(unit).unwrap_or_else(Exact::zero).to_decimal(places, Mode::HalfEven)
            }
            _ => amount.to_grouped(digits(step)),
        }
    }
}
