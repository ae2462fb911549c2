//! A text with its clauses on what happens in the other order.

/// The clauses that say what follows from what, or what there is that may happen.
const KINDS: &[&str] = &["trigger", "window", "sunset", "event", "milestone"];

/// A text in which those clauses stand where they stood, the last first.
pub fn turned(text: &str) -> String {
    let mut blocks: Vec<(bool, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        let inner = line.starts_with(' ');
        if let Some(last) = blocks.last_mut().filter(|_| inner) {
            last.1.push(line);
            continue;
        }
        let is = line.split(' ').next().is_some_and(|word| KINDS.contains(&word));
        blocks.push((is, vec![line]));
    }
    let mut moved: Vec<Vec<&str>> =
        blocks.iter().filter(|(is, _)| *is).map(|(_, text)| text.clone()).collect();
    let turned =
        blocks.into_iter().flat_map(|(is, text)| if is { moved.pop().unwrap_or(text) } else { text });
    turned.fold(String::new(), |all, line| all + line + "\n")
}
