//! Writing a file so that it is either the old one or the new one, never half of each.

use crate::exit::{Exit, Trouble};
use crate::world::shown;
use std::io::Write;
use std::path::Path;

/// Replaces the contents of a file that was read as `old`. The new contents are written beside it and
/// take its place in one step, with the permissions the file had.
///
/// # Errors
/// When it cannot be written, or somebody changed it since it was read.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), Trouble> {
    let fail = |e: std::io::Error| {
        Trouble::unreadable(format!("`{}` cannot be written: {}", shown(path), crate::world::plainly(&e)))
    };
    // Through a link to the file itself, so that the link stays one.
    let real = path.canonicalize().map_err(fail)?;
    if std::fs::read(&real).map_err(fail)? != old {
        return Err(Trouble::new(
            Exit::Conflict,
            format!("`{}` was changed by somebody else meanwhile", shown(path)),
        )
        .with_help("run the command again"));
    }
    let name = real.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = real.with_file_name(format!(".{name}.new"));
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(new)?;
        file.set_permissions(std::fs::metadata(&real)?.permissions())?;
        file.sync_all()
    });
    let moved = written.and_then(|()| std::fs::rename(&beside, &real));
    moved.map_err(|e| {
        // The half-written neighbour is of no use to anybody.
        let _ = std::fs::remove_file(&beside);
        fail(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_somebody_else_changed_is_left_alone() {
        let folder = std::env::temp_dir().join(format!("counterpart-save-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("agreement.deal");
        std::fs::write(&path, "old").unwrap();
        assert_eq!(replace(&path, b"older", b"new").unwrap_err().exit, Exit::Conflict);
        assert_eq!(replace(&path, b"old", b"new"), Ok(()));
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        // Nothing is left lying about.
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        assert_eq!(replace(&folder.join("none.deal"), b"", b"").unwrap_err().exit, Exit::Unreadable);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
