//! The ways out on a day: who may end the agreement on which ground, when it would be over, and what stands against it.

use super::{ExitPart, Way};
use crate::acting::may_act;
use crate::breaches::{BREACH, Breach, Standing, may_be_cured};
use crate::clock::{Focus, When};
use crate::ends::ground_came::Came;
use crate::ends::otherwise::{OnControl, Until};
use crate::ends::right_to_end::{AT_WILL, ground_of};
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Renewal, Same};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// What a way out is called whose ground is a test of its own.
pub(crate) const TEST: &str = "test";
/// The agreement runs out by itself.
pub(super) const EXPIRY: &str = "expiry";

impl Run<'_> {
    /// Every way out on the day asked about, as the clauses stand.
    pub(crate) fn ways_out(&self) -> Vec<Way> {
        let on = self.facts.as_of();
        let model = self.model_on(on);
        let mut out = Vec::new();
        for block in model.records.of(Form::FileTerminate) {
            for clause in block.all_below(Form::TerminateCause) {
                out.extend(self.ways_under(block, clause, on).into_iter().map(|(_, way)| way));
            }
        }
        out.extend(self.clock().rights_on_control(on).into_iter().map(|right| self.on_control(&right, on)));
        if let Ok(When::On(end)) = self.clock().runs_out(&Focus::default())
            && self.clock().terminated().is_none()
        {
            let at = model.header.at;
            let way = Way { cause: EXPIRY.into(), available: Some(true), ..Way::default() };
            let clause = self.place(at);
            out.push(
                match model.header.renews.as_ref().filter(|renewal| self.clock().is_to_renew(renewal)) {
                    Some(renewal) => Way { clause, ..self.runs_out_on_notice(renewal, way, end) },
                    None => Way { last_day: Some(end), clause, ..way },
                },
            );
        }
        out
    }

    /// The ways in which a part of the agreement may be ended by itself on the day asked about.
    pub(crate) fn ways_out_for(&self, part: &ExitPart) -> Vec<Way> {
        let on = self.facts.as_of();
        let model = self.model_on(on);
        let what = part.ended(model);
        let clock = self.clock();
        let lets: Vec<At> = clock.all_causes(&what, on).map(|clause| clause.at).collect();
        let mut out = Vec::new();
        for block in model.records.of(Form::FileTerminate) {
            for clause in block.all_below(Form::TerminateCause).filter(|clause| lets.contains(&clause.at)) {
                out.extend(self.ways_under(block, clause, on).into_iter().map(|(_, way)| way));
            }
        }
        out
    }

    /// The ways out that a clause gives, each with whose it is.
    pub(super) fn ways_under(&self, block: &Record, clause: &Record, on: Date) -> Vec<(Name, Way)> {
        let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
        let parties = if named.is_empty() { self.model_on(on).header.parties.clone() } else { named };
        let way = |party: Name| {
            let way = self.way_out(block, clause, &party, on);
            (party, way)
        };
        parties.into_iter().map(way).collect()
    }

    /// The way out after a change of control.
    fn on_control(&self, right: &OnControl<'_>, on: Date) -> Way {
        let way = Way {
            by: Some(self.who_ends(right.by)),
            cause: "change of control".into(),
            available: Some(true),
            last_day: Some(on),
            clause: self.place(right.line.at),
            ..Way::default()
        };
        let (available, why, clock) = match &right.until {
            Until::Untold(why) => (Some(false), Some(why.clone()), None),
            Until::Open => (Some(true), None, None),
            Until::Day(last) if *last < on => {
                (Some(false), Some(format!("the right lapsed on {last}")), None)
            }
            Until::Day(last) => (Some(true), None, Some(format!("to be used by {last}"))),
            Until::Unclear(why) => (None, Some(why.reason.clone()), None),
        };
        let (available, why) = match &right.doubt {
            Some(doubt) if available == Some(true) => (None, Some(doubt.reason.clone())),
            _ => (available, why),
        };
        Way { available, why, clock, ..way }
    }

    /// An agreement that renews itself runs out with the first term against whose renewal there is time to give notice;
    /// without one, with its last.
    fn runs_out_on_notice(&self, renewal: &Renewal, way: Way, end: Date) -> Way {
        match self.clock().to_refuse(renewal, 1) {
            Err(why) => Way { available: None, why: Some(why.reason), ..way },
            Ok(terms) => match terms.first() {
                Some((end, last)) => {
                    let clock = format!("notice against the renewal by {last}");
                    Way { last_day: Some(*end), clock: Some(clock), ..way }
                }
                None => Way { last_day: Some(end), ..way },
            },
        }
    }

    fn way_out(&self, block: &Record, clause: &Record, party: &Name, on: Date) -> Way {
        let ground = ground_of(clause).unwrap_or_else(|| TEST.to_string());
        let mut way = Way {
            by: Some(self.who_ends(party)),
            cause: ground.clone(),
            part: part_of(clause),
            available: Some(true),
            clause: self.place(clause.at),
            ..Way::default()
        };
        let (started, against) = match self.against(block, clause, party, &ground, on) {
            Ok(found) => found,
            Err(why) => {
                way.available = None;
                way.why = Some(why.reason);
                (on, None)
            }
        };
        if let Some(why) = against {
            way.available = Some(false);
            way.why = Some(why);
        }
        let used = match way.available {
            Some(true) => self.last_to_use(clause, party, &ground, on).ok().flatten(),
            _ => None,
        };
        match self.over_on(clause, party, started) {
            Ok((end, how)) => {
                way.last_day = Some(end.max(on));
                let used = used.map(|last| format!("to be used by {last}"));
                let clocks: Vec<String> = how.into_iter().chain(used).collect();
                way.clock = (!clocks.is_empty()).then(|| clocks.join("; "));
            }
            Err(why) => way.why = way.why.or(Some(why.reason)),
        }
        way
    }

    /// Who may do now what a clause lets a party do: whoever has its part in the agreement.
    fn who_ends(&self, party: &Name) -> String {
        Name::list(&self.who_has(std::slice::from_ref(party), None))
    }

    /// The day its clocks begin, and what stands against a way out.
    fn against(
        &self,
        block: &Record,
        clause: &Record,
        party: &Name,
        ground: &str,
        on: Date,
    ) -> Eval<(Date, Option<String>)> {
        let no = |why: String| Ok((on, Some(why)));
        if block.below(Form::TerminateNever).is_some() {
            return no("the agreement never ends: a breach brings damages only".into());
        }
        let focus = Focus::default();
        for excuse in block.all_below(Form::TerminateExcused) {
            if let Some(condition) = excuse.condition(Label::While)
                && self.holds_on(condition, on, &focus)?
            {
                return no(format!("what bars it is so ({})", self.place(excuse.at)));
            }
        }
        if !self.clock().is_open(clause, on)? {
            return no("it is not open on that day".into());
        }
        if ground == AT_WILL {
            return Ok((on, None));
        }
        if ground == TEST {
            let test = clause.parts(Label::Cause).and_then(|cause| cause.condition(Label::When));
            return match test.map(|test| self.holds_on(test, on, &focus)) {
                Some(Ok(true)) => match self.last_to_use(clause, party, ground, on)? {
                    Some(last) if last < on => no(format!("the right lapsed on {last}")),
                    _ => Ok((on, None)),
                },
                None => Ok((on, None)),
                Some(Ok(false)) => no(format!("{} does not hold on that day", self.test_in_words(clause))),
                Some(Err(why)) => Err(why),
            };
        }
        let came = match self.clock().came_or_by_word(clause, ground, (party, None), on) {
            Came::Unclear(why) => return Err(why.at(clause.at)),
            Came::Not(why) => return no(why),
            Came::ByWord if ground == BREACH => {
                return no(format!("no breach by another party than {party} is told"));
            }
            Came::ByWord => return no(format!("no {ground} is told that {party} could end it on")),
            Came::On(came) => came,
        };
        if may_be_cured(clause) {
            return match self.clock().on_breach(clause, party, on)? {
                None => no(format!("no {ground} is told that {party} could end it on")),
                Some(Standing::Open { from, .. }) => Ok((from, None)),
                Some(other) => Ok((on, other.closed())),
            };
        }
        if let Some(last) = self.last_to_use(clause, party, ground, on)?.filter(|last| *last < on) {
            return no(format!("the right lapsed on {last}"));
        }
        // Notice of what happened may have been given before.
        for event in self.facts.happened().filter(|event| event.date >= came) {
            let EventKind::Notice(notice) = &event.kind else { continue };
            let of = std::slice::from_ref(party);
            match self.acts_for(&notice.by, of, None, event.date) {
                Same::Yes => return Ok((event.date, None)),
                Same::Perhaps => return Err(may_act(event, &notice.by, of)),
                Same::No => {}
            }
        }
        Ok((on, None))
    }

    /// The last day on which a way out may be used whose ground has come; `None` where the text sets no time for it, or where
    /// that day is not known and the way is open all the same.
    ///
    /// # Errors
    /// Where it is not known whether that day is over.
    pub(super) fn last_to_use(
        &self,
        clause: &Record,
        party: &Name,
        ground: &str,
        on: Date,
    ) -> Eval<Option<Date>> {
        let Some(Value::Duration(lapse)) = clause.get(Label::Lapse) else { return Ok(None) };
        if ground == TEST {
            let test = clause.parts(Label::Cause).and_then(|cause| cause.condition(Label::When));
            let last = test.map(|test| self.last_to_end_on(clause, test, on, &Focus::default()));
            let Some(last) = last.transpose()?.flatten() else { return Ok(None) };
            return Ok(if last.is_before(on)? { Some(last.last) } else { last.sure() });
        }
        let clock = self.clock();
        let came = match may_be_cured(clause) {
            // Of several breaches the last may be used longest.
            true => {
                let open = |breach: &Breach<'_>| {
                    let standing = clock.standing(clause, party, *breach, on);
                    standing.is_ok_and(|standing| standing.closed().is_none())
                };
                clock.breaches(clause, party, on)?.into_iter().rfind(open).map(|breach| breach.on)
            }
            false => clock.came_under(clause, ground, party, on)?,
        };
        came.map(|came| clock.shift(came, lapse, false).map_err(|why| why.at(clause.at))).transpose()
    }

    /// The test of a way out, in the words of its clause.
    fn test_in_words(&self, clause: &Record) -> String {
        let said = self.said(clause);
        let test = said.split_once(" when ").map(|(_, test)| test);
        // Its times stand behind it.
        let test = test.map(|test| before(before(test, ": "), "; "));
        test.map_or_else(|| "its test".to_string(), |test| format!("`{test}`"))
    }

    /// The last day of the agreement where a party acts on a day: notice and the time to cure run side by side.
    fn over_on(&self, clause: &Record, party: &Name, from: Date) -> Eval<(Date, Option<String>)> {
        let length = |label| match clause.get(label) {
            Some(Value::Duration(length)) => Some(length.clone()),
            _ => None,
        };
        let (notice, cure) = (length(Label::Notice), length(Label::Cure));
        if may_be_cured(clause) {
            return self.over_on_breach(clause, party, from);
        }
        let mut end = from;
        for length in [&notice, &cure].into_iter().flatten() {
            end = end.max(self.clock().shift(from, length, false).map_err(|why| why.at(clause.at))?);
        }
        let words = [("notice", notice), ("cure", cure)].into_iter();
        let words: Vec<String> = words
            .filter_map(|(what, length)| Some(format!("{what} {}", super::words::length(&length?))))
            .collect();
        let how = (!words.is_empty()).then(|| format!("{} from {from}", words.join(", ")));
        Ok((end, how))
    }

    /// The same on a breach, whose own clocks run.
    fn over_on_breach(&self, clause: &Record, party: &Name, from: Date) -> Eval<(Date, Option<String>)> {
        let (clock, on) = (self.clock(), self.facts.as_of());
        let now = Breach { on, by: None, of: None };
        let found = match clock.on_breach(clause, party, on)? {
            Some(found) => found,
            None => clock.standing(clause, party, now, on)?,
        };
        let own = clock.breaches(clause, party, on)?.into_iter().rev().find(|breach| breach.on <= from);
        let times = clock.times(clause, own.and_then(|breach| breach.of), on);
        let words = [("notice", times.notice), ("cure", times.cure.filter(|_| clause.has(Label::Cure)))];
        let words: Vec<String> = words
            .into_iter()
            .filter_map(|(what, length)| Some(format!("{what} {}", super::words::length(length?))))
            .collect();
        let how = (!words.is_empty()).then(|| format!("{} from {from}", words.join(", ")));
        match found {
            Standing::Open { end, .. } => Ok((end?, how)),
            _ => Ok((on, None)),
        }
    }
}

/// For what alone a clause lets the agreement be ended.
fn part_of(clause: &Record) -> Option<String> {
    match clause.get(Label::Product)? {
        Value::Word(each) => Some(each.clone()),
        _ => {
            let names = clause.names(Label::Product);
            let names = if names.is_empty() { clause.names(Label::Names) } else { names };
            Some(super::Name::list(&names))
        }
    }
}

/// What of a text stands before another.
fn before<'t>(text: &'t str, other: &str) -> &'t str {
    text.split_once(other).map_or(text, |(before, _)| before)
}
