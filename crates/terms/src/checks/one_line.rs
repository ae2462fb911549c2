//! Two effects of one line that make different figures of one and the same: both come about at once, and neither goes before the
//! other, so the figure would not be known.

use super::Check;
use crate::model::made_due::{effects_of, on_line};
use crate::model::{OnFigure, Turn};
use crate::record::Record;
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let mut lines: Vec<&Record> = Vec::new();
    Check::each_record(check.model, &mut |record| {
        for (line, _) in effects_of(record) {
            if lines.last().is_none_or(|last| last.at != line.at) {
                lines.push(line);
            }
        }
    });
    for line in lines {
        let figures: Vec<OnFigure> = on_line(line).into_iter().filter_map(OnFigure::read).collect();
        let clash = figures.iter().enumerate().find_map(|(at, second)| {
            let first = figures.iter().take(at).find(|first| differ(first, second))?;
            let name = second.of.iter().find(|name| first.of.contains(name))?;
            Some((second.figure.word(), name.clone()))
        });
        let Some((figure, name)) = clash else { continue };
        let message = format!(
            "this line says two things of the {figure} of `{name}`, and neither goes before the other"
        );
        let diagnostic = Diagnostic::warning("precedence-tie", line.at.span(), message)
            .with_note(format!("where it comes about, the {figure} of `{name}` is not known"))
            .with_help("leave one of the two, or say what the figure is to be");
        check.push(line.at, diagnostic);
    }
}

/// Whether two effects make different figures of one. What only raises or lowers it goes together with another such.
fn differ(first: &OnFigure, second: &OnFigure) -> bool {
    let moves = |on: &OnFigure| matches!(on.turn, Turn::By { .. });
    let same = |name: &_| first.of.contains(name);
    first.figure == second.figure
        && first.turn != second.turn
        && !(moves(first) && moves(second))
        && second.of.iter().any(|name| !name.is_blank() && same(name))
}
