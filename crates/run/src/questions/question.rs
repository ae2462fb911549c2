//! The daily question: may this party do that, there, on this day, and by which clause?
//!
//! A question names a party, acts, and a part of the space. Where it names no assets it is about those that are given
//! to the party or kept from it; of any other dimension it does not name, about all of it. The answer is yes where the
//! party may do so in all of that, and tells every part of it apart.

use super::words::Over;
use crate::engine::Run;
use crate::rights::{RightsOfDeal, Source};
use crate::statement::Line;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{
    ANY_OTHER_PURPOSE, DAYS, PARTIES, PURPOSE, Piece, Ranges, Region, Scope, Side, Status, date, day, within,
};
use counterpart_terms::value::{Name, Scope as Named, Set};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The answer as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// In all of what was asked about.
    Yes,
    /// In none of it.
    No,
    /// In a part of it.
    InPart,
    /// It hangs on a fact nobody told, or on what the text withholds; or two rights stand against each other.
    Unknown,
}

impl Verdict {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Yes => "yes",
            Verdict::No => "no",
            Verdict::InPart => "in part",
            Verdict::Unknown => "unknown",
        }
    }
}

/// How things stand in one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The party holds a right to it.
    Granted,
    /// It is the party's own, or kept for it.
    Own,
    /// It was given to nobody: it stays with its owner.
    NotGranted,
    /// It is under patents alone, and none of them stands there: nobody has a right that could be granted.
    Nobodys,
    /// A right of somebody else, or a promise of its own, keeps the party out.
    Forbidden,
    /// One right gives it, another keeps the party out, and neither gives way.
    Contested,
    /// It cannot be said.
    Unknown,
}

impl Standing {
    /// What the map's answer means to the party that was asked about.
    pub fn of(status: Status) -> Standing {
        match status {
            Status::Granted => Standing::Granted,
            Status::Reserved { own: true } => Standing::Own,
            Status::Reserved { own: false } => Standing::NotGranted,
            Status::Forbidden => Standing::Forbidden,
            Status::Contested => Standing::Contested,
            Status::Unknown => Standing::Unknown,
        }
    }

    /// Whether the party may.
    pub fn lets(self) -> bool {
        matches!(self, Standing::Granted | Standing::Own)
    }

    /// Whether the party may not.
    pub fn refuses(self) -> bool {
        matches!(self, Standing::NotGranted | Standing::Forbidden)
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Granted => "granted",
            Standing::Own => "its own",
            Standing::NotGranted => "not granted",
            Standing::Nobodys => "nobody's",
            Standing::Forbidden => "forbidden",
            Standing::Contested => "contested",
            Standing::Unknown => "unknown",
        }
    }
}

/// A part of what was asked about, with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerPart {
    /// How things stand there.
    pub standing: Standing,
    /// Where: in what it is narrower than the question.
    #[serde(default, skip_serializing_if = "Over::is_all")]
    pub only: Over,
    /// Why, from the clauses and entries.
    pub because: Vec<Line>,
    /// The last day on which it stays so, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// What would have to be different for another answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Line>,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Who.
    pub party: String,
    /// What was asked, in words.
    pub asked: String,
    /// Where the question named no assets: under which it is answered, and why under these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<String>,
    /// The day asked about.
    pub on: Date,
    /// The answer.
    pub verdict: Verdict,
    /// Part by part.
    pub parts: Vec<AnswerPart>,
}

impl Answer {
    /// The answer in one sentence, with the first reason of each part.
    pub fn in_words(&self) -> String {
        format!("{}, {}", self.verdict.word(), self.part_by_part())
    }

    /// Why it cannot be said, in words, for whoever was told that already.
    pub fn in_doubt(&self) -> String {
        match self.parts.as_slice() {
            [part] if part.standing == Standing::Unknown && !part.because.is_empty() => {
                let only = part.only.phrase();
                let why: Vec<&str> = part.because.iter().take(1).map(|line| line.what.as_str()).collect();
                if only.is_empty() { why.concat() } else { format!("{only}: {}", why.concat()) }
            }
            _ => self.part_by_part(),
        }
    }

