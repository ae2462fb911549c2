//! Applying the fixes that findings bring with them.
//!
//! A fix is applied whole or not at all. Two fixes that touch the same text are never both applied: the
//! first one in the file wins, the other is refused and may still hold when the deal is read again.

use counterpart_syntax::{Diagnostic, Edit, Fix};

/// What became of a finding's fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its edits are in the new text.
    Applied,
    /// It touches text another fix changed.
    Overlaps,
    /// Its edits do not fit the text they are for.
    Misfits,
}

/// The one fix of a finding that can be applied as it is; none where a person must choose.
pub fn applicable(finding: &Diagnostic) -> Option<&Fix> {
    let mut fixes = finding.fixes.iter().filter(|f| !f.edits.is_empty());
    let fix = fixes.next()?;
    if fixes.next().is_some() { None } else { Some(fix) }
}

/// Applies fixes to the texts of files, in place; says what became of each.
pub fn apply(texts: &mut [Vec<u8>], fixes: &[&Fix]) -> Vec<Fate> {
    let mut accepted: Vec<&Edit> = Vec::new();
    let mut fates = Vec::new();
    for fix in fixes {
        let fate = if !fix.edits.iter().all(|e| fits(texts, e)) || clash(&fix.edits) {
            Fate::Misfits
        } else if fix.edits.iter().any(|new| accepted.iter().any(|old| touch(new, old))) {
            Fate::Overlaps
        } else {
            accepted.extend(&fix.edits);
            Fate::Applied
        };
        fates.push(fate);
    }
    // From the end of each file, so that the places of earlier edits stay right.
    accepted.sort_by_key(|e| std::cmp::Reverse((e.file, e.span)));
    for edit in accepted {
        if let Some(text) = texts.get_mut(edit.file) {
            text.splice(edit.span.start as usize..edit.span.end as usize, edit.new.bytes());
        }
    }
    fates
}

/// Whether the edit's range lies within the text and cuts no character in two.
fn fits(texts: &[Vec<u8>], edit: &Edit) -> bool {
    let Some(text) = texts.get(edit.file) else { return false };
    let boundary = |at: u32| text.get(at as usize).is_none_or(|byte| byte & 0xc0 != 0x80);
    edit.span.start <= edit.span.end
        && edit.span.end as usize <= text.len()
        && boundary(edit.span.start)
        && boundary(edit.span.end)
}

/// Two edits at one place have no order, so touching is as bad as overlapping.
fn touch(a: &Edit, b: &Edit) -> bool {
    a.file == b.file && a.span.start <= b.span.end && b.span.start <= a.span.end
}

fn clash(edits: &[Edit]) -> bool {
    edits.iter().enumerate().any(|(i, a)| edits.iter().skip(i + 1).any(|b| touch(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterpart_syntax::Span;

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edit = |&(start, end, new): &(u32, u32, &str)| Edit {
            file: 0,
            span: Span { start, end },
            new: new.into(),
        };
        Fix { text: String::new(), edits: edits.iter().map(edit).collect(), guess: false }
    }

    #[test]
    fn a_fix_is_applied_whole_or_not_at_all() {
        let mut texts = vec![b"one two three".to_vec()];
        let (a, b, c) =
            (fix(&[(0, 3, "1"), (8, 13, "3")]), fix(&[(4, 7, "2"), (8, 9, "x")]), fix(&[(5, 6, "W")]));
        assert_eq!(apply(&mut texts, &[&a, &b, &c]), [Fate::Applied, Fate::Overlaps, Fate::Applied]);
        assert_eq!(texts[0], b"1 tWo 3");
    }

    #[test]
    fn an_edit_outside_the_text_or_inside_a_character_is_refused() {
        let mut texts = vec!["é".as_bytes().to_vec()];
        let (outside, inside, both) =
            (fix(&[(0, 9, "")]), fix(&[(1, 1, "x")]), fix(&[(0, 0, "a"), (0, 0, "b")]));
        assert_eq!(apply(&mut texts, &[&outside, &inside, &both]), [Fate::Misfits; 3]);
        assert_eq!(texts[0], "é".as_bytes());
    }
}
