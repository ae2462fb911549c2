//! Whether an example proves what it is about: the line its mechanism stands on is marked, and without that line one of its
//! assertions no longer holds.
//!
//! `# the mechanism` at the end of a line takes the line out, with what stands below it; `# the mechanism, not: OTHER` puts
//! other words in its place, where a deal cannot do without the line. What is left must read.

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::{Diagnostic, Severity};
use counterpart_terms::Deal;

const MARK: &str = "# the mechanism";

/// What is wanting of the proof, in words; nothing where every marked line is proven.
pub fn wanting(file: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let marked: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.contains(MARK)).map(|(index, _)| index).collect();
    if marked.is_empty() {
        return vec!["no line is marked as the mechanism".to_string()];
    }
    let wants = |index: usize| {
        let said = lines.get(index).map_or("", |line| line.trim());
        let said = said.split(MARK).next().unwrap_or_default().trim();
        match fails(file, &without(&lines, index)) {
            Some(true) => None,
            Some(false) => Some(format!("nothing fails without `{said}`")),
            None => Some(format!("it does not read without `{said}`")),
        }
    };
    marked.into_iter().filter_map(wants).collect()
}

/// The text without a marked line and what stands below it, or with the other words that its mark gives.
fn without(lines: &[&str], index: usize) -> String {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let line = lines.get(index).copied().unwrap_or_default();
    let other = line.split(MARK).nth(1).and_then(|rest| rest.trim().strip_prefix(", not:"));
    let mut out: Vec<String> = lines.iter().take(index).map(ToString::to_string).collect();
    let rest = lines.iter().skip(index + 1).copied();
    match other {
        Some(other) => {
            out.push(format!("{}{}", " ".repeat(depth(line)), other.trim()));
            out.extend(rest.map(str::to_string));
        }
        None => {
            let below = |next: &&str| !next.trim().is_empty() && depth(next) > depth(line);
            out.extend(rest.skip_while(below).map(str::to_string));
        }
    }
    out.join("\n") + "\n"
}

/// Whether an assertion of a text does not hold; `None` where the text does not read.
fn fails(file: &str, text: &str) -> Option<bool> {
    let deal = Deal::read([(file.to_string(), text.as_bytes().to_vec())]);
    let machine = Machine::new(&deal);
    // A choice that only the marked line offers is left out without it, which is what it is to be proven to do.
    let spoils = |p: &Diagnostic| p.severity == Severity::Error && p.code != "not-offered";
    let reads = !deal.problems.iter().chain(&machine.problems).any(spoils);
    reads.then(|| machine.check_all().iter().any(|(_, outcome)| !matches!(outcome, Outcome::Holds)))
}

#[cfg(test)]
mod tests {
    use super::{wanting, without};

    #[test]
    fn a_marked_line_goes_with_what_stands_below_it() {
        let lines = ["a", "  b  # the mechanism", "    c", "  d"];
        assert_eq!(without(&lines, 1), "a\n  d\n");
        let lines = ["a", "  b  # the mechanism, not: e f", "    c"];
        assert_eq!(without(&lines, 1), "a\n  e f\n    c\n");
    }

    const DEAL: &str = "agreement \"Fee\"\n  between Lab, Maker\n  effective 2026-01-01\n  currency USD\n\
                        party Lab of US\nparty Maker of DE\npay Fee from Maker to Lab\n  USD 5 on 2026-01-31MARK\n";

    #[test]
    fn a_line_without_which_all_holds_is_not_proven() {
        let marked = DEAL.replace("MARK", "  # the mechanism, not: USD 6 on 2026-01-31");
        let weak = marked.clone() + "assert 2026-01-30 total Fee = USD 0\n";
        assert_eq!(wanting("a.deal", &weak), ["nothing fails without `USD 5 on 2026-01-31`"]);
        let proven = marked + "assert 2026-01-31 total Fee = USD 5\n";
        assert!(wanting("a.deal", &proven).is_empty());
        let silent = DEAL.replace("MARK", "");
        assert_eq!(wanting("a.deal", &silent), ["no line is marked as the mechanism"]);
    }
}
