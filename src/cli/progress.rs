//! How far a run is, for whoever waits at a terminal. In: what the core tells. Out: one line on standard error, once a run
//! takes longer than a moment, written over and at last wiped away. Nothing of it goes to standard output, and nothing waits
//! for it.

use super::output::Output;
use crate::analyses::Progress;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What takes no longer than this is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);

/// Back to the start of the line, and wipe it.
const WIPE: &str = "\r\x1b[2K";

/// The line. When it is dropped, it is wiped.
pub struct Line {
    told: Option<(Sender<Progress>, JoinHandle<()>)>,
}

impl Line {
    /// A line for this run; one that says nothing unless somebody watches.
    pub fn of(output: &Output, path: &str) -> Line {
        let path = path.to_owned();
        Line {
            told: output.watched().map(|width| {
                let (sender, told) = mpsc::channel();
                let line = move |progress| line(progress, &path, width);
                (
                    sender,
                    thread::spawn(move || show(&told, &line, PATIENCE, &mut io::stderr())),
                )
            }),
        }
    }

    /// Hears what is asked now.
    pub fn tell(&self, progress: Progress) {
        if let Some((sender, _)) = &self.told {
            // If the line is gone, nobody misses it.
            let _ = sender.send(progress);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.told.take() {
            drop(sender);
            // Waited for, so that what is printed next does not meet the line.
            let _ = thread.join();
        }
    }
}

/// Shows the latest that was told, from when the patience is over until nothing more will be told.
fn show(told: &Receiver<Progress>, line: &dyn Fn(Progress) -> String, patience: Duration, out: &mut dyn Write) {
    let begun = Instant::now();
    let (mut latest, mut shown) = (None, false);
    loop {
        let early = patience.checked_sub(begun.elapsed());
        let next = match early {
            Some(left) => told.recv_timeout(left),
            None => told.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(progress) => latest = Some(progress),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if let (Some(progress), true) = (latest, begun.elapsed() >= patience) {
            // A line that cannot be shown is no failure of the run.
            let _ = write!(out, "{WIPE}{}", line(progress)).and_then(|()| out.flush());
            shown = true;
        }
    }
    if shown {
        let _ = write!(out, "{WIPE}").and_then(|()| out.flush());
    }
}

/// Shorter than the terminal is wide: a line that wraps cannot be wiped.
fn line(progress: Progress, path: &str, width: usize) -> String {
    let said = format!("{} of {}: {}: {path}", progress.number, progress.of, progress.family);
    said.chars()
        .filter(|c| !c.is_control())
        .take(width.saturating_sub(1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Progress = Progress {
        family: "gates",
        number: 4,
        of: 9,
    };

    fn shown(patience: Duration) -> String {
        let (sender, told) = mpsc::channel();
        sender.send(STEP).unwrap();
        drop(sender);
        let mut out = Vec::new();
        show(&told, &|p| line(p, "p.duly", 80), patience, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_short_run_says_nothing() {
        assert_eq!(shown(Duration::from_secs(60)), "");
    }

    #[test]
    fn a_long_run_says_where_it_is_and_wipes_it_away() {
        assert_eq!(shown(Duration::ZERO), format!("{WIPE}4 of 9: gates: p.duly{WIPE}"));
    }

    #[test]
    fn the_line_fits_the_terminal() {
        assert_eq!(line(STEP, &"long/".repeat(50), 40).chars().count(), 39);
    }
}
