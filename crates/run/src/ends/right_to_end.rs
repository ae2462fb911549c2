//! Who may end the agreement, on what ground, and until when: what the text gives, and what has happened by a day.
//!
//! How an end that was told comes about, and on which day, is asked in `termination`. Where the text says who may end the
//! agreement, nobody else may: an entry by which another does ends nothing, and a warning says so. Where it says
//! nothing of it, the law may give a right, and an entry counts as it is told.

use crate::breaches::may_be_cured;
use crate::clock::{Clock, Focus};
use crate::ends::alone::{Alone, alone};
use crate::ends::ended::{self, Ended, Ender};
use crate::ends::ground_came::Came;
use crate::ends::otherwise::Otherwise;
use crate::unknown::{Eval, Unknown};
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
    pub(crate) fn all_causes<'c>(&'c self, what: &'c Ended, day: Date) -> impl Iterator<Item = &'c Record> {
        let model = self.editions.on(day);
        let blocks = model.records.of(Form::FileTerminate);
        let partial = blocks.clone().find_map(|block| block.below(Form::TerminatePartial));
        let all: Vec<&Record> = blocks.flat_map(|block| block.all_below(Form::TerminateCause)).collect();
        let listed = partial.is_some() || all.iter().any(|clause| clause.has(Label::Product));
        let says = if listed { ended::Parts::Listed(partial) } else { ended::Parts::Silent };
        let is_grant = alone(what, model) == Some(Alone::Grant);
        all.into_iter().filter(move |clause| what.is_under(clause, &says, is_grant))
    }

    /// Whether the text says who may end something, or that nobody may.
    pub(crate) fn says_who_may_end(&self, what: &Ended, day: Date) -> bool {
        let mut blocks = self.editions.on(day).records.of(Form::FileTerminate);
        self.all_causes(what, day).next().is_some()
            || blocks.any(|block| block.below(Form::TerminateNever).is_some())
    }

    /// Whether a clause on the end lets a party end something on the ground it tells, or may.
    pub(crate) fn names_ground(&self, who: Ender<'_>, day: Date) -> bool {
        let on_it = |of: String| Some(of.as_str()) == who.ground || Name::from(of.as_str()).is_blank();
        self.causes(who, day).any(|clause| ground_of(clause).is_some_and(on_it))
    }

    /// Whether a clause on the end names what is ended.
    pub(crate) fn names_it(&self, what: &Ended, day: Date) -> bool {
        self.all_causes(what, day).any(|clause| what.is_named(clause))
    }

    /// The notice a party must give to end the agreement on a ground; where that is not told, on any it may have.
    pub(crate) fn notice_needed(&self, who: Ender<'_>, day: Date) -> Eval<Option<(Duration, At)>> {
        let Ender { party, entry, .. } = who;
        let mut found: Vec<Option<(Duration, At)>> = Vec::new();
        for clause in self.causes(who, day) {
            let hidden = whose_or_why(clause, party);
            if !self.may_be_meant(clause, who, day) || !self.is_open(clause, day)? {
                continue;
            }
            if let Some(why) = hidden {
                return Err(why);
            }
            let notice = match clause.get(Label::Notice) {
                // The clocks of what may be put right are its own.
                Some(Value::Duration(notice)) if !may_be_cured(clause) => Some((notice.clone(), clause.at)),
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
        // What has not been told shuts a way only where no other may be meant of which a party's word counts.
        let (mut untold, mut by_word) = (None, false);
        let excuses = self.editions.on(day).records.of(Form::FileTerminate);
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
            Otherwise::Untold(why) => untold = Some(why),
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
                Some(of) => match self.came_or_by_word(clause, of, (party, who.what.one()), day) {
                    Came::On(_) if may_be_cured(clause) => match self.on_breach(clause, party, day) {
                        Ok(None) => continue,
                        Ok(Some(standing)) => match standing.closed() {
                            None => return barred(unknown),
                            Some(why) => {
                                gone = Some(why);
                                continue;
                            }
                        },
                        Err(why) => {
                            unknown = Some(why);
                            continue;
                        }
                    },
                    Came::On(came) => came,
                    Came::Unclear(why) => {
                        unknown = Some(why.at(clause.at));
                        continue;
                    }
                    Came::Not(why) => {
                        untold = Some(why);
                        continue;
                    }
                    Came::ByWord => {
                        by_word = true;
                        continue;
                    }
                },
            };
            let Some(Value::Duration(lapse)) = clause.get(Label::Lapse) else { return barred(unknown) };
            match self.shift(came, lapse, false) {
                Ok(last) if last < day => gone = Some(format!("its right to end it lapsed on {last}")),
                Ok(_) => return barred(unknown),
                Err(why) => unknown = Some(why.at(clause.at)),
            }
        }
        let gone = gone.or(untold.filter(|_| !by_word));
        match unknown.or(perhaps.filter(|_| gone.is_some())) {
            Some(why) => Err(why),
            None => Ok(gone),
        }
    }

    /// Whether a party may end the agreement at will, but not on this day: what it tells then ends nothing.
    pub(crate) fn is_closed(&self, who: Ender<'_>, day: Date) -> bool {
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
    pub(crate) fn when_open(&self, who: Ender<'_>, day: Date) -> String {
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
        if let Some(why) = self.control_is_of_others(who, day) {
            return Some(why);
        }
        let records = &self.editions.on(day).records;
        let blocks = || records.iter().filter(|r| r.clause == Form::FileTerminate);
        if self.all_causes(what, day).next().is_none() {
            let has = |form| blocks().any(|block| block.below(form).is_some());
            if !what.is_whole() {
                // Where the text says which parts may end, others do not.
                let on_parts = |clause: &Record| clause.has(Label::Product);
                let mut causes = blocks().flat_map(|block| block.all_below(Form::TerminateCause));
                let says = what.one().is_none() && (has(Form::TerminatePartial) || causes.any(on_parts));
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
        let mut own = self.causes(who, day).peekable();
        if own.peek().is_none() {
            return Some(format!("the text lets others end it, and not {party}"));
        }
        let ground = ground?;
        // A test has no name: which one is meant is not told.
        let gives = |clause: &Record| match ground_of(clause) {
            Some(of) => of == ground || Name::from(of.as_str()).is_blank(),
            None => ground != AT_WILL,
        };
        let by_name =
            !matches!(ground, AT_WILL | "breach" | "insolvency" | "challenge" | "change of control");
        (!by_name && !own.any(gives)).then(|| match ground {
            AT_WILL => format!("the text does not let {party} end it at will"),
            ground => format!("the text does not let {party} end it on {ground}"),
        })
    }

    /// The clauses by which a party ends the agreement on a day for what may be put right, where it may mean no others.
    pub(crate) fn curable<'c>(&'c self, who: Ender<'c>, day: Date) -> Vec<&'c Record> {
        let meant: Vec<&Record> =
            self.causes(who, day).filter(|clause| self.may_be_meant(clause, who, day)).collect();
        // Where nothing of it was told before, whoever ends it on such a ground alone tells of it.
        let by_word = |clause: &&Record| {
            let ground = ground_of(clause).filter(|of| of != AT_WILL);
            let on = (who.party, who.what.one());
            ground.is_none_or(|of| !matches!(self.came_or_by_word(clause, &of, on, day), Came::Not(_)))
        };
        let meant = if meant.is_empty() { self.causes(who, day).filter(by_word).collect() } else { meant };
        let all = meant.iter().all(|clause| may_be_cured(clause));
        if all { meant } else { Vec::new() }
    }

    /// The lines that say whether a party may end something: those it might use, and those by which nobody may.
    pub(crate) fn lines_on_ends<'c>(&'c self, who: Ender<'c>, day: Date) -> Vec<&'c Record> {
        let blocks = self.editions.on(day).records.of(Form::FileTerminate);
        let never = blocks.filter_map(|block| block.below(Form::TerminateNever));
        self.causes(who, day).chain(never).collect()
    }

    /// The clauses by which a party that ended the agreement may have done so.
    pub(crate) fn meant<'c>(&'c self, who: Ender<'c>, day: Date) -> Vec<&'c Record> {
        self.causes(who, day).filter(|clause| self.may_be_meant(clause, who, day)).collect()
    }

    /// Whether a party that ends the agreement may mean a clause: its ground is the one told or, where none is told, has
    /// come, or is one of which its own word counts.
    fn may_be_meant(&self, clause: &Record, who: Ender<'_>, day: Date) -> bool {
        let Ender { party, ground, entry, .. } = who;
        match (ground_of(clause), ground) {
            (Some(of), _) if Name::from(of.as_str()).is_blank() => true,
            (of, Some(ground)) => of.as_deref() == Some(ground),
            (Some(_), None) if may_be_cured(clause) => {
                let standing = self.on_breach(clause, party, day);
                standing.map_or(true, |standing| standing.is_some_and(|so| so.closed().is_none()))
            }
            (Some(of), None) => {
                let came = || self.ground_came(clause, &of, (party, who.what.one()), day);
                of == AT_WILL || matches!(came(), Came::On(_) | Came::Unclear(_))
            }
            // Who ends the agreement on a test says that it holds, unless what was told refutes it.
            (None, None) => !matches!(self.facts.against(entry, clause.at), Some(Ok(_))),
        }
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
pub(crate) fn ground_told(parts: &Parts) -> Option<String> {
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
