//! The evasion suite: every term that a violation stands on, disguised in every way that a person can still read, must
//! be found to the byte. The attacks were written apart from the folder's tables, from the point of view of a seller.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

mod alphabets;
mod attacks;
mod compounds;
mod letters;
mod marks;
mod page;
mod phones;
mod probes;
mod seed;
mod separators;
mod spelling;
mod tally;
mod written;

use attacks::{Accents, FAMILIES, Family, Group};
use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
};
use probes::{Outcome, Probe, Probes};
use rayon::prelude::*;
use seed::Rng;
use std::{
    slice,
    sync::{Arc, LazyLock},
};
use tally::{Pairs, Tally};
use written::{Kind, Written};

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).expect("the pack detects"));

static PROBES: LazyLock<Probes> = LazyLock::new(|| Probes::new(&DETECTOR, &mut Scratch::default()));

/// Share of the cases, in percent, that must be found after one attack, and after two.
const SINGLE_FLOOR: f64 = 97.0;
const PAIR_FLOOR: f64 = 90.0;
/// Percent that a family may stand below its floor in a sample.
const SAMPLE_PLAY: f64 = 2.0;

/// Least share of the terms of one language, in percent, that a family must apply to.
const FAIR_SHARE: f64 = 5.0;

/// Families that the floor is not asked of, alone or in a pair, and why; at most three.
const EXEMPT: &[(&str, &str)] = &[
    (
        "hashtag, bare",
        "small letters without diacritics or spaces are several phrases: of ten terms' tags nine are kept by \
         a list's `hashtags` and the collisions of hashtags, as #tamtrang is mood and no whitening in all of \
         112 captions. Chữ thường không dấu, không cách là nhiều cụm từ khác nhau",
    ),
    (
        "leet without accents",
        "two attacks in one: the diacritics that tell Vietnamese words apart are gone, and with them most \
         letters; one sign stands for several (1 for i and l, 9 for g), so what is left may be many words, \
         numbers and codes. Hai cách gộp một: mất dấu, mất cả chữ; phần còn lại có thể là nhiều từ, số hay mã",
    ),
    (
        "chat words",
        "one chat spelling stands for several words (k is không, khi, kilogram and thousand; 2 is to and \
         two); it is read where the words beside it decide, and those of a short phrase in a neutral sentence \
         often do not. Một cách viết tắt thay cho nhiều từ; chỉ đọc khi từ bên cạnh quyết định được",
    ),
];

/// The page that the whole suite writes.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evasion.md");

/// Times that a family of phone attacks is tried on each number: there are few numbers.
const PHONE_ROUNDS: usize = 20;

/// One case: the phrase of `probe` after `families`, or nothing where one of them does not apply.
fn case(families: &[&Family], probe: &Probe, round: &str, scratch: &mut Scratch) -> Option<(Outcome, String)> {
    let accents = families.iter().map(|f| f.accents).max().unwrap_or(Accents::Kept);
    let foreign = families.iter().any(|f| f.vietnamese) && probe.english;
    if foreign || accents != Accents::Kept && !probe.bare {
        return None;
    }
    let names: Vec<&str> = families.iter().map(|f| f.name).collect();
    let mut rng = Rng::of(&[&names.join("+"), &probe.phrase, round]);
    let plain = Written::new(&probe.phrase);
    let mut carry_out = |first: &[&Family], second: &[&Family]| {
        let mut order = first.iter().chain(second);
        order.try_fold(plain.clone(), |w, family| family.apply(&w, &mut rng))
    };
    let (first, second) = families.split_at(1);
    // Where the second has nothing to do after the first, the other order may do.
    let disguised = carry_out(first, second).or_else(|| carry_out(second, first))?;
    let (text, bare) = (disguised.text(), accents == Accents::Unused);
    let outcome = probe.try_out(&DETECTOR, scratch, &text, disguised.core(), bare);
    Some((outcome, text))
}

