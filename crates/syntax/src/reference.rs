//! The language as a list: every place a clause can stand, every form it can take there, every part of it.
//!
//! It is read off the compiled grammar, so it cannot differ from what the parser accepts. Patterns are
//! shown in the notation of command lines: `<part>`, `[what may be absent]`, `(one | another)`, `, …` for
//! a list with commas, `…` for what may repeat.

use crate::grammar::{self, Context, Pattern};
use crate::words;

/// A list of clauses that may stand in one place.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name in the grammar, as `royalty`; `file` is the margin.
    pub name: &'static str,
    /// What the list is of.
    pub doc: &'static str,
    /// The clauses it stands below, as `royalty` or `royalty.at-least`.
    pub below: Vec<String>,
    /// Its clauses.
    pub forms: Vec<Shape>,
}

/// One form of a clause.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name in the grammar, as `at-least`.
    pub name: &'static str,
    /// How it is written.
    pub pattern: String,
    /// What it means.
    pub doc: &'static str,
    /// It must be there.
    pub required: bool,
    /// It may stand only once.
    pub once: bool,
    /// Other words people write when they mean it.
    pub also: &'static [&'static str],
    /// The list of clauses that may stand below it.
    pub opens: Option<&'static str>,
}

/// A named part of clauses.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name, as `duration`.
    pub name: &'static str,
    /// What a message calls it.
    pub human: &'static str,
    /// The ways it can be written.
    pub ways: Vec<String>,
    /// What it means.
    pub doc: &'static str,
}

/// Every place, the margin first.
pub fn places() -> Vec<Place> {
    let below = |context: Context| {
        let forms = grammar::Form::all().filter(|f| f.body() == Some(context));
        forms.map(|f| f.path()).collect()
    };
    let shape = |form: &grammar::FormData| Shape {
        name: form.name,
        pattern: shown(&form.pattern),
        doc: form.doc,
        required: form.required,
        once: form.once,
        also: form.also,
        opens: form.body.map(Context::name),
    };
    let place = |context: Context| Place {
        name: context.name(),
        doc: context.doc(),
        below: below(context),
        forms: context.forms().iter().map(shape).collect(),
    };
    Context::all().map(place).collect()
}

/// Every named part, in the order of the grammar.
pub fn parts() -> Vec<Part> {
    let part = |rule: &grammar::RuleData| Part {
        name: rule.name,
        human: rule.human,
        ways: match &rule.pattern {
            Pattern::Alt(branches) => branches.iter().map(|b| shown(&b.pattern)).collect(),
            pattern => vec![shown(pattern)],
        },
        doc: rule.doc,
    };
    grammar::rules().iter().map(part).collect()
}

/// A pattern as people read it.
fn shown(pattern: &Pattern) -> String {
    let mut out = String::new();
    write(pattern, &mut out);
    out.trim().to_string()
}

fn write(pattern: &Pattern, out: &mut String) {
    match pattern {
        Pattern::Word(key) => {
            let word = words::text(*key);
            if matches!(word, "," | "%" | ":" | ";") {
                // Signs stand close to the word before them, but not to an opening bracket.
                out.truncate(out.trim_end().len());
            }
            word_after_space(out, word);
        }
        Pattern::Class(class) => word_after_space(out, class.shown()),
        Pattern::Rule(rule) if rule.name() == "title" => word_after_space(out, "\"text\""),
        Pattern::Rule(rule) => word_after_space(out, &format!("<{}>", rule.name())),
        Pattern::Label(_, inner) => write(inner, out),
        Pattern::Seq(parts) => parts.iter().for_each(|p| write(p, out)),
        Pattern::Alt(branches) => {
            let branches: Vec<String> = branches.iter().map(|b| shown(&b.pattern)).collect();
            word_after_space(out, &format!("({})", branches.join(" | ")));
        }
        Pattern::Opt(inner) => {
            let inner = shown(inner);
            let inner = match inner.strip_prefix('(').and_then(|i| i.strip_suffix(')')) {
                Some(bare) if balanced(bare) => bare.to_string(),
                _ => inner,
            };
            word_after_space(out, &format!("[{inner}]"));
        }
        Pattern::Many(inner) => word_after_space(out, &format!("[{}]…", shown(inner))),
        Pattern::List(inner) => word_after_space(out, &format!("{}, …", shown(inner))),
        Pattern::Not(_) => {}
    }
}

/// Whether every bracket that closes in the text was opened in it.
fn balanced(text: &str) -> bool {
    let mut open = 0i32;
    for c in text.chars() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open < 0 {
            return false;
        }
    }
    open == 0
}

fn word_after_space(out: &mut String, word: &str) {
    if !out.is_empty() && !matches!(word, "," | "%" | ":" | ";") && !out.ends_with(' ') {
        out.push(' ');
    }
    out.push_str(word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_says_what_it_means() {
        let places = places();
        let missing: Vec<String> = places
            .iter()
            .flat_map(|p| {
                p.forms.iter().filter(|f| f.doc.is_empty()).map(move |f| format!("[{}] {}", p.name, f.name))
            })
            .collect();
        assert!(missing.is_empty(), "{} forms have no `#:` line: {}", missing.len(), missing.join(", "));
    }

    #[test]
    fn a_pattern_reads_like_a_line() {
        let places = places();
        let royalty = places.iter().find(|p| p.name == "royalty").expect("royalties have clauses");
        let recoups = royalty.forms.iter().find(|f| f.name == "recoups").expect("a royalty may recoup");
        assert_eq!(recoups.pattern, "recoups <reference> [for each <reference>]");
        assert_eq!(royalty.below, ["royalty"]);
    }
}
