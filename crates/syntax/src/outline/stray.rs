//! Lines that do not fit where they stand: where they would fit, and how they come to be reported.

use super::{Builder, Place, Reading};
use crate::grammar::{Context, FormData};
use crate::lexer::TokenKind;
use crate::matcher;
use crate::mend::Mender;
use crate::report::{self, Problems, Stray};
use crate::tree::Span;

impl Builder {
    /// Whether the line after a clause, which stands deeper, would fit on its level or further out.
    pub(super) fn belongs_outside(&self, context: Context, reading: &Reading) -> bool {
        let Some(line) = self.lines.get(reading.next) else { return false };
        let mender = Mender::new(self.line(line.words), context);
        let beside = mender.form_in(context, self.is_uneven(reading) || self.strayed(self.open.len()));
        beside.is_some() || self.outward(&mender, self.open.len()).is_some()
    }

    /// Whether a line stands between two levels.
    fn is_uneven(&self, reading: &Reading) -> bool {
        !reading.moved && !self.open.is_empty() && self.shut.last().is_some_and(|s| s.level > reading.level)
    }

    /// Reads a line that stands below a clause of a form that takes none.
    pub(super) fn read_below(&mut self, form: &'static FormData, reading: &mut Reading) -> Place {
        if self.problems.skip() {
            return Place::Poisoned;
        }
        if let Some(context) = self.relocate(None, reading) {
            return self.read_clause(context, reading);
        }
        let column = self.open.last().map_or(0, |o| o.level);
        self.stray(Context::File, reading.words, |stray, _, problems| {
            report::nothing_below(stray, form, column, problems);
        });
        if let Some(above) = self.open.last_mut() {
            above.body = Place::Poisoned;
        }
        Place::Poisoned
    }

    /// The depth further out than this one at which a line would fit.
    fn outward(&self, mender: &Mender<'_>, depth: usize) -> Option<(usize, &'static FormData)> {
        (0..depth).rev().find_map(|depth| match self.place(depth) {
            Place::In(context) => Some((depth, mender.form_in(context, self.strayed(depth))?)),
            _ => None,
        })
    }

    /// Whether a line at this depth has been reported that does not belong where it stands.
    fn strayed(&self, depth: usize) -> bool {
        let above = depth.checked_sub(1).and_then(|above| self.open.get(above));
        above.map_or(self.strayed, |o| o.strayed)
    }

    /// Whether a line between two levels would be surer to fit further out than where it stands.
    pub(super) fn rather_outside(&self, context: Context, reading: &Reading) -> bool {
        let mender = || Mender::new(self.line(reading.words), context);
        self.is_uneven(reading)
            && self.outward(&mender(), self.open.len()).is_some_and(|(_, form)| form.is_sure())
    }

    /// Which of the clauses the line seemed to end it would fit below, the outermost being 0.
    fn inward(&self, mender: &Mender<'_>) -> Option<(usize, &'static FormData)> {
        self.shut.iter().rev().enumerate().find_map(|(steps, shut)| match shut.body {
            Place::In(context) => Some((steps, mender.form_in(context, true)?)),
            _ => None,
        })
    }

    /// Whether the line above could not be read alone, but can with this line behind it: deeper, it would go on with it.
    fn completes(&self, reading: &Reading) -> bool {
        let above = self.shut.first().and_then(|s| self.tree.clauses.get(s.index as usize));
        let Some(above) = above.filter(|c| c.form.is_none()) else { return false };
        let Place::In(context) = self.shut.get(1).map_or(self.place(self.open.len()), |s| s.body) else {
            return false;
        };
        let joined = self.line((above.words.0, reading.words.1));
        let found = matcher::form_of(joined, context, &mut Vec::new(), &mut self.tree.work.clone());
        found.is_some_and(|form| form.body.is_none())
    }

