//! Sets of small numbers, one bit each; and how larger ones are spread over a hash table.

use std::hash::{BuildHasherDefault, Hasher};

/// Hash tables of numbers and letters that we fill ourselves: nobody outside chooses what is in them, so that one
/// multiplication is enough.
pub type Spread = BuildHasherDefault<Mixer>;

/// Mixes numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixer(u64);

impl Hasher for Mixer {
    #[inline]
    fn finish(&self) -> u64 {
        // Tables take their place from the low bits and their tag from the high ones.
        self.0 ^ self.0 >> 32
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_u64(u64::from(b)));
    }
}

/// The numbers in a set, rising: bit `i % 64` of word `i / 64` stands for `i`.
pub fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    // Mostly there is none.
    words.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(|(i, &word)| {
        let mut left = word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            (left != 0).then(|| {
                left &= left - 1;
                i * 64 + bit
            })
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_come_rising_and_none_is_lost() {
        for set in [vec![], vec![0, 63, 64, 127], vec![5], (0..192).step_by(7).collect::<Vec<usize>>()] {
            let mut words = [0u64; 3];
            set.iter().for_each(|&n| words[n / 64] |= 1 << (n % 64));
            assert_eq!(super::ones(&words).collect::<Vec<_>>(), set);
        }
    }
}
