//! Writes the grammar as Rust: enums for what the rest of the code names, tables for the matcher.

use crate::first::first;
use crate::read::{Context, Grammar, Pattern};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The generated source.
pub fn rust(grammar: &Grammar) -> Result<String, String> {
    let mut words = BTreeSet::new();
    let mut labels = BTreeSet::new();
    for pattern in patterns(grammar) {
        collect(pattern, &mut words, &mut labels);
    }
    words.extend(RESERVED.iter().map(|w| w.to_string()));
    let words: Vec<String> = words.into_iter().collect();
    let keys: BTreeMap<&str, usize> = words.iter().enumerate().map(|(i, w)| (w.as_str(), i + 1)).collect();
    let names = Names {
        grammar,
        rules: grammar.rules.iter().map(|r| r.name.as_str()).collect(),
        contexts: grammar.contexts.iter().map(|c| c.name.as_str()).collect(),
        keys,
    };
    let mut out = String::new();
    let rules = grammar.rules.iter().map(|r| (camel(&r.name), format!("`{}`: {}", r.name, r.human)));
    enumeration(&mut out, "Rule", "A named part of a clause.", rules);
    let all = labels.iter().map(|l| (camel(l), format!("`{l}`")));
    enumeration(&mut out, "Label", "The name a clause form gives to one of its parts.", all);
    let _ = writeln!(out, "pub(crate) static LABELS: &[(&str, Label)] = &[");
    for label in &labels {
        let _ = writeln!(out, "    ({label:?}, Label::{}),", camel(label));
    }
    out.push_str("];\n");
    let contexts = grammar.contexts.iter().map(|c| (camel(&c.name), format!("`[{}]`", c.name)));
    enumeration(&mut out, "Context", "A list of clause forms that may stand in one place.", contexts);
    let forms = grammar.contexts.iter().flat_map(|c| {
        c.forms.iter().map(|f| (form_name(c, &f.name), format!("`{}` in `[{}]`", f.name, c.name)))
    });
    enumeration(&mut out, "Form", "A kind of line.", forms);
    emit_rules(&mut out, &names)?;
    emit_forms(&mut out, &names)?;
    emit_keys(&mut out, &words);
    let mut after = BTreeSet::new();
    patterns(grammar).for_each(|p| after_comma(p, grammar, &mut after));
    let after: BTreeSet<usize> = after.iter().map(|w| names.keys[w.as_str()]).collect();
    let _ = writeln!(
        out,
        "pub(crate) static AFTER_COMMA: &[u16] = &{:?};",
        after.into_iter().collect::<Vec<_>>()
    );
    let mut whole = BTreeSet::new();
    patterns(grammar)
        .for_each(|p| each_after_comma(p, &mut |rest| whole_clauses(rest, grammar, 0, &mut whole)));
    let whole: BTreeSet<usize> = whole.iter().map(|w| names.keys[w.as_str()]).collect();
    let _ = writeln!(
        out,
        "pub(crate) static WHOLE_AFTER_COMMA: &[u16] = &{:?};",
        whole.into_iter().collect::<Vec<_>>()
    );
    let reserved: BTreeSet<usize> = RESERVED.iter().map(|w| names.keys[w]).collect();
    let _ = writeln!(
        out,
        "pub(crate) static RESERVED: &[u16] = &{:?};",
        reserved.into_iter().collect::<Vec<_>>()
    );
    Ok(out)
}

/// Words that join the parts of a clause and so can never be a name.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "a", "an", "and", "as", "at", "before", "between", "by", "each", "except", "for", "from", "if", "in", "is",
    "known", "less", "not", "of", "on", "or", "otherwise", "over", "per", "plus", "the", "then", "times", "to", "under",
    "unless", "until", "when", "where", "while", "with", "within",
];

struct Names<'g> {
    grammar: &'g Grammar,
    rules: Vec<&'g str>,
    contexts: Vec<&'g str>,
    keys: BTreeMap<&'g str, usize>,
}

fn patterns(grammar: &Grammar) -> impl Iterator<Item = &Pattern> {
    let rules = grammar.rules.iter().map(|r| &r.pattern);
    rules.chain(grammar.contexts.iter().flat_map(|c| c.forms.iter().map(|f| &f.pattern)))
}

