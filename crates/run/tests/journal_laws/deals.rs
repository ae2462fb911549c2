//! Every deal there is: the real ones, the tour and the examples of mechanisms, each with its terms apart from its journal.

use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::fs;
use std::path::{Path, PathBuf};

/// A deal as files, what happened apart from what was agreed.
pub struct Source {
    pub name: String,
    pub terms: Vec<(String, String)>,
    /// The entries and assertions, as they stand.
    pub journal: String,
    /// It is an example of one mechanism.
    pub small: bool,
}

impl Source {
    pub fn with(&self, journal: &[(&str, &str)]) -> Deal {
        let terms = self.terms.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
        let told = journal.iter().map(|(path, text)| ((*path).to_string(), text.as_bytes().to_vec()));
        Deal::read(terms.chain(told))
    }
}

pub fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let mut out: Vec<Source> = Vec::new();
    for path in listed(&root.join("mechanisms")) {
        out.extend(source(std::slice::from_ref(&path), &path, true));
    }
    for folder in listed(&root).into_iter().filter(|p| p.is_dir() && !p.ends_with("mechanisms")) {
        out.extend(source(&listed(&folder), &folder, false));
    }
    if let Some(one) = one() {
        out.retain(|deal| deal.name == one);
    }
    out
}

/// The one deal that is asked about, where the caller names one.
pub fn one() -> Option<String> {
    std::env::var("DEAL").ok()
}

/// A deal of some files; none where its journal is told in tables, or names what its terms speak of.
fn source(files: &[PathBuf], path: &Path, small: bool) -> Option<Source> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut out = Source { name: name(path), terms: Vec::new(), journal: String::new(), small };
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "deal")) {
        let text = fs::read_to_string(file).expect("the file can be read");
        let (told, agreed): (Vec<String>, Vec<String>) = clauses(&text).into_iter().partition(|c| is_told(c));
        out.journal.extend(told);
        if agreed.iter().any(|clause| !clause.trim().is_empty() && !clause.starts_with('#')) {
            out.terms.push((name(file), agreed.concat()));
        }
    }
    is_sound(&out.with(&[])).then_some(out)
}

pub fn is_sound(deal: &Deal) -> bool {
    !deal.problems.iter().any(|p| p.severity == Severity::Error)
}

/// A text in clauses: each a line at the margin with what stands below it.
pub fn clauses(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        match out.last_mut().filter(|_| line.is_empty() || line.starts_with(' ')) {
            Some(last) => last.extend([line, "\n"]),
            None => out.push(format!("{line}\n")),
        }
    }
    out
}

pub fn is_entry(clause: &str) -> bool {
    clause.starts_with(|c: char| c.is_ascii_digit())
}

fn is_told(clause: &str) -> bool {
    is_entry(clause) || clause.starts_with("assert ")
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

/// Does something with every deal, two at a time; what is said of them comes in the order of the deals.
pub fn each<T: Send>(deals: &[Source], work: impl Fn(&Source) -> T + Sync) -> Vec<T> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    let mut found = std::thread::scope(|scope| {
        let run = || {
            let mut found = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(deal) = deals.get(at) else { return found };
                found.push((at, work(deal)));
            }
        };
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|t| t.join().expect("it ends")).collect::<Vec<_>>()
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, one)| one).collect()
}
