//! Whom a right keeps out, by how exclusive it is; and which rights the text puts above it.

use crate::engine::Run;
use counterpart_rights::{PARTIES, Ranges, Side, Space};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Grant;
use counterpart_terms::value::{Against, Grade, GradeKind, Name};

/// Those who hold a right, in a space.
pub(super) struct Holders<'s> {
    space: &'s Space,
    positions: Ranges,
}

impl<'s> Holders<'s> {
    pub fn of(space: &'s Space, names: &[Name]) -> Holders<'s> {
        Holders { space, positions: positions(space, names) }
    }

    pub fn at(space: &'s Space, positions: &Ranges) -> Holders<'s> {
        Holders { space, positions: positions.clone() }
    }

    /// Their positions.
    pub fn positions(&self) -> Ranges {
        self.positions.clone()
    }

    /// Whom a right of a grade, given by some, keeps out.
    pub fn shut_out(&self, grade: Option<&Grade>, from: &[Name]) -> Ranges {
        let Some(grade) = grade else { return Ranges::none() };
        let everybody = self.space.all(PARTIES).less(&self.positions);
        let grantors = positions(self.space, from);
        let named = |who: &[Name]| positions(self.space, who).less(&self.positions);
        match (grade.kind, &grade.against) {
            (GradeKind::NonExclusive | GradeKind::Covenant | GradeKind::Unknown, _) => Ranges::none(),
            (_, Some(Against::Only(who))) => named(who),
            (GradeKind::Exclusive, Some(Against::Except(who))) => everybody.less(&named(who)),
            (GradeKind::Exclusive, _) => everybody,
            (GradeKind::Sole, Some(Against::Except(who))) => everybody.less(&grantors).less(&named(who)),
            (GradeKind::Sole, Some(Against::Even(who))) => everybody.less(&grantors).or(&named(who)),
            (GradeKind::Sole, _) => everybody.less(&grantors),
            (GradeKind::CoExclusive, Some(Against::With(who))) => everybody.less(&named(who)),
            // Held with the grantor, where nobody else is named.
            (GradeKind::CoExclusive, _) => everybody.less(&grantors),
        }
    }

    /// Whom a grant keeps out at the most, whatever it has become.
    pub fn most(&self, grant: &Grant) -> Ranges {
        let lines = grant.grades.iter();
        let grades = lines.flat_map(|l| std::iter::once(&l.grade).chain(l.then.iter().map(|n| &n.grade)));
        let all = grades.map(|grade| self.shut_out(Some(grade), &grant.from));
        all.fold(Ranges::none(), |sum, out| sum.or(&out))
    }
}

/// The positions of some parties.
pub(super) fn positions(space: &Space, names: &[Name]) -> Ranges {
    let set = |name: &Name| space.set(&Side::Parties, name).cloned().unwrap_or_default();
    names.iter().fold(Ranges::none(), |sum, name| sum.or(&set(name)))
}

impl Run<'_> {
    /// The rights that the text puts above a grant, by `subject to`: other grants, and what options give.
    pub(super) fn above(&self, grant: &Grant) -> Vec<(Name, &Grant)> {
        let record = self.models().find_map(|m| m.records.standing_at(grant.at));
        let above = record.into_iter().flat_map(|r| r.all_below(Form::GrantSubject));
        let above: Vec<Name> = above.flat_map(|line| line.names(Label::Others)).collect();
        if above.is_empty() {
            return Vec::new();
        }
        let grants = self.grants();
        let of = |name: &Name| {
            [name.clone(), crate::options::exercised_name(name)]
                .into_iter()
                .find_map(|name| grants.get(&name).map(|grant| (name, *grant)))
        };
        above.iter().filter_map(of).filter(|(_, other)| other.at != grant.at).collect()
    }
}
