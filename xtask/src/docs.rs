//! The pages of `docs/` that no hand writes: they show what the program does by running it.

mod coverage;
mod errors;
mod language;
mod picture;
mod proof;

use std::path::PathBuf;

/// The pages: their path, and what they should say.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    vec![
        (docs.join("coverage.md"), coverage::page()),
        (docs.join("demo.svg"), picture::demo()),
        (docs.join("errors.md"), errors::page()),
        (docs.join("language.md"), language::page()),
    ]
}

/// Writes every page.
pub fn write() -> Result<String, String> {
    let mut said = Vec::new();
    for (path, text) in pages() {
        let shown = shown(&path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{shown}: {e}"))?;
        }
        std::fs::write(&path, text).map_err(|e| format!("{shown}: {e}"))?;
        said.push(format!("wrote {shown}"));
    }
    Ok(said.join("\n"))
}

/// Compares every page with what it should say.
pub fn check() -> Result<String, String> {
    let mut stale = Vec::new();
    for (path, text) in pages() {
        // A page that is not there is as stale as one that is wrong.
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(shown(&path));
        }
    }
    if stale.is_empty() {
        Ok("the pages are up to date".to_string())
    } else {
        Err(format!("stale: {}; run `cargo xtask docs`", stale.join(", ")))
    }
}

/// The path from the root of the repository.
fn shown(path: &std::path::Path) -> String {
    let text = path.to_string_lossy();
    text.split_once("../").map_or_else(|| text.to_string(), |(_, inner)| inner.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pages_are_up_to_date() {
        assert_eq!(super::check(), Ok("the pages are up to date".to_string()));
    }
}
