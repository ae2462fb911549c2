//! Rights to end the agreement that do not stand below `terminate`: after a change of control, for as long as the text lets
//! that right be used, or as the choice of a trigger.

use crate::clock::Clock;
use crate::ends::ended::Ender;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
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
        if model.triggers.iter().any(chooses) {
            return Otherwise::May;
        }
        let mut found = Otherwise::No;
        for right in self.rights_on_control(day).into_iter().filter(|right| right.is_of(party)) {
            // On another ground this right is not used; who ends it on this one tells of it.
            match (ground, right.until) {
                (Some("change of control"), Until::Untold) => return Otherwise::May,
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
                    OnControl { by, line, until: self.until_after_control(line, within, day) }
                }));
            }
        }
        out
    }

    /// Until when a party may end the agreement after the last change of control of a line that was told.
    fn until_after_control(&self, line: &Record, within: Option<&Value>, day: Date) -> Until {
        let Some(of) = line.name(Label::Of).filter(|of| !of.is_blank()) else { return Until::Open };
        let came = self.facts.happened().take_while(|event| event.date <= day).filter(|event| {
            matches!(&event.kind, EventKind::Told { word, parts, .. }
                if word == "control" && parts.name(Label::Of) == Some(of))
        });
        let Some(came) = came.last().map(|event| event.date) else { return Until::Untold };
        match within {
            Some(Value::Duration(within)) => match self.shift(came, within, false) {
                Ok(last) => Until::Day(last),
                Err(why) => Until::Unclear(why.at(line.at)),
            },
            _ => Until::Open,
        }
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
}

impl OnControl<'_> {
    fn is_of(&self, party: &Name) -> bool {
        self.by == party || self.by.is_blank()
    }
}

/// Until when a right lasts that comes with a fact.
pub(crate) enum Until {
    /// Nobody told of the fact.
    Untold,
    /// It has come, and the right does not run out.
    Open,
    /// To a day.
    Day(Date),
    /// That cannot be said.
    Unclear(Unknown),
}
