//! Small helpers for text: counting words, nearest names, tables, and text that is safe to show.

use crate::terminal::{Ink, Look};

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str) -> String {
    let plural = match one.strip_suffix('y') {
        Some(stem) if !one.ends_with("ay") => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    format!("{number} {}", if number == 1 { one } else { &plural })
}

/// The nearest of some names, if it is near enough to be a slip.
pub fn closest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = word.to_lowercase();
    // In a word of one or two letters every other such word is one slip away.
    let allowed = (word.chars().count() / 3).min(3);
    names
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// The text with every character that could drive a terminal, or reorder the line, made visible as a box.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if hidden(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// A path as it is typed to a shell: in quotes where it holds more than letters, digits and a few signs.
pub fn typed(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%<>".contains(c) || (cfg!(windows) && c == '\\');
    if !path.is_empty() && path.chars().all(plain) {
        path.to_string()
    } else if path.contains('\'') {
        format!("\"{path}\"")
    } else {
        format!("'{path}'")
    }
}

/// The clause as one line: without comments, with single spaces.
pub fn one_line(text: &str) -> String {
    let without_comments = text.lines().map(|line| {
        let mut quoted = false;
        let end = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == '#' && !quoted
        });
        end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
    });
    let words: Vec<&str> = without_comments.flat_map(str::split_whitespace).collect();
    visible(&words.join(" "))
}

/// Rows under a heading, each cell lined up with those above it. The first column holds names; the last
/// one is wrapped where the terminal ends.
pub fn table(heading: &str, rows: &[Vec<String>], look: Look) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    // The last cell of a row may run on: it widens no column.
    let last = |row: &[String]| row.iter().rposition(|c| !c.is_empty()).unwrap_or(0);
    let in_column = |i: usize| rows.iter().filter(move |r| i < last(r)).filter_map(move |r| r.get(i));
    let widths: Vec<usize> =
        (0..columns).map(|i| in_column(i).map(|c| columns_of(c)).max().unwrap_or(0)).collect();
    let mut out = String::new();
    if !heading.is_empty() {
        out.push_str(&look.paint(Ink::Strong, heading));
        out.push('\n');
    }
    for row in rows {
        let last = last(row);
        let mut at = 2;
        out.push_str("  ");
        for (i, (cell, width)) in row.iter().zip(&widths).enumerate().take(last + 1) {
            if i == last {
                let cell = wrapped(cell, at, look);
                if cell.starts_with('\n') {
                    out.truncate(out.trim_end().len());
                }
                out.push_str(&cell);
                break;
            }
            let painted = if i == 0 { look.paint(Ink::Name, cell) } else { cell.clone() };
            out.push_str(&painted);
            out.extend(std::iter::repeat_n(' ', width.saturating_sub(columns_of(cell)) + 2));
            at += width + 2;
        }
        out.push('\n');
    }
    out
}

/// Lines figures of some columns up at the right.
pub fn to_the_right(rows: &mut [Vec<String>], columns: &[usize]) {
    for column in columns {
        let cells = || rows.iter().filter_map(|row| row.get(*column));
        let width = cells().map(|cell| columns_of(cell)).max().unwrap_or(0);
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(*column)) {
            let room = width.saturating_sub(columns_of(cell));
            cell.insert_str(0, &" ".repeat(room));
        }
    }
}

/// How many columns a text takes: what colours it takes none.
pub fn columns_of(text: &str) -> usize {
    let mut parts = text.split('\u{1b}');
    let plain = parts.next().unwrap_or("").chars().count();
    // Behind an escape, the text goes on after the `m` that ends it.
    parts.map(|part| part.split_once('m').map_or(0, |(_, rest)| rest.chars().count())).sum::<usize>() + plain
}

/// A cell that has fewer columns than this beside the others goes below them.
const LEAST: usize = 24;

/// How far a cell is indented that goes below the others.
const BELOW: usize = 6;

/// Breaks a cell that begins in a column so that it ends where the terminal does.
fn wrapped(cell: &str, at: usize, look: Look) -> String {
    let Some(width) = look.width else { return cell.to_string() };
    let fits = at + columns_of(cell) <= width;
    let below = !fits && at > BELOW && width.saturating_sub(at) < LEAST;
    let at = if below { BELOW } else { at };
    let room = width.saturating_sub(at).max(LEAST);
    let new_line = || format!("\n{}", " ".repeat(at));
    let rows = rows(cell, room).join(&new_line());
    if below { format!("{}{rows}", new_line()) } else { rows }
}

/// A text broken at its spaces into rows of so many columns.
pub fn rows(text: &str, room: usize) -> Vec<String> {
    let mut out = Vec::new();
    let (mut row, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let length = columns_of(word);
        if used > 0 && used + 1 + length > room {
            row.truncate(row.trim_end_matches(' ').len());
            out.push(std::mem::take(&mut row));
            used = 0;
        } else if used > 0 {
            row.push(' ');
            used += 1;
        }
        row.push_str(word);
        used += length;
    }
    out.push(row);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_it_is_typed() {
        assert_eq!(typed("deals/acme-1.deal"), "deals/acme-1.deal");
        assert_eq!(typed("My Deal"), "'My Deal'");
        assert_eq!(typed("Anna's"), "\"Anna's\"");
    }

    #[test]
    fn counts_read_as_english() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(2, "party"), "2 parties");
        assert_eq!(count(2, "day"), "2 days");
    }

    #[test]
    fn only_a_slip_is_guessed() {
        assert_eq!(closest("Electrolite", ["Coating", "Electrolyte"].into_iter()), Some("Electrolyte"));
        assert_eq!(closest("us", ["US", "FR"].into_iter()), Some("US"));
        assert_eq!(closest("C", ["A", "B"].into_iter()), None);
    }

    #[test]
    fn a_clause_becomes_one_line() {
        assert_eq!(one_line("to make,   # all\n   \"a # b\"\n"), "to make, \"a # b\"");
        assert_eq!(one_line("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
    }

    #[test]
    fn tables_line_up_and_wrap() {
        let rows = vec![
            vec!["a".to_string(), "one two three four five six".to_string()],
            vec!["bbb".into(), "x".into()],
        ];
        assert_eq!(table("t", &rows, Look::default()), "t\n  a    one two three four five six\n  bbb  x\n");
        let narrow = Look { colour: false, width: Some(32) };
        assert_eq!(table("", &rows, narrow), "  a    one two three four five\n       six\n  bbb  x\n");
        // Where too little is left, the cell goes below.
        let tight = Look { colour: false, width: Some(30) };
        assert_eq!(table("", &rows, tight), "  a\n      one two three four five\n      six\n  bbb  x\n");
    }

    #[test]
    fn colour_takes_no_columns() {
        assert_eq!(columns_of("\u{1b}[1;31m✗ late  \u{1b}[0m"), 8);
        assert_eq!(columns_of("– coming"), 8);
    }
}
