//! Decisions of committees and others on inventions and patents: which were taken by those who may, in the way they may.
//!
//! A decision stands in the minutes of a meeting or is told by itself. A later one replaces an earlier. One by a body that
//! may not decide it, below its quorum or against its rule of voting is no decision.

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Model;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Condition, Name, Value};

/// What is decided about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic<'t> {
    /// The class of an invention.
    Improvements,
    /// Who is to own assets of a pool, under an allocation.
    Allocation(&'t Record),
}

impl Topic<'_> {
    /// Whether a phrase among what a body decides on, or may not do, is about it.
    fn is_in(self, phrase: &str) -> bool {
        let words: &[&str] = match self {
            Topic::Improvements => &["improvement", "invention", "ownership", "everything", "all matters"],
            Topic::Allocation(_) => &["allocation", "ownership", "everything", "all matters"],
        };
        words.iter().any(|word| phrase.to_lowercase().contains(word))
    }
}

/// A decision that stands.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    /// The day.
    pub day: Date,
    /// By whom.
    pub by: Name,
    /// What was decided that it is.
    pub value: Name,
    /// The entry or line.
    pub at: At,
}

impl Decision {
    /// As a reason.
    pub fn step(&self) -> Step {
        Step::note(format!("{} decided on {} that it is {}", self.by, self.day, self.value)).by(self.at)
    }
}

/// A decision as told, with the minutes around it where it stands in some.
struct Minuted<'r> {
    decision: Decision,
    votes: Vec<(Name, String)>,
    minutes: &'r [Record],
}

impl Run<'_> {
    /// The last decision on something that stands.
    ///
    /// # Errors
    /// Where it cannot be said whether a decision stands.
    pub(super) fn last_decision(&self, about: &Name, topic: Topic<'_>) -> Eval<Option<Decision>> {
        let mut last = Ok(None);
        for told in self.facts.happened().flat_map(|event| minuted(event, about)) {
            match self.no_decision(&told, topic) {
                Ok(None) => last = Ok(Some(told.decision)),
                Ok(Some(_)) => {}
                Err(why) => last = Err(why.at(told.decision.at)),
            }
        }
        last
    }

    /// The decisions on something that do not stand, each with why.
    pub(super) fn void_decisions(&self, about: &Name, topic: Topic<'_>) -> Vec<Step> {
        let told = self.facts.happened().flat_map(|event| minuted(event, about));
        let void = told.filter_map(|told| {
            let why = self.no_decision(&told, topic).ok()??;
            let Decision { by, day, value, at } = told.decision;
            Some(
                Step::note(format!("what {by} decided on {day}, that it is {value}, does not count: {why}"))
                    .by(at),
            )
        });
        void.collect()
    }

    /// Why a decision does not stand; `None` where it does.
    fn no_decision(&self, told: &Minuted<'_>, topic: Topic<'_>) -> Eval<Option<String>> {
        let (by, day) = (&told.decision.by, told.decision.day);
        let model = self.model_on(day);
        if let Topic::Allocation(clause) = topic {
            let mut steps = clause.all_below(Form::AllocationStep).filter_map(|line| line.name(Label::By));
            if steps.any(|step| step == by) {
                return Ok(None);
            }
        }
        let named = |r: &&Record| r.clause == Form::FileCommittee && r.name(Label::Name) == Some(by);
        if let Some(committee) = model.records.iter().find(named) {
            return self.no_decision_of(committee, told, topic);
        }
        let class = |topic: Topic<'_>| matches!(topic, Topic::Improvements) && is_decider(model, by);
        if class(topic) {
            return Ok(None);
        }
        match settles(model, by, topic) {
            Some(true) => Ok(None),
            Some(false) => Ok(Some(format!("{by} may not decide on this"))),
            None => Ok(Some(format!("no clause lets {by} decide"))),
        }
    }

    /// Why a decision of a committee does not stand.
    fn no_decision_of(
        &self,
        committee: &Record,
        told: &Minuted<'_>,
        topic: Topic<'_>,
    ) -> Eval<Option<String>> {
        let (by, day) = (&told.decision.by, told.decision.day);
        for line in committee.all_below(Form::CommitteeEnds) {
            let Some(when) = line.condition(Label::When) else { continue };
            if self.holds_on(when, day, &Focus::default()).map_err(|u| u.at(line.at))? {
                return Ok(Some(format!("{by} was dissolved by then")));
            }
        }
        if let Some(phrase) =
            phrases(committee, Form::CommitteeMayNot, Label::Not).iter().find(|p| topic.is_in(p))
        {
            return Ok(Some(format!("{by} may not {phrase}")));
        }
        let on = phrases(committee, Form::CommitteeOn, Label::On);
        let asked = matches!(topic, Topic::Improvements) && is_decider(self.model_on(day), by);
        if !asked && !on.is_empty() && !on.iter().any(|phrase| topic.is_in(phrase)) {
            if withheld(committee, Form::CommitteeOn) || on.iter().any(|p| p == "redacted" || p == "open") {
                return Err(Unknown::new(format!("on what {by} decides is redacted or open")));
            }
            return Ok(Some(format!("{by} decides on {}, and not on this", on.join(", "))));
        }
        let seats = seats(committee.below(Form::CommitteeSeats));
        if let Some(why) = below_quorum(committee, told, &seats)? {
            return Ok(Some(why));
        }
        against_the_rule(committee, told, &seats, topic)
    }
}

