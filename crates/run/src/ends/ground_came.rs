//! Whether what lets a party end the agreement has come, and to whom: an insolvency, a challenge, a change of control, an event.
//!
//! A ground that has an entry of its own, as `insolvent Y`, is told by it, and by nothing else; it gives no right to the one
//! it befell, unless the clause says so by name. A ground without such an entry is told by whoever ends the agreement
//! on it. How long a ground must last is asked here too; breaches have clocks of their own (`breaches`).

use crate::breaches::BREACH;
use crate::clock::{Clock, Focus, When};
use crate::ends::right_to_end::ground_of;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::model::Same;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Name, Value};

/// What was told by a day of the ground of a clause.
pub(crate) enum Came {
    /// It came on a day.
    On(Date),
    /// Whether it did is withheld.
    Unclear(Unknown),
    /// It has an entry of its own, and none tells it: in words.
    Not(String),
    /// Nothing was told of it, and whoever ends the agreement on it does.
    ByWord,
}

impl Clock<'_> {
    /// Whether the ground of a clause had come by a day for a party that acts on it, and where it must last, had lasted. Of
    /// something that is ended by itself, what befalls somebody who has no part in it is no ground.
    pub(crate) fn ground_came(
        &self,
        clause: &Record,
        ground: &str,
        (party, about): (&Name, Option<&Name>),
        day: Date,
    ) -> Came {
        match self.lasted(clause, day) {
            Some(Ok(Ok(long))) => Came::On(long),
            Some(Ok(Err(why))) => Came::Not(why),
            Some(Err(why)) => Came::Unclear(why),
            None => match word_of(ground) {
                Some(word) => self.fact_came(clause, (ground, word), (party, about), day),
                None => match self.named_came(ground, day) {
                    Ok(came) => came.map_or(Came::ByWord, Came::On),
                    Err(why) => Came::Unclear(why),
                },
            },
        }
    }

    /// The same of any ground, a breach among them: of one that nobody told, the word of whoever ends the agreement counts.
    pub(crate) fn came_or_by_word(
        &self,
        clause: &Record,
        ground: &str,
        (party, about): (&Name, Option<&Name>),
        day: Date,
    ) -> Came {
        if ground != BREACH {
            return self.ground_came(clause, ground, (party, about), day);
        }
        match self.breaches(clause, party, day) {
            Ok(all) => all.first().map_or(Came::ByWord, |breach| Came::On(breach.on)),
            Err(why) => Came::Unclear(why),
        }
    }

    /// The day by which the ground of a clause had come, as [`Clock::ground_came`].
    ///
    /// # Errors
    /// Where it may have come, and no more.
    pub(crate) fn came_under(
        &self,
        clause: &Record,
        ground: &str,
        party: &Name,
        day: Date,
    ) -> Eval<Option<Date>> {
        match self.ground_came(clause, ground, (party, None), day) {
            Came::On(came) => Ok(Some(came)),
            Came::Unclear(why) => Err(why),
            Came::Not(_) | Came::ByWord => Ok(None),
        }
    }

    /// The same of a ground that has entries of its own.
    fn fact_came(
        &self,
        clause: &Record,
        (ground, word): (&str, &'static str),
        (party, about): (&Name, Option<&Name>),
        day: Date,
    ) -> Came {
        let of: Vec<Name> = clause
            .parts(Label::Cause)
            .map(|cause| {
                [Label::Of, Label::Clause].into_iter().flat_map(|label| cause.names(label)).collect()
            })
            .unwrap_or_default();
        let (mut hidden, mut outside) = (None, None);
        for event in self.facts.happened().take_while(|event| event.date <= day) {
            let Some((name, whose)) = told_as(event, word) else { continue };
            match self.has_part_in(about, whose, event.date) {
                Same::Yes => {}
                Same::No => {
                    outside = whose.zip(about).or(outside);
                    continue;
                }
                Same::Perhaps => {
                    hidden = Some(event.at);
                    continue;
                }
            }
            match self.befell(&of, (name, whose), (party, about), event.date) {
                Some(true) => return Came::On(event.date),
                Some(false) => {}
                None => hidden = Some(event.at),
            }
        }
        if let Some(at) = hidden {
            let why =
                format!("whether the {ground} told is one that {party} may end it on is redacted or open");
            return Came::Unclear(Unknown::new(why).at(at));
        }
        if let Some((whose, about)) = outside {
            return Came::Not(format!(
                "{whose}, whom the {ground} told befell, had no part in `{about}` any more"
            ));
        }
        let whose = match of.as_slice() {
            [] => format!("of another party than {party} "),
            of => format!("of {} ", Name::list(of)),
        };
        let of_assets = word == "challenged" && !of.is_empty();
        let by = if of_assets { format!("by another party than {party} ") } else { String::new() };
        Came::Not(format!("no {ground} {whose}{by}is told by {day}"))
    }

    /// Whether the one whom a fact befell still gives or holds the grant that is ended by itself, where he ever did by the
    /// text: a clause may be on what befalls anybody else.
    fn has_part_in(&self, about: Option<&Name>, whose: Option<&Name>, on: Date) -> Same {
        let grant = about.and_then(|about| self.editions.on(on).grants.get(about));
        let (Some(grant), Some(whose)) = (grant, whose) else { return Same::Yes };
        let sides: Vec<Name> = grant.from.iter().chain(&grant.to).cloned().collect();
        match self.editions.is_one(whose, &sides, on) {
            Same::Yes => self.acts_for(whose, &sides, about, on),
            _ => Same::Yes,
        }
    }

    /// Whether a fact is one that a clause is on: of whom, or of what, it names, or else of another than the party that acts.
    /// `None` where that is withheld.
    fn befell(
        &self,
        of: &[Name],
        (name, whose): (Option<&Name>, Option<&Name>),
        (party, about): (&Name, Option<&Name>),
        on: Date,
    ) -> Option<bool> {
        let model = self.editions.on(on);
        let is_party = |of: &Name| model.header.parties.contains(of) || model.group(of).is_some();
        let whose = whose?;
        if of.iter().any(is_party) {
            if whose.is_blank() {
                return None;
            }
            // Who came into the place of the one that a clause names is the one it is on.
            let same = |of: &Name| match self.acts_for(whose, std::slice::from_ref(of), about, on) {
                Same::Yes => Same::Yes,
                _ => self.is_one_with(of, whose, on),
            };
            let same: Vec<Same> = of.iter().map(same).collect();
            return match (same.contains(&Same::Yes), same.contains(&Same::Perhaps)) {
                (true, _) => Some(true),
                (false, true) => None,
                (false, false) => Some(false),
            };
        }
        if of.iter().any(Name::is_blank) {
            return None;
        }
        let what = of.is_empty() || name.is_none_or(|name| of.contains(name));
        match what {
            false => Some(false),
            true if whose.is_blank() => None,
            true => match self.is_one_with(whose, party, on) {
                Same::Yes => Some(false),
                Same::Perhaps => None,
                Same::No => Some(true),
            },
        }
    }

    /// The first day by which an event, a milestone or what is measured had come that a clause is on by its name.
    ///
    /// # Errors
    /// Where it may have come, and no more.
    fn named_came(&self, ground: &str, day: Date) -> Eval<Option<Date>> {
        let name = Name::from(ground);
        let told = self.facts.told_to_be(&name, "met", None);
        let told = told.or_else(|| self.facts.reached(&name, None, None));
        // What a trigger begins, and what happens when something is so, nobody tells.
        let came = match told {
            Some(told) => When::On(told),
            None => match self.measured.began(&name, None)? {
                When::On(began) => When::On(began),
                _ => self.measured.since_when(&name, &Focus::default())?,
            },
        };
        Ok(came.day().filter(|came| *came <= day))
    }

    /// The day on which the ground of a clause had lasted as long as it must, by what was told up to a day; or that it had
    /// not. `None` where it need not last, or nobody told of it.
    pub(crate) fn lasted(&self, clause: &Record, day: Date) -> Option<Eval<Result<Date, String>>> {
        let length = match clause.parts(Label::Cause)?.get(Label::Lasting)? {
            Value::Duration(length) => length,
            _ => return Some(Err(Unknown::new("how long it must last is redacted or open"))),
        };
        let ground = ground_of(clause)?;
        let told = self.measured.stretches(&Name::from(ground.as_str()), None);
        let mut told = told.iter().filter(|stretch| stretch.from <= day).peekable();
        told.peek()?;
        let mut unknown = None;
        for stretch in told {
            match self.shift(stretch.from, length, false) {
                Ok(long) if long <= day && stretch.to.is_none_or(|to| long <= to) => match &stretch.doubt {
                    None => return Some(Ok(Ok(long))),
                    Some(why) => unknown = Some(why.clone()),
                },
                Ok(_) => {}
                Err(why) => return Some(Err(why)),
            }
        }
        if let Some(why) = unknown {
            return Some(Err(why));
        }
        let length = crate::exit::length(length);
        Some(Ok(Err(format!("`{ground}` had not lasted {length} by {day}"))))
    }
}

/// Whether a ground has entries of its own, so that nothing else tells it.
pub(crate) fn has_entries(ground: &str) -> bool {
    word_of(ground).is_some()
}

/// The word of the entries that tell a ground, where it has entries of its own.
fn word_of(ground: &str) -> Option<&'static str> {
    match ground {
        "insolvency" => Some("insolvent"),
        "challenge" => Some("challenged"),
        "change of control" => Some("control"),
        _ => None,
    }
}

/// What an entry with a word is of, and whom it befell.
fn told_as<'e>(event: &'e Event, word: &str) -> Option<(Option<&'e Name>, Option<&'e Name>)> {
    let EventKind::Told { word: told, name, parts, .. } = &event.kind else { return None };
    (told == word).then(|| (parts.name(Label::Assets).or(name.as_ref()), whose(parts)))
}

fn whose(parts: &Parts) -> Option<&Name> {
    [Label::By, Label::Party, Label::Of].into_iter().find_map(|of| parts.name(of))
}
