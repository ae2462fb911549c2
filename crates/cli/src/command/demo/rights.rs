//! The grants of a deal as a table: who may do what, where, how exclusively.

use crate::terminal::Look;
use crate::text;
use counterpart_terms::model::{Grant, Model};
use counterpart_terms::value::{Acts, Name};

/// A row for each grant.
pub fn table(model: &Model, look: Look) -> String {
    let mut rows: Vec<(counterpart_terms::At, Vec<String>)> =
        model.grants.iter().map(|(name, grant)| (grant.at, row(name, grant))).collect();
    rows.sort();
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    text::table("", &rows, look)
}

fn row(name: &Name, grant: &Grant) -> Vec<String> {
    let list = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    let acts = match &grant.acts {
        Some(Acts::These(acts)) => list(acts),
        _ => "all acts".to_string(),
    };
    let grade = grant.grades.first().map_or("not said".to_string(), |line| line.grade.kind.to_string());
    let place = grant.territory.as_ref().map_or("everywhere".to_string(), ToString::to_string);
    let fields = grant.fields.as_ref().map_or(String::new(), |f| format!(" for {}", list(&f.names)));
    vec![
        name.to_string(),
        format!("{} to {}", list(&grant.from), list(&grant.to)),
        grade,
        format!("{acts}{fields} in {place}"),
    ]
}
