//! Why what is no grant of the text stands as it does: a sublicence and its head licence, a promise and its days, an
//! option, an invention.

use crate::engine::Run;
use crate::rights::{Source, Sublicence};
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::Kind;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The reasons of a source that is no grant.
    pub(super) fn why_besides(&self, source: &Source, on: Date) -> Vec<Step> {
        match source.kind {
            Kind::Barred | Kind::Option | Kind::FirstRight => self.why_course(source, on),
            Kind::Owned | Kind::Licence if self.is_invention(&source.name) => self.why_invention(source),
            Kind::Licence if self.is_sublicence(&source.name) => self.why_sublicence(source, on),
            _ => Vec::new(),
        }
    }

    /// Since when a promise or an option is as it is, and why.
    fn why_course(&self, source: &Source, on: Date) -> Vec<Step> {
        let Ok(course) = self.course_of(&source.name) else { return Vec::new() };
        vec![course.on(on).as_step(&source.name)]
    }

    /// Of which class an invention is, whose it is, and by which licence it is given back.
    fn why_invention(&self, source: &Source) -> Vec<Step> {
        let Ok(it) = self.invention(&source.name) else { return Vec::new() };
        let Ok(class) = self.class_of(&it) else { return Vec::new() };
        let mut out = class.why.clone();
        let Ok(owned) = self.owners_of(&it, &class) else { return out };
        if source.kind == Kind::Owned {
            out.extend(owned.iter().flat_map(|part| part.why.clone()));
        } else {
            let licences = self.licences_in(&it, &class, &owned).into_iter();
            let own =
                licences.filter(|licence| source.by.contains(&licence.at) && source.to.contains(&licence.to));
            out.extend(own.flat_map(|licence| licence.why));
        }
        out
    }

    /// Under which licence somebody was given it, and why that one is in force.
    fn why_sublicence(&self, source: &Source, on: Date) -> Vec<Step> {
        self.why_under(&source.name, &self.sublicences(), on)
    }

    /// The same of any sublicence among those told.
    pub(crate) fn why_under(&self, name: &Name, all: &[Sublicence], on: Date) -> Vec<Step> {
        let Some(told) = all.iter().find(|told| told.name == *name) else { return Vec::new() };
        let mut out = Vec::new();
        if let Some((from, parties)) = &told.direct {
            let names = parties.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(", ");
            out.push(Step::note(format!("it is a licence of {names} itself")).on(*from));
        }
        if let Some(head) = &told.head
            && let Some(grant) = self.grant_of(head, on)
        {
            let step = Step::note(format!("it is given under {head}")).by(grant.at);
            out.push(step.from(self.why_in_force(grant, on, 1)));
        } else if let Some(head) = &told.head
            && let Some(above) = all.iter().find(|above| above.name == *head)
        {
            let step = Step::note(format!("it is given under {head}")).by(above
                .by
                .first()
                .copied()
                .unwrap_or_default());
            out.push(step.from(self.why_under(head, all, on)));
        }
        out
    }
}
