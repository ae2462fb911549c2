//! Words and quoted texts as plain strings.

use counterpart_syntax::Node;

/// The words of a node with one space between them.
pub(crate) fn words(node: Node<'_>) -> String {
    let mut out = String::new();
    for word in node.words() {
        let tight = matches!(word, "," | ":" | ";" | "/" | "%") || out.ends_with('/');
        if !out.is_empty() && !tight {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The text between the quotes.
pub(crate) fn unquote(text: &str) -> String {
    text.trim_matches('"').to_string()
}
