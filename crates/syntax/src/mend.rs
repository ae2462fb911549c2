//! Small edits that make a line fit, tried one after the other: a fix that is offered is one that works.

mod amounts;
pub(crate) mod dates;
mod edits;
mod periods;

use crate::grammar::{Context, FormData};
use crate::lexer::{self, Token, TokenKind};
use crate::matcher::{self, Expected, Failure, Line};
use crate::report::slip;
use crate::tree::Span;
use crate::words;

/// A line longer than this many bytes is not worth trying edits on.
const MAX_TEXT: usize = 1000;

/// How far back a word may be that was taken for a name and is a misspelt keyword.
const FAR_BACK: u32 = 8;

/// Words people write, and what they mean by them where the line then fits.
const SAID: &[(&str, &str)] = &[
    ("minimum", "at least"),
    ("min", "at least"),
    ("maximum", "at most"),
    ("max", "at most"),
    ("cap", "at most"),
    ("pay", "paid"),
    ("pays", "paid"),
    ("payed", "paid"),
    ("report", "reported"),
    ("reports", "reported"),
];

/// An edit that makes the line fit.
pub(crate) struct Mend {
    /// What to tell the reader.
    pub text: String,
    pub span: Span,
    pub new: String,
    /// It chooses what may be meant.
    pub guess: bool,
    /// What was expected, where the edit says so better than the grammar, and at which word.
    pub expected: Option<(String, u32)>,
    /// The code of what it mends, where it is not that the line fits no clause.
    pub code: Option<&'static str>,
}

impl Mend {
    fn new(text: String, span: Span, new: impl Into<String>) -> Self {
        Mend { text, span, new: new.into(), guess: false, expected: None, code: None }
    }

    /// One of several things the line may mean.
    fn guessed(mut self) -> Self {
        self.guess = true;
        self
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
    /// The less of the line has been understood where it stands, up to the word where it departs, the
    /// more a reading elsewhere counts: one that begins with a name, or one of a line whose keyword is
    /// `known` where it stands.
    pub fn anywhere(
        &self,
        strayed: bool,
        known: bool,
        depart: u32,
    ) -> Option<(&'static FormData, Vec<Context>)> {
        let words = self.read.words.len();
        if known && !strayed && (depart > 1 || words < 4) {
            return None;
        }
        let named = !known && depart <= 1 && (strayed || words > 2);
        let forms = Context::all().filter_map(|context| Some((context, self.read.form_in(context)?)));
        let (sure, unsure): (Vec<_>, Vec<_>) = forms.partition(|(_, form)| form.is_sure());
        // What would fit in many places says nothing about where it belongs.
        let found = if sure.is_empty() && named && unsure.len() <= 2 { unsure } else { sure };
        let form = found.first()?.1;
        Some((form, found.into_iter().map(|(context, _)| context).collect()))
    }

    /// Whether the line fits with a range of it replaced.
    pub fn mends(&self, span: Span, new: &str) -> bool {
        self.mends_in(self.context, span, new)
    }

    /// Whether the line fits in a context with a range of it replaced.
    pub fn mends_in(&self, context: Context, span: Span, new: &str) -> bool {
        self.replaced(span, new).is_some_and(|text| Read::new(&text).form_in(context).is_some())
    }

    /// How many words of the line a form takes, with a range of it replaced.
    pub fn reach(&self, span: Span, new: &str, form: &'static FormData) -> u32 {
        let Some(text) = self.replaced(span, new) else { return 0 };
        let Read { text, tokens, words, breaks } = &Read::new(&text);
        let range = (0, words.len() as u32);
        matcher::failure(Line { text, tokens, words, range, breaks }, &form.pattern, &mut 0).at
    }

    /// The line with a range of it replaced.
    fn replaced(&self, span: Span, new: &str) -> Option<String> {
        let at = |offset: u32| offset.checked_sub(self.start).map(|o| o as usize);
        let (from, to) = (at(span.start)?, at(span.end)?);
        let (before, after) = (self.text.get(..from)?, self.text.get(to..)?);
        (!self.text.is_empty()).then(|| [before, new, after].concat())
    }

    /// The first edit that makes the line fit; if none does, a word close to what was written.
    pub fn mend(&self, failure: &Failure) -> Option<Mend> {
        let mut others = self
            .missing(failure)
            .chain(self.quotes(failure))
            .chain(self.wrong(failure))
            .chain(self.filler(failure.at))
            .chain(self.moved(failure.at))
            .chain(self.quotes_before(failure.at));
        self.misspelt(failure)
            .or_else(|| self.other_notation(failure.at))
            .or_else(|| others.find(|mend| self.mends(mend.span, &mend.new)))
            .or_else(|| self.typed(failure).next())
    }

    /// The keywords of which one may be missing before the line.
    pub fn beginnings(&self) -> Vec<&'static str> {
        let at = Span { start: self.start, end: self.start };
        let mut words: Vec<&str> = Vec::new();
        for word in self.context.forms().iter().filter_map(|f| Some(words::text(*f.firsts()?.first()?))) {
            if !words.contains(&word) && self.mends(at, &format!("{word} ")) {
                words.push(word);
            }
        }
        words
    }

    /// An amount, a date or a hyphen written as elsewhere.
    pub fn other_notation(&self, at: u32) -> Option<Mend> {
        let mut mends = amounts::mends(self.line, at).into_iter();
        let periods = periods::mends(self.line, at).into_iter();
        let mut others = dates::mends(self.line, at).into_iter().chain(periods).chain(self.hyphen(at));
        mends.find(|m| self.mends(m.span, &m.new)).or_else(|| others.find(|m| self.mends(m.span, &m.new)))
    }

    /// A word put right that makes the line fit: the one that does not fit, or one before it that was
    /// taken for a name.
    pub fn misspelt(&self, failure: &Failure) -> Option<Mend> {
        let back = failure.at.saturating_sub(FAR_BACK).max(self.line.range.0)..failure.at + 1;
        // One that is a keyword may be another form of the one that is meant: `report` for `reported`.
        let unknown =
            back.rev().filter(|at| *at == failure.at || token(self.line, *at).is_some_and(|t| t.key == 0));
        let others =
            self.said(failure.at).into_iter().chain(unknown.flat_map(|at| {
                self.slips(at, words::all()).into_iter().map(move |word| self.slip(at, word))
            }));
        self.typed(failure).chain(others).find(|mend| self.mends(mend.span, &mend.new))
    }

    /// Other words for what the language says in its own, where they are no slip of them.
    fn said(&self, at: u32) -> Vec<Mend> {
        let first = at.saturating_sub(1).max(self.line.range.0);
        let said = (first..=at).flat_map(|at| {
            let meant = SAID.iter().filter(move |(word, _)| *word == self.line.word(at));
            meant.map(move |(_, meant)| self.slip(at, meant))
        });
        said.collect()
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
        // A word with capitals is a name, but for a keyword that has some or was given some.
        let distance = |word: &str| match word.starts_with(char::is_uppercase) {
            true => slip(found, word),
            false => slip(&lower, word).filter(|distance| *distance == 0 || lower == found),
        };
        let mut slips: Vec<(usize, &str)> =
            keywords.filter(|w| *w != found).filter_map(|w| Some((distance(w)?, w))).collect();
        slips.sort_unstable();
        slips.into_iter().map(|(_, word)| word).collect()
    }

    fn slip(&self, at: u32, word: &str) -> Mend {
        let mend = Mend::new(format!("perhaps `{word}`"), self.line.span(at), word).guessed();
        mend.instead_of(format!("`{word}`"), at)
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
