//! Patents before the offices: who leads on a day, who may take them over, and who decides a step.

use crate::acting::may_act;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Led, Prosecution, Same};
use counterpart_terms::value::{Duration, Name, Value};

/// One patent, by office and number.
pub(super) type Patent = (Name, String);

/// Who leads, and why.
#[derive(Debug, Clone)]
pub(crate) struct Leader {
    /// Who.
    pub by: Vec<Name>,
    /// Why.
    pub why: Vec<Step>,
}

impl<'m> Run<'m> {
    /// The clause on the prosecution of some assets in the terms of the day asked about.
    ///
    /// # Errors
    /// Where there is none, or it is not known of which assets one speaks.
    pub(crate) fn prosecution_of(&self, assets: &Name) -> Eval<&'m Prosecution> {
        let today = self.facts.as_of();
        let all = &self.model_on(today).prosecutions;
        let found = super::any_of(all.iter(), |clause| {
            self.speaks_of(&clause.assets, assets, today).map_err(|u| u.at(clause.at))
        })?;
        found.ok_or_else(|| Unknown::new(format!("no clause says how the patents of `{assets}` are run")))
    }

    /// Who leads the prosecution of some assets, or of one patent of them, on the day asked about.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn leader_of(
        &self,
        assets: &Name,
        patent: Option<&Patent>,
        place: Option<&Name>,
    ) -> Eval<Leader> {
        let clause = self.prosecution_of(assets)?;
        if let Some(leader) = self.handed_over(clause, assets, patent, place)? {
            return Ok(leader);
        }
        if let Some((to, at)) = clause.reverts.as_ref().filter(|_| place.is_some()) {
            let owner = || self.owners_of_assets(assets);
            let to = to.clone().map_or_else(owner, |to| vec![to]);
            if let Some((day, told)) = self.dropped(assets, place) {
                let why = vec![
                    Step::note(format!("it was not paid for there since {day}")).by(told),
                    Step::note(format!("so it went back to {}", Name::list(&to))).by(*at),
                ];
                return Ok(Leader { by: to, why });
            }
        }
        let line = super::any_of(clause.led.iter(), |line| self.leads_now(line))?;
        let line = line.ok_or_else(|| {
            Unknown::new(format!("nobody is said to lead the prosecution of `{assets}` now")).at(clause.at)
        })?;
        if line.by.iter().any(Name::is_blank) {
            return Err(Unknown::new(format!("who leads the prosecution of `{assets}` is redacted or open"))
                .at(line.at));
        }
        let why = vec![Step::note(format!("the prosecution is led by {}", Name::list(&line.by))).by(line.at)];
        Ok(Leader { by: line.by.clone(), why })
    }

    fn leads_now(&self, line: &Led) -> Eval<bool> {
        let today = self.facts.as_of();
        let at =
            |when| -> Eval<When> { self.clock().moment(when, &Focus::default()).map_err(|u| u.at(line.at)) };
        if let Some(from) = &line.from
            && !matches!(at(from)?, When::On(day) if day <= today)
        {
            return Ok(false);
        }
        Ok(match &line.until {
            Some(until) => !matches!(at(until)?, When::On(day) if day < today),
            None => true,
        })
    }

    /// Who took patents over, where a clause lets it.
    fn handed_over(
        &self,
        clause: &Prosecution,
        assets: &Name,
        patent: Option<&Patent>,
        place: Option<&Name>,
    ) -> Eval<Option<Leader>> {
        let mut last = None;
        for event in self.facts.happened() {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            if word != "took" || parts.name(Label::Assets) != Some(assets) {
                continue;
            }
            let told = one_patent(parts);
            let all = told.is_none() || told.as_ref() == patent;
            let here = parts.name(Label::Place).is_none_or(|told| Some(told) == place);
            let Some(by) = parts.name(Label::By).filter(|_| all && here) else { continue };
            let Some(right) = self.may_take_over(clause, (by, assets, told.as_ref()), event.date)? else {
                continue;
            };
            let why = vec![
                Step::note(format!("{by} took it over on {}", event.date)).by(event.at),
                Step::note("which it may, where the other lets it go").by(right),
            ];
            last = Some(Leader { by: vec![by.clone()], why });
        }
        Ok(last)
    }

    /// The clause by which a party may take patents over on a day: one that lets it step in, or one by which they were, or
    /// should have been, offered to it.
    pub(super) fn may_take_over(
        &self,
        clause: &Prosecution,
        (party, assets, patent): (&Name, &Name, Option<&Patent>),
        on: Date,
    ) -> Eval<Option<At>> {
        let mut hidden = None;
        if let Some((by, _, at)) = &clause.step_in {
            match by {
                by if by.is_blank() => hidden = Some(*at),
                by if self.is_his(party, by, assets, on) => return Ok(Some(*at)),
                _ => {}
            }
        }
        if let Some((to, before, at)) = &clause.offered
            && self.lets_go(clause, (assets, patent), party, before, on).map_err(|why| why.at(*at))?
        {
            match to {
                None => return Ok(Some(*at)),
                Some(to) if to.is_blank() => hidden = Some(*at),
                Some(to) if self.is_his(party, to, assets, on) => return Ok(Some(*at)),
                Some(_) => {}
            }
        }
        match hidden {
            Some(at) => Err(Unknown::new("who may take patents over is redacted or open").at(at)),
            None => Ok(None),
        }
    }

    /// Whether a party acts for another in what is done with some assets.
    fn is_his(&self, party: &Name, of: &Name, assets: &Name, on: Date) -> bool {
        self.acts_for(party, std::slice::from_ref(of), Some(assets), on) == Same::Yes
    }

    /// Whether whoever leads lets patents of some assets go by a day: notice was given that they will not be kept, or a
    /// deadline was so near that it was due.
    fn lets_go(
        &self,
        clause: &Prosecution,
        (assets, patent): (&Name, Option<&Patent>),
        party: &Name,
        before: &Duration,
        on: Date,
    ) -> Eval<bool> {
        let own = |name: &&Name| *name != party;
        let leaders: Vec<Name> = clause.led.iter().flat_map(|line| &line.by).filter(own).cloned().collect();
        for event in self.facts.happened().take_while(|event| event.date <= on) {
            match &event.kind {
                EventKind::Notice(notice) if notice.of.as_ref() == Some(assets) => {
                    let others = self.clock().is_for(&notice.by, std::slice::from_ref(party), event.date);
                    let leads = match leaders.is_empty() {
                        true => Same::Yes,
                        false => self.acts_for(&notice.by, &leaders, Some(assets), event.date),
                    };
                    match leads {
                        Same::Yes if others != Same::Yes => return Ok(true),
                        Same::Perhaps if others == Same::No => {
                            return Err(may_act(event, &notice.by, &leaders));
                        }
                        _ => {}
                    }
                }
                EventKind::Told { word, parts, .. }
                    if word == "deadline" && parts.name(Label::Assets) == Some(assets) =>
                {
                    let Some(Value::Date(limit)) = parts.get(Label::On) else { continue };
                    let other = one_patent(parts);
                    if other.is_some() && patent.is_some() && other.as_ref() != patent {
                        continue;
                    }
                    if self.clock().shift(*limit, before, true)? < on {
                        return Ok(true);
                    }
                }
                _ => {}
            }
        }
        Ok(false)
    }

    /// The day some assets were dropped in a place.
    fn dropped(&self, assets: &Name, place: Option<&Name>) -> Option<(Date, At)> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Told { word, parts, place: told, .. }
                if word == "dropped"
                    && parts.names(Label::What).contains(assets)
                    && told.as_ref().is_none_or(|told| Some(told) == place) =>
            {
                Some((event.date, event.at))
            }
            _ => None,
        })
    }

    /// Who decides a step of the prosecution of some assets, and the clause: somebody named for it, or whoever leads.
    ///
    /// # Errors
    /// Where it hangs on what is not told or not given.
    pub(crate) fn decides_step(&self, act: &str, assets: &Name) -> Eval<Leader> {
        let clause = self.prosecution_of(assets)?;
        let singular = |word: &str| word.trim_end_matches('s').to_string();
        let named =
            clause.decided.iter().find(|(acts, ..)| acts.iter().any(|a| singular(a) == singular(act)));
        let named = named.map(|(_, by, at)| (by, *at));
        let extension = clause.extension.as_ref().filter(|_| act == "extension").map(|(by, _, at)| (by, *at));
        // Where the one who chooses was asked and could not agree, the next one does.
        let then = clause.extension.as_ref().filter(|_| act == "extension" && named.is_none());
        if let Some((by, Some(then), at)) = then
            && !by.is_blank()
            && self.could_not_agree(by, crate::agenda::EXTENDING)?
        {
            if then.is_blank() {
                return Err(self.hidden("who chooses then", *at));
            }
            let said = format!("{by} did not agree on it, and then it is decided by {then}");
            return Ok(Leader { by: vec![then.clone()], why: vec![Step::note(said).by(*at)] });
        }
        match named.or(extension) {
            Some((by, at)) if by.is_blank() => {
                Err(Unknown::new(format!("who decides on {act} of `{assets}` is redacted or open")).at(at))
            }
            Some((by, at)) => {
                let why = vec![Step::note(format!("{act} is decided by {by}")).by(at)];
                Ok(Leader { by: vec![by.clone()], why })
            }
            None => self.leader_of(assets, None, None),
        }
    }

    /// Whether nobody has to do something with some assets, and the clause.
    pub(crate) fn is_free_of(&self, duty: &str, assets: &Name) -> Eval<Option<At>> {
        let today = self.facts.as_of();
        let model = self.model_on(today);
        let about = |named: &[Name]| self.speaks_of(named, assets, today);
        let named = model.prosecutions.iter().filter(|c| c.no_duty.iter().any(|(act, _)| act == duty));
        if let Some(clause) = super::any_of(named, |clause| about(&clause.assets))? {
            return Ok(clause.no_duty.iter().find(|(act, _)| act == duty).map(|(_, at)| *at));
        }
        let free = model.enforcements.iter().filter(|c| duty == "enforce" && c.no_duty.is_some());
        Ok(super::any_of(free, |clause| about(&clause.assets))?.and_then(|clause| clause.no_duty))
    }
}

/// The patent an entry names.
pub(super) fn one_patent(parts: &counterpart_terms::record::Parts) -> Option<Patent> {
    let patent = parts.parts(Label::Patent)?;
    Some((patent.name(Label::Office)?.clone(), patent.text(Label::Number)?.to_string()))
}
