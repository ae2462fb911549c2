//! Rights to end the agreement that do not stand below `terminate`: after a change of control, for as long as the text lets
//! that right be used, or as the choice of a trigger.

use crate::clock::Clock;
use crate::ended::Ender;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Effect, Trigger};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// Whether a clause that is not below `terminate` lets a party end the agreement.
pub(super) enum Otherwise {
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
    pub(super) fn ends_otherwise(&self, who: Ender<'_>, day: Date) -> Otherwise {
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
        for block in model.records.iter().filter(|r| r.clause == Form::FileAssignment) {
            let lines = block.all_below(Form::AssignmentControl);
            for line in lines.filter(|line| line.name_any(&|name| name == party || name.is_blank())) {
                // On another ground this right is not used.
                let used = ground.is_none_or(|ground| ground == "change of control");
                match self.control_over(block, line, party, day).filter(|_| used) {
                    None => return Otherwise::May,
                    Some(Ok(last)) if last >= day => return Otherwise::May,
                    Some(Ok(last)) => found = Otherwise::Over(last),
                    Some(Err(why)) => found = Otherwise::Unclear(why),
                }
            }
        }
        found
    }

    /// Until when a party may end the agreement after the last change of control of a line that was told; `None` where
    /// none was told, or its time does not run out.
    fn control_over(&self, block: &Record, line: &Record, party: &Name, day: Date) -> Option<Eval<Date>> {
        let of = line.name(Label::Of).filter(|of| !of.is_blank())?;
        let came = self.facts.happened().take_while(|event| event.date <= day).filter(|event| {
            matches!(&event.kind, EventKind::Told { word, parts, .. }
                if word == "control" && parts.name(Label::Of) == Some(of))
        });
        let came = came.last()?.date;
        let own = line.all(Label::Effect).find_map(|effect| match effect {
            Value::Parts(effect) if effect.name(Label::By) == Some(party) => effect.get(Label::Within),
            _ => None,
        });
        let all = block.below(Form::AssignmentWindow).and_then(|window| window.get(Label::Within));
        match own.or(all)? {
            Value::Duration(within) => Some(self.shift(came, within, false).map_err(|why| why.at(line.at))),
            _ => None,
        }
    }
}