/// Each family over the probes that `keep` keeps; a family of phone attacks over all numbers.
fn singles(keep: impl Fn(&Family, &Probe) -> bool + Sync) -> Vec<Tally> {
    let of_family = |scratch: &mut Scratch, family: &Family| {
        let mut tally = Tally::default();
        let phones = family.group == Group::Phone;
        for probe in PROBES.all.iter().filter(|p| if phones { p.is_phone() } else { keep(family, p) }) {
            for round in 0..if phones { PHONE_ROUNDS } else { 1 } {
                tally.asked[usize::from(probe.english)] += 1;
                if let Some((outcome, text)) = case(&[family], probe, &round.to_string(), scratch) {
                    tally.add(probe, outcome, &text);
                }
            }
        }
        tally
    };
    FAMILIES.par_iter().map_init(Scratch::default, of_family).collect()
}

/// Every pair of families that go together, over `cases` probes of each language to which both apply. A pair that
/// applies to nothing is none.
fn pairs(cases: usize) -> Pairs {
    let phones: Vec<&Probe> = PROBES.all.iter().filter(|p| p.is_phone()).collect();
    let of_language = |english| PROBES.all.iter().filter(|p| p.english == english && !p.is_phone()).collect();
    let terms: [Vec<&Probe>; 2] = [of_language(false), of_language(true)];
    let of_pair = |scratch: &mut Scratch, (a, b): (&'static Family, &'static Family)| {
        let mut tally = Tally::default();
        let mut rng = Rng::of(&["pair", a.name, b.name]);
        let of_phones = [a, b].iter().any(|f| f.group == Group::Phone);
        for probes in if of_phones { slice::from_ref(&phones) } else { &terms } {
            let mut left = cases;
            // Tried on so many: a pair may have nothing to do on most phrases.
            for _ in 0..cases * 8 {
                let probe = rng.pick(probes);
                if let Some((outcome, text)) = case(&[a, b], probe, &left.to_string(), scratch) {
                    tally.add(probe, outcome, &text);
                    left -= 1;
                    if left == 0 {
                        break;
                    }
                }
            }
        }
        ([a.name, b.name], tally)
    };
    let all = FAMILIES.iter().enumerate().flat_map(|(i, a)| FAMILIES[i + 1..].iter().map(move |b| (a, b)));
    let compatible: Vec<_> = all.filter(|(a, b)| a.pairs_with(b)).collect();
    let tried = compatible.into_par_iter().map_init(Scratch::default, of_pair);
    Pairs(tried.filter(|(_, tally)| tally.cases() > 0).collect())
}

fn is_exempt(family: &str) -> bool {
    EXEMPT.iter().any(|(name, _)| *name == family)
}

/// What the suite holds against the reader; each family may stand `play` percent below its floor.
fn faults(singles: &[Tally], pairs: &Pairs, play: f64) -> Vec<String> {
    let mut faults = Vec::new();
    for (family, tally) in FAMILIES.iter().zip(singles) {
        if tally.recovered() < SINGLE_FLOOR - play && !is_exempt(family.name) {
            faults.push(format!("{}: {:.2} % found", family.name, tally.recovered()));
        }
        if tally.share() < FAIR_SHARE {
            faults.push(format!("{}: applies to {:.1} % of the terms", family.name, tally.share()));
        }
    }
    let held = pairs.held().recovered();
    if held < PAIR_FLOOR {
        faults.push(format!("pairs: {held:.2} % found"));
    }
    let tallies = || singles.iter().chain(pairs.0.iter().map(|(_, tally)| tally));
    let displaced: usize = tallies().map(Tally::displaced).sum();
    if displaced > 0 {
        let cases = tallies().flat_map(|t| &t.inexact).map(|c| c.join(" ← ")).collect::<Vec<_>>().join("\n");
        faults.push(format!("{displaced} spans are not the disguised stretch:\n{cases}"));
    }
    faults
}

/// One probe in so many for each family, and so many a language for each pair, in the everyday run: a sample of a small
/// family holds some eighty cases.
const EVERY: usize = 16;
const EVERYDAY_PAIR: usize = 2;

