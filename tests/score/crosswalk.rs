//! From the two criteria to the programme's pillars: data that is checked like any other.

use minhbach::pack::{Criterion, Pack, PackError, PackFiles, PillarOutput};
use std::collections::BTreeSet;

const FILE: &str = "policy/crosswalk.toml";

#[test]
fn every_criterion_is_set_beside_a_pillar_and_every_pillar_has_its_source() {
    let crosswalk = Pack::embedded().unwrap().crosswalk;
    for criterion in Criterion::ALL {
        assert!(crosswalk.of(criterion).next().is_some(), "{}", criterion.name());
    }
    // The report that names four criteria has each of them once.
    let preview: BTreeSet<u32> = crosswalk.pillars.iter().filter_map(|pillar| pillar.preview).collect();
    assert_eq!(preview, BTreeSet::from([1, 2, 3, 4]));
    assert!(crosswalk.pillars.iter().all(|p| p.sources.iter().all(|source| source.starts_with("https://"))));
    // What has no number in that report is not claimed to be one of its criteria, and has no score.
    let others = crosswalk.pillars.iter().filter(|pillar| pillar.preview.is_none());
    assert!(others.into_iter().all(|pillar| pillar.output == PillarOutput::None));
}

#[test]
fn a_faulty_crosswalk_does_not_load() {
    let default = PackFiles::embedded().get(FILE).unwrap().to_owned();
    for (from, to, says) in [
        ("criterion = \"transparency\"\n", "", "output is \"score\" with a criterion"),
        ("criterion = \"transparency\"", "criterion = \"trust\"", "a criterion is"),
        ("criterion = \"transparency\"", "criterion = \"ad_compliance\"", "no pillar has the score of `transparency`"),
        ("attested = \"ours\"", "attested = \"rumour\"", "attested is \"several\", \"one\" or \"ours\""),
        ("id = \"brand_fit\"", "id = \"ethics_history\"", "pillar `ethics_history` is defined twice"),
        ("id = \"brand_fit\"", "id = \"brand_fit\"\nweight = 20", "unknown key `weight`"),
        ("[assumption]", "[assumed]", "`assumption` is missing"),
        ("output = \"none\"", "output = \"score\"", "output is \"score\" with a criterion"),
    ] {
        assert!(default.contains(from), "{from}");
        let mut files = PackFiles::embedded();
        files.insert(FILE, default.replacen(from, to, 1));
        match Pack::load(&files) {
            Err(PackError::Faults { report, .. }) => {
                assert!(report.contains(says) && report.contains(FILE), "{to:?} gives no {says:?} but:\n{report}");
            }
            other => panic!("{to:?} loads: {}", other.is_ok()),
        }
    }
}
