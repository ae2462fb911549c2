//! Grants: what they reach, how exclusively, when they begin, rest and end, and what they leave out.

use super::after_end::{Fate, fate};
use super::staging::{Ladder, Stages};
use crate::record::{At, Record};
use crate::value::{Acts, Condition, Duration, Grade, Moment, Name, Scope, Set, Territory, Value};
use counterpart_syntax::{Form, Label};

/// A grade, for which part, until when, and what follows.
#[derive(Debug, Clone)]
pub struct GradeLine {
    /// The grade.
    pub grade: Grade,
    /// Only for these acts, fields, places or products, where named.
    pub scope: Option<Scope>,
    /// Until this moment.
    pub until: Option<Moment>,
    /// While this is so.
    pub while_: Option<Condition>,
    /// What follows, in order, each until a moment or while something is so.
    pub then: Vec<NextGrade>,
    /// The clause.
    pub at: At,
}

/// The grade that follows another.
#[derive(Debug, Clone)]
pub struct NextGrade {
    /// The grade.
    pub grade: Grade,
    /// Until this moment.
    pub until: Option<Moment>,
    /// While this is so.
    pub while_: Option<Condition>,
}

/// A part of the space a grant leaves out, or keeps for somebody.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which.
    pub scope: Scope,
    /// Until this moment.
    pub until: Option<Moment>,
    /// For whom it is kept; empty where it is left out.
    pub for_: Vec<Name>,
    /// The clause.
    pub at: At,
}

/// What must be so for a grant to be in force.
#[derive(Debug, Clone)]
pub enum Life {
    /// In force only while this is so, and for at most so long.
    While(Condition, Option<Duration>),
    /// In force from this moment on.
    From(Moment),
    /// In force until the first of these moments, which is its last day.
    Until(Vec<Moment>),
    /// It begins when this is so, in each country by itself if said, and may end when something else is.
    Begins {
        /// In each country by itself.
        each_country: bool,
        /// When; `None` where a trigger says so.
        when: Option<Condition>,
        /// And ends.
        ends: Option<Condition>,
    },
    /// It does not begin without this, which must be so by a moment where one is said.
    Needs(Condition, Option<Moment>),
    /// It rests while this is so.
    Suspended(Condition),
    /// It ends when this is so, for these parties only where named.
    EndsWhen(Condition, Vec<Name>),
}

/// How long use goes on after the end of a grant.
#[derive(Debug, Clone)]
pub struct Transition {
    /// So long.
    pub for_: Option<Duration>,
    /// For these fields or products alone, where named.
    pub of: Vec<Name>,
    /// The clause.
    pub at: At,
}

/// What becomes of sublicences when the grant ends.
#[derive(Debug, Clone)]
pub struct SublicencesEnd {
    /// What becomes of them.
    pub fate: Fate,
    /// At whose choice.
    pub choice: Option<Name>,
    /// While this is so.
    pub while_: Option<Condition>,
    /// The clause.
    pub at: At,
}

/// A grant.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Its title.
    pub title: Option<String>,
    /// Who grants.
    pub from: Vec<Name>,
    /// Who receives.
    pub to: Vec<Name>,
    /// Under which assets.
    pub assets: Option<Set>,
    /// For which acts.
    pub acts: Option<Acts>,
    /// For which fields.
    pub fields: Option<Set>,
    /// Where.
    pub territory: Option<Territory>,
    /// With which products.
    pub products: Option<Set>,
    /// For which customers, and within which other dimensions.
    pub limits: Vec<Set>,
    /// How exclusive, line by line.
    pub grades: Vec<GradeLine>,
    /// What is left out.
    pub except: Vec<Part>,
    /// What the grantor keeps for itself or others.
    pub reserved: Vec<Part>,
    /// When it is in force.
    pub life: Vec<(Life, At)>,
    /// It does not end with the agreement.
    pub perpetual: bool,
    /// How long use goes on after its end.
    pub transitions: Vec<Transition>,
    /// What becomes of its sublicences then.
    pub sublicences_end: Option<SublicencesEnd>,
    /// The clauses on who may be given a sublicence.
    pub sublicence: Vec<Record>,
    /// Earlier licences it gives way to.
    pub prior: Vec<Name>,
    /// Of which grant it is the image.
    pub mirrors: Option<Name>,
    /// Its stages.
    pub stages: Option<Stages>,
    /// Its ladders.
    pub ladders: Vec<Ladder>,
    /// The clause.
    pub at: At,
}

