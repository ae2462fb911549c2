//! The grants of a deal as a table: who may do what, where, how exclusively.

use crate::terminal::Look;
use crate::text;
use counterpart_syntax::Form;
use counterpart_terms::model::{Grant, Model};
use counterpart_terms::value::{Acts, GradeKind, Name};
use counterpart_terms::{At, Deal};

/// A row for each grant that begins with the agreement, and below them those that wait for something.
pub fn table(deal: &Deal, model: &Model, look: Look) -> String {
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for (name, grant) in &model.grants {
        match begins(deal, grant.at) {
            Some(when) => later.push((grant.at, row(name, grant, Some(when)))),
            None => now.push((grant.at, row(name, grant, None))),
        }
    }
    let rows = |mut found: Vec<(At, Vec<String>)>| {
        found.sort();
        found.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
    };
    let mut out = text::table("", &rows(now), look);
    let later = rows(later);
    if !later.is_empty() {
        out.push_str("  and, only once the text says so:\n");
        out.push_str(&text::table("", &later, look));
    }
    out
}

/// What a grant waits for, in the words of its clause; none where it waits for nothing.
fn begins(deal: &Deal, at: At) -> Option<String> {
    let file = deal.files.get(at.file)?;
    let clause = file.tree.clauses().find(|c| c.span().start == at.start)?;
    let line = clause.children().find(|c| c.form() == Some(Form::GrantBegins))?;
    Some(text::one_line(line.text()))
}

fn row(name: &Name, grant: &Grant, begins: Option<String>) -> Vec<String> {
    let list = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    let acts = match &grant.acts {
        Some(Acts::These(acts)) => list(acts),
        _ => "all acts".to_string(),
    };
    let grade = grant
        .grades
        .first()
        .filter(|line| line.grade.kind != GradeKind::Unknown)
        .map_or("exclusive or not: not said".to_string(), |line| line.grade.kind.to_string());
    let place = grant.territory.as_ref().map_or("everywhere".to_string(), ToString::to_string);
    let fields = grant.fields.as_ref().map_or(String::new(), |f| format!(" for {}", list(&f.names)));
    vec![
        name.to_string(),
        format!("{} to {}", list(&grant.from), list(&grant.to)),
        grade,
        format!("{acts}{fields} in {place}{}", begins.map_or(String::new(), |b| format!("; {b}"))),
    ]
}
