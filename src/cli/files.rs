//! Writing in the place of a file, so that at every moment the old text or the new one is there, whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts `text` in the place of what the file at `path` holds. It is written beside it first and takes its name last; its
/// permissions stay, and a link stays a link.
///
/// # Errors
/// What the system says; the file is then as it was.
pub fn replace(path: &str, text: &str) -> io::Result<()> {
    let real: PathBuf = fs::canonicalize(path)?;
    let permissions = fs::metadata(&real)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new().prefix(".duly-").tempfile_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside.as_file().set_permissions(permissions)?;
    beside.persist(&real).map_err(|e| e.error)?;
    Ok(())
}

/// Writes a file that is either there whole or not at all, and its folder if there is none: beside its place under another
/// name, then renamed.
///
/// # Errors
/// What the system says; what was there is then as it was.
pub fn put(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = folder.join(name);
    let written = fs::File::create(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&part, path));
    if done.is_err() {
        // What was half written is of no use; that it could not be written is what is reported.
        let _ = fs::remove_file(&part);
    }
    done
}
