//! Findings with the lines they are about, as compilers draw them.

use super::{Book, Source, says_it_all};
use crate::terminal::Look;
use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use counterpart_syntax::{Diagnostic, Fix, Mark, Severity, Span};
use std::ops::Range;

/// Longer excerpts are taken apart, one for each place.
const MAX_EXCERPT: usize = 64 << 10;

/// Longer lines are named but not shown.
const MAX_LINE: usize = 4 << 10;

/// All findings, with an empty line between them.
pub fn human(book: &Book, look: Look) -> String {
    let renderer = renderer(look);
    let mut out = String::new();
    for finding in &book.findings {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&renderer.render(&groups(book, finding)));
        out.push('\n');
    }
    out
}

/// The eight colours every terminal has; in a pipe nothing is cut to a width.
fn renderer(look: Look) -> Renderer {
    let renderer = Renderer::plain().term_width(look.width.unwrap_or(10_000));
    if !look.colour {
        return renderer;
    }
    let bold = |colour: AnsiColor| colour.on_default().effects(Effects::BOLD);
    renderer
        .error(bold(AnsiColor::Red))
        .warning(bold(AnsiColor::Yellow))
        .note(bold(AnsiColor::Green))
        .help(bold(AnsiColor::Cyan))
        .line_num(bold(AnsiColor::Blue))
        .context(bold(AnsiColor::Blue))
        .emphasis(Style::new().effects(Effects::BOLD))
        .addition(AnsiColor::Green.on_default())
        .removal(AnsiColor::Red.on_default())
}

fn groups<'b>(book: &'b Book, finding: &'b Diagnostic) -> Vec<Group<'b>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code.as_str());
    let mut main = Group::with_title(title);
    for (file, marks) in by_file(finding) {
        if let Some(source) = book.sources.get(file) {
            main = excerpt(main, source, &marks, &finding.at);
        }
    }
    for note in &finding.notes {
        main = main.element(Level::NOTE.message(note.as_str()));
    }
    let (patches, words): (Vec<&Fix>, Vec<&Fix>) = finding.fixes.iter().partition(|f| !says_it_all(f));
    for fix in words {
        main = main.element(Level::HELP.message(fix.text.as_str()));
    }
    let mut groups = vec![main];
    groups.extend(patches.into_iter().map(|fix| patched(book, fix)));
    groups
}

/// The marks of each file, the finding's own file first.
fn by_file(finding: &Diagnostic) -> Vec<(usize, Vec<&Mark>)> {
    let mut files: Vec<(usize, Vec<&Mark>)> = Vec::new();
    for mark in std::iter::once(&finding.at).chain(&finding.also) {
        match files.iter_mut().find(|(file, _)| *file == mark.file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((mark.file, vec![mark])),
        }
    }
    files
}

/// The lines around some marks of one text.
fn excerpt<'b>(group: Group<'b>, source: &'b Source, marks: &[&'b Mark], main: &Mark) -> Group<'b> {
    let hull = marks
        .iter()
        .map(|m| m.span)
        .reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) });
    let hull = hull.unwrap_or_default();
    if (hull.end - hull.start.min(hull.end)) as usize > MAX_EXCERPT && marks.len() > 1 {
        return marks.iter().fold(group, |group, mark| excerpt(group, source, &[mark], main));
    }
    let (text, start, line) = source.lines(hull);
    if text.lines().any(|l| l.len() > MAX_LINE) {
        let place = source.place(hull);
        return group.element(Origin::path(source.path.as_str()).line(place.line).char_column(place.column));
    }
    let annotations = marks.iter().map(|mark| {
        let kind = if std::ptr::eq(*mark, main) { AnnotationKind::Primary } else { AnnotationKind::Context };
        annotation(kind, inside(mark.span, start, text), &mark.text)
    });
    group.element(Snippet::source(text).path(source.path.as_str()).line_start(line).annotations(annotations))
}

fn annotation(kind: AnnotationKind, span: Range<usize>, text: &str) -> Annotation<'_> {
    let annotation = kind.span(span);
    if text.is_empty() { annotation } else { annotation.label(text) }
}

/// A range of the whole text as a range of an excerpt, kept inside it and off the middle of characters.
fn inside(span: Span, start: usize, text: &str) -> Range<usize> {
    let within = |byte: u32| {
        let at = (byte as usize).saturating_sub(start).min(text.len());
        (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
    };
    within(span.start)..within(span.end.max(span.start))
}

fn patched<'b>(book: &'b Book, fix: &'b Fix) -> Group<'b> {
    let mut group = Group::with_title(Level::HELP.secondary_title(fix.text.as_str()));
    for edit in &fix.edits {
        if let Some(source) = book.sources.get(edit.file) {
            let (text, start, line) = source.lines(edit.span);
            let patch = Patch::new(inside(edit.span, start, text), edit.new.as_str());
            group =
                group.element(Snippet::source(text).path(source.path.as_str()).line_start(line).patch(patch));
        }
    }
    group
}