    fn part_by_part(&self) -> String {
        let part = |part: &AnswerPart| {
            let only = part.only.phrase();
            let only = if only.is_empty() { only } else { format!(" {only}") };
            let why = part.because.first().map_or(String::new(), |line| format!(": {}", line.what));
            format!("{}{only}{why}", part.standing.word())
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        parts.join("; ")
    }
}

/// A question, laid out in the space.
pub(crate) struct Asked {
    pub party: u32,
    pub region: Region,
    /// The box around it, for telling its parts.
    pub whole: Scope,
    /// Where no assets were named: why it is about these.
    pub assets: Option<&'static str>,
}

impl Run<'_> {
    /// Whether a party may do something on a day, part by part, with reasons.
    ///
    /// # Errors
    /// Where a name stands nowhere in the deal.
    pub fn may(&self, party: &Name, what: &Named, on: Date) -> Eval<Answer> {
        let rights = self.rights_of_deal();
        let asked = self.lay_out(&rights, party, what, on)?;
        let mut groups: BTreeMap<(Standing, Vec<usize>), Region> = BTreeMap::new();
        for piece in pieces(&rights, &asked) {
            let by = sources(&rights, &piece);
            let region = groups.entry((self.piece_stands(&rights, &piece, on), by)).or_default();
            region.add(piece.scope.with(PARTIES, rights.space.all(PARTIES)));
        }
        let lines = |steps: Vec<Step>| steps.iter().map(|step| self.statement_line(step)).collect();
        let mut parts: Vec<AnswerPart> = Vec::new();
        for ((standing, by), region) in groups {
            let region = region.joined();
            let until = self.stays(&rights, asked.party, &region, standing, on);
            let by: Vec<&Source> = by.iter().filter_map(|number| rights.sources.get(*number)).collect();
            parts.push(AnswerPart {
                standing,
                only: self.over_words(&region, &asked.whole, on),
                because: lines(self.because(party, standing, &by, &region, on)),
                until,
                changes: lines(self.would_change(party, standing, &by, &region, until, on)),
            });
        }
        let answer = Answer {
            party: party.to_string(),
            asked: in_words(party, what),
            under: self.assets_asked(&rights, &asked, on),
            on,
            verdict: verdict(parts.iter().map(|part| part.standing)),
            parts,
        };
        Ok(answer)
    }

    /// The verdict alone.
    ///
    /// # Errors
    /// As for [`Run::may`].
    pub(crate) fn verdict(&self, party: &Name, what: &Named, on: Date) -> Eval<Verdict> {
        let rights = self.rights_of_deal();
        let asked = self.lay_out(&rights, party, what, on)?;
        Ok(verdict(pieces(&rights, &asked).map(|piece| self.piece_stands(&rights, &piece, on))))
    }

    /// How a piece stands on a day: what was granted to nobody is nobody's where no patent stands.
    fn piece_stands(&self, rights: &RightsOfDeal, piece: &Piece, on: Date) -> Standing {
        match Standing::of(piece.status) {
            Standing::NotGranted if self.is_unpatented(rights, &piece.scope, on) => Standing::Nobodys,
            standing => standing,
        }
    }

    /// A question as a region on one day.
    pub(crate) fn lay_out(&self, rights: &RightsOfDeal, party: &Name, what: &Named, on: Date) -> Eval<Asked> {
        let space = &rights.space;
        let unclear = |_| Unknown::new("what is asked about stands nowhere in the deal");
        let position = space.set(&Side::Parties, party).and_then(Ranges::first);
        let position =
            position.ok_or_else(|| Unknown::new(format!("`{party}` is nobody this deal names")))?;
        let reach = self.reach(space);
        let everything = Region::from(space.everything());
        let mut region = within(&everything, DAYS, &Ranges::one(day(on)));
        region = reach.narrow(&region, what).map_err(unclear)?;
        // Whoever names no purpose does not ask about research or teaching, unless that is all there is.
        let names = what.fields.iter().flat_map(|set| &set.names);
        let side = Side::Own(Name::from(PURPOSE));
        if !names.into_iter().any(|field| space.set(&side, field).is_some()) {
            region = reach.names(&region, &[Name::from(ANY_OTHER_PURPOSE)]).map_err(unclear)?;
        }
        let mut assets = None;
        if what.assets.is_none()
            && let Some(dimension) = space.dimension(&Side::Assets)
        {
            let model = self.model_on(on);
            let practised = what.products.iter().filter_map(|p| model.market.products.get(p));
            let practised: Vec<Name> = practised.flat_map(|p| p.practises.clone()).collect();
            if practised.is_empty() {
                let concerned = self.concerned(rights, position, dimension, &region);
                if !concerned.is_empty() {
                    region = within(&region, dimension, &concerned);
                    assets = Some("what this deal gives to the party or keeps from it");
                }
            } else {
                let set = Set { all: false, names: practised, except: Vec::new() };
                region = reach.set(&region, &set).map_err(unclear)?;
                assets = Some("what the product practises");
            }
        }
        let whole = region.boxes().iter().fold(None, |sum: Option<Scope>, scope| {
            Some(match sum {
                Some(sum) => (0..space.dimensions()).fold(sum.clone(), |all, d| {
                    let both = sum.side(d).zip(scope.side(d)).map(|(a, b)| a.or(b));
                    both.map_or(all.clone(), |both| all.with(d, both))
                }),
                None => scope.clone(),
            })
        });
        let whole = whole.ok_or_else(|| Unknown::new("nothing is left of what is asked about"))?;
        Ok(Asked { party: position, region, whole, assets })
    }

