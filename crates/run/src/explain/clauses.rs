//! A clause as a reason: line by line, each as it stands and, where it asks for something, whether that is so.

use crate::clock::Focus;
use crate::engine::Run;
use crate::statement::Line;
use crate::trace::Step;
use counterpart_num::{Date, Period};
use counterpart_syntax::{Clause, Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::FeeWhen;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Condition, Duration, Name};

impl Line {
    /// Whether it, or a reason below it, names a clause or an entry.
    pub(super) fn is_placed(&self) -> bool {
        self.clause.is_some() || self.lines.iter().any(Line::is_placed)
    }
}

impl Run<'_> {
    /// The clause a name stands for on the day asked about, with its lines.
    pub(crate) fn clause_in_steps(&self, name: &Name) -> Option<Step> {
        let is = |record: &&Record| record.name(Label::Name) == Some(name);
        let record = self.named_on(self.facts.as_of(), |model| model.records.iter().find(is))?;
        Some(self.record_in_steps(record))
    }

    /// A clause with its lines.
    pub(crate) fn record_in_steps(&self, record: &Record) -> Step {
        let lines = record.below.iter().map(|line| self.line_in_steps(line)).collect();
        let said =
            record.name(Label::Name).map_or("the clause".to_string(), |name| format!("the clause on {name}"));
        Step::note(said).by(record.at).from(lines)
    }

    /// One line of a clause: what it asks for stands below it.
    pub(crate) fn line_in_steps(&self, line: &Record) -> Step {
        let on = self.facts.as_of();
        let asked = self.asked_by(line).map(|condition| self.why_so(condition, on, 1));
        let mut parts: Vec<Step> = asked.into_iter().collect();
        parts.extend(line.below.iter().map(|line| self.line_in_steps(line)));
        Step::note("it says").by(line.at).from(parts)
    }

    /// The clause that stands at a place.
    pub(crate) fn record_at(&self, at: At) -> Option<&Record> {
        self.named_on(self.facts.as_of(), |model| model.records.iter().find(|record| record.at == at))
    }

    /// The first line of a form below the clause that stands at a place.
    pub(crate) fn line_below(&self, at: At, form: Form) -> Option<At> {
        self.record_at(at).and_then(|record| record.below(form)).map(|line| line.at)
    }

    /// The line of a form right below the line that stands at a place, which may stand below others itself; where there is
    /// none, the place.
    pub(crate) fn line_of(&self, at: At, form: Form) -> At {
        self.line_with(at, form, |_| true)
    }

    /// The same of those that are so.
    pub(crate) fn line_with(&self, at: At, form: Form, is: impl Fn(Clause<'_>) -> bool) -> At {
        let found = || {
            let file = self.machine.deal.files.get(at.file)?;
            let mut lines = file.tree.clause_at(at.start)?.children();
            let line = lines.find(|line| line.form() == Some(form) && is(*line))?;
            Some(file.lines.at(at.file, line.span()))
        };
        found().unwrap_or(at)
    }

    /// What came of what is to be nothing, over the time that is looked at.
    pub(crate) fn why_nil(&self, left: &Amount, lasting: Option<&Duration>, focus: &Focus) -> Step {
        let span = lasting.and_then(Duration::span);
        let longer = focus.period.zip(span).and_then(|(period, span)| {
            let start = span.before(period.end, self.calendar()).and_then(Date::next_day)?;
            Period::new(start, period.end)
        });
        let period = longer.or(focus.period);
        let over = period.map_or(String::new(), |period| format!(" over {period}"));
        match self.amount(left, &Focus { period, ..focus.clone() }) {
            Ok((value, step)) => Step::note(format!("{value}{over}")).from(vec![step]),
            Err(why) => Step::unknown(&why),
        }
    }

    /// What a line asks for.
    fn asked_by<'r>(&'r self, line: &'r Record) -> Option<&'r Condition> {
        let labels = [Label::When, Label::While, Label::Where];
        let cause = line.parts(Label::Cause);
        let own =
            labels.into_iter().find_map(|label| line.condition(label).or_else(|| cause?.condition(label)));
        own.or_else(|| {
            let pays = self.model_now().pays.values().flat_map(|pay| &pay.instalments);
            match &pays.into_iter().find(|one| one.at == line.at)?.when {
                FeeWhen::When { when, .. } => Some(when),
                FeeWhen::Each { while_, .. } => while_.as_ref(),
                _ => None,
            }
        })
    }
}
