//! Weights of the commercial score: learned the same way every time, told by `explain`, shipped with where they come from.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{Ran, arg, fed, minhbach, repository};
use minhbach::{
    detector::{Detector, Scratch},
    explain::explain,
    fit::{Example, FitError, Options, fit},
    pack::Pack,
    post::Post,
    stats::logistic::{Observation, chance},
};
use proptest::prelude::*;
use std::{fs, sync::Arc};

const WEIGHTS: &str = "lexicons/weights/score.toml";

/// The fit of our own corpus, as the command writes it.
fn own_corpus(options: &[&str]) -> Ran {
    let args = ["fit", "corpora/demo/gold.jsonl", "--input", "corpora/demo/posts.jsonl"];
    fed(command::command().args(args).args(options).current_dir(repository("")), b"").ends(0)
}

#[test]
fn the_shipped_weights_are_fitted_on_our_corpus_and_say_so() {
    let path = repository(WEIGHTS);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, own_corpus(&[]).out).unwrap();
        return;
    }
    let shipped: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    // The search for the penalty is left out: without optimisation it takes a minute.
    let lambda = shipped["fit"]["lambda"].as_float().unwrap().to_string();
    let again = own_corpus(&["--lambda", &lambda]);
    assert!(again.err.contains("AUC"), "{}", again.err);
    let again: toml::Table = again.out.parse().unwrap();
    let mend = "the corpus was changed: BLESS=1 cargo test --test fit";
    assert_eq!(shipped["fit"]["file"], again["fit"]["file"], "{mend}");
    assert!(shipped["fitted_on"]["en"].as_str().unwrap().contains("corpora/demo/gold.jsonl"));
    // The pack's words may have moved since; what the weights are worth may not.
    let auc = |t: &toml::Table| t["fit"]["auc"].as_float().unwrap();
    assert!((auc(&shipped) - auc(&again)).abs() < 0.01, "{} → {}: {mend}", auc(&shipped), auc(&again));
    assert!(auc(&shipped) > 0.95, "the score hardly ranks our own corpus");
}

#[test]
fn a_fit_is_the_same_every_time() {
    let options = ["--lambda", "1"];
    assert!(own_corpus(&options).out == own_corpus(&options).out, "two fits of the same posts differ");
}

#[test]
fn what_cannot_be_fitted_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let few = dir.path().join("few.jsonl");
    fs::write(&few, "{\"id\":\"1\",\"text\":\"a\",\"commercial\":\"yes\"}\n").unwrap();
    minhbach(&["fit", arg(&few)]).ends(2).says(&["at least 5 commercial posts", "ít nhất 5"]);
    minhbach(&["fit", arg(&few), "--folds", "1"]).ends(2).says(&["--folds"]);
    minhbach(&["fit", arg(&few), "--lambda", "0"]).ends(2).says(&["--lambda"]);
    let gold = repository("corpora/demo/gold.jsonl");
    minhbach(&["fit", arg(&gold)]).ends(2).says(&["894", "--input"]);
}

/// Enough posts of each kind, but of too few authors: the message says what is lacking.
#[test]
fn posts_of_one_author_make_no_folds() {
    let of = |authors: usize| -> Vec<Example> {
        let one = |i: usize| Example {
            group: format!("author {}", i % authors),
            observation: Observation { features: vec![(0, 1.0)], outcome: i.is_multiple_of(2) },
        };
        (0..60).map(one).collect()
    };
    for authors in [1, 4] {
        let said = fit(&of(authors), 1, &Options::default()).unwrap_err();
        assert_eq!(said, FitError::TooFewAuthors { folds: 5, authors });
    }
    assert!(fit(&of(15), 1, &Options::default()).is_ok());
}

#[test]
fn a_pack_with_fitted_weights_loads_and_a_weight_of_nothing_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let pack = dir.path().join("pack");
    for (path, text) in
        minhbach::pack::PackFiles::embedded().paths().map(|p| (p, fs::read(repository("lexicons").join(p))))
    {
        let path = pack.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.unwrap()).unwrap();
    }
    let weights = pack.join("weights/score.toml");
    let posts: String = (0..40)
        .map(|i| {
            let (text, label) =
                if i % 2 == 0 { ("dùng mã LAN10 giảm 10% nha", "yes") } else { ("hôm nay trời đẹp", "no") };
            format!("{{\"id\":\"{i}\",\"text\":\"{text} {i}\",\"commercial\":\"{label}\"}}\n")
        })
        .collect();
    let gold = dir.path().join("gold.jsonl");
    fs::write(&gold, posts).unwrap();
    minhbach(&["--pack", arg(&pack), "fit", arg(&gold), "--out", arg(&weights)])
        .ends(0)
        .says(&["40 bài/posts, 20 yes"]);
    minhbach(&["--pack", arg(&pack), "lexicon", "check"]).ends(0);
    let text = fs::read_to_string(&weights).unwrap();
    fs::write(&weights, text.replace("[evidence]\n", "[evidence]\nno_such_thing = 1.0\n")).unwrap();
    assert!(minhbach(&["--pack", arg(&pack), "lexicon", "check"]).ends(1).out.contains("no_such_thing"));
}

/// `explain` tells all of the score.
#[test]
fn contributions_add_up_to_the_score() {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let texts = [
        "Dùng mã LAN10 giảm 10% nha cả nhà, link ở bio https://s.shopee.vn/abc @shopxinh #hoptac",
        "Hôm nay trời đẹp",
        "OBSESSED with this serum from @glowbeauty! Link in bio ✨ #glowpartner",
        "",
    ];
    for text in texts {
        let post = Post { text: text.into(), ..Post::default() };
        let told = explain(&detector, &post);
        let sum: f64 = told.contributions.iter().map(|c| c.adds).sum();
        let score = chance(told.intercept + sum);
        assert!((score - f64::from(told.score)).abs() < 1e-6, "{text}: {score} is not {}", told.score);
        let mut scratch = Scratch::default();
        detector.analyse_into(&post, &mut scratch);
        assert!(scratch.features().is_sorted_by(|a, b| a.0 < b.0), "{:?}", scratch.features());
        assert!(scratch.features().iter().all(|f| f.0 < detector.pack().features() && f.1.is_finite()));
    }
}

proptest! {
    /// Posts of one author are never scored by weights that saw the author: an author's own mark teaches nothing.
    #[test]
    fn groups_stay_whole(seed in 0_u64..50) {
        // Each author has a mark, and the mark tells the label: only a leak would let it rank.
        let examples: Vec<Example> = (0..60)
            .map(|i| Example {
                group: format!("author {}", i / 6),
                observation: Observation { features: vec![(i / 6, 1.0)], outcome: (i / 6) % 2 == 0 },
            })
            .collect();
        let found = fit(&examples, 10, &Options { seed, lambda: Some(1.0), ..Options::default() }).unwrap();
        let positive = found.held_out.iter().filter(|p| p.1).map(|p| p.0);
        let negative = found.held_out.iter().filter(|p| !p.1).map(|p| p.0);
        let (least, most) = (positive.fold(1.0, f64::min), negative.fold(0.0, f64::max));
        prop_assert!(least <= most, "marks of authors were learned: {least} > {most}");
    }
}
