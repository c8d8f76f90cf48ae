//! Characters that stand for Latin letters: the tables of `lexicons/fold/letters.toml`, turned round for looking up.

use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

/// The file as the program has it. It is knowledge of Unicode, the same for every pack.
pub const LETTERS: &str = include_str!("../../lexicons/fold/letters.toml");

/// A Latin letter and the characters that stand for it.
type Rows = BTreeMap<char, String>;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    small_capital: Rows,
    beside_small_capital: Rows,
    d_stroke: Rows,
    look_alike: BTreeMap<String, Rows>,
    upright: Upright,
    foreign: Rows,
    picture: Picture,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Upright {
    turned: String,
    letters: Rows,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Picture {
    letters: String,
    flags: String,
}

/// The Latin letter by the character that stands for it.
type Latin = HashMap<char, char>;

/// The tables by character.
pub(super) struct Alike {
    /// In any word.
    pub(super) small_capital: Latin,
    /// In a word with a small capital.
    pub(super) beside_small_capital: Latin,
    /// In any word: đ.
    pub(super) d_stroke: Latin,
    /// In a word with Latin letters, or of such letters alone in a Latin text.
    pub(super) look_alike: Latin,
    /// Where `look_alike` is, unless the word is upside down.
    upright: Latin,
    /// Letters of words that are upside down.
    turned: HashSet<char>,
    /// Only in bare keys.
    pub(super) foreign: Latin,
    /// Letters that are pictures when they stand alone.
    pub(super) pictures: HashSet<char>,
    /// The two letters of every flag, in small letters.
    pub(super) flags: HashSet<[u8; 2]>,
}

/// The tables. That the file can be read and says all this is a test's care: it is built in.
pub(super) static ALIKE: LazyLock<Alike> = LazyLock::new(|| {
    let file: File = toml::from_str(LETTERS).unwrap_or_default();
    let turned = |rows: &Rows| -> Latin {
        rows.iter().flat_map(|(&latin, others)| others.chars().map(move |other| (other, latin))).collect()
    };
    Alike {
        small_capital: turned(&file.small_capital),
        beside_small_capital: turned(&file.beside_small_capital),
        d_stroke: turned(&file.d_stroke),
        look_alike: file.look_alike.values().flat_map(turned).collect(),
        upright: turned(&file.upright.letters),
        turned: file.upright.turned.chars().collect(),
        foreign: turned(&file.foreign),
        pictures: file.picture.letters.chars().collect(),
        flags: file.picture.flags.split_whitespace().filter_map(|code| code.as_bytes().try_into().ok()).collect(),
    }
});

impl Alike {
    /// The Latin letter that `c` looks like; a capital without an entry of its own looks like its small letter.
    pub(super) fn looks_like(&self, c: char) -> Option<char> {
        if c.is_ascii() {
            return None;
        }
        self.look_alike.get(&c).or_else(|| self.look_alike.get(&c.to_lowercase().next()?)).copied()
    }

    /// The same, and of letters that would be others upside down, in a word that is not.
    pub(super) fn looks_like_upright(&self, c: char) -> Option<char> {
        self.looks_like(c).or_else(|| self.upright.get(&c).copied())
    }

    /// Whether a letter shows that the word is upside down.
    pub(super) fn is_turned(&self, word: &str) -> bool {
        word.chars().any(|c| !c.is_ascii() && self.turned.contains(&c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_character_stands_for_one_letter_in_one_table() {
        let file: File = toml::from_str(LETTERS).expect("letters.toml is read");
        let (mut all, mut count) = (BTreeSet::new(), 0);
        let tables =
            [&file.small_capital, &file.beside_small_capital, &file.d_stroke, &file.upright.letters, &file.foreign];
        for rows in tables.into_iter().chain(file.look_alike.values()) {
            assert!(!rows.is_empty());
            for (latin, others) in rows {
                assert!(latin.is_ascii_alphabetic() || "đĐ".contains(*latin), "{latin} is no letter of ours");
                for other in others.chars() {
                    count += 1;
                    assert!(!other.is_ascii() && all.insert(other), "{other} stands twice, or for itself");
                }
            }
        }
        let alike = &*ALIKE;
        let turned =
            [&alike.small_capital, &alike.beside_small_capital, &alike.d_stroke, &alike.look_alike, &alike.upright];
        assert_eq!(turned.iter().map(|t| t.len()).sum::<usize>() + alike.foreign.len(), count);
        assert_eq!((alike.pictures.len(), alike.flags.len()), (6, 258));
        assert!(alike.flags.iter().flatten().all(u8::is_ascii_lowercase));
    }
}
