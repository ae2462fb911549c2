//! One page of the catalogue, read from the files that trigger its code.

use crate::draw::{Book, Rule};
use crate::exit::Exit;
use crate::passes;
use crate::world::{File, Found};

/// What kind of problem a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The text cannot be read as clauses.
    Text,
    /// A name means nothing here, or the wrong thing.
    Names,
    /// A date, number or code that does not exist.
    Values,
    /// The deal can be read, and what it says is a problem.
    Meaning,
    /// What happened does not fit the deal.
    Journal,
}

impl Kind {
    /// Every kind, in the order a deal is read.
    pub const ALL: [Kind; 5] = [Kind::Text, Kind::Names, Kind::Values, Kind::Meaning, Kind::Journal];

    /// Its word in the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Names => "names",
            Kind::Values => "values",
            Kind::Meaning => "meaning",
            Kind::Journal => "journal",
        }
    }

    /// What findings of the kind have in common.
    pub fn about(self) -> &'static str {
        match self {
            Kind::Text => "The text cannot be read as clauses.",
            Kind::Names => "A name means nothing in the deal, or something else than its clause needs.",
            Kind::Values => "A date, a number or a code that does not exist.",
            Kind::Meaning => "The deal can be read; what it says is a problem.",
            Kind::Journal => "What is told to have happened does not fit the deal.",
        }
    }

    /// How a command ends that finds an error of the kind: a deal that does not compile is not the same
    /// as one that compiles and is wrong.
    pub fn exit(self) -> Exit {
        match self {
            Kind::Text | Kind::Names | Kind::Values => Exit::Unreadable,
            Kind::Meaning | Kind::Journal => Exit::Findings,
        }
    }
}

/// A code: its page and its example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The code, as `unknown-name`.
    pub code: String,
    /// What it is, in one line.
    pub title: String,
    /// What kind of problem it is.
    pub kind: Kind,
    /// Codes that cannot be avoided along with it.
    pub also: Vec<String>,
    /// Why it is a problem.
    pub why: String,
    /// How to mend it.
    pub mend: String,
    /// The files of the example, without the page.
    pub files: Vec<File>,
    /// How often the last line of the example is read.
    repeat: usize,
}

impl Entry {
    /// Reads the files of a code; the page opens the first of them.
    pub(crate) fn read(code: &str, files: &[(&str, &[u8])]) -> Entry {
        let mut entry = Entry {
            code: code.to_string(),
            title: String::new(),
            kind: Kind::Meaning,
            also: Vec::new(),
            why: String::new(),
            mend: String::new(),
            files: files
                .iter()
                .map(|(name, bytes)| File { name: (*name).to_string(), bytes: bytes.to_vec() })
                .collect(),
            repeat: 1,
        };
        if let Some(first) = entry.files.first_mut() {
            let bytes = std::mem::take(&mut first.bytes);
            let at = page_end(&bytes);
            let (page, deal) = bytes.split_at(at);
            let deal =
                deal.iter().position(|b| *b != b'\n').and_then(|start| deal.get(start..)).unwrap_or(&[]);
            first.bytes = deal.to_vec();
            entry.read_page(&String::from_utf8_lossy(page));
        }
        entry
    }

    fn read_page(&mut self, page: &str) {
        let mut lines = page.lines().map(|line| line.trim_start_matches('#').trim());
        self.title = lines.next().unwrap_or("").to_string();
        let mut paragraphs: Vec<String> = vec![String::new()];
        for line in lines {
            match line.split_once(": ") {
                Some(("kind", word)) => {
                    self.kind = Kind::ALL.into_iter().find(|k| k.word() == word).unwrap_or(Kind::Meaning);
                }
                Some(("also", codes)) => self.also = codes.split(", ").map(str::to_string).collect(),
                Some(("repeat", times)) => self.repeat = times.parse().unwrap_or(1),
                _ if line.is_empty() => paragraphs.push(String::new()),
                _ => {
                    if let Some(paragraph) = paragraphs.last_mut() {
                        if !paragraph.is_empty() {
                            paragraph.push(' ');
                        }
                        paragraph.push_str(line);
                    }
                }
            }
        }
        let mut paragraphs = paragraphs.into_iter().filter(|p| !p.is_empty());
        self.why = paragraphs.next().unwrap_or_default();
        self.mend = paragraphs.collect::<Vec<_>>().join("\n\n");
    }

    /// The example as a deal to be checked.
    pub fn deal(&self) -> Found {
        let mut files = self.files.clone();
        if let Some(last) = files.last_mut() {
            let end = last.bytes.strip_suffix(b"\n").unwrap_or(&last.bytes);
            let start = end.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let line = last.bytes.get(start..).unwrap_or(&[]).to_vec();
            for _ in 1..self.repeat {
                last.bytes.extend_from_slice(&line);
            }
        }
        let (deal, tables) = files.into_iter().partition(|f| f.name.ends_with(".deal"));
        Found { folder: Some("".into()), deal, tables, file: None }
    }

    /// Checks the example.
    pub fn findings(&self) -> Book {
        let found = self.deal();
        let mut book = Book::default();
        let deal = found.read();
        book.add(&found, &deal, &passes::findings(&deal));
        book
    }

    /// How many lines of the example are left out, being the last one again.
    pub fn left_out(&self) -> usize {
        self.repeat - 1
    }

    /// What a code scanner may say of it.
    pub fn rule(&self) -> Rule {
        Rule { title: self.title.clone(), why: self.why.clone(), mend: self.mend.clone() }
    }
}

/// Where the opening comment ends.
fn page_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if !line.starts_with(b"#") {
            break;
        }
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opening_comment_is_the_page() {
        let text = b"# A title\n# kind: names\n# repeat: 3\n#\n# Why it\n# matters.\n#\n# Mend it.\n#\n# And more.\n\nevent X\nevent Y\n";
        let entry = Entry::read("x", &[("x.deal", text)]);
        assert_eq!((entry.title.as_str(), entry.kind), ("A title", Kind::Names));
        assert_eq!((entry.why.as_str(), entry.mend.as_str()), ("Why it matters.", "Mend it.\n\nAnd more."));
        assert_eq!(entry.files[0].bytes, b"event X\nevent Y\n");
        assert_eq!(entry.deal().deal[0].bytes, b"event X\nevent Y\nevent Y\nevent Y\n");
    }
}
