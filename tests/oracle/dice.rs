//! Dice. In: a seed. Out: the same throws every time.

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n as u64).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len());
        &from[at]
    }
}

/// So many seeds, or so many times as many as `DULY_ORACLE` in the environment says (a whole number).
pub fn seeds(usual: u64) -> std::ops::Range<u64> {
    let times = std::env::var("DULY_ORACLE")
        .ok()
        .map_or(1, |n| n.parse().expect("DULY_ORACLE is a whole number"));
    0..usual * times
}
