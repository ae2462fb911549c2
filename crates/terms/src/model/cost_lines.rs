//! Which lines of shared costs are one list of shares: one party a line is the same as all on one.

use crate::record::{Key, Part, Record};
use crate::value::{Name, Value};
use counterpart_syntax::{Form, Label};

/// The lines of a `share costs` clause that give shares, those together that are of the same costs and name no party
/// twice.
pub fn cost_lines(clause: &Record) -> Vec<Vec<&Record>> {
    let mut groups: Vec<Vec<&Record>> = Vec::new();
    for line in clause.below.iter().filter(|line| line.clause == Form::ShareCostsShares) {
        let own = parties(line);
        let fits = |group: &Vec<&Record>| {
            group.iter().all(|other| {
                same_costs(line, other) && !parties(other).iter().any(|party| own.contains(party))
            })
        };
        match groups.iter_mut().find(|group| fits(group)) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups
}

/// Whether two lines say the same of what they share; a limit may be said once for both.
fn same_costs(one: &Record, other: &Record) -> bool {
    let limited = one.has(Label::Most) && other.has(Label::Most);
    let said = |line: &Record| -> Vec<Part> {
        let counts = |part: &&Part| match part.key {
            Key::Label(Label::Share) => false,
            Key::Label(Label::Territory | Label::Kind) => true,
            _ => limited,
        };
        line.parts.0.iter().filter(counts).cloned().collect()
    };
    said(one) == said(other)
}

/// Who bears a share by this line.
fn parties(line: &Record) -> Vec<&Name> {
    line.all(Label::Share).filter_map(party).collect()
}

fn party(share: &Value) -> Option<&Name> {
    match share {
        Value::Parts(parts) => parts.name(Label::Party),
        _ => None,
    }
}
