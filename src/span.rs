//! Byte ranges in the text of one field, as received. Two ranges of different texts are different types.

use std::{fmt, ops::Range};

/// A half-open range of UTF-8 bytes in the original text of one field. Always `start <= end`; four bytes an end, since a
/// field is capped far below 4 GiB.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RawSpan {
    start: u32,
    end: u32,
}

impl RawSpan {
    /// The range `start..end`.
    ///
    /// # Panics
    /// When `start > end`: a programming error, never caused by input.
    #[inline]
    pub fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "span {start}..{end} is reversed");
        Self { start, end }
    }

    /// First byte.
    #[inline]
    pub fn start(self) -> u32 {
        self.start
    }

    /// One past the last byte.
    #[inline]
    pub fn end(self) -> u32 {
        self.end
    }

    /// Whether nothing is inside: a position.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest range that holds both.
    #[inline]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the two share at least one byte.
    #[inline]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The range as slice index.
    #[inline]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The words themselves; empty where the span does not lie on character boundaries of `text` (which a span made from
    /// that text always does).
    #[inline]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }

    /// The same range counted in Unicode scalar values of `text`, as (start, end).
    pub fn code_points(self, text: &str) -> (u32, u32) {
        let start = count(&text.as_bytes()[..(self.start as usize).min(text.len())]);
        let inside = count(self.slice(text).as_bytes());
        (start, start + inside)
    }
}

/// Scalar values in valid UTF-8: every byte that does not continue a character.
fn count(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&b| (b as i8) >= -0x40).count() as u32
}

impl fmt::Debug for RawSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_and_bytes_cut_the_same_words() {
        let text = "Giá 🎁 rẻ nhất";
        let at = text.find("rẻ").unwrap() as u32;
        let span = RawSpan::new(at, at + "rẻ".len() as u32);
        assert_eq!(span.slice(text), "rẻ");
        let (start, end) = span.code_points(text);
        let by_chars: String = text.chars().skip(start as usize).take((end - start) as usize).collect();
        assert_eq!(by_chars, "rẻ");
    }
}
