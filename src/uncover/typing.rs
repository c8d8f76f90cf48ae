//! Words as the keys of Telex and VNI type them where the typing method is switched off: `quarng caos`, `qua3ng ca1o`.

use super::{place::Place, tables::Tables};
use crate::{
    normalise::{self, MAX_SYLLABLE},
    pack::TypingKey,
};

/// A word typed out where nothing else may be, and whether chance could have made it: letters written twice make English
/// words (seen, moon) but for the longest (chuyeen). With an x alone a word is English more often than not (max, box, mix),
/// and not read at all.
pub(super) fn typed(tables: &Tables, key: &str, place: Place, out: &mut String) -> Option<bool> {
    let keys = typing(tables, key, out).filter(|_| !out.is_ascii())?;
    let doubled = !key.contains('w') && normalise::shapes(out).1 == 0;
    let other = !is_undone(key) && (doubled || keys > 1 || !key.ends_with('x'));
    let sure = place.typed || doubled && key.len() >= 6;
    (place.typed || other).then_some(!sure)
}

/// A syllable typed in Telex or VNI with the method switched off, and how many keys it has that no plain word has.
/// Keys may stand anywhere behind the letter that they change. The syllable is written to `out`.
pub(super) fn typing(tables: &Tables, key: &str, out: &mut String) -> Option<u32> {
    if !tables.may_be_typed(key) {
        return None;
    }
    let (mut letters, mut len) = (['\0'; MAX_SYLLABLE], 0);
    let (mut tone, mut keys) = (0, 0);
    let is_vowel = |c: char| matches!(normalise::base(c), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    // Whether a tone key is open, and whether a vowel stands before it.
    let (mut open, mut vowel) = (false, false);
    for c in key.chars() {
        let shapes = &mut letters[..len];
        // aa, ee, oo, dd: the same letter once more, in Telex also after the end of the syllable.
        let twin = match c {
            'a' => Some('â'),
            'e' => Some('ê'),
            'o' => Some('ô'),
            'd' => Some('đ'),
            _ => None,
        };
        if let Some(with) = twin
            && let Some(at) = shapes.iter().rposition(|&s| s == c)
            && (c == 'd' && at == 0
                || c != 'd' && (at + 1 == shapes.len() || shapes[at..].iter().any(|&s| !is_vowel(s))))
        {
            shapes[at] = with;
            keys += 1;
            continue;
        }
        match tables.typing_key(c) {
            // The same key twice: casos.
            Some(TypingKey::Tone(t)) if (tone == 0 || tone == t) && vowel => {
                tone = t;
                keys += 1;
                open = true;
                continue;
            }
            Some(TypingKey::Mark(pairs)) => {
                let marked = |s: char| pairs.iter().find(|p| p.0 == s).map(|p| p.1);
                // uo with a horn is ươ.
                if let Some(at) = shapes.windows(2).rposition(|w| w == ['u', 'o'] && marked('u').is_some()) {
                    (shapes[at], shapes[at + 1]) = ('ư', 'ơ');
                } else if let Some(at) = shapes.iter().rposition(|&s| marked(s).is_some()) {
                    shapes[at] = marked(shapes[at]).unwrap_or(shapes[at]);
                    // uow: the first key made ư, the second finds o.
                } else {
                    *letters.get_mut(len)? = if c == 'w' { 'ư' } else { c };
                    len += 1;
                    keys += u32::from(c == 'w');
                    vowel |= c == 'w';
                    continue;
                }
                keys += 1;
                continue;
            }
            _ => {}
        }
        if open && !is_vowel(c) {
            // A tone key before the end of the syllable: quarng.
            keys += 1;
            open = false;
        }
        *letters.get_mut(len)? = c;
        len += 1;
        vowel |= is_vowel(c);
    }
    out.clear();
    (keys > 0 && normalise::push_syllable(&letters[..len], tone, out)).then_some(keys)
}

/// Whether a tone key of Telex stands twice behind the vowel: the second takes the tone away again, so the word tells of no
/// typing (Cosmos, basis, stress). None of these letters ends a syllable.
pub(super) fn is_undone(key: &str) -> bool {
    let vowel = key.find(['a', 'e', 'i', 'o', 'u', 'y']).unwrap_or(key.len());
    key.as_bytes()[vowel..].iter().filter(|b| b"fsrxj".contains(b)).count() > 1
}
