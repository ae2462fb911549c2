//! Patents before the offices: who leads on a day, who decides a step, whom the leader consults and by when, what is to be
//! offered before a patent lapses, and who bears which cost.

use super::list;
use crate::amount::given;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::pay::even;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{CostShares, CostsOf, Led, Prosecution};
use counterpart_terms::value::{Name, Territory};
use std::collections::BTreeMap;

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

/// Something to be done by those who run patents.
#[derive(Debug, Clone)]
pub(crate) struct PatentDuty {
    /// `consult` or `offer`.
    pub act: &'static str,
    /// About what.
    pub what: String,
    /// Which assets.
    pub assets: Name,
    /// Who.
    pub by: Vec<Name>,
    /// Whom, or to whom.
    pub to: Name,
    /// The last day.
    pub day: Eval<Date>,
    /// The day notice was given.
    pub done: Option<Date>,
    /// The deadline it is for.
    pub limit: Date,
    /// The clause.
    pub at: At,
}

/// Who bears how much of what patents cost, and who owes whom what evens it out.
#[derive(Debug, Clone)]
pub(crate) struct PatentCosts {
    /// Who owes whom how much.
    pub owed: Vec<(Name, Name, Exact)>,
    /// The costs told, each with who bears it.
    pub why: Vec<Step>,
}

