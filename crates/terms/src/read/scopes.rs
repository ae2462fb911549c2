//! Acts, sets, territories, scopes and grades.

use super::{Reader, plain};
use crate::names::{ASSETS, Expect, FIELDS, PARTIES, PRODUCTS};
use crate::value::{Acts, Against, Grade, GradeKind, Name, Scope, Set, Territory};
use counterpart_syntax::{Label, Node};

impl Reader<'_> {
    pub(crate) fn set(&mut self, node: Node<'_>) -> Set {
        let expect = match self.expectation(node) {
            Expect::Free | Expect::Place => Expect::Any,
            other => other,
        };
        Set {
            all: node.has(Label::All),
            names: self.listed(node, Label::Names, expect),
            except: self.listed(node, Label::Except, expect),
        }
    }

    pub(crate) fn acts(&mut self, node: Node<'_>) -> Acts {
        let acts: Vec<Node<'_>> = node.all(Label::Act).collect();
        for name in acts.iter().filter_map(|act| act.get(Label::Name)) {
            self.own_act(name);
        }
        let acts: Vec<Name> = acts.into_iter().map(|a| Name::from(plain::words(a).as_str())).collect();
        if acts.is_empty() { Acts::All } else { Acts::These(acts) }
    }

    pub(crate) fn territory(&mut self, node: Node<'_>) -> Territory {
        let places: Vec<Node<'_>> = node.all(Label::Place).collect();
        let except: Vec<Node<'_>> = node.all(Label::Except).collect();
        Territory {
            unknown: node.get(Label::Unknown).map(|u| self.unknown_of(u)),
            places: places.into_iter().map(|p| self.name(p, Expect::Place)).collect(),
            except: except.into_iter().map(|p| self.name(p, Expect::Place)).collect(),
        }
    }

    pub(crate) fn scope(&mut self, node: Node<'_>) -> Scope {
        Scope {
            acts: node.get(Label::Acts).map(|a| self.acts(a)),
            assets: node.get(Label::Assets).map(|a| self.set_of(a, ASSETS)),
            fields: node.get(Label::Fields).map(|f| self.set_of(f, FIELDS)),
            products: self.listed(node, Label::Products, PRODUCTS),
            territory: node.get(Label::Territory).map(|t| self.territory(t)),
            customers: self.listed(node, Label::Customers, Expect::Any),
        }
    }

    fn set_of(&mut self, node: Node<'_>, expect: Expect) -> Set {
        Set {
            all: node.has(Label::All),
            names: self.listed(node, Label::Names, expect),
            except: self.listed(node, Label::Except, expect),
        }
    }

    pub(crate) fn grade(&mut self, node: Node<'_>) -> Grade {
        let kind = match node.word() {
            "exclusive" => GradeKind::Exclusive,
            "sole" => GradeKind::Sole,
            "co-exclusive" => GradeKind::CoExclusive,
            "covenant" => GradeKind::Covenant,
            _ if node.has(Label::Unknown) => GradeKind::Unknown,
            _ => GradeKind::NonExclusive,
        };
        type Side = (Label, fn(Vec<Name>) -> Against);
        let sides: [Side; 4] = [
            (Label::Against, Against::Only),
            (Label::Even, Against::Even),
            (Label::Except, Against::Except),
            (Label::With, Against::With),
        ];
        let against = sides
            .into_iter()
            .find_map(|(label, make)| node.has(label).then(|| make(self.listed(node, label, PARTIES))));
        let unknown = node.get(Label::Unknown).map(|u| self.unknown_of(u));
        Grade { kind, against, unknown }
    }
}
