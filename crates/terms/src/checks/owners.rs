//! Grants from a party to itself, and grants under assets that are somebody else's.
//!
//! Warnings: a filed agreement may really say so, where it meant a party and its subsidiary, or where rights not
//! told of in the deal stand behind it.

use super::Check;
use crate::model::{Grant, Model};
use crate::record::At;
use crate::value::Name;
use counterpart_syntax::{Diagnostic, Form, Label};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let owners = owners(model);
    let sold = sold(model);
    let mut found: Vec<(At, Diagnostic)> = Vec::new();
    for (name, grant) in &model.grants {
        if let Some(party) = grant.from.iter().find(|p| !p.is_blank() && grant.to.contains(p)) {
            let message = format!("`{party}` grants `{name}` to itself");
            let diagnostic = Diagnostic::warning("same-party", grant.at.span(), message)
                .with_note("nobody needs a right under what is their own")
                .with_help("name the other party in `from` or in `to`");
            found.push((grant.at, diagnostic));
            continue;
        }
        let assets = grant.assets.iter().flat_map(|set| &set.names);
        let lost = assets
            .filter_map(|a| Some((a, owners.get(a)?)))
            .find(|(a, (of, _))| !sold.contains(a) && foreign(model, grant, of) && !passes(model, name));
        let Some((asset, (of, at))) = lost else { continue };
        let owner = of.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        let message = format!("`{asset}` is {owner}'s, and `{name}` grants it back to its owner");
        let diagnostic = Diagnostic::warning("not-the-owner", grant.at.span(), message)
            .with_note("whoever owns an asset needs no right under it, and others cannot give it")
            .with_also(at.file, at.span(), format!("the owner of `{asset}` is named here"))
            .with_help("turn `from` and `to` round, or name the assets of the grantor");
        found.push((grant.at, diagnostic));
    }
    for (at, diagnostic) in found {
        check.push(at, diagnostic);
    }
}

/// Who owns what, where the deal says so.
fn owners(model: &Model) -> BTreeMap<&Name, (Vec<Name>, At)> {
    let mut owners = BTreeMap::new();
    for record in model.records.of(Form::FileAssets) {
        let Some(name) = record.name(Label::Name) else { continue };
        let of = record.names(Label::Of);
        if !of.is_empty() && of.iter().all(|o| model.parties.contains_key(o)) {
            owners.insert(name, (of, record.at));
        }
    }
    owners
}

/// The assets that are sold in the deal.
fn sold(model: &Model) -> BTreeSet<&Name> {
    let lines = model.records.of(Form::FileAssign).filter_map(|record| record.below(Form::AssignUnder));
    lines.filter_map(|line| line.set(Label::Assets)).flat_map(|set| &set.names).collect()
}

/// Whether the grantor may well have something to give: the right comes back on a condition, or it is a right to sell
/// its own products to the grantor.
fn passes(model: &Model, grant: &Name) -> bool {
    model.records.named(Form::FileGrant, grant).any(|record| {
        let to = record.names(Label::To);
        let own =
            |p: &Name| model.market.products.get(p).is_some_and(|p| p.by.iter().any(|b| to.contains(b)));
        record.below(Form::GrantBegins).is_some()
            || record.all_below(Form::GrantOf).flat_map(|l| l.names(Label::Products)).any(|p| own(&p))
    })
}

/// Whether those who receive a grant own the assets, and the one who gives it does not. An exclusive licensee may
/// well let the owner back in.
fn foreign(model: &Model, grant: &Grant, owners: &[Name]) -> bool {
    let exclusive = || {
        model.grants.values().any(|g| {
            g.from.iter().any(|p| owners.contains(p))
                && g.to.iter().any(|p| grant.from.contains(p))
                && g.grades.iter().any(|l| l.grade.kind == crate::value::GradeKind::Exclusive)
                && grant.acts.is_some()
        })
    };
    let known = grant.from.iter().chain(&grant.to).all(|p| model.parties.contains_key(p));
    known
        && !grant.from.iter().any(|p| owners.contains(p))
        && grant.to.iter().all(|p| owners.contains(p))
        && !exclusive()
}