#[test]
fn disguised_terms_are_found_to_the_byte() {
    let sampled = |family: &Family, probe: &Probe| Rng::of(&["sample", family.name, &probe.phrase]).below(EVERY) == 0;
    let faults = faults(&singles(sampled), &pairs(EVERYDAY_PAIR), SAMPLE_PLAY);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
#[ignore = "every term under every attack, some minutes; EVASION_PAGE=write writes docs/evasion.md"]
fn the_whole_suite_with_seed_20260701() {
    let (singles, pairs) = (singles(|_, _| true), pairs(24));
    let page = page::page(&PROBES, &singles, &pairs);
    println!("{page}");
    if let Some(path) = std::env::var_os("EVASION_FAILS") {
        std::fs::write(path, page::fails(&singles, &pairs)).unwrap();
    }
    let mut faults = faults(&singles, &pairs, 0.0);
    if std::env::var_os("EVASION_PAGE").is_some_and(|v| v == "write") {
        std::fs::write(PAGE, page).unwrap();
    } else if std::fs::read_to_string(PAGE).unwrap_or_default() != page {
        faults.push(format!("{PAGE} is stale: run again with EVASION_PAGE=write"));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What an attack puts between, over or round the letters is told apart from them: exactness is measured by it.
#[test]
fn separators_and_marks_leave_the_phrase_among_the_signs() {
    let adds = [Group::Between, Group::Overlay, Group::Invisible, Group::Markup];
    for family in FAMILIES.iter().filter(|f| adds.contains(&f.group) && f.name != "bidi override") {
        for probe in PROBES.all.iter().step_by(97) {
            let plain = Written::new(&probe.phrase);
            let Some(disguised) = family.apply(&plain, &mut Rng::of(&[family.name, &probe.phrase])) else { continue };
            let signs = disguised.0.iter().filter(|g| g.kind == Kind::Sign).map(|g| g.shown.as_str());
            assert_eq!(signs.collect::<String>(), probe.phrase.replace(' ', ""), "{}", family.name);
            let text = disguised.text();
            let core = &text[disguised.core()];
            assert!(core.len() > probe.phrase.len() || text.len() > core.len(), "{}: {text}", family.name);
        }
    }
}

#[test]
fn a_span_may_leave_out_what_stands_for_nothing_at_the_edges() {
    let core = |name: &str, phrase: &str| {
        let family = FAMILIES.iter().find(|f| f.name == name).unwrap();
        let disguised = family.apply(&Written::new(phrase), &mut Rng::of(&[phrase])).unwrap();
        let (text, core) = (disguised.text(), disguised.core());
        (text[..core.start].to_owned(), text[core.clone()].to_owned(), text[core.end..].to_owned())
    };
    let (before, within, after) = core("bidi wrap", "giảm cân");
    assert!(before.len() == 3 && within == "giảm cân" && after.len() == 3);
    let (before, within, after) = core("struck through", "ăn");
    assert!(
        before.is_empty() && within.chars().count() == 3 && after.chars().count() == 1,
        "the last stroke is an edge"
    );
    let (before, within, after) = core("NFD", "rẻ");
    assert!(before.is_empty() && within == "re\u{309}" && after.is_empty(), "the tone is of the letter");
    assert_eq!(core("hashtag", "giảm cân"), ("#".into(), "giảmcân".into(), String::new()));
}

#[test]
fn the_page_has_a_row_for_every_family_and_no_more_than_three_are_exempt() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let single = page.split("\n## ").find(|part| part.starts_with("One attack")).unwrap();
    let families = single.lines().skip_while(|l| !l.starts_with("|--")).skip(1);
    let shown: Vec<&str> = families.filter_map(|l| l.strip_prefix("| ")?.split(" | ").next()).collect();
    let names: Vec<&str> = FAMILIES.iter().map(|f| f.name).collect();
    assert_eq!(shown, names);
    assert!(names.len() >= 40 && EXEMPT.len() <= 3);
    assert!(EXEMPT.iter().all(|(name, why)| names.contains(name) && !why.is_empty()));
}
