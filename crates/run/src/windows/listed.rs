//! What is listed of windows, options, first rights, buy-outs, covenants and securities on a day: where each stands, since when and
//! up to when, what it is about, what follows, who may do what, and its history.

use super::course::{Course, Kind, State};
use crate::engine::{Machine, Run};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A thing that opens and closes, as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// What it is called.
    pub name: String,
    /// `window`, `sunset`, `talks`, `option`, `first refusal`, `first negotiation`, `first offer`, `first look`,
    /// `buy-out`, `covenant` or `security`; `renewal` of the agreement; of a trigger whose clock runs `notice`, `cure` or
    /// `choice`, and `trigger` where none does; `right to end` where one to end the agreement lapses.
    pub kind: String,
    /// Who gave it, or promised.
    pub from: Vec<String>,
    /// Who holds it, or was promised it.
    pub to: Vec<String>,
    /// Its state: `not in force yet`, `not open`, `open`, `in force`, `suspended`, `exercised`, `effective`, `free`,
    /// `lapsed`, `withdrawn`, `released`, `ended` or `not known`; of a trigger what came last: `came`, `noticed`, `cured`,
    /// `excused`, `chosen`, `effective`, `lapsed`.
    pub state: String,
    /// The first day of that state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Its last day, if nothing more happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Because of what it is in that state; where that is not known, why.
    pub because: String,
    /// The next day on which it opens, where one is fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Date>,
    /// The last day of the time that is open, or of the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<Date>,
    /// What it is about: what is renegotiated, what is given or promised, at what price.
    pub about: Vec<String>,
    /// What follows where nothing is agreed, or it is not used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<String>,
    /// What each side puts on the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discloses: Vec<String>,
    /// What need not be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keeps_secret: Vec<String>,
    /// Who may or must do what on that day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<String>,
    /// The stretches of its history, and what was tried in vain, oldest first.
    pub history: Vec<Step>,
    /// The clause.
    pub clause: String,
}

/// A stretch of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The first day; none from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; none where it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The state; `no effect` where something was tried in vain.
    pub state: String,
    /// Why.
    pub because: String,
    /// The clauses and entries that make it so.
    pub by: Vec<String>,
}

/// The JSON Schema of what is listed.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Listed)
}

impl Machine<'_> {
    /// Everything that opens and closes, as it stands on a day, in the order of the text; then its renewal, the clocks of
    /// triggers that run, and the talks about inventions.
    pub fn courses(&self, as_of: Date, known_on: Date) -> Vec<Listed> {
        let run = self.run(as_of, known_on);
        let courses = run.with_courses().into_iter();
        let mut out: Vec<Listed> = courses.map(|(name, kind)| run.listed(&name, kind)).collect();
        out.extend(run.renewal_open());
        let open = run.open_clocks();
        let is_open = |listed: &Listed| open.iter().any(|one| one.name == listed.name);
        let over: Vec<Listed> = run.triggers_over(None).into_iter().filter(|one| !is_open(one)).collect();
        out.extend(open);
        out.extend(over);
        out.extend(run.talks_about_inventions());
        out
    }
}

impl Machine<'_> {
    /// What is called by a name and opens or closes, or comes about, with its history.
    pub fn course(&self, name: &Name, as_of: Date, known_on: Date) -> Vec<Listed> {
        let all = self.courses(as_of, known_on);
        let own: Vec<Listed> = all.into_iter().filter(|one| one.name == name.as_str()).collect();
        match own.is_empty() {
            true => self.run(as_of, known_on).triggers_over(Some(name)),
            false => own,
        }
    }
}