impl Grant {
    /// Whether nobody may be given a sublicence: of all acts that are given, this one is not.
    pub fn withholds_sublicensing(&self) -> bool {
        !self.sublicence.is_empty() && self.sublicence.iter().all(|r| r.clause == Form::GrantNoSublicence)
    }

    /// Draws a grant from its clause.
    pub fn read(record: &Record) -> Option<Grant> {
        let mut grant = Grant {
            title: record.text(Label::Title).map(str::to_string),
            from: record.names(Label::From),
            to: record.names(Label::To),
            assets: None,
            acts: None,
            fields: None,
            territory: None,
            products: None,
            limits: Vec::new(),
            grades: Vec::new(),
            except: Vec::new(),
            reserved: Vec::new(),
            life: Vec::new(),
            perpetual: false,
            transitions: Vec::new(),
            sublicences_end: None,
            sublicence: Vec::new(),
            prior: Vec::new(),
            mirrors: None,
            stages: None,
            ladders: Vec::new(),
            at: record.at,
        };
        for clause in &record.below {
            grant.clause(clause);
        }
        Some(grant)
    }

    fn clause(&mut self, clause: &Record) {
        match clause.clause {
            Form::GrantUnder => self.assets = clause.set(Label::Assets).cloned(),
            Form::GrantTo => {
                if let Some(Value::Acts(acts)) = clause.get(Label::Acts) {
                    self.acts = Some(acts.clone());
                }
            }
            Form::GrantFor => self.fields = clause.set(Label::Fields).cloned(),
            Form::GrantIn => self.territory = clause.territory(Label::Territory).cloned(),
            Form::GrantOf => self.products = clause.set(Label::Products).cloned(),
            Form::GrantCustomers => self.limits.extend(clause.set(Label::Customers).cloned()),
            Form::GrantLimits => self.limits.extend(clause.set(Label::Values).cloned()),
            Form::GrantGrade => self.grades.extend(grade_line(clause)),
            Form::GrantExcept => self.except.extend(part(clause, &[])),
            Form::GrantExceptList => {
                self.except.extend(clause.all_below(Form::ScopesScope).filter_map(|line| part(line, &[])));
            }
            Form::GrantReserving => {
                let to = clause.names(Label::To);
                let lines = clause.all_below(Form::ScopesScope);
                self.reserved.extend(lines.filter_map(|line| part(line, &to)));
            }
            Form::GrantPerpetual | Form::GrantIrrevocable => self.perpetual = true,
            Form::GrantRoyalty => self.perpetual |= clause.has(Label::Perpetual),
            Form::GrantTransition => self.transitions.push(Transition {
                for_: match clause.get(Label::Duration) {
                    Some(Value::Duration(duration)) => Some(duration.clone()),
                    _ => None,
                },
                of: clause.names(Label::For),
                at: clause.at,
            }),
            Form::GrantSublicence | Form::GrantNoSublicence => self.sublicence.push(clause.clone()),
            Form::GrantSublicencesEnd => {
                self.sublicences_end = Some(SublicencesEnd {
                    fate: fate(clause.word(Label::What)),
                    choice: clause.name(Label::At).cloned(),
                    while_: clause.condition(Label::While).cloned(),
                    at: clause.at,
                });
            }
            Form::GrantPrior => self.prior.extend(clause.names(Label::Prior)),
            Form::GrantMirrors => self.mirrors = clause.name(Label::Mirrors).cloned(),
            _ => self.life.extend(life(clause).map(|life| (life, clause.at))),
        }
    }
}

