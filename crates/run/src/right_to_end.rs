//! Who may end the agreement, on what ground, and until when: what the text gives, and what has happened by a day.
//!
//! How an end that was told comes about, and on which day, is asked in `termination`. Where the text says who may end the
//! agreement, nobody else may: an entry by which another does ends nothing, and a warning says so. Where it says
//! nothing of it, the law may give a right, and an entry counts as it is told.

use crate::clock::{Clock, Focus};
use crate::curing;
use crate::ended::{Ended, Ender};
use crate::ends_otherwise::Otherwise;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Duration, Name, Value};

/// The ground of an end that needs none.
pub(crate) const AT_WILL: &str = "at will";

impl Clock<'_> {
    /// The clauses by which a party may end the agreement or a part of it, and those of which it is withheld who may.
    fn causes<'c>(&'c self, who: Ender<'c>, day: Date) -> impl Iterator<Item = &'c Record> {
        self.all_causes(who.what, day).filter(move |clause| {
            let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
            named.is_empty() || named.iter().any(|n| n == who.party || n.is_blank())
        })
    }

    /// The clauses by which anybody may end the agreement or a part of it.
    fn all_causes<'c>(&'c self, what: &'c Ended, day: Date) -> impl Iterator<Item = &'c Record> {
        let blocks = self.editions.on(day).records.iter().filter(|r| r.clause == Form::FileTerminate);
        let partial = blocks.clone().find_map(|block| block.below(Form::TerminatePartial));
        let all = blocks.flat_map(|block| block.all_below(Form::TerminateCause));
        all.filter(move |clause| what.is_under(clause, partial))
    }

    /// The notice a party must give to end the agreement on a ground; where that is not told, on any it may have.
    pub(super) fn notice_needed(&self, who: Ender<'_>, day: Date) -> Eval<Option<(Duration, At)>> {
        let Ender { party, ground, entry, .. } = who;
        let mut found: Vec<Option<(Duration, At)>> = Vec::new();
        for clause in self.causes(who, day) {
            let hidden = whose_or_why(clause, party);
            let here = match (ground_of(clause), ground) {
                (Some(of), _) if Name::from(of.as_str()).is_blank() => true,
                (of, Some(ground)) => of.as_deref() == Some(ground),
                (Some(of), None) => of == AT_WILL || self.has_come(&of, party, day),
                // Who ends the agreement on a test says that it holds, unless what was told refutes it.
                (None, None) => !matches!(self.facts.against(entry, clause.at), Some(Ok(_))),
            };
            if !here || !self.is_open(clause, day)? {
                continue;
            }
            if let Some(why) = hidden {
                return Err(why);
            }
            let notice = match clause.get(Label::Notice) {
                Some(Value::Duration(notice)) if !clause.has(Label::Cure) => {
                    Some((notice.clone(), clause.at))
                }
                _ => None,
            };
            let known =
                |n: &Option<(Duration, At)>| n.as_ref().map(|(n, _)| n) == notice.as_ref().map(|(n, _)| n);
            if !found.iter().any(known) {
                found.push(notice);
            }
        }
        match found.len() {
            0 | 1 => Ok(found.into_iter().next().flatten()),
            _ => {
                let why = format!(
                    "on what ground {party} ended the agreement on {day} is not told, and so not how long its notice \
                     is: add `at will`, `on breach` or another to `terminated`"
                );
                Err(Unknown::new(why).at(entry))
            }
        }
    }

    /// Why every right a party may have had to end the agreement is gone on a day: what bars it is so, the time to use it
    /// is over, or its test is refuted. `None` where one stands, or may.
    pub(crate) fn is_gone(&self, who: Ender<'_>, day: Date) -> Eval<Option<String>> {
        let Ender { party, ground, entry, .. } = who;
        let (mut gone, mut perhaps, mut unknown) = (None, None, None);
        let excuses = self.editions.on(day).records.iter().filter(|r| r.clause == Form::FileTerminate);
        for excuse in excuses.flat_map(|block| block.all_below(Form::TerminateExcused)) {
            match self.facts.against(entry, excuse.at) {
                Some(Ok(why)) => return Ok(Some(why.clone())),
                Some(Err(why)) => unknown = Some(why.clone().at(excuse.at)),
                None => {}
            }
        }
        let barred = |unknown: Option<Unknown>| unknown.map_or(Ok(None), Err);
        match self.ends_otherwise(who, day) {
            Otherwise::May => return barred(unknown),
            Otherwise::Over(last) => {
                gone = Some(format!("its right to end it after the change of control lapsed on {last}"));
            }
            Otherwise::Unclear(why) => perhaps = Some(why),
            Otherwise::No => {}
        }
        for clause in self.causes(who, day) {
            let of = ground_of(clause);
            let hidden = whose_or_why(clause, party);
            if ground.is_some() && of.as_deref() != ground && hidden.is_none() {
                continue;
            }
            if hidden.is_some() {
                let other = if clause.has(Label::Lapse) { &mut unknown } else { &mut perhaps };
                *other = hidden;
                continue;
            }
            let came = match of.as_deref() {
                Some(AT_WILL) => return barred(unknown),
                None => match self.facts.against(entry, clause.at) {
                    None => return barred(unknown),
                    Some(Ok(why)) => {
                        gone = Some(why.clone());
                        continue;
                    }
                    Some(Err(why)) => {
                        unknown = Some(why.clone().at(clause.at));
                        continue;
                    }
                },
                Some(of) => self.came(of, party, day),
            };
            let Some(came) = came else { continue };
            let Some(Value::Duration(lapse)) = clause.get(Label::Lapse) else { return barred(unknown) };
            match self.shift(came, lapse, false) {
                Ok(last) if last < day => gone = Some(format!("its right to end it lapsed on {last}")),
                Ok(_) => return barred(unknown),
                Err(why) => unknown = Some(why.at(clause.at)),
            }
        }
        match unknown.or(perhaps.filter(|_| gone.is_some())) {
            Some(why) => Err(why),
            None => Ok(gone),
        }
    }

    /// Whether a party may end the agreement at will, but not on this day: what it tells then ends nothing.
    pub(super) fn is_closed(&self, who: Ender<'_>, day: Date) -> bool {
        let ground = who.ground;
        let at_will = |clause: &&Record| ground_of(clause).as_deref() == Some(AT_WILL);
        let mut own: Vec<&Record> = self.causes(who, day).collect();
        if ground.is_none() && !own.iter().all(at_will) || ground.is_some_and(|ground| ground != AT_WILL) {
            return false;
        }
        own.retain(at_will);
        !own.is_empty() && own.iter().all(|clause| self.is_open(clause, day) == Ok(false))
    }

    /// From when a party may end the agreement at will, in words.
    pub(super) fn when_open(&self, who: Ender<'_>, day: Date) -> String {
        let party = who.party;
        let from = self.causes(who, day).find_map(|clause| {
            let from = clause.parts(Label::Cause)?.moment(Label::From)?;
            self.limit(from, &Focus::default()).ok()?.filter(|from| *from > day)
        });
        match from {
            Some(from) => format!("{party} may end it at will from {from} on"),
            None => "that day has not come, or is over".to_string(),
        }
    }

    /// Why the text gives a party no right to end the agreement on a ground. `None` where it gives one, or may, or where
    /// it says of nobody that he may end it.
    pub(crate) fn has_no_right(&self, who: Ender<'_>, day: Date) -> Option<String> {
        let Ender { party, ground, what, .. } = who;
        let records = &self.editions.on(day).records;
        let blocks = || records.iter().filter(|r| r.clause == Form::FileTerminate);
        if self.all_causes(what, day).next().is_none() {
            let has = |form| blocks().any(|block| block.below(form).is_some());
            if !what.is_whole() {
                // Where the text says which parts may end, others do not.
                let on_parts = |clause: &Record| clause.has(Label::Product);
                let mut causes = blocks().flat_map(|block| block.all_below(Form::TerminateCause));
                let says = !what.is_one_grant() && (has(Form::TerminatePartial) || causes.any(on_parts));
                return says.then(|| "the text lets other parts end, and not this one".to_string());
            }
            let any = has(Form::TerminateCause);
            return match any {
                true => Some("the text lets parts of it end, and not the whole".to_string()),
                false => has(Form::TerminateNever).then(|| "the text says that it never ends".to_string()),
            };
        }
        if !matches!(self.ends_otherwise(who, day), Otherwise::No) {
            return None;
        }
        let by_name = |clause: &Record| !matches!(clause.get(Label::Product), Some(Value::Word(_)));
        if what.is_one_grant() && !self.all_causes(what, day).any(by_name) {
            return None;
        }
        let mut own = self.causes(who, day).peekable();
        if own.peek().is_none() {
            return Some(format!("the text lets others end it, and not {party}"));
        }
        let ground = ground?;
        // A test has no name: which one is meant is not told.
        let gives = |clause: &Record| match ground_of(clause) {
            Some(of) => of == ground || Name::from(of.as_str()).is_blank(),
            None => true,
        };
        let by_name =
            !matches!(ground, AT_WILL | "breach" | "insolvency" | "challenge" | "change of control");
        (!by_name && !own.any(gives)).then(|| match ground {
            AT_WILL => format!("the text does not let {party} end it at will"),
            ground => format!("the text does not let {party} end it on {ground}"),
        })
    }

    /// The last day on which a breach may still be put right for which a party ends the agreement on a day, where that
    /// time runs; and whether it was.
    ///
    /// # Errors
    /// Where that day cannot be said.
    pub(super) fn curing(&self, who: Ender<'_>, day: Date) -> Eval<Option<(Date, bool)>> {
        let Ender { party, ground, .. } = who;
        let on_breach = |clause: &&Record| ground_of(clause).as_deref() == Some("breach");
        let all_on_breach = || self.causes(who, day).all(|clause| on_breach(&clause));
        if ground.map_or_else(|| !all_on_breach(), |ground| ground != "breach") {
            return Ok(None);
        }
        let told = |word: &'static str| {
            self.facts.happened().filter_map(move |event| match &event.kind {
                EventKind::Told { word: told, name, parts, .. }
                    if told == word && parts.name(Label::By).is_some_and(|by| by != party) =>
                {
                    Some((event.date, name))
                }
                _ => None,
            })
        };
        // Where nobody told of the breach before, whoever ends the agreement on it tells of it.
        let breach = told("breached").filter(|(on, _)| *on <= day).last();
        if breach.is_none() && ground.is_none() {
            return Ok(None);
        }
        let (breached, of) = breach.unwrap_or((day, &None));
        let notice = self.facts.happened().find(|event| match &event.kind {
            EventKind::Notice(notice) => {
                let of_it = breach.is_none() || breached <= event.date;
                notice.by == *party && of_it && event.date < day
            }
            _ => false,
        });
        let noticed = notice.map(|event| event.date);
        let from = noticed.unwrap_or(breached);
        // Where notice of it was given, the end is told once it has run, unless somebody is curing.
        if noticed.is_some() && !told("curing").any(|(on, _)| from <= on) {
            return Ok(None);
        }
        let theirs = |told: &Parts| {
            told.name(Label::By).is_some_and(|by| by != party) && curing::is_of(told, of.as_ref())
        };
        let model = self.editions.on(day);
        let is_debt = |name: &Name| model.pays.contains_key(name) || model.royalties.contains_key(name);
        let mut last: Option<Date> = None;
        for clause in self.causes(who, day).filter(on_breach) {
            let special = clause
                .get(Label::Special)
                .filter(|_| clause.word(Label::What) == Some("payment") && of.as_ref().is_some_and(is_debt));
            let cure = special.or_else(|| clause.get(Label::Cure));
            // Where one clause gives no time, no time runs.
            let Some(Value::Duration(cure)) = cure else { return Ok(None) };
            let longer = curing::while_curing(clause).filter(|_| special.is_none());
            let until = self.last_to_cure(from, (cure, longer), theirs).map_err(|why| why.at(clause.at))?;
            if noticed.is_some() && self.shift(from, cure, false).is_ok_and(|short| short == until) {
                return Ok(None);
            }
            last = Some(last.map_or(until, |other| other.min(until)));
        }
        let Some(last) = last.filter(|last| *last > day) else { return Ok(None) };
        Ok(Some((last, told("cured").any(|(on, _)| breached.min(from) <= on && on <= last))))
    }

    /// Whether the days from and until which a clause lets end the agreement hold a day.
    pub(crate) fn is_open(&self, clause: &Record, day: Date) -> Eval<bool> {
        let edge = |label| match clause.parts(Label::Cause).and_then(|cause| cause.moment(label)) {
            Some(moment) => self.limit(moment, &Focus::default()).map(Some),
            None => Ok(None),
        };
        let begun = edge(Label::From)?.is_none_or(|from| from.is_some_and(|from| from <= day));
        let over = edge(Label::Until)?.flatten().is_some_and(|until| until < day);
        Ok(begun && !over)
    }

    /// Whether the ground of a clause was told by a day, where the party cannot be the one who gave it.
    fn has_come(&self, ground: &str, party: &Name, day: Date) -> bool {
        self.came(ground, party, day).is_some()
    }

    /// The day by which the ground of a clause was first told, where the party cannot be the one who gave it.
    pub(crate) fn came(&self, ground: &str, party: &Name, day: Date) -> Option<Date> {
        let mut happened = self.facts.happened().take_while(|e| e.date <= day);
        let word = match ground {
            "breach" => "breached",
            "insolvency" => "insolvent",
            "challenge" => "challenged",
            "change of control" => "control",
            name => {
                let name = Name::from(name);
                let told = self.facts.told_any(&name, None).or_else(|| self.facts.began(&name, None));
                let told = told.or_else(|| self.facts.reached(&name, None, None));
                return told.filter(|told| *told <= day);
            }
        };
        let found = happened.find(|event| match &event.kind {
            EventKind::Told { word: told, parts, .. } => {
                let whose = [Label::By, Label::Party, Label::Of].into_iter().find_map(|of| parts.name(of));
                told == word && whose != Some(party)
            }
            _ => false,
        });
        found.map(|event| event.date)
    }
}

