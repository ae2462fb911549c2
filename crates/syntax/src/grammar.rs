//! The compiled clause grammar: what `build.rs` made of the files in `grammar/`.

use crate::lexer::{Token, TokenKind};

/// A pattern over the tokens of one clause.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// A keyword, by its number.
    Word(u16),
    /// Any token of a class.
    Class(Class),
    Rule(Rule),
    Label(Label, &'static Pattern),
    Seq(&'static [Pattern]),
    /// The first branch that fits.
    Alt(&'static [Branch]),
    Opt(&'static Pattern),
    Many(&'static Pattern),
    /// One or more, with commas or line ends between.
    List(&'static Pattern),
    /// Fits where the inner pattern does not; takes nothing.
    Not(&'static Pattern),
}

/// One way a pattern can go on.
#[derive(Debug)]
pub(crate) struct Branch {
    pub starts: Starts,
    pub pattern: Pattern,
}

/// What a pattern can begin with.
#[derive(Debug)]
pub(crate) struct Starts {
    /// Kinds of token, as in `TokenKind::bit`; all of them if the pattern can be nothing.
    pub kinds: u8,
    /// Keywords, sorted.
    pub keys: &'static [u16],
}

impl Starts {
    /// Whether it can begin with this token; never wrongly says no.
    pub(crate) fn admit(&self, token: Option<Token>) -> bool {
        self.kinds == u8::MAX
            || token.is_some_and(|t| {
                t.kind.bit() & self.kinds != 0 || (t.key != 0 && self.keys.binary_search(&t.key).is_ok())
            })
    }
}

/// The token classes a pattern may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Name,
    String,
    Number,
    Date,
    Currency,
    Year,
    Part,
    Month,
    Fiscal,
    Patent,
}

pub(crate) struct RuleData {
    pub rule: Rule,
    pub name: &'static str,
    pub doc: &'static str,
    pub human: &'static str,
    pub starts: Starts,
    pub pattern: Pattern,
}

pub(crate) struct FormData {
    pub form: Form,
    pub name: &'static str,
    pub doc: &'static str,
    pub required: bool,
    pub once: bool,
    pub pattern: Pattern,
    pub body: Option<Context>,
    pub also: &'static [&'static str],
    pub starts: Starts,
}

impl FormData {
    /// The keywords it can begin with; `None` if it can begin with anything else.
    pub(crate) fn firsts(&self) -> Option<&'static [u16]> {
        (self.starts.kinds == 0).then_some(self.starts.keys)
    }

    /// Whether a line that fits it can hardly be anything else: it cannot begin with a name.
    pub(crate) fn is_sure(&self) -> bool {
        self.starts.kinds & TokenKind::Word.bit() == 0
    }

    /// Whether it begins with this keyword and nothing else.
    pub(crate) fn has_keyword(&self, key: u16) -> bool {
        self.firsts().is_some_and(|firsts| firsts.contains(&key))
    }
}

pub(crate) struct ContextData {
    pub context: Context,
    pub name: &'static str,
    pub doc: &'static str,
    pub first: usize,
    pub end: usize,
}

#[allow(missing_docs, reason = "generated: each variant is documented by the grammar line it comes from")]
mod generated {
    use super::{Branch, Class, ContextData, FormData, Pattern, RuleData, Starts};
    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
}

pub(crate) use generated::{AFTER_COMMA, RESERVED, WHOLE_AFTER_COMMA, WORD_TABLE, WORDS};
use generated::{CONTEXTS, FORMS, LABELS, RULES};
pub use generated::{Context, Form, Label, Rule};

impl Rule {
    pub(crate) fn data(self) -> Option<&'static RuleData> {
        RULES.get(self as usize)
    }

    /// The rule's name in the grammar, as `amount`.
    pub fn name(self) -> &'static str {
        self.data().map_or("", |d| d.name)
    }

    /// The rule of this name.
    pub fn named(name: &str) -> Option<Rule> {
        RULES.iter().find(|r| r.name == name).map(|r| r.rule)
    }
}

/// The named parts of clauses, in the order they are defined.
pub(crate) fn rules() -> &'static [RuleData] {
    RULES
}

impl Label {
    /// The label's name in the grammar, as `from`.
    pub fn name(self) -> &'static str {
        LABELS.get(self as usize).map_or("", |(name, _)| name)
    }

    /// The label of this name.
    pub fn named(name: &str) -> Option<Label> {
        let at = LABELS.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
        LABELS.get(at).map(|(_, label)| *label)
    }
}

impl Context {
    /// Every context there is.
    pub(crate) fn all() -> impl Iterator<Item = Context> {
        CONTEXTS.iter().map(|c| c.context)
    }

    /// The forms that may stand here.
    pub(crate) fn forms(self) -> &'static [FormData] {
        CONTEXTS.get(self as usize).and_then(|c| FORMS.get(c.first..c.end)).unwrap_or(&[])
    }

    /// What the context is a list of.
    pub(crate) fn doc(self) -> &'static str {
        CONTEXTS.get(self as usize).map_or("", |c| c.doc)
    }

    /// The context's name in the grammar, as `royalty`.
    pub fn name(self) -> &'static str {
        CONTEXTS.get(self as usize).map_or("", |c| c.name)
    }
}

impl Form {
    pub(crate) fn data(self) -> Option<&'static FormData> {
        FORMS.get(self as usize)
    }

    /// What the grammar calls the form, as `under`.
    pub fn name(self) -> &'static str {
        self.data().map_or("", |d| d.name)
    }

    /// The context it stands in.
    pub fn context(self) -> Context {
        let at = self as usize;
        CONTEXTS.iter().find(|c| c.first <= at && at < c.end).map_or(Context::File, |c| c.context)
    }

    /// The context and the form in one, as `royalty.at-least`; a clause at the margin has one word.
    pub fn path(self) -> String {
        match self.context() {
            Context::File => self.name().to_string(),
            context => format!("{}.{}", context.name(), self.name()),
        }
    }

    /// The form of this path.
    pub fn at_path(path: &str) -> Option<Form> {
        let (context, name) = path.split_once('.').unwrap_or(("file", path));
        let context = CONTEXTS.iter().find(|c| c.name == context)?;
        FORMS.get(context.first..context.end)?.iter().find(|f| f.name == name).map(|f| f.form)
    }

    /// Every form there is.
    pub fn all() -> impl Iterator<Item = Form> {
        FORMS.iter().map(|f| f.form)
    }

    /// The clauses that may stand below this one.
    pub fn body(self) -> Option<Context> {
        self.data().and_then(|d| d.body)
    }
}
