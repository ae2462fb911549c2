//! Why the agreement as a whole is in force, or has ended: what renewed it, what ended it and by which clause, and what was told
//! as its end and ended nothing.

use crate::breaches::may_be_cured;
use crate::clock::{Focus, When};
use crate::ends::ended::{Ended, Ender};
use crate::ends::in_vain;
use crate::ends::right_to_end::{ground_of, ground_told};
use crate::ends::termination::{Termination, of_termination};
use crate::engine::Run;
use crate::trace::Step;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;

impl Run<'_> {
    /// Since when the agreement is in force, what renewed it, and what ended it in vain.
    pub(super) fn why_agreement(&self, on: Date) -> Option<Step> {
        let from = self.clock().effective()?;
        let mut parts = Vec::new();
        let header = &self.model_on(on).header;
        if let (Some(renewal), Ok(When::On(first))) =
            (&header.renews, self.clock().first_end(&Focus::default()))
            && first < on
            && self.last_day_of_agreement().is_none_or(|end| end > first)
        {
            let why = renewal.when.as_ref().map(|when| self.then(first).why_so(when, first, 1));
            let step = Step::note("its first term ran out, and it was renewed").on(first).by(renewal.at);
            parts.push(step.from(why.into_iter().collect()));
        }
        for event in self.facts.happened().filter(|event| event.date <= on) {
            if let Some(odd) = in_vain::of(self, event) {
                let mut why: Vec<Step> = odd.notes.iter().map(|note| Step::note(note.clone())).collect();
                why.extend(self.lines_on_the_end(event));
                parts.push(Step::note(odd.message.clone()).on(event.date).by(event.at).from(why));
            }
        }
        Some(Step::note("the agreement is in force").on(from).by(header.at).from(parts))
    }

    /// The lines on who may end the agreement that an entry which ends nothing is held against.
    fn lines_on_the_end(&self, event: &Event) -> Vec<Step> {
        let by = match &event.kind {
            EventKind::Told { parts, .. } => parts.names(Label::By),
            _ => of_termination(event).cloned().into_iter().collect(),
        };
        let clock = self.clock();
        let mut out = Vec::new();
        for party in &by {
            let who = Ender { party, ground: None, what: &Ended::default(), entry: event.at };
            let lines = clock.lines_on_ends(who, event.date);
            out.extend(lines.into_iter().map(|line| Step::note("the text says").by(line.at)));
        }
        out
    }

    /// Why it was not renewed when it ran out on a day; nothing where it is not renewed at all, or ended otherwise.
    fn why_not_renewed(&self, end: Date) -> Vec<Step> {
        let header = &self.model_on(end).header;
        let Some(renewal) = header.renews.as_ref().filter(|_| self.clock().terminated().is_none()) else {
            return Vec::new();
        };
        let told = self.facts.happened().filter_map(|event| {
            let party = of_termination(event)?;
            Some(Step::note(format!("{party} gave notice")).on(event.date).by(event.at))
        });
        let mut why: Vec<Step> = told.collect();
        why.extend(renewal.when.as_ref().map(|when| self.then(end).why_so(when, end, 1)));
        vec![Step::note("it was not renewed again").by(renewal.at).from(why)]
    }

    /// That the agreement has ended, and by whom or what.
    pub(crate) fn why_over(&self, on: Date) -> Vec<Step> {
        let Some(end) = self.last_day_of_agreement().filter(|end| *end < on) else { return Vec::new() };
        let step = Step::note("the agreement ended").on(end);
        let told = self.clock().terminated();
        let rights: Vec<Step> = told.iter().flat_map(|found| self.why_could_end(found)).collect();
        let at = told.and_then(|found| found.entry).unwrap_or(self.model_on(on).header.at);
        vec![step.by(at).from([rights, self.why_not_renewed(end)].concat())]
    }

    /// The clauses by which whoever ended the agreement could: what each asks for, and its notice.
    fn why_could_end(&self, found: &Termination) -> Vec<Step> {
        let whole = Ended::default();
        let own = found.by.iter().flat_map(|party| {
            let ground = found.ground.as_deref();
            let who = Ender { party, ground, what: &whole, entry: found.entry.unwrap_or_default() };
            self.could_end(who, found.told, found.end.as_ref().ok().copied())
        });
        own.collect()
    }

    /// The same of an entry that ended a part.
    pub(super) fn why_part_could_end(&self, entry: At) -> Vec<Step> {
        let Some(event) = self.facts.happened().find(|event| event.at == entry) else { return Vec::new() };
        let EventKind::Told { word, name, place, parts, .. } = &event.kind else { return Vec::new() };
        if word != "terminated" {
            return Vec::new();
        }
        let fields = parts.names(Label::Fields);
        let what = Ended::told(name.as_ref(), place.as_ref(), &fields, self.model_on(event.date));
        let ground = ground_told(parts);
        let by = parts.names(Label::By);
        let own = by.iter().flat_map(|party| {
            let who = Ender { party, ground: ground.as_deref(), what: &what, entry };
            self.could_end(who, event.date, None)
        });
        own.collect()
    }

    fn could_end(&self, who: Ender<'_>, told: Date, end: Option<Date>) -> Vec<Step> {
        let clock = self.clock();
        let then = self.then(told);
        let party = who.party;
        let mut out = Vec::new();
        for clause in clock.meant(who, told) {
            let mut parts = then.line_in_steps(clause).parts;
            if let (true, Some(end)) = (clause.has(Label::Notice), end) {
                let acted = clock.acted_on(clause, party, told).filter(|_| may_be_cured(clause));
                parts.push(match acted {
                    Some((_, Some(notice))) => {
                        Step::note("its notice was given").on(notice.date).by(notice.at)
                    }
                    Some((breach, None)) => {
                        let ground = ground_of(clause).unwrap_or_default();
                        let why =
                            format!("no notice of it is told, and so its times ran from the {ground} itself");
                        Step::note(why).on(breach.on)
                    }
                    None => Step::note("its notice ran out").on(end),
                });
            }
            out.push(Step::note(format!("{party} could end it so")).by(clause.at).from(parts));
        }
        let on_control = clock.rights_on_control(told).into_iter().filter(|right| right.by == party);
        let on_control = on_control.filter(|_| who.what.is_whole());
        out.extend(on_control.map(|right| Step::note(format!("{party} may end it so")).by(right.line.at)));
        out
    }
}
