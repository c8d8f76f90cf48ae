//! The commercial score: a sum of published weights that ranks posts. It never changes a label or a finding.

use crate::{
    bits::ones,
    conditions::{AFFIRMED, View},
    normalise::{Folds, Kind, Text},
    pack::{Feature, Pack, Shape},
    post::Field,
};
use aho_corasick::AhoCorasick;

/// An account named so early stands where a caption shows it before "see more".
const EARLY: u32 = 125;
/// A word so long in capitals is no accident.
const CAPITALS: usize = 3;

/// Reads the features of posts. Built once from a pack.
#[derive(Debug)]
pub struct FeatureReader {
    first_shape: usize,
    trade: Option<AhoCorasick>,
    partner: Option<AhoCorasick>,
}

impl FeatureReader {
    /// The reader for a pack.
    pub fn new(pack: &Pack) -> Self {
        // Literals only: building cannot fail within the size limits, and without it no word is found.
        let any_of = |words: &[String]| AhoCorasick::new(words).ok().filter(|_| !words.is_empty());
        Self {
            first_shape: pack.feature_number(Feature::Shape(Shape::ALL[0])),
            trade: any_of(&pack.score.trade_words),
            partner: any_of(&pack.score.partner_words),
        }
    }

    /// The features of a post with their values, features rising; those worth 0 are left out.
    pub fn read(&self, pack: &Pack, view: &View<'_>, caption: &Text, out: &mut Vec<(usize, f64)>) {
        out.clear();
        out.extend(ones(&[view.evidence]).map(|i| (pack.feature_number(Feature::Evidence(i)), 1.0)));
        let mut said = view.outside;
        view.seen.each(AFFIRMED, |list| said.insert(list));
        said.each(|list| out.push((pack.feature_number(Feature::List(list)), 1.0)));
        for (i, (count, flag)) in self.shapes(view, caption).into_iter().enumerate() {
            if count > 0 || flag {
                out.push((self.first_shape + i, f64::from(u8::from(flag)) + f64::from(count).ln_1p()));
            }
        }
    }

    /// Of every shape, how often it is there, or whether it is.
    fn shapes(&self, view: &View<'_>, caption: &Text) -> [(u32, bool); Shape::ALL.len()] {
        let raw = view.post.field(Field::Text).unwrap_or("").as_bytes();
        let mut shapes = [(0, false); Shape::ALL.len()];
        let mut count = |shape: Shape, more: u32| shapes[shape as usize].0 += more;
        let (mut early, mut trade, mut partner) = (false, false, false);
        for token in &caption.tokens {
            let holds =
                |words: &Option<AhoCorasick>| words.as_ref().is_some_and(|w| w.is_match(caption.bare_bytes(token)));
            match token.kind {
                Kind::Word => {
                    count(Shape::Words, 1);
                    if token.folds.contains(Folds::LOWER) {
                        let letters = &raw[token.raw.range()];
                        let capitals = letters.len() >= CAPITALS && letters.iter().all(u8::is_ascii_uppercase);
                        count(Shape::Capitals, u32::from(capitals));
                    }
                }
                Kind::Emoji => count(Shape::Emoji, 1),
                Kind::Mention => {
                    count(Shape::Mentions, 1);
                    early |= token.raw.start() < EARLY;
                    trade |= holds(&self.trade);
                }
                Kind::Hashtag => {
                    count(Shape::Hashtags, 1);
                    partner |= holds(&self.partner);
                }
                Kind::Url => count(Shape::Links, 1),
                Kind::Number | Kind::Email => {}
            }
        }
        count(Shape::Questions, caption.sentences.iter().filter(|s| s.question).count() as u32);
        shapes[Shape::EarlyMention as usize].1 = early;
        shapes[Shape::TradeMention as usize].1 = trade;
        shapes[Shape::PartnerHashtag as usize].1 = partner;
        shapes[Shape::OneMention as usize].1 = shapes[Shape::Mentions as usize].0 == 1;
        shapes[Shape::Link as usize].1 = shapes[Shape::Links as usize].0 > 0;
        shapes
    }
}

/// The score, 0 to 1.
pub fn score(pack: &Pack, features: &[(usize, f64)]) -> f32 {
    let weights = &pack.score.weights;
    let known = features.iter().map(|&(i, v)| weights.get(i).copied().unwrap_or(0.0) * v);
    (1.0 / (1.0 + (-(pack.score.intercept + known.sum::<f64>())).exp())) as f32
}
