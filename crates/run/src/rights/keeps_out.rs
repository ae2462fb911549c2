//! Whom a right keeps out, by how exclusive it is; and which rights the text puts above it.

use crate::engine::Run;
use crate::options::clause_of;
use counterpart_rights::{PARTIES, Ranges, Side, Space};
use counterpart_terms::model::Grant;
use counterpart_terms::precedence::{ClauseRef, Standing};
use counterpart_terms::value::{Against, Grade, GradeKind, Name};

/// Those who hold a right, in a space.
pub(super) struct Holders<'s> {
    space: &'s Space,
    positions: Ranges,
}

impl<'s> Holders<'s> {
    /// Some parties by name.
    pub fn of(space: &'s Space, names: &[Name]) -> Holders<'s> {
        Holders { space, positions: positions(space, names) }
    }

    /// Those at some positions.
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

    /// Whom a grant, given by some, keeps out at the most, whatever it has become.
    pub fn most(&self, grant: &Grant, from: &[Name]) -> Ranges {
        let lines = grant.grades.iter();
        let grades = lines.flat_map(|l| std::iter::once(&l.grade).chain(l.then.iter().map(|n| &n.grade)));
        let all = grades.map(|grade| self.shut_out(Some(grade), from));
        all.fold(Ranges::none(), |sum, out| sum.or(&out))
    }
}

/// The positions of some parties.
pub(super) fn positions(space: &Space, names: &[Name]) -> Ranges {
    let set = |name: &Name| space.set(&Side::Parties, name).cloned().unwrap_or_default();
    names.iter().fold(Ranges::none(), |sum, name| sum.or(&set(name)))
}

impl Run<'_> {
    /// The rights that the text puts above a grant, whichever of the two clauses says so: other grants, and what options
    /// give. Of two that each go before the other neither does.
    pub(super) fn above(&self, grant: &Grant) -> Vec<(Name, &Grant)> {
        let mut terms = [self.model_now()].into_iter().chain(self.models().rev());
        let ranking = terms.find(|model| model.records.standing_at(grant.at).is_some());
        let ranking = ranking.map(|model| &model.ranking).filter(|ranking| !ranking.pairs().is_empty());
        let Some((ranking, own)) = ranking.zip(self.name_of(grant).map(clause_of).map(ClauseRef::named))
        else {
            return Vec::new();
        };
        let above =
            |name: &Name| ranking.standing(&ClauseRef::named(clause_of(name)), &own) == Standing::First;
        let others = self.grants().into_iter().filter(|(name, other)| other.at != grant.at && above(name));
        others.map(|(name, other)| (name.clone(), other)).collect()
    }
}