/// Why it is not known whether a clause lets a party end the agreement on a ground: who may, or on what, is withheld.
fn whose_or_why(clause: &Record, party: &Name) -> Option<Unknown> {
    let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
    let whose = !named.contains(party) && named.iter().any(Name::is_blank);
    let why = ground_of(clause).is_some_and(|of| Name::from(of.as_str()).is_blank());
    let what = clause.names(Label::Product).iter().any(Name::is_blank);
    (whose || why || what).then(|| {
        Unknown::new("who may end the agreement or a part of it, or on what ground, is redacted or open")
            .at(clause.at)
    })
}

/// The ground that an entry tells.
pub(super) fn ground_told(parts: &Parts) -> Option<String> {
    let on = parts.all(Label::On).find_map(word);
    on.or_else(|| parts.has(Label::Will).then(|| AT_WILL.to_string()))
}

/// The ground of a clause; `None` where it is a test.
pub(crate) fn ground_of(clause: &Record) -> Option<String> {
    let cause = clause.parts(Label::Cause);
    match cause.and_then(|cause| cause.get(Label::On)) {
        Some(on) => word(on),
        None if cause.is_some_and(|cause| cause.has(Label::When)) => None,
        None => Some(AT_WILL.to_string()),
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) => Some(name.to_string()),
        Value::Word(word) => Some(word.clone()),
        _ => None,
    }
}
