//! What somebody ends, and who does: the agreement as a whole, or a country, a product, a field or a grant alone. Which
//! clauses let somebody end it follows from that; whether they do is asked in `right_to_end`.

use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::Model;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// What somebody ends: the agreement, or of it a country, a product, a field, a grant by its name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ended {
    /// The kinds of its parts: `country`, `product`, `field`.
    kinds: Vec<&'static str>,
    /// The grant, products and fields by name.
    names: Vec<Name>,
    /// The grant or other thing that is ended, as a whole or in part.
    about: Option<Name>,
}

impl Ended {
    /// What an entry ends.
    pub(crate) fn told(name: Option<&Name>, place: Option<&Name>, fields: &[Name], model: &Model) -> Ended {
        let mut kinds: Vec<&'static str> = place.map(|_| "country").into_iter().collect();
        let product = |name: &Name| model.market.products.contains_key(name);
        kinds.extend(fields.iter().map(|name| if product(name) { "product" } else { "field" }));
        let names = name.into_iter().chain(fields).cloned().collect();
        Ended { kinds, names, about: name.cloned() }
    }

    /// Whether it is the agreement as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.kinds.is_empty() && self.names.is_empty()
    }

    /// What it is by its name alone, where it is no part of a kind.
    pub(crate) fn one(&self) -> Option<&Name> {
        self.names.first().filter(|_| self.kinds.is_empty())
    }

    /// What has to be somebody's who ends it, as a whole or in part: nothing where that is the agreement.
    pub(crate) fn about(&self) -> Option<&Name> {
        self.about.as_ref()
    }

    /// Whether a clause lets somebody end this: one on such a part, or one on the whole. Whoever may end the whole may end a
    /// grant and, unless the text says which parts may be ended, any part of it.
    pub(crate) fn is_under(&self, clause: &Record, says: &Parts<'_>, is_grant: bool) -> bool {
        let Some(of) = clause.get(Label::Product) else {
            let each = |kind: &&'static str| match says {
                Parts::Silent => true,
                Parts::Listed(partial) => partial.is_some_and(|line| lists(line, kind)),
            };
            return self.is_whole() || is_grant || !self.kinds.is_empty() && self.kinds.iter().all(each);
        };
        match of {
            Value::Word(word) => self.kinds.iter().any(|kind| kind == word) || is_grant,
            _ => self.is_named(clause),
        }
    }

    /// Whether a clause names it, or may.
    pub(crate) fn is_named(&self, clause: &Record) -> bool {
        clause.names(Label::Product).iter().any(|name| self.names.contains(name) || name.is_blank())
    }
}

/// What the text says of parts that may be ended.
pub(crate) enum Parts<'r> {
    /// Nothing.
    Silent,
    /// Some may: those of the kinds that a line lists, and those that clauses are on.
    Listed(Option<&'r Record>),
}

/// Whether the text lets parts of a kind be ended.
fn lists(partial: &Record, kind: &str) -> bool {
    let label = match kind {
        "country" => Label::Country,
        "field" => Label::Field,
        _ => Label::Product,
    };
    partial.has(label)
}

/// Who ends something, what, and on what ground where that is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ender<'e> {
    /// Who.
    pub party: &'e Name,
    /// On what ground.
    pub ground: Option<&'e str>,
    /// What.
    pub what: &'e Ended,
    /// The entry that tells it.
    pub entry: At,
}
