//! What an expert decides where the time of a window passed and nothing was agreed: the figure that was talked about becomes
//! what he determines, from that day on.
//!
//! An entry gives a figure, `determined W by expert: 7%`. What it cannot give, a decision in words or one of several figures
//! of which it does not say which, leaves them unknown; what he decides of a right, an amendment has to say. Before it was left
//! to him he decides nothing, nor by a figure of another kind than was talked about (`in_vain/decided.rs` tells of it).

use super::Came;
use super::hosts::Host;
use super::{Asked, Lasting};
use crate::engine::Run;
use crate::unknown::Unknown;
use crate::windows::Closed;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Figure;
use counterpart_terms::record::{Key, Part, Parts, Record};
use counterpart_terms::value::{Amount, Known, Name, Value};

/// What was decided, told by an entry.
pub(crate) struct Decision<'m> {
    /// The day.
    pub on: Date,
    /// The figure, where the entry gives one.
    pub value: Option<&'m Amount>,
    /// What it is told of: the window, or what was talked about.
    pub of: Option<&'m Name>,
    /// The entry.
    pub at: At,
}

/// A time of a window that passed and left it to the expert.
pub(crate) struct Left<'m> {
    /// The first day after it.
    pub from: Date,
    /// What he decided, where that is told.
    pub decided: Vec<Decision<'m>>,
}

/// What is talked about in a window: which figure of which clause, where it is one.
pub(crate) fn talked_about(window: &Record) -> Vec<(Option<Figure>, Name)> {
    let mut out = Vec::new();
    for value in window.all_below(Form::WindowRenegotiates).flat_map(|line| line.all(Label::What)) {
        let mut value = value;
        while let Value::Parts(parts) = value
            && let Some(inner @ Value::Parts(_)) = parts.get(Label::What)
        {
            value = inner;
        }
        let (word, names) = match value {
            Value::Parts(parts) => {
                let names = [Label::Of, Label::Name].into_iter().flat_map(|label| parts.names(label));
                (parts.word(Label::What), names.collect())
            }
            Value::Name(name) => (None, vec![name.clone()]),
            _ => continue,
        };
        let figure = match word {
            Some("rate" | "rates") => Some(Figure::Rate),
            Some("minimum") => Some(Figure::Minimum),
            Some("cap") => Some(Figure::Cap),
            Some("price") => Some(Figure::Price),
            _ => None,
        };
        out.extend(names.into_iter().map(|name: Name| (figure, name)));
    }
    out
}

/// The line that leaves it to an expert.
pub(crate) fn expert_line(window: &Record) -> Option<&Record> {
    window.below(Form::WindowExpert).filter(|_| window.clause == Form::FileWindow)
}

