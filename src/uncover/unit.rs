//! Readings of a row and the cheapest way through them: a word that stands in a term beside its neighbour is vouched for.

use super::row::Row;
use crate::{normalise::Folds, span::RawSpan, words::WordId};

/// What a neighbour takes off a reading that chance could have made.
pub(super) const VOUCHED: i32 = 25;
/// Taken off one of several readings of a word: tooo is to beside shop.
const PREFERRED: i32 = 3;

/// Some pieces as one reading.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) cost: i32,
    pub(super) risky: bool,
    /// Whether, if so, a word that it stands beside in a compound vouches for it too.
    pub(super) sound: bool,
    /// Whether a line ends inside.
    pub(super) broken: bool,
    /// Ids of its first and last word.
    pub(super) ids: (WordId, WordId),
    /// `None` where the pieces stay as they are.
    pub(super) reading: Option<Vec<(String, RawSpan, Folds)>>,
}

impl Unit {
    /// Whether one of two readings, which chance could have made, is disguised as the other, sure one is: few words are
    /// doubled or have digits for letters alone. Two letters are too few: "add" is no ad.
    fn is_styled_as(&self, next: &Self) -> bool {
        let style = |unit: &Self| {
            let word = unit.reading.as_deref().and_then(|words| words.first());
            let long = word.filter(|w| w.0.len() > 2 || matches!(w.0.as_str(), "a" | "i"));
            long.map_or(Folds::NONE, |w| w.2)
        };
        let both = self.is_one_decoded() && next.is_one_decoded() && self.risky != next.risky;
        both && [Folds::LEET, Folds::SOCIAL].iter().any(|&f| style(self).contains(f) && style(next).contains(f))
    }

    /// Whether it is one piece that is read as another word.
    fn is_one_decoded(&self) -> bool {
        self.first == self.last && self.reading.is_some()
    }
}

impl Row<'_> {
    /// The cheapest units that cover the row. `units` stand in order of their first piece.
    pub(super) fn cheapest(&self, units: &mut Vec<Unit>, pieces: usize) -> Vec<Unit> {
        // Cost of the best way whose last unit is this one, and the unit before it.
        // And whether a neighbour before it vouches for it: that of one is enough.
        let mut best: Vec<(i32, Option<usize>, bool)> = vec![(i32::MAX, None, false); units.len()];
        let mut ending: Vec<Vec<usize>> = vec![Vec::new(); pieces];
        for (i, unit) in units.iter().enumerate() {
            if unit.first == 0 {
                best[i] = (unit.cost, None, false);
            } else {
                for &before in &ending[unit.first - 1] {
                    let mut cost = best[before].0 + unit.cost;
                    let (last, first) = (units[before].ids.1, unit.ids.0);
                    let pair = self.known.pair(last, first);
                    let vouches = |unit: &Unit| unit.risky && (pair || unit.sound);
                    let mut vouched = false;
                    let mut styled = !pair && units[before].is_styled_as(unit);
                    if pair || self.known.meet(last, first) {
                        // A word that a neighbour vouches for.
                        let both = [vouches(&units[before]) && !best[before].2, vouches(unit)];
                        let decoded = pair && (units[before].is_one_decoded() || unit.is_one_decoded());
                        cost -= VOUCHED * both.map(i32::from).iter().sum::<i32>() + if decoded { PREFERRED } else { 1 };
                        vouched = vouches(unit);
                        styled &= both == [false; 2];
                    }
                    if styled {
                        cost -= VOUCHED;
                    }
                    if cost < best[i].0 {
                        best[i] = (cost, Some(before), vouched);
                    }
                }
            }
            ending[unit.last].push(i);
        }
        let mut at = ending.last().and_then(|ends| ends.iter().copied().min_by_key(|&i| best[i].0));
        let mut taken = vec![false; units.len()];
        while let Some(i) = at {
            taken[i] = true;
            at = best[i].1;
        }
        units.drain(..).zip(taken).filter_map(|(unit, taken)| taken.then_some(unit)).collect()
    }
}
