//! Reads the grammar notation: rules, contexts and clause forms.

/// A pattern of the grammar.
#[derive(Debug, Clone)]
pub enum Pattern {
    Word(String),
    Class(String),
    Rule(String),
    Label(String, Box<Pattern>),
    Seq(Vec<Pattern>),
    Alt(Vec<Pattern>),
    Opt(Box<Pattern>),
    Many(Box<Pattern>),
    List(Box<Pattern>),
    Not(Box<Pattern>),
}

/// A named pattern, with what a reader calls it.
#[derive(Debug)]
pub struct Rule {
    pub name: String,
    pub doc: String,
    pub human: String,
    pub pattern: Pattern,
}

/// One kind of line.
#[derive(Debug)]
pub struct Form {
    pub name: String,
    pub doc: String,
    pub required: bool,
    pub once: bool,
    pub pattern: Pattern,
    pub body: Option<String>,
    pub also: Vec<String>,
}

/// The lines that may stand below one kind of clause.
#[derive(Debug)]
pub struct Context {
    pub name: String,
    pub doc: String,
    pub forms: Vec<Form>,
}

#[derive(Debug, Default)]
pub struct Grammar {
    pub rules: Vec<Rule>,
    pub contexts: Vec<Context>,
}

/// Adds the definitions of one file.
pub fn file(grammar: &mut Grammar, text: &str) -> Result<(), String> {
    let mut in_context = false;
    for Entry { number, doc, text: entry } in entries(text) {
        let fail = |message: String| format!("line {number}: {message}: {entry}");
        if let Some(name) = entry.strip_prefix('[').and_then(|e| e.strip_suffix(']')) {
            in_context = name != "rules";
            if in_context {
                if grammar.contexts.iter().any(|c| c.name == name) {
                    return Err(fail("context defined twice".into()));
                }
                grammar.contexts.push(Context { name: name.into(), doc, forms: Vec::new() });
            }
            continue;
        }
        let (head, rest) = entry.split_once(" = ").ok_or_else(|| fail("no ` = `".into()))?;
        if in_context {
            let mut words = head.split_whitespace();
            let name = words.next().unwrap_or_default().to_string();
            let flags: Vec<&str> = words.collect();
            let (rest, also) = match rest.split_once("   also ") {
                Some((rest, also)) => (rest, also.split_whitespace().map(str::to_string).collect()),
                None => (rest, Vec::new()),
            };
            let (pattern, body) = match rest.rsplit_once(" > ") {
                Some((pattern, body)) => (pattern, Some(body.trim().to_string())),
                None => (rest, None),
            };
            let form = Form {
                name,
                doc,
                required: flags.contains(&"!"),
                once: flags.contains(&"1"),
                pattern: parse(pattern).map_err(fail)?,
                body,
                also,
            };
            grammar.contexts.last_mut().ok_or("no context")?.forms.push(form);
        } else {
            let (name, human) = match head.split_once('"') {
                Some((name, human)) => (name.trim(), human.trim_end().trim_end_matches('"').to_string()),
                None => (head.trim(), String::new()),
            };
            if grammar.rules.iter().any(|r| r.name == name) {
                return Err(fail("rule defined twice".into()));
            }
            grammar.rules.push(Rule { name: name.into(), doc, human, pattern: parse(rest).map_err(fail)? });
        }
    }
    Ok(())
}

/// A definition on one line, with the number of its first line and what the `#:` lines above it say.
struct Entry {
    number: usize,
    doc: String,
    text: String,
}

/// Joins indented lines to the line they continue, and drops comments.
fn entries(text: &str) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    let mut docs: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(doc) = line.strip_prefix("#:") {
            docs.push(doc.trim());
            continue;
        }
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match out.last_mut() {
            Some(last) if line.starts_with(' ') => {
                last.text.push(' ');
                last.text.push_str(line.trim());
            }
            _ => {
                let doc = std::mem::take(&mut docs).join(" ");
                out.push(Entry { number: index + 1, doc, text: line.trim_end().to_string() });
            }
        }
    }
    // A rule's pattern may begin on its next line.
    for Entry { text: entry, .. } in &mut out {
        if let Some(at) = entry.find(" =  ") {
            entry.replace_range(at..at + 4, " = ");
        }
    }
    out
}

