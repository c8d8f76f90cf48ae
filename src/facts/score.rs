//! The commercial score: a sum of published weights that ranks posts. It never changes a label or a finding.

use crate::{
    bits::ones,
    conditions::{AFFIRMED, View},
    normalise::{Folds, Kind, Text},
    pack::{Feature, Pack, Shape},
    post::Field,
};

/// An account named so early stands where a caption shows it before "see more".
const EARLY: u32 = 125;
/// A word so long in capitals is no accident.
const CAPITALS: usize = 3;

/// The features of a post with their values, features rising; those worth 0 are left out.
pub fn features(pack: &Pack, view: &View<'_>, caption: &Text, out: &mut Vec<(usize, f64)>) {
    out.clear();
    out.extend(ones(&[view.evidence]).map(|i| (pack.feature_number(Feature::Evidence(i)), 1.0)));
    let mut said = view.outside;
    view.seen.each(AFFIRMED, |list| said.insert(list));
    said.each(|list| out.push((pack.feature_number(Feature::List(list)), 1.0)));
    let first = pack.feature_number(Feature::Shape(Shape::ALL[0]));
    let shapes = shapes(pack, view, caption);
    out.extend(shapes.into_iter().enumerate().filter(|(_, v)| *v != 0.0).map(|(i, v)| (first + i, v)));
}

/// The score, 0 to 1.
pub fn score(pack: &Pack, features: &[(usize, f64)]) -> f32 {
    let weights = &pack.score.weights;
    let known = features.iter().map(|&(i, v)| weights.get(i).copied().unwrap_or(0.0) * v);
    (1.0 / (1.0 + (-(pack.score.intercept + known.sum::<f64>())).exp())) as f32
}

fn shapes(pack: &Pack, view: &View<'_>, caption: &Text) -> [f64; Shape::ALL.len()] {
    let raw = view.post.field(Field::Text).unwrap_or("").as_bytes();
    let (mut counts, mut flags) = ([0_u32; Shape::ALL.len()], [false; Shape::ALL.len()]);
    for token in &caption.tokens {
        let holds = |words: &[String]| words.iter().any(|w| caption.bare_key(token).contains(w.as_str()));
        match token.kind {
            Kind::Word => {
                counts[Shape::Words as usize] += 1;
                if token.folds.contains(Folds::LOWER) {
                    let letters = &raw[token.raw.range()];
                    let capitals = letters.len() >= CAPITALS && letters.iter().all(u8::is_ascii_uppercase);
                    counts[Shape::Capitals as usize] += u32::from(capitals);
                }
            }
            Kind::Emoji => counts[Shape::Emoji as usize] += 1,
            Kind::Mention => {
                counts[Shape::Mentions as usize] += 1;
                flags[Shape::EarlyMention as usize] |= token.raw.start() < EARLY;
                flags[Shape::TradeMention as usize] |= holds(&pack.score.trade_words);
            }
            Kind::Hashtag => {
                counts[Shape::Hashtags as usize] += 1;
                flags[Shape::PartnerHashtag as usize] |= holds(&pack.score.partner_words);
            }
            Kind::Url => counts[Shape::Links as usize] += 1,
            Kind::Number | Kind::Email => {}
        }
    }
    counts[Shape::Questions as usize] = caption.sentences.iter().filter(|s| s.question).count() as u32;
    flags[Shape::OneMention as usize] = counts[Shape::Mentions as usize] == 1;
    flags[Shape::Link as usize] = counts[Shape::Links as usize] > 0;
    std::array::from_fn(|i| f64::from(u8::from(flags[i])) + f64::from(counts[i]).ln_1p())
}
