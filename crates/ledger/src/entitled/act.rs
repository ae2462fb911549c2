//! Who acts in an entry, and on what: one table of the words of the journal.

use crate::event::EventKind;
use counterpart_syntax::Label;
use counterpart_terms::value::{Name, Value};

/// A debt or a duty that is waived.
pub(super) const REMITTED: &str = "remitted";

/// What is done, by whom and with what.
pub(super) struct Act<'e> {
    pub(super) word: &'e str,
    pub(super) by: Vec<Name>,
    pub(super) on: Vec<Name>,
    /// It is done under the agreement: only who has a part in it can.
    pub(super) under: bool,
}

/// A word, where its entry names who acts, where it names what it acts on, and whether that is done under the agreement.
/// A word that is not listed is said of what its entry calls by its name, and anybody may do it: challenge a patent.
type Row = (&'static str, Label, &'static [Label], bool);

const ROWS: [Row; 35] = [
    ("agreed", Label::By, &[Label::As], true),
    ("amended", Label::Party, &[Label::By], false),
    ("answered", Label::By, &[Label::Name], true),
    ("assigned", Label::By, &[Label::Name], true),
    ("audited", Label::By, &[Label::Stream], true),
    ("breached", Label::By, &[Label::Name], true),
    ("closed", Label::By, &[Label::Name], true),
    ("control", Label::Of, &[], true),
    ("countered", Label::By, &[], true),
    ("cured", Label::By, &[Label::Name], true),
    ("curing", Label::By, &[Label::Name], true),
    ("decided", Label::By, &[], true),
    ("delivered", Label::By, &[Label::Name], true),
    ("dispute", Label::By, &[Label::Name], true),
    ("done", Label::By, &[], true),
    ("dropped", Label::By, &[Label::What], true),
    ("failed", Label::By, &[Label::What], true),
    ("insolvent", Label::Party, &[], true),
    ("issued", Label::Of, &[], true),
    ("invention", Label::By, &[Label::Name], true),
    ("opened", Label::By, &[Label::Name], true),
    ("parked", Label::By, &[Label::Name], true),
    ("proposed", Label::By, &[], true),
    ("received", Label::By, &[Label::Name], true),
    ("recovered", Label::By, &[Label::Assets], true),
    ("refused", Label::By, &[Label::What], true),
    ("rejected", Label::By, &[], true),
    ("renewed", Label::By, &[], true),
    ("replaced", Label::By, &[Label::Name, Label::New], false),
    ("resumed", Label::By, &[Label::What], true),
    ("reviewed", Label::By, &[Label::Name], true),
    ("sent", Label::By, &[Label::Name], true),
    ("settled", Label::By, &[Label::Name], true),
    ("withdrawn", Label::By, &[], true),
    ("withdrew", Label::By, &[], false),
];

impl<'e> Act<'e> {
    /// What an entry tells that somebody did.
    pub(super) fn of(kind: &'e EventKind) -> Act<'e> {
        let act = |word: &'e str, by: &[&Option<Name>], on: &[&Name], under: bool| Act {
            word,
            by: by.iter().copied().flatten().cloned().collect(),
            on: on.iter().copied().cloned().collect(),
            under,
        };
        match kind {
            EventKind::Reported { metric, by, .. } => act("reported", &[by], &[metric], false),
            EventKind::Estimated { metric, .. } => act("estimated", &[], &[metric], false),
            EventKind::Paid { stream, by, .. } => act("paid", &[by], &[stream], false),
            EventKind::Reached { name, .. } => act("reached", &[], &[name], false),
            EventKind::Began(name, _) => act("began", &[], &[name], false),
            EventKind::Ended(name, _) => act("ended", &[], &[name], false),
            EventKind::Exercised(name, by) => act("exercised", &[by], &[name], false),
            // A sum, or what is for a period, is of what is owed, and not the right that goes by the same name.
            EventKind::Waived { name, by, label, sum } => {
                let word = if label.is_some() || sum.is_some() { REMITTED } else { "waived" };
                act(word, &[by], &[name], true)
            }
            EventKind::Determined { name, by, .. } => act("determined", &[by], &[name], true),
            EventKind::FirstSale { product, by, .. } => {
                Act { on: product.iter().cloned().collect(), ..act("first sale", &[by], &[], true) }
            }
            EventKind::Cost { name, by, .. } => act("cost", &[by], &[name], true),
            EventKind::Signed { by, of } => {
                Act { by: by.clone(), on: of.iter().cloned().collect(), ..act("signed", &[], &[], true) }
            }
            // One with words is a record, whoever wrote it.
            EventKind::Notice(notice) => Act {
                by: vec![notice.by.clone()],
                on: notice.of.iter().cloned().collect(),
                ..act("notice", &[], &[], notice.words.is_none())
            },
            EventKind::Chose { by, in_, .. } => Act {
                by: vec![by.clone()],
                on: in_.iter().cloned().collect(),
                ..act("chose", &[], &[], true)
            },
            EventKind::Told { word, parts, .. } => {
                let row = ROWS.iter().find(|(of, ..)| of == word);
                let (_, by, on, under) = row.copied().unwrap_or(("", Label::By, &[Label::Name], false));
                // What is agreed on stands before what is agreed of it.
                let settings = parts.all(Label::Setting).filter_map(|setting| match setting {
                    Value::Parts(setting) if word == "agreed" => setting.name(Label::Name).cloned(),
                    _ => None,
                });
                Act {
                    word,
                    by: parts.names(by),
                    on: on.iter().flat_map(|label| parts.names(*label)).chain(settings).collect(),
                    under,
                }
            }
            EventKind::ThirdParty { stream, .. } => act("third-party royalties", &[], &[stream], false),
            EventKind::Published(_)
            | EventKind::Patent { .. }
            | EventKind::Rate { .. }
            | EventKind::Index { .. } => act("", &[], &[], false),
        }
    }
}