impl<'m> Run<'m> {
    /// The clause on the prosecution of some assets in the terms of the day asked about.
    ///
    /// # Errors
    /// Where there is none, or it is not known of which assets one speaks.
    pub(super) fn prosecution_of(&self, assets: &Name) -> Eval<&'m Prosecution> {
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
                    Step::note(format!("so it went back to {}", list(&to))).by(*at),
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
        let why = vec![Step::note(format!("the prosecution is led by {}", list(&line.by))).by(line.at)];
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
            let Some(right) = self.may_take_over(clause, by)? else { continue };
            let why = vec![
                Step::note(format!("{by} took it over on {}", event.date)).by(event.at),
                Step::note("which it may, where the other lets it go").by(right),
            ];
            last = Some(Leader { by: vec![by.clone()], why });
        }
        Ok(last)
    }

    /// The clause by which a party may take patents over.
    fn may_take_over(&self, clause: &Prosecution, party: &Name) -> Eval<Option<At>> {
        let mut hidden = None;
        if let Some((by, _, at)) = &clause.step_in {
            match by {
                by if by == party => return Ok(Some(*at)),
                by if by.is_blank() => hidden = Some(*at),
                _ => {}
            }
        }
        if let Some((to, _, at)) = &clause.offered {
            match to {
                None => return Ok(Some(*at)),
                Some(to) if to == party => return Ok(Some(*at)),
                Some(to) if to.is_blank() => hidden = Some(*at),
                Some(_) => {}
            }
        }
        match hidden {
            Some(at) => Err(Unknown::new("who may take patents over is redacted or open").at(at)),
            None => Ok(None),
        }
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

    /// What those who run patents are to do before the deadlines that are told.
    pub(crate) fn patent_duties(&self) -> Vec<PatentDuty> {
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            let (Some(act), Some(assets)) = (parts.word(Label::Act), parts.name(Label::Assets)) else {
                continue;
            };
            let Some(counterpart_terms::value::Value::Date(limit)) = parts.get(Label::On) else { continue };
            if word != "deadline" {
                continue;
            }
            let patent = one_patent(parts);
            let place = parts.name(Label::Place);
            let found = self
                .prosecution_of(assets)
                .and_then(|clause| Ok((clause, self.leader_of(assets, patent.as_ref(), place)?)));
            let (clause, leader) = match found {
                Ok(found) => found,
                // Where no clause is about them there is nothing to be done.
                Err(why) if why.at.is_none() => continue,
                Err(why) => {
                    out.extend(self.perhaps_to_do(act, assets, *limit, &why, event.at));
                    continue;
                }
            };
            let shown =
                patent.as_ref().map_or(assets.to_string(), |(office, n)| format!("{assets} {office} {n}"));
            let before = |length| self.clock().shift(*limit, length, true);
            let line = clause.led.iter().find(|line| line.by == leader.by);
            if let Some((who, days, acts)) = line.and_then(|line| line.consults.as_ref())
                && (acts.is_empty() || acts.iter().any(|a| a == act))
            {
                out.push(PatentDuty {
                    act: "consult",
                    what: format!("{act} of {shown}"),
                    assets: assets.clone(),
                    by: leader.by.clone(),
                    to: who.clone(),
                    day: before(days),
                    done: self.notice_since(assets, &leader.by, event.date),
                    limit: *limit,
                    at: line.map_or(clause.at, |line| line.at),
                });
            }
            if let Some((to, days, at)) = clause.offered.as_ref().filter(|_| act == "renewal") {
                let others = self.all_but(self.model_now(), &leader.by);
                let Some(to) = to.clone().or_else(|| others.first().cloned()) else { continue };
                if leader.by.contains(&to) {
                    continue;
                }
                out.push(PatentDuty {
                    act: "offer",
                    what: shown,
                    assets: assets.clone(),
                    by: leader.by.clone(),
                    to,
                    day: before(days),
                    done: self.notice_since(assets, &leader.by, event.date),
                    limit: *limit,
                    at: *at,
                });
            }
        }
        out
    }

    /// What may be to be done before a deadline where it is not known who leads.
    fn perhaps_to_do(&self, act: &str, assets: &Name, limit: Date, why: &Unknown, at: At) -> Vec<PatentDuty> {
        let parties = self.model_now().header.parties.clone();
        let duty = |act| PatentDuty {
            act,
            what: assets.to_string(),
            assets: assets.clone(),
            by: parties.clone(),
            to: Name::from(""),
            day: Err(why.clone()),
            done: None,
            limit,
            at,
        };
        let offer = (act == "renewal").then(|| duty("offer"));
        [duty("consult")].into_iter().chain(offer).collect()
    }

    /// The day some gave notice of assets, on a day or after it.
    fn notice_since(&self, assets: &Name, by: &[Name], from: Date) -> Option<Date> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Notice(notice)
                if event.date >= from && notice.of.as_ref() == Some(assets) && by.contains(&notice.by) =>
            {
                Some(event.date)
            }
            _ => None,
        })
    }

    /// The day some patents of these assets were let go, on a day or after it.
    pub(super) fn let_go_since(&self, assets: &Name, from: Date) -> Option<Date> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Patent { what, assets: told, .. }
                if event.date >= from
                    && told == assets
                    && matches!(what.as_str(), "lapsed" | "abandoned") =>
            {
                Some(event.date)
            }
            _ => None,
        })
    }

    /// Whether a name is of assets whose costs of prosecution are shared.
    pub(crate) fn has_patent_costs(&self, name: &Name) -> bool {
        let mut clauses = self.models().flat_map(|m| &m.prosecutions).filter(|c| !c.costs.is_empty());
        clauses.any(|clause| clause.assets.contains(name) || clause.assets.iter().any(Name::is_blank))
    }

    /// Who bears how much of what some patents cost by now, and who owes whom.
    ///
    /// # Errors
    /// Where a share, or of which costs one is, is not told or not given.
    pub(crate) fn patent_costs(&self, assets: &Name, zero: &Val) -> Eval<PatentCosts> {
        let (mut borne, mut spent) = (BTreeMap::<Name, Exact>::new(), BTreeMap::<Name, Exact>::new());
        let mut why = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Cost { name, by, amount, currency, place, priority, .. } = &event.kind else {
                continue;
            };
            if name != assets {
                continue;
            }
            let by = by.as_ref().ok_or_else(|| Unknown::new("who spent a cost is not told").at(event.at))?;
            if zero.currency() != Some(*currency) {
                let reason = format!("a cost was told in {}, and no rate is agreed for it", currency.code());
                return Err(Unknown::new(reason).at(event.at));
            }
            let then = self.on_another_day(event.date);
            let clause = then.prosecution_of(assets)?;
            let shares = then.shares_of_cost(clause, place.as_ref(), *priority, event.at)?;
            *spent.entry(by.clone()).or_default() += amount;
            let mut parts = Vec::new();
            for (party, share) in party_shares(shares)? {
                let part = amount * &share;
                let how = format!("{} x {}", zero.with(amount.clone()), percent(&share));
                parts.push(
                    Step::new(format!("{party} bears"), zero.with(part.clone())).how(how).by(shares.at),
                );
                *borne.entry(party).or_default() += &part;
            }
            why.push(Step::new(format!("spent by {by}"), zero.with(amount.clone())).by(event.at).from(parts));
        }
        let owed = even(&borne, &spent).into_iter().map(|t| (t.from, t.to, t.sum)).collect();
        Ok(PatentCosts { owed, why })
    }

    /// The shares in a cost: of the first filing, by office or place, or of the rest.
    fn shares_of_cost<'c>(
        &self,
        clause: &'c Prosecution,
        place: Option<&Name>,
        priority: bool,
        told: At,
    ) -> Eval<&'c CostShares> {
        let rest = clause.costs.iter().find(|c| c.of == CostsOf::Rest);
        if priority {
            let named = clause.costs.iter().find(|c| c.of == CostsOf::Priority);
            let blank =
                |c: &&CostShares| matches!(&c.of, CostsOf::Offices(o) if o.iter().any(Name::is_blank));
            if let Some(line) = clause.costs.iter().find(blank).filter(|_| named.is_none()) {
                return Err(Unknown::new("of which costs a share is, is redacted or open").at(line.at));
            }
            let found = named.or(rest);
            return found.ok_or_else(|| {
                Unknown::new("who bears what the first filing costs is not said").at(clause.at)
            });
        }
        let parted = clause.costs.iter().any(|c| !matches!(c.of, CostsOf::Rest | CostsOf::Priority));
        let only = |c: &&CostShares| matches!(c.of, CostsOf::Offices(_) | CostsOf::In(_));
        let Some(place) = place.filter(|_| parted) else {
            // Without a place it can only be of the rest where no place has shares of its own.
            return match rest.filter(|_| !parted) {
                Some(rest) => Ok(rest),
                None => {
                    Err(Unknown::new("where a cost arose is not told: add `in` and the place behind its sum")
                        .at(told))
                }
            };
        };
        let named = super::any_of(clause.costs.iter().filter(only), |c| match &c.of {
            CostsOf::Offices(offices) if offices.contains(place) => Ok(true),
            CostsOf::Offices(offices) if offices.iter().any(Name::is_blank) => {
                Err(Unknown::new("for which offices a share of the costs is, is redacted or open").at(c.at))
            }
            CostsOf::Offices(offices) => {
                // The European office grants for the states of its convention.
                let states = |office: &Name| if *office == "EP" { Name::from("EPC") } else { office.clone() };
                let places = offices.iter().map(states).collect();
                let territory = Territory { places, except: Vec::new(), unknown: None };
                self.lies_in(place, &territory, self.facts.as_of())
            }
            CostsOf::In(territory) => self.lies_in(place, territory, self.facts.as_of()),
            _ => Ok(false),
        })?;
        named
            .or(rest)
            .ok_or_else(|| Unknown::new(format!("who bears costs in {place} is not said")).at(clause.at))
    }
}

/// The shares of a line, each with its number: one named alone bears all.
fn party_shares(shares: &CostShares) -> Eval<Vec<(Name, Exact)>> {
    let mut out = Vec::new();
    for (party, share) in &shares.shares {
        if party.is_blank() {
            return Err(Unknown::new("who bears a share of the costs is redacted or open").at(shares.at));
        }
        let share = match share {
            Some(known) => given(known, "share of the costs").map_err(|u| u.at(shares.at))?,
            None => Exact::one(),
        };
        out.push((party.clone(), share));
    }
    Ok(out)
}

/// The patent an entry names.
pub(super) fn one_patent(parts: &counterpart_terms::record::Parts) -> Option<Patent> {
    let patent = parts.parts(Label::Patent)?;
    Some((patent.name(Label::Office)?.clone(), patent.text(Label::Number)?.to_string()))
}
