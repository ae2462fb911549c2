//! Small edits that make a line fit, tried one after the other: a fix that is offered is one that works.

mod amounts;
mod dates;

use crate::grammar::{Context, FormData};
use crate::lexer::{self, Token, TokenKind};
use crate::matcher::{self, Expected, Failure, Line};
use crate::report::slip;
use crate::tree::Span;
use crate::words;

/// A line longer than this many bytes is not worth trying edits on.
const MAX_TEXT: usize = 1000;

/// At most this many keywords are tried in one place.
const MAX_WORDS: usize = 6;

/// Words people write that the language leaves out.
const FILLERS: &[&str] = &[
    "the", "a", "an", "of", "to", "is", "are", "be", "shall", "will", "must", "any", "all", "and", "or",
    "by", "for", "that", "which", "in", "on", "at", ",", ";", ":", ".",
];

/// How far back a word may be that was taken for a name and is a misspelt keyword.
const FAR_BACK: u32 = 8;

/// An edit that makes the line fit.
pub(crate) struct Mend {
    /// What to tell the reader.
    pub text: String,
    pub span: Span,
    pub new: String,
    /// What was expected, where the edit says so better than the grammar, and at which word.
    pub expected: Option<(String, u32)>,
}

impl Mend {
    fn new(text: String, span: Span, new: impl Into<String>) -> Self {
        Mend { text, span, new: new.into(), expected: None }
    }

    fn instead_of(mut self, expected: impl Into<String>, at: u32) -> Self {
        self.expected = Some((expected.into(), at));
        self
    }
}

/// Tries edits on one line.
pub(crate) struct Mender<'a> {
    line: Line<'a>,
    context: Context,
    /// The text of the line, from its first to its last word; empty if it is too long to try.
    text: &'a str,
    start: u32,
    read: Read<'a>,
}

impl<'a> Mender<'a> {
    pub fn new(line: Line<'a>, context: Context) -> Self {
        let Span { start, end } = line.whole();
        let text = line.text.get(start as usize..end as usize).filter(|t| t.len() <= MAX_TEXT).unwrap_or("");
        Mender { line, context, text, start, read: Read::new(text) }
    }

