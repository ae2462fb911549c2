//! Late interest: on what was late, from when to when, at which rate.

use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::settle::Due;
use crate::settle::applied::Applied;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{Date, DayCount, Exact, Period};
use counterpart_terms::model::{FixedOn, Interest, InterestRate};
use counterpart_terms::value::Name;

/// Interest on one amount that was late.
#[derive(Debug, Clone)]
pub struct Late {
    /// The period of the amount.
    pub period: Option<Period>,
    /// The interest so far, rounded as the deal says.
    pub interest: Val,
    /// What was paid of it along with the amount.
    pub paid: Val,
    /// Why.
    pub step: Step,
}

impl Late {
    /// What of it is not paid.
    pub fn left(&self) -> Val {
        self.interest.with(self.interest.number() - self.paid.number())
    }
}

/// The clauses on late interest of a payment: each from the day on which it came into force.
struct Clauses<'r>(Vec<(Option<Date>, Option<&'r Interest>)>);

impl<'r> Clauses<'r> {
    /// The clause of a day; before the payment was agreed, the first there is.
    fn on(&self, day: Date) -> Option<&'r Interest> {
        let found = self.0.iter().rev().find(|(from, _)| from.is_none_or(|from| from <= day));
        found.or(self.0.first()).and_then(|(_, clause)| *clause)
    }

    /// The clause that says when interest on an amount due on a day begins: that of the day, or the first after it.
    fn begins(&self, day: Date) -> Option<&'r Interest> {
        let later = self.0.iter().filter(|(from, _)| from.is_some_and(|from| from > day));
        self.on(day).or_else(|| later.filter_map(|(_, clause)| *clause).next())
    }

    fn all(&self) -> impl Iterator<Item = &'r Interest> {
        self.0.iter().filter_map(|(_, clause)| *clause)
    }

    /// The days on which it becomes another.
    fn changes(&self) -> impl Iterator<Item = Date> {
        self.0.iter().filter_map(|(from, _)| *from)
    }
}

/// What interest had run on an amount, by what settled it.
pub(crate) type OnSettled<'r> = Box<dyn Fn(&Due, &Applied) -> Eval<Exact> + 'r>;

