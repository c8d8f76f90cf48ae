//! Counts of cases, Vietnamese and English apart.

use crate::{
    is_exempt,
    probes::{Outcome, Probe},
    seed::Rng,
};

/// Failing cases of each kind that a tally keeps.
const KEPT: usize = 12;

/// The cases of one family or pair: of each language how many, how many found, how many of these to the byte.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Cases that were asked for; an attack has nothing to do on some phrases.
    pub(crate) asked: [usize; 2],
    pub(crate) n: [usize; 2],
    pub(crate) found: [usize; 2],
    pub(crate) exact: [usize; 2],
    /// A fair sample of the missed: disguised text and term.
    pub(crate) missed: Vec<[String; 2]>,
    /// The first that were found with another span.
    pub(crate) inexact: Vec<[String; 2]>,
}

impl Tally {
    pub(crate) fn add(&mut self, probe: &Probe, outcome: Outcome, text: &str) {
        let of = usize::from(probe.english);
        self.n[of] += 1;
        self.found[of] += usize::from(outcome != Outcome::Missed);
        self.exact[of] += usize::from(outcome == Outcome::Exact);
        let case = [text.to_owned(), probe.phrase.clone()];
        match outcome {
            Outcome::Exact => {}
            Outcome::Inexact if self.inexact.len() < KEPT => self.inexact.push(case),
            Outcome::Inexact => {}
            Outcome::Missed if self.missed.len() < KEPT => self.missed.push(case),
            Outcome::Missed => {
                let missed = self.cases() - self.found.iter().sum::<usize>();
                if let Some(kept) = self.missed.get_mut(Rng::of(&["kept", text]).below(missed)) {
                    *kept = case;
                }
            }
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for of in 0..2 {
            self.n[of] += other.n[of];
            self.found[of] += other.found[of];
            self.exact[of] += other.exact[of];
        }
    }

    pub(crate) fn cases(&self) -> usize {
        self.n.iter().sum()
    }

    /// Percent of what was asked for that it applied to, in the language where that is more.
    pub(crate) fn share(&self) -> f64 {
        (0..2).filter(|&of| self.asked[of] > 0).map(|of| percent(self.n[of], self.asked[of])).fold(0.0, f64::max)
    }

    /// Percent found; 100 of nothing.
    pub(crate) fn recovered(&self) -> f64 {
        percent(self.found.iter().sum(), self.cases())
    }

    /// How many were found with another span.
    pub(crate) fn displaced(&self) -> usize {
        self.found.iter().sum::<usize>() - self.exact.iter().sum::<usize>()
    }
}

pub(crate) fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// The pairs, each with its tally.
#[derive(Debug, Default)]
pub(crate) struct Pairs(pub(crate) Vec<([&'static str; 2], Tally)>);

impl Pairs {
    pub(crate) fn whole(&self) -> Tally {
        let mut whole = Tally::default();
        self.0.iter().for_each(|(_, tally)| whole.join(tally));
        whole
    }

    /// Of those of families that the floors are asked of.
    pub(crate) fn held(&self) -> Tally {
        let mut held = Tally::default();
        self.0.iter().filter(|(names, _)| !names.iter().any(|n| is_exempt(n))).for_each(|(_, t)| held.join(t));
        held
    }

    /// How many of the pairs are found so often, in percent.
    pub(crate) fn reaching(&self, floor: f64) -> usize {
        self.0.iter().filter(|(_, tally)| tally.recovered() >= floor).count()
    }

    /// The worst first.
    pub(crate) fn worst(&self) -> Vec<&([&'static str; 2], Tally)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by(|a, b| a.1.recovered().total_cmp(&b.1.recovered()));
        all
    }
}
