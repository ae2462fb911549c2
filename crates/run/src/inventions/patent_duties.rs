//! What those who run patents are to do before a deadline: consult the other side, offer what they would let lapse. Nobody
//! need offer what is kept: the duty arises with a notice, or where the patent was let go.

use super::prosecution::one_patent;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::value::Name;

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
    /// The day the patent was let go, since the deadline was told.
    pub let_go: Option<Date>,
    /// The clause.
    pub at: At,
}

impl Run<'_> {
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
                    out.extend(self.perhaps_to_do((act, *limit), assets, &why, event.at));
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
                let done = self.consulted(assets, (&leader.by, who), act, (event.date, *limit));
                let day = done.as_ref().map_err(Clone::clone).and_then(|_| before(days));
                out.push(PatentDuty {
                    act: "consult",
                    what: format!("{act} of {shown}"),
                    assets: assets.clone(),
                    by: leader.by.clone(),
                    to: who.clone(),
                    day,
                    done: done.ok().flatten(),
                    limit: *limit,
                    let_go: None,
                    at: line.map_or(clause.at, |line| line.at),
                });
            }
            if let Some((to, days, at)) = clause.offered.as_ref().filter(|_| act == "renewal") {
                let others = self.all_but(self.model_now(), &leader.by);
                let Some(to) = to.clone().or_else(|| others.first().cloned()) else { continue };
                if leader.by.contains(&to) {
                    continue;
                }
                let done = self.first_noticed(assets, &leader.by, |told| told.date >= event.date);
                let day = done.as_ref().map_err(Clone::clone).and_then(|_| before(days));
                out.push(PatentDuty {
                    act: "offer",
                    what: shown,
                    assets: assets.clone(),
                    by: leader.by.clone(),
                    to,
                    day,
                    done: done.ok().flatten(),
                    limit: *limit,
                    let_go: self.let_go_since(assets, (patent.as_ref(), place), event.date),
                    at: *at,
                });
            }
        }
        out
    }

    /// What may be to be done before a deadline where it is not known who leads.
    fn perhaps_to_do(
        &self,
        (act, limit): (&str, Date),
        assets: &Name,
        why: &Unknown,
        at: At,
    ) -> Vec<PatentDuty> {
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
            let_go: None,
            at,
        };
        let offer = (act == "renewal").then(|| duty("offer"));
        [duty("consult")].into_iter().chain(offer).collect()
    }

    /// The day whom some are to consult had notice of what is to be done with assets, from one day to the deadline. A notice
    /// of another matter consults nobody on this one; one without
    /// words is taken to be about it.
    fn consulted(
        &self,
        assets: &Name,
        (by, whom): (&[Name], &Name),
        act: &str,
        (from, limit): (Date, Date),
    ) -> Eval<Option<Date>> {
        self.first_noticed(assets, by, |event| {
            let EventKind::Notice(notice) = &event.kind else { return false };
            let heard = notice.to.as_ref().is_none_or(|to| to == whom || whom.is_blank());
            let in_time = event.date >= from && event.date <= limit;
            heard && in_time && names(notice.words.as_deref(), act)
        })
    }

    /// The day a patent of these assets, or any of them where none is named, was let go, on a day or after it.
    fn let_go_since(
        &self,
        assets: &Name,
        (patent, place): (Option<&(Name, String)>, Option<&Name>),
        from: Date,
    ) -> Option<Date> {
        self.facts.happened().find_map(|event| {
            let EventKind::Patent { what, assets: told, patent: which, place: there, .. } = &event.kind
            else {
                return None;
            };
            let go = matches!(what.as_str(), "lapsed" | "abandoned") && event.date >= from && told == assets;
            let this = patent.zip(which.as_ref()).is_none_or(|(one, other)| one == other);
            let here = place.zip(there.as_ref()).is_none_or(|(one, other)| one == other);
            (go && this && here).then_some(event.date)
        })
    }
}

/// Whether the words of a notice are about a step: they name it, or nothing is said.
fn names(words: Option<&str>, act: &str) -> bool {
    words.is_none_or(|words| crate::agenda::holds(words, act))
}

impl PatentDuty {
    /// Whether it is to be done: what is kept need not be offered.
    pub fn arises(&self) -> bool {
        self.act != "offer" || self.done.is_some() || self.let_go.is_some() || self.day.is_err()
    }
}