    /// Under which assets a question is answered that names none, in words.
    fn assets_asked(&self, rights: &RightsOfDeal, asked: &Asked, on: Date) -> Option<String> {
        let why = asked.assets?;
        let dimension = rights.space.dimension(&Side::Assets)?;
        let everything = rights.space.everything();
        let only = everything.clone().with(dimension, asked.whole.side(dimension)?.clone());
        let told = self.narrower(&only, &everything, on);
        Some(format!("{}: {why}", told.first()?.in_short()))
    }

    /// The last day on which a part stays as it is, as far as is known.
    fn stays(
        &self,
        rights: &RightsOfDeal,
        party: u32,
        region: &Region,
        standing: Standing,
        on: Date,
    ) -> Option<Date> {
        let standing = if standing == Standing::Nobodys { Standing::NotGranted } else { standing };
        let on = day(on);
        let after = Ranges::of(on.saturating_add(1), day(Date::MAX).saturating_add(1));
        let later = region
            .boxes()
            .iter()
            .flat_map(|scope| rights.map.may(party, &scope.clone().with(DAYS, after.clone())));
        let other = later.filter(|piece| Standing::of(piece.status) != standing);
        let first = other.filter_map(|piece| piece.scope.side(DAYS)?.first()).min()?;
        Some(date(first.saturating_sub(1)))
    }
}

/// What makes a piece what it is.
fn sources(rights: &RightsOfDeal, piece: &Piece) -> Vec<usize> {
    let mut by: Vec<usize> =
        piece.by.iter().filter_map(|id| rights.map.holdings().get(*id)).map(|h| h.source).collect();
    by.sort_unstable();
    by.dedup();
    by
}

/// What is asked about, in pieces that stand alike.
fn pieces<'r>(rights: &'r RightsOfDeal, asked: &'r Asked) -> impl Iterator<Item = Piece> + 'r {
    asked.region.boxes().iter().flat_map(|scope| rights.map.may(asked.party, scope))
}

fn verdict(standings: impl Iterator<Item = Standing>) -> Verdict {
    let all: BTreeSet<Standing> = standings.collect();
    let any = |test: &dyn Fn(Standing) -> bool| all.iter().any(|standing| test(*standing));
    let (yes, unknown) = (
        any(&Standing::lets),
        any(&|s| matches!(s, Standing::Unknown | Standing::Contested | Standing::Nobodys)),
    );
    let no = any(&Standing::refuses);
    match (yes, no, unknown) {
        (true, false, false) => Verdict::Yes,
        (true, true, _) => Verdict::InPart,
        (false, _, false) => Verdict::No,
        _ => Verdict::Unknown,
    }
}

/// A question in words, as an assertion would put it.
pub fn in_words(party: &Name, what: &Named) -> String {
    use counterpart_terms::value::Acts;
    let set = |set: &Set| {
        let except = if set.except.is_empty() {
            String::new()
        } else {
            format!(" except {}", Name::list(&set.except))
        };
        format!("{}{except}", Name::list(&set.names))
    };
    let acts = match &what.acts {
        Some(Acts::These(acts)) => Name::list(acts),
        _ => "do all acts".to_string(),
    };
    let mut out = format!("{party} may {acts}");
    let products = (!what.products.is_empty()).then(|| Name::list(&what.products));
    let customers = (!what.customers.is_empty()).then(|| Name::list(&what.customers));
    let words = [
        ("under", what.assets.as_ref().map(set)),
        ("for", what.fields.as_ref().map(set)),
        ("of", products),
        ("in", what.territory.as_ref().map(ToString::to_string)),
        ("to", customers),
    ];
    for (word, names) in words {
        if let Some(names) = names {
            out.push_str(&format!(" {word} {names}"));
        }
    }
    out
}
