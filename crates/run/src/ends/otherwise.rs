//! Rights to end the agreement that do not stand below `terminate`: after a change of control, for as long as the text lets
//! that right be used, or as the choice of a trigger.

use crate::clock::Clock;
use crate::ends::ended::Ender;
use crate::ends::ground_came::has_entries;
use crate::unknown::Unknown;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Effect, Trigger};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// Whether a clause that is not below `terminate` lets a party end the agreement.
pub(crate) enum Otherwise {
    /// None does.
    No,
    /// One does.
    May,
    /// One did until a day.
    Over(Date),
    /// Until when one does cannot be said.
    Unclear(Unknown),
    /// What one hangs on is not told: in words.
    Untold(String),
}

impl Clock<'_> {
    /// Whether another clause lets a party end the agreement: after a change of control, while its time runs, or as the
    /// choice of a trigger.
    pub(crate) fn ends_otherwise(&self, who: Ender<'_>, day: Date) -> Otherwise {
        if !who.what.is_whole() {
            return Otherwise::No;
        }
        let Ender { party, ground, .. } = who;
        let model = self.editions.on(day);
        let chooses = |trigger: &Trigger| {
            trigger.choice.as_ref().is_some_and(|(who, _, effects)| {
                let ends = |effect: &Value| Effect::read(effect).is_some_and(|effect| effect.name.is_none());
                (who == party || who.is_blank()) && effects.iter().any(ends)
            })
        };
        // What is told to rest on an insolvency or the like is no choice of a trigger.
        if !ground.is_some_and(has_entries) && model.triggers.iter().any(chooses) {
            return Otherwise::May;
        }
        let mut found = Otherwise::No;
        for right in self.rights_on_control(day).into_iter().filter(|right| right.is_of(party)) {
            // On another ground this right is not used.
            match (ground, right.until) {
                (Some("change of control"), Until::Untold(why)) => found = Otherwise::Untold(why),
                (None | Some("change of control"), Until::Open) => return Otherwise::May,
                (None | Some("change of control"), Until::Day(last)) if last >= day => return Otherwise::May,
                (None | Some("change of control"), Until::Day(last)) => found = Otherwise::Over(last),
                (None | Some("change of control"), Until::Unclear(why)) => found = Otherwise::Unclear(why),
                _ => {}
            }
        }
        found
    }

    /// The rights to end the agreement after a change of control.
    pub(crate) fn rights_on_control(&self, day: Date) -> Vec<OnControl<'_>> {
        let mut out = Vec::new();
        for block in self.editions.on(day).records.of(Form::FileAssignment) {
            for line in block.all_below(Form::AssignmentControl) {
                let own = line.all(Label::Effect).filter_map(|effect| match effect {
                    Value::Parts(effect) if !effect.has(Label::Effect) => {
                        Some((effect.name(Label::By)?, effect))
                    }
                    _ => None,
                });
                out.extend(own.map(|(by, effect)| {
                    let all =
                        block.below(Form::AssignmentWindow).and_then(|window| window.get(Label::Within));
                    let within = effect.get(Label::Within).or(all);
                    let (until, doubt) = self.until_after_control(line, within, day);
                    OnControl { by, line, until, doubt }
                }));
            }
        }
        out
    }

    /// Why a party has no right to end the agreement on a change of control: other clauses than those on the end give it
    /// to others alone.
    pub(crate) fn control_is_of_others(&self, who: Ender<'_>, day: Date) -> Option<String> {
        if who.ground != Some("change of control") || !who.what.is_whole() {
            return None;
        }
        let rights = self.rights_on_control(day);
        if rights.is_empty()
            || rights.iter().any(|right| right.is_of(who.party))
            || self.names_ground(who, day)
        {
            return None;
        }
        let others: Vec<Name> = rights.iter().map(|right| right.by.clone()).collect();
        let (others, party) = (Name::list(&others), who.party);
        Some(format!("the text lets {others} end it on a change of control, and not {party}"))
    }

    /// Until when a party may end the agreement after the last change of control of a line that was told, and why it is
    /// not known whether it is one that the line is on.
    fn until_after_control(
        &self,
        line: &Record,
        within: Option<&Value>,
        day: Date,
    ) -> (Until, Option<Unknown>) {
        let Some(of) = line.name(Label::Of).filter(|of| !of.is_blank()) else { return (Until::Open, None) };
        let came = self.control_came(line).into_iter().take_while(|(event, _)| event.date <= day).last();
        let Some((came, doubt)) = came else {
            let whom = line.name(Label::Competitor).map(|of| format!(" to a competitor of {of}"));
            let why = format!("no change of control of {of}{} is told", whom.unwrap_or_default());
            return (Until::Untold(why), None);
        };
        let until = match within {
            Some(Value::Duration(within)) => match self.shift(came.date, within, false) {
                Ok(last) => Until::Day(last),
                Err(why) => Until::Unclear(why.at(line.at)),
            },
            _ => Until::Open,
        };
        (until, doubt)
    }
}

/// The right of a party to end the agreement after a change of control.
pub(crate) struct OnControl<'r> {
    /// Who may.
    pub by: &'r Name,
    /// The clause.
    pub line: &'r Record,
    /// Until when.
    pub until: Until,
    /// Why it is not known whether the change of control told gives it.
    pub doubt: Option<Unknown>,
}

impl OnControl<'_> {
    fn is_of(&self, party: &Name) -> bool {
        self.by == party || self.by.is_blank()
    }
}

/// Until when a right lasts that comes with a fact.
pub(crate) enum Until {
    /// Nobody told of the fact: in words.
    Untold(String),
    /// It has come, and the right does not run out.
    Open,
    /// To a day.
    Day(Date),
    /// That cannot be said.
    Unclear(Unknown),
}
