//! Strings to numbers: a hash table in one block of memory, made for short keys.

use super::traits::Traits;
use std::ops::Range;

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
/// The top byte of a long key's print; a short key has its length there.
const LONG: u64 = 0xFF << 56;

/// A key in eight bytes: keys of up to seven bytes entire, so that equal prints are equal keys; of longer ones a hash.
#[inline]
fn print(key: &[u8]) -> u64 {
    let len = key.len();
    let bytes = match (key.first_chunk::<4>(), key.last_chunk::<4>()) {
        (Some(&first), Some(&last)) if len < 8 => {
            u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << (8 * (len - 4))
        }
        (Some(_), _) => return long_print(key),
        // First, middle and last are all that there is; where two are one byte, they agree.
        _ if len > 0 => {
            let (middle, last) = (len / 2, len - 1);
            u64::from(key[0]) | u64::from(key[middle]) << (8 * middle) | u64::from(key[last]) << (8 * last)
        }
        _ => 0,
    };
    bytes | (len as u64) << 56
}

/// The [`print`] of `bytes[range]`: where more bytes stand behind a short key, it takes one load.
#[inline(always)]
pub(super) fn print_in(bytes: &[u8], range: Range<usize>) -> u64 {
    let len = range.len();
    match bytes[range.start..].first_chunk::<8>() {
        Some(&eight) if len < 8 => u64::from_le_bytes(eight) & !(u64::MAX << (8 * len)) | (len as u64) << 56,
        _ => print(&bytes[range]),
    }
}

fn long_print(key: &[u8]) -> u64 {
    let mix = |hash: u64, eight: [u8; 8]| (hash.rotate_left(23) ^ u64::from_le_bytes(eight)).wrapping_mul(ODD);
    let mut rest = key;
    let mut hash = key.len() as u64;
    while let Some((&eight, more)) = rest.split_first_chunk::<8>() {
        (hash, rest) = (mix(hash, eight), more);
    }
    // The last eight bytes cover what is left, in part once more.
    hash = key.last_chunk::<8>().map_or(hash, |&last| mix(hash, last));
    hash ^ hash >> 29 | LONG
}

#[inline(always)]
fn spread(print: u64) -> u64 {
    let hash = print.wrapping_mul(ODD);
    hash ^ hash >> 32
}

/// The hash that stands for a key with diacritics; never 0.
#[inline]
pub fn mark_hash(key: &str) -> u32 {
    hash_of(print(key.as_bytes()))
}

#[inline]
pub(super) fn hash_of(print: u64) -> u32 {
    spread(print) as u32 | 1
}

/// A place in a [`KeyTable`]; id 0 is empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    print: u64,
    pub(super) id: u32,
    /// What [`Words`] knows of the word; elsewhere nothing. It stands where there is room, and is read for nothing.
    pub(super) traits: Traits,
}

impl Slot {
    pub(super) const EMPTY: Slot = Slot { print: 0, id: 0, traits: Traits::NONE };
}

/// Strings to numbers from 1, in one block of memory: a look-up of a short string touches one slot and nothing else.
#[derive(Clone, Debug)]
pub struct KeyTable {
    /// A power of two, at most half full.
    slots: Vec<Slot>,
    /// Where the string of each id ends in `bytes`; the first is id 0's.
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self { slots: vec![Slot::EMPTY; 16], ends: vec![0], bytes: Vec::new() }
    }
}

impl KeyTable {
    /// The id of a string; 0 when it is not there.
    #[inline]
    pub fn get(&self, key: &str) -> u32 {
        self.slot_of(key.as_bytes(), 0..key.len()).id
    }

    /// Where `bytes[range]` stands, or would: its slot, or an empty one.
    #[inline(always)]
    pub(super) fn slot_of(&self, bytes: &[u8], range: Range<usize>) -> &Slot {
        &self.slots[self.place_of(bytes, range)]
    }

    /// Notes what is known of each word, by id.
    pub(super) fn give_traits(&mut self, traits: &[Traits]) {
        self.slots.iter_mut().for_each(|slot| slot.traits = traits[slot.id as usize]);
    }

    /// Where `bytes[range]` stands, or would.
    #[inline(always)]
    fn place_of(&self, bytes: &[u8], range: Range<usize>) -> usize {
        let print = print_in(bytes, range.clone());
        let mask = self.slots.len() - 1;
        let mut at = spread(print) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.id == 0 || slot.print == print && (print < LONG || *self.key(slot.id) == bytes[range.clone()]) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// The id of a string, which is added when it is not there.
    pub fn add(&mut self, key: &str) -> u32 {
        let known = self.get(key);
        if known != 0 {
            return known;
        }
        let id = self.ends.len() as u32;
        self.bytes.extend_from_slice(key.as_bytes());
        self.ends.push(self.bytes.len() as u32);
        if self.ends.len() * 2 > self.slots.len() {
            self.slots = vec![Slot::EMPTY; self.slots.len() * 2];
            (1..=id).for_each(|id| self.place(id));
        } else {
            self.place(id);
        }
        id
    }

    /// How many strings there are, the empty place of id 0 included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    /// The string of an id, as bytes; id 0 has none.
    pub fn key(&self, id: u32) -> &[u8] {
        let Some(before) = (id as usize).checked_sub(1) else { return &[] };
        &self.bytes[self.ends[before] as usize..self.ends[id as usize] as usize]
    }

    fn place(&mut self, id: u32) {
        let print = print(self.key(id));
        let mask = self.slots.len() - 1;
        let mut at = spread(print) as usize & mask;
        while self.slots[at].id != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot { print, id, traits: Traits::default() };
    }
}

/// Strings to what was filed under each, in order.
#[derive(Clone, Debug)]
pub struct Filed<T> {
    keys: KeyTable,
    /// One a key; the first, of no key, stays empty.
    values: Vec<Vec<T>>,
}

impl<T> Default for Filed<T> {
    fn default() -> Self {
        Self { keys: KeyTable::default(), values: vec![Vec::new()] }
    }
}

impl<T> Filed<T> {
    /// Files one more value under a key.
    pub fn push(&mut self, key: &str, value: T) {
        let id = self.keys.add(key) as usize;
        if id == self.values.len() {
            self.values.push(Vec::new());
        }
        self.values[id].push(value);
    }

    /// What is filed under a key; nothing when it is not known.
    #[inline]
    pub fn get(&self, key: &str) -> &[T] {
        &self.values[self.keys.get(key) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_gives_every_string_its_own_number() {
        let mut table = KeyTable::default();
        let words: Vec<String> = (0..5_000).map(|n| format!("từ{n}")).collect();
        let ids: Vec<u32> = words.iter().map(|w| table.add(w)).collect();
        assert_eq!(ids, (1..=5_000).collect::<Vec<_>>());
        assert!(words.iter().zip(&ids).all(|(w, id)| table.get(w) == *id && table.add(w) == *id));
        assert_eq!(table.get("không có"), 0);
    }
}
