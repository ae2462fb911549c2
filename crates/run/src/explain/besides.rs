//! Reasons of answers that are neither of rights nor of figures: duties, inventions, what opens and closes, decisions, what
//! survives the end, limits of liability.

use crate::agenda::Duty;
use crate::engine::Run;
use crate::statement::Line;
use crate::trace::Step;
use counterpart_ledger::{ClaimKind, DecisionAsked, DutyAsked, Told};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Why such a claim is so or not, and what would change that.
    pub(super) fn reasons_besides(&self, claim: &ClaimKind) -> (Vec<Line>, Vec<Line>) {
        let lines = |steps: Vec<Step>| steps.iter().map(|step| self.statement_line(step)).collect::<Vec<_>>();
        match claim {
            ClaimKind::Duty(asked) => (self.why_duty(asked), Vec::new()),
            ClaimKind::Invention(told, _) => (self.why_told(told), Vec::new()),
            ClaimKind::State { name, .. } | ClaimKind::Moves { name, .. } if self.kind_of(name).is_some() => {
                let (because, next) = self.why_course_of(name);
                (lines(because), lines(next))
            }
            ClaimKind::Decided(asked) => (lines(self.why_decided(asked)), Vec::new()),
            ClaimKind::Survives { name, .. } => (lines(self.why_survives(name)), Vec::new()),
            ClaimKind::Liability { .. } => {
                let blocks: Vec<&Record> = self.clauses(Form::FileLiability).collect();
                let forms = [Form::LiabilityCap, Form::LiabilityNoLimit];
                let told = blocks.iter().flat_map(|block| &block.below);
                let told = told.filter(|line| forms.contains(&line.clause));
                let mut steps: Vec<Step> = told.map(|line| Step::note("the deal says").by(line.at)).collect();
                if steps.is_empty() {
                    let none = |block: &&Record| Step::note("no line of it sets a limit").by(block.at);
                    steps.extend(blocks.iter().map(none));
                }
                (lines(steps), Vec::new())
            }
            _ => (Vec::new(), Vec::new()),
        }
    }

    /// The duties a question may be about.
    pub(super) fn duties_asked(&self, asked: &DutyAsked) -> Vec<Duty> {
        let period = asked.label.and_then(|label| self.clock().period(label, Some(&asked.by)));
        let about = |duty: &Duty| {
            duty.act == asked.act
                && duty.is_of(asked.by.as_str())
                && asked.what.as_ref().is_none_or(|what| duty.what == *what)
                && period.is_none_or(|of| duty.days.is_some_and(|d| (d.start, d.end) == (of.start, of.end)))
        };
        self.duties().into_iter().filter(about).collect()
    }

    /// The duties a question may be about, each with its day, its state and what shows it.
    fn why_duty(&self, asked: &DutyAsked) -> Vec<Line> {
        let found = self.duties_asked(asked).into_iter();
        let mut out: Vec<Line> = found.map(|duty| self.duty_as_reason(duty)).collect();
        if out.is_empty() {
            let bound = self.duties_to(&asked.act).into_iter().take(3).map(|duty| self.duty_as_reason(duty));
            let mut lines: Vec<Line> = bound.collect();
            // What the deal says of it makes nobody do so.
            let named = asked.what.iter().flat_map(|what| what.split_whitespace()).find_map(|word| {
                let clause = self.clause_in_steps(&Name::from(word))?;
                Some(Step { what: format!("what the deal says of {word}"), parts: Vec::new(), ..clause })
            });
            lines.extend(named.map(|step| self.statement_line(&step)));
            let said = format!("no clause and no entry makes {} do so", asked.by);
            out.push(Line { lines, ..self.statement_line(&Step::note(said)) });
        }
        out
    }

    fn duty_as_reason(&self, duty: Duty) -> Line {
        let note = |what: String| self.statement_line(&Step::note(what));
        let mut lines = Vec::new();
        if let Some(until) = duty.until {
            lines.push(note(format!("it binds until {until}")));
        }
        if let Some(proof) = &duty.proof {
            lines.push(note(format!("it is fulfilled by {proof}")));
        }
        match (duty.done_on, &duty.evidence) {
            (Some(day), evidence) => {
                let late = duty.due.is_some_and(|due| due < day);
                let said = if late { "it was done, after its day" } else { "it was done" };
                lines.push(Line { on: Some(day), clause: evidence.clone(), ..note(said.into()) });
            }
            (None, Some(evidence)) => {
                lines.push(Line { clause: Some(evidence.clone()), ..note("it was told".into()) });
            }
            (None, None) => {}
        }
        if let Some(why) = &duty.unknown {
            lines.push(note(format!("not known: {why}")));
        }
        if duty.act == "reach" {
            let moved = self.why_moved(&Name::from(duty.what.as_str()));
            lines.extend(moved.iter().map(|step| self.statement_line(step)));
        }
        if let Some(after) = &duty.otherwise {
            lines.push(Line { clause: Some(after.clause.clone()), ..note(format!("else {}", after.what)) });
        }
        let said = format!("{} must {}: {}", duty.by, duty.said(), duty.state.word());
        Line { on: duty.due, clause: Some(duty.clause), lines, ..note(said) }
    }

    /// Of which class an invention is and what follows, who runs or enforces patents, whose they are.
    fn why_told(&self, told: &Told) -> Vec<Line> {
        let steps = match told {
            Told::Licensed { name, to, .. } if !self.is_invention(name) => Ok(self.why_licensed_to(name, to)),
            Told::Class(name, _) | Told::Undecided(name) | Told::Licensed { name, .. } => {
                return self.why_of_invention(name);
            }
            Told::Owned(name, ..) if self.is_invention(name) => return self.why_of_invention(name),
            Told::Owned(name, ..) => self.owned_assets(name).map(|parts| {
                let why = parts.into_iter().flat_map(|part| part.why);
                self.why_owned(name).into_iter().chain(why).collect::<Vec<Step>>()
            }),
            Told::PatentLicensed(patent, grant) => {
                self.patent_licensed(patent, grant.as_ref()).map(|found| found.why)
            }
            Told::Allocated(what, _) => self.allocated_to(what).map(|(_, why)| why),
            Told::Led { assets, patent, place, .. } => {
                self.leader_of(assets, patent.as_ref(), place.as_ref()).map(|found| found.why)
            }
            Told::Steered(act, assets, _) => self.decides_step(act, assets).map(|found| found.why),
            Told::NoDuty(duty, assets) => self.is_free_of(duty, assets).map(|found| match found {
                Some(at) => vec![Step::note(format!("nobody has to {duty} {assets}")).by(at)],
                None => vec![Step::note(format!("no clause says that nobody has to {duty} {assets}"))],
            }),
            Told::MaySue(party, assets, part) => self.may_sue(party, assets, part).map(|found| {
                let later = found.from.map(|day| Step::note(format!("the turn of {party} comes")).on(day));
                found.why.into_iter().chain(later).collect()
            }),
            Told::Consent(assets, ..) => {
                let clauses = self.clauses(Form::FileEnforcement);
                let about = clauses.filter(|clause| clause.names(Label::Assets).contains(assets));
                Ok(about.map(|clause| Step::note(format!("on suits under {assets}")).by(clause.at)).collect())
            }
        };
        steps
            .unwrap_or_else(|why| vec![Step::unknown(&why)])
            .iter()
            .map(|step| self.statement_line(step))
            .collect()
    }

    /// The course of a thing up to a day: how it stands, and since when; and what comes next.
    pub(super) fn why_course_of(&self, name: &Name) -> (Vec<Step>, Vec<Step>) {
        let course = match self.course_of(name) {
            Ok(course) => course,
            Err(why) => return (vec![Step::unknown(&why)], Vec::new()),
        };
        let today = self.facts.as_of();
        let now = course.on(today);
        let before = course.stretches.iter().filter(|stretch| {
            stretch.last.is_some_and(|last| last < today) && stretch.from.is_some() && *stretch != &now
        });
        let mut because = vec![now.as_step(name)];
        let notes = course.notes.iter().filter(|note| note.on <= today);
        because.extend(notes.map(|note| Step::note(note.words.clone()).on(note.on).by(note.at)));
        because.extend(before.rev().map(|stretch| stretch.as_step(name)));
        because.extend(self.clause_in_steps(name));
        let next = course.stretches.iter().filter(|stretch| stretch.from.is_some_and(|from| from > today));
        (because, next.take(1).map(|stretch| stretch.as_step(name)).collect())
    }

    /// Who decides a matter, by which clause, and what was decided on it.
    fn why_decided(&self, asked: &DecisionAsked) -> Vec<Step> {
        if asked.dispute {
            return self.why_dispute(&Name::from(asked.matter.as_str()));
        }
        let told = self.why_decided_on(&asked.matter);
        if asked.who.is_none() && !told.is_empty() {
            return told;
        }
        let found = self.who_decides(&asked.matter);
        let committees = self.clauses(Form::FileCommittee);
        let theirs = committees.filter(|committee| {
            let own = committee.name(Label::Name).is_some_and(|name| found.contains(name));
            own || committee.all_below(Form::CommitteeFinal).any(|line| line.name_any(&|n| found.contains(n)))
        });
        let names = Name::list(&found);
        let said = format!("\"{}\" is left to {names}", asked.matter);
        let mut out: Vec<Step> = theirs
            .map(|committee| {
                Step::note(said.clone()).by(committee.at).from(self.lines_on_matter(&asked.matter))
            })
            .collect();
        if out.is_empty() {
            out.push(Step::note(format!("no clause leaves \"{}\" to anybody", asked.matter)));
        }
        out
    }

    /// Which line lets a thing survive the end, and until when.
    fn why_survives(&self, name: &Name) -> Vec<Step> {
        let Some(end) = self.last_day_of_agreement() else {
            return vec![Step::note("no end of the agreement is known")];
        };
        let mut out = vec![Step::note("the agreement ends").on(end).by(self.model_now().header.at)];
        if self.is_right(name) {
            out.extend(self.why_standing(name, &counterpart_ledger::PartOf::default()).0);
            return out;
        }
        let named = self.survivals(end).into_iter().filter(|survival| survival.what == *name);
        let said: Vec<Step> = named
            .map(|survival| match survival.until {
                Ok(Some(last)) => Step::note(format!("{name} survives until {last}")).by(survival.at),
                Ok(None) => Step::note(format!("{name} survives for good")).by(survival.at),
                Err(why) => Step::note(why.reason).by(survival.at),
            })
            .collect();
        if said.is_empty() {
            out.push(Step::note(format!("no line says that {name} survives")));
        }
        out.extend(said);
        out
    }
}
