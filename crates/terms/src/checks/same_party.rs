//! A payment from a party to itself.
//!
//! A warning: a filed agreement may really say so, where it meant a party and its subsidiary.

use super::Check;
use crate::record::At;
use crate::value::Name;
use counterpart_syntax::{Diagnostic, Form};
use std::collections::BTreeSet;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let royalties = model.royalties.values().map(|r| (&r.from, &r.to, r.at));
    // Whoever bore too little of shared costs pays who bore too much: all of them are on both sides.
    let mut shared: BTreeSet<At> = BTreeSet::new();
    for record in &model.records {
        record.walk(&mut |r| {
            if r.clause == Form::FileShareCosts {
                shared.insert(r.at);
            }
        });
    }
    let pays = model.pays.values().filter(|p| !shared.contains(&p.at)).map(|p| (&p.from, &p.to, p.at));
    let both = royalties.chain(pays).filter_map(|(from, to, at)| {
        let party = from.iter().find(|party| !party.is_blank() && to.contains(party))?;
        Some((at, party))
    });
    let found: Vec<(At, &Name)> = both.collect();
    for (at, party) in found {
        let message = format!("`{party}` pays itself");
        let diagnostic = Diagnostic::warning("same-party", at.span(), message)
            .with_note("nobody can owe anything to themselves, so this moves no money")
            .with_help("name the other party in `from` or in `to`");
        check.push(at, diagnostic);
    }
}
