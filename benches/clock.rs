//! How long a thread has worked.

use std::time::{Duration, Instant};

/// How long this thread has worked: its time on a processor where the system tells it (Linux does), since what else the machine
/// does must not count; elsewhere the time that went by.
pub fn worked(since: Instant) -> Duration {
    // The count is brought up to date when the processor is left.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| since.elapsed(), Duration::from_nanos)
}