impl Run<'_> {
    fn listed(&self, name: &Name, kind: Kind) -> Listed {
        let today = self.facts.as_of();
        let record = self.text_of(name, kind);
        let names = |label| -> Vec<String> {
            record.map(|r| r.names(label).iter().map(ToString::to_string).collect()).unwrap_or_default()
        };
        let (from, to) = match kind {
            Kind::Covenant => (names(Label::By), names(Label::To)),
            Kind::BuyOut => {
                let sellers =
                    self.pay_named(name).map(|pay| pay.to.iter().map(ToString::to_string).collect());
                (sellers.unwrap_or_default(), names(Label::By))
            }
            _ => (names(Label::From), names(Label::To)),
        };
        let lines = |forms: &[Form], head: &str| -> Vec<String> {
            let below = record.iter().flat_map(|r| &r.below).filter(|line| forms.contains(&line.clause));
            below.map(|line| self.said_after(line, head)).collect()
        };
        let texts = |form: Form| -> Vec<String> {
            let below = record.iter().flat_map(|r| r.all_below(form));
            let words = below.flat_map(|line| line.all(Label::What)).filter_map(|value| match value {
                counterpart_terms::value::Value::Text(text) => Some(text.clone()),
                _ => None,
            });
            words.collect()
        };
        let mut out = Listed {
            name: name.to_string(),
            kind: kind.word().to_string(),
            from,
            to,
            state: State::Unclear.to_string(),
            since: None,
            until: None,
            because: String::new(),
            opens: None,
            closes: None,
            about: about(record, self),
            otherwise: [
                lines(&[Form::WindowOtherwise, Form::SunsetOtherwise], "otherwise"),
                lines(&[Form::WindowExpert], "then"),
                lines(&[Form::OptionLapses], "if it lapses"),
            ]
            .concat(),
            discloses: texts(Form::WindowDiscloses),
            keeps_secret: texts(Form::WindowSecret),
            may: Vec::new(),
            history: Vec::new(),
            clause: record.map(|r| self.place(r.at)).unwrap_or_default(),
        };
        match self.course_of(name) {
            Ok(course) => self.fill(&mut out, &course, today, record),
            Err(why) => out.because = why.reason,
        }
        let broken = self.promise_broken(name).filter(|_| kind == Kind::Covenant);
        if let Some(broken) = broken.filter(|_| out.state == State::InForce.to_string()) {
            out.because = format!("broken on {} ({}); {}", broken.date, self.place(broken.at), out.because);
        }
        out
    }

    pub(super) fn text_of(&self, name: &Name, kind: Kind) -> Option<&Record> {
        let is = |form: Form| match kind {
            Kind::Talks => form == Form::FileTrigger,
            _ => matches!(
                form,
                Form::FileWindow
                    | Form::FileSunset
                    | Form::FileOption
                    | Form::FileFirstRight
                    | Form::FileBuyOut
                    | Form::FileCovenant
                    | Form::FileSecurity
            ),
        };
        self.texts(name, is).last().map(|(record, _)| *record)
    }

    fn fill(&self, out: &mut Listed, course: &Course, today: Date, record: Option<&Record>) {
        let now = course.on(today);
        out.state = now.state.to_string();
        // A day after which it cannot be said how it stands is not its last.
        let sure = |last: Option<Date>| {
            let goes_on = |next: Date| course.on(next).state == State::Unclear;
            last.filter(|last| !last.next_day().is_some_and(goes_on))
        };
        (out.since, out.until) =
            (now.from, if now.state == State::Unclear { now.last } else { sure(now.last) });
        out.because = now.why.clone();
        out.may = self.may_do(course.kind, now.state, out.until, record, out);
        if now.state != State::Unclear {
            out.opens = course.opening(today, true).ok().flatten().filter(|on| *on > today);
            let open = matches!(now.state, State::Open | State::InForce);
            out.closes = match (open, out.opens) {
                (true, _) => sure(course.opening(today, false).ok().flatten()),
                (false, Some(next)) => sure(course.on(next).last),
                (false, None) => None,
            };
        }
        let stretches = course.stretches.iter().map(|stretch| Step {
            from: stretch.from,
            until: stretch.last,
            state: stretch.state.to_string(),
            because: stretch.why.clone(),
            by: stretch.at.iter().map(|at| self.place(*at)).collect(),
        });
        let notes = course.notes.iter().map(|note| Step {
            from: Some(note.on),
            until: Some(note.on),
            state: "no effect".into(),
            because: note.words.clone(),
            by: vec![self.place(note.at)],
        });
        out.history = stretches.chain(notes).collect();
        out.history.sort_by_key(|step| step.from);
    }

    /// Who may or must do what, where a thing is in a state up to a day.
    fn may_do(
        &self,
        kind: Kind,
        state: State,
        last: Option<Date>,
        record: Option<&Record>,
        listed: &Listed,
    ) -> Vec<String> {
        let (from, to) = (listed.from.join(", "), listed.to.join(", "));
        let until = last.map(|last| format!(" until {last}")).unwrap_or_default();
        let mut out = Vec::new();
        let better = record.and_then(|r| r.below(Form::OptionPeriod)).is_some_and(|l| l.has(Label::Better));
        match (kind, state) {
            (Kind::Option, State::Open) => out.push(format!("{to} may exercise it{until}")),
            (Kind::BuyOut, State::Open) => out.push(format!("{to} may use it by notice{until}")),
            (Kind::FirstRefusal, State::Open) => out.push(format!("{to} may match the offer{until}")),
            (Kind::FirstNegotiation, State::Open) => {
                out.push(format!("{from} may talk with nobody but {to}{until}"));
            }
            (Kind::FirstOffer, State::Open) => out.push(format!("{to} may take what is offered{until}")),
            (Kind::FirstLook, State::Open) => out.push(format!("{to} may look at it before others{until}")),
            (_, State::Free) if kind.is_first() => {
                let terms = if better { ", on no better terms" } else { "" };
                out.push(format!("{from} may deal with others{until}{terms}"));
            }
            (_, State::NotOpen) if kind.is_first() => {
                out.push(format!("{from} must offer it to {to} before it deals with others"));
            }
            (Kind::Security, State::Open) => out.push(format!("{to} may step in{until}")),
            (Kind::Window, State::Open) => {
                if !listed.discloses.is_empty() {
                    out.push(format!("each side discloses {}", listed.discloses.join(", ")));
                }
                if !listed.keeps_secret.is_empty() {
                    out.push(format!("each side may keep secret {}", listed.keeps_secret.join(", ")));
                }
            }
            _ => {}
        }
        let held = matches!(state, State::Open | State::NotOpen | State::Suspended | State::Exercised);
        if let Some(before) = record.and_then(|r| r.below(Form::OptionBefore)).filter(|_| held) {
            let lines: Vec<String> = before.below.iter().map(|line| self.said(line)).collect();
            let said = self.said_after(before, "before exercise");
            out.push(format!("{to} has a right already, {said} {}", lines.join(" ")));
        }
        out
    }
}