fn parse(text: &str) -> Result<Pattern, String> {
    let tokens = tokens(text)?;
    let mut at = 0;
    let pattern = alternatives(&tokens, &mut at)?;
    if at < tokens.len() { Err(format!("stopped at `{}`", tokens[at])) } else { Ok(pattern) }
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' => {}
            '\'' | '"' => {
                let mut word = String::from("'");
                loop {
                    match chars.next() {
                        Some(d) if d == c => break,
                        Some(d) => word.push(d),
                        None => return Err("unclosed quote".into()),
                    }
                }
                out.push(word);
            }
            c if c.is_alphanumeric() => {
                let mut word = c.to_string();
                while let Some(d) = chars.peek().filter(|d| d.is_alphanumeric() || **d == '-') {
                    word.push(*d);
                    chars.next();
                }
                out.push(word);
            }
            c => out.push(c.to_string()),
        }
    }
    Ok(out)
}

fn alternatives(tokens: &[String], at: &mut usize) -> Result<Pattern, String> {
    let mut branches = vec![sequence(tokens, at)?];
    while tokens.get(*at).is_some_and(|t| t == "|") {
        *at += 1;
        branches.push(sequence(tokens, at)?);
    }
    Ok(if branches.len() == 1 { branches.remove(0) } else { Pattern::Alt(branches) })
}

fn sequence(tokens: &[String], at: &mut usize) -> Result<Pattern, String> {
    let mut parts = Vec::new();
    while let Some(token) = tokens.get(*at) {
        if token == "|" || token == ")" {
            break;
        }
        parts.push(suffixed(tokens, at)?);
    }
    match parts.len() {
        0 => Err("empty pattern".into()),
        1 => Ok(parts.remove(0)),
        _ => Ok(Pattern::Seq(parts)),
    }
}

fn suffixed(tokens: &[String], at: &mut usize) -> Result<Pattern, String> {
    if tokens[*at] == "!" {
        *at += 1;
        return Ok(Pattern::Not(Box::new(suffixed(tokens, at)?)));
    }
    let label = match tokens.get(*at + 1) {
        Some(colon) if colon == ":" => {
            let label = tokens[*at].clone();
            *at += 2;
            Some(label)
        }
        _ => None,
    };
    let mut pattern = atom(tokens, at)?;
    // The list suffix binds tighter than the label, so that every item carries the label.
    let list = tokens.get(*at).is_some_and(|t| t == ",");
    *at += usize::from(list);
    if let Some(label) = label {
        pattern = Pattern::Label(label, Box::new(pattern));
    }
    if list {
        pattern = Pattern::List(Box::new(pattern));
    }
    while let Some(token) = tokens.get(*at) {
        pattern = match token.as_str() {
            "?" => Pattern::Opt(Box::new(pattern)),
            "*" => Pattern::Many(Box::new(pattern)),
            _ => break,
        };
        *at += 1;
    }
    Ok(pattern)
}

fn atom(tokens: &[String], at: &mut usize) -> Result<Pattern, String> {
    let token = tokens.get(*at).ok_or("pattern ends early")?;
    *at += 1;
    if token == "(" {
        let inner = alternatives(tokens, at)?;
        if tokens.get(*at).is_none_or(|t| t != ")") {
            return Err("missing `)`".into());
        }
        *at += 1;
        return Ok(inner);
    }
    if let Some(words) = token.strip_prefix('\'') {
        let mut parts: Vec<Pattern> = pieces(words).into_iter().map(Pattern::Word).collect();
        return match parts.len() {
            0 => Err("empty keyword".into()),
            1 => Ok(parts.remove(0)),
            _ => Ok(Pattern::Seq(parts)),
        };
    }
    match token.chars().next() {
        Some(c) if c.is_uppercase() => Ok(Pattern::Class(token.clone())),
        Some(c) if c.is_lowercase() => Ok(Pattern::Rule(token.clone())),
        _ => Err(format!("unexpected `{token}`")),
    }
}

/// Splits a quoted keyword the way the lexer splits text.
fn pieces(words: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || "-_'’".contains(c) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c != ' ' {
            let mut symbol = c.to_string();
            if "<>".contains(c) && chars.peek() == Some(&'=') {
                symbol.push('=');
                chars.next();
            }
            out.push(symbol);
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}