fn collect(pattern: &Pattern, words: &mut BTreeSet<String>, labels: &mut BTreeSet<String>) {
    match pattern {
        Pattern::Word(word) => {
            words.insert(word.clone());
        }
        Pattern::Class(_) | Pattern::Rule(_) => {}
        Pattern::Label(label, inner) => {
            labels.insert(label.clone());
            collect(inner, words, labels);
        }
        Pattern::Seq(parts) | Pattern::Alt(parts) => parts.iter().for_each(|p| collect(p, words, labels)),
        Pattern::Opt(p) | Pattern::Many(p) | Pattern::List(p) | Pattern::Not(p) => collect(p, words, labels),
    }
}

fn enumeration(out: &mut String, name: &str, doc: &str, variants: impl Iterator<Item = (String, String)>) {
    let _ = writeln!(out, "/// {doc}\n#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    let _ = writeln!(out, "#[repr(u16)]\npub enum {name} {{");
    for (variant, text) in variants {
        let _ = writeln!(out, "    /// {text}\n    {variant},");
    }
    out.push_str("}\n");
}

fn emit_rules(out: &mut String, names: &Names<'_>) -> Result<(), String> {
    out.push_str("pub(crate) static RULES: &[RuleData] = &[\n");
    for rule in &names.grammar.rules {
        let _ = writeln!(
            out,
            "    RuleData {{ rule: Rule::{}, name: {:?}, doc: {:?}, human: {:?}, starts: {}, pattern: {} }},",
            camel(&rule.name),
            rule.name,
            rule.doc,
            rule.human,
            starts(&rule.pattern, names),
            pattern_code(&rule.pattern, names)?
        );
    }
    out.push_str("];\n");
    Ok(())
}

fn emit_forms(out: &mut String, names: &Names<'_>) -> Result<(), String> {
    out.push_str("pub(crate) static FORMS: &[FormData] = &[\n");
    for context in &names.grammar.contexts {
        for form in &context.forms {
            let body = match &form.body {
                None => "None".to_string(),
                Some(body) if names.contexts.contains(&body.as_str()) => {
                    format!("Some(Context::{})", camel(body))
                }
                Some(body) => return Err(format!("unknown context `{body}` after `{}`", form.name)),
            };
            let _ = writeln!(
                out,
                "    FormData {{ form: Form::{}, name: {:?}, doc: {:?}, required: {}, once: {}, pattern: {}, body: {body}, \
                 also: &{:?}, starts: {} }},",
                form_name(context, &form.name),
                form.name,
                form.doc,
                form.required,
                form.once,
                pattern_code(&form.pattern, names)?,
                form.also,
                starts(&form.pattern, names)
            );
        }
    }
    out.push_str("];\npub(crate) static CONTEXTS: &[ContextData] = &[\n");
    let mut start = 0;
    for context in &names.grammar.contexts {
        let end = start + context.forms.len();
        let _ = writeln!(
            out,
            "    ContextData {{ context: Context::{}, name: {:?}, doc: {:?}, first: {start}, end: {end} }},",
            camel(&context.name),
            context.name,
            context.doc
        );
        start = end;
    }
    out.push_str("];\n");
    Ok(())
}

/// The keywords that go on with a clause after a comma; the items of a name list cannot be called so.
fn after_comma(pattern: &Pattern, grammar: &Grammar, out: &mut BTreeSet<String>) {
    each_after_comma(pattern, &mut |rest| {
        if let Some(words) = rest.first().and_then(|p| first(p, grammar).keywords()) {
            out.extend(words);
        }
    });
}

/// What stands behind each comma of a pattern.
fn each_after_comma(pattern: &Pattern, see: &mut dyn FnMut(&[Pattern])) {
    match pattern {
        Pattern::Word(_) | Pattern::Class(_) | Pattern::Rule(_) => {}
        Pattern::Seq(parts) => {
            for (at, part) in parts.iter().enumerate().take(parts.len().saturating_sub(1)) {
                let comma = match part {
                    Pattern::Opt(inner) => matches!(&**inner, Pattern::Word(w) if w == ","),
                    other => matches!(other, Pattern::Word(w) if w == ","),
                };
                if comma {
                    see(&parts[at + 1..]);
                }
            }
            parts.iter().for_each(|p| each_after_comma(p, see));
        }
        Pattern::Alt(parts) => parts.iter().for_each(|p| each_after_comma(p, see)),
        Pattern::Label(_, p) | Pattern::Opt(p) | Pattern::Many(p) | Pattern::List(p) | Pattern::Not(p) => {
            each_after_comma(p, see);
        }
    }
}

/// The words among those that may be all that stands behind the comma: `once` may, `two` of `two pick a third` may not,
/// so a list may end with something called `two`.
fn whole_clauses(rest: &[Pattern], grammar: &Grammar, depth: u32, out: &mut BTreeSet<String>) {
    let Some((head, tail)) = rest.split_first() else { return };
    let with = |first: &[Pattern]| [first, tail].concat();
    match head {
        Pattern::Word(word) => {
            if tail.iter().all(|p| matches!(p, Pattern::Opt(_) | Pattern::Many(_) | Pattern::Not(_))) {
                out.insert(word.clone());
            }
        }
        Pattern::Label(_, inner) if depth < 24 => {
            whole_clauses(&with(&[(**inner).clone()]), grammar, depth + 1, out);
        }
        Pattern::Seq(parts) if depth < 24 => whole_clauses(&with(parts), grammar, depth + 1, out),
        Pattern::Alt(parts) if depth < 24 => {
            for part in parts {
                whole_clauses(&with(std::slice::from_ref(part)), grammar, depth + 1, out);
            }
        }
        other => out.extend(first(other, grammar).words),
    }
}

/// Keywords with an open-addressed table, so that the lexer numbers a word in one probe or two.
fn emit_keys(out: &mut String, words: &[String]) {
    let _ = writeln!(out, "pub(crate) static WORDS: &[&str] = &{words:?};");
    let size = (words.len() * 4).next_power_of_two();
    let mut table = vec![0usize; size];
    for (index, word) in words.iter().enumerate() {
        let mut slot = hash(word) as usize & (size - 1);
        while table[slot] != 0 {
            slot = (slot + 1) & (size - 1);
        }
        table[slot] = index + 1;
    }
    let _ = writeln!(out, "pub(crate) static WORD_TABLE: &[u16] = &{table:?};");
}

/// FNV-1a; `words.rs` computes the same.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// What a pattern can begin with; one that can be nothing fits before any word.
fn starts(pattern: &Pattern, names: &Names<'_>) -> String {
    let first = first(pattern, names.grammar);
    let keys: BTreeSet<usize> = first.words.iter().map(|w| names.keys[w.as_str()]).collect();
    let keys: Vec<usize> = keys.into_iter().collect();
    let kinds = if first.empty { u8::MAX } else { first.kinds };
    format!("Starts {{ kinds: {kinds}, keys: &{keys:?} }}")
}

fn pattern_code(pattern: &Pattern, names: &Names<'_>) -> Result<String, String> {
    let many = |parts: &[Pattern]| -> Result<String, String> {
        let parts: Result<Vec<String>, String> = parts.iter().map(|p| pattern_code(p, names)).collect();
        Ok(parts?.join(", "))
    };
    Ok(match pattern {
        Pattern::Word(word) => format!("Pattern::Word({})", names.keys[word.as_str()]),
        Pattern::Class(class) => format!("Pattern::Class(Class::{})", camel(&class.to_lowercase())),
        Pattern::Rule(rule) => {
            if !names.rules.contains(&rule.as_str()) {
                return Err(format!("unknown rule `{rule}`"));
            }
            format!("Pattern::Rule(Rule::{})", camel(rule))
        }
        Pattern::Label(label, inner) => {
            format!("Pattern::Label(Label::{}, &{})", camel(label), pattern_code(inner, names)?)
        }
        Pattern::Seq(parts) => format!("Pattern::Seq(&[{}])", many(parts)?),
        Pattern::Alt(parts) => {
            let mut branches = String::new();
            for part in parts {
                let (starts, pattern) = (starts(part, names), pattern_code(part, names)?);
                let _ = write!(branches, "Branch {{ starts: {starts}, pattern: {pattern} }}, ");
            }
            format!("Pattern::Alt(&[{branches}])")
        }
        Pattern::Opt(inner) => format!("Pattern::Opt(&{})", pattern_code(inner, names)?),
        Pattern::Many(inner) => format!("Pattern::Many(&{})", pattern_code(inner, names)?),
        Pattern::List(inner) => format!("Pattern::List(&{})", pattern_code(inner, names)?),
        Pattern::Not(inner) => format!("Pattern::Not(&{})", pattern_code(inner, names)?),
    })
}

fn form_name(context: &Context, form: &str) -> String {
    format!("{}{}", camel(&context.name), camel(form))
}

fn camel(name: &str) -> String {
    name.split('-')
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
        })
        .collect()
}