/// What a thing is about, in the words of its clause.
fn about(record: Option<&Record>, run: &Run<'_>) -> Vec<String> {
    let forms = [
        Form::WindowRenegotiates,
        Form::SunsetOpens,
        Form::OptionGrant,
        Form::OptionOver,
        Form::OptionPrice,
        Form::OptionPriceExpert,
        Form::BuyOutPrice,
        Form::BuyOutAppraised,
        Form::CovenantNotTo,
        Form::CovenantNotDeal,
        Form::CovenantMust,
        Form::CovenantInsure,
        Form::CovenantFavoured,
        Form::CovenantExcept,
        Form::CovenantLimits,
        Form::CovenantWhile,
        Form::CovenantBinds,
        Form::CovenantExtends,
        Form::CovenantCures,
        Form::CovenantSubject,
        Form::CovenantNotwithstanding,
        Form::SecurityOver,
    ];
    let Some(record) = record else { return Vec::new() };
    let lines = record.below.iter().filter(|line| forms.contains(&line.clause));
    let lines: Vec<String> = lines.map(|line| run.said(line)).collect();
    if !lines.is_empty() {
        return lines;
    }
    // A promise that is made in words alone.
    let texts = record.all_below(Form::CovenantText);
    texts.filter_map(|line| line.text(Label::Text)).map(|text| format!("\"{text}\"")).collect()
}
