//! Chance from a stated seed: SplitMix64 over an FNV hash of what is attacked and how.

/// The seed of the suite.
pub(crate) const SEED: u64 = 20_260_701;

/// A generator.
pub(crate) struct Rng(u64);

impl Rng {
    /// The generator of one case: the same for the same names, whatever else is run.
    pub(crate) fn of(names: &[&str]) -> Self {
        let bytes = names.iter().flat_map(|n| n.bytes().chain([0]));
        Self(bytes.fold(0xCBF2_9CE4_8422_2325 ^ SEED, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of `0..n`; 0 for an empty range.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// True so many times in a hundred.
    pub(crate) fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }
}
