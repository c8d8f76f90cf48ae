//! The names of the folds: which kinds of change a match needed. Evasion is itself evidence, so every match carries them.

/// A set of folds, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Folds(u16);

impl Folds {
    /// No change at all.
    pub const NONE: Folds = Folds(0);
    /// Upper case to lower case.
    pub const LOWER: Folds = Folds(1);
    /// Decomposed letters composed (NFC).
    pub const COMPOSED: Folds = Folds(1 << 1);
    /// Styled letters (full width, mathematical, enclosed, small capitals) to plain letters; doubles of đ from old encodings
    /// to đ.
    pub const COMPAT: Folds = Folds(1 << 2);
    /// Look-alikes of other scripts to Latin letters.
    pub const HOMOGLYPH: Folds = Folds(1 << 3);
    /// Invisible characters removed.
    pub const INVISIBLE: Folds = Folds(1 << 4);
    /// Orphan, stacked or overlaid marks repaired or removed.
    pub const MARKS: Folds = Folds(1 << 5);
    /// Tone mark put on the vowel where the old orthography writes it (hoà to hòa).
    pub const TONE: Folds = Folds(1 << 6);
    /// A `#` and missing spaces: the words of a hashtag.
    pub const HASHTAG: Folds = Folds(1 << 7);
    /// The text has no diacritics where the term has them.
    pub const BARE: Folds = Folds(1 << 8);
    /// Repeated letters, teencode, i/y: social spelling.
    pub const SOCIAL: Folds = Folds(1 << 9);
    /// Separators inside a word removed.
    pub const SEPARATOR: Folds = Folds(1 << 10);
    /// Digits and signs read as letters.
    pub const LEET: Folds = Folds(1 << 11);
    /// Telex or VNI typing residue read as accents.
    pub const TELEX: Folds = Folds(1 << 12);
    /// Flipped letters turned back.
    pub const FLIPPED: Folds = Folds(1 << 13);

    const NAMES: [&'static str; 14] = [
        "lower",
        "composed",
        "compat",
        "homoglyph",
        "invisible",
        "marks",
        "tone",
        "hashtag",
        "bare",
        "social",
        "separator",
        "leet",
        "telex",
        "flipped",
    ];

    /// Folds that no honest writer needs: a match through one makes the post `obfuscated`.
    pub const AGGRESSIVE: Folds =
        Folds(Self::SEPARATOR.0 | Self::LEET.0 | Self::TELEX.0 | Self::FLIPPED.0 | Self::HOMOGLYPH.0);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Folds) -> Folds {
        Folds(self.0 | other.0)
    }

    /// Whether all of `other` are in the set.
    pub const fn contains(self, other: Folds) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two sets share a fold.
    pub const fn intersects(self, other: Folds) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the folds in the set, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().enumerate().filter(move |(i, _)| self.0 >> i & 1 == 1).map(|(_, n)| n)
    }
}
