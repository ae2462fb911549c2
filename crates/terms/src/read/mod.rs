//! From the lossless tree to typed values, with every name looked up.

mod amounts;
mod conditions;
mod names;
mod plain;
mod scopes;
mod times;

pub(crate) use names::Missing;
pub use names::closest;

use names::Own;

use crate::names::{Expect, Lines, Symbols};
use crate::record::{Key, Part, Parts, Record};
use crate::value::{Known, Name, Value};
use counterpart_syntax::{Clause, Context, Diagnostic, Form, Label, Node, Rule};

/// Reads the clauses of one file.
pub(crate) struct Reader<'d> {
    pub symbols: &'d Symbols,
    pub file: usize,
    pub lines: &'d Lines,
    pub problems: &'d mut Vec<Diagnostic>,
    /// Names already reported missing: one mistake, one message.
    pub missing: &'d mut Missing,
    form: Form,
    /// Where the clause being read begins.
    start: u32,
    /// The name of the clause at the margin, and the parties its first line names on either side.
    own: Own,
    /// The rules around the part being read, innermost last.
    around: Vec<Rule>,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(
        symbols: &'d Symbols,
        file: usize,
        lines: &'d Lines,
        problems: &'d mut Vec<Diagnostic>,
        missing: &'d mut Missing,
    ) -> Self {
        Reader {
            symbols,
            file,
            lines,
            problems,
            missing,
            form: Form::FileText,
            start: 0,
            own: Own::default(),
            around: Vec::new(),
        }
    }

    /// Reads a clause and those below it; a clause no form fits is left out (it has been reported).
    pub(crate) fn record(&mut self, clause: Clause<'_>) -> Option<Record> {
        let form = clause.form()?;
        self.form = form;
        self.start = clause.span().start;
        if form.context() == Context::File {
            self.own = Own::of(clause);
        }
        let parts = parts_of(clause.nodes().filter_map(|node| self.part(node)).collect());
        let below = clause.children().filter_map(|child| self.record(child)).collect();
        Some(Record { clause: form, at: self.lines.at(self.file, clause.span()), parts, below })
    }

    fn part(&mut self, node: Node<'_>) -> Option<Part> {
        let key = match (node.label(), node.kind()) {
            (Some(label), _) => Key::Label(label),
            (None, Some(rule)) => Key::Rule(rule),
            (None, None) => return None,
        };
        Some(Part { key, value: self.value(node) })
    }

    /// The parts of a node.
    pub(crate) fn parts(&mut self, node: Node<'_>) -> Parts {
        if let Some(rule) = node.kind() {
            self.around.push(rule);
        }
        let parts = parts_of(node.nodes().filter_map(|n| self.part(n)).collect());
        if node.kind().is_some() {
            self.around.pop();
        }
        parts
    }

    fn value(&mut self, node: Node<'_>) -> Value {
        let Some(rule) = node.kind() else { return self.unnamed(node) };
        match rule {
            Rule::Name | Rule::Reference | Rule::Party | Rule::Blank => self.name_value(node),
            Rule::Unit => Value::Name(Name::from(node.text())),
            Rule::Title => Value::Text(plain::unquote(node.text())),
            Rule::Number => Value::Number(self.number(node)),
            Rule::Date => Value::Date(self.date(node)),
            Rule::SomeNumber | Rule::SomeDate => {
                node.nodes().next().map_or(Value::Word(String::new()), |inner| self.value(inner))
            }
            Rule::DayOfYear => self.day_of_year(node),
            Rule::Duration => Value::Duration(self.duration(node)),
            Rule::UnitOfTime if node.has(Label::Unknown) => node
                .get(Label::Unknown)
                .map_or(Value::Word(String::new()), |u| Value::Unknown(self.unknown(u))),
            Rule::UnitOfTime | Rule::UnitsOfTime | Rule::Basis | Rule::Compare | Rule::ClaimOp => {
                Value::Word(plain::words(node))
            }
            Rule::Cycle => Value::Cycle(self.cycle(node)),
            Rule::Label => {
                self.period_label(node).map_or_else(|| Value::Word(plain::words(node)), Value::Period)
            }
            Rule::Window => Value::Window(self.window(node)),
            Rule::Moment => Value::Moment(self.moment(node)),
            Rule::Point => Value::Moment(self.point(node)),
            Rule::Money
            | Rule::SomeMoney
            | Rule::Withheld
            | Rule::Percent
            | Rule::Amount
            | Rule::Product
            | Rule::Factor
            | Rule::Measure
            | Rule::HiddenMeasure
            | Rule::HiddenPart => Value::Amount(self.amount(node)),
            Rule::Currency => Value::Word(self.currency_word(node)),
            Rule::Unknown => Value::Unknown(self.unknown(node)),
            Rule::Names | Rule::Parties | Rule::EffectNames => self.name_list(node),
            Rule::Set => Value::Set(self.set(node)),
            Rule::Acts | Rule::ScopeActs => Value::Acts(self.acts(node)),
            Rule::Territory | Rule::EffectTerritory => Value::Territory(self.territory(node)),
            Rule::Scope => Value::Scope(Box::new(self.scope(node))),
            Rule::Grade => Value::Grade(self.grade(node)),
            Rule::Condition => Value::Condition(Box::new(self.condition(node))),
            Rule::NameWords | Rule::Phrase | Rule::PatentNumber => Value::Text(plain::words(node)),
            _ if node.nodes().next().is_none() => Value::Word(plain::words(node)),
            _ => Value::Parts(self.parts(node)),
        }
    }

    /// A label around keywords, or around a group of parts.
    fn unnamed(&mut self, node: Node<'_>) -> Value {
        if node.nodes().next().is_some() {
            let parts = self.parts(node);
            // A label around one thing is that thing.
            if let [Part { value, .. }] = parts.0.as_slice()
                && node.nodes().next().is_some_and(|n| n.span() == node.span())
            {
                return value.clone();
            }
            return Value::Parts(parts);
        }
        Value::Word(plain::words(node))
    }

    fn unknown(&mut self, node: Node<'_>) -> Known<()> {
        let hint = node.get(Label::Hint).map(|h| plain::unquote(h.text()));
        if node.is("open") { Known::Open(hint) } else { Known::Redacted(hint) }
    }

    /// What a name here may mean.
    pub(crate) fn expectation(&self, node: Node<'_>) -> Expect {
        crate::names::expected(self.form, self.around.last().copied(), node.label(), node.kind())
    }
}

/// Parts without the room a growing list keeps for more: most clauses have one or two.
fn parts_of(mut parts: Vec<Part>) -> Parts {
    parts.shrink_to_fit();
    Parts(parts)
}
