//! Sets of small numbers, one bit each.

/// The numbers in a set, rising: bit `i % 64` of word `i / 64` stands for `i`.
pub fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(i, &word)| {
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