    /// Moves a line that fits no form where it stands to where it does, if only its indentation is
    /// wrong: below a clause it seemed to end, or out of one it seemed to belong to.
    pub(super) fn relocate(&mut self, context: Option<Context>, reading: &mut Reading) -> Option<Context> {
        if reading.moved {
            return None;
        }
        let mender = Mender::new(self.line(reading.words), context.unwrap_or(Context::File));
        let outward = self.outward(&mender, self.open.len());
        // Below a line that ends in a comma, a deeper line would go on with that line.
        let above = reading.first.checked_sub(1).and_then(|above| self.lines.get(above));
        let inward = self.inward(&mender).filter(|(steps, _)| {
            let innermost = steps + 1 == self.shut.len();
            !(above.is_some_and(|line| line.open) || innermost && self.completes(reading))
        });
        let (place, form, deeper) = if let Some((steps, form)) = inward {
            let kept = self.shut.len().saturating_sub(steps + 1);
            self.open.extend(self.shut.drain(kept..).rev());
            (self.place(self.open.len()), form, true)
        } else {
            // A clause that has a place here is more likely written wrongly than in the wrong place.
            let key = self.line(reading.words).key();
            let known = context.is_some_and(|c| c.forms().iter().any(|f| f.has_keyword(key)));
            let (depth, form) = outward.filter(|_| !known || self.is_uneven(reading))?;
            self.shut.extend(self.open.drain(depth..).rev());
            (self.place(depth), form, false)
        };
        let Place::In(place) = place else { return None };
        let inside = || self.open.last().map_or(0, |o| o.level + 2);
        let column = self.shut.last().map_or_else(inside, |s| s.level);
        // What stands below a clause that was moved out stands where it should, as a rule.
        reading.level = if deeper || form.body.is_some() { column } else { reading.indent };
        reading.moved = true;
        self.stray(place, reading.words, |stray, _, problems| {
            report::misplaced(stray, column, deeper, problems);
        });
        Some(place)
    }

    /// Reports a line that fits where it stands, but not at the level of the lines before it.
    pub(super) fn check_level(&mut self, reading: &Reading) {
        if reading.moved || self.tree.clauses.last().is_none_or(|c| c.form.is_none()) {
            return;
        }
        if self.open.is_empty() {
            self.strayed = false;
        } else if self.is_uneven(reading) {
            let column = self.shut.last().map_or(0, |s| s.level);
            self.stray(Context::File, reading.words, |stray, _, problems| {
                report::uneven(stray, column, problems)
            });
        }
    }

    /// Has a line reported that is not in order.
    pub(super) fn stray<T>(
        &mut self,
        context: Context,
        words: (u32, u32),
        report: impl FnOnce(&mut Stray<'_>, &mut u64, &mut Problems) -> T,
    ) -> T {
        let (mut work, mut problems) = (self.tree.work, std::mem::take(&mut self.problems));
        let strayed = self.strayed(self.open.len());
        let (margin, quiet) = (self.margin(words.0), self.has_text_error(words));
        let above = self.open.last().map_or(String::new(), |o| self.kind_of(o.index, context));
        let mut stray = Stray { line: self.line(words), context, above, margin, quiet, strayed };
        let answer = report(&mut stray, &mut work, &mut problems);
        let strayed = stray.strayed;
        *self.open.last_mut().map_or(&mut self.strayed, |o| &mut o.strayed) = strayed;
        (self.tree.work, self.problems) = (work, problems);
        answer
    }

    /// What a clause is, in the words it begins with; where nobody could read it, what clauses are that take such
    /// lines as stand below it.
    fn kind_of(&self, index: u32, below: Context) -> String {
        let clause = self.tree.clause(index);
        let written = clause.and_then(|c| Some((c, report::leading_words(c.form()?))));
        match written {
            Some((clause, count)) => clause.words().take(count).collect::<Vec<_>>().join(" "),
            None => report::usual_place(below),
        }
    }

    /// The space before the first word of a line.
    fn margin(&self, word: u32) -> Span {
        let token = self.tree.words.get(word as usize).map_or(0, |t| *t as usize);
        let is_space = |t: &usize| self.tree.tokens.get(*t).is_some_and(|t| t.kind == TokenKind::Space);
        let end = self.tree.token_span(token).start;
        let space = token.checked_sub(1).filter(is_space);
        space.map_or(Span { start: end, end }, |space| self.tree.token_span(space))
    }

    /// A quote left open or bytes that are no text have been reported; the clause around them need not be reported again.
    fn has_text_error(&self, words: (u32, u32)) -> bool {
        let Span { start, end } = self.tree.words_span(words);
        let range = start as usize..end as usize;
        if self.tree.bytes.get(range.clone()) != self.tree.text.as_bytes().get(range) {
            return true;
        }
        let words = self.tree.words.get(words.0 as usize..words.1 as usize).unwrap_or(&[]);
        words.iter().any(|&w| self.tree.tokens.get(w as usize).is_some_and(|t| t.kind == TokenKind::OpenText))
    }
}
