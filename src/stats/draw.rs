//! Random numbers that are the same everywhere: ChaCha with 8 rounds from a seed of 64 bits.

use chacha20::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// A stream of random numbers. Equal seeds give equal streams on every machine and in every version of this program.
#[derive(Debug)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of that seed.
    pub fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A whole number below `n`, each equally likely; 0 for `n` = 0. By rejection (Lemire 2019, doi:10.1145/3230636).
    pub fn below(&mut self, n: u64) -> u64 {
        let reject = n.wrapping_neg().checked_rem(n).unwrap_or_default();
        loop {
            let wide = u128::from(self.0.next_u64()) * u128::from(n);
            if wide as u64 >= reject {
                return (wide >> 64) as u64;
            }
        }
    }

    /// A number from 0 (included) to 1 (not included), in steps of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Puts the items into a random order, each order equally likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}
