//! Tests on facts.

use super::{Reader, plain};
use crate::names::{Expect, RIGHTS};
use crate::read::times::unit;
use crate::value::{Compare, Condition, EventIn};
use counterpart_syntax::{Label, Node};

impl Reader<'_> {
    pub(crate) fn condition(&mut self, node: Node<'_>) -> Condition {
        let mut any: Vec<Condition> = Vec::new();
        for part in node.all(Label::Any) {
            let mut all: Vec<Condition> = Vec::new();
            for test in part.all(Label::All) {
                all.push(self.test(test));
            }
            any.push(if all.len() == 1 { all.remove(0) } else { Condition::All(all) });
        }
        if any.len() == 1 { any.remove(0) } else { Condition::Any(any) }
    }

    fn test(&mut self, node: Node<'_>) -> Condition {
        if let Some(inner) = node.get(Label::Inner) {
            return self.condition(inner);
        }
        if let Some(negated) = node.get(Label::Negated) {
            return self.test(negated).negated();
        }
        if let Some(left) = node.get(Label::Left) {
            return self.comparison(node, left);
        }
        if let (Some(side), Some(when)) = (node.get(Label::Signed), node.get(Label::When)) {
            return Condition::Signed { side: side.text().to_string(), when: self.moment(when) };
        }
        if let (Some(name), Some(grade)) = (node.get(Label::Name), node.get(Label::Grade)) {
            return Condition::Graded {
                name: self.name(name, RIGHTS),
                grade: self.grade(grade),
                not: node.has(Label::Not),
                territory: node
                    .get(Label::Territory)
                    .or_else(|| node.get(Label::Place))
                    .map(|t| self.territory(t)),
            };
        }
        if let (Some(name), Some(state)) = (node.get(Label::Name), node.get(Label::State)) {
            return Condition::State {
                name: self.name(name, Expect::Any),
                state: plain::words(state),
                not: node.has(Label::Not),
                territory: node
                    .get(Label::Territory)
                    .or_else(|| node.get(Label::Place))
                    .map(|t| self.territory(t)),
                by: node.get(Label::By).map(|m| self.moment(m)),
            };
        }
        if node.has(Label::Event) {
            let events: Vec<Node<'_>> = node.all(Label::Event).collect();
            let events = events.into_iter().map(|e| self.event(e)).collect();
            return Condition::Lasts { events, lasting: node.get(Label::Lasts).map(|d| self.duration(d)) };
        }
        if let Some(happens) = node.get(Label::Happens) {
            return Condition::Happens(self.event(happens));
        }
        let alone = node.nodes().count() == 1;
        if let Some(after) = node.get(Label::After).filter(|_| alone) {
            return Condition::After(self.moment(after));
        }
        if let Some(before) = node.get(Label::Before).filter(|_| alone) {
            return Condition::Before(self.moment(before));
        }
        if node.nodes().next().is_none() {
            return match node.word() {
                "always" => Condition::Always,
                "otherwise" => Condition::Otherwise,
                _ => Condition::LastPatentExpires,
            };
        }
        Condition::Other(self.parts(node))
    }

    fn event(&mut self, node: Node<'_>) -> EventIn {
        EventIn {
            name: node.get(Label::Name).map_or_else(|| "".into(), |n| self.name(n, Expect::Any)),
            territory: node
                .get(Label::Territory)
                .or_else(|| node.get(Label::Place))
                .map(|t| self.territory(t)),
        }
    }

    fn comparison(&mut self, node: Node<'_>, left: Node<'_>) -> Condition {
        let left = self.amount(left);
        let window = node.get(Label::Window).map(|w| self.window(w));
        match (node.get(Label::Op), node.get(Label::Right)) {
            // How often in a row it must hold is not given: nothing can be said of the test.
            (Some(_), Some(_)) if node.get(Label::Rows).is_some_and(|r| r.has(Label::Unknown)) => {
                Condition::Other(self.parts(node))
            }
            (Some(op), Some(right)) => Condition::Compare {
                left,
                op: compare(&plain::words(op)),
                right: self.amount(right),
                window,
                row: node
                    .get(Label::Rows)
                    .and_then(|r| Some((self.whole(r), unit(node.get(Label::Units)?)?))),
            },
            _ => Condition::Nil {
                left,
                lasting: node.get(Label::For).map(|d| self.duration(d)),
                after: node.get(Label::After).map(|m| self.moment(m)),
            },
        }
    }
}

fn compare(words: &str) -> Compare {
    match words {
        "<" | "below" | "is below" | "falls below" => Compare::Below,
        "<=" | "is at most" => Compare::AtMost,
        "=" => Compare::Equal,
        ">" | "above" | "is above" | "passes" | "pass" => Compare::Above,
        _ => Compare::AtLeast,
    }
}
