//! Embeds the error catalogue and the templates, so that adding one is adding a file.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    // The real licence that `demo` runs is the one in the repository's own folder of deals.
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for (folder, name) in [("errors", "ERRORS"), ("templates", "TEMPLATES"), ("../../deals/innoviva", "DEMO")]
    {
        println!("cargo:rerun-if-changed={folder}");
        let root = here.join(folder);
        let mut files = Vec::new();
        collect(&root, &root, &mut files)?;
        // The order of a folder on disk is nobody's promise.
        files.sort();
        let mut code = format!("pub(crate) static {name}: &[(&str, &[u8])] = &[\n");
        for (path, full) in files {
            println!("cargo:rerun-if-changed={}", full.display());
            writeln!(code, "    ({path:?}, include_bytes!({full:?})),")?;
        }
        code.push_str("];\n");
        let file = folder.rsplit('/').next().unwrap_or(folder);
        std::fs::write(out.join(format!("{file}.rs")), code)?;
    }
    Ok(())
}

/// The files of a folder and of its folders, with their path from its root.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let inner: Vec<String> =
                path.strip_prefix(root)?.iter().map(|p| p.to_string_lossy().into_owned()).collect();
            files.push((inner.join("/"), path));
        }
    }
    Ok(())
}
