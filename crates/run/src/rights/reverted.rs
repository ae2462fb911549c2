//! What goes back at the end of the agreement: assets that become the other's, or that the other may use from then on, as
//! the lines of `after the end` say.
//!
//! A line that says how exclusive it is, or what it costs, gives a licence under the assets from the day after the end;
//! one that says neither gives the assets themselves. `data`, `marks` and the like without a name are all assets of that
//! kind that belong to somebody else. A grant that goes back is held no longer; that is asked in `after_end`.

use super::passing::Passing;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Tail, TailPrice};
use counterpart_terms::value::{Grade, Name};
use counterpart_terms::{At, Record};

/// That assets go back to a party.
#[derive(Debug, Clone)]
pub(crate) struct Reverted {
    /// The assets.
    pub asset: Name,
    /// To whom.
    pub to: Name,
    /// How exclusive the licence is, where it is one and says so.
    pub grade: Option<Grade>,
    /// What it costs, where it is a licence and says so.
    pub price: Option<TailPrice>,
    /// From which day on.
    pub from: Date,
    /// Why it cannot be said whether they do.
    pub doubt: Option<Unknown>,
    /// The line.
    pub at: At,
}

impl Reverted {
    /// Whether the assets themselves go back, and not only a licence.
    fn is_whole(&self) -> bool {
        self.grade.is_none() && self.price.is_none()
    }

    /// The days of it.
    pub fn days(&self) -> Ranges {
        all_days().less(&Ranges::of(0, day(self.from)))
    }
}

impl Run<'_> {
    /// The licences that begin with the end of the agreement under assets that go back.
    pub(crate) fn licences_back(&self) -> Vec<Reverted> {
        self.reverted().into_iter().filter(|back| !back.is_whole()).collect()
    }

    /// Assets that pass to another with the end of the agreement.
    pub(super) fn passing_back(&self, asset: &Name) -> Vec<Passing> {
        let whole = self.reverted().into_iter().filter(|back| back.is_whole() && back.asset == *asset);
        whole
            .map(|back| Passing {
                from: back.from,
                by: Vec::new(),
                to: vec![back.to],
                at: back.at,
                to_record: true,
                goes_back: None,
                doubt: back.doubt,
            })
            .collect()
    }

    /// Everything that goes back with the end of the agreement.
    fn reverted(&self) -> Vec<Reverted> {
        let mut out = Vec::new();
        if !self.models().flat_map(|m| &m.after_end).flat_map(|b| &b.lines).any(|l| is_back(&l.tail)) {
            return out;
        }
        let Some((end, unsure)) = self.end_or_doubt() else { return out };
        let Some(from) = end.next_day() else { return out };
        for line in self.tails(end, None) {
            let Tail::Reverts(what, to, grade, price) = &line.tail else { continue };
            let doubt = match self.tail_stands(line, end) {
                Ok(false) => continue,
                Ok(true) => None,
                Err(why) => Some(why),
            };
            let hidden = || Unknown::new("what goes back, or to whom, is redacted or open").at(line.at);
            let doubt = doubt
                .or_else(|| unsure.clone())
                .or_else(|| (to.is_blank() || what.iter().any(Name::is_blank)).then(hidden));
            out.extend(what.iter().flat_map(|what| self.assets_called(what, to, end)).map(|asset| {
                Reverted {
                    asset,
                    to: to.clone(),
                    grade: grade.clone(),
                    price: price.clone(),
                    from,
                    doubt: doubt.clone(),
                    at: line.at,
                }
            }));
        }
        out
    }

    /// The assets of a name; those of a kind that are not the party's already.
    fn assets_called(&self, what: &Name, to: &Name, on: Date) -> Vec<Name> {
        let records = &self.model_on(on).records;
        let assets: Vec<&Record> = records.iter().filter(|r| r.clause == Form::FileAssets).collect();
        let named = |r: &&&Record| r.name(Label::Name) == Some(what);
        if let Some(name) = assets.iter().find(named).and_then(|r| r.name(Label::Name)) {
            return vec![name.clone()];
        }
        let others = assets.iter().filter(|r| {
            let kind = what.is_blank() || r.word(Label::Kind) == Some(what.as_str());
            kind && !r.names(Label::Of).contains(to)
        });
        others.filter_map(|r| r.name(Label::Name).cloned()).collect()
    }
}

fn is_back(tail: &Tail) -> bool {
    matches!(tail, Tail::Reverts(..))
}
