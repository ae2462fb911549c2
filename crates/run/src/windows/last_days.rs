//! The last day of each time in which a party may use a right of its own: an option, a first right, a buy-out, a security; of
//! those open, and of those whose days to open and to close are fixed.

use super::course::{Kind, State};
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// The last day on which a right may be used.
pub(crate) struct LastDay {
    /// What it is called.
    pub name: Name,
    /// What kind of right it is.
    pub kind: Kind,
    /// Whose it is.
    pub by: Vec<Name>,
    /// Its first day, where that is to come.
    pub opens: Option<Date>,
    /// Its last day.
    pub last: Date,
    /// What follows where it is not used.
    pub otherwise: String,
    /// The clause.
    pub at: At,
}

impl Run<'_> {
    /// The last days of rights that may be used, or will, in the order of the text.
    pub(crate) fn last_days(&self) -> Vec<LastDay> {
        let used =
            |kind: &Kind| matches!(kind, Kind::Option | Kind::BuyOut | Kind::Security) || kind.is_first();
        let courses = self.with_courses().into_iter().filter(|(_, kind)| used(kind));
        courses.filter_map(|(name, kind)| self.last_day_to_use(name, kind)).collect()
    }

    fn last_day_to_use(&self, name: Name, kind: Kind) -> Option<LastDay> {
        let today = self.facts.as_of();
        let course = self.course_of(&name).ok()?;
        let now = course.on(today);
        let waits = matches!(now.state, State::NotYet | State::NotOpen | State::Lapsed);
        let opens = match now.state {
            State::Open => None,
            _ if waits => Some(course.opening(today, true).ok().flatten().filter(|on| *on > today)?),
            _ => return None,
        };
        let last = course.on(opens.unwrap_or(today)).last?;
        // A day after which it cannot be said how it stands is not its last.
        if last.next_day().is_some_and(|next| course.on(next).state == State::Unclear) {
            return None;
        }
        let record = self.text_of(&name, kind)?;
        let by = if kind == Kind::BuyOut { record.names(Label::By) } else { record.names(Label::To) };
        let lapses = record.below(Form::OptionLapses).map(|line| self.said_after(line, "if it lapses"));
        let otherwise = lapses.unwrap_or_else(|| match kind.is_first() {
            true => "it may go to others".to_string(),
            false => "it lapses".to_string(),
        });
        Some(LastDay { name, kind, by, opens, last, otherwise, at: record.at })
    }

    /// The renewal of the agreement, where somebody may still stop it or ask for it.
    pub(super) fn renewal_open(&self) -> Option<super::Listed> {
        let day = self.renewal_ahead()?;
        let who = day.by.clone();
        let last = day.due.map(|last| format!(" until {last}")).unwrap_or_default();
        Some(super::Listed {
            name: "renewal".into(),
            kind: "renewal".into(),
            from: Vec::new(),
            to: who.split(", ").map(str::to_string).collect(),
            state: if day.unknown.is_some() { State::Unclear } else { State::Open }.to_string(),
            since: None,
            until: day.due,
            because: day.unknown.clone().unwrap_or_default(),
            opens: None,
            closes: day.due,
            about: Vec::new(),
            otherwise: day.otherwise.iter().map(|next| next.what.clone()).collect(),
            discloses: Vec::new(),
            keeps_secret: Vec::new(),
            may: vec![format!("{who} may {} {}{last}", day.act, day.what)],
            history: Vec::new(),
            clause: day.clause,
        })
    }
}
