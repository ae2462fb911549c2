//! Deals on disk: which files belong to a deal, and their bytes.
//!
//! A folder is a deal: every `*.deal` in it is its text, every `*.csv` a table of figures. A file beside one called
//! `agreement` names the deal they are part of; elsewhere, files named one by one belong together when they lie in the
//! same folder. `-` is a deal on standard input. Folders inside a deal's folder are other deals. A deal has one
//! agreement, so a folder with several is a collection: each file with an agreement is a deal of its own (`apart`).

use crate::exit::Trouble;
use crate::text::{closest, typed, visible};
use counterpart_syntax::MAX_BYTES;
use counterpart_terms::Deal;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Larger tables belong in a database.
const MAX_TABLE: u64 = 1 << 30;

/// More files than this in one folder are not one deal.
const MAX_FILES: usize = 10_000;

/// A file of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the deal.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of one deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The folder; `None` for standard input.
    pub folder: Option<PathBuf>,
    /// Its texts.
    pub deal: Vec<File>,
    /// Its tables.
    pub tables: Vec<File>,
    /// The file that names it where its folder holds other deals too.
    pub file: Option<String>,
}

impl Found {
    /// Reads the deal.
    pub fn read(&self) -> Deal {
        Deal::read(self.deal.iter().chain(&self.tables).map(|f| (f.name.clone(), f.bytes.clone())))
    }

    /// The deal, if its terms compile. Mistakes in the journal are left in its problems: what they stand on is not
    /// used.
    ///
    /// # Errors
    /// When the terms have errors: nothing can be computed from them.
    pub fn read_sound(&self) -> Result<Deal, Trouble> {
        // What is computed is soon handed over: one side's own files say nothing in it.
        let mut shared = self.clone();
        shared.leave_out_private();
        let deal = shared.read();
        if !deal.records.iter().any(|r| r.clause == counterpart_syntax::Form::FileAgreement)
            && deal.problems.is_empty()
        {
            let message =
                format!("`{}` holds no agreement, so nothing can be computed from it", self.title());
            return Err(Trouble::unreadable(message)
                .with_help("an agreement begins with a line such as `agreement \"Cell licence\"`"));
        }
        // A slip of the pen in one entry of the journal does not keep the rest of the books shut.
        let shut = |p: &counterpart_syntax::Diagnostic| {
            p.severity == counterpart_syntax::Severity::Error && !deal.is_in_journal(p)
        };
        if !deal.problems.iter().any(shut) {
            return Ok(deal);
        }
        let message = format!("`{}` has errors, so nothing can be computed from it", self.title());
        Err(Trouble::unreadable(message)
            .with_help(format!("`counterpart check {}` lists them", typed(&self.title()))))
    }

    /// Leaves out what one side keeps to itself; returns the names of those files.
    pub fn leave_out_private(&mut self) -> Vec<String> {
        let (private, shared): (Vec<File>, Vec<File>) =
            std::mem::take(&mut self.deal).into_iter().partition(|f| f.name.ends_with(".private.deal"));
        self.deal = shared;
        private.into_iter().map(|f| f.name).collect()
    }

    /// Where a file of it lies on disk; `None` for standard input.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(name))
    }

    /// The path of a file as messages show it: as the user would type it.
    pub fn shown(&self, name: &str) -> String {
        match self.path(name) {
            None => "<stdin>".to_string(),
            Some(path) => shown(path.strip_prefix(".").unwrap_or(&path)),
        }
    }

    /// The deal as messages show it: its folder, or its one file.
    pub fn title(&self) -> String {
        if let Some(file) = &self.file {
            return self.shown(file);
        }
        match (self.folder.as_deref(), self.deal.as_slice()) {
            (Some(_), [file]) => self.shown(&file.name),
            (Some(folder), _) => shown(folder),
            (None, _) => "<stdin>".to_string(),
        }
    }
}

/// A path with `/` on every system, safe to print.
pub fn shown(path: &Path) -> String {
    let text = visible(&path.to_string_lossy());
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// Finds the deals that paths name, in the order they were named. A path that leads nowhere does not
/// hide the others.
pub fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<Trouble>) {
    find_by(paths, one)
}

/// Finds the files that paths name, and those in the folders they name, and no others.
pub fn find_files(paths: &[PathBuf]) -> (Vec<Found>, Vec<Trouble>) {
    find_by(paths, one_named)
}

