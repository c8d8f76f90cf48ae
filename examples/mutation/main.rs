//! What of the pack could be dropped unseen: each rule, each list and each row of context is taken out in turn, in one
//! process, and the texts that the project wrote are read again. Fails, and lists what changes nothing: to be covered or
//! removed.
//!
//! `cargo run --profile quick --example mutation`
//!
//! What must change, by kind of text ([`witnesses`]):
//! - sentences of context (`corpora/context.tsv`): the status of any cue. A word of context is made to change statuses, and
//!   a finding that hangs on one word is rare; so rows of context are tried on these sentences first, each on its own;
//! - rule examples: the rules, the commercial label with its evidence, the disclosure, the claims with their statuses;
//! - posts of evidence (`corpora/evidence.tsv`), written for lists that the other texts do without: the same;
//! - demo posts: the same, with tiers and counting;
//! - the trap suite: the status of the underlined words;
//! - the gold table, where the sets lie beside the repository: label, state and claims. It is shown, and covers nothing:
//!   the run must end alike without it.
//!
//! A row of context stands for all spellings that the loader adds to it. A mutant is tried only on texts that hold its
//! words; the first that changes settles it. Mutants whose texts hold no word of each other are tried at once.

mod mutants;
#[path = "../gold_table/sets.rs"]
mod sets;
mod witnesses;

use minhbach::pack::{Pack, PackFiles};
use mutants::{Fate, Fates};
use std::{error::Error, io::Write as _};
use witnesses::Watch;

fn main() -> Result<(), Box<dyn Error>> {
    // From the folder, so that a change of a list is tried without a build.
    let pack = Pack::load(&PackFiles::from_dir(&sets::beside("lexicons"))?)?;
    let witnesses = witnesses::all(&pack)?;
    let mut fates = Fates::new();
    mutants::rules(&pack, &witnesses, &mut fates)?;
    mutants::try_all(&pack, &witnesses, &mutants::lists(&pack, &witnesses), &mut fates)?;
    let rows = mutants::rows(&pack, &witnesses);
    mutants::try_all(&pack, &witnesses, &rows.in_own_sentence, &mut fates)?;
    let unseen = |item: &mutants::Item| !matches!(fates.get(&item.key), Some(Fate::Seen(_)));
    let elsewhere: Vec<_> = rows.elsewhere.into_iter().filter(unseen).collect();
    mutants::try_all(&pack, &witnesses, &elsewhere, &mut fates)?;
    let lost = tell(&fates, witnesses.len())?;
    if lost > 0 { Err(format!("{lost} could be dropped unseen: cover them or remove them").into()) } else { Ok(()) }
}

/// Prints what was seen by what, and everything that was not; gives the number of the latter.
fn tell(fates: &Fates, texts: usize) -> Result<usize, Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{texts} texts")?;
    for kind in ["rule", "list", "context"] {
        let of = || fates.iter().filter(move |((k, _), _)| *k == kind);
        let seen = of().filter(|(key, f)| f.covered(key)).count();
        write!(out, "{kind}: {seen} of {} seen", of().count())?;
        for name in Watch::NAMES {
            let n = of().filter(|(_, f)| matches!(f, Fate::Seen(w) if w.name() == name)).count();
            write!(out, "; {n} first by {name}")?;
        }
        writeln!(out)?;
    }
    for (fate, what) in [
        (Fate::Seen(Watch::Gold), "seen by the gold table alone"),
        (Fate::Unseen, "stands in a text, and nothing moves"),
        (Fate::Feature, "moves what a score is learned from, alone"),
        (Fate::Score, "moves the score alone"),
        (Fate::Unmet, "stands in no text"),
    ] {
        writeln!(out, "\n# {what}")?;
        for ((kind, name), _) in fates.iter().filter(|(_, f)| **f == fate) {
            writeln!(out, "{kind}\t{name}")?;
        }
    }
    Ok(fates.iter().filter(|(key, f)| !f.covered(key)).count())
}
