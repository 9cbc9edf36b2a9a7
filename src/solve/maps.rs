//! Maps that are asked millions of times, by addresses and small numbers. In: keys. Out: the standard library's tables with a hash
//! that is two operations a word and the same on every run. Nothing may be read in their order.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A table by key.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;
/// A set of keys.
pub(super) type Set<K> = HashSet<K, BuildHasherDefault<Mix>>;

/// Multiplied by an odd number with many ones, a word moves its differences up; at the end they are turned down to where a table looks.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Mix(u64);

const ODD: u64 = 0xf135_7aea_2e62_a9c5;

impl Mix {
    fn add(&mut self, word: u64) {
        self.0 = self.0.wrapping_add(word).wrapping_mul(ODD).rotate_left(23);
    }
}

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.add(word);
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.add(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.add(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        self.add(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }
}
