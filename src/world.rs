//! The outside, as a trait: read a file, list a folder, what is today. The core sees only this.

use crate::time::Day;

/// What a compiler run may ask of its surroundings.
pub trait World {
    /// The text of a file, or why it cannot be had.
    ///
    /// # Errors
    /// A [`Refusal`] that says what was wrong.
    fn read(&self, path: &str) -> Result<String, Refusal>;
    /// The `.duly` files of a folder and its sub-folders, sorted, as paths that [`World::read`] takes; a path that
    /// is a file gives itself.
    ///
    /// # Errors
    /// A [`Refusal`] that says what was wrong.
    fn list(&self, path: &str) -> Result<Vec<String>, Refusal>;
    /// The day on which the question is asked.
    fn today(&self) -> Day;
}

/// Why something outside could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such file or folder.
    Missing,
    /// Not UTF-8; the offset of the first bad byte.
    NotUtf8(usize),
    /// Larger than the limit, in bytes.
    TooLarge(u64),
    /// A folder without any `.duly` file.
    NothingHere,
    /// A folder, where a file is needed.
    Folder,
    /// Anything else, in the system's words.
    Other(String),
}

/// Files that live in memory, for tests and for editors.
#[derive(Debug, Clone, Default)]
pub struct MemoryWorld {
    /// Path and text.
    pub files: std::collections::BTreeMap<String, String>,
    /// Today.
    pub today: Option<Day>,
}

impl World for MemoryWorld {
    fn read(&self, path: &str) -> Result<String, Refusal> {
        self.files.get(path).cloned().ok_or(Refusal::Missing)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Refusal> {
        if self.files.contains_key(path) {
            return Ok(vec![path.to_owned()]);
        }
        let found: Vec<String> = self.files.keys().filter(|k| k.starts_with(path)).cloned().collect();
        if found.is_empty() {
            Err(Refusal::Missing)
        } else {
            Ok(found)
        }
    }

    fn today(&self) -> Day {
        self.today.unwrap_or(Day(0))
    }
}