fn find_by(
    paths: &[PathBuf],
    one: impl Fn(&Path, &mut Vec<Found>) -> Result<(), Trouble>,
) -> (Vec<Found>, Vec<Trouble>) {
    let (mut found, mut troubles): (Vec<Found>, Vec<Trouble>) = (Vec::new(), Vec::new());
    for path in paths {
        match one(path, &mut found) {
            Ok(()) => {}
            Err(trouble) => troubles.push(trouble),
        }
    }
    (found.into_iter().flat_map(apart).collect(), troubles)
}

/// Finds the one deal a path names.
///
/// # Errors
/// When it is not there, cannot be read, is not a deal, or is several.
pub fn find_one(path: &Path) -> Result<Found, Trouble> {
    let mut found = Vec::new();
    one(path, &mut found).map_err(|trouble| match deals_below(path).first() {
        Some(first) => {
            Trouble { help: format!("its folders do: name one, as `{}`", shown(first)), ..trouble }
        }
        None => trouble,
    })?;
    let mut deals: Vec<Found> = found.into_iter().flat_map(apart).collect();
    if deals.len() > 1 {
        let names: Vec<String> = deals.iter().take(4).map(|d| format!("`{}`", d.title())).collect();
        let more = if deals.len() > names.len() { " …" } else { "" };
        return Err(Trouble::unreadable(format!("`{}` holds {} deals", shown(path), deals.len()))
            .with_help(format!("name one of them: {}{more}", names.join(", "))));
    }
    deals.pop().ok_or_else(|| no_deal(path))
}

/// Takes a collection apart. The file called `agreement`, if there is one, keeps the files that have no
/// agreement: amendments, the journal, the talks.
fn apart(found: Found) -> Vec<Found> {
    let agreements = found.deal.iter().filter(|f| has_agreement(&f.bytes)).count();
    if agreements < 2 {
        return vec![found];
    }
    let (alone, together): (Vec<File>, Vec<File>) =
        found.deal.iter().cloned().partition(|f| has_agreement(&f.bytes) && !f.name.starts_with("agreement"));
    let of = |deal: Vec<File>| {
        let first = deal.iter().find(|f| has_agreement(&f.bytes)).or(deal.first());
        let file = first.map(|f| f.name.clone());
        Found { folder: found.folder.clone(), deal, tables: found.tables.clone(), file }
    };
    let mut deals = Vec::new();
    if !together.is_empty() {
        deals.push(of(together));
    }
    deals.extend(alone.into_iter().map(|file| of(vec![file])));
    deals
}

/// Whether an agreement stands at the margin of a text.
fn has_agreement(bytes: &[u8]) -> bool {
    bytes.split(|b| *b == b'\n').any(|line| line.starts_with(b"agreement \""))
}

/// The deal a path names: a folder's, or the one a file is part of.
fn one(path: &Path, found: &mut Vec<Found>) -> Result<(), Trouble> {
    if let Some(deal) = around(path) {
        if !found.contains(&deal) {
            found.push(deal);
        }
        return Ok(());
    }
    one_named(path, found)
}

/// The deal a text is part of, if its folder has a file called `agreement`: among others it may be a draft.
fn around(path: &Path) -> Option<Found> {
    if kind(path) != Some(true) || !path.is_file() {
        return None;
    }
    let name = path.file_name()?.to_string_lossy();
    let whole = folder(parent(path)).ok()?;
    let mut deals = apart(whole).into_iter();
    let main = |f: &File| f.name.starts_with("agreement") && has_agreement(&f.bytes);
    deals.find(|d| d.deal.iter().any(|f| f.name == name) && d.deal.iter().any(main))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn one_named(path: &Path, found: &mut Vec<Found>) -> Result<(), Trouble> {
    if path == Path::new("-") {
        let bytes = read_limited(std::io::stdin().lock(), MAX_BYTES as u64)
            .map_err(|e| unreadable("standard input", &e))?;
        found.push(Found {
            folder: None,
            deal: vec![File { name: "agreement.deal".into(), bytes }],
            tables: Vec::new(),
            file: None,
        });
        return Ok(());
    }
    let about = std::fs::metadata(path).map_err(|e| missing(path, &e))?;
    if about.is_dir() {
        let folder = folder(path)?;
        if !found.contains(&folder) {
            found.push(folder);
        }
        return Ok(());
    }
    let (is_deal, file) = file(path)?;
    let parent = parent(path);
    let at = found.iter().position(|f| f.folder.as_deref() == Some(parent));
    let index = at.unwrap_or_else(|| {
        found.push(Found {
            folder: Some(parent.to_path_buf()),
            deal: Vec::new(),
            tables: Vec::new(),
            file: None,
        });
        found.len() - 1
    });
    if let Some(deal) = found.get_mut(index) {
        let list = if is_deal { &mut deal.deal } else { &mut deal.tables };
        if !list.iter().any(|f| f.name == file.name) {
            list.push(file);
        }
    }
    Ok(())
}

/// Every text and table of a folder, by name.
fn folder(path: &Path) -> Result<Found, Trouble> {
    let entries = std::fs::read_dir(path).map_err(|e| unreadable(&shown(path), &e))?;
    let mut names: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| unreadable(&shown(path), &e))?.path();
        if kind(&entry).is_some() && entry.is_file() {
            names.push(entry);
        }
        if names.len() > MAX_FILES {
            let message = format!("`{}` holds more than {MAX_FILES} files of deals", shown(path));
            return Err(Trouble::unreadable(message).with_help("keep each deal in a folder of its own"));
        }
    }
    // A folder has no order of its own; the names give one.
    names.sort();
    let mut out =
        Found { folder: Some(path.to_path_buf()), deal: Vec::new(), tables: Vec::new(), file: None };
    for name in names {
        let (is_deal, file) = file(&name)?;
        if is_deal { out.deal.push(file) } else { out.tables.push(file) }
    }
    if out.deal.is_empty() { Err(no_deal(path)) } else { Ok(out) }
}

