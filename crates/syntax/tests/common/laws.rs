//! The laws every sequence of bytes obeys; the property tests, both replays and the fuzzers share them.

use counterpart_syntax::{Form, TokenKind, Tree, format, parse};

/// Checks all laws; stops with a panic at the first that is broken.
pub fn check(bytes: &[u8]) {
    let (tree, problems) = parse(bytes);
    lossless(&tree, bytes);
    for problem in &problems {
        let places = problem.also.iter().chain([&problem.at]).map(|mark| mark.span);
        let edits = problem.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in places.chain(edits) {
            let range = span.start as usize..span.end as usize;
            assert!(tree.text().get(range).is_some(), "a place outside the text: {problem:?}");
        }
        assert!(problem.message.chars().count() < 400, "too long: {}", problem.message);
    }
    let hopeless = problems.iter().any(|p| p.code == "too-many-errors");
    // A line moved to where it fits may be read with others once it stands there.
    let moved = problems.iter().any(|p| p.code == "clause-misplaced");
    formats(&tree, bytes, hopeless, moved);
}

/// The tokens are the text, and the text is the bytes where they are text.
fn lossless(tree: &Tree, bytes: &[u8]) {
    assert_eq!(tree.bytes(), bytes);
    let joined: String = tree.tokens().map(|(_, text)| text).collect();
    assert_eq!(joined, tree.text());
    match std::str::from_utf8(bytes) {
        Ok(text) => assert_eq!(text, tree.text()),
        Err(_) => assert_eq!(bytes.len(), tree.text().len()),
    }
}

/// Formatting keeps words, clauses and comments, and formatting twice is formatting once.
fn formats(tree: &Tree, bytes: &[u8], hopeless: bool, moved: bool) {
    let once = format(tree);
    let (again, _) = parse(&once);
    let twice = format(&again);
    assert_eq!(show(&once), show(&twice), "formatting twice is not formatting once");
    assert_eq!(comments(tree), comments(&again), "comments");
    let words = |tree| outline(tree).into_iter().flat_map(|(_, _, words)| words).collect::<Vec<_>>();
    assert_eq!(words(tree), words(&again), "words");
    assert!(moved || outline(tree) == outline(&again), "clauses: {:?} {:?}", outline(tree), outline(&again));
    if bytes.len() <= counterpart_syntax::MAX_BYTES && !hopeless {
        style(&again);
    }
}

fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn comments(tree: &Tree) -> Vec<&str> {
    let comments = tree.tokens().filter(|(kind, _)| *kind == TokenKind::Comment);
    comments.map(|(_, text)| text.trim_end_matches([' ', '\t'])).collect()
}

/// Each clause: how deep it stands, what it is, and its words.
fn outline(tree: &Tree) -> Vec<(usize, Option<Form>, Vec<&str>)> {
    tree.all_clauses().map(|c| (c.depth(), c.form(), c.words().collect())).collect()
}

/// House style, as far as it can be seen without reading.
fn style(tree: &Tree) {
    let text = tree.text();
    assert!(text.is_empty() || text.ends_with('\n'), "no line end at the end");
    assert!(!text.starts_with('\n') && !text.contains("\n\n\n") && !text.ends_with("\n\n"), "blank lines");
    let mut last = (TokenKind::Newline, "");
    for (kind, token) in tree.tokens() {
        assert!(kind != TokenKind::Newline || token == "\n", "line ends");
        assert!(kind != TokenKind::Newline || last.0 != TokenKind::Space, "space at the end of a line");
        let margin = last.0 == TokenKind::Newline;
        assert!(kind != TokenKind::Space || !margin || token.bytes().all(|b| b == b' '), "margin");
        last = (kind, token);
    }
}