/// The decisions on something that an entry tells.
fn minuted<'r>(event: &'r Event, about: &Name) -> Vec<Minuted<'r>> {
    let EventKind::Told { word, name, parts, lines, .. } = &event.kind else { return Vec::new() };
    let read = |by: &Name, decided: &Parts, votes: Vec<(Name, String)>, at: At| {
        let value = decided
            .parts(Label::Value)
            .and_then(|v| v.name(Label::Name))
            .or_else(|| decided.name(Label::Value))?;
        let right = decided.name(Label::Name) == Some(about);
        let decision = Decision { day: event.date, by: by.clone(), value: value.clone(), at };
        right.then_some(Minuted { decision, votes, minutes: lines })
    };
    match word.as_str() {
        "decided" => {
            let found = parts.name(Label::By).zip(parts.parts(Label::Decision));
            found.and_then(|(by, decided)| read(by, decided, Vec::new(), event.at)).into_iter().collect()
        }
        "met" => {
            let Some(by) = name else { return Vec::new() };
            let each = lines.iter().filter(|l| l.clause == Form::EntryDecided).filter_map(|line| {
                let vote = |value: &Value| match value {
                    Value::Parts(vote) => {
                        Some((vote.name(Label::Party)?.clone(), vote.word(Label::Say)?.to_string()))
                    }
                    _ => None,
                };
                let votes = line.all(Label::Vote).filter_map(vote).collect();
                read(by, line.parts(Label::Decided)?, votes, line.at)
            });
            each.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a class of improvements says that its inventions are those of which somebody decides so.
fn is_decider(model: &Model, who: &Name) -> bool {
    fn asks(test: &Condition, who: &Name) -> bool {
        match test {
            Condition::All(of) | Condition::Any(of) => of.iter().any(|one| asks(one, who)),
            Condition::Not(of) => asks(of, who),
            Condition::Other(parts) => parts.name(Label::Decider) == Some(who),
            _ => false,
        }
    }
    model.improvements.iter().filter_map(|class| class.when.as_ref()).any(|test| asks(test, who))
}

/// Whether the steps of a dispute let somebody decide on something; `None` where they do not name them.
fn settles(model: &Model, who: &Name, topic: Topic<'_>) -> Option<bool> {
    let mut found = None;
    for line in model.records.of(Form::FileDisputes).flat_map(|r| &r.below) {
        let named = match line.clause {
            Form::DisputesStep => line.name(Label::By) == Some(who),
            Form::DisputesExpert => *who == "expert",
            Form::DisputesArbitration => {
                let kind = line.word(Label::Kind);
                kind == Some(who.as_str()) || (kind == Some("arbitration") && *who == "arbitrator")
            }
            Form::DisputesFinal => line.name(Label::Who) == Some(who),
            _ => false,
        };
        if named {
            let on = texts(line, Label::On);
            let so = on.is_empty() || on.iter().any(|phrase| topic.is_in(phrase));
            found = Some(found.unwrap_or(false) || so);
        }
    }
    found
}

fn texts(line: &Record, label: Label) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        Value::Name(name) => Some(name.to_string()),
        Value::Word(word) => Some(word.clone()),
        _ => None,
    };
    line.all(label).filter_map(text).collect()
}

fn phrases(committee: &Record, form: Form, label: Label) -> Vec<String> {
    committee.all_below(form).flat_map(|line| texts(line, label)).collect()
}

/// Whether a line below keeps something secret.
fn withheld(committee: &Record, form: Form) -> bool {
    committee.all_below(form).any(|line| line.parts.0.iter().any(|p| matches!(p.value, Value::Unknown(_))))
}

