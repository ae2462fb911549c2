//! Acts, sets, territories, scopes and grades.

use super::{Reader, plain};
use crate::names::{ASSETS, Expect, FIELDS, PARTIES, PRODUCTS};
use crate::value::{Acts, Against, Grade, GradeKind, Name, Scope, Set, Territory};
use crate::world;
use counterpart_syntax::{Diagnostic, Label, Node, Span};

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
        self.places_make_sense(&places, &except);
        Territory {
            unknown: node.get(Label::Unknown).map(|u| self.unknown_of(u)),
            places: places.into_iter().map(|p| self.name(p, Expect::Place)).collect(),
            except: except.into_iter().map(|p| self.name(p, Expect::Place)).collect(),
        }
    }

    /// Tells a place that is named twice, and one that is left out where it was not in.
    fn places_make_sense(&mut self, places: &[Node<'_>], except: &[Node<'_>]) {
        for list in [places, except] {
            for (index, node) in list.iter().enumerate() {
                let before = list.get(..index).unwrap_or_default();
                if let (Some(previous), true) =
                    (before.last(), before.iter().any(|b| b.text() == node.text()))
                    && !Name::from(node.text()).is_blank()
                {
                    let span = Span { start: previous.span().end, end: node.span().end };
                    let message = format!("`{}` is named twice", node.text());
                    let told = Diagnostic::warning("place-twice", node.span(), message).in_file(self.file);
                    self.problems.push(told.with_fix("leave one of them out", span, ""));
                }
            }
        }
        // Only of codes and groups everybody knows can it be said here what they hold.
        let known = |node: &Node<'_>| world::place(node.text()).is_some();
        if !places.iter().all(known) {
            return;
        }
        for (index, out) in except.iter().enumerate() {
            if !known(out) || places.iter().any(|place| world::meet(place.text(), out.text())) {
                continue;
            }
            let inside: Vec<String> = places.iter().map(|place| format!("`{}`", place.text())).collect();
            let message =
                format!("`{}` is no part of {}: nothing is left out", out.text(), inside.join(", "));
            let told = Diagnostic::warning("not-inside", out.span(), message).in_file(self.file);
            let start = match index.checked_sub(1).and_then(|before| except.get(before)) {
                Some(before) => Some(before.span().end),
                None => places.last().filter(|_| except.len() == 1).map(|last| last.span().end),
            };
            self.problems.push(match start {
                Some(start) => {
                    told.with_fix("leave the exception out", Span { start, end: out.span().end }, "")
                }
                None => told.with_help("leave the exception out, or add the place it is in"),
            });
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