    /// The clause the line would be in another context; where a line is `known` to be misplaced, a line
    /// that begins with a name counts too.
    pub fn form_in(&self, context: Context, known: bool) -> Option<&'static FormData> {
        let enough = known && self.read.words.len() > 1;
        self.read.form_in(context).filter(|form| enough || form.is_sure())
    }

    /// The clause the line would be anywhere else, with all the places it may stand.
    ///
    /// Short lines fit in many places, so more words are asked for unless it is `known` to be misplaced.
    pub fn anywhere(&self, known: bool) -> Option<(&'static FormData, Vec<Context>)> {
        let enough = known || self.read.words.len() > 2;
        let forms = Context::all().filter_map(|context| Some((context, self.read.form_in(context)?)));
        let (keyword, named): (Vec<_>, Vec<_>) = forms
            .filter(|(_, form)| enough || form.firsts().is_some())
            .partition(|(_, f)| f.firsts().is_some());
        let found = if keyword.is_empty() { named } else { keyword };
        let form = found.first()?.1;
        Some((form, found.into_iter().map(|(context, _)| context).collect()))
    }

    /// Whether the line fits with a range of it replaced.
    pub fn mends(&self, span: Span, new: &str) -> bool {
        let at = |offset: u32| offset.checked_sub(self.start).map(|o| o as usize);
        let (Some(from), Some(to)) = (at(span.start), at(span.end)) else { return false };
        let (Some(before), Some(after)) = (self.text.get(..from), self.text.get(to..)) else { return false };
        !self.text.is_empty() && Read::new(&[before, new, after].concat()).form_in(self.context).is_some()
    }

    /// The first edit that makes the line fit; if none does, a word close to what was written.
    pub fn mend(&self, failure: &Failure) -> Option<Mend> {
        let mut others = amounts::mends(self.line, failure.at)
            .into_iter()
            .chain(dates::mends(self.line, failure.at))
            .chain(self.missing(failure))
            .chain(self.quotes(failure))
            .chain(self.wrong(failure))
            .chain(self.filler(failure.at));
        self.misspelt(failure)
            .or_else(|| others.find(|mend| self.mends(mend.span, &mend.new)))
            .or_else(|| self.typed(failure).next())
    }

    /// A word put right that makes the line fit: the one that does not fit, or one before it that was
    /// taken for a name.
    pub fn misspelt(&self, failure: &Failure) -> Option<Mend> {
        let back = failure.at.saturating_sub(FAR_BACK).max(self.line.range.0)..failure.at;
        let back = back
            .rev()
            .flat_map(|at| self.slips(at, words::all()).into_iter().map(move |word| self.slip(at, word)));
        self.typed(failure).chain(back).find(|mend| self.mends(mend.span, &mend.new))
    }

    /// The expected keywords that are close to the word that does not fit.
    fn typed(&self, failure: &Failure) -> impl Iterator<Item = Mend> {
        let expected = failure.expected.iter().filter_map(|(e, _)| keyword(*e));
        self.slips(failure.at, expected).into_iter().map(|word| self.slip(failure.at, word))
    }

    /// The keywords a word may be a slip of; closest first.
    fn slips(&self, at: u32, keywords: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
        let found = self.line.word(at);
        if found.len() > MAX_TEXT {
            return Vec::new();
        }
        let lower = found.to_lowercase();
        let mut slips: Vec<(usize, &str)> =
            keywords.filter(|w| *w != found).filter_map(|w| Some((slip(&lower, w)?, w))).collect();
        slips.sort_unstable();
        slips.into_iter().map(|(_, word)| word).collect()
    }

    fn slip(&self, at: u32, word: &str) -> Mend {
        let mend = Mend::new(format!("did you mean `{word}`?"), self.line.span(at), word);
        mend.instead_of(format!("`{word}`"), at)
    }

    /// The keywords the line cannot do without here, and the comma of a list.
    fn needed(&self, failure: &Failure) -> impl Iterator<Item = &'static str> {
        let needed = failure.expected.iter().filter(|(_, needed)| *needed);
        let comma = failure.expected.iter().filter(|(e, needed)| !*needed && keyword(*e) == Some(","));
        needed.chain(comma).filter_map(|(e, _)| keyword(*e)).take(MAX_WORDS).collect::<Vec<_>>().into_iter()
    }

    /// A keyword was left out.
    fn missing(&self, failure: &Failure) -> impl Iterator<Item = Mend> {
        let place = self.line.place(failure.at).start;
        let before = self.before(failure.at);
        let ends = failure.at >= self.line.range.1;
        self.needed(failure).map(move |word| {
            let text = format!("add `{word}`");
            if is_sign(word) {
                return Mend::new(text, Span { start: before, end: before }, word);
            }
            let new = if ends { format!(" {word}") } else { format!("{word} ") };
            Mend::new(text, Span { start: place, end: place }, new)
                .instead_of(format!("`{word}`"), failure.at)
        })
    }

    /// Another word stands where a keyword should.
    fn wrong(&self, failure: &Failure) -> impl Iterator<Item = Mend> {
        let found = self.line.word(failure.at);
        let span = self.line.span(failure.at);
        let before = self.before(failure.at);
        // A name, a number or a text says something that no keyword says.
        let empty = match token(self.line, failure.at).map(|t| t.kind) {
            Some(TokenKind::Word) => found.starts_with(char::is_lowercase),
            Some(kind) => matches!(kind, TokenKind::Sign | TokenKind::Unknown),
            None => false,
        };
        self.needed(failure).filter(move |_| empty).map(move |word| {
            let text = format!("write `{word}` instead of `{found}`");
            let start = if is_sign(word) { before } else { span.start };
            let mend = Mend::new(text, Span { start, end: span.end }, word);
            mend.instead_of(format!("`{word}`"), failure.at)
        })
    }

    /// A word the language leaves out, or one written twice.
    fn filler(&self, at: u32) -> Option<Mend> {
        let found = self.line.word(at);
        let twice = at > self.line.range.0 && found == self.line.word(at - 1);
        if !twice && !FILLERS.contains(&found) {
            return None;
        }
        let span = Span { start: self.before(at), end: self.line.span(at).end };
        Some(Mend::new(format!("leave out `{found}`"), span, ""))
    }

    /// A text without its quotes, or with other ones.
    fn quotes(&self, failure: &Failure) -> Vec<Mend> {
        let wants_text = failure.expected.iter().any(|(e, _)| e.text().contains("quotes"));
        if !wants_text || failure.at >= self.line.range.1 {
            return Vec::new();
        }
        let first = self.line.span(failure.at);
        let mut mends = Vec::new();
        for last in failure.at..self.line.range.1.min(failure.at + 16) {
            let span = Span { start: first.start, end: self.line.span(last).end };
            let text = self.line.text.get(span.start as usize..span.end as usize).unwrap_or("");
            let bare = text.trim_matches(['“', '”', '„', '«', '»', '‘', '’', '\'']);
            if !bare.contains(['"', '\n', '\r']) {
                let quoted = format!("\"{bare}\"");
                let mend = Mend::new(format!("put it in quotes: `{quoted}`"), span, quoted);
                mends.push(mend.instead_of("a text in quotes", failure.at));
            }
        }
        mends
    }

    /// Where the word before this one ends.
    fn before(&self, at: u32) -> u32 {
        if at > self.line.range.0 { self.line.span(at - 1).end } else { self.start }
    }
}

fn keyword(expected: Expected) -> Option<&'static str> {
    match expected {
        Expected::Word(key) => Some(words::text(key)),
        Expected::Thing(_) => None,
    }
}

/// Signs stand close to the word before them.
fn is_sign(word: &str) -> bool {
    matches!(word, "," | ";" | ":" | "%")
}

/// A text cut into words.
struct Read<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    words: Vec<u32>,
    breaks: Vec<u32>,
}

impl<'a> Read<'a> {
    fn new(text: &'a str) -> Self {
        let tokens = lexer::lex(text);
        let (mut words, mut breaks) = (Vec::new(), Vec::new());
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Space | TokenKind::Comment => {}
                TokenKind::Newline => breaks.push(words.len() as u32),
                _ => words.push(index as u32),
            }
        }
        Read { text, tokens, words, breaks }
    }

    /// The form of a context that all of it fits.
    fn form_in(&self, context: Context) -> Option<&'static FormData> {
        if self.words.is_empty() {
            return None;
        }
        let range = (0, self.words.len() as u32);
        let Read { text, tokens, words, breaks } = self;
        matcher::form_of(Line { text, tokens, words, range, breaks }, context, &mut Vec::new(), &mut 0)
    }
}

/// The tokens from this word on that follow each other without space, as one text.
fn unspaced<'a>(line: Line<'a>, at: u32) -> (Span, &'a str) {
    let first = line.span(at);
    let mut end = first.end;
    for next in at + 1..line.range.1 {
        let span = line.span(next);
        if span.start != end {
            break;
        }
        end = span.end;
    }
    let span = Span { start: first.start, end };
    (span, line.text.get(first.start as usize..end as usize).unwrap_or(""))
}

/// The token at a word, if there is one.
fn token(line: Line<'_>, at: u32) -> Option<Token> {
    line.token(at).map(|(_, token)| token)
}