fn life(clause: &Record) -> Option<Life> {
    let condition = |label| clause.condition(label).cloned();
    Some(match clause.clause {
        Form::GrantWhile => {
            let most = match clause.get(Label::Most) {
                Some(Value::Duration(most)) => Some(most.clone()),
                _ => None,
            };
            Life::While(condition(Label::While)?, most)
        }
        Form::GrantFrom => Life::From(clause.moment(Label::From)?.clone()),
        Form::GrantUntil => {
            let moments = [Label::Until, Label::Or].into_iter().filter_map(|label| clause.moment(label));
            Life::Until(moments.cloned().collect())
        }
        Form::GrantBegins => Life::Begins {
            each_country: clause.has(Label::Each),
            when: condition(Label::When),
            ends: condition(Label::Ends),
        },
        Form::GrantNeeds => Life::Needs(condition(Label::What)?, deadline(clause)),
        Form::GrantSuspended => Life::Suspended(condition(Label::While)?),
        Form::GrantEndsWhen => Life::EndsWhen(condition(Label::When)?, clause.names(Label::Who)),
        _ => return None,
    })
}

/// By when something must be so: by a moment, or within some time of one, of the effective date where none is named.
pub(super) fn deadline(clause: &Record) -> Option<Moment> {
    let within = match clause.get(Label::Within) {
        Some(Value::Duration(within)) => within.clone(),
        _ => return clause.moment(Label::By).cloned(),
    };
    let from = Box::new(clause.moment(Label::Of).cloned().unwrap_or(Moment::Effective));
    Some(Moment::Shift { by: within, back: false, from })
}

fn part(line: &Record, for_: &[Name]) -> Option<Part> {
    let Some(Value::Scope(scope)) = line.get(Label::Scope) else { return None };
    Some(Part {
        scope: (**scope).clone(),
        until: line.moment(Label::Until).cloned(),
        for_: for_.to_vec(),
        at: line.at,
    })
}

/// What `until …` or `while …` says.
fn end(value: Option<&Value>) -> (Option<Moment>, Option<Condition>) {
    match value {
        Some(Value::Parts(parts)) => {
            (parts.moment(Label::Moment).cloned(), parts.condition(Label::Condition).cloned())
        }
        Some(Value::Moment(moment)) => (Some(moment.clone()), None),
        Some(Value::Condition(condition)) => (None, Some((**condition).clone())),
        _ => (None, None),
    }
}

fn grade_line(clause: &Record) -> Option<GradeLine> {
    let (until, while_) = end(clause.get(Label::Until));
    let then = clause.all(Label::Then).filter_map(|value| match value {
        Value::Grade(grade) => Some(NextGrade { grade: grade.clone(), until: None, while_: None }),
        Value::Parts(parts) => {
            let (until, while_) = end(parts.get(Label::Until));
            Some(NextGrade { grade: parts.grade(Label::Grade)?.clone(), until, while_ })
        }
        _ => None,
    });
    let acts = clause.parts(Label::To).and_then(|to| match to.get(Label::Acts) {
        Some(Value::Acts(acts)) => Some(acts.clone()),
        _ => None,
    });
    let fields = clause.names(Label::Fields);
    let scope = Scope {
        acts,
        fields: (!fields.is_empty()).then(|| Set { names: fields, ..Set::default() }),
        products: clause.names(Label::Products),
        territory: clause.territory(Label::Territory).cloned(),
        ..Scope::default()
    };
    Some(GradeLine {
        grade: clause.grade(Label::Grade)?.clone(),
        scope: (scope != Scope::default()).then_some(scope),
        until,
        while_,
        then: then.collect(),
        at: clause.at,
    })
}
