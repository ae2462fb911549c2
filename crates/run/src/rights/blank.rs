//! Names compared where the text withholds some: the one that is `redacted` may be the very one that is meant.

use crate::unknown::Unknown;
use counterpart_syntax::Form;
use counterpart_terms::model::{Grant, Model};
use counterpart_terms::value::{Against, Grade, GradeKind, Name};

/// Whether one of some names is meant; `None` where none that is given is, and one is withheld.
pub(crate) fn any(names: &[Name], meant: impl Fn(&Name) -> bool) -> Option<bool> {
    if names.iter().any(|name| !name.is_blank() && meant(name)) {
        return Some(true);
    }
    if names.iter().any(Name::is_blank) { None } else { Some(false) }
}

/// Whether two things are so, of which it may not be known whether they are.
pub(crate) fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether one of several things is so.
pub(crate) fn either(of: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let all: Vec<Option<bool>> = of.collect();
    if all.contains(&Some(true)) {
        return Some(true);
    }
    all.iter().all(Option::is_some).then_some(false)
}

/// Why it is not known how a grade compares with one that is asked about, if it is not.
pub(crate) fn grade(found: &Grade, asked: &Grade) -> Option<Unknown> {
    let named = |grade: &Grade| match &grade.against {
        Some(Against::Only(who)) => Some((0, who.iter().any(Name::is_blank))),
        Some(Against::Except(who)) => Some((1, who.iter().any(Name::is_blank))),
        Some(Against::With(who)) => Some((2, who.iter().any(Name::is_blank))),
        // Exclusive is exclusive even against anybody, whoever is named.
        Some(Against::Even(_)) | None => None,
    };
    if found.kind == GradeKind::Unknown {
        let why = found.unknown.as_ref().and_then(|known| known.why_unknown());
        return Some(Unknown::new(format!("how exclusive it is is {}", why.unwrap_or_default())));
    }
    let hidden = match (named(found), named(asked)) {
        (Some((one, blank)), Some((other, _))) => one == other && blank,
        _ => false,
    };
    (hidden && found.kind == asked.kind)
        .then(|| Unknown::new("against whom or with whom it is exclusive is redacted or open"))
}

/// Why nothing of a grant is known for sure: of which grant it is the image, or of which grant some stages or a ladder
/// are, is withheld.
pub(super) fn about(grant: &Grant, model: &Model) -> Option<Unknown> {
    if grant.mirrors.as_ref().is_some_and(Name::is_blank) {
        return Some(Unknown::new("of which grant this is the image is redacted or open").at(grant.at));
    }
    let of_a_secret_one = |form: Form| {
        let hidden = |name: Option<&Name>| name.is_some_and(Name::is_blank);
        let label = counterpart_syntax::Label::Name;
        model.records.of(form).find(|r| hidden(r.name(label)))
    };
    // A grant has one set of stages.
    if let Some(stages) = of_a_secret_one(Form::FileStages).filter(|_| grant.stages.is_none()) {
        return Some(Unknown::new("of which grant these are the stages is redacted or open").at(stages.at));
    }
    let ladder = of_a_secret_one(Form::FileLadder)?;
    Some(Unknown::new("of which grant this is the ladder is redacted or open").at(ladder.at))
}
