//! What the commercial score adds up: features of a post and their weights, learned by `minhbach fit`.

use super::{
    Pack,
    ids::ListId,
    model::Bilingual,
    reader::{Item, Table, bilingual},
};

/// A shape of the caption: what can be counted without knowing a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// ln(1 + words).
    Words,
    /// ln(1 + sentences that ask).
    Questions,
    /// ln(1 + pictures).
    Emoji,
    /// ln(1 + words of three or more Latin capitals).
    Capitals,
    /// ln(1 + accounts named).
    Mentions,
    /// 1 where exactly one account is named: the thing shown, rarely the friends.
    OneMention,
    /// 1 where an account is named within the first 125 bytes.
    EarlyMention,
    /// 1 where an account's name holds a word of trade (`weights/shape.toml`).
    TradeMention,
    /// ln(1 + hashtags).
    Hashtags,
    /// 1 where a hashtag holds a word of partnership (`weights/shape.toml`).
    PartnerHashtag,
    /// 1 where there is a link.
    Link,
    /// ln(1 + links).
    Links,
}

impl Shape {
    /// All, in the order of features.
    pub const ALL: [Shape; 12] = [
        Shape::Words,
        Shape::Questions,
        Shape::Emoji,
        Shape::Capitals,
        Shape::Mentions,
        Shape::OneMention,
        Shape::EarlyMention,
        Shape::TradeMention,
        Shape::Hashtags,
        Shape::PartnerHashtag,
        Shape::Link,
        Shape::Links,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Words => "words",
            Shape::Questions => "questions",
            Shape::Emoji => "emoji",
            Shape::Capitals => "capitals",
            Shape::Mentions => "mentions",
            Shape::OneMention => "one_mention",
            Shape::EarlyMention => "early_mention",
            Shape::TradeMention => "trade_mention",
            Shape::Hashtags => "hashtags",
            Shape::PartnerHashtag => "partner_hashtag",
            Shape::Link => "link",
            Shape::Links => "links",
        }
    }
}

/// A feature: 1 where the evidence holds, where an affirmed cue of the list stands, or the value of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// A kind of commercial evidence, by index.
    Evidence(usize),
    /// A list.
    List(ListId),
    /// A shape of the caption.
    Shape(Shape),
}

/// The commercial score as loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreModel {
    /// Log-odds of a post without features.
    pub intercept: f64,
    /// What the weights were fitted on.
    pub fitted_on: Bilingual,
    /// Log-odds of each feature, by number; see [`Pack::feature`].
    pub weights: Vec<f64>,
    /// Words of trade in names of accounts, lower case without diacritics.
    pub trade_words: Vec<String>,
    /// Words of partnership in hashtags, lower case without diacritics.
    pub partner_words: Vec<String>,
}

impl Pack {
    /// How many features there are: kinds of evidence, then lists, then shapes.
    pub fn features(&self) -> usize {
        self.first_shape() + Shape::ALL.len()
    }

    /// The number of a feature.
    #[inline]
    pub fn feature_number(&self, feature: Feature) -> usize {
        match feature {
            Feature::Evidence(i) => i,
            Feature::List(list) => self.evidence.len() + usize::from(list.0),
            Feature::Shape(shape) => self.first_shape() + shape as usize,
        }
    }

    /// The feature of a number below [`Pack::features`].
    pub fn feature(&self, number: usize) -> Feature {
        match number.checked_sub(self.evidence.len()) {
            None => Feature::Evidence(number),
            Some(list) if number < self.first_shape() => Feature::List(ListId(list as u16)),
            Some(_) => Feature::Shape(Shape::ALL[number - self.first_shape()]),
        }
    }

    /// The table and key of a feature in `weights/score.toml`.
    pub fn feature_name(&self, feature: Feature) -> (&'static str, &str) {
        match feature {
            Feature::Evidence(i) => ("evidence", &self.evidence[i].id),
            Feature::List(list) => ("list", &self.lists[usize::from(list.0)].id),
            Feature::Shape(shape) => ("shape", shape.name()),
        }
    }

    /// Hidden lists come last and are no features.
    fn first_shape(&self) -> usize {
        self.evidence.len() + self.lists.partition_point(|l| !l.hidden())
    }

    /// `weights/score.toml`.
    pub(super) fn read_score(&mut self, root: Table<'_>) {
        self.score.intercept = root.need("intercept").and_then(Item::number).unwrap_or(0.0);
        self.score.fitted_on = root.need("fitted_on").and_then(bilingual).unwrap_or_default();
        let mut weights = vec![0.0; self.features()];
        let all = (0..weights.len()).map(|i| self.feature_name(self.feature(i))).collect::<Vec<_>>();
        for table in ["evidence", "list", "shape"] {
            let entries = root.get(table).and_then(|i| i.table(&[])).map(Table::entries).unwrap_or_default();
            for (name, item) in entries {
                match all.iter().position(|known| *known == (table, name)) {
                    Some(number) => weights[number] = item.number().unwrap_or(0.0),
                    None => item.fault("P005", format!("no {table} `{name}` to weigh; remove the line, or fit again")),
                }
            }
        }
        self.score.weights = weights;
    }

    /// `weights/shape.toml`.
    pub(super) fn read_shapes(&mut self, root: Table<'_>) {
        let words = |key| {
            let words = root.need(key).map(Item::strings).unwrap_or_default().into_iter();
            words
                .map(|(word, item)| {
                    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
                        item.fault("P007", "a piece of a name: lower-case letters a to z and digits");
                    }
                    word.to_owned()
                })
                .collect()
        };
        (self.score.trade_words, self.score.partner_words) = (words("trade"), words("partner"));
    }
}
