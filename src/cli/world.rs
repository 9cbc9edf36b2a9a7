//! The real outside: files, folders and the clock.

use crate::render::Failure;
use crate::syntax::LARGEST_FILE;
use crate::time::Day;
use crate::world::{Refusal, World};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The largest file that is read, in bytes, inclusive: many times the longest protocol known.
pub const LARGEST: u64 = LARGEST_FILE as u64;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// This machine.
pub struct RealWorld {
    today: Day,
}

impl RealWorld {
    /// `today` is the day given, else the clock's (in UTC), read once so that a whole run sees one day.
    pub fn new(today: Option<Day>) -> Self {
        let clock = || {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
            Day(i32::try_from(seconds / SECONDS_PER_DAY).unwrap_or(i32::MAX))
        };
        RealWorld {
            today: today.unwrap_or_else(clock),
        }
    }
}

impl World for RealWorld {
    fn read(&self, path: &str) -> Result<String, Refusal> {
        let size = fs::metadata(path).map_err(refusal)?.len();
        if size > LARGEST {
            return Err(Refusal::TooLarge(size));
        }
        // A pipe or a growing file has no size to go by, so the reading is limited as well.
        let mut bytes = Vec::new();
        fs::File::open(path)
            .and_then(|f| f.take(LARGEST + 1).read_to_end(&mut bytes))
            .map_err(refusal)?;
        text(bytes)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Refusal> {
        if !fs::metadata(path).map_err(refusal)?.is_dir() {
            return Ok(vec![path.to_owned()]);
        }
        let mut found = Vec::new();
        let mut folders = vec![Path::new(path).to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(refusal)? {
                let entry = entry.map_err(refusal)?;
                // The type of the entry itself: a folder reached through a link is not entered, so no loop can be.
                let kind = entry.file_type().map_err(refusal)?;
                let (path, name) = (entry.path(), entry.file_name());
                if kind.is_dir() && !name.to_string_lossy().starts_with('.') {
                    folders.push(path);
                // A link that leads nowhere is listed: a part of the protocol that is missing must be said.
                } else if path.extension().is_some_and(|e| e == "duly")
                    && fs::metadata(&path).map_or(true, |m| m.is_file())
                {
                    let shown = path.to_str().ok_or_else(|| {
                        Refusal::Other(format!("the name of `{}` is not UTF-8", path.to_string_lossy()))
                    })?;
                    found.push(shown.to_owned());
                }
            }
        }
        found.sort();
        if found.is_empty() {
            Err(Refusal::NothingHere)
        } else {
            Ok(found)
        }
    }

    fn today(&self) -> Day {
        self.today
    }
}

/// Bytes that were read as text.
pub fn text(bytes: Vec<u8>) -> Result<String, Refusal> {
    if bytes.len() as u64 > LARGEST {
        return Err(Refusal::TooLarge(bytes.len() as u64));
    }
    String::from_utf8(bytes).map_err(|e| Refusal::NotUtf8(e.utf8_error().valid_up_to()))
}

fn refusal(error: io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::NotFound => Refusal::Missing,
        io::ErrorKind::IsADirectory => Refusal::Folder,
        io::ErrorKind::InvalidData => Refusal::NotUtf8(0),
        _ => Refusal::Other(error.to_string()),
    }
}

/// Why a path could not be examined, for the person who named it.
pub fn failure(path: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Missing => Failure::new(format!("there is no file or folder `{path}`"))
            .help("check the spelling, and that the command runs in the folder you think it does"),
        Refusal::NotUtf8(at) => Failure::new(format!("`{path}` is not a text in UTF-8"))
            .because(format!("byte {at} (counted from 0) cannot be read as text"))
            .help("save the file again as plain text with the encoding UTF-8"),
        Refusal::TooLarge(size) => Failure::new(format!("`{path}` is too large to be read"))
            .because(format!("it has {size} bytes; the most that is read is {LARGEST}"))
            .help("name the `.duly` file itself, or split the protocol into several files in one folder"),
        Refusal::NothingHere => Failure::new(format!("there is no `.duly` file in the folder `{path}`"))
            .help("name a folder that holds a protocol, or the file itself"),
        Refusal::Folder => {
            Failure::new(format!("`{path}` is a folder, and a file is needed here")).help("name a file in it")
        }
        Refusal::Other(why) => Failure::new(format!("`{path}` could not be read")).because(why.clone()),
    }
}
