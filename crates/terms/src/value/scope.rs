//! Parts of the rights space and how exclusively they are held.

use super::{Known, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Purposes of use that need no field tree.
pub const PURPOSES: &[&str] =
    &["research", "teaching", "internal-use", "evaluation", "regulatory-use", "patient-care"];

/// The acts every deal knows, as the grammar lists them.
pub const ACTS: &[&str] = &[
    "make",
    "have made",
    "use",
    "sell",
    "offer",
    "import",
    "export",
    "develop",
    "research",
    "sublicense",
    "refer",
    "copy",
    "modify",
    "distribute",
    "perform",
    "display",
    "prosecute",
    "enforce",
    "practise",
    "lease",
    "service",
    "register",
    "promote",
];

/// Names of one dimension, less others. `all` without names is the whole dimension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Set {
    /// `all` was written before the names.
    pub all: bool,
    /// The names.
    pub names: Vec<Name>,
    /// Taken out.
    pub except: Vec<Name>,
}

/// What may be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Acts {
    /// Every act.
    All,
    /// These acts.
    These(Vec<Name>),
}

/// Countries, parts of countries and groups; who belongs to a group depends on the day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Territory {
    /// The places, as written.
    pub places: Vec<Name>,
    /// Taken out.
    pub except: Vec<Name>,
    /// The text keeps the places secret or leaves them open: nothing is known to lie in it or out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Known<()>>,
}

impl Territory {
    /// One place, with all that lies in it.
    pub fn at(place: &Name) -> Territory {
        Territory::of(vec![place.clone()])
    }

    /// Some places, with all that lies in them.
    pub fn of(places: Vec<Name>) -> Territory {
        Territory { places, except: Vec::new(), unknown: None }
    }
}

/// A part of the rights space; a dimension not named is not limited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// What may be done.
    pub acts: Option<Acts>,
    /// With which patents and know-how.
    pub assets: Option<Set>,
    /// In which fields, or other declared dimension.
    pub fields: Option<Set>,
    /// With which products.
    pub products: Vec<Name>,
    /// Where.
    pub territory: Option<Territory>,
    /// For which customers.
    pub customers: Vec<Name>,
}

/// How exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GradeKind {
    /// Nobody else, the licensor included.
    Exclusive,
    /// Nobody else but the licensor.
    Sole,
    /// These and nobody else.
    CoExclusive,
    /// Others may be licensed.
    NonExclusive,
    /// No licence, but no suit.
    Covenant,
    /// The text keeps it secret or leaves it open; [`Grade::unknown`] says which.
    Unknown,
}

impl GradeKind {
    /// Whether a right of this kind keeps others out, be it not its grantor.
    pub fn keeps_out(self) -> bool {
        matches!(self, GradeKind::Exclusive | GradeKind::Sole | GradeKind::CoExclusive)
    }
}

/// Against whom an exclusive grant holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Against these only.
    Only(Vec<Name>),
    /// Against everybody, these named among them.
    Even(Vec<Name>),
    /// Against everybody but these.
    Except(Vec<Name>),
    /// Held together with these.
    With(Vec<Name>),
}

impl Against {
    /// Those it names.
    pub fn names(&self) -> &[Name] {
        match self {
            Against::Only(who) | Against::Even(who) | Against::Except(who) | Against::With(who) => who,
        }
    }
}

/// A grade of exclusivity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// Which.
    pub kind: GradeKind,
    /// Against or with whom, where the text says so.
    pub against: Option<Against>,
    /// Why it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Known<()>>,
}

impl std::fmt::Display for GradeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            GradeKind::Exclusive => "exclusive",
            GradeKind::Sole => "sole",
            GradeKind::CoExclusive => "co-exclusive",
            GradeKind::NonExclusive => "non-exclusive",
            GradeKind::Covenant => "covenant not to sue",
            GradeKind::Unknown => "unknown",
        })
    }
}

impl std::fmt::Display for Territory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(why) = self.unknown.as_ref().and_then(Known::why_unknown) {
            return f.write_str(&why);
        }
        let list = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        f.write_str(&list(&self.places))?;
        if self.except.is_empty() { Ok(()) } else { write!(f, " except {}", list(&self.except)) }
    }
}
