//! What can be said of a key without a look-up: how it begins and ends and how long it is. No word of ours is like that,
//! for most keys.

/// Whether a tone key of Telex stands twice behind the vowel: the second takes the tone away again, so the word tells of no
/// typing (Cosmos, basis, stress). None of these letters ends a syllable.
pub(super) fn is_undone(key: &str) -> bool {
    let vowel = key.find(['a', 'e', 'i', 'o', 'u', 'y']).unwrap_or(key.len());
    key.as_bytes()[vowel..].iter().filter(|b| b"fsrxj".contains(b)).count() > 1
}

/// Lengths of words by how they begin: two bytes of five bits each, so that letters stay apart.
#[derive(Debug)]
pub(super) struct Lengths(Vec<u32>);

impl Default for Lengths {
    fn default() -> Self {
        Self(vec![0; 1 << 10])
    }
}

impl Lengths {
    /// Words of `MOST` bytes and more share one bit.
    const MOST: usize = 31;

    fn place(first: u8, second: u8) -> usize {
        usize::from(first & 31) << 5 | usize::from(second & 31)
    }

    pub(super) fn add(&mut self, word: &[u8]) {
        let bit = 1 << word.len().min(Self::MOST);
        match *word {
            [] => {}
            // Whatever follows.
            [one] => (0..32).for_each(|next| self.0[Self::place(one, next)] |= bit),
            [first, second, ..] => self.0[Self::place(first, second)] |= bit,
        }
    }

    /// The lengths of the words that may begin `letters`, rising, up to `longest`.
    pub(super) fn of(&self, letters: &str, longest: usize) -> impl Iterator<Item = usize> {
        let bytes = letters.as_bytes();
        let lengths = match *bytes {
            [] => 0,
            [one] => self.0[Self::place(one, 0)],
            [first, second, ..] => self.0[Self::place(first, second)],
        };
        let longest = longest.min(bytes.len());
        // All from `MOST` on share its bit.
        let most = if lengths >> Self::MOST & 1 == 1 { longest } else { longest.min(Self::MOST - 1) };
        let mut at = 0;
        std::iter::from_fn(move || {
            at += 1;
            if at < Self::MOST {
                at += (lengths >> at).trailing_zeros() as usize;
            }
            (at <= most).then_some(at)
        })
    }
}

/// How a key begins and ends, and how long it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    first: [u8; 2],
    last: [u8; 2],
    len: usize,
}

impl Edge {
    #[inline]
    pub(super) fn of(key: &[u8]) -> Self {
        let (first, last) = match *key {
            [] => ([0; 2], [0; 2]),
            [one] => ([one, 0], [0, one]),
            [a, b] => ([a, b], [a, b]),
            [a, b, c] => ([a, b], [b, c]),
            [a, b, .., c, d] => ([a, b], [c, d]),
        };
        Self { first, last, len: key.len() }
    }

    /// Of this key and another one behind it; neither is empty.
    #[inline]
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            first: if self.len == 1 { [self.first[0], next.first[0]] } else { self.first },
            last: if next.len == 1 { [self.last[1], next.last[1]] } else { next.last },
            len: self.len + next.len,
        }
    }
}

/// Which beginnings, ends and lengths words have, as bits: no to nearly all keys that are no word.
#[derive(Debug)]
pub(super) struct Shapes(Vec<u64>);

impl Default for Shapes {
    fn default() -> Self {
        Self(vec![0; 1 << 10])
    }
}

impl Shapes {
    #[inline]
    fn place(edge: Edge) -> (usize, u32) {
        let edges = u32::from_le_bytes([edge.first[0], edge.first[1], edge.last[0], edge.last[1]]);
        let hash = (edges ^ (edge.len as u32) << 26).wrapping_mul(0x9E37_79B1);
        ((hash >> 22) as usize, hash >> 16 & 63)
    }

    pub(super) fn add(&mut self, edge: Edge) {
        let (at, bit) = Self::place(edge);
        self.0[at] |= 1 << bit;
    }

    #[inline]
    pub(super) fn may_have(&self, edge: Edge) -> bool {
        let (at, bit) = Self::place(edge);
        self.0[at] >> bit & 1 == 1
    }
}

/// Hashes as bits, `1 << LOG` of them.
#[derive(Debug)]
pub(super) struct Bits<const LOG: u32>(Vec<u64>);

impl<const LOG: u32> Default for Bits<LOG> {
    fn default() -> Self {
        Self(vec![0; 1 << (LOG - 6)])
    }
}

impl<const LOG: u32> Bits<LOG> {
    #[inline]
    fn place(hash: u64) -> usize {
        (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - LOG)) as usize
    }

    #[inline]
    pub(super) fn has(&self, hash: u64) -> bool {
        let at = Self::place(hash);
        self.0[at >> 6] >> (at & 63) & 1 == 1
    }

    pub(super) fn set(&mut self, hash: u64) {
        let at = Self::place(hash);
        self.0[at >> 6] |= 1 << (at & 63);
    }
}

/// Bytes of the longest part that [`Parts`] knows.
const LONGEST_PART: usize = 8;

/// What stands inside words, as bits, of which one part in ten meets one by chance: letters that stand in no word are no
/// part of one that was broken.
#[derive(Debug, Default)]
pub(super) struct Parts(Bits<20>);

impl Parts {
    /// The part itself, as far as it is known.
    #[inline]
    fn number(part: &[u8]) -> u64 {
        let mut bytes = [0; LONGEST_PART];
        bytes[..part.len()].copy_from_slice(part);
        u64::from_le_bytes(bytes)
    }

    pub(super) fn add(&mut self, word: &[u8]) {
        for start in 0..word.len() {
            for end in start + 1..=word.len().min(start + LONGEST_PART) {
                self.0.set(Self::number(&word[start..end]));
            }
        }
    }

    /// Whether a word may have these letters in it.
    #[inline]
    pub(super) fn may_have(&self, part: &[u8]) -> bool {
        self.0.has(Self::number(&part[..part.len().min(LONGEST_PART)]))
    }
}