impl Run<'_> {
    /// The clauses on late interest of a payment over time. Each day late bears interest under the clause in force on
    /// it, and none where there is none.
    fn interest_of(&self, name: &Name) -> Clauses<'_> {
        let mut out: Vec<(Option<Date>, Option<&Interest>)> = Vec::new();
        for edition in &self.machine.editions.0 {
            let royalty = edition.model.royalties.get(name).map(|r| r.interest.as_ref());
            let pay = || edition.model.pays.get(name).map(|p| p.interest.as_ref());
            // Where the payment itself is deleted, what is late goes on as it did.
            let Some(clause) = royalty.or_else(pay) else { continue };
            if out.last().is_none_or(|(_, last)| last.map(|c| c.at) != clause.map(|c| c.at)) {
                out.push((edition.from, clause));
            }
        }
        Clauses(out)
    }

    /// Interest on every amount of a payment that was, or is, late.
    ///
    /// # Errors
    /// Where the rate is not given, or it cannot be said what was paid.
    pub fn late(&self, name: &Name) -> Eval<Vec<Late>> {
        let each = self.late_on_each(name)?.into_iter().filter_map(|(_, late)| late.transpose());
        each.collect()
    }

    /// Interest on each amount of a payment, where it was or is late; or why it cannot be said.
    ///
    /// # Errors
    /// Where it cannot be said what the amounts are.
    pub(crate) fn late_on_each(&self, name: &Name) -> Eval<Vec<(Due, Eval<Option<Late>>)>> {
        let rules = self.interest_of(name);
        let Some(first) = rules.all().next() else { return Ok(Vec::new()) };
        let dues = self.dues(name)?;
        let applied = self.allotted(name, &dues);
        let each = dues.iter().zip(&applied.on).map(|(due, applied)| {
            let late = self.late_on(&rules, due, applied).map_err(|u| u.at(first.at));
            (due.clone(), late)
        });
        Ok(each.collect())
    }

    /// Says what interest had run on amounts of a payment that are settled.
    pub(crate) fn interest_on_settled<'r>(&'r self, name: &Name) -> OnSettled<'r> {
        let rules = self.interest_of(name);
        Box::new(move |due, applied| {
            if rules.all().next().is_none() {
                return Ok(Exact::zero());
            }
            let late = self.late_on(&rules, due, applied)?;
            Ok(late.map_or_else(Exact::zero, |late| late.interest.number().clone()))
        })
    }

    /// The interest on amounts of a payment that is not paid: what bears it, and how much; or why that is not known,
    /// once for all amounts. While nothing was paid of it, an interest that is not known is told with the amount.
    pub(crate) fn open_interest(&self, name: &Name) -> Vec<(Due, Eval<Late>)> {
        let mut out: Vec<(Due, Eval<Late>)> = Vec::new();
        for (due, late) in self.late_on_each(name).unwrap_or_default() {
            match late {
                Ok(Some(late)) if late.left().number().is_positive() => out.push((due, Ok(late))),
                Ok(_) => {}
                Err(_) if out.iter().any(|(_, late)| late.is_err()) => {}
                Err(why) if self.facts.paid_first(name).is_some() => out.push((due, Err(why))),
                Err(_) => {}
            }
        }
        out
    }

    /// What was paid beyond an amount first pays the interest that had accrued on it. Shares of several payees are
    /// left alone, since whose interest it would be nobody says; and so is what is netted, since what is paid beyond
    /// the balance may be the whole of what was to be set against the other side.
    pub(crate) fn interest_paid(&self, name: &Name, dues: &[Due], on: &mut [Applied]) {
        let over = |due: &Due, applied: &Applied| {
            let alone = due.shares.is_empty() && applied.netted.is_none();
            alone && !due.back && due.amount.is_ok() && applied.over.is_positive()
        };
        if !dues.iter().zip(on.iter()).any(|(due, applied)| over(due, applied)) {
            return;
        }
        let rules = self.interest_of(name);
        let Some(first) = rules.all().next() else { return };
        for (due, applied) in dues.iter().zip(on.iter_mut()).filter(|(due, applied)| over(due, applied)) {
            match self.late_on(&rules, due, applied) {
                Ok(Some(late)) => applied.pay_interest(late.interest.number() - &applied.interest),
                Ok(None) => {}
                Err(why) => applied.interest_unknown = Some(why.at(first.at)),
            }
        }
    }

    /// Why the interest of a period cannot be said, where an amount that is late is not known.
    pub(crate) fn late_unknown(&self, name: &Name, period: Option<&Period>) -> Eval<Option<Unknown>> {
        if self.interest_of(name).all().next().is_none() {
            return Ok(None);
        }
        let dues = self.dues(name)?;
        for due in dues.iter().filter(|d| period.is_none_or(|p| d.period.as_ref() == Some(p))) {
            match (&due.amount, due.due) {
                (Err(why), day) if day.is_none_or(|d| d < self.facts.as_of()) => {
                    return Ok(Some(why.clone()));
                }
                (Ok(amount), None) if amount.number().is_positive() => {
                    let reason = format!("the day on which `{name}` is due is not known");
                    return Ok(Some(Unknown::new(reason).at(due.at)));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Interest on one amount, given what was paid of it and when.
    fn late_on(&self, rules: &Clauses<'_>, due: &Due, applied: &Applied) -> Eval<Option<Late>> {
        let own_day = due.interest_from.or(due.due);
        let day = match applied.netted.as_ref().map(|n| &n.due) {
            // Of what is netted the balance is due, on its own day; while it waits none is.
            Some(Ok(day)) if applied.left(due).is_ok_and(|left| !left.number().is_zero()) => *day,
            Some(Err(why)) if applied.left(due).is_ok_and(|left| left.number().is_positive()) => {
                return Err(why.clone());
            }
            Some(Ok(day)) => day.or(own_day),
            _ => own_day,
        };
        let (Some(day), Ok(amount)) = (day, &due.amount) else { return Ok(None) };
        let Some(rule) = rules.begins(day) else { return Ok(None) };
        // What goes back to the payer bears no interest under this clause.
        if !amount.number().is_positive() {
            return Ok(None);
        }
        let own = applied.in_order();
        let left = amount.number() - &own.iter().map(|(_, n)| n.clone()).sum::<Exact>();
        let grace_end = match &rule.grace {
            Some(grace) => self.clock().shift(day, grace, false)?,
            None => day,
        };
        let start =
            if rule.from_day > 1 { day.add_days(i64::from(rule.from_day)).unwrap_or(day) } else { day };
        let as_of = self.facts.as_of();
        let mut principal = amount.number().clone();
        let mut compounded = Exact::zero();
        let mut interest = Exact::zero();
        let mut from = start;
        let mut steps = Vec::new();
        let mut stops: Vec<(Date, Option<Exact>)> = own.iter().map(|(d, n)| (*d, Some(n.clone()))).collect();
        stops.push((as_of, None));
        let breaks = rules.all().flat_map(|rule| self.breaks(rule, start, as_of));
        stops.extend(breaks.chain(rules.changes().filter(|d| *d > start && *d < as_of)).map(|d| (d, None)));
        let compounding = rules.all().flat_map(|rule| {
            let days = self.compounding(rule, start, as_of).into_iter();
            days.filter(|day| rules.on(*day).is_some_and(|now| now.at == rule.at))
        });
        let compounding: Vec<Date> = compounding.collect();
        stops.extend(compounding.iter().map(|d| (*d, None)));
        stops.sort();
        let settled = own.last().filter(|_| left.is_zero()).map(|(d, _)| *d);
        if settled.is_some_and(|d| d <= grace_end) || as_of <= grace_end {
            return Ok(None);
        }
        if let Some(why) = &rule.withheld {
            return Err(Unknown::new(format!("the day from which interest runs is {why}")));
        }
        let open = left.is_positive() || applied.netted.as_ref().is_some_and(|n| n.unknown.is_some());
        if let Some(why) = applied.unsure.as_ref().filter(|_| open) {
            return Err(why.clone());
        }
        for (stop, payment) in stops {
            if stop > as_of || settled.is_some_and(|d| stop > d) {
                break;
            }
            if stop > from
                && let Some(rule) = rules.on(from)
            {
                let rate = self.interest_rate(rule, self.fixed_on(rule, due, day)?.unwrap_or(from))?;
                let (time, shown) = time_between(rule, from, stop);
                let base = &principal + &compounded;
                let more = &base * &rate * time;
                interest += &more;
                let base = amount.with(base);
                let how = format!("{base} x {} x {shown}, from {from} to {stop}", percent(&rate));
                steps.push(Step::new("interest", amount.with(more)).how(how).by(rule.at));
            }
            from = from.max(stop);
            if compounding.contains(&stop) {
                compounded = interest.clone();
            }
            if let Some(payment) = payment {
                principal = &principal - &payment;
            }
        }
        if interest.is_zero() {
            return Ok(None);
        }
        if rule.legal_maximum {
            let note = Step::note("the legal maximum is not checked");
            steps.push(note.how("which rate the law allows is not known here").by(rule.at));
        }
        let value = self.round(&amount.with(interest));
        let what = due
            .period
            .map_or_else(|| format!("late interest on {}", due.stream), |p| format!("late interest for {p}"));
        Ok(Some(Late {
            period: due.period,
            paid: value.with(applied.interest.clone()),
            interest: value.clone(),
            step: Step::new(what, value).from(steps),
        }))
    }

    /// The day whose rate counts for an amount throughout, where a clause says one.
    fn fixed_on(&self, rule: &Interest, due: &Due, late_from: Date) -> Eval<Option<Date>> {
        let moment = match &rule.fixed_on {
            Some(FixedOn::Moment(moment)) => moment,
            Some(FixedOn::FirstLateDay) => return Ok(late_from.next_day()),
            None => return Ok(None),
        };
        let focus = Focus { period: due.period, ..Focus::default() };
        let day = self.clock().limit(moment, &focus)?;
        let day = day.ok_or_else(|| Unknown::not_yet("the day whose rate of interest counts has not come"));
        day.map(Some)
    }

    /// The days on which the rate changes.
    fn breaks(&self, rule: &Interest, from: Date, to: Date) -> Vec<Date> {
        match &rule.rate {
            InterestRate::Index(index, _) => {
                self.facts.index(index).map(|(day, _, _)| day).filter(|d| *d > from && *d < to).collect()
            }
            InterestRate::Fixed(_) => Vec::new(),
        }
    }

    /// The days on which interest is added to what bears interest: a day of the year that is named, or else the
    /// ends of quarters or years counted from the day interest begins to run.
    fn compounding(&self, rule: &Interest, from: Date, to: Date) -> Vec<Date> {
        let mut days = Vec::new();
        if let Some((month, day)) = rule.compounded_on {
            days.extend((from.year()..=to.year()).filter_map(|y| Date::new(y, month, day)));
        } else if let Some(kind) = rule.compounded {
            let mut n = 1;
            while let Some(day) = from.add_months(n * i64::from(kind.months())).filter(|d| *d < to) {
                days.push(day);
                n += 1;
            }
        }
        days.retain(|d| *d > from && *d < to);
        days
    }

    /// The yearly or monthly rate on a day.
    fn interest_rate(&self, rule: &Interest, day: Date) -> Eval<Exact> {
        let rate = match &rule.rate {
            InterestRate::Fixed(rate) => given(rate, "rate of interest")?,
            InterestRate::Index(index, margin) => {
                let mut found = None;
                for (told, _, value) in self.facts.index(index) {
                    if told <= day {
                        found = Some(value.clone());
                    }
                }
                let base =
                    found.ok_or_else(|| Unknown::new(format!("no value of {index} is told by {day}")))?;
                match margin {
                    Some(margin) => base + given(margin, "margin")?,
                    None => base,
                }
            }
        };
        match &rule.at_most {
            Some(most) => Ok(rate.min(given(most, "highest rate")?)),
            None => Ok(rate),
        }
    }
}

/// The years or months between two days, by which a rate is multiplied, and how they are reckoned.
fn time_between(rule: &Interest, from: Date, to: Date) -> (Exact, String) {
    let years = rule.count.fraction(from, to);
    let months = &years * Exact::from_int(12);
    let year = match rule.count {
        DayCount::Actual360 | DayCount::Thirty360 => Some(360),
        DayCount::Actual365 => Some(365),
        DayCount::ActualActual if from.year() != to.year() => None,
        DayCount::ActualActual => Some(if from.is_leap_year() { 366 } else { 365 }),
    };
    let over = year.map(|year| format!("{}/{year}", &years * Exact::from_int(year)));
    let over = over.unwrap_or_else(|| by_years(rule.count, from, to));
    match (rule.monthly, rule.count) {
        (false, _) => (years, over),
        (true, DayCount::Thirty360) => {
            let days = &months * Exact::from_int(30);
            let whole = months.decimal_places() == Some(0);
            let shown = match (whole, months == Exact::one()) {
                (true, true) => "1 month".to_string(),
                (true, false) => format!("{months} months"),
                (false, _) => format!("{days}/30 months"),
            };
            (months, shown)
        }
        (true, _) => (months, format!("12 x {over}")),
    }
}

/// The parts of a stretch in each of its years, where these are not of one length.
fn by_years(count: DayCount, from: Date, to: Date) -> String {
    let parts = (from.year()..=to.year()).filter_map(|year| {
        let start = Date::new(year, 1, 1)?;
        let (first, last) = (start.max(from), Date::new(year + 1, 1, 1)?.min(to));
        let length = if start.is_leap_year() { 366 } else { 365 };
        let days = count.fraction(first, last) * Exact::from_int(length);
        days.is_positive().then(|| format!("{days}/{length}"))
    });
    format!("({})", parts.collect::<Vec<_>>().join(" + "))
}