impl<'m> Run<'m> {
    /// The times of a window that passed without agreement by the day asked about, oldest first, each with what the expert
    /// decided.
    pub(crate) fn left_to_the_expert(&self, window: &Record) -> Vec<Left<'m>> {
        let Some(name) = window.name(Label::Name).filter(|_| expert_line(window).is_some()) else {
            return Vec::new();
        };
        let about = talked_about(window);
        let is_of = |told: &Name| told == name || about.iter().any(|(_, of)| of == told);
        let disputes = self.clauses(Form::FileDisputes).any(|r| r.below(Form::DisputesExpert).is_some());
        let rounds = self.rounds_of(name).rounds;
        let mut out = Vec::new();
        for (index, round) in rounds.iter().enumerate() {
            let Closed::Nothing(_) = round.outcome else { continue };
            let Some(from) = round.last.and_then(Date::next_day) else { continue };
            let next = rounds.get(index + 1).map(|next| next.opened);
            // What an entry closes is left to him on that day.
            let first =
                if matches!(round.outcome, Closed::Nothing(Some(_))) { round.last } else { Some(from) };
            let within =
                |on: Date| first.is_some_and(|first| first <= on) && next.is_none_or(|next| on < next);
            let is_of = |told: &Name, value: &Option<Amount>, on: Date| {
                is_of(told)
                    && value.as_ref().is_none_or(|value| self.is_of_the_kind(window, (told, value), on))
            };
            let told = self.facts.happened().filter(|event| within(event.date));
            let decided = told.filter_map(|event| match &event.kind {
                EventKind::Determined { name: of, value, .. } if is_of(of, value, event.date) => {
                    Some(Decision { on: event.date, value: value.as_ref(), of: Some(of), at: event.at })
                }
                EventKind::Told { word, parts, .. } if word == "decided" && !disputes => {
                    let by = parts.name(Label::By).is_some_and(|by| by.as_str() == "expert");
                    let in_words = by && !parts.parts(Label::Decision).is_some_and(|d| d.has(Label::Value));
                    in_words.then_some(Decision { on: event.date, value: None, of: None, at: event.at })
                }
                _ => None,
            });
            out.push(Left { from, decided: decided.collect() });
        }
        out
    }

    /// Whether a figure that was determined under a name may be one of those a window is about: a rate is a share where it
    /// was one, and a sum where it was one; any other figure is no share.
    pub(crate) fn is_of_the_kind(&self, window: &Record, (of, value): (&Name, &Amount), on: Date) -> bool {
        let is_share = match value {
            Amount::Percent(_) => true,
            Amount::Money(..) => false,
            _ => return true,
        };
        let model = self.model_on(on);
        let fits = |(figure, about): &(Option<Figure>, Name)| match figure {
            Some(Figure::Rate) => model.royalties.get(about).is_none_or(|royalty| {
                let mut values = royalty.rates.iter().flat_map(|rule| rule.schedule.values()).peekable();
                values.peek().is_none() || values.any(|value| matches!(value, Amount::Percent(_)) == is_share)
            }),
            Some(_) => !is_share,
            None => true,
        };
        let about = talked_about(window);
        let mut meant = about.iter().filter(|(_, about)| Some(of) == window.name(Label::Name) || about == of);
        meant.any(fits)
    }

    /// What came of the decisions of the expert of a window.
    pub(super) fn came_by_expert(
        &self,
        window: &Record,
        host: &Host,
        asked: &Asked<'_>,
        out: &mut Vec<Came>,
    ) {
        let (Some(line), Some(name)) = (expert_line(window), window.name(Label::Name)) else { return };
        let about = talked_about(window);
        let wanted = |(figure, of): &(Option<Figure>, Name)| {
            let effect = becomes((*figure)?, of, None);
            (asked.wanted)(&effect).then_some((*figure)?).map(|figure| (figure, of.clone()))
        };
        let wanted: Vec<(Figure, Name)> = about.iter().filter_map(wanted).collect();
        if wanted.is_empty() {
            return;
        }
        for left in self.left_to_the_expert(window) {
            for decision in &left.decided {
                // Told under the name of what was talked about it is of that alone.
                let of = decision.of.filter(|of| *of != name);
                let meant = about.iter().filter(|(_, about)| of.is_none_or(|of| of == about)).count();
                let why = match decision.value {
                    None => Some(format!(
                        "what the expert decided is told in words: `determined {name} by expert: …` gives the figure"
                    )),
                    Some(_) if meant != 1 => {
                        Some(format!("which of what `{name}` is about the expert set is not told"))
                    }
                    Some(_) => None,
                };
                for (figure, about) in wanted.iter().filter(|(_, about)| of.is_none_or(|of| of == about)) {
                    let from = decision.on.max(left.from);
                    let effect = becomes(*figure, about, decision.value);
                    let came = self.lasting_came(&effect, &Lasting::default(), from, (line.at, None));
                    let doubt = why.as_ref().map(|why| Unknown::new(why.clone()).at(decision.at));
                    let came = Came {
                        doubt: doubt.or(came.doubt.clone()),
                        cause: format!("as the expert of {name} decided on {}", decision.on),
                        entry: Some(decision.at),
                        host: window.at,
                        clause: (counterpart_terms::precedence::ClauseRef::of(window), host.edition),
                        ..came
                    };
                    out.extend(came.within(host.days));
                }
            }
        }
    }
}

/// The effect that a figure becomes something; a figure that is not told stands as open.
fn becomes(figure: Figure, of: &Name, value: Option<&Amount>) -> Value {
    let value = value.cloned().unwrap_or(Amount::Percent(Known::Open(None)));
    let part = |label, value| Part { key: Key::Label(label), value };
    Value::Parts(Parts(vec![
        part(Label::Part, Value::Word(figure.word().into())),
        part(Label::Of, Value::Name(of.clone())),
        part(Label::Value, Value::Amount(value)),
    ]))
}