/// Who has how many seats; no number where it is not given.
type Seats = Vec<(Name, Option<Exact>)>;

fn seats(line: Option<&Record>) -> Seats {
    line.map(counterpart_terms::model::seats).unwrap_or_default()
}

/// Why too few were there.
fn below_quorum(committee: &Record, told: &Minuted<'_>, all: &Seats) -> Eval<Option<String>> {
    let present = seats(told.minutes.iter().find(|l| l.clause == Form::EntryPresent));
    let Some(quorum) = committee.below(Form::CommitteeQuorum).filter(|_| !present.is_empty()) else {
        return Ok(None);
    };
    let there = |party: &Name| {
        let found = present.iter().find(|(p, _)| p == party);
        found.map_or(Some(Exact::zero()), |(_, number)| number.clone())
    };
    let secret =
        || Unknown::new(format!("the quorum of {} is redacted or open", told.decision.by)).at(quorum.at);
    let needed: Seats = match quorum.get(Label::Number) {
        Some(Value::Number(number)) => all.iter().map(|(p, _)| (p.clone(), Some(number.clone()))).collect(),
        Some(_) => return Err(secret()),
        None => seats(Some(quorum)),
    };
    for (party, number) in needed {
        if party.is_blank() {
            return Err(secret());
        }
        match (there(&party), number) {
            (Some(there), Some(number)) if there >= number => {}
            (Some(_), Some(_)) => {
                return Ok(Some(format!("too few of {party} were there, and its quorum was not reached")));
            }
            _ => return Err(secret()),
        }
    }
    Ok(None)
}

/// Why a vote, where it is told, does not carry.
fn against_the_rule(
    committee: &Record,
    told: &Minuted<'_>,
    all: &Seats,
    topic: Topic<'_>,
) -> Eval<Option<String>> {
    if told.votes.is_empty() {
        return Ok(None);
    }
    let by = &told.decision.by;
    let said = |party: &Name| told.votes.iter().find(|(p, _)| p == party).map(|(_, say)| say.as_str());
    if all.iter().any(|(party, _)| party.is_blank()) {
        return Err(Unknown::new(format!("who sits on {by} is redacted or open")));
    }
    let against: Vec<Name> = all.iter().map(|(p, _)| p).filter(|p| said(p) != Some("yes")).cloned().collect();
    if against.is_empty() {
        return Ok(None);
    }
    // Whoever has the last word decides alone, on what it is about.
    for line in committee.all_below(Form::CommitteeFinal) {
        let Some(party) = line.name(Label::By) else { continue };
        if party.is_blank() {
            return Err(
                Unknown::new(format!("who has the last word in {by} is redacted or open")).at(line.at)
            );
        }
        let bounded = [Label::Until, Label::From, Label::When].iter().any(|label| line.has(*label));
        let on = texts(line, Label::On);
        let covers = (on.is_empty() || on.iter().any(|p| topic.is_in(p)))
            && !texts(line, Label::Except).iter().any(|p| topic.is_in(p));
        if covers && said(party) == Some("yes") {
            return match bounded {
                true => Err(Unknown::new(format!(
                    "whether {party} had the last word in {by} then is not followed"
                ))
                .at(line.at)),
                false => Ok(None),
            };
        }
    }
    let decides = committee.below(Form::CommitteeDecides);
    let casting =
        decides.and_then(|line| line.name(Label::Casting)).is_some_and(|party| said(party) == Some("yes"));
    let how = decides.and_then(|line| line.word(Label::How)).unwrap_or("agreement of both");
    if how == "agreement of both" {
        return Ok(Some(format!("{} did not agree", Name::list(&against))));
    }
    let mut votes = (Exact::zero(), Exact::zero());
    let present = seats(told.minutes.iter().find(|l| l.clause == Form::EntryPresent));
    for (party, seats) in all {
        let there = present.iter().find(|(p, _)| p == party).and_then(|(_, n)| n.clone());
        let weight = match how {
            "one vote each" => Exact::one(),
            _ => there.or_else(|| seats.clone()).ok_or_else(|| {
                Unknown::new(format!("how many seats {party} has in {by} is redacted or open"))
            })?,
        };
        match said(party) {
            Some("yes") => votes.0 += weight,
            Some("no") => votes.1 += weight,
            _ => {}
        }
    }
    Ok(match votes.0.cmp(&votes.1) {
        std::cmp::Ordering::Greater => None,
        std::cmp::Ordering::Equal if casting => None,
        _ => Some(format!("{} did not agree, and the others are no majority", Name::list(&against))),
    })
}