/// Whether a path ends as a text of a deal (`true`) or a table (`false`) does.
fn kind(path: &Path) -> Option<bool> {
    match path.extension()?.to_str()? {
        "deal" => Some(true),
        "csv" => Some(false),
        _ => None,
    }
}

fn file(path: &Path) -> Result<(bool, File), Trouble> {
    let Some(is_deal) = kind(path) else {
        return Err(Trouble::unreadable(format!("`{}` is not a deal", shown(path)))
            .with_help("the texts of a deal end in `.deal`, its tables in `.csv`"));
    };
    let handle = std::fs::File::open(path).map_err(|e| missing(path, &e))?;
    // One byte too many of a text is enough for the parser to say that it is too large.
    let limit = if is_deal { MAX_BYTES as u64 } else { MAX_TABLE };
    let bytes = read_limited(handle, limit).map_err(|e| unreadable(&shown(path), &e))?;
    if !is_deal && bytes.len() as u64 > limit {
        let message = format!("`{}` is larger than {} MB", shown(path), limit >> 20);
        return Err(Trouble::unreadable(message).with_help("split the table, one file a year"));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((is_deal, File { name, bytes }))
}

fn read_limited(from: impl Read, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(what: &str, error: &std::io::Error) -> Trouble {
    Trouble::unreadable(format!("`{what}` cannot be read: {}", plainly(error)))
}

/// A path that cannot be opened; the nearest name beside it where it is not there at all.
fn missing(path: &Path, error: &std::io::Error) -> Trouble {
    if error.kind() != std::io::ErrorKind::NotFound {
        return unreadable(&shown(path), error);
    }
    let trouble = Trouble::unreadable(format!("there is no `{}`", shown(path)));
    let parent = parent(path);
    let mut beside: Vec<String> = std::fs::read_dir(parent)
        .map(|entries| entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    beside.sort();
    let wanted = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    match closest(&wanted, beside.iter().map(String::as_str)) {
        Some(name) => trouble.with_help(format!("did you mean `{}`?", shown(&path.with_file_name(name)))),
        None if !parent.exists() => trouble.with_help(format!("there is no folder `{}`", shown(parent))),
        None => trouble,
    }
}

/// What the system says of an error, without its number.
pub fn plainly(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
        std::io::ErrorKind::NotADirectory => "a part of it is a file, not a folder".to_string(),
        _ => {
            let text = error.to_string();
            text.split_once(" (os error").map_or(text.clone(), |(said, _)| said.to_lowercase())
        }
    }
}

fn no_deal(path: &Path) -> Trouble {
    let message = format!("`{}` holds no deal", shown(path));
    let inner = deals_below(path);
    let help = match inner.first() {
        Some(_) => format!("its folders do: name them, as in `{}/*`", shown(path)),
        None => "a deal is a folder with `.deal` files in it; `counterpart new` makes one".to_string(),
    };
    Trouble::unreadable(message).with_help(help)
}

/// The folders in a folder that hold texts of a deal, by name.
pub fn deals_below(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.is_dir() && texts_in(p) > 0).collect();
    folders.sort();
    folders
}

/// How many texts of a deal lie in a folder.
pub fn texts_in(path: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(path) else { return 0 };
    entries.flatten().filter(|e| kind(&e.path()) == Some(true)).take(MAX_FILES).count()
}
